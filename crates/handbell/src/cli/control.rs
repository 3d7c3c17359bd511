//! Control: how a command speaks to the server that holds the folder.
//!
//! While `serve` runs, commands that write go through `DIR/control.sock`, which only the folder's owner can
//! open; otherwise they take the folder's lock themselves. One line of JSON each way.

use super::town::{self, Staging, Town};
use crate::acts::{ActError, custody, hand_over, known, people, record};
use crate::pack::files;
use crate::vault::seal::SealFault;
use crate::work::spawn;
use crate::world::World;
use anyhow::{Context, bail};
use handbell_rules::evidence::custody::hex;
use handbell_rules::evidence::footage::Footage;
use handbell_rules::evidence::keys::Place;
use handbell_rules::id::FootageId;
use handbell_rules::people::member::Role;
use serde::{Deserialize, Serialize};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::task::JoinHandle;

const SOCKET: &str = "control.sock";
/// A scenario's text with every character escaped is the longest line.
const LINE_BYTES_MAX: u64 = 8 * super::import::SCENARIO_BYTES_MAX;
const ANSWERS_WITHIN: Duration = Duration::from_secs(10);

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "ask", deny_unknown_fields)]
enum Ask {
    Invite { name: String, roles: Vec<Role> },
    Revoke { name: String },
    Import { name: String, text: String },
    HandOver { public: PathBuf, footage: Vec<FootageId>, for_whom: String, out: PathBuf },
    SetCustodyKey { place: Place, recipient: String },
    CustodyKeys,
    GiveOriginal { footage: FootageId },
    GiveKnown,
    TakeKnown { from: String, anew: bool, lines: Vec<known::Told> },
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Told {
    Done(String),
    No(String),
}

async fn perform(world: &World, ask: Ask) -> Told {
    let done = match ask {
        Ask::Invite { name, roles } => {
            people::invite(world, &name, &roles).await.map(|secret| format!("{}/desk/sign-in/{}", world.group.origin, secret.text()))
        }
        Ask::HandOver { public, footage, for_whom, out } => return hand_over(world, &public, &footage, &for_whom, &out).await,
        Ask::Revoke { name } => people::revoke(world, &name).await.map(|()| String::new()),
        Ask::SetCustodyKey { place, recipient } => match custody::set(world, place, &recipient).await {
            Err(ActError::NotFound) => return Told::No(SealFault::NotARecipient.to_string()),
            done => done.map(|()| String::new()),
        },
        Ask::CustodyKeys => custody::keys(world).await.map(|keys| super::custody::lines(&keys)),
        Ask::GiveOriginal { footage } => match custody::give(world, footage).await {
            Err(ActError::NotFound) => return Told::No("there is no such footage".to_owned()),
            done => done.map(|footage| serde_json::to_string(&Given::of(&footage)).expect("texts and numbers are always JSON")),
        },
        Ask::GiveKnown => known::told(world).await.map(|lines| {
            let line = |told: &known::Told| serde_json::to_string(told).expect("texts are always JSON") + "\n";
            lines.iter().map(line).collect()
        }),
        Ask::TakeKnown { from, anew, lines } => known::take_in(world, &from, anew, lines).await.map(|count| count.to_string()),
        Ask::Import { name, text } => match super::import::read_event(&name, &text, &world.group.playbook) {
            Err(why) => return Told::No(why),
            Ok(scenario) => match record::import_scenario(world, &scenario).await {
                Err(ActError::Conflict) => return Told::No("this scenario stands in the record already".to_owned()),
                done => done.map(|incident| format!("{}/record/{incident}", world.group.origin)),
            },
        },
    };
    match done {
        Ok(text) => Told::Done(text),
        Err(ActError::Refused(no)) => Told::No(format!("{}: {}", no.0.name(), no.0.advice())),
        Err(ActError::NotFound) => Told::No("there is no such member".to_owned()),
        Err(error) => Told::No(error.to_string()),
    }
}

/// Makes a pack and writes it: the server may run as another user than whoever reads it, so it answers where it lies.
async fn hand_over(world: &World, public: &Path, footage: &[FootageId], for_whom: &str, out: &Path) -> Told {
    let pack = match hand_over::hand_over(world, public, footage, for_whom, hand_over::Who::Keeper).await {
        Ok(pack) => pack,
        Err(ActError::Refused(no)) => return Told::No(format!("{}: {}", no.0.name(), no.0.advice())),
        Err(ActError::NotFound) => return Told::No("there is no such footage".to_owned()),
        Err(error) => return Told::No(error.to_string()),
    };
    let place = out.to_owned();
    match tokio::task::spawn_blocking(move || files::write(&pack, &place)).await {
        Ok(Ok(())) => Told::Done(out.display().to_string()),
        Ok(Err(fault)) => Told::No(format!("the pack was not written: {fault}")),
        Err(error) => Told::No(error.to_string()),
    }
}

/// Listens for commands as long as the server runs.
pub fn listen(town: &Town) -> anyhow::Result<JoinHandle<()>> {
    let path = town.folder.path.join(SOCKET);
    // A socket left by a server that was killed; the folder's lock says that no other one runs.
    if path.exists() {
        std::fs::remove_file(&path).context("removing the old control socket")?;
    }
    let listener = UnixListener::bind(&path).context("making the control socket")?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).context("closing the control socket to others")?;
    let world = town.world.clone();
    Ok(spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // One command at a time: a keeper types them by hand.
            if let Ok(Err(error)) = tokio::time::timeout(ANSWERS_WITHIN, one(&world, stream)).await {
                tracing::warn!(%error, "a command could not be answered");
            }
        }
    }))
}

async fn one(world: &World, mut stream: UnixStream) -> anyhow::Result<()> {
    let (read, mut write) = stream.split();
    let mut line = String::new();
    BufReader::new(tokio::io::AsyncReadExt::take(read, LINE_BYTES_MAX)).read_line(&mut line).await?;
    let told = match serde_json::from_str(&line) {
        Ok(ask) => perform(world, ask).await,
        Err(_) => Told::No("the command cannot be read".to_owned()),
    };
    write.write_all(format!("{}\n", serde_json::to_string(&told)?).as_bytes()).await?;
    Ok(())
}

async fn send(dir: &Path, ask: Ask) -> anyhow::Result<String> {
    let told = match UnixStream::connect(dir.join(SOCKET)).await {
        Ok(mut stream) => {
            let (read, mut write) = stream.split();
            write.write_all(format!("{}\n", serde_json::to_string(&ask)?).as_bytes()).await?;
            let mut line = String::new();
            let mut reader = BufReader::new(read);
            let answered = reader.read_line(&mut line);
            tokio::time::timeout(ANSWERS_WITHIN, answered).await.context("the server did not answer in time")??;
            serde_json::from_str(&line).context("the server's answer cannot be read")?
        }
        Err(_) => {
            let town = town::open(dir, &Staging::default()).await?;
            let told = perform(&town.world, ask).await;
            // Nobody else writes the log's files while no server runs.
            town.publish().await?;
            town.close().await;
            told
        }
    };
    match told {
        Told::Done(text) => Ok(text),
        Told::No(why) => bail!("{why}"),
    }
}

/// Makes a sign-in link.
pub async fn invite(dir: &Path, name: &str, roles: &[Role]) -> anyhow::Result<String> {
    send(dir, Ask::Invite { name: name.to_owned(), roles: roles.to_vec() }).await
}

/// Revokes a member.
pub async fn revoke(dir: &Path, name: &str) -> anyhow::Result<()> {
    send(dir, Ask::Revoke { name: name.to_owned() }).await.map(|_| ())
}

/// Sets a custody key.
pub async fn set_custody_key(dir: &Path, place: Place, recipient: &str) -> anyhow::Result<()> {
    send(dir, Ask::SetCustodyKey { place, recipient: recipient.to_owned() }).await.map(|_| ())
}

/// The custody keys, a line each.
pub async fn custody_keys(dir: &Path) -> anyhow::Result<String> {
    send(dir, Ask::CustodyKeys).await
}

/// What a custodian is given of one footage beside its parts.
#[derive(Debug, Serialize, Deserialize)]
pub struct Given {
    /// The three sealed shares, in the order of their places.
    pub shares: [String; 3],
    /// SHA-256 of the original, hexadecimal.
    pub sha256: String,
    /// Its sealed parts.
    pub parts: u32,
}

impl Given {
    fn of(footage: &Footage) -> Self {
        Self { shares: footage.shares.clone(), sha256: hex(&footage.sha256), parts: footage.parts }
    }
}

/// Asks for what opens one original together with its parts; a line of the custody chain says so.
pub async fn give_original(dir: &Path, footage: FootageId) -> anyhow::Result<Given> {
    let text = send(dir, Ask::GiveOriginal { footage }).await?;
    serde_json::from_str(&text).context("the server's answer cannot be read")
}

/// Our own bank of known pictures, a line of JSON each.
pub async fn known(dir: &Path) -> anyhow::Result<String> {
    send(dir, Ask::GiveKnown).await
}

/// Takes known pictures of a neighbour in; `anew` in place of those taken in before.
pub async fn take_known(dir: &Path, from: &str, anew: bool, lines: Vec<known::Told>) -> anyhow::Result<()> {
    send(dir, Ask::TakeKnown { from: from.to_owned(), anew, lines }).await.map(|_| ())
}

/// Enters a scenario into the public record; answers the page's address.
pub async fn import(dir: &Path, name: &str, text: &str) -> anyhow::Result<String> {
    send(dir, Ask::Import { name: name.to_owned(), text: text.to_owned() }).await
}

/// Makes a pack of some footage, without the originals; answers where it lies.
pub async fn hand_over_to(dir: &Path, footage: &[FootageId], for_whom: &str, out: &Path) -> anyhow::Result<String> {
    let (public, out) = (std::path::absolute(dir.join("public"))?, std::path::absolute(out)?);
    send(dir, Ask::HandOver { public, footage: footage.to_vec(), for_whom: for_whom.to_owned(), out }).await
}
