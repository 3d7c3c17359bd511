//! Kills: `serve` is killed with kill -9 under load, again and again, and nothing acknowledged may be lost.
//!
//! Four witnesses report without pause while two members open incidents to the record. Each 201 that
//! arrived whole is a promise, and so is each answered approval. After each kill the same folder is served
//! again; receipts must open their reports, published incidents must be in the record, the log must verify
//! and may only have grown, and the time until the first page answers is measured. What was cut off may
//! be there or not: nobody was promised anything.

mod desk;

use crate::{Answer, closing, loopback, number, place};
use anyhow::{Context, bail};
use desk::Browser;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

const KILLS: u32 = 20;
const WITNESSES: u32 = 4;
/// How many acknowledged reports a life of the server must give before it is killed.
const ACKNOWLEDGED_BEFORE_KILL: usize = 60;
const STARTS_WITHIN: Duration = Duration::from_secs(30);
/// Receipts looked up after each kill: all of the last life, and as many older ones.
const OLDER_LOOKED_UP: usize = 30;

/// What a run found.
#[derive(Debug, Default)]
pub struct Killed {
    /// How many kills.
    pub kills: u32,
    /// Receipts that arrived whole.
    pub acknowledged: usize,
    /// Incidents whose opening to the record was answered.
    pub published: usize,
    /// Receipts that opened nothing afterwards, and answered entries that were not there.
    pub lost: usize,
    /// Times from start to the first answered page.
    pub restarts: Vec<Duration>,
    /// Anything else that went wrong, in words.
    pub faults: Vec<String>,
}

impl Killed {
    /// How many things went wrong.
    pub fn failed(&self) -> usize {
        self.faults.len() + self.lost
    }

    /// The median restart.
    pub fn restart_median(&self) -> Duration {
        let mut times = self.restarts.clone();
        times.sort_unstable();
        times.get(times.len() / 2).copied().unwrap_or_default()
    }

    /// The longest restart.
    pub fn restart_longest(&self) -> Duration {
        self.restarts.iter().max().copied().unwrap_or_default()
    }

    /// Says what was found and closes.
    pub fn tell(&self) -> bool {
        for fault in &self.faults {
            println!("FAILED {fault}");
        }
        println!(
            "{} kills, {} reports acknowledged, {} entries published, {} lost",
            self.kills, self.acknowledged, self.published, self.lost
        );
        println!(
            "restart until the first page: median {} ms, longest {} ms",
            self.restart_median().as_millis(),
            self.restart_longest().as_millis()
        );
        let failed = self.failed();
        closing("kills", (self.kills as usize).saturating_sub(failed), failed)
    }
}

/// `cargo xtask kills [TIMES]`
pub fn run(words: &[String]) -> Answer {
    Ok(all(number(words, KILLS)?)?.tell())
}

/// Kills so many times.
pub fn all(times: u32) -> anyhow::Result<Killed> {
    let town = Town::new(place::program("handbell")?)?;
    let mut found = Killed { kills: times, ..Killed::default() };
    let mut receipts: Vec<String> = Vec::new();
    let mut log_size = 0;
    let mut members = Vec::new();
    for life in 0..times {
        let mut server = town.serve()?;
        if members.is_empty() {
            members = town.members(server.port)?;
        } else {
            found.restarts.push(server.ready_after);
        }
        let Load { receipts: fresh, published, cut } = load_until_killed(&mut server, life, &members)?;
        found.acknowledged += fresh.len();
        found.published += published.len();
        if fresh.is_empty() {
            found.faults.push(format!("life {life}: nothing was acknowledged, so nothing was tested ({cut} answers cut off)"));
        }
        // Another life, without load, to look for what was promised.
        let server = town.serve()?;
        found.restarts.push(server.ready_after);
        let older = receipts.iter().rev().step_by(7).take(OLDER_LOOKED_UP);
        for receipt in fresh.iter().chain(older) {
            let answer =
                loopback::ask(server.port, "GET", "/api/v1/reports/mine", &[("Authorization", &format!("Receipt {receipt}"))], "")?;
            if answer.status != 200 {
                found.lost += 1;
                println!("life {life}: a receipt that was shown opens nothing: status {}", answer.status);
            }
        }
        for path in &published {
            let answer = loopback::ask(server.port, "GET", path, &[], "")?;
            if answer.status != 200 {
                found.lost += 1;
                println!("life {life}: an incident that was opened to the record is not there: status {}", answer.status);
            }
        }
        let size = log_size_of(server.port)?;
        if size < log_size {
            found.faults.push(format!("life {life}: the log shrank from {log_size} to {size} entries"));
        }
        log_size = size;
        drop(server);
        if let Some(fault) = town.verify()? {
            found.faults.push(format!("life {life}: {fault}"));
        }
        receipts.extend(fresh);
    }
    // At the very end every receipt once more.
    let server = town.serve()?;
    for receipt in &receipts {
        let answer = loopback::ask(server.port, "GET", "/api/v1/reports/mine", &[("Authorization", &format!("Receipt {receipt}"))], "")?;
        if answer.status != 200 {
            found.lost += 1;
        }
    }
    if found.published == 0 {
        found.faults.push("no entry was published in any life, so the log was not tested".to_owned());
    }
    Ok(found)
}

/// How many entries the published checkpoint signs; its second line (C2SP tlog-checkpoint).
fn log_size_of(port: u16) -> anyhow::Result<u64> {
    let answer = loopback::ask(port, "GET", "/log/checkpoint", &[], "")?;
    match answer.status {
        // Before the first entry nothing is signed.
        404 => Ok(0),
        200 => answer.body.lines().nth(1).and_then(|line| line.parse().ok()).context("the checkpoint has no size"),
        status => bail!("the checkpoint answers {status}"),
    }
}

/// A group in a folder of its own, gone when this goes.
struct Town {
    program: PathBuf,
    folder: PathBuf,
}

struct Server {
    child: Child,
    port: u16,
    ready_after: Duration,
}

impl Drop for Server {
    fn drop(&mut self) {
        // SIGKILL; a server that is gone already is fine.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Town {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Town {
    fn new(program: PathBuf) -> anyhow::Result<Self> {
        let folder = std::env::temp_dir().join(format!("handbell-kills-{}", std::process::id()));
        let town = Self { program, folder };
        let made = town
            .handbell(&["init"])
            .args(["--name", "Kills", "--origin", "https://kills.example"])
            .output()
            .context("running handbell init")?;
        if !made.status.success() {
            bail!("handbell init said no: {}", String::from_utf8_lossy(&made.stderr));
        }
        Ok(town)
    }

    fn handbell(&self, words: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(words).arg(&self.folder).env("HANDBELL_LOG", "error");
        command
    }

    /// Two members, invited and signed in; their sessions outlive the server.
    fn members(&self, port: u16) -> anyhow::Result<Vec<Browser>> {
        ["Amina", "Ben"]
            .into_iter()
            .map(|name| {
                let roles = ["--role", "triager", "--role", "approver", "--role", "editor"];
                let invited = self.handbell(&["invite"]).args(roles).args(["--name", name]).output().context("running handbell invite")?;
                let link = String::from_utf8_lossy(&invited.stdout).trim().to_owned();
                let token = link.rsplit('/').next().filter(|_| invited.status.success()).context("handbell invite said no")?;
                Browser::signs_in(port, token)
            })
            .collect()
    }

    fn serve(&self) -> anyhow::Result<Server> {
        let since = now();
        let mut child = self
            .handbell(&["serve"])
            .args(["--listen", "127.0.0.1:0", "--without-limits"])
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .context("starting handbell serve")?;
        let output = child.stdout.take().context("serve has no output")?;
        let mut server = Server { child, port: 0, ready_after: Duration::ZERO };
        // Read on another thread, so that a server that says nothing is noticed.
        let (say, heard) = mpsc::channel();
        std::thread::spawn(move || {
            let found =
                BufReader::new(output).lines().map_while(Result::ok).find_map(|line| line.strip_prefix("listening on ").map(str::to_owned));
            let _ = say.send(found);
        });
        let address = heard.recv_timeout(STARTS_WITHIN).ok().flatten().context("serve did not say where it listens")?;
        server.port = address.rsplit(':').next().and_then(|port| port.parse().ok()).with_context(|| format!("no port in `{address}`"))?;
        let page = loopback::ask(server.port, "GET", "/", &[], "").context("the first page")?;
        if page.status != 200 {
            bail!("the first page answers {}", page.status);
        }
        server.ready_after = since.elapsed();
        Ok(server)
    }

    /// What `handbell verify` finds wrong, if anything.
    fn verify(&self) -> anyhow::Result<Option<String>> {
        let verified = self.handbell(&["verify"]).output().context("running handbell verify")?;
        let words = format!("{}{}", String::from_utf8_lossy(&verified.stdout), String::from_utf8_lossy(&verified.stderr));
        Ok((!verified.status.success()).then(|| format!("handbell verify says no ({}): {}", verified.status, words.trim())))
    }
}

/// What one life of the server acknowledged.
struct Load {
    /// Receipts that arrived whole.
    receipts: Vec<String>,
    /// Public paths of incidents whose opening was answered.
    published: Vec<String>,
    /// Answers that were cut off.
    cut: u32,
}

/// Lets witnesses report and the desk publish until enough is acknowledged, then kills.
fn load_until_killed(server: &mut Server, life: u32, members: &[Browser]) -> anyhow::Result<Load> {
    let receipts = Arc::new(Mutex::new(Vec::new()));
    let (stop, cut) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU32::new(0)));
    let (enough, reached) = mpsc::channel();
    let witnesses: Vec<_> = (0..WITNESSES)
        .map(|witness| {
            let (receipts, stop, cut, enough, port) = (receipts.clone(), stop.clone(), cut.clone(), enough.clone(), server.port);
            std::thread::spawn(move || {
                for number in 0u32.. {
                    if stop.load(Ordering::Relaxed) {
                        return Ok(());
                    }
                    match report(port, &format!("kill-{life}-{witness}-{number}")) {
                        Ok(receipt) => {
                            let mut held = receipts.lock().expect("no witness panics while it holds the list");
                            held.push(receipt);
                            if held.len() >= ACKNOWLEDGED_BEFORE_KILL {
                                let _ = enough.send(());
                            }
                        }
                        Err(Told::Refused(why)) => return Err(why),
                        Err(Told::CutOff) => drop(cut.fetch_add(1, Ordering::Relaxed)),
                    }
                }
                Ok(())
            })
        })
        .collect();
    let desk = {
        let (stop, members, port) = (stop.clone(), members.to_vec(), server.port);
        std::thread::spawn(move || {
            let mut published = Vec::new();
            while let (false, [proposer, approver]) = (stop.load(Ordering::Relaxed), members.as_slice()) {
                // Whatever fails here was answered with a no, was cut off, or found nothing waiting yet.
                published.extend(desk::opens_one_to_the_record(port, proposer, approver));
            }
            published
        })
    };
    let waited = reached.recv_timeout(STARTS_WITHIN);
    // Not after a whole second, and not always at the same point of a commit: the life's number moves it.
    let until = now() + Duration::from_millis(u64::from(life % 10) * 7);
    while now() < until {
        std::thread::yield_now();
    }
    server.child.kill().context("killing the server")?;
    server.child.wait().context("waiting for the killed server")?;
    stop.store(true, Ordering::Relaxed);
    for witness in witnesses {
        if let Err(why) = witness.join().map_err(|_| anyhow::anyhow!("a witness panicked"))? {
            bail!("a report was refused: {why}");
        }
    }
    if waited.is_err() {
        bail!("the server acknowledged too little within {} seconds", STARTS_WITHIN.as_secs());
    }
    let published = desk.join().map_err(|_| anyhow::anyhow!("the desk panicked"))?;
    let receipts = std::mem::take(&mut *receipts.lock().expect("every witness has ended"));
    Ok(Load { receipts, published, cut: cut.load(Ordering::Relaxed) })
}

enum Told {
    /// The server said no: the test itself is wrong.
    Refused(String),
    /// No whole answer arrived.
    CutOff,
}

fn report(port: u16, key: &str) -> Result<String, Told> {
    let body = serde_json::json!({
        "kind": "flood",
        "basis": "saw",
        "happening": "now",
        "place": "Rye Lane, by the station",
        "text": format!("Water on the road, report {key}"),
    });
    let headers = [("Content-Type", "application/json"), ("Idempotency-Key", key)];
    let answer = loopback::ask(port, "POST", "/api/v1/reports", &headers, &body.to_string()).map_err(|_| Told::CutOff)?;
    match answer.status {
        201 => {
            let told: serde_json::Value = serde_json::from_str(&answer.body).map_err(|why| Told::Refused(why.to_string()))?;
            told["receipt"].as_str().map(str::to_owned).ok_or_else(|| Told::Refused("a 201 without a receipt".into()))
        }
        503 => Err(Told::CutOff),
        status => Err(Told::Refused(format!("{status}: {}", answer.body))),
    }
}

#[expect(clippy::disallowed_methods, reason = "a restart is measured on the machine's own clock")]
fn now() -> Instant {
    Instant::now()
}
