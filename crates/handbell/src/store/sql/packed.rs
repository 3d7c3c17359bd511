//! Packed: entries of the log, as many as are asked for, in one value of one row.
//!
//! Each row of an answer by itself wakes two threads and is copied column by column; for entries that costs more than
//! reading them from the file and making pages of them. So the database puts them together: place and length of each in
//! hexadecimal digits, its leaf, its content. Only this file writes and reads that spelling.

use handbell_log::leaf::{LEAF_BYTES, Leaf};

use super::db::{Engine, Row};
use crate::store::{LogRow, StoreError};

/// Digits of a place, and behind them of a length.
const PLACE_DIGITS: usize = 16;
const LENGTH_DIGITS: usize = 8;
/// Entries of one value at most: SQLite's values end at a billion bytes, which are 240 kB for each.
pub const ENTRIES_MAX: u32 = 4_096;
/// The length of a content that was withdrawn.
const WITHDRAWN: u64 = 0xffff_ffff;

macro_rules! packed {
    ($which:literal) => {
        concat!(
            "select cast(group_concat(printf('%016x%08x', leaf_index, coalesce(length(content), 4294967295)) || leaf || coalesce(content, x''), '')
             as blob) from (select leaf_index, leaf, content from log_entry where ",
            $which,
            ")"
        )
    };
}

/// Which entries.
#[derive(Debug, Clone, Copy)]
pub enum Which {
    /// From a place (`$1`) on, so many (`$2`).
    From,
    /// From a place (`$1`) to below another (`$2`).
    Between,
    /// Of a stream (`$1`).
    Stream,
}

impl Which {
    /// The statement.
    pub fn text(self, engine: Engine) -> &'static str {
        match (engine, self) {
            (Engine::Sqlite, Self::From) => packed!("leaf_index >= $1 order by leaf_index limit $2"),
            (Engine::Sqlite, Self::Between) => packed!("leaf_index >= $1 and leaf_index < $2 order by leaf_index"),
            (Engine::Sqlite, Self::Stream) => packed!("stream = $1 order by leaf_index"),
        }
    }
}

/// The entries of an answer. Stream and kind stand in the leaf, whose two columns were held against it when the store was
/// opened.
pub fn entries(rows: &[Row]) -> Result<Vec<LogRow>, StoreError> {
    let Some(mut left) = rows.first().map(|row| row.maybe_bytes(0)).transpose()?.flatten() else { return Ok(Vec::new()) };
    let mut entries = Vec::with_capacity(left.len() / 512);
    while !left.is_empty() {
        let (entry, rest) = first(left).ok_or_else(|| StoreError::Broken("entries of the log came cut off".to_owned()))?;
        entries.push(entry?);
        left = rest;
    }
    Ok(entries)
}

/// The first entry and what stands behind it; none where it is cut off.
fn first(packed: &[u8]) -> Option<(Result<LogRow, StoreError>, &[u8])> {
    let digits = |digits: &[u8]| u64::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok();
    let (place, rest) = packed.split_at_checked(PLACE_DIGITS)?;
    let (length, rest) = rest.split_at_checked(LENGTH_DIGITS)?;
    let (index, length) = (digits(place)?, digits(length)?);
    let (leaf, rest) = rest.split_at_checked(LEAF_BYTES)?;
    let (content, rest) = match length {
        WITHDRAWN => (None, rest),
        length => {
            let (content, rest) = rest.split_at_checked(usize::try_from(length).ok()?)?;
            (Some(content.to_vec()), rest)
        }
    };
    let row = match Leaf::decode(leaf) {
        Ok(read) => Ok(LogRow { index, stream: read.stream().0.into(), kind: read.kind_code(), leaf: leaf.to_vec(), content }),
        Err(error) => Err(StoreError::Broken(format!("log entry {index}: {error}"))),
    };
    Some((row, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use handbell_log::leaf::{Content, Kind, Salt, Stream};

    fn packed(index: u64, content: Option<&[u8]>) -> Vec<u8> {
        let leaf = Leaf::committed(Kind::Claim, Stream([7; 16]), &Salt([0; 32]), b"{}").encode();
        let length = content.map_or(WITHDRAWN, |content| content.len() as u64);
        [format!("{index:016x}{length:08x}").as_bytes(), &leaf, content.unwrap_or_default()].concat()
    }

    #[test]
    fn an_entry_is_read_whole_or_not_at_all() {
        let content = Content { salt: Salt([0; 32]), payload: b"{\"a\":\"\0\"}".to_vec() }.encode();
        let both = [packed(3, Some(&content)), packed(u64::MAX >> 1, None)].concat();
        let (one, rest) = first(&both).unwrap();
        assert_eq!(one.unwrap().content.as_deref(), Some(content.as_slice()));
        let (other, rest) = first(rest).unwrap();
        assert_eq!(other.map(|row| (row.index, row.content)).unwrap(), (u64::MAX >> 1, None));
        assert!(rest.is_empty());
        let whole = packed(3, Some(&content));
        for length in 0..whole.len() {
            assert!(first(&whole[..length]).is_none(), "{length} bytes");
        }
        let other_leaf = [&whole[..24], &[b'x'; LEAF_BYTES], &whole[24 + LEAF_BYTES..]].concat();
        assert!(matches!(first(&other_leaf), Some((Err(StoreError::Broken(_)), []))));
    }
}
