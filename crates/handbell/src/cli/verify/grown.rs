//! Grown: a log that publishes or withdraws while it is checked is checked anew, and is not called wrong for it.
//!
//! The checkpoint is read first, contents and pages for minutes after it; what those say may be newer. So a *no* stands
//! only when the checkpoint, read again, has not grown. Pages are not asked for as of a size instead: what a site answers
//! there is not what it shows to people. A log that has grown at every try is not called good either: the answer is that
//! nobody can tell, and what was found at the last try is said, so that growing hides no lie.

use super::told::Told;
use crate::cli::{Answer, Stopped};
use handbell_log::checkpoint::Checkpoint;
use handbell_log::note::VerifierKey;
use handbell_log::source::{Source, SourceError};
use std::time::Duration;

/// How often a log is checked before nobody can tell.
pub(super) const TRIES_MAX: usize = 5;
/// A server shows what it has committed a moment before it has published the checkpoint of it. So often, with such rests,
/// the checkpoint is read again before a *no* stands.
const LOOKS: usize = 8;
const REST: Duration = Duration::from_millis(250);

/// The checkpoint that a try began with.
#[derive(Debug, Clone)]
pub(super) struct Begun {
    key: VerifierKey,
    size: u64,
}

impl Begun {
    /// None where something stands there that this key did not sign: growing explains nothing of that.
    pub(super) fn at(checkpoint: Option<&[u8]>, key: &VerifierKey) -> Option<Self> {
        let size = match checkpoint {
            None => 0,
            Some(bytes) => Checkpoint::open(bytes, key).ok()?.size,
        };
        Some(Self { key: key.clone(), size })
    }
}

/// What came of one try.
pub(super) struct Tried {
    /// `log` or `light`.
    pub(super) what: &'static str,
    pub(super) begun: Option<Begun>,
    pub(super) came: Result<Told, Stopped>,
    /// Where the checkpoint is read again.
    pub(super) source: Box<dyn Source>,
    /// Whether a server may be about to publish there.
    pub(super) is_served: bool,
}

impl Tried {
    fn is_no(&self) -> bool {
        match &self.came {
            Ok(told) => told.answer == Answer::No,
            Err(stopped) => stopped.0 == Answer::No,
        }
    }

    /// Whether the log has grown since the try began.
    fn has_grown(&self, rest: &mut impl FnMut(Duration)) -> Result<bool, SourceError> {
        let Some(begun) = &self.begun else { return Ok(false) };
        let looks = if self.is_served { LOOKS } else { 1 };
        for look in 0..looks {
            if look > 0 {
                rest(REST);
            }
            let now = self.source.read("checkpoint")?;
            let now = now.and_then(|bytes| Checkpoint::open(&bytes, &begun.key).ok());
            if now.is_some_and(|now| now.size > begun.size) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The answer where a *no* cannot stand, with what was found.
    fn cannot_tell(self, why: &str) -> Told {
        let size = self.begun.map(|begun| begun.size);
        let found = match self.came {
            Ok(told) => told.lines,
            Err(stopped) => vec![stopped.1],
        };
        let mut lines = vec![why.to_owned()];
        lines.extend(found.iter().map(|line| format!("  {line}")));
        Told::of(self.what, Answer::CouldNotTell, lines).with("size", size).with("found", found)
    }
}

/// Tries until the answer stands.
pub(super) fn settled(mut attempt: impl FnMut() -> Result<Tried, Stopped>, mut rest: impl FnMut(Duration)) -> Result<Told, Stopped> {
    let mut tries = 1;
    loop {
        let tried = attempt()?;
        if !tried.is_no() {
            return tried.came;
        }
        match tried.has_grown(&mut rest) {
            Ok(false) => return tried.came,
            Ok(true) if tries < TRIES_MAX => tries += 1,
            Ok(true) => {
                let why = format!(
                    "the log grew while it was read, {TRIES_MAX} times one after the other: nobody can tell whether what was found at \
                     the last try is wrong or only newer. Check again when less is published, or a copy of its folder. Found:"
                );
                return Ok(tried.cannot_tell(&why));
            }
            Err(error) => {
                let why = format!("the checkpoint could not be read again ({error}), so nobody can tell whether the log grew. Found:");
                return Ok(tried.cannot_tell(&why));
            }
        }
    }
}

/// A log whose checkpoint is the one that was read first, so that one try speaks of one tree.
pub(super) struct Pinned<'log> {
    pub(super) source: &'log dyn Source,
    pub(super) checkpoint: &'log [u8],
}

impl Source for Pinned<'_> {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, SourceError> {
        if path == "checkpoint" { Ok(Some(self.checkpoint.to_vec())) } else { self.source.read(path) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mirror::sample::SampleLog;

    /// Where a checkpoint of so many entries is read, and none where it cannot be.
    struct Shows(Option<u64>);

    impl Source for Shows {
        fn read(&self, path: &str) -> Result<Option<Vec<u8>>, SourceError> {
            match self.0 {
                Some(size) => Ok(Some(SampleLog::of(size).checkpoint())),
                None => Err(SourceError { path: path.to_owned(), problem: "the line broke".to_owned(), cause: None }),
            }
        }
    }

    fn tried(began: u64, shows: Option<u64>, came: Result<Told, Stopped>) -> Tried {
        let log = SampleLog::of(began);
        let begun = Begun::at(Some(&log.checkpoint()), log.key.verifier());
        Tried { what: "log", begun, came, source: Box::new(Shows(shows)), is_served: true }
    }

    fn no(why: &str) -> Result<Told, Stopped> {
        Err(Stopped(Answer::No, why.to_owned()))
    }

    #[test]
    fn a_no_stands_only_where_the_log_has_not_grown() {
        let good = || Ok(Told::of("log", Answer::Good, Vec::new()));
        let mut tries = 0;
        let told = settled(
            || {
                tries += 1;
                Ok(if tries == 1 { tried(4, Some(5), no("newer")) } else { tried(5, Some(5), good()) })
            },
            |_| panic!("it has grown at the first look"),
        );
        assert_eq!((told.unwrap().answer, tries), (Answer::Good, 2));
        // Neither the same checkpoint, nor an older one, nor a stranger's is growth; a while is waited for each.
        let mut rests = 0;
        for shows in [4, 3] {
            let told = settled(|| Ok(tried(4, Some(shows), no("a lie"))), |_| rests += 1);
            assert_eq!(told.unwrap_err().0, Answer::No, "{shows}");
        }
        assert_eq!(rests, 2 * (LOOKS - 1));
        let unsigned = settled(|| Ok(Tried { begun: None, ..tried(4, Some(5), no("a lie")) }), |_| {});
        assert_eq!(unsigned.unwrap_err().0, Answer::No);
        let told = Told::of("light", Answer::No, vec!["a lie".to_owned()]);
        let mut told = Some(told);
        let said = settled(|| Ok(tried(4, Some(4), Ok(told.take().unwrap()))), |_| {});
        assert_eq!(said.unwrap().answer, Answer::No, "a no among the lines is one too");
    }

    #[test]
    fn a_log_that_always_grows_is_not_good_and_what_was_found_is_said() {
        let mut tries = 0;
        let told = settled(
            || {
                tries += 1;
                Ok(tried(tries, Some(tries + 1), no(&format!("lie {tries}"))))
            },
            |_| {},
        );
        let told = told.unwrap();
        assert_eq!((told.answer, tries), (Answer::CouldNotTell, TRIES_MAX as u64));
        assert!(told.lines[0].contains("the log grew while it was read") && told.lines[1].contains("lie 5"), "{:?}", told.lines);
        assert_eq!((&told.fields["found"][0], &told.fields["size"]), (&"lie 5".into(), &5.into()));
        let unread = settled(|| Ok(tried(4, None, no("a lie"))), |_| {}).unwrap();
        assert!(unread.answer == Answer::CouldNotTell && unread.lines[1].contains("a lie"), "{:?}", unread.lines);
    }
}
