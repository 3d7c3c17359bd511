//! Histories: a public list's items with every edit they had (`--as revisions-jsonl`, docs/formats/revisions-jsonl.md).
//!
//! The edits stand in a second file, in order of time and not of items: a first pass keeps their places by
//! item. Each item is one change with all that is new of it, so that interrupted anywhere the same command goes
//! on, and a longer history brought later adds what came since.

use super::super::{Answer, Stopped, say, town};
use super::{Counts, Progress};
use crate::acts::bring::{bring, incident_of};
use crate::acts::{ActError, RefusalError};
use crate::bring::NotRead;
use crate::bring::csv::Place;
use crate::bring::lines::Lines;
use crate::bring::rejects::{Rejects, because};
use crate::world::World;
use anyhow::Context;
use futures::future::join_all;
use handbell_rules::id::IncidentId;
use handbell_rules::record::brought::Piece;
use handbell_rules::record::brought::history::{self, Item, ListOf, Revision, read};
use handbell_rules::record::brought::row::Marked;
use handbell_rules::refusal::Refusal;
use serde_json::json;
use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};

/// Items that go to the store at once.
const AT_ONCE: usize = 64;

/// `handbell import DIR FILE --as revisions-jsonl --edits FILE --map FILE`.
pub async fn run(dir: &Path, file: &Path, edits: &Path, map: &Path, marked: Marked) -> anyhow::Result<Answer> {
    let text = std::fs::read_to_string(map).with_context(|| format!("reading {}", map.display()))?;
    let list: ListOf = toml::from_str(&text).map_err(|why| Stopped(Answer::No, format!("the mapping cannot be read: {why}")))?;
    let open = |file: &Path| File::open(file).with_context(|| format!("reading {}", file.display()));
    let (mut items, mut edits) = (Lines::open(open(file)?), Lines::open(open(edits)?));
    let town = town::open(dir, &town::Staging::default()).await?;
    let name = file.file_name().map_or_else(|| "file".to_owned(), |name| name.to_string_lossy().into_owned());
    let done = taken_in(&town.world, Rejects::begin(dir, &name)?, &mut items, &mut edits, &list, marked).await;
    if done.is_ok() {
        town.publish().await?;
    }
    town.close().await;
    let (counts, rejects) = done?;
    counts.say(rejects.as_deref(), "revisions");
    say("Every page of it says that it was entered from a file and not approved by two members.");
    Ok(Answer::Good)
}

/// Where each item's edits stand, oldest first.
fn sorted(world: &World, list: &ListOf, edits: &mut Lines<File>) -> Result<(HashMap<IncidentId, Vec<Place>>, u64), NotRead> {
    let (mut places, mut count): (HashMap<IncidentId, Vec<Place>>, u64) = (HashMap::new(), 0);
    while let Some((place, edit)) = edits.line::<Revision>()? {
        count += 1;
        let of = places.entry(incident_of(world, &list.set, &edit.id)).or_default();
        if edit.rev as usize != of.len() || (edit.rev == 0) != (edit.op == "create") {
            return Err(NotRead::at(
                place.line,
                format!("revision {} of `{}` does not follow; they must come in order, from 0", edit.rev, edit.id),
            ));
        }
        of.push(place);
    }
    Ok((places, count))
}

struct Batch {
    id: IncidentId,
    item: Item,
    revisions: Vec<Revision>,
}

async fn taken_in(
    world: &World,
    mut rejects: Rejects,
    items: &mut Lines<File>,
    edits: &mut Lines<File>,
    list: &ListOf,
    marked: Marked,
) -> anyhow::Result<(Counts, Option<PathBuf>)> {
    let (mut places, rows) = sorted(world, list, edits).context("the edits")?;
    let mut counts = Counts::of(rows);
    let mut progress = Progress::of(rows, "revisions");
    let mut ended = false;
    while !ended {
        let mut batch = Vec::with_capacity(AT_ONCE);
        while batch.len() < AT_ONCE && !ended {
            let Some((_, item)) = items.line::<Item>().context("the items")? else {
                ended = true;
                break;
            };
            let id = incident_of(world, &list.set, &item.id);
            let places = places.remove(&id).unwrap_or_default();
            let revisions = places.iter().map(|place| edits.line_at(*place)).collect::<Result<Vec<Revision>, _>>()?;
            // An item without edits stands for one row.
            counts.rows += u64::from(revisions.is_empty());
            batch.push(Batch { id, item, revisions });
        }
        let all: Vec<_> = batch.iter().map(|one| (one, read(list, marked, &one.item, &one.revisions))).collect();
        let brought = join_all(all.iter().map(async |(one, read)| match read.refused {
            Some(why) => Err(ActError::from(why)),
            None => {
                let pieces: Vec<Piece<'_>> = read.ready.iter().filter(|one| one.says_something()).map(history::Ready::piece).collect();
                bring(world, one.id, &read.frame, &pieces).await
            }
        }))
        .await;
        for ((one, read), brought) in all.iter().zip(brought) {
            progress.step(one.revisions.len() as u64);
            let mut refuse = |row: &str, why: Refusal| {
                rejects.count(true, why.name());
                rejects.json(&json!({"row": row, "what": "row", "because": because(why), "item": one.item.id}))
            };
            match brought {
                Ok(brought) => {
                    counts.incidents += 1;
                    counts.unchanged += read.ready.iter().filter(|one| !one.says_something()).count() as u64;
                    counts.entered += brought.entered.len() as u64;
                    counts.already += brought.already.len() as u64;
                    for (row, why) in &brought.refused {
                        refuse(row, *why)?;
                        counts.refused += 1;
                    }
                }
                Err(ActError::Refused(RefusalError(why))) => {
                    for row in 0..one.revisions.len().max(1) {
                        refuse(&format!("{}#{row}", one.item.id), why)?;
                        counts.refused += 1;
                    }
                }
                Err(error) => return Err(error).context("the store does not take it; run the same command again to go on"),
            }
            for left in &read.left_out {
                rejects.count(false, left.why.name());
                rejects.json(
                    &json!({"row": left.row, "what": "words", "field": left.field, "because": because(left.why), "words": left.words}),
                )?;
                counts.left_out += 1;
            }
        }
    }
    // Edits of an item that stands nowhere now: what it said cannot be worked back.
    for places in places.into_values() {
        for place in places {
            let edit: Revision = edits.line_at(place)?;
            rejects.count(true, "item-missing");
            rejects.json(&json!({"row": format!("{}#{}", edit.id, edit.rev), "what": "row", "because": "item-missing: The items hold no such item; add it.", "line": place.line}))?;
            counts.refused += 1;
        }
    }
    progress.end();
    counts.because(&rejects);
    Ok((counts, rejects.end()?))
}
