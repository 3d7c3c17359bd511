//! Zip: many files as one, to take away in a browser. Files are stored as they are and none is held with another.
//!
//! APPNOTE.TXT 6.3.10: a local header before each file, the central directory after all (4.3.7, 4.3.12), and its 64-bit
//! forms (4.3.14, 4.3.15, 4.5.3) where something lies past 4 GiB or there are more than 65,534 files. What is sealed
//! does not get smaller, and stored bytes any program reads.

use flate2::Crc;

/// Names are UTF-8 (bit 11 of the flags).
const FLAGS: u16 = 1 << 11;
/// What a reader must know: 2.0, and 4.5 where there are 64-bit fields.
const NEEDED: u16 = 20;
const NEEDED_64: u16 = 45;
/// Made on Unix (3) by 4.5; the outer attributes say a file that only its owner reads.
const MADE_BY: u16 = 3 << 8 | NEEDED_64;
const ATTRIBUTES: u32 = 0o100_600 << 16;

struct Entry {
    name: String,
    crc: u32,
    length: u32,
    at: u64,
}

/// A zip on its way out: gives the bytes around each file, and those after the last.
pub struct Zip {
    written: u64,
    stamp: [u8; 4],
    entries: Vec<Entry>,
}

fn small(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

impl Zip {
    /// An empty one. `made_at` is UTC to the second, `2026-01-02T03:04:05Z`: the time of every file in it.
    pub fn new(made_at: &str) -> Self {
        let part = |from: usize, until: usize| made_at.get(from..until).and_then(|part| part.parse::<u16>().ok()).unwrap_or_default();
        let day = part(0, 4).saturating_sub(1980) << 9 | part(5, 7) << 5 | part(8, 10);
        let clock = (part(11, 13) << 11) | (part(14, 16) << 5) | (part(17, 19) / 2);
        let ([a, b], [c, d]) = (clock.to_le_bytes(), day.to_le_bytes());
        Self { written: 0, stamp: [a, b, c, d], entries: Vec::new() }
    }

    /// What stands before a file of these bytes; the bytes themselves come next. None for a file of 4 GiB and more.
    pub fn file(&mut self, name: &str, bytes: &[u8]) -> Option<Vec<u8>> {
        let length = u32::try_from(bytes.len()).ok().filter(|length| *length < u32::MAX)?;
        let name_length = u16::try_from(name.len()).ok()?;
        let mut crc = Crc::new();
        crc.update(bytes);
        let entry = Entry { name: name.to_owned(), crc: crc.sum(), length, at: self.written };
        let mut head = Vec::with_capacity(30 + name.len());
        head.extend(0x0403_4b50_u32.to_le_bytes());
        head.extend(NEEDED.to_le_bytes());
        self.common(&mut head, &entry);
        head.extend(name_length.to_le_bytes());
        head.extend(0_u16.to_le_bytes());
        head.extend(name.as_bytes());
        self.written += head.len() as u64 + u64::from(length);
        self.entries.push(entry);
        Some(head)
    }

    /// Flags, method (stored), time, sum and both lengths, which are one.
    fn common(&self, out: &mut Vec<u8>, entry: &Entry) {
        out.extend(FLAGS.to_le_bytes());
        out.extend(0_u16.to_le_bytes());
        out.extend(self.stamp);
        out.extend(entry.crc.to_le_bytes());
        out.extend(entry.length.to_le_bytes());
        out.extend(entry.length.to_le_bytes());
    }

    /// What stands after the last file.
    pub fn end(self) -> Vec<u8> {
        let mut out = Vec::new();
        for entry in &self.entries {
            self.listed(&mut out, entry);
        }
        let (size, count) = (out.len() as u64, self.entries.len() as u64);
        let few = u16::try_from(count).unwrap_or(u16::MAX);
        if few == u16::MAX || small(self.written) == u32::MAX {
            out.extend(0x0606_4b50_u32.to_le_bytes());
            out.extend(44_u64.to_le_bytes());
            out.extend(MADE_BY.to_le_bytes());
            out.extend(NEEDED_64.to_le_bytes());
            out.extend([0; 8]);
            for number in [count, count, size, self.written] {
                out.extend(number.to_le_bytes());
            }
            out.extend(0x0706_4b50_u32.to_le_bytes());
            out.extend(0_u32.to_le_bytes());
            out.extend((self.written + size).to_le_bytes());
            out.extend(1_u32.to_le_bytes());
        }
        out.extend(0x0605_4b50_u32.to_le_bytes());
        out.extend([0; 4]);
        out.extend(few.to_le_bytes());
        out.extend(few.to_le_bytes());
        out.extend(small(size).to_le_bytes());
        out.extend(small(self.written).to_le_bytes());
        out.extend(0_u16.to_le_bytes());
        out
    }

    fn listed(&self, out: &mut Vec<u8>, entry: &Entry) {
        let far = small(entry.at) == u32::MAX;
        out.extend(0x0201_4b50_u32.to_le_bytes());
        out.extend(MADE_BY.to_le_bytes());
        out.extend((if far { NEEDED_64 } else { NEEDED }).to_le_bytes());
        self.common(out, entry);
        out.extend((entry.name.len() as u16).to_le_bytes());
        out.extend((if far { 12_u16 } else { 0 }).to_le_bytes());
        // No comment, disk 0, no inner attributes.
        out.extend([0; 6]);
        out.extend(ATTRIBUTES.to_le_bytes());
        out.extend(small(entry.at).to_le_bytes());
        out.extend(entry.name.as_bytes());
        if far {
            out.extend(1_u16.to_le_bytes());
            out.extend(8_u16.to_le_bytes());
            out.extend(entry.at.to_le_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;
    use std::io::{Seek, SeekFrom, Write};
    use std::process::Command;

    const FILES: [(&str, &[u8]); 3] = [("pack/SHA256SUMS", b"sums"), ("pack/items/1/leaf", &[0, 255, 10]), ("sealed/1/empty", b"")];

    fn written(zip: &mut Zip, out: &mut impl Write) {
        for (name, bytes) in FILES {
            out.write_all(&zip.file(name, bytes).unwrap()).unwrap();
            out.write_all(bytes).unwrap();
        }
    }

    /// What Info-ZIP says of it and takes out of it.
    fn judged(path: &std::path::Path) {
        let tested = Command::new("unzip").arg("-tqq").arg(path).output().unwrap();
        assert!(tested.status.success(), "{}{}", String::from_utf8_lossy(&tested.stdout), String::from_utf8_lossy(&tested.stderr));
        for (name, bytes) in FILES {
            let taken = Command::new("unzip").arg("-p").arg(path).arg(name).output().unwrap();
            assert_eq!(taken.stdout, bytes, "{name}");
        }
    }

    #[test]
    fn another_program_takes_out_what_was_put_in() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.zip");
        let (mut zip, mut file) = (Zip::new("2026-11-22T17:33:07Z"), File::create(&path).unwrap());
        written(&mut zip, &mut file);
        file.write_all(&zip.end()).unwrap();
        judged(&path);
        let listed = Command::new("unzip").arg("-l").arg(&path).output().unwrap();
        assert!(String::from_utf8_lossy(&listed.stdout).contains("2026-11-22 17:33"), "{listed:?}");
    }

    #[test]
    fn what_lies_past_four_gibibytes_is_found_too() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("far.zip");
        let (mut zip, mut file) = (Zip::new("2026-11-22T17:33:07Z"), File::create(&path).unwrap());
        // A hole in front, as before the first file of a zip that opens itself; it takes no room on the disk.
        zip.written = 5 << 30;
        file.seek(SeekFrom::Start(5 << 30)).unwrap();
        written(&mut zip, &mut file);
        file.write_all(&zip.end()).unwrap();
        judged(&path);
    }
}
