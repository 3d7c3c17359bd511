//! Found: what a search answers, and what an index of the record holds of each incident.
//!
//! The one place that turns an incident's log entries into words and a sheet, for every store alike. It reads the page
//! ([`project`]) and nothing else, so that an index made anew is the one that was kept up.

use handbell_log::leaf::{Body, Content, Leaf};
use handbell_rules::id::IncidentId;
use handbell_rules::record::projection::{IncidentRecord, LoggedEntry, project};
use handbell_rules::record::search::{Sheet, of_sheet, says, words};
use handbell_rules::span::Falls;
use std::collections::BTreeSet;

use super::{LogRow, StoreError};

/// Parts the words of two texts, so that no phrase is found across them. No word holds it.
const BETWEEN: &str = " ¶ ";

/// One incident that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What is kept of it.
    pub sheet: Sheet,
    /// Whether it was in the days asked for, or only may have been.
    pub falls: Falls,
}

/// One stretch of an answer, newest opened first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FoundStretch {
    /// What was found.
    pub found: Vec<Found>,
    /// The incident after which to go on, if there may be more; also when nothing was found so far.
    pub next: Option<IncidentId>,
}

/// What an index holds of one incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filed {
    /// Where its opening stands in the log.
    pub opening: u64,
    /// Its sheet.
    pub sheet: Sheet,
    /// Its words and its shelfmarks, as the index holds them.
    pub words: String,
}

impl Filed {
    /// By which an index knows whether these are the words it has.
    pub fn checksum(&self) -> i64 {
        // FNV-1a, 64 bits: it guards against mistakes of ours and not against anybody.
        let hash = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        self.words.bytes().fold(0xcbf2_9ce4_8422_2325_u64, hash).cast_signed()
    }
}

/// The content of a row, if it is the one that the log committed to. What a disk made of it since is nobody's words.
#[must_use]
pub fn opened(row: &LogRow) -> Option<Content> {
    let content = Content::decode(row.content.as_deref()?).ok()?;
    content.opens(&Leaf::decode(&row.leaf).ok()?).then_some(content)
}

/// Which of these rows have lost their content although nothing withdraws it. A withdrawal stands in the stream of what it
/// withdraws, so for a whole stream this is the answer.
#[must_use]
pub fn missing(rows: &[LogRow]) -> BTreeSet<u64> {
    missing_but(rows, |row| row.content.is_some())
}

fn missing_but(rows: &[LogRow], holds: impl Fn(&LogRow) -> bool) -> BTreeSet<u64> {
    let bare = rows.iter().filter(|row| !holds(row));
    let leaves = bare.filter_map(|row| Some((row.index, Leaf::decode(&row.leaf).ok()?))).collect::<Vec<_>>();
    let mut missing: BTreeSet<u64> = leaves.iter().filter(|(_, leaf)| leaf.is_committed()).map(|(index, _)| *index).collect();
    for (_, leaf) in &leaves {
        if let Body::Withdrawal { target, .. } = leaf.body() {
            missing.remove(target);
        }
    }
    missing
}

/// Reads the log rows of one stream, from its first to any later one, as the projection does. A content that its leaf did
/// not commit to, because a disk changed it, is missing.
///
/// # Errors
/// [`StoreError::Broken`] for content that no entry has.
pub fn logged(rows: &[LogRow]) -> Result<Vec<LoggedEntry>, StoreError> {
    let broken = |index: u64| StoreError::Broken(format!("the content of log entry {index} cannot be read"));
    let contents: Vec<Option<Content>> = rows.iter().map(opened).collect();
    let held: BTreeSet<u64> = rows.iter().zip(&contents).filter(|(_, content)| content.is_some()).map(|(row, _)| row.index).collect();
    let missing = missing_but(rows, |row| held.contains(&row.index));
    let entry = |(row, content): (&LogRow, Option<Content>)| {
        let payload = content.map(|content| serde_json::from_slice(&content.payload).map_err(|_| broken(row.index))).transpose()?;
        Ok(LoggedEntry { index: row.index, kind: row.kind, payload, missing: missing.contains(&row.index) })
    };
    rows.iter().zip(contents).map(entry).collect()
}

/// The page of an incident's rows; none when they do not open it.
///
/// # Errors
/// As [`logged`].
pub fn page(incident: IncidentId, rows: &[LogRow]) -> Result<Option<(u64, IncidentRecord)>, StoreError> {
    let opening = rows.iter().find(|row| row.kind == 1).map(|row| row.index);
    Ok(opening.zip(project(incident, &logged(rows)?)))
}

/// What an index holds of an incident. One whose entries cannot be read has no page either, and is not found.
pub fn filed(incident: IncidentId, rows: &[LogRow]) -> Option<Filed> {
    let (opening, record) = page(incident, rows).ok()??;
    let sheet = Sheet::of(&record);
    let mut text = String::new();
    for said in says(&record) {
        for word in words(said) {
            text.push_str(&word.text);
            text.push(' ');
        }
        text.push_str(BETWEEN.trim_start());
    }
    text.push_str(&of_sheet(&sheet).join(" "));
    Some(Filed { opening, sheet, words: text })
}
