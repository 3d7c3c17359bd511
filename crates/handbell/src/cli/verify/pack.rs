//! Verify a pack: footage that was handed over, checked without a network ([`crate::pack::check`]).
//!
//! Exit code 0 when all of it holds, 1 with the place where it does not, 3 when something could not be told: an original
//! that is missing or sealed to a key that was not given, a mark that the log does not hold yet.

use super::told::Told;
use super::{With, could_not, own_word, parse_key, policy, read_file};
use crate::cli::{Answer, Stopped};
use crate::pack::check::{self, Checked};
use crate::pack::files::{self, Fault};
use handbell_log::policy::Policy;
use std::path::Path;

/// Whether a folder is meant to be a pack.
pub fn is_one(folder: &Path) -> bool {
    files::is_a_pack(folder)
}

/// Checks a pack.
pub fn check(folder: &Path, with: &With) -> Result<Told, Stopped> {
    if with.light || with.pages || with.within.is_some() || with.leaves.is_some() {
        return Err(Stopped(Answer::Usage, "--light, --pages, --within and --leaves are not for packs".to_owned()));
    }
    let (policy, word) = if with.key.is_some() || with.policy.is_some() {
        (policy(with)?, None)
    } else {
        let key = parse_key(&files::read(folder).map_err(stopped)?.log_key)?;
        let word = own_word(&key);
        (Policy::of_log(key), Some(word))
    };
    let identity = with.identity.as_deref().map(identity).transpose()?;
    let Checked { mut lines, open, manifest } = check::check(folder, &policy, identity.as_ref()).map_err(stopped)?;
    let answer = if open.is_empty() { Answer::Good } else { Answer::CouldNotTell };
    lines.extend(open.iter().map(|line| format!("not told: {line}")));
    let given = if word.is_some() { "publishers-word" } else { "given" };
    lines.extend(word);
    if answer == Answer::Good {
        lines.push(format!("verified: a pack of {} items for {}, made {}", manifest.items.len(), manifest.for_whom, manifest.made_at));
    }
    let items = manifest.items.len();
    Ok(Told::of("pack", answer, lines).with("items", items).with("made_at", manifest.made_at).with("open", open).with("key", given))
}

fn stopped(fault: Fault) -> Stopped {
    match fault {
        Fault::Wrong(..) => Stopped(Answer::No, fault.to_string()),
        Fault::Unreadable(..) => could_not(fault),
    }
}

/// The one age identity of a file, as `age-keygen` writes it.
fn identity(file: &Path) -> Result<age::x25519::Identity, Stopped> {
    let text = String::from_utf8(read_file(file)?).map_err(could_not)?;
    let line = text.lines().find(|line| line.starts_with("AGE-SECRET-KEY-1"));
    let identity = line.and_then(|line| line.trim().parse().ok());
    identity.ok_or_else(|| Stopped(Answer::Usage, format!("{}: no age identity (AGE-SECRET-KEY-1…) stands in it", file.display())))
}
