//! Shut in: the real child, within the real walls of this machine, with real and with hostile files.
//!
//! The media are read in place where `HANDBELL_TEST_DATA` names them. Films need ffmpeg, which `./check` installs.

mod films;
mod heic;
mod hostile;
mod journey;
mod many;
mod pictures;
mod readers;
mod recognised;
mod rye_lane;
mod suggested;
mod waited;

use handbell::shut_in::part::Orders;
use handbell::shut_in::trial::{Attempt, Trial};
use handbell::shut_in::walls::Limits;
use handbell::shut_in::{Broke, Input, Made, No, Programs, ShutIn};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

/// What a picture may use up.
const LIMITS: Limits = Limits { seconds: 20, bytes_out: 300 << 20 };

fn required() -> bool {
    std::env::var_os("HANDBELL_REQUIRE_TEST_DATA").is_some()
}

/// This machine's ffmpeg.
fn ffmpeg() -> Option<PathBuf> {
    there("ffmpeg", Programs::found().ffmpeg)
}

/// This machine's heif-convert.
fn heif() -> Option<PathBuf> {
    there("heif-convert", Programs::found().heif)
}

fn there(name: &str, found: Option<PathBuf>) -> Option<PathBuf> {
    assert!(found.is_some() || !required(), "the program `{name}` is missing");
    if found.is_none() {
        println!("skipped: no {name}");
    }
    found
}

/// The program that was built, tried once for all tests.
static SHUT: LazyLock<ShutIn> = LazyLock::new(|| ShutIn::with(Path::new(env!("CARGO_BIN_EXE_handbell")), Programs::found()));

/// Where the media lie; nothing, and a word about it, where there are none.
fn media() -> Option<PathBuf> {
    let root =
        std::env::var("HANDBELL_TEST_DATA").unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data").to_owned());
    let folder = PathBuf::from(root).join("media");
    assert!(folder.is_dir() || !required(), "HANDBELL_TEST_DATA holds no media");
    if !folder.is_dir() {
        println!("skipped: no media in HANDBELL_TEST_DATA");
    }
    folder.is_dir().then_some(folder)
}

fn made(orders: &Orders, bytes: &[u8]) -> Result<Result<Made, No>, Broke> {
    SHUT.made(orders, &Input::bytes(bytes).unwrap(), &LIMITS)
}

fn looked(bytes: &[u8]) -> Result<Made, No> {
    made(&Orders::Look, bytes).unwrap_or_else(|broke| Err(broke.no()))
}

/// What ffmpeg makes outside the walls, for tests: its output as bytes.
fn filmed(arguments: &[&str]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let status = Command::new(ffmpeg().unwrap()).args(["-nostdin", "-v", "error"]).args(arguments).arg("-y").arg(&out).status().unwrap();
    assert!(status.success(), "{arguments:?}");
    std::fs::read(out).unwrap()
}

#[test]
fn every_wall_holds_around_pictures_and_around_programs() {
    // PROMISE strangers-bytes-are-decoded-shut-in
    // What is tried goes through for whoever is not shut in: this very test.
    assert!(std::net::UdpSocket::bind("127.0.0.1:0").is_ok());
    assert!(std::fs::read("/etc/passwd").is_ok() && std::fs::read_dir("/tmp").is_ok());
    assert!(Command::new("/bin/true").status().is_ok());
    assert!(rustix::process::test_kill_process(rustix::process::getppid().unwrap()).is_ok());
    let mut other = Command::new("/bin/cat").stdin(Stdio::piped()).spawn().unwrap();
    let pid = rustix::process::Pid::from_raw(i32::try_from(other.id()).unwrap()).unwrap();
    assert!(handbell::shut_in::trial::limited(pid).is_ok(), "whoever has the same user may");
    assert!(rustix::fs::fcntl_setfl(other.stdin.as_ref().unwrap(), rustix::fs::OFlags::ASYNC).is_ok());
    drop(other.stdin.take());
    assert!(other.wait().unwrap().success());
    let programs = [None, ffmpeg(), heif()];
    for program in &programs {
        for attempt in Attempt::QUICK.into_iter().chain([Attempt::Start, Attempt::Output, Attempt::Time]) {
            let trial = SHUT.trial(attempt, program.as_deref());
            assert_eq!(trial, Trial::Held, "{attempt:?} with {program:?}");
        }
    }
}

#[test]
fn this_machine_can_look_at_pictures_and_films() {
    assert_eq!(SHUT.can().not_pictures, None);
    if ffmpeg().is_some() {
        assert_eq!(SHUT.can().not_films, None);
    }
    if heif().is_some() {
        assert_eq!(SHUT.can().not_heic, None);
    }
}

#[test]
fn a_machine_without_walls_or_ffmpeg_says_so_and_decodes_nothing() {
    let none = ShutIn::none("nobody tried");
    assert_eq!(none.can().not_pictures.as_deref(), Some("nobody tried"));
    let broke = none.made(&Orders::Look, &Input::bytes(b"x").unwrap(), &LIMITS).unwrap_err();
    assert_eq!(broke.no().name, "no-working-copies");
    // A program that puts up no walls, because it is another one.
    let stranger = ShutIn::with(Path::new("/bin/true"), Programs::default());
    assert!(stranger.can().not_pictures.is_some(), "{:?}", stranger.can());
    let without = ShutIn::with(Path::new(env!("CARGO_BIN_EXE_handbell")), Programs::default());
    assert_eq!(without.can().not_pictures, None);
    assert_eq!(
        without.can().cannot(),
        [
            "This machine can look at no films: there is no ffmpeg on this machine. They are kept sealed.",
            "This machine can look at no HEIC pictures: there is no heif-convert on this machine. They are kept sealed.",
            "This machine suggests no boxes: there is no opencv-data on this machine. People draw them all.",
        ]
    );
}

#[test]
fn a_child_is_told_nothing_of_its_servers_environment() {
    // A setting with a secret would reach a child that inherits; its own environment cannot even be read back.
    let trial = SHUT.trial(Attempt::Read, None);
    assert_eq!(trial, Trial::Held, "/proc/self/environ among them");
}
