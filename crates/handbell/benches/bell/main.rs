//! The bench of the bell: what it costs to seal one Web Push message.
//!
//! Row `seal-strict`: a fresh key pair, agreement, derivation and sealing for every message, with the VAPID
//! token of the origin reused, beside crate `web-push` doing the same with its signature reused. Both run in
//! one thread of a program of their own (the peer lies in `peers/web-push`), in alternating turns, and only
//! the thread's time on a processor counts. A phone opens the last message of every turn of both. Our body is
//! padded to its one size and the peer's is not: the peer has that advantage.
//!
//! Row `seal-armed`: what is left of that when the bell rings and the envelopes were made before: finding the
//! envelope, fresh salt, derivation, sealing, token. The armer's share is not in the row; it is said beside it on
//! standard error. After each turn every one of its messages is opened.

#![expect(clippy::disallowed_methods, reason = "a bench reads the environment")]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a bench talks to whoever runs it")]
#![allow(missing_docs, reason = "a program, not a library")]

use anyhow::{Context, ensure};
use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use handbell::push::armed::Arming;
use handbell::push::locked::Locking;
use handbell::push::open::Receiver;
use handbell::push::{Envelopes, Sealed, SubscriberKeys, Vapid, VapidKey};
use handbell_rules::id::SubscriptionId;
use handbell_rules::time::Timestamp;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;

/// As in the program itself.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ROUNDS: usize = 9;
const MESSAGES_A_TURN: u32 = 4_000;
/// `handbell::work::ringer::LEASE_BATCH`.
const A_LEASE: usize = 256;
const CONTENT_BYTES: usize = 300;
const ENDPOINT: &str = "https://push.example/send/one";
const ORIGIN: &str = "https://push.example";
const NOW_MILLISECONDS: i64 = 1_790_000_000_000;

fn subscription(number: u32) -> SubscriptionId {
    let mut bytes = [0; 16];
    bytes[12..].copy_from_slice(&number.to_be_bytes());
    SubscriptionId(bytes)
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

/// Nanoseconds this thread was on a processor (proc_pid_schedstat(5)). The system brings that number up to date
/// at its own ticks, which are longer than a whole batch of armed messages, and whenever a thread yields: so yield.
fn cpu_nanoseconds() -> anyhow::Result<u64> {
    std::thread::yield_now();
    let text = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    Ok(text.split_whitespace().next().context("schedstat is empty")?.parse()?)
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(hexadecimal: &str) -> anyhow::Result<Vec<u8>> {
    let pair = |at: usize| hexadecimal.get(at..at + 2).context("an odd number of digits");
    (0..hexadecimal.len()).step_by(2).map(|at| Ok(u8::from_str_radix(pair(at)?, 16)?)).collect()
}

/// The peer's program; killed when this is dropped.
struct Peer {
    child: Child,
    asks: ChildStdin,
    tells: BufReader<ChildStdout>,
}

impl Peer {
    fn start(task: &str) -> anyhow::Result<Self> {
        let program = std::env::var("BENCH_PEER").context("`cargo xtask bench bell` builds the peer and names it in BENCH_PEER")?;
        let mut child = Command::new(program).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().context("starting the peer")?;
        let mut asks = child.stdin.take().context("the peer's input")?;
        writeln!(asks, "{task}")?;
        let tells = BufReader::new(child.stdout.take().context("the peer's output")?);
        Ok(Self { child, asks, tells })
    }

    fn turn(&mut self, messages: u32) -> anyhow::Result<(u64, Vec<u8>)> {
        writeln!(self.asks, "{messages}")?;
        let mut line = String::new();
        self.tells.read_line(&mut line)?;
        let (took, body) = line.trim().split_once(' ').context("the peer stopped")?;
        Ok((took.parse()?, bytes(body)?))
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // Gone already is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn main() -> anyhow::Result<()> {
    let json = std::env::args().any(|word| word == "--json");
    let random = SystemRandom::new();
    let phone = Receiver::new(&random)?;
    let keys = SubscriberKeys::check(phone.public_key(), phone.auth_secret(), &random)?;
    let vapid = Vapid::new(VapidKey::from_pkcs8(&VapidKey::generate(&random)?)?, "https://bell.example", Arc::new(SystemRandom::new()))?;
    let content = vec![b'a'; CONTENT_BYTES];
    let mut number = [0u8; 32];
    random.fill(&mut number).ok().context("randomness")?;
    // The first byte keeps the number below the order of the curve.
    number[0] = 1;
    let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let (key, secret) = (text(phone.public_key()), text(phone.auth_secret()));
    let mut peer = Peer::start(&format!("{ENDPOINT} {key} {secret} {} {}", text(&number), hexadecimal(&content)))?;

    let (mut ours, mut theirs, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    let (mut armed, mut arming, mut armed_ratios) = (Vec::new(), Vec::new(), Vec::new());
    // Not locked, so that the row is the same on machines that allow little of it; what lies there is made up.
    let envelopes = Envelopes::new(MESSAGES_A_TURN as usize, Locking::NotLocked);
    let now = Timestamp::from_milliseconds(NOW_MILLISECONDS);
    for round in 0..=ROUNDS {
        let before = cpu_nanoseconds()?;
        let mut last = None;
        for _ in 0..MESSAGES_A_TURN {
            let sealed = Sealed::seal(&keys, &content, &random)?;
            last = Some((sealed, std::hint::black_box(vapid.authorization(ORIGIN, NOW_MILLISECONDS)?)));
        }
        let mine = cpu_nanoseconds()? - before;
        let (other, body) = peer.turn(MESSAGES_A_TURN)?;
        let (sealed, _) = last.context("a turn seals messages")?;
        ensure!(phone.open(sealed.body())? == content && phone.open(&body)? == content, "a message did not open to what was sealed");
        let before = cpu_nanoseconds()?;
        for number in 0..MESSAGES_A_TURN {
            ensure!(envelopes.arm(subscription(number), &keys) == Arming::Made, "an envelope was not made");
        }
        let ahead = cpu_nanoseconds()? - before;
        // As many at once as the ringer leases; between two such batches they are opened, and no time counts.
        let mut rung = 0;
        for first in (0..MESSAGES_A_TURN).step_by(A_LEASE) {
            let mut bodies = Vec::with_capacity(A_LEASE);
            let before = cpu_nanoseconds()?;
            for number in first..(first + A_LEASE as u32).min(MESSAGES_A_TURN) {
                let envelope = envelopes.take(subscription(number), &keys, now).context("an envelope was not there")?;
                bodies.push(envelope.seal(&content, &random)?.into_body());
                std::hint::black_box(vapid.authorization(ORIGIN, NOW_MILLISECONDS)?);
            }
            rung += cpu_nanoseconds()? - before;
            for body in &bodies {
                ensure!(phone.open(body)? == content, "an armed message did not open to what was sealed");
            }
        }
        let per_second = |nanoseconds: u64| f64::from(MESSAGES_A_TURN) * 1e9 / nanoseconds as f64;
        let (one, two) = (per_second(mine), per_second(other));
        let three = per_second(rung);
        eprintln!(
            "round {round}: handbell {one:.0}, armed {three:.0}, web-push {two:.0} messages per CPU second, {:.2} and {:.1} x",
            one / two,
            three / two
        );
        // The first turns warm the caches of both.
        if round > 0 {
            ours.push(one);
            theirs.push(two);
            ratios.push(one / two);
            armed.push(three);
            arming.push(per_second(ahead));
            armed_ratios.push(three / two);
        }
    }
    let peer_value = median(&theirs);
    eprintln!("the middle of the rounds' ratios: seal-strict {:.2} x, seal-armed {:.1} x", median(&ratios), median(&armed_ratios));
    eprintln!("made ahead, in no row: {:.1} us an envelope", 1e6 / median(&arming));
    let rows = [("seal-strict", median(&ours)), ("seal-armed", median(&armed))].map(|(name, value)| {
        eprintln!("{name}: {:.2} us each", 1e6 / value);
        serde_json::json!({
            "name": name,
            "value": value,
            "unit": "messages per CPU second",
            "peer": "crate web-push 0.11, signature reused",
            "peer_value": peer_value,
            "ratio": value / peer_value,
            "better": "higher",
        })
    });
    if json {
        println!("{}", serde_json::json!({ "rows": rows }));
    } else {
        for row in rows {
            println!("{}: {:.0} beside {peer_value:.0} messages per CPU second", row["name"], row["value"]);
        }
    }
    Ok(())
}
