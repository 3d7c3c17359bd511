//! A vault in memory, for the simulator and for tests of what uses one.

use super::{ObjectName, Vault, VaultFault};
use async_trait::async_trait;
use handbell_rules::id::FootageId;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// See the module.
#[derive(Default)]
pub struct Memory {
    objects: Mutex<BTreeMap<ObjectName, Vec<u8>>>,
    /// Bytes it holds at most; none is no bound.
    bytes_max: Option<usize>,
}

impl Memory {
    /// One with so much room.
    #[cfg(test)]
    fn with_room(bytes_max: usize) -> Self {
        Self { bytes_max: Some(bytes_max), ..Self::default() }
    }
}

#[async_trait]
impl Vault for Memory {
    async fn put(&self, name: &ObjectName, bytes: Vec<u8>) -> Result<(), VaultFault> {
        let mut objects = self.objects.lock().unwrap_or_else(PoisonError::into_inner);
        let others: usize = objects.iter().filter(|(other, _)| *other != name).map(|(_, bytes)| bytes.len()).sum();
        if self.bytes_max.is_some_and(|room| others + bytes.len() > room) {
            return Err(VaultFault::NoRoom);
        }
        objects.insert(name.clone(), bytes);
        Ok(())
    }

    async fn get(&self, name: &ObjectName) -> Result<Option<Vec<u8>>, VaultFault> {
        Ok(self.objects.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned())
    }

    async fn remove(&self, name: &ObjectName) -> Result<(), VaultFault> {
        self.objects.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
        Ok(())
    }

    async fn list(&self, footage: Option<FootageId>) -> Result<Vec<ObjectName>, VaultFault> {
        let objects = self.objects.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(objects.keys().filter(|name| footage.is_none_or(|one| name.footage() == one)).cloned().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn memory_keeps_what_a_vault_promises() {
        super::super::conformance::judge(&Memory::default()).await;
    }

    #[tokio::test]
    async fn a_full_vault_says_so_and_keeps_what_it_has() {
        let (vault, footage) = (Memory::with_room(10), FootageId([1; 16]));
        let (one, two) = (ObjectName::part(footage, 0), ObjectName::part(footage, 1));
        vault.put(&one, vec![1; 10]).await.unwrap();
        assert!(matches!(vault.put(&two, vec![2]).await, Err(VaultFault::NoRoom)));
        vault.put(&one, vec![3; 9]).await.unwrap();
        vault.put(&two, vec![2]).await.unwrap();
        assert_eq!(vault.get(&one).await.unwrap(), Some(vec![3; 9]));
    }
}
