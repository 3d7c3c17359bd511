//! Doors of the rights cards: the list, one card, and which cards an alert may carry.
//!
//! The law in them is the playbook's; the red band is not. It stands over every card that no lawyer signed word
//! for word, and over every card whose review has run out by the world's clock. A live alert links good cards
//! only; a drill may link others, under the band. Nothing here learns who reads which card.

use super::answer::{named, page, page_door};
use super::fields::Fields;
use super::problem::{Problem, Trouble};
use super::routes::{Route, Who};
use super::{App, frame};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use handbell_rules::bell::message;
use handbell_rules::bell::mode::Status;
use handbell_rules::playbook::{Card, CardAbout, CardWords, Day, Spoken, Standing, card_words};
use handbell_site::{CardGroup, CardLine, CardPage, CardRow, CardSource, Link, OtherLanguage, RedBand, RightsPage, Said, Tab};

/// The routes of the rights cards.
pub fn routes() -> Vec<Route> {
    vec![Route::get("/rights", Who::Street, list), Route::get("/rights/{card}", Who::Street, show)]
}

/// A language a reader can ask for, with its fixed words.
struct Tongue<'a> {
    lang: &'a str,
    words: &'static CardWords,
}

/// What `?lang=` asks for; the playbook's first language when it asks for none it speaks.
fn tongue<'a>(app: &'a App, query: Option<&str>) -> Result<Tongue<'a>, Problem> {
    let languages = app.world.group.playbook.languages();
    let fields = Fields::parse(query.unwrap_or_default().as_bytes())?;
    let wanted = fields.one("lang")?;
    let lang = languages.iter().find(|lang| *lang == wanted).unwrap_or(&languages[0]);
    // Loading refuses a playbook in a language without fixed words, so that this finds some.
    card_words(lang).map(|words| Tongue { lang, words }).ok_or_else(|| Problem::of(Trouble::Broken))
}

fn today(app: &App) -> Day {
    Day::at(app.world.now(), app.world.group.playbook.zone())
}

fn standing<'a>(app: &'a App, card: &Card) -> Standing<'a> {
    app.world.group.sign_offs.standing(card, today(app))
}

/// A text in a language; every card has all of the playbook's.
fn spoken(text: &Spoken, lang: &str) -> String {
    text.get(lang).cloned().unwrap_or_default()
}

/// A path in a language; the first one needs no saying.
fn path_in(app: &App, path: &str, lang: &str) -> String {
    if app.world.group.playbook.languages()[0] == lang { path.to_owned() } else { format!("{path}?lang={lang}") }
}

/// Every card as a link, in the playbook's first language; its own page says whether a lawyer has signed it.
pub fn links(app: &App) -> Vec<Link> {
    let lang = app.world.group.playbook.languages()[0].as_str();
    let link = |card: &Card| Link { href: card_path(app, card, lang), words: spoken(&card.situation, lang) };
    app.world.group.playbook.cards().iter().map(link).collect()
}

fn card_path(app: &App, card: &Card, lang: &str) -> String {
    path_in(app, &format!("/rights/{}", card.id), lang)
}

fn other_languages(app: &App, path: &str, lang: &str) -> Vec<OtherLanguage> {
    let others = app.world.group.playbook.languages().iter().filter(|other| *other != lang);
    others
        .filter_map(|other| {
            let words = card_words(other)?.own_name.to_owned();
            Some(OtherLanguage { href: path_in(app, path, other), lang: other.clone(), words })
        })
        .collect()
}

fn row(app: &App, card: &Card, tongue: &Tongue<'_>) -> CardRow {
    let warning = match standing(app, card) {
        Standing::Good(_) => None,
        Standing::Expired(_) => Some(tongue.words.note_expired),
        Standing::Unsigned | Standing::Changed(_) => Some(tongue.words.note_unsigned),
    };
    CardRow { href: card_path(app, card, tongue.lang), words: spoken(&card.situation, tongue.lang), warning: warning.map(str::to_owned) }
}

/// The band over several cards, while one of them must not be relied on.
fn band_of_all<'a>(app: &App, cards: impl Iterator<Item = &'a Card>, words: &CardWords) -> Option<RedBand> {
    let mut not_good = cards.filter(|card| !standing(app, card).is_good()).peekable();
    not_good.peek()?;
    Some(RedBand { heading: words.bands_heading.to_owned(), words: words.bands_words.to_owned() })
}

/// What an alert says about rights beside its two plain lines.
pub(super) struct AlertCards {
    /// Links to cards, in the playbook's order.
    pub links: Vec<Link>,
    /// The language they are in.
    pub lang: String,
    /// The band over them; in a drill only.
    pub band: Option<RedBand>,
}

/// The cards an alert of a kind may carry. A live alert carries only what a lawyer signed and what is not
/// expired; a drill carries all, under the band. They are in the language that is wanted where cards have it:
/// law is not translated on the way.
pub(super) fn of_alert(app: &App, status: Status, kind: &str, wanted: &str) -> AlertCards {
    let playbook = &app.world.group.playbook;
    let lang = playbook.languages().iter().find(|lang| *lang == wanted).unwrap_or(&playbook.languages()[0]).as_str();
    let cards: Vec<&Card> = playbook
        .cards()
        .iter()
        .filter(|card| card.belongs_to(kind) && (status == Status::Exercise || standing(app, card).is_good()))
        .collect();
    AlertCards {
        lang: lang.to_owned(),
        band: card_words(lang).and_then(|words| band_of_all(app, cards.iter().copied(), words)),
        links: cards.iter().map(|card| Link { href: card_path(app, card, lang), words: spoken(&card.situation, lang) }).collect(),
    }
}

async fn list(State(app): State<App>, RawQuery(query): RawQuery) -> Response {
    page_door(&app, async {
        let tongue = tongue(&app, query.as_deref())?;
        let cards = app.world.group.playbook.cards();
        let groups = CardAbout::ALL.into_iter().filter_map(|about| {
            let rows: Vec<CardRow> = cards.iter().filter(|card| card.about == about).map(|card| row(&app, card, &tongue)).collect();
            (!rows.is_empty()).then(|| CardGroup { heading: tongue.words.group(about).to_owned(), rows })
        });
        let texts = message::texts(tongue.lang);
        let lines = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect();
        let words = tongue.words;
        Ok(page(&RightsPage {
            frame: frame::public(&app, Tab::Rights, &path_in(&app, "/rights", tongue.lang)),
            lang: tongue.lang.to_owned(),
            heading: words.heading.to_owned(),
            lead: if cards.is_empty() { words.no_cards } else { words.lead }.to_owned(),
            band: band_of_all(&app, cards.iter(), words),
            groups: groups.collect(),
            plain_heading: words.without_card.to_owned(),
            plain_lines: lines(&texts.without_card),
            not_advice: words.not_advice.to_owned(),
            conduct_heading: words.conduct.to_owned(),
            conduct: lines(&texts.conduct),
            languages: other_languages(&app, "/rights", tongue.lang),
        }))
    })
    .await
}

async fn show(State(app): State<App>, card: Result<Path<String>, PathRejection>, RawQuery(query): RawQuery) -> Response {
    page_door(&app, async {
        let tongue = tongue(&app, query.as_deref())?;
        let id = named(card)?;
        let card = app.world.group.playbook.card(&id).ok_or_else(|| Problem::of(Trouble::NotFound))?;
        Ok(page(&card_page(&app, card, &tongue)))
    })
    .await
}

fn card_page(app: &App, card: &Card, tongue: &Tongue<'_>) -> CardPage {
    let group = &app.world.group;
    let (lang, words) = (tongue.lang, tongue.words);
    let standing = standing(app, card);
    // Officers are spoken to in the playbook's first language; a reader of another one sees what it means.
    let aloud = group.playbook.languages()[0].as_str();
    let said =
        |say: &Spoken| Said { words: spoken(say, aloud), lang: aloud.to_owned(), meaning: (aloud != lang).then(|| spoken(say, lang)) };
    let path = format!("/rights/{}", card.id);
    CardPage {
        frame: frame::public(app, Tab::Rights, &path_in(app, &path, lang)),
        lang: lang.to_owned(),
        band: words.band(card, standing).map(|why| RedBand { heading: words.band_heading.to_owned(), words: why }),
        meta: format!("{} · {}", spoken(&card.jurisdiction, lang), spoken(&card.whom, lang)),
        title: spoken(&card.title, lang),
        lines: card
            .lines
            .iter()
            .map(|line| CardLine {
                text: spoken(&line.text, lang),
                say: line.say.as_ref().map(said),
                sources: line.sources.iter().map(|place| place + 1).collect(),
            })
            .collect(),
        say_label: words.say.to_owned(),
        source_label: words.source.to_owned(),
        remember: spoken(&card.remember, lang),
        standing: vec![words.signed(standing), words.reviewed(card), words.expires(card), words.not_advice.to_owned()],
        address: format!("{}{}", group.origin, path_in(app, &path, lang)),
        sources_heading: words.sources.to_owned(),
        sources: card
            .sources
            .iter()
            .map(|source| CardSource {
                title: source.title.clone(),
                about: format!("{} · {} · {}", source.publisher, source.version, words.source_day(source.day)),
                url: source.url.clone(),
            })
            .collect(),
        print: words.print.to_owned(),
        others_heading: words.others.to_owned(),
        others: group.playbook.cards().iter().filter(|other| other.id != card.id).map(|other| row(app, other, tongue)).collect(),
        all: Link { href: path_in(app, "/rights", lang), words: words.heading.to_owned() },
        languages: other_languages(app, &path, lang),
    }
}

#[cfg(test)]
mod tests;
