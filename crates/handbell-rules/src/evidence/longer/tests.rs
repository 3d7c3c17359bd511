use super::*;
use crate::evidence::custody::{Office, Statement};
use crate::evidence::footage::{Copies, ReportFate, Wish, follow};
use crate::id::{FootageId, ReportId};
use proptest::prelude::*;

const AMINA: MemberId = MemberId([1; 16]);
const BEN: MemberId = MemberId([2; 16]);
const ID: ChangeId = ChangeId([3; 16]);
const FATES: [ReportFate; 3] = [ReportFate::Kept, ReportFate::SetAside, ReportFate::Withdrawn];

fn day(day: i64) -> Timestamp {
    Timestamp::from_milliseconds(1_700_000_000_000).plus(day * DAY)
}

fn footage() -> Footage {
    Footage {
        id: FootageId([7; 16]),
        version: 1,
        report: ReportId([8; 16]),
        received_at: day(0),
        media_type: "video/mp4".into(),
        length: 10,
        sha256: [1; 32],
        parts: 1,
        wish: Wish::Public,
        claimed: String::new(),
        recipient: String::new(),
        working: None,
        shares: Default::default(),
        inner_salt: [2; 32],
        noted: None,
        copies: Copies::Waiting { tries: 0 },
        forget_at: day(0).plus(FOOTAGE_KEPT),
        held: None,
        hold_asked: None,
        unasked: false,
        shut_held: None,
    }
}

fn by(member: MemberId) -> Doer {
    Doer::member(Office::Approver, member, [9; 16])
}

fn asking(reason: HoldReason, until: Timestamp) -> HoldAsk {
    HoldAsk { by: AMINA, at: day(0), until, reason, words: "case 12".into() }
}

fn moved(change: Change) -> (Footage, Statement) {
    let What::FootageChanged { footage, said: Some(said) } = change.what else { panic!("another change") };
    (footage, said)
}

fn held(reason: HoldReason, from: i64, until: i64) -> Footage {
    let (asked, said) = moved(ask(ID, &footage(), asking(reason, day(until)), &by(AMINA), day(from)).unwrap());
    assert_eq!((said.deed, asked.held.is_none(), asked.forget_at), (Deed::HoldAsked, true, footage().forget_at), "an ask decides nothing");
    let (held, said) = moved(agree(ID, &asked, BEN, &by(BEN), day(from)).unwrap());
    assert_eq!(said.deed, Deed::HeldLonger);
    held
}

fn no(refused: Result<Change, Refusal>) -> Refusal {
    refused.unwrap_err()
}

#[test]
fn two_members_hold_footage_and_neither_can_alone() {
    let (asked, _) = moved(ask(ID, &footage(), asking(HoldReason::Claim, day(400)), &by(AMINA), day(100)).unwrap());
    assert_eq!(no(agree(ID, &asked, AMINA, &by(AMINA), day(100))), Evidence::HoldOwn.into());
    assert_eq!(no(agree(ID, &footage(), BEN, &by(BEN), day(100))), Evidence::HoldNotAsked.into());
    assert_eq!(no(agree(ID, &asked, BEN, &by(BEN), day(114))), Evidence::HoldNotAsked.into(), "it waited too long");
    let (held, said) = moved(agree(ID, &asked, BEN, &by(BEN), day(113)).unwrap());
    assert_eq!(said.words.as_deref(), Some("until 2024-12-18T22:13Z, claim: case 12"));
    assert_eq!((held.forget_at, held.hold_asked.is_none()), (day(400), true));
    assert_eq!(held.held_now(day(399)).map(|held| held.agreed_by), Some(BEN));
    assert_eq!(held.held_now(day(400)), None);
}

#[test]
fn a_hold_is_bounded_and_asked_for_again() {
    let ask_at = |until, at| ask(ID, &footage(), asking(HoldReason::Trial, until), &by(AMINA), at);
    assert_eq!(no(ask_at(day(1), day(1))), Evidence::HoldUntilWrong.into());
    assert_eq!(no(ask_at(day(1).plus(HOLD_LASTS_MAX + 1), day(1))), Evidence::HoldUntilWrong.into());
    assert!(ask_at(day(1).plus(HOLD_LASTS_MAX), day(1)).is_ok());
    assert_eq!(no(ask_at(day(500), day(366))), Evidence::HoldTooLate.into(), "it is being deleted");
    let long = HoldAsk { words: "a".repeat(HOLD_WORDS_MAX + 1), ..asking(HoldReason::Trial, day(9)) };
    assert_eq!(no(ask(ID, &footage(), long, &by(AMINA), day(1))), Evidence::HoldWordsWrong.into());

    let once = held(HoldReason::Trial, 200, 500);
    let again = HoldAsk { by: BEN, ..asking(HoldReason::Trial, day(800)) };
    let (asked, _) = moved(ask(ID, &once, again.clone(), &by(BEN), day(490)).unwrap());
    assert_eq!(no(ask(ID, &asked, asking(HoldReason::Claim, day(600)), &by(AMINA), day(490))), Evidence::HoldWaits.into());
    assert!(ask(ID, &asked, again, &by(BEN), day(490)).is_ok(), "their own ask is said anew");
    let (twice, _) = moved(agree(ID, &asked, AMINA, &by(AMINA), day(491)).unwrap());
    assert_eq!(twice.forget_at, day(800));
}

#[test]
fn words_beside_a_hold_name_nobody_and_lead_to_nobody() {
    let named = Evidence::CustodyWordsNamed.into();
    for words in
        ["PC Smith asked for it", "call 020 7946 0000", "the van AB12 CDE", "he lives at 12 Rye Lane", "write to amina@example.org"]
    {
        let asking = HoldAsk { words: words.into(), ..asking(HoldReason::Trial, day(9)) };
        assert_eq!(no(ask(ID, &footage(), asking, &by(AMINA), day(1))), named, "{words}");
        assert_eq!(no(lift(ID, &held(HoldReason::Trial, 1, 9), words, &by(BEN), day(2))), named, "{words}");
    }
    for words in ["", "case 12", "the county court, order of 3 May", "the solicitors ask for it"] {
        let asking = HoldAsk { words: words.into(), ..asking(HoldReason::Ordered, day(9)) };
        assert!(ask(ID, &footage(), asking, &by(AMINA), day(1)).is_ok(), "{words}");
    }
}

#[test]
fn one_member_lifts_a_hold_and_it_does_not_go_at_once() {
    let once = held(HoldReason::Complaint, 200, 500);
    assert_eq!(no(lift(ID, &once, " ", &by(AMINA), day(450))), Evidence::HoldWordsWrong.into());
    let (lifted, said) = moved(lift(ID, &once, "it was dropped", &by(AMINA), day(450)).unwrap());
    assert_eq!(said.words.as_deref(), Some("no longer: it was dropped"));
    assert_eq!((lifted.held.is_none(), lifted.forget_at), (true, day(450).plus(HOLD_LIFTED_STAYS)));
    let (early, _) = moved(lift(ID, &once, "it was dropped", &by(AMINA), day(210)).unwrap());
    assert_eq!(early.forget_at, footage().forget_at, "its usual time");
    assert_eq!(no(lift(ID, &lifted, "again", &by(AMINA), day(450))), Evidence::HoldNone.into());
    let (asked, _) = moved(ask(ID, &footage(), asking(HoldReason::Claim, day(300)), &by(AMINA), day(1)).unwrap());
    let (no_hold, said) = moved(lift(ID, &asked, "not needed", &by(BEN), day(1)).unwrap());
    assert_eq!((no_hold.clone(), said.words.as_deref()), (Footage { ..footage() }, Some("not held: not needed")));
    assert_eq!(no_hold.forget_at, footage().forget_at);
}

#[test]
fn an_order_that_one_member_lifts_holds_two_weeks_more_and_a_second_lift_does_not_stretch_it() {
    let once = held(HoldReason::Ordered, 10, 300);
    let (taken_back, _) = moved(follow(ID, &once, ReportFate::Withdrawn, [0; 16], day(20)).unwrap());
    let (lifted, said) = moved(lift(ID, &taken_back, "the order is over", &by(AMINA), day(30)).unwrap());
    let end = end_of_day(day(30).plus(HOLD_LIFTED_STAYS));
    assert!(day(44) <= end && end < day(45));
    assert_eq!(said.words, Some(format!("no longer than {}: the order is over", end.utc_minute())));
    assert_eq!(lifted.goes_at(ReportFate::Withdrawn, day(30)), end, "a second member may see a mistake");
    let (twice, _) = moved(lift(ID, &lifted, "it really is", &by(BEN), day(40)).unwrap());
    assert_eq!(twice.goes_at(ReportFate::Withdrawn, day(40)), end);
    assert_eq!(twice.forget_at, footage().forget_at, "the usual time, for whoever did not take it back");
    let (late, _) = moved(lift(ID, &taken_back, "nearly over", &by(AMINA), day(295)).unwrap());
    assert_eq!(late.goes_at(ReportFate::Withdrawn, day(295)), day(300), "no longer than the order itself");
}

#[test]
fn nothing_weaker_takes_the_place_of_an_order() {
    let once = held(HoldReason::Ordered, 10, 300);
    for weaker in [asking(HoldReason::Complaint, day(370)), asking(HoldReason::Ordered, day(299))] {
        assert_eq!(no(ask(ID, &once, weaker.clone(), &by(AMINA), day(20))), Evidence::HoldWeaker.into());
        // Asked before the order was there.
        let asked = Footage { hold_asked: Some(HoldAsk { at: day(19), ..weaker }), ..once.clone() };
        assert_eq!(no(agree(ID, &asked, BEN, &by(BEN), day(20))), Evidence::HoldWeaker.into());
    }
    let (asked, _) = moved(ask(ID, &once, asking(HoldReason::Ordered, day(380)), &by(AMINA), day(20)).unwrap());
    let (taken_back, _) = moved(follow(ID, &asked, ReportFate::Withdrawn, [0; 16], day(21)).unwrap());
    assert!(taken_back.hold_asked.is_some(), "an order is made longer also against whoever gave it");
    let (longer, _) = moved(agree(ID, &taken_back, BEN, &by(BEN), day(22)).unwrap());
    assert_eq!(longer.goes_at(ReportFate::Withdrawn, day(22)), day(380));
}

#[test]
fn a_lifted_order_makes_room_for_another_reason_unless_it_was_taken_back() {
    let once = held(HoldReason::Ordered, 10, 300);
    let (lifted, _) = moved(lift(ID, &once, "the order is over", &by(AMINA), day(30)).unwrap());
    let complaint = asking(HoldReason::Complaint, day(390));
    let (asked, _) = moved(ask(ID, &lifted, complaint.clone(), &by(AMINA), day(31)).unwrap());
    let (after, _) = moved(agree(ID, &asked, BEN, &by(BEN), day(32)).unwrap());
    assert_eq!((after.forget_at, after.ordered(day(33))), (day(390), None));
    let (taken_back, _) = moved(follow(ID, &lifted, ReportFate::Withdrawn, [0; 16], day(31)).unwrap());
    assert_eq!(no(ask(ID, &taken_back, complaint, &by(AMINA), day(31))), Evidence::HoldWeaker.into());
}

#[test]
fn nobody_holds_what_goes_within_a_minute() {
    let (early, late) = (footage().forget_at.plus(-MINUTE - 1), footage().forget_at.plus(-MINUTE));
    let (asked, _) = moved(ask(ID, &footage(), asking(HoldReason::Claim, day(400)), &by(AMINA), early).unwrap());
    assert!(agree(ID, &asked, BEN, &by(BEN), early).is_ok());
    assert_eq!(no(agree(ID, &asked, BEN, &by(BEN), late)), Evidence::HoldTooLate.into());
    assert_eq!(no(ask(ID, &footage(), asking(HoldReason::Claim, day(400)), &by(AMINA), late)), Evidence::HoldTooLate.into());
}

#[test]
fn of_what_is_taken_back_neither_copies_nor_their_key_stay() {
    let once = Footage { working: Some("AGE-SECRET-KEY-1".into()), ..held(HoldReason::Ordered, 10, 300) };
    let (after, _) = moved(follow(ID, &once, ReportFate::Withdrawn, [0; 16], day(20)).unwrap());
    assert_eq!((after.working.clone(), after.waits(), after.is_taken_back()), (None, false, true));
    assert!(!once.is_taken_back());
}

#[test]
fn whoever_gave_it_is_stronger_than_a_hold_and_an_order_is_stronger_than_they_are() {
    for (reason, ..) in HoldReason::ALL {
        let once = held(reason, 10, 300);
        let change = follow(ID, &once, ReportFate::Withdrawn, [0; 16], day(20)).unwrap();
        let (after, said) = moved(change);
        assert_eq!(said.deed, Deed::HeldLonger, "{reason:?}");
        assert_eq!(after.wish, Wish::DeskOnly, "nothing of it is shown or handed over any more");
        if reason == HoldReason::Ordered {
            assert_eq!((after.forget_at, after.held.is_some()), (day(300), true));
            assert!(follow(ID, &after, ReportFate::Withdrawn, [0; 16], day(30)).is_none(), "said once");
            assert_eq!(after.goes_at(ReportFate::Withdrawn, day(300)), day(300));
        } else {
            assert_eq!((after.forget_at, after.held), (day(20), None), "{reason:?}");
        }
    }
}

#[test]
fn a_hold_keeps_what_was_set_aside_and_no_longer_than_its_day() {
    let once = held(HoldReason::Complaint, 10, 300);
    assert_eq!(once.goes_at(ReportFate::SetAside, day(20)), day(300));
    let aside = Footage { forget_at: day(300), ..once };
    assert_eq!(aside.goes_at(ReportFate::SetAside, day(21)), day(300));
    assert_eq!(aside.goes_at(ReportFate::SetAside, day(300)), day(300));
    assert_eq!(aside.goes_at(ReportFate::Kept, day(21)), footage().forget_at, "somebody follows it after all");
}

proptest! {
    /// Nothing goes before its hold is over but by its giver's will, and nothing stays for ever.
    #[test]
    fn what_is_held_stays_and_what_is_not_goes(reason in 0..HoldReason::ALL.len(), until in 20i64..300, at in 11i64..700, fate in 0..3usize) {
        let (reason, ..) = HoldReason::ALL[reason];
        let fate = FATES[fate];
        let once = held(reason, 10, until);
        let goes = once.goes_at(fate, day(at));
        let withdrawn = fate == ReportFate::Withdrawn;
        if day(at) < day(until) && (!withdrawn || reason == HoldReason::Ordered) {
            prop_assert!(goes >= day(until));
        }
        if withdrawn && reason != HoldReason::Ordered {
            prop_assert!(goes <= day(at));
        }
        prop_assert!(goes <= day(0).plus(FOOTAGE_KEPT).max(day(until)).max(day(at).plus(FOOTAGE_KEPT_REJECTED)));
    }
}
