//! Verify page: checks one page of the record from one file, without a network.
//!
//! The page is worked out anew from the entries that the file brings and held against the digest in it, and against a
//! saved page where one is given.

use super::shown::{self, Shown};
use super::told::{Told, entry};
use super::{cosigned, now_seconds, read_file};
use crate::cli::{Answer, Stopped};
use handbell_log::hash::Hash;
use handbell_log::page_proof::{Completeness, EntryState, PageProof, PageVerdict};
use handbell_log::policy::{Policy, Quorum};
use handbell_rules::id::IncidentId;
use handbell_rules::record::projection::{IncidentRecord, LoggedEntry, PROJECTION_VERSION, project};
use serde_json::{Value, json};
use std::path::Path;

/// A line for each entry, then what it comes to. `saved` is the page as somebody kept it: its data, or its HTML.
pub fn check(file: &Path, saved: Option<&Path>, policy: &Policy) -> Result<Told, Stopped> {
    let bytes = read_file(file)?;
    let no = |why: String| Stopped(Answer::No, format!("{}: {why}", file.display()));
    let Judged { mut told, record, by_others } = judge(&bytes, policy, now_seconds()).map_err(no)?;
    if let Some(saved) = saved {
        let bytes = read_file(saved)?;
        let (answer, line) = match &record {
            Some(_) if by_others && bytes.first() != Some(&b'{') => {
                (Answer::CouldNotTell, "what the page shows cannot be told, because it is made by other rules".to_owned())
            }
            Some(record) => held_against(record, &bytes, &[]),
            None => (Answer::No, "FAILED: no page follows from these entries".to_owned()),
        };
        told.lines.push(format!("{}: {line}", saved.display()));
        told.answer = worse(told.answer, answer);
    }
    Ok(told)
}

/// What a proof proves, and the page that follows from it where every entry holds.
pub struct Judged {
    /// The answer with its lines.
    pub told: Told,
    /// The page.
    pub record: Option<IncidentRecord>,
    /// Whether the proof names a page by rules that this program does not know.
    pub by_others: bool,
}

/// Judges a page proof at a time, in seconds since 1970; the error is why it is none, or not of a believed log.
pub fn judge(bytes: &[u8], policy: &Policy, now_seconds: u64) -> Result<Judged, String> {
    let mut proof = PageProof::parse(bytes).map_err(|error| error.to_string())?;
    let (counted, not_counted) = cosigned::counted(&proof.checkpoint, policy, now_seconds).map_err(|error| error.to_string())?;
    proof.checkpoint = counted;
    let verdict = proof.verify(policy).map_err(|error| error.to_string())?;
    let mut lines: Vec<String> = verdict.entries.iter().map(|entry| format!("entry {}: {}", entry.index, entry.state)).collect();
    lines.push(summary(&verdict, &proof.stream.to_string()));
    let record = follows(&proof, &verdict).map_err(|error| error.to_string())?;
    let (mut answer, mut projected) = (answer(&verdict), Value::Null);
    if verdict.holds() {
        let (said, line, agrees) = projection(&proof, record.as_ref());
        answer = worse(answer, said);
        lines.extend(line);
        projected =
            json!({"version": PROJECTION_VERSION, "sha256": record.as_ref().map(|page| Hash(page.sha256()).to_hex()), "agrees": agrees});
    }
    if verdict.holds() && verdict.may_hide_a_withdrawal() {
        lines.push(unseen(&verdict));
    }
    lines.extend(cosigned::not_counted(not_counted));
    lines.push(verdict.judgement.to_string());
    let checkpoint = &verdict.judgement.checkpoint;
    let told = Told::of("page", answer, lines)
        .with("page", proof.stream.to_string())
        .with("origin", checkpoint.origin.clone())
        .with("size", checkpoint.size)
        .with("root", checkpoint.root.to_string())
        .with(
            "cosigned_by",
            verdict.judgement.cosigned_by.iter().map(|one| String::from_utf8_lossy(&one.name).into_owned()).collect::<Vec<_>>(),
        )
        .with("not_counted", not_counted)
        .with("entries", entries(&verdict))
        .with("complete", matches!(verdict.completeness, Completeness::Whole))
        .with("withdrawals_shown_from", verdict.withdrawals_shown_from)
        .with("may_hide_a_withdrawal", verdict.may_hide_a_withdrawal())
        .with("projection", projected);
    let by_others = proof.projection.is_some_and(|said| said.version != u64::from(PROJECTION_VERSION));
    Ok(Judged { told, record: record.filter(|_| verdict.holds()), by_others })
}

/// The worse of two answers: no, then could not tell.
pub fn worse(one: Answer, other: Answer) -> Answer {
    let weight = |answer: Answer| match answer {
        Answer::Good => 0,
        Answer::CouldNotTell => 1,
        Answer::Usage => 2,
        Answer::No => 3,
    };
    if weight(one) >= weight(other) { one } else { other }
}

/// The page that follows from the entries; none where one of them does not hold, or none opens it.
fn follows(proof: &PageProof, verdict: &PageVerdict) -> Result<Option<IncidentRecord>, serde_json::Error> {
    let mut entries = Vec::with_capacity(verdict.entries.len());
    for entry in &verdict.entries {
        let payload = match &entry.state {
            EntryState::Verified { payload } => Some(serde_json::from_slice(payload)?),
            EntryState::Withdrawn { .. } => None,
            EntryState::Failed(_) => return Ok(None),
        };
        entries.push(LoggedEntry { index: entry.index, kind: entry.kind_code, payload, missing: false });
    }
    Ok(project(IncidentId(proof.stream.0), &entries))
}

/// Holds the digest in the proof against the page that follows; `None` where there is nothing to hold it against.
fn projection(proof: &PageProof, record: Option<&IncidentRecord>) -> (Answer, Option<String>, Option<bool>) {
    let Some(record) = record else {
        return match proof.projection {
            None => (Answer::Good, None, None),
            Some(_) => (Answer::No, Some("FAILED: the proof names a page, and none follows from its entries".to_owned()), Some(false)),
        };
    };
    let ours = Hash(record.sha256());
    match proof.projection {
        Some(said) if said.version != u64::from(PROJECTION_VERSION) => {
            let line = format!("the proof names a page by rules {}, and this program knows rules {PROJECTION_VERSION}", said.version);
            (Answer::CouldNotTell, Some(line), None)
        }
        Some(said) if said.hash != ours => {
            (Answer::No, Some("FAILED: the page that the proof names is not the one that follows from its entries".to_owned()), Some(false))
        }
        said => (Answer::Good, Some(format!("the page as data has the SHA-256 {}", ours.to_hex())), said.map(|_| true)),
    }
}

/// Whether a page as data says that it follows by other rules than this program's, and so cannot be worked out here.
pub fn other_rules(page: &[u8]) -> Option<String> {
    let said: Value = serde_json::from_slice(page).ok()?;
    let said = said.get("projection")?.as_u64().filter(|said| *said != u64::from(PROJECTION_VERSION))?;
    Some(format!("the page is made by rules {said}, and this program knows rules {PROJECTION_VERSION}"))
}

/// Holds a page, as data or as HTML, against the one that follows from the log.
pub fn held_against(record: &IncidentRecord, page: &[u8], parts: &[String]) -> (Answer, String) {
    if page.first() == Some(&b'{') {
        if page.strip_suffix(b"\n").unwrap_or(page) == record.bytes() {
            return (Answer::Good, "the data is what the log says".to_owned());
        }
        return match other_rules(page) {
            Some(why) => (Answer::CouldNotTell, format!("whether the data is what the log says cannot be told: {why}")),
            None => (Answer::No, "FAILED: the data is not what the log says".to_owned()),
        };
    }
    match shown::compare(record, &Hash(record.sha256()).to_hex(), &String::from_utf8_lossy(page), parts) {
        Shown::Same => (Answer::Good, "the page says what the log says".to_owned()),
        Shown::Beginning(lists) => {
            let lists = lists.join(", ");
            (Answer::Good, format!("the page says what the log says, so far as its lists go; other pages hold the rest of: {lists}"))
        }
        Shown::CannotTell(why) => (Answer::CouldNotTell, format!("whether the page says what the log says cannot be told: {why}")),
        Shown::Other(why) => (Answer::No, format!("FAILED: the page does not say what the log says: {why}")),
    }
}

fn entries(verdict: &PageVerdict) -> Vec<Value> {
    let one = |one: &handbell_log::page_proof::EntryVerdict| match &one.state {
        EntryState::Verified { .. } => entry(one.index, one.kind_code, "verified", Value::Null),
        EntryState::Withdrawn { reason, by, still_offered } => {
            let more = json!({"reason": reason.code(), "by": by, "still_offered": still_offered});
            entry(one.index, one.kind_code, "withdrawn", more)
        }
        EntryState::Failed(fault) => entry(one.index, one.kind_code, "failed", json!({"why": fault.to_string()})),
    };
    verdict.entries.iter().map(one).collect()
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

/// What a page proof cannot show, whoever made it.
fn unseen(verdict: &PageVerdict) -> String {
    let from = verdict.withdrawals_shown_from;
    format!("words withdrawn before entry {from} cannot be seen to be withdrawn by a page proof alone; checking the whole log shows it")
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
    use handbell_log::cosigner::AHEAD_SECONDS_MAX;
    use handbell_log::hash::Hash;
    use handbell_log::leaf::{Content, Kind, Leaf, Reason, Salt, Stream};
    use handbell_log::note::SigningKey;
    use handbell_log::page_proof::{OwnEntry, Projection};
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

    fn read(file: &Path, policy: &Policy) -> Result<(Answer, String), Stopped> {
        check(file, None, policy).map(|told| (told.answer, told.text(false)))
    }

    fn checked(proof: &PageProof, policy: &Policy) -> Result<(Answer, String), Stopped> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("page.json");
        std::fs::write(&file, proof.encode().unwrap()).unwrap();
        read(&file, policy)
    }

    #[test]
    fn a_page_is_answered_entry_by_entry() {
        let own = policy(None, Some(&log().verifier().to_string())).unwrap();
        let (answer, said) = checked(&proof(false), &own).unwrap();
        assert_eq!(answer, Answer::Good);
        let lines: Vec<&str> = said.lines().collect();
        assert_eq!(lines[..2], ["entry 0: verified", "entry 1: withdrawn at index 2, safety"]);
        assert!(lines[2].starts_with("verified: page ") && lines[2].contains("2 entries"), "{said}");
        assert!(lines[3].starts_with("the page as data has the SHA-256 "), "{said}");
        // A withdrawal of the first entry could stand at 1 or 2, and nothing here would show it.
        assert!(lines[4].starts_with("words withdrawn before entry 3 cannot be seen"), "{said}");
        assert!(lines[5].starts_with("not cosigned"), "{said}");

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
    fn a_page_that_does_not_follow_from_its_entries_is_found() {
        let own = policy(None, Some(&log().verifier().to_string())).unwrap();
        let mut said = proof(false);
        let (_, lines) = checked(&said, &own).unwrap();
        let line = lines.lines().find(|line| line.starts_with("the page as data")).unwrap();
        let follows = line.rsplit(' ').next().unwrap();
        let digest = |hex: &str| Hash(std::array::from_fn(|place| u8::from_str_radix(&hex[2 * place..2 * place + 2], 16).unwrap()));
        said.projection = Some(Projection { version: PROJECTION_VERSION.into(), hash: digest(follows) });
        assert_eq!(checked(&said, &own).unwrap().0, Answer::Good);
        said.projection = Some(Projection { version: PROJECTION_VERSION.into(), hash: Hash([7; 32]) });
        let (answer, lines) = checked(&said, &own).unwrap();
        assert_eq!(answer, Answer::No);
        assert!(lines.contains("FAILED: the page that the proof names is not the one"), "{lines}");
        said.projection = Some(Projection { version: 99, hash: digest(follows) });
        assert_eq!(checked(&said, &own).unwrap().0, Answer::CouldNotTell, "rules that this program does not know");
        // Nor can it tell of such a page that somebody saved. One that names its own rules is held against them.
        let folder = tempfile::tempdir().unwrap();
        let (file, saved) = (folder.path().join("page.json"), folder.path().join("saved"));
        std::fs::write(&file, said.encode().unwrap()).unwrap();
        for (page, answer) in [
            ("<h1>A page</h1>", Answer::CouldNotTell),
            ("{\"projection\":99}", Answer::CouldNotTell),
            ("{\"projection\":\"new\"}", Answer::No),
            ("{}", Answer::No),
        ] {
            std::fs::write(&saved, page).unwrap();
            assert_eq!(check(&file, Some(&saved), &own).unwrap().answer, answer, "{page}");
        }
        // No entry opens a page, and the proof names one.
        said.entries.remove(0);
        assert_eq!(checked(&said, &own).unwrap().0, Answer::No);
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
    fn a_cosignature_without_a_time_or_from_the_future_does_not_count() {
        let keys = [cosigner().verifier().clone()];
        let asked = Policy::of_cosigners(log().verifier(), &keys, 1).unwrap();
        let uncosigned = proof(false);
        let now = now_seconds();
        for (time, answer) in [
            (0, Answer::CouldNotTell),
            (now - 100, Answer::Good),
            (now + AHEAD_SECONDS_MAX, Answer::Good),
            (now + AHEAD_SECONDS_MAX + 1, Answer::CouldNotTell),
            (u64::MAX >> 1, Answer::CouldNotTell),
        ] {
            let mut proof = uncosigned.clone();
            let checkpoint = Checkpoint::open(proof.checkpoint.encode().as_bytes(), log().verifier()).unwrap();
            proof.checkpoint.add(cosigner().cosign(&checkpoint, time).unwrap()).unwrap();
            let told = judge(&proof.encode().unwrap(), &asked, now).unwrap().told;
            assert_eq!((told.answer, &told.fields["not_counted"]), (answer, &u64::from(answer != Answer::Good).into()), "{time}");
            assert_eq!(told.lines.iter().any(|line| line.starts_with("not counted: 1 ")), answer != Answer::Good, "{:?}", told.lines);
        }
    }

    #[test]
    fn what_cannot_be_read_or_believed_is_said_as_such() {
        let own = policy(None, Some(&log().verifier().to_string())).unwrap();
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(read(&folder.path().join("missing"), &own).unwrap_err().0, Answer::CouldNotTell);
        let file = folder.path().join("page.json");
        std::fs::write(&file, "{}").unwrap();
        assert_eq!(read(&file, &own).unwrap_err().0, Answer::No);
        let stranger = SigningKey::from_seed(ORIGIN, &[9; 32]).unwrap().verifier().to_string();
        assert_eq!(checked(&proof(true), &policy(None, Some(&stranger)).unwrap()).unwrap_err().0, Answer::No);
        assert_eq!(policy(None, None).unwrap_err().0, Answer::Usage);
        assert_eq!(policy(None, Some("no key")).unwrap_err().0, Answer::Usage);
        assert_eq!(policy(Some(&file), None).unwrap_err().0, Answer::Usage);
        assert_eq!(policy(Some(&folder.path().join("missing")), None).unwrap_err().0, Answer::CouldNotTell);
    }
}
