//! Recognised: a picture that was seen elsewhere years ago comes again, smaller, with bars or mirrored; the bank knows it,
//! a person says what it is, and the record says so. Another one is covered, looked at by a second person, shown as a
//! source, and taken back. The case of Rye Lane, with films, is in `rye_lane.rs`.
//!
//! The pictures are of the public corpus of picture hashes; they stand in for footage and show nobody.

use super::{ffmpeg, journey, media};
use crate::recorded::{Editors, editors};
use futures::stream;
use handbell::acts::footage::{Beginning, Right, change_wish, give_whole, make_link_for};
use handbell::acts::hiding::{self, Taken};
use handbell::acts::known::{self, Telling, everything, told};
use handbell::acts::record::{publish, read_record};
use handbell::acts::showing::{self, Offer};
use handbell::acts::{ActError, StreetCaller};
use handbell::cli::town;
use handbell::shut_in::{Programs, ShutIn};
use handbell::work::darkroom::Darkroom;
use handbell::world::World;
use handbell_rules::evidence::footage::{Footage, Wish};
use handbell_rules::evidence::hiding::{Cover, KeyFrame, Rectangle};
use handbell_rules::evidence::known::Finding;
use handbell_rules::id::{HidingId, IncidentId, ReportId};
use handbell_rules::people::member::DeskCaller;
use handbell_rules::record::shown::Address;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

/// A picture as ffmpeg makes it of another one.
fn changed(of: &Path, arguments: &[&str]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.jpg");
    let done = Command::new("ffmpeg").args(["-v", "error", "-i"]).arg(of).args(arguments).arg("-y").arg(&out).status().unwrap();
    assert!(done.success());
    std::fs::read(out).unwrap()
}

/// The only report of an incident.
pub async fn report_of(world: &World, incident: IncidentId) -> ReportId {
    world.store.incident_file(incident).await.unwrap().unwrap().reports[0].id
}

/// Gives a file by a link that a member made, and has its copies made.
pub async fn given(world: &World, member: &DeskCaller, report: ReportId, bytes: Vec<u8>, wish: Wish) -> (Footage, String) {
    let link = make_link_for(world, member, report).await.unwrap();
    let beginning =
        Beginning { length: bytes.len() as u64, metadata: String::new(), sha256: None, wish, claimed: "this Saturday".to_owned() };
    let pieces = stream::iter([Ok::<_, std::io::Error>(bytes)]);
    let secret = link.secret.clone();
    let upload = give_whole(world, StreetCaller, None, Right::Link(&secret), beginning, Box::pin(pieces)).await.unwrap();
    Darkroom::default().step(world).await.unwrap();
    (world.store.evidence().footage(upload.footage).await.unwrap().unwrap(), secret)
}

async fn older_footage_is_found(world: &World, both: &Editors, incident: IncidentId, pictures: &Path) {
    let report = report_of(world, incident).await;
    let elsewhere = report_of(world, both.flood(world).await).await;
    let one = pictures.join("aaa-orig.jpg");
    let (old, _) = given(world, &both.amina, elsewhere, std::fs::read(&one).unwrap(), Wish::DeskOnly).await;
    let telling = Telling {
        words: "A stand-in for film of a market street that went round before".into(),
        date: "2016-06".into(),
        place: "Southall".into(),
    };
    let kept = known::remember(world, &both.amina, old.id, telling).await.unwrap();
    let mut leads = Vec::new();
    for how in [
        &["-vf", "scale=iw/2:ih/2", "-q:v", "12"][..],
        &["-vf", "pad=iw:ih*1.4:0:(oh-ih)/2:black"],
        &["-vf", "hflip"],
        &["-vf", "hflip,pad=iw*1.3:ih:(ow-iw)/2:0:black", "-q:v", "10"],
    ] {
        let (footage, _) = given(world, &both.amina, report, changed(&one, how), Wish::DeskOnly).await;
        let found = world.store.evidence().leads_of(footage.id).await.unwrap();
        assert_eq!(found.iter().map(|lead| lead.known).collect::<Vec<_>>(), [kept], "{how:?} is recognised");
        leads.extend(found);
    }
    let (stranger, _) = given(world, &both.amina, report, std::fs::read(pictures.join("q0122.jpg")).unwrap(), Wish::DeskOnly).await;
    assert_eq!(world.store.evidence().leads_of(stranger.id).await.unwrap(), vec![], "another picture is not");
    // A lead is nothing by itself; what a person says of it is proposed, and stands once another approves.
    assert!(read_record(world, incident, None).await.unwrap().unwrap().lookalikes.is_empty());
    assert_eq!(known::answer(world, &both.amina, leads[0].id, Finding::CannotTell).await.unwrap(), []);
    assert_eq!(known::answer(world, &both.amina, leads[1].id, Finding::NotHereNotNow).await.unwrap(), [incident]);
    let proposal = world.store.open_proposals().await.unwrap().pop().unwrap();
    publish(world, &both.ben, proposal.id).await.unwrap();
    let record = read_record(world, incident, None).await.unwrap().unwrap();
    assert_eq!(record.lookalikes.iter().map(|one| (one.place.as_str(), one.year)).collect::<Vec<_>>(), [("Southall", 2016)]);
    // What neighbours are given are hashes; what they give is found as theirs.
    let ours = told(world).await.unwrap();
    assert!(ours.len() == 1 && ours[0].hashes.len() >= 22 && ours[0].hashes.iter().all(|hash| hash.len() <= 68));
    assert_eq!(known::take_in(world, "north.example", true, ours).await.unwrap(), 1);
    let (again, _) = given(world, &both.amina, report, changed(&one, &["-q:v", "15"]), Wish::DeskOnly).await;
    assert_eq!(world.store.evidence().leads_of(again.id).await.unwrap().len(), 2, "ours and theirs");
    known::forget(world, &both.amina, kept).await.unwrap();
    assert_eq!(everything(world).await.unwrap().iter().map(|known| known.from.as_str()).collect::<Vec<_>>(), ["north.example"]);
}

async fn covered_footage_is_shown_and_taken_back(world: &World, both: &Editors, (incident, words): (IncidentId, &str), pictures: &Path) {
    let report = report_of(world, incident).await;
    let (footage, secret) = given(world, &both.amina, report, std::fs::read(pictures.join("q0003.jpg")).unwrap(), Wish::Public).await;
    let place = Rectangle::new(2_500, 2_500, 5_000, 5_000).unwrap();
    let cover = Cover { path: vec![KeyFrame { at: 0, place }], from: 0, until: 0 };
    let drawn = hiding::draw(world, &both.amina, footage.id, vec![cover]).await.unwrap();
    Darkroom::default().step(world).await.unwrap();
    let offer = || Offer {
        maker: "Witness A".into(),
        shows: "A street corner; whoever stands there is covered.".into(),
        first_appeared: String::new(),
    };
    assert!(showing::offer(world, &both.amina, drawn, incident, offer()).await.is_err(), "nobody else has looked");
    assert!(hiding::inspect(world, &both.amina, drawn, (0, 0), true).await.is_err(), "whoever drew does not check");
    hiding::frame(world, &both.ben, drawn, 0).await.unwrap();
    hiding::inspect(world, &both.ben, drawn, (0, 0), true).await.unwrap();
    let proposal = showing::offer(world, &both.amina, drawn, incident, offer()).await.unwrap();
    assert!(read_record(world, incident, None).await.unwrap().unwrap().shown.is_empty(), "two people let it in");
    let offered = world.store.evidence().hiding(drawn).await.unwrap().unwrap().public.unwrap();
    let address = Address(offered.address).to_string();
    assert!(matches!(showing::served(world, &address).await, Err(ActError::NotFound)), "before the second says yes");
    publish(world, &both.ben, proposal).await.unwrap();
    let record = read_record(world, incident, None).await.unwrap().unwrap();
    let [shown] = &record.shown[..] else { panic!("{:?}", record.shown) };
    let source = record.sources.iter().find(|line| line.number == shown.source).unwrap();
    assert_eq!(source.source.as_ref().unwrap().label, "Footage by Witness A");
    assert!(showing::served(world, &shown.address).await.is_ok());
    // Whoever draws it again and offers that begins with the words that stand there.
    let (before, words) = showing::said_before(world, footage.id, HidingId([0; 16])).await.unwrap().unwrap();
    assert_eq!((before.id, words.maker.as_str(), words.shows), (drawn, "Witness A", offer().shows));
    assert!(showing::said_before(world, footage.id, drawn).await.unwrap().is_none(), "its own words are no earlier ones");
    assert!(matches!(showing::served(world, &"a".repeat(26)).await, Err(ActError::NotFound)));
    // The witness changes their mind, and its address gives nothing from that commit on; then the desk takes it back.
    change_wish(world, StreetCaller, Right::Link(&secret), footage.id, Wish::Lawyer).await.unwrap();
    assert!(matches!(showing::served(world, &shown.address).await, Err(ActError::NotFound)));
    let widened = change_wish(world, StreetCaller, Right::Link(&secret), footage.id, Wish::Public).await;
    assert!(matches!(widened, Err(ActError::Refused(_))), "a member made that link and knows its address");
    change_wish(world, StreetCaller, Right::Receipt(words), footage.id, Wish::Public).await.unwrap();
    assert!(showing::served(world, &shown.address).await.is_ok());
    // The entry's words are taken from the public, and the file is gone with them.
    let rows = world.store.stream(incident).await.unwrap();
    let entry = rows.iter().rev().find(|row| row.kind == 4).unwrap().index;
    both.state(world, incident, vec![crate::recorded::redaction(entry)]).await;
    assert!(showing::said_before(world, footage.id, HidingId([0; 16])).await.unwrap().is_none(), "words that were withdrawn are over");
    assert!(matches!(showing::served(world, &shown.address).await, Err(ActError::NotFound)));
    showing::take_back(world, &both.ben, drawn, "somebody asked").await.unwrap();
    // A look at the same thing is said once an hour, a copy that is taken away each time.
    let looks = || async { world.store.evidence().custody_of(footage.id).await.unwrap().len() };
    let footage = world.store.evidence().footage(footage.id).await.unwrap().unwrap();
    let before = looks().await;
    for (taken, lines) in [(Taken::InPage, 1), (Taken::InPage, 1), (Taken::Whole, 2), (Taken::Whole, 3)] {
        hiding::copy(world, &both.ben, &footage, "preview", taken).await.unwrap();
        assert_eq!(looks().await, before + lines, "{taken:?}");
    }
    assert!(matches!(showing::served(world, &shown.address).await, Err(ActError::NotFound)));
}

/// With the commit that takes the report back: no round of the clearer has come by.
async fn what_is_public_is_gone_when_its_report_is_taken_back(world: &World, both: &Editors, incident: IncidentId, pictures: &Path) {
    let report = report_of(world, incident).await;
    let (footage, _) = given(world, &both.amina, report, std::fs::read(pictures.join("q0122.jpg")).unwrap(), Wish::Public).await;
    let place = Rectangle::new(2_500, 2_500, 5_000, 5_000).unwrap();
    let covers = || vec![Cover { path: vec![KeyFrame { at: 0, place }], from: 0, until: 0 }];
    let (shown, other) = (
        hiding::draw(world, &both.amina, footage.id, covers()).await.unwrap(),
        hiding::draw(world, &both.amina, footage.id, covers()).await.unwrap(),
    );
    Darkroom::default().step(world).await.unwrap();
    for drawn in [shown, other] {
        hiding::frame(world, &both.ben, drawn, 0).await.unwrap();
        hiding::inspect(world, &both.ben, drawn, (0, 0), true).await.unwrap();
    }
    let offer = || Offer { maker: "Witness B".into(), shows: "A street corner, covered.".into(), first_appeared: String::new() };
    let proposal = showing::offer(world, &both.amina, shown, incident, offer()).await.unwrap();
    publish(world, &both.ben, proposal).await.unwrap();
    let public = world.store.evidence().hiding(shown).await.unwrap().unwrap().public.unwrap();
    let address = Address(public.address).to_string();
    assert!(showing::served(world, &address).await.is_ok());
    let report = world.store.report(report).await.unwrap().unwrap();
    let change = handbell_rules::street::report::withdraw(world.private_id(), &report, world.now()).unwrap().unwrap();
    world.commit(change).await.unwrap();
    assert!(matches!(showing::served(world, &address).await, Err(ActError::NotFound)));
    assert!(matches!(showing::offer(world, &both.amina, other, incident, offer()).await, Err(ActError::Refused(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn older_footage_is_recognised_and_covered_footage_is_shown_by_two_people() {
    let (Some(_), Some(media)) = (ffmpeg(), media()) else { return };
    let town = tokio::task::spawn_blocking(journey::with_keys).await.unwrap();
    let opened = town::open(&town.dir, &town::Staging::default()).await.unwrap();
    let shut_in = Arc::new(ShutIn::with(Path::new(env!("CARGO_BIN_EXE_handbell")), Programs::found()));
    let world = World { shut_in, ..opened.world.clone() };
    let both = editors(&world).await;
    let (incident, words) = both.flood_with_receipt(&world).await;
    older_footage_is_found(&world, &both, incident, &media.join("pdq")).await;
    covered_footage_is_shown_and_taken_back(&world, &both, (incident, &words), &media.join("pdq")).await;
    what_is_public_is_gone_when_its_report_is_taken_back(&world, &both, incident, &media.join("pdq")).await;
    drop(world);
    opened.close().await;
}
