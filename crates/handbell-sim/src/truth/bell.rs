//! The bell's truth: who may be told of what, and what every message that left the ringer must satisfy.
//!
//! Approvals are weighed again here from the design's table, areas are compared by brute force, and each
//! phone's ear remembers what it was handed and what it took. "Perhaps told" means: handed out, and no
//! definite no was written down.

use super::rest::{Peace, RestTruth};
use super::{PhoneId, Running, Span, Truth};
use crate::deed::Hand;
use handbell::work::ringer::LEASE_LASTS;
use handbell_rules::area::Cell;
use handbell_rules::bell::alert::{DRAFT_LIVES, ENDING_LIVES, RingKind};
use handbell_rules::bell::delivery::{Answer, Leased, Settled};
use handbell_rules::bell::message::Message;
use handbell_rules::bell::mode::Status;
use handbell_rules::bell::subscription::{SUBSCRIPTION_LIVES, Subscription};
use handbell_rules::id::{AlertId, SubscriptionId};
use handbell_rules::people::member::Role;
use handbell_rules::playbook::{FieldRole, Reach};
use handbell_rules::time::{DAY, HOUR, MINUTE, Timestamp};
use std::collections::BTreeSet;

/// What stands first in every title of a drill, in the languages there are.
const DRILL_WORDS: [&str; 2] = ["EXERCISE", "SIMULACRO"];
/// A word that stands in reports and nowhere else; ids are in small letters.
pub const SECRET_WORD: &str = "ZQX";
/// How long the told list of an alert that nobody ended serves at most (the design's section 2).
pub(super) const TOLD_LIST_MAX: i64 = 7 * DAY;
/// Tries after which a start may have been given up.
const TRIES_ENOUGH: u32 = 20;

/// A bell that rang.
#[derive(Debug, Clone)]
pub struct Rung {
    /// The clocks seen.
    pub span: Span,
    /// Why it should not have rung.
    pub wrong: Option<String>,
    /// Phones that may be told.
    pub may: BTreeSet<PhoneId>,
    /// Phones that must be told.
    pub must: BTreeSet<PhoneId>,
    /// Phones that asked and surely wished to be left in peace.
    pub rest: BTreeSet<PhoneId>,
}

/// An alert that ended.
#[derive(Debug, Clone, Copy)]
pub struct Ended {
    /// The clocks seen.
    pub span: Span,
    /// Cancelled, not stood down.
    pub wrong: bool,
}

/// An alert that nobody renews lives a quarter of an hour.
const QUARTER: i64 = 15 * MINUTE;

/// An alert, or an update of one.
#[derive(Debug, Clone)]
pub struct AlertTruth {
    /// The incident.
    pub incident: usize,
    /// The alert it updates.
    pub follows: Option<usize>,
    /// How far.
    pub reach: Reach,
    /// The cells of its areas.
    pub cells: Vec<Cell>,
    /// Its areas' names, as a message may say them.
    pub area_names: String,
    /// The languages that somebody had checked when it was written; an update has its first alert's.
    pub tongues: BTreeSet<String>,
    /// Minutes it lives.
    pub lives: u32,
    /// Its id, once known.
    pub id: Option<AlertId>,
    /// The clocks seen when it was written.
    pub drafted: Option<Span>,
    /// Who approved it on which device.
    pub approvals: Vec<Hand>,
    /// When it rang.
    pub rung: Option<Rung>,
    /// When it was renewed, or an update of it rang.
    pub kept_alive: Vec<Span>,
    /// Whether a clock had seen it run out before it was kept alive under an earlier one.
    pub lapsed: bool,
    /// When it ended.
    pub ended: Option<Ended>,
    /// Whether it stands in the log, and whether its end does.
    pub logged: (bool, bool),
    /// Whether a round of the forgetter came when its told list was due to go.
    pub told_list_due: bool,
}

impl AlertTruth {
    /// Live as far as the commits say; it may have expired.
    pub fn live(&self) -> bool {
        self.rung.is_some() && self.ended.is_none()
    }
}

/// A phone, or a browser: what a push service knows as one endpoint.
#[derive(Debug, Clone)]
pub struct PhoneTruth {
    /// Its address.
    pub endpoint: String,
    /// Areas it chose, as cells.
    pub cells: Vec<Cell>,
    /// Kinds it chose; empty for all.
    pub kinds: Vec<String>,
    /// Its language.
    pub language: String,
    /// Neutral titles.
    pub discreet: bool,
    /// When it wishes to be left in peace.
    pub rest: RestTruth,
    /// The observer whose duty phone it is.
    pub member: Option<usize>,
    /// Its subscription, once known.
    pub id: Option<SubscriptionId>,
    /// The commit that subscribed it.
    pub since: Option<u64>,
    /// The clocks seen then.
    pub since_span: Span,
    /// Whether somebody began to unsubscribe it.
    pub leaving: bool,
    /// The commit that unsubscribed it.
    pub left: Option<u64>,
    /// The answer its service gives from now on, whatever is sent.
    pub fate: Option<Answer>,
    /// Whether its service ever said that it is gone or refused a message for good.
    pub unreachable: bool,
    /// The number of leases handed out after it left.
    pub leased_after_leaving: u32,
}

/// What one subscription heard of one alert.
#[derive(Debug, Clone, Default)]
pub struct Ear {
    /// Leases of the start, and of updates, with those that were settled with a definite no.
    pub start_leases: (u32, u32),
    /// The same for updates.
    pub update_leases: (u32, u32),
    /// How often the start was taken.
    pub starts: u32,
    /// Updates taken, by number.
    pub updates: BTreeSet<usize>,
    /// How often the end was taken.
    pub ends: u32,
    /// How often a correction was taken.
    pub corrections: u32,
    /// The language it was spoken to in.
    pub language: Option<String>,
    /// Whether the start was written down as accepted.
    pub accepted: bool,
    /// Whether the service asked to come back so late that a start or an update may have been given up.
    pub put_off: bool,
}

impl Ear {
    fn perhaps(leases: (u32, u32)) -> bool {
        leases.0 > leases.1
    }
    /// Whether it heard that something goes on: by the start, or by an update when the start never came.
    pub(super) fn perhaps_heard(&self) -> bool {
        self.starts > 0 || Self::perhaps(self.start_leases) || !self.updates.is_empty() || Self::perhaps(self.update_leases)
    }
}

/// A message on its way.
#[derive(Debug, Clone)]
pub struct Sent {
    /// The alert whose page it opens, by number.
    pub alert: usize,
    /// The alert or update whose words it says.
    pub words_of: usize,
    /// What it says.
    pub kind: RingKind,
    /// Whose subscription.
    pub subscription: SubscriptionId,
    /// Which phone.
    pub phone: PhoneId,
}

/// Whether two cells share ground: one holds the other's middle.
fn share_ground(one: Cell, other: Cell) -> bool {
    one == other || one.contains(other.centre()) || other.contains(one.centre())
}

impl Truth {
    fn roles_of(&self, hand: Hand) -> &[Role] {
        &self.members[hand.member].roles
    }

    /// Why a bell may not ring now, by the design's table; none when it may.
    fn why_not(&self, number: usize, by: Hand, running: &Running) -> Option<String> {
        let alert = &self.alerts[number];
        let incident = &self.incidents[alert.incident];
        let since = running.since;
        let Some(rule) = self.group.playbook.kind(&incident.kind).and_then(|kind| kind.reach(alert.reach, incident.home)) else {
            return Some("the playbook does not allow this reach".into());
        };
        if !self.roles_of(by).iter().any(|role| [Role::Triager, Role::Approver, Role::Editor].contains(role)) {
            return Some("whoever pressed does not work at the desk".into());
        }
        if alert.cells.is_empty() {
            return Some("it has no area".into());
        }
        if incident.ended.is_some() {
            return Some("its incident has ended".into());
        }
        if alert.reach == Reach::Public && !incident.public {
            return Some("its incident is not public".into());
        }
        if let Some(drafted) = alert.drafted
            && running.span.low.since(drafted.high) > DRAFT_LIVES
        {
            return Some("its draft is stale".into());
        }
        if let Some(first) = alert.follows {
            match &self.alerts[first] {
                first if !first.live() => return Some("what it updates is not live".into()),
                first if running.span.low >= self.expires(first) => return Some("what it updates has expired".into()),
                _ => {}
            }
        }
        if alert.approvals.iter().any(|hand| !self.roles_of(*hand).contains(&Role::Approver)) {
            return Some("somebody approved who may not".into());
        }
        let ways = self.confirmations(alert.incident, since);
        // An approval counts while its member is one; whoever was revoked before this was written counts for nothing.
        let counts = |hand: &&Hand| self.members[hand.member].revoked.is_none();
        let hands: Vec<Hand> = alert.approvals.iter().filter(counts).copied().collect();
        let people: BTreeSet<usize> = hands.iter().map(|hand| hand.member).collect();
        let enough = people.len() >= usize::from(rule.approvals);
        let apart = |way: &Vec<usize>| people.iter().any(|member| !way.contains(member));
        match alert.reach {
            Reach::Dispatch if ways.is_empty() => {
                if !self.worth_a_look(alert.incident, since) {
                    return Some("nothing confirms it and it is not worth a look".into());
                }
                (people.is_empty() || !enough).then(|| "nobody approved it".into())
            }
            Reach::Dispatch => (!ways.iter().any(apart) || !enough).then(|| "nobody approved it but those who checked".into()),
            Reach::Neighbours | Reach::Public => {
                if ways.is_empty() {
                    return Some("nothing confirms it".into());
                }
                let two = hands.iter().any(|a| hands.iter().any(|b| a.member != b.member && (a.member, a.device) != (b.member, b.device)));
                if !two || !enough {
                    return Some(format!("{} approved it", people.len()));
                }
                (!ways.iter().any(apart)).then(|| "both who approved it recorded what it rests on".into())
            }
        }
    }

    /// The last moment at which an alert may still be handed out.
    fn expires(&self, first: &AlertTruth) -> Timestamp {
        let Some(rung) = &first.rung else { return Timestamp::from_milliseconds(0) };
        let last = first.kept_alive.iter().map(|span| span.high).fold(rung.span.high, Timestamp::max);
        last.plus(QUARTER).min(rung.span.high.plus(i64::from(first.lives) * MINUTE))
    }

    /// The moment before which it lives for certain.
    fn lives_until(first: &AlertTruth) -> Option<Timestamp> {
        let rung = first.rung.as_ref()?;
        let last = first.kept_alive.iter().map(|span| span.low).fold(rung.span.low, Timestamp::max);
        Some(last.plus(QUARTER).min(rung.span.low.plus(i64::from(first.lives) * MINUTE)))
    }

    fn kept_alive(&mut self, first: usize, span: Span) {
        let lapsed = Self::lives_until(&self.alerts[first]).is_none_or(|until| self.latest >= until);
        let alert = &mut self.alerts[first];
        alert.lapsed |= lapsed;
        alert.kept_alive.push(span);
    }

    pub(super) fn renewed(&mut self, number: usize, running: &Running) {
        let alert = &self.alerts[number];
        let wrong = match () {
            () if !alert.live() || alert.follows.is_some() => Some("which is no live alert"),
            () if running.span.low >= self.expires(alert) => Some("which had run out"),
            () if self.confirmations(alert.incident, running.since).is_empty()
                && (alert.reach != Reach::Dispatch || !self.worth_a_look(alert.incident, running.since)) =>
            {
                Some("which nothing confirms any more")
            }
            () => None,
        };
        if let Some(wrong) = wrong {
            self.break_with("nothing-goes-stale", format!("alert {number} was renewed, {wrong}"));
        }
        self.counts.add("an alert was renewed");
        self.kept_alive(number, running.span);
    }

    /// Whether a phone may be meant by a ring, and whether it must be.
    fn meant(&self, phone: &PhoneTruth, alert: &AlertTruth, running: &Running) -> (bool, bool) {
        let incident = &self.incidents[alert.incident];
        let Some(since) = phone.since else { return (false, false) };
        let there = phone.left.is_none_or(|left| left >= running.since);
        let may = there
            && match (alert.reach, phone.member) {
                (Reach::Dispatch, Some(member)) => self.may_be_on_duty(member, running.since, running.span),
                (Reach::Dispatch, None) | (_, Some(_)) => false,
                (_, None) => {
                    let wanted = phone.kinds.is_empty() || phone.kinds.contains(&incident.kind);
                    wanted && phone.cells.iter().any(|own| alert.cells.iter().any(|cell| share_ground(*own, *cell)))
                }
            };
        let lasts = running.span.high < phone.since_span.low.plus(SUBSCRIPTION_LIVES);
        let must = may && alert.reach != Reach::Dispatch && since <= running.since && !phone.leaving && !phone.unreachable && lasts;
        (may, must)
    }

    pub(super) fn rang(&mut self, number: usize, by: Hand, running: &Running) {
        let wrong = self.why_not(number, by, running);
        let alert = self.alerts[number].clone();
        let mut passed = 0;
        let (mut may, mut must, mut rest) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        match alert.follows {
            Some(first) => {
                if let Some(first) = &self.alerts[first].rung {
                    may = first.may.clone();
                    rest = first.rest.clone();
                }
            }
            None => {
                for (phone, known) in self.phones.iter().enumerate() {
                    let (possible, certain) = self.meant(known, &alert, running);
                    let peace = self.peace(phone, known, &alert, running);
                    let told = possible && peace != Peace::Kept;
                    may.extend(told.then_some(phone));
                    rest.extend((possible && !told).then_some(phone));
                    must.extend((told && certain && peace != Peace::Perhaps).then_some(phone));
                    passed += u32::from(told && peace == Peace::Passed);
                }
            }
        }
        if !rest.is_empty() && alert.follows.is_none() {
            self.counts.add("somebody was left in peace");
        }
        if passed > 0 {
            self.counts.add("danger to life passed a rest");
        }
        if let Some(wrong) = &wrong {
            self.counts.add("a bell rang that should not have");
            self.note(|| format!("alert {number} rang although {wrong}"));
        }
        let span = running.span;
        if alert.follows.is_none() && alert.reach != Reach::Dispatch {
            self.incidents[alert.incident].first_broad_ring.get_or_insert(span);
        }
        self.counts.add(match (alert.follows, alert.reach) {
            (Some(_), _) => "an update rang",
            (None, Reach::Dispatch) => "a dispatch rang",
            (None, Reach::Neighbours) => "a neighbours' bell rang",
            (None, Reach::Public) => "a public bell rang",
        });
        if let Some(first) = alert.follows {
            self.kept_alive(first, span);
        }
        self.alerts[number].rung = Some(Rung { span, wrong, may, must, rest });
    }

    pub(super) fn ended(&mut self, number: usize, wrong: bool, running: &Running) {
        let span = running.span;
        self.counts.add(if wrong { "a cancel" } else { "a stand-down" });
        let in_flight = self.running.values().any(|other| other.deed == crate::deed::Deed::Ringer);
        let tried = |phone: &PhoneId| self.phones[*phone].id.is_some_and(|id| self.ears.contains_key(&(number, id)));
        let unheard = self.alerts[number].rung.as_ref().is_some_and(|rung| !rung.must.iter().all(tried));
        let flying = self.ears.iter().any(|((alert, _), ear)| *alert == number && Ear::perhaps(ear.start_leases) && ear.starts == 0);
        if in_flight && flying {
            self.counts.add("an end with a start in flight");
        }
        if unheard {
            self.counts.add("an end before somebody's first try");
        }
        let alert = &mut self.alerts[number];
        if alert.ended.is_some() {
            self.break_with("an-alert-ends-once", format!("alert {number} ended twice"));
            return;
        }
        alert.ended = Some(Ended { span, wrong });
        let incident = alert.incident;
        let still_live = self.alerts.iter().any(|other| other.incident == incident && other.follows.is_none() && other.live());
        if !still_live {
            self.incidents[incident].ended.get_or_insert(span);
        }
    }

    /// Leases were handed out.
    pub fn leased(&mut self, leased: &[Leased]) {
        for lease in leased {
            let Some(alert) = self.alerts.iter().position(|alert| alert.id == Some(lease.alert)) else { continue };
            let start = lease.kind == RingKind::Alert;
            if let Some(phone) = self.phones.iter_mut().find(|phone| phone.id == Some(lease.subscription))
                && phone.left.is_some()
            {
                phone.leased_after_leaving += 1;
            }
            let ear = self.ears.entry((alert, lease.subscription)).or_default();
            match lease.kind {
                RingKind::Alert => ear.start_leases.0 += 1,
                RingKind::Update => ear.update_leases.0 += 1,
                RingKind::Cancel | RingKind::StandDown | RingKind::Correction => continue,
            }
            let leased_at = self.now;
            self.leases.insert(lease.delivery, (alert, lease.subscription, start, leased_at));
        }
    }

    /// Outcomes were written down.
    pub fn settled(&mut self, settled: &[Settled]) {
        for outcome in settled {
            let Some((alert, subscription, start, leased_at)) = self.leases.get(&outcome.delivery).copied() else { continue };
            // What comes when its lease may have run out already is a late word: the store need not believe it.
            let in_time = self.latest < leased_at.plus(LEASE_LASTS);
            let definite = in_time && matches!(outcome.answer, Answer::Gone | Answer::Later | Answer::RetryAfter(_) | Answer::Refused);
            let ear = self.ears.entry((alert, subscription)).or_default();
            let count = if start { &mut ear.start_leases.1 } else { &mut ear.update_leases.1 };
            *count += u32::from(definite);
            ear.put_off |= matches!(outcome.answer, Answer::RetryAfter(asked) if asked >= 2 * MINUTE);
            ear.accepted |= start && outcome.answer == Answer::Accepted;
        }
    }

    /// The answer a phone's service gives whatever is sent, if it gives one.
    pub fn fate(&mut self, phone: PhoneId) -> Option<Answer> {
        let fate = self.phones[phone].fate?;
        self.phones[phone].unreachable = true;
        self.counts.add(if fate == Answer::Gone { "a subscription was gone" } else { "a message was refused for good" });
        Some(fate)
    }

    /// A message is handed to a push service. None when that should never have happened.
    pub fn handed(&mut self, leased: &Leased, to: &Subscription, message: &Message, now: Timestamp) -> Option<Sent> {
        let phone = self.phones.iter().position(|phone| phone.endpoint == to.endpoint);
        // A correction lies beside the alert on the screen, everything else in its place.
        let tag = format!("{}{}", leased.alert, if leased.kind == RingKind::Correction { "-correction" } else { "" });
        let alert = self.alerts.iter().position(|alert| alert.id == Some(leased.alert) && message.tag == tag);
        let words_of = self.alerts.iter().position(|alert| alert.id == Some(leased.words_of));
        let (Some(phone), Some(alert), Some(words_of)) = (phone, alert, words_of) else {
            self.break_with("no-alert-without-a-person", format!("a {} of something nobody rang was handed out", leased.kind.word()));
            return None;
        };
        self.phones[phone].id = Some(to.id);
        let sent = Sent { alert, words_of, kind: leased.kind, subscription: to.id, phone };
        self.note(|| format!("handed {:?} of {alert}/{words_of} to phone {phone}", leased.kind));
        self.counts.add("a message was handed out");
        if let Some((rule, seen)) = self.what_is_wrong_with(&sent, to, message, now).or_else(|| self.wrongly_spoken(&sent, message)) {
            self.break_with(rule, format!("a {} of alert {alert} to phone {phone}: {seen}", leased.kind.word()));
            return None;
        }
        self.spoke(&sent, message);
        Some(sent)
    }

    fn what_is_wrong_with(&self, sent: &Sent, to: &Subscription, message: &Message, now: Timestamp) -> Option<(&'static str, String)> {
        let (alert, words_of, phone) = (&self.alerts[sent.alert], &self.alerts[sent.words_of], &self.phones[sent.phone]);
        if to.status != self.status || message.status != self.status {
            return Some(("a-drill-is-never-live", "its mode is not the store's".into()));
        }
        let drill = DRILL_WORDS.iter().any(|word| message.title.starts_with(word));
        if drill != (self.status == Status::Exercise) {
            return Some(("a-drill-is-never-live", format!("its title is \"{}\"", message.title)));
        }
        let said = [&message.title, &message.body, &message.url].into_iter().chain(&message.conduct);
        if said.into_iter().any(|text| text.contains(SECRET_WORD)) {
            return Some(("a-witness-is-unknown", "it says words of a report".into()));
        }
        if message.kind != sent.kind || (sent.kind.is_live() && message.conduct.is_empty()) {
            return Some(("conduct-travels-with-every-alert", "it does not carry what its kind must".into()));
        }
        let Some(rung) = &alert.rung else {
            return Some(("no-alert-without-a-person", "no bell rang".into()));
        };
        for row in [Some(rung), words_of.rung.as_ref()] {
            match row {
                None => return Some(("no-alert-without-a-person", "no bell rang for its words".into())),
                Some(Rung { wrong: Some(wrong), .. }) => return Some(("no-alert-without-its-approvals", wrong.clone())),
                Some(_) => {}
            }
        }
        if rung.rest.contains(&sent.phone) {
            return Some(("nobody-is-told-against-their-wishes", "it wished to be left in peace".into()));
        }
        if !rung.may.contains(&sent.phone) {
            return Some(("nobody-else-is-told", "it is not on the list".into()));
        }
        if phone.leased_after_leaving > 0 {
            return Some(("nobody-else-is-told", "it had unsubscribed before the message was handed out".into()));
        }
        let none = Ear::default();
        let ear = self.ears.get(&(sent.alert, sent.subscription)).unwrap_or(&none);
        if sent.kind.is_live() {
            if alert.ended.is_some() {
                return Some(("no-alert-after-cancel", "the alert has ended".into()));
            }
            if now >= self.expires(alert) || self.now >= self.expires(alert) {
                return Some(("nothing-goes-stale", "the alert has expired".into()));
            }
            return None;
        }
        if sent.kind == RingKind::Correction {
            return self.what_is_wrong_with_a_correction(sent, ear, message);
        }
        match alert.ended {
            None => Some(("the-same-people-hear-the-end", "the alert has not ended".into())),
            Some(ended) if ended.wrong != (sent.kind == RingKind::Cancel) => {
                Some(("the-same-people-hear-the-end", "it says the wrong end".into()))
            }
            Some(ended) if now >= ended.span.high.plus(ENDING_LIVES) => Some(("nothing-goes-stale", "the end itself has expired".into())),
            Some(_) if !ear.perhaps_heard() => Some(("the-same-people-hear-the-end", "it was never told of the start".into())),
            Some(_) => None,
        }
    }

    /// A push service took a message.
    pub fn took(&mut self, sent: &Sent, now: Timestamp) {
        self.note(|| format!("took {:?} of {}/{} by phone {} at {}", sent.kind, sent.alert, sent.words_of, sent.phone, now.milliseconds()));
        let ear = self.ears.entry((sent.alert, sent.subscription)).or_default();
        let hung_start = Ear::perhaps((ear.start_leases.0, ear.start_leases.1 + u32::from(ear.accepted)));
        let after_the_end = sent.kind.is_live() && ear.ends > 0;
        match sent.kind {
            RingKind::Alert => ear.starts += 1,
            RingKind::Update => {
                ear.updates.insert(sent.words_of);
            }
            RingKind::Cancel | RingKind::StandDown => ear.ends += 1,
            RingKind::Correction => ear.corrections += 1,
        }
        self.counts.add(match sent.kind {
            RingKind::Alert => "a start was taken",
            RingKind::Update => "an update was taken",
            RingKind::Cancel | RingKind::StandDown => "an end was taken",
            RingKind::Correction => "a correction was taken",
        });
        if !sent.kind.is_live() && hung_start {
            self.counts.add("a hung start, then its end");
        }
        if after_the_end {
            self.break_with(
                "the-end-comes-last",
                format!("phone {} took the {} of alert {} after its end", sent.phone, sent.kind.word(), sent.alert),
            );
        }
        let Some(rung) = self.alerts[sent.alert].rung.clone() else { return };
        if self.alerts[sent.alert].reach == Reach::Dispatch && sent.kind == RingKind::Alert {
            let kind = &self.incidents[self.alerts[sent.alert].incident].kind;
            let wanted = self
                .group
                .playbook
                .kind(kind)
                .and_then(|kind| kind.roles_wanted.get(&FieldRole::Observer))
                .map_or(4, |wanted| usize::from(*wanted));
            // People, not phones: all duty phones of a member ring together.
            let asked = self.ears.iter().filter(|((alert, _), ear)| *alert == sent.alert && ear.starts > 0);
            let member = |subscription: &SubscriptionId| self.phones.iter().find(|phone| phone.id == Some(*subscription))?.member;
            let sent_out = asked.filter_map(|((_, subscription), _)| member(subscription)).collect::<BTreeSet<_>>().len();
            // A ring asks two for each place, and this script's clock widens none.
            if sent_out > 2 * wanted {
                self.break_with(
                    "nobody-else-is-told",
                    format!("{sent_out} observers were asked and {wanted} are wanted, of {}", rung.may.len()),
                );
            }
        }
    }

    /// After everything healed and the ringer had nothing left to do: who should have heard, has.
    pub fn everybody_heard(&mut self) {
        let mut wrong: Option<(&'static str, String)> = self.somebody_missed_a_correction();
        for ((number, subscription), ear) in &self.ears {
            let alert = &self.alerts[*number];
            let Some((place, phone)) = self.phones.iter().enumerate().find(|(_, phone)| phone.id == Some(*subscription)) else { continue };
            let lapsed = self.latest >= phone.since_span.low.plus(SUBSCRIPTION_LIVES);
            let reachable = phone.left.is_none() && !phone.leaving && !phone.unreachable && !lapsed;
            let (Some(rung), true) = (&alert.rung, reachable) else { continue };
            if let Some(ended) = alert.ended {
                let told = ear.starts > 0 || !ear.updates.is_empty();
                let kept = self.latest.since(rung.span.low) < TOLD_LIST_MAX;
                let in_time = self.latest.plus(HOUR) < ended.span.low.plus(ENDING_LIVES);
                if told && ear.ends == 0 && kept && in_time {
                    wrong = Some(("the-same-people-hear-the-end", format!("phone {place} took alert {number} and never heard its end")));
                }
            }
        }
        for (number, alert) in self.alerts.iter().enumerate() {
            let Some(rung) = &alert.rung else { continue };
            let first = alert.follows.unwrap_or(number);
            // What a clock that was set back has seen expire stays expired.
            let expired = Self::lives_until(&self.alerts[first]).is_none_or(|until| self.latest >= until);
            if !self.alerts[first].live() || self.alerts[first].lapsed || expired {
                continue;
            }
            let meant: Vec<PhoneId> = match alert.follows {
                None => rung.must.iter().copied().collect(),
                Some(_) => rung.may.iter().copied().collect(),
            };
            for place in meant {
                let phone = &self.phones[place];
                let Some(id) = phone.id else { continue };
                if phone.left.is_some()
                    || phone.leaving
                    || phone.unreachable
                    || self.latest >= phone.since_span.low.plus(SUBSCRIPTION_LIVES)
                {
                    continue;
                }
                let ear = self.ears.get(&(first, id)).cloned().unwrap_or_default();
                let heard = match alert.follows {
                    None => ear.put_off || ear.starts > 0 || ear.start_leases.0 >= TRIES_ENOUGH,
                    Some(_) => {
                        ear.put_off
                            || ear.starts == 0
                            || ear.updates.contains(&number)
                            || ear.update_leases.0 + ear.start_leases.0 >= TRIES_ENOUGH
                    }
                };
                if !heard {
                    wrong = Some(("whoever-is-on-the-list-is-told", format!("phone {place} never heard alert {number}")));
                }
            }
        }
        if let Some((rule, seen)) = wrong {
            self.break_with(rule, seen);
        }
    }
}
