//! Acts of the bell: preview, draft, approve, ring, update, stand down, cancel, subscribe.
//!
//! Words come from the playbook's sentence and its slots only; the desk cannot talk an alert out of its
//! safe shape. Whoever is told is fixed by the commit.

use super::{ActError, StreetCaller, dispatch, keys};
use crate::store::footing::Ground;
use crate::store::{AudienceQuestion, IncidentFile};
use crate::world::World;
use handbell_rules::area::{Area, Cell};
use handbell_rules::bell::address::By;
use handbell_rules::bell::alert::{self, Alert, Approval, Draft, RingKind, Weighed, Words};
use handbell_rules::bell::ceiling::{self, CEILING_SPAN};
use handbell_rules::bell::delivery::{Tally, band};
use handbell_rules::bell::renewal;
use handbell_rules::bell::signed::{AlertSignature, Signing};
use handbell_rules::bell::spoken::{alert_words, update_words};
use handbell_rules::bell::subscription::{self, Subscription};
use handbell_rules::bell::wishes::{
    AlertFacts, Chosen, DailyCap, LevelWanted, LocalTime, QuietHours, Resting, Wishes, choose, least_cap, life_safety, snooze,
};
use handbell_rules::cap::CapAlert;
use handbell_rules::cap::public::{PublicAlert, Publisher, Sources};
use handbell_rules::desk::check;
use handbell_rules::desk::incident::Incident;
use handbell_rules::id::{AlertId, IncidentId, MemberId, SubscriptionId};
use handbell_rules::people::member::DeskCaller;
use handbell_rules::playbook::{Kind, Reach, ReachRule, SOURCE_LANGUAGE, Slots, UpdateText, Wording};
use handbell_rules::record::entry;
use handbell_rules::refusal::{Bell, Desk as DeskNo, Refusal};
use handbell_rules::time::Timestamp;
use std::collections::BTreeMap;

/// Most neighbours one ring can tell; beyond it the group needs the wider bell.
pub const RING_AUDIENCE_MAX: usize = 200_000;

/// What the composer was filled with.
#[derive(Debug, Clone)]
pub struct Composed {
    /// How far.
    pub reach: Reach,
    /// Ids of named areas.
    pub areas: Vec<String>,
    /// Slot choices.
    pub slots: Slots,
    /// How long it can be kept alive, in minutes.
    pub lives_minutes: u32,
}

/// An alert with everything its desk page shows.
#[derive(Debug)]
pub struct AlertFile {
    /// The alert.
    pub alert: Alert,
    /// Its incident.
    pub incident: Incident,
    /// Approvals so far.
    pub approvals: Vec<Approval>,
    /// Updates, oldest first.
    pub updates: Vec<Alert>,
    /// What became of each ring.
    pub tally: Vec<(RingKind, Tally)>,
    /// How many it would tell or told, as a band.
    pub band: &'static str,
    /// Who asked and would be left in peace, or told although they rest, while it is a draft. Counts are for
    /// bands; nobody is shown.
    pub resting: Resting,
}

/// What anybody with the capability sees.
#[derive(Debug)]
pub struct AlertPage {
    /// The alert.
    pub alert: Alert,
    /// Its incident.
    pub incident: Incident,
    /// Rung updates, oldest first.
    pub updates: Vec<Alert>,
    /// Why the incident stands as it does.
    pub checked: check::Checked,
}

fn kind_of<'a>(world: &'a World, incident: &Incident) -> Result<&'a Kind, ActError> {
    world.group.playbook.kind(&incident.kind).ok_or_else(|| ActError::Broken(format!("the playbook lost the kind {}", incident.kind)))
}

/// The reaches the playbook allows for an incident.
pub fn reaches(world: &World, incident: &Incident) -> Vec<Reach> {
    let kind = world.group.playbook.kind(&incident.kind);
    Reach::ALL.into_iter().filter(|reach| kind.is_some_and(|kind| kind.reach(*reach, incident.home).is_some())).collect()
}

fn rule_of<'a>(world: &'a World, incident: &Incident, reach: Reach) -> Result<&'a ReachRule, ActError> {
    kind_of(world, incident)?.reach(reach, incident.home).ok_or_else(|| Refusal::from(Bell::ReachNotAllowed).into())
}

/// The area that named areas make together. None chosen is no area, and no area is refused.
fn area_of(world: &World, ids: &[String]) -> Result<Option<Area>, ActError> {
    let mut cells: Vec<Cell> = Vec::new();
    for id in ids {
        let named = world.group.areas.named(id).ok_or(Refusal::from(Bell::AreaUnknown))?;
        cells.extend(named.area.cells());
    }
    if cells.is_empty() {
        return Ok(None);
    }
    let area = world.group.areas.area(cells).map_err(|_| Refusal::from(Bell::AreaTooLarge))?;
    Ok(Some(area))
}

fn words_of(world: &World, incident: &Incident, composed: &Composed) -> Result<Words, ActError> {
    let wording = Wording { kind: incident.kind.clone(), home: incident.home, reach: composed.reach, slots: composed.slots.clone() };
    let group = &world.group;
    alert_words(&group.playbook, &group.areas, &wording, &composed.areas, &group.tongues(world.now())).map_err(|why| {
        tracing::debug!(%why, "a draft's slots were refused");
        Refusal::from(Bell::SlotWrong).into()
    })
}

/// Whom a first ring tells in an area, and how many of those who asked it leaves in peace. Whom of those on duty
/// a dispatch asks, and in which ring, is [`dispatch`]'s matter.
async fn audience(world: &World, incident: &Incident, reach: Reach, area: &Area, confirmed: bool) -> Result<Chosen, ActError> {
    let kind = kind_of(world, incident)?;
    let local = LocalTime::at(world.now(), world.group.playbook.zone());
    let question = AudienceQuestion { area: area.clone(), kind: incident.kind.clone(), reach, now: local.now };
    let mut asked = world.audience.asked(&*world.store, &question).await?;
    if asked.len() > RING_AUDIENCE_MAX {
        // Where not all can be told, the order of ids decides, which nobody chose and which says nothing of where
        // they are.
        asked.sort_unstable_by_key(|one| one.subscription);
    }
    let told_today = match least_cap(&asked) {
        Some(cap) => world.store.told_often(local.day_began, cap, local.now).await?.into_iter().collect(),
        None => BTreeMap::new(),
    };
    let facts = AlertFacts { confirmed, life_safety: life_safety(kind) };
    Ok(choose(&asked, &told_today, &facts, &local, RING_AUDIENCE_MAX))
}

/// Writes a draft.
pub async fn draft(world: &World, caller: &DeskCaller, incident: IncidentId, composed: Composed) -> Result<AlertId, ActError> {
    let incident = world.store.incident(incident).await?.ok_or(ActError::NotFound)?;
    let id: AlertId = world.public_id();
    let allowed = reaches(world, &incident);
    if !allowed.contains(&composed.reach) {
        return Err(Refusal::from(Bell::ReachNotAllowed).into());
    }
    let area = area_of(world, &composed.areas)?.ok_or(Refusal::from(Bell::AreaMissing))?;
    let words = words_of(world, &incident, &composed)?;
    let draft = Draft {
        id,
        follows: None,
        reach: composed.reach,
        area: Some(area),
        slots: composed.slots,
        words,
        lives_minutes: composed.lives_minutes,
    };
    let change = alert::draft(world.private_id(), caller, &incident, world.group.status, &allowed, draft, world.now())?;
    world.commit(change).await?;
    Ok(id)
}

/// Writes an update of a live alert, from the closed list of updates.
pub async fn draft_update(world: &World, caller: &DeskCaller, first: AlertId, update: UpdateText) -> Result<AlertId, ActError> {
    let first = world.store.alert(first).await?.ok_or(ActError::NotFound)?;
    let incident = world.store.incident(first.incident).await?.ok_or(ActError::NotFound)?;
    let id: AlertId = world.public_id();
    let words = update_words(&first.words, update);
    let (reach, slots, lives_minutes) = (first.reach, Slots::default(), first.lives_minutes);
    let draft = Draft { id, area: Some(first.area.clone()), follows: Some(first), reach, slots, words, lives_minutes };
    let allowed = reaches(world, &incident);
    let change = alert::draft(world.private_id(), caller, &incident, world.group.status, &allowed, draft, world.now())?;
    world.commit(change).await?;
    Ok(id)
}

/// Approves a draft on the caller's device, without a signature: in an exercise that is played without keys.
pub async fn approve(world: &World, caller: &DeskCaller, id: AlertId) -> Result<(), ActError> {
    approve_signed(world, caller, id, None).await
}

/// Approves a draft on the caller's device, with what that device signed. The signature is checked before
/// anything is written.
pub async fn approve_signed(world: &World, caller: &DeskCaller, id: AlertId, signature: Option<AlertSignature>) -> Result<(), ActError> {
    let alert = world.store.alert(id).await?.ok_or(ActError::NotFound)?;
    let approvals = world.store.approvals(id).await?;
    // Who may not approve, or has, hears that first.
    let change = alert::approve(world.private_id(), caller, &alert, &approvals, signature.clone(), world.now())?;
    keys::check_approval(world, caller, &alert, signature.as_ref()).await?;
    Ok(world.commit(change).await.map(|_| ())?)
}

async fn file_of(world: &World, incident: IncidentId) -> Result<IncidentFile, ActError> {
    world.store.incident_file(incident).await?.ok_or(ActError::NotFound)
}

/// Approvals of members who are still members. Whoever was revoked between approving and ringing counts for
/// nothing.
async fn standing(world: &World, approvals: Vec<Approval>) -> Result<Vec<Approval>, ActError> {
    let mut standing = Vec::with_capacity(approvals.len());
    for approval in approvals {
        if world.store.member(approval.member).await?.is_some_and(|member| member.revoked_at.is_none()) {
            standing.push(approval);
        }
    }
    Ok(standing)
}

/// What the ring of a broad alert stands on: the day's ceiling and each person's cap are counted over all alerts.
const BROAD_RING_STANDS_ON: &[Ground] = &[Ground::Approvals, Ground::Rings];
/// What every other ring stands on.
const RING_STANDS_ON: &[Ground] = &[Ground::Approvals];

/// Rings: an alert to its audience, an update to exactly those the first one told.
///
/// Who rings in the same instant as another is asked of the rules again, with the other one counted: neither the
/// day's ceiling nor anybody's cap is passed by two who could not see each other.
pub async fn ring(world: &World, caller: &DeskCaller, id: AlertId) -> Result<(), ActError> {
    for _ in 0..super::CONFLICT_TRIES {
        match ring_once(world, caller, id).await {
            Err(ActError::Conflict) => {}
            answer => return answer,
        }
    }
    ring_once(world, caller, id).await
}

async fn ring_once(world: &World, caller: &DeskCaller, id: AlertId) -> Result<(), ActError> {
    let now = world.now();
    let alert = world.store.alert(id).await?.ok_or(ActError::NotFound)?;
    // Taken before anything is counted. Which kind of ring it is never changes.
    let footing = world.footing(if ceiling::counts(&alert) { BROAD_RING_STANDS_ON } else { RING_STANDS_ON });
    let first = match alert.follows {
        Some(first) => Some(world.store.alert(first).await?.ok_or(ActError::NotFound)?),
        None => None,
    };
    let file = file_of(world, alert.incident).await?;
    let approvals = standing(world, world.store.approvals(id).await?).await?;
    let signed = keys::signed(world, &alert, &approvals).await?;
    let checked = check::level(&file.incident, &file.reports, &file.claims, &file.judgements);
    let confirmed = checked.level == check::Level::Confirmed;
    // An update asks nobody: it goes to whoever the first ring told, resting or not.
    let mut chosen = match first {
        Some(_) => Chosen::default(),
        None => audience(world, &file.incident, alert.reach, &alert.area, confirmed).await?,
    };
    let mut asked = None;
    if first.is_none() && alert.reach == Reach::Dispatch {
        let (begun, told) = dispatch::first_ring(world, caller, &alert, &file.incident, confirmed).await?;
        (asked, chosen.told) = (Some(begun), told);
    }
    let entries = match (rule_of(world, &file.incident, Reach::Public), &first) {
        // A bell does not wait for the log; what it owes follows with the next entry after the log is mended.
        _ if world.cosigned.in_doubt().is_some() => Vec::new(),
        (Ok(public), None) => {
            let rung = Alert { state: alert::AlertState::Live, rung_at: Some(now), ..alert.clone() };
            entry::owed(&file.incident, &rung, &[], public, false, || world.bytes(), now)
        }
        (Ok(_), Some(first)) if first.logged && file.incident.public => {
            let rung = Alert { rung_at: Some(now), ..alert.clone() };
            vec![entry::update_entry(&file.incident, first, &rung, world.bytes(), now)]
        }
        _ => Vec::new(),
    };
    let weighed = Weighed {
        incident: &file.incident,
        reports: &file.reports,
        checked: &checked,
        alert: &alert,
        first: first.as_ref(),
        approvals: &approvals,
        approvals_needed: usize::from(rule_of(world, &file.incident, alert.reach)?.approvals),
        audience: chosen.told,
        others_rest: chosen.resting.left_in_peace() > 0,
        status: world.store.status(),
        entries,
        dispatch: asked,
    };
    let change = alert::ring(world.private_id(), caller, weighed, world.private_id(), now)?;
    signed.may_ring(&alert)?;
    if world.group.signing == Signing::ByDevices {
        ceiling::allows(&alert, rung_today(world).await?)?;
    }
    Ok(world.commit_on(change, Some(footing)).await.map(|_| ())?)
}

/// How many broad alerts rang within the ceiling's span.
pub async fn rung_today(world: &World) -> Result<u32, ActError> {
    Ok(world.store.broad_rung(world.now().plus(-CEILING_SPAN)).await?)
}

/// Lets one draft through the day's ceiling, with a reason.
pub async fn let_through(world: &World, caller: &DeskCaller, id: AlertId, reason: &str) -> Result<(), ActError> {
    let alert = world.store.alert(id).await?.ok_or(ActError::NotFound)?;
    let change = ceiling::let_through(world.private_id(), caller, &alert, rung_today(world).await?, reason, world.now())?;
    Ok(world.commit(change).await.map(|_| ())?)
}

/// Says that a live alert is still true, for a quarter of an hour more.
pub async fn renew(world: &World, caller: &DeskCaller, id: AlertId) -> Result<(), ActError> {
    let alert = world.store.alert(id).await?.ok_or(ActError::NotFound)?;
    let file = file_of(world, alert.incident).await?;
    let checked = check::level(&file.incident, &file.reports, &file.claims, &file.judgements);
    let known = (&file.incident, file.reports.as_slice(), &checked);
    let change = renewal::renew(world.private_id(), caller, known, &alert, world.now())?;
    Ok(world.commit(change).await.map(|_| ())?)
}

/// Ends an alert: `wrong` cancels it, otherwise it is stood down. Read again after a conflict: nothing may
/// hold an end up.
pub async fn end(world: &World, caller: &DeskCaller, id: AlertId, wrong: bool) -> Result<(), ActError> {
    let mut tries = super::CONFLICT_TRIES;
    loop {
        let now = world.now();
        let alert = world.store.alert(id).await?.ok_or(ActError::NotFound)?;
        let incident = world.store.incident(alert.incident).await?.ok_or(ActError::NotFound)?;
        let state = if wrong { alert::AlertState::Cancelled } else { alert::AlertState::StoodDown };
        let entries = match rule_of(world, &incident, Reach::Public) {
            Ok(public) if world.cosigned.in_doubt().is_none() => {
                let ended = Alert { state, ended_at: Some(now), ..alert.clone() };
                let updates = world.store.updates(id).await?;
                entry::owed(&incident, &ended, &updates, public, true, || world.bytes(), now)
            }
            _ => Vec::new(),
        };
        let change = alert::end(world.private_id(), caller, &incident, &alert, wrong, world.private_id(), entries, now)?;
        match world.commit(change).await {
            Err(crate::store::StoreError::Conflict) if tries > 0 => tries -= 1,
            answer => return answer.map(|_| ()).map_err(ActError::from),
        }
    }
}

/// Reads an alert for its desk page.
pub async fn read_alert(world: &World, caller: &DeskCaller, id: AlertId) -> Result<AlertFile, ActError> {
    caller.at_the_desk()?;
    let alert = world.store.alert(id).await?.ok_or(ActError::NotFound)?;
    let incident = world.store.incident(alert.incident).await?.ok_or(ActError::NotFound)?;
    let tally = world.store.tally(id).await?;
    let told = tally.first().map(|(_, tally)| tally.told_list);
    let mut resting = Resting::default();
    let count = match (told, alert.follows) {
        (Some(told), _) => told,
        (None, Some(first)) => world.store.tally(first).await?.first().map_or(0, |(_, tally)| tally.told_list),
        (None, None) => {
            let file = file_of(world, alert.incident).await?;
            let checked = check::level(&file.incident, &file.reports, &file.claims, &file.judgements);
            let confirmed = checked.level == check::Level::Confirmed;
            let chosen = audience(world, &incident, alert.reach, &alert.area, confirmed).await?;
            resting = chosen.resting;
            match alert.reach {
                Reach::Dispatch => dispatch::first_reaches(world, &alert, &incident, confirmed).await?,
                Reach::Neighbours | Reach::Public => chosen.told.len() as u64,
            }
        }
    };
    Ok(AlertFile {
        approvals: world.store.approvals(id).await?,
        updates: world.store.updates(id).await?,
        band: band(count),
        resting,
        tally,
        alert,
        incident,
    })
}

/// Reads an alert for anybody who holds its capability. A draft has no page yet.
pub async fn read_page(world: &World, _caller: StreetCaller, id: AlertId) -> Result<AlertPage, ActError> {
    let alert = world.store.alert(id).await?.filter(|alert| alert.rung_at.is_some()).ok_or(ActError::NotFound)?;
    if alert.follows.is_some() {
        return Err(ActError::NotFound);
    }
    let file = file_of(world, alert.incident).await?;
    let checked = check::level(&file.incident, &file.reports, &file.claims, &file.judgements);
    let updates = file.alerts.into_iter().filter(|update| update.follows == Some(id) && update.rung_at.is_some()).collect();
    Ok(AlertPage { alert, incident: file.incident, updates, checked })
}

/// Reads the newest CAP message of an alert that everybody may know of. Whatever has none is not there, for
/// whatever reason.
pub async fn read_cap(world: &World, _caller: StreetCaller, id: AlertId) -> Result<CapAlert, ActError> {
    let alert = world.store.alert(id).await?.ok_or(ActError::NotFound)?;
    let file = file_of(world, alert.incident).await?;
    let updates: Vec<Alert> = file.alerts.into_iter().filter(|update| update.follows == Some(id)).collect();
    let group = &world.group;
    let kind_label = group.playbook.kind_label(&file.incident.kind, SOURCE_LANGUAGE);
    let public = PublicAlert::of(Sources {
        alert: &alert,
        updates: &updates,
        incident: &file.incident,
        reports: &file.reports,
        claims: &file.claims,
        judgements: &file.judgements,
        kind: group.playbook.kind(&file.incident.kind),
    })
    .map_err(|_| ActError::NotFound)?;
    Ok(public.newest(&Publisher { name: &group.name, origin: &group.origin, kind_label: &kind_label }))
}

/// What a browser sends when it subscribes.
#[derive(Debug, Clone)]
pub struct NewSubscription {
    /// The push service's address for it.
    pub endpoint: String,
    /// Its public key, 65 bytes.
    pub key: Vec<u8>,
    /// Its authentication secret, 16 bytes.
    pub secret: Vec<u8>,
    /// Ids of named areas, or cells of the group's list.
    pub cells: Vec<Cell>,
    /// Kinds wanted; empty means all.
    pub kinds: Vec<String>,
    /// Language.
    pub language: String,
    /// Neutral titles.
    pub discreet: bool,
    /// When and how often it wants to be told.
    pub wished: Wished,
}

/// What a browser wishes, as it was sent. Nothing in it holds nothing back.
#[derive(Debug, Clone, Default)]
pub struct Wished {
    /// Whole hours from and to.
    pub quiet: Option<(u8, u8)>,
    /// Alerts a day.
    pub daily_cap: Option<u8>,
    /// Hours of a snooze from now: none keeps one that is running, 0 ends it.
    pub snooze_hours: Option<u8>,
    /// Whether only what is confirmed is wanted.
    pub confirmed_only: bool,
}

impl Wished {
    /// Reads them against the rules. `before` is what the same browser wished so far.
    pub(super) fn read(&self, before: Option<&Wishes>, now: Timestamp) -> Result<Wishes, Refusal> {
        let running = before.and_then(|before| before.snoozed_until).filter(|until| *until > now);
        Ok(Wishes {
            quiet: self.quiet.map(|(from, to)| QuietHours::new(from, to)).transpose()?,
            daily_cap: self.daily_cap.map(DailyCap::new).transpose()?,
            snoozed_until: match self.snooze_hours {
                None => running,
                Some(0) => None,
                Some(hours) => Some(snooze(hours, now)?),
            },
            level: if self.confirmed_only { LevelWanted::Confirmed } else { LevelWanted::AlsoPossible },
        })
    }
}

/// Subscribes a browser to areas.
pub async fn subscribe(world: &World, _caller: StreetCaller, new: NewSubscription) -> Result<SubscriptionId, ActError> {
    take_subscription(world, new, None).await
}

/// Subscribes a member's duty phone. An observer's hears dispatches and looks while its member is on duty, and
/// the desk's is called for what waits.
pub async fn subscribe_observer(world: &World, caller: &DeskCaller, new: NewSubscription) -> Result<SubscriptionId, ActError> {
    if !caller.works_the_desk() && !caller.goes_out() {
        return Err(Refusal::from(DeskNo::NotOnDesk).into());
    }
    take_subscription(world, new, Some(caller.member)).await
}

async fn take_subscription(world: &World, new: NewSubscription, member: Option<MemberId>) -> Result<SubscriptionId, ActError> {
    world.push.accepts(&new.endpoint, &new.key, &new.secret)?;
    let now = world.now();
    let id = subscription_id(world, &new.endpoint);
    let before = world.store.subscription(id).await?;
    let wishes = new.wished.read(before.as_ref().map(|before| &before.wishes), now)?;
    // A duty is what its member starts and ends, so a duty phone has no rest; only how sure it must be counts.
    let wishes = if member.is_some() { Wishes { level: wishes.level, ..Wishes::default() } } else { wishes };
    let subscription = Subscription {
        id,
        status: world.store.status(),
        by: By::Push,
        endpoint: new.endpoint,
        key: new.key,
        secret: new.secret,
        // What its owner named for when this browser is not reached stays.
        further: before.and_then(|before| before.further).filter(|_| member.is_none()),
        cells: if member.is_some() { Vec::new() } else { new.cells },
        kinds: new.kinds,
        language: new.language,
        discreet: new.discreet,
        wishes,
        member,
        since: now,
        until: now,
    };
    let known: Vec<Cell> = world.group.areas.areas().iter().flat_map(|area| area.area.cells()).collect();
    let kinds: Vec<&str> = world.group.playbook.kinds().iter().map(|kind| kind.id.as_str()).collect();
    let change = subscription::subscribe(world.private_id(), subscription, &known, &kinds, now)?;
    world.commit(change).await?;
    Ok(id)
}

/// The id of an endpoint's subscription: a keyed hash, so that a browser that subscribes again replaces
/// what it asked for before instead of hearing everything twice.
pub fn subscription_id(world: &World, endpoint: &str) -> SubscriptionId {
    let mark = world.mark("endpoint", endpoint.as_bytes());
    let mut id = [0u8; 16];
    id.copy_from_slice(&mark[..16]);
    SubscriptionId(id)
}

/// Reads what a browser asked for. Whoever holds the endpoint holds the browser. A duty phone is read nowhere:
/// it is not the street's.
pub async fn read_subscription(world: &World, _caller: StreetCaller, endpoint: &str) -> Result<Subscription, ActError> {
    let found = world.store.subscription(subscription_id(world, endpoint)).await?;
    found.filter(|own| own.member.is_none() && own.until > world.now()).ok_or(ActError::NotFound)
}

/// Ends a browser's subscription at once. Whoever holds the endpoint holds the browser; ending an unknown
/// one is no error.
pub async fn unsubscribe(world: &World, _caller: StreetCaller, endpoint: &str) -> Result<(), ActError> {
    let change = subscription::unsubscribe(world.private_id(), subscription_id(world, endpoint), world.now());
    Ok(world.commit(change).await.map(|_| ())?)
}
