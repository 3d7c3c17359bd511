//! Looks, played out: every move by everybody at every time, with replays and races.
//!
//! A small town of one incident, one desk and four observers gets random presses at random times. The clock
//! ticks or sleeps late. A press can be decided on what stood a moment ago: then the version refuses it, as a
//! store would. After every step the invariants of a look must hold.

#![allow(clippy::unwrap_used, reason = "a test says what is wrong by stopping")]

use handbell_rules::change::{Actor, Change, What};
use handbell_rules::desk::incident::{Ending, Incident};
use handbell_rules::desk::look::{
    self, ANSWER_WITHIN, Around, DeskNow, Fineness, Found, Look, LookState, NewLook, OBSERVE_ONLY, ReportBack, WELFARE_AGAIN_AFTER,
};
use handbell_rules::id::{ChangeId, DeviceId, IncidentId, LookId, MemberId, ReportId, SessionId};
use handbell_rules::people::duty::Duty;
use handbell_rules::people::member::{DeskCaller, Role};
use handbell_rules::people::nudge::{About, Nudge};
use handbell_rules::playbook::{Kind, Playbook};
use handbell_rules::refusal::{Desk, Refusal};
use handbell_rules::street::report::{Filing, NewReport, Report, ReportState};
use handbell_rules::time::{HOUR, MINUTE, SECOND, Timestamp};
use proptest::prelude::*;

mod shipped;

const NOW: Timestamp = Timestamp::from_milliseconds(1_795_212_000_000);
const KIND: &str = "immigration-visit";

fn playbook() -> &'static Playbook {
    &shipped::PLAYBOOK
}

fn member(number: u8) -> MemberId {
    MemberId([number; 16])
}

fn caller(number: u8, role: Role) -> DeskCaller {
    let (device, session) = (DeviceId([number; 16]), SessionId([number; 16]));
    DeskCaller { member: member(number), device, session, name: format!("Member {number}"), roles: vec![role] }
}

/// Members 1 and 2 work the desk; 11 to 14 are observers.
const DESK: [u8; 2] = [1, 2];
const OBSERVERS: [u8; 4] = [11, 12, 13, 14];

fn incident() -> Incident {
    Incident {
        id: IncidentId([5; 16]),
        version: 1,
        kind: KIND.into(),
        home: false,
        district: "Peckham".into(),
        opened_at: NOW,
        ended: None,
        rung_at: None,
        stood_down_at: None,
        live_alerts: 0,
        public: false,
    }
}

fn new_look(observer: u8) -> NewLook {
    NewLook {
        observer: member(observer),
        place: "Rye Lane and Blenheim Grove".into(),
        approach: "Come from the station side".into(),
        look_for: "Two marked vans and people in uniform".into(),
        minutes: 20,
    }
}

fn told(now: Timestamp) -> NewReport {
    shipped::seen(KIND, "Rye Lane and Blenheim Grove", now)
}

fn back(found: Found, words: &str, number: u32, now: Timestamp) -> ReportBack {
    let mut id = [7; 16];
    id[..4].copy_from_slice(&number.to_be_bytes());
    let filing = Filing { id: ReportId(id), ..shipped::filing(3) };
    ReportBack { found, words: words.into(), told: told(now), filing }
}

/// No areas: the kind asked about names places by street.
fn fineness(kind: &Kind) -> Fineness<'_> {
    Fineness { kind, areas: &[] }
}

/// What a store would hold, and what left.
struct Town {
    incident: Incident,
    reports: Vec<Report>,
    duties: Vec<Duty>,
    desk: DeskNow,
    look: Option<Look>,
    nudges: Vec<Nudge>,
    changes: u32,
}

impl Town {
    fn new() -> Self {
        let duties = OBSERVERS.iter().map(|number| Duty::of(member(*number), NOW.plus(i64::from(*number) - 100), 4 * HOUR, true)).collect();
        let all: Vec<MemberId> = DESK.iter().map(|number| member(*number)).collect();
        let desk = DeskNow { on_duty: all.clone(), all };
        Self { incident: incident(), reports: Vec::new(), duties, desk, look: None, nudges: Vec::new(), changes: 0 }
    }

    fn change(&mut self) -> ChangeId {
        self.changes += 1;
        let mut id = [0; 16];
        id[..4].copy_from_slice(&self.changes.to_be_bytes());
        ChangeId(id)
    }

    fn with_around<T>(&self, of: impl FnOnce(&Around<'_>) -> T) -> T {
        let open: Vec<Look> = self.look.iter().cloned().collect();
        of(&Around { incident: &self.incident, reports: &self.reports, observers: &self.duties, open: &open, desk: &self.desk })
    }

    fn ask(&mut self, observer: u8, now: Timestamp) -> Result<(), Refusal> {
        self.ask_for(new_look(observer), now)
    }

    fn ask_for(&mut self, new: NewLook, now: Timestamp) -> Result<(), Refusal> {
        let change = self.change();
        let kind = playbook().kind(KIND).unwrap();
        let asked =
            self.with_around(|around| look::ask(change, &caller(1, Role::Triager), around, &fineness(kind), LookId([6; 16]), new, now))?;
        assert!(self.commit(asked));
        Ok(())
    }

    /// Writes a change as a store would: only if the look it was decided on is still the one that stands.
    fn commit(&mut self, change: Change) -> bool {
        let (look, nudges) = match change.what {
            What::LookAsked { look, nudges, .. }
            | What::LookAnswered { look, nudges }
            | What::LookMovedOn { look, nudges }
            | What::LookOverdue { look, nudges }
            | What::LookCalledOff { look, nudges } => (look, nudges),
            What::LookChecked { look } => (look, Vec::new()),
            What::LookReported { look, filed, nudges, .. } => {
                if self.look.as_ref().is_some_and(|stands| stands.version == look.version) {
                    self.reports.extend(filed.map(|filed| filed.0));
                }
                (look, nudges)
            }
            other => panic!("{}", other.name()),
        };
        if self.look.as_ref().map_or(0, |stands| stands.version) != look.version {
            return false;
        }
        self.look = Some(Look { version: look.version + 1, ..look });
        self.nudges.extend(nudges);
        true
    }
}

#[derive(Debug, Clone)]
enum Press {
    Accept(u8),
    Arrive(u8),
    Decline(u8),
    Back(u8, Found),
    CallOff(u8),
    Well(u8),
    EndDuty(u8),
    EmptyDesk,
    EndIncident,
    Tick,
}

fn decide(town: &mut Town, seen: &Look, press: &Press, now: Timestamp) -> Option<Change> {
    let change = town.change();
    let observer = |number: u8| caller(number, Role::Observer);
    match press {
        Press::Accept(who) => look::accept(change, &observer(*who), seen, now).ok(),
        Press::Arrive(who) => look::arrive(change, &observer(*who), seen, now).ok(),
        Press::Decline(who) => town.with_around(|around| look::decline(change, &observer(*who), seen, around, now)).ok(),
        Press::Back(who, found) => {
            let number = town.changes;
            look::report_back(change, &observer(*who), seen, &town.incident, back(*found, "Two vans", number, now), &[KIND], now).ok()
        }
        Press::CallOff(who) => look::call_off(change, &caller(*who, Role::Triager), seen, now).ok(),
        Press::Well(who) => look::is_well(change, &caller(*who, Role::Triager), seen, now).ok(),
        Press::Tick => town.with_around(|around| look::tick(change, seen, around, now)),
        Press::EndDuty(_) | Press::EmptyDesk | Press::EndIncident => None,
    }
}

fn presses() -> impl Strategy<Value = Press> {
    let observer = prop::sample::select(OBSERVERS.to_vec());
    let desk = prop::sample::select(DESK.to_vec());
    let found = prop::sample::select(vec![Found::SawIt, Found::NothingFound, Found::CannotTell]);
    prop_oneof![
        3 => observer.clone().prop_map(Press::Accept),
        2 => observer.clone().prop_map(Press::Arrive),
        2 => observer.clone().prop_map(Press::Decline),
        2 => (observer.clone(), found).prop_map(|(who, found)| Press::Back(who, found)),
        1 => desk.clone().prop_map(Press::CallOff),
        1 => desk.prop_map(Press::Well),
        1 => observer.prop_map(Press::EndDuty),
        1 => Just(Press::EmptyDesk),
        1 => Just(Press::EndIncident),
        8 => Just(Press::Tick),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]
    #[test]
    fn whatever_is_pressed_whenever_a_look_keeps_its_invariants(
        steps in prop::collection::vec((presses(), 0i64..600, any::<bool>()), 1..60)
    ) {
        let mut town = Town::new();
        town.ask(11, NOW).unwrap();
        let mut now = NOW;
        let mut seen = town.look.clone().unwrap();
        for (press, seconds, stale) in steps {
            now = now.plus(seconds * SECOND);
            match press {
                Press::EndDuty(who) => town.duties.iter_mut().filter(|duty| duty.member == member(who)).for_each(|duty| duty.until = now),
                Press::EmptyDesk => town.desk.on_duty.clear(),
                Press::EndIncident => town.incident.ended = Some((Ending::NothingFound, now)),
                _ => {}
            }
            let before = town.look.clone().unwrap();
            // A stale press was decided on the page of an earlier moment; so is a replay.
            if !stale { seen = before.clone(); }
            let on = seen.clone();
            let told_before = town.nudges.len();
            if let Some(change) = decide(&mut town, &on, &press, now) {
                let same = change.clone();
                let written = town.commit(change);
                prop_assert_eq!(written, on.version == before.version, "only the newest version is written");
                prop_assert!(!town.commit(same), "the same press again writes nothing");
            }
            let after = town.look.clone().unwrap();
            // Closed is closed.
            if !before.state.open() { prop_assert_eq!(&before, &after); }
            prop_assert_eq!(after.state.open(), after.closed_at.is_none());
            // Nobody has two turns, and everybody who had one was told.
            let mut turns: Vec<MemberId> = after.turns().map(|turn| turn.member).collect();
            if after.state == LookState::Unanswered { turns.pop(); }
            let count = turns.len();
            turns.sort_unstable();
            turns.dedup();
            prop_assert_eq!(turns.len(), count);
            for turn in &turns {
                prop_assert!(town.nudges.iter().any(|nudge| nudge.to == *turn && matches!(nudge.about, About::LookAsked(_))));
            }
            // A step of the clock that closes or is overdue tells somebody.
            let newly_overdue = after.overdue.is_some() && before.overdue.is_none();
            let newly_unanswered = after.state == LookState::Unanswered && before.state != LookState::Unanswered;
            if newly_overdue || newly_unanswered {
                let told = town.nudges[told_before..].iter().filter(|nudge| DESK.contains(&nudge.to.bytes()[0])).count();
                prop_assert!(told > 0, "somebody at the desk is told");
            }
            // Only what an observer saw becomes a report, in their own name and by their own way in.
            prop_assert_eq!(after.report.is_some(), after.found == Some(Found::SawIt));
            for report in &town.reports {
                prop_assert!(report.from_observer() && report.first_hand());
                prop_assert!((report.state == ReportState::Joined) == report.belongs_to(town.incident.id));
            }
            prop_assert!(town.reports.len() <= 1, "one look files at most one report");
        }
        // However it went, a clock that ticks when it is due brings it to where only a person is awaited.
        for _ in 0..40 {
            let look = town.look.clone().unwrap();
            let Some(due) = look::due_at(&look) else { break };
            now = now.max(due);
            let change = town.change();
            let ticked = town.with_around(|around| look::tick(change, &look, around, now));
            prop_assert!(ticked.is_some(), "what is due happens");
            town.commit(ticked.unwrap());
        }
        let look = town.look.clone().unwrap();
        prop_assert!(look::due_at(&look).is_none());
        prop_assert!(!look.state.open() || look.overdue.is_some_and(|overdue| overdue.all_called || overdue.well.is_some()));
    }
}

#[test]
fn nobody_is_asked_to_check_their_own_report_or_themselves_or_off_duty_or_twice() {
    let mut town = Town::new();
    let mut own = Town::new();
    let filed = look::report_back(
        ChangeId([1; 16]),
        &caller(11, Role::Observer),
        &{
            own.ask(11, NOW).unwrap();
            own.look.clone().unwrap()
        },
        &own.incident,
        back(Found::SawIt, "Two vans", 1, NOW),
        &[KIND],
        NOW,
    );
    let Ok(Change { what: What::LookReported { filed: Some(filed), .. }, .. }) = filed else { panic!("it is filed") };
    town.reports.push(filed.0);
    assert_eq!(town.ask(11, NOW.plus(MINUTE)), Err(Desk::LookOwnReport.into()));
    assert_eq!(town.ask(1, NOW), Err(Desk::ObserverNotOnDuty.into()));
    town.duties.push(Duty::of(member(1), NOW, HOUR, true));
    assert_eq!(town.ask(1, NOW), Err(Desk::LookOneself.into()));
    assert_eq!(town.ask(12, NOW.plus(5 * HOUR)), Err(Desk::ObserverNotOnDuty.into()), "their duty is over");
    town.ask(12, NOW.plus(MINUTE)).unwrap();
    assert_eq!(town.ask(12, NOW.plus(MINUTE)), Err(Desk::ObserverBusy.into()));
    // The one who reported it is passed over as well.
    for _ in 0..4 {
        let look = town.look.clone().unwrap();
        let Some(due) = look::due_at(&look) else { break };
        let change = town.change();
        let ticked = town.with_around(|around| look::tick(change, &look, around, due)).unwrap();
        town.commit(ticked);
    }
    let look = town.look.unwrap();
    assert_eq!(look.state, LookState::Unanswered);
    assert!(look.turns().all(|turn| turn.member != member(11)));
}

#[test]
fn a_look_names_a_junction_within_the_hour_for_a_live_incident_and_no_more_than_the_kind_wants() {
    let refuse = |new: NewLook, no: Refusal| assert_eq!(Town::new().ask_for(new, NOW), Err(no));
    refuse(NewLook { place: "14 Lantern Court".into(), ..new_look(11) }, Desk::LookPlaceWrong.into());
    refuse(NewLook { place: " ".into(), ..new_look(11) }, Desk::LookPlaceWrong.into());
    refuse(NewLook { minutes: 4, ..new_look(11) }, Desk::LookMinutesWrong.into());
    refuse(NewLook { minutes: 61, ..new_look(11) }, Desk::LookMinutesWrong.into());
    refuse(NewLook { approach: "".into(), ..new_look(11) }, Desk::LookApproachWrong.into());
    refuse(NewLook { look_for: "a van AB12 CDE".into(), ..new_look(11) }, Desk::LookForWrong.into());
    let mut over = Town::new();
    over.incident.ended = Some((Ending::Over, NOW));
    assert_eq!(over.ask(11, NOW), Err(Desk::IncidentEnded.into()));
    // As many as the kind wants, and no more.
    let mut town = Town::new();
    town.ask(11, NOW).unwrap();
    let one = town.look.clone().unwrap();
    let open: Vec<Look> =
        (0..4).map(|number| Look { turn: look::Turn { member: member(30 + number), ..one.turn.clone() }, ..one.clone() }).collect();
    let around = Around { incident: &town.incident, reports: &[], observers: &town.duties, open: &open, desk: &town.desk };
    let kind = playbook().kind(KIND).unwrap();
    let more = look::ask(ChangeId([9; 16]), &caller(1, Role::Triager), &around, &fineness(kind), LookId([8; 16]), new_look(12), NOW);
    assert_eq!(more, Err(Desk::LooksEnough.into()));
    assert_eq!(
        look::ask(ChangeId([9; 16]), &caller(1, Role::Editor), &around, &fineness(kind), LookId([8; 16]), new_look(12), NOW),
        Err(Desk::NotOnDesk.into())
    );
}

#[test]
fn what_travels_is_the_place_the_approach_and_observe_only() {
    let mut town = Town::new();
    town.ask(11, NOW).unwrap();
    let nudge = &town.nudges[0];
    assert_eq!(nudge.expires_at, NOW.plus(ANSWER_WITHIN), "a request that nobody may answer any more is not shown as new");
    for part in ["Rye Lane and Blenheim Grove", "station side", "marked vans", "Observe only", "20 minutes"] {
        assert!(nudge.words.contains(part), "{part}");
    }
    assert!(OBSERVE_ONLY[0].starts_with("Observe only"));
}

#[test]
fn an_overdue_observer_is_looked_for_first_by_whoever_asked_then_by_all() {
    let mut town = Town::new();
    town.ask(11, NOW).unwrap();
    let asked = town.look.clone().unwrap();
    let change = town.change();
    let yes = look::accept(change, &caller(11, Role::Observer), &asked, NOW.plus(MINUTE)).unwrap();
    town.commit(yes);
    let due = NOW.plus(21 * MINUTE);
    assert_eq!(look::due_at(town.look.as_ref().unwrap()), Some(due));
    for (at, told) in [(due, vec![member(1)]), (due.plus(WELFARE_AGAIN_AFTER), vec![member(1), member(2)])] {
        let look = town.look.clone().unwrap();
        let change = town.change();
        assert!(town.with_around(|around| look::tick(change, &look, around, at.plus(-1))).is_none(), "never early");
        town.nudges.clear();
        let ticked = town.with_around(|around| look::tick(change, &look, around, at)).unwrap();
        assert_eq!(ticked.by, Actor::Worker);
        town.commit(ticked);
        let heard: Vec<MemberId> =
            town.nudges.iter().filter(|nudge| matches!(nudge.about, About::LookOverdue(..))).map(|nudge| nudge.to).collect();
        assert_eq!(heard, told);
    }
    let look = town.look.clone().unwrap();
    let change = town.change();
    let well = look::is_well(change, &caller(2, Role::Triager), &look, due.plus(HOUR)).unwrap();
    town.commit(well);
    assert_eq!(look::due_at(town.look.as_ref().unwrap()), None);
    let again = look::is_well(ChangeId([99; 16]), &caller(1, Role::Triager), town.look.as_ref().unwrap(), due.plus(HOUR));
    assert_eq!(again, Err(Desk::LookNotOverdue.into()));
}
