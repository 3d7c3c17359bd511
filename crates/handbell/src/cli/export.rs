//! Export: the public record of a group's folder as one file, or as a folder that anybody can verify.
//!
//! Made of what is published in the folder's `public/` and of nothing else, after all of it was verified. It
//! takes no lock and opens no store, so a server may run meanwhile. What lies at OUT is never overwritten.

use super::{Answer, Stopped, say};
use crate::config::Settings;
use crate::export::published::{Published, Unreadable};
use crate::export::{csv, geojson, lines};
use anyhow::Context;
use handbell_log::hash::{Hash, leaf_hash};
use handbell_log::tile::{TileId, content_path, tile_bytes, tiles_between};
use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

/// `handbell export DIR --as KIND OUT`.
pub fn run(dir: &Path, kind: &str, out: &Path) -> anyhow::Result<Answer> {
    if !["jsonl", "csv", "geojson", "bundle"].contains(&kind) {
        return Err(Stopped(Answer::Usage, format!("--as {kind} is not known; choose jsonl, csv, geojson or bundle")).into());
    }
    if !dir.join("handbell.toml").is_file() {
        return Err(Stopped(Answer::CouldNotTell, format!("{} is no group's folder", dir.display())).into());
    }
    if std::fs::symlink_metadata(out).is_ok() {
        return Err(Stopped(Answer::No, format!("{} exists already and nothing is overwritten; name another place", out.display())).into());
    }
    #[expect(clippy::disallowed_methods, reason = "settings come from the environment here as everywhere")]
    let settings = Settings::read(dir, std::env::vars())?;
    let published = Published::read(&dir.join("public")).map_err(|why| match why {
        Unreadable::Wrong(_) => Stopped(Answer::No, why.to_string()),
        Unreadable::CouldNotTell(_) => Stopped(Answer::CouldNotTell, why.to_string()),
    })?;
    let Some(published) = published else {
        return Err(Stopped(Answer::No, "nothing is published yet, so there is nothing to export".into()).into());
    };
    let origin = settings.origin.as_str();
    match kind {
        "csv" => file(out, &csv::table(origin, &published.records()?))?,
        "geojson" => file(out, &geojson::collection(origin, &published.records()?))?,
        "jsonl" => file(out, &lines::write(&published)?)?,
        _ => bundle(out, &published)?,
    }
    let checkpoint = &published.verified.checkpoint;
    say(&format!("exported {} log entries as {kind}, verified and signed as {}: {}", checkpoint.size, checkpoint.origin, out.display()));
    Ok(Answer::Good)
}

/// Writes a new file, whole or not at all.
fn file(out: &Path, text: &str) -> anyhow::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(out).with_context(|| format!("making {}", out.display()))?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    if written.is_err() {
        // Half a file would be taken for a whole one.
        let _ = std::fs::remove_file(out);
    }
    written.with_context(|| format!("writing {}", out.display()))
}

/// Writes a new folder that `handbell verify` accepts, whole or not at all.
fn bundle(out: &Path, published: &Published) -> anyhow::Result<()> {
    std::fs::create_dir(out).with_context(|| format!("making {}", out.display()))?;
    let written = fill(out, published);
    if written.is_err() {
        let _ = std::fs::remove_dir_all(out);
    }
    written
}

fn fill(out: &Path, published: &Published) -> anyhow::Result<()> {
    let put = |path: String, bytes: &[u8]| -> anyhow::Result<()> {
        let path = out.join(path);
        std::fs::create_dir_all(path.parent().context("a file outside every folder")?)?;
        std::fs::write(&path, bytes).with_context(|| format!("writing {}", path.display()))
    };
    let leaves: Vec<_> = published.verified.entries.iter().map(|entry| entry.leaf.encode()).collect();
    let hashes: Vec<Hash> = leaves.iter().map(|leaf| leaf_hash(leaf)).collect();
    for tile in tiles_between(0, published.verified.checkpoint.size) {
        let bytes = match tile {
            TileId::Entries { .. } => {
                let of = |place: u64| usize::try_from(place).unwrap_or(usize::MAX);
                let range = tile.range();
                let some: Vec<&[u8]> = leaves[of(range.start)..of(range.end)].iter().map(<[u8; _]>::as_slice).collect();
                handbell_log::bundle::encode(&some)?
            }
            TileId::Hashes { .. } => tile_bytes(hashes.as_slice(), &tile).map_err(|never| match never {})?,
        };
        put(format!("log/{}", tile.path()), &bytes)?;
    }
    for (index, content) in &published.contents {
        put(format!("log/{}", content_path(*index)), &content.encode())?;
    }
    for record in published.records()? {
        put(format!("incidents/{}.json", record.incident), &serde_json::to_vec(&record)?)?;
    }
    put("log/vkey".to_owned(), format!("{}\n", published.vkey).as_bytes())?;
    put("log/checkpoint".to_owned(), published.note.as_bytes())
}
