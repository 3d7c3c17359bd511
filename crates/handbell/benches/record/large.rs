//! Large: a record of a quarter of a million incidents and a million claims, made up the same in every run.
//!
//! Each has its opening, two sources and four claims (when, where with a point, how many, what was seen), as an import
//! writes them: about sixty words a page, from 30,000 made-up words of which few are common. The log is written straight into the
//! file of an empty store with one signed checkpoint; the store then opens it and makes its index.

use anyhow::Context;
use handbell::folder::{self, Use};
use handbell::store::log::{LogEdge, LogKey};
use handbell_rules::id::IncidentId;
use handbell_rules::record::entry::{EntryKind, NewEntry};
use serde_json::{Value, json};
use sqlx::{ConnectOptions, Connection};
use std::path::Path;
use std::process::{Command, Stdio};

/// Incidents of the record in full.
pub const INCIDENTS: usize = 250_000;
/// Entries of each.
pub const ENTRIES_EACH: usize = 7;
const WORDS: usize = 30_000;
const TOWNS: usize = 300;
pub const KINDS: [&str; 8] = ["raid", "eviction", "flood", "fire", "march", "checkpoint", "arrest", "closure"];
const SOURCES: [&str; 4] = ["press", "official", "witness", "organisation"];
const ROWS_AT_ONCE: usize = 5_000;

/// How many incidents this run has.
pub fn incidents() -> usize {
    std::env::var("HANDBELL_BENCH_INCIDENTS").ok().and_then(|text| text.parse().ok()).unwrap_or(INCIDENTS)
}

/// A row, named for its size where it is another one; less is better.
pub fn row(name: &str, value: f64, unit: &str, peer: Option<(&str, f64)>) -> Value {
    let name = if incidents() == INCIDENTS { name.to_owned() } else { format!("{name}-of-{}", incidents()) };
    json!({"name": name, "value": value, "unit": unit, "peer": peer.map(|(name, _)| name), "peer_value": peer.map(|(_, value)| value),
        "ratio": peer.map(|(_, theirs)| value / theirs), "better": "lower"})
}

/// Chance that is the same in every run.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
    pub fn below(&mut self, most: usize) -> usize {
        (self.next() % most as u64) as usize
    }
    pub fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// The words there are, and how common each is.
pub struct Tongue {
    words: Vec<String>,
    sums: Vec<f64>,
    pub towns: Vec<(i64, i64)>,
}

impl Tongue {
    pub fn new() -> Self {
        let mut dice = Dice::new(1);
        let syllables = ["ka", "lo", "mi", "ner", "sta", "vo", "ri", "den", "pu", "gar", "te", "shi", "bol", "qua", "fen", "zu"];
        let mut words: Vec<String> = Vec::with_capacity(WORDS);
        for number in 0..WORDS {
            let word: String = (0..2 + dice.below(3)).map(|_| syllables[dice.below(syllables.len())]).collect();
            words.push(if number % 7 == 0 { format!("{word}{}", number % 1_000) } else { word });
        }
        let mut sum = 0.0;
        let sums = (0..WORDS).map(|place| {
            sum += 1.0 / (place as f64 + 3.0).powf(0.95);
            sum
        });
        let sums = sums.collect();
        let towns = (0..TOWNS).map(|_| (50_000_000 + dice.below(5_000_000) as i64, dice.below(5_500_000) as i64 - 4_000_000)).collect();
        Self { words, sums, towns }
    }
    pub fn word(&self, dice: &mut Dice) -> &str {
        let wanted = dice.share() * self.sums[WORDS - 1];
        &self.words[self.sums.partition_point(|sum| *sum < wanted).min(WORDS - 1)]
    }
    fn text(&self, dice: &mut Dice, least: usize, most: usize) -> String {
        (0..least + dice.below(most - least)).map(|_| self.word(dice)).collect::<Vec<_>>().join(" ")
    }
}

/// What the questions are drawn from.
pub struct Made {
    pub day: jiff::civil::Date,
    pub kind: &'static str,
    pub lat: i64,
    pub lon: i64,
    pub seen: String,
}

fn entries(number: usize, all: usize, tongue: &Tongue, dice: &mut Dice) -> (Vec<NewEntry>, Made) {
    let mut id = [0; 16];
    id[..8].copy_from_slice(&dice.next().to_be_bytes());
    id[8..].copy_from_slice(&(number as u64 + 1).to_be_bytes());
    let of = IncidentId(id);
    let kind = KINDS[[0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 7][dice.below(11)]];
    let (town, far) = (dice.below(TOWNS), |dice: &mut Dice| dice.below(160) as i64 * 1_000 - 80_000);
    let (lat, lon) = (tongue.towns[town].0 / 1_000 * 1_000 + far(dice), tongue.towns[town].1 / 1_000 * 1_000 + far(dice));
    // Entered roughly in the order in which they happened, over eleven years.
    let days = (number * 4_000 / all) as i64 + dice.below(400) as i64;
    let day = jiff::civil::date(2015, 1, 1).saturating_add(jiff::Span::new().days(days));
    let edtf = match dice.below(10) {
        0 => day.strftime("%Y-%m").to_string(),
        1 => format!("{day}?"),
        _ => day.to_string(),
    };
    let (seen, place) = (tongue.text(dice, 15, 45), tongue.text(dice, 2, 5));
    let mut list = vec![(
        EntryKind::IncidentOpened,
        json!({"kind": kind, "kind_label": kind, "district": format!("District {town}"), "title": format!("{kind}: {}", tongue.text(dice, 2, 6)),
            "place": {"words": place, "lat": lat, "lon": lon, "radius_metres": 100}, "status": "actual", "approved_by": "import",
            "ended": true, "zone": "Europe/London"}),
    )];
    for source in 1..=2 {
        list.push((
            EntryKind::Source,
            json!({"number": source, "kind": SOURCES[dice.below(4)], "label": format!("{} {}", tongue.text(dice, 2, 4), day.year()), "standing": "A publisher."}),
        ));
    }
    let values = [
        ("when", json!({"type": "span", "edtf": edtf})),
        ("place", json!({"type": "place", "words": place, "lat": lat, "lon": lon, "radius_metres": 100, "precision": "street"})),
        ("count.people", json!({"type": "range", "low": dice.below(30), "high": 30 + dice.below(50)})),
        ("what", json!({"type": "text", "text": seen})),
    ];
    for ((predicate, value), claim) in values.into_iter().zip(1..) {
        list.push((
            EntryKind::Claim,
            json!({"number": claim, "source": 1 + claim % 2, "predicate": predicate, "label": predicate, "single": true, "polarity": "asserts", "value": value}),
        ));
    }
    let entry = |(kind, mut fields): (EntryKind, Value)| {
        let fields = fields.as_object_mut().map(std::mem::take).unwrap_or_default();
        let mut fields: serde_json::Map<String, Value> = fields;
        fields.insert("type".into(), kind.type_name().into());
        fields.insert("at".into(), "2026-11-20T10:00Z".into());
        NewEntry { stream: of, kind, fields, salt: id.repeat(2).try_into().unwrap_or([0; 32]) }
    };
    (list.into_iter().map(entry).collect(), Made { day, kind, lat, lon, seen })
}

/// The store's file in a group's folder.
pub const STORE_FILE: &str = handbell::cli::town::STORE_FILE;

/// Makes a group's folder as a keeper does, with an empty store, and gives its log's key.
pub fn group(dir: &Path) -> anyhow::Result<LogKey> {
    let mut init = Command::new(env!("CARGO_BIN_EXE_handbell"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("HANDBELL_")) {
        init.env_remove(name);
    }
    let made = init.args(["init", "--name", "Bench", "--origin", "https://bell.example"]).arg(dir).stdout(Stdio::null()).status()?;
    anyhow::ensure!(made.success(), "handbell init failed");
    Ok(folder::open(dir, Use::Reading)?.log_key)
}

/// A group's folder with the log of so many incidents: as it was left there, or made.
pub async fn filled(dir: &Path, tongue: &Tongue, all: usize) -> anyhow::Result<(Vec<Made>, LogKey)> {
    if !dir.exists() {
        let key = group(dir)?;
        return Ok((fill(dir, &key, tongue, all).await?, key));
    }
    let mut dice = Dice::new(2);
    let made = (0..all).map(|number| entries(number, all, tongue, &mut dice).1).collect();
    Ok((made, folder::open(dir, Use::Reading)?.log_key))
}

/// Fills a group's empty store with the log of so many incidents, and makes no index.
pub async fn fill(dir: &Path, key: &LogKey, tongue: &Tongue, all: usize) -> anyhow::Result<Vec<Made>> {
    let path = dir.join(STORE_FILE);
    let mut hand =
        sqlx::sqlite::SqliteConnectOptions::new().filename(path).foreign_keys(false).pragma("synchronous", "off").connect().await?;
    let (mut edge, mut dice, mut made) = (LogEdge::default(), Dice::new(2), Vec::new());
    for number in 0..all {
        if number % ROWS_AT_ONCE == 0 {
            sqlx::query("begin").execute(&mut hand).await?;
        }
        let (list, one) = entries(number, all, tongue, &mut dice);
        made.push(one);
        for entry in list {
            let row = edge.append(&entry)?;
            sqlx::query("insert into log_entry (leaf_index, stream, kind, leaf, content) values ($1, $2, $3, $4, $5)")
                .bind(i64::try_from(row.index)?)
                .bind(row.stream.bytes().as_slice())
                .bind(i64::from(row.kind))
                .bind(row.leaf)
                .bind(row.content.context("a made-up entry has words")?)
                .execute(&mut hand)
                .await?;
        }
        if number % ROWS_AT_ONCE == ROWS_AT_ONCE - 1 || number + 1 == all {
            edge.keep();
            sqlx::query("commit").execute(&mut hand).await?;
        }
    }
    let signed = edge.sign(key)?;
    sqlx::query("insert into checkpoint (size, note) values ($1, $2)")
        .bind(i64::try_from(signed.size)?)
        .bind(signed.note)
        .execute(&mut hand)
        .await?;
    sqlx::query("update found_mark set version = 0").execute(&mut hand).await?;
    hand.close().await?;
    Ok(made)
}
