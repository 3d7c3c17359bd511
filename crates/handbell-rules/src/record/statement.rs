//! Statement: what an editor wants the record to say, and the entries that follow from it.
//!
//! Statements come in a batch that one member proposes and another approves; they are held against the
//! ledger twice, when proposed and again when approved, and get their numbers from it. Nothing is ever
//! changed or deleted: every move here adds entries. A redaction adds its mark first and then takes the words:
//! what a claim's event did and that an assessment was taken back must still be known when the words are gone.

use super::Ref;
use super::assessment::{Assessment, Correction, CorrectionKind, NewAssessment, Sentence, SetAside, Standing, TOOK_BACK};
use super::claim::{ClaimEvent, ClaimEventKind, NewPublicClaim, PublicClaim, Value};
use super::entry::{EntryKind, LetIn, SIMILAR_TYPE};
use super::ledger::{Ledger, Opened, Placed};
use super::lookalike::{LookAlike, NewLookAlike, Similar};
use super::moderation::Moderation;
use super::official::{NewAsked, NewCame, NewOfficial};
use super::outcome::{NewOutcome, Outcome, OutcomeValue};
use super::reply::NewReply;
use super::shown::{NewShown, SHOWN_TYPE};
use super::source::{NewSource, Source};
use super::words;
use crate::place::Precision;
use crate::playbook::{Cardinality, Playbook};
use crate::refusal::{Record, Refusal};
use crate::span::Span;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

mod sides;

pub(super) use sides::body_of;

/// Statements of one batch.
pub const STATEMENTS_MAX: usize = 2_000;
/// Sentences of one assessment.
pub const SENTENCES_MAX: usize = 12;

/// Why words are taken from the public; the log's reasons (docs/formats/leaf.md).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RedactionReason {
    /// Somebody could be hurt.
    Safety,
    /// It told something about a person.
    PersonalDetails,
    /// A court or an authority ordered it.
    LegalOrder,
    /// It should never have been published.
    Error,
}

impl RedactionReason {
    /// Every reason with its stable name and what the page says.
    pub const ALL: [(RedactionReason, &'static str, &'static str); 4] = [
        (RedactionReason::Safety, "safety", "Somebody could have been hurt"),
        (RedactionReason::PersonalDetails, "personal-details", "It told something about a person"),
        (RedactionReason::LegalOrder, "legal-order", "A court or an authority ordered it"),
        (RedactionReason::Error, "error", "It should never have been published"),
    ];
    /// Reads the stable name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, name, _)| *name == text).map(|(reason, ..)| *reason)
    }
    /// The number in the leaf of the withdrawal.
    pub const fn code(self) -> u8 {
        match self {
            Self::Safety => 1,
            Self::PersonalDetails => 2,
            Self::LegalOrder => 3,
            Self::Error => 4,
        }
    }
    /// What the page says.
    pub fn words(self) -> &'static str {
        Self::ALL.iter().find(|(reason, ..)| *reason == self).map_or("", |(.., words)| words)
    }
}

/// One thing an editor wants to add.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "add")]
pub enum Statement {
    /// A source.
    Source(NewSource),
    /// A claim.
    Claim(NewPublicClaim),
    /// Something that happened to a claim. Redactions have a statement of their own.
    Event {
        /// The claim.
        claim: u32,
        /// What happened.
        event: ClaimEventKind,
        /// The claim that stands instead.
        by_claim: Option<Ref>,
        /// Why.
        reason: String,
    },
    /// The desk's position on a fact.
    Assessment(NewAssessment),
    /// Footage of another event.
    LookAlike(NewLookAlike),
    /// A similar event elsewhere.
    Similar(Similar),
    /// Footage, covered.
    Shown(NewShown),
    /// What somebody concerned answers.
    Reply(NewReply),
    /// A body's own words.
    Official(NewOfficial),
    /// That a body was asked for comment.
    Asked(NewAsked),
    /// What came of that.
    Came(NewCame),
    /// What became of something.
    Outcome(NewOutcome),
    /// The words of an entry are taken from the public.
    Redaction {
        /// Its place in the log.
        entry: u64,
        /// Why.
        reason: RedactionReason,
    },
}

/// An entry that follows from a statement, before it has a time and a place.
#[derive(Debug, Clone, PartialEq)]
pub struct Drafted {
    /// The kind.
    pub kind: EntryKind,
    /// The payload's own fields.
    pub fields: Map<String, Json>,
}

/// What a batch of statements writes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Written {
    /// Entries, in order.
    pub entries: Vec<Drafted>,
    /// Entries whose content goes, with the reason's code, after the entries stand.
    pub withdrawals: Vec<(u64, u8)>,
    /// Whether something public was corrected.
    pub corrects: bool,
    /// Every text that somebody typed, in the order in which it was looked at; the guard reads these.
    pub texts: Vec<String>,
}

/// What the statements are held against.
#[derive(Debug, Clone, Copy)]
pub struct Ground<'a> {
    /// The playbook: which predicates there are.
    pub playbook: &'a Playbook,
    /// Whether it was at a home: then no street may be named.
    pub home: bool,
    /// The finest precision that the playbook's public reach has here; a home's is the district, whatever it says.
    pub finest: Precision,
    /// Every entry of the incident that still has words, by index and kind, for redactions.
    pub entries: &'a [(u64, u8)],
}

/// Works a batch out against the ledger.
///
/// # Errors
/// The first refusal, in the order of the statements.
pub fn work_out(ledger: &Ledger, ground: Ground<'_>, statements: &[Statement]) -> Result<Written, Refusal> {
    if statements.is_empty() || statements.len() > STATEMENTS_MAX {
        return Err(Record::NothingToAdd.into());
    }
    let first_new = (ledger.sources.len(), ledger.claims.len());
    let mut batch = Batch { ledger: ledger.clone(), ground, first_new, written: Written::default() };
    for statement in statements {
        batch.add(statement)?;
    }
    Ok(batch.written)
}

struct Batch<'a> {
    ledger: Ledger,
    ground: Ground<'a>,
    first_new: (usize, usize),
    written: Written,
}

fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

fn some(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn placed<T>(body: T) -> Placed<T> {
    Placed { index: u64::MAX, at: String::new(), body: Some(body) }
}

impl Batch<'_> {
    fn write(&mut self, kind: EntryKind, type_name: Option<&str>, body: &impl Serialize) {
        let mut fields = match serde_json::to_value(body) {
            Ok(Json::Object(fields)) => fields,
            _ => Map::new(),
        };
        if let Some(name) = type_name {
            fields.insert("type".into(), name.into());
        }
        self.written.entries.push(Drafted { kind, fields });
    }

    fn source(&self, given: Ref) -> Result<u32, Refusal> {
        let wanted = match given {
            Ref::Known(wanted) if (wanted as usize) <= self.first_new.0 => wanted,
            Ref::Known(_) => 0,
            Ref::New(place) => number(self.first_new.0).saturating_add(place).saturating_add(1),
        };
        let there = self.ledger.source(wanted).is_some_and(|source| source.body.is_some());
        if there { Ok(wanted) } else { Err(Record::SourceMissing.into()) }
    }

    fn claim(&self, given: Ref) -> Result<u32, Refusal> {
        let wanted = match given {
            Ref::Known(wanted) if (wanted as usize) <= self.first_new.1 => wanted,
            Ref::Known(_) => 0,
            Ref::New(place) => number(self.first_new.1).saturating_add(place).saturating_add(1),
        };
        let there = self.ledger.claim(wanted).is_some_and(|claim| claim.body.is_some());
        if there { Ok(wanted) } else { Err(Record::ClaimMissing.into()) }
    }

    /// Takes texts in: what the record never holds is refused, the rest waits for the guard.
    fn take(&mut self, texts: &[&str]) -> Result<(), Refusal> {
        texts.iter().try_for_each(|text| words::plain(text, self.ground.home))?;
        self.written.texts.extend(texts.iter().filter(|text| !text.trim().is_empty()).map(|text| (*text).to_owned()));
        Ok(())
    }

    fn add(&mut self, statement: &Statement) -> Result<(), Refusal> {
        match statement {
            Statement::Source(new) => self.add_source(new),
            Statement::Claim(new) => self.add_claim(new),
            Statement::Event { claim, event, by_claim, reason } => self.add_event(*claim, *event, *by_claim, reason),
            Statement::Assessment(new) => self.add_assessment(new),
            Statement::LookAlike(new) => {
                if new.place.trim().is_empty() || new.note.trim().is_empty() {
                    return Err(Record::WordsMissing.into());
                }
                self.take(&[&new.place, &new.note])?;
                let claims = new.claims.iter().map(|claim| self.claim(*claim)).collect::<Result<Vec<u32>, _>>()?;
                let lookalike = LookAlike { place: new.place.clone(), year: new.year, note: new.note.clone(), claims };
                self.write(EntryKind::LookAlike, None, &lookalike);
                Ok(())
            }
            Statement::Similar(similar) => {
                if !Span::parse(&similar.edtf).is_ok_and(|span| !span.has_a_clock() && !span.says_nothing()) {
                    return Err(Record::DateUnreadable.into());
                }
                if similar.place.trim().is_empty() {
                    return Err(Record::WordsMissing.into());
                }
                self.take(&[&similar.place])?;
                self.write(EntryKind::LookAlike, Some(SIMILAR_TYPE), similar);
                Ok(())
            }
            Statement::Shown(new) => self.add_shown(new),
            Statement::Reply(new) => self.add_reply(new),
            Statement::Official(new) => self.add_official(new),
            Statement::Asked(new) => self.add_asked(new),
            Statement::Came(new) => self.add_came(new),
            Statement::Outcome(new) => self.add_outcome(new),
            Statement::Redaction { entry, reason } => self.redact(*entry, *reason),
        }
    }

    fn add_shown(&mut self, new: &NewShown) -> Result<(), Refusal> {
        let source = self.source(new.source)?;
        let shown = new.entry(source)?;
        self.take(&[&shown.shows, shown.first_appeared.as_deref().unwrap_or_default()])?;
        self.write(EntryKind::Evidence, Some(SHOWN_TYPE), &shown);
        Ok(())
    }

    fn add_source(&mut self, new: &NewSource) -> Result<(), Refusal> {
        if new.label.trim().is_empty() {
            return Err(Record::WordsMissing.into());
        }
        if new.kind.needs_standing() && new.standing.trim().is_empty() {
            return Err(Record::StandingMissing.into());
        }
        self.take(&[&new.label, &new.standing, &new.said, &new.asked, &new.replied])?;
        let url = some(&new.url);
        if url.as_deref().is_some_and(|url| !words::web_address(url)) {
            return Err(Record::AddressWrong.into());
        }
        if self.ground.home && url.as_deref().is_some_and(words::address_names_a_street) {
            return Err(Record::StreetOfAHome.into());
        }
        let source = Source {
            number: number(self.ledger.sources.len() + 1),
            kind: new.kind,
            label: new.label.trim().to_owned(),
            standing: some(&new.standing),
            said: some(&new.said),
            url,
            copies: new.copies.map(|source| self.source(source)).transpose()?,
            via: new.via.map(|source| self.source(source)).transpose()?,
            asked: some(&new.asked),
            replied: some(&new.replied),
        };
        self.write(EntryKind::Source, None, &source);
        self.ledger.sources.push(placed(source));
        Ok(())
    }

    fn add_claim(&mut self, new: &NewPublicClaim) -> Result<(), Refusal> {
        let predicate = self.ground.playbook.predicate(&new.predicate).ok_or(Record::FactUnknown)?;
        let language = self.ground.playbook.languages()[0].as_str();
        let finest = if self.ground.home { Precision::District } else { self.ground.finest };
        let value = Value::of(new, predicate, self.ground.playbook, finest)?;
        self.take(&value.texts())?;
        self.take(&[&new.about])?;
        let claim = PublicClaim {
            number: number(self.ledger.claims.len() + 1),
            source: self.source(new.source)?,
            label: self.ground.playbook.predicate_label(&new.predicate, language),
            predicate: new.predicate.clone(),
            single: predicate.cardinality == Cardinality::One,
            about: self.ledger.part(&new.about),
            polarity: new.polarity,
            value,
        };
        self.write(EntryKind::Claim, None, &claim);
        self.ledger.claims.push(placed(claim));
        Ok(())
    }

    fn add_event(&mut self, claim: u32, event: ClaimEventKind, by_claim: Option<Ref>, reason: &str) -> Result<(), Refusal> {
        let claim = self.claim(Ref::Known(claim))?;
        if event == ClaimEventKind::Redacted || event.names_another() != by_claim.is_some() {
            return Err(Record::EventWrong.into());
        }
        if reason.trim().is_empty() {
            return Err(Record::WordsMissing.into());
        }
        self.take(&[reason])?;
        let by_claim = by_claim.map(|other| self.claim(other)).transpose()?;
        if by_claim == Some(claim) {
            return Err(Record::EventWrong.into());
        }
        let body = ClaimEvent { claim, event, by_claim, reason: reason.trim().to_owned() };
        self.write_event(body);
        Ok(())
    }

    fn add_assessment(&mut self, new: &NewAssessment) -> Result<(), Refusal> {
        let predicate = self.ground.playbook.predicate(&new.predicate).ok_or(Record::FactUnknown)?;
        let language = self.ground.playbook.languages()[0].as_str();
        let about = self.ledger.part(&new.about);
        self.take(&[&new.about])?;
        if new.sentences.is_empty() || new.sentences.len() > SENTENCES_MAX {
            return Err(Record::SentenceMissing.into());
        }
        let mut sentences = Vec::with_capacity(new.sentences.len());
        for (text, claims) in &new.sentences {
            if text.trim().is_empty() {
                return Err(Record::SentenceMissing.into());
            }
            // PROMISE every-sentence-has-a-source.
            if claims.is_empty() {
                return Err(Record::SentenceUnsourced.into());
            }
            self.take(&[text])?;
            let claims = claims.iter().map(|claim| self.claim(*claim)).collect::<Result<Vec<u32>, _>>()?;
            // Whoever types two sentences into one row said of both what they rest on: each is written with it.
            let each = super::sentence::sentences(text).into_iter();
            sentences.extend(each.map(|one| Sentence { text: one.to_owned(), claims: claims.clone() }));
        }
        let relies_on: Vec<u32> = new.relies_on.iter().map(|claim| self.claim(*claim)).collect::<Result<_, _>>()?;
        let set_aside = |(claim, reason): &(Ref, _)| Ok::<_, Refusal>(SetAside { claim: self.claim(*claim)?, reason: *reason });
        let sets_aside: Vec<SetAside> = new.sets_aside.iter().map(set_aside).collect::<Result<_, _>>()?;
        if sets_aside.iter().any(|one| relies_on.contains(&one.claim)) {
            return Err(Record::ReliesOnWhatItSetsAside.into());
        }
        let supersedes = self.ledger.newest_assessment(&predicate.id, about.as_deref());
        let note = new.note.trim().to_owned();
        if supersedes.is_some() && note.is_empty() {
            return Err(Record::CorrectionNoteMissing.into());
        }
        self.take(&[&note])?;
        let assessment = Assessment {
            number: number(self.ledger.assessments.len() + 1),
            predicate: predicate.id.clone(),
            label: self.ground.playbook.predicate_label(&predicate.id, language),
            about,
            standing: new.standing,
            relies_on,
            sets_aside,
            sentences,
            supersedes,
        };
        self.write_assessment(assessment, new.correction, &note);
        Ok(())
    }

    fn add_outcome(&mut self, new: &NewOutcome) -> Result<(), Refusal> {
        new.check()?;
        self.take(&new.texts())?;
        let number = number(self.ledger.outcomes.len() + 1);
        let about = self.ledger.part(&new.about);
        let outcome = Outcome {
            number,
            chain: self.ledger.outcome_chain(new.slot, about.as_deref()).unwrap_or(number),
            slot: new.slot,
            about,
            value: new.value,
            edtf: some(&new.edtf),
            source: Some(self.source(new.source)?),
            asked: some(&new.asked),
            asked_on: some(&new.asked_on),
            words: some(&new.words),
            takes: None,
            part: false,
        };
        self.write_outcome(outcome);
        Ok(())
    }

    fn redact(&mut self, entry: u64, reason: RedactionReason) -> Result<(), Refusal> {
        let kind = self.ground.entries.iter().find(|(index, _)| *index == entry).map(|(_, kind)| *kind);
        let withdrawn_already = self.written.withdrawals.iter().any(|(index, _)| *index == entry);
        match kind {
            _ if withdrawn_already => return Err(Record::EntryNotRedactable.into()),
            Some(1) => self.redact_opening(entry)?,
            Some(2) => self.redact_claim(entry, reason)?,
            Some(12) => self.redact_assessment(entry, reason)?,
            Some(13) => self.redact_event(entry, reason)?,
            // What refers to these does so by number, and the number stays.
            Some(3 | 4 | 14 | 15 | 16) => {}
            Some(9) => self.redact_outcome(entry)?,
            Some(11) => {
                if let Some(source) = self.ledger.sources.iter_mut().find(|source| source.index == entry) {
                    source.body = None;
                }
            }
            _ => return Err(Record::EntryNotRedactable.into()),
        }
        self.written.withdrawals.push((entry, reason.code()));
        Ok(())
    }

    /// What a file wrote over an incident can be wrong like all else that it wrote. What the desk's own opening says is
    /// its kind, its district and a time, and stays. The mark keeps what the page goes on to say.
    fn redact_opening(&mut self, entry: u64) -> Result<(), Refusal> {
        let placed = self.ledger.opening.as_mut().filter(|opening| opening.index == entry).ok_or(Record::EntryNotRedactable)?;
        let told = placed.body.take().filter(|told| told.approved_by == LetIn::Import.words()).ok_or(Record::EntryNotRedactable)?;
        let Opened { kind, kind_label, district, zone, status, .. } = told;
        let mark = Moderation::OpeningTaken { entry, opened: placed.at.clone(), kind, kind_label, district, zone, status };
        self.write(EntryKind::Moderation, Some(EntryKind::Moderation.type_name()), &mark);
        Ok(())
    }

    fn redact_claim(&mut self, entry: u64, reason: RedactionReason) -> Result<(), Refusal> {
        let place = self.ledger.claims.iter().position(|claim| claim.index == entry).ok_or(Record::EntryNotRedactable)?;
        self.ledger.claims[place].body.take().ok_or(Record::EntryNotRedactable)?;
        let reason = format!("{}.", reason.words());
        self.write_event(ClaimEvent { claim: number(place + 1), event: ClaimEventKind::Redacted, by_claim: None, reason });
        Ok(())
    }

    /// A claim that was taken back may not speak again because the reason is gone.
    fn redact_event(&mut self, entry: u64, reason: RedactionReason) -> Result<(), Refusal> {
        let place = self.ledger.events.iter().position(|event| event.index == entry).ok_or(Record::EntryNotRedactable)?;
        let told = self.ledger.events[place].body.take().filter(|body| body.event != ClaimEventKind::Redacted);
        let told = told.ok_or(Record::EntryNotRedactable)?;
        let reason = format!("The reason was taken from the public: {}.", reason.words().to_lowercase());
        self.write_event(ClaimEvent { reason, ..told });
        Ok(())
    }

    /// What the desk says now is taken back in public, with a number; what it said before is corrected already.
    fn redact_assessment(&mut self, entry: u64, reason: RedactionReason) -> Result<(), Refusal> {
        let place = self.ledger.assessments.iter().position(|one| one.index == entry).ok_or(Record::EntryNotRedactable)?;
        let told = self.ledger.assessments[place].body.clone().filter(|body| !body.sentences.is_empty());
        let told = told.ok_or(Record::EntryNotRedactable)?;
        let newest = self.ledger.newest_assessment(&told.predicate, told.about.as_deref());
        if newest == Some(told.number) {
            let mark = Assessment {
                number: number(self.ledger.assessments.len() + 1),
                predicate: told.predicate,
                label: told.label,
                about: told.about,
                standing: Standing::Withdrawn,
                relies_on: Vec::new(),
                sets_aside: Vec::new(),
                sentences: Vec::new(),
                supersedes: newest,
            };
            let note = format!("{TOOK_BACK} {}.", reason.words());
            self.write_assessment(mark, CorrectionKind::Retraction, &note);
        }
        self.ledger.assessments[place].body = None;
        Ok(())
    }

    /// The mark says in which slot and chain the words stood, so that nothing told before takes their place. One in
    /// free words stood in no slot and leaves its place alone.
    fn redact_outcome(&mut self, entry: u64) -> Result<(), Refusal> {
        let place = self.ledger.outcomes.iter().position(|one| one.index == entry).ok_or(Record::EntryNotRedactable)?;
        let Some(told) = self.ledger.outcomes[place].body.take() else { return Ok(()) };
        if told.is_mark() {
            return Err(Record::EntryNotRedactable.into());
        }
        let mark = Outcome {
            number: number(self.ledger.outcomes.len() + 1),
            value: OutcomeValue::Withdrawn,
            takes: Some(told.number),
            part: told.about.is_some(),
            about: None,
            edtf: None,
            source: None,
            asked: None,
            asked_on: None,
            words: None,
            ..told
        };
        self.write_outcome(mark);
        Ok(())
    }

    fn write_outcome(&mut self, outcome: Outcome) {
        self.write(EntryKind::Outcome, None, &outcome);
        self.ledger.outcomes.push(placed(outcome));
    }

    fn write_event(&mut self, body: ClaimEvent) {
        self.write(EntryKind::ClaimEvent, None, &body);
        self.ledger.events.push(placed(body));
    }

    /// PROMISE a-correction-never-erases: what takes the place of a public assessment brings its correction.
    fn write_assessment(&mut self, assessment: Assessment, kind: CorrectionKind, note: &str) {
        self.write(EntryKind::Assessment, None, &assessment);
        if let Some(supersedes) = assessment.supersedes {
            let correction = Correction {
                number: number(self.ledger.corrections.len() + 1),
                kind,
                assessment: assessment.number,
                supersedes,
                note: note.to_owned(),
            };
            self.write(EntryKind::Correction, None, &correction);
            self.ledger.corrections.push(placed(correction));
            self.written.corrects = true;
        }
        self.ledger.assessments.push(placed(assessment));
    }
}
