//! Stories of the desk's watch: a look from asking to coming back, one that nobody answers, a report that
//! nobody opens, the board beside a report, a shift handed over. Real acts, doors and workers; made-up clock.

use super::story::{Phones, press};
use super::tests::{filed, get_as, incident, post_as};
use crate::acts::bell::{NewSubscription, Wished, subscribe_observer};
use crate::acts::people;
use crate::doors::fixture::{Heard, Signed, Town, browser_keys};
use crate::work::{escalator, nudger};
use crate::world::World;
use handbell_rules::bell::nudged::DutyMessage;
use handbell_rules::desk::look::{Found, LookState, OBSERVE_ONLY, WELFARE_AGAIN_AFTER};
use handbell_rules::id::{IncidentId, LookId};
use handbell_rules::people::member::Role;
use handbell_rules::street::report::ReportState;
use handbell_rules::time::{HOUR, MINUTE, SECOND};
use http::StatusCode;
use std::sync::Arc;

struct Watch {
    town: Town,
    world: World,
    phones: Arc<Phones>,
    wren: Signed,
    incident: IncidentId,
}

impl Watch {
    /// Wren at the desk, and observers with a duty phone each, on duty in this order.
    async fn with(observers: &[&str]) -> (Self, Vec<Signed>) {
        let town = Town::new();
        let phones = Arc::new(Phones::default());
        let world = World { push: phones.clone(), ..town.app.world.clone() };
        let wren = town.signed_in("Wren", &[Role::Triager]).await;
        people::start_duty(&world, &wren.caller, 4).await.unwrap();
        let mut there = Vec::new();
        for (number, name) in observers.iter().enumerate() {
            let observer = town.signed_in(name, &[Role::Observer]).await;
            town.clock.go(SECOND);
            people::start_duty(&world, &observer.caller, 4).await.unwrap();
            subscribe_observer(&world, &observer.caller, phone(u8::try_from(number).unwrap() + 1)).await.unwrap();
            there.push(observer);
        }
        let incident = incident(&town, &wren).await;
        (Self { town, world, phones, wren, incident }, there)
    }

    async fn asks(&self, observer: &Signed) -> LookId {
        let page = format!("/desk/incidents/{}/looks", self.incident);
        let member = observer.caller.member.to_string();
        let fields = [
            ("observer", member.as_str()),
            ("place", "Rye Lane and Blenheim Grove"),
            ("approach", "Come from the station"),
            ("look_for", "Two marked vans"),
            ("minutes", "20"),
        ];
        let heard = press(&self.town, &self.wren, &page, &page, &fields).await;
        assert_eq!(heard.status, StatusCode::SEE_OTHER, "{}", heard.text());
        self.world.store.looks_of(self.incident).await.unwrap().last().unwrap().id
    }

    /// The workers until nothing moves, and what phones heard.
    async fn works(&self) -> Vec<DutyMessage> {
        while escalator::step(&self.world).await.unwrap().moved > 0 {}
        while nudger::step(&self.world).await.unwrap().tried > 0 {}
        self.phones.nudged()
    }

    async fn state(&self, look: LookId) -> LookState {
        self.world.store.look(look).await.unwrap().unwrap().state
    }
}

fn phone(number: u8) -> NewSubscription {
    let (key, secret) = browser_keys(number);
    let endpoint = format!("https://updates.push.services.mozilla.com/wpush/v2/{number}");
    NewSubscription {
        endpoint,
        key,
        secret,
        cells: vec![],
        kinds: vec![],
        language: "en".into(),
        discreet: false,
        wished: Wished::default(),
    }
}

/// Presses a form that carries no version.
async fn plain(town: &Town, member: &Signed, page: &str, action: &str, fields: &[(&str, &str)]) -> Heard {
    let read = get_as(town, member, page).await;
    assert!(read.text().contains(&format!("action=\"{action}\"")), "{page} has no form for {action}");
    let all: Vec<(&str, &str)> = [("csrf", member.csrf.as_str())].into_iter().chain(fields.iter().copied()).collect();
    post_as(town, member, action, &all).await
}

#[tokio::test]
async fn an_observer_is_asked_goes_and_reports_and_only_a_member_makes_claims_of_it() {
    let (watch, observers) = Watch::with(&["Finch"]).await;
    let finch = &observers[0];
    let look = watch.asks(finch).await;
    let heard = watch.works().await;
    assert_eq!(heard.len(), 1);
    assert!(heard[0].body.contains("Rye Lane and Blenheim Grove") && heard[0].body.contains("Observe only"));
    assert_eq!(heard[0].conduct, OBSERVE_ONLY);
    assert_eq!(heard[0].url, format!("/desk/looks/{look}"));

    let page = format!("/desk/looks/{look}");
    let shown = get_as(&watch.town, finch, &page).await.text();
    for line in OBSERVE_ONLY {
        assert!(shown.contains(line), "{line}");
    }
    assert!(get_as(&watch.town, finch, "/desk/observe").await.text().contains(&page), "it stands on their own page");
    let answer = format!("{page}/answer");
    assert_eq!(press(&watch.town, finch, &page, &answer, &[("say", "accept")]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(watch.state(look).await, LookState::Accepted);
    watch.town.clock.go(5 * MINUTE);
    assert_eq!(press(&watch.town, finch, &page, &answer, &[("say", "arrive")]).await.status, StatusCode::SEE_OTHER);
    let back = [("text", "Two vans, six people in uniform"), ("found", "saw-it")];
    assert_eq!(press(&watch.town, finch, &page, &format!("{page}/report"), &back).await.status, StatusCode::SEE_OTHER);

    let kept = watch.world.store.look(look).await.unwrap().unwrap();
    assert_eq!((kept.state, kept.found), (LookState::Reported, Some(Found::SawIt)));
    let file = watch.world.store.incident_file(watch.incident).await.unwrap().unwrap();
    let report = file.reports.iter().find(|report| Some(report.id) == kept.report).unwrap();
    assert!(report.from_observer() && report.state == ReportState::Joined);
    assert!(file.claims.is_empty(), "nothing is claimed by itself");
    let desk = get_as(&watch.town, &watch.wren, &format!("/desk/incidents/{}", watch.incident)).await.text();
    assert!(desk.contains("Being checked") && !desk.contains("A trained observer is on the scene"), "and nothing is confirmed by itself");
    let claim = [("predicate", "agency"), ("value", "police"), ("source", &report.id.to_string()), ("certainty", "observed")]
        .map(|(name, value)| (name, value.to_owned()));
    let claim: Vec<(&str, &str)> = claim.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let incident_page = format!("/desk/incidents/{}", watch.incident);
    let claimed = press(&watch.town, &watch.wren, &incident_page, &format!("{incident_page}/claims"), &claim).await;
    assert_eq!(claimed.status, StatusCode::SEE_OTHER, "{}", claimed.text());
    let desk = get_as(&watch.town, &watch.wren, &incident_page).await.text();
    assert!(desk.contains("A trained observer is on the scene and says so."), "a member's claim from it does");
    // Whoever reported it is not asked to check it.
    let again = get_as(&watch.town, &watch.wren, &format!("{incident_page}/looks")).await.text();
    assert!(again.contains("No observer is on duty who could be asked."));
}

#[tokio::test]
async fn whoever_does_not_answer_is_passed_over_and_an_overdue_one_is_looked_for() {
    let (watch, observers) = Watch::with(&["Finch", "Robin"]).await;
    let look = watch.asks(&observers[0]).await;
    watch.works().await;
    watch.town.clock.go(2 * MINUTE);
    let heard = watch.works().await;
    assert_eq!(heard.len(), 1, "one phone: the next one's");
    let kept = watch.world.store.look(look).await.unwrap().unwrap();
    assert_eq!(kept.turn.member, observers[1].caller.member);
    // The first one's late yes changes nothing and is told so.
    let page = format!("/desk/looks/{look}");
    let late = get_as(&watch.town, &observers[0], &page).await;
    assert!(late.text().contains("You need do nothing more.") && !late.text().contains("Yes, I am going"));
    let robin = &observers[1];
    assert_eq!(press(&watch.town, robin, &page, &format!("{page}/answer"), &[("say", "accept")]).await.status, StatusCode::SEE_OTHER);
    subscribe_observer(&watch.world, &watch.wren.caller, phone(9)).await.unwrap();
    watch.town.clock.go(20 * MINUTE);
    let heard: Vec<String> = watch.works().await.into_iter().map(|message| message.title).collect();
    assert!(heard.contains(&"An observer has not reported back".to_owned()), "{heard:?}");
    assert!(heard.contains(&"Are you well?".to_owned()), "{heard:?}");
    let queue = get_as(&watch.town, &watch.wren, "/desk").await.text();
    assert!(queue.contains("Overdue: find out whether Robin is well."));
    assert!(queue.contains("An observer is overdue."), "it is said aloud");
    watch.town.clock.go(WELFARE_AGAIN_AFTER);
    assert_eq!(watch.works().await.len(), 1, "everybody on duty is called once more");
    assert_eq!(watch.works().await.len(), 0, "and not again");
    let looks = format!("/desk/incidents/{}/looks", watch.incident);
    assert_eq!(press(&watch.town, &watch.wren, &looks, &format!("{page}/desk"), &[("say", "well")]).await.status, StatusCode::SEE_OTHER);
    let shown = get_as(&watch.town, &watch.wren, &looks).await.text();
    assert!(shown.contains("Wren found out at") && shown.contains("no answer"));
    assert_eq!(
        press(&watch.town, &watch.wren, &looks, &format!("{page}/desk"), &[("say", "call-off")]).await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(watch.state(look).await, LookState::CalledOff);
    assert!(get_as(&watch.town, robin, &page).await.text().contains("Called off. You need not go"));
}

#[tokio::test]
async fn nothing_found_comes_back_as_words_and_as_an_end_that_a_member_chooses() {
    let (watch, observers) = Watch::with(&["Finch"]).await;
    let look = watch.asks(&observers[0]).await;
    let page = format!("/desk/looks/{look}");
    let back = [("text", "The street is empty"), ("found", "nothing-found")];
    assert_eq!(press(&watch.town, &observers[0], &page, &format!("{page}/report"), &back).await.status, StatusCode::SEE_OTHER);
    let file = watch.world.store.incident_file(watch.incident).await.unwrap().unwrap();
    assert_eq!((file.reports.len(), file.incident.ended), (1, None), "no report, and nothing ended by itself");
    let looks = get_as(&watch.town, &watch.wren, &format!("/desk/incidents/{}/looks", watch.incident)).await.text();
    assert!(looks.contains("found nothing: The street is empty"));
}

#[tokio::test]
async fn an_untouched_report_calls_the_next_then_everybody_and_each_once() {
    let town = Town::new();
    let phones = Arc::new(Phones::default());
    let world = World { push: phones.clone(), ..town.app.world.clone() };
    let (wren, heron) = (town.signed_in("Wren", &[Role::Triager]).await, town.signed_in("Heron", &[Role::Triager]).await);
    let work = async || {
        while escalator::step(&world).await.unwrap().moved > 0 {}
        while nudger::step(&world).await.unwrap().tried > 0 {}
        phones.nudged().len()
    };
    for (number, member) in [(1, &wren), (2, &heron)] {
        subscribe_observer(&world, &member.caller, phone(number)).await.unwrap();
    }
    for member in [&wren, &heron] {
        people::end_duty(&world, &member.caller).await.unwrap();
    }
    filed(&town, "Rye Lane", "").await;
    town.clock.go(10 * MINUTE);
    assert_eq!(work().await, 0, "nobody is on duty, and no step is used up");
    people::start_duty(&world, &wren.caller, 4).await.unwrap();
    town.clock.go(SECOND);
    people::start_duty(&world, &heron.caller, 4).await.unwrap();
    assert_eq!(work().await, 2, "whoever comes on is called at once");
    let (report, _) = filed(&town, "Choumert Road", "").await;
    town.clock.go(59 * SECOND);
    assert_eq!(work().await, 0, "not before a minute");
    town.clock.go(SECOND);
    assert_eq!(work().await, 1, "the next on duty");
    assert_eq!(work().await, 0, "once");
    assert!(get_as(&town, &wren, "/desk").await.text().contains("The next on duty was called"));
    town.clock.go(2 * MINUTE);
    assert_eq!(work().await, 2, "everybody");
    assert_eq!(work().await, 0, "once");
    let page = get_as(&town, &wren, "/desk").await.text();
    assert!(page.contains("Waiting 3 min: look now. Everybody on duty was called"), "the age stands there in words");
    assert!(page.contains("item soon"), "and in a colour that repeats them");
    let (third, _) = filed(&town, "Peckham Road", "").await;
    for (report, member) in [(report, &wren), (third, &heron)] {
        let path = format!("/desk/reports/{report}");
        assert_eq!(press(&town, member, &path, &format!("{path}/take"), &[]).await.status, StatusCode::SEE_OTHER);
    }
    town.clock.go(10 * MINUTE);
    assert_eq!(work().await, 0, "what somebody has calls nobody");
}

#[tokio::test]
async fn a_hold_names_who_works_on_it_and_frees_itself() {
    let town = Town::new();
    let (wren, heron) = (town.signed_in("Wren", &[Role::Triager]).await, town.signed_in("Heron", &[Role::Triager]).await);
    let (report, _) = filed(&town, "Rye Lane", "").await;
    let path = format!("/desk/reports/{report}");
    press(&town, &wren, &path, &format!("{path}/take"), &[]).await;
    assert!(get_as(&town, &heron, "/desk").await.text().contains("Wren has it"));
    town.clock.go(15 * MINUTE);
    let queue = get_as(&town, &heron, "/desk").await.text();
    assert!(queue.contains("Free again; Wren had it") && queue.contains("Take it"), "an idle hold is free");
    press(&town, &heron, &path, &format!("{path}/take"), &[]).await;
    assert!(get_as(&town, &wren, "/desk").await.text().contains("Heron has it"));
    assert_eq!(plain(&town, &heron, &path, &format!("{path}/hold"), &[("say", "free")]).await.status, StatusCode::SEE_OTHER);
    assert!(get_as(&town, &wren, "/desk").await.text().contains("Free again; Heron had it"));
    let incident = incident(&town, &wren).await;
    let path = format!("/desk/incidents/{incident}");
    people::start_duty(&town.app.world, &wren.caller, 1).await.unwrap();
    town.clock.go(50 * MINUTE);
    assert_eq!(plain(&town, &wren, &path, &format!("{path}/hold"), &[("say", "take")]).await.status, StatusCode::SEE_OTHER);
    assert!(get_as(&town, &heron, &path).await.text().contains("Wren has it"));
    town.clock.go(10 * MINUTE);
    assert!(!get_as(&town, &heron, &path).await.text().contains("Wren has it"), "the shift ended");
}

#[tokio::test]
async fn the_board_stands_beside_reports_of_its_place_and_time_and_nowhere_public() {
    let town = Town::new();
    let wren = town.signed_in("Wren", &[Role::Triager]).await;
    let words = "A film crew with two police cars";
    let add = [("known", "filming"), ("area", "everywhere"), ("words", words), ("begins", "0"), ("lasts", "60")];
    assert_eq!(plain(&town, &wren, "/desk/board", "/desk/board", &add).await.status, StatusCode::SEE_OTHER);
    let (report, receipt) = filed(&town, "Rye Lane", "").await;
    for path in ["/desk".to_owned(), format!("/desk/reports/{report}"), "/desk/board".to_owned()] {
        let page = get_as(&town, &wren, &path).await.text();
        assert!(page.contains(words), "{path}");
    }
    assert!(get_as(&town, &wren, "/desk").await.text().contains("At the same time; it is posted for everywhere here."));
    let _ = receipt;
    for path in ["/", "/alerts", "/record", "/report", "/about"] {
        assert!(!town.get(path).await.text().contains(words), "{path}");
    }
    town.clock.go(HOUR);
    assert!(!get_as(&town, &wren, "/desk/board").await.text().contains(words), "it ends by itself");
    let bad = [("known", "filming"), ("area", "nowhere"), ("words", ""), ("begins", "0"), ("lasts", "60")];
    let refused = plain(&town, &wren, "/desk/board", "/desk/board", &bad).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_shift_hands_over_and_says_goodbye() {
    let town = Town::new();
    let (wren, heron) = (town.signed_in("Wren", &[Role::Triager]).await, town.signed_in("Heron", &[Role::Triager]).await);
    assert_eq!(plain(&town, &wren, "/desk/duty", "/desk/duty", &[("duty", "start"), ("hours", "9")]).await.status, 422);
    assert_eq!(plain(&town, &wren, "/desk/duty", "/desk/duty", &[("duty", "start"), ("hours", "3")]).await.status, StatusCode::SEE_OTHER);
    town.clock.go(2 * HOUR);
    assert!(get_as(&town, &wren, "/desk/duty").await.text().contains("Take a break of ten minutes"));
    let note = "One look is still open. The drill ends at ten.";
    let ended = plain(&town, &wren, "/desk/duty", "/desk/duty", &[("duty", "end"), ("note", note)]).await;
    assert_eq!((ended.status, ended.header("location")), (StatusCode::SEE_OTHER, "/desk/duty?ended"));
    assert!(get_as(&town, &wren, "/desk/duty?ended").await.text().contains("What was hard?"));
    post_as(&town, &heron, "/desk/duty", &[("csrf", &heron.csrf), ("duty", "start")]).await;
    assert!(get_as(&town, &heron, "/desk").await.text().contains("Wren left a note for you"));
    assert!(get_as(&town, &heron, "/desk/duty").await.text().contains(note));
    let finch = town.signed_in("Finch", &[Role::Observer]).await;
    assert!(!get_as(&town, &finch, "/desk/duty").await.text().contains(note), "observers read no hand-over");
    town.clock.go(24 * HOUR);
    let ivo = town.signed_in("Ivo", &[Role::Triager]).await;
    assert!(!get_as(&town, &ivo, "/desk/duty").await.text().contains(note), "it is gone after a day");
}
