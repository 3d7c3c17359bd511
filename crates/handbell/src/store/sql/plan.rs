//! Plan: a change written out as steps, before it meets the database.
//!
//! Made in the caller's own task, so that the one writer does nothing that could be done beside it.
//! Reads nothing and decides nothing; the steps follow from [`effects::writes`] alone.

use crate::store::evidence::Erased;
use handbell_rules::area::Cell;
use handbell_rules::bell::alert::Ring;
use handbell_rules::bell::delivery::{DeliveryState, Settled};
use handbell_rules::change::{Actor, Change, What};
use handbell_rules::evidence::custody::Statement;
use handbell_rules::id::{AlertId, ChangeId, IncidentId, LetterId, MemberId, ReportId, SubscriptionId};
use handbell_rules::people::trail::NewOpening;
use handbell_rules::record::entry::{NewEntry, Said};
use handbell_rules::record::kept::KeptEntry;
use handbell_rules::time::Timestamp;

use super::shape::{Shape, shape};
use super::told::Snapshot;
use crate::store::StoreError;
use crate::store::effects::{self, Told, Write, writes};
use crate::store::footing::Footing;
use crate::store::moves::Moved;

/// One thing the writer does inside a transaction.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// A row that must be new.
    Insert(Shape),
    /// A row that must have the version that was read.
    Update(Shape),
    /// A row that replaces itself.
    Replace(Shape),
    /// The cells a subscription is found under.
    Cells(SubscriptionId, Vec<Cell>),
    /// The incidents a report is found under.
    Belongs(ReportId, Timestamp, Vec<IncidentId>),
    /// What hangs on a withdrawn report goes.
    EraseAround(ReportId),
    /// Passkeys, sessions and links of a member go.
    EraseSignIns(MemberId),
    /// What a member said for a duty goes.
    EraseReady(MemberId),
    /// A subscription goes.
    EraseSubscription(SubscriptionId),
    /// A follower that must be new comes, beside its subscription.
    Follow(Shape),
    /// A follower goes, and its subscription if nothing keeps it.
    Unfollow(SubscriptionId, IncidentId, Timestamp),
    /// Whoever follows an incident is owed a message.
    Stir(IncidentId, Timestamp),
    /// The way to reach who sent a letter goes.
    EraseLetterContact(LetterId),
    /// A told list, made ready when it is known who is on it.
    Tell(Ring, Told, Option<Snapshot>),
    /// Outcomes of deliveries.
    Settle(Vec<Settled>),
    /// Entries for the log.
    Append(Vec<NewEntry>),
    /// What the operator's own stream says.
    Say(Said),
    /// Entries of another log, as they are.
    AppendAsIs(Vec<KeptEntry>),
    /// The content of an entry goes, and its mark comes.
    Withdraw(IncidentId, u64, u8),
    /// The content of an entry goes, and no mark can come yet.
    HoldBack(IncidentId, u64),
    /// The mark of what was held back comes.
    MarkLate(IncidentId, u64, u8),
    /// A line behind the newest one of the trail.
    Open(NewOpening),
    /// A line behind the newest one of the custody chain.
    Custody(Statement),
    /// Something of the evidence room goes whole.
    EraseEvidence(Erased),
    /// Everything whose time has come goes.
    Forget(Timestamp),
}

/// A change as the writer gets it.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The change's id.
    pub change: ChangeId,
    /// When.
    pub at: Timestamp,
    /// The member, when one did it.
    pub member: Option<MemberId>,
    /// The journal's word.
    pub what: &'static str,
    /// What it was done to, for those who later ask who opened what.
    pub subject: Option<[u8; 16]>,
    /// What must not have moved since it was read.
    pub footing: Option<Footing>,
    /// What to do, in order.
    pub steps: Vec<Step>,
    /// What it does to subscriptions.
    pub moves: Vec<Moved>,
    /// The alert this ends.
    pub ends: Option<AlertId>,
    /// Whether something is erased because somebody asked or its time has come, so that old pages are
    /// overwritten at once.
    pub erases: bool,
    /// Whether something may be erased on the way, so that old pages are overwritten soon.
    pub prunes: bool,
    /// Whether all that is erased goes because its time has come.
    pub runs_out: bool,
}

impl Plan {
    /// Writes a change out.
    ///
    /// # Errors
    /// [`StoreError::Broken`] for a row that cannot be written as JSON.
    pub fn of(change: &Change, footing: Option<Footing>) -> Result<Self, StoreError> {
        let mut steps = Vec::with_capacity(4);
        let mut moves = Vec::new();
        for write in writes(change) {
            moves.extend(Moved::by(&write));
            let step = match write {
                Write::Put(row) => {
                    let shape = shape(&row)?;
                    match &row {
                        effects::Row::Subscription(subscription) => {
                            steps.push(Step::Replace(shape));
                            Step::Cells(subscription.id, subscription.cells.clone())
                        }
                        effects::Row::NewSubscription(_) => Step::Insert(shape),
                        effects::Row::Claim(_) | effects::Row::Ready(_) => Step::Replace(shape),
                        _ if shape.version.unwrap_or(0) == 0 => Step::Insert(shape),
                        _ => Step::Update(shape),
                    }
                }
                Write::Belongs(report, filed_at, incidents) => Step::Belongs(report, filed_at, incidents),
                Write::EraseAround(report) => Step::EraseAround(report),
                Write::EraseSignIns(member) => Step::EraseSignIns(member),
                Write::EraseReady(member) => Step::EraseReady(member),
                Write::EraseSubscription(subscription) => Step::EraseSubscription(subscription),
                Write::Follow(follower) => Step::Follow(shape(&effects::Row::Follower(follower))?),
                Write::Unfollow(subscription, incident, now) => Step::Unfollow(subscription, incident, now),
                Write::Stir(incident, now) => Step::Stir(incident, now),
                Write::EraseLetterContact(letter) => Step::EraseLetterContact(letter),
                Write::Tell(ring, told) => {
                    let ready = match &told {
                        Told::These(people) => Some(Snapshot::of(ring.id, people.clone(), None)),
                        Told::SameAsFirst | Told::WhoeverHeard | Told::WhoeverHeardSoFar => None,
                    };
                    Step::Tell(ring, told, ready)
                }
                Write::Settle(settled) => Step::Settle(settled),
                Write::Append(entries) if entries.is_empty() => continue,
                Write::Append(entries) => Step::Append(entries),
                Write::Say(said) => Step::Say(said),
                Write::AppendAsIs(entries) => Step::AppendAsIs(entries),
                Write::Withdraw(stream, index, reason) => Step::Withdraw(stream, index, reason),
                Write::HoldBack(stream, index) => Step::HoldBack(stream, index),
                Write::MarkLate(stream, index, reason) => Step::MarkLate(stream, index, reason),
                Write::Open(line) => Step::Open(line),
                Write::Custody(line) => Step::Custody(line),
                Write::EraseEvidence(erased) => Step::EraseEvidence(erased),
                Write::Forget(now) => Step::Forget(now),
            };
            steps.push(step);
        }
        let member = match change.by {
            Actor::Member(member) => Some(member),
            Actor::Street | Actor::Keeper | Actor::Worker => None,
        };
        let ends = match &change.what {
            What::AlertEnded { alert, .. } => Some(alert.id),
            _ => None,
        };
        let gone = |settled: &[Settled]| settled.iter().any(|one| one.state == DeliveryState::Gone);
        // A working key leaves with the row that held it.
        let unlocked = matches!(change.what, What::UploadGivenUp { .. } | What::FootageReceived { .. });
        let prunes = unlocked || steps.iter().any(|step| matches!(step, Step::Settle(settled) if gone(settled)));
        // A working key goes at once, out of every old page too.
        let shuts = matches!(&change.what, What::FootageChanged { footage, .. } if footage.is_taken_back() || footage.is_shut());
        // What is refused after words of its incident were taken loses its own.
        let bares = matches!(&change.what, What::EntryRefused { proposal, .. } if proposal.is_bare());
        let erases = shuts
            || bares
            || matches!(change.what, What::FootageCopied { .. })
            || steps.iter().any(|step| {
                matches!(
                    step,
                    Step::EraseAround(_)
                        | Step::EraseReady(_)
                        | Step::EraseSignIns(_)
                        | Step::EraseSubscription(_)
                        | Step::Unfollow(..)
                        | Step::EraseLetterContact(_)
                        | Step::Withdraw(..)
                        | Step::HoldBack(..)
                        | Step::MarkLate(..)
                        | Step::EraseEvidence(Erased::Footage(_))
                        | Step::Forget(_)
                )
            });
        let runs_out = steps.iter().all(|step| matches!(step, Step::Forget(_)));
        Ok(Self {
            change: change.id,
            at: change.at,
            member,
            what: change.what.name(),
            subject: effects::subject(&change.what),
            footing,
            steps,
            moves,
            ends,
            erases,
            prunes,
            runs_out,
        })
    }

    /// Whether this only adds rows that nobody else can have an interest in, so that many such changes
    /// can be written by the same few statements.
    pub fn only_adds(&self) -> bool {
        self.footing.is_none() && self.steps.iter().all(|step| matches!(step, Step::Insert(shape) if BULK_TABLES.contains(&shape.table)))
    }
}

/// Tables filled by many rows at once, parents before children. Each always gets the same columns.
pub const BULK_TABLES: [&str; 4] = ["report", "contact", "repeat", "answer"];
