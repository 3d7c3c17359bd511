//! The witness at the desk: what they correct and wish is seen, marked, decided and told.

use super::tests::{filed, get_as, lines, post_as};
use crate::acts::{StreetCaller, desk, street};
use crate::doors::fixture::Town;
use handbell_rules::desk::claim::{Certainty, NewClaim};
use handbell_rules::people::member::Role;
use handbell_rules::street::note::WishAbout;
use handbell_rules::street::report::AsideWhy;
use handbell_rules::time::{HOUR, MINUTE};
use http::StatusCode;

/// An id that is well written and belongs to nothing.
const NOBODY: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaa";

#[tokio::test]
async fn a_correction_is_seen_in_the_queue_on_the_report_and_beside_its_claims() {
    let town = Town::new();
    let world = &town.app.world;
    let wren = town.signed_in("Wren", &[Role::Triager]).await;
    let (report, words) = filed(&town, "Rye Lane", "Four officers.").await;
    let incident = desk::open_incident(world, &wren.caller, report, false).await.unwrap();
    let claim = |value: &str| NewClaim {
        predicate: "activity".into(),
        value: value.into(),
        range: None,
        report: Some(report),
        official: String::new(),
        certainty: Certainty::Likely,
    };
    desk::record_claim(world, &wren.caller, incident, claim("at-a-door")).await.unwrap();
    let (report_path, incident_path) = (format!("/desk/reports/{report}"), format!("/desk/incidents/{incident}"));
    let doubt = "Its witness has since said that something in it was wrong.";
    assert!(!get_as(&town, &wren, &incident_path).await.text().contains(doubt));
    assert!(!get_as(&town, &wren, "/desk").await.text().contains("Witnesses wrote again"));

    town.clock.go(MINUTE);
    street::correct_report(world, StreetCaller, &words, "They were council wardens.").await.unwrap();
    let queue = get_as(&town, &wren, "/desk").await.text();
    assert!(queue.contains("Witnesses wrote again") && queue.contains("This was wrong: They were council wardens."));
    let page = get_as(&town, &wren, &report_path).await;
    assert!(page.text().contains(doubt) && page.text().contains("The witness says that something was wrong: They were council wardens."));
    // Beside the report's row and beside the claim that rests on it.
    assert_eq!(get_as(&town, &wren, &incident_path).await.text().matches(doubt).count(), 2);
    let file = world.store.incident_file(incident).await.unwrap().unwrap();
    assert!(file.claims.iter().all(|claim| !claim.disputed), "nothing follows by itself");

    // Reading it takes it out of the queue; the sign stays, and a claim written down after it has none.
    let read = post_as(&town, &wren, &format!("{report_path}/take"), &[("csrf", &wren.csrf), ("version", &page.field("version"))]).await;
    assert_eq!(read.status, StatusCode::SEE_OTHER);
    assert!(!get_as(&town, &wren, "/desk").await.text().contains("Witnesses wrote again"));
    town.clock.go(MINUTE);
    desk::record_claim(world, &wren.caller, incident, claim("questioning")).await.unwrap();
    assert_eq!(get_as(&town, &wren, &incident_path).await.text().matches(doubt).count(), 2);
}

#[tokio::test]
async fn a_wish_waits_in_the_queue_until_somebody_decides_it_with_a_reason() {
    let town = Town::new();
    let world = &town.app.world;
    let wren = town.signed_in("Wren", &[Role::Triager]).await;
    let (report, words) = filed(&town, "Rye Lane", "").await;
    desk::set_aside(world, &wren.caller, report, AsideWhy::NotForThisDesk, "A parking quarrel.").await.unwrap();
    let path = format!("/desk/reports/{report}");
    assert!(get_as(&town, &wren, &path).await.text().contains("Set aside: A parking quarrel."), "the next member reads why");
    town.clock.go(48 * HOUR);
    let wren = town.signed_in("Heron", &[Role::Triager]).await;
    street::wish(world, StreetCaller, &words, WishAbout::AboutMe, "I was alone on that balcony.").await.unwrap();
    let queue = get_as(&town, &wren, "/desk").await.text();
    assert!(queue.contains("Decide") && queue.contains("I was alone on that balcony."), "also of a report that was set aside days ago");

    let page = get_as(&town, &wren, &path).await;
    let (version, wish) = (page.field("version"), page.field("wish"));
    let decide = async |wish: &str, decision: &str, because: &str| {
        let fields = [("csrf", wren.csrf.as_str()), ("version", &version), ("wish", wish), ("decision", decision), ("because", because)];
        post_as(&town, &wren, &format!("{path}/decide"), &fields).await
    };
    let before = lines(&town).await;
    let empty = decide(&wish, "done", " ").await;
    assert!(empty.status == StatusCode::UNPROCESSABLE_ENTITY && empty.text().contains(&format!("id=\"because-{wish}-err\"")));
    let long = decide(&wish, "cannot", &"r".repeat(501)).await;
    assert!(long.status == StatusCode::UNPROCESSABLE_ENTITY && long.text().contains(&"r".repeat(501)), "what was typed stays");
    assert_eq!(decide(NOBODY, "done", "It is covered.").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(decide(&wish, "perhaps", "It is covered.").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(lines(&town).await, before);
    assert_eq!(decide(&wish, "cannot", "Nothing about you stands anywhere.").await.status, StatusCode::SEE_OTHER);
    let page = get_as(&town, &wren, &path).await.text();
    assert!(page.contains("The desk cannot do what was asked: Nothing about you stands anywhere.") && !page.contains("/decide\""));
    assert!(get_as(&town, &wren, "/desk").await.text().contains("Nothing is waiting"));
}

#[tokio::test]
async fn something_else_is_no_reason_without_words() {
    let town = Town::new();
    let wren = town.signed_in("Wren", &[Role::Triager]).await;
    let (report, _) = filed(&town, "Rye Lane", "").await;
    let path = format!("/desk/reports/{report}");
    let version = get_as(&town, &wren, &path).await.field("version");
    let aside = async |reason: &str, more: &str| {
        let fields = [("csrf", wren.csrf.as_str()), ("version", &version), ("reason", reason), ("more", more)];
        post_as(&town, &wren, &format!("{path}/set-aside"), &fields).await
    };
    let unknown = aside("boring", "A parking quarrel.").await;
    assert!(unknown.status == StatusCode::UNPROCESSABLE_ENTITY && unknown.text().contains("id=\"reason-err\""));
    assert!(unknown.text().contains("A parking quarrel."), "what was typed stays");
    let empty = aside("other", "").await;
    assert!(empty.status == StatusCode::UNPROCESSABLE_ENTITY && empty.text().contains("id=\"more-err\""));
    assert_eq!(aside("elsewhere", "").await.status, StatusCode::SEE_OTHER);
    let kept = town.app.world.store.report(report).await.unwrap().unwrap().aside.unwrap();
    assert_eq!((kept.why, kept.reason.as_str()), (AsideWhy::Elsewhere, "It is another place or another time."));
}
