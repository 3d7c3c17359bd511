//! The page of charts: the whole record in numbers, each drawing with its table.
//!
//! It says first what it is not. No share and no median is made of fewer than ten, and where that is so the page
//! says the counts. What the figures are is a rule (`record/figures.rs`); how they lie on a sheet is `drawn`.

mod drawn;

use super::super::App;
use super::super::answer::{page, page_door};
use super::super::fields::Fields;
use super::super::frame;
use super::super::kept::may_be_kept;
use super::listed;
use crate::figures::WAITED_FOR_ENTRIES;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use handbell_rules::record::figures::{Accounts, FEW, InQuarter, Quarter, Spread, Sums, Wait, Waited, per_cent};
use handbell_site::{ChartShown, ChartsPage, NumberRow, Tab};

/// Quarters that a chart shows and a table lists: ten years. Older ones are one row.
const QUARTERS_MAX: usize = 40;
/// Quarters that are drawn: five years.
const QUARTERS_DRAWN: i32 = 20;
/// Districts and kinds that are listed and drawn; the rest are one row.
const NAMES_MAX: usize = 20;
/// Years of waits that are listed.
const YEARS_MAX: usize = 10;
const TOO_FEW: &str = "too few";

pub(super) async fn show(State(app): State<App>, RawQuery(query): RawQuery) -> Response {
    page_door(&app, async {
        // Whoever asks for some of it must not be given the numbers of all.
        let nothing = Fields::parse(query.unwrap_or_default().as_bytes())?.only(&[]);
        nothing.map_err(|no| {
            no.saying("These numbers count the whole record and cannot be narrowed. Search the record, or see a search on the map.")
        })?;
        let counted = app.figures.counted(&app.world, WAITED_FOR_ENTRIES).await?;
        let sums = &counted.sums;
        if !counted.is_whole() {
            let (figures, world) = (app.figures.clone(), app.world.clone());
            crate::work::spawn(async move { figures.count_the_rest(&world).await });
        }
        let behind = (!counted.is_whole()).then(|| {
            format!("The counting is not finished: {} of {} entries of the log. Come back in a moment.", counted.entries, counted.of)
        });
        let answer = page(&ChartsPage {
            frame: frame::public(&app, Tab::Record, "/record/charts"),
            counted: format!("{}, counted up to entry {} of the log", incidents(sums.incidents), counted.entries),
            behind,
            charts: vec![by_quarter(sums), by_name(District, &sums.districts), by_name(Kind, &sums.kinds), corrected(sums), waits(sums)],
        });
        Ok(if counted.is_whole() { may_be_kept(answer) } else { answer })
    })
    .await
}

fn incidents(count: u32) -> String {
    if count == 1 { "1 incident".to_owned() } else { format!("{count} incidents") }
}

fn was(count: u32) -> &'static str {
    if count == 1 { "was" } else { "were" }
}

/// A quarter as a table has room for it.
fn short(quarter: Quarter) -> String {
    let months = ["Jan–Mar", "Apr–Jun", "Jul–Sep", "Oct–Dec"];
    format!("{} {}", months[usize::from(quarter.number() - 1)], quarter.year())
}

/// Quarters newest first with the older ones in one row, and what no one quarter holds.
fn quarter_rows(sums: &Sums, cells: impl Fn(&InQuarter) -> Vec<String>) -> Vec<NumberRow> {
    let dated: Vec<(Quarter, &InQuarter)> = sums.quarters.iter().rev().filter_map(|(quarter, held)| Some(((*quarter)?, held))).collect();
    let add = |mut sum: InQuarter, held: &InQuarter| {
        sum.incidents += held.incidents;
        sum.accounts.given += held.accounts.given;
        sum.accounts.corrected += held.accounts.corrected;
        sum.accounts.added_to += held.accounts.added_to;
        sum
    };
    let mut rows: Vec<NumberRow> = dated
        .iter()
        .take(QUARTERS_MAX)
        .map(|(quarter, held)| NumberRow { name: short(*quarter), href: Some(listed::between(&quarter.days())), cells: cells(held) })
        .collect();
    let without_link = |name: &str, held: &InQuarter| NumberRow { name: name.to_owned(), href: None, cells: cells(held) };
    if dated.len() > QUARTERS_MAX {
        let earlier = dated[QUARTERS_MAX..].iter().fold(InQuarter::default(), |sum, (_, held)| add(sum, held));
        rows.push(without_link("Earlier", &earlier));
    }
    rows.extend(sums.quarters.get(&None).map(|held| without_link("No one quarter", held)));
    rows
}

fn drawn_quarters(sums: &Sums, number: impl Fn(&InQuarter) -> (u32, u32)) -> Vec<(Quarter, u32, u32)> {
    let Some(last) = sums.quarters.keys().rev().find_map(|quarter| *quarter) else { return Vec::new() };
    let first = sums.quarters.keys().find_map(|quarter| *quarter).unwrap_or(last).max(last.later(1 - QUARTERS_DRAWN));
    (0..=last.since(first))
        .map(|place| {
            let quarter = first.later(place);
            let (whole, part) = sums.quarters.get(&Some(quarter)).map_or((0, 0), &number);
            (quarter, whole, part)
        })
        .collect()
}

/// What is said of incidents that the drawing leaves out.
fn not_drawn(sums: &Sums) -> Vec<String> {
    let mut says = Vec::new();
    let mut dated = sums.quarters.keys().filter_map(|quarter| *quarter);
    if let Some((first, last)) = dated.next().map(|first| (first, dated.next_back().unwrap_or(first)))
        && last.since(first) >= QUARTERS_DRAWN
    {
        says.push(format!("The drawing shows the five years up to {last}. The table has what is older."));
    }
    let undated = sums.quarters.get(&None).map_or(0, |held| held.incidents);
    if undated > 0 {
        let incidents = incidents(undated);
        says.push(format!("{incidents} cannot be put into one quarter: the accounts leave the date open, or reach over more than one."));
    }
    says
}

fn by_quarter(sums: &Sums) -> ChartShown {
    let quarters = drawn_quarters(sums, |held| (held.incidents, 0));
    let mut says = vec![match sums.incidents {
        0 => "Nothing is in the record yet.".to_owned(),
        count => format!("The record holds {}, by when they happened as far as the accounts tell.", incidents(count)),
    }];
    says.extend(not_drawn(sums));
    ChartShown {
        id: "quarters",
        heading: "How many incidents were recorded, by quarter?".to_owned(),
        says,
        drawing: drawn::columns("Recorded incidents by quarter", &quarters, None),
        key: None,
        caption: "Recorded incidents by quarter of a year, newest first.".to_owned(),
        columns: ["Quarter", "Incidents"].map(str::to_owned).to_vec(),
        rows: quarter_rows(sums, |held| vec![held.incidents.to_string()]),
    }
}

use Names::{District, Kind};

/// Which names are counted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Names {
    District,
    Kind,
}

fn by_name(names: Names, ranked: &[(String, u32)]) -> ChartShown {
    let (id, heading, column, rest) = match names {
        District => ("districts", "In which districts?", "District", "other districts"),
        Kind => ("kinds", "Of which kind?", "Kind", "other kinds"),
    };
    let mut shown: Vec<(String, u32)> = ranked
        .iter()
        .take(NAMES_MAX)
        .map(|(name, count)| (if name.is_empty() { "Withdrawn".to_owned() } else { name.clone() }, *count))
        .collect();
    let title = format!("Recorded incidents by {}", column.to_lowercase());
    // All the others in one bar would dwarf each that has a name.
    let drawing = drawn::bars(&title, &shown);
    let others = ranked.get(NAMES_MAX..).unwrap_or_default();
    if !others.is_empty() {
        shown.push((format!("{} {rest}", others.len()), others.iter().map(|(_, count)| count).sum()));
    }
    let mut says = match (names, ranked.len()) {
        (_, 0) => Vec::new(),
        (District, _) => vec!["A district is the finest place that is counted here. A bar does not say how dangerous a place is: districts differ in how many people live there and in how many of them know of us.".to_owned()],
        (Kind, _) => vec!["The kind is the one under which the desk opened an incident.".to_owned()],
    };
    if !others.is_empty() {
        says.push(format!("The drawing shows the {NAMES_MAX} with the most. The table has the {} {rest} in one row.", others.len()));
    }
    ChartShown {
        id,
        heading: heading.to_owned(),
        says,
        drawing,
        key: None,
        caption: format!("{title}, most first."),
        columns: vec![column.to_owned(), "Incidents".to_owned()],
        rows: shown
            .into_iter()
            .enumerate()
            .map(|(place, (name, count))| NumberRow {
                // A row of several names, or of none, leads to no list.
                href: ranked.get(place).filter(|(of, _)| names == District && *of == name).map(|_| listed::of_district(&name)),
                name,
                cells: vec![count.to_string()],
            })
            .collect(),
    }
}

fn share(part: u32, whole: u32) -> String {
    per_cent(part, whole).map_or_else(|| if whole == 0 { "–".to_owned() } else { TOO_FEW.to_owned() }, |share| format!("{share} %"))
}

fn corrected(sums: &Sums) -> ChartShown {
    let Accounts { given, corrected, added_to } = sums.accounts;
    let were = was(corrected);
    let mut says = vec![match per_cent(corrected, given) {
        _ if given == 0 => "No first account stands in the record yet.".to_owned(),
        Some(share) => {
            format!("{corrected} of {given} first accounts {were} corrected ({share} %). {added_to} {} only added to.", was(added_to))
        }
        None => format!("{corrected} of {given} first accounts {were} corrected. That is too few to make a share of."),
    }];
    if given > 0 {
        says.push(format!("A first account is the alert or the first thing the desk said. It counts as corrected when a correction or a retraction followed, or when the alert was a mistake; an update or a clarification is counted apart. A record that corrects itself often may be wrong often, or may look again often. Shares are made of {FEW} and more only."));
    }
    let quarters = drawn_quarters(sums, |held| (held.accounts.given, held.accounts.corrected));
    ChartShown {
        id: "corrected",
        heading: "How often was the first account corrected?".to_owned(),
        says,
        drawing: if given == 0 {
            None
        } else {
            drawn::columns("First accounts by quarter, and those of them that were corrected", &quarters, Some("corrected"))
        },
        key: (given > 0).then(|| "Dark: corrected. The whole bar: first accounts.".to_owned()),
        caption: "First accounts by quarter in which it happened, newest first.".to_owned(),
        columns: ["Quarter", "First accounts", "Corrected", "Share", "Only added to"].map(str::to_owned).to_vec(),
        rows: if given == 0 {
            Vec::new()
        } else {
            quarter_rows(sums, |held| {
                let Accounts { given, corrected, added_to } = held.accounts;
                vec![given.to_string(), corrected.to_string(), share(corrected, given), added_to.to_string()]
            })
        },
    }
}

fn wait_words(wait: Wait) -> &'static str {
    match wait {
        Wait::Confirmation => "Until an alert rang",
        Wait::OfficialWord => "Until an office's word",
        Wait::Settled => "Until a fact was settled",
    }
}

/// Minutes as people say them.
fn minutes_in_words(minutes: u32) -> String {
    let (hours, days) = (minutes / 60, minutes / (24 * 60));
    match minutes {
        0..60 => format!("{minutes} min"),
        60..2_880 if minutes.is_multiple_of(60) => format!("{hours} h"),
        60..600 => format!("{hours} h {} min", minutes % 60),
        600..2_880 => format!("{hours} h"),
        _ => format!("{days} days"),
    }
}

fn spread_cells(spread: &Spread) -> Vec<String> {
    let three = spread.quartiles.map_or_else(
        || std::array::from_fn(|_| if spread.count == 0 { "–".to_owned() } else { TOO_FEW.to_owned() }),
        |three| three.map(minutes_in_words),
    );
    std::iter::once(spread.count.to_string()).chain(three).collect()
}

fn waits(sums: &Sums) -> ChartShown {
    let each = || Wait::ALL.into_iter().zip(&sums.waits);
    let mut says: Vec<String> = each()
        .map(|(wait, Waited { all, .. })| match all.quartiles {
            Some([_, median, _]) => {
                format!("{}: half of {} within {}.", wait_words(wait), incidents(all.count), minutes_in_words(median))
            }
            None if all.count == 0 => format!("{}: not known of any incident.", wait_words(wait)),
            None => format!("{}: {} only, too few for a median.", wait_words(wait), incidents(all.count)),
        })
        .collect();
    says.push("The clock starts when the desk opened the incident. An alert rings only for what is confirmed. An office's word and what is settled count from when they stood in this record, which can be later than they were said.".to_owned());
    if sums.imported > 0 {
        let were = if sums.imported == 1 { "was entered from a file and is" } else { "were entered from files and are" };
        says.push(format!("{} {were} not counted here: a file does not say how long anybody waited.", incidents(sums.imported)));
    }
    let spreads: Vec<(&str, [u32; 3])> = each().filter_map(|(wait, waited)| Some((wait_words(wait), waited.all.quartiles?))).collect();
    let rows = each().flat_map(|(wait, waited)| {
        let all = NumberRow { name: wait_words(wait).to_owned(), href: None, cells: spread_cells(&waited.all) };
        let years = waited.years.iter().rev().take(YEARS_MAX);
        let years = years.map(|(year, spread)| NumberRow {
            name: format!("{} · {year}", wait_words(wait)),
            href: None,
            cells: spread_cells(spread),
        });
        std::iter::once(all).chain(years).collect::<Vec<_>>()
    });
    let any = sums.waits.iter().any(|waited| waited.all.count > 0);
    ChartShown {
        id: "waits",
        heading: "How long did confirmation take?".to_owned(),
        says,
        drawing: drawn::spreads("How long it took: the middle half, and the median", &spreads),
        key: None,
        caption: format!(
            "A quarter, half and three quarters of the incidents took no longer than this. Fewer than {FEW} have no such numbers."
        ),
        columns: ["Wait", "Incidents", "A quarter within", "Half within", "Three quarters within"].map(str::to_owned).to_vec(),
        rows: if any { rows.collect() } else { Vec::new() },
    }
}

#[cfg(test)]
mod tests;
