//! Look: what the shut-in child makes of a picture. Runs within the walls and nowhere else.
//!
//! What comes out was made anew from pixels, so that nothing of the file's own bytes goes on to a browser: which way up
//! the camera was held is baked in, what shines through is laid on white, of an animation the first picture is shown. The
//! cleaned copy is the exception: it is the file itself without what it tells beside (`handbell_evidence::strip`), and
//! is what boxes are burnt into.

use super::answer::{self, Made, Mark, No, Told};
use super::film::STILLS_MAX;
use handbell_evidence::kind::{Kind, kind};
use handbell_evidence::pdq::{Hashed, asked, hashed, stored};
use handbell_evidence::picture::Picture;
use handbell_evidence::strip::{strip, strip_upright};
use handbell_evidence::{Refusal, taken, tracks};
use handbell_rules::evidence::hiding::{Cover, places};
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, ExtendedColorType, ImageDecoder, ImageEncoder, ImageFormat, ImageReader, Limits, RgbImage};
use std::collections::BTreeMap;
use std::io::{BufRead, Cursor, Write};

/// The longer side of a preview, in pixels.
pub const PREVIEW_SIDE: u32 = 1_600;
/// Most pixels of a picture that is decoded here: with three bytes each, once as it lies and once upright, they stay
/// within the child's memory.
const PIXELS_MAX: u64 = 64_000_000;
/// Most bytes that a decoder may ask for.
const DECODER_BYTES_MAX: u64 = 300 << 20;
/// The longer side of a still.
const STILL_SIDE: u32 = 480;
/// How good a preview is, of 100.
const PREVIEW_QUALITY: u8 = 85;
/// How good a public copy is, of 100.
const PUBLIC_QUALITY: u8 = 90;
/// Pixels by whose multiples burnt boxes grow outward: the squares that a JPEG is made of, so that none holds both fill
/// and picture.
pub const SQUARE: u32 = 8;
/// The fill: black.
pub const FILL: [u8; 3] = [0, 0, 0];

pub(super) fn refused(refusal: Refusal) -> No {
    No { name: refusal.name().to_owned(), words: refusal.to_string() }
}

/// A picture, upright, in red, green and blue.
pub(super) fn decoded(bytes: &[u8]) -> Result<RgbImage, No> {
    let format = match kind(bytes).map_err(refused)? {
        Kind::Jpeg => ImageFormat::Jpeg,
        Kind::Png => ImageFormat::Png,
        Kind::WebP => ImageFormat::WebP,
        other => return Err(No { name: "file-not-shown".into(), words: format!("{} files are not decoded here.", other.name()) }),
    };
    let broken = |error: image::ImageError| match error {
        image::ImageError::Limits(_) => refused(Refusal::TooLarge),
        _ => refused(Refusal::Damaged("picture data")),
    };
    let mut limits = Limits::default();
    limits.max_alloc = Some(DECODER_BYTES_MAX);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(broken)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > PIXELS_MAX || decoder.total_bytes() > DECODER_BYTES_MAX {
        return Err(refused(Refusal::TooLarge));
    }
    let upright = decoder.orientation().map_err(broken)?;
    let mut picture = DynamicImage::ImageRgb8(opaque(DynamicImage::from_decoder(decoder).map_err(broken)?));
    picture.apply_orientation(upright);
    Ok(picture.into_rgb8())
}

/// Laid on white where it shines through: what nobody sees in the picture must not come out of it.
fn opaque(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let with = picture.into_rgba8();
    RgbImage::from_fn(with.width(), with.height(), |x, y| {
        let [red, green, blue, alpha] = with.get_pixel(x, y).0.map(u32::from);
        let on_white = |level: u32| u8::try_from((level * alpha + 255 * (255 - alpha) + 127) / 255).unwrap_or(u8::MAX);
        image::Rgb([on_white(red), on_white(green), on_white(blue)])
    })
}

/// No side longer than this.
pub(super) fn fitted(picture: &RgbImage, side: u32) -> RgbImage {
    let longer = picture.width().max(picture.height());
    if longer <= side {
        return picture.clone();
    }
    let to = |length: u32| u32::try_from((u64::from(length) * u64::from(side)).div_ceil(u64::from(longer))).unwrap_or(side).max(1);
    image::imageops::resize(picture, to(picture.width()), to(picture.height()), FilterType::Triangle)
}

fn jpeg(picture: &RgbImage, quality: u8) -> Result<Vec<u8>, No> {
    let mut out = Vec::new();
    let wrote = JpegEncoder::new_with_quality(&mut out, quality).encode_image(picture);
    wrote.map(|()| out).map_err(|_| refused(Refusal::Damaged("picture size")))
}

fn hashes(picture: &RgbImage) -> Result<Picture, No> {
    Picture::from_rgb(picture.width() as usize, picture.height() as usize, picture.as_raw()).map_err(refused)
}

/// The cleaned copy, or why there is none.
fn cleaned(bytes: &[u8]) -> Result<Vec<u8>, String> {
    strip(bytes).map(|clean| clean.bytes(bytes)).map_err(|refusal| refusal.name().to_owned())
}

/// What a picture tells, its preview and its cleaned copy.
pub fn picture(bytes: &[u8]) -> Result<Made, No> {
    let picture = decoded(bytes)?;
    let light = hashes(&picture)?;
    let marks = |all: Vec<Hashed>| -> Vec<Mark> { all.into_iter().map(Mark::from).collect() };
    let (clean, not_cleaned) = match cleaned(bytes) {
        Ok(clean) => (Some(clean), None),
        Err(name) => (None, Some(name)),
    };
    let told = Told {
        width: picture.width(),
        height: picture.height(),
        taken: taken::taken(bytes),
        credentials: taken::credentials(bytes),
        not_cleaned,
        stored: marks(stored(&light)),
        asked: marks(asked(&light)),
        ..Told::default()
    };
    let mut pieces = BTreeMap::from([("preview".to_owned(), jpeg(&fitted(&picture, PREVIEW_SIDE), PREVIEW_QUALITY)?)]);
    pieces.extend(clean.map(|clean| ("clean".to_owned(), clean)));
    Ok(Made { told, pieces })
}

/// The same of what heif-convert made of a HEIC. Its notes are read and go before it is decoded: what they say of turning
/// was done to the pixels already.
pub fn upright(bytes: &[u8]) -> Result<Made, No> {
    let bare = strip_upright(bytes).map_err(refused)?.bytes(bytes);
    let mut made = picture(&bare)?;
    made.told.taken = taken::taken(bytes);
    Ok(made)
}

/// What a film or a sound tells without being decoded, and its cleaned copy; said stretch by stretch, so that it never
/// lies in memory twice.
///
/// # Errors
///
/// Where it cannot be said.
pub fn leaf(bytes: &[u8], mut to: impl Write) -> std::io::Result<()> {
    if let Err(refusal) = kind(bytes) {
        return answer::write(&Err(refused(refusal)), to);
    }
    let clean = strip(bytes);
    let not_cleaned = clean.as_ref().err().map(|refusal| refusal.name().to_owned());
    let (taken, credentials, sound) = (taken::taken(bytes), taken::credentials(bytes), tracks::sound_alone(bytes));
    let told = Told { taken, credentials, sound, not_cleaned, ..Told::default() };
    let Ok(clean) = clean else { return answer::write(&Ok(Made { told, pieces: BTreeMap::new() }), to) };
    answer::begin(&told, &[("clean", clean.len() as u64)], &mut to)?;
    clean.stretches(bytes).try_for_each(|stretch| to.write_all(stretch))
}

/// Stills that ffmpeg wrote as portable pixmaps, one behind the other.
pub fn stills(mut from: impl BufRead) -> Result<Made, No> {
    let mut made = Made::default();
    for number in 0..STILLS_MAX {
        let Some(still) = pixmap(&mut from)? else { break };
        if number == 0 {
            (made.told.width, made.told.height) = (still.width(), still.height());
        }
        let light = hashes(&still)?;
        made.told.stills.push(hashed(&light).map(Mark::from));
        let of_this = |hashed: Hashed| Mark { still: number, ..Mark::from(hashed) };
        made.told.stored.extend(stored(&light).into_iter().map(of_this));
        made.told.asked.extend(asked(&light).into_iter().map(of_this));
        made.pieces.insert(format!("still-{number:04}"), jpeg(&fitted(&still, STILL_SIDE), PREVIEW_QUALITY)?);
    }
    Ok(made)
}

/// One frame that ffmpeg wrote as a portable pixmap, as large as it is: whoever checks a film must see what the public will.
pub fn frame(mut from: impl BufRead) -> Result<Made, No> {
    let frame = pixmap(&mut from)?.ok_or_else(|| refused(Refusal::Damaged("frame")))?;
    let told = Told { width: frame.width(), height: frame.height(), ..Told::default() };
    Ok(Made { told, pieces: BTreeMap::from([("frame".to_owned(), jpeg(&frame, PUBLIC_QUALITY)?)]) })
}

/// One portable pixmap (`P6`, 255 levels) as ffmpeg writes them; none at the end.
fn pixmap(from: &mut impl BufRead) -> Result<Option<RgbImage>, No> {
    let broken = || refused(Refusal::Damaged("stills"));
    let mut line = || {
        let mut line = Vec::new();
        std::io::Read::take(&mut *from, 64).read_until(b'\n', &mut line).map_err(|_| broken())?;
        String::from_utf8(line).map_err(|_| broken())
    };
    let (mark, size, levels) = (line()?, line()?, line()?);
    if mark.is_empty() {
        return Ok(None);
    }
    let (width, height) = size.trim().split_once(' ').ok_or_else(broken)?;
    let (width, height): (u32, u32) = (width.parse().map_err(|_| broken())?, height.parse().map_err(|_| broken())?);
    if mark != "P6\n" || levels != "255\n" || u64::from(width) * u64::from(height) > PIXELS_MAX {
        return Err(broken());
    }
    let mut pixels = vec![0u8; width as usize * height as usize * 3];
    std::io::Read::read_exact(from, &mut pixels).map_err(|_| broken())?;
    RgbImage::from_raw(width, height, pixels).map(Some).ok_or_else(broken)
}

/// Fills boxes, grown outward to whole squares.
fn fill(picture: &mut RgbImage, covers: &[Cover]) {
    let (width, height) = picture.dimensions();
    for place in places(covers, 0) {
        let [left, top, right, bottom] = grown(place.pixels(width, height), width, height, SQUARE, 0);
        for y in top..bottom {
            for x in left..right {
                picture.put_pixel(x, y, image::Rgb(FILL));
            }
        }
    }
}

/// A box in pixels, larger by a margin and then outward to multiples, within the picture.
pub fn grown(edges: [u32; 4], width: u32, height: u32, square: u32, margin: u32) -> [u32; 4] {
    let down = |edge: u32| edge.saturating_sub(margin) / square * square;
    let up = |edge: u32, most: u32| edge.saturating_add(margin).next_multiple_of(square).min(most);
    [down(edges[0]), down(edges[1]), up(edges[2], width), up(edges[3], height)]
}

/// The picture with boxes burnt in, made anew from pixels.
///
/// PROMISE nothing-is-under-the-box: pixels are filled before anything is made smaller or packed, so nothing that was
/// under a box has any say in any byte that comes out; and filled once more at the end, so that every pixel of it is the
/// fill.
pub fn burnt(bytes: &[u8], covers: &[Cover], exact: bool) -> Result<Made, No> {
    let mut picture = decoded(bytes)?;
    fill(&mut picture, covers);
    let mut public = if exact { picture } else { fitted(&picture, PREVIEW_SIDE) };
    fill(&mut public, covers);
    let piece = if exact {
        let mut out = Vec::new();
        let wrote = PngEncoder::new(&mut out).write_image(public.as_raw(), public.width(), public.height(), ExtendedColorType::Rgb8);
        wrote.map(|()| out).map_err(|_| refused(Refusal::Damaged("picture size")))?
    } else {
        jpeg(&public, PUBLIC_QUALITY)?
    };
    let told = Told { width: public.width(), height: public.height(), ..Told::default() };
    Ok(Made { told, pieces: BTreeMap::from([("public".to_owned(), piece)]) })
}
