//! One writer to a folder, and nothing made where nothing was: what `serve`, `init` and `verify` refuse.

use crate::town::{Town, code, handbell, room, said};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::SystemTime;

/// Every file below a folder with its length and time of change.
fn files(folder: &Path) -> BTreeMap<String, (u64, SystemTime)> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(&next).unwrap() {
            let entry = entry.unwrap();
            let facts = entry.metadata().unwrap();
            if facts.is_dir() {
                open.push(entry.path());
            } else {
                found.insert(entry.path().display().to_string(), (facts.len(), facts.modified().unwrap()));
            }
        }
    }
    found
}

#[test]
fn a_second_server_on_the_same_folder_is_refused_and_the_first_goes_on() {
    let town = Town::new();
    let mut server = town.serve();
    let second = town.serve_command().output().unwrap();
    assert_eq!(code(&second), 1, "{}", said(&second));
    assert!(said(&second).contains("is in use by another handbell"), "{}", said(&second));
    assert!(second.stdout.is_empty(), "a refused server must not say that it listens: {}", said(&second));
    // A command that writes goes through the running server instead of taking the lock.
    let token = town.invite("Amina");
    assert!(token.len() > 20, "{token}");
    assert_eq!(server.talk().ask("GET", "/nowhere", &[], b"").unwrap().status, 404);
    server.kill();
    // A lock dies with its holder, however it died.
    let again = town.serve();
    assert_eq!(again.talk().ask("GET", "/nowhere", &[], b"").unwrap().status, 404);
    again.stop();
}

#[test]
fn serve_makes_no_folder_and_no_store() {
    let room = room();
    let missing = room.path().join("missing");
    let served = handbell().arg("serve").arg(&missing).args(["--listen", "127.0.0.1:0"]).output().unwrap();
    assert_eq!(code(&served), 1, "{}", said(&served));
    assert!(said(&served).contains("handbell init"), "{}", said(&served));
    assert!(!missing.exists(), "serve made a folder");

    let town = Town::new();
    for name in ["handbell.db", "handbell.db-wal", "handbell.db-shm"] {
        let _ = std::fs::remove_file(town.dir.join(name));
    }
    let before = files(&town.dir);
    let served = town.serve_command().output().unwrap();
    assert_eq!(code(&served), 1, "{}", said(&served));
    assert!(said(&served).contains("there is no store here"), "{}", said(&served));
    assert_eq!(files(&town.dir), before, "serve made or changed a file");

    // An empty file is not a store either: a restored disk may hold one.
    std::fs::write(town.dir.join("handbell.db"), b"").unwrap();
    let served = town.serve_command().output().unwrap();
    assert_eq!(code(&served), 1, "{}", said(&served));
    assert!(said(&served).contains("no store of Handbell"), "{}", said(&served));
}

#[test]
fn init_refuses_what_exists_and_touches_nothing() {
    let town = Town::new();
    let before = files(&town.dir);
    let again = handbell().args(["init", "--origin", "https://other.example"]).arg(&town.dir).output().unwrap();
    assert_eq!(code(&again), 1, "{}", said(&again));
    assert!(said(&again).contains("exists already"), "{}", said(&again));
    assert_eq!(files(&town.dir), before);

    let room = room();
    let empty = room.path().join("empty");
    std::fs::create_dir(&empty).unwrap();
    let made = handbell().args(["init", "--origin", "https://other.example"]).arg(&empty).output().unwrap();
    assert_eq!(code(&made), 1, "an empty folder may be a disk that is not there: {}", said(&made));
    assert_eq!(files(&empty), BTreeMap::new());

    // A wrong origin is found before anything is made.
    let wrong = room.path().join("wrong");
    let made = handbell().args(["init", "--origin", "http://bell.example/"]).arg(&wrong).output().unwrap();
    assert_eq!(code(&made), 1, "{}", said(&made));
    assert!(said(&made).contains("https://bell.example") && !wrong.exists(), "{}", said(&made));
}

#[test]
fn an_unknown_setting_is_refused_with_the_nearest_known_one() {
    let town = Town::new();
    let served = town.serve_command().env("HANDBELL_LISTN", "127.0.0.1:0").output().unwrap();
    assert!([1, 2].contains(&code(&served)), "{}", said(&served));
    assert!(said(&served).contains("did you mean `listen`"), "{}", said(&served));

    let path = town.dir.join("handbell.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("{text}push_origin = ['https://push.example']\n")).unwrap();
    let served = town.serve_command().output().unwrap();
    assert!([1, 2].contains(&code(&served)), "{}", said(&served));
    assert!(said(&served).contains("`push_origin`") && said(&served).contains("did you mean `push_origins`"), "{}", said(&served));
}

#[test]
fn exit_codes_say_good_no_usage_and_could_not_tell() {
    let town = Town::new();
    let help = handbell().arg("--help").output().unwrap();
    assert_eq!(code(&help), 0, "{}", said(&help));
    for usage in [&["serv"][..], &["verify"], &["serve", "--nonsense"], &["invite", "x", "--role", "king", "--name", "Amina"]] {
        let output = handbell().args(usage).output().unwrap();
        assert_eq!(code(&output), 2, "{usage:?}: {}", said(&output));
    }
    town.serve().stop();
    let empty = town.verify();
    assert_eq!(code(&empty), 0, "an empty record is a good one: {}", said(&empty));
    assert!(said(&empty).contains("nothing is published yet"), "{}", said(&empty));
    let bad_key = handbell().arg("verify").arg(&town.dir).args(["--key", "not a key"]).output().unwrap();
    assert_eq!(code(&bad_key), 2, "{}", said(&bad_key));
    let nowhere = handbell().args(["verify", "/nowhere/at/all"]).output().unwrap();
    assert_eq!(code(&nowhere), 3, "{}", said(&nowhere));
    let nobody = handbell().args(["verify", "http://127.0.0.1:1"]).output().unwrap();
    assert_eq!(code(&nobody), 3, "{}", said(&nobody));
    // A page without a log is a claim without a proof.
    std::fs::create_dir_all(town.public().join("incidents")).unwrap();
    std::fs::write(town.public().join("incidents/aaaaaaaaaaaaaaaaaaaaaaaaaa.json"), b"{}").unwrap();
    let unproven = town.verify();
    assert_eq!(code(&unproven), 1, "{}", said(&unproven));
}

#[test]
fn a_store_older_than_what_was_published_is_not_served() {
    // PROMISE the-log-signs-one-tree, across a restored backup.
    let town = Town::new();
    let key = handbell::folder::open(&town.dir, handbell::folder::Use::Reading).unwrap().log_key;
    let seen = handbell_log::checkpoint::Checkpoint {
        origin: key.name().to_owned(),
        size: 5,
        root: handbell_log::hash::leaf_hash(b"what the world has seen"),
    };
    // Each alone is enough: a web server's copy, or the mark that is made before anybody can read the checkpoint.
    for seen_at in ["log/checkpoint", "high-water", "high-water-2"] {
        let path = town.public().join(seen_at);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, seen.sign(&key).unwrap().encode()).unwrap();
        let served = town.serve_command().output().unwrap();
        assert_eq!(code(&served), 1, "{}", said(&served));
        assert!(said(&served).contains("it is an older copy"), "{seen_at}: {}", said(&served));
        std::fs::remove_file(&path).unwrap();
    }
    town.serve().stop();
}
