//! The demo: a temporary exercise group in which everything works and nothing is real.
//!
//! It makes a folder of its own, subscribes exercise phones, invites two members, replays the reports of
//! a drill, and lets people check, approve and ring by hand. With `--auto` a program plays the members, and
//! every page says so. The store is an exercise store: no path leads from it to a live phone.

mod auto;
mod replay;

use super::town::{self, Staging};
use super::{Answer, init, say};
use crate::acts::bell::NewSubscription;
use crate::acts::{StreetCaller, bell, people, record};
use crate::config::Settings;
use crate::doors::{routes, serve as doors};
use crate::push::Phones;
use crate::shipped;
use crate::work::spawn;
use crate::world::{MachineChance, World};
use anyhow::{Context, bail};
use handbell_rules::bell::mode::Status;
use handbell_rules::id::DeviceId;
use handbell_rules::people::member::{DeskCaller, Role};
use handbell_rules::scenario::Scenario;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::net::TcpListener;

/// Neighbours' phones: a name and the area it asked for.
const NEIGHBOURS: [(&str, &str); 8] = [
    ("Phone 1", "peckham"),
    ("Phone 2", "peckham"),
    ("Phone 3", "peckham"),
    ("Phone 4", "nunhead"),
    ("Phone 5", "nunhead"),
    ("Phone 6", "camberwell"),
    ("Phone 7", "camberwell"),
    ("Phone 8", "new-cross"),
];
/// Observers with a phone each.
const OBSERVERS: [&str; 2] = ["Chidi", "Dora"];
/// Members at the desk.
const DESK: [&str; 2] = ["Amina", "Ben"];
const DUTY_HOURS: u32 = 4;

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
    let temporary = Temporary::new(&MachineChance);
    let settings = Settings {
        name: "Practice neighbours".into(),
        origin: origin.clone(),
        status: Status::Exercise,
        playbook: "uk-street".into(),
        areas: "peckham".into(),
        address_header: String::new(),
        push_origins: Vec::new(),
        links_sign_in: None,
        listen: listen.to_owned(),
    };
    init(&temporary.0, &settings, &MachineChance).await?;
    let names: Vec<String> = NEIGHBOURS
        .iter()
        .map(|(name, area)| format!("{name} · {area}"))
        .chain(OBSERVERS.iter().map(|name| format!("{name} · observer")))
        .collect();
    let phones = Arc::new(crate::line::phones(&temporary.0, &names).await?);
    let staging = Staging { played: auto, demo: true, phones: Some(phones.clone()) };
    let town = town::open(&temporary.0, &staging).await?;
    town.start_workers().await?;
    let world = town.world.clone();
    for (name, text) in shipped::SCENARIOS {
        let scenario = super::import::read(name, text, &world.group.playbook).map_err(|why| anyhow::anyhow!("{name}: {why}"))?;
        record::import_scenario(&world, &scenario).await.map_err(anyhow::Error::new).with_context(|| format!("entering {name}"))?;
    }
    let links = people_and_phones(&world, &phones).await?;
    let router = routes::router(town.app(Some(phones), false));
    let served = spawn(doors::serve(listener, router, town.kept(), town::told_to_stop()));

    say(&format!("listening on {origin}"));
    say("");
    say("This is an exercise. Nobody outside this program is told anything.");
    say(&format!("report:   {origin}/report"));
    say(&format!("phones:   {origin}/demo/phones"));
    say(&format!("alerts:   {origin}/alerts"));
    say(&format!("record:   {origin}/record"));
    say(&format!("check it: handbell verify {origin}"));
    say("");
    for (name, link) in &links.desk {
        say(&format!("sign-in link for {name}: {link}"));
    }
    say("Each link works once, for 15 minutes, and binds one browser to one member:");
    say("open the second one in another browser or a private window.");
    say("");
    say("demo ready");
    let replayed = spawn(replay::run(world.clone(), drill, links.observers.clone(), speed));
    let played = auto.then(|| spawn(auto::run(world, links.callers, speed)));
    served.await.context("the server ended badly")?;
    replayed.abort();
    if let Some(played) = played {
        played.abort();
    }
    town.close().await;
    Ok(Answer::Good)
}

struct Links {
    desk: Vec<(String, String)>,
    observers: Vec<DeskCaller>,
    callers: Vec<DeskCaller>,
}

/// A member the program plays: the same as a signed-in one, on a made-up device of their own.
async fn played(world: &World, name: &str) -> anyhow::Result<DeskCaller> {
    let member =
        world.store.members().await?.into_iter().find(|member| member.name == name).context("a member that was just invited is missing")?;
    let device: DeviceId = world.private_id();
    Ok(DeskCaller { member: member.id, device, session: world.private_id(), name: member.name, roles: member.roles })
}

async fn people_and_phones(world: &World, phones: &Phones) -> anyhow::Result<Links> {
    let mut links = Links { desk: Vec::new(), observers: Vec::new(), callers: Vec::new() };
    for name in DESK {
        let secret = people::invite(world, name, &[Role::Triager, Role::Approver, Role::Editor]).await.map_err(anyhow::Error::new)?;
        links.desk.push((name.to_owned(), format!("{}/desk/sign-in/{}", world.group.origin, secret.text())));
        links.callers.push(played(world, name).await?);
    }
    for name in OBSERVERS {
        people::invite(world, name, &[Role::Observer]).await.map_err(anyhow::Error::new)?;
        let caller = played(world, name).await?;
        people::start_duty(world, &caller, DUTY_HOURS).await.map_err(anyhow::Error::new)?;
        links.observers.push(caller);
    }
    let browsers = crate::line::browsers(phones);
    for (place, browser) in browsers.into_iter().enumerate() {
        let new = |cells| NewSubscription {
            endpoint: browser.endpoint,
            key: browser.key,
            secret: browser.secret,
            cells,
            kinds: Vec::new(),
            language: "en".into(),
            discreet: false,
        };
        match NEIGHBOURS.get(place) {
            Some((_, area)) => {
                let cells = world.group.areas.named(area).with_context(|| format!("no area {area}"))?.area.cells().collect();
                bell::subscribe(world, StreetCaller, new(cells)).await.map_err(anyhow::Error::new)?;
            }
            None => {
                let observer = links.observers.get(place - NEIGHBOURS.len()).context("a phone without an owner")?;
                bell::subscribe_observer(world, observer, new(Vec::new())).await.map_err(anyhow::Error::new)?;
            }
        }
    }
    Ok(links)
}
