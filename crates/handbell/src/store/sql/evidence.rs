//! Evidence in SQL: rows with what statements look for beside them, and what is read about footage.

use super::SqlStore;
use super::db::{Row, Value};
use super::reads::{each, limit, single};
use super::shape::{Shape, Versioned, body, compared, count, id, maybe_id, time, truth};
use crate::store::StoreError;
use crate::store::evidence::{Erased, EvidenceReads, EvidenceRow};
use async_trait::async_trait;
use handbell_rules::evidence::custody::{self, Head, Line, Statement};
use handbell_rules::evidence::footage::{FOOTAGE_KEPT, FOOTAGE_KEPT_REJECTED, Footage};
use handbell_rules::evidence::hiding::Hiding;
use handbell_rules::evidence::keys::CustodyKeys;
use handbell_rules::evidence::known::{Known, Lead};
use handbell_rules::evidence::link::FootageLink;
use handbell_rules::evidence::stamp::Stamp;
use handbell_rules::evidence::upload::{HeldFootage, IN_A_DAY, Upload};
use handbell_rules::id::{FootageId, FootageLinkId, HidingId, KnownId, LeadId, ReportId, UploadId};
use handbell_rules::time::Timestamp;

/// The only row of the keys.
const KEYS_KEY: [u8; 16] = [0; 16];

pub const CUSTODY_COLUMNS: [&str; 6] = ["number", "at", "footage", "said", "hash", "statement"];
/// Files, drawings and lines that name a hash. All are read for it, once for each look at a file's page.
const OWN_COPY: &str = "select body, version from footage where instr(body, $1) > 0 order by key limit 100";
const OWN_COVERED: &str = "select body, version from hiding where instr(body, $1) > 0 order by key limit 100";
const OWN_PUBLISHED: &str = "select number, said, statement from custody where statement is not null \
     and instr(statement, $1) > 0 and instr(statement, '\"deed\":\"published\"') > 0 order by number limit 100";
pub const CUSTODY_NEWEST: &str = "select number, hash from custody order by number desc limit 1";
/// What a line says goes; that it stands there, and its hash, stay.
pub const STATEMENTS_GO: &str = "update custody set statement = null, footage = null where at <= $1 and statement is not null";
pub const LINKS_GO: &str = "delete from footage_link where forget_at <= $1";
/// Those that came whole. Of the others the parts go first, by whoever removes them.
pub const UPLOADS_GO: &str = "delete from upload where forget_at <= $1 and length = 0";

fn versioned(table: &'static str, key: &[u8], version: u32, columns: Vec<(&'static str, Value)>) -> Shape {
    Shape { table, key: key.to_vec(), version: Some(version), columns }
}

/// A row as its table wants it.
pub fn shape(row: &EvidenceRow) -> Result<Shape, StoreError> {
    let number = |bytes: u64| Value::Number(i64::try_from(bytes).unwrap_or(i64::MAX));
    Ok(match row {
        EvidenceRow::Keys(keys) => versioned("custody_keys", &KEYS_KEY, keys.version, vec![body(keys)?]),
        EvidenceRow::Link(link) => versioned(
            "footage_link",
            link.id.bytes(),
            link.version,
            vec![("report", id(link.report.bytes())), ("forget_at", time(link.until)), body(link)?],
        ),
        EvidenceRow::Upload(one) => versioned(
            "upload",
            one.id.bytes(),
            one.version,
            vec![
                ("report", id(one.report.bytes())),
                // What came whole is counted as footage.
                ("length", number(if one.received.is_some() { 0 } else { one.length })),
                ("came", number(if one.received.is_some() { 0 } else { one.offset })),
                ("forget_at", time(one.expires_at)),
                body(one.as_ref())?,
            ],
        ),
        EvidenceRow::Footage(one) => versioned(
            "footage",
            one.id.bytes(),
            one.version,
            vec![
                ("report", id(one.report.bytes())),
                ("received_at", time(one.received_at)),
                ("length", number(one.length)),
                ("waits", truth(one.waits())),
                ("noted", truth(one.noted.is_some())),
                ("unasked", truth(one.unasked)),
                ("forget_at", time(one.forget_at)),
                body(one.as_ref())?,
            ],
        ),
        EvidenceRow::Hiding(one) => versioned(
            "hiding",
            one.id.bytes(),
            one.version,
            vec![
                ("footage", id(one.footage.bytes())),
                ("open", truth(one.open())),
                ("address", maybe_id(one.public.as_ref().map(|public| &public.address))),
                body(one.as_ref())?,
            ],
        ),
        EvidenceRow::Known(one) => versioned("known", one.id.bytes(), one.version, vec![("at", time(one.at)), body(one.as_ref())?]),
        EvidenceRow::Lead(one) => {
            versioned("lead", one.id.bytes(), one.version, vec![("footage", id(one.footage.bytes())), ("at", time(one.at)), body(one)?])
        }
        EvidenceRow::Stamp(one) => {
            versioned("stamp", &u128::from(one.day).to_be_bytes(), one.version, vec![("open", truth(one.answer.is_none())), body(one)?])
        }
    })
}

/// The statements that erase, the noun's own row last.
pub fn erasing(erased: Erased) -> (Vec<u8>, &'static [&'static str]) {
    match erased {
        Erased::Upload(upload) => (upload.bytes().to_vec(), &["delete from upload where key = $1"]),
        Erased::Footage(footage) => (
            footage.bytes().to_vec(),
            &["delete from hiding where footage = $1", "delete from lead where footage = $1", "delete from footage where key = $1"],
        ),
        Erased::Known(known) => (known.bytes().to_vec(), &["delete from known where key = $1"]),
    }
}

/// What is said next in the chain, as its table wants it.
pub fn custody_row(before: &Head, statement: &Statement) -> Vec<Value> {
    let text = statement.text();
    let said = custody::said(&text);
    vec![
        count(before.lines),
        time(statement.at),
        maybe_id(statement.footage.as_ref().map(FootageId::bytes)),
        Value::Bytes(said.to_vec()),
        Value::Bytes(before.after(&said).hash.to_vec()),
        Value::Text(text),
    ]
}

/// The head after the newest line: `number, hash`.
pub fn head(row: &Row) -> Result<Head, StoreError> {
    Ok(Head { lines: row.count(0)? + 1, hash: row.exactly(1)? })
}

/// `number, said, statement`.
fn line(row: &Row) -> Result<Line, StoreError> {
    Ok(Line { number: row.count(0)?, said: row.exactly(1)?, statement: row.maybe_text(2)?.map(str::to_owned) })
}

impl SqlStore {
    async fn evidence_rows<T: Versioned>(&self, text: &'static str, asked: &[Value]) -> Result<Vec<T>, StoreError> {
        each(&self.db.rows(text, asked).await?, |row| compared(row, 0))
    }
    async fn evidence_row<T: Versioned>(&self, text: &'static str, key: &[u8]) -> Result<Option<T>, StoreError> {
        single(&self.db.rows(text, &[Value::Bytes(key.to_vec())]).await?, |row| compared(row, 0))
    }
}

#[async_trait]
impl EvidenceReads for SqlStore {
    async fn custody_keys(&self) -> Result<CustodyKeys, StoreError> {
        Ok(self.evidence_row("select body, version from custody_keys where key = $1", &KEYS_KEY).await?.unwrap_or_default())
    }
    async fn footage_link(&self, of: FootageLinkId) -> Result<Option<FootageLink>, StoreError> {
        self.evidence_row("select body, version from footage_link where key = $1", of.bytes()).await
    }
    async fn upload(&self, of: UploadId) -> Result<Option<Upload>, StoreError> {
        self.evidence_row("select body, version from upload where key = $1", of.bytes()).await
    }
    async fn uploads_of(&self, report: ReportId) -> Result<Vec<Upload>, StoreError> {
        self.evidence_rows("select body, version from upload where report = $1 order by key", &[id(report.bytes())]).await
    }
    async fn uploads_due(&self, at_most: u32, now: Timestamp) -> Result<Vec<Upload>, StoreError> {
        let text = "select body, version from (select body, version, forget_at, key, \
             row_number() over (partition by report order by forget_at, key) as turn from upload \
             where forget_at <= $1 and length > 0) as due order by turn, forget_at, key limit $2";
        self.evidence_rows(text, &[time(now), limit(at_most)]).await
    }
    async fn held_footage(&self, report: ReportId, now: Timestamp) -> Result<HeldFootage, StoreError> {
        let text = "select (select count(*) from upload where report = $1 and length > 0) + (select count(*) from footage where report = $1), \
             (select coalesce(sum(length), 0) from upload where report = $1) + (select coalesce(sum(length), 0) from footage where report = $1), \
             (select coalesce(sum(came), 0) from upload) + (select coalesce(sum(length), 0) from footage), \
             (select coalesce(sum(came), 0) from upload) + (select coalesce(sum(length), 0) from footage where received_at > $2)";
        let held = |row: &Row| {
            Ok(HeldFootage {
                report_files: u32::try_from(row.count(0)?).unwrap_or(u32::MAX),
                report_bytes: row.count(1)?,
                all_bytes: row.count(2)?,
                day_bytes: row.count(3)?,
            })
        };
        Ok(single(&self.db.rows(text, &[id(report.bytes()), time(now.plus(-IN_A_DAY))]).await?, held)?.unwrap_or_default())
    }
    async fn footage(&self, of: FootageId) -> Result<Option<Footage>, StoreError> {
        self.evidence_row("select body, version from footage where key = $1", of.bytes()).await
    }
    async fn footage_of(&self, report: ReportId) -> Result<Vec<Footage>, StoreError> {
        self.evidence_rows("select body, version from footage where report = $1 order by received_at, key", &[id(report.bytes())]).await
    }
    async fn footage_since(&self, since: Timestamp, at_most: u32) -> Result<Vec<Footage>, StoreError> {
        let text = "select body, version from footage where received_at >= $1 order by received_at desc, key desc limit $2";
        self.evidence_rows(text, &[time(since), limit(at_most)]).await
    }
    async fn footage_waiting(&self, at_most: u32) -> Result<Vec<Footage>, StoreError> {
        let text = "select body, version from footage where waits = 1 order by received_at, key limit $1";
        self.evidence_rows(text, &[limit(at_most)]).await
    }
    async fn footage_of_withdrawn(&self, after: FootageId, at_most: u32, now: Timestamp) -> Result<Vec<Footage>, StoreError> {
        let text = "select f.body, f.version from footage as f join report as r on r.key = f.report \
             where r.state = 'withdrawn' and f.forget_at > $1 and f.key > $2 order by f.key limit $3";
        self.evidence_rows(text, &[time(now), id(after.bytes()), limit(at_most)]).await
    }
    async fn footage_to_follow(&self, after: FootageId, at_most: u32, now: Timestamp) -> Result<Vec<Footage>, StoreError> {
        // The state of a report set aside that waits again is `being-read` here (`shape.rs`).
        let text = "select f.body, f.version from footage as f left join report as r on r.key = f.report where f.forget_at > $1 and case \
             when r.state = 'withdrawn' then false \
             when r.state = 'set-aside' then f.forget_at > $2 \
             else f.forget_at < f.received_at + $3 end \
             and f.key > $4 order by f.key limit $5";
        let aside = time(now.plus(FOOTAGE_KEPT_REJECTED));
        self.evidence_rows(text, &[time(now), aside, Value::Number(FOOTAGE_KEPT), id(after.bytes()), limit(at_most)]).await
    }
    async fn withdrawn_with_uploads(&self, after: ReportId, at_most: u32) -> Result<Vec<ReportId>, StoreError> {
        let text = "select distinct u.report from upload as u join report as r on r.key = u.report \
             where r.state = 'withdrawn' and u.report > $1 order by u.report limit $2";
        each(&self.db.rows(text, &[id(after.bytes()), limit(at_most)]).await?, |row| Ok(ReportId(row.exactly(0)?)))
    }
    async fn footage_in_turn(&self, at_most: u32) -> Result<Vec<FootageId>, StoreError> {
        // How often it was tried stands in the row's text alone; few files wait.
        let text = "select key from (select key, received_at, slow, \
             row_number() over (partition by slow, report order by received_at, key) as turn from (select key, report, received_at, \
             coalesce(json_extract(body, '$.copies.tries'), 0) > 0 as slow from footage where waits = 1) as waiting) as turns \
             order by slow, turn, received_at, key limit $1";
        each(&self.db.rows(text, &[limit(at_most)]).await?, |row| Ok(FootageId(row.exactly(0)?)))
    }
    async fn footage_unasked(&self, at_most: u32) -> Result<Vec<FootageId>, StoreError> {
        let text = "select key from footage where unasked = 1 order by received_at, key limit $1";
        each(&self.db.rows(text, &[limit(at_most)]).await?, |row| Ok(FootageId(row.exactly(0)?)))
    }
    async fn footage_unnoted(&self, before: Timestamp, at_most: u32) -> Result<Vec<Footage>, StoreError> {
        let text = "select body, version from footage where noted = 0 and received_at < $1 order by received_at, key limit $2";
        self.evidence_rows(text, &[time(before), limit(at_most)]).await
    }
    async fn footage_due(&self, at_most: u32, now: Timestamp) -> Result<Vec<Footage>, StoreError> {
        let text = "select body, version from (select body, version, forget_at, key, \
             row_number() over (partition by report order by forget_at, key) as turn from footage \
             where forget_at <= $1) as due order by turn, forget_at, key limit $2";
        self.evidence_rows(text, &[time(now), limit(at_most)]).await
    }
    async fn custody(&self, from: u64, at_most: u32) -> Result<Vec<Line>, StoreError> {
        let text = "select number, said, statement from custody where number >= $1 order by number limit $2";
        each(&self.db.rows(text, &[count(from), limit(at_most)]).await?, line)
    }
    async fn custody_of(&self, footage: FootageId) -> Result<Vec<Line>, StoreError> {
        let text = "select number, said, statement from custody where footage = $1 order by number";
        each(&self.db.rows(text, &[id(footage.bytes())]).await?, line)
    }
    async fn own_copy(&self, of: &Footage) -> Result<Option<FootageId>, StoreError> {
        let hex = custody::hex(&of.sha256);
        // A quotation mark within somebody's words is written with a sign before it, so nobody can type these.
        let named = Value::Text(format!("\"sha256\":\"{hex}\""));
        let files: Vec<Footage> = self.evidence_rows(OWN_COPY, std::slice::from_ref(&named)).await?;
        if let Some(file) = files.iter().find(|one| one.made_before(of)) {
            return Ok(Some(file.id));
        }
        let numbers = serde_json::to_string(&of.sha256).map_err(|error| StoreError::Broken(error.to_string()))?;
        let drawn: Vec<Hiding> = self.evidence_rows(OWN_COVERED, &[Value::Text(format!("\"sha256\":{numbers}"))]).await?;
        if let Some(drawing) = drawn.iter().find(|one| one.made_before(of)) {
            return Ok(Some(drawing.footage));
        }
        let lines = each(&self.db.rows(OWN_PUBLISHED, &[named]).await?, line)?;
        let said = |line: &Line| Statement::parse(line.statement.as_deref()?).ok()?.published_as(of);
        Ok(lines.iter().find_map(said))
    }
    async fn custody_head(&self, before: Timestamp) -> Result<Head, StoreError> {
        let text = "select number, hash from custody where at < $1 order by number desc limit 1";
        Ok(single(&self.db.rows(text, &[time(before)]).await?, head)?.unwrap_or(Head::EMPTY))
    }
    async fn hiding(&self, of: HidingId) -> Result<Option<Hiding>, StoreError> {
        self.evidence_row("select body, version from hiding where key = $1", of.bytes()).await
    }
    async fn hidings_of(&self, footage: FootageId) -> Result<Vec<Hiding>, StoreError> {
        self.evidence_rows("select body, version from hiding where footage = $1 order by key", &[id(footage.bytes())]).await
    }
    async fn open_hidings(&self) -> Result<Vec<Hiding>, StoreError> {
        self.evidence_rows("select body, version from hiding where open = 1 order by key", &[]).await
    }
    async fn public_hidings(&self) -> Result<Vec<Hiding>, StoreError> {
        self.evidence_rows("select body, version from hiding where address is not null order by key", &[]).await
    }
    async fn hiding_at(&self, address: [u8; 16]) -> Result<Option<Hiding>, StoreError> {
        self.evidence_row("select body, version from hiding where address = $1", &address).await
    }
    async fn known_after(&self, after: KnownId, at_most: u32) -> Result<Vec<Known>, StoreError> {
        let text = "select body, version from known where key > $1 order by key limit $2";
        self.evidence_rows(text, &[id(after.bytes()), limit(at_most)]).await
    }
    async fn known_count(&self) -> Result<u64, StoreError> {
        Ok(single(&self.db.rows("select count(*) from known", &[]).await?, |row| row.count(0))?.unwrap_or_default())
    }
    async fn known(&self, of: KnownId) -> Result<Option<Known>, StoreError> {
        self.evidence_row("select body, version from known where key = $1", of.bytes()).await
    }
    async fn lead(&self, of: LeadId) -> Result<Option<Lead>, StoreError> {
        self.evidence_row("select body, version from lead where key = $1", of.bytes()).await
    }
    async fn leads_of(&self, footage: FootageId) -> Result<Vec<Lead>, StoreError> {
        self.evidence_rows("select body, version from lead where footage = $1 order by at, key", &[id(footage.bytes())]).await
    }
    async fn stamps(&self) -> Result<Vec<Stamp>, StoreError> {
        self.evidence_rows("select body, version from stamp order by key", &[]).await
    }
    async fn open_stamps(&self) -> Result<Vec<Stamp>, StoreError> {
        self.evidence_rows("select body, version from stamp where open = 1 order by key", &[]).await
    }
}
