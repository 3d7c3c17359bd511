//! Develop: everything that is made of one file, by as many shut-in children as it takes.
//!
//! Blocks its thread, and touches neither store nor vault.

use super::answer::{Mark, No, Told};
use super::part::Orders;
use super::run::{Broke, Input, ShutIn};
use super::walls::Limits;
use super::{film, heif, suggest};
use handbell_evidence::kind::Kind;
use handbell_rules::evidence::hiding::{Cover, FRAME_MILLISECONDS};
use handbell_rules::evidence::suggestion::{Found, suggestions};
use serde::Serialize;

/// What a picture may use up, in seconds for each child; a HEIC has up to four of them.
const PICTURE_SECONDS: u64 = 10;
/// What a film may use up, in seconds for each child.
pub const FILM_SECONDS: u64 = 300;
/// Most bytes of a film or picture that is worked with; a larger one is only kept.
pub const WORKED_BYTES_MAX: u64 = 200 << 20;
/// Bytes that a child may write beside what came in.
const MORE_BYTES: u64 = 64 << 20;
/// Bytes of stills that ffmpeg may hand over: 60 of 640 by 640 in three colours, and their heads.
const STILLS_BYTES_MAX: u64 = 72 << 20;

/// One thing that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// Which copy of its footage it is.
    pub word: String,
    /// Its media type.
    pub media_type: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// For a still: where in the film, in milliseconds.
    pub at: Option<u64>,
}

/// Everything that was made of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Developed {
    /// What the file told.
    pub told: Told,
    /// What the desk looks at.
    pub preview: Option<Object>,
    /// The file itself without what it tells beside.
    pub clean: Option<Object>,
    /// Stills of a film.
    pub stills: Vec<Object>,
    /// Boxes that are suggested, as the object `suggested`; none where nobody looked for any.
    pub suggested: Option<Object>,
}

/// What the bank is asked and told, as it lies in the vault.
#[derive(Serialize)]
struct Hashes {
    asked: Vec<String>,
    stored: Vec<String>,
}

impl Developed {
    /// The hashes of a picture, or of a film's stills, as the object `hashes`; none where there are none.
    pub fn hashes(&self) -> Option<Object> {
        // Of a film each line says of which still it is, or nobody could count stills.
        let film = !self.told.stills.is_empty();
        let line = |mark: &Mark| match film {
            true => format!("{} {} {}", mark.hash, mark.quality, mark.still),
            false => format!("{} {}", mark.hash, mark.quality),
        };
        let lines = |marks: &[Mark]| -> Vec<String> { marks.iter().filter(|mark| mark.hashed().is_some()).map(line).collect() };
        let hashes = Hashes { asked: lines(&self.told.asked), stored: lines(&self.told.stored) };
        let bytes = serde_json::to_vec(&hashes).ok().filter(|_| !hashes.asked.is_empty() || !hashes.stored.is_empty())?;
        Some(Object { word: "hashes".into(), media_type: "application/json", bytes, at: None })
    }
}

fn object(word: &str, media_type: &'static str, bytes: Vec<u8>) -> Object {
    Object { word: word.to_owned(), media_type, bytes, at: None }
}

/// Makes everything of a file of this kind and length.
///
/// # Errors
///
/// Outer: a child gave no answer, or there can be none. Inner: its no.
pub fn developed(shut: &ShutIn, kind: Kind, input: &Input, length: u64) -> Result<Result<Developed, No>, Broke> {
    if length > WORKED_BYTES_MAX {
        let words = "This file is larger than working copies are made of. It is kept sealed.";
        return Ok(Err(No { name: "file-not-worked".into(), words: words.into() }));
    }
    match kind.is_picture() {
        true if shut.can().not_pictures.is_some() => Err(Broke::Unable),
        true if kind == Kind::Heic && shut.can().not_heic.is_some() => Err(Broke::Unable),
        true => picture(shut, kind, input, length),
        false if shut.can().not_films.is_some() => Err(Broke::Unable),
        false => moving(shut, kind, input, length),
    }
}

fn picture(shut: &ShutIn, kind: Kind, input: &Input, length: u64) -> Result<Result<Developed, No>, Broke> {
    let limits = Limits { seconds: PICTURE_SECONDS, bytes_out: length * 2 + MORE_BYTES };
    let (made, kind) = match kind {
        // From here on it is the JPEG that was made of it.
        Kind::Heic => (heif::looked(shut, input, &limits)?, Kind::Jpeg),
        kind => (shut.made(&Orders::Look, input, &limits)?, kind),
    };
    Ok(made.map(|mut made| {
        let preview = made.pieces.remove("preview");
        let suggested = preview.as_deref().and_then(|preview| suggested(shut, &[(0, preview)], 0, 0, PICTURE_SECONDS));
        Developed {
            preview: preview.map(|bytes| object("preview", "image/jpeg", bytes)),
            clean: made.pieces.remove("clean").map(|bytes| object("clean", kind.media_type(), bytes)),
            stills: Vec::new(),
            suggested,
            told: made.told,
        }
    }))
}

/// Suggestions for pictures of ours, each with its time. None is no harm and says nothing of the file: people draw.
fn suggested(shut: &ShutIn, pictures: &[(u64, &[u8])], apart: u64, lasts: u64, seconds: u64) -> Option<Object> {
    if shut.can().not_suggested.is_some() {
        return None;
    }
    let all: Vec<&[u8]> = pictures.iter().map(|(_, picture)| *picture).collect();
    let seen = suggest::asked(shut, &all, &Limits { seconds, bytes_out: MORE_BYTES }).ok()?.ok()?;
    let found = seen.iter().filter_map(|seen| {
        let (at, _) = pictures.get(usize::try_from(seen.picture).ok()?)?;
        Some(Found { at: *at, place: seen.place })
    });
    let suggestions = suggestions(&found.collect::<Vec<_>>(), apart, lasts);
    serde_json::to_vec(&suggestions).ok().map(|bytes| object("suggested", "application/json", bytes))
}

/// A film or a sound. Of a sound the desk gets a copy to listen to, and nothing else is made of it: what cannot be looked
/// at cannot be covered, and no cleaned copy leaves by any door.
fn moving(shut: &ShutIn, kind: Kind, input: &Input, length: u64) -> Result<Result<Developed, No>, Broke> {
    let limits = Limits { seconds: FILM_SECONDS, bytes_out: length * 2 + MORE_BYTES };
    let mut leaf = match shut.made(&Orders::Leaf, input, &limits)? {
        Ok(leaf) => leaf,
        Err(no) => return Ok(Err(no)),
    };
    // What it was called when it came was told by its first bytes, and a voice comes in a film's container too.
    if kind.is_sound() || leaf.told.sound {
        let milliseconds = Some(film::sound_milliseconds(shut, kind, input, &limits)?);
        let heard = film::sound(shut, kind, input, &limits)?;
        let preview = Some(object("preview", "audio/mp4", heard));
        return Ok(Ok(Developed { told: Told { milliseconds, not_cleaned: None, ..leaf.told }, preview, ..Developed::default() }));
    }
    let clean = leaf.pieces.remove("clean").map(|bytes| object("clean", kind.media_type(), bytes));
    let shown = film::working(shut, kind, input, &limits)?;
    let working = Input::bytes(&shown)?;
    let lasts = film::milliseconds(shut, Kind::Mp4, &working, &limits)?;
    let apart = film::seconds_apart(lasts);
    let of_stills = Limits { bytes_out: STILLS_BYTES_MAX, ..limits };
    // Of the working film, so that a still is what is seen at its second.
    let mut stills = match film::stills(shut, Kind::Mp4, &working, apart, &of_stills)? {
        Ok(stills) => stills,
        Err(no) => return Ok(Err(no)),
    };
    let told = Told {
        taken: leaf.told.taken,
        credentials: leaf.told.credentials,
        not_cleaned: leaf.told.not_cleaned,
        milliseconds: Some(lasts),
        ..stills.told
    };
    let stills = (0u64..).map_while(|number| {
        let word = format!("still-{number:04}");
        let bytes = stills.pieces.remove(&word)?;
        Some(Object { at: Some(number * apart * 1_000), ..object(&word, "image/jpeg", bytes) })
    });
    let stills: Vec<Object> = stills.collect();
    let pictures: Vec<(u64, &[u8])> = stills.iter().map(|still| (still.at.unwrap_or_default(), still.bytes.as_slice())).collect();
    let suggested = suggested(shut, &pictures, apart * 1_000, lasts, FILM_SECONDS);
    Ok(Ok(Developed { stills, preview: Some(object("preview", "video/mp4", shown)), clean, suggested, told }))
}

/// Burns boxes into a cleaned copy or a preview: the public copy, and how many frames it has.
///
/// # Errors
///
/// As [`developed`].
pub fn burnt(shut: &ShutIn, kind: Kind, input: &Input, length: u64, covers: &[Cover]) -> Result<Result<(Object, u32), No>, Broke> {
    if kind.is_picture() {
        let limits = Limits { seconds: PICTURE_SECONDS, bytes_out: length * 2 + MORE_BYTES };
        let made = shut.made(&Orders::Burn { covers: covers.to_vec(), exact: false }, input, &limits)?;
        let public = |mut made: super::Made| made.pieces.remove("public").unwrap_or_default();
        return Ok(made.map(|made| (object("hidden", "image/jpeg", public(made)), 1)));
    }
    let limits = Limits { seconds: FILM_SECONDS, bytes_out: length * 2 + MORE_BYTES };
    let film = film::burnt(shut, kind, input, covers, &limits)?;
    let lasts = film::milliseconds(shut, Kind::Mp4, &Input::bytes(&film)?, &limits)?;
    let frames = u32::try_from(lasts.div_ceil(FRAME_MILLISECONDS)).unwrap_or(u32::MAX);
    Ok(Ok((object("hidden", "video/mp4", film), frames)))
}

/// One frame of a film of ours, as a JPEG.
///
/// # Errors
///
/// Where there is no such frame, or as [`developed`].
pub fn framed(shut: &ShutIn, input: &Input, number: u32) -> Result<Vec<u8>, Broke> {
    let limits = Limits { seconds: PICTURE_SECONDS * 3, bytes_out: MORE_BYTES };
    let mut made = film::frame(shut, input, number, &limits)?.map_err(|_| Broke::Unable)?;
    made.pieces.remove("frame").ok_or(Broke::Unable)
}
