//! Verify cosigned: who else has signed the checkpoint, and by whose word they are known.
//!
//! The caller's policy decides; a quorum of it that is missed means that nobody can tell. The publisher's own policy is
//! the publisher's own word: it is judged and said, and never changes the answer. Nobody known is *not cosigned*.
//!
//! A cosignature says that this was the largest tree *at a time*. One without a time says nothing of the sort, and one from
//! the future says it of a moment that nobody has seen: neither counts. How old the newest is, is said; how old it may be
//! is the caller's to say (`--within`), since an old tree that is shown for ever has every signature it once had.

use super::could_not;
use crate::cli::{Answer, Stopped};
use crate::cosigned::{Standing, moment, quorum_word};
use handbell_log::checkpoint::Checkpoint;
use handbell_log::cosigner::AHEAD_SECONDS_MAX;
use handbell_log::note::{Note, Signature, VerifierKey};
use handbell_log::policy::{LogKey, Policy, PolicyRefusal, Quorum};
use handbell_log::source::SourceError;
use serde_json::{Value, json};

/// Whose word the cosigners are known by.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Word {
    Callers,
    Publishers,
    /// There is none that can be used; why.
    Nobodys(&'static str),
}

/// What the times of cosignatures are held against.
#[derive(Debug)]
pub struct When {
    /// What time it is, in seconds since 1970.
    pub now_seconds: u64,
    /// How old those may be that the quorum asks for.
    pub within_hours: Option<u64>,
}

/// How a checkpoint stands with the cosigners of a policy.
struct Timed {
    /// By the lines that count.
    standing: Standing,
    /// How many lines name no time, or one too far ahead.
    not_counted: usize,
    /// How old the newest that counts is.
    age_seconds: Option<u64>,
    /// Within how many hours it was asked for, and how it stands by those alone.
    fresh: Option<(u64, Standing)>,
}

/// How a checkpoint stands.
pub struct Cosigned {
    timed: Option<Timed>,
    word: Word,
}

/// The Ed25519 key by which a policy believes the log of a checkpoint. A log may have several; then it is one that signed.
pub fn key_of(policy: &Policy, checkpoint: Option<&[u8]>) -> Result<VerifierKey, Stopped> {
    let keys = policy.logs().iter().filter_map(|log| match &log.key {
        LogKey::Ed25519(key) => Some(key),
        LogKey::MlDsa44(_) => None,
    });
    let origin = checkpoint.and_then(|bytes| std::str::from_utf8(bytes).ok()?.lines().next());
    let named: Vec<&VerifierKey> = keys.filter(|key| origin.is_none_or(|origin| key.name() == origin)).collect();
    let signed = |key: &&&VerifierKey| checkpoint.is_some_and(|bytes| Checkpoint::open(bytes, key).is_ok());
    let key = named.iter().find(signed).or(named.first());
    key.map(|key| (*key).clone()).ok_or_else(|| could_not("the policy believes no log of this name"))
}

/// A note without the lines of these cosigners that name a time outside of these, and how many that are.
fn told_between(note: &Note, policy: &Policy, from: u64, until: u64) -> Result<(Note, usize), PolicyRefusal> {
    let time_of = |line: &Signature| policy.cosigners().find_map(|one| one.key.verify(note.text(), line));
    let is_outside = |line: &Signature| time_of(line).is_some_and(|time| !(from..=until).contains(&time));
    let kept: Vec<Signature> = note.signatures().iter().filter(|line| !is_outside(line)).cloned().collect();
    let outside = note.signatures().len() - kept.len();
    Ok((Note::new(note.text(), kept)?, outside))
}

/// A note without the lines of a policy's cosigners that do not count: those that name no time, or one too far ahead of
/// now, in seconds since 1970. And how many those are.
///
/// # Errors
/// Where the policy does not believe the note: a line that does not verify spoils it, whatever time it names.
pub fn counted(note: &Note, policy: &Policy, now_seconds: u64) -> Result<(Note, usize), PolicyRefusal> {
    policy.judge(note)?;
    told_between(note, policy, 1, now_seconds.saturating_add(AHEAD_SECONDS_MAX))
}

/// What is said of lines that do not count; nothing where all of them do.
pub fn not_counted(count: usize) -> Option<String> {
    (count > 0).then(|| format!("not counted: {count} that name no time, or one more than five minutes ahead of this machine's clock"))
}

fn timed(note: &Note, policy: &Policy, when: &When) -> Result<Timed, PolicyRefusal> {
    let (counted, not_counted) = counted(note, policy, when.now_seconds)?;
    let until = when.now_seconds.saturating_add(AHEAD_SECONDS_MAX);
    let standing = Standing::of(&policy.judge(&counted)?);
    let newest = standing.by.iter().map(|(_, time)| *time).max();
    let age_seconds = newest.map(|time| when.now_seconds.saturating_sub(time));
    let fresh = match when.within_hours {
        None => None,
        Some(hours) => {
            let from = when.now_seconds.saturating_sub(hours.saturating_mul(3_600)).max(1);
            let (fresh, _) = told_between(note, policy, from, until)?;
            Some((hours, Standing::of(&policy.judge(&fresh)?)))
        }
    };
    Ok(Timed { standing, not_counted, age_seconds, fresh })
}

/// How long ago something was, in the largest unit of which there are two.
fn ago(seconds: u64) -> String {
    let (count, unit) = match seconds {
        0..60 => return "less than a minute ago".to_owned(),
        60..7_200 => (seconds / 60, "minute"),
        7_200..172_800 => (seconds / 3_600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    format!("{count} {unit}{} ago", if count == 1 { "" } else { "s" })
}

/// Judges the checkpoint that was verified.
///
/// # Errors
/// Where the caller's policy does not believe it.
pub fn judge(
    checkpoint: &[u8],
    given: Option<Policy>,
    published: impl FnOnce() -> Result<Option<Vec<u8>>, SourceError>,
    key: &VerifierKey,
    when: &When,
) -> Result<Cosigned, Stopped> {
    let note = Note::parse(checkpoint).map_err(could_not)?;
    if let Some(policy) = given {
        let timed = timed(&note, &policy, when).map_err(|error| Stopped(Answer::No, format!("checkpoint: {error}")))?;
        return Ok(Cosigned { timed: Some(timed), word: Word::Callers });
    }
    let nobodys = |why| Ok(Cosigned { timed: None, word: Word::Nobodys(why) });
    let Ok(published) = published() else { return nobodys("the policy it publishes could not be read") };
    let Some(bytes) = published else { return nobodys("it publishes no policy") };
    let Ok(policy) = Policy::parse(&bytes) else { return nobodys("the policy it publishes cannot be read") };
    if policy.cosigners().next().is_none() {
        return nobodys("nobody else has signed that this is the only tree there is");
    }
    // Its own policy must speak of the key that was believed, or it speaks of another log.
    if key_of(&policy, Some(checkpoint)).ok().as_ref() != Some(key) {
        return nobodys("the policy it publishes believes another key");
    }
    match timed(&note, &policy, when) {
        Ok(timed) => Ok(Cosigned { timed: Some(timed), word: Word::Publishers }),
        Err(_) => nobodys("a line under the checkpoint does not verify"),
    }
}

impl Cosigned {
    /// What it makes of the answer.
    pub fn answer(&self) -> Answer {
        let (Word::Callers, Some(timed)) = (&self.word, &self.timed) else { return Answer::Good };
        let asked = std::iter::once(&timed.standing).chain(timed.fresh.iter().map(|(_, fresh)| fresh));
        let is_missed = asked.map(|standing| standing.quorum).any(|quorum| quorum == Quorum::Missed);
        if is_missed { Answer::CouldNotTell } else { Answer::Good }
    }

    /// In a few lines.
    pub fn text(&self) -> String {
        let Some(timed) = &self.timed else {
            let Word::Nobodys(why) = self.word else { return "not cosigned".to_owned() };
            return format!("not cosigned: {why}");
        };
        let mut text = timed.standing.words.clone();
        for (name, time) in &timed.standing.by {
            text.push_str(&format!("\n  {name} at {}", moment(*time).utc_second()));
        }
        if let Some(age) = timed.age_seconds {
            text.push_str(&format!("\nthe newest was {}", ago(age)));
        }
        if let Some((hours, fresh)) = &timed.fresh {
            let plural = if *hours == 1 { "" } else { "s" };
            text.push_str(&format!("\nwithin the last {hours} hour{plural}: {}", fresh.words));
        }
        if let Some(words) = not_counted(timed.not_counted) {
            text.push_str(&format!("\n{words}"));
        }
        if self.word == Word::Publishers {
            text.push_str("\nwho cosigns is the publisher's own word; pass --policy FILE to say whom you believe");
        }
        text
    }

    /// For programs.
    pub fn json(&self) -> Value {
        let word = match self.word {
            Word::Callers => "given",
            Word::Publishers => "publishers-word",
            Word::Nobodys(_) => "none",
        };
        let nobody = json!({"by": 0, "of": 0, "quorum": quorum_word(Quorum::NotAsked), "newest": null, "cosignatures": []});
        let mut told = self.timed.as_ref().map_or(nobody, |timed| timed.standing.json());
        told["age_seconds"] = json!(self.timed.as_ref().and_then(|timed| timed.age_seconds));
        told["not_counted"] = json!(self.timed.as_ref().map_or(0, |timed| timed.not_counted));
        let fresh = self.timed.as_ref().and_then(|timed| timed.fresh.as_ref());
        told["within"] =
            json!(fresh.map(|(hours, fresh)| json!({"hours": hours, "by": fresh.by.len(), "quorum": quorum_word(fresh.quorum)})));
        told["policy"] = json!(word);
        told["words"] = json!(self.text().lines().next());
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use handbell_log::cosignature::CosigningKey;
    use handbell_log::hash::Hash;
    use handbell_log::note::SigningKey;

    fn log() -> SigningKey {
        SigningKey::from_seed("bell.example/log1", &[1; 32]).unwrap()
    }

    fn cosigner(number: u8) -> CosigningKey {
        CosigningKey::from_seed(&format!("cosigner.example/{number}"), &[number; 32]).unwrap()
    }

    /// When the cosigner of this number signs.
    fn time(number: u8) -> u64 {
        1_790_000_000 + u64::from(number)
    }

    fn checkpoint(by: &[u8]) -> Vec<u8> {
        let by: Vec<(u8, u64)> = by.iter().map(|number| (*number, time(*number))).collect();
        signed(&by)
    }

    fn signed(by: &[(u8, u64)]) -> Vec<u8> {
        let checkpoint = Checkpoint { origin: "bell.example/log1".to_owned(), size: 9, root: Hash([7; 32]) };
        let mut note = checkpoint.sign(&log()).unwrap();
        by.iter().for_each(|(number, at)| note.add(cosigner(*number).cosign(&checkpoint, *at).unwrap()).unwrap());
        note.encode().into_bytes()
    }

    fn policy(wanted: usize) -> Policy {
        let keys = [11, 12, 13].map(|number| cosigner(number).verifier().clone());
        Policy::of_cosigners(log().verifier(), &keys, wanted).unwrap()
    }

    fn judged(by: &[u8], given: Option<Policy>, published: Option<Vec<u8>>) -> Cosigned {
        judge(&checkpoint(by), given, || Ok(published), log().verifier(), &at(time(100), None)).unwrap()
    }

    fn at(now_seconds: u64, within_hours: Option<u64>) -> When {
        When { now_seconds, within_hours }
    }

    #[test]
    fn a_quorum_counts_only_where_the_caller_asked_for_it() {
        let met = judged(&[11, 13], Some(policy(2)), None);
        assert_eq!((met.answer(), met.text().lines().next()), (Answer::Good, Some("cosigned by 2 of 3")));
        assert_eq!(met.timed.as_ref().and_then(|timed| timed.standing.newest()), Some(moment(1_790_000_013)));
        let missed = judged(&[11], Some(policy(2)), None);
        assert_eq!((missed.answer(), missed.json()["quorum"].as_str()), (Answer::CouldNotTell, Some("missed")));
        let own_word = judged(&[11], None, Some(policy(2).encode()));
        assert_eq!((own_word.answer(), own_word.json()["policy"].as_str()), (Answer::Good, Some("publishers-word")));
        assert!(own_word.text().contains("which is not enough") && own_word.text().contains("publisher's own word"));
    }

    #[test]
    fn without_cosigners_that_can_be_known_it_is_not_cosigned() {
        let other = SigningKey::from_seed("bell.example/log1", &[9; 32]).unwrap();
        let of_another_key = Policy::of_cosigners(other.verifier(), &[cosigner(11).verifier().clone()], 1).unwrap();
        for published in
            [None, Some(b"nonsense".to_vec()), Some(Policy::of_log(log().verifier().clone()).encode()), Some(of_another_key.encode())]
        {
            let none = judged(&[11], None, published);
            assert!(none.text().starts_with("not cosigned: "), "{}", none.text());
            assert_eq!((none.answer(), none.json()["policy"].as_str(), none.json()["by"].as_u64()), (Answer::Good, Some("none"), Some(0)));
        }
        // A caller who believes another key is told no.
        let other = Policy::of_log(other.verifier().clone());
        assert!(judge(&checkpoint(&[]), Some(other), || Ok(None), log().verifier(), &at(time(0), None)).is_err());
    }

    #[test]
    fn of_two_keys_of_one_log_the_one_is_meant_that_signed() {
        let other = SigningKey::from_seed("bell.example/log1", &[9; 32]).unwrap();
        let [ours, others] = [log().verifier().clone(), other.verifier().clone()];
        for keys in [[&ours, &others], [&others, &ours]] {
            let policy = Policy::parse(format!("log {}\nlog {}\nquorum none\n", keys[0], keys[1]).as_bytes()).unwrap();
            assert_eq!(key_of(&policy, Some(&checkpoint(&[]))).unwrap(), ours);
            // Where nothing is signed yet, or by neither, the first is asked.
            assert_eq!(&key_of(&policy, None).unwrap(), keys[0]);
            assert_eq!(&key_of(&policy, Some(b"bell.example/log1\n")).unwrap(), keys[0]);
        }
        let policy = Policy::of_log(others);
        assert_eq!(key_of(&policy, Some(b"town.example/log1\n")).unwrap_err().0, Answer::CouldNotTell);
    }

    #[test]
    fn a_time_that_says_nothing_does_not_count_and_an_old_one_only_where_nobody_asked() {
        const DAY: u64 = 86_400;
        let now = time(0) + 3 * DAY;
        let of = |by: &[(u8, u64)], within| {
            let given = judge(&signed(by), Some(policy(2)), || Ok(None), log().verifier(), &at(now, within));
            given.unwrap()
        };
        // No time, and a time too far ahead: of both nothing counts.
        for nothing in [0, now + AHEAD_SECONDS_MAX + 1] {
            let missed = of(&[(11, nothing), (12, now)], None);
            let said = missed.json();
            assert_eq!((missed.answer(), &said["by"], &said["not_counted"]), (Answer::CouldNotTell, &1.into(), &1.into()));
            assert!(missed.text().contains("not counted: 1 that name no time"), "{}", missed.text());
        }
        let ahead = of(&[(11, now + AHEAD_SECONDS_MAX), (12, now)], Some(1));
        assert_eq!((ahead.answer(), ahead.json()["age_seconds"].as_u64()), (Answer::Good, Some(0)), "clocks differ a little");
        // Three days old: good until somebody asks for newer ones.
        let old = [(11, now - 3 * DAY), (12, now - 4 * DAY)];
        let said = of(&old, None);
        assert_eq!((said.answer(), said.json()["within"].is_null()), (Answer::Good, true));
        assert!(said.text().contains("the newest was 3 days ago"), "{}", said.text());
        for (hours, answer) in [(71, Answer::CouldNotTell), (72, Answer::CouldNotTell), (96, Answer::Good)] {
            assert_eq!(of(&old, Some(hours)).answer(), answer, "{hours}");
        }
        let one = of(&old, Some(72));
        assert_eq!((&one.json()["within"]["by"], &one.json()["within"]["quorum"]), (&1.into(), &"missed".into()));
        assert!(one.text().contains("within the last 72 hours: cosigned by 1 of 3, which is not enough"), "{}", one.text());
        // A newer line of a cosigner stands for an older one of the same.
        assert_eq!(of(&[(11, now - 9 * DAY), (11, now), (12, now)], Some(1)).answer(), Answer::Good);
        // A line that does not verify spoils it, whatever time it names.
        let other = Checkpoint { origin: "bell.example/log1".to_owned(), size: 8, root: Hash([7; 32]) };
        let mut note = Note::parse(&signed(&[(12, now)])).unwrap();
        note.add(cosigner(11).cosign(&other, 0).unwrap()).unwrap();
        assert!(judge(note.encode().as_bytes(), Some(policy(1)), || Ok(None), log().verifier(), &at(now, None)).is_err());
    }

    #[test]
    fn how_long_ago_is_said_in_whole_numbers() {
        let said = [0, 59, 60, 7_199, 7_200, 172_799, 172_800].map(ago);
        let wanted = [
            "less than a minute ago",
            "less than a minute ago",
            "1 minute ago",
            "119 minutes ago",
            "2 hours ago",
            "47 hours ago",
            "2 days ago",
        ];
        assert_eq!(said, wanted);
    }
}
