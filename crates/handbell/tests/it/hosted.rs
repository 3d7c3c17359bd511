//! Hosted: what `export --as bundle` writes needs no server of ours. Python's own file server gives it out, and
//! `handbell verify` accepts it from there and refuses it when one byte of it is another.

use crate::town::{Town, code, handbell, room, said};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

const SCENARIO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios/rye-lane-2017.toml");

/// `python3 -m http.server` over a folder; gone when this is dropped.
struct Host {
    child: Child,
    address: String,
}

impl Host {
    fn of(folder: &Path) -> Self {
        let mut serve = Command::new("python3");
        serve.args(["-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory"]).arg(folder);
        let mut child = serve.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        // "Serving HTTP on 127.0.0.1 port 41234 (http://127.0.0.1:41234/) ..."
        let address = line.split(['(', ')']).nth(1).unwrap_or_else(|| panic!("{line}")).trim_end_matches('/').to_owned();
        Self { child, address }
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn verify(what: impl AsRef<std::ffi::OsStr>, vkey: &str) -> Output {
    handbell().arg("verify").arg(what).args(["--key", vkey]).output().unwrap()
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                found.insert(path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned(), std::fs::read(path).unwrap());
            }
        }
    }
    found
}

/// The bundle of a record with one scenario in it.
fn bundled(town: &Town, room: &Path) -> PathBuf {
    let imported = handbell().arg("import").arg(&town.dir).arg(SCENARIO).args(["--as", "scenario"]).output().unwrap();
    assert!(imported.status.success(), "{}", said(&imported));
    let bundle = room.join("bundle");
    let exported = handbell().arg("export").arg(&town.dir).args(["--as", "bundle"]).arg(&bundle).output().unwrap();
    assert_eq!(code(&exported), 0, "{}", said(&exported));
    bundle
}

#[test]
fn a_bundle_on_a_dumb_file_host_is_verified_and_one_other_byte_is_found() {
    let (town, room) = (Town::new(), room());
    let bundle = bundled(&town, room.path());

    let given = files(&bundle);
    let text = |path: &str| String::from_utf8(given.get(path).unwrap_or_else(|| panic!("{path} is missing")).clone()).unwrap();
    let vkey = text("log/vkey").trim().to_owned();
    let about: serde_json::Value = serde_json::from_str(&text("log/about.json")).unwrap();
    assert_eq!((about["site"].as_str(), about["keys"][0].as_str()), (Some("https://bell.example"), Some(vkey.as_str())));
    assert!(text("log/policy").contains(&format!("log {vkey} https://bell.example/log\n")) && text("log/policy").contains("quorum none"));
    let kept: Vec<&String> = given.keys().filter(|path| path.starts_with("log/checkpoints/")).collect();
    let size = text("log/checkpoint").lines().nth(1).unwrap().to_owned();
    assert_eq!(text(&format!("log/checkpoints/{size}")), text("log/checkpoint"), "the newest is kept too: {kept:?}");
    for path in ["log/about.json", "log/policy"] {
        assert_eq!(std::fs::read(town.dir.join("public").join(path)).unwrap(), given[path], "{path} stands in the folder too");
    }

    let host = Host::of(&bundle);
    let good = verify(&host.address, &vkey);
    assert_eq!(code(&good), 0, "{}", said(&good));
    assert!(said(&good).contains("not cosigned"), "{}", said(&good));
    // A tile, a bundle, a content, a page: each with one bit changed, and then as it was.
    for begins in ["log/tile/0/", "log/tile/entries/", "log/content/", "incidents/", "log/checkpoint"] {
        let (path, bytes) = given.iter().find(|(path, _)| path.starts_with(begins)).unwrap();
        let mut changed = bytes.clone();
        changed[bytes.len() / 2] ^= 1;
        std::fs::write(bundle.join(path), &changed).unwrap();
        let bad = verify(&host.address, &vkey);
        assert_eq!(code(&bad), 1, "{path}: {}", said(&bad));
        std::fs::write(bundle.join(path), bytes).unwrap();
    }
    std::fs::remove_file(bundle.join(given.keys().find(|path| path.starts_with("incidents/")).unwrap())).unwrap();
    assert_eq!(code(&verify(&host.address, &vkey)), 1, "a page that is not there");
}

/// Lines that nobody can know, before and behind the log's own: its own name by another key, a reserved type of an odd length,
/// a stranger's (C2SP signed-note: unknown signatures are ignored).
fn greased(note: &str) -> String {
    use base64::Engine as _;
    let (text, lines) = note.split_once("\n\n").unwrap();
    let line = |name: &str, bytes: &[u8]| format!("\u{2014} {name} {}\n", base64::engine::general_purpose::STANDARD.encode(bytes));
    let origin = text.lines().next().unwrap();
    let before = line(origin, &[7; 68]) + &line("unknown.example/reserved", &[0xfa; 13]);
    format!("{text}\n\n{before}{lines}{}", line("unknown.example/1", &[9; 76]) + &line(origin, &[8; 5]))
}

#[test]
fn lines_that_nobody_knows_are_passed_over_by_whoever_reads_a_published_checkpoint() {
    let (town, room) = (Town::new(), room());
    let bundle = bundled(&town, room.path());
    let vkey = std::fs::read_to_string(bundle.join("log/vkey")).unwrap().trim().to_owned();
    let kept: Vec<PathBuf> =
        files(&bundle.join("log/checkpoints")).into_keys().map(|size| bundle.join("log/checkpoints").join(size)).collect();
    for file in kept.iter().chain([&bundle.join("log/checkpoint")]) {
        std::fs::write(file, greased(&std::fs::read_to_string(file).unwrap())).unwrap();
    }
    let host = Host::of(&bundle);
    for what in [host.address.clone(), bundle.display().to_string()] {
        let good = verify(&what, &vkey);
        assert_eq!(code(&good), 0, "{what}: {}", said(&good));
        assert!(said(&good).contains("not cosigned"), "{what}: {}", said(&good));
    }
    // A mirror cosigns what the log signed, and its copy is whole.
    let copy = room.path().join("copy");
    let pulled = handbell().args(["mirror", &host.address, "--key", &vkey]).arg("--into").arg(&copy).output().unwrap();
    assert_eq!(code(&pulled), 0, "{}", said(&pulled));
    let origin = vkey.split('+').next().unwrap();
    let held = copy.join("neighbours").join(handbell_log::cosigner::origin_hash(origin));
    let held_is_good = verify(&held, &vkey);
    assert_ne!(code(&held_is_good), 1, "{}", said(&held_is_good));
    let (source, key) =
        (handbell_log::source::Folder::open(held.join("log")).unwrap(), handbell_log::note::VerifierKey::parse(&vkey).unwrap());
    assert_eq!(handbell_log::verify::verify_log(&source, &key).unwrap().still_offered().count(), 0);
    // And the log's own line must be there all the same.
    let own = std::fs::read_to_string(bundle.join("log/checkpoint")).unwrap();
    let without: String =
        own.split_inclusive('\n').filter(|line| !line.starts_with('\u{2014}') || line.contains("unknown.example")).collect();
    std::fs::write(bundle.join("log/checkpoint"), without).unwrap();
    assert_eq!(code(&verify(&host.address, &vkey)), 1);
}

#[test]
fn a_kept_checkpoint_of_another_tree_is_not_exported() {
    let town = Town::new();
    let imported = handbell().arg("import").arg(&town.dir).arg(SCENARIO).args(["--as", "scenario"]).output().unwrap();
    assert!(imported.status.success(), "{}", said(&imported));
    let log = town.dir.join("public/log");
    let note = std::fs::read_to_string(log.join("checkpoint")).unwrap();
    // The log's own signature, of another size than its name says.
    std::fs::write(log.join("checkpoints/1"), note).unwrap();
    let out = town.dir.with_extension("bundle");
    let exported = handbell().arg("export").arg(&town.dir).args(["--as", "bundle"]).arg(&out).output().unwrap();
    assert_eq!(code(&exported), 1, "{}", said(&exported));
    assert!(said(&exported).contains("log/checkpoints/1") && !out.exists(), "{}", said(&exported));
}
