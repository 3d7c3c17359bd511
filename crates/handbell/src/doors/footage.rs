//! Doors of footage: what a witness's file comes in by.
//!
//! [`uploads`] speaks tus to programs and to the page's script; [`page`] is what a person with a link sees, and takes
//! small files by a plain form. Both lead to the same acts. The addresses of links and uploads are secrets: they stand
//! in no log line, and every answer asks that nobody keeps it and that no other site hears of it.

pub mod page;
pub mod tus;
mod uploads;

use super::problem::{Problem, Trouble};
use super::routes::Route;
use crate::acts::footage::Untaken;
use handbell_rules::refusal::{Evidence, Refusal};

/// The routes of footage.
pub fn routes() -> Vec<Route> {
    page::routes().into_iter().chain(uploads::routes()).collect()
}

/// Why bytes were not taken, as it is told.
fn untaken(no: Untaken) -> Problem {
    match no {
        Untaken::OffsetDiffers => Problem::of(Trouble::UploadOffsetDiffers),
        Untaken::Beyond => Problem::of(Trouble::UploadBeyond),
        Untaken::PieceTooLarge => Problem::of(Trouble::UploadChunkTooLarge),
        Untaken::ChecksumDiffers => Problem::of(Trouble::UploadChecksumMismatch),
        Untaken::Overtaken => Problem::of(Trouble::UploadOvertaken),
        Untaken::Silent => Problem::of(Trouble::TooSlow),
        Untaken::Broken => Problem::of(Trouble::BodyBroken),
        Untaken::Busy => Problem::of(Trouble::Busy),
        Untaken::NotTaken(why) => Problem::refused(Refusal::from(Evidence::FootageKind)).saying(why.to_string()),
        Untaken::Act(error) => error.into(),
    }
}

#[cfg(test)]
mod tests;
