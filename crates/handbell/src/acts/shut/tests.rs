//! A file goes from sight by the pages' own forms: a member shuts it, and whoever gave it takes it away.

use crate::acts::known::{self, Telling};
use crate::acts::showing::tests::{covered, told, wished};
use crate::acts::{ActError, record, showing};
use crate::doors::desk::tests::{get_as, post_as};
use crate::doors::fixture::{Confirmed, Town};
use crate::store::memory::Fault;
use crate::vault::ObjectName;
use crate::work::clearer;
use crate::work::notary::tests::rewritten;
use handbell_rules::evidence::custody::{Deed, Statement};
use handbell_rules::evidence::footage::Footage;
use handbell_rules::id::{FootageId, HidingId};
use handbell_rules::people::member::Role;
use handbell_rules::record::shown::Address;
use handbell_rules::time::DAY;

/// A file with a sealed part, of which a covered copy is public.
struct Shown {
    about: Confirmed,
    footage: Footage,
    hiding: HidingId,
    address: String,
}

async fn shown(town: &Town) -> Shown {
    let world = &town.app.world;
    let about = town.confirmed("flood").await;
    town.opened(&about).await;
    let footage = wished(town, &about).await;
    let footage = rewritten(town, Footage { working: Some("AGE-SECRET-KEY-1".into()), ..footage }).await;
    world.vault.put(&ObjectName::part(footage.id, 0), vec![9; 5]).await.unwrap();
    let hiding = covered(town, &about, &footage).await;
    let proposal = showing::offer(world, &about.amina.caller, hiding, about.incident, told()).await.unwrap();
    record::publish(world, &about.ben.caller, proposal).await.unwrap();
    let public = world.store.evidence().hiding(hiding).await.unwrap().unwrap().public.unwrap();
    let address = Address(public.address).to_string();
    assert!(showing::served(world, &address).await.is_ok());
    Shown { about, footage, hiding, address }
}

async fn deeds(town: &Town, footage: FootageId) -> Vec<(Deed, Option<String>)> {
    let lines = town.app.world.store.evidence().custody_of(footage).await.unwrap();
    let said = lines.iter().map(|line| Statement::parse(line.statement.as_deref().unwrap()).unwrap());
    said.map(|said| (said.deed, said.words)).collect()
}

async fn is_served(town: &Town, address: &str) -> bool {
    !matches!(showing::served(&town.app.world, address).await, Err(ActError::NotFound))
}

#[tokio::test]
async fn a_member_shuts_a_file_and_nobody_at_the_desk_sees_it_again() {
    let town = Town::new();
    let world = &town.app.world;
    let Shown { about, footage, hiding, address } = shown(&town).await;
    let page = format!("/desk/footage/{}", footage.id);
    let (copy, frame) = (format!("{page}/copies/preview"), format!("/desk/hidings/{hiding}/frames/0"));
    for path in [&copy, &frame] {
        assert_eq!(get_as(&town, &about.amina, path).await.status, 200, "{path}");
    }
    assert!(get_as(&town, &about.amina, &page).await.text().contains("Shut this file"));
    let press = async |reason: &str| {
        let fields = [("csrf", about.ben.csrf.as_str()), ("reason", reason)];
        post_as(&town, &about.ben, &format!("{page}/shut"), &fields).await
    };
    let no = press("because").await;
    assert!(no.status == 422 && no.text().contains("Choose why from the list."), "{}", no.text());
    assert!(is_served(&town, &address).await);
    assert_eq!(press("child").await.status, 303);

    for path in [&copy, &frame] {
        assert_eq!(get_as(&town, &about.amina, path).await.status, 404, "{path}");
    }
    assert!(!is_served(&town, &address).await);
    let text = get_as(&town, &about.amina, &page).await.text();
    assert!(text.contains("A member shut it") && !text.contains("Shut this file"), "{text}");
    let kept = world.store.evidence().footage(footage.id).await.unwrap().unwrap();
    assert!(kept.is_shut() && kept.working.is_none());
    let left = world.vault.list(Some(footage.id)).await.unwrap();
    assert_eq!(left, [ObjectName::part(footage.id, 0)], "the sealed original stays, and no copy");
    let said = deeds(&town, footage.id).await;
    assert_eq!(said.iter().filter(|(deed, _)| *deed == Deed::Shut).collect::<Vec<_>>(), [&(Deed::Shut, Some("child".to_owned()))]);
    let draw = crate::acts::hiding::draw(world, &about.amina.caller, footage.id, Vec::new()).await;
    assert!(matches!(draw, Err(ActError::Refused(no)) if no.0.name() == "footage-shut"));
    assert!(town.post("/receipt", &[("words", &about.words)]).await.text().contains("The desk shut it"));
}

#[tokio::test]
async fn what_a_fault_left_of_a_shut_file_goes_with_the_next_press_and_with_the_clearer() {
    let town = Town::new();
    let world = &town.app.world;
    let Shown { about, footage, hiding, address } = shown(&town).await;
    let shut = || super::shut(world, &about.ben.caller, footage.id, super::ShutReason::Child);
    // The first commit stands and nothing after it.
    town.store.plant([None, Some(Fault::Fails), Some(Fault::Fails), Some(Fault::Fails)]);
    assert!(shut().await.is_err());
    town.store.heal();
    assert!(!is_served(&town, &address).await, "from the first commit on");
    assert!(world.store.evidence().hiding(hiding).await.unwrap().unwrap().public.is_some(), "what the fault left");
    clearer::step(world).await.unwrap();
    assert!(world.store.evidence().hiding(hiding).await.unwrap().unwrap().public.is_none(), "and the clearer goes on");
    shut().await.unwrap();
    assert_eq!(deeds(&town, footage.id).await.iter().filter(|(deed, _)| *deed == Deed::Shut).count(), 1, "said once");
    // A darkroom that was at work puts something down after all.
    world.vault.put(&ObjectName::copy(footage.id, "preview").unwrap(), vec![2; 5]).await.unwrap();
    clearer::step(world).await.unwrap();
    assert_eq!(world.vault.list(Some(footage.id)).await.unwrap(), [ObjectName::part(footage.id, 0)]);
}

#[tokio::test]
async fn whoever_has_the_receipt_takes_one_file_away_whatever_the_desk_did_with_it() {
    let town = Town::new();
    let world = &town.app.world;
    let Shown { about, footage, address, .. } = shown(&town).await;
    let hashes = serde_json::json!({ "asked": [], "stored": [format!("{} 90", "0f".repeat(32))] });
    world.vault.put(&known::hashes_of(footage.id).unwrap(), serde_json::to_vec(&hashes).unwrap()).await.unwrap();
    let telling = Telling { words: "A street corner".into(), ..Telling::default() };
    known::remember(world, &about.amina.caller, footage.id, telling).await.unwrap();
    let file = footage.id.to_string();
    let press = async |sure: &str| {
        let fields = [("words", about.words.as_str()), ("file", file.as_str()), ("sure", sure)];
        town.post("/receipt/footage/remove", &fields).await
    };
    assert!(town.post("/receipt", &[("words", &about.words)]).await.text().contains("/receipt/footage/remove"));
    assert!(press("").await.text().contains("Take this file away?"));
    assert!(press("no").await.text().contains("Kept. Nothing was changed."));
    assert!(is_served(&town, &address).await, "nothing happened until now");
    let done = press("yes").await;
    assert!(done.status == 200 && done.text().contains("Taken away"), "{}", done.text());
    assert!(!is_served(&town, &address).await);
    assert!(world.store.evidence().footage(footage.id).await.unwrap().is_none());
    assert_eq!(world.vault.list(Some(footage.id)).await.unwrap(), []);
    assert!(known::everything(world).await.unwrap().is_empty(), "what was remembered of it goes too");
    let said: Vec<Deed> = deeds(&town, footage.id).await.into_iter().map(|(deed, _)| deed).collect();
    assert_eq!(said[said.len() - 3..], [Deed::HeldLonger, Deed::Withdrawn, Deed::Deleted]);
    assert!(press("yes").await.text().contains("not here any more"), "a reload of the answer");
    // Nobody takes away what is of another report.
    let fields = [("step", "more"), ("kind", "flood"), ("basis", "saw"), ("place", "Lantern Corner"), ("when", "now")];
    let stranger = town.post("/report", &fields).await.receipt().unwrap();
    let other = wished(&town, &about).await;
    let fields = [("words", stranger.as_str()), ("file", &other.id.to_string()), ("sure", "yes")];
    town.post("/receipt/footage/remove", &fields).await;
    assert!(world.store.evidence().footage(other.id).await.unwrap().is_some());
}

#[tokio::test]
async fn what_was_shut_by_mistake_is_opened_by_two_others_within_a_day() {
    let town = Town::new();
    let world = &town.app.world;
    let Shown { about, footage, address, .. } = shown(&town).await;
    let carla = town.signed_in("Carla", &[Role::Triager]).await;
    let early = super::open_again(world, &about.amina.caller, footage.id).await;
    assert!(matches!(early, Err(ActError::Refused(no)) if no.0.name() == "reopen-over"));
    assert!(is_served(&town, &address).await, "a press on a file that is open changes nothing");
    super::shut(world, &about.ben.caller, footage.id, super::ShutReason::Mistake).await.unwrap();
    let page = format!("/desk/footage/{}", footage.id);
    let preview = format!("{page}/copies/preview");
    assert_eq!(get_as(&town, &about.amina, &preview).await.status, 404, "nobody gets a copy meanwhile");
    assert!(!is_served(&town, &address).await);
    clearer::step(world).await.unwrap();
    assert!(get_as(&town, &about.amina, &page).await.text().contains("Open it to the desk again"));
    let own = super::open_again(world, &about.ben.caller, footage.id).await;
    assert!(matches!(own, Err(ActError::Refused(no)) if no.0.name() == "reopen-own"), "not whoever shut it");
    let fields = [("csrf", about.amina.csrf.as_str()), ("go", "open")];
    assert_eq!(post_as(&town, &about.amina, &format!("{page}/reopen"), &fields).await.status, 303);
    let twice = super::open_again(world, &about.amina.caller, footage.id).await;
    assert!(matches!(twice, Err(ActError::Refused(no)) if no.0.name() == "reopen-own"), "nor the same member twice");
    assert_eq!(get_as(&town, &about.amina, &preview).await.status, 404, "one is not enough");
    super::open_again(world, &carla.caller, footage.id).await.unwrap();
    assert_eq!(get_as(&town, &about.amina, &preview).await.status, 200);
    assert!(!is_served(&town, &address).await, "what was public stays gone");
    let said: Vec<Deed> = deeds(&town, footage.id).await.into_iter().map(|(deed, _)| deed).collect();
    assert!(said.contains(&Deed::ReopenAsked) && said.contains(&Deed::Reopened), "{said:?}");
}

#[tokio::test]
async fn a_day_later_or_when_one_member_says_so_nothing_is_opened_again() {
    for ended in [false, true] {
        let town = Town::new();
        let world = &town.app.world;
        let Shown { about, footage, .. } = shown(&town).await;
        super::shut(world, &about.ben.caller, footage.id, super::ShutReason::Other).await.unwrap();
        super::open_again(world, &about.amina.caller, footage.id).await.unwrap();
        if ended {
            super::end(world, &about.ben.caller, footage.id).await.unwrap();
        } else {
            town.clock.go(DAY);
            clearer::step(world).await.unwrap();
        }
        let again = super::open_again(world, &about.amina.caller, footage.id).await;
        assert!(matches!(again, Err(ActError::Refused(no)) if no.0.name() == "reopen-over"));
        assert_eq!(world.vault.list(Some(footage.id)).await.unwrap(), [ObjectName::part(footage.id, 0)], "the sealed original alone");
    }
}

#[tokio::test]
async fn a_public_copy_that_a_fault_left_does_not_come_back_with_the_file() {
    let town = Town::new();
    let world = &town.app.world;
    let Shown { about, footage, hiding, address } = shown(&town).await;
    let carla = town.signed_in("Carla", &[Role::Triager]).await;
    town.store.plant([None, Some(Fault::Fails), Some(Fault::Fails), Some(Fault::Fails)]);
    assert!(super::shut(world, &about.ben.caller, footage.id, super::ShutReason::Other).await.is_err());
    town.store.heal();
    assert!(world.store.evidence().hiding(hiding).await.unwrap().unwrap().public.is_some(), "what the fault left");
    for caller in [&about.amina.caller, &carla.caller] {
        super::open_again(world, caller, footage.id).await.unwrap();
    }
    assert!(!world.store.evidence().footage(footage.id).await.unwrap().unwrap().is_shut());
    assert!(!is_served(&town, &address).await);
}

#[tokio::test]
async fn what_may_be_unlawful_has_no_day() {
    for reason in [super::ShutReason::Unlawful, super::ShutReason::Child] {
        let town = Town::new();
        let world = &town.app.world;
        let Shown { about, footage, .. } = shown(&town).await;
        super::shut(world, &about.ben.caller, footage.id, reason).await.unwrap();
        assert_eq!(world.vault.list(Some(footage.id)).await.unwrap(), [ObjectName::part(footage.id, 0)], "{reason:?}");
        let again = super::open_again(world, &about.amina.caller, footage.id).await;
        assert!(matches!(again, Err(ActError::Refused(no)) if no.0.name() == "reopen-over"));
    }
}
