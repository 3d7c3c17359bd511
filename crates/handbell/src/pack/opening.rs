//! Opening: what a footage's mark in the log commits to, and how it is shown to be that (docs/formats/custody.md).

use handbell_log::payload;
use handbell_rules::evidence::custody::{hex, unhex};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

/// The opening: canonical JSON of the original's hash, length and kind.
pub fn text(sha256: &[u8; 32], length: u64, media_type: &str) -> String {
    let value = json!({"length": length, "media_type": media_type, "sha256": hex(sha256)});
    // A length past 2^53 is a file of eight million gigabytes.
    payload::canonical(&value).ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

/// What an opening says: hash, length, kind. `None` for anything that is not one in its one spelling.
pub fn read(opening: &[u8]) -> Option<([u8; 32], u64, String)> {
    let value: Value = payload::check(opening).ok()?;
    let sha256 = unhex(value.get("sha256")?.as_str()?)?;
    let (length, media_type) = (value.get("length")?.as_u64()?, value.get("media_type")?.as_str()?.to_owned());
    (text(&sha256, length, &media_type).as_bytes() == opening).then_some((sha256, length, media_type))
}

/// The mark: HMAC-SHA-256 of the opening under the inner salt.
pub fn commitment(inner_salt: &[u8; 32], opening: &str) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(inner_salt).expect("HMAC takes a key of any length");
    mac.update(opening.as_bytes());
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::Digest as _;

    /// The vector of `docs/formats/custody.md`.
    #[test]
    fn the_published_vector_holds() {
        let document = include_str!("../../../../docs/formats/custody.md");
        let opening = text(&sha2::Sha256::digest(b"abc").into(), 3, "image/jpeg");
        assert!(document.contains(&format!("    {opening}\n")), "{opening}");
        assert!(document.contains(&hex(&commitment(&[7; 32], &opening))));
        assert_eq!(read(opening.as_bytes()), Some((sha2::Sha256::digest(b"abc").into(), 3, "image/jpeg".to_owned())));
    }

    #[test]
    fn an_opening_has_one_spelling() {
        let opening = text(&[1; 32], 3, "image/jpeg");
        for other in [opening.replace(':', ": "), opening.replacen('{', "{\"a\":1,", 1), opening.to_uppercase(), "{}".into(), String::new()]
        {
            assert_eq!(read(other.as_bytes()), None, "{other}");
        }
    }
}
