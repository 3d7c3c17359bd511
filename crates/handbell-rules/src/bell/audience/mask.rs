//! Mask: what somebody asked for besides ground, in 32 bits, and what they wish, in 16.
//!
//! Kinds, languages, whether it is a member's duty phone, and whether only what is confirmed is wanted stand in
//! the mask, so that one load tests them all. Sixteen kinds and ten languages have bits of their own, first come
//! first served; whoever names a further one has a bit that says "look closer", and the names stand in [`Rare`].
//! Nothing is rounded: what is packed reads back as it was.

use crate::bell::subscription::Subscription;
use crate::bell::wishes::{DailyCap, LevelWanted, QuietHours, Wishes};
use crate::time::Timestamp;

const KINDS: usize = 16;
const KIND_FURTHER: u32 = 1 << 16;
const EVERY_KIND: u32 = 1 << 17;
const LANGUAGES_AT: u32 = 18;
const LANGUAGES: usize = 10;
const LANGUAGE_FURTHER: u32 = 1 << 28;
const EVERY_LANGUAGE: u32 = ((1 << LANGUAGES) - 1) << LANGUAGES_AT | LANGUAGE_FURTHER;
const DUTY_PHONE: u32 = 1 << 29;
const ONLY_CONFIRMED: u32 = 1 << 30;
const RESTS: u32 = 1 << 31;

/// Quiet hours need 576 numbers and none; the cap stands above them, then the bit of a snooze.
const CAP_AT: u32 = 10;
const SNOOZED: u16 = 1 << 14;

/// Names with a bit each, in the order in which they came.
#[derive(Debug, Clone, Default)]
struct Names(Vec<String>);

impl Names {
    fn bit(&self, name: &str) -> Option<u32> {
        self.0.iter().position(|known| known == name).map(|place| 1 << place)
    }

    fn bit_for(&mut self, name: &str, at_most: usize) -> Option<u32> {
        if self.bit(name).is_none() && self.0.len() < at_most {
            self.0.push(name.to_owned());
        }
        self.bit(name)
    }
}

/// Which names have which bits.
#[derive(Debug, Clone, Default)]
pub struct Legend {
    kinds: Names,
    languages: Names,
}

/// Whose phones are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Neighbours'.
    Neighbours,
    /// Members' duty phones, if they have ground of their own.
    Members,
}

/// What is asked besides ground.
#[derive(Debug, Clone, Copy)]
pub struct Asking<'a> {
    /// The alert's kind.
    pub kind: &'a str,
    /// One language only, or any.
    pub language: Option<&'a str>,
    /// Neighbours or members.
    pub whose: Whose,
    /// Only those who hear of what is still being checked, or all.
    pub unconfirmed_too: bool,
}

/// What few people have, kept beside.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rare {
    kinds: Vec<String>,
    language: Option<String>,
    snoozed_until: Option<Timestamp>,
}

/// A subscription without its ground and its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed {
    /// The mask.
    pub mask: u32,
    /// Quiet hours, cap and whether there is a snooze.
    pub rests: u16,
    /// What has no bit.
    pub rare: Option<Rare>,
}

/// What a mask must have.
#[derive(Debug, Clone, Copy)]
pub struct Test {
    kinds: u32,
    languages: u32,
    must: u32,
    must_not: u32,
    /// Whether a name without a bit was asked for, so that "look closer" must be looked at closer.
    pub closer: bool,
}

impl Test {
    /// Whether a mask has it.
    #[inline]
    pub fn fits(&self, mask: u32) -> bool {
        mask & self.kinds != 0 && mask & self.languages != 0 && mask & self.must == self.must && mask & self.must_not == 0
    }
}

impl Legend {
    /// Packs a subscription. New names get the bits that are left.
    pub fn pack(&mut self, of: &Subscription) -> Packed {
        let mut rare = Rare { snoozed_until: of.wishes.snoozed_until, ..Rare::default() };
        let mut mask = if of.kinds.is_empty() { EVERY_KIND } else { 0 };
        for kind in &of.kinds {
            mask |= self.kinds.bit_for(kind, KINDS).unwrap_or_else(|| {
                rare.kinds.push(kind.clone());
                KIND_FURTHER
            });
        }
        mask |= self.languages.bit_for(&of.language, LANGUAGES).map_or_else(
            || {
                rare.language = Some(of.language.clone());
                LANGUAGE_FURTHER
            },
            |bit| bit << LANGUAGES_AT,
        );
        if of.member.is_some() {
            mask |= DUTY_PHONE;
        }
        if of.wishes.level == LevelWanted::Confirmed {
            mask |= ONLY_CONFIRMED;
        }
        let rests = rests_of(&of.wishes);
        if rests != 0 {
            mask |= RESTS;
        }
        Packed { mask, rests, rare: Some(rare).filter(|rare| *rare != Rare::default()) }
    }

    /// What a mask must have for a question.
    pub fn test(&self, asking: &Asking<'_>) -> Test {
        let kind = self.kinds.bit(asking.kind);
        let language = asking.language.map(|language| self.languages.bit(language));
        let (must, must_not) = match asking.whose {
            Whose::Neighbours => (0, DUTY_PHONE),
            Whose::Members => (DUTY_PHONE, 0),
        };
        Test {
            kinds: EVERY_KIND | kind.unwrap_or(KIND_FURTHER),
            languages: match language {
                None => EVERY_LANGUAGE,
                Some(bit) => bit.map_or(LANGUAGE_FURTHER, |bit| bit << LANGUAGES_AT),
            },
            must,
            must_not: must_not | if asking.unconfirmed_too { ONLY_CONFIRMED } else { 0 },
            closer: kind.is_none() || language == Some(None),
        }
    }
}

/// Whether somebody with a fitting mask really asked for this, when a name without a bit is asked for.
pub fn closer(mask: u32, rare: Option<&Rare>, asking: &Asking<'_>, legend: &Legend) -> bool {
    let kind = mask & EVERY_KIND != 0
        || legend.kinds.bit(asking.kind).is_some()
        || rare.is_some_and(|rare| rare.kinds.iter().any(|own| own == asking.kind));
    let language = asking.language.is_none_or(|language| {
        legend.languages.bit(language).is_some() || rare.is_some_and(|rare| rare.language.as_deref() == Some(language))
    });
    kind && language
}

fn rests_of(wishes: &Wishes) -> u16 {
    let quiet = wishes.quiet.as_ref().map_or(0, |quiet| 1 + u16::from(quiet.from()) * 24 + u16::from(quiet.to()));
    let cap = wishes.daily_cap.as_ref().map_or(0, |cap| u16::from(cap.alerts()));
    quiet | cap << CAP_AT | if wishes.snoozed_until.is_some() { SNOOZED } else { 0 }
}

/// What somebody wishes.
pub fn wishes(mask: u32, rests: u16, rare: impl FnOnce() -> Option<Timestamp>) -> Wishes {
    let level = if mask & ONLY_CONFIRMED == 0 { LevelWanted::AlsoPossible } else { LevelWanted::Confirmed };
    if mask & RESTS == 0 {
        return Wishes { level, ..Wishes::default() };
    }
    let hours = (rests & ((1 << CAP_AT) - 1)).checked_sub(1);
    let hour = |number: u16| u8::try_from(number).unwrap_or(u8::MAX);
    Wishes {
        quiet: hours.and_then(|hours| QuietHours::new(hour(hours / 24), hour(hours % 24)).ok()),
        daily_cap: DailyCap::new(hour((rests >> CAP_AT) & 0xf)).ok(),
        snoozed_until: if rests & SNOOZED == 0 { None } else { rare() },
        level,
    }
}

impl Rare {
    /// Until when they silenced everything.
    pub fn snoozed_until(&self) -> Option<Timestamp> {
        self.snoozed_until
    }
}
