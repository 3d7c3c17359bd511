//! Room: how much of an incident's page is on it, so that it stays light on a bad network.
//!
//! A page that fits is shown whole. One that does not shows the beginning of every list, each side's by the same
//! measure, and says where the list goes on. Nothing is lost: every list has pages of its own, and those are
//! as light. The weight is that of the HTML, plain, without its style. The same in schema.org's words stands inside a
//! page that is shown whole and has room for it; any other names it in a `Link` header only, because what stands in
//! those words must stand on the page.

use handbell_rules::record::as_of::AsOf;
use handbell_site::{Differing, Elsewhere, Link, Page, RecordPage, SaidRow, Sourced};
use std::collections::HashMap;

/// Bytes of one page's HTML at most.
pub(in crate::doors::record) const PAGE_BYTES_MAX: usize = 50_000;
/// Rows a list may have, tried one after the other.
pub(in crate::doors::record) const ROOMS: [usize; 11] = [100_000, 60, 40, 28, 20, 14, 10, 7, 5, 3, 2];

/// The path of one list of an incident below the path of its page, from a place on; without a place, as a beginning of it.
pub(in crate::doors::record) fn part_href(at: &str, part: &str, as_of: Option<&AsOf>, from: &str) -> String {
    let as_of = as_of.map(|moment| format!("asof={moment}&")).unwrap_or_default();
    format!("{at}/{part}?{as_of}from={from}")
}

/// The page as HTML, with as much of it as has room.
pub(in crate::doors::record) fn within(whole: &RecordPage, as_of: Option<&AsOf>) -> String {
    let mut html = whole.html();
    if html.len() <= PAGE_BYTES_MAX {
        return html;
    }
    let whole = RecordPage { linked: None, ..whole.clone() };
    for room in ROOMS {
        html = if room == ROOMS[0] { whole.html() } else { cut(whole.clone(), room, as_of).html() };
        if html.len() <= PAGE_BYTES_MAX {
            break;
        }
    }
    html
}

fn cut(mut page: RecordPage, room: usize, as_of: Option<&AsOf>) -> RecordPage {
    let at = page.at.clone();
    let href = |part: &str, from: &str| part_href(&at, part, as_of, from);
    let more = |part: &str, all: usize, shown: usize, words: &str| {
        (all > shown).then(|| Link { href: href(part, "1"), words: format!("All {all} {words}") })
    };
    let part_of = |parts: usize, least: usize| (room / parts).max(least);

    page.rest.corrections = more("corrections", page.slips.len(), part_of(6, 1), "corrections");
    page.slips.truncate(part_of(6, 1));
    page.rest.said = more("said", page.said.len(), room, "sentences");
    page.said.truncate(room);
    page.rest.claims = more("claims", page.claims.len(), room, "claims");
    let shown = room.min(page.claims.len());
    claims_lead(&mut page.said, &page.claims, shown, |place| href("claims", place));
    page.claims.truncate(room);
    let facts = part_of(4, 1);
    let accounts = page.differ.len() + page.worded.len();
    page.rest.accounts = more("accounts", accounts, page.differ.len().min(facts) + page.worded.len().min(facts), "facts, side by side");
    for list in [&mut page.differ, &mut page.worded, &mut page.outcomes] {
        list.truncate(facts);
        list.iter_mut().for_each(|one| shorten(&mut one.said, part_of(4, 2)));
    }
    page.stands.truncate(part_of(2, 4));
    page.times.truncate(part_of(3, 2));
    page.rest.voices = more("voices", page.voices.len(), part_of(3, 2), "who speak");
    page.voices.truncate(part_of(3, 2));
    for voice in &mut page.voices {
        let left = voice.says.len().saturating_sub(part_of(4, 2));
        voice.says.truncate(part_of(4, 2));
        if left > 0 {
            voice.says.push(format!("And {left} more, in the list of everybody who speaks."));
            page.rest.voices.get_or_insert_with(|| Link { href: href("voices", "1"), words: "All they say".to_owned() });
        }
    }
    for list in [&mut page.lookalikes, &mut page.similar] {
        let left = list.len().saturating_sub(part_of(4, 1));
        list.truncate(part_of(4, 1));
        if left > 0 {
            let link = Some(Link { href: href("entries", "1"), words: "Every entry".to_owned() });
            list.push(Elsewhere { when: String::new(), place: format!("{left} more stand among the entries"), note: String::new(), link });
        }
    }
    page.rest.sources = more("sources", page.sources.len(), room, "sources");
    if page.sources.len() > room {
        page.sources_at = href("sources", "");
        page.sources.truncate(room);
    }
    page.rest.changes = more("changes", page.changes.len(), part_of(4, 2), "changes");
    page.changes.truncate(part_of(4, 2));
    page.rest.entries = more("entries", page.entries.len(), part_of(6, 1), "entries");
    page.entries.truncate(part_of(6, 1));
    for link in page.claims.iter_mut().flat_map(|claim| &mut claim.links) {
        // A correction that has no room here is told on its own page.
        if let Some(number) = link.href.strip_prefix("#corr")
            && !page.slips.iter().any(|slip| format!("#{}", slip.anchor) == link.href)
        {
            link.href = href("corrections", number);
        }
    }
    page
}

/// Lets sentences lead to those of their claims that stand beyond the first `shown` of all: to their place in the list.
pub(in crate::doors::record) fn claims_lead(said: &mut [Sourced], all: &[SaidRow], shown: usize, href: impl Fn(&str) -> String) {
    let places: HashMap<&str, usize> = (1..).zip(all).map(|(place, row)| (row.number.as_str(), place)).collect();
    for claim in said.iter_mut().flat_map(|one| &mut one.claims) {
        match places.get(claim.words.as_str()) {
            Some(place) if *place > shown => claim.href = href(&place.to_string()),
            _ => {}
        }
    }
}

/// The beginning of what is said of a fact; the table of claims holds the rest.
fn shorten(said: &mut Vec<Sourced>, most: usize) {
    let left = said.len().saturating_sub(most);
    if left > 0 {
        said.truncate(most);
        said.push(Sourced { words: format!("And {left} more, in the list of all claims."), ..Sourced::default() });
    }
}

/// Facts side by side in pieces of a page's size; one on which thousands speak goes on in the next piece.
pub(in crate::doors::record) fn pieces(facts: Vec<Differing>) -> Vec<Differing> {
    let in_pieces = |fact: Differing| {
        let about = fact.about;
        by_weight(fact.said, |said| said.words.len() + 120).into_iter().map(move |said| Differing { about: about.clone(), said })
    };
    facts.into_iter().flat_map(in_pieces).collect()
}

/// Bytes of one piece of a list inside a list.
const PIECE_BYTES: usize = 16_000;

/// Cuts a list into pieces of about the same weight; none of them is empty.
pub(in crate::doors::record) fn by_weight<T>(list: Vec<T>, weight: impl Fn(&T) -> usize) -> Vec<Vec<T>> {
    let mut pieces: Vec<Vec<T>> = Vec::new();
    let mut full = PIECE_BYTES;
    for one in list {
        full += weight(&one);
        match pieces.last_mut() {
            Some(piece) if full <= PIECE_BYTES => piece.push(one),
            _ => {
                full = weight(&one);
                pieces.push(vec![one]);
            }
        }
    }
    pieces
}
