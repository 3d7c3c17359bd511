//! Mailed: a letter handed to a real SMTP server and read by another program.
//!
//! `aiosmtpd` is that server, and Python's own mail library reads what it kept. Where it is not installed the
//! test says so and passes; with `HANDBELL_REQUIRE_TEST_DATA=1` that is a failure. `./check` installs it.

use handbell::channel::gateway::{Stands, Waits};
use handbell::channel::mail::{Letter, Mail, MailServer, Tls};
use handbell_rules::bell::address::MailAddress;
use handbell_rules::bell::delivery::Answer;
use handbell_rules::time::Timestamp;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A server that goes with the test.
struct Served(Child);

impl Drop for Served {
    fn drop(&mut self) {
        let _gone = self.0.kill();
        let _waited = self.0.wait();
    }
}

/// Reads one kept letter and prints what the test asks, one line each.
const READ: &str = r"
import email, email.policy, pathlib, sys
kept = [p for p in (pathlib.Path(sys.argv[1]) / 'new').iterdir()]
print(len(kept))
m = email.message_from_bytes(kept[0].read_bytes(), policy=email.policy.default)
for name in ('To', 'From', 'Subject', 'Message-ID', 'In-Reply-To', 'Auto-Submitted', 'List-Unsubscribe', 'List-Unsubscribe-Post', 'X-RcptTo', 'Date'):
    print(name + ': ' + str(m[name]))
print(m.get_content_type())
print(repr(m.get_content()))
print(len(m.defects))
";

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Starts the server; `None` when it is not installed.
async fn served(kept: &Path) -> Option<(Served, u16)> {
    let port = free_port();
    let program = std::env::var("HANDBELL_TEST_AIOSMTPD").unwrap_or_else(|_| "aiosmtpd".to_owned());
    let child = Command::new(program)
        .args(["-n", "-l", &format!("127.0.0.1:{port}"), "-c", "aiosmtpd.handlers.Mailbox"])
        .arg(kept)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut served = Served(child);
    // It says nothing when it is ready, so it is asked until it answers, or has ended, or a minute has passed.
    for _ in 0..600 {
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return Some((served, port));
        }
        assert!(served.0.try_wait().unwrap().is_none(), "the mail server ended at once");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the mail server did not start within a minute");
}

#[tokio::test]
async fn a_real_server_takes_a_letter_and_another_program_reads_it() {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("kept");
    let Some((_served, port)) = served(&kept).await else {
        let required = std::env::var("HANDBELL_REQUIRE_TEST_DATA").is_ok_and(|value| value == "1");
        assert!(!required, "aiosmtpd is not installed");
        println!("skipped: aiosmtpd is not installed");
        return;
    };
    let server = MailServer {
        host: "127.0.0.1".into(),
        port,
        tls: Tls::Never,
        stands: Stands::OwnNetwork,
        login: None,
        from: MailAddress::parse("bell@group.example").unwrap(),
        group: "Nachbarn Łódź".into(),
    };
    let mail = Mail::new(server, Waits::ORDINARY).unwrap();
    let to = MailAddress::parse("amira@example.org").unwrap();
    let link = format!("https://bell.example/channels/mine/{}", "a".repeat(43));
    let text = "Actividad confirmada. .\n.\n..\nمنطقة\n";
    let letter =
        Letter { id: "second", follows: Some("first"), subject: "Se acabó: ¿todo bien? انتهى", text, unsubscribe: Some(&link) };
    let now = Timestamp::from_milliseconds(1_760_000_000_000);
    assert_eq!(mail.send(&to, &letter, now).await, Answer::Accepted);
    let read = Command::new("python3").args(["-c", READ]).arg(&kept).env("PYTHONIOENCODING", "utf-8").output().unwrap();
    let said = String::from_utf8(read.stdout).unwrap();
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    let mut lines = said.lines();
    assert_eq!(lines.next(), Some("1"));
    for line in [
        "To: amira@example.org",
        "From: Nachbarn Łódź <bell@group.example>",
        "Subject: Se acabó: ¿todo bien? انتهى",
        "Message-ID: <second@group.example>",
        "In-Reply-To: <first@group.example>",
        "Auto-Submitted: auto-generated",
        &format!("List-Unsubscribe: <{link}>"),
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        "X-RcptTo: amira@example.org",
        "Date: Thu, 09 Oct 2025 08:53:20 +0000",
        "text/plain",
    ] {
        assert_eq!(lines.next(), Some(line), "{said}");
    }
    let body = lines.next().unwrap();
    assert!(
        body.contains("Actividad confirmada. .") && body.contains("منطقة") && body.contains("\\r\\n.\\r\\n..\\r\\n"),
        "a line of one dot stays: {body}"
    );
    assert_eq!(lines.next(), Some("0"), "no defect: {said}");
}
