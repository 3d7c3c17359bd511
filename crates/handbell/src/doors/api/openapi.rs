//! The document that describes the interface (OpenAPI 3.1), made from the list of operations below.
//!
//! A test walks the table of routes and refuses an operation that is not described, and another sends every
//! example as it stands. Examples are made of this group's own kinds and areas, so they work here.

use super::super::answer::json_door;
use super::super::gate::{DEVICE_COOKIE, SESSION_COOKIE};
use super::super::problem::Trouble;
use super::super::routes::{Route, Who};
use super::super::{App, intake};
use super::json;
use axum::extract::State;
use axum::response::Response;
use handbell_rules::bell::fallback::MINUTES;
use handbell_rules::bell::subscription::SUBSCRIPTION_CELLS_MAX;
use handbell_rules::bell::wishes::{DAILY_CAP_MAX, SNOOZE_HOURS};
use handbell_rules::playbook::Reach;
use handbell_rules::playbook::script::{Asks, SoFar};
use handbell_rules::street::answers::{PLACE_PRECISIONS, TimePrecision};
use handbell_rules::street::note::WishAbout;
use handbell_rules::street::report::{Basis, CONTACT_LETTERS_MAX, COUNT_MAX, Happening, PLACE_LETTERS_MAX, REPORT_TEXT_LETTERS_MAX};
use http::StatusCode;
use serde_json::{Map, Value, json};

/// A subscription's keys as RFC 8291 section 5 prints them; nobody holds that browser.
const EXAMPLE_KEY: &str = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
const EXAMPLE_SECRET: &str = "BTBZMqHH6r4Tts7J_aSIgg";
const EXAMPLE_ENDPOINT: &str = "https://updates.push.services.mozilla.com/wpush/v2/example-of-the-openapi-document";

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/api/v1/openapi.json", Who::Street, document)]
}

/// One described operation.
pub(super) struct Operation {
    /// `GET`, `POST`, `DELETE` or `OPTIONS`.
    pub method: &'static str,
    /// The path in axum's spelling, which is OpenAPI's too.
    pub path: &'static str,
    summary: &'static str,
    success: (u16, &'static str),
    /// Parameters in headers, path and query.
    parameters: Vec<Value>,
    /// The body's schema and an example that works as it stands.
    pub body: Option<(&'static str, Value)>,
    /// Whether the caller shows a receipt.
    pub receipt: bool,
    /// Whether the caller is a signed-in member, by both cookies and the session's token.
    pub member: bool,
    /// The schema of its answer; empty when that has no body.
    answer: &'static str,
}

fn query(name: &str, says: &str, example: impl Into<Value>) -> Value {
    json!({"name": name, "in": "query", "required": false, "description": says, "schema": {"type": "string"}, "example": example.into()})
}

/// An endpoint and keys that this group would take: in a demo a phone of the demo, otherwise a browser's.
fn example_subscription(app: &App) -> Value {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    match app.phones.as_ref().and_then(|phones| phones.cards().into_iter().next()) {
        Some(card) => json!({
            "endpoint": card.endpoint.as_str(),
            "expirationTime": null,
            "keys": {"p256dh": URL_SAFE_NO_PAD.encode(card.p256dh), "auth": URL_SAFE_NO_PAD.encode(card.auth)},
        }),
        None => json!({"endpoint": EXAMPLE_ENDPOINT, "expirationTime": null, "keys": {"p256dh": EXAMPLE_KEY, "auth": EXAMPLE_SECRET}}),
    }
}

/// An answer to the first question that this group asks of a kind and that has choices.
fn example_answers(app: &App, kind: &str) -> Value {
    let playbook = &app.world.group.playbook;
    let none = std::collections::BTreeMap::new();
    let so_far = SoFar { basis: Some(Basis::Saw), happening: Some(Happening::Now), given: &none };
    let asked = playbook.kind(kind).and_then(|kind| {
        let open = playbook.script().open(kind, so_far).into_iter();
        open.filter(|question| question.asks == Asks::Choice)
            .find_map(|question| question.choices(kind).first().map(|choice| (question.id.clone(), choice.clone())))
    });
    asked.map_or_else(|| json!({}), |(question, choice)| json!({question: choice}))
}

/// Every operation. `newest` is an incident of the record, if there is one.
pub(super) fn operations(app: &App, newest: Option<String>) -> Vec<Operation> {
    let group = &app.world.group;
    let kinds = group.playbook.kinds();
    let kind = kinds.first().map_or("", |kind| kind.id.as_str());
    let told = kinds.iter().find(|kind| kind.reach(Reach::Neighbours, false).is_some()).map_or(kind, |kind| kind.id.as_str());
    let areas = group.areas.areas();
    let cells: Vec<String> =
        areas.iter().take(1).flat_map(|area| area.area.cells()).map(|cell| cell.to_string()).take(SUBSCRIPTION_CELLS_MAX).collect();
    let mut id = json!({"name": "id", "in": "path", "required": true, "description": "The incident's public id.", "schema": {"type": "string", "pattern": "^[a-z2-7]{26}$"}});
    if let (Some(newest), Some(id)) = (newest, id.as_object_mut()) {
        id.insert("example".into(), newest.into());
    }
    let plain = |method, path, summary, success, answer| Operation {
        method,
        path,
        summary,
        success,
        parameters: Vec::new(),
        body: None,
        receipt: false,
        member: false,
        answer,
    };
    let mut all = vec![
        Operation {
            parameters: vec![json!({
                "name": "Idempotency-Key", "in": "header", "required": false,
                "description": "A random text, new for every report, so that a request sent twice is one report. Kept for a day.",
                "schema": {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[!-~]+$"},
            })],
            body: Some((
                "Report",
                json!({
                    "kind": kind, "basis": "saw", "happening": "now", "place": "Outside the library, by the bus stop",
                    "text": "Four people in uniform are going from shop to shop.",
                    "officers": {"low": 3, "high": 5}, "vehicles": {"low": 1}, "language": "en",
                    "place_precision": "street", "answers": example_answers(app, kind),
                }),
            )),
            ..plain(
                "POST",
                "/api/v1/reports",
                "File a report. The answer holds the seven words, once, and only after the report is on disk.",
                (201, "Filed."),
                "Filed",
            )
        },
        Operation {
            receipt: true,
            ..plain(
                "GET",
                "/api/v1/reports/mine",
                "Read what became of the report that the receipt opens.",
                (200, "The report's state and notes."),
                "Mine",
            )
        },
        Operation {
            receipt: true,
            ..plain("DELETE", "/api/v1/reports/mine", "Take the report back. What it said goes at once.", (200, "Withdrawn."), "Mine")
        },
        Operation {
            receipt: true,
            body: Some(("Note", json!({"text": "My face is in the clip from the corner.", "as": "wish", "about": "picture"}))),
            ..plain(
                "POST",
                "/api/v1/reports/mine/notes",
                "Add to the report, answer the desk while it asks, correct what was told, or wish that something be taken down.",
                (201, "Added."),
                "Mine",
            )
        },
        Operation {
            body: Some((
                "NewSubscription",
                json!({"subscription": example_subscription(app), "cells": cells, "kinds": [told], "language": "en", "discreet": false, "quiet_from": 22, "quiet_to": 7, "daily_cap": 10}),
            )),
            ..plain(
                "POST",
                "/api/v1/subscriptions",
                "Ask to be told of confirmed alerts in areas of this group's list.",
                (
                    201,
                    "Subscribed. The same endpoint again replaces what it asked for. What is still to do for a second way stands in `second`.",
                ),
                "Taken",
            )
        },
        Operation {
            body: Some(("EndOfSubscription", json!({"endpoint": example_subscription(app)["endpoint"]}))),
            ..plain(
                "POST",
                "/api/v1/subscriptions/mine",
                "Show a browser what it asked for. Whoever holds the endpoint holds the browser; it travels in the body and stands in no address.",
                (200, "What it asked for. To change it, send it again to /api/v1/subscriptions."),
                "Subscription",
            )
        },
        plain(
            "GET",
            "/api/v1/signing",
            "Read the lists of devices whose signatures phones go by, oldest first, and the hash of the service worker that checks them.",
            (
                200,
                "Each list's text, word for word as it was signed, with the signatures under it (ECDSA on P-256 with SHA-256, r and s, base64url).",
            ),
            "Signing",
        ),
        Operation {
            body: Some(("EndOfSubscription", json!({"endpoint": EXAMPLE_ENDPOINT}))),
            ..plain(
                "DELETE",
                "/api/v1/subscriptions",
                "Ask to be told no more. An unknown endpoint gets the same answer.",
                (200, "Forgotten."),
                "State",
            )
        },
        Operation {
            member: true,
            body: Some(("NewDutyPhone", json!({"subscription": example_subscription(app), "language": "en"}))),
            ..plain(
                "POST",
                "/api/v1/desk/subscriptions",
                "Make this browser the duty phone of a signed-in observer. It hears dispatches while they are on duty, and no alerts for areas.",
                (201, "Subscribed. The same endpoint again replaces what it asked for."),
                "State",
            )
        },
        Operation {
            member: true,
            body: Some(("EndOfSubscription", json!({"endpoint": EXAMPLE_ENDPOINT}))),
            ..plain(
                "DELETE",
                "/api/v1/desk/subscriptions",
                "Make this browser a duty phone no more. An unknown endpoint gets the same answer.",
                (200, "Forgotten."),
                "State",
            )
        },
        Operation {
            member: true,
            body: Some(("NewDutyPhone", json!({"subscription": example_subscription(app), "language": "en"}))),
            ..plain(
                "POST",
                "/api/v1/desk/test-browser",
                "Make this browser the one that gets the group's test messages, in place of the one before. Members of the desk only; a live group only.",
                (201, "Watched from now on."),
                "State",
            )
        },
        Operation {
            member: true,
            body: Some(("EndOfSubscription", json!({"endpoint": EXAMPLE_ENDPOINT}))),
            ..plain("DELETE", "/api/v1/desk/test-browser", "End the test browser, whichever it is.", (200, "Forgotten."), "State")
        },
        Operation {
            parameters: vec![
                query(
                    "q",
                    "Words that the page must all say, whatever their case and accents; \"several in quotation marks\" stand side by side in one line, and `*` behind a word of three letters or more finds all that begin so. No other sign means anything.",
                    "visit",
                ),
                query("from", "First day. Incidents that only may have been in the days come too; `possible` names them.", "2017-05-13"),
                query("to", "Last day; not before the first.", "2100-01-01"),
                query("kind", "A kind of the playbook, or one that the record has.", kind),
                query("district", "A district by its name.", "Peckham"),
                query(
                    "bbox",
                    "West, south, east and north in degrees (RFC 7946, section 5). What has no point lies in no box.",
                    "-0.1,51.4,0,51.5",
                ),
                query(
                    "source",
                    "Who says things: `witness`, `press`, `official`, `organisation`, `court`, `document`, `media-file` or `desk`, or words of a source's name.",
                    "press",
                ),
                query("level", "The page's state: `live`, `over`, `mistaken` or `recorded`.", "over"),
                query(
                    "asof",
                    "An earlier moment: an instant, a day or a number of log entries. Then a list may be short or empty and still have a `next`.",
                    "2100-01-01",
                ),
                json!({"name": "after", "in": "query", "required": false, "description": "The incident after which to go on; `next` holds the whole address.", "schema": {"type": "string"}}),
            ],
            ..plain(
                "GET",
                "/api/v1/incidents",
                "Incidents of the public record, newest first. Follow `next` until it is null, also after an empty list.",
                (200, "A list."),
                "Incidents",
            )
        },
        Operation {
            parameters: vec![id.clone()],
            body: Some(("NewFollower", json!({"subscription": example_subscription(app)}))),
            ..plain(
                "POST",
                "/api/v1/incidents/{id}/followers",
                "Ask that this browser is told, by day, when an outcome, a correction or the end of an alert is added to the incident.",
                (201, "It is told from now on. A second time changes nothing."),
                "State",
            )
        },
        Operation {
            parameters: vec![id.clone()],
            body: Some(("EndOfSubscription", json!({"endpoint": EXAMPLE_ENDPOINT}))),
            ..plain(
                "POST",
                "/api/v1/incidents/{id}/followers/mine",
                "Say whether a browser asked for that. Whoever holds the endpoint holds the browser.",
                (200, "`followed` or `not-followed`."),
                "State",
            )
        },
        Operation {
            parameters: vec![id.clone()],
            body: Some(("EndOfSubscription", json!({"endpoint": EXAMPLE_ENDPOINT}))),
            ..plain(
                "DELETE",
                "/api/v1/incidents/{id}/followers",
                "Take it back. A browser that never asked gets the same answer.",
                (200, "Forgotten."),
                "State",
            )
        },
        Operation {
            parameters: vec![id],
            ..plain(
                "GET",
                "/api/v1/incidents/{id}",
                "One incident, as the projection of its log entries.",
                (200, "The incident."),
                "Incident",
            )
        },
        Operation {
            parameters: vec![
                query("lat", "Where the report will say it is: degrees north. Leave out for a report without a point.", "51.470000"),
                query("lon", "Degrees east.", "-0.069000"),
            ],
            ..plain(
                "GET",
                "/api/v1/puzzle",
                "Work to do before sending while many reports come: find a number so that the SHA-256 of `puzzle`, a dot and the number begins with `bits` zero bits, and send all three as `puzzle`. In calm hours it is null. Nobody has to: without it a report waits in the slow lane.",
                (200, "The puzzle, or null."),
                "Puzzle",
            )
        },
        Operation {
            parameters: vec![query("before", "Decisions before this place in the log; `next` holds the whole address.", "1000000")],
            ..plain(
                "GET",
                "/api/v1/moderation",
                "Decisions about what may be shown, newest first: marked words let stand, proposals refused, words taken from the public, replies declined, complaints decided. No word, person or member is in it.",
                (200, "A list."),
                "Decisions",
            )
        },
        plain(
            "GET",
            "/api/v1/health",
            "Whether reports, alerts and entries are kept, and how far the log is signed and published. The problem writing-stopped says that nothing is kept, and why.",
            (200, "They are kept."),
            "Health",
        ),
        plain("GET", "/api/v1/openapi.json", "This document.", (200, "This document."), "Document"),
    ];
    all.extend(footage());
    all
}

fn header(name: &str, required: bool, says: &str, example: Option<&str>) -> Value {
    let mut header = json!({"name": name, "in": "header", "required": required, "description": says, "schema": {"type": "string"}});
    if let (Some(example), Some(header)) = (example, header.as_object_mut()) {
        header.insert("example".into(), example.into());
    }
    header
}

/// Giving files, by tus 1.0.0. What follows the beginning stands at the address that it answers with, which is a secret
/// and so no path of this document.
fn footage() -> [Operation; 2] {
    let operation = |method, summary, success, receipt, parameters| Operation {
        method,
        path: "/api/v1/footage",
        summary,
        success,
        parameters,
        body: None,
        receipt,
        member: false,
        answer: "",
    };
    [
        operation(
            "OPTIONS",
            "Ask which version and extensions of tus are spoken, and how large a file may be.",
            (204, "In headers."),
            false,
            Vec::new(),
        ),
        operation(
            "POST",
            "Begin to give a photo, video or recording to the report (tus 1.0.0, creation). Send the bytes to the address in `Location`: PATCH with `Upload-Offset`, as `application/offset+octet-stream`; HEAD says how far it is, DELETE takes it back. Whoever holds that address can go on with the file, so keep it to yourself.",
            (201, "Begun. `Location` says where, `Upload-Expires` until when it waits for its next byte."),
            true,
            vec![
                header("Tus-Resumable", true, "The version.", Some("1.0.0")),
                header("Upload-Length", true, "Bytes of the whole file.", Some("4096")),
                header(
                    "Upload-Metadata",
                    false,
                    "Names, each with a value in Base64. `wish` is what may be done with the file: `desk-only` (when missing), `lawyer` or `public`; `claimed` is when it was filmed, in words; `sha256` as `Repr-Digest`. Everything else is only told back.",
                    Some("wish bGF3eWVy"),
                ),
                header("Repr-Digest", false, "`sha-256` that the whole file must have (RFC 9530). Told back once the file is whole.", None),
            ],
        ),
    ]
}

fn object(required: &[&str], properties: Value) -> Value {
    json!({"type": "object", "required": required, "additionalProperties": false, "properties": properties})
}

fn schemas(app: &App) -> Value {
    let words = |most: usize, says: &str| json!({"type": "string", "maxLength": most, "description": says});
    let count = json!({"$ref": "#/components/schemas/Count"});
    let kinds: Vec<&str> = app.world.group.playbook.kinds().iter().map(|kind| kind.id.as_str()).collect();
    let bases: Vec<&str> = Basis::ALL.iter().map(|(_, word)| *word).collect();
    let happenings: Vec<&str> = Happening::ALL.iter().map(|(_, word)| *word).collect();
    let times: Vec<&str> = TimePrecision::ALL.iter().map(|(_, word)| *word).collect();
    let places: Vec<&str> = PLACE_PRECISIONS.iter().map(|(_, word)| *word).collect();
    let languages = app.world.group.playbook.languages();
    let told_in = app.world.group.playbook.alert_languages();
    let hour = json!({"type": "integer", "minimum": 0, "maximum": 23, "description": "A whole hour of the group's zone; both or neither, and not the same. They may span midnight. Danger to life passes them and says so."});
    let snoozes: Vec<u8> = std::iter::once(0).chain(SNOOZE_HOURS).collect();
    let browser = object(
        &["endpoint", "keys"],
        json!({
            "endpoint": {"type": "string", "format": "uri", "description": "On a known push origin."},
            "expirationTime": {"type": ["number", "null"]},
            "keys": object(&["p256dh", "auth"], json!({"p256dh": {"type": "string"}, "auth": {"type": "string"}})),
        }),
    );
    let abouts: Vec<&str> = WishAbout::ALL.iter().map(|(_, word)| *word).collect();
    let desk = object(
        &["staffed", "says"],
        json!({
            "staffed": {"type": "boolean", "description": "Whether somebody is at the desk now."}, "says": {"type": "string"},
        }),
    );
    let minute = json!({"type": "string", "description": "UTC minute, for example 2026-11-20T21:40Z."});
    let ends = json!(["over", "nothing-found", "cannot-be-verified", "mistaken", null]);
    let became = json!({"type": "array", "description": "What became of it, in order, in plain sentences.", "items": object(&["what", "says"], json!({
        "what": {"enum": ["kept", "read", "several", "set-aside", "taken-up", "joined", "observers-sent", "neighbours-told", "ended", "recorded", "withdrawn"]},
        "says": {"type": "string"},
    }))});
    let recorded = json!({"oneOf": [{"type": "null"}, object(&["page", "corrections"], json!({"page": {"type": "string"}, "corrections": {"type": "integer"}}))]});
    json!({
        "Report": object(&["kind", "basis", "happening"], json!({
            "kind": {"enum": kinds},
            "basis": {"enum": bases, "description": "How the witness knows."},
            "happening": {"enum": happenings},
            "observed": object(&["from"], json!({
                "from": {"type": "string", "format": "date-time"}, "to": {"type": "string", "format": "date-time", "description": "The same as from when missing."},
                "precision": {"enum": times, "description": "How exactly the time is known."},
            })),
            "place": words(PLACE_LETTERS_MAX, "Where, in words. Needed when there is no point."),
            "lat": {"type": "number", "minimum": -90, "maximum": 90, "description": "Degrees north (WGS 84); with lon or not at all."},
            "lon": {"type": "number", "minimum": -180, "maximum": 180, "description": "Degrees east."},
            "text": words(REPORT_TEXT_LETTERS_MAX, "No names and no number plates."),
            "officers": count, "vehicles": count, "people": count,
            "place_precision": {"enum": places, "description": "How exactly the place is known."},
            "spot": words(16, "A place of this group's list, by its id at /places?q=. Gives words and point where they are missing."),
            "answers": {"$ref": "#/components/schemas/Answers"},
            "language": {"enum": languages},
            "puzzle": words(200, "The answer to the puzzle of /api/v1/puzzle, when there is one. Without it a report waits in the slow lane while many come."),
            "contact": words(CONTACT_LETTERS_MAX, "Sealed before it is written; this server cannot open it."),
        })),
        "Answers": intake::schema(&app.world.group.playbook),
        "Count": object(&["low"], json!({
            "low": {"type": "integer", "minimum": 0, "maximum": COUNT_MAX},
            "high": {"type": "integer", "minimum": 0, "maximum": COUNT_MAX, "description": "Missing means: or more."},
        })),
        "Filed": object(&["receipt", "state"], json!({"receipt": {"type": "string", "description": "Seven words. They are shown here and nowhere else."}, "state": {"type": "string"}, "desk": desk})),
        "Note": object(&["text"], json!({
            "text": words(REPORT_TEXT_LETTERS_MAX, "What to say."),
            "as": {"enum": ["more", "correction", "wish"], "description": "More, or the answer while the desk asks, when missing."},
            "about": {"enum": abouts, "description": "What a wish is about; with a wish only."},
        })),
        "Mine": object(&["state", "kind", "filed", "asked", "ended", "became", "things", "record", "desk", "notes"], json!({
            "state": {"enum": ["received", "being-read", "joined", "set-aside", "withdrawn"]}, "kind": {"type": "string"}, "filed": minute,
            "asked": {"type": "boolean", "description": "Whether the desk waits for an answer."},
            "ended": {"description": "Of several things, how the last of them ended, once all have.", "enum": ends}, "became": became,
            "things": {
                "type": "array",
                "description": "What became of each of several things that the desk sees in the report, in the order in which it saw them. Empty while it sees one: then all of it stands in became.",
                "items": object(&["ended", "became", "record"], json!({"ended": {"enum": ends}, "became": became, "record": recorded})),
            },
            "record": recorded,
            "desk": desk,
            "notes": {"type": "array", "items": object(&["from", "at", "text"], json!({
                "from": {"enum": ["witness", "desk", "answer", "correction", "wish"]}, "at": minute, "text": {"type": "string"},
                "about": {"enum": abouts, "description": "With a wish only."},
                "decided": {"description": "With a wish only; null while nobody has decided.", "oneOf": [{"type": "null"}, object(&["done", "because", "at"], json!({
                    "done": {"type": "boolean"}, "because": {"type": "string"}, "at": minute,
                }))]},
            }))},
        })),
        "NewSubscription": object(&["subscription", "cells"], json!({
            "subscription": browser,
            "cells": {"type": "array", "minItems": 1, "maxItems": SUBSCRIPTION_CELLS_MAX, "items": {"type": "string", "description": "An H3 cell of this group's list."}},
            "kinds": {"type": "array", "items": {"enum": kinds}, "description": "Empty means all."},
            "language": {"enum": told_in, "description": "Live alerts are told in it once a person has checked it, and in English until then."}, "discreet": {"type": "boolean"},
            "quiet_from": hour, "quiet_to": hour,
            "daily_cap": {"type": "integer", "minimum": 1, "maximum": DAILY_CAP_MAX, "description": "Alerts a day of the group's zone. Missing means no limit. Updates, corrections and ends always follow."},
            "snooze_hours": {"enum": snoozes, "description": "From now. 0 ends a snooze, missing keeps one that runs."},
            "confirmed_only": {"type": "boolean", "description": "Changes nothing here: neighbours hear only what is confirmed."},
            "second": object(&["by"], json!({
                "by": {"enum": ["mail", "sms", "ntfy", "none"], "description": "Another way for when this browser has not taken a message; `none` ends it, and a missing `second` leaves it. Only ways that this group has."},
                "address": {"type": "string", "description": "A mail address; the other ways name themselves."},
                "after_minutes": {"enum": MINUTES},
            })),
        })),
        "Taken": object(&["state"], json!({
            "state": {"type": "string"},
            "second": object(&["state"], json!({
                "state": {"enum": ["begun", "letter-sent", "to-text", "ended"]},
                "address": {"type": "string", "description": "The topic's address, shown once. Whoever knows it reads along."},
                "text": {"type": "string", "description": "What the telephone itself texts within the hour."}, "number": {"type": "string"},
            })),
        })),
        "Subscription": object(&["cells", "kinds", "language", "discreet", "quiet_from", "quiet_to", "daily_cap", "snoozed_until", "snoozed_until_here", "until", "second"], json!({
            "cells": {"type": "array", "items": {"type": "string"}}, "kinds": {"type": "array", "items": {"enum": kinds}},
            "language": {"enum": told_in, "description": "Live alerts are told in it once a person has checked it, and in English until then."}, "discreet": {"type": "boolean"},
            "quiet_from": {"type": ["integer", "null"]}, "quiet_to": {"type": ["integer", "null"]}, "daily_cap": {"type": ["integer", "null"]},
            "snoozed_until": {"type": ["string", "null"], "format": "date-time"},
            "snoozed_until_here": {"type": ["string", "null"], "description": "The same on the group's wall clock."},
            "until": {"type": "string", "description": "The day on which it ends unless it is sent again."},
            "second": {"type": ["object", "null"], "description": "Another way for when this browser has not taken a message; its address is not shown.", "properties": {"by": {"type": "string"}, "after_minutes": {"type": "integer"}}},
        })),
        "NewDutyPhone": object(&["subscription"], json!({
            "subscription": browser,
            "cells": {"type": "array", "items": {"type": "string"}, "description": "Not used: an observer goes where they are sent."},
            "kinds": {"type": "array", "items": {"type": "string"}, "description": "Not used."},
            "language": {"enum": told_in, "description": "Live alerts are told in it once a person has checked it, and in English until then."}, "discreet": {"type": "boolean"},
            "confirmed_only": {"type": "boolean", "description": "Be sent only to what is confirmed, not to what is still being checked."},
            "quiet_from": {"type": "integer", "description": "Not used, like the three below: a duty is what its member starts and ends."},
            "quiet_to": {"type": "integer"}, "daily_cap": {"type": "integer"}, "snooze_hours": {"type": "integer"},
        })),
        "NewFollower": object(&["subscription"], json!({
            "subscription": browser,
            "language": {"enum": told_in, "description": "Not used yet: what is sent is in English."},
            "discreet": {"type": "boolean", "description": "Say only that there is an update, where the server knows no other wish of this browser."},
            "cells": {"type": "array", "items": {"type": "string"}, "description": "Not used, like all below: it is told of this incident and of no alert."},
            "kinds": {"type": "array", "items": {"type": "string"}},
            "confirmed_only": {"type": "boolean"},
            "quiet_from": {"type": "integer"}, "quiet_to": {"type": "integer"}, "daily_cap": {"type": "integer"}, "snooze_hours": {"type": "integer"},
        })),
        "EndOfSubscription": object(&["endpoint"], json!({"endpoint": {"type": "string"}})),
        "State": object(&["state"], json!({"state": {"type": "string"}})),
        "Signing": object(&["status", "origin", "worker", "items", "next"], json!({
            "status": {"enum": ["actual", "exercise"]}, "origin": {"type": "string"},
            "worker": {"type": "string", "pattern": "^[0-9a-f]{64}$"}, "next": {"type": "null"},
            "items": {"type": "array", "items": object(&["version", "text", "signatures"], json!({
                "version": {"type": "integer"}, "text": {"type": "string"},
                "signatures": {"type": "array", "items": object(&["key", "signature"], json!({"key": {"type": "string"}, "signature": {"type": "string"}}))},
            }))},
        })),
        "Incidents": object(&["items", "possible", "next"], json!({"items": {"type": "array", "items": {"$ref": "#/components/schemas/Incident"}}, "possible": {"type": "array", "items": {"type": "string"}, "description": "Incidents among the items that only may have been in the days asked for."}, "next": {"type": ["string", "null"]}})),
        "Incident": object(&["projection", "incident", "title", "kind", "district", "happened", "status", "state", "outcome", "lines"], json!({
            "projection": {"type": "integer"}, "incident": {"type": "string"}, "title": {"type": "string"}, "kind": {"type": "string"}, "district": {"type": "string"},
            "happened": minute, "status": {"enum": ["actual", "exercise", ""]}, "state": {"enum": ["live", "over", "mistaken", "recorded"]},
            "outcome": {"oneOf": [{"type": "null"}, object(&["text", "says", "index"], json!({"text": {"type": "string"}, "says": {"type": "string"}, "index": {"type": "integer"}}))]},
            "outcomes": {"type": "array", "items": object(&["slot", "label", "about", "chain", "told", "last_asked", "asks_again"], json!({
                "slot": {"type": "string"}, "label": {"type": "string"}, "about": {"type": ["string", "null"]}, "chain": {"type": ["integer", "null"]},
                "told": {"type": "array", "items": {"type": "object"}, "description": "Oldest first; the last stands."},
                "last_asked": {"type": ["object", "null"]}, "asks_again": {"type": ["string", "null"], "description": "A day."},
            }))},
            "lines": {"type": "array", "items": object(&["index", "kind", "type", "at", "says"], json!({
                "index": {"type": "integer"}, "kind": {"type": "integer"}, "type": {"type": "string"}, "at": {"type": "string"}, "says": {"type": "string"},
            }))},
        })),
        "Puzzle": object(&["puzzle", "bits"], json!({"puzzle": {"type": ["string", "null"]}, "bits": {"type": "integer", "minimum": 0, "maximum": 17}})),
        "Decisions": object(&["items", "next"], json!({"items": {"type": "array", "items": object(&["index", "at", "incident", "decision", "says", "decided_by"], json!({
            "index": {"type": "integer"}, "at": {"type": "string"}, "incident": {"type": "string"},
            "decision": {"type": "object", "required": ["action"], "properties": {"action": {"enum": ["marks-overruled", "proposal-refused", "words-taken", "words-taken-alone", "taken-alone-seconded", "reply-declined", "complaint-decided"]}}},
            "says": {"type": "string"}, "decided_by": {"type": "string"},
        }))}, "next": {"type": ["string", "null"]}})),
        "Health": object(&["signed", "published"], json!({
            "signed": {"type": "integer", "description": "Entries that the newest checkpoint signs."},
            "published": {"type": "integer", "description": "Entries of the checkpoint that anybody can read."},
        })),
        "Document": {"type": "object"},
        "Problem": object(&["type", "title", "status", "detail", "field"], json!({
            "type": {"type": "string", "description": "A stable name; /problems says what each one means."}, "title": {"type": "string"},
            "status": {"type": "integer"}, "detail": {"type": "string"}, "field": {"type": ["string", "null"]},
        })),
    })
}

fn described(operation: Operation) -> Value {
    let of = |name: &str| json!({"schema": {"$ref": format!("#/components/schemas/{name}")}});
    let problem = json!({"description": "What went wrong, with a stable type.", "content": {"application/problem+json": of("Problem")}});
    let (status, says) = operation.success;
    let mut responses = Map::new();
    let mut success = json!({"description": says});
    if !operation.answer.is_empty() {
        success["content"] = json!({"application/json": of(operation.answer)});
    }
    responses.insert(status.to_string(), success);
    responses.insert("default".into(), problem);
    let mut description = json!({"summary": operation.summary, "responses": responses});
    let fields = description.as_object_mut().expect("an object was just written");
    if !operation.parameters.is_empty() {
        fields.insert("parameters".into(), operation.parameters.into());
    }
    if let Some((schema, example)) = operation.body {
        let mut content = of(schema);
        content["example"] = example;
        fields.insert("requestBody".into(), json!({"required": true, "content": {"application/json": content}}));
    }
    if operation.receipt {
        fields.insert("security".into(), json!([{"receipt": []}]));
    }
    if operation.member {
        // One entry with three names: all of them are needed together.
        fields.insert("security".into(), json!([{"session": [], "device": [], "token": []}]));
    }
    description
}

/// The whole document.
pub(super) fn built(app: &App, newest: Option<String>) -> Value {
    let mut paths = Map::new();
    for operation in operations(app, newest) {
        let (path, method) = (operation.path, operation.method.to_lowercase());
        let methods = paths.entry(path).or_insert_with(|| json!({}));
        methods[method] = described(operation);
    }
    let problems: Vec<&str> = Trouble::ALL.iter().map(|trouble| trouble.name()).collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": format!("Handbell of {}", app.world.group.name),
            "version": env!("CARGO_PKG_VERSION"),
            "description": format!("Unknown fields and unknown questions are refused. Problems of the doors: {}. A rule's no has a name of its own; /problems lists them all.", problems.join(", ")),
        },
        "servers": [{"url": app.world.group.origin}],
        "paths": paths,
        "components": {
            "schemas": schemas(app),
            "securitySchemes": {
                "receipt": {"type": "apiKey", "in": "header", "name": "Authorization", "description": "`Receipt` and the seven words, with spaces or dots between them."},
                "session": {"type": "apiKey", "in": "cookie", "name": SESSION_COOKIE, "description": "A member's session, from a sign-in link."},
                "device": {"type": "apiKey", "in": "cookie", "name": DEVICE_COOKIE, "description": "The browser that the member signed in with."},
                "token": {"type": "apiKey", "in": "header", "name": "X-Handbell-Token", "description": "The session's token, which every desk page carries."},
            },
        },
    })
}

async fn document(State(app): State<App>) -> Response {
    json_door(async {
        let newest = app.world.store.public_incidents(1).await?.first().map(ToString::to_string);
        json(StatusCode::OK, &built(&app, newest))
    })
    .await
}
