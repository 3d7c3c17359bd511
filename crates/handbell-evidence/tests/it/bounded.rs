//! Bounded: every parser of the crate is shown damage in a process that has a gigabyte of addresses and no more, so that
//! whatever asks for memory by a number in a file ends the process and the test.
//!
//! `HANDBELL_TEST_SECONDS` says how long it goes on (the night takes an hour; else 10), `HANDBELL_TEST_SEED` where its
//! numbers begin.

#![expect(clippy::disallowed_methods, reason = "a test that starts itself again, told by the environment, against the real clock")]

use crate::corpus::files;
use crate::damaged::{Numbers, damaged, shown};
use handbell_evidence::cascade::{Cascade, FINDS_MAX, Light};
use handbell_evidence::pdq::{Hash, Hashed};
use handbell_evidence::{kind, stamp, taken, told};
use std::process::Command;
use std::time::{Duration, Instant};

/// Bytes of addresses: the program itself, its threads, and a few times the largest file of the corpus.
const ADDRESSES: u64 = 1 << 30;
/// How long one input may take, on a machine that is busy.
const WITHIN: Duration = Duration::from_secs(10);
/// Longest input: what a parser does with a megabyte it does with all of a file.
const BYTES_MAX: usize = 1 << 20;

fn setting(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().map_or(usual, |text| text.parse().unwrap())
}

fn everything(bytes: &[u8], what: &str) {
    shown(bytes, what);
    let _ = kind::begins(bytes);
    let half = bytes.split_at(bytes.len() / 2);
    let _ = kind::ends(half.0, half.1, bytes.len() as u64);
    let _ = kind::ends(half.0, half.1, u64::MAX);
    assert!(taken::taken(bytes).is_none_or(|time| time.len() <= 64), "{what}");
    let _ = taken::credentials(bytes);
    if let Ok(stamp) = stamp::read(bytes) {
        assert!(stamp.serial.len() + stamp.policy.len() <= bytes.len() * 4, "{what}");
    }
    let text = String::from_utf8_lossy(bytes);
    if let Ok(hashes) = told::read(&text) {
        assert_eq!(told::written(hashes), text, "{what}: one spelling");
    }
    let _ = Hash::from_hex(&text);
    if let Ok(cascade) = Cascade::read(&text) {
        let points = (0..SIDE * SIDE).map(|at| (at * at / 7 % 256) as u8).collect();
        let finds = cascade.finds(&Light::from_grey(SIDE, SIDE, points).unwrap());
        let side = SIDE as u32;
        assert!(finds.len() <= FINDS_MAX && finds.iter().all(|find| find.x + find.width <= side && find.y + find.height <= side), "{what}");
    }
}

/// Points of a side of the picture that a damaged cascade looks through.
const SIDE: usize = 48;

/// A made-up cascade of 8 by 8: two stages, and a tree of two questions.
pub fn cascade() -> Vec<u8> {
    let tree = "<_><internalNodes> 1 0 0 0.5 -1 -2 1 0.5</internalNodes><leafValues>1. 2. 3.</leafValues></_>";
    let stage = |threshold: &str| format!("<_><stageThreshold>{threshold}</stageThreshold><weakClassifiers>{tree}</weakClassifiers></_>");
    let text = format!(
        "<?xml version=\"1.0\"?><opencv_storage><cascade><stageType>BOOST</stageType><featureType>HAAR</featureType>\
         <height>8</height><width>8</width><stages>{}{}</stages><features><_><rects><_> 0 0 8 8 -1.</_><_> 0 0 8 4 2.</_></rects></_>\
         <_><rects><_> 0 0 8 8 -1.</_><_> 0 0 4 8 2.</_></rects></_></features></cascade></opencv_storage>",
        stage("0.5"),
        stage("1.5")
    );
    assert!(Cascade::read(&text).is_ok());
    text.into_bytes()
}

fn seeds() -> Vec<(String, Vec<u8>)> {
    let stamped = include_bytes!("../../testdata/stamp-of-abc.tsr").to_vec();
    let hashed = (1..9).map(|word| Hashed { hash: Hash([word, 2, 3, word]), quality: 50 + word as u8 });
    let mut seeds = files();
    for (_, bytes) in &mut seeds {
        bytes.truncate(BYTES_MAX);
    }
    seeds.push(("a stamp".into(), stamped));
    seeds.push(("told hashes".into(), told::written(hashed).into_bytes()));
    seeds.push(("a cascade".into(), cascade()));
    seeds.push(("a hash".into(), Hash([1, 2, 3, 4]).to_string().into_bytes()));
    seeds
}

/// Runs only in a process with bounds; see below.
#[test]
#[ignore = "the test below starts it with bounds"]
fn damage_shown_with_bounds() {
    // The bound holds: what asks for as much as it does not get it. Seen, or the compiler may leave the asking out.
    let mut more: Vec<u8> = Vec::new();
    let asked = std::hint::black_box(&mut more).try_reserve_exact(ADDRESSES as usize);
    assert!(asked.is_err() && std::hint::black_box(&more).capacity() == 0, "this process has no bound");
    let until = Instant::now() + Duration::from_secs(setting("HANDBELL_TEST_SECONDS", 10));
    let (seeds, first) = (seeds(), setting("HANDBELL_TEST_SEED", 0));
    let mut rounds = 0;
    while Instant::now() < until {
        let seed = first.wrapping_add(rounds);
        let mut numbers = Numbers(seed);
        // Small ones are as interesting as large ones, and a thousand times as fast.
        let (name, bytes) = &seeds[numbers.below(seeds.len())];
        let bytes = damaged(bytes, &mut numbers);
        let began = Instant::now();
        everything(&bytes, &format!("HANDBELL_TEST_SEED={seed}, {name}"));
        assert!(began.elapsed() < WITHIN, "HANDBELL_TEST_SEED={seed}, {name}: {:?}", began.elapsed());
        rounds += 1;
    }
    println!("damaged: {rounds} inputs, none broke anything; seed {first}");
    assert!(rounds > 0);
}

#[test]
fn no_damage_takes_more_than_a_gigabyte_of_addresses() {
    let mut again = Command::new("prlimit");
    again.arg(format!("--as={ADDRESSES}")).arg("--").arg(std::env::current_exe().unwrap());
    again.args(["--exact", "bounded::damage_shown_with_bounds", "--include-ignored", "--nocapture"]);
    let ran = again.output().expect("prlimit of util-linux");
    let said = String::from_utf8_lossy(&ran.stdout);
    println!("{said}");
    assert!(ran.status.success() && said.contains("1 passed"), "{}{said}{}", ran.status, String::from_utf8_lossy(&ran.stderr));
}
