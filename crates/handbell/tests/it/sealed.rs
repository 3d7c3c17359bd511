//! Sealed contact details: what the server keeps is opened by the `age` program with the key that `init`
//! printed once, and by nothing that the server holds.

use crate::town::Town;
use handbell::cli::town as folder;
use std::process::Command;

const CONTACT: &str = "the blue door, ring twice";

#[test]
fn a_contact_is_opened_by_the_age_program_and_by_nothing_the_server_holds() {
    // PROMISE a-witness-is-unknown
    let town = Town::new();
    let server = town.serve();
    let body =
        format!(r#"{{"kind":"flood","basis":"saw","happening":"now","place":"Mill Road","text":"Ankle deep.","contact":"{CONTACT}"}}"#);
    let answer = server.talk().ask("POST", "/api/v1/reports", &[("Content-Type", "application/json")], body.as_bytes()).unwrap();
    assert_eq!(answer.status, 201, "{}", answer.text());
    server.stop();

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let sealed = runtime.block_on(async {
        let opened = folder::open(&town.dir, &folder::Staging::default()).await.unwrap();
        let report = opened.world.store.waiting_reports(1).await.unwrap().remove(0);
        let sealed = opened.world.store.contact(report.id).await.unwrap().unwrap().sealed;
        opened.close().await;
        sealed
    });
    let identity = town.told.lines().find(|line| line.starts_with("AGE-SECRET-KEY-")).expect("init prints the key once");
    let mut open = vec![town.dir.clone()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let Ok(bytes) = std::fs::read(&path) else { continue };
            for secret in [CONTACT, identity] {
                let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
                assert!(!found, "{} holds what nobody at the server may read", path.display());
            }
        }
    }

    let (key, file) = (town.dir.join("identity"), town.dir.join("contact.age"));
    std::fs::write(&key, format!("{identity}\n")).unwrap();
    std::fs::write(&file, &sealed).unwrap();
    let Ok(read) = Command::new("age").arg("-d").arg("-i").arg(&key).arg(&file).output() else {
        assert_ne!(std::env::var("HANDBELL_REQUIRE_TEST_DATA").as_deref(), Ok("1"), "the program `age` is missing");
        println!("a_contact_is_opened_by_the_age_program: the program `age` is missing, so nothing was opened");
        return;
    };
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    assert_eq!(String::from_utf8(read.stdout).unwrap().trim_end(), CONTACT);
}
