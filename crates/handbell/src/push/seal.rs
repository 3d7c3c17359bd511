//! Seal: one Web Push message, encrypted so that only one browser can read it.
//!
//! Follows RFC 8291 (keys) over RFC 8188 (`aes128gcm` content coding), on AWS-LC; the five short HMACs of a
//! message are RustCrypto's, which set up faster. Every message has its own
//! key pair and its own salt: both are consumed by the act of sealing, so neither can serve twice.
//! Every body has the same size, whatever it says, so that a push service cannot tell an alert from its
//! cancellation by length. It does not keep subscribers, and it sends nothing.

use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use aws_lc_rs::rand::SecureRandom;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use std::cell::RefCell;
use thiserror::Error;
use zeroize::{Zeroize as _, Zeroizing};

/// Bytes of an uncompressed P-256 point (RFC 8291 section 2; X9.62).
pub const PUBLIC_KEY_BYTES: usize = 65;
/// Bytes of a subscriber's authentication secret (RFC 8291 section 3.2).
pub const AUTH_SECRET_BYTES: usize = 16;
/// Bytes of every sealed body. Push services must take 4,096 (RFC 8030 section 7.2); three quarters of that hold
/// the conduct lines in scripts of three bytes a letter and two signatures with their path.
pub const BODY_BYTES: usize = 3_072;
/// Longest content that fits a body, in bytes.
pub const CONTENT_BYTES_MAX: usize = BODY_BYTES - HEADER_BYTES - 1 - TAG_BYTES;

pub(super) const SALT_BYTES: usize = 16;
/// Salt, record size, length of the key id, key id (RFC 8188 section 2.1).
pub(super) const HEADER_BYTES: usize = SALT_BYTES + 4 + 1 + PUBLIC_KEY_BYTES;
pub(super) const TAG_BYTES: usize = 16;
/// Ends the content of the last record (RFC 8188 section 2).
pub(super) const LAST_RECORD: u8 = 2;
const UNCOMPRESSED: u8 = 4;
/// Must exceed the one record's size (RFC 8291 section 4).
const RECORD_SIZE: u32 = 4_096;
const KEY_INFO: &[u8] = b"WebPush: info\0";
const CONTENT_KEY_INFO: &[u8] = b"Content-Encoding: aes128gcm\0";
const NONCE_INFO: &[u8] = b"Content-Encoding: nonce\0";

/// Why a subscriber's keys were refused. The word of each is stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum KeysRefused {
    /// The public key is not base64url without padding.
    #[error("the browser's public key cannot be read")]
    KeyUnreadable,
    /// The public key is not an uncompressed point of 65 bytes.
    #[error("the browser's public key is not an uncompressed P-256 point")]
    KeyShape,
    /// The public key is not a point of the curve.
    #[error("the browser's public key does not lie on P-256")]
    KeyNotOnCurve,
    /// The authentication secret is not base64url without padding.
    #[error("the browser's authentication secret cannot be read")]
    SecretUnreadable,
    /// The authentication secret is not 16 bytes.
    #[error("the browser's authentication secret is not 16 bytes")]
    SecretShape,
    /// The machine gave no randomness, so nothing could be checked.
    #[error("the machine gave no randomness")]
    NoRandomness,
}

impl KeysRefused {
    /// The stable short name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::KeyUnreadable => "push-key-unreadable",
            Self::KeyShape => "push-key-shape",
            Self::KeyNotOnCurve => "push-key-not-on-curve",
            Self::SecretUnreadable => "push-secret-unreadable",
            Self::SecretShape => "push-secret-shape",
            Self::NoRandomness => "no-randomness",
        }
    }
}

/// Why a message was not sealed. The word of each is stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SealRefused {
    /// The content is longer than [`CONTENT_BYTES_MAX`].
    #[error("the message does not fit the fixed size")]
    ContentTooLong,
    /// The subscriber's public key is not a point of the curve.
    #[error("the browser's public key does not lie on P-256")]
    KeyNotOnCurve,
    /// The machine gave no randomness.
    #[error("the machine gave no randomness")]
    NoRandomness,
}

impl SealRefused {
    /// The stable short name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ContentTooLong => "push-content-too-long",
            Self::KeyNotOnCurve => "push-key-not-on-curve",
            Self::NoRandomness => "no-randomness",
        }
    }
}

/// What a browser gave us to seal with: its public key and the secret it shares with us only.
#[derive(Clone, PartialEq, Eq)]
pub struct SubscriberKeys {
    p256dh: [u8; PUBLIC_KEY_BYTES],
    auth: [u8; AUTH_SECRET_BYTES],
}

impl SubscriberKeys {
    /// Reads `keys.p256dh` and `keys.auth` of a browser's subscription: base64url without padding.
    pub fn parse(p256dh: &str, auth: &str, random: &dyn SecureRandom) -> Result<Self, KeysRefused> {
        let key = URL_SAFE_NO_PAD.decode(p256dh).map_err(|_| KeysRefused::KeyUnreadable)?;
        let secret = URL_SAFE_NO_PAD.decode(auth).map_err(|_| KeysRefused::SecretUnreadable)?;
        Self::check(&key, &secret, random)
    }

    /// Checks bytes from outside: their shape, and that the point lies on the curve (RFC 8291 section 7).
    /// The point is checked by a throw-away agreement, because that is where the library checks it.
    pub fn check(p256dh: &[u8], auth: &[u8], random: &dyn SecureRandom) -> Result<Self, KeysRefused> {
        let keys = Self::kept(p256dh, auth)?;
        let throw_away = FreshKeyPair::generate(random).map_err(|_| KeysRefused::NoRandomness)?;
        throw_away.agree(&keys).map_err(|_| KeysRefused::KeyNotOnCurve)?;
        Ok(keys)
    }

    /// Takes back bytes that were checked when they were stored. Only their shape is looked at, which costs
    /// nothing; a point off the curve is still refused by every agreement.
    pub fn kept(p256dh: &[u8], auth: &[u8]) -> Result<Self, KeysRefused> {
        let p256dh: [u8; PUBLIC_KEY_BYTES] = p256dh.try_into().map_err(|_| KeysRefused::KeyShape)?;
        let auth = auth.try_into().map_err(|_| KeysRefused::SecretShape)?;
        if p256dh[0] != UNCOMPRESSED {
            return Err(KeysRefused::KeyShape);
        }
        Ok(Self { p256dh, auth })
    }

    /// The browser's public key, uncompressed.
    pub fn public_key(&self) -> &[u8; PUBLIC_KEY_BYTES] {
        &self.p256dh
    }

    /// The browser's authentication secret.
    pub fn auth_secret(&self) -> &[u8; AUTH_SECRET_BYTES] {
        &self.auth
    }
}

impl std::fmt::Debug for SubscriberKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SubscriberKeys(…)")
    }
}

/// A key pair for one message (RFC 8291 section 3.1). It cannot be cloned and agreeing consumes it.
pub struct FreshKeyPair {
    private: EphemeralPrivateKey,
    public: [u8; PUBLIC_KEY_BYTES],
}

impl FreshKeyPair {
    /// Makes a new one. The library draws its number from a generator of its own, which the system seeds.
    pub fn generate(random: &dyn SecureRandom) -> Result<Self, SealRefused> {
        let private = EphemeralPrivateKey::generate(&ECDH_P256, random).map_err(|_| SealRefused::NoRandomness)?;
        let computed = private.compute_public_key().map_err(|_| SealRefused::NoRandomness)?;
        let public = computed.as_ref().try_into().expect("the library writes P-256 points uncompressed, in 65 bytes");
        Ok(Self { private, public })
    }

    /// Agrees with one browser. What the alert will say is not needed for this, so a ringer may do it
    /// ahead, while idle.
    pub fn agree(self, keys: &SubscriberKeys) -> Result<Envelope, SealRefused> {
        let as_public = self.public;
        let theirs = UnparsedPublicKey::new(&ECDH_P256, keys.p256dh.as_slice());
        agree_ephemeral(self.private, theirs, SealRefused::KeyNotOnCurve, |ecdh_secret| {
            Ok(Envelope { input_key: input_key(ecdh_secret, &keys.auth, &keys.p256dh, &as_public), as_public })
        })
    }
}

/// An envelope taken apart: our public key, the input keying material.
pub(super) type EnvelopeParts = ([u8; PUBLIC_KEY_BYTES], Zeroizing<[u8; 32]>);

/// An agreement that waits for its one message. Held in memory only, wiped when dropped or used. It cannot be
/// copied and [`Envelope::seal`] takes it whole, so that no program that compiles can use one twice
/// (PROMISE an-envelope-seals-once).
pub struct Envelope {
    as_public: [u8; PUBLIC_KEY_BYTES],
    input_key: Zeroizing<[u8; 32]>,
}

impl Envelope {
    /// Seals the content under a fresh salt and uses the envelope up.
    pub fn seal(self, content: &[u8], random: &dyn SecureRandom) -> Result<Sealed, SealRefused> {
        let padding = CONTENT_BYTES_MAX.checked_sub(content.len()).ok_or(SealRefused::ContentTooLong)?;
        let salt = SALTS.with_borrow_mut(|salts| salts.next(random))?;
        let keys = content_keys(&self.input_key, &salt);
        Ok(Sealed { body: record(&keys, &salt, &self.as_public, content, padding) })
    }

    /// Taken apart to be laid down (`armed.rs`).
    pub(super) fn into_parts(self) -> EnvelopeParts {
        (self.as_public, self.input_key)
    }

    /// Put together again from what was laid down: the public key without its first byte.
    pub(super) fn kept(as_public: &[u8; PUBLIC_KEY_BYTES - 1], input_key: Zeroizing<[u8; 32]>) -> Self {
        let mut whole = [UNCOMPRESSED; PUBLIC_KEY_BYTES];
        whole[1..].copy_from_slice(as_public);
        Self { as_public: whole, input_key }
    }
}

/// A sealed body of exactly [`BODY_BYTES`], ready to be sent with `Content-Encoding: aes128gcm`.
pub struct Sealed {
    body: Vec<u8>,
}

impl Sealed {
    /// Seals one message for one browser, from nothing: fresh key pair, fresh salt, fixed size.
    pub fn seal(keys: &SubscriberKeys, content: &[u8], random: &dyn SecureRandom) -> Result<Self, SealRefused> {
        FreshKeyPair::generate(random)?.agree(keys)?.seal(content, random)
    }

    /// The bytes to send.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The bytes to send, given away.
    pub fn into_body(self) -> Vec<u8> {
        self.body
    }
}

/// Key and nonce of the one record.
struct ContentKeys {
    content_key: Zeroizing<[u8; 16]>,
    nonce: [u8; 12],
}

/// Mixes the agreed secret with what both sides know into input keying material (RFC 8291 section 3.3).
fn input_key(ecdh_secret: &[u8], auth: &[u8], ua_public: &[u8], as_public: &[u8]) -> Zeroizing<[u8; 32]> {
    expand(&extract(auth, ecdh_secret), &[KEY_INFO, ua_public, as_public])
}

/// Derives the record's key and nonce from the input keying material and the salt (RFC 8188 sections 2.2, 2.3).
fn content_keys(input_key: &[u8; 32], salt: &[u8; SALT_BYTES]) -> ContentKeys {
    // Both are drawn from one key, which is set up once.
    let expanding = keyed(extract(salt, input_key).as_slice());
    let mut content_key = Zeroizing::new([0u8; 16]);
    content_key.copy_from_slice(&first_round(expanding.clone(), &[CONTENT_KEY_INFO])[..16]);
    let mut nonce = [0u8; 12];
    nonce.copy_from_slice(&first_round(expanding, &[NONCE_INFO])[..12]);
    ContentKeys { content_key, nonce }
}

/// Header and the only record, whose sequence number 0 leaves the nonce as it is (RFC 8188 section 2).
fn record(keys: &ContentKeys, salt: &[u8; SALT_BYTES], as_public: &[u8; PUBLIC_KEY_BYTES], content: &[u8], padding: usize) -> Vec<u8> {
    let mut body = Vec::with_capacity(HEADER_BYTES + content.len() + 1 + padding + TAG_BYTES);
    body.extend_from_slice(salt);
    body.extend_from_slice(&RECORD_SIZE.to_be_bytes());
    body.push(u8::try_from(PUBLIC_KEY_BYTES).expect("65 fits a byte"));
    body.extend_from_slice(as_public);
    body.extend_from_slice(content);
    body.push(LAST_RECORD);
    body.resize(body.len() + padding, 0);
    let key = UnboundKey::new(&AES_128_GCM, keys.content_key.as_slice()).expect("sixteen bytes are an AES-128 key");
    let tag = LessSafeKey::new(key)
        .seal_in_place_separate_tag(Nonce::assume_unique_for_key(keys.nonce), Aad::empty(), &mut body[HEADER_BYTES..])
        .expect("a body of a few kilobytes is below the limit of AES-GCM");
    body.extend_from_slice(tag.as_ref());
    body
}

/// HKDF-Extract (RFC 5869 section 2.2). Written as its one HMAC so that the published values in between can be checked.
fn extract(salt: &[u8], input: &[u8]) -> Zeroizing<[u8; 32]> {
    let mut extracting = keyed(salt);
    extracting.update(input);
    Zeroizing::new(extracting.finalize().into_bytes().into())
}

/// HKDF-Expand for outputs of up to 32 bytes, which is its first round (RFC 5869 section 2.3).
fn expand(pseudorandom_key: &[u8; 32], context: &[&[u8]]) -> Zeroizing<[u8; 32]> {
    first_round(keyed(pseudorandom_key), context)
}

fn first_round(mut expanding: Hmac<Sha256>, context: &[&[u8]]) -> Zeroizing<[u8; 32]> {
    for part in context {
        expanding.update(part);
    }
    expanding.update(&[1]);
    Zeroizing::new(expanding.finalize().into_bytes().into())
}

fn keyed(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("a key of any length is one (RFC 2104 section 2)")
}

/// Salts drawn by the sheet, because asking for randomness costs as much as deriving the keys. Each is given out
/// once and wiped here; a salt is no secret once it was sent.
struct Salts {
    sheet: Box<[[u8; SALT_BYTES]; SALTS_A_SHEET]>,
    left: usize,
}

const SALTS_A_SHEET: usize = 256;

thread_local! {
    static SALTS: RefCell<Salts> = RefCell::new(Salts { sheet: Box::new([[0; SALT_BYTES]; SALTS_A_SHEET]), left: 0 });
}

impl Salts {
    fn next(&mut self, random: &dyn SecureRandom) -> Result<[u8; SALT_BYTES], SealRefused> {
        if self.left == 0 {
            random.fill(self.sheet.as_flattened_mut()).map_err(|_| SealRefused::NoRandomness)?;
            self.left = SALTS_A_SHEET;
        }
        self.left -= 1;
        let salt = self.sheet[self.left];
        self.sheet[self.left].zeroize();
        Ok(salt)
    }
}

#[cfg(test)]
mod tests {
    use super::super::published::{self, Rfc8291, bytes};
    use super::*;
    use aws_lc_rs::rand::SystemRandom;

    fn check_every_step(values: &Rfc8291) {
        let (auth, ua_public, as_public) = (values.get("auth_secret"), values.get("ua_public"), values.get("as_public"));
        let salt: [u8; SALT_BYTES] = values.get("Salt").try_into().unwrap();
        let prk_key = extract(&auth, &values.get("ecdh_secret"));
        assert_eq!(prk_key.as_slice(), values.get("PRK_key"));
        assert_eq!([KEY_INFO, &ua_public, &as_public].concat(), values.get("key_info"));
        let ikm = input_key(&values.get("ecdh_secret"), &auth, &ua_public, &as_public);
        assert_eq!(ikm.as_slice(), values.get("IKM"));
        assert_eq!(extract(&salt, ikm.as_slice()).as_slice(), values.get("PRK"));
        assert_eq!(CONTENT_KEY_INFO, values.get("cek_info"));
        assert_eq!(NONCE_INFO, values.get("nonce_info"));
        let keys = content_keys(&ikm, &salt);
        assert_eq!(keys.content_key.as_slice(), values.get("CEK"));
        assert_eq!(keys.nonce.as_slice(), values.get("NONCE"));
        let body = record(&keys, &salt, &as_public.try_into().unwrap(), &values.get("Plaintext"), 0);
        assert_eq!(body, values.get("body"));
    }

    #[test]
    fn every_step_of_the_published_example_comes_out_as_published() {
        check_every_step(&Rfc8291::inline());
    }

    #[test]
    fn every_step_of_the_corpus_example_comes_out_as_published() {
        if let Some(values) = Rfc8291::corpus("every_step_of_the_corpus_example_comes_out_as_published") {
            check_every_step(&values);
        }
    }

    #[test]
    fn an_envelope_made_of_published_keys_seals_to_the_fixed_size_and_keeps_its_key_id() {
        let values = Rfc8291::inline();
        let envelope = Envelope {
            as_public: values.get("as_public").try_into().unwrap(),
            input_key: Zeroizing::new(values.get("IKM").try_into().unwrap()),
        };
        let sealed = envelope.seal(b"short", &SystemRandom::new()).unwrap();
        assert_eq!(sealed.body().len(), BODY_BYTES);
        assert_eq!(&sealed.body()[21..86], values.get("as_public"));
    }

    #[test]
    fn all_bodies_have_one_size_and_longer_content_is_refused() {
        let random = SystemRandom::new();
        let values = Rfc8291::inline();
        let keys = SubscriberKeys::check(&values.get("ua_public"), &values.get("auth_secret"), &random).unwrap();
        for length in [0, 1, 15, 16, 17, 300, CONTENT_BYTES_MAX - 1, CONTENT_BYTES_MAX] {
            let sealed = Sealed::seal(&keys, &vec![b'a'; length], &random).unwrap();
            assert_eq!(sealed.body().len(), BODY_BYTES, "{length} bytes of content");
        }
        for length in [CONTENT_BYTES_MAX + 1, 4_096, 100_000] {
            let refused = Sealed::seal(&keys, &vec![b'a'; length], &random).err().unwrap();
            assert_eq!(refused, SealRefused::ContentTooLong, "{length} bytes of content");
        }
    }

    #[test]
    fn no_two_messages_share_a_key_pair_or_a_salt() {
        let random = SystemRandom::new();
        let values = Rfc8291::inline();
        let keys = SubscriberKeys::kept(&values.get("ua_public"), &values.get("auth_secret")).unwrap();
        let mut salts = std::collections::HashSet::new();
        let mut publics = std::collections::HashSet::new();
        for _ in 0..3 * SALTS_A_SHEET {
            let body = Sealed::seal(&keys, b"same words", &random).unwrap().into_body();
            assert!(salts.insert(body[..SALT_BYTES].to_vec()));
            assert!(publics.insert(body[21..86].to_vec()));
        }
    }

    #[test]
    fn keys_are_taken_only_as_uncompressed_points_on_the_curve() {
        let random = SystemRandom::new();
        let values = Rfc8291::inline();
        let (good, auth) = (values.text("ua_public"), values.text("auth_secret"));
        assert!(SubscriberKeys::parse(good, auth, &random).is_ok());

        let point = values.get("ua_public");
        let written = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let mut off_curve = point.clone();
        off_curve[64] ^= 1;
        let mut hybrid = point.clone();
        hybrid[0] = 6;
        let compressed = [&[2], &point[1..33]].concat();
        let past_the_prime = [&[4], [0xffu8; 32].as_slice(), &point[33..]].concat();
        let zero = [&[4], [0u8; 64].as_slice()].concat();
        let longer = [point.as_slice(), &[0]].concat();
        let table = [
            (written(&off_curve), KeysRefused::KeyNotOnCurve),
            (written(&past_the_prime), KeysRefused::KeyNotOnCurve),
            (written(&zero), KeysRefused::KeyNotOnCurve),
            (written(&hybrid), KeysRefused::KeyShape),
            (written(&compressed), KeysRefused::KeyShape),
            (written(&point[..64]), KeysRefused::KeyShape),
            (written(&longer), KeysRefused::KeyShape),
            (String::new(), KeysRefused::KeyShape),
            (written(&[0]), KeysRefused::KeyShape),
            (format!("{good}="), KeysRefused::KeyUnreadable),
            (format!(" {good}"), KeysRefused::KeyUnreadable),
            (good.replace(['-', '_'], "+"), KeysRefused::KeyUnreadable),
        ];
        for (key, why) in table {
            assert_eq!(SubscriberKeys::parse(&key, auth, &random).err(), Some(why), "{key}");
        }
        for (secret, why) in [
            (String::new(), KeysRefused::SecretShape),
            (written(&[1; 15]), KeysRefused::SecretShape),
            (written(&[1; 17]), KeysRefused::SecretShape),
            (format!("{auth}=="), KeysRefused::SecretUnreadable),
            ("?".to_owned(), KeysRefused::SecretUnreadable),
        ] {
            assert_eq!(SubscriberKeys::parse(good, &secret, &random).err(), Some(why), "{secret}");
        }
    }

    #[test]
    fn a_stored_point_off_the_curve_is_refused_when_sealing() {
        let values = Rfc8291::inline();
        let mut off_curve = values.get("ua_public");
        off_curve[40] ^= 0x80;
        let keys = SubscriberKeys::kept(&off_curve, &values.get("auth_secret")).unwrap();
        assert_eq!(Sealed::seal(&keys, b"words", &SystemRandom::new()).err(), Some(SealRefused::KeyNotOnCurve));
    }

    #[test]
    fn the_example_of_the_content_coding_derives_its_published_keys() {
        // RFC 8188 section 3.1, whose keying material is 16 bytes: only the second half of the derivation.
        let example = published::rfc8188().remove(0);
        let body = bytes(&example.body);
        let pseudorandom_key = extract(&body[..SALT_BYTES], &bytes(&example.ikm));
        assert_eq!(&expand(&pseudorandom_key, &[CONTENT_KEY_INFO])[..16], bytes("_wniytB-ofscZDh4tbSjHw"));
        assert_eq!(&expand(&pseudorandom_key, &[NONCE_INFO])[..12], bytes("Bcs8gkIRKLI8GeI8"));
    }
}
