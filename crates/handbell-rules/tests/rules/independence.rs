//! Reporter, checker and approver: what random sets of reports can carry, and what one person alone cannot do.

use super::*;
use handbell_rules::desk::sources;

fn person(member: u8, device: u8) -> DeskCaller {
    DeskCaller { device: DeviceId([device; 16]), ..super::member(member, &[Role::Observer, Role::Triager, Role::Approver, Role::Editor]) }
}

fn source(number: u8, basis: Basis, observer: Option<u8>) -> Report {
    let mut report = a_report(number, Some(an_incident().id));
    report.told.basis = basis;
    report.observer = observer.map(|member| MemberId([member; 16]));
    report.told.route = if observer.is_some() { Route::Observer } else { Route::Web };
    report
}

fn a_call(number: u8, recorder: Option<u8>) -> Report {
    let mut report = source(number, Basis::Saw, None);
    report.recorder = recorder.map(|member| MemberId([member; 16]));
    report.told.route = Route::Phone;
    report
}

fn recorded(by: &DeskCaller, reports: &[Report], of: &Report, number: u8) -> Claim {
    let new = NewClaim {
        predicate: "activity".into(),
        value: "at-a-door".into(),
        range: None,
        report: Some(of.id),
        official: String::new(),
        certainty: Certainty::Observed,
    };
    match claim::record(ChangeId([number; 16]), by, &an_incident(), reports, playbook(), ClaimId([number; 16]), new, NOW) {
        Ok(Change { what: What::ClaimRecorded { claim, .. }, .. }) => claim,
        other => panic!("{other:?}"),
    }
}

fn judged(by: &DeskCaller, one: &Report, other: &Report, independent: bool, number: u8) -> Option<Independence> {
    let id = IndependenceId([number; 16]);
    let at = NOW.plus(i64::from(number));
    let change = claim::judge_independence(ChangeId([number; 16]), by, &an_incident(), one, other, id, independent, "Two windows", at);
    match change {
        Ok(Change { what: What::IndependenceRecorded { independence, .. }, .. }) => Some(independence),
        Ok(other) => panic!("{other:?}"),
        Err(no) => {
            assert_eq!(no, Desk::SameReportTwice.into());
            None
        }
    }
}

#[test]
fn an_observers_own_report_is_not_their_own_check() {
    let incident = an_incident();
    let reports = [source(1, Basis::Saw, Some(3))];
    let own = recorded(&person(3, 3), &reports, &reports[0], 1);
    assert_eq!(level(&incident, &reports, std::slice::from_ref(&own), &[]).level, Level::BeingChecked);
    let checked = level(&incident, &reports, &[own, recorded(&person(4, 4), &reports, &reports[0], 2)], &[]);
    assert_eq!((checked.level, checked.because), (Level::Confirmed, Because::ObserverOnTheScene));
    assert_eq!(checked.recorders, [3, 4].map(|n| MemberId([n; 16])), "who saw it and who wrote it down are both behind it");
}

#[test]
fn whoever_wrote_two_calls_down_does_not_confirm_them() {
    let incident = an_incident();
    let (carla, dev) = (person(3, 3), person(4, 4));
    let reports = [a_call(1, Some(3)), a_call(2, Some(3))];
    let [one, other] = &reports;
    let claims = |by: &DeskCaller| [recorded(by, &reports, one, 1), recorded(by, &reports, other, 2)];
    let says = |by: &DeskCaller| judged(by, one, other, true, 5).into_iter().collect::<Vec<_>>();
    let checked = |claims: &[Claim], judgements: &[Independence]| level(&incident, &reports, claims, judgements);
    assert_eq!(checked(&claims(&carla), &says(&carla)).level, Level::BeingChecked);
    assert_eq!(checked(&claims(&carla), &says(&dev)).level, Level::BeingChecked);
    assert_eq!(checked(&claims(&dev), &says(&carla)).level, Level::BeingChecked);
    let confirmed = checked(&claims(&dev), &says(&dev));
    assert_eq!((confirmed.level, confirmed.because), (Level::Confirmed, Because::TwoIndependentSources));
    assert_eq!(confirmed.recorders, [3, 4].map(|n| MemberId([n; 16])), "who wrote the calls down is behind it too");
}

#[test]
fn each_source_is_a_line_with_its_reasons() {
    let mut reports = [source(1, Basis::Saw, None), source(2, Basis::Saw, Some(3)), source(3, Basis::Online, None)];
    let judgements = [a_judgement(1, true, 0, 4)];
    let lines = sources::lines(&reports, &judgements);
    let said = |line: &sources::SourceLine| line.sentences(|id| format!("report {}", id.bytes()[0]));
    assert_eq!(
        said(&lines[0]),
        ["Came in by the form.", "Where: Rye Lane by the station.", "Saw it.", "Independent of report 2: Different ends of the street"]
    );
    assert_eq!(said(&lines[1])[2], "A trained observer on site saw it.");
    assert_eq!(
        said(&lines[2])[2..],
        ["Found online: never above possible.", "Not independent of any other report: nobody has recorded a reason."]
    );
    // The newest word on a pair is the one that is told, and a report taken back is no line.
    let unsaid = [a_judgement(1, true, 0, 4), a_judgement(2, false, 5, 4)];
    assert!(sources::lines(&reports, &unsaid).iter().all(|line| line.independent_of.is_empty()));
    reports[1].state = ReportState::Withdrawn;
    let left = sources::lines(&reports, &judgements);
    assert!(left.len() == 2 && left[0].independent_of.is_empty());
}

fn a_basis(number: u8) -> Basis {
    Basis::ALL[usize::from(number) % 3].0
}

proptest! {
    // Whatever is told or found online, by however many, by whatever way in and whoever judges it.
    #[test]
    fn third_hand_and_online_never_lift_a_claim_above_possible(
        told in prop::collection::vec((0u8..3, prop::option::of(1u8..4)), 1..8),
        pairs in prop::collection::vec((0usize..8, 0usize..8), 0..12),
    ) {
        let reports: Vec<Report> = (1u8..).zip(&told).map(|(n, (basis, observer))| source(n, a_basis(*basis), *observer)).collect();
        let desk = person(9, 9);
        let claims: Vec<Claim> = (1u8..).zip(&reports).map(|(n, report)| recorded(&desk, &reports, report, n)).collect();
        for (claim, report) in claims.iter().zip(&reports) {
            prop_assert!(report.told.basis == Basis::Saw || claim.certainty <= Certainty::Possible);
            prop_assert!(claim.certainty < Certainty::Observed || report.from_observer());
        }
        for line in sources::lines(&reports, &[]) {
            prop_assert!(line.basis == Basis::Saw || line.at_most <= Certainty::Possible);
        }
        let within = |place: usize| &reports[place % reports.len()];
        let judgements: Vec<Independence> =
            (1u8..).zip(&pairs).filter_map(|(n, (one, other))| judged(&desk, within(*one), within(*other), true, n)).collect();
        let checked = level(&an_incident(), &reports, &claims, &judgements);
        let seen: Vec<ReportId> = reports.iter().filter(|report| report.told.basis == Basis::Saw).map(|report| report.id).collect();
        let on_site = reports.iter().any(|report| report.told.basis == Basis::Saw && report.observer.is_some());
        let pair = judgements.iter().any(|j| seen.contains(&j.first) && seen.contains(&j.second));
        prop_assert_eq!(checked.level == Level::Confirmed, on_site || pair);
    }

    // Three people with every role and two devices each do anything in any order; only what the rules allow
    // happens. The bell is tried after each act.
    #[test]
    fn nobody_alone_sends_to_neighbours_or_confirms_what_they_reported(
        acts in prop::collection::vec((0u8..6, 1u8..4, 0u8..2, 0usize..6, 0usize..6), 1..40),
        alone in any::<bool>(),
    ) {
        let (incident, draft) = (an_incident(), an_alert(Reach::Neighbours));
        let (mut reports, mut claims, mut judgements, mut approvals) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (number, (act, who, device, one, other)) in (1u8..).zip(acts) {
            let who = if alone { 1 } else { who };
            let person = person(who, who * 10 + device);
            match act {
                // As an observer on the scene, or as a witness at the form, where nobody knows who it is.
                0 => reports.push(source(number, Basis::Saw, Some(who))),
                1 => reports.push(source(number, a_basis(number), None)),
                2 if !reports.is_empty() => claims.push(recorded(&person, &reports, &reports[one % reports.len()], number)),
                3 if !reports.is_empty() => {
                    judgements.extend(judged(&person, &reports[one % reports.len()], &reports[other % reports.len()], other % 2 == 0, number));
                }
                4 => {
                    if let Ok(Change { what: What::AlertApproved { approval, .. }, .. }) =
                        alert::approve(ChangeId([number; 16]), &person, &draft, &approvals, None, NOW)
                    {
                        approvals.push(approval);
                    }
                }
                5 => reports.push(a_call(number, Some(who))),
                _ => {}
            }
            let checked = level(&incident, &reports, &claims, &judgements);
            let rung = ring(&draft, &incident, &reports, &checked, &approvals, 5).is_ok();
            prop_assert!(!(alone && rung), "one person with two devices and every role woke the neighbours");
            if checked.because == Because::ObserverOnTheScene {
                let checked_by_another = claims.iter().any(|claim| {
                    reports.iter().any(|report| claim.source == Source::Observer(report.id) && report.observer != Some(claim.recorded_by))
                });
                prop_assert!(checked_by_another, "an observer confirmed their own report");
            }
            if checked.because == Because::TwoIndependentSources {
                let wrote = |id: ReportId| reports.iter().find(|report| report.id == id).and_then(|report| report.recorder);
                let by_another = |id: ReportId| {
                    claims.iter().any(|claim| claim.source == Source::Report(id) && wrote(id) != Some(claim.recorded_by))
                };
                let held = judgements.iter().any(|j| {
                    j.independent && by_another(j.first) && by_another(j.second)
                        && ![wrote(j.first), wrote(j.second)].contains(&Some(j.recorded_by))
                });
                prop_assert!(held, "whoever wrote a call down confirmed it");
            }
            if rung {
                prop_assert_eq!(checked.level, Level::Confirmed);
                let members: std::collections::BTreeSet<MemberId> = approvals.iter().map(|approval| approval.member).collect();
                let devices: std::collections::BTreeSet<DeviceId> = approvals.iter().map(|approval| approval.device).collect();
                prop_assert!(members.len() >= 2 && devices.len() >= 2);
                prop_assert!(members.iter().any(|member| !checked.recorders.contains(member)), "the checkers approved among themselves");
            }
        }
    }
}
