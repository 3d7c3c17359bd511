//! Doors beside the log's own files: what it says of itself for programs, and every checkpoint it ever published.
//!
//! The same files stand in the group's `public/log/`, so that a folder copied to any file host answers the same.

use super::{A_MINUTE, from_disk, kept_file, text};
use crate::doors::App;
use crate::doors::answer::{apart, json_door};
use crate::doors::problem::{Problem, Trouble};
use crate::doors::routes::{Route, Who};
use crate::export::about;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::Request;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/log/about.json", Who::Street, said),
        Route::get("/log/policy", Who::Street, policy),
        Route::get("/log/checkpoints/{size}", Who::Street, checkpoint),
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

/// A checkpoint that was the newest once. Lines of cosigners may join it later, so it is not kept for ever.
async fn checkpoint(State(app): State<App>, request: Request<Body>) -> Response {
    let (request, _) = apart(request);
    json_door(async {
        // One spelling, as everywhere in the log: `+5`, `05` and an escaped digit are other paths and are not there.
        let size = request.uri().path().strip_prefix("/log/checkpoints/").unwrap_or_default();
        let number = size.parse::<u64>().ok().filter(|number| number.to_string() == size);
        let number = number.ok_or_else(|| Problem::of(Trouble::NotFound))?;
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
    use crate::work::sequencer::Sequencer;
    use handbell_rules::playbook::Reach;

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
        world.cosigned.doubt(Doubt { cosigner: "southbank".into(), seen: size + 5, own: size });
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
    }
}
