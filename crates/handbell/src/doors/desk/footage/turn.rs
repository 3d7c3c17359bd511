//! Turn: one frame of a film at a time for each member. Whoever turns quickly asks for many frames and looks at the last;
//! each would take a child and hold the film once more, and everybody else would wait. Of whole copies, which lie in memory
//! until they are sent, a member has two.

use crate::doors::problem::{Problem, Trouble};
use axum::body::Bytes;
use handbell_rules::id::MemberId;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Copies that a member takes at once: a player begins anew before the line that it has left is closed.
const COPIES: usize = 2;
/// How long a member waits for their own other copies to be through.
const WAITS: Duration = Duration::from_secs(5);

static TAKING: Mutex<BTreeMap<MemberId, Arc<Semaphore>>> = Mutex::new(BTreeMap::new());

static GOING: Mutex<BTreeSet<MemberId>> = Mutex::new(BTreeSet::new());

fn going() -> MutexGuard<'static, BTreeSet<MemberId>> {
    GOING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A member's turn; it ends when this is dropped, which is when its frame is made and not when whoever asked has left.
pub struct Turn(MemberId);

impl Turn {
    /// Takes the turn of a member.
    ///
    /// # Errors
    /// [`Trouble::Busy`] while a frame is being made for them.
    pub fn of(member: MemberId) -> Result<Self, Problem> {
        if going().insert(member) { Ok(Self(member)) } else { Err(Problem::of(Trouble::Busy)) }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        going().remove(&self.0);
    }
}

/// One of the places of a member among those who take copies away.
pub struct Place(OwnedSemaphorePermit);

impl Place {
    /// Takes one; waits a little for it.
    ///
    /// # Errors
    /// [`Trouble::Busy`] while the member takes as many as they may.
    pub async fn of(member: MemberId) -> Result<Self, Problem> {
        Self::within(member, WAITS).await
    }

    async fn within(member: MemberId, patience: Duration) -> Result<Self, Problem> {
        let all = {
            let mut taking = TAKING.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(taking.entry(member).or_insert_with(|| Arc::new(Semaphore::new(COPIES))))
        };
        match tokio::time::timeout(patience, all.acquire_owned()).await {
            Ok(Ok(place)) => Ok(Self(place)),
            _ => Err(Problem::of(Trouble::Busy)),
        }
    }

    /// The bytes of a copy; the place is free again when the last of them is let go of, sent or not.
    pub fn holding(self, bytes: Vec<u8>) -> Bytes {
        Bytes::from_owner(Held { bytes, _place: self.0 })
    }
}

/// A copy in memory with the place that it takes.
struct Held {
    bytes: Vec<u8>,
    _place: OwnedSemaphorePermit,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_member_holds_two_copies_at_once_until_their_bytes_are_let_go_of() {
        let (one, other) = (MemberId([0xd3; 16]), MemberId([0xd4; 16]));
        let place = async |member| Place::within(member, Duration::ZERO).await.ok();
        let first = place(one).await.unwrap().holding(vec![7; 9]);
        let rest = first.slice(3..);
        let second = place(one).await.unwrap();
        assert!(place(one).await.is_none(), "two");
        assert!(place(other).await.is_some(), "nobody else waits for them");
        drop(first);
        assert!(place(one).await.is_none(), "a part of it keeps all of it");
        drop(rest);
        assert!(place(one).await.is_some());
        drop(second);
    }

    #[test]
    fn a_member_has_one_turn_at_a_time_and_keeps_nobody_else_from_theirs() {
        let (one, other) = (MemberId([0xd1; 16]), MemberId([0xd2; 16]));
        let first = Turn::of(one).ok().unwrap();
        assert!(Turn::of(one).is_err());
        assert!(Turn::of(one).is_err(), "a refusal ends nobody's turn");
        assert!(Turn::of(other).is_ok());
        drop(first);
        assert!(Turn::of(one).is_ok());
    }
}
