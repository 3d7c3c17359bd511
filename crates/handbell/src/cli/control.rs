//! Control: how a command speaks to the server that holds the folder.
//!
//! While `serve` runs, commands that write go through `DIR/control.sock`, which only the folder's owner can
//! open; otherwise they take the folder's lock themselves. One line of JSON each way, and beats before the answer: a pack
//! of a long chain or a large list takes longer than anybody waits for silence. What was begun is finished, also when
//! whoever asked has gone; after an hour nobody waits for it any more, so that other commands are heard.

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
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::task::JoinHandle;

const SOCKET: &str = "control.sock";
/// A scenario's text with every character escaped is the longest line.
const LINE_BYTES_MAX: u64 = 8 * super::import::SCENARIO_BYTES_MAX;
/// Silence after which the other side is given up.
const ANSWERS_WITHIN: Duration = Duration::from_secs(10);
/// Time between two signs that an act is still being done.
const BEATS_EVERY: Duration = Duration::from_secs(2);
/// How long an act is waited for. One that does not end would keep every other command from being heard.
const WAITED_FOR: Duration = Duration::from_secs(60 * 60);
/// What is said then.
const STILL_AT_IT: &str = "the server has worked at this for an hour and still does; nobody waits for it any more, and other commands are \
     heard. Look whether it was done before you ask again";

/// Whether a server has made its socket in this folder, and perhaps still runs.
pub(super) fn is_made(dir: &Path) -> bool {
    dir.join(SOCKET).exists()
}

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
    /// It is still being done; another line follows.
    Working,
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
            if let Err(error) = one(&world, stream).await {
                tracing::warn!(%error, "a command could not be answered");
            }
        }
    }))
}

async fn one(world: &World, mut stream: UnixStream) -> anyhow::Result<()> {
    let mut line = String::new();
    let mut reader = BufReader::new(tokio::io::AsyncReadExt::take(&mut stream, LINE_BYTES_MAX));
    tokio::time::timeout(ANSWERS_WITHIN, reader.read_line(&mut line)).await.context("nobody said what to do")??;
    let ask: Result<Ask, _> = serde_json::from_str(&line);
    let world = world.clone();
    let told = spawn(async move {
        match ask {
            Ok(ask) => perform(&world, ask).await,
            Err(_) => Told::No("the command cannot be read".to_owned()),
        }
    });
    answer(stream, BEATS_EVERY, WAITED_FOR, told).await
}

/// Says that it is being done until it is, and then what came of it. An act is never broken off: whoever asked may go, and
/// one that takes longer than `within` goes on without anybody who waits.
async fn answer(mut stream: UnixStream, every: Duration, within: Duration, mut told: JoinHandle<Told>) -> anyhow::Result<()> {
    let until = tokio::time::Instant::now() + within;
    let mut heard = Ok(());
    let told = loop {
        match tokio::time::timeout(every, &mut told).await {
            Ok(told) => break told.context("the act was broken off")?,
            Err(_) if tokio::time::Instant::now() >= until => {
                tracing::error!("a command has not ended within an hour; it goes on, and other commands are heard");
                break Told::No(STILL_AT_IT.to_owned());
            }
            Err(_) if heard.is_ok() => heard = say_to(&mut stream, &Told::Working).await,
            Err(_) => {}
        }
    };
    heard?;
    say_to(&mut stream, &told).await
}

async fn say_to(stream: &mut UnixStream, told: &Told) -> anyhow::Result<()> {
    let line = format!("{}\n", serde_json::to_string(told)?);
    Ok(tokio::time::timeout(ANSWERS_WITHIN, stream.write_all(line.as_bytes())).await.context("nobody listens")??)
}

/// What a server says at last. Only its silence ends the waiting.
async fn heard(reader: impl AsyncRead + Unpin, silence: Duration) -> anyhow::Result<Told> {
    let mut lines = BufReader::new(reader).lines();
    loop {
        let line = tokio::time::timeout(silence, lines.next_line()).await.context("the server did not answer in time")??;
        let line = line.context("the server stopped before it answered")?;
        match serde_json::from_str(&line).context("the server's answer cannot be read")? {
            Told::Working => {}
            told => return Ok(told),
        }
    }
}

async fn send(dir: &Path, ask: Ask) -> anyhow::Result<String> {
    let told = match UnixStream::connect(dir.join(SOCKET)).await {
        Ok(mut stream) => {
            let (read, mut write) = stream.split();
            write.write_all(format!("{}\n", serde_json::to_string(&ask)?).as_bytes()).await?;
            heard(read, ANSWERS_WITHIN).await?
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
        Told::Working => bail!("the server stopped before it answered"),
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

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::AsyncReadExt;
    use tokio::sync::oneshot;

    const EVERY: Duration = Duration::from_millis(5);

    /// Hands bytes on and tells `after` once it saw so many lines.
    struct Counting<R> {
        inner: R,
        left: usize,
        after: Option<oneshot::Sender<()>>,
    }

    impl<R: AsyncRead + Unpin> AsyncRead for Counting<R> {
        fn poll_read(
            mut self: std::pin::Pin<&mut Self>,
            context: &mut std::task::Context<'_>,
            into: &mut tokio::io::ReadBuf<'_>,
        ) -> std::task::Poll<std::io::Result<()>> {
            let before = into.filled().len();
            let polled = std::pin::Pin::new(&mut self.inner).poll_read(context, into);
            let beats = into.filled()[before..].iter().filter(|byte| **byte == b'\n').count();
            self.left = self.left.saturating_sub(beats);
            if self.left == 0
                && let Some(after) = self.after.take()
            {
                let _ = after.send(());
            }
            polled
        }
    }

    #[tokio::test]
    async fn a_long_act_is_waited_for_as_long_as_the_server_says_that_it_works() {
        let (ours, theirs) = UnixStream::pair().unwrap();
        let (end, ended) = oneshot::channel();
        let act = spawn(async move {
            ended.await.unwrap();
            Told::Done("a pack".to_owned())
        });
        let served = spawn(answer(theirs, EVERY, WAITED_FOR, act));
        // Every beat comes after `EVERY` at the soonest: 400 of them are twice the silence that is borne.
        let silence = EVERY * 200;
        let counting = Counting { inner: ours, left: 400, after: Some(end) };
        let told = heard(counting, silence).await.unwrap();
        assert!(matches!(told, Told::Done(text) if text == "a pack"));
        served.await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn an_act_without_an_end_is_left_to_itself_and_others_are_heard() {
        let (ours, theirs) = UnixStream::pair().unwrap();
        let (end, ended) = oneshot::channel::<()>();
        let (done, finished) = oneshot::channel();
        let act = spawn(async move {
            ended.await.unwrap();
            done.send(()).unwrap();
            Told::Done(String::new())
        });
        let served = spawn(answer(theirs, EVERY, EVERY * 5, act));
        let told = heard(ours, ANSWERS_WITHIN).await.unwrap();
        assert!(matches!(told, Told::No(why) if why == STILL_AT_IT));
        served.await.unwrap().unwrap();
        end.send(()).unwrap();
        finished.await.unwrap();
    }

    #[tokio::test]
    async fn an_act_is_finished_when_whoever_asked_has_gone_and_silence_is_given_up() {
        let (ours, theirs) = UnixStream::pair().unwrap();
        let (end, ended) = oneshot::channel::<()>();
        let (done, mut finished) = oneshot::channel();
        let act = spawn(async move {
            ended.await.unwrap();
            done.send(()).unwrap();
            Told::Done(String::new())
        });
        let served = spawn(answer(theirs, EVERY, WAITED_FOR, act));
        let mut beat = [0; 1];
        let mut ours = ours;
        ours.read_exact(&mut beat).await.unwrap();
        drop(ours);
        end.send(()).unwrap();
        let _ = served.await.unwrap();
        finished.try_recv().unwrap();

        let (ours, _silent) = UnixStream::pair().unwrap();
        assert!(heard(ours, EVERY).await.unwrap_err().to_string().contains("did not answer in time"));
    }
}
