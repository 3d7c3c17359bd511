//! Restored: brings an older copy of a store up to what its log has published.
//!
//! Whoever puts back an older copy puts back words that were withdrawn since. The log is its own erase list: each
//! withdrawal stands in it, so the words go again before anybody is served (PROMISE a-withdrawal-leaves-a-mark). The
//! entries come back as they were signed, and the tree is never signed from an older state (PROMISE
//! the-log-signs-one-tree). Both write while the store is closed to everybody else, and whole or not at all.

use super::db::{Db, Line, Value};
use super::shape::{count, id};
use super::sweep::{self, Swept};
use super::writer::{Open, Shared, settle, told};
use super::{found, known_store, reads, texts, unavailable};
use crate::store::log::LogKey;
use crate::store::{LogRow, StoreError};
use handbell_log::hash::Hash;
use handbell_log::leaf::{Body, Content, Leaf};
use handbell_rules::evidence::hiding::Hiding;
use handbell_rules::id::IncidentId;
use handbell_rules::record::entry::EntryKind;
use handbell_rules::record::letter::Letter;
use handbell_rules::record::proposal::{Proposal, Refused};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

const BARE: &str = "select leaf_index, leaf from log_entry where content is null";
const GUARD: &str = "select sql from sqlite_master where type = 'trigger' and name = 'log_entry_never_changes'";
const GUARD_STEPS_ASIDE: &str = "drop trigger log_entry_never_changes";
const FILL: &str = "update log_entry set content = $1 where leaf_index = $2";
const LET_GO: &str = "update log_entry set content = null where leaf_index = $1";
const CONTENTS: &str =
    "select leaf_index, leaf, content from log_entry where leaf_index >= $1 and content is not null order by leaf_index limit $2";
/// Contents that are held against their leaves at a time.
const CONTENTS_AT_ONCE: u64 = 4_096;
const STREAM_OF: &str = "select stream, kind from log_entry where leaf_index = $1";
const PROPOSALS_OF: &str = "select key, body from proposal where incident = $1";
const PROPOSAL_LOSES_WORDS: &str = "update proposal set body = $1, published_at = $2 where key = $3";
const HIDINGS: &str = "select key, body from hiding where address is not null";
const HIDING_LOSES_WORDS: &str = "update hiding set body = $1, version = version + 1 where key = $2";
const LETTERS_OF: &str = "select key, body from letter where incident = $1 and open = 1";
const LETTER_LOSES_WORDS: &str = "update letter set body = $1, open = 0, forget_at = $2, version = version + 1 where key = $3";
const LOG_ADD: &str = "insert into log_entry (leaf_index, stream, kind, leaf, content) values ($1, $2, $3, $4, $5)";

/// What a copy lacks.
#[derive(Debug, Default)]
pub struct Missing {
    /// The entries after the last it holds, in order.
    pub rows: Vec<LogRow>,
    /// Contents of entries that it holds, by their places. Taken where the store's is missing.
    pub contents: BTreeMap<u64, Vec<u8>>,
    /// The tree they must give: its size and root.
    pub signed: Option<(u64, Hash)>,
    /// Entries whose words are withdrawn, whichever it holds of them.
    pub withdrawn: Vec<u64>,
    /// Entries whose words are not to be had any more. What stands there that the log did not commit to goes.
    pub lost: Vec<u64>,
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Done {
    /// Entries that came back.
    pub entries: u64,
    /// Entries that lost their words.
    pub words: u64,
    /// Entries whose words were missing and came back.
    pub filled: u64,
}

/// Entries of a store whose words are missing although nothing withdraws them, or are not those that the log committed to.
/// Nobody may have it open.
///
/// # Errors
/// For a store that cannot be read.
pub async fn gaps(path: &Path) -> Result<BTreeSet<u64>, StoreError> {
    let db = Db::sqlite(path).await.map_err(unavailable)?;
    let mut line = db.line().await.map_err(unavailable)?;
    let gaps = bare(&mut line).await;
    line.hang_up().await;
    db.close().await;
    gaps
}

async fn bare(line: &mut Line) -> Result<BTreeSet<u64>, StoreError> {
    let rows = line.rows(BARE, &[]).await.map_err(unavailable)?;
    let mut bare = rows.iter().map(|row| Ok((row.count(0)?, leaf_of(row.bytes(1)?)?))).collect::<Result<Vec<_>, StoreError>>()?;
    bare.extend(damaged(line).await?);
    let mut lacking = lacking(bare);
    // What was taken while the log could not be signed is not missing: its mark waits, and the words stay away until then.
    for row in line.rows(reads::TAKEN_ALONE, &[]).await.map_err(unavailable)? {
        let taken: Proposal = super::shape::whole(&row, 0)?;
        let held_back = taken.alone.and_then(|alone| alone.held_back);
        for (index, _) in held_back.into_iter().flat_map(|held| held.marks) {
            lacking.remove(&index);
        }
    }
    Ok(lacking)
}

fn leaf_of(bytes: &[u8]) -> Result<Leaf, StoreError> {
    Leaf::decode(bytes).map_err(|error| StoreError::Broken(error.to_string()))
}

/// The entries that hold something which their leaf did not commit to: a disk changed it.
async fn damaged(line: &mut Line) -> Result<Vec<(u64, Leaf)>, StoreError> {
    let (mut damaged, mut from) = (Vec::new(), 0);
    loop {
        let rows = line.rows(CONTENTS, &[count(from), count(CONTENTS_AT_ONCE)]).await.map_err(unavailable)?;
        for row in &rows {
            let (index, leaf) = (row.count(0)?, leaf_of(row.bytes(1)?)?);
            if !Content::decode(row.bytes(2)?).is_ok_and(|content| content.opens(&leaf)) {
                damaged.push((index, leaf));
            }
            from = index + 1;
        }
        if (rows.len() as u64) < CONTENTS_AT_ONCE {
            return Ok(damaged);
        }
    }
}

/// Which entries lack words that nothing withdraws, among all that have none, or none that the log committed to: their
/// places and leaves.
pub fn lacking(bare: impl IntoIterator<Item = (u64, Leaf)>) -> BTreeSet<u64> {
    let (mut gaps, mut withdrawn) = (BTreeSet::new(), BTreeSet::new());
    for (index, leaf) in bare {
        match leaf.body() {
            Body::Withdrawal { target, .. } => drop(withdrawn.insert(*target)),
            _ if leaf.is_committed() => drop(gaps.insert(index)),
            _ => {}
        }
    }
    gaps.difference(&withdrawn).copied().collect()
}

/// Puts words back that were missing, each verified to open its leaf. What the log withdraws is not among them, nor what
/// somebody took while it could not be signed.
async fn fill(line: &mut Line, contents: &BTreeMap<u64, Vec<u8>>) -> Result<u64, StoreError> {
    let mut back = bare(line).await?;
    back.retain(|index| contents.contains_key(index));
    if back.is_empty() {
        return Ok(0);
    }
    // The table lets an entry lose its content and nothing else. Its guard steps aside for this transaction alone, which
    // nobody else can enter, and stands again before it ends.
    let guard = line.rows(GUARD, &[]).await.map_err(unavailable)?;
    let guard = guard.first().ok_or_else(|| StoreError::Broken("nothing guards the log's entries".into()))?.text(0)?.to_owned();
    line.execute(GUARD_STEPS_ASIDE, &[]).await.map_err(unavailable)?;
    let mut filled = 0;
    for index in &back {
        filled += line.execute(FILL, &[Value::Bytes(contents[index].clone()), count(*index)]).await.map_err(unavailable)?;
    }
    line.execute(guard, &[]).await.map_err(unavailable)?;
    Ok(filled)
}

/// Brings the store at `path` what it lacks, and writes its file anew so that no page keeps a copy of what went.
///
/// # Errors
/// [`StoreError::Broken`] when the entries do not give the tree that was signed; then nothing was written.
pub async fn bring(path: &Path, key: &LogKey, missing: &Missing) -> Result<Done, StoreError> {
    let db = Db::sqlite(path).await.map_err(unavailable)?;
    known_store(&db, key).await?;
    let mut open = Open::load(&db, key, &Shared::default()).await?;
    let done = write(&mut open, key, missing).await;
    let done = match done {
        Ok(done) => clean(&mut open.line).await.map(|()| done).map_err(unavailable),
        Err(error) => Err(error),
    };
    open.line.hang_up().await;
    db.close().await;
    done
}

async fn write(open: &mut Open, key: &LogKey, missing: &Missing) -> Result<Done, StoreError> {
    open.edge.extend_from(&missing.rows)?;
    if missing.signed.is_some_and(|signed| signed != (open.edge.size(), open.edge.root())) {
        return Err(StoreError::Broken("the entries do not give the tree that was signed; nothing was written".into()));
    }
    let line = &mut open.line;
    line.begin().await.map_err(unavailable)?;
    // Before the new entries, among which there may be gaps of this very log.
    let filled = if missing.contents.is_empty() { 0 } else { fill(line, &missing.contents).await? };
    let mut gone = 0;
    if !missing.lost.is_empty() {
        for (index, _) in damaged(line).await?.iter().filter(|(index, _)| missing.lost.contains(index)) {
            gone += line.execute(LET_GO, &[count(*index)]).await.map_err(unavailable)?;
        }
    }
    for row in &missing.rows {
        let content = row.content.clone().map_or(Value::NoBytes, Value::Bytes);
        let values = [count(row.index), id(row.stream.bytes()), Value::Number(row.kind.into()), Value::Bytes(row.leaf.clone()), content];
        line.execute(LOG_ADD, &values).await.map_err(unavailable)?;
    }
    if !missing.rows.is_empty() {
        let signed = open.edge.sign(key)?;
        line.execute(texts::CHECKPOINT_ADD, &[count(signed.size), Value::Text(signed.note)]).await.map_err(unavailable)?;
    }
    let back = missing.rows.first().map_or(u64::MAX, |row| row.index);
    let words = take_words(line, &missing.withdrawn, back).await?;
    if words + filled + gone > 0 || !missing.rows.is_empty() {
        found::anew(line).await.map_err(told)?;
        sweep::due(line).await.map_err(unavailable)?;
    }
    line.execute(texts::COMMIT, &[]).await.map_err(unavailable)?;
    Ok(Done { entries: missing.rows.len() as u64, words, filled })
}

/// Empties the write-ahead log and writes the file anew.
async fn clean(line: &mut Line) -> Result<(), sqlx::Error> {
    settle(line).await?;
    if sweep::is_due(line).await? && sweep::sweep(line, &Arc::default()).await? == Swept::TooLarge {
        tracing::warn!(bytes_max = sweep::BYTES_MAX, "the file is too large to be swept of copies");
    }
    settle(line).await
}

/// Takes the words of these entries. `back` is the first entry that came back now.
async fn take_words(line: &mut Line, targets: &[u64], back: u64) -> Result<u64, StoreError> {
    let (mut words, mut streams, mut answered) = (0, BTreeSet::new(), BTreeSet::new());
    for target in targets {
        // One that the copy does not hold had no words in it either.
        let rows = line.rows(STREAM_OF, &[count(*target)]).await.map_err(unavailable)?;
        let Some(row) = rows.first() else { continue };
        let (stream, kind) = (row.exactly(0)?, row.number(1)?);
        let taken = line.execute(texts::WITHDRAW_CONTENT, &[count(*target), id(&stream)]).await.map_err(unavailable)? == 1;
        words += u64::from(taken);
        // What this copy knew to be withdrawn its desk forgot then; what is open since is about something else.
        if taken || *target >= back {
            streams.insert(stream);
            if kind == i64::from(EntryKind::Reply.code()) {
                answered.insert(stream);
            }
        }
    }
    for stream in &streams {
        desk_forgets(line, IncidentId(*stream)).await?;
    }
    for stream in answered {
        letters_forget(line, IncidentId(stream)).await?;
    }
    drawings_forget(line, &streams).await?;
    Ok(words)
}

/// A withdrawn reply came by a letter, which lost its words when they were published. A letter that is open in the copy may
/// be that one: whoever holds the copy cannot tell, because the words are gone, so every open reply to that incident is
/// closed without its words. Complaints, which are never published, stay.
async fn letters_forget(line: &mut Line, incident: IncidentId) -> Result<(), StoreError> {
    for row in line.rows(LETTERS_OF, &[id(incident.bytes())]).await.map_err(unavailable)? {
        let letter: Letter = super::shape::whole(&row, 1)?;
        let Some(closed) = letter.overtaken() else { continue };
        let body = serde_json::to_string(&closed).map_err(|error| StoreError::Broken(error.to_string()))?;
        let values = [Value::Text(body), super::shape::time(closed.forget_at()), Value::Bytes(row.bytes(0)?.to_vec())];
        line.execute(LETTER_LOSES_WORDS, &values).await.map_err(unavailable)?;
    }
    Ok(())
}

/// What describes public copies stands in the record, and in the desk's drawings until it is withdrawn there.
async fn drawings_forget(line: &mut Line, streams: &BTreeSet<[u8; 16]>) -> Result<(), StoreError> {
    if streams.is_empty() {
        return Ok(());
    }
    for row in line.rows(HIDINGS, &[]).await.map_err(unavailable)? {
        let hiding: Hiding = super::shape::whole(&row, 1)?;
        let theirs = hiding.public.as_ref().is_some_and(|public| streams.contains(public.incident.bytes()));
        let Some(empty) = hiding.without_words().filter(|_| theirs) else { continue };
        let body = serde_json::to_string(&empty).map_err(|error| StoreError::Broken(error.to_string()))?;
        line.execute(HIDING_LOSES_WORDS, &[Value::Text(body), Value::Bytes(row.bytes(0)?.to_vec())]).await.map_err(unavailable)?;
    }
    Ok(())
}

/// The desk's proposals of an incident lose their words, as they did when the words were withdrawn. What was open in the
/// copy may be what was published and withdrawn since, so it is taken back.
async fn desk_forgets(line: &mut Line, incident: IncidentId) -> Result<(), StoreError> {
    for row in line.rows(PROPOSALS_OF, &[id(incident.bytes())]).await.map_err(unavailable)? {
        let proposal: Proposal = super::shape::whole(&row, 1)?;
        let refused = proposal.is_open().then(|| Refused { by: proposal.proposed_by, at: proposal.at, reason: String::new() });
        let empty = Proposal { refused: refused.or(proposal.refused.clone()), ..proposal.without_words() };
        let body = serde_json::to_string(&empty).map_err(|error| StoreError::Broken(error.to_string()))?;
        let values = [Value::Text(body), super::shape::maybe_time(empty.published_at), Value::Bytes(row.bytes(0)?.to_vec())];
        line.execute(PROPOSAL_LOSES_WORDS, &values).await.map_err(unavailable)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;
    use crate::store::conformance::builders::*;
    use crate::store::conformance::{giving, letters};
    use crate::store::sql::SqlStore;
    use handbell_rules::record::letter::{Became, Sent};

    #[tokio::test]
    async fn an_older_copy_loses_what_the_desk_held_of_withdrawn_words() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        let store = SqlStore::create(&path, log_key(), STATUS).await.unwrap();
        let (incident, _) = opened(&store).await;
        let (other, _) = opened(&store).await;
        let entries = [EntryKind::IncidentOpened, EntryKind::Evidence, EntryKind::Reply].map(|kind| entry(incident.id, kind));
        commit(&store, appending(&incident, entries.into())).await;
        let (ours, theirs) = (giving::shown(&store, incident.id).await, giving::shown(&store, other.id).await);
        let (reply, _) = letters::sent(&store, incident.id).await;
        let (elsewhere, _) = letters::sent(&store, other.id).await;
        store.close().await;
        // The log says that both were withdrawn since.
        let done = bring(&path, &log_key(), &Missing { withdrawn: vec![1, 2], ..Missing::default() }).await.unwrap();
        assert_eq!(done.words, 2);
        let store = SqlStore::open(&path, log_key()).await.unwrap();
        let shows = async |of| store.evidence().hiding(of).await.unwrap().unwrap().public.unwrap().shows;
        assert_eq!((shows(ours).await.as_str(), shows(theirs).await.as_str()), ("", giving::SHOWS));
        let closed = store.letter(reply.id).await.unwrap().unwrap();
        assert_eq!(closed.closed.map(|closed| closed.became), Some(Became::Published));
        assert!(matches!(closed.sent, Sent::Reply { text, .. } if text.is_empty()));
        assert_eq!(store.letter(elsewhere.id).await.unwrap().unwrap(), elsewhere, "of another incident nothing is known to be withdrawn");
        store.close().await;
        let raw = std::fs::read(&path).unwrap();
        let left = raw.windows(giving::SHOWS.len()).filter(|bytes| *bytes == giving::SHOWS.as_bytes()).count();
        assert_eq!(left, 1, "that of the other alone");
    }
}
