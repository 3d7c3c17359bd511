//! Deliver: messages of crate `web-push`, sent over TLS and HTTP/2 by reqwest, the client people would take.
//!
//! The crate's own clients speak through another TLS and cannot be told where a made-up push service stands; its
//! documentation says to build the request with it and to send it with a client of one's own, which is done here.
//! Each message is built, encrypted and sent by itself; the VAPID signature is made once and cloned. The task:
//! port, browser's key and secret, private number, content in hexadecimal, messages, how many at once, and the
//! file of the certificate. The answer: CPU nanoseconds of all threads, and how many were taken.

use crate::bytes;
use futures::stream::{self, StreamExt};
use std::error::Error;
use std::fs;
use std::io::Write;
use web_push::{ContentEncoding, SubscriptionInfo, Urgency, VapidSignatureBuilder, WebPushMessageBuilder, request_builder};

const NAME: &str = "push.example.org";

/// Nanoseconds all threads of this program were on a processor (proc_pid_schedstat(5)).
fn cpu_nanoseconds() -> Result<u64, Box<dyn Error>> {
    let mut sum = 0;
    for thread in fs::read_dir("/proc/self/task")? {
        let text = fs::read_to_string(thread?.path().join("schedstat"))?;
        sum += text.split_whitespace().next().ok_or("schedstat is empty")?.parse::<u64>()?;
    }
    Ok(sum)
}

pub fn run(words: &[&str]) -> Result<(), Box<dyn Error>> {
    let [port, p256dh, auth, key, content, messages, at_once, certificate] = words else { return Err("a task has eight words".into()) };
    let (port, messages, at_once): (u16, u64, usize) = (port.parse()?, messages.parse()?, at_once.parse()?);
    let content = bytes(content)?;
    let signing_for = SubscriptionInfo::new(format!("https://{NAME}:{port}/send/0"), (*p256dh).to_string(), (*auth).to_string());
    let mut signing = VapidSignatureBuilder::from_base64(key, &signing_for)?;
    signing.add_claim("sub", "https://bell.example");
    let signature = signing.build()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let (took, taken) = runtime.block_on(async {
        let client = reqwest::Client::builder()
            .resolve(NAME, ([127, 0, 0, 1], port).into())
            .tls_certs_only([reqwest::Certificate::from_pem(&fs::read(certificate)?)?])
            .build()?;
        let before = cpu_nanoseconds()?;
        let send = |number: u64| {
            let (client, content, signature) = (&client, &content, signature.clone());
            let browser = SubscriptionInfo::new(format!("https://{NAME}:{port}/send/{number}"), (*p256dh).to_string(), (*auth).to_string());
            async move {
                let mut message = WebPushMessageBuilder::new(&browser);
                message.set_payload(ContentEncoding::Aes128Gcm, content);
                message.set_vapid_signature(signature);
                message.set_ttl(900);
                message.set_urgency(Urgency::High);
                let request = request_builder::build_request::<Vec<u8>>(message.build()?);
                let (head, body) = request.into_parts();
                let mut sent = client.post(head.uri.to_string()).body(body);
                for (name, value) in &head.headers {
                    sent = sent.header(name.as_str(), value.as_bytes());
                }
                Ok::<bool, Box<dyn Error>>(sent.send().await?.status().as_u16() == 201)
            }
        };
        let mut under_way = stream::iter(0..messages).map(send).buffer_unordered(at_once);
        let mut taken = 0u64;
        while let Some(answer) = under_way.next().await {
            taken += u64::from(answer?);
        }
        Ok::<_, Box<dyn Error>>((cpu_nanoseconds()? - before, taken))
    })?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{took} {taken}")?;
    Ok(out.flush()?)
}
