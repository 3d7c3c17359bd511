//! Who may pass which door: the table of routes walked as every sort of caller, and presses on old pages.

use crate::acts::{StreetCaller, desk, people, street};
use crate::doors::fixture::{Heard, Signed, Town, form, middle};
use crate::doors::gate::TOKEN_HEADER;
use crate::doors::routes::{Route, Who, table};
use axum::body::Body;
use handbell_rules::id::{IncidentId, ReportId};
use handbell_rules::people::member::Role;
use handbell_rules::street::report::{Basis, Happening, NewReport, Observed, Route as CameBy};
use handbell_rules::time::MINUTE;
use http::header::COOKIE;
use http::{Request, StatusCode};
use http_body_util::BodyExt;
use tower::ServiceExt;

/// An id that is well written and belongs to nothing.
const NOBODY: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaa";

pub(crate) async fn get_as(town: &Town, member: &Signed, path: &str) -> Heard {
    let mut request = Request::get(path).body(Body::empty()).unwrap();
    request.headers_mut().insert(COOKIE, member.cookies.parse().unwrap());
    town.send(request).await
}

pub(crate) async fn post_as(town: &Town, member: &Signed, path: &str, fields: &[(&str, &str)]) -> Heard {
    let mut request = form(path, fields);
    request.headers_mut().insert(COOKIE, member.cookies.parse().unwrap());
    town.send(request).await
}

pub(crate) fn told(town: &Town, place: &str, text: &str) -> NewReport {
    let now = town.app.world.now();
    NewReport {
        kind: "immigration-visit".into(),
        basis: Basis::Saw,
        happening: Happening::Now,
        observed: Observed { from: now, to: now },
        place: place.into(),
        point: Some(middle()),
        text: text.into(),
        officers: None,
        vehicles: None,
        people: None,
        route: CameBy::Web,
        language: "en".into(),
    }
}

pub(super) async fn filed(town: &Town, place: &str, text: &str) -> (ReportId, String) {
    let filed = street::file_report(&town.app.world, StreetCaller, told(town, place, text), None, None).await.unwrap().unwrap();
    (filed.report, filed.receipt.words().to_owned())
}

pub(super) async fn incident(town: &Town, member: &Signed) -> IncidentId {
    let (report, _) = filed(town, "Rye Lane", "").await;
    desk::open_incident(&town.app.world, &member.caller, report, false).await.unwrap()
}

pub(crate) async fn lines(town: &Town) -> usize {
    town.app.world.store.journal(0, 10_000).await.unwrap().len()
}

fn members_routes(method: &str) -> Vec<Route> {
    let routes: Vec<Route> = table().into_iter().filter(|route| route.who == Who::Member && route.method == method).collect();
    assert!(!routes.is_empty());
    routes
}

/// Every route by which a member does something.
fn acts() -> Vec<Route> {
    members_routes("POST").into_iter().chain(members_routes("DELETE")).collect()
}

/// An act with its token: in the form, or in the header when a page's script sends JSON.
fn act(route: &Route, token: &str, more: &[(&str, &str)]) -> Request<Body> {
    let path = path_of(route);
    if !path.starts_with("/api/") {
        return form(&path, &[&[("csrf", token)], more].concat());
    }
    let body: serde_json::Map<String, serde_json::Value> = more.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
    Request::builder()
        .method(route.method)
        .uri(path)
        .header("content-type", "application/json")
        .header("sec-fetch-site", "same-origin")
        .header(TOKEN_HEADER, token)
        .body(Body::from(serde_json::Value::from(body).to_string()))
        .unwrap()
}

fn path_of(route: &Route) -> String {
    route.path.split('/').map(|part| if part.starts_with('{') { NOBODY } else { part }).collect::<Vec<_>>().join("/")
}

#[test]
fn every_form_of_the_desk_has_its_door() {
    let doors: Vec<String> = table().iter().filter(|route| route.method == "POST").map(path_of).collect();
    let forms: Vec<String> = handbell_site::forms::FORMS
        .iter()
        .map(|form| form.action.replace("{}", NOBODY))
        .filter(|action| action.starts_with("/desk"))
        .collect();
    assert!(forms.len() > 20);
    for action in forms {
        assert!(doors.contains(&action), "{action} has no door");
    }
    for route in table().iter().filter(|route| route.path.starts_with("/desk")) {
        let open = route.path.starts_with("/desk/sign-in");
        assert_eq!(route.who == Who::Street, open, "{}", route.path);
    }
}

#[tokio::test]
async fn without_cookies_no_door_of_a_member_opens() {
    let town = Town::new();
    let wren = town.signed_in("Wren", &[Role::Triager]).await;
    let before = lines(&town).await;
    let half = wren.cookies.split("; ").next().unwrap().to_owned();
    for cookies in ["", &half, "__Host-desk=made-up; __Host-device=made-up"] {
        for route in members_routes("GET") {
            let mut request = Request::get(path_of(&route)).body(Body::empty()).unwrap();
            request.headers_mut().insert(COOKIE, cookies.parse().unwrap());
            let heard = town.head_of(request).await;
            assert_eq!(heard.status, StatusCode::UNAUTHORIZED, "GET {} with {cookies:?}", route.path);
        }
        for route in acts() {
            let mut request = act(&route, &wren.csrf, &[]);
            request.headers_mut().insert(COOKIE, cookies.parse().unwrap());
            let status = town.send(request).await.status;
            assert_eq!(status, StatusCode::UNAUTHORIZED, "{} {}", route.method, route.path);
        }
    }
    assert_eq!(lines(&town).await, before);
}

#[tokio::test]
async fn without_the_forms_token_or_from_another_site_nothing_is_done() {
    let town = Town::new();
    let all = [Role::Triager, Role::Approver, Role::Editor, Role::Observer];
    let (wren, heron) = (town.signed_in("Wren", &all).await, town.signed_in("Heron", &all).await);
    let before = lines(&town).await;
    let by_wren = |route: &Route, token: &str, more: &[(&str, &str)]| {
        let mut request = act(route, token, more);
        request.headers_mut().insert(COOKIE, wren.cookies.parse().unwrap());
        request
    };
    for route in acts() {
        let path = format!("{} {}", route.method, route.path);
        let mut bare = form(&path_of(&route), &[]);
        *bare.method_mut() = route.method.parse().unwrap();
        bare.headers_mut().insert(COOKIE, wren.cookies.parse().unwrap());
        for (sort, request) in [("no", bare), ("an empty", by_wren(&route, "", &[])), ("another's", by_wren(&route, &heron.csrf, &[]))] {
            let heard = town.send(request).await;
            assert_eq!(heard.status, StatusCode::FORBIDDEN, "{path} with {sort} token");
            assert!(heard.text().contains("form-too-old"), "{path}");
        }
        for site in ["cross-site", "same-site"] {
            let mut request = by_wren(&route, &wren.csrf, &[]);
            request.headers_mut().insert("sec-fetch-site", site.parse().unwrap());
            assert_eq!(town.send(request).await.status, StatusCode::FORBIDDEN, "{path} from {site}");
        }
        let mut request = by_wren(&route, &wren.csrf, &[]);
        request.headers_mut().remove("sec-fetch-site");
        request.headers_mut().insert("origin", "https://elsewhere.example".parse().unwrap());
        assert_eq!(town.send(request).await.status, StatusCode::FORBIDDEN, "{path} from another origin");
        let unknown = town.send(by_wren(&route, &wren.csrf, &[("role", "keeper")])).await;
        assert_eq!(unknown.status, StatusCode::BAD_REQUEST, "{path} with a forged field");
    }
    assert_eq!(lines(&town).await, before);
}

#[tokio::test]
async fn somebody_who_was_revoked_is_out_from_the_next_request_on() {
    let town = Town::new();
    let wren = town.signed_in("Wren", &[Role::Triager]).await;
    assert_eq!(get_as(&town, &wren, "/desk").await.status, StatusCode::OK);
    people::revoke(&town.app.world, "Wren").await.unwrap();
    assert_eq!(get_as(&town, &wren, "/desk").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(post_as(&town, &wren, "/desk/duty", &[("csrf", &wren.csrf), ("duty", "start")]).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_session_ends_by_itself_after_eight_hours() {
    let town = Town::new();
    let wren = town.signed_in("Wren", &[Role::Triager]).await;
    town.clock.go(8 * 60 * MINUTE - 1);
    assert_eq!(get_as(&town, &wren, "/desk").await.status, StatusCode::OK);
    town.clock.go(1);
    assert_eq!(get_as(&town, &wren, "/desk").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn an_observer_does_not_work_the_desk() {
    let town = Town::new();
    let finch = town.signed_in("Finch", &[Role::Observer]).await;
    let before = lines(&town).await;
    // What an observer is asked is theirs to read and to answer; a look that is nobody's is nowhere.
    let theirs = [
        "/desk",
        "/desk/observe",
        "/desk/duty",
        "/desk/sign-out",
        "/desk/here",
        "/api/v1/desk/subscriptions",
        "/desk/looks/{id}",
        "/desk/looks/{id}/answer",
        "/desk/looks/{id}/report",
        "/desk/dispatches/{id}",
        "/desk/ready",
        "/desk/telephone",
    ];
    for route in members_routes("GET").iter().filter(|route| !theirs.contains(&route.path)) {
        let mut request = Request::get(path_of(route)).body(Body::empty()).unwrap();
        request.headers_mut().insert(COOKIE, finch.cookies.parse().unwrap());
        assert_eq!(town.head_of(request).await.status, StatusCode::FORBIDDEN, "GET {}", route.path);
    }
    for route in members_routes("POST").iter().filter(|route| !theirs.contains(&route.path)) {
        // A form with other fields than these is broken for everybody, before anybody is asked who they are.
        let own = handbell_site::forms::FORMS
            .iter()
            .find(|form| form.action.replace("{}", NOBODY) == path_of(route) && !form.fields.contains(&"version"));
        let fields: Vec<(&str, &str)> = match own {
            Some(form) => form
                .fields
                .iter()
                .filter(|field| !field.contains('*'))
                .map(|field| (*field, if *field == "csrf" { finch.csrf.as_str() } else { "1" }))
                .collect(),
            None => vec![("csrf", &finch.csrf), ("version", "1")],
        };
        let heard = if route.path.starts_with("/api/") {
            let mut request = act(route, &finch.csrf, &[]);
            request.headers_mut().insert(COOKIE, finch.cookies.parse().unwrap());
            town.send(request).await
        } else {
            post_as(&town, &finch, &path_of(route), &fields).await
        };
        assert_eq!(heard.status, StatusCode::FORBIDDEN, "POST {}", route.path);
        assert!(heard.text().contains("role-needed"), "POST {}", route.path);
    }
    assert_eq!(lines(&town).await, before);
}

#[tokio::test]
async fn an_editor_reads_the_desk_and_checks_nothing() {
    let town = Town::new();
    let wren = town.signed_in("Wren", &[Role::Triager]).await;
    let plover = town.signed_in("Plover", &[Role::Editor]).await;
    let incident = incident(&town, &wren).await;
    let (report, _) = filed(&town, "Rye Lane", "").await;
    let (report_path, incident_path) = (format!("/desk/reports/{report}"), format!("/desk/incidents/{incident}"));
    for path in ["/desk", "/desk/alerts", "/desk/record", &report_path, &incident_path] {
        let page = get_as(&town, &plover, path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        for act in [
            "take",
            "ask",
            "decide",
            "join",
            "take-out",
            "different",
            "same",
            "open",
            "set-aside",
            "claims",
            "independence",
            "end",
            "unlink",
        ] {
            assert!(!page.text().contains(&format!("/{act}\"")), "{path} offers {act} to an editor");
        }
    }
    let before = lines(&town).await;
    let report = report.to_string();
    let acts: [(&str, &[(&str, &str)]); 13] = [
        (&format!("{report_path}/take"), &[]),
        (&format!("{report_path}/ask"), &[("question", "Are they still there?")]),
        (&format!("{report_path}/join"), &[("incident", &incident.to_string())]),
        (&format!("{report_path}/take-out"), &[("incident", &incident.to_string())]),
        (&format!("{report_path}/different"), &[("incident", &incident.to_string()), ("page", "report"), ("reason", "")]),
        (&format!("{report_path}/same"), &[("incident", &incident.to_string()), ("page", "incident")]),
        (&format!("{report_path}/open"), &[]),
        (&format!("{report_path}/set-aside"), &[("reason", "duplicate")]),
        (&format!("{report_path}/decide"), &[("wish", NOBODY), ("decision", "done"), ("because", "It is covered.")]),
        (&format!("{incident_path}/end"), &[("end", "over")]),
        (&format!("{incident_path}/unlink"), &[("report", &report)]),
        (
            &format!("{incident_path}/independence"),
            &[("first", &report), ("second", NOBODY), ("independent", "yes"), ("reason", "They stood apart.")],
        ),
        (
            &format!("{incident_path}/claims"),
            &[
                ("predicate", "place"),
                ("value", "Rye Lane"),
                ("source", "official"),
                ("source_note", "The council"),
                ("certainty", "likely"),
            ],
        ),
    ];
    for (path, fields) in acts {
        let all: Vec<(&str, &str)> = [("csrf", plover.csrf.as_str()), ("version", "1")].into_iter().chain(fields.iter().copied()).collect();
        let heard = post_as(&town, &plover, path, &all).await;
        // Two reports are looked up before the rule is asked; an unknown one is nowhere for everybody.
        let refused = heard.status == StatusCode::FORBIDDEN && heard.text().contains("role-needed");
        assert!(refused || (path.ends_with("independence") && heard.status == StatusCode::NOT_FOUND), "{path}: {}", heard.status);
    }
    assert_eq!(lines(&town).await, before);
}

#[tokio::test]
async fn a_member_who_is_no_editor_opens_nothing_to_the_record() {
    let town = Town::new();
    let wren = town.signed_in("Wren", &[Role::Triager, Role::Approver]).await;
    let incident = incident(&town, &wren).await;
    let path = format!("/desk/incidents/{incident}");
    let page = get_as(&town, &wren, &path).await;
    let (csrf, version) = (page.field("csrf"), page.field("version"));
    assert_eq!(
        post_as(&town, &wren, &format!("{path}/end"), &[("csrf", &csrf), ("version", &version), ("end", "over")]).await.status,
        StatusCode::SEE_OTHER
    );
    let page = get_as(&town, &wren, &path).await;
    assert!(page.text().contains("A member with the editor role must do this."));
    let before = lines(&town).await;
    let heard = post_as(&town, &wren, &format!("{path}/record"), &[("csrf", &csrf), ("version", &page.field("version"))]).await;
    assert_eq!(heard.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(heard.text().contains("A member with the editor role must do this."));
    assert_eq!(lines(&town).await, before);
}

#[tokio::test]
async fn whoever_presses_on_an_old_page_is_told_and_nothing_is_done() {
    let town = Town::new();
    let (wren, heron) = (town.signed_in("Wren", &[Role::Triager]).await, town.signed_in("Heron", &[Role::Triager]).await);
    let (report, _) = filed(&town, "Rye Lane", "").await;
    let path = format!("/desk/reports/{report}");
    let page = get_as(&town, &wren, &path).await;
    let version = page.field("version");
    assert_eq!(
        post_as(&town, &heron, &format!("{path}/take"), &[("csrf", &heron.csrf), ("version", &version)]).await.status,
        StatusCode::SEE_OTHER
    );
    let before = lines(&town).await;
    for act in ["take", "open"] {
        let heard = post_as(&town, &wren, &format!("{path}/{act}"), &[("csrf", &wren.csrf), ("version", &version)]).await;
        assert_eq!(heard.status, StatusCode::CONFLICT, "{act}");
        assert!(heard.text().contains(&format!("href=\"{path}\"")), "it leads back");
    }
    assert_eq!(lines(&town).await, before);
    assert!(get_as(&town, &wren, &path).await.text().contains("Heron has it"));
}

#[tokio::test]
async fn what_was_typed_stays_and_the_words_stand_beside_the_field() {
    let town = Town::new();
    let wren = town.signed_in("Wren", &[Role::Triager]).await;
    let incident = incident(&town, &wren).await;
    let path = format!("/desk/incidents/{incident}");
    let page = get_as(&town, &wren, &path).await;
    let version = page.field("version");
    let before = lines(&town).await;
    let wrong: [(&str, &str, &str, &str, &str); 5] = [
        ("agency", "the men in black", "", "official", "value-err"),
        ("count.officers", "about five", "4", "official", "value-err"),
        ("count.officers", "", "many", "official", "low-err"),
        ("place", "Rye Lane", "4", "official", "low-err"),
        ("place", "", "", "official", "value-err"),
    ];
    for (predicate, value, low, source, error) in wrong {
        let fields = [
            ("csrf", wren.csrf.as_str()),
            ("version", &version),
            ("predicate", predicate),
            ("value", value),
            ("low", low),
            ("source", source),
            ("source_note", "The “council” <b>"),
            ("certainty", "likely"),
        ];
        let heard = post_as(&town, &wren, &format!("{path}/claims"), &fields).await;
        assert_eq!(heard.status, StatusCode::UNPROCESSABLE_ENTITY, "{predicate} {value}");
        let text = heard.text();
        assert!(text.contains(&format!("id=\"{error}\"")), "{predicate} {value}: {error}");
        assert!(text.contains("The “council” &#60;b&#62;"), "what was typed stays and stays text");
    }
    assert_eq!(lines(&town).await, before);
    let fields = [
        ("csrf", wren.csrf.as_str()),
        ("version", &version),
        ("predicate", "agency"),
        ("value", "Immigration Enforcement"),
        ("source", "official"),
        ("source_note", "Home Office, 14 June"),
        ("certainty", "observed"),
    ];
    assert_eq!(post_as(&town, &wren, &format!("{path}/claims"), &fields).await.status, StatusCode::SEE_OTHER);
    let text = get_as(&town, &wren, &path).await.text();
    assert!(
        text.contains("An official statement says that it happened.")
            && text.contains("Home Office, 14 June")
            && text.contains("Written down by Wren")
    );
}

#[tokio::test]
async fn a_home_is_said_when_the_incident_is_opened() {
    let town = Town::new();
    let wren = town.signed_in("Wren", &[Role::Triager]).await;
    for (home, kept) in [(None, false), (Some("yes"), true)] {
        let (report, _) = filed(&town, "Rye Lane", "").await;
        let mut fields = vec![("csrf", wren.csrf.as_str()), ("version", "1")];
        fields.extend(home.map(|home| ("home", home)));
        let heard = post_as(&town, &wren, &format!("/desk/reports/{report}/open"), &fields).await;
        assert_eq!(heard.status, StatusCode::SEE_OTHER);
        let id: IncidentId = heard.header("location").rsplit('/').next().unwrap().parse().unwrap();
        assert_eq!(town.app.world.store.incident(id).await.unwrap().unwrap().home, kept);
    }
}

#[tokio::test]
async fn the_queue_says_how_long_a_report_has_waited() {
    let town = Town::new();
    let wren = town.signed_in("Wren", &[Role::Triager]).await;
    filed(&town, "Rye Lane", "Five officers\nat the shop.").await;
    let page = get_as(&town, &wren, "/desk").await.text();
    assert!(page.contains("One waiting") && page.contains("Five officers at the shop.") && page.contains("New"));
    assert!(!page.contains("item late"));
    town.clock.go(10 * MINUTE);
    let page = get_as(&town, &wren, "/desk").await.text();
    assert!(page.contains("item late") && page.contains("10 min"));
    assert_eq!(page.matches("<i class=\"on\">").count(), 5);
}

#[tokio::test]
async fn the_stream_says_changed_when_the_journal_grows() {
    let town = Town::new();
    let wren = town.signed_in("Wren", &[Role::Triager]).await;
    let mut request = Request::get("/desk/events").body(Body::empty()).unwrap();
    request.headers_mut().insert(COOKIE, wren.cookies.parse().unwrap());
    let response = town.router().oneshot(request).await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    for _ in 0..3 {
        filed(&town, "Rye Lane", "").await;
    }
    let mut body = response.into_body();
    let frame = body.frame().await.unwrap().unwrap().into_data().unwrap();
    let text = String::from_utf8(frame.to_vec()).unwrap();
    assert!(text.contains("event: changed") && text.contains("data: {}"), "{text}");
    assert!(!text.contains("Rye Lane"));
    let more = futures::FutureExt::now_or_never(body.frame());
    assert!(more.is_none(), "three lines are one change");
}

#[tokio::test]
async fn an_observer_files_from_the_scene_and_reads_nobody_elses_report() {
    let town = Town::new();
    let (wren, finch) = (town.signed_in("Wren", &[Role::Triager]).await, town.signed_in("Finch", &[Role::Observer]).await);
    filed(&town, "Rye Lane", "A witness wrote this.").await;
    assert_eq!(get_as(&town, &finch, "/desk").await.header("location"), "/desk/observe");
    let page = get_as(&town, &finch, "/desk/observe").await;
    assert!(page.text().contains("Start my duty") && !page.text().contains("A witness wrote this."));
    let fields = [("csrf", finch.csrf.as_str()), ("kind", "immigration-visit"), ("when", "now"), ("text", "Two vans, doors open.")];
    let nowhere = post_as(&town, &finch, "/desk/observe", &fields).await;
    assert_eq!(nowhere.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(nowhere.text().contains("id=\"place-err\"") && nowhere.text().contains("Two vans, doors open."));
    let placed: Vec<_> = fields.into_iter().chain([("place", "Rye Lane")]).collect();
    let sent = post_as(&town, &finch, "/desk/observe", &placed).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
    assert!(get_as(&town, &finch, sent.header("location")).await.text().contains("The desk has it."));
    assert_eq!(post_as(&town, &wren, "/desk/observe", &[("csrf", &wren.csrf)]).await.status, StatusCode::FORBIDDEN);
    let waiting = town.app.world.store.waiting_reports(9).await.unwrap();
    let report = waiting.iter().find(|report| report.from_observer()).expect("the observer's report waits");
    // On their word alone an incident is confirmed.
    let incident = desk::open_incident(&town.app.world, &wren.caller, report.id, false).await.unwrap();
    let path = format!("/desk/incidents/{incident}");
    let page = get_as(&town, &wren, &path).await;
    let source = report.id.to_string();
    let claim = [
        ("csrf", wren.csrf.as_str()),
        ("version", &page.field("version")),
        ("predicate", "activity"),
        ("value", "watching"),
        ("source", &source),
        ("certainty", "observed"),
    ];
    assert_eq!(post_as(&town, &wren, &format!("{path}/claims"), &claim).await.status, StatusCode::SEE_OTHER);
    assert!(get_as(&town, &wren, &path).await.text().contains("A trained observer is on the scene and says so."));
}

#[tokio::test]
async fn the_composer_takes_nothing_but_what_it_offers() {
    let town = Town::new();
    let wren = town.signed_in("Wren", &[Role::Triager, Role::Approver]).await;
    let incident = incident(&town, &wren).await;
    let path = format!("/desk/incidents/{incident}");
    let compose = get_as(&town, &wren, &format!("{path}/compose")).await;
    let (version, text) = (compose.field("version"), compose.text());
    assert!(!text.contains("<textarea") && !text.contains("type=\"text\""), "lists and boxes only");
    let now = town.app.world.now().clock("Europe/London");
    let good: [(&str, &str); 9] = [
        ("csrf", &wren.csrf),
        ("version", &version),
        ("reach", "dispatch"),
        ("area", "middle"),
        ("slot-spot", "Rye Lane"),
        ("slot-agency", "police"),
        ("slot-activity", "watching"),
        ("slot-time", &now),
        ("expires", "240"),
    ];
    let before = lines(&town).await;
    let forged = [
        ("reach", "everyone", "reach"),
        ("area", "elsewhere", "area"),
        ("slot-spot", "Flat 4, Rye Lane 112", "slot-spot"),
        ("slot-spot", "the house of the baker", "slot-spot"),
        ("slot-agency", "the army", "slot-agency"),
        ("slot-activity", "everybody come", "slot-activity"),
        ("slot-time", "25:00", "slot-time"),
        ("slot-time", "03:00", "slot-time"),
        ("expires", "241", "expires"),
        ("expires", "never", "expires"),
    ];
    for (field, value, error) in forged {
        let fields: Vec<_> = good.iter().map(|(name, good)| (*name, if *name == field { value } else { *good })).collect();
        let heard = post_as(&town, &wren, &format!("{path}/alerts"), &fields).await;
        assert_eq!(heard.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}={value}");
        assert!(heard.text().contains(&format!("id=\"{error}-err\"")), "{field}={value}");
    }
    assert_eq!(lines(&town).await, before);
    let drafted = post_as(&town, &wren, &format!("{path}/alerts"), &good).await;
    assert_eq!(drafted.status, StatusCode::SEE_OTHER, "{}", drafted.text());
    let page = get_as(&town, &wren, drafted.header("location")).await.text();
    assert!(page.contains("One person must agree") && page.contains("only after a witness has answered through the receipt"));
    // An hour later the draft is stale: it is in no list, and its page says why it does not ring.
    town.clock.go(61 * MINUTE);
    assert!(!get_as(&town, &wren, "/desk").await.text().contains(drafted.header("location")));
    let page = get_as(&town, &wren, drafted.header("location")).await.text();
    assert!(page.contains("This draft is more than an hour old.") && !page.contains("/approve\""));
}
