//! Original: put into a pack by two custodians, on a machine of their own, after they opened it there.
//!
//! It is held against the hash that the pack says before anything is written. It goes in sealed to one named age key, or
//! in the clear where the custodians say so.

use super::files::{self, Fault};
use super::{Original, original_path};
use handbell_rules::evidence::custody::hex;
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::Path;

/// To whom an original is sealed.
pub enum To {
    /// Whoever holds this key.
    Key(Box<age::x25519::Recipient>),
    /// Anybody who has the pack.
    Anybody,
}

/// Puts an original into the pack, items numbered from 1. Page and sums follow.
///
/// # Errors
/// [`Fault::Wrong`] when there is no such item or the file is not its original; nothing is written then.
pub fn put(folder: &Path, number: usize, source: &Path, to: &To) -> Result<(), Fault> {
    let mut pack = files::read(folder)?;
    let shown = source.display().to_string();
    let item = number.checked_sub(1).and_then(|place| pack.items.get_mut(place));
    let item = item.ok_or_else(|| Fault::wrong(format!("item {number}"), "the pack has no such item"))?;
    let (sha256, length) = files::hash_of(Path::new(""), &shown)?;
    if (hex(&sha256), length) != (item.name.sha256.clone(), item.name.length) {
        return Err(Fault::wrong(shown, format!("this is not the original of item {number}: its SHA-256 is {}", hex(&sha256))));
    }
    let before = original_path(number, &item.name);
    item.name.original = match to {
        To::Key(key) => Original::Sealed { to: key.to_string() },
        To::Anybody => Original::Clear,
    };
    let path = original_path(number, &item.name).unwrap_or_default();
    copy(source, &folder.join(&path), to).map_err(|error| Fault::Unreadable(path.clone(), error))?;
    if let Some(before) = before.filter(|before| *before != path) {
        fs::remove_file(folder.join(&before)).map_err(|error| Fault::Unreadable(before, error))?;
    }
    let all = files::of(&pack)?;
    for path in [files::MANIFEST, files::PAGE] {
        files::put(folder, path, &all[path]).map_err(|error| Fault::Unreadable(path.to_owned(), error))?;
    }
    files::sum(folder)
}

fn copy(source: &Path, place: &Path, to: &To) -> io::Result<()> {
    let beside = place.with_extension("new");
    let mut from = BufReader::new(File::open(source)?);
    let mut file = BufWriter::new(File::create(&beside)?);
    match to {
        To::Anybody => drop(io::copy(&mut from, &mut file)?),
        To::Key(key) => {
            let recipients = std::iter::once(&**key as &dyn age::Recipient);
            let encryptor = age::Encryptor::with_recipients(recipients).map_err(io::Error::other)?;
            let mut sealed = encryptor.wrap_output(&mut file)?;
            io::copy(&mut from, &mut sealed)?;
            sealed.finish()?;
        }
    }
    file.flush()?;
    file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
    fs::rename(beside, place)
}

/// Opens a sealed original and gives what is in it, piece by piece.
///
/// # Errors
/// When it is no age file, or not sealed to this identity.
pub fn open(sealed: File, identity: &age::x25519::Identity) -> io::Result<impl Read> {
    let decryptor = age::Decryptor::new_buffered(BufReader::new(sealed)).map_err(io::Error::other)?;
    decryptor.decrypt(std::iter::once(identity as &dyn age::Identity)).map_err(io::Error::other)
}
