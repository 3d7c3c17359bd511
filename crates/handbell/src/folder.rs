//! The group's folder: keys, settings, database, public files, one lock.
//!
//! `init` makes it and refuses one that exists; `open` never makes anything (promise 5 of the store: a
//! wrong path or a missing disk must not quietly open an empty town). Secrets are files that only their
//! owner can read. The key that opens contact details is printed once by `init` and never stored here.

use crate::config::Settings;
use age::secrecy::ExposeSecret;
use anyhow::{Context, bail};
use handbell_log::cosignature::CosigningKey;
use handbell_log::note::SigningKey;
use handbell_rules::area::AreaFile;
use handbell_rules::gazetteer::{self, Gazetteer};
use handbell_rules::playbook::{Folder as Texts, Playbook, SIGN_OFFS_BYTES_MAX, SIGN_OFFS_FILE, SignOffs};
use rustix::fs::{FlockOperation, flock};
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::world::Chance;

/// The playbooks that ship with the program.
const PLAYBOOKS: &[(&str, &[(&str, &str)])] = &[("uk-street", crate::shipped::UK_STREET)];
/// The area files that ship with the program.
const AREAS: &[(&str, &str)] = &[("peckham", crate::shipped::PECKHAM)];

/// The lists of places that ship with the area files.
const PLACES: &[(&str, &str)] = &[("peckham", crate::shipped::PECKHAM_PLACES)];
/// The operator's own list of places, in the group's folder.
pub const PLACES_FILE: &str = "places.csv";

/// The seed of the log's second key, in `keys/`. Only a program built with `ml-dsa` makes and reads it.
pub const SECOND_LOG_SEED: &str = "log-ml-dsa.seed";

/// An opened folder. The lock is held as long as this lives.
pub struct GroupFolder {
    /// Where it is.
    pub path: PathBuf,
    /// Its settings.
    pub settings: Settings,
    /// The log's key.
    pub log_key: Arc<SigningKey>,
    /// The log's second key, ML-DSA-44; none in a folder without one, and in a program that cannot use it.
    pub second_log_key: Option<CosigningKey>,
    /// The VAPID key, PKCS#8.
    pub vapid_key: Vec<u8>,
    /// The receipt secret.
    pub receipt_key: aws_lc_rs::hmac::Key,
    /// Where contact details are sealed to.
    pub contact_recipient: String,
    _lock: Option<File>,
}

/// What `init` tells its caller once.
pub struct Made {
    /// The key that opens contact details; the server keeps no copy.
    pub contact_identity: String,
}

/// The name of a group's log: its origin without the scheme (C2SP tlog-checkpoint), and which log.
pub fn log_name(origin: &str) -> String {
    let bare = origin.split_once("://").map_or(origin, |(_, bare)| bare);
    format!("{bare}/log1")
}

/// The folder that a file or folder stands in.
fn above(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent == Path::new("") => Path::new("."),
        parent => parent.unwrap_or(path),
    }
}

pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Makes a folder and those above it, and returns when a power cut would leave all of them there.
pub(crate) fn make_folders(folder: &Path) -> io::Result<()> {
    make_each(folder, &mut sync_folder)
}

fn make_each(folder: &Path, sync: &mut dyn FnMut(&Path) -> io::Result<()>) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let above = above(folder);
    make_each(above, sync)?;
    match std::fs::create_dir(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists || !folder.is_dir() => Err(error),
        _ => sync(above),
    }
}

/// Puts a file that only its owner can read in its place, whole, and returns when a power cut would leave it there.
fn put_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut fresh = path.as_os_str().to_owned();
    fresh.push(".new");
    let fresh = PathBuf::from(fresh);
    // Left by a program that was stopped in the middle.
    match std::fs::remove_file(&fresh) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&fresh)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&fresh, path)?;
    sync_folder(above(path))
}

/// Makes a file that only its owner can read, whole or not at all, and none in the place of another. For whoever holds
/// the lock of its folder.
pub(crate) fn secret_file(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    anyhow::ensure!(!path.try_exists()?, "making {}: there is one", path.display());
    put_whole(path, bytes).with_context(|| format!("making {}", path.display()))
}

/// Makes a group's folder with its keys and settings. The store is made by the caller, inside it.
pub fn make(path: &Path, settings: &Settings, chance: &dyn Chance) -> anyhow::Result<Made> {
    if path.exists() {
        bail!("{} exists already; `handbell init` never touches a folder that exists", path.display());
    }
    check_origin(&settings.origin)?;
    playbook(path, &settings.playbook)?;
    areas(path, &settings.areas)?;
    let keys = path.join("keys");
    make_folders(&keys).with_context(|| format!("making {}", keys.display()))?;
    for folder in [path, &keys] {
        std::fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    }
    let mut seed = zeroize::Zeroizing::new([0u8; 32]);
    chance.fill(seed.as_mut_slice());
    secret_file(&keys.join("log.seed"), seed.as_slice())?;
    if cfg!(feature = "ml-dsa") {
        chance.fill(seed.as_mut_slice());
        secret_file(&keys.join(SECOND_LOG_SEED), seed.as_slice())?;
    }
    chance.fill(seed.as_mut_slice());
    secret_file(&keys.join("receipt.key"), seed.as_slice())?;
    let vapid = crate::line::fresh_vapid_key()?;
    secret_file(&keys.join("vapid.pkcs8"), &vapid)?;
    let identity = age::x25519::Identity::generate();
    secret_file(&keys.join("contact.recipient"), identity.to_public().to_string().as_bytes())?;
    let text = settings.to_text()?;
    secret_file(&path.join("handbell.toml"), text.as_bytes())?;
    secret_file(&path.join("lock"), b"")?;
    make_folders(&path.join("public"))?;
    Ok(Made { contact_identity: identity.to_string().expose_secret().to_owned() })
}

/// The key that seals addresses at rest. A folder made before there was one gets it at its first live start.
pub fn address_key(path: &Path, chance: &dyn Chance) -> anyhow::Result<zeroize::Zeroizing<Vec<u8>>> {
    let file = path.join("keys").join("address.key");
    match std::fs::read(&file) {
        Ok(bytes) => Ok(zeroize::Zeroizing::new(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let mut seed = zeroize::Zeroizing::new(vec![0u8; 32]);
            chance.fill(&mut seed);
            secret_file(&file, &seed)?;
            Ok(seed)
        }
        Err(error) => Err(error).with_context(|| format!("reading {}", file.display())),
    }
}

fn check_origin(origin: &str) -> anyhow::Result<()> {
    let bare = origin
        .strip_prefix("https://")
        .or_else(|| origin.strip_prefix("http://127.0.0.1:"))
        .or_else(|| origin.strip_prefix("http://localhost:"));
    match bare {
        Some(host) if !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ', '+']) => Ok(()),
        _ => bail!("the origin must be like https://bell.example (no path, no slash at the end); it is permanent"),
    }
}

/// How a folder is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// For writing: takes the lock.
    Writing,
    /// For reading its public files only.
    Reading,
}

/// Opens a folder that exists.
pub fn open(path: &Path, how: Use) -> anyhow::Result<GroupFolder> {
    if !path.join("handbell.toml").is_file() {
        bail!("{} is no group's folder; `handbell init {0}` makes one", path.display());
    }
    #[expect(clippy::disallowed_methods, reason = "the one place where settings come from the environment")]
    let settings = Settings::read(path, std::env::vars())?;
    let lock = match how {
        Use::Reading => None,
        Use::Writing => {
            let file = File::open(path.join("lock")).context("opening the folder's lock")?;
            if flock(&file, FlockOperation::NonBlockingLockExclusive).is_err() {
                bail!("{} is in use by another handbell; stop it first", path.display());
            }
            Some(file)
        }
    };
    let keys = path.join("keys");
    let read = |name: &str| std::fs::read(keys.join(name)).with_context(|| format!("reading {}", keys.join(name).display()));
    let seed: [u8; 32] = read("log.seed")?.try_into().map_err(|_| anyhow::anyhow!("keys/log.seed must hold 32 bytes"))?;
    let log_key = SigningKey::from_seed(&log_name(&settings.origin), &seed).context("the log's key")?;
    Ok(GroupFolder {
        path: path.to_owned(),
        log_key: Arc::new(log_key),
        second_log_key: second_log_key(&keys, &log_name(&settings.origin))?,
        vapid_key: read("vapid.pkcs8")?,
        receipt_key: aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &read("receipt.key")?),
        contact_recipient: String::from_utf8(read("contact.recipient")?).context("keys/contact.recipient")?,
        settings,
        _lock: lock,
    })
}

/// The log's second key. A folder made before there was one has none; a log may begin to sign twice at any time, since
/// whoever does not know the second line passes over it.
#[cfg(feature = "ml-dsa")]
fn second_log_key(keys: &Path, name: &str) -> anyhow::Result<Option<CosigningKey>> {
    let path = keys.join(SECOND_LOG_SEED);
    let seed = match std::fs::read(&path) {
        Ok(bytes) => zeroize::Zeroizing::new(bytes),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(|| format!("reading {}", path.display())),
    };
    let seed: &[u8; 32] = seed.as_slice().try_into().with_context(|| format!("keys/{SECOND_LOG_SEED} must hold 32 bytes"))?;
    Ok(Some(CosigningKey::ml_dsa_from_seed(name, seed).context("the log's second key")?))
}

#[cfg(not(feature = "ml-dsa"))]
fn second_log_key(_keys: &Path, _name: &str) -> anyhow::Result<Option<CosigningKey>> {
    Ok(None)
}

/// Loads a playbook: by the name of one that ships, or from a folder.
pub fn playbook(base: &Path, name: &str) -> anyhow::Result<Playbook> {
    let texts: Texts = match PLAYBOOKS.iter().find(|(known, _)| *known == name) {
        Some((_, files)) => files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect(),
        None => read_texts(&base.join(name))?,
    };
    Playbook::load(&texts).map_err(|why| anyhow::anyhow!("the playbook `{name}` is refused: {why}"))
}

/// Reads which cards a lawyer signed off. No file means none; a broken one is refused, because a sign-off
/// that is quietly ignored is as bad as one that is quietly believed.
pub fn sign_offs(path: &Path) -> anyhow::Result<SignOffs> {
    let path = path.join(SIGN_OFFS_FILE);
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(SignOffs::default()),
        Err(error) => return Err(error).with_context(|| format!("reading {}", path.display())),
    };
    let mut text = String::new();
    // One byte more than may be, so that a file that is too large is seen as such and never read whole.
    file.take(SIGN_OFFS_BYTES_MAX as u64 + 1).read_to_string(&mut text).with_context(|| format!("reading {}", path.display()))?;
    Ok(SignOffs::parse(&text)?)
}

/// Writes the sign-offs: a new file beside the old one, synced, then moved over it.
pub fn write_sign_offs(path: &Path, sign_offs: &SignOffs) -> anyhow::Result<()> {
    let kept = path.join(SIGN_OFFS_FILE);
    let text = sign_offs.to_text()?;
    put_whole(&kept, text.as_bytes()).with_context(|| format!("writing {}", kept.display()))
}

/// Loads an area file: by the name of one that ships, or from a file.
pub fn areas(base: &Path, name: &str) -> anyhow::Result<AreaFile> {
    let text = match AREAS.iter().find(|(known, _)| *known == name) {
        Some((_, text)) => (*text).to_owned(),
        None => std::fs::read_to_string(base.join(name)).with_context(|| format!("reading the area file {name}"))?,
    };
    AreaFile::parse(name, &text).map_err(|why| anyhow::anyhow!("the area file `{name}` is refused: {why}"))
}

/// The group's list of places: `places.csv` in its folder, beside the short list that ships with its areas. A
/// broken list is refused, because a place that is quietly missing sends people elsewhere.
pub fn places(base: &Path, areas: &str) -> anyhow::Result<Gazetteer> {
    let shipped = PLACES.iter().find(|(known, _)| *known == areas).map_or(Ok(Vec::new()), |(name, text)| gazetteer::parse(name, text))?;
    let path = base.join(PLACES_FILE);
    let own = match std::fs::read_to_string(&path) {
        Ok(text) => gazetteer::parse(PLACES_FILE, &text).map_err(|why| anyhow::anyhow!("the list of places is refused: {why}"))?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(error).with_context(|| format!("reading {}", path.display())),
    };
    Ok(Gazetteer::new(own.into_iter().chain(shipped)))
}

/// Reads every text below a folder, by its name inside it.
fn read_texts(folder: &Path) -> anyhow::Result<Texts> {
    let mut texts = Texts::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(&next).with_context(|| format!("reading {}", next.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(folder).context("a file outside its folder")?.to_string_lossy().into_owned();
                let text = std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
                texts.insert(name, text);
            }
        }
    }
    Ok(texts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_new_folder_is_kept_in_the_one_above_it() {
        let room = tempfile::tempdir().unwrap();
        let (one, three) = (room.path().join("one"), room.path().join("one/two/three"));
        let mut synced = Vec::new();
        let mut note = |folder: &Path| {
            synced.push(folder.to_owned());
            Ok(())
        };
        make_each(&three, &mut note).unwrap();
        make_each(&three, &mut note).unwrap();
        assert!(three.is_dir());
        assert_eq!(synced, [room.path().to_owned(), one.clone(), one.join("two")]);
        std::fs::write(one.join("file"), "").unwrap();
        assert!(make_folders(&one.join("file/below")).is_err());
        assert!(make_folders(&one.join("file")).is_err(), "a file is no folder");
    }

    #[test]
    fn a_secret_is_whole_or_not_there_and_never_in_the_place_of_another() {
        let room = tempfile::tempdir().unwrap();
        let file = room.path().join("key");
        // What a stopped program left.
        std::fs::write(room.path().join("key.new"), "half").unwrap();
        secret_file(&file, b"whole").unwrap();
        assert!(secret_file(&file, b"other").is_err());
        assert_eq!(std::fs::read(&file).unwrap(), b"whole");
        assert_eq!(std::fs::read_dir(room.path()).unwrap().count(), 1, "nothing is left beside it");
    }
}
