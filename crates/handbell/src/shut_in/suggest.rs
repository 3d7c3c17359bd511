//! Suggest: what in a picture of ours looks like a face, so that a person may take it as a box.
//!
//! The cascade is the machine's own file (Debian's `opencv-data`), read within the walls like everything else. Nobody is
//! recognised, compared or counted: what comes out are places, and pictures are previews and stills that the desk sees.

use super::answer::{Made, No, Seen, Told};
use super::look::{decoded, fitted, refused};
use super::part::Orders;
use super::run::{Broke, Filling, ShutIn};
use super::walls::Limits;
use handbell_evidence::Refusal;
use handbell_evidence::cascade::{Cascade, Find, Light, SIDE_MAX};
use handbell_rules::evidence::hiding::{Rectangle, WHOLE};

/// The child's side: the places of all pictures.
///
/// # Errors
///
/// Where the cascade or a picture does not read, or lengths do not meet.
pub fn seen(bytes: &[u8], cascade: u64, pictures: &[u64]) -> Result<Made, No> {
    let cut = || refused(Refusal::CutOff);
    let split = |rest: &mut &[u8], length: u64| {
        let (piece, after) = usize::try_from(length).ok().and_then(|length| rest.split_at_checked(length)).ok_or_else(cut)?;
        let piece = piece.to_vec();
        *rest = after;
        Ok::<_, No>(piece)
    };
    let mut rest = bytes;
    let cascade = split(&mut rest, cascade)?;
    let text = std::str::from_utf8(&cascade).map_err(|_| refused(Refusal::Damaged("cascade")))?;
    let cascade = Cascade::read(text).map_err(refused)?;
    let mut told = Told::default();
    for (number, length) in (0u32..).zip(pictures) {
        let picture = fitted(&decoded(&split(&mut rest, *length)?)?, SIDE_MAX as u32);
        let (width, height) = picture.dimensions();
        let light = Light::from_rgb(width as usize, height as usize, picture.as_raw()).map_err(refused)?;
        let place = |find: &Find| placed(find, width, height).map(|place| Seen { picture: number, place });
        told.seen.extend(cascade.finds(&light).iter().filter_map(place));
    }
    Ok(Made { told, ..Made::default() })
}

/// A find in ten-thousandths of the picture, no smaller than it is.
fn placed(find: &Find, width: u32, height: u32) -> Option<Rectangle> {
    let part = |at: u32, of: u32, up: bool| {
        let at = u64::from(at) * u64::from(WHOLE);
        let part = if up { at.div_ceil(u64::from(of)) } else { at / u64::from(of) };
        u16::try_from(part.min(u64::from(WHOLE))).ok()
    };
    let (left, right) = (part(find.x, width, false)?, part(find.x + find.width, width, true)?);
    let (top, bottom) = (part(find.y, height, false)?, part(find.y + find.height, height, true)?);
    Rectangle::new(left, top, right.checked_sub(left)?, bottom.checked_sub(top)?).ok()
}

/// The server's side: has these pictures looked through with the cascade of this machine.
///
/// # Errors
///
/// Outer: [`Broke`], also where there is no cascade. Inner: the child's no.
pub fn asked(shut: &ShutIn, pictures: &[&[u8]], limits: &Limits) -> Result<Result<Vec<Seen>, No>, Broke> {
    let cascade = shut.cascade().ok_or(Broke::Unable)?;
    let mut filling = Filling::begun()?;
    filling.push(cascade)?;
    pictures.iter().try_for_each(|picture| filling.push(picture))?;
    let lengths = pictures.iter().map(|picture| picture.len() as u64).collect();
    let orders = Orders::Suggest { cascade: cascade.len() as u64, pictures: lengths };
    Ok(shut.made(&orders, &filling.done()?, limits)?.map(|made| made.told.seen))
}
