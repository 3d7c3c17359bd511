use super::*;
use crate::id::{DeviceId, ReportId, SessionId};
use crate::people::member::Role;
use crate::refusal::Desk;
use proptest::prelude::*;

const NOON: Timestamp = Timestamp::from_milliseconds(1_800_000_000_000);
const SUBJECT: Subject = Subject::Report(ReportId([5; 16]));

fn member(number: u8, roles: &[Role]) -> DeskCaller {
    DeskCaller {
        member: MemberId([number; 16]),
        device: DeviceId([number; 16]),
        session: SessionId([number; 16]),
        name: "Amina".into(),
        roles: roles.to_vec(),
    }
}

fn triager(number: u8) -> DeskCaller {
    member(number, &[Role::Triager])
}

fn duty(caller: &DeskCaller) -> Duty {
    Duty { version: 1, ..Duty::of(caller.member, NOON.plus(-HOUR), 4 * HOUR, false) }
}

fn matter(ended: Option<i64>, own: bool, sensitive: bool) -> Matter {
    Matter { subject: SUBJECT, ended_at: ended.map(|ago| NOON.plus(-ago)), own, sensitive }
}

fn asked(by: &DeskCaller, agreed: Option<(u8, i64)>) -> OpeningAsk {
    OpeningAsk {
        id: OpeningAskId([1; 16]),
        version: 1,
        member: by.member,
        subject: SUBJECT,
        reason: "the council asks".into(),
        at: NOON.plus(-2 * HOUR),
        agreed: agreed.map(|(who, ago)| (MemberId([who; 16]), NOON.plus(-ago))),
    }
}

fn no(answer: Result<Permit, Refusal>) -> Refusal {
    answer.expect_err("this is refused")
}

fn line(answer: Result<Permit, Refusal>) -> NewOpening {
    match answer.expect("this is allowed") {
        Permit::Write(line) => line,
        Permit::Again => panic!("a line is written"),
    }
}

#[test]
fn nothing_opens_off_duty_or_on_somebody_elses_or_a_duty_that_has_ended() {
    let amina = triager(1);
    let mut over = duty(&amina);
    over.until = NOON;
    let of_ben = duty(&triager(2));
    for wrong in [None, Some(&over), Some(&of_ben)] {
        assert_eq!(no(may_open(&amina, wrong, &matter(None, true, false), Some("why"), None, None, NOON)), People::DutyNotOn.into());
    }
}

#[test]
fn a_keeper_a_custodian_an_observer_and_an_auditor_open_nothing() {
    for role in [Role::Keeper, Role::Custodian, Role::Observer, Role::Auditor] {
        let other = member(1, &[role]);
        let answer = may_open(&other, Some(&duty(&other)), &matter(None, true, false), Some("why"), None, None, NOON);
        assert_eq!(no(answer), Desk::NotOnDesk.into(), "{role:?}");
    }
}

#[test]
fn an_open_matter_opens_on_duty_and_one_at_a_home_wants_a_reason_first() {
    let amina = triager(1);
    let on = duty(&amina);
    let plain = line(may_open(&amina, Some(&on), &matter(None, false, false), None, None, None, NOON));
    assert_eq!((plain.why, plain.reason.as_str()), (Why::OpenMatter, ""));
    let home = matter(None, false, true);
    assert_eq!(no(may_open(&amina, Some(&on), &home, None, None, None, NOON)), People::OpeningReasonMissing.into());
    assert_eq!(no(may_open(&amina, Some(&on), &home, Some("  "), None, None, NOON)), People::OpeningReasonMissing.into());
    let long = "a".repeat(REASON_LETTERS_MAX + 1);
    assert_eq!(no(may_open(&amina, Some(&on), &home, Some(&long), None, None, NOON)), People::OpeningReasonTooLong.into());
    let given = line(may_open(&amina, Some(&on), &home, Some("I check the time"), None, None, NOON));
    assert_eq!((given.why, given.reason.as_str()), (Why::Sensitive, "I check the time"));
}

#[test]
fn one_reason_serves_the_rest_of_the_duty_and_a_new_look_writes_a_new_line() {
    let amina = triager(1);
    let on = duty(&amina);
    let home = matter(None, false, true);
    let first = line(may_open(&amina, Some(&on), &home, Some("I check the time"), None, None, NOON));
    let first = Opening::after(None, first);
    let at = |minutes: i64| may_open(&amina, Some(&on), &home, None, Some(&first), None, NOON.plus(minutes * MINUTE));
    assert_eq!(at(29), Ok(Permit::Again));
    assert_eq!(line(at(30)).reason, "I check the time");
    let next_duty = Duty { from: NOON.plus(HOUR), until: NOON.plus(2 * HOUR), ..on };
    let later = may_open(&amina, Some(&next_duty), &home, None, Some(&first), None, NOON.plus(HOUR + MINUTE));
    assert_eq!(no(later), People::OpeningReasonMissing.into());
}

#[test]
fn own_work_stays_open_72_hours_and_then_takes_two() {
    let amina = triager(1);
    let on = duty(&amina);
    let own = |ago| may_open(&amina, Some(&on), &matter(Some(ago), true, false), None, None, None, NOON);
    assert_eq!(line(own(OWN_WORK_OPEN)).why, Why::OwnWork);
    let home = matter(Some(OWN_WORK_OPEN), true, true);
    assert_eq!(no(may_open(&amina, Some(&on), &home, None, None, None, NOON)), People::OpeningReasonMissing.into());
    assert_eq!(no(own(OWN_WORK_OPEN + 1)), People::SecondMemberToOpen.into());
    let others = may_open(&amina, Some(&on), &matter(Some(1), false, false), Some("curious"), None, None, NOON);
    assert_eq!(no(others), People::SecondMemberToOpen.into());
}

#[test]
fn a_second_members_agreement_opens_for_an_hour_and_is_named_in_the_line() {
    let amina = triager(1);
    let on = duty(&amina);
    let old = matter(Some(300 * DAY), false, false);
    let open = |ask: &OpeningAsk| may_open(&amina, Some(&on), &old, None, None, Some(ask), NOON);
    let agreed = line(open(&asked(&amina, Some((2, 0)))));
    assert_eq!((agreed.why, agreed.second, agreed.reason.as_str()), (Why::SecondMember, Some(MemberId([2; 16])), "the council asks"));
    assert_eq!(no(open(&asked(&amina, Some((2, AGREEMENT_LASTS))))), People::SecondMemberToOpen.into());
    assert_eq!(no(open(&asked(&amina, None))), People::SecondMemberToOpen.into());
    assert_eq!(no(open(&asked(&amina, Some((1, 0))))), People::SecondMemberToOpen.into(), "nobody agrees to their own");
    assert_eq!(no(open(&asked(&triager(3), Some((2, 0))))), People::SecondMemberToOpen.into(), "another's wish");
}

#[test]
fn a_wish_is_agreed_once_by_somebody_else_on_duty_within_a_day() {
    let (amina, ben) = (triager(1), triager(2));
    let (on, off) = (duty(&ben), None);
    let ask = asked(&amina, None);
    let id = ChangeId([9; 16]);
    assert!(agree(id, &ben, Some(&on), &ask, NOON).is_ok());
    assert_eq!(agree(id, &ben, off, &ask, NOON).unwrap_err(), People::DutyNotOn.into());
    assert_eq!(agree(id, &amina, Some(&duty(&amina)), &ask, NOON).unwrap_err(), People::SecondMemberToOpen.into());
    assert_eq!(agree(id, &ben, Some(&on), &asked(&amina, Some((3, 0))), NOON).unwrap_err(), People::AskOver.into());
    let late = OpeningAsk { at: NOON.plus(-ASK_WAITS), ..ask };
    assert_eq!(agree(id, &ben, Some(&on), &late, NOON).unwrap_err(), People::AskOver.into());
}

proptest! {
    /// Whatever one member alone says or has opened before: what is over and not their own recent work stays shut.
    #[test]
    fn one_member_alone_never_opens_what_is_over_and_not_their_own(
        ended in 0i64..(1_000 * DAY),
        own: bool,
        sensitive: bool,
        said in proptest::option::of("[a-z ]{0,20}"),
        agreed in proptest::option::of((1u8..4, 0i64..(3 * HOUR))),
        by in 1u8..4,
        why in 0usize..4,
    ) {
        let amina = triager(1);
        let matter = matter(Some(ended), own, sensitive);
        let ask = asked(&triager(by), agreed);
        let last = Opening::after(None, NewOpening {
            at: NOON.plus(-MINUTE), member: amina.member, subject: SUBJECT, why: Why::ALL[why].0, reason: "before".into(), second: None,
        });
        let answer = may_open(&amina, Some(&duty(&amina)), &matter, said.as_deref(), Some(&last), Some(&ask), NOON);
        let two = by == 1 && agreed.is_some_and(|(who, ago)| who != 1 && ago < AGREEMENT_LASTS);
        let recent = own && ended <= OWN_WORK_OPEN;
        if answer.is_ok() {
            prop_assert!(two || recent);
        }
        if let Ok(Permit::Write(line)) = answer {
            prop_assert!(!line.reason.is_empty() || recent && !sensitive);
            prop_assert_eq!(line.second.is_some(), !recent);
        }
    }
}
