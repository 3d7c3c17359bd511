//! Files come in: whole, cut off, damaged, from two sides at once, as something else than they say.

use super::super::fixture::{Heard, Town};
use crate::acts::StreetCaller;
use crate::acts::footage::Intake;
use crate::vault::ObjectName;
use crate::vault::seal::open_part;
use crate::work::clearer;
use axum::body::Body;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures::stream::FuturesUnordered;
use futures::{FutureExt, StreamExt, stream};
use handbell_rules::evidence::custody::{Deed, Statement};
use handbell_rules::evidence::footage::{Footage, Wish};
use handbell_rules::evidence::upload::Bounds;
use handbell_rules::id::ReportId;
use handbell_rules::people::member::Role;
use handbell_rules::time::{DAY, HOUR, Timestamp};
use http::{Request, StatusCode};
use sha2::{Digest, Sha256};
use std::sync::Arc;

const MIB: usize = 1 << 20;

/// A town whose three custody keys are set, with one report: its words and its id.
struct Given {
    town: Town,
    words: String,
    report: ReportId,
}

async fn given_in(town: Town) -> Given {
    let world = &town.app.world;
    town.has_custodians().await;
    let fields = [("step", "more"), ("kind", "flood"), ("basis", "saw"), ("place", "Lantern Corner"), ("when", "now")];
    let words = town.post("/report", &fields).await.receipt().unwrap();
    let report = crate::acts::street::read_receipt(world, StreetCaller, &words).await.unwrap().report.id;
    Given { town, words, report }
}

async fn given() -> Given {
    given_in(Town::new()).await
}

/// A film by its first box, of any length; no two bytes beside each other are alike.
fn film(bytes: usize) -> Vec<u8> {
    let mut film = b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41\0\0\0\0mdat".to_vec();
    film.extend((film.len()..bytes).map(|at| (at as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes()[0]));
    film.truncate(bytes);
    film
}

fn spoken(method: &str, path: &str) -> http::request::Builder {
    Request::builder().method(method).uri(path).header("tus-resumable", "1.0.0")
}

impl Given {
    async fn asked(&self, request: Request<Body>) -> Heard {
        self.town.send(request).await
    }

    /// Begins a file with the receipt.
    async fn begin(&self, length: usize, more: &[(&str, &str)]) -> Heard {
        let mut request = spoken("POST", "/api/v1/footage").header("upload-length", length.to_string());
        request = request.header("authorization", format!("Receipt {}", self.words));
        for (name, value) in more {
            request = request.header(*name, *value);
        }
        self.asked(request.body(Body::empty()).unwrap()).await
    }

    async fn begun(&self, length: usize) -> String {
        let heard = self.begin(length, &[]).await;
        assert_eq!(heard.status, 201, "{}", heard.text());
        heard.header("location").to_owned()
    }

    fn patch(&self, path: &str, offset: usize, body: Body, more: &[(&str, &str)]) -> Request<Body> {
        let mut request = spoken("PATCH", path).header("content-type", "application/offset+octet-stream");
        request = request.header("upload-offset", offset.to_string());
        for (name, value) in more {
            request = request.header(*name, *value);
        }
        request.body(body).unwrap()
    }

    async fn send(&self, path: &str, offset: usize, bytes: &[u8]) -> Heard {
        self.asked(self.patch(path, offset, Body::from(bytes.to_vec()), &[])).await
    }

    async fn offset(&self, path: &str) -> String {
        let heard = self.asked(spoken("HEAD", path).body(Body::empty()).unwrap()).await;
        assert_eq!(heard.status, 200, "{}", heard.text());
        heard.header("upload-offset").to_owned()
    }

    async fn footage(&self) -> Vec<Footage> {
        self.town.app.world.store.evidence().footage_of(self.report).await.unwrap()
    }

    /// Everything that lies in the vault.
    async fn objects(&self) -> Vec<ObjectName> {
        self.town.app.world.vault.list(None).await.unwrap()
    }

    /// The original as the working key opens it.
    async fn opened(&self, footage: &Footage) -> Vec<u8> {
        let identity = footage.working.as_ref().unwrap().parse().unwrap();
        let mut whole = Vec::new();
        for number in 0..footage.parts {
            let part = self.town.app.world.vault.get(&ObjectName::part(footage.id, number)).await.unwrap().unwrap();
            whole.extend_from_slice(&open_part(&part, &identity).unwrap());
        }
        whole
    }
}

#[tokio::test]
async fn a_file_that_comes_in_pieces_is_kept_as_it_was() {
    let given = given().await;
    let file = film(2 * MIB + 12_345);
    let told = "filename d29ybGQubXA0,wish bGF3eWVy,claimed YWJvdXQgbmluZQ==";
    let begun = given.begin(file.len(), &[("upload-metadata", told)]).await;
    let path = begun.header("location").to_owned();
    assert!(path.starts_with("/footage/uploads/") && !begun.header("upload-expires").is_empty());
    let mut at = 0;
    for piece in [1, 4_000, 100_000, MIB, MIB + 7, usize::MAX] {
        let until = file.len().min(at + piece.min(file.len()));
        let heard = given.send(&path, at, &file[at..until]).await;
        assert_eq!((heard.status.as_u16(), heard.header("upload-offset")), (204, until.to_string().as_str()), "{}", heard.text());
        at = until;
        assert_eq!(given.offset(&path).await, at.to_string());
    }
    let [footage] = given.footage().await.try_into().unwrap();
    let sha256: [u8; 32] = Sha256::digest(&file).into();
    assert_eq!((footage.sha256, footage.length, footage.media_type.as_str()), (sha256, file.len() as u64, "video/mp4"));
    assert_eq!((footage.wish, footage.claimed.as_str()), (Wish::Lawyer, "about nine"));
    assert_eq!(given.opened(&footage).await, file);
    assert!(given.objects().await.contains(&ObjectName::original(footage.id)));
    let lines = given.town.app.world.store.evidence().custody_of(footage.id).await.unwrap();
    let said = Statement::parse(lines[0].statement.as_deref().unwrap()).unwrap();
    assert_eq!((lines.len(), said.deed, said.sha256), (1, Deed::Received, Some(sha256)));
    // Whoever lost the last answer hears that all of it is here, and by which hash.
    let heard = given.asked(spoken("HEAD", &path).body(Body::empty()).unwrap()).await;
    assert_eq!((heard.header("upload-metadata"), heard.header("cache-control")), (told, "no-store"));
    assert_eq!(heard.header("repr-digest"), format!("sha-256=:{}:", STANDARD.encode(sha256)));
    let again = given.send(&path, file.len(), b"").await;
    assert_eq!((again.status.as_u16(), given.footage().await.len()), (204, 1));
    // The upload itself opens nothing any more.
    let [upload] = given.town.app.world.store.evidence().uploads_of(given.report).await.unwrap().try_into().unwrap();
    assert!(upload.working.is_empty() && upload.shares.iter().all(String::is_empty) && upload.midstate.is_empty());
}

#[tokio::test]
async fn a_file_can_come_with_its_beginning_and_with_another_method_named() {
    let given = given().await;
    let file = film(9_000);
    let sha256 = format!("sha-256=:{}:", STANDARD.encode(Sha256::digest(&file)));
    let request = spoken("POST", "/api/v1/footage")
        .header("authorization", format!("Receipt {}", given.words.replace(' ', ".")))
        .header("upload-length", "9000")
        .header("repr-digest", &sha256)
        .header("content-type", "application/offset+octet-stream");
    let heard = given.asked(request.body(Body::from(file[..5_000].to_vec())).unwrap()).await;
    assert_eq!((heard.status.as_u16(), heard.header("upload-offset")), (201, "5000"), "{}", heard.text());
    let path = heard.header("location").to_owned();
    let mut request = given.patch(&path, 5_000, Body::from(file[5_000..].to_vec()), &[("x-http-method-override", "PATCH")]);
    *request.method_mut() = http::Method::POST;
    let heard = given.asked(request).await;
    assert_eq!((heard.status.as_u16(), heard.header("upload-offset")), (204, "9000"), "{}", heard.text());
    assert_eq!(given.opened(&given.footage().await[0]).await, file);
}

#[tokio::test]
async fn what_came_before_the_line_broke_is_kept_unless_it_had_a_checksum() {
    let given = given().await;
    let file = film(MIB + 500_000);
    let path = given.begun(file.len()).await;
    let mut at = 0;
    for cut in [5_000, 90_000, MIB + 3] {
        let pieces: Vec<Result<Vec<u8>, std::io::Error>> =
            vec![Ok(file[at..at + 1_000].to_vec()), Ok(file[at + 1_000..cut].to_vec()), Err(std::io::Error::other("the line broke"))];
        given.asked(given.patch(&path, at, Body::from_stream(stream::iter(pieces)), &[])).await;
        assert_eq!(given.offset(&path).await, cut.to_string());
        at = cut;
    }
    let checksum = format!("sha256 {}", STANDARD.encode(Sha256::digest(&file[at..])));
    let broken = vec![Ok(file[at..at + 1_000].to_vec()), Err(std::io::Error::other("the line broke"))];
    given.asked(given.patch(&path, at, Body::from_stream(stream::iter(broken)), &[("upload-checksum", &checksum)])).await;
    assert_eq!(given.offset(&path).await, at.to_string(), "half a piece with a checksum is nothing");
    let wrong = given.asked(given.patch(&path, at, Body::from(vec![0; file.len() - at]), &[("upload-checksum", &checksum)])).await;
    assert_eq!((wrong.status.as_u16(), wrong.problem().as_str()), (460, "upload-checksum-mismatch"));
    assert_eq!(given.offset(&path).await, at.to_string());
    let good = given.asked(given.patch(&path, at, Body::from(file[at..].to_vec()), &[("upload-checksum", &checksum)])).await;
    assert_eq!(good.status, 204, "{}", good.text());
    assert_eq!(given.opened(&given.footage().await[0]).await, file);
}

#[tokio::test]
async fn each_no_has_its_status_and_changes_nothing() {
    let given = given().await;
    let file = film(10_000);
    let path = given.begun(file.len()).await;
    given.send(&path, 0, &file[..6_000]).await;
    let rows: [(Request<Body>, u16, &str); 9] = [
        (given.patch(&path, 5_999, Body::from("x"), &[]), 409, "upload-offset-differs"),
        (given.patch(&path, 10_000, Body::empty(), &[]), 409, "upload-offset-differs"),
        (given.patch(&path, 6_000, Body::from(vec![0; 4_001]), &[("content-length", "4001")]), 413, "upload-beyond"),
        (given.patch(&path, 6_000, Body::from(vec![0; 4_001]), &[]), 413, "upload-beyond"),
        (given.patch(&path, 6_000, Body::from("x"), &[("upload-checksum", "md5 AAAA")]), 400, "upload-checksum-unknown"),
        (Request::patch(&path).body(Body::from("x")).unwrap(), 412, "upload-version-wrong"),
        (spoken("PATCH", &path).header("upload-offset", "6000").body(Body::from("x")).unwrap(), 415, "upload-type-wrong"),
        (spoken("POST", &path).body(Body::empty()).unwrap(), 405, "method-not-allowed"),
        (given.patch("/footage/uploads/aaaaaaaaaaaaaaaaaaaaaaaaaa", 0, Body::from("x"), &[]), 404, "not-found"),
    ];
    for (request, status, name) in rows {
        let heard = given.asked(request).await;
        assert_eq!((heard.status.as_u16(), heard.problem().as_str()), (status, name));
        assert_eq!(heard.header("tus-resumable"), "1.0.0");
        assert_eq!(given.offset(&path).await, "6000", "{name}");
    }
    assert_eq!(given.begin(5, &[("upload-defer-length", "1")]).await.problem(), "upload-way-unknown");
    assert_eq!(given.begin(0, &[]).await.problem(), "footage-kind");
    let unknown = spoken("POST", "/api/v1/footage").header("upload-length", "5").header("authorization", "Receipt a b c d e f g");
    assert_eq!(given.asked(unknown.body(Body::empty()).unwrap()).await.problem(), "receipt-unknown");
    assert_eq!(given.send(&path, 6_000, &file[6_000..]).await.status, 204);
    assert_eq!(given.opened(&given.footage().await[0]).await, file);
}

#[tokio::test]
async fn a_newer_request_goes_on_where_the_older_one_had_come_to() {
    let given = Arc::new(given().await);
    let file = film(2 * MIB);
    let path = given.begun(file.len()).await;
    // The older one sends a beginning and falls silent, as a telephone in a tunnel does.
    let (sender, receiver) = tokio::sync::mpsc::unbounded_channel::<Result<Vec<u8>, std::io::Error>>();
    let silent = stream::unfold(receiver, |mut receiver| async move { receiver.recv().await.map(|item| (item, receiver)) });
    let older = {
        let (given, path) = (given.clone(), path.clone());
        crate::work::spawn(async move { given.asked(given.patch(&path, 0, Body::from_stream(Box::pin(silent)), &[])).await })
    };
    sender.send(Ok(file[..MIB + 100_000].to_vec())).unwrap();
    while given.offset(&path).await == "0" {
        tokio::task::yield_now().await;
    }
    // It asks how far it is, and the answer is of what is on disk; while it asked, the older one let go with more.
    let first = given.send(&path, MIB, &file[MIB..]).await;
    let at = match first.status {
        StatusCode::NO_CONTENT => file.len(),
        _ => {
            assert_eq!(first.problem(), "upload-offset-differs");
            given.offset(&path).await.parse::<usize>().unwrap()
        }
    };
    assert_eq!(older.await.unwrap().problem(), "upload-overtaken");
    if at < file.len() {
        assert_eq!(at, MIB + 100_000, "nothing of what came is lost");
        assert_eq!(given.send(&path, at, &file[at..]).await.status, 204);
    }
    let footage = given.footage().await;
    assert_eq!(footage.len(), 1);
    assert_eq!(given.opened(&footage[0]).await, file);
}

/// Where a proxy of these tests names the caller's address.
const ADDRESS: &str = "x-address";

impl Given {
    /// Another report in the same town.
    async fn another(&self) -> String {
        let fields = [("step", "more"), ("kind", "flood"), ("basis", "saw"), ("place", "Lantern Corner"), ("when", "now")];
        self.town.post("/report", &fields).await.receipt().unwrap()
    }

    /// Begins a file for a report from an address.
    async fn begun_from(&self, words: &str, address: &str) -> String {
        let request = spoken("POST", "/api/v1/footage").header("upload-length", "9000").header(ADDRESS, address);
        let heard = self.asked(request.header("authorization", format!("Receipt {words}")).body(Body::empty()).unwrap()).await;
        assert_eq!(heard.status, 201, "{}", heard.text());
        heard.header("location").to_owned()
    }

    /// Asks to send bytes to each of these files from an address of its own, and sends none. The answers come as they are told.
    fn silent<'a>(&'a self, files: &[(String, String)]) -> FuturesUnordered<impl Future<Output = Heard> + use<'a>> {
        let ask = |(path, address): &(String, String)| {
            let nothing = Body::from_stream(stream::pending::<Result<Vec<u8>, std::io::Error>>());
            self.asked(self.patch(path, 0, nothing, &[(ADDRESS, address)]))
        };
        files.iter().map(ask).collect()
    }
}

#[tokio::test]
async fn whoever_asks_often_and_sends_nothing_shuts_nobody_else_out() {
    let mut town = Town::new().limited();
    town.app.address_header = Some(ADDRESS.to_owned());
    let given = given_in(town).await;
    // Files of one report, each from an address of its own.
    let mut files = Vec::new();
    for number in 0..64 {
        let address = format!("192.0.2.{number}");
        files.push((given.begun_from(&given.words, &address).await, address));
    }
    let mut of_one_report = given.silent(&files);
    for _ in 0..64 - 8 {
        let heard = of_one_report.next().await.unwrap();
        assert_eq!((heard.status.as_u16(), heard.problem().as_str()), (503, "busy"), "{}", heard.text());
    }
    // Files of several reports, all from one address.
    let (mut files, one) = (Vec::new(), "198.51.100.7");
    for _ in 0..3 {
        let words = given.another().await;
        for _ in 0..4 {
            files.push((given.begun_from(&words, one).await, one.to_owned()));
        }
    }
    let mut from_one_address = given.silent(&files);
    for _ in 0..12 - 8 {
        assert_eq!(from_one_address.next().await.unwrap().status, 503);
    }
    // Somebody else gives to another report meanwhile, and it is there at once.
    let other = "203.0.113.9";
    let path = given.begun_from(&given.another().await, other).await;
    let heard = given.asked(given.patch(&path, 0, Body::from(film(9_000)), &[(ADDRESS, other)])).await;
    assert_eq!((heard.status.as_u16(), heard.header("upload-offset")), (204, "9000"), "{}", heard.text());
    assert!(of_one_report.next().now_or_never().is_none() && from_one_address.next().now_or_never().is_none(), "eight of each hold a seat");
}

#[tokio::test]
async fn what_is_no_picture_film_or_sound_leaves_nothing_behind() {
    let given = given().await;
    let zip = b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0aPK\x01\x02\x14\0\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0aPK\x05\x06\0\0\0\0\x01\0\x01\0\x2f\0\0\0\x1f\0\0\0\0\0".to_vec();
    let padded = |start: &[u8]| [start, &[b' '; 9_000]].concat();
    let rows = [
        padded(b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\">"),
        padded(b"<!doctype html><script>alert(1)</script>"),
        padded(b"\xff\xd8\xff\xfe\x00\x20<script>alert(1)</script>"),
        padded(b"MZ\x90"),
        b"\xff\xd8\xff".to_vec(),
        zip.clone(),
        [film(3 * MIB), zip.clone()].concat(),
        [film(9_000), zip].concat(),
    ];
    for file in &rows {
        let path = given.begun(file.len()).await;
        let mut heard = given.send(&path, 0, &file[..file.len().min(8_000)]).await;
        if heard.status == 204 && file.len() > 8_000 {
            heard = given.send(&path, 8_000, &file[8_000..]).await;
        }
        assert_eq!((heard.status.as_u16(), heard.problem().as_str()), (422, "footage-kind"), "{:?}", &file[..20.min(file.len())]);
        let after = given.asked(spoken("HEAD", &path).body(Body::empty()).unwrap()).await;
        assert_eq!(after.status, 404);
        assert!(given.objects().await.is_empty());
    }
    assert!(given.footage().await.is_empty());
}

#[tokio::test]
async fn a_file_that_changed_between_two_sessions_is_refused_and_gone() {
    let given = given().await;
    let file = film(9_000);
    let begun = given.begin(file.len(), &[("repr-digest", &format!("sha-256=:{}:", STANDARD.encode([7; 32])))]).await;
    let heard = given.send(begun.header("location"), 0, &file).await;
    assert_eq!((heard.status.as_u16(), heard.problem().as_str()), (422, "footage-changed"));
    assert_eq!((given.objects().await.len(), given.footage().await.len()), (0, 0));
}

#[tokio::test]
async fn an_upload_that_waits_for_a_day_is_over_and_its_parts_go() {
    let given = given().await;
    let world = &given.town.app.world;
    let file = film(9_000);
    let path = given.begun(file.len()).await;
    given.send(&path, 0, &file[..6_000]).await;
    let later = |days: i64| Timestamp::from_milliseconds(world.now().milliseconds() + days * DAY);
    assert!(world.store.evidence().uploads_due(9, later(0)).await.unwrap().is_empty());
    let [due] = world.store.evidence().uploads_due(9, later(1)).await.unwrap().try_into().unwrap();
    clearer::step(world).await.unwrap();
    assert_eq!((due.offset, given.offset(&path).await.as_str()), (6_000, "6000"), "its time is not over yet");
    given.town.clock.go(DAY);
    for method in ["HEAD", "PATCH", "DELETE"] {
        let mut request = given.patch(&path, 6_000, Body::empty(), &[]);
        *request.method_mut() = method.parse().unwrap();
        assert_eq!(given.asked(request).await.status, 410, "{method}");
    }
    given.town.clock.go(clearer::UPLOAD_GRACE);
    clearer::step(world).await.unwrap();
    assert!(given.objects().await.is_empty());
    assert_eq!(given.send(&path, 6_000, &file[6_000..]).await.status, 404);
}

#[tokio::test]
async fn whoever_gave_a_file_takes_it_back() {
    let given = given().await;
    let file = film(9_000);
    let (cut, whole) = (given.begun(file.len()).await, given.begun(file.len()).await);
    given.send(&cut, 0, &file[..6_000]).await;
    given.send(&whole, 0, &file).await;
    let footage = given.footage().await[0].id;
    for path in [&cut, &whole] {
        assert_eq!(given.asked(spoken("DELETE", path).body(Body::empty()).unwrap()).await.status, 204);
        assert_eq!(given.asked(spoken("HEAD", path).body(Body::empty()).unwrap()).await.status, 404);
        assert_eq!(given.asked(spoken("DELETE", path).body(Body::empty()).unwrap()).await.status, 404);
    }
    assert!(given.objects().await.is_empty() && given.footage().await.is_empty());
    let lines = given.town.app.world.store.evidence().custody_of(footage).await.unwrap();
    let deed = |text: &str| Statement::parse(text).unwrap().deed;
    let deeds: Vec<Deed> = lines.iter().map(|line| deed(line.statement.as_deref().unwrap())).collect();
    assert_eq!(deeds, [Deed::Received, Deed::HeldLonger, Deed::Deleted], "it is said before the first object goes");
}

#[tokio::test]
async fn a_file_cut_into_tiny_pieces_is_refused_until_a_longer_piece_comes() {
    let given = given().await;
    let file = film(20_000);
    let path = given.begun(file.len()).await;
    for at in 0..65 {
        assert_eq!(given.send(&path, at, &file[at..=at]).await.status, 204, "{at}");
    }
    let tiny = given.send(&path, 65, &file[65..6_000]).await;
    assert_eq!(tiny.problem(), "upload-too-many-parts");
    assert_eq!(given.offset(&path).await, "65");
    assert_eq!(given.send(&path, 65, &file[65..]).await.status, 204);
    assert_eq!(given.opened(&given.footage().await[0]).await, file);
}

#[tokio::test]
async fn an_upload_of_which_nothing_came_is_over_in_an_hour() {
    let given = given().await;
    let (silent, begun) = (given.begun(9_000).await, given.begun(9_000).await);
    given.send(&begun, 0, &film(9_000)[..10]).await;
    given.town.clock.go(HOUR);
    assert_eq!(given.send(&silent, 0, &film(9_000)).await.problem(), "upload-over");
    assert_eq!(given.send(&begun, 10, &film(9_000)[10..]).await.status, 204);
}

#[tokio::test]
async fn nothing_more_comes_to_a_report_that_was_taken_back() {
    let given = given().await;
    let world = &given.town.app.world;
    let (path, back) = (given.begun(9_000).await, given.begun(9_000).await);
    given.send(&path, 0, &film(9_000)[..6_000]).await;
    crate::acts::street::withdraw_report(world, StreetCaller, &given.words).await.unwrap();
    assert_eq!(given.send(&path, 6_000, &film(9_000)[6_000..]).await.problem(), "footage-report-gone");
    assert_ne!(given.asked(spoken("HEAD", &path).body(Body::empty()).unwrap()).await.status, 200);
    assert_eq!(given.asked(spoken("DELETE", &back).body(Body::empty()).unwrap()).await.status, 204);
    assert!(given.footage().await.is_empty());
    clearer::step(world).await.unwrap();
    assert!(given.objects().await.is_empty());
    assert!(world.store.evidence().uploads_of(given.report).await.unwrap().is_empty());
}

#[tokio::test]
async fn bounds_are_told_politely_and_reports_go_on() {
    let bounds = Bounds { file: 20_000, report: 50_000, files: 3, all: 60_000, ..Bounds::USUAL };
    let mut town = Town::new();
    town.app.world.intake = Arc::new(Intake::of(bounds, None));
    let given = given_in(town).await;
    let options = given.asked(Request::builder().method("OPTIONS").uri("/api/v1/footage").body(Body::empty()).unwrap()).await;
    assert_eq!((options.status.as_u16(), options.header("tus-max-size")), (204, "20000"));
    assert_eq!(given.begin(20_001, &[]).await.problem(), "upload-too-large");
    let (one, two) = (given.begun(20_000).await, given.begun(20_000).await);
    let full = given.begin(20_000, &[]).await;
    assert_eq!((full.status.as_u16(), full.problem().as_str()), (422, "footage-full"));
    let small = given.begun(100).await;
    assert_eq!(given.begin(100, &[]).await.problem(), "footage-full");
    let fields = [("step", "more"), ("kind", "flood"), ("basis", "saw"), ("place", "Lantern Corner"), ("when", "now")];
    let words = given.town.post("/report", &fields).await.receipt().unwrap();
    let given = Given { words, ..given };
    // What is only announced takes no room from others; what came does.
    let third = given.begun(20_000).await;
    for path in [&one, &two, &third] {
        assert_eq!(given.send(path, 0, &film(20_000)).await.status, 204);
    }
    let late = given.send(&small, 0, &film(100)).await;
    assert_eq!((late.status.as_u16(), late.problem().as_str()), (507, "footage-room-gone"));
    let gone = given.begin(20_000, &[]).await;
    assert_eq!((gone.status.as_u16(), gone.problem().as_str()), (507, "footage-room-gone"));
    // A disk that must keep more free than it has.
    let mut given = given;
    let folder = given.town.folder.path().to_owned();
    given.town.app.world.intake = Arc::new(Intake::of(Bounds::USUAL, Some(folder)).leaving(u64::MAX / 2));
    assert_eq!(given.begin(100, &[]).await.problem(), "footage-room-gone");
    assert!(given.town.post("/report", &fields).await.receipt().is_some(), "a report in words is always kept");
}

#[tokio::test]
async fn a_day_takes_so_many_bytes_and_the_next_one_takes_more() {
    let mut town = Town::new();
    town.app.world.intake = Arc::new(Intake::of(Bounds { day: 50_000, ..Bounds::USUAL }, None));
    let given = given_in(town).await;
    let (one, two, three) = (given.begun(20_000).await, given.begun(20_000).await, given.begun(20_000).await);
    for path in [&one, &two] {
        assert_eq!(given.send(path, 0, &film(20_000)).await.status, 204);
    }
    // It was announced before the day was full, and comes after it.
    let late = given.send(&three, 0, &film(20_000)).await;
    assert_eq!((late.status.as_u16(), late.problem().as_str()), (507, "footage-day-full"));
    let full = given.begin(20_000, &[]).await;
    assert_eq!((full.status.as_u16(), full.problem().as_str()), (507, "footage-day-full"));
    assert!(full.text().contains("try again tomorrow"), "{}", full.text());
    given.begun(10_000).await;
    given.town.clock.go(DAY);
    let four = given.begun(20_000).await;
    assert_eq!(given.send(&four, 0, &film(20_000)).await.status, 204);
}

#[tokio::test]
async fn a_link_takes_so_many_bytes_and_another_link_takes_more() {
    let mut town = Town::new();
    town.app.world.intake = Arc::new(Intake::of(Bounds { link: 50_000, ..Bounds::USUAL }, None));
    let given = given_in(town).await;
    let begin = async |page: &str| {
        let request = spoken("POST", &format!("{page}/uploads")).header("upload-length", "20000");
        given.asked(request.body(Body::empty()).unwrap()).await
    };
    let page = given.link().await;
    let first = begin(&page).await;
    assert_eq!((first.status.as_u16(), begin(&page).await.status.as_u16()), (201, 201));
    assert_eq!(given.send(first.header("location"), 0, &film(20_000)).await.status, 204);
    // What came whole counts as what is on its way.
    let over = begin(&page).await;
    assert_eq!((over.status.as_u16(), over.problem().as_str()), (410, "footage-link-over"));
    assert!(over.text().contains("Make a new one"), "{}", over.text());
    assert_eq!(begin(&given.link().await).await.status, 201);
}

#[tokio::test]
async fn without_three_custody_keys_no_file_is_taken() {
    let town = Town::new();
    let fields = [("step", "more"), ("kind", "flood"), ("basis", "saw"), ("place", "Lantern Corner"), ("when", "now")];
    let words = town.post("/report", &fields).await.receipt().unwrap();
    let request = spoken("POST", "/api/v1/footage").header("upload-length", "5").header("authorization", format!("Receipt {words}"));
    assert_eq!(town.send(request.body(Body::empty()).unwrap()).await.problem(), "custody-keys-missing");
}

/// A form with files as a browser sends it.
fn with_files(path: &str, wish: &str, files: &[(&str, &[u8])]) -> Request<Body> {
    let mut body = format!("--line\r\nContent-Disposition: form-data; name=\"wish\"\r\n\r\n{wish}\r\n").into_bytes();
    body.extend_from_slice(b"--line\r\nContent-Disposition: form-data; name=\"claimed\"\r\n\r\nabout nine\r\n");
    for (name, bytes) in files {
        let head =
            format!("--line\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: image/png\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--line--\r\n");
    Request::post(path)
        .header("content-type", "multipart/form-data; boundary=line")
        .header("sec-fetch-site", "same-origin")
        .body(Body::from(body))
        .unwrap()
}

impl Given {
    /// Makes a link from the receipt and gives its page.
    async fn link(&self) -> String {
        let heard = self.town.post("/receipt/footage", &[("words", &self.words)]).await;
        assert_eq!(heard.status, 303, "{}", heard.text());
        heard.header("location").to_owned()
    }
}

#[tokio::test]
async fn without_scripts_small_files_come_by_a_plain_form() {
    let given = given().await;
    let page = given.link().await;
    assert!(given.town.get(&page).await.text().contains("Only the desk may look"));
    let (first, second) = (film(MIB + 70_000), film(2 * MIB));
    let heard = given.asked(with_files(&page, "public", &[("a.mp4", first.as_slice()), ("b.mp4", second.as_slice())])).await;
    assert_eq!((heard.status.as_u16(), heard.header("location")), (303, page.as_str()), "{}", heard.text());
    let files = given.footage().await;
    let of = |bytes: usize| files.iter().find(|one| one.length == bytes as u64).unwrap().clone();
    let (one, other) = (of(first.len()), of(second.len()));
    assert_eq!((files.len(), given.opened(&one).await, given.opened(&other).await), (2, first, second));
    assert_eq!((one.wish, one.claimed.as_str(), one.media_type.as_str()), (Wish::Public, "about nine", "video/mp4"));
    let text = given.town.get(&page).await.text();
    assert_eq!(text.matches("Video (MP4)").count(), 2);
    // A wish is changed at the link's page and at the receipt, and the chain says so.
    for (path, right, wish) in [
        (format!("{page}/wish"), ("", ""), Wish::Lawyer),
        ("/receipt/footage/wish".into(), ("words", given.words.as_str()), Wish::DeskOnly),
    ] {
        let mut fields = vec![("file", one.id.to_string()), ("wish", wish.word().to_owned())];
        if !right.0.is_empty() {
            fields.push((right.0, right.1.to_owned()));
        }
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let heard = given.town.post(&path, &fields).await;
        assert!(heard.status == 303 || heard.status == 200, "{path}: {} {}", heard.status, heard.text());
        assert!(given.footage().await.iter().any(|file| file.id == one.id && file.wish == wish), "{path}");
    }
    assert_eq!(given.town.app.world.store.evidence().custody_of(one.id).await.unwrap().len(), 3);
}

#[tokio::test]
async fn whoever_has_the_address_of_a_link_allows_less_and_never_more() {
    let given = given().await;
    let page = given.link().await;
    for told in ["two weeks after the desk sets the report aside", "unless a court ordered it kept", "When the file says it was filmed"] {
        assert!(given.town.get(&page).await.text().contains(told), "{told}");
    }
    given.asked(with_files(&page, "desk-only", &[("a.mp4", film(9_000).as_slice())])).await;
    let id = given.footage().await[0].id;
    let file = id.to_string();
    let receipt = given.town.post("/receipt", &[("words", given.words.as_str())]).await.text();
    assert!(receipt.contains("sees those that were given by it and nothing else, and can allow less with them"), "{receipt}");
    // The address came into other hands.
    let shown = given.town.get(&page).await.text();
    assert!(shown.contains("can allow less and not more") && !shown[shown.find("h-given").unwrap()..].contains("value=\"public\""));
    let sent = async |word: &str| given.town.post(&format!("{page}/wish"), &[("file", file.as_str()), ("wish", word)]).await;
    let no = sent("public").await;
    assert!(no.status == 422 && no.text().contains("By this link you can allow less"), "{}", no.text());
    assert_eq!(given.footage().await[0].wish, Wish::DeskOnly);
    let by_words = [("file", file.as_str()), ("wish", "public"), ("words", given.words.as_str())];
    assert_eq!(given.town.post("/receipt/footage/wish", &by_words).await.status, 200);
    assert_eq!(given.footage().await[0].wish, Wish::Public, "with the seven words either");
    assert_eq!(sent("lawyer").await.status, 303);
    let lines = given.town.app.world.store.evidence().custody_of(id).await.unwrap();
    let last = Statement::parse(lines.last().unwrap().statement.as_deref().unwrap()).unwrap();
    assert_eq!(last.words.as_deref(), Some("lawyer; by a link"), "and the chain says by what");
    let came = Statement::parse(lines[0].statement.as_deref().unwrap()).unwrap();
    assert!(came.words.unwrap().ends_with("; by a link"), "how it came stands there too, for whoever reads that the words allowed more");
}

#[tokio::test]
async fn by_a_members_link_a_wish_is_narrowed_and_never_widened() {
    let given = given().await;
    let amina = given.town.signed_in("Amina", &[Role::Triager]).await;
    let link = crate::acts::footage::make_link_for(&given.town.app.world, &amina.caller, given.report).await.unwrap();
    let page = crate::doors::footage::page::page_at(&link.secret);
    given.asked(with_files(&page, "lawyer", &[("a.mp4", film(9_000).as_slice())])).await;
    let id = given.footage().await[0].id;
    let file = id.to_string();
    let shown = given.town.get(&page).await.text();
    let choices = &shown[shown.find("h-given").unwrap()..];
    assert!(shown.contains("can say either, of these files too"), "whose words can widen is told here as well: {shown}");
    assert!(shown.contains("A member of the desk made it") && choices.contains("desk-only") && !choices.contains("value=\"public\""));
    let wish = async |path: &str, wish: &str, words: &str| {
        let fields = [("file", file.as_str()), ("wish", wish), ("words", words)];
        given.town.post(path, if words.is_empty() { &fields[..2] } else { &fields[..] }).await
    };
    let by_link = format!("{page}/wish");
    let no = wish(&by_link, "public", "").await;
    assert!(no.status == 422 && no.text().contains("By this link you can allow less"), "{}", no.text());
    assert_eq!(given.footage().await[0].wish, Wish::Lawyer);
    assert_eq!(wish(&by_link, "desk-only", "").await.status, 303);
    assert_eq!(wish(&by_link, "lawyer", "").await.status, 422, "and not back either");
    assert_eq!(wish("/receipt/footage/wish", "public", &given.words).await.status, 200);
    assert_eq!(given.footage().await[0].wish, Wish::Public);
    let lines = given.town.app.world.store.evidence().custody_of(id).await.unwrap();
    let words = lines.iter().map(|line| Statement::parse(line.statement.as_deref().unwrap()).unwrap().words.unwrap_or_default());
    let by_member: Vec<bool> = words.map(|words| words.ends_with("; by a link that a member made")).collect();
    assert_eq!(by_member, [true, true, false], "how it came, and what was allowed by it");
}

#[tokio::test]
async fn a_form_says_what_was_wrong_and_keeps_nothing_of_it() {
    let given = given().await;
    let page = given.link().await;
    let html = b"<!doctype html><script>alert(1)</script>".as_slice();
    let large = film(33 * MIB);
    type Files<'a> = Vec<(&'a str, &'a [u8])>;
    let rows: [(Files<'_>, u16, &str); 4] = [
        (vec![], 422, "Choose a file first."),
        (vec![("", b"".as_slice())], 422, "Choose a file first."),
        (vec![("a.png", html)], 422, "made of markup"),
        (vec![("a.mp4", large.as_slice())], 413, "at most 32 MB"),
    ];
    for (files, status, words) in rows {
        let heard = given.asked(with_files(&page, "desk-only", &files)).await;
        assert_eq!(heard.status.as_u16(), status, "{}", heard.text());
        assert!(heard.text().contains(words) && heard.text().contains("about nine"), "{words}: {}", heard.text());
        assert!(given.objects().await.is_empty(), "{words}");
    }
    let evidence = given.town.app.world.store.evidence();
    assert!(evidence.uploads_of(given.report).await.unwrap().is_empty() && given.footage().await.is_empty());
}

#[tokio::test]
async fn a_file_field_without_a_name_of_a_file_is_no_silent_yes() {
    let given = given().await;
    let page = given.link().await;
    let heard = given.asked(with_files(&page, "desk-only", &[("", b"words".as_slice())])).await;
    assert_eq!(heard.status, 400, "{}", heard.text());
    let body = "--line\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nwords\r\n--line--\r\n";
    let mut request = with_files(&page, "desk-only", &[]);
    *request.body_mut() = Body::from(body);
    assert_eq!(given.asked(request).await.status, 400);
}

/// A form whose bytes come as they are sent.
fn slow_form(page: &str) -> (tokio::sync::mpsc::UnboundedSender<Result<Vec<u8>, std::io::Error>>, Request<Body>) {
    let (sender, receiver) = tokio::sync::mpsc::unbounded_channel();
    let body = stream::unfold(receiver, |mut receiver| async move { receiver.recv().await.map(|item| (item, receiver)) });
    let mut request = with_files(page, "desk-only", &[]);
    *request.body_mut() = Body::from_stream(Box::pin(body));
    (sender, request)
}

#[tokio::test]
async fn a_form_whose_line_breaks_leaves_no_upload() {
    let given = given().await;
    let page = given.link().await;
    let (sender, request) = slow_form(&page);
    let head = b"--line\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.mp4\"\r\n\r\n";
    sender.send(Ok([head.as_slice(), &film(MIB + 9_000)].concat())).unwrap();
    let some = async {
        while given.objects().await.is_empty() {
            tokio::task::yield_now().await;
        }
    };
    // Whoever waits for the answer goes, in the middle of the file.
    tokio::select! {
        heard = given.asked(request) => panic!("{}", heard.text()),
        () = some => {}
    }
    drop(sender);
    let evidence = given.town.app.world.store.evidence();
    while !evidence.uploads_of(given.report).await.unwrap().is_empty() {
        tokio::task::yield_now().await;
    }
    assert!(given.objects().await.is_empty() && given.footage().await.is_empty());
}

#[tokio::test]
async fn a_link_shows_nothing_of_others_and_ends() {
    let given = given().await;
    let (one, other) = (given.link().await, given.link().await);
    assert_ne!(one, other);
    given.asked(with_files(&one, "desk-only", &[("a.mp4", film(9_000).as_slice())])).await;
    assert!(given.town.get(&one).await.text().contains("Video (MP4)"));
    assert!(!given.town.get(&other).await.text().contains("Video (MP4)"), "another's file is not shown");
    let file = given.footage().await[0].id.to_string();
    let heard = given.town.post(&format!("{other}/wish"), &[("file", file.as_str()), ("wish", "public")]).await;
    assert_eq!((heard.status.as_u16(), given.footage().await[0].wish), (404, Wish::DeskOnly));
    assert_eq!(given.town.get("/footage/aaaaaaaaaaaaaaaaaaaaaaaaaa").await.status, 404);
    // Twenty files, by tus as by the form, and a day.
    for number in 1..20 {
        let request = spoken("POST", &format!("{one}/uploads")).header("upload-length", "9000");
        assert_eq!(given.asked(request.body(Body::empty()).unwrap()).await.status, 201, "{number}");
    }
    let request = spoken("POST", &format!("{one}/uploads")).header("upload-length", "9000");
    assert_eq!(given.asked(request.body(Body::empty()).unwrap()).await.problem(), "footage-link-over");
    given.town.clock.go(DAY);
    assert_eq!(given.town.get(&other).await.status, 410);
}

#[tokio::test]
async fn a_member_makes_a_link_and_sees_it_once() {
    let given = given().await;
    let wren = given.town.signed_in("Wren", &[handbell_rules::people::member::Role::Triager]).await;
    let report = given.town.app.world.store.report(given.report).await.unwrap().unwrap();
    let path = format!("/desk/reports/{}/footage", given.report);
    let mut request = super::super::fixture::form(&path, &[("csrf", wren.csrf.as_str()), ("version", report.version.to_string().as_str())]);
    request.headers_mut().insert("cookie", wren.cookies.parse().unwrap());
    let text = given.asked(request).await.text();
    let secret: String = text.split("/footage/").nth(1).expect(&text).chars().take_while(char::is_ascii_alphanumeric).collect();
    assert_eq!(given.town.get(&format!("/footage/{secret}")).await.status, 200);
}
