//! The town: a folder opened, its world made real, its workers running, its doors open.

use super::{Answer, control, say};
use crate::acts::passkey::Passkeys;
use crate::channel::carrier::Carrier;
use crate::channel::sealed::AddressKey;
use crate::channel::settings::{CHANNELS_FILE, ChannelSettings};
use crate::doors::kept::Kept;
use crate::doors::limits::Limits;
use crate::doors::{App, routes, serve as doors};
use crate::export::about;
use crate::folder::{self, GroupFolder, Use};
use crate::line;
use crate::push::Phones;
use crate::store::sql::SqlStore;
use crate::store::{Store, StoreError};
use crate::work::armer::Armer;
use crate::work::sequencer::{HIGH_WATER, Sequencer};
use crate::work::snapshotter::Snapshotter;
use crate::work::{announcer, armer, canary, escalator, forgetter, indexer, nudger, ringer, teller};
use crate::world::{Group, MachineChance, MachineClock, Push, World};
use anyhow::Context;
use handbell_log::checkpoint::Checkpoint;
use handbell_log::hash::leaf_hash;
use handbell_log::note::VerifierKey;
use handbell_log::tree::Frontier;
use handbell_rules::bell::canary::EVERY;
use handbell_rules::bell::mode::Status;
use handbell_rules::bell::signed::Signing;
use handbell_rules::people::standing::Founding;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// The store's file in a group's folder.
pub const STORE_FILE: &str = "handbell.db";
/// Wait before a worker tries again after the store did not answer.
const TRY_AGAIN: Duration = Duration::from_secs(1);
/// A worker lets news gather this long, so that intake at full speed does not wake it after every sync.
const GATHERS: Duration = Duration::from_millis(10);
/// Leaves read at once when the published log is compared with the store.
const LEAVES_AT_ONCE: u32 = 4_096;
/// A worker looks at least this often.
const LOOK_AGAIN: Duration = Duration::from_secs(60);
/// While messages are under way, how often the ringer looks whether others are due.
const RINGER_LOOKS_UP: Duration = Duration::from_millis(500);

/// A folder with its world.
pub struct Town {
    /// The folder; its lock is held as long as this lives.
    pub folder: GroupFolder,
    /// The world.
    pub world: World,
    store: Arc<SqlStore>,
    /// The workers that were started and not yet stopped.
    workers: Mutex<JoinSet<()>>,
}

/// Checks that whatever log this folder has published is a beginning of the log in its store.
///
/// PROMISE the-log-signs-one-tree holds in the store's writer; this keeps it across a restored backup: a
/// store that is older than what the world has seen must not sign again from there.
async fn check_published(dir: &Path, store: &SqlStore, key: &VerifierKey) -> anyhow::Result<()> {
    let public = dir.join("public");
    // The mark survives a power cut, and is there before the checkpoint; the checkpoint may have been copied back alone.
    for path in [public.join(HIGH_WATER), public.join("log").join("checkpoint")] {
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error).with_context(|| format!("reading {}", path.display())),
        };
        let published = Checkpoint::open(&bytes, key).with_context(|| format!("{} is not this group's", path.display()))?;
        check_begins(store, &published).await?;
    }
    Ok(())
}

async fn check_begins(store: &SqlStore, published: &Checkpoint) -> anyhow::Result<()> {
    let mut tree = Frontier::new();
    while tree.size() < published.size {
        let rest = u32::try_from(published.size - tree.size()).unwrap_or(u32::MAX);
        let rows = store.log_rows(tree.size(), rest.min(LEAVES_AT_ONCE)).await?;
        if rows.is_empty() {
            anyhow::bail!(
                "this store holds {} log entries and {} were published: it is an older copy. Nothing is signed from it; bring the newer store back",
                tree.size(),
                published.size
            );
        }
        tree.extend(rows.iter().map(|row| leaf_hash(&row.leaf)));
    }
    if tree.root() != published.root {
        anyhow::bail!("the log in this store is another one than the log that was published; nothing is signed from it");
    }
    Ok(())
}

/// What differs between a live town and a demo.
#[derive(Default)]
pub struct Staging {
    /// Whether a program plays the members.
    pub played: bool,
    /// Whether this is the demo.
    pub demo: bool,
    /// The demo's phones.
    pub phones: Option<Arc<Phones>>,
    /// Whether nothing leaves at all: the desk works and there is no line to any phone.
    pub silent: bool,
    /// A push service on this machine to which everything for browsers is led. A shipped program has no such field.
    #[cfg(feature = "conformance")]
    pub led: Option<line::Led>,
}

/// Opens a folder and makes its world.
pub async fn open(dir: &Path, staging: &Staging) -> anyhow::Result<Town> {
    let folder = folder::open(dir, Use::Writing)?;
    let store = Arc::new(SqlStore::open(&dir.join(STORE_FILE), folder.log_key.clone()).await.context("opening the store")?);
    check_published(dir, &store, folder.log_key.verifier()).await?;
    let status = store.status();
    if status != folder.settings.status {
        anyhow::bail!(
            "the settings say {} and the store says {}; a store keeps its mode for ever",
            folder.settings.status.word(),
            status.word()
        );
    }
    let vapid = line::vapid(&folder)?;
    let group = Group {
        name: folder.settings.name.clone(),
        origin: folder.settings.origin.clone(),
        status,
        playbook: folder::playbook(dir, &folder.settings.playbook)?,
        sign_offs: folder::sign_offs(dir)?,
        areas: folder::areas(dir, &folder.settings.areas)?,
        places: folder::places(dir, &folder.settings.areas)?,
        receipt_key: folder.receipt_key.clone(),
        contact_recipient: folder.contact_recipient.clone(),
        vapid_public: vapid.public_key_text(),
        log_vkey: folder.log_key.verifier().to_string(),
        founding: Founding::of(status == Status::Exercise),
        signing: Signing::of(status == Status::Exercise),
        links_sign_in: folder.settings.links_sign_in.unwrap_or(status == Status::Exercise),
        hub: hub(&folder.settings, status)?,
        played: staging.played,
        demo: staging.demo,
    };
    let push: Arc<dyn Push> = match (staging.silent, status) {
        (true, Status::Exercise) => Arc::new(line::Silence),
        (true, Status::Actual) => anyhow::bail!("a live group is never silent; a drill is"),
        #[cfg(feature = "conformance")]
        (false, Status::Actual) if let Some(led) = &staging.led => line::led(&folder, vapid, led)?,
        (false, status) => line::line(&folder, status, vapid, staging.phones.as_deref())?,
    };
    let push = with_channels(&folder, status, push)?;
    let world = World {
        store: store.clone(),
        clock: Arc::new(MachineClock),
        chance: Arc::new(MachineChance),
        push,
        group: Arc::new(group),
        flood: Arc::default(),
        audience: Arc::default(),
    };
    Ok(Town { folder, world, store, workers: Mutex::default() })
}

/// The hub of the settings. PROMISE a-drill-cannot-ring-live: an exercise tells nobody outside of anything.
fn hub(settings: &crate::config::Settings, status: Status) -> anyhow::Result<Option<String>> {
    let Some(hub) = &settings.websub_hub else { return Ok(None) };
    anyhow::ensure!(status == Status::Actual, "an exercise tells no hub: take `websub_hub` out of its settings");
    anyhow::ensure!(announcer::may_be_a_hub(hub), "`websub_hub` must be an https address, such as https://hub.example/");
    Ok(Some(hub.clone()))
}

/// Puts the carrier of a live group before its line to browsers.
///
/// PROMISE a-drill-cannot-ring-live: an exercise group with other channels does not start at all.
fn with_channels(folder: &GroupFolder, status: Status, browsers: Arc<dyn Push>) -> anyhow::Result<Arc<dyn Push>> {
    let settings = ChannelSettings::read(&folder.path)?;
    if status == Status::Exercise {
        anyhow::ensure!(!settings.any(), "an exercise has no channels: take {CHANNELS_FILE} out of its folder");
        return Ok(browsers);
    }
    let channels = settings.make(&folder.path.join("keys"), &folder.settings.name)?;
    let key = AddressKey::new(&folder::address_key(&folder.path, &MachineChance)?).context("keys/address.key must hold 32 bytes")?;
    let (marks, origin) = (folder.receipt_key.clone(), folder.settings.origin.clone());
    Ok(Arc::new(Carrier::new(browsers, channels, key, marks, origin, Arc::new(MachineClock), Signing::of(false))))
}

impl Town {
    /// What every door holds.
    pub fn app(&self, phones: Option<Arc<Phones>>, without_limits: bool) -> App {
        let header = self.folder.settings.address_header.to_lowercase();
        App {
            world: self.world.clone(),
            limits: Arc::new(Limits::new(without_limits)),
            passkeys: Arc::new(Passkeys::new(&self.world.group)),
            idle: Arc::default(),
            crowds: Arc::default(),
            figures: Arc::default(),
            phones,
            stage: None,
            public: self.folder.path.join("public"),
            streets: self.folder.path.join("map.pmtiles"),
            address_header: (!header.is_empty()).then_some(header),
        }
    }

    /// An empty shelf for finished pages of this town.
    pub fn kept(&self) -> Kept {
        Kept::new(self.world.store.follow())
    }

    /// Stops the workers, finishes what is queued and leaves one file.
    ///
    /// A worker is stopped where it waits, as a death of the program would stop it; what it had not written down it
    /// does again after the next start.
    pub async fn close(&self) {
        let mut workers = std::mem::take(&mut *self.workers.lock().unwrap_or_else(PoisonError::into_inner));
        workers.shutdown().await;
        self.store.close().await;
    }

    /// Writes the log's files as the store has them now.
    pub async fn publish(&self) -> anyhow::Result<Sequencer> {
        let public = self.folder.path.join("public");
        std::fs::create_dir_all(public.join("log")).context("making the public folder")?;
        let (vkey, site) = (self.folder.log_key.verifier(), &self.world.group.origin);
        // Not for our own doors, which say the same, but for whoever copies the folder to a file host.
        for (name, text) in [("vkey", format!("{vkey}\n")), ("about.json", about::about(site, vkey)), ("policy", about::policy(site, vkey))]
        {
            std::fs::write(public.join("log").join(name), text).with_context(|| format!("writing the log's {name}"))?;
        }
        let sequencer = Sequencer::new(&public);
        sequencer.step(&self.world).await.context("publishing the log")?;
        Ok(sequencer)
    }

    /// Starts the workers. They end with [`Town::close`], or with the program.
    pub async fn start_workers(&self) -> anyhow::Result<()> {
        let sequencer = self.publish().await?;
        let worker = handbell_site::worker_digest();
        crate::acts::keys::name_worker(&self.world, worker).await.context("naming the service worker in the log")?;
        indexer::begin(&self.world).await.context("making the index of who hears of an area")?;
        let world = || self.world.clone();
        let group = &self.world.group;
        let announcer = group.hub.as_deref().map(|hub| announcer::Announcer::new(hub, &group.origin)).transpose()?;
        let mut workers = self.workers.lock().unwrap_or_else(PoisonError::into_inner);
        workers.spawn(sequence(world(), sequencer));
        workers.spawn(ring(world()));
        workers.spawn(forget(world()));
        workers.spawn(escalate(world()));
        workers.spawn(nudge(world()));
        workers.spawn(tell(world()));
        workers.spawn(snapshot(world()));
        workers.spawn(arm(world()));
        workers.spawn(sing(world()));
        workers.spawn(index(world()));
        if let Some(announcer) = announcer {
            workers.spawn(announce(world(), announcer));
        }
        Ok(())
    }
}

async fn wait(world: &World, journal: &mut tokio::sync::watch::Receiver<u64>, next: Option<handbell_rules::time::Timestamp>) {
    let due = next.map_or(LOOK_AGAIN, |next| {
        let milliseconds = next.since(world.now()).clamp(0, i64::try_from(LOOK_AGAIN.as_millis()).unwrap_or(i64::MAX));
        Duration::from_millis(milliseconds.unsigned_abs())
    });
    tokio::select! {
        changed = journal.changed() => tokio::time::sleep(if changed.is_err() { TRY_AGAIN } else { GATHERS }).await,
        () = tokio::time::sleep(due) => {}
    }
}

async fn ring(world: World) {
    let mut journal = world.store.follow();
    let mut ringer = ringer::Ringer::default();
    loop {
        match ringer.round(&world, || tokio::time::sleep(RINGER_LOOKS_UP)).await {
            Ok(rung) if rung.tried > 0 => {}
            Ok(rung) => wait(&world, &mut journal, rung.next).await,
            Err(error) => rest("ringer", &error).await,
        }
    }
}

async fn escalate(world: World) {
    let mut journal = world.store.follow();
    loop {
        match escalator::step(&world).await {
            Ok(stepped) if stepped.moved > 0 => {}
            Ok(stepped) => {
                // Whoever files at full speed must not have every waiting report looked through after each line.
                tokio::time::sleep(TRY_AGAIN).await;
                wait(&world, &mut journal, stepped.next).await;
            }
            Err(error) => {
                tracing::warn!(%error, "the escalator rests");
                tokio::time::sleep(TRY_AGAIN).await;
            }
        }
    }
}

async fn nudge(world: World) {
    let mut journal = world.store.follow();
    loop {
        match nudger::step(&world).await {
            Ok(nudged) if nudged.tried > 0 => {}
            Ok(nudged) => wait(&world, &mut journal, nudged.next).await,
            Err(error) => rest("nudger", &error).await,
        }
    }
}

async fn tell(world: World) {
    let mut journal = world.store.follow();
    loop {
        match teller::step(&world).await {
            Ok(told) if told.turns > 0 => {}
            Ok(told) => wait(&world, &mut journal, told.next).await,
            Err(error) => rest("teller", &error).await,
        }
    }
}

async fn snapshot(world: World) {
    let mut journal = world.store.follow();
    let mut snapshotter = Snapshotter::default();
    loop {
        match snapshotter.step(&world).await {
            Ok(next) => wait(&world, &mut journal, Some(next)).await,
            Err(error) => rest("snapshotter", &error).await,
        }
    }
}

async fn sing(world: World) {
    loop {
        match canary::step(&world).await {
            Ok(sung) => {
                let Some(next) = sung.next else { return };
                let milliseconds = next.since(world.now()).clamp(1_000, EVERY).unsigned_abs();
                tokio::time::sleep(Duration::from_millis(milliseconds)).await;
            }
            Err(error) => {
                tracing::warn!(%error, "the canary rests");
                tokio::time::sleep(TRY_AGAIN).await;
            }
        }
    }
}

async fn arm(world: World) {
    let mut armer = Armer::default();
    loop {
        match armer.step(&world).await {
            Ok(armed) => {
                let Some(next) = armed.next else { return };
                // Between two batches everybody else gets a turn.
                tokio::task::yield_now().await;
                let milliseconds = next.since(world.now()).clamp(0, armer::ROUND_RESTS).unsigned_abs();
                if milliseconds > 0 {
                    tokio::time::sleep(Duration::from_millis(milliseconds)).await;
                }
            }
            Err(error) => rest("armer", &error).await,
        }
    }
}

async fn index(world: World) {
    loop {
        indexer::step(&world).await;
        tokio::time::sleep(Duration::from_millis(indexer::LOOK_RESTS.unsigned_abs())).await;
    }
}

async fn announce(world: World, mut announcer: announcer::Announcer) {
    let mut journal = world.store.follow();
    loop {
        match announcer.step(&world).await {
            Ok(announcer::Announced::Later(milliseconds)) => tokio::time::sleep(Duration::from_millis(milliseconds)).await,
            Ok(_) => wait(&world, &mut journal, None).await,
            Err(error) => rest("announcer", &error).await,
        }
    }
}

async fn sequence(world: World, sequencer: Sequencer) {
    let mut journal = world.store.follow();
    loop {
        match sequencer.step(&world).await {
            Ok(_) => wait(&world, &mut journal, None).await,
            // Doubt about the log stops the sequencer, never the street or the bell.
            Err(StoreError::Broken(why)) => {
                tracing::error!(%why, "the sequencer stopped: the log is in doubt and nothing more is published");
                return;
            }
            Err(error) => rest("sequencer", &error).await,
        }
    }
}

async fn forget(world: World) {
    loop {
        match forgetter::step(&world).await {
            Ok(next) => {
                let milliseconds = next.since(world.now()).max(0).unsigned_abs();
                tokio::time::sleep(Duration::from_millis(milliseconds)).await;
            }
            Err(error) => rest("forgetter", &error).await,
        }
    }
}

async fn rest(worker: &str, error: &StoreError) {
    tracing::error!(worker, %error, "a worker could not go on and tries again");
    tokio::time::sleep(TRY_AGAIN).await;
}

/// Ends when the program is told to stop. It listens from the call on, not only from the first wait on.
pub fn told_to_stop() -> impl Future<Output = ()> {
    let terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
    async move {
        let Ok(mut terminate) = terminate else { return };
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
    }
}

/// `handbell serve`.
pub async fn serve(dir: &Path, staging: &Staging, listen: Option<String>, without_limits: bool) -> anyhow::Result<Answer> {
    let town = open(dir, staging).await?;
    let address = listen.unwrap_or_else(|| town.folder.settings.listen.clone());
    let listener = TcpListener::bind(&address).await.with_context(|| format!("listening on {address}"))?;
    town.start_workers().await?;
    let control = control::listen(&town)?;
    let stop = told_to_stop();
    say(&format!("listening on http://{}", listener.local_addr()?));
    doors::serve(listener, routes::router(town.app(None, without_limits)), town.kept(), stop).await;
    control.abort();
    town.close().await;
    Ok(Answer::Good)
}
