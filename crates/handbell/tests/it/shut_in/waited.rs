//! Waited: what a machine is in the way of is not held against a file. It waits with its key, and is developed later.

use super::recognised::{given, report_of};
use super::{heif, journey, media};
use crate::recorded::editors;
use handbell::cli::town;
use handbell::shut_in::{Broke, Input, Programs, ShutIn, developed};
use handbell::work::darkroom::Darkroom;
use handbell::world::World;
use handbell_evidence::kind::Kind;
use handbell_rules::evidence::footage::{Copies, Footage, Wish};
use handbell_rules::id::FootageId;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

const OURS: &str = env!("CARGO_BIN_EXE_handbell");

/// This program behind a shell that ends the first child that looks at a picture, as a machine without memory does.
/// Another process writes it, so that nobody has it open for writing when it is started.
fn killing(folder: &Path) -> PathBuf {
    let (child, once) = (folder.join("child"), folder.join("once"));
    let does = format!(
        "#!/bin/sh\nif [ \"$2\" = '\"look\"' ] && [ ! -e '{once}' ]; then\n  : > '{once}'\n  kill -9 $$\nfi\nexec '{OURS}' \"$@\"\n",
        once = once.display()
    );
    let wrote = Command::new("/bin/sh").args(["-c", "printf '%s' \"$1\" > \"$0\" && chmod 700 \"$0\""]).arg(&child).arg(does).status();
    assert!(wrote.unwrap().success());
    child
}

async fn kept(world: &World, id: FootageId) -> Footage {
    world.store.evidence().footage(id).await.unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_whose_child_was_killed_or_whose_machine_had_no_room_is_developed_later() {
    let Some(media) = media() else { return };
    let town = tokio::task::spawn_blocking(journey::with_keys).await.unwrap();
    let opened = town::open(&town.dir, &town::Staging::default()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let shut_in = Arc::new(ShutIn::with(&killing(folder.path()), Programs::default()));
    let world = World { shut_in, ..opened.world.clone() };
    let both = editors(&world).await;
    let report = report_of(&world, both.flood(&world).await).await;
    let photo = std::fs::read(media.join("exif/DSCN0010.jpg")).unwrap();
    let (footage, _) = given(&world, &both.amina, report, photo, Wish::DeskOnly).await;
    assert!(folder.path().join("once").exists(), "its child was killed");
    assert!(footage.waits() && footage.working.is_some(), "{:?}", footage.copies);
    Darkroom::default().step(&world).await.unwrap();
    let footage = kept(&world, footage.id).await;
    assert!(matches!(&footage.copies, Copies::Made { preview: Some(_), .. }) && footage.working.is_none(), "{:?}", footage.copies);
    if heif().is_some() {
        // The folder for temporary files was there at the start, and is not any more.
        let names = tempfile::tempdir().unwrap();
        let shut_in = Arc::new(ShutIn::with(Path::new(OURS), Programs::found()).naming(names.path().to_owned()));
        assert_eq!(shut_in.can().not_heic, None);
        let world = World { shut_in, ..world.clone() };
        let path = names.path().to_owned();
        names.close().unwrap();
        let heic = std::fs::read(media.join("exif/IMG_5195.HEIC")).unwrap();
        let (footage, _) = given(&world, &both.amina, report, heic, Wish::DeskOnly).await;
        assert!(footage.waits() && footage.working.is_some(), "{:?}", footage.copies);
        std::fs::create_dir(&path).unwrap();
        Darkroom::default().step(&world).await.unwrap();
        let footage = kept(&world, footage.id).await;
        assert!(matches!(&footage.copies, Copies::Made { preview: Some(_), .. }), "{:?}", footage.copies);
        std::fs::remove_dir_all(path).unwrap();
    }
    drop(world);
    opened.close().await;
}

#[test]
fn a_program_that_does_not_start_says_nothing_of_the_file() {
    // The walls let it be started, and it is none.
    let folder = tempfile::tempdir().unwrap();
    let none = folder.path().join("ffmpeg");
    std::fs::write(&none, "no program").unwrap();
    let shut = ShutIn::with(Path::new(OURS), Programs { ffmpeg: Some(none), ..Programs::default() });
    let broke = handbell::shut_in::film::working(&shut, Kind::Mp4, &Input::bytes(b"film").unwrap(), &super::LIMITS).unwrap_err();
    assert!(matches!(broke, Broke::NotBegun(_)) && broke.is_the_machines(), "{broke}");
    assert!(matches!(developed(&shut, Kind::Mp4, &Input::bytes(b"film").unwrap(), 4), Err(Broke::Unable)), "and its try says so");
}
