//! Moved: a whole record exported by one group and taken over by another gives the same pages (invariant e).
//!
//! Both scenarios, an incident of the desk with a correction and a redaction. Everything is asked of both
//! servers over HTTP: every page for programs as it is now and as of every earlier size of the log.

use crate::recorded::{assessment, claim, editors, redaction, scenarios, source};
use crate::town::{Server, Town, code, handbell, room, said};
use handbell::acts::{desk, record};
use handbell::cli::town;
use handbell_rules::desk::incident::Ending;
use handbell_rules::id::IncidentId;
use handbell_rules::record::Ref;
use handbell_rules::record::proposal::Proposed;
use std::path::{Path, PathBuf};
use std::process::Output;

fn export(dir: &Path, kind: &str, to: &Path) -> Output {
    handbell().arg("export").arg(dir).args(["--as", kind]).arg(to).output().unwrap()
}

fn import(dir: &Path, file: &Path) -> Output {
    handbell().arg("import").arg(dir).arg(file).args(["--as", "jsonl"]).output().unwrap()
}

/// Fills a group's record; its desk's incident.
pub async fn filled(dir: &Path) -> IncidentId {
    let opened = town::open(dir, &town::Staging::default()).await.unwrap();
    let world = &opened.world;
    scenarios(world).await;
    let both = editors(world).await;
    let incident = both.flood(world).await;
    let first = vec![
        source("Witness A"),
        claim(Ref::New(0), "The drain overflowed."),
        claim(Ref::New(0), "A name that should not have been said."),
        assessment(&[Ref::New(0)], "The drain overflowed.", ""),
    ];
    both.state(world, incident, first).await;
    both.state(world, incident, vec![assessment(&[Ref::Known(1)], "Two drains overflowed.", "It was two drains, not one.")]).await;
    let wrong = world.store.stream(incident).await.unwrap();
    let holds = |bytes: &[u8]| bytes.windows(6).any(|some| some == b"A name");
    let wrong = wrong.iter().find(|row| row.content.as_deref().is_some_and(holds)).unwrap().index;
    both.state(world, incident, vec![redaction(wrong)]).await;
    opened.publish().await.unwrap();
    opened.close().await;
    incident
}

/// A filled group with its export as lines.
fn exported() -> (Town, IncidentId, tempfile::TempDir, PathBuf) {
    let town = Town::new();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let incident = runtime.block_on(filled(&town.dir));
    let room = room();
    let file = room.path().join("record.jsonl");
    let done = export(&town.dir, "jsonl", &file);
    assert_eq!(code(&done), 0, "{}", said(&done));
    (town, incident, room, file)
}

pub fn body(server: &Server, path: &str) -> (u16, Vec<u8>) {
    let answer = server.talk().ask("GET", path, &[], b"").unwrap();
    (answer.status, answer.body)
}

#[test]
fn an_export_taken_over_elsewhere_gives_the_same_pages() {
    let (here, incident, room, file) = exported();
    let there = Town::new();
    let taken = import(&there.dir, &file);
    assert_eq!(code(&taken), 0, "{}", said(&taken));
    assert!(said(&taken).contains("word for word") && said(&taken).contains("signed as bell.example/log1"), "{}", said(&taken));
    for town in [&here, &there] {
        let verified = town.verify();
        assert_eq!(code(&verified), 0, "{}", said(&verified));
    }
    let size = std::fs::read_to_string(&file).unwrap().lines().count() - 1;

    // Before anything is served: a server takes a snapshot of its own.
    let back = room.path().join("back.jsonl");
    assert_eq!(code(&export(&there.dir, "jsonl", &back)), 0);
    let (one, other) = (here.serve(), there.serve());
    let list: serde_json::Value = serde_json::from_slice(&body(&one, "/api/v1/incidents").1).unwrap();
    let ids: Vec<String> = list["items"].as_array().unwrap().iter().map(|item| item["incident"].as_str().unwrap().to_owned()).collect();
    assert_eq!(ids.len(), 3);
    let mut paths = vec!["/api/v1/incidents".to_owned(), "/record.csv".to_owned(), "/record.geojson".to_owned(), "/feed.atom".to_owned()];
    for id in &ids {
        paths.push(format!("/api/v1/incidents/{id}"));
        paths.extend((0..=size).map(|size| format!("/api/v1/incidents/{id}?asof={size}")));
    }
    paths.extend((0..size).map(|index| format!("/log/content/{index:03}")));
    paths.extend((0..=size).map(|size| format!("/record.csv?asof={size}")));
    let (mut found, mut gone) = (0, 0);
    for path in &paths {
        let (same, also) = (body(&one, path), body(&other, path));
        assert_eq!(same, also, "{path}");
        found += usize::from(same.0 == 200);
        gone += usize::from(same.0 == 410);
    }
    assert!(found > size * 2 && gone == 1, "{found} of {} answers, {gone} gone", paths.len());
    let page: serde_json::Value = serde_json::from_slice(&body(&other, &format!("/api/v1/incidents/{incident}")).1).unwrap();
    assert_eq!(page["corrections"].as_array().unwrap().len(), 1);
    one.stop();
    other.stop();

    // The lines of both are the same but for the signature; the files are the same to the byte.
    let lines = |path: &Path| std::fs::read_to_string(path).unwrap().lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(lines(&file), lines(&back));
    let head = |path: &Path| -> serde_json::Value {
        serde_json::from_str(std::fs::read_to_string(path).unwrap().lines().next().unwrap()).unwrap()
    };
    assert_eq!((&head(&file)["size"], &head(&file)["root"]), (&head(&back)["size"], &head(&back)["root"]));
    assert_ne!(head(&file)["vkey"], head(&back)["vkey"], "signed by its own key");
    println!("moved: {} answers of two groups compared, {found} of them pages", paths.len());
}

#[test]
fn the_desk_goes_on_with_what_was_taken_over() {
    let (_here, incident, room, file) = exported();
    let there = Town::new();
    assert_eq!(code(&import(&there.dir, &file)), 0);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let opened = town::open(&there.dir, &town::Staging::default()).await.unwrap();
        let world = &opened.world;
        let kept = world.store.incident(incident).await.unwrap().unwrap();
        // The log does not say whether the desk had ended it, nor whether it was at a home: the stricter is taken.
        assert!(kept.public && kept.home && kept.ended.is_none() && kept.live_alerts == 0 && kept.kind == "flood", "{kept:?}");
        let both = editors(world).await;
        desk::end_incident(world, &both.amina, incident, Ending::Over).await.unwrap();
        both.publish(world, incident, Proposed::Outcome { text: "Both drains were cleared.".into(), says: "The council".into() }).await;
        both.state(world, incident, vec![assessment(&[Ref::Known(1)], "Three drains overflowed.", "It was three.")]).await;
        let page = record::read_record(world, incident, None).await.unwrap().unwrap();
        assert_eq!((page.corrections.len(), page.outcome.map(|outcome| outcome.text)), (2, Some("Both drains were cleared.".to_owned())));
        opened.publish().await.unwrap();
        opened.close().await;
    });
    let verified = there.verify();
    assert_eq!(code(&verified), 0, "{}", said(&verified));
    // What has published something of its own takes nothing over, and stays as it is.
    let again = import(&there.dir, &file);
    assert_eq!(code(&again), 1, "{}", said(&again));
    assert!(said(&again).contains("log entries of its own"), "{}", said(&again));
    assert_eq!(code(&there.verify()), 0);
    drop(room);
}

#[test]
fn a_file_that_was_changed_anywhere_is_not_taken_over() {
    let (_here, _incident, room, file) = exported();
    let good = std::fs::read_to_string(&file).unwrap();
    let there = Town::new();
    let lines: Vec<&str> = good.lines().collect();
    let cut = |from: usize, to: usize| lines[..from].iter().chain(&lines[to..]).map(|line| format!("{line}\n")).collect::<String>();
    let swapped = |text: &str, from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    };
    let gone = lines.iter().position(|line| line.contains("\"withdrawn\":true")).unwrap();
    let bad: Vec<(&str, String, &str)> = vec![
        ("a word was changed", swapped(&good, "Two drains", "Ten drains"), "open the leaf"),
        ("a line is missing at the end", cut(lines.len() - 1, lines.len()), "promised"),
        ("a line is missing in the middle", cut(2, 3), "stands where"),
        ("a line was added", format!("{good}{}\n", lines[1]), "more lines"),
        ("the file was cut", good[..good.len() - 10].to_owned(), "cut short"),
        (
            "an entry is said to be withdrawn",
            good.lines()
                .enumerate()
                .map(|(number, line)| {
                    if number == 1 {
                        let row = line.split(",\"salt\"").next().unwrap();
                        format!("{row},\"withdrawn\":true}}\n")
                    } else {
                        format!("{line}\n")
                    }
                })
                .collect(),
            "line 2",
        ),
        ("the size is another", swapped(&good, "\"size\":", "\"size\":1"), "line"),
        ("a field is not known", swapped(&good, "\"index\":0,", "\"index\":0,\"more\":1,"), "unknown field"),
        ("the root is another", swapped(&good, "\"root\":\"", "\"root\":\"A"), "line 1"),
        ("the format is another", swapped(&good, "\"version\":1", "\"version\":2"), "version 1"),
        ("the origin is another", swapped(&good, "\"origin\":\"bell", "\"origin\":\"well"), "line 1"),
        ("the signature is another", swapped(&good, "/log1 ", "/log2 "), "line 1"),
        ("nothing", String::new(), "empty"),
    ];
    for (what, text, words) in &bad {
        let path = room.path().join("bad.jsonl");
        std::fs::write(&path, text).unwrap();
        let no = import(&there.dir, &path);
        assert_eq!(code(&no), 1, "{what}: {}", said(&no));
        assert!(said(&no).contains(words), "{what}: {}", said(&no));
    }
    assert!(gone > 0);
    // Another key than the one the reader knows, and a key where none belongs.
    let other = "bell.example/log1+00000000+AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB";
    let keyed = |kind: &str| handbell().arg("import").arg(&there.dir).arg(&file).args(["--as", kind, "--key", other]).output().unwrap();
    assert_eq!((code(&keyed("jsonl")), code(&keyed("scenario"))), (1, 2));
    assert!(!there.public().join("log").join("checkpoint").exists(), "nothing was written");
    // After all that the good one still goes in.
    assert_eq!(code(&import(&there.dir, &file)), 0);
    println!("moved: {} changed files refused", bad.len());
}

#[test]
fn practice_is_not_taken_over_by_a_real_group_nor_the_other_way() {
    let (_here, _incident, room, file) = exported();
    let drill = room.path().join("drill");
    let made = handbell().args(["init", "--exercise", "--origin", "https://drill.example"]).arg(&drill).output().unwrap();
    assert_eq!(code(&made), 0, "{}", said(&made));
    let no = import(&drill, &file);
    assert_eq!(code(&no), 1, "{}", said(&no));
    assert!(said(&no).contains("never stand in one record"), "{}", said(&no));
}

#[test]
fn an_export_overwrites_nothing_and_needs_no_lock() {
    let (here, _incident, room, _file) = exported();
    // A running server holds the folder's lock.
    let server = here.serve();
    for (kind, door) in [("csv", "/record.csv"), ("geojson", "/record.geojson")] {
        let out = room.path().join(kind);
        assert_eq!(code(&export(&here.dir, kind, &out)), 0);
        assert_eq!(std::fs::read(&out).unwrap(), body(&server, door).1, "the same as the door gives");
    }
    let bundle = room.path().join("bundle");
    assert_eq!(code(&export(&here.dir, "bundle", &bundle)), 0);
    let busy = import(&here.dir, &room.path().join("record.jsonl"));
    assert_ne!(code(&busy), 0, "a log is not taken over while a server runs");
    server.stop();
    let verified = handbell().arg("verify").arg(&bundle).output().unwrap();
    assert_eq!(code(&verified), 0, "{}", said(&verified));

    for (kind, out) in [("csv", "csv"), ("bundle", "bundle"), ("jsonl", "record.jsonl")] {
        let out = room.path().join(out);
        let before = out.is_file().then(|| std::fs::read(&out).unwrap());
        let no = export(&here.dir, kind, &out);
        assert_eq!(code(&no), 1, "{}", said(&no));
        assert!(said(&no).contains("nothing is overwritten"), "{}", said(&no));
        assert_eq!(out.is_file().then(|| std::fs::read(&out).unwrap()), before);
    }
    assert_eq!(code(&export(&here.dir, "pdf", &room.path().join("x"))), 2);
    assert_eq!(code(&export(&room.path().join("nowhere"), "csv", &room.path().join("x"))), 3);
    let fresh = Town::new();
    assert_eq!(code(&export(&fresh.dir, "csv", &room.path().join("x"))), 1, "nothing is published yet");
    // A log that does not hold is not exported.
    let content = here.public().join("log/content/000");
    let mut bytes = std::fs::read(&content).unwrap();
    bytes[40] ^= 1;
    std::fs::write(&content, bytes).unwrap();
    let no = export(&here.dir, "jsonl", &room.path().join("x"));
    assert_eq!(code(&no), 1, "{}", said(&no));
    assert!(said(&no).contains("content/000") && !room.path().join("x").exists(), "{}", said(&no));
}
