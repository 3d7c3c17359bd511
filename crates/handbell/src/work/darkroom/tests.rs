use super::*;
use crate::acts::footage::Intake;
use crate::doors::fixture::Town;
use crate::shut_in::ShutIn;
use crate::store::conformance::builders;
use crate::vault::Vault;
use crate::work::notary::tests::rewritten;
use age::secrecy::ExposeSecret as _;
use handbell_rules::change::{Actor, Change, What};
use handbell_rules::evidence::custody::{Deed, Doer};
use handbell_rules::evidence::footage::Wish;
use handbell_rules::evidence::known::Known;
use handbell_rules::evidence::upload::Bounds;
use handbell_rules::id::{KnownId, MemberId, ReportId};
use handbell_rules::time::{DAY, HOUR, SECOND};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// A vault that holds nothing, fails on some footage, and counts what it was asked for.
#[derive(Default)]
struct Failing {
    on: Mutex<BTreeSet<FootageId>>,
    asked: Mutex<BTreeMap<FootageId, u32>>,
    order: Mutex<Vec<FootageId>>,
}

impl Failing {
    fn fails_on(&self, ids: &[FootageId]) {
        *self.on.lock().unwrap_or_else(PoisonError::into_inner) = ids.iter().copied().collect();
    }

    fn asked(&self, id: FootageId) -> u32 {
        self.asked.lock().unwrap().get(&id).copied().unwrap_or_default()
    }
}

#[async_trait::async_trait]
impl Vault for Failing {
    async fn put(&self, _name: &ObjectName, _bytes: Vec<u8>) -> Result<(), VaultFault> {
        Ok(())
    }
    async fn get(&self, name: &ObjectName) -> Result<Option<Vec<u8>>, VaultFault> {
        *self.asked.lock().unwrap().entry(name.footage()).or_default() += 1;
        self.order.lock().unwrap().push(name.footage());
        if self.on.lock().unwrap().contains(&name.footage()) { Err(VaultFault::Unavailable("away".into())) } else { Ok(None) }
    }
    async fn remove(&self, _name: &ObjectName) -> Result<(), VaultFault> {
        Ok(())
    }
    async fn list(&self, _footage: Option<FootageId>) -> Result<Vec<ObjectName>, VaultFault> {
        Ok(Vec::new())
    }
}

/// A town with that vault, whose machine is believed to decode, or not.
fn town(shut: ShutIn) -> (Town, Arc<Failing>) {
    let (mut town, vault) = (Town::new(), Arc::<Failing>::default());
    town.app.world.vault = vault.clone();
    town.app.world.shut_in = Arc::new(shut);
    (town, vault)
}

/// A file of a report, a second after the last one.
async fn given(town: &Town, report: ReportId, copies: Copies) -> FootageId {
    town.clock.go(SECOND);
    let (world, now) = (&town.app.world, town.app.world.now());
    let working = copies == Copies::Waiting { tries: 0 };
    let footage = Footage {
        id: FootageId(world.bytes()),
        version: 0,
        report,
        received_at: now,
        media_type: "image/jpeg".to_owned(),
        length: 9,
        sha256: [7; 32],
        parts: 1,
        wish: Wish::DeskOnly,
        claimed: String::new(),
        recipient: String::new(),
        working: working.then(|| age::x25519::Identity::generate().to_string().expose_secret().to_owned()),
        shares: [String::new(), String::new(), String::new()],
        inner_salt: world.bytes(),
        noted: None,
        unasked: matches!(copies, Copies::Made { .. }),
        shut_held: None,
        copies,
        forget_at: now.plus(100 * DAY),
        held: None,
        hold_asked: None,
    };
    let id = footage.id;
    let what = What::FootageChanged { footage, said: None };
    world.commit(Change { id: world.private_id(), at: now, by: Actor::Street, what }).await.unwrap();
    id
}

const WAITS: Copies = Copies::Waiting { tries: 0 };

async fn kept(town: &Town, id: FootageId) -> Footage {
    town.app.world.store.evidence().footage(id).await.unwrap().unwrap()
}

/// A machine whose child does this and nothing else, in the words of a shell. Another process writes it, so that nobody has it
/// open for writing when it is started.
fn machine(folder: &Path, does: &str) -> ShutIn {
    let child = folder.join("child");
    let wrote = std::process::Command::new("/bin/sh")
        .args(["-c", "printf '#!/bin/sh\n%s\n' \"$1\" > \"$0\" && chmod 700 \"$0\""])
        .args([child.to_str().unwrap(), does])
        .status();
    assert!(wrote.unwrap().success());
    ShutIn::believed_of(&child)
}

/// A file that waits, with its one part in a vault, in a town whose machine is to be put in.
async fn waiting(town: &mut Town) -> FootageId {
    town.app.world.vault = Arc::<crate::vault::Memory>::default();
    let id = given(town, ReportId([1; 16]), WAITS).await;
    let (whole, file_key) = (kept(town, id).await, age::x25519::Identity::generate());
    let sealer = crate::vault::seal::PartSealer::new(&file_key.to_public().to_string(), whole.working.as_deref()).unwrap();
    town.app.world.vault.put(&ObjectName::part(id, 0), sealer.seal(b"nine byte").unwrap()).await.unwrap();
    id
}

#[tokio::test]
async fn a_child_that_is_killed_or_does_not_start_costs_no_file_its_key() {
    let (mut town, _) = town(ShutIn::believed());
    let (folder, id) = (tempfile::tempdir().unwrap(), waiting(&mut town).await);
    let mut darkroom = Darkroom::default();
    for (does, after) in [("kill -9 $$", 0), ("exit 126", 5 * MINUTE), ("exit 127", 10 * MINUTE)] {
        town.clock.go(after);
        town.app.world.shut_in = Arc::new(machine(folder.path(), does));
        darkroom.step(&town.app.world).await.unwrap();
        let file = kept(&town, id).await;
        assert!(file.waits() && file.working.is_some(), "{does}: {:?}", file.copies);
        assert!(!darkroom.resting.is_due(id, town.app.world.now()), "{does}: it rests");
    }
    // One that ends by itself says something of the file.
    town.clock.go(20 * MINUTE);
    town.app.world.shut_in = Arc::new(machine(folder.path(), "exit 1"));
    darkroom.step(&town.app.world).await.unwrap();
    let file = kept(&town, id).await;
    assert_eq!((file.copies, file.working), (Copies::Failed { why: "file-unreadable".into() }, None));
}

#[tokio::test]
async fn on_a_disk_that_is_left_to_reports_nothing_is_made_and_the_file_waits() {
    let (mut town, _) = town(ShutIn::believed());
    let (folder, id) = (tempfile::tempdir().unwrap(), waiting(&mut town).await);
    // A child that would end what waits for good.
    town.app.world.shut_in = Arc::new(machine(folder.path(), "exit 1"));
    let here = |left| Arc::new(Intake::of(Bounds::USUAL, Some(std::env::temp_dir())).leaving(left));
    town.app.world.intake = here(u64::MAX / 2);
    let mut darkroom = Darkroom::default();
    darkroom.step(&town.app.world).await.unwrap();
    let file = kept(&town, id).await;
    assert!(file.waits() && file.working.is_some(), "{:?}", file.copies);
    assert!(town.app.world.vault.list(Some(id)).await.unwrap().iter().all(|name| !name.is_copy()));
    let one = Object { word: "preview".into(), media_type: "image/jpeg", bytes: vec![1; 9], at: None };
    assert!(matches!(put(&town.app.world, &file, one).await, Err(Fault::Vault(VaultFault::NoRoom))), "nor is a copy put");
    // With room it has its turn.
    town.app.world.intake = here(0);
    town.clock.go(DAY);
    darkroom.step(&town.app.world).await.unwrap();
    assert!(!kept(&town, id).await.waits());
}

#[tokio::test]
async fn a_machine_that_is_always_in_the_way_is_waited_for_as_long_as_the_key_lives() {
    let (mut town, _) = town(ShutIn::believed());
    let (folder, id) = (tempfile::tempdir().unwrap(), waiting(&mut town).await);
    town.app.world.shut_in = Arc::new(machine(folder.path(), "kill -9 $$"));
    let mut darkroom = Darkroom::default();
    for _ in 0..10 {
        darkroom.step(&town.app.world).await.unwrap();
        assert!(kept(&town, id).await.waits());
        town.clock.go(6 * HOUR);
    }
    town.clock.go(WAITS_FOR_A_MACHINE);
    darkroom.step(&town.app.world).await.unwrap();
    let file = kept(&town, id).await;
    assert_eq!((file.copies, file.working), (Copies::Failed { why: "no-working-copies".into() }, None));
}

#[tokio::test]
async fn what_takes_too_long_is_tried_once_more_after_a_pause() {
    let (mut town, _) = town(ShutIn::believed());
    let id = waiting(&mut town).await;
    let (world, file) = (&town.app.world, kept(&town, id).await);
    let first = failed(&file, Broke::TooLong.into());
    assert_eq!(first, Copies::Waiting { tries: 1 });
    assert!(written(world, id, &first).await.unwrap());
    let file = kept(&town, id).await;
    assert!(file.working.is_some(), "with its key");
    assert_eq!(failed(&file, Broke::TooLong.into()), Copies::Failed { why: "file-takes-too-long".into() });
}

#[test]
fn a_drawing_is_tried_three_times_and_each_has_its_own_tries() {
    let mut tries = Tries::default();
    let (one, other) = (HidingId([1; 16]), HidingId([2; 16]));
    assert_eq!([one, one, other, one].map(|id| tries.again(id)), [true, true, true, false]);
    tries.over(one);
    assert!(tries.again(one), "it was forgotten");
}

#[tokio::test]
async fn files_that_the_vault_fails_on_rest_longer_each_time_and_stand_before_nobody() {
    let (town, vault) = town(ShutIn::believed());
    let mut ids = Vec::new();
    for number in 0..5 {
        ids.push(given(&town, ReportId([number; 16]), WAITS).await);
    }
    let (failing, good) = (&ids[..4], ids[4]);
    vault.fails_on(failing);
    let mut darkroom = Darkroom::default();
    darkroom.step(&town.app.world).await.unwrap();
    assert!(kept(&town, good).await.waits(), "the oldest four come first");
    darkroom.step(&town.app.world).await.unwrap();
    // Its part is not there at all, which is an answer.
    assert_eq!(kept(&town, good).await.copies, Copies::Failed { why: "footage-not-opened".into() });
    for (minutes, asked) in [(0, 1), (5, 2), (5, 2), (5, 3), (10, 3), (10, 4)] {
        town.clock.go(minutes * MINUTE);
        darkroom.step(&town.app.world).await.unwrap();
        for id in failing {
            assert_eq!(vault.asked(*id), asked, "after {minutes} minutes");
        }
    }
    vault.fails_on(&[]);
    town.clock.go(40 * MINUTE);
    darkroom.step(&town.app.world).await.unwrap();
    assert!(!kept(&town, failing[0]).await.waits());
}

#[tokio::test]
async fn who_gives_many_files_keeps_nobody_waiting() {
    let (town, _) = town(ShutIn::believed());
    let (mut many, greedy) = (Vec::new(), ReportId([1; 16]));
    for _ in 0..20 {
        many.push(given(&town, greedy, WAITS).await);
    }
    let one = given(&town, ReportId([2; 16]), WAITS).await;
    let mut darkroom = Darkroom::default();
    darkroom.step(&town.app.world).await.unwrap();
    assert!(!kept(&town, one).await.waits(), "it has its turn in the first step");
    assert!(!kept(&town, many[0]).await.waits() && kept(&town, many[19]).await.waits());
    for _ in 0..5 {
        darkroom.step(&town.app.world).await.unwrap();
    }
    assert!(!kept(&town, many[19]).await.waits(), "and the others have theirs");
}

/// A file with a working copy over which somebody drew.
async fn drawn_over(town: &Town, report: ReportId) -> (FootageId, HidingId) {
    let (world, id) = (&town.app.world, given(town, report, WAITS).await);
    let name = ObjectName::copy(id, "preview").unwrap().to_string();
    let preview = Some(WorkingCopy { name, media_type: "image/jpeg".into(), length: 5, at: None, sha256: None });
    let copies = Copies::Made { preview, clean: None, stills: Vec::new(), size: None, lasts: None, in_file: None, credentials: false };
    let file = rewritten(town, Footage { copies, working: None, ..kept(town, id).await }).await;
    let hiding = Hiding {
        id: world.private_id(),
        version: 0,
        footage: id,
        by: MemberId([1; 16]),
        at: world.now(),
        covers: Vec::new(),
        state: HidingState::Drawn,
        inspection: None,
        public: None,
    };
    let (by, drawing) = (Doer::handbell(world.bytes()), hiding.id);
    let what = What::HidingMoved { said: file.said(&by, Deed::Hidden, world.now()), hiding };
    world.commit(Change { id: world.private_id(), at: world.now(), by: by.actor(), what }).await.unwrap();
    (id, drawing)
}

#[tokio::test]
async fn boxes_are_burnt_in_between_two_files_and_not_after_all_of_them() {
    let (town, vault) = town(ShutIn::believed());
    let mut ids = Vec::new();
    for number in 0..3 {
        ids.push(given(&town, ReportId([number; 16]), WAITS).await);
    }
    let (first, one) = drawn_over(&town, ReportId([8; 16])).await;
    let (second, other) = drawn_over(&town, ReportId([9; 16])).await;
    Darkroom::default().step(&town.app.world).await.unwrap();
    let order = vault.order.lock().unwrap().clone();
    let drawn = |at: usize| [first, second].contains(&order[at]);
    assert_eq!([order[0], order[2], order[4]], [ids[0], ids[1], ids[2]], "{order:?}");
    assert!(drawn(1) && drawn(3) && order[1] != order[3], "{order:?}");
    assert_eq!(order.len(), 5, "each is tried once in a step");
    for id in [one, other] {
        let state = town.app.world.store.evidence().hiding(id).await.unwrap().unwrap().state;
        assert_eq!(state, HidingState::Failed { why: "working-copy-missing".into() });
    }
}

#[tokio::test]
async fn boxes_that_the_vault_fails_on_are_tried_once_in_a_step() {
    let (town, vault) = town(ShutIn::believed());
    let mut ids = Vec::new();
    for number in 0..3 {
        ids.push(given(&town, ReportId([number; 16]), WAITS).await);
    }
    let (covered, drawing) = drawn_over(&town, ReportId([9; 16])).await;
    vault.fails_on(&[covered]);
    let mut darkroom = Darkroom::default();
    for asked in [1, 2] {
        darkroom.step(&town.app.world).await.unwrap();
        assert_eq!(vault.asked(covered), asked);
    }
    assert!(!kept(&town, ids[2]).await.waits(), "and keep no file waiting");
    let state = town.app.world.store.evidence().hiding(drawing).await.unwrap().unwrap().state;
    assert_eq!(state, HidingState::Drawn);
}

#[tokio::test]
async fn what_takes_too_long_is_tried_again_behind_all_others() {
    let (town, vault) = town(ShutIn::believed());
    let slow = given(&town, ReportId([1; 16]), WAITS).await;
    assert!(written(&town.app.world, slow, &Copies::Waiting { tries: 1 }).await.unwrap());
    let mut ids = Vec::new();
    for number in 2..7 {
        ids.push(given(&town, ReportId([number; 16]), WAITS).await);
    }
    let mut darkroom = Darkroom::default();
    darkroom.step(&town.app.world).await.unwrap();
    assert_eq!((vault.asked(slow), vault.asked(ids[3])), (0, 1), "the oldest, and not first");
    darkroom.step(&town.app.world).await.unwrap();
    assert_eq!(vault.order.lock().unwrap().clone(), [&ids[..], &[slow]].concat());
    assert!(!kept(&town, slow).await.waits());
}

#[tokio::test]
async fn what_a_machine_cannot_decode_waits_with_its_key_for_a_while_and_is_developed_by_one_that_can() {
    let (mut town, vault) = town(ShutIn::none("no walls"));
    let (first, second) = (given(&town, ReportId([1; 16]), WAITS).await, given(&town, ReportId([2; 16]), WAITS).await);
    let mut darkroom = Darkroom::default();
    darkroom.step(&town.app.world).await.unwrap();
    town.clock.go(WAITS_FOR_A_MACHINE - MINUTE);
    darkroom.step(&town.app.world).await.unwrap();
    assert!(kept(&town, first).await.waits() && kept(&town, first).await.working.is_some());
    assert_eq!(vault.asked(first), 0, "nothing is opened that nobody can look at");
    // Somebody installs what was missing, and the server starts anew.
    town.app.world.shut_in = Arc::new(ShutIn::believed());
    vault.fails_on(&[second]);
    Darkroom::default().step(&town.app.world).await.unwrap();
    assert_eq!(vault.asked(first), 1);
    assert!(!kept(&town, first).await.waits());
    // The other one waited too long: its key goes.
    town.app.world.shut_in = Arc::new(ShutIn::none("no walls"));
    town.clock.go(2 * MINUTE);
    Darkroom::default().step(&town.app.world).await.unwrap();
    let over = kept(&town, second).await;
    assert_eq!((over.copies, over.working), (Copies::Failed { why: "no-working-copies".into() }, None));
}

#[tokio::test]
async fn the_bank_is_asked_again_where_asking_failed() {
    let (town, vault) = town(ShutIn::believed());
    let made = Copies::Made { preview: None, clean: None, stills: Vec::new(), size: None, lasts: None, in_file: None, credentials: false };
    let id = given(&town, ReportId([1; 16]), made).await;
    vault.fails_on(&[id]);
    let mut darkroom = Darkroom::default();
    for (minutes, asked) in [(0, 1), (0, 1), (5, 2), (9, 2), (1, 3)] {
        town.clock.go(minutes * MINUTE);
        darkroom.step(&town.app.world).await.unwrap();
        assert_eq!(vault.asked(id), asked, "after {minutes} minutes");
    }
    vault.fails_on(&[]);
    town.clock.go(20 * MINUTE);
    darkroom.step(&town.app.world).await.unwrap();
    town.clock.go(DAY);
    darkroom.step(&town.app.world).await.unwrap();
    assert_eq!(vault.asked(id), 4, "it was asked, and is not asked again");
}

/// A file whose pictures resemble something in the bank, in a vault that keeps what it is given.
async fn resembling(town: &Town) -> FootageId {
    let world = &town.app.world;
    let hash = "0f".repeat(32);
    let known = Known {
        id: KnownId([7; 16]),
        version: 0,
        words: "A market street".into(),
        date: "2016".into(),
        place: "Southall".into(),
        by: None,
        from: String::new(),
        at: world.now(),
        hashes: vec![(hash.clone(), 90)],
        stills: Vec::new(),
        footage: None,
    };
    let what = What::PictureKnown { known };
    world.commit(Change { id: world.private_id(), at: world.now(), by: Actor::Keeper, what }).await.unwrap();
    let made = Copies::Made { preview: None, clean: None, stills: Vec::new(), size: None, lasts: None, in_file: None, credentials: false };
    let id = given(town, ReportId([1; 16]), made).await;
    let hashes = known::Hashes { asked: vec![format!("{hash} 90")], stored: Vec::new() };
    world.vault.put(&known::hashes_of(id).unwrap(), serde_json::to_vec(&hashes).unwrap()).await.unwrap();
    id
}

#[tokio::test]
async fn what_was_not_held_against_the_bank_before_a_restart_is_afterwards_and_found_once() {
    let mut town = Town::new();
    let id = resembling(&town).await;
    let leads = async |town: &Town| town.app.world.store.evidence().leads_of(id).await.unwrap().len();
    // The vault fails, and the server is killed while the file rests.
    let (kept, failing) = (town.app.world.vault.clone(), Arc::<Failing>::default());
    failing.fails_on(&[id]);
    town.app.world.vault = failing.clone();
    Darkroom::default().step(&town.app.world).await.unwrap();
    assert_eq!((failing.asked(id), leads(&town).await), (1, 0));
    assert!(self::kept(&town, id).await.unasked, "it is still owed");
    // Another one finds it, and is killed before it writes down that it asked.
    town.app.world.vault = kept;
    assert_eq!(known::resemble(&town.app.world, id).await.unwrap(), 1);
    assert!(self::kept(&town, id).await.unasked);
    let mut darkroom = Darkroom::default();
    darkroom.step(&town.app.world).await.unwrap();
    assert_eq!((leads(&town).await, self::kept(&town, id).await.unasked), (1, false));
    let version = self::kept(&town, id).await.version;
    darkroom.step(&town.app.world).await.unwrap();
    assert_eq!(self::kept(&town, id).await.version, version, "and nothing is asked any more");
}

#[tokio::test]
async fn nothing_is_opened_of_a_report_that_was_taken_back() {
    let (town, vault) = town(ShutIn::believed());
    let world = &town.app.world;
    let report = builders::report();
    world.commit(Change { id: world.private_id(), at: world.now(), by: Actor::Street, what: builders::filed(&report) }).await.unwrap();
    let report = world.store.report(report.id).await.unwrap().unwrap();
    let id = given(&town, report.id, WAITS).await;
    let change = handbell_rules::street::report::withdraw(world.private_id(), &report, world.now()).unwrap().unwrap();
    world.commit(change).await.unwrap();
    let other = given(&town, ReportId([2; 16]), WAITS).await;
    let mut darkroom = Darkroom::default();
    darkroom.step(world).await.unwrap();
    assert_eq!((vault.asked(id), vault.asked(other)), (0, 1));
    assert!(kept(&town, id).await.waits() && !kept(&town, other).await.waits());
}
