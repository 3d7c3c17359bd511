//! Handing over: makes a pack at the server, and puts opened originals into it on the custodians' own machine.

use super::{Answer, Stopped, control, say};
use crate::pack::files::Fault;
use crate::pack::original::{self, To};
use handbell_rules::id::FootageId;
use std::path::Path;

/// `handbell hand-over DIR OUT FOOTAGE… --for WHOM`.
pub async fn hand_over(dir: &Path, out: &Path, footage: &[String], for_whom: &str) -> anyhow::Result<Answer> {
    let no_id = |text: &String| Stopped(Answer::Usage, format!("{text} is no footage's id: 26 letters and digits, as the desk shows it"));
    let footage = footage.iter().map(|text| text.parse().map_err(|_| no_id(text))).collect::<Result<Vec<FootageId>, Stopped>>()?;
    if std::fs::symlink_metadata(out).is_ok() {
        return Err(Stopped(Answer::No, format!("{} exists already and nothing is overwritten; name another place", out.display())).into());
    }
    let place = control::hand_over_to(dir, &footage, for_whom, out).await?;
    say(&format!("made {place}, without the originals"));
    say("next: two custodians open each original on their own machine (handbell open) and put it in:");
    say(&format!("  handbell pack {place} ORIGINAL --item N --to age1… (or --in-the-clear)"));
    Ok(Answer::Good)
}

/// `handbell pack PACK ORIGINAL --item N --to KEY`.
pub fn put_in(pack: &Path, original: &Path, item: usize, to: Option<&str>) -> anyhow::Result<Answer> {
    let to = match to {
        None => To::Anybody,
        Some(key) => {
            let key = key.parse::<age::x25519::Recipient>().map_err(|why| Stopped(Answer::Usage, format!("{key} is no age key: {why}")))?;
            To::Key(Box::new(key))
        }
    };
    original::put(pack, item, original, &to).map_err(|fault| match fault {
        Fault::Wrong(..) => Stopped(Answer::No, fault.to_string()),
        Fault::Unreadable(..) => Stopped(Answer::CouldNotTell, fault.to_string()),
    })?;
    say(&format!("put in as item {item} of {}", pack.display()));
    Ok(Answer::Good)
}
