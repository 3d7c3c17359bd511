//! Stories of signing devices: two browsers become ones, sign the list, sign alerts; and what rings without.
//!
//! The browsers here hold real keys and sign with AWS-LC; those in `e2e/` sign with the browser's own.

use super::super::super::fixture::{Confirmed, Signed, Town};
use super::super::tests::{get_as, post_as};
use crate::acts::{ActError, bell, keys, vouch};
use crate::push::seal::CONTENT_BYTES_MAX;
use crate::push::signed::checks;
use crate::push::{SignedAlert, SignedMessage};
use crate::work::ringer;
use crate::world::Push;
use async_trait::async_trait;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use handbell_rules::bell::alert::RingKind;
use handbell_rules::bell::ceiling::BROAD_ALERTS_A_DAY;
use handbell_rules::bell::delivery::{Answer, Leased};
use handbell_rules::bell::manifest::{Roll, enrolment, key_id};
use handbell_rules::bell::message::{MESSAGE_BYTES_MAX, message};
use handbell_rules::bell::nudged::DutyMessage;
use handbell_rules::bell::signed::{AlertSignature, Signing};
use handbell_rules::bell::subscription::Subscription;
use handbell_rules::id::AlertId;
use handbell_rules::people::member::Role;
use handbell_rules::playbook::FIXED;
use handbell_rules::playbook::Reach;
use handbell_rules::refusal::Refusal;
use handbell_rules::time::{HOUR, MINUTE, Timestamp};
use http::StatusCode;
use serde_json::Value;
use std::sync::{Arc, Mutex};

/// Takes every message as it would be sealed.
#[derive(Default)]
struct Phones(Mutex<Vec<Value>>);

#[async_trait]
impl Push for Phones {
    async fn send(&self, _: &Leased, _: &Subscription, message: &SignedMessage, _: Timestamp) -> Answer {
        self.0.lock().unwrap().push(serde_json::to_value(message).unwrap());
        Answer::Accepted
    }
    async fn nudge(&self, _: &Subscription, _: &DutyMessage, _: Timestamp, _: Timestamp) -> Answer {
        Answer::Accepted
    }
    fn accepts(&self, _: &str, _: &[u8], _: &[u8]) -> Result<(), Refusal> {
        Ok(())
    }
}

/// A browser's key.
struct Browser(EcdsaKeyPair);

impl Browser {
    fn new() -> Self {
        Self(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap())
    }
    fn public(&self) -> &[u8] {
        self.0.public_key().as_ref()
    }
    fn signs(&self, text: &str) -> AlertSignature {
        let signature = self.0.sign(&SystemRandom::new(), text.as_bytes()).unwrap();
        AlertSignature { key: key_id(self.public()), signature: signature.as_ref().to_vec() }
    }
}

fn written(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Adds a member's browser through the page's form.
async fn adds(town: &Town, member: &Signed, browser: &Browser) {
    let statement = enrolment(&town.app.world.group.origin, member.caller.device, browser.public());
    let (public, proof) = (written(browser.public()), written(&browser.signs(&statement).signature));
    let heard = post_as(town, member, "/desk/keys", &[("csrf", &member.csrf), ("public", &public), ("proof", &proof)]).await;
    assert_eq!(heard.status, StatusCode::SEE_OTHER, "{}", heard.text());
}

/// Signs the next list through the page's form.
async fn signs_list(town: &Town, member: &Signed, browser: &Browser) {
    let file = keys::read(&town.app.world, &member.caller).await.unwrap();
    let signature = browser.signs(&file.proposed.unwrap().text());
    let (key, signature) = (signature.key.to_string(), written(&signature.signature));
    let heard = post_as(town, member, "/desk/keys/list", &[("csrf", &member.csrf), ("key", &key), ("signature", &signature)]).await;
    assert_eq!(heard.status, StatusCode::SEE_OTHER, "{}", heard.text());
}

async fn approves(town: &Town, member: &Signed, browser: &Browser, alert: AlertId) -> Result<(), ActError> {
    let world = &town.app.world;
    let row = world.store.alert(alert).await.unwrap().unwrap();
    bell::approve_signed(world, &member.caller, alert, Some(browser.signs(keys::statement(world, &row).text()))).await
}

fn no<T: std::fmt::Debug>(answer: Result<T, ActError>) -> &'static str {
    match answer.unwrap_err() {
        ActError::Refused(no) => no.0.name(),
        other => panic!("{other:?}"),
    }
}

/// A live group with a confirmed incident and a list of two members' browsers.
struct Keyed {
    town: Town,
    about: Confirmed,
    amina: Browser,
    ben: Browser,
    phones: Arc<Phones>,
}

impl Keyed {
    async fn new() -> Self {
        let phones = Arc::new(Phones::default());
        let mut town = Town::keyed();
        town.app.world.push = phones.clone();
        let about = town.confirmed("immigration-visit").await;
        let (amina, ben) = (Browser::new(), Browser::new());
        adds(&town, &about.amina, &amina).await;
        adds(&town, &about.ben, &ben).await;
        signs_list(&town, &about.amina, &amina).await;
        signs_list(&town, &about.ben, &ben).await;
        Self { town, about, amina, ben, phones }
    }

    async fn approved(&self) -> AlertId {
        let alert = self.town.drafted(&self.about, Reach::Neighbours).await;
        approves(&self.town, &self.about.amina, &self.amina, alert).await.unwrap();
        approves(&self.town, &self.about.ben, &self.ben, alert).await.unwrap();
        alert
    }

    async fn rings(&self, alert: AlertId) -> Result<(), ActError> {
        bell::ring(&self.town.app.world, &self.about.ben.caller, alert).await
    }

    /// What phones were handed since the last time, by kind, each with its number of signatures.
    async fn heard(&self) -> Vec<(String, usize)> {
        ringer::step(&self.town.app.world).await.unwrap();
        let heard = std::mem::take(&mut *self.phones.0.lock().unwrap());
        heard.iter().map(|one| (one["kind"].as_str().unwrap().to_owned(), one["proof"]["by"].as_array().map_or(0, Vec::len))).collect()
    }
}

/// PROMISE no-unsigned-alert
#[tokio::test]
async fn a_live_alert_rings_with_two_signatures_which_phones_are_given() {
    let keyed = Keyed::new().await;
    let (town, about) = (&keyed.town, &keyed.about);
    let alert = town.drafted(about, Reach::Neighbours).await;
    let path = format!("/desk/alerts/{alert}");
    let page = get_as(town, &about.amina, &path).await;
    assert!(page.text().contains("needs scripts") && page.text().contains("data-text=\"handbell alert v1"), "{}", page.text());
    let fields = [("csrf", about.amina.csrf.as_str()), ("version", "1")];
    let unsigned = post_as(town, &about.amina, &format!("{path}/approve"), &fields).await;
    assert_eq!(unsigned.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(unsigned.text().contains("Allow scripts on this page"), "it says what is needed");
    assert_eq!(no(bell::approve(&town.app.world, &about.amina.caller, alert).await), "signature-missing");
    assert_eq!(no(approves(town, &about.amina, &keyed.ben, alert).await), "signature-not-listed", "another's key is not theirs");
    assert_eq!(no(approves(town, &about.amina, &Browser::new(), alert).await), "signature-not-listed");
    let other = Some(keyed.amina.signs("handbell alert v1\n"));
    assert_eq!(no(bell::approve_signed(&town.app.world, &about.amina.caller, alert, other).await), "signature-wrong");
    assert!(town.app.world.store.approvals(alert).await.unwrap().is_empty(), "nothing was committed");

    // One through the form, as the script sends it; the second through the act.
    let row = town.app.world.store.alert(alert).await.unwrap().unwrap();
    let good = keyed.amina.signs(keys::statement(&town.app.world, &row).text());
    let (key, signature) = (good.key.to_string(), written(&good.signature));
    let signed = post_as(
        town,
        &about.amina,
        &format!("{path}/approve"),
        &[fields.as_slice(), &[("key", key.as_str()), ("signature", signature.as_str())]].concat(),
    )
    .await;
    assert_eq!(signed.status, StatusCode::SEE_OTHER, "{}", signed.text());
    approves(town, &about.ben, &keyed.ben, alert).await.unwrap();
    keyed.rings(alert).await.unwrap();
    assert_eq!(keyed.heard().await, [("alert".to_owned(), 2)]);
    bell::end(&town.app.world, &about.amina.caller, alert, true).await.unwrap();
    assert_eq!(keyed.heard().await, [("cancel".to_owned(), 2)], "the end was signed with it");

    let signing = town.get("/api/v1/signing").await.json();
    assert_eq!((signing["status"].as_str(), signing["items"].as_array().unwrap().len()), (Some("actual"), 1));
    let said = town.app.world.store.stream(handbell_rules::record::entry::OPERATORS_STREAM).await.unwrap();
    assert_eq!(said.iter().map(|row| row.kind).collect::<Vec<_>>(), [33, 34], "the list and the worker stand in the log");
    keys::name_worker(&town.app.world, handbell_site::worker_digest()).await.unwrap();
    keys::name_worker(&town.app.world, [9; 32]).await.unwrap();
    assert_eq!(
        town.app.world.store.stream(handbell_rules::record::entry::OPERATORS_STREAM).await.unwrap().len(),
        3,
        "named when it changes"
    );
}

#[tokio::test]
async fn without_a_list_and_with_a_key_taken_back_nothing_rings_and_an_end_still_goes() {
    let town = Town::keyed();
    let about = town.confirmed("immigration-visit").await;
    let alert = town.drafted(&about, Reach::Dispatch).await;
    let browser = Browser::new();
    assert_eq!(no(approves(&town, &about.ben, &browser, alert).await), "signature-not-listed");
    adds(&town, &about.ben, &browser).await;
    assert_eq!(no(approves(&town, &about.ben, &browser, alert).await), "signing-list-missing");
    assert!(get_as(&town, &about.ben, "/desk/keys").await.text().contains("no live alert can ring"));

    let keyed = Keyed::new().await;
    let world = &keyed.town.app.world;
    let alert = keyed.approved().await;
    let (amina, ben) = (key_id(keyed.amina.public()), key_id(keyed.ben.public()));
    // Taken back between approving and ringing.
    let before = Keyed::new().await;
    let waiting = before.approved().await;
    keys::take_back(&before.town.app.world, &before.about.amina.caller, key_id(before.amina.public())).await.unwrap();
    assert_eq!(no(before.rings(waiting).await), "too-few-signatures");
    // Between ringing and sending: no start leaves.
    keyed.rings(alert).await.unwrap();
    keys::take_back(world, &keyed.about.amina.caller, amina).await.unwrap();
    assert_eq!(keyed.heard().await, []);
    // And where both are gone an end still leaves, without a signature, for phones to say that they cannot verify it.
    let told = Keyed::new().await;
    let alert = told.approved().await;
    told.rings(alert).await.unwrap();
    assert_eq!(told.heard().await, [("alert".to_owned(), 2)]);
    let world = &told.town.app.world;
    keys::take_back(world, &told.about.amina.caller, key_id(told.amina.public())).await.unwrap();
    keys::take_back(world, &told.about.ben.caller, key_id(told.ben.public())).await.unwrap();
    bell::end(world, &told.about.ben.caller, alert, false).await.unwrap();
    assert_eq!(told.heard().await, [("stand-down".to_owned(), 0)]);
    assert_ne!(amina, ben);
}

#[tokio::test]
async fn a_revocation_takes_a_members_signatures_with_them() {
    let keyed = Keyed::new().await;
    let world = &keyed.town.app.world;
    let chidi = keyed.town.signed_in("Dora", &[Role::Approver]).await;
    let browser = Browser::new();
    adds(&keyed.town, &chidi, &browser).await;
    assert!(get_as(&keyed.town, &chidi, "/desk/keys").await.text().contains("Waits for the next list"));
    signs_list(&keyed.town, &keyed.about.amina, &keyed.amina).await;
    signs_list(&keyed.town, &keyed.about.ben, &keyed.ben).await;
    let alert = keyed.town.drafted(&keyed.about, Reach::Neighbours).await;
    approves(&keyed.town, &keyed.about.amina, &keyed.amina, alert).await.unwrap();
    approves(&keyed.town, &chidi, &browser, alert).await.unwrap();
    vouch::revoke(world, &keyed.about.ben.caller, chidi.caller.member).await.unwrap();
    assert_eq!(no(keyed.rings(alert).await), "second-approver-needed");
    approves(&keyed.town, &keyed.about.ben, &keyed.ben, alert).await.unwrap();
    keyed.rings(alert).await.unwrap();
    assert_eq!(keyed.heard().await, [("alert".to_owned(), 2)], "and hers is not sent along");
}

#[tokio::test]
async fn the_fourth_broad_alert_of_a_day_waits_for_a_reason() {
    let keyed = Keyed::new().await;
    let world = &keyed.town.app.world;
    for _ in 0..BROAD_ALERTS_A_DAY {
        keyed.rings(keyed.approved().await).await.unwrap();
        keyed.town.clock.go(MINUTE);
    }
    let fourth = keyed.approved().await;
    assert_eq!(no(keyed.rings(fourth).await), "ceiling-reached");
    let path = format!("/desk/alerts/{fourth}");
    let page = get_as(&keyed.town, &keyed.about.amina, &path).await;
    assert!(page.text().contains(&format!("action=\"{path}/let-through\"")));
    let version = page.field("version");
    let presses = async |reason: &str| {
        post_as(
            &keyed.town,
            &keyed.about.amina,
            &format!("{path}/let-through"),
            &[("csrf", &keyed.about.amina.csrf), ("version", &version), ("reason", reason)],
        )
        .await
    };
    assert_eq!(presses("").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(presses("A second visit two streets on.").await.status, StatusCode::SEE_OTHER);
    keyed.rings(fourth).await.unwrap();
    let dispatch = keyed.town.drafted(&keyed.about, Reach::Dispatch).await;
    approves(&keyed.town, &keyed.about.ben, &keyed.ben, dispatch).await.unwrap();
    keyed.rings(dispatch).await.unwrap();
    keyed.town.clock.go(24 * HOUR);
    assert_eq!(bell::rung_today(world).await.unwrap(), 0, "a day later they are counted no more");
}

#[test]
fn a_signature_of_another_library_is_good_and_a_changed_one_is_not() {
    let written = include_str!("../../../../../../docs/formats/signed-alert.md");
    let block = |name: &str| {
        written.split(&format!("<!-- vector: {name} -->")).nth(1).unwrap().split("```").nth(1).unwrap().trim_start_matches("text\n")
    };
    let unhex =
        |text: &str| -> Vec<u8> { (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect() };
    let (text, mut lines) = (block("alert"), block("signature").lines());
    let (public, signature) = (unhex(lines.next().unwrap()), unhex(lines.next().unwrap()));
    assert!(checks(&public, text.as_bytes(), &signature));
    assert!(!checks(&public, text.trim_end().as_bytes(), &signature));
    for byte in [0, 31, 32, 63] {
        let mut other = signature.clone();
        other[byte] ^= 1;
        assert!(!checks(&public, text.as_bytes(), &other), "byte {byte}");
    }
}

/// A path through at most 128 messages (ten languages, four kinds, two manners make eighty), base64url.
const LONGEST_PATH: usize = 7 * 43;

/// Every message fits the one size with two signatures, in every language that the program has fixed words for.
#[tokio::test]
async fn every_message_with_its_signatures_fits_the_one_size() {
    let keyed = Keyed::new().await;
    let alert = keyed.approved().await;
    let world = &keyed.town.app.world;
    let row = world.store.alert(alert).await.unwrap().unwrap();
    let languages: Vec<String> = FIXED.iter().map(|texts| texts.language.to_owned()).collect();
    let mut longest = 0;
    let mut tries = 0;
    for language in &languages {
        for kind in RingKind::ALL.map(|(kind, _)| kind).into_iter().filter(|kind| *kind != RingKind::Update) {
            let statement = handbell_rules::bell::signed::Statement::of(&world.group.origin, &row, &languages);
            let by = [keyed.amina.signs(statement.text()), keyed.ben.signs(statement.text())];
            let roll = crate::push::signed::roll(&*world.store).await.unwrap();
            let signed = SignedAlert::of(Signing::ByDevices, &world.group.origin, &languages, &row, &by, &roll);
            let said = signed.message(kind, &row, &row, language, false).unwrap();
            assert_eq!(*said, message(kind, &row, &row, language, false));
            assert!(said.proof().is_some());
            longest = longest.max(serde_json::to_vec(&said).unwrap().len());
            // With the longest message that ships in any language, and the longest path that ten of them make.
            let proof = serde_json::to_vec(said.proof().unwrap()).unwrap().len() + LONGEST_PATH;
            assert!(proof + MESSAGE_BYTES_MAX <= CONTENT_BYTES_MAX, "{proof} bytes of signatures");
            tries += 1;
        }
    }
    assert!(tries >= 8 && longest > 1_000 && longest <= CONTENT_BYTES_MAX, "{longest} of {CONTENT_BYTES_MAX}");
    let none = SignedAlert::of(Signing::ByDevices, &world.group.origin, &languages, &row, [], &Roll::default());
    assert!(none.message(RingKind::Alert, &row, &row, "en", false).is_none());
}
