//! Atom: the record's incidents as a feed, newest change first (RFC 4287, paged by RFC 5005 section 3).
//!
//! Promises that an entry's `id` and `published` never change and that its `updated` changes with every entry
//! of the log in that incident, a correction among them. Entries know minutes; so that two changes within one
//! minute are two moments, the seconds of `updated` hold the log's own number of the newest entry, in
//! millionths. Words that were taken back are gone from the entry, and it says so. Of an incident of which nobody's
//! words stand any more the feed has a deleted entry in the same place: its id and when, and no word (RFC 6721). Its
//! page stays, and so does its place in the log.

use super::{page_of, sides, source};
use handbell_rules::bell::mode::Status;
use handbell_rules::record::claim::Polarity;
use handbell_rules::record::projection::{ClaimLine, FactLine, IncidentRecord};

/// The longest minute in which indexes of the log are told apart.
const MINUTE_IN_MILLIONTHS: u64 = 60_000_000;
/// An empty feed has to have been updated some time (RFC 4287, section 4.1.1).
const NEVER: &str = "1970-01-01T00:00:00Z";

/// Whose feed it is, and which page of it.
#[derive(Debug, Clone)]
pub struct Feed<'a> {
    /// The group's name.
    pub name: &'a str,
    /// The group's address, without a slash at the end.
    pub origin: &'a str,
    /// Whether the group is an exercise.
    pub status: Status,
    /// The address of this page of the feed, below the origin.
    pub this: String,
    /// The hub that is told of changes (WebSub), where there is one.
    pub hub: Option<&'a str>,
    /// The address of the next, older page.
    pub next: Option<String>,
}

/// One incident with the place in the log of its newest entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Its page.
    pub record: IncidentRecord,
    /// The newest entry of its stream.
    pub newest: u64,
}

/// Text inside an element or an attribute (XML 1.0, sections 2.2 and 2.4). What XML cannot hold is replaced.
fn xml(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\t' | '\n' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'.. => safe.push(letter),
            _ => safe.push('\u{fffd}'),
        }
    }
    safe
}

/// A UTC minute and a place in the log as a moment (RFC 3339).
fn moment(minute: &str, newest: u64) -> String {
    let Some(minute) = minute.get(..16) else { return NEVER.to_owned() };
    let part = newest % MINUTE_IN_MILLIONTHS;
    format!("{minute}:{:02}.{:06}Z", part / 1_000_000, part % 1_000_000)
}

fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() || text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}

fn paragraph(into: &mut String, text: &str) {
    if !text.trim().is_empty() {
        into.push_str(&format!("<p>{}</p>", xml(text.trim())));
    }
}

fn says(record: &IncidentRecord, claim: &ClaimLine) -> String {
    let who = match source(record, claim.source) {
        Some(source) => format!("{} ({})", source.label, source.kind.word()),
        None => format!("source {}, whose words were taken from the public", claim.source),
    };
    let says = match claim.polarity {
        Polarity::Asserts => "",
        Polarity::Denies => " denies",
        Polarity::SaysUnknown => " says that it is not known",
    };
    let mut line = format!("{who}{says}: {}", sentence(&claim.says));
    if !claim.live {
        line.push_str(" Since taken back.");
    }
    if let Some(reason) = claim.set_aside {
        line.push_str(&format!(" Set aside: {}.", reason.words()));
    }
    line
}

fn fact(record: &IncidentRecord, fact: &FactLine) -> String {
    let about = fact.about.as_deref().map(|about| format!(", {about}")).unwrap_or_default();
    let standing = fact.standing.map_or("Not assessed", |standing| standing.word());
    let differ = if fact.accounts_differ { " Accounts differ." } else { "" };
    let now = fact.assessments.last().map(|one| one.sentences.iter().map(|sentence| sentence.text.as_str()).collect::<Vec<_>>().join(" "));
    let now = now.filter(|now| !now.is_empty()).map(|now| format!(" We say: {now}")).unwrap_or_default();
    let mut item = format!("<li>{}<ul>", xml(&format!("{}{about}: {standing}.{differ}{now}", fact.label)));
    for claim in &fact.claims {
        item.push_str(&format!("<li>{}</li>", xml(&says(record, claim))));
    }
    item.push_str("</ul></li>");
    item.replace("<ul></ul>", "")
}

fn state(record: &IncidentRecord) -> &'static str {
    match record.state.as_str() {
        "live" => "An alert is live.",
        "over" => "It is over.",
        "mistaken" => "The alert was wrong.",
        _ => "It is recorded.",
    }
}

fn is_exercise(record: &IncidentRecord) -> bool {
    record.status == Status::Exercise.word()
}

/// The summary: one plain text.
fn summary(record: &IncidentRecord) -> String {
    let mut text = format!("{}. {}", record.when.words, state(record));
    if is_exercise(record) {
        text.insert_str(0, "EXERCISE, nothing of this is real. ");
    }
    match record.corrections.len() {
        0 => {}
        1 => text.push_str(" Corrected once."),
        times => text.push_str(&format!(" Corrected {times} times.")),
    }
    text
}

/// The content: HTML, before it is written as text of the feed.
fn content(record: &IncidentRecord) -> String {
    let mut html = String::new();
    paragraph(&mut html, &format!("{} {}.", summary(record), record.district));
    for correction in record.corrections.iter().rev() {
        let kind = correction.kind.map_or("Correction", |kind| kind.word());
        let mut text = format!("{kind} {}, {}", correction.number, correction.at);
        if !correction.label.is_empty() {
            text.push_str(&format!(", {}", correction.label));
        }
        text.push_str(&format!(
            ": {}",
            if correction.note.is_empty() { "its words were taken from the public." } else { &correction.note }
        ));
        if !correction.before.is_empty() {
            text = format!("{} We said: {}", sentence(&text), sentence(&correction.before));
        }
        if !correction.after.is_empty() {
            text = format!("{} We say: {}", sentence(&text), sentence(&correction.after));
        }
        paragraph(&mut html, &text);
    }
    if let Some(outcome) = &record.outcome {
        paragraph(&mut html, &format!("{} Source: {}", sentence(&outcome.text), sentence(&outcome.says)));
    }
    for slot in &record.outcomes {
        let Some(one) = slot.told.last().filter(|one| one.value.is_some()) else { continue };
        let about = slot.about.as_deref().map(|about| format!(" ({about})")).unwrap_or_default();
        let since = if one.day_words.is_empty() { String::new() } else { format!(", {}", one.day_words) };
        let asked = slot.last_asked.as_ref().map(|last| format!(" Last asked on {}: {}", last.on_words, sentence(&last.whom)));
        let note = if one.note.is_empty() { String::new() } else { format!(" {}", sentence(&one.note)) };
        let source = one.source.map(|number| format!(" Source {number}.")).unwrap_or_default();
        paragraph(&mut html, &format!("{}{about}: {}{since}.{note}{}{source}", slot.label, one.words, asked.unwrap_or_default()));
    }
    if !record.facts.is_empty() {
        html.push_str("<ul>");
        for one in &record.facts {
            html.push_str(&fact(record, one));
        }
        html.push_str("</ul>");
    }
    for side in sides(record) {
        paragraph(&mut html, &side.line());
    }
    for one in &record.lookalikes {
        paragraph(&mut html, &format!("Not this event: {}, {}. {}", one.place, one.year, sentence(&one.note)));
    }
    let withdrawn = record.lines.iter().filter(|line| line.type_name == "withdrawn").count();
    if withdrawn > 0 {
        paragraph(&mut html, &format!("Entries whose words were taken from the public: {withdrawn}. Their places in the log stay."));
    }
    if record.missing() > 0 {
        paragraph(&mut html, &format!("Entries whose words this group has lost: {}. Nobody took them from the public.", record.missing()));
    }
    html
}

fn entry(feed: &Feed<'_>, item: &Item) -> String {
    let record = &item.record;
    let page = page_of(feed.origin, record);
    if record.wholly_withdrawn() {
        return format!("<at:deleted-entry ref=\"{page}\" when=\"{}\"/>\n", moment(&record.changed, item.newest));
    }
    let mark = if is_exercise(record) { "EXERCISE: " } else { "" };
    let mut text = format!(
        "<entry><id>{page}</id><title>{}</title><updated>{}</updated>",
        xml(&format!("{mark}{}", record.title)),
        moment(&record.changed, item.newest)
    );
    // The opening is the stream's first entry; where its words were withdrawn nobody knows its time any more.
    if let Some(opened) = record.lines.iter().find(|line| line.kind == 1).filter(|line| !line.at.is_empty()) {
        text.push_str(&format!("<published>{}</published>", moment(&opened.at, opened.index)));
    }
    text.push_str(&format!("<link rel=\"alternate\" type=\"text/html\" href=\"{page}\"/>"));
    let json = format!("{}/api/v1/incidents/{}", feed.origin, record.incident);
    text.push_str(&format!("<link rel=\"alternate\" type=\"application/json\" href=\"{}\"/>", xml(&json)));
    text.push_str(&format!("<category term=\"{}\" label=\"{}\"/>", xml(&record.kind), xml(&record.kind_label)));
    text.push_str(&format!("<summary>{}</summary>", xml(&summary(record))));
    text.push_str(&format!("<content type=\"html\">{}</content></entry>\n", xml(&content(record))));
    text
}

/// The feed. Items stand in the order given; the first is the newest.
pub fn feed(feed: &Feed<'_>, items: &[Item]) -> String {
    let origin = xml(feed.origin);
    let mark = if feed.status == Status::Exercise { "EXERCISE: " } else { "" };
    let updated = items.iter().max_by_key(|item| item.newest).map_or(NEVER.to_owned(), |item| moment(&item.record.changed, item.newest));
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xmlns:at=\"http://purl.org/atompub/tombstones/1.0\" xml:lang=\"en\"><id>{origin}/feed.atom</id>\
         <title>{}</title><updated>{updated}</updated><author><name>{}</name><uri>{origin}/</uri></author>\
         <link rel=\"self\" type=\"application/atom+xml\" href=\"{origin}{}\"/><link rel=\"alternate\" type=\"text/html\" href=\"{origin}/record\"/>\
         <link rel=\"first\" type=\"application/atom+xml\" href=\"{origin}/feed.atom\"/>",
        xml(&format!("{mark}{}: the public record", feed.name)),
        xml(feed.name),
        xml(&feed.this),
    );
    if let Some(next) = &feed.next {
        text.push_str(&format!("<link rel=\"next\" type=\"application/atom+xml\" href=\"{origin}{}\"/>", xml(next)));
    }
    if let Some(hub) = feed.hub {
        text.push_str(&format!("<link rel=\"hub\" href=\"{}\"/>", xml(hub)));
    }
    text.push('\n');
    for item in items {
        text.push_str(&entry(feed, item));
    }
    text.push_str("</feed>\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_cannot_hold_is_replaced_and_the_rest_escaped() {
        assert_eq!(xml("a<b> & \"c\"\u{0}\u{b}\u{fffe}é"), "a&lt;b&gt; &amp; &quot;c&quot;\u{fffd}\u{fffd}\u{fffd}é");
    }

    #[test]
    fn two_entries_of_one_minute_are_two_moments_of_that_minute() {
        assert_eq!(moment("2026-01-02T03:04Z", 7), "2026-01-02T03:04:00.000007Z");
        assert_eq!(moment("2026-01-02T03:04:05Z", 1_000_008), "2026-01-02T03:04:01.000008Z");
        assert_eq!(moment("2026-01-02T03:04Z", 59_999_999), "2026-01-02T03:04:59.999999Z");
        assert_eq!(moment("", 7), NEVER);
    }
}
