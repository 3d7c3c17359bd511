//! Acts of bringing: rows of a file become incidents of the record, or reports of a test group's desk.
//!
//! By hand of whoever runs the server, and every page of it says so. An incident's id is a keyed hash of the
//! set's name and its key there, so that the same file brought twice, or again after a crash, meets what it
//! wrote before ([decision 0052](../../../../docs/decisions/0052-a-file-is-brought-twice-and-stands-once.md)).

use super::ActError;
use crate::acts::record::logged;
use crate::world::World;
use handbell_rules::change::Change;
use handbell_rules::id::{ChangeId, IncidentId, ReportId, private_bytes};
use handbell_rules::record::brought::{About, Brought, Frame, Piece, brought};
use handbell_rules::street::answers::Answers;
use handbell_rules::street::flood::lane::Lane;
use handbell_rules::street::receipt::ReceiptMark;
use handbell_rules::street::report::{self, Filing, NewReport};

/// Pieces of one change; what an incident has beyond that follows in the next.
pub const PIECES_MAX: usize = 200;

/// The id of an incident that a set brings.
pub fn incident_of(world: &World, set: &str, key: &str) -> IncidentId {
    let mut id = [0; 16];
    id.copy_from_slice(&world.mark("brought incident", format!("{set}\0{key}").as_bytes())[..16]);
    IncidentId(id)
}

/// Brings what is new of one incident, in one change for every [`PIECES_MAX`] pieces.
///
/// # Errors
/// A refusal where the incident may not stand in the record; otherwise what the world does.
pub async fn bring(world: &World, id: IncidentId, frame: &Frame, pieces: &[Piece<'_>]) -> Result<Brought, ActError> {
    let mut all = Brought::default();
    for some in pieces.chunks(PIECES_MAX) {
        let known = world.store.incident(id).await?;
        let entries = if known.is_some() { logged(&world.store.stream(id).await?)? } else { Vec::new() };
        let about = known.as_ref().map_or(About::New(id), |known| About::Known(known, &entries));
        let with = (&world.group.playbook, world.group.status);
        let done = brought(world.private_id(), with, &about, frame, some, || world.bytes(), world.now())?;
        if let Some(change) = done.change {
            world.commit(change).await?;
        }
        all.entered.extend(done.entered);
        all.already.extend(done.already);
        all.refused.extend(done.refused);
    }
    Ok(all)
}

/// Files a report of a test group from a row. Answers whether it is new.
///
/// # Errors
/// A refusal where the desk would take no such report; otherwise what the world does.
pub async fn file_from_a_row(world: &World, set: &str, key: &str, told: NewReport) -> Result<bool, ActError> {
    let mark = world.mark("brought report", format!("{set}\0{key}").as_bytes());
    let mut chance = [0; 10];
    chance.copy_from_slice(&mark[..10]);
    let mut change = [0; 16];
    change.copy_from_slice(&mark[16..]);
    let now = world.now();
    let filing = Filing {
        id: ReportId(private_bytes(now, chance)),
        // Nobody holds the words of a receipt for it.
        receipt: ReceiptMark(world.mark("brought receipt", &mark)),
        contact: None,
        repeat: None,
        observer: None,
        recorder: None,
        answers: Answers::default(),
        lane: Lane::Fast,
    };
    let kinds: Vec<&str> = world.group.playbook.kinds().iter().map(|kind| kind.id.as_str()).collect();
    let change: Change = report::file(ChangeId(change), told, filing, &kinds, now)?;
    Ok(!world.commit(change).await?.again)
}
