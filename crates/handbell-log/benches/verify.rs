//! The bench of checking a log: a million entries read from a disk and verified, beside `ct-merkle` and Go's `x/mod`;
//! and a page of twenty entries by its proofs.
//!
//! Ours opens the signed checkpoint, reads every bundle, hashes every leaf, compares every hash of every tile and
//! checks the root. `ct-merkle` reads the same bundles and builds the same tree, and compares no tile. Go's program
//! (`strangers/xmod`) opens the checkpoint and authenticates every leaf hash through the tiles. All read files that the
//! system has in memory; what counts is processor time, so that neither disk nor neighbours tell.

#![expect(clippy::disallowed_methods, reason = "a bench measures real time")]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a bench talks to whoever runs it")]
#![allow(clippy::unwrap_used, missing_docs, reason = "a program, not a library; it stops where it cannot go on")]

use std::hint::black_box;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use handbell_log::checkpoint::Checkpoint;
use handbell_log::hash::Hash;
use handbell_log::leaf::{Content, Kind, Leaf, Salt, Stream};
use handbell_log::note::SigningKey;
use handbell_log::source::{Folder, Source};
use handbell_log::tile::{TILE_WIDTH, TileId, entries_path, tile_bytes, tiles_between};
use handbell_log::tree::Levels;
use handbell_log::verify::verify_tree;
use handbell_log::{bundle, payload, proof};
use serde_json::{Value, json};
use sha2::Sha256;

const ENTRIES: u64 = 1_000_000;
/// Rounds of ours, the peer, ours, the peer; the middle one counts.
const ROUNDS: usize = 7;
/// Entries of a page that is checked by its proofs.
const PAGE: u64 = 20;
const PAGES: usize = 301;

/// Processor seconds of this program so far (proc(5)), in hundredths.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<f64> = stat.rsplit_once(')').unwrap().1.split_whitespace().map(|text| text.parse().unwrap_or(0.0)).collect();
    (fields[11] + fields[12]) / 100.0
}

fn cost(work: impl FnOnce()) -> f64 {
    let before = cpu_seconds();
    work();
    cpu_seconds() - before
}

fn middle(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// An entry as a page shows it: its place, leaf, content and path to the root.
type Shown = (u64, [u8; 57], Vec<u8>, Vec<Hash>);

fn salt(index: u64) -> Salt {
    Salt(handbell_log::hash::leaf_hash(&index.to_be_bytes()).0)
}

/// About as long as a claim of the record.
fn said(index: u64) -> Vec<u8> {
    let text = format!("account {index}: several people stood at the corner and watched what was done, and two of them wrote it down");
    let prev = index.checked_sub(1);
    payload::canonical(&json!({"at": "2026-11-22T06:00Z", "prev": prev, "seq": index, "text": text, "type": "claim"})).unwrap()
}

/// A published log of a million entries, without contents: those are read by the page.
fn publish(folder: &Path, key: &SigningKey) -> (Levels, Vec<Leaf>) {
    let stream = Stream([7; 16]);
    let leaves: Vec<Leaf> = (0..ENTRIES).map(|index| Leaf::committed(Kind::Claim, stream, &salt(index), &said(index))).collect();
    let levels: Levels = leaves.iter().map(Leaf::hash).collect();
    let put = |path: String, bytes: &[u8]| {
        let path = folder.join("log").join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    };
    for tile in tiles_between(0, ENTRIES) {
        let bytes = match tile {
            TileId::Hashes { .. } => tile_bytes(&levels, &tile).unwrap(),
            TileId::Entries { .. } => {
                let range = tile.range();
                bundle::encode(leaves[range.start as usize..range.end as usize].iter().map(Leaf::encode)).unwrap()
            }
        };
        put(tile.path(), &bytes);
    }
    let signed = Checkpoint { origin: key.name().to_owned(), size: ENTRIES, root: levels.root() }.sign(key).unwrap();
    put("checkpoint".into(), signed.encode().as_bytes());
    put("vkey".into(), format!("{}\n", key.verifier()).as_bytes());
    (levels, leaves)
}

/// The peer's tree of the same entries out of the same bundles.
fn with_ct_merkle(source: &Folder, root: &Hash) {
    let mut tree = MemoryBackedTree::<Sha256, [u8; 57]>::new();
    let mut from = 0;
    while from < ENTRIES {
        let width = (ENTRIES - from).min(u64::from(TILE_WIDTH)) as u16;
        let bytes = source.read(&entries_path(from / u64::from(TILE_WIDTH), width)).unwrap().unwrap();
        for entry in bundle::decode(&bytes, width).unwrap() {
            tree.push(entry.try_into().unwrap());
        }
        from += u64::from(width);
    }
    assert_eq!(tree.root().as_bytes().as_slice(), root.0);
}

/// Processor seconds that Go's program needed, by its own count.
fn with_xmod(program: &str, folder: &Path) -> f64 {
    let output = Command::new(program).arg("-time").arg(folder).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{said}");
    let words: Vec<&str> = said.split_whitespace().collect();
    assert_eq!(words[..2], ["timed", ENTRIES.to_string().as_str()]);
    words[2].parse().unwrap()
}

/// Milliseconds to check a page by its proofs: the checkpoint's signature, and of each entry its place in the tree,
/// its opening and that its payload is in the one form.
fn page(levels: &Levels, leaves: &[Leaf], key: &SigningKey) -> Vec<f64> {
    let hashes = levels.hashes(0, 0..ENTRIES).unwrap();
    let note = Checkpoint { origin: key.name().to_owned(), size: ENTRIES, root: levels.root() }.sign(key).unwrap().encode();
    let entries: Vec<Shown> = (0..PAGE)
        .map(|number| number * (ENTRIES / PAGE) + 17 * number)
        .map(|index| {
            let content = Content { salt: salt(index), payload: said(index) }.encode();
            (index, leaves[index as usize].encode(), content, proof::inclusion(hashes, index).unwrap())
        })
        .collect();
    let vkey = key.verifier();
    let check = || {
        let checkpoint = Checkpoint::open(note.as_bytes(), vkey).unwrap();
        for (index, leaf, content, path) in &entries {
            let leaf = Leaf::decode(leaf).unwrap();
            proof::verify_inclusion(&leaf.hash(), *index, checkpoint.size, path, &checkpoint.root).unwrap();
            let content = Content::decode(content).unwrap();
            assert!(content.opens(&leaf));
            black_box(payload::check(&content.payload).unwrap());
        }
    };
    let mut times = Vec::with_capacity(PAGES);
    for _ in 0..PAGES {
        let began = Instant::now();
        check();
        times.push(began.elapsed().as_secs_f64() * 1_000.0);
    }
    times
}

fn row(name: &str, value: f64, unit: &str, peer: Option<(&str, f64)>, better: &str) -> Value {
    json!({"name": name, "value": value, "unit": unit, "peer": peer.map(|(name, _)| name), "peer_value": peer.map(|(_, value)| value),
        "ratio": peer.map(|(_, theirs)| value / theirs), "better": better})
}

fn main() {
    let folder = tempfile::Builder::new().prefix("handbell-verify-").tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let key = SigningKey::from_seed("bench.example/log1", &[7; 32]).unwrap();
    let (levels, leaves) = publish(folder.path(), &key);
    let (root, source) = (levels.root(), Folder::open(folder.path().join("log")).unwrap());
    let xmod = std::env::var("BENCH_PEER_XMOD").ok();
    if xmod.is_none() {
        eprintln!("no BENCH_PEER_XMOD: the row beside Go's x/mod is left out");
    }
    let (mut ours, mut merkle, mut go) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(cost(|| assert_eq!(verify_tree(&source, key.verifier()).unwrap().checkpoint.size, ENTRIES)));
        merkle.push(cost(|| with_ct_merkle(&source, &root)));
        go.extend(xmod.as_ref().map(|program| with_xmod(program, folder.path())));
    }
    eprintln!("processor seconds of each round: ours {ours:.2?}, ct-merkle {merkle:.2?}, x/mod {go:.2?}");
    let rate = |seconds: Vec<f64>| ENTRIES as f64 / middle(seconds);
    let mine = rate(ours.clone());
    let unit = "entries a processor second";
    let mut rows = vec![row("log-verify-ct-merkle", mine, unit, Some(("crate ct-merkle, the tree alone", rate(merkle))), "higher")];
    if !go.is_empty() {
        rows.push(row("log-verify-xmod", mine, unit, Some(("Go x/mod, every leaf through TileHashReader", rate(go))), "higher"));
    }
    rows.push(row("log-verify-1m", middle(ours), "processor seconds", None, "lower"));
    let times = page(&levels, &leaves, &key);
    eprintln!("a page of {PAGE}: most {:.3} ms of {PAGES}", times.iter().copied().fold(0.0, f64::max));
    rows.push(row("log-page-proof", middle(times), "ms for 20 entries", None, "lower"));
    if std::env::args().any(|word| word == "--json") {
        println!("{}", json!({ "rows": rows }));
    } else {
        rows.iter().for_each(|row| println!("{row}"));
    }
}
