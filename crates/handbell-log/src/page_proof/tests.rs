use super::*;
use crate::cosignature::CosigningKey;
use crate::leaf::{Kind, Reason, Salt};
use crate::note::SigningKey;
use crate::payload;
use crate::policy::{Policy, Quorum};
use crate::snapshot::Snapshot;
use crate::tree::Levels;
use proptest::prelude::*;
use serde_json::json;

const ORIGIN: &str = "record.example/log";
const PAGE: Stream = Stream([7; 16]);
const OTHER: Stream = Stream([9; 16]);

fn log() -> SigningKey {
    SigningKey::from_seed(ORIGIN, &[1; 32]).unwrap()
}

fn cosigner() -> CosigningKey {
    CosigningKey::from_seed("cosigner.example/one", &[2; 32]).unwrap()
}

fn policy() -> Policy {
    Policy::of_cosigners(log().verifier(), &[cosigner().verifier().clone()], 1).unwrap()
}

/// A log under construction, with what lies beside its leaves.
#[derive(Default)]
struct Log {
    leaves: Vec<Leaf>,
    contents: Vec<Option<Content>>,
}

impl Log {
    fn chain(&self, stream: Stream) -> (u64, Option<u64>) {
        let own = (0u64..).zip(&self.leaves).filter(|(_, leaf)| leaf.stream() == stream && leaf.is_committed());
        (own.clone().count() as u64, own.last().map(|(index, _)| index))
    }

    fn entry(&mut self, stream: Stream) -> u64 {
        let (seq, prev) = self.chain(stream);
        self.payload(
            stream,
            Kind::Claim,
            &json!({"at": "2026-01-02T03:04Z", "prev": prev, "seq": seq, "type": "t", "words": "\u{e9}\n\"x\""}),
        )
    }

    fn payload(&mut self, stream: Stream, kind: Kind, payload: &serde_json::Value) -> u64 {
        let index = self.leaves.len() as u64;
        let content = Content { salt: Salt([index as u8; 32]), payload: payload::canonical(payload).unwrap() };
        self.leaves.push(Leaf::committed(kind, stream, &content.salt, &content.payload));
        self.contents.push(Some(content));
        index
    }

    fn withdraw(&mut self, target: u64) -> u64 {
        self.leaves.push(Leaf::withdrawal(self.leaves[target as usize].stream(), target, Reason::PersonalData));
        self.contents.push(None);
        self.contents[target as usize] = None;
        self.leaves.len() as u64 - 1
    }

    fn snapshot(&mut self) -> u64 {
        let head = self.leaves.iter().collect::<Snapshot>().head();
        let (seq, prev) = self.chain(Stream::OPERATOR);
        self.payload(Stream::OPERATOR, Kind::Snapshot, &head.payload(seq, prev, "2026-01-02T03:04Z"))
    }

    fn levels(&self) -> Levels {
        self.leaves.iter().map(Leaf::hash).collect()
    }

    fn checkpoint(&self) -> Checkpoint {
        Checkpoint { origin: ORIGIN.to_owned(), size: self.leaves.len() as u64, root: self.levels().root() }
    }

    fn note(&self) -> Note {
        let mut note = self.checkpoint().sign(&log()).unwrap();
        note.add(cosigner().cosign(&self.checkpoint(), 100).unwrap()).unwrap();
        note
    }

    fn own(&self, stream: Stream) -> Vec<OwnEntry> {
        let own = (0u64..).zip(&self.leaves).filter(|(_, leaf)| leaf.stream() == stream && leaf.is_committed());
        let withdrawal = |target: u64| {
            let withdraws = |leaf: &Leaf| matches!(*leaf.body(), crate::leaf::Body::Withdrawal { target: found, .. } if found == target);
            (0u64..).zip(&self.leaves).find(|(_, leaf)| withdraws(leaf)).map(|(index, leaf)| (index, *leaf))
        };
        own.map(|(index, leaf)| OwnEntry {
            leaf: (index, *leaf),
            content: self.contents[index as usize].clone(),
            withdrawal: withdrawal(index),
        })
        .collect()
    }

    fn proof(&self, stream: Stream) -> PageProof {
        let Ok(proof) = PageProof::of(self.note(), &self.checkpoint(), stream, self.own(stream), &self.levels());
        proof
    }

    /// The proof with the snapshot at this index and everything after it.
    fn whole(&self, stream: Stream, snapshot: u64) -> PageProof {
        let table: Snapshot = self.leaves[..snapshot as usize].iter().collect();
        let row = table.row(stream).map(|(position, row, path)| PlacedRow { position, row, path });
        let Ok(placed) = place(&self.levels(), &self.checkpoint(), (snapshot, self.leaves[snapshot as usize]));
        let remainder = Remainder {
            snapshot: placed.unwrap(),
            content: self.contents[snapshot as usize].clone().unwrap(),
            row,
            after: self.leaves[snapshot as usize + 1..].to_vec(),
        };
        let projection = Some(Projection { version: 3, hash: Hash([0xab; 32]) });
        PageProof { remainder: Some(remainder), projection, ..self.proof(stream) }
    }
}

/// Seven entries of the page among others, one of them withdrawn, and a snapshot in the middle.
fn town() -> (Log, u64) {
    let mut town = Log::default();
    for _ in 0..3 {
        town.entry(OTHER);
        town.entry(PAGE);
    }
    town.withdraw(3);
    town.entry(PAGE);
    let snapshot = town.snapshot();
    town.entry(OTHER);
    town.entry(PAGE);
    town.entry(PAGE);
    town.leaves.push(Leaf::key(Stream::OPERATOR, [1; 32]));
    town.contents.push(None);
    town.entry(PAGE);
    (town, snapshot)
}

fn states(proof: &PageProof) -> Vec<String> {
    proof.verify(&policy()).unwrap().entries.iter().map(|entry| format!("{} {}", entry.index, entry.state)).collect()
}

/// The only failure of a changed proof.
fn fault(proof: &PageProof) -> Fault {
    let verdict = proof.verify(&policy()).unwrap();
    assert!(!verdict.holds());
    let mut faults = verdict.entries.into_iter().filter_map(|entry| match entry.state {
        EntryState::Failed(fault) => Some(fault),
        _ => None,
    });
    faults.next().expect("an entry fails")
}

#[test]
fn a_page_says_of_every_entry_what_holds() {
    let (town, _) = town();
    let proof = town.proof(PAGE);
    let expected =
        ["1 verified", "3 withdrawn at index 6, personal data", "5 verified", "7 verified", "10 verified", "11 verified", "13 verified"];
    assert_eq!(states(&proof), expected);
    let verdict = proof.verify(&policy()).unwrap();
    assert!(verdict.holds());
    assert_eq!((verdict.completeness, verdict.judgement.quorum), (Completeness::ToTheLast, Quorum::Met));
    let EntryState::Verified { payload } = &verdict.entries[0].state else { panic!("it is open") };
    assert_eq!(Some(payload), town.contents[1].as_ref().map(|content| &content.payload));
    assert_eq!(PageProof::parse(&proof.encode().unwrap()).unwrap(), proof);
}

#[test]
fn what_is_wrong_with_an_entry_is_said_at_the_entry() {
    let (town, _) = town();
    let good = town.proof(PAGE);
    let changed = |change: &dyn Fn(&mut PageProof)| {
        let mut proof = good.clone();
        change(&mut proof);
        proof
    };
    // An entry left out: the next one says so by its number, also where a withdrawn one is left out.
    assert_eq!(fault(&changed(&|proof| drop(proof.entries.remove(2)))), Fault::Number { said: 3, found: 2 });
    assert_eq!(fault(&changed(&|proof| drop(proof.entries.remove(1)))), Fault::Number { said: 2, found: 1 });
    assert_eq!(fault(&changed(&|proof| drop(proof.entries.remove(0)))), Fault::Number { said: 2, found: 1 });
    // An entry of another page in the place of one left out.
    let theirs = town.proof(OTHER).entries[1].clone();
    assert_eq!(fault(&changed(&|proof| proof.entries[1] = theirs.clone())), Fault::Stream);
    assert_eq!(fault(&changed(&|proof| proof.entries.swap(3, 4))), Fault::Number { said: 4, found: 3 });
    assert_eq!(fault(&changed(&|proof| proof.entries[4] = proof.entries[3].clone())), Fault::Order);
    // Content and withdrawal.
    assert_eq!(fault(&changed(&|proof| proof.entries[0].content = None)), Fault::Missing);
    assert_eq!(fault(&changed(&|proof| proof.entries[1].withdrawal = None)), Fault::Missing);
    assert_eq!(fault(&changed(&|proof| proof.entries[0].content.as_mut().unwrap().salt.0[0] ^= 1)), Fault::Content);
    assert_eq!(fault(&changed(&|proof| proof.entries[0].content = proof.entries[2].content.clone())), Fault::Content);
    let withdrawal = good.entries[1].withdrawal.clone();
    assert_eq!(fault(&changed(&|proof| proof.entries[2].withdrawal = withdrawal.clone())), Fault::Withdrawal);
    let forged = |index| PlacedLeaf { index, leaf: Leaf::withdrawal(PAGE, 1, Reason::Safety), path: good.entries[0].leaf.path.clone() };
    assert_eq!(fault(&changed(&|proof| proof.entries[0].withdrawal = Some(forged(6)))), Fault::Withdrawal);
    // Place.
    assert!(matches!(fault(&changed(&|proof| proof.entries[0].leaf.index += 1)), Fault::Leaf(_)));
    assert!(matches!(fault(&changed(&|proof| proof.entries[0].leaf.path.truncate(1))), Fault::Leaf(_)));
    assert!(matches!(fault(&changed(&|proof| proof.entries[0].leaf.path[0].0[31] ^= 1)), Fault::Leaf(_)));
    // Nothing at all proves nothing.
    assert!(!changed(&|proof| proof.entries.clear()).verify(&policy()).unwrap().holds());
}

#[test]
fn a_withdrawn_slot_takes_no_other_content_and_says_when_its_own_is_still_given_out() {
    let (mut town, _) = town();
    let kept = town.contents[5].clone().unwrap();
    town.withdraw(5);
    let mut proof = town.proof(PAGE);
    proof.entries[2].content = Some(kept.clone());
    assert_eq!(states(&proof)[2], "5 withdrawn at index 14, personal data (its content is still given out)");
    assert!(proof.verify(&policy()).unwrap().holds());
    proof.entries[2].content = Some(Content { payload: b"{}".to_vec(), ..kept });
    assert_eq!(fault(&proof), Fault::Content);
}

#[test]
fn entries_that_the_log_numbered_wrongly_fail() {
    let mut town = Log::default();
    town.entry(PAGE);
    town.payload(PAGE, Kind::Claim, &json!({"at": "2026-01-02T03:04Z", "prev": null, "seq": 1, "type": "t"}));
    assert_eq!(fault(&town.proof(PAGE)), Fault::Previous);
    let mut town = Log::default();
    town.payload(PAGE, Kind::Claim, &json!({"at": "2026-01-02T03:04Z", "seq": 0, "type": "t"}));
    assert_eq!(fault(&town.proof(PAGE)), Fault::Payload(payload::PayloadError::Field("prev")));
    let mut town = Log::default();
    town.leaves.push(Leaf::note(PAGE, [1; 32]));
    town.contents.push(None);
    let own = vec![OwnEntry { leaf: (0, town.leaves[0]), content: None, withdrawal: None }];
    let Ok(proof) = PageProof::of(town.note(), &town.checkpoint(), PAGE, own, &town.levels());
    assert_eq!(fault(&proof), Fault::Kind);
}

#[test]
fn an_unbelieved_checkpoint_ends_the_check_and_a_missed_quorum_is_said() {
    let (town, _) = town();
    let proof = town.proof(PAGE);
    let stranger = SigningKey::from_seed(ORIGIN, &[9; 32]).unwrap();
    assert!(proof.verify(&Policy::of_log(stranger.verifier().clone())).is_err());
    let alone = PageProof { checkpoint: town.checkpoint().sign(&log()).unwrap(), ..proof };
    let verdict = alone.verify(&policy()).unwrap();
    assert_eq!((verdict.holds(), verdict.judgement.quorum), (true, Quorum::Missed));
}

#[test]
fn a_snapshot_and_the_leaves_after_it_show_that_the_page_is_whole() {
    let (town, snapshot) = town();
    let whole = town.whole(PAGE, snapshot);
    assert_eq!(whole.verify(&policy()).unwrap().completeness, Completeness::Whole);
    assert_eq!(PageProof::parse(&whole.encode().unwrap()).unwrap(), whole);
    let completeness = |proof: &PageProof| proof.verify(&policy()).unwrap().completeness;
    // Left out at the end, where no number tells.
    let mut short = whole.clone();
    short.entries.pop();
    assert_eq!(completeness(&short), Completeness::Failed(Fault::Count { wanted: 7, found: 6 }));
    assert!(!short.verify(&policy()).unwrap().holds());
    short.entries.truncate(3);
    assert_eq!(completeness(&short), Completeness::Failed(Fault::Count { wanted: 4, found: 3 }));
    // A leaf of the page taken out of the rest, or hidden behind another one.
    let with = |change: &dyn Fn(&mut Remainder)| {
        let mut proof = whole.clone();
        change(proof.remainder.as_mut().unwrap());
        completeness(&proof)
    };
    let wrong = Completeness::Failed(Fault::Snapshot);
    assert_eq!(with(&|rest| rest.after.truncate(2)), wrong);
    assert_eq!(with(&|rest| *rest.after.last_mut().unwrap() = Leaf::note(OTHER, [0; 32])), wrong);
    assert_eq!(with(&|rest| rest.row.as_mut().unwrap().row.count -= 1), wrong);
    assert_eq!(with(&|rest| rest.row.as_mut().unwrap().row.stream = OTHER), wrong);
    assert_eq!(with(&|rest| rest.row.as_mut().unwrap().position ^= 1), wrong);
    assert_eq!(with(&|rest| rest.row = None), wrong);
    assert_eq!(with(&|rest| rest.content.payload = b"{}".to_vec()), wrong);
    assert!(matches!(with(&|rest| rest.snapshot.index += 1), Completeness::Failed(Fault::Leaf(_))));
    // Another entry of the log in the place of the snapshot.
    let Ok(placed) = place(&town.levels(), &town.checkpoint(), (1, town.leaves[1]));
    assert_eq!(with(&|rest| rest.snapshot = placed.clone().unwrap()), wrong);
}

#[test]
fn a_page_younger_than_the_snapshot_is_whole_without_a_row() {
    let mut town = Log::default();
    town.entry(OTHER);
    let snapshot = town.snapshot();
    town.entry(PAGE);
    town.entry(PAGE);
    let whole = town.whole(PAGE, snapshot);
    assert_eq!(whole.remainder.as_ref().unwrap().row, None);
    let verdict = whole.verify(&policy()).unwrap();
    assert_eq!((&verdict.completeness, verdict.may_hide_a_withdrawal()), (&Completeness::Whole, false));
    // With its first entry withdrawn nobody can see that it was number 0.
    town.withdraw(2);
    assert_eq!(town.whole(PAGE, snapshot).verify(&policy()).unwrap().completeness, Completeness::Failed(Fault::Snapshot));
    // The operator's own stream, to which the snapshot belongs itself.
    let operators = town.whole(Stream::OPERATOR, snapshot);
    assert_eq!(operators.verify(&policy()).unwrap().completeness, Completeness::Whole);
}

#[test]
fn a_withdrawal_before_the_snapshot_can_be_kept_quiet_and_that_it_can_is_said() {
    let mut town = Log::default();
    let shown = town.entry(PAGE);
    let kept = town.contents[shown as usize].clone();
    town.withdraw(shown);
    town.entry(PAGE);
    let snapshot = town.snapshot();
    let honest = town.whole(PAGE, snapshot).verify(&policy()).unwrap();
    assert!(honest.holds() && !honest.may_hide_a_withdrawal(), "nothing stands between the entry that is shown and the snapshot");
    town.contents[shown as usize] = kept;
    let mut lying = town.whole(PAGE, snapshot);
    lying.entries[0].withdrawal = None;
    let verdict = lying.verify(&policy()).unwrap();
    assert!(verdict.holds() && verdict.completeness == Completeness::Whole, "nothing in the file shows it");
    assert_eq!((verdict.may_hide_a_withdrawal(), verdict.withdrawals_shown_from), (true, snapshot));
    // Without a snapshot no withdrawal is shown but those that are brought.
    let short = town.proof(PAGE).verify(&policy()).unwrap();
    assert_eq!((short.may_hide_a_withdrawal(), short.withdrawals_shown_from), (true, town.leaves.len() as u64));
}

#[test]
fn a_withdrawal_after_the_snapshot_cannot_be_kept_quiet() {
    let (mut town, snapshot) = town();
    let kept = town.contents[5].clone();
    town.withdraw(5);
    let mut quiet = town.whole(PAGE, snapshot);
    assert_eq!(quiet.verify(&policy()).unwrap().completeness, Completeness::Whole);
    quiet.entries[2].withdrawal = None;
    quiet.entries[2].content = kept;
    assert_eq!(quiet.verify(&policy()).unwrap().completeness, Completeness::Failed(Fault::Untold { by: 14 }));
}

#[test]
fn a_lying_snapshot_does_not_make_a_page_whole() {
    let mut town = Log::default();
    town.entry(PAGE);
    town.entry(PAGE);
    // The log signs a table that forgets one entry; the page that forgets it too fits the table.
    let mut head = town.leaves[..1].iter().collect::<Snapshot>().head();
    head.size = 2;
    let snapshot = town.payload(Stream::OPERATOR, Kind::Snapshot, &head.payload(0, None, "2026-01-02T03:04Z"));
    let mut proof = town.whole(PAGE, snapshot);
    let short: Snapshot = town.leaves[..1].iter().collect();
    let (position, row, path) = short.row(PAGE).unwrap();
    proof.remainder.as_mut().unwrap().row = Some(PlacedRow { position, row, path });
    assert!(matches!(proof.verify(&policy()).unwrap().completeness, Completeness::Failed(Fault::Count { wanted: 1, found: 2 })));
    // Which is why the whole log's check compares every table: see `a_snapshot_is_compared` there.
}

#[test]
fn files_in_another_spelling_are_refused() {
    let (town, snapshot) = town();
    let good = String::from_utf8(town.whole(PAGE, snapshot).encode().unwrap()).unwrap();
    assert!(PageProof::parse(good.as_bytes()).is_ok());
    let refused = [
        String::new(),
        "{}".to_owned(),
        "[]".to_owned(),
        format!("{good}\n"),
        format!(" {good}"),
        good.replacen("@v1", "@v2", 1),
        good.replacen("\"index\":1,", "\"index\":1.0,", 1),
        good.replacen("\"index\":1,", "\"index\":-1,", 1),
        good.replacen("\"index\":1,", "\"index\":9007199254740992,", 1),
        good.replacen("\"index\":1,", "\"index\":1,\"more\":1,", 1),
        good.replacen("\"row\":{", "\"rows\":{", 1),
        good.replacen("\"sha256\":\"ab", "\"sha256\":\"AB", 1),
        good.replacen("\"sha256\":\"ab", "\"sha256\":\"", 1),
        good.replacen("\"sha256\":\"ab", "\"sha256\":\"+1", 1),
        good.replacen("\"sha256\":\"ab", "\"sha256\":\"é", 1),
        good.replacen("\"checkpoint\":", "\"checkpoint\":null,\"x\":", 1),
        good.replacen(&PAGE.to_string(), "aaisem2ekvthpcezvk54zxpo75", 1),
    ];
    for text in refused {
        assert!(PageProof::parse(text.as_bytes()).is_err(), "{text}");
    }
    // `null` where a field is left out.
    let plain = String::from_utf8(town.proof(PAGE).encode().unwrap()).unwrap();
    let null = plain.replacen(",\"stream\"", ",\"remainder\":null,\"stream\"", 1);
    assert!(PageProof::parse(plain.as_bytes()).is_ok() && PageProof::parse(null.as_bytes()).is_err());
}

proptest! {
    #[test]
    fn what_is_accepted_as_a_page_proof_encodes_to_the_same_bytes(position in any::<prop::sample::Index>(), byte in any::<u8>(), whole in any::<bool>()) {
        let (town, snapshot) = town();
        let proof = if whole { town.whole(PAGE, snapshot) } else { town.proof(PAGE) };
        let mut bytes = proof.encode().unwrap();
        let position = position.index(bytes.len());
        bytes[position] = byte;
        if let Ok(read) = PageProof::parse(&bytes) {
            prop_assert_eq!(read.encode().unwrap(), bytes);
            // Reading is not believing: it is the same proof, or it does not hold. Which page follows is not judged here.
            if (PageProof { projection: proof.projection, ..read.clone() }) != proof {
                let verdict = read.verify(&policy());
                let unsaid = read.checkpoint != proof.checkpoint;
                prop_assert!(unsaid || verdict.is_ok_and(|verdict| !verdict.holds()) );
            }
        }
    }
}
