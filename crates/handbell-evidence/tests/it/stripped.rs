//! Real files, cleaned, and held against two programs that nobody here wrote: `exiftool`, which finds what is left, and
//! `ffmpeg`, which decodes every frame before and after.

use crate::corpus::{files, media, required};
use handbell_evidence::strip::strip;
use handbell_evidence::{Kind, Refusal, kind};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What `exiftool` may still say: how large the picture is, how it is coded, and when each frame comes. All of it is
/// read from the parts that show the picture; none of it tells who, where, when or with what.
const STRUCTURE: &[&str] = &[
    "SourceFile",
    "ExifTool:",
    "System:",
    "File:",
    "Composite:",
    "IFD0:Orientation",
    "JFIF:JFIFVersion",
    "JFIF:ResolutionUnit",
    "JFIF:XResolution",
    "JFIF:YResolution",
    "Adobe:DCTEncodeVersion",
    "Adobe:APP14Flags0",
    "Adobe:APP14Flags1",
    "Adobe:ColorTransform",
];

/// A folder of this run's own for a test's files.
pub fn room(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("stripped").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Whether a program is there; a word about it where it is not.
pub fn has(program: &str, flag: &str) -> bool {
    let there = Command::new(program).arg(flag).output().is_ok_and(|output| output.status.success());
    assert!(there || !required(), "{program} is not installed");
    if !there {
        println!("skipped: no {program}");
    }
    there
}

pub fn run(program: &str, words: &[&str]) -> String {
    let output = Command::new(program).args(words).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{program} {words:?}: {said}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// What every frame of pictures and sound decodes to.
fn frames(path: &Path) -> Vec<String> {
    // By its marks alone it would be taken for a still one.
    let moving: &[&str] = if path.extension().is_some_and(|end| end == "apng") { &["-f", "apng"] } else { &[] };
    let words = ["-i", path.to_str().unwrap(), "-map", "0:v?", "-map", "0:a?", "-f", "framemd5", "-"];
    let output = Command::new("ffmpeg").args(["-v", "quiet"]).args(moving).args(words).output().unwrap();
    String::from_utf8(output.stdout).unwrap().lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect()
}

/// Everything `exiftool` says of each file that is not structure, by tag.
fn told(paths: &[PathBuf]) -> Vec<BTreeMap<String, String>> {
    let mut words = vec!["-G1", "-a", "-u", "-ee", "-s", "-api", "RequestAll=1"];
    // One more, so that each file has its heading.
    words.push(paths[0].to_str().unwrap());
    words.extend(paths.iter().map(|path| path.to_str().unwrap()));
    let said = run("exiftool", &words);
    let mut found: Vec<BTreeMap<String, String>> = Vec::new();
    for line in said.lines() {
        if line.starts_with("======== ") {
            found.push(BTreeMap::new());
            continue;
        }
        let (name, value) = line.split_once(": ").unwrap_or((line.trim_end_matches(':'), ""));
        let (group, tag) = name.trim_start_matches('[').split_once(']').unwrap_or(("", name));
        let name = format!("{group}:{}", tag.trim());
        let counted = line.starts_with('[') && !STRUCTURE.iter().any(|known| name.starts_with(known));
        if counted && !structural(&name, value.trim()) {
            found.last_mut().unwrap().insert(name, value.trim().to_owned());
        }
    }
    assert_eq!(found.len(), paths.len() + 1, "exiftool read every file");
    found.split_off(1)
}

/// Values that are the shape of a film, a picture or a profile, or that say nothing.
fn structural(name: &str, value: &str) -> bool {
    let (group, tag) = name.split_once(':').unwrap();
    let empty = ["", "0", "0000:00:00 00:00:00", "(none)", "Unknown ()"].contains(&value) || value.chars().all(|c| c == '\0' || c == '.');
    match group {
        "ICC-header" | "ICC_Profile" | "ICC-chrm" | "ICC-cicp" => empty || listed(ICC, tag),
        "QuickTime" => empty || listed(FILM, tag),
        track if track.starts_with("Track") => empty || listed(TRACK, tag),
        "PNG" if tag == "ProfileName" => value == "ICC",
        "PNG" | "PNG-pHYs" | "PNG-cICP" => listed(PNG, tag),
        "RIFF" => listed(RIFF, tag),
        "Matroska" | "EBML" => empty || listed(MATROSKA, tag),
        other if other.starts_with("Matroska") || other.starts_with("Info") => empty || listed(MATROSKA, tag),
        _ => false,
    }
}

fn listed(words: &str, tag: &str) -> bool {
    words.split_whitespace().any(|word| word == tag)
}

const ICC: &str = "ProfileVersion ProfileClass ColorSpaceData ProfileConnectionSpace ProfileFileSignature CMMFlags DeviceAttributes \
    RenderingIntent ConnectionSpaceIlluminant MediaWhitePoint MediaBlackPoint RedMatrixColumn GreenMatrixColumn \
    BlueMatrixColumn RedTRC GreenTRC BlueTRC GrayTRC ChromaticAdaptation AToB0 AToB1 AToB2 BToA0 BToA1 BToA2 Gamut";
const FILM: &str = "MajorBrand MinorVersion CompatibleBrands MediaDataSize MediaDataOffset MediaData MovieHeaderVersion TimeScale \
    Duration PreferredRate PreferredVolume MatrixStructure NextTrackID PreviewTime PreviewDuration PosterTime \
    SelectionTime SelectionDuration CurrentTime Wide Free MovieFragmentSequence Unknown_mfra \
    Unknown_mvex Unknown_tfdt Unknown_tfhd Unknown_trun";
const TRACK: &str = "TrackHeaderVersion TrackID TrackDuration TrackLayer TrackVolume MatrixStructure ImageWidth ImageHeight \
    CleanApertureDimensions ProductionApertureDimensions EncodedPixelsDimensions Unknown_edts MediaHeaderVersion \
    MediaTimeScale MediaDuration MediaLanguageCode HandlerClass HandlerType GraphicsMode OpColor Balance CompressorID \
    SourceImageWidth SourceImageHeight XResolution YResolution BitDepth AVCConfiguration PixelAspectRatio BufferSize \
    MaxBitrate AverageBitrate VideoFrameRate SyncSampleTable CompositionTimeToSample SampleToChunk SampleSizes \
    ChunkOffset TimeToSampleTable IdependentAndDisposableSamples AudioFormat AudioChannels AudioBitsPerSample \
    AudioSampleRate LayoutFlags PurchaseFileFormat Unknown_mp4a Unknown_esds Unknown_alis Free TrackNumber TrackUID \
    TrackLacing TrackDefault CodecID CodecPrivate TrackType VideoScanType Matroska_0x16bb SampleGroupDescription \
    SampleToGroup Unknown_btrt AudioChannelTypes Unknown_alac Matroska_0x15b0 Matroska_0x16aa";
const PNG: &str = "ImageWidth ImageHeight BitDepth ColorType Compression Filter Interlace PixelsPerUnitX PixelsPerUnitY PixelUnits \
    AnimationFrames AnimationPlays Gamma SRGBRendering";
const RIFF: &str = "WebP_Flags ImageWidth ImageHeight VP8Version HorizontalScale VerticalScale AlphaIsUsed";
/// The last two of `Matroska_0x` are where in a cluster something stands and how long it is shown; above they are the
/// colours of a track and the delay of its sound.
const MATROSKA: &str = "EBMLVersion EBMLReadVersion EBMLMaxIDLength EBMLMaxSizeLength DocType DocTypeVersion DocTypeReadVersion SeekID \
    SeekPosition TimecodeScale Duration CueTime CueTrack CueClusterPosition Matroska_0x0070 \
    Matroska_0x0032";

/// Cleans a file and holds its frames against what they were; where the cleaned one lies.
fn cleaned(path: &Path, was: &[String]) -> PathBuf {
    let bytes = std::fs::read(path).unwrap();
    let clean = strip(&bytes).unwrap_or_else(|refusal| panic!("{}: {refusal:?}", path.display()));
    let after = path.with_file_name(format!("clean-{}", path.file_name().unwrap().to_str().unwrap()));
    std::fs::write(&after, clean.bytes(&bytes)).unwrap();
    let is = frames(&after);
    assert!(!was.is_empty(), "{}: ffmpeg decodes nothing", path.display());
    assert_eq!(was.len(), is.len(), "{}: as many frames", path.display());
    assert_eq!(was, is, "{}: the same frames", path.display());
    println!("{}: {} frames the same, gone {:?}", path.display(), was.len(), clean.gone());
    after
}

#[test]
fn nothing_is_left_in_any_file_of_the_corpus_and_every_frame_is_the_same() {
    if media().is_none() || !has("exiftool", "-ver") || !has("ffmpeg", "-version") {
        return;
    }
    let folder = room("corpus");
    let (mut before, mut after, mut refused) = (Vec::new(), Vec::new(), Vec::new());
    for (name, bytes) in files() {
        if let Err(refusal) = strip(&bytes) {
            refused.push((name, refusal));
            continue;
        }
        let path = folder.join(name.replace('/', "-"));
        std::fs::write(&path, &bytes).unwrap();
        after.push(cleaned(&path, &frames(&path)));
        before.push(path);
    }
    let tags: usize = told(&before).iter().map(BTreeMap::len).sum();
    let left: Vec<_> = after.iter().zip(told(&after)).filter(|(_, left)| !left.is_empty()).collect();
    println!("{} files cleaned, {tags} tags before; refused {refused:?}", after.len());
    assert!(left.is_empty(), "{left:?}");
    assert!(
        refused.iter().all(|(_, refusal)| matches!(refusal, Refusal::NotCleaned("HEIC") | Refusal::NotTaken("TIFF") | Refusal::Unknown))
    );
    assert_eq!((after.len(), refused.len()), (38, 8));
    assert!(tags > 1_500, "the corpus is full of notes");
}

/// What must be found nowhere.
const SECRET: &str = "Zebedee";

/// Makes a file with `ffmpeg`, plants words in it with `exiftool` where that can, and cleans it.
fn planted(folder: &Path, name: &str, source: &str, make: &[&str], plant: bool) -> PathBuf {
    let path = folder.join(name);
    let sound = "sine=frequency=440:duration=1";
    let spread: Vec<String> = make.iter().map(|word| word.replace("FOLDER", folder.to_str().unwrap())).collect();
    let mut words = vec!["-v", "error", "-y", "-i", source, "-f", "lavfi", "-i", sound];
    words.extend(spread.iter().map(String::as_str));
    words.push(path.to_str().unwrap());
    run("ffmpeg", &words);
    // Before anything is planted: not every decoder reads on where notes stand in odd places.
    let was = frames(&path);
    if plant {
        let mut words =
            vec!["-overwrite_original", "-q", "-GPSLatitude=51.47", "-GPSLatitudeRef=N", "-GPSLongitude=0.07", "-XMP:Creator=Zebedee"];
        words.extend(["-Artist=Zebedee", "-XMP:Description=Zebedee", "-Make=Zebedee", "-AllDates=2026:11:22 06:00:00"]);
        words.push(path.to_str().unwrap());
        run("exiftool", &words);
    }
    let bytes = std::fs::read(&path).unwrap();
    let holds = |bytes: &[u8]| bytes.windows(SECRET.len()).any(|window| window == SECRET.as_bytes());
    assert!(holds(&bytes), "{name}: nothing was planted");
    let after = cleaned(&path, &was);
    assert!(!holds(&std::fs::read(&after).unwrap()), "{name}: planted words are left");
    after
}

#[test]
fn nothing_that_was_planted_is_left_in_any_format() {
    let Some(root) = media() else { return };
    if !has("exiftool", "-ver") || !has("ffmpeg", "-version") {
        return;
    }
    let folder = room("planted");
    let film = root.join("video/test-padded-dimensions.mp4");
    let (photo, film) = (root.join("pdq/wee.jpg"), film.to_str().unwrap());
    let photo = photo.to_str().unwrap();
    std::fs::write(folder.join("words.srt"), "1\n00:00:00,000 --> 00:00:00,900\nZebedee says so\n").unwrap();
    std::fs::write(folder.join("words.vtt"), "WEBVTT\n\n00:00.000 --> 00:00.900\nZebedee says so\n").unwrap();
    std::fs::write(folder.join("parts.txt"), ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=500\ntitle=Zebedee\n").unwrap();
    let title = [
        "-t",
        "1",
        "-vf",
        "scale=160:-2",
        "-metadata",
        "title=Zebedee",
        "-metadata",
        "comment=Zebedee",
        "-metadata:s:v",
        "title=Zebedee",
        "-map",
        "0:v",
        "-map",
        "1:a",
    ];
    let made = |rest: &[&'static str]| -> Vec<&'static str> { title.into_iter().chain(rest.iter().copied()).collect() };
    let still = ["-map", "0:v", "-frames:v", "1", "-metadata", "comment=Zebedee"];
    let moving = ["-map", "0:v", "-frames:v", "4", "-metadata", "comment=Zebedee"];
    let with = |first: &[&'static str], rest: &[&'static str]| -> Vec<&'static str> { first.iter().chain(rest).copied().collect() };
    let parts = ["-f", "ffmetadata", "-i", "FOLDER/parts.txt", "-map_chapters", "2"];
    let after = [
        planted(&folder, "still.jpg", photo, &with(&still, &[]), true),
        planted(&folder, "still.png", photo, &with(&still, &[]), true),
        planted(&folder, "deep.png", photo, &with(&still, &["-pix_fmt", "rgb48be"]), true),
        planted(&folder, "moving.apng", film, &with(&moving, &["-f", "apng"]), true),
        planted(&folder, "still.webp", photo, &with(&still, &["-c:v", "libwebp"]), true),
        planted(&folder, "exact.webp", photo, &with(&still, &["-c:v", "libwebp", "-lossless", "1"]), true),
        planted(&folder, "plain.mp4", film, &made(&["-c:v", "libx264", "-c:a", "aac"]), true),
        planted(&folder, "quick.mp4", film, &made(&["-c:v", "libx264", "-c:a", "aac", "-movflags", "+faststart"]), true),
        planted(&folder, "parts.mp4", film, &with(&parts, &made(&["-c:v", "libx264", "-c:a", "aac"])), true),
        planted(
            &folder,
            "words.mp4",
            film,
            &with(&["-i", "FOLDER/words.srt"], &made(&["-map", "2:s", "-c:v", "libx264", "-c:s", "mov_text"])),
            true,
        ),
        planted(
            &folder,
            "pieces.mp4",
            film,
            &made(&["-c:v", "libx264", "-movflags", "+frag_keyframe+empty_moov+default_base_moof", "-g", "5"]),
            false,
        ),
        planted(
            &folder,
            "older.mp4",
            film,
            &with(
                &["-i", "FOLDER/words.srt"],
                &made(&["-map", "2:s", "-c:s", "mov_text", "-movflags", "+frag_keyframe+empty_moov", "-g", "5"]),
            ),
            false,
        ),
        planted(&folder, "quick.mov", film, &made(&["-c:v", "libx264", "-c:a", "pcm_s16le", "-timecode", "01:02:03:04"]), true),
        planted(&folder, "old.mov", film, &made(&["-c:v", "mpeg4", "-c:a", "adpcm_ima_qt"]), true),
        planted(&folder, "lossless.mov", film, &made(&["-c:v", "libx264", "-c:a", "alac"]), true),
        planted(&folder, "eight.webm", film, &made(&["-c:v", "libvpx", "-c:a", "libvorbis", "-metadata:s:a", "artist=Zebedee"]), false),
        planted(&folder, "nine.webm", film, &made(&["-c:v", "libvpx-vp9", "-c:a", "libopus"]), false),
        planted(&folder, "live.webm", film, &made(&["-c:v", "libvpx", "-c:a", "libopus", "-f", "webm", "-live", "1"]), false),
        planted(
            &folder,
            "words.webm",
            film,
            &with(&["-i", "FOLDER/words.vtt"], &made(&["-map", "2:s", "-c:v", "libvpx", "-c:s", "webvtt"])),
            false,
        ),
        planted(&folder, "parts.webm", film, &with(&parts, &made(&["-c:v", "libvpx", "-c:a", "libopus"])), false),
    ];
    let left: Vec<_> = after.iter().zip(told(&after)).filter(|(_, left)| !left.is_empty()).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_photograph_that_was_taken_sideways_still_stands_upright() {
    if media().is_none() {
        return;
    }
    for (name, mark) in [("exif/landscape_6.jpg", 6), ("exif/portrait_8.jpg", 8)] {
        let bytes = files().into_iter().find(|(file, _)| file == name).unwrap().1;
        let clean = strip(&bytes).unwrap().bytes(&bytes);
        assert_eq!(kind::kind(&clean), Ok(Kind::Jpeg));
        let notes = [&b"\xff\xe1\0\x22Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0"[..], &[mark], &[0; 6]].concat();
        assert!(clean.windows(notes.len()).any(|window| window == notes), "{name}");
    }
}
