//! Ceiling: how many broad alerts a group rings in a day before somebody has to say why one more.
//!
//! Whoever takes over two signing devices, or two tired people at four in the morning, can wake a town three
//! times and no oftener without a third press. Only first rings beyond observers count. An update, an
//! end, a correction and a dispatch are never held back, and nothing is held back for good: an approver lets
//! one alert through, with a reason that stands in the journal's alert.

use super::alert::{Alert, AlertState};
use crate::change::{Actor, Change, What};
use crate::id::{ChangeId, DeviceId, MemberId};
use crate::people::member::{DeskCaller, Role};
use crate::playbook::Reach;
use crate::refusal::{Bell, Desk, Refusal};
use crate::time::{DAY, Timestamp};
use serde::{Deserialize, Serialize};

/// Broad alerts that ring within [`CEILING_SPAN`] unless somebody lets another one through.
pub const BROAD_ALERTS_A_DAY: u32 = 3;
/// The time in which they are counted, ending now: no midnight gives a fresh handful.
pub const CEILING_SPAN: i64 = DAY;
/// Letters of the reason.
const REASON_LETTERS_MAX: usize = 500;

/// An approver's word that one more alert goes out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetThrough {
    /// Who.
    pub by: MemberId,
    /// On which device.
    pub device: DeviceId,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

/// Whether the ceiling counts this alert: a first ring to neighbours or the public.
pub fn counts(alert: &Alert) -> bool {
    alert.reach != Reach::Dispatch && alert.follows.is_none()
}

/// Decides whether an alert may still ring. `rung` is how many broad ones rang within [`CEILING_SPAN`], this
/// one left out.
pub fn allows(alert: &Alert, rung: u32) -> Result<(), Refusal> {
    if counts(alert) && rung >= BROAD_ALERTS_A_DAY && alert.let_through.is_none() {
        return Err(Bell::CeilingReached.into());
    }
    Ok(())
}

/// Lets one draft through.
pub fn let_through(
    change: ChangeId,
    caller: &DeskCaller,
    alert: &Alert,
    rung: u32,
    reason: &str,
    now: Timestamp,
) -> Result<Change, Refusal> {
    caller.needs(Role::Approver).map_err(|_| Bell::ApproverNeeded)?;
    if alert.state != AlertState::Draft {
        return Err(Bell::AlreadyRung.into());
    }
    if allows(alert, rung).is_ok() {
        return Err(Bell::CeilingNotReached.into());
    }
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Desk::ReasonMissing.into());
    }
    if reason.chars().count() > REASON_LETTERS_MAX || reason.chars().any(char::is_control) {
        return Err(Desk::ReasonTooLong.into());
    }
    let let_through = Some(LetThrough { by: caller.member, device: caller.device, reason: reason.to_owned(), at: now });
    let alert = Alert { let_through, ..alert.clone() };
    Ok(Change { id: change, at: now, by: Actor::Member(caller.member), what: What::CeilingLifted { alert } })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::area::{Area, Cell};
    use crate::bell::alert::Words;
    use crate::bell::mode::Status;
    use crate::id::{AlertId, IncidentId, SessionId};
    use crate::place::Point;
    use crate::playbook::Slots;

    fn draft(reach: Reach, follows: Option<AlertId>) -> Alert {
        let none = String::new;
        let words = Words {
            headline: none(),
            body: none(),
            push_title: none(),
            push_body: none(),
            area: none(),
            conduct: vec![],
            purpose: none(),
            others: vec![],
        };
        Alert {
            id: AlertId([1; 16]),
            version: 0,
            incident: IncidentId([1; 16]),
            follows,
            status: Status::Actual,
            reach,
            area: Area::new(vec![Cell::around(Point::from_degrees(51.470, -0.069).unwrap())]).unwrap(),
            slots: Slots::default(),
            words,
            lives_minutes: 60,
            drafted_by: MemberId([1; 16]),
            drafted_at: Timestamp::from_milliseconds(0),
            state: AlertState::Draft,
            rung_at: None,
            expires_at: None,
            renewed: vec![],
            reminded_of: None,
            ended_at: None,
            logged: false,
            let_through: None,
        }
    }

    #[test]
    fn the_fourth_broad_alert_of_a_day_waits_for_an_approvers_reason_and_nothing_else_does() {
        let broad = draft(Reach::Neighbours, None);
        assert_eq!(allows(&broad, BROAD_ALERTS_A_DAY - 1), Ok(()));
        assert_eq!(allows(&broad, BROAD_ALERTS_A_DAY), Err(Bell::CeilingReached.into()));
        assert_eq!(allows(&draft(Reach::Dispatch, None), 99), Ok(()));
        assert_eq!(allows(&draft(Reach::Public, Some(AlertId([2; 16]))), 99), Ok(()), "an update is never held back");
        let approver = DeskCaller {
            member: MemberId([1; 16]),
            device: DeviceId([1; 16]),
            session: SessionId([1; 16]),
            name: "Amina".into(),
            roles: vec![Role::Approver],
        };
        let lifts = |who: &DeskCaller, rung, reason: &str| {
            let_through(ChangeId([1; 16]), who, &broad, rung, reason, Timestamp::from_milliseconds(5))
        };
        let refused = |answer: Result<Change, Refusal>| answer.unwrap_err().name();
        assert_eq!(refused(lifts(&DeskCaller { roles: vec![Role::Triager], ..approver.clone() }, 3, "Flood")), "approver-needed");
        assert_eq!(refused(lifts(&approver, 2, "Flood")), "ceiling-not-reached");
        assert_eq!(refused(lifts(&approver, 3, "  ")), "reason-missing");
        assert_eq!(refused(lifts(&approver, 3, &"x".repeat(501))), "reason-too-long");
        let What::CeilingLifted { alert } = lifts(&approver, 3, " A second river is over its bank. ").unwrap().what else { panic!() };
        assert_eq!(alert.let_through.as_ref().unwrap().reason, "A second river is over its bank.");
        assert_eq!(allows(&alert, 9), Ok(()));
        assert_eq!(
            refused(let_through(ChangeId([1; 16]), &approver, &alert, 9, "Again", Timestamp::from_milliseconds(6))),
            "ceiling-not-reached"
        );
    }
}
