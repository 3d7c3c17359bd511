//! What a file resembles, at the doors, before and after whoever gave it took it back.

use crate::doors::desk::tests::{get_as, post_as};
use crate::doors::fixture::{Signed, Town};
use crate::store::conformance::builders;
use crate::work::notary::tests::{received, rewritten};
use axum::body::Body;
use handbell_rules::change::{Actor, Change, What};
use handbell_rules::evidence::footage::{Footage, Wish};
use handbell_rules::evidence::known::{self, Known, Lead};
use handbell_rules::id::{KnownId, LeadId};
use handbell_rules::people::member::Role;
use handbell_rules::street::report::{Report, withdraw};
use http::header::COOKIE;
use http::{Request, StatusCode};

/// A file that resembles something known, and its report.
async fn resembling(town: &Town) -> (Report, Footage, LeadId) {
    let world = &town.app.world;
    let report = builders::report();
    builders::commit_of(
        &*world.store,
        Change { id: world.private_id(), at: world.now(), by: Actor::Street, what: builders::filed(&report) },
    )
    .await;
    let report = world.store.report(report.id).await.unwrap().unwrap();
    let kept = received(town, b"what was filmed", Wish::Public).await;
    let kept = world.store.evidence().footage(kept.id).await.unwrap().unwrap();
    let footage = rewritten(town, Footage { report: report.id, ..kept }).await;
    let known = Known {
        id: KnownId([1; 16]),
        version: 0,
        words: "A market street".into(),
        date: "2016".into(),
        place: "Southall".into(),
        by: None,
        from: String::new(),
        at: world.now(),
        hashes: vec![("0".repeat(64), 90)],
        stills: Vec::new(),
        footage: None,
    };
    let what = What::PictureKnown { known };
    builders::commit_of(&*world.store, Change { id: world.private_id(), at: world.now(), by: Actor::Keeper, what }).await;
    let id = LeadId([2; 16]);
    let lead =
        Lead { id, version: 0, footage: footage.id, known: KnownId([1; 16]), distance: 3, share: None, at: world.now(), finding: None };
    builders::commit_of(&*world.store, known::found(world.private_id(), &footage, vec![lead], world.bytes(), world.now()).unwrap()).await;
    (report, footage, id)
}

async fn says(town: &Town, who: &Signed, lead: LeadId) -> crate::doors::fixture::Heard {
    let fields = [("csrf", who.csrf.as_str()), ("finding", "unrelated")];
    post_as(town, who, &format!("/desk/leads/{lead}/answer"), &fields).await
}

#[tokio::test]
async fn nobody_answers_or_reads_what_a_file_resembles_once_it_was_taken_back() {
    let town = Town::new();
    let amina = town.signed_in("Amina", &[Role::Triager]).await;
    let (report, footage, lead) = resembling(&town).await;
    let page = format!("/desk/known?footage={}", footage.id);
    assert!(get_as(&town, &amina, &page).await.text().contains("Very near"));
    assert_eq!(says(&town, &amina, lead).await.status, StatusCode::SEE_OTHER);

    let world = &town.app.world;
    builders::commit_of(&*world.store, withdraw(world.private_id(), &report, world.now()).unwrap().unwrap()).await;
    let before = world.store.evidence().lead(lead).await.unwrap().unwrap();
    let lines = world.store.evidence().custody_of(footage.id).await.unwrap().len();
    town.clock.go(1_000);
    for no in [says(&town, &amina, lead).await, get_as(&town, &amina, &page).await] {
        assert!(
            no.status.is_client_error() && no.text().contains("Whoever gave this took it back, and nobody looks at it any more"),
            "{}",
            no.text()
        );
        assert!(!no.text().contains("Very near"));
    }
    let head = Request::head(&page).header(COOKIE, &amina.cookies).body(Body::empty()).unwrap();
    assert!(town.send(head).await.status.is_client_error());
    assert_eq!(world.store.evidence().lead(lead).await.unwrap().unwrap(), before, "nothing was written");
    assert_eq!(world.store.evidence().custody_of(footage.id).await.unwrap().len(), lines);
    assert_eq!(get_as(&town, &amina, "/desk/known").await.status, StatusCode::OK, "the bank is nobody's file");
}
