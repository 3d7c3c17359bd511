//! Peer: seals Web Push messages with crate `web-push`, as a program that uses it would.
//!
//! Reads its task from standard input: one line with the endpoint, the browser's key, its secret and the
//! sender's private number in base64url and the content in hexadecimal, then one line for each turn with a
//! number of messages. It answers each turn with its CPU nanoseconds and the last body in hexadecimal.
//! The VAPID signature is made once and cloned, which is as much reuse as the crate offers.
//!
//! A task that begins with `deliver` is another one: `deliver.rs`.

mod deliver;

use std::error::Error;
use std::fs;
use std::io::{BufRead, Write};
use web_push::{ContentEncoding, SubscriptionInfo, VapidSignatureBuilder, WebPushMessageBuilder};

/// Nanoseconds this program's one thread was on a processor (proc_pid_schedstat(5)).
fn cpu_nanoseconds() -> Result<u64, Box<dyn Error>> {
    let text = fs::read_to_string("/proc/thread-self/schedstat")?;
    Ok(text.split_whitespace().next().ok_or("schedstat is empty")?.parse()?)
}

fn bytes(hexadecimal: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    let pair = |at: usize| hexadecimal.get(at..at + 2).ok_or("an odd number of digits");
    (0..hexadecimal.len()).step_by(2).map(|at| Ok(u8::from_str_radix(pair(at)?, 16)?)).collect()
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut lines = std::io::stdin().lock().lines();
    let task = lines.next().ok_or("no task was given")??;
    let words: Vec<&str> = task.split_whitespace().collect();
    if let ["deliver", rest @ ..] = words.as_slice() {
        return deliver::run(rest);
    }
    let [endpoint, p256dh, auth, key, content] = words.as_slice() else { return Err("a task has five words".into()) };
    let content = bytes(content)?;
    let browser = SubscriptionInfo::new(*endpoint, *p256dh, *auth);
    let mut signing = VapidSignatureBuilder::from_base64(key, &browser)?;
    signing.add_claim("sub", "https://bell.example");
    let signature = signing.build()?;
    for line in lines {
        let count: u64 = line?.trim().parse()?;
        let before = cpu_nanoseconds()?;
        let mut last = Vec::new();
        for _ in 0..count {
            let mut message = WebPushMessageBuilder::new(&browser);
            message.set_payload(ContentEncoding::Aes128Gcm, &content);
            message.set_vapid_signature(signature.clone());
            last = message.build()?.payload.ok_or("a message without a payload")?.content;
        }
        let took = cpu_nanoseconds()? - before;
        let body: String = last.iter().map(|byte| format!("{byte:02x}")).collect();
        let mut out = std::io::stdout().lock();
        writeln!(out, "{took} {body}")?;
        out.flush()?;
    }
    Ok(())
}
