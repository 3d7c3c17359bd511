//! The twisted store: the real in-memory store, with one thing wrong on purpose when a test asks for it.
//!
//! An invariant that nobody has seen fail may be blind. Each [`Twist`] breaks one promise of Handbell in the
//! way a careless change would, and a test asks that the truth-keeper notices. Without a twist it looks
//! straight through.

use crate::through::{through, windows};
use handbell::store::log::LogKey;
use handbell::store::memory::{Fault, MemoryStore};
use handbell_log::checkpoint::Checkpoint;
use handbell_log::hash::Hash;
use handbell_rules::bell::alert::{AlertState, Words};
use handbell_rules::bell::spoken::SpokenWords;
use handbell_rules::bell::wishes::Wishes;
use handbell_rules::change::Actor;
use handbell_rules::desk::incident::Ending;
use handbell_rules::id::{ChangeId, RingId};
use handbell_rules::playbook::fixed_hash;
use handbell_rules::record::entry::{self, EntryKind};
use handbell_rules::street::note::NoteFrom;
use handbell_rules::time::HOUR;
use std::sync::Mutex;

windows!();

/// One thing that is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Twist {
    /// Says that a report was written and does not write it.
    LosesReports,
    /// Keeps a report without its words.
    KeepsHalfAReport,
    /// Forgets which requests it has answered.
    ForgetsRepeats,
    /// Never tells the ringer that an alert has ended.
    HidesEnds,
    /// Adds everybody to the told list.
    TellsStrangers,
    /// Keeps no wish to be left in peace.
    IgnoresWishes,
    /// Sends an end to somebody who never heard the start.
    EndsForStrangers,
    /// Never hands out the end of one person in four.
    SkipsEnds,
    /// Shows approvals that nobody gave.
    ForgesApprovals,
    /// Rings as soon as something is drafted.
    RingsByItself,
    /// Shows a drill's subscriptions as live ones, and the reverse.
    MixesDrills,
    /// Says the alert's words without the word that it is a drill.
    DropsTheDrillsWord,
    /// Says words that nobody checked as if somebody had.
    SpeaksUnchecked,
    /// Takes everybody for a reader of English.
    ForgetsLanguages,
    /// Signs another tree of the same size now and then.
    SignsTwoTrees,
    /// Hands out what has expired.
    SendsStale,
    /// Says that it has forgotten and has not.
    NeverForgets,
    /// Opens an incident to the record as soon as its bell rings.
    PublishesEarly,
    /// Publishes a correction and tells nobody.
    CorrectsQuietly,
    /// Lets a new position take the place of an old one without a correction.
    CorrectsWithoutAMark,
    /// Writes a decision down as one more question, so that its wish stays open.
    ForgetsDecisions,
    /// Takes an incident for ended as soon as its bell rings.
    EndsTooSoon,
    /// Keeps the start back until the end was taken. A push service does this, not the store.
    DeliversTheStartLast,
}

/// See the module.
pub struct Twisted {
    inner: MemoryStore,
    key: LogKey,
    twist: Option<Twist>,
    planted: Mutex<Option<Fault>>,
    everybody: Mutex<Vec<SubscriptionId>>,
    handed_out: Mutex<Vec<Leased>>,
}

impl Twisted {
    /// An empty store.
    pub fn new(key: LogKey, status: Status, twist: Option<Twist>) -> Self {
        let inner = MemoryStore::new(key.clone(), status);
        Self { inner, key, twist, planted: Mutex::default(), everybody: Mutex::default(), handed_out: Mutex::default() }
    }

    /// Plants what befalls the next commit.
    pub fn plant(&self, fault: Option<Fault>) {
        *self.planted.lock().expect("no holder of this lock panics") = fault;
    }

    fn is(&self, twist: Twist) -> bool {
        self.twist == Some(twist)
    }

    fn shown(&self, found: Subscription) -> Subscription {
        let other = |status| if status == Status::Actual { Status::Exercise } else { Status::Actual };
        match self.twist {
            Some(Twist::MixesDrills) => Subscription { status: other(found.status), ..found },
            Some(Twist::ForgetsLanguages) => Subscription { language: "en".into(), ..found },
            _ => found,
        }
    }

    async fn before(&self) -> Result<(), StoreError> {
        Ok(())
    }
    async fn after(&self) {}

    fn everybody(&self) -> Vec<SubscriptionId> {
        self.everybody.lock().expect("no holder of this lock panics").clone()
    }

    fn twisted(&self, mut change: Change) -> Option<Change> {
        match (&mut change.what, self.twist) {
            (What::ReportFiled { .. }, Some(Twist::LosesReports)) | (What::Forgotten, Some(Twist::NeverForgets)) => return None,
            (What::ReportFiled { report, .. }, Some(Twist::KeepsHalfAReport)) => report.told.text.clear(),
            (What::ReportFiled { repeat, .. }, Some(Twist::ForgetsRepeats)) => *repeat = None,
            (What::EntryPublished { follows, .. }, Some(Twist::CorrectsQuietly)) => follows.rings.clear(),
            (What::EntryPublished { follows, .. }, Some(Twist::CorrectsWithoutAMark)) => {
                follows.entries.retain(|entry| entry.kind != EntryKind::Correction);
            }
            (What::ReportNoted { note, .. }, Some(Twist::ForgetsDecisions)) if matches!(note.from, NoteFrom::Decision { .. }) => {
                note.from = NoteFrom::Desk;
            }
            (What::BellRung { incident, .. }, Some(Twist::EndsTooSoon)) => incident.ended = Some((Ending::Over, change.at)),
            (What::Subscribed { subscription }, Some(Twist::IgnoresWishes)) => subscription.wishes = Wishes::default(),
            (What::BellRung { told, .. }, Some(Twist::TellsStrangers)) => *told = self.everybody(),
            (What::BellRung { incident, alert, entries, .. }, Some(Twist::PublishesEarly)) => {
                entries.push(entry::opening(incident, "Something", alert.status, [7; 32], change.at));
            }
            _ => {}
        }
        if let What::Subscribed { subscription } = &change.what {
            self.everybody.lock().expect("no holder of this lock panics").push(subscription.id);
        }
        Some(change)
    }

    /// Rings a draft that nobody approved, with a change like any other.
    async fn ring_by_itself(&self, draft: &Alert) -> Result<(), StoreError> {
        let Some(incident) = self.inner.incident(draft.incident).await? else { return Ok(()) };
        let (at, expires_at) = (draft.drafted_at, draft.drafted_at.plus(HOUR));
        let alert = Alert { version: 1, state: AlertState::Live, rung_at: Some(at), expires_at: Some(expires_at), ..draft.clone() };
        let ring = Ring { id: RingId(*draft.id.bytes()), alert: alert.id, words_of: alert.id, kind: RingKind::Alert, at, expires_at };
        let what = What::BellRung { incident, alert, first: None, ring, told: self.everybody(), entries: Vec::new(), dispatch: None };
        self.inner.commit(Change { id: ChangeId(*draft.id.bytes()), at, by: Actor::Worker, what }).await.map(|_| ())
    }
}

/// English words that say they are Somali ones, and checked; nobody ever checks Somali here.
fn unchecked(words: &Words) -> Option<SpokenWords> {
    let language = "so".to_owned();
    let fixed = fixed_hash(&language)?.to_owned();
    (!words.others.iter().any(|one| one.language == language)).then(|| SpokenWords {
        language,
        checked: true,
        fixed,
        event: words.headline.clone(),
        headline: words.headline.clone(),
        body: words.body.clone(),
        push_title: words.push_title.clone(),
        push_body: words.push_body.clone(),
        area: words.area.clone(),
        conduct: words.conduct.clone(),
        purpose: words.purpose.clone(),
    })
}

through!(Twisted {
    async fn commit_on(&self, change: Change, footing: Option<Footing>) -> Result<Committed, StoreError> {
        let drafted = match &change.what {
            What::AlertDrafted { alert } if self.is(Twist::RingsByItself) && alert.follows.is_none() => Some(alert.clone()),
            _ => None,
        };
        let fault = self.planted.lock().expect("no holder of this lock panics").take();
        let Some(change) = self.twisted(change) else {
            return Ok(Committed { journal: 0, again: false });
        };
        self.inner.plant([fault]);
        let answer = self.inner.commit_on(change, footing).await?;
        if let Some(alert) = drafted {
            self.ring_by_itself(&alert).await?;
        }
        Ok(answer)
    }

    async fn lease(&self, batch: u32, lease_milliseconds: i64, now: Timestamp) -> Result<Vec<Leased>, StoreError> {
        let mut leased = self.inner.lease(batch, lease_milliseconds, now).await?;
        if self.is(Twist::SendsStale) {
            let mut known = self.handed_out.lock().expect("no holder of this lock panics");
            let stale = known.iter().filter(|lease| lease.kind.is_live() && lease.expires_at <= now && !self.inner.has_ended(&lease.alert));
            let again: Vec<Leased> = stale.map(|lease| Leased { expires_at: now.plus(HOUR), ..lease.clone() }).collect();
            known.extend(leased.iter().cloned());
            leased.extend(again);
        }
        let everybody = self.everybody();
        for (place, lease) in leased.iter_mut().enumerate() {
            match self.twist {
                Some(Twist::EndsForStrangers) if !lease.kind.is_live() => lease.subscription = everybody[place % everybody.len()],
                _ => {}
            }
        }
        if self.is(Twist::SkipsEnds) {
            leased.retain(|lease| lease.kind.is_live() || lease.subscription.bytes()[0] % 4 != 0);
        }
        Ok(leased)
    }

    fn has_ended(&self, alert: &AlertId) -> bool {
        !self.is(Twist::HidesEnds) && self.inner.has_ended(alert)
    }

    async fn repeat(&self, key: [u8; 32]) -> Result<Option<(RepeatGuard, ReportId)>, StoreError> {
        if self.is(Twist::ForgetsRepeats) { Ok(None) } else { self.inner.repeat(key).await }
    }

    async fn alert(&self, id: AlertId) -> Result<Option<Alert>, StoreError> {
        let mut alert = self.inner.alert(id).await?;
        if self.is(Twist::SendsStale)
            && let Some(alert) = &mut alert
        {
            alert.expires_at = alert.expires_at.map(|at| at.plus(HOUR));
        }
        if self.is(Twist::SpeaksUnchecked)
            && let Some(alert) = &mut alert
        {
            alert.words.others.extend(unchecked(&alert.words));
        }
        Ok(alert.map(|alert| if self.is(Twist::DropsTheDrillsWord) && alert.rung_at.is_some() { Alert { status: Status::Actual, ..alert } } else { alert }))
    }

    async fn approvals(&self, of: AlertId) -> Result<Vec<Approval>, StoreError> {
        let mut approvals = self.inner.approvals(of).await?;
        if self.is(Twist::ForgesApprovals) {
            let at = Timestamp::from_milliseconds(0);
            approvals = self.inner.members().await?.iter().map(|m| Approval { alert: of, member: m.id, device: DeviceId(*m.id.bytes()), at, signature: None }).collect();
        }
        Ok(approvals)
    }

    async fn subscription(&self, id: SubscriptionId) -> Result<Option<Subscription>, StoreError> {
        Ok(self.inner.subscription(id).await?.map(|found| self.shown(found)))
    }

    async fn subscriptions(&self, ids: &[SubscriptionId]) -> Result<Vec<Subscription>, StoreError> {
        Ok(self.inner.subscriptions(ids).await?.into_iter().map(|found| self.shown(found)).collect())
    }

    async fn checkpoint(&self) -> Result<Option<CheckpointRow>, StoreError> {
        let row = self.inner.checkpoint().await?;
        match row {
            Some(row) if self.is(Twist::SignsTwoTrees) && row.size % 2 == 0 => {
                let other = Checkpoint { origin: self.key.name().to_owned(), size: row.size, root: Hash([7; 32]) };
                let note = other.sign(&self.key).map_err(|error| StoreError::Broken(error.to_string()))?;
                Ok(Some(CheckpointRow { size: row.size, note: note.encode() }))
            }
            row => Ok(row),
        }
    }
});
