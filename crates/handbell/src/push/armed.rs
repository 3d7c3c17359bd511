//! Armed: envelopes made while the bell is silent, one for the next message of each subscription.
//!
//! What the alert will say is not needed to agree with a browser, so the costly part is done ahead. An envelope
//! is taken out by whoever seals and exists nowhere else from then on: nothing here can give the same one
//! twice, and one that was made for other keys than the subscription has now is thrown away, not used.
//! Everything lies in memory, the secrets in locked memory; a restart begins with none. It does not decide when
//! to arm (the armer does), and who finds nothing here seals from nothing, with the same outcome.

use super::locked::{LockedSheets, Locking, PLACES_A_SHEET, Place};
use super::seal::{Envelope, EnvelopeParts, FreshKeyPair, SubscriberKeys};
use aws_lc_rs::rand::SystemRandom;
use handbell_rules::id::SubscriptionId;
use handbell_rules::time::{SECOND, Timestamp};
use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Most envelopes held at once: about 200 MB, for a city. What the system lets us lock may be less.
pub const ENVELOPES_MAX: usize = 1_000_000;
/// Most bytes that one envelope may take, with its share of the table and of room not used.
pub const ENVELOPE_BYTES_MAX: usize = 300;
/// The bell rings as long as something was sealed within this time, in milliseconds.
const RING_LASTS: i64 = SECOND;

/// What came of arming one subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arming {
    /// It had its envelope already.
    Stood,
    /// It has one now.
    Made,
    /// There is no place for a further one.
    NoRoom,
    /// Its keys allow no agreement, or the machine gave no randomness.
    Refused,
}

/// How many are ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Readiness {
    /// Subscriptions with an envelope.
    pub armed: usize,
    /// Subscriptions for which there was none when all were last looked through; none before that.
    pub unarmed: Option<usize>,
}

/// Which browser's keys an envelope was made for: a hash over both under a key drawn at the start of the program,
/// so that nobody can choose keys that hash alike. Were two to meet by chance, one message could not be opened.
type ForWhom = u64;

/// What lies beside the secret and is none.
struct Beside {
    of: SubscriptionId,
    /// The public key without its first byte, which is always 4.
    as_public: [u8; 64],
    for_whom: ForWhom,
    round: u8,
}

struct Held {
    places: HashMap<SubscriptionId, Place>,
    /// By the place's number; whatever no place points to is left over.
    beside: Vec<Beside>,
    secrets: LockedSheets,
    /// Counts the lookings-through, so that what was not seen in one can be dropped.
    round: u8,
    unarmed: usize,
    readiness: Option<usize>,
    sealed_at: Option<Timestamp>,
}

/// See the module.
pub struct Envelopes {
    held: Mutex<Held>,
    random: SystemRandom,
    mark: RandomState,
}

impl Held {
    fn drop_envelope(&mut self, of: SubscriptionId) {
        if let Some(place) = self.places.remove(&of) {
            drop(self.secrets.take(place));
        }
    }
}

impl Default for Envelopes {
    fn default() -> Self {
        Self::new(ENVELOPES_MAX, Locking::Locked)
    }
}

impl Envelopes {
    /// None yet, and never more than `at_most`.
    pub fn new(at_most: usize, locking: Locking) -> Self {
        let held = Held {
            places: HashMap::new(),
            beside: Vec::new(),
            secrets: LockedSheets::new(at_most, locking),
            round: 0,
            unarmed: 0,
            readiness: None,
            sealed_at: None,
        };
        Self { held: Mutex::new(held), random: SystemRandom::new(), mark: RandomState::new() }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn for_whom(&self, keys: &SubscriberKeys) -> ForWhom {
        self.mark.hash_one((keys.public_key(), keys.auth_secret()))
    }

    /// Takes out the envelope of a subscription, if there is one for these very keys. It is gone from here.
    pub fn take(&self, of: SubscriptionId, keys: &SubscriberKeys, now: Timestamp) -> Option<Envelope> {
        let asked = self.for_whom(keys);
        let mut held = self.held();
        held.sealed_at = Some(now);
        let place = held.places.remove(&of)?;
        let beside = held.beside.get(place.number())?;
        let (fits, as_public) = (beside.for_whom == asked, beside.as_public);
        let input_key = held.secrets.take(place);
        drop(held);
        fits.then(|| Envelope::kept(&as_public, input_key))
    }

    /// Whether something was sealed so lately that the bell is taken to ring still. A clock that went back
    /// says yes for a second too, and no longer.
    pub fn ringing(&self, now: Timestamp) -> bool {
        self.held().sealed_at.is_some_and(|at| now.since(at).abs() < RING_LASTS)
    }

    /// Sees to it that a subscription has an envelope for its keys of now. The agreement is made without
    /// holding anybody up; one for other keys is dropped.
    pub fn arm(&self, of: SubscriptionId, keys: &SubscriberKeys) -> Arming {
        let wanted = self.for_whom(keys);
        {
            let mut held = self.held();
            let round = held.round;
            let number = held.places.get(&of).map(Place::number);
            if let Some(beside) = number.and_then(|number| held.beside.get_mut(number)) {
                if beside.for_whom == wanted {
                    beside.round = round;
                    return Arming::Stood;
                }
                held.drop_envelope(of);
            }
            if !held.secrets.has_room() {
                held.unarmed += 1;
                return Arming::NoRoom;
            }
        }
        match FreshKeyPair::generate(&self.random).and_then(|pair| pair.agree(keys)) {
            Ok(envelope) => self.lay_down(of, wanted, envelope.into_parts()),
            Err(_) => {
                self.held().unarmed += 1;
                Arming::Refused
            }
        }
    }

    fn lay_down(&self, of: SubscriptionId, for_whom: ForWhom, parts: EnvelopeParts) -> Arming {
        let (as_public, input_key) = parts;
        let mut held = self.held();
        // Two armers at once would be a fault; the later one's envelope stands and the other's place is wiped.
        held.drop_envelope(of);
        let Some(place) = held.secrets.put(&input_key) else {
            held.unarmed += 1;
            return Arming::NoRoom;
        };
        let mut beside = Beside { of, as_public: [0; 64], for_whom, round: held.round };
        beside.as_public.copy_from_slice(&as_public[1..]);
        let number = place.number();
        if number < held.beside.len() {
            held.beside[number] = beside;
        } else {
            // Places are given out in order of their numbers until each was used once. Room is taken by eighths,
            // because doubling would hold as much again for nobody.
            if held.beside.len() == held.beside.capacity() {
                let more = (held.beside.len() / 8).max(PLACES_A_SHEET);
                held.beside.reserve_exact(more);
            }
            held.beside.push(beside);
        }
        held.places.insert(of, place);
        Arming::Made
    }

    /// Begins to look through all subscriptions.
    pub fn begin_round(&self) {
        let mut held = self.held();
        held.round = held.round.wrapping_add(1);
        held.unarmed = 0;
    }

    /// All were looked through: counts, so that [`Envelopes::readiness`] can say it.
    pub fn end_round(&self) {
        let mut held = self.held();
        held.readiness = Some(held.unarmed);
    }

    /// Drops envelopes of subscriptions that were not seen in this round, among `at_most` from a number on.
    /// Answers the number to go on with; none at the end.
    pub fn drop_unseen(&self, from: usize, at_most: usize) -> Option<usize> {
        let mut held = self.held();
        let end = held.beside.len().min(from.saturating_add(at_most));
        for number in from..end {
            let Beside { of, round, .. } = held.beside[number];
            if round != held.round && held.places.get(&of).is_some_and(|place| place.number() == number) {
                held.drop_envelope(of);
            }
        }
        (end < held.beside.len()).then_some(end)
    }

    /// How many are ready.
    pub fn readiness(&self) -> Readiness {
        let held = self.held();
        Readiness { armed: held.places.len(), unarmed: held.readiness }
    }

    /// Bytes this holds, counted: the table with its spare room, what lies beside, the secrets, the free places.
    #[cfg(test)]
    fn bytes_held(&self) -> usize {
        let held = self.held();
        // The standard table keeps one byte beside each entry and is at most seven eighths full.
        let buckets = (held.places.capacity() * 8 / 7).next_power_of_two();
        buckets * (size_of::<(SubscriptionId, Place)>() + 1)
            + held.beside.capacity() * size_of::<Beside>()
            + held.secrets.bytes_held()
            + size_of::<Self>()
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod whole_tests;
