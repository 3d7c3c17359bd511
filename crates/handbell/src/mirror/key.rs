//! Key: the key by which this group, or whoever runs `handbell mirror`, cosigns others' logs.
//!
//! Two lines in `keys/cosigner`, readable by its owner only: the cosigner's name and the seed in base64. It is another
//! key than the log's, under another name, because one key must not serve two parties (C2SP tlog-cosignature).

use super::MirrorError;
use crate::folder::{make_folders, secret_file};
use crate::world::Chance;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use handbell_log::cosignature::CosigningKey;
use std::path::Path;
use zeroize::Zeroizing;

/// Where the key stands, below the folder that mirrors.
pub const KEY_FILE: &str = "keys/cosigner";

fn wrong(why: impl std::fmt::Display) -> MirrorError {
    MirrorError::Key(why.to_string())
}

/// The name of a group's cosigner: its origin without the scheme, and which cosigner.
pub fn cosigner_name(origin: &str) -> String {
    let bare = origin.split_once("://").map_or(origin, |(_, bare)| bare);
    format!("{bare}/cosigner1")
}

/// Reads the key, if there is one.
///
/// # Errors
/// [`MirrorError::Key`] for a file that holds something else.
pub fn read(dir: &Path) -> Result<Option<CosigningKey>, MirrorError> {
    let file = dir.join(KEY_FILE);
    let text = match std::fs::read_to_string(&file) {
        Ok(text) => Zeroizing::new(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(wrong(format!("{}: {error}", file.display()))),
    };
    let (name, seed) = text.trim_end().split_once('\n').ok_or_else(|| wrong("a name, then a seed in base64"))?;
    let seed = Zeroizing::new(STANDARD.decode(seed).map_err(wrong)?);
    let seed = Zeroizing::new(<[u8; 32]>::try_from(seed.as_slice()).map_err(|_| wrong("the seed must hold 32 bytes"))?);
    CosigningKey::from_seed(name, &seed).map(Some).map_err(wrong)
}

/// Reads the key, or makes one under this name.
///
/// # Errors
/// [`MirrorError::Key`].
pub fn read_or_make(dir: &Path, name: &str, chance: &dyn Chance) -> Result<CosigningKey, MirrorError> {
    if let Some(key) = read(dir)? {
        return Ok(key);
    }
    let mut seed = Zeroizing::new([0u8; 32]);
    chance.fill(seed.as_mut_slice());
    let key = CosigningKey::from_seed(name, &seed).map_err(wrong)?;
    let text = Zeroizing::new(format!("{name}\n{}\n", STANDARD.encode(seed.as_slice())));
    let file = dir.join(KEY_FILE);
    if let Some(keys) = file.parent() {
        make_folders(keys).map_err(wrong)?;
    }
    secret_file(&file, text.as_bytes()).map_err(wrong)?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::MachineChance;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_key_is_made_once_and_is_its_owners_alone() {
        let folder = tempfile::tempdir().unwrap();
        assert!(read(folder.path()).unwrap().is_none());
        let name = cosigner_name("https://bell.example");
        assert_eq!(name, "bell.example/cosigner1");
        let made = read_or_make(folder.path(), &name, &MachineChance).unwrap();
        let again = read_or_make(folder.path(), "another/name", &MachineChance).unwrap();
        assert_eq!(made.verifier(), again.verifier(), "whoever knows the key goes on knowing it");
        let mode = std::fs::metadata(folder.path().join(KEY_FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        for broken in ["", "name\n", "name\nAAAA\n", "na me\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"] {
            std::fs::write(folder.path().join(KEY_FILE), broken).unwrap();
            assert!(matches!(read(folder.path()), Err(MirrorError::Key(_))), "{broken:?}");
        }
    }
}
