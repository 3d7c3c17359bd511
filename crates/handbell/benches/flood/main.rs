//! The bench of a flood: how long a real report waits until it stands before a member, while a thousand
//! invented ones come each second (T-20).
//!
//! The real server in a process of its own, sixteen clients that send junk at an even pace, one witness every
//! few seconds, by turns with the puzzle solved and without it, and one member who loads the queue once a
//! second, looks at its first ten lines and takes the real ones among them. A report is *shown* when it stands
//! in those lines. The junk is a mix: one text, templates, few words. At the end every acknowledged report
//! must be counted on the queue or taken.

#![expect(clippy::disallowed_methods, reason = "a bench measures real time")]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a bench talks to whoever runs it")]
#![allow(missing_docs, reason = "a program, not a library")]

#[path = "../street/server.rs"]
#[allow(dead_code, reason = "the bench of the street measures the server's time with it")]
mod server;
#[path = "../../tests/it/talk.rs"]
#[allow(dead_code, reason = "the tests read more of an answer")]
mod talk;

use anyhow::{Context, ensure};
use handbell_rules::street::flood::puzzle::solve;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use talk::Talk;

const CLIENTS: u64 = 16;
const JUNK_A_SECOND: u64 = 1_000;
const LASTS: Duration = Duration::from_secs(90);
const REAL_EVERY: Duration = Duration::from_secs(3);
const LOOKS_EVERY: Duration = Duration::from_secs(1);
const LINES_LOOKED_AT: usize = 10;
const SHOWN_WITHIN: Duration = Duration::from_secs(60);
const JSON: (&str, &str) = ("content-type", "application/json");
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

fn junk(number: u64) -> String {
    let (text, place) = match number % 4 {
        0 => ("They are taking everybody away at the corner, come now, hundreds of vans".to_owned(), "the corner".to_owned()),
        1 => (format!("There are {number} vans at the old market hall and they are taking people away right now"), "the hall".to_owned()),
        2 => (format!("My neighbour {number} says that officers with dogs stand in front of the school"), format!("house {number}")),
        _ => (format!("van {number}"), "here".to_owned()),
    };
    serde_json::json!({"kind": "something-else", "basis": "saw", "happening": "now", "place": place, "text": text}).to_string()
}

/// One real report, as somebody writes it: no two have the same words.
fn real(number: usize) -> String {
    const WHO: [&str; 5] =
        ["Two officers", "Three people in vests", "A man with a radio", "Four people in uniform", "Somebody in plain clothes"];
    const WHAT: [&str; 7] = [
        "hold a cyclist beside the bakery",
        "knock at every door of the stairs",
        "ask whoever leaves the shop for papers",
        "lead a family out of the side entrance",
        "stand around a delivery rider at the bus stop",
        "wait in front of the barber and let nobody out",
        "carry boxes from the restaurant into a grey car",
    ];
    format!("{} {} ({}{})", WHO[number % WHO.len()], WHAT[number % WHAT.len()], "real", number)
}

#[derive(Default)]
struct Seen {
    sent: BTreeMap<usize, (Instant, bool)>,
    shown: BTreeMap<usize, Duration>,
    taken: u64,
    pages: Vec<Duration>,
}

fn between<'text>(text: &'text str, before: &str, after: &str) -> Option<&'text str> {
    let start = text.find(before)? + before.len();
    Some(&text[start..start + text[start..].find(after)?])
}

struct Member {
    talk: Talk,
    cookies: String,
}

impl Member {
    fn sign_in(address: SocketAddr, dir: &Path) -> anyhow::Result<Self> {
        let made =
            Command::new(env!("CARGO_BIN_EXE_handbell")).arg("invite").arg(dir).args(["--role", "triager", "--name", "Wren"]).output()?;
        ensure!(made.status.success(), "handbell invite failed");
        let link = String::from_utf8(made.stdout)?;
        let token = link.trim().rsplit('/').next().context("a link")?.to_owned();
        let mut talk = Talk::to(address)?;
        let answer = talk.ask("POST", "/desk/sign-in", &[FORM], format!("token={token}").as_bytes())?;
        ensure!(answer.status == 303, "signing in answered {}", answer.status);
        let set = answer.headers.iter().filter(|(name, _)| name == "set-cookie");
        let cookies: Vec<&str> = set.filter_map(|(_, value)| value.split(';').next()).collect();
        let mut member = Self { talk, cookies: cookies.join("; ") };
        let page = member.queue()?;
        let csrf = between(&page, "name=\"csrf\" value=\"", "\"").context("a form")?.to_owned();
        member.press("/desk/duty", &format!("csrf={csrf}&duty=start"))?;
        Ok(member)
    }

    fn queue(&mut self) -> anyhow::Result<String> {
        let answer = self.talk.ask("GET", "/desk", &[("cookie", &self.cookies)], b"")?;
        ensure!(answer.status == 200, "the queue answered {}", answer.status);
        Ok(answer.text())
    }

    fn press(&mut self, path: &str, body: &str) -> anyhow::Result<u16> {
        Ok(self.talk.ask("POST", path, &[("cookie", &self.cookies), FORM], body.as_bytes())?.status)
    }

    /// Looks at the first lines that nobody has, and takes the real ones among them.
    fn look(&mut self, seen: &Mutex<Seen>) -> anyhow::Result<()> {
        let since = Instant::now();
        let page = self.queue()?;
        let loaded = since.elapsed();
        let mut take = Vec::new();
        {
            let mut seen = seen.lock().expect("no holder of this lock panics");
            seen.pages.push(loaded);
            let lines = page.split("<article").skip(1).filter(|line| line.contains("/take\""));
            for line in lines.take(LINES_LOOKED_AT) {
                let Some(number) = between(line, "(real", ")").and_then(|number| number.parse::<usize>().ok()) else { continue };
                let Some((sent, _)) = seen.sent.get(&number).copied() else { continue };
                seen.shown.entry(number).or_insert_with(|| sent.elapsed());
                let field = |name: &str| between(line, &format!("name=\"{name}\" value=\""), "\"").map(str::to_owned);
                let path = between(line, "action=\"", "\"").map(str::to_owned);
                take.extend(path.zip(field("csrf")).zip(field("version")));
            }
        }
        for ((path, csrf), version) in take {
            if self.press(&path, &format!("csrf={csrf}&version={version}"))? == 303 {
                seen.lock().expect("no holder of this lock panics").taken += 1;
            }
        }
        Ok(())
    }
}

/// Sends junk at an even pace until told to stop; counts what was acknowledged.
fn flood(address: SocketAddr, client: u64, stop: &AtomicBool, acknowledged: &AtomicU64) -> anyhow::Result<()> {
    let mut talk = Talk::to(address)?;
    let since = Instant::now();
    let pace = Duration::from_secs(1).mul_f64(CLIENTS as f64 / JUNK_A_SECOND as f64);
    for turn in 0_u32.. {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let answer = talk.ask("POST", "/api/v1/reports", &[JSON], junk(u64::from(turn) * CLIENTS + client).as_bytes())?;
        ensure!(answer.status == 201, "junk was answered {}: {}", answer.status, answer.text());
        acknowledged.fetch_add(1, Ordering::Relaxed);
        std::thread::sleep((pace * (turn + 1)).saturating_sub(since.elapsed()));
    }
    Ok(())
}

fn witness(talk: &mut Talk, number: usize, scripts: bool, seen: &Mutex<Seen>) -> anyhow::Result<()> {
    let mut body =
        serde_json::json!({"kind": "something-else", "basis": "saw", "happening": "now", "place": "by the corner", "text": real(number)});
    if scripts {
        let asked = talk.ask("GET", "/api/v1/puzzle", &[], b"")?.json();
        if let Some(puzzle) = asked["puzzle"].as_str() {
            let bits = u8::try_from(asked["bits"].as_u64().unwrap_or_default())?;
            body["puzzle"] = solve(puzzle, bits).into();
        }
    }
    let answer = talk.ask("POST", "/api/v1/reports", &[JSON], body.to_string().as_bytes())?;
    ensure!(answer.status == 201, "a real report was answered {}: {}", answer.status, answer.text());
    seen.lock().expect("no holder of this lock panics").sent.insert(number, (Instant::now(), scripts));
    Ok(())
}

fn sorted(mut times: Vec<Duration>) -> (f64, f64) {
    times.sort();
    let at = |place: usize| times.get(place).copied().unwrap_or_default().as_secs_f64();
    (at(times.len() / 2), at(times.len().saturating_sub(1)))
}

fn main() -> anyhow::Result<()> {
    let json = std::env::args().any(|word| word == "--json");
    let room = tempfile::Builder::new().prefix("flood-").tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let dir = room.path().join("town");
    let server = server::Server::start(&dir)?;
    let mut member = Member::sign_in(server.address, &dir)?;
    let (stop, acknowledged) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let seen = Arc::new(Mutex::new(Seen::default()));
    let since = Instant::now();
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| {
            let (stop, acknowledged, address) = (stop.clone(), acknowledged.clone(), server.address);
            std::thread::spawn(move || flood(address, client, &stop, &acknowledged))
        })
        .collect();
    let looker = {
        let (seen, stop) = (seen.clone(), stop.clone());
        std::thread::spawn(move || -> anyhow::Result<Member> {
            let since = Instant::now();
            for turn in 1_u32.. {
                member.look(&seen)?;
                let waiting = {
                    let seen = seen.lock().expect("no holder of this lock panics");
                    seen.shown.len() < seen.sent.len()
                };
                // After the flood, whoever is still unseen has its minute.
                if stop.load(Ordering::Relaxed) && (!waiting || since.elapsed() > LASTS + SHOWN_WITHIN) {
                    break;
                }
                std::thread::sleep((LOOKS_EVERY * turn).saturating_sub(since.elapsed()));
            }
            Ok(member)
        })
    };
    let mut talk = Talk::to(server.address)?;
    for number in 0_usize.. {
        let due = Duration::from_secs(5) + REAL_EVERY * u32::try_from(number)?;
        if due > LASTS {
            break;
        }
        std::thread::sleep(due.saturating_sub(since.elapsed()));
        witness(&mut talk, number, number % 2 == 0, &seen)?;
    }
    std::thread::sleep(LASTS.saturating_sub(since.elapsed()));
    let rate = acknowledged.load(Ordering::Relaxed) as f64 / since.elapsed().as_secs_f64();
    stop.store(true, Ordering::Relaxed);
    for client in clients {
        client.join().map_err(|_| anyhow::anyhow!("a client fell over"))??;
    }
    let mut member = looker.join().map_err(|_| anyhow::anyhow!("the member fell over"))??;
    let page = member.queue()?;
    let heading = between(&page, "<h1>", " waiting</h1>").context("how many wait")?.parse::<u64>()?;
    let seen = seen.lock().expect("no holder of this lock panics");
    let filed = acknowledged.load(Ordering::Relaxed) + seen.sent.len() as u64;
    ensure!(heading + seen.taken == filed, "{filed} were acknowledged; {heading} wait and {} were taken", seen.taken);
    let unseen: Vec<_> = seen.sent.keys().filter(|number| !seen.shown.contains_key(number)).collect();
    ensure!(unseen.is_empty(), "real reports never stood before the member: {unseen:?}");
    let of = |scripts: bool| {
        let times = seen.sent.iter().filter(|(_, (_, with))| *with == scripts).filter_map(|(number, _)| seen.shown.get(number).copied());
        sorted(times.collect())
    };
    let ((with_median, with_longest), (without_median, without_longest)) = (of(true), of(false));
    let (median, longest) = sorted(seen.shown.values().copied().collect());
    let (page_median, page_longest) = sorted(seen.pages.clone());
    eprintln!(
        "flood: {filed} reports acknowledged, {rate:.0} junk/s over {} s; {} real ones; shown after {median:.2} s (half), {longest:.2} s (longest); \
         with the puzzle {with_median:.2} / {with_longest:.2} s, without {without_median:.2} / {without_longest:.2} s; the queue's page took {:.0} ms (half), {:.0} ms (longest); \
         server CPU {:.1} s; every acknowledged report is counted",
        LASTS.as_secs(),
        seen.sent.len(),
        page_median * 1_000.0,
        page_longest * 1_000.0,
        server.cpu_seconds()?
    );
    ensure!(longest <= SHOWN_WITHIN.as_secs_f64(), "a real report waited {longest:.1} s");
    if json {
        let row = |name: &str, value: f64, unit: &str, better: &str| serde_json::json!({"name": name, "value": value, "unit": unit, "peer": null, "peer_value": null, "ratio": null, "better": better});
        let rows = [
            row("flood-junk", rate, "junk/s", "higher"),
            row("flood-shown-half", median, "s", "lower"),
            row("flood-shown-longest", longest, "s", "lower"),
        ];
        println!("{}", serde_json::json!({ "rows": rows }));
    } else {
        println!(
            "| name | value |\n| --- | --- |\n| flood-junk | {rate:.0} junk/s |\n| flood-shown-half | {median:.2} s |\n| flood-shown-longest | {longest:.2} s |"
        );
    }
    Ok(())
}
