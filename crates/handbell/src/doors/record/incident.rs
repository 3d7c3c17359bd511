//! The page of one incident, and the page of all corrections.
//!
//! Made from the projection and from nothing else: no clock, no private row. Every claim has its line, its
//! source and its box, whatever the desk thinks of it; what was superseded is struck and stays. `?asof=` shows
//! the page as it was at an instant or a log size. A page that would be too heavy for a bad network shows the
//! beginning of its lists, and the rest stands on pages of their own (`room`, `../part.rs`).

mod also;
pub(super) mod room;
mod stands;

use super::super::answer::{named, page, page_door};
use super::super::fields::Fields;
use super::super::kept::may_be_kept;
use super::super::problem::{Problem, Trouble, html};
use super::super::{App, frame};
use super::voices::{asked, voices};
use super::{day, newest_of_kind, signed, tag_of};
use crate::acts::record::read_record;
use crate::export::json_ld;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Response};
use handbell_log::hash::Hash;
use handbell_log::tile::content_path;
use handbell_rules::bell::mode::Status;
use handbell_rules::id::IncidentId;
use handbell_rules::record::as_of::AsOf;
use handbell_rules::record::assessment::{Standing, TOOK_BACK};
use handbell_rules::record::claim::{Polarity, Value};
use handbell_rules::record::entry::EntryKind;
use handbell_rules::record::moderation::Moderation;
use handbell_rules::record::projection::{
    ClaimLine, CorrectionLine, FactLine, IncidentRecord, MISSING, ModerationLine, OutcomeLine, RecordLine, SlotLine, SourceLine, WITHDRAWN,
};
use handbell_rules::record::shown;
use handbell_rules::record::source::SourceKind;
use handbell_rules::span::Span;
use handbell_site::{
    Came, Changed, CorrectionRow, CorrectionsPage, Differing, Elsewhere, Fact, FileRow, Link, Linked, Page, ProofOffer, RecordEntry,
    RecordPage, Rest, SaidRow, SourceRow, Sourced, State as Shown, Tab, Tag,
};
use http::HeaderValue;
use http::header::LINK;
use room::{PAGE_BYTES_MAX, ROOMS};
use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};

/// Predicates whose claims say what came of it; the rest say what happened.
const OUTCOMES: [&str; 3] = ["outcome", "follow_up", "expectation"];

/// How a moment is written.
pub(super) const MOMENT: &str = "Write the moment as 2026-11-21T14:05Z, as 2026-11-21, or as a number of log entries; with said: before it for what an imported history said.";

/// The moment an `asof` asks for; none when it was not asked.
pub(in crate::doors) fn moment(fields: &Fields) -> Result<Option<AsOf>, Problem> {
    match fields.one("asof")? {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| Problem::of(Trouble::QuestionBroken).saying(MOMENT)),
    }
}

pub(super) async fn show(State(app): State<App>, incident: Result<Path<String>, PathRejection>, RawQuery(query): RawQuery) -> Response {
    page_door(&app, async {
        let nowhere = || Problem::of(Trouble::NotFound);
        let fields = Fields::parse(query.unwrap_or_default().as_bytes())?;
        fields.only(&["asof"])?;
        let as_of = moment(&fields)?;
        let incident: IncidentId = named(incident)?.parse().map_err(|_| nowhere())?;
        let record = read_record(&app.world, incident, as_of.as_ref()).await?.ok_or_else(nowhere)?;
        let around = also::around(&app, &record, as_of.as_ref()).await?;
        let served = also::served(&app, &record, as_of.as_ref()).await?;
        let mut whole = record_page(&app, &record, as_of.as_ref(), also::BesideShown { served, ..around.beside });
        whole.held_back = held_back(&app, &record).await?;
        whole.proof = if as_of.is_none() { offer(&app, &record).await? } else { None };
        whole.linked = Some(Linked::of(&json_ld::document(&app.world.group.name, &app.world.group.origin, &record)));
        let answer = html(room::within(&whole, as_of.as_ref())).into_response();
        // A page that waits for the counting to end is made anew for the next reader.
        let mut shown = if around.is_whole { may_be_kept(answer) } else { answer };
        let asked = as_of.map(|moment| format!("?asof={moment}")).unwrap_or_default();
        let link = format!("</record/{incident}/json-ld{asked}>; rel=\"alternate\"; type=\"application/ld+json\"");
        // Ids and moments that were parsed are visible ASCII.
        if let Ok(link) = HeaderValue::from_str(&link) {
            shown.headers_mut().insert(LINK, link);
        }
        Ok(shown)
    })
    .await
}

/// That words of this record were taken while the log was in doubt, and since when; nothing once the log says so itself.
async fn held_back(app: &App, record: &IncidentRecord) -> Result<Option<String>, Problem> {
    if record.missing() == 0 {
        return Ok(None);
    }
    let taken = app.world.store.taken_alone().await?;
    let here = taken.iter().filter(|one| one.incident == record.incident);
    let since = here.filter_map(|one| Some(one.alone.as_ref()?.held_back.as_ref()?.since)).min();
    Ok(since.map(|since| {
        let when = day(app, &since.utc_minute());
        format!("Words of this page are held back since {when}; the log will say so when it can be signed again.")
    }))
}

/// What a part of a page needs of what stands around it: which covered copies are handed out.
pub(super) async fn copies_now(app: &App, record: &IncidentRecord, as_of: Option<&AsOf>) -> Result<also::BesideShown, Problem> {
    Ok(also::BesideShown { served: also::served(app, record, as_of).await?, ..also::BesideShown::default() })
}

/// How the page is checked alone, as of the newest signed size.
async fn offer(app: &App, record: &IncidentRecord) -> Result<Option<ProofOffer>, Problem> {
    let Some((checkpoint, _)) = signed(app).await?.filter(|_| record.missing() == 0) else { return Ok(None) };
    let file = format!("{}.proof.json", record.incident);
    Ok(Some(ProofOffer {
        href: format!("/record/{}/proof", record.incident),
        command: format!("handbell verify page {file} --key {}", app.world.group.log_vkey),
        file,
        size: checkpoint.size.to_string(),
        root: checkpoint.root.to_string(),
        sha256: Hash(record.sha256()).to_hex(),
    }))
}

/// Corrections that one page of them shows.
const CORRECTIONS_LISTED_MAX: usize = 100;

pub(super) async fn corrections(State(app): State<App>, RawQuery(query): RawQuery) -> Response {
    page_door(&app, async {
        let fields = Fields::parse(query.unwrap_or_default().as_bytes())?;
        fields.only(&["before"])?;
        let before = match fields.one("before")? {
            "" => u64::MAX,
            place => place.parse().map_err(|_| Problem::of(Trouble::NotFound))?,
        };
        let (places, next) = newest_of_kind(&app, EntryKind::Correction, before, CORRECTIONS_LISTED_MAX).await?;
        let (mut rows, mut pages): (Vec<(u64, CorrectionRow)>, HashMap<IncidentId, IncidentRecord>) = (Vec::new(), HashMap::new());
        for (index, incident) in places {
            let record = match pages.entry(incident) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(place) => match read_record(&app.world, incident, None).await? {
                    Some(record) => place.insert(record),
                    None => continue,
                },
            };
            let one = record.corrections.iter().find(|one| one.index == index);
            rows.extend(one.map(|one| (index, slip(&app, record, one))));
        }
        let listed = |rows: &[(u64, CorrectionRow)], next: Option<u64>| CorrectionsPage {
            frame: frame::public(&app, Tab::Record, "/corrections"),
            corrections: rows.iter().map(|(_, row)| row.clone()).collect(),
            next_href: next.map(|place| format!("/corrections?before={place}")),
        };
        // As many as keep the page light; one is shown whatever it weighs.
        let mut some = listed(&rows, next);
        for room in ROOMS.into_iter().chain([1]).filter(|room| *room < rows.len()) {
            if some.html().len() <= PAGE_BYTES_MAX {
                break;
            }
            some = listed(&rows[..room], Some(rows[room - 1].0));
        }
        Ok(page(&some))
    })
    .await
}

/// A second of an imported history, in UTC as the history wrote it.
fn utc_second_in_words(second: &str) -> String {
    format!("{} UTC", second.trim_end_matches('Z').replace('T', " "))
}

/// Words for a count of times.
fn times(count: usize) -> String {
    match count {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        count => format!("{count} times"),
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().collect::<String>() + letters.as_str()).unwrap_or_default()
}

/// Ends a text that ends without a sign.
pub(super) fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() || text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}

fn numbers(list: &[u32]) -> Vec<String> {
    list.iter().map(u32::to_string).collect()
}

pub(super) fn record_page(app: &App, record: &IncidentRecord, as_of: Option<&AsOf>, beside: also::BesideShown) -> RecordPage {
    let also::BesideShown { also, lists, served } = beside;
    let listed = |place: &str| lists.get(place).cloned();
    let (stands, silent) = stands::stands(record);
    let group = &app.world.group;
    let said = |fact: &FactLine| -> Vec<Sourced> {
        let newest = fact.assessments.last();
        let sentences = newest.iter().flat_map(|one| &one.sentences);
        let claim = |number: &u32| Link { href: format!("#claim-{number}"), words: number.to_string() };
        sentences
            .map(|one| Sourced {
                words: sentence(&one.text),
                sources: numbers(&one.sources),
                claims: one.claims.iter().map(claim).collect(),
            })
            .collect()
    };
    let entered = (record.approved_by == "import").then(|| {
        "Whoever runs this site entered this from a file. It was not approved by two members of the desk, as everything added later must be.".to_owned()
    });
    RecordPage {
        frame: frame::public(app, Tab::Record, &format!("/record/{}", record.incident)),
        id: record.incident.to_string(),
        at: format!("/record/{}", record.incident),
        theirs: None,
        title: record.title.clone(),
        as_of: day(app, &record.changed),
        earlier: as_of.map(|moment| match moment {
            // True also of a moment that has not come: the page says which entries it counts and no more.
            AsOf::Size(1) => "You are reading this page as the log's first entry tells it.".to_owned(),
            AsOf::Size(size) => format!("You are reading this page as the log's first {size} entries tell it."),
            AsOf::Minute(minute) => format!("You are reading this page as the entries up to {} tell it.", day(app, minute)),
            AsOf::Said(second) => {
                format!("You are reading what was said elsewhere up to {}, as it was entered here later.", utc_second_in_words(second))
            }
        }),
        held_back: None,
        tags: tags(record),
        entered,
        slips: record.corrections.iter().rev().map(|one| slip(app, record, one)).collect(),
        said: record.facts.iter().flat_map(said).collect(),
        facts: facts(record),
        claims: claims(app, record),
        differ: record.facts.iter().flat_map(|fact| side_by_side(record, fact, |claim| !claim.contradicted_by.is_empty())).collect(),
        worded: record
            .facts
            .iter()
            .flat_map(|fact| side_by_side(record, fact, |claim| claim.contradicted_by.is_empty() && !claim.worded_otherwise.is_empty()))
            .collect(),
        voices: voices(record),
        asked: record.asked.iter().map(|one| asked(app, one)).collect(),
        moderated: match record.moderation.len() {
            0 => None,
            1 => Some("One decision about what is shown here".to_owned()),
            some => Some(format!("{some} decisions about what is shown here")),
        },
        lookalikes: record
            .lookalikes
            .iter()
            .map(|one| Elsewhere {
                when: one.year.to_string(),
                place: one.place.clone(),
                note: sentence(&capital(&one.note)),
                link: listed(&one.place),
            })
            .collect(),
        similar: record
            .similar
            .iter()
            .map(|one| Elsewhere {
                when: Span::parse(&one.edtf).map_or_else(|_| one.edtf.clone(), |date| date.words()),
                place: one.place.clone(),
                note: String::new(),
                link: listed(&one.place),
            })
            .collect(),
        came: record.outcomes.iter().map(|slot| came(app, slot, |index| record.is_missing(index))).collect(),
        outcomes: record
            .facts
            .iter()
            .filter(|fact| OUTCOMES.contains(&fact.predicate.as_str()))
            .map(|fact| Differing { about: about(fact), said: fact.claims.iter().map(|claim| who_says(record, claim)).collect() })
            .collect(),
        outcome: record.outcome.as_ref().map(|outcome| format!("{} Source: {}.", outcome.text, outcome.says.trim_end_matches('.'))),
        stands,
        silent,
        times: stands::times(record),
        also,
        rest: Rest::default(),
        sources_at: "#s".to_owned(),
        sources: record.sources.iter().map(|line| source_row(record, line, served.as_ref())).collect(),
        sources_words: sources_words(record),
        changes: changes(app, record),
        entries: record.lines.iter().map(|line| entry(app, line)).collect(),
        entries_words: match (record.lines.first(), record.lines.last()) {
            (Some(first), Some(last)) if first.index != last.index => format!("{} to {}", first.index, last.index),
            (Some(only), _) => only.index.to_string(),
            _ => String::new(),
        },
        verify_command: format!("handbell verify {}", group.origin),
        cosigned: as_of.is_none().then(|| super::cosigned(app)),
        data_href: match as_of {
            None => format!("/api/v1/incidents/{}", record.incident),
            Some(moment) => format!("/api/v1/incidents/{}?asof={moment}", record.incident),
        },
        proof: None,
        vapid_key: as_of.is_none().then(|| group.vapid_public.clone()),
        linked: None,
    }
}

const TAKEN: &str = "These words were taken from the public.";
const LOST: &str = "These words are missing here: they were lost, or are held back until the log can say that they were taken.";

/// What one outcome says: the value, since when, and what else is known. One way for every value.
fn outcome_words(one: &OutcomeLine, is_missing: bool) -> String {
    if one.value.is_none() {
        let gone = if is_missing { LOST } else { TAKEN };
        return format!("{gone} Nothing told before takes their place.");
    }
    let since = if one.day_words.is_empty() { one.words.clone() } else { format!("{}, {}", one.words, one.day_words) };
    if one.note.is_empty() { sentence(&since) } else { format!("{} {}", sentence(&since), capital(&sentence(&one.note))) }
}

/// A slot as its row of the page.
pub(in crate::doors) fn came(app: &App, slot: &SlotLine, is_missing: impl Fn(u64) -> bool) -> Came {
    let outcome_words = |one: &OutcomeLine| outcome_words(one, is_missing(one.index));
    let newest = slot.told.last();
    let mut asked: Vec<String> = Vec::new();
    asked.extend(newest.filter(|one| !one.at.is_empty()).map(|one| format!("Recorded on {}.", day(app, &one.at))));
    asked.extend(slot.last_asked.as_ref().map(|last| format!("Last asked on {}: {}", last.on_words, sentence(&last.whom))));
    asked.extend(
        slot.asks_again.as_deref().map(|on| format!("We ask again from {}.", Span::parse(on).map_or(on.to_owned(), |on| on.words()))),
    );
    let source = |one: &OutcomeLine| one.source.iter().map(u32::to_string).collect::<Vec<_>>();
    Came {
        label: slot.about.as_deref().map_or_else(|| slot.label.clone(), |about| format!("{}: {about}", slot.label)),
        words: newest.map_or_else(|| "Not known yet. Nobody was asked.".to_owned(), &outcome_words),
        sources: newest.map(source).unwrap_or_default(),
        asked: if asked.is_empty() { "Nobody is asked while it goes on.".to_owned() } else { asked.join(" ") },
        before: slot
            .told
            .iter()
            .rev()
            .skip(1)
            .map(|one| Sourced { words: outcome_words(one), sources: source(one), claims: Vec::new() })
            .collect(),
    }
}

/// Whether an official statement confirms it: the desk settled a fact with it, nothing that the desk did not set aside
/// contradicts it, and the whole was not mistaken. That a body said something, or denied it, confirms nothing.
fn settled_officially(record: &IncidentRecord) -> bool {
    let is_official = |number: u32| {
        source_of(record, number).and_then(|line| line.source.as_ref()).is_some_and(|source| source.kind == SourceKind::Official)
    };
    let settles = |fact: &FactLine| {
        let newest = fact.assessments.last().filter(|one| one.standing == Some(Standing::Settled));
        let stands = |number: &u32| fact.claims.iter().any(|claim| claim.number == *number && claim.set_aside.is_none());
        let confirms = |claim: &ClaimLine| {
            claim.live && claim.polarity == Polarity::Asserts && is_official(claim.source) && !claim.contradicted_by.iter().any(stands)
        };
        newest.is_some_and(|one| fact.claims.iter().any(|claim| one.relies_on.contains(&claim.number) && confirms(claim)))
    };
    record.state != "mistaken" && record.facts.iter().any(settles)
}

fn tags(record: &IncidentRecord) -> Vec<Tag> {
    let mut tags = vec![tag_of(&record.state)];
    if record.official > 0 {
        let words = match record.official {
            1 => "one official statement".to_owned(),
            count => format!("{count} official statements"),
        };
        tags.push(if settled_officially(record) {
            Tag::with_words(Shown::Confirmed, format!("Confirmed: {words}"))
        } else {
            Tag::with_words(Shown::NothingFound, capital(&words))
        });
    }
    let differing = record.facts.iter().filter(|fact| fact.accounts_differ).count();
    if differing > 0 {
        tags.push(Tag::of(Shown::Disputed));
    }
    if !record.corrections.is_empty() {
        tags.push(Tag::with_words(Shown::Corrected, format!("Corrected {}", times(record.corrections.len()))));
    }
    if record.approved_by == "import" {
        tags.push(Tag::with_words(Shown::NothingFound, "Entered from a file"));
    }
    if record.status == Status::Exercise.word() {
        tags.push(Tag::of(Shown::Exercise));
    }
    tags
}

fn slip(app: &App, record: &IncidentRecord, one: &CorrectionLine) -> CorrectionRow {
    let words = if record.is_missing(one.index) { LOST } else { TAKEN };
    let gone = |text: &str| if text.is_empty() { words.to_owned() } else { text.to_owned() };
    CorrectionRow {
        name: match one.kind {
            // The number counts all of them; the sort of change is said beside it where it is another.
            Some(kind) if kind.word() != "Correction" => format!("Correction {} · {}", one.number, kind.word().to_lowercase()),
            _ => format!("Correction {}", one.number),
        },
        anchor: format!("corr{}", one.number),
        href: format!("/record/{}#corr{}", record.incident, one.number),
        title: record.title.clone(),
        at: day(app, &one.at),
        before: gone(&one.before),
        now: gone(&one.after),
        reason: gone(&one.note),
        sources: numbers(&one.sources),
        told: told_of(app, record, one),
    }
}

/// What one member alone had decided of the words that a retraction took back; nothing of any other correction.
fn taken_alone<'a>(record: &'a IncidentRecord, one: &CorrectionLine) -> Option<&'a ModerationLine> {
    if !one.note.starts_with(TOOK_BACK) {
        return None;
    }
    let gone = record.facts.iter().flat_map(|fact| &fact.assessments).find(|before| before.corrected_by == Some(one.number))?;
    record.moderation.iter().find(|line| matches!(line.decision, Moderation::WordsTakenAlone { entry, .. } if entry == gone.index))
}

/// Who heard of a correction. What one member took alone no telephone rings for until a second one has looked.
fn told_of(app: &App, record: &IncidentRecord, one: &CorrectionLine) -> String {
    if !record.lines.iter().any(|line| line.kind == 5) {
        // A live dispatch has no entry yet, so from this nobody can say that nobody was told.
        return "No alert about this stands in the record.".to_owned();
    }
    match taken_alone(record, one).map(|line| &line.seconded) {
        None => "Whoever was still on the told list of an alert about this heard of it at once.".to_owned(),
        Some(None) => "One member took this back because it was urgent. Whoever is on the told list of an alert about this hears of it \
                       when a second member has looked."
            .to_owned(),
        Some(Some(second)) => format!(
            "Whoever was still on the told list of an alert about this heard of it when a second member had looked, on {}.",
            day(app, &second.at)
        ),
    }
}

/// Who gives the date that the page shows: those whose claim is that date, and nobody who only spoke of it.
fn givers(record: &IncidentRecord) -> Option<String> {
    let gives = |claim: &&ClaimLine| {
        let dated = matches!(&claim.value, Value::Span { edtf: Some(edtf), .. } if record.when.edtf.contains(edtf));
        dated && claim.live && claim.set_aside.is_none() && claim.polarity == Polarity::Asserts
    };
    let of = |wanted: &dyn Fn(&str) -> bool| record.facts.iter().find(|fact| wanted(&fact.predicate) && fact.about.is_none());
    // As the projection looks for the date: first when it happened, else a time near it, which is named.
    let fact = of(&|predicate| predicate == "when").or_else(|| of(&|predicate| predicate.starts_with("when.")))?;
    let mut names: Vec<String> = Vec::new();
    for claim in fact.claims.iter().filter(gives) {
        let name = short_name(&name(record, claim.source)).to_owned();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let near = if fact.predicate == "when" { String::new() } else { format!("{}, ", fact.label.to_lowercase()) };
    (!names.is_empty()).then(|| format!("{near}as given by {}", names.join(", ")))
}

fn facts(record: &IncidentRecord) -> Vec<Fact> {
    let date = Fact::new("Date", record.when.words.clone());
    let date = match (record.when.edtf.len(), givers(record)) {
        (0, _) => date,
        (2.., _) => date.with_note("accounts differ; we have not chosen"),
        (_, Some(givers)) => date.with_note(givers),
        (_, None) => date.with_note("when the desk opened it"),
    };
    let place = match &record.place {
        Some(place) if place.lat.is_some() => {
            // Coordinates are rounded to a thousandth of a degree; the record may say that it knows less than that.
            let metres = place.radius_metres.unwrap_or(100);
            Fact::new("Place", place.words.clone()).with_note(format!("shown to within about {metres} metres, no closer"))
        }
        Some(place) => Fact::new("Place", place.words.clone()).with_note("shown to the district, no closer"),
        None => Fact::new("District", record.district.clone()).with_note("a home is shown to the district, no closer"),
    };
    let mut facts = vec![date, place, Fact::new("Kind", record.kind_label.clone())];
    if !record.sources.is_empty() {
        let count = Fact::new("Sources", record.sources.len().to_string());
        let counted = record.sources.iter().filter(|source| source.counts_as == source.number).count();
        facts.push(if counted == record.sources.len() {
            count
        } else {
            count.with_note(format!("{counted}, when what came through another counts once"))
        });
    }
    let open = record.facts.iter().filter(|fact| fact.standing.is_none()).count();
    if open > 0 {
        facts.push(
            Fact::new("Not assessed", format!("{open} of {} facts", record.facts.len())).with_note("the desk takes no position on these"),
        );
    }
    facts
}

fn source_of(record: &IncidentRecord, number: u32) -> Option<&SourceLine> {
    record.sources.iter().find(|source| source.number == number)
}

fn name(record: &IncidentRecord, number: u32) -> String {
    let line = source_of(record, number);
    match line.and_then(|line| line.source.as_ref()) {
        Some(source) => source.label.clone(),
        None if line.is_some_and(|line| record.is_missing(line.index)) => "a source whose words are missing here".to_owned(),
        None => "a source whose words were taken from the public".to_owned(),
    }
}

/// A name without what follows its first comma: "Home Office, statement carried in …" is the Home Office.
fn short_name(name: &str) -> &str {
    name.split(", ").next().unwrap_or(name)
}

pub(super) fn about(fact: &FactLine) -> String {
    fact.about.as_deref().map_or_else(|| fact.label.clone(), |about| format!("{}: {about}", fact.label))
}

/// What a claim says, as a sentence of its source.
pub(super) fn said(claim: &ClaimLine) -> String {
    match claim.polarity {
        Polarity::Asserts => claim.says.clone(),
        Polarity::Denies => format!("Not so: {}", claim.says),
        Polarity::SaysUnknown => format!("Not known: {}", claim.says),
    }
}

fn who_says(record: &IncidentRecord, claim: &ClaimLine) -> Sourced {
    let words = format!("{}: {}", short_name(&name(record, claim.source)), sentence(&said(claim)));
    Sourced { words, sources: vec![claim.source.to_string()], claims: Vec::new() }
}

fn side_by_side(record: &IncidentRecord, fact: &FactLine, wanted: impl Fn(&ClaimLine) -> bool) -> Option<Differing> {
    let said: Vec<Sourced> = fact.claims.iter().filter(|claim| wanted(claim)).map(|claim| who_says(record, claim)).collect();
    (!said.is_empty()).then(|| Differing { about: about(fact), said })
}

fn claims(app: &App, record: &IncidentRecord) -> Vec<SaidRow> {
    let row = |fact: &FactLine, claim: &ClaimLine, sub: bool| SaidRow {
        number: claim.number.to_string(),
        about: about(fact),
        sub,
        says: said(claim),
        struck: !claim.live || claim.set_aside.is_some(),
        who: short_name(&name(record, claim.source)).to_owned(),
        source: claim.source.to_string(),
        since: since(record, claim),
        recorded: format!("recorded {}", date_of(app, &claim.at)),
        tag: tag_of_claim(fact, claim),
        notes: notes(record, claim),
        links: links(record, fact, claim),
    };
    // When it happened comes first, whoever spoke first.
    let (when, rest): (Vec<&FactLine>, Vec<&FactLine>) = record.facts.iter().partition(|fact| fact.predicate == "when");
    when.into_iter()
        .chain(rest)
        .flat_map(|fact| fact.claims.iter().enumerate().map(move |(place, claim)| row(fact, claim, place > 0)))
        .collect()
}

/// When the source spoke, in its own words; empty where it does not say.
fn since(record: &IncidentRecord, claim: &ClaimLine) -> String {
    let source = source_of(record, claim.source).and_then(|source| source.source.as_ref());
    let spoke = source.and_then(|source| source.said.as_deref().or(source.replied.as_deref()));
    spoke.map(capital).unwrap_or_default()
}

/// A UTC minute's day, as people say it here.
fn date_of(app: &App, minute: &str) -> String {
    let words = day(app, minute);
    words.split(", ").next().unwrap_or_default().to_owned()
}

fn tag_of_claim(fact: &FactLine, claim: &ClaimLine) -> Option<Tag> {
    if !claim.live || claim.set_aside.is_some() {
        return None;
    }
    let relied_on = fact.assessments.last().is_some_and(|newest| newest.relies_on.contains(&claim.number));
    Some(match fact.standing {
        _ if !claim.contradicted_by.is_empty() => Tag::of(Shown::Disputed),
        Some(Standing::Settled) if relied_on => Tag::with_words(Shown::Confirmed, "Settled"),
        Some(Standing::Disputed) => Tag::with_words(Shown::Disputed, "Disputed"),
        Some(Standing::Unconfirmed) if relied_on => Tag::with_words(Shown::Checking, "Not confirmed"),
        _ if claim.independent > 1 => Tag::with_words(Shown::NothingFound, format!("{} independent sources", claim.independent)),
        _ => Tag::with_words(Shown::NothingFound, "One source"),
    })
}

fn notes(record: &IncidentRecord, claim: &ClaimLine) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(reason) = claim.set_aside {
        notes.push(format!("Set aside: {}.", reason.words()));
    }
    for event in &claim.events {
        let instead = event.by_claim.map(|other| format!(" Claim {other} stands instead.")).unwrap_or_default();
        notes.push(format!("{}. {}{instead}", event.event.words(), sentence(&event.reason)));
    }
    let source = source_of(record, claim.source);
    if let Some(original) = source.and_then(|source| source.source.as_ref()).and_then(|source| source.copies) {
        notes.push(format!("A copy of source {original}. Not counted again."));
    }
    if claim.live && !claim.worded_otherwise.is_empty() {
        notes.push("Others say it in other words.".to_owned());
    }
    notes
}

fn links(record: &IncidentRecord, fact: &FactLine, claim: &ClaimLine) -> Vec<Link> {
    let mut links = Vec::new();
    if !claim.contradicted_by.is_empty() || (claim.live && !claim.worded_otherwise.is_empty()) {
        links.push(Link { href: "#differ".to_owned(), words: "See 2".to_owned() });
    }
    let corrected: Vec<u32> = fact.assessments.iter().filter_map(|one| one.corrected_by).collect();
    let touched = fact.assessments.iter().any(|one| one.relies_on.contains(&claim.number)) || claim.set_aside.is_some();
    if record.replies.iter().filter_map(|line| line.reply.as_ref()).any(|reply| reply.claims.contains(&claim.number)) {
        links.push(Link { href: "#voices".to_owned(), words: "Answered in 3".to_owned() });
    }
    if touched {
        links.extend(corrected.iter().map(|number| Link { href: format!("#corr{number}"), words: format!("Correction {number}") }));
    }
    links
}

/// What a source is, where it stands, what it copies, who carried it, and whether it was asked.
pub(super) fn source_words(line: &SourceLine, is_missing: bool) -> String {
    let gone = if is_missing { "Its words are missing here." } else { "Its words were taken from the public." };
    let Some(source) = &line.source else { return gone.to_owned() };
    let mut words = vec![format!("{}.", source.kind.word())];
    words.extend(source.standing.as_deref().map(sentence));
    words.extend(source.said.as_deref().map(|said| format!("It spoke: {}", sentence(said))));
    words.extend(source.copies.map(|original| format!("A copy of source {original}: not counted again.")));
    words.extend(source.via.map(|carrier| format!("Carried by source {carrier}.")));
    words.extend(source.asked.as_deref().map(|asked| format!("Asked for comment: {}", sentence(asked))));
    words.extend(source.replied.as_deref().map(|replied| format!("Replied: {}", sentence(replied))));
    words.join(" ")
}

fn source_row(record: &IncidentRecord, line: &SourceLine, served: Option<&BTreeSet<String>>) -> SourceRow {
    let is_missing = record.is_missing(line.index);
    let gone = if is_missing { "Words missing here" } else { "Withdrawn" };
    let label = line.source.as_ref().map_or_else(|| gone.to_owned(), |source| source.label.clone());
    let url = line.source.as_ref().and_then(|source| source.url.clone());
    let files = files(record, line.number, served);
    SourceRow { number: line.number.to_string(), label, words: source_words(line, is_missing), url, files }
}

/// Footage of a source. It is described in words; nothing of it shows or plays on the page, and a link stands only where
/// it leads somewhere.
fn files(record: &IncidentRecord, source: u32, served: Option<&BTreeSet<String>>) -> Vec<FileRow> {
    let what = |shown: &shown::Shown| {
        let size = size_in_words(shown.length);
        match shown.media_type.as_str() {
            "image/jpeg" => format!("covered photo (JPEG, {size})"),
            "image/png" => format!("covered photo (PNG, {size})"),
            "video/mp4" => format!("covered video (MP4, {size})"),
            other => format!("covered copy ({other}, {size})"),
        }
    };
    let link =
        |shown: &shown::Shown| Link { href: format!("/record/footage/{}", shown.address), words: format!("Take the {}", what(shown)) };
    let row = |shown: &shown::Shown| FileRow {
        shows: [
            Some(sentence(&shown.shows)),
            shown.first_appeared.as_deref().map(|first| format!("It first appeared: {}", sentence(first))),
        ]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" "),
        link: served.filter(|served| served.contains(&shown.address)).map(|_| link(shown)),
        gone: match served {
            Some(_) => format!("The {} was taken back; the log does not say when.", what(shown)),
            None => {
                format!("The {} was shown. Whether it still is, the newest page says where it was published.", what(shown))
            }
        },
    };
    record.shown.iter().filter(|shown| shown.source == source).map(row).collect()
}

fn sources_words(record: &IncidentRecord) -> String {
    let repeats: Vec<String> = record
        .sources
        .iter()
        .filter(|line| line.counts_as != line.number)
        .map(|line| format!("{} counts as {}", line.number, line.counts_as))
        .collect();
    let count = match record.sources.len() {
        1 => "One source.".to_owned(),
        count => format!("{count} sources."),
    };
    if repeats.is_empty() { count } else { format!("{count} What reached us through another counts once: {}.", repeats.join(", ")) }
}

/// Corrections, outcomes, what was taken away, and the first version, newest first, each with the page as it
/// was just before.
fn changes(app: &App, record: &IncidentRecord) -> Vec<Changed> {
    let before = |index: u64| Some(format!("/record/{}?asof={index}", record.incident));
    let mut changes: Vec<(u64, Changed)> = Vec::new();
    for one in &record.corrections {
        let assessed = record
            .facts
            .iter()
            .flat_map(|fact| &fact.assessments)
            .filter(|one_of| one_of.index < one.index)
            .map(|one_of| one_of.index)
            .max();
        let words = format!(
            "Correction {}: {}",
            one.number,
            match one.label.as_str() {
                "" if record.is_missing(one.index) => "its words are missing here",
                "" => "its words were taken away",
                label => label,
            }
        );
        changes.push((one.index, Changed { at: day(app, &one.at), words, href: before(assessed.unwrap_or(one.index)) }));
    }
    for line in record.lines.iter().filter(|line| matches!(line.kind, 5 | 6 | 7 | 8 | 9 | 13 | 14 | 15 | 17)) {
        let words = format!("{}. {}", kind_words(line), line.says);
        changes.push((line.index, Changed { at: day(app, &line.at), words, href: before(line.index) }));
    }
    for fact in &record.facts {
        for one in fact.assessments.iter().take(1) {
            let words = format!("First said by the desk: {}", about(fact));
            changes.push((one.index, Changed { at: day(app, &one.at), words, href: before(one.index) }));
        }
    }
    if let Some(first) = record.lines.first() {
        changes.push((first.index, Changed { at: day(app, &first.at), words: "First version.".to_owned(), href: None }));
    }
    changes.sort_by_key(|(index, _)| std::cmp::Reverse(*index));
    changes.into_iter().map(|(_, change)| change).collect()
}

fn kind_words(line: &RecordLine) -> &'static str {
    match (line.type_name.as_str(), line.kind) {
        (WITHDRAWN, _) => "Withdrawn",
        (MISSING, _) => "Words missing here",
        (_, 1) => "Opened",
        (_, 2) => "Claim",
        (_, 3) => "Correction",
        (_, 5) => "Alert",
        (_, 6) => "Update",
        (_, 7) => "Cancel",
        (_, 8) => "Stand-down",
        (_, 9) => "Outcome",
        (_, 11) => "Source",
        (_, 12) => "What the desk says",
        (_, 13) => "What became of a claim",
        (_, 14) => "Reply",
        ("comment.asked", 15) => "Asked for comment",
        ("comment.came", 15) => "What came of asking",
        (_, 15) => "Statement",
        (_, 17) => "Decision",
        ("similar.noted", 16) => "Similar",
        (_, 16) => "Not this event",
        _ => "Entry",
    }
}

fn entry(app: &App, line: &RecordLine) -> RecordEntry {
    RecordEntry {
        index: line.index.to_string(),
        kind: kind_words(line).to_owned(),
        at: day(app, &line.at),
        words: line.says.clone(),
        tag: match line.kind {
            3 => Some(Tag::of(Shown::Corrected)),
            7 => Some(Tag::of(Shown::Mistaken)),
            8 => Some(Tag::of(Shown::Over)),
            _ => None,
        },
        content_href: (![WITHDRAWN, MISSING].contains(&line.type_name.as_str())).then(|| format!("/log/{}", content_path(line.index))),
    }
}

/// Bytes as people read them.
pub(super) fn size_in_words(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} kB", bytes.div_ceil(1_000)),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10),
    }
}
