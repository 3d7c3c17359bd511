//! Sealed: addresses that say who somebody is, unreadable in the database alone.
//!
//! AES-256-GCM under a key of the folder, bound to what it is for and whose it is, so that a sealed address put
//! into another row opens nothing. The key stands in `keys/`, beside the database on the same machine: it
//! guards a copied database, not a taken server, and the inventory says so.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use handbell_rules::id::SubscriptionId;
use zeroize::Zeroizing;

/// Bytes of the key.
pub const KEY_BYTES: usize = 32;
/// Bytes of a capability's seal, behind its sixteen bytes.
const MARK_BYTES: usize = 16;

/// See the module.
pub struct AddressKey(LessSafeKey);

impl AddressKey {
    /// Reads a key; `None` when it has another length.
    pub fn new(bytes: &[u8]) -> Option<Self> {
        if bytes.len() != KEY_BYTES {
            return None;
        }
        Some(Self(LessSafeKey::new(UnboundKey::new(&AES_256_GCM, bytes).ok()?)))
    }

    /// Seals a text for a purpose and an owner. A nonce is used once; twelve random bytes are.
    pub fn seal(&self, purpose: &str, owner: &[u8], text: &str, nonce: [u8; NONCE_LEN]) -> String {
        let mut content = Zeroizing::new(text.as_bytes().to_vec());
        let sealed = self.0.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(bound(purpose, owner)), &mut *content);
        sealed.expect("a text of an address's length is never too long for AES-GCM");
        URL_SAFE_NO_PAD.encode([nonce.as_slice(), &content].concat())
    }

    /// Opens what was sealed for the same purpose and owner.
    pub fn open(&self, purpose: &str, owner: &[u8], sealed: &str) -> Option<Zeroizing<String>> {
        let mut bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(sealed).ok()?);
        let nonce: [u8; NONCE_LEN] = bytes.get(..NONCE_LEN)?.try_into().ok()?;
        let content = &mut bytes[NONCE_LEN..];
        let opened = self.0.open_in_place(Nonce::assume_unique_for_key(nonce), Aad::from(bound(purpose, owner)), content).ok()?;
        Some(Zeroizing::new(String::from_utf8(opened.to_vec()).ok()?))
    }
}

fn bound(purpose: &str, owner: &[u8]) -> Vec<u8> {
    [b"handbell sealed\0".as_slice(), purpose.as_bytes(), &[0], owner].concat()
}

/// The mark of a purpose and bytes under a key.
pub fn mark(key: &aws_lc_rs::hmac::Key, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
    let mut context = aws_lc_rs::hmac::Context::with_key(key);
    context.update(purpose.as_bytes());
    for part in parts {
        context.update(&[0]);
        context.update(part);
    }
    let mut mark = [0u8; 32];
    mark.copy_from_slice(context.sign().as_ref());
    mark
}

/// The secret part of a person's own link: their subscription's id and its mark. Nothing of it is kept.
pub fn own_secret(key: &aws_lc_rs::hmac::Key, id: SubscriptionId) -> String {
    let mark = mark(key, "own link", &[id.bytes()]);
    URL_SAFE_NO_PAD.encode([id.bytes().as_slice(), &mark[..MARK_BYTES]].concat())
}

/// Whose link it is, if it is anybody's.
pub fn owner(key: &aws_lc_rs::hmac::Key, secret: &str) -> Option<SubscriptionId> {
    let bytes: [u8; 16 + MARK_BYTES] = URL_SAFE_NO_PAD.decode(secret).ok()?.try_into().ok()?;
    let id = SubscriptionId(bytes[..16].try_into().ok()?);
    let right = mark(key, "own link", &[id.bytes()]);
    bool::from(subtle::ConstantTimeEq::ct_eq(&bytes[16..], &right[..MARK_BYTES])).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_address_opens_for_its_owner_and_purpose_only() {
        let key = AddressKey::new(&[7; 32]).unwrap();
        let sealed = key.seal("mail", b"one", "amira@example.org", [1; 12]);
        assert!(!sealed.contains("amira") && !String::from_utf8_lossy(&URL_SAFE_NO_PAD.decode(&sealed).unwrap()).contains("amira"));
        assert_eq!(key.open("mail", b"one", &sealed).unwrap().as_str(), "amira@example.org");
        assert!(key.open("mail", b"two", &sealed).is_none() && key.open("sms", b"one", &sealed).is_none());
        assert!(AddressKey::new(&[8; 32]).unwrap().open("mail", b"one", &sealed).is_none());
        assert!(AddressKey::new(&[7; 31]).is_none());
        for wrong in ["", "a", "!!!", &sealed[..20], &sealed[..sealed.len() - 2]] {
            assert!(key.open("mail", b"one", wrong).is_none());
        }
    }

    #[test]
    fn a_link_is_its_owners_and_cannot_be_guessed_from_the_id() {
        let key = |byte: u8| aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &[byte; 32]);
        let id = SubscriptionId([9; 16]);
        let secret = own_secret(&key(1), id);
        assert_eq!(owner(&key(1), &secret), Some(id));
        assert_eq!(owner(&key(2), &secret), None);
        let forged = URL_SAFE_NO_PAD.encode([[8u8; 16].as_slice(), &URL_SAFE_NO_PAD.decode(&secret).unwrap()[16..]].concat());
        assert_eq!(owner(&key(1), &forged), None);
        assert!(owner(&key(1), "").is_none() && owner(&key(1), "abc").is_none());
    }
}
