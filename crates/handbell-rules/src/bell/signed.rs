//! Signed: what two devices of the desk sign, and what a phone needs to check it.
//!
//! An alert and everything that will ever be said of it are signed at once: the canonical text names the
//! group, the alert, how far and how long, and one hash over every message a phone may show in any language,
//! its cancel, its stand-down and the notice of a correction among them. So an end needs no key, no script
//! and nobody awake. The bytes are described in docs/formats/signed-alert.md. Who may sign is
//! [`super::manifest`]; nothing here holds a key or checks a signature by itself.
//!
//! PROMISE no-unsigned-alert: a live alert rings, and a phone shows it, only with the signatures its reach asks.

use super::alert::{Alert, DRAFT_LIVES, RingKind, TOLD_LIST_KEPT_MAX};
use super::manifest::{Listed, Manifest, Standing};
use super::message::{Message, message};
use crate::id::{AlertId, SigningKeyId};
use crate::playbook::Reach;
use crate::refusal::{Bell, Refusal};
use crate::time::MINUTE;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// The first line of the canonical text.
pub const FIRST_LINE: &str = "handbell alert v1";
/// A signature: r and s, 32 bytes each (ECDSA on P-256 with SHA-256, as WebCrypto writes it).
pub const SIGNATURE_BYTES: usize = 64;
/// How long after its latest end the end and the corrections of an alert are still believed.
const ENDS_BELIEVED: i64 = TOLD_LIST_KEPT_MAX;

/// Whether a group's alerts are signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signing {
    /// A live group's: nothing rings without. No setting reaches it.
    ByDevices,
    /// An exercise can be played without keys: its line reaches the phones inside the program and nothing else,
    /// and each message begins with the word for an exercise. What is signed there all the same is checked.
    Played,
}

impl Signing {
    /// The rule of a group.
    pub const fn of(exercise: bool) -> Self {
        if exercise { Self::Played } else { Self::ByDevices }
    }
}

/// What one device signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertSignature {
    /// The key's id.
    pub key: SigningKeyId,
    /// [`SIGNATURE_BYTES`].
    pub signature: Vec<u8>,
}

/// Checks one signature: the public point, the bytes, the signature.
pub type Checks<'a> = &'a dyn Fn(&[u8], &[u8], &[u8]) -> bool;

/// What is signed of one alert or update.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    text: String,
    /// Hashes of the messages, sorted, each once.
    leaves: Vec<[u8; 32]>,
}

impl Statement {
    /// The statement of a draft, an alert or an update. It is the same before it rings and after it has ended.
    /// `languages` are the group's; every message comes from the one place that makes messages.
    pub fn of(origin: &str, alert: &Alert, languages: &[String]) -> Self {
        let leaves = leaves(alert, languages);
        let root = root(&leaves);
        let until = alert.drafted_at.plus(DRAFT_LIVES + i64::from(alert.lives_minutes) * MINUTE);
        let kind = if alert.follows.is_some() { RingKind::Update } else { RingKind::Alert };
        let lines = [
            ("origin", origin.to_owned()),
            ("alert", told_of(alert).to_string()),
            ("words", alert.id.to_string()),
            ("kind", kind.word().to_owned()),
            ("status", alert.status.word().to_owned()),
            ("reach", alert.reach.name().to_owned()),
            ("area", hex(&area_hash(alert))),
            ("made", alert.drafted_at.milliseconds().to_string()),
            ("until", until.milliseconds().to_string()),
            ("ends-until", until.plus(ENDS_BELIEVED).milliseconds().to_string()),
            ("messages", hex(&root)),
        ];
        let mut text = format!("{FIRST_LINE}\n");
        for (name, value) in lines {
            let _ = writeln!(text, "{name} {value}");
        }
        Self { text, leaves }
    }

    /// The bytes that are signed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The hashes that lead from a message to the text's `messages`; none when the text does not cover it.
    pub fn path(&self, message: &Message) -> Option<Vec<[u8; 32]>> {
        let place = self.leaves.binary_search(&leaf(message)).ok()?;
        Some(path(&self.leaves, place))
    }
}

/// The id under which phones know it: an update's is its first alert's.
fn told_of(alert: &Alert) -> AlertId {
    alert.follows.unwrap_or(alert.id)
}

/// Every message a phone may be given of an alert or an update, in every language and both manners.
fn messages(alert: &Alert, languages: &[String]) -> Vec<Message> {
    let kinds: &[RingKind] = match alert.follows {
        Some(_) => &[RingKind::Update],
        None => &[RingKind::Alert, RingKind::Cancel, RingKind::StandDown, RingKind::Correction],
    };
    let first = Alert { id: told_of(alert), ..alert.clone() };
    let mut all = Vec::with_capacity(kinds.len() * languages.len() * 2);
    for kind in kinds {
        for language in languages {
            all.extend([false, true].map(|discreet| message(*kind, &first, alert, language, discreet)));
        }
    }
    all
}

fn leaves(alert: &Alert, languages: &[String]) -> Vec<[u8; 32]> {
    let mut leaves: Vec<[u8; 32]> = messages(alert, languages).iter().map(leaf).collect();
    leaves.sort_unstable();
    leaves.dedup();
    leaves
}

/// The hash of one message: its fields as netstrings behind a zero byte.
fn leaf(message: &Message) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update([0]);
    let silent = if message.silent { "1" } else { "0" };
    let fields =
        [message.kind.word(), &message.title, &message.body, &message.tag, &message.url, silent, &message.lang, message.dir.word()];
    for field in fields.into_iter().chain(message.conduct.iter().map(String::as_str)) {
        hash.update(field.len().to_string());
        hash.update(b":");
        hash.update(field);
        hash.update(b",");
    }
    hash.finalize().into()
}

/// The hash of two: the smaller one first, behind a one byte, so that a path needs no sides.
fn node(one: &[u8; 32], two: &[u8; 32]) -> [u8; 32] {
    let (low, high) = if one <= two { (one, two) } else { (two, one) };
    Sha256::new().chain_update([1]).chain_update(low).chain_update(high).finalize().into()
}

/// The next row of the tree; whoever is left over goes up as it is.
fn above(row: &[[u8; 32]]) -> Vec<[u8; 32]> {
    let pair = |pair: &[[u8; 32]]| match pair {
        [one, two] => node(one, two),
        rest => rest[0],
    };
    row.chunks(2).map(pair).collect()
}

fn root(leaves: &[[u8; 32]]) -> [u8; 32] {
    let mut row = leaves.to_vec();
    while row.len() > 1 {
        row = above(&row);
    }
    row.first().copied().unwrap_or_default()
}

fn path(leaves: &[[u8; 32]], mut place: usize) -> Vec<[u8; 32]> {
    let (mut row, mut path) = (leaves.to_vec(), Vec::new());
    while row.len() > 1 {
        path.extend(row.get(place ^ 1).copied());
        (row, place) = (above(&row), place / 2);
    }
    path
}

/// The hash of who is told: the area's cells in order, a line each.
fn area_hash(alert: &Alert) -> [u8; 32] {
    let mut hash = Sha256::new();
    for cell in alert.area.cells() {
        hash.update(format!("{cell}\n"));
    }
    hash.finalize().into()
}

/// Lower-case hexadecimal signs.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// How many members' signatures a reach asks for.
pub const fn signatures_needed(reach: Reach) -> usize {
    match reach {
        Reach::Dispatch => 1,
        Reach::Neighbours | Reach::Public => 2,
    }
}

/// Decides whether a device's signature counts: of a listed device of a member who stands, over exactly this text.
pub fn may_sign(
    manifest: Option<&Manifest>,
    standing: &Standing,
    statement: &Statement,
    signature: &AlertSignature,
    checks: Checks<'_>,
) -> Result<(), Refusal> {
    let manifest = manifest.ok_or(Bell::SigningListMissing)?;
    let listed = standing.listed(manifest, signature.key).ok_or(Bell::SignatureNotListed)?;
    if checks(&listed.public, statement.text.as_bytes(), &signature.signature) { Ok(()) } else { Err(Bell::SignatureWrong.into()) }
}

/// The signatures that count, one for each member, in the order given.
pub fn counting<'a>(
    manifest: &Manifest,
    standing: &Standing,
    statement: &Statement,
    signatures: impl IntoIterator<Item = &'a AlertSignature>,
    checks: Checks<'_>,
) -> Vec<&'a AlertSignature> {
    let mut holders: Vec<String> = Vec::new();
    let mut counting = Vec::new();
    for signature in signatures {
        let Some(Listed { holder, public, .. }) = standing.listed(manifest, signature.key) else { continue };
        if !holders.contains(holder) && checks(public, statement.text.as_bytes(), &signature.signature) {
            holders.push(holder.clone());
            counting.push(signature);
        }
    }
    counting
}

/// Decides whether a live alert is signed well enough to ring.
///
/// PROMISE no-unsigned-alert: whatever the approvals say, too few signatures ring nothing.
pub fn enough(reach: Reach, counting: usize) -> Result<(), Refusal> {
    if counting < signatures_needed(reach) { Err(Bell::TooFewSignatures.into()) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
