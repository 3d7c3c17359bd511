//! Tiny: very many tiny files are given to the real binary by eight who never rest, and somebody else's film still comes
//! through; memory and disk stay within bounds, and each no is told in words.
//!
//! `HANDBELL_TEST_TINY` says how many (600; the night takes 10,000), rounded up so that every report is full.

use crate::given::{SPOKEN, film, ready, report, setting};
use crate::talk::{Answer, Talk};
use crate::town::Town;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Bytes of a tiny file, and of the film that comes between them.
const TINY: u64 = 100;
const FILM: u64 = 3 << 20;
/// Files that one report takes.
const OF_A_REPORT: u64 = 200;
/// Films that come between them at most, spread over the tiny files: fewer than one report takes, and few enough for a disk.
const FILMS: u64 = 100;
const _: () = assert!(FILMS < OF_A_REPORT);
/// Bytes of memory of a debug build that serves them.
const MEMORY: u64 = 300 << 20;
/// Bytes on the disk for each tiny file at most: three small files with their folder, and its rows.
const DISK_EACH: u64 = 48 << 10;

/// Begins a file and gives its bytes with the same request.
fn give(talk: &mut Talk, words: &str, length: u64) -> Answer {
    let (authorization, length_words) = (format!("Receipt {words}"), length.to_string());
    let head = [
        SPOKEN,
        ("authorization", authorization.as_str()),
        ("upload-length", length_words.as_str()),
        ("content-type", "application/offset+octet-stream"),
    ];
    talk.ask("POST", "/api/v1/footage", &head, &film(0, length)).unwrap()
}

/// Bytes that a folder takes on the disk.
fn taken(folder: &Path) -> u64 {
    use std::os::unix::fs::MetadataExt;
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    let of = |entry: std::fs::DirEntry| {
        let own = entry.metadata().map_or(0, |of| of.blocks() * 512);
        own + if entry.path().is_dir() { taken(&entry.path()) } else { 0 }
    };
    entries.filter_map(Result::ok).map(of).sum()
}

#[test]
fn thousands_of_tiny_files_are_bounded_and_keep_nobody_else_out() {
    let files = setting("HANDBELL_TEST_TINY", 600).next_multiple_of(OF_A_REPORT);
    let town = Town::new();
    let server = town.serve();
    let quiet = ready(&town, &server);
    let reports: Vec<String> = (0..files / OF_A_REPORT).map(|_| report(&server)).collect();
    let before = taken(&town.dir);
    let (given, began) = (AtomicU64::new(0), Instant::now());
    let (slowest, films) = std::thread::scope(|scope| {
        let givers = [(); 8].map(|()| {
            scope.spawn(|| {
                let mut talk = server.talk();
                loop {
                    let number = given.fetch_add(1, Ordering::Relaxed);
                    if number >= files {
                        return;
                    }
                    let answer = give(&mut talk, &reports[(number / OF_A_REPORT) as usize], TINY);
                    assert_eq!(answer.status, 201, "{}", answer.text());
                    assert_eq!(answer.header("upload-offset"), Some("100"));
                }
            })
        });
        // Meanwhile somebody else gives films, each as soon as its part of the tiny files came.
        let (mut slowest, mut films) = (Duration::ZERO, 0);
        while films < FILMS && !givers.iter().all(|giver| giver.is_finished()) {
            if given.load(Ordering::Relaxed) < files * films / FILMS {
                std::thread::sleep(Duration::from_millis(5));
                continue;
            }
            let began = Instant::now();
            let answer = give(&mut server.talk(), &quiet, FILM);
            assert_eq!(answer.status, 201, "{}", answer.text());
            slowest = slowest.max(began.elapsed());
            films += 1;
        }
        (slowest, films)
    });
    let took = began.elapsed();
    assert!(films > 0, "nobody else came through");
    // Every report is full: the next file is refused in words.
    let full = give(&mut server.talk(), &reports[0], TINY);
    assert_eq!((full.status, full.json()["type"].as_str().map(|name| name.ends_with("footage-full"))), (422, Some(true)));
    assert!(full.text().contains("This report has all the files it can hold"), "{}", full.text());
    assert!(slowest < Duration::from_secs(25), "a film took {slowest:?}");
    let memory = server.most_memory();
    assert!(memory < MEMORY, "{memory} bytes of memory");
    server.stop();
    assert!(std::fs::read_dir(town.dir.join("footage")).unwrap().count() as u64 >= files + films, "each has its folder");
    let each = (taken(&town.dir) - before).saturating_sub(films * (FILM + (64 << 10))) / files;
    assert!(each < DISK_EACH, "{each} bytes of disk for each");
    let complaints = town.complaints();
    let wrong: Vec<&str> = complaints.lines().filter(|line| line.contains("ERROR") || line.contains("panicked")).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    println!(
        "tiny: {files} files of {TINY} bytes in {took:.1?}, {films} films of 3 MiB between them (the slowest {slowest:.2?}), \
         {} MiB of memory at most, {each} bytes of disk each",
        memory >> 20
    );
}
