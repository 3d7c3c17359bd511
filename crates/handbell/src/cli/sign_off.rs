//! Sign-off: who signed which rights card, listed and entered by whoever runs the server.
//!
//! It writes one file of the folder and never the store, so it works whether the server runs or not; the
//! server reads the file when it starts. What is entered is bound to the card's text as it is now. It asks for
//! a role and a firm and has nowhere to put a person's name.

use super::{Answer, Stopped, say};
use crate::folder::{self, Use};
use crate::world::Clock;
use anyhow::bail;
use handbell_rules::playbook::{Card, Day, SignOff, SignOffs, Standing};
use std::path::Path;

/// What is entered.
pub struct New {
    /// The card's id.
    pub card: String,
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

/// `handbell sign-off DIR` and `handbell sign-off DIR CARD --role R --firm F`.
///
/// # Errors
/// When there is no such card, when a card cannot be signed off on that day, or when a file cannot be read.
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
        return Ok(Answer::Good);
    };
    let Some(card) = playbook.card(&new.card) else {
        let known: Vec<&str> = playbook.cards().iter().map(|card| card.id.as_str()).collect();
        bail!("there is no card `{}`; there are: {}", new.card, known.join(", "));
    };
    let on = match &new.on {
        None => today,
        Some(text) => Day::parse(text).ok_or_else(|| Stopped(Answer::Usage, "--on takes a day such as 2026-11-30".into()))?,
    };
    if on > today {
        bail!("{on} has not come yet");
    }
    if on < card.reviewed_on {
        bail!("the card was reviewed on {}; nobody can have signed this text before", card.reviewed_on);
    }
    if card.is_expired(today) {
        bail!("the card expired on {}; it needs a review before a signature", card.expires_on);
    }
    sign_offs.add(SignOff { card: card.id.clone(), sha256: card.text_hash.clone(), role: new.role, firm: new.firm, on })?;
    folder::write_sign_offs(dir, &sign_offs)?;
    say(&line(card, &sign_offs, today));
    say("A server that runs shows it after its next start.");
    Ok(Answer::Good)
}

#[cfg(test)]
mod tests;
