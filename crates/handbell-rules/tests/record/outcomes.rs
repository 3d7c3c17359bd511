//! What became of it: the newest of a slot stands, nothing vanishes, and what was taken from the public does not
//! bring anything back.

use crate::made_up::*;
use handbell_rules::record::Ref;
use handbell_rules::record::follow_up;
use handbell_rules::record::outcome::{NewOutcome, OutcomeValue, Slot};
use handbell_rules::record::projection::{IncidentRecord, SlotLine};
use handbell_rules::record::source::SourceKind;
use handbell_rules::record::statement::Statement;
use handbell_rules::refusal::Record;
use handbell_rules::time::DAY;
use proptest::prelude::*;
use serde_json::json;
use std::collections::BTreeMap;

fn told(slot: Slot, about: &str, value: OutcomeValue) -> NewOutcome {
    let unknown = value == OutcomeValue::Unknown;
    NewOutcome {
        slot,
        about: about.into(),
        value,
        edtf: if unknown { String::new() } else { "2023-11".into() },
        source: Ref::Known(1),
        asked: if unknown { "The council".into() } else { String::new() },
        asked_on: if unknown { "2023-11-20".into() } else { String::new() },
        words: String::new(),
    }
}

fn worded(words: &str, new: NewOutcome) -> NewOutcome {
    NewOutcome { words: words.into(), ..new }
}

/// An opened incident with one source, followed in two slots.
fn followed() -> Log {
    let mut log = Log::opened();
    log.entries[0].payload.as_mut().unwrap().insert("outcomes".into(), json!(["conduct", "people"]));
    log.state(&[Statement::Source(source(SourceKind::Official, "An office"))]).unwrap();
    log
}

fn slot<'a>(page: &'a IncidentRecord, slot: Slot, about: Option<&str>) -> &'a SlotLine {
    page.outcomes.iter().find(|line| line.slot == slot.name() && line.about.as_deref() == about).expect("the slot is on the page")
}

fn stands(line: &SlotLine) -> Option<&str> {
    line.told.last().and_then(|one| one.value.as_deref())
}

#[test]
fn a_slot_that_nobody_told_anything_about_is_on_the_page_and_is_asked_after_four_weeks() {
    let page = followed().page();
    let names: Vec<&str> = page.outcomes.iter().map(|line| line.slot.as_str()).collect();
    assert_eq!(names, ["people", "conduct"], "in the order of slots");
    assert!(page.outcomes.iter().all(|line| line.told.is_empty() && line.asks_again.as_deref() == Some("2023-12-12")));
    assert!(Log::opened().page().outcomes.is_empty(), "an opening of before says nothing of slots");
}

#[test]
fn nothing_is_asked_while_an_alert_is_live_and_then_from_its_end() {
    let mut log = followed();
    let payload = |value: serde_json::Value| value.as_object().unwrap().clone();
    log.push(5, payload(json!({"type": "alert.issued", "at": "2023-11-14T22:20Z", "rung": "2023-11-14T22:20Z", "reach": "neighbours"})));
    assert!(log.page().outcomes.iter().all(|line| line.asks_again.is_none()));
    let end = json!({"type": "alert.stood-down", "at": "2023-11-20T02:00Z", "rung": "2023-11-14T22:20Z", "ended": "2023-11-20T02:00Z"});
    log.push(8, payload(end));
    assert!(log.page().outcomes.iter().all(|line| line.asks_again.as_deref() == Some("2023-12-18")));
}

#[test]
fn the_newest_stands_and_what_was_told_before_stays_with_its_day() {
    let mut log = followed();
    log.state(&[Statement::Outcome(worded("A neighbour wrote.", told(Slot::Conduct, "", OutcomeValue::Made)))]).unwrap();
    assert_eq!(slot(&log.page(), Slot::Conduct, None).asks_again.as_deref(), Some("2023-12-12"), "that was on the first day");
    log.now += 30 * DAY;
    log.state(&[Statement::Outcome(told(Slot::Conduct, "", OutcomeValue::Unknown))]).unwrap();
    let page = log.page();
    let line = slot(&page, Slot::Conduct, None);
    assert_eq!((stands(line), line.told.len(), line.chain), (Some("unknown"), 2, Some(1)));
    assert_eq!((line.told[0].words.as_str(), line.told[0].day_words.as_str()), ("A complaint or referral was made", "November 2023"));
    assert_eq!(line.last_asked.as_ref().map(|asked| (asked.whom.as_str(), asked.on.as_str())), Some(("The council", "2023-11-20")));
    assert_eq!(line.asks_again.as_deref(), Some("2024-02-13"), "three months after it ended");
    log.now += 300 * DAY;
    log.state(&[Statement::Outcome(told(Slot::Conduct, "", OutcomeValue::NotUpheld))]).unwrap();
    let page = log.page();
    let line = slot(&page, Slot::Conduct, None);
    assert_eq!((stands(line), line.told.len(), line.asks_again.as_deref()), (Some("not-upheld"), 3, None));
    assert!(line.last_asked.is_some(), "that somebody was asked stays");
    assert!(page.lines.iter().any(|one| one.says.starts_with("Complaint or review of conduct: Not upheld, November 2023.")));
}

#[test]
fn parts_have_their_own_values() {
    let mut log = followed();
    let held = |about: &str, value| Statement::Outcome(told(Slot::Held, about, value));
    log.state(&[held("one of three", OutcomeValue::Bailed), held("two of three", OutcomeValue::StillHeld)]).unwrap();
    log.state(&[held(" One  of three", OutcomeValue::NotCharged)]).unwrap();
    let page = log.page();
    assert_eq!(stands(slot(&page, Slot::Held, Some("one of three"))), Some("not-charged"));
    assert_eq!(stands(slot(&page, Slot::Held, Some("two of three"))), Some("still-held"));
    assert_eq!(page.outcomes.iter().filter(|line| line.slot == "held").count(), 2);
}

#[test]
fn what_was_told_in_free_words_still_stands_beside_the_slots() {
    let mut log = followed();
    let free = json!({"type": "outcome", "at": "2023-11-15T00:00Z", "outcome": "The water went down.", "says": "The council"});
    log.push(9, free.as_object().unwrap().clone());
    log.state(&[Statement::Outcome(told(Slot::People, "", OutcomeValue::Unhurt))]).unwrap();
    let page = log.page();
    assert_eq!(page.outcome.as_ref().map(|outcome| outcome.text.as_str()), Some("The water went down."));
    assert_eq!(slot(&page, Slot::People, None).told[0].number, 2, "both are entries of one kind");
    log.redact(log.nth(9, 1)).unwrap();
    assert!(log.page().outcome.is_some(), "what stood in a slot was not the last word in free words");
    log.redact(log.nth(9, 0)).unwrap();
    assert_eq!(log.page().outcome, None);
}

#[test]
fn a_newest_without_words_brings_no_earlier_one_back() {
    let mut log = followed();
    let charged = |words: &str, value| Statement::Outcome(worded(words, told(Slot::Held, "one of three", value)));
    log.state(&[charged("Zqbbbbqz", OutcomeValue::Bailed)]).unwrap();
    log.state(&[charged("Zqccccqz", OutcomeValue::Charged)]).unwrap();
    let written = log.redact(log.nth(9, 1)).unwrap();
    assert_eq!(written.entries.len(), 1, "its mark");
    let page = log.page();
    let line = slot(&page, Slot::Held, Some("one of three"));
    assert_eq!((stands(line), line.told.len(), line.told[1].index), (None, 2, log.nth(9, 1)));
    assert_eq!(stands(line), None);
    assert_eq!(markers(&bytes(&page)).len(), 1, "only the words of the one before are left");
    assert_eq!(log.redact(log.nth(9, 2)), Err(Record::EntryNotRedactable.into()), "a mark has no words");
    log.state(&[charged("", OutcomeValue::NotCharged)]).unwrap();
    let page = log.page();
    assert_eq!((stands(slot(&page, Slot::Held, Some("one of three"))), page.outcomes.len()), (Some("not-charged"), 3));
}

#[test]
fn a_part_goes_with_the_words_and_the_whole_goes_on() {
    let mut log = followed();
    log.state(&[Statement::Outcome(told(Slot::Held, "Zqbbbbqz", OutcomeValue::Bailed))]).unwrap();
    log.state(&[Statement::Outcome(told(Slot::Conduct, "", OutcomeValue::Upheld))]).unwrap();
    log.redact(log.nth(9, 0)).unwrap();
    log.redact(log.nth(9, 1)).unwrap();
    let page = log.page();
    assert!(markers(&bytes(&page)).is_empty(), "the part's words stand nowhere");
    assert_eq!((slot(&page, Slot::Held, None).told.len(), slot(&page, Slot::Conduct, None).told.len()), (1, 1));
    log.state(&[
        Statement::Outcome(told(Slot::Held, "", OutcomeValue::Released)),
        Statement::Outcome(told(Slot::Conduct, "", OutcomeValue::NotUpheld)),
    ])
    .unwrap();
    let page = log.page();
    assert_eq!(page.outcomes.iter().filter(|line| line.slot == "held").count(), 2, "which part it was nobody can say");
    assert_eq!(slot(&page, Slot::Conduct, None).told.len(), 2, "all of it is one chain");
}

#[test]
fn an_outcome_without_a_source_or_from_another_slot_is_refused() {
    let log = followed();
    let refused = |new: NewOutcome| log.work_out(&[Statement::Outcome(new)]).err();
    assert_eq!(
        refused(NewOutcome { source: Ref::Known(2), ..told(Slot::Held, "", OutcomeValue::Bailed) }),
        Some(Record::SourceMissing.into())
    );
    assert_eq!(refused(told(Slot::Repair, "", OutcomeValue::Upheld)), Some(Record::OutcomeNotOfSlot.into()));
    let written = log.work_out(&[Statement::Outcome(worded("Said so", told(Slot::Held, "one", OutcomeValue::Bailed)))]).unwrap();
    assert_eq!(written.texts, ["one", "Said so"], "the guard reads every typed word");
}

fn any_outcome() -> impl Strategy<Value = NewOutcome> {
    let slots: Vec<Slot> = Slot::all().collect();
    (prop::sample::select(slots), 0..3usize, any::<prop::sample::Index>()).prop_map(|(slot, about, value)| {
        let values: Vec<OutcomeValue> = slot.values().map(|one| one.value).collect();
        told(slot, ["", "first shop", "second shop"][about], *value.get(&values))
    })
}

/// What was told of each slot and part, oldest first: its place in the log, and its value while it has words.
type Chains = BTreeMap<(Slot, String), Vec<(u64, Option<&'static str>)>>;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// A step is an outcome and the days until the next, or the redaction of one that was told.
    #[test]
    fn whatever_is_told_and_taken_the_newest_of_a_slot_stands_and_none_vanishes(
        steps in prop::collection::vec((any_outcome(), 0i64..500, prop::option::weighted(0.2, any::<prop::sample::Index>())), 1..40)
    ) {
        let mut log = followed();
        let mut chains: Chains = BTreeMap::new();
        for (step, (new, days, taken)) in steps.iter().enumerate() {
            log.now += days * DAY;
            let of_chain = chains.values().flatten().filter(|(_, value)| value.is_some()).map(|(index, _)| *index).collect::<Vec<_>>();
            if let (Some(taken), false) = (taken, of_chain.is_empty()) {
                let gone = *taken.get(&of_chain);
                // A part whose every word is gone cannot be found again by its words; that is told elsewhere.
                let chain = chains.values().find(|told| told.iter().any(|(index, _)| *index == gone)).unwrap();
                if chain.iter().filter(|(_, value)| value.is_some()).count() < 2 {
                    continue;
                }
                log.redact(gone).unwrap();
                for (index, value) in chains.values_mut().flatten() {
                    *value = value.filter(|_| *index != gone);
                }
            } else {
                log.state(&[Statement::Outcome(new.clone())]).unwrap();
                let index = log.entries.last().unwrap().index;
                let value = new.slot.takes(new.value).unwrap().name;
                chains.entry((new.slot, new.about.clone())).or_default().push((index, Some(value)));
            }
            let page = log.page();
            prop_assert!(page.outcomes.is_sorted_by_key(|line| Slot::parse(&line.slot)), "by slot and never by value");
            let ended = "2023-11-14".parse().unwrap();
            for ((slot, about), expected) in &chains {
                let about = Some(about.as_str()).filter(|about| !about.is_empty());
                let line = page.outcomes.iter().find(|line| line.slot == slot.name() && line.about.as_deref() == about).expect("a chain");
                let on_page: Vec<(u64, Option<&str>)> = line.told.iter().map(|one| (one.index, one.value.as_deref())).collect();
                prop_assert_eq!(&on_page, expected, "step {}", step);
                let value = line.told.last().and_then(|one| one.value.as_deref()).and_then(|name| slot.value(name));
                if value.is_some_and(|value| !value.open) {
                    prop_assert_eq!(&line.asks_again, &None);
                }
                if let Some(day) = &line.asks_again {
                    prop_assert!(follow_up::days(ended).iter().any(|one| one.to_string() == *day));
                }
            }
        }
    }
}
