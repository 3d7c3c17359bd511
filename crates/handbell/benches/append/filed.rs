//! Filed: a tiled log that makes each file durable in its turn, as FiloSottile/sunlight does it on a disk: the staged
//! entries, then the lock database's new checkpoint, then every tile, then the published checkpoint.
//!
//! The bytes are C2SP's, from this project's own crate; what differs from ours is the order and who syncs. A file is
//! durable when it was written beside its place, synced, renamed, and its folder synced.

use super::text;
use handbell_log::bundle;
use handbell_log::checkpoint::Checkpoint;
use handbell_log::hash::leaf_hash;
use handbell_log::note::SigningKey;
use handbell_log::tile::{TileId, tile_bytes, tiles_between};
use handbell_log::tree::Levels;
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// See the module.
pub struct Filed {
    folder: PathBuf,
    lock: SqliteConnection,
    key: SigningKey,
    levels: Levels,
    entries: Vec<Vec<u8>>,
}

fn durable(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let beside = path.with_extension("new");
    let mut file = File::create(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&beside, path)?;
    Ok(File::open(folder)?.sync_all()?)
}

impl Filed {
    /// An empty log in a new folder.
    pub async fn new(folder: &Path) -> anyhow::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let mut lock = sqlx::sqlite::SqliteConnectOptions::new()
            .filename(folder.join("lock.db"))
            .create_if_missing(true)
            .journal_mode(sqlx::sqlite::SqliteJournalMode::Wal)
            .synchronous(sqlx::sqlite::SqliteSynchronous::Full)
            .connect()
            .await?;
        sqlx::query("create table checkpoint (log integer primary key, body text not null)").execute(&mut lock).await?;
        sqlx::query("insert into checkpoint values (1, '')").execute(&mut lock).await?;
        let key = SigningKey::from_seed("bench.example/filed", &[9; 32])?;
        Ok(Self { folder: folder.to_owned(), lock, key, levels: Levels::new(), entries: Vec::new() })
    }

    /// Appends a batch and answers how long it took from the entries to the published checkpoint.
    pub async fn append(&mut self, batch: usize) -> anyhow::Result<f64> {
        // 177 bytes, fewer than a salt, a payload and a leaf of ours; this log has no leaf apart from its entry.
        let fresh: Vec<Vec<u8>> = (0..batch).map(|number| format!("{:0>57}{:0>120}", number, text(number)).into_bytes()).collect();
        let began = Instant::now();
        let before = self.levels.size();
        let size = before + batch as u64;
        durable(&self.folder.join(format!("staging/{size}")), &fresh.concat())?;
        for entry in fresh {
            self.levels.append(leaf_hash(&entry));
            self.entries.push(entry);
        }
        let signed = Checkpoint { origin: self.key.name().to_owned(), size, root: self.levels.root() }.sign(&self.key)?.encode();
        sqlx::query("update checkpoint set body = $1 where log = 1").bind(&signed).execute(&mut self.lock).await?;
        for tile in tiles_between(before, size) {
            let bytes = match tile {
                TileId::Hashes { .. } => tile_bytes(&self.levels, &tile).map_err(|never| match never {})?,
                TileId::Entries { .. } => {
                    let range = tile.range();
                    bundle::encode(&self.entries[usize::try_from(range.start)?..usize::try_from(range.end)?])?
                }
            };
            durable(&self.folder.join(tile.path()), &bytes)?;
        }
        durable(&self.folder.join("checkpoint"), signed.as_bytes())?;
        std::fs::remove_file(self.folder.join(format!("staging/{size}")))?;
        Ok(began.elapsed().as_secs_f64())
    }

    /// Closes the lock database.
    pub async fn close(self) -> anyhow::Result<()> {
        Ok(self.lock.close().await?)
    }
}
