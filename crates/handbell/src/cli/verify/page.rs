//! Verify page: checks one page of the record from one file, without a network.

use super::read_file;
use crate::cli::{Answer, Stopped};
use handbell_log::page_proof::{Completeness, PageProof, PageVerdict};
use handbell_log::policy::{Policy, Quorum};
use std::path::Path;

/// The answer and what is said: a line for each entry, then what it comes to.
pub fn check(file: &Path, policy: &Policy) -> Result<(Answer, String), Stopped> {
    let bytes = read_file(file)?;
    let no = |why: String| Stopped(Answer::No, format!("{}: {why}", file.display()));
    let proof = PageProof::parse(&bytes).map_err(|error| no(error.to_string()))?;
    let verdict = proof.verify(policy).map_err(|error| no(error.to_string()))?;
    let mut lines: Vec<String> = verdict.entries.iter().map(|entry| format!("entry {}: {}", entry.index, entry.state)).collect();
    lines.push(summary(&verdict, &proof.stream.to_string()));
    lines.push(verdict.judgement.to_string());
    Ok((answer(&verdict), lines.join("\n")))
}

fn answer(verdict: &PageVerdict) -> Answer {
    match (verdict.holds(), verdict.judgement.quorum) {
        (false, _) => Answer::No,
        // The log's own word is there; that of those who were asked for is not.
        (true, Quorum::Missed) => Answer::CouldNotTell,
        (true, Quorum::Met | Quorum::NotAsked) => Answer::Good,
    }
}

fn summary(verdict: &PageVerdict, stream: &str) -> String {
    let count = verdict.entries.len();
    let size = verdict.judgement.checkpoint.size;
    match (&verdict.completeness, verdict.holds()) {
        (Completeness::Failed(fault), _) => format!("FAILED: page {stream} is not whole: {fault}"),
        (_, false) if count == 0 => format!("FAILED: the proof brings no entry of page {stream}"),
        (_, false) => format!("FAILED: page {stream} is not what the log says"),
        (Completeness::Whole, true) => format!("verified: page {stream}, all its {count} entries of {size} in the log"),
        (Completeness::ToTheLast, true) => {
            format!("verified: page {stream}, {count} entries; the proof does not say whether later ones exist")
        }
    }
}

/// The policy a caller names, or the one that believes a single key.
pub fn policy(file: Option<&Path>, key: Option<&str>) -> Result<Policy, Stopped> {
    let usage = |why: String| Stopped(Answer::Usage, why);
    match (file, key) {
        (Some(file), None) => Policy::parse(&read_file(file)?).map_err(|error| usage(format!("{}: {error}", file.display()))),
        (None, Some(key)) => Ok(Policy::of_log(super::parse_key(key)?)),
        _ => Err(usage("pass --policy FILE or --key KEY: whom should be believed?".into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use handbell_log::checkpoint::Checkpoint;
    use handbell_log::cosignature::CosigningKey;
    use handbell_log::hash::Hash;
    use handbell_log::leaf::{Content, Kind, Leaf, Reason, Salt, Stream};
    use handbell_log::note::SigningKey;
    use handbell_log::page_proof::OwnEntry;
    use handbell_log::payload::canonical;
    use handbell_log::tree::root_of;

    const ORIGIN: &str = "record.example/log";
    const PAGE: Stream = Stream([7; 16]);

    fn log() -> SigningKey {
        SigningKey::from_seed(ORIGIN, &[1; 32]).unwrap()
    }

    fn cosigner() -> CosigningKey {
        CosigningKey::from_seed("cosigner.example/one", &[2; 32]).unwrap()
    }

    /// A page of two entries, the second withdrawn, cosigned or not.
    fn proof(cosigned: bool) -> PageProof {
        let payload = canonical(&serde_json::json!({"at": "2026-01-02T03:04Z", "prev": null, "seq": 0, "type": "t"})).unwrap();
        let content = Content { salt: Salt([3; 32]), payload };
        let leaves = [
            Leaf::committed(Kind::IncidentOpened, PAGE, &content.salt, &content.payload),
            Leaf::committed(Kind::Claim, PAGE, &Salt([4; 32]), b"gone"),
            Leaf::withdrawal(PAGE, 1, Reason::Safety),
        ];
        let hashes: Vec<Hash> = leaves.iter().map(Leaf::hash).collect();
        let checkpoint = Checkpoint { origin: ORIGIN.to_owned(), size: 3, root: root_of(&hashes) };
        let mut note = checkpoint.sign(&log()).unwrap();
        if cosigned {
            note.add(cosigner().cosign(&checkpoint, 100).unwrap()).unwrap();
        }
        let own = vec![
            OwnEntry { leaf: (0, leaves[0]), content: Some(content), withdrawal: None },
            OwnEntry { leaf: (1, leaves[1]), content: None, withdrawal: Some((2, leaves[2])) },
        ];
        let Ok(proof) = PageProof::of(note, &checkpoint, PAGE, own, hashes.as_slice());
        proof
    }

    fn checked(proof: &PageProof, policy: &Policy) -> Result<(Answer, String), Stopped> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("page.json");
        std::fs::write(&file, proof.encode().unwrap()).unwrap();
        check(&file, policy)
    }

    #[test]
    fn a_page_is_answered_entry_by_entry() {
        let own = policy(None, Some(&log().verifier().to_string())).unwrap();
        let (answer, said) = checked(&proof(false), &own).unwrap();
        assert_eq!(answer, Answer::Good);
        let lines: Vec<&str> = said.lines().collect();
        assert_eq!(lines[..2], ["entry 0: verified", "entry 1: withdrawn at index 2, safety"]);
        assert!(lines[2].starts_with("verified: page ") && lines[2].contains("2 entries"), "{said}");
        assert!(lines[3].starts_with("not cosigned"), "{said}");

        let mut wrong = proof(false);
        wrong.entries[0].content.as_mut().unwrap().payload[7] ^= 1;
        let (answer, said) = checked(&wrong, &own).unwrap();
        assert_eq!(answer, Answer::No);
        assert!(said.starts_with("entry 0: FAILED: the content is not the one"), "{said}");
        wrong.entries.remove(0);
        assert_eq!(checked(&wrong, &own).unwrap().0, Answer::Good, "a withdrawn entry alone has no number to tell by");
        wrong.entries.clear();
        assert_eq!(checked(&wrong, &own).unwrap().0, Answer::No);
    }

    #[test]
    fn cosigners_who_were_asked_for_and_are_missing_leave_the_answer_open() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("policy");
        std::fs::write(&file, format!("log {}\nwitness A {}\nquorum A\n", log().verifier(), cosigner().verifier())).unwrap();
        let asked = policy(Some(&file), None).unwrap();
        let (answer, said) = checked(&proof(true), &asked).unwrap();
        assert_eq!((answer, said.lines().last()), (Answer::Good, Some("cosigned by 1 of 1")));
        let (answer, said) = checked(&proof(false), &asked).unwrap();
        assert_eq!((answer, said.lines().last()), (Answer::CouldNotTell, Some("not cosigned: none of 1 has signed")));
    }

    #[test]
    fn what_cannot_be_read_or_believed_is_said_as_such() {
        let own = policy(None, Some(&log().verifier().to_string())).unwrap();
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(check(&folder.path().join("missing"), &own).unwrap_err().0, Answer::CouldNotTell);
        let file = folder.path().join("page.json");
        std::fs::write(&file, "{}").unwrap();
        assert_eq!(check(&file, &own).unwrap_err().0, Answer::No);
        let stranger = SigningKey::from_seed(ORIGIN, &[9; 32]).unwrap().verifier().to_string();
        assert_eq!(checked(&proof(true), &policy(None, Some(&stranger)).unwrap()).unwrap_err().0, Answer::No);
        assert_eq!(policy(None, None).unwrap_err().0, Answer::Usage);
        assert_eq!(policy(None, Some("no key")).unwrap_err().0, Answer::Usage);
        assert_eq!(policy(Some(&file), None).unwrap_err().0, Answer::Usage);
        assert_eq!(policy(Some(&folder.path().join("missing")), None).unwrap_err().0, Answer::CouldNotTell);
    }
}
