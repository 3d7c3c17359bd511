//! The editor's forms as they are shown: fresh, started from something, or with what was typed before.
//!
//! A form is always made from fields. A fresh one is made from fields that its address began, so that there is
//! one way to fill it.

use super::super::{Typed, claim::capital, language, words};
use super::stands::{about_href, listed, named, says, short};
use super::{Adding, reading};
use crate::acts::record::RecordFile;
use crate::doors::App;
use crate::doors::fields::Fields;
use crate::doors::problem::{Problem, Trouble};
use handbell_rules::desk::claim::{Claim, Source as DeskSource};
use handbell_rules::id::ClaimId;
use handbell_rules::playbook::{Predicate, ValueType};
use handbell_rules::record::assessment::{CorrectionKind, SetAsideReason, Standing};
use handbell_rules::record::claim::ClaimEventKind;
use handbell_rules::record::entry::LetIn;
use handbell_rules::record::outcome::Slot;
use handbell_rules::record::projection::{ClaimLine, FactLine};
use handbell_rules::record::source::SourceKind;
use handbell_rules::record::statement::{RedactionReason, SENTENCES_MAX, Statement};
use handbell_site::{
    AssessmentForm, Choice, ChoiceGroup, ClaimEventForm, ClaimUse, CorrectionFields, EditorForm, FieldError, Link, LookAlikeForm,
    OutcomeForm, RecordClaimForm, RedactionForm, SentenceRow, SimilarForm, SourceFields, error_at,
};

/// What the list of sources sends for one that is not known yet.
pub const NEW_SOURCE: &str = "new";
/// What the use of a claim sends when the desk relies on it.
pub const RELY: &str = "rely";
/// What a claim's source does, as the form sends it.
pub const POLARITIES: [(&str, &str); 3] =
    [("asserts", "It says so"), ("denies", "It says that it is not so"), ("says-unknown", "It says that it is not known")];
/// Sentences a fresh form offers.
const SENTENCES_SHOWN: usize = 3;
/// Kinds of entries whose words can be taken: the record's nouns, outcomes, corrections and covered footage. The opening
/// is one where a file brought it.
const REDACTABLE: [u8; 10] = [2, 3, 4, 9, 11, 12, 13, 14, 15, 16];

/// Says on a fresh form what it was started from. No form sends it.
const STARTED_FROM: &str = "started-from";

type Begun = Vec<(String, String)>;

/// The fields a form begins with, by its address.
pub fn begun(app: &App, stands: &RecordFile, adding: Option<Adding>, query: &Fields) -> Result<Fields, Problem> {
    let nowhere = || Problem::of(Trouble::NotFound);
    let (from, fact, about) = (query.one("from")?, query.one("fact")?, query.one("about")?);
    if !fact.is_empty() && app.world.group.playbook.predicate(fact).is_none() {
        return Err(nowhere());
    }
    let mut begun: Begun = vec![("predicate".into(), fact.into()), ("about".into(), about.into())];
    match adding {
        Some(Adding::Claim) if !from.is_empty() => {
            let id: ClaimId = from.parse().map_err(|_| nowhere())?;
            let claim = stands.file.claims.iter().find(|claim| claim.id == id).ok_or_else(nowhere)?;
            begun = from_claim(app, stands, claim);
            begun.push(("about".into(), about.into()));
        }
        Some(Adding::Outcome) if !from.is_empty() => {
            let slot = Slot::parse(from).ok_or_else(nowhere)?;
            let first = slot.values().next().ok_or_else(nowhere)?;
            begun.push(("value".into(), format!("{}/{}", slot.name(), first.name)));
        }
        Some(Adding::Assessment) => begun.extend(from_assessment(stands, fact, about)),
        _ => {}
    }
    Ok(Fields::begun(begun))
}

/// The name a witness of the desk gets in public: a letter by the order of their reports, and nothing more.
fn witness(stands: &RecordFile, report: handbell_rules::id::ReportId) -> String {
    let place = stands.file.reports.iter().filter(|one| !one.from_observer()).position(|one| one.id == report);
    let letter = place.and_then(|place| u8::try_from(place).ok()).filter(|place| *place < 26).map(|place| char::from(b'A' + place));
    match (letter, place) {
        (Some(letter), _) => format!("Witness {letter}"),
        (None, Some(place)) => format!("Witness {}", place + 1),
        (None, None) => "A witness".to_owned(),
    }
}

fn from_claim(app: &App, stands: &RecordFile, claim: &Claim) -> Begun {
    let mut begun: Begun = vec![("predicate".into(), claim.predicate.clone()), ("polarity".into(), "asserts".into())];
    let value_type = app.world.group.playbook.predicate(&claim.predicate).map(|one| one.value_type);
    match (value_type, claim.range) {
        (Some(ValueType::Choice), _) => begun.push(("choice".into(), claim.value.clone())),
        (_, Some(range)) => {
            begun.push(("low".into(), range.low.to_string()));
            begun.extend(range.high.map(|high| ("high".into(), high.to_string())));
        }
        _ => begun.push(("words".into(), claim.value.clone())),
    }
    let (kind, label) = match &claim.source {
        DeskSource::Official(body) => (SourceKind::Official, body.clone()),
        DeskSource::Observer(_) => (SourceKind::Witness, "A trained observer".to_owned()),
        DeskSource::Report(report) => (SourceKind::Witness, witness(stands, *report)),
    };
    let known = stands.ledger().sources.iter().filter_map(|placed| placed.body.as_ref());
    match known.into_iter().find(|source| source.kind == kind && source.label == label) {
        Some(source) => begun.push(("source".into(), source.number.to_string())),
        None => {
            let new = [("source", NEW_SOURCE), ("kind", kind.name()), ("label", &label)];
            begun.extend(new.map(|(name, value)| (name.into(), value.into())));
        }
    }
    let goes_along = if matches!(claim.source, DeskSource::Official(_)) { "" } else { " Of the witness only this name goes along." };
    let from = words::claim_source(app, claim, &stands.file.reports);
    begun
        .push((STARTED_FROM.into(), format!("Started from the desk’s own claim ({from}). Its source is called {label} here.{goes_along}")));
    begun
}

fn from_assessment(stands: &RecordFile, predicate: &str, about: &str) -> Begun {
    let about = Some(about).filter(|about| !about.is_empty());
    let Some(newest) = stands.ledger().newest_assessment(predicate, about) else { return Vec::new() };
    let Some(body) = stands.ledger().assessment(newest).and_then(|placed| placed.body.as_ref()) else { return Vec::new() };
    let mut begun: Begun = vec![("standing".into(), body.standing.name().into())];
    for (number, sentence) in (1..).zip(&body.sentences) {
        begun.push((format!("sentence-{number}"), sentence.text.clone()));
        begun.push((format!("rests-{number}"), listed(&sentence.claims)));
    }
    begun.extend(body.sets_aside.iter().map(|one| (format!("use-{}", one.claim), reason_name(one.reason).to_owned())));
    begun
}

fn reason_name(reason: SetAsideReason) -> &'static str {
    SetAsideReason::ALL.iter().find(|(one, ..)| *one == reason).map_or("", |(_, name, _)| name)
}

/// Ways to start a public claim from the desk's own.
pub fn starts(app: &App, stands: &RecordFile) -> Vec<Link> {
    let start = |claim: &Claim| {
        let label = app.world.group.playbook.predicate_label(&claim.predicate, language(app));
        let value = claim.range.map_or_else(|| words::claim_value(app, claim), |range| range.words());
        let disputed = if claim.disputed { ". Disputed" } else { "" };
        let source = words::claim_source(app, claim, &stands.file.reports);
        Link {
            href: format!("{}?add=claim&from={}", super::path(stands.file.incident.id), claim.id),
            words: format!("{label}: {value}. {source}{disputed}"),
        }
    };
    stands.file.claims.iter().map(start).collect()
}

/// The open form.
pub fn form(app: &App, stands: &RecordFile, adding: Adding, typed: &Typed) -> EditorForm {
    let filled = Filled { app, stands, typed };
    match adding {
        Adding::Source => EditorForm::Source(filled.source()),
        Adding::Claim => EditorForm::Claim(Box::new(filled.claim())),
        Adding::Assessment if typed.text("predicate").is_empty() => filled.facts(),
        Adding::Assessment => EditorForm::Assessment(filled.assessment()),
        Adding::Event => EditorForm::Event(filled.event()),
        Adding::LookAlike => {
            EditorForm::LookAlike(LookAlikeForm { place: typed.text("place"), year: typed.text("year"), note: typed.text("note") })
        }
        Adding::Similar => EditorForm::Similar(SimilarForm { place: typed.text("place"), edtf: typed.text("edtf") }),
        Adding::Outcome => EditorForm::Outcome(Box::new(filled.outcome())),
        Adding::Redaction => EditorForm::Redaction(filled.redaction()),
    }
}

/// Fills forms with what was typed.
struct Filled<'a> {
    app: &'a App,
    stands: &'a RecordFile,
    typed: &'a Typed,
}

impl Filled<'_> {
    fn choice(&self, field: &str, value: impl Into<String>, label: impl Into<String>) -> Choice {
        let value = value.into();
        Choice { chosen: self.typed.text(field) == value, ..Choice::new(value, label) }
    }

    /// Like [`Self::choice`], chosen also where nothing was typed.
    fn first(&self, field: &str, value: &str, label: &str) -> Choice {
        let chosen = self.typed.text(field).is_empty();
        let choice = self.choice(field, value, label);
        Choice { chosen: chosen || choice.chosen, ..choice }
    }

    fn known_sources(&self, field: &str) -> Vec<Choice> {
        let known = self.stands.ledger().sources.iter().filter_map(|placed| placed.body.as_ref());
        known.map(|source| self.choice(field, source.number.to_string(), short(&format!("{}: {}", source.number, source.label)))).collect()
    }

    fn source(&self) -> SourceFields {
        let text = |field: &str| self.typed.text(field);
        let with_none = |field: &str, none: &str| [vec![Choice::new("", none)], self.known_sources(field)].concat();
        let more = ["copies", "via", "asked", "replied"];
        SourceFields {
            kinds: SourceKind::ALL.iter().map(|(_, name, word)| self.choice("kind", *name, *word)).collect(),
            label: text("label"),
            standing: text("standing"),
            said: text("said"),
            url: text("url"),
            copies: with_none("copies", "Nothing: it is an original"),
            via: with_none("via", "Nobody: it spoke itself"),
            asked: text("asked"),
            replied: text("replied"),
            more_is_open: more.iter().any(|field| !text(field).is_empty() || self.wrong(field).is_some()),
        }
    }

    fn wrong(&self, field: &str) -> Option<&str> {
        let errors: &[FieldError] = &self.typed.errors;
        error_at(errors, field)
    }

    fn claim(&self) -> RecordClaimForm {
        let playbook = &self.app.world.group.playbook;
        let language = language(self.app);
        let text = |field: &str| self.typed.text(field);
        let predicate = |one: &Predicate| {
            let takes = match one.value_type {
                ValueType::Span => "a date or words",
                ValueType::Place => "words, or words and a point",
                ValueType::Text => "words",
                ValueType::Range => "numbers or words",
                ValueType::Choice => "one of a list",
            };
            self.choice("predicate", &one.id, format!("{} ({takes})", playbook.predicate_label(&one.id, language)))
        };
        let group = |one: &Predicate| ChoiceGroup {
            label: playbook.predicate_label(&one.id, language),
            choices: one
                .choices
                .iter()
                // Two facts may share a choice's name; only the chosen fact's own is marked.
                .map(|choice| {
                    let chosen = text("choice") == *choice && text("predicate") == one.id;
                    Choice { chosen, ..Choice::new(choice, capital(&words::choice_label(self.app, &one.id, choice).replace('-', " "))) }
                })
                .collect(),
        };
        let known = self.known_sources("source");
        let new = self.first("source", NEW_SOURCE, "A new source, below");
        let source_is_new = new.chosen || super::SOURCE.iter().any(|field| self.wrong(field).is_some());
        RecordClaimForm {
            predicates: playbook.predicates().iter().map(predicate).collect(),
            about: text("about"),
            sources: [vec![new], known].concat(),
            source: self.source(),
            source_is_new,
            polarities: POLARITIES
                .iter()
                .enumerate()
                .map(
                    |(place, (name, words))| {
                        if place == 0 { self.first("polarity", name, words) } else { self.choice("polarity", *name, *words) }
                    },
                )
                .collect(),
            words: text("words"),
            choices: playbook.predicates().iter().filter(|one| one.value_type == ValueType::Choice).map(group).collect(),
            edtf: text("edtf"),
            low: text("low"),
            high: text("high"),
            point: text("point"),
            radius: text("radius"),
            understood: self.understood(),
            started_from: Some(text(STARTED_FROM)).filter(|words| !words.is_empty()),
        }
    }

    /// How the claim reads as it was typed, for whoever asked before proposing it.
    fn understood(&self) -> Option<String> {
        if self.typed.text(super::LOOK).is_empty() || !self.typed.errors.is_empty() {
            return None;
        }
        let statements = reading::statements(self.app, self.stands, Adding::Claim, &self.typed.fields).ok()?;
        let claim = statements.iter().find_map(|one| if let Statement::Claim(claim) = one { Some(claim) } else { None })?;
        let playbook = &self.app.world.group.playbook;
        let label = named(&playbook.predicate_label(&claim.predicate, language(self.app)), Some(claim.about.as_str()));
        let counted = playbook.predicate(&claim.predicate).is_some_and(|one| one.value_type == ValueType::Range);
        let only_words = counted && claim.low.is_none() && claim.high.is_none();
        let compared = if only_words { " No number can be read from these words, so readers compare them themselves." } else { "" };
        let says = super::super::statement::says(self.app, claim);
        Some(format!("This reads: {label}: {}.{compared} Nothing is proposed yet.", says.trim_end_matches('.')))
    }

    /// The facts somebody says something about, and the playbook's others.
    fn facts(&self) -> EditorForm {
        let incident = self.stands.file.incident.id;
        let playbook = &self.app.world.group.playbook;
        let facts: &[FactLine] = self.stands.record.as_ref().map_or(&[], |record| record.facts.as_slice());
        let claimed = facts.iter().map(|fact| Link {
            href: about_href(incident, "assessment", &fact.predicate, fact.about.as_deref()),
            words: named(&fact.label, fact.about.as_deref()),
        });
        let others = playbook.predicates().iter().filter(|one| !facts.iter().any(|fact| fact.predicate == one.id && fact.about.is_none()));
        let others = others.map(|one| Link {
            href: about_href(incident, "assessment", &one.id, None),
            words: playbook.predicate_label(&one.id, language(self.app)),
        });
        EditorForm::Facts { claimed: claimed.collect(), others: others.collect() }
    }

    fn uses(&self, fact: &FactLine) -> Vec<ClaimUse> {
        let one = |claim: &ClaimLine| {
            let name = format!("use-{}", claim.number);
            let aside = SetAsideReason::ALL.iter().map(|(_, value, words)| self.choice(&name, *value, format!("Set aside: {words}")));
            let plain = [Choice::new("", "As the sentences use it"), self.choice(&name, RELY, "We rely on it")];
            let source = self.stands.ledger().source(claim.source).and_then(|placed| placed.body.as_ref());
            let by = source.map_or_else(String::new, |source| format!(", by {}", source.label));
            ClaimUse {
                number: claim.number.to_string(),
                words: format!("Claim {}{by}: {}", claim.number, says(claim.polarity, &claim.says)),
                uses: plain.into_iter().chain(aside).collect(),
            }
        };
        fact.claims.iter().map(one).collect()
    }

    fn assessment(&self) -> AssessmentForm {
        let (predicate, about) = (self.typed.text("predicate"), self.typed.text("about"));
        let part = Some(about.as_str()).filter(|about| !about.is_empty());
        let fact = self
            .stands
            .record
            .as_ref()
            .and_then(|record| record.facts.iter().find(|fact| fact.predicate == predicate && fact.about.as_deref() == part));
        let written = (1..=SENTENCES_MAX).rev().find(|number| {
            !self.typed.text(&format!("sentence-{number}")).is_empty() || !self.typed.text(&format!("rests-{number}")).is_empty()
        });
        let rows = written.map_or(SENTENCES_SHOWN, |written| (written + 1).clamp(SENTENCES_SHOWN, SENTENCES_MAX));
        let row = |number: usize| SentenceRow {
            number: number.to_string(),
            text: self.typed.text(&format!("sentence-{number}")),
            rests: self.typed.text(&format!("rests-{number}")),
        };
        let ledger = self.stands.ledger();
        let before = ledger.newest_assessment(&predicate, part).and_then(|newest| ledger.assessment(newest)?.body.as_ref());
        let correction = before.map(|before| CorrectionFields {
            words: super::super::statement::correction_words(self.app, self.stands, ledger.corrections.len() + 1),
            before: before.sentences.iter().map(|sentence| sentence.text.clone()).collect(),
            kinds: CorrectionKind::ALL
                .iter()
                .map(|(kind, name, word)| Choice {
                    hint: Some(
                        match kind {
                            CorrectionKind::Update => "More is known; what we said was not wrong.",
                            CorrectionKind::Clarification => "What we said could be misunderstood.",
                            CorrectionKind::Correction => "What we said was wrong or not enough.",
                            CorrectionKind::Retraction => "We take it back.",
                        }
                        .to_owned(),
                    ),
                    ..self.choice("correction", *name, *word)
                })
                .collect(),
            note: self.typed.text("note"),
        });
        let label = self.app.world.group.playbook.predicate_label(&predicate, language(self.app));
        AssessmentForm {
            label: named(&label, part),
            standings: Standing::ALL.iter().map(|(_, name, word)| self.choice("standing", *name, *word)).collect(),
            sentences: (1..=rows).map(row).collect(),
            uses: fact.map(|fact| self.uses(fact)).unwrap_or_default(),
            correction,
            predicate,
            about,
        }
    }

    fn claims(&self, field: &str, live_only: bool) -> Vec<Choice> {
        let Some(record) = &self.stands.record else { return Vec::new() };
        let claims = record.facts.iter().flat_map(|fact| fact.claims.iter().map(move |claim| (fact, claim)));
        let mut claims: Vec<_> = claims.filter(|(_, claim)| claim.live || !live_only).collect();
        claims.sort_by_key(|(_, claim)| claim.number);
        let line = |(fact, claim): (&FactLine, &ClaimLine)| {
            let words = format!("{}: {}, {}", claim.number, named(&fact.label, fact.about.as_deref()), says(claim.polarity, &claim.says));
            self.choice(field, claim.number.to_string(), short(&words))
        };
        claims.into_iter().map(line).collect()
    }

    fn event(&self) -> ClaimEventForm {
        let kinds = ClaimEventKind::ALL.iter().filter(|(kind, ..)| *kind != ClaimEventKind::Redacted);
        ClaimEventForm {
            claims: self.claims("claim", true),
            events: kinds.map(|(_, name, words)| self.choice("event", *name, *words)).collect(),
            instead: [vec![Choice::new("", "None")], self.claims("by_claim", true)].concat(),
            reason: self.typed.text("reason"),
        }
    }

    fn outcome(&self) -> OutcomeForm {
        let text = |field: &str| self.typed.text(field);
        let kind = self.app.world.group.playbook.kind(&self.stands.file.incident.kind);
        let followed: Vec<Slot> = kind.map(|kind| kind.outcomes.clone()).unwrap_or_default();
        let others = Slot::all().filter(|slot| !followed.contains(slot));
        let group = |slot: Slot| ChoiceGroup {
            label: slot.words().to_owned(),
            choices: slot.values().map(|one| self.choice("value", format!("{}/{}", slot.name(), one.name), one.words)).collect(),
        };
        let new = self.first("source", NEW_SOURCE, "A new source, below");
        let wrong = super::SOURCE.iter().any(|field| self.wrong(field).is_some());
        OutcomeForm {
            values: followed.iter().copied().chain(others).map(group).collect(),
            about: text("about"),
            edtf: text("edtf"),
            words: text("words"),
            whom: text("whom"),
            asked_on: text("asked_on"),
            source_is_new: wrong,
            sources: [vec![new], self.known_sources("source")].concat(),
            source: self.source(),
        }
    }

    fn redaction(&self) -> RedactionForm {
        let lines = self.stands.record.iter().flat_map(|record| &record.lines);
        let imported = self.stands.record.as_ref().is_some_and(|record| record.approved_by == LetIn::Import.words());
        let takes = |kind: u8| REDACTABLE.contains(&kind) || (kind == 1 && imported);
        let worded = lines.filter(|line| takes(line.kind) && line.type_name != "withdrawn");
        RedactionForm {
            entries: worded
                .map(|line| {
                    let says = if line.kind == 1 { "The heading and the place that the file gave" } else { line.says.as_str() };
                    self.choice("entry", line.index.to_string(), short(&format!("{}: {says}", line.index)))
                })
                .collect(),
            reasons: RedactionReason::ALL.iter().map(|(_, name, words)| self.choice("reason", *name, *words)).collect(),
        }
    }
}
