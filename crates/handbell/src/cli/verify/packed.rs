//! Packed: a site that is asked for contents 256 at a time, where it gives them so.
//!
//! A pack proves nothing by itself: every content in it is held against its leaf like any other. What is in no pack, because
//! it was withdrawn or the pack is not there, is asked for at its own address, so that a withdrawn content which is still
//! given out there is found.

use super::Site;
use handbell_log::pack;
use handbell_log::source::{Source, SourceError};
use handbell_log::tile::{TILE_WIDTH, TilePath, pack_path};
use std::sync::{Mutex, PoisonError};

/// One pack: its number and its contents; none where the site has no such pack.
type Pack = (u64, Vec<Option<Vec<u8>>>);

/// See the module.
pub(super) struct Packed {
    site: Site,
    newest: Mutex<Option<Pack>>,
}

impl Packed {
    pub(super) fn of(site: Site) -> Self {
        Self { site, newest: Mutex::default() }
    }

    fn packed(&self, index: u64) -> Result<Option<Vec<u8>>, SourceError> {
        let (number, place) = (index / u64::from(TILE_WIDTH), usize::try_from(index % u64::from(TILE_WIDTH)).unwrap_or_default());
        let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        if newest.as_ref().is_none_or(|(known, _)| *known != number) {
            let bytes = self.site.read(&pack_path(number))?.unwrap_or_default();
            // What cannot be read is as good as none: nothing is believed for being in a pack.
            let contents = pack::decode(&bytes).unwrap_or_default();
            *newest = Some((number, contents.into_iter().map(|content| content.map(<[u8]>::to_vec)).collect()));
        }
        Ok(newest.as_mut().and_then(|(_, contents)| contents.get_mut(place)?.take()))
    }
}

impl Source for Packed {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, SourceError> {
        if let Ok(TilePath::Content { index }) = TilePath::parse(path)
            && let Some(content) = self.packed(index)?
        {
            return Ok(Some(content));
        }
        self.site.read(path)
    }
}
