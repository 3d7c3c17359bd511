//! Passkeys as a browser brings them: a small authenticator of our own signs, webauthn-rs judges.

use crate::acts::{people, vouch};
use crate::doors::fixture::{Heard, Town};
use crate::doors::gate::{DEVICE_COOKIE, SESSION_COOKIE};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use axum::body::Body;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use handbell_rules::people::member::Role;
use handbell_rules::people::passkey::LOCKS_AFTER;
use handbell_rules::people::standing::{Founding, PROBATION_LASTS};
use handbell_rules::time::MINUTE;
use http::header::{COOKIE, SET_COOKIE};
use http::{Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use tower::ServiceExt;

const ORIGIN: &str = "https://town.example";
const USER_PRESENT: u8 = 0x01;
const USER_VERIFIED: u8 = 0x04;
const NEW_KEY: u8 = 0x40;

/// One passkey in an authenticator (WebAuthn Level 2, sections 6.1 and 6.5), and the browser around it.
struct Phone {
    key: EcdsaKeyPair,
    counter: u32,
    flags: u8,
    origin: &'static str,
    user: Vec<u8>,
    session: String,
    device: String,
    csrf: String,
}

fn coded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Phone {
    fn new() -> Self {
        Self {
            key: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap(),
            counter: 1,
            flags: USER_PRESENT | USER_VERIFIED,
            origin: ORIGIN,
            user: Vec::new(),
            session: String::new(),
            device: String::new(),
            csrf: String::new(),
        }
    }

    fn id(&self) -> Vec<u8> {
        Sha256::digest(self.key.public_key().as_ref()).to_vec()
    }

    fn cookies(&self) -> String {
        format!("{SESSION_COOKIE}={}; {DEVICE_COOKIE}={}", self.session, self.device)
    }

    fn client(&self, sort: &str, challenge: &Value) -> Vec<u8> {
        json!({ "type": sort, "challenge": challenge, "origin": self.origin, "crossOrigin": false }).to_string().into_bytes()
    }

    fn facts(&self, flags: u8) -> Vec<u8> {
        let mut bytes = Sha256::digest(b"town.example").to_vec();
        bytes.push(flags);
        bytes.extend(self.counter.to_be_bytes());
        bytes
    }

    /// What `navigator.credentials.create` gives for a challenge.
    fn made(&mut self, asked: &Value) -> Value {
        let options = &asked["options"]["publicKey"];
        self.user = URL_SAFE_NO_PAD.decode(options["user"]["id"].as_str().unwrap()).unwrap();
        let point = self.key.public_key().as_ref().to_vec();
        let mut facts = self.facts(self.flags | NEW_KEY);
        facts.extend([0; 16]);
        facts.extend([0, 32]);
        facts.extend(self.id());
        // A COSE key (RFC 9053 section 7.1.1): EC2, ES256, P-256, x, y.
        facts.extend([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]);
        facts.extend(&point[1..33]);
        facts.extend([0x22, 0x58, 0x20]);
        facts.extend(&point[33..65]);
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".to_vec();
        object.push(u8::try_from(facts.len()).unwrap());
        object.extend(facts);
        let client = self.client("webauthn.create", &options["challenge"]);
        json!({ "challenge": asked["challenge"], "credential": {
            "id": coded(&self.id()), "rawId": coded(&self.id()), "type": "public-key",
            "response": { "attestationObject": coded(&object), "clientDataJSON": coded(&client) },
        } })
    }

    /// What `navigator.credentials.get` gives for a challenge.
    fn signed(&mut self, asked: &Value) -> Value {
        let client = self.client("webauthn.get", &asked["options"]["publicKey"]["challenge"]);
        let facts = self.facts(self.flags);
        let mut told = facts.clone();
        told.extend(Sha256::digest(&client));
        let signature = self.key.sign(&SystemRandom::new(), &told).unwrap();
        json!({ "challenge": asked["challenge"], "credential": {
            "id": coded(&self.id()), "rawId": coded(&self.id()), "type": "public-key",
            "response": {
                "authenticatorData": coded(&facts), "clientDataJSON": coded(&client),
                "signature": coded(signature.as_ref()), "userHandle": coded(&self.user),
            },
        } })
    }

    async fn sends(&self, town: &Town, path: &str, body: &Value) -> Heard {
        let request = Request::post(path)
            .header("content-type", "application/json")
            .header("sec-fetch-site", "same-origin")
            .header("sec-fetch-dest", "empty")
            .header(COOKIE, self.cookies())
            .body(Body::from(body.to_string()))
            .unwrap();
        town.send(request).await
    }

    /// Keeps the cookies and the token of an answer.
    fn keeps(&mut self, heard: &Heard) {
        for line in heard.headers.get_all(SET_COOKIE) {
            let (name, value) = line.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            match name {
                SESSION_COOKIE => self.session = value.to_owned(),
                _ => self.device = value.to_owned(),
            }
        }
        self.csrf = heard.json()["csrf"].as_str().unwrap().to_owned();
    }

    async fn registers(&mut self, town: &Town, token: &str) -> Heard {
        let asked = self.sends(town, "/desk/sign-in/new", &json!({ "token": token })).await;
        if asked.status != StatusCode::OK {
            return asked;
        }
        let answer = self.made(&asked.json());
        let heard = self.sends(town, "/desk/sign-in/new/answer", &answer).await;
        if heard.status == StatusCode::OK {
            self.keeps(&heard);
        }
        heard
    }

    async fn asked(&self, town: &Town) -> Value {
        self.sends(town, "/desk/sign-in/passkey", &json!({})).await.json()
    }

    async fn signs_in(&mut self, town: &Town) -> Heard {
        let asked = self.asked(town).await;
        self.counter += 1;
        let answer = self.signed(&asked);
        let heard = self.sends(town, "/desk/sign-in/passkey/answer", &answer).await;
        if heard.status == StatusCode::OK {
            self.keeps(&heard);
        }
        heard
    }

    async fn opens(&self, town: &Town, path: &str) -> Heard {
        town.send(Request::get(path).header(COOKIE, self.cookies()).body(Body::empty()).unwrap()).await
    }

    async fn presses(&self, town: &Town, path: &str, more: &[(&str, &str)]) -> Heard {
        let mut request = crate::doors::fixture::form(path, &[&[("csrf", self.csrf.as_str())], more].concat());
        request.headers_mut().insert(COOKIE, self.cookies().parse().unwrap());
        town.send(request).await
    }
}

/// A live group as it stands: links alone sign nobody in, three founders.
fn live() -> Town {
    let mut town = Town::new();
    let group = Arc::get_mut(&mut town.app.world.group).expect("nobody else holds it yet");
    (group.links_sign_in, group.founding) = (false, Founding::FirstThree);
    town
}

const ALL: [Role; 3] = [Role::Triager, Role::Approver, Role::Editor];

async fn joined(town: &Town, name: &str) -> Phone {
    let link = people::invite(&town.app.world, name, &ALL).await.unwrap();
    let mut phone = Phone::new();
    assert_eq!(phone.registers(town, link.text()).await.status, StatusCode::OK);
    phone
}

#[tokio::test]
async fn a_link_makes_a_passkey_and_the_passkey_opens_the_desk_from_then_on() {
    let town = live();
    let link = people::invite(&town.app.world, "Wren", &ALL).await.unwrap();
    let mut wren = Phone::new();
    let asked = wren.sends(&town, "/desk/sign-in/new", &json!({ "token": link.text() })).await.json();
    let options = &asked["options"]["publicKey"];
    assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
    assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
    assert_eq!((&options["rp"]["id"], &options["user"]["name"]), (&json!("town.example"), &json!("Wren")));
    assert_eq!(options["user"]["name"], options["user"]["displayName"], "the pseudonym and nothing else");
    assert_eq!(wren.registers(&town, link.text()).await.status, StatusCode::OK);
    assert_eq!(wren.opens(&town, "/desk").await.status, StatusCode::OK);
    assert_eq!(Phone::new().registers(&town, link.text()).await.problem(), "link-spent", "a link works once");
    // Another day, another session; and with a browser that was wiped, another device.
    town.clock.go(9 * 60 * MINUTE);
    assert_eq!(wren.opens(&town, "/desk").await.status, StatusCode::UNAUTHORIZED);
    (wren.session, wren.device) = (String::new(), String::new());
    assert_eq!(wren.signs_in(&town).await.status, StatusCode::OK);
    assert!(!wren.device.is_empty());
    assert_eq!(wren.opens(&town, "/desk").await.status, StatusCode::OK);
}

/// PROMISE a-challenge-is-answered-once.
#[tokio::test]
async fn a_challenge_is_answered_once_and_not_late() {
    let town = live();
    let mut wren = joined(&town, "Wren").await;
    let asked = wren.asked(&town).await;
    wren.counter += 1;
    let answer = wren.signed(&asked);
    assert_eq!(wren.sends(&town, "/desk/sign-in/passkey/answer", &answer).await.status, StatusCode::OK);
    assert_eq!(wren.sends(&town, "/desk/sign-in/passkey/answer", &answer).await.problem(), "challenge-spent", "the same words again");
    wren.counter += 1;
    let replayed = wren.signed(&asked);
    assert_eq!(wren.sends(&town, "/desk/sign-in/passkey/answer", &replayed).await.problem(), "challenge-spent", "an old challenge again");
    // A wrong answer spends its challenge too.
    let asked = wren.asked(&town).await;
    wren.counter += 1;
    let mut wrong = wren.signed(&asked);
    wrong["credential"]["response"]["signature"] = json!(coded(&[48, 6, 2, 1, 1, 2, 1, 1]));
    assert_eq!(wren.sends(&town, "/desk/sign-in/passkey/answer", &wrong).await.problem(), "passkey-unproven");
    let right = wren.signed(&asked);
    assert_eq!(wren.sends(&town, "/desk/sign-in/passkey/answer", &right).await.problem(), "challenge-spent");
    let asked = wren.asked(&town).await;
    town.clock.go(5 * MINUTE);
    let late = wren.signed(&asked);
    assert_eq!(wren.sends(&town, "/desk/sign-in/passkey/answer", &late).await.problem(), "challenge-spent");
    // A challenge for one ceremony answers no other.
    let link = people::invite(&town.app.world, "Heron", &ALL).await.unwrap();
    let new = wren.sends(&town, "/desk/sign-in/new", &json!({ "token": link.text() })).await.json();
    let mixed = wren.signed(&new);
    assert_eq!(wren.sends(&town, "/desk/sign-in/passkey/answer", &mixed).await.problem(), "challenge-spent");
}

#[tokio::test]
async fn a_copied_unverified_foreign_or_unknown_passkey_opens_nothing() {
    let town = live();
    let mut wren = joined(&town, "Wren").await;
    assert_eq!(wren.signs_in(&town).await.status, StatusCode::OK);
    wren.counter -= 1;
    assert_eq!(wren.signs_in(&town).await.problem(), "passkey-copied", "the counter stood still");
    wren.counter = 10;
    wren.flags = USER_PRESENT;
    assert_eq!(wren.signs_in(&town).await.problem(), "passkey-unproven", "nobody was verified");
    wren.flags |= USER_VERIFIED;
    wren.origin = "https://town.example.evil.example";
    assert_eq!(wren.signs_in(&town).await.problem(), "passkey-unproven", "another site asked");
    wren.origin = ORIGIN;
    let mut heron = joined(&town, "Heron").await;
    let own = std::mem::replace(&mut heron.user, wren.user.clone());
    assert_eq!(heron.signs_in(&town).await.problem(), "passkey-unknown", "a key under another's name");
    heron.user = own;
    (heron.session, heron.device) = (String::new(), wren.device.clone());
    assert_eq!(heron.signs_in(&town).await.problem(), "device-taken", "in another member's browser");
    let mut stranger = Phone::new();
    stranger.user = wren.user.clone();
    assert_eq!(stranger.signs_in(&town).await.problem(), "passkey-unknown");
    let link = people::invite(&town.app.world, "Finch", &ALL).await.unwrap();
    let mut unverified = Phone::new();
    unverified.flags = USER_PRESENT;
    assert_eq!(unverified.registers(&town, link.text()).await.problem(), "passkey-unproven");
    assert_eq!(wren.signs_in(&town).await.status, StatusCode::OK, "and the right one still does");
}

#[tokio::test]
async fn a_desk_that_nobody_touches_locks_and_the_passkey_unlocks_the_same_session() {
    let town = live();
    let mut wren = joined(&town, "Wren").await;
    let (session, csrf) = (wren.session.clone(), wren.csrf.clone());
    town.clock.go(LOCKS_AFTER - 1);
    assert_eq!(wren.opens(&town, "/desk").await.status, StatusCode::OK);
    // What a script fetches by itself keeps nothing awake; what a person's key press makes it say does.
    town.clock.go(LOCKS_AFTER - 1);
    let mut fetched = Request::get("/desk").header(COOKIE, wren.cookies()).body(Body::empty()).unwrap();
    fetched.headers_mut().insert("sec-fetch-dest", "empty".parse().unwrap());
    assert_eq!(town.send(fetched).await.status, StatusCode::OK);
    assert_eq!(wren.presses(&town, "/desk/here", &[]).await.status, StatusCode::OK);
    town.clock.go(LOCKS_AFTER - 1);
    let mut fetched = Request::get("/desk").header(COOKIE, wren.cookies()).body(Body::empty()).unwrap();
    fetched.headers_mut().insert("sec-fetch-dest", "empty".parse().unwrap());
    assert_eq!(town.send(fetched).await.status, StatusCode::OK);
    town.clock.go(1);
    let locked = wren.opens(&town, "/desk").await;
    assert_eq!(locked.status, StatusCode::UNAUTHORIZED);
    assert!(locked.text().contains("The desk is locked") && locked.text().contains("/desk/sign-in"));
    assert_eq!(wren.presses(&town, "/desk/duty", &[("duty", "start")]).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(wren.signs_in(&town).await.status, StatusCode::OK);
    assert_eq!((&wren.session, &wren.csrf), (&session, &csrf), "a form on an open page still works");
    assert_eq!(wren.presses(&town, "/desk/duty", &[("duty", "start")]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn only_the_very_first_member_of_a_live_group_signs_in_by_a_link_alone() {
    let town = live();
    let world = &town.app.world;
    let press = async |token: &str| town.post("/desk/sign-in", &[("token", token)]).await;
    let first = people::invite(world, "Wren", &ALL).await.unwrap();
    assert!(town.get(&format!("/desk/sign-in/{}", first.text())).await.text().contains("Sign in on this browser"));
    assert_eq!(press(first.text()).await.status, StatusCode::SEE_OTHER);
    let second = people::invite(world, "Heron", &ALL).await.unwrap();
    let page = town.get(&format!("/desk/sign-in/{}", second.text())).await.text();
    assert!(!page.contains("Sign in on this browser") && page.contains("Make a passkey and sign in"));
    let refused = press(second.text()).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.headers.get(SET_COOKIE).is_none() && refused.text().contains("passkeys"));
    // A keeper makes no link for somebody who has a passkey, and changes no roles.
    let mut heron = Phone::new();
    assert_eq!(heron.registers(&town, second.text()).await.status, StatusCode::OK);
    let no = people::invite(world, "Heron", &ALL).await.unwrap_err().to_string();
    assert!(no.contains("recovery-needed"), "{no}");
    let no = people::invite(world, "Wren", &[Role::Keeper]).await.unwrap_err().to_string();
    assert!(no.contains("roles-stand"), "{no}");
}

#[tokio::test]
async fn the_fourth_member_waits_for_two_vouches_and_thirty_days() {
    let town = live();
    let (amina, ben, _chidi) = (joined(&town, "Amina").await, joined(&town, "Ben").await, joined(&town, "Chidi").await);
    let made = amina.presses(&town, "/desk/people", &[("name", "Dunya"), ("roles", "triager"), ("roles", "approver")]).await;
    assert_eq!(made.status, StatusCode::OK);
    let text = made.text();
    let link = text.split("/desk/sign-in/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let mut dunya = Phone::new();
    assert_eq!(dunya.registers(&town, &link).await.status, StatusCode::OK);
    let id = town.app.world.store.members().await.unwrap().into_iter().find(|one| one.name == "Dunya").unwrap().id;
    let closed = dunya.opens(&town, "/desk").await;
    assert_eq!(closed.status, StatusCode::FORBIDDEN);
    assert!(closed.text().contains("vouches-needed"));
    let vouch = format!("/desk/people/{id}/vouch");
    assert_eq!(dunya.presses(&town, &vouch, &[]).await.status, StatusCode::FORBIDDEN, "not for themselves");
    assert_eq!(amina.presses(&town, &vouch, &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(amina.presses(&town, &vouch, &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY, "once each");
    assert_eq!(dunya.opens(&town, "/desk").await.status, StatusCode::FORBIDDEN);
    assert!(ben.opens(&town, "/desk/people").await.text().contains("Invited: 1 of 2 vouches"));
    assert_eq!(ben.presses(&town, &vouch, &[]).await.status, StatusCode::SEE_OTHER);
    let caller = people::who(&town.app.world, &dunya.session, &dunya.device).await.unwrap();
    assert_eq!(caller.roles, [Role::Triager], "on probation nobody approves");
    town.clock.go(PROBATION_LASTS);
    assert_eq!(dunya.signs_in(&town).await.status, StatusCode::OK);
    let caller = people::who(&town.app.world, &dunya.session, &dunya.device).await.unwrap();
    assert_eq!(caller.roles, [Role::Triager, Role::Approver]);
}

#[tokio::test]
async fn two_others_recover_a_member_and_everything_old_is_gone_at_once() {
    let town = live();
    let (amina, ben, mut chidi) = (joined(&town, "Amina").await, joined(&town, "Ben").await, joined(&town, "Chidi").await);
    let id = town.app.world.store.members().await.unwrap().into_iter().find(|one| one.name == "Chidi").unwrap().id;
    let recover = format!("/desk/people/{id}/recover");
    assert_eq!(chidi.presses(&town, &recover, &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY, "not oneself");
    assert_eq!(amina.presses(&town, &recover, &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(amina.presses(&town, &recover, &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY, "not twice the same");
    assert_eq!(chidi.opens(&town, "/desk").await.status, StatusCode::OK, "one word changes nothing");
    let asked = chidi.asked(&town).await;
    let made = ben.presses(&town, &recover, &[]).await.text();
    let link = made.split("/desk/sign-in/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(chidi.opens(&town, "/desk").await.status, StatusCode::UNAUTHORIZED);
    chidi.counter += 1;
    let answer = chidi.signed(&asked);
    let heard = chidi.sends(&town, "/desk/sign-in/passkey/answer", &answer).await;
    assert_eq!(heard.problem(), "passkey-unknown", "also for a challenge from before");
    let mut anew = Phone::new();
    assert_eq!(anew.registers(&town, &link).await.status, StatusCode::OK);
    assert_eq!(anew.opens(&town, "/desk").await.status, StatusCode::OK);
    assert_eq!(chidi.signs_in(&town).await.problem(), "passkey-unknown");
}

/// PROMISE revoked-means-out.
#[tokio::test]
async fn a_revocation_ends_an_open_stream_at_once_and_every_passkey() {
    let town = live();
    let (amina, _ben, mut chidi) = (joined(&town, "Amina").await, joined(&town, "Ben").await, joined(&town, "Chidi").await);
    let world = &town.app.world;
    let id = world.store.members().await.unwrap().into_iter().find(|one| one.name == "Chidi").unwrap().id;
    let dunya = {
        let caller = people::who(world, &amina.session, &amina.device).await.unwrap();
        vouch::invite(world, &caller, "Dunya", &ALL).await.unwrap();
        world.store.members().await.unwrap().into_iter().find(|one| one.name == "Dunya").unwrap().id
    };
    let watch = |phone: &Phone| Request::get("/desk/events").header(COOKIE, phone.cookies()).body(Body::empty()).unwrap();
    let mut theirs = town.router().oneshot(watch(&chidi)).await.unwrap().into_body();
    let mut others = town.router().oneshot(watch(&amina)).await.unwrap().into_body();
    // Something happens: both hear of it.
    assert_eq!(amina.presses(&town, &format!("/desk/people/{dunya}/vouch"), &[]).await.status, StatusCode::SEE_OTHER);
    assert!(theirs.frame().await.is_some() && others.frame().await.is_some());
    assert_eq!(world.store.passkeys(id).await.unwrap().len(), 1);
    assert_eq!(amina.presses(&town, &format!("/desk/people/{id}/revoke"), &[]).await.status, StatusCode::SEE_OTHER);
    let ended = tokio::time::timeout(std::time::Duration::from_secs(5), theirs.frame()).await.expect("the stream ends by itself");
    assert!(ended.is_none(), "the revocation is the last thing this stream could have told, and it does not");
    assert!(others.frame().await.is_some());
    assert_eq!(chidi.opens(&town, "/desk").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(chidi.signs_in(&town).await.problem(), "passkey-unknown");
    assert_eq!(world.store.passkeys(id).await.unwrap(), []);
    let ben = world.store.members().await.unwrap().into_iter().find(|one| one.name == "Ben").unwrap().id;
    let kept = amina.presses(&town, &format!("/desk/people/{ben}/revoke"), &[]).await;
    assert_eq!(kept.status, StatusCode::UNPROCESSABLE_ENTITY, "one member cannot close the desk");
}
