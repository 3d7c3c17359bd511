//! What holds at the editor's doors, told as the story of one date: a witness's Saturday, an official's day,
//! the correction that reaches whoever had heard, and the noes on the way.

use super::super::story::{Phones, done, press, subscribed};
use super::super::tests::{filed, get_as, lines, post_as};
use super::reading::numbers;
use crate::acts::{bell, desk, record};
use crate::doors::fixture::{Confirmed, Heard, Signed, Town};
use crate::work::{ringer, sequencer::Sequencer};
use handbell_log::note::VerifierKey;
use handbell_log::source::Folder;
use handbell_log::verify::verify_log;
use handbell_rules::bell::alert::RingKind;
use handbell_rules::desk::claim::{Certainty, NewClaim};
use handbell_rules::id::{ClaimId, SubscriptionId};
use handbell_rules::people::member::Role;
use handbell_rules::playbook::Reach;
use handbell_rules::record::assessment::Standing;
use handbell_rules::time::{HOUR, MINUTE};
use http::StatusCode;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A visit that was told to neighbours, with what the desk wrote down of a witness's words.
struct Told {
    town: Town,
    phones: Arc<Phones>,
    about: Confirmed,
    saturday: ClaimId,
    /// Who heard the alert.
    heard: BTreeSet<SubscriptionId>,
    editor: String,
}

impl Told {
    async fn begin() -> Self {
        let mut town = Town::new();
        let phones = Arc::new(Phones::default());
        town.app.world.push = phones.clone();
        let about = town.confirmed("immigration-visit").await;
        subscribed(&town, 7, "north").await;
        let world = &town.app.world;
        let (report, _) = filed(&town, "Lantern Corner", "It was the Saturday of the street market.").await;
        desk::join(world, &about.amina.caller, about.incident, report).await.unwrap();
        let claim = NewClaim {
            predicate: "when".into(),
            value: "the Saturday of the street market".into(),
            range: None,
            report: Some(report),
            official: String::new(),
            certainty: Certainty::Likely,
        };
        let saturday = desk::record_claim(world, &about.amina.caller, about.incident, claim).await.unwrap();
        let alert = town.rung(&about, Reach::Neighbours).await;
        ringer::step(world).await.unwrap();
        let (heard, messages) = phones.heard();
        assert!(messages.iter().all(|message| message.kind == RingKind::Alert) && !heard.is_empty());
        // Somebody who subscribes now was never told of it.
        subscribed(&town, 8, "middle").await;
        town.clock.go(20 * MINUTE);
        bell::end(world, &about.ben.caller, alert, false).await.unwrap();
        ringer::step(world).await.unwrap();
        assert_eq!(phones.heard().0, heard);
        let editor = format!("/desk/incidents/{}/editor", about.incident);
        Self { town, phones, about, saturday, heard, editor }
    }

    fn amina(&self) -> &Signed {
        &self.about.amina
    }

    fn ben(&self) -> &Signed {
        &self.about.ben
    }

    /// Amina fills a form of the editor, begun at an address.
    async fn proposes(&self, begun: &str, form: &str, fields: &[(&str, &str)]) -> Heard {
        press(&self.town, self.amina(), &format!("{}?{begun}", self.editor), &format!("{}/{form}", self.editor), fields).await
    }

    /// Ben approves the only proposal that waits, on its page.
    async fn approves(&self) -> Heard {
        let proposal = self.town.store_proposal().await;
        press(&self.town, self.ben(), "/desk/record", &format!("/desk/record/{proposal}/approve"), &[]).await
    }

    async fn page(&self) -> handbell_rules::record::projection::IncidentRecord {
        record::read_record(&self.town.app.world, self.about.incident, None).await.unwrap().unwrap()
    }

    /// A witness's Saturday stands in the record, and what we say of it.
    async fn saturday_stands(&self) {
        self.town.opened(&self.about).await;
        let begun = format!("add=claim&from={}", self.saturday);
        let fields = [
            ("predicate", "when"),
            ("source", "new"),
            ("kind", "witness"),
            ("label", "Witness A"),
            ("polarity", "asserts"),
            ("words", "the Saturday of the street market"),
        ];
        assert_eq!(done(&self.proposes(&begun, "claim", &fields).await), "/desk/record");
        done(&self.approves().await);
        let fields = [("predicate", "when"), ("standing", "unconfirmed"), ("sentence-1", "It was a Saturday."), ("rests-1", "1")];
        done(&self.proposes("add=assessment&fact=when", "assessment", &fields).await);
        done(&self.approves().await);
    }

    /// The ministry's date is added and the desk's sentence follows it.
    async fn corrected(&self) -> Heard {
        let fields = [
            ("predicate", "when"),
            ("source", "new"),
            ("kind", "official"),
            ("label", "Home Office"),
            ("standing", "the ministry whose officers came"),
            ("polarity", "asserts"),
            ("edtf", "2026-11-14"),
        ];
        done(&self.proposes("add=claim&fact=when", "claim", &fields).await);
        done(&self.approves().await);
        let fields = [
            ("predicate", "when"),
            ("standing", "settled"),
            ("sentence-1", "It was 14 November 2026."),
            ("rests-1", "2"),
            ("use-1", "superseded_by_source"),
            ("correction", "correction"),
            ("note", "We had said only a Saturday. The Home Office has since given the date."),
        ];
        self.proposes("add=assessment&fact=when", "assessment", &fields).await
    }

    /// Who heard since the last look, and that everything they heard was of one kind.
    async fn hears(&self, kind: RingKind) -> BTreeSet<SubscriptionId> {
        ringer::step(&self.town.app.world).await.unwrap();
        let (who, messages) = self.phones.heard();
        assert!(messages.iter().all(|message| message.kind == kind && message.url == format!("/record/{}", self.about.incident)));
        who
    }
}

impl Town {
    async fn store_proposal(&self) -> String {
        let open = self.app.world.store.open_proposals().await.unwrap();
        assert_eq!(open.len(), 1, "one proposal waits");
        open[0].id.to_string()
    }
}

#[tokio::test]
async fn a_correction_reaches_whoever_had_heard_and_nobody_else() {
    let told = Told::begin().await;
    let town = &told.town;
    let world = &town.app.world;

    // Nothing can be written before the incident is in the record.
    let closed = get_as(town, told.amina(), &told.editor).await.text();
    assert!(closed.contains("Open the incident to the public record first.") && !closed.contains("/editor/"));
    town.opened(&told.about).await;

    // Started from the desk's claim: its fact, its words, and of its witness the letter alone.
    let start = format!("add=claim&from={}", told.saturday);
    assert!(get_as(town, told.amina(), &told.editor).await.text().contains(&format!("?{}", start.replace('&', "&#38;"))));
    let form = get_as(town, told.amina(), &format!("{}?{start}", told.editor)).await.text();
    assert!(form.contains("<option value=\"when\" selected>") && form.contains("value=\"Witness A\""));
    assert!(form.contains("the Saturday of the street market") && !form.contains("It was the Saturday of the street market."));
    let fields = [
        ("predicate", "when"),
        ("source", "new"),
        ("kind", "witness"),
        ("label", "Witness A"),
        ("polarity", "asserts"),
        ("words", "the Saturday of the street market"),
    ];
    assert_eq!(done(&told.proposes(&start, "claim", &fields).await), "/desk/record");
    let own = get_as(town, told.amina(), "/desk/record").await.text();
    assert!(
        own.contains("Another member must approve on their own device.") && !own.contains("/approve\"") && own.contains("Take it back")
    );
    let shown = get_as(town, told.ben(), "/desk/record").await.text();
    for words in ["Source 1", "Claim 1: When", "the Saturday of the street market", "By source 1 (Witness A).", "Refuse it"] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    assert!(!shown.contains("will hear of it"), "a new claim corrects nothing");
    done(&told.approves().await);
    assert_eq!(told.page().await.facts[0].claims[0].says, "the Saturday of the street market (date not given)");

    // The first sentence: nobody is told, because nothing public is corrected.
    let fields = [("predicate", "when"), ("standing", "unconfirmed"), ("sentence-1", "It was a Saturday."), ("rests-1", "1")];
    done(&told.proposes("add=assessment&fact=when", "assessment", &fields).await);
    done(&told.approves().await);
    assert_eq!(told.hears(RingKind::Correction).await, BTreeSet::new());
    let fresh = get_as(town, told.amina(), &format!("{}?add=assessment&fact=when", told.editor)).await.text();
    assert!(fresh.contains("This will be correction 1 and is told to everybody on the told list.") && fresh.contains("It was a Saturday."));

    // The correction, read word for word before it is approved.
    town.clock.go(HOUR);
    done(&told.corrected().await);
    let shown = get_as(town, told.ben(), "/desk/record").await.text();
    for words in [
        "This is correction 1. People told of 1 alert will hear of it.",
        "class=\"was\"><bdi>It was a Saturday.</bdi>",
        "Rests on claim 2 “14 November 2026”.",
        "a later source replaced it",
        "The Home Office has since given the date.",
    ] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    assert_eq!(told.hears(RingKind::Correction).await, BTreeSet::new(), "nothing is told before it is approved");
    done(&told.approves().await);
    assert_eq!(told.hears(RingKind::Correction).await, told.heard, "exactly those who heard the alert, once each");
    assert_eq!(told.hears(RingKind::Correction).await, BTreeSet::new());

    // Both dates stand, the earlier sentence stays, and the public pages say what was corrected.
    let page = told.page().await;
    assert_eq!((page.facts[0].claims.len(), page.facts[0].assessments.len(), page.corrections.len()), (2, 2, 1));
    assert_eq!((page.facts[0].standing, page.facts[0].assessments[0].corrected_by), (Some(Standing::Settled), Some(1)));
    for public in ["/corrections".to_owned(), format!("/record/{}", told.about.incident)] {
        let text = town.get(&public).await.text();
        for words in ["It was a Saturday.", "It was 14 November 2026.", "The Home Office has since given the date."] {
            assert!(text.contains(words), "{public}: {words}: {text}");
        }
        assert!(!text.contains("Lantern Corner") && !text.contains("Amina"), "{public}");
    }

    // The log holds every step under one signature.
    Sequencer::new(town.folder.path()).step(world).await.unwrap();
    let vkey = VerifierKey::parse(&world.group.log_vkey).unwrap();
    let verified = verify_log(&Folder::open(town.folder.path().join("log")).unwrap(), &vkey).unwrap();
    assert_eq!(verified.checkpoint.size, page.lines.last().unwrap().index + 1);
}

#[tokio::test]
async fn a_told_list_that_is_over_is_told_nothing() {
    let told = Told::begin().await;
    told.saturday_stands().await;
    told.town.clock.go(25 * HOUR);
    // Sessions have ended by then; two editors of the next day write on.
    let all = [Role::Triager, Role::Approver, Role::Editor];
    let told = Told {
        about: Confirmed { amina: told.town.signed_in("Wren", &all).await, ben: told.town.signed_in("Heron", &all).await, ..told.about },
        ..told
    };
    let form = get_as(&told.town, told.amina(), &format!("{}?add=assessment&fact=when", told.editor)).await.text();
    assert!(form.contains("This will be correction 1. The told lists of its alerts are forgotten, so nobody is told."));
    done(&told.corrected().await);
    assert!(get_as(&told.town, told.ben(), "/desk/record").await.text().contains("The told lists of its alerts are forgotten"));
    done(&told.approves().await);
    assert_eq!(told.hears(RingKind::Correction).await, BTreeSet::new());
    assert_eq!(told.page().await.corrections.len(), 1, "the page says it all the same");
}

#[tokio::test]
async fn two_members_write_the_record_and_one_of_them_is_an_editor() {
    let told = Told::begin().await;
    told.saturday_stands().await;
    let town = &told.town;
    let wren = town.signed_in("Wren", &[Role::Triager]).await;
    let page = get_as(town, &wren, &told.editor).await.text();
    assert!(page.contains("A member with the editor role must do this.") && !page.contains("/editor/"));
    let before = lines(town).await;
    let version = town.app.world.store.incident(told.about.incident).await.unwrap().unwrap().version.to_string();
    let fields = [("csrf", wren.csrf.as_str()), ("version", &version), ("place", "Northgate"), ("edtf", "2016")];
    let heard = post_as(town, &wren, &format!("{}/similar", told.editor), &fields).await;
    assert_eq!(heard.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(heard.text().contains("A member with the editor role must do this."));
    assert_eq!(lines(town).await, before);

    // Whoever proposed cannot approve, whatever else they may.
    done(&told.proposes("add=similar", "similar", &[("place", "Northgate"), ("edtf", "2016")]).await);
    let proposal = town.store_proposal().await;
    let before = lines(town).await;
    let fields = [("csrf", told.amina().csrf.as_str()), ("version", "1")];
    let heard = post_as(town, told.amina(), &format!("/desk/record/{proposal}/approve"), &fields).await;
    assert_eq!(heard.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(heard.text().contains("Another member must approve on their own device."));
    assert_eq!(lines(town).await, before);
}

#[tokio::test]
async fn what_waits_is_taken_back_or_refused_with_a_reason() {
    let told = Told::begin().await;
    told.saturday_stands().await;
    let town = &told.town;
    let similar = [("place", "Northgate"), ("edtf", "2016")];
    done(&told.proposes("add=similar", "similar", &similar).await);
    let action = format!("/desk/record/{}/refuse", town.store_proposal().await);
    let wren = town.signed_in("Wren", &[Role::Triager]).await;
    assert!(!get_as(town, &wren, "/desk/record").await.text().contains("/refuse\""), "a triager has no say here");
    let heard = post_as(town, &wren, &action, &[("csrf", &wren.csrf), ("version", "1"), ("reason", "I would not.")]).await;
    assert!(heard.status == StatusCode::UNPROCESSABLE_ENTITY && heard.text().contains("A member with the editor role must do this."));
    let long = "a".repeat(501);
    let heard = press(town, told.ben(), "/desk/record", &action, &[("reason", &long)]).await;
    assert!(heard.status == StatusCode::UNPROCESSABLE_ENTITY && heard.text().contains("Keep the reason under 500 letters."));
    let silent = press(town, told.ben(), "/desk/record", &action, &[("reason", " ")]).await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(silent.text().contains("Write one sentence that says why.") && silent.text().contains("aria-invalid"));
    done(&press(town, told.ben(), "/desk/record", &action, &[("reason", "Nobody says that it was similar.")]).await);
    let shown = get_as(town, told.amina(), "/desk/record").await.text();
    assert!(shown.contains("Ben refused it") && shown.contains("Nobody says that it was similar."));
    let again = post_as(town, told.ben(), &action.replace("refuse", "approve"), &[("csrf", &told.ben().csrf), ("version", "2")]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.text().contains("This proposal was decided."));

    done(&told.proposes("add=similar", "similar", &similar).await);
    let action = format!("/desk/record/{}/refuse", town.store_proposal().await);
    done(&press(town, told.amina(), "/desk/record", &action, &[]).await);
    assert!(get_as(town, told.ben(), "/desk/record").await.text().contains("Amina took it back"));
    assert_eq!(town.app.world.store.open_proposals().await.unwrap(), vec![]);
    assert_eq!(told.page().await.similar, vec![]);
}

#[tokio::test]
async fn what_cannot_be_taken_says_so_beside_its_field_and_stays() {
    let told = Told::begin().await;
    told.saturday_stands().await;
    let before = lines(&told.town).await;
    let assessment = ("add=assessment&fact=when", "assessment");
    let claim = ("add=claim", "claim");
    let long = "a".repeat(601);
    let said = [("predicate", "when"), ("standing", "settled"), ("sentence-1", "It was a Saturday indeed.")];
    type Wrong<'a> = ((&'a str, &'a str), Vec<(&'a str, &'a str)>, &'a str);
    let wrong: [Wrong<'_>; 14] = [
        // PROMISE every-sentence-has-a-source.
        (assessment, said.to_vec(), "rests-1"),
        (assessment, [&said[..], &[("rests-1", "nine")]].concat(), "rests-1"),
        (assessment, [&said[..], &[("rests-1", "9")]].concat(), "rests-1"),
        (assessment, [&said[..], &[("rests-1", "1")]].concat(), "note"),
        (assessment, vec![("predicate", "when"), ("standing", "settled")], "sentence-1"),
        (claim, vec![("predicate", "when"), ("source", "new"), ("kind", "press"), ("label", "The Post"), ("words", "May")], "standing"),
        (claim, vec![("predicate", "when"), ("source", "new"), ("kind", "witness"), ("words", "May")], "label"),
        (claim, vec![("predicate", "when"), ("source", "1"), ("edtf", "the 13th")], "edtf"),
        (claim, vec![("predicate", "count.arrests"), ("source", "1"), ("low", "3"), ("high", "2")], "low"),
        (claim, vec![("predicate", "agency"), ("source", "1"), ("choice", "watching")], "choice"),
        (claim, vec![("predicate", "what_happened"), ("source", "1"), ("words", &long)], "words"),
        (("add=event", "event"), vec![("claim", "1"), ("event", "recording-error"), ("reason", "A slip of the pen.")], "by_claim"),
        (("add=look-alike", "look-alike"), vec![("place", "Southall"), ("year", "long ago"), ("note", "A van.")], "year"),
        (("add=redaction", "redaction"), vec![("entry", "999"), ("reason", "safety")], "entry"),
    ];
    for ((begun, form), fields, field) in wrong {
        let heard = told.proposes(begun, form, &fields).await;
        assert_eq!(heard.status, StatusCode::UNPROCESSABLE_ENTITY, "{form} {fields:?}");
        let text = heard.text();
        assert!(text.contains(&format!("id=\"{field}-err\"")), "{form} {fields:?}: {field}: {text}");
        for (_, typed) in fields.iter().filter(|(name, _)| ["words", "sentence-1", "label", "place", "note"].contains(name)) {
            assert!(text.contains(typed), "{typed} stays");
        }
    }
    assert_eq!(lines(&told.town).await, before);
}

#[tokio::test]
async fn whoever_writes_on_an_old_page_is_told_and_keeps_the_words() {
    let told = Told::begin().await;
    told.saturday_stands().await;
    let fields = [("csrf", told.amina().csrf.as_str()), ("version", "1"), ("place", "Northgate"), ("edtf", "2016")];
    let heard = post_as(&told.town, told.amina(), &format!("{}/similar", told.editor), &fields).await;
    assert_eq!(heard.status, StatusCode::CONFLICT);
    assert!(heard.text().contains("Nothing was done.") && heard.text().contains("value=\"Northgate\""));
    assert_eq!(told.town.app.world.store.open_proposals().await.unwrap(), vec![]);
}

#[tokio::test]
async fn words_taken_from_the_public_are_gone_and_their_place_stays() {
    let told = Told::begin().await;
    told.saturday_stands().await;
    let page = told.page().await;
    let entry = page.facts[0].claims[0].index;
    let form = get_as(&told.town, told.amina(), &format!("{}?add=redaction", told.editor)).await.text();
    assert!(form.contains(&format!("<option value=\"{entry}\"")));
    done(&told.proposes("add=redaction", "redaction", &[("entry", &entry.to_string()), ("reason", "personal-details")]).await);
    let shown = get_as(&told.town, told.ben(), "/desk/record").await.text();
    assert!(shown.contains(&format!("Entry {entry} of the log")) && shown.contains("street market"), "what will go is shown");
    done(&told.approves().await);
    let text = told.town.get(&format!("/record/{}", told.about.incident)).await.text();
    assert!(!text.contains("street market"));
    assert!(
        !get_as(&told.town, told.ben(), "/desk/record")
            .await
            .text()
            .contains("Marked as changed, or taken away:</p><p class=\"was\"><bdi>Claim")
    );
    let form = get_as(&told.town, told.amina(), &format!("{}?add=redaction", told.editor)).await.text();
    assert!(!form.contains(&format!("<option value=\"{entry}\"")), "they cannot be taken twice");
}

#[tokio::test]
async fn one_member_takes_words_at_once_by_a_tick_and_a_second_says_what_they_think() {
    let told = Told::begin().await;
    told.saturday_stands().await;
    let page = told.page().await;
    let entry = page.facts[0].claims[0].index.to_string();
    let form = get_as(&told.town, told.amina(), &format!("{}?add=redaction", told.editor)).await.text();
    assert!(form.contains(&format!("formaction=\"{}/alone\"", told.editor)), "a button of the same form, without scripts");
    let before = lines(&told.town).await;
    for (fields, wrong) in [
        (vec![("entry", entry.as_str()), ("reason", "safety")], "alone"),
        (vec![("entry", entry.as_str()), ("reason", "error"), ("alone", "yes")], "reason"),
        (vec![("entry", "999"), ("reason", "safety"), ("alone", "yes")], "entry"),
    ] {
        let heard = told.proposes("add=redaction", "alone", &fields).await;
        assert_eq!(heard.status, StatusCode::UNPROCESSABLE_ENTITY, "{fields:?}");
        assert!(heard.text().contains(&format!("id=\"{wrong}-err\"")), "{wrong}: {}", heard.text());
    }
    assert_eq!(lines(&told.town).await, before, "nothing was done");

    let fields = [("entry", entry.as_str()), ("reason", "safety"), ("alone", "yes")];
    assert_eq!(done(&told.proposes("add=redaction", "alone", &fields).await), "/desk/record#h-alone");
    let record = told.town.get(&format!("/record/{}", told.about.incident)).await.text();
    assert!(!record.contains("street market"), "gone before anybody else was asked");
    ringer::step(&told.town.app.world).await.unwrap();
    assert_eq!(told.phones.heard().1.iter().filter(|message| message.kind == RingKind::Correction).count(), 0);
    let public = told.town.get("/record/moderation").await.text();
    assert!(public.contains("by one person") && public.contains("One person, urgent, not confirmed since"), "{public}");
    told.town.clock.go(3 * HOUR);
    let own = get_as(&told.town, told.amina(), "/desk/record").await.text();
    assert!(own.contains("By one person, urgent, not confirmed") && own.contains("3 hours ago"), "the clock stands at the desk");
    assert!(!own.contains("I would not have"), "nobody agrees with themselves");

    let seen = get_as(&told.town, told.ben(), "/desk/record").await.text();
    assert!(seen.contains("I would not have"));
    let taken = told.town.app.world.store.taken_alone().await.unwrap();
    assert_eq!(taken.len(), 1);
    let path = format!("/desk/record/{}/second", taken[0].id);
    let odd = press(&told.town, told.ben(), "/desk/record", &path, &[("agreed", "perhaps")]).await;
    assert_eq!(odd.status, StatusCode::BAD_REQUEST);
    done(&press(&told.town, told.ben(), "/desk/record", &path, &[("agreed", "yes")]).await);
    let public = told.town.get("/record/moderation").await.text();
    assert!(public.contains("One person, urgent, confirmed by a second on") && public.contains("confirmed that the words of entry"));
    let after = get_as(&told.town, told.ben(), "/desk/record").await.text();
    assert!(!after.contains("h-alone") && after.contains("By one person, urgent, confirmed by a second"));
    let record = told.town.get(&format!("/record/{}", told.about.incident)).await.text();
    assert!(!record.contains("street market"), "nobody brings them back");
}

#[test]
fn numbers_are_read_as_people_write_them() {
    for text in ["1, 4", "1 4", "#1 and #4", "1;4", " 1,4, "] {
        assert_eq!(numbers(text), Some(vec![1, 4]), "{text}");
    }
    assert_eq!(numbers(""), Some(vec![]));
    for odd in ["one", "1.4", "-1", "1, four"] {
        assert_eq!(numbers(odd), None, "{odd}");
    }
}

mod marked;
mod read;
