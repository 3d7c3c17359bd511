//! Doors beside the log's own files: what it says of itself for programs, every checkpoint it ever published, the rows of
//! the newest snapshots, and contents in packs.
//!
//! The same files stand in the group's `public/log/`, so that a folder copied to any file host answers the same; only
//! packs are made by the server alone, and who finds none asks for contents singly.

use super::{A_MINUTE, from_disk, kept_file, text};
use crate::doors::App;
use crate::doors::answer::{apart, json_door};
use crate::doors::gate;
use crate::doors::limits::Knock;
use crate::doors::problem::{Problem, Trouble};
use crate::doors::routes::{Route, Who};
use crate::export::about;
use crate::store::found::opened;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use handbell_log::source::RESOURCE_BYTES_MAX;
use handbell_log::tile::{TILE_WIDTH, pack_of_path};
use handbell_log::verify::GAPS;
use http::Request;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/log/about.json", Who::Street, said),
        Route::get("/log/policy", Who::Street, policy),
        Route::get("/log/missing", Who::Street, missing),
        Route::get("/log/checkpoints/{size}", Who::Street, checkpoint),
        Route::get("/log/snapshots/{index}", Who::Street, snapshot),
        Route::get("/log/content-pack/{*path}", Who::Street, pack),
    ]
}

async fn said(State(app): State<App>, request: Request<Body>) -> Response {
    let (request, _) = apart(request);
    json_door(async {
        let said = about::of(&app.world).map_err(|_| Problem::of(Trouble::Broken))?;
        Ok(kept_file(request.headers(), "application/json", A_MINUTE, said))
    })
    .await
}

async fn policy(State(app): State<App>) -> Response {
    json_door(async { Ok(text(about::policy_of(&app.world).map_err(|_| Problem::of(Trouble::Broken))?)) }).await
}

/// Which entries have lost their words here. A log that is whole has no such file.
async fn missing(State(app): State<App>) -> Response {
    json_door(async { Ok(text(from_disk(&app, GAPS).await?)) }).await
}

/// A number at the end of a path in its one spelling: `+5`, `05` and an escaped digit are other paths and are not there.
fn numbered(path: &str, before: &str) -> Result<u64, Problem> {
    let text = path.strip_prefix(before).unwrap_or_default();
    text.parse::<u64>().ok().filter(|number| number.to_string() == text).ok_or_else(|| Problem::of(Trouble::NotFound))
}

/// The rows of a snapshot, while they are kept.
async fn snapshot(State(app): State<App>, request: Request<Body>) -> Response {
    let (request, _) = apart(request);
    json_door(async {
        let index = numbered(request.uri().path(), "/log/snapshots/")?;
        let bytes = from_disk(&app, &format!("snapshots/{index}")).await?;
        Ok(kept_file(request.headers(), "application/octet-stream", A_MINUTE, bytes))
    })
    .await
}

/// The contents of up to 256 entries. Made of the store for every caller and never kept on the disk, so that nothing
/// has to be made anew when something is withdrawn.
async fn pack(State(app): State<App>, request: Request<Body>) -> Response {
    let (request, _) = apart(request);
    json_door(async {
        gate::knock(&app, &request, Knock::Pack)?;
        let nowhere = || Problem::of(Trouble::NotFound);
        let pack = pack_of_path(request.uri().path().strip_prefix("/log/").unwrap_or_default()).ok_or_else(nowhere)?;
        let width = u64::from(TILE_WIDTH);
        // Beyond what any store can hold there is nothing, and it is not asked.
        let from = pack.checked_mul(width).filter(|from| i64::try_from(*from).is_ok()).ok_or_else(nowhere)?;
        let rows = app.world.store.log_rows(from, u32::from(TILE_WIDTH)).await?;
        if rows.is_empty() {
            return Err(nowhere());
        }
        let contents = rows.into_iter().map(|row| opened(&row).and(row.content));
        let bytes = handbell_log::pack::encode(contents).map_err(|_| Problem::of(Trouble::Broken))?;
        // One that a reader would not take whole is not there: its contents are asked for singly.
        if bytes.len() as u64 > RESOURCE_BYTES_MAX {
            return Err(nowhere());
        }
        Ok(kept_file(request.headers(), "application/octet-stream", A_MINUTE, bytes))
    })
    .await
}

/// A checkpoint that was the newest once. Lines of cosigners may join it later, so it is not kept for ever.
async fn checkpoint(State(app): State<App>, request: Request<Body>) -> Response {
    let (request, _) = apart(request);
    json_door(async {
        let number = numbered(request.uri().path(), "/log/checkpoints/")?;
        let bytes = from_disk(&app, &format!("checkpoints/{number}")).await?;
        Ok(kept_file(request.headers(), "text/plain; charset=utf-8", A_MINUTE, bytes))
    })
    .await
}

#[cfg(test)]
mod tests {
    use crate::acts::bell as acts;
    use crate::cosigned::Doubt;
    use crate::doors::fixture::Town;
    use crate::store::conformance::builders::{appending, commit, entry, publishing};
    use crate::work::sequencer::Sequencer;
    use handbell_log::note::Note;
    use handbell_log::pack;
    use handbell_rules::playbook::Reach;
    use handbell_rules::record::entry::EntryKind;
    use handbell_rules::record::proposal::Follows;

    #[tokio::test]
    async fn contents_come_in_packs_and_a_withdrawn_one_is_gone_from_the_commit_on() {
        let town = Town::new();
        let about = town.confirmed("flood").await;
        town.opened(&about).await;
        let store = &*town.app.world.store;
        let incident = || async { store.incident(about.incident).await.unwrap().unwrap() };
        let many = (0..300).map(|_| entry(about.incident, EntryKind::Outcome)).collect();
        commit(store, appending(&incident().await, many)).await;
        Sequencer::new(town.folder.path()).step(&town.app.world).await.unwrap();
        let first = town.get("/log/content-pack/000").await;
        assert_eq!((first.status.as_u16(), first.header("cache-control")), (200, "public, max-age=60, must-revalidate"));
        let contents = pack::decode(&first.body).unwrap();
        assert_eq!(contents.len(), 256);
        assert_eq!(contents[7].unwrap(), town.get("/log/content/007").await.body);
        assert_eq!(pack::decode(&town.get("/log/content-pack/001").await.body).unwrap().len(), 301 - 256);
        let gone = Follows { withdrawals: vec![(7, 1)], ..Follows::default() };
        commit(store, publishing(&incident().await, gone)).await;
        let second = town.get("/log/content-pack/000").await;
        assert_ne!(first.header("etag"), second.header("etag"));
        let left = pack::decode(&second.body).unwrap();
        assert_eq!((left[7], left[6], left[8]), (None, contents[6], contents[8]));
        assert_eq!(pack::decode(&town.get("/log/content-pack/001").await.body).unwrap().last(), Some(&None), "a withdrawal has no content");
        for other in ["002", "0", "1", "x000/000", "000/", "%30", "x999/x999/x999/x999/x999/999"] {
            assert_eq!(town.get(&format!("/log/content-pack/{other}")).await.status, 404, "{other}");
        }
    }

    /// What is held back is given out by no door from the commit on, and the log says that it was withdrawn when its mark
    /// comes.
    #[tokio::test]
    async fn what_is_held_back_is_given_out_no_more_and_withdrawn_when_its_mark_comes() {
        let town = Town::new();
        let about = town.confirmed("flood").await;
        town.opened(&about).await;
        let store = &*town.app.world.store;
        let incident = || async { store.incident(about.incident).await.unwrap().unwrap() };
        let few = (0..9).map(|_| entry(about.incident, EntryKind::Outcome)).collect();
        commit(store, appending(&incident().await, few)).await;
        let size = Sequencer::new(town.folder.path()).step(&town.app.world).await.unwrap();
        let held = Follows { held_back: vec![7], ..Follows::default() };
        commit(store, publishing(&incident().await, held)).await;
        assert_eq!(store.checkpoint().await.unwrap().unwrap().size, size, "nothing was signed");
        assert!(town.folder.path().join("log/content/007").exists(), "the sequencer has not come to it");
        assert_eq!(town.get("/log/content/007").await.status, 404);
        let pack = town.get("/log/content-pack/000").await.body;
        assert_eq!(pack::decode(&pack).unwrap()[7], None);
        let marked = Follows { late_marks: vec![(7, 1)], ..Follows::default() };
        commit(store, publishing(&incident().await, marked)).await;
        assert_eq!(store.checkpoint().await.unwrap().unwrap().size, size + 1);
        assert_eq!(town.get("/log/content/007").await.status, 410);
        Sequencer::new(town.folder.path()).step(&town.app.world).await.unwrap();
        assert!(!town.folder.path().join("log/missing").exists());
    }

    #[tokio::test]
    async fn every_published_checkpoint_stays_and_the_log_says_who_it_is() {
        let town = Town::new();
        let sequencer = Sequencer::new(town.folder.path());
        let about = town.confirmed("flood").await;
        town.opened(&about).await;
        let first = sequencer.step(&town.app.world).await.unwrap();
        let alert = town.rung(&about, Reach::Public).await;
        acts::end(&town.app.world, &about.ben.caller, alert, false).await.unwrap();
        let last = sequencer.step(&town.app.world).await.unwrap();
        assert!(0 < first && first < last, "{first} {last}");
        let newest = town.get("/log/checkpoint").await.text();
        for size in [first, last] {
            let kept = town.get(&format!("/log/checkpoints/{size}")).await;
            assert_eq!((kept.status.as_u16(), kept.header("content-type")), (200, "text/plain; charset=utf-8"));
            assert_eq!(kept.text().lines().nth(1), Some(size.to_string().as_str()));
            assert_eq!(kept.text() == newest, size == last);
        }
        for other in ["0", "05", "+1", "%31", "1/", "-1", "18446744073709551616", "..%2Fvkey", "../vkey"] {
            assert_eq!(town.get(&format!("/log/checkpoints/{other}")).await.status, 404, "{other}");
        }
        let vkey = town.get("/log/vkey").await.text();
        let said: serde_json::Value = serde_json::from_str(&town.get("/log/about.json").await.text()).unwrap();
        assert_eq!(said["keys"][0], vkey.trim());
        assert!(town.get("/log/policy").await.text().contains(&format!("log {} https://town.example/log", vkey.trim())));
    }

    /// A cosigner has seen more than this store: nothing more is signed, the page and the files say so, and a bell rings
    /// and ends all the same, for the people it always told.
    #[tokio::test]
    async fn a_log_in_doubt_takes_no_entry_and_the_bell_rings_and_ends_all_the_same() {
        let town = Town::new();
        let world = &town.app.world;
        let sequencer = Sequencer::new(town.folder.path());
        let about = town.confirmed("flood").await;
        town.opened(&about).await;
        let size = sequencer.step(world).await.unwrap();
        world.cosigned.doubt(Doubt::Shown { cosigner: "southbank".into(), seen: size + 5, own: size });
        let alert = town.rung(&about, Reach::Public).await;
        assert!(world.store.alert(alert).await.unwrap().unwrap().rung_at.is_some());
        acts::end(world, &about.ben.caller, alert, false).await.unwrap();
        assert!(world.store.has_ended(&alert));
        assert_eq!(world.store.checkpoint().await.unwrap().unwrap().size, size, "nothing was signed");
        assert!(sequencer.step(world).await.is_err(), "and nothing is published");
        let page = town.get("/log").await.text();
        assert!(page.contains("This log is in doubt") && page.contains("southbank shows"), "{page}");
        let said = town.get("/log/about.json").await.json();
        assert!(said["in_doubt"].as_str().unwrap().contains("behind what the world saw"));
        // Whoever copies the folder reads it too, and after a start over a store that has caught up no more.
        let in_folder = || {
            let bytes = std::fs::read(town.folder.path().join("log/about.json")).unwrap();
            serde_json::from_slice::<serde_json::Value>(&bytes).unwrap()["in_doubt"].clone()
        };
        let note = std::fs::read(town.folder.path().join("log/checkpoint")).unwrap();
        assert!(in_folder().is_null(), "what was written before anybody doubted");
        sequencer.seen_elsewhere(world, &Note::parse(&note).unwrap()).await.unwrap();
        assert_eq!(in_folder(), said["in_doubt"]);
        let after = crate::world::World { cosigned: std::sync::Arc::default(), ..world.clone() };
        Sequencer::new(town.folder.path()).step(&after).await.unwrap();
        assert!(in_folder().is_null());
    }
}
