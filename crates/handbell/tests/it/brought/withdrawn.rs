//! Withdrawn: words of a record that was brought in at size are taken from the public, and stand nowhere in the
//! group's folder from the commit on: not in the database, its free pages or its write-ahead log, not in what is
//! published, not in the rejects of the import, before a restart and after it.

use super::Keeping;
use crate::recorded::{assessment, claim, editors, holding, redaction, source};
use crate::town::{code, handbell, said};
use handbell::acts::ActError;
use handbell::acts::record::{propose, read_record};
use handbell::cli::town;
use handbell_rules::record::Ref;
use handbell_rules::record::proposal::Proposed;
use handbell_rules::record::statement::{RedactionReason, Statement};
use handbell_rules::refusal::Record;
use std::fmt::Write;

/// Words that stand nowhere else.
const MARKER: &str = "thornwhistle";
/// Rows of the table.
const ROWS: usize = 400;

/// Assessments that are wider than a page of the database.
const WIDE: usize = 10;

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
        // Two members add assessments of which each fills more than a page of the database, so that it is kept in pages of
        // its own and these are free afterwards: more pages than the words about the withdrawals take again.
        let long: Vec<String> =
            (0..12).map(|place| format!("{place} {}{MARKER} stood there.", "Many people came to the square. ".repeat(17))).collect();
        let mut more = vec![source(&format!("Witness {MARKER}")), claim(Ref::New(0), &format!("A {MARKER} stood there."))];
        more.extend((0..WIDE).map(|number| {
            let note = if number == 0 { "" } else { "More is known." };
            let Statement::Assessment(mut wide) = assessment(&[Ref::New(0)], "", note) else { unreachable!() };
            wide.sentences = long.iter().map(|text| (text.clone(), vec![Ref::New(0)])).collect();
            Statement::Assessment(wide)
        }));
        both.state(world, page.incident, more).await;
        opened.publish().await.unwrap();
        let entries = marked(&keeping);
        assert_eq!(entries.len(), 3 + WIDE, "a row's claim, a source, a claim, the assessments: {entries:?}");
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

/// What a file wrote over an incident can be taken like any other word of it.
#[test]
fn a_heading_that_a_file_gave_stands_nowhere_once_it_is_withdrawn() {
    let keeping = Keeping::new(false);
    let head = "key,incident,kind,zone,title,district,place,when,what_happened,source,source_kind,source_standing";
    let row = |key: &str, title: &str, place: &str| {
        format!(
            "{key},{key},gathering,Europe/London,{title},Eastgate,{place},2024-05-01,People came.,A list,organisation,Kept by volunteers."
        )
    };
    let file = keeping.dir.with_extension("headings.csv");
    let marked = row("a", &format!("The {MARKER} gathering"), &format!("By the {MARKER}"));
    std::fs::write(&file, format!("{head}\n{marked}\n{}\n", row("b", "Another gathering", "By the river"))).unwrap();
    let told = keeping.import(&file, "events-csv", &[]);
    assert_eq!((told.entered, told.refused), (2, 0), "{}", told.all);
    std::fs::remove_file(&file).unwrap();
    let page = keeping.pages().into_iter().find(|page| page.title.contains(MARKER)).unwrap();
    let opening = page.lines[0].index;
    let incident = page.incident;
    let doors = ["/record", "/feed.atom", "/record.geojson", "/record.csv", "/api/v1/incidents", "/record/moderation"].map(str::to_owned);
    let own = [format!("/record/{incident}"), format!("/api/v1/incidents/{incident}"), format!("/api/v1/incidents?q={MARKER}")];
    let asked = |keeping: &Keeping| -> Vec<String> {
        let (_server, mut talk) = keeping.served();
        let all = doors.iter().chain(&own);
        all.filter(|door| talk.ask("GET", door, &[], b"").unwrap().text().contains(MARKER)).cloned().collect()
    };
    let before = asked(&keeping);
    for door in [&doors[0], &doors[1], &doors[4], &own[0], &own[1]] {
        assert!(before.contains(door), "this test could find it in {door}: {before:?}");
    }

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let opened = town::open(&keeping.dir, &town::Staging::default()).await.unwrap();
        let both = editors(&opened.world).await;
        both.state(&opened.world, incident, vec![redaction(opening)]).await;
        opened.publish().await.unwrap();
        // The writer overwrites before it takes the next order; a lease is one.
        assert_eq!(opened.world.store.lease(1, 1_000, opened.world.now()).await.unwrap(), vec![]);
        let found = holding(&keeping.dir, MARKER);
        assert!(found.is_empty(), "while the store is open the words still stand in {found:?}");
        opened.close().await;
    });
    // A search answers with what was asked for; nothing is found by it any more.
    let after = asked(&keeping);
    assert!(after.iter().all(|door| door.contains("?q=")), "{after:?}");
    assert!(holding(&keeping.dir, MARKER).is_empty());
    keeping.verified();
    for kind in ["jsonl", "csv", "geojson", "json-ld", "bundle"] {
        let out = keeping.dir.with_extension(kind);
        let done = handbell().arg("export").arg(&keeping.dir).args(["--as", kind]).arg(&out).output().unwrap();
        assert_eq!(code(&done), 0, "{}", said(&done));
    }
    let found = holding(keeping.dir.parent().unwrap(), MARKER);
    assert!(found.is_empty(), "{found:?}");
    let page = keeping.pages().into_iter().find(|page| page.incident == incident).unwrap();
    assert_eq!((page.title.as_str(), page.district.as_str(), page.place), ("Gathering, Eastgate", "Eastgate", None));
    // Brought again, the row is known by its claims, and the heading does not come back.
    std::fs::write(&file, format!("{head}\n{marked}\n")).unwrap();
    let again = keeping.import(&file, "events-csv", &[]);
    assert_eq!((again.entered, again.already), (0, 1), "{}", again.all);
    assert!(holding(&keeping.dir, MARKER).is_empty());
}

/// A playbook that publishes a kind no more keeps no words in the record that have to go.
#[test]
fn words_go_also_when_their_kind_is_public_no_more() {
    let keeping = Keeping::new(false);
    let head = "key,incident,kind,zone,title,district,when,what_happened,source,source_kind,source_standing";
    let row =
        format!("a,a,gathering,Europe/London,A gathering,Eastgate,2024-05-01,The {MARKER} fell.,A list,organisation,Kept by volunteers.");
    let file = keeping.dir.with_extension("rows.csv");
    std::fs::write(&file, format!("{head}\n{row}\n")).unwrap();
    let told = keeping.import(&file, "events-csv", &[]);
    assert_eq!((told.entered, told.refused), (1, 0), "{}", told.all);
    let kind = keeping.dir.with_file_name("playbook").join("kinds/gathering.toml");
    let text = std::fs::read_to_string(&kind).unwrap();
    let (before, rest) = text.split_once("[reach.public]").unwrap();
    let (_, after) = rest.split_once("[home.dispatch]").unwrap();
    std::fs::write(&kind, format!("{before}[home.dispatch]{after}")).unwrap();

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let opened = town::open(&keeping.dir, &town::Staging::default()).await.unwrap();
        let world = &opened.world;
        let both = editors(world).await;
        let page = keeping.pages().remove(0);
        let claims = page.lines.iter().filter(|line| line.kind == 2 && line.says.contains(MARKER));
        let ordered = |index| Statement::Redaction { entry: index, reason: RedactionReason::LegalOrder };
        let taken: Vec<Statement> = claims.map(|line| ordered(line.index)).collect();
        assert_eq!(taken.len(), 1);
        // Nothing new is published of it.
        let more = Proposed::Statements { statements: [taken.clone(), vec![source("Witness A")]].concat() };
        let no = propose(world, &both.amina, page.incident, more).await;
        assert!(matches!(&no, Err(ActError::Refused(no)) if no.0 == Record::TooEarly.into()), "{no:?}");
        both.state(world, page.incident, taken).await;
        opened.publish().await.unwrap();
        opened.close().await;
    });
    assert!(holding(&keeping.dir, MARKER).is_empty());
    keeping.verified();
}
