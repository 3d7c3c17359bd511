//! The store: one door for writes, as many windows as pages need for reading.
//!
//! What [`Store::commit`] promises, judged by the one suite in `conformance.rs` for every store:
//! 1. All or nothing, and durable when it returns. A receipt is never shown before
//!    (PROMISE receipt-means-durable).
//! 2. If what was read has changed since, [`StoreError::Conflict`], and nothing is written.
//! 3. The same change twice is the same change once.
//! 4. State, journal line, queued work, log entries and their signed checkpoint are one transaction.
//! 5. A store is created by `handbell init`, never by `handbell serve`.
//! 6. When a commit says what it counted ([`Store::commit_on`]) and something has moved that ground since, it is a
//!    [`StoreError::Conflict`] as well.
//!
//! 7. When the disk is full or fails, or a sync does, writing stops and reading goes on ([`Store::halted`]); each
//!    commit is then [`StoreError::Stopped`], which means that nothing of it was written.
//!
//! An [`StoreError::Unavailable`] from `commit` means that nobody knows yet whether it was written; saying
//! the same change again settles it.

pub mod effects;
pub mod evidence;
pub mod footing;
pub mod found;
pub mod halt;
pub mod inventory;
pub mod log;
pub mod memory;
pub mod moves;
pub mod sql;
pub mod walk;

#[cfg(any(test, feature = "conformance"))]
pub mod conformance;

use self::footing::Footing;
use self::found::FoundStretch;
use async_trait::async_trait;
use handbell_rules::area::Area;
use handbell_rules::bell::alert::{Alert, Approval, Ring, RingKind};
use handbell_rules::bell::delivery::{Leased, Tally};
use handbell_rules::bell::dispatch::{Dispatch, Ready};
use handbell_rules::bell::follower::Follower;
use handbell_rules::bell::joining::Joining;
use handbell_rules::bell::manifest::{KeptManifest, SigningKey};
use handbell_rules::bell::mode::Status;
use handbell_rules::bell::reach::MonthReach;
use handbell_rules::bell::subscription::Subscription;
use handbell_rules::bell::wishes::Asked;
use handbell_rules::change::Change;
use handbell_rules::desk::claim::{Claim, Independence};
use handbell_rules::desk::difference::Difference;
use handbell_rules::desk::escalation::Escalation;
use handbell_rules::desk::hold::Hold;
use handbell_rules::desk::incident::Incident;
use handbell_rules::desk::look::Look;
use handbell_rules::desk::posting::Posting;
use handbell_rules::id::{
    AlertId, ChangeId, DeviceId, IncidentId, JoiningId, LetterId, LookId, MemberId, OpeningAskId, ProposalId, ReportId, SubscriptionId,
};
use handbell_rules::people::duty::Duty;
use handbell_rules::people::handover::Handover;
use handbell_rules::people::member::{Device, Invitation, Member, Session};
use handbell_rules::people::nudge::Nudge;
use handbell_rules::people::passkey::Passkey;
use handbell_rules::people::trail::{Opening, OpeningAsk, Subject};
use handbell_rules::playbook::Reach;
use handbell_rules::record::letter::{Letter, LetterContact};
use handbell_rules::record::proposal::Proposal;
use handbell_rules::record::search::Question;
use handbell_rules::street::answers::Answers;
use handbell_rules::street::flood::mute::Mute;
use handbell_rules::street::note::Note;
use handbell_rules::street::receipt::ReceiptMark;
use handbell_rules::street::report::{RepeatGuard, Report, SealedContact};
use handbell_rules::time::Timestamp;

/// What the world can do to a store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody was faster; read again. Nothing was written.
    #[error("what was read has changed since")]
    Conflict,
    /// The disk or the database did not answer in time or failed; whether it was written is not known yet.
    #[error("the store is not available: {0}")]
    Unavailable(String),
    /// Writing has stopped, and nothing of this was written.
    #[error("writing has stopped: {0}")]
    Stopped(String),
    /// The store holds something it cannot hold, or lacks something it must. Writing stops.
    #[error("the store is broken: {0}")]
    Broken(String),
    /// A cosigner has seen another log than this store holds, or what is published could not be kept. Nothing that would be
    /// signed is written.
    #[error("the log is in doubt: {0}")]
    LogInDoubt(String),
}

/// What a commit answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Committed {
    /// The line in the journal.
    pub journal: u64,
    /// Whether this very change stood there already.
    pub again: bool,
}

/// An incident with everything the desk's page shows, read in one go.
#[derive(Debug, Clone, PartialEq)]
pub struct IncidentFile {
    /// The incident.
    pub incident: Incident,
    /// Its reports, oldest first.
    pub reports: Vec<Report>,
    /// Its claims, oldest first.
    pub claims: Vec<Claim>,
    /// Judgements on independence, oldest first.
    pub judgements: Vec<Independence>,
    /// Its alerts and updates, oldest first.
    pub alerts: Vec<Alert>,
    /// Proposals for the record, oldest first.
    pub proposals: Vec<Proposal>,
}

/// Whom an alert would tell.
#[derive(Debug, Clone, PartialEq)]
pub struct AudienceQuestion {
    /// The area.
    pub area: Area,
    /// The kind.
    pub kind: String,
    /// How far: observers on duty, or neighbours.
    pub reach: Reach,
    /// When.
    pub now: Timestamp,
}

/// One line of the journal: who did what to what, without a word of content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalLine {
    /// Its number.
    pub number: u64,
    /// The change.
    pub change: ChangeId,
    /// When.
    pub at: Timestamp,
    /// The member, when one did it.
    pub member: Option<MemberId>,
    /// What, as [`handbell_rules::change::What::name`].
    pub what: String,
    /// The noun it is about, when it has one that may stay.
    pub subject: Option<[u8; 16]>,
}

/// An incident of the record with all its entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WholeIncident {
    /// Which.
    pub incident: IncidentId,
    /// Its entries, oldest first.
    pub rows: Vec<LogRow>,
}

/// One entry of the log with what opens it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogRow {
    /// Place in the log.
    pub index: u64,
    /// The stream.
    pub stream: IncidentId,
    /// The leaf's kind number.
    pub kind: u8,
    /// The 57 bytes.
    pub leaf: Vec<u8>,
    /// Salt and payload, as published; none once withdrawn.
    pub content: Option<Vec<u8>>,
}

/// The newest signed checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckpointRow {
    /// Tree size.
    pub size: u64,
    /// The signed note.
    pub note: String,
}

/// How many rows of one class are held, and how old the oldest is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The table.
    pub table: &'static str,
    /// Rows.
    pub rows: u64,
    /// The oldest, where the table knows times.
    pub oldest: Option<Timestamp>,
}

/// Where everything is kept. See the module's promises.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// Writes one change, whole.
    async fn commit(&self, change: Change) -> Result<Committed, StoreError> {
        self.commit_on(change, None).await
    }
    /// Writes one change, whole, if its footing still stands; without one as [`Store::commit`]. A change that
    /// stands written already is answered as such, whatever moved since.
    async fn commit_on(&self, change: Change, footing: Option<Footing>) -> Result<Committed, StoreError>;
    /// Hands out up to `batch` deliveries that are due, for `lease_milliseconds`. What has expired or been
    /// superseded is marked on the way and never handed out.
    async fn lease(&self, batch: u32, lease_milliseconds: i64, now: Timestamp) -> Result<Vec<Leased>, StoreError>;
    /// The next moment at which [`Store::lease`] could hand something out.
    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError>;
    /// Whether an alert was ended by a commit that has returned or is about to; asked just before each send.
    fn has_ended(&self, alert: &AlertId) -> bool;
    /// Follows the journal: the newest line's number.
    fn follow(&self) -> tokio::sync::watch::Receiver<u64>;
    /// Tells somebody of every move of a subscription from now on, after it is on disk and in the journal's order.
    fn listen(&self, listener: std::sync::Arc<dyn moves::Listener>);
    /// Why nothing is written at the moment, if that is so.
    fn halted(&self) -> Option<halt::Halt> {
        None
    }
    /// What is read about footage.
    fn evidence(&self) -> &dyn evidence::EvidenceReads;
    /// The store's mode, fixed when it was made.
    fn status(&self) -> Status;

    /// A report.
    async fn report(&self, id: ReportId) -> Result<Option<Report>, StoreError>;
    /// The report a receipt opens.
    async fn report_by_receipt(&self, mark: ReceiptMark) -> Result<Option<Report>, StoreError>;
    /// Notes on a report, oldest first.
    async fn notes(&self, report: ReportId) -> Result<Vec<Note>, StoreError>;
    /// What came with a report beyond its own fields; none when nothing was answered or it was withdrawn.
    async fn answers(&self, report: ReportId) -> Result<Option<Answers>, StoreError>;
    /// The first answer to a repeated request.
    async fn repeat(&self, key: [u8; 32]) -> Result<Option<(RepeatGuard, ReportId)>, StoreError>;
    /// Sealed contact details of a report.
    async fn contact(&self, report: ReportId) -> Result<Option<SealedContact>, StoreError>;
    /// Reports the desk still has something to do with ([`Report::waits`]), oldest first.
    async fn waiting_reports(&self, at_most: u32) -> Result<Vec<Report>, StoreError>;
    /// Reports that nobody has begun to read, oldest first, after the one filed then with this id.
    async fn received_reports(&self, after: (Timestamp, ReportId), at_most: u32) -> Result<Vec<Report>, StoreError>;
    /// The other ones of [`Store::waiting_reports`]: being read, or finished with and written to again; oldest first.
    async fn begun_reports(&self, at_most: u32) -> Result<Vec<Report>, StoreError>;
    /// Incidents opened since, newest first.
    async fn incidents(&self, since: Timestamp, at_most: u32) -> Result<Vec<Incident>, StoreError>;
    /// An incident alone.
    async fn incident(&self, id: IncidentId) -> Result<Option<Incident>, StoreError>;
    /// An incident with everything.
    async fn incident_file(&self, id: IncidentId) -> Result<Option<IncidentFile>, StoreError>;
    /// Reports joined to incidents that have not ended, filed since, newest first, once for each incident; for
    /// suggestions.
    async fn joined_reports(&self, since: Timestamp, at_most: u32) -> Result<Vec<(Incident, Report)>, StoreError>;
    /// What was said of a report not being the same as an incident, by incident, what was taken back with it.
    async fn differences_of(&self, report: ReportId) -> Result<Vec<Difference>, StoreError>;
    /// The same of an incident, by report.
    async fn differences_from(&self, incident: IncidentId) -> Result<Vec<Difference>, StoreError>;
    /// An alert or update.
    async fn alert(&self, id: AlertId) -> Result<Option<Alert>, StoreError>;
    /// Updates that follow an alert, oldest first.
    async fn updates(&self, of: AlertId) -> Result<Vec<Alert>, StoreError>;
    /// Approvals of an alert, oldest first.
    async fn approvals(&self, of: AlertId) -> Result<Vec<Approval>, StoreError>;
    /// How many alerts that the ceiling counts ([`handbell_rules::bell::ceiling::counts`]) rang after a time.
    async fn broad_rung(&self, since: Timestamp) -> Result<u32, StoreError>;
    /// Every key of a signing device, those taken back among them, oldest first.
    async fn signing_keys(&self) -> Result<Vec<SigningKey>, StoreError>;
    /// Every list of signing devices by its number, one that still wants a signature among them.
    async fn manifests(&self) -> Result<Vec<KeptManifest>, StoreError>;
    /// Rings of an alert, oldest first.
    async fn rings(&self, of: AlertId) -> Result<Vec<Ring>, StoreError>;
    /// Drafts and live alerts, oldest first.
    async fn open_alerts(&self) -> Result<Vec<Alert>, StoreError>;
    /// Alerts of public reach that were rung, newest first.
    async fn public_alerts(&self, at_most: u32) -> Result<Vec<Alert>, StoreError>;
    /// Everybody who asked to hear of such an alert, with their wishes, in the order of their ids. Whom of them a
    /// ring tells is a rule (`bell::wishes`). Acts ask the index in memory (`crate::audience`), which is held
    /// against this.
    async fn audience(&self, question: &AudienceQuestion) -> Result<Vec<Asked>, StoreError>;
    /// Subscriptions that were told, or may have been, of at least `at_least` alerts rung since then, with how
    /// many. Counted from the told lists; nothing else is kept for it.
    async fn told_often(&self, since: Timestamp, at_least: u32, now: Timestamp) -> Result<Vec<(SubscriptionId, u32)>, StoreError>;
    /// The told list of an alert's rings with what became of each; nobody but tests and the tally reads it.
    async fn tally(&self, of: AlertId) -> Result<Vec<(RingKind, Tally)>, StoreError>;
    /// A subscription.
    async fn subscription(&self, id: SubscriptionId) -> Result<Option<Subscription>, StoreError>;
    /// Those of some subscriptions that are there, in no order, read at once.
    async fn subscriptions(&self, ids: &[SubscriptionId]) -> Result<Vec<Subscription>, StoreError>;
    /// What a browser follows, in the order of the incidents' ids.
    async fn followers_of(&self, subscription: SubscriptionId) -> Result<Vec<Follower>, StoreError>;
    /// Followers to whom a message is owed whose time has come, longest due first.
    async fn followers_due(&self, at_most: u32, now: Timestamp) -> Result<Vec<Follower>, StoreError>;
    /// When the next message to a follower is owed.
    async fn next_follower_due(&self) -> Result<Option<Timestamp>, StoreError>;
    /// Subscriptions that have not run out at `now`, neighbours' and members', in the order of their ids,
    /// after one.
    async fn subscriptions_after(&self, after: SubscriptionId, at_most: u32, now: Timestamp) -> Result<Vec<Subscription>, StoreError>;
    /// A member.
    async fn member(&self, id: MemberId) -> Result<Option<Member>, StoreError>;
    /// Every member, by name.
    async fn members(&self) -> Result<Vec<Member>, StoreError>;
    /// The link with this secret's hash.
    async fn invitation_by_secret(&self, secret: [u8; 32]) -> Result<Option<Invitation>, StoreError>;
    /// The device with this secret's hash.
    async fn device_by_secret(&self, secret: [u8; 32]) -> Result<Option<Device>, StoreError>;
    /// The passkey of this credential id.
    async fn passkey(&self, credential: &[u8]) -> Result<Option<Passkey>, StoreError>;
    /// A member's passkeys, oldest first.
    async fn passkeys(&self, member: MemberId) -> Result<Vec<Passkey>, StoreError>;
    /// A device.
    async fn device(&self, id: DeviceId) -> Result<Option<Device>, StoreError>;
    /// The session with this secret's hash.
    async fn session_by_secret(&self, secret: [u8; 32]) -> Result<Option<Session>, StoreError>;
    /// A member's duty.
    async fn duty(&self, member: MemberId) -> Result<Option<Duty>, StoreError>;
    /// Duties that have not ended at `now`, those that begin later among them.
    async fn duties(&self, now: Timestamp) -> Result<Vec<Duty>, StoreError>;
    /// Whether a member ever did something to a subject, as the journal says; looking at it is nothing done.
    async fn worked_on(&self, member: MemberId, subject: Subject) -> Result<bool, StoreError>;
    /// Lines of the trail after a number.
    async fn openings(&self, after: u64, at_most: u32) -> Result<Vec<Opening>, StoreError>;
    /// A member's newest line about a subject.
    async fn last_opening(&self, member: MemberId, subject: Subject) -> Result<Option<Opening>, StoreError>;
    /// A wish to open something that is over.
    async fn opening_ask(&self, id: OpeningAskId) -> Result<Option<OpeningAsk>, StoreError>;
    /// Such wishes since a time, oldest first.
    async fn opening_asks(&self, since: Timestamp) -> Result<Vec<OpeningAsk>, StoreError>;
    /// A proposal.
    async fn proposal(&self, id: ProposalId) -> Result<Option<Proposal>, StoreError>;
    /// Proposals nobody has approved or refused yet, oldest first.
    async fn open_proposals(&self) -> Result<Vec<Proposal>, StoreError>;
    /// What members took from the public alone and no second member has agreed to, oldest first.
    async fn taken_alone(&self) -> Result<Vec<Proposal>, StoreError>;
    /// A reply or complaint.
    async fn letter(&self, id: LetterId) -> Result<Option<Letter>, StoreError>;
    /// The letter a receipt opens.
    async fn letter_by_receipt(&self, mark: ReceiptMark) -> Result<Option<Letter>, StoreError>;
    /// Letters that wait to be decided, oldest first.
    async fn open_letters(&self, at_most: u32) -> Result<Vec<Letter>, StoreError>;
    /// Letters that were decided and are kept, newest first.
    async fn closed_letters(&self, at_most: u32) -> Result<Vec<Letter>, StoreError>;
    /// A sealed way to reach who sent a letter.
    async fn letter_contact(&self, of: LetterId) -> Result<Option<LetterContact>, StoreError>;
    /// A look.
    async fn look(&self, id: LookId) -> Result<Option<Look>, StoreError>;
    /// Looks from which something is still to come, oldest first.
    async fn open_looks(&self) -> Result<Vec<Look>, StoreError>;
    /// Looks of an incident that are kept, oldest first.
    async fn looks_of(&self, incident: IncidentId) -> Result<Vec<Look>, StoreError>;
    /// Nudges that are kept.
    async fn nudges(&self) -> Result<Vec<Nudge>, StoreError>;
    /// Nudges whose time has come, longest due first.
    async fn nudges_due(&self, at_most: u32, now: Timestamp) -> Result<Vec<Nudge>, StoreError>;
    /// A member's duty phones.
    async fn duty_phones(&self, member: MemberId, now: Timestamp) -> Result<Vec<Subscription>, StoreError>;
    /// Subscriptions whose further channel is the telephone with this keyed hash.
    async fn further_of(&self, person: SubscriptionId) -> Result<Vec<Subscription>, StoreError>;
    /// How far the waiting of a report was called out.
    async fn escalation(&self, report: ReportId) -> Result<Option<Escalation>, StoreError>;
    /// Who has what, as far as it is kept; whether it stands is a rule.
    async fn holds(&self) -> Result<Vec<Hold>, StoreError>;
    /// Lines of the known-activity board that are kept, oldest first.
    async fn postings(&self) -> Result<Vec<Posting>, StoreError>;
    /// A wish to be told that waits for its owner.
    async fn joining(&self, id: JoiningId) -> Result<Option<Joining>, StoreError>;
    /// Every channel's figures, month by month.
    async fn reach(&self) -> Result<Vec<MonthReach>, StoreError>;
    /// Mutes that are kept; whether one stands is a rule.
    async fn mutes(&self) -> Result<Vec<Mute>, StoreError>;
    /// Who is wanted at an alert's place, who was asked and what they said.
    async fn dispatch(&self, of: AlertId) -> Result<Option<Dispatch>, StoreError>;
    /// Dispatches that are kept, drafts and those that are over among them.
    async fn dispatches(&self) -> Result<Vec<Dispatch>, StoreError>;
    /// Dispatches from which something is still to come.
    async fn open_dispatches(&self) -> Result<Vec<Dispatch>, StoreError>;
    /// What members said for duties that have not run out at `now`.
    async fn ready(&self, now: Timestamp) -> Result<Vec<Ready>, StoreError>;
    /// Hand-over notes that are kept, oldest first.
    async fn handovers(&self) -> Result<Vec<Handover>, StoreError>;
    /// Log entries from an index on. Who wants the whole record incident by incident goes on a [`walk::Walk`].
    async fn log_rows(&self, from: u64, at_most: u32) -> Result<Vec<LogRow>, StoreError>;
    /// Places and incidents of the newest entries of one kind that stand below a place, newest first.
    async fn newest_of_kind(&self, kind: u8, below: u64, at_most: u32) -> Result<Vec<(u64, IncidentId)>, StoreError>;
    /// The entries of one stream, oldest first.
    async fn stream(&self, of: IncidentId) -> Result<Vec<LogRow>, StoreError>;
    /// Streams in the log, newest first.
    async fn public_incidents(&self, at_most: u32) -> Result<Vec<IncidentId>, StoreError>;
    /// The same after one of them, from where a list goes on; none when that is not in the record.
    async fn public_incidents_after(&self, after: Option<IncidentId>, at_most: u32) -> Result<Option<Vec<IncidentId>>, StoreError>;
    /// Incidents of the record that a question asks for, newest opened first, after one of them; none when that is
    /// not in the record. What is withdrawn by a commit that returned is not found. A store whose index is being
    /// made anew finds fewer meanwhile.
    async fn search(&self, question: &Question, after: Option<IncidentId>, at_most: u32) -> Result<Option<FoundStretch>, StoreError>;
    /// Incidents about which members published something, by id.
    async fn published_about(&self, at_most: u32) -> Result<Vec<IncidentId>, StoreError>;
    /// The newest signed checkpoint; none while the log is empty and unsigned.
    async fn checkpoint(&self) -> Result<Option<CheckpointRow>, StoreError>;
    /// The checkpoint of this many entries, if one was signed.
    async fn checkpoint_of(&self, size: u64) -> Result<Option<CheckpointRow>, StoreError>;
    /// Journal lines after a number.
    async fn journal(&self, after: u64, at_most: u32) -> Result<Vec<JournalLine>, StoreError>;
    /// What is held now, table by table.
    async fn held(&self) -> Result<Vec<Held>, StoreError>;
}
