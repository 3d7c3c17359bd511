//! What holds at the street's pages.

use super::super::fixture::{Heard, Town, encoded, form};
use crate::acts::{people, street as acts};
use crate::store::memory::Fault;
use axum::body::Body;
use handbell_rules::people::member::Role;
use handbell_rules::street::report::{AsideWhy, Count, Report};
use handbell_rules::time::MINUTE;
use http::Request;

const ONCE: &str = "0123456789abcdef0123456789abcdef";

/// A last step that can be sent, with some of its fields said otherwise.
async fn sent(town: &Town, otherwise: &[(&str, &str)]) -> Heard {
    let mut fields = vec![
        ("step", "more"),
        ("go", "send"),
        ("kind", "immigration-visit"),
        ("basis", "saw"),
        ("place", "Rye Lane, by the station"),
        ("area", "north"),
        ("when", "now"),
        ("ago", "15"),
        ("text", "Four of them, going from shop to shop."),
        ("officers", "3-5"),
        ("vehicles", "11-"),
        ("people", ""),
        ("contact", ""),
        ("once", ONCE),
    ];
    for (name, value) in otherwise {
        match fields.iter_mut().find(|(known, _)| known == name) {
            Some(field) => field.1 = value,
            None => fields.push((name, value)),
        }
    }
    town.post("/report", &fields).await
}

async fn reports(town: &Town) -> Vec<Report> {
    town.app.world.store.waiting_reports(100).await.unwrap()
}

#[tokio::test]
async fn three_steps_carry_their_answers_and_end_in_seven_words() {
    let town = Town::new();
    let first = town.get("/report").await;
    assert_eq!(first.status, 200);
    assert_eq!(first.header("cache-control"), "no-store");
    let second = town.post("/report", &[("step", "what"), ("kind", "immigration-visit"), ("basis", "saw"), ("go", "next")]).await;
    assert_eq!(second.status, 200);
    assert_eq!(
        (second.field("kind"), second.field("basis"), second.field("step")),
        ("immigration-visit".into(), "saw".into(), "where".into())
    );
    let place = [("place", "Rye Lane, by the station"), ("area", "north"), ("when", "now"), ("ago", "15")];
    let third = town
        .post("/report", &[&[("step", "where"), ("kind", "immigration-visit"), ("basis", "saw"), ("go", "next")], &place[..]].concat())
        .await;
    assert_eq!(third.status, 200);
    assert_eq!(
        (third.field("step"), third.field("place"), third.field("ago")),
        ("more".into(), "Rye Lane, by the station".into(), "15".into())
    );
    assert!(reports(&town).await.is_empty(), "nothing is kept before the last step");

    let receipt = sent(&town, &[("once", &third.field("once"))]).await;
    assert_eq!(receipt.status, 200);
    let words = receipt.receipt().unwrap();
    assert_eq!(words.split(' ').count(), 7);
    let kept = reports(&town).await;
    let told = &kept[0].told;
    assert_eq!(told.place, "Rye Lane, by the station\nArea: Peckham North");
    assert_eq!(told.point, None, "an area is never kept as a point");
    assert_eq!(
        (told.officers, told.vehicles, told.people),
        (Some(Count { low: 3, high: Some(5) }), Some(Count { low: 11, high: None }), None)
    );
    assert_eq!(town.app.world.now().since(told.observed.from), 15 * MINUTE);
    assert_eq!(told.observed.to, town.app.world.now());
    assert!(acts::read_receipt(&town.app.world, crate::acts::StreetCaller, &words).await.is_ok());
}

#[tokio::test]
async fn going_back_loses_nothing() {
    let town = Town::new();
    let back = sent(&town, &[("go", "back")]).await;
    assert_eq!(
        (back.status.as_u16(), back.field("step"), back.field("text"), back.field("once")),
        (200, "where".into(), "Four of them, going from shop to shop.".into(), ONCE.into())
    );
    let back = sent(&town, &[("step", "where"), ("go", "back")]).await;
    assert_eq!(
        (back.status.as_u16(), back.field("step"), back.field("place"), back.field("once")),
        (200, "what".into(), "Rye Lane, by the station".into(), ONCE.into())
    );
    assert!(reports(&town).await.is_empty());
}

#[tokio::test]
async fn what_a_witness_leaves_out_is_a_choice_in_words() {
    let town = Town::new();
    let ask = sent(&town, &[("go", "ask")]).await;
    assert_eq!((ask.status.as_u16(), ask.field("step")), (200, "ask".into()));
    assert_eq!(ask.text().matches("I cannot say").count(), 2, "how sure the time is and how exactly the place is known");
    assert!(!ask.text().contains("—"));
}

#[tokio::test]
async fn pressing_twice_is_one_report_and_another_text_is_asked_about() {
    let town = Town::new();
    let (first, second) = (sent(&town, &[]).await, sent(&town, &[]).await);
    assert!(first.receipt().is_some());
    assert_eq!(first.receipt(), second.receipt());
    assert_eq!(reports(&town).await.len(), 1);
    let other = sent(&town, &[("text", "Six of them.")]).await;
    assert_eq!((other.status.as_u16(), other.receipt()), (422, None));
    assert!(other.text().contains("was saved from this page already") && other.text().contains("Six of them."));
    let once = other.field("once");
    assert_ne!(once, ONCE);
    assert!(sent(&town, &[("text", "Six of them."), ("once", &once)]).await.receipt().is_some());
    assert_eq!(reports(&town).await.len(), 2);
}

#[tokio::test]
async fn words_are_shown_only_after_the_commit_and_what_was_typed_stays() {
    let town = Town::new();
    town.store.plant([Some(Fault::Fails); 3]);
    let failed = sent(&town, &[]).await;
    assert_eq!((failed.status.as_u16(), failed.receipt()), (503, None));
    assert!(!failed.text().contains("We have your report"));
    assert!(failed.text().contains("Four of them, going from shop to shop.") && failed.text().contains("We could not save it"));
    assert!(!failed.text().contains("planted"), "the cause is for the operator");
    assert_eq!((failed.field("once"), failed.field("place")), (ONCE.into(), "Rye Lane, by the station".into()));
    assert!(reports(&town).await.is_empty());
    // The same button again, on a disk that writes and says that it did not: still one report, with words.
    town.store.plant([Some(Fault::FailsButPersists)]);
    assert!(sent(&town, &[]).await.receipt().is_some());
    assert_eq!(reports(&town).await.len(), 1);
}

#[tokio::test]
async fn what_cannot_be_taken_is_said_beside_its_field_and_nothing_typed_is_lost() {
    let town = Town::new();
    let long = "a".repeat(4_001);
    let place = "b".repeat(201);
    let contact = "c".repeat(201);
    let cases: [(&str, &str, &str, &str); 17] = [
        ("kind", "burglary", "kind", "what"),
        ("kind", "", "kind", "what"),
        ("basis", "dreamt", "basis", "what"),
        ("place", "", "place", "where"),
        ("place", &place, "place", "where"),
        ("place", "Rye\u{7}Lane", "place", "where"),
        ("area", "atlantis", "area", "where"),
        ("when", "soon", "when", "where"),
        ("ago", "-5", "ago", "where"),
        ("ago", "99999999999", "ago", "where"),
        ("ago", "4000000000", "ago", "where"),
        ("text", &long, "text", "more"),
        ("text", "a\u{1}b", "text", "more"),
        ("officers", "5-3", "officers", "more"),
        ("vehicles", "100000", "vehicles", "more"),
        ("people", "many", "people", "more"),
        ("contact", &contact, "contact", "more"),
    ];
    for (field, value, at, step) in cases {
        let heard = sent(&town, &[(field, value)]).await;
        let text = heard.text();
        assert_eq!(heard.status, 422, "{field}={value}");
        assert_eq!(heard.field("step"), step, "{field}={value}");
        assert!(text.contains(&format!("id=\"{at}-err\"")) && text.contains(&format!("href=\"#{at}\"")), "{field}={value}: {text}");
        assert!(text.contains("Four of them") || field == "text", "{field}={value} lost the text");
        assert!(text.contains("Rye Lane, by the station") || field == "place", "{field}={value} lost the place");
    }
    assert!(reports(&town).await.is_empty());
}

#[tokio::test]
async fn a_contact_reaches_the_disk_sealed_only() {
    let town = Town::new();
    assert!(sent(&town, &[("contact", "the lamp in the red window")]).await.receipt().is_some());
    let report = &reports(&town).await[0];
    let sealed = town.app.world.store.contact(report.id).await.unwrap().unwrap().sealed;
    assert!(sealed.starts_with(b"age-encryption.org/v1") && !String::from_utf8_lossy(&sealed).contains("lamp"));
    assert!(!format!("{report:?}").contains("lamp"));
}

#[tokio::test]
async fn hostile_forms_are_refused_and_write_nothing() {
    let town = Town::new();
    let raw = |body: Vec<u8>, kind: &'static str| {
        Request::post("/report").header("content-type", kind).header("sec-fetch-site", "same-origin").body(Body::from(body)).unwrap()
    };
    const FORM: &str = "application/x-www-form-urlencoded";
    for name in ["role", "route", "observer", "state", "csrf"] {
        assert_eq!(sent(&town, &[(name, "triager")]).await.status, 400, "{name}");
    }
    assert_eq!(town.send(raw(b"step=what&step=more".to_vec(), FORM)).await.status, 400);
    assert_eq!(town.send(raw(b"step=what&kind=%FF".to_vec(), FORM)).await.status, 400);
    assert_eq!(town.send(raw(b"step=what&kind=\xff".to_vec(), FORM)).await.status, 400);
    assert_eq!(town.send(raw(b"step=what&kind=%zz".to_vec(), FORM)).await.status, 400);
    assert_eq!(town.send(raw(b"step=elsewhere&go=send".to_vec(), FORM)).await.status, 400);
    assert_eq!(town.send(raw(b"{}".to_vec(), "application/json")).await.status, 415);
    assert_eq!(town.send(raw(vec![b'a'; 70_000], FORM)).await.status, 413);
    for (header, value) in
        [("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site"), ("origin", "https://elsewhere.example"), ("origin", "null")]
    {
        let fields = [("step", "what"), ("kind", "flood"), ("basis", "saw")];
        let request =
            Request::post("/report").header("content-type", FORM).header(header, value).body(Body::from(encoded(&fields))).unwrap();
        assert_eq!(town.send(request).await.status, 403, "{header}: {value}");
    }
    assert!(reports(&town).await.is_empty());
}

#[tokio::test]
async fn too_many_reports_from_one_place_wait_and_keep_what_was_typed() {
    let town = Town::new().limited();
    let mut last = sent(&town, &[]).await;
    for number in 0..340 {
        last = sent(&town, &[]).await;
        assert!(number > 320 || last.receipt().is_some(), "the slow lane, and no refusal yet: {number}");
    }
    assert_eq!((last.status.as_u16(), last.receipt(), last.header("retry-after")), (429, None, "60"));
    assert!(last.text().contains("Four of them"));
}

#[tokio::test]
async fn a_receipt_opens_answers_adds_and_withdraws() {
    let town = Town::new();
    let world = &town.app.world;
    let words = sent(&town, &[]).await.receipt().unwrap();
    let page = town.post("/receipt", &[("words", &words.to_uppercase().replace(' ', "\n "))]).await;
    assert_eq!(page.status, 200);
    assert!(
        page.text().contains("Nobody has read it yet") && !page.text().contains("going from shop to shop"),
        "a receipt shows no report"
    );

    let amina = town.signed_in("Amina", &[Role::Triager]).await;
    let report = reports(&town).await[0].id;
    crate::acts::desk::ask(world, &amina.caller, report, "Is it still going on?").await.unwrap();
    let page = town.post("/receipt", &[("words", &words)]).await;
    let question = page.field("question");
    assert!(page.text().contains("Is it still going on?"));
    let empty = town.post("/receipt/answer", &[("words", &words), ("question", &question), ("answer", " ")]).await;
    assert_eq!(empty.status, 422);
    assert!(empty.text().contains("answer-err"));
    let other = town.post("/receipt/answer", &[("words", &words), ("question", "another"), ("answer", "Yes")]).await;
    assert_eq!(other.status, 422, "an answer belongs to its question");
    let answered = town.post("/receipt/answer", &[("words", &words), ("question", &question), ("answer", "Yes, still")]).await;
    assert_eq!(answered.status, 200);
    assert!(answered.text().contains("You answered: Yes, still") && !answered.text().contains("name=\"question\""));

    for _ in 0..2 {
        town.clock.go(MINUTE);
        let added = town.post("/receipt/add", &[("words", &words), ("text", "Now they leave")]).await;
        assert!(added.status == 200 && added.text().contains("Added."));
    }
    assert_eq!(world.store.notes(report).await.unwrap().len(), 3, "a reload adds nothing");
    town.store.plant([Some(Fault::Fails); 3]);
    let failed = town.post("/receipt/add", &[("words", &words), ("text", "One more thing")]).await;
    assert_eq!(failed.status, 503);
    assert!(failed.text().contains("One more thing"));
    assert_eq!(town.post("/receipt/add", &[("words", &words), ("text", "")]).await.status, 422);

    let asked = town.post("/receipt/withdraw", &[("words", &words)]).await;
    assert!(asked.text().contains("Withdraw this report?"));
    assert!(town.post("/receipt/withdraw", &[("words", &words), ("sure", "no")]).await.text().contains("Kept."));
    assert!(!world.store.notes(report).await.unwrap().is_empty());
    let gone = town.post("/receipt/withdraw", &[("words", &words), ("sure", "yes")]).await;
    assert!(gone.text().contains("Withdrawn."));
    let kept = world.store.report(report).await.unwrap().unwrap();
    assert!(kept.told.text.is_empty() && kept.told.place.is_empty() && world.store.notes(report).await.unwrap().is_empty());
    assert_eq!(town.post("/receipt/add", &[("words", &words), ("text", "more")]).await.status, 422);
}

/// A way to write through the receipt: the path, what it takes besides, the field of the words.
type Write = (&'static str, &'static [(&'static str, &'static str)], &'static str);
/// Everything a witness can write, beside the answer to a question.
const WRITES: [Write; 3] =
    [("/receipt/add", &[], "text"), ("/receipt/correct", &[], "correction"), ("/receipt/wish", &[("about", "public-page")], "wish")];

#[tokio::test]
async fn whatever_a_witness_writes_is_kept_once_and_comes_back_when_it_cannot_be_taken() {
    let town = Town::new();
    let world = &town.app.world;
    let words = sent(&town, &[]).await.receipt().unwrap();
    let report = reports(&town).await[0].id;
    for (path, besides, field) in WRITES {
        let write = async |text: &str| {
            let all: Vec<(&str, &str)> = [("words", words.as_str()), (field, text)].into_iter().chain(besides.iter().copied()).collect();
            town.post(path, &all).await
        };
        let before = world.store.notes(report).await.unwrap().len();
        let long = "n".repeat(4_001);
        for wrong in ["", " ", long.as_str(), "a\u{1}b"] {
            let heard = write(wrong).await;
            assert_eq!(heard.status, 422, "{path} {wrong:.9}");
            let text = heard.text();
            assert!(text.contains(&format!("id=\"{field}-err\"")) && text.contains(&format!("href=\"#{field}\"")), "{path} {wrong:.9}");
            assert!(wrong.trim().is_empty() || text.contains(&format!(">{wrong}</textarea>")), "{path} lost what was typed");
            assert!(field == "text" || text.contains("<details open>"), "{path}: what is to mend is not folded away");
        }
        town.store.plant([Some(Fault::Fails); 3]);
        let failed = write("One more thing").await;
        assert!(failed.status == 503 && failed.text().contains(">One more thing</textarea>"), "{path}");
        for _ in 0..2 {
            town.clock.go(MINUTE);
            let heard = write("One more thing").await;
            assert!(heard.status == 200 && heard.text().contains("class=\"notice\""), "{path}: {}", heard.text());
        }
        assert_eq!(world.store.notes(report).await.unwrap().len(), before + 1, "{path}: a reload adds nothing");
    }
    let nothing = town.post("/receipt/wish", &[("words", &words), ("wish", "Take the hour out."), ("about", "everything")]).await;
    assert!(
        nothing.status == 422 && nothing.text().contains("id=\"about-err\"") && nothing.text().contains(">Take the hour out.</textarea>")
    );
    town.post("/receipt/withdraw", &[("words", &words), ("sure", "yes")]).await;
    assert!(world.store.notes(report).await.unwrap().is_empty(), "every kind of note goes with the report");
    for (path, besides, field) in WRITES {
        let all: Vec<(&str, &str)> = [("words", words.as_str()), (field, "more")].into_iter().chain(besides.iter().copied()).collect();
        let late = town.post(path, &all).await;
        assert!(late.status == 422 && late.text().contains("This report was withdrawn."), "{path}");
    }
}

#[tokio::test]
async fn an_answer_that_is_sent_again_by_a_reload_is_no_error() {
    let town = Town::new();
    let words = sent(&town, &[]).await.receipt().unwrap();
    let amina = town.signed_in("Amina", &[Role::Triager]).await;
    let report = reports(&town).await[0].id;
    crate::acts::desk::ask(&town.app.world, &amina.caller, report, "Is it still going on?").await.unwrap();
    let question = town.post("/receipt", &[("words", &words)]).await.field("question");
    let long = "n".repeat(4_001);
    let refused = town.post("/receipt/answer", &[("words", &words), ("question", &question), ("answer", &long)]).await;
    assert!(refused.status == 422 && refused.text().contains(&format!(">{long}</textarea>")), "the answer comes back in its own field");
    for _ in 0..2 {
        let heard = town.post("/receipt/answer", &[("words", &words), ("question", &question), ("answer", "Yes, still")]).await;
        assert!(heard.status == 200 && heard.text().contains("Sent. The desk will read your answer."), "{}", heard.text());
    }
    assert_eq!(town.app.world.store.notes(report).await.unwrap().len(), 2);
    let other = town.post("/receipt/answer", &[("words", &words), ("question", &question), ("answer", "No")]).await;
    assert!(other.status == 422 && other.text().contains(">No</textarea>"), "another answer comes too late and is not lost");
}

#[tokio::test]
async fn a_wish_is_answered_in_plain_words() {
    let town = Town::new();
    let world = &town.app.world;
    let words = sent(&town, &[]).await.receipt().unwrap();
    let amina = town.signed_in("Amina", &[Role::Triager]).await;
    let report = reports(&town).await[0].id;
    for (about, text) in [("picture", "My face is in the clip."), ("public-page", "Take the hour out.")] {
        let heard = town.post("/receipt/wish", &[("words", &words), ("about", about), ("wish", text)]).await;
        assert!(heard.text().contains(text) && heard.text().contains("Nobody has decided yet."), "{about}");
    }
    let wishes: Vec<_> = world.store.notes(report).await.unwrap().iter().map(|note| note.id).collect();
    for (wish, done, because) in [(wishes[0], true, "The clip is covered."), (wishes[1], false, "The council gave the hour itself.")] {
        crate::acts::desk::decide_wish(world, &amina.caller, report, wish, done, because).await.unwrap();
    }
    let page = town.post("/receipt", &[("words", &words)]).await.text();
    assert!(page.contains("The desk did it. The clip is covered."));
    assert!(page.contains("The desk cannot do it, because: The council gave the hour itself."));
    assert!(!page.contains("Nobody has decided yet.") && !page.contains("Amina"), "no member is named to a witness");
}

#[tokio::test]
async fn a_report_set_aside_tells_its_witness_the_sort_and_never_the_reason() {
    let town = Town::new();
    let words = sent(&town, &[]).await.receipt().unwrap();
    let amina = town.signed_in("Amina", &[Role::Triager]).await;
    let report = reports(&town).await[0].id;
    crate::acts::desk::set_aside(&town.app.world, &amina.caller, report, AsideWhy::Duplicate, "The same voice as before.").await.unwrap();
    let page = town.post("/receipt", &[("words", &words)]).await.text();
    assert!(page.contains("Somebody else had told the same") && !page.contains("The same voice"));
}

#[tokio::test]
async fn wrong_and_unknown_words_get_one_answer_and_guessing_is_slow() {
    let town = Town::new().limited();
    let words = sent(&town, &[]).await.receipt().unwrap();
    let mut wrong: Vec<&str> = words.split(' ').collect();
    wrong.swap(0, 6);
    let unknown = wrong.join(" ");
    let mut answers = Vec::new();
    for typed in [unknown.as_str(), "not seven words", "", "zzz zzz zzz zzz zzz zzz zzz"] {
        let heard = town.post("/receipt", &[("words", typed)]).await;
        assert_eq!(heard.status, 404);
        assert!(heard.text().contains("words-err"));
        answers.push(if typed.is_empty() { heard.text() } else { heard.text().replace(typed, "") });
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
    for path in ["/receipt/add", "/receipt/answer", "/receipt/correct", "/receipt/wish", "/receipt/withdraw"] {
        assert_eq!(town.post(path, &[("words", &unknown)]).await.status, 404, "{path}");
    }
    let mut last = 0;
    for _ in 0..30 {
        last = town.post("/receipt", &[("words", &unknown)]).await.status.as_u16();
    }
    assert_eq!(last, 429);
    assert_eq!(town.post("/receipt", &[("words", &words)]).await.status, 429, "the right words wait too");
}

#[tokio::test]
async fn receipts_take_no_foreign_page() {
    let town = Town::new();
    for path in ["/receipt", "/receipt/add", "/receipt/answer", "/receipt/correct", "/receipt/wish", "/receipt/withdraw"] {
        let mut request = form(path, &[("words", "a b c d e f g")]);
        request.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
        assert_eq!(town.send(request).await.status, 403, "{path}");
    }
}

#[tokio::test]
async fn the_quick_way_out_leaves_nothing_in_the_cache() {
    let town = Town::new();
    let out = town.get("/exit").await;
    assert_eq!(
        (out.status.as_u16(), out.header("location"), out.header("clear-site-data"), out.header("referrer-policy")),
        (303, super::EXIT_TO, "\"cache\"", "no-referrer")
    );
}

#[tokio::test]
async fn pages_say_honestly_who_is_at_the_desk() {
    let town = Town::new();
    assert!(town.get("/").await.text().contains("Nobody is at the desk now."));
    let chidi = town.signed_in("Chidi", &[Role::Observer]).await;
    people::start_duty(&town.app.world, &chidi.caller, 2).await.unwrap();
    assert!(town.get("/report").await.text().contains("Nobody is at the desk"), "an observer on the street is not at the desk");
    let amina = town.signed_in("Amina", &[Role::Triager]).await;
    people::start_duty(&town.app.world, &amina.caller, 2).await.unwrap();
    assert!(town.get("/").await.text().contains("One person is at the desk until 23:40."));
    assert!(!town.get("/").await.text().contains("Amina"));
    let words = sent(&town, &[]).await.receipt().unwrap();
    let everywhere = async |says: &str| {
        let third = sent(&town, &[("text", "a\u{1}b")]).await;
        let pages = [
            town.get("/").await.text(),
            town.get("/report").await.text(),
            third.text(),
            sent(&town, &[]).await.text(),
            town.post("/receipt", &[("words", &words)]).await.text(),
        ];
        for (number, page) in pages.iter().enumerate() {
            assert!(page.contains(says), "page {number} does not say: {says}");
        }
    };
    everywhere("One person is at the desk until 23:40.").await;
    town.clock.go(121 * MINUTE);
    everywhere("Nobody is at the desk now. Your report is kept and will be read when somebody comes on duty. In danger: 999.").await;
    // A duty that begins later is known: it is said until when nobody is there.
    town.clock.go(30 * MINUTE);
    people::start_duty(&town.app.world, &amina.caller, 1).await.unwrap();
    town.clock.go(-30 * MINUTE);
    let clock = town.app.world.now().plus(30 * MINUTE).clock("Europe/London");
    everywhere(&format!("Nobody is at the desk until {clock}. Your report is kept and will be read then. In danger: 999.")).await;
}
