//! Heif: what heif-convert is told within the walls.
//!
//! It reads memory that cannot be changed and writes a JPEG to memory, upright, whose notes go before it is decoded a
//! second time, by our own decoder. Of a file with several pictures the first is taken.

use super::answer::{Made, No};
use super::aside::{self, Names};
use super::part::Orders;
use super::run::{Broke, Input, ShutIn};
use super::walls::Limits;

/// How good the JPEG is, of 100: what came is lossy too, and a PNG of a telephone's picture takes ten times as long.
const QUALITY: &str = "96";

/// A HEIC as a JPEG.
///
/// # Errors
///
/// [`Broke`].
pub fn jpeg(shut: &ShutIn, input: &Input, limits: &Limits) -> Result<Input, Broke> {
    let program = shut.heif().ok_or(Broke::Unable)?.to_owned();
    // That there is no room for a folder says nothing of the file, which waits.
    let names = Names::within(shut.names()).map_err(|fault| {
        tracing::warn!(%fault, "no folder of names for heif-convert could be made among the temporary files");
        Broke::Unable
    })?;
    let to = names.picture().to_str().ok_or(Broke::Unable)?.to_owned();
    let arguments = ["-q", QUALITY, "/proc/self/fd/0", &to].map(str::to_owned).to_vec();
    shut.handed_aside(&Orders::ProgramAside { program, arguments }, input, &names, limits)
}

/// Takes away what a server that ended at once left behind: folders of links to nothing.
pub fn swept(shut: &ShutIn) {
    // What cannot be swept is in nobody's way.
    let _ = aside::swept(shut.names());
}

/// What a HEIC tells, its preview and its cleaned copy, which is a JPEG.
///
/// # Errors
///
/// Outer: [`Broke`]. Inner: the child's no.
pub fn looked(shut: &ShutIn, input: &Input, limits: &Limits) -> Result<Result<Made, No>, Broke> {
    // What it is by its bytes, and whether it carries content credentials, which no JPEG of it does.
    let leaf = match shut.made(&Orders::Leaf, input, limits)? {
        Ok(leaf) => leaf,
        Err(no) => return Ok(Err(no)),
    };
    let jpeg = jpeg(shut, input, limits)?;
    let made = shut.made(&Orders::LookUpright, &jpeg, limits)?;
    Ok(made.map(|mut made| {
        made.told.credentials = leaf.told.credentials;
        made
    }))
}
