//! Reading an editor's form: from fields to statements, with every mistake told beside its field.
//!
//! What the rules refuse is refused by them; here only what belongs to one field of a form is looked at, so
//! that its words can stand there.

use super::Adding;
use super::form::{NEW_SOURCE, POLARITIES, RELY};
use crate::acts::record::RecordFile;
use crate::doors::App;
use crate::doors::fields::Fields;
use handbell_rules::place::Point;
use handbell_rules::playbook::ValueType;
use handbell_rules::record::Ref;
use handbell_rules::record::assessment::{CorrectionKind, NewAssessment, SetAsideReason, Standing};
use handbell_rules::record::claim::{ClaimEventKind, NewPublicClaim, Polarity};
use handbell_rules::record::count;
use handbell_rules::record::lookalike::{self, Similar};
use handbell_rules::record::outcome::{NewOutcome, OutcomeValue, Slot};
use handbell_rules::record::source::{NewSource, SourceKind};
use handbell_rules::record::statement::{RedactionReason, SENTENCES_MAX, Statement};
use handbell_rules::record::words;
use handbell_rules::refusal::{Record, Refusal};
use handbell_rules::span::Span;
use handbell_site::FieldError;

/// Reads a form into the statements it proposes.
///
/// # Errors
/// What must be mended, at least one.
pub fn statements(app: &App, stands: &RecordFile, adding: Adding, fields: &Fields) -> Result<Vec<Statement>, Vec<FieldError>> {
    let mut read = Read { app, stands, fields, errors: Vec::new() };
    let statements = match adding {
        Adding::Source => read.source().map(|source| vec![Statement::Source(source)]),
        Adding::Claim => read.claim(),
        Adding::Assessment => read.assessment().map(|one| vec![Statement::Assessment(one)]),
        Adding::Event => read.event().map(|one| vec![one]),
        Adding::LookAlike => read.look_alike(),
        Adding::Similar => read.similar().map(|one| vec![one]),
        Adding::Outcome => read.outcome(),
        Adding::Redaction => read.redaction().map(|(entry, reason)| vec![Statement::Redaction { entry, reason }]),
    };
    match statements {
        Some(statements) if read.errors.is_empty() => Ok(statements),
        _ => Err(read.errors),
    }
}

/// Reads the form of words that are taken: which entry, and why.
///
/// # Errors
/// As [`statements`].
pub fn redaction(app: &App, stands: &RecordFile, fields: &Fields) -> Result<(u64, RedactionReason), Vec<FieldError>> {
    let mut read = Read { app, stands, fields, errors: Vec::new() };
    match read.redaction() {
        Some(one) if read.errors.is_empty() => Ok(one),
        _ => Err(read.errors),
    }
}

/// Claim numbers as people write them: `1, 4`, `1 and 4`, `#1 #4`.
pub fn numbers(text: &str) -> Option<Vec<u32>> {
    let words =
        text.split([',', ';', ' ', '\n', '\t']).map(|word| word.trim_start_matches('#')).filter(|word| !word.is_empty() && *word != "and");
    words.map(|word| word.parse().ok()).collect()
}

/// The desk as a source: the one that is known, or a new one.
pub fn desk_source(app: &App, stands: &RecordFile) -> (Option<Statement>, Ref) {
    let (new, source) = stands.ledger().desk(&app.world.group.name);
    (new.map(Statement::Source), source)
}

struct Read<'a> {
    app: &'a App,
    stands: &'a RecordFile,
    fields: &'a Fields,
    errors: Vec<FieldError>,
}

impl Read<'_> {
    /// What stands in a field. A field sent twice was refused before.
    fn text(&self, field: &str) -> String {
        self.fields.one(field).unwrap_or_default().trim().to_owned()
    }

    fn wrong(&mut self, field: &str, words: impl Into<String>) {
        self.errors.push(FieldError::new(field, words));
    }

    fn no(&mut self, field: &str, no: Record) {
        self.wrong(field, no.advice());
    }

    /// The words of a field, unless the record never holds them; then that stands beside it. What the guard marks
    /// is asked about when the whole form can be read.
    fn words(&mut self, field: &str) -> String {
        let text = self.text(field);
        match words::plain(&text, self.stands.file.incident.home) {
            Ok(()) => {}
            Err(Refusal::Record(no)) => self.no(field, no),
            Err(no) => self.wrong(field, no.advice()),
        }
        text
    }

    /// Words that may not be left out.
    fn needed(&mut self, field: &str, missing: &str) -> String {
        let text = self.words(field);
        if text.is_empty() {
            self.wrong(field, missing);
        }
        text
    }

    /// What was chosen from a closed list.
    fn chosen<T>(&mut self, field: &str, parse: impl Fn(&str) -> Option<T>, missing: &str) -> Option<T> {
        let chosen = parse(&self.text(field));
        if chosen.is_none() {
            self.wrong(field, missing);
        }
        chosen
    }

    /// A source by number, or none.
    fn other_source(&mut self, field: &str) -> Option<Ref> {
        let text = self.text(field);
        if text.is_empty() {
            return None;
        }
        let number = text.parse().ok().filter(|number| self.stands.ledger().source(*number).is_some_and(|one| one.body.is_some()));
        if number.is_none() {
            self.no(field, Record::SourceMissing);
        }
        number.map(Ref::Known)
    }

    /// A claim by number, whose words are there.
    fn claim_number(&self, text: &str) -> Option<u32> {
        text.parse().ok().filter(|number| self.stands.ledger().claim(*number).is_some_and(|one| one.body.is_some()))
    }

    fn source(&mut self) -> Option<NewSource> {
        let kind = self.chosen("kind", SourceKind::parse, "Choose what sort of source it is.");
        let label = self.needed("label", "Say how the record names it.");
        let standing = self.words("standing");
        if standing.is_empty() && kind.is_some_and(SourceKind::needs_standing) {
            self.no("standing", Record::StandingMissing);
        }
        let url = self.text("url");
        if !url.is_empty() && !words::web_address(&url) {
            self.no("url", Record::AddressWrong);
        }
        let (said, asked, replied) = (self.words("said"), self.words("asked"), self.words("replied"));
        let (copies, via) = (self.other_source("copies"), self.other_source("via"));
        Some(NewSource { kind: kind?, label, standing, said, url, copies, via, asked, replied })
    }

    fn number(&mut self, field: &str) -> Option<u32> {
        let text = self.text(field);
        let number = text.parse().ok();
        if number.is_none() && !text.is_empty() {
            self.wrong(field, "Give a whole number, or leave it empty.");
        }
        number
    }

    /// A date in plain words or as EDTF, as EDTF; what is wrong with it, and what to write, is said beside the field.
    fn span(&mut self, field: &str, text: &str) -> String {
        match Span::read(text) {
            Err(no) => self.wrong(field, no.to_string()),
            Ok(span) if span.has_a_clock() => self.wrong(field, "Leave the clock out and say the hour in words."),
            Ok(span) if span.says_nothing() => self.wrong(field, "This says no day at all. Leave it empty."),
            Ok(span) => return span.to_string(),
        }
        String::new()
    }

    /// A point as people copy it from a map: `51.470, -0.069`.
    fn point(&mut self, field: &str) -> Option<Point> {
        let text = self.text(field);
        let point = text.split_once(',').and_then(|(north, east)| Point::parse(north, east).ok());
        if point.is_none() && !text.is_empty() {
            self.no(field, Record::PlaceUnreadable);
        }
        point
    }

    /// Who says so: a source that is known, or a new one, which is a statement of its own before the other.
    fn who_says(&mut self) -> Option<(Option<Statement>, Ref)> {
        if self.text("source") == NEW_SOURCE {
            return self.source().map(|source| (Some(Statement::Source(source)), Ref::New(0)));
        }
        let known = self.other_source("source");
        if known.is_none() && !self.errors.iter().any(|error| error.field == "source") {
            self.no("source", Record::SourceMissing);
        }
        known.map(|known| (None, known))
    }

    fn outcome(&mut self) -> Option<Vec<Statement>> {
        let chosen = |text: &str| {
            let (slot, value) = text.split_once('/')?;
            let slot = Slot::parse(slot)?;
            Some((slot, slot.value(value)?.value))
        };
        let chosen = self.chosen("value", chosen, "Choose what it is about and what came of it.");
        let (about, words, asked) = (self.words("about"), self.words("words"), self.words("whom"));
        let (typed, asked_on) = (self.text("edtf"), self.text("asked_on"));
        let edtf = if typed.is_empty() { typed } else { self.span("edtf", &typed) };
        let said = match chosen {
            // Nobody could tell, so nobody but the desk says so.
            Some((_, OutcomeValue::Unknown)) if self.text("source") == NEW_SOURCE && self.text("label").is_empty() => {
                Some(desk_source(self.app, self.stands))
            }
            _ => self.who_says(),
        };
        let ((slot, value), (first, source)) = (chosen?, said?);
        let new = NewOutcome { slot, about, value, edtf, source, asked, asked_on, words };
        Some(first.into_iter().chain([Statement::Outcome(new)]).collect())
    }

    fn claim(&mut self) -> Option<Vec<Statement>> {
        let predicate = self.app.world.group.playbook.predicate(&self.text("predicate")).cloned();
        if predicate.is_none() {
            self.no("predicate", Record::FactUnknown);
        }
        let about = self.words("about");
        let source = self.who_says();
        let polarity = match self.text("polarity").as_str() {
            name if name == POLARITIES[0].0 => Some(Polarity::Asserts),
            name if name == POLARITIES[1].0 => Some(Polarity::Denies),
            name if name == POLARITIES[2].0 => Some(Polarity::SaysUnknown),
            _ => None,
        };
        if polarity.is_none() {
            self.wrong("polarity", "Choose what the source does.");
        }
        let (mut words, choice, mut edtf) = (self.words("words"), self.text("choice"), self.text("edtf"));
        let (mut low, mut high) = (self.number("low"), self.number("high"));
        let (point, radius_metres) = (self.point("point"), self.number("radius"));
        let predicate = predicate?;
        let numbers = !self.text("low").is_empty() || !self.text("high").is_empty();
        let placed = !self.text("point").is_empty() || !self.text("radius").is_empty();
        let takes = predicate.value_type;
        if !choice.is_empty() && takes != ValueType::Choice {
            self.wrong("choice", "This fact takes no choice. Choose “None of these”.");
        }
        if !edtf.is_empty() && takes != ValueType::Span {
            self.wrong("edtf", "This fact takes no date. Leave it empty.");
        } else if !edtf.is_empty() {
            edtf = self.span("edtf", &edtf);
        }
        if placed && takes != ValueType::Place {
            self.wrong("point", "This fact takes no point. Leave it and its radius empty.");
        }
        if numbers && takes != ValueType::Range {
            self.wrong("low", "This fact takes no numbers. Leave them empty.");
        } else if low.zip(high).is_some_and(|(low, high)| low > high) {
            self.no("low", Record::NumbersReversed);
        }
        match takes {
            ValueType::Choice if !words.is_empty() => self.wrong("words", "This fact takes one of a list. Leave the words empty."),
            ValueType::Choice if !predicate.choices.contains(&choice) => self.wrong("choice", "Choose one of this fact’s own list."),
            ValueType::Choice => words = choice,
            ValueType::Range if !numbers && words.is_empty() => self
                .wrong("low", "This fact takes numbers. Give the least, the most or both, or words such as “about 20 to 30” or “dozens”."),
            // What the words say is taken from them; what they leave open stays words.
            ValueType::Range if !numbers => {
                let said = count::read(&words);
                (low, high) = (said.and_then(|said| said.low), said.and_then(|said| said.high));
            }
            ValueType::Span if edtf.is_empty() && words.is_empty() => self.wrong("edtf", "Give a date, the source’s words, or both."),
            ValueType::Text | ValueType::Place if words.is_empty() => self.no("words", Record::WordsMissing),
            _ => {}
        }
        let (first, source) = source?;
        let claim =
            NewPublicClaim { source, predicate: predicate.id, about, polarity: polarity?, edtf, low, high, point, radius_metres, words };
        Some(first.into_iter().chain([Statement::Claim(claim)]).collect())
    }

    /// The claims a sentence rests on; what is wrong with them stands beside the field.
    fn rests(&mut self, field: &str) -> Vec<u32> {
        let Some(numbers) = numbers(&self.text(field)) else {
            self.wrong(field, "Write the claims’ numbers, for example 1, 4.");
            return Vec::new();
        };
        // PROMISE every-sentence-has-a-source: said here beside the field, kept by the rule.
        if numbers.is_empty() {
            self.no(field, Record::SentenceUnsourced);
        }
        let missing: Vec<String> =
            numbers.iter().filter(|number| self.claim_number(&number.to_string()).is_none()).map(ToString::to_string).collect();
        if !missing.is_empty() {
            self.wrong(field, format!("There is no claim {} here. Choose claims of this incident.", missing.join(", ")));
        }
        numbers
    }

    fn assessment(&mut self) -> Option<NewAssessment> {
        let (predicate, about) = (self.text("predicate"), self.text("about"));
        let standing = self.chosen("standing", Standing::parse, "Choose how we stand.");
        let (mut sentences, mut cited) = (Vec::new(), Vec::new());
        for number in 1..=SENTENCES_MAX {
            let (sentence, rests) = (format!("sentence-{number}"), format!("rests-{number}"));
            match (self.text(&sentence).is_empty(), self.text(&rests).is_empty()) {
                (true, true) => {}
                (true, false) => self.wrong(&sentence, "Write the sentence that rests on these claims."),
                (false, _) => {
                    let text = self.words(&sentence);
                    let claims = self.rests(&rests);
                    cited.extend(claims.iter().copied());
                    sentences.push((text, claims.into_iter().map(Ref::Known).collect()));
                }
            }
        }
        if sentences.is_empty() && self.errors.iter().all(|error| !error.field.starts_with("sentence-")) {
            self.no("sentence-1", Record::SentenceMissing);
        }
        let (mut relies_on, mut sets_aside) = (Vec::new(), Vec::new());
        let uses: Vec<(String, String)> = self.fields.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        for (field, value) in uses.iter().filter(|(name, value)| name.starts_with("use-") && !value.is_empty()) {
            let claim = self.claim_number(field.trim_start_matches("use-"));
            match (claim, value.as_str(), SetAsideReason::parse(value)) {
                (Some(claim), RELY, _) => relies_on.push(claim),
                (Some(claim), _, Some(reason)) => sets_aside.push((claim, reason)),
                _ => self.wrong(field, "Choose what to do with this claim."),
            }
        }
        // A sentence that mentions a claim relies on it, unless the editor sets that claim aside.
        relies_on.extend(cited.into_iter().filter(|claim| !sets_aside.iter().any(|(aside, _)| aside == claim)));
        relies_on.sort_unstable();
        relies_on.dedup();
        let part = Some(about.as_str()).filter(|about| !about.is_empty());
        let replaces = self.stands.ledger().newest_assessment(&predicate, part).is_some();
        let correction = if replaces {
            self.chosen("correction", CorrectionKind::parse, "Choose what sort of change it is.")
        } else {
            Some(CorrectionKind::default())
        };
        let note = self.words("note");
        if replaces && note.is_empty() {
            self.no("note", Record::CorrectionNoteMissing);
        }
        Some(NewAssessment {
            predicate,
            about,
            standing: standing?,
            relies_on: relies_on.into_iter().map(Ref::Known).collect(),
            sets_aside: sets_aside.into_iter().map(|(claim, reason)| (Ref::Known(claim), reason)).collect(),
            sentences,
            correction: correction?,
            note,
        })
    }

    fn event(&mut self) -> Option<Statement> {
        let claim = self.claim_number(&self.text("claim"));
        if claim.is_none() {
            self.no("claim", Record::ClaimMissing);
        }
        let kind = |name: &str| ClaimEventKind::parse(name).filter(|kind| *kind != ClaimEventKind::Redacted);
        let event = self.chosen("event", kind, "Choose what happened to the claim.");
        let instead = self.text("by_claim");
        let by_claim = self.claim_number(&instead);
        match (event.map(ClaimEventKind::names_another), instead.is_empty(), by_claim) {
            (Some(true), _, None) => self.wrong("by_claim", "Choose the claim that stands instead."),
            (Some(true), _, Some(other)) if Some(other) == claim => {
                self.wrong("by_claim", "Choose another claim than the one this happened to.")
            }
            (Some(false), false, _) => self.wrong("by_claim", "No other claim stands instead here. Choose “None”."),
            _ => {}
        }
        let reason = self.needed("reason", "Write one sentence that says why.");
        Some(Statement::Event { claim: claim?, event: event?, by_claim: by_claim.map(Ref::Known), reason })
    }

    fn look_alike(&mut self) -> Option<Vec<Statement>> {
        let place = self.needed("place", "Say where it really was.");
        let year =
            self.chosen("year", |text| text.parse().ok().filter(|year| (1000..=9999).contains(year)), "Give the year in four digits.");
        let note = self.needed("note", "Say what it shows.");
        Some(lookalike::not_this(self.stands.ledger(), &self.app.world.group.name, place, year?, note))
    }

    fn similar(&mut self) -> Option<Statement> {
        let place = self.needed("place", "Say where.");
        let typed = self.text("edtf");
        let edtf = self.span("edtf", &typed);
        Some(Statement::Similar(Similar { place, edtf }))
    }

    fn redaction(&mut self) -> Option<(u64, RedactionReason)> {
        let entry = self.chosen("entry", |text| text.parse().ok(), Record::EntryNotRedactable.advice());
        let reason = self.chosen("reason", RedactionReason::parse, "Choose why.");
        Some((entry?, reason?))
    }
}
