//! Traced: the order of system calls shows that the disk comes before the answer (PROMISE receipt-means-durable).
//!
//! `serve` runs under strace. For every report: its bytes are read, then the write-ahead log is written, then
//! the sync of the write-ahead log returns, and only then the bytes of the 201 leave on that connection.

use crate::desk::{self, Member, Progress};
use crate::talk::Talk;
use crate::town::{Server, Town};
use std::collections::HashMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Barrier;
use std::time::{Duration, Instant};

const CALLS: &str =
    "trace=fdatasync,fsync,rename,renameat,renameat2,write,writev,pwrite64,pwritev,sendto,sendmsg,recvfrom,recvmsg,read,readv";
const ONE_AFTER_ANOTHER: usize = 10;
const AT_ONCE: usize = 64;
/// How often the log is to grow.
const ROUNDS: usize = 6;
const TRACE_ENDS_WITHIN: Duration = Duration::from_secs(30);

/// One system call: the lines at which it was entered and returned, and everything the trace says of it.
#[derive(Debug, Clone)]
pub struct Call {
    pub entered: usize,
    pub returned: usize,
    pub text: String,
}

impl Call {
    pub fn is(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.text.strip_prefix(name).is_some_and(|rest| rest.starts_with('(')))
    }

    /// What the file descriptor is, as strace shows it.
    pub fn on(&self) -> &str {
        let inside = self.text.split_once('<').map_or("", |(_, rest)| rest);
        inside.split_once('>').map_or("", |(name, _)| name)
    }

    pub fn worked(&self) -> bool {
        self.text.rsplit_once(" = ").is_some_and(|(_, result)| !result.starts_with('-') && !result.starts_with('?'))
    }
}

/// Puts the two halves of interrupted calls together.
pub fn calls(trace: &str) -> Vec<Call> {
    let (mut done, mut open): (Vec<Call>, HashMap<&str, Call>) = (Vec::new(), HashMap::new());
    for (number, line) in trace.lines().enumerate() {
        let Some((thread, rest)) = line.split_once(' ') else { continue };
        let rest = rest.trim_start();
        if let Some(begun) = rest.strip_suffix("<unfinished ...>") {
            open.insert(thread, Call { entered: number, returned: usize::MAX, text: begun.trim_end().to_owned() });
        } else if rest.starts_with("<... ") {
            let end = rest.split_once("resumed>").map_or("", |(_, end)| end);
            done.extend(open.remove(thread).map(|begun| Call { returned: number, text: begun.text + end, ..begun }));
        } else {
            done.push(Call { entered: number, returned: number, text: rest.to_owned() });
        }
    }
    // Calls that never returned count as entered.
    done.extend(open.into_values());
    done.sort_by_key(|call| call.entered);
    done
}

/// What a trace shows.
#[derive(Debug, PartialEq, Eq)]
struct Shown {
    answers: usize,
    syncs: usize,
}

/// Judges a trace: every 201 on a connection must follow a report read on it, a write to the write-ahead log
/// after that, and a sync of it after that.
fn judge(trace: &str) -> Result<Shown, String> {
    let calls = calls(trace);
    let of = |names: &'static [&'static str], on: &'static str| {
        calls.iter().filter(move |call| call.is(names) && call.on().ends_with(on) && call.worked())
    };
    let writes: Vec<&Call> = of(&["pwrite64", "pwritev", "write", "writev"], "-wal").collect();
    let syncs: Vec<&Call> = of(&["fdatasync", "fsync"], "-wal").collect();
    let mut asked: HashMap<&str, &Call> = HashMap::new();
    let mut shown = Shown { answers: 0, syncs: 0 };
    let (mut first, mut last) = (usize::MAX, 0);
    for call in &calls {
        if call.is(&["recvfrom", "recvmsg", "read", "readv"]) && call.text.contains("POST /api/v1/reports") {
            asked.insert(call.on(), call);
            first = first.min(call.returned);
        }
        if call.is(&["sendto", "sendmsg", "write", "writev"]) && call.text.contains("HTTP/1.1 201") {
            let read = asked.remove(call.on()).ok_or_else(|| format!("an answer without a report: {}", call.text))?;
            let kept = |write: &&Call| {
                write.entered > read.returned && syncs.iter().any(|sync| sync.entered > write.returned && sync.returned < call.entered)
            };
            if !writes.iter().any(kept) {
                return Err(format!("line {}: a 201 leaves before a sync of what was written for it: {}", call.entered + 1, call.text));
            }
            shown.answers += 1;
            last = last.max(call.entered);
        }
    }
    shown.syncs = syncs.iter().filter(|sync| sync.entered > first && sync.returned < last).count();
    Ok(shown)
}

/// Runs `serve` under strace, lets `street` talk to it, and gives the trace. None when strace is missing and
/// may be.
fn traced(street: impl FnOnce(&Server, &Town)) -> Option<String> {
    let strace = Command::new("strace").arg("-V").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !strace.is_ok_and(|status| status.success()) {
        let required = std::env::var("HANDBELL_REQUIRE_TEST_DATA").is_ok_and(|required| required == "1");
        assert!(!required, "strace is missing; `apt-get install strace` brings it");
        println!("traced: skipped, strace is missing (`apt-get install strace` brings it)");
        return None;
    }
    let town = Town::new();
    let path = town.dir.with_extension("trace");
    let serve = town.serve_command();
    let mut command = Command::new("strace");
    // -D: the tracer stands aside, so that signals reach the server. -y: names beside file descriptors.
    command
        .args(["-D", "-f", "-y", "-s", "64", "-e", CALLS, "-o"])
        .arg(&path)
        .arg(serve.get_program())
        .args(serve.get_args())
        .stdin(Stdio::null());
    for (name, value) in serve.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let server = Server::under(&mut command, &town);
    let leader = server.id().to_string();
    street(&server, &town);
    server.stop();
    Some(whole(&path, &leader))
}

/// The trace once the tracer has seen the server's first thread end.
fn whole(path: &Path, leader: &str) -> String {
    let started = Instant::now();
    loop {
        let trace = String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned();
        if trace
            .lines()
            .any(|line| line.split_once(' ').is_some_and(|(thread, rest)| thread == leader && rest.contains("+++ exited with 0 +++")))
        {
            return trace;
        }
        assert!(started.elapsed() < TRACE_ENDS_WITHIN, "the tracer did not finish: {:?}", trace.lines().last());
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn report(talk: &mut Talk, number: usize) {
    let key = format!("traced-{number}");
    let body = r#"{"kind":"flood","basis":"saw","happening":"now","place":"Corner of two streets","text":"Water on the road."}"#;
    let answer =
        talk.ask("POST", "/api/v1/reports", &[("content-type", "application/json"), ("idempotency-key", &key)], body.as_bytes()).unwrap();
    assert_eq!(answer.status, 201, "{}", answer.text());
}

#[test]
fn the_sync_of_the_write_ahead_log_returns_before_the_201_leaves() {
    let Some(trace) = traced(|server, _| {
        let mut talk = server.talk();
        (0..ONE_AFTER_ANOTHER).for_each(|number| report(&mut talk, number));
    }) else {
        return;
    };
    let shown = judge(&trace).unwrap_or_else(|why| panic!("{why}"));
    assert_eq!(shown.answers, ONE_AFTER_ANOTHER);
    assert!(shown.syncs >= ONE_AFTER_ANOTHER, "one after another each report needs a sync of its own: {shown:?}");
    println!("traced: {} reports one after another, {} syncs, every sync before its 201", shown.answers, shown.syncs);
}

#[test]
fn reports_at_once_share_syncs() {
    let Some(trace) = traced(|server, _| {
        let barrier = Barrier::new(AT_ONCE);
        std::thread::scope(|scope| {
            for number in 0..AT_ONCE {
                let barrier = &barrier;
                scope.spawn(move || {
                    let mut talk = server.talk();
                    barrier.wait();
                    report(&mut talk, number);
                });
            }
        });
    }) else {
        return;
    };
    let shown = judge(&trace).unwrap_or_else(|why| panic!("{why}"));
    assert_eq!(shown.answers, AT_ONCE);
    assert!(shown.syncs < AT_ONCE / 2, "{} reports at once took {} syncs", shown.answers, shown.syncs);
    println!("traced: {} reports at once, {} syncs, every 201 after the sync of its own rows", shown.answers, shown.syncs);
}

/// Where the marks stand that are made before anybody can read a checkpoint.
const MARKS: [&str; 4] = ["/high-water", "/high-water-2", "/high-water.new", "/high-water-2.new"];

#[test]
fn a_published_checkpoint_costs_one_sync_beside_its_commit_and_follows_it() {
    let Some(trace) = traced(|server, town| {
        let mut talk = server.talk();
        let members = ["Amina", "Ben"].map(|name| Member::sign_in(&mut server.talk(), &town.invite(name)).unwrap());
        let (mut progress, mut number, mut last, mut grown) = (Progress::default(), 0, 0, 0);
        while grown < ROUNDS {
            report(&mut talk, 1_000 + number);
            desk::round(&mut talk, &members[0], &members[1], &mut progress).unwrap();
            let since = Instant::now();
            let published = loop {
                let health = talk.ask("GET", "/api/v1/health", &[], b"").unwrap().json();
                let (signed, published) = (health["signed"].as_u64().unwrap(), health["published"].as_u64().unwrap());
                if signed == published {
                    break published;
                }
                assert!(since.elapsed() < TRACE_ENDS_WITHIN, "round {number}: {signed} signed, {published} published");
                std::thread::sleep(Duration::from_millis(20));
            };
            grown += usize::from(published > last);
            (last, number) = (published, number + 1);
            assert!(number < 10 * ROUNDS, "{number} rounds, and the log grew {grown} times");
        }
    }) else {
        return;
    };
    let (mut published, mut marks, mut folders, mut unmarked) = (0, 0, 0, 0);
    let mut is_marked = false;
    for call in calls(&trace).iter().filter(|call| call.worked()) {
        let syncs = call.is(&["fsync", "fdatasync"]);
        if syncs && MARKS.iter().any(|mark| call.on().ends_with(mark)) {
            (marks, is_marked) = (marks + 1, true);
        } else if syncs && call.on().ends_with("/public") {
            folders += 1;
        } else if call.is(&["rename", "renameat", "renameat2"]) && call.text.contains("/log/checkpoint\"") {
            published += 1;
            unmarked += usize::from(!std::mem::take(&mut is_marked));
        }
    }
    assert!(published >= ROUNDS, "{published} checkpoints were published");
    assert_eq!((marks, unmarked), (published, 0), "each is marked before it, with one sync");
    assert_eq!(folders, 2, "two places are made, and written over from then on");
    println!("traced: {published} published checkpoints, {marks} syncs of a mark, {folders} of its folder");
}

const GOOD: &str = r#"7 recvfrom(9<socket:[1]>, "POST /api/v1/reports HTTP/1.1\r\n"..., 8192, 0, NULL, NULL) = 300
8 pwrite64(5</town/handbell.db-wal>, "..."..., 4096, 32) = 4096
8 fdatasync(5</town/handbell.db-wal> <unfinished ...>
7 recvfrom(10<socket:[2]>, "POST /api/v1/reports HTTP/1.1\r\n"..., 8192, 0, NULL, NULL) = 300
8 <... fdatasync resumed>) = 0
7 sendto(9<socket:[1]>, "HTTP/1.1 201 Created\r\n"..., 700, MSG_NOSIGNAL, NULL, 0) = 700
8 write(5</town/handbell.db-wal>, "..."..., 4096) = 4096
8 fsync(5</town/handbell.db-wal>) = 0
7 sendto(10<socket:[2]>, "HTTP/1.1 201 Created\r\n"..., 700, MSG_NOSIGNAL, NULL, 0) = 700
"#;

#[test]
fn a_trace_with_an_answer_too_early_is_judged_so() {
    assert_eq!(judge(GOOD), Ok(Shown { answers: 2, syncs: 2 }));
    let lines: Vec<&str> = GOOD.lines().collect();
    let with = |order: &[usize]| order.iter().map(|line| format!("{}\n", lines[*line])).collect::<String>();
    for (what, trace) in [
        ("the answer leaves while the sync runs", with(&[0, 1, 2, 5, 4])),
        ("there is no sync", with(&[0, 1, 5])),
        ("there is no write", with(&[0, 2, 4, 5])),
        ("the write comes after the sync", with(&[0, 2, 4, 1, 5])),
        ("the sync was begun for somebody else before", with(&[0, 1, 2, 3, 4, 5, 8])),
        ("the sync failed", GOOD.replace("resumed>) = 0", "resumed>) = -1 EIO (Input/output error)")),
        ("another file was synced", GOOD.replace("fdatasync(5</town/handbell.db-wal>", "fdatasync(5</town/handbell.db>")),
        ("nobody asked", with(&[1, 2, 4, 5])),
    ] {
        assert!(judge(&trace).is_err(), "{what} and it was not found");
    }
}
