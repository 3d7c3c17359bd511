//! The chain: one spelling, every change found, and the published vectors.

use super::*;
use proptest::prelude::*;

fn statement(deed: Deed, number: u8) -> Statement {
    Statement {
        deed,
        office: Office::Custodian,
        member: Some(MemberId([number; 16])),
        footage: Some(FootageId([9; 16])),
        at: Timestamp::from_milliseconds(1_767_323_045_000 + i64::from(number) * 1_000),
        salt: [number; 16],
        sha256: Some([7; 32]),
        words: Some("to the “Law Centre”".to_owned()),
    }
}

fn chain(count: u8) -> Vec<Line> {
    let line = |number: u8| {
        let text = statement(Deed::ALL[usize::from(number) % Deed::ALL.len()].0, number).text();
        Line { number: u64::from(number), said: said(&text), statement: Some(text) }
    };
    (0..count).map(line).collect()
}

fn written(lines: &[Line]) -> String {
    let mut head = Head::EMPTY;
    let mut text = String::new();
    for line in lines {
        text.push_str(&head.line(&line.said));
        head = head.after(&line.said);
    }
    text
}

#[test]
fn a_statement_reads_back_and_has_one_spelling() {
    for (deed, word) in Deed::ALL {
        let one = statement(*deed, 3);
        let text = one.text();
        assert_eq!(Statement::parse(&text).unwrap(), one);
        assert_eq!(Deed::parse(word), Some(*deed));
        for other in
            [text.replace("\":", "\": "), text.replacen('{', "{\"zz\":1,", 1), text.to_uppercase(), format!("{text}\n"), String::new()]
        {
            assert_eq!(Statement::parse(&other), Err(CustodyError::Statement), "{other}");
        }
    }
    for (office, word) in Office::ALL {
        assert_eq!((Office::parse(word), office.word()), (Some(*office), *word));
    }
}

#[test]
fn words_are_cut_at_a_letter_and_hold_no_line_break() {
    let mut long = statement(Deed::HandedOver, 1);
    long.words = Some(format!("a\nb{}", "é".repeat(400)));
    let read = Statement::parse(&long.text()).unwrap();
    let words = read.words.unwrap();
    assert!(words.starts_with("a bé") && words.len() <= WORDS_BYTES_MAX && words.len() > WORDS_BYTES_MAX - 3, "{}", words.len());
    long.words = Some("\n".to_owned());
    assert_eq!(Statement::parse(&long.text()).unwrap().words, None);
}

#[test]
fn a_line_that_is_changed_left_out_or_swapped_is_found() {
    let lines = chain(12);
    let head = verify(&lines).unwrap();
    assert_eq!(head.lines, 12);
    let other = |change: &dyn Fn(&mut Vec<Line>)| {
        let mut changed = lines.clone();
        change(&mut changed);
        verify(&changed)
    };
    assert_eq!(other(&|lines| drop(lines.remove(4))), Err(CustodyError::Broken(4)));
    assert_eq!(other(&|lines| lines.swap(2, 3)), Err(CustodyError::Broken(2)));
    let edited = statement(Deed::Looked, 5).text().replace("Law", "Low");
    assert_eq!(other(&|lines| lines[5].statement = Some(edited.clone())), Err(CustodyError::Said(5)));
    // Who also changes the hash gets another head: the day's head in the log tells.
    let moved = other(&|lines| (lines[5].statement, lines[5].said) = (Some(edited.clone()), said(&edited))).unwrap();
    assert_ne!(moved, head);
    // A statement that was forgotten leaves its hash, and the chain holds.
    assert_eq!(other(&|lines| lines[5].statement = None), Ok(head));
}

/// The vectors of `docs/formats/custody.md`.
#[test]
fn the_published_vectors_hold() {
    let document = include_str!("../../../../../docs/formats/custody.md");
    let first = Statement {
        deed: Deed::Received,
        office: Office::Witness,
        member: None,
        footage: Some(FootageId([0x11; 16])),
        at: Timestamp::from_milliseconds(1_767_323_045_000),
        salt: [0; 16],
        sha256: Some(said("abc")),
        words: None,
    };
    let second =
        Statement { deed: Deed::Looked, office: Office::Triager, member: Some(MemberId([0x22; 16])), sha256: None, ..first.clone() };
    let mut head = Head::EMPTY;
    for one in [first, second] {
        let text = one.text();
        assert!(document.contains(&format!("    {text}\n")), "the statement is not in the document: {text}");
        let line = head.line(&said(&text));
        assert!(document.contains(&format!("    {line}")), "the line is not in the document: {line}");
        head = head.after(&said(&text));
    }
    assert!(document.contains(&hex(&head.hash)), "the head is not in the document: {}", hex(&head.hash));
    for (word, list) in Deed::ALL.iter().map(|(_, word)| (word, "deed")).chain(Office::ALL.iter().map(|(_, word)| (word, "office"))) {
        assert!(document.contains(&format!("`{word}`")), "the {list} {word} is not in the document");
    }
}

proptest! {
    #[test]
    fn any_changed_letter_of_the_lines_is_found(count in 1u8..8, at in any::<prop::sample::Index>(), letter in any::<u8>()) {
        let lines = chain(count);
        let text = written(&lines);
        let (all, heads) = read_lines(&text).unwrap();
        prop_assert_eq!(all, lines.iter().map(|line| line.said).collect::<Vec<_>>());
        prop_assert_eq!(heads.last().cloned(), verify(&lines).ok());
        let mut bytes = text.clone().into_bytes();
        let at = at.index(bytes.len());
        prop_assume!(bytes[at] != letter);
        bytes[at] = letter;
        if let Ok((_, changed)) = String::from_utf8(bytes).map_err(|_| CustodyError::Statement).and_then(|text| read_lines(&text)) {
            prop_assert_ne!(changed.last(), heads.last());
        }
    }

    #[test]
    fn what_is_accepted_as_a_statement_is_written_the_same(text in "\\PC{0,80}") {
        if let Ok(statement) = Statement::parse(&text) { prop_assert_eq!(statement.text(), text); }
    }
}
