//! Puzzle: work that a witness's page does by itself while an area's budget is overdrawn (R-37, layer 2).
//!
//! A number is looked for until the SHA-256 of the puzzle and the number begins with enough zero bits. In calm
//! hours there is no puzzle. The puzzle is its own memory: area, minute and bits under a keyed hash that the
//! door makes, so that asking for a million of them fills nothing here. Each answer opens once. Nobody has to
//! solve it: without it a report goes into the slow lane. It is no proof of a person, and no identity.

use super::budget::{Budget, Size};
use crate::time::{MINUTE, Timestamp};
use sha2::{Digest, Sha256};

/// Bits of the easiest puzzle: about 4,000 tries.
pub const BITS_MIN: u8 = 12;
/// Bits of the hardest: about 130,000 tries, some seconds on a slow phone.
pub const BITS_MAX: u8 = 17;
/// Minutes a puzzle is good for: the time somebody needs to write.
pub const MINUTES_GOOD: i64 = 15;
/// A puzzle that was asked while fewer reports came may be this many bits easier than today's.
const BITS_EASIER: u8 = 2;
/// What stands for "no area".
const NO_AREA: &str = "-";
const LETTERS_MAX: usize = 200;

/// The bits asked for now: none in calm hours, one more for each doubling of the flood.
pub fn bits(budget: &Budget, size: &Size) -> u8 {
    if !budget.storm() {
        return 0;
    }
    let times = (budget.rate() / size.per_minute.max(1)).max(1);
    let doublings = u8::try_from(times.ilog2()).unwrap_or(u8::MAX);
    BITS_MIN.saturating_add(doublings).min(BITS_MAX)
}

/// What a puzzle is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Puzzle {
    /// The area's id, or none.
    pub area: Option<String>,
    /// The minute in which it was asked.
    pub minute: i64,
    /// Zero bits.
    pub bits: u8,
}

impl Puzzle {
    /// A puzzle of this minute; none in calm hours.
    pub fn ask(area: Option<&str>, bits: u8, now: Timestamp) -> Option<Self> {
        let minute = now.milliseconds().div_euclid(MINUTE);
        (bits > 0).then(|| Self { area: area.map(str::to_owned), minute, bits })
    }

    /// What the keyed hash is made over.
    pub fn claims(&self) -> String {
        format!("{}.{}.{}", self.area.as_deref().unwrap_or(NO_AREA), self.minute, self.bits)
    }

    /// The puzzle as the page gets it.
    pub fn text(&self, mark: &[u8; 32]) -> String {
        format!("{}.{}", self.claims(), written(mark))
    }
}

fn written(mark: &[u8; 32]) -> String {
    mark[..16].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An answer as it was sent, taken apart; nothing of it is believed yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What it says it solves.
    pub puzzle: Puzzle,
    mark: String,
    /// The hash by which an answer is known again.
    pub hash: [u8; 32],
}

impl Answer {
    /// Reads `area.minute.bits.mark.number`; none for anything else.
    pub fn read(text: &str) -> Option<Self> {
        if text.len() > LETTERS_MAX {
            return None;
        }
        let mut parts = text.rsplitn(5, '.');
        let number = parts.next()?;
        if number.is_empty() || number.len() > 12 || !number.bytes().all(|sign| sign.is_ascii_digit()) {
            return None;
        }
        let mark = parts.next()?.to_owned();
        let bits = parts.next()?.parse().ok()?;
        let minute = parts.next()?.parse().ok()?;
        let area = parts.next()?;
        let area = (area != NO_AREA).then(|| area.to_owned());
        Some(Self { puzzle: Puzzle { area, minute, bits }, mark, hash: Sha256::digest(text.as_bytes()).into() })
    }

    /// Whether it is good: one of ours for this area, of the last minutes, hard enough for now, and solved.
    /// `mark` is the keyed hash over [`Puzzle::claims`]. Whether it was used before is the door's to know.
    pub fn is_good(&self, mark: &[u8; 32], area: Option<&str>, bits_now: u8, now: Timestamp) -> bool {
        let age = now.milliseconds().div_euclid(MINUTE) - self.puzzle.minute;
        let same = self.mark.len() == 32 && self.mark.bytes().zip(written(mark).bytes()).fold(0, |differ, (a, b)| differ | (a ^ b)) == 0;
        same && self.puzzle.area.as_deref() == area
            && (0..=MINUTES_GOOD).contains(&age)
            && self.puzzle.bits >= BITS_MIN
            && self.puzzle.bits.saturating_add(BITS_EASIER) >= bits_now
            && zero_bits(&self.hash) >= u32::from(self.puzzle.bits)
    }
}

/// Zero bits a hash begins with.
pub fn zero_bits(hash: &[u8; 32]) -> u32 {
    let whole = hash.iter().take_while(|byte| **byte == 0).count();
    let rest = hash.get(whole).map_or(0, |byte| byte.leading_zeros());
    u32::try_from(whole).unwrap_or(32) * 8 + rest
}

/// Looks for the number, as a page does; for programs and tests.
pub fn solve(puzzle: &str, bits: u8) -> String {
    let begun = Sha256::new_with_prefix(format!("{puzzle}."));
    let number = (0_u64..).find(|number| {
        let hash: [u8; 32] = begun.clone().chain_update(number.to_string()).finalize().into();
        zero_bits(&hash) >= u32::from(bits)
    });
    format!("{puzzle}.{}", number.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::super::budget::AREA;
    use super::*;

    const NOW: Timestamp = Timestamp::from_milliseconds(1_700_000_040_000);
    const MARK: [u8; 32] = [7; 32];

    fn asked() -> Puzzle {
        Puzzle::ask(Some("rye-lane"), BITS_MIN, NOW).unwrap()
    }

    #[test]
    fn in_calm_hours_there_is_no_puzzle_and_it_hardens_with_the_flood_up_to_a_bound() {
        let mut budget = Budget::new(&AREA, NOW);
        assert_eq!(bits(&budget, &AREA), 0);
        assert_eq!(Puzzle::ask(None, 0, NOW), None);
        let mut before = 0;
        for number in 0..60_000_i64 {
            budget = budget.arrive(&AREA, NOW.plus(number / 1_000)).0;
            let bits = bits(&budget, &AREA);
            assert!(bits >= before && bits <= BITS_MAX);
            before = bits;
        }
        assert_eq!(before, BITS_MAX);
        assert_eq!(bits(&budget.at(&AREA, NOW.plus(3 * MINUTE)), &AREA), 0, "and calm again by itself");
    }

    #[test]
    fn a_solved_puzzle_is_good_for_its_area_and_its_minutes_only() {
        let text = solve(&asked().text(&MARK), BITS_MIN);
        let answer = Answer::read(&text).unwrap();
        assert_eq!(answer.puzzle, asked());
        assert!(answer.is_good(&MARK, Some("rye-lane"), BITS_MIN, NOW));
        assert!(answer.is_good(&MARK, Some("rye-lane"), BITS_MIN + BITS_EASIER, NOW.plus(MINUTES_GOOD * MINUTE)));
        assert!(!answer.is_good(&MARK, Some("rye-lane"), BITS_MIN + BITS_EASIER + 1, NOW), "much harder now");
        assert!(!answer.is_good(&MARK, None, BITS_MIN, NOW), "another area");
        assert!(!answer.is_good(&[8; 32], Some("rye-lane"), BITS_MIN, NOW), "not ours");
        assert!(!answer.is_good(&MARK, Some("rye-lane"), BITS_MIN, NOW.plus((MINUTES_GOOD + 1) * MINUTE)), "too old");
        assert!(!answer.is_good(&MARK, Some("rye-lane"), BITS_MIN, NOW.plus(-MINUTE)), "from the future");
    }

    #[test]
    fn an_answer_without_the_work_or_out_of_shape_is_not_good() {
        let puzzle = asked().text(&MARK);
        let idle = (0..100)
            .map(|number| format!("{puzzle}.{number}"))
            .find(|text| zero_bits(&Answer::read(text).unwrap().hash) < u32::from(BITS_MIN));
        assert!(!Answer::read(&idle.unwrap()).unwrap().is_good(&MARK, Some("rye-lane"), BITS_MIN, NOW));
        for text in ["", ".", "a.b.c.d.e", "-.1.12.00", "-.1.12.00.x", "-.1.300.00.1", &"1".repeat(500)] {
            assert_eq!(Answer::read(text), None, "{text}");
        }
    }

    #[test]
    fn the_example_of_the_format_is_solved_as_it_says() {
        let puzzle = Puzzle::ask(None, BITS_MIN, NOW).unwrap().text(&MARK);
        assert_eq!(puzzle, "-.28333334.12.07070707070707070707070707070707");
        assert!(solve(&puzzle, BITS_MIN).ends_with(".14516"));
    }

    #[test]
    fn the_hash_is_the_published_one() {
        // FIPS 180-4, the message "abc".
        let hash: [u8; 32] = Sha256::digest(b"abc").into();
        assert_eq!(hash[..4], [0xba, 0x78, 0x16, 0xbf]);
        assert_eq!((zero_bits(&[0; 32]), zero_bits(&hash)), (256, 0));
        let mut nine = [0; 32];
        nine[1] = 0x40;
        assert_eq!(zero_bits(&nine), 9);
    }
}
