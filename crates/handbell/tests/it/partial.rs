//! Partial: for every checkpoint that is given out, the partial tiles of its size are given out too, in a bundle and after a
//! repair, so that whoever kept an earlier checkpoint can go on from it (C2SP tlog-tiles).

use crate::recorded::{claim, editors, files, source};
use crate::town::{Town, code, handbell, room, said};
use handbell::cli::town::{self, Staging};
use handbell_log::note::VerifierKey;
use handbell_log::source::{Folder, Source, SourceError};
use handbell_log::tile::tiles_between;
use handbell_log::verify::verify_tree;
use handbell_rules::record::Ref;
use std::path::Path;

/// A log's folder as it is for whoever holds one of its kept checkpoints.
struct Since {
    folder: Folder,
    note: Vec<u8>,
}

impl Source for Since {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, SourceError> {
        if path == "checkpoint" { Ok(Some(self.note.clone())) } else { self.folder.read(path) }
    }
}

/// A town that published several times.
fn published() -> Town {
    let town = Town::new();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let opened = town::open(&town.dir, &Staging::default()).await.unwrap();
        let both = editors(&opened.world).await;
        let incident = both.flood(&opened.world).await;
        opened.publish().await.unwrap();
        both.state(&opened.world, incident, vec![source("A neighbour")]).await;
        opened.publish().await.unwrap();
        for words in ["Water came in.", "It came in twice."] {
            both.state(&opened.world, incident, vec![claim(Ref::Known(1), words)]).await;
            opened.publish().await.unwrap();
        }
        opened.close().await;
    });
    town
}

fn key_of(log: &Path) -> String {
    std::fs::read_to_string(log.join("vkey")).unwrap().trim().to_owned()
}

/// The sizes of the kept checkpoints, each with every tile that its readers ask for, and a tree that is what it signs.
fn whole_at_each(log: &Path, key: &str) -> Vec<u64> {
    let mut sizes = Vec::new();
    for path in files(&log.join("checkpoints")) {
        let size: u64 = path.file_name().unwrap().to_str().unwrap().parse().unwrap();
        for tile in tiles_between(0, size) {
            let stands = log.join(tile.path()).exists() || log.join(tile.full().path()).exists();
            assert!(stands, "{tile} of the kept checkpoint of {size} entries is not there");
        }
        let since = Since { folder: Folder::open(log).unwrap(), note: std::fs::read(&path).unwrap() };
        let tree = verify_tree(&since, &VerifierKey::parse(key).unwrap()).unwrap();
        assert_eq!(tree.checkpoint.size, size);
        sizes.push(size);
    }
    sizes.sort_unstable();
    sizes
}

fn mirrored(town: &Town, into: &Path) {
    let key = key_of(&town.public().join("log"));
    let kept = handbell().arg("mirror").arg(&town.dir).arg("--into").arg(into).args(["--key", &key]).output().unwrap();
    assert_eq!(code(&kept), 0, "{}", said(&kept));
}

#[test]
fn a_bundle_has_the_tiles_of_every_checkpoint_that_it_gives_out() {
    let (town, room) = (published(), room());
    let log = town.public().join("log");
    let key = key_of(&log);
    let sizes = whole_at_each(&log, &key);
    assert!(sizes.len() >= 4, "{sizes:?}");
    // Other names beside the kept checkpoints are none of them, whatever they hold.
    for other in [format!("+{}", sizes[1]), format!("0{}", sizes[2]), "notes.txt".to_owned()] {
        std::fs::write(log.join("checkpoints").join(other), "nothing of the log's").unwrap();
    }
    let bundle = room.path().join("bundle");
    let exported = handbell().arg("export").arg(&town.dir).args(["--as", "bundle"]).arg(&bundle).output().unwrap();
    assert_eq!(code(&exported), 0, "{}", said(&exported));
    assert_eq!(whole_at_each(&bundle.join("log"), &key), sizes);
    for tile in files(&bundle.join("log/tile")) {
        let path = tile.strip_prefix(&bundle).unwrap();
        assert_eq!(std::fs::read(&tile).unwrap(), std::fs::read(town.public().join(path)).unwrap(), "{}", path.display());
    }
    let verified = handbell().arg("verify").arg(&bundle).output().unwrap();
    assert_eq!(code(&verified), 0, "{}", said(&verified));
}

#[test]
fn after_a_repair_the_tiles_of_every_checkpoint_that_stands_are_there() {
    for lost in ["public/log/tile", "public"] {
        let (town, room) = (published(), room());
        let log = town.public().join("log");
        let key = key_of(&log);
        let sizes = whole_at_each(&log, &key);
        let neighbour = room.path().join("neighbour");
        mirrored(&town, &neighbour);
        std::fs::remove_file(town.dir.join(town::STORE_FILE)).unwrap();
        std::fs::remove_dir_all(town.dir.join(lost)).unwrap();
        let repaired = handbell().arg("repair").arg(&town.dir).arg("--from-neighbour").arg(&neighbour).output().unwrap();
        assert_eq!(code(&repaired), 0, "{lost}: {}", said(&repaired));
        let back = whole_at_each(&log, &key);
        if lost == "public" {
            // Nothing says any more which sizes were published on the way (docs/formats/checkpoint.md).
            assert_eq!(back, sizes[sizes.len() - 1..]);
        } else {
            assert_eq!(back, sizes);
        }
        let verified = town.verify();
        assert_eq!(code(&verified), 0, "{lost}: {}", said(&verified));
    }
}
