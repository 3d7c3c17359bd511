//! Alarm: a neighbour's log went back, or signed two histories, both shown here or one of them elsewhere.
//!
//! The evidence is a folder that stands by itself: both checkpoints as the log signed them, its key, and where the sizes
//! differ and they are at hand, the entries of the larger tree. `handbell verify split` judges it, on any machine. It
//! appears whole or not at all. While it stands, nothing of that log is cosigned; a person clears it, and it is kept.
//! A log that only shows an older state of the same tree signed nothing false: that is an alarm and no proof, and the
//! alarm says so.

use super::neighbour::Signed;
use super::shelf::Shelf;
use super::{MirrorError, not_signed};
use crate::work::sequencer::edge::{Edge, Filed};
use handbell_log::hash::leaf_hash;
use handbell_log::note::{Note, VerifierKey};
use handbell_log::split::{Evidence, Roots, Verdict, judge};
use handbell_log::tile::TileId;
use handbell_log::tree::Frontier;
use std::fmt;
use std::path::PathBuf;

/// Where an alarm stands, below a neighbour's folder.
pub const FOLDER: &str = "alarm";
const UNFINISHED: &str = "alarm.unfinished";
/// Alarms that were cleared are kept under numbers up to this.
const CLEARED_MAX: u32 = 10_000;

/// Takes a stretch of entries.
pub(super) type Takes<'take> = dyn FnMut(&[Vec<u8>]) -> Result<(), MirrorError> + 'take;

/// Hands on the entries of the larger tree from its first, stretch by stretch. It is asked twice, so that nobody holds
/// all of them at once.
pub(super) type Leaves<'leaves> = &'leaves dyn Fn(&mut Takes<'_>) -> Result<(), MirrorError>;

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarm {
    /// What happened, in one sentence.
    pub sentence: String,
    /// The evidence.
    pub folder: PathBuf,
}

impl fmt::Display for Alarm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ALARM: {}; the evidence is in {}", self.sentence, self.folder.display())
    }
}

/// What the evidence says, by the same code that anybody else judges it with.
fn sentence(verdict: &Verdict, kept: u64, shown: u64) -> String {
    let (smaller, larger) = (kept.min(shown), kept.max(shown));
    match verdict {
        // It was computed here; the entries that show it to others are more than an alarm brings.
        Verdict::CannotTell(_) if kept < shown => format!(
            "split view: the {shown} entries that the log signs now do not begin with the {kept} that it had signed, as was computed here; to show it to others takes the {shown} entries"
        ),
        Verdict::Split(_) => verdict.to_string(),
        Verdict::OneTree => format!(
            "rollback: the log shows {smaller} entries and had signed {larger}; it is an older state of the same tree, which proves no second history"
        ),
        Verdict::CannotTell(_) => format!(
            "rollback: the log shows {smaller} entries and had signed {larger}; whether it is the same tree takes the {larger} entries"
        ),
    }
}

fn read_me(sentence: &str, key: &VerifierKey, leaves: bool) -> String {
    let leaves = if leaves { " --leaves leaves" } else { "" };
    format!(
        "{sentence}\n\nBoth files were signed by the log's own key. In this folder, anybody can judge them:\n\n    handbell verify split kept.note shown.note --key '{key}'{leaves}\n\nkept.note was seen here first; shown.note after it, here or at another neighbour.\n"
    )
}

/// The roots over the beginnings of the entries that the two trees should be.
fn roots_of(leaves: Leaves<'_>, smaller: u64, larger: u64) -> Result<Roots, MirrorError> {
    let mut tree = Frontier::new();
    let mut roots = Roots { given: 0, beginning: tree.root(), whole: tree.root() };
    leaves(&mut |stretch: &[Vec<u8>]| {
        for leaf in stretch {
            tree.append(leaf_hash(leaf));
            if tree.size() == smaller {
                roots.beginning = tree.root();
            }
            if tree.size() == larger {
                roots.whole = tree.root();
            }
        }
        Ok(())
    })?;
    roots.given = tree.size();
    Ok(roots)
}

impl Alarm {
    /// The alarm that stands.
    pub(super) fn standing(shelf: &Shelf) -> Option<Alarm> {
        let folder = shelf.at(FOLDER);
        // A disk that does not say whether one stands is no reason to sign.
        if !folder.try_exists().unwrap_or(true) {
            return None;
        }
        let text = std::fs::read_to_string(folder.join("README.txt")).unwrap_or_default();
        let sentence = text.lines().next().filter(|line| !line.is_empty()).unwrap_or("an alarm stands").to_owned();
        Some(Alarm { sentence, folder })
    }

    /// Writes the evidence. `leaves` are those of the larger tree; without them where they cannot be read any more.
    pub(super) fn raise(
        shelf: &Shelf,
        key: &VerifierKey,
        kept: &Note,
        shown: &Note,
        leaves: Option<Leaves<'_>>,
    ) -> Result<Alarm, MirrorError> {
        let (kept, shown) = (kept.encode(), shown.encode());
        let size = |note: &str| Signed::open(note.as_bytes(), key).map(|signed| signed.checkpoint.size);
        let (one, other) = (size(&kept)?, size(&shown)?);
        let leaves = leaves.filter(|_| one != other);
        let roots = leaves.and_then(|leaves| roots_of(leaves, one.min(other), one.max(other)).ok());
        let leaves = leaves.filter(|_| roots.is_some());
        let evidence = roots.as_ref().map_or(Evidence::None, Evidence::Roots);
        let verdict = judge(kept.as_bytes(), shown.as_bytes(), key, evidence);
        let sentence = sentence(&verdict, one, other);
        shelf.clear(UNFINISHED)?;
        let put = |name: &str, bytes: &[u8]| shelf.put(&format!("{UNFINISHED}/{name}"), bytes);
        put("kept.note", kept.as_bytes())?;
        put("shown.note", shown.as_bytes())?;
        put("vkey", format!("{key}\n").as_bytes())?;
        if let Some(leaves) = leaves {
            let mut edge = Edge::default();
            let broken = |error: handbell_log::bundle::BundleError| not_signed("leaves", error.to_string());
            let file = |filed: Vec<Filed>| {
                let mut bundles = filed.iter().filter(|(tile, _)| matches!(tile, TileId::Entries { .. }));
                bundles.try_for_each(|(tile, bytes)| put(&format!("leaves/{}", tile.path()), bytes))
            };
            leaves(&mut |stretch: &[Vec<u8>]| {
                for leaf in stretch {
                    file(edge.append(leaf).map_err(broken)?)?;
                }
                Ok(())
            })?;
            file(edge.unfinished().map_err(broken)?)?;
        }
        put("README.txt", read_me(&sentence, key, leaves.is_some()).as_bytes())?;
        shelf.rename(UNFINISHED, FOLDER)?;
        tracing::error!(origin = key.name(), %sentence, "a neighbour's log raised an alarm; nothing of it is cosigned until somebody clears it");
        Ok(Alarm { sentence, folder: shelf.at(FOLDER) })
    }
}

/// Puts the alarm that stands aside. Whether there was one.
pub(super) fn clear(shelf: &Shelf) -> Result<bool, MirrorError> {
    if Alarm::standing(shelf).is_none() {
        return Ok(false);
    }
    let free = (1..CLEARED_MAX).map(|number| format!("alarm.cleared.{number}")).find(|name| !shelf.has(name));
    shelf.rename(FOLDER, &free.ok_or_else(|| not_signed(FOLDER, "too many cleared alarms are kept"))?)?;
    Ok(true)
}
