//! `handbell open`: two custodians open an original on a machine of their own, without the server.
//!
//! Two sealed shares and the identities they are sealed to give the file key; it opens each part; the parts in order are
//! the original, byte for byte. It is written beside its place and moved there only when its hash is the one that was
//! said. Nothing is asked of any server, and nothing else is written.

use super::{Answer, Stopped, say};
use crate::vault::ObjectName;
use crate::vault::seal::{self, Original, Running, SEALED_BYTES_MAX};
use crate::vault::share::{Share, join};
use age::secrecy::ExposeSecret;
use age::x25519::Identity;
use anyhow::Context;
use handbell_rules::evidence::custody::{hex, unhex};
use handbell_rules::id::FootageId;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Bytes of a file with a share or an identity in it.
const SMALL_BYTES_MAX: u64 = 64 << 10;

/// What `handbell open` takes.
#[derive(clap::Args)]
pub struct Words {
    /// A sealed share; give two different ones.
    #[arg(long = "share", value_name = "FILE", required = true)]
    shares: Vec<PathBuf>,
    /// A file with an age identity; give those of the two custodians.
    #[arg(long = "identity", value_name = "FILE", required = true)]
    identities: Vec<PathBuf>,
    /// What the original must hash to, from the custody chain or the log.
    #[arg(long, value_name = "HEX")]
    sha256: Option<String>,
    /// Also write the joined file key here, for `age -d -i`. Whoever has it opens this one original.
    #[arg(long, value_name = "FILE")]
    key_out: Option<PathBuf>,
    /// The folder with the sealed parts: 0.age, 1.age and so on, and original.age.
    folder: PathBuf,
    /// The file to make. One that exists is left alone.
    out: PathBuf,
}

fn no(words: impl Into<String>) -> anyhow::Error {
    Stopped(Answer::No, words.into()).into()
}

fn could_not_tell(words: impl Into<String>) -> anyhow::Error {
    Stopped(Answer::CouldNotTell, words.into()).into()
}

fn usage(words: impl Into<String>) -> anyhow::Error {
    Stopped(Answer::Usage, words.into()).into()
}

/// Reads a file of at most so many bytes; none where there is none.
fn read(path: &Path, bytes_max: u64) -> anyhow::Result<Option<Zeroizing<Vec<u8>>>> {
    let file = match File::open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        opened => opened.map_err(|error| could_not_tell(format!("{} cannot be read: {error}", path.display())))?,
    };
    let mut bytes = Zeroizing::new(Vec::new());
    let read = file.take(bytes_max + 1).read_to_end(&mut bytes);
    read.map_err(|error| could_not_tell(format!("{} cannot be read: {error}", path.display())))?;
    if bytes.len() as u64 > bytes_max {
        return Err(no(format!("{} is larger than it may be", path.display())));
    }
    Ok(Some(bytes))
}

fn there(path: &Path, bytes_max: u64) -> anyhow::Result<Zeroizing<Vec<u8>>> {
    read(path, bytes_max)?.ok_or_else(|| could_not_tell(format!("there is no {}", path.display())))
}

/// The identities in a file as `age-keygen` writes it: a line each, with notes behind `#`.
fn identities(path: &Path) -> anyhow::Result<Vec<Identity>> {
    let bytes = there(path, SMALL_BYTES_MAX)?;
    let unreadable = || {
        no(format!(
            "{} holds something that is no age identity; if it is locked with a passphrase, unlock it first: age -d",
            path.display()
        ))
    };
    let text = std::str::from_utf8(&bytes).map_err(|_| unreadable())?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| seal::identity(line).map_err(|_| unreadable())).collect()
}

/// The file key that two shares give, and the footage it is of.
fn file_key(words: &Words) -> anyhow::Result<(Identity, FootageId)> {
    let [one, other] = words.shares.as_slice() else { return Err(usage("give --share twice, with two different shares")) };
    let mut keys = Vec::new();
    for path in &words.identities {
        keys.extend(identities(path)?);
    }
    let open = |path: &Path| -> anyhow::Result<Share> {
        Share::open(&there(path, SMALL_BYTES_MAX)?, &keys).map_err(|fault| no(format!("{}: {fault}", path.display())))
    };
    let (one, other) = (open(one)?, open(other)?);
    let key = join(&one, &other).map_err(|fault| no(fault.to_string()))?;
    Ok((key, one.footage()))
}

/// What must come out.
struct Expected {
    parts: Option<u32>,
    length: Option<u64>,
    sha256: Option<[u8; 32]>,
}

fn expected(words: &Words, key: &Identity, footage: FootageId) -> anyhow::Result<Expected> {
    let wrong = || usage("--sha256 takes 64 signs of 0-9 and a-f");
    let given = words.sha256.as_deref().map(|text| unhex::<32>(&text.to_ascii_lowercase()).ok_or_else(wrong)).transpose()?;
    let path = words.folder.join(ObjectName::original(footage).file());
    let Some(sealed) = read(&path, SEALED_BYTES_MAX as u64)? else {
        return Ok(Expected { parts: None, length: None, sha256: given });
    };
    let open = seal::open_part(&sealed, key).map_err(|fault| no(format!("{}: {fault}", path.display())))?;
    let text = std::str::from_utf8(&open).map_err(|_| no(format!("{} is damaged", path.display())))?;
    let original = Original::parse(text).map_err(|fault| no(fault.to_string()))?;
    if original.footage != footage {
        return Err(no("the shares and the parts are of different footage"));
    }
    if given.is_some_and(|given| given != original.sha256) {
        return Err(no(format!(
            "the server said of this original that its hash is {}, which is not the one you gave",
            hex(&original.sha256)
        )));
    }
    say(&format!("{}, {} bytes in {} parts, as the server said when it came", original.media_type, original.length, original.parts));
    Ok(Expected { parts: Some(original.parts), length: Some(original.length), sha256: Some(original.sha256) })
}

/// Puts the parts together in their order and gives how many there were and the hash so far.
fn put_together(words: &Words, key: &Identity, expected: &Expected, out: &mut File) -> anyhow::Result<(u32, Running)> {
    let (mut running, mut number) = (Running::default(), 0);
    while expected.parts.is_none_or(|parts| number < parts) {
        let path = words.folder.join(format!("{number}.age"));
        let Some(sealed) = read(&path, SEALED_BYTES_MAX as u64)? else {
            if expected.parts.is_none() {
                break;
            }
            return Err(could_not_tell(format!("there is no {}", path.display())));
        };
        let part = seal::open_part(&sealed, key).map_err(|fault| no(format!("{}: {fault}", path.display())))?;
        running.update(&part);
        out.write_all(&part).map_err(|error| could_not_tell(format!("the original cannot be written: {error}")))?;
        number += 1;
    }
    if number == 0 {
        return Err(could_not_tell(format!("there is no {}", words.folder.join("0.age").display())));
    }
    Ok((number, running))
}

/// The file beside its place, gone when this is dropped before it is moved there.
struct Beside(PathBuf);

impl Drop for Beside {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Runs it.
///
/// # Errors
/// As [`Stopped`], with the exit code.
pub fn run(words: &Words) -> anyhow::Result<Answer> {
    for path in std::iter::once(&words.out).chain(&words.key_out) {
        if path.exists() {
            return Err(usage(format!("{} exists already and is left alone", path.display())));
        }
    }
    let (key, footage) = file_key(words)?;
    let expected = expected(words, &key, footage)?;
    let mut beside = words.out.as_os_str().to_owned();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside);
    let mut file = made.map_err(|error| could_not_tell(format!("{} cannot be made: {error}", beside.display())))?;
    // Only now: what stood there before is somebody else's.
    let beside = Beside(beside);
    let (parts, running) = put_together(words, &key, &expected, &mut file)?;
    file.sync_all().context("writing the original")?;
    let length = running.length();
    let sha256 = running.finish();
    if expected.length.is_some_and(|said| said != length) || expected.sha256.is_some_and(|said| said != sha256) {
        return Err(no(format!("this is not the original: {length} bytes with the hash {}, and others were said", hex(&sha256))));
    }
    if let Some(path) = &words.key_out {
        let mut line = Zeroizing::new(key.to_string().expose_secret().to_owned());
        line.push('\n');
        crate::folder::secret_file(path, line.as_bytes())?;
    }
    std::fs::rename(&beside.0, &words.out).context("moving the original to its place")?;
    say(&format!("wrote {}: {length} bytes from {parts} parts", words.out.display()));
    say(&format!("sha256 {}", hex(&sha256)));
    if expected.sha256.is_none() {
        say("Nobody said what it must hash to: compare the hash with the custody chain or the log.");
        return Ok(Answer::CouldNotTell);
    }
    say("The hash is the one that was said.");
    Ok(Answer::Good)
}
