//! Beside: what the record holds of the same district, and of what was taken for something else.
//!
//! Two incidents are beside each other when their districts are the same; nothing finer is compared. A look-alike or
//! a similar event is told on both sides: by the entry that names a place and a time, and by the incident whose
//! district and date fit that. An entry names a place in words, so this finds what is written alike and no more.

use super::IncidentRecord;
use crate::id::IncidentId;
use crate::span::Span;
use std::collections::{BTreeMap, HashMap};

/// Incidents that one page names as having named it.
pub const NAMED_BY_MAX: usize = 10;

/// What an incident says of an event elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MentionKind {
    /// Footage of that event goes round with this one.
    LookAlike,
    /// That event was similar.
    Similar,
}

/// An event elsewhere, as an entry names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// What is said of it.
    pub kind: MentionKind,
    /// Where, in words.
    pub place: String,
    /// When, as EDTF.
    pub edtf: String,
}

/// What stands beside one incident.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Beside {
    /// Other incidents of the district.
    pub others: u32,
    /// Of these: of the same kind.
    pub same_kind: u32,
    /// Who names this one, in the order of their ids, at most [`NAMED_BY_MAX`].
    pub named_by: Vec<(IncidentId, MentionKind)>,
}

/// The events elsewhere that a page's entries name.
pub(super) fn mentions(record: &IncidentRecord) -> Vec<Mention> {
    let lookalikes = record.lookalikes.iter();
    let lookalikes = lookalikes.map(|one| (MentionKind::LookAlike, &one.place, format!("{:04}", one.year)));
    let similar = record.similar.iter().map(|one| (MentionKind::Similar, &one.place, one.edtf.clone()));
    lookalikes.chain(similar).map(|(kind, place, edtf)| Mention { kind, place: place.clone(), edtf }).collect()
}

/// A place as it is compared: what stands before its first comma, in small letters.
pub(super) fn place_key(words: &str) -> String {
    words.split(',').next().unwrap_or_default().trim().to_lowercase()
}

/// How many of which kind are where, and who names which place.
#[derive(Debug, Clone, Default)]
pub(super) struct Places {
    districts: HashMap<u32, u32>,
    kinds: HashMap<(u32, u32), u32>,
    named: BTreeMap<String, BTreeMap<IncidentId, Vec<Mention>>>,
    keys: BTreeMap<IncidentId, Vec<String>>,
}

fn less(count: Option<&mut u32>) {
    if let Some(count) = count {
        *count = count.saturating_sub(1);
    }
}

impl Places {
    pub(super) fn enter(&mut self, incident: IncidentId, district: u32, kind: u32, elsewhere: Vec<Mention>) {
        *self.districts.entry(district).or_default() += 1;
        *self.kinds.entry((district, kind)).or_default() += 1;
        for mention in elsewhere {
            let key = place_key(&mention.place);
            self.keys.entry(incident).or_default().push(key.clone());
            self.named.entry(key).or_default().entry(incident).or_default().push(mention);
        }
    }

    pub(super) fn leave(&mut self, incident: IncidentId, district: u32, kind: u32) {
        less(self.districts.get_mut(&district));
        less(self.kinds.get_mut(&(district, kind)));
        for key in self.keys.remove(&incident).unwrap_or_default() {
            if let Some(who) = self.named.get_mut(&key) {
                who.remove(&incident);
                if who.is_empty() {
                    self.named.remove(&key);
                }
            }
        }
    }

    pub(super) fn in_district(&self, district: u32) -> u32 {
        self.districts.get(&district).copied().unwrap_or_default()
    }

    pub(super) fn of(&self, incident: IncidentId, (place, kind): (u32, u32), district: &str, dates: &[String]) -> Beside {
        let dates: Vec<Span> = dates.iter().filter_map(|date| Span::parse(date).ok()).collect();
        let then = |mention: &Mention| Span::parse(&mention.edtf).is_ok_and(|named| dates.iter().any(|date| date.meets(&named)));
        let who = self.named.get(&place_key(district));
        let fits = who.into_iter().flatten().filter(|(other, _)| **other != incident);
        let named_by = fits.filter_map(|(other, all)| Some((*other, all.iter().find(|mention| then(mention))?.kind)));
        let other = |count: Option<&u32>| count.copied().unwrap_or_default().saturating_sub(1);
        Beside {
            others: other(self.districts.get(&place)),
            same_kind: other(self.kinds.get(&(place, kind))),
            named_by: named_by.take(NAMED_BY_MAX).collect(),
        }
    }
}
