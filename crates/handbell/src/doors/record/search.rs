//! Searching the record: what a list's address asks, the same for people and for programs.
//!
//! A name that is not known is refused, not ignored: whoever asks for one district must not be given the whole town. What
//! stands in a field and cannot be read is kept with the words to say beside it: a page shows both and finds nothing, a
//! program is refused. Without a moment the store's index answers. As of an earlier moment there is no index: the record
//! is walked and judged by the same rules until enough is found or much was looked at, so a stretch may hold nothing and
//! still name the next one.

use super::super::App;
use super::super::fields::Fields;
use super::super::problem::{Problem, Trouble};
use super::incident::MOMENT;
use super::listed;
use crate::acts::record::read_record;
use crate::store::found::{Found, FoundStretch};
use handbell_rules::id::IncidentId;
use handbell_rules::record::as_of::AsOf;
use handbell_rules::record::projection::IncidentRecord;
use handbell_rules::record::search::{Question, Sheet, Words, says};
use handbell_rules::record::source::SourceKind;
use handbell_rules::span::{Falls, Window};
use handbell_site::{Choice, FieldError, RecordSearch};

/// The names a question may have.
pub(in crate::doors) const NAMES: [&str; 10] = ["q", "from", "to", "kind", "district", "bbox", "source", "level", "asof", "after"];
/// The page's states, and the word people read.
pub(in crate::doors) const LEVELS: [(&str, &str); 4] =
    [("live", "An alert is live"), ("over", "Over"), ("mistaken", "Mistaken"), ("recorded", "Recorded")];
/// Letters of each part of a question.
const LETTERS_MAX: usize = 200;
/// Incidents of an earlier moment that are read at once from the store, and looked at for one stretch.
const READ_AT_ONCE: u32 = 200;
const LOOKED_AT_MAX: u32 = 2_000;

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
    wrong: Vec<Wrong>,
}

/// What stands in a field and cannot be read.
#[derive(Debug, Clone)]
struct Wrong {
    field: &'static str,
    trouble: Trouble,
    words: String,
}

impl Wrong {
    fn at(field: &'static str, words: impl Into<String>) -> Self {
        Self { field, trouble: Trouble::QuestionBroken, words: words.into() }
    }
}

/// A day as `2026-11-20`; none when it was not asked for.
fn day(field: &'static str, text: &str) -> Result<Option<jiff::civil::Date>, Wrong> {
    let wrong = || Wrong::at(field, "Write days as 2026-11-20.");
    match text {
        "" => Ok(None),
        text if text.len() == 10 => text.parse().map(Some).map_err(|_| wrong()),
        _ => Err(wrong()),
    }
}

impl Asked {
    /// Reads an address's question for a program, which is refused what cannot be read.
    pub(in crate::doors) async fn read(app: &App, query: Option<&str>) -> Result<Self, Problem> {
        let asked = Self::typed(app, query).await?;
        match asked.wrong.first() {
            None => Ok(asked),
            Some(Wrong { trouble: Trouble::TooLarge, .. }) => Err(Problem::of(Trouble::TooLarge)),
            Some(Wrong { trouble, words, .. }) => Err(Problem::of(*trouble).saying(words)),
        }
    }

    /// Reads an address's question for a person: what cannot be read stays, and asks for nothing.
    pub(in crate::doors) async fn typed(app: &App, query: Option<&str>) -> Result<Self, Problem> {
        let fields = Fields::parse(query.unwrap_or_default().as_bytes())?;
        fields.only(&NAMES)?;
        let mut asked = Self::default();
        for name in NAMES.into_iter().filter(|name| *name != "after") {
            let value = fields.one(name)?.trim();
            if value.chars().count() > LETTERS_MAX {
                asked.wrong.push(Wrong { field: name, trouble: Trouble::TooLarge, words: format!("At most {LETTERS_MAX} letters.") });
            }
            if !value.is_empty() {
                asked.given.push((name, value.to_owned()));
            }
        }
        asked.after = match fields.one("after")? {
            "" => None,
            after => Some(after.parse().map_err(|_| Problem::of(Trouble::NotFound))?),
        };
        if asked.wrong.is_empty() {
            asked.understand();
            if !asked.is_of_a_known_kind(app).await? {
                asked.wrong.push(Wrong::at("kind", "Nothing here is of a kind called that. Choose one of the list."));
            }
        }
        Ok(asked)
    }

    /// Turns what was given into the question.
    fn understand(&mut self) {
        let (mut wrong, given) = (Vec::new(), std::mem::take(&mut self.given));
        let one = |name: &str| given.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value.as_str());
        let [from, to] = ["from", "to"].map(|name| {
            day(name, one(name)).unwrap_or_else(|no| {
                wrong.push(no);
                None
            })
        });
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            wrong.push(Wrong::at("to", "The last day comes before the first."));
        }
        let level = one("level");
        if !level.is_empty() && LEVELS.iter().all(|(known, _)| *known != level) {
            wrong.push(Wrong::at("level", "Choose a state: live, over, mistaken or recorded."));
        }
        let corners = Some(one("bbox")).filter(|text| !text.is_empty()).and_then(|text| {
            let example = "Write the box as west,south,east,north in degrees, for example -0.1,51.4,0,51.5.";
            text.parse().map_err(|_| wrong.push(Wrong::at("bbox", example))).ok()
        });
        self.as_of = Some(one("asof"))
            .filter(|text| !text.is_empty())
            .and_then(|text| text.parse().map_err(|_| wrong.push(Wrong::at("asof", MOMENT))).ok());
        self.question = Question {
            words: Words::read(one("q")),
            window: Window { from, to },
            kind: one("kind").to_owned(),
            district: one("district").to_owned(),
            corners,
            source: one("source").to_owned(),
            level: level.to_owned(),
        };
        (self.wrong, self.given) = (wrong, given);
    }

    /// Whether the playbook has the kind that is asked for, or the record does: it may be older than the playbook.
    async fn is_of_a_known_kind(&self, app: &App) -> Result<bool, Problem> {
        let kind = &self.question.kind;
        if kind.is_empty() || app.world.group.playbook.kind(kind).is_some() {
            return Ok(true);
        }
        let alone = Question { kind: kind.clone(), ..Question::default() };
        Ok(app.world.store.search(&alone, None, 1).await?.is_some_and(|stretch| !stretch.found.is_empty()))
    }

    /// What cannot be read, as the words beside its fields.
    pub(in crate::doors) fn errors(&self) -> Vec<FieldError> {
        self.wrong.iter().map(|wrong| FieldError::new(wrong.field, &wrong.words)).collect()
    }

    /// The form as it was filled in.
    pub(super) fn form(&self, app: &App) -> RecordSearch {
        let one = |name: &str| self.one(name).to_owned();
        let playbook = &app.world.group.playbook;
        let choices = |name: &str, any: &str, known: Vec<(String, String)>| {
            let typed = self.one(name);
            // One that the list does not have stays as it was typed.
            let other = (!typed.is_empty() && known.iter().all(|(value, _)| value != typed)).then(|| (typed.to_owned(), typed.to_owned()));
            let all = std::iter::once((String::new(), any.to_owned())).chain(known).chain(other);
            all.map(|(value, label)| Choice { chosen: value == typed, ..Choice::new(value, label) }).collect()
        };
        let kinds = playbook.kinds().iter().map(|kind| (kind.id.clone(), playbook.kind_label(&kind.id, &playbook.languages()[0])));
        let levels = LEVELS.iter().map(|(name, words)| ((*name).to_owned(), (*words).to_owned()));
        RecordSearch {
            q: one("q"),
            from: one("from"),
            to: one("to"),
            kinds: choices("kind", "Any kind", kinds.collect()),
            levels: choices("level", "Any state", levels.collect()),
            district: one("district"),
            source: one("source"),
            sources: SourceKind::ALL.iter().map(|(_, name, _)| (*name).to_owned()).collect(),
            bbox: one("bbox"),
            asof: one("asof"),
            asked: self.narrows(),
            narrowed: self.given.iter().any(|(name, _)| *name != "q"),
            no_word: self.question.words.has_no_word(),
        }
    }

    /// What stands in a field.
    pub(in crate::doors) fn one(&self, name: &str) -> &str {
        self.given.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value.as_str())
    }

    /// Whether anything narrows the list.
    pub(in crate::doors) fn narrows(&self) -> bool {
        !self.given.is_empty()
    }

    /// The address of the same question somewhere, from its beginning.
    pub(in crate::doors) fn address(&self, path: &str) -> String {
        self.written(path, None, "")
    }

    /// The address of the same question after an incident.
    pub(in crate::doors) fn next(&self, path: &str, after: IncidentId) -> String {
        self.written(path, Some(after), "")
    }

    /// The address of the list of what was found in a district.
    pub(super) fn in_district(&self, district: &str) -> String {
        self.written("/record", None, district)
    }

    /// The address of this question somewhere: after an incident, and of a district in place of the one that was asked for.
    fn written(&self, path: &str, after: Option<IncidentId>, district: &str) -> String {
        let after = after.map(|after| format!("after={after}"));
        let others = self.given.iter().filter(|(name, _)| district.is_empty() || *name != "district");
        let given = others.map(|(name, value)| format!("{name}={}", listed::escaped(value)));
        let district = (!district.is_empty()).then(|| format!("district={}", listed::escaped(district)));
        let asked: Vec<String> = after.into_iter().chain(given).chain(district).collect();
        if asked.is_empty() { path.to_owned() } else { format!("{path}?{}", asked.join("&")) }
    }

    /// Who is found, at most so many.
    pub(in crate::doors) async fn found(&self, app: &App, at_most: u32) -> Result<FoundStretch, Problem> {
        let nowhere = || Problem::of(Trouble::NotFound);
        let Some(as_of) = &self.as_of else {
            return app.world.store.search(&self.question, self.after, at_most).await?.ok_or_else(nowhere);
        };
        let (mut stretch, mut after, mut looked_at) = (FoundStretch::default(), self.after, 0);
        loop {
            let wanted = app.world.store.public_incidents_after(after, READ_AT_ONCE).await?.ok_or_else(nowhere)?;
            let last = wanted.len() < READ_AT_ONCE as usize;
            for incident in wanted {
                if stretch.found.len() == at_most as usize || looked_at == LOOKED_AT_MAX {
                    stretch.next = after;
                    return Ok(stretch);
                }
                (after, looked_at) = (Some(incident), looked_at + 1);
                let Some(record) = read_record(&app.world, incident, Some(as_of)).await? else { continue };
                let sheet = Sheet::of(&record);
                let falls = self.question.falls(&sheet);
                if falls != Falls::Outside && self.question.words.stand_in(says(&record)) {
                    stretch.found.push(Found { sheet, falls });
                }
            }
            if last {
                return Ok(stretch);
            }
        }
    }

    /// The page of one that was found, as of the moment asked for.
    pub(in crate::doors) async fn record(&self, app: &App, incident: IncidentId) -> Result<Option<IncidentRecord>, Problem> {
        Ok(read_record(&app.world, incident, self.as_of.as_ref()).await?)
    }
}

#[cfg(test)]
mod tests;
