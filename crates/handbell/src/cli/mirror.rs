//! Mirror: keeps a neighbouring group's log from the command line, without a group of one's own.
//!
//! Exit 0 when the copy is whole and cosigned, 1 when the log went back, split, or is not what it signs, a content among
//! it, 3 when it could not all be read, was not all taken, lacks words that nobody says are lost, or the disk failed. A
//! key is taken from the site itself only where that is asked for, and only once: from then on the copy knows it.

use super::{Answer, Stopped, say, town::told_to_stop};
use crate::mirror::neighbour::{Neighbour, folder_of, keys_from};
use crate::mirror::neighbours::{distinct, lock};
use crate::mirror::pull::Pulled;
use crate::mirror::site::{PULLS_WITHIN, Site, log_prefix};
use crate::mirror::{MirrorError, key};
use crate::world::{Chance, Clock, MachineChance, MachineClock};
use handbell_log::cosignature::CosigningKey;
use handbell_log::note::VerifierKey;
use handbell_log::source::{Folder, Source};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::sync::watch;

/// What `handbell mirror` is told.
#[derive(clap::Args)]
pub struct Words {
    /// The neighbour's site, for example https://north.example; or a folder that somebody copied.
    url: String,
    /// The folder that keeps the copy and the cosigner's key. A group that serves names its neighbours in its settings
    /// instead.
    #[arg(long, value_name = "DIR", default_value = "mirror")]
    into: PathBuf,
    /// The log's verifier key as you know it from elsewhere.
    #[arg(long, value_name = "KEY", conflicts_with = "trust_first")]
    key: Option<String>,
    /// Believe the key that the site names, this first time.
    #[arg(long)]
    trust_first: bool,
    /// Go on, and pull every so many minutes, 1 to 60.
    #[arg(long, value_name = "MINUTES", value_parser = clap::value_parser!(u64).range(1..=60))]
    every: Option<u64>,
    /// The cosigner's name, for its first key; an address you hold, such as mirror.example/cosigner1.
    #[arg(long)]
    name: Option<String>,
    /// Put an alarm that stands aside, with its evidence, because you have looked at it; then pull.
    #[arg(long)]
    clear: bool,
}

impl From<MirrorError> for Stopped {
    fn from(error: MirrorError) -> Self {
        let answer = match &error {
            MirrorError::Alarm(_)
            | MirrorError::NotTheLog(_)
            | MirrorError::NotWhatIsSigned { .. }
            | MirrorError::OtherKey(_)
            | MirrorError::TooLarge(_) => Answer::No,
            MirrorError::Key(_) => Answer::Usage,
            MirrorError::Unreachable(_)
            | MirrorError::Behind { .. }
            | MirrorError::Overtaken
            | MirrorError::InUse(_)
            | MirrorError::Damaged { .. }
            | MirrorError::Disk { .. } => Answer::CouldNotTell,
        };
        Stopped(answer, error.to_string())
    }
}

/// Where the log is read from.
enum Published {
    Site(String),
    Folder(PathBuf),
}

impl Published {
    fn of(url: &str) -> Published {
        if url.contains("://") {
            return Published::Site(log_prefix(url));
        }
        let folder = Path::new(url);
        let inside = ["public/log", "log"].map(|inner| folder.join(inner)).into_iter().find(|inner| inner.is_dir());
        Published::Folder(inside.unwrap_or_else(|| folder.to_owned()))
    }

    /// By which a copy remembers where it came from.
    fn address(&self) -> String {
        match self {
            Published::Site(prefix) => prefix.clone(),
            Published::Folder(folder) => folder.canonicalize().unwrap_or_else(|_| folder.clone()).display().to_string(),
        }
    }

    fn source(&self, stop: &watch::Receiver<bool>) -> Result<Box<dyn Source>, MirrorError> {
        Ok(match self {
            Published::Site(prefix) => Box::new(Site::new(prefix, stop.clone(), PULLS_WITHIN)?),
            Published::Folder(folder) => Box::new(Folder::open(folder)?),
        })
    }

    /// The publisher's own word for its key.
    fn vkey(&self, stop: &watch::Receiver<bool>) -> Result<VerifierKey, Stopped> {
        let bytes = match self {
            Published::Site(prefix) => {
                Site::new(prefix, stop.clone(), PULLS_WITHIN).and_then(|site| site.read("vkey")).map_err(MirrorError::from)?
            }
            Published::Folder(folder) => std::fs::read(folder.join("vkey")).ok(),
        };
        let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        let key = text.and_then(|text| VerifierKey::parse(text.trim()).ok());
        key.ok_or_else(|| Stopped(Answer::CouldNotTell, "no key is published there; pass --key".to_owned()))
    }
}

/// The key that is believed: the one given, the one this copy knows, or once the publisher's own word.
fn believed(words: &Words, from: &Published, stop: &watch::Receiver<bool>) -> Result<VerifierKey, Stopped> {
    if let Some(key) = &words.key {
        return VerifierKey::parse(key).map_err(|error| Stopped(Answer::Usage, format!("the key cannot be read: {error}")));
    }
    let named = from.vkey(stop)?;
    let known = std::fs::read_to_string(folder_of(&words.into, named.name()).join("log/vkey")).ok();
    match known.map(|known| VerifierKey::parse(known.trim())) {
        Some(Ok(known)) => Ok(known),
        Some(Err(error)) => Err(Stopped(Answer::CouldNotTell, format!("the key that is kept cannot be read: {error}"))),
        None if words.trust_first => {
            if let Some(known) = keys_from(&words.into, &from.address())?.first() {
                let why =
                    format!("this address showed the log of {known} before, and now names {named}; pass --key if you know that it changed");
                return Err(Stopped(Answer::No, why));
            }
            say(&format!("believed on its own word, this first time: {named}"));
            Ok(named)
        }
        None => Err(Stopped(
            Answer::Usage,
            format!(
                "whose log is it? pass --key KEY as you know it from elsewhere, or --trust-first to believe the site's own word, {named}"
            ),
        )),
    }
}

/// The cosigner's key, made at the first run.
fn cosigner(words: &Words) -> Result<CosigningKey, MirrorError> {
    let mut random = [0u8; 8];
    MachineChance.fill(&mut random);
    let drawn = format!("neighbour-{:016x}/cosigner1", u64::from_be_bytes(random));
    key::read_or_make(&words.into, words.name.as_deref().unwrap_or(&drawn), &MachineChance)
}

/// What a pull that was cosigned says of the copy: words that are missing by their keeper's own word do not make it less
/// whole than its log.
fn verdict(pulled: &Pulled) -> Answer {
    let whole = pulled.unread.is_none() && pulled.not_taken == 0 && pulled.unavailable <= pulled.lost;
    match (pulled.forged.is_empty(), whole) {
        (false, _) => Answer::No,
        (true, false) => Answer::CouldNotTell,
        (true, true) => Answer::Good,
    }
}

fn told(pulled: &Pulled, neighbour: &Neighbour, cosigner: &CosigningKey) -> String {
    let mut lines = vec![format!(
        "{}: {} entries, {} of them new; {} contents came, {} were taken away",
        neighbour.origin(),
        pulled.size,
        pulled.size - pulled.before,
        pulled.contents,
        pulled.taken_away
    )];
    if pulled.unavailable > 0 {
        lines.push(format!("{} contents are not there and not withdrawn; they are asked for again", pulled.unavailable));
    }
    if pulled.lost > 0 {
        lines.push(format!("{} of them are lost, as the log's keeper says", pulled.lost));
    }
    if pulled.not_taken > 0 {
        lines.push(format!("{} of them were not taken: this copy holds as many bytes as are kept of one log", pulled.not_taken));
    }
    lines.extend(pulled.forged.iter().map(|index| format!("the content offered for entry {index} is not what the log committed to")));
    lines.extend(pulled.unread.iter().map(|why| format!("not all contents could be read: {why}")));
    lines.push(format!("cosigned as {}", cosigner.verifier()));
    lines.push(format!("the copy is in {}", neighbour.log_folder().display()));
    lines.join("\n")
}

/// Everything of one run that may wait for disk and line.
fn pull_once(words: &Words, stop: &watch::Receiver<bool>) -> Result<(Answer, String), Stopped> {
    let from = Published::of(&words.url);
    let key = believed(words, &from, stop)?;
    let cosigner = cosigner(words)?;
    distinct(&cosigner, key.name())?;
    let neighbour = Neighbour::open(&words.into, key)?;
    if words.clear && neighbour.clear_alarm()? {
        say("the alarm was put aside; its evidence is kept");
    }
    let seconds = u64::try_from(MachineClock.now().milliseconds() / 1_000).unwrap_or_default();
    let pulled = neighbour.pull(from.source(stop)?.as_ref(), &cosigner, seconds)?;
    neighbour.came_from(&from.address())?;
    Ok((verdict(&pulled), told(&pulled, &neighbour, &cosigner)))
}

/// `handbell mirror`.
pub async fn run(mut words: Words) -> anyhow::Result<Answer> {
    let _lock = lock(&words.into).map_err(Stopped::from)?;
    let (stopping, stop) = watch::channel(false);
    let end = told_to_stop();
    tokio::pin!(end);
    loop {
        let (again, stop) = (words, stop.clone());
        let pulling = tokio::task::spawn_blocking(move || {
            let pulled = pull_once(&again, &stop);
            (again, pulled)
        });
        tokio::pin!(pulling);
        let (back, pulled) = tokio::select! {
            done = &mut pulling => done?,
            () = &mut end => {
                stopping.send_replace(true);
                // What was begun ends at its next answer; the copy is whole either way.
                if let Ok((_, lines)) = pulling.await?.1 {
                    say(&lines);
                }
                return Ok(Answer::Good);
            }
        };
        words = back;
        let Some(minutes) = words.every else {
            let (answer, lines) = pulled?;
            say(&lines);
            return Ok(answer);
        };
        match pulled {
            Ok((Answer::No, lines)) => {
                say(&lines);
                return Ok(Answer::No);
            }
            Ok((_, lines)) => say(&lines),
            // What a person has to look at ends it; what a line or a disk did is tried again.
            Err(Stopped(Answer::CouldNotTell, why)) => say(&format!("tried again in {minutes} minutes: {why}")),
            Err(stopped) => return Err(stopped.into()),
        }
        // An alarm is cleared by hand, once.
        words.clear = false;
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(60 * minutes)) => {}
            () = &mut end => return Ok(Answer::Good),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_called_whole_only_where_all_of_it_is_here() {
        let pulled = Pulled { size: 9, contents: 9, ..Pulled::default() };
        assert_eq!(verdict(&pulled), Answer::Good);
        assert_eq!(verdict(&Pulled { unavailable: 2, lost: 2, ..pulled.clone() }), Answer::Good, "as whole as its log is");
        for not_whole in [
            Pulled { unavailable: 2, lost: 1, ..pulled.clone() },
            Pulled { unavailable: 1, not_taken: 1, ..pulled.clone() },
            Pulled { unread: Some("the line broke".to_owned()), ..pulled.clone() },
        ] {
            assert_eq!(verdict(&not_whole), Answer::CouldNotTell, "{not_whole:?}");
        }
        let forged = Pulled { unavailable: 2, lost: 1, forged: vec![4], unread: Some("the line broke".to_owned()), ..pulled };
        assert_eq!(verdict(&forged), Answer::No);
    }
}
