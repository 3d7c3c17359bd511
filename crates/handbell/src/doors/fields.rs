//! Fields: what a form sent, read strictly.
//!
//! A name that no form has, a name sent twice where one is asked for, bytes that are no UTF-8 and bodies
//! over the bound are refused with words. Nothing is guessed and nothing is replaced.

use super::problem::{Problem, Trouble};
use axum::body::Body;
use http::header::CONTENT_TYPE;
use http_body_util::{BodyExt, Limited};
use std::time::Duration;

/// Bytes of a form or a JSON body.
pub const BODY_BYTES_MAX: usize = 64 * 1024;
/// Time within which a body must have arrived whole.
pub const BODY_ARRIVES_WITHIN: Duration = Duration::from_secs(10);
const FIELDS_MAX: usize = 200;

/// The fields of one form, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields(Vec<(String, String)>);

/// Reads a whole body within its bounds.
pub async fn read_body(body: Body) -> Result<Vec<u8>, Problem> {
    let read = Limited::new(body, BODY_BYTES_MAX).collect();
    match tokio::time::timeout(BODY_ARRIVES_WITHIN, read).await {
        Err(_) => Err(Problem::of(Trouble::TooSlow)),
        Ok(Ok(body)) => Ok(body.to_bytes().to_vec()),
        Ok(Err(error)) if error.downcast_ref::<http_body_util::LengthLimitError>().is_some() => Err(Problem::of(Trouble::TooLarge)),
        Ok(Err(_)) => Err(Problem::of(Trouble::BodyBroken)),
    }
}

fn decode(text: &str) -> Result<String, Problem> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || rest.next().and_then(|b| char::from(b).to_digit(16));
                match (digit(), digit()) {
                    (Some(high), Some(low)) => (high * 16 + low) as u8,
                    _ => return Err(Problem::of(Trouble::FormBroken)),
                }
            }
            other => other,
        });
    }
    String::from_utf8(bytes).map_err(|_| Problem::of(Trouble::NotUtf8))
}

impl Fields {
    /// Fields that a page begins a form with, as if somebody had typed them.
    pub fn begun(fields: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(fields.into_iter().collect())
    }

    /// Reads `application/x-www-form-urlencoded` text (WHATWG URL, section 5).
    pub fn parse(body: &[u8]) -> Result<Self, Problem> {
        let text = std::str::from_utf8(body).map_err(|_| Problem::of(Trouble::NotUtf8))?;
        let mut fields = Vec::new();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            // Browsers send line breaks as CR LF; one kind is enough inside.
            fields.push((decode(name)?, decode(value)?.replace("\r\n", "\n")));
            if fields.len() > FIELDS_MAX {
                return Err(Problem::of(Trouble::TooLarge));
            }
        }
        Ok(Self(fields))
    }

    /// Reads a request's form and refuses names that `known` does not hold. A known name that ends in `*`
    /// stands for every name with that beginning.
    pub async fn read(request: http::Request<Body>, known: &[&str]) -> Result<Self, Problem> {
        let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded")) {
            return Err(Problem::of(Trouble::WrongContentType));
        }
        let fields = Self::parse(&read_body(request.into_body()).await?)?;
        fields.only(known)?;
        Ok(fields)
    }

    /// Refuses unknown names.
    pub fn only(&self, known: &[&str]) -> Result<(), Problem> {
        let is_known = |name: &str| known.iter().any(|k| k.strip_suffix('*').map_or(*k == name, |start| name.starts_with(start)));
        match self.0.iter().find(|(name, _)| !is_known(name)) {
            Some(_) => Err(Problem::of(Trouble::UnknownField)),
            None => Ok(()),
        }
    }

    /// The value of a field that may stand once; empty when it is missing.
    pub fn one(&self, name: &str) -> Result<&str, Problem> {
        let mut values = self.0.iter().filter(|(n, _)| n == name).map(|(_, value)| value.as_str());
        let value = values.next().unwrap_or_default();
        if values.next().is_some() { Err(Problem::of(Trouble::FieldTwice)) } else { Ok(value) }
    }

    /// Every value of a field that may stand several times.
    pub fn all(&self, name: &str) -> Vec<String> {
        self.0.iter().filter(|(n, _)| n == name).map(|(_, value)| value.clone()).collect()
    }

    /// Every field in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_read_strictly() {
        let fields = Fields::parse(b"a=1+2&b=%C3%A9&b=x&c").expect("a good form");
        assert_eq!(
            (fields.one("a").unwrap(), fields.all("b"), fields.one("c").unwrap()),
            ("1 2", vec!["é".to_owned(), "x".to_owned()], "")
        );
        assert!(fields.one("b").is_err(), "one of two is nobody's answer");
        assert!(fields.only(&["a", "b"]).is_err() && fields.only(&["a", "b", "c"]).is_ok() && fields.only(&["a*", "b*", "c*"]).is_ok());
        for bad in [b"a=%C3".as_slice(), b"a=%G0", b"a=%1", b"a=\xff"] {
            assert!(Fields::parse(bad).is_err(), "{bad:?}");
        }
    }
}
