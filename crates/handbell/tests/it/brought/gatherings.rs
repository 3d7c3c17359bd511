//! Two tables of gatherings: one with two recorders who disagree, and one with thirty-five columns.

use super::{Keeping, corpus, table};
use handbell_rules::record::claim::Value;
use handbell_rules::record::projection::{ClaimLine, FactLine, IncidentRecord};
use std::collections::{BTreeMap, BTreeSet};

/// Which column of the table of two recorders says what.
const TWO_RECORDERS: &str = include_str!("maps/two_recorders.toml");
/// The same for the table of thirty-five columns.
const MANY_COLUMNS: &str = include_str!("maps/many_columns.toml");

/// A row of a table as its own small reader sees it.
type Row = BTreeMap<String, String>;

/// White space and controls of a cell as single spaces: the files have controls of a spoilt encoding in them.
fn plain(cell: &str) -> String {
    let words = cell.split(|letter: char| letter.is_whitespace() || letter.is_control()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// What the rejects say was left out of each row, by its key: `fact: words`.
fn left_out_of<'a>(rejects: &'a [Row], key: &str) -> BTreeMap<&'a str, Vec<&'a str>> {
    let mut all: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for row in rejects.iter().filter(|row| row["refused_what"] == "words") {
        all.entry(row[key].as_str()).or_default().push(row["refused_words"].as_str());
    }
    all
}

/// What was left out of one field of a row.
fn of_field<'a>(out: Option<&Vec<&'a str>>, field: &str) -> Vec<&'a str> {
    out.into_iter().flatten().filter_map(|words| words.strip_prefix(field)?.strip_prefix(": ")).collect()
}

/// Whether a point is the file's, on the grid of hundredths of a degree that a radius of 20 kilometres means.
fn is_the_files(lat: Option<i32>, lon: Option<i32>, radius: Option<u32>, row: &Row) -> bool {
    let near = |micro: i32, cell: &str| {
        let degrees: f64 = cell.parse().unwrap();
        micro % 10_000 == 0 && (f64::from(micro) - degrees * 1e6).abs() <= 5_001.0
    };
    match (lat, lon) {
        (Some(lat), Some(lon)) => radius == Some(20_000) && near(lat, &row["lat"]) && near(lon, &row["lon"]),
        (None, None) => row["lat"].is_empty() && row["lon"].is_empty() && radius.is_none(),
        _ => false,
    }
}

/// Whether a claimed number says what a cell says: its whole number at both ends, anything else in its own words.
fn says_the_number(claim: &ClaimLine, cell: &str) -> bool {
    let Value::Range { low, high, words } = &claim.value else { return false };
    match cell.parse::<u32>() {
        Ok(number) => (*low, *high) == (Some(number), Some(number)),
        Err(_) => words.as_deref() == Some(cell),
    }
}

fn claims_of<'a>(page: &'a IncidentRecord, fact: &str) -> Vec<&'a ClaimLine> {
    page.facts.iter().filter(|one| one.predicate == fact).flat_map(|one| &one.claims).collect()
}

fn people(page: &IncidentRecord) -> impl Iterator<Item = (&FactLine, &ClaimLine)> {
    page.facts.iter().filter(|fact| fact.predicate == "count.people").flat_map(|fact| fact.claims.iter().map(move |claim| (fact, claim)))
}

fn label(page: &IncidentRecord, source: u32) -> String {
    page.sources[source as usize - 1].source.as_ref().unwrap().label.clone()
}

/// The numbers of a cell: a decimal lies between two, anything else but a range is none.
fn ends(size: &str) -> Option<(u32, u32)> {
    if let Some((low, high)) = size.split_once('-') {
        return Some((low.parse().ok()?, high.parse().ok()?));
    }
    let number: f64 = size.parse().ok()?;
    Some((number.floor() as u32, number.ceil() as u32))
}

#[test]
fn two_recorders_of_4593_rows_stand_side_by_side_where_they_disagree() {
    let Some(file) = corpus("events/blm_protest_claims.csv") else { return };
    let keeping = Keeping::new(false);
    let map = keeping.map(TWO_RECORDERS);
    let map = map.to_str().unwrap();
    let told = keeping.import(&file, "events-csv", &["--map", map, "--marked", "words"]);
    assert_eq!((told.rows, told.already), (4_593, 0), "{}", told.all);
    assert_eq!(told.entered + told.refused, 4_593, "no row is lost: {}", told.all);
    assert!(told.refused < 60, "{}", told.all);

    // Every row that was entered stands in the log under its key, and every other one in the rejects.
    let rows = table(&file);
    let pages = keeping.pages();
    let entries = keeping.rows();
    let stands: BTreeSet<&str> = entries.values().map(String::as_str).collect();
    let rejects = table(&keeping.dir.join("rejects/blm_protest_claims.csv"));
    let refused: BTreeSet<&str> = rejects.iter().filter(|row| row["refused_what"] == "row").map(|row| row["claim_id"].as_str()).collect();
    assert_eq!((stands.len() as u64, refused.len() as u64), (told.entered, told.refused));
    assert_eq!(rejects.iter().filter(|row| row["refused_what"] == "words").count() as u64, told.left_out);
    for row in &rows {
        let key = row["claim_id"].as_str();
        assert!(stands.contains(key) != refused.contains(key), "{key} is in the record or in the rejects, and not in both");
    }

    // Incidents are the city-days.
    let days: BTreeSet<(&str, &str)> = rows
        .iter()
        .filter(|row| !refused.contains(row["claim_id"].as_str()))
        .map(|row| (row["date"].as_str(), row["city_st"].as_str()))
        .collect();
    assert_eq!(pages.len(), days.len());

    // Each size that was entered is a claim with the file's numbers by the file's recorder.
    let left_out: BTreeSet<&str> = rejects.iter().map(|row| row["claim_id"].as_str()).collect();
    let mut sizes = 0;
    let by_key: BTreeMap<&str, &BTreeMap<String, String>> = rows.iter().map(|row| (row["claim_id"].as_str(), row)).collect();
    for page in &pages {
        for (_, claim) in people(page) {
            let row = by_key[entries[&claim.index].as_str()];
            let recorder = if row["recorded_by"] == "CCC" { "Crowd Counting Consortium" } else { "Wikipedia contributors" };
            assert_eq!(label(page, claim.source), recorder);
            let Value::Range { low, high, words } = &claim.value else { panic!("{claim:?}") };
            assert_eq!(low.zip(*high), ends(&row["size"]), "{}", row["claim_id"]);
            let plain = row["size_text"].split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(words.clone().unwrap_or_default().starts_with(&plain), "{}", row["claim_id"]);
            sizes += 1;
        }
    }
    let (mut points, mut links) = (0, 0);
    let out = left_out_of(&rejects, "claim_id");
    for page in &pages {
        for claim in claims_of(page, "place") {
            let key = entries[&claim.index].as_str();
            let Value::Place { words, lat, lon, radius_metres, .. } = &claim.value else { panic!("{claim:?}") };
            assert_eq!(*words, plain(&by_key[key]["location"]), "{key}");
            assert!(is_the_files(*lat, *lon, *radius_metres, by_key[key]), "{key}: {claim:?}");
            points += usize::from(lat.is_some());
        }
        let mut cited: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for line in &page.sources {
            let url = line.source.as_ref().and_then(|source| source.url.as_deref());
            url.into_iter().for_each(|url| cited.entry(entries[&line.index].as_str()).or_default().push(url));
        }
        let keys: BTreeSet<&str> = page.lines.iter().filter_map(|line| Some(entries.get(&line.index)?.as_str())).collect();
        for key in keys {
            let mut told: Vec<&str> = cited.remove(key).unwrap_or_default();
            links += told.len();
            told.extend(of_field(out.get(key), "urls"));
            let mut wanted: Vec<&str> = by_key[key]["urls"].split(' ').map(str::trim).filter(|url| !url.is_empty()).collect();
            told.sort_unstable();
            wanted.sort_unstable();
            assert_eq!(told, wanted, "{key}: every address is a source or among the rejects, and no other is");
        }
    }
    let placed = |row: &&Row| !row["location"].is_empty() && !row["lat"].is_empty();
    let without = |row: &&Row| {
        let key = row["claim_id"].as_str();
        refused.contains(key) || !of_field(out.get(key), "place").is_empty() || !of_field(out.get(key), "place about").is_empty()
    };
    assert_eq!(rows.iter().filter(placed).count(), 4_267, "as the file has them");
    assert_eq!(points, rows.iter().filter(placed).filter(|row| !without(row)).count());
    let said = rows.iter().filter(|row| !(row["size"].is_empty() && row["size_text"].is_empty()));
    let wanted = said.clone().filter(|row| !left_out.contains(row["claim_id"].as_str())).count();
    assert!(sizes >= wanted && sizes <= said.count(), "{sizes} sizes, of {wanted} rows at least");

    // Where both recorders give sizes and give others, as the file's own description counts it.
    // The rows of each recorder, by day and town.
    let mut both: BTreeMap<(&str, &str), [Vec<&Row>; 2]> = BTreeMap::new();
    for row in rows.iter().filter(|row| !(row["size"].is_empty() && row["size_text"].is_empty())) {
        both.entry((&row["date"], &row["city_st"])).or_default()[usize::from(row["recorded_by"] == "Wikipedia")].push(row);
    }
    let given = |rows: &[&BTreeMap<String, String>]| {
        rows.iter().map(|row| row["size"].clone()).filter(|size| !size.is_empty()).collect::<BTreeSet<_>>()
    };
    let disagree: Vec<_> = both.iter().filter(|(_, [a, b])| !given(a).is_empty() && !given(b).is_empty() && given(a) != given(b)).collect();
    assert_eq!(disagree.len(), 67);
    // Of these, days on which each recorder speaks of one gathering are held against each other; where one
    // lists several, each is about its own part.
    let apart = |a: &str, b: &str| ends(a).zip(ends(b)).is_some_and(|(a, b)| a.1 < b.0 || b.1 < a.0);
    let comparable = |[a, b]: &[Vec<&BTreeMap<String, String>>; 2]| {
        a.len() == 1 && b.len() == 1 && apart(&a[0]["size"], &b[0]["size"]) && ![a[0], b[0]].iter().any(|row| left_out_size(row, &rejects))
    };
    let wanted: BTreeSet<(&str, &str)> = disagree.iter().filter(|(_, both)| comparable(both)).map(|(day, _)| **day).collect();
    let mut found = BTreeSet::new();
    for page in &pages {
        for (fact, claim) in people(page).filter(|(_, claim)| !claim.contradicted_by.is_empty()) {
            assert!(fact.accounts_differ);
            for other in &claim.contradicted_by {
                let other = fact.claims.iter().find(|one| one.number == *other).unwrap();
                assert_ne!(label(page, claim.source), label(page, other.source), "two gatherings are not two opinions: {}", page.title);
                assert!(other.contradicted_by.contains(&claim.number), "both are shown, whatever anybody thinks");
            }
            if fact.about.is_none() {
                let row = by_key[entries[&claim.index].as_str()];
                found.insert((row["date"].as_str(), row["city_st"].as_str()));
            }
        }
    }
    assert_eq!(found, wanted);
    assert!(found.len() >= 55, "{}", found.len());

    // Brought again, nothing is written.
    let before = keeping.checkpoint();
    let again = keeping.import(&file, "events-csv", &["--map", map, "--marked", "words"]);
    assert_eq!((again.entered, again.already, again.refused), (0, told.entered, told.refused), "{}", again.all);
    assert_eq!(keeping.checkpoint(), before);
    keeping.verified();
    let (middle, heaviest) = keeping.light(&pages);
    println!(
        "two recorders: {} of {} rows entered, {} refused, {} texts and addresses left out; {} incidents, {} entries, {sizes} sizes, {points} points, {links} links; pages of \
         {middle} bytes, {heaviest} at most; of 67 city-days on which they disagree {} are contradictions of the day itself and {} are told part by part",
        told.entered,
        told.rows,
        told.refused,
        told.left_out,
        pages.len(),
        entries.len(),
        found.len(),
        67 - found.len()
    );
}

fn left_out_size(row: &BTreeMap<String, String>, rejects: &[BTreeMap<String, String>]) -> bool {
    rejects.iter().any(|reject| {
        reject["claim_id"] == row["claim_id"] && (reject["refused_what"] == "row" || reject["refused_words"].starts_with("count.people"))
    })
}

#[test]
fn a_table_of_5558_events_with_35_columns_comes_in_whole_or_is_told() {
    let Some(file) = corpus("events/ccc_protests_2025.csv") else { return };
    let keeping = Keeping::new(false);
    let map = keeping.map(MANY_COLUMNS);
    let map = map.to_str().unwrap();
    let told = keeping.import(&file, "events-csv", &["--map", map, "--marked", "words"]);
    assert_eq!((told.rows, told.already), (5_558, 0), "{}", told.all);
    assert_eq!(told.entered + told.refused, 5_558, "{}", told.all);
    assert!(told.refused < 60, "{}", told.all);
    let rows = table(&file);
    let pages = keeping.pages();
    let entries = keeping.rows();
    assert_eq!(pages.len() as u64, told.entered, "each row is an incident");
    let rejects = table(&keeping.dir.join("rejects/ccc_protests_2025.csv"));
    let out = left_out_of(&rejects, "event_key");
    let refused: BTreeSet<&str> = rejects.iter().filter(|row| row["refused_what"] == "row").map(|row| row["event_key"].as_str()).collect();
    let by_key: BTreeMap<&str, &BTreeMap<String, String>> = rows.iter().map(|row| (row["event_key"].as_str(), row)).collect();
    let (mut looked, mut arrests, mut injuries, mut points, mut sizes, mut sites) = (0, 0, 0, 0, 0, 0);
    for page in &pages {
        let key = page.lines.iter().find_map(|line| entries.get(&line.index)).unwrap();
        let row = by_key[key.as_str()];
        assert_eq!(page.when.edtf, [row["date"].clone()], "{key}");
        // Every text of every column that the mapping uses is on the page, word for word, or in the rejects.
        let says = page.facts.iter().flat_map(|fact| &fact.claims).map(|claim| claim.says.as_str()).collect::<Vec<_>>().join(" ");
        let out = out.get(key.as_str());
        for column in [
            "organizations",
            "participants",
            "targets",
            "claims_summary",
            "claims_verbatim",
            "police_measures",
            "participant_measures",
            "notes",
            "title",
            "size_text",
        ] {
            let text = plain(&row[column]);
            let left = of_field(out, if column == "size_text" { "count.people" } else { "what_happened" }).join(" ");
            // A long text is several claims, cut between two words; what the guard marked of it is among the rejects.
            let there =
                says.contains(&text) || (!left.is_empty() && text.split(' ').all(|word| says.contains(word) || left.contains(word)));
            assert!(there, "{key} {column}");
            looked += usize::from(!text.is_empty());
        }
        for (_, claim) in people(page) {
            let Value::Range { low, high, .. } = &claim.value else { panic!("{claim:?}") };
            assert_eq!(
                (low.map(|low| low.to_string()).unwrap_or_default(), high.map(|high| high.to_string()).unwrap_or_default()),
                (row["size_low"].clone(), row["size_high"].clone()),
                "{key}"
            );
            sizes += 1;
        }
        for (fact, column, count) in [("count.arrests", "arrests", &mut arrests), ("count.injured", "participant_injuries", &mut injuries)]
        {
            let (told, cell) = (claims_of(page, fact), plain(&row[column]));
            let wanted = usize::from(!cell.is_empty() && of_field(out, fact).is_empty());
            assert_eq!(told.len(), wanted, "{key} {column}");
            assert!(told.iter().all(|claim| claim.live && says_the_number(claim, &cell)), "{key} {column} {cell}: {told:?}");
            *count += usize::from(!cell.is_empty());
        }
        let place = page.place.as_ref().unwrap();
        assert!(is_the_files(place.lat, place.lon, place.radius_metres, row), "{key}: {place:?}");
        points += usize::from(place.lat.is_some());
        for claim in claims_of(page, "place") {
            let Value::Place { lat, lon, radius_metres, .. } = &claim.value else { panic!("{claim:?}") };
            assert!(is_the_files(*lat, *lon, *radius_metres, row), "{key}: {claim:?}");
        }
        assert!(!claims_of(page, "place").is_empty() || !of_field(out, "place").is_empty(), "{key}");
        let urls = page.sources.iter().filter_map(|line| line.source.as_ref()?.url.clone());
        let mut told: Vec<String> = urls.collect();
        sites += told.len();
        told.extend(of_field(out, "sources").into_iter().map(|site| format!("https://{site}")));
        let named = row["sources"].split(';').map(str::trim).filter(|site| !site.is_empty());
        let mut wanted: Vec<String> = named.map(|site| format!("https://{site}")).collect();
        told.sort_unstable();
        wanted.sort_unstable();
        assert_eq!(told, wanted, "{key}: every site is a source or among the rejects, and no other is");
    }
    // As the file's own description counts them, without the rows that were refused whole.
    let in_the_file = |has: &dyn Fn(&Row) -> bool| {
        let all = rows.iter().filter(|row| has(row));
        (all.clone().count(), all.filter(|row| !refused.contains(row["event_key"].as_str())).count())
    };
    assert_eq!((46, arrests), in_the_file(&|row| !row["arrests"].is_empty()));
    assert_eq!((7, injuries), in_the_file(&|row| !row["participant_injuries"].is_empty()));
    assert_eq!((5_362, points), in_the_file(&|row| !row["lat"].is_empty()));
    assert!(sizes >= 1_800, "{sizes}");
    let before = keeping.checkpoint();
    let again = keeping.import(&file, "events-csv", &["--map", map, "--marked", "words"]);
    assert_eq!((again.entered, again.already), (0, told.entered), "{}", again.all);
    assert_eq!(keeping.checkpoint(), before);
    keeping.verified();
    let (middle, heaviest) = keeping.light(&keeping.pages());
    println!(
        "thirty-five columns: {} of {} rows entered, {} refused, {} texts left out; pages of {middle} bytes, {heaviest} at most; {} entries, {looked} texts looked for, {sizes} sizes, {arrests} arrests, {injuries} injuries, {points} points, {sites} sites",
        told.entered,
        told.rows,
        told.refused,
        told.left_out,
        entries.len()
    );
}

#[test]
fn a_marked_row_is_refused_whole_unless_somebody_chose_otherwise_and_a_mended_one_comes_in() {
    let keeping = Keeping::new(false);
    let head = "key,incident,kind,zone,title,district,when,what_happened,source,source_kind,source_standing";
    let good = "1,a,gathering,Europe/London,Gathering in Eastgate,Eastgate,2024-05-01,People came.,A list,organisation,Kept by volunteers.";
    let marked = "2,a,gathering,Europe/London,Gathering in Eastgate,Eastgate,2024-05-01,The van had the plate AB12 CDE.,A list,organisation,Kept by volunteers.";
    let dated =
        "3,b,gathering,Europe/London,Gathering in Eastgate,Eastgate,2024-13-01,People came.,A list,organisation,Kept by volunteers.";
    let file = keeping.dir.with_extension("csv");
    std::fs::write(&file, format!("{head}\n{good}\n{marked}\n{dated}\n4,too few\n{good}\n")).unwrap();
    let told = keeping.import(&file, "events-csv", &[]);
    assert_eq!((told.rows, told.entered, told.refused), (5, 1, 4), "{}", told.all);
    let rejects = table(&keeping.dir.join("rejects/town.csv"));
    let why: Vec<(&str, &str)> =
        rejects.iter().map(|row| (row["refused_line"].as_str(), row["refused_because"].split(':').next().unwrap())).collect();
    assert!(why.contains(&("3", "text-flagged")) && why.contains(&("4", "date-unreadable")), "{why:?}");
    assert!(why.iter().any(|(line, why)| *line == "5" && why.contains("it has 2 cells")), "{why:?}");
    assert!(why.iter().any(|(line, why)| *line == "6" && why.contains("key `1` too")), "{why:?}");
    // Whoever mends the rejects brings them as they stand.
    let mended = std::fs::read_to_string(keeping.dir.join("rejects/town.csv")).unwrap();
    let mended: Vec<&str> = mended.lines().filter(|line| !line.starts_with(",") && !line.contains("key `1` too")).collect();
    let mended = mended.join("\n").replacen("plate AB12 CDE", "plate that nobody wrote down", 1).replace("2024-13-01", "2024-12-01");
    let again = keeping.dir.with_extension("mended.csv");
    std::fs::write(&again, mended + "\n").unwrap();
    let told = keeping.import(&again, "events-csv", &[]);
    assert_eq!((told.entered, told.refused), (2, 0), "{}", told.all);
    assert!(!keeping.dir.join("rejects/town.mended.csv").exists(), "nothing was left out");
    keeping.verified();
}

#[test]
fn an_import_that_was_killed_goes_on_and_every_row_stands_once() {
    use std::io::{BufRead, BufReader};
    const ROWS: usize = 4_000;
    let keeping = Keeping::new(false);
    let head = "key,incident,kind,zone,title,district,when,people_low,people_high,source,source_kind,source_standing";
    // Four rows for each incident, far from each other in the file.
    let row = |row: usize| {
        format!(
            "r{row},i{},gathering,Europe/London,Gathering in Eastgate,Eastgate,2024-05-01,{row},{row},List {row},organisation,Kept by volunteers.",
            row % (ROWS / 4)
        )
    };
    let rows: Vec<String> = (0..ROWS).map(row).collect();
    let file = keeping.dir.with_extension("rows.csv");
    std::fs::write(&file, format!("{head}\n{}\n", rows.join("\n"))).unwrap();
    let mut killed = crate::town::handbell()
        .arg("import")
        .arg(&keeping.dir)
        .arg(&file)
        .args(["--as", "events-csv"])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    // Its first word of how far it is comes when a thousand rows are written and more are on their way.
    let mut told = String::new();
    BufReader::new(killed.stderr.take().unwrap()).read_line(&mut told).unwrap();
    killed.kill().unwrap();
    killed.wait().unwrap();
    assert!(told.contains(&format!("of {ROWS} rows")), "{told}");
    let again = keeping.import(&file, "events-csv", &[]);
    assert_eq!((again.rows, again.entered + again.already, again.refused), (ROWS as u64, ROWS as u64, 0), "{}", again.all);
    assert!(again.already >= 1_000 && again.entered > 0, "it was killed in the middle: {}", again.all);
    let pages = keeping.pages();
    assert_eq!(pages.len(), ROWS / 4);
    let mut stands: Vec<String> = pages.iter().flat_map(people).map(|(_, claim)| claim.says.clone()).collect();
    stands.sort_by_key(|number| number.parse::<usize>().unwrap());
    assert_eq!(stands, (0..ROWS).map(|row| row.to_string()).collect::<Vec<_>>(), "every row once");
    keeping.verified();
    println!("killed: {} rows were there, {} came after", again.already, again.entered);
}
