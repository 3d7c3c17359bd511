//! Conformance: every way over HTTP against every bad peer.
//!
//! A row is a manner of the peer, a column is an adapter, and a cell is the one answer that is right. A way that
//! is added here must say what it makes of each. Mail speaks another protocol and has its own table
//! (`smtp_tests.rs`). A peer that takes a message and delivers nothing looks like one that delivers: only a
//! canary finds it, and the last test here says so.

use super::gateway::{Gateway, Stands, Waits};
use super::matrix::{DirectRoom, Matrix};
use super::ntfy::Ntfy;
use super::peers::{Manners, Peer};
use super::sms::{Body, Sms, Template};
use super::{Channel, Parcel, Wrapping};
use crate::line::to_browsers_of_a_drill;
use crate::push::SignedMessage;
use crate::push::endpoint::{Endpoint, Exercise, Live, Mode};
use crate::push::open::Receiver;
use crate::push::send::{ExerciseSender, Waits as PushWaits};
use crate::push::vapid::{Vapid, VapidKey};
use crate::store::conformance::builders::subscription;
use aws_lc_rs::rand::SystemRandom;
use futures::future::{BoxFuture, join_all};
use handbell_rules::bell::address::{MatrixRoom, MatrixUser, PhoneNumber, Topic};
use handbell_rules::bell::alert::RingKind;
use handbell_rules::bell::delivery::Answer;
use handbell_rules::bell::message::Message;
use handbell_rules::bell::mode::Status;
use handbell_rules::time::Timestamp;
use reqwest::Method;
use reqwest::header::HeaderMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use zeroize::Zeroizing;

pub(super) const NOW: Timestamp = Timestamp::from_milliseconds(1_760_000_000_000);
pub(super) const HASTY: Waits = Waits { connect: Duration::from_secs(3), answer: Duration::from_secs(6) };

pub(super) fn message(kind: RingKind, status: Status) -> Message {
    Message {
        kind,
        status,
        title: "Confirmed activity in your area".into(),
        body: "Open for rights information.".into(),
        tag: "alert-tag".into(),
        url: "/alerts/x".into(),
        conduct: if kind.is_live() { vec!["Go only as a witness, and only if you feel safe.".into()] } else { vec![] },
        silent: false,
        lang: "en".into(),
        dir: handbell_rules::playbook::Direction::Ltr,
    }
}

pub(super) fn parcel<M: Mode>(kind: RingKind) -> Parcel<M> {
    let wrapping = Wrapping {
        language: "en".into(),
        thread: "thread-of-one-person".into(),
        once: format!("delivery-{kind:?}").to_lowercase(),
        page: "https://bell.example/alerts/x".into(),
        own_link: Some("https://bell.example/channels/mine/secret".into()),
        asks: false,
        expires_at: NOW.plus(900_000),
    };
    Parcel::of(SignedMessage::played(message(kind, M::STATUS)), wrapping).expect("the message is of the parcel's own mode")
}

fn gateway(there: SocketAddr, path: &str) -> Gateway {
    Gateway::new(&format!("http://{there}{path}"), Stands::OwnNetwork, HASTY).unwrap()
}

fn sms(there: SocketAddr, wanted: Option<&str>) -> Sms {
    let body = Body::Json(serde_json::json!({"to": "{to}", "text": "{text}"}));
    let template = Template { method: Method::POST, headers: HeaderMap::new(), body, success_contains: wanted.map(ToOwned::to_owned) };
    Sms::new(gateway(there, "/send"), template, "Eastgate".into())
}

fn matrix(there: SocketAddr) -> (Matrix, DirectRoom) {
    let to = DirectRoom { user: MatrixUser::parse("@amira:example.org").unwrap(), room: MatrixRoom::parse("!room:example.org").unwrap() };
    (Matrix::new(gateway(there, "/"), Zeroizing::new("token".into())), to)
}

fn number() -> PhoneNumber {
    PhoneNumber::parse("+447700900123").unwrap()
}

fn topic() -> Topic {
    Topic::parse("hb-abcdefghijklmnopqrstuvwx").unwrap()
}

async fn push(there: SocketAddr) -> Answer {
    let random = SystemRandom::new();
    let vapid =
        Vapid::new(VapidKey::from_pkcs8(&VapidKey::generate(&random).unwrap()).unwrap(), "https://bell.example", Arc::new(random)).unwrap();
    let sender = ExerciseSender::waiting(Arc::new(vapid), PushWaits { connect: HASTY.connect, answer: HASTY.answer }).unwrap();
    let phone = Receiver::new(&SystemRandom::new()).unwrap();
    let mut to = subscription(&[], &[]);
    to.status = Status::Exercise;
    to.endpoint = Endpoint::<Exercise>::exercise_phone(there.port(), "phone").unwrap().as_str().to_owned();
    (to.key, to.secret) = (phone.public_key().to_vec(), phone.auth_secret().to_vec());
    to_browsers_of_a_drill(sender, there.port()).carry(&to, &parcel(RingKind::Alert), NOW).await
}

/// The columns.
const WAYS: [&str; 5] = ["push", "sms", "sms that names its yes", "ntfy", "matrix"];

fn carried(way: &'static str, there: SocketAddr) -> BoxFuture<'static, Answer> {
    Box::pin(async move {
        let live = parcel::<Live>(RingKind::Alert);
        match way {
            "push" => push(there).await,
            "sms" => sms(there, None).carry(&number(), &live, NOW).await,
            "sms that names its yes" => sms(there, Some("\"queued\"")).carry(&number(), &live, NOW).await,
            "ntfy" => Ntfy::new(gateway(there, "/"), None).carry(&topic(), &live, NOW).await,
            _ => {
                let (matrix, to) = matrix(there);
                matrix.carry(&to, &live, NOW).await
            }
        }
    })
}

#[tokio::test]
async fn every_way_gives_the_right_answer_to_every_bad_peer() {
    use Answer::{Accepted, Gone, Hung, Later, Refused, RetryAfter};
    let elsewhere = Peer::start(Manners::Takes);
    let table = [
        (Manners::Takes, [Accepted; 5]),
        (Manners::Absent, [Later; 5]),
        (Manners::Hangs, [Hung; 5]),
        (Manners::DripsItsHead, [Hung; 5]),
        (Manners::EndlessHead, [Hung; 5]),
        (Manners::DropsAfterRequest, [Hung; 5]),
        // A status says yes; only the gateway whose yes stands in the body waits for the body.
        (Manners::DripsItsBody, [Accepted, Accepted, Hung, Accepted, Accepted]),
        (Manners::EndlessBody, [Accepted, Accepted, Hung, Accepted, Accepted]),
        (Manners::SaysYesAndMeansNo, [Accepted, Accepted, Refused, Accepted, Accepted]),
        (Manners::Redirects(elsewhere.address), [Refused; 5]),
        (Manners::Says(302), [Refused; 5]),
        (Manners::Says(400), [Refused; 5]),
        (Manners::Says(401), [Refused; 5]),
        (Manners::Says(403), [Refused; 5]),
        // Only a push service speaks of the person there; of a gateway it means that the address is wrong.
        (Manners::Says(404), [Gone, Refused, Refused, Refused, Refused]),
        (Manners::Says(410), [Gone, Refused, Refused, Refused, Refused]),
        (Manners::Says(413), [Refused; 5]),
        (Manners::Says(429), [Later; 5]),
        (Manners::SaysWait(429, 7), [RetryAfter(7_000); 5]),
        (Manners::SaysWait(429, 86_400), [RetryAfter(900_000); 5]),
        (Manners::Says(500), [Later; 5]),
        (Manners::SaysWait(503, 3), [RetryAfter(3_000); 5]),
    ];
    let cells = table.into_iter().flat_map(|(manners, row)| {
        let peer = Arc::new(Peer::start(manners));
        WAYS.into_iter().zip(row).map(move |(way, right)| {
            let peer = Arc::clone(&peer);
            async move { (way, manners, carried(way, peer.address).await, right) }
        })
    });
    let wrong: Vec<_> = join_all(cells).await.into_iter().filter(|(_, _, said, right)| said != right).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(elsewhere.requests().is_empty(), "no redirect is followed");
}

#[tokio::test]
async fn nothing_leaves_when_the_other_side_speaks_no_tls() {
    let peer = Peer::start(Manners::Takes);
    let secure = |path: &str| Gateway::new(&format!("https://{}{path}", peer.address), Stands::OwnNetwork, HASTY).unwrap();
    let live = parcel::<Live>(RingKind::Alert);
    assert_eq!(Ntfy::new(secure("/"), None).carry(&topic(), &live, NOW).await, Answer::Later);
    let (_, to) = matrix(peer.address);
    assert_eq!(Matrix::new(secure("/"), Zeroizing::new("t".into())).carry(&to, &live, NOW).await, Answer::Later);
    assert!(peer.requests().is_empty());
}

/// PROMISE a-drill-cannot-ring-live
#[test]
fn no_message_of_a_drill_becomes_a_parcel_for_a_live_way() {
    let wrapping = || Wrapping {
        language: "en".into(),
        thread: "t".into(),
        once: "o".into(),
        page: "https://bell.example/".into(),
        own_link: None,
        asks: false,
        expires_at: NOW,
    };
    assert!(Parcel::<Live>::of(SignedMessage::played(message(RingKind::Alert, Status::Exercise)), wrapping()).is_none());
    assert!(Parcel::<Exercise>::of(SignedMessage::played(message(RingKind::Alert, Status::Actual)), wrapping()).is_none());
    assert!(Parcel::<Live>::of(SignedMessage::played(message(RingKind::Alert, Status::Actual)), wrapping()).is_some());
}

#[tokio::test]
async fn what_is_said_is_for_one_person_and_holds_what_it_must() {
    let peer = Peer::start(Manners::Takes);
    let live = parcel::<Live>(RingKind::Alert);
    assert_eq!(sms(peer.address, None).carry(&number(), &live, NOW).await, Answer::Accepted);
    let said = peer.requests().pop().unwrap();
    assert!(said.contains("+447700900123") && said.contains("Eastgate: Confirmed activity in your area."), "{said}");
    assert!(!said.contains("http://bell") && !said.contains("https://bell"), "a text holds no link: {said}");

    assert_eq!(Ntfy::new(gateway(peer.address, "/"), None).carry(&topic(), &live, NOW).await, Answer::Accepted);
    let said = peer.requests().pop().unwrap();
    for part in ["POST / ", "\"topic\":\"hb-", "\"sequence_id\":\"thread-of-one-person\"", "\"priority\":5", "Go only as a witness"] {
        assert!(said.contains(part), "{part}: {said}");
    }

    let (matrix, to) = matrix(peer.address);
    assert_eq!(matrix.carry(&to, &live, NOW).await, Answer::Accepted);
    let said = peer.requests().pop().unwrap();
    assert!(said.starts_with("PUT /_matrix/client/v3/rooms/!room:example.org/send/m.room.message/delivery-alert "), "{said}");
    assert!(said.contains("m.text") && !said.contains("m.replace"), "{said}");
    // The end: a message of its own, in answer to the first, and an edit of the first.
    assert_eq!(matrix.carry(&to, &parcel(RingKind::StandDown), NOW).await, Answer::Accepted);
    let said = peer.requests();
    assert!(said[said.len() - 2].contains("m.in_reply_to") && said[said.len() - 2].contains("$event"), "{said:?}");
    assert!(said[said.len() - 1].contains("m.replace") && said[said.len() - 1].contains("delivery-standdown-over"), "{said:?}");
}

#[tokio::test]
async fn a_peer_that_takes_and_delivers_nothing_is_found_by_reading_where_it_should_have_arrived() {
    // It takes every message, and holds none: the same peer answers the question what it holds with nothing.
    let peer = Peer::start(Manners::Takes);
    let ntfy = Ntfy::new(gateway(peer.address, "/"), None);
    assert_eq!(ntfy.carry(&topic(), &parcel(RingKind::Alert), NOW).await, Answer::Accepted);
    assert_ne!(ntfy.held(&topic(), NOW).await, Some(vec!["Confirmed activity in your area".to_owned()]));
}
