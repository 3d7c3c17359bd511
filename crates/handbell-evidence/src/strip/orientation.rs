//! Orientation: which way up a camera was held, the one of its notes that showing a picture needs.

/// The tag (Exif 2.3, section 4.6.4).
const TAG: u16 = 0x0112;
/// Most entries of a directory that are looked through.
const ENTRIES_MAX: usize = 1_000;

/// The orientation that camera notes name, 2 to 8; none where it is 1, which is how pictures are shown anyway, or where
/// the notes cannot be read. `tiff` begins with the mark of the byte order.
pub fn read(tiff: &[u8]) -> Option<u8> {
    let little = match tiff.get(..4)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let two = |at: usize| {
        let bytes = [*tiff.get(at)?, *tiff.get(at + 1)?];
        Some(if little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    };
    let (low, high) = if little { (two(4)?, two(6)?) } else { (two(6)?, two(4)?) };
    let directory = usize::from(high) << 16 | usize::from(low);
    let count = usize::from(two(directory)?).min(ENTRIES_MAX);
    let entry = (0..count).map(|number| directory + 2 + 12 * number).find(|at| two(*at) == Some(TAG))?;
    let value = two(entry + 8)?;
    (two(entry + 2)? == 3 && (2..=8).contains(&value)).then_some(value as u8)
}

/// Camera notes with this orientation and nothing else: 26 bytes.
pub fn written(orientation: u8) -> Vec<u8> {
    [&b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0"[..], &[orientation], &[0; 6]].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_orientation_is_read_in_both_orders_of_bytes() {
        for orientation in 2..=8 {
            assert_eq!(read(&written(orientation)), Some(orientation));
        }
        assert_eq!(written(6).len(), 26);
        assert_eq!(read(&written(1)), None, "upright needs no word");
        assert_eq!(read(&written(9)), None);
        let little = b"II*\0\x08\0\0\0\x02\0\x0f\x01\x02\0\x01\0\0\0\0\0\0\0\x12\x01\x03\0\x01\0\0\0\x08\0\0\0\0\0\0\0";
        assert_eq!(read(little), Some(8));
        for cut in 0..34 {
            assert_eq!(read(&little[..cut]).filter(|_| cut < 32), None, "cut at {cut}");
        }
    }
}
