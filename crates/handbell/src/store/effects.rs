//! Effects: which rows a change writes. The one place that knows, for every store alike.
//!
//! A change carries whole new values, so its writes follow from it alone, except for told lists, which
//! are taken from earlier deliveries inside the transaction. Nothing here reads and nothing here decides.

use super::evidence::{self, Erased, EvidenceRow};
use handbell_rules::bell::alert::{Alert, Approval, Ring};
pub use handbell_rules::bell::alert::{TOLD_LIST_KEPT_MAX, told_until};
use handbell_rules::bell::delivery::{DeliveryState, Settled};
use handbell_rules::bell::dispatch::{Dispatch, Ready};
use handbell_rules::bell::follower::Follower;
use handbell_rules::bell::joining::Joining;
use handbell_rules::bell::manifest::{KeptManifest, SigningKey};
use handbell_rules::bell::reach::MonthReach;
use handbell_rules::bell::subscription::Subscription;
use handbell_rules::change::{Change, What};
use handbell_rules::desk::claim::{Claim, Independence};
use handbell_rules::desk::difference::Difference;
use handbell_rules::desk::escalation::Escalation;
use handbell_rules::desk::hold::Hold;
use handbell_rules::desk::incident::Incident;
use handbell_rules::desk::look::Look;
use handbell_rules::desk::posting::Posting;
use handbell_rules::evidence::custody::Statement;
use handbell_rules::id::{DeliveryId, IncidentId, LetterId, MemberId, ReportId, RingId, SubscriptionId};
use handbell_rules::people::duty::Duty;
use handbell_rules::people::handover::Handover;
use handbell_rules::people::member::{Device, Invitation, Member, Session};
use handbell_rules::people::nudge::Nudge;
use handbell_rules::people::passkey::Passkey;
use handbell_rules::people::trail::{NewOpening, OpeningAsk, Subject};
use handbell_rules::record::entry::{NewEntry, Said};
use handbell_rules::record::kept::KeptEntry;
use handbell_rules::record::letter::{Letter, LetterContact};
use handbell_rules::record::proposal::Proposal;
use handbell_rules::street::answers::KeptAnswers;
use handbell_rules::street::flood::mute::Mute;
use handbell_rules::street::note::Note;
use handbell_rules::street::receipt::ReceiptMark;
use handbell_rules::street::report::{RepeatGuard, Report, SealedContact};
use handbell_rules::time::Timestamp;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// A row to put. Those with a `version` are compared: version 0 must not exist yet, any other must be the
/// stored one. The stored row carries the next version. The others are inserted and must be new, except
/// a claim, which replaces itself under its incident's version.
#[derive(Debug, Clone, PartialEq)]
pub enum Row {
    /// A new report with the mark of its receipt.
    NewReport(Box<Report>, ReceiptMark),
    /// A report that changed.
    Report(Box<Report>),
    /// Sealed contact details.
    Contact(SealedContact),
    /// A repeat guard for a report.
    Repeat(RepeatGuard, ReportId),
    /// The answers that came with a report.
    Answers(KeptAnswers),
    /// A note.
    Note(Note),
    /// An incident.
    Incident(Incident),
    /// A claim.
    Claim(Claim),
    /// A judgement on independence.
    Independence(Independence),
    /// An alert or update.
    Alert(Box<Alert>),
    /// An approval.
    Approval(Approval),
    /// A key of a signing device.
    SigningKey(SigningKey),
    /// A list of signing devices.
    Manifest(KeptManifest),
    /// A ring.
    Ring(Ring),
    /// A subscription.
    Subscription(Subscription),
    /// A subscription that must be new.
    NewSubscription(Subscription),
    /// A follower that changed.
    Follower(Follower),
    /// A member.
    Member(Member),
    /// A sign-in link.
    Invitation(Invitation),
    /// A device.
    Device(Device),
    /// A passkey.
    Passkey(Passkey),
    /// A session.
    Session(Session),
    /// A duty.
    Duty(Duty),
    /// A proposal.
    Proposal(Box<Proposal>),
    /// A wish to open something that is over.
    OpeningAsk(OpeningAsk),
    /// A look.
    Look(Box<Look>),
    /// A nudge.
    Nudge(Nudge),
    /// How far the waiting of a report was called out.
    Escalation(Escalation),
    /// Who has a report or an incident.
    Hold(Hold),
    /// That a report and an incident are not the same.
    Difference(Difference),
    /// A line of the known-activity board.
    Posting(Posting),
    /// A wish to be told that waits for its owner.
    Joining(Joining),
    /// A channel's figures of a month.
    Reach(MonthReach),
    /// A mute.
    Mute(Mute),
    /// A hand-over note.
    Handover(Handover),
    /// Who is wanted at an alert's place, and who was asked.
    Dispatch(Box<Dispatch>),
    /// What a member said for one duty.
    Ready(Ready),
    /// A reply or complaint that came, with the mark of its receipt.
    NewLetter(Box<Letter>, ReceiptMark),
    /// One that changed.
    Letter(Box<Letter>),
    /// A sealed way to reach who sent one.
    LetterContact(LetterContact),
    /// One of the evidence room.
    Evidence(EvidenceRow),
}

/// Who hears a ring.
#[derive(Debug, Clone, PartialEq)]
pub enum Told {
    /// These, fixed now.
    These(Vec<SubscriptionId>),
    /// Everybody on the told list of the first ring who still can be reached.
    SameAsFirst,
    /// Everybody who was told, or may have been: accepted, handed out, or handed over without an answer.
    /// What was never handed out is superseded: those people hear neither start nor end.
    WhoeverHeard,
    /// The same people, while whatever still waits goes on waiting: nothing has ended.
    WhoeverHeardSoFar,
}

/// One thing written.
#[derive(Debug, Clone, PartialEq)]
pub enum Write {
    /// Puts a row.
    Put(Row),
    /// The incidents a report belongs to from now on; it was filed then.
    Belongs(ReportId, Timestamp, Vec<IncidentId>),
    /// Erases what hangs on a withdrawn report: notes, answers, contact, repeat guard, what was said of it.
    EraseAround(ReportId),
    /// Erases every passkey, session and link of a member. Browsers stay bound: alone they open nothing.
    EraseSignIns(MemberId),
    /// Erases what a member said for their duty.
    EraseReady(MemberId),
    /// Erases a subscription.
    EraseSubscription(SubscriptionId),
    /// Puts a new follower, whose subscription must be there.
    Follow(Follower),
    /// Erases a follower, and its subscription if that has had its time by then and follows nothing else.
    Unfollow(SubscriptionId, IncidentId, Timestamp),
    /// Everybody who follows an incident is owed a message from then on.
    Stir(IncidentId, Timestamp),
    /// Erases the way to reach who sent a letter.
    EraseLetterContact(LetterId),
    /// Queues one delivery for each person told.
    Tell(Ring, Told),
    /// Writes down outcomes and prunes what is gone.
    Settle(Vec<Settled>),
    /// Appends entries to the log.
    Append(Vec<NewEntry>),
    /// Appends what the operator's own stream says.
    Say(Said),
    /// Writes another log's entries as they are; the log must be empty.
    AppendAsIs(Vec<KeptEntry>),
    /// Takes the content of an entry of this stream away and appends the mark of its withdrawal, with the
    /// reason's code. The entry must have content.
    Withdraw(IncidentId, u64, u8),
    /// Takes the content of an entry of this stream away while the log cannot be signed. The entry must have content.
    HoldBack(IncidentId, u64),
    /// Appends the mark of the withdrawal of what was held back, and takes its content away if it came back meanwhile.
    MarkLate(IncidentId, u64, u8),
    /// Puts a line behind the newest one of the trail.
    Open(NewOpening),
    /// Puts a line behind the newest one of the custody chain.
    Custody(Statement),
    /// Erases something of the evidence room, which must be there.
    EraseEvidence(Erased),
    /// Erases everything whose time has come.
    Forget(Timestamp),
}

/// The delivery of a ring to a subscription: the same pair gives the same id, so that nobody is queued
/// twice, and ids are in an order that nobody can choose.
pub fn delivery_id(ring: RingId, subscription: SubscriptionId) -> DeliveryId {
    let digest =
        Sha256::new().chain_update(b"handbell/delivery\0").chain_update(ring.bytes()).chain_update(subscription.bytes()).finalize();
    let mut id = [0u8; 16];
    id.copy_from_slice(&digest[..16]);
    DeliveryId(id)
}

/// Whether a delivery of an alert or an update in this state counts as heard, or perhaps heard. A try that
/// hung may have been heard whatever followed it; only a subscription that is gone hears nothing any more.
pub fn heard(state: DeliveryState, perhaps: bool) -> bool {
    match state {
        DeliveryState::Accepted | DeliveryState::Leased => true,
        DeliveryState::Waiting | DeliveryState::Expired | DeliveryState::Refused | DeliveryState::Superseded => perhaps,
        DeliveryState::Gone => false,
    }
}

/// The journal's words of looking; whoever looked has not worked on it.
pub const LOOKS: [&str; 3] = ["opened", "opening-asked", "opening-agreed"];

/// Whether a change puts anything into the log, so that a checkpoint is signed with it.
#[must_use]
pub fn signs(change: &Change) -> bool {
    writes(change).iter().any(|write| match write {
        Write::Append(entries) => !entries.is_empty(),
        Write::AppendAsIs(entries) => !entries.is_empty(),
        Write::Say(_) | Write::Withdraw(..) | Write::MarkLate(..) => true,
        _ => false,
    })
}

/// What a change writes, in order.
pub fn writes(change: &Change) -> Vec<Write> {
    use Row as R;
    use Write::{
        Append, AppendAsIs, Belongs, EraseAround, EraseReady, EraseSignIns, EraseSubscription, Forget, Put, Settle, Tell, Withdraw,
    };
    let mut list = Vec::with_capacity(6);
    let report = |report: &Report| Put(R::Report(Box::new(report.clone())));
    let belongs = |report: &Report| Belongs(report.id, report.filed_at, report.incidents.clone());
    let alert = |alert: &Alert| Put(R::Alert(Box::new(alert.clone())));
    let incident = |incident: &Incident| Put(R::Incident(incident.clone()));
    let look = |look: &Look| Put(R::Look(Box::new(look.clone())));
    let dispatch = |dispatch: &Dispatch| Put(R::Dispatch(Box::new(dispatch.clone())));
    let letter = |letter: &Letter| Put(R::Letter(Box::new(letter.clone())));
    let proposal_row = |proposal: &Proposal| Put(R::Proposal(Box::new(proposal.clone())));
    let nudges = |nudges: &[Nudge]| nudges.iter().map(|nudge| Put(R::Nudge(nudge.clone()))).collect::<Vec<_>>();
    match &change.what {
        What::ReportFiled { report, receipt, contact, repeat, answers } => {
            list.push(Put(R::NewReport(Box::new(report.clone()), *receipt)));
            list.extend(contact.clone().map(|contact| Put(R::Contact(contact))));
            list.extend(repeat.clone().map(|repeat| Put(R::Repeat(repeat, report.id))));
            list.extend(answers.clone().map(|answers| Put(R::Answers(answers))));
        }
        What::ReportNoted { report: r, note } => list.extend([report(r), Put(R::Note(note.clone()))]),
        What::ReportWithdrawn { report: r } => list.extend([report(r), EraseAround(r.id)]),
        What::ReportTaken { report: r, hold } => list.extend([report(r), Put(R::Hold(hold.clone()))]),
        What::ReportSetAside { report: r, .. } => list.push(report(r)),
        What::IncidentOpened { incident: i, report: r }
        | What::ReportJoined { incident: i, report: r }
        | What::ReportTakenOut { incident: i, report: r } => {
            list.extend([incident(i), report(r), belongs(r)]);
        }
        What::DifferenceSaid { report: r, difference } => list.extend([report(r), Put(R::Difference(difference.clone()))]),
        What::DifferenceTakenBack { difference } => list.push(Put(R::Difference(difference.clone()))),
        What::ClaimRecorded { incident: i, claim } | What::ClaimDisputed { incident: i, claim, .. } => {
            list.extend([incident(i), Put(R::Claim(claim.clone()))]);
        }
        What::IndependenceRecorded { incident: i, independence } => list.extend([incident(i), Put(R::Independence(independence.clone()))]),
        What::IncidentEnded { incident: i } => list.push(incident(i)),
        What::LookAsked { incident: i, look: l, nudges: n } => {
            list.extend([incident(i), look(l)]);
            list.extend(nudges(n));
        }
        What::LookAnswered { look: l, nudges: n }
        | What::LookMovedOn { look: l, nudges: n }
        | What::LookOverdue { look: l, nudges: n }
        | What::LookCalledOff { look: l, nudges: n } => {
            list.push(look(l));
            list.extend(nudges(n));
        }
        What::LookChecked { look: l } => list.push(look(l)),
        What::LookReported { look: l, incident: i, filed, nudges: n } => {
            list.extend(i.as_ref().map(incident));
            if let Some((report, mark)) = filed.as_deref() {
                list.extend([Put(R::NewReport(Box::new(report.clone()), *mark)), belongs(report)]);
            }
            list.push(look(l));
            list.extend(nudges(n));
        }
        What::ReportEscalated { escalation, nudges: n } => {
            list.push(Put(R::Escalation(escalation.clone())));
            list.extend(nudges(n));
        }
        What::NudgeSettled { nudge } => list.push(Put(R::Nudge(nudge.clone()))),
        What::HoldTaken { hold } | What::HoldFreed { hold } => list.push(Put(R::Hold(hold.clone()))),
        What::PostingPutUp { posting } | What::PostingTakenDown { posting } => list.push(Put(R::Posting(posting.clone()))),
        What::MutePut { mute } | What::MuteAgreed { mute } | What::MuteLifted { mute } => list.push(Put(R::Mute(mute.clone()))),
        What::HandoverWritten { handover } => list.push(Put(R::Handover(handover.clone()))),
        What::AlertDrafted { alert: a } => list.push(alert(a)),
        What::CeilingLifted { alert: a } => list.push(alert(a)),
        What::SigningKeyAdded { key, replaced } => {
            list.extend(replaced.clone().map(|key| Put(R::SigningKey(key))));
            list.push(Put(R::SigningKey(key.clone())));
        }
        What::SigningKeyTakenBack { key } => list.push(Put(R::SigningKey(key.clone()))),
        What::ManifestSigned { manifest } => list.push(Put(R::Manifest(manifest.clone()))),
        What::ManifestMade { manifest } => {
            list.push(Put(R::Manifest(manifest.clone())));
            list.push(Write::Say(Said::Keys(Sha256::digest(&manifest.text).into())));
        }
        What::WorkerNamed { digest } => list.push(Write::Say(Said::Worker(*digest))),
        What::SnapshotTaken { entry } => list.push(Append(vec![entry.clone()])),
        What::AlertApproved { alert: a, approval } => list.extend([alert(a), Put(R::Approval(approval.clone()))]),
        What::BellRung { incident: i, alert: a, first, ring, told, entries, dispatch: d } => {
            list.extend([incident(i), alert(a)]);
            list.extend(d.as_deref().map(dispatch));
            list.extend(first.as_ref().map(alert));
            let told = if first.is_some() { Told::SameAsFirst } else { Told::These(told.clone()) };
            list.extend([Put(R::Ring(ring.clone())), Tell(ring.clone(), told), Append(entries.clone())]);
        }
        What::AlertRenewed { alert: a } => list.push(alert(a)),
        What::AlertReminded { alert: a, nudges: n } => {
            list.push(alert(a));
            list.extend(nudges(n));
        }
        What::DispatchPlanned { dispatch: d, nudges: n }
        | What::DispatchMoved { dispatch: d, nudges: n }
        | What::DispatchAnswered { dispatch: d, nudges: n } => {
            list.push(dispatch(d));
            list.extend(nudges(n));
        }
        What::DispatchWidened { alert: a, dispatch: d, ring, told } => {
            list.extend([alert(a), dispatch(d), Put(R::Ring(ring.clone())), Tell(ring.clone(), Told::These(told.clone()))]);
        }
        What::ReadySaid { ready } => list.push(Put(R::Ready(ready.clone()))),
        What::AlertEnded { incident: i, alert: a, ring, entries } => {
            list.extend([
                incident(i),
                alert(a),
                Put(R::Ring(ring.clone())),
                Tell(ring.clone(), Told::WhoeverHeard),
                Append(entries.clone()),
            ]);
        }
        What::EntryProposed { proposal } => list.push(proposal_row(proposal)),
        What::EntryRefused { proposal, letter: l, entries } => {
            list.push(proposal_row(proposal));
            list.extend(l.as_ref().map(letter));
            list.push(Append(entries.clone()));
        }
        What::LetterSent { letter, receipt, contact } => {
            list.push(Put(R::NewLetter(Box::new(letter.clone()), ReceiptMark(*receipt))));
            list.extend(contact.clone().map(|contact| Put(R::LetterContact(contact))));
        }
        What::LetterTaken { letter: l } | What::LetterShortened { letter: l } | What::LetterAgreed { letter: l } => list.push(letter(l)),
        What::LetterWithdrawn { letter: l, emptied } => {
            list.push(letter(l));
            list.extend(emptied.as_ref().map(proposal_row));
            list.push(Write::EraseLetterContact(l.id));
        }
        What::LetterProposed { letter: l, proposal } => list.extend([letter(l), proposal_row(proposal)]),
        What::LetterDecided { letter: l, entries } => list.extend([letter(l), Append(entries.clone())]),
        What::TakenAloneSeconded { proposal, entries, rings } => {
            list.extend([proposal_row(proposal), Append(entries.clone())]);
            for ring in rings {
                list.extend([Put(R::Ring(ring.clone())), Tell(ring.clone(), Told::WhoeverHeardSoFar)]);
            }
        }
        What::EntryPublished { incident: i, proposal, follows } | What::WordsTakenAlone { incident: i, proposal, follows } => {
            list.extend([incident(i), Put(R::Proposal(Box::new(proposal.clone())))]);
            list.extend(follows.alerts.iter().map(alert));
            list.extend(follows.emptied.iter().map(|proposal| Put(R::Proposal(Box::new(proposal.clone())))));
            list.extend(follows.undescribed.iter().map(|one| Put(R::Evidence(EvidenceRow::Hiding(Box::new(one.clone()))))));
            list.extend(follows.letter.as_ref().map(letter));
            list.push(Append(follows.entries.clone()));
            list.extend(follows.withdrawals.iter().map(|(index, reason)| Withdraw(i.id, *index, *reason)));
            list.extend(follows.held_back.iter().map(|index| Write::HoldBack(i.id, *index)));
            list.extend(follows.late_marks.iter().map(|(index, reason)| Write::MarkLate(i.id, *index, *reason)));
            for ring in &follows.rings {
                list.extend([Put(R::Ring(ring.clone())), Tell(ring.clone(), Told::WhoeverHeardSoFar)]);
            }
        }
        What::RecordImported { incident: i, entries } => list.extend([incident(i), Append(entries.clone())]),
        What::LogTakenOver { incidents, entries } => {
            list.extend(incidents.iter().map(incident));
            list.push(AppendAsIs(entries.clone()));
        }
        What::Subscribed { subscription } => list.push(Put(R::Subscription(subscription.clone()))),
        What::JoiningAsked { joining } => list.push(Put(R::Joining(joining.clone()))),
        What::Joined { joining, subscription } => {
            list.extend([Put(R::Joining(joining.clone())), Put(R::Subscription(subscription.clone()))]);
        }
        What::ReachCounted { months, nudges } => {
            list.extend(months.iter().cloned().map(|month| Put(R::Reach(month))));
            list.extend(nudges.iter().cloned().map(|nudge| Put(R::Nudge(nudge))));
        }
        What::Unsubscribed { subscription } => list.push(EraseSubscription(*subscription)),
        What::Followed { follower, browser } => {
            list.extend(browser.clone().map(|browser| Put(R::NewSubscription(browser))));
            list.push(Write::Follow(follower.clone()));
        }
        What::Unfollowed { subscription, incident } => list.push(Write::Unfollow(*subscription, *incident, change.at)),
        What::FollowerTold { follower } => list.push(Put(R::Follower(follower.clone()))),
        What::DeliveriesSettled { settled } => list.push(Settle(settled.clone())),
        What::MemberInvited { member, invitation } => list.extend([Put(R::Member(member.clone())), Put(R::Invitation(invitation.clone()))]),
        What::SignedIn { invitation, device, session } => {
            list.push(Put(R::Invitation(invitation.clone())));
            list.extend(device.clone().map(|device| Put(R::Device(device))));
            list.push(Put(R::Session(session.clone())));
        }
        What::SignedOut { session } => list.push(Put(R::Session(session.clone()))),
        What::PasskeyRegistered { invitation, passkey, device, session } => {
            list.push(Put(R::Invitation(invitation.clone())));
            list.extend(device.clone().map(|device| Put(R::Device(device))));
            list.extend([Put(R::Passkey(passkey.clone())), Put(R::Session(session.clone()))]);
        }
        What::PasskeyUsed { passkey, device, session } => {
            list.push(Put(R::Passkey(passkey.clone())));
            list.extend(device.clone().map(|device| Put(R::Device(device))));
            list.extend(session.clone().map(|session| Put(R::Session(session))));
        }
        What::MemberVouched { member } | What::RecoveryAsked { member } => list.push(Put(R::Member(member.clone()))),
        What::MemberRecovered { member, invitation } => {
            list.extend([Put(R::Member(member.clone())), EraseSignIns(member.id), Put(R::Invitation(invitation.clone()))]);
        }
        What::MemberRevoked { member } => {
            list.extend([Put(R::Member(member.clone())), EraseSignIns(member.id), EraseReady(member.id)]);
        }
        What::DutyStarted { duty } => list.push(Put(R::Duty(duty.clone()))),
        What::DutyEnded { duty } => list.extend([Put(R::Duty(duty.clone())), EraseReady(duty.member)]),
        What::Opened { line } => list.push(Write::Open(line.clone())),
        What::OpeningAsked { ask } | What::OpeningAgreed { ask } => list.push(Put(R::OpeningAsk(ask.clone()))),
        What::DutyReminded { duty, nudges: n } => {
            list.push(Put(R::Duty(duty.clone())));
            list.extend(nudges(n));
        }
        What::CustodyKeySet { .. }
        | What::FootageLinkMade { .. }
        | What::UploadBegun { .. }
        | What::UploadAdvanced { .. }
        | What::UploadGivenUp { .. }
        | What::FootageReceived { .. }
        | What::FootageChanged { .. }
        | What::FootageCopied { .. }
        | What::FootageHandled { .. }
        | What::FootageGone { .. }
        | What::FootageNoted { .. }
        | What::HidingMoved { .. }
        | What::CopyOffered { .. }
        | What::PictureKnown { .. }
        | What::PictureForgotten { .. }
        | What::LeadsFound { .. }
        | What::LeadAnswered { .. }
        | What::StampMoved { .. } => list.extend(evidence::writes(&change.what)),
        What::Forgotten => list.push(Forget(change.at)),
    }
    let news = stirred(&list);
    list.extend(news.into_iter().map(|incident| Write::Stir(incident, change.at)));
    list
}

/// The incidents of which a change publishes how they ended, or a correction.
fn stirred(writes: &[Write]) -> BTreeSet<IncidentId> {
    let entries = writes.iter().filter_map(|write| if let Write::Append(entries) = write { Some(entries) } else { None });
    entries.flatten().filter(|entry| entry.kind.is_news()).map(|entry| entry.stream).collect()
}

/// The noun a change is about. Subscriptions and deliveries have none: an erased subscription leaves no id.
pub fn subject(what: &What) -> Option<[u8; 16]> {
    Some(match what {
        What::ReportFiled { report, .. }
        | What::ReportNoted { report, .. }
        | What::ReportWithdrawn { report }
        | What::ReportTaken { report, .. }
        | What::ReportSetAside { report, .. }
        | What::DifferenceSaid { report, .. } => *report.id.bytes(),
        What::DifferenceTakenBack { difference } => *difference.report.bytes(),
        What::IncidentOpened { incident, .. }
        | What::ReportJoined { incident, .. }
        | What::ReportTakenOut { incident, .. }
        | What::ClaimRecorded { incident, .. }
        | What::ClaimDisputed { incident, .. }
        | What::IndependenceRecorded { incident, .. }
        | What::IncidentEnded { incident }
        | What::LookAsked { incident, .. }
        | What::EntryPublished { incident, .. }
        | What::WordsTakenAlone { incident, .. }
        | What::RecordImported { incident, .. } => *incident.id.bytes(),
        What::AlertDrafted { alert }
        | What::CeilingLifted { alert }
        | What::AlertApproved { alert, .. }
        | What::AlertRenewed { alert }
        | What::AlertReminded { alert, .. }
        | What::BellRung { alert, .. }
        | What::DispatchWidened { alert, .. }
        | What::AlertEnded { alert, .. } => *alert.id.bytes(),
        What::DispatchPlanned { dispatch, .. } | What::DispatchMoved { dispatch, .. } | What::DispatchAnswered { dispatch, .. } => {
            *dispatch.alert.bytes()
        }
        What::ReadySaid { ready } => *ready.member.bytes(),
        What::EntryProposed { proposal } | What::EntryRefused { proposal, .. } | What::TakenAloneSeconded { proposal, .. } => {
            *proposal.incident.bytes()
        }
        What::LetterSent { letter, .. }
        | What::LetterTaken { letter }
        | What::LetterShortened { letter }
        | What::LetterAgreed { letter }
        | What::LetterWithdrawn { letter, .. }
        | What::LetterProposed { letter, .. }
        | What::LetterDecided { letter, .. } => *letter.id.bytes(),
        What::MemberInvited { member, .. }
        | What::MemberVouched { member }
        | What::RecoveryAsked { member }
        | What::MemberRecovered { member, .. }
        | What::MemberRevoked { member } => *member.id.bytes(),
        What::DutyStarted { duty } | What::DutyEnded { duty } | What::DutyReminded { duty, .. } => *duty.member.bytes(),
        What::LookAnswered { look, .. }
        | What::LookMovedOn { look, .. }
        | What::LookOverdue { look, .. }
        | What::LookChecked { look }
        | What::LookCalledOff { look, .. }
        | What::LookReported { look, .. } => *look.incident.bytes(),
        What::ReportEscalated { escalation, .. } => *escalation.report.bytes(),
        What::HoldTaken { hold } | What::HoldFreed { hold } => *hold.on.bytes(),
        What::PostingPutUp { posting } | What::PostingTakenDown { posting } => *posting.id.bytes(),
        What::MutePut { mute } | What::MuteAgreed { mute } | What::MuteLifted { mute } => *mute.id.bytes(),
        What::Opened { line } => id_of(&line.subject),
        What::OpeningAsked { ask } | What::OpeningAgreed { ask } => id_of(&ask.subject),
        What::SigningKeyAdded { key, .. } | What::SigningKeyTakenBack { key } => *key.id.bytes(),
        What::CustodyKeySet { .. }
        | What::FootageLinkMade { .. }
        | What::UploadBegun { .. }
        | What::UploadAdvanced { .. }
        | What::UploadGivenUp { .. }
        | What::FootageReceived { .. }
        | What::FootageChanged { .. }
        | What::FootageCopied { .. }
        | What::FootageHandled { .. }
        | What::FootageGone { .. }
        | What::FootageNoted { .. }
        | What::HidingMoved { .. }
        | What::CopyOffered { .. }
        | What::PictureKnown { .. }
        | What::PictureForgotten { .. }
        | What::LeadsFound { .. }
        | What::LeadAnswered { .. }
        | What::StampMoved { .. } => return evidence::subject(what),
        What::LogTakenOver { .. }
        | What::ManifestSigned { .. }
        | What::ManifestMade { .. }
        | What::WorkerNamed { .. }
        | What::SnapshotTaken { .. }
        | What::Subscribed { .. }
        | What::Unsubscribed { .. }
        | What::Followed { .. }
        | What::Unfollowed { .. }
        | What::FollowerTold { .. }
        | What::JoiningAsked { .. }
        | What::Joined { .. }
        | What::ReachCounted { .. }
        | What::DeliveriesSettled { .. }
        | What::NudgeSettled { .. }
        | What::HandoverWritten { .. }
        | What::SignedIn { .. }
        | What::PasskeyRegistered { .. }
        | What::PasskeyUsed { .. }
        | What::SignedOut { .. }
        | What::Forgotten => return None,
    })
}

/// The sixteen bytes of a subject's id.
pub fn id_of(subject: &Subject) -> [u8; 16] {
    match subject {
        Subject::Report(id) => *id.bytes(),
        Subject::Incident(id) => *id.bytes(),
    }
}
