//! The collector: fetches what one cosigner signed and hands it to the sequencer, who puts it under the checkpoint.
//!
//! There is one of it for each cosigner, so that a slow one holds up nobody else; alerts and commits know nothing of it. It
//! asks what the cosigner shows (GET), and where the cosigner takes checkpoints it hands the published one over (POST), with
//! the proof that it continues what they saw. Lines are verified before they go on. PROMISE the-log-signs-one-tree: what
//! they show that this log signed is compared with the store; if the store does not begin with it, the note is kept beside
//! the published log as what the world saw, and nothing more is signed here.

mod ask;
mod turn;

use crate::acts::prove::hashes::Hashes;
use crate::cosigned::Doubt;
use crate::cosigners::Cosigner;
use crate::store::{Store, StoreError};
use crate::work::sequencer::Sequencer;
use crate::world::World;
use handbell_log::checkpoint::Checkpoint;
use handbell_log::cosigner::{Request, Shown, gather, read_answer};
use handbell_log::hash::leaf_hash;
use handbell_log::note::{Note, Signature, VerifierKey};
use handbell_log::proof::{consistency_in, verify_consistency};
use handbell_log::tree::Frontier;
use handbell_rules::time::Timestamp;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

pub use ask::{Answered, Asker, Heard, Wire};
pub use turn::{Turn, Went};

/// How long a cosigner has for a whole answer.
pub const ANSWERS_WITHIN: Duration = Duration::from_secs(10);
/// Leaves read at once when a store is compared with a checkpoint.
const LEAVES_AT_ONCE: u32 = 4_096;

/// Whether a store's log begins with what a checkpoint signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begins {
    /// It does.
    Yes,
    /// It has fewer entries.
    Shorter(u64),
    /// It has others.
    Other,
}

/// Compares a store's leaves with a checkpoint.
///
/// # Errors
/// When the store does not say what it has.
pub async fn begins(store: &dyn Store, checkpoint: &Checkpoint) -> Result<Begins, StoreError> {
    let mut tree = Frontier::new();
    while tree.size() < checkpoint.size {
        let rest = u32::try_from(checkpoint.size - tree.size()).unwrap_or(u32::MAX);
        let rows = store.log_rows(tree.size(), rest.min(LEAVES_AT_ONCE)).await?;
        if rows.is_empty() {
            return Ok(Begins::Shorter(tree.size()));
        }
        tree.extend(rows.iter().map(|row| leaf_hash(&row.leaf)));
    }
    Ok(if tree.root() == checkpoint.root { Begins::Yes } else { Begins::Other })
}

/// What a visit brought.
#[derive(Debug, Default)]
struct Brought {
    /// What they show.
    shown: Option<Shown>,
    /// Lines they answered a checkpoint with, verified.
    answered: Vec<Signature>,
    /// What went wrong.
    trouble: Option<String>,
}

/// The collector of one cosigner.
pub struct Collector {
    asker: Asker,
    cosigner: Cosigner,
    log: VerifierKey,
    /// Where the published log lies.
    folder: PathBuf,
    sequencer: Arc<Sequencer>,
    turn: Turn,
    /// The size that was published at the last visit.
    visited: Option<u64>,
    /// What the cosigner showed and this store does not begin with, until the disk has kept it.
    unkept: Option<Note>,
}

fn broken(error: impl std::fmt::Display) -> StoreError {
    StoreError::Broken(error.to_string())
}

impl Collector {
    /// Of this cosigner, for the log that `sequencer` publishes into `public`.
    ///
    /// # Errors
    /// When the log's own key cannot be read.
    pub fn new(asker: Asker, cosigner: Cosigner, public: &Path, sequencer: Arc<Sequencer>, world: &World) -> anyhow::Result<Self> {
        let log = VerifierKey::parse(&world.group.log_vkey)?;
        let (folder, turn) = (public.join("log"), Turn::first(world.now()));
        Ok(Self { asker, cosigner, log, folder, sequencer, turn, visited: None, unkept: None })
    }

    /// Visits the cosigner if it is its turn. Answers after how many milliseconds to come again if nothing is published
    /// meanwhile.
    ///
    /// # Errors
    /// As the sequencer; [`StoreError::Broken`] too where the log is in doubt, and then nothing more is to be done.
    pub async fn step(&mut self, world: &World) -> Result<i64, StoreError> {
        if let Some(doubt) = world.cosigned.in_doubt() {
            self.keep(world).await?;
            return Err(broken(doubt));
        }
        let Some(published) = self.sequencer.published().await? else { return Ok(turn::AGAIN_AFTER_MAX) };
        let newest = Checkpoint::parse(published.text()).map_err(broken)?;
        if self.visited.replace(newest.size).is_some_and(|size| size != newest.size) {
            self.turn = self.turn.published(world.now());
        }
        if self.turn.wait(world.now()) > 0 {
            return Ok(self.turn.wait(world.now()));
        }
        let brought = self.visit(&published, &newest, world.now()).await;
        if let Some(shown) = &brought.shown {
            self.compare(world, shown, &newest).await?;
            self.sequencer.join(world, &shown.checkpoint, shown.note.signatures()).await?;
        }
        if !brought.answered.is_empty() {
            self.sequencer.join(world, &newest, &brought.answered).await?;
        }
        let went = match (self.signed_at(world, &newest).await?, &brought.trouble) {
            (_, Some(trouble)) => {
                tracing::warn!(cosigner = %self.cosigner.name, %trouble, "a cosigner could not be asked; it is asked again");
                Went::Failed
            }
            (Some(at), None) => Went::Signed(at),
            (None, None) => Went::Waits,
        };
        world.cosigned.trouble(&self.cosigner.name, brought.trouble);
        self.turn = self.turn.after(went, world.now());
        Ok(self.turn.wait(world.now()))
    }

    /// When the cosigner's line under the published checkpoint was made, if it is still that one.
    async fn signed_at(&self, world: &World, newest: &Checkpoint) -> Result<Option<Timestamp>, StoreError> {
        let published = self.sequencer.published().await?.filter(|note| note.text() == newest.encode());
        let time = published.and_then(|note| self.own_line(&note, newest, world.now()));
        Ok(time.map(crate::cosigned::moment))
    }

    fn own_line(&self, note: &Note, checkpoint: &Checkpoint, now: Timestamp) -> Option<u64> {
        let key = std::slice::from_ref(&self.cosigner.key);
        gather(checkpoint, note.signatures(), key, seconds(now)).lines.first().map(|(_, said)| said.time_seconds)
    }

    /// Asks, and hands over what is published where it is not signed or not freshly.
    async fn visit(&self, published: &Note, newest: &Checkpoint, now: Timestamp) -> Brought {
        let mut brought = Brought::default();
        match self.asker.shown(&self.cosigner, &self.log).await {
            Ok(shown) => brought.shown = shown,
            Err(trouble) if self.cosigner.submission.is_none() => {
                brought.trouble = Some(trouble);
                return brought;
            }
            // Whoever takes checkpoints may show them late, or nowhere.
            Err(trouble) => tracing::debug!(cosigner = %self.cosigner.name, %trouble, "what it shows cannot be read"),
        }
        let Some(address) = &self.cosigner.submission else { return brought };
        let seen = brought.shown.as_ref().map(|shown| &shown.checkpoint);
        let fresh = |time: u64| now.since(crate::cosigned::moment(time)) < turn::REFRESH_AFTER;
        let theirs = brought.shown.as_ref().filter(|shown| shown.checkpoint == *newest);
        if theirs.and_then(|shown| self.own_line(&shown.note, newest, now)).is_some_and(fresh) {
            return brought;
        }
        // A larger one is compared first; there is nothing to hand over.
        if seen.is_none_or(|seen| seen.size <= newest.size) {
            match self.submit(address, published, newest, seen.map_or(0, |seen| seen.size)).await {
                Ok(lines) => brought.answered = lines,
                Err(trouble) => brought.trouble = Some(trouble),
            }
        }
        brought
    }

    /// `add-checkpoint`, and once again from the size they say they have.
    async fn submit(&self, address: &str, published: &Note, newest: &Checkpoint, seen: u64) -> Result<Vec<Signature>, String> {
        let mut from = seen;
        for again in [false, true] {
            let body = self.request(published, newest, from)?;
            match self.asker.submit(address, body).await? {
                Answered::Lines(bytes) => {
                    let lines = read_answer(newest, &bytes, std::slice::from_ref(&self.cosigner.key));
                    let lines = lines.map_err(|error| format!("it answers with a line that is not its own: {error}"))?;
                    return match lines.is_empty() {
                        true => Err("it answers without a line of its own".to_owned()),
                        false => Ok(lines.into_iter().map(|(line, _)| line).collect()),
                    };
                }
                // Its bare word for more than there is proves nothing; what it shows is compared at each visit.
                Answered::OtherSize(size) if size > newest.size => {
                    return Err(format!("it says that it has {size} entries and shows no checkpoint of them"));
                }
                Answered::OtherSize(size) if again || size == from => {
                    return Err(format!("it says that it has {size} entries and does not take a proof from there"));
                }
                Answered::OtherSize(size) => from = size,
            }
        }
        Err("it asks for another proof each time".to_owned())
    }

    fn request(&self, published: &Note, newest: &Checkpoint, from: u64) -> Result<String, String> {
        let proof = self.proof(from, newest.size)?.ok_or("it has more entries than are published")?;
        // Only what the log itself signed: other cosigners' lines are none of theirs.
        let own: Vec<Signature> = published.signatures().iter().filter(|line| line.name() == self.log.name()).cloned().collect();
        let note = Note::new(&newest.encode(), own).map_err(|error| error.to_string())?;
        Ok(Request::new(from, proof, note).map_err(|error| error.to_string())?.encode())
    }

    fn proof(&self, from: u64, size: u64) -> Result<Option<Vec<handbell_log::hash::Hash>>, String> {
        consistency_in(&Hashes::of(&self.folder, size), from, size).map_err(|error| error.to_string())
    }

    /// Compares what they show with what is published and, where that does not agree, with every leaf of the store.
    ///
    /// # Errors
    /// [`StoreError::Broken`] when this store does not begin with it. From then on nothing is signed.
    async fn compare(&mut self, world: &World, shown: &Shown, newest: &Checkpoint) -> Result<(), StoreError> {
        let theirs = &shown.checkpoint;
        let within = theirs.size <= newest.size;
        let continues = |proof: Vec<_>| verify_consistency(theirs.size, &theirs.root, newest.size, &newest.root, &proof).is_ok();
        if within && self.proof(theirs.size, newest.size).ok().flatten().is_some_and(continues) {
            return Ok(());
        }
        let own = match begins(&*world.store, theirs).await? {
            Begins::Yes => return Ok(()),
            Begins::Shorter(own) => own,
            Begins::Other => world.store.checkpoint().await?.map_or(0, |row| row.size),
        };
        let doubt = Doubt::Shown { cosigner: self.cosigner.name.clone(), seen: theirs.size, own };
        tracing::error!(cosigner = %self.cosigner.name, seen = theirs.size, own,
            "THE LOG IS IN DOUBT: a cosigner shows what this log signed and this store does not have. Nothing more is signed. \
             Stop the server and bring the newer store back, or run `handbell repair DIR --from-neighbour URL`");
        world.cosigned.doubt(doubt.clone());
        self.unkept = Some(shown.note.clone());
        self.keep(world).await?;
        Err(broken(doubt))
    }

    /// Keeps what they showed. On a disk that failed for a moment it is tried again, or the next start knew nothing of it.
    async fn keep(&mut self, world: &World) -> Result<(), StoreError> {
        if let Some(note) = &self.unkept {
            self.sequencer.seen_elsewhere(world, note).await?;
            self.unkept = None;
        }
        Ok(())
    }
}

/// A moment in whole seconds, as cosigners say it.
fn seconds(now: Timestamp) -> u64 {
    u64::try_from(now.milliseconds() / 1_000).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doors::fixture::Town;
    use crate::work::sequencer::SEEN_ELSEWHERE;
    use handbell_log::cosignature::CosigningKey;
    use handbell_log::note::SigningKey;

    #[tokio::test]
    async fn what_a_cosigner_showed_is_kept_although_the_disk_failed_for_a_moment() {
        let _first = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let town = Town::new();
        let (world, public) = (&town.app.world, town.folder.path());
        let about = town.confirmed("flood").await;
        town.opened(&about).await;
        let sequencer = Arc::new(Sequencer::new(public));
        let size = sequencer.step(world).await.unwrap();
        let newest = Checkpoint::parse(sequencer.published().await.unwrap().unwrap().text()).unwrap();
        // The log's key has signed more than this store has.
        let key = SigningKey::from_seed("town.example/log", &[7; 32]).unwrap();
        let checkpoint = Checkpoint { origin: key.name().to_owned(), size: size + 5, root: leaf_hash(b"more") };
        let note = checkpoint.sign(&key).unwrap();
        let shown = Shown { checkpoint, note };
        let cosigner = Cosigner {
            name: "southbank".to_owned(),
            key: CosigningKey::from_seed("southbank", &[11; 32]).unwrap().verifier().clone(),
            monitoring: "https://southbank.example".to_owned(),
            submission: None,
        };
        let asker = Asker::new(ANSWERS_WITHIN).unwrap();
        let mut collector = Collector::new(asker, cosigner, public, sequencer.clone(), world).unwrap();
        sequencer.plant(0, false);
        let answer = collector.compare(world, &shown, &newest).await;
        assert!(matches!(answer, Err(StoreError::Unavailable(_))), "{answer:?}");
        assert!(world.cosigned.in_doubt().is_some() && !public.join(SEEN_ELSEWHERE).exists());
        assert!(matches!(collector.step(world).await, Err(StoreError::Broken(_))), "it is kept, and nothing more is to be done");
        assert_eq!(std::fs::read(public.join(SEEN_ELSEWHERE)).unwrap(), shown.note.encode().into_bytes());
    }
}
