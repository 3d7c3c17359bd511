//! The door of CAP files: `/alerts/{id}.cap`, what holds now of an alert that everybody may know of.
//!
//! An alert for observers or neighbours, a draft and an update get the answer of an address that never was.
//! The file is asked for again each time, by its entity tag, because a cancel must not wait in somebody's
//! cache; nothing in it depends on when it is asked.

use super::super::App;
use super::super::answer::page_door;
use super::super::problem::{Problem, Trouble};
use super::super::record::kept_file;
use crate::acts::{StreetCaller, bell};
use axum::response::Response;
use handbell_rules::bell::alert::Alert;
use handbell_rules::cap;
use handbell_rules::desk::incident::Incident;
use handbell_rules::id::AlertId;
use handbell_rules::playbook::Reach;
use http::HeaderMap;

/// What stands after an alert's id in the address of its file.
pub(super) const SUFFIX: &str = ".cap";
/// Kept, and asked for again before every use.
const ASK_AGAIN: &str = "public, no-cache";

/// The address of an alert's file, for pages; none where there is no file.
pub(super) fn href(alert: &Alert, incident: &Incident) -> Option<String> {
    (alert.reach == Reach::Public && incident.public).then(|| format!("/alerts/{}{SUFFIX}", alert.id))
}

/// The file. What has none gets the page of an unknown address.
pub(super) async fn file(app: &App, id: &str, asked: &HeaderMap) -> Response {
    page_door(app, async {
        let id: AlertId = id.parse().map_err(|_| Problem::of(Trouble::NotFound))?;
        let message = bell::read_cap(&app.world, StreetCaller, id).await?;
        Ok(kept_file(asked, cap::MEDIA_TYPE, ASK_AGAIN, cap::write(&message)))
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{Confirmed, Heard, Town};
    use crate::acts::bell as acts;
    use axum::body::Body;
    use handbell_rules::cap::{CapAlert, CapStatus, MsgType, ResponseType, Scope, Urgency, check, read};
    use handbell_rules::id::AlertId;
    use handbell_rules::playbook::{Reach, UpdateText};
    use handbell_rules::time::MINUTE;
    use http::Request;

    /// The file, read as a stranger reads it: no refusal of the schema and none beyond it.
    async fn told(town: &Town, id: AlertId) -> CapAlert {
        let heard = town.get(&format!("/alerts/{id}.cap")).await;
        assert_eq!((heard.status.as_u16(), heard.header("content-type")), (200, "application/cap+xml"));
        let alert = read(&heard.body).unwrap_or_else(|why| panic!("{why}: {}", heard.text()));
        assert_eq!(check(&alert), [], "{}", heard.text());
        assert_eq!(alert.scope, Scope::Public);
        alert
    }

    async fn public_flood(town: &Town) -> (Confirmed, AlertId) {
        let about = town.confirmed("flood").await;
        town.opened(&about).await;
        let id = town.rung(&about, Reach::Public).await;
        (about, id)
    }

    async fn updated(town: &Town, about: &Confirmed, id: AlertId) {
        let world = &town.app.world;
        let update = acts::draft_update(world, &about.amina.caller, id, UpdateText::EnoughObservers).await.unwrap();
        for member in [&about.amina, &about.ben] {
            acts::approve(world, &member.caller, update).await.unwrap();
        }
        assert_eq!(told(town, id).await.msg_type, MsgType::Alert, "a draft of an update changes nothing");
        acts::ring(world, &about.ben.caller, update).await.unwrap();
        assert_eq!(town.get(&format!("/alerts/{update}.cap")).await.status, 404, "an update has no file of its own");
    }

    #[tokio::test]
    async fn a_public_alert_has_a_file_that_follows_it_to_its_end() {
        let town = Town::new();
        let (about, id) = public_flood(&town).await;
        let page = town.get(&format!("/alerts/{id}")).await;
        assert!(page.status == 200 && page.text().contains(&format!("href=\"/alerts/{id}.cap\"")), "the page links it");
        let first = told(&town, id).await;
        assert_eq!((first.status, first.msg_type, first.references.as_deref()), (CapStatus::Actual, MsgType::Alert, None));
        let info = &first.infos[0];
        assert_eq!(info.headline.as_deref(), Some("Flood in Peckham, around the station"));
        assert!(info.instruction.as_ref().unwrap().contains("Do not walk or drive into water"), "conduct travels with every alert");
        assert!(info.sender_name.as_ref().unwrap().contains("not a public authority"));
        assert_eq!(info.areas[0].polygons.len(), 1);

        town.clock.go(MINUTE);
        updated(&town, &about, id).await;
        let second = told(&town, id).await;
        assert_eq!((second.msg_type, second.identifier), (MsgType::Update, format!("{id}.1")));
        assert_eq!(second.references, Some(format!("https://town.example,{id},{}", first.sent)));

        town.clock.go(MINUTE);
        acts::end(&town.app.world, &about.ben.caller, id, false).await.unwrap();
        let over = told(&town, id).await;
        assert_eq!((over.msg_type, over.infos[0].urgency), (MsgType::Update, Urgency::Past));
        assert_eq!(over.infos[0].response_types, [ResponseType::AllClear]);
        assert_eq!(over.references.unwrap().split(' ').count(), 2, "every message before it");
    }

    #[tokio::test]
    async fn a_mistaken_alert_is_cancelled_in_its_file() {
        let town = Town::exercise();
        let (about, id) = public_flood(&town).await;
        acts::end(&town.app.world, &about.ben.caller, id, true).await.unwrap();
        let wrong = told(&town, id).await;
        assert_eq!((wrong.status, wrong.msg_type), (CapStatus::Exercise, MsgType::Cancel));
        let note = wrong.note.unwrap();
        assert!(note.contains("EXERCISE") && note.contains("was a mistake"), "{note}");
    }

    #[tokio::test]
    async fn whatever_has_no_file_gets_the_answer_of_an_unknown_address() {
        let town = Town::new();
        let about = town.confirmed("immigration-visit").await;
        let draft = town.drafted(&about, Reach::Neighbours).await;
        let neighbours = town.rung(&about, Reach::Neighbours).await;
        let (flood, public) = public_flood(&town).await;
        let dispatch = {
            let about = town.confirmed("immigration-visit").await;
            town.rung(&about, Reach::Dispatch).await
        };
        assert_eq!(town.get(&format!("/alerts/{public}.cap")).await.status, 200);
        let nowhere = town.get("/alerts/nothing").await;
        let names = [draft, neighbours, dispatch].map(|id| id.to_string()).into_iter();
        for name in names.chain([flood.incident.to_string(), "a".repeat(26), String::new(), "%FF".into(), format!("{public}.cap")]) {
            let heard = town.get(&format!("/alerts/{name}.cap")).await;
            assert_eq!((heard.status.as_u16(), &heard.body), (404, &nowhere.body), "{name}");
        }
        let page = town.get(&format!("/alerts/{neighbours}")).await;
        assert!(page.status == 200 && !page.text().contains(".cap"), "no page of theirs links one");
    }

    #[tokio::test]
    async fn whoever_has_the_file_is_told_so_until_it_changes() {
        let town = Town::new();
        let (about, id) = public_flood(&town).await;
        let ask =
            |tag: String| town.send(Request::get(format!("/alerts/{id}.cap")).header("if-none-match", tag).body(Body::empty()).unwrap());
        let tag = |heard: &Heard| heard.header("etag").to_owned();
        let first = town.get(&format!("/alerts/{id}.cap")).await;
        assert_eq!((first.header("cache-control"), first.header("x-robots-tag")), ("public, no-cache", "noindex, noarchive"));
        town.clock.go(MINUTE);
        let again = ask(tag(&first)).await;
        assert_eq!((again.status.as_u16(), again.body.len(), tag(&again)), (304, 0, tag(&first)), "no clock is read");
        acts::end(&town.app.world, &about.ben.caller, id, true).await.unwrap();
        let changed = ask(tag(&first)).await;
        assert!(changed.status == 200 && tag(&changed) != tag(&first));
    }
}
