//! What holds for the page of charts.

use super::super::super::fixture::Town;
use super::*;
use crate::acts::record::import_scenario;
use crate::figures::FiguresKept;
use crate::shipped;
use handbell_rules::playbook::Reach;
use handbell_rules::scenario::Scenario;

async fn charts(town: &Town) -> String {
    let heard = town.get("/record/charts").await;
    assert_eq!(heard.status, 200);
    heard.text()
}

#[tokio::test]
async fn the_charts_follow_the_record_and_say_what_they_are_not() {
    let town = Town::new();
    let empty = charts(&town).await;
    assert!(empty.contains("Nothing is in the record yet.") && !empty.contains("<svg class=\"chart\""), "{empty}");
    assert!(empty.contains("not how often it happened"));

    for (name, text) in shipped::SCENARIOS {
        if let Ok(scenario) = Scenario::parse(name, text) {
            // One that ships for drills alone is not for the record.
            let _ = import_scenario(&town.app.world, &scenario).await;
        }
    }
    let two = charts(&town).await;
    assert!(two.contains("The record holds 2 incidents"), "{two}");
    assert!(two.contains("<bdi>Apr–Jun 2017</bdi>") && two.contains("1 of 1 first accounts was corrected."), "{two}");
    assert!(two.contains("too few to make a share of") && !two.contains("50 %"), "no share is made of two");
    assert!(two.contains("2 incidents were entered from files and are not counted here"), "{two}");
    // By quarter, district and kind. The one first account is older than what is drawn, and no wait is known.
    assert_eq!(two.matches("role=\"img\"").count(), 3);
    assert!(two.contains("The drawing shows the five years up to April to June 2022."), "{two}");

    let about = town.confirmed("flood").await;
    town.opened(&about).await;
    assert!(charts(&town).await.contains("The record holds 3 incidents"), "the next commit is counted");
    let alert = town.rung(&about, Reach::Public).await;
    crate::acts::bell::end(&town.app.world, &about.ben.caller, alert, false).await.unwrap();
    let rung = charts(&town).await;
    assert!(rung.contains("Until an alert rang: 1 incident only, too few for a median."), "{rung}");
    assert!(rung.contains("counted up to entry"));
}

#[tokio::test]
async fn what_is_not_counted_yet_is_said_and_counted_behind_whoever_asked() {
    let town = Town::new();
    let (name, text) = shipped::SCENARIOS.iter().find(|(name, _)| *name == "rye-lane-2017.toml").unwrap();
    import_scenario(&town.app.world, &Scenario::parse(name, text).unwrap()).await.unwrap();
    let some = town.app.figures.counted(&town.app.world, 5).await.unwrap();
    assert!(!some.is_whole() && some.entries == 5 && some.of > 5, "{some:?}");
    town.app.figures.count_the_rest(&town.app.world).await;
    let all = town.app.figures.counted(&town.app.world, 0).await.unwrap();
    assert!(all.is_whole() && all.sums.incidents == 1, "{all:?}");
}

#[tokio::test]
async fn counted_in_any_stretches_the_record_has_the_same_figures() {
    let town = Town::new();
    for (name, text) in shipped::SCENARIOS {
        if let Ok(scenario) = Scenario::parse(name, text) {
            let _ = import_scenario(&town.app.world, &scenario).await;
        }
    }
    let (one, other) = (town.confirmed("flood").await, town.confirmed("flood").await);
    town.opened(&one).await;
    town.opened(&other).await;
    let (alert, later) = (town.rung(&one, Reach::Public).await, town.rung(&other, Reach::Public).await);
    for (about, alert) in [(&other, later), (&one, alert)] {
        crate::acts::bell::end(&town.app.world, &about.ben.caller, alert, false).await.unwrap();
    }
    let at_once = town.app.figures.counted(&town.app.world, u64::MAX).await.unwrap();
    assert!(at_once.is_whole() && at_once.sums.incidents == 4, "{at_once:?}");
    for stretch in [1, 2, 3, 7] {
        let slowly = FiguresKept::default();
        while !slowly.counted(&town.app.world, stretch).await.unwrap().is_whole() {}
        assert_eq!(slowly.counted(&town.app.world, 0).await.unwrap().sums, at_once.sums, "{stretch} entries at once");
    }
}

#[test]
fn minutes_are_said_as_people_say_them() {
    for (minutes, said) in
        [(0, "0 min"), (59, "59 min"), (60, "1 h"), (95, "1 h 35 min"), (605, "10 h"), (2_880, "2 days"), (525_600, "365 days")]
    {
        assert_eq!(minutes_in_words(minutes), said);
    }
}

#[test]
fn long_tables_end_and_lose_nothing() {
    let mut sums = Sums::default();
    let first = Quarter::new(1990, 1).unwrap();
    for place in 0..100 {
        let accounts = Accounts { given: 12, corrected: 3, added_to: 1 };
        sums.quarters.insert(Some(first.later(place)), InQuarter { incidents: 20, accounts });
    }
    sums.quarters.insert(None, InQuarter { incidents: 7, ..InQuarter::default() });
    sums.incidents = 2_007;
    sums.accounts = Accounts { given: 1_200, corrected: 300, added_to: 100 };
    sums.districts = (0..300).map(|place| (format!("District number {place}"), 10)).collect();
    let quarters = by_quarter(&sums);
    assert_eq!(quarters.rows.len(), QUARTERS_MAX + 2);
    let counted: u32 = quarters.rows.iter().map(|row| row.cells[0].parse::<u32>().unwrap()).sum();
    assert_eq!(counted, sums.incidents);
    let districts = by_name(Names::District, &sums.districts);
    assert_eq!((districts.rows.len(), districts.rows.last().unwrap().name.as_str()), (NAMES_MAX + 1, "280 other districts"));
    assert!(!districts.drawing.as_ref().unwrap().tells.contains("other districts"), "the others together are no bar");
    assert!(districts.says[1].contains("the 280 other districts in one row"), "{:?}", districts.says);
    let shown = corrected(&sums);
    assert!(shown.says[0].contains("300 of 1200 first accounts were corrected (25 %)"));
    assert_eq!(shown.rows[0].cells, ["12", "3", "25 %", "1"]);
    assert_eq!(shown.rows.last().unwrap().cells, ["0", "0", "–", "0"]);
}
