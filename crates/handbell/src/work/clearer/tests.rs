use super::*;
use crate::acts::longer::{self, Asking};
use crate::acts::{hiding, known, packs};
use crate::doors::fixture::Town;
use crate::store::conformance::builders;
use crate::vault::{ObjectName, Vault, seal};
use handbell_rules::change::{Change, What};
use handbell_rules::evidence::custody::{Deed, Statement};
use handbell_rules::evidence::footage::{FOOTAGE_KEPT, FOOTAGE_KEPT_REJECTED, Wish};
use handbell_rules::evidence::hiding::{Hiding, HidingState};
use handbell_rules::evidence::longer::{HOLD_LIFTED_STAYS, HoldReason};
use handbell_rules::evidence::shut::ShutReason;
use handbell_rules::evidence::upload::{Bounds, HeldFootage, UPLOAD_WAITS, Upload};
use handbell_rules::id::HidingId;
use handbell_rules::people::member::{DeskCaller, Role};
use handbell_rules::refusal::Evidence;
use handbell_rules::street::report::Report;
use handbell_rules::time::SECOND;
use std::sync::Arc;

const PARTS: u32 = 3;

async fn filed(world: &World) -> Report {
    filed_as(world, builders::report()).await
}

async fn filed_as(world: &World, report: Report) -> Report {
    world.commit(Change { id: world.private_id(), at: world.now(), by: Actor::Street, what: builders::filed(&report) }).await.unwrap();
    world.store.report(report.id).await.unwrap().unwrap()
}

/// An upload with its parts in the vault.
async fn begun(world: &World, report: &Report) -> Upload {
    let now = world.now();
    let upload = Upload {
        id: world.public_id(),
        version: 0,
        footage: world.private_id(),
        report: report.id,
        link: None,
        members_link: false,
        begun_at: now,
        expires_at: now.plus(UPLOAD_WAITS),
        length: 30,
        offset: 30,
        parts: PARTS,
        midstate: seal::Running::default().keep().to_vec(),
        said_sha256: None,
        metadata: String::new(),
        media_type: Some("image/jpeg".into()),
        wish: Wish::Lawyer,
        claimed: String::new(),
        recipient: "age1".into(),
        working: "AGE-SECRET-KEY-1".into(),
        shares: Default::default(),
        received: None,
    };
    let change = upload::begin(world.private_id(), upload.clone(), None, HeldFootage::default(), &Bounds::USUAL, now).unwrap();
    world.commit(change).await.unwrap();
    for number in 0..PARTS {
        world.vault.put(&ObjectName::part(upload.footage, number), vec![1; 10]).await.unwrap();
    }
    world.store.evidence().upload(upload.id).await.unwrap().unwrap()
}

/// Footage that came whole, with a working copy.
async fn received(world: &World, report: &Report) -> Footage {
    let upload = begun(world, report).await;
    world.vault.put(&ObjectName::copy(upload.footage, "preview.jpg").unwrap(), vec![2; 5]).await.unwrap();
    let footage = upload.received([7; 32], "image/jpeg".into(), [8; 32], world.now());
    let id = footage.id;
    world.commit(footage::receive(world.private_id(), &upload, footage, world.bytes(), world.now()).unwrap()).await.unwrap();
    world.store.evidence().footage(id).await.unwrap().unwrap()
}

async fn objects(world: &World) -> usize {
    world.vault.list(None).await.unwrap().len()
}

async fn is_there(world: &World, id: FootageId) -> bool {
    world.store.evidence().footage(id).await.unwrap().is_some()
}

#[tokio::test]
async fn footage_goes_when_its_time_is_over_and_the_chain_says_so() {
    let town = Town::new();
    let world = &town.app.world;
    let footage = received(world, &filed(world).await).await;
    town.clock.go(FOOTAGE_KEPT - SECOND);
    assert_eq!(step(world).await.unwrap(), world.now().plus(ROUND));
    assert!(is_there(world, footage.id).await);
    assert_eq!(objects(world).await, PARTS as usize + 1);
    town.clock.go(SECOND);
    step(world).await.unwrap();
    assert!(!is_there(world, footage.id).await);
    assert_eq!(objects(world).await, 0);
    let lines = world.store.evidence().custody_of(footage.id).await.unwrap();
    let said = Statement::parse(lines.last().unwrap().statement.as_ref().unwrap()).unwrap();
    assert_eq!((said.deed, said.sha256), (Deed::Deleted, Some([7; 32])));
    step(world).await.unwrap();
    assert_eq!(world.store.evidence().custody_of(footage.id).await.unwrap().len(), lines.len(), "said once");
}

/// A vault that lets nothing of some footage go.
struct Holding {
    kept: Arc<dyn Vault>,
    on: BTreeSet<FootageId>,
}

#[async_trait::async_trait]
impl Vault for Holding {
    async fn put(&self, name: &ObjectName, bytes: Vec<u8>) -> Result<(), VaultFault> {
        self.kept.put(name, bytes).await
    }
    async fn get(&self, name: &ObjectName) -> Result<Option<Vec<u8>>, VaultFault> {
        self.kept.get(name).await
    }
    async fn remove(&self, name: &ObjectName) -> Result<(), VaultFault> {
        if self.on.contains(&name.footage()) { Err(VaultFault::Unavailable("away".into())) } else { self.kept.remove(name).await }
    }
    async fn list(&self, footage: Option<FootageId>) -> Result<Vec<ObjectName>, VaultFault> {
        self.kept.list(footage).await
    }
}

/// From now on nothing of these goes.
fn holds_on_to(town: &mut Town, ids: &[FootageId]) {
    let kept = town.app.world.vault.clone();
    town.app.world.vault = Arc::new(Holding { kept, on: ids.iter().copied().collect() });
}

#[tokio::test]
async fn what_the_vault_does_not_let_go_keeps_nobody_elses_time_from_being_over() {
    let mut town = Town::new();
    let (greedy, other) = (filed(&town.app.world).await, filed(&town.app.world).await);
    let mut held = Vec::new();
    for _ in 0..=AT_ONCE {
        held.push(received(&town.app.world, &greedy).await.id);
        town.clock.go(1);
    }
    let behind = received(&town.app.world, &greedy).await.id;
    let others = received(&town.app.world, &other).await.id;
    holds_on_to(&mut town, &held);
    town.clock.go(FOOTAGE_KEPT);
    let world = &town.app.world;
    let mut clearer = Clearer::default();
    clearer.step(world).await.unwrap();
    assert!(!is_there(world, others).await, "another report's first has the second turn");
    assert!(is_there(world, behind).await, "101 of its own stand before it");
    clearer.step(world).await.unwrap();
    assert!(!is_there(world, behind).await, "and then behind it, because they were tried");
    assert!(is_there(world, held[0]).await && is_there(world, held[AT_ONCE]).await);
    // The vault answers again, and all of them go, each in its turn.
    town.app.world.vault = Arc::<crate::vault::Memory>::default();
    for _ in 0..2 {
        clearer.step(&town.app.world).await.unwrap();
    }
    for id in held {
        assert!(!is_there(&town.app.world, id).await);
    }
}

#[tokio::test]
async fn files_on_their_way_that_cannot_be_given_up_keep_nobody_elses() {
    let mut town = Town::new();
    let (greedy, other) = (filed(&town.app.world).await, filed(&town.app.world).await);
    let mut held = Vec::new();
    for _ in 0..=AT_ONCE {
        held.push(begun(&town.app.world, &greedy).await);
        town.clock.go(1);
    }
    let (behind, others) = (begun(&town.app.world, &greedy).await, begun(&town.app.world, &other).await);
    holds_on_to(&mut town, &held.iter().map(|one| one.footage).collect::<Vec<_>>());
    town.clock.go(UPLOAD_WAITS + UPLOAD_GRACE);
    let world = &town.app.world;
    let there = async |one: &Upload| world.store.evidence().upload(one.id).await.unwrap().is_some();
    let mut clearer = Clearer::default();
    clearer.step(world).await.unwrap();
    assert!(!there(&others).await && there(&behind).await);
    clearer.step(world).await.unwrap();
    assert!(!there(&behind).await && there(&held[0]).await && there(&held[AT_ONCE]).await);
}

#[tokio::test]
async fn footage_of_a_report_that_was_taken_back_goes_in_the_next_round() {
    let town = Town::new();
    let world = &town.app.world;
    let (taken_back, other) = (filed(world).await, filed(world).await);
    let (gone, stays) = (received(world, &taken_back).await, received(world, &other).await);
    let (cut, goes_on) = (begun(world, &taken_back).await, begun(world, &other).await);
    let change = handbell_rules::street::report::withdraw(world.private_id(), &taken_back, world.now()).unwrap().unwrap();
    world.commit(change).await.unwrap();
    step(world).await.unwrap();
    assert!(!is_there(world, gone.id).await && is_there(world, stays.id).await);
    let left = world.vault.list(None).await.unwrap();
    assert!(left.iter().all(|name| name.footage() == stays.id || name.footage() == goes_on.footage));
    let evidence = world.store.evidence();
    assert!(evidence.uploads_of(taken_back.id).await.unwrap().is_empty(), "neither {} nor the row of what came whole", cut.footage);
    assert_eq!(evidence.uploads_of(other.id).await.unwrap().len(), 2);
}

#[tokio::test]
async fn an_upload_is_given_up_after_its_time_and_a_little_more() {
    let town = Town::new();
    let world = &town.app.world;
    let report = filed(world).await;
    let upload = begun(world, &report).await;
    town.clock.go(UPLOAD_WAITS + UPLOAD_GRACE - SECOND);
    step(world).await.unwrap();
    assert_eq!(objects(world).await, PARTS as usize, "a part that was sent in time may still be being kept");
    town.clock.go(2 * SECOND);
    step(world).await.unwrap();
    assert_eq!(objects(world).await, 0);
    assert!(world.store.evidence().upload(upload.id).await.unwrap().is_none());
}

#[tokio::test]
async fn what_no_row_speaks_of_goes_when_it_is_old_and_nothing_else() {
    let town = Town::new();
    let world = &town.app.world;
    let report = filed(world).await;
    let (kept, stray) = (received(world, &report).await, world.private_id::<FootageId>());
    world.vault.put(&ObjectName::part(stray, 0), vec![1]).await.unwrap();
    town.clock.go(2 * DAY);
    let mut clearer = Clearer::default();
    let under_way = begun(world, &report).await;
    clearer.step(world).await.unwrap();
    assert_eq!(world.vault.list(Some(stray)).await.unwrap().len(), 1, "its row may not be written yet");
    town.clock.go(DAY - MINUTE);
    clearer.step(world).await.unwrap();
    assert_eq!(world.vault.list(Some(stray)).await.unwrap().len(), 1, "once a day is enough");
    town.clock.go(2 * MINUTE);
    clearer.step(world).await.unwrap();
    assert_eq!(world.vault.list(Some(stray)).await.unwrap(), []);
    assert_eq!(world.vault.list(Some(kept.id)).await.unwrap().len(), PARTS as usize + 1);
    assert_eq!(world.vault.list(Some(under_way.footage)).await.unwrap().len(), PARTS as usize);
}

/// A vault that does not say what lies in it.
struct Unlisted;

#[async_trait::async_trait]
impl Vault for Unlisted {
    async fn put(&self, _name: &ObjectName, _bytes: Vec<u8>) -> Result<(), VaultFault> {
        Ok(())
    }
    async fn get(&self, _name: &ObjectName) -> Result<Option<Vec<u8>>, VaultFault> {
        Ok(None)
    }
    async fn remove(&self, _name: &ObjectName) -> Result<(), VaultFault> {
        Ok(())
    }
    async fn list(&self, _footage: Option<FootageId>) -> Result<Vec<ObjectName>, VaultFault> {
        Err(VaultFault::Unavailable("away".into()))
    }
}

/// To the next noon.
fn noon(town: &Town) {
    town.clock.go(DAY + DAY / 2 - town.app.world.now().milliseconds().rem_euclid(DAY));
}

#[tokio::test]
async fn a_start_at_noon_takes_away_what_was_left_of_a_file_that_was_shut_last_month() {
    let mut town = Town::new();
    let report = filed(&town.app.world).await;
    let footage = received(&town.app.world, &report).await;
    let (copy, vault) = (ObjectName::copy(footage.id, "preview").unwrap(), town.app.world.vault.clone());
    vault.put(&copy, vec![1]).await.unwrap();
    let (amina, _) = two(&town).await;
    holds_on_to(&mut town, &[footage.id]);
    drop(acts::shut::shut(&town.app.world, &amina, footage.id, ShutReason::Child).await);
    assert!(vault.get(&copy).await.unwrap().is_some());
    town.app.world.vault = vault.clone();
    town.clock.go(30 * DAY);
    noon(&town);
    step(&town.app.world).await.unwrap();
    assert!(vault.get(&copy).await.unwrap().is_none());
}

#[tokio::test]
async fn a_start_at_noon_looks_through_the_vault_and_a_vault_that_did_not_answer_is_asked_again() {
    let mut town = Town::new();
    // A machine that is off at night.
    noon(&town);
    let stray = town.app.world.private_id::<FootageId>();
    let vault = town.app.world.vault.clone();
    vault.put(&ObjectName::part(stray, 0), vec![1]).await.unwrap();
    town.clock.go(3 * DAY);
    let mut clearer = Clearer::default();
    town.app.world.vault = Arc::new(Unlisted);
    clearer.step(&town.app.world).await.unwrap();
    town.app.world.vault = vault;
    town.clock.go(ROUND);
    clearer.step(&town.app.world).await.unwrap();
    assert_eq!(town.app.world.vault.list(Some(stray)).await.unwrap(), []);
}

#[tokio::test]
async fn a_report_set_aside_shortens_the_life_of_its_footage_until_somebody_follows_it() {
    let town = Town::new();
    let world = &town.app.world;
    let footage = received(world, &filed(world).await).await;
    let now = world.now().plus(DAY);
    let aside = footage.goes_at(ReportFate::SetAside, now);
    assert_eq!(aside, now.plus(FOOTAGE_KEPT_REJECTED));
    let shortened = Footage { forget_at: aside, ..footage.clone() };
    assert_eq!(shortened.goes_at(ReportFate::SetAside, now.plus(DAY)), aside, "it is counted from when it was first seen");
    assert_eq!(shortened.goes_at(ReportFate::Kept, now.plus(DAY)), footage.forget_at);
    assert_eq!(shortened.goes_at(ReportFate::Kept, aside), aside, "whose time is over goes");
    assert!(footage::follow(world.private_id(), &footage, ReportFate::Kept, [0; 16], now).is_none(), "nothing changes, nothing is written");
}

async fn two(town: &Town) -> (DeskCaller, DeskCaller) {
    (town.signed_in("Amina", &[Role::Triager]).await.caller, town.signed_in("Ben", &[Role::Custodian]).await.caller)
}

/// Held by two members until so many days from now.
async fn held(town: &Town, [amina, ben]: [&DeskCaller; 2], footage: &Footage, reason: HoldReason, days: i64) {
    let world = &town.app.world;
    let until = world.now().plus(days * DAY).utc_minute().chars().take(10).collect();
    let asking = Asking { until, reason: reason.word().to_owned(), words: "case 12".to_owned() };
    longer::ask(world, amina, footage.id, &asking).await.unwrap();
    let asked = world.store.evidence().footage(footage.id).await.unwrap().unwrap().hold_asked.unwrap();
    assert!(longer::agree(world, amina, footage.id, asked.at).await.is_err(), "nobody agrees with themselves");
    longer::agree(world, ben, footage.id, asked.at).await.unwrap();
}

#[tokio::test]
async fn what_two_members_hold_stays_past_its_time_until_its_day() {
    let town = Town::new();
    let world = &town.app.world;
    let footage = received(world, &filed(world).await).await;
    town.clock.go(FOOTAGE_KEPT - DAY);
    let (amina, ben) = two(&town).await;
    held(&town, [&amina, &ben], &footage, HoldReason::Complaint, 30).await;
    town.clock.go(30 * DAY);
    step(world).await.unwrap();
    assert!(is_there(world, footage.id).await, "it is kept until the end of the day");
    town.clock.go(2 * DAY);
    step(world).await.unwrap();
    assert!(!is_there(world, footage.id).await);
    let lines = world.store.evidence().custody_of(footage.id).await.unwrap();
    let deeds: Vec<Deed> = lines.iter().map(|line| Statement::parse(line.statement.as_ref().unwrap()).unwrap().deed).collect();
    assert_eq!(deeds, [Deed::Received, Deed::HoldAsked, Deed::HeldLonger, Deed::Deleted]);
}

#[tokio::test]
async fn a_witness_who_takes_the_report_back_is_stronger_than_a_hold_and_not_than_an_order() {
    let town = Town::new();
    let world = &town.app.world;
    let report = filed(world).await;
    let (wished, ordered) = (received(world, &report).await, received(world, &report).await);
    let (amina, ben) = two(&town).await;
    held(&town, [&amina, &ben], &wished, HoldReason::Claim, 100).await;
    held(&town, [&ben, &amina], &ordered, HoldReason::Ordered, 100).await;
    let change = handbell_rules::street::report::withdraw(world.private_id(), &report, world.now()).unwrap().unwrap();
    world.commit(change).await.unwrap();
    step(world).await.unwrap();
    assert!(!is_there(world, wished.id).await);
    let kept = world.store.evidence().footage(ordered.id).await.unwrap().unwrap();
    assert_eq!(kept.wish, Wish::DeskOnly, "nothing of it is shown or handed over");
    let shut = crate::acts::hiding::look(world, &amina, ordered.id).await.unwrap_err();
    assert!(matches!(shut, acts::ActError::Refused(no) if no.0 == Evidence::FootageKeptShut.into()), "{shut:?}");
    assert!(kept.is_taken_back() && kept.working.is_none());
    let left = world.vault.list(Some(ordered.id)).await.unwrap();
    assert!(
        left.len() == PARTS as usize && left.iter().all(|name| !name.is_copy()),
        "the sealed parts stay, and nothing to look at: {left:?}"
    );
    longer::lift(world, &amina, ordered.id, "the order is over").await.unwrap();
    step(world).await.unwrap();
    assert!(is_there(world, ordered.id).await, "one member alone deletes nothing that an order holds");
    town.clock.go(HOLD_LIFTED_STAYS - MINUTE);
    longer::lift(world, &amina, ordered.id, "it really is over").await.unwrap();
    step(world).await.unwrap();
    assert!(is_there(world, ordered.id).await);
    town.clock.go(DAY + MINUTE);
    step(world).await.unwrap();
    assert!(!is_there(world, ordered.id).await, "and a second lift stretches nothing");
}

/// Puts a drawing of a file into the store.
async fn drawn(world: &World, footage: &Footage, state: HidingState) -> HidingId {
    let id: HidingId = world.private_id();
    let by = Doer::handbell(world.bytes());
    let hiding = Hiding {
        id,
        version: 0,
        footage: footage.id,
        by: world.private_id(),
        at: world.now(),
        covers: Vec::new(),
        state,
        inspection: None,
        public: None,
    };
    let what = What::HidingMoved { hiding, said: footage.said(&by, Deed::Hidden, world.now()) };
    world.commit(Change { id: world.private_id(), at: world.now(), by: Actor::Worker, what }).await.unwrap();
    id
}

#[tokio::test]
async fn from_the_moment_it_is_taken_back_there_is_no_other_way_to_what_an_order_keeps() {
    let town = Town::new();
    let world = &town.app.world;
    let report = filed(world).await;
    let footage = received(world, &report).await;
    let (amina, ben) = two(&town).await;
    held(&town, [&ben, &amina], &footage, HoldReason::Ordered, 100).await;
    let name = ObjectName::copy(footage.id, "hidden-1").unwrap();
    world.vault.put(&name, vec![3; 5]).await.unwrap();
    let burnt = HidingState::Burnt { name: name.to_string(), media_type: "image/jpeg".into(), length: 5, sha256: [4; 32], frames: 1 };
    let (covered, waits) = (drawn(world, &footage, burnt).await, drawn(world, &footage, HidingState::Drawn).await);
    assert!(hiding::frame(world, &amina, covered, 0).await.is_ok());
    assert_eq!(packs::choices(world, &ben).await.unwrap().len(), 1);

    let change = handbell_rules::street::report::withdraw(world.private_id(), &report, world.now()).unwrap().unwrap();
    world.commit(change).await.unwrap();
    // Before any round.
    let kept = hiding::footage(world, footage.id).await.unwrap();
    let refused = [
        hiding::look(world, &amina, footage.id).await.err(),
        hiding::copy(world, &amina, &kept, "hidden-1", hiding::Taken::Whole).await.err(),
        hiding::frame(world, &amina, covered, 0).await.err(),
        hiding::moment(world, &amina, footage.id, 0, ()).await.err(),
        hiding::draw(world, &amina, footage.id, Vec::new()).await.err(),
        hiding::inspect(world, &amina, covered, (0, 0), false).await.err(),
        known::remember(world, &amina, footage.id, known::Telling::default()).await.err(),
    ];
    for (no, number) in refused.into_iter().zip(0..) {
        let shut = matches!(&no, Some(acts::ActError::Refused(no)) if no.0 == Evidence::FootageKeptShut.into());
        assert!(shut, "{number}: {no:?}");
    }
    assert!(packs::choices(world, &ben).await.unwrap().is_empty());
    step(world).await.unwrap();
    for id in [covered, waits] {
        assert_eq!(world.store.evidence().hiding(id).await.unwrap().unwrap().state, HidingState::TakenBack);
    }
    assert!(world.vault.list(Some(footage.id)).await.unwrap().iter().all(|name| !name.is_copy()));
}

#[tokio::test]
async fn a_report_set_aside_that_waits_again_is_followed_once_and_keeps_its_files() {
    let town = Town::new();
    let world = &town.app.world;
    let aside = Report { state: ReportState::SetAside, news: true, ..builders::report() };
    let footage = received(world, &filed_as(world, aside).await).await;
    let shortened = footage::follow(world.private_id(), &footage, ReportFate::SetAside, world.bytes(), world.now()).unwrap();
    world.commit(shortened).await.unwrap();
    step(world).await.unwrap();
    let evidence = world.store.evidence();
    let followed = evidence.footage(footage.id).await.unwrap().unwrap();
    assert_eq!(followed.forget_at, footage.forget_at, "somebody reads it again");
    assert_eq!(evidence.footage_to_follow(FootageId([0; 16]), 9, world.now()).await.unwrap(), []);
}

#[tokio::test]
async fn a_report_taken_back_is_followed_in_one_round_whatever_nothing_changes() {
    const HELD: usize = 3;
    let town = Town::new();
    let world = &town.app.world;
    let (amina, ben) = two(&town).await;
    for _ in 0..HELD {
        // Set aside and held: read again in every round, and as it should be.
        let aside = filed_as(world, Report { state: ReportState::SetAside, ..builders::report() }).await;
        let one = received(world, &aside).await;
        held(&town, [&amina, &ben], &one, HoldReason::Claim, 100).await;
    }
    let (report, other) = (filed(world).await, filed_as(world, Report { state: ReportState::SetAside, ..builders::report() }).await);
    let (gone, shortened) = (received(world, &report).await, received(world, &other).await);
    let under_way = begun(world, &report).await;
    let change = handbell_rules::street::report::withdraw(world.private_id(), &report, world.now()).unwrap().unwrap();
    world.commit(change).await.unwrap();
    let now = world.now();
    follow_reports(world, now, 1).await.unwrap();
    let evidence = world.store.evidence();
    let again = evidence.footage_to_follow(FootageId([0; 16]), 9, now).await.unwrap();
    assert_eq!(again.len(), HELD, "they are read again, and nothing about them changes");
    assert_eq!(evidence.footage(gone.id).await.unwrap().unwrap().forget_at, now);
    assert_eq!(evidence.footage(shortened.id).await.unwrap().unwrap().forget_at, now.plus(FOOTAGE_KEPT_REJECTED));
    assert!(evidence.upload(under_way.id).await.unwrap().is_none());
}

/// What a member remembered of a file stands in the bank.
async fn remembered(world: &World, member: &DeskCaller, footage: &Footage) {
    let hashes = serde_json::json!({ "asked": [], "stored": [format!("{} 90", "0f".repeat(32))] });
    world.vault.put(&known::hashes_of(footage.id).unwrap(), serde_json::to_vec(&hashes).unwrap()).await.unwrap();
    let telling = known::Telling { words: "A market street".into(), ..known::Telling::default() };
    known::remember(world, member, footage.id, telling).await.unwrap();
}

#[tokio::test]
async fn what_was_remembered_of_a_file_goes_when_its_giver_takes_the_report_back_and_not_by_itself() {
    let town = Town::new();
    let world = &town.app.world;
    let (amina, ben) = two(&town).await;
    let (report, other) = (filed(world).await, filed(world).await);
    let (gone, ordered) = (received(world, &report).await, received(world, &report).await);
    let stays = received(world, &other).await;
    held(&town, [&ben, &amina], &ordered, HoldReason::Ordered, 100).await;
    for footage in [&gone, &ordered, &stays] {
        remembered(world, &amina, footage).await;
    }
    let change = handbell_rules::street::report::withdraw(world.private_id(), &report, world.now()).unwrap().unwrap();
    world.commit(change).await.unwrap();
    step(world).await.unwrap();
    let of = |known: &handbell_rules::evidence::known::Known| known.footage;
    assert!(is_there(world, ordered.id).await && !is_there(world, gone.id).await);
    assert_eq!(known::everything(world).await.unwrap().iter().map(of).collect::<Vec<_>>(), [Some(stays.id)], "also of what an order keeps");
    town.clock.go(FOOTAGE_KEPT);
    step(world).await.unwrap();
    assert!(!is_there(world, stays.id).await);
    assert_eq!(known::everything(world).await.unwrap().len(), 1, "the usual time takes the file and not its hashes");
}
