//! The demo: a temporary exercise group in which everything works and nothing is real.
//!
//! It makes a folder of its own, subscribes exercise phones, invites two members, replays the reports of
//! a drill, and lets people check, approve and ring by hand. With `--auto` a program plays the members, and
//! every page says so. The store is an exercise store: no path leads from it to a live phone.

mod auto;

use super::cast;
use super::town::{self, Staging};
use super::{Answer, init, say};
use crate::acts::record;
use crate::config::Settings;
use crate::doors::{routes, serve as doors};
use crate::shipped;
use crate::work::spawn;
use crate::world::MachineChance;
use anyhow::{Context, bail};
use handbell_rules::bell::mode::Status;
use handbell_rules::people::member::Role;
use handbell_rules::scenario::Scenario;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::signal::unix::SignalKind;

/// Members at the desk.
const DESK: [&str; 2] = ["Amina", "Ben"];

/// Whether whoever started this wants it to go on when the terminal closes, as `nohup` does: then that signal was ignored
/// before it began. Where one cannot tell, it ends.
fn outlives_its_terminal() -> bool {
    let ignored = std::fs::read_to_string("/proc/self/status").ok().and_then(|status| {
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"))?;
        u64::from_str_radix(mask.trim(), 16).ok()
    });
    // Signals count from 1, and the closed terminal's is the first.
    ignored.is_some_and(|mask| mask & 1 == 1)
}

/// A folder that goes when the demo ends.
struct Temporary(PathBuf);

impl Temporary {
    fn new(world_chance: &MachineChance) -> Self {
        use crate::world::Chance;
        let mut bytes = [0u8; 8];
        world_chance.fill(&mut bytes);
        let name: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        Self(std::env::temp_dir().join(format!("handbell-demo-{name}")))
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            tracing::warn!(%error, "the demo's folder could not be removed");
        }
    }
}

/// `handbell demo`.
pub async fn run(listen: &str, speed: f64, auto: bool) -> anyhow::Result<Answer> {
    if !(speed.is_finite() && (0.1..=100_000.0).contains(&speed)) {
        return Err(super::Stopped(Answer::Usage, "--speed takes a number between 0.1 and 100000".into()).into());
    }
    let scenario = Scenario::parse("evan-cook-close-2022.toml", shipped::EVAN_COOK_CLOSE)
        .map_err(|why| anyhow::anyhow!("the drill is refused: {why}"))?;
    let Some(drill) = scenario.drill.clone() else { bail!("the scenario holds no drill") };
    let listener =
        TcpListener::bind(listen).await.with_context(|| format!("listening on {listen}; --listen 127.0.0.1:0 takes a free port"))?;
    let address = listener.local_addr()?;
    // By its name, because browsers know passkeys for `localhost` and for no bare address.
    let origin = if address.ip().is_loopback() { format!("http://localhost:{}", address.port()) } else { format!("http://{address}") };
    // From before there is anything to take away; a closed terminal too leaves no folder with keys behind.
    let hangup = (!outlives_its_terminal()).then(SignalKind::hangup);
    let over = town::told([SignalKind::terminate(), SignalKind::interrupt()].into_iter().chain(hangup));
    let temporary = Temporary::new(&MachineChance);
    let settings = Settings { listen: listen.to_owned(), ..Settings::of("Practice neighbours", origin.clone(), Status::Exercise) };
    init(&temporary.0, &settings, &MachineChance).await?;
    let desk = DESK.map(|name| (name.to_owned(), vec![Role::Triager, Role::Approver, Role::Editor]));
    let phones = Arc::new(crate::line::phones(&temporary.0, &cast::phone_names(&desk)).await?);
    let staging = Staging { played: auto, demo: true, phones: Some(phones.clone()), ..Staging::default() };
    let town = town::open(&temporary.0, &staging).await?;
    town.start_workers().await?;
    let world = town.world.clone();
    for (name, text) in shipped::SCENARIOS {
        let scenario = super::import::read(name, text, &world.group.playbook).map_err(|why| anyhow::anyhow!("{name}: {why}"))?;
        record::import_scenario(&world, &scenario).await.map_err(anyhow::Error::new).with_context(|| format!("entering {name}"))?;
    }
    let custody = cast::custody_keys(&world).await?;
    let links = cast::arrive(&world, &desk, crate::line::browsers(&phones)).await?;
    let router = routes::router(town.app(Some(phones), false));
    let served = spawn(doors::serve(listener, router, town.kept(), over));

    say(&format!("listening on {origin}"));
    say("");
    say("This is an exercise. Nobody outside this program is told anything.");
    say(&format!("report:   {origin}/report"));
    say(&format!("phones:   {origin}/demo/phones"));
    say(&format!("alerts:   {origin}/alerts"));
    say(&format!("record:   {origin}/record"));
    say(&format!("check it: {} verify {origin}", super::called()));
    say("");
    for (name, link) in &links.desk {
        say(&format!("sign-in link for {name}: {link}"));
    }
    for (place, identity) in &custody {
        say(&format!("custody key {place}, which a custodian keeps and no server has: {identity}"));
    }
    say("Each link works once, for 15 minutes, and binds one browser to one member:");
    say("open the second one in another browser or a private window.");
    say("");
    say("demo ready");
    let replayed = spawn(super::replay::run(world.clone(), drill, scenario.incident.kind.clone(), links.observers.clone(), speed));
    let played = auto.then(|| spawn(auto::run(world, links.callers, speed)));
    served.await.context("the server ended badly")?;
    replayed.abort();
    if let Some(played) = played {
        played.abort();
    }
    town.close().await;
    Ok(Answer::Good)
}
