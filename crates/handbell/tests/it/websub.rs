//! WebSub: a small real hub over HTTP is told of a change, fetches the feed that names it, and finds the change.
//!
//! The hub here is of our own writing and keeps no more of the standard than a publisher needs: it takes the
//! word, fetches the topic and compares `rel=self` and `rel=hub`.

use crate::town::{Town, handbell, said};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc;
use std::time::Duration;

/// Longest wait for a word to the hub.
const TELLS_WITHIN: Duration = Duration::from_secs(60);
const SCENARIOS: [&str; 2] = [
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios/rye-lane-2017.toml"),
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios/evan-cook-close-2022.toml"),
];

/// What a hub was asked: the head's first line and the body.
fn asked(stream: &mut TcpStream) -> (String, String) {
    let mut read = BufReader::new(stream.try_clone().unwrap());
    let mut first = String::new();
    read.read_line(&mut first).unwrap();
    let mut length = 0;
    loop {
        let mut line = String::new();
        read.read_line(&mut line).unwrap();
        if line.trim().is_empty() {
            break;
        }
        if let Some(bytes) = line.to_lowercase().strip_prefix("content-length:") {
            length = bytes.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    read.read_exact(&mut body).unwrap();
    (first.trim().to_owned(), String::from_utf8(body).unwrap())
}

#[test]
fn a_hub_is_told_of_a_change_and_finds_it_in_the_feed() {
    let town = Town::new();
    let hub = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/hub", hub.local_addr().unwrap());
    let settings = town.dir.join("handbell.toml");
    let text = std::fs::read_to_string(&settings).unwrap();
    std::fs::write(&settings, format!("{text}websub_hub = \"{address}\"\n")).unwrap();
    let (tell, told) = mpsc::channel();
    let listening = std::thread::spawn(move || {
        // The first word is refused, so that the hub is told again.
        for (place, stream) in hub.incoming().enumerate() {
            let mut stream = stream.unwrap();
            let (first, body) = asked(&mut stream);
            let status = if place == 0 { "503 Not now" } else { "202 Accepted" };
            write!(stream, "HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").unwrap();
            if tell.send((place, first, body)).is_err() {
                return;
            }
        }
    });
    let server = town.serve();
    let next = || told.recv_timeout(TELLS_WITHIN).expect("the hub is told within a minute");
    let enter = |scenario: &str| {
        let done = handbell().arg("import").arg(&town.dir).arg(scenario).args(["--as", "scenario"]).output().unwrap();
        assert!(done.status.success(), "{}", said(&done));
    };
    enter(SCENARIOS[0]);
    let (_, first, body) = next();
    assert_eq!(first, "POST /hub HTTP/1.1");
    assert_eq!(body, "hub.mode=publish&hub.url=https%3A%2F%2Fbell.example%2Ffeed.atom&hub.topic=https%3A%2F%2Fbell.example%2Ffeed.atom");
    let (place, _, again) = next();
    assert_eq!((place, again), (1, body.clone()), "a hub that did not take it hears it again");
    enter(SCENARIOS[1]);
    let (_, _, of_the_change) = next();
    assert_eq!(of_the_change, body);
    // What a hub does next: it fetches the topic, and looks whether this is the topic and it is its hub.
    let feed = server.talk().ask("GET", "/feed.atom", &[], b"").unwrap();
    assert_eq!(feed.status, 200);
    assert!(feed.text().contains("<link rel=\"self\" type=\"application/atom+xml\" href=\"https://bell.example/feed.atom\"/>"));
    assert!(feed.text().contains(&format!("<link rel=\"hub\" href=\"{address}\"/>")));
    let links = feed.header("link").unwrap_or_default();
    assert!(
        links.contains(&format!("<{address}>; rel=\"hub\"")) && links.contains("<https://bell.example/feed.atom>; rel=\"self\""),
        "{links}"
    );
    assert_eq!(feed.text().matches("<entry>").count(), 2, "the change stands in the feed when the hub is told");
    server.stop();
    drop(told);
    drop(listening);
}

#[test]
fn a_hub_that_is_no_https_address_and_a_hub_of_an_exercise_are_refused_at_the_start() {
    let town = Town::new();
    let settings = town.dir.join("handbell.toml");
    let text = std::fs::read_to_string(&settings).unwrap();
    for (text, why) in [
        (format!("{text}websub_hub = \"http://hub.example/\"\n"), "must be an https address"),
        (format!("{text}websub_hubs = \"https://hub.example/\"\n"), "did you mean `websub_hub`"),
    ] {
        std::fs::write(&settings, text).unwrap();
        let served = town.serve_command().output().unwrap();
        assert!(!served.status.success() && said(&served).contains(why), "{}", said(&served));
    }
}
