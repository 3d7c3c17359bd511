//! The bench of the desk: how long a drill takes from report to confirmed, and what is missed on the way.
//!
//! Both drills are played by a scripted desk of three, through the real acts and rules on a real store in a
//! folder, with no phones and with a clock of its own: nobody waits for the minutes of a script. The desk does
//! one thing at a time, each costs the seconds written below, and it sees what a member sees and nothing of
//! what a message really is. So the numbers say how the order of the queue, the rules and the number of steps
//! tell on a desk at a fixed pace. They say nothing about how fast people read.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a bench talks to whoever runs it")]
#![allow(missing_docs, reason = "a program, not a library")]

mod desk;

use anyhow::{Context, ensure};
use desk::Desk;
use handbell::cli::town::{self, Staging};
use handbell::cli::{cast, init};
use handbell::config::Settings;
use handbell::line::Silence;
use handbell::stage::Stage;
use handbell::world::{Clock, MachineChance, World};
use handbell_rules::bell::mode::Status;
use handbell_rules::people::member::Role;
use handbell_rules::scenario::Scenario;
use handbell_rules::scenario::score::{Score, Spread};
use handbell_rules::time::{SECOND, Timestamp};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// A clock that the desk moves.
struct Moved(AtomicI64);

impl Clock for Moved {
    fn now(&self) -> Timestamp {
        Timestamp::from_milliseconds(self.0.load(Ordering::SeqCst))
    }
}

impl Moved {
    fn set(&self, to: Timestamp) {
        self.0.fetch_max(to.milliseconds(), Ordering::SeqCst);
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let json = std::env::args().any(|word| word == "--json");
    let mut rows = Vec::new();
    for (name, text) in handbell::shipped::DRILLS {
        let score = played(name, text).await.with_context(|| format!("playing {name}"))?;
        for item in score.items.iter().filter(|item| item.met == Some(false)) {
            eprintln!("{name}: {}: {} (expected {})", item.asks, item.got, item.expected);
        }
        for finding in score.false_alarms.iter().chain(&score.misses).chain(&score.wrong) {
            eprintln!("{name}: {} {}", finding.kind.sentence(), finding.about);
        }
        let seconds = |spread: &Spread| spread.p50().context("nothing was confirmed or looked at").map(|long| long as f64 / SECOND as f64);
        let all = [
            ("confirmed-p50", seconds(&score.report_to_confirmed)?, "s of the drill"),
            ("first-look-p50", seconds(&score.report_to_look)?, "s of the drill"),
            ("false-alarms", score.false_alarms.len() as f64, "alerts"),
            ("misses", (score.misses.len() + score.wrong.len()) as f64, "findings"),
            ("unmet", score.items.iter().filter(|item| item.met == Some(false)).count() as f64, "expectations"),
        ];
        for (what, value, unit) in all {
            rows.push(serde_json::json!({
                "name": format!("drill-{name}-{what}"), "value": value, "unit": unit,
                "peer": null, "peer_value": null, "ratio": null, "better": "lower",
            }));
        }
    }
    if json {
        println!("{}", serde_json::json!({ "rows": rows }));
    } else {
        for row in rows {
            println!("{}: {} {}", row["name"], row["value"], row["unit"]);
        }
    }
    Ok(())
}

async fn played(name: &str, text: &str) -> anyhow::Result<Score> {
    let scenario = Scenario::parse(name, text)?;
    let drill = scenario.drill.context("a scenario without a drill")?;
    let kept = tempfile::tempdir()?;
    let dir = kept.path().join("drill");
    let settings = Settings::of("Practice", "http://127.0.0.1:8481", Status::Exercise);
    init(&dir, &settings, &MachineChance).await?;
    let town = town::open(&dir, &Staging { silent: true, ..Staging::default() }).await?;
    let clock = Arc::new(Moved(AtomicI64::new(town.world.now().milliseconds())));
    let world = World { clock: clock.clone(), ..town.world.clone() };
    let seats = [
        ("Amina".to_owned(), vec![Role::Triager]),
        ("Ben".to_owned(), vec![Role::Approver]),
        ("Cleo".to_owned(), vec![Role::Approver, Role::Editor]),
    ];
    let cast = cast::arrive(&world, &seats, Silence::browsers(&cast::phone_names(&seats))?).await?;
    let stage = Arc::new(Stage::new(drill, scenario.incident.kind, name.to_owned(), 1.0, None));
    let mut desk = Desk::new(world.clone(), clock, stage.clone(), cast);
    desk.play().await?;
    ensure!(stage.progress().sent == stage.length(), "the script was not played to its end");
    let score = handbell::acts::drill::read_score(&world, &stage).await?;
    town.close().await;
    Ok(score)
}
