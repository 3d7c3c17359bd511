//! The demo's folder, with the keys in it, goes with the demo, however early and however that ends. And what `./demo` says
//! to a newcomer whose machine lacks something, or who asks for help.

use crate::town::{code, handbell, room, said};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// How long a demo may take to make its folder.
const MADE_WITHIN: Duration = Duration::from_secs(60);

fn left_in(room: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(room).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    entries.filter(|name| name.starts_with("handbell-demo-")).collect()
}

#[test]
fn a_demo_leaves_no_folder_behind_however_early_it_is_ended() {
    for (signal, ready) in [("-INT", false), ("-HUP", false), ("-TERM", true), ("-HUP", true)] {
        let room = room();
        let mut demo = handbell();
        let mut demo = demo.args(["demo", "--listen", "127.0.0.1:0"]).env("TMPDIR", room.path()).stdout(Stdio::piped()).spawn().unwrap();
        let mut said = BufReader::new(demo.stdout.take().unwrap()).lines().map(Result::unwrap);
        if ready {
            assert!(said.any(|line| line == "demo ready"), "{signal}: it never was ready");
        }
        let since = Instant::now();
        while left_in(room.path()).is_empty() {
            assert!(since.elapsed() < MADE_WITHIN, "{signal}: it made no folder");
            std::thread::sleep(Duration::from_millis(1));
        }
        assert!(Command::new("kill").args([signal, &demo.id().to_string()]).status().unwrap().success());
        said.for_each(drop);
        let ended = demo.wait().unwrap();
        assert!(ended.success(), "{signal}, ready {ready}: {ended}");
        assert_eq!(left_in(room.path()), Vec::<String>::new(), "{signal}, ready {ready}");
    }
}

#[test]
fn a_demo_that_was_started_to_outlive_its_terminal_does() {
    let room = room();
    let mut demo = Command::new("nohup");
    demo.arg(env!("CARGO_BIN_EXE_handbell")).args(["demo", "--listen", "127.0.0.1:0"]).env("TMPDIR", room.path());
    let mut demo = demo.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut said = BufReader::new(demo.stdout.take().unwrap()).lines().map(Result::unwrap);
    let listens = said.find_map(|line| Some(line.strip_prefix("listening on http://")?.to_owned())).unwrap();
    assert!(said.any(|line| line == "demo ready"));
    let tell = |signal: &str| assert!(Command::new("kill").args([signal, &demo.id().to_string()]).status().unwrap().success());
    tell("-HUP");
    // Still ignored, so that it has not merely not heard it yet.
    let status = std::fs::read_to_string(format!("/proc/{}/status", demo.id())).unwrap();
    let ignored = status.lines().find_map(|line| u64::from_str_radix(line.strip_prefix("SigIgn:")?.trim(), 16).ok()).unwrap();
    assert_eq!(ignored & 1, 1, "{status}");
    let answered = std::net::TcpStream::connect(listens.replace("localhost", "127.0.0.1"));
    assert!(answered.is_ok(), "it ended with the terminal");
    tell("-TERM");
    said.for_each(drop);
    assert!(demo.wait().unwrap().success());
    assert_eq!(left_in(room.path()), Vec::<String>::new());
}

/// What a newcomer's machine has.
const EVERYWHERE: [&str; 12] = ["awk", "bash", "dirname", "env", "false", "grep", "head", "mkdir", "mktemp", "rm", "sed", "sort"];

/// What `./demo` says where there is no root, an `apt-get`, and beside that only these functions of the shell.
fn demo_script(functions: &str, word: &str) -> Output {
    let room = room();
    let (clone, bin) = (Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."), room.path().join("bin"));
    for folder in [&bin, &room.path().join(".ci")] {
        std::fs::create_dir(folder).unwrap();
    }
    for file in ["demo", "Cargo.toml", ".ci/needs.sh"] {
        std::fs::copy(clone.join(file), room.path().join(file)).unwrap();
    }
    let folders = std::env::var_os("PATH").unwrap();
    for program in EVERYWHERE {
        let found = std::env::split_paths(&folders).map(|folder| folder.join(program)).find(|file| file.is_file());
        symlink(found.unwrap_or_else(|| panic!("no {program}")), bin.join(program)).unwrap();
    }
    symlink("false", bin.join("apt-get")).unwrap();
    let script = format!("{functions}\nid() {{ echo 1000; }}\nexport -f $(compgen -A function)\nexec bash ./demo $1");
    let mut demo = Command::new("bash");
    demo.args(["-c", &script, "demo", word]).current_dir(room.path()).stdin(Stdio::null());
    demo.env_clear().env("PATH", &bin).env("CARGO_HOME", room.path()).output().unwrap()
}

#[test]
fn who_cannot_install_is_told_all_that_is_missing_at_once() {
    let output = demo_script("", "");
    let told = said(&output);
    assert_eq!(code(&output), 1, "{told}");
    assert_eq!(told.matches("Cannot go on").count(), 1, "{told}");
    for packages in ["install -y --no-install-recommends gcc libc6-dev make curl ca-certificates\n", "ffmpeg libheif-examples"] {
        assert!(told.contains(packages), "{packages}: {told}");
    }
}

#[test]
fn a_demo_goes_on_without_what_can_be_done_without() {
    let rust = "cc() { :; }\ncargo() { [ $1 = build ] || echo cargo 99.0; }\nrustc() { echo rustc 99.0; }";
    let told = said(&demo_script(rust, ""));
    for words in ["ffmpeg libheif-examples", "going on without: films are kept", "going on without: photographs in HEIC", "2/3 building"] {
        assert!(told.contains(words), "{words}: {told}");
    }
    // An older compiler beside a newer cargo is said before anything is built.
    let old = said(&demo_script(&format!("{rust}\nrustc() {{ echo rustc 1.60.0; }}\nrustup() {{ false; }}"), ""));
    assert!(old.contains("Rust 1.60.0") && !old.contains("2/3 building"), "{old}");
}

#[test]
fn who_asks_for_help_waits_for_no_build() {
    let output = demo_script("", "--help");
    let told = said(&output);
    assert_eq!(code(&output), 0, "{told}");
    assert!(told.contains("not built yet") && !told.contains("looking for"), "{told}");
}
