//! Acts of custody: an auditor or a custodian reads what was done with one footage, and whether the chain holds.

use super::ActError;
use crate::store::StoreError;
use crate::world::World;
use handbell_rules::evidence::custody::{Head, Line, Statement, said};
use handbell_rules::evidence::footage::Footage;
use handbell_rules::evidence::stamp::Stamp;
use handbell_rules::id::FootageId;
use handbell_rules::people::member::{DeskCaller, Role};

/// Lines of the chain read at once.
const LINES_AT_ONCE: u32 = 1_000;

/// What was done with one footage, as the desk reads it.
#[derive(Debug)]
pub struct CustodyFile {
    /// The footage; none when it was deleted: its lines stay.
    pub footage: Option<Footage>,
    /// Lines about it, oldest first; no statement where it was forgotten.
    pub lines: Vec<(u64, Option<Statement>)>,
    /// The head of the whole chain, or the first line that does not hold.
    pub chain: Result<Head, u64>,
    /// Every day's head and stamp, oldest first.
    pub stamps: Vec<Stamp>,
}

/// Reads what was done with a footage, and checks the whole chain.
///
/// # Errors
/// A refusal for whoever is neither auditor nor custodian; [`ActError::NotFound`] where nothing was ever done with such a
/// footage.
pub async fn read(world: &World, caller: &DeskCaller, id: FootageId) -> Result<CustodyFile, ActError> {
    if caller.needs(Role::Auditor).is_err() {
        caller.needs(Role::Custodian)?;
    }
    let store = world.store.evidence();
    let lines: Vec<(u64, Option<Statement>)> = store.custody_of(id).await?.iter().map(read_line).collect();
    let footage = store.footage(id).await?;
    if lines.is_empty() && footage.is_none() {
        return Err(ActError::NotFound);
    }
    Ok(CustodyFile { footage, lines, chain: chain(world).await?, stamps: store.stamps().await? })
}

fn read_line(line: &Line) -> (u64, Option<Statement>) {
    (line.number, line.statement.as_deref().and_then(|text| Statement::parse(text).ok()))
}

/// The head that the lines give, held against the one that the store says; the error is the first line that is wrong.
async fn chain(world: &World) -> Result<Result<Head, u64>, StoreError> {
    let mut head = Head::EMPTY;
    loop {
        let lines = world.store.evidence().custody(head.lines, LINES_AT_ONCE).await?;
        if lines.is_empty() {
            break;
        }
        for line in &lines {
            let agrees = line.statement.as_deref().is_none_or(|text| said(text) == line.said);
            if line.number != head.lines || !agrees {
                return Ok(Err(head.lines));
            }
            head = head.after(&line.said);
        }
    }
    // A line may have been added since; then its head is another, and longer.
    let kept = world.store.evidence().custody_head(handbell_rules::time::Timestamp::from_milliseconds(i64::MAX)).await?;
    Ok(if kept.lines == head.lines && kept.hash != head.hash { Err(head.lines) } else { Ok(head) })
}
