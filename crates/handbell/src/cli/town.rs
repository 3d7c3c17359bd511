//! The town: a folder opened, its world made real, its workers running, its doors open.

use super::{Answer, catch_up, control, repair, say};
use crate::acts::footage::Intake;
use crate::acts::passkey::Passkeys;
use crate::acts::{ActError, alone};
use crate::channel::carrier::Carrier;
use crate::channel::sealed::AddressKey;
use crate::channel::settings::{CHANNELS_FILE, ChannelSettings};
use crate::cosigners::{COSIGNERS_FILE, Cosigners};
use crate::doors::kept::Kept;
use crate::doors::limits::Limits;
use crate::doors::{App, record, routes, serve as doors};
use crate::export::about;
use crate::folder::{self, GroupFolder, Use};
use crate::line;
use crate::mirror::key::cosigner_name;
use crate::mirror::neighbours::Neighbours;
use crate::pack::shelf::Shelf;
use crate::push::Phones;
use crate::stamp::Authority;
use crate::store::log::LogKey;
use crate::store::sql::SqlStore;
use crate::store::{Store, StoreError};
use crate::vault::copies::SealedCopies;
use crate::work::armer::Armer;
use crate::work::clearer::Clearer;
use crate::work::collector::{self, Asker, Begins, Collector};
use crate::work::darkroom::Darkroom;
use crate::work::notary::Notary;
use crate::work::rests::{Rests, TRY_AGAIN};
use crate::work::sequencer::shelf;
use crate::work::sequencer::{SEEN_ELSEWHERE, Sequencer};
use crate::work::snapshotter::Snapshotter;
use crate::work::{announcer, armer, canary, copier, escalator, forgetter, indexer, nudger, ringer, teller};
use crate::world::{Group, MachineChance, MachineClock, Push, World};
use anyhow::Context;
use handbell_log::checkpoint::Checkpoint;
use handbell_log::note::VerifierKey;
use handbell_rules::bell::canary::EVERY;
use handbell_rules::bell::mode::Status;
use handbell_rules::bell::signed::Signing;
use handbell_rules::people::standing::Founding;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinSet;

/// The store's file in a group's folder.
pub const STORE_FILE: &str = "handbell.db";
/// A worker lets news gather this long, so that intake at full speed does not wake it after every sync.
const GATHERS: Duration = Duration::from_millis(10);
/// How long a start waits for what cosigners show. Whoever does not answer by then is named and not waited for.
const COSIGNERS_ANSWER_WITHIN: Duration = Duration::from_secs(3);
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
    /// The neighbours whose logs are kept here; none before [`Town::start_workers`].
    neighbours: OnceLock<Arc<Neighbours>>,
    store: Arc<SqlStore>,
    /// The workers that were started and not yet stopped.
    workers: Mutex<JoinSet<()>>,
}

/// How many entries a store holds, where that is less than what was published; none where it holds the beginning of its
/// log as far as anybody has seen it.
///
/// # Errors
/// When it is another log.
async fn behind(store: &dyn Store, published: &Checkpoint) -> anyhow::Result<Option<u64>> {
    match collector::begins(store, published).await? {
        Begins::Yes => Ok(None),
        Begins::Shorter(held) => Ok(Some(held)),
        Begins::Other => anyhow::bail!("the log in this store is another one than the log that was published; nothing is signed from it"),
    }
}

/// Checks that a checkpoint is a beginning of the log in a store.
pub(super) async fn check_begins(store: &dyn Store, published: &Checkpoint) -> anyhow::Result<()> {
    match behind(store, published).await? {
        None => Ok(()),
        Some(held) => anyhow::bail!(
            "this store holds {held} log entries and {} were published: it is an older copy. Nothing is signed from it; bring the newer \
             store back, or run `handbell repair DIR --from-neighbour URL`",
            published.size
        ),
    }
}

/// Asks the cosigners what they have seen, before anything is signed: a store may be behind although its whole folder was
/// brought back with it. Whoever does not answer is named and holds nothing up.
async fn check_with_cosigners(store: &SqlStore, cosigners: &Cosigners, key: &VerifierKey) -> anyhow::Result<()> {
    if cosigners.is_empty() {
        return Ok(());
    }
    let asker = &Asker::new(COSIGNERS_ANSWER_WITHIN)?;
    let asked = cosigners.all().iter().map(|cosigner| async move { (cosigner, asker.shown(cosigner, key).await) });
    let mut compared: Vec<Checkpoint> = Vec::new();
    for (cosigner, shown) in futures::future::join_all(asked).await {
        match shown {
            Ok(None) => {}
            Ok(Some(shown)) if compared.contains(&shown.checkpoint) => {}
            Ok(Some(shown)) => {
                check_begins(store, &shown.checkpoint).await.with_context(|| format!("{} shows what this log signed", cosigner.name))?;
                compared.push(shown.checkpoint);
            }
            Err(trouble) => tracing::warn!(cosigner = %cosigner.name, %trouble, "a cosigner could not be asked what it has seen"),
        }
    }
    Ok(())
}

/// An older copy is not served, and words that were withdrawn since are taken from it whatever its keeper does next.
async fn refuse_older_copy(dir: &Path, key: &LogKey, held: u64, published: u64) -> anyhow::Error {
    let words = match catch_up::take_withdrawn_words(dir, key).await {
        Ok(words) => format!("{words} withdrawals that it did not know were carried out in it"),
        Err(error) => format!("WITHDRAWN WORDS MAY STAND IN IT, because the published log cannot be read: {error:#}"),
    };
    anyhow::anyhow!(
        "this store holds {held} log entries and {published} were published: it is an older copy. Nothing is signed from it; {words}. \
         Bring the newer store back, or bring the log back into this one with `handbell repair {}`",
        dir.display()
    )
}

/// Whether the disk did not do as asked, which may pass.
fn is_the_disks(error: &anyhow::Error) -> bool {
    let disk = |kind: std::io::ErrorKind| matches!(kind, std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded);
    error.chain().any(|cause| {
        matches!(cause.downcast_ref::<StoreError>(), Some(StoreError::Unavailable(_) | StoreError::Stopped(_)))
            || cause.downcast_ref::<std::io::Error>().is_some_and(|error| disk(error.kind()))
    })
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
    open_and_ask(dir, staging, false).await
}

/// As [`open`]; whoever will serve asks the neighbours too, while the cosigners are asked.
async fn open_and_ask(dir: &Path, staging: &Staging, neighbours: bool) -> anyhow::Result<Town> {
    let town = open_unchecked(dir, staging).await?;
    // PROMISE the-log-signs-one-tree holds in the store's writer; this keeps it across a restored backup: a store that is
    // older than what the world has seen must not sign again from there.
    let error = match published_before(dir, &town).await {
        Ok(None) => match check_seen_elsewhere(dir, &town, neighbours).await {
            Ok(()) => return Ok(town),
            Err(error) => error,
        },
        Ok(Some((held, published))) => {
            town.close().await;
            return Err(refuse_older_copy(dir, &town.folder.log_key, held, published).await);
        }
        Err(error) => error,
    };
    town.close().await;
    Err(error)
}

/// How many entries the store holds and this folder has published, where those are more.
async fn published_before(dir: &Path, town: &Town) -> anyhow::Result<Option<(u64, u64)>> {
    let Some((_, published)) = catch_up::Published::of(dir, town.folder.log_key.verifier())? else { return Ok(None) };
    Ok(behind(&*town.store, &published).await?.map(|held| (held, published.size)))
}

/// Holds the store against what cosigners, and neighbours where they are asked, have shown of its log, before and now.
async fn check_seen_elsewhere(dir: &Path, town: &Town, neighbours: bool) -> anyhow::Result<()> {
    let (key, path) = (town.folder.log_key.verifier(), dir.join("public").join(SEEN_ELSEWHERE));
    match std::fs::read(&path) {
        Ok(bytes) => {
            let seen = Checkpoint::open(&bytes, key).with_context(|| format!("{} is not this group's", path.display()))?;
            check_begins(&*town.store, &seen).await?;
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(error).with_context(|| format!("reading {}", path.display())),
    }
    // All of them at the same time: one that does not answer costs a start its own wait and nobody else's.
    let cosigners = check_with_cosigners(&town.store, &town.world.group.cosigners, key);
    let asked = async { if neighbours { repair::check_neighbours(town).await } else { Ok(()) } };
    let (cosigners, neighbours) = tokio::join!(cosigners, asked);
    cosigners.and(neighbours)
}

/// As [`open`], for whoever has checked in another way that this store's log may be behind what was published: nothing is
/// signed from it before its log is brought back.
pub(super) async fn open_unchecked(dir: &Path, staging: &Staging) -> anyhow::Result<Town> {
    let folder = folder::open(dir, Use::Writing)?;
    let store = Arc::new(SqlStore::open(&dir.join(STORE_FILE), folder.log_key.clone()).await.context("opening the store")?);
    let status = store.status();
    let cosigners = cosigners(&folder, status)?;
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
        second_vkey: folder.second_log_key.as_ref().map(|key| key.verifier().to_string()),
        cosigners,
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
        cosigned: Arc::default(),
        intake: Arc::new(Intake::of(
            folder.settings.footage_bounds(),
            // Footage in a bucket takes nothing from this disk.
            folder.settings.footage_store.is_none().then(|| folder.path.clone()),
        )),
        packs: Arc::new(Shelf::at(folder.path.join("packs"))),
        vault: vault(&folder, status)?,
        shut_in: Arc::new(crate::shut_in::ShutIn::here()),
        frames_sent: Arc::default(),
    };
    Ok(Town { folder, world, neighbours: OnceLock::new(), store, workers: Mutex::default() })
}

/// Where footage lies. PROMISE a-drill-cannot-ring-live: an exercise keeps nothing beside what is live, and so clears
/// nothing of it away.
fn vault(folder: &GroupFolder, status: Status) -> anyhow::Result<Arc<dyn crate::vault::Vault>> {
    anyhow::ensure!(
        status == Status::Actual || folder.settings.footage_store.is_none(),
        "an exercise keeps nothing in a bucket: take `footage_store` out of its settings and of the environment"
    );
    let vault = crate::vault::open(&folder.path, &folder.settings)?;
    Ok(Arc::new(SealedCopies::over(vault, crate::vault::copies::key(&folder.path)?)))
}

/// The hub of the settings. PROMISE a-drill-cannot-ring-live: an exercise tells nobody outside of anything.
fn hub(settings: &crate::config::Settings, status: Status) -> anyhow::Result<Option<String>> {
    let Some(hub) = &settings.websub_hub else { return Ok(None) };
    anyhow::ensure!(status == Status::Actual, "an exercise tells no hub: take `websub_hub` out of its settings");
    anyhow::ensure!(crate::asked::may_be(hub), "`websub_hub` must be an https address, such as https://hub.example/");
    Ok(Some(hub.clone()))
}

/// Who stamps the custody chain. PROMISE a-drill-cannot-ring-live: an exercise tells nobody outside of anything.
fn authority(settings: &crate::config::Settings, status: Status) -> anyhow::Result<Option<Authority>> {
    let Some(url) = &settings.stamp_url else { return Ok(None) };
    let may = status == Status::Actual || crate::stamp::is_here(url);
    anyhow::ensure!(may, "an exercise asks nobody for stamps but this very machine: take `stamp_url` out of its settings");
    Authority::new(url).map(Some)
}

/// Who else signs the log. PROMISE a-drill-cannot-ring-live: an exercise tells nobody outside of anything.
fn cosigners(folder: &GroupFolder, status: Status) -> anyhow::Result<Cosigners> {
    let cosigners = Cosigners::read(&folder.path, folder.log_key.verifier())?;
    let any = !cosigners.is_empty();
    anyhow::ensure!(status == Status::Actual || !any, "an exercise asks no cosigner: take {COSIGNERS_FILE} out of its folder");
    Ok(cosigners)
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
            readers: record::readers(),
            passkeys: Arc::new(Passkeys::new(&self.world.group)),
            idle: Arc::default(),
            crowds: Arc::default(),
            figures: Arc::default(),
            phones,
            stage: None,
            public: self.folder.path.join("public"),
            neighbours: self.neighbours.get().cloned().unwrap_or_default(),
            streets: self.folder.path.join("map.pmtiles"),
            address_header: (!header.is_empty()).then_some(header),
        }
    }

    /// An empty shelf for finished pages of this town.
    pub fn kept(&self) -> Kept {
        Kept::new(self.world.store.follow()).and(self.world.cosigned.follow())
    }

    /// Stops the workers, finishes what is queued and leaves one file.
    ///
    /// A worker is stopped where it waits, as a death of the program would stop it; what it had not written down it
    /// does again after the next start.
    pub async fn close(&self) {
        if let Some(neighbours) = self.neighbours.get() {
            neighbours.stop();
        }
        let mut workers = std::mem::take(&mut *self.workers.lock().unwrap_or_else(PoisonError::into_inner));
        workers.shutdown().await;
        self.store.close().await;
    }

    /// Writes the log's files as the store has them now.
    pub async fn publish(&self) -> anyhow::Result<Sequencer> {
        let shelf = shelf::Shelf::new(&self.folder.path.join("public"));
        let vkey = format!("{}\n", self.folder.log_key.verifier());
        // Not for our own doors, which say the same, but for whoever copies the folder to a file host.
        for (name, text) in [("vkey", vkey), ("about.json", about::of(&self.world)?), ("policy", about::policy_of(&self.world)?)] {
            shelf.put(&format!("log/{name}"), text.as_bytes()).with_context(|| format!("writing the log's {name}"))?;
        }
        let sequencer = self.sequencer();
        if self.world.cosigned.in_doubt().is_some() {
            sequencer.hold_back(&self.world).await.context("taking what is held back out of the published log")?;
        }
        sequencer.step(&self.world).await.context("publishing the log")?;
        Ok(sequencer)
    }

    fn sequencer(&self) -> Sequencer {
        Sequencer::new(&self.folder.path.join("public")).signing_too(self.folder.second_log_key.clone())
    }

    /// Opens the copies of the neighbours' logs.
    async fn open_neighbours(&self) -> anyhow::Result<Arc<Neighbours>> {
        let (dir, settings) = (self.folder.path.clone(), self.folder.settings.clone());
        let own = self.folder.log_key.name().to_owned();
        let opened = tokio::task::spawn_blocking(move || {
            Neighbours::open(&dir, &settings.neighbours, &cosigner_name(&settings.origin), &own, &MachineChance)
        });
        let neighbours = Arc::new(opened.await.context("opening the neighbours")?.context("opening the neighbours' logs")?);
        if let Some(cosigner) = neighbours.cosigner() {
            tracing::info!(key = %cosigner.verifier(), "neighbours' logs are cosigned by this key");
        }
        Ok(Arc::clone(self.neighbours.get_or_init(|| neighbours)))
    }

    fn collectors(&self, sequencer: &Arc<Sequencer>) -> anyhow::Result<Vec<Collector>> {
        let cosigners = self.world.group.cosigners.all();
        if cosigners.is_empty() {
            return Ok(Vec::new());
        }
        let (asker, public) = (Asker::new(collector::ANSWERS_WITHIN)?, self.folder.path.join("public"));
        let one = |cosigner: &crate::cosigners::Cosigner| {
            Collector::new(asker.clone(), cosigner.clone(), &public, sequencer.clone(), &self.world)
        };
        cosigners.iter().map(one).collect()
    }

    /// Starts the workers. They end with [`Town::close`], or with the program.
    pub async fn start_workers(&self) -> anyhow::Result<()> {
        // A disk that takes nothing keeps nobody from reading; the sequencer tries again. Nor does a log in doubt: nothing
        // more of it is signed, and the bell rings.
        let sequencer = Arc::new(match self.publish().await {
            Err(error) if is_the_disks(&error) || self.world.cosigned.in_doubt().is_some() => {
                tracing::error!(error = format!("{error:#}"), "nothing is published at the start");
                self.sequencer()
            }
            published => published?,
        });
        let worker = handbell_site::worker_digest();
        match crate::acts::keys::name_worker(&self.world, worker).await {
            Err(ActError::Stopped(why)) => tracing::error!(why, "the service worker is named in the log at the next start"),
            named => drop(named.context("naming the service worker in the log")?),
        }
        indexer::begin(&self.world).await.context("making the index of who hears of an area")?;
        let world = || self.world.clone();
        let group = &self.world.group;
        let collectors = self.collectors(&sequencer)?;
        let announcer = group.hub.as_deref().map(|hub| announcer::Announcer::new(hub, &group.origin)).transpose()?;
        let notary = Notary::asking(authority(&self.folder.settings, self.world.group.status)?);
        let neighbours = self.open_neighbours().await?;
        let mut workers = self.workers.lock().unwrap_or_else(PoisonError::into_inner);
        for kept in neighbours.all() {
            workers.spawn(copy(world(), copier::Copier::new(Arc::clone(&neighbours), Arc::clone(kept))));
        }
        workers.spawn(sequence(world(), sequencer.clone()));
        workers.spawn(ring(world()));
        workers.spawn(forget(world()));
        workers.spawn(clear(world()));
        workers.spawn(develop(world()));
        workers.spawn(escalate(world()));
        workers.spawn(nudge(world()));
        workers.spawn(tell(world()));
        workers.spawn(snapshot(world()));
        workers.spawn(note(world(), notary));
        workers.spawn(arm(world()));
        workers.spawn(sing(world()));
        workers.spawn(index(world()));
        for collector in collectors {
            workers.spawn(collect(world(), sequencer.follow(), collector));
        }
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
    let mut rests = Rests::of("ringer");
    loop {
        match ringer.round(&world, || tokio::time::sleep(RINGER_LOOKS_UP)).await {
            Ok(rung) if rung.tried > 0 => {}
            Ok(rung) => wait(&world, &mut journal, rung.next).await,
            Err(error) => rests.after(&error).await,
        }
    }
}

async fn escalate(world: World) {
    let mut journal = world.store.follow();
    let mut rests = Rests::of("escalator");
    loop {
        match escalator::step(&world).await {
            Ok(stepped) if stepped.moved > 0 => {}
            Ok(stepped) => {
                // Whoever files at full speed must not have every waiting report looked through after each line.
                tokio::time::sleep(TRY_AGAIN).await;
                wait(&world, &mut journal, stepped.next).await;
            }
            Err(error) => rests.after(&error).await,
        }
    }
}

async fn nudge(world: World) {
    let mut journal = world.store.follow();
    let mut rests = Rests::of("nudger");
    loop {
        match nudger::step(&world).await {
            Ok(nudged) if nudged.tried > 0 => {}
            Ok(nudged) => wait(&world, &mut journal, nudged.next).await,
            Err(error) => rests.after(&error).await,
        }
    }
}

async fn tell(world: World) {
    let mut journal = world.store.follow();
    let mut rests = Rests::of("teller");
    loop {
        match teller::step(&world).await {
            Ok(told) if told.turns > 0 => {}
            Ok(told) => wait(&world, &mut journal, told.next).await,
            Err(error) => rests.after(&error).await,
        }
    }
}

async fn snapshot(world: World) {
    let mut journal = world.store.follow();
    let mut snapshotter = Snapshotter::default();
    let mut rests = Rests::of("snapshotter");
    loop {
        match snapshotter.step(&world).await {
            Ok(next) => wait(&world, &mut journal, Some(next)).await,
            Err(error) => rests.after(&error).await,
        }
    }
}

async fn note(world: World, mut notary: Notary) {
    let mut rests = Rests::of("notary");
    loop {
        match notary.step(&world).await {
            Ok(next) => {
                let milliseconds = next.since(world.now()).clamp(1_000, EVERY).unsigned_abs();
                tokio::time::sleep(Duration::from_millis(milliseconds)).await;
            }
            Err(error) => rests.after(&error).await,
        }
    }
}

async fn sing(world: World) {
    let mut rests = Rests::of("canary");
    loop {
        match canary::step(&world).await {
            Ok(sung) => {
                let Some(next) = sung.next else { return };
                let milliseconds = next.since(world.now()).clamp(1_000, EVERY).unsigned_abs();
                tokio::time::sleep(Duration::from_millis(milliseconds)).await;
            }
            Err(error) => rests.after(&error).await,
        }
    }
}

async fn arm(world: World) {
    let mut armer = Armer::default();
    let mut rests = Rests::of("armer");
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
            Err(error) => rests.after(&error).await,
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
    let mut rests = Rests::of("announcer");
    loop {
        match announcer.step(&world).await {
            Ok(announcer::Announced::Later(milliseconds)) => tokio::time::sleep(Duration::from_millis(milliseconds)).await,
            Ok(_) => wait(&world, &mut journal, None).await,
            Err(error) => rests.after(&error).await,
        }
    }
}

async fn copy(world: World, mut copier: copier::Copier) {
    loop {
        let next = Duration::from_millis(copier.step(&world).await.unsigned_abs());
        tokio::select! {
            () = tokio::time::sleep(next) => {}
            // Somebody was cosigned ahead of what is held.
            () = copier.kept().ahead.notified() => {}
        }
    }
}

async fn sequence(world: World, sequencer: Arc<Sequencer>) {
    let mut journal = world.store.follow();
    let mut rests = Rests::of("sequencer");
    loop {
        if world.cosigned.in_doubt().is_none()
            && let Err(error) = alone::write_held(&world).await
        {
            tracing::warn!(%error, "what was held back while the log could not be signed is not written yet");
        }
        match sequencer.step(&world).await {
            Ok(_) => wait(&world, &mut journal, None).await,
            // Doubt about the log stops the sequencer, never the street or the bell.
            Err(StoreError::Broken(why)) => {
                tracing::error!(%why, "the sequencer stopped: nothing more is published until a restart");
                return hold_back(world, sequencer).await;
            }
            Err(error) => rests.after(&error).await,
        }
    }
}

/// What is left to do for a sequencer whose log is in doubt: what members take from the public goes all the same.
async fn hold_back(world: World, sequencer: Arc<Sequencer>) {
    let mut journal = world.store.follow();
    let mut rests = Rests::of("sequencer");
    loop {
        match sequencer.hold_back(&world).await {
            Ok(()) => wait(&world, &mut journal, None).await,
            Err(error) => rests.after(&error).await,
        }
    }
}

/// Visits a cosigner when it is its turn and when something new is published. Nothing else waits for this.
async fn collect(world: World, mut published: tokio::sync::watch::Receiver<u64>, mut collector: Collector) {
    let mut rests = Rests::of("collector");
    loop {
        published.mark_unchanged();
        match collector.step(&world).await {
            Ok(milliseconds) => {
                let wait = Duration::from_millis(milliseconds.unsigned_abs());
                tokio::select! {
                    changed = published.changed() => if changed.is_err() { return },
                    () = tokio::time::sleep(wait) => {}
                }
            }
            Err(error @ (StoreError::Broken(_) | StoreError::LogInDoubt(_))) => {
                tracing::error!(%error, "a collector stopped: nothing more is cosigned");
                return;
            }
            Err(error) => rests.after(&error).await,
        }
    }
}

async fn forget(world: World) {
    let mut rests = Rests::of("forgetter");
    loop {
        match forgetter::step(&world).await {
            Ok(next) => {
                let milliseconds = next.since(world.now()).max(0).unsigned_abs();
                tokio::time::sleep(Duration::from_millis(milliseconds)).await;
            }
            Err(error) => rests.after(&error).await,
        }
    }
}

/// The darkroom. What this machine cannot do is said once, at the start; the desk reads it beside its footage.
async fn develop(world: World) {
    let shut = Arc::clone(&world.shut_in);
    let can = tokio::task::spawn_blocking(move || shut.can().clone()).await;
    if let Ok(can) = can {
        for what in can.cannot() {
            tracing::warn!("{what}");
        }
    }
    let mut rests = Rests::of("darkroom");
    let mut darkroom = Darkroom::default();
    let mut journal = world.store.follow();
    loop {
        match darkroom.step(&world).await {
            Ok(next) => wait(&world, &mut journal, Some(next)).await,
            Err(error) => rests.after(&error).await,
        }
    }
}

async fn clear(world: World) {
    let mut rests = Rests::of("clearer");
    let mut clearer = Clearer::default();
    loop {
        match clearer.step(&world).await {
            Ok(next) => {
                let milliseconds = next.since(world.now()).max(0).unsigned_abs();
                tokio::time::sleep(Duration::from_millis(milliseconds)).await;
            }
            Err(error) => rests.after(&error).await,
        }
    }
}

/// Ends when the program is told to stop. It listens from the call on, not only from the first wait on.
pub fn told_to_stop() -> impl Future<Output = ()> {
    told([SignalKind::terminate(), SignalKind::interrupt()])
}

/// Ends when one of these signals has come since the call.
pub fn told(signals: impl IntoIterator<Item = SignalKind>) -> impl Future<Output = ()> {
    let heard: Result<Vec<Signal>, _> = signals.into_iter().map(signal).collect();
    async move {
        let Ok(mut heard) = heard else { return };
        let each = heard.iter_mut().map(|one| Box::pin(one.recv()));
        let _ = futures::future::select_all(each).await;
    }
}

/// `handbell serve`.
pub async fn serve(dir: &Path, staging: &Staging, listen: Option<String>, without_limits: bool) -> anyhow::Result<Answer> {
    let town = open_and_ask(dir, staging, true).await?;
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
