//! The other sides: replies, statements, requests for comment, complaints, and the log of decisions.

use crate::made_up::*;
use handbell_rules::change::{Change, What};
use handbell_rules::desk::incident::{Ending, Incident};
use handbell_rules::id::{ChangeId, DeviceId, LetterId, MemberId, ProposalId, SessionId};
use handbell_rules::people::member::{DeskCaller, Role};
use handbell_rules::place::Precision;
use handbell_rules::playbook::Reach;
use handbell_rules::record::Ref;
use handbell_rules::record::entry::moderated;
use handbell_rules::record::ledger::Ledger;
use handbell_rules::record::letter::{self, *};
use handbell_rules::record::marks::Explanation;
use handbell_rules::record::moderation::{Moderation, Verdict};
use handbell_rules::record::official::{AskedBy, Came, NewAsked, NewCame, NewOfficial};
use handbell_rules::record::proposal::{Around, Follows, NewProposal, Proposal, Proposed, propose, publish, refuse};
use handbell_rules::record::reply::{NewReply, Passage, ReplyRole, TakenOut, passages};
use handbell_rules::record::source::SourceKind;
use handbell_rules::record::statement::{Ground, RedactionReason, Statement};
use handbell_rules::refusal::{Record, Refusal};
use handbell_rules::time::{HOUR, MINUTE, Timestamp};
use proptest::prelude::*;
use serde_json::Value;

const AT: Timestamp = Timestamp::from_milliseconds(NOW);

fn incident() -> Incident {
    Incident {
        id: ID,
        version: 0,
        kind: "flood".into(),
        home: false,
        district: "Peckham".into(),
        opened_at: AT,
        ended: Some((Ending::Over, AT)),
        rung_at: None,
        stood_down_at: None,
        live_alerts: 0,
        public: true,
    }
}

fn member(number: u8) -> DeskCaller {
    let roles = vec![Role::Editor, Role::Triager];
    let session = SessionId([number; 16]);
    DeskCaller { member: MemberId([number; 16]), device: DeviceId([number; 16]), session, name: format!("Member {number}"), roles }
}

fn ground() -> Ground<'static> {
    Ground { playbook: playbook(), home: false, finest: Precision::Street, entries: &[] }
}

fn reply(text: &str) -> Sent {
    Sent::Reply { role: ReplyRole::Shop, body: String::new(), claims: vec![], text: text.into() }
}

fn complaint(reason: ComplaintReason) -> Sent {
    Sent::Complaint { reason, claims: vec![], text: "This is wrong.".into() }
}

fn letter_in(change: &Change) -> Letter {
    match &change.what {
        What::LetterSent { letter, .. }
        | What::LetterTaken { letter }
        | What::LetterShortened { letter }
        | What::LetterAgreed { letter }
        | What::LetterWithdrawn { letter, .. }
        | What::LetterProposed { letter, .. }
        | What::LetterDecided { letter, .. } => letter.clone(),
        other => panic!("{other:?}"),
    }
}

fn sent(what: Sent) -> Result<Letter, Refusal> {
    let new = NewLetter { id: LetterId([5; 16]), receipt: [6; 32], contact: None, sent: what };
    letter::send(ChangeId([1; 16]), ID, 2, new, AT).map(|change| letter_in(&change))
}

fn free() -> Hands<'static> {
    Hands { proposals: &[], worked: false }
}

fn taken(by: &DeskCaller, what: Sent) -> Letter {
    letter_in(&letter::take(ChangeId([2; 16]), by, &sent(what).unwrap(), free(), AT).unwrap())
}

fn proposed(by: &DeskCaller, statement: Statement) -> Proposal {
    let rule = playbook().kind("flood").unwrap().reach(Reach::Public, false).unwrap().clone();
    let new = NewProposal { proposed: Proposed::Statements { statements: vec![statement] }, explanation: Explanation::default() };
    let ledger = Ledger::default();
    let change = propose(ChangeId([3; 16]), by, &incident(), Some(&rule), (&ledger, ground()), ProposalId([by.member.0[0]; 16]), new, AT);
    match change.unwrap().what {
        What::EntryProposed { proposal } => proposal,
        other => panic!("{other:?}"),
    }
}

fn approved(by: &DeskCaller, proposal: &Proposal, letter: Option<Letter>) -> Result<(Proposal, Follows), Refusal> {
    let rule = playbook().kind("flood").unwrap().reach(Reach::Public, false).unwrap().clone();
    let ledger = Ledger::default();
    let follows = Follows { letter, ..Follows::default() };
    let change = publish(ChangeId([4; 16]), by, &incident(), Some(&rule), (&ledger, ground()), proposal, false, follows, AT)?;
    match change.what {
        What::EntryPublished { proposal, follows, .. } => Ok((proposal, follows)),
        other => panic!("{other:?}"),
    }
}

fn plain_source() -> Statement {
    Statement::Source(source(SourceKind::Witness, "Witness A"))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// PROMISE handled-by-somebody-else.
    #[test]
    fn whoever_proposed_or_approved_what_is_public_handles_no_letter_about_it(
        history in proptest::collection::vec((1..6u8, 1..6u8, any::<bool>(), any::<bool>()), 0..6), who in 1..6u8, worked: bool, replies: bool,
    ) {
        let mut proposals = Vec::new();
        for (first, second, decided, written_down) in &history {
            let proposal = proposed(&member(*first), plain_source());
            let Ok((published, _)) = approved(&member(*second), &proposal, None) else {
                prop_assert_eq!(first, second);
                continue;
            };
            proposals.push(match (decided, written_down) {
                (false, _) => proposal,
                (true, true) => published,
                // As a version before this one kept it.
                (true, false) => Proposal { approved_by: None, ..published },
            });
        }
        let caller = member(who);
        let hands = Hands { proposals: &proposals, worked };
        let hand = proposals.iter().filter(|one| one.published_at.is_some()).any(|one| {
            one.proposed_by == caller.member || one.approved_by == Some(caller.member) || (one.approved_by.is_none() && worked)
        });
        let what = if replies { reply("We were not asked.") } else { complaint(ComplaintReason::FactWrong) };
        let open = sent(what.clone()).unwrap();
        let no = Err(Refusal::from(Record::HandledByAnother));
        prop_assert_eq!(may_handle(&caller, &open, hands), if hand { no } else { Ok(()) });
        // Each move asks it again: a hand may have come in between.
        let theirs = taken(&caller, what);
        let decline = Verdict::Declined(Decline::NotAboutThis);
        let moves = [
            letter::take(ChangeId([7; 16]), &caller, &open, hands, AT).is_ok(),
            letter::decide(ChangeId([7; 16]), &caller, &theirs, hands, decline, [0; 32], AT).is_ok(),
        ];
        prop_assert_eq!(moves, [!hand, !hand]);
        if replies {
            prop_assert_eq!(letter::shorten(ChangeId([7; 16]), &caller, &theirs, hands, "No.", AT).is_ok(), !hand);
            let proposing = Change { id: ChangeId([8; 16]), at: AT, by: handbell_rules::change::Actor::Member(caller.member),
                what: What::EntryProposed { proposal: proposed(&caller, plain_source()) } };
            prop_assert_eq!(letter::propose(&caller, &theirs, hands, proposing).is_ok(), !hand);
        }
    }

    /// No word of the sender's is changed: each passage stands as it was sent, or a mark stands in its place.
    #[test]
    fn a_reply_stands_as_it_was_sent_or_with_marks(
        lines in proptest::collection::vec("[a-z]{1,40}", 1..8), out in proptest::collection::btree_map(0..8usize, 0..5usize, 0..4),
    ) {
        let text = lines.join("\n");
        let letter = sent(reply(&text)).unwrap();
        let taken_out = out.iter().map(|(place, why)| (*place, TakenOut::ALL[*why].0)).collect();
        let how = Publishing { taken_out, ..Publishing::default() };
        match to_publish(&letter, &how) {
            Err(no) => prop_assert!(out.keys().any(|place| *place >= lines.len()), "{no}"),
            Ok(new) => {
                prop_assert_eq!(new.passages.len(), lines.len());
                for (place, passage) in new.passages.iter().enumerate() {
                    match (passage, out.get(&place)) {
                        (Passage::Said(said), None) => prop_assert_eq!(said, &lines[place]),
                        (Passage::TakenOut(why), Some(given)) => prop_assert_eq!(*why, TakenOut::ALL[*given].0),
                        (passage, given) => prop_assert!(false, "{passage:?} {given:?}"),
                    }
                }
            }
        }
    }
}

#[test]
fn both_sides_read_the_same_clocks_and_what_may_hurt_somebody_is_faster() {
    let ordinary = sent(complaint(ComplaintReason::FactWrong)).unwrap().clocks();
    assert_eq!((ordinary.take_by, ordinary.decide_by), (AT.plus(24 * HOUR), AT.plus(72 * HOUR)));
    assert_eq!(sent(reply("Not so.")).unwrap().clocks(), ordinary);
    for reason in [ComplaintReason::Recognised, ComplaintReason::PrivateMatter] {
        let letter = sent(complaint(reason)).unwrap();
        assert_eq!((letter.clocks().take_by, letter.clocks().decide_by), (AT.plus(HOUR), AT.plus(12 * HOUR)));
        assert_eq!(letter.next_due(), Some(AT.plus(HOUR)), "until somebody has it");
    }
    let theirs = taken(&member(1), complaint(ComplaintReason::Recognised));
    assert_eq!(theirs.next_due(), Some(AT.plus(12 * HOUR)), "then until it is decided");
}

#[test]
fn what_is_sent_is_read_strictly() {
    let no = |what: Sent| sent(what).unwrap_err();
    assert_eq!(no(reply(" \n")), Record::LetterEmpty.into());
    assert_eq!(no(reply(&"a".repeat(2_001))), Record::ReplyTooLong.into());
    assert_eq!(no(reply(&"a\n".repeat(17))), Record::ReplyTooLong.into());
    let person = Sent::Reply { role: ReplyRole::Person, body: "Somebody".into(), claims: vec![], text: "No.".into() };
    assert_eq!(no(person), Record::PersonNamed.into());
    let nobody = Sent::Reply { role: ReplyRole::Official, body: " ".into(), claims: vec![], text: "No.".into() };
    assert_eq!(no(nobody), Record::BodyMissing.into());
    for claims in [vec![0], vec![3], vec![1; 41]] {
        assert_eq!(no(Sent::Complaint { reason: ComplaintReason::Other, claims, text: "No.".into() }), Record::ClaimMissing.into());
    }
    assert!(sent(Sent::Complaint { reason: ComplaintReason::Other, claims: vec![1, 2], text: "No.".into() }).is_ok());
}

#[test]
fn a_reply_is_published_by_two_and_then_stands_in_the_record_alone() {
    let (amina, ben) = (member(1), member(2));
    let letter = taken(&amina, reply("We were open all day.\nNobody of us was asked."));
    let new = to_publish(&letter, &Publishing::default()).unwrap();
    let proposal = proposed(&amina, Statement::Reply(new));
    let made = Change {
        id: ChangeId([8; 16]),
        at: AT,
        by: handbell_rules::change::Actor::Member(amina.member),
        what: What::EntryProposed { proposal },
    };
    let change = letter::propose(&amina, &letter, free(), made).unwrap();
    let What::LetterProposed { letter, proposal } = change.what else { panic!("it was proposed") };
    assert_eq!((letter.proposal, proposal.letter), (Some(proposal.id), Some(letter.id)));
    assert_eq!(approved(&amina, &proposal, Some(letter.clone())).err(), Some(Record::SecondMemberNeeded.into()));
    assert_eq!(approved(&ben, &proposal, None).err(), Some(Record::LetterClosed.into()), "not without its letter");
    // Nobody decides meanwhile, and its sender may still take it back.
    let decline = Verdict::Declined(Decline::NotAboutThis);
    let decided = letter::decide(ChangeId([9; 16]), &amina, &letter, free(), decline, [0; 32], AT);
    assert_eq!(decided.err(), Some(Record::LetterProposed.into()));
    let back = letter::withdraw(ChangeId([9; 16]), &letter, Some(&proposal), AT).unwrap().unwrap();
    let What::LetterWithdrawn { letter: gone, emptied } = back.what else { panic!("it was taken back") };
    assert!(gone.sent.text().is_empty() && gone.closed.unwrap().became == Became::Withdrawn);
    assert_eq!(emptied.unwrap().proposed, Proposed::Statements { statements: vec![] }, "the proposal has no words any more");
    assert_eq!(approved(&ben, &proposal, Some(gone.clone())).err(), Some(Record::LetterClosed.into()));
    assert_eq!(letter::withdraw(ChangeId([9; 16]), &gone, None, AT), Ok(None), "twice is once");

    let (published, follows) = approved(&ben, &proposal, Some(letter)).unwrap();
    let closed = follows.letter.unwrap();
    assert_eq!((published.approved_by, closed.closed.unwrap().became), (Some(ben.member), Became::Published));
    assert!(closed.sent.text().is_empty(), "its words stand in the record and nowhere else");
}

#[test]
fn a_refused_reply_waits_again_and_the_refusal_is_written_down() {
    let (amina, ben) = (member(1), member(2));
    let letter = taken(&amina, reply("We were open."));
    let proposal = Proposal { letter: Some(letter.id), ..proposed(&amina, plain_source()) };
    let letter = Letter { proposal: Some(proposal.id), ..letter };
    let incident = incident();
    // Whoever approved what it answers leaves it to somebody else, until its sender took it back.
    let wrote = Proposal { published_at: Some(AT), approved_by: Some(ben.member), letter: None, ..proposal.clone() };
    let hands = Hands { proposals: std::slice::from_ref(&wrote), worked: false };
    let around = Around { incident: &incident, bereft: false, letter: Some((&letter, hands)), salt: [0; 32] };
    let no = refuse(ChangeId([9; 16]), &ben, &proposal, around, "It names somebody.", AT);
    assert_eq!(no.err(), Some(Record::HandledByAnother.into()));
    let closed = letter_in(&letter::withdraw(ChangeId([9; 16]), &letter, None, AT).unwrap().unwrap());
    let around = Around { incident: &incident, bereft: false, letter: Some((&closed, hands)), salt: [0; 32] };
    assert!(refuse(ChangeId([9; 16]), &ben, &proposal, around, "Taken back.", AT).is_ok());
    let around = Around { incident: &incident, bereft: false, letter: Some((&letter, free())), salt: [0; 32] };
    let change = refuse(ChangeId([9; 16]), &ben, &proposal, around, "It names somebody.", AT).unwrap();
    let What::EntryRefused { letter: waits, entries, .. } = change.what else { panic!("it was refused") };
    assert_eq!(waits.map(|letter| (letter.proposal, letter.closed)), Some((None, None)));
    assert_eq!(entries.len(), 1);
    assert!(!serde_json::to_string(&entries[0].fields).unwrap().contains("names somebody"), "without a word of the reason");
    // Changing one's own mind is no decision about somebody else, and what is not public is not told of.
    let closed = Incident { public: false, ..incident.clone() };
    for (who, of) in [(&amina, &incident), (&ben, &closed)] {
        let around = Around { incident: of, bereft: false, letter: Some((&letter, free())), salt: [0; 32] };
        let change = refuse(ChangeId([9; 16]), who, &proposal, around, "No.", AT).unwrap();
        assert!(matches!(change.what, What::EntryRefused { entries, .. } if entries.is_empty()));
    }
    // Where words were taken from the public meanwhile, it may be these.
    for bereft in [false, true] {
        let around = Around { incident: &incident, bereft, letter: None, salt: [0; 32] };
        let change = refuse(ChangeId([9; 16]), &ben, &proposal, around, "It names somebody.", AT).unwrap();
        let What::EntryRefused { proposal: kept, .. } = change.what else { panic!("it was refused") };
        assert_eq!((kept.proposed == proposal.proposed, kept.refused.is_some()), (!bereft, true));
        assert_eq!(kept.proposed, if bereft { proposal.without_words().proposed } else { proposal.proposed.clone() });
    }
}

#[test]
fn shorter_words_need_the_senders_word() {
    let amina = member(1);
    let letter = taken(&amina, reply("We were open all day and nobody was asked."));
    let offer = |text: &str| letter::shorten(ChangeId([9; 16]), &amina, &letter, free(), text, AT);
    for not_shorter in ["", "We were open all day and nobody was asked. And more."] {
        assert_eq!(offer(not_shorter).err(), Some(Record::NotShorter.into()));
    }
    let offered = letter_in(&offer("We were open all day.").unwrap());
    let short = Publishing { shortened: true, ..Publishing::default() };
    assert_eq!(to_publish(&offered, &short), Err(Record::SenderNotAgreed.into()));
    let agreed = letter_in(&letter::agree(ChangeId([9; 16]), &offered, AT).unwrap().unwrap());
    assert_eq!(letter::agree(ChangeId([9; 16]), &agreed, AT), Ok(None), "twice is once");
    let new = to_publish(&agreed, &short).unwrap();
    assert!(new.shortened && new.passages == [Passage::Said("We were open all day.".into())]);
    assert_eq!(letter::agree(ChangeId([9; 16]), &letter, AT), Err(Record::NotShorter.into()));
}

/// PROMISE no-decision-in-silence.
#[test]
fn a_decision_leaves_a_line_without_a_word_of_the_letter() {
    let amina = member(1);
    let words = "Zqbbbbqz did it.";
    let decline = Verdict::Declined(Decline::NothingLeft);
    let all = [
        (
            reply(words),
            decline,
            "A reply of 14 November 2023 at 22:13 UTC is not published: nothing of it could stand without saying who somebody is.",
        ),
        (
            Sent::Complaint { reason: ComplaintReason::FactWrong, claims: vec![], text: words.into() },
            Verdict::Done(Remedy::Correction),
            "A complaint of 14 November 2023 at 22:13 UTC that a fact is wrong: a correction is proposed.",
        ),
    ];
    for (what, verdict, says) in all {
        let letter = taken(&amina, what);
        let change = letter::decide(ChangeId([9; 16]), &amina, &letter, free(), verdict, [0; 32], AT).unwrap();
        let What::LetterDecided { letter: closed, entries } = change.what else { panic!("it was decided") };
        assert!(closed.closed.is_some() && entries.len() == 1);
        let mut log = Log::opened();
        log.push(entries[0].kind.code(), entries[0].fields.clone());
        let page = log.page();
        assert_eq!(page.moderation.len(), 1);
        assert_eq!(page.moderation[0].decision.says(), says);
        assert_eq!(page.lines.last().unwrap().says, says);
        assert!(!bytes(&page).contains("Zqbbbbqz"));
    }
    let open = taken(&amina, reply("No."));
    for unfit in [Verdict::Declined(Decline::StandsAsItIs), Verdict::Done(Remedy::Correction)] {
        let change = letter::decide(ChangeId([9; 16]), &amina, &open, free(), unfit, [0; 32], AT);
        assert_eq!(change.err(), Some(Record::DeclineUnfit.into()), "a reply is not declined for being wrong");
    }
    let other = letter::decide(ChangeId([9; 16]), &member(2), &open, free(), decline, [0; 32], AT);
    assert_eq!(other.err(), Some(Record::LetterNotYours.into()));
}

fn official(source: Ref, text: &str) -> Statement {
    Statement::Official(NewOfficial { source, said: "2017-05-14".into(), text: text.into() })
}

fn asked() -> NewAsked {
    NewAsked {
        body: "Home Office".into(),
        how: AskedBy::Email,
        asked: "2023-11-14T14:05Z".into(),
        answer_by: "2023-11-15T18:00Z".into(),
        about: "How many were arrested".into(),
    }
}

fn new_reply(text: &str) -> NewReply {
    NewReply {
        role: ReplyRole::Shop,
        body: String::new(),
        checked: false,
        claims: vec![],
        passages: passages(text).into_iter().map(Passage::Said).collect(),
        shortened: false,
        received: "2023-11-14T20:00Z".into(),
    }
}

#[test]
fn a_statement_is_a_bodys_own_and_short() {
    let log = Log::opened();
    let with = |kind: SourceKind, text: &str| log.work_out(&[Statement::Source(source(kind, "A source")), official(Ref::New(0), text)]);
    assert!(with(SourceKind::Official, "We acted lawfully.").is_ok());
    assert_eq!(with(SourceKind::Witness, "I saw it.").err(), Some(Record::StatementOfABody.into()));
    assert_eq!(with(SourceKind::Desk, "We say so.").err(), Some(Record::StatementOfABody.into()));
    assert_eq!(with(SourceKind::Official, " ").err(), Some(Record::WordsMissing.into()));
    assert!(with(SourceKind::Official, &"ab ".repeat(400)).is_ok());
    assert_eq!(with(SourceKind::Official, &"abcd ".repeat(400)).err(), Some(Record::StatementTooLong.into()));
    assert_eq!(log.work_out(&[official(Ref::Known(1), "So.")]).err(), Some(Record::SourceMissing.into()));
}

#[test]
fn who_was_asked_when_and_what_came_is_told_and_keeps_its_number_when_words_go() {
    let mut log = Log::opened();
    let came = |request: u32, when: &str| Statement::Came(NewCame { request, came: Came::Nothing, when: when.into() });
    assert_eq!(log.work_out(&[came(1, "2023-11-15T18:00Z")]).err(), Some(Record::RequestMissing.into()));
    for wrong in [NewAsked { asked: "14:05".into(), ..asked() }, NewAsked { answer_by: "2023-11-14T14:05Z".into(), ..asked() }] {
        assert_eq!(log.work_out(&[Statement::Asked(wrong)]).err(), Some(Record::MinuteWrong.into()));
    }
    log.state(&[
        Statement::Source(source(SourceKind::Official, "Home Office")),
        official(Ref::New(0), "We acted lawfully."),
        Statement::Asked(asked()),
        came(2, "2023-11-15T18:00Z"),
    ])
    .unwrap();
    assert_eq!(log.work_out(&[came(1, "2023-11-15T18:00Z")]).err(), Some(Record::RequestMissing.into()), "a statement is no request");
    assert_eq!(log.work_out(&[came(2, "2023-11-13T18:00Z")]).err(), Some(Record::MinuteWrong.into()), "not before it was asked");
    let said: Vec<String> = log.page().lines.iter().rev().take(3).map(|line| line.says.clone()).collect();
    assert_eq!(
        said,
        [
            "No answer had come from Home Office by 15 November 2023 at 18:00 UTC.",
            "Home Office was asked for comment by e-mail on 14 November 2023 at 14:05 UTC, for an answer by 15 November 2023 at 18:00 UTC about this: How many were arrested.",
            "Source 1 said on 14 May 2017, in its own words: “We acted lawfully.”",
        ]
    );
    log.redact(log.nth(15, 0)).unwrap();
    let page = log.page();
    assert!(page.statements.is_empty() && !bytes(&page).contains("lawfully"));
    assert_eq!(page.asked.len(), 1, "what follows it keeps its number");
    assert_eq!((page.asked[0].asked.number, page.asked[0].came.len()), (2, 1));
}

#[test]
fn nobody_was_asked_in_the_future() {
    let rule = playbook().kind("flood").unwrap().reach(Reach::Public, false).unwrap().clone();
    let ledger = Ledger::default();
    let made = |now: Timestamp| {
        let new: NewProposal = Proposed::Statements { statements: vec![Statement::Asked(asked())] }.into();
        propose(ChangeId([3; 16]), &member(1), &incident(), Some(&rule), (&ledger, ground()), ProposalId([3; 16]), new, now)
    };
    assert!(made(AT).is_ok());
    let before = Timestamp::from_milliseconds(NOW - 9 * HOUR);
    assert_eq!(made(before).err(), Some(Record::MinuteWrong.into()), "{}", before.utc_minute());
}

#[test]
fn a_reply_stands_beside_the_desks_wording_and_never_inside_it() {
    let mut log = Log::opened();
    let before = log.page();
    log.state(&[Statement::Reply(new_reply("We were not asked."))]).unwrap();
    let page = log.page();
    assert_eq!(page.replies.len(), 1);
    assert_eq!((page.facts, page.sources, page.independent_sources), (before.facts, before.sources, before.independent_sources));
    log.redact(log.nth(14, 0)).unwrap();
    let page = log.page();
    assert_eq!((page.replies.len(), page.replies[0].reply.is_none()), (1, true), "its place stays");
    assert!(!bytes(&page).contains("not asked"));
    log.state(&[Statement::Reply(new_reply("Again."))]).unwrap();
    assert_eq!(log.page().replies[1].reply.as_ref().map(|reply| reply.number), Some(2));
}

#[test]
fn the_guard_reads_every_passage_that_stands_and_none_that_was_taken_out() {
    let log = Log::opened();
    let mut new = new_reply("The van was AB12 CDE.\nWe were open.");
    assert!(log.work_out(&[Statement::Reply(new.clone())]).unwrap().texts.iter().any(|text| text.contains("AB12")));
    new.passages[0] = Passage::TakenOut(TakenOut::NamesSomebody);
    let written = log.work_out(&[Statement::Reply(new)]).unwrap();
    assert!(handbell_rules::record::marks::find(&written.texts).is_empty());
    assert!(!Value::Object(written.entries[0].fields.clone()).to_string().contains("AB12"));
    let nothing = NewReply { passages: vec![Passage::TakenOut(TakenOut::Threat)], ..new_reply("x") };
    assert_eq!(log.work_out(&[Statement::Reply(nothing)]).err(), Some(Record::ReplyEmpty.into()));
}

#[test]
fn every_decision_reads_back_as_it_was_written() {
    let all = [
        Moderation::MarksOverruled { marks: vec![] },
        Moderation::ProposalRefused { proposed: "2023-11-14T14:05Z".into() },
        Moderation::WordsTaken { entry: 7, reason: RedactionReason::Safety },
        Moderation::WordsTakenAlone { entry: 7, reason: RedactionReason::PersonalDetails },
        Moderation::TakenAloneSeconded { entry: 7, agreed: false },
        Moderation::OpeningTaken {
            entry: 3,
            opened: "2023-11-14T14:05Z".into(),
            kind: "flood".into(),
            kind_label: "Flood".into(),
            district: "Eastgate".into(),
            zone: "Europe/London".into(),
            status: "actual".into(),
        },
        Moderation::ReplyDeclined { received: "2023-11-14T14:05Z".into(), reason: Decline::Threat },
        Moderation::ComplaintDecided {
            received: "2023-11-14T14:05Z".into(),
            about: ComplaintReason::NotFair,
            decided: Verdict::Declined(Decline::StandsAsItIs),
        },
    ];
    let mut log = Log::opened();
    for one in &all {
        log.push(17, moderated(ID, one, [0; 32], AT.plus(MINUTE)).fields);
    }
    let read: Vec<Moderation> = log.page().moderation.into_iter().map(|line| line.decision).collect();
    assert_eq!(read, all);
}
