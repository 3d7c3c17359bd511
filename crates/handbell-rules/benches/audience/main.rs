//! The bench of the audience: how long it takes to find everybody who hears of one alert.
//!
//! Rows `audience-1m-brute` and `audience-10m-brute`: [`Audience::asked`], which is what an act calls through the
//! running index, beside a plain scan over everybody. Row `audience-1m-postgis`: beside PostGIS, left out where it
//! is not installed. An alert's area is one cell of resolution 7, the smallest that a group offers without a word
//! on residents; where it lies is drawn like the people. Ours answers with ids and wishes; the scan with numbers,
//! PostGIS with three sums. All test the kind and the time. Every answer of every engine must be the same people.
//!
//! Ours looks cells up, the peers compare distances, and `people.rs` says why that is one question. The large
//! circles need more cells than the door accepts from one browser, which makes it harder for the index and changes
//! nothing for the peers.

#![expect(clippy::disallowed_methods, reason = "a bench reads the clock")]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a bench talks to whoever runs it")]
#![allow(missing_docs, reason = "a program, not a library")]

mod people;
mod postgis;

use handbell_rules::area::{Area, Cell};
use handbell_rules::bell::audience::{Asking, Audience, Making, Whose};
use handbell_rules::place::Point;
use people::{Circle, Country, Dice, Direction, KINDS, NOW, chord_squared_of, each, kinds_wanted, number};
use postgis::PostGis;
use std::hint::black_box;
use std::time::{Duration, Instant};

pub type Doubt = Box<dyn std::error::Error>;

const QUESTIONS: usize = 201;
/// Fewer for the slow peers.
const QUESTIONS_POSTGIS: usize = 61;
const ROUNDS: usize = 5;

/// Who was found, in three sums.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    pub people: u128,
    pub sum: u128,
    pub squares: u128,
}

impl FromIterator<u32> for Found {
    fn from_iter<T: IntoIterator<Item = u32>>(numbers: T) -> Self {
        numbers.into_iter().map(u128::from).fold(Self::default(), |found, one| Self {
            people: found.people + 1,
            sum: found.sum + one,
            squares: found.squares + one * one,
        })
    }
}

/// Everybody as a plain scan holds them.
struct Person {
    at: Direction,
    /// Square of the chord of their circle.
    limit: f64,
}

struct Scan {
    people: Vec<Person>,
    /// Looked at only for those whose circle fits.
    kinds: Vec<u8>,
    until: i64,
}

impl Scan {
    fn asked(&self, at: &Direction) -> Vec<u32> {
        let now = NOW.milliseconds();
        let here = self.people.iter().zip(0u32..).filter(|(person, _)| person.at.chord_squared(at) <= person.limit);
        here.filter(|(_, number)| self.kinds[*number as usize] & 1 != 0 && self.until > now).map(|(_, number)| number).collect()
    }
}

struct Question {
    area: Area,
    latitude: f64,
    longitude: f64,
    at: Direction,
}

fn questions() -> Result<Vec<Question>, Doubt> {
    let mut dice = Dice::new(7);
    (0..QUESTIONS)
        .map(|_| {
            let (latitude, longitude) = dice.place();
            let cell = Cell::around(Point::from_degrees(latitude, longitude)?);
            let middle = cell.centre();
            let (latitude, longitude) = (middle.latitude(), middle.longitude());
            Ok(Question { area: Area::new(vec![cell])?, latitude, longitude, at: Direction::to(latitude, longitude) })
        })
        .collect()
}

const ASKING: Asking<'_> = Asking { kind: KINDS[0], language: None, whose: Whose::Neighbours, unconfirmed_too: false };

fn percentile(times: &mut [Duration], percent: usize) -> f64 {
    times.sort_unstable();
    times[(times.len() - 1) * percent / 100].as_secs_f64() * 1e3
}

fn row(name: &str, own_ms: f64, peer: &str, peer_ms: f64) -> serde_json::Value {
    serde_json::json!({
        "name": name,
        "value": 1e3 / own_ms,
        "unit": "audiences/s",
        "peer": peer,
        "peer_value": 1e3 / peer_ms,
        "ratio": peer_ms / own_ms,
        "better": "higher",
    })
}

fn measure(country: &Country, people: u32, name: &str, beside_postgis: bool, rows: &mut Vec<serde_json::Value>) -> Result<(), Doubt> {
    let started = Instant::now();
    let mut making = Making::default();
    let mut scan =
        Scan { people: Vec::with_capacity(people as usize), kinds: Vec::with_capacity(people as usize), until: NOW.milliseconds() + 1 };
    let (mut circles, mut cells) = (Vec::new(), 0usize);
    each(country, people, |circle, subscription| {
        making.add(subscription);
        cells += subscription.cells.len();
        scan.people.push(Person { at: Direction::to(circle.latitude, circle.longitude), limit: chord_squared_of(circle.metres) });
        scan.kinds.push(kinds_wanted(number(&subscription.id)));
        if beside_postgis {
            circles.push(Circle { ..*circle });
        }
    });
    let made = started.elapsed();
    let index: Audience = making.finish();
    let settled = started.elapsed() - made;
    let questions = questions()?;
    let (mut ours, mut scans, mut found) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        for question in &questions {
            let begun = Instant::now();
            let asked = black_box(index.asked(&question.area, &ASKING, NOW));
            ours.push(begun.elapsed());
            if round == 0 {
                found.push(asked.iter().map(|one| number(&one.subscription)).collect::<Found>());
            }
        }
        for (question, found) in questions.iter().zip(&found).skip(round).step_by(ROUNDS) {
            let begun = Instant::now();
            let asked = black_box(scan.asked(&question.at));
            scans.push(begun.elapsed());
            if asked.into_iter().collect::<Found>() != *found {
                return Err(format!("the scan of {people} found others than the index").into());
            }
        }
    }
    let mut sizes: Vec<u128> = found.iter().map(|found| found.people).collect();
    sizes.sort_unstable();
    let own = percentile(&mut ours, 50);
    let peer = percentile(&mut scans, 50);
    eprintln!(
        "{name}: {people} people with {:.1} cells each; found {} in the middle and {} at most, the same by each engine",
        cells as f64 / f64::from(people),
        sizes[sizes.len() / 2],
        sizes[sizes.len() - 1],
    );
    eprintln!(
        "  index {own:.4} ms, p99 {:.4}, most {:.4}; scan {peer:.3} ms, p99 {:.3}",
        percentile(&mut ours, 99),
        percentile(&mut ours, 100),
        percentile(&mut scans, 99)
    );
    eprintln!(
        "  made from subscriptions in {:.1} s and {:.1} s (their making up included in the first); {:.1} bytes a person",
        made.as_secs_f64(),
        settled.as_secs_f64(),
        index.bytes_held() as f64 / f64::from(people)
    );
    rows.push(row(&format!("{name}-brute"), own, "a scan over everybody in Rust, f64", peer));
    if beside_postgis {
        let Some(mut server) = PostGis::start()? else {
            eprintln!("  PostGIS is not installed (Debian: postgresql-15-postgis-3), so there is no row {name}-postgis");
            return Ok(());
        };
        let filled = server.fill(&circles)?;
        let (mut theirs, mut again) = (Vec::new(), Vec::new());
        // The first questions warm its caches.
        for warm in [true, false] {
            for (question, found) in questions.iter().zip(&found).take(QUESTIONS_POSTGIS) {
                let (sums, took) = server.asked(question.latitude, question.longitude)?;
                if sums != *found {
                    return Err(format!("PostGIS found {sums:?} and the index {found:?}").into());
                }
                if !warm {
                    theirs.push(took);
                    let begun = Instant::now();
                    drop(black_box(index.asked(&question.area, &ASKING, NOW)));
                    again.push(begun.elapsed());
                }
            }
        }
        let (own, peer) = (percentile(&mut again, 50), percentile(&mut theirs, 50));
        eprintln!(
            "  {}: {peer:.2} ms, p99 {:.2}, filled in {:.1} s; index beside it {own:.4} ms",
            server.version,
            percentile(&mut theirs, 99),
            filled.as_secs_f64()
        );
        rows.push(row(&format!("{name}-postgis"), own, &server.version, peer));
    }
    Ok(())
}

fn main() -> Result<(), Doubt> {
    let words: Vec<String> = std::env::args().collect();
    let country = Country::listed();
    let mut rows = Vec::new();
    measure(&country, 1_000_000, "audience-1m", true, &mut rows)?;
    // For whoever tries something out.
    if !words.iter().any(|word| word == "--small") {
        measure(&country, 10_000_000, "audience-10m", false, &mut rows)?;
    }
    if words.iter().any(|word| word == "--json") {
        println!("{}", serde_json::json!({ "rows": rows }));
    } else {
        rows.iter().for_each(|row| println!("{row}"));
    }
    Ok(())
}
