//! Proved: the file that proves a page, checked by the real command, before and after a withdrawal; and pages for people
//! that say something else than the log, found by it.

use crate::recorded::{assessment, claim, editors, redaction, scenarios, source};
use crate::town::{Town, code, handbell, room, said};
use handbell::cli::town;
use handbell_rules::id::IncidentId;
use handbell_rules::record::Ref;
use serde_json::Value;
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::Output;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Both scenarios and a small incident; answers that incident and the place of the desk's sentence in it.
async fn written(dir: &Path) -> (IncidentId, u64) {
    let opened = town::open(dir, &town::Staging::default()).await.unwrap();
    let world = &opened.world;
    scenarios(world).await;
    let both = editors(world).await;
    let incident = both.flood(world).await;
    let words = vec![
        source("A neighbour & friend"),
        claim(Ref::New(0), "Water <ran> over the kerb"),
        assessment(&[Ref::New(0)], "Water came up the road.", ""),
    ];
    both.state(world, incident, words).await;
    let sentence = world.store.stream(incident).await.unwrap().last().unwrap().index;
    opened.publish().await.unwrap();
    opened.close().await;
    (incident, sentence)
}

async fn taken_away(dir: &Path, incident: IncidentId, entry: u64) {
    let opened = town::open(dir, &town::Staging::default()).await.unwrap();
    editors(&opened.world).await.state(&opened.world, incident, vec![redaction(entry)]).await;
    opened.publish().await.unwrap();
    opened.close().await;
}

/// One more claim on a page, and one more page.
async fn added(dir: &Path, incident: IncidentId) {
    let opened = town::open(dir, &town::Staging::default()).await.unwrap();
    let both = editors(&opened.world).await;
    both.state(&opened.world, incident, vec![source("The council"), claim(Ref::New(0), "It was dry again")]).await;
    both.flood(&opened.world).await;
    opened.publish().await.unwrap();
    opened.close().await;
}

fn verify(words: &[&str]) -> Output {
    handbell().arg("verify").args(words).output().unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", said(output)))
}

#[test]
fn the_proof_of_a_page_is_checked_by_the_real_command_also_after_a_withdrawal() {
    let town = Town::new();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (incident, sentence) = runtime.block_on(written(&town.dir));
    let room = room();
    let saved = |name: &str, bytes: &[u8]| {
        let path = room.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let server = town.serve();
    let key = server.talk().ask("GET", "/log/vkey", &[], b"").unwrap().text().trim().to_owned();
    let get = |path: &str| server.talk().ask("GET", path, &[], b"").unwrap().body;
    // The first snapshot comes with the first incident, a moment after the start.
    let since = Instant::now();
    let proof = loop {
        assert!(since.elapsed() < Duration::from_secs(30), "no snapshot was taken");
        let proof = get(&format!("/record/{incident}/proof"));
        if String::from_utf8_lossy(&proof).contains("\"remainder\"") {
            break saved("page.proof.json", &proof);
        }
    };
    let page = get(&format!("/record/{incident}"));
    let data = get(&format!("/api/v1/incidents/{incident}"));
    let (html, bytes) = (saved("page.html", &page), saved("page.json", &data));
    for beside in [None, Some(&html), Some(&bytes)] {
        let words: Vec<&str> =
            ["page", proof.as_str()].into_iter().chain(beside.map(String::as_str)).chain(["--key", key.as_str()]).collect();
        let good = verify(&words);
        assert_eq!(code(&good), 0, "{}", said(&good));
        assert!(said(&good).contains("all its"), "{}", said(&good));
    }
    let told = json(&verify(&["page", &proof, "--key", &key, "--json"]));
    assert_eq!(
        (told["answer"].as_str(), told["complete"].as_bool(), told["projection"]["agrees"].as_bool()),
        (Some("good"), Some(true), Some(true))
    );
    assert!(String::from_utf8_lossy(&page).contains(told["projection"]["sha256"].as_str().unwrap()), "the page prints it");

    // Other words, in each way a page shows them.
    let page = String::from_utf8(page).unwrap();
    for (from, to) in
        [("Water came up the road", "Nothing happened"), ("ran&#62; over", "ran&#62; under"), ("neighbour &#38; friend", "stranger")]
    {
        assert!(page.contains(from), "{from}");
        // Everywhere; in what the page says; and in its list of entries.
        let list = page.find("<ol class=\"entries\">").unwrap();
        for other in [
            page.replace(from, to),
            format!("{}{}", page[..list].replace(from, to), &page[list..]),
            format!("{}{}", &page[..list], page[list..].replacen(from, to, 1)),
        ] {
            assert_ne!(other, page, "{from}");
            let file = saved("other.html", other.as_bytes());
            let bad = verify(&["page", &proof, &file, "--key", &key]);
            assert_eq!(code(&bad), 1, "{from}: {}", said(&bad));
        }
    }
    let other = String::from_utf8(data).unwrap().replacen("Water came", "Nothing came", 1);
    assert_eq!(code(&verify(&["page", &proof, &saved("other.json", other.as_bytes()), "--key", &key])), 1);
    server.stop();

    runtime.block_on(taken_away(&town.dir, incident, sentence));
    let server = town.serve();
    let after = saved("after.proof.json", &server.talk().ask("GET", &format!("/record/{incident}/proof"), &[], b"").unwrap().body);
    let told = verify(&["page", &after, "--key", &key]);
    assert_eq!(code(&told), 0, "{}", said(&told));
    assert!(said(&told).contains(&format!("entry {sentence}: withdrawn at index ")), "{}", said(&told));
    let before = verify(&["page", &proof, "--key", &key]);
    assert_eq!(code(&before), 0, "what was proved before stays true of then");
    server.stop();
}

/// Stands before a server and hands on what `told` makes of each path and its answer.
fn before_a_server(server: SocketAddr, told: impl Fn(&str, Vec<u8>) -> Vec<u8> + Send + Sync + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let told = Arc::new(told);
    std::thread::spawn(move || {
        for caller in listener.incoming() {
            let (Ok(mut caller), told) = (caller, told.clone()) else { return };
            std::thread::spawn(move || {
                let mut asked = BufReader::new(caller.try_clone().unwrap());
                let (mut head, mut line) = (String::new(), String::new());
                while asked.read_line(&mut line).is_ok_and(|read| read > 2) {
                    // One answer for each connection, and one that can be read.
                    let name = line.split(':').next().unwrap_or_default().to_lowercase();
                    if name != "connection" && name != "accept-encoding" {
                        head.push_str(&line);
                    }
                    line.clear();
                }
                let mut there = TcpStream::connect(server).unwrap();
                there.write_all(format!("{head}Connection: close\r\n\r\n").as_bytes()).unwrap();
                let mut answer = Vec::new();
                there.read_to_end(&mut answer).unwrap();
                let _ = caller.write_all(&told(head.split(' ').nth(1).unwrap_or_default(), answer));
            });
        }
    });
    address
}

/// What stands on a page, and what a lying site writes in its place.
const LIE: (&str, &str) = ("Water came up the road", "Nothing came up there.");

/// Changes words on pages for people.
fn changed(path: &str, answer: Vec<u8>, from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len(), "so that no length has to change");
    let text = String::from_utf8_lossy(&answer).into_owned();
    let is_page = path.starts_with("/record/") && text.contains("text/html");
    if is_page { text.replace(from, to).into_bytes() } else { answer }
}

/// An answer with these bytes.
fn answer_with(bytes: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", bytes.len());
    [head.as_bytes(), bytes].concat()
}

/// Gives what was saved, until a content or the data of this incident's page is asked for: as if the desk had published
/// at that moment. One `lies` on the page for people then and later.
fn grows(server: SocketAddr, saved: HashMap<String, Vec<u8>>, incident: IncidentId, lies: bool) -> SocketAddr {
    let (has_grown, data) = (AtomicBool::new(false), format!("/api/v1/incidents/{incident}"));
    before_a_server(server, move |path, answer| {
        if path.starts_with("/log/content") || path == data {
            has_grown.store(true, Ordering::Relaxed);
        }
        match saved.get(path) {
            Some(then) if !has_grown.load(Ordering::Relaxed) => answer_with(then),
            _ if lies => changed(path, answer, LIE.0, LIE.1),
            _ => answer,
        }
    })
}

#[test]
fn a_site_is_checked_whole_or_by_its_proofs_and_other_words_on_a_page_are_found() {
    let town = Town::new();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(written(&town.dir));
    let server = town.serve();
    town.counted();
    let site = format!("http://{}", server.address());
    let ways: [&[&str]; 4] = [&[], &["--pages"], &["--light"], &["--light", "--pages"]];
    for with in ways {
        let words: Vec<&str> = [site.as_str(), "--json"].into_iter().chain(with.iter().copied()).collect();
        let good = verify(&words);
        assert_eq!(code(&good), 0, "{with:?}: {}", said(&good));
        let told = json(&good);
        assert_eq!(told["answer"], "good");
        assert_eq!(told["pages"], 3, "{told}");
        if with.contains(&"--light") {
            assert_eq!(told["looked_at"].as_array().unwrap().len(), 3);
        } else {
            assert_eq!(told["pages_shown"], 3);
        }
    }
    let lies = |path: &str, answer| changed(path, answer, LIE.0, LIE.1);
    let lying = format!("http://{}", before_a_server(server.address(), lies));
    for with in ways {
        let words: Vec<&str> = std::iter::once(lying.as_str()).chain(with.iter().copied()).collect();
        let bad = verify(&words);
        assert_eq!(code(&bad), 1, "{with:?}: {}", said(&bad));
        assert!(said(&bad).contains("the page does not say what the log says"), "{}", said(&bad));
    }
    assert_eq!(code(&verify(&[town.dir.to_str().unwrap(), "--light"])), 2);
    // Without the snapshot's rows nothing shows that no entry is missing: what is there holds, and that is not enough.
    std::fs::remove_dir_all(town.public().join("log/snapshots")).unwrap();
    let beginning = verify(&[&site, "--light"]);
    assert!(code(&beginning) == 3 && said(&beginning).contains("whether later ones exist is not shown"), "{}", said(&beginning));
    assert_eq!(code(&verify(&[&site])), 0, "the log itself tells");
    let nobody = verify(&["http://127.0.0.1:1", "--json"]);
    assert_eq!((code(&nobody), json(&nobody)["answer"].as_str()), (3, Some("could-not-tell")));
    server.stop();
}

/// The desk publishes, or withdraws, after the checkpoint was read: that is no lie, and a lie beside it is found as before.
#[test]
fn a_log_that_grows_while_it_is_checked_is_not_called_wrong_and_a_lie_still_is() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for withdraws in [false, true] {
        let town = Town::new();
        let (incident, sentence) = runtime.block_on(written(&town.dir));
        let server = town.serve();
        town.counted();
        let get = |path: &str| server.talk().ask("GET", path, &[], b"").unwrap().body;
        let saved: HashMap<String, Vec<u8>> =
            ["/log/checkpoint".to_owned(), format!("/record/{incident}/proof")].map(|path| (path.clone(), get(&path))).into();
        server.stop();
        match withdraws {
            true => runtime.block_on(taken_away(&town.dir, incident, sentence)),
            false => runtime.block_on(added(&town.dir, incident)),
        }
        let server = town.serve();
        let check = |lies: bool, with: &[&str]| {
            let site = format!("http://{}", grows(server.address(), saved.clone(), incident, lies));
            verify(&[&[site.as_str()][..], with].concat())
        };
        let ways: [&[&str]; 3] = [&[], &["--pages"], &["--light", "--pages"]];
        for with in ways {
            let good = check(false, with);
            assert_eq!(code(&good), 0, "{withdraws} {with:?}: {}", said(&good));
            // What was withdrawn stands on no page that could be changed.
            if !withdraws {
                let bad = check(true, with);
                assert_eq!(code(&bad), 1, "{with:?}: {}", said(&bad));
                assert!(said(&bad).contains("the page does not say what the log says"), "{}", said(&bad));
            }
        }
        server.stop();
    }
}

/// A proof of before shows nothing of what a page says since, and accuses nobody of it.
#[test]
fn an_old_proof_is_not_taken_for_the_newest() {
    let town = Town::new();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (incident, _) = runtime.block_on(written(&town.dir));
    let server = town.serve();
    town.counted();
    let proof = format!("/record/{incident}/proof");
    let before = server.talk().ask("GET", &proof, &[], b"").unwrap().body;
    server.stop();
    runtime.block_on(added(&town.dir, incident));
    let server = town.serve();
    // What was added is published a moment after the start; before that the page has no proof.
    let since = Instant::now();
    while server.talk().ask("GET", &proof, &[], b"").unwrap().status != 200 {
        assert!(since.elapsed() < Duration::from_secs(30), "what was added is not published");
    }
    let new = verify(&[&format!("http://{}", server.address()), "--light", "--pages"]);
    assert_eq!(code(&new), 0, "{}", said(&new));
    let keeps = before_a_server(server.address(), move |path, answer| if path == proof { answer_with(&before) } else { answer });
    let old = verify(&[&format!("http://{keeps}"), "--light", "--pages"]);
    assert_eq!(code(&old), 3, "{}", said(&old));
    assert!(said(&old).contains("what came since is not in it") && said(&old).contains("NOT verified"), "{}", said(&old));
    assert!(said(&old).contains("that the larger continue the smaller is not shown"), "{}", said(&old));
    server.stop();
}
