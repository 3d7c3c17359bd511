//! Outcomes: what became of it, slot by slot, and when the desk asks again.
//!
//! Slots stand in the order of the list, never in the order of what they say. The newest outcome of a chain stands;
//! those before it are its history. Where the newest lost its words the slot says so, and nothing earlier takes its
//! place. What was told in free words before there were slots is told elsewhere.

use super::{IncidentRecord, LastAsked, LoggedEntry, OutcomeLine, SlotLine, text};
use crate::record::follow_up;
use crate::record::ledger::{Ledger, Placed};
use crate::record::outcome::{Outcome, Slot};
use crate::span::Span;
use jiff::civil::Date;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The slots of the page: those the opening says are followed, and every chain that was told.
pub(super) fn slots(entries: &[LoggedEntry], opened: &Map<String, Value>, ledger: &Ledger, live: bool) -> Vec<SlotLine> {
    let ended = ended_on(entries, opened).filter(|_| !live);
    let mut lines: Vec<(Slot, SlotLine)> = Vec::new();
    for (chain, told) in chains(ledger) {
        // A chain of which nothing has words any more is told by its marks alone.
        let Some(slot) = told.iter().find_map(|(_, one)| one.body.as_ref()).or_else(|| mark_of(ledger, chain)).map(|one| one.slot) else {
            continue;
        };
        lines.push((slot, line(slot, chain, &told, ended)));
    }
    let followed = opened.get("outcomes").and_then(Value::as_array).into_iter().flatten();
    for slot in followed.filter_map(Value::as_str).filter_map(Slot::parse) {
        if !lines.iter().any(|(one, _)| *one == slot) {
            lines.push((slot, line(slot, 0, &Told::new(), ended)));
        }
    }
    lines.sort_by_key(|(slot, line)| (*slot, line.about.is_some(), line.chain));
    lines.into_iter().map(|(_, line)| line).collect()
}

/// Every outcome of a chain by its number, oldest first; one that was taken from the public has no body.
type Told<'a> = Vec<(u32, &'a Placed<Outcome>)>;

/// The chains by the number of their first outcome. Marks say to which chain an outcome without words belonged.
fn chains(ledger: &Ledger) -> BTreeMap<u32, Told<'_>> {
    let marks: BTreeMap<u32, u32> = ledger
        .outcomes
        .iter()
        .filter_map(|placed| placed.body.as_ref().filter(|body| body.is_mark()))
        .filter_map(|mark| Some((mark.takes?, mark.chain)))
        .collect();
    let mut chains: BTreeMap<u32, Told<'_>> = BTreeMap::new();
    for (number, placed) in (1..).zip(&ledger.outcomes) {
        let chain = match &placed.body {
            Some(body) if body.is_mark() => continue,
            Some(body) => Some(body.chain),
            None => marks.get(&number).copied(),
        };
        if let Some(chain) = chain {
            chains.entry(chain).or_default().push((number, placed));
        }
    }
    chains
}

fn mark_of(ledger: &Ledger, chain: u32) -> Option<&Outcome> {
    ledger.outcomes.iter().filter_map(|placed| placed.body.as_ref()).find(|body| body.is_mark() && body.chain == chain)
}

fn date_of(minute: &str) -> Option<Date> {
    minute.get(..10)?.parse().ok()
}

/// The day on which it ended: that of the newest end of an alert, else the day on which it was opened to the record,
/// since nothing earlier is known for certain.
fn ended_on(entries: &[LoggedEntry], opened: &Map<String, Value>) -> Option<Date> {
    let ends = entries.iter().rev().filter(|entry| matches!(entry.kind, 7 | 8)).filter_map(|entry| entry.payload.as_ref());
    ends.map(|payload| text(payload, "ended")).find_map(|at| date_of(&at)).or_else(|| date_of(&text(opened, "at")))
}

impl IncidentRecord {
    /// The day on which it ended, as far as its page tells; none while an alert is live.
    pub fn ended_on(&self) -> Option<Date> {
        let ends = self.lines.iter().rev().filter(|line| matches!(line.kind, 7 | 8));
        let opened = self.lines.iter().filter(|line| line.kind == 1);
        let day = ends.chain(opened).find_map(|line| date_of(&line.at));
        day.filter(|_| self.state != "live")
    }
}

fn line(slot: Slot, chain: u32, told: &Told<'_>, ended: Option<Date>) -> SlotLine {
    let about = told.iter().rev().find_map(|(_, one)| one.body.as_ref()).and_then(|body| body.about.clone());
    let newest = told.last().map(|(_, placed)| *placed);
    let open = newest.and_then(|newest| newest.body.as_ref()).and_then(|body| slot.takes(body.value)).is_none_or(|value| value.open);
    let last_asked = told.iter().rev().filter_map(|(_, one)| one.body.as_ref()).find_map(|body| {
        let (whom, on) = (body.asked.clone()?, body.asked_on.clone()?);
        Some(LastAsked { whom, on_words: day_words(&on), on })
    });
    let told_on = newest.filter(|newest| newest.body.is_some()).and_then(|newest| date_of(&newest.at));
    let asks_again = ended.filter(|_| open).and_then(|ended| follow_up::next(ended, told_on));
    SlotLine {
        slot: slot.name().to_owned(),
        label: slot.words().to_owned(),
        about,
        chain: (chain > 0).then_some(chain),
        told: told.iter().map(|(number, placed)| outcome_line(slot, *number, placed)).collect(),
        last_asked,
        asks_again: asks_again.map(|day| day.to_string()),
    }
}

fn outcome_line(slot: Slot, number: u32, placed: &Placed<Outcome>) -> OutcomeLine {
    let body = placed.body.as_ref();
    let value = body.and_then(|body| slot.takes(body.value));
    OutcomeLine {
        number,
        index: placed.index,
        at: placed.at.clone(),
        value: value.map(|value| value.name.to_owned()),
        words: value.map(|value| value.words.to_owned()).unwrap_or_default(),
        edtf: body.and_then(|body| body.edtf.clone()),
        day_words: body.and_then(|body| body.edtf.as_deref()).map(day_words).unwrap_or_default(),
        note: body.and_then(|body| body.words.clone()).unwrap_or_default(),
        source: body.and_then(|body| body.source),
        asked: body.and_then(|body| body.asked.clone()),
        asked_on: body.and_then(|body| body.asked_on.clone()),
    }
}

fn day_words(edtf: &str) -> String {
    Span::parse(edtf).map_or_else(|_| edtf.to_owned(), |span| span.words())
}

/// The numbers of outcomes of which a mark says that they stood in a slot.
pub(super) fn taken(ledger: &Ledger) -> Vec<u32> {
    ledger.outcomes.iter().filter_map(|placed| placed.body.as_ref()?.takes).collect()
}

/// One sentence for an outcome of a slot, as the list of entries tells it.
pub(super) fn sentence(outcome: &Outcome) -> String {
    let about = outcome.about.as_deref().map(|about| format!(" ({about})")).unwrap_or_default();
    let label = outcome.slot.words();
    if outcome.is_mark() {
        let number = outcome.takes.unwrap_or_default();
        return format!("{label}: the words of outcome {number} were taken from the public. Nothing told before takes its place.");
    }
    let value = outcome.slot.takes(outcome.value).map_or("", |value| value.words);
    let day = outcome.edtf.as_deref().map(|edtf| format!(", {}", day_words(edtf))).unwrap_or_default();
    let asked = match (&outcome.asked, &outcome.asked_on) {
        (Some(whom), Some(on)) => format!(" Asked: {whom}, {}.", day_words(on)),
        _ => String::new(),
    };
    let words = outcome.words.as_deref().map_or_else(|| ".".to_owned(), |words| format!(": {}", super::lines::sentence(words)));
    let source = outcome.source.map(|source| format!(" Source {source}.")).unwrap_or_default();
    format!("{label}{about}: {value}{day}{words}{asked}{source}")
}
