//! Credential: what a push service checks before it takes a message (RFC 8292 sections 2 to 4).
//!
//! Exercise phones use it, so that a sender whose token is wrong, late or for somebody else hears 401 in a
//! drill and not first in an emergency. It reads strictly: one scheme, two parameters, known claims.
//! It keeps nothing and never sees a private key.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use thiserror::Error;

use super::seal::PUBLIC_KEY_BYTES;

/// Longest validity a token may claim, in seconds (RFC 8292 section 2).
const LIVES_SECONDS_MAX: i64 = 24 * 3_600;

/// Why a credential was refused. The word of each is stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum CredentialRefused {
    /// Not `vapid t=…, k=…`.
    #[error("the authorization header is not in the vapid scheme")]
    Shape,
    /// The key is not the one this subscription was made for (RFC 8292 section 4.2).
    #[error("the message comes from another sender than the subscription was made for")]
    OtherKey,
    /// The token's signature does not hold.
    #[error("the token's signature does not hold")]
    Signature,
    /// The token's header or claims cannot be read.
    #[error("the token cannot be read")]
    Claims,
    /// The token is for another push service.
    #[error("the token is for another push service")]
    Audience,
    /// The token has ended, or claims to last more than a day.
    #[error("the token has ended or lasts too long")]
    Expiry,
    /// The contact is missing or of another kind.
    #[error("the token names no contact")]
    Contact,
}

impl CredentialRefused {
    /// The stable short name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Shape => "credential-shape",
            Self::OtherKey => "credential-other-key",
            Self::Signature => "credential-signature",
            Self::Claims => "credential-claims",
            Self::Audience => "credential-audience",
            Self::Expiry => "credential-expiry",
            Self::Contact => "credential-contact",
        }
    }
}

#[derive(serde::Deserialize)]
struct TokenHeader {
    typ: String,
    alg: String,
}

#[derive(serde::Deserialize)]
struct Claims {
    aud: String,
    exp: i64,
    sub: String,
}

/// Checks an `Authorization` header against the key the subscription was made for and the origin of the
/// push service that checks.
pub fn check(header: &[u8], expected_key: &[u8; PUBLIC_KEY_BYTES], origin: &str, now_ms: i64) -> Result<(), CredentialRefused> {
    let (token, key) = parameters(header).ok_or(CredentialRefused::Shape)?;
    if URL_SAFE_NO_PAD.decode(key).map_err(|_| CredentialRefused::Shape)? != expected_key {
        return Err(CredentialRefused::OtherKey);
    }
    let (signed, signature) = token.rsplit_once('.').ok_or(CredentialRefused::Shape)?;
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| CredentialRefused::Signature)?;
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, expected_key)
        .verify(signed.as_bytes(), &signature)
        .map_err(|_| CredentialRefused::Signature)?;

    let (token_header, claims) = signed.split_once('.').ok_or(CredentialRefused::Claims)?;
    let token_header: TokenHeader = read(token_header)?;
    let claims: Claims = read(claims)?;
    if !token_header.typ.eq_ignore_ascii_case("JWT") || token_header.alg != "ES256" {
        return Err(CredentialRefused::Claims);
    }
    if claims.aud != origin {
        return Err(CredentialRefused::Audience);
    }
    let left_seconds = claims.exp.saturating_sub(now_ms / 1_000);
    if !(1..=LIVES_SECONDS_MAX).contains(&left_seconds) {
        return Err(CredentialRefused::Expiry);
    }
    if !claims.sub.starts_with("https://") && !claims.sub.starts_with("mailto:") {
        return Err(CredentialRefused::Contact);
    }
    Ok(())
}

fn read<T: serde::de::DeserializeOwned>(part: &str) -> Result<T, CredentialRefused> {
    let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| CredentialRefused::Claims)?;
    serde_json::from_slice(&bytes).map_err(|_| CredentialRefused::Claims)
}

/// Takes `t` and `k` out of the header, each exactly once (RFC 8292 section 3).
fn parameters(header: &[u8]) -> Option<(&str, &str)> {
    let text = std::str::from_utf8(header).ok()?;
    let (scheme, rest) = text.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("vapid") {
        return None;
    }
    let (mut token, mut key) = (None, None);
    for parameter in rest.split(',') {
        let (name, value) = parameter.trim_matches([' ', '\t']).split_once('=')?;
        let place = match name {
            "t" => &mut token,
            "k" => &mut key,
            _ => return None,
        };
        if place.replace(value).is_some() {
            return None;
        }
    }
    Some((token?, key?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};

    const NOW: i64 = 1_760_000_000_000;
    const ORIGIN: &str = "http://127.0.0.1:4000";

    struct Signer {
        pair: EcdsaKeyPair,
        public: [u8; PUBLIC_KEY_BYTES],
    }

    impl Signer {
        fn new() -> Self {
            let random = SystemRandom::new();
            let written = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
            let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, written.as_ref()).unwrap();
            let public = pair.public_key().as_ref().try_into().unwrap();
            Self { pair, public }
        }
        fn token(&self, header: &str, claims: &str) -> String {
            let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
            let signature = self.pair.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
            format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()))
        }
        fn key_text(&self) -> String {
            URL_SAFE_NO_PAD.encode(self.public)
        }
        fn checks(&self, header: &str) -> Result<(), CredentialRefused> {
            check(header.as_bytes(), &self.public, ORIGIN, NOW)
        }
    }

    const HEADER: &str = r#"{"typ":"JWT","alg":"ES256"}"#;

    fn claims(aud: &str, ends_in_seconds: i64, sub: &str) -> String {
        format!(r#"{{"aud":"{aud}","exp":{},"sub":"{sub}"}}"#, NOW / 1_000 + ends_in_seconds)
    }

    #[test]
    fn claims_are_held_to_the_letter() {
        let signer = Signer::new();
        let good = claims(ORIGIN, 3_600, "mailto:desk@bell.example");
        let table = [
            (HEADER, good.clone(), Ok(())),
            (HEADER, claims(ORIGIN, 86_400, "https://bell.example"), Ok(())),
            (HEADER, claims(ORIGIN, 86_401, "https://bell.example"), Err(CredentialRefused::Expiry)),
            (HEADER, claims(ORIGIN, 0, "https://bell.example"), Err(CredentialRefused::Expiry)),
            (HEADER, claims(ORIGIN, -1, "https://bell.example"), Err(CredentialRefused::Expiry)),
            (HEADER, claims("http://127.0.0.1:4001", 60, "https://bell.example"), Err(CredentialRefused::Audience)),
            (HEADER, claims("http://127.0.0.1:4000/", 60, "https://bell.example"), Err(CredentialRefused::Audience)),
            (HEADER, claims(ORIGIN, 60, "bell.example"), Err(CredentialRefused::Contact)),
            (HEADER, r#"{"aud":"http://127.0.0.1:4000"}"#.to_owned(), Err(CredentialRefused::Claims)),
            (HEADER, "[]".to_owned(), Err(CredentialRefused::Claims)),
            (r#"{"typ":"JWT","alg":"none"}"#, good.clone(), Err(CredentialRefused::Claims)),
            (r#"{"alg":"ES256"}"#, good, Err(CredentialRefused::Claims)),
        ];
        for (header, claims, expected) in table {
            let authorization = format!("vapid t={}, k={}", signer.token(header, &claims), signer.key_text());
            assert_eq!(signer.checks(&authorization), expected, "{header} {claims}");
        }
    }

    #[test]
    fn the_header_is_read_strictly() {
        let signer = Signer::new();
        let (token, key) = (signer.token(HEADER, &claims(ORIGIN, 60, "https://bell.example")), signer.key_text());
        for good in [format!("vapid t={token}, k={key}"), format!("vapid k={key},t={token}"), format!("Vapid t={token} ,\tk={key}")] {
            assert_eq!(signer.checks(&good), Ok(()), "{good}");
        }
        for bad in [
            String::new(),
            "vapid".to_owned(),
            format!("vapid t={token}"),
            format!("vapid k={key}"),
            format!("vapid t={token}, k={key}, k={key}"),
            format!("vapid t={token}, k={key}, z=1"),
            format!("vapid t={token}, k={key},"),
            format!("WebPush {token}"),
            format!("Bearer t={token}, k={key}"),
            format!("vapid t={token}, k={key}="),
        ] {
            assert_eq!(signer.checks(&bad), Err(CredentialRefused::Shape), "{bad}");
        }
        assert_eq!(check(b"vapid t=\xff, k=\xff", &signer.public, ORIGIN, NOW), Err(CredentialRefused::Shape));
    }

    #[test]
    fn any_change_to_a_token_breaks_its_signature() {
        let signer = Signer::new();
        let token = signer.token(HEADER, &claims(ORIGIN, 60, "https://bell.example"));
        let mut refused = 0;
        for place in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert!(signer.checks(&format!("vapid t={changed}, k={}", signer.key_text())).is_err(), "byte {place}");
            refused += 1;
        }
        assert!(refused > 200);
        let other = Signer::new();
        let forged = format!("vapid t={}, k={}", other.token(HEADER, &claims(ORIGIN, 60, "https://bell.example")), signer.key_text());
        assert_eq!(signer.checks(&forged), Err(CredentialRefused::Signature));
    }
}
