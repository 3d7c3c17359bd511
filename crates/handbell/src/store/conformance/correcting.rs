//! Correcting: what the record's editor adds, refuses and takes from the public, and who hears of a correction.
//!
//! Judges a-correction-never-erases, a-withdrawal-leaves-a-mark and that nobody hears of a correction who had
//! not heard what it corrects.

use handbell_log::checkpoint::Checkpoint;
use handbell_log::hash::leaf_hash;
use handbell_log::leaf::{Content, Leaf};
use handbell_log::tree::root_of;
use handbell_rules::bell::alert::{Ring, RingKind};
use handbell_rules::bell::delivery::{Answer, Leased};
use handbell_rules::change::What;
use handbell_rules::desk::incident::Incident;
use handbell_rules::id::{IncidentId, MemberId, RingId, SubscriptionId};
use handbell_rules::record::entry::{EntryKind, NewEntry};
use handbell_rules::record::proposal::{Follows, Proposal, Proposed, Refused};
use handbell_rules::time::{HOUR, MINUTE, SECOND, Timestamp};

use super::Town;
use super::builders::*;
use crate::store::memory::Fault;
use crate::store::{LogRow, Store, StoreError};

const LATER: Timestamp = START.plus(5 * MINUTE);
/// The leaf kind of a withdrawal (docs/formats/leaf.md).
const WITHDRAWAL: u8 = 32;

fn proposal(of: IncidentId) -> Proposal {
    proposed(of, Proposed::Outcome { text: "It ended.".into(), says: "the desk".into() })
}

async fn publish(store: &dyn Store, of: IncidentId, follows: Follows) {
    let incident = store.incident(of).await.unwrap().unwrap();
    commit(store, publishing(&incident, follows)).await;
}

fn entries(of: IncidentId, kinds: &[EntryKind]) -> Follows {
    Follows { entries: kinds.iter().map(|kind| entry(of, *kind)).collect(), ..Follows::default() }
}

/// Corrects what an alert's incident says; those who heard of the alert hear of it.
async fn correct(store: &dyn Store, rung: &Rung, at: Timestamp) {
    let ring = Ring {
        id: RingId(fresh()),
        alert: rung.alert,
        words_of: rung.alert,
        kind: RingKind::Correction,
        at,
        expires_at: at.plus(6 * HOUR),
    };
    let incident = store.incident(rung.incident).await.unwrap().unwrap();
    let follows = Follows { rings: vec![ring], ..entries(rung.incident, &[EntryKind::Assessment, EntryKind::Correction]) };
    commit_at(store, at, publishing(&incident, follows)).await;
}

fn of<'a>(leased: &'a [Leased], person: &SubscriptionId) -> &'a Leased {
    leased.iter().find(|one| one.subscription == *person).unwrap()
}

pub async fn a_correction_goes_to_whoever_heard_and_ends_nothing(town: &mut dyn Town) {
    let store = town.store();
    let people = neighbours(&*store, 4).await;
    let rung = Rung::for_people(&*store, &people).await;
    let leased = lease(&*store, START).await;
    answered(&*store, of(&leased, &people[0]), Answer::Accepted, START).await;
    answered(&*store, of(&leased, &people[1]), Answer::RetryAfter(MINUTE), START).await;
    answered(&*store, of(&leased, &people[3]), Answer::Refused, START).await;
    // The third is out with a ringer.
    correct(&*store, &rung, START.plus(SECOND)).await;
    let told = lease(&*store, START.plus(SECOND)).await;
    assert_eq!(who(&told), [(people[0], RingKind::Correction)], "the third has not answered yet; the others heard nothing");
    answered(&*store, &told[0], Answer::Accepted, START.plus(SECOND)).await;
    answered(&*store, of(&leased, &people[2]), Answer::Accepted, START.plus(SECOND)).await;
    let told = lease(&*store, START.plus(SECOND)).await;
    assert_eq!(who(&told), [(people[2], RingKind::Correction)]);
    answered(&*store, &told[0], Answer::Accepted, START.plus(SECOND)).await;
    // What waited goes on waiting: the alert is live as before.
    let told = lease(&*store, START.plus(2 * MINUTE)).await;
    assert_eq!(who(&told), [(people[1], RingKind::Alert)]);
    answered(&*store, &told[0], Answer::Accepted, START.plus(2 * MINUTE)).await;
    rung.end(&*store, LATER).await;
    let ended: Vec<_> = who(&lease(&*store, LATER).await).into_iter().map(|(person, _)| person).collect();
    assert_eq!(ended, people[..3], "and all who heard hear the end");
    let tally = store.tally(rung.alert).await.unwrap();
    assert_eq!(
        tally.iter().map(|(kind, tally)| (*kind, tally.told_list)).collect::<Vec<_>>(),
        [(RingKind::Alert, 4), (RingKind::Correction, 2), (RingKind::StandDown, 3)]
    );
}

pub async fn a_correction_is_withheld_from_whoever_turns_out_to_have_heard_nothing(town: &mut dyn Town) {
    let store = town.store();
    let people = neighbours(&*store, 2).await;
    let rung = Rung::for_people(&*store, &people).await;
    let leased = lease(&*store, START).await;
    correct(&*store, &rung, START.plus(SECOND)).await;
    answered(&*store, of(&leased, &people[0]), Answer::Refused, START.plus(SECOND)).await;
    answered(&*store, of(&leased, &people[1]), Answer::Hung, START.plus(SECOND)).await;
    rung.end(&*store, LATER).await;
    let told = lease(&*store, LATER).await;
    assert_eq!(who(&told), [(people[1], RingKind::Correction)], "a try that hung may have been heard");
    answered(&*store, &told[0], Answer::Accepted, LATER).await;
    assert_eq!(who(&lease(&*store, LATER).await), [(people[1], RingKind::StandDown)]);
}

pub async fn corrections_and_ends_reach_a_person_in_their_order(town: &mut dyn Town) {
    let store = town.store();
    let people = neighbours(&*store, 1).await;
    let rung = Rung::for_people(&*store, &people).await;
    let leased = lease(&*store, START).await;
    rung.end(&*store, START.plus(SECOND)).await;
    correct(&*store, &rung, START.plus(2 * SECOND)).await;
    correct(&*store, &rung, START.plus(3 * SECOND)).await;
    let now = START.plus(4 * SECOND);
    assert_eq!(lease(&*store, now).await, vec![], "not before the start is settled");
    answered(&*store, &leased[0], Answer::Accepted, now).await;
    for kind in [RingKind::StandDown, RingKind::Correction, RingKind::Correction] {
        let told = lease(&*store, now).await;
        assert_eq!(who(&told), [(people[0], kind)], "one at a time, oldest first");
        answered(&*store, &told[0], Answer::Accepted, now).await;
    }
    assert_eq!(lease(&*store, now.plus(HOUR)).await, vec![]);
}

pub async fn one_correction_tells_the_people_of_every_alert(town: &mut dyn Town) {
    let store = town.store();
    let people = neighbours(&*store, 3).await;
    let (one, other) = (Rung::for_people(&*store, &people[..2]).await, Rung::for_people(&*store, &people[1..]).await);
    for leased in lease(&*store, START).await {
        answered(&*store, &leased, Answer::Accepted, START).await;
    }
    let ring = |rung: &Rung| Ring {
        id: RingId(fresh()),
        alert: rung.alert,
        words_of: rung.alert,
        kind: RingKind::Correction,
        at: LATER,
        expires_at: LATER.plus(HOUR),
    };
    let incident = store.incident(one.incident).await.unwrap().unwrap();
    let follows = Follows { rings: vec![ring(&one), ring(&other)], ..entries(one.incident, &[EntryKind::Correction]) };
    commit_at(&*store, LATER, publishing(&incident, follows)).await;
    let told: Vec<_> = who(&lease(&*store, LATER).await).into_iter().map(|(person, _)| person).collect();
    assert_eq!(told, [people[0], people[1], people[1], people[2]], "once for each alert somebody heard");
}

/// The stored leaves are what the checkpoint signs; content opens its leaf wherever it is still there.
async fn one_tree(store: &dyn Store, size: u64) -> Vec<LogRow> {
    let rows = store.log_rows(0, 1_000).await.unwrap();
    assert!(rows.iter().map(|row| row.index).eq(0..size));
    let stored = store.checkpoint().await.unwrap().unwrap();
    let signed = Checkpoint::open(stored.note.as_bytes(), log_key().verifier()).unwrap();
    let leaves: Vec<_> = rows.iter().map(|row| leaf_hash(&row.leaf)).collect();
    assert_eq!((signed.size, signed.root), (size, root_of(&leaves)));
    for row in &rows {
        let leaf = Leaf::decode(&row.leaf).unwrap();
        assert_eq!((leaf.kind_code(), leaf.stream().0), (row.kind, *row.stream.bytes()));
        if let Some(content) = &row.content {
            assert!(Content::decode(content).unwrap().opens(&leaf));
        }
    }
    rows
}

fn chain(rows: &[LogRow], of: IncidentId) -> Vec<(u64, u64, Option<u64>)> {
    let worded = rows.iter().filter(|row| row.stream == of && row.content.is_some());
    let link = |row: &LogRow| {
        let content = Content::decode(row.content.as_ref().unwrap()).unwrap();
        let payload: serde_json::Value = serde_json::from_slice(&content.payload).unwrap();
        (row.index, payload["seq"].as_u64().unwrap(), payload["prev"].as_u64())
    };
    worded.map(link).collect()
}

pub async fn what_is_withdrawn_leaves_a_mark_and_the_chain_goes_on(town: &mut dyn Town) {
    let store = town.store();
    let (incident, _) = opened(&*store).await;
    let of = incident.id;
    let kept = Proposal { version: 0, ..proposal(of) };
    commit(&*store, What::EntryProposed { proposal: kept.clone() }).await;
    publish(&*store, of, entries(of, &[EntryKind::IncidentOpened, EntryKind::Claim, EntryKind::Claim])).await;
    let before = one_tree(&*store, 3).await;
    // A mark of its own kind, then the words go, and the desk's own copy of them too.
    let emptied = vec![Proposal { version: 1, ..kept.clone() }.without_words()];
    let follows = Follows { withdrawals: vec![(1, 2)], emptied, ..entries(of, &[EntryKind::ClaimEvent]) };
    publish(&*store, of, follows).await;
    town.reopen().await;
    let store = town.store();
    let rows = one_tree(&*store, 5).await;
    assert_eq!((rows[1].leaf.clone(), rows[1].content.clone()), (before[1].leaf.clone(), None), "the leaf stays, its words do not");
    assert_eq!((rows[3].kind, rows[4].kind, rows[4].content.clone(), rows[4].stream), (13, WITHDRAWAL, None, of));
    let words = store.proposal(kept.id).await.unwrap().unwrap().proposed;
    assert_eq!(words, Proposed::Outcome { text: String::new(), says: String::new() });
    publish(&*store, of, entries(of, &[EntryKind::Claim])).await;
    let rows = one_tree(&*store, 6).await;
    assert_eq!(chain(&rows, of), [(0, 0, None), (2, 2, Some(1)), (3, 3, Some(2)), (5, 4, Some(3))], "the mark stands outside the chain");
    assert_eq!(store.stream(of).await.unwrap(), rows, "and in the stream");
}

pub async fn what_cannot_be_withdrawn_writes_nothing(town: &mut dyn Town) {
    let store = town.store();
    let ((incident, _), (other, _)) = (opened(&*store).await, opened(&*store).await);
    let of = incident.id;
    publish(&*store, of, entries(of, &[EntryKind::IncidentOpened, EntryKind::Claim])).await;
    publish(&*store, other.id, entries(other.id, &[EntryKind::IncidentOpened])).await;
    publish(&*store, of, Follows { withdrawals: vec![(1, 1)], ..Follows::default() }).await;
    let rows = one_tree(&*store, 4).await;
    let lines = store.journal(0, 1_000).await.unwrap();
    let incident = store.incident(of).await.unwrap().unwrap();
    // Withdrawn already; another incident's; the mark itself; never written. The good half of each goes too.
    for wrong in [1, 2, 3, 99] {
        let follows = Follows { withdrawals: vec![(0, 1), (wrong, 1)], ..entries(of, &[EntryKind::Claim]) };
        conflict(&*store, publishing(&incident, follows)).await;
        assert_eq!(one_tree(&*store, 4).await, rows, "{wrong}");
    }
    assert_eq!(store.journal(0, 1_000).await.unwrap(), lines);
    assert_eq!(store.incident(of).await.unwrap().unwrap(), incident);
    publish(&*store, of, Follows { withdrawals: vec![(0, 4)], ..Follows::default() }).await;
    assert_eq!(one_tree(&*store, 5).await[0].content, None);
}

pub async fn a_withdrawal_that_fails_keeps_the_words_or_takes_them_once(town: &mut dyn Town) {
    let (incident, _) = opened(&*town.store()).await;
    let of = incident.id;
    publish(&*town.store(), of, entries(of, &[EntryKind::Claim, EntryKind::Claim])).await;
    for (index, fault, again, size) in [(0, Fault::Fails, false, 2), (1, Fault::FailsButPersists, true, 4)] {
        let read = town.store().incident(of).await.unwrap().unwrap();
        let change = change(publishing(&read, Follows { withdrawals: vec![(index, 3)], ..Follows::default() }));
        town.plant(fault);
        assert!(matches!(town.store().commit(change.clone()).await, Err(StoreError::Unavailable(_))));
        let rows = one_tree(&*town.store(), size).await;
        assert_eq!(rows[usize::try_from(index).unwrap()].content.is_none(), again, "what is not written has its words");
        assert_eq!(town.store().commit(change).await.unwrap().again, again);
    }
    let rows = one_tree(&*town.store(), 4).await;
    assert_eq!(rows.iter().map(|row| row.kind).collect::<Vec<_>>(), [2, 2, WITHDRAWAL, WITHDRAWAL]);
    assert!(rows.iter().all(|row| row.content.is_none()));
}

pub async fn an_import_is_entered_whole_and_once(town: &mut dyn Town) {
    let store = town.store();
    let entered = Incident { public: true, ..incident() };
    let of = entered.id;
    let what = |entries: Vec<NewEntry>| What::RecordImported { incident: entered.clone(), entries };
    let mut unfit = entry(of, EntryKind::Source);
    unfit.fields.insert("share".into(), serde_json::json!(0.5));
    let answer = store.commit(change(what(vec![entry(of, EntryKind::IncidentOpened), unfit]))).await;
    assert!(matches!(answer, Err(StoreError::Broken(_))), "{answer:?}");
    assert_eq!((store.incident(of).await.unwrap(), store.log_rows(0, 10).await.unwrap()), (None, vec![]));
    let all = entries(of, &[EntryKind::IncidentOpened, EntryKind::Source, EntryKind::Claim]).entries;
    commit(&*store, what(all.clone())).await;
    conflict(&*store, what(all)).await;
    one_tree(&*store, 3).await;
    assert_eq!(store.incident(of).await.unwrap().unwrap(), Incident { version: 1, ..entered.clone() });
    assert_eq!(store.public_incidents(10).await.unwrap(), [of]);
    assert_eq!(store.journal(0, 10).await.unwrap().last().unwrap().what, "record-imported");
}

pub async fn a_refused_proposal_waits_no_more_and_says_why(town: &mut dyn Town) {
    let (incident, _) = opened(&*town.store()).await;
    let (one, other) = (proposal(incident.id), proposal(incident.id));
    for proposal in [&one, &other] {
        commit(&*town.store(), What::EntryProposed { proposal: proposal.clone() }).await;
    }
    assert_eq!(town.store().open_proposals().await.unwrap().len(), 2);
    let refused = Some(Refused { by: MemberId(number(2)), at: LATER, reason: "Nobody says so.".into() });
    let refused = Proposal { version: 1, refused, ..one.clone() };
    commit_at(&*town.store(), LATER, What::EntryRefused { proposal: refused.clone(), letter: None, entries: vec![] }).await;
    town.reopen().await;
    let store = town.store();
    let stored = Proposal { version: 2, ..refused };
    assert_eq!(store.proposal(one.id).await.unwrap().unwrap(), stored);
    assert_eq!(store.open_proposals().await.unwrap().iter().map(|open| open.id).collect::<Vec<_>>(), [other.id]);
    assert!(store.incident_file(incident.id).await.unwrap().unwrap().proposals.contains(&stored));
    // Whoever approves on a page that is older than the refusal meets it.
    let late = Proposal { version: 1, published_at: Some(LATER), ..one };
    conflict(&*store, What::EntryPublished { incident, proposal: late, follows: Follows::default() }).await;
    assert_eq!(store.journal(0, 100).await.unwrap().last().unwrap().what, "entry-refused");
}
