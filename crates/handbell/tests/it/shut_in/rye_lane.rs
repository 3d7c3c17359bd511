//! Rye Lane: the scenario's own incident, with stand-ins for its films. A clip that was seen elsewhere years ago comes
//! again, packed anew, with bars, mirrored and by half; the bank knows it, a member finds that it is not here and not
//! now, and the record says so once another agrees. The real server, ffmpeg and the walls.
//!
//! The clips are of the public test corpus (a patterned cloth that turns, and a test picture). They stand in for footage,
//! and the words that are kept with them say so.

use super::journey::{links, until, with_keys};
use super::{ffmpeg, filmed, media};
use crate::desk::Member;
use crate::talk::Talk;
use crate::town::Town;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use handbell::acts::{StreetCaller, record, street};
use handbell::cli::{import, town};
use handbell::world::World;
use handbell_rules::change::{Actor, Change, What};
use handbell_rules::id::{IncidentId, ReportId};
use handbell_rules::street::report::{Report, ReportState};
use std::path::Path;

const SCENARIO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios/rye-lane-2017.toml");
/// What is kept with the known clip.
const STAND_IN: &str = "A stand-in for older film that goes round with this one: a patterned cloth";

/// What the story begins with.
struct Staged {
    incident: IncidentId,
    /// A report of it.
    report: ReportId,
    /// Its receipt.
    words: String,
    /// The receipt of a report of something else.
    elsewhere: String,
}

async fn filed(world: &World, kind: &str, place: &str) -> (ReportId, String) {
    let told = crate::published::seen(world, kind, place.to_owned());
    let filed = street::file_report(world, StreetCaller, told, None, None).await.unwrap().unwrap();
    (filed.report, filed.receipt.words().to_owned())
}

/// Enters the scenario. What is entered from a file is over, and nothing joins it by the desk's forms any more; the case
/// has a witness who was there, so their report is put beside it here.
async fn staged(town: &Town) -> Staged {
    let opened = town::open(&town.dir, &town::Staging::default()).await.unwrap();
    let world = &opened.world;
    let text = std::fs::read_to_string(SCENARIO).unwrap();
    let scenario = import::read("rye-lane-2017.toml", &text, &world.group.playbook).unwrap();
    let id = record::import_scenario(world, &scenario).await.unwrap();
    let (id_of_report, words) = filed(world, "immigration-visit", "Rye Lane").await;
    let (_, elsewhere) = filed(world, "flood", "By the library").await;
    let incident = world.store.incident(id).await.unwrap().unwrap();
    let report = world.store.report(id_of_report).await.unwrap().unwrap();
    let report = Report { state: ReportState::Joined, incidents: vec![id], ..report };
    let what = What::ReportJoined { incident, report };
    world.commit(Change { id: world.private_id(), at: world.now(), by: Actor::Keeper, what }).await.unwrap();
    opened.close().await;
    Staged { incident: id, report: id_of_report, words, elsewhere }
}

/// A clip as ffmpeg makes it of another one, packed anew.
fn clip(of: &Path, how: &[&str]) -> Vec<u8> {
    let packed = ["-an", "-c:v", "libx264", "-preset", "veryfast", "-crf", "30", "-pix_fmt", "yuv420p", "-f", "mp4"];
    filmed(&[&["-i", of.to_str().unwrap()][..], how, &packed].concat())
}

/// Gives a clip with a receipt and waits for its working copies; its page at the desk.
fn given(talk: &mut Talk, member: &Member, words: &str, clip: &[u8]) -> String {
    let before = links(&member.page(talk, "/desk/footage").unwrap(), "/desk/footage/");
    let (length, receipt) = (clip.len().to_string(), format!("Receipt {words}"));
    let told = format!("wish {},claimed {}", STANDARD.encode("desk-only"), STANDARD.encode("this Saturday"));
    let headers = [
        ("tus-resumable", "1.0.0"),
        ("upload-length", length.as_str()),
        ("upload-metadata", told.as_str()),
        ("authorization", receipt.as_str()),
        ("content-type", "application/offset+octet-stream"),
    ];
    let answer = talk.ask("POST", "/api/v1/footage", &headers, clip).unwrap();
    assert_eq!(answer.status, 201, "{}", answer.text());
    let after = links(&member.page(talk, "/desk/footage").unwrap(), "/desk/footage/");
    let path = after.into_iter().find(|path| !before.contains(path)).unwrap();
    until(talk, member, &path, |page| page.contains("Working copies are made."));
    path
}

/// Where the desk holds a file against the bank.
fn beside(path: &str) -> String {
    format!("/desk/known?footage={}", path.rsplit('/').next().unwrap())
}

/// How many in a hundred stills of the known film the page says were found again.
fn share(page: &str) -> u32 {
    let (before, _) = page.split_once(" in 100 stills of the known film").unwrap_or_else(|| panic!("no share: {page}"));
    before.rsplit(|letter: char| !letter.is_ascii_digit()).next().unwrap().parse().unwrap()
}

#[test]
fn older_film_that_goes_round_with_rye_lane_is_recognised_and_the_record_says_so() {
    let (Some(_), Some(media)) = (ffmpeg(), media()) else { return };
    let (cloth, stranger) = (media.join("video/pattern-sd-grey-bar.mp4"), media.join("video/test-padded-dimensions.mp4"));
    let town = with_keys();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let staged = runtime.block_on(staged(&town));
    drop(runtime);
    let (amina, ben) = (town.invite("Amina"), town.invite("Ben"));
    let server = town.serve();
    let mut talk = server.talk();
    let (amina, ben) = (Member::sign_in(&mut talk, &amina).unwrap(), Member::sign_in(&mut talk, &ben).unwrap());

    // The incident is over, and was nobody's work here: what is given to its report opens by two, for an hour.
    let report = format!("/desk/reports/{}", staged.report);
    let why = [("reason", "A clip that goes round is held against the bank")];
    assert_eq!(amina.press(&mut talk, &report, "/desk/open/ask", &why).unwrap().status, 303);
    assert_eq!(ben.press(&mut talk, "/desk/open/asks", "/desk/open/agree", &[]).unwrap().status, 303);

    let old = given(&mut talk, &amina, &staged.elsewhere, &std::fs::read(&cloth).unwrap());
    let telling = [("words", STAND_IN), ("date", "2016-06"), ("place", "Southall, London")];
    assert_eq!(amina.press(&mut talk, &beside(&old), "/desk/known", &telling).unwrap().status, 303);

    let other = given(&mut talk, &amina, &staged.words, &std::fs::read(&stranger).unwrap());
    let bars = "pad=iw:ih*1.4:0:(oh-ih)/2:black";
    let mirrored = "hflip,scale=iw*3/4:-2,pad=iw*1.3:ih:(ow-iw)/2:0:black,scale=trunc(iw/2)*2:trunc(ih/2)*2";
    let mut lead = String::new();
    for (how, least, most) in [
        (&["-vf", "scale=iw/2:ih/2"][..], 80, 100),
        (&["-vf", bars][..], 60, 100),
        (&["-vf", mirrored][..], 60, 100),
        // Three of its seven seconds.
        (&["-t", "3"][..], 25, 70),
    ] {
        lead = beside(&given(&mut talk, &amina, &staged.words, &clip(&cloth, how)));
        let page = until(&mut talk, &amina, &lead, |page| page.contains("What is it?"));
        let beside = &page[..page.find("h-known").unwrap()];
        assert!(beside.contains("Southall, London, ") && beside.contains(STAND_IN), "{how:?}: {beside}");
        let share = share(beside);
        println!("{how:?}: {share} in 100");
        assert!((least..=most).contains(&share), "{how:?}: {share} in 100 stills");
    }
    let page = amina.page(&mut talk, &beside(&other)).unwrap();
    assert!(page.contains("It resembles nothing that is known here"), "another film: {page}");

    // A lead is nothing by itself, and neither is what one member says of it.
    let record = format!("/record/{}", staged.incident);
    let says = |page: &str| page.contains(STAND_IN) && page.contains("2016");
    assert_eq!(amina.press(&mut talk, &lead, "/answer", &[("finding", "not-here-not-now")]).unwrap().status, 303);
    assert!(!says(&amina.page(&mut talk, &record).unwrap()), "one member publishes nothing");
    assert_eq!(ben.press(&mut talk, "/desk/record", "/approve", &[]).unwrap().status, 303);
    let page = until(&mut talk, &ben, &record, says);
    let beside = &page[page.find("Not this event").unwrap()..];
    assert!(beside.contains("Southall, London") && beside.contains(STAND_IN), "{beside}");
    server.stop();
}
