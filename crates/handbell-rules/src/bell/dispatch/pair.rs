//! Pair: observers go in twos, formed in the order in which they said yes (R-07: pairs).
//!
//! Nobody is sent to stand alone: the first of a pair waits for the second, and when one cannot come any
//! more the other is told and waits again. Other roles have no pair of their own; they go in with observers.

use super::Dispatch;
use crate::id::MemberId;
use crate::playbook::FieldRole;

impl Dispatch {
    /// Forms the pairs that can be formed now; gives back who has somebody since.
    pub(super) fn pair_up(&mut self) -> Vec<MemberId> {
        let mut alone: Vec<usize> = (0..self.asked.len())
            .filter(|place| {
                let asked = &self.asked[*place];
                asked.fills() && asked.partner.is_none() && self.role_of(asked) == FieldRole::Observer
            })
            .collect();
        alone.sort_by_key(|place| self.asked[*place].accepted);
        let mut paired = Vec::new();
        for two in alone.chunks_exact(2) {
            let (one, other) = (self.asked[two[0]].member, self.asked[two[1]].member);
            self.asked[two[0]].partner = Some(other);
            self.asked[two[1]].partner = Some(one);
            paired.extend([one, other]);
        }
        paired
    }

    /// Takes the pair of whoever stands at `place` apart; gives back the other one, if they are still out.
    pub(super) fn part(&mut self, place: usize) -> Option<MemberId> {
        let partner = self.asked[place].partner.take()?;
        let other = self.place(partner)?;
        self.asked[other].partner = None;
        self.asked[other].answer.out().then_some(partner)
    }

    /// The other of somebody's pair, while they are out.
    pub(super) fn other_out(&self, place: usize) -> Option<MemberId> {
        let partner = self.asked[place].partner?;
        self.of(partner).filter(|other| other.answer.out()).map(|other| other.member)
    }

    /// Whether an observer who is out still waits for a second one.
    pub fn waits_for_second(&self, member: MemberId) -> bool {
        self.of(member).is_some_and(|asked| asked.fills() && asked.partner.is_none() && self.role_of(asked) == FieldRole::Observer)
    }
}
