//! Verify shown: holds a page for people against the words that follow from the log.
//!
//! A page is held against three things: the digest it prints, every entry in its list of entries (word for word, none
//! missing, none too many), and every claim, sentence, correction and source, which must stand somewhere on it. A list that
//! a saved page leads on from may end early, and no other: what is on the page must be its beginning. What a
//! page says beside these, in headings, dates or added sentences, no program finds here; whoever wants to be sure reads
//! the page as data, which is compared byte for byte.

use super::seen::seen;
use handbell_rules::record::projection::{ClaimLine, CorrectionLine, FactLine, IncidentRecord, SourceLine};
use handbell_rules::record::reply::Passage;
use std::collections::BTreeMap;

/// Pages of one incident's lists that are read at most.
pub const PARTS_MAX: usize = 400;

/// What a page comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// It says what the log says.
    Same,
    /// So far as it goes: the rest of these lists stands on other pages.
    Beginning(Vec<String>),
    /// It leaves out what the lists that it leads on from do not explain; what, in words.
    CannotTell(String),
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
    // Followed to their ends, lists must be whole.
    let begun = if parts.is_empty() { begun_lists(page, &record.incident.to_string()) } else { Vec::new() };
    let mut doubt = None;
    let entries = std::iter::once(page).chain(parts.iter().map(String::as_str)).flat_map(listed);
    if let Err(why) = hold_entries(record, entries, begun.iter().any(|name| name == ENTRIES), &mut doubt) {
        return Shown::Other(why);
    }
    // The list of entries repeats everything, so it is left out of where the rest must stand.
    let rest: String = std::iter::once(page).chain(parts.iter().map(String::as_str)).map(without_entries).collect();
    let text = folded(&words_of(&rest));
    if !text.contains(&folded(&record.title)) {
        return other("it has another title");
    }
    if let Err(words) = hold_lists(record, &rest, &text, &begun, &mut doubt) {
        return Shown::Other(format!("it does not show: {words}"));
    }
    match doubt {
        Some(why) => Shown::CannotTell(why),
        None if begun.is_empty() => Shown::Same,
        None => Shown::Beginning(begun),
    }
}

/// The names of the lists of which a page shows no more than the beginning.
fn begun_lists(page: &str, incident: &str) -> Vec<String> {
    let name = |path: String| path.rsplit('/').next().and_then(|last| last.strip_suffix("?from=1")).map(str::to_owned);
    beginnings(page, incident).into_iter().filter_map(name).collect()
}

/// Holds the entries that stand on a page against the record's. The error is what is wrong.
fn hold_entries(
    record: &IncidentRecord,
    shown: impl Iterator<Item = (String, String)>,
    may_end: bool,
    doubt: &mut Option<String>,
) -> Result<(), String> {
    let mut entries = BTreeMap::new();
    for (index, words) in shown {
        if entries.get(&index).is_some_and(|before| *before != words) {
            return Err(format!("it shows entry {index} in two ways"));
        }
        entries.insert(index, words);
    }
    let mut missing = None;
    for (place, line) in record.lines.iter().enumerate() {
        match entries.remove(&line.index.to_string()) {
            Some(words) if words != folded(&line.says) => {
                return Err(format!("entry {} is shown in other words than the log has", line.index));
            }
            Some(_) => {
                if let Some(before) = missing {
                    doubt.get_or_insert(format!("entry {} is shown, and entry {before} before it is not", line.index));
                }
            }
            None if !may_end => return Err(format!("entry {} is not shown", line.index)),
            None => {
                missing.get_or_insert(line.index);
                if place == 0 {
                    doubt.get_or_insert(format!("not even entry {} is shown, with which the list begins", line.index));
                }
            }
        }
    }
    match entries.keys().next() {
        Some(index) => Err(format!("it shows an entry {index} that the log does not have")),
        None => Ok(()),
    }
}

/// Holds everything beside the entries against a page. The error is what does not stand there and must.
fn hold_lists(record: &IncidentRecord, html: &str, text: &str, begun: &[String], doubt: &mut Option<String>) -> Result<(), String> {
    let stands = |words: &str| text.contains(words);
    let summed_up = folded(&words_of(&reading(html)));
    for list in lists(record) {
        if !begun.iter().any(|name| name == list.name) {
            match list.items.into_iter().flat_map(|item| item.words).find(|words| !stands(words)) {
                Some(words) => return Err(words),
                None => continue,
            }
        }
        let is_there = |item: &Item| match &item.row {
            Some(row) => html.contains(row),
            // A sentence may stand in a correction as well.
            None => item.words.iter().all(|words| summed_up.contains(words.as_str())),
        };
        let shown = list.items.iter().take_while(|item| is_there(item)).count();
        if let Some(words) = list.items[..shown].iter().flat_map(|item| &item.words).find(|words| !stands(words)) {
            return Err(words.clone());
        }
        let is_empty = shown == 0 && !list.items.is_empty();
        if is_empty || list.items[shown..].iter().any(is_there) {
            doubt.get_or_insert(format!("what it shows of the list of {} is not its beginning", list.name));
        }
    }
    if let Some(words) = folded_all(outcomes(record)).find(|words| !stands(words)) {
        return Err(words);
    }
    match folded_all(answers(record)).find(|words| !stands(words)) {
        Some(words) if begun.is_empty() => Err(words),
        // Whoever speaks much, or late, goes on in the list of who speaks.
        Some(_) if begun.iter().any(|name| name == VOICES) => Ok(()),
        Some(words) => {
            doubt.get_or_insert(format!("it does not show, and leads to no list that does: {words}"));
            Ok(())
        }
        None => Ok(()),
    }
}

const ENTRIES: &str = "entries";
const VOICES: &str = "voices";

/// A list of a page, which may stand there with its beginning alone.
struct List {
    /// Its name in a path.
    name: &'static str,
    /// In the order in which they stand.
    items: Vec<Item>,
}

struct Item {
    /// The mark by which its row is known, where rows have one.
    row: Option<String>,
    /// What must stand on the page with it, folded.
    words: Vec<String>,
}

impl Item {
    fn of<'a>(row: Option<String>, words: impl IntoIterator<Item = &'a str>) -> Self {
        Self { row, words: folded_all(words).collect() }
    }
}

fn folded_all<'a>(words: impl IntoIterator<Item = &'a str>) -> impl Iterator<Item = String> {
    words.into_iter().map(folded).filter(|words| !words.is_empty())
}

/// The lists that must stand on a page beside its entries.
fn lists(record: &IncidentRecord) -> [List; 5] {
    let correction =
        |one: &CorrectionLine| Item::of(Some(format!("id=\"corr{}\"", one.number)), [one.before.as_str(), &one.after, &one.note]);
    let sentences = |fact: &FactLine| -> Vec<Item> {
        let newest = fact.assessments.last().into_iter().flat_map(|one| &one.sentences);
        newest.map(|one| Item::of(None, [one.text.as_str()])).filter(|item| !item.words.is_empty()).collect()
    };
    let claim = |one: &ClaimLine| Item::of(Some(format!("id=\"claim-{}\"", one.number)), [one.says.as_str()]);
    let source =
        |line: &SourceLine| Item::of(Some(format!("id=\"s{}\"", line.number)), line.source.iter().map(|source| source.label.as_str()));
    // When it happened comes first, as on the page.
    let (when, rest): (Vec<&FactLine>, Vec<&FactLine>) = record.facts.iter().partition(|fact| fact.predicate == "when");
    [
        List { name: "corrections", items: record.corrections.iter().rev().map(correction).collect() },
        List { name: "said", items: record.facts.iter().flat_map(sentences).collect() },
        List { name: "claims", items: when.into_iter().chain(rest).flat_map(|fact| &fact.claims).map(claim).collect() },
        List { name: "sources", items: record.sources.iter().map(source).collect() },
        List { name: VOICES, items: voices(record) },
    ]
}

/// Who speaks, each source and each reply in the order of recording, with what stands in its box however short that is.
fn voices(record: &IncidentRecord) -> Vec<Item> {
    let speaks = |line: &SourceLine| {
        let mut claims = record.facts.iter().flat_map(|fact| &fact.claims);
        let mut statements = record.statements.iter().map(|one| &one.statement);
        claims.any(|claim| claim.live && claim.source == line.number)
            || statements.any(|one| one.source == line.number && !one.passages.is_empty())
    };
    let source = |line: &SourceLine| speaks(line).then_some(line.index);
    let label = |line: &SourceLine| line.source.as_ref().map(|source| source.label.clone());
    let mut voices: Vec<(u64, String)> = record.sources.iter().filter_map(|line| Some((source(line)?, label(line)?))).collect();
    voices.extend(record.replies.iter().filter_map(|line| {
        let first = match line.reply.as_ref()?.passages.first() {
            Some(Passage::Said(words)) => words.clone(),
            _ => String::new(),
        };
        Some((line.index, first))
    }));
    voices.sort_by_key(|(index, _)| *index);
    (1..).zip(&voices).map(|(number, (_, words))| Item::of(Some(format!("id=\"voice-{number}\"")), [words.as_str()])).collect()
}

/// What became of it, which stands on the page itself however long that is.
fn outcomes(record: &IncidentRecord) -> Vec<&str> {
    let newest = record.outcomes.iter().filter_map(|slot| slot.told.last()).filter(|one| one.value.is_some());
    newest.map(|one| one.words.as_str()).chain(record.outcome.iter().map(|outcome| outcome.text.as_str())).collect()
}

/// What those concerned and bodies say in their own words.
fn answers(record: &IncidentRecord) -> Vec<&str> {
    let passages = record.replies.iter().filter_map(|line| line.reply.as_ref()).flat_map(|reply| &reply.passages);
    let replies = passages.filter_map(|passage| if let Passage::Said(words) = passage { Some(words.as_str()) } else { None });
    replies.chain(record.statements.iter().flat_map(|line| &line.statement.passages).map(String::as_str)).collect()
}

/// One spelling for words that are written with a capital, a full stop or a line break more or less.
fn folded(words: &str) -> String {
    let lower = words.to_lowercase();
    lower.split_whitespace().collect::<Vec<_>>().join(" ").trim_end_matches(['.', '!', '?']).to_owned()
}

/// What the desk sums up on a page.
fn reading(html: &str) -> String {
    let parts = html.split("<div class=\"reading\">").skip(1);
    parts.filter_map(|part| part.split("</div>").next()).collect()
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
    use handbell_rules::id::IncidentId;
    use handbell_rules::record::claim::{Polarity, Value};
    use handbell_rules::record::projection::{AssessmentLine, LoggedEntry, RecordLine, SentenceLine, project};

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

    const SUMMED_UP: &str = "<bdi>one stood.</bdi> <bdi>two stood.</bdi> <bdi>three stood.</bdi>";

    /// A page as this program writes it, with so many of each of its lists.
    fn page(record: &IncidentRecord, entries: &[u64], claims: &[u32], corrections: &[u32], lists: &[&str]) -> String {
        let mut html = format!("<h1>{}</h1><p>digest</p><div class=\"reading\"><p>{SUMMED_UP}</p></div>", record.title);
        for number in corrections {
            let words = format!("<p>before {number}</p><p>after {number}</p><p>note {number}</p>");
            html.push_str(&format!("<aside class=\"slip\" id=\"corr{number}\">{words}</aside>"));
        }
        for number in claims {
            html.push_str(&format!("<tr id=\"claim-{number}\"><td>claim number {number} stands</td></tr>"));
        }
        html.push_str("<ol class=\"entries\">");
        for index in entries {
            html.push_str(&format!("<li id=\"entry-{index}\"><p>x</p><p><bdi>words {index}</bdi></p></li>"));
        }
        html.push_str("</ol>");
        for list in lists {
            html.push_str(&format!("<a href=\"/record/{}/{list}?from=1\">All</a>", record.incident));
        }
        html
    }

    /// A record of four entries, three claims, three sentences and two corrections.
    fn record() -> IncidentRecord {
        let payload = serde_json::json!({"type": "incident.opened", "kind_label": "Flood", "district": "Peckham"});
        let opened = LoggedEntry { index: 0, kind: 1, payload: payload.as_object().cloned(), missing: false };
        let mut record = project(IncidentId([3; 16]), &[opened]).unwrap();
        let line = record.lines[0].clone();
        record.lines = (0..4).map(|index| RecordLine { index, says: format!("words {index}"), ..line.clone() }).collect();
        let claim = |number: u32| ClaimLine {
            number,
            index: 1,
            at: String::new(),
            source: 1,
            polarity: Polarity::Asserts,
            value: Value::Span { edtf: None, words: None },
            says: format!("claim number {number} stands"),
            live: true,
            set_aside: None,
            contradicted_by: Vec::new(),
            worded_otherwise: Vec::new(),
            independent: 1,
            events: Vec::new(),
        };
        let sentence = |text: &str| SentenceLine { text: text.to_owned(), claims: Vec::new(), sources: Vec::new() };
        record.facts = vec![FactLine {
            predicate: "depth".to_owned(),
            label: "Depth".to_owned(),
            about: None,
            standing: None,
            accounts_differ: false,
            claims: [1, 2, 3].map(claim).to_vec(),
            assessments: vec![AssessmentLine {
                number: 1,
                index: 2,
                at: String::new(),
                standing: None,
                sentences: ["one stood", "two stood", "three stood"].map(sentence).to_vec(),
                relies_on: Vec::new(),
                corrected_by: None,
            }],
        }];
        let correction = |number: u32| CorrectionLine {
            number,
            index: 2,
            at: String::new(),
            kind: None,
            label: String::new(),
            before: format!("before {number}"),
            after: format!("after {number}"),
            note: format!("note {number}"),
            sources: Vec::new(),
        };
        record.corrections = [1, 2].map(correction).to_vec();
        record
    }

    #[test]
    fn a_list_that_leads_on_excuses_its_own_end_and_nothing_else() {
        let record = record();
        let shown = |entries: &[u64], claims: &[u32], corrections: &[u32], lists: &[&str]| {
            let page = page(&record, entries, claims, corrections, lists);
            match compare(&record, "digest", &page, &[]) {
                Shown::Same => "same".to_owned(),
                Shown::Beginning(lists) => lists.join(" "),
                Shown::CannotTell(_) => "cannot tell".to_owned(),
                Shown::Other(_) => "other".to_owned(),
            }
        };
        let (all, claims, newest_first) = ([0, 1, 2, 3], [1, 2, 3], [2, 1]);
        assert_eq!(shown(&all, &claims, &newest_first, &[]), "same");
        // Each list's beginning, with the link that says where it goes on.
        assert_eq!(shown(&all[..2], &claims, &newest_first, &["entries"]), "entries");
        assert_eq!(shown(&all, &claims[..1], &newest_first, &["claims"]), "claims");
        assert_eq!(shown(&all, &claims, &newest_first[..1], &["corrections"]), "corrections");
        assert_eq!(shown(&all[..1], &claims[..2], &newest_first, &["entries", "claims"]), "claims entries");
        // One link excuses no other list.
        for lists in [&["claims"][..], &["said", "sources"], &[]] {
            assert_eq!(shown(&all[..2], &claims, &newest_first, lists), "other", "{lists:?}");
            assert_eq!(shown(&all, &claims, &newest_first[..1], lists), "other", "{lists:?}");
            assert_eq!(shown(&[], &[], &[], lists), "other", "{lists:?}");
        }
        assert_eq!(shown(&all, &claims[..2], &newest_first, &["entries"]), "other");
        // What stands must be the beginning, and something must.
        for entries in [&all[..0], &[1, 2, 3], &[0, 2, 3]] {
            assert_eq!(shown(entries, &claims, &newest_first, &["entries"]), "cannot tell", "{entries:?}");
        }
        for some in [&claims[..0], &[2, 3], &[1, 3]] {
            assert_eq!(shown(&all, some, &newest_first, &["claims"]), "cannot tell", "{some:?}");
        }
        assert_eq!(shown(&all, &claims, &[1], &["corrections"]), "cannot tell", "the newest stands first");
        // So with what the desk sums up, also where a sentence stands in a correction as well.
        let reads = |sentences: &str, lists: &[&str]| {
            let page = page(&record, &all, &claims, &newest_first, lists).replace(SUMMED_UP, sentences) + "<p>three stood</p>";
            compare(&record, "digest", &page, &[])
        };
        assert_eq!(reads("<bdi>one stood.</bdi>", &["said"]), Shown::Beginning(vec!["said".to_owned()]));
        assert!(matches!(reads("<bdi>one stood.</bdi>", &["claims"]), Shown::Other(_)));
        for gap in ["", "<bdi>two stood.</bdi>", "<bdi>one stood.</bdi> <bdi>three stood.</bdi>"] {
            assert!(matches!(reads(gap, &["said"]), Shown::CannotTell(_)), "{gap}");
        }
        // A row that stands has its words.
        let page = page(&record, &all, &claims[..2], &newest_first, &["claims"]).replace("claim number 2 stands", "");
        assert!(matches!(compare(&record, "digest", &page, &[]), Shown::Other(_)));
    }
}
