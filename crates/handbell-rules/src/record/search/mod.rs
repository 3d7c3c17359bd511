//! Search: what somebody asks of the whole record, and what is kept of each incident to answer it.
//!
//! A *sheet* holds of one incident what lists and filters need; its *shelfmarks* say where it stands by place,
//! kind and time. All of it follows from the incident's page and from nothing else, so any store can make it
//! anew, and every store gives the same answer: [`Question::falls`] and [`Words::stand_in`] are the judges.
//! Nothing here ranks; the order is that of the record, newest opened first.

mod excerpt;
mod question;
mod sheet;
mod shelfmark;
mod words;

pub use excerpt::{Excerpt, excerpt};
pub use question::{Corners, NotCorners, Question};
pub use sheet::{Sheet, says};
pub use shelfmark::{of_question, of_sheet};
pub use words::{BEGINNING_LETTERS_MIN, Phrase, WORD_LETTERS_MAX, Words, words};

use super::projection::PROJECTION_VERSION;

/// What an index that was made must have been made by, or it is made anew: it moves with the projection and with
/// whatever is decided here.
pub const SEARCH_VERSION: u32 = 1_000 + PROJECTION_VERSION;

#[cfg(test)]
mod tests;
