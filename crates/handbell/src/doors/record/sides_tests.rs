//! What holds at the doors of the other sides: who may send what, who handles it, and how it stands on the page.

use super::super::desk::tests::{get_as, post_as};
use super::super::fixture::{Confirmed, Heard, Signed, Town};
use crate::acts::record::{import_scenario, propose, publish, read_record, refuse};
use crate::acts::{ActError, alone};
use crate::shipped;
use handbell_rules::id::{FootageId, IncidentId, LetterId};
use handbell_rules::people::member::Role;
use handbell_rules::playbook::Reach;
use handbell_rules::record::Ref;
use handbell_rules::record::assessment::{CorrectionKind, NewAssessment, Standing};
use handbell_rules::record::claim::{NewPublicClaim, Polarity};
use handbell_rules::record::official::{AskedBy, NewAsked, NewOfficial};
use handbell_rules::record::proposal::Proposed;
use handbell_rules::record::reply::{NewReply, Passage, ReplyRole};
use handbell_rules::record::shown::NewShown;
use handbell_rules::record::source::{NewSource, SourceKind};
use handbell_rules::record::statement::{RedactionReason, Statement};
use handbell_rules::refusal::Record;
use handbell_rules::scenario::Scenario;
use handbell_rules::time::{HOUR, MINUTE};
use http::StatusCode;

const ONCE: &str = "0123456789abcdef0123456789abcdef";
const OPEN: &str = "We were open all day.";
const NAMES: &str = "The van was AB12 CDE.";

/// An incident of the record, by Amina and Ben, and Dora who had no hand in it.
async fn stage() -> (Town, Confirmed, Signed) {
    let town = Town::new();
    let about = town.confirmed("flood").await;
    town.opened(&about).await;
    let dora = town.signed_in("Dora", &[Role::Editor, Role::Triager]).await;
    (town, about, dora)
}

async fn only_letter(town: &Town) -> LetterId {
    let open = town.app.world.store.open_letters(10).await.unwrap();
    assert_eq!(open.len(), 1);
    open[0].id
}

async fn presses(town: &Town, who: &Signed, letter: LetterId, deed: &str, fields: &[(&str, &str)]) -> Heard {
    let version = town.app.world.store.letter(letter).await.unwrap().unwrap().version.to_string();
    let guard = [("csrf", who.csrf.as_str()), ("version", version.as_str())];
    let all: Vec<(&str, &str)> = guard.into_iter().chain(fields.iter().copied()).collect();
    post_as(town, who, &format!("/desk/replies/{letter}/{deed}"), &all).await
}

async fn approves(town: &Town, who: &Signed) {
    let open = town.app.world.store.open_proposals().await.unwrap();
    assert_eq!(open.len(), 1);
    publish(&town.app.world, &who.caller, open[0].id).await.unwrap();
}

#[tokio::test]
async fn a_reply_is_handled_by_whoever_had_no_hand_in_it() {
    let (town, about, dora) = stage().await;
    let page = format!("/record/{}", about.incident);
    let path = format!("{page}/reply");
    let shown = town.get(&path).await.text();
    for words in [
        "Your words are published as you sent them",
        "No name of a person is published",
        "within 24 hours",
        "within 72 hours",
        "neither proposed nor approved",
    ] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    // What cannot be taken is said beside its field, and nothing typed is lost.
    let text = format!("{OPEN}\n{NAMES}\nNobody of us was asked.");
    let fields = |role: &'static str, body: &'static str| {
        [("role", role), ("body", body), ("text", text.as_str()), ("contact", "a number"), ("once", ONCE)]
            .map(|(name, value)| (name, value.to_owned()))
    };
    let post = async |fields: &[(&str, String)]| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        town.post(&path, &fields).await
    };
    for (role, body, field) in [("", "", "role"), ("official", "", "body"), ("person", "Somebody", "body")] {
        let heard = post(&fields(role, body)).await;
        assert_eq!(heard.status, StatusCode::UNPROCESSABLE_ENTITY, "{role} {body}");
        assert!(heard.text().contains(&format!("id=\"{field}-err\"")) && heard.text().contains(OPEN), "{field}");
    }
    let heard = post(&fields("shop", "")).await;
    assert_eq!(heard.status, StatusCode::OK, "{}", heard.text());
    let words = heard.receipt().unwrap();
    assert_eq!(post(&fields("shop", "")).await.receipt(), Some(words.clone()), "sent twice it is one letter with one receipt");
    let letter = only_letter(&town).await;
    assert!(town.app.world.store.letter_contact(letter).await.unwrap().is_some());
    assert!(!town.get(&page).await.text().contains(OPEN), "nothing is published by being sent");

    // Both sides read the same clocks, from the same rule.
    let sender = town.post("/receipt", &[("words", &words)]).await.text();
    let desk = get_as(&town, &dora, &format!("/desk/replies/{letter}")).await.text();
    let zone = town.app.world.group.playbook.zone();
    let clocks = town.app.world.store.letter(letter).await.unwrap().unwrap().clocks();
    for clock in [clocks.take_by, clocks.decide_by] {
        assert!(sender.contains(&clock.day_and_clock(zone)) && desk.contains(&clock.day_and_clock(zone)));
    }
    // PROMISE handled-by-somebody-else: whoever proposed or approved sees it and does nothing with it.
    for hand in [&about.amina, &about.ben] {
        let shown = get_as(&town, hand, &format!("/desk/replies/{letter}")).await.text();
        assert!(shown.contains("Somebody who did not handles this") && !shown.contains("I take it"), "{shown}");
        let heard = presses(&town, hand, letter, "take", &[]).await;
        assert_eq!(heard.status, StatusCode::UNPROCESSABLE_ENTITY);
        let heard = presses(&town, hand, letter, "decide", &[("verdict", "declined:sent-before")]).await;
        assert_eq!(heard.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(
        presses(&town, &dora, letter, "decide", &[("verdict", "declined:sent-before")]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "not before she has it"
    );
    assert_eq!(presses(&town, &dora, letter, "take", &[]).await.status, StatusCode::SEE_OTHER);
    let sender = town.post("/receipt", &[("words", &words)]).await.text();
    assert!(sender.contains("Somebody at the desk has it"), "{sender}");

    // The guard marks the plate; no reason fits a plate that is one, so the passage goes and leaves a mark.
    let heard = presses(&town, &dora, letter, "publish", &[("checked", "no")]).await;
    assert!(heard.status == StatusCode::UNPROCESSABLE_ENTITY && heard.text().contains("<mark>AB12 CDE</mark>"), "{}", heard.text());
    let out = [("out-2", "names-somebody"), ("checked", "no")];
    assert_eq!(presses(&town, &dora, letter, "publish", &out).await.status, StatusCode::SEE_OTHER);
    assert!(!town.get(&page).await.text().contains(OPEN), "nor by one member");
    let waiting = get_as(&town, &about.ben, "/desk/record").await.text();
    assert!(waiting.contains(OPEN) && waiting.contains("Because it says who somebody is."), "{waiting}");
    // Whoever approves may have had a hand in the rest: the second member only reads that it is what was sent.
    approves(&town, &about.ben).await;

    let shown = town.get(&page).await.text();
    for words in [
        "Reply: A shop or business",
        "“We were open all day.”",
        "[Taken out, because it says who somebody is.]",
        "The desk has not checked who sent it.",
    ] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    assert!(!shown.contains("AB12") && !shown.contains("Dora") && !shown.contains("a number"));
    let kept = town.app.world.store.letter(letter).await.unwrap().unwrap();
    assert!(kept.sent.text().is_empty(), "its words stand in the record and nowhere else");
    let sender = town.post("/receipt", &[("words", &words)]).await.text();
    assert!(sender.contains("It stands in the record, beside the accounts."), "{sender}");
}

/// PROMISE handled-by-somebody-else: nor does whoever wrote what a reply answers refuse it on its way into the record.
#[tokio::test]
async fn whoever_wrote_what_a_reply_answers_does_not_refuse_it() {
    let (town, about, dora) = stage().await;
    let emil = town.signed_in("Emil", &[Role::Approver, Role::Triager]).await;
    town.post(&format!("/record/{}/reply", about.incident), &[("role", "shop"), ("text", OPEN), ("once", ONCE)]).await;
    let letter = only_letter(&town).await;
    presses(&town, &dora, letter, "take", &[]).await;
    assert_eq!(presses(&town, &dora, letter, "publish", &[("checked", "no")]).await.status, StatusCode::SEE_OTHER);
    let world = &town.app.world;
    let waits = world.store.open_proposals().await.unwrap().remove(0);
    for hand in [&about.amina, &about.ben] {
        let no = refuse(world, &hand.caller, waits.id, "It is not true.").await;
        assert!(matches!(&no, Err(ActError::Refused(no)) if no.0 == Record::HandledByAnother.into()), "{no:?}");
    }
    assert_eq!(world.store.open_proposals().await.unwrap(), std::slice::from_ref(&waits));
    refuse(world, &emil.caller, waits.id, "It names somebody.").await.unwrap();
    assert_eq!(world.store.open_proposals().await.unwrap(), []);
    assert_eq!(world.store.letter(letter).await.unwrap().unwrap().proposal, None, "it waits for another decision");
}

#[tokio::test]
async fn shorter_words_are_published_only_when_their_sender_agrees() {
    let (town, about, dora) = stage().await;
    let path = format!("/record/{}/reply", about.incident);
    let heard = town.post(&path, &[("role", "shop"), ("text", "We were open all day and served tea."), ("once", ONCE)]).await;
    let (words, letter) = (heard.receipt().unwrap(), only_letter(&town).await);
    presses(&town, &dora, letter, "take", &[]).await;
    assert_eq!(presses(&town, &dora, letter, "shorten", &[("shorter", OPEN)]).await.status, StatusCode::SEE_OTHER);
    let early = presses(&town, &dora, letter, "publish", &[("words", "shortened"), ("checked", "yes")]).await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(town.post("/receipt", &[("words", &words)]).await.text().contains("I agree to these words"));
    let agreed = town.post("/receipt/letter", &[("words", &words), ("go", "agree")]).await;
    assert!(agreed.status == StatusCode::OK && agreed.text().contains("You agreed"), "{}", agreed.text());
    assert_eq!(presses(&town, &dora, letter, "publish", &[("words", "shortened"), ("checked", "yes")]).await.status, StatusCode::SEE_OTHER);
    approves(&town, &about.amina).await;
    let shown = town.get(&format!("/record/{}", about.incident)).await.text();
    assert!(shown.contains("“We were open all day.”") && shown.contains("the sender agreed to these words"), "{shown}");
    assert!(shown.contains("heard that it is theirs") && !shown.contains("tea"));
}

#[tokio::test]
async fn a_letter_that_is_taken_back_is_gone_from_everywhere() {
    let (town, about, dora) = stage().await;
    let path = format!("/record/{}/reply", about.incident);
    let heard = town.post(&path, &[("role", "shop"), ("text", OPEN), ("contact", "a number"), ("once", ONCE)]).await;
    let (words, letter) = (heard.receipt().unwrap(), only_letter(&town).await);
    presses(&town, &dora, letter, "take", &[]).await;
    presses(&town, &dora, letter, "publish", &[("checked", "no")]).await;
    for _ in 0..2 {
        let back = town.post("/receipt/letter", &[("words", &words), ("go", "withdraw")]).await;
        assert!(back.status == StatusCode::OK && back.text().contains("Taken back"), "{}", back.text());
    }
    assert!(town.app.world.store.letter_contact(letter).await.unwrap().is_none());
    for (who, path) in [(&about.ben, "/desk/record".to_owned()), (&dora, format!("/desk/replies/{letter}"))] {
        let shown = get_as(&town, who, &path).await;
        assert!(shown.status == StatusCode::OK && !shown.text().contains(OPEN), "{path}");
    }
    let open = town.app.world.store.open_proposals().await.unwrap();
    assert!(publish(&town.app.world, &about.ben.caller, open[0].id).await.is_err(), "and nobody publishes it");
    let unknown = town.post("/receipt/letter", &[("words", &"zoom ".repeat(7)), ("go", "withdraw")]).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND, "{}", unknown.text());
}

#[tokio::test]
async fn a_complaint_is_decided_in_public_without_a_word_of_it() {
    let (town, about, dora) = stage().await;
    let path = format!("/record/{}/complaint", about.incident);
    let empty = town.post(&path, &[("reason", "recognised"), ("text", " "), ("once", ONCE)]).await;
    assert!(empty.status == StatusCode::UNPROCESSABLE_ENTITY && empty.text().contains("id=\"text-err\""));
    let heard = town.post(&path, &[("reason", "recognised"), ("text", "My coat is in the picture."), ("once", ONCE)]).await;
    assert_eq!(heard.status, StatusCode::OK, "{}", heard.text());
    let letter = only_letter(&town).await;
    // What may hurt somebody stands before an older, ordinary letter; when its time has passed, it says so.
    town.post(&path, &[("reason", "fact-wrong"), ("text", "It was a Monday."), ("once", "fedcba9876543210")]).await;
    let list = get_as(&town, &dora, "/desk/replies").await.text();
    assert!(list.find("somebody can be recognised").unwrap() < list.find("a fact is wrong").unwrap());
    assert!(!list.contains("Late"));
    town.clock.go(HOUR + MINUTE);
    assert!(get_as(&town, &dora, "/desk/replies").await.text().contains("Late"));

    assert!(town.get("/record/moderation").await.text().contains("No decision yet"));
    presses(&town, &dora, letter, "take", &[]).await;
    let page = get_as(&town, &dora, &format!("/desk/replies/{letter}")).await.text();
    assert!(page.contains("My coat") && !page.contains("Propose this reply"), "a complaint is never published");
    assert_eq!(presses(&town, &dora, letter, "publish", &[("checked", "no")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(presses(&town, &dora, letter, "decide", &[("verdict", "done:everything")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(presses(&town, &dora, letter, "decide", &[("verdict", "done:removal")]).await.status, StatusCode::SEE_OTHER);
    let said = "that somebody can be recognised: it is proposed to take words from the public.";
    for path in ["/record/moderation".to_owned(), "/api/v1/moderation".to_owned(), format!("/record/{}", about.incident)] {
        let text = town.get(&path).await.text();
        assert!(text.contains(said), "{path}: {text}");
        assert!(!text.contains("My coat") && !text.contains("Dora") && !text.contains("a fact is wrong:"), "{path}");
    }
    let list = town.get("/api/v1/moderation").await.json();
    assert_eq!(list["items"][0]["decision"]["action"], "complaint-decided");
    assert_eq!((list["items"].as_array().unwrap().len(), &list["next"]), (1, &serde_json::Value::Null));
    assert_eq!(town.get("/record/moderation?before=x").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(town.get("/record/moderation?after=1").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn nobody_writes_about_what_is_not_in_the_record() {
    let town = Town::new();
    let about = town.confirmed("flood").await;
    for deed in ["reply", "complaint"] {
        for incident in [about.incident.to_string(), "a".repeat(26), "nothing".into()] {
            let path = format!("/record/{incident}/{deed}");
            assert_eq!(town.get(&path).await.status, StatusCode::NOT_FOUND);
            let fields = [(if deed == "reply" { "role" } else { "reason" }, "other"), ("text", OPEN), ("once", ONCE)];
            assert_eq!(town.post(&path, &fields).await.status, StatusCode::NOT_FOUND);
        }
    }
    assert_eq!(town.app.world.store.open_letters(10).await.unwrap(), vec![]);
}

fn source(kind: SourceKind, label: &str) -> Statement {
    let nothing = String::new;
    Statement::Source(NewSource {
        kind,
        label: label.into(),
        standing: "A party to the event.".into(),
        said: nothing(),
        url: nothing(),
        copies: None,
        via: None,
        asked: nothing(),
        replied: nothing(),
    })
}

/// A witness's claim, the council's own words, a shop's reply, and that the council was asked.
async fn sided(town: &Town, about: &Confirmed) {
    let claim = Statement::Claim(NewPublicClaim {
        source: Ref::New(0),
        predicate: "what_happened".into(),
        about: String::new(),
        polarity: Polarity::Asserts,
        edtf: String::new(),
        low: None,
        high: None,
        point: None,
        radius_metres: None,
        words: "Water came up the road.".into(),
    });
    let reply = NewReply {
        role: ReplyRole::Shop,
        body: String::new(),
        checked: false,
        claims: vec![],
        passages: vec![Passage::Said(OPEN.into())],
        shortened: false,
        received: town.app.world.now().utc_minute(),
    };
    let now = town.app.world.now();
    let asked = NewAsked {
        body: "The council".into(),
        how: AskedBy::Email,
        asked: now.plus(-HOUR).utc_minute(),
        answer_by: now.plus(HOUR).utc_minute(),
        about: String::new(),
    };
    let statements = vec![
        source(SourceKind::Witness, "Witness A"),
        claim,
        source(SourceKind::Official, "The council"),
        Statement::Official(NewOfficial { source: Ref::New(1), said: "2026-11-20".into(), text: "Every drain was cleared.".into() }),
        Statement::Reply(reply),
        Statement::Asked(asked),
    ];
    published(town, about, statements).await;
}

async fn published(town: &Town, about: &Confirmed, statements: Vec<Statement>) {
    let proposal = propose(&town.app.world, &about.amina.caller, about.incident, Proposed::Statements { statements }).await.unwrap();
    publish(&town.app.world, &about.ben.caller, proposal).await.unwrap();
}

/// PROMISE both-sides-the-same-size.
#[tokio::test]
async fn a_statement_and_a_reply_stand_at_the_size_and_place_of_any_account() {
    let (town, about, _) = stage().await;
    sided(&town, &about).await;
    let html = town.get(&format!("/record/{}", about.incident)).await.text();
    let section = html.split("id=\"voices\"").nth(1).and_then(|rest| rest.split("</section>").next()).unwrap();
    let boxes: Vec<&str> = section.split("<article").skip(1).map(|rest| rest.split("</article>").next().unwrap()).collect();
    // Elements, classes and levels of headings, without words, ids and addresses.
    let shape = |text: &str| -> String {
        let tags = text.split('<').skip(1).map(|rest| rest.split('>').next().unwrap());
        tags.map(|tag| {
            let class = tag.split("class=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
            format!("<{} {class}>", tag.split(' ').next().unwrap())
        })
        .collect()
    };
    assert_eq!(boxes.len(), 3, "{section}");
    assert!(
        boxes[0].contains("Witness A") && boxes[1].contains("In its own words, 20 November 2026: “Every drain was cleared.”"),
        "{section}"
    );
    assert!(boxes[2].contains("Reply: A shop or business") && boxes[2].contains(OPEN), "in the order of recording: {section}");
    assert_eq!(shape(boxes[0]), shape(boxes[1]));
    assert_eq!(shape(boxes[1]), shape(boxes[2]));
    assert!(section.contains("The council: asked by e-mail,") && section.contains("No answer is recorded."), "{section}");
}

/// Takes the words of every entry of some kinds from the public.
async fn withdrawn(town: &Town, about: &Confirmed, kinds: &[u8]) {
    let record = read_record(&town.app.world, about.incident, None).await.unwrap().unwrap();
    let of = record.lines.iter().filter(|line| kinds.contains(&line.kind) && line.type_name != "withdrawn");
    let statements = of.map(|line| Statement::Redaction { entry: line.index, reason: RedactionReason::Error }).collect();
    published(town, about, statements).await;
}

#[tokio::test]
async fn the_other_sides_leave_by_every_door_and_go_with_their_words() {
    let (town, about, _) = stage().await;
    sided(&town, &about).await;
    let doors = ["/feed.atom", "/record.csv"];
    let says = ["Every drain was cleared.", OPEN, "The council was asked for comment by e-mail"];
    for door in doors {
        let text = town.get(door).await.text();
        for words in says {
            assert!(text.contains(words), "{door} {words}: {text}");
        }
    }
    let rows = |text: &str| text.lines().skip(1).map(|row| row.split(',').rev().take(4).collect::<Vec<_>>().join(" ")).collect::<Vec<_>>();
    let table = town.get("/record.csv").await.text();
    assert_eq!(rows(&table), ["1 1  claim", "1 1  statement", "1 1  reply", "1 1  asked"], "{table}");
    let counts = async || {
        let of = town.get("/record.geojson").await.json()["features"][0]["properties"].clone();
        (of["statements"].as_u64(), of["replies"].as_u64())
    };
    assert_eq!(counts().await, (Some(1), Some(1)));

    // The words of a source's own statement stand in no door once the source is withdrawn, as on the page.
    withdrawn(&town, &about, &[11, 14]).await;
    for door in doors {
        let text = town.get(door).await.text();
        assert!(!text.contains(says[0]) && !text.contains(says[1]) && text.contains(says[2]), "{door}: {text}");
    }
    assert_eq!(counts().await, (Some(0), Some(0)));
}

#[tokio::test]
async fn an_incident_of_which_nobodys_words_stand_is_a_deleted_entry_and_comes_back_with_new_ones() {
    let (town, about, _) = stage().await;
    sided(&town, &about).await;
    let id = format!("https://town.example/record/{}", about.incident);
    let whole = town.get("/feed.atom").await.text();
    assert!(whole.contains(&format!("<id>{id}</id>")) && !whole.contains("deleted-entry"));
    town.clock.go(MINUTE);
    withdrawn(&town, &about, &[2, 11, 14, 15]).await;
    let gone = town.get("/feed.atom").await.text();
    assert!(!gone.contains("<entry>") && !gone.contains("Water came") && !gone.contains("Peckham"), "{gone}");
    let when = gone.split(&format!("<at:deleted-entry ref=\"{id}\" when=\"")).nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let changed = |text: &str| text.split("<updated>").nth(1).and_then(|rest| rest.split('<').next()).unwrap().to_owned();
    assert!(when.starts_with(&town.app.world.now().utc_minute()[..16]) && when > changed(&whole).as_str(), "{when}");
    assert_eq!(changed(&gone), when);
    assert_eq!(town.get(&format!("/record/{}", about.incident)).await.status, StatusCode::OK, "its page stays");
    // As it was before, byte by byte but for the address of the page.
    let size = town.app.world.store.checkpoint().await.unwrap().unwrap().size;
    published(&town, &about, vec![source(SourceKind::Witness, "Witness B")]).await;
    let back = town.get("/feed.atom").await.text();
    assert!(back.contains(&format!("<id>{id}</id>")) && !back.contains("deleted-entry") && changed(&back).as_str() > when, "{back}");
    let then = town.get(&format!("/feed.atom?asof={size}")).await.text();
    assert_eq!(then.replace(&format!("/feed.atom?asof={size}"), "/feed.atom"), gone);
}

/// No telephone rings at one person's word, so the page does not say that one did.
#[tokio::test]
async fn whoever_was_told_hears_of_what_one_member_took_when_a_second_has_looked_and_the_page_says_so() {
    let (town, about, _) = stage().await;
    let world = &town.app.world;
    town.rung(&about, Reach::Public).await;
    let claim = |words: &str| {
        Statement::Claim(NewPublicClaim {
            source: Ref::New(0),
            predicate: "what_happened".into(),
            about: String::new(),
            polarity: Polarity::Asserts,
            edtf: String::new(),
            low: None,
            high: None,
            point: None,
            radius_metres: None,
            words: words.into(),
        })
    };
    let said = |predicate: &str, part: &str, note: &str, claims: Vec<Ref>| {
        Statement::Assessment(NewAssessment {
            predicate: predicate.into(),
            about: part.into(),
            standing: Standing::Unconfirmed,
            relies_on: claims.clone(),
            sets_aside: vec![],
            sentences: vec![("Water came up the road.".into(), claims)],
            correction: CorrectionKind::Correction,
            note: note.into(),
        })
    };
    let new = || vec![Ref::New(0)];
    let first = vec![source(SourceKind::Witness, "Witness A"), claim("Water came up the road."), said("what_happened", "", "", new())];
    published(&town, &about, first).await;
    let page = format!("/record/{}", about.incident);
    published(&town, &about, vec![said("what_happened", "", "We had left out the road.", vec![Ref::Known(1)])]).await;
    let at_once = "heard of it at once";
    assert!(town.get(&page).await.text().contains(at_once), "what two members correct rings at once");

    let record = read_record(world, about.incident, None).await.unwrap().unwrap();
    let newest = record.lines.iter().rev().find(|line| line.kind == 12).unwrap().index;
    let taken = alone::take(world, &about.amina.caller, about.incident, &[newest], RedactionReason::Safety).await.unwrap();
    let shown = town.get(&page).await.text();
    assert!(shown.contains("hears of it when a second member has looked."), "{shown}");
    assert_eq!(shown.matches(at_once).count(), 1, "of the first correction alone: {shown}");
    let all = town.get("/corrections").await.text();
    assert!(all.contains("hears of it when a second member has looked."), "{all}");
    alone::second(world, &about.ben.caller, taken, false).await.unwrap();
    let shown = town.get(&page).await.text();
    assert!(shown.contains("heard of it when a second member had looked, on ") && !shown.contains("hears of it"), "{shown}");
}

#[tokio::test]
async fn the_desk_offers_to_take_what_footage_shows_and_the_heading_that_a_file_gave() {
    let (town, about, _) = stage().await;
    let world = &town.app.world;
    let shown = NewShown {
        source: Ref::New(0),
        footage: FootageId([7; 16]),
        address: FootageId([5; 16]).to_string(),
        media_type: "image/png".into(),
        length: 3,
        sha256: "0".repeat(64),
        shows: "Water between two shops.".into(),
        first_appeared: String::new(),
    };
    published(&town, &about, vec![source(SourceKind::Witness, "Witness A"), Statement::Shown(shown)]).await;
    let record = read_record(world, about.incident, None).await.unwrap().unwrap();
    let footage = record.lines.iter().find(|line| line.kind == 4).unwrap().index;
    let offered =
        async |incident: IncidentId| get_as(&town, &about.amina, &format!("/desk/incidents/{incident}/editor?add=redaction")).await.text();
    let form = offered(about.incident).await;
    assert!(form.contains(&format!("<option value=\"{footage}\"")), "{form}");
    let opening = record.lines[0].index;
    assert!(!form.contains(&format!("<option value=\"{opening}\"")), "what the desk itself opened says no words of anybody");
    withdrawn(&town, &about, &[4]).await;
    assert!(!offered(about.incident).await.contains(&format!("<option value=\"{footage}\"")));

    let (name, text) = shipped::SCENARIOS.iter().find(|(name, _)| *name == "rye-lane-2017.toml").unwrap();
    let incident = import_scenario(world, &Scenario::parse(name, text).unwrap()).await.unwrap();
    let record = read_record(world, incident, None).await.unwrap().unwrap();
    let opening = record.lines[0].index;
    let form = offered(incident).await;
    assert!(form.contains(&format!("<option value=\"{opening}\"")) && form.contains("The heading and the place that the file gave"));
    let statements = vec![Statement::Redaction { entry: opening, reason: RedactionReason::PersonalDetails }];
    let proposal = propose(world, &about.amina.caller, incident, Proposed::Statements { statements }).await.unwrap();
    publish(world, &about.ben.caller, proposal).await.unwrap();
    let page = town.get(&format!("/record/{incident}")).await.text();
    assert!(!page.contains(&record.title) && page.contains("Its kind and district stay"), "{page}");
    assert!(!offered(incident).await.contains(&format!("<option value=\"{opening}\"")));
}
