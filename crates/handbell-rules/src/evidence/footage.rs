//! Footage: a file that came whole, sealed as it came.
//!
//! Three times stand apart and are always shown together: what the witness says, what the file says, and when it
//! came. The desk sees working copies only; the original opens with two of three custodians.

use super::custody::{Deed, Doer, Statement, hex};
use super::longer::{HeldLonger, HoldAsk, HoldReason};
use super::shut::ShutHeld;
use super::upload::Upload;
use crate::change::{Actor, Change, What};
use crate::id::{ChangeId, FootageId, ReportId};
use crate::refusal::{Evidence, Refusal};
use crate::time::{DAY, Timestamp};
use serde::{Deserialize, Serialize};

/// How long footage is kept: police complaints and human-rights claims run about a year (safety 1.6).
pub const FOOTAGE_KEPT: i64 = 366 * DAY;
/// How long the working key of a file is kept that the machine cannot decode: time to install what is missing. Whoever takes
/// the running server could read such a file (decision 0077).
pub const WAITS_FOR_A_MACHINE: i64 = 3 * DAY;
/// How long it is kept when its report was rejected or withdrawn.
pub const FOOTAGE_KEPT_REJECTED: i64 = 14 * DAY;

/// Why there are no working copies of what was taken back and is kept by order alone.
pub const TAKEN_BACK: &str = "taken-back";
/// Why there are none of what a member shut.
pub const SHUT: &str = "shut";

/// What may be done with it, in the witness's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wish {
    /// The desk may look, nobody else.
    DeskOnly,
    /// It may also be handed to a lawyer or a complaints body.
    Lawyer,
    /// It may also be shown in public once people and plates are covered.
    Public,
}

impl Wish {
    /// Every wish with its word.
    pub const ALL: [(Wish, &'static str); 3] = [(Self::DeskOnly, "desk-only"), (Self::Lawyer, "lawyer"), (Self::Public, "public")];
    /// The word.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(wish, _)| *wish == self).map_or("", |(_, word)| word)
    }
    /// Reads a word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, word)| *word == text).map(|(wish, _)| *wish)
    }
    /// Whether it allows no more than another does.
    pub const fn is_within(self, other: Self) -> bool {
        self as u8 <= other as u8
    }
}

/// Whose words what may be done with footage is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WishedBy {
    /// Whoever has the receipt.
    Giver,
    /// Whoever has a link that was made with the receipt: the witness, or somebody to whom they gave its address.
    Link,
    /// Whoever has a link that a member made: they saw its address, and it may be them.
    MembersLink,
}

/// What the custody chain says beside whatever came by such a link.
const BY_MEMBERS_LINK: &str = "; by a link that a member made";
/// And beside whatever came by a link of the receipt's.
const BY_LINK: &str = "; by a link";

/// One working copy, as stored in the vault under its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkingCopy {
    /// The object's name in the vault.
    pub name: String,
    /// Its type.
    pub media_type: String,
    /// Its bytes.
    pub length: u64,
    /// For a still: where in the film, in milliseconds.
    pub at: Option<u64>,
    /// Its SHA-256 in hexadecimal, so that it is known when somebody gives it as footage; none of copies made before that was
    /// kept.
    #[serde(default)]
    pub sha256: Option<String>,
}

impl WorkingCopy {
    /// Whether it is sound alone: a voice tells who somebody is, so it is for the desk and never public.
    pub fn is_sound(&self) -> bool {
        self.media_type.starts_with("audio/")
    }
}

/// How far the working copies are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "copies")]
#[expect(clippy::large_enum_variant, reason = "nearly every file has its copies, and a box would be one more piece of memory for each")]
pub enum Copies {
    /// They are to be made.
    Waiting {
        /// How often it was tried.
        tries: u32,
    },
    /// They are made.
    Made {
        /// The picture or film that the desk looks at, with nothing but its frames in it; of a recording, the sound it
        /// listens to.
        preview: Option<WorkingCopy>,
        /// The file itself without what it tells beside its pictures: what boxes are burnt into. None where it could not be
        /// cleaned; the preview is burnt then.
        clean: Option<WorkingCopy>,
        /// Stills of a film.
        stills: Vec<WorkingCopy>,
        /// Width and height of the preview.
        size: Option<(u32, u32)>,
        /// Length of a film or sound in milliseconds.
        lasts: Option<u64>,
        /// When it was filmed, as the file says; nobody has checked that.
        in_file: Option<String>,
        /// Whether it carries content credentials, which are not checked here.
        credentials: bool,
    },
    /// None can be made; the original is kept sealed.
    Failed {
        /// The short name of why.
        why: String,
    },
}

/// A file that came whole, as kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Footage {
    /// Private id.
    pub id: FootageId,
    /// How often it was changed.
    pub version: u32,
    /// The report it was given to.
    pub report: ReportId,
    /// When it came whole.
    pub received_at: Timestamp,
    /// What it is, by its content.
    pub media_type: String,
    /// Its bytes.
    pub length: u64,
    /// SHA-256 of the original.
    pub sha256: [u8; 32],
    /// Sealed parts.
    pub parts: u32,
    /// What may be done with it.
    pub wish: Wish,
    /// When it was filmed, as the witness says; empty when they did not.
    pub claimed: String,
    /// The recipient of its own key.
    pub recipient: String,
    /// The working key; none once working copies are made or failed for good.
    pub working: Option<String>,
    /// The three sealed shares.
    pub shares: [String; 3],
    /// Randomness of its mark in the log; goes with a pack as what opens the mark.
    pub inner_salt: [u8; 32],
    /// Whether its mark stands in the log, and in which stream.
    pub noted: Option<crate::id::IncidentId>,
    /// Working copies.
    pub copies: Copies,
    /// When it goes.
    pub forget_at: Timestamp,
    /// Which two members said that it is kept longer than usual, and why; may be over ([`Footage::held_now`]).
    pub held: Option<HeldLonger>,
    /// A member asked that, and another has not agreed; may be over ([`Footage::hold_waits`]).
    #[serde(default)]
    pub hold_asked: Option<HoldAsk>,
    /// Whether it is still to be held against the bank of known pictures; so from the commit that names its working copies.
    #[serde(default)]
    pub unasked: bool,
    /// What a member shut without saying that it may be unlawful, and what may be opened again for a day ([`super::shut`]);
    /// may be over ([`Footage::opens_again`]).
    #[serde(default)]
    pub shut_held: Option<ShutHeld>,
}

impl Footage {
    pub(super) fn of(upload: &Upload, sha256: [u8; 32], media_type: String, inner_salt: [u8; 32], now: Timestamp) -> Self {
        Self {
            id: upload.footage,
            version: 0,
            report: upload.report,
            received_at: now,
            media_type,
            length: upload.length,
            sha256,
            parts: upload.parts,
            wish: upload.wish,
            claimed: upload.claimed.clone(),
            recipient: upload.recipient.clone(),
            working: Some(upload.working.clone()),
            shares: upload.shares.clone(),
            inner_salt,
            noted: None,
            copies: Copies::Waiting { tries: 0 },
            forget_at: now.plus(FOOTAGE_KEPT),
            held: None,
            hold_asked: None,
            unasked: false,
            shut_held: None,
        }
    }

    /// What people are told it is. A voice comes in a film's container too, which only whoever reads all of it knows; what it
    /// was called when it came stays, because its mark in the log holds that.
    pub fn shown_type(&self) -> String {
        match (&self.copies, self.media_type.split_once('/')) {
            (Copies::Made { preview: Some(copy), .. }, Some(("video", name))) if copy.is_sound() => format!("audio/{name}"),
            _ => self.media_type.clone(),
        }
    }

    /// Whether somebody still has to make working copies.
    pub const fn waits(&self) -> bool {
        matches!(self.copies, Copies::Waiting { .. })
    }

    /// Whether making them took too long once: it is tried again behind all others.
    pub const fn is_slow(&self) -> bool {
        matches!(self.copies, Copies::Waiting { tries: 1.. })
    }

    /// Whether it was brought into line with a report that was taken back: it has no working copies and no working key.
    pub fn is_taken_back(&self) -> bool {
        matches!(&self.copies, Copies::Failed { why } if why == TAKEN_BACK)
    }

    /// Whether a member shut it: it has no working copies and no working key, and nobody looks at it.
    pub fn is_shut(&self) -> bool {
        matches!(&self.copies, Copies::Failed { why } if why == SHUT)
    }

    /// Whether another file is, byte by byte, a working copy that was made of this one before. What came as those very bytes
    /// is no copy of ours: then both were given.
    pub fn made_before(&self, other: &Footage) -> bool {
        let hash = hex(&other.sha256);
        let copies = self.shut_held.as_ref().map_or(&self.copies, |held| held.copies.as_ref());
        let Copies::Made { preview, clean, stills, .. } = copies else { return false };
        let same = |copy: &WorkingCopy| copy.sha256.as_ref() == Some(&hash);
        let elsewhere = self.id != other.id && self.sha256 != other.sha256 && self.received_at <= other.received_at;
        elsewhere && preview.iter().chain(clean).chain(stills).any(same)
    }

    /// What is said of it in the custody chain.
    pub fn said(&self, by: &Doer, deed: Deed, now: Timestamp) -> Statement {
        by.says(deed, Some(self.id), now).about(self.sha256)
    }
}

/// A file came whole.
///
/// # Errors
/// [`Evidence::FootageChanged`] when the sender said another hash: the file changed between two sessions.
pub fn receive(id: ChangeId, upload: &Upload, footage: Footage, salt: [u8; 16], now: Timestamp) -> Result<Change, Refusal> {
    if upload.said_sha256.is_some_and(|said| said != footage.sha256) {
        return Err(Evidence::FootageChanged.into());
    }
    let by = Doer::witness(salt);
    let link = match upload.link {
        _ if upload.members_link => BY_MEMBERS_LINK,
        Some(_) => BY_LINK,
        None => "",
    };
    let said = footage.said(&by, Deed::Received, now).with(format!("{} bytes, {}{link}", footage.length, footage.media_type));
    Ok(Change { id, at: now, by: by.actor(), what: What::FootageReceived { upload: upload.finished(footage.sha256), footage, said } })
}

/// The witness says differently what may be done with it. By a link less may be allowed and never more than was: an address
/// goes from hand to hand, a member who made one saw it, and nobody could tell the witness's consent from another's.
///
/// # Errors
/// [`Evidence::WishByReceipt`] for more than was allowed, by a link.
pub fn wish(id: ChangeId, footage: &Footage, wish: Wish, whose: WishedBy, salt: [u8; 16], now: Timestamp) -> Result<Change, Refusal> {
    let link = match whose {
        WishedBy::Giver => "",
        WishedBy::Link | WishedBy::MembersLink if !wish.is_within(footage.wish) => return Err(Evidence::WishByReceipt.into()),
        WishedBy::Link => BY_LINK,
        WishedBy::MembersLink => BY_MEMBERS_LINK,
    };
    let by = Doer::witness(salt);
    let said = footage.said(&by, Deed::Wished, now).with(format!("{}{link}", wish.word()));
    let what = What::FootageChanged { footage: Footage { wish, ..footage.clone() }, said: Some(said) };
    Ok(Change { id, at: now, by: by.actor(), what })
}

/// Working copies were made, or cannot be: the working key goes with the same commit.
pub fn copied(id: ChangeId, footage: &Footage, copies: Copies, salt: [u8; 16], now: Timestamp) -> Change {
    let by = Doer::handbell(salt);
    let words = match &copies {
        Copies::Waiting { .. } => None,
        Copies::Made { preview, stills, .. } => Some(format!("{} preview, {} stills", preview.iter().len(), stills.len())),
        Copies::Failed { why } => Some(format!("none: {why}")),
    };
    let working = if words.is_none() { footage.working.clone() } else { None };
    let unasked = matches!(copies, Copies::Made { .. });
    let said = words.map(|words| footage.said(&by, Deed::Derived, now).with(words));
    Change {
        id,
        at: now,
        by: by.actor(),
        what: What::FootageCopied { footage: Footage { copies, working, unasked, ..footage.clone() }, said },
    }
}

/// It was held against the bank of known pictures: what it resembles is written down.
pub fn asked(id: ChangeId, footage: &Footage, now: Timestamp) -> Change {
    let footage = Footage { unasked: false, ..footage.clone() };
    Change { id, at: now, by: Actor::Worker, what: What::FootageChanged { footage, said: None } }
}

/// What became of the report that footage was given to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportFate {
    /// The desk follows it, or its words have had their time.
    Kept,
    /// Nobody follows it.
    SetAside,
    /// The witness took it back.
    Withdrawn,
}

impl Footage {
    /// When it goes, by what became of its report: at once when the witness took the report back, after
    /// [`FOOTAGE_KEPT_REJECTED`] from when it is first seen set aside, and as usual again when somebody follows it after
    /// all. What is held stays until its hold is over, except from whoever gave it: against them only an order holds.
    #[must_use]
    pub fn goes_at(&self, fate: ReportFate, now: Timestamp) -> Timestamp {
        // Whose time is over goes, whatever somebody thinks of the report now.
        if self.forget_at <= now {
            return self.forget_at;
        }
        let held_until = self.held_now(now).map(|held| held.ask.until);
        match fate {
            ReportFate::Withdrawn => self.ordered(now).map_or(now, |held| held.ask.until),
            ReportFate::SetAside => self.forget_at.min(now.plus(FOOTAGE_KEPT_REJECTED)).max(held_until.unwrap_or(now)),
            ReportFate::Kept => self.forget_at.max(self.received_at.plus(FOOTAGE_KEPT)),
        }
    }

    /// The same, as it is kept after what became of its report. Of a report that was taken back nobody looks at
    /// anything any more, and only an order holds it: there is nothing left to look at, nor a key to make it with.
    fn followed(&self, fate: ReportFate, now: Timestamp) -> Self {
        let forget_at = self.goes_at(fate, now);
        match fate {
            ReportFate::Withdrawn => {
                let held = self.ordered(now).cloned();
                // An order can still be made longer; whatever else is asked for could hold nothing.
                let hold_asked = self.hold_asked.clone().filter(|ask| held.is_some() && ask.reason == HoldReason::Ordered);
                let copies = Copies::Failed { why: TAKEN_BACK.to_owned() };
                Self { forget_at, held, hold_asked, wish: Wish::DeskOnly, working: None, copies, shut_held: None, ..self.clone() }
            }
            ReportFate::SetAside | ReportFate::Kept => Self { forget_at, ..self.clone() },
        }
    }
}

/// What becomes of it because of what became of its report; nothing when it is so already.
#[must_use]
pub fn follow(id: ChangeId, footage: &Footage, fate: ReportFate, salt: [u8; 16], now: Timestamp) -> Option<Change> {
    let followed = footage.followed(fate, now);
    if followed == *footage {
        return None;
    }
    let by = Doer::handbell(salt);
    let said = match (footage.held_now(now), &followed.held) {
        (Some(_), None) => Some(footage.said(&by, Deed::HeldLonger, now).with("no longer: whoever gave it took the report back")),
        (Some(_), Some(_)) if fate == ReportFate::Withdrawn && !footage.is_taken_back() => {
            let words = "whoever gave it took the report back; kept by order alone, and nobody looks at it";
            Some(footage.said(&by, Deed::HeldLonger, now).with(words))
        }
        _ => None,
    };
    let what = What::FootageChanged { footage: followed, said };
    Some(Change { id, at: now, by: by.actor(), what })
}

/// Whoever gave it takes it back: it is to go now. This is said before the first object goes, so that whatever stops
/// in between, the rest goes too.
pub fn take_back(id: ChangeId, footage: &Footage, salt: [u8; 16], now: Timestamp) -> Change {
    let by = Doer::witness(salt);
    let said = footage.said(&by, Deed::HeldLonger, now).with("no longer: taken back by whoever gave it");
    let footage = Footage { forget_at: footage.forget_at.min(now), held: None, hold_asked: None, ..footage.clone() };
    Change { id, at: now, by: by.actor(), what: What::FootageChanged { footage, said: Some(said) } }
}

/// The sealed original and its copies were removed from the vault; now the row goes, and all that hangs on it.
pub fn gone(id: ChangeId, footage: &Footage, by: &Doer, why: &str, now: Timestamp) -> Change {
    let said = footage.said(by, Deed::Deleted, now).with(why);
    Change { id, at: now, by: by.actor(), what: What::FootageGone { footage: footage.id, said } }
}
