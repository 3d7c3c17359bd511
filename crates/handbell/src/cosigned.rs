//! Cosigned: who has signed the published checkpoint too, as far as this program has seen, and whether the log is in doubt.
//!
//! In memory and for pages only. What counts is the published checkpoint, from which anybody can work it out again; the
//! sequencer tells it here whenever it puts one in place. The *doubt* is the one thing that stops the log: a cosigner showed a
//! checkpoint that this log's key signed and that this store does not begin with, or what is published could not be kept.
//! Then nothing more is signed, by anybody here, until the program starts again: over a store that has caught up, or on a
//! disk that keeps what it is given. Reports and alerts go on.

use handbell_log::policy::{Judgement, Quorum};
use handbell_rules::time::Timestamp;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use tokio::sync::watch;

/// Why nothing more is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doubt {
    /// A cosigner showed a checkpoint of this log that the store does not begin with.
    Shown {
        /// Who showed it.
        cosigner: String,
        /// How many entries the checkpoint covers that they showed.
        seen: u64,
        /// How many this store has.
        own: u64,
    },
    /// The sequencer met what it may not go on after: a published file that the disk did not keep, or leaves that are not
    /// what was signed. Which it was stands in the service's log, and is no stranger's business.
    Unpublished,
}

impl fmt::Display for Doubt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shown { cosigner, seen, own } if seen > own => write!(
                formatter,
                "{cosigner} shows {seen} entries that this log signed, and this store has {own}: it is behind what the world saw"
            ),
            Self::Shown { cosigner, seen, .. } => {
                write!(formatter, "{cosigner} shows another beginning of {seen} entries that this log signed than this store has")
            }
            Self::Unpublished => formatter.write_str("a file of the public log could not be kept here, or is not what was signed"),
        }
    }
}

/// How the published checkpoint stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Entries it covers.
    pub size: u64,
    /// Cosigners who signed it, and the latest time they said so, in seconds since 1970.
    pub by: Vec<(String, u64)>,
    /// Cosigners that are named.
    pub of: usize,
    /// Whether those who had to have signed.
    pub quorum: Quorum,
    /// The same in words: `cosigned by 2 of 3`.
    pub words: String,
}

impl Standing {
    /// What a policy says of a checkpoint.
    #[must_use]
    pub fn of(judgement: &Judgement) -> Self {
        let by = judgement.cosigned_by.iter();
        Self {
            size: judgement.checkpoint.size,
            by: by.map(|one| (String::from_utf8_lossy(&one.name).into_owned(), one.time_seconds)).collect(),
            of: judgement.cosigners,
            quorum: judgement.quorum,
            words: judgement.to_string(),
        }
    }

    /// The newest time at which anybody said so.
    #[must_use]
    pub fn newest(&self) -> Option<Timestamp> {
        self.by.iter().map(|(_, time)| *time).max().map(moment)
    }

    /// For programs.
    #[must_use]
    pub fn json(&self) -> Value {
        let by: Vec<Value> = self.by.iter().map(|(name, time)| json!({"name": name, "at": moment(*time).utc_second()})).collect();
        json!({"size": self.size, "by": self.by.len(), "of": self.of, "quorum": quorum_word(self.quorum),
            "newest": self.newest().map(Timestamp::utc_second), "cosignatures": by})
    }
}

/// A quorum in one word for programs.
#[must_use]
pub fn quorum_word(quorum: Quorum) -> &'static str {
    match quorum {
        Quorum::NotAsked => "not-asked",
        Quorum::Met => "met",
        Quorum::Missed => "missed",
    }
}

/// A cosigner's time. Lines from further ahead than the clock were thrown away before.
#[must_use]
pub fn moment(seconds: u64) -> Timestamp {
    Timestamp::from_milliseconds(i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(1_000))
}

#[derive(Debug, Default)]
struct State {
    published: Option<Standing>,
    /// The latest one that anybody had signed, which may be smaller.
    last: Option<Standing>,
    /// What hinders a cosigner now, by name.
    troubles: BTreeMap<String, String>,
    doubt: Option<Doubt>,
}

/// See the module.
#[derive(Debug)]
pub struct Cosigned {
    state: RwLock<State>,
    moves: watch::Sender<u64>,
}

impl Default for Cosigned {
    fn default() -> Self {
        Self { state: RwLock::default(), moves: watch::Sender::new(0) }
    }
}

impl Cosigned {
    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn moved(&self) {
        self.moves.send_modify(|number| *number += 1);
    }

    /// Counts up whenever what is said here changes.
    pub fn follow(&self) -> watch::Receiver<u64> {
        self.moves.subscribe()
    }

    /// A checkpoint was put in place, or lines stand under one, which may be earlier. What was said before is no news.
    pub fn published(&self, standing: &Standing) {
        let is_news = |known: &Option<Standing>| known.as_ref().is_none_or(|known| known.size <= standing.size && known != standing);
        let mut state = self.write();
        let signed = !standing.by.is_empty() && is_news(&state.last);
        let placed = is_news(&state.published);
        if signed {
            state.last = Some(standing.clone());
        }
        if placed {
            state.published = Some(standing.clone());
        }
        drop(state);
        if signed || placed {
            self.moved();
        }
    }

    /// How the published checkpoint stands; none while nothing is published.
    #[must_use]
    pub fn standing(&self) -> Option<Standing> {
        self.read().published.clone()
    }

    /// The latest checkpoint that anybody signed too, since the start.
    #[must_use]
    pub fn last(&self) -> Option<Standing> {
        self.read().last.clone()
    }

    /// What hinders a cosigner, or nothing any more.
    pub fn trouble(&self, cosigner: &str, trouble: Option<String>) {
        let mut state = self.write();
        let changed = match trouble {
            Some(trouble) => state.troubles.insert(cosigner.to_owned(), trouble.clone()) != Some(trouble),
            None => state.troubles.remove(cosigner).is_some(),
        };
        drop(state);
        if changed {
            self.moved();
        }
    }

    /// Whom something hinders, and what.
    #[must_use]
    pub fn troubles(&self) -> Vec<(String, String)> {
        self.read().troubles.clone().into_iter().collect()
    }

    /// From now on nothing is signed. The first doubt stays.
    pub fn doubt(&self, doubt: Doubt) {
        self.write().doubt.get_or_insert(doubt);
        self.moved();
    }

    /// Why nothing is signed, if nothing is.
    #[must_use]
    pub fn in_doubt(&self) -> Option<Doubt> {
        self.read().doubt.clone()
    }

    /// How it stands, in one line for a page: when the newest said so is written by `day`.
    #[must_use]
    pub fn line(&self, day: impl Fn(Timestamp) -> String) -> String {
        let state = self.read();
        let Some(standing) = &state.published else { return "not cosigned: nothing is published yet".to_owned() };
        let dated = |standing: &Standing| standing.newest().map(|at| format!(", {}", day(at))).unwrap_or_default();
        match &state.last {
            Some(last) if standing.by.is_empty() => {
                format!("{}; its first {} entries {}{}", standing.words, last.size, last.words, dated(last))
            }
            _ => format!("{}{}", standing.words, dated(standing)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(size: u64, by: &[(&str, u64)]) -> Standing {
        let by: Vec<(String, u64)> = by.iter().map(|(name, time)| ((*name).to_owned(), *time)).collect();
        let words = if by.is_empty() { "not cosigned: none of 3 has signed".to_owned() } else { format!("cosigned by {} of 3", by.len()) };
        Standing { size, by, of: 3, quorum: Quorum::NotAsked, words }
    }

    #[test]
    fn a_page_says_who_signed_and_until_then_how_far_somebody_did() {
        let cosigned = Cosigned::default();
        let moves = cosigned.follow();
        let line = || cosigned.line(Timestamp::utc_second);
        assert_eq!(line(), "not cosigned: nothing is published yet");
        cosigned.published(&standing(9, &[("a", 60), ("b", 120)]));
        assert_eq!(line(), format!("cosigned by 2 of 3, {}", moment(120).utc_second()));
        cosigned.published(&standing(12, &[]));
        assert_eq!(
            line(),
            format!("not cosigned: none of 3 has signed; its first 9 entries cosigned by 2 of 3, {}", moment(120).utc_second())
        );
        // A line for an older checkpoint says nothing about the published one.
        cosigned.published(&standing(9, &[("a", 60), ("b", 120), ("c", 180)]));
        assert_eq!((cosigned.standing().unwrap().size, cosigned.last().unwrap().by.len()), (12, 3));
        cosigned.published(&standing(12, &[("a", 240)]));
        assert_eq!(line(), format!("cosigned by 1 of 3, {}", moment(240).utc_second()));
        assert_eq!(*moves.borrow(), 4);
        for again in [standing(9, &[("a", 60), ("b", 120), ("c", 180)]), standing(12, &[("a", 240)])] {
            cosigned.published(&again);
        }
        assert_eq!(*moves.borrow(), 4, "what was said before is no news");
    }

    #[test]
    fn the_first_doubt_stays_and_says_what_was_seen() {
        let cosigned = Cosigned::default();
        assert_eq!(cosigned.in_doubt(), None);
        cosigned.doubt(Doubt::Shown { cosigner: "southbank".into(), seen: 120, own: 90 });
        cosigned.doubt(Doubt::Shown { cosigner: "other".into(), seen: 80, own: 90 });
        cosigned.doubt(Doubt::Unpublished);
        let doubt = cosigned.in_doubt().unwrap();
        assert_eq!(
            doubt.to_string(),
            "southbank shows 120 entries that this log signed, and this store has 90: it is behind what the world saw"
        );
        let split = Doubt::Shown { cosigner: "southbank".into(), seen: 90, own: 90 };
        assert_eq!(split.to_string(), "southbank shows another beginning of 90 entries that this log signed than this store has");
    }
}
