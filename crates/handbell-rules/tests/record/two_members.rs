//! (d): whoever proposed an entry does not publish it, neither as the same member nor on the same device.

use crate::made_up::{ID, Log, NOW, assessment, claim, dated, playbook, source};
use handbell_rules::change::What;
use handbell_rules::desk::incident::{Ending, Incident};
use handbell_rules::id::{ChangeId, DeviceId, MemberId, ProposalId, SessionId};
use handbell_rules::people::member::{DeskCaller, Role};
use handbell_rules::playbook::{Reach, ReachRule};
use handbell_rules::record::Ref;
use handbell_rules::record::ledger::Ledger;
use handbell_rules::record::lookalike::{NewLookAlike, not_this};
use handbell_rules::record::proposal::{Follows, Proposed, may_approve, propose, publish};
use handbell_rules::record::source::SourceKind;
use handbell_rules::record::statement::{Ground, RedactionReason, Statement, work_out};
use handbell_rules::refusal::{Record, Refusal};
use handbell_rules::time::Timestamp;
use proptest::prelude::*;

const ROLES: [Role; 6] = [Role::Triager, Role::Approver, Role::Editor, Role::Observer, Role::Custodian, Role::Keeper];

pub fn incident(home: bool, public: bool) -> Incident {
    let now = Timestamp::from_milliseconds(NOW);
    Incident {
        id: ID,
        version: 0,
        kind: "flood".into(),
        home,
        district: "Peckham".into(),
        opened_at: now,
        ended: Some((Ending::Over, now)),
        rung_at: None,
        stood_down_at: None,
        live_alerts: 0,
        public,
    }
}

fn rule() -> ReachRule {
    playbook().kind("flood").unwrap().reach(Reach::Public, false).expect("floods are public").clone()
}

pub fn caller(member: u8, device: u8, roles: Vec<Role>) -> DeskCaller {
    let session = SessionId([member; 16]);
    DeskCaller { member: MemberId([member; 16]), device: DeviceId([device; 16]), session, name: format!("Member {member}"), roles }
}

fn proposed(by: &DeskCaller, incident: &Incident, what: Proposed) -> Result<handbell_rules::record::proposal::Proposal, Refusal> {
    let ground = Ground { playbook: playbook(), home: incident.home, finest: handbell_rules::place::Precision::Street, entries: &[] };
    let now = Timestamp::from_milliseconds(NOW);
    let id = ProposalId([3; 16]);
    let change = propose(ChangeId([1; 16]), by, incident, Some(&rule()), (&Ledger::default(), ground), id, what.into(), now)?;
    match change.what {
        What::EntryProposed { proposal } => Ok(proposal),
        other => panic!("{other:?}"),
    }
}

fn statements() -> Proposed {
    Proposed::Statements {
        statements: vec![
            Statement::Source(source(SourceKind::Witness, "Witness A")),
            Statement::Claim(dated(Ref::New(0), "2017-05-13", "")),
            Statement::Assessment(assessment("when", "It was that day.", &[Ref::New(0)], "")),
        ],
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nobody_publishes_what_they_or_their_device_proposed(
        first in (0..4u8, 0..4u8), second in (0..4u8, 0..4u8), roles in proptest::sample::subsequence(ROLES.to_vec(), 0..6), kind in 0..3u8,
    ) {
        let incident = incident(false, kind != 0);
        let what = match kind {
            0 => Proposed::Opening,
            1 => Proposed::Outcome { text: "It dried".into(), says: "The council".into() },
            _ => statements(),
        };
        let proposal = proposed(&caller(first.0, first.1, vec![Role::Editor]), &incident, what).unwrap();
        let other = caller(second.0, second.1, roles.clone());
        let may = roles.iter().any(|role| matches!(role, Role::Editor | Role::Approver)) && first.0 != second.0 && first.1 != second.1;
        prop_assert_eq!(may_approve(&other, &proposal).is_ok(), may);
        let ground = Ground { playbook: playbook(), home: false, finest: handbell_rules::place::Precision::Street, entries: &[] };
        let (against, now) = ((&Ledger::default(), ground), Timestamp::from_milliseconds(NOW));
        let published = publish(ChangeId([2; 16]), &other, &incident, Some(&rule()), against, &proposal, false, Follows::default(), now);
        prop_assert_eq!(published.is_ok(), may);
        if let Ok(change) = published {
            let What::EntryPublished { proposal, .. } = change.what else { panic!("it was published") };
            prop_assert_eq!(may_approve(&caller(9, 9, ROLES.to_vec()), &proposal), Err(Record::ProposalClosed.into()), "once is enough");
        }
    }

    #[test]
    fn only_an_editor_proposes(roles in proptest::sample::subsequence(ROLES.to_vec(), 0..6)) {
        let made = proposed(&caller(1, 1, roles.clone()), &incident(false, true), statements());
        prop_assert_eq!(made.is_ok(), roles.contains(&Role::Editor));
    }
}

#[test]
fn a_proposal_that_the_rules_would_refuse_is_not_kept() {
    let editor = caller(1, 1, vec![Role::Editor]);
    let unsourced = Statement::Claim(claim(Ref::Known(1), "what_happened", "Water came"));
    let made = proposed(&editor, &incident(false, true), Proposed::Statements { statements: vec![unsourced] });
    assert_eq!(made.err(), Some(Record::SourceMissing.into()));
    assert_eq!(proposed(&editor, &incident(false, false), statements()).err(), Some(Record::NotPublic.into()));
}

#[test]
fn an_outcome_names_no_street_of_a_home() {
    let editor = caller(1, 1, vec![Role::Editor]);
    let outcome = Proposed::Outcome { text: "He is back in Practice Close".into(), says: "A neighbour".into() };
    assert_eq!(proposed(&editor, &incident(true, true), outcome.clone()).err(), Some(Record::StreetOfAHome.into()));
    assert!(proposed(&editor, &incident(false, true), outcome).is_ok());
}

/// PROMISE every-sentence-has-a-source: what footage of another event shows rests on a claim like all else the desk says.
#[test]
fn a_look_alike_without_a_claim_is_not_kept() {
    let editor = caller(1, 1, vec![Role::Editor]);
    let of = |claims: Vec<Ref>| {
        let one = NewLookAlike { place: "Southall".into(), year: 2013, note: "Megaphones held close to two officers.".into(), claims };
        proposed(&editor, &incident(false, true), Proposed::Statements { statements: vec![Statement::LookAlike(one)] })
    };
    assert_eq!(of(vec![]).err(), Some(Record::SentenceUnsourced.into()));
    assert_eq!(of(vec![Ref::Known(1)]).err(), Some(Record::ClaimMissing.into()));
    let statements = not_this(&Ledger::default(), "Peckham", "Southall".into(), 2013, "Megaphones held close to two officers.".into());
    let ground = Ground { playbook: playbook(), home: false, finest: handbell_rules::place::Precision::Street, entries: &[] };
    let written = work_out(&Ledger::default(), ground, &statements).unwrap();
    let kinds: Vec<u8> = written.entries.iter().map(|entry| entry.kind.code()).collect();
    assert_eq!(kinds, [11, 2, 16], "the desk, its claim that this does not show it, and what it shows");
    assert_eq!(written.entries[1].fields["value"]["choice"], "no");
    assert_eq!(written.entries[2].fields["claims"], serde_json::json!([1]));
    assert!(proposed(&editor, &incident(false, true), Proposed::Statements { statements }).is_ok());
}

/// A playbook that publishes a kind no more holds back new words, and never keeps old ones from being taken.
#[test]
fn without_a_public_reach_words_are_taken_and_none_are_added() {
    let (first, second) = (caller(1, 1, vec![Role::Editor]), caller(2, 2, vec![Role::Approver]));
    let mut log = Log::opened();
    log.state(&[Statement::Source(source(SourceKind::Witness, "Witness A"))]).unwrap();
    let with_words: Vec<(u64, u8)> = log.entries.iter().map(|entry| (entry.index, entry.kind)).collect();
    let ledger = Ledger::read(&log.entries);
    let ground = Ground { playbook: playbook(), home: false, finest: handbell_rules::place::Precision::District, entries: &with_words };
    let (incident, now) = (incident(false, true), Timestamp::from_milliseconds(NOW));
    let brought = |statements: Vec<Statement>| {
        let new = Proposed::Statements { statements }.into();
        propose(ChangeId([1; 16]), &first, &incident, None, (&ledger, ground), ProposalId([3; 16]), new, now)
    };
    let redaction = Statement::Redaction { entry: log.nth(11, 0), reason: RedactionReason::LegalOrder };
    let more = Statement::Source(source(SourceKind::Witness, "Witness B"));
    assert_eq!(brought(vec![redaction.clone(), more]).err(), Some(Record::TooEarly.into()));
    let What::EntryProposed { proposal } = brought(vec![redaction]).unwrap().what else { panic!("it was proposed") };
    let follows = Follows::default();
    assert!(publish(ChangeId([2; 16]), &second, &incident, None, (&ledger, ground), &proposal, false, follows, now).is_ok());
}
