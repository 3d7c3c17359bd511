//! Watching: looks, nudges, escalations, holds, the board and hand-over notes, in every store alike.

use handbell_rules::change::What;
use handbell_rules::desk::escalation::{ESCALATION_KEPT, Escalation, Step};
use handbell_rules::desk::hold::{self, HOLD_KEPT, Hold, InHand};
use handbell_rules::desk::incident::Incident;
use handbell_rules::desk::look::{Found, LOOK_KEPT, Look, LookState, OPEN_LOOK_KEPT, Turn};
use handbell_rules::desk::posting::{Known, POSTING_KEPT, Posting};
use handbell_rules::id::{HandoverId, LookId, MemberId, MuteId, PostingId};
use handbell_rules::people::duty::Duty;
use handbell_rules::people::handover::{HANDOVER_LIVES, Handover};
use handbell_rules::people::member::Role;
use handbell_rules::people::nudge::{About, NUDGE_KEPT, Nudge, Tried, settle};
use handbell_rules::street::flood::mute::{MUTE_KEPT, Mute, Pattern};
use handbell_rules::street::receipt::ReceiptMark;
use handbell_rules::street::report::ReportState;
use handbell_rules::time::{HOUR, MINUTE, Timestamp};

use super::Town;
use super::builders::*;

fn look(incident: &Incident, member: MemberId) -> Look {
    Look {
        id: LookId(fresh()),
        version: 0,
        incident: incident.id,
        asked_by: MemberId(fresh()),
        at: START,
        place: "Rye Lane and Blenheim Grove".into(),
        approach: "From the station".into(),
        look_for: "Two marked vans".into(),
        minutes: 20,
        state: LookState::Asked,
        turn: Turn { member, asked_at: START, passed: None },
        earlier: vec![],
        report_by: None,
        overdue: None,
        found: None,
        words: String::new(),
        report: None,
        closed_at: None,
    }
}

fn asked(incident: &Incident, look: &Look) -> What {
    let nudge = Nudge::new(change(What::Forgotten).id, look.turn.member, About::LookAsked(look.id), &look.line(), look.answer_by(), START);
    What::LookAsked { incident: incident.clone(), look: look.clone(), nudges: vec![nudge] }
}

/// An incident as it stands after its opening was written.
async fn opened(store: &dyn crate::store::Store) -> Incident {
    let (incident, mut report) = (incident(), report());
    commit(store, filed(&report)).await;
    report.version = 1;
    report.incidents = vec![incident.id];
    report.state = ReportState::Joined;
    commit(store, What::IncidentOpened { incident: incident.clone(), report }).await;
    Incident { version: 1, ..incident }
}

pub async fn a_look_and_what_it_queues_are_written_together_and_found(town: &mut dyn Town) {
    let store = town.store();
    let incident = opened(&*store).await;
    let look = look(&incident, MemberId(fresh()));
    commit(&*store, asked(&incident, &look)).await;
    // Whoever read the incident before this look was asked is too late for another one.
    conflict(&*store, asked(&incident, &super::watching::look(&incident, MemberId(fresh())))).await;
    town.reopen().await;
    let store = town.store();
    let kept = Look { version: 1, ..look.clone() };
    assert_eq!(store.look(look.id).await.unwrap(), Some(kept.clone()));
    assert_eq!(store.open_looks().await.unwrap(), std::slice::from_ref(&kept));
    assert_eq!(store.looks_of(incident.id).await.unwrap(), std::slice::from_ref(&kept));
    let nudges = store.nudges_due(10, START).await.unwrap();
    assert_eq!(nudges.iter().map(|nudge| nudge.to).collect::<Vec<_>>(), [look.turn.member]);
    assert_eq!(store.nudges_due(10, START.plus(-1)).await.unwrap(), [], "not before its time");
    let done = settle(&nudges[0], Tried::Taken, START);
    commit(&*store, What::NudgeSettled { nudge: done.clone() }).await;
    conflict(&*store, What::NudgeSettled { nudge: done }).await;
    assert_eq!(store.nudges_due(10, START.plus(HOUR)).await.unwrap(), [], "it is done with");
    assert_eq!(store.nudges().await.unwrap().len(), 1, "and kept for a while");

    // What comes back files the observer's report, joined, in the same commit; a second answer is too late.
    let mut report = report();
    report.incidents = vec![incident.id];
    report.state = ReportState::Joined;
    let reported =
        Look { state: LookState::Reported, found: Some(Found::SawIt), report: Some(report.id), closed_at: Some(START), ..kept.clone() };
    let after = Incident { version: 2, ..incident };
    let filed = Some(Box::new((report.clone(), ReceiptMark(fresh_hash()))));
    let back = What::LookReported { look: reported.clone(), incident: Some(after.clone()), filed, nudges: vec![] };
    commit(&*store, back).await;
    let called_off = Look { state: LookState::CalledOff, closed_at: Some(START), ..kept };
    conflict(&*store, What::LookCalledOff { look: called_off, nudges: vec![] }).await;
    assert_eq!(store.open_looks().await.unwrap(), []);
    assert_eq!(store.look(look.id).await.unwrap(), Some(Look { version: 2, ..reported }));
    let file = store.incident_file(after.id).await.unwrap().unwrap();
    assert!(file.reports.iter().any(|known| known.id == report.id), "it is one of the incident's reports");
    assert_eq!(file.claims.len(), 0, "and nothing is claimed by that");
}

pub async fn a_report_is_called_out_once_for_each_step(town: &mut dyn Town) {
    let store = town.store();
    let report = report();
    commit(&*store, filed(&report)).await;
    let escalation = Escalation { report: report.id, version: 0, step: Step::Next, at: START };
    let called = |escalation: &Escalation| What::ReportEscalated { escalation: escalation.clone(), nudges: vec![] };
    commit(&*store, called(&escalation)).await;
    conflict(&*store, called(&escalation)).await;
    let all = Escalation { version: 1, step: Step::All, ..escalation };
    commit(&*store, called(&all)).await;
    conflict(&*store, called(&all)).await;
    assert_eq!(store.escalation(report.id).await.unwrap(), Some(Escalation { version: 2, ..all }));
}

pub async fn of_two_who_take_one_thing_one_has_it(town: &mut dyn Town) {
    let store = town.store();
    let incident = opened(&*store).await;
    let (one, other) = (MemberId(fresh()), MemberId(fresh()));
    let subject = InHand::Incident(incident.id);
    let hold = hold::taken(one, subject, None, START);
    commit(&*store, What::HoldTaken { hold: hold.clone() }).await;
    conflict(&*store, What::HoldTaken { hold: hold::taken(other, subject, None, START) }).await;
    let kept = Hold { version: 1, ..hold };
    assert_eq!(store.holds().await.unwrap(), std::slice::from_ref(&kept));
    commit(&*store, What::HoldTaken { hold: hold::taken(other, subject, Some(&kept), START.plus(MINUTE)) }).await;
    conflict(&*store, What::HoldFreed { hold: Hold { freed_at: Some(START), ..kept } }).await;
    assert_eq!(store.holds().await.unwrap()[0].member, other);
}

pub async fn a_duty_keeps_its_reminder_and_since_when_it_had_no_rest(town: &mut dyn Town) {
    let store = town.store();
    let wren = member(&*store, "Wren", &[Role::Triager]).await;
    let duty = Duty { on_since: START.plus(-HOUR), ..Duty::of(wren.id, START, 2 * HOUR, false) };
    commit(&*store, What::DutyStarted { duty: duty.clone() }).await;
    let reminded = Duty { version: 1, reminded_at: Some(START.plus(HOUR)), ..duty };
    let nudges = vec![Nudge::new(change(What::Forgotten).id, wren.id, About::DutyEnds, "", START.plus(2 * HOUR), START)];
    let reminder = What::DutyReminded { duty: reminded.clone(), nudges };
    commit(&*store, reminder.clone()).await;
    conflict(&*store, reminder).await;
    assert_eq!(store.duty(wren.id).await.unwrap(), Some(Duty { version: 2, ..reminded }));
    let mut phone = subscription(&[], &[]);
    phone.member = Some(wren.id);
    phone.until = START.plus(HOUR);
    commit(&*store, What::Subscribed { subscription: phone.clone() }).await;
    neighbours(&*store, 2).await;
    assert_eq!(store.duty_phones(wren.id, START).await.unwrap(), [phone]);
    assert_eq!(store.duty_phones(wren.id, START.plus(HOUR)).await.unwrap(), [], "a subscription ends");
}

/// Judges forgetting-is-scheduled for everything the desk watches with.
pub async fn what_the_desk_watches_with_goes_when_its_time_has_come(town: &mut dyn Town) {
    let store = town.store();
    let incident = opened(&*store).await;
    let by = MemberId(fresh());
    let open = look(&incident, by);
    commit(&*store, asked(&incident, &open)).await;
    let closed = Look { state: LookState::CalledOff, closed_at: Some(START), ..look(&incident, by) };
    commit(&*store, What::LookCalledOff { look: closed.clone(), nudges: vec![] }).await;
    let report = report();
    commit(&*store, filed(&report)).await;
    let escalation = Escalation { report: report.id, version: 0, step: Step::All, at: START };
    commit(&*store, What::ReportEscalated { escalation, nudges: vec![] }).await;
    commit(&*store, What::HoldTaken { hold: hold::taken(by, InHand::Report(report.id), None, START) }).await;
    let posting = Posting {
        id: PostingId(fresh()),
        version: 0,
        known: Known::Filming,
        area: None,
        words: "A film crew".into(),
        from: START,
        until: START.plus(HOUR),
        by,
        at: START,
    };
    commit(&*store, What::PostingPutUp { posting: posting.clone() }).await;
    let mute = Mute {
        id: MuteId(fresh()),
        version: 0,
        pattern: Pattern::Copies("forty vans at the corner".into()),
        area: None,
        reason: "Sent by a program".into(),
        by,
        at: START,
        until: START.plus(2 * HOUR),
        agreed: None,
        lifted: None,
    };
    commit(&*store, What::MutePut { mute: mute.clone() }).await;
    let agreed = Mute { version: 1, agreed: Some(MemberId(fresh())), ..mute.clone() };
    commit(&*store, What::MuteAgreed { mute: agreed.clone() }).await;
    conflict(&*store, What::MuteAgreed { mute: agreed.clone() }).await;
    assert_eq!(store.mutes().await.unwrap(), [Mute { version: 2, ..agreed.clone() }]);
    commit(&*store, What::MuteLifted { mute: Mute { version: 2, until: START.plus(3 * MINUTE), lifted: Some(by), ..agreed } }).await;
    let handover = Handover { id: HandoverId(fresh()), by, at: START, text: "Quiet.".into() };
    commit(&*store, What::HandoverWritten { handover: handover.clone() }).await;
    conflict(&*store, What::HandoverWritten { handover: handover.clone() }).await;
    assert_eq!(store.handovers().await.unwrap(), [handover]);
    assert_eq!(store.postings().await.unwrap(), [Posting { version: 1, ..posting.clone() }]);
    let down = Posting { version: 1, until: START.plus(MINUTE), ..posting };
    commit(&*store, What::PostingTakenDown { posting: down }).await;

    assert_eq!((HANDOVER_LIVES, ESCALATION_KEPT), (HOLD_KEPT, HOLD_KEPT), "these three go together");
    let steps: [(Timestamp, &[&str]); 6] = [
        (open.answer_by().plus(NUDGE_KEPT), &["nudge"]),
        (START.plus(HOLD_KEPT), &["handover", "hold", "escalation"]),
        (START.plus(MINUTE).plus(POSTING_KEPT), &["posting"]),
        (START.plus(3 * MINUTE).plus(MUTE_KEPT), &["mute"]),
        (START.plus(LOOK_KEPT), &["look"]),
        (START.plus(OPEN_LOOK_KEPT), &["look"]),
    ];
    let counts = async |of: &str| store.held().await.unwrap().iter().find(|held| held.table == of).unwrap().rows;
    for (at, tables) in steps {
        let mut before = Vec::new();
        for table in tables {
            before.push(counts(table).await);
        }
        store.commit(change_at(at.plus(-1), What::Forgotten)).await.unwrap();
        for (table, before) in tables.iter().zip(&before) {
            assert!(*before > 0 && counts(table).await == *before, "{table} is there and is not forgotten early");
        }
        store.commit(change_at(at, What::Forgotten)).await.unwrap();
        for (table, before) in tables.iter().zip(&before) {
            assert_eq!(counts(table).await, before - 1, "{table} is forgotten in time");
        }
    }
    for table in ["look", "nudge", "escalation", "hold", "posting", "mute", "handover"] {
        assert_eq!(counts(table).await, 0, "{table}");
    }
}
