//! Two reports that both belong to two incidents: what is claimed and judged in one carries nothing in the other.

use super::*;

fn there() -> Incident {
    Incident { id: IncidentId([10; 16]), ..an_incident() }
}

/// Reports of both incidents, written down by a member if one did.
fn shared(recorder: Option<u8>) -> [Report; 2] {
    [1, 2].map(|number| {
        let recorder = recorder.map(|member| MemberId([member; 16]));
        Report { incidents: vec![an_incident().id, there().id], recorder, ..a_report(number, None) }
    })
}

fn claims(incident: &Incident, reports: &[Report; 2]) -> [Claim; 2] {
    let of = |number, report: &Report, by| Claim { incident: incident.id, ..a_claim(number, Source::Report(report.id), Basis::Saw, by) };
    [of(1, &reports[0], 1), of(2, &reports[1], 2)]
}

fn judged(incident: &Incident) -> [Independence; 1] {
    [Independence { incident: incident.id, ..a_judgement(1, true, 0, 3) }]
}

#[test]
fn what_is_claimed_and_judged_in_one_incident_carries_nothing_in_another() {
    let (here, there, reports) = (an_incident(), there(), shared(None));
    assert_eq!(level(&here, &reports, &claims(&here, &reports), &judged(&here)).level, Level::Confirmed);
    for (claimed, said) in [(&here, &here), (&there, &here), (&here, &there)] {
        let checked = level(&there, &reports, &claims(claimed, &reports), &judged(said));
        assert_eq!(checked.level, Level::BeingChecked, "neither the claims nor the reason for independence come along");
    }
    assert_eq!(level(&there, &reports, &claims(&there, &reports), &judged(&there)).level, Level::Confirmed, "said again, it counts");
}

#[test]
fn taken_out_of_one_incident_a_report_still_carries_the_other() {
    let (here, there, mut reports) = (an_incident(), there(), shared(None));
    let Ok(Change { what: What::ReportTakenOut { report, .. }, .. }) =
        incident::take_out(ChangeId([1; 16]), &desk_member(1), &here, &reports[0], NOW)
    else {
        panic!()
    };
    reports[0] = report;
    assert_eq!(level(&here, &reports, &claims(&here, &reports), &judged(&here)).level, Level::BeingChecked);
    assert_eq!(level(&there, &reports, &claims(&there, &reports), &judged(&there)).level, Level::Confirmed);

    let new = || NewClaim {
        predicate: "activity".into(),
        value: "at-a-door".into(),
        range: None,
        report: Some(reports[0].id),
        official: String::new(),
        certainty: Certainty::Likely,
    };
    let (amina, playbook) = (desk_member(1), playbook());
    let record = |of: &Incident| claim::record(ChangeId([2; 16]), &amina, of, &reports, playbook, ClaimId([1; 16]), new(), NOW);
    assert_eq!(refused(record(&here)), Desk::SourceUnknown.into());
    assert!(record(&there).is_ok());
    let id = IndependenceId([1; 16]);
    let judge = |of: &Incident| {
        claim::judge_independence(ChangeId([3; 16]), &amina, of, &reports[0], &reports[1], id, true, "Two ends of the street", NOW)
    };
    assert_eq!(refused(judge(&here)), Desk::ReportNotJoined.into());
    assert!(judge(&there).is_ok());
}

#[test]
fn whoever_wrote_a_call_down_confirms_it_in_none_of_its_incidents() {
    let reports = shared(Some(1));
    for incident in [an_incident(), there()] {
        let own = claims(&incident, &reports).map(|claim| Claim { recorded_by: MemberId([1; 16]), ..claim });
        assert_eq!(level(&incident, &reports, &own, &judged(&incident)).level, Level::BeingChecked);
        let by_others = own.map(|claim| Claim { recorded_by: MemberId([2; 16]), ..claim });
        assert_eq!(level(&incident, &reports, &by_others, &judged(&incident)).level, Level::Confirmed);
    }
}
