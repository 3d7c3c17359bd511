//! Link: how somebody without an account gives files to one report.
//!
//! 128 random bits stand in its address; the store keeps a keyed hash, so a stolen database opens none. It is made
//! by whoever holds the receipt, or by a member for somebody who told them, lives a day and takes a few files.

use super::custody::Office;
use crate::change::{Actor, Change, What};
use crate::id::{ChangeId, FootageLinkId, MemberId, ReportId};
use crate::refusal::{Evidence, Refusal};
use crate::time::{DAY, Timestamp};
use serde::{Deserialize, Serialize};

/// How long a link lives.
pub const LINK_LIVES: i64 = DAY;
/// Files one link takes.
pub const LINK_FILES_MAX: u32 = 20;

/// A link as kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FootageLink {
    /// The first sixteen bytes of the keyed hash of what stands in the address.
    pub id: FootageLinkId,
    /// How often it was changed.
    pub version: u32,
    /// The report it gives to.
    pub report: ReportId,
    /// In which role it was made.
    pub made_by: Office,
    /// By which member, when one made it.
    pub member: Option<MemberId>,
    /// When it stops working.
    pub until: Timestamp,
    /// Files begun by it.
    pub files: u32,
}

/// Makes a link to a report, of which it is said whether it was withdrawn.
///
/// # Errors
/// [`Evidence::FootageReportGone`] for a report that was withdrawn.
pub fn make(
    change: ChangeId,
    id: FootageLinkId,
    report: (ReportId, bool),
    by: Option<(Office, MemberId)>,
    now: Timestamp,
) -> Result<Change, Refusal> {
    let (report, withdrawn) = report;
    if withdrawn {
        return Err(Evidence::FootageReportGone.into());
    }
    let link = FootageLink {
        id,
        version: 0,
        report,
        made_by: by.map_or(Office::Witness, |(office, _)| office),
        member: by.map(|(_, member)| member),
        until: now.plus(LINK_LIVES),
        files: 0,
    };
    let actor = by.map_or(Actor::Street, |(_, member)| Actor::Member(member));
    Ok(Change { id: change, at: now, by: actor, what: What::FootageLinkMade { link } })
}

impl FootageLink {
    /// The same with one more file.
    ///
    /// # Errors
    /// [`Evidence::FootageLinkOver`] when its time is over or it has taken what it takes.
    pub fn used(&self, now: Timestamp) -> Result<Self, Refusal> {
        if now >= self.until || self.files >= LINK_FILES_MAX {
            return Err(Evidence::FootageLinkOver.into());
        }
        Ok(Self { files: self.files + 1, ..self.clone() })
    }
}
