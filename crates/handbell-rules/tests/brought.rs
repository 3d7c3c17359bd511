//! A public list of 1,013 incidents with its 4,205 real edits, brought into a record: every edit of something
//! that was assessed is a numbered correction, and as of every edit the record says what the list said then.
//!
//! What is expected is worked out here from the files' own lines by other code than the one under test. The
//! files are real and not ours; they are read in place where `HANDBELL_TEST_DATA` names them.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop where it stands")]

use handbell_rules::bell::mode::Status;
use handbell_rules::change::What;
use handbell_rules::id::{ChangeId, IncidentId};
use handbell_rules::playbook::{Folder, Playbook};
use handbell_rules::record::as_of::AsOf;
use handbell_rules::record::brought::history::{self, CITED, HEADING, Item, ListOf, NOT_TAKEN_IN, Read, Revision};
use handbell_rules::record::brought::row::Marked;
use handbell_rules::record::brought::{About, Piece, brought};
use handbell_rules::record::entry::{LetIn, stated};
use handbell_rules::record::ledger::Ledger;
use handbell_rules::record::projection::{IncidentRecord, LoggedEntry, project};
use handbell_rules::record::statement::{Ground, RedactionReason, Statement, work_out};
use handbell_rules::record::words;
use handbell_rules::time::Timestamp;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

const NOW: Timestamp = Timestamp::from_milliseconds(1_795_000_000_000);

fn corpus() -> Option<PathBuf> {
    #[allow(clippy::disallowed_methods, reason = "where the corpus lies is a matter of the machine")]
    let root =
        std::env::var("HANDBELL_TEST_DATA").unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data").to_owned());
    let root = PathBuf::from(root).join("incidents");
    if !root.is_dir() {
        #[allow(clippy::print_stderr, reason = "a test that was skipped says so")]
        {
            eprintln!("skipped: the incidents of HANDBELL_TEST_DATA are not here");
        }
        return None;
    }
    Some(root)
}

fn playbook() -> Playbook {
    let root = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../playbooks/uk-street"));
    let mut folder = Folder::new();
    let mut rooms = vec![root.to_path_buf()];
    while let Some(room) = rooms.pop() {
        for found in std::fs::read_dir(&room).unwrap() {
            let path = found.unwrap().path();
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            if path.is_dir() { rooms.push(path) } else { drop(folder.insert(name, std::fs::read_to_string(path).unwrap())) }
        }
    }
    Playbook::load(&folder).unwrap()
}

fn list() -> ListOf {
    ListOf {
        set: "list".into(),
        kind: "flood".into(),
        home: false,
        zone: "America/New_York".into(),
        radius_metres: 100,
        label: "A public list".into(),
        standing: "Kept by volunteers; anybody may send something in.".into(),
    }
}

fn entered(playbook: &Playbook, read: &Read<'_>, salt: &mut u64) -> (IncidentId, Vec<LoggedEntry>) {
    let id = IncidentId([9; 16]);
    let pieces: Vec<Piece<'_>> = read.ready.iter().filter(|one| one.says_something()).map(history::Ready::piece).collect();
    let salted = || {
        *salt += 1;
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&salt.to_le_bytes());
        bytes
    };
    let done = brought(ChangeId([1; 16]), (playbook, Status::Actual), &About::New(id), &read.frame, &pieces, salted, NOW)
        .unwrap_or_else(|why| panic!("{why}: {:?}", read.frame));
    assert_eq!(done.refused, [], "{}", read.frame.title);
    let Some(What::RecordImported { entries, .. }) = done.change.map(|change| change.what) else { panic!("nothing was entered") };
    let logged = |(index, entry): (u64, handbell_rules::record::entry::NewEntry)| LoggedEntry {
        index,
        kind: entry.kind.code(),
        payload: Some(entry.fields),
        missing: false,
    };
    (id, (0..).zip(entries).map(logged).collect())
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What the newest assessment of a fact says.
fn says(page: &IncidentRecord, predicate: &str, about: Option<&str>) -> Option<String> {
    let fact = page.facts.iter().find(|fact| fact.predicate == predicate && fact.about.as_deref() == about)?;
    let newest = fact.assessments.last()?;
    Some(newest.sentences.iter().map(|sentence| sentence.text.as_str()).collect::<Vec<_>>().join(" "))
}

/// The point of the place that is assessed now.
fn point(page: &IncidentRecord) -> Option<(i32, i32)> {
    let fact = page.facts.iter().find(|fact| fact.predicate == "place")?;
    let relied = *fact.assessments.last()?.relies_on.first()?;
    let point = fact.claims.iter().find(|claim| claim.number == relied)?.value.point()?;
    Some((point.lat_microdegrees(), point.lon_microdegrees()))
}

fn cited(page: &IncidentRecord) -> BTreeSet<String> {
    let facts = page.facts.iter().filter(|fact| fact.about.as_deref() == Some(CITED));
    let live = facts.flat_map(|fact| &fact.claims).filter(|claim| claim.live);
    let number = |says: &str| says.rsplit(' ').next().and_then(|number| number.parse::<usize>().ok()).unwrap();
    live.map(|claim| page.sources[number(&claim.says) - 1].source.as_ref().unwrap().url.clone().unwrap()).collect()
}

/// A value of the raw lines: what it was at a revision, by the newest edit up to it, else the first `before` after it.
fn at(revisions: &[Value], item: &Value, field: &str, rev: usize) -> String {
    let pair = |line: &Value, side: usize| line["changes"][field].get(side).map(|value| value.as_str().unwrap_or_default().to_owned());
    if let Some(after) = revisions[..=rev].iter().rev().find_map(|line| pair(line, 1)) {
        return after;
    }
    if let Some(before) = revisions[rev + 1..].iter().find_map(|line| pair(line, 0)) {
        return before;
    }
    match field {
        "geolocation" if item["lat"] == "" => String::new(),
        "geolocation" => format!("{}, {}", item["lat"].as_str().unwrap(), item["lon"].as_str().unwrap()),
        field => item[field].as_str().unwrap().to_owned(),
    }
}

/// A set of the raw lines at a revision, from what stands now backwards.
fn set_at(revisions: &[Value], now: BTreeSet<String>, field: &str, rev: usize) -> BTreeSet<String> {
    let mut set = now;
    for line in revisions[rev + 1..].iter().rev() {
        let texts = |what: &str| {
            line["changes"][field][what].as_array().into_iter().flatten().map(|one| one.as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        for came in texts("added") {
            set.remove(&came);
        }
        set.extend(texts("removed"));
    }
    set
}

fn thousandths(geolocation: &str) -> Option<(i32, i32)> {
    let (lat, lon) = geolocation.split_once(',')?;
    // Digits after the sixth are cut before it is rounded, as a form field's are.
    let micro = |text: &str| {
        let (whole, part) = text.trim().split_once('.').unwrap();
        let cut: String = part.chars().chain("000000".chars()).take(6).collect();
        let value: i32 = format!("{}{cut}", whole.trim_start_matches('-')).parse().unwrap();
        let rounded = (value + 500) / 1_000 * 1_000;
        if whole.starts_with('-') { -rounded } else { rounded }
    };
    Some((micro(lat), micro(lon)))
}

fn day(date: &str) -> String {
    const MONTHS: [&str; 12] =
        ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
    let parts: Vec<usize> = date.split('-').map(|part| part.parse().unwrap()).collect();
    format!("{} {} {}", parts[2], MONTHS[parts[1] - 1], parts[0])
}

fn lines(path: &std::path::Path) -> Vec<Value> {
    std::fs::read_to_string(path).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn every_edit_of_a_real_list_can_be_walked_back_and_each_change_of_what_was_said_is_a_correction() {
    let Some(root) = corpus() else { return };
    let playbook = playbook();
    let list = list();
    let items = lines(&root.join("police_brutality_2020.jsonl"));
    let mut edits: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for line in lines(&root.join("police_brutality_2020_revisions.jsonl")) {
        edits.entry(line["id"].as_str().unwrap().to_owned()).or_default().push(line);
    }
    assert_eq!((items.len(), edits.values().map(Vec::len).sum::<usize>()), (1_013, 4_205));
    let (mut salt, mut walked, mut corrections, mut changed, mut entries_all, mut not_taken, mut links) = (0, 0, 0, 0, 0, 0, 0);
    for raw in &items {
        let none = Vec::new();
        let raws = edits.get(raw["id"].as_str().unwrap()).unwrap_or(&none);
        let item: Item = serde_json::from_value(raw.clone()).unwrap();
        let revisions: Vec<Revision> = raws.iter().map(|line| serde_json::from_value(line.clone()).unwrap()).collect();
        let read = history::read(&list, Marked::Words, &item, &revisions);
        let (id, entries) = entered(&playbook, &read, &mut salt);
        entries_all += entries.len();
        let whole = project(id, &entries).unwrap();
        // As many corrections as assessments that took the place of another, numbered without a gap.
        let numbers: Vec<u32> = whole.corrections.iter().map(|one| one.number).collect();
        assert_eq!(numbers, (1..=u32::try_from(numbers.len()).unwrap()).collect::<Vec<_>>());
        let superseded: usize = whole.facts.iter().map(|fact| fact.assessments.len().saturating_sub(1)).sum();
        assert_eq!(numbers.len(), superseded, "{}", item.id);
        corrections += numbers.len();
        let links_now: BTreeSet<String> = item.links.iter().map(|link| link.url.clone()).collect();
        let mut before: Option<[String; 5]> = None;
        for (rev, line) in raws.iter().enumerate() {
            let moment: AsOf = format!("said:{}", line["at"].as_str().unwrap()).parse().unwrap();
            let then = moment.of(&entries);
            let page = project(id, then).unwrap();
            let bytes = serde_json::to_vec(&page).unwrap();
            let mut more = entries.clone();
            more.push(LoggedEntry {
                index: 9_999,
                kind: 9,
                payload: serde_json::from_str(r#"{"at":"2027-01-01T00:00Z","outcome":"later","says":"nobody"}"#).ok(),
                missing: false,
            });
            assert_eq!(
                serde_json::to_vec(&project(id, moment.of(&more)).unwrap()).unwrap(),
                bytes,
                "what comes later changes nothing of it"
            );
            let get = |field: &str| one_line(&at(raws, raw, field, rev));
            let tags = set_at(raws, item.tags.iter().cloned().collect(), "tags", rev);
            // A list that was split from an empty cell has one empty tag.
            let tags = tags.into_iter().filter(|tag| !tag.is_empty()).collect::<Vec<_>>().join(", ");
            let tags = if tags.is_empty() { tags } else { format!("Tags: {tags}") };
            let place = [get("city"), get("state")].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
            let place = if place.is_empty() { "Place not given".to_owned() } else { place };
            let spot = thousandths(&at(raws, raw, "geolocation", rev));
            let date = get("date");
            let wanted = [get("title"), date.clone(), format!("{place} {spot:?}"), get("description"), tags.clone()];
            if let Some(before) = &before {
                changed += before.iter().zip(&wanted).filter(|(old, new)| old != new && !old.is_empty()).count();
            }
            let marked = |text: &str| words::fine(text, false).is_err();
            for (fact, about, value) in
                [("what_happened", Some(HEADING), &wanted[0]), ("what_happened", None, &wanted[3]), ("pattern", None, &tags)]
            {
                let said = says(&page, fact, about).unwrap_or_default();
                if value.chars().count() <= 600 && marked(value) || said == NOT_TAKEN_IN {
                    assert_eq!(said, NOT_TAKEN_IN, "{} {rev} {fact}", item.id);
                    not_taken += 1;
                } else {
                    assert_eq!(&said, value, "{} {rev} {fact}", item.id);
                }
            }
            assert!(says(&page, "place", None).unwrap().starts_with(&place));
            assert_eq!(point(&page), spot, "{} {rev}", item.id);
            if !date.is_empty() {
                assert!(says(&page, "when", None).unwrap().starts_with(&day(&date)), "{} {rev}", item.id);
                assert_eq!(page.when.edtf, [date]);
            }
            let readable: BTreeSet<String> =
                set_at(raws, links_now.clone(), "links", rev).into_iter().filter(|url| words::web_address(url)).collect();
            assert_eq!(cited(&page), readable, "{} {rev}", item.id);
            links += readable.len();
            before = Some(wanted);
            walked += 1;
        }
    }
    assert_eq!(walked, 4_205);
    assert_eq!(corrections, changed, "as many corrections as edits of something that had been said");
    #[allow(clippy::print_stdout, reason = "a suite at size closes with its counts")]
    {
        println!(
            "walked {walked} edits of {} incidents: {entries_all} entries, {corrections} corrections, {links} citations looked at, {not_taken} texts not taken in",
            items.len()
        );
    }
}

/// A number that follows from two others and from nothing else, so that a run can be repeated.
fn drawn(seed: u64, place: u64) -> u64 {
    let mut mixed = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(place.wrapping_mul(0xbf58_476d_1ce4_e5b9));
    mixed ^= mixed >> 31;
    mixed = mixed.wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 29)
}

/// How many assessments took the place of one that was public, by the entries as they were before any words went.
fn superseding(payloads: &[Option<serde_json::Map<String, Value>>]) -> usize {
    payloads.iter().flatten().filter(|payload| payload["type"] == "assessment.made" && payload.contains_key("supersedes")).count()
}

fn numbered_without_a_gap(page: &IncidentRecord) -> bool {
    (1..).zip(&page.corrections).all(|(number, one)| one.number == number)
}

#[test]
fn whatever_words_go_from_a_thousand_real_incidents_corrections_keep_their_numbers_and_earlier_pages_their_bytes() {
    let Some(root) = corpus() else { return };
    let playbook = playbook();
    let list = list();
    let mut edits: BTreeMap<String, Vec<Revision>> = BTreeMap::new();
    for line in lines(&root.join("police_brutality_2020_revisions.jsonl")) {
        edits.entry(line["id"].as_str().unwrap().to_owned()).or_default().push(serde_json::from_value(line).unwrap());
    }
    let (mut salt, mut gone, mut added, mut pages, mut numbers) = (0, 0, 0, 0, 0);
    for (place, raw) in lines(&root.join("police_brutality_2020.jsonl")).into_iter().enumerate() {
        let item: Item = serde_json::from_value(raw).unwrap();
        let revisions = edits.remove(&item.id).unwrap_or_default();
        let (id, mut entries) = entered(&playbook, &history::read(&list, Marked::Words, &item, &revisions), &mut salt);
        // What every entry said, for counting; a page never sees it again.
        let mut said: Vec<_> = entries.iter().map(|entry| entry.payload.clone()).collect();
        for round in 0..3 {
            let open: Vec<(u64, u8)> =
                entries.iter().filter(|entry| entry.payload.is_some()).map(|entry| (entry.index, entry.kind)).collect();
            let ledger = Ledger::read(&entries);
            let ground = Ground { playbook: &playbook, home: false, finest: handbell_rules::place::Precision::Exact, entries: &open };
            let at = usize::try_from(drawn(place as u64, round)).unwrap_or(0) % open.len();
            let statement = Statement::Redaction { entry: open[at].0, reason: RedactionReason::PersonalDetails };
            // Not everything may go: an opening stays, and a mark stays.
            let Ok(written) = work_out(&ledger, ground, &[statement]) else { continue };
            for drafted in &written.entries {
                let entry = stated(id, drafted, LetIn::TwoMembers, [0; 32], NOW.plus(60_000 * (i64::try_from(round).unwrap() + 1)));
                said.push(Some(entry.fields.clone()));
                entries.push(LoggedEntry {
                    index: entries.len() as u64,
                    kind: entry.kind.code(),
                    payload: Some(entry.fields),
                    missing: false,
                });
                added += 1;
            }
            for (index, _) in &written.withdrawals {
                entries[usize::try_from(*index).unwrap()].payload = None;
                gone += 1;
            }
        }
        let page = project(id, &entries).unwrap();
        assert!(numbered_without_a_gap(&page), "{}", item.id);
        assert_eq!(page.corrections.len(), superseding(&said), "{}: none is erased", item.id);
        numbers += page.corrections.len();
        // Given the same withdrawals, every earlier page is the same to the byte, however the record goes on.
        let more = |entries: &[LoggedEntry]| -> Vec<LoggedEntry> {
            let later = LoggedEntry {
                index: entries.len() as u64,
                kind: 9,
                payload: serde_json::from_str(r#"{"at":"2027-01-01T00:00Z","outcome":"later","says":"nobody"}"#).ok(),
                missing: false,
            };
            entries.iter().cloned().chain([later]).collect()
        };
        let longer = more(&entries);
        for size in (1..=entries.len() as u64).filter(|size| drawn(*size, place as u64).is_multiple_of(7)) {
            let moment = AsOf::Size(size);
            let then = project(id, moment.of(&entries)).unwrap();
            assert_eq!(serde_json::to_vec(&then).unwrap(), serde_json::to_vec(&project(id, moment.of(&longer)).unwrap()).unwrap());
            assert!(numbered_without_a_gap(&then));
            assert_eq!(then.corrections.len(), entries[..usize::try_from(size).unwrap()].iter().filter(|entry| entry.kind == 3).count());
            pages += 1;
        }
    }
    assert!(gone > 2_000, "{gone}");
    #[allow(clippy::print_stdout, reason = "a suite at size closes with its counts")]
    {
        println!(
            "took the words of {gone} entries away, which added {added}; {numbers} corrections keep their numbers, {pages} earlier pages their bytes"
        );
    }
}
