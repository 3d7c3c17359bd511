//! Profile: an ICC colour profile without the names and times in it.
//!
//! A profile says how colours are meant, and beside that often who made it, when, for which device and under whose
//! licence. The numbers stay; the words, the times and every tag that is not about colours go (ICC.1:2022, section 7).

/// Most bytes of a profile that is kept.
pub const PROFILE_MAX: usize = 4 << 20;
const HEAD: usize = 128;
const TAGS_MAX: usize = 64;
/// Tags about colours.
const COLOURS: [&[u8; 4]; 22] = [
    b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC", b"kTRC", b"wtpt", b"bkpt", b"chad", b"A2B0", b"A2B1", b"A2B2", b"B2A0", b"B2A1",
    b"B2A2", b"D2B0", b"D2B1", b"B2D0", b"B2D1", b"gamt", b"cicp",
];
/// Stretches of the head that say who and when: the preferred program, the date, the platform, maker and model, the
/// creator, the fingerprint of all this, and what is reserved.
const WHO: [std::ops::Range<usize>; 5] = [4..8, 24..36, 40..44, 48..56, 80..128];

/// The profile with its colours alone; none where it is none.
pub fn cleaned(profile: &[u8]) -> Option<Vec<u8>> {
    if profile.len() < HEAD + 4 || profile.len() > PROFILE_MAX || profile.get(36..40) != Some(b"acsp") {
        return None;
    }
    let number = |at: usize| profile.get(at..at + 4).map(|four| u32::from_be_bytes([four[0], four[1], four[2], four[3]]) as usize);
    let count = number(HEAD).filter(|count| *count <= TAGS_MAX)?;
    let mut tags: Vec<([u8; 4], &[u8])> = Vec::new();
    for tag in 0..count {
        let at = HEAD + 4 + 12 * tag;
        let name: [u8; 4] = profile.get(at..at + 4)?.try_into().ok()?;
        let (from, length) = (number(at + 4)?, number(at + 8)?);
        let content = profile.get(from..from.checked_add(length)?)?;
        if COLOURS.contains(&&name) && tags.iter().all(|(known, _)| *known != name) {
            tags.push((name, content));
        }
    }
    if tags.is_empty() {
        return None;
    }
    // The standard asks for a description and a copyright; both are there and empty.
    let empty: &[u8] = if profile[8] >= 4 { EMPTY_WORDS } else { EMPTY_TEXT };
    let described: &[u8] = if profile[8] >= 4 { EMPTY_WORDS } else { &EMPTY_DESCRIPTION };
    tags.extend([(*b"desc", described), (*b"cprt", empty)]);
    Some(together(&profile[..HEAD], &tags))
}

/// A multilingual text of one language and no letter (version 4).
const EMPTY_WORDS: &[u8] = b"mluc\0\0\0\0\0\0\0\x01\0\0\0\x0cenUS\0\0\0\0\0\0\0\x1c";
/// A text of no letter (version 2).
const EMPTY_TEXT: &[u8] = b"text\0\0\0\0\0";
/// A description of no letter (version 2): its length counts the closing zero.
const EMPTY_DESCRIPTION: [u8; 90] = {
    let mut bytes = [0; 90];
    (bytes[0], bytes[1], bytes[2], bytes[3], bytes[11]) = (b'd', b'e', b's', b'c', 1);
    bytes
};

fn together(head: &[u8], tags: &[([u8; 4], &[u8])]) -> Vec<u8> {
    let mut whole = head.to_vec();
    WHO.iter().for_each(|range| whole[range.clone()].fill(0));
    whole.extend((tags.len() as u32).to_be_bytes());
    let mut contents: Vec<u8> = Vec::new();
    let begin = HEAD + 4 + 12 * tags.len();
    let mut placed: Vec<(&[u8], usize)> = Vec::new();
    for (name, content) in tags {
        // Three colours often share one curve.
        let known = placed.iter().find(|(other, _)| other == content).map(|(_, at)| *at);
        let at = known.unwrap_or_else(|| {
            let at = begin + contents.len();
            contents.extend_from_slice(content);
            contents.resize(contents.len().next_multiple_of(4), 0);
            placed.push((content, at));
            at
        });
        whole.extend_from_slice(name);
        whole.extend((at as u32).to_be_bytes());
        whole.extend((content.len() as u32).to_be_bytes());
    }
    whole.extend(contents);
    let length = (whole.len() as u32).to_be_bytes();
    whole[..4].copy_from_slice(&length);
    whole
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// A profile of two colours with a secret in its words.
    pub fn profile(secret: &str) -> Vec<u8> {
        let mut head = vec![7; HEAD];
        (head[8], head[9]) = (2, 0x10);
        head[36..40].copy_from_slice(b"acsp");
        let words = format!("text\0\0\0\0{secret}\0");
        let tags: [([u8; 4], &[u8]); 4] = [
            (*b"rXYZ", b"XYZ \0\0\0\0\0\0\x6f\xa2\0\0\x38\xf5\0\0\x03\x90"),
            (*b"dmdd", words.as_bytes()),
            (*b"rTRC", b"curv\0\0\0\0\0\0\0\x01\x02\x33"),
            (*b"gTRC", b"curv\0\0\0\0\0\0\0\x01\x02\x33"),
        ];
        let mut whole = together(&head, &tags);
        whole[24..36].fill(9);
        whole
    }

    #[test]
    fn colours_stay_and_words_and_times_go() {
        let before = profile("Amina's telephone");
        let after = cleaned(&before).unwrap();
        let holds = |mark: &[u8]| after.windows(mark.len()).any(|window| window == mark);
        assert!(!holds(b"Amina") && !holds(b"dmdd"));
        assert!(holds(b"\0\0\x6f\xa2\0\0\x38\xf5\0\0\x03\x90") && holds(b"curv\0\0\0\0\0\0\0\x01\x02\x33"));
        assert_eq!(after[24..36], [0; 12], "no date");
        assert_eq!(after.len(), u32::from_be_bytes(after[..4].try_into().unwrap()) as usize);
        assert_eq!(cleaned(&after).as_deref(), Some(&after[..]), "clean stays as it is");
    }

    #[test]
    fn what_is_no_profile_is_dropped() {
        let good = profile("x");
        assert_eq!(cleaned(&good[..140]), None);
        assert_eq!(cleaned(&[]), None);
        let mut far = good.clone();
        far[HEAD + 8..HEAD + 12].fill(0xff);
        assert_eq!(cleaned(&far), None, "a tag that lies outside");
        let mut many = good;
        many[HEAD..HEAD + 4].fill(0xff);
        assert_eq!(cleaned(&many), None);
    }
}
