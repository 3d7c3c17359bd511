//! What a statement covers, and what it does not. The checks here are made up: a "signature" is the text's
//! hash with the key's first byte, so that every rule can be turned without a real key. Real ones are played in
//! `handbell` and in a browser.

use super::*;
use crate::area::{Area, Cell};
use crate::bell::alert::{AlertState, Words};
use crate::bell::manifest::{KeptManifest, SigningKey, Weighed, add, enrolment, follows, holder, key_id, proposed, sign, take_back};
use crate::bell::mode::Status;
use crate::change::What;
use crate::id::{ChangeId, DeviceId, IncidentId, MemberId, SessionId};
use crate::people::member::{DeskCaller, Member, Role};
use crate::place::Point;
use crate::playbook::Slots;
use crate::time::Timestamp;
use proptest::prelude::*;

const NOW: Timestamp = Timestamp::from_milliseconds(1_795_210_800_000);
const ORIGIN: &str = "https://bell.example";

fn languages() -> Vec<String> {
    vec!["en".into(), "es".into()]
}

fn alert() -> Alert {
    Alert {
        id: AlertId([7; 16]),
        version: 0,
        incident: IncidentId([8; 16]),
        follows: None,
        status: Status::Actual,
        reach: Reach::Neighbours,
        area: Area::new(vec![Cell::around(Point::from_degrees(51.470, -0.069).unwrap())]).unwrap(),
        slots: Slots::default(),
        words: Words {
            headline: "Immigration officers near Rye Lane".into(),
            body: "Seen at 21:40.".into(),
            push_title: "Handbell".into(),
            push_body: "Something is happening near you.".into(),
            area: "Peckham".into(),
            conduct: vec!["Go only as a witness.".into(), "Keep two metres back.".into()],
            purpose: "For witnessing.".into(),
            others: Vec::new(),
        },
        lives_minutes: 60,
        drafted_by: MemberId([1; 16]),
        drafted_at: NOW,
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

fn statement(alert: &Alert) -> Statement {
    Statement::of(ORIGIN, alert, &languages())
}

fn leads(statement: &Statement, message: &Message) -> bool {
    let Some(path) = statement.path(message) else { return false };
    let top = path.iter().fold(leaf(message), |below, beside| node(&below, beside));
    statement.text().contains(&format!("\nmessages {}\n", hex(&top)))
}

#[test]
fn the_canonical_text_is_the_one_in_the_formats() {
    let text = statement(&alert()).text().to_owned();
    let written = include_str!("../../../../../docs/formats/signed-alert.md");
    let vector = written.split("<!-- vector: alert -->").nth(1).unwrap().split("```").nth(1).unwrap().trim_start_matches("text\n");
    assert_eq!(text, vector);
}

#[test]
fn every_message_that_a_phone_can_be_given_is_covered_in_every_language_and_manner() {
    let first = alert();
    let signed = statement(&first);
    for kind in [RingKind::Alert, RingKind::Cancel, RingKind::StandDown, RingKind::Correction] {
        for language in ["en", "es"] {
            for discreet in [false, true] {
                assert!(leads(&signed, &message(kind, &first, &first, language, discreet)), "{kind:?} {language} {discreet}");
            }
        }
    }
    let update = Alert { id: AlertId([9; 16]), follows: Some(first.id), ..first.clone() };
    let said = message(RingKind::Update, &first, &update, "en", false);
    assert!(leads(&statement(&update), &said));
    assert!(!leads(&signed, &said), "an update is signed by itself");
    assert!(!leads(&statement(&update), &message(RingKind::Cancel, &first, &first, "en", false)), "and signs no end");
}

#[test]
fn ringing_and_ending_change_nothing_that_was_signed() {
    let rung =
        Alert { state: AlertState::Live, rung_at: Some(NOW), expires_at: Some(NOW.plus(MINUTE)), logged: true, version: 4, ..alert() };
    assert_eq!(statement(&rung), statement(&alert()));
    let ended = Alert { state: AlertState::Cancelled, ended_at: Some(NOW), ..rung };
    assert_eq!(statement(&ended), statement(&alert()));
}

#[test]
fn whatever_is_signed_cannot_be_changed_unseen() {
    let base = statement(&alert());
    let mut words = alert();
    words.words.push_body.push('!');
    let mut conduct = alert();
    conduct.words.conduct.pop();
    let wider = Area::new(alert().area.cells().flat_map(|cell| cell.neighbours().into_iter().chain([cell])).collect()).unwrap();
    let others = [
        Alert { id: AlertId([6; 16]), ..alert() },
        Alert { follows: Some(AlertId([6; 16])), ..alert() },
        Alert { status: Status::Exercise, ..alert() },
        Alert { reach: Reach::Public, ..alert() },
        Alert { area: wider, ..alert() },
        Alert { lives_minutes: 120, ..alert() },
        Alert { drafted_at: NOW.plus(1), ..alert() },
        words,
        conduct,
    ];
    for other in others {
        assert_ne!(statement(&other).text(), base.text(), "{other:?}");
    }
    assert_ne!(Statement::of("https://other.example", &alert(), &languages()).text(), base.text());
}

proptest! {
    /// A message that differs in one sign, anywhere, has no way to the root.
    #[test]
    fn no_message_but_those_that_can_be_made_leads_to_the_root(field in 0usize..8, sign in "[a-z]") {
        let first = alert();
        let mut said = message(RingKind::Alert, &first, &first, "en", false);
        match field {
            0 => said.title.push_str(&sign),
            1 => said.body.push_str(&sign),
            2 => said.tag.push_str(&sign),
            3 => said.url.push_str(&sign),
            4 => said.conduct.push(sign),
            5 => said.lang.push_str(&sign),
            6 => said.dir = crate::playbook::Direction::Rtl,
            _ => said.silent = !said.silent,
        }
        prop_assert!(!leads(&statement(&first), &said));
    }

    /// Fields cannot flow into each other: the same letters cut elsewhere are another message.
    #[test]
    fn letters_cut_elsewhere_are_another_message(cut in 1usize..8) {
        let first = alert();
        let said = message(RingKind::Alert, &first, &first, "en", false);
        let whole = format!("{}{}", said.title, said.body);
        let (title, body) = whole.split_at(cut);
        let other = Message { title: title.into(), body: body.into(), ..said.clone() };
        prop_assert_eq!(leaf(&other) == leaf(&said), other == said);
    }

    #[test]
    fn every_leaf_of_every_tree_leads_to_its_root(count in 1usize..70) {
        let leaves: Vec<[u8; 32]> = (0..count).map(|number| Sha256::digest([u8::try_from(number).unwrap()]).into()).collect();
        let top = root(&leaves);
        for (place, leaf) in leaves.iter().enumerate() {
            prop_assert_eq!(path(&leaves, place).iter().fold(*leaf, |below, beside| node(&below, beside)), top);
        }
    }
}

// --- who signs ----------------------------------------------------------------------------------------------

fn public(number: u8) -> Vec<u8> {
    let mut public = vec![number; 65];
    public[0] = 4;
    public
}

fn signature(number: u8, text: &str) -> AlertSignature {
    AlertSignature { key: key_id(&public(number)), signature: made_up(&public(number), text.as_bytes()) }
}

fn made_up(public: &[u8], text: &[u8]) -> Vec<u8> {
    let digest = Sha256::new().chain_update(public).chain_update(text).finalize();
    [digest.as_slice(), digest.as_slice()].concat()
}

fn checks(public: &[u8], text: &[u8], signature: &[u8]) -> bool {
    made_up(public, text) == signature
}

fn caller(number: u8) -> DeskCaller {
    let (member, device) = (MemberId([number; 16]), DeviceId([number; 16]));
    DeskCaller { member, device, session: SessionId([number; 16]), name: "Amina".into(), roles: vec![Role::Approver] }
}

fn member(number: u8) -> Member {
    Member {
        id: MemberId([number; 16]),
        version: 0,
        name: format!("Member {number}"),
        roles: vec![Role::Approver],
        since: NOW,
        revoked_at: None,
        founding: true,
        vouches: vec![],
        recovery: None,
    }
}

/// A desk whose members add keys and sign lists.
#[derive(Default)]
struct Desk {
    keys: Vec<SigningKey>,
    members: Vec<Member>,
    lists: Vec<KeptManifest>,
    begun: Option<KeptManifest>,
}

impl Desk {
    fn of(numbers: &[u8]) -> Self {
        let mut desk = Desk::default();
        for number in numbers {
            desk.adds(*number);
        }
        desk
    }

    fn adds(&mut self, number: u8) {
        if !self.members.iter().any(|known| known.id == member(number).id) {
            self.members.push(member(number));
        }
        let (caller, public) = (caller(number), public(number));
        let proof = made_up(&public, enrolment(ORIGIN, caller.device, &public).as_bytes());
        let change = add(ChangeId([1; 16]), &caller, ORIGIN, &public, &proof, &self.keys, &checks, NOW).unwrap();
        let What::SigningKeyAdded { key, replaced: None } = change.what else { panic!("{change:?}") };
        self.keys.push(key);
    }

    fn standing(&self) -> Standing {
        Standing::of(&self.keys, &self.members)
    }

    fn newest(&self) -> Option<Manifest> {
        self.lists.last().map(|list| list.read().unwrap())
    }

    fn next(&self) -> Option<Manifest> {
        proposed(self.newest().as_ref(), &self.keys, &self.standing(), ORIGIN, "Eastgate neighbours")
    }

    fn signs(&mut self, number: u8) -> Result<bool, Refusal> {
        let (newest, next) = (self.newest(), self.next());
        let text = next.as_ref().map(Manifest::text).unwrap_or_default();
        let weighed = Weighed {
            newest: newest.as_ref(),
            proposed: next.as_ref(),
            begun: self.begun.as_ref(),
            keys: &self.keys,
            standing: &self.standing(),
        };
        let change = sign(ChangeId([2; 16]), &caller(number), weighed, signature(number, &text), &checks, NOW)?;
        match change.what {
            What::ManifestMade { manifest } => {
                self.lists.push(manifest);
                self.begun = None;
                Ok(true)
            }
            What::ManifestSigned { manifest } => {
                self.begun = Some(manifest);
                Ok(false)
            }
            other => panic!("{other:?}"),
        }
    }
}

fn no<T: std::fmt::Debug>(answer: Result<T, Refusal>) -> &'static str {
    answer.unwrap_err().name()
}

#[test]
fn the_first_list_takes_two_members_and_one_with_two_browsers_is_one() {
    let mut desk = Desk::of(&[1]);
    assert_eq!(no(desk.signs(1)), "signing-list-short");
    // The same member's second browser.
    let mut second = desk.keys[0].clone();
    (second.id, second.public, second.device) = (key_id(&public(9)), public(9), DeviceId([9; 16]));
    desk.keys.push(second);
    assert_eq!(no(desk.signs(1)), "signing-list-short");
    desk.adds(2);
    assert_eq!(desk.signs(1), Ok(false));
    assert_eq!(no(desk.signs(1)), "signing-list-changed", "once is once");
    assert_eq!(desk.signs(2), Ok(true));
    let list = desk.newest().unwrap();
    assert_eq!((list.number, list.before, list.devices.len(), list.holders()), (1, [0; 32], 3, 2));
    assert_eq!(Manifest::parse(&list.text()).as_ref(), Some(&list));
    assert_eq!(no(desk.signs(1)), "signing-list-changed", "nothing is left to sign");
}

#[test]
fn a_later_list_is_signed_by_two_of_the_one_before_and_not_by_whoever_is_new() {
    let mut desk = Desk::of(&[1, 2]);
    desk.signs(1).unwrap();
    desk.signs(2).unwrap();
    desk.adds(3);
    assert_eq!(no(desk.signs(3)), "signature-not-listed");
    assert_eq!(desk.signs(2), Ok(false));
    // Somebody else adds a browser before the second one signs: what the first one signed is another text now.
    desk.adds(4);
    assert_eq!(desk.signs(1), Ok(false), "one signature under the new text");
    assert_eq!(desk.signs(2), Ok(true));
    let (first, second) = (desk.lists[0].read().unwrap(), desk.lists[1].clone());
    assert!(follows(&first, &second, &checks));
    assert!(!follows(&desk.newest().unwrap(), &desk.lists[0], &checks), "no way back");
}

#[test]
fn a_step_with_one_signature_another_origin_or_strangers_is_none() {
    let mut desk = Desk::of(&[1, 2, 3]);
    desk.signs(1).unwrap();
    desk.signs(2).unwrap();
    desk.adds(4);
    desk.signs(1).unwrap();
    desk.signs(3).unwrap();
    let (first, good) = (desk.lists[0].read().unwrap(), desk.lists[1].clone());
    assert!(follows(&first, &good, &checks));
    let one = KeptManifest { signatures: good.signatures[..1].to_vec(), ..good.clone() };
    let twice = KeptManifest { signatures: vec![good.signatures[0].clone(); 2], ..good.clone() };
    let stranger = KeptManifest { signatures: vec![good.signatures[0].clone(), signature(4, &good.text)], ..good.clone() };
    let mut elsewhere = good.read().unwrap();
    elsewhere.origin = "https://other.example".into();
    let signed = |text: &str| vec![signature(1, text), signature(2, text)];
    let elsewhere = KeptManifest { signatures: signed(&elsewhere.text()), text: elsewhere.text(), ..good.clone() };
    let mut beside = good.read().unwrap();
    beside.before = [5; 32];
    let beside = KeptManifest { signatures: signed(&beside.text()), text: beside.text(), ..good.clone() };
    let unread = KeptManifest { text: format!("{}device x\n", good.text), ..good };
    for wrong in [one, twice, stranger, elsewhere, beside, unread] {
        assert!(!follows(&first, &wrong, &checks), "{wrong:?}");
    }
}

#[test]
fn a_revocation_takes_the_keys_out_at_once_and_the_next_list_says_so() {
    let mut desk = Desk::of(&[1, 2, 3]);
    desk.signs(1).unwrap();
    desk.signs(2).unwrap();
    desk.members[1].revoked_at = Some(NOW);
    let (list, said) = (desk.newest().unwrap(), statement(&alert()));
    assert_eq!(no(may_sign(Some(&list), &desk.standing(), &said, &signature(2, said.text()), &checks)), "signature-not-listed");
    let under = [signature(1, said.text()), signature(2, said.text())];
    assert_eq!(no(enough(Reach::Neighbours, counting(&list, &desk.standing(), &said, &under, &checks).len())), "too-few-signatures");
    assert_eq!(no(desk.signs(2)), "signature-not-listed", "whoever was revoked signs no list");
    assert_eq!(desk.signs(1), Ok(false));
    assert_eq!(desk.signs(3), Ok(true));
    assert!(desk.newest().unwrap().devices.iter().all(|device| device.holder != holder(MemberId([2; 16]))));
}

#[test]
fn where_fewer_than_two_are_left_a_list_begins_anew() {
    let mut desk = Desk::of(&[1, 2]);
    desk.signs(1).unwrap();
    desk.signs(2).unwrap();
    desk.adds(3);
    let change = take_back(ChangeId([3; 16]), &caller(2), &desk.keys[1], NOW).unwrap();
    let What::SigningKeyTakenBack { key } = change.what else { panic!("{change:?}") };
    desk.keys[1] = key;
    desk.signs(1).unwrap();
    desk.signs(3).unwrap();
    let list = desk.newest().unwrap();
    assert_eq!((list.number, list.before), (2, [0; 32]));
    assert!(!follows(&desk.lists[0].read().unwrap(), &desk.lists[1], &checks), "a phone does not follow a beginning");
    assert_eq!(
        no(take_back(ChangeId([3; 16]), &caller(1), &desk.keys[2], NOW)),
        "signing-list-changed",
        "another's is not theirs to take back"
    );
}

#[test]
fn a_key_is_added_by_an_approver_who_holds_it_once() {
    let desk = Desk::of(&[1]);
    let (who, own) = (caller(2), public(2));
    let proof = made_up(&own, enrolment(ORIGIN, who.device, &own).as_bytes());
    let tries = |who: &DeskCaller, public: &[u8], proof: &[u8]| {
        add(ChangeId([1; 16]), who, ORIGIN, public, proof, &desk.keys, &checks, NOW).map(|_| ())
    };
    assert_eq!(tries(&who, &own, &proof), Ok(()));
    assert_eq!(no(tries(&DeskCaller { roles: vec![Role::Triager], ..caller(2) }, &own, &proof)), "approver-needed");
    assert_eq!(no(tries(&caller(3), &own, &proof)), "signing-key-wrong", "the proof names the browser");
    assert_eq!(no(tries(&who, &own, &proof[1..])), "signing-key-wrong");
    assert_eq!(no(tries(&who, &own[1..], &proof)), "signing-key-wrong");
    assert_eq!(no(tries(&who, &public(1), &proof)), "signing-key-wrong", "somebody has that key");
}

#[test]
fn one_signature_sends_observers_and_two_members_ring_further() {
    let mut desk = Desk::of(&[1, 2]);
    desk.signs(1).unwrap();
    desk.signs(2).unwrap();
    let (list, said) = (desk.newest().unwrap(), statement(&alert()));
    let count = |signatures: &[AlertSignature]| counting(&list, &desk.standing(), &said, signatures, &checks).len();
    let (one, two) = (signature(1, said.text()), signature(2, said.text()));
    assert_eq!((count(&[]), count(&[one.clone(), one.clone()]), count(&[one.clone(), two.clone()])), (0, 1, 2));
    let other = AlertSignature { key: two.key, ..one.clone() };
    assert_eq!(count(&[one.clone(), other]), 1, "somebody else's signature under this name is none");
    assert_eq!(count(&[one, signature(2, "handbell alert v1\n")]), 1, "a signature of another text is none");
    for (reach, needed) in [(Reach::Dispatch, 1), (Reach::Neighbours, 2), (Reach::Public, 2)] {
        assert_eq!(no(enough(reach, needed - 1)), "too-few-signatures");
        assert_eq!(enough(reach, needed), Ok(()));
    }
    assert_eq!(no(may_sign(None, &desk.standing(), &said, &two, &checks)), "signing-list-missing");
}
