//! Change: everything that can happen in Handbell.
//!
//! Reading this file is reading the product. A rule makes a change, a commit makes it true. Each change
//! carries the full new value of what it touches, with the version that was read, so that a commit can
//! tell whether somebody was faster.

use crate::bell::alert::{Alert, Approval, Ring};
use crate::bell::delivery::Settled;
use crate::bell::dispatch::{Dispatch, Ready};
use crate::bell::follower::Follower;
use crate::bell::joining::Joining;
use crate::bell::manifest::{KeptManifest, SigningKey};
use crate::bell::reach::MonthReach;
use crate::bell::subscription::Subscription;
use crate::desk::claim::{Claim, Independence};
use crate::desk::difference::Difference;
use crate::desk::escalation::Escalation;
use crate::desk::hold::Hold;
use crate::desk::incident::Incident;
use crate::desk::look::Look;
use crate::desk::posting::Posting;
use crate::evidence::custody::Statement;
use crate::evidence::footage::Footage;
use crate::evidence::hiding::Hiding;
use crate::evidence::keys::CustodyKeys;
use crate::evidence::known::{Known, Lead};
use crate::evidence::link::FootageLink;
use crate::evidence::stamp::Stamp;
use crate::evidence::upload::Upload;
use crate::id::{ChangeId, FootageId, IncidentId, KnownId, MemberId, SubscriptionId, UploadId};
use crate::people::duty::Duty;
use crate::people::handover::Handover;
use crate::people::member::{Device, Invitation, Member, Session};
use crate::people::nudge::Nudge;
use crate::people::passkey::Passkey;
use crate::people::trail::{NewOpening, OpeningAsk};
use crate::record::entry::NewEntry;
use crate::record::kept::KeptEntry;
use crate::record::letter::{Letter, LetterContact};
use crate::record::proposal::{Follows, Proposal};
use crate::street::answers::KeptAnswers;
use crate::street::flood::mute::Mute;
use crate::street::note::Note;
use crate::street::receipt::ReceiptMark;
use crate::street::report::{RepeatGuard, Report, SealedContact};
use crate::time::Timestamp;

/// Who caused a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Actor {
    /// Somebody on the street; nothing more is known and nothing more is kept.
    Street,
    /// A signed-in member.
    Member(MemberId),
    /// The keeper's command line.
    Keeper,
    /// A worker doing what a commit promised.
    Worker,
}

/// One thing that happens, whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The same change twice is the same change once.
    pub id: ChangeId,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: Actor,
    /// What.
    pub what: What,
}

/// The closed list of what can happen.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs, reason = "the fields are the nouns they are named after")]
pub enum What {
    /// A witness filed a report.
    ReportFiled {
        report: Report,
        receipt: ReceiptMark,
        contact: Option<SealedContact>,
        repeat: Option<RepeatGuard>,
        answers: Option<KeptAnswers>,
    },
    /// Somebody wrote a note on it: the witness or the desk, see [`crate::street::note`].
    ReportNoted { report: Report, note: Note },
    /// The witness took the report back; its notes and contact go too.
    ReportWithdrawn { report: Report },
    /// A member reads it, and has it.
    ReportTaken { report: Report, hold: Hold },
    /// A member set it aside.
    ReportSetAside { report: Report, reason: String },
    /// A member opened an incident from a report.
    IncidentOpened { incident: Incident, report: Report },
    /// A report was joined to an incident.
    ReportJoined { incident: Incident, report: Report },
    /// A report was taken out of an incident.
    ReportTakenOut { incident: Incident, report: Report },
    /// A member said that a report and an incident are not the same happening.
    DifferenceSaid { report: Report, difference: Difference },
    /// A member took that back.
    DifferenceTakenBack { difference: Difference },
    /// A claim was recorded.
    ClaimRecorded { incident: Incident, claim: Claim },
    /// A claim was marked disputed or not.
    ClaimDisputed { incident: Incident, claim: Claim, reason: String },
    /// A member judged two reports independent or not.
    IndependenceRecorded { incident: Incident, independence: Independence },
    /// An incident without a live alert ended.
    IncidentEnded { incident: Incident },
    /// The desk asked an observer to go and look.
    LookAsked { incident: Incident, look: Look, nudges: Vec<Nudge> },
    /// The observer who was asked said yes, no, or that they are there.
    LookAnswered { look: Look, nudges: Vec<Nudge> },
    /// Nobody answered in time: the next one is asked, or nobody is left.
    LookMovedOn { look: Look, nudges: Vec<Nudge> },
    /// An observer has not reported back in time; the desk finds out whether they are well.
    LookOverdue { look: Look, nudges: Vec<Nudge> },
    /// Somebody found out that they are well.
    LookChecked { look: Look },
    /// The desk called a look off.
    LookCalledOff { look: Look, nudges: Vec<Nudge> },
    /// An observer reported back; `filed` is their own report where they saw it, joined to `incident` while that goes on.
    LookReported { look: Look, incident: Option<Incident>, filed: Option<Box<(Report, ReceiptMark)>>, nudges: Vec<Nudge> },
    /// An untouched report called the next on duty, or everybody.
    ReportEscalated { escalation: Escalation, nudges: Vec<Nudge> },
    /// What became of a nudge.
    NudgeSettled { nudge: Nudge },
    /// A member has an incident, or shows that they still work on what they have.
    HoldTaken { hold: Hold },
    /// It is free again.
    HoldFreed { hold: Hold },
    /// A line was put on the known-activity board.
    PostingPutUp { posting: Posting },
    /// It was taken down before its end.
    PostingTakenDown { posting: Posting },
    /// A member muted a pattern of reports for some hours.
    MutePut { mute: Mute },
    /// Another member agreed that it covers reports of a danger to life too.
    MuteAgreed { mute: Mute },
    /// A member lifted it before its end.
    MuteLifted { mute: Mute },
    /// A note for the next shift.
    HandoverWritten { handover: Handover },
    /// An alert or an update was written.
    AlertDrafted { alert: Alert },
    /// A member approved it.
    AlertApproved { alert: Alert, approval: Approval },
    /// An approver let an alert through the day's ceiling, with a reason.
    CeilingLifted { alert: Alert },
    /// A browser of the desk became a signing device; `replaced` is the key it had before.
    SigningKeyAdded { key: SigningKey, replaced: Option<SigningKey> },
    /// A member took their own signing device back.
    SigningKeyTakenBack { key: SigningKey },
    /// A device signed the next list of signing devices; another signature is still wanted.
    ManifestSigned { manifest: KeptManifest },
    /// The second one signed it: it is the group's list from now on, and stands in the log.
    ManifestMade { manifest: KeptManifest },
    /// The service worker that this program gives browsers is another one than the log says.
    WorkerNamed { digest: [u8; 32] },
    /// The log counted the entries of its streams.
    SnapshotTaken { entry: NewEntry },
    /// The bell rang: the told list is fixed here. `first` is the alert an update follows; then `told` is
    /// empty and the commit takes the told list of the first. `dispatch` says who of them was asked, for that reach.
    BellRung {
        incident: Incident,
        alert: Alert,
        first: Option<Alert>,
        ring: Ring,
        told: Vec<SubscriptionId>,
        entries: Vec<NewEntry>,
        dispatch: Option<Box<Dispatch>>,
    },
    /// A live alert was said to be still true.
    AlertRenewed { alert: Alert },
    /// The desk on duty was reminded that an alert runs out.
    AlertReminded { alert: Alert, nudges: Vec<Nudge> },
    /// A member said how many of each role a dispatch wants.
    DispatchPlanned { dispatch: Dispatch, nudges: Vec<Nudge> },
    /// Places were free: the same alert rings for the next nearest, with a told list of their own. The alert is
    /// written as it was read, so that an end at the same moment wins.
    DispatchWidened { alert: Alert, dispatch: Dispatch, ring: Ring, told: Vec<SubscriptionId> },
    /// The clock moved a dispatch on: nobody is left, somebody has not checked in, it is over.
    DispatchMoved { dispatch: Dispatch, nudges: Vec<Nudge> },
    /// Somebody who was asked answered, or the desk found out that they are well.
    DispatchAnswered { dispatch: Dispatch, nudges: Vec<Nudge> },
    /// A member on duty said where they could go from and what they speak.
    ReadySaid { ready: Ready },
    /// The alert was stood down or cancelled; the same people hear it.
    AlertEnded { incident: Incident, alert: Alert, ring: Ring, entries: Vec<NewEntry> },
    /// A member proposed an entry of the public record.
    EntryProposed { proposal: Proposal },
    /// Another member refused it, or its maker took it back; it is never public. The letter it would have
    /// published waits again.
    EntryRefused { proposal: Proposal, letter: Option<Letter>, entries: Vec<NewEntry> },
    /// Another member approved it; it is public.
    EntryPublished { incident: Incident, proposal: Proposal, follows: Follows },
    /// One member took words from the public, because it was urgent.
    WordsTakenAlone { incident: Incident, proposal: Proposal, follows: Follows },
    /// A second member said whether they agree; whoever was told of what was taken back hears it now.
    TakenAloneSeconded { proposal: Proposal, entries: Vec<NewEntry>, rings: Vec<Ring> },
    /// Somebody concerned sent a reply or a complaint.
    LetterSent { letter: Letter, receipt: [u8; 32], contact: Option<LetterContact> },
    /// A member has it.
    LetterTaken { letter: Letter },
    /// The desk offered shorter words.
    LetterShortened { letter: Letter },
    /// The sender agreed to them.
    LetterAgreed { letter: Letter },
    /// The sender took it back; what waited to publish it has no words any more.
    LetterWithdrawn { letter: Letter, emptied: Option<Proposal> },
    /// A member proposed to publish it.
    LetterProposed { letter: Letter, proposal: Proposal },
    /// A member declined it, or decided the complaint.
    LetterDecided { letter: Letter, entries: Vec<NewEntry> },
    /// An incident was entered into the public record from a file.
    RecordImported { incident: Incident, entries: Vec<NewEntry> },
    /// Another log's entries were written into this one, which was empty, as they are.
    LogTakenOver { incidents: Vec<Incident>, entries: Vec<KeptEntry> },
    /// A browser subscribed.
    Subscribed { subscription: Subscription },
    /// A browser unsubscribed.
    Unsubscribed { subscription: SubscriptionId },
    /// A browser asked to be told how an incident ended; its row comes along when the server knew none.
    Followed { follower: Follower, browser: Option<Subscription> },
    /// It took that back.
    Unfollowed { subscription: SubscriptionId, incident: IncidentId },
    /// What became of telling it.
    FollowerTold { follower: Follower },
    /// Somebody asked to be told by mail; nothing begins before they say so from there.
    JoiningAsked { joining: Joining },
    /// They said so: the subscription begins and the link is spent.
    Joined { joining: Joining, subscription: Subscription },
    /// What each channel took, counted without people; nudges say that one is silent.
    ReachCounted { months: Vec<MonthReach>, nudges: Vec<Nudge> },
    /// What became of a batch of deliveries.
    DeliveriesSettled { settled: Vec<Settled> },
    /// A member was invited.
    MemberInvited { member: Member, invitation: Invitation },
    /// A link was redeemed.
    SignedIn { invitation: Invitation, device: Option<Device>, session: Session },
    /// A link was redeemed with a new passkey.
    PasskeyRegistered { invitation: Invitation, passkey: Passkey, device: Option<Device>, session: Session },
    /// A passkey opened a session, or unlocked one; then `session` is none.
    PasskeyUsed { passkey: Passkey, device: Option<Device>, session: Option<Session> },
    /// A session was closed.
    SignedOut { session: Session },
    /// A member past probation vouched for one who was invited.
    MemberVouched { member: Member },
    /// The first of two members said that another lost their passkey.
    RecoveryAsked { member: Member },
    /// The second said so: a new link; every passkey, session and older link of the member is gone.
    MemberRecovered { member: Member, invitation: Invitation },
    /// A member was revoked; every passkey, session and link of theirs is gone.
    MemberRevoked { member: Member },
    /// A duty started or was renewed.
    DutyStarted { duty: Duty },
    /// A duty ended early.
    DutyEnded { duty: Duty },
    /// A member opened something; the line is written before it is shown.
    Opened { line: NewOpening },
    /// A member asked another to agree that they open something that is over.
    OpeningAsked { ask: OpeningAsk },
    /// Another member agreed.
    OpeningAgreed { ask: OpeningAsk },
    /// A member was reminded that their duty ends soon.
    DutyReminded { duty: Duty, nudges: Vec<Nudge> },
    /// One of the three custody keys was set, or custodians say that they practised opening.
    CustodyKeySet { keys: CustodyKeys, said: Statement },
    /// A link for giving files was made.
    FootageLinkMade { link: FootageLink },
    /// A file is on its way, perhaps by a link.
    UploadBegun { upload: Upload, link: Option<FootageLink> },
    /// More of it is sealed and on disk.
    UploadAdvanced { upload: Upload },
    /// It was given up; its parts were removed before.
    UploadGivenUp { upload: UploadId },
    /// It came whole.
    FootageReceived { upload: Upload, footage: Footage, said: Statement },
    /// Something about footage changed: the wish, how long it is kept.
    FootageChanged { footage: Footage, said: Option<Statement> },
    /// Working copies were made or cannot be, and the working key is gone; or it is tried again.
    FootageCopied { footage: Footage, said: Option<Statement> },
    /// Something was done with footage that changes nothing of it: a look, an export, a handing over.
    FootageHandled { said: Statement },
    /// The original and all copies are deleted, and what hangs on them goes.
    FootageGone { footage: FootageId, said: Statement },
    /// The log holds the salted marks of these, and the head of the custody chain.
    FootageNoted { footage: Vec<Footage>, entries: Vec<NewEntry>, said: Statement },
    /// A drawing of what is covered was made, burnt in, looked at, made public or taken back.
    HidingMoved { hiding: Hiding, said: Statement },
    /// A checked copy was proposed to the record and got its address: neither stands without the other.
    CopyOffered { proposal: Proposal, hiding: Hiding, said: Statement },
    /// A picture or film is known, or known differently.
    PictureKnown { known: Known },
    /// It is not in the bank any more.
    PictureForgotten { known: KnownId },
    /// Footage resembles something known.
    LeadsFound { leads: Vec<Lead>, said: Statement },
    /// A person said what becomes of a lead.
    LeadAnswered { lead: Lead, said: Statement },
    /// An outside clock was asked about a day of the custody chain.
    StampMoved { stamp: Stamp, said: Option<Statement> },
    /// What has reached the end of its life was forgotten: everything due at the change's time.
    Forgotten,
}

impl What {
    /// The journal's word for it.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::ReportFiled { .. } => "report-filed",
            Self::ReportNoted { .. } => "report-noted",
            Self::ReportWithdrawn { .. } => "report-withdrawn",
            Self::ReportTaken { .. } => "report-taken",
            Self::ReportSetAside { .. } => "report-set-aside",
            Self::IncidentOpened { .. } => "incident-opened",
            Self::ReportJoined { .. } => "report-joined",
            Self::ReportTakenOut { .. } => "report-taken-out",
            Self::DifferenceSaid { .. } => "difference-said",
            Self::DifferenceTakenBack { .. } => "difference-taken-back",
            Self::ClaimRecorded { .. } => "claim-recorded",
            Self::ClaimDisputed { .. } => "claim-disputed",
            Self::IndependenceRecorded { .. } => "independence-recorded",
            Self::IncidentEnded { .. } => "incident-ended",
            Self::LookAsked { .. } => "look-asked",
            Self::LookAnswered { .. } => "look-answered",
            Self::LookMovedOn { .. } => "look-moved-on",
            Self::LookOverdue { .. } => "look-overdue",
            Self::LookChecked { .. } => "look-checked",
            Self::LookCalledOff { .. } => "look-called-off",
            Self::LookReported { .. } => "look-reported",
            Self::ReportEscalated { .. } => "report-escalated",
            Self::NudgeSettled { .. } => "nudge-settled",
            Self::HoldTaken { .. } => "hold-taken",
            Self::HoldFreed { .. } => "hold-freed",
            Self::PostingPutUp { .. } => "posting-put-up",
            Self::PostingTakenDown { .. } => "posting-taken-down",
            Self::MutePut { .. } => "mute-put",
            Self::MuteAgreed { .. } => "mute-agreed",
            Self::MuteLifted { .. } => "mute-lifted",
            Self::HandoverWritten { .. } => "handover-written",
            Self::AlertDrafted { .. } => "alert-drafted",
            Self::AlertApproved { .. } => "alert-approved",
            Self::CeilingLifted { .. } => "ceiling-lifted",
            Self::SigningKeyAdded { .. } => "signing-key-added",
            Self::SigningKeyTakenBack { .. } => "signing-key-taken-back",
            Self::ManifestSigned { .. } => "manifest-signed",
            Self::ManifestMade { .. } => "manifest-made",
            Self::WorkerNamed { .. } => "worker-named",
            Self::SnapshotTaken { .. } => "snapshot-taken",
            Self::BellRung { .. } => "bell-rung",
            Self::AlertRenewed { .. } => "alert-renewed",
            Self::AlertReminded { .. } => "alert-reminded",
            Self::DispatchPlanned { .. } => "dispatch-planned",
            Self::DispatchWidened { .. } => "dispatch-widened",
            Self::DispatchMoved { .. } => "dispatch-moved",
            Self::DispatchAnswered { .. } => "dispatch-answered",
            Self::ReadySaid { .. } => "ready-said",
            Self::AlertEnded { .. } => "alert-ended",
            Self::EntryProposed { .. } => "entry-proposed",
            Self::EntryRefused { .. } => "entry-refused",
            Self::EntryPublished { .. } => "entry-published",
            Self::WordsTakenAlone { .. } => "words-taken-alone",
            Self::TakenAloneSeconded { .. } => "taken-alone-seconded",
            Self::LetterSent { .. } => "letter-sent",
            Self::LetterTaken { .. } => "letter-taken",
            Self::LetterShortened { .. } => "letter-shortened",
            Self::LetterAgreed { .. } => "letter-agreed",
            Self::LetterWithdrawn { .. } => "letter-withdrawn",
            Self::LetterProposed { .. } => "letter-proposed",
            Self::LetterDecided { .. } => "letter-decided",
            Self::RecordImported { .. } => "record-imported",
            Self::LogTakenOver { .. } => "log-taken-over",
            Self::Subscribed { .. } => "subscribed",
            Self::Unsubscribed { .. } => "unsubscribed",
            Self::Followed { .. } => "followed",
            Self::Unfollowed { .. } => "unfollowed",
            Self::FollowerTold { .. } => "follower-told",
            Self::JoiningAsked { .. } => "joining-asked",
            Self::Joined { .. } => "joined",
            Self::ReachCounted { .. } => "reach-counted",
            Self::DeliveriesSettled { .. } => "deliveries-settled",
            Self::MemberInvited { .. } => "member-invited",
            Self::SignedIn { .. } => "signed-in",
            Self::PasskeyRegistered { .. } => "passkey-registered",
            Self::PasskeyUsed { .. } => "passkey-used",
            Self::SignedOut { .. } => "signed-out",
            Self::MemberVouched { .. } => "member-vouched",
            Self::RecoveryAsked { .. } => "recovery-asked",
            Self::MemberRecovered { .. } => "member-recovered",
            Self::MemberRevoked { .. } => "member-revoked",
            Self::DutyStarted { .. } => "duty-started",
            Self::DutyEnded { .. } => "duty-ended",
            Self::Opened { .. } => "opened",
            Self::OpeningAsked { .. } => "opening-asked",
            Self::OpeningAgreed { .. } => "opening-agreed",
            Self::DutyReminded { .. } => "duty-reminded",
            Self::CustodyKeySet { .. } => "custody-key-set",
            Self::FootageLinkMade { .. } => "footage-link-made",
            Self::UploadBegun { .. } => "upload-begun",
            Self::UploadAdvanced { .. } => "upload-advanced",
            Self::UploadGivenUp { .. } => "upload-given-up",
            Self::FootageReceived { .. } => "footage-received",
            Self::FootageChanged { .. } => "footage-changed",
            Self::FootageCopied { .. } => "footage-copied",
            Self::FootageHandled { .. } => "footage-handled",
            Self::FootageGone { .. } => "footage-gone",
            Self::FootageNoted { .. } => "footage-noted",
            Self::HidingMoved { .. } => "hiding-moved",
            Self::CopyOffered { .. } => "copy-offered",
            Self::PictureKnown { .. } => "picture-known",
            Self::PictureForgotten { .. } => "picture-forgotten",
            Self::LeadsFound { .. } => "leads-found",
            Self::LeadAnswered { .. } => "lead-answered",
            Self::StampMoved { .. } => "stamp-moved",
            Self::Forgotten => "forgotten",
        }
    }
}
