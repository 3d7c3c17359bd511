//! Ids: sixteen bytes each, a type of its own for every noun.
//!
//! Private ids carry their time (UUID version 7, RFC 9562 section 5.7) so that tables stay in order.
//! Public ids are sixteen random bytes: an incident's id is the stream of its log, an alert's id is
//! the capability that opens its page, and neither tells when or how many. All are written in
//! lower-case base32 (RFC 4648 section 6, no padding): 26 signs, one way to write each.

use std::fmt;
use std::str::FromStr;

const SIGNS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// A text that is not an id: wrong length, wrong signs, or a second way to write the same id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id: 26 lower-case base32 signs are needed")]
pub struct NotAnId;

fn write_base32(bytes: &[u8; 16]) -> String {
    let whole = u128::from_be_bytes(*bytes);
    // 26 signs of five bits are 130 bits: the last sign carries three bits of the id and two zeros.
    (0..26u32)
        .map(|place| {
            let bits = if place < 25 { (whole >> (128 - 5 * (place + 1))) & 31 } else { (whole << 2) & 31 };
            SIGNS[bits as usize] as char
        })
        .collect()
}

fn read_base32(text: &str) -> Result<[u8; 16], NotAnId> {
    let signs = text.as_bytes();
    if signs.len() != 26 {
        return Err(NotAnId);
    }
    let mut whole: u128 = 0;
    for (place, sign) in signs.iter().enumerate() {
        let value = SIGNS.iter().position(|s| s == sign).ok_or(NotAnId)? as u128;
        if place < 25 {
            whole = (whole << 5) | value;
        } else if value & 3 == 0 {
            whole = (whole << 3) | (value >> 2);
        } else {
            return Err(NotAnId);
        }
    }
    Ok(whole.to_be_bytes())
}

/// Makes the sixteen bytes of a private id: UUID version 7 from milliseconds and ten random bytes.
pub fn private_bytes(now: crate::time::Timestamp, chance: [u8; 10]) -> [u8; 16] {
    let mut bytes = [0u8; 16];
    bytes[..6].copy_from_slice(&now.milliseconds().max(0).to_be_bytes()[2..8]);
    bytes[6..].copy_from_slice(&chance);
    bytes[6] = 0x70 | (bytes[6] & 0x0f);
    bytes[8] = 0x80 | (bytes[8] & 0x3f);
    bytes
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; 16]);

        impl $name {
            /// The sixteen bytes.
            pub const fn bytes(&self) -> &[u8; 16] { &self.0 }
        }
        impl From<[u8; 16]> for $name { fn from(bytes: [u8; 16]) -> Self { Self(bytes) } }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(&write_base32(&self.0)) }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { write!(f, "{}({self})", stringify!($name)) }
        }
        impl FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> { read_base32(text).map(Self) }
        }
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> { s.collect_str(self) }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

ids! {
    /// One commit's change; the same change twice is the same change once.
    ChangeId
    /// One report of a witness. Private.
    ReportId
    /// One note on a report: added by the witness or asked by the desk. Private.
    NoteId
    /// One happening the desk works on; public, and the stream of its log.
    IncidentId
    /// One checkable statement. Private.
    ClaimId
    /// One recorded judgement on whether two sources are independent. Private.
    IndependenceId
    /// One alert; the 128-bit capability of its page.
    AlertId
    /// One sending of an alert, an update, a cancel or a stand-down. Private.
    RingId
    /// The public half of a key that signs alerts: the first sixteen bytes of its SHA-256. Public.
    SigningKeyId
    /// One subscriber, one ring. Private.
    DeliveryId
    /// One subscribed browser. Public to its own browser only.
    SubscriptionId
    /// One wish to be told that waits for its owner: the keyed hash of its link. Private.
    JoiningId
    /// One member of the group. Private.
    MemberId
    /// One browser bound to a member. Private.
    DeviceId
    /// One signed-in stretch on one device. Private.
    SessionId
    /// One sign-in link. Private.
    InvitationId
    /// One member's wish to open something that is over. Private.
    OpeningAskId
    /// One passkey of a member. Private.
    PasskeyId
    /// One proposed entry of the public record. Private.
    ProposalId
    /// One reply or complaint that came in. Private.
    LetterId
    /// One request to an observer to go and look. Private.
    LookId
    /// One short message to one member's duty phones. Private.
    NudgeId
    /// One line of the known-activity board. Private.
    PostingId
    /// One pattern that was muted. Private.
    MuteId
    /// One note from a shift to the next. Private.
    HandoverId
    /// One file that a witness gave. Private.
    FootageId
    /// One pack that waits at the desk. Private.
    PackId
    /// One link by which files are given: from the keyed hash of what stands in its address. Private.
    FootageLinkId
    /// One file on its way: from the keyed hash of what stands in its address. Private.
    UploadId
    /// One drawing of what is covered. Private.
    HidingId
    /// One picture or film that is known. Private.
    KnownId
    /// One likeness of footage with something known. Private.
    LeadId
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn an_id_has_exactly_one_way_to_be_written(bytes: [u8; 16]) {
            let id = ReportId(bytes);
            prop_assert_eq!(id.to_string().parse::<ReportId>(), Ok(id));
        }
        #[test]
        fn whatever_is_accepted_is_written_back_the_same(text in "[a-z2-7]{26}") {
            if let Ok(id) = text.parse::<ReportId>() { prop_assert_eq!(id.to_string(), text); }
        }
    }

    #[test]
    fn other_spellings_are_refused() {
        let good = ReportId([0xab; 16]).to_string();
        for bad in [
            good.to_uppercase(),
            good[1..].to_string(),
            format!("{good}a"),
            good.replacen(|_: char| true, "1", 1),
            format!("{}7", &good[..25]),
        ] {
            assert_eq!(bad.parse::<ReportId>(), Err(NotAnId), "{bad}");
        }
    }

    #[test]
    fn private_ids_sort_by_time() {
        let early = private_bytes(crate::time::Timestamp::from_milliseconds(1_000), [255; 10]);
        let late = private_bytes(crate::time::Timestamp::from_milliseconds(1_001), [0; 10]);
        assert!(early < late);
        assert_eq!(late[6] >> 4, 7);
        assert_eq!(late[8] >> 6, 2);
    }
}
