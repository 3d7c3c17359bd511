//! Lanes: what a ringer holds for each push service, and how fast each takes it.
//!
//! Every push origin has a queue and a limit of its own, so that one that hangs holds up nothing but its own
//! messages. A service that asks for a pause gets it as a whole, and starts slowly again after; one that fails
//! gets fewer at once. What would have to wait here for long is given back to the store, which nobody has to wait
//! behind. Ends stand before starts. Nothing here sends, sleeps or writes.

use crate::push::signed::SignedMessage;
use handbell_rules::bell::address::By;
use handbell_rules::bell::delivery::{Answer, Leased};
use handbell_rules::bell::subscription::Subscription;
use handbell_rules::time::{MINUTE, SECOND, Timestamp};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// Most messages under way to one origin: what four connections with a hundred streams each take at once, which
/// is what services commonly allow (RFC 9113 section 6.5.2).
pub const UNDER_WAY_MAX: usize = 400;
/// Most messages under way by any other channel: a mail server or a gateway takes them one by one.
const OTHERS_UNDER_WAY_MAX: usize = 32;
/// Fewest that an origin which fails is tried with.
const UNDER_WAY_MIN: usize = 4;
/// Most messages that wait here for one origin.
const WAITING_MAX: usize = 8_192;
/// Below this an origin's queue may be filled up.
const WAITING_LOW: usize = 1_024;
/// Longest wait here. With the longest send after it, a message is settled well within its lease.
const WAITS_MAX: i64 = 20 * SECOND;
/// How long what found no room, or waited too long, is given back for.
const GIVEN_BACK_FOR: i64 = 3 * SECOND;
/// Longest pause of a whole origin. The message that was told to wait longer does; another one asks anew.
pub const PAUSE_MAX: i64 = MINUTE;

/// A delivery with all that is needed to send it.
pub struct Ready {
    /// The lease.
    pub lease: Leased,
    /// To whom.
    pub to: Subscription,
    /// What.
    pub message: Arc<SignedMessage>,
    /// Since when it is held.
    pub since: Timestamp,
    /// After this it does not leave.
    pub until: Timestamp,
}

#[derive(Default)]
struct Lane {
    ends: VecDeque<Ready>,
    starts: VecDeque<Ready>,
    under_way: usize,
    limit: usize,
    /// What the limit is while all is well.
    most: usize,
    paused_until: Timestamp,
}

/// Where a message went, for its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LaneNumber(usize);

/// See the module.
#[derive(Default)]
pub struct Lanes {
    numbers: BTreeMap<String, usize>,
    lanes: Vec<Lane>,
    turn: usize,
}

/// Whose lane somebody's messages wait in: the origin of a push address, which is what stands before the part that
/// names a person; for every other channel the channel, whose addresses are sealed.
fn origin(to: &Subscription) -> &str {
    if to.by != By::Push {
        return to.by.word();
    }
    let address = to.endpoint.as_str();
    let after = address.find("://").map_or(0, |at| at + 3);
    address[after..].find('/').map_or(address, |at| &address[..after + at])
}

impl Lane {
    fn waiting(&self) -> usize {
        self.ends.len() + self.starts.len()
    }

    fn may_start(&self, now: Timestamp) -> bool {
        self.waiting() > 0 && self.under_way < self.limit && self.paused_until <= now
    }
}

impl Lanes {
    /// Puts a message into its origin's queue, or says for how long it is to be given back.
    pub fn put(&mut self, ready: Ready, now: Timestamp) -> Result<(), (Leased, Answer)> {
        let origin = origin(&ready.to);
        let number = match self.numbers.get(origin) {
            Some(number) => *number,
            None => {
                let most = if ready.to.by == By::Push { UNDER_WAY_MAX } else { OTHERS_UNDER_WAY_MAX };
                self.lanes.push(Lane { limit: most, most, ..Lane::default() });
                self.numbers.insert(origin.to_owned(), self.lanes.len() - 1);
                self.lanes.len() - 1
            }
        };
        let lane = &mut self.lanes[number];
        let is_end = !ready.lease.kind.is_live();
        if lane.paused_until > now {
            return Err((ready.lease, Answer::NotTried(lane.paused_until.since(now))));
        }
        if lane.waiting() >= WAITING_MAX && !is_end {
            return Err((ready.lease, Answer::NotTried(GIVEN_BACK_FOR)));
        }
        let queue = if is_end { &mut lane.ends } else { &mut lane.starts };
        queue.push_back(ready);
        Ok(())
    }

    /// The next message that may leave; origins take turns.
    pub fn next(&mut self, now: Timestamp) -> Option<(LaneNumber, Ready)> {
        for step in 0..self.lanes.len() {
            let number = (self.turn + step) % self.lanes.len();
            let lane = &mut self.lanes[number];
            if lane.may_start(now) {
                let ready = lane.ends.pop_front().or_else(|| lane.starts.pop_front())?;
                lane.under_way += 1;
                self.turn = number + 1;
                return Some((LaneNumber(number), ready));
            }
        }
        None
    }

    /// What an answer says about its origin. Without one the message was not sent after all.
    pub fn answered(&mut self, lane: LaneNumber, answer: Option<Answer>, now: Timestamp) {
        let lane = &mut self.lanes[lane.0];
        lane.under_way -= 1;
        match answer {
            Some(Answer::RetryAfter(asked)) => {
                lane.paused_until = lane.paused_until.max(now.plus(asked.clamp(SECOND, PAUSE_MAX)));
                lane.limit = UNDER_WAY_MIN;
            }
            Some(Answer::Later | Answer::Hung) => lane.limit = (lane.limit / 2).max(UNDER_WAY_MIN),
            Some(Answer::Accepted | Answer::Gone | Answer::Refused) => lane.limit = (lane.limit + 1).min(lane.most),
            Some(Answer::NotTried(_)) | None => {}
        }
    }

    /// Takes out what has waited too long, or waits for an origin that pauses, to be given back.
    pub fn overdue(&mut self, now: Timestamp) -> Vec<(Leased, Answer)> {
        let mut back = Vec::new();
        for lane in &mut self.lanes {
            let pause = lane.paused_until.since(now);
            for queue in [&mut lane.ends, &mut lane.starts] {
                // The oldest stand in front.
                while let Some(first) = queue.front()
                    && (pause > 0 || now.since(first.since) >= WAITS_MAX)
                    && let Some(ready) = queue.pop_front()
                {
                    back.push((ready.lease, Answer::NotTried(pause.max(GIVEN_BACK_FOR))));
                }
            }
        }
        back
    }

    /// Whether an origin could soon take more than is here for it.
    pub fn has_room(&self, now: Timestamp) -> bool {
        self.lanes.is_empty() || self.lanes.iter().any(|lane| lane.paused_until <= now && lane.waiting() < WAITING_LOW)
    }

    /// How many wait here, for all origins.
    pub fn waiting(&self) -> usize {
        self.lanes.iter().map(Lane::waiting).sum()
    }

    /// Forgets origins of which there is nothing to remember, when nothing is here or under way.
    pub fn tidy(&mut self, now: Timestamp) {
        let Self { numbers, lanes, turn } = self;
        let mut kept = Vec::new();
        numbers.retain(|_, number| {
            let lane = std::mem::take(&mut lanes[*number]);
            let worth = lane.paused_until > now || lane.limit < lane.most || lane.waiting() + lane.under_way > 0;
            if worth {
                *number = kept.len();
                kept.push(lane);
            }
            worth
        });
        (*lanes, *turn) = (kept, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::push::signed::SignedAlert;
    use crate::store::conformance::builders;
    use handbell_rules::bell::alert::RingKind;
    use handbell_rules::bell::manifest::Roll;
    use handbell_rules::bell::mode::Status;
    use handbell_rules::bell::signed::Signing;
    use handbell_rules::id::{AlertId, DeliveryId, RingId, SubscriptionId};
    use handbell_rules::playbook::Reach;

    const NOW: Timestamp = Timestamp::from_milliseconds(1_000_000);

    /// What is said plays no part here.
    fn a_message() -> Arc<SignedMessage> {
        let alert = builders::draft(&builders::incident(), Reach::Neighbours, None);
        let signed = SignedAlert::of(Signing::Played, "https://bell.example", &["en".into()], &alert, [], &Roll::default());
        Arc::new(signed.message(RingKind::Alert, &alert, &alert, "en", false).unwrap())
    }

    fn ready(number: u16, kind: RingKind, origin: &str) -> Ready {
        let mut id = [0; 16];
        id[..2].copy_from_slice(&number.to_be_bytes());
        let lease = Leased {
            delivery: DeliveryId(id),
            ring: RingId([2; 16]),
            kind,
            alert: AlertId([3; 16]),
            words_of: AlertId([3; 16]),
            subscription: SubscriptionId(id),
            attempts: 0,
            expires_at: NOW.plus(15 * MINUTE),
        };
        let mut to = builders::subscription(&[], &[]);
        to.endpoint = format!("{origin}/send/{number}");
        to.status = Status::Actual;
        Ready { lease, to, message: a_message(), since: NOW, until: NOW.plus(15 * MINUTE) }
    }

    fn started(lanes: &mut Lanes, now: Timestamp) -> Vec<(LaneNumber, String)> {
        std::iter::from_fn(|| lanes.next(now)).map(|(lane, ready)| (lane, ready.to.endpoint)).collect()
    }

    #[test]
    fn an_origin_that_never_answers_takes_its_own_places_and_nobody_elses() {
        let mut lanes = Lanes::default();
        for number in 0..1_000 {
            assert!(lanes.put(ready(number, RingKind::Alert, "https://stuck.example"), NOW).is_ok());
        }
        assert_eq!(started(&mut lanes, NOW).len(), UNDER_WAY_MAX);
        for number in 0..600 {
            assert!(lanes.put(ready(number, RingKind::Alert, "https://well.example"), NOW).is_ok());
        }
        let well = started(&mut lanes, NOW);
        assert_eq!(well.len(), UNDER_WAY_MAX);
        assert!(well.iter().all(|(_, to)| to.starts_with("https://well.example/")));
        for (lane, _) in &well {
            lanes.answered(*lane, Some(Answer::Accepted), NOW);
        }
        assert_eq!(started(&mut lanes, NOW).len(), 200);
        // What waits for the one that is stuck goes back before its lease could run out.
        assert!(lanes.overdue(NOW.plus(WAITS_MAX - 1)).is_empty());
        let back = lanes.overdue(NOW.plus(WAITS_MAX));
        assert_eq!(back.len(), 600);
        assert!(back.iter().all(|(_, answer)| !answer.is_of_a_try()));
    }

    #[test]
    fn a_service_that_asks_for_a_pause_gets_it_as_a_whole_and_starts_slowly() {
        let mut lanes = Lanes::default();
        for number in 0..500 {
            assert!(lanes.put(ready(number, RingKind::Alert, "https://busy.example"), NOW).is_ok());
        }
        let under_way = started(&mut lanes, NOW);
        lanes.answered(under_way[0].0, Some(Answer::RetryAfter(30 * SECOND)), NOW);
        for (lane, _) in &under_way[1..] {
            lanes.answered(*lane, Some(Answer::Gone), NOW);
        }
        assert!(started(&mut lanes, NOW.plus(29 * SECOND)).is_empty());
        let back = lanes.overdue(NOW.plus(SECOND));
        assert_eq!(back.len(), 100);
        assert!(back.iter().all(|(_, answer)| *answer == Answer::NotTried(29 * SECOND)));
        let (_, answer) = lanes.put(ready(501, RingKind::Alert, "https://busy.example"), NOW.plus(SECOND)).unwrap_err();
        assert_eq!(answer, Answer::NotTried(29 * SECOND));
        // After the pause a few are tried. The limit had grown by those that were answered after the request.
        let later = NOW.plus(30 * SECOND);
        assert!(lanes.put(ready(502, RingKind::Alert, "https://busy.example"), later).is_ok());
        assert_eq!(started(&mut lanes, later).len(), 1);
        lanes.tidy(later);
        assert_eq!(lanes.lanes.len(), 1, "it is remembered");
    }

    #[test]
    fn no_answer_silences_a_service_for_longer_than_a_minute() {
        let mut lanes = Lanes::default();
        for number in 0..2 {
            assert!(lanes.put(ready(number, RingKind::Alert, "https://busy.example"), NOW).is_ok());
        }
        let (lane, _) = lanes.next(NOW).unwrap();
        lanes.answered(lane, Some(Answer::RetryAfter(15 * MINUTE)), NOW);
        assert!(lanes.next(NOW.plus(PAUSE_MAX - 1)).is_none());
        assert!(lanes.next(NOW.plus(PAUSE_MAX)).is_some());
    }

    #[test]
    fn an_end_overtakes_the_starts_that_wait() {
        let mut lanes = Lanes::default();
        for number in 0..9 {
            assert!(lanes.put(ready(number, RingKind::Alert, "https://push.example"), NOW).is_ok());
        }
        assert!(lanes.put(ready(9, RingKind::Cancel, "https://push.example"), NOW).is_ok());
        assert_eq!(lanes.next(NOW).unwrap().1.lease.kind, RingKind::Cancel);
    }

    #[test]
    fn a_service_that_fails_gets_fewer_at_once_and_more_again_when_it_is_well() {
        let mut lanes = Lanes::default();
        let mut turns = Vec::new();
        for answer in [Answer::Later, Answer::Hung, Answer::Accepted, Answer::Accepted] {
            for number in 0..1_000 {
                let _full = lanes.put(ready(number, RingKind::Alert, "https://weak.example"), NOW);
            }
            let under_way = started(&mut lanes, NOW);
            turns.push(under_way.len());
            for (lane, _) in under_way {
                lanes.answered(lane, Some(answer), NOW);
            }
        }
        assert_eq!(turns, [UNDER_WAY_MAX, UNDER_WAY_MIN, UNDER_WAY_MIN, 2 * UNDER_WAY_MIN]);
        lanes.overdue(NOW.plus(WAITS_MAX));
        assert_eq!(lanes.waiting(), 0);
    }

    #[test]
    fn the_origin_is_what_names_nobody() {
        let mut to = builders::subscription(&[], &[]);
        let mut of = |by: By, address: &str| {
            (to.by, to.endpoint) = (by, address.to_owned());
            origin(&to).to_owned()
        };
        assert_eq!(of(By::Push, "https://push.example/send/abc"), "https://push.example");
        assert_eq!(of(By::Push, "http://127.0.0.1:8480/phone/x"), "http://127.0.0.1:8480");
        assert_eq!(of(By::Push, "https://push.example"), "https://push.example");
        // Sealed addresses are all different, and all of one channel share its lane.
        assert_eq!((of(By::Mail, "sealed one"), of(By::Mail, "sealed two")), ("mail".into(), "mail".into()));
    }
}
