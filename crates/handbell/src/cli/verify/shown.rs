//! Verify shown: holds a page for people against the words that follow from the log.
//!
//! A page is held against three things: the digest it prints, every entry in its list of entries (word for word, none
//! missing, none too many), and every claim, sentence, correction and source, which must stand somewhere on it. What a
//! page says beside these, in headings, dates or added sentences, no program finds here; whoever wants to be sure reads
//! the page as data, which is compared byte for byte.

use super::seen::seen;
use handbell_rules::record::projection::IncidentRecord;
use handbell_rules::record::reply::Passage;
use std::collections::BTreeMap;

/// Pages of one incident's lists that are read at most.
pub const PARTS_MAX: usize = 400;

/// What a page comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// It says what the log says.
    Same,
    /// So far as it goes: the rest of its lists stands on other pages.
    Beginning,
    /// It says something else; where, in words.
    Other(String),
}

/// The links of a page to lists of its incident: the path, and the words of the link.
fn links<'a>(html: &'a str, incident: &'a str) -> impl Iterator<Item = (String, &'a str)> {
    let after = html.split("href=\"/record/").skip(1).filter_map(move |rest| rest.strip_prefix(incident)?.strip_prefix('/'));
    let hrefs = after.filter_map(|rest| rest.split_once('"'));
    let paths = hrefs.filter(|(path, _)| path.contains("?from="));
    let words = |rest: &'a str| rest.split_once('>').and_then(|(_, rest)| rest.split_once("</a>")).map_or("", |(words, _)| words);
    paths.map(move |(path, rest)| (format!("/record/{incident}/{}", decoded(path)), words(rest)))
}

/// Where the lists begin of which a page shows no more than the beginning.
pub fn beginnings(html: &str, incident: &str) -> Vec<String> {
    let mut found: Vec<String> = links(html, incident).map(|(path, _)| path).filter(|path| path.ends_with("?from=1")).collect();
    found.sort();
    found.dedup();
    found
}

/// Where a list goes on of which this page shows a stretch.
pub fn goes_on(html: &str, incident: &str) -> Option<String> {
    links(html, incident).find(|(_, words)| *words == "Go on").map(|(path, _)| path)
}

/// Holds a page, with the pages its lists go on at, against the record.
pub fn compare(record: &IncidentRecord, digest: &str, page: &str, parts: &[String]) -> Shown {
    let other = |what: &str| Shown::Other(what.to_owned());
    let page = seen(page);
    let page = page.as_str();
    let parts: Vec<String> = parts.iter().map(|part| seen(part)).collect();
    // A page with words missing here has no proof, and prints no digest of one.
    if record.missing() == 0 && !page.contains(digest) {
        return other("it does not print the digest of what follows from the log");
    }
    let is_cut = parts.is_empty() && !beginnings(page, &record.incident.to_string()).is_empty();
    let mut entries = BTreeMap::new();
    for html in std::iter::once(page).chain(parts.iter().map(String::as_str)) {
        for (index, words) in listed(html) {
            if entries.get(&index).is_some_and(|before| *before != words) {
                return Shown::Other(format!("it shows entry {index} in two ways"));
            }
            entries.insert(index, words);
        }
    }
    for line in &record.lines {
        match entries.remove(&line.index.to_string()) {
            Some(words) if words == folded(&line.says) => {}
            Some(_) => return Shown::Other(format!("entry {} is shown in other words than the log has", line.index)),
            None if is_cut => {}
            None => return Shown::Other(format!("entry {} is not shown", line.index)),
        }
    }
    if let Some(index) = entries.keys().next() {
        return Shown::Other(format!("it shows an entry {index} that the log does not have"));
    }
    // The list of entries repeats everything, so it is left out of where the rest must stand.
    let rest: String = std::iter::once(page).chain(parts.iter().map(String::as_str)).map(without_entries).collect();
    let text = folded(&words_of(&rest));
    if !text.contains(&folded(&record.title)) {
        return other("it has another title");
    }
    if is_cut {
        return Shown::Beginning;
    }
    match said(record).into_iter().find(|words| !text.contains(words.as_str())) {
        Some(words) => Shown::Other(format!("it does not show: {words}")),
        None => Shown::Same,
    }
}

/// What must stand on a page beside its entries, folded.
fn said(record: &IncidentRecord) -> Vec<String> {
    let mut said: Vec<&str> = Vec::new();
    for fact in &record.facts {
        said.extend(fact.claims.iter().map(|claim| claim.says.as_str()));
        said.extend(fact.assessments.last().into_iter().flat_map(|one| &one.sentences).map(|one| one.text.as_str()));
    }
    for one in &record.corrections {
        said.extend([one.before.as_str(), &one.after, &one.note]);
    }
    said.extend(record.sources.iter().filter_map(|line| line.source.as_ref()).map(|source| source.label.as_str()));
    said.extend(record.outcomes.iter().filter_map(|slot| slot.told.last()).filter(|one| one.value.is_some()).map(|one| one.words.as_str()));
    said.extend(record.outcome.iter().map(|outcome| outcome.text.as_str()));
    let passages = record.replies.iter().filter_map(|line| line.reply.as_ref()).flat_map(|reply| &reply.passages);
    said.extend(passages.filter_map(|passage| if let Passage::Said(words) = passage { Some(words.as_str()) } else { None }));
    said.extend(record.statements.iter().flat_map(|line| &line.statement.passages).map(String::as_str));
    said.into_iter().map(folded).filter(|words| !words.is_empty()).collect()
}

/// One spelling for words that are written with a capital, a full stop or a line break more or less.
fn folded(words: &str) -> String {
    let lower = words.to_lowercase();
    lower.split_whitespace().collect::<Vec<_>>().join(" ").trim_end_matches(['.', '!', '?']).to_owned()
}

/// Where the list of entries begins, and the page without it.
fn without_entries(html: &str) -> String {
    let mut rest = html;
    let mut kept = String::new();
    while let Some((before, list)) = rest.split_once("<ol class=\"entries\">") {
        kept.push_str(before);
        rest = list.split_once("</ol>").map_or("", |(_, behind)| behind);
    }
    kept.push_str(rest);
    kept
}

/// The entries that a page lists, each with its words.
fn listed(html: &str) -> Vec<(String, String)> {
    let lists = html.split("<ol class=\"entries\">").skip(1).map(|rest| rest.split("</ol>").next().unwrap_or_default());
    let items = lists.flat_map(|list| list.split("<li id=\"entry-").skip(1));
    let item = |item: &str| {
        let (index, rest) = item.split_once('"')?;
        let (_, words) = rest.split_once("</p><p><bdi>")?;
        Some((index.to_owned(), folded(&words_of(words.split("</bdi>").next()?))))
    };
    items.filter_map(item).collect()
}

/// The text of HTML of which [`seen`] is left.
fn words_of(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        let (tag, behind) = tag.split_once('>').unwrap_or((tag, ""));
        rest = behind;
        // Inline elements part no words; everything else does.
        if !["bdi", "/bdi", "b", "/b", "s", "/s"].contains(&tag) {
            text.push(' ');
        }
    }
    text.push_str(rest);
    decoded(&text)
}

/// Character references as the pages write them.
fn decoded(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, reference)) = rest.split_once('&') {
        out.push_str(before);
        let (name, behind) = reference.split_once(';').unwrap_or(("", reference));
        let number = name.strip_prefix('#').and_then(|number| match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok(),
            None => number.parse().ok(),
        });
        let named = || [("amp", '&'), ("lt", '<'), ("gt", '>'), ("quot", '"'), ("apos", '\'')].into_iter().find(|one| one.0 == name);
        match number.and_then(char::from_u32).or_else(|| named().map(|one| one.1)) {
            Some(letter) => {
                out.push(letter);
                rest = behind;
            }
            None => {
                out.push('&');
                rest = reference;
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_what_a_reader_sees() {
        let html = "<p>A &#38; <b>b</b>c<script>no</script> &lt;d&gt;<br>e &#x27;f&apos; &nope; &<!-- no -->!</p>";
        assert_eq!(folded(&words_of(&seen(html))), "a & bc <d> e 'f' &nope; &");
    }

    #[test]
    fn further_pages_of_this_incident_are_found_and_no_others() {
        let html = r#"<a href="/record/abc/claims?from=1">All</a><a class="btn" href="/record/abc/entries?from=12">Go on</a>
            <a href="/record/abc?asof=3">3</a><a href="/record/abd/claims?from=1">4</a><a href="/record/abc/claims?asof=4&#38;from=1">5</a>"#;
        assert_eq!(beginnings(html, "abc"), ["/record/abc/claims?from=1"]);
        assert_eq!(goes_on(html, "abc").as_deref(), Some("/record/abc/entries?from=12"));
        assert_eq!(goes_on(html, "abd"), None);
    }
}
