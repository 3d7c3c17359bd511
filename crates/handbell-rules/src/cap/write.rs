//! Writing: one spelling of a message, in the schema's order, in UTF-8.
//!
//! What XML cannot hold is replaced by U+FFFD. A carriage return is written as a reference, because a reader
//! turns a bare one into a line feed (XML 1.0, section 2.11).

use super::alert::{CapAlert, CapArea, CapInfo, CapResource, NamedValue};
use super::tree::is_xml;

/// Writes a message. Reading what was written gives the same message again, as long as its words, times and
/// numbers are such as [`super::read()`] takes.
#[must_use]
pub fn write(alert: &CapAlert) -> String {
    let mut file = Writer { text: String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"), depth: 0 };
    file.open(&format!("alert xmlns=\"{}\"", alert.version.namespace()));
    file.leaf("identifier", &alert.identifier);
    file.leaf("sender", &alert.sender);
    file.leaf("sent", &alert.sent.to_string());
    file.leaf("status", alert.status.word());
    file.leaf("msgType", alert.msg_type.word());
    file.leaves("source", &alert.source);
    file.leaf("scope", alert.scope.word());
    file.leaves("restriction", &alert.restriction);
    file.leaves("addresses", &alert.addresses);
    file.leaves("code", &alert.codes);
    file.leaves("note", &alert.note);
    file.leaves("references", &alert.references);
    file.leaves("incidents", &alert.incidents);
    for one in &alert.infos {
        info(&mut file, one);
    }
    file.close("alert");
    file.text
}

struct Writer {
    text: String,
    depth: usize,
}

impl Writer {
    fn indent(&mut self) {
        for _ in 0..self.depth {
            self.text.push_str("  ");
        }
    }

    fn open(&mut self, tag: &str) {
        self.indent();
        self.text.push_str(&format!("<{tag}>\n"));
        self.depth += 1;
    }

    fn close(&mut self, tag: &str) {
        self.depth -= 1;
        self.indent();
        self.text.push_str(&format!("</{tag}>\n"));
    }

    fn leaf(&mut self, name: &str, text: &str) {
        self.indent();
        self.text.push_str(&format!("<{name}>{}</{name}>\n", escaped(text)));
    }

    fn leaves<'a>(&mut self, name: &str, texts: impl IntoIterator<Item = &'a String>) {
        for text in texts {
            self.leaf(name, text);
        }
    }

    fn pairs(&mut self, name: &str, pairs: &[NamedValue]) {
        for pair in pairs {
            self.open(name);
            self.leaf("valueName", &pair.name);
            self.leaf("value", &pair.value);
            self.close(name);
        }
    }
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '\r' => safe.push_str("&#13;"),
            letter if is_xml(letter) => safe.push(letter),
            _ => safe.push('\u{fffd}'),
        }
    }
    safe
}

fn info(file: &mut Writer, info: &CapInfo) {
    file.open("info");
    file.leaves("language", &info.language);
    for category in &info.categories {
        file.leaf("category", category.word());
    }
    file.leaf("event", &info.event);
    for response in &info.response_types {
        file.leaf("responseType", response.word());
    }
    file.leaf("urgency", info.urgency.word());
    file.leaf("severity", info.severity.word());
    file.leaf("certainty", info.certainty.word());
    file.leaves("audience", &info.audience);
    file.pairs("eventCode", &info.event_codes);
    for (name, time) in [("effective", &info.effective), ("onset", &info.onset), ("expires", &info.expires)] {
        if let Some(time) = time {
            file.leaf(name, &time.to_string());
        }
    }
    file.leaves("senderName", &info.sender_name);
    file.leaves("headline", &info.headline);
    file.leaves("description", &info.description);
    file.leaves("instruction", &info.instruction);
    file.leaves("web", &info.web);
    file.leaves("contact", &info.contact);
    file.pairs("parameter", &info.parameters);
    for one in &info.resources {
        resource(file, one);
    }
    for one in &info.areas {
        area(file, one);
    }
    file.close("info");
}

fn resource(file: &mut Writer, resource: &CapResource) {
    file.open("resource");
    file.leaf("resourceDesc", &resource.resource_desc);
    file.leaves("mimeType", &resource.mime_type);
    if let Some(size) = resource.size {
        file.leaf("size", &size.to_string());
    }
    file.leaves("uri", &resource.uri);
    file.leaves("derefUri", &resource.deref_uri);
    file.leaves("digest", &resource.digest);
    file.close("resource");
}

fn area(file: &mut Writer, area: &CapArea) {
    file.open("area");
    file.leaf("areaDesc", &area.area_desc);
    file.leaves("polygon", &area.polygons);
    file.leaves("circle", &area.circles);
    file.pairs("geocode", &area.geocodes);
    // Rust writes a number without an exponent, as xs:decimal wants it.
    for (name, feet) in [("altitude", area.altitude), ("ceiling", area.ceiling)] {
        if let Some(feet) = feet {
            file.leaf(name, &feet.to_string());
        }
    }
    file.close("area");
}
