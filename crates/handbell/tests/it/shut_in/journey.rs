//! Journey: a picture and a film go from a witness to the desk and to a covered copy, through the running server.

use super::{ffmpeg, filmed};
use crate::desk::Member;
use crate::talk::{Answer, Talk};
use crate::town::{Town, handbell, said};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use handbell_rules::evidence::custody::{self, Deed, Statement};
use handbell_rules::time::Timestamp;
use std::io::Cursor;
use std::time::{Duration, Instant};

/// How long working copies may take on a machine that does other things too.
const PATIENCE: Duration = Duration::from_secs(120);

pub fn with_keys() -> Town {
    let town = Town::new();
    for place in ["one", "two", "three"] {
        let key = age::x25519::Identity::generate();
        let set = handbell().args(["custody", "add"]).arg(&town.dir).args([place, &key.to_public().to_string()]).output().unwrap();
        assert!(set.status.success(), "{}", said(&set));
    }
    town
}

/// A report and what is given to it, in one request of tus each; answers what opens the report.
pub fn given(talk: &mut Talk, files: &[&[u8]]) -> String {
    let body = r#"{"kind":"flood","basis":"saw","happening":"now","place":"Corner of two streets","text":"Water on the road."}"#;
    let report =
        talk.ask("POST", "/api/v1/reports", &[("content-type", "application/json"), ("idempotency-key", "shut-in")], body.as_bytes());
    let receipt = format!("Receipt {}", report.unwrap().json()["receipt"].as_str().unwrap());
    let told = format!("wish {},claimed {}", STANDARD.encode("public"), STANDARD.encode("today, about nine"));
    for file in files {
        let length = file.len().to_string();
        let headers = [
            ("tus-resumable", "1.0.0"),
            ("upload-length", length.as_str()),
            ("upload-metadata", told.as_str()),
            ("authorization", receipt.as_str()),
            ("content-type", "application/offset+octet-stream"),
        ];
        let answer = talk.ask("POST", "/api/v1/footage", &headers, file).unwrap();
        assert_eq!((answer.status, answer.header("upload-offset")), (201, Some(length.as_str())), "{}", answer.text());
    }
    receipt
}

/// Asks for a page until it says something.
pub fn until(talk: &mut Talk, member: &Member, path: &str, holds: impl Fn(&str) -> bool) -> String {
    let began = Instant::now();
    loop {
        let page = member.page(talk, path).unwrap();
        if holds(&page) {
            return page;
        }
        assert!(began.elapsed() < PATIENCE, "{path} never says so: {page}");
        std::thread::sleep(Duration::from_millis(200));
    }
}

pub fn links(page: &str, start: &str) -> Vec<String> {
    page.split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|link| link.starts_with(start))
        .map(str::to_owned)
        .collect()
}

fn is_apart(answer: &Answer, media_type: &str) {
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some(media_type));
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    assert!(answer.header("content-security-policy").unwrap().contains("sandbox"), "{:?}", answer.headers);
    assert!(answer.header("content-disposition").unwrap().starts_with("attachment"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}

#[test]
fn what_a_witness_gives_is_looked_at_covered_and_checked_by_two_people() {
    if ffmpeg().is_none() {
        return;
    }
    let picture = filmed(&["-f", "lavfi", "-i", "testsrc2=size=640x480:rate=1", "-frames:v", "1", "-c:v", "mjpeg", "-f", "mjpeg"]);
    let film =
        filmed(&["-f", "lavfi", "-i", "testsrc2=size=320x176:rate=25:duration=1", "-c:v", "libx264", "-pix_fmt", "yuv420p", "-f", "mp4"]);
    let town = with_keys();
    let invited = ["Amina", "Ben", "Cleo"].map(|name| town.invite(name));
    let server = town.serve();
    let mut talk = server.talk();
    let [amina, ben, cleo] = invited.map(|link| Member::sign_in(&mut talk, &link).unwrap());
    given(&mut talk, &[&picture, &film]);
    let list = until(&mut talk, &amina, "/desk/footage", |page| page.matches("Working copies are made.").count() == 2);
    for path in links(&list, "/desk/footage/") {
        let page = amina.page(&mut talk, &path).unwrap();
        assert!(page.contains("today, about nine") && page.contains("The date is not verified."), "three times: {page}");
        let is_film = page.contains("Take the film away");
        let mut heads = vec![path.clone(), format!("{path}/copies/preview")];
        heads.extend(is_film.then(|| [format!("{path}/copies/still-0000"), format!("{path}/frames/0")]).into_iter().flatten());
        let copy = amina.get(&mut talk, &format!("{path}/copies/preview")).unwrap();
        is_apart(&copy, if is_film { "video/mp4" } else { "image/jpeg" });
        assert_ne!(talk.ask("GET", &format!("{path}/copies/preview"), &[], b"").unwrap().status, 200, "to the desk and to nobody else");
        assert_eq!(amina.get(&mut talk, &format!("{path}/copies/clean")).unwrap().status, 404, "the file's own bytes go to no browser");
        if is_film {
            is_apart(&amina.get(&mut talk, &format!("{path}/copies/still-0000")).unwrap(), "image/jpeg");
        }
        let wrong = [("box-1-left", "90"), ("box-1-top", "0"), ("box-1-width", "20"), ("box-1-height", "20")];
        let no = amina.press(&mut talk, &path, "/hide", &wrong).unwrap();
        assert!(no.status == 422 && no.text().contains("beyond the edge"), "{}", no.text());
        let boxes = [("box-1-left", "25"), ("box-1-top", "25"), ("box-1-width", "50"), ("box-1-height", "50")];
        let drawn = amina.press(&mut talk, &path, "/hide", &boxes).unwrap();
        assert_eq!(drawn.status, 303, "{}", drawn.text());
        let hiding = drawn.header("location").unwrap().to_owned();
        let frames = if is_film { 25 } else { 1 };
        let page = until(&mut talk, &ben, &hiding, |page| page.contains(&format!("It has {frames} frames")));
        assert!(page.contains("I looked at each of these"));
        let own = amina.page(&mut talk, &hiding).unwrap();
        assert!(own.contains("You drew this yourself") && !own.contains("I looked at each of these"));
        let frame = ben.get(&mut talk, &format!("{hiding}/frames/0")).unwrap();
        is_apart(&frame, "image/jpeg");
        // Whoever asks for no bytes sees nothing, and is not said to have looked.
        heads.push(format!("{hiding}/frames/0"));
        for head in &heads {
            assert_eq!(cleo.head(&mut talk, head).unwrap().status, 405, "{head}");
        }
        let shown = image::load_from_memory(&frame.body).unwrap().into_luma8();
        let middle = shown.get_pixel(shown.width() / 2, shown.height() / 2).0[0];
        assert!(middle <= 4, "the middle of the first frame is covered: {middle}");
        let seen = |talk: &mut Talk, from: u32, until: u32| {
            for number in from..until {
                assert_eq!(ben.get(talk, &format!("{hiding}/frames/{number}")).unwrap().status, 200);
            }
        };
        if is_film {
            let no = ben.press(&mut talk, &hiding, "/look", &[("go", "seen")]).unwrap();
            assert!(no.status == 422 && no.text().contains("Not every one of these frames was sent to you"), "{}", no.text());
            for from in [0, 12] {
                seen(&mut talk, from, from + 12);
                assert_eq!(ben.press(&mut talk, &hiding, "/look", &[("go", "seen")]).unwrap().status, 303);
            }
        }
        seen(&mut talk, frames - 1, frames);
        let page = ben.page(&mut talk, &hiding).unwrap();
        assert!(page.contains("Nobody can be recognised in any frame"));
        assert_eq!(ben.press(&mut talk, &hiding, "/look", &[("go", "clear")]).unwrap().status, 303);
        assert!(ben.page(&mut talk, &hiding).unwrap().contains("found clear"));
    }
    let complaints = server.stop();
    assert!(!complaints.contains("This machine"), "{complaints}");
    chained(&town);
}

#[test]
fn what_was_taken_back_takes_no_box_and_says_so() {
    let town = with_keys();
    let amina = town.invite("Amina");
    let server = town.serve();
    let mut talk = server.talk();
    let amina = Member::sign_in(&mut talk, &amina).unwrap();
    let mut picture = Cursor::new(Vec::new());
    image::RgbImage::from_pixel(64, 48, image::Rgb([200; 3])).write_to(&mut picture, image::ImageFormat::Png).unwrap();
    let receipt = given(&mut talk, &[picture.get_ref()]);
    let list = until(&mut talk, &amina, "/desk/footage", |page| page.contains("Working copies are made."));
    let path = links(&list, "/desk/footage/").remove(0);
    let before = amina.page(&mut talk, &path).unwrap();
    let taken = talk.ask("DELETE", "/api/v1/reports/mine", &[("authorization", receipt.as_str())], b"").unwrap();
    assert_eq!(taken.status, 200, "{}", taken.text());
    // The page still lies open: whatever its form is sent for, nobody is shown the picture or a row of boxes again.
    let boxes = [("box-1-left", "25"), ("box-1-top", "25"), ("box-1-width", "50"), ("box-1-height", "50")];
    for go in ["", "more", "take-1"] {
        let no = amina.press_on(&mut talk, &before, "/hide", &[&boxes[..], &[("go", go)]].concat()).unwrap();
        assert_eq!(no.status, 422, "{go}: {}", no.text());
        assert!(no.text().contains("took it back") && !no.text().contains("box-1-left"), "{go}: {}", no.text());
    }
    for gone in [path.clone(), format!("{path}/copies/preview")] {
        let no = amina.get(&mut talk, &gone).unwrap();
        assert!(no.status == 422 && no.text().contains("took it back"), "{gone}: {}", no.text());
    }
    server.stop();
}

/// Every deed left its line, and the working keys are gone with the copies.
fn chained(town: &Town) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(async {
        let opened = handbell::cli::town::open(&town.dir, &handbell::cli::town::Staging::default()).await.unwrap();
        let evidence = opened.world.store.evidence();
        let lines = evidence.custody(0, 1_000).await.unwrap();
        custody::verify(&lines).unwrap();
        let said = lines.iter().map(|line| Statement::parse(line.statement.as_deref().unwrap()).unwrap().deed);
        let deeds: Vec<Deed> = said.collect();
        for (deed, least) in [
            (Deed::KeySet, 3),
            (Deed::Received, 2),
            (Deed::Derived, 2),
            (Deed::Looked, 2),
            (Deed::Copied, 2),
            (Deed::Hidden, 2),
            (Deed::Burnt, 2),
            (Deed::Checked, 2),
        ] {
            let count = deeds.iter().filter(|said| **said == deed).count();
            assert!(count >= least, "{deed:?} stands {count} times in {deeds:?}");
        }
        let cleo = opened.world.store.members().await.unwrap().into_iter().find(|member| member.name == "Cleo").unwrap().id;
        let looked = lines.iter().filter(|line| Statement::parse(line.statement.as_deref().unwrap()).unwrap().member == Some(cleo));
        assert_eq!(looked.count(), 0, "Cleo asked for heads alone");
        let footage = evidence.footage_since(Timestamp::default(), 9).await.unwrap();
        assert!(footage.len() == 2 && footage.iter().all(|one| one.working.is_none()));
        opened.close().await;
    });
}
