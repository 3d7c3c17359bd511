//! Readers: who takes a covered copy of the record slowly keeps no seat from anybody elsewhere.

use super::recognised::{given, report_of};
use super::{ffmpeg, filmed, journey};
use crate::recorded::editors;
use axum::body::Body;
use handbell::acts::hiding;
use handbell::acts::record::publish;
use handbell::acts::showing::{self, Offer};
use handbell::cli::town;
use handbell::doors::gate::Peer;
use handbell::doors::routes;
use handbell::shut_in::{Programs, ShutIn};
use handbell::work::darkroom::Darkroom;
use handbell::world::World;
use handbell_rules::evidence::footage::Wish;
use handbell_rules::evidence::hiding::{Cover, KeyFrame, Rectangle};
use handbell_rules::record::shown::Address;
use http::Request;
use http_body_util::BodyExt;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use tower::ServiceExt;

/// Bytes of a copy that does not fit into the line of somebody who takes nothing.
const LARGE: usize = 256 << 10;

#[tokio::test(flavor = "multi_thread")]
async fn four_slow_readers_at_one_address_leave_a_fifth_elsewhere_theirs() {
    if ffmpeg().is_none() {
        return;
    }
    let town = tokio::task::spawn_blocking(journey::with_keys).await.unwrap();
    let opened = town::open(&town.dir, &town::Staging::default()).await.unwrap();
    let shut_in = Arc::new(ShutIn::with(Path::new(env!("CARGO_BIN_EXE_handbell")), Programs { cascade: None, ..Programs::found() }));
    let world = World { shut_in, ..opened.world.clone() };
    let both = editors(&world).await;
    let incident = both.flood(&world).await;
    let report = report_of(&world, incident).await;
    // Every point is another, so that its copy is as large as it can be.
    let drawn = "nullsrc=size=1280x960:rate=1,geq=lum='random(1)*255':cb=128:cr=128";
    let noise = filmed(&["-f", "lavfi", "-i", drawn, "-frames:v", "1", "-c:v", "mjpeg", "-q:v", "2", "-f", "mjpeg"]);
    let (footage, _) = given(&world, &both.amina, report, noise, Wish::Public).await;
    let place = Rectangle::new(2_500, 2_500, 1_000, 1_000).unwrap();
    let cover = Cover { path: vec![KeyFrame { at: 0, place }], from: 0, until: 0 };
    let drawn = hiding::draw(&world, &both.amina, footage.id, vec![cover]).await.unwrap();
    Darkroom::default().step(&world).await.unwrap();
    hiding::frame(&world, &both.ben, drawn, 0).await.unwrap();
    hiding::inspect(&world, &both.ben, drawn, (0, 0), true).await.unwrap();
    let offer = Offer { maker: "Witness A".into(), shows: "A grey wall.".into(), first_appeared: String::new() };
    publish(&world, &both.ben, showing::offer(&world, &both.amina, drawn, incident, offer).await.unwrap()).await.unwrap();
    let public = world.store.evidence().hiding(drawn).await.unwrap().unwrap().public.unwrap();
    let path = format!("/record/footage/{}", Address(public.address));
    let app = opened.app(None, false);
    let asked = async |last: u8| {
        let mut request = Request::get(&path).body(Body::empty()).unwrap();
        request.extensions_mut().insert(Peer(SocketAddr::from(([192, 0, 2, last], 4_000))));
        routes::router(app.clone()).oneshot(request).await.unwrap()
    };
    // They take nothing of what they are given.
    let slow = [asked(1).await, asked(1).await, asked(1).await, asked(1).await];
    assert_eq!(slow.each_ref().map(|answer| answer.status().as_u16()), [200, 200, 503, 503]);
    let fifth = asked(2).await;
    assert_eq!(fifth.status(), 200);
    let read = fifth.into_body().collect().await.unwrap().to_bytes();
    assert!(read.len() > LARGE, "{} bytes", read.len());
    drop((slow, app, world));
    opened.close().await;
}
