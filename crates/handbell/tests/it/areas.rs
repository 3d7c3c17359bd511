//! Areas at the door: what is missing, empty, huge, unknown or no set of cells is refused, and nothing is widened.
//!
//! A subscription is a set of cells of the group's list. It has no outline, so none can cross itself; an outline that
//! is sent all the same is no cell. Areas that do not touch are several areas, and nothing between them is added.

use crate::talk::{Answer, Talk};
use crate::town::Town;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use handbell::cli::town as folder;
use handbell_rules::area::Cell;
use handbell_rules::bell::subscription::SUBSCRIPTION_CELLS_MAX;
use handbell_rules::id::SubscriptionId;
use handbell_rules::place::Point;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const ENDPOINT: &str = "https://updates.push.services.mozilla.com/wpush/v2/abc";
/// An outline that crosses itself, as CAP writes one.
const BOW_TIE: &str = "51.46,-0.08 51.48,-0.06 51.46,-0.06 51.48,-0.08 51.46,-0.08";

struct Browser {
    talk: Talk,
    keys: Value,
}

impl Browser {
    fn asks(&mut self, area: &Value) -> Answer {
        let mut body = json!({"subscription": {"endpoint": ENDPOINT, "expirationTime": null, "keys": self.keys}, "language": "en"});
        for (name, value) in area.as_object().unwrap() {
            body[name] = value.clone();
        }
        self.talk.ask("POST", "/api/v1/subscriptions", &[("content-type", "application/json")], body.to_string().as_bytes()).unwrap()
    }

    fn kept(&mut self) -> Option<BTreeSet<String>> {
        let body = json!({"endpoint": ENDPOINT}).to_string();
        let answer = self.talk.ask("POST", "/api/v1/subscriptions/mine", &[("content-type", "application/json")], body.as_bytes()).unwrap();
        let cells =
            |answer: Answer| answer.json()["cells"].as_array().unwrap().iter().map(|cell| cell.as_str().unwrap().to_owned()).collect();
        (answer.status == 200).then(|| cells(answer))
    }
}

fn refused(answer: &Answer) -> (u16, String) {
    let name = answer.json()["type"].as_str().unwrap_or_default().trim_start_matches("/problems#").to_owned();
    (answer.status, name)
}

fn set(cells: &[String]) -> Option<BTreeSet<String>> {
    Some(cells.iter().cloned().collect())
}

/// PROMISE a-missing-area-is-refused
#[test]
fn an_area_that_is_missing_empty_huge_unknown_or_an_outline_is_refused_at_the_door_and_never_widened() {
    let town = Town::new();
    // A list of nineteen areas of one cell each.
    let middle = Cell::around(Point::from_degrees(51.47, -0.07).unwrap());
    let near: BTreeSet<Cell> = middle.neighbours().iter().flat_map(|cell| cell.neighbours()).collect();
    let known: Vec<Cell> = near.into_iter().collect();
    let area = |(number, cell): (usize, &Cell)| {
        format!("[[area]]\nid = \"a{number}\"\nname = \"Area {number}\"\ndistrict = \"Peckham\"\ncells = [\"{cell}\"]\n")
    };
    std::fs::write(town.dir.join("nineteen.toml"), known.iter().enumerate().map(area).collect::<String>()).unwrap();
    let settings = std::fs::read_to_string(town.dir.join("handbell.toml")).unwrap();
    let settings: Vec<String> = settings
        .lines()
        .filter(|line| !line.starts_with("areas"))
        .map(str::to_owned)
        .chain(["areas = \"nineteen.toml\"".to_owned()])
        .collect();
    std::fs::write(town.dir.join("handbell.toml"), settings.join("\n")).unwrap();
    assert_eq!(known.len(), 19);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let texts = |cells: &[Cell]| cells.iter().map(ToString::to_string).collect::<Vec<_>>();
    let unknown = known.iter().flat_map(|cell| cell.neighbours()).find(|cell| !known.contains(cell)).unwrap().to_string();
    let apart: Vec<Cell> = vec![known[0], *known.iter().find(|cell| cell.steps_to(known[0]) > 2).unwrap()];
    let one = known[0].to_string();
    // Half of southern England (H3 resolution 2), and a cell around one house.
    let (huge, fine) = ("82195ffffffffff", "8b194ad30c0cfff");

    let server = town.serve();
    let random = aws_lc_rs::rand::SystemRandom::new();
    let phone = handbell::push::open::Receiver::new(&random).unwrap();
    let keys = json!({"p256dh": URL_SAFE_NO_PAD.encode(phone.public_key()), "auth": URL_SAFE_NO_PAD.encode(phone.auth_secret())});
    let mut browser = Browser { talk: server.talk(), keys };
    let wrong = [
        (json!({}), "area-missing"),
        (json!({"cells": []}), "area-missing"),
        (json!({"cells": [huge]}), "cell-too-fine"),
        (json!({"cells": [fine]}), "cell-too-fine"),
        (json!({"cells": [unknown]}), "cell-too-fine"),
        (json!({"cells": [one, unknown]}), "cell-too-fine"),
        (json!({"cells": [one, huge]}), "cell-too-fine"),
        (json!({"cells": [BOW_TIE]}), "cell-too-fine"),
        (json!({"cells": ["*"]}), "cell-too-fine"),
        (json!({"cells": texts(&known[..=SUBSCRIPTION_CELLS_MAX])}), "too-many-cells"),
    ];
    for (area, no) in &wrong {
        assert_eq!(refused(&browser.asks(area)), (422, (*no).to_owned()), "{area}");
    }
    for area in [json!({"cells": one}), json!({"cells": null}), json!({"cells": [one], "polygon": BOW_TIE}), json!({"area": "all"})] {
        assert_eq!(browser.asks(&area).status / 100, 4, "{area}");
    }
    assert_eq!(browser.kept(), None, "nothing of what was refused was kept, in whatever shape");

    assert_eq!(browser.asks(&json!({"cells": [one, one]})).status, 201);
    assert_eq!(browser.kept(), set(std::slice::from_ref(&one)), "what was asked, once, and no cell more");
    for (area, _) in &wrong {
        assert_eq!(browser.asks(area).status, 422);
        assert_eq!(browser.kept(), set(std::slice::from_ref(&one)), "a refused change leaves what was asked before: {area}");
    }
    assert_eq!(browser.asks(&json!({"cells": texts(&apart)})).status, 201);
    assert_eq!(browser.kept(), set(&texts(&apart)), "two areas that do not touch, and nothing between them");
    assert_eq!(browser.asks(&json!({"cells": texts(&known[..SUBSCRIPTION_CELLS_MAX])})).status, 201, "twelve are not too many");
    drop(browser);
    server.stop();

    let kept = runtime.block_on(async {
        let opened = folder::open(&town.dir, &folder::Staging::default()).await.unwrap();
        let kept = opened.world.store.subscriptions_after(SubscriptionId([0; 16]), 10, opened.world.now()).await.unwrap();
        opened.close().await;
        kept
    });
    assert_eq!(kept.len(), 1, "one browser, one subscription");
    assert_eq!(kept[0].cells.iter().copied().collect::<BTreeSet<_>>(), known[..SUBSCRIPTION_CELLS_MAX].iter().copied().collect());
}
