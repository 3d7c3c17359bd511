//! One story, three ways in: whatever path is taken through the script, the form, the call screen and the JSON
//! keep the same report; what the schema allows is what the door takes.

use super::super::desk::tests::{get_as, post_as};
use super::super::fixture::{Heard, Signed, Town};
use super::*;
use crate::acts::street::read_receipt;
use crate::acts::{StreetCaller, desk};
use axum::body::Body;
use handbell_rules::people::member::Role;
use handbell_rules::place::Precision;
use handbell_rules::street::answers::PLACE_PRECISIONS;
use handbell_rules::street::report::{NewReport, Report, Route};
use handbell_rules::time::MINUTE;
use http::Request;
use std::collections::BTreeSet;

/// Paths that are walked; enough for every question of every kind, which is checked.
const WALKS: usize = 300;

/// A walk's dice: the same for every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % most
    }
    fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }
}

/// One path: what was said to each question on the way.
#[derive(Debug)]
struct Walk {
    kind: String,
    basis: &'static str,
    happening: &'static str,
    ago: u32,
    until: Option<u32>,
    sure: &'static str,
    exact: &'static str,
    place: &'static str,
    spot: String,
    officers: &'static str,
    given: Vec<(String, Vec<String>)>,
}

fn walk(town: &Town, number: usize, dice: &mut Dice, turns: &mut BTreeMap<(String, String), usize>) -> Walk {
    let playbook = &town.app.world.group.playbook;
    let kind = &playbook.kinds()[number % playbook.kinds().len()];
    let (basis, basis_word) = Basis::ALL[number / 5 % 3];
    let (happening, happening_word) = Happening::ALL[number / 15 % 3];
    let mut given: BTreeMap<String, Given> = BTreeMap::new();
    let mut said: Vec<(String, Vec<String>)> = Vec::new();
    let mut passed: BTreeSet<String> = BTreeSet::new();
    loop {
        let open = playbook.script().open(kind, SoFar { basis: Some(basis), happening: Some(happening), given: &given });
        let Some(question) = open.into_iter().find(|question| !passed.contains(&question.id)) else { break };
        passed.insert(question.id.clone());
        if dice.below(5) == 0 {
            continue;
        }
        let turn = turns.entry((kind.id.clone(), question.id.clone())).or_default();
        let values: Vec<String> = match question.asks {
            Asks::Choices => {
                let choices = question.choices(kind);
                let also = dice.below(choices.len());
                let pair = BTreeSet::from([*turn % choices.len(), also]);
                pair.into_iter().map(|place| choices[place].clone()).collect()
            }
            Asks::Range => vec![RANGES[1 + *turn % (RANGES.len() - 1)].0.to_owned()],
            Asks::Text => vec!["towards the park".to_owned()],
            _ => vec![question.choices(kind)[*turn % question.choices(kind).len()].clone()],
        };
        *turn += 1;
        let texts: Vec<&str> = values.iter().map(String::as_str).collect();
        given.insert(question.id.clone(), given_of(question, &texts).unwrap().unwrap());
        said.push((question.id.clone(), values));
    }
    let places = &town.app.world.group.places;
    let rye_lane = places.search("rye lane", super::super::places::middle(&town.app), 1)[0].place.id();
    let (place, spot) = dice.one(&[
        ("by the clock", String::new()),
        ("by the clock", rye_lane.clone()),
        ("", rye_lane),
        ("51.4697, -0.0692", String::new()),
    ]);
    let ago = dice.one(&[15, 30, 60]);
    Walk {
        kind: kind.id.clone(),
        basis: basis_word,
        happening: happening_word,
        ago,
        until: (happening == Happening::Over).then(|| dice.one(&[0, 5, 15])),
        sure: dice.one(&["", "exactly", "about", "part-of-day", "day"]),
        exact: dice.one(&["", "exact", "street", "area"]),
        place,
        spot,
        officers: dice.one(&["", "1-2", "11-"]),
        given: said,
    }
}

impl Walk {
    fn fields(&self) -> Vec<(String, String)> {
        let ago = self.ago.to_string();
        let until = self.until.map(|minutes| minutes.to_string()).unwrap_or_default();
        let own = [
            ("kind", self.kind.as_str()),
            ("basis", self.basis),
            ("when", self.happening),
            ("ago", &ago),
            ("until", &until),
            ("sure", self.sure),
            ("exact", self.exact),
            ("place", self.place),
            ("spot", &self.spot),
            ("officers", self.officers),
            ("text", "Two doors are open."),
        ];
        let mut fields: Vec<(String, String)> = own.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        for (question, values) in &self.given {
            fields.extend(values.iter().map(|value| (format!("{FIELD}{question}"), value.clone())));
        }
        fields
    }

    fn json(&self, town: &Town) -> Value {
        let now = town.app.world.now();
        let written =
            |minutes: u32| jiff::Timestamp::from_millisecond(now.plus(-i64::from(minutes) * MINUTE).milliseconds()).unwrap().to_string();
        let count = |text: &str| serde_json::to_value(band("", text).unwrap().unwrap()).unwrap();
        let mut answers = Map::new();
        for (id, values) in &self.given {
            let question = town.app.world.group.playbook.script().question(id).unwrap();
            let value = match question.asks {
                Asks::Choices => json!(values),
                Asks::Range => count(&values[0]),
                _ => json!(values[0]),
            };
            answers.insert(id.clone(), value);
        }
        let to = if self.happening == "over" { self.until.unwrap_or(self.ago) } else { 0 };
        let mut sent = json!({
            "kind": self.kind, "basis": self.basis, "happening": self.happening, "text": "Two doors are open.",
            "observed": {"from": written(self.ago), "to": written(to)}, "answers": answers,
        });
        match point_in(self.place) {
            Some(point) => {
                sent["lat"] = json!(point.latitude());
                sent["lon"] = json!(point.longitude());
            }
            None => sent["place"] = json!(self.place),
        }
        for (name, value) in [("spot", self.spot.as_str()), ("place_precision", self.exact)] {
            if !value.is_empty() {
                sent[name] = json!(value);
            }
        }
        if !self.sure.is_empty() {
            sent["observed"]["precision"] = json!(self.sure);
        }
        if !self.officers.is_empty() {
            sent["officers"] = count(self.officers);
        }
        sent
    }
}

async fn post(town: &Town, path: &str, more: &[(&str, &str)], fields: &[(String, String)], member: Option<&Signed>) -> Heard {
    let mut all: Vec<(&str, &str)> = more.to_vec();
    all.extend(fields.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    match member {
        Some(member) => post_as(town, member, path, &all).await,
        None => town.post(path, &all).await,
    }
}

async fn sent(town: &Town, body: &Value) -> Heard {
    town.send(Request::post("/api/v1/reports").header("content-type", "application/json").body(Body::from(body.to_string())).unwrap()).await
}

async fn kept(town: &Town, words: &str) -> (Report, Option<Answers>) {
    let report = read_receipt(&town.app.world, StreetCaller, words).await.unwrap().report;
    let answers = town.app.world.store.answers(report.id).await.unwrap();
    (report, answers)
}

/// The seven words that a call screen shows.
fn read_out(heard: &Heard) -> String {
    let text = heard.text();
    let at = text.find("id=\"h-read\"").unwrap_or_else(|| panic!("nothing was saved: {text}"));
    let rest = &text[at..];
    let rest = &rest[rest.find("<b><bdi>").unwrap() + 8..];
    rest[..rest.find("</bdi>").unwrap()].to_owned()
}

/// Whether a value fits a schema, as far as the schema of the answers goes.
fn fits(schema: &Value, value: &Value) -> bool {
    if let Some(choices) = schema["enum"].as_array() {
        return choices.contains(value);
    }
    match schema["type"].as_str().unwrap() {
        "object" => value.as_object().is_some_and(|fields| {
            let known = schema["properties"].as_object().unwrap();
            let needed = schema["required"].as_array().is_none_or(|all| all.iter().all(|name| fields.contains_key(name.as_str().unwrap())));
            needed && fields.iter().all(|(name, value)| known.get(name).is_some_and(|schema| fits(schema, value)))
        }),
        "array" => value.as_array().is_some_and(|items| {
            let different = items.iter().map(Value::to_string).collect::<BTreeSet<_>>().len() == items.len();
            !items.is_empty() && different && items.iter().all(|item| fits(&schema["items"], item))
        }),
        "integer" => value.as_u64().is_some_and(|number| number <= schema["maximum"].as_u64().unwrap()),
        "string" => {
            value.as_str().is_some_and(|text| !text.is_empty() && text.chars().count() as u64 <= schema["maxLength"].as_u64().unwrap())
        }
        other => panic!("the schema of the answers has no {other}"),
    }
}

#[tokio::test]
async fn every_path_through_the_script_is_the_same_report_by_form_by_phone_and_by_json() {
    let town = Town::new();
    let wren = town.signed_in("Wren", &[Role::Triager]).await;
    let (mut dice, mut turns) = (Dice(7), BTreeMap::new());
    let schema = schema(&town.app.world.group.playbook);
    for number in 0..WALKS {
        let walk = walk(&town, number, &mut dice, &mut turns);
        let fields = walk.fields();
        let by_form = post(&town, "/report", &[("step", "ask"), ("go", "send")], &fields, None).await;
        let by_form = kept(&town, &by_form.receipt().unwrap_or_else(|| panic!("{walk:?}: {}", by_form.text()))).await;
        let by_phone = post(&town, "/desk/call", &[("csrf", &wren.csrf), ("go", "file"), ("lang", "en")], &fields, Some(&wren)).await;
        let by_phone = kept(&town, &read_out(&by_phone)).await;
        let body = walk.json(&town);
        assert!(fits(&schema, &body["answers"]), "{body}");
        let by_json = sent(&town, &body).await;
        assert_eq!(by_json.status, 201, "{walk:?}: {}", by_json.text());
        let by_json = kept(&town, by_json.json()["receipt"].as_str().unwrap()).await;

        let told =
            |(report, answers): &(Report, Option<Answers>)| (NewReport { route: Route::Web, ..report.told.clone() }, answers.clone());
        assert_eq!(told(&by_phone), told(&by_form), "{walk:?}");
        assert_eq!(told(&by_json), told(&by_form), "{walk:?}");
        let answered = by_form.1.map_or(0, |answers| answers.given.len());
        assert_eq!(answered, walk.given.len(), "everything that was asked and answered is kept");
        assert_eq!((by_form.0.told.route, by_phone.0.told.route, by_json.0.told.route), (Route::Web, Route::Phone, Route::Api));
        assert_eq!((by_form.0.recorder, by_phone.0.recorder, by_json.0.recorder), (None, Some(wren.caller.member), None));
    }
    // Nothing of the script was left out: every question of every kind was answered on some path.
    let playbook = &town.app.world.group.playbook;
    for kind in playbook.kinds() {
        let of_kind = |question: &&Question| question.kinds.is_empty() || question.kinds.contains(&kind.id);
        for question in playbook.script().questions().iter().filter(|question| !question.asks.of_the_report()).filter(of_kind) {
            if matches!(question.asks, Asks::Choice | Asks::Choices) && question.choices(kind).is_empty() {
                continue; // A kind without agencies is not asked for one.
            }
            let had = turns.get(&(kind.id.clone(), question.id.clone())).copied().unwrap_or_default();
            assert!(had >= 1, "{} of {} was answered {had} times", question.id, kind.id);
        }
    }
}

#[tokio::test]
async fn what_the_schema_refuses_the_door_refuses() {
    let town = Town::new();
    let schema = schema(&town.app.world.group.playbook);
    let asked: BTreeSet<&String> = schema["properties"].as_object().unwrap().keys().collect();
    let script = town.app.world.group.playbook.script();
    let own: BTreeSet<&String> =
        script.questions().iter().filter(|question| !question.asks.of_the_report()).map(|question| &question.id).collect();
    assert_eq!(asked, own, "one property for each question");
    let with =
        |answers: Value| json!({"kind": "immigration-visit", "basis": "saw", "happening": "now", "place": "Rye Lane", "answers": answers});
    assert_eq!(sent(&town, &with(json!({"went-in": "yes", "how-in": "forced-in", "led-away": {"low": 1}}))).await.status, 201);
    for wrong in [
        json!({"name": "x"}),
        json!({"officers": {"low": 1}}),
        json!({"went-in": "perhaps"}),
        json!({"went-in": ["yes"]}),
        json!({"went-in": 1}),
        json!({"equipment": "ram"}),
        json!({"equipment": []}),
        json!({"equipment": ["ram", "ram"]}),
        json!({"equipment": ["tank"]}),
        json!({"led-away": 3}),
        json!({"led-away": {"high": 3}}),
        json!({"led-away": {"low": 1, "plate": 2}}),
        json!({"led-away": {"low": 100_000}}),
        json!({"words-worn": ""}),
        json!({"words-worn": "x".repeat(201)}),
        json!([]),
    ] {
        assert!(!fits(&schema, &wrong), "{wrong}");
        let heard = sent(&town, &with(wrong.clone())).await;
        assert!([400, 422].contains(&heard.status.as_u16()), "{wrong}: {} {}", heard.status, heard.text());
    }
    // The conditions are the rule's: a schema cannot know what was answered before.
    assert_eq!(sent(&town, &with(json!({"how-in": "forced-in"}))).await.problem(), "answer-not-asked");
    assert_eq!(sent(&town, &with(json!({"depth": "deeper"}))).await.problem(), "answer-not-asked");
    let mut precise = with(json!({}));
    precise["place_precision"] = json!("door");
    assert_eq!(sent(&town, &precise).await.problem(), "precision-unknown");
    assert_eq!(town.app.world.store.waiting_reports(10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_form_asks_on_as_answers_open_questions_and_forgets_what_is_no_longer_asked() {
    let town = Town::new();
    let start: Vec<(String, String)> =
        [("kind", "immigration-visit"), ("basis", "saw"), ("when", "now"), ("ago", "0"), ("place", "Rye Lane")]
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
    let asked = post(&town, "/report", &[("step", "more"), ("go", "ask")], &start, None).await;
    assert!(asked.text().contains("name=\"answer-went-in\"") && !asked.text().contains("name=\"answer-how-in\""));
    let on = post(&town, "/report", &[("step", "ask"), ("go", "ask"), ("answer-went-in", "yes")], &start, None).await;
    assert!(on.text().contains("name=\"answer-how-in\"") && !on.text().contains("name=\"answer-let-in-by\""));
    assert_eq!(on.field("once").len(), 32, "this page can send too");
    let changed = [("step", "ask"), ("go", "send"), ("answer-went-in", "no"), ("answer-how-in", "let-in"), ("answer-depth", "deeper")];
    let (_, answers) = kept(&town, &post(&town, "/report", &changed, &start, None).await.receipt().unwrap()).await;
    assert_eq!(answers.unwrap().given.into_keys().collect::<Vec<_>>(), ["went-in"]);
    let wrong = post(&town, "/report", &[("step", "ask"), ("go", "send"), ("answer-went-in", "perhaps")], &start, None).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.text().contains("id=\"answer-went-in-err\""), "the words stand beside the field");
}

#[tokio::test]
async fn a_place_is_chosen_from_the_list_without_scripts_and_a_home_is_told_by_its_nearest_landmark() {
    let town = Town::new();
    let step = [("step", "where"), ("go", "find"), ("kind", "immigration-visit"), ("basis", "saw"), ("when", "now"), ("ago", "0")];
    let found = town.post("/report", &[&step[..], &[("place", "choumert rd")]].concat()).await;
    let text = found.text();
    assert!(text.contains("Choumert Road") && text.contains("name=\"spot\"") && text.contains("None of these"), "{text}");
    let id = found.field("spot");
    let place = town.app.world.group.places.by_id(&id).unwrap().clone();
    let send =
        [("step", "more"), ("go", "send"), ("kind", "immigration-visit"), ("basis", "saw"), ("when", "now"), ("ago", "0"), ("spot", &id)];
    let (report, _) = kept(&town, &town.post("/report", &send).await.receipt().unwrap()).await;
    assert_eq!((report.told.place.as_str(), report.told.point), ("Choumert Road, Peckham", Some(place.point)));
    let gone = town.post("/report", &[&send[..6], &[("spot", "0000000000000000")]].concat()).await;
    assert_eq!(gone.status, 422, "a place that is no longer in the list is no place");

    // A door given to the metre: what is kept is the nearest landmark, and no finer word than street.
    let mut home = json!({"kind": "immigration-visit", "basis": "saw", "happening": "now", "lat": 51.473_31, "lon": -0.067_61, "place_precision": "exact"});
    home["answers"] = json!({"premises-kind": "somebodys-home"});
    let (report, answers) = kept(&town, sent(&town, &home).await.json()["receipt"].as_str().unwrap()).await;
    assert_ne!(report.told.point, Point::from_degrees(51.473_31, -0.067_61).ok());
    assert!(
        town.app.world.group.places.nearest(report.told.point.unwrap(), &[handbell_rules::gazetteer::PlaceKind::Landmark], 1.0).is_some()
    );
    assert_eq!(answers.unwrap().place, Some(Precision::Street));
    home["answers"] = json!({"premises-kind": "open-street"});
    let (report, answers) = kept(&town, sent(&town, &home).await.json()["receipt"].as_str().unwrap()).await;
    assert_eq!(report.told.point, Point::from_degrees(51.473_31, -0.067_61).ok());
    assert_eq!(answers.unwrap().place, Some(PLACE_PRECISIONS[0].0));
}

#[tokio::test]
async fn a_place_that_was_pointed_to_is_kept_as_a_point_and_at_a_home_as_its_nearest_landmark() {
    let town = Town::new();
    let said = [("kind", "immigration-visit"), ("basis", "saw"), ("when", "now"), ("ago", "0")];
    let chart = |heard: &Heard| handbell_rules::chart::Chart::parse(&heard.field("chart"));
    let step = |pairs: &[(&'static str, String)]| -> Vec<(&'static str, String)> {
        said.iter().map(|(name, value)| (*name, (*value).to_owned())).chain(pairs.iter().cloned()).collect()
    };
    let post = |fields: Vec<(&'static str, String)>| {
        let town = &town;
        async move { town.post("/report", &fields.iter().map(|(name, value)| (*name, value.as_str())).collect::<Vec<_>>()).await }
    };
    let own = |text: &str| text.to_owned();

    // Pressed twice, moved once, and taken back: everything typed comes along.
    let begun = post(step(&[("step", own("where")), ("go", own("point")), ("place", own("the corner")), ("area", own("north"))])).await;
    let first = chart(&begun).unwrap();
    let press = [("press.x", own("200")), ("press.y", own("30"))];
    let on = |heard: &Heard| ("chart", heard.field("chart"));
    let map = ("step", own("map"));
    let pressed = post(step(&[&[map.clone(), on(&begun)], &press[..]].concat())).await;
    assert_eq!(chart(&pressed), Some(first.pressed(200, 30)));
    let moved = post(step(&[map.clone(), on(&pressed), ("go", own("south"))])).await;
    assert!(chart(&moved).unwrap().middle.latitude() < chart(&pressed).unwrap().middle.latitude());
    let outside = post(step(&[map.clone(), on(&moved), ("press.x", own("9999999999999")), ("press.y", own("-1"))])).await;
    assert_eq!(chart(&outside), chart(&moved), "a press outside of the picture moves nothing");
    for (broken, go) in [("51.47,x,2", ""), ("", "here"), ("51.470000,-0.070000,9", "here"), ("51.470000,-0.070000,2", "up")] {
        let heard = post(step(&[map.clone(), ("chart", own(broken)), ("go", own(go))])).await;
        assert!(heard.status.is_client_error(), "{broken} {go}");
    }
    let back = post(step(&[map.clone(), on(&moved), ("go", own("leave")), ("place", own("the corner")), ("area", own("north"))])).await;
    assert_eq!((back.field("step"), back.field("place")), (own("where"), own("the corner")));

    // What was pointed to is the point that is kept, and words for it where there are none.
    let spot = ("spot", own("@51.474000,-0.066500"));
    let send = [("step", own("more")), ("go", own("send")), spot.clone()];
    let (report, _) = kept(&town, &post(step(&send)).await.receipt().unwrap()).await;
    let point = Point::from_degrees(51.474, -0.066_5).unwrap();
    assert_eq!(report.told.point, Some(point));
    assert!(report.told.place.contains(" m ") && report.told.place.contains(" of "), "{}", report.told.place);
    let with_area = [&send[..], &[("area", own("north"))]].concat();
    let (report, _) = kept(&town, &post(step(&with_area)).await.receipt().unwrap()).await;
    assert!(report.told.place.contains(" of ") && report.told.place.contains("\nArea: "), "{}", report.told.place);

    // At a home neither the point nor the words for it lead to the door.
    let home = [&send[..], &[("answer-premises-kind", own("somebodys-home"))]].concat();
    let (report, _) = kept(&town, &post(step(&home)).await.receipt().unwrap()).await;
    assert_ne!(report.told.point, Some(point));
    assert!(report.told.place.starts_with("near ") && !report.told.place.contains(" m "), "{}", report.told.place);
}

#[tokio::test]
async fn the_chart_is_a_picture_without_scripts_that_is_kept_nowhere() {
    let town = Town::new();
    let heard = town.get("/places/chart.svg?at=51.470000,-0.070000,2").await;
    assert_eq!((heard.status.as_u16(), heard.header("content-type")), (200, "image/svg+xml"));
    assert_eq!(heard.header("cache-control"), "no-store");
    let text = heard.text();
    assert!(text.starts_with("<svg") && text.contains("<text") && !text.contains("<script") && !text.contains("href"), "{text}");
    assert_eq!(town.get("/places/chart.svg").await.status, 200);
    for wrong in ["?at=89.000000,0.000000,1", "?at=nowhere", "?q=x", "?at=51.470000,-0.070000,2&at=1"] {
        assert!(town.get(&format!("/places/chart.svg{wrong}")).await.status.is_client_error(), "{wrong}");
    }
    // Far from the group there is nothing to draw, and no number that a browser stumbles over.
    for far in ["-51.000000,120.000000,3", "51.470000,179.999900,0", "84.900000,-179.900000,0"] {
        let heard = town.get(&format!("/places/chart.svg?at={far}")).await;
        assert_eq!(heard.status, 200);
        assert!(!heard.text().contains("NaN") && !heard.text().contains("inf"));
    }
}

#[tokio::test]
async fn the_list_of_places_answers_whoever_asks_and_keeps_nothing() {
    let town = Town::new();
    let heard = town.get("/places?q=Rye%20Ln").await;
    assert_eq!((heard.status.as_u16(), heard.header("cache-control")), (200, "no-store"));
    let answer = heard.json();
    assert_eq!((answer["items"][0]["name"].as_str(), answer["items"][0]["kind"].as_str()), (Some("Rye Lane"), Some("street")));
    assert_eq!(town.get("/places?q=").await.json()["items"], json!([]));
    assert_eq!(town.get("/places?q=a&from=here").await.status, 400);
    assert_eq!(super::super::desk::tests::lines(&town).await, 0);
    let limited = Town::new().limited();
    let mut through = 0;
    while limited.get("/places?q=rye").await.status == 200 {
        through += 1;
        assert!(through < 1_000, "somebody who asks without end is let in without end");
    }
    assert!(through >= 60, "a minute of typing is let in");
}

#[tokio::test]
async fn a_call_is_asked_in_the_callers_language_and_says_how_far_it_is() {
    let town = Town::new();
    let wren = town.signed_in("Wren", &[Role::Triager]).await;
    let page = get_as(&town, &wren, "/desk/call?lang=es").await;
    assert!(page.text().contains("¿Qué está pasando ahí?") && page.text().contains("lang=\"es\""));
    let begun = [
        ("csrf", wren.csrf.as_str()),
        ("go", "on"),
        ("lang", "es"),
        ("kind", "flood"),
        ("basis", "saw"),
        ("when", "over"),
        ("ago", "60"),
        ("place", "Rye Lane"),
    ];
    let on = post_as(&town, &wren, "/desk/call", &begun).await;
    let text = on.text();
    assert!(text.contains("4 of ") && text.contains("name=\"until\"") && text.contains("name=\"answer-depth\""), "{text}");
    assert!(text.contains("href=\"#exact\""), "the way to the first question without an answer");
    let mut file = begun.to_vec();
    file[1] = ("go", "file");
    file.extend([("answer-depth", "to-the-knee"), ("answer-cut-off", "3-5"), ("once", "0123456789abcdef0123456789abcdef")]);
    let words = read_out(&post_as(&town, &wren, "/desk/call", &file).await);
    assert_eq!(read_out(&post_as(&town, &wren, "/desk/call", &file).await), words, "pressed twice it is one report");
    let (report, answers) = kept(&town, &words).await;
    assert_eq!((report.told.language.as_str(), answers.unwrap().given.len()), ("es", 2));
    let empty = post_as(&town, &wren, "/desk/call", &[("csrf", &wren.csrf), ("go", "file"), ("text", "kept while it is mended")]).await;
    assert_eq!(empty.status, 422);
    assert!(empty.text().contains("kept while it is mended") && empty.text().contains("id=\"kind-err\""));
    let odd = post_as(&town, &wren, "/desk/call", &[("csrf", &wren.csrf), ("go", "file"), ("answer-name", "x")]).await;
    assert_eq!(odd.status, 422, "a question nobody asks files nothing");
    assert_eq!(town.app.world.store.waiting_reports(10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_answer_becomes_a_claim_when_a_person_presses_and_not_before() {
    let town = Town::new();
    let wren = town.signed_in("Wren", &[Role::Triager]).await;
    let answers = json!({"went-in": "yes", "led-away": {"low": 1, "high": 2}, "agency": ["police"]});
    let body = json!({"kind": "immigration-visit", "basis": "saw", "happening": "now", "place": "Rye Lane", "answers": answers, "place_precision": "street"});
    let (report, _) = kept(&town, sent(&town, &body).await.json()["receipt"].as_str().unwrap()).await;
    let path = format!("/desk/reports/{}", report.id);
    let page = get_as(&town, &wren, &path).await.text();
    assert!(page.contains("How many people were led away?") && page.contains("The street"), "{page}");
    assert!(!page.contains("Record as a claim"), "there is no incident yet");
    let incident = desk::open_incident(&town.app.world, &wren.caller, report.id, false).await.unwrap();
    let page = get_as(&town, &wren, &path).await;
    let text = page.text();
    assert_eq!(text.matches("Record as a claim").count(), 2, "two of the three answers fit a fact");
    assert!(town.app.world.store.incident_file(incident).await.unwrap().unwrap().claims.is_empty());
    let version = town.app.world.store.incident(incident).await.unwrap().unwrap().version.to_string();
    let source = report.id.to_string();
    let press = [
        ("csrf", wren.csrf.as_str()),
        ("version", &version),
        ("predicate", "count.arrests"),
        ("source", &source),
        ("value", ""),
        ("low", "1"),
        ("high", "2"),
        ("certainty", "possible"),
    ];
    for (name, value) in &press[2..] {
        assert!(text.contains(&format!("name=\"{name}\" value=\"{value}\"")), "{name} {value}");
    }
    assert_eq!(post_as(&town, &wren, &format!("/desk/incidents/{incident}/claims"), &press).await.status, 303);
    let claims = town.app.world.store.incident_file(incident).await.unwrap().unwrap().claims;
    assert_eq!((claims.len(), claims[0].predicate.as_str(), claims[0].range), (1, "count.arrests", Some(Count { low: 1, high: Some(2) })));
}
