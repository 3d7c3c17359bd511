//! Mapping: which column of somebody's table says what, written down once in a small TOML file.
//!
//! Strict both ways: a key nobody knows is refused, a column that the mapping uses must be there, and a column
//! that it neither uses nor leaves out by name is refused too, so that nothing of a table is lost unseen. A
//! text with column names in braces is a *template*: it says nothing when all its columns are empty. Without a
//! file the documented column names of docs/formats/events-csv.md are read by [`PLAIN`].

use crate::record::source::SourceKind;
use serde::Deserialize;
use std::collections::BTreeSet;

/// The mapping of the documented column names.
pub const PLAIN: &str = include_str!("../../../../../docs/formats/events-csv.toml");

/// A text with columns in braces.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(try_from = "String")]
pub struct Template(Vec<Bit>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Bit {
    Text(String),
    Column(String),
}

impl TryFrom<String> for Template {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        let (mut bits, mut rest) = (Vec::new(), text.as_str());
        while let Some((before, after)) = rest.split_once('{') {
            let (column, after) = after.split_once('}').ok_or_else(|| format!("`{text}` has a brace that does not close"))?;
            if !before.is_empty() {
                bits.push(Bit::Text(before.to_owned()));
            }
            bits.push(Bit::Column(column.trim().to_owned()));
            rest = after;
        }
        if rest.contains('}') {
            return Err(format!("`{text}` has a brace that does not open"));
        }
        if !rest.is_empty() {
            bits.push(Bit::Text(rest.to_owned()));
        }
        Ok(Self(bits))
    }
}

impl Template {
    /// The columns that it uses.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|bit| if let Bit::Column(column) = bit { Some(column.as_str()) } else { None })
    }

    /// What it says of a row; nothing when it has columns and all are empty.
    pub fn of<'a>(&self, cell: impl Fn(&str) -> &'a str) -> String {
        let (mut text, mut columns, mut filled) = (String::new(), 0, 0);
        for bit in &self.0 {
            match bit {
                Bit::Text(fixed) => text.push_str(fixed),
                Bit::Column(column) => {
                    let said = cell(column).trim();
                    columns += 1;
                    filled += usize::from(!said.is_empty());
                    text.push_str(said);
                }
            }
        }
        if columns > 0 && filled == 0 { String::new() } else { text.trim().to_owned() }
    }
}

/// Who recorded a row.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recorder {
    /// How the page names it, or the word that stands in `recorders`.
    pub label: Template,
    /// What sort of source it is, by its stable name.
    #[serde(default)]
    pub kind: Template,
    /// Where it stands.
    #[serde(default)]
    pub standing: Template,
    /// Where it can be read.
    #[serde(default)]
    pub url: Template,
}

/// A recorder that rows name by one word.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownRecorder {
    /// The word.
    pub is: String,
    /// How the page names it.
    pub label: String,
    /// What sort of source it is.
    pub kind: SourceKind,
    /// Where it stands.
    pub standing: String,
}

/// Where a row's point stands.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PointColumns {
    /// Latitude, in degrees.
    pub lat: Template,
    /// Longitude, in degrees.
    pub lon: Template,
    /// How far from there it may have been, in metres; a number or a column.
    pub radius_metres: Template,
}

/// Addresses that a row names.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Links {
    /// The column.
    pub column: String,
    /// What stands between two.
    pub separator: String,
    /// Whether they are names of sites and no addresses.
    #[serde(default)]
    pub names: bool,
}

/// One thing that a row claims.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MappedClaim {
    /// A fact of the playbook.
    pub fact: String,
    /// The date as EDTF.
    #[serde(default)]
    pub edtf: Template,
    /// Cells that mean that nobody knows.
    #[serde(default)]
    pub unless: Vec<String>,
    /// The least number.
    #[serde(default)]
    pub low: Template,
    /// The largest number.
    #[serde(default)]
    pub high: Template,
    /// The words.
    #[serde(default)]
    pub words: Template,
    /// Whether the row's point goes with it.
    #[serde(default)]
    pub point: bool,
    /// The part of the incident it is about.
    #[serde(default)]
    pub about: Template,
    /// What the row is about where its recorder has several such rows in one incident: then each is about
    /// its own part, and no rule holds one against the other.
    #[serde(default)]
    pub part: Template,
}

/// A mapping.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// What the set of rows is called; with a key it makes an incident's id.
    pub set: String,
    /// The kind of every incident, or a column that names it.
    pub kind: Template,
    /// Whether it was at a home, or a column that says so ([`super::row::says_yes`]).
    #[serde(default)]
    pub home: Template,
    /// The zone of its days, or a column that names it.
    #[serde(default)]
    pub zone: Template,
    /// A row's key: two rows never have the same.
    pub key: Template,
    /// An incident's key: rows with the same are of one incident.
    pub incident: Template,
    /// The heading of its page.
    pub title: Template,
    /// Its district.
    pub district: Template,
    /// Its place, in words.
    pub place: Template,
    /// Who recorded a row.
    pub recorder: Recorder,
    /// Recorders that rows name by one word.
    #[serde(default)]
    pub recorders: Vec<KnownRecorder>,
    /// Where a row's point stands.
    pub point: Option<PointColumns>,
    /// Addresses that a row names.
    pub links: Option<Links>,
    /// What a row claims.
    #[serde(default)]
    pub claims: Vec<MappedClaim>,
    /// Columns that are left out on purpose.
    #[serde(default)]
    pub leave_out: Vec<String>,
    /// Whether columns that it uses may be missing from a table.
    #[serde(default)]
    pub columns_may_be_missing: bool,
}

/// Why a mapping does not fit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoMapping {
    /// It cannot be read.
    #[error("the mapping cannot be read: {0}")]
    Unreadable(String),
    /// It uses a column that is not there.
    #[error("the table has no column `{0}`, which the mapping uses; name the right one in the mapping")]
    Missing(String),
    /// A column would be lost.
    #[error("the mapping says nothing of the column `{0}`; use it, or name it in `leave_out`")]
    Unsaid(String),
}

impl Mapping {
    /// Reads a mapping.
    ///
    /// # Errors
    /// [`NoMapping::Unreadable`] with what is wrong.
    pub fn read(text: &str) -> Result<Self, NoMapping> {
        toml::from_str(text).map_err(|error| NoMapping::Unreadable(error.to_string()))
    }

    fn used(&self) -> BTreeSet<&str> {
        let recorder = &self.recorder;
        let mut all = vec![&self.kind, &self.home, &self.zone, &self.key, &self.incident, &self.title, &self.district, &self.place];
        all.extend([&recorder.label, &recorder.kind, &recorder.standing, &recorder.url]);
        all.extend(self.point.iter().flat_map(|point| [&point.lat, &point.lon, &point.radius_metres]));
        for claim in &self.claims {
            all.extend([&claim.edtf, &claim.low, &claim.high, &claim.words, &claim.about, &claim.part]);
        }
        let links = self.links.iter().map(|links| links.column.as_str());
        all.into_iter().flat_map(Template::columns).chain(links).collect()
    }

    /// Holds it against a table's columns.
    ///
    /// # Errors
    /// The first column that is missing, or that nothing is said of.
    pub fn fits(&self, columns: &[String]) -> Result<(), NoMapping> {
        let used = self.used();
        let missing = used.iter().find(|used| !columns.iter().any(|column| column == *used));
        if let Some(missing) = missing.filter(|_| !self.columns_may_be_missing) {
            return Err(NoMapping::Missing((*missing).to_owned()));
        }
        match columns.iter().find(|column| !used.contains(column.as_str()) && !self.leave_out.contains(column)) {
            Some(unsaid) => Err(NoMapping::Unsaid(unsaid.clone())),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(text: &str) -> Template {
        Template::try_from(text.to_owned()).unwrap()
    }

    #[test]
    fn a_template_of_empty_columns_says_nothing() {
        let cell = |column: &str| if column == "city" { " Peckham " } else { "" };
        assert_eq!(template("Protest in {city}").of(cell), "Protest in Peckham");
        assert_eq!(template("Notes: {notes}").of(cell), "");
        assert_eq!(template("{city} {notes}").of(cell), "Peckham");
        assert_eq!(template("always").of(cell), "always");
        assert!(Template::try_from("{open".to_owned()).is_err() && Template::try_from("shut}".to_owned()).is_err());
    }

    #[test]
    fn every_column_is_used_or_left_out_by_name() {
        let plain = Mapping::read(PLAIN).unwrap();
        assert_eq!(plain.fits(&["key".into(), "incident".into(), "title".into()]), Ok(()));
        assert_eq!(plain.fits(&["key".into(), "badge".into()]), Err(NoMapping::Unsaid("badge".into())));
        let strict = Mapping { columns_may_be_missing: false, ..plain };
        assert!(matches!(strict.fits(&["key".into()]), Err(NoMapping::Missing(_))));
    }
}
