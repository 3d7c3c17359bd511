//! Found: the index of the record inside the store's file.
//!
//! Kept by the transaction that writes entries, once for each incident it touched, so that what is withdrawn is gone
//! when the commit returns. It is derived: when it is damaged it is thrown away and made anew from the log, and no
//! commit fails because of it. What it finds is judged again by the rules; it only says where to look.

use handbell_rules::id::IncidentId;
use handbell_rules::record::search::{Phrase, Question, SEARCH_VERSION, Sheet, of_question};
use handbell_rules::span::{Bounds, Falls, Moment};
use std::sync::Arc;
use tokio::task::JoinHandle;

use super::apply::Trouble;
use super::db::{Db, Line, Value, sql};
use super::shape::{count, id};
use super::{texts, whole};
use crate::store::found::{Filed, Found, FoundStretch, filed};
use crate::store::{LogRow, StoreError, WholeIncident};

/// Incidents one transaction makes the index of, while it is made anew.
const FILED_AT_ONCE: i64 = 256;
/// Rows that do not fit, looked at before an answer says where it got to.
const LOOKED_AT_MAX: usize = 4_096;
/// Rows read at once, at least: a list of fifty asks for one more than it shows, and seldom for more, since each row walks
/// further along the words.
const ROWS_AT_ONCE: usize = 32;
/// From this many fresh rows of an incident on, its sheet is worked out on another thread meanwhile; fewer are read faster
/// than a thread wakes.
const AHEAD_ROWS_MIN: usize = 32;
/// What `found_mark` holds when the index is whole.
pub const WHOLE: i64 = -1;
/// When it is whole and its parts are being put together.
const PUTTING_TOGETHER: i64 = -2;
/// And when nothing of it is made yet.
const NOTHING: i64 = i64::MAX;
/// Pages of the index that one transaction puts together.
const PAGES_AT_ONCE: i64 = 256;
/// Incidents that were filed one by one before anybody asks whether the parts should be put together.
pub const APART_MIN: u64 = 1_024;
/// They should when these are one in so many of all.
const APART_ONE_IN: u64 = 8;

/// The statements of a fresh index: those of the migration, for one that was damaged or that another version made.
const ANEW: [&str; 4] = [
    "drop table if exists found_words",
    "create virtual table found_words using fts5(words, content = '', tokenize = 'ascii', columnsize = 0)",
    "insert into found_words (found_words, rank) values ('secure-delete', 1)",
    "delete from found",
];
// Every commit leaves a part of its own in an index of FTS5, and each word of a question is looked up in all of them; in
// one part a search with many marks costs a third. A negative count begins with all parts (FTS5 section 6.8).
const PUT_TOGETHER: &str = "insert into found_words (found_words, rank) values ('merge', $1)";
const CHANGES: &str = "select total_changes()";
const FILED: &str = "select count(*) from found";
const MARK: &str = "update found_mark set version = $1, downto = $2 where key = 1";
const MARK_READ: &str = "select version, downto from found_mark where key = 1";
const KEPT: &str = "select place, words, body from found where incident = $1";
const GOES: &str = "delete from found where place = $1";
const WORDS_GO: &str = "insert into found_words (found_words, rowid, words) values ('delete', $1, $2)";
const WORDS_ADD: &str = "insert into found_words (rowid, words) values ($1, $2)";
const ADD: &str = "insert into found (place, incident, first_day, last_day, west, south, east, north, kind, state, words, body)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";

/// Both say the same of `found`; the first walks along the words. They answer with one row: how many there are, the last
/// one's place, and the sheets, between which stands a control that JSON writes in letters. A row by itself
/// wakes two threads, and fifty of them cost more than the search.
const BY_WORDS: &str = "select count(*), max(place), group_concat(body, char(30) order by place) from (
    select f.place, f.body from found_words cross join found f on f.place = found_words.rowid
    where found_words match $10 and found_words.rowid > $1
    and ($2 is null or f.last_day >= $2) and ($3 is null or f.first_day <= $3) and f.first_day <= f.last_day + $4
    and ($5 is null or (f.east >= $5 and f.south <= $6 and f.west <= $7 and f.north >= $8))
    order by found_words.rowid limit $9)";
const BY_ORDER: &str = "select count(*), max(place), group_concat(body, char(30) order by place) from (
    select f.place, f.body from found f where f.place > $1
    and ($2 is null or f.last_day >= $2) and ($3 is null or f.first_day <= $3) and f.first_day <= f.last_day + $4
    and ($5 is null or (f.east >= $5 and f.south <= $6 and f.west <= $7 and f.north >= $8))
    order by f.place limit $9)";
const BETWEEN_SHEETS: char = '\u{1e}';

/// An incident whose entries change in a transaction.
#[derive(Debug)]
pub struct Touched {
    /// What its entries said before.
    before: Option<Filed>,
    /// Its rows as the transaction has them so far, in order; none when only the file knows.
    rows: Option<Arc<Vec<LogRow>>>,
    /// What these rows come to, being worked out beside the writing; none when nobody began with it.
    ahead: Option<JoinHandle<Option<Filed>>>,
}

impl Touched {
    /// Of an incident that the transaction has not changed yet.
    pub async fn read(line: &mut Line, incident: IncidentId, has_some: bool) -> Result<Self, Trouble> {
        let rows = if has_some { whole::stream(line, incident).await? } else { Vec::new() };
        Ok(Self { before: filed(incident, &rows), rows: Some(Arc::new(rows)), ahead: None })
    }

    /// Rows of it are written behind the others. Of many it is worked out what they come to while the database writes them.
    pub fn grows<'row>(&mut self, incident: IncidentId, fresh: impl Iterator<Item = &'row LogRow>) {
        let Some(rows) = &mut self.rows else { return };
        let before = rows.len();
        Arc::make_mut(rows).extend(fresh.cloned());
        self.ahead = (rows.len() - before >= AHEAD_ROWS_MIN).then(|| {
            let rows = rows.clone();
            tokio::task::spawn_blocking(move || filed(incident, &rows))
        });
    }

    /// Something else was done to its rows, or undone: they are read again when they are needed.
    pub fn forget_rows(&mut self) {
        (self.rows, self.ahead) = (None, None);
    }

    /// What its rows come to now.
    async fn now(self, line: &mut Line, incident: IncidentId) -> Result<Option<Filed>, Trouble> {
        match (self.ahead, self.rows) {
            (Some(ahead), _) => ahead.await.map_err(|error| Trouble::Unfit(format!("reading an incident's entries: {error}"))),
            (None, Some(rows)) => Ok(filed(incident, &rows)),
            (None, None) => Ok(filed(incident, &whole::stream(line, incident).await?)),
        }
    }
}

/// Makes the index of some incidents what their entries say now. `true` when it was damaged and is thrown away.
pub async fn file(line: &mut Line, touched: impl IntoIterator<Item = (IncidentId, Touched)>) -> Result<bool, Trouble> {
    line.execute(texts::SAVEPOINT, &[]).await?;
    for (incident, mut touched) in touched {
        let before = touched.before.take();
        let filed = match touched.now(line, incident).await {
            Ok(now) => one(line, incident, before, now).await,
            Err(trouble) => Err(trouble),
        };
        if let Err(trouble) = filed {
            return damaged(line, trouble).await;
        }
    }
    line.execute(texts::RELEASE, &[]).await?;
    Ok(false)
}

/// Goes back to where the filing began and throws the index away. Where the disk or the connection failed the index is
/// not to blame.
async fn damaged(line: &mut Line, trouble: Trouble) -> Result<bool, Trouble> {
    if let Trouble::Halt(..) | Trouble::Lost(_) = trouble {
        return Err(trouble);
    }
    tracing::warn!(?trouble, "the index of the record is damaged; it is made anew");
    line.execute(texts::GO_BACK, &[]).await?;
    line.execute(texts::RELEASE, &[]).await?;
    anew(line).await?;
    Ok(true)
}

async fn one(line: &mut Line, incident: IncidentId, before: Option<Filed>, now: Option<Filed>) -> Result<(), Trouble> {
    let body = now.as_ref().map(|filed| serde_json::to_string(&filed.sheet)).transpose();
    let body = body.map_err(|error| Trouble::Unfit(error.to_string()))?;
    let mut words_stand = false;
    if let Some(row) = line.rows(KEPT, &[id(incident.bytes())]).await?.first() {
        let (place, checksum) = (row.number(0)?, row.number(1)?);
        words_stand = now.as_ref().is_some_and(|filed| place_of(filed.opening) == place && filed.checksum() == checksum);
        if words_stand && body.as_deref() == Some(row.text(2)?) {
            return Ok(());
        }
        line.execute(GOES, &[Value::Number(place)]).await?;
        if !words_stand {
            // Told other words than it has, the index would keep some of them for ever.
            let before = before.filter(|filed| place_of(filed.opening) == place && filed.checksum() == checksum);
            let before = before.ok_or_else(|| Trouble::Unfit("the index has other words than the log had".into()))?;
            line.execute(WORDS_GO, &[Value::Number(place), Value::Text(before.words)]).await?;
        }
    }
    let (Some(filed), Some(body)) = (now, body) else { return Ok(()) };
    let (place, checksum) = (Value::Number(place_of(filed.opening)), Value::Number(filed.checksum()));
    if !words_stand {
        line.execute(WORDS_ADD, &[place.clone(), Value::Text(filed.words)]).await?;
    }
    let Sheet { points, kind, state, .. } = &filed.sheet;
    let (first, last) = filed.sheet.days().unwrap_or((1, 0));
    let edge = |axis: usize, of: fn(i32, i32) -> i32| {
        points.iter().map(|point| point[axis]).reduce(of).map_or(Value::NoNumber, |micro| Value::Number(micro.into()))
    };
    let edges = [edge(1, i32::min), edge(0, i32::min), edge(1, i32::max), edge(0, i32::max)];
    let mut row = vec![place, id(incident.bytes()), Value::Number(first), Value::Number(last)];
    row.extend(edges);
    row.extend([Value::Text(kind.clone()), Value::Text(state.clone()), checksum, Value::Text(body)]);
    Ok(line.execute(ADD, &row).await.map(drop)?)
}

fn place_of(opening: u64) -> i64 {
    -i64::try_from(opening).unwrap_or(i64::MAX)
}

/// Throws the index away. It is empty afterwards and says so.
pub async fn anew(line: &mut Line) -> Result<(), Trouble> {
    for text in sql!(line, sqlite: ANEW) {
        line.execute(text, &[]).await?;
    }
    begins(line, NOTHING).await
}

async fn begins(line: &mut Line, downto: i64) -> Result<(), Trouble> {
    Ok(line.execute(MARK, &[Value::Number(SEARCH_VERSION.into()), Value::Number(downto)]).await.map(drop)?)
}

/// Says of an empty store that its index is whole.
pub async fn begin(line: &mut Line) -> Result<(), sqlx::Error> {
    line.execute(MARK, &[Value::Number(SEARCH_VERSION.into()), Value::Number(WHOLE)]).await.map(drop)
}

/// Says that the log was taken over whole, so that the index begins anew.
pub async fn taken_over(line: &mut Line) -> Result<(), Trouble> {
    begins(line, NOTHING).await
}

/// Whether the index is whole.
pub async fn is_whole(line: &mut Line) -> Result<bool, Trouble> {
    let rows = line.rows(MARK_READ, &[]).await?;
    Ok(match rows.first() {
        Some(row) => row.number(0)? == i64::from(SEARCH_VERSION) && row.number(1)? == WHOLE,
        None => false,
    })
}

/// Goes on making the index, inside a transaction: the next incidents, the newest first. Whether it is whole.
pub async fn go_on(line: &mut Line) -> Result<bool, Trouble> {
    let rows = line.rows(MARK_READ, &[]).await?;
    let row = rows.first().ok_or_else(|| Trouble::Unfit("the index says nothing of itself".into()))?;
    let (version, downto) = (row.number(0)?, row.number(1)?);
    if version != i64::from(SEARCH_VERSION) {
        anew(line).await?;
        return Ok(false);
    }
    match downto {
        WHOLE => return Ok(true),
        PUTTING_TOGETHER => return put_together(line).await,
        _ => {}
    }
    let some = whole::before(line, downto, FILED_AT_ONCE).await?;
    let Some((last, _)) = some.last() else {
        putting_together_begins(line).await?;
        return Ok(false);
    };
    let next = i64::try_from(*last).unwrap_or(NOTHING);
    line.execute(texts::SAVEPOINT, &[]).await?;
    for (_, WholeIncident { incident, rows }) in some {
        // What is in it already was put there by a commit, and stands.
        if let Err(trouble) = one(line, incident, None, filed(incident, &rows)).await {
            return damaged(line, trouble).await.map(|_| false);
        }
    }
    line.execute(texts::RELEASE, &[]).await?;
    begins(line, next).await?;
    Ok(false)
}

async fn putting_together_begins(line: &mut Line) -> Result<(), Trouble> {
    line.execute(PUT_TOGETHER, &[Value::Number(-PAGES_AT_ONCE)]).await?;
    begins(line, PUTTING_TOGETHER).await
}

/// Goes on putting the parts together. Whether it is done.
async fn put_together(line: &mut Line) -> Result<bool, Trouble> {
    let before = changes(line).await?;
    line.execute(PUT_TOGETHER, &[Value::Number(PAGES_AT_ONCE)]).await?;
    // Less than two: FTS5 found nothing to do.
    let done = changes(line).await? - before < 2;
    if done {
        begins(line, WHOLE).await?;
    }
    Ok(done)
}

async fn changes(line: &mut Line) -> Result<i64, Trouble> {
    let rows = line.rows(CHANGES, &[]).await?;
    let row = rows.first().ok_or_else(|| Trouble::Unfit("the database does not count its changes".into()))?;
    Ok(row.number(0)?)
}

/// Begins to put the parts of a whole index together, if this many filed one by one are worth it. Whether it began.
pub async fn is_put_together(line: &mut Line, filed: u64) -> Result<bool, Trouble> {
    let all = line.rows(FILED, &[]).await?.first().map_or(Ok(0), |row| row.count(0))?;
    let worth = filed.saturating_mul(APART_ONE_IN) >= all;
    if worth {
        putting_together_begins(line).await?;
    }
    Ok(worth)
}

/// A phrase as FTS5 reads it. Our words hold nothing but letters and digits, so nothing in it can be syntax.
fn phrase(phrase: &Phrase) -> String {
    format!("\"{}\"{}", phrase.words.join(" "), if phrase.begins { " *" } else { "" })
}

/// What the index is asked: every phrase, and of each group of shelfmarks one. None where nothing narrows.
fn expression(question: &Question) -> Option<String> {
    let marks = of_question(question).into_iter().map(|group| {
        let any: Vec<String> = group.iter().map(|mark| format!("\"{mark}\"")).collect();
        format!("({})", any.join(" OR "))
    });
    let name = question.source_name();
    let all: Vec<String> = question.words.phrases().iter().chain(name.phrases()).map(phrase).chain(marks).collect();
    (!all.is_empty()).then(|| all.join(" AND "))
}

/// See [`crate::store::Store::search`]; `after` is the opening after which to begin.
pub async fn search(db: &Db, question: &Question, after: Option<u64>, at_most: u32) -> Result<FoundStretch, StoreError> {
    let wanted = at_most as usize;
    let mut stretch = FoundStretch::default();
    if question.words.has_no_word() || question.source_name().has_no_word() || wanted == 0 {
        return Ok(stretch);
    }
    let expression = expression(question);
    let window = question.window.bounds();
    if window.is_before(window) {
        return Ok(stretch);
    }
    let day = |moment: Option<Moment>, less: i64| {
        moment.map_or(Value::NoNumber, |Moment(second)| Value::Number((second - less).div_euclid(86_400)))
    };
    // One without a date falls into no window but all of time.
    let undated = Value::Number(i64::from(window == Bounds::ALL));
    let side = |of: fn(handbell_rules::record::search::Corners) -> i32| {
        question.corners.map_or(Value::NoNumber, |corners| Value::Number(of(corners).into()))
    };
    let mut place = after.map_or(i64::MIN, place_of);
    let mut looked_at = 0;
    loop {
        let rows_wanted = (wanted - stretch.found.len() + 1).max(ROWS_AT_ONCE);
        let mut values = vec![Value::Number(place), day(window.from, 0), day(window.before, 1), undated.clone()];
        values.extend([side(|c| c.west), side(|c| c.north), side(|c| c.east), side(|c| c.south)]);
        values.push(count(rows_wanted as u64));
        values.extend(expression.clone().map(Value::Text));
        let text = if expression.is_some() { sql!(db, sqlite: BY_WORDS) } else { sql!(db, sqlite: BY_ORDER) };
        let rows = db.rows(text, &values).await?;
        let one = rows.first().ok_or_else(|| StoreError::Broken("the index of the record gave no answer".into()))?;
        let looked_at_now = usize::try_from(one.count(0)?).unwrap_or(usize::MAX);
        let mut last = None;
        if looked_at_now > 0 {
            place = one.number(1)?;
        }
        for body in one.maybe_text(2)?.into_iter().flat_map(|bodies| bodies.split(BETWEEN_SHEETS)) {
            let sheet: Sheet = serde_json::from_str(body)
                .map_err(|error| StoreError::Broken(format!("the index of the record holds an unreadable sheet: {error}")))?;
            last = Some(sheet.incident);
            let falls = question.falls(&sheet);
            if falls == Falls::Outside {
                continue;
            }
            if stretch.found.len() == wanted {
                stretch.next = stretch.found.last().map(|found| found.sheet.incident);
                return Ok(stretch);
            }
            stretch.found.push(Found { sheet, falls });
        }
        looked_at += looked_at_now;
        if looked_at_now < rows_wanted {
            return Ok(stretch);
        }
        if looked_at >= LOOKED_AT_MAX {
            stretch.next = last;
            return Ok(stretch);
        }
    }
}
