//! Search: a large record asked with filters, beside plain FTS5 asked for the words alone; and reading it all back.
//!
//! The peer holds the same words of the same pages in one FTS5 table of its own file, with `unicode61
//! remove_diacritics 2`, put in order by `optimize`, and answers with fifty headings: newest first, as ours, and once more in its own
//! order, by rank. Each question is asked of ours with days, a box and a kind, of ours with words alone, and of the peer
//! in both orders, one after the other. Whatever was found first is warm for those that follow; which begins changes with each
//! question.

use super::large::{self, Dice, KINDS, Made, Tongue, row};
use super::{at, cpu_seconds};
use anyhow::ensure;
use handbell::store::found::page;
use handbell::store::log::LogKey;
use handbell::store::sql::SqlStore;
use handbell::store::walk::Walk;
use handbell::store::{Store, WholeIncident};
use handbell_rules::record::search::{Corners, Question, Words, says};
use handbell_rules::span::Window;
use serde_json::Value;
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use std::path::{Path, PathBuf};
use std::time::Instant;

const QUESTIONS: usize = 2_000;
const WARMING: usize = 200;
const SHOWN: u32 = 50;
/// Entries that are read back at once.
const READ_AT_ONCE: usize = 4_096;
/// The record that is read back.
const READ_BACK: usize = 1_000_000;

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

/// Heading and words of one page by the place of its opening.
type Page = (u64, String, String);

/// Goes on with a walk and makes its pages, until there are so many entries or no more incidents.
async fn read_back(store: &SqlStore, walk: &mut Walk, at_most: usize, pages: &mut Vec<Page>) -> anyhow::Result<usize> {
    let mut entries = 0;
    while entries < at_most {
        let some = walk.step(store, u32::try_from((at_most - entries).min(READ_AT_ONCE))?).await?;
        if some.is_empty() {
            break;
        }
        for WholeIncident { incident, rows } in some {
            entries += rows.len();
            if let Some((opening, record)) = page(incident, &rows)? {
                pages.push((opening, record.title.clone(), says(&record).join("\n")));
            }
        }
    }
    Ok(entries)
}

/// The peer's file with the words of all pages.
async fn plain(room: &Path, pages: &[Page]) -> anyhow::Result<SqliteConnection> {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(room.join("plain.db")).create_if_missing(true);
    let mut hand = options.pragma("synchronous", "off").connect().await?;
    let setup = "create virtual table plain using fts5(title unindexed, words, tokenize = 'unicode61 remove_diacritics 2')";
    sqlx::query(setup).execute(&mut hand).await?;
    sqlx::query("begin").execute(&mut hand).await?;
    for (opening, title, words) in pages {
        let add = sqlx::query("insert into plain (rowid, title, words) values ($1, $2, $3)");
        add.bind(i64::try_from(*opening)?).bind(title).bind(words).execute(&mut hand).await?;
    }
    sqlx::query("commit").execute(&mut hand).await?;
    sqlx::query("insert into plain (plain) values ('optimize')").execute(&mut hand).await?;
    Ok(hand)
}

/// Asks every question of everybody; how many found something, too.
async fn ask(store: &SqlStore, hand: &mut SqliteConnection, made: &[Made], tongue: &Tongue) -> anyhow::Result<(Times, usize)> {
    let (mut dice, mut times, mut hits) = (Dice::new(3), Times::default(), 0);
    for number in 0..WARMING + QUESTIONS {
        let question = asked(made, tongue, &mut dice);
        let bare = Question { words: question.words.clone(), ..Question::default() };
        for turn in 0..4 {
            let began = Instant::now();
            let found = match (number + turn) % 4 {
                0 => store.search(&question, None, SHOWN).await?.map_or(0, |stretch| stretch.found.len()),
                1 => store.search(&bare, None, SHOWN).await?.map_or(0, |stretch| stretch.found.len()),
                2 => peer(hand, &question, "newest").await?,
                _ => peer(hand, &question, "rank").await?,
            };
            let took = began.elapsed().as_secs_f64() * 1e3;
            if number >= WARMING {
                hits += usize::from((number + turn) % 4 == 0 && found > 0);
                [&mut times.filtered, &mut times.words, &mut times.newest, &mut times.ranked][(number + turn) % 4].push(took);
            }
        }
    }
    Ok((times, hits))
}

/// Opens the store, lets it make its index, reads the record back and asks it.
pub async fn measure(room: &Path, dir: &Path, key: LogKey, made: &[Made], tongue: &Tongue) -> anyhow::Result<Vec<Value>> {
    let (began, before) = (Instant::now(), cpu_seconds()?);
    let store = SqlStore::open(&dir.join(large::STORE_FILE), key.clone()).await?;
    let (opened, open_cpu) = (began.elapsed().as_secs_f64(), cpu_seconds()? - before);
    store.searched_whole().await;
    let index_cpu = cpu_seconds()? - before - open_cpu;
    eprintln!(
        "opened after {opened:.1} s ({open_cpu:.1} CPU seconds, the first 1,024 incidents of the index in them), the index whole after {:.0} s, \
         {index_cpu:.1} CPU seconds",
        began.elapsed().as_secs_f64()
    );

    let (began, before) = (Instant::now(), cpu_seconds()?);
    let (mut walk, mut pages) = (Walk::default(), Vec::new());
    let entries = read_back(&store, &mut walk, READ_BACK, &mut pages).await?;
    let rebuild_cpu = (cpu_seconds()? - before) * 1e6 / entries as f64;
    eprintln!(
        "{entries} entries read back into {} pages in {:.1} s, {rebuild_cpu:.1} CPU seconds a million",
        pages.len(),
        began.elapsed().as_secs_f64()
    );

    read_back(&store, &mut walk, usize::MAX, &mut pages).await?;
    ensure!(pages.len() == made.len(), "a page is missing");
    pages.sort_by_key(|(opening, ..)| *opening);
    let mut hand = plain(room, &pages).await?;
    drop(pages);
    let (times, hits) = ask(&store, &mut hand, made, tongue).await?;
    let sizes = |path: PathBuf| std::fs::metadata(path).map_or(0, |file| file.len() / 1_000_000);
    let (ours, theirs) = (sizes(dir.join(large::STORE_FILE)), sizes(room.join("plain.db")));
    eprintln!("{hits} of {QUESTIONS} found something; the store has {ours} MB, the peer {theirs} MB");
    for (name, list) in
        [("days, box, kind", &times.filtered), ("words", &times.words), ("peer, newest", &times.newest), ("peer, ranked", &times.ranked)]
    {
        eprintln!("{name}: p50 {:.3}, p90 {:.3}, p99 {:.3}, most {:.3} ms", at(list, 0.5), at(list, 0.9), at(list, 0.99), at(list, 1.0));
    }
    hand.close().await?;
    store.close().await;
    let (began, before) = (Instant::now(), cpu_seconds()?);
    SqlStore::open(&dir.join(large::STORE_FILE), key).await?.close().await;
    let open_cpu = cpu_seconds()? - before;
    eprintln!("opened and closed again, the index whole: {:.1} s, {open_cpu:.1} CPU seconds", began.elapsed().as_secs_f64());
    let (newest, ranked) = ("plain FTS5, words only, newest first", "plain FTS5, words only, by rank");
    Ok(vec![
        row("search-250k", at(&times.filtered, 0.99), "ms, p99", Some((newest, at(&times.newest, 0.99)))),
        row("search-250k-p50", at(&times.filtered, 0.5), "ms, p50", Some((newest, at(&times.newest, 0.5)))),
        row("search-250k-ranked", at(&times.filtered, 0.99), "ms, p99", Some((ranked, at(&times.ranked, 0.99)))),
        row("search-250k-words", at(&times.words, 0.99), "ms, p99", Some((newest, at(&times.newest, 0.99)))),
        row("rebuild-1m", rebuild_cpu, "CPU seconds a million entries", None),
        row("index-250k", index_cpu, "CPU seconds to make the index anew", None),
        row("open-250k", open_cpu, "CPU seconds to open the store", None),
    ])
}
