//! Stories of a flood: lanes on the queue, a pattern that is muted and comes back, a page that does its work.

use super::tests::{filed, get_as, post_as};
use crate::acts::flood;
use crate::doors::fixture::{Heard, Signed, Town};
use crate::flood::Reading;
use handbell_rules::people::member::Role;
use handbell_rules::street::flood::budget::{AREA_FULL, DESK_FULL};
use handbell_rules::street::flood::lane::Lane;
use handbell_rules::street::flood::puzzle::{BITS_MIN, solve};
use handbell_rules::street::report::Report;
use handbell_rules::time::{HOUR, MINUTE};
use http::StatusCode;

const JUNK: &str = "Everybody come to the square, there are forty vans and dogs and horses";
const REAL: &str = "Two officers hold a man in the doorway of the bakery.";

async fn flooded(town: &Town, reports: u32) {
    for number in 0..reports {
        filed(town, "Rye Lane", &format!("{JUNK} {number}")).await;
    }
}

async fn mutes(town: &Town, member: &Signed, fields: &[(&str, &str)]) -> Heard {
    let page = get_as(town, member, "/desk/mutes").await.text();
    assert!(page.contains("action=\"/desk/mutes\""), "{page}");
    let all = [("csrf", member.csrf.as_str())].into_iter().chain(fields.iter().copied()).collect::<Vec<_>>();
    post_as(town, member, "/desk/mutes", &all).await
}

async fn newest(town: &Town) -> Report {
    let mut reports = town.app.world.store.waiting_reports(1_000).await.unwrap();
    reports.sort_by_key(|report| report.id);
    reports.pop().unwrap()
}

#[tokio::test]
async fn in_a_flood_the_queue_shows_the_lanes_in_words_and_the_lone_report_first() {
    let town = Town::new();
    let wren = town.signed_in("Wren", &[Role::Triager]).await;
    assert!(get_as(&town, &wren, "/desk").await.text().contains("Oldest first."));
    flooded(&town, 40).await;
    filed(&town, "Rye Lane", REAL).await;
    assert_eq!(newest(&town).await.lane, Lane::Slow, "over the budget, and no page did any work");
    let page = get_as(&town, &wren, "/desk").await.text();
    assert!(page.contains("A flood: 20 or more reports a minute."), "{page}");
    assert!(page.contains("Slow lane: many reports come"));
    let (real, junk) = (page.find("hold a man").unwrap(), page.find("20 or more near-identical").unwrap());
    assert!(real < junk, "the lone one stands before the pile");
    town.clock.go(3 * MINUTE);
    assert!(get_as(&town, &wren, "/desk").await.text().contains("Oldest first."), "and it is calm again by itself");
    filed(&town, "Rye Lane", "Somebody knocks at every door of the house").await;
    assert_eq!(newest(&town).await.lane, Lane::Fast);
}

#[tokio::test]
async fn a_muted_pattern_is_kept_counted_and_shown_until_it_ends_or_is_lifted() {
    let town = Town::new();
    let wren = town.signed_in("Wren", &[Role::Triager]).await;
    flooded(&town, 30).await;
    filed(&town, "Rye Lane", REAL).await;
    let first = town.app.world.store.waiting_reports(1).await.unwrap().remove(0).id.to_string();
    let offered = get_as(&town, &wren, &format!("/desk/reports/{first}")).await.text();
    assert!(offered.contains(&format!("/desk/mutes?report={first}")), "one click from the report");
    assert!(get_as(&town, &wren, &format!("/desk/mutes?report={first}")).await.text().contains("forty vans"));
    let fields = [("report", first.as_str()), ("words", ""), ("area", "everywhere"), ("hours", "1"), ("reason", "Sent by a program")];
    assert_eq!(mutes(&town, &wren, &fields).await.status, StatusCode::SEE_OTHER);

    let page = get_as(&town, &wren, "/desk").await.text();
    assert_eq!(page.matches("<article").count(), 1, "{page}");
    for words in ["hold a man", "Near-copies of “Everybody come", "20 or more kept under this line", "Sent by a program", "31 waiting"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert_eq!(town.app.world.store.waiting_reports(100).await.unwrap().len(), 31, "nothing was thrown away");
    town.clock.go(HOUR);
    let back = get_as(&town, &wren, "/desk").await.text();
    assert!(back.contains("Nothing is muted.") && back.contains("near-identical"), "it ends by itself");

    let fields = [("report", ""), ("words", "forty vans"), ("area", "everywhere"), ("hours", "24"), ("reason", "Again")];
    assert_eq!(mutes(&town, &wren, &fields).await.status, StatusCode::SEE_OTHER);
    let page = get_as(&town, &wren, "/desk/mutes").await.text();
    assert!(page.contains("All of the words “forty”, “vans”") && page.contains("20 or more kept"), "{page}");
    let lift = page.split("action=\"").find(|form| form.contains("/lift")).unwrap().split('"').next().unwrap().to_owned();
    let lifted = post_as(&town, &wren, &lift, &[("csrf", &wren.csrf)]).await;
    assert_eq!(lifted.status, StatusCode::SEE_OTHER);
    assert!(get_as(&town, &wren, "/desk/mutes").await.text().contains("Nothing is muted."));
    let journal = town.app.world.store.journal(0, 1_000).await.unwrap();
    for what in ["mute-put", "mute-lifted"] {
        let line = journal.iter().find(|line| line.what == what).expect(what);
        assert_eq!(line.member, Some(wren.caller.member));
    }
}

#[tokio::test]
async fn what_a_mute_needs_is_said_beside_the_field_and_off_duty_nothing_is_shown() {
    let town = Town::new();
    let wren = town.signed_in("Wren", &[Role::Triager]).await;
    flooded(&town, 1).await;
    for (field, value, words) in [
        ("words", "vans", "Give at least two words"),
        ("area", "nowhere", "Choose an area from the list"),
        ("hours", "48", "one hour to one day"),
        ("reason", "", "Write one sentence that says why"),
    ] {
        let mut fields = vec![("report", ""), ("words", "forty vans"), ("area", "everywhere"), ("hours", "1"), ("reason", "Why")];
        fields.retain(|(name, _)| *name != field);
        fields.push((field, value));
        let heard = mutes(&town, &wren, &fields).await;
        assert_eq!(heard.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
        assert!(heard.text().contains(words), "{field}: {}", heard.text());
    }
    let finch = town.signed_in("Finch", &[Role::Observer]).await;
    assert_eq!(get_as(&town, &finch, "/desk/mutes").await.status, StatusCode::FORBIDDEN);
    let fields =
        [("csrf", wren.csrf.as_str()), ("report", ""), ("words", "forty vans"), ("area", "everywhere"), ("hours", "1"), ("reason", "Why")];
    post_as(&town, &wren, "/desk/mutes", &fields).await;
    post_as(&town, &wren, "/desk/duty", &[("csrf", wren.csrf.as_str()), ("duty", "end")]).await;
    for path in ["/desk", "/desk/mutes"] {
        assert!(!get_as(&town, &wren, path).await.text().contains("forty"), "{path}");
    }
}

#[tokio::test]
async fn after_a_start_the_line_up_is_read_from_the_store_again() {
    let town = Town::new();
    flooded(&town, 30).await;
    town.app.world.flood.doubt();
    assert_ne!(town.app.world.flood.sorted().1, Reading::Whole);
    let fresh = crate::world::World { flood: std::sync::Arc::default(), ..town.app.world.clone() };
    let waiting = flood::waiting(&fresh).await.unwrap();
    assert_eq!((waiting.reports, waiting.lines.len(), waiting.lines[0].reports, waiting.sorting), (30, 1, 30, false));
}

#[tokio::test]
async fn a_page_that_did_its_work_is_in_a_lane_of_its_own_and_no_answer_opens_twice() {
    let town = Town::new();
    let world = &town.app.world;
    assert_eq!(flood::puzzle(world, None), None, "no puzzle in calm hours");
    assert_eq!(flood::lane(world, None, None, false), Lane::Fast);
    assert_eq!(flood::lane(world, None, None, true), Lane::Slow, "more than its prefix holds");
    for _ in 0..AREA_FULL.max(DESK_FULL) {
        flood::lane(world, None, None, false);
    }
    let (puzzle, bits) = flood::puzzle(world, None).expect("a storm asks");
    assert!(bits >= BITS_MIN);
    let answer = solve(&puzzle, bits);
    assert_eq!(flood::lane(world, None, Some(&answer), false), Lane::Solved);
    assert_eq!(flood::lane(world, None, Some(&answer), false), Lane::Slow, "once");
    assert_eq!(
        flood::lane(world, Some("middle"), Some(&solve(&flood::puzzle(world, None).unwrap().0, bits)), false),
        Lane::Slow,
        "its area only"
    );
    assert_eq!(flood::lane(world, None, Some("nonsense"), false), Lane::Slow);
    assert_eq!(flood::lane(world, None, None, false), Lane::Slow);
}

#[tokio::test]
async fn the_form_carries_a_puzzle_in_a_storm_and_sends_with_its_answer_and_without() {
    let town = Town::new();
    let fields =
        [("step", "where"), ("kind", "something-else"), ("basis", "saw"), ("place", "by the bakery"), ("when", "now"), ("go", "next")];
    let calm = town.post("/report", &fields).await.text();
    assert!(!calm.contains("puzzle"), "in calm hours the page has no work to do: {calm}");
    flooded(&town, 20).await;
    let page = town.post("/report", &fields).await.text();
    let of = |name: &str| page.split(&format!("{name}=\"")).nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned();
    let (puzzle, bits) = (of("data-puzzle"), of("data-bits").parse::<u8>().unwrap());
    assert!(page.contains("src=\"/assets/puzzle.js\"") && page.contains("role=\"status\""), "{page}");
    let send = async |answer: &str| {
        let sent =
            [("step", "more"), ("kind", "something-else"), ("basis", "saw"), ("place", "by the bakery"), ("when", "now"), ("go", "send")];
        let sent: Vec<(&str, &str)> = sent.into_iter().chain([("puzzle", answer), ("text", answer)]).collect();
        let heard = town.post("/report", &sent).await;
        assert_eq!(heard.status, StatusCode::OK, "{}", heard.text());
        town.clock.go(1);
        newest(&town).await.lane
    };
    assert_eq!(send("").await, Lane::Slow, "without scripts it is kept, and waits in the slow lane");
    assert_eq!(send(&solve(&puzzle, bits)).await, Lane::Solved);
}
