//! Lines: a file of JSON lines, each with the place where it begins, so that it can be read again.

use super::NotRead;
use super::csv::Place;
use serde::de::DeserializeOwned;
use std::io::{BufRead, BufReader, Read, Seek};

/// Bytes of one line.
pub const LINE_BYTES_MAX: u64 = 1024 * 1024;

/// A file of JSON lines that is being read.
#[derive(Debug)]
pub struct Lines<F> {
    file: BufReader<F>,
    next: Place,
}

impl<F: Read + Seek> Lines<F> {
    /// Opens one.
    pub fn open(file: F) -> Self {
        Self { file: BufReader::with_capacity(64 * 1024, file), next: Place { offset: 0, line: 1 } }
    }

    /// The next line.
    ///
    /// # Errors
    /// When it is none of what the file should hold; the message says the field.
    pub fn line<T: DeserializeOwned>(&mut self) -> Result<Option<(Place, T)>, NotRead> {
        let place = self.next;
        let mut bytes = Vec::new();
        let read = (&mut self.file).take(LINE_BYTES_MAX + 1).read_until(b'\n', &mut bytes);
        let read = read.map_err(|error| NotRead::at(place.line, format!("it cannot be read: {error}")))?;
        if read == 0 {
            return Ok(None);
        }
        if read as u64 > LINE_BYTES_MAX {
            return Err(NotRead::at(place.line, "a line of more than a mebibyte"));
        }
        self.next = Place { offset: place.offset + read as u64, line: place.line + 1 };
        let value = serde_json::from_slice(&bytes).map_err(|error| NotRead::at(place.line, format!("{error}; mend the line")))?;
        Ok(Some((place, value)))
    }

    /// A line that was met before.
    ///
    /// # Errors
    /// When the file changed meanwhile.
    pub fn line_at<T: DeserializeOwned>(&mut self, place: Place) -> Result<T, NotRead> {
        // Mostly the next one, which is in the buffer already.
        let away = i64::try_from(i128::from(place.offset) - i128::from(self.next.offset)).unwrap_or(i64::MAX);
        self.file.seek_relative(away).map_err(|error| NotRead::at(place.line, format!("it cannot be read: {error}")))?;
        self.next = place;
        let changed = || NotRead::at(place.line, "the file changed while it was read; begin again");
        self.line()?.map(|(_, value)| value).ok_or_else(changed)
    }
}
