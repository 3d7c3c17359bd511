//! Verify cosigned: who else has signed the checkpoint, and by whose word they are known.
//!
//! The caller's policy decides; a quorum of it that is missed means that nobody can tell. The publisher's own policy is
//! the publisher's own word: it is judged and said, and never changes the answer. Nobody known is *not cosigned*.

use super::could_not;
use crate::cli::{Answer, Stopped};
use crate::cosigned::{Standing, moment, quorum_word};
use handbell_log::note::{Note, VerifierKey};
use handbell_log::policy::{LogKey, Policy, Quorum};
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

/// How a checkpoint stands.
pub struct Cosigned {
    standing: Option<Standing>,
    word: Word,
}

/// The Ed25519 key by which a policy believes the log of a checkpoint.
pub fn key_of(policy: &Policy, checkpoint: Option<&[u8]>) -> Result<VerifierKey, Stopped> {
    let mut keys = policy.logs().iter().filter_map(|log| match &log.key {
        LogKey::Ed25519(key) => Some(key),
        LogKey::MlDsa44(_) => None,
    });
    let origin = checkpoint.and_then(|bytes| std::str::from_utf8(bytes).ok()?.lines().next());
    match origin {
        None => keys.next(),
        Some(origin) => keys.find(|key| key.name() == origin),
    }
    .cloned()
    .ok_or_else(|| could_not("the policy believes no log of this name"))
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
) -> Result<Cosigned, Stopped> {
    let note = Note::parse(checkpoint).map_err(could_not)?;
    if let Some(policy) = given {
        let judgement = policy.judge(&note).map_err(|error| Stopped(Answer::No, format!("checkpoint: {error}")))?;
        return Ok(Cosigned { standing: Some(Standing::of(&judgement)), word: Word::Callers });
    }
    let nobodys = |why| Ok(Cosigned { standing: None, word: Word::Nobodys(why) });
    let Ok(Some(bytes)) = published() else { return nobodys("it publishes no policy") };
    let Ok(policy) = Policy::parse(&bytes) else { return nobodys("the policy it publishes cannot be read") };
    if policy.cosigners().next().is_none() {
        return nobodys("nobody else has signed that this is the only tree there is");
    }
    // Its own policy must speak of the key that was believed, or it speaks of another log.
    if key_of(&policy, Some(checkpoint)).ok().as_ref() != Some(key) {
        return nobodys("the policy it publishes believes another key");
    }
    match policy.judge(&note) {
        Ok(judgement) => Ok(Cosigned { standing: Some(Standing::of(&judgement)), word: Word::Publishers }),
        Err(_) => nobodys("a line under the checkpoint does not verify"),
    }
}

impl Cosigned {
    /// What it makes of the answer.
    pub fn answer(&self) -> Answer {
        match (&self.word, &self.standing) {
            (Word::Callers, Some(Standing { quorum: Quorum::Missed, .. })) => Answer::CouldNotTell,
            _ => Answer::Good,
        }
    }

    /// In a line or two.
    pub fn text(&self) -> String {
        let Some(standing) = &self.standing else {
            let Word::Nobodys(why) = self.word else { return "not cosigned".to_owned() };
            return format!("not cosigned: {why}");
        };
        let mut text = standing.words.clone();
        for (name, time) in &standing.by {
            text.push_str(&format!("\n  {name} at {}", moment(*time).utc_second()));
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
        let mut told = self.standing.as_ref().map_or(nobody, Standing::json);
        told["policy"] = json!(word);
        told["words"] = json!(self.text().lines().next());
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use handbell_log::checkpoint::Checkpoint;
    use handbell_log::cosignature::CosigningKey;
    use handbell_log::hash::Hash;
    use handbell_log::note::SigningKey;

    fn log() -> SigningKey {
        SigningKey::from_seed("bell.example/log1", &[1; 32]).unwrap()
    }

    fn cosigner(number: u8) -> CosigningKey {
        CosigningKey::from_seed(&format!("cosigner.example/{number}"), &[number; 32]).unwrap()
    }

    fn checkpoint(by: &[u8]) -> Vec<u8> {
        let checkpoint = Checkpoint { origin: "bell.example/log1".to_owned(), size: 9, root: Hash([7; 32]) };
        let mut note = checkpoint.sign(&log()).unwrap();
        by.iter().for_each(|number| note.add(cosigner(*number).cosign(&checkpoint, 1_790_000_000 + u64::from(*number)).unwrap()).unwrap());
        note.encode().into_bytes()
    }

    fn policy(wanted: usize) -> Policy {
        let keys = [11, 12, 13].map(|number| cosigner(number).verifier().clone());
        Policy::of_cosigners(log().verifier(), &keys, wanted).unwrap()
    }

    fn judged(by: &[u8], given: Option<Policy>, published: Option<Vec<u8>>) -> Cosigned {
        judge(&checkpoint(by), given, || Ok(published), log().verifier()).unwrap()
    }

    #[test]
    fn a_quorum_counts_only_where_the_caller_asked_for_it() {
        let met = judged(&[11, 13], Some(policy(2)), None);
        assert_eq!((met.answer(), met.text().lines().next()), (Answer::Good, Some("cosigned by 2 of 3")));
        assert_eq!(met.standing.as_ref().and_then(Standing::newest), Some(moment(1_790_000_013)));
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
        assert!(judge(&checkpoint(&[]), Some(other), || Ok(None), log().verifier()).is_err());
    }
}
