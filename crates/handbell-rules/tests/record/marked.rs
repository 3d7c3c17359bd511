//! Marked words: what the guard finds in a proposal is published by two members with a reason, or not at all.
//!
//! Texts are put together from fragments, answers are given at random; the model says for itself who may publish
//! what, from the guard's findings and the table of reasons alone.

use crate::made_up::{ID, NOW, playbook};
use handbell_rules::change::What;
use handbell_rules::desk::incident::{Ending, Incident};
use handbell_rules::guard::Rule;
use handbell_rules::id::{ChangeId, DeviceId, MemberId, ProposalId, SessionId};
use handbell_rules::people::member::{DeskCaller, Role};
use handbell_rules::playbook::{Reach, ReachRule};
use handbell_rules::record::ledger::Ledger;
use handbell_rules::record::marks::{Explained, Explanation, Why, find};
use handbell_rules::record::proposal::{Follows, NewProposal, Proposal, Proposed, propose, publish};
use handbell_rules::record::source::{NewSource, SourceKind};
use handbell_rules::record::statement::{Ground, Statement};
use handbell_rules::refusal::{Record, Refusal};
use handbell_rules::time::Timestamp;
use proptest::prelude::*;

const FRAGMENTS: [&str; 12] = [
    "Water came over the kerb.",
    "The Lord Nelson stayed open.",
    "A van with the plate AB12 CDE left.",
    "Officer PC 4471 took him.",
    "Somebody shouted: we will kill you.",
    "Block the road now.",
    "Call 020 7946 0000.",
    "It was decided at SE1 9HS.",
    "Nobody can ever find you, 100 % anonymous.",
    "Bloquea la calle ahora.",
    "Write to somebody@post.example.",
    "Two shops closed.",
];

fn now() -> Timestamp {
    Timestamp::from_milliseconds(NOW)
}

fn incident(home: bool) -> Incident {
    Incident {
        id: ID,
        version: 0,
        kind: "flood".into(),
        home,
        district: "Peckham".into(),
        opened_at: now(),
        ended: Some((Ending::Over, now())),
        rung_at: None,
        stood_down_at: None,
        live_alerts: 0,
        public: true,
    }
}

fn reach() -> ReachRule {
    playbook().kind("flood").unwrap().reach(Reach::Public, false).expect("floods are public").clone()
}

fn editor(number: u8) -> DeskCaller {
    let id = [number; 16];
    DeskCaller { member: MemberId(id), device: DeviceId(id), session: SessionId(id), name: "Wren".into(), roles: vec![Role::Editor] }
}

fn proposed(home: bool, proposed: Proposed, explanation: Explanation) -> Result<Proposal, Refusal> {
    let against =
        (&Ledger::default(), Ground { playbook: playbook(), home, finest: handbell_rules::place::Precision::Street, entries: &[] });
    let new = NewProposal { proposed, explanation };
    let change = propose(ChangeId([1; 16]), &editor(1), &incident(home), Some(&reach()), against, ProposalId([3; 16]), new, now())?;
    let What::EntryProposed { proposal } = change.what else { panic!("{:?}", change.what) };
    Ok(proposal)
}

fn published(home: bool, by: u8, proposal: &Proposal, ticked: bool) -> Result<Proposal, Refusal> {
    let against =
        (&Ledger::default(), Ground { playbook: playbook(), home, finest: handbell_rules::place::Precision::Street, entries: &[] });
    let follows = Follows::default();
    let change = publish(ChangeId([2; 16]), &editor(by), &incident(home), Some(&reach()), against, proposal, ticked, follows, now())?;
    let What::EntryPublished { proposal, .. } = change.what else { panic!("{:?}", change.what) };
    Ok(proposal)
}

fn outcome(text: &str) -> Proposed {
    Proposed::Outcome { text: text.into(), says: "A neighbour".into() }
}

fn texts(text: &str) -> Vec<String> {
    vec![text.to_owned(), "A neighbour".to_owned()]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// PROMISE no-marked-word-by-one-person
    #[test]
    fn no_marked_word_is_published_without_a_reason_that_fits_and_a_second_reader(
        fragments in prop::collection::vec(0..FRAGMENTS.len(), 1..4), answers in prop::collection::vec(0..7usize, 8),
        because in prop::sample::select(vec!["", "We read it there."]), home in any::<bool>(),
        ticked in any::<bool>(), by in 1..3u8, lost in prop::option::of(0..3usize),
    ) {
        let text: Vec<&str> = fragments.iter().map(|at| FRAGMENTS[*at]).collect();
        let text = text.join(" ");
        let findings = find(&texts(&text));
        // Past the end of the list: no answer at all.
        let said = findings.iter().zip(answers.iter().cycle()).filter_map(|(finding, at)| Some((finding.sign(), Why::ALL.get(*at)?.0)));
        let explanation = Explanation { whys: said.collect(), because: because.into() };
        let all_fit = findings.iter().all(|finding| explanation.whys.get(&finding.sign()).is_some_and(|why| why.fits(finding.rule, home)));
        let may_propose = findings.is_empty() || (all_fit && !because.is_empty());
        let made = proposed(home, outcome(&text), explanation);
        prop_assert_eq!(made.is_ok(), may_propose, "{}: {:?}", text, made);
        let Ok(mut proposal) = made else { return Ok(()) };
        prop_assert_eq!(proposal.explained.is_some(), !findings.is_empty());
        // As if an older guard had missed one.
        if let (Some(lost), Some(explained)) = (lost, &mut proposal.explained) && lost < explained.marks.len() {
            explained.marks.remove(lost);
        }
        let every = findings.len() == proposal.explained.as_ref().map_or(0, |explained| explained.marks.len());
        let strict = findings.iter().any(|finding| finding.rule.is_strict());
        let done = published(home, by, &proposal, ticked);
        prop_assert_eq!(done.is_ok(), by != 1 && every && (ticked || !strict), "{}: {:?}", text, done);
        if let Ok(Proposal { explained: Some(explained), proposed_by, .. }) = done {
            prop_assert!(explained.agreed.is_some_and(|agreed| agreed.by != proposed_by && agreed.at == now()));
        }
    }
}

#[test]
fn the_approver_hears_what_is_missing() {
    let text = "The Lord Nelson stayed open.";
    let finding = find(&texts(text)).remove(0);
    let said = |why| Explanation { whys: [(finding.sign(), why)].into(), because: "It is a pub.".into() };
    assert_eq!(proposed(false, outcome(text), Explanation::default()), Err(Record::MarksUnexplained.into()));
    assert_eq!(proposed(false, outcome(text), said(Why::PlainNumber)), Err(Record::MarksUnexplained.into()));
    let proposal = proposed(false, outcome(text), said(Why::NotAPerson)).unwrap();
    assert_eq!(published(false, 1, &proposal, true), Err(Record::SecondMemberNeeded.into()), "one person ticks for nobody");
    assert_eq!(published(false, 2, &proposal, false), Err(Record::MarksUnread.into()));
    let done = published(false, 2, &proposal, true).unwrap();
    let explained = done.explained.as_ref().unwrap();
    assert_eq!((explained.marks[0].rule, explained.marks[0].why), (Rule::Name, Why::NotAPerson));
    assert_eq!(explained.agreed.unwrap().by, MemberId([2; 16]));
    let gone: &Explained = &done.without_words().explained.unwrap();
    assert_eq!((gone.because.as_str(), gone.marks.len(), gone.agreed.is_some()), ("", 1, true), "the words go, the decision stays");
}

#[test]
fn statements_are_read_by_the_guard_like_outcomes() {
    let source = NewSource {
        kind: SourceKind::Witness,
        label: "Witness A".into(),
        standing: "The Lord Nelson stayed open".into(),
        said: String::new(),
        url: String::new(),
        copies: None,
        via: None,
        asked: String::new(),
        replied: String::new(),
    };
    let statements = Proposed::Statements { statements: vec![Statement::Source(source)] };
    assert_eq!(proposed(false, statements.clone(), Explanation::default()), Err(Record::MarksUnexplained.into()));
    let finding = find(&["The Lord Nelson stayed open".to_owned()]).remove(0);
    let said = Explanation { whys: [(finding.sign(), Why::NotAPerson)].into(), because: "It is a pub.".into() };
    let proposal = proposed(false, statements, said).unwrap();
    assert_eq!(published(false, 2, &proposal, false), Err(Record::MarksUnread.into()));
    assert!(published(false, 2, &proposal, true).is_ok());
}

#[test]
fn a_proposal_of_before_is_read_and_weighed_by_the_guard_of_now() {
    let proposal = proposed(false, outcome("Two shops closed."), Explanation::default()).unwrap();
    let mut kept = serde_json::to_value(&proposal).unwrap();
    assert!(kept.get("explained").is_none(), "nothing is kept where nothing was marked");
    assert_eq!(serde_json::from_value::<Proposal>(kept.clone()).unwrap(), proposal);
    kept["proposed"]["text"] = "The Lord Nelson stayed open.".into();
    let older: Proposal = serde_json::from_value(kept).unwrap();
    assert_eq!(published(false, 2, &older, true), Err(Record::MarksChanged.into()));
}
