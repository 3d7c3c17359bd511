//! One list of an incident's page on a page of its own: everything that had no room there.
//!
//! It is the same projection, cut elsewhere, and as light. A list begins at any place, so that a source's number can
//! lead straight to it; `?asof=` is the same moment as on the page it came from.

use super::super::answer::page_door;
use super::super::fields::Fields;
use super::super::kept::may_be_kept;
use super::super::problem::{Problem, Trouble, html};
use super::super::{App, frame};
use super::incident::room::{PAGE_BYTES_MAX, ROOMS, by_weight, claims_lead, part_href, pieces};
use super::incident::{copies_now, moment, record_page};
use crate::acts::record::read_record;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Response};
use handbell_rules::id::IncidentId;
use handbell_rules::record::as_of::AsOf;
use handbell_site::{Link, Page, RecordPage, RecordPart, RecordPartPage, Tab, Voice};

/// The lists, by their name in the path, with what each is called.
const PARTS: [(&str, &str); 8] = [
    ("corrections", "Corrections of this page"),
    ("said", "What the desk says"),
    ("claims", "Who says what"),
    ("accounts", "Where accounts differ"),
    ("voices", "What each side says"),
    ("sources", "Sources"),
    ("changes", "What changed on this page"),
    ("entries", "Every entry, as it was written down"),
];

pub(super) async fn show(
    State(app): State<App>,
    path: Result<Path<(String, String)>, PathRejection>,
    RawQuery(query): RawQuery,
) -> Response {
    page_door(&app, async {
        let nowhere = || Problem::of(Trouble::NotFound);
        let Path((incident, part)) = path.map_err(|_| nowhere())?;
        let incident: IncidentId = incident.parse().map_err(|_| nowhere())?;
        let asked = Asked::of(&part, query.as_deref())?;
        let record = read_record(&app.world, incident, asked.as_of.as_ref()).await?.ok_or_else(nowhere)?;
        let copies = copies_now(&app, &record, asked.as_of.as_ref()).await?;
        let whole = record_page(&app, &record, asked.as_of.as_ref(), copies);
        Ok(may_be_kept(html(asked.within(&app, whole).ok_or_else(nowhere)?).into_response()))
    })
    .await
}

/// What is asked of one list.
pub(super) struct Asked {
    part: &'static str,
    heading: &'static str,
    from: usize,
    /// The moment.
    pub(super) as_of: Option<AsOf>,
}

/// The stretch of a list from its place on, at most so many, and how long all of it is.
fn stretch<T: Clone>(list: &[T], from: usize, most: usize) -> (Vec<T>, usize) {
    (list.iter().skip(from - 1).take(most).cloned().collect(), list.len())
}

/// Everybody who speaks, whoever says much in several boxes of the same sort.
fn voices(all: Vec<Voice>) -> Vec<Voice> {
    let in_pieces =
        |voice: Voice| by_weight(voice.says.clone(), |says| says.len() + 40).into_iter().map(move |says| Voice { says, ..voice.clone() });
    all.into_iter().flat_map(in_pieces).collect()
}

impl Asked {
    /// Reads it from a path's last name and the query.
    pub(super) fn of(part: &str, query: Option<&str>) -> Result<Self, Problem> {
        let nowhere = || Problem::of(Trouble::NotFound);
        let (part, heading) = PARTS.into_iter().find(|(name, _)| *name == part).ok_or_else(nowhere)?;
        let fields = Fields::parse(query.unwrap_or_default().as_bytes())?;
        fields.only(&["asof", "from"])?;
        let as_of = moment(&fields)?;
        let from: usize = match fields.one("from")? {
            "" => 1,
            from => from.parse().ok().filter(|from| *from > 0).ok_or_else(nowhere)?,
        };
        Ok(Self { part, heading, from, as_of })
    }

    /// The page with as many as have room; none where the list does not reach so far.
    pub(super) fn within(&self, app: &App, mut whole: RecordPage) -> Option<String> {
        whole.slips.reverse(); // Oldest first, so that a correction's number is its place.
        whole.voices = voices(whole.voices);
        whole.differ = pieces([whole.differ, whole.worded].concat());
        whole.worded = Vec::new();
        claims_lead(&mut whole.said, &whole.claims, 0, |place| part_href(&whole.at, "claims", self.as_of.as_ref(), place));
        let mut made = None;
        for most in ROOMS.into_iter().chain([1]) {
            let (list, shown, all) = self.list(&whole, most);
            if shown == 0 {
                return None;
            }
            let page = self.page(app, &whole, list, shown, all).html();
            let fits = page.len() <= PAGE_BYTES_MAX;
            made = Some(page);
            if fits {
                break;
            }
        }
        made
    }

    fn list(&self, whole: &RecordPage, most: usize) -> (RecordPart, usize, usize) {
        macro_rules! part {
            ($list:expr, $part:path) => {{
                let (some, all) = stretch($list, self.from, most);
                let shown = some.len();
                ($part(some), shown, all)
            }};
        }
        match self.part {
            "corrections" => part!(&whole.slips, RecordPart::Corrections),
            "said" => part!(&whole.said, RecordPart::Said),
            "claims" => part!(&whole.claims, RecordPart::Claims),
            "accounts" => part!(&whole.differ, RecordPart::Accounts),
            "voices" => part!(&whole.voices, RecordPart::Voices),
            "sources" => part!(&whole.sources, RecordPart::Sources),
            "changes" => part!(&whole.changes, RecordPart::Changes),
            _ => part!(&whole.entries, RecordPart::Entries),
        }
    }

    fn page(&self, app: &App, whole: &RecordPage, mut list: RecordPart, shown: usize, all: usize) -> RecordPartPage {
        let href = |part: &str, from: &str| part_href(&whole.at, part, self.as_of.as_ref(), from);
        let back_href = self.as_of.as_ref().map_or_else(|| whole.at.clone(), |moment| format!("{}?asof={moment}", whole.at));
        let last = self.from + shown - 1;
        let link = |from: usize, words: &str| Link { href: href(self.part, &from.to_string()), words: words.to_owned() };
        if let RecordPart::Claims(rows) = &mut list {
            for link in rows.iter_mut().flat_map(|row| &mut row.links) {
                // What these lead to stands elsewhere.
                link.href = match link.href.strip_prefix("#corr") {
                    Some(number) => href("corrections", number),
                    None => href("accounts", "1"),
                };
                if link.words == "See 2" {
                    link.words = "See where accounts differ".to_owned();
                }
            }
            if let Some(first) = rows.first_mut() {
                first.sub = false;
            }
        }
        RecordPartPage {
            frame: frame::public(app, Tab::Record, &href(self.part, &self.from.to_string())),
            theirs: whole.theirs.clone(),
            title: whole.title.clone(),
            back_href,
            heading: self.heading.to_owned(),
            words: if self.from == 1 && last == all { format!("all {all}") } else { format!("{} to {last} of {all}", self.from) },
            list,
            sources_at: href("sources", ""),
            earlier: (self.from > 1).then(|| link(self.from.saturating_sub(shown).max(1), "Earlier in the list")),
            later: (last < all).then(|| link(last + 1, "Go on")),
        }
    }
}

#[cfg(test)]
mod tests;
