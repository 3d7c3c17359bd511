//! Lines: one plain sentence for every entry, in the order of the log.
//!
//! An entry whose words were withdrawn or are missing keeps its line; one of a kind that this version does not know says so.
//! What the sentences of alerts add up to (live, over, mistaken) is the page's state.

use super::{LoggedEntry, MISSING, Outcome, RecordLine, WITHDRAWN, text};
use crate::record::claim::Polarity;
use crate::record::ledger::Ledger;
use crate::span::Span;
use serde_json::{Map, Value};

const TAKEN: &str = "The words of this entry were taken from the public. Its place stays.";
const LOST: &str = "The words of this entry are missing here: this group lost them and found nobody who still held them, or holds \
                    them back until its log can be signed again and say that they were taken from the public.";

/// What the lines say, and what follows from them for the page's state.
#[derive(Default)]
pub(super) struct Lines {
    pub(super) lines: Vec<RecordLine>,
    pub(super) live: u32,
    pub(super) mistaken: bool,
    pub(super) ended: bool,
    pub(super) outcome: Option<Outcome>,
    /// How many outcomes were met so far.
    outcomes: u32,
}

pub(super) fn written(entries: &[LoggedEntry], ledger: &Ledger) -> Lines {
    let slotted = super::outcomes::taken(ledger);
    let mut page = Lines { lines: Vec::with_capacity(entries.len()), ..Lines::default() };
    // Withdrawals, keys and notes have no words of their own.
    for entry in entries.iter().filter(|entry| entry.kind < 32) {
        page.outcomes += u32::from(entry.kind == 9);
        let Some(payload) = &entry.payload else {
            // An outcome whose words went does not make an earlier one the last word again; one of a slot was never
            // that word.
            let takes_the_last_word = entry.kind == 9 && !slotted.contains(&page.outcomes);
            page.outcome = page.outcome.filter(|_| !takes_the_last_word);
            page.lines.push(RecordLine {
                index: entry.index,
                kind: entry.kind,
                type_name: if entry.missing { MISSING } else { WITHDRAWN }.into(),
                at: String::new(),
                says: if entry.missing { LOST } else { TAKEN }.into(),
            });
            continue;
        };
        let says = page.says(entry, payload, ledger);
        page.lines.push(RecordLine {
            index: entry.index,
            kind: entry.kind,
            type_name: text(payload, "type"),
            at: text(payload, "at"),
            says,
        });
    }
    page
}

impl Lines {
    fn says(&mut self, entry: &LoggedEntry, payload: &Map<String, Value>, ledger: &Ledger) -> String {
        let get = |key: &str| text(payload, key);
        let when = |key: &str| utc_words(&get(key));
        match entry.kind {
            1 if get("happened").is_empty() => "This was entered from a file into the public record.".to_owned(),
            1 => format!("The desk opened this to the public record. It began on {}.", when("happened")),
            5 => {
                self.live += 1;
                format!(
                    "An alert went to {} on {}. It named no place finer than this: {}. Approved by {}.",
                    told(&get("reach")),
                    when("rung"),
                    get("place"),
                    get("approved_by")
                )
            }
            6 => format!("An update went to the same people on {}.", when("updated")),
            7 => {
                self.live = self.live.saturating_sub(1);
                (self.ended, self.mistaken) = (true, true);
                format!("The alert of {} was wrong. It was cancelled on {}, and {} heard so.", when("rung"), when("ended"), get("told"))
            }
            8 => {
                self.live = self.live.saturating_sub(1);
                self.ended = true;
                format!("The alert of {} ended on {}, and {} heard so.", when("rung"), when("ended"), get("told"))
            }
            9 if payload.contains_key("slot") => {
                let told = ledger.outcomes.iter().find(|placed| placed.index == entry.index).and_then(|placed| placed.body.as_ref());
                told.map_or_else(|| "An outcome that this version cannot read.".to_owned(), super::outcomes::sentence)
            }
            9 => {
                self.outcome = Some(Outcome { text: get("outcome"), says: get("says"), index: entry.index });
                format!("How it ended: {} Source: {}.", sentence(&get("outcome")), get("says"))
            }
            _ => noted(entry.index, ledger).unwrap_or_else(|| "An entry of a kind that this version does not know.".to_owned()),
        }
    }
}

/// The sentence of an entry that the ledger could read.
fn noted(index: u64, ledger: &Ledger) -> Option<String> {
    if let Some(source) = ledger.sources.iter().find(|placed| placed.index == index) {
        let source = source.body.as_ref()?;
        let standing = source.standing.as_deref().map(sentence).unwrap_or_default();
        return Some(format!("Source {}: {}. {}. {standing}", source.number, source.label, source.kind.word()).trim_end().to_owned());
    }
    if let Some(claim) = ledger.claims.iter().find(|placed| placed.index == index) {
        let claim = claim.body.as_ref()?;
        let about = claim.about.as_deref().map(|about| format!(", {about}")).unwrap_or_default();
        let says = match claim.polarity {
            Polarity::Asserts => "says",
            Polarity::Denies => "denies",
            Polarity::SaysUnknown => "says that it is not known",
        };
        return Some(format!(
            "Claim {}. {}{about}: source {} {says}: {}",
            claim.number,
            claim.label,
            claim.source,
            sentence(&claim.value.says())
        ));
    }
    if let Some(event) = ledger.events.iter().find(|placed| placed.index == index) {
        let event = event.body.as_ref()?;
        let instead = event.by_claim.map(|other| format!(" Claim {other} stands instead.")).unwrap_or_default();
        return Some(format!("Claim {}: {}. {}{instead}", event.claim, event.event.words(), sentence(&event.reason)));
    }
    if let Some(assessment) = ledger.assessments.iter().find(|placed| placed.index == index) {
        let assessment = assessment.body.as_ref()?;
        let said: Vec<&str> = assessment.sentences.iter().map(|sentence| sentence.text.as_str()).collect();
        if said.is_empty() {
            return Some(format!("{} ({}).", assessment.label, assessment.standing.word().to_lowercase()));
        }
        return Some(format!("{} ({}): {}", assessment.label, assessment.standing.word().to_lowercase(), said.join(" ")));
    }
    if let Some(correction) = ledger.corrections.iter().find(|placed| placed.index == index) {
        let correction = correction.body.as_ref()?;
        return Some(format!("Correction {}. {}", correction.number, sentence(&correction.note)));
    }
    if let Some(lookalike) = ledger.lookalikes.iter().find(|placed| placed.index == index) {
        let lookalike = lookalike.body.as_ref()?;
        return Some(format!("Not this event: {}, {}. {}", lookalike.place, lookalike.year, sentence(&lookalike.note)));
    }
    if let Some(shown) = ledger.shown.iter().find(|placed| placed.index == index) {
        let shown = shown.body.as_ref()?;
        return Some(format!("Footage of source {}, covered: {}", shown.source, sentence(&shown.shows)));
    }
    if let Some(said) = super::sides::says(index, ledger) {
        return said;
    }
    let similar = ledger.similar.iter().find(|placed| placed.index == index)?.body.as_ref()?;
    let date = Span::parse(&similar.edtf).map_or_else(|_| similar.edtf.clone(), |date| date.words());
    Some(format!("Something similar: {}, {date}.", similar.place))
}

/// A UTC minute as people read it: `2026-01-02T03:04Z` becomes `2 January 2026 at 03:04 UTC`. Whatever is
/// written otherwise stays as it is.
pub(in crate::record) fn utc_words(minute: &str) -> String {
    const MONTHS: [&str; 12] =
        ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
    let read = || {
        let (day, clock) = minute.strip_suffix('Z')?.split_once('T')?;
        let [year, month, day] = <[&str; 3]>::try_from(day.split('-').collect::<Vec<_>>()).ok()?;
        let month = MONTHS.get(month.parse::<usize>().ok()?.checked_sub(1)?)?;
        let clock = clock.get(..5)?;
        Some(format!("{} {month} {year} at {clock} UTC", day.parse::<u8>().ok()?))
    };
    read().unwrap_or_else(|| minute.to_owned())
}

/// Whom a reach tells, in words.
fn told(reach: &str) -> &str {
    match reach {
        "dispatch" => "trained observers on duty",
        "neighbours" => "neighbours who had asked for it",
        "public" => "everybody",
        other => other,
    }
}

pub(super) fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}
