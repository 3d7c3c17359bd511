//! Reports of residents, brought to the desk of an exercise group.

use super::{Keeping, corpus, table};
use crate::town::{code, handbell, said};

const STREET: &str = r#"
set = "street"
key = "{report_id}"
kind = "something-else"
lat = "{lat}"
lon = "{lon}"
place = "{category}"
words = "{title}. {detail} (reported {requested_at}, sent {sent_at} by {via}) {photo_url}"
"#;

#[test]
fn eleven_thousand_reports_come_to_the_desk_of_an_exercise_once() {
    let Some(file) = corpus("reports/lewisham_street_reports.csv") else { return };
    let live = Keeping::new(false);
    let map = live.map(STREET);
    let no = handbell().arg("import").arg(&live.dir).arg(&file).args(["--as", "reports-csv", "--map"]).arg(&map).output().unwrap();
    assert_eq!(code(&no), 1, "a live desk takes none: {}", said(&no));
    let keeping = Keeping::new(true);
    let map = keeping.map(STREET);
    let told = keeping.import(&file, "reports-csv", &["--map", map.to_str().unwrap()]);
    // One of them has a sign in it that no text of a report may have.
    let odd = table(&file).iter().filter(|row| row.values().any(|cell| cell.contains('\u{feff}'))).count() as u64;
    assert_eq!((told.rows, told.entered, told.already, told.refused), (11_439, 11_439 - odd, 0, odd), "{}", told.all);
    let rejects = table(&keeping.dir.join("rejects/lewisham_street_reports.csv"));
    assert!(rejects.len() as u64 == odd && rejects.iter().all(|row| row["refused_because"].starts_with("text-unreadable")));
    let again = keeping.import(&file, "reports-csv", &["--map", map.to_str().unwrap()]);
    assert_eq!((again.entered, again.already), (0, told.entered), "{}", again.all);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let town = handbell::cli::town::open(&keeping.dir, &handbell::cli::town::Staging::default()).await.unwrap();
        let reports = town.world.store.waiting_reports(20_000).await.unwrap();
        assert_eq!(reports.len() as u64, told.entered);
        let rows = table(&file);
        for row in rows.iter().step_by(500) {
            let detail = row["detail"].split_whitespace().collect::<Vec<_>>().join(" ");
            let found = reports.iter().find(|report| report.told.text.contains(&row["requested_at"]) && report.told.text.contains(&detail));
            let point = found.and_then(|report| report.told.point).unwrap();
            assert!((point.latitude() - row["lat"].parse::<f64>().unwrap()).abs() < 0.000_002, "{}", row["report_id"]);
        }
        town.close().await;
    });
    println!("reports: {} filed once", told.entered);
}
