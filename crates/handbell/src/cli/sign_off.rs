//! Sign-off: who signed which rights card and who checked which language, listed and entered by whoever runs
//! the server.
//!
//! It writes one file of the folder and never the store, so it works whether the server runs or not; the
//! server reads the file when it starts. What is entered is bound to the text as it is now, word for word. It asks for
//! a role and a firm and has nowhere to put a person's name.

use super::{Answer, Stopped, say};
use crate::folder::{self, Use};
use crate::world::Clock;
use anyhow::bail;
use handbell_rules::playbook::{Card, Day, Playbook, SOURCE_LANGUAGE, SignOff, SignOffs, Standing, WordsCheck, WordsStanding, fixed_texts};
use std::path::Path;

/// What somebody read.
pub enum What {
    /// A rights card, by its id.
    Card(String),
    /// A language's alert words, by its tag.
    Language(String),
}

/// What is entered.
pub struct New {
    /// What was read.
    pub what: What,
    /// In which role it was signed.
    pub role: String,
    /// Of which firm.
    pub firm: String,
    /// On which day; today when left out.
    pub on: Option<String>,
}

fn line(card: &Card, sign_offs: &SignOffs, today: Day) -> String {
    let standing = sign_offs.standing(card, today);
    let by = match standing {
        Standing::Good(by) | Standing::Changed(by) | Standing::Expired(Some(by)) => format!("; by {}, {}, on {}", by.role, by.firm, by.on),
        Standing::Unsigned | Standing::Expired(None) => String::new(),
    };
    format!("{}: {}{by}; reviewed {}, expires {}; sha256 {}", card.id, standing.name(), card.reviewed_on, card.expires_on, card.text_hash)
}

fn words_line(playbook: &Playbook, language: &str, sign_offs: &SignOffs, today: Day) -> String {
    let standing = sign_offs.words_standing(playbook, language, today);
    let by = match standing {
        WordsStanding::Checked(by) | WordsStanding::Changed(by) => format!("; by {}, {}, on {}", by.role, by.firm, by.on),
        WordsStanding::Source | WordsStanding::Unchecked => String::new(),
    };
    let own_name = fixed_texts(language).map_or(language, |texts| texts.own_name);
    let sha256 = playbook.words_hash(language).unwrap_or_default();
    format!("{language} ({own_name}): {}{by}; sha256 {sha256}", standing.name())
}

fn day(on: Option<&str>, today: Day) -> anyhow::Result<Day> {
    let on = match on {
        None => today,
        Some(text) => Day::parse(text).ok_or_else(|| Stopped(Answer::Usage, "--on takes a day such as 2026-11-30".into()))?,
    };
    if on > today {
        bail!("{on} has not come yet");
    }
    Ok(on)
}

/// Enters a check of a language.
fn check(dir: &Path, playbook: &Playbook, language: &str, by: New, today: Day) -> anyhow::Result<Answer> {
    let mut sign_offs = folder::sign_offs(dir)?;
    let Some(sha256) = playbook.words_hash(language) else {
        bail!("there is no language `{language}`; there are: {}", playbook.alert_languages().join(", "));
    };
    if language == SOURCE_LANGUAGE {
        bail!("English is what the others are checked against");
    }
    let on = day(by.on.as_deref(), today)?;
    let new = WordsCheck { language: language.to_owned(), sha256: sha256.to_owned(), role: by.role, firm: by.firm, on };
    sign_offs.add_words_check(new)?;
    folder::write_sign_offs(dir, &sign_offs)?;
    say(&words_line(playbook, language, &sign_offs, today));
    say(AFTER_A_START);
    Ok(Answer::Good)
}

const AFTER_A_START: &str = "A server that runs shows it after its next start.";

/// `handbell sign-off DIR`, `handbell sign-off DIR CARD --role R --firm F` and
/// `handbell sign-off DIR --language L --role R --firm F`.
///
/// # Errors
/// When there is no such card or language, when a card cannot be signed off on that day, or when a file cannot be read.
pub fn run(dir: &Path, new: Option<New>, clock: &dyn Clock) -> anyhow::Result<Answer> {
    let opened = folder::open(dir, Use::Reading)?;
    let playbook = folder::playbook(dir, &opened.settings.playbook)?;
    let mut sign_offs = folder::sign_offs(dir)?;
    let today = Day::at(clock.now(), playbook.zone());
    let Some(new) = new else {
        if playbook.cards().is_empty() {
            say("the playbook has no rights cards");
        }
        for card in playbook.cards() {
            say(&line(card, &sign_offs, today));
        }
        for language in playbook.alert_languages() {
            say(&words_line(&playbook, language, &sign_offs, today));
        }
        return Ok(Answer::Good);
    };
    let id = match &new.what {
        What::Card(id) => id.clone(),
        What::Language(language) => return check(dir, &playbook, &language.clone(), new, today),
    };
    let Some(card) = playbook.card(&id) else {
        let known: Vec<&str> = playbook.cards().iter().map(|card| card.id.as_str()).collect();
        bail!("there is no card `{id}`; there are: {}", known.join(", "));
    };
    let on = day(new.on.as_deref(), today)?;
    if on < card.reviewed_on {
        bail!("the card was reviewed on {}; nobody can have signed this text before", card.reviewed_on);
    }
    if card.is_expired(today) {
        bail!("the card expired on {}; it needs a review before a signature", card.expires_on);
    }
    sign_offs.add(SignOff { card: card.id.clone(), sha256: card.text_hash.clone(), role: new.role, firm: new.firm, on })?;
    folder::write_sign_offs(dir, &sign_offs)?;
    say(&line(card, &sign_offs, today));
    say(AFTER_A_START);
    Ok(Answer::Good)
}

#[cfg(test)]
mod tests;
