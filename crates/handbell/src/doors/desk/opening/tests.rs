//! Who may open what at the desk's doors, and that each look is written down before it is shown.

use crate::acts::{StreetCaller, desk, opening, people, street};
use crate::doors::desk::tests::{filed, get_as, post_as};
use crate::doors::fixture::{Heard, Signed, Town};
use handbell_rules::desk::incident::Ending;
use handbell_rules::id::{IncidentId, ReportId};
use handbell_rules::people::access::{AGREEMENT_LASTS, OWN_WORK_OPEN};
use handbell_rules::people::member::Role;
use handbell_rules::people::trail::{Opening, Why};
use handbell_rules::time::{DAY, HOUR, MINUTE};
use http::StatusCode;

const WORDS: &str = "Two vans by the fruit stall";

async fn off_duty(town: &Town, member: &Signed) {
    people::end_duty(&town.app.world, &member.caller).await.unwrap();
}

async fn on_duty(town: &Town, member: &Signed) {
    people::start_duty(&town.app.world, &member.caller, 4).await.unwrap();
}

async fn trail(town: &Town) -> Vec<Opening> {
    town.app.world.store.openings(0, 1_000).await.unwrap()
}

fn page_of(report: ReportId) -> String {
    format!("/desk/reports/{report}")
}

fn shows(heard: &Heard) -> bool {
    heard.text().contains(WORDS)
}

async fn ended(town: &Town, by: &Signed, report: ReportId, home: bool) -> IncidentId {
    let incident = desk::open_incident(&town.app.world, &by.caller, report, home).await.unwrap();
    desk::end_incident(&town.app.world, &by.caller, incident, Ending::Over).await.unwrap();
    incident
}

#[tokio::test]
async fn off_duty_nothing_of_any_matter_is_shown_or_done_and_how_much_waits_is() {
    let town = Town::new();
    let amina = town.signed_in("Amina", &[Role::Triager, Role::Approver, Role::Editor]).await;
    let (report, _) = filed(&town, "Rye Lane", WORDS).await;
    let (other, _) = filed(&town, "Choumert Road", WORDS).await;
    let incident = desk::open_incident(&town.app.world, &amina.caller, other, false).await.unwrap();
    off_duty(&town, &amina).await;
    for path in ["/desk".to_owned(), page_of(report), format!("/desk/incidents/{incident}"), format!("/desk/incidents/{incident}/compose")]
    {
        let heard = get_as(&town, &amina, &path).await;
        assert_eq!(heard.status, StatusCode::OK, "{path}");
        for word in [WORDS, "Rye Lane", "Choumert"] {
            assert!(!heard.text().contains(word), "{path} tells {word}");
        }
        assert!(heard.text().contains("Start my duty"), "{path}");
    }
    assert!(get_as(&town, &amina, "/desk").await.text().contains("1 to read."));
    let press = post_as(&town, &amina, &format!("{}/take", page_of(report)), &[("csrf", &amina.csrf), ("version", "1")]).await;
    assert_eq!(press.status, StatusCode::SEE_OTHER);
    assert_eq!(town.app.world.store.report(report).await.unwrap().unwrap().reader, None);
    assert_eq!(trail(&town).await, []);

    on_duty(&town, &amina).await;
    assert!(shows(&get_as(&town, &amina, &page_of(report)).await));
    assert_eq!(trail(&town).await[0].line.why, Why::OpenMatter);
}

#[tokio::test]
async fn a_look_is_written_once_in_half_an_hour_and_again_after_it() {
    let town = Town::new();
    let amina = town.signed_in("Amina", &[Role::Triager]).await;
    let (report, _) = filed(&town, "Rye Lane", WORDS).await;
    for (minutes, lines) in [(0, 1), (29, 1), (1, 2), (29, 2)] {
        town.clock.go(minutes * MINUTE);
        assert!(shows(&get_as(&town, &amina, &page_of(report)).await));
        assert_eq!(trail(&town).await.len(), lines);
    }
    let text = format!("{:?}", trail(&town).await);
    assert!(!text.contains("fruit") && !text.contains("Rye Lane"), "the trail holds no word of what was opened");
}

#[tokio::test]
async fn a_home_asks_for_a_reason_before_it_shows_anything() {
    let town = Town::new();
    let amina = town.signed_in("Amina", &[Role::Triager]).await;
    let (report, _) = filed(&town, "Rye Lane", WORDS).await;
    let incident = desk::open_incident(&town.app.world, &amina.caller, report, true).await.unwrap();
    for path in [page_of(report), format!("/desk/incidents/{incident}")] {
        let subject = path.trim_start_matches("/desk/").to_owned();
        let asked = get_as(&town, &amina, &path).await;
        assert!(!shows(&asked) && asked.text().contains("Why do you open this?"), "{path}");
        for reason in ["", "   "] {
            let fields = [("csrf", amina.csrf.as_str()), ("subject", &subject), ("reason", reason)];
            let refused = post_as(&town, &amina, "/desk/open", &fields).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(!shows(&refused));
        }
        let fields = [("csrf", amina.csrf.as_str()), ("subject", &subject), ("reason", "I compare the times")];
        let opened = post_as(&town, &amina, "/desk/open", &fields).await;
        assert_eq!(opened.status, StatusCode::SEE_OTHER);
        assert_eq!(opened.headers["location"], path.as_str());
        assert_eq!(get_as(&town, &amina, &path).await.status, StatusCode::OK);
    }
    assert!(shows(&get_as(&town, &amina, &page_of(report)).await));
    let trail = trail(&town).await;
    assert_eq!(trail.len(), 2);
    assert!(trail.iter().all(|line| line.line.why == Why::Sensitive && line.line.reason == "I compare the times"));
}

#[tokio::test]
async fn what_is_over_opens_to_whoever_worked_on_it_for_72_hours_and_then_to_two() {
    let town = Town::new();
    let all = [Role::Triager, Role::Approver, Role::Editor];
    let (amina, ben) = (town.signed_in("Amina", &all).await, town.signed_in("Ben", &all).await);
    let (report, _) = filed(&town, "Rye Lane", WORDS).await;
    ended(&town, &amina, report, false).await;
    let path = page_of(report);
    let subject = format!("reports/{report}");

    assert!(get_as(&town, &ben, &path).await.text().contains("This takes two of you"), "others’ work");
    assert!(shows(&get_as(&town, &amina, &path).await), "one’s own");

    town.clock.go(OWN_WORK_OPEN + MINUTE);
    let (amina, ben) = (town.signed_in("Amina", &all).await, town.signed_in("Ben", &all).await);
    assert!(get_as(&town, &amina, &path).await.text().contains("This takes two of you"), "72 hours are over");
    let fields = |by: &Signed| [("csrf".to_owned(), by.csrf.clone()), ("subject".to_owned(), subject.clone())];
    let press = async |by: &Signed, to: &str, reason: &str| {
        let own = fields(by);
        let mut list: Vec<(&str, &str)> = own.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        list.push(("reason", reason));
        post_as(&town, by, to, &list).await
    };
    let forced = press(&amina, "/desk/open", "I want to").await;
    assert!(!shows(&forced) && forced.status == StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(press(&amina, "/desk/open/ask", "").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(press(&amina, "/desk/open/ask", "The council asks").await.status, StatusCode::SEE_OTHER);
    assert!(get_as(&town, &amina, &path).await.text().contains("You have asked"));

    let ask = opening::asks(&town.app.world, &ben.caller).await.unwrap()[0].id.to_string();
    let own = post_as(&town, &amina, "/desk/open/agree", &[("csrf", &amina.csrf), ("ask", &ask)]).await;
    assert_eq!(own.status, StatusCode::UNPROCESSABLE_ENTITY, "nobody agrees to their own");
    let waits = get_as(&town, &ben, "/desk").await;
    assert!(waits.text().contains("Amina wants to open"), "the queue says so");
    assert!(get_as(&town, &ben, "/desk/open/asks").await.text().contains("The council asks"));
    let agreed = post_as(&town, &ben, "/desk/open/agree", &[("csrf", &ben.csrf), ("ask", &ask)]).await;
    assert_eq!(agreed.status, StatusCode::SEE_OTHER);
    let again = post_as(&town, &ben, "/desk/open/agree", &[("csrf", &ben.csrf), ("ask", &ask)]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);

    assert!(shows(&get_as(&town, &amina, &path).await));
    assert!(!shows(&get_as(&town, &ben, &path).await), "agreeing opens nothing to oneself");
    let line = trail(&town).await.pop().unwrap().line;
    assert_eq!((line.why, line.second, line.reason.as_str()), (Why::SecondMember, Some(ben.caller.member), "The council asks"));
    town.clock.go(AGREEMENT_LASTS);
    assert!(!shows(&get_as(&town, &amina, &path).await), "an agreement lasts an hour");
}

#[tokio::test]
async fn a_witness_who_writes_again_opens_that_report_and_not_its_ended_incident() {
    let town = Town::new();
    let amina = town.signed_in("Amina", &[Role::Triager]).await;
    let (report, words) = filed(&town, "Rye Lane", WORDS).await;
    let incident = ended(&town, &amina, report, false).await;
    town.clock.go(4 * DAY);
    let amina = town.signed_in("Amina", &[Role::Triager]).await;
    assert!(!shows(&get_as(&town, &amina, &page_of(report)).await));
    street::correct_report(&town.app.world, StreetCaller, &words, "It was three vans").await.unwrap();
    assert!(shows(&get_as(&town, &amina, &page_of(report)).await));
    assert!(!shows(&get_as(&town, &amina, &format!("/desk/incidents/{incident}")).await));
}

#[tokio::test]
async fn the_trail_is_read_by_auditors_alone_and_a_kept_sign_is_found_in_it() {
    let town = Town::new();
    let amina = town.signed_in("Amina", &[Role::Triager, Role::Approver, Role::Editor]).await;
    let dunya = town.signed_in("Dunya", &[Role::Auditor]).await;
    let keeper = town.signed_in("Esi", &[Role::Keeper]).await;
    let (report, _) = filed(&town, "Rye Lane", WORDS).await;
    assert!(get_as(&town, &dunya, "/desk/trail").await.text().contains("No line stands yet"));
    get_as(&town, &amina, &page_of(report)).await;
    let sign = trail(&town).await[0].sign();
    for _ in 0..3 {
        town.clock.go(HOUR);
        get_as(&town, &amina, &page_of(report)).await;
    }
    for other in [&amina, &keeper] {
        assert_eq!(get_as(&town, other, "/desk/trail").await.status, StatusCode::FORBIDDEN);
        let press = post_as(&town, other, "/desk/trail", &[("csrf", &other.csrf), ("sign", &sign)]).await;
        assert_eq!(press.status, StatusCode::FORBIDDEN);
    }
    let read = get_as(&town, &dunya, "/desk/trail").await;
    assert!(read.text().contains("All 4 lines follow from each other") && read.text().contains("Amina"));
    assert!(!shows(&read) && !read.text().contains("Rye Lane"), "the trail tells no word of a report");
    let landing = get_as(&town, &dunya, "/desk").await;
    assert_eq!((landing.status, landing.headers["location"].to_str().unwrap()), (StatusCode::SEE_OTHER, "/desk/trail"));
    let found = post_as(&town, &dunya, "/desk/trail", &[("csrf", &dunya.csrf), ("sign", &format!(" {} ", sign.to_uppercase()))]).await;
    assert!(found.text().contains("Line 1 bears it"));
    let lost = post_as(&town, &dunya, "/desk/trail", &[("csrf", &dunya.csrf), ("sign", "0000-0000-0000-0000")]).await;
    assert!(lost.text().contains("No line bears it"));
    for path in [page_of(report), format!("/desk/incidents/{report}")] {
        assert!(!shows(&get_as(&town, &dunya, &path).await), "an auditor opens nothing");
    }
}
