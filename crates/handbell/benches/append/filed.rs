//! Filed: a tiled log that makes each file durable in its turn, as FiloSottile/sunlight does it on a disk: the staged
//! entries, then the lock database's new checkpoint, then every tile, then the published checkpoint.
//!
//! The bytes are C2SP's, from this project's own crate; what differs from ours is the order and who syncs. A file is
//! durable when it was written beside its place, synced, renamed, and its folder synced. The tiles of a batch are made
//! durable side by side, each by a thread of its own, and all before the checkpoint.

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

/// Tiles made durable at the same time; a batch of 4,096 has some forty.
const AT_ONCE: usize = 64;

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

/// Makes files durable at the same time, a few at once.
fn side_by_side(files: &[(PathBuf, Vec<u8>)]) -> anyhow::Result<()> {
    for some in files.chunks(AT_ONCE) {
        std::thread::scope(|scope| {
            let running: Vec<_> = some.iter().map(|(path, bytes)| scope.spawn(|| durable(path, bytes))).collect();
            running.into_iter().try_for_each(|one| one.join().map_err(|_| anyhow::anyhow!("a thread of the peer stopped"))?)
        })?;
    }
    Ok(())
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
        let tiles = tiles_between(before, size).into_iter().map(|tile| Ok((self.folder.join(tile.path()), self.bytes_of(&tile)?)));
        side_by_side(&tiles.collect::<anyhow::Result<Vec<_>>>()?)?;
        durable(&self.folder.join("checkpoint"), signed.as_bytes())?;
        std::fs::remove_file(self.folder.join(format!("staging/{size}")))?;
        Ok(began.elapsed().as_secs_f64())
    }

    fn bytes_of(&self, tile: &TileId) -> anyhow::Result<Vec<u8>> {
        match tile {
            TileId::Hashes { .. } => Ok(tile_bytes(&self.levels, tile).map_err(|never| match never {})?),
            TileId::Entries { .. } => {
                let range = tile.range();
                Ok(bundle::encode(&self.entries[usize::try_from(range.start)?..usize::try_from(range.end)?])?)
            }
        }
    }

    /// Closes the lock database.
    pub async fn close(self) -> anyhow::Result<()> {
        Ok(self.lock.close().await?)
    }
}
