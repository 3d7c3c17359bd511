//! Spoken: an alert's words in every language it may be told in, all made when its draft is written.
//!
//! Rendering is one pure function of the playbook, the slots and the list of languages; what it makes is kept
//! with the alert and never made again, so whoever approves approves all of it. PROMISE
//! only-checked-words-go-live: whatever reads words for a live alert gets those of a checked language or the
//! English ones. Fixed texts that have changed since the alert was written are not said either. Nothing here
//! translates.

use super::alert::Words;
use super::message::texts;
use super::mode::Status;
use super::wishes::life_safety;
use crate::area::AreaFile;
use crate::playbook::{
    Direction, FixedTexts, Playbook, Reach, RenderRefusal, SOURCE_LANGUAGE, Tongue, UpdateText, Wording, fixed_hash, fixed_texts,
};
use serde::{Deserialize, Serialize};

/// An alert's words in one language other than English.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpokenWords {
    /// The language's tag.
    pub language: String,
    /// Whether a person had checked it when the draft was written.
    pub checked: bool,
    /// SHA-256 of the fixed texts of this language on that day.
    pub fixed: String,
    /// What people call the kind.
    pub event: String,
    /// As in [`Words`].
    pub headline: String,
    /// As in [`Words`].
    pub body: String,
    /// As in [`Words`].
    pub push_title: String,
    /// As in [`Words`].
    pub push_body: String,
    /// As in [`Words`]; names stay as they are.
    pub area: String,
    /// As in [`Words`].
    pub conduct: Vec<String>,
    /// As in [`Words`].
    pub purpose: String,
}

/// An alert's words as somebody is told them.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    /// The language they are in; English where the wanted one may not be told.
    pub language: &'a str,
    /// Which way it is written.
    pub direction: Direction,
    /// Whether a person has checked it. In a live alert it always is.
    pub checked: bool,
    /// The program's fixed texts in this language.
    pub fixed: &'static FixedTexts,
    /// What people call the kind; `None` for English, where the playbook says it.
    pub event: Option<&'a str>,
    /// As in [`Words`].
    pub headline: &'a str,
    /// As in [`Words`].
    pub body: &'a str,
    /// As in [`Words`].
    pub push_title: &'a str,
    /// As in [`Words`].
    pub push_body: &'a str,
    /// As in [`Words`].
    pub area: &'a str,
    /// As in [`Words`].
    pub conduct: &'a [String],
    /// As in [`Words`].
    pub purpose: &'a str,
}

impl Told<'_> {
    /// The mark that stands with words no person has checked, in their language and in English.
    #[must_use]
    pub fn mark(&self) -> Option<String> {
        (!self.checked).then(|| format!("{} {}", self.fixed.unchecked, texts(SOURCE_LANGUAGE).unchecked))
    }
}

/// Whether words of a language may be told with this status.
fn may_be_told(one: &SpokenWords, status: Status) -> bool {
    (one.checked || status == Status::Exercise) && fixed_hash(&one.language) == Some(one.fixed.as_str())
}

impl Words {
    /// The languages these words may be told in, English first.
    pub fn languages(&self, status: Status) -> impl Iterator<Item = &str> {
        let others = self.others.iter().filter(move |one| may_be_told(one, status)).map(|one| one.language.as_str());
        std::iter::once(SOURCE_LANGUAGE).chain(others)
    }

    /// The words in a language, or the English ones where they may not be told in it.
    ///
    /// PROMISE only-checked-words-go-live: this is the one way to them, and it asks for the alert's status.
    pub fn told_in(&self, language: &str, status: Status) -> Told<'_> {
        let found = self.others.iter().find(|one| one.language == language).filter(|one| may_be_told(one, status));
        match found.and_then(|one| Some((one, fixed_texts(&one.language)?))) {
            Some((one, fixed)) => Told {
                language: &one.language,
                direction: fixed.direction,
                checked: one.checked,
                fixed,
                event: Some(&one.event),
                headline: &one.headline,
                body: &one.body,
                push_title: &one.push_title,
                push_body: &one.push_body,
                area: &one.area,
                conduct: &one.conduct,
                purpose: &one.purpose,
            },
            None => Told {
                language: SOURCE_LANGUAGE,
                direction: Direction::Ltr,
                checked: true,
                fixed: texts(SOURCE_LANGUAGE),
                event: None,
                headline: &self.headline,
                body: &self.body,
                push_title: &self.push_title,
                push_body: &self.push_body,
                area: &self.area,
                conduct: &self.conduct,
                purpose: &self.purpose,
            },
        }
    }
}

/// Puts an alert into words, in English and in every language of the list.
///
/// `named` are the ids of the areas it goes to. The list comes from
/// [`SignOffs::tongues`](crate::playbook::SignOffs::tongues).
///
/// # Errors
/// As [`Playbook::render`], in whichever language.
pub fn alert_words(
    playbook: &Playbook,
    areas: &AreaFile,
    wording: &Wording,
    named: &[String],
    tongues: &[Tongue],
) -> Result<Words, RenderRefusal> {
    let names: Vec<&str> = named.iter().filter_map(|id| areas.named(id)).map(|named| named.name.as_str()).collect();
    let one = |tongue: &Tongue| spoken(playbook, areas, wording, &names, tongue);
    let source = one(&Tongue { language: SOURCE_LANGUAGE.to_owned(), checked: true })?;
    let others = tongues.iter().filter(|tongue| tongue.language != SOURCE_LANGUAGE).map(one).collect::<Result<_, _>>()?;
    Ok(Words {
        headline: source.headline,
        body: source.body,
        push_title: source.push_title,
        push_body: source.push_body,
        area: source.area,
        conduct: source.conduct,
        purpose: source.purpose,
        others,
    })
}

fn spoken(playbook: &Playbook, areas: &AreaFile, wording: &Wording, names: &[&str], tongue: &Tongue) -> Result<SpokenWords, RenderRefusal> {
    let language = &tongue.language;
    let rendered = playbook.render(wording, areas, language)?;
    let kind = playbook.kind(&wording.kind).ok_or(RenderRefusal::KindUnknown)?;
    let (fixed, hash) = fixed_texts(language).zip(fixed_hash(language)).ok_or(RenderRefusal::LanguageUnknown)?;
    // A neighbour's locked screen says little; an observer who is sent needs to know where, and
    // whoever may stand in water needs to know that it is water.
    let (push_title, push_body) = match wording.reach {
        Reach::Dispatch => (rendered.title, rendered.body.clone()),
        // Whoever approves these words approves with them why they reach people who rest.
        Reach::Neighbours | Reach::Public if kind.hazard.is_some() => (rendered.title, format!("{} {}", rendered.body, fixed.passes_rest)),
        Reach::Neighbours | Reach::Public if life_safety(kind) => {
            (fixed.push_title.to_owned(), format!("{} {}", fixed.push_body, fixed.passes_rest))
        }
        Reach::Neighbours | Reach::Public => (fixed.push_title.to_owned(), fixed.push_body.to_owned()),
    };
    Ok(SpokenWords {
        language: language.clone(),
        checked: tongue.checked,
        fixed: hash.to_owned(),
        event: playbook.kind_label(&wording.kind, language),
        headline: rendered.headline,
        body: rendered.body,
        push_title,
        push_body,
        area: fixed.names(names),
        conduct: rendered.conduct,
        purpose: rendered.purpose,
    })
}

/// Puts an update of an alert into words: the fixed sentence of the closed list, in English and in the very
/// languages in which the first alert may still be told. Whether somebody has entered or lost a check since
/// changes nothing, so that one person hears one alert in one language from its start to its end.
#[must_use]
pub fn update_words(first: &Words, update: UpdateText) -> Words {
    let source = texts(SOURCE_LANGUAGE);
    let body = source.update_body(update);
    let other = |before: &SpokenWords| {
        let fixed = fixed_texts(&before.language).filter(|_| fixed_hash(&before.language) == Some(before.fixed.as_str()))?;
        let body = fixed.update_body(update);
        Some(SpokenWords { headline: body.clone(), push_title: fixed.update_title.to_owned(), push_body: body, ..before.clone() })
    };
    Words {
        headline: body.clone(),
        push_title: source.update_title.to_owned(),
        push_body: body,
        others: first.others.iter().filter_map(other).collect(),
        ..first.clone()
    }
}
