//! A public list of 1,013 incidents with its 4,205 edits.

use super::{Keeping, corpus};
use crate::recorded::{assessment, claim, editors, source};
use handbell::acts::record::read_record;
use handbell::cli::town;
use handbell_rules::id::IncidentId;
use handbell_rules::record::Ref;
use handbell_rules::record::as_of::AsOf;
use handbell_rules::record::brought::history::HEADING;
use handbell_rules::record::projection::IncidentRecord;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

const LIST: &str = r#"
set = "list"
kind = "gathering"
zone = "America/New_York"
radius_metres = 100
label = "2020PB incident list"
standing = "Kept by volunteers from footage and press; anybody may send something in."
"#;

/// How many incidents are looked at byte for byte, before and after the desk adds to them.
const LOOKED_AT: usize = 40;

/// Thousandths of a degree, as finely as a point is told.
fn thousandths(geolocation: &Value) -> Option<Vec<i64>> {
    let text = geolocation.as_str().unwrap_or_default();
    let parts: Vec<f64> = text.split(',').map(|part| part.trim().parse().ok()).collect::<Option<_>>()?;
    (parts.len() == 2).then(|| parts.iter().map(|degrees| (degrees * 1_000.0).round() as i64).collect())
}

/// Whether an edit changes anything that the record tells: more than white space, and a point by more than it is told.
fn is_told(edit: &Value) -> bool {
    let words = |value: &Value| value.as_str().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    let changes = edit["changes"].as_object().into_iter().flatten();
    changes.into_iter().any(|(field, change)| match field.as_str() {
        "links" | "tags" => ["added", "removed"].iter().any(|moved| !change[*moved].as_array().unwrap().is_empty()),
        "geolocation" => thousandths(&change[0]) != thousandths(&change[1]),
        _ => words(&change[0]) != words(&change[1]),
    })
}

fn heading(page: &IncidentRecord) -> String {
    let fact = page.facts.iter().find(|fact| fact.about.as_deref() == Some(HEADING)).unwrap();
    fact.assessments.last().unwrap().sentences[0].text.clone()
}

#[test]
fn every_edit_of_a_real_list_is_a_correction_and_can_be_walked_back() {
    let (Some(items), Some(edits)) =
        (corpus("incidents/police_brutality_2020.jsonl"), corpus("incidents/police_brutality_2020_revisions.jsonl"))
    else {
        return;
    };
    let keeping = Keeping::new(false);
    let map = keeping.map(LIST);
    let with = ["--edits", edits.to_str().unwrap(), "--map", map.to_str().unwrap(), "--marked", "words"];
    let told = keeping.import(&items, "revisions-jsonl", &with);
    assert_eq!(
        (told.rows, told.entered + told.unchanged, told.refused),
        (4_207, 4_207, 0),
        "4,205 edits and two items without any: {}",
        told.all
    );
    // Which edits change nothing that is told, by the file alone; every other one has entries of its own.
    let lines: Vec<Value> = std::fs::read_to_string(&edits).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let named = |edit: &Value| format!("{}#{}", edit["id"].as_str().unwrap(), edit["rev"]);
    let quiet: BTreeSet<String> = lines.iter().filter(|edit| edit["rev"] != 0 && !is_told(edit)).map(named).collect();
    let rows = keeping.rows();
    let stands: BTreeSet<&str> = rows.values().map(String::as_str).collect();
    let silent: BTreeSet<String> = lines.iter().map(named).filter(|key| !stands.contains(key.as_str())).collect();
    assert_eq!((&silent, silent.len() as u64, stands.len() as u64), (&quiet, told.unchanged, told.entered));
    assert_eq!(quiet.len(), 2, "{quiet:?}");
    let pages = keeping.pages();
    assert_eq!(pages.len(), 1_013);
    let corrections: usize = pages.iter().map(|page| page.corrections.len()).sum();
    let superseded: usize = pages.iter().flat_map(|page| &page.facts).map(|fact| fact.assessments.len().saturating_sub(1)).sum();
    assert_eq!(corrections, superseded);
    for page in &pages {
        assert!(page.corrections.iter().zip(1..).all(|(one, number)| one.number == number && !one.note.is_empty()), "{}", page.title);
    }

    let mut by_item: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for edit in lines {
        by_item.entry(edit["id"].as_str().unwrap().to_owned()).or_default().push(edit);
    }
    let incident_of: BTreeMap<&str, IncidentId> = pages
        .iter()
        .map(|page| (page.lines.iter().find_map(|line| rows.get(&line.index)).unwrap().split('#').next().unwrap(), page.incident))
        .collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let opened = town::open(&keeping.dir, &town::Staging::default()).await.unwrap();
        let world = &opened.world;
        let mut walked = 0;
        let mut kept: Vec<(IncidentId, AsOf, Vec<u8>)> = Vec::new();
        for (place, (id, edits)) in by_item.iter().enumerate() {
            let incident = incident_of[id.as_str()];
            for (rev, edit) in edits.iter().enumerate() {
                let moment: AsOf = format!("said:{}", edit["at"].as_str().unwrap()).parse().unwrap();
                let page = read_record(world, incident, Some(&moment)).await.unwrap().unwrap();
                // The newest entry then is of this edit, or of an earlier one where this one changed nothing that is told.
                let newest = page.lines.iter().rev().find_map(|line| rows.get(&line.index)).unwrap();
                let told: usize = newest.split('#').nth(1).unwrap().parse().unwrap();
                assert!(told <= rev, "{id} {rev}");
                if let Some(title) = edit["changes"]["title"][1].as_str() {
                    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
                    assert_eq!(heading(&page), title, "{id} {rev}");
                    assert_eq!(told, rev);
                }
                walked += 1;
                if place % (by_item.len() / LOOKED_AT) == 0 {
                    kept.push((incident, moment, serde_json::to_vec(&page).unwrap()));
                    let size = AsOf::Size(page.lines.last().unwrap().index + 1);
                    let then = read_record(world, incident, Some(&size)).await.unwrap().unwrap();
                    kept.push((incident, size, serde_json::to_vec(&then).unwrap()));
                }
            }
        }
        assert_eq!(walked, 4_205);
        // Two members go on with them; what stood before stays what it was, to the byte.
        let both = editors(world).await;
        let looked: BTreeSet<IncidentId> = kept.iter().map(|(incident, ..)| *incident).collect();
        for incident in &looked {
            let page = read_record(world, *incident, None).await.unwrap().unwrap();
            let claims = u32::try_from(page.facts.iter().map(|fact| fact.claims.len()).sum::<usize>()).unwrap();
            let (sources, before) = (u32::try_from(page.sources.len()).unwrap(), page.corrections.len());
            let more = vec![source("Witness A"), claim(Ref::New(0), "People were pushed."), assessment(&[Ref::New(0)], "People were pushed.", "A witness told us.")];
            both.state(world, *incident, more).await;
            let after = read_record(world, *incident, None).await.unwrap().unwrap();
            assert_eq!(after.sources.len(), sources as usize + 1);
            assert!(claims > 0 && after.corrections.len() <= before + 1);
        }
        for (incident, moment, bytes) in &kept {
            let page = read_record(world, *incident, Some(moment)).await.unwrap().unwrap();
            assert_eq!(&serde_json::to_vec(&page).unwrap(), bytes, "{incident} as of {moment}");
        }
        opened.publish().await.unwrap();
        opened.close().await;
        println!(
            "a list: {walked} edits walked back, {corrections} corrections, {} entries, {} pages of {} incidents the same to the byte after the desk went on, {} texts and addresses left out",
            rows.len(),
            kept.len(),
            looked.len(),
            told.left_out
        );
    });
    keeping.verified();
    let (middle, heaviest) = keeping.light(&pages);
    println!("a list: pages of {middle} bytes, {heaviest} at most");
    // Brought again, nothing is new, also after the desk went on.
    let before = keeping.checkpoint();
    let again = keeping.import(&items, "revisions-jsonl", &with);
    assert_eq!((again.entered, again.already), (0, told.entered), "{}", again.all);
    assert_eq!(keeping.checkpoint(), before);
}
