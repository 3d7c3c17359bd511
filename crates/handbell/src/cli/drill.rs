//! The drill: a scenario's reports arrive in a store of their own, the desk works, and is scored.
//!
//! `DIR/drill` is a folder like a group's, with keys and a lock of its own, made for exercises and never for
//! anything else; that is why a drill runs beside the live server of the same group and cannot ring its
//! phones (PROMISE a-drill-cannot-ring-live). What the last drill held goes when the next begins; scores stay.
//! People check, approve and ring: nobody at the desk is played.

mod folder;

use super::cast::{self, Cast};
use super::town::{self, Staging, Town};
use super::{Answer, Stopped, replay, say};
use crate::acts::{ActError, drill as acts, people};
use crate::config::Settings;
use crate::doors::{App, routes, serve as doors};
use crate::line::{self, Silence};
use crate::stage::{Progress, Stage};
use crate::work::spawn;
use crate::world::World;
use anyhow::Context;
use handbell_rules::bell::mode::Status;
use handbell_rules::people::member::{DeskCaller, Role};
use handbell_rules::scenario::play;
use handbell_rules::scenario::score::{Finding, Score};
use handbell_rules::time::Timestamp;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::net::TcpListener;

/// Who sits at the desk unless the command says otherwise: one who checks, one who approves, one who approves
/// second and writes the record.
const DESK: [(&str, &[Role]); 3] = [("Amina", &[Role::Triager]), ("Ben", &[Role::Approver]), ("Cleo", &[Role::Approver, Role::Editor])];
/// Reports looked at when asking whether anything is open.
const WAITING_LOOKED_AT: u32 = 1;

/// `handbell drill`'s words.
#[derive(clap::Args)]
pub struct Words {
    /// The group's folder. Its live server may run meanwhile.
    dir: PathBuf,
    /// A scenario that ships with the program (practice-queens-road, evan-cook-close-2022), or a file.
    scenario: String,
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:8481")]
    listen: String,
    /// How many times faster than the script's own clock.
    #[arg(long, default_value_t = 1.0)]
    speed: f64,
    /// Play the script up to this minute only; what is expected later is not asked.
    #[arg(long, value_name = "MINUTE")]
    until: Option<u32>,
    /// Training without phones: the whole desk works and nothing leaves the program at all.
    #[arg(long)]
    silent: bool,
    /// Go on showing the score's page when the drill is over, until Ctrl-C.
    #[arg(long)]
    stay: bool,
    /// A member of the desk and their roles, for example Amina=triager,approver; may be given several times.
    #[arg(long, value_name = "NAME=ROLES")]
    member: Vec<String>,
}

fn usage(words: impl Into<String>) -> anyhow::Error {
    Stopped(Answer::Usage, words.into()).into()
}

/// `handbell drill DIR SCENARIO`. Good when the desk did as the scenario expects.
///
/// # Errors
/// Anything that kept the drill from being scored: usage, or could not tell.
pub async fn run(words: Words) -> anyhow::Result<Answer> {
    match play_through(words).await {
        Err(error) if error.downcast_ref::<Stopped>().is_none() => Err(Stopped(Answer::CouldNotTell, format!("{error:#}")).into()),
        answer => answer,
    }
}

fn desk(words: &[String]) -> anyhow::Result<Vec<(String, Vec<Role>)>> {
    if words.is_empty() {
        return Ok(DESK.iter().map(|(name, roles)| ((*name).to_owned(), roles.to_vec())).collect());
    }
    let member = |word: &String| {
        let (name, roles) = word.split_once('=').ok_or_else(|| usage(format!("--member takes NAME=ROLES, not {word}")))?;
        let roles: Vec<String> = roles.split(',').map(str::to_owned).collect();
        Ok((name.to_owned(), super::roles(&roles)?))
    };
    words.iter().map(member).collect()
}

async fn play_through(words: Words) -> anyhow::Result<Answer> {
    if !(words.speed.is_finite() && (0.1..=100_000.0).contains(&words.speed)) {
        return Err(usage("--speed takes a number between 0.1 and 100000"));
    }
    let desk = desk(&words.member)?;
    let group = folder::group(&words.dir)?;
    let scenario = folder::scenario(&words.scenario, &group.playbook)?;
    let Some(drill) = scenario.drill else { return Err(usage(format!("{} holds no drill", words.scenario))) };
    // A practice day of a real event is set somewhere else and called by that place.
    let title = if scenario.practice { scenario.incident.title } else { drill.place.text.clone() };
    let stage = Arc::new(Stage::new(drill, scenario.incident.kind, title, words.speed, words.until));
    if stage.length() == 0 {
        return Err(usage("--until leaves nothing of the script"));
    }
    let listener = TcpListener::bind(&words.listen).await.with_context(|| format!("listening on {}", words.listen))?;
    let address = listener.local_addr()?;
    // By its name, because browsers know passkeys for `localhost` and for no bare address.
    let origin = if address.ip().is_loopback() { format!("http://localhost:{}", address.port()) } else { format!("http://{address}") };
    let settings = Settings {
        playbook: group.playbook_name.clone(),
        areas: group.areas_name.clone(),
        listen: words.listen.clone(),
        ..Settings::of(format!("{} · practice", group.settings.name), origin.clone(), Status::Exercise)
    };
    let dir = folder::fresh(&words.dir, &settings).await?;
    let phones = match words.silent {
        true => None,
        false => Some(Arc::new(line::phones(&dir, &cast::phone_names(&desk)).await?)),
    };
    let staging = Staging { demo: phones.is_some(), phones: phones.clone(), silent: words.silent, ..Staging::default() };
    let town = town::open(&dir, &staging).await?;
    town.start_workers().await?;
    let browsers = match &phones {
        Some(phones) => line::browsers(phones),
        None => Silence::browsers(&cast::phone_names(&desk))?,
    };
    let cast = cast::arrive(&town.world, &desk, browsers).await?;
    let app = App { stage: Some(stage.clone()), ..town.app(phones.clone(), false) };
    let stays = words.stay;
    let stop = stopped(stage.clone(), stays);
    let served = spawn(doors::serve(listener, routes::router(app), town.kept(), stop));
    introduce(&origin, &cast, &stage, phones.is_some());
    let replayed = spawn(replayed(town.world.clone(), stage.clone(), cast.observers, cast.callers));
    let watched = spawn(watch_matters(town.world.clone(), stage.clone()));
    let counted = spawn(tell_when_over(town.world.clone(), stage.clone(), dir.clone()));
    served.await.context("the server ended badly")?;
    for task in [replayed, watched, counted] {
        task.abort();
    }
    let answer = conclude(&town, &stage, &dir).await;
    town.close().await;
    answer
}

fn introduce(origin: &str, cast: &Cast, stage: &Stage, phones: bool) {
    say(&format!("listening on {origin}"));
    say("");
    say("EXERCISE. Nobody outside this drill is told anything.");
    say(&format!("{}: {} messages, at {} times the script's speed", stage.title, stage.length(), stage.speed));
    say(&format!("score:    {origin}/desk/drill"));
    match phones {
        true => say(&format!("phones:   {origin}/demo/phones")),
        false => say("phones:   none; nothing leaves this program"),
    }
    say("");
    for (name, link) in &cast.desk {
        say(&format!("sign-in link for {name}: {link}"));
    }
    say("Each link works once, for 15 minutes, and binds one browser to one member.");
    say("");
    say("drill ready");
}

/// Ends the server: when the drill is over, or when the program is told to stop.
fn stopped(stage: Arc<Stage>, stays: bool) -> impl Future<Output = ()> {
    let told = town::told_to_stop();
    async move {
        let mut progress = stage.follow();
        tokio::select! {
            () = told => {}
            // The stage lives as long as this, so its end is never missed.
            _ = progress.wait_for(|progress| progress.over), if !stays => {}
        }
    }
}

/// Sends the messages: each at its minute, or when a member asks for the next one.
async fn replayed(world: World, stage: Arc<Stage>, observers: Vec<DeskCaller>, desk: Vec<DeskCaller>) {
    let mut progress = stage.follow();
    let mut last: Option<(tokio::time::Instant, u32)> = None;
    let mut empties = stage.drill.empties_desk_at_minutes;
    let mut asked = 0;
    for (place, report) in stage.drill.reports.iter().take(stage.length()).enumerate() {
        let (since, minute) = last.unwrap_or((tokio::time::Instant::now(), 0));
        let due = since + replay::wait_for(report.at_minutes.saturating_sub(minute), stage.speed);
        // The empty desk is a moment of the script like a message's.
        let empty_due =
            empties.filter(|at| *at < report.at_minutes).map(|at| since + replay::wait_for(at.saturating_sub(minute), stage.speed));
        let wanted = |progress: &Progress, asked: u64| progress.asked_next > asked || progress.over;
        if let Some(empty_due) = empty_due {
            tokio::select! {
                () = tokio::time::sleep_until(empty_due) => {}
                _ = progress.wait_for(|progress| wanted(progress, asked)) => {}
            }
            empty_the_desk(&world, &stage, &desk).await;
            empties = None;
        }
        tokio::select! {
            () = tokio::time::sleep_until(due) => {}
            _ = progress.wait_for(|progress| wanted(progress, asked)) => {}
        }
        let now = stage.progress();
        if now.over {
            return;
        }
        // One press is one message; those of the same minute come together.
        if now.asked_next > asked && last.is_none_or(|(_, minute)| minute < report.at_minutes) {
            asked += 1;
        }
        let observer = observers.get(place % observers.len().max(1));
        if let Err(error) = replay::send(&world, &stage.drill, &stage.kind, report, observer).await {
            tracing::error!(%error, place, "a message of the drill was not taken in");
        }
        last = Some((tokio::time::Instant::now(), report.at_minutes));
        stage.sent();
    }
}

/// Ends every duty at the desk: they were called away, and somebody has to notice.
async fn empty_the_desk(world: &World, stage: &Stage, desk: &[DeskCaller]) {
    for member in desk {
        match people::end_duty(world, member).await {
            // Whoever was not on duty is away already.
            Ok(()) | Err(ActError::Refused(_)) => {}
            Err(error) => tracing::error!(%error, "the desk could not be emptied"),
        }
    }
    stage.emptied(world.now());
}

/// Ends the drill when the script is through and nothing is open.
async fn watch_matters(world: World, stage: Arc<Stage>) {
    let (mut journal, mut progress) = (world.store.follow(), stage.follow());
    loop {
        if stage.progress().sent == stage.length() {
            match nothing_open(&world).await {
                Ok(true) => return stage.end(),
                Ok(false) => {}
                Err(error) => tracing::error!(%error, "whether anything is open could not be read"),
            }
        }
        let changed = tokio::select! {
            changed = journal.changed() => changed,
            changed = progress.changed() => changed,
        };
        if changed.is_err() {
            return;
        }
    }
}

async fn nothing_open(world: &World) -> Result<bool, ActError> {
    let waiting = world.store.waiting_reports(WAITING_LOOKED_AT).await?;
    let incidents = world.store.incidents(Timestamp::default(), u32::from(u16::MAX)).await?;
    Ok(waiting.is_empty() && incidents.iter().all(|incident| incident.ended.is_some() && incident.live_alerts == 0))
}

/// Prints the score as soon as the drill is over; a server that stays goes on showing it.
async fn tell_when_over(world: World, stage: Arc<Stage>, dir: PathBuf) {
    if stage.follow().wait_for(|progress| progress.over).await.is_err() {
        return;
    }
    match acts::read_score(&world, &stage).await {
        Ok(score) => {
            if let Err(error) = folder::keep(&dir, &stage, &score, world.now()) {
                tracing::error!(%error, "the score could not be kept");
            }
            say("drill over");
        }
        Err(error) => tracing::error!(%error, "the score could not be read"),
    }
}

/// Keeps and prints the score, and says whether the desk did as expected. A script that was broken off before
/// its end tells nothing about the desk, unless what was expected by then was missed already.
async fn conclude(town: &Town, stage: &Stage, dir: &std::path::Path) -> anyhow::Result<Answer> {
    let score = acts::read_score(&town.world, stage).await.map_err(anyhow::Error::new).context("reading the score")?;
    let kept = folder::keep(dir, stage, &score, town.world.now()).context("keeping the score")?;
    tell(&score);
    say(&format!("kept in {}", kept.display()));
    if stage.progress().sent < stage.length() {
        say("The script was broken off: this score says nothing about the rest of it.");
        return Ok(Answer::CouldNotTell);
    }
    Ok(if score.as_expected() { Answer::Good } else { Answer::No })
}

fn tell(score: &Score) {
    say("");
    say(if score.as_expected() { "The desk did as the scenario expects." } else { "The desk did not do all that the scenario expects." });
    for item in &score.items {
        let met = match item.met {
            Some(true) => "yes",
            Some(false) => "NO",
            None => "not asked",
        };
        say(&format!("  {met:9}  {}: {} (expected {})", item.asks, item.got, item.expected));
    }
    let middle = |spread: &handbell_rules::scenario::score::Spread| spread.p50().map_or_else(|| "none".to_owned(), play::words);
    say(&format!("  from report to first look, the middle: {}", middle(&score.report_to_look)));
    say(&format!("  from report to confirmed, the middle:  {}", middle(&score.report_to_confirmed)));
    for (heading, findings) in [("false alarms", &score.false_alarms), ("misses", &score.misses), ("wrong alerts", &score.wrong)] {
        say(&format!("  {heading}: {}", findings.len()));
        for Finding { kind, about } in findings {
            say(&format!("    {} {about}", kind.sentence()));
        }
    }
    for line in score.practise() {
        say(&format!("  to practise: {line}"));
    }
}
