//! Finding and forgetting: what pages read, whom an alert would tell, and what goes when.

use handbell_rules::area::Cell;
use handbell_rules::bell::alert::Approval;
use handbell_rules::bell::delivery::Answer;
use handbell_rules::change::What;
use handbell_rules::desk::claim::{Certainty, Claim, Independence, Source};
use handbell_rules::desk::incident::Ending;
use handbell_rules::id::{ClaimId, DeviceId, IndependenceId, MemberId, NoteId, ReportId, SessionId, SubscriptionId};
use handbell_rules::people::duty::Duty;
use handbell_rules::people::member::{Device, Role, Session};
use handbell_rules::playbook::Reach;
use handbell_rules::record::proposal::{Proposal, Proposed};
use handbell_rules::street::note::{Note, NoteFrom, WishAbout};
use handbell_rules::street::receipt::ReceiptMark;
use handbell_rules::street::report::{Aside, AsideWhy, Basis, ReportState};
use handbell_rules::time::{DAY, HOUR, MINUTE, Timestamp};

use super::Town;
use super::builders::*;
use crate::store::{AudienceQuestion, Store};

/// A question about neighbours in some cells.
pub fn question(cells: &[Cell]) -> AudienceQuestion {
    AudienceQuestion { area: area(cells), kind: "immigration-visit".into(), reach: Reach::Neighbours, now: START }
}

/// Judges a-withdrawal-leaves-a-mark: a mark, and nothing else.
pub async fn a_withdrawn_report_leaves_no_word_behind(town: &mut dyn Town) {
    let store = town.store();
    let (mut report, receipt, key) = (report(), ReceiptMark(fresh_hash()), fresh_hash());
    let (other, other_key) = (super::builders::report(), fresh_hash());
    commit(&*store, filed_with_all(&report, receipt, key)).await;
    commit(&*store, filed_with_all(&other, ReceiptMark(fresh_hash()), other_key)).await;
    let answered = store.answers(report.id).await.unwrap();
    assert_eq!(answered, Some(answers(&report).answers), "every type of answer comes back as it was given");
    report.version = 1;
    let wish = NoteId(fresh());
    let kinds = [
        NoteFrom::Witness,
        NoteFrom::Desk,
        NoteFrom::Answer,
        NoteFrom::Correction,
        NoteFrom::Wish { about: WishAbout::PublicPage },
        NoteFrom::Decision { wish, done: true },
    ];
    let mut written = Vec::new();
    for from in kinds {
        report.notes += 1;
        let id = if matches!(from, NoteFrom::Wish { .. }) { wish } else { NoteId(fresh()) };
        let note = Note { id, from, ..note(&report, START.plus(i64::from(report.notes)), "one more thing") };
        commit(&*store, What::ReportNoted { report: report.clone(), note: note.clone() }).await;
        written.push(note);
        report.version += 1;
    }
    assert_eq!(store.notes(report.id).await.unwrap(), written, "every kind of note comes back as it was written");
    report.state = ReportState::Withdrawn;
    report.told.text.clear();
    report.told.place.clear();
    report.told.point = None;
    commit(&*store, What::ReportWithdrawn { report: report.clone() }).await;

    let kept = store.report_by_receipt(receipt).await.unwrap().unwrap();
    assert_eq!((kept.state, kept.told.text.as_str(), kept.told.place.as_str(), kept.told.point), (ReportState::Withdrawn, "", "", None));
    assert_eq!(store.notes(report.id).await.unwrap(), vec![]);
    assert_eq!(store.answers(report.id).await.unwrap(), None);
    assert!(store.answers(other.id).await.unwrap().is_some(), "only this report's");
    assert_eq!(store.contact(report.id).await.unwrap(), None);
    assert_eq!(store.repeat(key).await.unwrap(), None);
    assert!(store.contact(other.id).await.unwrap().is_some(), "only this report's");
    assert!(store.repeat(other_key).await.unwrap().is_some());
    assert_eq!(store.waiting_reports(10).await.unwrap().len(), 1);
}

pub async fn a_report_waits_again_when_its_witness_wrote_or_wishes(town: &mut dyn Town) {
    let store = town.store();
    let (_, mut joined) = opened(&*store).await;
    let mut aside = report();
    aside.filed_at = START.plus(-HOUR);
    commit(&*store, filed(&aside)).await;
    aside.version = 1;
    aside.state = ReportState::SetAside;
    aside.aside = Some(Aside { why: AsideWhy::Duplicate, reason: "Heard before.".into() });
    commit(&*store, What::ReportSetAside { report: aside.clone(), reason: "Heard before.".into() }).await;
    aside.version = 2;
    assert_eq!(store.waiting_reports(10).await.unwrap(), vec![]);
    assert_eq!(store.report(aside.id).await.unwrap().unwrap(), aside, "with why it was set aside");

    let from = NoteFrom::Correction;
    (joined.notes, joined.news, joined.corrected_at) = (1, true, Some(START));
    commit(&*store, What::ReportNoted { report: joined.clone(), note: Note { from, ..note(&joined, START, "Not so.") } }).await;
    joined.version += 1;
    let from = NoteFrom::Wish { about: WishAbout::MyWords };
    (aside.notes, aside.wishes) = (1, 1);
    commit(&*store, What::ReportNoted { report: aside.clone(), note: Note { from, ..note(&aside, START, "Take it down.") } }).await;
    aside.version += 1;
    assert_eq!(store.waiting_reports(10).await.unwrap(), [aside.clone(), joined.clone()], "as they are, oldest first");
    assert_eq!(store.begun_reports(10).await.unwrap(), [aside.clone(), joined.clone()], "nobody begins them: they were begun");
    let before = (Timestamp::from_milliseconds(i64::MIN), ReportId([0; 16]));
    assert_eq!(store.received_reports(before, 10).await.unwrap(), vec![]);
    assert_eq!(store.joined_reports(START, 10).await.unwrap().len(), 1, "a joined report that waits again stays joined");
    town.reopen().await;
    let store = town.store();
    assert_eq!(store.waiting_reports(1).await.unwrap(), [aside.clone()]);

    joined.news = false;
    commit(&*store, read_by(&joined)).await;
    aside.state = ReportState::Withdrawn;
    aside.wishes = 0;
    aside.aside = None;
    commit(&*store, What::ReportWithdrawn { report: aside }).await;
    assert_eq!(store.waiting_reports(10).await.unwrap(), vec![]);
}

pub async fn what_has_had_its_time_is_forgotten(town: &mut dyn Town) {
    let store = town.store();
    let (report, key) = (report(), fresh_hash());
    commit(&*store, filed_with_all(&report, ReceiptMark(fresh_hash()), key)).await;
    let someone = member(&*store, "Dunya", &[Role::Triager]).await;
    let link = invitation(&someone);
    let device = Device { id: DeviceId(fresh()), member: someone.id, secret: fresh_hash(), since: START };
    let session = Session {
        id: SessionId(fresh()),
        version: 0,
        member: someone.id,
        device: device.id,
        secret: fresh_hash(),
        expires_at: START.plus(12 * HOUR),
        closed_at: None,
        locks: false,
    };
    commit(&*store, What::MemberInvited { member: someone.clone(), invitation: link.clone() }).await;
    let redeemed = handbell_rules::people::member::Invitation { version: 1, redeemed_at: Some(START), ..link.clone() };
    commit(&*store, What::SignedIn { invitation: redeemed, device: Some(device.clone()), session: session.clone() }).await;
    let mut person = subscription(&[cell(0)], &[]);
    person.until = START.plus(20 * DAY);
    commit(&*store, What::Subscribed { subscription: person.clone() }).await;

    let held = async || {
        (
            store.invitation_by_secret(link.secret).await.unwrap().is_some(),
            store.session_by_secret(session.secret).await.unwrap().is_some(),
            store.repeat(key).await.unwrap().is_some(),
            store.contact(report.id).await.unwrap().is_some(),
            store.subscription(person.id).await.unwrap().is_some(),
        )
    };
    let mut seen = vec![held().await];
    for age in [15 * MINUTE, 12 * HOUR, DAY, 72 * HOUR, 20 * DAY] {
        commit_at(&*store, START.plus(age - 1), What::Forgotten).await;
        assert_eq!(held().await, *seen.last().unwrap(), "not a moment early");
        commit_at(&*store, START.plus(age), What::Forgotten).await;
        seen.push(held().await);
    }
    let (y, n) = (true, false);
    assert_eq!(seen, [(y, y, y, y, y), (n, y, y, y, y), (n, n, y, y, y), (n, n, n, y, y), (n, n, n, n, y), (n, n, n, n, n)]);
    assert!(store.report(report.id).await.unwrap().is_some());
    assert!(store.device(device.id).await.unwrap().is_some());
    assert_eq!(found(&*store, &question(&[cell(0)])).await, vec![]);
}

pub async fn a_told_list_is_kept_until_its_end_was_heard(town: &mut dyn Town) {
    let store = town.store();
    let people = neighbours(&*store, 2).await;
    let (ended, forgotten) = (Rung::for_people(&*store, &people).await, Rung::for_people(&*store, &people).await);
    for one in lease(&*store, START).await {
        answered(&*store, &one, Answer::Accepted, START).await;
    }
    let told = async |rung: &Rung| store.tally(rung.alert).await.unwrap().iter().map(|(_, tally)| tally.told_list).sum::<u64>();
    // Nobody stood it down for two days: it ran out, but whoever heard it is still owed its end.
    let late = START.plus(2 * DAY);
    commit_at(&*store, late, What::Forgotten).await;
    assert_eq!((told(&ended).await, told(&forgotten).await), (2, 2));
    ended.end(&*store, late).await;
    assert_eq!(told(&ended).await, 4, "both hear the end");
    commit_at(&*store, late.plus(DAY - 1), What::Forgotten).await;
    assert_eq!(told(&ended).await, 4);
    commit_at(&*store, late.plus(DAY), What::Forgotten).await;
    assert_eq!((told(&ended).await, told(&forgotten).await), (0, 2), "a day after the end");
    commit_at(&*store, START.plus(7 * DAY - 1), What::Forgotten).await;
    assert_eq!(told(&forgotten).await, 2);
    commit_at(&*store, START.plus(7 * DAY), What::Forgotten).await;
    assert_eq!(told(&forgotten).await, 0, "a week after the ring, whatever happened");
    assert_eq!(store.rings(ended.alert).await.unwrap().len(), 2, "that it was rung stays");
}

/// Whose subscriptions a question finds.
pub async fn found(store: &dyn Store, question: &AudienceQuestion) -> Vec<SubscriptionId> {
    store.audience(question).await.unwrap().into_iter().map(|asked| asked.subscription).collect()
}

pub async fn neighbours_are_found_by_area_kind_and_time(town: &mut dyn Town) {
    let store = town.store();
    let add = async |subscription: handbell_rules::bell::subscription::Subscription| {
        commit(&*store, What::Subscribed { subscription: subscription.clone() }).await;
        subscription.id
    };
    let here = add(subscription(&[cell(0)], &[])).await;
    let both = add(subscription(&[cell(0), cell(1)], &["flood", "immigration-visit"])).await;
    let other_kind = add(subscription(&[cell(0)], &["flood"])).await;
    let elsewhere = add(subscription(&[cell(2)], &[])).await;
    let mut lapsed = subscription(&[cell(0)], &[]);
    lapsed.until = START.plus(HOUR);
    let lapsed = add(lapsed).await;
    let observer = member(&*store, "Ola", &[Role::Observer]).await;
    let mut duty_phone = subscription(&[cell(0)], &[]);
    duty_phone.member = Some(observer.id);
    add(duty_phone).await;

    let ask = async |question: &AudienceQuestion| found(&*store, question).await;
    assert_eq!(ask(&question(&[cell(0)])).await, [here, both, lapsed], "in the order of their ids, each once");
    assert_eq!(ask(&question(&[cell(0), cell(1)])).await, [here, both, lapsed]);
    assert_eq!(ask(&question(&[cell(1)])).await, [both]);
    assert_eq!(ask(&question(&[cell(2)])).await, [elsewhere]);
    assert_eq!(ask(&question(&[cell(3)])).await, vec![]);
    assert_eq!(ask(&AudienceQuestion { kind: "flood".into(), ..question(&[cell(0)]) }).await, [here, both, other_kind, lapsed]);
    assert_eq!(ask(&AudienceQuestion { now: START.plus(HOUR), ..question(&[cell(0)]) }).await, [here, both]);
    assert_eq!(ask(&AudienceQuestion { reach: Reach::Public, ..question(&[cell(2)]) }).await, [elsewhere]);
    commit(&*store, What::Unsubscribed { subscription: here }).await;
    assert_eq!(ask(&question(&[cell(0)])).await, [both, lapsed]);
    assert_eq!(store.subscription(here).await.unwrap(), None);
}

pub async fn coarse_and_fine_cells_find_each_other(town: &mut dyn Town) {
    let store = town.store();
    let fine = cell(0);
    // The coarser cell around it, in the words of H3: one resolution less, its last digit unused.
    let coarse = Cell::new(fine.index() & !(0xf << 52) | 6 << 52 | 0b111 << (3 * 8)).unwrap();
    assert!(coarse.overlaps(fine) && coarse.resolution() == 6);
    let far = cell(20);
    assert!(!coarse.overlaps(far));
    let (wide, narrow, away) = (subscription(&[coarse], &[]), subscription(&[fine], &[]), subscription(&[far], &[]));
    for subscription in [&wide, &narrow, &away] {
        commit(&*store, What::Subscribed { subscription: subscription.clone() }).await;
    }
    assert_eq!(found(&*store, &question(&[fine])).await, [wide.id, narrow.id]);
    assert_eq!(found(&*store, &question(&[coarse])).await, [wide.id, narrow.id]);
    assert_eq!(found(&*store, &question(&[far])).await, [away.id]);
    let sister = fine.neighbours().into_iter().find(|cell| coarse.overlaps(*cell)).unwrap();
    assert_eq!(found(&*store, &question(&[sister])).await, [wide.id], "a cell beside is not a cell around");
}

pub async fn a_subscription_that_moves_is_found_where_it_is_now(town: &mut dyn Town) {
    let store = town.store();
    let mut person = subscription(&[cell(0), cell(1)], &[]);
    commit(&*store, What::Subscribed { subscription: person.clone() }).await;
    person.cells = vec![cell(1), cell(5)];
    person.language = "es".into();
    commit(&*store, What::Subscribed { subscription: person.clone() }).await;
    assert_eq!(found(&*store, &question(&[cell(0)])).await, vec![]);
    assert_eq!(found(&*store, &question(&[cell(1)])).await, [person.id]);
    assert_eq!(found(&*store, &question(&[cell(5)])).await, [person.id]);
    assert_eq!(store.subscription(person.id).await.unwrap(), Some(person));
}

pub async fn observers_are_found_while_on_duty(town: &mut dyn Town) {
    let store = town.store();
    let ask = async |now: Timestamp| {
        let question = AudienceQuestion { reach: Reach::Dispatch, now, ..question(&[cell(0)]) };
        found(&*store, &question).await
    };
    let mut phones = Vec::new();
    let mut members = Vec::new();
    for (name, observing) in [("Ama", true), ("Bo", true), ("Cam", false), ("Dee", true)] {
        let member = member(&*store, name, &[Role::Observer]).await;
        // A duty phone far away is found too: observers go where they are sent.
        let mut phone = subscription(&[cell(9)], &[]);
        phone.member = Some(member.id);
        commit(&*store, What::Subscribed { subscription: phone.clone() }).await;
        let duty = Duty::of(member.id, START, 2 * HOUR, observing);
        commit(&*store, What::DutyStarted { duty }).await;
        phones.push(phone.id);
        members.push(member);
    }
    neighbours(&*store, 2).await;
    assert_eq!(ask(START).await, [phones[0], phones[1], phones[3]]);
    assert_eq!(ask(START.plus(-1)).await, vec![]);
    assert_eq!(ask(START.plus(2 * HOUR)).await, vec![], "a duty ends by itself");
    let revoked = handbell_rules::people::member::Member { revoked_at: Some(START), ..members[0].clone() };
    commit(&*store, What::MemberRevoked { member: revoked }).await;
    let ended = Duty { version: 1, ..Duty::of(members[1].id, START, HOUR, true) };
    commit(&*store, What::DutyEnded { duty: ended.clone() }).await;
    assert_eq!(ask(START).await, [phones[1], phones[3]]);
    assert_eq!(ask(START.plus(HOUR)).await, [phones[3]]);
    assert_eq!(store.duty(members[1].id).await.unwrap(), Some(Duty { version: 2, ..ended }));
    let lasting = store.duties(START.plus(HOUR)).await.unwrap();
    assert_eq!(lasting.iter().map(|duty| duty.member).collect::<Vec<_>>(), [members[0].id, members[2].id, members[3].id]);
}

pub async fn pages_get_what_they_ask_for_in_order(town: &mut dyn Town) {
    let store = town.store();
    let mut reports = Vec::new();
    for minute in [3, 1, 2] {
        let mut report = report();
        report.filed_at = START.plus(minute * MINUTE);
        commit(&*store, filed(&report)).await;
        reports.push(report.id);
    }
    let waiting: Vec<_> = store.waiting_reports(2).await.unwrap().iter().map(|report| report.id).collect();
    assert_eq!(waiting, [reports[1], reports[2]], "oldest first");
    let before = (Timestamp::from_milliseconds(i64::MIN), ReportId([0; 16]));
    let received = store.received_reports(before, 2).await.unwrap();
    assert_eq!(received.iter().map(|report| report.id).collect::<Vec<_>>(), [reports[1], reports[2]]);
    let rest = store.received_reports((received[1].filed_at, received[1].id), 10).await.unwrap();
    assert_eq!(rest.iter().map(|report| report.id).collect::<Vec<_>>(), [reports[0]], "page by page, none twice");
    assert_eq!(store.begun_reports(10).await.unwrap(), vec![]);

    let ((one, first), (mut two, second)) = (opened(&*store).await, opened(&*store).await);
    assert_eq!(store.incidents(START, 10).await.unwrap(), [two.clone(), one.clone()]);
    assert_eq!(store.incidents(START, 1).await.unwrap(), [two.clone()]);
    assert_eq!(store.incidents(START.plus(1), 10).await.unwrap(), vec![]);
    assert_eq!(store.joined_reports(START, 10).await.unwrap(), [(two.clone(), second.clone()), (one.clone(), first.clone())]);
    assert_eq!(store.joined_reports(START.plus(1), 10).await.unwrap(), vec![]);
    two.ended = Some((Ending::NothingFound, START));
    commit(&*store, What::IncidentEnded { incident: two.clone() }).await;
    assert_eq!(store.joined_reports(START, 10).await.unwrap(), [(one.clone(), first)]);
    assert_eq!(store.waiting_reports(10).await.unwrap().len(), 3, "joined reports wait no more");

    let mut public = Vec::new();
    for minute in [1, 3, 2] {
        let incident = store.incident(one.id).await.unwrap().unwrap();
        let alert = draft(&incident, Reach::Public, None);
        commit(&*store, What::AlertDrafted { alert: alert.clone() }).await;
        let alert = store.alert(alert.id).await.unwrap().unwrap();
        commit(&*store, ringing(&incident, &alert, None, &[], START.plus(minute * MINUTE), vec![]).0).await;
        public.push(alert.id);
    }
    let quiet = draft(&one, Reach::Dispatch, None);
    commit(&*store, What::AlertDrafted { alert: quiet.clone() }).await;
    let listed: Vec<_> = store.public_alerts(10).await.unwrap().iter().map(|alert| alert.id).collect();
    assert_eq!(listed, [public[1], public[2], public[0]], "newest first, and nothing that was not rung");
    assert_eq!(store.public_alerts(1).await.unwrap().len(), 1);
    let open: Vec<_> = store.open_alerts().await.unwrap().iter().map(|alert| alert.id).collect();
    assert_eq!(open, [public[0], public[1], public[2], quiet.id]);

    member(&*store, "Zed", &[Role::Editor]).await;
    member(&*store, "Abe", &[Role::Editor]).await;
    let names: Vec<_> = store.members().await.unwrap().into_iter().map(|member| member.name).collect();
    assert_eq!(names, ["Abe", "Zed"]);
    assert_eq!(store.member(MemberId(fresh())).await.unwrap(), None);
}

pub async fn an_incident_file_holds_everything_of_one_incident(town: &mut dyn Town) {
    let store = town.store();
    let (incident, report) = opened(&*store).await;
    let (stranger, _) = opened(&*store).await;
    let (member, other) = (MemberId(fresh()), super::builders::report());
    let claim = Claim {
        id: ClaimId(fresh()),
        incident: incident.id,
        predicate: "agency".into(),
        value: "the border force".into(),
        range: None,
        source: Source::Report(report.id),
        basis: Basis::Saw,
        certainty: Certainty::Likely,
        disputed: false,
        recorded_by: member,
        recorded_at: START,
    };
    commit(&*store, What::ClaimRecorded { incident: incident.clone(), claim: claim.clone() }).await;
    let disputed = Claim { disputed: true, ..claim };
    let read = store.incident(incident.id).await.unwrap().unwrap();
    commit(&*store, What::ClaimDisputed { incident: read, claim: disputed.clone(), reason: "seen otherwise".into() }).await;
    let judgement = Independence {
        id: IndependenceId(fresh()),
        incident: incident.id,
        first: report.id,
        second: other.id,
        independent: true,
        reason: "two streets apart".into(),
        recorded_by: member,
        recorded_at: START,
    };
    let read = store.incident(incident.id).await.unwrap().unwrap();
    commit(&*store, What::IndependenceRecorded { incident: read, independence: judgement.clone() }).await;
    let first = draft(&incident, Reach::Neighbours, None);
    commit(&*store, What::AlertDrafted { alert: first.clone() }).await;
    let mut update = draft(&incident, Reach::Neighbours, Some(&first));
    update.drafted_at = START.plus(MINUTE);
    commit(&*store, What::AlertDrafted { alert: update.clone() }).await;
    commit(&*store, What::AlertDrafted { alert: draft(&stranger, Reach::Neighbours, None) }).await;
    let approval = Approval { alert: first.id, member, device: device(), at: START, signature: None };
    let read = store.alert(first.id).await.unwrap().unwrap();
    commit(&*store, What::AlertApproved { alert: read, approval: approval.clone() }).await;
    let read = store.alert(first.id).await.unwrap().unwrap();
    conflict(&*store, What::AlertApproved { alert: read, approval: approval.clone() }).await;
    let proposal = Proposal {
        proposed_by: member,
        ..proposed(incident.id, Proposed::Outcome { text: "one person was released".into(), says: "their lawyer".into() })
    };
    commit(&*store, What::EntryProposed { proposal: proposal.clone() }).await;

    let file = store.incident_file(incident.id).await.unwrap().unwrap();
    assert_eq!((file.incident.id, file.incident.version), (incident.id, 4));
    assert_eq!(file.reports, [report]);
    assert_eq!(file.claims, [disputed], "a claim replaces itself");
    assert_eq!(file.judgements, [judgement]);
    assert_eq!(file.alerts.iter().map(|alert| (alert.id, alert.version)).collect::<Vec<_>>(), [(first.id, 2), (update.id, 1)]);
    assert_eq!(file.proposals, [Proposal { version: 1, ..proposal.clone() }]);
    assert_eq!(store.updates(first.id).await.unwrap().iter().map(|alert| alert.id).collect::<Vec<_>>(), [update.id]);
    assert_eq!(store.approvals(first.id).await.unwrap(), [approval], "one member approves one text once");
    assert_eq!(store.proposal(proposal.id).await.unwrap(), Some(Proposal { version: 1, ..proposal }));
    assert_eq!(store.incident_file(super::builders::incident().id).await.unwrap(), None);
}

pub async fn people_are_found_by_the_hash_of_their_secret(town: &mut dyn Town) {
    let store = town.store();
    let someone = member(&*store, "Noor", &[Role::Approver]).await;
    let link = invitation(&someone);
    commit(&*store, What::MemberInvited { member: someone.clone(), invitation: link.clone() }).await;
    let read = store.invitation_by_secret(link.secret).await.unwrap().unwrap();
    assert_eq!((read.id, read.version, read.member, read.expires_at, read.redeemed_at), (link.id, 1, someone.id, link.expires_at, None));
    let redeemed = handbell_rules::people::member::Invitation { redeemed_at: Some(START), ..read };
    let device = Device { id: DeviceId(fresh()), member: someone.id, secret: fresh_hash(), since: START };
    let session = Session {
        id: SessionId(fresh()),
        version: 0,
        member: someone.id,
        device: device.id,
        secret: fresh_hash(),
        expires_at: START.plus(12 * HOUR),
        closed_at: None,
        locks: false,
    };
    commit(&*store, What::SignedIn { invitation: redeemed.clone(), device: Some(device.clone()), session: session.clone() }).await;
    // A link is spent by whoever is first.
    let late = Session { id: SessionId(fresh()), secret: fresh_hash(), ..session.clone() };
    conflict(&*store, What::SignedIn { invitation: redeemed.clone(), device: None, session: late.clone() }).await;
    assert_eq!(store.session_by_secret(late.secret).await.unwrap(), None);

    assert_eq!(store.invitation_by_secret(link.secret).await.unwrap().unwrap().redeemed_at, Some(START));
    assert_eq!(store.device_by_secret(device.secret).await.unwrap(), Some(device.clone()));
    assert_eq!(store.device(device.id).await.unwrap(), Some(device));
    let open = store.session_by_secret(session.secret).await.unwrap().unwrap();
    assert_eq!(open, Session { version: 1, ..session.clone() });
    commit(&*store, What::SignedOut { session: Session { closed_at: Some(START), ..open.clone() } }).await;
    assert_eq!(store.session_by_secret(session.secret).await.unwrap().unwrap().closed_at, Some(START));
    conflict(&*store, What::SignedOut { session: open }).await;
    assert_eq!(store.device_by_secret(fresh_hash()).await.unwrap(), None);
}

pub async fn what_is_held_is_counted(town: &mut dyn Town) {
    let store = town.store();
    let people = neighbours(&*store, 3).await;
    Rung::for_people(&*store, &people).await;
    let mut early = report();
    early.filed_at = START.plus(-HOUR);
    commit(&*store, filed_with_all(&early, ReceiptMark(fresh_hash()), fresh_hash())).await;
    let held = store.held().await.unwrap();
    let of = |table: &str| held.iter().find(|held| held.table == table).map(|held| (held.rows, held.oldest)).unwrap();
    assert_eq!(of("report"), (2, Some(START.plus(-HOUR))));
    assert_eq!(of("contact"), (1, None));
    assert_eq!(of("repeat"), (1, None));
    assert_eq!(of("answer"), (1, Some(START.plus(-HOUR))));
    assert_eq!(of("incident"), (1, Some(START)));
    assert_eq!(of("alert"), (1, Some(START)));
    assert_eq!(of("ring"), (1, Some(START)));
    assert_eq!(of("told_list"), (1, None));
    assert_eq!(of("subscription"), (3, Some(START)));
    assert_eq!(of("member"), (0, None));
    assert_eq!(of("journal"), (8, Some(START)));
    for held in &held {
        assert!(crate::store::inventory::holding(held.table).is_some(), "{} is in the inventory", held.table);
    }
}
