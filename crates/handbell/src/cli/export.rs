//! Export: the public record of a group's folder as one file, or as a folder that anybody can verify.
//!
//! Made of what is published in the folder's `public/` and of nothing else, after all of it was verified. It
//! takes no lock and opens no store, so a server may run meanwhile; where it withdraws something on the way, the export
//! begins again. What lies at OUT is never overwritten, and words are held one incident at a time.

use super::import::Progress;
use super::{Answer, Stopped, say};
use crate::config::Settings;
use crate::cosigned::Cosigned;
use crate::cosigners::Cosigners;
use crate::export::published::{Published, Unreadable};
use crate::export::{about, csv, geojson, json_ld, kept, lines};
use anyhow::Context;
use handbell_log::hash::{Hash, leaf_hash};
use handbell_log::leaf::LEAF_BYTES;
use handbell_log::tile::{TileId, content_path, tile_bytes, tiles_between};
use handbell_log::tree::Levels;
use handbell_log::verify::{GAPS, Gaps};
use handbell_rules::record::projection::IncidentRecord;
use std::cell::Cell;
use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::Path;

/// How often it is begun when the log changes on the way.
const TRIES: usize = 5;

/// `handbell export DIR --as KIND OUT`.
pub fn run(dir: &Path, kind: &str, out: &Path) -> anyhow::Result<Answer> {
    if !["jsonl", "csv", "geojson", "json-ld", "bundle"].contains(&kind) {
        return Err(Stopped(Answer::Usage, format!("--as {kind} is not known; choose jsonl, csv, geojson, json-ld or bundle")).into());
    }
    if !dir.join("handbell.toml").is_file() {
        return Err(Stopped(Answer::CouldNotTell, format!("{} is no group's folder", dir.display())).into());
    }
    if std::fs::symlink_metadata(out).is_ok() {
        return Err(Stopped(Answer::No, format!("{} exists already and nothing is overwritten; name another place", out.display())).into());
    }
    #[expect(clippy::disallowed_methods, reason = "settings come from the environment here as everywhere")]
    let settings = Settings::read(dir, std::env::vars())?;
    let mut tries = 1;
    loop {
        match once(dir, &settings, kind, out) {
            Err(error) if matches!(error.downcast_ref(), Some(Unreadable::Changed)) => {
                if tries == TRIES {
                    return Err(Stopped(Answer::CouldNotTell, format!("{error:#}")).into());
                }
                tries += 1;
            }
            Err(error) if matches!(error.downcast_ref(), Some(Unreadable::CouldNotTell(_))) => {
                return Err(Stopped(Answer::CouldNotTell, format!("{error:#}")).into());
            }
            done => return done,
        }
    }
}

fn once(dir: &Path, settings: &Settings, kind: &str, out: &Path) -> anyhow::Result<Answer> {
    let published = Published::read(&dir.join("public")).map_err(stopped)?;
    let Some(published) = published else {
        return Err(Stopped(Answer::No, "nothing is published yet, so there is nothing to export".into()).into());
    };
    let origin = settings.origin.as_str();
    match kind {
        "csv" => records(out, &published, csv::head(), |record, _| csv::rows(origin, record), String::new)?,
        "geojson" => {
            let around = Cell::new(geojson::Around::default());
            let feature = |record: &IncidentRecord, first| {
                let mut so_far = around.get();
                let feature = geojson::next(origin, record, first, &mut so_far);
                around.set(so_far);
                feature
            };
            records(out, &published, geojson::BEGINS.to_owned(), feature, || geojson::end(around.get()))?;
        }
        "json-ld" => {
            let begins = format!("{{\"@context\":\"{}\",\"@graph\":[", json_ld::CONTEXT);
            let article = |record: &IncidentRecord, first: bool| {
                let article = json_ld::article(&settings.name, origin, record);
                if first { article.to_string() } else { format!(",\n{article}") }
            };
            records(out, &published, begins, article, || "]}\n".to_owned())?;
        }
        "jsonl" => {
            let mut progress = Progress::of(published.checkpoint.size, "entries");
            file(out, |file| {
                lines::write_to(&published, |line| {
                    progress.step(1);
                    file.write_all(line.as_bytes())
                })
                .map_err(anyhow::Error::from)
            })?;
            progress.end();
        }
        _ => bundle(out, &published, &dir.join("public"), origin)?,
    }
    let checkpoint = &published.checkpoint;
    say(&format!("exported {} log entries as {kind}, verified and signed as {}: {}", checkpoint.size, checkpoint.origin, out.display()));
    let missing = published.missing().len();
    if missing > 0 {
        say(&format!("the words of {missing} entries are missing, here as in the log that was exported, which says so"));
    }
    Ok(Answer::Good)
}

fn stopped(why: Unreadable) -> Stopped {
    match why {
        Unreadable::Wrong(_) => Stopped(Answer::No, why.to_string()),
        Unreadable::CouldNotTell(_) | Unreadable::Changed => Stopped(Answer::CouldNotTell, why.to_string()),
    }
}

/// Writes a new file, whole or not at all, as it comes.
fn file(out: &Path, write: impl FnOnce(&mut BufWriter<File>) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let file = OpenOptions::new().write(true).create_new(true).open(out).with_context(|| format!("making {}", out.display()))?;
    let mut file = BufWriter::new(file);
    let written = write(&mut file).and_then(|()| {
        file.flush()?;
        Ok(file.get_ref().sync_all()?)
    });
    if written.is_err() {
        // Half a file would be taken for a whole one.
        let _ = std::fs::remove_file(out);
    }
    written.with_context(|| format!("writing {}", out.display()))
}

/// Writes each incident's page as it is projected, and none is kept.
fn records(
    out: &Path,
    published: &Published,
    begins: String,
    each: impl Fn(&IncidentRecord, bool) -> String,
    ends: impl FnOnce() -> String,
) -> anyhow::Result<()> {
    let streams = published.streams();
    let mut progress = Progress::of(streams.count() as u64, "incidents");
    file(out, |file| {
        file.write_all(begins.as_bytes())?;
        let mut first = true;
        for record in streams.records() {
            file.write_all(each(&record?, first).as_bytes())?;
            first = false;
            progress.step(1);
        }
        Ok(file.write_all(ends().as_bytes())?)
    })?;
    progress.end();
    Ok(())
}

/// Writes a new folder that `handbell verify` accepts, whole or not at all.
fn bundle(out: &Path, published: &Published, public: &Path, site: &str) -> anyhow::Result<()> {
    std::fs::create_dir(out).with_context(|| format!("making {}", out.display()))?;
    let written = fill(out, published, public, site);
    if written.is_err() {
        let _ = std::fs::remove_dir_all(out);
    }
    written
}

fn fill(out: &Path, published: &Published, public: &Path, site: &str) -> anyhow::Result<()> {
    let put = |path: String, bytes: &[u8]| -> anyhow::Result<()> {
        let path = out.join(path);
        std::fs::create_dir_all(path.parent().context("a file outside every folder")?)?;
        std::fs::write(&path, bytes).with_context(|| format!("writing {}", path.display()))
    };
    let leaves: Vec<_> = published.entries.iter().map(|entry| entry.leaf.encode()).collect();
    let hashes: Vec<Hash> = leaves.iter().map(|leaf| leaf_hash(leaf)).collect();
    let (earlier, size) = (published.earlier(public, &hashes).map_err(stopped)?, published.checkpoint.size);
    let mut tiles: BTreeSet<TileId> = tiles_between(0, size).into_iter().collect();
    // Whoever holds an earlier checkpoint asks for those of its size.
    tiles.extend(kept::partials(earlier.keys().copied(), size).into_values().flatten());
    let levels: Levels = hashes.into_iter().collect();
    for tile in tiles {
        put(format!("log/{}", tile.path()), &bytes_of(&leaves, &levels, tile)?)?;
    }
    for place in 0..published.entries.len() {
        if let Some(content) = published.content(place)? {
            put(format!("log/{}", content_path(place as u64)), &content.encode())?;
        }
    }
    for record in published.streams().records() {
        let record = record?;
        put(format!("incidents/{}.json", record.incident), &serde_json::to_vec(&record)?)?;
    }
    for (size, note) in earlier {
        put(format!("log/checkpoints/{size}"), note.as_bytes())?;
    }
    // As they are published, where they are: they name the cosigners, and nothing here knows those better.
    let (nobody, unseen) = (Cosigners::default(), Cosigned::default());
    let publisher = about::Publisher { site, vkey: &published.vkey, second: None, cosigners: &nobody };
    for (name, otherwise) in [("about.json", about::about(&publisher, &unseen)), ("policy", about::policy(&publisher))] {
        let there = std::fs::read(public.join("log").join(name)).unwrap_or_else(|_| otherwise.into_bytes());
        put(format!("log/{name}"), &there)?;
    }
    let missing = published.missing();
    if !missing.is_empty() {
        put(format!("log/{GAPS}"), Gaps::encode(&missing).as_bytes())?;
    }
    put("log/vkey".to_owned(), format!("{}\n", published.vkey).as_bytes())?;
    put("log/checkpoint".to_owned(), published.note.as_bytes())
}

fn bytes_of(leaves: &[[u8; LEAF_BYTES]], levels: &Levels, tile: TileId) -> anyhow::Result<Vec<u8>> {
    let of = |place: u64| usize::try_from(place).unwrap_or(usize::MAX);
    let range = tile.range();
    match tile {
        TileId::Entries { .. } => Ok(handbell_log::bundle::encode(&leaves[of(range.start)..of(range.end)])?),
        TileId::Hashes { .. } => tile_bytes(levels, &tile).map_err(|never| match never {}),
    }
}
