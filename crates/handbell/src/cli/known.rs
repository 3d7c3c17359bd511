//! `handbell known`: give a neighbouring group our bank of known pictures, and take theirs in. Hashes, words, dates and
//! places; never a picture.

use super::{Answer, Stopped, control, say};
use crate::acts::known::Told;
use crate::folder::secret_file;
use anyhow::Context;
use std::path::PathBuf;

/// Bytes of lines that are sent to a running server at once.
const AT_ONCE: usize = 256 << 10;
/// Bytes of a list that is taken in at most.
const LIST_BYTES_MAX: u64 = 256 << 20;

/// What `handbell known` takes.
#[derive(clap::Subcommand)]
pub enum Words {
    /// Write our own known pictures as lines of JSON: hashes with words, date and place (docs/formats/pdq.md).
    Give {
        /// The group's folder.
        dir: PathBuf,
        /// The file to make. One that exists is left alone.
        out: PathBuf,
    },
    /// Take a neighbour's list in, in place of the one they gave before. A likeness with one of theirs says whose it is.
    Take {
        /// The group's folder.
        dir: PathBuf,
        /// The file they gave.
        file: PathBuf,
        /// Whose it is, as the desk reads it: their site's name.
        #[arg(long, value_name = "NAME")]
        from: String,
    },
}

/// Runs it.
///
/// # Errors
/// When a line cannot be read (nothing is taken in then), when a rule refuses one, or when the folder cannot be used.
pub async fn run(words: Words) -> anyhow::Result<Answer> {
    match words {
        Words::Give { dir, out } => {
            let lines = control::known(&dir).await?;
            secret_file(&out, lines.as_bytes()).with_context(|| format!("writing {}", out.display()))?;
            say(&format!("made {}: {} known pictures, hashes only", out.display(), lines.lines().count()));
        }
        Words::Take { dir, file, from } => {
            let usage = |words: String| anyhow::Error::from(Stopped(Answer::Usage, words));
            if from.trim().is_empty() || from.chars().count() > 100 || from.chars().any(char::is_control) {
                return Err(usage("say whose list it is in at most 100 letters: --from NAME".to_owned()));
            }
            anyhow::ensure!(std::fs::metadata(&file)?.len() <= LIST_BYTES_MAX, "{} is larger than 256 MiB", file.display());
            let text = std::fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
            let mut lines: Vec<(usize, Told)> = Vec::new();
            for (line, number) in text.lines().zip(1..) {
                let told =
                    serde_json::from_str(line).map_err(|no| usage(format!("line {number} cannot be read ({no}); nothing was taken in")))?;
                lines.push((line.len(), told));
            }
            let (mut anew, mut batch, mut bytes, count) = (true, Vec::new(), 0, lines.len());
            for (length, told) in lines {
                if bytes + length > AT_ONCE && !batch.is_empty() {
                    control::take_known(&dir, &from, anew, std::mem::take(&mut batch)).await?;
                    (anew, bytes) = (false, 0);
                }
                bytes += length;
                batch.push(told);
            }
            control::take_known(&dir, &from, anew, batch).await?;
            say(&format!("took in {count} known pictures of {from}"));
        }
    }
    Ok(Answer::Good)
}
