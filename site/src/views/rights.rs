//! Rights cards: the list, one card, and the red band over whatever no lawyer has signed.
//!
//! The band is data, not a wish of the template: whoever makes a page hands it in, and the pieces draw it on
//! the screen and on paper. Words come in the reader's language; what is said to officers stays in the language
//! they speak, with its meaning beside it. No page here leads away: a source's address is text to copy.

use askama::Template;

use super::{Frame, Link};

/// The red band: why a card must not be relied on.
#[derive(Clone, Debug)]
pub struct RedBand {
    /// Its heading, for example `This card may be out of date`.
    pub heading: String,
    /// What to do instead.
    pub words: String,
}

/// A link to the same page in another language.
#[derive(Clone, Debug)]
pub struct OtherLanguage {
    /// Where it goes.
    pub href: String,
    /// The language's tag.
    pub lang: String,
    /// The language's name in itself.
    pub words: String,
}

/// A card in a list.
#[derive(Clone, Debug)]
pub struct CardRow {
    /// Path of the card.
    pub href: String,
    /// The situation.
    pub words: String,
    /// Why it must not be relied on; `None` for a card that is signed off and not expired.
    pub warning: Option<String>,
}

/// Cards that belong together.
#[derive(Clone, Debug)]
pub struct CardGroup {
    /// The group's heading.
    pub heading: String,
    /// Its cards.
    pub rows: Vec<CardRow>,
}

/// `/rights`: every card, and how to behave.
#[derive(Clone, Debug, Template)]
#[template(path = "rights.html")]
pub struct RightsPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Language of what is inside.
    pub lang: String,
    /// The heading.
    pub heading: String,
    /// What stands under it.
    pub lead: String,
    /// Over everything while one of the cards must not be relied on.
    pub band: Option<RedBand>,
    /// The cards; empty shows `plain_lines` instead.
    pub groups: Vec<CardGroup>,
    /// Heading of the lines that are not legal advice.
    pub plain_heading: String,
    /// The two lines that are not legal advice.
    pub plain_lines: Vec<String>,
    /// That this is not legal advice.
    pub not_advice: String,
    /// Heading of the conduct lines.
    pub conduct_heading: String,
    /// The conduct lines.
    pub conduct: Vec<String>,
    /// The same in other languages.
    pub languages: Vec<OtherLanguage>,
}

/// Words to say aloud.
#[derive(Clone, Debug)]
pub struct Said {
    /// The words, in the language that officers speak.
    pub words: String,
    /// That language.
    pub lang: String,
    /// What they mean, where the reader reads another language.
    pub meaning: Option<String>,
}

/// One numbered line of a card.
#[derive(Clone, Debug)]
pub struct CardLine {
    /// What to know or do.
    pub text: String,
    /// What to say aloud.
    pub say: Option<Said>,
    /// Numbers of the sources it rests on, from 1.
    pub sources: Vec<usize>,
}

/// One source of a card.
#[derive(Clone, Debug)]
pub struct CardSource {
    /// Its title.
    pub title: String,
    /// Publisher, version and date, in one line.
    pub about: String,
    /// Where it can be read.
    pub url: String,
}

/// `/rights/{card}`: one card; printed it is a pocket card, A6, in one colour.
#[derive(Clone, Debug, Template)]
#[template(path = "card.html")]
pub struct CardPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Language of what is inside.
    pub lang: String,
    /// The red band; `None` only when the card is signed off word for word and not expired.
    pub band: Option<RedBand>,
    /// Where this is the law, and for whom.
    pub meta: String,
    /// The heading.
    pub title: String,
    /// The lines.
    pub lines: Vec<CardLine>,
    /// What stands before the words to say, for those who hear the page.
    pub say_label: String,
    /// What stands before a source's number, for those who hear the page.
    pub source_label: String,
    /// What to remember whatever happens.
    pub remember: String,
    /// Who signed it, when it was reviewed, when it expires, that it is no advice: one sentence each.
    pub standing: Vec<String>,
    /// The card's address, as text.
    pub address: String,
    /// Heading of the sources.
    pub sources_heading: String,
    /// The sources, in the order of their numbers.
    pub sources: Vec<CardSource>,
    /// How to print.
    pub print: String,
    /// Heading of the other cards.
    pub others_heading: String,
    /// The other cards.
    pub others: Vec<CardRow>,
    /// The list of all cards.
    pub all: Link,
    /// The same card in other languages.
    pub languages: Vec<OtherLanguage>,
}
