//! Withdrawn: words of a record that was brought in at size are taken from the public, and stand nowhere in the
//! group's folder from the commit on: not in the database, its free pages or its write-ahead log, not in what is
//! published, not in the rejects of the import, before a restart and after it.

use super::Keeping;
use crate::recorded::{assessment, claim, editors, holding, redaction, source};
use crate::town::{code, handbell, said};
use handbell::acts::record::read_record;
use handbell::cli::town;
use handbell_rules::record::Ref;
use handbell_rules::record::statement::Statement;
use std::fmt::Write;

/// Words that stand nowhere else.
const MARKER: &str = "thornwhistle";
/// Rows of the table.
const ROWS: usize = 400;

/// Pages of the database that are free: the header's number at byte 36 (SQLite's file format, section 1.3).
fn free_pages(bytes: &[u8]) -> u32 {
    u32::from_be_bytes(bytes[36..40].try_into().unwrap())
}

#[test]
fn words_of_an_imported_record_stand_nowhere_once_they_are_withdrawn() {
    let keeping = Keeping::new(false);
    let mut rows = "key,incident,kind,zone,title,district,when,what_happened,source,source_kind,source_standing\n".to_owned();
    for row in 0..ROWS {
        let marked = if row == ROWS / 2 { format!("The {MARKER} fell over. ") } else { String::new() };
        let more = "People stood in the road and went home again. ".repeat(12);
        writeln!(rows, "r{row},i{},gathering,Europe/London,Gathering in Eastgate,Eastgate,2024-05-01,{marked}{more},A list,organisation,Kept by volunteers.", row / 4).unwrap();
    }
    // A row that is refused has the words as well, and they are its owner's to throw away: not of the record.
    let file = keeping.dir.with_extension("rows.csv");
    std::fs::write(&file, rows).unwrap();
    let told = keeping.import(&file, "events-csv", &[]);
    assert_eq!((told.entered, told.refused), (ROWS as u64, 0), "{}", told.all);
    let marked = |keeping: &Keeping| -> Vec<u64> {
        let contents = keeping.dir.join("public/log/content");
        let place =
            |path: &std::path::PathBuf| path.strip_prefix(&contents).unwrap().to_string_lossy().replace(['/', 'x'], "").parse().unwrap();
        holding(&contents, MARKER).iter().map(place).collect()
    };
    let page = keeping.pages().into_iter().find(|page| serde_json::to_string(page).unwrap().contains(MARKER)).unwrap();

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let withdrawn = runtime.block_on(async {
        let opened = town::open(&keeping.dir, &town::Staging::default()).await.unwrap();
        let world = &opened.world;
        let both = editors(world).await;
        // Two members add an assessment that fills more than a page of the database, so that it is kept in pages of its
        // own and these are free afterwards.
        let long: Vec<String> =
            (0..12).map(|place| format!("{place} {}{MARKER} stood there.", "Many people came to the square. ".repeat(17))).collect();
        let mut more = vec![source(&format!("Witness {MARKER}")), claim(Ref::New(0), &format!("A {MARKER} stood there."))];
        let Statement::Assessment(mut wide) = assessment(&[Ref::New(0)], "", "More is known.") else { unreachable!() };
        wide.sentences = long.into_iter().map(|text| (text, vec![Ref::New(0)])).collect();
        more.push(Statement::Assessment(wide));
        both.state(world, page.incident, more).await;
        opened.publish().await.unwrap();
        let entries = marked(&keeping);
        assert_eq!(entries.len(), 4, "a row's claim, a source, a claim, an assessment: {entries:?}");
        let stands = holding(&keeping.dir, MARKER);
        assert!(
            stands.iter().any(|path| path.to_string_lossy().contains(town::STORE_FILE)),
            "this test could find it in the database: {stands:?}"
        );

        both.state(world, page.incident, entries.iter().map(|entry| redaction(*entry)).collect()).await;
        opened.publish().await.unwrap();
        // The writer overwrites before it takes the next order; a lease is one.
        assert_eq!(world.store.lease(1, 1_000, world.now()).await.unwrap(), vec![]);
        let found = holding(&keeping.dir, MARKER);
        assert!(found.is_empty(), "while the store is open the words still stand in {found:?}");
        // As of every moment the marks stand and the words do not.
        for size in 1..=world.store.checkpoint().await.unwrap().unwrap().size {
            if !entries.contains(&(size - 1)) {
                continue;
            }
            let moment = handbell_rules::record::as_of::AsOf::Size(size);
            let then = read_record(world, page.incident, Some(&moment)).await.unwrap().unwrap();
            assert_eq!(then.lines.last().unwrap().type_name, "withdrawn");
            assert!(!serde_json::to_string(&then).unwrap().contains(MARKER));
        }
        opened.close().await;
        entries
    });
    let database = std::fs::read(keeping.dir.join(town::STORE_FILE)).unwrap();
    assert!(free_pages(&database) > 0, "pages were freed, so this looked at free pages too");
    assert!(holding(&keeping.dir, MARKER).is_empty());

    // After a restart, and in every export.
    keeping.verified();
    for kind in ["jsonl", "csv", "geojson", "json-ld", "bundle"] {
        let out = keeping.dir.with_extension(kind);
        let done = handbell().arg("export").arg(&keeping.dir).args(["--as", kind]).arg(&out).output().unwrap();
        assert_eq!(code(&done), 0, "{}", said(&done));
        let found = if out.is_dir() {
            holding(&out, MARKER)
        } else {
            holding(out.parent().unwrap(), MARKER).into_iter().filter(|path| *path == out).collect()
        };
        assert!(found.is_empty(), "{found:?}");
    }
    runtime.block_on(async {
        let opened = town::open(&keeping.dir, &town::Staging::default()).await.unwrap();
        let page = read_record(&opened.world, page.incident, None).await.unwrap().unwrap();
        assert_eq!(page.lines.iter().filter(|line| line.type_name == "withdrawn").count(), withdrawn.len(), "their places stay");
        opened.close().await;
    });
    assert!(holding(&keeping.dir, MARKER).is_empty(), "a restart brings nothing back");
    println!("withdrawn: {} entries of {ROWS} rows, {} free pages looked at", withdrawn.len(), free_pages(&database));
}
