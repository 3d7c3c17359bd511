//! Manifest: the group's list of signing devices, version after version.
//!
//! A browser of the desk makes a key that cannot leave it; the public half stands here, bound to its member's
//! device. The first list is signed by devices of two members that stand in it, every later one by devices of
//! two members of the list before. A phone keeps the list it saw when it subscribed and follows such steps and
//! no others. The text is canonical and names nobody: members are handles that mean nothing elsewhere. What
//! the devices sign is [`super::signed`].

use super::signed::{AlertSignature, Checks, hex, signatures_needed};
use crate::change::{Actor, Change, What};
use crate::id::{ChangeId, DeviceId, MemberId, SigningKeyId};
use crate::people::member::{DeskCaller, Member, Role};
use crate::playbook::Reach;
use crate::refusal::{Bell, Refusal};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// The first line of a list.
pub const FIRST_LINE: &str = "handbell signing devices v1";
/// A public key: an uncompressed P-256 point.
pub const PUBLIC_BYTES: usize = 65;
/// Devices one list can name.
pub const DEVICES_MAX: usize = 60;
/// Members whose devices sign a list.
pub const LIST_SIGNERS: usize = 2;

/// One browser's key, as kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SigningKey {
    /// Follows from `public`.
    pub id: SigningKeyId,
    /// How often it was changed.
    pub version: u32,
    /// Whose.
    pub member: MemberId,
    /// On which browser.
    pub device: DeviceId,
    /// The public half, [`PUBLIC_BYTES`].
    pub public: Vec<u8>,
    /// Since when.
    pub since: Timestamp,
    /// When it was taken back or replaced.
    pub removed_at: Option<Timestamp>,
}

/// The id of a public key.
pub fn key_id(public: &[u8]) -> SigningKeyId {
    let digest = Sha256::digest(public);
    let mut id = [0u8; 16];
    id.copy_from_slice(&digest[..16]);
    SigningKeyId(id)
}

/// A member as a list names them: sixteen signs that follow from the private id and say nothing of it.
pub fn holder(member: MemberId) -> String {
    hex(&Sha256::new().chain_update(b"handbell holder\0").chain_update(member.bytes()).finalize()[..8])
}

/// A device on a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its key.
    pub key: SigningKeyId,
    /// Its member's handle.
    pub holder: String,
    /// The key's public half.
    pub public: Vec<u8>,
}

/// One version of the list, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// Its number, from 1 on.
    pub number: u32,
    /// SHA-256 of the list before; zeros for a beginning.
    pub before: [u8; 32],
    /// The group's origin.
    pub origin: String,
    /// The group's name, on one line.
    pub name: String,
    /// The devices in the order of their keys.
    pub devices: Vec<Listed>,
}

/// The first line of what a browser signs when it becomes a signing device.
pub const ENROL_LINE: &str = "handbell signing device v1";

/// What a browser signs to show that it holds the key it adds.
pub fn enrolment(origin: &str, device: DeviceId, public: &[u8]) -> String {
    format!("{ENROL_LINE}\norigin {origin}\ndevice {device}\nkey {}\n", hex(public))
}

impl Manifest {
    /// The canonical text, which is what is signed, hashed and logged.
    pub fn text(&self) -> String {
        let mut text =
            format!("{FIRST_LINE}\norigin {}\nname {}\nversion {}\nbefore {}\n", self.origin, self.name, self.number, hex(&self.before));
        for reach in Reach::ALL {
            let _ = writeln!(text, "needs {} {}", reach.name(), signatures_needed(reach));
        }
        for device in &self.devices {
            let _ = writeln!(text, "device {} {} {}", device.key, device.holder, hex(&device.public));
        }
        text
    }

    /// SHA-256 of the text: its address, its leaf in the log, and `before` of the next.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.text()).into()
    }

    /// Reads a text that this wrote; none when it is not exactly such a text.
    pub fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let mut next = |name: &str| lines.next()?.strip_prefix(name)?.strip_prefix(' ').map(str::to_owned);
        let origin = match (text.lines().next()?, next("handbell")) {
            (FIRST_LINE, Some(_)) => next("origin")?,
            _ => return None,
        };
        let (name, number, before) = (next("name")?, next("version")?.parse().ok()?, unhex(&next("before")?)?.try_into().ok()?);
        let mut devices = Vec::new();
        for line in text.lines().filter_map(|line| line.strip_prefix("device ")) {
            let mut words = line.split(' ');
            let (key, holder, public) = (words.next()?.parse().ok()?, words.next()?.to_owned(), unhex(words.next()?)?);
            devices.push(Listed { key, holder, public });
        }
        let read = Self { number, before, origin, name, devices };
        (read.text() == text).then_some(read)
    }

    /// How many members hold a device of it.
    pub fn holders(&self) -> usize {
        self.devices.iter().map(|device| &device.holder).collect::<BTreeSet<_>>().len()
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}

/// A list as kept, with the signatures under it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptManifest {
    /// Its number.
    pub number: u32,
    /// How often the row was changed.
    pub version: u32,
    /// The canonical text.
    pub text: String,
    /// Under it.
    pub signatures: Vec<AlertSignature>,
    /// When the last signature came that it needed; none while one is wanted.
    pub made_at: Option<Timestamp>,
}

impl KeptManifest {
    /// The list itself.
    pub fn read(&self) -> Option<Manifest> {
        Manifest::parse(&self.text)
    }
}

/// Whose keys count now: those not taken back, of members who were not revoked.
///
/// From the commit of a revocation on, a key counts for nothing here, whatever a phone's older list says.
#[derive(Debug, Clone, Default)]
pub struct Standing(BTreeSet<SigningKeyId>);

impl Standing {
    /// From every key and every member.
    pub fn of(keys: &[SigningKey], members: &[Member]) -> Self {
        let stands = |key: &&SigningKey| members.iter().any(|member| member.id == key.member && member.revoked_at.is_none());
        Self(keys.iter().filter(|key| key.removed_at.is_none()).filter(stands).map(|key| key.id).collect())
    }

    /// The device of a list that has this key, if it stands.
    pub fn listed<'a>(&self, manifest: &'a Manifest, key: SigningKeyId) -> Option<&'a Listed> {
        manifest.devices.iter().find(|device| device.key == key && self.0.contains(&key))
    }

    /// Members of a list whose keys still stand.
    fn holders(&self, manifest: &Manifest) -> usize {
        manifest.devices.iter().filter(|device| self.0.contains(&device.key)).map(|device| &device.holder).collect::<BTreeSet<_>>().len()
    }
}

/// The list that should come next: what stands now. None when the newest one says so already.
///
/// Where fewer than two members of the newest list are left, nobody can sign a step from it: the next list is a
/// beginning of its own, and whoever subscribed before has to subscribe again to believe it.
pub fn proposed(newest: Option<&Manifest>, keys: &[SigningKey], standing: &Standing, origin: &str, name: &str) -> Option<Manifest> {
    let mut devices: Vec<Listed> = keys
        .iter()
        .filter(|key| standing.0.contains(&key.id))
        .map(|key| Listed { key: key.id, holder: holder(key.member), public: key.public.clone() })
        .collect();
    devices.sort_by_key(|device| device.key);
    devices.truncate(DEVICES_MAX);
    let name: String = name.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).collect();
    let follows = newest.filter(|newest| standing.holders(newest) >= LIST_SIGNERS);
    let next = Manifest {
        number: newest.map_or(0, |newest| newest.number) + 1,
        before: follows.map_or([0; 32], Manifest::hash),
        origin: origin.to_owned(),
        name: name.trim().to_owned(),
        devices,
    };
    (newest.is_none_or(|newest| newest.devices != next.devices || newest.name != next.name)).then_some(next)
}

/// The list whose devices sign the proposed one: the newest, or the proposed one itself where it is a beginning.
pub fn signed_by<'a>(newest: Option<&'a Manifest>, proposed: &'a Manifest) -> &'a Manifest {
    newest.filter(|newest| newest.hash() == proposed.before).unwrap_or(proposed)
}

/// Takes in a browser's key. `proof` is its signature under [`enrolment`].
#[expect(clippy::too_many_arguments, reason = "each argument is one thing the form or the world gives")]
pub fn add(
    change: ChangeId,
    caller: &DeskCaller,
    origin: &str,
    public: &[u8],
    proof: &[u8],
    known: &[SigningKey],
    checks: Checks<'_>,
    now: Timestamp,
) -> Result<Change, Refusal> {
    caller.needs(Role::Approver).map_err(|_| Bell::ApproverNeeded)?;
    let id = key_id(public);
    let statement = enrolment(origin, caller.device, public);
    if public.len() != PUBLIC_BYTES || known.iter().any(|key| key.id == id) || !checks(public, statement.as_bytes(), proof) {
        return Err(Bell::SigningKeyWrong.into());
    }
    let key =
        SigningKey { id, version: 0, member: caller.member, device: caller.device, public: public.to_vec(), since: now, removed_at: None };
    let before = known.iter().find(|key| key.device == caller.device && key.removed_at.is_none());
    let replaced = before.map(|key| SigningKey { removed_at: Some(now), ..key.clone() });
    Ok(Change { id: change, at: now, by: Actor::Member(caller.member), what: What::SigningKeyAdded { key, replaced } })
}

/// A member takes one of their own signing devices back: at once for the server, with the next list for phones.
pub fn take_back(change: ChangeId, caller: &DeskCaller, key: &SigningKey, now: Timestamp) -> Result<Change, Refusal> {
    caller.at_the_desk()?;
    if key.member != caller.member || key.removed_at.is_some() {
        return Err(Bell::SigningListChanged.into());
    }
    let key = SigningKey { removed_at: Some(now), ..key.clone() };
    Ok(Change { id: change, at: now, by: Actor::Member(caller.member), what: What::SigningKeyTakenBack { key } })
}

/// Everything [`sign`] weighs.
#[derive(Debug, Clone, Copy)]
pub struct Weighed<'a> {
    /// The newest list.
    pub newest: Option<&'a Manifest>,
    /// The list that should come next.
    pub proposed: Option<&'a Manifest>,
    /// The row of the next list, where somebody has signed one already, even if it is another one by now.
    pub begun: Option<&'a KeptManifest>,
    /// Every key.
    pub keys: &'a [SigningKey],
    /// Those that count.
    pub standing: &'a Standing,
}

/// Signs the next list. The second member's signature makes it the group's.
pub fn sign(
    change: ChangeId,
    caller: &DeskCaller,
    weighed: Weighed<'_>,
    signature: AlertSignature,
    checks: Checks<'_>,
    now: Timestamp,
) -> Result<Change, Refusal> {
    caller.needs(Role::Approver).map_err(|_| Bell::ApproverNeeded)?;
    let proposed = weighed.proposed.ok_or(Bell::SigningListChanged)?;
    if proposed.holders() < LIST_SIGNERS {
        return Err(Bell::SigningListShort.into());
    }
    let text = proposed.text();
    let signers = signed_by(weighed.newest, proposed);
    let own = weighed.keys.iter().any(|key| key.id == signature.key && key.device == caller.device && key.member == caller.member);
    let listed = weighed.standing.listed(signers, signature.key).filter(|_| own).ok_or(Bell::SignatureNotListed)?;
    if !checks(&listed.public, text.as_bytes(), &signature.signature) {
        return Err(Bell::SignatureWrong.into());
    }
    // What was signed of another text, or by a key that stands no more, is dropped.
    let holder_of = |one: &AlertSignature| weighed.standing.listed(signers, one.key).map(|listed| listed.holder.clone());
    let mut signatures: Vec<AlertSignature> = match weighed.begun {
        Some(begun) if begun.text == text => begun.signatures.iter().filter(|one| holder_of(one).is_some()).cloned().collect(),
        _ => Vec::new(),
    };
    if signatures.iter().any(|one| holder_of(one).as_ref() == Some(&listed.holder)) {
        return Err(Bell::SigningListChanged.into());
    }
    signatures.push(signature);
    let made = signatures.len() >= LIST_SIGNERS;
    let version = weighed.begun.map_or(0, |begun| begun.version);
    let manifest = KeptManifest { number: proposed.number, version, text, signatures, made_at: made.then_some(now) };
    let what = if made { What::ManifestMade { manifest } } else { What::ManifestSigned { manifest } };
    Ok(Change { id: change, at: now, by: Actor::Member(caller.member), what })
}

/// Whether a list is a good step from the one before, as a phone decides it: it names it, and devices of two
/// of its members signed it. What a server says of who was revoked does not come in: a phone cannot know.
pub fn follows(before: &Manifest, next: &KeptManifest, checks: Checks<'_>) -> bool {
    let Some(read) = next.read() else { return false };
    let signed = |one: &&AlertSignature| {
        before.devices.iter().any(|device| device.key == one.key && checks(&device.public, next.text.as_bytes(), &one.signature))
    };
    let holder = |one: &AlertSignature| before.devices.iter().find(|device| device.key == one.key).map(|device| device.holder.clone());
    let holders: BTreeSet<String> = next.signatures.iter().filter(signed).filter_map(holder).collect();
    read.before == before.hash() && read.number == before.number + 1 && read.origin == before.origin && holders.len() >= LIST_SIGNERS
}

/// Who may sign now, read once.
#[derive(Debug, Clone, Default)]
pub struct Roll {
    /// The group's list.
    pub newest: Option<Manifest>,
    /// The row of the next one, where somebody has signed it.
    pub begun: Option<KeptManifest>,
    /// Every key.
    pub keys: Vec<SigningKey>,
    /// Those that count.
    pub standing: Standing,
}

impl Roll {
    /// From everything that is kept.
    pub fn of(keys: Vec<SigningKey>, members: &[Member], manifests: &[KeptManifest]) -> Self {
        let made = manifests.iter().filter(|kept| kept.made_at.is_some()).max_by_key(|kept| kept.number);
        let begun = manifests.iter().find(|kept| kept.made_at.is_none()).cloned();
        let standing = Standing::of(&keys, members);
        Self { newest: made.and_then(KeptManifest::read), begun, keys, standing }
    }

    /// The list that should come next.
    pub fn proposed(&self, origin: &str, name: &str) -> Option<Manifest> {
        proposed(self.newest.as_ref(), &self.keys, &self.standing, origin, name)
    }

    /// A browser's own key, if it has one that stands.
    pub fn own(&self, caller: &DeskCaller) -> Option<&SigningKey> {
        self.keys.iter().find(|key| key.device == caller.device && key.member == caller.member && key.removed_at.is_none())
    }
}
