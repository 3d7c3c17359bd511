//! The payload of an entry: JSON in the one form that everybody hashes alike.
//!
//! RFC 8785 (JSON Canonicalization Scheme), narrowed so that no two readers can differ: object
//! keys are ASCII, numbers are integers that a double holds exactly, and there are no floats
//! (coordinates are micro-degrees). Promises that [`check`] accepts a byte string only if
//! [`canonical`] would write it, so repeated keys, spaces and other spellings are refused.
//! Nothing here knows the fields of any kind but the four every entry has; see [`Header`].

use serde_json::Value;

/// The largest integer a payload may hold, and its negative the smallest: 2^53 - 1, up to which
/// every integer is one double and the reverse (RFC 7493 section 2.2).
pub const INTEGER_MAX: i64 = (1 << 53) - 1;
/// How deep arrays and objects may nest.
pub const DEPTH_MAX: usize = 64;

/// Why a value or a byte string is not a payload.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PayloadError {
    /// The bytes are not one JSON text.
    #[error("the payload is not JSON (line {line} column {column})")]
    NotJson {
        /// Line of the first trouble, from 1.
        line: usize,
        /// Column of the first trouble, from 1.
        column: usize,
    },
    /// A number has a fraction or an exponent, or is negative zero.
    #[error("the payload holds a number that is not an integer")]
    Float,
    /// An integer is past [`INTEGER_MAX`].
    #[error("the payload holds an integer past 2^53 - 1")]
    IntegerRange,
    /// An object key is not ASCII.
    #[error("the payload has a key that is not ASCII")]
    Key,
    /// Arrays and objects nest deeper than [`DEPTH_MAX`].
    #[error("the payload nests deeper than 64")]
    Depth,
    /// The bytes are JSON, but not in canonical form.
    #[error("the payload is not in canonical form at byte {byte}")]
    NotCanonical {
        /// The first byte that differs from the canonical form.
        byte: usize,
    },
    /// One of the fields every entry has is missing or malformed.
    #[error("the payload's field {0:?} is missing or malformed")]
    Field(&'static str),
}

/// Writes a value in canonical form (RFC 8785, narrowed as the module note says).
pub fn canonical(value: &Value) -> Result<Vec<u8>, PayloadError> {
    let mut bytes = Vec::new();
    write_value(&mut bytes, value, 0)?;
    Ok(bytes)
}

/// Writes an object of these fields in canonical form, whatever their order; the same bytes as [`canonical`] of that object.
/// The fields are borrowed, so that some can be added to an object without copying the others.
///
/// # Errors
/// As [`canonical`]. A key that comes twice is in no object, and both would be written: the caller gives each once.
pub fn canonical_fields<'value>(fields: impl IntoIterator<Item = (&'value str, &'value Value)>) -> Result<Vec<u8>, PayloadError> {
    let mut bytes = Vec::with_capacity(256);
    write_fields(&mut bytes, fields.into_iter().collect(), 0)?;
    Ok(bytes)
}

/// Reads bytes that are exactly the canonical form of a value, and gives that value.
///
/// A repeated key is refused because reading keeps one of the two and the form then differs.
pub fn check(bytes: &[u8]) -> Result<Value, PayloadError> {
    let value: Value =
        serde_json::from_slice(bytes).map_err(|error| PayloadError::NotJson { line: error.line(), column: error.column() })?;
    let form = canonical(&value)?;
    if form == bytes {
        return Ok(value);
    }
    let agreeing = form.iter().zip(bytes).take_while(|(ours, theirs)| ours == theirs).count();
    Err(PayloadError::NotCanonical { byte: agreeing })
}

fn write_value(bytes: &mut Vec<u8>, value: &Value, depth: usize) -> Result<(), PayloadError> {
    if depth > DEPTH_MAX {
        return Err(PayloadError::Depth);
    }
    match value {
        Value::Null => bytes.extend(b"null"),
        Value::Bool(true) => bytes.extend(b"true"),
        Value::Bool(false) => bytes.extend(b"false"),
        Value::Number(number) => {
            let integer = match (number.as_i64(), number.is_u64()) {
                (Some(integer), _) => integer,
                (None, true) => return Err(PayloadError::IntegerRange),
                (None, false) => return Err(PayloadError::Float),
            };
            if integer.unsigned_abs() > INTEGER_MAX.unsigned_abs() {
                return Err(PayloadError::IntegerRange);
            }
            bytes.extend(integer.to_string().as_bytes());
        }
        Value::String(text) => write_text(bytes, text),
        Value::Array(items) => {
            bytes.push(b'[');
            for (position, item) in items.iter().enumerate() {
                if position > 0 {
                    bytes.push(b',');
                }
                write_value(bytes, item, depth + 1)?;
            }
            bytes.push(b']');
        }
        Value::Object(fields) => write_fields(bytes, fields.iter().map(|(key, field)| (key.as_str(), field)).collect(), depth)?,
    }
    Ok(())
}

/// Writes an object's fields. RFC 8785 section 3.2.3 sorts by UTF-16 units; for ASCII keys that is byte order. Sorted here
/// because the order of serde_json's map depends on how it was built.
fn write_fields(bytes: &mut Vec<u8>, mut fields: Vec<(&str, &Value)>, depth: usize) -> Result<(), PayloadError> {
    if !fields.iter().all(|(key, _)| key.is_ascii()) {
        return Err(PayloadError::Key);
    }
    fields.sort_unstable_by_key(|(key, _)| *key);
    bytes.push(b'{');
    for (position, (key, field)) in fields.into_iter().enumerate() {
        if position > 0 {
            bytes.push(b',');
        }
        write_text(bytes, key);
        bytes.push(b':');
        write_value(bytes, field, depth + 1)?;
    }
    bytes.push(b'}');
    Ok(())
}

/// Writes a string as ECMAScript does (RFC 8785 section 3.2.2.2): seven short escapes, lower-case
/// `\u00xx` for the other control characters, everything else as it is.
fn write_text(bytes: &mut Vec<u8>, text: &str) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.push(b'"');
    let mut rest = text.as_bytes();
    // Nearly all of a text stands as it is, and goes over in stretches.
    while let Some(place) = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0x00..=0x1f)) {
        bytes.extend_from_slice(&rest[..place]);
        let byte = rest[place];
        rest = &rest[place + 1..];
        let short = match byte {
            b'"' | b'\\' => byte,
            0x08 => b'b',
            0x09 => b't',
            0x0a => b'n',
            0x0c => b'f',
            0x0d => b'r',
            _ => {
                bytes.extend(b"\\u00");
                bytes.push(DIGITS[usize::from(byte >> 4)]);
                bytes.push(DIGITS[usize::from(byte & 15)]);
                continue;
            }
        };
        bytes.extend([b'\\', short]);
    }
    bytes.extend_from_slice(rest);
    bytes.push(b'"');
}

/// The four fields that every payload has, whatever its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// What the payload says it is, for example `incident.opened`. Never empty.
    pub entry_type: String,
    /// The entry's number among the committed entries of its stream: 0, 1, 2 …
    pub seq: u64,
    /// Log index of the committed entry before it in the same stream; `None` for the first.
    pub prev: Option<u64>,
    /// UTC time, `2026-01-02T03:04Z` or `2026-01-02T03:04:05Z`.
    pub at: String,
}

impl Header {
    /// Reads `type`, `seq`, `prev` and `at`. Every other field is somebody else's to judge.
    pub fn of(payload: &Value) -> Result<Header, PayloadError> {
        let field = |name| payload.get(name).ok_or(PayloadError::Field(name));
        let entry_type = field("type")?.as_str().filter(|text| !text.is_empty()).ok_or(PayloadError::Field("type"))?;
        let seq = field("seq")?.as_u64().ok_or(PayloadError::Field("seq"))?;
        let prev = match field("prev")? {
            Value::Null => None,
            index => Some(index.as_u64().ok_or(PayloadError::Field("prev"))?),
        };
        let at = field("at")?.as_str().filter(|text| is_utc_time(text)).ok_or(PayloadError::Field("at"))?;
        Ok(Header { entry_type: entry_type.to_owned(), seq, prev, at: at.to_owned() })
    }
}

/// Whether the text is a real UTC minute or second in its one spelling (RFC 3339, `T` and `Z`).
fn is_utc_time(text: &str) -> bool {
    let shape = match text.len() {
        17 => "0000-00-00T00:00Z",
        20 => "0000-00-00T00:00:00Z",
        _ => return false,
    };
    let fits = |(byte, shape): (u8, u8)| {
        if shape == b'0' { byte.is_ascii_digit() } else { byte == shape }
    };
    if !text.bytes().zip(shape.bytes()).all(fits) {
        return false;
    }
    let number = |from: usize, to: usize| text[from..to].parse::<u32>().expect("the shape says digits");
    let (year, month, day) = (number(0, 4), number(5, 7), number(8, 10));
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return false,
    };
    let second = if text.len() == 20 { number(17, 19) } else { 0 };
    (1..=days).contains(&day) && number(11, 13) < 24 && number(14, 16) < 60 && second < 60
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn the_canonical_form_sorts_keys_and_escapes_as_the_standard_does() {
        let value = json!({"b": [1, true, null], "a": "\u{20ac}\u{f}\n\"\\\u{7f}/", "A": -5, "": {}});
        let form = canonical(&value).unwrap();
        assert_eq!(
            String::from_utf8(form.clone()).unwrap(),
            "{\"\":{},\"A\":-5,\"a\":\"\u{20ac}\\u000f\\n\\\"\\\\\u{7f}/\",\"b\":[1,true,null]}"
        );
        assert_eq!(check(&form).unwrap(), value);
    }

    #[test]
    fn every_other_spelling_is_refused() {
        assert!(check(br#"{"a":1,"b":2}"#).is_ok());
        let refused: [(&[u8], PayloadError); 12] = [
            (br#"{"b":2,"a":1}"#, PayloadError::NotCanonical { byte: 2 }),
            (br#"{"a":1,"a":1}"#, PayloadError::NotCanonical { byte: 6 }),
            (br#"{"a": 1}"#, PayloadError::NotCanonical { byte: 5 }),
            (b"{}\n", PayloadError::NotCanonical { byte: 2 }),
            (b"{} {}", PayloadError::NotJson { line: 1, column: 4 }),
            (br#"{"a":"\u0041"}"#, PayloadError::NotCanonical { byte: 6 }),
            (br#"{"a":1.0}"#, PayloadError::Float),
            (br#"{"a":1e2}"#, PayloadError::Float),
            (br#"{"a":-0}"#, PayloadError::Float),
            (br#"{"a":9007199254740992}"#, PayloadError::IntegerRange),
            (br#"{"a":18446744073709551615}"#, PayloadError::IntegerRange),
            ("{\"é\":1}".as_bytes(), PayloadError::Key),
        ];
        for (bytes, expected) in refused {
            assert_eq!(check(bytes), Err(expected), "{}", String::from_utf8_lossy(bytes));
        }
        assert!(check(b"{\"a\":\"\xff\"}").is_err());
        assert!(check(b"").is_err());
        assert!(check(br#"{"a":9007199254740991,"b":-9007199254740991}"#).is_ok());
    }

    #[test]
    fn deep_nesting_is_refused_before_it_exhausts_the_stack() {
        let nested = |depth: usize| ["[".repeat(depth), "]".repeat(depth)].concat().into_bytes();
        assert!(check(&nested(DEPTH_MAX + 1)).is_ok());
        assert_eq!(check(&nested(DEPTH_MAX + 2)), Err(PayloadError::Depth));
        assert!(check(&nested(100_000)).is_err());
    }

    #[test]
    fn every_payload_says_type_seq_prev_and_at() {
        let whole = json!({"type": "claim.added", "seq": 3, "prev": 17, "at": "2026-01-02T03:04Z"});
        let header = Header::of(&whole).unwrap();
        assert_eq!((header.seq, header.prev), (3, Some(17)));
        let broken = [
            ("type", json!("")),
            ("type", json!(1)),
            ("seq", json!(-1)),
            ("seq", json!("0")),
            ("prev", json!(-1)),
            ("prev", json!(false)),
            ("at", json!("2026-02-29T03:04Z")),
            ("at", json!("2026-01-02T24:00Z")),
            ("at", json!("2026-01-02T03:04:60Z")),
            ("at", json!("2026-01-02 03:04Z")),
            ("at", json!("2026-01-02T03:04+01:00")),
            ("at", json!("2026-01-02T03:0éZ")),
        ];
        for (name, value) in broken {
            let mut payload = whole.clone();
            payload[name] = value;
            assert_eq!(Header::of(&payload), Err(PayloadError::Field(name)), "{payload}");
            payload.as_object_mut().unwrap().remove(name);
            assert_eq!(Header::of(&payload), Err(PayloadError::Field(name)), "{payload}");
        }
        assert!(is_utc_time("2024-02-29T23:59:59Z"));
        assert!(Header::of(&json!([])).is_err());
    }

    fn values() -> impl Strategy<Value = Value> {
        let leaves = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (-INTEGER_MAX..=INTEGER_MAX).prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaves.prop_recursive(4, 30, 5, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                proptest::collection::vec(("[ -~]{0,6}", inner), 0..5).prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn the_canonical_form_reads_back_as_the_same_value(value in values()) {
            let form = canonical(&value).unwrap();
            prop_assert_eq!(check(&form).unwrap(), value);
        }

        #[test]
        fn what_is_accepted_writes_the_same_bytes(value in values(), position in any::<prop::sample::Index>(), byte in any::<u8>()) {
            let mut bytes = canonical(&value).unwrap();
            let position = position.index(bytes.len());
            bytes[position] = byte;
            if let Ok(value) = check(&bytes) {
                prop_assert_eq!(canonical(&value).unwrap(), bytes);
            }
        }
    }
}
