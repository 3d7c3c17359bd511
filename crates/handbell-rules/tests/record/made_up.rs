//! Made-up batches of statements and a made-up log that holds what follows from them.
//!
//! Every statement goes through the rules; every text carries a marker that stands nowhere else, so that a
//! test can ask which words a page still holds. Nothing here computes what the rules should compute.

use handbell_rules::id::IncidentId;
use handbell_rules::place::Point;
use handbell_rules::playbook::{Folder, Playbook};
use handbell_rules::record::Ref;
use handbell_rules::record::assessment::{CorrectionKind, NewAssessment, SetAsideReason, Standing};
use handbell_rules::record::claim::{ClaimEventKind, NewPublicClaim, Polarity};
use handbell_rules::record::entry::{LetIn, stated};
use handbell_rules::record::ledger::Ledger;
use handbell_rules::record::lookalike::{NewLookAlike, Similar};
use handbell_rules::record::outcome::{NewOutcome, OutcomeValue, Slot};
use handbell_rules::record::projection::{IncidentRecord, LoggedEntry, project};
use handbell_rules::record::source::{NewSource, SourceKind};
use handbell_rules::record::statement::{Ground, RedactionReason, Statement, Written, work_out};
use handbell_rules::refusal::Refusal;
use handbell_rules::time::{MINUTE, Timestamp};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::sync::OnceLock;

pub const ID: IncidentId = IncidentId([7; 16]);
pub const NOW: i64 = 1_700_000_000_000;

pub fn playbook() -> &'static Playbook {
    static SHIPPED: OnceLock<Playbook> = OnceLock::new();
    SHIPPED.get_or_init(|| {
        let root = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../playbooks/uk-street"));
        let mut folder = Folder::new();
        let mut rooms = vec![root.to_path_buf()];
        while let Some(room) = rooms.pop() {
            for found in std::fs::read_dir(&room).unwrap() {
                let path = found.unwrap().path();
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                if path.is_dir() {
                    rooms.push(path);
                } else {
                    folder.insert(name, std::fs::read_to_string(path).unwrap());
                }
            }
        }
        Playbook::load(&folder).unwrap()
    })
}

pub fn source(kind: SourceKind, label: &str) -> NewSource {
    NewSource {
        kind,
        label: label.into(),
        standing: "A party to the event.".into(),
        said: String::new(),
        url: String::new(),
        copies: None,
        via: None,
        asked: String::new(),
        replied: String::new(),
    }
}

pub fn claim(source: Ref, predicate: &str, words: &str) -> NewPublicClaim {
    NewPublicClaim {
        source,
        predicate: predicate.into(),
        about: String::new(),
        polarity: Polarity::Asserts,
        edtf: String::new(),
        low: None,
        high: None,
        point: None,
        radius_metres: None,
        words: words.into(),
    }
}

pub fn dated(source: Ref, edtf: &str, words: &str) -> NewPublicClaim {
    NewPublicClaim { edtf: edtf.into(), ..claim(source, "when", words) }
}

/// A claim of a number; without one its words stand alone.
pub fn counted(source: Ref, ends: (Option<u32>, Option<u32>), words: &str) -> NewPublicClaim {
    NewPublicClaim { low: ends.0, high: ends.1, ..claim(source, "count.people", words) }
}

/// A claim of a place with a point, in micro-degrees.
pub fn placed(source: Ref, words: &str, (lat, lon): (i32, i32), radius_metres: u32) -> NewPublicClaim {
    let point = Some(Point::new(lat, lon).expect("a point on the earth"));
    NewPublicClaim { point, radius_metres: Some(radius_metres), ..claim(source, "place", words) }
}

pub fn assessment(predicate: &str, sentence: &str, claims: &[Ref], note: &str) -> NewAssessment {
    NewAssessment {
        predicate: predicate.into(),
        about: String::new(),
        standing: Standing::Unconfirmed,
        relies_on: claims.to_vec(),
        sets_aside: Vec::new(),
        sentences: vec![(sentence.into(), claims.to_vec())],
        correction: CorrectionKind::Correction,
        note: note.into(),
    }
}

/// A log of one incident with the words it once held, so that a test knows what was taken away.
#[derive(Debug, Clone)]
pub struct Log {
    pub entries: Vec<LoggedEntry>,
    pub once: Vec<Map<String, Value>>,
    pub home: bool,
    pub now: i64,
    pub marker: u32,
}

impl Log {
    pub fn opened() -> Self {
        let mut log = Self { entries: Vec::new(), once: Vec::new(), home: false, now: NOW, marker: 0 };
        let opening = json!({ "kind": "flood", "kind_label": "Flood", "district": "Peckham", "status": "actual",
            "happened": "2023-11-14T22:13Z", "approved_by": "two members", "type": "incident.opened", "at": "2023-11-14T22:13Z" });
        log.push(1, opening.as_object().unwrap().clone());
        log
    }

    /// Gaps in the places as other incidents leave them.
    pub fn push(&mut self, kind: u8, mut payload: Map<String, Value>) {
        let prev = self.entries.last().map(|entry| entry.index);
        payload.insert("seq".into(), self.entries.len().into());
        payload.insert("prev".into(), prev.into());
        let index = prev.map_or(4, |prev| prev + 1 + prev % 3);
        self.once.push(payload.clone());
        self.entries.push(LoggedEntry { index, kind, payload: Some(payload), missing: false });
    }

    pub fn work_out(&self, statements: &[Statement]) -> Result<Written, Refusal> {
        let with_words: Vec<(u64, u8)> =
            self.entries.iter().filter(|entry| entry.payload.is_some()).map(|entry| (entry.index, entry.kind)).collect();
        work_out(
            &Ledger::read(&self.entries),
            Ground { playbook: playbook(), home: self.home, finest: handbell_rules::place::Precision::Street, entries: &with_words },
            statements,
        )
    }

    pub fn state(&mut self, statements: &[Statement]) -> Result<Written, Refusal> {
        let written = self.work_out(statements)?;
        for drafted in &written.entries {
            let entry = stated(ID, drafted, LetIn::TwoMembers, [0; 32], Timestamp::from_milliseconds(self.now));
            self.push(entry.kind.code(), entry.fields);
        }
        self.withdraw(&written.withdrawals.iter().map(|(index, _)| *index).collect());
        Ok(written)
    }

    pub fn withdraw(&mut self, gone: &BTreeSet<u64>) {
        for entry in self.entries.iter_mut().filter(|entry| gone.contains(&entry.index)) {
            entry.payload = None;
        }
    }

    pub fn withdrawn(&self) -> BTreeSet<u64> {
        self.entries.iter().filter(|entry| entry.payload.is_none()).map(|entry| entry.index).collect()
    }

    pub fn page(&self) -> IncidentRecord {
        project(ID, &self.entries).expect("it was opened")
    }

    /// The index of the n-th entry of a kind; the first is 0.
    pub fn nth(&self, kind: u8, n: usize) -> u64 {
        self.entries.iter().filter(|entry| entry.kind == kind).nth(n).expect("it stands there").index
    }

    pub fn redact(&mut self, entry: u64) -> Result<Written, Refusal> {
        self.state(&[Statement::Redaction { entry, reason: RedactionReason::Safety }])
    }

    /// A word that stands nowhere else: letters only, for the guard reads digits.
    fn word(&mut self) -> String {
        self.marker += 1;
        let letters: String = format!("{:04}", self.marker).bytes().map(|digit| char::from(digit - b'0' + b'b')).collect();
        format!("Zq{letters}qz")
    }
}

/// The markers a text holds.
pub fn markers(text: &str) -> BTreeSet<String> {
    text.match_indices("Zq").filter_map(|(at, _)| text.get(at..at + 8)).map(str::to_owned).collect()
}

pub fn bytes(page: &IncidentRecord) -> String {
    serde_json::to_string(page).unwrap()
}

/// What somebody wants to add, before it is known what there is to lead to.
#[derive(Debug, Clone)]
pub enum Wish {
    Source { kind: u8, copies: Option<u8>, via: Option<u8> },
    Claim { source: u8, shape: u8, about: u8, polarity: u8, low: u32, high: u32 },
    Event { claim: u8, event: u8, by: u8 },
    Assess { fact: u8, standing: u8, relies: Vec<u8>, aside: Vec<(u8, u8)>, sentences: u8 },
    LookAlike,
    Similar { year: u16 },
    Outcome { source: u8, slot: u8, value: u8, about: u8 },
    Redact { entry: u8 },
}

pub fn wish() -> impl Strategy<Value = Wish> {
    let any = any::<u8>;
    prop_oneof![
        3 => (any(), proptest::option::of(any()), proptest::option::of(any())).prop_map(|(kind, copies, via)| Wish::Source { kind, copies, via }),
        8 => (any(), any(), any(), any(), 0..9u32, 0..9u32)
            .prop_map(|(source, shape, about, polarity, low, high)| Wish::Claim { source, shape, about, polarity, low, high }),
        2 => (any(), any(), any()).prop_map(|(claim, event, by)| Wish::Event { claim, event, by }),
        4 => (any(), any(), proptest::collection::vec(any(), 0..3), proptest::collection::vec((any(), any()), 0..3), 1..4u8)
            .prop_map(|(fact, standing, relies, aside, sentences)| Wish::Assess { fact, standing, relies, aside, sentences }),
        1 => Just(Wish::LookAlike),
        1 => (1990..2030u16).prop_map(|year| Wish::Similar { year }),
        2 => (any(), any(), any(), any()).prop_map(|(source, slot, value, about)| Wish::Outcome { source, slot, value, about }),
        2 => any().prop_map(|entry| Wish::Redact { entry }),
    ]
}

/// Batches, each with the minutes that pass before it.
pub fn batches() -> impl Strategy<Value = Vec<(u8, Vec<Wish>)>> {
    proptest::collection::vec((0..3u8, proptest::collection::vec(wish(), 1..7)), 1..7)
}

/// What a batch may lead to: what still has words in the record, and what it added itself.
struct Reachable {
    sources: Vec<Ref>,
    claims: Vec<(Ref, String, String)>,
    assessed: BTreeSet<(String, String)>,
}

fn one<T: Clone>(all: &[T], at: u8) -> Option<T> {
    all.get(usize::from(at).checked_rem(all.len())?).cloned()
}

impl Log {
    fn reachable(&self) -> Reachable {
        let ledger = Ledger::read(&self.entries);
        let sources = (1..).zip(&ledger.sources).filter(|(_, one)| one.body.is_some()).map(|(number, _)| Ref::Known(number)).collect();
        let claims = ledger.claims.iter().filter_map(|placed| placed.body.as_ref());
        let claims = claims.map(|body| (Ref::Known(body.number), body.predicate.clone(), body.about.clone().unwrap_or_default())).collect();
        // What was ever said of a fact, from the words as they once stood.
        let of = |payload: &Map<String, Value>, key: &str| payload.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let assessed = self.once.iter().filter(|payload| of(payload, "type") == "assessment.made");
        Reachable { sources, claims, assessed: assessed.map(|payload| (of(payload, "predicate"), of(payload, "about"))).collect() }
    }

    /// Adds a batch; wishes that lead nowhere are left out. The rules must take what is left.
    pub fn add(&mut self, minutes: u8, wishes: &[Wish]) {
        self.now += i64::from(minutes) * MINUTE;
        let mut there = self.reachable();
        let (mut new_sources, mut new_claims) = (0, 0);
        let mut statements = Vec::new();
        let mut taken = Vec::new();
        for wish in wishes {
            let statement = match wish {
                Wish::Source { kind, copies, via } => {
                    let (kind, ..) = SourceKind::ALL[usize::from(*kind) % 8];
                    let words = self.word();
                    let made = NewSource {
                        standing: format!("Stands {}", self.word()),
                        said: self.word(),
                        asked: self.word(),
                        replied: self.word(),
                        url: format!("https://archive.example/{}", self.word()),
                        copies: copies.and_then(|at| one(&there.sources, at)),
                        via: via.and_then(|at| one(&there.sources, at)),
                        ..source(kind, &format!("Witness {words}"))
                    };
                    there.sources.push(Ref::New(new_sources));
                    new_sources += 1;
                    Some(Statement::Source(made))
                }
                Wish::Claim { source, shape, about, polarity, low, high } => one(&there.sources, *source).map(|source| {
                    let words = self.word();
                    const SPANS: [&str; 10] = [
                        "2017-05-13",
                        "2017-05",
                        "2017",
                        "2018-01-01",
                        "2017-05-13?",
                        "2017-05~",
                        "[2017-05-13,2017-05-14]",
                        "../2017-05-13",
                        "2017-21",
                        "201X",
                    ];
                    if shape % 9 == 7 {
                        let (predicate, about) = ("place", String::new());
                        there.claims.push((Ref::New(new_claims), predicate.to_owned(), about.clone()));
                        new_claims += 1;
                        let point = (51_470_000 + i32::from(*low as u8) * 1_000, -69_000);
                        return Statement::Claim(match high % 2 {
                            0 => placed(source, &words, point, 100 + high * 300),
                            _ => claim(source, predicate, &words),
                        });
                    }
                    if shape % 9 == 8 {
                        there.claims.push((Ref::New(new_claims), "count.people".to_owned(), String::new()));
                        new_claims += 1;
                        return Statement::Claim(counted(source, (None, None), &words));
                    }
                    let (predicate, edtf, numbers, words) = match shape % 9 {
                        0 => ("when", SPANS[usize::from(shape / 9) % SPANS.len()], false, words),
                        1 => ("when", "", false, words),
                        2 => ("count.people", "", true, words),
                        3 => ("agency", "", false, ["Border Force", "police", "council"][usize::from(shape / 9) % 3].to_owned()),
                        4 => ("media.shows_this", "", false, ["yes", "no", "not known"][usize::from(shape / 9) % 3].to_owned()),
                        5 => ("duration", "", false, words),
                        _ => ("what_happened", "", false, words),
                    };
                    let polarity =
                        [Polarity::Asserts, Polarity::Asserts, Polarity::Denies, Polarity::SaysUnknown][usize::from(polarity % 4)];
                    let about = ["", "", "first shop", "second shop"][usize::from(about % 4)].to_owned();
                    let ends = if numbers { (Some(*low.min(high)), (low != high).then_some(*low.max(high))) } else { (None, None) };
                    there.claims.push((Ref::New(new_claims), predicate.to_owned(), about.clone()));
                    new_claims += 1;
                    let made = claim(source, predicate, &words);
                    Statement::Claim(NewPublicClaim { about, polarity, edtf: edtf.into(), low: ends.0, high: ends.1, ..made })
                }),
                Wish::Event { claim, event, by } => {
                    let known: Vec<u32> =
                        there.claims.iter().filter_map(|(to, ..)| if let Ref::Known(n) = to { Some(*n) } else { None }).collect();
                    let event = ClaimEventKind::ALL[usize::from(event % 3)].0;
                    one(&known, *claim).and_then(|claim| {
                        let other = one(&there.claims, *by).map(|(to, ..)| to).filter(|to| *to != Ref::Known(claim));
                        let by_claim = other.filter(|_| event.names_another());
                        (event.names_another() == by_claim.is_some()).then(|| Statement::Event {
                            claim,
                            event,
                            by_claim,
                            reason: format!("Because {}", self.word()),
                        })
                    })
                }
                Wish::Assess { fact, standing, relies, aside, sentences } => one(&there.claims, *fact).map(|(first, predicate, about)| {
                    let some = |at: &u8| one(&there.claims, *at).map_or(first, |(to, ..)| to);
                    let relies_on: Vec<Ref> = std::iter::once(first).chain(relies.iter().map(some)).collect();
                    let aside = aside.iter().map(|(claim, why)| (some(claim), SetAsideReason::ALL[usize::from(why % 5)].0));
                    let sets_aside = aside.filter(|(claim, _)| !relies_on.contains(claim)).collect();
                    let superseding = !there.assessed.insert((predicate.clone(), about.clone()));
                    Statement::Assessment(NewAssessment {
                        about,
                        standing: Standing::ALL[usize::from(standing % 4)].0,
                        sets_aside,
                        sentences: (0..*sentences).map(|_| (format!("We say {}.", self.word()), relies_on.clone())).collect(),
                        correction: CorrectionKind::ALL[usize::from(standing / 4 % 4)].0,
                        ..assessment(&predicate, "", &relies_on, &if superseding { self.word() } else { String::new() })
                    })
                }),
                Wish::LookAlike => {
                    Some(Statement::LookAlike(NewLookAlike { place: self.word(), year: 2013, note: self.word(), claims: vec![] }))
                }
                Wish::Similar { year } => Some(Statement::Similar(Similar { place: self.word(), edtf: year.to_string() })),
                Wish::Outcome { source, slot, value, about } => one(&there.sources, *source).map(|source| {
                    let slot = one(&Slot::all().collect::<Vec<_>>(), *slot).expect("there are slots");
                    let value = one(&slot.values().collect::<Vec<_>>(), *value).expect("each takes values").value;
                    let unknown = value == OutcomeValue::Unknown;
                    let text = |text: String| if unknown { text } else { String::new() };
                    Statement::Outcome(NewOutcome {
                        slot,
                        about: ["", "first shop", "second shop"][usize::from(about % 3)].to_owned(),
                        value,
                        edtf: if unknown { String::new() } else { "2017-05".into() },
                        source,
                        asked: text(format!("The office {}", self.word())),
                        asked_on: text("2017-06-01".into()),
                        words: self.word(),
                    })
                }),
                Wish::Redact { entry } => {
                    taken.push(*entry);
                    None
                }
            };
            statements.extend(statement);
        }
        if !statements.is_empty() {
            self.state(&statements).expect("the batch is good");
        }
        for at in taken {
            let with_words: Vec<u64> = self.entries.iter().filter(|entry| entry.payload.is_some()).map(|entry| entry.index).collect();
            let entry = one(&with_words, at).expect("the opening stands");
            // Openings and marks have nothing to take away.
            let _ = self.redact(entry);
        }
    }

    pub fn of(batches: &[(u8, Vec<Wish>)]) -> Self {
        let mut log = Self::opened();
        for (minutes, wishes) in batches {
            log.add(*minutes, wishes);
        }
        log
    }
}
