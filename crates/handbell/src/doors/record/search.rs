//! Searching the record: what a list's address asks, the same for people and for programs.
//!
//! A name that is not known is refused, not ignored: whoever asks for one district must not be given the whole town.
//! Without a moment the store's index answers. As of an earlier moment there is no index: the record is walked stretch by
//! stretch and judged by the same rules, so a stretch may hold nothing and still name the next one.

use super::super::App;
use super::super::fields::Fields;
use super::super::problem::{Problem, Trouble};
use super::incident::moment;
use crate::acts::record::read_record;
use crate::store::found::{Found, FoundStretch};
use handbell_rules::id::IncidentId;
use handbell_rules::record::as_of::AsOf;
use handbell_rules::record::projection::IncidentRecord;
use handbell_rules::record::search::{Question, Sheet, Words, says};
use handbell_rules::span::{Falls, Window};

/// The names a question may have.
pub(in crate::doors) const NAMES: [&str; 10] = ["q", "from", "to", "kind", "district", "bbox", "source", "level", "asof", "after"];
/// The page's states, and the word people read.
pub(in crate::doors) const LEVELS: [(&str, &str); 4] =
    [("live", "An alert is live"), ("over", "Over"), ("mistaken", "Mistaken"), ("recorded", "Recorded")];
/// Letters of each part of a question.
const LETTERS_MAX: usize = 200;
/// Incidents of an earlier moment one stretch looks at.
const LOOKED_AT_MAX: u32 = 200;

/// A question as it was asked.
#[derive(Debug, Clone, Default)]
pub(in crate::doors) struct Asked {
    /// What is asked for.
    pub question: Question,
    /// The moment, if an earlier one.
    pub as_of: Option<AsOf>,
    /// The incident after which to begin.
    pub after: Option<IncidentId>,
    given: Vec<(&'static str, String)>,
}

/// A day as `2026-11-20`; none when it was not asked for.
fn day(text: &str) -> Result<Option<jiff::civil::Date>, Problem> {
    let wrong = || Problem::of(Trouble::QuestionBroken).saying("Write days as 2026-11-20.");
    match text {
        "" => Ok(None),
        text if text.len() == 10 => text.parse().map(Some).map_err(|_| wrong()),
        _ => Err(wrong()),
    }
}

impl Asked {
    /// Reads an address's question.
    pub(in crate::doors) fn read(query: Option<&str>) -> Result<Self, Problem> {
        let fields = Fields::parse(query.unwrap_or_default().as_bytes())?;
        fields.only(&NAMES)?;
        let mut given = Vec::new();
        for name in NAMES.into_iter().filter(|name| *name != "after") {
            let value = fields.one(name)?.trim();
            if value.chars().count() > LETTERS_MAX {
                return Err(Problem::of(Trouble::TooLarge));
            }
            if !value.is_empty() {
                given.push((name, value.to_owned()));
            }
        }
        let one = |name: &str| given.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value.as_str());
        let level = one("level");
        if !level.is_empty() && LEVELS.iter().all(|(known, _)| *known != level) {
            return Err(Problem::of(Trouble::QuestionBroken).saying("Write level as live, over, mistaken or recorded."));
        }
        let corners = match one("bbox") {
            "" => None,
            text => Some(text.parse().map_err(|_| {
                Problem::of(Trouble::QuestionBroken).saying("Write bbox as west,south,east,north in degrees, for example -0.1,51.4,0,51.5.")
            })?),
        };
        let question = Question {
            words: Words::read(one("q")),
            window: Window { from: day(one("from"))?, to: day(one("to"))? },
            kind: one("kind").to_owned(),
            district: one("district").to_owned(),
            corners,
            source: one("source").to_owned(),
            level: level.to_owned(),
        };
        let after = match fields.one("after")? {
            "" => None,
            after => Some(after.parse().map_err(|_| Problem::of(Trouble::NotFound))?),
        };
        Ok(Self { question, as_of: moment(&fields)?, after, given })
    }

    /// What stands in a field.
    pub(in crate::doors) fn one(&self, name: &str) -> &str {
        self.given.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value.as_str())
    }

    /// Whether anything narrows the list.
    pub(in crate::doors) fn narrows(&self) -> bool {
        !self.given.is_empty()
    }

    /// The address of the same question after an incident.
    pub(in crate::doors) fn next(&self, path: &str, after: IncidentId) -> String {
        let mut address = format!("{path}?after={after}");
        for (name, value) in &self.given {
            let escaped: String = value
                .bytes()
                .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
                .collect();
            address.push_str(&format!("&{name}={escaped}"));
        }
        address
    }

    /// Who is found, at most so many.
    pub(in crate::doors) async fn found(&self, app: &App, at_most: u32) -> Result<FoundStretch, Problem> {
        let nowhere = || Problem::of(Trouble::NotFound);
        let Some(as_of) = &self.as_of else {
            return app.world.store.search(&self.question, self.after, at_most).await?.ok_or_else(nowhere);
        };
        let looked_at = at_most.min(LOOKED_AT_MAX);
        let mut wanted = app.world.store.public_incidents_after(self.after, looked_at + 1).await?.ok_or_else(nowhere)?;
        let more = wanted.len() > looked_at as usize;
        wanted.truncate(looked_at as usize);
        let mut stretch = FoundStretch { next: wanted.last().copied().filter(|_| more), ..FoundStretch::default() };
        for incident in wanted {
            let Some(record) = read_record(&app.world, incident, Some(as_of)).await? else { continue };
            let sheet = Sheet::of(&record);
            let falls = self.question.falls(&sheet);
            if falls != Falls::Outside && self.question.words.stand_in(says(&record)) {
                stretch.found.push(Found { sheet, falls });
            }
        }
        Ok(stretch)
    }

    /// The page of one that was found, as of the moment asked for.
    pub(in crate::doors) async fn record(&self, app: &App, incident: IncidentId) -> Result<Option<IncidentRecord>, Problem> {
        Ok(read_record(&app.world, incident, self.as_of.as_ref()).await?)
    }
}
