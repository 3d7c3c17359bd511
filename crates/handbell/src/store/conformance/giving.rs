//! Giving: footage, from a file on its way until it is deleted, and the chain of what was done with it.
//!
//! What may be done is a rule and judged with the rules; here every row is whole, every commit too, and every line
//! of custody stands beside what it tells of.

use handbell_rules::change::What;
use handbell_rules::evidence::custody::{self, Deed, Doer, Head, STATEMENTS_KEPT};
use handbell_rules::evidence::footage::{self, Copies, Footage, ReportFate, Wish};
use handbell_rules::evidence::hiding::{Hiding, HidingState, PublicCopy};
use handbell_rules::evidence::keys::{CustodyKey, CustodyKeys};
use handbell_rules::evidence::known::{Finding, Known, Lead};
use handbell_rules::evidence::link::{FootageLink, LINK_LIVES};
use handbell_rules::evidence::stamp::Stamp;
use handbell_rules::evidence::upload::{HeldFootage, IN_A_DAY, UPLOAD_WAITS, Upload};
use handbell_rules::id::{ChangeId, FootageId, FootageLinkId, HidingId, IncidentId, KnownId, LeadId, MemberId, ReportId, UploadId};
use handbell_rules::record::entry::EntryKind;
use handbell_rules::record::proposal::{Follows, Proposed};
use handbell_rules::street::report::{Report, ReportState};
use handbell_rules::time::{MINUTE, Timestamp};

use super::Town;
use super::builders::*;
use crate::store::Store;
use crate::store::memory::Fault;

const LATER: Timestamp = START.plus(5 * MINUTE);
/// Before every file.
const FIRST: FootageId = FootageId([0; 16]);

fn doer() -> Doer {
    Doer::member(custody::Office::Custodian, MemberId(number(5)), fresh())
}

fn link(report: ReportId) -> FootageLink {
    FootageLink {
        id: FootageLinkId(fresh()),
        version: 0,
        report,
        made_by: custody::Office::Witness,
        member: None,
        until: START.plus(LINK_LIVES),
        files: 0,
    }
}

fn upload(report: ReportId, length: u64) -> Upload {
    Upload {
        id: UploadId(fresh()),
        version: 0,
        footage: FootageId(fresh()),
        report,
        link: None,
        members_link: false,
        begun_at: START,
        expires_at: START.plus(UPLOAD_WAITS),
        length,
        offset: 0,
        parts: 0,
        midstate: vec![],
        said_sha256: None,
        metadata: String::new(),
        media_type: None,
        wish: Wish::DeskOnly,
        claimed: "just now".into(),
        recipient: "age1own".into(),
        working: "AGE-SECRET-KEY-WORKING".into(),
        shares: ["one".into(), "two".into(), "three".into()],
        received: None,
    }
}

/// A file that came whole at a time, as the store has it then.
async fn received(store: &dyn Store, report: ReportId, at: Timestamp) -> Footage {
    let mut upload = upload(report, 7);
    commit(store, What::UploadBegun { upload: upload.clone(), link: None }).await;
    (upload.version, upload.offset, upload.parts) = (1, 7, 1);
    let footage = upload.received([3; 32], "image/jpeg".into(), fresh_hash(), at);
    let said = footage.said(&Doer::witness(fresh()), Deed::Received, at);
    commit(store, What::FootageReceived { upload: upload.finished([3; 32]), footage: footage.clone(), said }).await;
    Footage { version: 1, ..footage }
}

fn drawn(of: &Footage) -> Hiding {
    Hiding {
        id: HidingId(fresh()),
        version: 0,
        footage: of.id,
        by: MemberId(number(1)),
        at: LATER,
        covers: vec![],
        state: HidingState::Drawn,
        inspection: None,
        public: None,
    }
}

pub async fn what_came_of_a_file_is_there_after_a_restart_and_one_goes_on_with_it(town: &mut dyn Town) {
    let report = ReportId(fresh());
    let (way, mut file) = (link(report), upload(report, 30));
    commit(&*town.store(), What::FootageLinkMade { link: way.clone() }).await;
    let used = FootageLink { version: 1, files: 1, ..way.clone() };
    commit(&*town.store(), What::UploadBegun { upload: file.clone(), link: Some(used.clone()) }).await;
    file.version = 1;
    let more = file.advanced(10, vec![1, 2, 255], LATER).unwrap();
    commit(&*town.store(), What::UploadAdvanced { upload: more.clone() }).await;
    // Two who send the same bytes: one was faster, and the other hears it.
    conflict(&*town.store(), What::UploadAdvanced { upload: more.clone() }).await;
    conflict(&*town.store(), What::UploadBegun { upload: upload(report, 1), link: Some(used.clone()) }).await;
    town.reopen().await;
    let store = town.store();
    let kept = Upload { version: 2, ..more };
    assert_eq!(store.evidence().upload(kept.id).await.unwrap(), Some(kept.clone()));
    assert_eq!(store.evidence().uploads_of(report).await.unwrap(), vec![kept.clone()]);
    assert_eq!(store.evidence().footage_link(way.id).await.unwrap(), Some(FootageLink { version: 2, ..used }));
    let held = store.evidence().held_footage(report, START).await.unwrap();
    let none_announced = HeldFootage { report_files: 1, report_bytes: 30, all_bytes: 10, day_bytes: 10 };
    assert_eq!(held, none_announced, "what was only announced takes no room");
    assert_eq!(store.evidence().held_footage(ReportId(fresh()), START).await.unwrap().all_bytes, 10);
    assert_eq!(store.evidence().uploads_due(9, kept.expires_at.plus(-1)).await.unwrap(), vec![]);
    assert_eq!(store.evidence().uploads_due(9, kept.expires_at).await.unwrap(), vec![kept.clone()]);
    let mut begun = Vec::new();
    for (of, at) in [(report, START.plus(1)), (ReportId(fresh()), START.plus(2))] {
        begun.push(Upload { expires_at: kept.expires_at.plus(at.since(START)), ..upload(of, 1) });
    }
    for one in &begun {
        commit(&*store, What::UploadBegun { upload: one.clone(), link: None }).await;
    }
    let due = store.evidence().uploads_due(9, kept.expires_at.plus(9)).await.unwrap();
    assert_eq!(due.iter().map(|one| one.id).collect::<Vec<_>>(), [kept.id, begun[1].id, begun[0].id], "reports take turns");
    for one in begun {
        commit(&*store, What::UploadGivenUp { upload: one.id }).await;
    }
    commit(&*store, What::UploadGivenUp { upload: kept.id }).await;
    conflict(&*store, What::UploadGivenUp { upload: kept.id }).await;
    assert_eq!(store.evidence().upload(kept.id).await.unwrap(), None);
    commit_at(&*store, way.until, What::Forgotten).await;
    assert_eq!(store.evidence().footage_link(way.id).await.unwrap(), None);
}

pub async fn a_file_that_came_whole_is_found_by_what_waits_for_it(town: &mut dyn Town) {
    let report = ReportId(fresh());
    let first = received(&*town.store(), report, START).await;
    let second = received(&*town.store(), report, LATER).await;
    town.reopen().await;
    let store = town.store();
    let evidence = store.evidence();
    assert_eq!(evidence.footage(first.id).await.unwrap(), Some(first.clone()));
    let held = evidence.held_footage(report, LATER).await.unwrap();
    assert_eq!(held, HeldFootage { report_files: 2, report_bytes: 14, all_bytes: 14, day_bytes: 14 }, "what came whole counts once");
    let next_day = evidence.held_footage(report, START.plus(IN_A_DAY)).await.unwrap();
    assert_eq!((next_day.all_bytes, next_day.day_bytes), (14, 7), "what came 24 hours ago did not come today");
    assert_eq!(evidence.footage_of(report).await.unwrap(), vec![first.clone(), second.clone()]);
    assert_eq!(evidence.footage_since(LATER, 9).await.unwrap(), vec![second.clone()]);
    assert_eq!(evidence.footage_since(START, 9).await.unwrap(), vec![second.clone(), first.clone()]);
    assert_eq!(evidence.footage_waiting(1).await.unwrap(), vec![first.clone()]);
    let other = received(&*store, ReportId(fresh()), LATER.plus(1)).await;
    assert_eq!(evidence.footage_in_turn(9).await.unwrap(), [first.id, other.id, second.id], "reports take turns");
    assert_eq!(evidence.footage_in_turn(2).await.unwrap(), [first.id, other.id]);
    let over = LATER.plus(footage::FOOTAGE_KEPT + 1);
    let due = evidence.footage_due(9, over).await.unwrap();
    assert_eq!(due.iter().map(|one| one.id).collect::<Vec<_>>(), [first.id, other.id, second.id], "and when their time is over");
    assert_eq!(evidence.footage_due(2, over).await.unwrap().len(), 2);
    commit(&*store, What::FootageGone { footage: other.id, said: other.said(&Doer::handbell(fresh()), Deed::Deleted, LATER) }).await;
    assert_eq!(evidence.footage_unnoted(LATER, 9).await.unwrap(), vec![first.clone()]);
    assert_eq!(evidence.footage_due(9, first.forget_at).await.unwrap(), vec![first.clone()]);
    // Copies are made: the working key leaves with the same commit.
    let copies = Copies::Failed { why: "not-read".into() };
    let said = first.said(&Doer::handbell(fresh()), Deed::Derived, LATER);
    let copied = Footage { copies, working: None, ..first.clone() };
    let unasked = Footage { unasked: true, ..copied.clone() };
    commit(&*store, What::FootageCopied { footage: unasked.clone(), said: Some(said) }).await;
    assert_eq!(evidence.footage_unasked(9).await.unwrap(), [first.id], "it is still to be held against the bank");
    commit(&*store, What::FootageChanged { footage: Footage { version: 2, unasked: false, ..unasked }, said: None }).await;
    assert!(evidence.footage_unasked(9).await.unwrap().is_empty());
    assert_eq!(evidence.footage_waiting(9).await.unwrap(), vec![second.clone()]);
    // Its mark stands in the log, in the same commit.
    let noted = Footage { version: 3, noted: Some(IncidentId(fresh())), ..copied };
    let entries = vec![entry(noted.noted.unwrap(), EntryKind::Evidence)];
    let said = noted.said(&Doer::handbell(fresh()), Deed::Noted, LATER);
    commit(&*store, What::FootageNoted { footage: vec![noted.clone()], entries, said }).await;
    assert_eq!(store.newest_of_kind(EntryKind::Evidence.code(), u64::MAX, 9).await.unwrap().len(), 1);
    assert_eq!(evidence.footage_unnoted(LATER.plus(1), 9).await.unwrap(), vec![second]);
}

pub async fn a_file_that_took_too_long_waits_behind_all_others(town: &mut dyn Town) {
    let store = town.store();
    let (evidence, report) = (store.evidence(), ReportId(fresh()));
    let slow = received(&*store, report, START).await;
    let next = received(&*store, report, LATER).await;
    let other = received(&*store, ReportId(fresh()), LATER.plus(1)).await;
    let last = received(&*store, report, LATER.plus(2)).await;
    assert_eq!(evidence.footage_in_turn(2).await.unwrap(), [slow.id, other.id]);
    let copies = Copies::Waiting { tries: 1 };
    commit(&*store, What::FootageCopied { footage: Footage { copies, ..slow.clone() }, said: None }).await;
    assert_eq!(evidence.footage_in_turn(9).await.unwrap(), [next.id, other.id, last.id, slow.id], "nor is its report's turn its own");
    assert_eq!(evidence.footage_in_turn(3).await.unwrap(), [next.id, other.id, last.id]);
}

pub async fn what_hangs_on_a_file_goes_with_it_and_its_custody_stays(town: &mut dyn Town) {
    let store = town.store();
    let evidence = store.evidence();
    let (report, other) = (ReportId(fresh()), ReportId(fresh()));
    let (file, stays) = (received(&*store, report, START).await, received(&*store, other, START).await);
    for of in [&file, &stays] {
        let said = of.said(&doer(), Deed::Hidden, LATER);
        commit(&*store, What::HidingMoved { hiding: drawn(of), said }).await;
        let lead = Lead {
            id: LeadId(fresh()),
            version: 0,
            footage: of.id,
            known: KnownId(fresh()),
            distance: 12,
            share: None,
            at: LATER,
            finding: None,
        };
        let said = of.said(&Doer::handbell(fresh()), Deed::Resembled, LATER);
        commit(&*store, What::LeadsFound { leads: vec![lead], said }).await;
    }
    let lead = evidence.leads_of(file.id).await.unwrap().remove(0);
    assert_eq!(evidence.lead(lead.id).await.unwrap(), Some(lead.clone()));
    let answered = Lead { finding: Some((Finding::NotHereNotNow, MemberId(number(2)), LATER)), ..lead };
    commit(&*store, What::LeadAnswered { lead: answered.clone(), said: file.said(&doer(), Deed::Found, LATER) }).await;
    conflict(&*store, What::LeadAnswered { lead: answered, said: file.said(&doer(), Deed::Found, LATER) }).await;
    let said = file.said(&Doer::handbell(fresh()), Deed::Deleted, LATER);
    commit(&*store, What::FootageGone { footage: file.id, said: said.clone() }).await;
    conflict(&*store, What::FootageGone { footage: file.id, said }).await;
    assert_eq!(evidence.footage(file.id).await.unwrap(), None);
    assert_eq!(evidence.hidings_of(file.id).await.unwrap(), vec![]);
    assert_eq!(evidence.leads_of(file.id).await.unwrap(), vec![]);
    assert_eq!((evidence.hidings_of(stays.id).await.unwrap().len(), evidence.leads_of(stays.id).await.unwrap().len()), (1, 1));
    let deeds: Vec<Deed> = evidence
        .custody_of(file.id)
        .await
        .unwrap()
        .iter()
        .map(|line| custody::Statement::parse(line.statement.as_deref().unwrap()).unwrap().deed)
        .collect();
    assert_eq!(deeds, [Deed::Received, Deed::Hidden, Deed::Resembled, Deed::Found, Deed::Deleted]);
}

pub async fn lines_of_custody_are_numbered_and_chained_in_the_order_of_their_commits(town: &mut dyn Town) {
    assert_eq!(town.store().evidence().custody_head(LATER).await.unwrap(), Head::EMPTY);
    let file = received(&*town.store(), ReportId(fresh()), START).await;
    town.plant(Fault::Fails);
    let change = change_at(LATER, What::FootageHandled { said: file.said(&doer(), Deed::Looked, LATER) });
    assert!(town.store().commit(change.clone()).await.is_err(), "a fault was planted");
    town.reopen().await;
    for _ in 0..2 {
        town.store().commit(change.clone()).await.unwrap();
    }
    let store = town.store();
    let lines = store.evidence().custody(0, 9).await.unwrap();
    assert_eq!(lines.iter().map(|line| line.number).collect::<Vec<_>>(), [0, 1], "said again, it stands once");
    let head = custody::verify(&lines).unwrap();
    assert_eq!(store.evidence().custody_head(LATER.plus(1)).await.unwrap(), head);
    assert_eq!(store.evidence().custody_head(LATER).await.unwrap().lines, 1);
    assert_eq!(store.evidence().custody(1, 9).await.unwrap(), lines[1..]);
    // What was said goes in its time; the hashes stay, and the chain holds.
    commit_at(&*store, START.plus(STATEMENTS_KEPT), What::Forgotten).await;
    let lines = store.evidence().custody(0, 9).await.unwrap();
    assert_eq!(lines.iter().map(|line| line.statement.is_some()).collect::<Vec<_>>(), [false, true]);
    assert_eq!(custody::verify(&lines), Ok(head));
}

/// What a public copy of these tests shows.
pub const SHOWS: &str = "A closed door with a made-up sign.";

/// A public copy on the page of an incident: its drawing.
#[cfg(test)]
pub async fn shown(store: &dyn Store, incident: IncidentId) -> HidingId {
    let file = received(store, ReportId(fresh()), START).await;
    let public = PublicCopy { by: MemberId(number(3)), at: LATER, incident, shows: SHOWS.into(), address: fresh() };
    let state = HidingState::Burnt { name: "c".into(), media_type: "image/png".into(), length: 3, sha256: [1; 32], frames: 1 };
    let hiding = drawn(&file);
    commit(store, What::HidingMoved { hiding: hiding.clone(), said: file.said(&doer(), Deed::Hidden, LATER) }).await;
    let shown = Hiding { version: 1, state, public: Some(public), ..hiding };
    commit(store, What::HidingMoved { hiding: shown.clone(), said: file.said(&doer(), Deed::Published, LATER) }).await;
    shown.id
}

pub async fn a_public_copy_is_found_by_its_address_and_no_two_have_one(town: &mut dyn Town) {
    let store = town.store();
    let evidence = store.evidence();
    let (one, two) = (received(&*store, ReportId(fresh()), START).await, received(&*store, ReportId(fresh()), START).await);
    let (mut first, second) = (drawn(&one), drawn(&two));
    for (file, hiding) in [(&one, &first), (&two, &second)] {
        commit(&*store, What::HidingMoved { hiding: hiding.clone(), said: file.said(&doer(), Deed::Hidden, LATER) }).await;
    }
    assert_eq!(evidence.open_hidings().await.unwrap().len(), 2);
    let address = fresh();
    let public = PublicCopy { by: MemberId(number(3)), at: LATER, incident: IncidentId(fresh()), shows: "A closed door.".into(), address };
    let burnt = HidingState::Burnt { name: "c".into(), media_type: "image/png".into(), length: 3, sha256: [1; 32], frames: 1 };
    first = Hiding { version: 1, state: burnt.clone(), public: Some(public.clone()), ..first };
    commit(&*store, What::HidingMoved { hiding: first.clone(), said: one.said(&doer(), Deed::Published, LATER) }).await;
    let same = Hiding { version: 1, state: burnt.clone(), public: Some(public.clone()), ..second.clone() };
    conflict(&*store, What::HidingMoved { hiding: same, said: two.said(&doer(), Deed::Published, LATER) }).await;
    first.version = 2;
    assert_eq!(evidence.hiding_at(address).await.unwrap(), Some(first.clone()));
    assert_eq!(evidence.public_hidings().await.unwrap(), std::slice::from_ref(&first), "that one and no other");
    assert_eq!(evidence.hiding(first.id).await.unwrap(), Some(first.clone()));
    // Given again, it is known for our own; other bytes are not.
    let mut given = Footage { sha256: [1; 32], received_at: LATER, ..two.clone() };
    assert_eq!(evidence.own_copy(&given).await.unwrap(), Some(one.id));
    given.sha256 = [2; 32];
    assert_eq!(evidence.own_copy(&given).await.unwrap(), None);
    // What takes its words from the record takes the desk's copy of them in the same commit.
    let (other, _) = opened(&*store).await;
    let undescribed: Vec<Hiding> = first.without_words().into_iter().collect();
    commit(&*store, publishing(&other, Follows { undescribed, ..Follows::default() })).await;
    let emptied = evidence.hiding_at(address).await.unwrap().unwrap();
    assert_eq!((emptied.public.as_ref().map(|public| public.shows.as_str()), emptied.version), (Some(""), 3));
    assert_eq!(Hiding { version: 2, public: first.public.clone(), ..emptied.clone() }, first, "and of it nothing else");
    assert_eq!(emptied.without_words(), None);
    assert_eq!(evidence.open_hidings().await.unwrap(), vec![Hiding { version: 1, ..second.clone() }]);
    // What is offered brings its proposal, and neither is written without the other.
    let (incident, _) = opened(&*store).await;
    let proposal = proposed(incident.id, Proposed::Opening);
    let offered = |version: u32| What::CopyOffered {
        proposal: proposal.clone(),
        hiding: Hiding { version, state: burnt.clone(), public: Some(PublicCopy { address: fresh(), ..public.clone() }), ..second.clone() },
        said: two.said(&doer(), Deed::Published, LATER),
    };
    conflict(&*store, offered(7)).await;
    assert_eq!(store.open_proposals().await.unwrap(), vec![]);
    commit(&*store, offered(1)).await;
    assert_eq!(store.open_proposals().await.unwrap().len(), 1);
    assert!(evidence.hiding(second.id).await.unwrap().unwrap().public.is_some());
}

pub async fn keys_known_pictures_and_stamps_are_kept(town: &mut dyn Town) {
    assert_eq!(town.store().evidence().custody_keys().await.unwrap(), CustodyKeys::default());
    let key = |name: &str| Some(CustodyKey { recipient: name.into(), since: START });
    let keys = CustodyKeys { version: 0, keys: [key("age1a"), None, None], ..CustodyKeys::default() };
    let said = doer().says(Deed::KeySet, None, START);
    commit(&*town.store(), What::CustodyKeySet { keys: keys.clone(), said: said.clone() }).await;
    conflict(&*town.store(), What::CustodyKeySet { keys: keys.clone(), said }).await;
    let mut known: Vec<Known> = (0..3)
        .map(|_| Known {
            id: KnownId(fresh()),
            version: 0,
            words: "A market street, seen before".into(),
            date: "2016".into(),
            place: "Southall".into(),
            by: Some(MemberId(number(1))),
            from: String::new(),
            at: START,
            hashes: vec![("0".repeat(64), 90)],
            stills: vec![],
            footage: None,
        })
        .collect();
    for one in &mut known {
        commit(&*town.store(), What::PictureKnown { known: one.clone() }).await;
        one.version = 1;
    }
    known.sort_by_key(|one| one.id);
    let mut stamp = Stamp { day: 20_000, version: 0, head: [2; 32], lines: 3, answer: None, said: None, tries: 0, told: String::new() };
    commit(&*town.store(), What::StampMoved { stamp: stamp.clone(), said: None }).await;
    town.reopen().await;
    let store = town.store();
    let evidence = store.evidence();
    assert_eq!(evidence.custody_keys().await.unwrap(), CustodyKeys { version: 1, ..keys });
    assert_eq!(evidence.known_after(KnownId([0; 16]), 9).await.unwrap(), known);
    assert_eq!(evidence.known_after(known[0].id, 1).await.unwrap(), known[1..2]);
    assert_eq!(evidence.known_count().await.unwrap(), known.len() as u64);
    commit(&*store, What::PictureForgotten { known: known[0].id }).await;
    assert_eq!(evidence.known(known[0].id).await.unwrap(), None);
    assert_eq!(evidence.known_count().await.unwrap(), known.len() as u64 - 1);
    stamp.version = 1;
    assert_eq!(evidence.open_stamps().await.unwrap(), vec![stamp.clone()]);
    stamp.answer = Some("MAA=".into());
    commit(&*store, What::StampMoved { stamp: stamp.clone(), said: Some(doer().says(Deed::Stamped, None, LATER)) }).await;
    assert_eq!(evidence.open_stamps().await.unwrap(), vec![]);
    assert_eq!(evidence.stamps().await.unwrap(), vec![Stamp { version: 2, ..stamp }]);
}

pub async fn files_are_followed_only_where_their_report_says_otherwise(town: &mut dyn Town) {
    let file = async |store: &dyn Store, state: ReportState| {
        let report = Report { state, ..report() };
        commit(store, filed(&report)).await;
        received(store, report.id, START).await
    };
    let kept = file(&*town.store(), ReportState::Received).await;
    let aside = file(&*town.store(), ReportState::SetAside).await;
    let withdrawn = file(&*town.store(), ReportState::Withdrawn).await;
    town.reopen().await;
    let store = town.store();
    let evidence = store.evidence();
    let ids =
        async || -> Vec<FootageId> { evidence.footage_to_follow(FIRST, 9, LATER).await.unwrap().into_iter().map(|one| one.id).collect() };
    let taken_back = async || -> Vec<FootageId> {
        evidence.footage_of_withdrawn(FIRST, 9, LATER).await.unwrap().into_iter().map(|one| one.id).collect()
    };
    assert_eq!(ids().await, [aside.id], "what a report that is kept says stands already");
    assert_eq!(taken_back().await, [withdrawn.id]);
    assert_eq!(evidence.withdrawn_with_uploads(ReportId([0; 16]), 9).await.unwrap(), [withdrawn.report]);
    for (one, fate) in [(&aside, ReportFate::SetAside), (&withdrawn, ReportFate::Withdrawn), (&kept, ReportFate::SetAside)] {
        let change = footage::follow(ChangeId(fresh()), one, fate, fresh(), LATER).unwrap();
        commit(&*store, change.what).await;
    }
    assert_eq!(ids().await, [kept.id], "it goes too soon; the others go when they should");
    assert_eq!(taken_back().await, []);
}

/// What nothing changes is read in every round, so whoever reads goes on after it to the last.
pub async fn files_that_are_to_follow_are_read_on_after_any_of_them(town: &mut dyn Town) {
    let file = async |store: &dyn Store, state: ReportState, news: bool| {
        let report = Report { state, news, ..report() };
        commit(store, filed(&report)).await;
        received(store, report.id, START).await
    };
    let (mut aside, mut withdrawn) = (Vec::new(), Vec::new());
    for _ in 0..3 {
        aside.push(file(&*town.store(), ReportState::SetAside, false).await.id);
        withdrawn.push(file(&*town.store(), ReportState::Withdrawn, false).await);
    }
    // One that was set aside, whose life was shortened, and whose witness wrote again: somebody reads it.
    let again = file(&*town.store(), ReportState::SetAside, true).await;
    let shortened = footage::follow(ChangeId(fresh()), &again, ReportFate::SetAside, fresh(), LATER).unwrap();
    commit(&*town.store(), shortened.what).await;
    aside.push(again.id);
    town.reopen().await;
    let store = town.store();
    let evidence = store.evidence();
    aside.sort_unstable();
    let mut reports: Vec<ReportId> = withdrawn.iter().map(|one| one.report).collect();
    reports.sort_unstable();
    let mut withdrawn: Vec<FootageId> = withdrawn.iter().map(|one| one.id).collect();
    withdrawn.sort_unstable();
    let (mut after, mut of_withdrawn, mut of_report) = (FIRST, FIRST, ReportId([0; 16]));
    for wanted in &aside {
        after = evidence.footage_to_follow(after, 1, LATER).await.unwrap()[0].id;
        assert_eq!(after, *wanted);
    }
    for (wanted, report) in withdrawn.iter().zip(&reports) {
        of_withdrawn = evidence.footage_of_withdrawn(of_withdrawn, 1, LATER).await.unwrap()[0].id;
        of_report = evidence.withdrawn_with_uploads(of_report, 1).await.unwrap()[0];
        assert_eq!((of_withdrawn, of_report), (*wanted, *report));
    }
    assert_eq!(evidence.footage_to_follow(after, 1, LATER).await.unwrap(), []);
    assert_eq!(evidence.footage_of_withdrawn(of_withdrawn, 1, LATER).await.unwrap(), []);
    assert_eq!(evidence.withdrawn_with_uploads(of_report, 1).await.unwrap(), []);
    let kept = footage::follow(ChangeId(fresh()), &evidence.footage(again.id).await.unwrap().unwrap(), ReportFate::Kept, fresh(), LATER);
    commit(&*store, kept.unwrap().what).await;
    assert!(evidence.footage_to_follow(FIRST, 9, LATER).await.unwrap().iter().all(|one| one.id != again.id), "it is as it should be");
}
