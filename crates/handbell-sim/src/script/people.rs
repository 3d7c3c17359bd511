//! The members' part of the script: links, browsers, duties, and somebody who has to go.

use super::{Ready, Script};
use crate::deed::{Deed, Given, Hand};
use crate::truth::MemberTruth;
use handbell_rules::people::member::Role;

/// Something somebody wants before the day begins; what it needs is looked up when its turn comes.
#[derive(Debug, Clone, Copy)]
pub enum Wish {
    /// A link for a member.
    Invite(usize),
    /// A member signs in: on the browser of this number, or on a new one.
    SignIn(usize, Option<usize>),
    /// A member starts a duty.
    Duty(usize),
    /// A new phone: a neighbour's, or a member's.
    Phone(Option<usize>),
}

const NAMES: [&str; 9] = ["Alder", "Birch", "Cedar", "Elm", "Hazel", "Juniper", "Larch", "Rowan", "Willow"];

impl Script<'_> {
    /// Makes up the members and says what happens before the day begins.
    pub fn settle(&self) -> Vec<Wish> {
        use Role::{Approver, Editor, Observer, Triager};
        let luck = self.luck;
        let desk = 2 + luck.place(4);
        let observers = luck.place(5);
        let mixed: [&[Role]; 7] = [
            &[Triager],
            &[Approver],
            &[Triager, Editor],
            &[Approver, Editor],
            &[Triager, Approver],
            &[Triager, Approver, Observer],
            &[Editor],
        ];
        let mut wishes = Vec::new();
        let mut truth = self.truth();
        for (number, name) in NAMES.iter().take(desk + observers).enumerate() {
            let roles: Vec<Role> = match number {
                0 => vec![Triager, Approver],
                1 => vec![Triager, Approver, Editor],
                _ if number < desk => mixed[luck.place(mixed.len())].to_vec(),
                _ if luck.one_in(4) => vec![Triager, Observer],
                _ => vec![Observer],
            };
            let observing = roles.contains(&Observer);
            truth.members.push(MemberTruth {
                name: (*name).to_owned(),
                roles,
                id: None,
                devices: Vec::new(),
                link: None,
                revoked: None,
                duties: Vec::new(),
            });
            wishes.extend([Wish::Invite(number), Wish::SignIn(number, None)]);
            if luck.percent(25) {
                wishes.extend([Wish::Invite(number), Wish::SignIn(number, None)]);
            }
            if observing && luck.percent(85) {
                wishes.push(Wish::Duty(number));
            }
            if observing {
                wishes.push(Wish::Phone(Some(number)));
            }
        }
        drop(truth);
        let neighbours = if luck.one_in(6) { luck.place(6) } else { 5 + luck.place(56) };
        wishes.extend((0..neighbours).map(|_| Wish::Phone(None)));
        wishes
    }

    /// After hours have passed sessions are over: most come back with new links.
    pub fn everybody_signs_in(&self) -> Vec<Wish> {
        let truth = self.truth();
        let mut wishes = Vec::new();
        for (number, member) in truth.members.iter().enumerate().filter(|(_, member)| member.revoked.is_none()) {
            for device in 0..member.devices.len() {
                if self.luck.percent(93) {
                    wishes.extend([Wish::Invite(number), Wish::SignIn(number, Some(device))]);
                }
            }
            if member.roles.contains(&Role::Observer) && self.luck.percent(75) {
                wishes.push(Wish::Duty(number));
            }
        }
        wishes
    }

    /// Turns a wish into a deed, if it can be had.
    pub fn ready(&self, wish: Wish) -> Option<Ready> {
        match wish {
            Wish::Invite(member) => self.invite(member),
            Wish::SignIn(member, device) => self.sign_in_on(member, device),
            Wish::Duty(member) => {
                let by = self.first_hand_of(member)?;
                self.with(by, Deed::StartDuty { by, hours: 4 }, Given::Nothing)
            }
            Wish::Phone(None) => self.subscribe(None),
            Wish::Phone(Some(member)) => self.subscribe(Some(self.first_hand_of(member)?)),
        }
    }

    fn first_hand_of(&self, member: usize) -> Option<Hand> {
        (!self.truth().members[member].devices.is_empty()).then_some(Hand { member, device: 0 })
    }

    fn invite(&self, member: usize) -> Option<Ready> {
        let truth = self.truth();
        let known = &truth.members[member];
        if known.revoked.is_some() {
            return None;
        }
        Ready::street(Deed::Invite { member }, Given::Member { name: known.name.clone(), roles: known.roles.clone() })
    }

    fn sign_in_on(&self, member: usize, device: Option<usize>) -> Option<Ready> {
        let truth = self.truth();
        let known = &truth.members[member];
        let cookie = device.and_then(|place| known.devices.get(place)).map(|browser| browser.device.clone());
        Ready::street(Deed::SignIn { member, device }, Given::Link { link: known.link.clone()?, device: cookie })
    }

    /// Somebody whose session is over comes back with a new link.
    pub(super) fn come_back(&self) -> Option<Ready> {
        let found = {
            let truth = self.truth();
            let stale = |n: &usize| {
                truth.members[*n].revoked.is_none() && truth.members[*n].devices.iter().any(|browser| Self::stale(&truth, browser))
            };
            let member = (0..truth.members.len()).find(stale)?;
            let device = truth.members[member].devices.iter().position(|browser| Self::stale(&truth, browser));
            (member, device, truth.members[member].link.is_some())
        };
        match found {
            (member, device, true) => self.sign_in_on(member, device),
            (member, _, false) => self.invite(member),
        }
    }

    pub(super) fn invite_again(&self) -> Option<Ready> {
        let count = self.truth().members.len();
        self.invite(self.luck.place(count))
    }

    pub(super) fn sign_in(&self) -> Option<Ready> {
        let member = self.number(|truth, n| truth.members[n].link.is_some(), |truth| truth.members.len())?;
        let devices = self.truth().members[member].devices.len();
        let fresh = devices == 0 || (devices < 3 && self.luck.percent(30));
        let device = (!fresh).then(|| self.luck.place(devices));
        self.sign_in_on(member, device)
    }

    pub(super) fn start_duty(&self) -> Option<Ready> {
        let by = self.hand(Role::Observer)?;
        let hours = self.luck.pick(&[1, 2, 4, 4, 4, 5])?;
        self.with(by, Deed::StartDuty { by, hours }, Given::Nothing)
    }

    pub(super) fn end_duty(&self) -> Option<Ready> {
        let by = self.hand(Role::Observer)?;
        self.with(by, Deed::EndDuty { by }, Given::Nothing)
    }

    pub(super) fn revoke(&self) -> Option<Ready> {
        let truth = self.truth();
        let there: Vec<usize> = (2..truth.members.len()).filter(|n| truth.members[*n].revoked.is_none()).collect();
        let member = self.luck.pick(&there)?;
        let known = &truth.members[member];
        Ready::street(Deed::Revoke { member }, Given::Member { name: known.name.clone(), roles: known.roles.clone() })
    }
}
