//! The bell's part of the script: drafts, approvals, rings, updates, ends, and who listens.

use super::{Ready, Script};
use crate::deed::{Deed, Given, Hand};
use crate::truth::{AlertTruth, PhoneTruth, RestTruth, Span};
use handbell::acts::bell::{Composed, NewSubscription, Wished};
use handbell::world::Clock;
use handbell_rules::area::Cell;
use handbell_rules::bell::alert::ALERT_LIVES_MINUTES;
use handbell_rules::bell::wishes::SNOOZE_HOURS;
use handbell_rules::people::member::Role;
use handbell_rules::place::Precision;
use handbell_rules::playbook::{AreaSlot, ClockTime, CountBand, Reach, SlotKind, Slots, Spot, UpdateText};
use handbell_rules::time::MINUTE;
use std::collections::BTreeSet;

/// The key of every phone: the curve's own base point (FIPS 186-5), a point with which one can agree.
#[rustfmt::skip]
const PHONE_KEY: [u8; 65] = [
    0x04, 0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5, 0x63, 0xa4, 0x40,
    0xf2, 0x77, 0x03, 0x7d, 0x81, 0x2d, 0xeb, 0x33, 0xa0, 0xf4, 0xa1, 0x39, 0x45, 0xd8, 0x98, 0xc2,
    0x96, 0x4f, 0xe3, 0x42, 0xe2, 0xfe, 0x1a, 0x7f, 0x9b, 0x8e, 0xe7, 0xeb, 0x4a, 0x7c, 0x0f, 0x9e,
    0x16, 0x2b, 0xce, 0x33, 0x57, 0x6b, 0x31, 0x5e, 0xce, 0xcb, 0xb6, 0x40, 0x68, 0x37, 0xbf, 0x51,
    0xf5,
];

impl Script<'_> {
    fn areas(&self) -> (Vec<String>, Vec<Cell>, String) {
        let known = self.town.world.group.areas.areas();
        let mut chosen = Vec::new();
        for _ in 0..1 + self.luck.place(3) {
            let area = &known[self.luck.place(known.len())];
            if !chosen.contains(&area) {
                chosen.push(area);
            }
        }
        if self.luck.one_in(60) {
            chosen.clear();
        }
        let names: Vec<&str> = chosen.iter().map(|area| area.name.as_str()).collect();
        (chosen.iter().map(|area| area.id.clone()).collect(), chosen.iter().flat_map(|area| area.area.cells()).collect(), names.join(", "))
    }

    fn slots(&self, kind: &str, home: bool, reach: Reach, areas: &[String]) -> Slots {
        let mut slots = Slots::default();
        let Some(kind) = self.town.world.group.playbook.kind(kind) else { return slots };
        let Some(rule) = kind.reach(reach, home) else { return slots };
        for slot in &rule.slots {
            match slot {
                SlotKind::Area if rule.precision == Precision::District => slots.area = areas.first().cloned().map(AreaSlot::District),
                SlotKind::Area => slots.area = Some(AreaSlot::Named(areas.to_vec())),
                SlotKind::Spot => slots.spot = Spot::new("Mill Walk and Heron Row").ok(),
                SlotKind::Agency => slots.agency = self.luck.pick(&kind.agencies),
                SlotKind::Activity => slots.activity = self.luck.pick(&kind.activities),
                SlotKind::Time => slots.time = ClockTime::new(14, 5),
                SlotKind::Count => slots.count = Some(CountBand::Hundreds),
            }
        }
        if self.luck.one_in(40) {
            slots.agency = Some("dragons".into());
        }
        slots
    }

    pub(super) fn draft(&self) -> Option<Ready> {
        let by = self.hand(self.luck.pick(&[Role::Triager, Role::Approver])?)?;
        let idle = self.luck.percent(80);
        let incident = self.incident(|truth, n| {
            let waiting = (0..truth.alerts.len()).filter(|a| truth.alerts[*a].incident == n && Self::fresh(truth, *a)).count();
            truth.incidents[n].ended.is_none()
                && (!idle
                    || (waiting < 2 && !truth.confirmations(n, truth.seq).is_empty())
                    || (waiting == 0 && truth.worth_a_look(n, truth.seq)))
        })?;
        let (ids, cells, area_names) = self.areas();
        let (kind, home, id, confirmed, public) = {
            let truth = self.truth();
            let known = &truth.incidents[incident];
            (known.kind.clone(), known.home, known.id?, !truth.confirmations(incident, truth.seq).is_empty(), known.public)
        };
        let sensible = self.luck.percent(85);
        let reach = match (sensible, confirmed, public) {
            (true, false, _) => Reach::Dispatch,
            (true, true, true) => self.luck.pick(&[Reach::Dispatch, Reach::Neighbours, Reach::Public])?,
            (true, true, false) => self.luck.pick(&[Reach::Dispatch, Reach::Neighbours, Reach::Neighbours])?,
            (false, _, _) => self.luck.pick(&Reach::ALL)?,
        };
        let slots = self.slots(&kind, home, reach, &ids);
        let lives = if self.luck.one_in(40) { 7 } else { self.luck.pick(&ALERT_LIVES_MINUTES)? };
        let mut truth = self.truth();
        let alert = truth.alerts.len();
        let tongues = truth.checked.clone();
        truth.alerts.push(AlertTruth {
            incident,
            follows: None,
            reach,
            cells,
            area_names,
            tongues,
            lives,
            id: None,
            drafted: None,
            approvals: Vec::new(),
            rung: None,
            kept_alive: Vec::new(),
            lapsed: false,
            ended: None,
            logged: (false, false),
            told_list_due: false,
        });
        drop(truth);
        let composed = Composed { reach, areas: ids, slots, lives_minutes: lives };
        self.with(by, Deed::Draft { by, alert }, Given::Composed { incident: id, composed })
    }

    pub(super) fn update(&self) -> Option<Ready> {
        let by = self.hand(Role::Approver)?;
        let any = self.luck.one_in(10);
        let first = self.alert(|truth, n| any || (truth.alerts[n].live() && truth.alerts[n].follows.is_none()))?;
        let text = self.luck.pick(&[
            UpdateText::EnoughObservers,
            UpdateText::InterpreterWanted,
            UpdateText::StillGoingOn { at: ClockTime::new(15, 0)? },
        ])?;
        let mut truth = self.truth();
        let (alert, id) = (truth.alerts.len(), truth.alerts[first].id?);
        let update = AlertTruth {
            follows: Some(first),
            id: None,
            drafted: None,
            approvals: Vec::new(),
            rung: None,
            kept_alive: Vec::new(),
            lapsed: false,
            ended: None,
            logged: (false, false),
            told_list_due: false,
            ..truth.alerts[first].clone()
        };
        truth.alerts.push(update);
        drop(truth);
        self.with(by, Deed::Update { by, alert }, Given::Update { first: id, text })
    }

    fn on_alert(&self, by: Hand, alert: usize, deed: Deed) -> Option<Ready> {
        let id = self.truth().alerts[alert].id?;
        self.with(by, deed, Given::Alert(id))
    }

    pub(super) fn approve(&self) -> Option<Ready> {
        let by = self.hand(Role::Approver)?;
        let any = self.luck.one_in(12);
        let alert = self.alert(|truth, n| {
            any || (Self::fresh(truth, n)
                && truth.alerts[n].approvals.len() < 3
                && !truth.alerts[n].approvals.iter().any(|hand| hand.member == by.member))
        })?;
        self.on_alert(by, alert, Deed::Approve { by, alert })
    }

    pub(super) fn ring(&self) -> Option<Ready> {
        let by = self.hand(self.luck.pick(&[Role::Triager, Role::Approver, Role::Editor])?)?;
        let any = self.luck.one_in(12);
        let ripe = self.luck.percent(70);
        let alert = self.alert(|truth, n| {
            let alert = &truth.alerts[n];
            let wanted = if alert.reach == Reach::Dispatch { 1 } else { 2 };
            let people: BTreeSet<usize> = alert.approvals.iter().map(|hand| hand.member).collect();
            let known = alert.reach == Reach::Dispatch || !truth.confirmations(alert.incident, truth.seq).is_empty();
            any || (Self::fresh(truth, n)
                && (!ripe || (people.len() >= wanted && known && truth.incidents[alert.incident].ended.is_none())))
        })?;
        self.on_alert(by, alert, Deed::Ring { by, alert })
    }

    pub(super) fn end_any(&self) -> Option<Ready> {
        let any = self.luck.one_in(10);
        let alert = self.alert(|truth, n| any || (truth.alerts[n].live() && truth.alerts[n].follows.is_none()))?;
        self.end(alert)
    }

    pub(super) fn renew(&self) -> Option<Ready> {
        let by = self.hand(self.luck.pick(&[Role::Triager, Role::Approver, Role::Editor])?)?;
        let any = self.luck.one_in(10);
        let alert = self.alert(|truth, n| any || (truth.alerts[n].live() && truth.alerts[n].follows.is_none()))?;
        self.on_alert(by, alert, Deed::Renew { by, alert })
    }

    /// What is worth doing in the minute after a bell rang, while messages are on their way.
    pub(super) fn while_it_rings(&self, busy: bool) -> Option<Ready> {
        let alert = self.alert(|truth, n| {
            let alert = &truth.alerts[n];
            alert.live() && alert.follows.is_none() && alert.rung.as_ref().is_some_and(|rung| truth.now.since(rung.span.low).abs() < MINUTE)
        })?;
        match self.luck.below(100) {
            // An end between two messages is what is hardest to get right.
            0..=39 if busy => self.end(alert),
            0..=39 => Some(Ready::worker(Deed::Ringer)),
            40..=51 => self.end(alert),
            52..=69 => self.update(),
            70..=73 => self.unsubscribe(),
            74..=81 => self.ring(),
            82..=91 => self.approve(),
            _ => None,
        }
    }

    /// Ends an alert, one way or the other.
    pub fn end(&self, alert: usize) -> Option<Ready> {
        let by = self.hand(self.luck.pick(&[Role::Triager, Role::Approver])?)?;
        self.on_alert(by, alert, Deed::End { by, alert, wrong: self.luck.percent(50) })
    }

    /// What somebody who subscribes wishes.
    fn rest(&self) -> RestTruth {
        let luck = self.luck;
        let from = luck.place(24);
        let to = (from + 1 + luck.place(23)) % 24;
        let hour = |hour: usize| u8::try_from(hour).expect("an hour is below 24");
        RestTruth {
            quiet: luck.percent(20).then(|| (hour(from), hour(to))),
            cap: if luck.percent(20) { luck.pick(&[1, 2]) } else { None },
            snooze: if luck.percent(10) { luck.pick(&SNOOZE_HOURS) } else { None },
            confirmed_only: luck.percent(20),
        }
    }

    /// Subscribes a new phone: a neighbour's, or an observer's.
    pub(super) fn subscribe(&self, by: Option<Hand>) -> Option<Ready> {
        let luck = self.luck;
        let known = self.town.world.group.areas.areas();
        let mut cells = Vec::new();
        for _ in 0..1 + luck.place(3) {
            cells.extend(known[luck.place(known.len())].area.cells());
        }
        let kinds = if luck.percent(65) { Vec::new() } else { vec![luck.pick(&["immigration-visit", "flood", "eviction"])?.to_owned()] };
        let mut truth = self.truth();
        let phone = truth.phones.len();
        let wrong = luck.one_in(40);
        let endpoint = if wrong { format!("https://elsewhere.example/{phone}") } else { format!("https://push.example/{phone}") };
        let rest = self.rest();
        let new = PhoneTruth {
            endpoint,
            cells: if by.is_some() { Vec::new() } else { cells },
            kinds,
            language: luck.pick(&["en", "es", "ar", "pl", "so"])?.to_owned(),
            discreet: luck.percent(20),
            rest: rest.clone(),
            member: by.map(|by| by.member),
            id: None,
            since: None,
            since_span: Span::at(self.town.stage.now()),
            leaving: false,
            left: None,
            fate: None,
            unreachable: false,
            leased_after_leaving: 0,
        };
        let given = Given::Subscription(NewSubscription {
            endpoint: new.endpoint.clone(),
            key: PHONE_KEY.to_vec(),
            secret: vec![5; 16],
            cells: new.cells.clone(),
            kinds: new.kinds.clone(),
            language: new.language.clone(),
            discreet: new.discreet,
            wished: Wished { quiet: rest.quiet, daily_cap: rest.cap, snooze_hours: rest.snooze, confirmed_only: rest.confirmed_only },
        });
        truth.phones.push(new);
        drop(truth);
        match by {
            Some(by) => self.with(by, Deed::Subscribe { phone, by: Some(by) }, given),
            None => Ready::street(Deed::Subscribe { phone, by: None }, given),
        }
    }

    pub(super) fn subscribe_neighbour(&self) -> Option<Ready> {
        self.subscribe(None)
    }

    pub(super) fn subscribe_observer(&self) -> Option<Ready> {
        self.subscribe(Some(self.hand(Role::Observer)?))
    }

    pub(super) fn unsubscribe(&self) -> Option<Ready> {
        let phone = self.number(|truth, n| truth.phones[n].id.is_some() && truth.phones[n].left.is_none(), |truth| truth.phones.len())?;
        let mut truth = self.truth();
        truth.phones[phone].leaving = true;
        let endpoint = truth.phones[phone].endpoint.clone();
        Ready::street(Deed::Unsubscribe { phone }, Given::Endpoint(endpoint))
    }
}
