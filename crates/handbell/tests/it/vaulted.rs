//! The vault under bad weather: a program that keeps objects is killed, traced, and its disk fails. What it was told is
//! kept is there whole, and nothing else that is there is torn.
//!
//! The program is this very one, started again for one test of it that is passed over otherwise.

use crate::chance::Chance;
use crate::town::room;
use crate::traced::calls;
use handbell::vault::{Folder, ObjectName, Vault, VaultFault};
use handbell_rules::id::FootageId;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};

const KILLS: usize = 20;
/// The folder it keeps objects in, and how many it keeps; without the second it goes on until it is killed.
const FOLDER: &str = "HANDBELL_TEST_VAULT";
const PUTS: &str = "HANDBELL_TEST_VAULT_PUTS";

const FOOTAGE: FootageId = FootageId([9; 16]);

/// What object `number` holds: so long that it takes several writes, and told apart from others at every byte.
fn bytes(number: u32) -> Vec<u8> {
    let length = 100_000 + usize::try_from(number % 7).unwrap() * 30_000;
    (0..length).map(|place| (place as u8).wrapping_mul(17) ^ number.wrapping_mul(101) as u8).collect()
}

#[test]
#[ignore = "the other tests of this file start it"]
fn keeps_objects_and_says_so() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let puts = std::env::var(PUTS).map_or(u32::MAX, |puts| puts.parse().unwrap());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let vault = Folder::open(Path::new(&folder)).unwrap();
    for number in 0..puts {
        let words = match runtime.block_on(vault.put(&ObjectName::part(FOOTAGE, number), bytes(number))) {
            Ok(()) => format!("kept {number}\n"),
            Err(VaultFault::NoRoom) => format!("no-room {number}\n"),
            Err(VaultFault::Unavailable(_)) => format!("unavailable {number}\n"),
        };
        // Past the test's own output, at once.
        std::io::stderr().write_all(words.as_bytes()).unwrap();
    }
}

fn keeper(folder: &Path, puts: Option<u32>) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "vaulted::keeps_objects_and_says_so", "--ignored", "--nocapture"]);
    command.env(FOLDER, folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    match puts {
        Some(puts) => command.env(PUTS, puts.to_string()),
        None => command.env_remove(PUTS),
    };
    command
}

/// The same under strace; none where it is missing and may be.
fn under_strace(folder: &Path, puts: u32, strace: &[&str]) -> Option<Output> {
    let keeper = keeper(folder, Some(puts));
    let mut command = Command::new("strace");
    command.args(["-f", "-y", "-s", "4096", "-o"]).arg(folder.with_extension("trace")).args(strace).arg(keeper.get_program());
    command.args(keeper.get_args()).env(FOLDER, folder).env(PUTS, puts.to_string()).stdin(Stdio::null());
    let ran = command.output();
    if ran.is_err() {
        let required = std::env::var("HANDBELL_REQUIRE_TEST_DATA").is_ok_and(|required| required == "1");
        assert!(!required, "strace is missing; `apt-get install strace` brings it");
        println!("vaulted: skipped, strace is missing (`apt-get install strace` brings it)");
    }
    ran.ok()
}

/// The numbers behind a word, as the keeper said them.
fn numbers(said: &[u8], word: &str) -> Vec<u32> {
    let said = String::from_utf8_lossy(said);
    said.lines().filter_map(|line| line.strip_prefix(word)?.trim().parse().ok()).collect()
}

/// Opens the vault as after a restart, and gives which objects are there; each is whole.
fn whole(folder: &Path) -> Vec<u32> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let vault = Folder::open(folder).unwrap();
    runtime.block_on(async {
        let mut there = Vec::new();
        for name in vault.list(None).await.unwrap() {
            let number = name.part_number().unwrap();
            assert!(vault.get(&name).await.unwrap() == Some(bytes(number)), "object {number} is torn");
            there.push(number);
        }
        let files = std::fs::read_dir(folder.join(FOOTAGE.to_string())).map_or(0, Iterator::count);
        assert_eq!(files, there.len(), "nothing half written is left");
        there
    })
}

#[test]
fn a_keeper_that_is_killed_loses_nothing_it_said_was_kept() {
    let (room, (mut chance, _)) = (room(), Chance::from_environment());
    let mut acknowledged = 0;
    for round in 0..KILLS {
        let folder = room.path().join(format!("round-{round}"));
        let mut child = keeper(&folder, None).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let wanted = 1 + chance.below(12);
        let mut kept = Vec::new();
        while (kept.len() as u64) < wanted {
            let line = lines.next().expect("it goes on until it is killed").unwrap();
            kept.extend(numbers(line.as_bytes(), "kept "));
        }
        // Some moment of the next put.
        std::thread::sleep(std::time::Duration::from_micros(chance.below(3_000)));
        child.kill().unwrap();
        child.wait().unwrap();
        // What it said before it died and nobody had read yet counts too.
        lines.for_each(|line| kept.extend(numbers(line.unwrap().as_bytes(), "kept ")));
        let there = whole(&folder);
        assert!(kept.iter().all(|number| there.contains(number)), "LOST: {kept:?}, there are {there:?}");
        acknowledged += kept.len();
    }
    println!("vaulted: {KILLS} kills, {acknowledged} objects acknowledged, all there and whole");
}

#[test]
fn file_and_folder_are_synced_before_an_object_is_said_to_be_kept() {
    const OBJECTS: u32 = 5;
    let room = room();
    let folder = room.path().join("vault");
    let Some(ran) = under_strace(&folder, OBJECTS, &["-e", "trace=fsync,fdatasync,rename,renameat,renameat2,write"]) else { return };
    assert_eq!(numbers(&ran.stderr, "kept "), (0..OBJECTS).collect::<Vec<_>>());
    let trace = std::fs::read_to_string(folder.with_extension("trace")).unwrap();
    let calls = calls(&trace);
    let footage = folder.join(FOOTAGE.to_string());
    let after = |from: usize, what: &str, holds: &dyn Fn(&crate::traced::Call) -> bool| {
        let found = calls.iter().find(|call| call.entered > from && call.worked() && holds(call));
        found.unwrap_or_else(|| panic!("{what} does not come after line {from}")).returned
    };
    let mut from = 0;
    for number in 0..OBJECTS {
        let synced = |path: String| move |call: &crate::traced::Call| call.is(&["fsync"]) && call.on() == path;
        let half = format!("{}/{number}.age.{number}.new", footage.display());
        let written = after(from, "the file's sync", &synced(half.clone()));
        let moved = after(written, "the move", &|call| {
            call.is(&["rename", "renameat", "renameat2"]) && call.text.contains(&format!("{number}.age"))
        });
        let kept = after(moved, "the folder's sync", &synced(footage.display().to_string()));
        let words = format!("kept {number}\\n");
        let said = calls.iter().find(|call| call.is(&["write"]) && call.text.contains(&words)).expect("it says so");
        assert!(said.entered > kept, "object {number} is said to be kept before its folder is synced");
        from = said.returned;
    }
    let first = calls.iter().find(|call| call.is(&["write"]) && call.text.contains("kept 0")).expect("it says so").entered;
    let root = folder.display().to_string();
    assert!(
        calls.iter().any(|call| call.is(&["fsync"]) && call.on() == root && call.returned < first),
        "the new folder is synced into its own"
    );
}

#[test]
fn a_disk_that_is_full_or_fails_is_told_apart_and_leaves_nothing_half() {
    let (full, fails) = (room(), room());
    let folder = full.path().join("vault");
    let half = format!("{}/{FOOTAGE}/2.age.2.new", folder.display());
    let Some(ran) = under_strace(&folder, 5, &["-P", &half, "-e", "inject=write:error=ENOSPC"]) else { return };
    assert_eq!((numbers(&ran.stderr, "no-room "), numbers(&ran.stderr, "kept ")), (vec![2], vec![0, 1, 3, 4]));
    assert_eq!(whole(&folder), [0, 1, 3, 4]);

    // Every place a sync has in three puts, the folders' among them.
    let mut failed = 0;
    for when in 1..=9 {
        let folder = fails.path().join(format!("vault-{when}"));
        let inject = format!("inject=fsync:error=EIO:when={when}");
        let Some(ran) = under_strace(&folder, 3, &["-e", &inject]) else { return };
        let (kept, unavailable) = (numbers(&ran.stderr, "kept "), numbers(&ran.stderr, "unavailable "));
        if kept.is_empty() && unavailable.is_empty() {
            continue; // The folder itself could not be made, so nothing was begun.
        }
        failed += unavailable.len();
        assert!(unavailable.len() <= 1 && kept.len() + unavailable.len() == 3, "{when}: {kept:?} {unavailable:?}");
        let there = whole(&folder);
        assert!(kept.iter().all(|number| there.contains(number)), "{when}: LOST: {kept:?}, there are {there:?}");
    }
    assert!(failed >= 6, "each put syncs its file and its folder: {failed}");
}
