//! `handbell custody`: make a custodian's key on their own machine, set the three public ones, list them.
//!
//! The secret half is made where the custodian is and stays there; `add` takes nothing but a public one. Any program that
//! makes age keys will do, such as `age-keygen`.

use super::{Answer, Stopped, control, say};
use crate::folder::{self, Use, secret_file};
use crate::vault::seal::{SealFault, recipient};
use crate::vault::{self, ObjectName};
use age::secrecy::ExposeSecret;
use anyhow::Context;
use handbell_rules::evidence::keys::{CustodyKeys, Place};
use handbell_rules::id::FootageId;
use std::fmt::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// What `handbell custody` takes.
#[derive(clap::Subcommand)]
pub enum Words {
    /// Make a key for yourself, on your own machine: a file that only you can read. Prints its public half.
    New {
        /// The file to make. One that exists is left alone.
        file: PathBuf,
    },
    /// Set one of the three public keys. Counts for footage from now on; what came before stays with the former key.
    Add {
        /// The group's folder.
        dir: PathBuf,
        /// Which: one, two or three.
        place: String,
        /// The public half: age1…
        recipient: String,
    },
    /// Put what two custodians need to open one original into a new folder: its sealed parts and sealed shares. A line of
    /// the custody chain says so. Nothing in the folder opens anything without two custodians.
    Give {
        /// The group's folder.
        dir: PathBuf,
        /// Which footage, by its id.
        footage: FootageId,
        /// The folder to make. One that exists is left alone.
        out: PathBuf,
    },
    /// List the three public keys.
    List {
        /// The group's folder.
        dir: PathBuf,
    },
}

/// The keys, a line each.
#[must_use]
pub fn lines(keys: &CustodyKeys) -> String {
    let mut text = String::new();
    for ((place, word), key) in Place::ALL.iter().zip(&keys.keys) {
        debug_assert_eq!(place.word(), *word);
        let line = key.as_ref().map_or_else(|| "not set".to_owned(), |key| format!("{} since {}", key.recipient, key.since.utc_minute()));
        writeln!(text, "{word}: {line}").expect("writing to a text does not fail");
    }
    text.push_str(match keys.all() {
        Some(_) => "Any two of the three open an original.",
        None => "Until all three are set, no footage is taken in.",
    });
    text
}

async fn give(dir: &Path, footage: FootageId, out: &Path) -> anyhow::Result<()> {
    anyhow::ensure!(!out.exists(), "{} exists already and is left alone", out.display());
    let vault = vault::read(dir, &folder::open(dir, Use::Reading)?.settings)?;
    let given = control::give_original(dir, footage).await?;
    std::fs::create_dir(out).with_context(|| format!("making {}", out.display()))?;
    std::fs::set_permissions(out, PermissionsExt::from_mode(0o700))?;
    for ((_, word), share) in Place::ALL.iter().zip(&given.shares) {
        secret_file(&out.join(format!("share-{word}.age")), share.as_bytes())?;
    }
    let parts = (0..given.parts).map(|number| ObjectName::part(footage, number));
    for name in parts.chain([ObjectName::original(footage)]) {
        let bytes = vault.get(&name).await?.with_context(|| format!("{name} is not in the vault"))?;
        secret_file(&out.join(name.file()), &bytes)?;
    }
    say(&format!("made {}: {} sealed parts and three sealed shares", out.display(), given.parts));
    say(&format!("sha256 {}", given.sha256));
    say("Two custodians open it on a machine of their own:");
    say(&format!(
        "handbell open --share share-one.age --share share-two.age --identity ONE --identity TWO --sha256 {} . ORIGINAL",
        given.sha256
    ));
    Ok(())
}

/// Runs it.
///
/// # Errors
/// When a word is wrong, when a file exists already, or when the group's folder cannot be used.
pub async fn run(words: Words) -> anyhow::Result<Answer> {
    match words {
        Words::New { file } => {
            let identity = age::x25519::Identity::generate();
            let mut text = Zeroizing::new(String::with_capacity(256));
            text.push_str("# Handbell custody key. Whoever has two of the three opens every original.\n# public key: ");
            text.push_str(&identity.to_public().to_string());
            text.push('\n');
            text.push_str(identity.to_string().expose_secret());
            text.push('\n');
            secret_file(&file, text.as_bytes())?;
            say(&format!("made {}; keep it off the server, and keep a copy where you keep your passport", file.display()));
            say("Its public half, for whoever runs the server:");
            say(&identity.to_public().to_string());
        }
        Words::Add { dir, place, recipient: text } => {
            let usage = |words: String| anyhow::Error::from(Stopped(Answer::Usage, words));
            let at = Place::parse(&place).ok_or_else(|| usage(format!("no such place: {place}; choose one, two or three")))?;
            if text.starts_with("AGE-SECRET-KEY-") {
                return Err(usage("this is the secret half; it belongs to its custodian alone. Make a new key, this one was shown".into()));
            }
            recipient(&text).map_err(|no: SealFault| usage(no.to_string()))?;
            control::set_custody_key(&dir, at, &text).await?;
            say(&control::custody_keys(&dir).await?);
        }
        Words::Give { dir, footage, out } => give(&dir, footage, &out).await?,
        Words::List { dir } => say(&control::custody_keys(&dir).await?),
    }
    Ok(Answer::Good)
}
