//! The custody page's door: what was done with one footage, by whom and when, for auditors and custodians.
//!
//! It shows words of deeds and never a picture. Looking at it is no line: it opens nothing.

use super::{Names, Part, around, clock, id};
use crate::acts::custody_file;
use crate::doors::answer::{page, page_door};
use crate::doors::routes::{Route, Who};
use crate::doors::{App, gate};
use crate::pack::page::deed;
use axum::extract::State;
use axum::response::Response;
use handbell_rules::evidence::custody::{Office, Statement, hex};
use handbell_rules::evidence::stamp::Stamp;
use handbell_rules::id::FootageId;
use handbell_site::{CustodyPage, CustodyRow, Tab};
use http::HeaderMap;

/// The door.
pub fn routes() -> Vec<Route> {
    vec![Route::get("/desk/footage/{id}/custody", Who::Member, show)]
}

/// Days shown of the chain's heads.
const DAYS_SHOWN: usize = 14;

fn row(app: &App, names: &Names, (number, said): &(u64, Option<Statement>)) -> CustodyRow {
    let Some(said) = said else {
        let forgotten = "What this line said was forgotten when its time was over; its hash stays.".to_owned();
        return CustodyRow { number: number.to_string(), at: String::new(), who: String::new(), what: forgotten, words: None };
    };
    let who = match (said.member, said.office) {
        (Some(member), office) => format!("{}, {}", names.of(member), office.word()),
        (None, Office::Witness) => "whoever gave it".to_owned(),
        (None, Office::Keeper) => "whoever runs the server".to_owned(),
        (None, _) => "the program".to_owned(),
    };
    let what = deed(said.deed).to_owned();
    CustodyRow { number: number.to_string(), at: clock(app, said.at), who, what, words: said.words.clone() }
}

fn stamped(stamp: &Stamp) -> CustodyRow {
    let what = match (&stamp.said, stamp.told.as_str()) {
        (Some(said), _) => format!("An authority says that this head was there at {said}."),
        (None, "") => "No authority was asked.".to_owned(),
        (None, why) => format!("No stamp after {} tries: {why}.", stamp.tries),
    };
    let day = handbell_rules::evidence::stamp::end_of(stamp.day).plus(-1).day("UTC");
    CustodyRow { number: stamp.lines.to_string(), at: day, who: hex(&stamp.head), what, words: None }
}

async fn show(State(app): State<App>, Part(text): Part<String>, headers: HeaderMap) -> Response {
    page_door(&app, async {
        let desk = gate::desk(&app, &headers).await?;
        let footage: FootageId = id(&text)?;
        let file = custody_file::read(&app.world, &desk.caller, footage).await?;
        let names = Names::read(&app).await?;
        let (frame, bar) = around(&app, &desk, Tab::Nowhere, &format!("/desk/footage/{footage}/custody"), "What was done with it").await?;
        let newest = file.stamps.iter().rev().take(DAYS_SHOWN);
        Ok(page(&CustodyPage {
            frame,
            desk: bar,
            footage: footage.to_string(),
            sha256: file.footage.as_ref().map(|footage| hex(&footage.sha256)),
            stream: file.footage.as_ref().and_then(|footage| footage.noted).map(|stream| stream.to_string()),
            holds: file.chain.is_ok(),
            holds_words: match &file.chain {
                Ok(head) => format!("All {} lines of the chain follow from each other. Its head is {}.", head.lines, hex(&head.hash)),
                Err(line) => format!("The chain is broken at line {line}. Tell the group, and keep the disk as it is."),
            },
            rows: file.lines.iter().map(|line| row(&app, &names, line)).collect(),
            days: newest.map(stamped).collect(),
        }))
    })
    .await
}

#[cfg(test)]
mod tests;
