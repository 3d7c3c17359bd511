//! Joining: passkeys, and what a revocation and a recovery take away.

use super::Town;
use super::builders::*;
use crate::store::Store;
use handbell_rules::change::What;
use handbell_rules::id::{DeviceId, PasskeyId, SessionId};
use handbell_rules::people::member::{Device, Invitation, Member, Role, Session, Vouch};
use handbell_rules::people::passkey::Passkey;
use handbell_rules::time::HOUR;

struct Joined {
    member: Member,
    passkey: Passkey,
    device: Device,
    session: Session,
}

/// Somebody who made a passkey with a link, and has another link that nobody opened.
async fn joined(store: &dyn Store, name: &str) -> (Joined, Invitation) {
    let member = member(store, name, &[Role::Triager]).await;
    let (link, spare) = (invitation(&member), invitation(&member));
    for link in [&link, &spare] {
        let now = store.member(member.id).await.unwrap().unwrap();
        commit(store, What::MemberInvited { member: now, invitation: link.clone() }).await;
    }
    let device = Device { id: DeviceId(fresh()), member: member.id, secret: fresh_hash(), since: START };
    let session = Session {
        id: SessionId(fresh()),
        version: 0,
        member: member.id,
        device: device.id,
        secret: fresh_hash(),
        expires_at: START.plus(8 * HOUR),
        closed_at: None,
        locks: true,
    };
    let passkey = Passkey {
        id: PasskeyId(fresh()),
        version: 0,
        member: member.id,
        credential: fresh_hash().to_vec(),
        counter: 1,
        since: START,
        key: "{}".into(),
    };
    let invitation = Invitation { version: 1, redeemed_at: Some(START), ..link };
    let what = What::PasskeyRegistered { invitation, passkey: passkey.clone(), device: Some(device.clone()), session: session.clone() };
    commit(store, what).await;
    let member = store.member(member.id).await.unwrap().unwrap();
    (Joined { member, passkey: Passkey { version: 1, ..passkey }, device, session: Session { version: 1, ..session } }, spare)
}

pub async fn a_passkey_is_found_by_its_name_and_used_by_one_at_a_time(town: &mut dyn Town) {
    let store = town.store();
    let (noor, _) = joined(&*store, "Noor").await;
    let (other, _) = joined(&*store, "Omar").await;
    assert_eq!(store.passkey(&noor.passkey.credential).await.unwrap(), Some(noor.passkey.clone()));
    assert_eq!(store.passkeys(noor.member.id).await.unwrap(), std::slice::from_ref(&noor.passkey));
    assert_eq!(store.passkey(b"nobody's").await.unwrap(), None);
    assert_eq!(store.session_by_secret(noor.session.secret).await.unwrap(), Some(noor.session.clone()));
    let used = Passkey { counter: 2, ..noor.passkey.clone() };
    commit(&*store, What::PasskeyUsed { passkey: used.clone(), device: None, session: None }).await;
    assert_eq!(store.passkeys(noor.member.id).await.unwrap(), [Passkey { version: 2, ..used.clone() }]);
    // Somebody who read the same counter comes too late, and opens no session.
    let late = Session { id: SessionId(fresh()), version: 0, secret: fresh_hash(), ..noor.session.clone() };
    conflict(&*store, What::PasskeyUsed { passkey: used, device: None, session: Some(late.clone()) }).await;
    assert_eq!(store.session_by_secret(late.secret).await.unwrap(), None);
    // One authenticator's key belongs to one member.
    let taken = Passkey { id: PasskeyId(fresh()), version: 0, member: other.member.id, ..noor.passkey.clone() };
    conflict(&*store, What::PasskeyUsed { passkey: taken, device: None, session: None }).await;
    // Vouches and words for a recovery survive as they were.
    let vouch = Vouch { by: other.member.id, device: other.device.id, at: START };
    let vouched = Member { vouches: vec![vouch], founding: false, ..noor.member.clone() };
    commit(&*store, What::MemberVouched { member: vouched.clone() }).await;
    let stored = store.member(noor.member.id).await.unwrap().unwrap();
    assert_eq!(stored, Member { version: stored.version, ..vouched.clone() });
    conflict(&*store, What::MemberVouched { member: vouched }).await;
}

pub async fn a_revocation_or_a_recovery_takes_every_way_in(town: &mut dyn Town) {
    let store = town.store();
    let (other, spare) = joined(&*store, "Omar").await;
    for recovered in [false, true] {
        let (noor, unopened) = joined(&*store, "Noor").await;
        let fresh_link = invitation(&noor.member);
        let what = match recovered {
            true => What::MemberRecovered { member: noor.member.clone(), invitation: fresh_link.clone() },
            false => What::MemberRevoked { member: Member { revoked_at: Some(START), ..noor.member.clone() } },
        };
        commit(&*store, what).await;
        assert_eq!(store.passkeys(noor.member.id).await.unwrap(), []);
        assert_eq!(store.passkey(&noor.passkey.credential).await.unwrap(), None);
        assert_eq!(store.session_by_secret(noor.session.secret).await.unwrap(), None);
        assert_eq!(store.invitation_by_secret(unopened.secret).await.unwrap(), None);
        assert_eq!(store.invitation_by_secret(fresh_link.secret).await.unwrap().is_some(), recovered);
        // What was read before comes too late.
        let session = Session { id: SessionId(fresh()), version: 0, secret: fresh_hash(), ..noor.session.clone() };
        conflict(&*store, What::PasskeyUsed { passkey: noor.passkey.clone(), device: None, session: Some(session.clone()) }).await;
        let redeemed = Invitation { version: 1, redeemed_at: Some(START), ..unopened };
        conflict(&*store, What::SignedIn { invitation: redeemed, device: None, session: session.clone() }).await;
        assert_eq!(store.session_by_secret(session.secret).await.unwrap(), None);
        // The browser stays theirs, so that nobody else's vote comes from it.
        assert_eq!(store.device(noor.device.id).await.unwrap(), Some(noor.device));
    }
    // Nobody else loses anything.
    assert_eq!(store.passkeys(other.member.id).await.unwrap(), [other.passkey]);
    assert_eq!(store.session_by_secret(other.session.secret).await.unwrap(), Some(other.session));
    assert!(store.invitation_by_secret(spare.secret).await.unwrap().is_some());
}
