//! Gaps: words that nobody holds any more. The log is repaired without them and says so; who has them puts them back.

use super::{Kept, copy, files, holding};
use crate::town::{code, handbell, said};
use handbell::cli::town::{self, STORE_FILE, Staging};
use handbell::mirror::neighbour::folder_of;
use handbell_log::tile::content_path;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const LOST: &str = "Water came in.";

/// The one file of a log that holds the words, and its entry.
fn holder(log: &Path) -> (PathBuf, u64) {
    let found = holding(&log.join("content"), LOST);
    assert_eq!(found.len(), 1, "{found:?}");
    let index = (0..1_000).find(|index| found[0] == log.join(content_path(*index))).unwrap();
    (found[0].clone(), index)
}

/// Whoever opens the file cannot put words in the place of others.
fn guarded(store: &Path) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let refused = runtime.block_on(async {
        let mut hand = SqliteConnectOptions::new().filename(store).connect().await.unwrap();
        let refused = sqlx::query("update log_entry set content = x'00' where content is not null").execute(&mut hand).await.unwrap_err();
        hand.close().await.unwrap();
        refused
    });
    assert!(refused.to_string().contains("only ever loses its content"), "{refused}");
}

/// A disk changes one bit of the words of an entry.
fn rot(store: &Path, entry: u64) {
    const GUARD: &str = "log_entry_never_changes";
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut hand = SqliteConnectOptions::new().filename(store).connect().await.unwrap();
        let place = i64::try_from(entry).unwrap();
        let content: (Vec<u8>,) =
            sqlx::query_as("select content from log_entry where leaf_index = $1").bind(place).fetch_one(&mut hand).await.unwrap();
        let mut content = content.0;
        let words = content.windows(LOST.len()).position(|words| words == LOST.as_bytes()).unwrap();
        content[words + 1] ^= 1;
        let guard: (String,) =
            sqlx::query_as("select sql from sqlite_master where name = $1").bind(GUARD).fetch_one(&mut hand).await.unwrap();
        sqlx::query(sqlx::AssertSqlSafe(format!("drop trigger {GUARD}"))).execute(&mut hand).await.unwrap();
        let changed = sqlx::query("update log_entry set content = $1 where leaf_index = $2").bind(content).bind(place);
        assert_eq!(changed.execute(&mut hand).await.unwrap().rows_affected(), 1);
        sqlx::query(sqlx::AssertSqlSafe(guard.0)).execute(&mut hand).await.unwrap();
        hand.close().await.unwrap();
    });
}

/// A neighbour keeps what the keeper says, and whoever checks its copy is told the same.
fn copied(server: &crate::town::Server, room: &Path, told: &str) {
    let told = told.replace("as its keeper says", "as this copy says of its keeper");
    let (into, site) = (room.join("copied"), format!("http://{}", server.address()));
    let mirrored = handbell().args(["mirror", &site, "--trust-first", "--into"]).arg(&into).output().unwrap();
    assert!(code(&mirrored) == 0 && said(&mirrored).contains("1 of them are lost, as the log's keeper says"), "{}", said(&mirrored));
    let copy = folder_of(&into, "bell.example/log1");
    let checked = handbell().arg("verify").arg(&copy).output().unwrap();
    assert!(code(&checked) == 3 && said(&checked).contains(&told), "{}", said(&checked));
    assert!(said(&checked).contains("it is a neighbour's copy"), "{}", said(&checked));
    // A keeper who leaves words out quietly is found in the copy as well.
    std::fs::remove_file(copy.join("log/missing")).unwrap();
    let checked = handbell().arg("verify").arg(&copy).output().unwrap();
    assert!(code(&checked) == 1 && said(&checked).contains("the content is missing"), "{}", said(&checked));
}

/// What is exported says the same, but for the lines by which a log moves: no store takes over half a log.
fn exported(kept: &Kept, told: &str) {
    let export = |kind: &str| {
        let out = kept.room.path().join(format!("exported-{kind}"));
        (handbell().arg("export").arg(&kept.town.dir).args(["--as", kind]).arg(&out).output().unwrap(), out)
    };
    for kind in ["bundle", "csv", "geojson", "json-ld"] {
        let (done, _) = export(kind);
        assert!(code(&done) == 0 && said(&done).contains("the words of 1 entries are missing"), "{kind}: {}", said(&done));
    }
    let bundle = kept.room.path().join("exported-bundle");
    let checked = handbell().arg("verify").arg(&bundle).output().unwrap();
    assert!(code(&checked) == 3 && said(&checked).contains(told), "{}", said(&checked));
    std::fs::remove_file(bundle.join("log/missing")).unwrap();
    assert_eq!(code(&handbell().arg("verify").arg(&bundle).output().unwrap()), 1);
    let (refused, out) = export("jsonl");
    assert!(code(&refused) == 3 && said(&refused).contains("are missing, as log/missing says"), "{}", said(&refused));
    assert!(!out.exists());
}

#[test]
fn words_that_nobody_holds_leave_a_gap_that_is_said_and_who_has_them_fills_it() {
    let kept = Kept::make();
    let poor = kept.room.path().join("poor");
    copy(&kept.neighbour(), &poor);
    let (file, gap) = holder(&kept.log_of(&poor));
    std::fs::remove_file(file).unwrap();
    std::fs::remove_file(kept.town.dir.join(STORE_FILE)).unwrap();
    std::fs::remove_dir_all(kept.town.public()).unwrap();

    let refused = kept.repair(&["--from-neighbour", poor.to_str().unwrap()]);
    assert!(code(&refused) == 1 && said(&refused).contains("--with-gaps"), "{}", said(&refused));
    assert!(!kept.town.dir.join(STORE_FILE).exists(), "nothing was made of half a log");
    let repaired = kept.repair(&["--from-neighbour", poor.to_str().unwrap(), "--with-gaps"]);
    assert!(code(&repaired) == 0 && said(&repaired).contains("the words of 1 entries are MISSING"), "{}", said(&repaired));
    let told = format!("1 entries stand in the log and their words are missing, as its keeper says, and not withdrawn: {gap}.");
    let verified = kept.town.verify();
    assert!(code(&verified) == 3 && said(&verified).contains(&told), "{}", said(&verified));

    let server = kept.town.serve();
    let mut talk = server.talk();
    let mut get = |path: &str| talk.ask("GET", path, &[], b"").unwrap();
    assert_eq!(get(&format!("/log/{}", content_path(gap))).status, 404, "it is not there, and nobody took it from the public");
    assert_eq!(get(&format!("/log/{}", content_path(kept.marked[0]))).status, 410);
    assert_eq!(get("/log/missing").text(), format!("{gap}\n"));
    assert!(get("/log").text().contains("Words missing here"));
    let page = get(&format!("/record/{}", kept.incident)).text();
    assert!(page.contains("The words of this entry are missing here") && page.contains("were taken from the public"), "{page}");
    assert_eq!(get(&format!("/record/{}/proof", kept.incident)).status, 404, "nothing can be shown of it");
    assert_eq!(get("/record").status, 200);
    let over_http = handbell().arg("verify").arg(format!("http://{}", server.address())).output().unwrap();
    assert!(code(&over_http) == 3 && said(&over_http).contains(&told), "{}", said(&over_http));
    copied(&server, kept.room.path(), &told);
    drop(talk);
    server.stop();
    exported(&kept, &told);

    let filled = kept.repair(&["--from-neighbour", kept.neighbour().to_str().unwrap()]);
    assert!(code(&filled) == 0 && said(&filled).contains("1 that were missing have theirs again"), "{}", said(&filled));
    assert!(!kept.town.public().join("log/missing").exists());
    assert_eq!(holder(&kept.town.public().join("log")).1, gap);
    guarded(&kept.town.dir.join(STORE_FILE));
    kept.goes_on();
}

#[test]
fn words_that_a_disk_changed_in_the_store_are_neither_published_nor_shown_and_come_back() {
    let kept = Kept::make();
    let store = kept.town.dir.join(STORE_FILE);
    let (file, place) = holder(&kept.town.public().join("log"));
    let good = std::fs::read(&file).unwrap();
    rot(&store, place);
    let server = kept.town.serve();
    let mut talk = server.talk();
    let mut get = |path: &str| talk.ask("GET", path, &[], b"").unwrap();
    let began = Instant::now();
    while !get("/log/about.json").text().contains("a file of the public log could not be kept") {
        assert!(began.elapsed() < Duration::from_secs(60), "nothing more is signed from such a store");
        std::thread::sleep(Duration::from_millis(50));
    }
    let page = get(&format!("/record/{}", kept.incident)).text();
    assert!(page.contains("The words of this entry are missing here") && !page.contains("came in."), "{page}");
    assert_eq!(get(&format!("/log/{}", content_path(place))).body, good, "what was published is not written over");
    assert!(!get("/log/content-pack/000").text().contains("came in."));
    drop(talk);
    server.stop();
    assert_eq!(std::fs::read(&file).unwrap(), good);

    let filled = kept.repair(&[]);
    assert!(code(&filled) == 0 && said(&filled).contains("1 that were missing have theirs again"), "{}", said(&filled));
    assert_eq!(code(&kept.town.verify()), 0);
    guarded(&store);
    // From a neighbour, where the published file is lost as well.
    rot(&store, place);
    std::fs::remove_file(&file).unwrap();
    let poor = kept.room.path().join("poor");
    copy(&kept.neighbour(), &poor);
    std::fs::remove_file(holder(&kept.log_of(&poor)).0).unwrap();
    let from = |neighbour: &Path, more: &[&str]| kept.repair(&[&["--from-neighbour", neighbour.to_str().unwrap()], more].concat());
    assert_eq!(code(&from(&poor, &[])), 1);
    let filled = from(&kept.neighbour(), &[]);
    assert!(code(&filled) == 0 && said(&filled).contains("1 that were missing have theirs again"), "{}", said(&filled));
    assert_eq!(std::fs::read(&file).unwrap(), good);
    // Where nobody has them any more, what the disk made of them goes, and that they are missing is said.
    rot(&store, place);
    std::fs::remove_file(&file).unwrap();
    let repaired = from(&poor, &["--with-gaps"]);
    assert!(code(&repaired) == 0 && said(&repaired).contains("the words of 1 entries are MISSING"), "{}", said(&repaired));
    let verified = kept.town.verify();
    assert!(code(&verified) == 3 && said(&verified).contains(&format!("not withdrawn: {place}.")), "{}", said(&verified));
    assert_eq!(code(&from(&kept.neighbour(), &[])), 0);
    kept.goes_on();
}

#[test]
fn an_older_copy_is_caught_up_with_a_gap_among_what_it_lacked() {
    let kept = Kept::make();
    let last = (0..kept.size()).rev().find(|index| kept.town.public().join("log").join(content_path(*index)).exists()).unwrap();
    std::fs::remove_file(kept.town.public().join("log").join(content_path(last))).unwrap();
    std::fs::copy(kept.old().join(STORE_FILE), kept.town.dir.join(STORE_FILE)).unwrap();
    let refused = kept.repair(&[]);
    assert!(code(&refused) == 1 && said(&refused).contains("--with-gaps"), "{}", said(&refused));
    let repaired = kept.repair(&["--with-gaps"]);
    assert!(code(&repaired) == 0 && said(&repaired).contains("MISSING"), "{}", said(&repaired));
    assert_eq!(code(&kept.town.verify()), 3);
    // A log with a gap goes on, and is still of the same tree.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let before = kept.size();
    runtime.block_on(async {
        let opened = town::open(&kept.town.dir, &Staging::default()).await.unwrap();
        super::editors_again(&opened.world).await.flood(&opened.world).await;
        opened.publish().await.unwrap();
        opened.close().await;
    });
    let verified = kept.town.verify();
    assert!(
        kept.size() > before && code(&verified) == 3 && said(&verified).contains(&format!("not withdrawn: {last}.")),
        "{}",
        said(&verified)
    );
    assert!(!files(&kept.town.public().join("log/checkpoints")).is_empty());
}
