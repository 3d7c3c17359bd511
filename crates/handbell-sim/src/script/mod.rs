//! The script: what people of a made-up town want to do next, drawn by the seed.
//!
//! People know what they were answered and no more. Mostly they do what makes sense, often they do not:
//! they press twice, approve what they may not, ring what is stale, and come back with the same key after
//! no answer. Nothing here judges; a wish that cannot be wished is drawn again.

mod bell;
mod desk;
mod people;
mod street;

use crate::chance::Seeded;
use crate::deed::{Deed, Given, Hand};
use crate::services::Mood;
use crate::town::Town;
use crate::truth::{Browser, Truth};
use handbell_rules::bell::delivery::Answer;
use handbell_rules::people::member::{Role, SESSION_LIVES};
use handbell_rules::time::MINUTE;
use std::sync::MutexGuard;

/// A deed with everything it needs.
#[derive(Debug)]
pub struct Ready {
    /// The deed.
    pub deed: Deed,
    /// What it needs.
    pub given: Given,
    /// Session and device of whoever does it.
    pub cookies: Option<(String, String)>,
}

impl Ready {
    /// A worker's step.
    pub fn worker(deed: Deed) -> Self {
        Self { deed, given: Given::Nothing, cookies: None }
    }
    fn street(deed: Deed, given: Given) -> Option<Self> {
        Some(Self { deed, given, cookies: None })
    }
}

/// See the module.
pub struct Script<'a> {
    town: &'a Town,
    luck: &'a Seeded,
}

type Chooser<'a> = fn(&Script<'a>) -> Option<Ready>;

impl<'a> Script<'a> {
    /// A script for a town.
    pub fn new(town: &'a Town, luck: &'a Seeded) -> Self {
        Self { town, luck }
    }

    fn truth(&self) -> MutexGuard<'a, Truth> {
        self.town.stage.truth()
    }

    /// What somebody does next. A second ringer never begins while one is `busy`.
    pub fn choose(&self, busy: bool) -> Option<Ready> {
        let wishes: &[(u64, Chooser<'a>)] = &[
            (26, Self::file),
            (3, Self::file_with_another_body),
            (5, Self::retry_file),
            (4, Self::read_receipt),
            (4, Self::add),
            (10, Self::answer),
            (3, Self::correct),
            (4, Self::wish),
            (2, Self::withdraw),
            (4, Self::take),
            (8, Self::ask),
            (1, Self::set_aside),
            (8, Self::decide),
            (10, Self::open),
            (22, Self::join),
            (2, Self::take_out),
            (3, Self::say_different),
            (1, Self::take_back),
            (1, Self::join_what_is_different),
            (3, Self::read_report),
            (34, Self::claim),
            (16, Self::judge),
            (3, Self::dispute),
            (1, Self::end_incident),
            (24, Self::draft),
            (60, Self::approve),
            (46, Self::ring),
            (14, Self::update),
            (7, Self::end_any),
            (9, Self::renew),
            (3, Self::subscribe_neighbour),
            (2, Self::subscribe_observer),
            (3, Self::unsubscribe),
            (3, Self::start_duty),
            (1, Self::end_duty),
            (2, Self::invite_again),
            (3, Self::sign_in),
            (14, Self::propose),
            (18, Self::publish),
        ];
        let total: u64 = wishes.iter().map(|(weight, _)| weight).sum();
        if self.luck.one_in(900) {
            return self.revoke();
        }
        if !busy && self.luck.percent(22) {
            return Some(Ready::worker(Deed::Ringer));
        }
        if self.luck.one_in(60) {
            return Some(Ready::worker(Deed::Forgetter));
        }
        if self.luck.percent(15)
            && let Some(ready) = self.come_back()
        {
            return Some(ready);
        }
        if self.luck.percent(45)
            && let Some(ready) = self.while_it_rings(busy)
        {
            return Some(ready);
        }
        for _ in 0..12 {
            let mut drawn = self.luck.below(total);
            for (weight, chooser) in wishes {
                if drawn < *weight {
                    if let Some(ready) = chooser(self) {
                        return Some(ready);
                    }
                    break;
                }
                drawn -= weight;
            }
        }
        None
    }

    /// A push service, or what it says of one phone, changes.
    pub fn change_a_service(&self) {
        let service = self.luck.place(self.town.services.count());
        let mood = if self.luck.percent(40) { Mood::Fine } else { Mood::ALL[self.luck.place(Mood::ALL.len())] };
        self.town.services.set_mood(service, mood);
        let mut truth = self.truth();
        let phones = truth.phones.len();
        if phones > 0 && self.luck.one_in(6) {
            let phone = self.luck.place(phones);
            truth.phones[phone].fate = Some(if self.luck.percent(70) { Answer::Gone } else { Answer::Refused });
        }
        truth.note(|| format!("service {service} is {mood:?}"));
    }

    /// Whether a session is over, or nearly.
    fn stale(truth: &Truth, browser: &Browser) -> bool {
        truth.now.since(browser.since) > SESSION_LIVES - 10 * MINUTE
    }

    /// A member who mostly holds a role, at one of their browsers.
    fn hand(&self, role: Role) -> Option<Hand> {
        let truth = self.truth();
        let there = |n: &usize| !truth.members[*n].devices.is_empty();
        let all: Vec<usize> = (0..truth.members.len()).filter(there).collect();
        let fits = |n: &usize| {
            let member = &truth.members[*n];
            member.roles.contains(&role) && member.revoked.is_none() && member.devices.iter().any(|browser| !Self::stale(&truth, browser))
        };
        let fitting: Vec<usize> = all.iter().copied().filter(fits).collect();
        let sensible = self.luck.percent(92) && !fitting.is_empty();
        let member = self.luck.pick(if sensible { &fitting } else { &all })?;
        let devices = &truth.members[member].devices;
        let good: Vec<usize> = (0..devices.len()).filter(|n| !sensible || !Self::stale(&truth, &devices[*n])).collect();
        Some(Hand { member, device: self.luck.pick(&good)? })
    }

    fn with(&self, by: Hand, deed: Deed, given: Given) -> Option<Ready> {
        let browser = self.truth().members[by.member].devices[by.device].clone();
        Some(Ready { deed, given, cookies: Some((browser.session, browser.device)) })
    }

    fn number(&self, fits: impl Fn(&Truth, usize) -> bool, count: impl Fn(&Truth) -> usize) -> Option<usize> {
        let truth = self.truth();
        let fitting: Vec<usize> = (0..count(&truth)).filter(|n| fits(&truth, *n)).collect();
        // What is newest is mostly what people are busy with.
        let newest = fitting.len().saturating_sub(2);
        if self.luck.percent(80) { self.luck.pick(&fitting[newest..]) } else { self.luck.pick(&fitting) }
    }

    fn report(&self, fits: impl Fn(&Truth, usize) -> bool) -> Option<usize> {
        self.number(|truth, n| truth.reports[n].open() && fits(truth, n), |truth| truth.reports.len())
    }

    fn incident(&self, fits: impl Fn(&Truth, usize) -> bool) -> Option<usize> {
        self.number(|truth, n| truth.incidents[n].id.is_some() && fits(truth, n), |truth| truth.incidents.len())
    }

    /// Whether a draft is young enough to be worth an approval.
    fn fresh(truth: &Truth, n: usize) -> bool {
        truth.alerts[n].rung.is_none() && truth.alerts[n].drafted.is_some_and(|span| truth.now.since(span.low) < 50 * MINUTE)
    }

    fn alert(&self, fits: impl Fn(&Truth, usize) -> bool) -> Option<usize> {
        self.number(|truth, n| truth.alerts[n].id.is_some() && fits(truth, n), |truth| truth.alerts.len())
    }
}
