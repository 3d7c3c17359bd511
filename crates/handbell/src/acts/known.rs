//! Acts on what is known: put a picture into the bank, take it out, find what footage resembles, say what that is,
//! bring and give hashes.
//!
//! A match is a lead for a person, shown beside its date and place; nothing follows from one by itself.

use super::ActError;
use super::hiding::{closed, open};
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
use std::collections::{BTreeMap, BTreeSet};

/// Known pictures read at once.
const AT_ONCE: u32 = 500;
/// Leads of one file at most, the nearest.
pub const LEADS_MAX: usize = 12;

/// What the shut-in child worked out of a file's pictures (`docs/formats/pdq.md`): hashes to ask with and hashes to be
/// found by, each as 64 hexadecimal digits, a space and the quality; of a film a space and its still's number behind.
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

/// A hash, and of which still it is, where that is said.
fn hashed(line: &str) -> Option<(Hashed, Option<u16>)> {
    let mut words = line.split(' ');
    let hashed = Hashed { hash: Hash::from_hex(words.next()?)?, quality: words.next()?.parse().ok()? };
    let still = words.next().map(str::parse::<u16>).transpose().ok()?;
    words.next().is_none().then_some((hashed, still))
}

fn good(lines: &[String]) -> impl Iterator<Item = (Hashed, Option<u16>)> {
    lines.iter().filter_map(|line| hashed(line)).filter(|(one, _)| one.quality >= QUALITY_MIN)
}

/// Hashes as the bank keeps them, with the still of each where every one says of which it is.
fn banked(lines: &[String]) -> (Vec<(String, u8)>, Vec<u16>) {
    let all: Vec<(Hashed, Option<u16>)> = good(lines).collect();
    let stills: Option<Vec<u16>> = all.iter().map(|(_, still)| *still).collect();
    (all.iter().map(|(one, _)| (one.hash.to_string(), one.quality)).collect(), stills.unwrap_or_default())
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
    let (hashes, stills) = banked(&hashes.stored);
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
        stills,
        footage: Some(footage),
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

/// Takes what was remembered of a file out of the bank: whoever gave it took it back.
///
/// # Errors
/// What the store cannot do.
pub async fn forget_of(world: &World, footage: FootageId, by: Actor) -> Result<(), StoreError> {
    let mut after = KnownId([0; 16]);
    loop {
        let some = world.store.evidence().known_after(after, AT_ONCE).await?;
        let Some(last) = some.last() else { return Ok(()) };
        after = last.id;
        for known in some.iter().filter(|known| known.footage == Some(footage)) {
            let what = What::PictureForgotten { known: known.id };
            match world.commit(Change { id: world.private_id(), at: world.now(), by, what }).await {
                // Somebody was faster.
                Ok(_) | Err(StoreError::Conflict) => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// The share of a known film's stills that are among these, in a hundred; none where it is no film, or nobody knows which
/// hash is of which still.
fn share(known: &Known, found: &BTreeSet<u16>) -> Option<u8> {
    let good = known.stills.iter().zip(&known.hashes).filter(|(_, (_, quality))| *quality >= QUALITY_MIN);
    let all: BTreeSet<u16> = good.map(|(still, _)| *still).collect();
    (all.len() > 1).then(|| u8::try_from(found.len() * 100 / all.len()).unwrap_or(100))
}

/// The nearest known things that these hashes resemble, the nearest first: which, how many bits away, and the share of
/// its stills that were found again, where it is a film.
pub fn resembled(bank: &[Known], asked: &[Hashed]) -> Vec<(KnownId, u32, Option<u8>)> {
    // Which known thing and which of its stills a number of the bank stands for.
    let mut places: Vec<(usize, u16)> = Vec::new();
    let mut pairs: Vec<(Hash, u32)> = Vec::new();
    for (at, known) in bank.iter().enumerate() {
        for (number, (hash, _)) in known.hashes.iter().enumerate().filter(|(_, (_, quality))| *quality >= QUALITY_MIN) {
            let Some(hash) = Hash::from_hex(hash) else { continue };
            let place = (at, known.stills.get(number).copied().unwrap_or_default());
            if places.last() != Some(&place) {
                places.push(place);
            }
            pairs.push((hash, u32::try_from(places.len() - 1).unwrap_or(u32::MAX)));
        }
    }
    let bank_of_hashes = Bank::of(pairs);
    let mut nearest: BTreeMap<usize, (u32, BTreeSet<u16>)> = BTreeMap::new();
    for near in asked.iter().flat_map(|one| bank_of_hashes.within(&one.hash, LOOK)) {
        let Some((at, still)) = places.get(near.item as usize) else { continue };
        let (least, stills) = nearest.entry(*at).or_insert((near.distance, BTreeSet::new()));
        *least = near.distance.min(*least);
        stills.insert(*still);
    }
    let row = |(at, (distance, stills)): (usize, (u32, BTreeSet<u16>))| (bank[at].id, distance, share(&bank[at], &stills));
    let mut found: Vec<(KnownId, u32, Option<u8>)> = nearest.into_iter().map(row).collect();
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
    if closed(world, &footage).await? {
        return Ok(0);
    }
    let Some(hashes) = read_hashes(world, id).await? else { return Ok(0) };
    let bank = everything(world).await?;
    let asked: Vec<Hashed> = good(&hashes.asked).map(|(one, _)| one).collect();
    let found = tokio::task::spawn_blocking(move || resembled(&bank, &asked));
    let found = found.await.map_err(|_| ActError::Broken("the bank could not be asked".to_owned()))?;
    let before = world.store.evidence().leads_of(id).await?;
    let fresh = found.into_iter().filter(|(known, ..)| before.iter().all(|lead| lead.known != *known));
    let lead = |(known, distance, share): (KnownId, u32, Option<u8>)| Lead {
        id: LeadId(*world.private_id::<LeadId>().bytes()),
        version: 0,
        footage: id,
        known,
        distance,
        share: share.filter(|_| footage.media_type.starts_with("video/")),
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
/// [`ActError::NotFound`]; [`Evidence::FootageKeptShut`]; what a rule refuses.
pub async fn answer(world: &World, caller: &DeskCaller, lead: LeadId, finding: Finding) -> Result<Vec<IncidentId>, ActError> {
    let lead = world.store.evidence().lead(lead).await?.ok_or(ActError::NotFound)?;
    let footage = world.store.evidence().footage(lead.footage).await?.ok_or(ActError::NotFound)?;
    open(world, &footage).await?;
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
    /// Hashes: 64 hexadecimal digits, a space and the quality; of a film a space and the number of its still behind.
    pub hashes: Vec<String>,
}

/// Our own bank as lines for neighbours. What others told us is theirs to tell.
///
/// # Errors
/// What the store cannot do.
pub async fn told(world: &World) -> Result<Vec<Told>, ActError> {
    let own = everything(world).await?.into_iter().filter(|known| known.from.is_empty());
    let hash = |known: &Known, number: usize, (hash, quality): &(String, u8)| match known.stills.get(number) {
        Some(still) => format!("{hash} {quality} {still}"),
        None => format!("{hash} {quality}"),
    };
    let line = |known: Known| Told {
        hashes: known.hashes.iter().enumerate().map(|(number, one)| hash(&known, number, one)).collect(),
        words: known.words,
        date: known.date,
        place: known.place,
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
        let (hashes, stills) = banked(&line.hashes);
        let known = Known {
            id: world.private_id(),
            version: 0,
            words: line.words,
            date: line.date,
            place: line.place,
            by: None,
            from: from.to_owned(),
            at: world.now(),
            hashes,
            stills,
            footage: None,
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

#[cfg(test)]
mod tests {
    use super::*;
    use handbell_rules::time::Timestamp;

    /// Hashes of many stills, every one far from every other, as the lines of a file.
    fn lines(stills: std::ops::Range<u16>, of_each: u16) -> Vec<String> {
        let word = |number: u64| number.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let hash =
            |number: u64| format!("{:016x}{:016x}{:016x}{:016x}", word(number), word(number + 1), word(number + 2), word(number + 3));
        let each = |still: u16| (0..of_each).map(move |one| (still, u64::from(still * of_each + one) * 4 + 1));
        stills.flat_map(each).map(|(still, number)| format!("{} 90 {still}", hash(number))).collect()
    }

    fn film(lines: &[String]) -> Known {
        let (hashes, stills) = banked(lines);
        Known {
            id: KnownId([1; 16]),
            version: 0,
            words: "A film".into(),
            date: String::new(),
            place: String::new(),
            by: None,
            from: String::new(),
            at: Timestamp::default(),
            hashes,
            stills,
            footage: None,
        }
    }

    fn asking(lines: &[String]) -> Vec<Hashed> {
        good(lines).map(|(one, _)| one).collect()
    }

    #[test]
    fn the_share_is_of_the_known_films_stills_however_many_hashes_each_has() {
        let bank = [film(&lines(0..20, 12))];
        let share = |asked: &[String]| resembled(&bank, &asking(asked)).first().map(|(_, distance, share)| (*distance, *share));
        assert_eq!(share(&lines(0..20, 12)), Some((0, Some(100))), "the same film");
        assert_eq!(share(&lines(0..10, 12)), Some((0, Some(50))), "its first half");
        // One hash of each still is as good as twelve.
        let one_of_each: Vec<String> = lines(0..20, 12).into_iter().step_by(12).collect();
        assert_eq!(share(&one_of_each), Some((0, Some(100))));
        assert_eq!(share(&lines(30..40, 12)), None, "a stranger");
    }

    #[test]
    fn what_was_kept_before_stills_were_told_apart_is_found_and_has_no_share() {
        let old: Vec<String> = lines(0..3, 4).iter().map(|line| line.rsplit_once(' ').unwrap().0.to_owned()).collect();
        let known = film(&old);
        assert_eq!((known.hashes.len(), known.stills.len()), (12, 0));
        assert_eq!(resembled(&[known], &asking(&lines(0..3, 4))), [(KnownId([1; 16]), 0, None)]);
        let before: Known = serde_json::from_value(serde_json::json!({
            "id": KnownId([1; 16]), "version": 0, "words": "A film", "date": "", "place": "", "by": null, "from": "",
            "at": Timestamp::default(), "hashes": [["0", 90]],
        }))
        .unwrap();
        assert!(before.stills.is_empty() && before.footage.is_none());
        for wrong in ["", "00 90", "x", "0 90 1 2"] {
            assert!(hashed(wrong).is_none(), "{wrong}");
        }
    }
}
