//! Every move of a member and every no, and the same by chance: random members pressing random buttons, with
//! stale reads, replays and days in between.

use super::*;
use crate::id::{DeviceId, InvitationId, MemberId, SessionId};
use crate::time::MINUTE;
use proptest::prelude::*;

const START: Timestamp = Timestamp::from_milliseconds(1_795_000_000_000);

fn member(number: u8, founding: bool, roles: &[Role]) -> Member {
    Member {
        id: MemberId([number; 16]),
        version: 1,
        name: format!("Member {number}"),
        roles: roles.to_vec(),
        since: START,
        revoked_at: None,
        founding,
        vouches: Vec::new(),
        recovery: None,
    }
}

fn caller(member: &Member, now: Timestamp) -> DeskCaller {
    DeskCaller {
        member: member.id,
        device: DeviceId(member.id.0),
        session: SessionId(member.id.0),
        name: member.name.clone(),
        roles: roles_now(member, now),
    }
}

fn link(of: &Member, number: u8, now: Timestamp) -> Invitation {
    Invitation {
        id: InvitationId([number; 16]),
        version: 0,
        member: of.id,
        secret: [number; 32],
        expires_at: now.plus(15 * MINUTE),
        redeemed_at: None,
    }
}

const DESK: [Role; 3] = [Role::Triager, Role::Approver, Role::Editor];

fn id() -> ChangeId {
    ChangeId([0; 16])
}

fn vouched(by: &Member, on: &Member, now: Timestamp) -> Result<Member, Refusal> {
    vouch(id(), by, &caller(by, now), on, now).map(|change| match change.what {
        What::MemberVouched { member } => member,
        other => panic!("{other:?}"),
    })
}

#[test]
fn two_vouches_open_the_desk_and_thirty_days_later_the_rest() {
    let (amina, ben, new) = (member(1, true, &DESK), member(2, true, &DESK), member(9, false, &DESK));
    assert_eq!((standing(&new, START), roles_now(&new, START)), (Standing::Invited { vouches: 0 }, vec![]));
    let once = vouched(&amina, &new, START).unwrap();
    assert_eq!((standing(&once, START), roles_now(&once, START)), (Standing::Invited { vouches: 1 }, vec![]));
    assert_eq!(vouched(&amina, &once, START), Err(People::VouchedAlready.into()));
    let twice = vouched(&ben, &once, START.plus(DAY)).unwrap();
    let until = START.plus(DAY + PROBATION_LASTS);
    assert_eq!(standing(&twice, START.plus(DAY)), Standing::Probation { until });
    assert_eq!(roles_now(&twice, until.plus(-1)), [Role::Triager]);
    assert_eq!((standing(&twice, until), roles_now(&twice, until)), (Standing::Full, DESK.to_vec()));
    assert_eq!(vouched(&ben, &twice, until), Err(People::VouchNotOpen.into()), "nobody needs a third");
}

#[test]
fn nobody_vouches_for_themselves_on_probation_or_on_a_borrowed_device() {
    let (amina, ben, new) = (member(1, true, &DESK), member(2, true, &DESK), member(9, false, &DESK));
    let on_probation = vouched(&ben, &vouched(&amina, &member(3, false, &DESK), START).unwrap(), START).unwrap();
    assert_eq!(vouched(&on_probation, &new, START), Err(People::PastProbationNeeded.into()));
    assert_eq!(vouched(&amina, &amina, START), Err(People::OwnVouch.into()));
    let once = vouched(&amina, &new, START).unwrap();
    let borrowed = DeskCaller { device: caller(&amina, START).device, ..caller(&ben, START) };
    assert_eq!(vouch(id(), &ben, &borrowed, &once, START), Err(People::VouchedAlready.into()));
    let observer = member(4, true, &[Role::Observer]);
    assert_eq!(vouched(&observer, &new, START), Err(Desk::NotOnDesk.into()));
    assert_eq!(vouch(id(), &ben, &caller(&amina, START), &new, START), Err(Desk::NotOnDesk.into()), "another's standing helps nobody");
    let gone = Member { revoked_at: Some(START), ..new };
    assert_eq!(vouched(&amina, &gone, START), Err(People::VouchNotOpen.into()));
}

#[test]
fn a_live_group_has_three_founders_and_an_exercise_only_founders() {
    let live: Vec<bool> = (0..5).map(|ever| Founding::of(false).takes(ever)).collect();
    assert_eq!(live, [true, true, true, false, false]);
    assert!((0..100).all(|ever| Founding::of(true).takes(ever)));
}

#[test]
fn whoever_a_member_invites_starts_without_a_vouch_and_with_a_name_of_their_own() {
    let amina = member(1, true, &DESK);
    let everybody = [amina.clone()];
    // Whatever the door hands in, the rule makes it nobody's founder.
    let wished = Member {
        version: 0,
        founding: true,
        vouches: vec![Vouch { by: amina.id, device: DeviceId([1; 16]), at: START }],
        ..member(9, true, &DESK)
    };
    let made = invite(id(), &amina, &caller(&amina, START), &everybody, wished.clone(), link(&wished, 1, START), START).unwrap();
    let What::MemberInvited { member: made, .. } = made.what else { panic!() };
    assert_eq!(standing(&made, START), Standing::Invited { vouches: 0 });
    let same = Member { name: amina.name.clone(), ..wished.clone() };
    let no = invite(id(), &amina, &caller(&amina, START), &everybody, same, link(&wished, 1, START), START);
    assert_eq!(no, Err(People::NameTaken.into()));
    let both = Member { roles: vec![Role::Editor, Role::Keeper], ..wished.clone() };
    assert_eq!(
        invite(id(), &amina, &caller(&amina, START), &everybody, both, link(&wished, 1, START), START),
        Err(People::RoleConflict.into())
    );
    assert_eq!(
        invite(id(), &made, &caller(&made, START), &everybody, wished.clone(), link(&wished, 1, START), START),
        Err(Desk::NotOnDesk.into())
    );
}

#[test]
fn two_others_recover_a_member_within_a_day_and_one_does_not() {
    let (amina, ben, chidi) = (member(1, true, &DESK), member(2, true, &DESK), member(3, true, &DESK));
    let say = |by: &Member, of: &Member, now| recover(id(), by, &caller(by, now), of, link(of, 7, now), now).map(|change| change.what);
    assert_eq!(say(&chidi, &chidi, START), Err(People::OwnRecovery.into()));
    let Ok(What::RecoveryAsked { member: asked }) = say(&amina, &chidi, START) else { panic!() };
    assert_eq!(say(&amina, &asked, START), Err(People::SecondMemberForRecovery.into()));
    let borrowed = DeskCaller { device: caller(&amina, START).device, ..caller(&ben, START) };
    let on_one_device = recover(id(), &ben, &borrowed, &asked, link(&asked, 7, START), START);
    assert_eq!(on_one_device, Err(People::SecondMemberForRecovery.into()));
    let Ok(What::MemberRecovered { member, invitation }) = say(&ben, &asked, START.plus(RECOVERY_WAITS - 1)) else { panic!() };
    assert_eq!((member.recovery, invitation.member), (None, chidi.id));
    // A word a day old is none: the next one is the first again.
    assert!(matches!(say(&ben, &asked, START.plus(RECOVERY_WAITS)), Ok(What::RecoveryAsked { .. })));
    assert_eq!(say(&amina, &Member { revoked_at: Some(START), ..chidi }, START), Err(People::MemberRevoked.into()));
}

#[test]
fn one_press_revokes_and_never_leaves_fewer_than_two() {
    let (amina, ben, chidi) = (member(1, true, &DESK), member(2, true, &DESK), member(3, true, &DESK));
    let new = member(9, false, &DESK);
    let everybody = [amina.clone(), ben.clone(), chidi.clone(), new.clone()];
    let press = |by: &Member, on: &Member, everybody: &[Member]| revoke(id(), by, &caller(by, START), everybody, on, START).map(|c| c.what);
    let Ok(What::MemberRevoked { member: gone }) = press(&amina, &chidi, &everybody) else { panic!() };
    assert_eq!((standing(&gone, START), roles_now(&gone, START)), (Standing::Revoked, vec![]));
    let left = [amina.clone(), ben.clone(), gone.clone(), new.clone()];
    assert_eq!(press(&amina, &ben, &left), Err(People::TooFewLeft.into()));
    assert_eq!(press(&amina, &amina, &left), Err(People::TooFewLeft.into()));
    assert!(press(&amina, &new, &left).is_ok(), "whoever cannot vouch is not counted");
    assert_eq!(press(&amina, &gone, &left), Err(People::MemberRevoked.into()));
}

#[test]
fn no_member_holds_two_of_editor_custodian_and_keeper_in_any_set_of_roles() {
    let apart = [Role::Editor, Role::Custodian, Role::Keeper];
    for set in 0..1_u32 << Role::ALL.len() {
        let roles: Vec<Role> = Role::ALL.iter().enumerate().filter(|(bit, _)| set & (1 << bit) != 0).map(|(_, (role, _))| *role).collect();
        let held = roles.iter().filter(|role| apart.contains(role)).count();
        let wanted = match (roles.len(), held) {
            (0, _) => Err(Refusal::from(People::RoleUnknown)),
            (_, 0 | 1) => Ok(()),
            _ => Err(People::RoleConflict.into()),
        };
        assert_eq!(check_member("Wren", &roles), wanted, "{roles:?}");
    }
}

/// What somebody does next in a made-up group.
#[derive(Debug, Clone)]
enum Press {
    Invite { by: usize },
    Vouch { by: usize, on: usize, stale: bool },
    Recover { by: usize, on: usize, stale: bool },
    Revoke { by: usize, on: usize, stale: bool },
    Redeem { link: usize },
    Wait { days: i64 },
}

fn press() -> impl Strategy<Value = Press> {
    let (who, stale) = (0..8_usize, any::<bool>());
    prop_oneof![
        2 => who.clone().prop_map(|by| Press::Invite { by }),
        6 => (who.clone(), who.clone(), stale).prop_map(|(by, on, stale)| Press::Vouch { by, on, stale }),
        4 => (who.clone(), who.clone(), stale).prop_map(|(by, on, stale)| Press::Recover { by, on, stale }),
        1 => (who.clone(), who, stale).prop_map(|(by, on, stale)| Press::Revoke { by, on, stale }),
        4 => (0..20_usize).prop_map(|link| Press::Redeem { link }),
        2 => (0..40_i64).prop_map(|days| Press::Wait { days }),
    ]
}

/// A store that compares versions as the real one does, with what it held before each change.
struct Group {
    members: Vec<Member>,
    before: Vec<Member>,
    links: Vec<Invitation>,
    /// Links that signed somebody in.
    opened: Vec<InvitationId>,
    /// Which presses made each recovery link.
    recovered: Vec<(MemberId, MemberId, MemberId)>,
    asked: std::collections::BTreeMap<MemberId, MemberId>,
    now: Timestamp,
}

impl Group {
    fn commit(&mut self, change: &Change) -> bool {
        let (member, invitation) = match &change.what {
            What::MemberInvited { member, invitation } | What::MemberRecovered { member, invitation } => (member, Some(invitation)),
            What::MemberVouched { member } | What::RecoveryAsked { member } | What::MemberRevoked { member } => (member, None),
            other => panic!("{other:?}"),
        };
        match self.members.iter().position(|one| one.id == member.id) {
            Some(place) if self.members[place].version == member.version => {
                self.before[place] = self.members[place].clone();
                self.members[place] = Member { version: member.version + 1, ..member.clone() };
            }
            Some(_) => return false,
            None => {
                self.members.push(Member { version: 1, ..member.clone() });
                self.before.push(Member { version: 1, ..member.clone() });
            }
        }
        if matches!(change.what, What::MemberRecovered { .. } | What::MemberRevoked { .. }) {
            self.links.retain(|link| link.member != member.id);
        }
        self.links.extend(invitation.cloned());
        true
    }

    /// Reads a member, or what it was a change ago: a page that somebody left open.
    fn read(&self, place: usize, stale: bool) -> Option<Member> {
        if stale { self.before.get(place).cloned() } else { self.members.get(place).cloned() }
    }

    fn play(&mut self, press: &Press, number: u8) {
        let now = self.now;
        let fresh = |of: &Member| link(of, number, now);
        let change = match press {
            Press::Wait { days } => {
                self.now = now.plus(days * DAY);
                return;
            }
            Press::Redeem { link } => {
                if let Some(link) = self.links.get_mut(*link % 20)
                    && let Some(member) = self.members.iter().find(|one| one.id == link.member)
                    && crate::people::passkey::opens(link, member, now).is_ok()
                {
                    self.opened.push(link.id);
                    link.redeemed_at = Some(now);
                }
                return;
            }
            Press::Invite { by } => {
                let Some(by) = self.read(*by, false) else { return };
                let new = Member { version: 0, ..member(100 + number, true, &DESK) };
                invite(id(), &by, &caller(&by, now), &self.members, new.clone(), fresh(&new), now)
            }
            Press::Vouch { by, on, stale } => {
                let (Some(by), Some(on)) = (self.read(*by, false), self.read(*on, *stale)) else { return };
                vouch(id(), &by, &caller(&by, now), &on, now)
            }
            Press::Recover { by, on, stale } => {
                let (Some(by), Some(on)) = (self.read(*by, false), self.read(*on, *stale)) else { return };
                recover(id(), &by, &caller(&by, now), &on, fresh(&on), now)
            }
            Press::Revoke { by, on, stale } => {
                let (Some(by), Some(on)) = (self.read(*by, false), self.read(*on, *stale)) else { return };
                revoke(id(), &by, &caller(&by, now), &self.members, &on, now)
            }
        };
        let Ok(change) = change else { return };
        if !self.commit(&change) {
            return;
        }
        let Actor::Member(by) = change.by else { panic!("a member did it") };
        match change.what {
            What::RecoveryAsked { member } => {
                self.asked.insert(member.id, by);
            }
            What::MemberRecovered { member, .. } => {
                let first = self.asked.remove(&member.id).expect("somebody asked first");
                self.recovered.push((member.id, first, by));
            }
            _ => {}
        }
    }
}

proptest! {
    /// PROMISE nobody-joins-alone: whatever is pressed in whatever order, nobody but a founder ever approves
    /// without two vouches of two others on two devices, thirty days old, by members who were full when
    /// they vouched; no recovery link comes of one person's presses; no link opens twice.
    #[test]
    fn nobody_makes_a_member_who_can_approve_alone(presses in proptest::collection::vec(press(), 1..80)) {
        let founders: Vec<Member> = (1..=3).map(|number| member(number, true, &DESK)).collect();
        let mut group = Group {
            before: founders.clone(),
            members: founders,
            links: Vec::new(),
            opened: Vec::new(),
            recovered: Vec::new(),
            asked: std::collections::BTreeMap::new(),
            now: START,
        };
        for (number, press) in presses.iter().enumerate() {
            group.play(press, u8::try_from(number).unwrap());
            let now = group.now;
            for one in &group.members {
                let roles = roles_now(one, now);
                prop_assert!(one.revoked_at.is_none() || roles.is_empty());
                prop_assert!(!one.founding || one.id.0[0] <= 3, "only the first three found the group");
                if one.founding || !roles.iter().any(|role| WITHHELD.contains(role)) {
                    continue;
                }
                let [first, second] = one.vouches[..] else { panic!("{one:?}") };
                prop_assert!(first.by != second.by && first.device != second.device);
                prop_assert!(first.by != one.id && second.by != one.id);
                prop_assert!(now.since(second.at) >= PROBATION_LASTS);
                for vouch in [first, second] {
                    let by = group.members.iter().find(|other| other.id == vouch.by).unwrap();
                    let then = Member { revoked_at: None, ..by.clone() };
                    prop_assert_eq!(standing(&then, vouch.at), Standing::Full);
                    prop_assert!(by.revoked_at.is_none_or(|at| at >= vouch.at));
                }
            }
            for (of, first, second) in &group.recovered {
                prop_assert!(of != first && of != second && first != second);
            }
            let mut opened = group.opened.clone();
            opened.sort_unstable();
            opened.dedup();
            prop_assert_eq!(opened.len(), group.opened.len(), "a link opened twice");
            let can_vouch = group.members.iter().filter(|one| standing(one, now) == Standing::Full).count();
            prop_assert!(can_vouch >= FULL_MEMBERS_LEFT_MIN, "the desk can always vouch");
        }
    }
}
