//! The fixed words around a rights card, per language: above all the red band.
//!
//! A card's own lines come from a playbook; what says that nobody has signed them does not, so no playbook,
//! setting or form can soften it. Every language that alerts can be sent in has an entry here.

use super::day::Day;
use super::sign_off::{SignOff, Standing};
use super::{Card, CardAbout, SourceDay};

/// The fixed words of one language.
#[derive(Debug, PartialEq, Eq)]
pub struct CardWords {
    /// The language's tag.
    pub language: &'static str,
    /// The language's name in itself, for the link that leads to it.
    pub own_name: &'static str,
    /// Heading of the list.
    pub heading: &'static str,
    /// What the list says under its heading.
    pub lead: &'static str,
    /// The same while the playbook has no cards.
    pub no_cards: &'static str,
    /// Heading of what can be said without a card.
    pub without_card: &'static str,
    /// Heading of the conduct lines.
    pub conduct: &'static str,
    /// That a card is not legal advice.
    pub not_advice: &'static str,
    /// Heading of the red band.
    pub band_heading: &'static str,
    /// The red band's words for a card that nobody signed.
    pub band_unsigned: &'static str,
    /// Heading of the red band over several cards.
    pub bands_heading: &'static str,
    /// Its words.
    pub bands_words: &'static str,
    band_changed: &'static str,
    band_expired: &'static str,
    /// Note of a row whose card nobody signed.
    pub note_unsigned: &'static str,
    /// Note of a row whose card may be out of date.
    pub note_expired: &'static str,
    reviewed_on: &'static str,
    expires_on: &'static str,
    /// That nobody signed it.
    pub signed_by_nobody: &'static str,
    signed_by: &'static str,
    /// Heading of the sources.
    pub sources: &'static str,
    /// What stands before a line's source numbers for those who hear the page.
    pub source: &'static str,
    dated: &'static str,
    read_on: &'static str,
    /// Heading of the other cards.
    pub others: &'static str,
    /// How to print.
    pub print: &'static str,
    /// What stands before the words to say aloud, for those who hear the page.
    pub say: &'static str,
    groups: [&'static str; 2],
    day: &'static str,
    months: [&'static str; 12],
}

impl CardWords {
    /// A day in words.
    #[must_use]
    pub fn day(&self, day: Day) -> String {
        let month = self.months.get(day.month_index()).copied().unwrap_or_default();
        self.day.replace("{day}", &day.of_month().to_string()).replace("{month}", month).replace("{year}", &day.year().to_string())
    }

    /// Heading of a group of cards.
    #[must_use]
    pub fn group(&self, about: CardAbout) -> &'static str {
        self.groups[about as usize]
    }

    /// What the red band says under its heading, or `None` for a card that may go without it: signed off word
    /// for word, and not expired.
    #[must_use]
    pub fn band(&self, card: &Card, standing: Standing<'_>) -> Option<String> {
        let expired = || self.band_expired.replace("{day}", &self.day(card.expires_on));
        match standing {
            Standing::Good(_) => None,
            Standing::Unsigned => Some(self.band_unsigned.to_owned()),
            Standing::Changed(_) => Some(format!("{} {}", self.band_unsigned, self.band_changed)),
            Standing::Expired(Some(_)) => Some(expired()),
            Standing::Expired(None) => Some(format!("{} {}", self.band_unsigned, expired())),
        }
    }

    /// When the card was reviewed, in words.
    #[must_use]
    pub fn reviewed(&self, card: &Card) -> String {
        self.reviewed_on.replace("{day}", &self.day(card.reviewed_on))
    }

    /// When it expires, in words.
    #[must_use]
    pub fn expires(&self, card: &Card) -> String {
        self.expires_on.replace("{day}", &self.day(card.expires_on))
    }

    /// Who signed these very words, in words.
    #[must_use]
    pub fn signed(&self, standing: Standing<'_>) -> String {
        match standing {
            Standing::Good(by) | Standing::Expired(Some(by)) => self.signed_off(by),
            Standing::Unsigned | Standing::Changed(_) | Standing::Expired(None) => self.signed_by_nobody.to_owned(),
        }
    }

    fn signed_off(&self, by: &SignOff) -> String {
        // The day goes in first: a role or a firm is somebody else's text and is never looked at again.
        let (before, after) = self.signed_by.split_once("{who}").unwrap_or((self.signed_by, ""));
        let day = |text: &str| text.replace("{day}", &self.day(by.on));
        format!("{}{}, {}{}", day(before), by.role, by.firm, day(after))
    }

    /// From when a source is, in words.
    #[must_use]
    pub fn source_day(&self, day: SourceDay) -> String {
        match day {
            SourceDay::Dated(day) => self.dated.replace("{day}", &self.day(day)),
            SourceDay::Read(day) => self.read_on.replace("{day}", &self.day(day)),
        }
    }
}

/// The fixed words of a language, or `None` when the program has none.
#[must_use]
pub fn card_words(language: &str) -> Option<&'static CardWords> {
    CARD_WORDS.iter().copied().find(|words| words.language == language)
}

/// Every language the program has fixed words for.
pub const CARD_WORDS: &[&CardWords] = &[&ENGLISH, &SPANISH];

static ENGLISH: CardWords = CardWords {
    language: "en",
    own_name: "English",
    heading: "Know your rights",
    lead: "Short cards. Read one now, print it, keep it in a pocket.",
    no_cards: "No rights card is here yet. This group's playbook has none.",
    without_card: "What we can say without one",
    conduct: "If you go, go to witness",
    not_advice: "This is not legal advice.",
    band_heading: "This card may be out of date",
    band_unsigned: "No lawyer has signed it. Ask an adviser before you rely on it.",
    bands_heading: "These cards may be out of date",
    bands_words: "No lawyer has signed those that say so. Ask an adviser before you rely on them.",
    band_changed: "Its words have changed since one did.",
    band_expired: "Its review ran out on {day}. Ask an adviser before you rely on it.",
    note_unsigned: "No lawyer has signed it",
    note_expired: "May be out of date",
    reviewed_on: "Held against its sources on {day}.",
    expires_on: "Expires on {day}.",
    signed_by_nobody: "Signed by a lawyer: nobody yet.",
    signed_by: "Signed off by {who}, on {day}.",
    sources: "What this card rests on",
    source: "Source",
    dated: "{day}",
    read_on: "no date, read {day}",
    others: "Other cards",
    print: "Print this page: it comes out as a pocket card, A6.",
    say: "Say:",
    groups: ["If it happens to you", "If you are there for somebody"],
    day: "{day} {month} {year}",
    months: ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"],
};

static SPANISH: CardWords = CardWords {
    language: "es",
    own_name: "Español",
    heading: "Conoce tus derechos",
    lead: "Tarjetas breves. Lee una ahora, imprímela, llévala en el bolsillo.",
    no_cards: "Todavía no hay ninguna tarjeta de derechos. El manual de este grupo no tiene.",
    without_card: "Lo que podemos decir sin una",
    conduct: "Si vas, ve como testigo",
    not_advice: "Esto no es asesoramiento jurídico.",
    band_heading: "Esta tarjeta puede estar desactualizada",
    band_unsigned: "Ningún profesional del derecho la ha firmado. Consulta antes de confiar en ella.",
    bands_heading: "Estas tarjetas pueden estar desactualizadas",
    bands_words: "Ningún profesional del derecho ha firmado las que lo indican. Consulta antes de confiar en ellas.",
    band_changed: "Su texto ha cambiado desde que se firmó.",
    band_expired: "Su revisión venció el {day}. Consulta antes de confiar en ella.",
    note_unsigned: "Sin firma de profesional del derecho",
    note_expired: "Puede estar desactualizada",
    reviewed_on: "Comprobada con sus fuentes el {day}.",
    expires_on: "Vence el {day}.",
    signed_by_nobody: "Firmada por un profesional del derecho: nadie todavía.",
    signed_by: "Firmada por {who}, el {day}.",
    sources: "En qué se apoya esta tarjeta",
    source: "Fuente",
    dated: "{day}",
    read_on: "sin fecha, leída el {day}",
    others: "Otras tarjetas",
    print: "Imprime esta página: sale como tarjeta de bolsillo, A6.",
    say: "Di:",
    groups: ["Si te ocurre a ti", "Si estás ahí por otra persona"],
    day: "{day} de {month} de {year}",
    months: ["enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"],
};
