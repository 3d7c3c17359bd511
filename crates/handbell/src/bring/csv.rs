//! CSV: a table read row by row (RFC 4180), each with the place where it begins, so that it can be read again.
//!
//! Strict: UTF-8, a header row, each row as many cells as it. A row that has more or fewer is told by its line
//! and the reading goes on; what breaks the reading itself (no UTF-8, a quote that never ends) stops it.

use super::NotRead;
use handbell_rules::record::brought::row::Row;
use std::io::{BufRead, BufReader, Read, Seek};

/// Bytes of one row.
pub const ROW_BYTES_MAX: usize = 1024 * 1024;
/// Columns of a table.
pub const COLUMNS_MAX: usize = 500;

/// Where a row begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Its first byte.
    pub offset: u64,
    /// Its first line, counted from 1.
    pub line: u64,
}

/// A table that is being read.
#[derive(Debug)]
pub struct Table<F> {
    file: BufReader<F>,
    next: Place,
    /// The header's names.
    pub columns: Vec<String>,
}

/// A row as it stands there, or why it is none.
pub type Found = (Place, Result<Row, String>);

impl<F: Read + Seek> Table<F> {
    /// Opens a table and reads its header.
    ///
    /// # Errors
    /// When there is none, or a name stands there twice or is empty.
    pub fn open(file: F) -> Result<Self, NotRead> {
        let mut table = Self { file: BufReader::with_capacity(64 * 1024, file), next: Place { offset: 0, line: 1 }, columns: Vec::new() };
        let (_, text) = table.physical()?.ok_or_else(|| NotRead::at(1, "the file is empty; its first line must name the columns"))?;
        let columns = cells(text.trim_start_matches('\u{feff}'));
        let columns: Vec<String> = columns.into_iter().map(|name| name.trim().to_owned()).collect();
        if columns.len() > COLUMNS_MAX || columns.iter().any(String::is_empty) {
            return Err(NotRead::at(1, format!("the first line must name every column, at most {COLUMNS_MAX}")));
        }
        if let Some(twice) = columns.iter().enumerate().find_map(|(at, name)| columns[..at].contains(name).then_some(name)) {
            return Err(NotRead::at(1, format!("two columns are named `{twice}`; give each its own name")));
        }
        table.columns = columns;
        Ok(table)
    }

    /// One record with whatever line ends stand inside its quotes.
    fn physical(&mut self) -> Result<Option<(Place, String)>, NotRead> {
        loop {
            let place = self.next;
            let mut bytes = Vec::new();
            loop {
                let before = bytes.len();
                let most = (ROW_BYTES_MAX + 1).saturating_sub(before) as u64;
                let read = (&mut self.file).take(most).read_until(b'\n', &mut bytes);
                read.map_err(|error| NotRead::at(self.next.line, format!("it cannot be read: {error}")))?;
                if bytes.len() > ROW_BYTES_MAX {
                    return Err(NotRead::at(place.line, "a row of more than a mebibyte; perhaps a quotation mark is missing"));
                }
                let ended = bytes.len() == before;
                self.next.line += u64::from(!ended);
                let open = bytes.iter().filter(|byte| **byte == b'"').count() % 2 == 1;
                match (ended, open) {
                    (true, true) => return Err(NotRead::at(place.line, "a quotation mark opens here and never closes; close it")),
                    (_, false) => break,
                    (false, true) => {}
                }
            }
            self.next.offset = place.offset + bytes.len() as u64;
            if bytes.is_empty() {
                return Ok(None);
            }
            while bytes.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
                bytes.pop();
            }
            // An empty line is no row.
            if bytes.is_empty() {
                continue;
            }
            let text = String::from_utf8(bytes).map_err(|_| NotRead::at(place.line, "it is not UTF-8; save the table as UTF-8"))?;
            return Ok(Some((place, text)));
        }
    }

    /// The next row.
    ///
    /// # Errors
    /// What stops the reading.
    pub fn row(&mut self) -> Result<Option<Found>, NotRead> {
        let Some((place, text)) = self.physical()? else { return Ok(None) };
        let cells = cells(&text);
        if cells.len() != self.columns.len() {
            return Ok(Some((place, Err(format!("it has {} cells and the first line names {}", cells.len(), self.columns.len())))));
        }
        Ok(Some((place, Ok(Row { line: place.line, cells }))))
    }

    /// A row that was met before, by its place.
    ///
    /// # Errors
    /// When the file changed meanwhile.
    pub fn row_at(&mut self, place: Place) -> Result<Row, NotRead> {
        // Mostly the next one, which is in the buffer already.
        let away = i64::try_from(i128::from(place.offset) - i128::from(self.next.offset)).unwrap_or(i64::MAX);
        self.file.seek_relative(away).map_err(|error| NotRead::at(place.line, format!("it cannot be read: {error}")))?;
        self.next = place;
        match self.row()? {
            Some((at, Ok(row))) if at == place => Ok(row),
            _ => Err(NotRead::at(place.line, "the file changed while it was read; begin again")),
        }
    }
}

/// The cells of a record. A quote inside a bare cell is a letter.
fn cells(text: &str) -> Vec<String> {
    let (mut all, mut cell) = (Vec::new(), String::new());
    let (mut quoted, mut begun) = (false, false);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match (quoted, letter) {
            (true, '"') if letters.peek() == Some(&'"') => {
                letters.next();
                cell.push('"');
            }
            (true, '"') => quoted = false,
            (false, '"') if !begun => (quoted, begun) = (true, true),
            (false, ',') => {
                all.push(std::mem::take(&mut cell));
                begun = false;
            }
            (_, letter) => {
                cell.push(letter);
                begun = true;
            }
        }
    }
    all.push(cell);
    all
}

/// One cell as it is written: in quotes where it must be.
pub fn written(cell: &str) -> String {
    if cell.contains([',', '"', '\r', '\n']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn rows(text: &str) -> Vec<(u64, Result<Vec<String>, String>)> {
        let mut table = Table::open(Cursor::new(text.as_bytes().to_vec())).unwrap();
        let mut all = Vec::new();
        while let Some((place, row)) = table.row().unwrap() {
            if let Ok(row) = &row {
                let next = table.next;
                assert_eq!(&table.row_at(place).unwrap(), row, "it can be read again");
                assert_eq!(table.next, next);
            }
            all.push((place.line, row.map(|row| row.cells)));
        }
        all
    }

    #[test]
    fn quotes_line_ends_and_empty_lines_are_read_as_the_rfc_says() {
        let text = "\u{feff}a,b\r\n1,\"two, \"\"and\"\"\nmore\"\r\n\r\nx,5\"\ny\n";
        // A quote inside a bare cell leaves the line open, as every reader that counts them sees it.
        assert!(Table::open(Cursor::new(text.as_bytes().to_vec())).unwrap().columns == ["a", "b"]);
        let good = "a,b\r\n1,\"two, \"\"and\"\"\nmore\"\r\n\r\nx,y\n1\n";
        let told = rows(good);
        assert_eq!(told[0], (2, Ok(vec!["1".into(), "two, \"and\"\nmore".into()])));
        assert_eq!(told[1], (5, Ok(vec!["x".into(), "y".into()])));
        assert_eq!(told[2], (6, Err("it has 1 cells and the first line names 2".into())));
    }

    #[test]
    fn what_cannot_be_a_table_is_told_by_its_line() {
        let no = |text: &[u8]| match Table::open(Cursor::new(text.to_vec())) {
            Err(why) => why.to_string(),
            Ok(mut table) => loop {
                match table.row() {
                    Err(why) => return why.to_string(),
                    Ok(None) => panic!("it was read"),
                    Ok(Some(_)) => {}
                }
            },
        };
        assert!(no(b"").starts_with("line 1: the file is empty"));
        assert!(no(b"a,a\n").starts_with("line 1: two columns are named `a`"));
        assert!(no(b"a\nok\n\"open\n").starts_with("line 3: a quotation mark opens here"));
        assert!(no(b"a\nok\n\xff\n").starts_with("line 3: it is not UTF-8"));
    }
}
