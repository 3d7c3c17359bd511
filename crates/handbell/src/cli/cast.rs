//! Cast: who is there when an exercise begins: members with sign-in links, observers on duty, phones.
//!
//! All of it is entered by the same acts as in a live group. Observers and neighbours are played by the
//! program; nobody at the desk is. A member who signs in and can be sent has a phone here too.

use crate::acts::bell::{NewSubscription, Wished};
use crate::acts::{StreetCaller, bell, custody, people};
use crate::line::Browser;
use crate::world::World;
use age::secrecy::ExposeSecret;
use anyhow::Context;
use handbell_rules::bell::mode::Status;
use handbell_rules::evidence::keys::Place;
use handbell_rules::id::DeviceId;
use handbell_rules::people::member::{DeskCaller, Role};

/// Neighbours' phones: a name and the area it asked for.
pub const NEIGHBOURS: [(&str, &str); 8] = [
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
pub const OBSERVERS: [&str; 2] = ["Chidi", "Dora"];
const DUTY_HOURS: u32 = 4;

/// Makes three custody keys and sets them. An exercise shows the secret halves, each in a line with its place, because
/// whoever practises plays the custodians too.
pub async fn custody_keys(world: &World) -> anyhow::Result<Vec<(&'static str, String)>> {
    anyhow::ensure!(world.group.status == Status::Exercise, "only an exercise makes its custodians' keys itself");
    let mut made = Vec::new();
    for (place, word) in Place::ALL {
        let identity = age::x25519::Identity::generate();
        custody::set(world, place, &identity.to_public().to_string()).await.context("setting a custody key")?;
        made.push((word, identity.to_string().expose_secret().to_owned()));
    }
    Ok(made)
}

/// Who came.
pub struct Cast {
    /// Members of the desk and their sign-in links.
    pub desk: Vec<(String, String)>,
    /// The same members, for a program that plays them.
    pub callers: Vec<DeskCaller>,
    /// The observers, on duty.
    pub observers: Vec<DeskCaller>,
}

/// Members of the desk's list who can be sent, and so have a phone of their own.
fn sent(desk: &[(String, Vec<Role>)]) -> impl Iterator<Item = &str> {
    desk.iter().filter(|(_, roles)| roles.iter().any(|role| role.field().is_some())).map(|(name, _)| name.as_str())
}

/// The names of every phone, neighbours first, then the played observers, then members who can be sent.
pub fn phone_names(desk: &[(String, Vec<Role>)]) -> Vec<String> {
    let neighbours = NEIGHBOURS.iter().map(|(name, area)| format!("{name} · {area}"));
    neighbours.chain(OBSERVERS.into_iter().chain(sent(desk)).map(|name| format!("{name} · observer"))).collect()
}

/// A member the program plays: the same as a signed-in one, on a made-up device of their own.
async fn played(world: &World, name: &str) -> anyhow::Result<DeskCaller> {
    let member =
        world.store.members().await?.into_iter().find(|member| member.name == name).context("a member that was just invited is missing")?;
    let device: DeviceId = world.private_id();
    Ok(DeskCaller { member: member.id, device, session: world.private_id(), name: member.name, roles: member.roles })
}

/// Invites the desk, puts the observers on duty, and subscribes the phones: one for each name of
/// [`phone_names`].
pub async fn arrive(world: &World, desk: &[(String, Vec<Role>)], browsers: Vec<Browser>) -> anyhow::Result<Cast> {
    let mut cast = Cast { desk: Vec::new(), observers: Vec::new(), callers: Vec::new() };
    for (name, roles) in desk {
        let secret = people::invite(world, name, roles).await.map_err(anyhow::Error::new)?;
        cast.desk.push((name.clone(), format!("{}/desk/sign-in/{}", world.group.origin, secret.text())));
        cast.callers.push(played(world, name).await?);
    }
    for name in OBSERVERS {
        people::invite(world, name, &[Role::Observer]).await.map_err(anyhow::Error::new)?;
        let caller = played(world, name).await?;
        people::start_duty(world, &caller, DUTY_HOURS).await.map_err(anyhow::Error::new)?;
        cast.observers.push(caller);
    }
    for (place, browser) in browsers.into_iter().enumerate() {
        let new = |cells| NewSubscription {
            endpoint: browser.endpoint,
            key: browser.key,
            secret: browser.secret,
            cells,
            kinds: Vec::new(),
            language: "en".into(),
            discreet: false,
            wished: Wished::default(),
        };
        match NEIGHBOURS.get(place) {
            Some((_, area)) => {
                // A group with an area list of its own has no such name: then its first area takes the phone.
                let areas = &world.group.areas;
                let named = areas.named(area).or_else(|| areas.areas().first()).context("an area list without an area")?;
                bell::subscribe(world, StreetCaller, new(named.area.cells().collect())).await.map_err(anyhow::Error::new)?;
            }
            None => {
                let mut owners = cast.observers.iter().chain(cast.callers.iter().filter(|member| member.goes_out()));
                let observer = owners.nth(place - NEIGHBOURS.len()).context("a phone without an owner")?;
                bell::subscribe_observer(world, observer, new(Vec::new())).await.map_err(anyhow::Error::new)?;
            }
        }
    }
    Ok(cast)
}
