//! Locked: small secrets in memory that the system may not write to a swap disk or into a core dump.
//!
//! Secrets lie side by side in sheets. A sheet is locked before anything is put on it; when the system
//! refuses (RLIMIT_MEMLOCK), there is no sheet and so no place: nothing secret is put elsewhere instead.
//! A place is given back by taking the secret out, and is wiped by that. It does not know what the secrets
//! are for. The library that locks is memmap2, because its calls are safe ones.

use memmap2::MmapMut;
use zeroize::{Zeroize as _, Zeroizing};

/// Bytes of one secret.
pub const SECRET_BYTES: usize = 32;
/// Places on one sheet. Sixteen kibibytes are whole pages on the machines we know, and a limit of 64 KiB, which
/// is the smallest in use, still gives four sheets.
pub const PLACES_A_SHEET: usize = 512;

/// Where one secret lies. It cannot be copied: who has it is the only one to take the secret out.
#[derive(Debug, PartialEq, Eq)]
pub struct Place(u32);

impl Place {
    /// Its number, the same as long as the secret lies there.
    pub fn number(&self) -> usize {
        self.0 as usize
    }
}

/// Whether sheets are locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Locking {
    /// By the system, or there is no sheet.
    Locked,
    /// Not at all: for tests, benches and made-up towns, where no secret is one and every machine must do the same.
    NotLocked,
}

/// See the module.
pub struct LockedSheets {
    sheets: Vec<MmapMut>,
    free: Vec<u32>,
    at_most: usize,
    locking: Locking,
}

impl LockedSheets {
    /// No sheet yet, and never more places than `at_most`.
    pub fn new(at_most: usize, locking: Locking) -> Self {
        Self { sheets: Vec::new(), free: Vec::new(), at_most: at_most.min(u32::MAX as usize), locking }
    }

    /// Whether a secret could be put down; takes a further sheet where that is allowed.
    pub fn has_room(&mut self) -> bool {
        if !self.free.is_empty() {
            return true;
        }
        let begin = self.sheets.len() * PLACES_A_SHEET;
        if begin >= self.at_most {
            return false;
        }
        let Some(sheet) = self.sheet() else {
            // What the limit refused once it would refuse again: this is how many there are until a restart.
            self.at_most = begin;
            tracing::info!(places = begin, "no more memory may be locked: further messages are sealed from nothing");
            return false;
        };
        self.sheets.push(sheet);
        let end = (begin + PLACES_A_SHEET).min(self.at_most);
        self.free.extend((begin..end).rev().filter_map(|place| u32::try_from(place).ok()));
        true
    }

    /// Puts a secret down. None when there is no place.
    pub fn put(&mut self, secret: &[u8; SECRET_BYTES]) -> Option<Place> {
        if !self.has_room() {
            return None;
        }
        let place = Place(self.free.pop()?);
        self.at(&place).copy_from_slice(secret);
        Some(place)
    }

    /// Takes a secret out and wipes its place.
    pub fn take(&mut self, place: Place) -> Zeroizing<[u8; SECRET_BYTES]> {
        let mut secret = Zeroizing::new([0u8; SECRET_BYTES]);
        let lies = self.at(&place);
        secret.copy_from_slice(lies);
        lies.zeroize();
        self.free.push(place.0);
        secret
    }

    /// Bytes held for places, used or not.
    #[cfg(test)]
    pub fn bytes_held(&self) -> usize {
        self.sheets.len() * PLACES_A_SHEET * SECRET_BYTES
            + self.sheets.capacity() * size_of::<MmapMut>()
            + self.free.capacity() * size_of::<u32>()
    }

    fn at(&mut self, place: &Place) -> &mut [u8] {
        let (sheet, row) = (place.number() / PLACES_A_SHEET, place.number() % PLACES_A_SHEET);
        &mut self.sheets[sheet][row * SECRET_BYTES..(row + 1) * SECRET_BYTES]
    }

    fn sheet(&self) -> Option<MmapMut> {
        let sheet = MmapMut::map_anon(PLACES_A_SHEET * SECRET_BYTES).ok()?;
        if self.locking == Locking::Locked {
            sheet.lock().ok()?;
            // A kernel that does not know the advice still keeps the lock.
            #[cfg(target_os = "linux")]
            let _ = sheet.advise(memmap2::Advice::DontDump);
        }
        Some(sheet)
    }
}

impl Drop for LockedSheets {
    fn drop(&mut self) {
        for sheet in &mut self.sheets {
            sheet.zeroize();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_comes_out_as_it_was_put_and_its_place_is_wiped_and_used_again() {
        let mut sheets = LockedSheets::new(3, Locking::NotLocked);
        let places: Vec<Place> = (1..=3u8).filter_map(|fill| sheets.put(&[fill; SECRET_BYTES])).collect();
        assert_eq!(places.len(), 3);
        assert_eq!(sheets.put(&[9; SECRET_BYTES]), None, "there are three places");
        let mut taken = Vec::new();
        for (place, fill) in places.into_iter().zip(1..=3u8) {
            let number = place.number();
            assert_eq!(*sheets.take(place), [fill; SECRET_BYTES]);
            assert_eq!(sheets.sheets[0][number * SECRET_BYTES..(number + 1) * SECRET_BYTES], [0; SECRET_BYTES]);
            taken.push(number);
        }
        let again = sheets.put(&[4; SECRET_BYTES]).unwrap();
        assert!(taken.contains(&again.number()));
    }

    #[test]
    fn places_never_lie_on_each_other() {
        let count = PLACES_A_SHEET * 2 + 7;
        let mut sheets = LockedSheets::new(count, Locking::NotLocked);
        let secret = |number: usize| {
            let mut secret = [0xa5u8; SECRET_BYTES];
            secret[..8].copy_from_slice(&(number as u64).to_be_bytes());
            secret
        };
        let places: Vec<Place> = (0..count).map(|number| sheets.put(&secret(number)).unwrap()).collect();
        assert!(!sheets.has_room());
        for (number, place) in places.into_iter().enumerate() {
            assert_eq!(*sheets.take(place), secret(number));
        }
    }

    /// The lock as the system counts it (proc_pid_status(5)), in KiB. Other tests of this program may lock too.
    #[cfg(target_os = "linux")]
    fn locked_kibibytes(sheet: &MmapMut) -> u64 {
        let smaps = std::fs::read_to_string("/proc/self/smaps").unwrap();
        let begin = sheet.as_ptr() as u64;
        let mut inside = false;
        for line in smaps.lines() {
            if let Some((range, _)) = line.split_once(' ')
                && let Some((from, to)) = range.split_once('-')
                && let (Ok(from), Ok(to)) = (u64::from_str_radix(from, 16), u64::from_str_radix(to, 16))
            {
                inside = (from..to).contains(&begin);
            } else if inside && let Some(kibibytes) = line.strip_prefix("Locked:") {
                return kibibytes.trim().trim_end_matches(" kB").parse().unwrap();
            }
        }
        0
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_sheet_is_locked_or_there_is_none() {
        let mut sheets = LockedSheets::new(PLACES_A_SHEET, Locking::Locked);
        match sheets.put(&[7; SECRET_BYTES]) {
            Some(_) => assert!(locked_kibibytes(&sheets.sheets[0]) >= 16, "{}", locked_kibibytes(&sheets.sheets[0])),
            // A machine that allows no locking: nothing is held, and that is what is promised.
            None => assert!(sheets.sheets.is_empty()),
        }
        // The other kind is not locked, so the line above can tell.
        let mut open = LockedSheets::new(PLACES_A_SHEET, Locking::NotLocked);
        open.put(&[7; SECRET_BYTES]).unwrap();
        assert_eq!(locked_kibibytes(&open.sheets[0]), 0);
    }
}
