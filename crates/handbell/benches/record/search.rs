//! Search: a large record asked with filters, beside plain FTS5 asked for the words alone; and reading it all back.
//!
//! The peer holds the same words of the same pages in one FTS5 table of its own file, with `unicode61
//! remove_diacritics 2`, put in order by `optimize`, and answers with fifty headings: newest first, as ours, and once more in its own
//! order, by rank. Each question is asked of ours with days, a box and a kind, of ours with words alone, and of the peer
//! in both orders, one after the other. Whatever was found first is warm for those that follow; which begins changes with each
//! question.

use super::large::{self, Dice, ENTRIES_EACH, INCIDENTS, KINDS, Made, Tongue};
use super::{at, cpu_seconds};
use anyhow::ensure;
use handbell::store::Store;
use handbell::store::found::page;
use handbell::store::sql::SqlStore;
use handbell_rules::record::search::{Corners, Question, Words, says};
use handbell_rules::span::Window;
use serde_json::{Value, json};
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use std::time::Instant;

const QUESTIONS: usize = 2_000;
const WARMING: usize = 200;
const SHOWN: u32 = 50;
/// The record that is read back.
const READ_BACK: usize = 1_000_000;

fn row(name: &str, value: f64, unit: &str, peer: Option<(&str, f64)>) -> Value {
    let name = if large::incidents() == INCIDENTS { name.to_owned() } else { format!("{name}-of-{}", large::incidents()) };
    json!({"name": name, "value": value, "unit": unit, "peer": peer.map(|(name, _)| name), "peer_value": peer.map(|(_, value)| value),
        "ratio": peer.map(|(_, theirs)| value / theirs), "better": "lower"})
}

/// Words of one page, as somebody remembers them, and what they know beside.
fn asked(made: &[Made], tongue: &Tongue, dice: &mut Dice) -> Question {
    let about = &made[dice.below(made.len())];
    let seen: Vec<&str> = about.seen.split(' ').collect();
    let words = match dice.below(20) {
        0..=6 => seen[dice.below(seen.len())].to_owned(),
        7..=14 => format!("{} {}", seen[dice.below(seen.len())], seen[dice.below(seen.len())]),
        15..=17 => (0..3).map(|_| seen[dice.below(seen.len())]).collect::<Vec<_>>().join(" "),
        _ => {
            let begin = dice.below(seen.len() - 1);
            format!("\"{} {}\"", seen[begin], seen[begin + 1])
        }
    };
    // Half of them remember rightly where and when it was.
    let (day, kind, lat, lon) = if dice.below(2) == 0 {
        (about.day, about.kind, about.lat, about.lon)
    } else {
        let (lat, lon) = tongue.towns[dice.below(tongue.towns.len())];
        (made[dice.below(made.len())].day, KINDS[dice.below(KINDS.len())], lat, lon)
    };
    let half = [7, 15, 45, 180, 500][dice.below(5)] as i64;
    let far = [20_000, 100_000, 500_000][dice.below(3)];
    let moved = |days: i64| Some(day.saturating_add(jiff::Span::new().days(days)));
    let side = |middle: i64, by: i64| (middle + by) as i32;
    Question {
        words: Words::read(&words),
        window: Window { from: moved(-half), to: moved(half) },
        kind: kind.to_owned(),
        corners: Some(Corners { west: side(lon, -far), south: side(lat, -far), east: side(lon, far), north: side(lat, far) }),
        ..Question::default()
    }
}

async fn peer(hand: &mut SqliteConnection, question: &Question, order: &'static str) -> anyhow::Result<usize> {
    let all: Vec<String> = question.words.phrases().iter().map(|phrase| format!("\"{}\"", phrase.words.join(" "))).collect();
    let text = match order {
        "rank" => "select title from plain where plain match $1 order by rank limit 50",
        _ => "select title from plain where plain match $1 order by rowid desc limit 50",
    };
    Ok(sqlx::query(text).bind(all.join(" AND ")).fetch_all(hand).await?.len())
}

/// Milliseconds of each question, by who was asked.
#[derive(Default)]
struct Times {
    filtered: Vec<f64>,
    words: Vec<f64>,
    newest: Vec<f64>,
    ranked: Vec<f64>,
}

pub async fn measure() -> anyhow::Result<Vec<Value>> {
    let room = tempfile::Builder::new().prefix("large-").tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let path = room.path().join("store.db");
    let (tongue, began) = (Tongue::new(), Instant::now());
    let made = large::make(&path, &tongue).await?;
    eprintln!("{} incidents, {} entries, written in {:.0} s", made.len(), made.len() * ENTRIES_EACH, began.elapsed().as_secs_f64());
    let (began, before) = (Instant::now(), cpu_seconds()?);
    let store = SqlStore::open(&path, large::key()?).await?;
    let opened = began.elapsed().as_secs_f64();
    store.searched_whole().await;
    let index_cpu = cpu_seconds()? - before;
    eprintln!(
        "opened after {opened:.1} s, the index whole after {:.0} s, {index_cpu:.1} CPU seconds in all",
        began.elapsed().as_secs_f64()
    );

    // All of it read back into pages, as far as a million entries go.
    let (began, before) = (Instant::now(), cpu_seconds()?);
    let (mut after, mut entries, mut pages) = (None, 0, Vec::new());
    'all: loop {
        let some = store.public_incidents_after(after, 1_000).await?.unwrap_or_default();
        let Some(last) = some.last() else { break };
        after = Some(*last);
        for incident in some {
            let rows = store.stream(incident).await?;
            entries += rows.len();
            if let Some((opening, record)) = page(incident, &rows)? {
                pages.push((opening, record.title.clone(), says(&record).join("\n")));
            }
            if entries >= READ_BACK {
                break 'all;
            }
        }
    }
    let rebuild_cpu = (cpu_seconds()? - before) * 1e6 / entries as f64;
    eprintln!(
        "{entries} entries read back into {} pages in {:.1} s, {rebuild_cpu:.1} CPU seconds a million",
        pages.len(),
        began.elapsed().as_secs_f64()
    );

    let mut hand = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(room.path().join("plain.db"))
        .create_if_missing(true)
        .pragma("synchronous", "off")
        .connect()
        .await?;
    let setup = "create virtual table plain using fts5(title unindexed, words, tokenize = 'unicode61 remove_diacritics 2')";
    sqlx::query(setup).execute(&mut hand).await?;
    while let Some(incident) = {
        let some = store.public_incidents_after(after, 1_000).await?.unwrap_or_default();
        let last = some.last().copied();
        for incident in some {
            if let Some((opening, record)) = page(incident, &store.stream(incident).await?)? {
                pages.push((opening, record.title.clone(), says(&record).join("\n")));
            }
        }
        last
    } {
        after = Some(incident);
    }
    pages.sort_by_key(|(opening, ..)| *opening);
    sqlx::query("begin").execute(&mut hand).await?;
    for (opening, title, words) in &pages {
        let add = sqlx::query("insert into plain (rowid, title, words) values ($1, $2, $3)");
        add.bind(i64::try_from(*opening)?).bind(title).bind(words).execute(&mut hand).await?;
    }
    sqlx::query("commit").execute(&mut hand).await?;
    sqlx::query("insert into plain (plain) values ('optimize')").execute(&mut hand).await?;
    ensure!(pages.len() == made.len(), "a page is missing");
    drop(pages);

    let (mut dice, mut times, mut hits) = (Dice::new(3), Times::default(), 0);
    for number in 0..WARMING + QUESTIONS {
        let question = asked(&made, &tongue, &mut dice);
        let bare = Question { words: question.words.clone(), ..Question::default() };
        for turn in 0..4 {
            let began = Instant::now();
            let found = match (number + turn) % 4 {
                0 => store.search(&question, None, SHOWN).await?.map_or(0, |stretch| stretch.found.len()),
                1 => store.search(&bare, None, SHOWN).await?.map_or(0, |stretch| stretch.found.len()),
                2 => peer(&mut hand, &question, "newest").await?,
                _ => peer(&mut hand, &question, "rank").await?,
            };
            let took = began.elapsed().as_secs_f64() * 1e3;
            if number >= WARMING {
                match (number + turn) % 4 {
                    0 => {
                        hits += usize::from(found > 0);
                        times.filtered.push(took);
                    }
                    1 => times.words.push(took),
                    2 => times.newest.push(took),
                    _ => times.ranked.push(took),
                }
            }
        }
    }
    let sizes = |name: &str| std::fs::metadata(room.path().join(name)).map_or(0, |file| file.len() / 1_000_000);
    eprintln!("{hits} of {QUESTIONS} found something; the store has {} MB, the peer {} MB", sizes("store.db"), sizes("plain.db"));
    for (name, list) in
        [("days, box, kind", &times.filtered), ("words", &times.words), ("peer, newest", &times.newest), ("peer, ranked", &times.ranked)]
    {
        eprintln!("{name}: p50 {:.3}, p90 {:.3}, p99 {:.3}, most {:.3} ms", at(list, 0.5), at(list, 0.9), at(list, 0.99), at(list, 1.0));
    }
    hand.close().await?;
    store.close().await;
    let (newest, ranked) = ("plain FTS5, words only, newest first", "plain FTS5, words only, by rank");
    Ok(vec![
        row("search-250k", at(&times.filtered, 0.99), "ms, p99", Some((newest, at(&times.newest, 0.99)))),
        row("search-250k-p50", at(&times.filtered, 0.5), "ms, p50", Some((newest, at(&times.newest, 0.5)))),
        row("search-250k-ranked", at(&times.filtered, 0.99), "ms, p99", Some((ranked, at(&times.ranked, 0.99)))),
        row("search-250k-words", at(&times.words, 0.99), "ms, p99", Some((newest, at(&times.newest, 0.99)))),
        row("rebuild-1m", rebuild_cpu, "CPU seconds a million entries", None),
        row("index-250k", index_cpu, "CPU seconds to open it and make its index", None),
    ])
}
