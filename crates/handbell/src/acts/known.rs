//! Acts on what is known: put a picture into the bank, take it out, find what footage resembles, say what that is,
//! bring and give hashes.
//!
//! A match is a lead for a person, shown beside its date and place; nothing follows from one by itself.

use super::ActError;
use super::hiding::{open, taken_back};
use super::record::Weighed;
use crate::store::StoreError;
use crate::vault::ObjectName;
use crate::world::World;
use handbell_evidence::bank::Bank;
use handbell_evidence::pdq::{Hash, Hashed, LOOK, QUALITY_MIN};
use handbell_rules::change::{Actor, Change, What};
use handbell_rules::evidence::footage::Footage;
use handbell_rules::evidence::known::{self, Finding, KNOWN_MAX, Known, Lead};
use handbell_rules::id::{FootageId, IncidentId, KnownId, LeadId};
use handbell_rules::people::member::DeskCaller;
use handbell_rules::record::lookalike::not_this;
use handbell_rules::record::proposal::Proposed;
use handbell_rules::refusal::{Evidence, Refusal};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Known pictures read at once.
const AT_ONCE: u32 = 500;
/// Leads of one file at most, the nearest.
pub const LEADS_MAX: usize = 12;

/// What the shut-in child worked out of a file's pictures (`docs/formats/pdq.md`): hashes to ask with and hashes to be
/// found by, each as 64 hexadecimal digits, a space and the quality.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Hashes {
    /// To ask the bank with.
    pub asked: Vec<String>,
    /// To be found by.
    pub stored: Vec<String>,
}

/// The object that holds a file's hashes.
///
/// # Errors
/// Never for this word; the vault's names are checked all the same.
pub fn hashes_of(footage: FootageId) -> Result<ObjectName, ActError> {
    ObjectName::copy(footage, "hashes").map_err(|_| ActError::Broken("the name of a file's hashes is none".to_owned()))
}

fn hashed(line: &str) -> Option<Hashed> {
    let (hash, quality) = line.split_once(' ')?;
    Some(Hashed { hash: Hash::from_hex(hash)?, quality: quality.parse().ok()? })
}

fn good(lines: &[String]) -> impl Iterator<Item = Hashed> {
    lines.iter().filter_map(|line| hashed(line)).filter(|one| one.quality >= QUALITY_MIN)
}

async fn read_hashes(world: &World, footage: FootageId) -> Result<Option<Hashes>, ActError> {
    let bytes = world.vault.get(&hashes_of(footage)?).await.map_err(|fault| StoreError::Unavailable(fault.to_string()))?;
    Ok(bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
}

/// Everything in the bank, in the order of its ids.
pub async fn everything(world: &World) -> Result<Vec<Known>, ActError> {
    let mut all: Vec<Known> = Vec::new();
    while all.len() < KNOWN_MAX {
        let after = all.last().map_or(KnownId([0; 16]), |known| known.id);
        let more = world.store.evidence().known_after(after, AT_ONCE).await?;
        if more.is_empty() {
            break;
        }
        all.extend(more);
    }
    Ok(all)
}

/// What somebody says of a picture they put into the bank.
#[derive(Debug, Clone, Default)]
pub struct Telling {
    /// What it shows and where it is from.
    pub words: String,
    /// When, as EDTF; may be empty.
    pub date: String,
    /// Where, coarse; may be empty.
    pub place: String,
}

/// Puts a file that the desk has into the bank, by the hashes of its pictures.
///
/// # Errors
/// [`ActError::NotFound`]; what the rule refuses; [`Evidence::KnownHashesMissing`] while no working copy was made;
/// [`Evidence::FootageKeptShut`].
pub async fn remember(world: &World, caller: &DeskCaller, footage: FootageId, telling: Telling) -> Result<KnownId, ActError> {
    let kept = world.store.evidence().footage(footage).await?.ok_or(ActError::NotFound)?;
    open(world, &kept).await?;
    let hashes = read_hashes(world, footage).await?.ok_or(Refusal::from(Evidence::KnownHashesMissing))?;
    let hashes: Vec<(String, u8)> = good(&hashes.stored).map(|one| (one.hash.to_string(), one.quality)).collect();
    let id: KnownId = world.private_id();
    let known = Known {
        id,
        version: 0,
        words: telling.words.trim().to_owned(),
        date: telling.date.trim().to_owned(),
        place: telling.place.trim().to_owned(),
        by: Some(caller.member),
        from: String::new(),
        at: world.now(),
        hashes,
    };
    let before = usize::try_from(world.store.evidence().known_count().await?).unwrap_or(usize::MAX);
    let change = known::know(world.private_id(), before, known, Actor::Member(caller.member), world.now())?;
    world.commit(change).await?;
    Ok(id)
}

/// Takes something out of the bank. Leads to it stay and say that it is gone.
pub async fn forget(world: &World, caller: &DeskCaller, id: KnownId) -> Result<(), ActError> {
    world.store.evidence().known(id).await?.ok_or(ActError::NotFound)?;
    let what = What::PictureForgotten { known: id };
    let change = Change { id: world.private_id(), at: world.now(), by: Actor::Member(caller.member), what };
    world.commit(change).await?;
    Ok(())
}

/// The nearest known things that these hashes resemble, the nearest first: which, how many bits away, and the share of
/// the asking pictures that found it.
pub fn resembled(bank: &[Known], asked: &[Hashed]) -> Vec<(KnownId, u32, u8)> {
    let pairs = bank.iter().zip(0u32..).flat_map(|(known, item)| {
        let good = known.hashes.iter().filter(|(_, quality)| *quality >= QUALITY_MIN);
        good.filter_map(move |(hash, _)| Some((Hash::from_hex(hash)?, item)))
    });
    let bank_of_hashes = Bank::of(pairs);
    let mut nearest: BTreeMap<u32, (u32, usize)> = BTreeMap::new();
    for one in asked {
        let mut met: BTreeMap<u32, u32> = BTreeMap::new();
        for near in bank_of_hashes.within(&one.hash, LOOK) {
            let distance = met.entry(near.item).or_insert(near.distance);
            *distance = near.distance.min(*distance);
        }
        for (item, distance) in met {
            let (least, count) = nearest.entry(item).or_insert((distance, 0));
            *least = distance.min(*least);
            *count += 1;
        }
    }
    let share = |count: usize| u8::try_from(count * 100 / asked.len().max(1)).unwrap_or(100);
    let known = |item: u32| bank.get(item as usize).map(|known| known.id);
    let mut found: Vec<(KnownId, u32, u8)> =
        nearest.into_iter().filter_map(|(item, (distance, count))| Some((known(item)?, distance, share(count)))).collect();
    found.sort_by_key(|(id, distance, _)| (*distance, *id));
    found.truncate(LEADS_MAX);
    found
}

/// Holds a file's pictures against the bank and writes down what they resemble. Asked again, it adds only what is new.
///
/// # Errors
/// What the store or the vault cannot do.
pub async fn resemble(world: &World, id: FootageId) -> Result<usize, ActError> {
    let Some(footage) = world.store.evidence().footage(id).await? else { return Ok(0) };
    if taken_back(world, &footage).await? {
        return Ok(0);
    }
    let Some(hashes) = read_hashes(world, id).await? else { return Ok(0) };
    let bank = everything(world).await?;
    let asked: Vec<Hashed> = good(&hashes.asked).collect();
    let found = tokio::task::spawn_blocking(move || resembled(&bank, &asked));
    let found = found.await.map_err(|_| ActError::Broken("the bank could not be asked".to_owned()))?;
    let before = world.store.evidence().leads_of(id).await?;
    let fresh = found.into_iter().filter(|(known, ..)| before.iter().all(|lead| lead.known != *known));
    let lead = |(known, distance, share)| Lead {
        id: LeadId(*world.private_id::<LeadId>().bytes()),
        version: 0,
        footage: id,
        known,
        distance,
        share: footage.media_type.starts_with("video/").then_some(share),
        at: world.now(),
        finding: None,
    };
    let leads: Vec<Lead> = fresh.map(lead).collect();
    let count = leads.len();
    if let Some(change) = known::found(world.private_id(), &footage, leads, world.bytes(), world.now()) {
        world.commit(change).await?;
    }
    Ok(count)
}

/// A member says what a lead is. "Not here, not now" is proposed to the record of each public incident of the report
/// as a look-alike, for a second member to approve: with the known one's place and year, where both are known.
///
/// # Errors
/// [`ActError::NotFound`]; what a rule refuses.
pub async fn answer(world: &World, caller: &DeskCaller, lead: LeadId, finding: Finding) -> Result<Vec<IncidentId>, ActError> {
    let lead = world.store.evidence().lead(lead).await?.ok_or(ActError::NotFound)?;
    let footage = world.store.evidence().footage(lead.footage).await?.ok_or(ActError::NotFound)?;
    let by = super::hiding::doer(world, caller);
    let change = known::answer(world.private_id(), &footage, &lead, finding, &by, world.now());
    world.commit(change.ok_or(ActError::NotFound)?).await?;
    if finding != Finding::NotHereNotNow {
        return Ok(Vec::new());
    }
    propose_look_alike(world, caller, &footage, lead.known).await
}

async fn propose_look_alike(world: &World, caller: &DeskCaller, footage: &Footage, known: KnownId) -> Result<Vec<IncidentId>, ActError> {
    let Some(known) = world.store.evidence().known(known).await? else { return Ok(Vec::new()) };
    let year = known.date.get(..4).and_then(|year| year.parse::<u32>().ok());
    let (Some(year), false) = (year, known.place.is_empty()) else { return Ok(Vec::new()) };
    let report = world.store.report(footage.report).await?;
    let mut proposed = Vec::new();
    for incident in report.map(|report| report.incidents).unwrap_or_default() {
        let Some(of) = world.store.incident(incident).await?.filter(|incident| incident.public) else { continue };
        let ledger = Weighed::read(world, &of).await?.ledger;
        let statements = not_this(&ledger, &world.group.name, known.place.clone(), year, known.words.clone());
        super::record::propose(world, caller, incident, Proposed::Statements { statements }).await?;
        proposed.push(incident);
    }
    Ok(proposed)
}

/// One line of a bank that groups give each other: hashes and where they are from, nothing else.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Told {
    /// What it shows and where it is from.
    pub words: String,
    /// When, as EDTF.
    #[serde(default)]
    pub date: String,
    /// Where.
    #[serde(default)]
    pub place: String,
    /// Hashes: 64 hexadecimal digits, a space and the quality.
    pub hashes: Vec<String>,
}

/// Our own bank as lines for neighbours. What others told us is theirs to tell.
///
/// # Errors
/// What the store cannot do.
pub async fn told(world: &World) -> Result<Vec<Told>, ActError> {
    let own = everything(world).await?.into_iter().filter(|known| known.from.is_empty());
    let line = |known: Known| Told {
        words: known.words,
        date: known.date,
        place: known.place,
        hashes: known.hashes.iter().map(|(hash, quality)| format!("{hash} {quality}")).collect(),
    };
    Ok(own.map(line).collect())
}

/// Takes a neighbour's lines in; `anew` in place of what they told before.
///
/// # Errors
/// The first line that a rule refuses; then none is in, and what was told before stays.
pub async fn take_in(world: &World, from: &str, anew: bool, lines: Vec<Told>) -> Result<usize, ActError> {
    let mut before = everything(world).await?;
    let (all, count) = (before.len(), lines.len());
    before.retain(|known| anew && known.from == from);
    // Every line is judged before the first is written.
    let mut changes = Vec::with_capacity(count);
    for (line, more) in lines.into_iter().zip(0..) {
        let known = Known {
            id: world.private_id(),
            version: 0,
            words: line.words,
            date: line.date,
            place: line.place,
            by: None,
            from: from.to_owned(),
            at: world.now(),
            hashes: good(&line.hashes).map(|one| (one.hash.to_string(), one.quality)).collect(),
        };
        changes.push(known::know(world.private_id(), all - before.len() + more, known, Actor::Keeper, world.now())?);
    }
    for change in changes {
        world.commit(change).await?;
    }
    for old in before {
        let what = What::PictureForgotten { known: old.id };
        world.commit(Change { id: world.private_id(), at: world.now(), by: Actor::Keeper, what }).await?;
    }
    Ok(count)
}
