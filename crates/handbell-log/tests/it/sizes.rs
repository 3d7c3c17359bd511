//! Logs of every size at which something new begins: no tile, a full tile, a new level.

use handbell_log::source::Folder;
use handbell_log::tile::{TileId, tiles_between};
use handbell_log::verify::verify_log;

use crate::published::Published;

/// Sizes around one and two full tiles, and around the first full level-1 tile.
const SIZES: [u64; 10] = [0, 1, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537];

#[test]
fn a_log_that_grows_through_every_boundary_verifies_at_each() {
    let mut log = Published::new();
    for size in SIZES {
        log.grow_to(size);
        log.publish();
        assert_eq!(log.verify().map(|verified| verified.entries.len() as u64), Ok(size));
    }
}

#[test]
fn every_partial_width_verifies() {
    let mut log = Published::new();
    for size in 0..=258 {
        log.grow_to(size);
        log.publish();
        assert_eq!(log.verify().map(|verified| verified.checkpoint.size), Ok(size));
    }
}

#[test]
fn without_any_one_tile_the_log_fails_and_the_tile_is_named() {
    for size in [1, 255, 256, 257, 511, 512, 70_000] {
        let mut log = Published::of_size(size);
        for tile in tiles_between(0, size).into_iter().filter(|tile| size < 1000 || !tile.is_full()) {
            let bytes = log.files.remove(&tile.path()).unwrap();
            assert_eq!(log.verify().unwrap_err().place, tile.path(), "size {size}");
            log.files.insert(tile.path(), bytes);
        }
        assert!(log.verify().is_ok());
    }
}

#[test]
fn a_full_tile_stands_in_for_its_partial_one() {
    let mut log = Published::of_size(255);
    let checkpoint = log.files["checkpoint"].clone();
    log.grow_to(300);
    log.publish();
    // Somebody reads with the checkpoint of size 255 while the log has grown and tidied up.
    log.files.insert("checkpoint".to_owned(), checkpoint);
    for partial in ["tile/0/000.p/255", "tile/entries/000.p/255"] {
        log.files.remove(partial).unwrap();
    }
    assert_eq!(log.verify().unwrap().entries.len(), 255);
    let last = log.files["tile/0/000"].len() - 1;
    log.files.get_mut("tile/0/000").unwrap().truncate(last);
    assert_eq!(log.verify().unwrap_err().place, format!("tile/0/000 byte {last}"));
}

#[test]
fn a_log_in_a_folder_verifies_as_in_memory() {
    let log = Published::of_size(300);
    let folder = tempfile::tempdir().unwrap();
    for (path, bytes) in &log.files {
        let file = folder.path().join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, bytes).unwrap();
    }
    let folder = Folder::open(folder.path()).unwrap();
    assert_eq!(verify_log(&folder, log.key.verifier()), log.verify());
    assert!(TileId::Entries { index: 1, width: 44 }.is_covered_by(300));
}
