//! Neighbours: all the logs that one group keeps, and the key by which it cosigns them.
//!
//! Made once at the start from the settings; nobody is added while the program runs. One lock on the disk keeps two
//! programs from cosigning with one key. Without neighbours there is nothing here: no key, no folder, no lock.

use super::neighbour::{FOLDER, Neighbour};
use super::pull::Pulled;
use super::requested::Requested;
use super::site::{COMPARES_WITHIN, PULLS_WITHIN, Site, log_prefix};
use super::{MirrorError, key};
use crate::config::NeighbourSettings;
use crate::folder::make_folders;
use crate::world::Chance;
use handbell_log::cosignature::CosigningKey;
use handbell_log::cosigner::{Request, monitoring_path, origin_hash};
use handbell_log::note::VerifierKey;
use handbell_log::source::Source;
use rustix::fs::{FlockOperation, flock};
use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use tokio::sync::{Notify, Semaphore, watch};
use tokio::time::Instant;

/// Pages that are read from the copies' files at once. Whoever asks for many waits, and holds up nobody else.
const READERS_MAX: usize = 2;
/// Others who are asked after one pull what they saw of the log. Where there are more, they are asked in turn.
const ASKED_MAX: usize = 16;

/// A neighbour with the one address at which it is asked.
pub struct Kept {
    /// Its log as it is here.
    pub neighbour: Neighbour,
    /// The prefix of its log.
    pub prefix: String,
    /// Told when there is something to pull.
    pub ahead: Notify,
}

impl Kept {
    /// Where its own site stands; none where that is not https, and nobody should be led there.
    pub fn site(&self) -> Option<&str> {
        self.prefix.strip_suffix("/log").filter(|site| site.starts_with("https://"))
    }

    /// What its site is called.
    pub fn host(&self) -> &str {
        let site = self.prefix.strip_suffix("/log").unwrap_or(&self.prefix);
        site.split_once("://").map_or(site, |(_, host)| host)
    }
}

/// See the module.
pub struct Neighbours {
    /// Those who may read from the copies at once, for pages.
    pub readers: Semaphore,
    cosigner: Option<CosigningKey>,
    all: BTreeMap<String, Arc<Kept>>,
    stop: watch::Sender<bool>,
    _lock: Option<File>,
}

impl Default for Neighbours {
    fn default() -> Self {
        Self { readers: Semaphore::new(READERS_MAX), cosigner: None, all: BTreeMap::new(), stop: watch::Sender::new(false), _lock: None }
    }
}

/// Keeps every other program out of the copies of a folder, as long as the file lives.
///
/// # Errors
/// [`MirrorError::InUse`]; [`MirrorError::Disk`].
pub fn lock(dir: &Path) -> Result<File, MirrorError> {
    let trouble = |cause| MirrorError::Disk { what: "locking the neighbours' copies", cause };
    let folder = dir.join(FOLDER);
    make_folders(&folder).map_err(trouble)?;
    let file = File::create(folder.join("lock")).map_err(trouble)?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(file),
        Err(_) => Err(MirrorError::InUse(folder.display().to_string())),
    }
}

/// Whether a cosigner of this name may cosign a log: never under the log's own name.
pub(crate) fn distinct(cosigner: &CosigningKey, origin: &str) -> Result<(), MirrorError> {
    match cosigner.name() == origin {
        true => Err(MirrorError::Key(format!("{origin} is the name of a log; a cosigner needs one of its own"))),
        false => Ok(()),
    }
}

impl Neighbours {
    /// Those of the settings, kept below `dir`. `own` is this group's log, which is no neighbour. A copy that cannot be
    /// read keeps nobody from starting; it is pulled anew.
    ///
    /// # Errors
    /// For settings that cannot be, a key among them, and where the folder is in use.
    pub fn open(dir: &Path, settings: &[NeighbourSettings], name: &str, own: &str, chance: &dyn Chance) -> anyhow::Result<Neighbours> {
        if settings.is_empty() {
            return Ok(Self::default());
        }
        let lock = lock(dir)?;
        let cosigner = key::read_or_make(dir, name, chance)?;
        distinct(&cosigner, own)?;
        let mut all = BTreeMap::new();
        for one in settings {
            let key = VerifierKey::parse(&one.key).map_err(|error| anyhow::anyhow!("the key of the neighbour {}: {error}", one.url))?;
            anyhow::ensure!(key.name() != own, "{} is this group's own log and no neighbour", one.url);
            distinct(&cosigner, key.name())?;
            let prefix = log_prefix(&one.url);
            anyhow::ensure!(
                crate::asked::may_be(&prefix),
                "the neighbour {} must have an https address, such as https://bell.example",
                one.url
            );
            let hash = origin_hash(key.name());
            let kept = Kept { neighbour: Neighbour::open(dir, key)?, prefix, ahead: Notify::new() };
            anyhow::ensure!(all.insert(hash, Arc::new(kept)).is_none(), "the log of {} stands twice among the neighbours", one.url);
        }
        Ok(Self { cosigner: Some(cosigner), all, _lock: Some(lock), ..Self::default() })
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Kept>> {
        self.all.values()
    }

    /// The one whose log has this hash of its origin.
    pub fn by_hash(&self, hash: &str) -> Option<&Arc<Kept>> {
        self.all.get(hash)
    }

    /// The key by which they are cosigned.
    pub fn cosigner(&self) -> Option<&CosigningKey> {
        self.cosigner.as_ref()
    }

    /// Whoever pulls ends soon.
    pub fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// Pulls one neighbour from its site, and asks the others what they saw of its log. For a thread that may wait,
    /// inside the runtime.
    ///
    /// # Errors
    /// As [`Neighbour::pull`]; [`MirrorError::Alarm`] also where others were shown another tree.
    pub fn pull(&self, kept: &Kept, now_seconds: u64) -> Result<Pulled, MirrorError> {
        let cosigner = self.cosigner.as_ref().ok_or_else(|| MirrorError::Key("there is none".to_owned()))?;
        let site = Site::new(&kept.prefix, self.stop.subscribe(), PULLS_WITHIN)?;
        let pulled = kept.neighbour.pull(&site, cosigner, now_seconds);
        // Also where nothing could be pulled: a log that asks for cosignatures need not be reached.
        if !matches!(pulled, Err(MirrorError::Alarm(_))) {
            self.compare(kept, now_seconds)?;
        }
        pulled
    }

    /// Asks the others what they cosigned of a log, each at the address of the settings. Whoever does not answer is asked
    /// again after a later pull, and nothing is said about it.
    fn compare(&self, kept: &Kept, now_seconds: u64) -> Result<(), MirrorError> {
        let origin = kept.neighbour.origin();
        let path = format!("neighbours/{}", monitoring_path(origin));
        let others: Vec<_> = self.all.iter().filter(|(_, other)| other.neighbour.origin() != origin).collect();
        let until = Instant::now() + COMPARES_WITHIN;
        // Another one begins each minute, so that slow ones keep nobody from being asked for ever.
        let first = usize::try_from(now_seconds / 60).unwrap_or_default() % others.len().max(1);
        for (by, other) in others.iter().cycle().skip(first).take(others.len().min(ASKED_MAX)) {
            let within = until.saturating_duration_since(Instant::now());
            let asked = Site::new(&other.prefix, self.stop.subscribe(), within).and_then(|site| site.read(&path));
            match kept.neighbour.shown_elsewhere(by, asked.ok().flatten().as_deref()) {
                Err(alarm @ MirrorError::Alarm(_)) => return Err(alarm),
                Err(error) => tracing::warn!(origin, shown_by = other.host(), %error, "what a neighbour shows of a log says nothing"),
                Ok(()) => {}
            }
        }
        Ok(())
    }

    /// Answers `add-checkpoint`. For a thread that may wait for the disk.
    ///
    /// # Errors
    /// [`MirrorError::Disk`].
    pub fn requested(&self, body: &[u8], now_seconds: u64) -> Result<Requested, MirrorError> {
        let Ok(request) = Request::parse(body) else { return Ok(Requested::Refused(400)) };
        let known = self.by_hash(&origin_hash(request.origin())).zip(self.cosigner.as_ref());
        let Some((kept, cosigner)) = known else { return Ok(Requested::Refused(404)) };
        let answer = kept.neighbour.requested(&request, cosigner, now_seconds)?;
        if matches!(answer, Requested::Cosigned(_)) {
            kept.ahead.notify_one();
        }
        Ok(answer)
    }
}
