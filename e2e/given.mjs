// Given: what a telephone makes (a picture, a film, a recording), with all that it hides in them, and what is left of
// that in a file that somebody downloads. Everything is drawn or made of noise: nobody is to be seen or heard.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What stands in every hidden word. */
const PLANTED = "PLANTED";
/** Names of what says where, when, who or with what. */
const TELLING = /GPS|^Make$|Model|Artist|Author|Owner|Creator|Comment|^(Image|User)?Description|^Title|^(Create|Modify|Track.*|Media.*)Date|DateTimeOriginal|Thumbnail|Orientation|^Rotation|DisplayName/i;
/** Lightness of a pixel of fill, after JPEG and film. */
const FILL_MOST = 24;
/** Lightness of every pixel of what the witness gave. */
const LIGHT_LEAST = 90;
/** Hundredths around a box that are neither under it nor beside it: what is burnt in has a margin and grows to whole squares of 16 pixels, and a small film is 360 wide. */
const EDGE = 9;
/** Windows of an original that are looked for elsewhere, and their bytes. */
const [WINDOWS, WINDOW_BYTES] = [64, 24];

const run = (program, words) => execFileSync(program, words, { maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "pipe"] });

/** Why nothing can be made or read here, if that is so. */
export function missing() {
  for (const [program, word] of [["ffmpeg", "-version"], ["ffprobe", "-version"], ["exiftool", "-ver"]]) {
    try {
      run(program, [word]);
    } catch {
      return `no ${program}`;
    }
  }
  return null;
}

/** Makes a file in a folder that goes again, and gives its bytes. */
function made(name, make) {
  const folder = mkdtempSync(join(tmpdir(), "handbell-given-"));
  try {
    make(join(folder, name));
    return readFileSync(join(folder, name));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const light = (source) => ["-v", "error", "-f", "lavfi", "-i", `${source},format=gray,lutyuv=y=150+val/4,noise=alls=8:allf=t`];
const here = ["-GPSLatitude=51.4703", "-GPSLatitudeRef=N", "-GPSLongitude=0.0686", "-GPSLongitudeRef=W", "-GPSImgDirection=271"];
const words = (...names) => names.map((name) => `-${name}=${PLANTED} ${name}`);

/** A picture as a telephone that is held upright writes it: lying, with a mark that it is to be turned, and with a small one inside. */
export function picture() {
  return made("IMG_0001.jpg", (path) => {
    run("ffmpeg", [...light("testsrc2=size=4032x3024:rate=1"), "-frames:v", "1", "-q:v", "3", path]);
    const small = `${path}-small.jpg`;
    run("ffmpeg", ["-v", "error", "-i", path, "-vf", "scale=160:120", small]);
    const said = words("Make", "Model", "Software", "Artist", "ImageDescription", "UserComment", "OwnerName", "XMP:Creator", "IPTC:City", "Comment");
    run("exiftool", ["-q", "-overwrite_original", "-n", "-Orientation=6", "-DateTimeOriginal=2026:11:22 20:58:11", ...here, ...said, `-ThumbnailImage<=${small}`, path]);
  });
}

/** A film of a second that is to be turned, with sound, a place and names. Its first bytes say nothing of the program that packed it. */
export function film() {
  return made("VID_0001.mp4", (path) => {
    const lying = `${path}-lying.mp4`;
    const sound = ["-f", "lavfi", "-i", "sine=frequency=440:duration=1"];
    const packed = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-bsf:v", "filter_units=remove_types=6", "-c:a", "aac", "-shortest"];
    run("ffmpeg", [...light("testsrc2=size=640x360:rate=25:duration=1"), ...sound, ...packed, lying]);
    const said = ["title", "artist", "comment", "description"].flatMap((name) => ["-metadata", `${name}=${PLANTED} ${name}`]);
    run("ffmpeg", ["-v", "error", "-i", lying, "-c", "copy", "-movflags", "use_metadata_tags", ...said, path]);
    run("exiftool", ["-q", "-overwrite_original", "-Rotation=90", ...words("Keys:Make", "Keys:Model", "Keys:DisplayName"), "-Keys:GPSCoordinates=51.4703, -0.0686, 12", path]);
  });
}

/** A recording of rain, or so it sounds, with names: a steady tone would be packed twice into the same bytes. */
export function recording() {
  return made("REC_0001.m4a", (path) => {
    const said = ["title", "artist", "comment"].flatMap((name) => ["-metadata", `${name}=${PLANTED} ${name}`]);
    run("ffmpeg", ["-v", "error", "-f", "lavfi", "-i", "anoisesrc=color=pink:seed=7:amplitude=0.3:duration=8", "-c:a", "aac", ...said, path]);
  });
}

/** That a file holds hidden words to begin with: a search that finds nothing anywhere would prove nothing. */
export function isTelling(bytes) {
  assert.ok(bytes.includes(PLANTED), "words are planted");
}

/** That nothing of what was planted is left in a file: not in its bytes, however they are written, and not for a program that reads them. */
export function tellsNothing(path) {
  const bytes = readFileSync(path);
  for (const way of ["latin1", "utf16le"]) assert.ok(!bytes.includes(Buffer.from(PLANTED, way)), `no planted word in ${way}`);
  const [told] = JSON.parse(run("exiftool", ["-j", "-a", "-u", "-G1", "-ee", path]).toString());
  const left = Object.entries(told).filter(([name, value]) => TELLING.test(name.split(":").pop()) && !["", 0, "0000:00:00 00:00:00"].includes(value));
  assert.deepEqual(left, [], "nothing of where, when, who or with what");
}

/** That no part of an original's bytes stands in these files. */
export function holdNothingOf(original, files) {
  const step = Math.floor((original.length - WINDOW_BYTES) / WINDOWS);
  const parts = Array.from({ length: WINDOWS }, (_, number) => original.subarray(number * step, number * step + WINDOW_BYTES)).filter((part) => new Set(part).size > WINDOW_BYTES / 2);
  assert.ok(parts.length > WINDOWS / 2, `enough of the original is looked for: ${parts.length}`);
  assert.ok(parts.every((part) => original.includes(part)));
  let read = 0;
  for (const path of files) {
    const bytes = readFileSync(path);
    read += bytes.length;
    for (const part of parts) assert.ok(!bytes.includes(part), `${path} holds ${part.toString("hex")}`);
  }
  return read;
}

/** Every file below a folder. */
export function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));
}

/** Every frame of a downloaded file, as lightness, with its size. */
function frames(path) {
  const said = run("ffprobe", ["-v", "error", "-select_streams", "v:0", "-show_entries", "stream=width,height", "-of", "csv=p=0", path]).toString();
  const [width, height] = said.trim().split(",").map(Number);
  const all = run("ffmpeg", ["-v", "error", "-i", path, "-f", "rawvideo", "-pix_fmt", "gray", "pipe:1"]);
  assert.equal(all.length % (width * height), 0);
  return { width, height, count: all.length / (width * height), of: (number) => all.subarray(number * width * height, (number + 1) * width * height) };
}

/**
 * That in each frame of a file every pixel under a box is the fill, and whatever is well beside all of them is not. `places` gives the boxes of a
 * frame, in hundredths: left, top, width, height. Answers how many frames there were.
 */
export function isCovered(path, places) {
  const { width, height, count, of } = frames(path);
  assert.ok(width < height, `it stands upright: ${width} by ${height}`);
  for (let number = 0; number < count; number += 1) {
    const [frame, boxes] = [of(number), places(number)];
    const seen = { under: 0, beside: 255, pixels: 0 };
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        const [across, down] = [((x + 0.5) / width) * 100, ((y + 0.5) / height) * 100];
        const within = (around) => boxes.some(([left, top, wide, high]) => across > left - around && across < left + wide + around && down > top - around && down < top + high + around);
        const value = frame[y * width + x];
        if (within(0)) {
          seen.pixels += 1;
          seen.under = Math.max(seen.under, value);
        } else if (!within(EDGE)) seen.beside = Math.min(seen.beside, value);
      }
    }
    assert.ok(seen.pixels > 100 && seen.under <= FILL_MOST && seen.beside >= LIGHT_LEAST, `frame ${number} under ${JSON.stringify(boxes)}: ${JSON.stringify(seen)}`);
  }
  return count;
}
