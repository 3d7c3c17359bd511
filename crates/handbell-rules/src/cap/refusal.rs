//! Refusals of CAP: why a file is not taken, or breaks a rule, with what to do about it.
//!
//! What a file says is never repeated at length: found texts are cut to [`FOUND_LETTERS_MAX`] letters.

use super::shape::POLYGON_POINTS_MAX;
use super::tree::{BYTES_MAX, DEPTH_MAX, ELEMENTS_MAX};

/// The most letters of a foreign text that a refusal repeats.
pub const FOUND_LETTERS_MAX: usize = 60;

/// Why a CAP file is refused. The message is plain advice.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CapRefusal {
    // --- the file, before anything is known of it
    /// More bytes or elements than any alert needs.
    #[error("a CAP file may have at most {BYTES_MAX} bytes and {ELEMENTS_MAX} elements; send a shorter one")]
    TooLarge,
    /// Elements inside elements, too many deep.
    #[error("elements may stand at most {DEPTH_MAX} deep; an alert needs five")]
    TooDeep,
    /// Neither UTF-8 nor ISO-8859-1.
    #[error("the encoding `{found}` is not read here; write the file in UTF-8")]
    EncodingUnknown {
        /// What the file declares.
        found: String,
    },
    /// Bytes that are no UTF-8.
    #[error("the file is not the UTF-8 it says it is; write it in UTF-8")]
    NotUtf8,
    /// A character that XML 1.0 does not have (section 2.2).
    #[error("the file holds a character that XML does not have; take control characters out")]
    CharacterForbidden,
    /// A document type declaration.
    #[error("a CAP file has no DOCTYPE; take it out. Nothing it names was fetched")]
    DoctypeRefused,
    /// An entity that XML itself does not define.
    #[error("the entity `&{name};` is not one of XML's own five; write the character itself. Nothing was fetched")]
    EntityUnknown {
        /// Its name.
        name: String,
    },
    /// No well-formed XML.
    #[error("this is not well-formed XML near byte {near}; check tags, quotes and ampersands")]
    NotWellFormed {
        /// Bytes read until then, counted in the text as UTF-8.
        near: u64,
    },
    // --- the schema
    /// The outermost element is not an alert.
    #[error("the outermost element must be `alert`, not `{found}`; send the alert alone")]
    RootWrong {
        /// Its name.
        found: String,
    },
    /// The alert is in no namespace that is read here.
    #[error("the namespace `{found}` is not CAP 1.2 or 1.1; use urn:oasis:names:tc:emergency:cap:1.2")]
    NamespaceUnknown {
        /// The namespace, empty for none.
        found: String,
    },
    /// An attribute; CAP has none.
    #[error("`{element}` may not have the attribute `{attribute}`; CAP says everything in elements")]
    AttributeUnknown {
        /// The element.
        element: String,
        /// The attribute.
        attribute: String,
    },
    /// An element that must be there is not.
    #[error("`{inside}` must hold `{element}`; add it")]
    Missing {
        /// What is missing.
        element: &'static str,
        /// Where.
        inside: &'static str,
    },
    /// An element stands where it may not: unknown, once too often, or too late.
    #[error("`{element}` may not stand at this place inside `{inside}`; the order is fixed and single elements stand once")]
    Unexpected {
        /// What stands there.
        element: String,
        /// Where.
        inside: &'static str,
    },
    /// Text between elements.
    #[error("`{inside}` holds elements only; take the text between them out")]
    TextStray {
        /// Where.
        inside: &'static str,
    },
    /// A word that is not in the schema's list.
    #[error("`{found}` is no word for `{element}`; use one of the standard's list, spelled exactly so")]
    WordUnknown {
        /// The element.
        element: &'static str,
        /// What it holds.
        found: String,
    },
    /// No time of CAP.
    #[error("`{found}` is no time for `{element}`; write it like 2026-01-02T03:04:05-00:00, without `Z` and without fractions")]
    TimeWrong {
        /// The element.
        element: &'static str,
        /// What it holds.
        found: String,
    },
    /// No number.
    #[error("`{found}` is no number for `{element}`; write digits")]
    NumberWrong {
        /// The element.
        element: &'static str,
        /// What it holds.
        found: String,
    },
    /// No language tag.
    #[error("`{found}` is no language; write a tag like en-GB")]
    LanguageWrong {
        /// What it holds.
        found: String,
    },
    // --- beyond the schema
    /// An identifier or a sender with a blank, a comma, `<` or `&`, or without any letter.
    #[error("`{element}` must not be empty and holds no blank, comma, < or &, because references are cut at them")]
    NameCharacters {
        /// `identifier` or `sender`.
        element: &'static str,
    },
    /// An update, cancel, acknowledgement or error that names no earlier message, or an empty list.
    #[error("`references` must name the earlier messages, each as sender,identifier,sent, with one blank between them")]
    ReferencesMissing,
    /// An entry of the list that is not three parts.
    #[error("`{found}` in `references` is not sender,identifier,sent")]
    ReferenceBroken {
        /// The entry.
        found: String,
    },
    /// A message that references itself.
    #[error("a message may not reference itself; take `{found}` out")]
    ReferenceToItself {
        /// The entry.
        found: String,
    },
    /// A reference to a message that was sent later.
    #[error("`{found}` in `references` was sent after this message; reference earlier ones only")]
    ReferencePostDated {
        /// The entry.
        found: String,
    },
    /// A restriction without the scope for it.
    #[error("`restriction` stands only with the scope Restricted; take it out or change the scope")]
    RestrictionWithoutScope,
    /// The scope Restricted without a restriction.
    #[error("the scope Restricted needs `restriction`, which says who may know")]
    RestrictionMissing,
    /// The scope Private without addresses.
    #[error("the scope Private needs `addresses`")]
    AddressesMissing,
    /// HTML in a text for people.
    #[error("`{element}` holds HTML; write plain text, also without entities such as &nbsp;")]
    HtmlInText {
        /// The element.
        element: &'static str,
    },
    /// The same text under two languages.
    #[error("`{element}` says the same under `{one}` and `{other}`; translate it, or give it one language")]
    SameTextInTwoLanguages {
        /// The element.
        element: &'static str,
        /// The first language.
        one: String,
        /// The other.
        other: String,
    },
    /// A web address that leads nowhere by itself.
    #[error("`web` must be a whole address, such as https://example.org/alert")]
    WebNotAbsolute,
    /// A resource whose address is relative and whose content is not in the file.
    #[error("a relative `uri` needs the file itself in `derefUri`; write a whole address or add it")]
    ResourceWithoutContent,
    /// Content that is no base64.
    #[error("`derefUri` must be base64 (RFC 4648, section 4)")]
    DerefUriNotBase64,
    /// A media type that is none.
    #[error("`mimeType` must be a media type such as image/png")]
    MediaTypeWrong,
    /// A size below nothing.
    #[error("`size` counts bytes and cannot be below zero")]
    SizeNegative,
    /// An outline that is not pairs of degrees.
    #[error("`polygon` must be pairs latitude,longitude in degrees, with one blank between them")]
    PolygonUnreadable,
    /// An outline with fewer than four points.
    #[error("`polygon` needs at least four points, the last the same as the first")]
    PolygonTooShort,
    /// An outline that does not end where it begins.
    #[error("the last point of `polygon` must be the same as the first")]
    PolygonOpen,
    /// An outline that crosses or touches itself.
    #[error("the sides of `polygon` may not cross or touch each other; split it in two")]
    PolygonCrossesItself,
    /// More points than are looked at.
    #[error("`polygon` may have at most {POLYGON_POINTS_MAX} points here; a coarser outline does")]
    PolygonTooDetailed,
    /// A circle that is not a point and a radius.
    #[error("`circle` must be latitude,longitude in degrees, a blank, and the radius in kilometres")]
    CircleWrong,
    /// A ceiling without an altitude.
    #[error("`ceiling` needs `altitude`")]
    CeilingWithoutAltitude,
    /// A ceiling below the altitude.
    #[error("`ceiling` may not be below `altitude`")]
    CeilingBelowAltitude,
}

/// A foreign text, short enough to be repeated.
pub(super) fn found(text: &str) -> String {
    text.chars().take(FOUND_LETTERS_MAX).map(|letter| if letter.is_control() { '\u{fffd}' } else { letter }).collect()
}
