//! Stories of one happening with many reports: a flood in one line, a press that joins and one that undoes it,
//! two members who press at once.

use super::tests::{filed, get_as, post_as};
use crate::acts::street::read_receipt;
use crate::acts::{StreetCaller, desk};
use crate::doors::fixture::{Signed, Town};
use handbell_rules::id::IncidentId;
use handbell_rules::people::member::Role;
use handbell_rules::street::report::ReportState;
use http::StatusCode;

#[tokio::test]
async fn a_flood_of_near_copies_is_one_line_and_the_real_report_stands_beside_it() {
    let town = Town::new();
    let wren = town.signed_in("Wren", &[Role::Triager]).await;
    for number in 0..30 {
        filed(&town, "Rye Lane", &format!("Everybody come to the square, there are forty vans and dogs and horses {number}")).await;
        if number == 20 {
            filed(&town, "Rye Lane", "Two officers hold a man in the doorway of the bakery.").await;
        }
    }
    let page = get_as(&town, &wren, "/desk").await.text();
    assert_eq!(page.matches("<article").count(), 2, "{page}");
    assert!(page.contains("20 or more near-identical: the first, and three samples") && page.contains("hold a man in the doorway"));
    assert!(page.contains("31 waiting"), "a fold hides no report from the count");
    let (_, fold) = page.split_once("<details").expect("a fold that opens without scripts");
    let (fold, _) = fold.split_once("</details>").unwrap();
    let samples: Vec<&str> = fold.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(samples.len(), 3);
    for sample in samples {
        assert!(get_as(&town, &wren, sample).await.text().contains("forty vans and dogs"), "a sample is a report like any other");
    }
}

#[tokio::test]
async fn a_press_joins_another_undoes_it_and_the_receipt_opens_throughout() {
    let town = Town::new();
    let wren = town.signed_in("Wren", &[Role::Triager]).await;
    let (first, _) = filed(&town, "Rye Lane", "White van by the bakery, four officers").await;
    let (second, words) = filed(&town, "Rye Lane", "a white van outside the bakery").await;
    let incident = desk::open_incident(&town.app.world, &wren.caller, first, false).await.unwrap();
    let path = format!("/desk/incidents/{incident}");
    let before = town.app.world.store.report(second).await.unwrap().unwrap();

    let page = get_as(&town, &wren, &path).await.text();
    assert!(page.contains("May be the same") && page.contains("Words in common: bakery"), "{page}");
    assert!(page.contains("Not independent of any other report: nobody has recorded a reason."));
    let offer = page.split("<form").find(|form| form.contains(&format!("/desk/reports/{second}/join"))).expect("one press joins it");
    let version = offer.split("name=\"version\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert!(get_as(&town, &wren, &format!("/desk/reports/{second}")).await.text().contains("Words in common: bakery"));

    let fields = [("csrf", wren.csrf.as_str()), ("version", &version), ("incident", &incident.to_string())];
    assert_eq!(post_as(&town, &wren, &format!("/desk/reports/{second}/join"), &fields).await.status, StatusCode::SEE_OTHER);
    let page = get_as(&town, &wren, &path).await;
    assert!(!page.text().contains("May be the same"), "what is joined is offered no more");
    assert_eq!(read_receipt(&town.app.world, StreetCaller, &words).await.unwrap().report.incidents, [incident]);

    let fields = [("csrf", wren.csrf.as_str()), ("version", &page.field("version")), ("report", &second.to_string())];
    assert_eq!(post_as(&town, &wren, &format!("{path}/unlink"), &fields).await.status, StatusCode::SEE_OTHER);
    let after = read_receipt(&town.app.world, StreetCaller, &words).await.unwrap().report;
    assert_eq!((after.incidents.as_slice(), &after.told), (&[][..], &before.told));
    assert!(after.waits(), "it stands in the queue again");
    assert!(get_as(&town, &wren, &path).await.text().contains("May be the same"));
}

#[tokio::test]
async fn of_two_members_who_join_one_report_at_once_one_is_told_who_was_faster() {
    let town = Town::new();
    let (wren, plover) = (town.signed_in("Wren", &[Role::Triager]).await, town.signed_in("Plover", &[Role::Triager]).await);
    let (one, _) = filed(&town, "Rye Lane", "").await;
    let (two, _) = filed(&town, "Rye Lane", "").await;
    let (contested, words) = filed(&town, "Rye Lane", "").await;
    let world = &town.app.world;
    let here = desk::open_incident(world, &wren.caller, one, false).await.unwrap();
    let there = desk::open_incident(world, &plover.caller, two, false).await.unwrap();
    // Both have the page of the report that nobody has read.
    let version = world.store.report(contested).await.unwrap().unwrap().version.to_string();
    let press = async |member: &Signed, to: IncidentId| {
        let fields = [("csrf", member.csrf.as_str()), ("version", &version), ("incident", &to.to_string())];
        post_as(&town, member, &format!("/desk/reports/{contested}/join"), &fields).await.status
    };
    let (a, b) = futures::join!(press(&wren, here), press(&plover, there));
    let won = match (a, b) {
        (StatusCode::SEE_OTHER, StatusCode::CONFLICT) => here,
        (StatusCode::CONFLICT, StatusCode::SEE_OTHER) => there,
        other => panic!("{other:?}"),
    };
    let report = read_receipt(world, StreetCaller, &words).await.unwrap().report;
    assert_eq!((report.incidents.as_slice(), report.state), (&[won][..], ReportState::Joined));
    // Whoever was slower sees who was faster, and may still mean it: one report, two happenings.
    let other = if won == here { there } else { here };
    desk::join(world, &plover.caller, other, contested).await.unwrap();
    let report = read_receipt(world, StreetCaller, &words).await.unwrap().report;
    assert_eq!(report.incidents, [won, other]);
}
