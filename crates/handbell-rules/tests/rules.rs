//! The rules as stories about values: every move of the thin line, its refusals, and its promises.

use handbell_rules::bell::alert::{self, Alert, AlertState, Approval, Draft, RingKind, Weighed, Words};
use handbell_rules::bell::message::message;
use handbell_rules::bell::mode::Status;
use handbell_rules::change::{Change, What};
use handbell_rules::desk::check::{Because, Checked, Level, level};
use handbell_rules::desk::claim::{self, Certainty, Claim, Independence, NewClaim, Source};
use handbell_rules::desk::incident::{self, Ending, Incident};
use handbell_rules::id::{
    AlertId, ChangeId, ClaimId, DeviceId, IncidentId, IndependenceId, MemberId, NoteId, ProposalId, ReportId, RingId, SessionId,
    SubscriptionId,
};
use handbell_rules::people::member::{DeskCaller, Role};
use handbell_rules::playbook::{Playbook, PublicFrom, Reach, Slots};
use handbell_rules::record::ledger::Ledger;
use handbell_rules::record::proposal::Follows;
use handbell_rules::record::statement::Ground;
use handbell_rules::record::{entry, proposal};
use handbell_rules::refusal::{Bell, Desk, Record, Refusal, Street};
use handbell_rules::street::became::{Around, Became, Recorded, became};
use handbell_rules::street::note::{self, Decided, Note, NoteFrom, REPORT_NOTES_MAX, WishAbout};
use handbell_rules::street::report::{self, AsideWhy, Basis, Count, Filing, NewReport, Observed, Report, ReportState, Route};
use handbell_rules::time::{DAY, HOUR, MINUTE, Timestamp};
use proptest::prelude::*;

#[path = "rules/independence.rs"]
mod independence;
#[path = "rules/several.rs"]
mod several;
mod shipped;

const NOW: Timestamp = Timestamp::from_milliseconds(1_700_000_000_000);
const KINDS: [&str; 2] = ["immigration-visit", "flood"];

fn playbook() -> &'static Playbook {
    &shipped::PLAYBOOK
}

fn area() -> handbell_rules::area::Area {
    shipped::AREAS.named("peckham").expect("Peckham").area.clone()
}

fn member(number: u8, roles: &[Role]) -> DeskCaller {
    DeskCaller {
        member: MemberId([number; 16]),
        device: DeviceId([number; 16]),
        session: SessionId([number; 16]),
        name: format!("Member {number}"),
        roles: roles.to_vec(),
    }
}

fn desk_member(number: u8) -> DeskCaller {
    member(number, &[Role::Triager, Role::Approver, Role::Editor])
}

fn told() -> NewReport {
    NewReport {
        observed: Observed { from: NOW.plus(-MINUTE), to: NOW },
        text: "Four officers".into(),
        officers: Some(Count { low: 2, high: Some(4) }),
        ..shipped::seen("immigration-visit", "Rye Lane by the station", NOW)
    }
}

fn filed(told: NewReport, filing: Filing) -> Result<Change, Refusal> {
    report::file(ChangeId([0; 16]), told, filing, &KINDS, NOW)
}

fn a_report(number: u8, incident: Option<IncidentId>) -> Report {
    let Ok(Change { what: What::ReportFiled { mut report, .. }, .. }) = filed(told(), shipped::filing(number)) else {
        panic!("a good report")
    };
    report.incidents = incident.into_iter().collect();
    report.version = 1;
    report
}

fn an_incident() -> Incident {
    Incident {
        id: IncidentId([9; 16]),
        version: 1,
        kind: "immigration-visit".into(),
        home: false,
        district: "Peckham".into(),
        opened_at: NOW,
        ended: None,
        rung_at: None,
        stood_down_at: None,
        live_alerts: 0,
        public: false,
    }
}

fn a_claim(number: u8, source: Source, basis: Basis, by: u8) -> Claim {
    Claim {
        id: ClaimId([number; 16]),
        incident: an_incident().id,
        predicate: "activity".into(),
        value: "at-a-door".into(),
        range: None,
        source,
        basis,
        certainty: Certainty::Likely,
        disputed: false,
        recorded_by: MemberId([by; 16]),
        recorded_at: NOW,
    }
}

fn a_judgement(number: u8, independent: bool, at: i64, by: u8) -> Independence {
    Independence {
        id: IndependenceId([number; 16]),
        incident: an_incident().id,
        first: ReportId([1; 16]),
        second: ReportId([2; 16]),
        independent,
        reason: "Different ends of the street".into(),
        recorded_by: MemberId([by; 16]),
        recorded_at: NOW.plus(at),
    }
}

fn an_alert(reach: Reach) -> Alert {
    Alert {
        id: AlertId([7; 16]),
        version: 1,
        incident: an_incident().id,
        follows: None,
        status: Status::Actual,
        reach,
        area: area(),
        slots: Slots::default(),
        words: Words {
            headline: "Headline".into(),
            body: "Body".into(),
            push_title: "Title".into(),
            push_body: "Line".into(),
            area: "Peckham and Queens Road".into(),
            conduct: vec!["Keep back.".into()],
            purpose: "To witness.".into(),
            others: Vec::new(),
        },
        lives_minutes: 60,
        drafted_by: MemberId([1; 16]),
        drafted_at: NOW,
        state: AlertState::Draft,
        rung_at: None,
        expires_at: None,
        renewed: Vec::new(),
        reminded_of: None,
        ended_at: None,
        logged: false,
        let_through: None,
    }
}

fn approval(number: u8) -> Approval {
    Approval { alert: AlertId([7; 16]), member: MemberId([number; 16]), device: DeviceId([number; 16]), at: NOW, signature: None }
}

fn checked(level: Level, because: Because, recorders: &[u8]) -> Checked {
    Checked { level, because, recorders: recorders.iter().map(|n| MemberId([*n; 16])).collect() }
}

fn confirmed(recorders: &[u8]) -> Checked {
    checked(Level::Confirmed, Because::ObserverOnTheScene, recorders)
}

fn refused<T: std::fmt::Debug>(answer: Result<T, Refusal>) -> Refusal {
    answer.expect_err("this must be refused")
}

// --- the street

#[test]
fn a_report_is_taken_in_or_the_field_that_is_wrong_is_named() {
    assert!(filed(told(), shipped::filing(1)).is_ok());
    let far = |edit: fn(&mut NewReport)| {
        let mut told = told();
        edit(&mut told);
        refused(filed(told, shipped::filing(1)))
    };
    assert_eq!(far(|t| t.kind = "parade".into()), Street::KindUnknown.into());
    assert_eq!(far(|t| t.place = "  ".into()), Street::PlaceMissing.into());
    assert_eq!(far(|t| t.place = "x".repeat(201)), Street::PlaceTooLong.into());
    assert_eq!(far(|t| t.text = "x".repeat(4_001)), Street::TextTooLong.into());
    assert_eq!(far(|t| t.text = "bell\u{7}".into()), Street::TextUnreadable.into());
    assert_eq!(far(|t| t.observed.to = NOW.plus(-HOUR)), Street::TimeReversed.into());
    assert_eq!(far(|t| t.observed.to = NOW.plus(HOUR)), Street::TimeInFuture.into());
    assert_eq!(far(|t| t.observed.from = NOW.plus(-400 * DAY)), Street::TimeTooOld.into());
    assert_eq!(far(|t| t.officers = Some(Count { low: 5, high: Some(4) })), Street::CountReversed.into());
    assert_eq!(far(|t| t.people = Some(Count { low: 100_000, high: None })), Street::CountTooLarge.into());
}

#[test]
fn only_a_signed_in_observer_files_as_one() {
    let from_the_street = NewReport { route: Route::Observer, ..told() };
    let Ok(Change { what: What::ReportFiled { report, .. }, .. }) = filed(from_the_street.clone(), shipped::filing(1)) else { panic!() };
    assert!(!report.from_observer(), "the word alone makes nobody an observer");
    let Ok(Change { what: What::ReportFiled { report, .. }, .. }) =
        filed(from_the_street, Filing { observer: Some(MemberId([5; 16])), ..shipped::filing(1) })
    else {
        panic!()
    };
    assert!(report.from_observer());
}

#[test]
fn a_witness_who_withdraws_leaves_a_mark_and_no_words() {
    let report = a_report(1, None);
    let Ok(Some(Change { what: What::ReportWithdrawn { report: gone }, .. })) = report::withdraw(ChangeId([1; 16]), &report, NOW) else {
        panic!()
    };
    assert_eq!((gone.state, gone.told.text.as_str(), gone.told.place.as_str()), (ReportState::Withdrawn, "", ""));
    assert_eq!(report::withdraw(ChangeId([2; 16]), &gone, NOW), Ok(None), "twice is once");
    assert_eq!(refused(note::add(ChangeId([3; 16]), &gone, NoteId([1; 16]), "more", NOW)), Street::ReportWithdrawn.into());
}

#[test]
fn the_desk_asks_one_question_at_a_time_and_the_next_note_answers_it() {
    let (amina, report) = (desk_member(1), a_report(1, None));
    let Ok(Change { what: What::ReportNoted { report: asked, .. }, .. }) =
        note::ask(ChangeId([1; 16]), &amina, &report, NoteId([1; 16]), "How many?", NOW)
    else {
        panic!()
    };
    assert_eq!(refused(note::ask(ChangeId([2; 16]), &amina, &asked, NoteId([2; 16]), "And now?", NOW)), Desk::QuestionOpen.into());
    let Ok(Change { what: What::ReportNoted { report: answered, .. }, .. }) =
        note::add(ChangeId([3; 16]), &asked, NoteId([3; 16]), "Four", NOW)
    else {
        panic!()
    };
    assert!(answered.answered && !answered.asked);
    assert_eq!(
        refused(note::ask(ChangeId([4; 16]), &member(2, &[Role::Observer]), &report, NoteId([4; 16]), "?", NOW)),
        Desk::NotOnDesk.into()
    );
    assert_eq!(refused(note::add(ChangeId([5; 16]), &report, NoteId([5; 16]), " ", NOW)), Street::NoteEmpty.into());
}

fn noted(change: Result<Change, Refusal>) -> (Report, Note) {
    match change {
        Ok(Change { what: What::ReportNoted { report, note }, .. }) => (report, note),
        other => panic!("a note was expected, not {other:?}"),
    }
}

#[test]
fn a_correction_marks_the_report_and_changes_nothing_that_was_told() {
    let report = a_report(1, Some(IncidentId([9; 16])));
    let (corrected, note) = noted(note::correct(ChangeId([1; 16]), &report, NoteId([1; 16]), "It was Friday.", NOW.plus(HOUR)));
    assert_eq!((note.from, corrected.corrected_at, corrected.news), (NoteFrom::Correction, Some(NOW.plus(HOUR)), true));
    assert_eq!(corrected.told, report.told, "what was told first stays");
    let (asked, _) = noted(note::ask(ChangeId([2; 16]), &desk_member(1), &report, NoteId([2; 16]), "When?", NOW));
    let (still, _) = noted(note::correct(ChangeId([3; 16]), &asked, NoteId([3; 16]), "It was Friday.", NOW));
    assert!(still.asked && !still.answered, "a correction answers no question");
}

#[test]
fn a_wish_is_decided_once_with_a_reason_by_somebody_at_the_desk() {
    let (amina, report) = (desk_member(1), a_report(1, None));
    let (wished, first) = noted(note::wish(ChangeId([1; 16]), &report, NoteId([1; 16]), WishAbout::Picture, "Cover my face.", NOW));
    let (wished, second) = noted(note::wish(ChangeId([2; 16]), &wished, NoteId([2; 16]), WishAbout::MyWords, "Do not use them.", NOW));
    assert_eq!((wished.wishes, wished.news), (2, true));
    let notes = vec![first.clone(), second];
    let decide = |caller: &DeskCaller, report: &Report, notes: &[Note], wish, because| {
        note::decide(ChangeId([3; 16]), caller, report, notes, NoteId([3; 16]), Decided { wish, done: true, because }, NOW)
    };
    assert_eq!(refused(decide(&member(2, &[Role::Observer]), &wished, &notes, first.id, "Done.")), Desk::NotOnDesk.into());
    assert_eq!(refused(decide(&amina, &wished, &notes, first.id, " ")), Desk::ReasonMissing.into());
    assert_eq!(refused(decide(&amina, &wished, &notes, NoteId([7; 16]), "Done.")), Desk::WishNotOpen.into());
    let (decided, decision) = noted(decide(&amina, &wished, &notes, first.id, "It is covered."));
    assert_eq!((decided.wishes, decided.news), (1, false));
    assert_eq!(decision.from, NoteFrom::Decision { wish: first.id, done: true });
    let notes = [notes, vec![decision.clone()]].concat();
    assert_eq!(
        note::open_wishes(&notes).map(|(note, about)| (note.id, about)).collect::<Vec<_>>(),
        [(NoteId([2; 16]), WishAbout::MyWords)]
    );
    assert_eq!(note::decision_on(&notes, first.id), Some((&decision, true)));
    assert_eq!(refused(decide(&amina, &decided, &notes, first.id, "Again.")), Desk::WishNotOpen.into(), "once");
    let Ok(Some(Change { what: What::ReportWithdrawn { report: gone }, .. })) = report::withdraw(ChangeId([4; 16]), &decided, NOW) else {
        panic!()
    };
    assert!(gone.wishes == 0 && !gone.news && !gone.waits());
    assert_eq!(refused(decide(&amina, &gone, &notes, NoteId([2; 16]), "Done.")), Street::ReportWithdrawn.into());
    let late = note::wish(ChangeId([5; 16]), &gone, NoteId([5; 16]), WishAbout::AboutMe, "more", NOW);
    assert_eq!(refused(late), Street::ReportWithdrawn.into());
}

proptest! {
    // Whatever witness and desk write, the list is bounded and every wish can be decided.
    #[test]
    fn notes_are_bounded_and_no_wish_is_left_without_room_for_its_decision(moves in prop::collection::vec(0u8..6, 0..200)) {
        let amina = desk_member(1);
        let (mut report, mut notes): (Report, Vec<Note>) = (a_report(1, None), Vec::new());
        for (number, one) in moves.into_iter().enumerate() {
            let (change, id) = (ChangeId([number as u8; 16]), NoteId([number as u8; 16]));
            let wish = note::open_wishes(&notes).next().map(|(note, _)| note.id);
            let made = match (one, wish) {
                (0, _) => note::add(change, &report, id, "more", NOW),
                (1, _) => note::correct(change, &report, id, "wrong", NOW),
                (2 | 3, _) => note::wish(change, &report, id, WishAbout::AboutMe, "please", NOW),
                (4, _) => note::ask(change, &amina, &report, id, "how many?", NOW),
                (_, None) => continue,
                (_, Some(wish)) => {
                    let decided = Decided { wish, done: false, because: "it is not ours" };
                    let made = note::decide(change, &amina, &report, &notes, id, decided, NOW);
                    prop_assert!(made.is_ok(), "a wish could not be decided: {made:?}");
                    made
                }
            };
            if let Ok(Change { what: What::ReportNoted { report: after, note }, .. }) = made {
                report = after;
                notes.push(note);
            }
            prop_assert_eq!(report.notes as usize, notes.len());
            prop_assert_eq!(report.wishes as usize, note::open_wishes(&notes).count());
            prop_assert!(report.notes + report.wishes <= REPORT_NOTES_MAX);
        }
    }
}

#[test]
fn what_a_witness_writes_waits_for_the_desk_until_somebody_acts_on_it() {
    let (amina, incident) = (desk_member(1), an_incident());
    let mut report = a_report(1, None);
    assert!(report.waits(), "nobody has read it");
    let Ok(Change { what: What::ReportJoined { report: joined, .. }, .. }) =
        incident::join(ChangeId([1; 16]), &amina, &incident, &report, &[], NOW)
    else {
        panic!()
    };
    assert!(!joined.waits());
    let (noted_again, _) = noted(note::add(ChangeId([2; 16]), &joined, NoteId([2; 16]), "They left.", NOW));
    assert!(noted_again.waits());
    let Ok(Change { what: What::ReportTaken { report: read, .. }, .. }) = report::take(ChangeId([3; 16]), &amina, &noted_again, None, NOW)
    else {
        panic!()
    };
    assert!(!read.waits() && read.state == ReportState::Joined, "reading it changes nothing else");
    let (wished, _) = noted(note::wish(ChangeId([4; 16]), &read, NoteId([4; 16]), WishAbout::MyWords, "Do not use them.", NOW));
    let Ok(Change { what: What::ReportTaken { report: read, .. }, .. }) = report::take(ChangeId([5; 16]), &amina, &wished, None, NOW)
    else {
        panic!()
    };
    assert!(read.waits(), "reading a wish does not decide it");
    report.state = ReportState::Withdrawn;
    report.news = true;
    assert!(!report.waits());
}

#[test]
fn a_report_set_aside_keeps_its_reason_at_the_desk_and_tells_its_witness_the_sort() {
    let (amina, report) = (desk_member(1), a_report(1, None));
    let aside = |reason| report::set_aside(ChangeId([1; 16]), &amina, &report, AsideWhy::Elsewhere, reason, NOW);
    assert_eq!(refused(aside(" ")), Desk::ReasonMissing.into());
    let Ok(Change { what: What::ReportSetAside { report: set, .. }, .. }) = aside("It is the estate of the other desk.") else { panic!() };
    assert_eq!(set.aside.as_ref().map(|aside| aside.reason.as_str()), Some("It is the estate of the other desk."));
    let told = became(&set, &[]).report;
    assert_eq!(told, [Became::SetAside(AsideWhy::Elsewhere)]);
    assert!(!told[0].sentence().contains("estate"));
    let Ok(Change { what: What::ReportJoined { report: joined, .. }, .. }) =
        incident::join(ChangeId([2; 16]), &amina, &an_incident(), &set, &[], NOW)
    else {
        panic!()
    };
    assert_eq!(joined.aside, None, "nobody is told that what is followed is not followed");
    let Ok(Some(Change { what: What::ReportWithdrawn { report: gone }, .. })) = report::withdraw(ChangeId([3; 16]), &set, NOW) else {
        panic!()
    };
    assert_eq!((gone.aside.clone(), became(&gone, &[]).report), (None, vec![Became::Withdrawn]));
}

#[test]
fn a_witness_hears_in_order_what_became_of_it() {
    let mut report = a_report(1, None);
    assert_eq!(became(&report, &[]).report, [Became::Kept]);
    report.state = ReportState::BeingRead;
    assert_eq!(became(&report, &[]).report, [Became::Read]);
    report.state = ReportState::Joined;
    assert_eq!(became(&report, &[Around::default()]).report, [Became::Read, Became::TakenUp]);
    let recorded = Recorded { incident: IncidentId([9; 16]), corrections: 2, outcome: true };
    let all = Around { others: true, observers: true, neighbours: true, ended: Some(Ending::Over), recorded: Some(recorded) };
    assert_eq!(
        became(&report, &[all]).report,
        [
            Became::Read,
            Became::Joined,
            Became::ObserversSent,
            Became::NeighboursTold,
            Became::Ended(Ending::Over),
            Became::Recorded(recorded)
        ]
    );
    report.state = ReportState::Withdrawn;
    assert_eq!(became(&report, &[all, all]).report, [Became::Withdrawn], "a withdrawn report hears nothing more");
}

// --- the desk

#[test]
fn joining_is_undone_by_taking_out() {
    let (amina, incident, report) = (desk_member(1), an_incident(), a_report(1, None));
    let Ok(Change { what: What::ReportJoined { report: joined, .. }, .. }) =
        incident::join(ChangeId([1; 16]), &amina, &incident, &report, &[], NOW)
    else {
        panic!()
    };
    assert_eq!(refused(incident::join(ChangeId([2; 16]), &amina, &incident, &joined, &[], NOW)), Desk::ReportInIncident.into());
    let Ok(Change { what: What::ReportTakenOut { report: out, .. }, .. }) =
        incident::take_out(ChangeId([3; 16]), &amina, &incident, &joined, NOW)
    else {
        panic!()
    };
    assert_eq!((out.incidents.as_slice(), out.state), (&[][..], ReportState::BeingRead));
    assert_eq!(refused(incident::take_out(ChangeId([4; 16]), &amina, &incident, &out, NOW)), Desk::ReportNotJoined.into());
}

#[test]
fn an_incident_with_a_live_alert_is_not_ended_past_the_people_who_were_told() {
    let live = Incident { live_alerts: 1, ..an_incident() };
    assert_eq!(refused(incident::end(ChangeId([1; 16]), &desk_member(1), &live, Ending::Over, NOW)), Desk::AlertStillLive.into());
    assert!(incident::end(ChangeId([1; 16]), &desk_member(1), &an_incident(), Ending::NothingFound, NOW).is_ok());
}

#[test]
fn what_was_told_or_read_online_never_rises_above_possible() {
    let (amina, incident, playbook) = (desk_member(1), an_incident(), playbook());
    let ask = |basis, route, observer: Option<u8>| {
        let mut report = a_report(1, Some(incident.id));
        report.told.basis = basis;
        report.told.route = route;
        report.observer = observer.map(|n| MemberId([n; 16]));
        let new = NewClaim {
            predicate: "activity".into(),
            value: "at-a-door".into(),
            range: None,
            report: Some(report.id),
            official: String::new(),
            certainty: Certainty::Observed,
        };
        match claim::record(ChangeId([1; 16]), &amina, &incident, &[report], playbook, ClaimId([1; 16]), new, NOW) {
            Ok(Change { what: What::ClaimRecorded { claim, .. }, .. }) => claim.certainty,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(ask(Basis::Told, Route::Web, None), Certainty::Possible);
    assert_eq!(ask(Basis::Online, Route::Web, None), Certainty::Possible);
    assert_eq!(ask(Basis::Saw, Route::Web, None), Certainty::Likely);
    assert_eq!(ask(Basis::Saw, Route::Observer, Some(3)), Certainty::Observed);
}

#[test]
fn a_claim_needs_a_known_fact_a_fitting_value_and_a_source_of_this_incident() {
    let (amina, incident, playbook, known) = (desk_member(1), an_incident(), playbook(), a_report(1, None));
    let ask = |predicate: &str, value: &str, range, report: Option<ReportId>, official: &str| {
        let new = NewClaim {
            predicate: predicate.into(),
            value: value.into(),
            range,
            report,
            official: official.into(),
            certainty: Certainty::Likely,
        };
        claim::record(ChangeId([1; 16]), &amina, &incident, std::slice::from_ref(&report_in(&known)), playbook, ClaimId([1; 16]), new, NOW)
    };
    let id = Some(ReportId([1; 16]));
    assert_eq!(refused(ask("shoe-size", "9", None, id, "")), Desk::PredicateUnknown.into());
    assert_eq!(refused(ask("activity", "dancing", None, id, "")), Desk::ValueKindWrong.into());
    assert_eq!(refused(ask("count.officers", "8", None, id, "")), Desk::ValueKindWrong.into());
    assert_eq!(refused(ask("count.officers", "", Some(Count { low: 9, high: Some(8) }), id, "")), Desk::RangeReversed.into());
    assert_eq!(refused(ask("place", "", None, id, "")), Desk::ValueMissing.into());
    assert_eq!(refused(ask("place", "Rye Lane", None, None, "")), Desk::SourceUnknown.into());
    assert_eq!(refused(ask("place", "Rye Lane", None, Some(ReportId([8; 16])), "")), Desk::SourceUnknown.into());
    assert!(ask("place", "Rye Lane", None, None, "The council").is_ok());
}

fn report_in(report: &Report) -> Report {
    Report { incidents: vec![an_incident().id], ..report.clone() }
}

// --- the level

#[test]
fn the_level_follows_the_published_rule() {
    let incident = an_incident();
    let reports = [a_report(1, Some(incident.id)), a_report(2, Some(incident.id))];
    let one = a_claim(1, Source::Report(reports[0].id), Basis::Saw, 1);
    let two = a_claim(2, Source::Report(reports[1].id), Basis::Saw, 2);
    let because = |claims: &[Claim], judgements: &[Independence]| level(&incident, &reports, claims, judgements).because;

    assert_eq!(because(&[], &[]), Because::NotEnoughYet);
    assert_eq!(because(&[one.clone(), two.clone()], &[]), Because::NotEnoughYet, "the default for two reports is not independent");
    assert_eq!(because(&[one.clone(), two.clone()], &[a_judgement(1, true, 0, 3)]), Because::TwoIndependentSources);
    assert_eq!(because(std::slice::from_ref(&one), &[a_judgement(1, true, 0, 3)]), Because::NotEnoughYet);
    assert_eq!(
        because(&[one.clone(), two.clone()], &[a_judgement(1, true, 0, 3), a_judgement(2, false, 5, 3)]),
        Because::NotEnoughYet,
        "the newest judgement counts"
    );
    let hearsay = Claim { basis: Basis::Told, ..two.clone() };
    assert_eq!(because(&[one.clone(), hearsay], &[a_judgement(1, true, 0, 3)]), Because::NotEnoughYet);
    let observer = a_claim(3, Source::Observer(reports[1].id), Basis::Saw, 4);
    assert_eq!(because(std::slice::from_ref(&observer), &[]), Because::ObserverOnTheScene);
    let official = a_claim(4, Source::Official("The council".into()), Basis::Told, 4);
    assert_eq!(because(std::slice::from_ref(&official), &[]), Because::OfficialStatement);
    let only_a_place = Claim { predicate: "place".into(), ..official };
    assert_eq!(because(&[only_a_place], &[]), Because::NotEnoughYet, "a statement settles that it happened and whose people, nothing else");
    let disputed = Claim { disputed: true, ..one };
    assert_eq!(because(&[disputed, two, observer], &[a_judgement(1, true, 0, 3)]), Because::AccountsDiffer, "no disputed claim");
}

#[test]
fn a_report_that_was_withdrawn_or_taken_out_confirms_nothing() {
    let incident = an_incident();
    let observer = a_claim(3, Source::Observer(ReportId([1; 16])), Basis::Saw, 4);
    let mut report = a_report(1, Some(incident.id));
    assert_eq!(level(&incident, std::slice::from_ref(&report), std::slice::from_ref(&observer), &[]).level, Level::Confirmed);
    report.state = ReportState::Withdrawn;
    assert_eq!(level(&incident, std::slice::from_ref(&report), std::slice::from_ref(&observer), &[]).level, Level::BeingChecked);
    report = a_report(1, None);
    assert_eq!(level(&incident, &[report], &[observer], &[]).level, Level::BeingChecked);
}

#[test]
fn whoever_recorded_what_decides_is_named() {
    let incident = an_incident();
    let reports = [a_report(1, Some(incident.id)), a_report(2, Some(incident.id))];
    let claims = [a_claim(1, Source::Report(reports[0].id), Basis::Saw, 1), a_claim(2, Source::Report(reports[1].id), Basis::Saw, 2)];
    let checked = level(&incident, &reports, &claims, &[a_judgement(1, true, 0, 3)]);
    assert_eq!(checked.recorders, [1, 2, 3].map(|n| MemberId([n; 16])));
}

// --- the bell

fn ring(
    alert: &Alert,
    incident: &Incident,
    reports: &[Report],
    checked: &Checked,
    approvals: &[Approval],
    audience: usize,
) -> Result<Change, Refusal> {
    let weighed = Weighed {
        incident,
        reports,
        checked,
        alert,
        first: None,
        approvals,
        approvals_needed: usize::from(alert.reach.approvals_min()),
        audience: vec![SubscriptionId([1; 16]); audience],
        others_rest: false,
        status: Status::Actual,
        entries: Vec::new(),
        dispatch: None,
    };
    alert::ring(ChangeId([1; 16]), &desk_member(1), weighed, RingId([1; 16]), NOW)
}

#[test]
fn one_person_cannot_ring_a_broad_bell() {
    // PROMISE two-people-for-a-broad-bell, no-alert-without-a-person
    let (incident, alert) = (an_incident(), an_alert(Reach::Neighbours));
    let same_device = Approval { device: DeviceId([1; 16]), ..approval(2) };
    let same_member = Approval { member: MemberId([1; 16]), ..approval(2) };
    for approvals in
        [vec![], vec![approval(1)], vec![approval(1), approval(1)], vec![approval(1), same_device], vec![approval(1), same_member]]
    {
        assert_eq!(
            refused(ring(&alert, &incident, &[], &confirmed(&[]), &approvals, 5)),
            Bell::SecondApproverNeeded.into(),
            "{approvals:?}"
        );
    }
    assert!(ring(&alert, &incident, &[], &confirmed(&[]), &[approval(1), approval(2)], 5).is_ok());
}

#[test]
fn whoever_recorded_the_deciding_check_is_at_most_one_of_the_two() {
    let (incident, alert) = (an_incident(), an_alert(Reach::Neighbours));
    let both = [approval(1), approval(2)];
    assert_eq!(refused(ring(&alert, &incident, &[], &confirmed(&[1, 2]), &both, 5)), Bell::CheckerMayNotApprove.into());
    assert!(ring(&alert, &incident, &[], &confirmed(&[1]), &both, 5).is_ok());
    let dispatch = an_alert(Reach::Dispatch);
    assert_eq!(refused(ring(&dispatch, &incident, &[], &confirmed(&[1]), &[approval(1)], 2)), Bell::CheckerMayNotApprove.into());
    assert_eq!(refused(ring(&dispatch, &incident, &[], &confirmed(&[1]), &[], 2)), Bell::ApproverNeeded.into());
    assert!(ring(&dispatch, &incident, &[], &confirmed(&[1]), &[approval(2)], 2).is_ok());
}

#[test]
fn neighbours_hear_only_what_is_confirmed_and_two_reports_alone_send_observers_only_after_an_answer() {
    let incident = an_incident();
    let open = checked(Level::BeingChecked, Because::NotEnoughYet, &[]);
    let both = [approval(1), approval(2)];
    let mut reports = vec![a_report(1, Some(incident.id)), a_report(2, Some(incident.id))];
    assert_eq!(refused(ring(&an_alert(Reach::Neighbours), &incident, &reports, &open, &both, 5)), Bell::NotConfirmed.into());
    assert_eq!(refused(ring(&an_alert(Reach::Dispatch), &incident, &reports, &open, &both, 5)), Bell::WitnessUnanswered.into());
    reports[0].answered = true;
    assert!(ring(&an_alert(Reach::Dispatch), &incident, &reports, &open, &both, 5).is_ok());
    assert_eq!(
        refused(ring(&an_alert(Reach::Neighbours), &incident, &reports, &open, &both, 5)),
        Bell::NotConfirmed.into(),
        "they never reach neighbours"
    );
    let home = Incident { home: true, ..incident.clone() };
    assert_eq!(
        refused(ring(&an_alert(Reach::Dispatch), &home, &reports, &open, &both, 5)),
        Bell::WitnessUnanswered.into(),
        "only to a public spot"
    );
    let disputed = checked(Level::BeingChecked, Because::AccountsDiffer, &[]);
    assert_eq!(refused(ring(&an_alert(Reach::Dispatch), &incident, &reports, &disputed, &both, 5)), Bell::NotConfirmed.into());
    let over = Incident { ended: Some((Ending::Over, NOW)), ..incident };
    assert_eq!(refused(ring(&an_alert(Reach::Neighbours), &over, &reports, &confirmed(&[]), &both, 5)), Bell::IncidentEnded.into());
}

#[test]
fn nothing_is_rung_for_nobody_twice_stale_in_the_wrong_store_or_to_the_public_before_its_opening() {
    let (incident, both) = (an_incident(), [approval(1), approval(2)]);
    let alert = an_alert(Reach::Neighbours);
    assert_eq!(refused(ring(&alert, &incident, &[], &confirmed(&[]), &both, 0)), Bell::NobodyOnDuty.into());
    let rung = Alert { state: AlertState::Live, ..alert.clone() };
    assert_eq!(refused(ring(&rung, &incident, &[], &confirmed(&[]), &both, 5)), Bell::AlreadyRung.into());
    let stale = Alert { drafted_at: NOW.plus(-2 * HOUR), ..alert.clone() };
    assert_eq!(refused(ring(&stale, &incident, &[], &confirmed(&[]), &both, 5)), Bell::DraftStale.into());
    // PROMISE a-drill-cannot-ring-live
    let drill = Alert { status: Status::Exercise, ..alert };
    assert_eq!(refused(ring(&drill, &incident, &[], &confirmed(&[]), &both, 5)), Bell::WrongStore.into());
    assert_eq!(refused(ring(&an_alert(Reach::Public), &incident, &[], &confirmed(&[]), &both, 5)), Record::NotPublic.into());
}

#[test]
fn a_bell_that_would_wake_nobody_waits_unless_it_is_public() {
    let (incident, both, known) = (Incident { public: true, ..an_incident() }, [approval(1), approval(2)], confirmed(&[]));
    let ring_while_all_rest = |alert: &Alert| {
        let weighed = Weighed {
            incident: &incident,
            reports: &[],
            checked: &known,
            alert,
            first: None,
            approvals: &both,
            approvals_needed: 2,
            audience: Vec::new(),
            others_rest: true,
            status: Status::Actual,
            entries: Vec::new(),
            dispatch: None,
        };
        alert::ring(ChangeId([1; 16]), &desk_member(1), weighed, RingId([1; 16]), NOW)
    };
    assert_eq!(refused(ring_while_all_rest(&an_alert(Reach::Neighbours))), Bell::EverybodyRests.into());
    assert!(ring_while_all_rest(&an_alert(Reach::Public)).is_ok(), "its page and its file are for everybody");
}

#[test]
fn a_draft_without_an_area_is_refused_and_nothing_is_widened() {
    // PROMISE a-missing-area-is-refused
    let draft = |area| Draft {
        id: AlertId([7; 16]),
        follows: None,
        reach: Reach::Neighbours,
        area,
        slots: Slots::default(),
        words: an_alert(Reach::Neighbours).words,
        lives_minutes: 60,
    };
    let write = |area, allowed: &[Reach], lives| {
        let draft = Draft { lives_minutes: lives, ..draft(area) };
        alert::draft(ChangeId([1; 16]), &desk_member(1), &an_incident(), Status::Actual, allowed, draft, NOW)
    };
    assert_eq!(refused(write(None, &Reach::ALL, 60)), Bell::AreaMissing.into());
    assert_eq!(refused(write(Some(area()), &[Reach::Dispatch], 60)), Bell::ReachNotAllowed.into());
    assert_eq!(refused(write(Some(area()), &Reach::ALL, 61)), Bell::ExpiryWrong.into());
    assert!(write(Some(area()), &Reach::ALL, 60).is_ok());
}

#[test]
fn an_approval_needs_the_role_comes_once_and_belongs_to_a_draft() {
    let alert = an_alert(Reach::Neighbours);
    let approve =
        |caller: &DeskCaller, alert: &Alert, approvals: &[Approval]| alert::approve(ChangeId([1; 16]), caller, alert, approvals, None, NOW);
    assert_eq!(refused(approve(&member(1, &[Role::Triager]), &alert, &[])), Bell::ApproverNeeded.into());
    assert_eq!(refused(approve(&desk_member(1), &alert, &[approval(1)])), Bell::AlreadyApproved.into());
    let on_anothers_device = DeskCaller { device: DeviceId([1; 16]), ..desk_member(2) };
    assert_eq!(refused(approve(&on_anothers_device, &alert, &[approval(1)])), Bell::AlreadyApproved.into());
    let live = Alert { state: AlertState::Live, ..alert.clone() };
    assert_eq!(refused(approve(&desk_member(1), &live, &[])), Bell::AlreadyRung.into());
    assert!(approve(&desk_member(2), &alert, &[approval(1)]).is_ok());
}

#[test]
fn one_member_ends_an_alert_and_nobody_undoes_it() {
    // PROMISE no-alert-after-cancel
    let live = Alert { state: AlertState::Live, rung_at: Some(NOW), expires_at: Some(NOW.plus(HOUR)), ..an_alert(Reach::Neighbours) };
    let incident = Incident { live_alerts: 1, ..an_incident() };
    let end = |alert: &Alert, caller: &DeskCaller, wrong| {
        alert::end(ChangeId([1; 16]), caller, &incident, alert, wrong, RingId([2; 16]), Vec::new(), NOW)
    };
    for (wrong, state, ending, kind) in [
        (true, AlertState::Cancelled, Ending::Mistaken, RingKind::Cancel),
        (false, AlertState::StoodDown, Ending::Over, RingKind::StandDown),
    ] {
        let Ok(Change { what: What::AlertEnded { incident, alert, ring, .. }, .. }) = end(&live, &member(1, &[Role::Triager]), wrong)
        else {
            panic!()
        };
        assert_eq!((alert.state, incident.ended.map(|(e, _)| e), ring.kind), (state, Some(ending), kind));
        assert_eq!(refused(end(&alert, &desk_member(2), wrong)), Bell::AlreadyEnded.into());
    }
    assert_eq!(refused(end(&an_alert(Reach::Neighbours), &desk_member(1), true)), Bell::NotRung.into());
    assert_eq!(refused(end(&live, &member(1, &[Role::Observer]), true)), Desk::NotOnDesk.into());
}

#[test]
fn conduct_travels_inside_and_a_drill_says_so_first() {
    // PROMISE conduct-travels-with-every-alert
    let alert = an_alert(Reach::Neighbours);
    for kind in [RingKind::Alert, RingKind::Update] {
        assert!(!message(kind, &alert, &alert, "en", false).conduct.is_empty());
        assert!(!message(kind, &alert, &alert, "en", true).conduct.is_empty(), "discreet changes the screen, not the contents");
    }
    assert!(message(RingKind::Cancel, &alert, &alert, "en", false).conduct.is_empty(), "nothing is going on any more");
    let drill = Alert { status: Status::Exercise, ..alert };
    for kind in [RingKind::Alert, RingKind::Update, RingKind::Cancel, RingKind::StandDown] {
        for discreet in [false, true] {
            assert!(message(kind, &drill, &drill, "en", discreet).title.starts_with("EXERCISE"), "{kind:?}");
        }
    }
    assert_eq!(message(RingKind::Alert, &drill, &drill, "en", false).url, format!("/alerts/{}", drill.id));
}

// --- the record

#[test]
fn an_entry_is_owed_no_sooner_than_the_public_reach_allows() {
    let playbook = playbook();
    let visit = playbook.kind("immigration-visit").expect("the kind");
    let (open, home) = (visit.reach(Reach::Public, false).expect("public"), visit.reach(Reach::Public, true).expect("home"));
    assert!(matches!(open.from, PublicFrom::Delay { minutes: 30 }) && home.from == PublicFrom::StandDown);
    let rung = Alert { state: AlertState::Live, rung_at: Some(NOW), expires_at: Some(NOW.plus(HOUR)), ..an_alert(Reach::Neighbours) };
    let ended = Alert { state: AlertState::StoodDown, ended_at: Some(NOW.plus(MINUTE)), ..rung.clone() };
    let public = Incident { public: true, ..an_incident() };
    let at_home = Incident { home: true, ..public.clone() };
    let owed = |incident: &Incident, alert: &Alert, reach, minutes: i64| {
        entry::owed(incident, alert, &[], reach, alert.ended_at.is_some(), || [0; 32], NOW.plus(minutes * MINUTE))
            .iter()
            .map(|e| e.kind.code())
            .collect::<Vec<_>>()
    };
    assert!(owed(&an_incident(), &ended, open, 600).is_empty(), "nothing before two members opened it");
    assert!(owed(&public, &rung, open, 29).is_empty());
    assert_eq!(owed(&public, &rung, open, 30), [5]);
    assert_eq!(owed(&public, &ended, open, 1), [5, 8]);
    assert!(owed(&at_home, &rung, home, 600).is_empty());
    assert_eq!(owed(&at_home, &ended, home, 1), [5, 8]);
    let dispatch = Alert { reach: Reach::Dispatch, ..rung.clone() };
    assert!(owed(&public, &dispatch, open, 600).is_empty(), "a dispatch stays out until it has ended");
    assert_eq!(owed(&public, &Alert { reach: Reach::Dispatch, ..ended.clone() }, open, 1), [5, 8]);
    assert_eq!(owed(&public, &Alert { logged: true, ..ended }, open, 1), [8], "each once");
}

#[test]
fn a_home_is_named_by_its_district_and_nothing_finer() {
    let playbook = playbook();
    let home = playbook.kind("immigration-visit").and_then(|kind| kind.reach(Reach::Public, true)).expect("home").clone();
    let ended = Alert { state: AlertState::StoodDown, rung_at: Some(NOW), ended_at: Some(NOW), ..an_alert(Reach::Neighbours) };
    let at_home = Incident { home: true, public: true, ..an_incident() };
    let entries = entry::owed(&at_home, &ended, &[], &home, true, || [0; 32], NOW);
    let text = serde_json::to_string(&entries[0].fields).expect("fields");
    assert!(text.contains("Peckham") && !text.contains("Queens Road"), "{text}");
}

#[test]
fn two_members_publish_and_one_does_not() {
    // PROMISE nothing-publishes-itself
    let playbook = playbook();
    let open = playbook.kind("immigration-visit").and_then(|kind| kind.reach(Reach::Public, false)).expect("public").clone();
    let over = Incident { ended: Some((Ending::Over, NOW)), ..an_incident() };
    let propose = |caller: &DeskCaller, incident: &Incident| {
        let (ledger, ground) =
            (Ledger::default(), Ground { playbook, home: false, finest: handbell_rules::place::Precision::Street, entries: &[] });
        proposal::propose(
            ChangeId([1; 16]),
            caller,
            incident,
            Some(&open),
            (&ledger, ground),
            ProposalId([1; 16]),
            proposal::Proposed::Opening.into(),
            NOW,
        )
    };
    assert_eq!(refused(propose(&desk_member(1), &an_incident())), Record::TooEarly.into());
    assert_eq!(refused(propose(&member(1, &[Role::Triager]), &over)), Record::EditorNeeded.into());
    let Ok(Change { what: What::EntryProposed { proposal }, .. }) = propose(&desk_member(1), &over) else { panic!() };
    let publish = |caller: &DeskCaller| {
        let (ledger, ground) =
            (Ledger::default(), Ground { playbook, home: false, finest: handbell_rules::place::Precision::Street, entries: &[] });
        proposal::publish(ChangeId([2; 16]), caller, &over, Some(&open), (&ledger, ground), &proposal, false, Follows::default(), NOW)
    };
    assert_eq!(refused(publish(&desk_member(1))), Record::SecondMemberNeeded.into());
    assert_eq!(refused(publish(&DeskCaller { device: DeviceId([1; 16]), ..desk_member(2) })), Record::SecondMemberNeeded.into());
    assert_eq!(refused(publish(&member(2, &[Role::Triager]))), Record::EditorNeeded.into());
    assert!(publish(&desk_member(2)).is_ok());
    let consent = playbook.kind("eviction").and_then(|kind| kind.reach(Reach::Public, true)).cloned();
    if let Some(consent) = consent.filter(|rule| rule.consent) {
        assert_eq!(refused(entry::may_open(&over, &consent, NOW)), Record::ConsentMissing.into());
    }
}

#[test]
fn an_outcome_names_nobody() {
    // PROMISE no-field-for-a-person
    let playbook = playbook();
    let open = playbook.kind("immigration-visit").and_then(|kind| kind.reach(Reach::Public, false)).expect("public").clone();
    let over = Incident { ended: Some((Ending::Over, NOW)), public: true, ..an_incident() };
    let propose = |text: &str, says: &str| {
        let outcome = proposal::Proposed::Outcome { text: text.into(), says: says.into() };
        let (ledger, ground) =
            (Ledger::default(), Ground { playbook, home: false, finest: handbell_rules::place::Precision::Street, entries: &[] });
        proposal::propose(
            ChangeId([1; 16]),
            &desk_member(1),
            &over,
            Some(&open),
            (&ledger, ground),
            ProposalId([1; 16]),
            outcome.into(),
            NOW,
        )
    };
    assert!(propose("Released on immigration bail", "A police statement").is_ok());
    assert_eq!(refused(propose("", "A police statement")), Record::OutcomeMissing.into());
    for text in ["Officer PC 4471 took him", "Van LB19 KXE", "Call 020 7946 0991", "He lives at 14 Evan Close"] {
        assert_eq!(refused(propose(text, "A neighbour")), Record::MarksUnexplained.into(), "{text}");
    }
}

proptest! {
    #[test]
    fn no_set_of_approvals_by_one_member_or_one_device_ever_suffices(members in prop::collection::vec((0u8..3, 0u8..3), 0..6), recorders in prop::collection::vec(0u8..3, 0..3)) {
        let approvals: Vec<Approval> = members.iter().map(|(m, d)| Approval { alert: AlertId([7; 16]), member: MemberId([*m; 16]), device: DeviceId([*d; 16]), at: NOW, signature: None }).collect();
        let checked = confirmed(&recorders);
        let good = alert::approved(Reach::Neighbours, 2, &approvals, &checked).is_ok();
        // Written again, from the published table: two different members on two different devices, and
        // not all of them recorders of the deciding check.
        let apart = members.iter().any(|a| members.iter().any(|b| a.0 != b.0 && a.1 != b.1));
        let somebody_else = members.iter().any(|(m, _)| !recorders.contains(m));
        prop_assert_eq!(good, apart && somebody_else);
    }
}
