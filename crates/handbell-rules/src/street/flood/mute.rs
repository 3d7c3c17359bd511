//! Mute: a member folds a pattern of reports away for some hours.
//!
//! A mute hides nothing and throws nothing away: what it covers is kept, counted, and stands under one line
//! with the pattern, who muted it, until when, and samples. It ends by itself within a day and anybody at the
//! desk lifts it earlier. Reports of a danger to life are covered only once a second member agreed. It never
//! covers a report somebody is reading, a call that was written down, or a signed-in observer's.

use super::lane::Lane;
use super::wording::Wording;
use crate::change::{Actor, Change, What};
use crate::desk::incident::reason;
use crate::desk::likeness::copies::normal;
use crate::id::{ChangeId, MemberId, MuteId};
use crate::people::member::{DeskCaller, Role};
use crate::refusal::{Desk, Refusal};
use crate::time::{DAY, HOUR, Timestamp};
use serde::{Deserialize, Serialize};

/// The longest a mute lasts.
pub const MUTE_LASTS_MAX: i64 = DAY;
/// How long one can be chosen to last.
pub const MUTE_HOURS: [i64; 4] = [1, 4, 12, 24];
/// How long it is kept after its end, so that the desk can read what was folded away and why.
pub const MUTE_KEPT: i64 = DAY;
/// Letters of a pattern.
pub const PATTERN_LETTERS_MAX: usize = 400;
/// Words a set needs at least: one word alone would fold away too much.
pub const PATTERN_WORDS_MIN: usize = 2;
/// Mutes that can stand at once.
pub const MUTES_MAX: usize = 50;

/// Which reports are meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pattern {
    /// Near-copies of these words.
    Copies(String),
    /// Reports that hold all of these words, in any order.
    Words(Vec<String>),
}

impl Pattern {
    /// The pattern in words, for the desk.
    pub fn words(&self) -> String {
        match self {
            Self::Copies(text) => format!("Near-copies of “{text}”"),
            Self::Words(words) => format!("All of the words “{}”", words.join("”, “")),
        }
    }
}

/// A mute as kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mute {
    /// Private id.
    pub id: MuteId,
    /// How often it was changed.
    pub version: u32,
    /// Which reports.
    pub pattern: Pattern,
    /// The area's id in the group's area file; none for all of them.
    pub area: Option<String>,
    /// Why, for the desk.
    pub reason: String,
    /// Who muted it.
    pub by: MemberId,
    /// When.
    pub at: Timestamp,
    /// Until when, by itself.
    pub until: Timestamp,
    /// Who agreed that it covers reports of a danger to life too.
    pub agreed: Option<MemberId>,
    /// Who lifted it; then `until` is when.
    pub lifted: Option<MemberId>,
}

impl Mute {
    /// Whether it covers anything now.
    pub fn stands(&self, now: Timestamp) -> bool {
        now < self.until
    }
    /// When it is forgotten.
    pub fn forget_at(&self) -> Timestamp {
        self.until.plus(MUTE_KEPT)
    }
}

/// A mute made ready to be held against thousands of wordings.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// The mute.
    pub mute: Mute,
    /// Its words as each lane reads them.
    copies: Option<[Wording; 2]>,
}

impl Prepared {
    /// Makes it ready.
    pub fn new(mute: Mute) -> Self {
        let copies = match &mute.pattern {
            Pattern::Copies(text) => Some([Wording::of(Lane::Fast, text, ""), Wording::of(Lane::Slow, text, "")]),
            Pattern::Words(_) => None,
        };
        Self { mute, copies }
    }

    /// Whether it covers a wording of an area. `danger` says whether its kind is a danger to life.
    pub fn covers(&self, area: Option<&str>, wording: &Wording, danger: bool) -> bool {
        if danger && self.mute.agreed.is_none() {
            return false;
        }
        if self.mute.area.is_some() && self.mute.area.as_deref() != area {
            return false;
        }
        match (&self.mute.pattern, &self.copies) {
            (Pattern::Words(words), _) => wording.holds(words),
            (_, Some(copies)) => copies.iter().any(|copy| wording.like(copy, Lane::Fast) || wording.few_like(copy)),
            (Pattern::Copies(_), None) => false,
        }
    }
}

/// What a member fills in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMute {
    /// Which reports.
    pub pattern: Pattern,
    /// The area's id; none for all of them.
    pub area: Option<String>,
    /// For how long, in milliseconds.
    pub lasts: i64,
    /// Why.
    pub reason: String,
}

/// Reads a set of words as a member types them.
///
/// # Errors
/// `mute-pattern-wrong` when there are too few or too many.
pub fn word_set(text: &str) -> Result<Pattern, Refusal> {
    if text.chars().count() > PATTERN_LETTERS_MAX {
        return Err(Desk::MutePatternWrong.into());
    }
    let mut words: Vec<String> = normal(text).split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
    words.sort_unstable();
    words.dedup();
    if words.len() < PATTERN_WORDS_MIN {
        return Err(Desk::MutePatternWrong.into());
    }
    Ok(Pattern::Words(words))
}

/// The pattern of near-copies of one report's words.
///
/// # Errors
/// `mute-pattern-wrong` when the report has no words of its own.
pub fn copies_of(text: &str) -> Result<Pattern, Refusal> {
    let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(PATTERN_LETTERS_MAX).collect();
    if normal(&text).is_empty() {
        return Err(Desk::MutePatternWrong.into());
    }
    Ok(Pattern::Copies(text))
}

/// Mutes a pattern. `areas` are the ids of the group's area file, `standing` how many mutes stand now.
pub fn put(
    change: ChangeId,
    caller: &DeskCaller,
    id: MuteId,
    new: NewMute,
    areas: &[&str],
    standing: usize,
    now: Timestamp,
) -> Result<Change, Refusal> {
    caller.needs(Role::Triager)?;
    if new.area.as_deref().is_some_and(|area| !areas.contains(&area)) {
        return Err(Desk::MuteAreaUnknown.into());
    }
    let reason = reason(&new.reason)?;
    if new.lasts < HOUR || new.lasts > MUTE_LASTS_MAX {
        return Err(Desk::MuteTimeWrong.into());
    }
    if standing >= MUTES_MAX {
        return Err(Desk::MutesEnough.into());
    }
    let until = now.plus(new.lasts);
    let (pattern, area) = (new.pattern, new.area);
    let mute = Mute { id, version: 0, pattern, area, reason, by: caller.member, at: now, until, agreed: None, lifted: None };
    Ok(Change { id: change, at: now, by: Actor::Member(caller.member), what: What::MutePut { mute } })
}

/// Another member agrees that reports of a danger to life are covered too.
pub fn agree(change: ChangeId, caller: &DeskCaller, mute: &Mute, now: Timestamp) -> Result<Change, Refusal> {
    caller.needs(Role::Triager)?;
    if !mute.stands(now) {
        return Err(Desk::MuteOver.into());
    }
    if mute.by == caller.member || mute.agreed.is_some() {
        return Err(Desk::MuteNeedsAnother.into());
    }
    let mute = Mute { agreed: Some(caller.member), ..mute.clone() };
    Ok(Change { id: change, at: now, by: Actor::Member(caller.member), what: What::MuteAgreed { mute } })
}

/// Lifts a mute before its end: anybody at the desk who wants to see what it covers.
pub fn lift(change: ChangeId, caller: &DeskCaller, mute: &Mute, now: Timestamp) -> Result<Change, Refusal> {
    caller.at_the_desk()?;
    if !mute.stands(now) {
        return Err(Desk::MuteOver.into());
    }
    let mute = Mute { until: now, lifted: Some(caller.member), ..mute.clone() };
    Ok(Change { id: change, at: now, by: Actor::Member(caller.member), what: What::MuteLifted { mute } })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{DeviceId, SessionId};

    const NOW: Timestamp = Timestamp::from_milliseconds(1_700_000_040_000);
    const TEXT: &str = "Everybody come to the square, there are forty vans and dogs and horses";

    fn caller(number: u8, roles: &[Role]) -> DeskCaller {
        DeskCaller {
            member: MemberId([number; 16]),
            device: DeviceId([number; 16]),
            session: SessionId([number; 16]),
            name: "Wren".into(),
            roles: roles.to_vec(),
        }
    }

    fn new(pattern: Pattern) -> NewMute {
        NewMute { pattern, area: None, lasts: HOUR, reason: "Sent by a program".into() }
    }

    fn muted(change: Result<Change, Refusal>) -> Mute {
        match change.unwrap().what {
            What::MutePut { mute } | What::MuteAgreed { mute } | What::MuteLifted { mute } => mute,
            other => panic!("{other:?}"),
        }
    }

    fn put_up(new: NewMute) -> Result<Change, Refusal> {
        put(ChangeId([1; 16]), &caller(1, &[Role::Triager]), MuteId([9; 16]), new, &["rye-lane"], 0, NOW)
    }

    #[test]
    fn a_mute_ends_by_itself_within_a_day_and_anybody_at_the_desk_lifts_it_earlier() {
        let mute = muted(put_up(new(copies_of(TEXT).unwrap())));
        assert!(mute.stands(NOW.plus(HOUR - 1)) && !mute.stands(NOW.plus(HOUR)));
        let lifted = muted(lift(ChangeId([2; 16]), &caller(2, &[Role::Approver]), &mute, NOW.plus(5)));
        assert!(!lifted.stands(NOW.plus(5)));
        assert_eq!(lifted.lifted, Some(MemberId([2; 16])));
        assert_eq!(lift(ChangeId([3; 16]), &caller(2, &[Role::Approver]), &lifted, NOW.plus(6)), Err(Desk::MuteOver.into()));
        for lasts in [0, HOUR - 1, DAY + 1] {
            assert_eq!(put_up(NewMute { lasts, ..new(copies_of(TEXT).unwrap()) }), Err(Desk::MuteTimeWrong.into()));
        }
    }

    #[test]
    fn a_mute_needs_a_triager_a_reason_a_known_area_and_a_pattern() {
        let copies = || new(copies_of(TEXT).unwrap());
        let observer = caller(1, &[Role::Observer]);
        assert_eq!(put(ChangeId([1; 16]), &observer, MuteId([9; 16]), copies(), &[], 0, NOW), Err(Desk::NotOnDesk.into()));
        assert_eq!(put_up(NewMute { reason: " ".into(), ..copies() }), Err(Desk::ReasonMissing.into()));
        assert_eq!(put_up(NewMute { area: Some("nowhere".into()), ..copies() }), Err(Desk::MuteAreaUnknown.into()));
        let triager = caller(1, &[Role::Triager]);
        let enough = put(ChangeId([1; 16]), &triager, MuteId([9; 16]), copies(), &[], MUTES_MAX, NOW);
        assert_eq!(enough, Err(Desk::MutesEnough.into()));
        for text in ["", "  ", "van", "van VAN", &"van dog ".repeat(100)] {
            assert_eq!(word_set(text), Err(Desk::MutePatternWrong.into()), "{text}");
        }
        assert_eq!(copies_of(" … "), Err(Desk::MutePatternWrong.into()));
    }

    #[test]
    fn a_danger_to_life_is_covered_only_once_another_member_agreed() {
        let mute = muted(put_up(new(word_set("forty VANS").unwrap())));
        let wording = Wording::of(Lane::Slow, "forty vans under water", "");
        assert!(Prepared::new(mute.clone()).covers(None, &wording, false));
        assert!(!Prepared::new(mute.clone()).covers(None, &wording, true));
        let own = agree(ChangeId([2; 16]), &caller(1, &[Role::Triager]), &mute, NOW);
        assert_eq!(own, Err(Desk::MuteNeedsAnother.into()), "nobody is their own second");
        let agreed = muted(agree(ChangeId([2; 16]), &caller(2, &[Role::Triager]), &mute, NOW));
        assert!(Prepared::new(agreed).covers(None, &wording, true));
    }

    #[test]
    fn a_pattern_covers_near_copies_and_word_sets_in_its_area_and_nothing_else() {
        let of = |pattern, area: Option<&str>| Prepared::new(muted(put_up(NewMute { area: area.map(str::to_owned), ..new(pattern) })));
        let junk = Wording::of(Lane::Slow, &format!("{TEXT} 8812"), "Rye Lane");
        let real = Wording::of(Lane::Slow, "Two officers hold a man in the doorway of the bakery", "Rye Lane");
        let copies = of(copies_of(TEXT).unwrap(), Some("rye-lane"));
        assert!(copies.covers(Some("rye-lane"), &junk, false));
        assert!(!copies.covers(Some("queens-road"), &junk, false) && !copies.covers(None, &junk, false));
        assert!(!copies.covers(Some("rye-lane"), &real, false));
        let words = of(word_set("horses square").unwrap(), None);
        assert!(words.covers(None, &junk, false) && !words.covers(None, &real, false));
        let few = of(copies_of("Van here").unwrap(), None);
        assert!(few.covers(None, &Wording::of(Lane::Slow, "van here!", "Rye Lane"), false));
        assert!(few.covers(None, &Wording::of(Lane::Fast, "van HERE", ""), false));
        assert!(!few.covers(None, &Wording::of(Lane::Slow, "van there", "Rye Lane"), false));
    }
}
