//! The file as a tree of elements, read without trusting it.
//!
//! A file may be at most [`BYTES_MAX`] long, [`DEPTH_MAX`] deep and [`ELEMENTS_MAX`] elements wide. A document
//! type declaration and every entity but XML's own five are refused by name, so nothing is ever expanded or
//! fetched (XML 1.0, sections 2.8 and 4). Read are UTF-8 and ISO-8859-1. The tree knows names, namespaces and
//! text; what they mean is `read`'s.

use super::refusal::{CapRefusal, found};
use quick_xml::XmlVersion;
use quick_xml::errors::Error as XmlError;
use quick_xml::events::{BytesDecl, BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::reader::{NsReader, Reader};
use std::borrow::Cow;

/// The most bytes a file may have.
pub const BYTES_MAX: usize = 1024 * 1024;
/// How deep elements may stand inside each other.
pub const DEPTH_MAX: usize = 16;
/// The most elements a file may have.
pub const ELEMENTS_MAX: usize = 20_000;

const SCHEMA_INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// One element.
#[derive(Debug)]
pub(super) struct Element {
    /// Its name without prefix.
    pub name: String,
    /// Its namespace, empty for none.
    pub namespace: String,
    /// The first attribute that is more than a hint where a schema lies.
    pub attribute: Option<String>,
    /// Its own text, in one piece.
    pub text: String,
    /// Its children, in order.
    pub children: Vec<Element>,
}

/// Whether XML 1.0 has this character (section 2.2).
pub(super) const fn is_xml(letter: char) -> bool {
    matches!(letter, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// Whether a text is nothing but XML's white space.
pub(super) fn is_blank(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
}

/// The encoding that the XML declaration names, in lower case.
fn declared(bytes: &[u8]) -> Option<String> {
    let head = bytes.get(..bytes.len().min(256))?;
    let end = head.windows(2).position(|two| two == b"?>")?;
    let head = std::str::from_utf8(&head[..end + 2]).ok()?;
    match Reader::from_str(head).read_event() {
        Ok(Event::Decl(declaration)) => Some(declaration.encoding()?.ok()?.to_ascii_lowercase()),
        _ => None,
    }
}

/// The bytes as text (XML 1.0, section 4.3.3).
fn decoded(bytes: &[u8]) -> Result<Cow<'_, str>, CapRefusal> {
    if bytes.len() > BYTES_MAX {
        return Err(CapRefusal::TooLarge);
    }
    if bytes.starts_with(&[0xfe, 0xff]) || bytes.starts_with(&[0xff, 0xfe]) {
        return Err(CapRefusal::EncodingUnknown { found: "UTF-16".into() });
    }
    let (marked, bytes) = match bytes.strip_prefix(&[0xef, 0xbb, 0xbf]) {
        Some(rest) => (true, rest),
        None => (false, bytes),
    };
    let encoding = declared(bytes).unwrap_or_else(|| "utf-8".into());
    let text: Cow<'_, str> = match encoding.as_str() {
        "utf-8" | "us-ascii" => std::str::from_utf8(bytes).map_err(|_| CapRefusal::NotUtf8)?.into(),
        // Each byte is the character of its number, which is what ISO-8859-1 means.
        "iso-8859-1" if !marked => bytes.iter().map(|byte| char::from(*byte)).collect::<String>().into(),
        other => return Err(CapRefusal::EncodingUnknown { found: found(other) }),
    };
    if text.chars().all(is_xml) { Ok(text) } else { Err(CapRefusal::CharacterForbidden) }
}

/// Reads a file into its outermost element.
pub(super) fn tree(bytes: &[u8]) -> Result<Element, CapRefusal> {
    let text = decoded(bytes)?;
    let mut reader = NsReader::from_str(&text);
    reader.config_mut().check_comments = true;
    let (mut open, mut root, mut elements, mut events): (Vec<Element>, Option<Element>, usize, usize) = (Vec::new(), None, 0, 0);
    loop {
        let near = reader.buffer_position();
        let broken = CapRefusal::NotWellFormed { near };
        let event = match reader.read_event() {
            Ok(event) => event,
            Err(error) => return Err(of_the_parser(&error, near)),
        };
        events += 1;
        let empty = matches!(event, Event::Empty(_));
        match event {
            Event::Start(start) | Event::Empty(start) => {
                elements += 1;
                if elements > ELEMENTS_MAX {
                    return Err(CapRefusal::TooLarge);
                }
                if open.len() == DEPTH_MAX {
                    return Err(CapRefusal::TooDeep);
                }
                if open.is_empty() && root.is_some() {
                    return Err(broken);
                }
                open.push(element(&reader, &start, near)?);
                if empty {
                    close(&mut open, &mut root);
                }
            }
            Event::End(_) => close(&mut open, &mut root),
            Event::Text(piece) => {
                if piece.contains("]]>") {
                    return Err(broken);
                }
                add(&mut open, &piece.xml10_content(), broken)?;
            }
            Event::CData(piece) => {
                // A section outside every element is no text but a mistake, also when it is blank.
                if open.is_empty() {
                    return Err(broken);
                }
                add(&mut open, &piece.xml10_content(), broken)?;
            }
            Event::GeneralRef(reference) => {
                if open.is_empty() {
                    return Err(broken);
                }
                let letter = match reference.resolve_char_ref() {
                    Ok(Some(letter)) if is_xml(letter) => letter,
                    Ok(Some(_)) => return Err(CapRefusal::CharacterForbidden),
                    Ok(None) => own_entity(&reference).ok_or_else(|| CapRefusal::EntityUnknown { name: found(&reference) })?,
                    Err(_) => return Err(broken),
                };
                add(&mut open, letter.encode_utf8(&mut [0; 4]), broken)?;
            }
            Event::Decl(declaration) if events == 1 => declaration_is_good(&declaration).then_some(()).ok_or(broken)?,
            Event::Decl(_) => return Err(broken),
            Event::DocType(_) => return Err(CapRefusal::DoctypeRefused),
            Event::Comment(_) | Event::PI(_) => {}
            Event::Eof => break,
        }
    }
    match root {
        Some(root) if open.is_empty() => Ok(root),
        _ => Err(CapRefusal::NotWellFormed { near: reader.buffer_position() }),
    }
}

fn of_the_parser(error: &XmlError, near: u64) -> CapRefusal {
    match error {
        // A DOCTYPE that is not even closed is still one.
        XmlError::Syntax(quick_xml::errors::SyntaxError::UnclosedDoctype) => CapRefusal::DoctypeRefused,
        _ => CapRefusal::NotWellFormed { near },
    }
}

/// XML's own five entities (section 4.6).
fn own_entity(name: &str) -> Option<char> {
    [("amp", '&'), ("lt", '<'), ("gt", '>'), ("quot", '"'), ("apos", '\'')].iter().find(|(own, _)| *own == name).map(|(_, letter)| *letter)
}

fn declaration_is_good(declaration: &BytesDecl<'_>) -> bool {
    let standalone = declaration.standalone().is_none_or(|word| word.is_ok_and(|word| word == "yes" || word == "no"));
    let encoding = declaration.encoding().is_none_or(|word| word.is_ok());
    declaration.version().is_ok_and(|version| version == "1.0") && standalone && encoding
}

/// Adds text to the innermost open element; outside of every element only white space may stand.
fn add(open: &mut [Element], piece: &str, broken: CapRefusal) -> Result<(), CapRefusal> {
    match open.last_mut() {
        Some(element) => element.text.push_str(piece),
        None if is_blank(piece) => {}
        None => return Err(broken),
    }
    Ok(())
}

/// Closes the innermost open element.
fn close(open: &mut Vec<Element>, root: &mut Option<Element>) {
    // The parser has already refused an end without its start.
    let Some(closed) = open.pop() else { return };
    match open.last_mut() {
        Some(parent) => parent.children.push(closed),
        None => *root = Some(closed),
    }
}

fn element(reader: &NsReader<&[u8]>, start: &BytesStart<'_>, near: u64) -> Result<Element, CapRefusal> {
    let broken = || CapRefusal::NotWellFormed { near };
    let (namespace, name) = reader.resolver().resolve_element(start.name());
    let namespace = match namespace {
        ResolveResult::Bound(namespace) => namespace.0.to_owned(),
        ResolveResult::Unbound => String::new(),
        ResolveResult::Unknown(_) => return Err(broken()),
    };
    let mut unknown = None;
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|_| broken())?;
        if attribute.value.contains('<') {
            return Err(broken());
        }
        attribute_value(&attribute, near)?;
        if attribute.key.as_namespace_binding().is_some() {
            continue;
        }
        let hint = match reader.resolver().resolve_attribute(attribute.key) {
            (ResolveResult::Bound(namespace), name) => {
                namespace.0 == SCHEMA_INSTANCE && matches!(name.as_ref(), "schemaLocation" | "noNamespaceSchemaLocation")
            }
            (ResolveResult::Unbound, _) => false,
            (ResolveResult::Unknown(_), _) => return Err(broken()),
        };
        if !hint {
            unknown.get_or_insert_with(|| found(attribute.key.as_ref()));
        }
    }
    Ok(Element { name: name.as_ref().to_owned(), namespace, attribute: unknown, text: String::new(), children: Vec::new() })
}

/// Refuses an attribute's value that needs an entity of its own.
fn attribute_value(attribute: &quick_xml::events::attributes::Attribute<'_>, near: u64) -> Result<(), CapRefusal> {
    match attribute.normalized_value(XmlVersion::Implicit1_0) {
        Ok(value) if value.chars().all(is_xml) => Ok(()),
        Ok(_) => Err(CapRefusal::CharacterForbidden),
        Err(XmlError::Escape(quick_xml::escape::EscapeError::UnrecognizedEntity(_, name))) => {
            Err(CapRefusal::EntityUnknown { name: found(&name) })
        }
        Err(_) => Err(CapRefusal::NotWellFormed { near }),
    }
}
