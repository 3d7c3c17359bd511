//! Told: a scenario as the statements the public record is to hold.
//!
//! What comes out goes through the same rules as what an editor writes; the file gets no easier way. The
//! drill of a scenario never comes this way: practice does not enter the record.

use super::{Scenario, ScenarioClaim, ScenarioOutcome, Span};
use crate::change::{Actor, Change, What};
use crate::desk::incident::{Ending, Incident};
use crate::id::{ChangeId, IncidentId};
use crate::place::Precision;
use crate::playbook::{Playbook, ValueType};
use crate::record::Ref;
use crate::record::assessment::{CorrectionKind, NewAssessment, Standing};
use crate::record::claim::{NewPublicClaim, Polarity};
use crate::record::entry::{self, Imported, LetIn, PublicPlace};
use crate::record::ledger::Ledger;
use crate::record::lookalike::{NewLookAlike, Similar};
use crate::record::outcome::NewOutcome;
use crate::record::source::NewSource;
use crate::record::statement::{Ground, Statement, work_out};
use crate::refusal::{Record, Refusal};
use crate::time::Timestamp;

/// Coordinates of the record are rounded to a thousandth of a degree: about a hundred metres.
const ROUNDED_TO: i32 = 1_000;
/// How far rounding may move a point, in metres; a radius below that would claim to know better.
const ROUNDED_BY_METRES: u32 = 100;

impl Scenario {
    /// The statements, in the file's order: sources, claims, look-alikes, similar events, what the desk said,
    /// what became of it.
    pub fn statements(&self, playbook: &Playbook) -> Vec<Statement> {
        let source =
            |id: &str| self.sources.iter().position(|source| source.id == id).and_then(|place| u32::try_from(place).ok()).map(Ref::New);
        let words = |text: &Option<String>| text.clone().unwrap_or_default();
        let mut all: Vec<Statement> = Vec::new();
        all.extend(self.sources.iter().map(|one| {
            Statement::Source(NewSource {
                kind: one.kind,
                label: one.label.clone(),
                standing: words(&one.note),
                said: words(&one.said_words),
                url: String::new(),
                copies: one.copies.as_deref().and_then(source),
                via: one.via.as_deref().and_then(source),
                asked: words(&one.asked_for_comment_at),
                replied: words(&one.replied_at),
            })
        }));
        all.extend(self.claims.iter().map(|claim| Statement::Claim(new_claim(claim, source(&claim.source), playbook))));
        all.extend(self.lookalikes.iter().map(|one| {
            Statement::LookAlike(NewLookAlike {
                place: one.place.clone(),
                year: u32::from(one.year),
                note: one.note.clone(),
                claims: Vec::new(),
            })
        }));
        let similar = |one: &super::SimilarElsewhere| Statement::Similar(Similar { place: one.place.clone(), edtf: one.edtf.to_string() });
        all.extend(self.similar_elsewhere.iter().map(similar));
        all.extend(self.assessments.iter().map(|one| {
            let claims = |id: &str| -> Vec<Ref> {
                let of = (0..).zip(&self.claims).filter(|(_, claim)| claim.source == id && claim.predicate == one.predicate);
                of.map(|(place, _)| Ref::New(place)).collect()
            };
            let relies_on: Vec<Ref> = one.relies_on.iter().flat_map(|id| claims(id)).collect();
            Statement::Assessment(NewAssessment {
                predicate: one.predicate.clone(),
                about: String::new(),
                standing: one.standing,
                sets_aside: one
                    .sets_aside
                    .iter()
                    .flat_map(|aside| claims(&aside.source).into_iter().map(|claim| (claim, aside.reason)))
                    .collect(),
                sentences: sentences(&one.public_wording).into_iter().map(|text| (text, relies_on.clone())).collect(),
                relies_on,
                correction: if one.standing == Standing::Withdrawn { CorrectionKind::Retraction } else { CorrectionKind::Correction },
                note: words(&one.correction_note),
            })
        }));
        // A source nobody listed was refused when the file was read.
        all.extend(self.outcomes.iter().map(|one| Statement::Outcome(one.told(source(&one.source).unwrap_or(Ref::Known(0))))));
        all
    }

    /// The place as the record may hold it, the words of its district, and how fine anything of it may be told: as the
    /// file says and never finer than the playbook's public reach.
    ///
    /// # Errors
    /// When the kind is never public or only with the word of the people it happened to, or when only the district may
    /// be told and the file names a street without one.
    pub fn told_place(&self, playbook: &Playbook) -> Result<(PublicPlace, String, Precision), Refusal> {
        let place = &self.incident.place;
        let rule = entry::finest_brought(playbook, &self.incident.kind, self.incident.home)?;
        let said = place.public_precision.unwrap_or(Precision::District);
        let finest = said.min(rule);
        // A file that may be told finely begins with the street.
        let of_a_street = !self.incident.home && said > Precision::District;
        let district = match place.text.split_once(", ") {
            Some((_, district)) if of_a_street => district.to_owned(),
            None if of_a_street && finest <= Precision::District => return Err(Record::PlaceTooFine.into()),
            _ => place.text.clone(),
        };
        let round = |micro: i32| (f64::from(micro) / f64::from(ROUNDED_TO)).round() as i32 * ROUNDED_TO;
        let shown = PublicPlace {
            words: place.text.clone(),
            lat: place.point.map(|point| round(point.lat_microdegrees())),
            lon: place.point.map(|point| round(point.lon_microdegrees())),
            radius_metres: place.point.map(|_| place.radius_metres.unwrap_or_default().max(ROUNDED_BY_METRES)),
        };
        Ok((shown.no_finer_than(finest, &district), district, finest))
    }

    /// The change that enters a scenario into the public record: the incident, over and public, and its
    /// entries. By hand of whoever runs the server; every page says so.
    ///
    /// # Errors
    /// What an editor would be refused too.
    pub fn entered(
        &self,
        change: ChangeId,
        playbook: &Playbook,
        status: crate::bell::mode::Status,
        id: IncidentId,
        mut salt: impl FnMut() -> [u8; 32],
        now: Timestamp,
    ) -> Result<Change, Refusal> {
        let (place, district, finest) = self.told_place(playbook)?;
        let home = entry::at_a_home(playbook, &self.incident.kind, self.incident.home);
        for words in [&self.incident.title, &place.words] {
            crate::record::words::fine(words, home)?;
        }
        let ground = Ground { playbook, home, finest, entries: &[] };
        let written = work_out(&Ledger::default(), ground, &self.statements(playbook))?;
        // Nobody is there to say that marked words may stand: a file is mended, not explained.
        written.texts.iter().try_for_each(|text| crate::record::words::fine(text, home))?;
        let incident = Incident {
            id,
            version: 0,
            kind: self.incident.kind.clone(),
            home,
            district: district.clone(),
            opened_at: now,
            ended: Some((Ending::Over, now)),
            rung_at: None,
            stood_down_at: None,
            live_alerts: 0,
            public: true,
        };
        let opening = Imported {
            title: self.incident.title.clone(),
            kind_label: playbook.kind_label(&self.incident.kind, &playbook.languages()[0]),
            zone: self.incident.zone.clone().unwrap_or_else(|| playbook.zone().to_owned()),
            proceedings_active: self.incident.proceedings_active,
            place,
        };
        let mut entries = vec![entry::imported(&incident, &opening, status, salt(), now)];
        entries.extend(written.entries.iter().map(|drafted| entry::stated(id, drafted, LetIn::Import, salt(), now)));
        Ok(Change { id: change, at: now, by: Actor::Keeper, what: What::RecordImported { incident, entries } })
    }
}

impl ScenarioOutcome {
    /// The outcome as an editor would propose it, by the source that says it.
    pub(super) fn told(&self, source: Ref) -> NewOutcome {
        let words = |text: &Option<String>| text.clone().unwrap_or_default();
        NewOutcome {
            slot: self.slot,
            about: words(&self.about),
            value: self.value,
            edtf: words(&self.edtf),
            source,
            asked: words(&self.asked),
            asked_on: words(&self.asked_on),
            words: words(&self.words),
        }
    }
}

fn new_claim(claim: &ScenarioClaim, source: Option<Ref>, playbook: &Playbook) -> NewPublicClaim {
    let range = playbook.predicate(&claim.predicate).is_some_and(|predicate| predicate.value_type == ValueType::Range);
    let count = claim.count.as_ref();
    let words = if range { count.and_then(|count| count.words.clone()) } else { claim.value.clone().or_else(|| claim.words.clone()) };
    NewPublicClaim {
        // A source nobody listed was refused when the file was read.
        source: source.unwrap_or(Ref::Known(0)),
        predicate: claim.predicate.clone(),
        about: claim.about.clone().unwrap_or_default(),
        polarity: Polarity::Asserts,
        edtf: claim.edtf.as_ref().map(Span::to_string).unwrap_or_default(),
        low: count.and_then(|count| count.low),
        high: count.and_then(|count| count.high),
        point: None,
        radius_metres: None,
        words: words.unwrap_or_default(),
    }
}

/// A text's sentences: each ends with a full stop, question or exclamation mark before a space.
pub fn sentences(text: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let mut rest = text.trim();
    while let Some(end) = rest.match_indices(['.', '?', '!']).map(|(at, _)| at + 1).find(|end| rest[*end..].starts_with(' ')) {
        all.push(rest[..end].to_owned());
        rest = rest[end..].trim_start();
    }
    if !rest.is_empty() {
        all.push(rest.to_owned());
    }
    all
}
