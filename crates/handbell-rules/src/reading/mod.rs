//! Reading: what a press text or a statement says, found sentence by sentence for a person to accept or refuse.
//!
//! Each finding is tied to the bytes it was read from and keeps the rule by which it was read. The rules are
//! lists and shapes of English words, nothing is learned and nothing is looked up elsewhere, so the same text
//! always gives the same findings. Words that resolve to no day stay words. What is found is a suggestion:
//! nothing here makes a statement of the record, and much is missed (docs/formats/reading.md says how much).

pub mod accepted;
mod agency;
mod apart;
mod change;
mod counted;
mod dateline;
mod day;
mod named;
mod number;
mod outcome;
mod place;
mod quote;
mod resolve;
mod sentence;
mod speaker;
mod subject;
mod word;

use crate::gazetteer::Gazetteer;
use crate::place::Point;
use crate::record::source::SourceKind;
use jiff::civil::Date;
use std::ops::Range;

pub use apart::Apart;
pub use change::ChangeWord;
pub use counted::Counted;
pub use dateline::Dateline;
pub use outcome::Ending;

/// Bytes of a text that is read: a long article several times over.
pub const TEXT_BYTES_MAX: usize = 200_000;

/// What whoever brings a text knows about it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Hints<'a> {
    /// The local day on which it was published; "last Saturday" is counted from it. Where it is not given, one
    /// that stands in the text itself is used.
    pub dateline: Option<Date>,
    /// The year of publication, where no more is known of it.
    pub year: Option<i16>,
    /// The group's places.
    pub places: Option<&'a Gazetteer>,
}

/// Why a text was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReadingRefusal {
    /// Nothing stands in it.
    #[error("Paste the text of the article or the statement.")]
    Empty,
    /// More than [`TEXT_BYTES_MAX`].
    #[error("This text is longer than can be read at once ({TEXT_BYTES_MAX} bytes). Paste the part that matters.")]
    TooLong,
}

/// A text as it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The days that relative days were counted from, each from its place in the text on; none where nobody gave
    /// one and the text says none.
    pub datelines: Vec<Dateline>,
    /// The sentences, in order; together they hold every word of the text.
    pub sentences: Vec<Sentence>,
    /// What was found, in the order of the text.
    pub findings: Vec<Finding>,
}

/// One sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// Where it stands in the text.
    pub bytes: Range<usize>,
    /// Its paragraph, counted from 0.
    pub paragraph: usize,
    /// Why nothing is found in it, where it is no part of what the text tells.
    pub apart: Option<Apart>,
}

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// Who is said to have said something.
    Source,
    /// Words between quotation marks.
    Quote,
    /// When.
    Day,
    /// Where.
    Place,
    /// How many.
    Count,
    /// Whose people.
    Agency,
    /// How it ended for somebody.
    Outcome,
    /// The text changes something it said before.
    Change,
}

impl Field {
    /// Every field with its stable name and what people call it.
    pub const ALL: [(Field, &'static str, &'static str); 8] = [
        (Field::Source, "source", "Source"),
        (Field::Quote, "quote", "Words of somebody"),
        (Field::Day, "day", "Day"),
        (Field::Place, "place", "Place"),
        (Field::Count, "count", "Number"),
        (Field::Agency, "agency", "Agency"),
        (Field::Outcome, "outcome", "How it ended"),
        (Field::Change, "change", "Update or correction"),
    ];
    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(field, ..)| *field == self).map_or("", |(_, name, _)| name)
    }
    /// What people call it.
    #[must_use]
    pub fn words(self) -> &'static str {
        Self::ALL.iter().find(|(field, ..)| *field == self).map_or("", |(.., words)| words)
    }
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Somebody who says something.
    Source {
        /// As the text names them.
        name: String,
        /// What sort of source that seems to be.
        kind: SourceKind,
    },
    /// Words between quotation marks.
    Quote {
        /// The words, without their marks.
        words: String,
        /// Who said them, as the text names them; none where it does not say.
        speaker: Option<String>,
        /// Where the speaker is named.
        speaker_bytes: Option<Range<usize>>,
    },
    /// A time.
    Day {
        /// As EDTF; none where the words resolve to no day.
        edtf: Option<String>,
        /// The words.
        words: String,
    },
    /// A place.
    Place {
        /// As the text names it.
        name: String,
        /// Where the group's list has it.
        point: Option<Point>,
    },
    /// A number of something.
    Count {
        /// Of what.
        of: Counted,
        /// At least.
        low: Option<u32>,
        /// At most.
        high: Option<u32>,
        /// Whether the text says that the number is only near; how far it reaches is nobody's word.
        near: bool,
        /// The words, from the number to what is counted.
        words: String,
    },
    /// A body whose people were there or who speaks.
    Agency {
        /// The body's id, as playbooks name it.
        choice: &'static str,
        /// As the text names it.
        words: String,
    },
    /// How it ended for somebody.
    Outcome {
        /// In what way.
        ending: Ending,
        /// The words.
        words: String,
    },
    /// The text changes what it or another text said.
    Change(ChangeWord),
}

/// By which rule something was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rule {
    /// A date with its year.
    SaidInFull,
    /// A date without a year, on or before the dateline, or up to a month after it where the words look ahead.
    YearOfTheDateline,
    /// A date without a year, in the year that the text said last.
    YearSaidBefore,
    /// A weekday: the last one on or before the dateline.
    WeekdayUpToTheDateline,
    /// "Last" and a weekday: the last one before the dateline.
    WeekdayBeforeTheDateline,
    /// A weekday that is still to come: the first after the dateline.
    WeekdayAfterTheDateline,
    /// Counted in days, weeks, months or years from the dateline.
    CountedFromTheDateline,
    /// Counted from the day the text said last.
    CountedFromTheDayBefore,
    /// There is no day to count from, or no year: the words resolve to no day.
    NothingToCountFrom,
    /// The words give no day of the calendar, or one that there is not.
    NoDay,
    /// Who speaks is named before the words.
    SpeakerBefore,
    /// Who speaks is named behind the words.
    SpeakerAfter,
    /// Who speaks stands between two halves of what they said.
    SpeakerBetween,
    /// The paragraph goes on with the words of the one before.
    SpeakerContinues,
    /// Nobody is named.
    SpeakerNotNamed,
    /// The text attributes something to them.
    SaysSomething,
    /// The group's list of places has it.
    KnownPlace,
    /// A name of the shape that streets, squares and parks have.
    PlaceShape,
    /// A name behind a word of place such as "in".
    PlaceByItsWord,
    /// A number before what is counted.
    NumberOfSomething,
    /// A number beside the verb for what became of them.
    NumberAndVerb,
    /// The name of a body.
    NameOfABody,
    /// Officers whose force is not named; only where the text first speaks of them.
    BodyByItsTrade,
    /// A word for how it ended.
    WordOfAnEnding,
    /// A word that says that the text was changed.
    WordOfAChange,
}

impl Rule {
    /// The rule in words, for whoever decides about the finding.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::SaidInFull => "said in full",
            Self::YearOfTheDateline => "the year is counted from the day of publication",
            Self::YearSaidBefore => "the year is the one said before",
            Self::WeekdayUpToTheDateline => "the last such weekday up to the day of publication",
            Self::WeekdayBeforeTheDateline => "the last such weekday before the day of publication",
            Self::WeekdayAfterTheDateline => "the first such weekday after the day of publication",
            Self::CountedFromTheDateline => "counted from the day of publication",
            Self::CountedFromTheDayBefore => "counted from the day said before",
            Self::NothingToCountFrom => "resolves to no day: nothing says from which day to count",
            Self::NoDay => "resolves to no day",
            Self::SpeakerBefore => "who speaks is named before the words",
            Self::SpeakerAfter => "who speaks is named behind the words",
            Self::SpeakerBetween => "who speaks is named between the words",
            Self::SpeakerContinues => "goes on from the paragraph before",
            Self::SpeakerNotNamed => "nobody is named",
            Self::SaysSomething => "the text says that they said it",
            Self::KnownPlace => "in the group’s list of places",
            Self::PlaceShape => "has the shape of a street, square or park",
            Self::PlaceByItsWord => "a name behind a word of place",
            Self::NumberOfSomething => "a number before what is counted",
            Self::NumberAndVerb => "a number beside what became of them",
            Self::NameOfABody => "the name of a body",
            Self::BodyByItsTrade => "officers, where the text first speaks of them",
            Self::WordOfAnEnding => "a word for how it ended",
            Self::WordOfAChange => "a word that says that something changed",
        }
    }
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// What it is about.
    pub field: Field,
    /// Its sentence, by place in [`Reading::sentences`].
    pub sentence: usize,
    /// The bytes it was read from, inside its sentence.
    pub bytes: Range<usize>,
    /// What was read.
    pub value: Value,
    /// By which rule.
    pub rule: Rule,
}

/// A text cut into words, sentences and quotations, as the searches below read it.
struct Page<'t> {
    text: &'t str,
    words: Vec<word::Word>,
    lines: Vec<Line>,
    quotes: Vec<sentence::Quoted>,
}

/// A sentence with its words.
struct Line {
    bytes: Range<usize>,
    words: Range<usize>,
    paragraph: usize,
    apart: Option<Apart>,
}

impl Page<'_> {
    /// Lines in which something is looked for, with their place.
    fn told(&self) -> impl Iterator<Item = (usize, &Line)> {
        self.lines.iter().enumerate().filter(|(_, line)| line.apart.is_none())
    }

    /// The words of a line.
    fn of(&self, line: &Line) -> word::Words<'_> {
        word::Words(&self.words[line.words.clone()])
    }

    /// The text of some bytes.
    fn says(&self, bytes: &Range<usize>) -> String {
        word::plain(&self.text[bytes.clone()])
    }
}

/// Reads a text.
///
/// # Errors
/// When there is nothing in it, or more than [`TEXT_BYTES_MAX`].
pub fn read(text: &str, hints: &Hints<'_>) -> Result<Reading, ReadingRefusal> {
    if text.len() > TEXT_BYTES_MAX {
        return Err(ReadingRefusal::TooLong);
    }
    if !text.chars().any(char::is_alphanumeric) {
        return Err(ReadingRefusal::Empty);
    }
    let paragraphs = sentence::paragraphs(text);
    let quotes = sentence::quotes(text, &paragraphs);
    let apart = apart::apart(text, &paragraphs);
    let words = word::words(text);
    let mut lines = Vec::new();
    let mut next = 0;
    for (paragraph, bytes) in paragraphs.iter().enumerate() {
        for bytes in sentence::sentences(text, bytes, &quotes) {
            let first = next + words[next..].partition_point(|word| word.bytes.start < bytes.start);
            next = first + words[first..].partition_point(|word| word.bytes.start < bytes.end);
            lines.push(Line { apart: apart[paragraph], words: first..next, paragraph, bytes });
        }
    }
    let mut page = Page { text, words, lines, quotes };
    apart::captions_at_the_end(&mut page);
    let datelines = dateline::find(&page, hints);
    let mut findings = Vec::new();
    findings.extend(day::find(&page, &datelines, hints));
    findings.extend(quote::find(&page));
    findings.extend(named::find(&page));
    findings.extend(counted::find(&page));
    let bodies = agency::find(&page);
    findings.extend(outcome::find(&page));
    findings.extend(change::find(&page));
    findings.extend(place::find(&page, hints.places, &bodies));
    findings.extend(bodies);
    // Nothing that reaches out of its sentence is shown: a person decides over what stands beside it.
    findings.retain(|one| {
        let line = &page.lines[one.sentence];
        line.bytes.start <= one.bytes.start && one.bytes.start < one.bytes.end && one.bytes.end <= line.bytes.end
    });
    findings.sort_by_key(|one| (one.bytes.start, one.field, one.bytes.end));
    let sentences = page.lines.into_iter().map(|line| Sentence { bytes: line.bytes, paragraph: line.paragraph, apart: line.apart });
    Ok(Reading { datelines, sentences: sentences.collect(), findings })
}

#[cfg(test)]
mod tests;
