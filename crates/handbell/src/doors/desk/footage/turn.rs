//! Turn: one frame of a film at a time for each member. Whoever turns quickly asks for many frames and looks at the last;
//! each would take a child and hold the film once more, and everybody else would wait.

use crate::doors::problem::{Problem, Trouble};
use handbell_rules::id::MemberId;
use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

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

#[cfg(test)]
mod tests {
    use super::*;

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
