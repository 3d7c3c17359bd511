//! What a witness is told through the doors, from the first reading to a correction in the record, and what
//! they are never told.

use crate::acts::{StreetCaller, bell, desk, record, street};
use crate::doors::fixture::{Confirmed, SPOT, Town};
use crate::work::ringer;
use axum::body::Body;
use handbell_rules::playbook::Reach;
use handbell_rules::record::Ref;
use handbell_rules::record::assessment::{CorrectionKind, NewAssessment, Standing};
use handbell_rules::record::claim::{NewPublicClaim, Polarity};
use handbell_rules::record::proposal::Proposed;
use handbell_rules::record::source::{NewSource, SourceKind};
use handbell_rules::record::statement::Statement;
use handbell_rules::time::MINUTE;
use http::Request;
use serde_json::{Value, json};

/// What the interface says, and that the page says the same sentences.
async fn told(town: &Town, about: &Confirmed) -> Value {
    let receipt = format!("Receipt {}", about.words);
    let request = Request::get("/api/v1/reports/mine").header("authorization", receipt).body(Body::empty()).unwrap();
    let mine = town.send(request).await.json();
    let page = town.post("/receipt", &[("words", &about.words)]).await.text();
    for one in mine["became"].as_array().unwrap() {
        assert!(page.contains(one["says"].as_str().unwrap()), "the page says: {one}");
    }
    for never in ["Amina", "Ben", "Chidi", SPOT, "fewer than 10", "push.services"] {
        assert!(!page.contains(never) && !mine.to_string().contains(never), "a witness is never told: {never}");
    }
    mine
}

fn words(mine: &Value) -> Vec<&str> {
    mine["became"].as_array().unwrap().iter().filter_map(|one| one["what"].as_str()).collect()
}

/// A source that gives the day, and the desk that says so too; `note` corrects what it said before.
fn day(edtf: &str, note: &str) -> Proposed {
    let source = NewSource {
        kind: SourceKind::Official,
        label: format!("The statement that gives {edtf}"),
        standing: "A party to the event".into(),
        said: String::new(),
        url: String::new(),
        copies: None,
        via: None,
        asked: String::new(),
        replied: String::new(),
    };
    let claim = NewPublicClaim {
        source: Ref::New(0),
        predicate: "when".into(),
        about: String::new(),
        polarity: Polarity::Asserts,
        edtf: edtf.into(),
        low: None,
        high: None,
        point: None,
        radius_metres: None,
        words: String::new(),
    };
    let said = NewAssessment {
        predicate: "when".into(),
        about: String::new(),
        standing: Standing::Settled,
        relies_on: vec![Ref::New(0)],
        sets_aside: Vec::new(),
        sentences: vec![("It happened on the day the statement gives.".into(), vec![Ref::New(0)])],
        correction: CorrectionKind::Correction,
        note: note.into(),
    };
    Proposed::Statements { statements: vec![Statement::Source(source), Statement::Claim(claim), Statement::Assessment(said)] }
}

async fn published(town: &Town, about: &Confirmed, proposed: Proposed) {
    let world = &town.app.world;
    town.clock.go(MINUTE);
    let proposal = record::propose(world, &about.amina.caller, about.incident, proposed).await.unwrap();
    record::publish(world, &about.ben.caller, proposal).await.unwrap();
}

#[tokio::test]
async fn a_witness_hears_everything_that_became_of_it_and_nothing_finer() {
    let town = Town::new();
    let world = &town.app.world;
    let about = town.confirmed("immigration-visit").await;
    assert_eq!(words(&told(&town, &about).await), ["read", "taken-up"]);
    let dispatch = town.rung(&about, Reach::Dispatch).await;
    assert_eq!(words(&told(&town, &about).await), ["read", "taken-up", "observers-sent"]);
    let drafted = town.drafted(&about, Reach::Neighbours).await;
    assert_eq!(words(&told(&town, &about).await).len(), 3, "a draft tells nobody anything");
    assert!(world.store.alert(drafted).await.unwrap().unwrap().rung_at.is_none());
    let alert = town.rung(&about, Reach::Neighbours).await;
    ringer::step(world).await.unwrap();
    assert_eq!(words(&told(&town, &about).await), ["read", "taken-up", "observers-sent", "neighbours-told"]);

    let same = world.store.incident_file(about.incident).await.unwrap().unwrap().reports[0].told.clone();
    let another = street::file_report(world, StreetCaller, same, None, None).await.unwrap().unwrap();
    desk::join(world, &about.amina.caller, about.incident, another.report).await.unwrap();
    assert_eq!(words(&told(&town, &about).await)[1], "joined");

    for one in [dispatch, alert] {
        bell::end(world, &about.ben.caller, one, false).await.unwrap();
    }
    let mine = told(&town, &about).await;
    assert_eq!((words(&mine).pop(), mine["ended"].clone(), mine["record"].clone()), (Some("ended"), json!("over"), Value::Null));

    town.opened(&about).await;
    let page = format!("/record/{}", about.incident);
    assert_eq!(told(&town, &about).await["record"], json!({"page": page, "corrections": 0}));
    published(&town, &about, day("2026-11", "")).await;
    assert_eq!(told(&town, &about).await["record"]["corrections"], 0, "a first word corrects nothing");
    published(&town, &about, day("2026-11-20", "A later statement gives the day.")).await;
    let mine = told(&town, &about).await;
    assert_eq!(mine["record"], json!({"page": page, "corrections": 1}));
    let shown = town.post("/receipt", &[("words", &about.words)]).await.text();
    assert!(shown.contains(&format!("href=\"{page}\"")) && shown.contains("One correction stands there."));
    assert_eq!(town.get(&page).await.status, 200, "the page it leads to is there for anybody");
}
