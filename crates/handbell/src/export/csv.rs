//! CSV: one row for each claim of the record (RFC 4180).
//!
//! Promises that a spreadsheet reads every cell as text or a number and runs none: a cell that begins like a
//! formula gets an apostrophe in front, and so does one that begins with an apostrophe, so that taking one
//! away gives the cell back. An incident without a claim has one row with empty cells. Columns are only ever
//! added at the end.

use super::{numbers, page_of, polarity, source};
use handbell_rules::record::projection::{ClaimLine, FactLine, IncidentRecord};

/// The header row.
pub const COLUMNS: [&str; 27] = [
    "incident",
    "title",
    "status",
    "state",
    "district",
    "when",
    "claim",
    "fact",
    "about",
    "said",
    "polarity",
    "source",
    "source_label",
    "source_kind",
    "source_standing",
    "copies",
    "via",
    "live",
    "set_aside",
    "contradicted_by",
    "assessment",
    "recorded_at",
    "log_entry",
    "corrections",
    "incident_corrections",
    "changed",
    "page",
];

/// Letters with which spreadsheets begin a formula, in both widths; controls that they skip before one.
const BEGINS_A_FORMULA: [char; 13] = ['=', '+', '-', '@', '\t', '\r', '\n', '\'', '＝', '＋', '－', '＠', '|'];

/// One cell as it stands in the file.
fn cell(text: &str) -> String {
    // Spreadsheets skip blanks before a formula.
    let begins = text.trim_start_matches([' ', '\u{a0}', '\u{feff}']).starts_with(BEGINS_A_FORMULA);
    let text = if begins { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\r', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

fn row(cells: &[String], into: &mut String) {
    let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
    into.push_str(&cells.join(","));
    into.push_str("\r\n");
}

fn set_aside(claim: &ClaimLine) -> String {
    let name = claim.set_aside.and_then(|reason| serde_json::to_value(reason).ok());
    name.and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}

fn cells(origin: &str, record: &IncidentRecord, said: Option<(&FactLine, &ClaimLine)>) -> Vec<String> {
    let mut cells = vec![
        record.incident.to_string(),
        record.title.clone(),
        record.status.clone(),
        record.state.clone(),
        record.district.clone(),
        record.when.edtf.join(" "),
    ];
    match said {
        None => cells.extend(std::iter::repeat_n(String::new(), 18)),
        Some((fact, claim)) => {
            let source = source(record, claim.source);
            let of = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
            cells.extend([
                claim.number.to_string(),
                fact.predicate.clone(),
                fact.about.clone().unwrap_or_default(),
                claim.says.clone(),
                polarity(claim.polarity).to_owned(),
                claim.source.to_string(),
                source.map(|source| source.label.clone()).unwrap_or_default(),
                source.map(|source| source.kind.name().to_owned()).unwrap_or_default(),
                source.and_then(|source| source.standing.clone()).unwrap_or_default(),
                of(source.and_then(|source| source.copies)),
                of(source.and_then(|source| source.via)),
                if claim.live { "yes" } else { "no" }.to_owned(),
                set_aside(claim),
                numbers(claim.contradicted_by.iter().copied()),
                fact.standing.map_or("", |standing| standing.name()).to_owned(),
                claim.at.clone(),
                claim.index.to_string(),
                numbers(fact.assessments.iter().filter_map(|assessment| assessment.corrected_by)),
            ]);
        }
    }
    cells.extend([record.corrections.len().to_string(), record.changed.clone(), page_of(origin, record)]);
    cells
}

/// The header row.
pub fn head() -> String {
    let mut text = String::new();
    row(&COLUMNS.map(str::to_owned), &mut text);
    text
}

/// The rows of one incident.
pub fn rows(origin: &str, record: &IncidentRecord) -> String {
    let mut text = String::new();
    let mut claims = record.facts.iter().flat_map(|fact| fact.claims.iter().map(move |claim| (fact, claim))).peekable();
    if claims.peek().is_none() {
        row(&cells(origin, record, None), &mut text);
    }
    for said in claims {
        row(&cells(origin, record, Some(said)), &mut text);
    }
    text
}

/// The table of some incidents, in the order given, with the header row.
pub fn table(origin: &str, records: &[IncidentRecord]) -> String {
    records.iter().fold(head(), |table, record| table + &rows(origin, record))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_begins_a_formula_and_taking_one_apostrophe_away_gives_it_back() {
        for wild in ["=1+1", "+44", "-2", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1", "'quoted", "=cmd|' /C calc'!A0"] {
            let written = cell(wild);
            let bare = written.trim_matches('"').replace("\"\"", "\"");
            assert_eq!(bare, format!("'{wild}"), "{wild:?}");
        }
        for tame in ["13 May 2017", "Rye Lane", "", "a=b", "3"] {
            assert_eq!(cell(tame), tame);
        }
    }

    #[test]
    fn commas_quotes_and_line_ends_stand_in_quotes() {
        assert_eq!(cell("a,b"), "\"a,b\"");
        assert_eq!(cell("say \"no\""), "\"say \"\"no\"\"\"");
        assert_eq!(cell("two\nlines"), "\"two\nlines\"");
    }
}
