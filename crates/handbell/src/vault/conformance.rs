//! What every vault must do; each runs this over itself.

use super::{ObjectName, Vault};
use handbell_rules::id::FootageId;

/// Bytes that are told apart.
fn bytes(seed: u8, length: usize) -> Vec<u8> {
    (0..length).map(|place| (place as u8).wrapping_mul(31).wrapping_add(seed)).collect()
}

/// Judges an empty vault, and leaves it empty.
///
/// # Panics
/// When the vault breaks a promise.
pub async fn judge(vault: &dyn Vault) {
    let (one, other) = (FootageId([1; 16]), FootageId([2; 16]));
    let missing = ObjectName::part(one, 0);
    assert_eq!(vault.list(None).await.expect("listing"), [], "the vault is empty");
    assert_eq!(vault.list(Some(one)).await.expect("listing"), []);
    assert_eq!(vault.get(&missing).await.expect("reading"), None);
    vault.remove(&missing).await.expect("what is not there is removed");

    // Twelve parts, so that a list by letters would put 10 before 2.
    let mut names: Vec<ObjectName> = (0..12).map(|number| ObjectName::part(one, number)).collect();
    names.push(ObjectName::original(one));
    names.push(ObjectName::copy(one, "preview.jpg").expect("a name"));
    for (seed, name) in names.iter().enumerate().rev() {
        vault.put(name, bytes(seed as u8, 100 + seed)).await.expect("keeping");
    }
    let large = ObjectName::part(other, 0);
    vault.put(&large, bytes(99, super::seal::SEALED_BYTES_MAX)).await.expect("keeping a whole part");
    assert_eq!(vault.list(Some(one)).await.expect("listing"), names);
    assert_eq!(vault.list(Some(other)).await.expect("listing"), std::slice::from_ref(&large));
    assert_eq!(vault.list(None).await.expect("listing").len(), names.len() + 1);
    for (seed, name) in names.iter().enumerate() {
        assert_eq!(vault.get(name).await.expect("reading"), Some(bytes(seed as u8, 100 + seed)), "{name}");
    }
    assert_eq!(vault.get(&large).await.expect("reading"), Some(bytes(99, super::seal::SEALED_BYTES_MAX)));

    // In the place of another, longer one: nothing of it stays.
    vault.put(&large, b"short".to_vec()).await.expect("keeping again");
    assert_eq!(vault.get(&large).await.expect("reading"), Some(b"short".to_vec()));
    vault.put(&names[0], Vec::new()).await.expect("an empty object is one");
    assert_eq!(vault.get(&names[0]).await.expect("reading"), Some(Vec::new()));

    vault.remove(&names[3]).await.expect("removing");
    assert_eq!(vault.get(&names[3]).await.expect("reading"), None);
    assert_eq!(vault.list(Some(one)).await.expect("listing").len(), names.len() - 1);
    for name in names.iter().chain([&large]) {
        vault.remove(name).await.expect("removing");
    }
    assert_eq!(vault.list(None).await.expect("listing"), []);
    vault.put(&names[1], b"back".to_vec()).await.expect("after all of it was removed");
    vault.remove(&names[1]).await.expect("removing");
}
