//! What a second person marks as looked at, at the doors: frames that were sent to them, of this drawing, and no others.

use super::SHOWN;
use crate::acts::{desk, opening, people};
use crate::doors::desk::tests::{get_as, post_as};
use crate::doors::fixture::{Heard, Signed, Town};
use crate::store::conformance::builders;
use crate::vault::ObjectName;
use crate::work::notary::tests::{received, rewritten};
use axum::body::Body;
use handbell_rules::change::{Actor, Change};
use handbell_rules::desk::incident::Ending;
use handbell_rules::evidence::footage::{Copies, Footage, Wish, WorkingCopy};
use handbell_rules::evidence::hiding::{self, Cover, HidingState, KeyFrame, Rectangle};
use handbell_rules::id::HidingId;
use handbell_rules::people::member::Role;
use handbell_rules::people::trail::Subject;
use handbell_rules::street::report::withdraw;
use http::header::COOKIE;
use http::{Request, StatusCode};

/// Footage that may be public, with a working copy; a film where it lasts.
pub async fn developed(town: &Town, lasts: Option<u64>) -> Footage {
    let footage = received(town, b"what was filmed", Wish::Public).await;
    let name = ObjectName::copy(footage.id, "preview").unwrap();
    town.app.world.vault.put(&name, vec![3; 5]).await.unwrap();
    let media_type = if lasts.is_some() { "video/mp4" } else { "image/jpeg" }.to_owned();
    let preview = WorkingCopy { name: name.to_string(), media_type, length: 5, at: None, sha256: None };
    let (preview, size) = (Some(preview), Some((640, 480)));
    let copies = Copies::Made { preview, clean: None, stills: Vec::new(), size, lasts, in_file: None, credentials: false };
    let kept = town.app.world.store.evidence().footage(footage.id).await.unwrap().unwrap();
    rewritten(town, Footage { copies, ..kept }).await
}

/// A drawing by a member, of one box or those that are given.
pub async fn draws(town: &Town, who: &Signed, footage: &Footage, covers: Vec<Cover>) -> HidingId {
    let still = || Cover { path: vec![KeyFrame { at: 0, place: Rectangle::new(1_000, 1_000, 500, 500).unwrap() }], from: 0, until: 0 };
    let covers = if covers.is_empty() { vec![still()] } else { covers };
    crate::acts::hiding::draw(&town.app.world, &who.caller, footage.id, covers).await.unwrap()
}

/// The darkroom has burnt it in; a picture for every frame.
async fn burnt(town: &Town, id: HidingId, frames: u32) {
    let world = &town.app.world;
    let drawn = world.store.evidence().hiding(id).await.unwrap().unwrap();
    let name = ObjectName::copy(drawn.footage, &format!("hidden-{id}")).unwrap();
    world.vault.put(&name, vec![4; 9]).await.unwrap();
    let state = HidingState::Burnt { name: name.to_string(), media_type: "image/jpeg".into(), length: 9, sha256: [5; 32], frames };
    builders::commit_of(&*world.store, hiding::burn(world.private_id(), &drawn, state, world.bytes(), world.now()).unwrap()).await;
}

struct Looking {
    town: Town,
    ben: Signed,
    carla: Signed,
    footage: Footage,
    older: HidingId,
    /// The page of the drawing that is looked at.
    page: String,
}

/// Amina drew twice; the first was taken back. Both have fourteen frames.
async fn looking() -> Looking {
    let town = Town::new();
    let all = [Role::Triager, Role::Editor];
    let (amina, ben, carla) = (town.signed_in("Amina", &all).await, town.signed_in("Ben", &all).await, town.signed_in("Carla", &all).await);
    let footage = developed(&town, None).await;
    let (older, now) = (draws(&town, &amina, &footage, vec![]).await, draws(&town, &amina, &footage, vec![]).await);
    for one in [older, now] {
        burnt(&town, one, SHOWN + 2).await;
    }
    Looking { town, ben, carla, footage, older, page: format!("/desk/hidings/{now}") }
}

impl Looking {
    async fn gets(&self, who: &Signed, frames: impl IntoIterator<Item = u32>) {
        for frame in frames {
            assert_eq!(get_as(&self.town, who, &format!("{}/frames/{frame}", self.page)).await.status, StatusCode::OK);
        }
    }

    async fn marks(&self, who: &Signed, first: u32, last: u32, go: &str) -> Heard {
        let (first, last) = (first.to_string(), last.to_string());
        let fields = [("csrf", who.csrf.as_str()), ("first", &first), ("last", &last), ("go", go)];
        post_as(&self.town, who, &format!("{}/look", self.page), &fields).await
    }

    async fn is_refused(&self, who: &Signed, why: &str) {
        let no = self.marks(who, 0, SHOWN - 1, "seen").await;
        let words = no.text();
        assert_eq!(no.status, StatusCode::UNPROCESSABLE_ENTITY, "{why}");
        assert!(words.contains("Not every one of these frames was sent to you"), "{why}: {words}");
        // The way on: the same frames are on the page of the refusal, and the button below them.
        assert!(words.contains(&format!("frames/{}\"", SHOWN - 1)) && words.contains("I looked at each of these"), "{why}");
    }
}

#[tokio::test]
async fn only_frames_of_this_drawing_that_were_sent_to_a_member_are_marked_by_them() {
    let on = looking().await;
    get_as(&on.town, &on.ben, &on.page).await;
    on.is_refused(&on.ben, "the page alone shows no frame").await;
    on.gets(&on.carla, 0..SHOWN).await;
    on.is_refused(&on.ben, "what another member looked at is nothing that he saw").await;
    for frame in 0..SHOWN {
        let old = format!("/desk/hidings/{}/frames/{frame}", on.older);
        assert_eq!(get_as(&on.town, &on.ben, &old).await.status, StatusCode::OK);
    }
    get_as(&on.town, &on.ben, &format!("/desk/footage/{}/copies/preview", on.footage.id)).await;
    on.is_refused(&on.ben, "frames of an older drawing do not count").await;
    for frame in 0..SHOWN {
        let head = Request::head(format!("{}/frames/{frame}", on.page)).header(COOKIE, &on.ben.cookies).body(Body::empty()).unwrap();
        assert_eq!(on.town.send(head).await.status, StatusCode::METHOD_NOT_ALLOWED);
    }
    on.is_refused(&on.ben, "whoever asks for no bytes got none").await;
    on.gets(&on.ben, 1..SHOWN).await;
    on.is_refused(&on.ben, "the first one is missing").await;
    on.gets(&on.ben, [0]).await;
    assert_eq!(on.marks(&on.ben, 0, SHOWN - 1, "seen").await.status, StatusCode::SEE_OTHER);
    assert!(get_as(&on.town, &on.ben, &on.page).await.text().contains("Whether you looked, no program knows."));
    let last = on.marks(&on.ben, SHOWN, SHOWN + 1, "clear").await;
    assert!(last.status == StatusCode::UNPROCESSABLE_ENTITY && last.text().contains("was sent to you"), "nor is it found clear");
    on.gets(&on.ben, [SHOWN, SHOWN + 1]).await;
    assert_eq!(on.marks(&on.ben, SHOWN, SHOWN + 1, "clear").await.status, StatusCode::SEE_OTHER);
    assert!(get_as(&on.town, &on.ben, &on.page).await.text().contains("found clear"));
}

#[tokio::test]
async fn a_restart_forgets_what_was_sent_and_not_what_was_marked() {
    let mut on = looking().await;
    on.gets(&on.ben, 0..SHOWN).await;
    on.town.app.world.frames_sent = std::sync::Arc::default();
    on.is_refused(&on.ben, "it is not known any more").await;
    on.gets(&on.ben, 0..SHOWN).await;
    assert_eq!(on.marks(&on.ben, 0, SHOWN - 1, "seen").await.status, StatusCode::SEE_OTHER);
    on.town.app.world.frames_sent = std::sync::Arc::default();
    on.gets(&on.ben, [SHOWN, SHOWN + 1]).await;
    assert_eq!(on.marks(&on.ben, 0, SHOWN + 1, "clear").await.status, StatusCode::SEE_OTHER, "what was marked before stays");
}

#[tokio::test]
async fn the_page_of_a_copy_is_shut_with_its_report() {
    let town = Town::new();
    let ben = town.signed_in("Ben", &[Role::Triager, Role::Editor]).await;
    let world = &town.app.world;
    let report = builders::report();
    builders::commit_of(
        &*world.store,
        Change { id: world.private_id(), at: world.now(), by: Actor::Street, what: builders::filed(&report) },
    )
    .await;
    let footage = developed(&town, None).await;
    let footage = rewritten(&town, Footage { report: report.id, ..footage }).await;
    let page = format!("/desk/hidings/{}", draws(&town, &ben, &footage, vec![]).await);
    assert_eq!(get_as(&town, &ben, &page).await.status, StatusCode::OK);
    let report = world.store.report(report.id).await.unwrap().unwrap();
    builders::commit_of(&*world.store, withdraw(world.private_id(), &report, world.now()).unwrap().unwrap()).await;
    let shut = get_as(&town, &ben, &page).await;
    assert!(shut.status.is_client_error() && shut.text().contains("nobody looks at it"), "{}", shut.text());
}

impl Looking {
    /// Everything of the footage that a member can ask for.
    fn ways(&self) -> [String; 5] {
        let file = format!("/desk/footage/{}", self.footage.id);
        let (copy, leads) = (format!("{file}/copies/preview"), format!("/desk/known?footage={}", self.footage.id));
        [file, copy, leads, self.page.clone(), format!("{}/frames/0", self.page)]
    }

    /// Nothing of it is shown to a member, whose pages say this in its place; nothing can be done, and no line says that they
    /// looked.
    async fn is_closed_to(&self, who: &Signed, in_its_place: &str) {
        let chain = async || self.town.app.world.store.evidence().custody_of(self.footage.id).await.unwrap().len();
        let before = chain().await;
        for way in self.ways() {
            let heard = get_as(&self.town, who, &way).await;
            let is_page = !(way.contains("/copies/") || way.contains("/frames/"));
            assert_eq!(heard.status == StatusCode::OK, is_page, "{way}: {}", heard.status);
            assert!(!is_page || heard.text().contains(in_its_place), "{way}: {}", heard.text());
        }
        let csrf = ("csrf", who.csrf.as_str());
        let drawn = [csrf, ("box-1-left", "10"), ("box-1-top", "10"), ("box-1-width", "10"), ("box-1-height", "10")];
        let file = format!("/desk/footage/{}", self.footage.id);
        let hidings = async || self.town.app.world.store.evidence().hidings_of(self.footage.id).await.unwrap().len();
        let drawings = hidings().await;
        assert_eq!(post_as(&self.town, who, &format!("{file}/hide"), &drawn).await.status, StatusCode::SEE_OTHER);
        assert_eq!(self.marks(who, 0, 0, "seen").await.status, StatusCode::SEE_OTHER);
        assert_eq!((chain().await, hidings().await), (before, drawings), "nothing was done");
    }
}

#[tokio::test]
async fn off_duty_nothing_that_was_given_is_shown_and_it_can_be_shut_at_once() {
    let on = looking().await;
    people::end_duty(&on.town.app.world, &on.ben.caller).await.unwrap();
    on.is_closed_to(&on.ben, "Start your duty first").await;
    let list = get_as(&on.town, &on.ben, "/desk/footage").await.text();
    assert!(list.contains("1 file came in the last 30 days; 2 covered copies wait."), "{list}");
    assert!(!list.contains(&on.footage.id.to_string()) && !list.contains("/desk/hidings/"), "{list}");
    let shut = format!("/desk/footage/{}/shut", on.footage.id);
    let pressed = post_as(&on.town, &on.ben, &shut, &[("csrf", &on.ben.csrf), ("reason", "unlawful")]).await;
    assert_eq!(pressed.status, StatusCode::SEE_OTHER, "whoever saw what should not be here need not be on duty");
    assert!(on.town.app.world.store.evidence().footage(on.footage.id).await.unwrap().unwrap().is_shut());
}

#[tokio::test]
async fn what_was_given_takes_a_second_member_once_the_matter_is_over() {
    let on = looking().await;
    let world = &on.town.app.world;
    let dora = on.town.signed_in("Dora", &[Role::Triager, Role::Approver]).await;
    let incident = desk::open_incident(world, &dora.caller, on.footage.report, false).await.unwrap();
    for way in on.ways() {
        assert_eq!(get_as(&on.town, &on.ben, &way).await.status, StatusCode::OK, "{way}");
    }
    desk::end_incident(world, &dora.caller, incident, Ending::Over).await.unwrap();
    on.is_closed_to(&on.ben, "This takes two of you").await;
    assert_eq!(get_as(&on.town, &dora, &on.ways()[1]).await.status, StatusCode::OK, "her own work of the last 72 hours");
    let report = Subject::Report(on.footage.report);
    opening::ask(world, &on.ben.caller, report, "The lawyer asks what can be seen.").await.unwrap();
    let [ask] = opening::asks(world, &on.carla.caller).await.unwrap().try_into().unwrap();
    opening::agree(world, &on.carla.caller, ask.id).await.unwrap();
    for way in on.ways() {
        assert_eq!(get_as(&on.town, &on.ben, &way).await.status, StatusCode::OK, "{way}");
    }
}
