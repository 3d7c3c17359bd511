//! Whole: incidents with all their entries, read in the log's own order.
//!
//! Entry by entry as the file has them costs a fifth of asking for one incident after another, each from all over the
//! file. Only what was added to an incident later than the stretch in which it was opened is asked for by its stream.

use handbell_rules::id::IncidentId;
use std::collections::HashMap;

use super::apply::Trouble;
use super::db::{Db, Engine, Line, Row, Value, sql};
use super::packed::{self, Which};
use super::shape::{count, id};
use crate::store::{LogRow, StoreError, WholeIncident};

/// Entries of one stretch that are held at once; where more stand between the openings, each incident is asked for.
const HELD_MAX: u64 = 8_192;
/// Entries looked at after the newest opening, among which most of what follows it stands.
const BEHIND: u64 = 256;

const OPENINGS: &str = "select leaf_index, stream from log_entry where kind = 1 and leaf_index < $1 order by leaf_index desc limit $2";
const ELSEWHERE: &str =
    "select distinct log_entry.stream from json_each($1) asked cross join log_entry on log_entry.stream = unhex(asked.value)
    and (log_entry.leaf_index < $2 or log_entry.leaf_index >= $3)";

/// Whoever can be asked: the writer inside its transaction, or a connection that reads.
pub trait Asked {
    /// Which engine answers.
    fn engine(&self) -> Engine;
    /// The rows of a statement.
    fn ask(&mut self, text: &'static str, values: &[Value]) -> impl Future<Output = Result<Vec<Row>, Trouble>> + Send;
}

impl Asked for Line {
    fn engine(&self) -> Engine {
        self.engine()
    }
    async fn ask(&mut self, text: &'static str, values: &[Value]) -> Result<Vec<Row>, Trouble> {
        Ok(self.rows(text, values).await?)
    }
}

impl Asked for &Db {
    fn engine(&self) -> Engine {
        (*self).engine()
    }
    async fn ask(&mut self, text: &'static str, values: &[Value]) -> Result<Vec<Row>, Trouble> {
        Ok(self.rows(text, values).await?)
    }
}

/// An incident's entries, in order.
pub async fn stream(asked: &mut impl Asked, of: IncidentId) -> Result<Vec<LogRow>, Trouble> {
    let text = Which::Stream.text(asked.engine());
    Ok(packed::entries(&asked.ask(text, &[id(of.bytes())]).await?)?)
}

/// The incidents whose openings stand below a place, the newest first, with the place of each.
pub async fn before(asked: &mut impl Asked, below: i64, at_most: i64) -> Result<Vec<(u64, WholeIncident)>, Trouble> {
    let rows = asked.ask(OPENINGS, &[Value::Number(below), Value::Number(at_most)]).await?;
    let openings = rows.iter().map(|row| Ok((row.count(0)?, IncidentId(row.exactly(1)?)))).collect::<Result<Vec<_>, StoreError>>()?;
    let mut held = held(asked, &openings).await?;
    let mut whole = Vec::with_capacity(openings.len());
    for (opening, incident) in openings {
        let rows = match held.remove(&incident) {
            Some(rows) => rows,
            None => stream(asked, incident).await?,
        };
        whole.push((opening, WholeIncident { incident, rows }));
    }
    Ok(whole)
}

/// What stands in one stretch of the log of those that have nothing elsewhere.
async fn held(asked: &mut impl Asked, openings: &[(u64, IncidentId)]) -> Result<HashMap<IncidentId, Vec<LogRow>>, Trouble> {
    let mut held: HashMap<IncidentId, Vec<LogRow>> = HashMap::new();
    let (Some((newest, _)), Some((first, _))) = (openings.first(), openings.last()) else { return Ok(held) };
    let (first, below) = (*first, newest.saturating_add(BEHIND));
    if below - first > HELD_MAX {
        return Ok(held);
    }
    held.extend(openings.iter().map(|(_, incident)| (*incident, Vec::new())));
    let text = Which::Between.text(asked.engine());
    for row in packed::entries(&asked.ask(text, &[count(first), count(below)]).await?)? {
        if let Some(rows) = held.get_mut(&row.stream) {
            rows.push(row);
        }
    }
    let hex = |incident: &IncidentId| incident.bytes().iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let ids: Vec<String> = openings.iter().map(|(_, incident)| hex(incident)).collect();
    let ids = serde_json::to_string(&ids).map_err(|error| Trouble::Unfit(error.to_string()))?;
    let elsewhere = sql!(asked, sqlite: ELSEWHERE);
    for row in asked.ask(elsewhere, &[Value::Text(ids), count(first), count(below)]).await? {
        held.remove(&IncidentId(row.exactly(0)?));
    }
    Ok(held)
}
