//! CSV: one row for each claim of the record, and one for each statement, reply and request for comment (RFC 4180).
//!
//! Promises that a spreadsheet reads every cell as text or a number and runs none: a cell that begins like a
//! formula gets an apostrophe in front, and so does one that begins with an apostrophe, so that taking one
//! away gives the cell back. An incident without any of these has one row with empty cells. Columns are only ever
//! added at the end.

use super::sides::{Is, Side};
use super::{numbers, page_of, polarity, sides, source};
use handbell_rules::record::projection::{ClaimLine, FactLine, IncidentRecord};

/// The header row.
pub const COLUMNS: [&str; 31] = [
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
    "row",
    "answers",
    "incident_statements",
    "incident_replies",
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

/// What a row is about.
#[derive(Clone, Copy)]
enum Row<'a> {
    Incident,
    Claim(&'a FactLine, &'a ClaimLine),
    Side(&'a Side<'a>),
}

fn claimed(record: &IncidentRecord, fact: &FactLine, claim: &ClaimLine) -> Vec<String> {
    let source = source(record, claim.source);
    let of = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
    vec![
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
    ]
}

/// A side's cells in the columns of a claim: what is said, who says it, when, and where it stands in the log.
fn sided(side: &Side<'_>) -> Vec<String> {
    let (number, label, kind, standing) = match side.is {
        Is::Statement(number, source) => {
            (number.to_string(), source.label.clone(), source.kind.name(), source.standing.clone().unwrap_or_default())
        }
        Is::Reply(reply) => (String::new(), reply.heading(), "", reply.standing()),
        Is::Asked => (String::new(), String::new(), "", String::new()),
    };
    let mut cells = vec![String::new(); 18];
    for (place, cell) in [(3, side.entry.says.clone()), (5, number), (6, label), (7, kind.to_owned()), (8, standing)] {
        cells[place] = cell;
    }
    cells[15].clone_from(&side.entry.at);
    cells[16] = side.entry.index.to_string();
    cells
}

fn cells(origin: &str, record: &IncidentRecord, said: Row<'_>, counts: [usize; 2]) -> Vec<String> {
    let mut cells = vec![
        record.incident.to_string(),
        record.title.clone(),
        record.status.clone(),
        record.state.clone(),
        record.district.clone(),
        record.when.edtf.join(" "),
    ];
    let (named, answers) = match said {
        Row::Incident => ("incident", String::new()),
        Row::Claim(..) => ("claim", String::new()),
        Row::Side(side) => match side.is {
            Is::Reply(reply) => (side.name(), numbers(reply.claims.iter().copied())),
            Is::Statement(..) | Is::Asked => (side.name(), String::new()),
        },
    };
    cells.extend(match said {
        Row::Incident => vec![String::new(); 18],
        Row::Claim(fact, claim) => claimed(record, fact, claim),
        Row::Side(side) => sided(side),
    });
    cells.extend([record.corrections.len().to_string(), record.changed.clone(), page_of(origin, record)]);
    cells.extend([named.to_owned(), answers]);
    cells.extend(counts.map(|count| count.to_string()));
    cells
}

/// The header row.
pub fn head() -> String {
    let mut text = String::new();
    row(&COLUMNS.map(str::to_owned), &mut text);
    text
}

/// The rows of one incident: its claims by fact, then its sides in the order of recording.
pub fn rows(origin: &str, record: &IncidentRecord) -> String {
    let mut text = String::new();
    let sides = sides(record);
    let counts = super::counts(&sides);
    let claims = record.facts.iter().flat_map(|fact| fact.claims.iter().map(move |claim| Row::Claim(fact, claim)));
    let mut said = claims.chain(sides.iter().map(Row::Side)).peekable();
    if said.peek().is_none() {
        row(&cells(origin, record, Row::Incident, counts), &mut text);
    }
    for said in said {
        row(&cells(origin, record, said, counts), &mut text);
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
