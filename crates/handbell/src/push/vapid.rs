//! Vapid: how the group names itself to push services (RFC 8292).
//!
//! It owns the group's ES256 key and the signed tokens made with it. A token is for one push origin, is
//! reused for hours as RFC 8292 section 2 intends, and is never valid for more than a day, so that a stolen
//! one soon ends. Time comes in as an argument. It does not read or write the key's file.

use aws_lc_rs::rand::SecureRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::header::HeaderValue;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use thiserror::Error;
use zeroize::Zeroizing;

use super::seal::PUBLIC_KEY_BYTES;

/// How long a token is valid. RFC 8292 section 2 allows 24 hours; half leaves room for clocks that differ.
pub const TOKEN_LIVES_MILLISECONDS: i64 = 12 * 3_600_000;
/// After this a token is signed anew, long before it ends.
pub const TOKEN_USED_MILLISECONDS: i64 = 4 * 3_600_000;
/// Origins whose tokens are kept. Push services are few; a service with many hosts only costs signatures.
pub const TOKENS_KEPT_MAX: usize = 256;

/// Why a VAPID key or contact was not taken, or a token not signed. The word of each is stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum VapidRefused {
    /// The bytes are not a P-256 key in PKCS#8.
    #[error("the VAPID key file does not hold a P-256 key in PKCS#8")]
    KeyUnreadable,
    /// The contact is neither an `https:` nor a `mailto:` URL (RFC 8292 section 2.1).
    #[error("the VAPID contact must be an https: or mailto: URL")]
    ContactShape,
    /// The machine gave no randomness.
    #[error("the machine gave no randomness")]
    NoRandomness,
}

impl VapidRefused {
    /// The stable short name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::KeyUnreadable => "vapid-key-unreadable",
            Self::ContactShape => "vapid-contact-shape",
            Self::NoRandomness => "no-randomness",
        }
    }
}

/// The group's signing key. Its public half is what a browser's subscription is bound to.
pub struct VapidKey {
    pair: EcdsaKeyPair,
    public: [u8; PUBLIC_KEY_BYTES],
}

impl VapidKey {
    /// Makes a new key and gives it as PKCS#8, to be written to a file that only its owner can read.
    pub fn generate(random: &dyn SecureRandom) -> Result<Zeroizing<Vec<u8>>, VapidRefused> {
        let written = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, random).map_err(|_| VapidRefused::NoRandomness)?;
        Ok(Zeroizing::new(written.as_ref().to_vec()))
    }

    /// Reads a key from PKCS#8.
    pub fn from_pkcs8(written: &[u8]) -> Result<Self, VapidRefused> {
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, written).map_err(|_| VapidRefused::KeyUnreadable)?;
        let public = pair.public_key().as_ref().try_into().expect("the library writes P-256 points uncompressed, in 65 bytes");
        Ok(Self { pair, public })
    }

    /// The public key, uncompressed.
    pub fn public_key(&self) -> &[u8; PUBLIC_KEY_BYTES] {
        &self.public
    }

    /// The public key as a page hands it to `pushManager.subscribe`: base64url.
    pub fn public_text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.public)
    }
}

impl std::fmt::Debug for VapidKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "VapidKey({})", self.public_text())
    }
}

/// Signs for push origins and keeps what it signed.
pub struct Vapid {
    key: VapidKey,
    contact: String,
    random: Arc<dyn SecureRandom + Send + Sync>,
    kept: Mutex<HashMap<String, Signed>>,
}

struct Signed {
    at_ms: i64,
    header: HeaderValue,
}

impl Vapid {
    /// `contact` is the group's origin (`https:`) or a `mailto:` address; push services write there when
    /// something goes wrong (RFC 8292 section 2.1).
    pub fn new(key: VapidKey, contact: &str, random: Arc<dyn SecureRandom + Send + Sync>) -> Result<Self, VapidRefused> {
        Ok(Self { key, contact: contact_url(contact)?, random, kept: Mutex::default() })
    }

    /// The key signed with.
    pub fn key(&self) -> &VapidKey {
        &self.key
    }

    /// The `Authorization` header for a push origin such as `https://push.example`: the kept one while it
    /// is young, else a new one.
    pub fn authorization(&self, origin: &str, now_ms: i64) -> Result<HeaderValue, VapidRefused> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(signed) = kept.get(origin)
            && is_young(signed, now_ms)
        {
            return Ok(signed.header.clone());
        }
        let header = self.sign(origin, now_ms)?;
        if kept.len() >= TOKENS_KEPT_MAX {
            kept.retain(|_, signed| is_young(signed, now_ms));
        }
        if kept.len() < TOKENS_KEPT_MAX || kept.contains_key(origin) {
            kept.insert(origin.to_owned(), Signed { at_ms: now_ms, header: header.clone() });
        }
        Ok(header)
    }

    fn sign(&self, origin: &str, now_ms: i64) -> Result<HeaderValue, VapidRefused> {
        let claims = Claims { aud: origin, exp: now_ms.saturating_add(TOKEN_LIVES_MILLISECONDS) / 1_000, sub: &self.contact };
        let claims = serde_json::to_vec(&claims).expect("two texts and a number are always written");
        let mut token = URL_SAFE_NO_PAD.encode(br#"{"typ":"JWT","alg":"ES256"}"#);
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(claims, &mut token);
        let signature = self.key.pair.sign(self.random.as_ref(), token.as_bytes()).map_err(|_| VapidRefused::NoRandomness)?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature.as_ref(), &mut token);
        let header = format!("vapid t={token}, k={}", self.key.public_text());
        // Not marked sensitive on purpose: HPACK may then index it, which saves its bytes on every message.
        Ok(HeaderValue::try_from(header).expect("base64url and a few signs are visible ASCII"))
    }
}

#[derive(serde::Serialize)]
struct Claims<'a> {
    aud: &'a str,
    exp: i64,
    sub: &'a str,
}

/// A clock set back makes a token look as if it came from the future: that one is signed anew as well.
fn is_young(signed: &Signed, now_ms: i64) -> bool {
    (0..TOKEN_USED_MILLISECONDS).contains(&now_ms.saturating_sub(signed.at_ms))
}

fn contact_url(contact: &str) -> Result<String, VapidRefused> {
    let refused = VapidRefused::ContactShape;
    if contact.len() > 256 || !contact.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(refused);
    }
    let url = reqwest::Url::parse(contact).map_err(|_| refused)?;
    let good = match url.scheme() {
        "https" => url.host_str().is_some() && url.username().is_empty() && url.password().is_none(),
        "mailto" => matches!(url.path().split_once('@'), Some((name, host)) if !name.is_empty() && !host.is_empty() && !host.contains('@')),
        _ => false,
    };
    if good { Ok(contact.to_owned()) } else { Err(refused) }
}

#[cfg(test)]
mod tests {
    use super::super::credential::{CredentialRefused, check};
    use super::*;
    use aws_lc_rs::rand::SystemRandom;

    const NOW: i64 = 1_760_000_000_000;
    const PUSH: &str = "https://push.example";

    fn vapid() -> Vapid {
        let random = SystemRandom::new();
        let key = VapidKey::from_pkcs8(&VapidKey::generate(&random).unwrap()).unwrap();
        Vapid::new(key, "https://bell.example", Arc::new(random)).unwrap()
    }

    fn claims(header: &HeaderValue) -> serde_json::Value {
        let text = header.to_str().unwrap();
        let payload = text.split('.').nth(1).unwrap();
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
    }

    #[test]
    fn a_token_names_origin_end_and_contact_and_its_signature_holds() {
        let vapid = vapid();
        let header = vapid.authorization(PUSH, NOW).unwrap();
        assert_eq!(claims(&header), serde_json::json!({"aud": PUSH, "exp": NOW / 1_000 + 43_200, "sub": "https://bell.example"}));
        assert_eq!(check(header.as_bytes(), vapid.key().public_key(), PUSH, NOW), Ok(()));
    }

    #[test]
    fn a_token_is_reused_for_hours_then_signed_anew() {
        let vapid = vapid();
        let first = vapid.authorization(PUSH, NOW).unwrap();
        assert_eq!(vapid.authorization(PUSH, NOW + TOKEN_USED_MILLISECONDS - 1).unwrap(), first);
        let second = vapid.authorization(PUSH, NOW + TOKEN_USED_MILLISECONDS).unwrap();
        assert_ne!(second, first);
        assert_eq!(claims(&second)["exp"], (NOW + TOKEN_USED_MILLISECONDS) / 1_000 + 43_200);
        assert_ne!(vapid.authorization(PUSH, NOW).unwrap(), second, "a clock set back gets a token of its own time");
        assert_ne!(vapid.authorization("https://other.example", NOW).unwrap(), first);
    }

    #[test]
    fn a_token_kept_to_its_last_moment_still_has_hours_to_live() {
        let vapid = vapid();
        vapid.authorization(PUSH, NOW).unwrap();
        let last = NOW + TOKEN_USED_MILLISECONDS - 1;
        let header = vapid.authorization(PUSH, last).unwrap();
        assert_eq!(check(header.as_bytes(), vapid.key().public_key(), PUSH, last + 7 * 3_600_000), Ok(()));
    }

    #[test]
    fn kept_tokens_are_bounded_and_all_origins_are_still_served() {
        let vapid = vapid();
        for number in 0..TOKENS_KEPT_MAX + 20 {
            let origin = format!("https://{number}.push.example");
            let header = vapid.authorization(&origin, NOW).unwrap();
            assert_eq!(check(header.as_bytes(), vapid.key().public_key(), &origin, NOW), Ok(()));
        }
        assert_eq!(vapid.kept.lock().unwrap().len(), TOKENS_KEPT_MAX);
        vapid.authorization("https://late.example", NOW + TOKEN_USED_MILLISECONDS).unwrap();
        assert_eq!(vapid.kept.lock().unwrap().len(), 1, "old ones make room");
    }

    #[test]
    fn only_https_and_mailto_contacts_are_taken() {
        for good in ["https://bell.example", "https://bell.example/about", "mailto:desk@bell.example"] {
            assert!(contact_url(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "bell.example",
            "http://bell.example",
            "https://",
            "https://a:b@bell.example",
            "mailto:",
            "mailto:desk",
            "mailto:@bell.example",
            "mailto:desk@",
            "mailto:a@b@c",
            "mailto:desk @bell.example",
            "https://bell.example\n",
            "javascript:0",
        ] {
            assert_eq!(contact_url(bad), Err(VapidRefused::ContactShape), "{bad:?}");
        }
    }

    #[test]
    fn a_key_survives_being_written_and_other_bytes_are_no_key() {
        let random = SystemRandom::new();
        let written = VapidKey::generate(&random).unwrap();
        let one = VapidKey::from_pkcs8(&written).unwrap();
        let again = VapidKey::from_pkcs8(&written).unwrap();
        assert_eq!(one.public_text(), again.public_text());
        assert_eq!((one.public_text().len(), one.public_key()[0]), (87, 4));
        for bad in [&written[..written.len() - 1], &[], b"-----BEGIN"] {
            assert_eq!(VapidKey::from_pkcs8(bad).err(), Some(VapidRefused::KeyUnreadable));
        }
    }

    #[test]
    fn a_token_signed_by_another_group_is_refused() {
        let (ours, theirs) = (vapid(), vapid());
        let header = theirs.authorization(PUSH, NOW).unwrap();
        assert_eq!(check(header.as_bytes(), ours.key().public_key(), PUSH, NOW), Err(CredentialRefused::OtherKey));
    }
}
