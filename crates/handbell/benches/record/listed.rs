//! Listed: what a stretch of the record and its page of charts cost at its full size.
//!
//! The shipped doors over the large store, asked inside this program: no network, no workers, no finished pages kept,
//! so every answer is made anew. The charts are asked right after a commit each time, when they must count the new
//! entry and add everything up; counting the whole record after a start is told apart. Nothing stands beside: there is
//! no ready-made page that does this.

use super::large::{Dice, Made, row};
use super::{at, cpu_seconds};
use anyhow::ensure;
use axum::Router;
use axum::body::Body;
use handbell::cli::town::{self, Staging};
use handbell::doors::routes;
use handbell::store::Store;
use handbell_rules::change::{Actor, Change, What};
use http::{Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::Value;
use std::path::Path;
use std::time::Instant;
use tower::ServiceExt;

const PAGES: usize = 500;
const CHARTS: usize = 100;
const WARMING: usize = 20;

/// Milliseconds until an answer is there whole, and its words.
async fn asked(router: &Router, address: &str) -> anyhow::Result<(f64, String)> {
    let began = Instant::now();
    let (head, body) = router.clone().oneshot(Request::get(address).body(Body::empty())?).await?.into_parts();
    let bytes = body.collect().await?.to_bytes();
    let took = began.elapsed().as_secs_f64() * 1e3;
    ensure!(head.status == StatusCode::OK, "{address} was answered with {}", head.status);
    Ok((took, String::from_utf8(bytes.to_vec())?))
}

/// Addresses of lists, as people come to them: from any place on, by words with their excerpts, by kind and year.
async fn addresses(store: &dyn Store, made: &[Made], dice: &mut Dice) -> anyhow::Result<[(&'static str, Vec<String>); 3]> {
    let (mut places, mut after) = (Vec::new(), None);
    loop {
        let some = store.public_incidents_after(after, 10_000).await?.unwrap_or_default();
        let Some(last) = some.last() else { break };
        (after, places) = (Some(*last), [places, some].concat());
    }
    let mut lists = [("stretch", Vec::new()), ("words", Vec::new()), ("kind and year", Vec::new())];
    for _ in 0..PAGES + WARMING {
        let one = &made[dice.below(made.len())];
        lists[0].1.push(format!("/record?after={}", places[dice.below(places.len() * 9 / 10)]));
        lists[1].1.push(format!("/record?q={}", one.seen.split(' ').next().unwrap_or_default()));
        lists[2].1.push(format!("/record?kind={}&from={1}-01-01&to={1}-12-31", one.kind, one.day.year()));
    }
    Ok(lists)
}

/// The rows.
pub async fn measure(dir: &Path, made: &[Made]) -> anyhow::Result<Vec<Value>> {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let town = town::open(dir, &Staging::default()).await?;
    let app = town.app(None, true);
    let (router, world) = (routes::router(app.clone()), &town.world);
    let mut rows = Vec::new();

    let mut dice = Dice::new(5);
    for (what, list) in addresses(&*world.store, made, &mut dice).await? {
        let (mut times, mut bytes) = (Vec::new(), 0);
        for (number, address) in list.iter().enumerate() {
            let (took, text) = asked(&router, address).await?;
            bytes = bytes.max(text.len());
            ensure!(text.contains("/record/"), "{address} lists nothing");
            if number >= WARMING {
                times.push(took);
            }
        }
        let (middle, slow) = (at(&times, 0.5), at(&times, 0.99));
        eprintln!("a list, {what}: p50 {middle:.1}, p99 {slow:.1}, most {:.1} ms, {bytes} bytes at most", at(&times, 1.0));
        rows.push(row(&format!("list-250k-{}", what.replace(' ', "-")), slow, "ms, p99", None));
    }

    // As after a start: the first visitor is shown what is counted so far.
    let (took, text) = asked(&router, "/record/charts").await?;
    ensure!(text.contains("counting is not finished") || made.len() < 2_000, "the charts did not say that they count");
    eprintln!("the charts' first page after a start: {took:.0} ms");
    let (began, before) = (Instant::now(), cpu_seconds()?);
    app.figures.count_the_rest(world).await;
    while !app.figures.counted(world, u64::MAX).await?.is_whole() {}
    let counting = cpu_seconds()? - before;
    eprintln!("all counted after {:.1} s, {counting:.1} CPU seconds", began.elapsed().as_secs_f64());
    rows.push(row("charts-250k-count", counting, "CPU seconds to count the record after a start", None));

    let mut times = Vec::new();
    for number in 0..CHARTS + WARMING {
        // Something that anybody may read in the log: the digest of a service worker.
        let what = What::WorkerNamed { digest: [number as u8; 32] };
        world.commit(Change { id: world.private_id(), at: world.now(), by: Actor::Worker, what }).await?;
        let (took, text) = asked(&router, "/record/charts").await?;
        ensure!(text.contains(&format!("{} incidents", made.len())), "the charts do not count all");
        if number >= WARMING {
            times.push(took);
        }
    }
    eprintln!("the charts after a commit: p50 {:.1}, p99 {:.1}, most {:.1} ms", at(&times, 0.5), at(&times, 0.99), at(&times, 1.0));
    rows.push(row("charts-250k", at(&times, 0.99), "ms, p99, right after a commit", None));
    town.close().await;
    Ok(rows)
}
