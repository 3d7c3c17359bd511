//! Copies: working and public copies are sealed before they leave this machine's memory, under a key of the group's own.
//!
//! Faces are in them before anything is hidden, so whoever reads the disk of a bucket must not see them. The key lies in
//! `DIR/keys` beside the others: it keeps copies from whoever keeps the store, and not from whoever controls this machine.
//! Parts of originals are sealed already, to custodians, and pass through as they are.

use super::{ObjectName, Vault, VaultFault, What};
use age::secrecy::ExposeSecret;
use async_trait::async_trait;
use handbell_rules::id::FootageId;
use std::path::Path;
use std::sync::Arc;

/// A vault whose copies are sealed.
pub struct SealedCopies {
    inner: Arc<dyn Vault>,
    key: Arc<age::x25519::Identity>,
}

/// The group's key for copies, made at the first start of a folder that has none.
///
/// # Errors
/// When it can be neither read nor made.
pub fn key(dir: &Path) -> anyhow::Result<age::x25519::Identity> {
    use anyhow::Context;
    let file = dir.join("keys").join("copies.key");
    match std::fs::read_to_string(&file) {
        Ok(text) => text.trim().parse().map_err(|_| anyhow::anyhow!("{} holds no age identity", file.display())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let key = age::x25519::Identity::generate();
            crate::folder::secret_file(&file, key.to_string().expose_secret().as_bytes())?;
            Ok(key)
        }
        Err(error) => Err(error).with_context(|| format!("reading {}", file.display())),
    }
}

impl SealedCopies {
    /// Over another vault.
    pub fn over(inner: Arc<dyn Vault>, key: age::x25519::Identity) -> Self {
        Self { inner, key: Arc::new(key) }
    }
}

fn failed(_: impl std::fmt::Display) -> VaultFault {
    VaultFault::Unavailable("a copy does not open with this group's key".to_owned())
}

/// Long work on its own thread: a film takes a while.
async fn apart(work: impl FnOnce() -> Result<Vec<u8>, VaultFault> + Send + 'static) -> Result<Vec<u8>, VaultFault> {
    tokio::task::spawn_blocking(work).await.map_err(failed)?
}

#[async_trait]
impl Vault for SealedCopies {
    async fn put(&self, name: &ObjectName, bytes: Vec<u8>) -> Result<(), VaultFault> {
        let bytes = match name.what {
            What::Copy(_) => {
                let key = self.key.to_public();
                apart(move || age::encrypt(&key, &bytes).map_err(failed)).await?
            }
            What::Part(_) | What::Original => bytes,
        };
        self.inner.put(name, bytes).await
    }

    async fn get(&self, name: &ObjectName) -> Result<Option<Vec<u8>>, VaultFault> {
        let got = self.inner.get(name).await?;
        match (&name.what, got) {
            (What::Copy(_), Some(sealed)) => {
                let key = Arc::clone(&self.key);
                apart(move || age::decrypt(key.as_ref(), &sealed).map_err(failed)).await.map(Some)
            }
            (_, got) => Ok(got),
        }
    }

    async fn remove(&self, name: &ObjectName) -> Result<(), VaultFault> {
        self.inner.remove(name).await
    }

    async fn list(&self, footage: Option<FootageId>) -> Result<Vec<ObjectName>, VaultFault> {
        self.inner.list(footage).await
    }
}

#[cfg(test)]
mod tests {
    use super::super::Memory;
    use super::*;

    #[tokio::test]
    async fn a_copy_lies_sealed_and_comes_back_and_a_part_passes_as_it_is() {
        let inner: Arc<dyn Vault> = Arc::new(Memory::default());
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("keys")).unwrap();
        let vault = SealedCopies::over(Arc::clone(&inner), key(folder.path()).unwrap());
        let footage = FootageId([3; 16]);
        let (copy, part) = (ObjectName::copy(footage, "preview").unwrap(), ObjectName::part(footage, 0));
        let clear = b"a street, and faces in it".to_vec();
        vault.put(&copy, clear.clone()).await.unwrap();
        vault.put(&part, clear.clone()).await.unwrap();
        let lies = inner.get(&copy).await.unwrap().unwrap();
        assert!(!lies.windows(5).any(|some| some == b"faces") && lies.starts_with(b"age-encryption.org/v1"));
        assert_eq!(inner.get(&part).await.unwrap(), Some(clear.clone()), "parts are sealed before they come here");
        let again = SealedCopies::over(Arc::clone(&inner), key(folder.path()).unwrap());
        assert_eq!(again.get(&copy).await.unwrap(), Some(clear), "after a restart too");
        let other = SealedCopies::over(inner, age::x25519::Identity::generate());
        assert!(matches!(other.get(&copy).await, Err(VaultFault::Unavailable(_))));
    }

    #[tokio::test]
    async fn it_keeps_what_every_vault_promises() {
        let inner: Arc<dyn Vault> = Arc::new(Memory::default());
        super::super::conformance::judge(&SealedCopies::over(inner, age::x25519::Identity::generate())).await;
    }
}
