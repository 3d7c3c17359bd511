//! Rights cards: what somebody can do and say, in their own language, with the sources behind every line.
//!
//! A card is a text of the playbook like any other: strict, guarded, part of the playbook's hash. Every line
//! stands in all languages side by side, so that the law cannot differ between them. A card says when it was
//! reviewed and when it expires, and the floor refuses a life longer than six months. Who signed it off stands
//! elsewhere ([`super::sign_off`]), bound to [`Card::text_hash`]. Nothing here gives legal advice.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::day::Day;
use super::floor::CARD_MONTHS_MAX;
use super::refusal::PlaybookRefusal;
use super::strict_toml;
use crate::area::is_id;
use crate::guard;

/// The most lines of a card: what fits one side of A6.
pub const CARD_LINES_MAX: usize = 6;
/// The most characters of a title, a situation, and whatever stands in one row.
const ROW_CHARACTERS_MAX: usize = 80;
/// The most characters of a line, and of what is said at the end.
const LINE_CHARACTERS_MAX: usize = 220;
/// The most characters of words to say aloud: one breath.
const SAY_CHARACTERS_MAX: usize = 90;
/// The most characters of a source's title or address.
const SOURCE_CHARACTERS_MAX: usize = 200;
/// The most sources of a card.
const SOURCES_MAX: usize = 12;

/// Whose rights a card speaks of; pages group by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CardAbout {
    /// The reader's own.
    Yourself,
    /// The reader is there for somebody else.
    SomebodyElse,
}

impl CardAbout {
    /// Both, in the order pages show them.
    pub const ALL: [Self; 2] = [Self::Yourself, Self::SomebodyElse];
}

/// A text in every language of the playbook, by the language's tag.
pub type Spoken = BTreeMap<String, String>;

/// One numbered line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardLine {
    /// What to know or do.
    pub text: Spoken,
    /// What to say aloud, if anything.
    pub say: Option<Spoken>,
    /// Which sources it rests on: places in [`Card::sources`], counted from 0.
    pub sources: Vec<usize>,
}

/// When a source is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceDay {
    /// It carries this date.
    Dated(Day),
    /// It carries none and was read on this day.
    Read(Day),
}

/// What a line rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardSource {
    /// Its title.
    pub title: String,
    /// Who publishes it.
    pub publisher: String,
    /// Which version or part of it.
    pub version: String,
    /// From when it is.
    pub day: SourceDay,
    /// Where it can be read; always https.
    pub url: String,
}

/// A rights card that has passed the floor and the guard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// Its file's name, for example `street`.
    pub id: String,
    /// Whose rights it speaks of.
    pub about: CardAbout,
    /// The kinds whose alerts it belongs to.
    pub kinds: Vec<String>,
    /// The heading.
    pub title: Spoken,
    /// The short name of the situation, for lists.
    pub situation: Spoken,
    /// Where this is the law.
    pub jurisdiction: Spoken,
    /// For whom.
    pub whom: Spoken,
    /// The lines, in order.
    pub lines: Vec<CardLine>,
    /// What to remember whatever happens.
    pub remember: Spoken,
    /// What the lines rest on.
    pub sources: Vec<CardSource>,
    /// When somebody last held it against its sources.
    pub reviewed_on: Day,
    /// From the beginning of this day it may be out of date.
    pub expires_on: Day,
    /// SHA-256 of the card's file, in lower-case hexadecimal: what a sign-off signs.
    pub text_hash: String,
}

impl Card {
    /// Whether it may be out of date on this day.
    #[must_use]
    pub fn is_expired(&self, today: Day) -> bool {
        today >= self.expires_on
    }

    /// Whether an alert of this kind may carry it.
    #[must_use]
    pub fn belongs_to(&self, kind: &str) -> bool {
        self.kinds.iter().any(|one| one == kind)
    }
}

/// `cards/<id>.toml`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenCard {
    about: CardAbout,
    kinds: Vec<String>,
    reviewed_on: String,
    expires_on: String,
    title: Spoken,
    situation: Spoken,
    jurisdiction: Spoken,
    whom: Spoken,
    remember: Spoken,
    line: Vec<WrittenLine>,
    source: Vec<WrittenSource>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenLine {
    text: Spoken,
    say: Option<Spoken>,
    sources: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSource {
    id: String,
    title: String,
    publisher: String,
    version: String,
    dated: Option<String>,
    read_on: Option<String>,
    url: String,
}

/// What a card is held against.
pub(super) struct Surroundings<'a> {
    /// The languages of the playbook; each must be there.
    pub languages: &'a [String],
    /// The kinds of the playbook.
    pub kinds: &'a [String],
}

/// One card being read: says where something is wrong.
struct Reading<'a> {
    file: &'a str,
    around: &'a Surroundings<'a>,
}

/// Reads one card.
pub(super) fn load(id: &str, file: &str, text: &str, around: &Surroundings<'_>) -> Result<Card, PlaybookRefusal> {
    let written: WrittenCard = strict_toml::parse(file, text)?;
    let reading = Reading { file, around };
    let (reviewed_on, expires_on) = reading.life(&written)?;
    reading.kinds(&written.kinds)?;
    for (key, spoken) in
        [("title", &written.title), ("situation", &written.situation), ("jurisdiction", &written.jurisdiction), ("whom", &written.whom)]
    {
        reading.spoken(key, spoken, ROW_CHARACTERS_MAX)?;
    }
    reading.spoken("remember", &written.remember, LINE_CHARACTERS_MAX)?;
    let names: Vec<String> = written.source.iter().map(|source| source.id.clone()).collect();
    let sources = reading.sources(written.source, reviewed_on)?;
    let lines = reading.lines(written.line, &names)?;
    Ok(Card {
        id: id.to_owned(),
        about: written.about,
        kinds: written.kinds,
        title: written.title,
        situation: written.situation,
        jurisdiction: written.jurisdiction,
        whom: written.whom,
        lines,
        remember: written.remember,
        sources,
        reviewed_on,
        expires_on,
        text_hash: Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect(),
    })
}

impl Reading<'_> {
    fn bad(&self, key: &str, why: impl Into<String>) -> PlaybookRefusal {
        PlaybookRefusal::BadValue { file: self.file.to_owned(), key: key.to_owned(), why: why.into() }
    }

    fn day(&self, key: &str, text: &str) -> Result<Day, PlaybookRefusal> {
        Day::parse(text).ok_or_else(|| self.bad(key, "this is no day such as 2026-11-21"))
    }

    fn life(&self, written: &WrittenCard) -> Result<(Day, Day), PlaybookRefusal> {
        let reviewed = self.day("reviewed_on", &written.reviewed_on)?;
        let expires = self.day("expires_on", &written.expires_on)?;
        if expires <= reviewed {
            return Err(self.bad("expires_on", "it lies after `reviewed_on`"));
        }
        if expires > reviewed.months_later(CARD_MONTHS_MAX) {
            let why = format!("a card lives at most {CARD_MONTHS_MAX} months after its review");
            return Err(PlaybookRefusal::Loosens { file: self.file.to_owned(), key: "expires_on".into(), why });
        }
        Ok((reviewed, expires))
    }

    fn kinds(&self, kinds: &[String]) -> Result<(), PlaybookRefusal> {
        if kinds.is_empty() {
            return Err(self.bad("kinds", "a card belongs to at least one kind"));
        }
        for (position, kind) in kinds.iter().enumerate() {
            if !self.around.kinds.contains(kind) {
                return Err(self.bad("kinds", format!("the playbook has no kind `{kind}`")));
            }
            if kinds[..position].contains(kind) {
                return Err(self.bad("kinds", format!("`{kind}` is there twice")));
            }
        }
        Ok(())
    }

    /// A text must stand in every language of the playbook, and in no other.
    fn spoken(&self, key: &str, spoken: &Spoken, characters_max: usize) -> Result<(), PlaybookRefusal> {
        for language in self.around.languages {
            let key = format!("{key}.{language}");
            let Some(text) = spoken.get(language) else {
                return Err(self.bad(&key, "every text of a card stands in every language of the playbook"));
            };
            self.plain(&key, text, characters_max)?;
            self.guarded(&key, text, language)?;
        }
        match spoken.keys().find(|language| !self.around.languages.contains(language)) {
            Some(language) => Err(self.bad(&format!("{key}.{language}"), "the playbook does not speak this language")),
            None => Ok(()),
        }
    }

    fn plain(&self, key: &str, text: &str, characters_max: usize) -> Result<(), PlaybookRefusal> {
        let length = text.chars().count();
        if text.trim() != text || text.is_empty() || length > characters_max || text.chars().any(char::is_control) {
            return Err(self.bad(key, format!("1 to {characters_max} plain characters are needed, without blanks around them")));
        }
        Ok(())
    }

    fn guarded(&self, key: &str, text: &str, language: &str) -> Result<(), PlaybookRefusal> {
        match guard::check(text, language).first() {
            None => Ok(()),
            Some(flag) => Err(PlaybookRefusal::Guarded {
                file: self.file.to_owned(),
                key: key.to_owned(),
                rule: flag.rule.name(),
                excerpt: text[flag.excerpt.clone()].to_owned(),
            }),
        }
    }

    fn sources(&self, written: Vec<WrittenSource>, reviewed_on: Day) -> Result<Vec<CardSource>, PlaybookRefusal> {
        if written.is_empty() || written.len() > SOURCES_MAX {
            return Err(self.bad("source", format!("1 to {SOURCES_MAX} sources are needed")));
        }
        let mut seen = BTreeSet::new();
        let mut sources = Vec::with_capacity(written.len());
        for one in written {
            let key = |name: &str| format!("source.{}.{name}", one.id);
            if !is_id(&one.id) || !seen.insert(one.id.clone()) {
                return Err(self.bad(&key("id"), "an id is 1 to 40 lower-case letters, digits and hyphens, and stands once"));
            }
            for (name, text) in [("title", &one.title), ("publisher", &one.publisher), ("version", &one.version)] {
                self.plain(&key(name), text, SOURCE_CHARACTERS_MAX)?;
                for language in self.around.languages {
                    self.guarded(&key(name), text, language)?;
                }
            }
            let bare = one.url.strip_prefix("https://").unwrap_or_default();
            let sound = bare.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"<>\\^`{|}@".contains(&byte));
            if bare.split('/').next().unwrap_or_default().is_empty() || !sound || one.url.len() > SOURCE_CHARACTERS_MAX {
                return Err(self.bad(&key("url"), "an address begins with https:// and is written out"));
            }
            let day = match (&one.dated, &one.read_on) {
                (Some(text), None) => SourceDay::Dated(self.day(&key("dated"), text)?),
                (None, Some(text)) => SourceDay::Read(self.day(&key("read_on"), text)?),
                _ => return Err(self.bad(&key("dated"), "exactly one of `dated` and `read_on` is needed")),
            };
            let (SourceDay::Dated(at) | SourceDay::Read(at)) = day;
            if at > reviewed_on {
                return Err(self.bad(&key("dated"), "a review cannot know a source that is younger"));
            }
            sources.push(CardSource { title: one.title, publisher: one.publisher, version: one.version, day, url: one.url });
        }
        Ok(sources)
    }

    fn lines(&self, written: Vec<WrittenLine>, names: &[String]) -> Result<Vec<CardLine>, PlaybookRefusal> {
        if written.is_empty() || written.len() > CARD_LINES_MAX {
            return Err(self.bad("line", format!("1 to {CARD_LINES_MAX} lines fit a card")));
        }
        let mut lines = Vec::with_capacity(written.len());
        let mut used = BTreeSet::new();
        for (place, one) in written.into_iter().enumerate() {
            let number = place + 1;
            self.spoken(&format!("line.{number}.text"), &one.text, LINE_CHARACTERS_MAX)?;
            if let Some(say) = &one.say {
                self.spoken(&format!("line.{number}.say"), say, SAY_CHARACTERS_MAX)?;
            }
            let key = format!("line.{number}.sources");
            if one.sources.is_empty() {
                return Err(self.bad(&key, "every line rests on a source"));
            }
            let mut sources = Vec::with_capacity(one.sources.len());
            for id in &one.sources {
                let Some(at) = names.iter().position(|name| name == id) else {
                    return Err(self.bad(&key, format!("the card has no source `{id}`")));
                };
                if sources.contains(&at) {
                    return Err(self.bad(&key, format!("`{id}` is there twice")));
                }
                used.insert(at);
                sources.push(at);
            }
            lines.push(CardLine { text: one.text, say: one.say, sources });
        }
        match (0..names.len()).find(|at| !used.contains(at)) {
            Some(at) => Err(self.bad(&format!("source.{}", names[at]), "no line rests on this source")),
            None => Ok(lines),
        }
    }
}
