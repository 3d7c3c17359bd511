//! The rules of CAP 1.2 beyond its schema: what a file may say although every element stands in its place.
//!
//! Every break is listed, not only the first, so that whoever wrote the file mends it once. Nothing here
//! decides whether an alert is true.

use super::alert::{CapAlert, CapArea, CapInfo, CapResource, Reference};
use super::refusal::{CapRefusal, found};
use super::shape::{Circle, Polygon};
use super::words::{MsgType, Scope};
use std::collections::HashMap;

/// Every rule beyond the schema that a message breaks, in the order of its elements.
#[must_use]
pub fn check(alert: &CapAlert) -> Vec<CapRefusal> {
    let mut broken = Vec::new();
    names(alert, &mut broken);
    for (element, text) in [("source", &alert.source), ("note", &alert.note), ("restriction", &alert.restriction)] {
        plain(element, text.as_deref(), &mut broken);
    }
    scope(alert, &mut broken);
    references(alert, &mut broken);
    for info in &alert.infos {
        check_info(info, &mut broken);
    }
    languages(alert, &mut broken);
    broken
}

fn is_filled(text: Option<&String>) -> bool {
    text.is_some_and(|text| !text.trim().is_empty())
}

/// Section 3.2.1: neither may hold blanks, commas or what XML would have to escape.
fn names(alert: &CapAlert, broken: &mut Vec<CapRefusal>) {
    for (element, name) in [("identifier", &alert.identifier), ("sender", &alert.sender)] {
        if name.is_empty() || name.contains(|letter: char| letter.is_whitespace() || matches!(letter, ',' | '<' | '&')) {
            broken.push(CapRefusal::NameCharacters { element });
        }
    }
}

fn scope(alert: &CapAlert, broken: &mut Vec<CapRefusal>) {
    // An empty element says nothing; many systems write every element they know.
    match (alert.scope, is_filled(alert.restriction.as_ref())) {
        (Scope::Restricted, false) => broken.push(CapRefusal::RestrictionMissing),
        (Scope::Public | Scope::Private, true) => broken.push(CapRefusal::RestrictionWithoutScope),
        _ => {}
    }
    if alert.scope == Scope::Private && !is_filled(alert.addresses.as_ref()) {
        broken.push(CapRefusal::AddressesMissing);
    }
}

fn references(alert: &CapAlert, broken: &mut Vec<CapRefusal>) {
    let entries: Vec<&str> = alert.references.iter().flat_map(|list| list.split_ascii_whitespace()).collect();
    if entries.is_empty() && (alert.references.is_some() || alert.msg_type != MsgType::Alert) {
        broken.push(CapRefusal::ReferencesMissing);
    }
    for entry in entries {
        let Some(reference) = Reference::parse(entry, alert.version) else {
            broken.push(CapRefusal::ReferenceBroken { found: found(entry) });
            continue;
        };
        if (&reference.sender, &reference.identifier) == (&alert.sender, &alert.identifier) {
            broken.push(CapRefusal::ReferenceToItself { found: found(entry) });
        } else if reference.sent.instant() > alert.sent.instant() {
            broken.push(CapRefusal::ReferencePostDated { found: found(entry) });
        }
    }
}

fn check_info(info: &CapInfo, broken: &mut Vec<CapRefusal>) {
    let texts = [
        ("event", Some(&info.event)),
        ("audience", info.audience.as_ref()),
        ("senderName", info.sender_name.as_ref()),
        ("headline", info.headline.as_ref()),
        ("description", info.description.as_ref()),
        ("instruction", info.instruction.as_ref()),
        ("contact", info.contact.as_ref()),
    ];
    for (element, text) in texts {
        plain(element, text.map(String::as_str), broken);
    }
    if info.web.as_ref().is_some_and(|web| !is_absolute(web)) {
        broken.push(CapRefusal::WebNotAbsolute);
    }
    info.resources.iter().for_each(|one| resource(one, broken));
    info.areas.iter().for_each(|one| area(one, broken));
}

fn resource(resource: &CapResource, broken: &mut Vec<CapRefusal>) {
    plain("resourceDesc", Some(&resource.resource_desc), broken);
    if resource.mime_type.as_ref().is_some_and(|name| !is_media_type(name)) {
        broken.push(CapRefusal::MediaTypeWrong);
    }
    if resource.size.is_some_and(|size| size < 0) {
        broken.push(CapRefusal::SizeNegative);
    }
    if resource.uri.as_ref().is_some_and(|uri| !is_absolute(uri)) && resource.deref_uri.is_none() {
        broken.push(CapRefusal::ResourceWithoutContent);
    }
    if resource.deref_uri.as_ref().is_some_and(|content| !is_base64(content)) {
        broken.push(CapRefusal::DerefUriNotBase64);
    }
}

fn area(area: &CapArea, broken: &mut Vec<CapRefusal>) {
    plain("areaDesc", Some(&area.area_desc), broken);
    broken.extend(area.polygons.iter().filter_map(|polygon| Polygon::parse(polygon).err()));
    broken.extend(area.circles.iter().filter(|circle| Circle::parse(circle).is_none()).map(|_| CapRefusal::CircleWrong));
    match (area.altitude, area.ceiling) {
        (None, Some(_)) => broken.push(CapRefusal::CeilingWithoutAltitude),
        (Some(altitude), Some(ceiling)) if ceiling < altitude => broken.push(CapRefusal::CeilingBelowAltitude),
        _ => {}
    }
}

/// Headline, description and instruction: whoever names two languages has to say it in both. Names and
/// events are left alone, because a name may be the same everywhere.
fn languages(alert: &CapAlert, broken: &mut Vec<CapRefusal>) {
    type Part = fn(&CapInfo) -> Option<&String>;
    let parts: [(&'static str, Part); 3] = [
        ("headline", |info| info.headline.as_ref()),
        ("description", |info| info.description.as_ref()),
        ("instruction", |info| info.instruction.as_ref()),
    ];
    for (element, part) in parts {
        let mut seen: HashMap<&str, &CapInfo> = HashMap::new();
        for info in &alert.infos {
            let Some(text) = part(info).map(|text| text.trim()).filter(|text| !text.is_empty()) else { continue };
            let first = *seen.entry(text).or_insert(info);
            if !first.language().eq_ignore_ascii_case(info.language()) {
                let (one, other) = (first.language().to_owned(), info.language().to_owned());
                broken.push(CapRefusal::SameTextInTwoLanguages { element, one, other });
            }
        }
    }
}

fn plain(element: &'static str, text: Option<&str>, broken: &mut Vec<CapRefusal>) {
    if text.is_some_and(has_html) {
        broken.push(CapRefusal::HtmlInText { element });
    }
}

/// Whether a text holds a tag or an entity of HTML. "3 < 4" and "A & B" are neither.
fn has_html(text: &str) -> bool {
    let letters = text.as_bytes();
    letters.iter().enumerate().any(|(at, letter)| {
        let rest = &letters[at + 1..];
        match letter {
            b'<' => {
                let name = rest.strip_prefix(b"/").unwrap_or(rest);
                // A tag that goes on for longer is no slip of somebody's editor.
                let near = &rest[..rest.len().min(TAG_BYTES_MAX)];
                (name.first().is_some_and(u8::is_ascii_alphabetic) || rest.starts_with(b"!--")) && near.contains(&b'>')
            }
            b'&' => {
                let name = rest.strip_prefix(b"#").unwrap_or(rest);
                let length = name.iter().take(ENTITY_BYTES_MAX).take_while(|byte| byte.is_ascii_alphanumeric()).count();
                length > 0 && name.get(length) == Some(&b';')
            }
            _ => false,
        }
    })
}

/// The longest tag that is looked for.
const TAG_BYTES_MAX: usize = 512;
/// The longest name of an entity of HTML has 31 letters.
const ENTITY_BYTES_MAX: usize = 32;

/// A whole address: a scheme, a colon and something after it, without blanks (RFC 3986, section 4.3).
fn is_absolute(uri: &str) -> bool {
    let Some((scheme, rest)) = uri.split_once(':') else { return false };
    let letters = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(letters)
        && !rest.trim_start_matches('/').is_empty()
        && !uri.contains(|letter: char| letter.is_whitespace() || letter.is_control() || matches!(letter, '<' | '>' | '"'))
}

/// `type/subtype`, with or without parameters (RFC 2045, section 5.1).
fn is_media_type(name: &str) -> bool {
    let (essence, _) = name.split_once(';').unwrap_or((name, ""));
    let token = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte));
    essence.trim().split_once('/').is_some_and(|(kind, part)| token(kind) && token(part))
}

/// Base64 with or without line ends, padded.
fn is_base64(text: &str) -> bool {
    let bytes: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let padding = bytes.iter().rev().take_while(|byte| **byte == b'=').count();
    let letters = &bytes[..bytes.len() - padding];
    bytes.len().is_multiple_of(4) && padding <= 2 && letters.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
}
