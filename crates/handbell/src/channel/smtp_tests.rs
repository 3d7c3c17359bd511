//! Conformance of mail: the same bad manners in the terms of SMTP, and what a letter says.

use super::Channel;
use super::conformance::{HASTY, NOW, parcel};
use super::gateway::Stands;
use super::mail::{Mail, MailServer, Tls};
use super::peers::nowhere;
use crate::push::endpoint::Live;
use futures::future::join_all;
use handbell_rules::bell::address::MailAddress;
use handbell_rules::bell::alert::RingKind;
use handbell_rules::bell::delivery::Answer;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use tokio::net::TcpSocket;
use zeroize::Zeroizing;

/// Where a mail server misbehaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manners {
    Takes,
    Absent,
    /// Says nothing from the beginning.
    SilentAtOnce,
    /// Begins a line that never ends.
    EndlessLine,
    /// Sends lines without end.
    EndlessLines,
    /// Greets with this.
    Greets(&'static str),
    /// Answers to the password.
    ToLogin(&'static str),
    ToSender(&'static str),
    ToRecipient(&'static str),
    ToData(&'static str),
    /// Answers to the content.
    ToContent(&'static str),
    /// Closes after the recipient.
    DropsAtData,
    /// Takes the content and closes.
    DropsAfterContent,
    /// Takes the content and says nothing.
    SilentAfterContent,
    /// Takes the content and begins a line that never ends.
    EndlessAfterContent,
}

/// What a server was told in one conversation.
#[derive(Debug, Default, Clone)]
pub(crate) struct Told {
    pub(crate) lines: Vec<String>,
    pub(crate) content: String,
}

pub(crate) struct Server {
    address: SocketAddr,
    pub(crate) told: Arc<Mutex<Vec<Told>>>,
    /// Holds the place where nobody listens.
    _held: Option<TcpSocket>,
}

impl Server {
    pub(crate) fn start(manners: Manners) -> Self {
        let told: Arc<Mutex<Vec<Told>>> = Arc::default();
        if manners == Manners::Absent {
            let (held, address) = nowhere();
            return Self { address, told, _held: Some(held) };
        }
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::clone(&told);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (Ok(stream), seen) = (stream, Arc::clone(&seen)) else { return };
                std::thread::spawn(move || converse(stream, manners, &seen));
            }
        });
        Self { address, told, _held: None }
    }

    pub(crate) fn mail(&self, login: bool, tls: bool) -> Mail {
        let server = MailServer {
            host: "127.0.0.1".into(),
            port: self.address.port(),
            tls: if tls { Tls::AtOnce } else { Tls::Never },
            stands: Stands::OwnNetwork,
            login: login.then(|| ("bell".to_owned(), Zeroizing::new("password".to_owned()))),
            from: MailAddress::parse("bell@group.example").unwrap(),
            group: "Eastgate".into(),
        };
        Mail::new(server, HASTY).unwrap()
    }
}

fn endless(stream: &mut TcpStream, part: &[u8]) {
    while stream.write_all(part).is_ok() {}
}

fn converse(mut stream: TcpStream, manners: Manners, seen: &Mutex<Vec<Told>>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let until_closed = |reader: &mut BufReader<TcpStream>| drop(reader.read_to_end(&mut Vec::new()));
    match manners {
        Manners::SilentAtOnce => return until_closed(&mut reader),
        Manners::EndlessLine => return endless(&mut stream, &[b'2'; 8_192]),
        Manners::EndlessLines => return endless(&mut stream, b"220-more\r\n"),
        Manners::Greets(line) => drop(stream.write_all(format!("{line}\r\n").as_bytes())),
        _ => drop(stream.write_all(b"220 mx.example ESMTP\r\n")),
    }
    let (mut told, mut line) = (Told::default(), String::new());
    loop {
        line.clear();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        let said = line.trim_end().to_owned();
        let word = said.split(' ').next().unwrap_or_default().to_uppercase();
        told.lines.push(said);
        let answer = match (word.as_str(), manners) {
            ("EHLO", _) => "250-mx.example\r\n250-8BITMIME\r\n250 AUTH PLAIN",
            ("AUTH", Manners::ToLogin(answer)) | ("MAIL", Manners::ToSender(answer)) | ("RCPT", Manners::ToRecipient(answer)) => answer,
            ("AUTH", _) => "235 2.7.0 yes",
            ("DATA", Manners::ToData(answer)) => answer,
            ("DATA", Manners::DropsAtData) => return,
            ("DATA", _) => {
                drop(stream.write_all(b"354 go on\r\n"));
                told.content.clear();
                loop {
                    line.clear();
                    if reader.read_line(&mut line).unwrap_or(0) == 0 {
                        return;
                    }
                    if line == ".\r\n" {
                        break;
                    }
                    told.content.push_str(&line);
                }
                seen.lock().unwrap().push(std::mem::take(&mut told));
                match manners {
                    Manners::DropsAfterContent => return,
                    Manners::SilentAfterContent => return until_closed(&mut reader),
                    Manners::EndlessAfterContent => return endless(&mut stream, &[b'2'; 8_192]),
                    Manners::ToContent(answer) => answer,
                    _ => "250 2.0.0 taken",
                }
            }
            ("QUIT", _) => "221 bye",
            _ => "250 2.1.0 yes",
        };
        if stream.write_all(format!("{answer}\r\n").as_bytes()).is_err() {
            return;
        }
    }
}

fn amira() -> MailAddress {
    MailAddress::parse("amira@example.org").unwrap()
}

#[tokio::test]
async fn mail_gives_the_right_answer_to_every_bad_server() {
    use Answer::{Accepted, Gone, Hung, Later, Refused};
    let table = [
        (Manners::Takes, Accepted),
        (Manners::Absent, Later),
        (Manners::SilentAtOnce, Later),
        (Manners::EndlessLine, Later),
        (Manners::EndlessLines, Later),
        (Manners::Greets("421 4.3.2 not now"), Later),
        (Manners::Greets("554 5.3.2 no"), Later),
        (Manners::Greets("HTTP/1.1 400 Bad Request"), Later),
        (Manners::ToLogin("535 5.7.8 wrong"), Refused),
        (Manners::ToLogin("454 4.7.0 not now"), Later),
        (Manners::ToSender("451 4.3.0 not now"), Later),
        (Manners::ToSender("550 5.7.1 not you"), Refused),
        (Manners::ToRecipient("450 4.2.0 greylisted"), Later),
        (Manners::ToRecipient("550 5.1.1 nobody"), Gone),
        (Manners::ToRecipient("550 5.7.1 we do not want your mail"), Refused),
        (Manners::ToRecipient("552 5.2.2 full"), Refused),
        (Manners::ToData("451 4.3.0 not now"), Later),
        (Manners::ToData("554 5.5.1 no"), Refused),
        (Manners::DropsAtData, Later),
        (Manners::ToContent("451 4.3.0 not now"), Later),
        (Manners::ToContent("552 5.3.4 too large"), Refused),
        (Manners::ToContent("554 5.6.0 no"), Refused),
        (Manners::DropsAfterContent, Hung),
        (Manners::SilentAfterContent, Hung),
        (Manners::EndlessAfterContent, Hung),
    ];
    let rows = table.into_iter().map(|(manners, right)| async move {
        let server = Server::start(manners);
        (manners, server.mail(true, false).carry(&amira(), &parcel::<Live>(RingKind::Alert), NOW).await, right)
    });
    let wrong: Vec<_> = join_all(rows).await.into_iter().filter(|(_, said, right)| said != right).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn nothing_leaves_when_a_mail_server_speaks_no_tls() {
    let server = Server::start(Manners::Takes);
    assert_eq!(server.mail(true, true).carry(&amira(), &parcel::<Live>(RingKind::Alert), NOW).await, Answer::Later);
    assert!(server.told.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_mail_server_of_another_network_is_never_connected_to() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let server = MailServer {
        host: "localhost".into(),
        port: listener.local_addr().unwrap().port(),
        tls: Tls::AtOnce,
        stands: Stands::Outside,
        login: None,
        from: MailAddress::parse("bell@group.example").unwrap(),
        group: "Eastgate".into(),
    };
    assert_eq!(Mail::new(server, HASTY).unwrap().carry(&amira(), &parcel::<Live>(RingKind::Alert), NOW).await, Answer::Later);
    assert_eq!(listener.accept().err().map(|why| why.kind()), Some(std::io::ErrorKind::WouldBlock));
}

#[tokio::test]
async fn each_letter_names_one_person_and_the_end_follows_the_beginning() {
    let server = Server::start(Manners::Takes);
    let mail = server.mail(false, false);
    let bilal = MailAddress::parse("bilal@example.org").unwrap();
    for to in [&amira(), &bilal] {
        assert_eq!(mail.carry(to, &parcel::<Live>(RingKind::Alert), NOW).await, Answer::Accepted);
    }
    assert_eq!(mail.carry(&amira(), &parcel::<Live>(RingKind::StandDown), NOW).await, Answer::Accepted);
    let told = server.told.lock().unwrap().clone();
    assert_eq!(told.len(), 3);
    assert_eq!(
        told.iter().flat_map(|one| &one.lines).filter(|line| line.starts_with("EHLO")).count(),
        1,
        "one connection carries them all"
    );
    for (one, to, other) in [(&told[0], "amira", "bilal"), (&told[1], "bilal", "amira"), (&told[2], "amira", "bilal")] {
        assert_eq!(one.lines.iter().filter(|line| line.starts_with("RCPT")).count(), 1);
        assert!(one.content.contains(&format!("To: {to}@example.org\r\n")) && !one.content.contains(other), "{one:?}");
        for header in [
            "From: Eastgate <bell@group.example>\r\n",
            "Auto-Submitted: auto-generated\r\n",
            "List-Unsubscribe: <https://bell.example/channels/mine/secret>\r\n",
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
            "Content-Type: text/plain; charset=utf-8\r\n",
            "Date: Thu, 09 Oct 2025 08:53:20 +0000\r\n",
        ] {
            assert!(one.content.contains(header), "{header}\n{}", one.content);
        }
        for never in ["Cc:", "Bcc:", "<html", "<img", "User-Agent:", "X-Mailer:"] {
            assert!(!one.content.contains(never), "{never}");
        }
    }
    assert!(told[0].content.contains("Message-ID: <thread-of-one-person@group.example>\r\n") && !told[0].content.contains("In-Reply-To"));
    assert!(
        told[0].content.contains("Go only as a witness") && !told[2].content.contains("Go only as a witness"),
        "conduct travels with what is live"
    );
    for header in ["In-Reply-To: <thread-of-one-person@group.example>\r\n", "References: <thread-of-one-person@group.example>\r\n"] {
        assert!(told[2].content.contains(header), "{}", told[2].content);
    }
}
