//! The world: everything an act or a worker can touch, passed in.
//!
//! Clock, chance, store and push services are made real in `cli` and made up in tests and in the
//! simulator, which is why the simulator runs the same acts and workers. Nothing else in the program may
//! ask the machine for the time or for randomness (`clippy.toml` says so).

use async_trait::async_trait;
use handbell_rules::area::AreaFile;
use handbell_rules::bell::delivery::{Answer, Leased};
use handbell_rules::bell::mode::Status;
use handbell_rules::bell::nudged::DutyMessage;
use handbell_rules::bell::signed::Signing;
use handbell_rules::bell::subscription::Subscription;
use handbell_rules::change::Change;
use handbell_rules::gazetteer::Gazetteer;
use handbell_rules::id;
use handbell_rules::people::standing::Founding;
use handbell_rules::playbook::{Day, Playbook, SignOffs, Tongue};
use handbell_rules::refusal::Refusal;
use handbell_rules::time::Timestamp;
use std::sync::Arc;

use crate::acts::footage::Intake;
use crate::acts::hiding::sent::FramesSent;
use crate::audience::AudienceIndex;
use crate::channel::carrier::Carrier;
use crate::cosigned::Cosigned;
use crate::cosigners::Cosigners;
use crate::flood::Flood;
use crate::pack::shelf::Shelf;
use crate::push::{Envelopes, SignedMessage};
use crate::shut_in::ShutIn;
use crate::store::effects::signs;
use crate::store::footing::{Footing, Ground};
use crate::store::{Committed, Store, StoreError};
use crate::vault::Vault;

/// Tells the time.
pub trait Clock: Send + Sync + 'static {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// Gives randomness: the operating system's, or a seed's in the simulator.
pub trait Chance: Send + Sync + 'static {
    /// Fills the bytes.
    fn fill(&self, bytes: &mut [u8]);
}

/// Hands one message to one push service and says what it answered. Made for one mode: what it cannot
/// send in that mode it refuses.
#[async_trait]
pub trait Push: Send + Sync + 'static {
    /// Seals and sends a message that was cleared ([`crate::push::signed`]): nothing else can be handed over.
    async fn send(&self, leased: &Leased, to: &Subscription, message: &SignedMessage, now: Timestamp) -> Answer;
    /// Seals and sends a nudge to a member's duty phone; no service keeps it past `expires_at`.
    async fn nudge(&self, to: &Subscription, message: &DutyMessage, expires_at: Timestamp, now: Timestamp) -> Answer;
    /// Checks what a browser sends when it subscribes: a known push service and readable keys.
    fn accepts(&self, endpoint: &str, key: &[u8], secret: &[u8]) -> Result<(), Refusal>;
    /// What carries messages by other channels than browsers; none in a drill.
    fn carrier(&self) -> Option<&Carrier> {
        None
    }
    /// The envelopes that lie ready for next messages; none where nothing is sealed.
    fn envelopes(&self) -> Option<&Envelopes> {
        None
    }
}

/// What the group is: read once at the start.
pub struct Group {
    /// What it calls itself.
    pub name: String,
    /// Where its site stands, without a slash at the end; permanent.
    pub origin: String,
    /// Live or exercise, as its store is.
    pub status: Status,
    /// Its playbook.
    pub playbook: Playbook,
    /// Which of its rights cards a lawyer signed off and which languages a person checked, as the folder said at the start.
    pub sign_offs: SignOffs,
    /// Its areas.
    pub areas: AreaFile,
    /// Its list of places, searched in memory and nowhere else.
    pub places: Gazetteer,
    /// The secret under which receipts are hashed; outside the database.
    pub receipt_key: aws_lc_rs::hmac::Key,
    /// The age recipient to which contact details are sealed; the server holds no key that opens them.
    pub contact_recipient: String,
    /// The public half of the VAPID key, base64url.
    pub vapid_public: String,
    /// The log's verifier key.
    pub log_vkey: String,
    /// The log's second verifier key, ML-DSA-44, where it signs with one too.
    pub second_vkey: Option<String>,
    /// Who else signs the log.
    pub cosigners: Cosigners,
    /// Who of its members are founders.
    pub founding: Founding,
    /// Whether its alerts are signed by two devices.
    pub signing: Signing,
    /// Whether a sign-in link opens the desk without a passkey.
    pub links_sign_in: bool,
    /// A hub of others that is told when the public feed changes, and that the feed names.
    pub hub: Option<String>,
    /// Whether a program plays the members (`handbell demo --auto`); said on every page.
    pub played: bool,
    /// Whether this is the demo, which has a page of exercise phones.
    pub demo: bool,
}

impl Group {
    /// The languages an alert may be told in now: in a live store only those that a person has checked.
    #[must_use]
    pub fn tongues(&self, now: Timestamp) -> Vec<Tongue> {
        self.sign_offs.tongues(&self.playbook, self.status, Day::at(now, self.playbook.zone()))
    }
}

/// See the module.
#[derive(Clone)]
pub struct World {
    /// Where everything is kept.
    pub store: Arc<dyn Store>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub chance: Arc<dyn Chance>,
    /// Push services.
    pub push: Arc<dyn Push>,
    /// The group.
    pub group: Arc<Group>,
    /// How many reports come, and the line-up of those that wait.
    pub flood: Arc<Flood>,
    /// Who hears of an area.
    pub audience: Arc<AudienceIndex>,
    /// Who has signed the published log too, and whether it is in doubt.
    pub cosigned: Arc<Cosigned>,
    /// Who writes to which upload, and how much is taken.
    pub intake: Arc<Intake>,
    /// Which frames of covered copies went out to whom.
    pub frames_sent: Arc<FramesSent>,
    /// Packs that wait to be taken away.
    pub packs: Arc<Shelf>,
    /// Where footage is kept, sealed.
    pub vault: Arc<dyn Vault>,
    /// Where strangers' pictures and films are decoded.
    pub shut_in: Arc<ShutIn>,
}

/// How often a commit whose fate is unknown is said again. The change's id makes that harmless.
const COMMIT_TRIES: u32 = 3;

impl World {
    /// Now.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0u8; N];
        self.chance.fill(&mut bytes);
        bytes
    }

    /// A fresh private id.
    pub fn private_id<T: From<[u8; 16]>>(&self) -> T {
        T::from(id::private_bytes(self.now(), self.bytes()))
    }

    /// A fresh public id: sixteen random bytes.
    pub fn public_id<T: From<[u8; 16]>>(&self) -> T {
        T::from(self.bytes())
    }

    /// What a decision will stand on that counts over many rows. Taken before anything is read for it.
    pub fn footing(&self, on: &'static [Ground]) -> Footing {
        Footing { since: *self.store.follow().borrow(), on }
    }

    /// Commits. When nobody knows whether it was written, the same change is said again.
    pub async fn commit(&self, change: Change) -> Result<Committed, StoreError> {
        self.commit_on(change, None).await
    }

    /// Commits if what was counted for it has not moved since; else a conflict, and nothing is written.
    ///
    /// PROMISE the-log-signs-one-tree: while the log is in doubt, no change that would be signed is written.
    pub async fn commit_on(&self, change: Change, footing: Option<Footing>) -> Result<Committed, StoreError> {
        if let Some(doubt) = self.cosigned.in_doubt()
            && signs(&change)
        {
            return Err(StoreError::LogInDoubt(doubt.to_string()));
        }
        let mut tries = 1;
        let mut unknown = None;
        loop {
            match self.store.commit_on(change.clone(), footing).await {
                Err(StoreError::Unavailable(why)) if tries < COMMIT_TRIES => {
                    tracing::warn!(tries, %why, "a commit is said again");
                    tries += 1;
                    unknown = Some(why);
                }
                answer => {
                    // Nothing of the last try was written; of an earlier one nobody knows.
                    let answer = match (answer, unknown) {
                        (Err(StoreError::Stopped(_)), Some(why)) => Err(StoreError::Unavailable(why)),
                        (answer, _) => answer,
                    };
                    match &answer {
                        Ok(_) => self.flood.written(&self.group.areas, &change.what),
                        Err(StoreError::Conflict | StoreError::LogInDoubt(_)) => {}
                        Err(_) => self.flood.doubt(),
                    }
                    return answer;
                }
            }
        }
    }

    /// The keyed hash under which a secret of the street is kept: receipts, idempotency keys.
    pub fn mark(&self, purpose: &str, secret: &[u8]) -> [u8; 32] {
        let mut context = aws_lc_rs::hmac::Context::with_key(&self.group.receipt_key);
        context.update(purpose.as_bytes());
        context.update(&[0]);
        context.update(secret);
        let mut mark = [0u8; 32];
        mark.copy_from_slice(context.sign().as_ref());
        mark
    }
}

/// The machine's clock.
pub struct MachineClock;

impl Clock for MachineClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the machine is asked for the time")]
    fn now(&self) -> Timestamp {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let milliseconds = since.map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX));
        Timestamp::from_milliseconds(milliseconds)
    }
}

/// The operating system's randomness.
pub struct MachineChance;

impl Chance for MachineChance {
    #[expect(clippy::disallowed_methods, reason = "the one place where the machine is asked for randomness")]
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("a machine without randomness can keep no secret, so nothing may go on");
    }
}
