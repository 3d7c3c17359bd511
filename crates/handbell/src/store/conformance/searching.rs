//! Searching: a store finds in the record what the rules find in its pages, and nothing that was withdrawn.

use handbell_rules::change::What;
use handbell_rules::desk::incident::Incident;
use handbell_rules::id::IncidentId;
use handbell_rules::record::entry::{EntryKind, NewEntry};
use handbell_rules::record::proposal::Follows;
use handbell_rules::record::search::{Question, Sheet, Words, says};
use handbell_rules::span::{Falls, Window};
use serde_json::{Value, json};

use super::Town;
use super::builders::*;
use crate::store::Store;
use crate::store::found::{Found, page};
use crate::store::walk::Walk;

fn entry_of(stream: IncidentId, kind: EntryKind, fields: Value) -> NewEntry {
    let mut fields = fields.as_object().cloned().unwrap_or_default();
    fields.insert("type".into(), kind.type_name().into());
    fields.insert("at".into(), "2026-11-20T10:00Z".into());
    NewEntry { stream, kind, fields, salt: fresh_hash() }
}

/// Chance that is the same in every run.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }
    pub fn below(&mut self, most: usize) -> usize {
        // Xorshift, 64 bits.
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % most as u64).unwrap_or(0)
    }
    pub fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }
    fn words(&mut self, most: usize) -> String {
        (0..=self.below(most)).map(|_| self.one(&WORDS)).collect::<Vec<_>>().join(" ")
    }
}

const WORDS: [&str; 9] = ["van", "vans", "café", "CAFÉ", "Rye Lane", "東京", "ry-e", "lane", "de\u{301}tenu"];
const KINDS: [&str; 2] = ["flood", "eviction"];
const DISTRICTS: [&str; 3] = ["Peckham", "Old Town", "Été"];
const DATES: [&str; 8] = ["2017-05-13", "2017-05", "2018", "2017-05-13/..", "[2017-05-10,2017-05-20]", "2017-05-13?", "2017-21", "19XX"];
const SOURCES: [&str; 3] = ["press", "official", "witness"];

/// An incident of made-up entries.
pub fn made_up(dice: &mut Dice) -> (Incident, Vec<NewEntry>) {
    let entered = Incident { public: true, ..incident() };
    let of = entered.id;
    let mut opening = json!({"kind": dice.one(&KINDS), "kind_label": dice.one(&KINDS), "district": dice.one(&DISTRICTS),
        "title": dice.words(3), "status": "actual", "approved_by": "import", "ended": dice.below(2) == 0});
    if dice.below(2) == 0 {
        let (lat, lon) = (dice.below(40) * 1_000, dice.below(40) * 1_000);
        opening["place"] = json!({"words": dice.words(1), "lat": 51_400_000 + lat, "lon": lon});
    }
    let mut entries = vec![entry_of(of, EntryKind::IncidentOpened, opening)];
    for number in 1..=1 + dice.below(2) {
        let label = dice.words(2);
        entries.push(entry_of(of, EntryKind::Source, json!({"number": number, "kind": dice.one(&SOURCES), "label": label})));
    }
    for number in 1..=dice.below(4) {
        let (predicate, value) = match dice.below(3) {
            0 => ("when", json!({"type": "span", "edtf": dice.one(&DATES)})),
            1 => (
                "place",
                json!({"type": "place", "words": dice.words(1), "lat": 51_400_000 + dice.below(40) * 1_000,
                "lon": dice.below(40) * 1_000, "radius_metres": 100, "precision": "street"}),
            ),
            _ => ("what", json!({"type": "text", "text": dice.words(4)})),
        };
        let claim = json!({"number": number, "source": 1, "predicate": predicate, "label": predicate, "single": true,
            "polarity": "asserts", "value": value});
        entries.push(entry_of(of, EntryKind::Claim, claim));
    }
    (entered, entries)
}

/// A question at random.
pub fn asked(dice: &mut Dice) -> Question {
    let mut question = Question::default();
    let some = |dice: &mut Dice| dice.below(3) == 0;
    if some(dice) {
        let words = dice.words(2);
        question.words = Words::read(&match dice.below(4) {
            0 => format!("\"{words}\""),
            1 => format!("{words}*"),
            2 => words.to_uppercase(),
            _ => words,
        });
    }
    if some(dice) {
        let day = |dice: &mut Dice| jiff::civil::date(2017, 5, 1).saturating_add(jiff::Span::new().days(dice.below(400) as i64));
        let from = day(dice);
        question.window = match dice.below(3) {
            0 => Window { from: Some(from), to: None },
            1 => Window { from: None, to: Some(from) },
            _ => Window { from: Some(from), to: Some(from.saturating_add(jiff::Span::new().days(dice.below(60) as i64))) },
        };
    }
    if some(dice) {
        question.kind = dice.one(&KINDS).into();
    }
    if some(dice) {
        question.district = dice.one(&["peckham", "OLD TOWN", "ete", "town"]).into();
    }
    if some(dice) {
        let (west, south) = (dice.below(40), dice.below(40));
        let (east, north) = (west + dice.below(40), south + dice.below(40));
        question.corners = format!("0.{west:03},51.{:03},0.{east:03},51.{:03}", south + 400, north + 400).parse().ok();
    }
    if some(dice) {
        question.source = dice.one(&["press", "court", "rye lane", "cafe", "*"]).into();
    }
    if some(dice) {
        question.level = dice.one(&["over", "recorded"]).into();
    }
    question
}

/// What the rules find, page by page.
async fn brute(store: &dyn Store, question: &Question) -> Vec<Found> {
    let mut found = Vec::new();
    for incident in store.public_incidents(10_000).await.unwrap() {
        let rows = store.stream(incident).await.unwrap();
        let Some((_, record)) = page(incident, &rows).unwrap() else { continue };
        let sheet = Sheet::of(&record);
        let falls = question.falls(&sheet);
        if falls != Falls::Outside && question.words.stand_in(says(&record)) {
            found.push(Found { sheet, falls });
        }
    }
    found
}

/// What a store finds, stretch by stretch.
async fn all(store: &dyn Store, question: &Question, at_most: u32) -> Vec<Found> {
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let stretch = store.search(question, after, at_most).await.unwrap().expect("it names one of the record");
        assert!(stretch.found.len() <= at_most as usize);
        found.extend(stretch.found);
        after = stretch.next;
        if after.is_none() {
            return found;
        }
    }
}

/// Appends to an incident, or takes words of it away.
pub async fn follow(store: &dyn Store, of: IncidentId, follows: Follows) {
    let incident = store.incident(of).await.unwrap().unwrap();
    commit(store, publishing(&incident, follows)).await;
}

pub async fn a_search_finds_what_a_walk_over_the_pages_finds(town: &mut dyn Town) {
    let mut dice = Dice::new(7);
    let store = town.store();
    let mut known = Vec::new();
    let mut hits = 0;
    for round in 0..40 {
        match dice.below(4) {
            // An outcome behind the rest, with words of its own; then words are taken away.
            0 if !known.is_empty() => {
                let of: IncidentId = known[dice.below(known.len())];
                let outcome = entry_of(of, EntryKind::Outcome, json!({"outcome": dice.words(3), "says": dice.words(1)}));
                follow(&*store, of, Follows { entries: vec![outcome], ..Follows::default() }).await;
            }
            1 if !known.is_empty() => {
                let of: IncidentId = known[dice.below(known.len())];
                let rows = store.stream(of).await.unwrap();
                let whole: Vec<u64> = rows.iter().filter(|row| row.content.is_some()).map(|row| row.index).collect();
                if !whole.is_empty() {
                    let gone = whole[dice.below(whole.len())];
                    follow(&*store, of, Follows { withdrawals: vec![(gone, 1)], ..Follows::default() }).await;
                }
            }
            _ => {
                let (incident, entries) = made_up(&mut dice);
                known.push(incident.id);
                commit(&*store, What::RecordImported { incident, entries }).await;
            }
        }
        if round % 4 == 3 {
            for _ in 0..25 {
                let question = asked(&mut dice);
                let expected = brute(&*store, &question).await;
                hits += expected.len();
                for at_most in [1, 3, 100] {
                    assert_eq!(all(&*store, &question, at_most).await, expected, "{question:?}");
                }
            }
        }
    }
    assert!(hits > 300, "questions that find nothing show nothing: {hits}");
}

pub async fn a_list_goes_on_after_any_of_its_incidents(town: &mut dyn Town) {
    let store = town.store();
    let mut dice = Dice::new(11);
    let mut all_of_them = Vec::new();
    for _ in 0..5 {
        let (incident, entries) = made_up(&mut dice);
        all_of_them.insert(0, incident.id);
        commit(&*store, What::RecordImported { incident, entries }).await;
    }
    assert_eq!(store.public_incidents_after(None, 10).await.unwrap().unwrap(), all_of_them);
    for (at, incident) in all_of_them.iter().enumerate() {
        let rest = store.public_incidents_after(Some(*incident), 2).await.unwrap().unwrap();
        assert_eq!(rest, all_of_them[at + 1..].iter().take(2).copied().collect::<Vec<_>>());
    }
    let stranger = Some(IncidentId(fresh()));
    assert_eq!(store.public_incidents_after(stranger, 2).await.unwrap(), None);
    assert_eq!(store.search(&Question::default(), stranger, 2).await.unwrap(), None);
}

pub async fn a_walk_reads_every_incident_once_and_whole(town: &mut dyn Town) {
    let store = town.store();
    let mut dice = Dice::new(13);
    let mut newest_first = Vec::new();
    for number in 0..7 {
        let (incident, mut entries) = made_up(&mut dice);
        match number {
            // As a stranger's log may have them: something stands before its opening, or it is opened twice.
            2 => entries.rotate_left(1),
            4 => entries.push(entries[0].clone()),
            _ => {}
        }
        newest_first.insert(0, incident.id);
        commit(&*store, What::RecordImported { incident, entries }).await;
    }
    // Something was added after others were opened, and the words of an opening went.
    let (oldest, middle) = (newest_first[6], newest_first[3]);
    for id in [oldest, middle, oldest] {
        let incident = store.incident(id).await.unwrap().unwrap();
        let source = json!({"number": 9, "kind": "press", "label": dice.words(2)});
        commit(&*store, appending(&incident, vec![entry_of(id, EntryKind::Source, source)])).await;
    }
    let opening = store.stream(newest_first[1]).await.unwrap()[0].index;
    follow(&*store, newest_first[1], Follows { withdrawals: vec![(opening, 1)], ..Follows::default() }).await;
    for (entries, held_max) in [(1, 0), (3, 0), (3, 2), (4, 100), (1_000, 100)] {
        let (mut read, mut walk) = (Vec::new(), Walk::holding(held_max));
        loop {
            let some = walk.step(&*store, entries).await.unwrap();
            if some.is_empty() {
                break;
            }
            read.extend(some);
        }
        assert_eq!(read.iter().map(|one| one.incident).collect::<Vec<_>>(), newest_first, "{entries} and {held_max}");
        for one in read {
            assert_eq!(one.rows, store.stream(one.incident).await.unwrap());
        }
    }
    // What comes after the first step is not seen.
    let mut walk = Walk::holding(0);
    let first = walk.step(&*store, 1).await.unwrap();
    let incident = store.incident(oldest).await.unwrap().unwrap();
    let before = store.stream(oldest).await.unwrap();
    commit(
        &*store,
        appending(&incident, vec![entry_of(oldest, EntryKind::Source, json!({"number": 10, "kind": "press", "label": "van"}))]),
    )
    .await;
    let mut last = first;
    loop {
        let some = walk.step(&*store, 5).await.unwrap();
        if some.is_empty() {
            break;
        }
        last = some;
    }
    assert_eq!(last.last().map(|one| (one.incident, &one.rows)), Some((oldest, &before)));
}

/// PROMISE a-withdrawal-leaves-a-mark, in the search: when the commit returns, the words are not found.
pub async fn what_is_withdrawn_is_not_found_from_its_commit_on(town: &mut dyn Town) {
    let mut dice = Dice::new(3);
    let (incident, mut entries) = made_up(&mut dice);
    let of = incident.id;
    entries.push(entry_of(of, EntryKind::Outcome, json!({"outcome": "they went to quillmarker street", "says": "a neighbour"})));
    let last = entries.len() as u64 - 1;
    commit(&*town.store(), What::RecordImported { incident, entries }).await;
    let question = |words: &str| Question { words: Words::read(words), ..Question::default() };
    let found = |store: std::sync::Arc<dyn Store>, words: &'static str| async move { all(&*store, &question(words), 10).await.len() };
    assert_eq!(found(town.store(), "quillmarker").await, 1);
    assert_eq!(found(town.store(), "\"QUILLMARKER street\"").await, 1);
    follow(&*town.store(), of, Follows { withdrawals: vec![(last, 1)], ..Follows::default() }).await;
    assert_eq!(found(town.store(), "quillmarker").await, 0);
    assert_eq!(found(town.store(), "quill*").await, 0);
    assert_eq!(found(town.store(), "").await, 1, "the incident is still there");
    town.reopen().await;
    assert_eq!(found(town.store(), "quillmarker").await, 0);
    assert_eq!(all(&*town.store(), &Question::default(), 10).await, brute(&*town.store(), &Question::default()).await);
}

pub async fn a_commit_that_fails_changes_nothing_that_is_found(town: &mut dyn Town) {
    let mut dice = Dice::new(5);
    for (fault, found) in [(crate::store::memory::Fault::Fails, 0), (crate::store::memory::Fault::FailsButPersists, 1)] {
        let (incident, entries) = made_up(&mut dice);
        town.plant(fault);
        assert!(town.store().commit(change(What::RecordImported { incident, entries })).await.is_err());
        assert_eq!(all(&*town.store(), &Question::default(), 10).await.len(), found);
    }
}

/// Whatever is typed is words: nothing of it is a language that a database reads.
pub async fn no_question_is_syntax(town: &mut dyn Town) {
    let store = town.store();
    let mut dice = Dice::new(9);
    let (incident, entries) = made_up(&mut dice);
    commit(&*store, What::RecordImported { incident, entries }).await;
    let long = "a ".repeat(5_000);
    for typed in [
        "\"",
        "\"\"\"",
        "*",
        "^van",
        "van NEAR lane",
        "NEAR(van lane, 3)",
        "van AND",
        "OR",
        "NOT van",
        "words : van",
        "{words} : van",
        "-van",
        "van + lane",
        "(van",
        "van)",
        "' or 1=1 --",
        "%",
        "_",
        "\0",
        "va\0n",
        "\u{202e}nav",
        "🚨",
        "👩\u{200d}👩\u{200d}👧",
        "¤aaaaaaaa",
        "¶",
        "van*lane*",
        "\"van*\"",
        "ＡＮＤ",
        "\\",
        "$1",
        "?1",
        "\u{feff}",
        long.as_str(),
        "ناف",
    ] {
        for source in ["", typed] {
            let question = Question { words: Words::read(typed), source: source.into(), district: source.into(), ..Question::default() };
            assert_eq!(all(&*store, &question, 10).await, brute(&*store, &question).await, "{typed:?}");
        }
    }
}
