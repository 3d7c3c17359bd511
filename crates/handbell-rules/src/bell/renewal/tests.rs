//! A live alert lives a quarter of an hour at a time, as long as was approved, and never comes back.

use super::*;
use crate::bell::alert::Words;
use crate::bell::mode::Status;
use crate::desk::check::{Because, Level};
use crate::desk::incident::Ending;
use crate::id::{AlertId, DeviceId, IncidentId, SessionId};
use crate::people::member::Role;
use crate::playbook::{Reach, Slots};
use proptest::prelude::*;

const RUNG: Timestamp = Timestamp::from_milliseconds(1_790_000_000_000);
const CHANGE: ChangeId = ChangeId([1; 16]);

fn caller(roles: &[Role]) -> DeskCaller {
    let (member, device, session) = (MemberId([1; 16]), DeviceId([2; 16]), SessionId([3; 16]));
    DeskCaller { member, device, session, name: "Wren".into(), roles: roles.to_vec() }
}

fn incident() -> Incident {
    Incident {
        id: IncidentId([9; 16]),
        version: 1,
        kind: "flood".into(),
        home: false,
        district: "Peckham".into(),
        opened_at: RUNG,
        ended: None,
        rung_at: Some(RUNG),
        stood_down_at: None,
        live_alerts: 1,
        public: false,
    }
}

fn confirmed() -> Checked {
    Checked { level: Level::Confirmed, because: Because::ObserverOnTheScene, recorders: Vec::new() }
}

fn live(lives_minutes: u32) -> Alert {
    let words = Words {
        headline: "Water is rising.".into(),
        body: String::new(),
        push_title: String::new(),
        push_body: String::new(),
        area: "Eastgate".into(),
        conduct: vec!["Stay out of the water.".into()],
        purpose: String::new(),
        others: vec![],
    };
    let cells = vec![crate::area::Cell::around(crate::place::Point::new(51_470_000, -70_000).unwrap())];
    let mut alert = Alert {
        id: AlertId([7; 16]),
        version: 2,
        incident: incident().id,
        follows: None,
        status: Status::Actual,
        reach: Reach::Neighbours,
        area: crate::area::Area::new(cells).unwrap(),
        slots: Slots::default(),
        words,
        lives_minutes,
        drafted_by: MemberId([1; 16]),
        drafted_at: RUNG,
        state: AlertState::Live,
        rung_at: Some(RUNG),
        expires_at: None,
        renewed: Vec::new(),
        reminded_of: None,
        ended_at: None,
        logged: false,
        let_through: None,
    };
    alert.expires_at = Some(alert.runs_out_after(RUNG));
    alert
}

fn renewed(alert: &Alert, now: Timestamp) -> Result<Alert, Refusal> {
    match renew(CHANGE, &caller(&[Role::Triager]), (&incident(), &[], &confirmed()), alert, now)?.what {
        What::AlertRenewed { alert } => Ok(alert),
        other => panic!("a renewal is not {}", other.name()),
    }
}

proptest! {
    /// PROMISE nothing-goes-stale: whatever is pressed and whenever, nothing lives longer than a quarter of an hour
    /// after the last press, nor longer than was approved, and what ran out stays so.
    #[test]
    fn an_alert_lives_a_quarter_of_an_hour_after_the_last_press_and_no_longer_than_approved(
        lives in prop::sample::select(vec![30u32, 60, 120, 240]),
        waits in prop::collection::vec(0i64..20 * MINUTE, 0..40),
    ) {
        let (mut alert, mut now, mut last) = (live(lives), RUNG, RUNG);
        let approved = RUNG.plus(i64::from(lives) * MINUTE);
        for wait in waits {
            now = now.plus(wait);
            let lived = alert.is_live(now);
            prop_assert_eq!(lived, now < last.plus(LIVES_UNLESS_RENEWED).min(approved));
            match renewed(&alert, now) {
                Ok(after) => {
                    prop_assert!(lived);
                    prop_assert!(after.expires_at > alert.expires_at);
                    (alert, last) = (after, now);
                }
                Err(no) if no == Refusal::from(Bell::RanOut) => prop_assert!(!lived),
                Err(no) => {
                    prop_assert_eq!(no, Refusal::from(Bell::RenewedToTheEnd));
                    // Nothing to gain: it lives to its end already, or was renewed in this very moment.
                    prop_assert!(alert.expires_at == Some(approved) || now == last);
                }
            }
            prop_assert!(alert.expires_at.is_some_and(|until| until <= approved));
        }
        prop_assert!(alert.renewed.is_sorted());
    }
}

#[test]
fn what_is_known_no_more_what_ended_and_what_is_no_desk_member_renews_nothing() {
    let (alert, now) = (live(120), RUNG.plus(MINUTE));
    let with = |incident: &Incident, checked: &Checked, caller: &DeskCaller, alert: &Alert| {
        renew(CHANGE, caller, (incident, &[], checked), alert, now).map(drop)
    };
    let desk = caller(&[Role::Triager]);
    assert_eq!(with(&incident(), &confirmed(), &desk, &alert), Ok(()));
    let doubted = Checked { level: Level::CannotBeVerified, ..confirmed() };
    assert_eq!(with(&incident(), &doubted, &desk, &alert), Err(Bell::NotConfirmed.into()));
    let over = Incident { ended: Some((Ending::Over, now)), ..incident() };
    assert_eq!(with(&over, &confirmed(), &desk, &alert), Err(Bell::IncidentEnded.into()));
    assert!(with(&incident(), &confirmed(), &caller(&[Role::Observer]), &alert).is_err());
    for (state, no) in
        [(AlertState::Draft, Bell::NotRung), (AlertState::Cancelled, Bell::AlreadyEnded), (AlertState::StoodDown, Bell::AlreadyEnded)]
    {
        assert_eq!(with(&incident(), &confirmed(), &desk, &Alert { state, ..alert.clone() }), Err(no.into()));
    }
    let update = Alert { follows: Some(AlertId([8; 16])), ..alert };
    assert_eq!(with(&incident(), &confirmed(), &desk, &update), Err(Bell::UpdateOfUpdate.into()));
}

#[test]
fn the_desk_is_reminded_once_for_each_time_it_would_run_out() {
    let on_duty = [MemberId([5; 16]), MemberId([4; 16]), MemberId([5; 16])];
    let alert = live(60);
    let due = reminder_due(&alert).unwrap();
    assert_eq!(due, RUNG.plus(10 * MINUTE));
    assert!(remind(CHANGE, &alert, &on_duty, due.plus(-1)).is_none());
    assert!(remind(CHANGE, &alert, &[], due).is_none(), "nobody is there; whoever comes is reminded then");
    let Some(What::AlertReminded { alert: reminded, nudges }) = remind(CHANGE, &alert, &on_duty, due).map(|change| change.what) else {
        panic!("the reminder is due");
    };
    assert_eq!(nudges.len(), 2, "each member once");
    assert!(nudges.iter().all(|nudge| nudge.about == About::AlertRunsOut(alert.id) && Some(nudge.expires_at) == alert.expires_at));
    assert_eq!((reminder_due(&reminded), remind(CHANGE, &reminded, &on_duty, due).is_none()), (None, true));
    let again = renewed(&reminded, due.plus(MINUTE)).unwrap();
    assert_eq!(reminder_due(&again), Some(RUNG.plus(21 * MINUTE)));
    assert!(remind(CHANGE, &again, &on_duty, again.expires_at.unwrap()).is_none(), "what ran out is not called for");
}
