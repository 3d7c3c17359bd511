//! Reading: the schema's rules on the tree of a file, element by element in the schema's order.
//!
//! The order is the schema's sequence, so a cursor walks the children once; whatever is left over when the
//! list is through stands where it may not. CAP 1.1 differs in four places, each named where it is decided.
//! The schema's `anyURI` is taken as any text here; addresses are held against the rules by `check`.

use super::alert::{CapAlert, CapArea, CapInfo, CapResource, LANGUAGE_DEFAULT, NamedValue, Version};
use super::refusal::{CapRefusal, found};
use super::time::CapTime;
use super::tree::{Element, is_blank, tree};
use super::words::{CapStatus, Category, Certainty, MsgType, ResponseType, Scope, Severity, Urgency};
use std::iter::Peekable;
use std::slice::Iter;

const SIGNATURE: &str = "http://www.w3.org/2000/09/xmldsig#";

/// Reads a CAP file of 1.2 or 1.1 by the schema of its namespace.
///
/// # Errors
/// When the file is too large or deep, no XML, has a DOCTYPE or an entity of its own, or breaks the schema.
/// What the standard asks beyond the schema is not looked at here: see [`super::check()`].
pub fn read(bytes: &[u8]) -> Result<CapAlert, CapRefusal> {
    let root = tree(bytes)?;
    if root.name != "alert" {
        return Err(CapRefusal::RootWrong { found: found(&root.name) });
    }
    let version = [Version::V11, Version::V12].into_iter().find(|version| version.namespace() == root.namespace);
    let version = version.ok_or_else(|| CapRefusal::NamespaceUnknown { found: found(&root.namespace) })?;
    alert(&root, version)
}

/// The children of one element, taken in the schema's order.
struct Sequence<'a> {
    inside: &'static str,
    version: Version,
    rest: Peekable<Iter<'a, Element>>,
}

impl<'a> Sequence<'a> {
    fn of(element: &'a Element, inside: &'static str, version: Version) -> Result<Self, CapRefusal> {
        if !is_blank(&element.text) {
            return Err(CapRefusal::TextStray { inside });
        }
        no_attribute(element)?;
        Ok(Self { inside, version, rest: element.children.iter().peekable() })
    }

    /// The next child, if it is this one.
    fn optional(&mut self, name: &str) -> Option<&'a Element> {
        let namespace = self.version.namespace();
        self.rest.next_if(|child| child.name == name && child.namespace == namespace)
    }

    fn required(&mut self, name: &'static str) -> Result<&'a Element, CapRefusal> {
        match self.optional(name) {
            Some(element) => Ok(element),
            // It is there, but something else stands before it.
            None if self.rest.clone().any(|child| child.name == name) => Err(self.unexpected()),
            None => Err(CapRefusal::Missing { element: name, inside: self.inside }),
        }
    }

    fn unexpected(&mut self) -> CapRefusal {
        let element = self.rest.peek().map_or_else(String::new, |child| found(&child.name));
        CapRefusal::Unexpected { element, inside: self.inside }
    }

    fn text(&mut self, name: &'static str) -> Result<Option<String>, CapRefusal> {
        self.optional(name).map(|element| text(element, name)).transpose()
    }

    fn required_text(&mut self, name: &'static str) -> Result<String, CapRefusal> {
        text(self.required(name)?, name)
    }

    fn each<T>(&mut self, name: &str, mut one: impl FnMut(&'a Element) -> Result<T, CapRefusal>) -> Result<Vec<T>, CapRefusal> {
        let mut all = Vec::new();
        while let Some(element) = self.optional(name) {
            all.push(one(element)?);
        }
        Ok(all)
    }

    fn word<T>(&mut self, name: &'static str, parse: fn(&str) -> Option<T>) -> Result<T, CapRefusal> {
        word(self.required(name)?, name, parse)
    }

    fn time(&mut self, name: &'static str) -> Result<Option<CapTime>, CapRefusal> {
        let version = self.version;
        self.optional(name).map(|element| time(element, name, version)).transpose()
    }

    fn decimal(&mut self, name: &'static str) -> Result<Option<f64>, CapRefusal> {
        let Some(written) = self.text(name)? else { return Ok(None) };
        let trimmed = collapsed(&written);
        let unsigned = trimmed.strip_prefix(['+', '-']).unwrap_or(trimmed);
        // XML Schema part 2, section 3.2.3: digits with at most one point, and no exponent.
        let plain =
            unsigned.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') && unsigned.bytes().any(|byte| byte.is_ascii_digit());
        let number = plain.then(|| trimmed.parse::<f64>().ok()).flatten().filter(|number| number.is_finite());
        number.map(Some).ok_or_else(|| CapRefusal::NumberWrong { element: name, found: found(trimmed) })
    }

    fn end(mut self) -> Result<(), CapRefusal> {
        if self.rest.peek().is_none() { Ok(()) } else { Err(self.unexpected()) }
    }
}

fn no_attribute(element: &Element) -> Result<(), CapRefusal> {
    match &element.attribute {
        Some(attribute) => Err(CapRefusal::AttributeUnknown { element: found(&element.name), attribute: attribute.clone() }),
        None => Ok(()),
    }
}

/// The text of an element that holds text only, as it stands, blanks included.
fn text(element: &Element, name: &'static str) -> Result<String, CapRefusal> {
    no_attribute(element)?;
    match element.children.first() {
        Some(child) => Err(CapRefusal::Unexpected { element: found(&child.name), inside: name }),
        None => Ok(element.text.clone()),
    }
}

/// A text whose type gathers white space, without the blanks around it (XML Schema part 2, section 4.3.6).
fn collapsed(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\r', '\n'])
}

fn word<T>(element: &Element, name: &'static str, parse: fn(&str) -> Option<T>) -> Result<T, CapRefusal> {
    let written = text(element, name)?;
    parse(&written).ok_or_else(|| CapRefusal::WordUnknown { element: name, found: found(&written) })
}

fn time(element: &Element, name: &'static str, version: Version) -> Result<CapTime, CapRefusal> {
    let written = text(element, name)?;
    CapTime::parse(collapsed(&written), version).ok_or_else(|| CapRefusal::TimeWrong { element: name, found: found(&written) })
}

fn alert(root: &Element, version: Version) -> Result<CapAlert, CapRefusal> {
    let mut parts = Sequence::of(root, "alert", version)?;
    let alert = CapAlert {
        version,
        identifier: parts.required_text("identifier")?,
        sender: parts.required_text("sender")?,
        sent: time(parts.required("sent")?, "sent", version)?,
        status: parts.word("status", CapStatus::parse)?,
        msg_type: parts.word("msgType", MsgType::parse)?,
        source: parts.text("source")?,
        scope: parts.word("scope", Scope::parse)?,
        restriction: parts.text("restriction")?,
        addresses: parts.text("addresses")?,
        codes: parts.each("code", |code| text(code, "code"))?,
        note: parts.text("note")?,
        references: parts.text("references")?,
        incidents: parts.text("incidents")?,
        infos: parts.each("info", |one| info(one, version))?,
    };
    // 1.2 leaves room for signatures at the end, 1.1 does not.
    while version == Version::V12 && parts.rest.next_if(|child| child.namespace == SIGNATURE).is_some() {}
    parts.end()?;
    Ok(alert)
}

fn info(element: &Element, version: Version) -> Result<CapInfo, CapRefusal> {
    let mut parts = Sequence::of(element, "info", version)?;
    let language = parts.text("language")?.map(|written| language(&written)).transpose()?;
    let mut categories = vec![parts.word("category", Category::parse)?];
    categories.extend(parts.each("category", |one| word(one, "category", Category::parse))?);
    let info = CapInfo {
        language,
        categories,
        event: parts.required_text("event")?,
        response_types: parts.each("responseType", |one| response_type(one, version))?,
        urgency: parts.word("urgency", Urgency::parse)?,
        severity: parts.word("severity", Severity::parse)?,
        certainty: parts.word("certainty", Certainty::parse)?,
        audience: parts.text("audience")?,
        event_codes: parts.each("eventCode", |one| named_value(one, "eventCode", version))?,
        effective: parts.time("effective")?,
        onset: parts.time("onset")?,
        expires: parts.time("expires")?,
        sender_name: parts.text("senderName")?,
        headline: parts.text("headline")?,
        description: parts.text("description")?,
        instruction: parts.text("instruction")?,
        web: parts.text("web")?.map(|web| collapsed(&web).to_owned()),
        contact: parts.text("contact")?,
        parameters: parts.each("parameter", |one| named_value(one, "parameter", version))?,
        resources: parts.each("resource", |one| resource(one, version))?,
        areas: parts.each("area", |one| area(one, version))?,
    };
    parts.end()?;
    Ok(info)
}

/// A language tag (XML Schema part 2, section 3.3.3). An empty element takes the schema's default.
fn language(written: &str) -> Result<String, CapRefusal> {
    let tag = if written.is_empty() { LANGUAGE_DEFAULT } else { collapsed(written) };
    let good = |(place, part): (usize, &str)| {
        let letters = |byte: u8| byte.is_ascii_alphabetic() || (place > 0 && byte.is_ascii_digit());
        (1..=8).contains(&part.len()) && part.bytes().all(letters)
    };
    if tag.split('-').enumerate().all(good) { Ok(tag.to_owned()) } else { Err(CapRefusal::LanguageWrong { found: found(written) }) }
}

/// 1.1 does not know `Avoid` and `AllClear`.
fn response_type(element: &Element, version: Version) -> Result<ResponseType, CapRefusal> {
    let response = word(element, "responseType", ResponseType::parse)?;
    if version == Version::V11 && matches!(response, ResponseType::Avoid | ResponseType::AllClear) {
        return Err(CapRefusal::WordUnknown { element: "responseType", found: response.word().to_owned() });
    }
    Ok(response)
}

fn named_value(element: &Element, name: &'static str, version: Version) -> Result<NamedValue, CapRefusal> {
    let mut parts = Sequence::of(element, name, version)?;
    let pair = NamedValue { name: parts.required_text("valueName")?, value: parts.required_text("value")? };
    parts.end()?;
    Ok(pair)
}

fn resource(element: &Element, version: Version) -> Result<CapResource, CapRefusal> {
    let mut parts = Sequence::of(element, "resource", version)?;
    let resource_desc = parts.required_text("resourceDesc")?;
    // 1.1 may leave the media type out.
    let mime_type = match version {
        Version::V11 => parts.text("mimeType")?,
        Version::V12 => Some(parts.required_text("mimeType")?),
    };
    let size = match parts.text("size")? {
        Some(written) => {
            let size = collapsed(&written);
            Some(size.parse::<i64>().map_err(|_| CapRefusal::NumberWrong { element: "size", found: found(size) })?)
        }
        None => None,
    };
    let resource = CapResource {
        resource_desc,
        mime_type,
        size,
        uri: parts.text("uri")?.map(|uri| collapsed(&uri).to_owned()),
        deref_uri: parts.text("derefUri")?,
        digest: parts.text("digest")?,
    };
    parts.end()?;
    Ok(resource)
}

fn area(element: &Element, version: Version) -> Result<CapArea, CapRefusal> {
    let mut parts = Sequence::of(element, "area", version)?;
    let area = CapArea {
        area_desc: parts.required_text("areaDesc")?,
        polygons: parts.each("polygon", |one| text(one, "polygon"))?,
        circles: parts.each("circle", |one| text(one, "circle"))?,
        geocodes: parts.each("geocode", |one| named_value(one, "geocode", version))?,
        altitude: parts.decimal("altitude")?,
        ceiling: parts.decimal("ceiling")?,
    };
    parts.end()?;
    Ok(area)
}
