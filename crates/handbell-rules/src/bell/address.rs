//! Address: where a message is handed in for one person, by which channel.
//!
//! It reads strictly and in one spelling, so that one person is one keyed hash. An address of mail or a number
//! says who somebody is: it is sealed at rest, printed nowhere (`Debug` says only what sort it is) and never
//! stands beside another person's. It does not say whether anybody is there.

use crate::refusal::{Bell, Refusal};
use serde::{Deserialize, Serialize};
use std::fmt;

/// By which channel somebody is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum By {
    /// A browser's push service.
    #[default]
    Push,
    /// E-mail.
    Mail,
    /// A text message of one segment.
    Sms,
    /// A topic of ntfy.
    Ntfy,
    /// A direct room of Matrix.
    Matrix,
}

impl By {
    /// Every channel with its word.
    pub const ALL: [(By, &'static str); 5] =
        [(By::Push, "push"), (By::Mail, "mail"), (By::Sms, "sms"), (By::Ntfy, "ntfy"), (By::Matrix, "matrix")];
    /// The word kept in tables and settings.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(by, _)| *by == self).map_or("push", |(_, word)| word)
    }
    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, word)| *word == text).map(|(by, _)| *by)
    }
    /// What a page calls it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Push => "this browser",
            Self::Mail => "e-mail",
            Self::Sms => "text message",
            Self::Ntfy => "ntfy",
            Self::Matrix => "Matrix",
        }
    }
}

/// Longest mail address (RFC 5321 section 4.5.3.1.3, without the angle brackets).
const MAIL_BYTES_MAX: usize = 254;
/// Longest part before the sign (RFC 5321 section 4.5.3.1.1).
const LOCAL_BYTES_MAX: usize = 64;
/// Digits of a number with its country (ITU-T E.164, section 6.2.1).
const NUMBER_DIGITS_MAX: usize = 15;
/// Fewer digits reach no subscriber anywhere.
const NUMBER_DIGITS_MIN: usize = 7;
/// Signs of a topic that ntfy takes.
const TOPIC_SIGNS_MAX: usize = 64;
/// A topic is a secret, so it is never short.
const TOPIC_SIGNS_MIN: usize = 22;
/// Longest id of Matrix (Matrix specification, appendices, "Common identifier format").
const MATRIX_BYTES_MAX: usize = 255;

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash)]
        pub struct $name(String);
        impl $name {
            /// The one spelling.
            pub fn as_str(&self) -> &str { &self.0 }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(stringify!($name)) }
        }
    )*};
}

texts! {
    /// One mailbox: plain letters, a dot-atom and a host name (RFC 5321), in lower case.
    MailAddress
    /// One number with its country: `+` and digits (E.164).
    PhoneNumber
    /// One topic of ntfy; whoever knows it reads it.
    Topic
    /// A user of Matrix: `@name:server`.
    MatrixUser
    /// A room of Matrix: `!id` or `!id:server`.
    MatrixRoom
}

fn host_name(text: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|sign| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let labels: Vec<&str> = text.split('.').collect();
    // The last label of a number such as 192.0.2.1 is all digits; of a name it never is.
    labels.len() > 1
        && labels.iter().all(|part| label(part))
        && labels.last().is_some_and(|last| !last.bytes().all(|sign| sign.is_ascii_digit()))
}

impl MailAddress {
    /// Reads one. Quoted names, numbers instead of hosts and letters beyond ASCII are refused.
    ///
    /// # Errors
    /// `mail-wrong`.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let text = text.trim().to_ascii_lowercase();
        let atom = |part: &str| {
            !part.is_empty()
                && part.bytes().all(|sign| sign.is_ascii_lowercase() || sign.is_ascii_digit() || b"!#$%&'*+-/=?^_`{|}~".contains(&sign))
        };
        match text.split_once('@') {
            Some((local, host))
                if text.len() <= MAIL_BYTES_MAX && local.len() <= LOCAL_BYTES_MAX && local.split('.').all(atom) && host_name(host) =>
            {
                Ok(Self(text))
            }
            _ => Err(Bell::MailWrong.into()),
        }
    }
}

impl PhoneNumber {
    /// Reads one. Spaces, dots, hyphens and round brackets between digits are left out; `00` is read as `+`.
    ///
    /// # Errors
    /// `number-wrong`, also for a number without its country.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let bare: String = text.chars().filter(|sign| !matches!(sign, ' ' | '-' | '.' | '(' | ')' | '\u{a0}')).collect();
        let digits = bare.strip_prefix('+').or_else(|| bare.strip_prefix("00")).unwrap_or_default();
        let length = (NUMBER_DIGITS_MIN..=NUMBER_DIGITS_MAX).contains(&digits.len());
        if length && !digits.starts_with('0') && digits.bytes().all(|sign| sign.is_ascii_digit()) {
            Ok(Self(format!("+{digits}")))
        } else {
            Err(Bell::NumberWrong.into())
        }
    }
}

impl Topic {
    /// Reads one of ours: long, of the signs that ntfy takes.
    ///
    /// # Errors
    /// `address-wrong-here`.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let signs = text.bytes().all(|sign| sign.is_ascii_alphanumeric() || sign == b'-' || sign == b'_');
        if signs && (TOPIC_SIGNS_MIN..=TOPIC_SIGNS_MAX).contains(&text.len()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Bell::ChannelAddressWrong.into())
        }
    }
}

/// A server of Matrix: a host name and perhaps a port. Numbers are refused, as everywhere here.
fn matrix_server(text: &str) -> bool {
    match text.split_once(':') {
        Some((host, port)) => {
            (host_name(host) || host == "localhost") && (1..=5).contains(&port.len()) && port.bytes().all(|sign| sign.is_ascii_digit())
        }
        None => host_name(text) || text == "localhost",
    }
}

impl MatrixUser {
    /// Reads one (Matrix specification, appendices, "User identifiers").
    ///
    /// # Errors
    /// `matrix-wrong`.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let text = text.trim();
        let name = |name: &str| {
            !name.is_empty() && name.bytes().all(|sign| sign.is_ascii_lowercase() || sign.is_ascii_digit() || b"._=-/+".contains(&sign))
        };
        match text.strip_prefix('@').and_then(|rest| rest.split_once(':')) {
            Some((local, server)) if text.len() <= MATRIX_BYTES_MAX && name(local) && matrix_server(server) => Ok(Self(text.to_owned())),
            _ => Err(Bell::MatrixWrong.into()),
        }
    }
}

impl MatrixRoom {
    /// Reads one as a server wrote it.
    ///
    /// # Errors
    /// `matrix-wrong`.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let rest = text.strip_prefix('!').unwrap_or_default();
        let plain = rest.bytes().all(|sign| sign.is_ascii_graphic() && !b"/?#\"\\<>".contains(&sign));
        if plain && !rest.is_empty() && text.len() <= MATRIX_BYTES_MAX { Ok(Self(text.to_owned())) } else { Err(Bell::MatrixWrong.into()) }
    }
}

/// Where somebody is reached beside browsers, whose addresses are [`super::subscription::Subscription::endpoint`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Address {
    /// A mailbox.
    Mail(MailAddress),
    /// A telephone.
    Sms(PhoneNumber),
    /// A topic.
    Ntfy(Topic),
    /// Somebody and the direct room we invited them to.
    Matrix {
        /// Who.
        user: MatrixUser,
        /// Where we write to them.
        room: MatrixRoom,
    },
}

impl Address {
    /// By which channel.
    pub fn by(&self) -> By {
        match self {
            Self::Mail(_) => By::Mail,
            Self::Sms(_) => By::Sms,
            Self::Ntfy(_) => By::Ntfy,
            Self::Matrix { .. } => By::Matrix,
        }
    }
    /// What makes two addresses the same person: hashed with a key, never kept as it is.
    pub fn person(&self) -> &str {
        match self {
            Self::Mail(mail) => mail.as_str(),
            Self::Sms(number) => number.as_str(),
            Self::Ntfy(topic) => topic.as_str(),
            Self::Matrix { user, .. } => user.as_str(),
        }
    }
    /// What is sealed.
    pub fn to_text(&self) -> String {
        match self {
            Self::Matrix { user, room } => format!("{} {}", user.as_str(), room.as_str()),
            other => other.person().to_owned(),
        }
    }
    /// Reads what was sealed.
    ///
    /// # Errors
    /// As the parts refuse; `channel-address-wrong` for a browser's.
    pub fn parse(by: By, text: &str) -> Result<Self, Refusal> {
        match by {
            By::Push => Err(Bell::ChannelAddressWrong.into()),
            By::Mail => MailAddress::parse(text).map(Self::Mail),
            By::Sms => PhoneNumber::parse(text).map(Self::Sms),
            By::Ntfy => Topic::parse(text).map(Self::Ntfy),
            By::Matrix => {
                let (user, room) = text.split_once(' ').ok_or(Bell::MatrixWrong)?;
                Ok(Self::Matrix { user: MatrixUser::parse(user)?, room: MatrixRoom::parse(room)? })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_mailbox_has_one_spelling_and_no_tricks() {
        assert_eq!(MailAddress::parse(" Amira.B+bell@Example.ORG ").unwrap().as_str(), "amira.b+bell@example.org");
        let wrong = [
            "",
            "a",
            "@b.org",
            "a@",
            "a@b",
            "a@b..org",
            "a..b@c.org",
            ".a@b.org",
            "a.@b.org",
            "a b@c.org",
            "a@b.org,c@d.org",
            "a@b.org\r\nBcc: c@d.org",
            "<a@b.org>",
            "\"a b\"@c.org",
            "a@[192.0.2.1]",
            "a@192.0.2.1",
            "a@-b.org",
            "a@b-.org",
            "a@@b.org",
            "ä@b.org",
        ];
        for text in wrong {
            assert!(MailAddress::parse(text).is_err(), "{text:?}");
        }
        assert!(MailAddress::parse(&format!("{}@b.org", "a".repeat(65))).is_err());
        assert!(MailAddress::parse(&format!("a@{}.org", "b".repeat(64))).is_err());
    }

    #[test]
    fn a_number_carries_its_country() {
        for text in ["+447700900123", "+44 7700 900-123", "0044 (7700) 900.123"] {
            assert_eq!(PhoneNumber::parse(text).unwrap().as_str(), "+447700900123");
        }
        for text in ["", "07700900123", "+0123456789", "+44", "+1234567890123456", "+44770090012x", "++447700900123", "+44\n7700900123"] {
            assert!(PhoneNumber::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_topic_is_long_and_a_matrix_id_is_plain() {
        assert!(Topic::parse("short").is_err() && Topic::parse(&"a".repeat(65)).is_err() && Topic::parse(&"a/".repeat(15)).is_err());
        assert!(Topic::parse("abcdefghijklmnopqrstuvwx").is_ok());
        assert!(MatrixUser::parse("@amira:example.org").is_ok() && MatrixUser::parse("@desk:localhost:18008").is_ok());
        for text in ["amira:example.org", "@amira", "@Amira:example.org", "@:example.org", "@a:b c.org", "@a:192.0.2.1", "@a/../b:x"] {
            assert!(MatrixUser::parse(text).is_err(), "{text}");
        }
        assert!(MatrixRoom::parse("!abc:example.org").is_ok() && MatrixRoom::parse("!abc").is_ok());
        for text in ["", "!", "abc", "!a/b", "!a b", "!a?b"] {
            assert!(MatrixRoom::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn no_address_is_printed() {
        let address = Address::parse(By::Mail, "amira@example.org").unwrap();
        let printed = format!("{address:?}");
        assert!(!printed.contains("amira") && !printed.contains("example"), "{printed}");
    }

    proptest! {
        #[test]
        fn what_was_written_reads_back_and_nothing_panics(text in "\\PC{0,80}") {
            for (by, word) in By::ALL {
                prop_assert_eq!(By::parse(word), Some(by));
                if let Ok(address) = Address::parse(by, &text) {
                    prop_assert_eq!(address.by(), by);
                    prop_assert_eq!(Address::parse(by, &address.to_text()).unwrap(), address);
                }
            }
        }
    }
}
