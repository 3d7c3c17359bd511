//! Film: what ffmpeg is told within the walls, and the filling of frames between one ffmpeg and the next.
//!
//! ffmpeg reads memory that cannot be changed and writes memory; the only protocol it may speak is that of files, and
//! the walls leave it none but its libraries. Of what it writes nothing carries metadata, chapters, sound or anything
//! but pictures, 25 a second, so that a frame's number is its time.

use super::answer::{Made, No};
use super::look::grown;
use super::part::Orders;
use super::run::{Broke, Input, ShutIn};
use super::walls::Limits;
use handbell_evidence::kind::Kind;
use handbell_rules::evidence::hiding::{Cover, places};
use std::io::{BufRead, Error, Write};

/// Frames a second of everything that is made of a film.
pub const FRAMES_A_SECOND: u32 = 25;
/// The longer side of a working film, in pixels.
pub const FILM_SIDE: u32 = 1_280;
/// The longer side of a still as ffmpeg hands it over, in pixels.
const STILL_SIDE: u32 = 640;
/// Most stills of a film, spread over it.
pub const STILLS_MAX: u32 = 60;
/// Most seconds of a film that are worked with; the rest stays in the original.
pub const SECONDS_MAX: u32 = 600;
/// Pixels by whose multiples boxes in films grow outward: the squares that films are packed in.
const SQUARE: u32 = 16;
/// Pixels around a box that are covered too, because making a frame smaller mixes neighbours.
const MARGIN: u32 = 8;
/// Black in a film's own numbers: lightness, and the two colours.
const FILL: [u8; 3] = [16, 128, 128];
/// Most bytes of a frame.
const FRAME_BYTES_MAX: usize = 64 << 20;

/// What ffmpeg calls the container. Nothing else is tried, whatever the bytes look like.
fn container(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Mp4 | Kind::Mov | Kind::M4a => Some("mov"),
        Kind::WebM => Some("matroska"),
        Kind::Mp3 => Some("mp3"),
        Kind::Ogg => Some("ogg"),
        Kind::Flac => Some("flac"),
        Kind::Wav => Some("wav"),
        Kind::Jpeg | Kind::Png | Kind::WebP | Kind::Heic => None,
    }
}

fn scaled(side: u32) -> String {
    // Even sides, as films want them.
    format!(
        "fps={FRAMES_A_SECOND},scale=w='if(gte(iw,ih),min({side},iw),-2)':h='if(gte(iw,ih),-2,min({side},ih))':flags=bicubic+bitexact,\
         scale=trunc(iw/2)*2:trunc(ih/2)*2:flags=bicubic+bitexact,setsar=1,format=yuv420p"
    )
}

/// The words before and behind, which are always the same.
fn ffmpeg(shut: &ShutIn, from: &[&str], how: &[String]) -> Result<Orders, Broke> {
    let program = shut.ffmpeg().ok_or(Broke::Unable)?.to_owned();
    let before = ["-nostdin", "-v", "error", "-protocol_whitelist", "file,pipe", "-threads", "2", "-filter_threads", "1"];
    let arguments = before.iter().chain(from).map(|word| (*word).to_owned()).chain(how.iter().cloned()).collect();
    Ok(Orders::Program { program, arguments })
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

const READ: &str = "/proc/self/fd/0";
const WRITE: &str = "/proc/self/fd/1";
/// Pictures alone, and nothing that is told beside them.
const BARE: &str = "-map 0:v:0 -an -sn -dn -map_metadata -1 -map_chapters -1";
/// How films are packed: two threads' work differs from run to run in nothing, and neither do two machines' of one make.
const PACKED: &str = "-c:v libx264 -preset veryfast -crf 21 -pix_fmt yuv420p -x264-params threads=1:lookahead-threads=1:sliced-threads=0 \
-bsf:v filter_units=remove_types=6 -movflags +faststart -fflags +bitexact -flags:v +bitexact";

fn bounded() -> String {
    format!("-t {SECONDS_MAX} -frames:v {}", SECONDS_MAX * FRAMES_A_SECOND)
}

/// The film that the desk sees: pictures alone, packed anew.
///
/// # Errors
///
/// [`Broke`].
pub fn working(shut: &ShutIn, kind: Kind, input: &Input, limits: &Limits) -> Result<Vec<u8>, Broke> {
    let from = container(kind).ok_or(Broke::Unable)?;
    let mut how = words(&format!("{BARE} {} {PACKED}", bounded()));
    how.extend(["-vf".to_owned(), scaled(FILM_SIDE)]);
    how.extend(words(&format!("-f mp4 -y {WRITE}")));
    shut.raw(&ffmpeg(shut, &["-f", from, "-i", READ], &how)?, input, limits)
}

/// Most seconds of a recording that are worked with; the rest stays in the original.
pub const SOUND_SECONDS_MAX: u32 = 3_600;

/// What the desk hears of a recording: its sound alone, packed anew, and nothing that is told beside it.
///
/// # Errors
///
/// [`Broke`].
pub fn sound(shut: &ShutIn, kind: Kind, input: &Input, limits: &Limits) -> Result<Vec<u8>, Broke> {
    let from = container(kind).ok_or(Broke::Unable)?;
    let how = format!(
        "-map 0:a:0 -vn -sn -dn -map_metadata -1 -map_chapters -1 -t {SOUND_SECONDS_MAX} -c:a aac -b:a 96k -ac 2 -ar 44100 \
         -movflags +faststart -fflags +bitexact -flags:a +bitexact -f mp4 -y {WRITE}"
    );
    shut.raw(&ffmpeg(shut, &["-f", from, "-i", READ], &words(&how))?, input, limits)
}

/// Whole seconds from one still of a film of so many milliseconds to the next: one, and more where it is longer than
/// stills reach.
pub fn seconds_apart(milliseconds: u64) -> u64 {
    milliseconds.div_ceil(1_000).div_ceil(u64::from(STILLS_MAX)).clamp(1, u64::from(SECONDS_MAX / STILLS_MAX))
}

/// Stills so many seconds apart, as the child for pictures puts them in order.
///
/// # Errors
///
/// Outer: [`Broke`]. Inner: the child's no.
pub fn stills(shut: &ShutIn, kind: Kind, input: &Input, apart: u64, limits: &Limits) -> Result<Result<Made, No>, Broke> {
    let from = container(kind).ok_or(Broke::Unable)?;
    // Rounded up, or a film of less than half a second would have no still.
    let side = format!(
        "fps=fps=1/{apart}:round=up,scale=w='if(gte(iw,ih),min({STILL_SIDE},iw),-2)':h='if(gte(iw,ih),-2,min({STILL_SIDE},ih))':flags=bicubic+bitexact"
    );
    let mut how = words(&format!("{BARE} -frames:v {STILLS_MAX}"));
    how.extend(["-vf".to_owned(), side]);
    how.extend(words(&format!("-c:v ppm -f image2pipe -y {WRITE}")));
    let frames = shut.handed_on(&ffmpeg(shut, &["-f", from, "-i", READ], &how)?, input, limits)?;
    shut.made(&Orders::Stills, &frames, limits)
}

/// One frame of a film of ours as a JPEG of its full size, for whoever looks at it frame by frame.
///
/// # Errors
///
/// Outer: [`Broke`]. Inner: the child's no.
pub fn frame(shut: &ShutIn, input: &Input, frame: u32, limits: &Limits) -> Result<Result<Made, No>, Broke> {
    // A quarter of a frame early: what ffmpeg hands out is the first frame that begins at that time or later.
    let at = format!("{:.3}", (f64::from(frame) - 0.25).max(0.0) / f64::from(FRAMES_A_SECOND));
    let how = words(&format!("{BARE} -frames:v 1 -c:v ppm -f image2pipe -y {WRITE}"));
    let ppm = shut.handed_on(&ffmpeg(shut, &["-f", "mov", "-ss", &at, "-i", READ], &how)?, input, limits)?;
    shut.made(&Orders::Frame, &ppm, limits)
}

/// A film with boxes burnt in: one ffmpeg unpacks, our own child fills, another ffmpeg packs.
///
/// # Errors
///
/// [`Broke`].
pub fn burnt(shut: &ShutIn, kind: Kind, input: &Input, covers: &[Cover], limits: &Limits) -> Result<Vec<u8>, Broke> {
    let from = container(kind).ok_or(Broke::Unable)?;
    let mut unpack = words(&format!("{BARE} {}", bounded()));
    unpack.extend(["-vf".to_owned(), scaled(FILM_SIDE)]);
    unpack.extend(words("-f yuv4mpegpipe -y pipe:1"));
    let unpack = ffmpeg(shut, &["-f", from, "-i", READ], &unpack)?;
    let fill = Orders::Fill { covers: covers.to_vec() };
    let pack = ffmpeg(shut, &["-f", "yuv4mpegpipe", "-i", "pipe:0"], &words(&format!("{BARE} {PACKED} -f mp4 -y {WRITE}")))?;
    shut.chained([&unpack, &fill, &pack], input, limits)
}

/// Fills the boxes of each frame of a YUV4MPEG2 stream of 4:2:0 pictures.
///
/// As in [`super::look::burnt`], nothing that was under a box has a say; here on whole frames, before they are packed.
///
/// # Errors
///
/// Where the stream is none, or ends within a frame.
pub fn filled(covers: &[Cover], mut from: impl BufRead, to: impl Write) -> std::io::Result<()> {
    let mut to = std::io::BufWriter::with_capacity(1 << 20, to);
    let head = line(&mut from)?.ok_or_else(|| wrong("no frames"))?;
    let (width, height) = sizes(&head).ok_or_else(|| wrong("no stream of frames"))?;
    let (light, colour) = (width as usize * height as usize, width.div_ceil(2) as usize * height.div_ceil(2) as usize);
    let bytes = light + 2 * colour;
    if bytes > FRAME_BYTES_MAX {
        return Err(wrong("frames beyond measure"));
    }
    writeln!(to, "{head}")?;
    let mut frame = vec![0; bytes];
    let mut number = 0;
    while let Some(mark) = line(&mut from)? {
        if !mark.starts_with("FRAME") {
            return Err(wrong("no frame"));
        }
        from.read_exact(&mut frame)?;
        for place in places(covers, number) {
            let edges = grown(place.pixels(width, height), width, height, SQUARE, MARGIN);
            let (first, rest) = frame.split_at_mut(light);
            let (second, third) = rest.split_at_mut(colour);
            plane(first, width as usize, edges, FILL[0]);
            // Edges are multiples of 16, or the picture's own.
            let half = edges.map(|edge| edge.div_ceil(2));
            plane(second, width.div_ceil(2) as usize, half, FILL[1]);
            plane(third, width.div_ceil(2) as usize, half, FILL[2]);
        }
        writeln!(to, "{mark}")?;
        to.write_all(&frame)?;
        number += 1;
    }
    to.flush()
}

fn plane(points: &mut [u8], width: usize, edges: [u32; 4], level: u8) {
    let [left, top, right, bottom] = edges.map(|edge| edge as usize);
    for row in points.chunks_exact_mut(width).take(bottom).skip(top) {
        row[left..right].fill(level);
    }
}

fn wrong(what: &'static str) -> Error {
    Error::other(what)
}

/// A line of the stream without its end; none at the end of the stream.
fn line(from: &mut impl BufRead) -> std::io::Result<Option<String>> {
    let mut bytes = Vec::new();
    std::io::Read::take(&mut *from, 256).read_until(b'\n', &mut bytes)?;
    match bytes.pop() {
        None => Ok(None),
        Some(b'\n') => String::from_utf8(bytes).map(Some).map_err(Error::other),
        Some(_) => Err(wrong("a line without end")),
    }
}

/// Width and height of a stream of 4:2:0 pictures with eight bits.
fn sizes(head: &str) -> Option<(u32, u32)> {
    let mut words = head.strip_prefix("YUV4MPEG2 ")?.split(' ');
    let (mut width, mut height) = (None, None);
    for word in words.by_ref() {
        match word.split_at_checked(1)? {
            ("W", across) => width = across.parse().ok(),
            ("H", down) => height = down.parse().ok(),
            ("C", colours) if !matches!(colours, "420" | "420jpeg" | "420mpeg2" | "420paldv") => return None,
            _ => {}
        }
    }
    let sound = |side: &u32| (1..=16_384).contains(side);
    Some((width.filter(sound)?, height.filter(sound)?))
}

/// How long a film or sound is, in milliseconds, and how many frames a film of ours has; read by ffmpeg, which counts
/// what it unpacks.
///
/// # Errors
///
/// [`Broke`]; also where it says no number.
pub fn milliseconds(shut: &ShutIn, kind: Kind, input: &Input, limits: &Limits) -> Result<u64, Broke> {
    lasting(shut, kind, if kind.is_sound() { "0:a:0" } else { "0:v:0" }, input, limits)
}

/// The same of the sound in it, whatever its container is made for.
///
/// # Errors
///
/// As [`milliseconds`].
pub fn sound_milliseconds(shut: &ShutIn, kind: Kind, input: &Input, limits: &Limits) -> Result<u64, Broke> {
    lasting(shut, kind, "0:a:0", input, limits)
}

fn lasting(shut: &ShutIn, kind: Kind, track: &str, input: &Input, limits: &Limits) -> Result<u64, Broke> {
    let from = container(kind).ok_or(Broke::Unable)?;
    let how = words(&format!("-map {track} -c copy -f framecrc -y {WRITE}"));
    let lines = shut.raw(&ffmpeg(shut, &["-f", from, "-i", READ], &how)?, input, limits)?;
    Ok(last_end(&String::from_utf8_lossy(&lines)))
}

/// The latest end of a packet, of ffmpeg's list of packets (`framecrc`).
fn last_end(list: &str) -> u64 {
    let base = |line: &str| {
        let (over, under) = line.strip_prefix("#tb 0: ")?.trim().split_once('/')?;
        Some((over.parse::<u64>().ok()?, under.parse::<u64>().ok().filter(|under| *under > 0)?))
    };
    let (over, under) = list.lines().find_map(base).unwrap_or((1, 1_000));
    let end = |line: &str| {
        let mut numbers = line.split(',').map(|part| part.trim().parse::<u64>().ok());
        let (_, _, at, length) = (numbers.next()?, numbers.next()?, numbers.next()??, numbers.next()??);
        at.checked_add(length)
    };
    let last = list.lines().filter(|line| !line.starts_with('#')).filter_map(end).max().unwrap_or_default();
    last.saturating_mul(over).saturating_mul(1_000) / under
}
