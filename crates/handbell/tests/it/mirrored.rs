//! Mirrored: one group keeps another's log, and gives it back after a disk was lost.
//!
//! Real programs over HTTP on this machine: what is copied is checked by `handbell verify`'s own code, the first group's
//! store is deleted, its start is refused, and after `handbell repair` it serves the same pages and signs on.

use crate::moved::{body, filled};
use crate::town::{Server, Town, code, handbell, room, said};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use handbell_log::cosignature::{CosigningKey, verify};
use handbell_log::cosigner::origin_hash;
use handbell_log::note::{Note, VerifierKey};
use handbell_log::source::Folder;
use handbell_log::verify::verify_log;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

const ORIGIN: &str = "bell.example/log1";

fn full(dir: &Path) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(filled(dir));
}

fn url(server: &Server) -> String {
    format!("http://{}", server.address())
}

fn key_of(server: &Server) -> String {
    String::from_utf8(body(server, "/log/vkey").1).unwrap().trim().to_owned()
}

fn mirror(url: &str, into: &Path, more: &[&str]) -> Output {
    handbell().args(["mirror", url]).arg("--into").arg(into).args(more).output().unwrap()
}

fn log_of(into: &Path) -> std::path::PathBuf {
    into.join("neighbours").join(origin_hash(ORIGIN)).join("log")
}

/// How many entries a copy holds, everything in it verified.
fn checked(into: &Path, key: &str) -> u64 {
    let verified = verify_log(&Folder::open(log_of(into)).unwrap(), &VerifierKey::parse(key).unwrap()).unwrap();
    assert_eq!(verified.still_offered().count(), 0);
    verified.checkpoint.size
}

#[test]
fn a_log_is_kept_from_the_command_line_with_the_key_that_was_given_or_trusted_first() {
    let town = Town::new();
    full(&town.dir);
    let server = town.serve();
    let (url, key, room) = (url(&server), key_of(&server), room());
    let into = room.path().join("copy");
    // Nobody is believed by default, and nothing is kept of whom nobody believes.
    let asked = mirror(&url, &into, &[]);
    assert_eq!(code(&asked), 2, "{}", said(&asked));
    assert!(said(&asked).contains("--trust-first") && said(&asked).contains(&key), "{}", said(&asked));
    let stranger = "bell.example/log1+8ef3e7b6+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    assert_eq!(code(&mirror(&url, &into, &["--key", stranger])), 2, "an ID that does not fit its key");
    let first = mirror(&url, &into, &["--trust-first", "--name", "north.example/cosigner1"]);
    assert_eq!(code(&first), 0, "{}", said(&first));
    assert!(said(&first).contains("believed on its own word") && said(&first).contains("cosigned as north.example/cosigner1+"));
    let size = checked(&into, &key);
    assert!(size > 10);
    // From now on the copy knows the key, and a quiet log is cosigned again.
    let again = mirror(&url, &into, &[]);
    assert_eq!(code(&again), 0, "{}", said(&again));
    assert!(said(&again).contains("0 of them new"), "{}", said(&again));
    // A folder is as good as a site; a site that is gone is no alarm.
    let folder = mirror(town.dir.to_str().unwrap(), &room.path().join("other"), &["--key", &key]);
    assert_eq!(code(&folder), 0, "{}", said(&folder));
    server.stop();
    let gone = mirror(&url, &into, &["--key", &key]);
    assert_eq!(code(&gone), 3, "{}", said(&gone));
    // What the key did not sign is refused, and the copy stays as it was.
    let checkpoint = town.public().join("log/checkpoint");
    let text = std::fs::read_to_string(&checkpoint).unwrap();
    std::fs::write(&checkpoint, text.replacen(&format!("\n{size}\n"), &format!("\n{}\n", size + 1), 1)).unwrap();
    let forged = mirror(town.dir.to_str().unwrap(), &into, &["--key", &key]);
    assert_eq!(code(&forged), 1, "{}", said(&forged));
    assert_eq!(checked(&into, &key), size);
}

#[test]
fn a_copy_that_is_not_whole_is_not_answered_with_good() {
    let town = Town::new();
    full(&town.dir);
    town.serve().stop();
    let log = town.public().join("log");
    let (key, room) = (std::fs::read_to_string(log.join("vkey")).unwrap(), room());
    let mut contents: Vec<_> =
        std::fs::read_dir(log.join("content")).unwrap().map(|file| file.unwrap().path()).filter(|path| path.is_file()).collect();
    contents.sort();
    let (first, last) = (contents.first().unwrap(), contents.last().unwrap());
    let (source, key) = (town.dir.to_str().unwrap(), key.trim());
    // One content is not there, and nobody withdrew it or says that it is lost.
    let kept = std::fs::read(last).unwrap();
    std::fs::remove_file(last).unwrap();
    let missing = mirror(source, &room.path().join("missing"), &["--key", key]);
    assert!(code(&missing) == 3 && said(&missing).contains("1 contents are not there and not withdrawn"), "{}", said(&missing));
    // One is another: somebody offers words that the log did not commit to.
    std::fs::write(last, std::fs::read(first).unwrap()).unwrap();
    let into = room.path().join("changed");
    let changed = mirror(source, &into, &["--key", key]);
    assert!(code(&changed) == 1 && said(&changed).contains("is not what the log committed to"), "{}", said(&changed));
    // It goes on to be asked for, and the copy is whole once it is there.
    std::fs::write(last, kept).unwrap();
    let whole = mirror(source, &into, &["--key", key]);
    assert_eq!(code(&whole), 0, "{}", said(&whole));
    checked(&into, key);
}

#[test]
fn an_address_that_was_trusted_once_is_not_trusted_again_under_another_name() {
    let (town, other, room) = (Town::new(), Town::at("https://other.example"), room());
    let (site, into) = (room.path().join("site"), room.path().join("copy"));
    std::fs::create_dir_all(&site).unwrap();
    let shows = |town: &Town| {
        full(&town.dir);
        town.serve().stop();
        let _ = std::fs::remove_dir_all(site.join("public"));
        std::fs::rename(town.public(), site.join("public")).unwrap();
        std::fs::read_to_string(site.join("public/log/vkey")).unwrap().trim().to_owned()
    };
    let first = shows(&town);
    let kept = mirror(site.to_str().unwrap(), &into, &["--trust-first"]);
    assert_eq!(code(&kept), 0, "{}", said(&kept));
    let renamed = shows(&other);
    let refused = mirror(site.to_str().unwrap(), &into, &["--trust-first"]);
    assert!(
        code(&refused) == 1 && said(&refused).contains(&format!("showed the log of {first} before, and now names {renamed}")),
        "{}",
        said(&refused)
    );
    let known = mirror(site.to_str().unwrap(), &into, &["--key", &renamed]);
    assert_eq!(code(&known), 0, "whoever knows that it changed says so: {}", said(&known));
}

/// Waits until a path answers with something, with a limit.
fn until(server: &Server, path: &str, holds: impl Fn(&[u8]) -> bool) -> Vec<u8> {
    let since = Instant::now();
    loop {
        let (status, bytes) = body(server, path);
        if status == 200 && holds(&bytes) {
            return bytes;
        }
        assert!(since.elapsed() < Duration::from_secs(60), "{path}: {status}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn serve_with(town: &Town, neighbours: &str) -> Command {
    let mut command = town.serve_command();
    command.env("HANDBELL_NEIGHBOURS", neighbours);
    command
}

#[test]
fn a_neighbour_that_serves_gives_a_lost_log_back() {
    let (ours, theirs) = (Town::new(), Town::at("https://north.example"));
    full(&ours.dir);
    // What a first start adds to the log is published before the second one listens.
    ours.serve().stop();
    let one = ours.serve();
    let key = key_of(&one);
    let other = Server::of(&mut serve_with(&theirs, &format!("{} {key}", url(&one))), &theirs.dir);
    let prefix = format!("/log/neighbours/{}", origin_hash(ORIGIN));
    let size = body(&one, "/log/checkpoint").1.split(|byte| *byte == b'\n').nth(1).unwrap().to_vec();
    let cosigned = until(&other, &format!("{prefix}/checkpoint"), |bytes| bytes.split(|byte| *byte == b'\n').nth(1) == Some(&size));
    let secret = std::fs::read_to_string(theirs.dir.join("keys/cosigner")).unwrap();
    assert!(secret.starts_with("north.example/cosigner1\n"));
    let note = Note::parse(&cosigned).unwrap();
    assert!(note.verify(&[VerifierKey::parse(&key).unwrap()]).is_ok() && note.signatures().len() == 2);
    let seed: [u8; 32] = STANDARD.decode(secret.lines().nth(1).unwrap()).unwrap().try_into().unwrap();
    let cosigner = CosigningKey::from_seed("north.example/cosigner1", &seed).unwrap();
    assert_eq!(verify(&note, &[cosigner.verifier().clone()]).unwrap().len(), 1);
    // Contents follow the checkpoint; the withdrawn one is never among them.
    let size: u64 = String::from_utf8(size).unwrap().parse().unwrap();
    let paths: Vec<String> = (0..size).map(|index| format!("content/{index:03}")).collect();
    let ours_has: Vec<u16> = paths.iter().map(|path| body(&one, &format!("/log/{path}")).0).collect();
    let last = (0..paths.len()).rev().find(|place| ours_has[*place] == 200).unwrap();
    until(&other, &format!("{prefix}/{}", paths[last]), |_| true);
    let theirs_has: Vec<u16> = paths.iter().map(|path| body(&other, &format!("{prefix}/{path}")).0).collect();
    assert_eq!(ours_has, theirs_has);
    assert_eq!(ours_has.iter().filter(|status| **status == 410).count(), 1);
    let list = body(&one, "/api/v1/incidents").1;
    one.stop();

    // The disk is lost: keys and settings come back from paper, the store does not.
    std::fs::remove_file(ours.dir.join("handbell.db")).unwrap();
    std::fs::remove_dir_all(ours.public()).unwrap();
    let neighbour = url(&other);
    let made = handbell().arg("repair").arg(&ours.dir).args(["--from-neighbour", &neighbour]).output().unwrap();
    assert_eq!(code(&made), 0, "{}", said(&made));
    assert!(said(&made).contains(&format!("brought back: {size} entries")), "{}", said(&made));
    let verified = ours.verify();
    assert_eq!(code(&verified), 0, "{}", said(&verified));
    let back = Server::of(&mut serve_with(&ours, &format!("{neighbour} {}", key_of(&other))), &ours.dir);
    assert_eq!(body(&back, "/api/v1/incidents").1, list, "the same pages");
    back.stop();
    let twice = handbell().arg("repair").arg(&ours.dir).args(["--from-neighbour", &neighbour]).output().unwrap();
    assert_eq!(code(&twice), 1, "{}", said(&twice));
    assert!(said(&twice).contains("nothing is missing here"), "{}", said(&twice));
}

/// PROMISE the-log-signs-one-tree.
#[test]
fn a_store_that_is_behind_what_a_neighbour_has_seen_signs_nothing() {
    let (ours, theirs) = (Town::new(), Town::at("https://north.example"));
    // An older copy of the store and the folder, from before anything was published.
    let older = room();
    let older = older.path().join("handbell.db");
    std::fs::copy(ours.dir.join("handbell.db"), &older).unwrap();
    full(&ours.dir);
    let key = VerifierKey::parse(std::fs::read_to_string(ours.public().join("log/vkey")).unwrap().trim()).unwrap();
    let kept = mirror(ours.dir.to_str().unwrap(), &theirs.dir, &["--key", &key.to_string(), "--name", "north.example/cosigner1"]);
    assert_eq!(code(&kept), 0, "{}", said(&kept));
    // Where nobody listens: what is there was copied by hand.
    let settings = format!("http://127.0.0.1:1 {key}");
    let other = Server::of(&mut serve_with(&theirs, &settings), &theirs.dir);
    std::fs::copy(&older, ours.dir.join("handbell.db")).unwrap();
    std::fs::remove_dir_all(ours.public()).unwrap();
    std::fs::create_dir(ours.public()).unwrap();
    let neighbours = format!("{} {}", url(&other), key_of(&other));
    let refused = serve_with(&ours, &neighbours).output().unwrap();
    assert_ne!(code(&refused), 0);
    let words = format!("handbell repair {} --from-neighbour {}", ours.dir.display(), url(&other));
    assert!(said(&refused).contains(&words), "{}", said(&refused));
    assert!(!ours.public().join("log/checkpoint").exists(), "nothing was signed");
    // A neighbour that is not there stops nobody.
    let repaired = handbell().arg("repair").arg(&ours.dir).args(["--from-neighbour", &url(&other)]).output().unwrap();
    assert_eq!(code(&repaired), 0, "{}", said(&repaired));
    other.stop();
    let back = Server::of(&mut serve_with(&ours, &neighbours), &ours.dir);
    assert_eq!(body(&back, "/log/checkpoint").0, 200);
    back.stop();
}
