//! Open: the receiving side of a sealed message, for exercise phones.
//!
//! A phone holds its own P-256 key pair and authentication secret, as a browser does, and reads exactly
//! what RFC 8291 allows: one record, an uncompressed point, the last-record delimiter, zeros after it.
//! Agreement and derivation come from other libraries than the sealing side's, so that each checks the
//! other. No browser's private key ever lies here.

use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::rand::SecureRandom;
use hmac::{Hmac, KeyInit as _, Mac as _};
use p256::elliptic_curve::sec1::ToEncodedPoint as _;
use sha2::Sha256;
use thiserror::Error;
use zeroize::Zeroizing;

use super::seal::{AUTH_SECRET_BYTES, HEADER_BYTES, LAST_RECORD, PUBLIC_KEY_BYTES, SALT_BYTES, TAG_BYTES};

/// Why a body was not opened. The word of each is stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum OpenRefused {
    /// Shorter than its header and one record.
    #[error("the body ends too early")]
    TooShort,
    /// The key id is not 65 bytes long.
    #[error("the key id is not an uncompressed point")]
    KeyIdShape,
    /// The sender's key is not a point of the curve.
    #[error("the sender's key does not lie on P-256")]
    KeyNotOnCurve,
    /// The record size does not exceed the one record there may be (RFC 8291 section 4).
    #[error("the body has more than one record")]
    MoreThanOneRecord,
    /// The seal is broken: other keys, or other bytes than were sealed.
    #[error("the seal is broken")]
    Broken,
    /// Inside the seal, the delimiter of a last record is missing (RFC 8188 section 2).
    #[error("the padding is malformed")]
    Padding,
}

impl OpenRefused {
    /// The stable short name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::TooShort => "body-too-short",
            Self::KeyIdShape => "key-id-shape",
            Self::KeyNotOnCurve => "sender-key-not-on-curve",
            Self::MoreThanOneRecord => "more-than-one-record",
            Self::Broken => "seal-broken",
            Self::Padding => "padding-malformed",
        }
    }
}

/// The machine gave no randomness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the machine gave no randomness")]
pub struct NoRandomness;

/// One exercise phone's keys.
pub struct Receiver {
    private: p256::SecretKey,
    public: [u8; PUBLIC_KEY_BYTES],
    auth: Zeroizing<[u8; AUTH_SECRET_BYTES]>,
}

impl Receiver {
    /// Makes a phone's keys.
    pub fn new(random: &dyn SecureRandom) -> Result<Self, NoRandomness> {
        let mut auth = [0u8; AUTH_SECRET_BYTES];
        random.fill(&mut auth).map_err(|_| NoRandomness)?;
        let mut scalar = Zeroizing::new([0u8; 32]);
        loop {
            random.fill(scalar.as_mut_slice()).map_err(|_| NoRandomness)?;
            // One in four thousand million draws is zero or above the order; drawing again keeps the choice even.
            if let Ok(private) = p256::SecretKey::from_slice(scalar.as_slice()) {
                return Ok(Self::from_parts(private, auth));
            }
        }
    }

    /// The public key a sender seals for.
    pub fn public_key(&self) -> &[u8; PUBLIC_KEY_BYTES] {
        &self.public
    }

    /// The authentication secret a sender needs as well.
    pub fn auth_secret(&self) -> &[u8; AUTH_SECRET_BYTES] {
        &self.auth
    }

    /// Opens a body and gives its content without padding.
    pub fn open(&self, body: &[u8]) -> Result<Vec<u8>, OpenRefused> {
        let header = Header::read(body)?;
        let as_public: &[u8; PUBLIC_KEY_BYTES] = header.key_id.try_into().map_err(|_| OpenRefused::KeyIdShape)?;
        debug_assert_eq!(body.len() - header.records.len(), HEADER_BYTES);
        // The point is checked before anything is computed with it (RFC 8291 section 7). A first byte other
        // than 4 would be another way of writing points.
        if as_public[0] != 4 {
            return Err(OpenRefused::KeyIdShape);
        }
        let sender = p256::PublicKey::from_sec1_bytes(as_public).map_err(|_| OpenRefused::KeyNotOnCurve)?;
        let agreed = p256::ecdh::diffie_hellman(self.private.to_nonzero_scalar(), sender.as_affine());
        let pseudorandom_key = hmac_sha256(self.auth.as_slice(), &[agreed.raw_secret_bytes()]);
        let input_key = hmac_sha256(pseudorandom_key.as_slice(), &[b"WebPush: info\0", &self.public, as_public, &[1]]);
        header.open_only_record(input_key.as_slice())
    }

    fn from_parts(private: p256::SecretKey, auth: [u8; AUTH_SECRET_BYTES]) -> Self {
        let point = private.public_key().to_encoded_point(false);
        let public = point.as_bytes().try_into().expect("an uncompressed P-256 point has 65 bytes");
        Self { private, public, auth: Zeroizing::new(auth) }
    }
}

impl std::fmt::Debug for Receiver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Receiver(…)")
    }
}

/// The parts of an `aes128gcm` body (RFC 8188 section 2.1).
struct Header<'a> {
    salt: &'a [u8],
    record_size: usize,
    key_id: &'a [u8],
    records: &'a [u8],
}

impl<'a> Header<'a> {
    fn read(body: &'a [u8]) -> Result<Self, OpenRefused> {
        let (salt, rest) = body.split_at_checked(SALT_BYTES).ok_or(OpenRefused::TooShort)?;
        let (record_size, rest) = rest.split_first_chunk::<4>().ok_or(OpenRefused::TooShort)?;
        let (key_id_bytes, rest) = rest.split_first().ok_or(OpenRefused::TooShort)?;
        let (key_id, records) = rest.split_at_checked(usize::from(*key_id_bytes)).ok_or(OpenRefused::TooShort)?;
        let record_size = usize::try_from(u32::from_be_bytes(*record_size)).unwrap_or(usize::MAX);
        Ok(Self { salt, record_size, key_id, records })
    }

    fn open_only_record(&self, input_key: &[u8]) -> Result<Vec<u8>, OpenRefused> {
        if self.records.len() < TAG_BYTES + 1 {
            return Err(OpenRefused::TooShort);
        }
        if self.records.len() >= self.record_size {
            return Err(OpenRefused::MoreThanOneRecord);
        }
        let (content_key, nonce) = self.content_keys(input_key);
        open_record(&content_key, nonce, self.records, LAST_RECORD)
    }

    fn content_keys(&self, input_key: &[u8]) -> (Zeroizing<[u8; 32]>, [u8; 12]) {
        let pseudorandom_key = hmac_sha256(self.salt, &[input_key]);
        let content_key = hmac_sha256(pseudorandom_key.as_slice(), &[b"Content-Encoding: aes128gcm\0\x01"]);
        let long = hmac_sha256(pseudorandom_key.as_slice(), &[b"Content-Encoding: nonce\0\x01"]);
        let mut nonce = [0u8; 12];
        nonce.copy_from_slice(&long[..12]);
        (content_key, nonce)
    }
}

/// Opens one record and takes off zeros and the delimiter (RFC 8188 section 2).
fn open_record(content_key: &[u8; 32], nonce: [u8; 12], record: &[u8], delimiter: u8) -> Result<Vec<u8>, OpenRefused> {
    let key = UnboundKey::new(&AES_128_GCM, &content_key[..16]).expect("sixteen bytes are an AES-128 key");
    let mut content = record.to_vec();
    let opened = LessSafeKey::new(key)
        .open_in_place(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut content)
        .map_err(|_| OpenRefused::Broken)?;
    let end = opened.iter().rposition(|byte| *byte != 0).ok_or(OpenRefused::Padding)?;
    if opened[end] != delimiter {
        return Err(OpenRefused::Padding);
    }
    content.truncate(end);
    Ok(content)
}

fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> Zeroizing<[u8; 32]> {
    let mut signing = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    for part in parts {
        signing.update(part);
    }
    Zeroizing::new(signing.finalize().into_bytes().into())
}

#[cfg(test)]
mod tests {
    use super::super::published::{Rfc8188, Rfc8291, bytes, rfc8188, rfc8188_corpus};
    use super::super::seal::{BODY_BYTES, CONTENT_BYTES_MAX, Sealed, SubscriberKeys};
    use super::*;
    use aws_lc_rs::rand::SystemRandom;
    use proptest::prelude::*;

    fn published_phone(values: &Rfc8291) -> Receiver {
        let private = p256::SecretKey::from_slice(&values.get("ua_private")).unwrap();
        Receiver::from_parts(private, values.get("auth_secret").try_into().unwrap())
    }

    fn keys_of(phone: &Receiver) -> SubscriberKeys {
        SubscriberKeys::check(phone.public_key(), phone.auth_secret(), &SystemRandom::new()).unwrap()
    }

    fn check_published(values: &Rfc8291) {
        let phone = published_phone(values);
        assert_eq!(phone.public_key().as_slice(), values.get("ua_public"));
        assert_eq!(phone.open(&values.get("body")).unwrap(), values.get("Plaintext"));
        let private = p256::SecretKey::from_slice(&values.get("as_private")).unwrap();
        let ua = p256::PublicKey::from_sec1_bytes(&values.get("ua_public")).unwrap();
        let agreed = p256::ecdh::diffie_hellman(private.to_nonzero_scalar(), ua.as_affine());
        assert_eq!(agreed.raw_secret_bytes().as_slice(), values.get("ecdh_secret"));
    }

    #[test]
    fn the_published_message_opens() {
        check_published(&Rfc8291::inline());
    }

    #[test]
    fn the_corpus_message_opens() {
        if let Some(values) = Rfc8291::corpus("the_corpus_message_opens") {
            check_published(&values);
        }
    }

    fn check_content_coding(examples: &[Rfc8188]) {
        assert_eq!(examples.len(), 2);
        let body = bytes(&examples[0].body);
        let header = Header::read(&body).unwrap();
        let content = header.open_only_record(&bytes(&examples[0].ikm)).unwrap();
        assert_eq!(content, examples[0].plaintext.as_bytes());

        // Two records are right in RFC 8188 and wrong in a push message: refused whole, readable one by one.
        let body = bytes(&examples[1].body);
        let header = Header::read(&body).unwrap();
        let ikm = bytes(&examples[1].ikm);
        assert_eq!(header.key_id, b"a1");
        assert_eq!(header.open_only_record(&ikm), Err(OpenRefused::MoreThanOneRecord));
        let (content_key, nonce) = header.content_keys(&ikm);
        let (first, second) = header.records.split_at(header.record_size);
        let mut second_nonce = nonce;
        second_nonce[11] ^= 1;
        let opened =
            [open_record(&content_key, nonce, first, 1).unwrap(), open_record(&content_key, second_nonce, second, LAST_RECORD).unwrap()];
        assert_eq!(opened.concat(), examples[1].plaintext.as_bytes());
        assert_eq!(open_record(&content_key, nonce, first, LAST_RECORD), Err(OpenRefused::Padding));
    }

    #[test]
    fn the_published_content_codings_open() {
        check_content_coding(&rfc8188());
    }

    #[test]
    fn the_corpus_content_codings_open() {
        if let Some(examples) = rfc8188_corpus("the_corpus_content_codings_open") {
            check_content_coding(&examples);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn what_was_sealed_is_what_is_opened(content in proptest::collection::vec(any::<u8>(), 0..=CONTENT_BYTES_MAX)) {
            let random = SystemRandom::new();
            let phone = Receiver::new(&random).unwrap();
            let sealed = Sealed::seal(&keys_of(&phone), &content, &random).unwrap();
            prop_assert_eq!(sealed.body().len(), BODY_BYTES);
            prop_assert_eq!(phone.open(sealed.body()).unwrap(), content);
        }

        #[test]
        fn any_words_come_through_whole(words in "\\PC{0,400}") {
            let random = SystemRandom::new();
            let phone = Receiver::new(&random).unwrap();
            let sealed = Sealed::seal(&keys_of(&phone), words.as_bytes(), &random).unwrap();
            prop_assert_eq!(phone.open(sealed.body()).unwrap(), words.as_bytes());
        }

        #[test]
        fn strangers_bytes_never_open_and_never_panic(body in proptest::collection::vec(any::<u8>(), 0..300)) {
            prop_assert!(published_phone(&Rfc8291::inline()).open(&body).is_err());
        }
    }

    #[test]
    fn any_flipped_bit_is_found() {
        // The record size is not under the seal: a larger one stays a single record and opens (RFC 8188
        // section 2.1 leaves it out of the keys), a smaller one is refused. Every other bit must break it.
        let values = Rfc8291::inline();
        let phone = published_phone(&values);
        let body = values.get("body");
        for place in 0..body.len() {
            for bit in 0..8 {
                let mut changed = body.clone();
                changed[place] ^= 1 << bit;
                let opened = phone.open(&changed);
                if (SALT_BYTES..SALT_BYTES + 4).contains(&place) {
                    let size = u32::from_be_bytes(changed[SALT_BYTES..SALT_BYTES + 4].try_into().unwrap());
                    assert_eq!(opened.is_ok(), size > 58, "record size {size}");
                } else {
                    assert!(opened.is_err(), "bit {bit} of byte {place}");
                }
            }
        }
    }

    #[test]
    fn any_flipped_byte_of_a_padded_body_is_found() {
        let random = SystemRandom::new();
        let phone = Receiver::new(&random).unwrap();
        let body = Sealed::seal(&keys_of(&phone), "It is over".as_bytes(), &random).unwrap().into_body();
        for place in (0..body.len()).filter(|place| !(SALT_BYTES..SALT_BYTES + 4).contains(place)) {
            let mut changed = body.clone();
            changed[place] ^= 0xff;
            assert!(phone.open(&changed).is_err(), "byte {place}");
        }
        for end in 0..body.len() {
            assert!(phone.open(&body[..end]).is_err(), "cut after {end} bytes");
        }
    }

    #[test]
    fn another_phone_or_another_secret_cannot_open() {
        let random = SystemRandom::new();
        let (one, other) = (Receiver::new(&random).unwrap(), Receiver::new(&random).unwrap());
        let sealed = Sealed::seal(&keys_of(&one), b"words", &random).unwrap();
        assert_eq!(other.open(sealed.body()), Err(OpenRefused::Broken));
        let half = Receiver::from_parts(one.private.clone(), *other.auth_secret());
        assert_eq!(half.open(sealed.body()), Err(OpenRefused::Broken));
    }

    #[test]
    fn a_sender_key_off_the_curve_is_refused_before_it_is_used() {
        let values = Rfc8291::inline();
        let mut body = values.get("body");
        body[85] ^= 1;
        assert_eq!(published_phone(&values).open(&body), Err(OpenRefused::KeyNotOnCurve));
        body[21] = 6;
        assert_eq!(published_phone(&values).open(&body), Err(OpenRefused::KeyIdShape));
    }

    #[test]
    fn a_body_without_the_last_delimiter_is_refused() {
        let key = [7u8; 32];
        let seal = |content: &[u8]| {
            let mut record = content.to_vec();
            let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key[..16]).unwrap());
            key.seal_in_place_append_tag(Nonce::assume_unique_for_key([1; 12]), Aad::empty(), &mut record).unwrap();
            record
        };
        let open = |content: &[u8]| open_record(&key, [1; 12], &seal(content), LAST_RECORD);
        assert_eq!(open(b"words\x02\0\0"), Ok(b"words".to_vec()));
        assert_eq!(open(b"\x02"), Ok(Vec::new()));
        for malformed in [b"words\x01\0".as_slice(), b"words", b"\0\0\0", b"", b"words\x02\x03"] {
            assert_eq!(open(malformed), Err(OpenRefused::Padding));
        }
    }
}
