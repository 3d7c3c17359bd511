//! Many: damaged files of every kind go through the walls one after the other, and whatever comes out tells nothing.
//!
//! `HANDBELL_TEST_HOSTILE` says how many (60; the night takes 5,000), `HANDBELL_TEST_SEED` where the numbers begin. Each has
//! an answer within ten seconds, no child takes more than its memory, nothing is left where names are made, and `exiftool`
//! finds neither place nor time nor maker in what was made.

use super::{ffmpeg, filmed, heif, media, required};
use crate::given::setting;
use handbell::shut_in::{Broke, Developed, Input, Programs, ShutIn, developed};
use handbell_evidence::kind::{Kind, kind};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// How long one may take, from its first child to its last.
const WITHIN: Duration = Duration::from_secs(10);
/// Bytes of memory of a child.
const MEMORY: u64 = 512 << 20;
/// Bytes of a file of the corpus that is damaged: larger ones take a debug build longer to decode than to be broken.
const SEED_BYTES_MAX: u64 = 200_000;
/// How often a child's memory is looked at.
const LOOKED: Duration = Duration::from_millis(2);

/// Numbers that look random (splitmix64), so that a failure can be repeated.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ mixed >> 31) % most.max(1) as u64) as usize
    }

    /// Where parsers look: the first and last kilobytes, mostly.
    fn place(&mut self, length: usize) -> usize {
        match self.below(4) {
            0 => self.below(length),
            1 => length - 1 - self.below(length.min(4_096)),
            _ => self.below(length.min(4_096)),
        }
    }
}

/// A copy that is worse in up to six places: flipped, at its bounds, cut off, repeated, something else as well.
fn damaged(seed: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=numbers.below(6) {
        let (at, other) = (numbers.place(bytes.len()), numbers.place(bytes.len()));
        match numbers.below(8) {
            0..=2 => bytes[at] ^= 1 << numbers.below(8),
            3 => bytes[at] = [0, 1, 0x7f, 0x80, 0xfe, 0xff][numbers.below(6)],
            4 => bytes[at..].iter_mut().take(4).for_each(|byte| *byte = 0xff),
            5 => bytes.truncate(at.max(16)),
            6 => {
                let part: Vec<u8> = bytes[other..].iter().take(numbers.below(4_096)).copied().collect();
                bytes.splice(at..at, part);
            }
            _ => bytes.extend_from_slice([&b"<script>alert(1)</script>"[..], b"PK\x03\x04", b"%PDF-1.4"][numbers.below(3)]),
        }
    }
    bytes
}

/// What is damaged: files of the corpus that are small enough, and pictures, films and sounds that ffmpeg makes with words in
/// them.
fn seeds(root: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for folder in ["c2pa", "exif", "pdq", "video"] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap().map(Result::unwrap) {
            if entry.metadata().unwrap().len() < SEED_BYTES_MAX {
                found.push((entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap()));
            }
        }
    }
    found.sort();
    let said = ["-metadata", "title=Planted", "-metadata", "artist=Planted", "-metadata", "location=+51.4700-000.0700/"];
    let drawn = ["-f", "lavfi", "-i", "testsrc2=size=96x64:rate=10:duration=1"];
    let sine = ["-f", "lavfi", "-i", "sine=frequency=440:duration=1"];
    let both = [&drawn[..], &sine].concat();
    let formats: [(&str, &[&str], &[&str]); 12] = [
        ("png", &drawn, &["-frames:v", "1", "-c:v", "png", "-f", "image2pipe"]),
        ("mp4", &both, &["-c:v", "libx264", "-c:a", "aac", "-shortest", "-f", "mp4"]),
        ("fragments", &both, &["-c:v", "libx264", "-c:a", "aac", "-shortest", "-movflags", "frag_keyframe+empty_moov", "-f", "mp4"]),
        ("mov", &both, &["-c:v", "libx264", "-c:a", "aac", "-shortest", "-f", "mov"]),
        ("webm", &both, &["-c:v", "libvpx-vp9", "-cpu-used", "8", "-c:a", "libopus", "-shortest", "-f", "webm"]),
        ("voice", &sine, &["-c:a", "aac", "-f", "mp4"]),
        ("m4a", &sine, &["-c:a", "aac", "-f", "ipod"]),
        ("mp3", &sine, &["-c:a", "libmp3lame", "-f", "mp3"]),
        ("ogg", &sine, &["-c:a", "libopus", "-f", "ogg"]),
        ("flac", &sine, &["-c:a", "flac", "-f", "flac"]),
        ("wav", &sine, &["-c:a", "pcm_s16le", "-f", "wav"]),
        ("jpeg", &drawn, &["-frames:v", "1", "-c:v", "mjpeg", "-f", "image2pipe"]),
    ];
    for (name, from, to) in formats {
        found.push((name.to_owned(), filmed(&[from, &said, to].concat())));
    }
    found.retain(|(_, bytes)| kind(bytes).is_ok_and(|kind| kind != Kind::Heic || heif().is_some()));
    found
}

/// The most memory that any child within walls has had, looked at until the end is said (proc(5), VmHWM).
fn most_memory(over: &Receiver<()>) -> u64 {
    let mut most = 0;
    while over.recv_timeout(LOOKED) == Err(RecvTimeoutError::Timeout) {
        most = most.max(children().filter_map(|child| memory_of(&child)).max().unwrap_or_default());
    }
    most
}

/// Processes of this one's that are within walls, or are about to be: by what they were told.
fn children() -> impl Iterator<Item = PathBuf> {
    let ours = format!(" {} ", std::process::id());
    let all = std::fs::read_dir("/proc").unwrap().filter_map(Result::ok).map(|entry| entry.path());
    all.filter(move |path| {
        // Behind the name its state stands, then its parent.
        let stat = std::fs::read_to_string(path.join("stat")).unwrap_or_default();
        let parent = stat.rsplit_once(") ").is_some_and(|(_, behind)| behind.get(1..).is_some_and(|behind| behind.starts_with(&ours)));
        let told = || String::from_utf8_lossy(&std::fs::read(path.join("cmdline")).unwrap_or_default()).into_owned();
        parent && ["\0shut-in\0", "/proc/self/fd/0\0"].iter().any(|word| told().contains(word))
    })
}

fn memory_of(process: &Path) -> Option<u64> {
    let status = std::fs::read_to_string(process.join("status")).ok()?;
    let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(most.trim().trim_end_matches(" kB").parse::<u64>().ok()? << 10)
}

/// What became of all of them.
#[derive(Default)]
struct Count {
    shown: AtomicU64,
    refused: AtomicU64,
    broke: AtomicU64,
    longest: AtomicU64,
}

/// Gives one of them to the walls. It may take longer once: the machine may have been busy with something else.
fn through(shut: &ShutIn, name: &str, kind: Kind, bytes: &[u8], count: &Count) -> Option<Developed> {
    let tried = || {
        let (began, input) = (Instant::now(), Input::bytes(bytes).unwrap());
        (developed(shut, kind, &input, bytes.len() as u64), began.elapsed())
    };
    let (answer, took) = match tried() {
        (_, took) if took > WITHIN => tried(),
        quick => quick,
    };
    assert!(took <= WITHIN, "{name} took {took:?}");
    count.longest.fetch_max(took.as_millis() as u64, Ordering::Relaxed);
    let (one, developed) = match answer {
        Ok(Ok(developed)) => (&count.shown, Some(developed)),
        Ok(Err(no)) => {
            assert!(!no.name.is_empty() && !no.words.is_empty(), "{name}");
            (&count.refused, None)
        }
        Err(Broke::Ended(..) | Broke::Misread(_) | Broke::TooLong | Broke::TooMuch) => (&count.broke, None),
        Err(machines) => panic!("{name}: the machine was in the way: {machines}"),
    };
    one.fetch_add(1, Ordering::Relaxed);
    developed
}

/// Puts everything that was made into a folder, and says how much that is.
fn laid_out(folder: &Path, number: u64, developed: Developed) -> usize {
    let all: Vec<_> = [developed.preview, developed.clean].into_iter().flatten().chain(developed.stills).collect();
    for one in &all {
        // exiftool goes by the ends of names.
        let end = if one.media_type == "video/quicktime" { "mov" } else { one.media_type.rsplit('/').next().unwrap() };
        std::fs::write(folder.join(format!("{number}-{}.{end}", one.word)), &one.bytes).unwrap();
    }
    all.len()
}

/// Whether a tag of exiftool's, by its group and name, tells of a place, a time, a maker or a person.
fn tells(tag: &str, value: &serde_json::Value) -> bool {
    const GROUPS: [&str; 13] = [
        "GPS",
        "ExifIFD",
        "InteropIFD",
        "IFD1",
        "MakerNotes",
        "JUMBF",
        "IPTC",
        "Photoshop",
        "Keys",
        "ItemList",
        "UserData",
        "Canon",
        "Nikon",
    ];
    const NAMES: [&str; 11] =
        ["Make", "Model", "Artist", "Author", "Creator", "Copyright", "Software", "Comment", "Title", "SerialNumber", "OwnerName"];
    let Some((group, name)) = tag.split_once(':') else { return false };
    let dated = name.ends_with("Date") && group != "System" && value.as_str().is_none_or(|value| !value.starts_with("0000:00:00"));
    GROUPS.contains(&group) || group.starts_with("XMP") || NAMES.contains(&name) || group == "IFD0" && name != "Orientation" || dated
}

/// Everything that exiftool finds in a folder that tells something; none where there is no exiftool.
fn found_in(folder: &Path) -> Option<Vec<String>> {
    let output = Command::new("exiftool").args(["-q", "-a", "-u", "-G1", "-j"]).arg(folder).output();
    assert!(output.is_ok() || !required(), "the program `exiftool` is missing");
    // It ends with 1 where a file of the folder has an error for it; what it says of all of them stands nevertheless.
    let said: serde_json::Value = serde_json::from_slice(&output.ok()?.stdout).unwrap();
    let files = said.as_array().unwrap().iter().filter_map(|file| file.as_object());
    let tags = files.flat_map(|file| file.iter().map(move |(tag, value)| (file["SourceFile"].to_string(), tag, value)));
    Some(tags.filter(|(_, tag, value)| tells(tag, value)).map(|(file, tag, value)| format!("{file}: {tag} = {value}")).collect())
}

#[test]
fn damaged_files_of_every_kind_have_an_answer_within_bounds_and_what_is_made_of_them_tells_nothing() {
    let (Some(root), Some(_)) = (media(), ffmpeg()) else { return };
    let (files, seed) = (setting("HANDBELL_TEST_HOSTILE", 60), setting("HANDBELL_TEST_SEED", 0));
    let (names, made) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    // Whoever looks for faces looks at pictures of our own making.
    let programs = Programs { cascade: None, ..Programs::found() };
    let shut = ShutIn::with(Path::new(env!("CARGO_BIN_EXE_handbell")), programs).naming(names.path().to_owned());
    assert_eq!((shut.can().not_pictures.clone(), shut.can().not_films.clone()), (None, None));
    let (seeds, count, next, outputs) = (seeds(&root), Count::default(), AtomicU64::new(0), AtomicU64::new(0));
    let (say_over, over) = channel();
    let began = Instant::now();
    let memory = std::thread::scope(|scope| {
        let watch = scope.spawn(move || most_memory(&over));
        let workers = [(); 2].map(|()| {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= files {
                        return;
                    }
                    let (name, whole) = &seeds[number as usize % seeds.len()];
                    let bytes = damaged(whole, &mut Numbers(seed.wrapping_add(number)));
                    // What is refused at the door goes through as well, as what it was.
                    let kind = kind(&bytes).or_else(|_| kind(whole)).unwrap();
                    let name = format!("{name}, number {}", seed.wrapping_add(number));
                    if let Some(developed) = through(&shut, &name, kind, &bytes, &count) {
                        outputs.fetch_add(laid_out(made.path(), number, developed) as u64, Ordering::Relaxed);
                    }
                }
            })
        });
        for worker in workers {
            worker.join().unwrap_or_else(|why| std::panic::resume_unwind(why));
        }
        drop(say_over);
        watch.join().unwrap()
    });
    let of = |one: &AtomicU64| one.load(Ordering::Relaxed);
    assert_eq!(of(&count.shown) + of(&count.refused) + of(&count.broke), files);
    assert!(of(&count.shown) > 0 && of(&count.refused) + of(&count.broke) > 0);
    assert!(memory > 0 && memory <= MEMORY, "{memory} bytes of memory");
    assert_eq!(std::fs::read_dir(names.path()).unwrap().count(), 0, "nothing is left of any");
    let told = found_in(made.path());
    assert_eq!(told.as_deref().unwrap_or_default(), [""; 0], "what is made tells nothing");
    println!(
        "hostile: {files} damaged files from number {seed} in {:.0?}: {} shown, {} refused, {} children ended; the longest {} ms, \
         {} MiB of memory at most; {} copies, {}",
        began.elapsed(),
        of(&count.shown),
        of(&count.refused),
        of(&count.broke),
        of(&count.longest),
        memory >> 20,
        of(&outputs),
        if told.is_some() { "in none of which exiftool finds anything that tells" } else { "not looked at: no exiftool" },
    );
}
