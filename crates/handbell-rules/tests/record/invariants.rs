//! The model's promises (a) to (g) over made-up records, each looked at on the page.

use crate::made_up::*;
use handbell_rules::record::Ref;
use handbell_rules::record::as_of::AsOf;
use handbell_rules::record::claim::NewPublicClaim;
use handbell_rules::record::projection::{IncidentRecord, LoggedEntry, project};
use handbell_rules::record::source::SourceKind;
use handbell_rules::record::statement::Statement;
use handbell_rules::time::Timestamp;
use proptest::prelude::*;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

fn only(kind: fn(&Wish) -> bool, batches: &[(u8, Vec<Wish>)]) -> Vec<(u8, Vec<Wish>)> {
    batches.iter().map(|(minutes, wishes)| (*minutes, wishes.iter().filter(|wish| kind(wish)).cloned().collect())).collect()
}

fn is_no_redaction(wish: &Wish) -> bool {
    !matches!(wish, Wish::Redact { .. })
}

fn claims(page: &IncidentRecord) -> BTreeMap<u32, &handbell_rules::record::projection::ClaimLine> {
    page.facts.iter().flat_map(|fact| &fact.claims).map(|claim| (claim.number, claim)).collect()
}

/// Two claims of one fact that cannot both be true, of each type that a rule compares, with what they say.
fn disagreeing() -> [[(NewPublicClaim, &'static str); 2]; 6] {
    let (one, other) = (Ref::New(0), Ref::New(1));
    [
        [(dated(one, "2017-05-13", ""), "13 May 2017"), (dated(other, "2017-05-20", ""), "20 May 2017")],
        [(dated(one, "[2017-05-13,2017-05-14]", ""), "on 13 or 14 May 2017"), (dated(other, "2017-05-20~", ""), "on or about 20 May 2017")],
        [(dated(one, "../2017-05-13", ""), "on or before 13 May 2017"), (dated(other, "2017-06?", ""), "perhaps in June 2017")],
        [(counted(one, (Some(20), Some(30)), ""), "between 20 and 30"), (counted(other, (Some(31), None), ""), "31 or more")],
        [
            (placed(one, "the market", (51_470_000, -69_000), 300), "the market, to within about 300 metres"),
            (placed(other, "the common", (51_477_000, -69_000), 400), "the common, to within about 400 metres"),
        ],
        [(claim(one, "media.shows_this", "yes"), "yes"), (claim(other, "media.shows_this", "no"), "no")],
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// (a)
    #[test]
    fn two_accounts_that_disagree_both_stay_on_the_page(batches in batches(), pair in 0..6usize) {
        let mut log = Log::opened();
        let [(first, first_says), (second, second_says)] = disagreeing()[pair].clone();
        let both = [
            Statement::Source(source(SourceKind::Press, "First")),
            Statement::Source(source(SourceKind::Official, "Second")),
            Statement::Claim(first.clone()),
            Statement::Claim(second),
        ];
        log.state(&both).unwrap();
        for (minutes, wishes) in &batches {
            log.add(*minutes, wishes);
            let page = log.page();
            let fact = page.facts.iter().find(|fact| fact.predicate == first.predicate && fact.about.is_none());
            let on_page = claims(&page);
            for (number, says, other) in [(1, first_says, 2), (2, second_says, 1)] {
                let gone = log.withdrawn().contains(&log.nth(2, number as usize - 1));
                prop_assert_eq!(on_page.get(&number).map(|claim| claim.says.as_str()), (!gone).then_some(says));
                let both_live = [1, 2].iter().all(|number| on_page.get(number).is_some_and(|claim| claim.live));
                if both_live {
                    prop_assert!(on_page[&number].contradicted_by.contains(&other));
                    prop_assert!(fact.is_some_and(|fact| fact.accounts_differ));
                }
            }
        }
    }

    /// (b)
    #[test]
    fn an_earlier_page_can_be_drawn_again_byte_by_byte(batches in batches()) {
        let mut log = Log::opened();
        let mut then: Vec<(u64, String, Vec<LoggedEntry>)> = Vec::new();
        for (minutes, wishes) in &batches {
            log.add(*minutes, wishes);
            let minute = Timestamp::from_milliseconds(log.now).utc_minute();
            then.retain(|(_, at, _)| *at != minute);
            // Taken down with the words as they stood; what is withdrawn later is taken from this copy too.
            then.push((log.entries.last().unwrap().index + 1, minute, log.entries.clone()));
        }
        for (size, minute, mut entries) in then {
            let untouched = entries.iter().all(|entry| entry.payload.is_some());
            let page_then = bytes(&project(ID, &entries).unwrap());
            for entry in &mut entries {
                if log.withdrawn().contains(&entry.index) {
                    entry.payload = None;
                }
            }
            let wanted = bytes(&project(ID, &entries).unwrap());
            prop_assert_eq!(&bytes(&project(ID, AsOf::Size(size).of(&log.entries)).unwrap()), &wanted);
            let next = log.entries.iter().find(|entry| entry.index >= size);
            if next.is_none_or(|next| next.payload.is_some()) {
                prop_assert_eq!(&bytes(&project(ID, AsOf::Minute(minute).of(&log.entries)).unwrap()), &wanted);
            }
            if untouched && log.withdrawn().iter().all(|gone| *gone >= size) {
                prop_assert_eq!(page_then, wanted);
            }
        }
    }

    /// (c)
    #[test]
    fn every_sentence_rests_on_claims_and_every_claim_on_one_source(batches in batches()) {
        let log = Log::of(&batches);
        let page = log.page();
        let sources: BTreeSet<u32> = page.sources.iter().map(|source| source.number).collect();
        let on_page = claims(&page);
        prop_assert!(on_page.values().all(|claim| sources.contains(&claim.source)));
        let recorded = u32::try_from(log.entries.iter().filter(|entry| entry.kind == 2).count()).unwrap();
        for sentence in page.facts.iter().flat_map(|fact| &fact.assessments).flat_map(|one| &one.sentences) {
            prop_assert!(!sentence.claims.is_empty());
            prop_assert!(sentence.claims.iter().all(|claim| (1..=recorded).contains(claim)));
            let of: BTreeSet<u32> = sentence.claims.iter().filter_map(|claim| on_page.get(claim)).map(|claim| claim.source).collect();
            prop_assert_eq!(&of.into_iter().collect::<Vec<_>>(), &sentence.sources);
        }
    }

    /// PROMISE every-sentence-has-a-source, for each sentence and not for each text.
    #[test]
    fn each_sentence_of_a_text_is_written_with_its_claims_and_no_word_is_lost(
        parts in prop::collection::vec("[A-Z][a-z]{1,8}( [a-z]{1,8}){0,4}[.?!]", 1..6),
    ) {
        let mut log = Log::opened();
        log.state(&[Statement::Source(source(SourceKind::Press, "A paper")), Statement::Claim(dated(Ref::New(0), "2017-05-13", ""))]).unwrap();
        let text = parts.join("  ");
        log.state(&[Statement::Assessment(assessment("when", &text, &[Ref::Known(1)], ""))]).unwrap();
        let page = log.page();
        let said: Vec<_> = page.facts.iter().flat_map(|fact| &fact.assessments).flat_map(|one| &one.sentences).collect();
        prop_assert!(said.iter().all(|sentence| sentence.claims == [1] && sentence.sources == [1]));
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        prop_assert_eq!(said.iter().flat_map(|sentence| words(&sentence.text)).collect::<Vec<_>>(), words(&text));
        let shortened = |part: &String| handbell_rules::record::sentence::sentences(&format!("{part} After")).len() < 2;
        if !parts.iter().any(shortened) {
            prop_assert_eq!(said.len(), parts.len());
        }
    }

    /// (e)
    #[test]
    fn what_was_written_out_and_read_back_gives_the_same_page(batches in batches()) {
        let log = Log::of(&batches);
        let read = |entry: &LoggedEntry| {
            let written = entry.payload.as_ref().map(|payload| serde_json::to_vec(payload).unwrap());
            LoggedEntry { payload: written.map(|bytes| serde_json::from_slice(&bytes).unwrap()), ..entry.clone() }
        };
        let again: Vec<LoggedEntry> = log.entries.iter().map(read).collect();
        let page = log.page();
        prop_assert_eq!(bytes(&project(ID, &again).unwrap()), bytes(&page));
        prop_assert_eq!(serde_json::from_str::<IncidentRecord>(&bytes(&page)).unwrap(), page);
    }

    /// (f)
    #[test]
    fn a_redaction_takes_its_words_and_nothing_else(batches in batches(), at in any::<u8>()) {
        let mut log = Log::of(&batches);
        let before = log.page();
        let with_words: Vec<usize> = (1..log.entries.len()).filter(|n| log.entries[*n].payload.is_some()).collect();
        prop_assume!(!with_words.is_empty());
        let chosen = with_words[usize::from(at) % with_words.len()];
        let (index, kind) = (log.entries[chosen].index, log.entries[chosen].kind);
        prop_assume!(log.redact(index).is_ok());
        let after = log.page();
        let gone = markers(&serde_json::to_string(&log.once[chosen]).unwrap());
        let (had, has) = (markers(&bytes(&before)), markers(&bytes(&after)));
        // Marks speak in words of the program, and so does a choice.
        let of_the_program = matches!(kind, 3 | 13) || log.once[chosen].get("value").is_some_and(|value| value["type"] == "choice");
        prop_assert!(of_the_program || !gone.is_empty());
        prop_assert_eq!(had.difference(&has).cloned().collect::<BTreeSet<_>>(), gone);
        prop_assert!(has.is_subset(&had));
        // Places and numbers stay.
        prop_assert_eq!(&after.lines[..before.lines.len()].iter().map(|line| (line.index, line.kind)).collect::<Vec<_>>(),
            &before.lines.iter().map(|line| (line.index, line.kind)).collect::<Vec<_>>());
        prop_assert_eq!(&after.lines[chosen].type_name, "withdrawn");
        prop_assert_eq!(before.sources.len(), after.sources.len());
        prop_assert!(after.corrections.len() >= before.corrections.len());
        // Who spoke goes on speaking, who was taken back stays so, and nobody gains a voice.
        let (was, is) = (claims(&before), claims(&after));
        for (number, claim) in &was {
            if claim.index == index { continue }
            let now = is[number];
            prop_assert_eq!((now.live, &now.says, now.source, &now.value), (claim.live, &claim.says, claim.source, &claim.value));
            prop_assert!(now.independent <= claim.independent);
            prop_assert_eq!(now.events.len() >= claim.events.len(), true);
        }
        prop_assert!(after.independent_sources <= before.independent_sources && after.official <= before.official);
    }

    /// (g)
    #[test]
    fn there_are_as_many_corrections_as_superseded_assessments(batches in batches(), kind in prop_oneof![Just(3u8), Just(12u8)], at in any::<u8>()) {
        let mut log = Log::of(&only(is_no_redaction, &batches));
        for round in 0..3u8 {
            let superseding = log.once.iter().filter(|payload| payload.get("type").is_some_and(|name| name == "assessment.made")
                && payload.contains_key("supersedes")).count();
            let page = log.page();
            prop_assert_eq!(page.corrections.len(), superseding);
            prop_assert!(page.corrections.iter().zip(1..).all(|(one, number)| one.number == number));
            let corrected: Vec<u32> = page.facts.iter().flat_map(|fact| &fact.assessments).filter_map(|one| one.corrected_by).collect();
            prop_assert_eq!(corrected.iter().collect::<BTreeSet<_>>().len(), superseding);
            prop_assert_eq!(corrected.len(), superseding);
            // Of every fact the newest alone stands uncorrected.
            for fact in page.facts.iter().filter(|fact| !fact.assessments.is_empty()) {
                let open: Vec<bool> = fact.assessments.iter().map(|one| one.corrected_by.is_none()).collect();
                prop_assert_eq!(open.iter().filter(|open| **open).count(), 1);
                prop_assert!(*open.last().unwrap());
            }
            // Words are taken away, of one kind of entry, and everything must hold again.
            let with_words: Vec<u64> = log.entries.iter().filter(|entry| entry.kind == kind && entry.payload.is_some()).map(|entry| entry.index).collect();
            if let Some(entry) = with_words.get(usize::from(at.wrapping_add(round)) % with_words.len().max(1)) {
                let _ = log.redact(*entry);
            }
        }
    }

    #[test]
    fn no_strange_log_stops_the_page(entries in proptest::collection::vec((0..40u8, proptest::option::of(strange_payload())), 0..30)) {
        let mut all = vec![LoggedEntry { index: 0, kind: 1, payload: Some(Map::new()), missing: false }];
        all.extend((1..).zip(entries).map(|(index, (kind, payload))| LoggedEntry { index, kind, payload, missing: false }));
        let page = project(ID, &all).unwrap();
        prop_assert_eq!(page.lines.len(), all.iter().filter(|entry| entry.kind < 32).count());
        prop_assert_eq!(serde_json::from_str::<IncidentRecord>(&bytes(&page)).unwrap(), page);
    }

    /// Known words with values of other shapes, or changed at one place, are worse than noise.
    #[test]
    fn no_log_with_one_thing_changed_stops_the_page(batches in batches(), at in any::<u16>(), field in any::<u8>(), with in strange_value()) {
        let mut log = Log::of(&batches);
        let place = usize::from(at) % log.entries.len();
        if let Some(payload) = &mut log.entries[place].payload {
            let keys: Vec<String> = payload.keys().cloned().collect();
            payload.insert(keys[usize::from(field) % keys.len()].clone(), with);
        }
        let page = log.page();
        prop_assert_eq!(page.lines.len(), log.entries.len());
    }
}

fn strange_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (0..6u32).prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        Just(Value::from("2017-05-13")),
        Just(Value::from("2026-01-02T03:04Z")),
        Just(Value::from("withdrawn-by-source")),
        Just(Value::from("settled")),
    ];
    leaf.prop_recursive(3, 20, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map("[a-z_]{1,9}", inner, 0..4).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn strange_payload() -> impl Strategy<Value = Map<String, Value>> {
    let key = proptest::sample::select(vec![
        "type",
        "at",
        "number",
        "source",
        "kind",
        "label",
        "copies",
        "via",
        "predicate",
        "single",
        "about",
        "polarity",
        "value",
        "claim",
        "event",
        "by_claim",
        "reason",
        "standing",
        "relies_on",
        "sets_aside",
        "sentences",
        "supersedes",
        "assessment",
        "note",
        "place",
        "rung",
        "ended",
        "happened",
        "edtf",
        "year",
        "title",
        "outcome",
    ]);
    proptest::collection::btree_map(key, strange_value(), 0..12)
        .prop_map(|map| map.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}
