//! Stamps: the published request, an answer of OpenSSL's, its refusal, and damage to both.

use super::*;
use proptest::prelude::*;

/// SHA-256 of `abc`.
const ABC: [u8; 32] = [
    0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22, 0x23, 0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17,
    0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad,
];
/// What `openssl ts -reply` answered to a request for `abc`.
const ANSWER: &[u8] = include_bytes!("../../testdata/stamp-of-abc.tsr");
/// What it answered to one that asked for SHA-1, which it was told not to know.
const NO: &str = "30373035020102302c0c2a4d6573736167652064696765737420616c676f726974686d206973206e6f7420737570706f727465642e03020780";

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

#[test]
fn the_request_is_the_published_one() {
    let vector = "30390201013031300d060960864801650304020105000420ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad0101ff";
    assert_eq!(request(&ABC).to_vec(), unhex(vector));
}

#[test]
fn an_answer_says_what_was_stamped_and_when() {
    let stamp = read_for(&ABC, ANSWER).unwrap();
    assert_eq!(
        stamp,
        Stamp { imprint: ABC, at: "2026-11-22T13:33:05Z".to_owned(), policy: "1.3.6.1.4.1.99999.1".to_owned(), serial: "02".to_owned() }
    );
    assert_eq!(read_for(&[0; 32], ANSWER), Err(NoStamp::OtherHash));
}

#[test]
fn a_no_is_told_in_words() {
    let no = read(&unhex(NO)).unwrap_err();
    assert_eq!(
        no.to_string(),
        "the authority said no (status 2): it does not know SHA-256; in its words: Message digest algorithm is not supported."
    );
    // PKIStatusInfo with a status alone.
    assert_eq!(read(&[0x30, 5, 0x30, 3, 2, 1, 3]), Err(NoStamp::Waiting));
    assert!(matches!(read(&[0x30, 5, 0x30, 3, 2, 1, 5]), Err(NoStamp::Rejected(no)) if no.status == 5));
    // Granted, and no stamp.
    assert_eq!(read(&[0x30, 5, 0x30, 3, 2, 1, 0]), Err(NoStamp::Unreadable));
    // A reason that nobody has words for, and more bits than there are reasons.
    assert_eq!(read(&[0x30, 9, 0x30, 7, 2, 1, 2, 3, 2, 0, 1]).unwrap_err().to_string(), "the authority said no (status 2): reason 7");
    assert_eq!(
        read(&[0x30, 12, 0x30, 10, 2, 1, 2, 3, 5, 0, 0, 0, 0, 0]),
        Err(NoStamp::Rejected(Rejection { status: 2, reasons: vec![], words: String::new() }))
    );
    assert_eq!(read(&[0x30, 13, 0x30, 11, 2, 1, 2, 3, 6, 0, 0, 0, 0, 0, 1]), Err(NoStamp::Unreadable));
}

#[test]
fn times_are_those_of_the_standard() {
    assert_eq!(time(b"20261122133305Z").as_deref(), Some("2026-11-22T13:33:05Z"));
    assert_eq!(time(b"20261122133305.34352Z").as_deref(), Some("2026-11-22T13:33:05Z"));
    let refused: [&[u8]; 8] = [
        b"20261122133305",
        b"202611221333Z",
        b"20261122133305.Z",
        b"20261122133305.50Z",
        b"20261322133305Z",
        b"20261122243305Z",
        b"2026112213330\xffZ",
        b"20261122133305+0100",
    ];
    for bytes in refused {
        assert_eq!(time(bytes), None, "{}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn a_length_has_one_spelling() {
    assert_eq!(Der(&[4, 1, 9]).only(OCTET_STRING), Some(&[9][..]));
    for bytes in [&[4, 0x81, 1, 9][..], &[4, 0x82, 0, 1, 9], &[4, 0x80, 9, 0, 0], &[4, 2, 9], &[4, 1, 9, 0], &[4], &[]] {
        assert_eq!(Der(bytes).only(OCTET_STRING), None, "{bytes:?}");
    }
    assert_eq!(dotted(&[0x2a, 0x86, 0x48]).as_deref(), Some("1.2.840"));
    assert_eq!(dotted(&[0x88, 0x37]).as_deref(), Some("2.999"));
    assert!(dotted(&[]).is_none() && dotted(&[0x2a, 0x86]).is_none() && dotted(&[0x2a, 0x80, 0x01]).is_none());
}

#[test]
fn a_cut_answer_is_refused_at_every_byte() {
    for end in 0..ANSWER.len() {
        assert_eq!(read(&ANSWER[..end]), Err(NoStamp::Unreadable), "{end}");
    }
    assert_eq!(read(&[ANSWER, &[0]].concat()), Err(NoStamp::Unreadable));
    assert_eq!(read(&vec![0x30; ANSWER_BYTES_MAX + 1]), Err(NoStamp::Unreadable));
}

#[test]
fn no_changed_bit_is_read_as_the_hash_that_was_sent_at_another_length() {
    let whole = read(ANSWER).unwrap();
    let mut others = 0;
    for at in 0..ANSWER.len() * 8 {
        let mut changed = ANSWER.to_vec();
        changed[at / 8] ^= 1 << (at % 8);
        // Most of an answer is certificates and signature, which are openssl's to judge.
        if read(&changed).is_ok_and(|stamp| stamp != whole) {
            others += 1;
        }
    }
    // 32 bytes of imprint, and bits of time, policy and serial number that give another good value.
    assert!((256..420).contains(&others), "{others}");
}

proptest! {
    #[test]
    fn no_bytes_break_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..200), at in any::<prop::sample::Index>(), with in any::<u8>()) {
        let _ = read(&bytes);
        let mut changed = ANSWER.to_vec();
        let at = at.index(changed.len());
        changed[at] = with;
        let _ = read(&changed);
        changed.splice(at..at, bytes);
        let _ = read(&changed);
    }
}
