//! What must hold beside a good signature.

use super::*;
use crate::id::{DeviceId, InvitationId, SessionId};
use crate::people::member::Role;

const START: Timestamp = Timestamp::from_milliseconds(1_795_000_000_000);

fn wren() -> Member {
    Member {
        id: MemberId([1; 16]),
        version: 1,
        name: "Wren".into(),
        roles: vec![Role::Triager],
        since: START,
        revoked_at: None,
        founding: true,
        vouches: Vec::new(),
        recovery: None,
    }
}

fn device(of: u8) -> Device {
    Device { id: DeviceId([of; 16]), member: MemberId([of; 16]), secret: [of; 32], since: START }
}

fn session() -> Session {
    Session {
        id: SessionId([1; 16]),
        version: 0,
        member: MemberId([1; 16]),
        device: DeviceId([1; 16]),
        secret: [1; 32],
        expires_at: START.plus(super::super::member::SESSION_LIVES),
        closed_at: None,
        locks: true,
    }
}

fn key(counter: u32) -> Passkey {
    Passkey { id: PasskeyId([1; 16]), version: 1, member: MemberId([1; 16]), credential: vec![1], counter, since: START, key: "old".into() }
}

fn used(stored: u32, sent: u32) -> Result<Change, Refusal> {
    let proven = Proven { verified: true, counter: sent };
    sign_in(ChangeId([0; 16]), &key(stored), proven, "new".into(), &wren(), None, device(1), Some(session()), START)
}

#[test]
fn a_counter_that_does_not_grow_is_refused() {
    for (stored, sent, good) in
        [(0, 0, true), (0, 1, true), (5, 6, true), (5, 5, false), (5, 4, false), (5, 0, false), (u32::MAX, 0, false)]
    {
        let answer = used(stored, sent);
        match good {
            true => {
                let What::PasskeyUsed { passkey, .. } = answer.unwrap().what else { panic!() };
                assert_eq!((passkey.counter, passkey.key.as_str()), (sent, "new"));
            }
            false => assert_eq!(answer, Err(People::PasskeyCopied.into()), "{stored} then {sent}"),
        }
    }
}

#[test]
fn nobody_signs_in_unverified_revoked_with_anothers_key_or_in_anothers_browser() {
    let call = |member: &Member, passkey: &Passkey, known: Option<&Device>, verified| {
        let proven = Proven { verified, counter: 1 };
        sign_in(ChangeId([0; 16]), passkey, proven, String::new(), member, known, device(1), None, START).map(|_| ())
    };
    assert_eq!(call(&wren(), &key(0), Some(&device(1)), true), Ok(()));
    assert_eq!(call(&wren(), &key(0), None, false), Err(People::PasskeyUnproven.into()));
    assert_eq!(call(&wren(), &key(0), Some(&device(2)), true), Err(People::DeviceTaken.into()));
    let gone = Member { revoked_at: Some(START), ..wren() };
    assert_eq!(call(&gone, &key(0), None, true), Err(People::PasskeyUnknown.into()));
    let others = Passkey { member: MemberId([2; 16]), ..key(0) };
    assert_eq!(call(&wren(), &others, None, true), Err(People::PasskeyUnknown.into()));
}

#[test]
fn a_link_makes_one_passkey_for_its_own_member_before_it_is_old() {
    let link = Invitation {
        id: InvitationId([1; 16]),
        version: 1,
        member: wren().id,
        secret: [1; 32],
        expires_at: START.plus(MINUTE),
        redeemed_at: None,
    };
    let call = |link: &Invitation, member: &Member, known: Option<&Device>, verified, now| {
        let proven = Proven { verified, counter: 3 };
        register(ChangeId([0; 16]), link, member, known, device(1), session(), key(0), proven, now)
    };
    let What::PasskeyRegistered { invitation, passkey, device: bound, .. } = call(&link, &wren(), None, true, START).unwrap().what else {
        panic!()
    };
    assert_eq!((invitation.redeemed_at, passkey.counter, bound), (Some(START), 3, Some(device(1))));
    let spent = Err(People::LinkSpent.into());
    assert_eq!(call(&invitation, &wren(), None, true, START), spent);
    assert_eq!(call(&link, &wren(), None, true, START.plus(MINUTE)), spent);
    assert_eq!(call(&link, &Member { revoked_at: Some(START), ..wren() }, None, true, START), spent);
    assert_eq!(call(&link, &Member { id: MemberId([2; 16]), ..wren() }, None, true, START), spent);
    assert_eq!(call(&link, &wren(), Some(&device(2)), true, START), Err(People::DeviceTaken.into()));
    assert_eq!(call(&link, &wren(), None, false, START), Err(People::PasskeyUnproven.into()));
}

#[test]
fn links_sign_in_where_the_setting_says_and_for_the_very_first_member() {
    assert!(link_signs_in(true, 9, true));
    assert!(link_signs_in(false, 1, false));
    assert!(!link_signs_in(false, 1, true), "a link never passes by a passkey");
    assert!(!link_signs_in(false, 2, false) && !link_signs_in(false, 9, true));
    assert!(link_again(false).is_ok());
    assert_eq!(link_again(true), Err(People::RecoveryNeeded.into()));
}

#[test]
fn a_session_of_a_passkey_locks_after_a_quarter_of_an_hour_and_one_of_a_link_does_not() {
    let later = START.plus(LOCKS_AFTER);
    assert!(is_locked(&session(), START, later) && !is_locked(&session(), START, later.plus(-1)));
    assert!(!is_locked(&Session { locks: false, ..session() }, START, later));
}
