//! What of a file leaves, and which lines of its chain that leaves.

use super::*;
use crate::doors::fixture::{Heard, Signed, Town};
use crate::store::conformance::builders::{self, commit_at};
use crate::vault::ObjectName;
use axum::body::Body;
use handbell_rules::change::What;
use handbell_rules::evidence::custody::{Deed, Statement};
use handbell_rules::evidence::footage::WorkingCopy;
use handbell_rules::id::ReportId;
use handbell_rules::people::member::Role;
use handbell_rules::street::report::Report;
use handbell_rules::time::{HOUR, MINUTE};

/// Footage whose one working copy is of this type.
async fn developed(town: &Town, media_type: &str) -> FootageId {
    let (world, now) = (&town.app.world, town.app.world.now());
    let id = FootageId(world.bytes());
    let name = ObjectName::copy(id, "preview").unwrap();
    world.vault.put(&name, vec![7; 100]).await.unwrap();
    let preview = WorkingCopy { name: name.to_string(), media_type: media_type.to_owned(), length: 100, at: None, sha256: None };
    let copies = Copies::Made {
        preview: Some(preview),
        clean: None,
        stills: Vec::new(),
        size: None,
        lasts: Some(1_000),
        in_file: None,
        credentials: false,
    };
    let report = Report { id: ReportId(world.bytes()), filed_at: now, ..builders::report() };
    commit_at(&*world.store, now, builders::filed(&report)).await;
    let footage = Footage {
        id,
        version: 0,
        report: report.id,
        received_at: now,
        media_type: media_type.to_owned(),
        length: 9,
        sha256: [7; 32],
        parts: 1,
        wish: Wish::DeskOnly,
        claimed: String::new(),
        recipient: String::new(),
        working: None,
        shares: [String::new(), String::new(), String::new()],
        inner_salt: world.bytes(),
        noted: None,
        copies,
        unasked: false,
        shut_held: None,
        forget_at: now.plus(100 * DAY),
        held: None,
        hold_asked: None,
    };
    commit_at(&*world.store, now, What::FootageChanged { footage, said: None }).await;
    id
}

async fn asked(town: &Town, member: &Signed, id: FootageId, more: &[(&str, &str)]) -> Heard {
    let mut request = http::Request::get(format!("/desk/footage/{id}/copies/preview")).header("cookie", &member.cookies);
    for (name, value) in more {
        request = request.header(*name, *value);
    }
    town.send(request.body(Body::empty()).unwrap()).await
}

/// An hour in which a member touches their browser now and then, so that it does not lock.
async fn an_hour_later(town: &Town, member: &Signed) {
    for _ in 0..6 {
        town.clock.go(HOUR / 6);
        let list = http::Request::get("/desk/footage").header("cookie", &member.cookies).body(Body::empty()).unwrap();
        assert_eq!(town.send(list).await.status, 200);
    }
}

/// How often its chain says that somebody looked, and that somebody took it away.
async fn lines(town: &Town, id: FootageId) -> (usize, usize) {
    let lines = town.app.world.store.evidence().custody_of(id).await.unwrap();
    let deeds: Vec<Deed> = lines.iter().map(|line| Statement::parse(line.statement.as_deref().unwrap()).unwrap().deed).collect();
    let count = |deed: Deed| deeds.iter().filter(|said| **said == deed).count();
    (count(Deed::Looked), count(Deed::Copied))
}

#[tokio::test]
async fn each_time_a_film_is_taken_away_leaves_a_line_and_its_rest_is_no_other_time() {
    let town = Town::new();
    let (amina, ben) = (town.signed_in("Amina", &[Role::Triager]).await, town.signed_in("Ben", &[Role::Triager]).await);
    let film = developed(&town, "video/mp4").await;
    for copied in 1..=2 {
        assert_eq!(asked(&town, &amina, film, &[]).await.status, 200);
        assert_eq!(lines(&town, film).await, (0, copied));
    }
    let rest = asked(&town, &amina, film, &[("range", "bytes=40-")]).await;
    assert_eq!((rest.status.as_u16(), rest.header("content-range"), rest.body.len()), (206, "bytes 40-99/100", 60));
    assert_eq!(lines(&town, film).await, (0, 2));
    // Somebody else's rest is theirs, and so is one of long after.
    asked(&town, &ben, film, &[("range", "bytes=40-")]).await;
    assert_eq!(lines(&town, film).await, (0, 3));
    an_hour_later(&town, &amina).await;
    asked(&town, &amina, film, &[("range", "bytes=1-")]).await;
    assert_eq!(lines(&town, film).await, (0, 4));
    // That it stands in a page is said of pictures only.
    asked(&town, &amina, film, &[("sec-fetch-dest", "image")]).await;
    assert_eq!(lines(&town, film).await, (0, 5));
}

#[tokio::test]
async fn each_play_of_a_recording_leaves_one_line() {
    let town = Town::new();
    let amina = town.signed_in("Amina", &[Role::Triager]).await;
    let sound = developed(&town, "audio/mp4").await;
    for (after, range, copied) in [
        // A player asks for two bytes, for all of it, for what it jumps to.
        (0, "bytes=0-1", 1),
        (0, "bytes=0-", 1),
        (9 * MINUTE, "bytes=60-", 1),
        // Played again.
        (MINUTE, "bytes=0-", 2),
        // The last hundred bytes are all of it.
        (MINUTE, "bytes=-100", 3),
        // All but the first byte is as good as all, each time.
        (MINUTE, "bytes=1-", 4),
        (MINUTE, "bytes=1-98", 5),
    ] {
        town.clock.go(after);
        assert_eq!(asked(&town, &amina, sound, &[("range", range)]).await.status, 206, "{range}");
        assert_eq!(lines(&town, sound).await, (0, copied), "{range}");
    }
    // It came in a film's container, as most do: people read that it is a recording.
    let kept = town.app.world.store.evidence().footage(sound).await.unwrap().unwrap();
    let came = Footage { media_type: "video/webm".to_owned(), ..kept };
    assert_eq!((came.shown_type().as_str(), came.media_type.as_str()), ("audio/webm", "video/webm"));
}

#[tokio::test]
async fn a_picture_on_its_page_is_looked_at_and_a_picture_that_is_fetched_is_taken() {
    let town = Town::new();
    let amina = town.signed_in("Amina", &[Role::Triager]).await;
    let picture = developed(&town, "image/jpeg").await;
    let (before, _) = lines(&town, picture).await;
    for _ in 0..3 {
        asked(&town, &amina, picture, &[("sec-fetch-dest", "image")]).await;
        assert_eq!(lines(&town, picture).await, (before + 1, 0), "within the hour once");
    }
    for copied in 1..=2 {
        asked(&town, &amina, picture, &[("sec-fetch-dest", "document")]).await;
        assert_eq!(lines(&town, picture).await, (before + 1, copied));
    }
    // Whoever asks for a few bytes of a picture gets all of it, so that is another time too.
    for (range, copied) in [("bytes=60-", 3), ("bytes=5-6", 4), ("bytes=0-1", 5)] {
        let heard = asked(&town, &amina, picture, &[("range", range)]).await;
        assert_eq!((heard.status.as_u16(), heard.body.len()), (200, 100), "{range}");
        assert_eq!(lines(&town, picture).await, (before + 1, copied), "{range}");
    }
}

#[tokio::test]
async fn each_of_the_three_times_says_whose_word_it_is_and_by_which_clock() {
    let town = Town::new();
    let amina = town.signed_in("Amina", &[Role::Triager]).await;
    let id = developed(&town, "image/jpeg").await;
    let kept = town.app.world.store.evidence().footage(id).await.unwrap().unwrap();
    let said = Footage { claimed: "today, about nine".into(), ..kept };
    commit_at(&*town.app.world.store, town.app.world.now(), What::FootageChanged { footage: said, said: None }).await;
    let page = crate::doors::desk::tests::get_as(&town, &amina, &format!("/desk/footage/{id}")).await.text();
    for words in [
        "When it was filmed, as the witness says",
        "today, about nine (their own words)",
        "When it was filmed, as the file says",
        "When the whole file had come here",
        "(this server’s clock, the time of this town)",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    for (said, zoned) in [("2026-11-22 14:03:11", false), ("2026-11-22 14:03:11 +01:00", true), ("2026-11-22 14:03:11 UTC", true)] {
        assert_eq!(by_its_clock(said).contains("which time zone"), !zoned, "{said}");
    }
}

#[tokio::test]
async fn a_working_copy_that_is_given_again_is_named_as_our_own() {
    let town = Town::new();
    let world = &town.app.world;
    let amina = town.signed_in("Amina", &[Role::Triager]).await;
    let (first, again) = (developed(&town, "image/jpeg").await, developed(&town, "image/jpeg").await);
    let kept = async |id: FootageId| world.store.evidence().footage(id).await.unwrap().unwrap();
    let page = async |id: FootageId| crate::doors::desk::tests::get_as(&town, &amina, &format!("/desk/footage/{id}")).await.text();
    let mut of = kept(first).await;
    if let Copies::Made { preview: Some(copy), .. } = &mut of.copies {
        copy.sha256 = Some("08".repeat(32));
    }
    commit_at(&*world.store, world.now(), What::FootageChanged { footage: of, said: None }).await;
    assert!(!page(again).await.contains("our own copy"), "another file");
    let given = Footage { sha256: [8; 32], ..kept(again).await };
    commit_at(&*world.store, world.now(), What::FootageChanged { footage: given, said: None }).await;
    let text = page(again).await;
    assert!(text.contains(&format!("our own copy of another file (/desk/footage/{first})")), "{text}");
    assert!(!page(first).await.contains("our own copy"), "the one that it was made of");
}
