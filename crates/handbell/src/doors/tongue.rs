//! Tongue: in which language a page speaks to whoever asks for it.
//!
//! What an address asks for (`?lang=`) comes before what a browser says (`Accept-Language`, RFC 9110, section
//! 12.5.4), each range looked up in the languages that may be told here (RFC 4647, section 3.4); English is what
//! is left. A language that the group has but that may not be told is passed over, and the page says so. Nothing
//! is remembered: no cookie, and a page in one language is never kept for another (`kept`).

use super::App;
use super::fields::Fields;
use super::problem::Problem;
use axum::response::Response;
use handbell_rules::bell::mode::Status;
use handbell_rules::playbook::{FixedTexts, SOURCE_LANGUAGE, filled, fixed_texts};
use handbell_rules::time::Timestamp;
use handbell_site::{Choice, OtherLanguage, Speech};
use http::header::{ACCEPT_LANGUAGE, CONTENT_LANGUAGE, HeaderName, VARY};
use http::{HeaderMap, HeaderValue};

/// Language ranges of one request that are looked at; a browser sends a handful.
const RANGES_MAX: usize = 32;

/// What a reader asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Asked {
    /// What the address names, if it is a language.
    address: Option<String>,
    /// What the browser says, best first, in small letters.
    browser: Vec<String>,
}

/// The language a page speaks.
#[derive(Debug, Clone, Copy)]
pub struct Tongue {
    /// Its fixed texts.
    pub texts: &'static FixedTexts,
    /// A language that was asked for before it, that the group has and that may not be told.
    passed_over: Option<&'static FixedTexts>,
    /// Whether the address named a language, so that links keep to it.
    by_address: bool,
}

impl Asked {
    /// Reads an address and the heads of a request.
    pub fn read(query: Option<&str>, headers: &HeaderMap) -> Result<Self, Problem> {
        let fields = Fields::parse(query.unwrap_or_default().as_bytes())?;
        let address = Some(fields.one("lang")?.to_ascii_lowercase()).filter(|tag| !tag.is_empty());
        let said = headers.get_all(ACCEPT_LANGUAGE).iter().filter_map(|value| value.to_str().ok());
        Ok(Self { address, browser: ranges(said) })
    }

    /// The language for a page that may be told in `spoken` (English is always among them) of a group that has
    /// `known`.
    pub fn choose<'a>(&self, spoken: impl IntoIterator<Item = &'a str>, known: &[String]) -> Tongue {
        let spoken: Vec<&str> = spoken.into_iter().collect();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        let by_address = self.address.as_ref().is_some_and(|tag| lookup(tag, &known).is_some());
        let mut passed_over = None;
        for range in self.address.iter().chain(&self.browser) {
            if let Some(texts) = lookup(range, &spoken).and_then(fixed_texts) {
                return Tongue { texts, passed_over, by_address };
            }
            passed_over = passed_over.or_else(|| lookup(range, &known).and_then(fixed_texts));
        }
        Tongue { passed_over, by_address, ..Tongue::source() }
    }

    /// The language of the group that comes nearest, whether or not it may be told.
    pub fn wished(&self, known: &[String]) -> &'static FixedTexts {
        self.choose(known.iter().map(String::as_str), known).texts
    }
}

impl Tongue {
    /// English, for pages that are not in any other language.
    pub fn source() -> Self {
        Self { texts: english(), passed_over: None, by_address: false }
    }

    /// Day and clock: in words where this program knows the months.
    pub fn day_and_clock(&self, at: Timestamp, zone: &str) -> String {
        if self.tag() == SOURCE_LANGUAGE { at.day_and_clock(zone) } else { at.day_and_clock_in_numbers(zone) }
    }

    /// The language's tag.
    pub fn tag(&self) -> &'static str {
        self.texts.language
    }

    /// A path of this site that stays in a language which the address named.
    pub fn path(&self, path: &str) -> String {
        if self.by_address { format!("{path}?lang={}", self.tag()) } else { path.to_owned() }
    }

    /// What the page at `path` says about its language: the others in which it may be told, the mark when no
    /// person has checked this one, and what was passed over.
    pub fn speech<'a>(&self, path: &str, spoken: impl IntoIterator<Item = &'a str>, checked: bool) -> Speech {
        let others = spoken.into_iter().filter(|tag| *tag != self.tag()).filter_map(|tag| {
            let texts = fixed_texts(tag)?;
            Some(OtherLanguage { href: format!("{path}?lang={tag}"), lang: tag.to_owned(), words: texts.own_name.to_owned() })
        });
        let name = |texts: &FixedTexts| filled(self.texts.page.not_checked, &[("language", texts.own_name)]);
        Speech {
            others: others.collect(),
            mark: (!checked).then(|| self.texts.unchecked.to_owned()),
            passed_over: self.passed_over.map(name),
        }
    }

    /// Says on the answer which language it is in, and that another reader may get another.
    pub fn says(&self, mut response: Response) -> Response {
        let headers = response.headers_mut();
        headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(self.tag()));
        headers.append(VARY, HeaderValue::from_name(HeaderName::from_static("accept-language")));
        response
    }
}

/// What a choice of a language means, for the forms that offer one.
pub fn choice_hint(app: &App) -> &'static str {
    match app.world.group.status {
        Status::Actual => "Alerts come in it once a person has checked its translation, and in English until then.",
        Status::Exercise => "In a drill every language speaks, with a mark where no person has checked it.",
    }
}

/// The languages in which alerts can be asked for, each by its own name, with those that may not be told yet marked.
pub fn choices(app: &App, chosen: &str) -> Vec<Choice> {
    let group = &app.world.group;
    let checked: Vec<String> =
        group.tongues(app.world.now()).into_iter().filter(|tongue| tongue.checked).map(|tongue| tongue.language).collect();
    let choice = |tag: &String| {
        let name = fixed_texts(tag).map_or(tag.as_str(), |texts| texts.own_name);
        let label = if checked.contains(tag) { name.to_owned() } else { format!("{name} (not checked yet)") };
        Choice { chosen: tag == chosen, ..Choice::new(tag, label) }
    };
    group.playbook.alert_languages().iter().map(choice).collect()
}

fn english() -> &'static FixedTexts {
    fixed_texts(SOURCE_LANGUAGE).expect("the fixed texts hold English")
}

/// The ranges of `Accept-Language`, best first, equal ones as they stand. What cannot be read, what is not wanted
/// (`q=0`) and the wildcard, which English answers anyway, are left out.
fn ranges<'a>(values: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut weighed: Vec<(u16, String)> = Vec::new();
    for part in values.flat_map(|value| value.split(',')).take(RANGES_MAX) {
        let mut parts = part.split(';').map(str::trim);
        let range = parts.next().unwrap_or_default().to_ascii_lowercase();
        let weight = parts.next().map_or(Some(1_000), weight);
        if let (true, Some(weight @ 1..)) = (is_range(&range), weight) {
            weighed.push((weight, range));
        }
    }
    weighed.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    weighed.into_iter().map(|(_, range)| range).collect()
}

/// A basic language range without the wildcard (RFC 4647, section 2.1): letters, then letters and digits, each
/// part of eight at most.
fn is_range(text: &str) -> bool {
    let mut parts = text.split('-');
    let letters = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphabetic());
    let signs = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    parts.next().is_some_and(letters) && parts.all(signs)
}

/// A weight in thousandths (RFC 9110, section 12.4.2); none when it cannot be read.
fn weight(text: &str) -> Option<u16> {
    let (name, value) = text.split_once('=')?;
    let value = value.trim();
    let (whole, rest) = value.split_once('.').unwrap_or((value, ""));
    let good = name.trim().eq_ignore_ascii_case("q") && rest.len() <= 3 && rest.bytes().all(|byte| byte.is_ascii_digit());
    let thousandths: u16 = format!("{rest:0<3}").parse().ok().filter(|_| good)?;
    match (whole, thousandths) {
        ("0", thousandths) => Some(thousandths),
        ("1", 0) => Some(1_000),
        _ => None,
    }
}

/// Looks a range up: the range itself, then without its last part, until one is there. A single letter before the
/// end goes with what stood behind it (RFC 4647, section 3.4).
fn lookup<'a>(range: &str, tags: &[&'a str]) -> Option<&'a str> {
    let mut parts: Vec<&str> = range.split('-').collect();
    while !parts.is_empty() {
        let wanted = parts.join("-");
        if let Some(found) = tags.iter().find(|tag| tag.eq_ignore_ascii_case(&wanted)) {
            return Some(found);
        }
        parts.pop();
        if parts.last().is_some_and(|part| part.len() == 1) {
            parts.pop();
        }
    }
    None
}

#[cfg(test)]
mod tests;
