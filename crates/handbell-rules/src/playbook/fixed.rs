//! Fixed texts: what every alert says and nobody can change, per language.
//!
//! The conduct lines, the purpose, the cancel and stand-down texts, the generic lock-screen words and what
//! stands around an alert on its page (`pages`) are constants of the program. They are not looked at by the guard (they
//! say "do not block") and that is safe only because no playbook, setting or form can reach them. A language
//! without an entry here cannot be declared by a playbook.

mod arabic;
mod bengali;
mod french;
mod pages;
mod polish;
mod portuguese;
mod romanian;
mod somali;
mod urdu;

use std::sync::LazyLock;

use sha2::{Digest, Sha256};

use super::slots::{ClockTime, CountBand};

pub use pages::{PageWords, filled};

/// Which way a language is written, as HTML and a notification say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// From left to right.
    Ltr,
    /// From right to left.
    Rtl,
}

impl Direction {
    /// The word of the `dir` attribute.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ltr => "ltr",
            Self::Rtl => "rtl",
        }
    }
}

/// The fixed texts of one language.
#[derive(Debug, PartialEq, Eq)]
pub struct FixedTexts {
    /// The language's tag.
    pub language: &'static str,
    /// What its speakers call it.
    pub own_name: &'static str,
    /// Which way it is written.
    pub direction: Direction,
    /// What stands between the names of a list.
    pub comma: &'static str,
    /// The mark of a translation that no person has checked. Of English, which is the source, nobody sees it.
    pub unchecked: &'static str,
    /// What the alert is for, when people are what it is about.
    pub purpose: &'static str,
    /// What the alert is for, when it is about a hazard.
    pub purpose_hazard: &'static str,
    /// How to behave there: six lines.
    pub conduct: [&'static str; 6],
    /// How to behave near a hazard: six lines.
    pub conduct_hazard: [&'static str; 6],
    /// The two lines that stand where no signed-off rights card does. They say nothing about law.
    pub without_card: [&'static str; 2],
    /// The title of every cancel.
    pub cancel_title: &'static str,
    /// The body of every cancel.
    pub cancel_body: &'static str,
    /// The title of every stand-down.
    pub stand_down_title: &'static str,
    /// The body of every stand-down.
    pub stand_down_body: &'static str,
    /// The title of every correction.
    pub correction_title: &'static str,
    /// The body of every correction.
    pub correction_body: &'static str,
    /// The title of every update.
    pub update_title: &'static str,
    /// The lock screen's generic title.
    pub push_title: &'static str,
    /// The lock screen's generic body.
    pub push_body: &'static str,
    /// Why an alert about danger to life also reaches people who wish to be left in peace now.
    pub passes_rest: &'static str,
    /// The lock screen's title for those who chose discretion.
    pub discreet_title: &'static str,
    /// What stands before everything in a drill.
    pub exercise: &'static str,
    near: &'static str,
    bands: [&'static str; 6],
    update_enough: &'static str,
    update_going_on: &'static str,
    update_count: &'static str,
    update_interpreter: &'static str,
    update_first_aider: &'static str,
    /// What stands around an alert on its page.
    pub page: &'static PageWords,
}

impl FixedTexts {
    /// The words for a band of numbers.
    #[must_use]
    pub fn band(&self, band: CountBand) -> &'static str {
        self.bands[band as usize]
    }

    /// Names as a list of this language. In one that is written from right to left each name is set apart, so
    /// that a Latin name keeps its own direction and its signs stay with it (Unicode UAX 9, section 2.4.2).
    #[must_use]
    pub fn names(&self, names: &[&str]) -> String {
        names.iter().map(|name| self.apart(name)).collect::<Vec<_>>().join(self.comma)
    }

    /// The words for ground near a named area.
    pub(super) fn near(&self, name: &str) -> String {
        self.near.replace("{name}", &self.apart(name))
    }

    fn apart(&self, name: &str) -> String {
        match self.direction {
            Direction::Ltr => name.to_owned(),
            Direction::Rtl => format!("\u{2068}{name}\u{2069}"),
        }
    }

    /// Every text, in the order of the fields: what a check of the language is about. A new field has to be
    /// named here before this compiles.
    pub(super) fn lines(&self) -> Vec<&'static str> {
        let Self {
            language,
            own_name,
            direction,
            comma,
            unchecked,
            purpose,
            purpose_hazard,
            conduct,
            conduct_hazard,
            without_card,
            cancel_title,
            cancel_body,
            stand_down_title,
            stand_down_body,
            correction_title,
            correction_body,
            update_title,
            push_title,
            push_body,
            passes_rest,
            discreet_title,
            exercise,
            near,
            bands,
            update_enough,
            update_going_on,
            update_count,
            update_interpreter,
            update_first_aider,
            page,
        } = *self;
        let mut lines = vec![language, own_name, direction.word(), comma, unchecked, purpose, purpose_hazard];
        lines.extend(conduct.into_iter().chain(conduct_hazard).chain(without_card));
        lines.extend([cancel_title, cancel_body, stand_down_title, stand_down_body, correction_title, correction_body]);
        lines.extend([update_title, push_title, push_body, passes_rest, discreet_title, exercise, near]);
        lines.extend(bands);
        lines.extend([update_enough, update_going_on, update_count, update_interpreter, update_first_aider]);
        lines.extend(page.lines());
        lines
    }

    /// The body of an update.
    #[must_use]
    pub fn update_body(&self, update: UpdateText) -> String {
        match update {
            UpdateText::EnoughObservers => self.update_enough.to_owned(),
            UpdateText::StillGoingOn { at } => self.update_going_on.replace("{time}", &at.to_string()),
            UpdateText::PeoplePresent { band, at } => {
                self.update_count.replace("{count}", self.band(band)).replace("{time}", &at.to_string())
            }
            UpdateText::InterpreterWanted => self.update_interpreter.to_owned(),
            UpdateText::FirstAiderWanted => self.update_first_aider.to_owned(),
        }
    }
}

/// What an update may say: a closed list with typed values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UpdateText {
    /// Enough observers have said yes; everybody else stands by.
    EnoughObservers,
    /// It was still going on at this time.
    StillGoingOn {
        /// When it was seen.
        at: ClockTime,
    },
    /// So many people were there at this time.
    PeoplePresent {
        /// How many.
        band: CountBand,
        /// When they were seen.
        at: ClockTime,
    },
    /// A trained interpreter is wanted.
    InterpreterWanted,
    /// A trained first aider is wanted.
    FirstAiderWanted,
}

/// The fixed texts of a language, or `None` when the program has none.
#[must_use]
pub fn fixed_texts(language: &str) -> Option<&'static FixedTexts> {
    FIXED.iter().copied().find(|texts| texts.language == language)
}

/// SHA-256 of the program's fixed texts of a language, so that what was said in them can be held against what
/// they say now; `None` when the program has none.
#[must_use]
pub fn fixed_hash(language: &str) -> Option<&'static str> {
    HASHES.iter().find(|(known, _)| *known == language).map(|(_, hash)| hash.as_str())
}

static HASHES: LazyLock<Vec<(&str, String)>> = LazyLock::new(|| {
    let hash = |texts: &&'static FixedTexts| {
        let mut hash = Sha256::new();
        hash.update(b"handbell fixed texts v1\n");
        for line in texts.lines() {
            hash.update((line.len() as u64).to_be_bytes());
            hash.update(line.as_bytes());
        }
        (texts.language, hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
    };
    FIXED.iter().map(hash).collect()
});

/// Every language the program has fixed texts for.
pub const FIXED: &[&FixedTexts] = &[
    &ENGLISH,
    &SPANISH,
    &arabic::ARABIC,
    &portuguese::PORTUGUESE,
    &french::FRENCH,
    &polish::POLISH,
    &romanian::ROMANIAN,
    &somali::SOMALI,
    &bengali::BENGALI,
    &urdu::URDU,
];

static ENGLISH: FixedTexts = FixedTexts {
    language: "en",
    own_name: "English",
    direction: Direction::Ltr,
    comma: ", ",
    unchecked: "Translation not checked by a person.",
    purpose: "This alert is for witnessing, and so that everybody here knows their rights.",
    purpose_hazard: "This alert is so that people can keep safe and look after each other.",
    conduct: [
        "Go only as a witness, and only if you feel safe.",
        "Keep two metres back, or further if officers ask.",
        "Film what officials do, not the face of the person they stopped.",
        "Do not touch, block, chase, threaten or insult anyone.",
        "Do not stream or post it live. Do not give a false name.",
        "Told to move? Say that you are moving, step back, keep filming. In danger: 999.",
    ],
    conduct_hazard: [
        "Look after yourself first, then the people next to you.",
        "Do not walk or drive into water, smoke or fallen cables.",
        "Do what the emergency services ask you to do.",
        "Look in on neighbours who may need a hand.",
        "Film only from a safe place, and not people in distress.",
        "If anybody is in danger, call 999.",
    ],
    without_card: ["Keep calm, keep your distance and keep your hands to yourself.", "If anybody is in danger, call 999."],
    cancel_title: "Cancelled: our alert was wrong",
    cancel_body: "The alert we sent you was a mistake. Nothing is asked of you. We are sorry.",
    stand_down_title: "It is over",
    stand_down_body: "What we told you about has ended. Nothing more is asked of you. Thank you.",
    correction_title: "We corrected what we said",
    correction_body: "Something in our record of an alert you were sent was wrong or is better known now. Open to read what changed.",
    update_title: "Update to an alert you were sent",
    push_title: "Confirmed activity in your area",
    push_body: "Open for rights information.",
    passes_rest: "Lives may be in danger, so this is told even to those who asked for quiet.",
    discreet_title: "Update",
    exercise: "EXERCISE. This is a drill.",
    near: "the area near {name}",
    bands: ["fewer than 10", "10 to 49", "50 to 99", "hundreds", "thousands", "tens of thousands"],
    update_enough: "Enough observers have said yes. Thank you. Please stand by where you are.",
    update_going_on: "Still going on at {time}.",
    update_count: "People there at {time}: {count}.",
    update_interpreter: "A trained interpreter on duty is wanted.",
    update_first_aider: "A trained first aider on duty is wanted.",
    page: &pages::ENGLISH,
};

static SPANISH: FixedTexts = FixedTexts {
    language: "es",
    own_name: "Español",
    direction: Direction::Ltr,
    comma: ", ",
    unchecked: "Traducción no revisada por una persona.",
    purpose: "Este aviso es para observar y para que todas las personas conozcan sus derechos.",
    purpose_hazard: "Este aviso es para que la gente esté a salvo y se cuide entre sí.",
    conduct: [
        "Ve solo como testigo, y solo si te sientes a salvo.",
        "Quédate a dos metros, o más lejos si los agentes lo piden.",
        "Graba lo que hacen los agentes, no la cara de la persona detenida.",
        "No toques, bloquees, persigas, amenaces ni insultes a nadie.",
        "No lo transmitas ni publiques en directo. No des un nombre falso.",
        "¿Te piden moverte? Di que te mueves, retrocede y sigue grabando. En peligro: 999.",
    ],
    conduct_hazard: [
        "Cuídate primero, y después a quienes tienes al lado.",
        "No camines ni conduzcas por agua, humo o cables caídos.",
        "Haz lo que pidan los servicios de emergencia.",
        "Pregunta a los vecinos que puedan necesitar ayuda.",
        "Graba solo desde un lugar seguro, y no a personas que sufren.",
        "Si alguien está en peligro, llama al 999.",
    ],
    without_card: ["Mantén la calma y la distancia, y no toques a nadie.", "Si alguien está en peligro, llama al 999."],
    cancel_title: "Anulado: nuestro aviso era erróneo",
    cancel_body: "El aviso que te enviamos fue un error. No se te pide nada. Lo sentimos.",
    stand_down_title: "Ha terminado",
    stand_down_body: "Lo que te avisamos ha terminado. No se te pide nada más. Gracias.",
    correction_title: "Hemos corregido lo que dijimos",
    correction_body: "Algo en nuestro registro de un aviso que recibiste era erróneo o ahora se sabe mejor. Abre para leer qué cambió.",
    update_title: "Novedad de un aviso que recibiste",
    push_title: "Actividad confirmada en tu zona",
    push_body: "Abre para ver información sobre tus derechos.",
    passes_rest: "Puede haber vidas en peligro; por eso se avisa también a quien pidió silencio.",
    discreet_title: "Novedad",
    exercise: "SIMULACRO. Esto es una práctica.",
    near: "la zona cerca de {name}",
    bands: ["menos de 10", "de 10 a 49", "de 50 a 99", "cientos", "miles", "decenas de miles"],
    update_enough: "Ya hay suficientes observadores. Gracias. Por favor, quédate donde estás.",
    update_going_on: "A las {time} seguía ocurriendo.",
    update_count: "Personas allí a las {time}: {count}.",
    update_interpreter: "Se busca intérprete con formación que esté de turno.",
    update_first_aider: "Se busca persona de primeros auxilios con formación que esté de turno.",
    page: &pages::SPANISH,
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guard;

    #[test]
    fn conduct_is_six_lines_of_short_sentences() {
        for texts in FIXED {
            for line in texts.conduct.iter().chain(&texts.conduct_hazard).chain(&texts.without_card) {
                for sentence in line.split_inclusive(['.', '?', '¿', '؟', '۔', '।']).filter(|part| !part.trim().is_empty()) {
                    assert!(sentence.split_whitespace().count() <= 15, "{}: {sentence}", texts.language);
                }
            }
        }
    }

    #[test]
    fn only_the_words_that_forbid_would_be_flagged_in_a_fixed_text() {
        // "Do not block" is the one place where an obstruction word is right. Everything else in the fixed
        // texts passes the guard like anybody's words.
        for texts in FIXED {
            let mut lines = vec![
                texts.purpose,
                texts.purpose_hazard,
                texts.cancel_title,
                texts.cancel_body,
                texts.stand_down_title,
                texts.stand_down_body,
                texts.update_title,
                texts.push_title,
                texts.push_body,
                texts.passes_rest,
                texts.discreet_title,
                texts.exercise,
                texts.update_enough,
                texts.update_interpreter,
                texts.update_first_aider,
            ];
            // the fourth line forbids to touch, block, chase, threaten or insult
            lines.extend(texts.conduct.iter().enumerate().filter(|(at, _)| *at != 3).map(|(_, line)| *line));
            lines.extend(texts.conduct_hazard);
            lines.extend(texts.without_card);
            lines.extend(texts.bands);
            for line in lines {
                assert_eq!(guard::check(line, texts.language), [], "{line}");
            }
        }
    }

    #[test]
    fn an_update_says_its_values_and_leaves_no_slot_open() {
        let at = ClockTime::new(9, 5).unwrap();
        for texts in FIXED {
            for update in [
                UpdateText::EnoughObservers,
                UpdateText::StillGoingOn { at },
                UpdateText::PeoplePresent { band: CountBand::Hundreds, at },
                UpdateText::InterpreterWanted,
                UpdateText::FirstAiderWanted,
            ] {
                let body = texts.update_body(update);
                assert!(!body.contains(['{', '}']), "{body}");
            }
            assert!(texts.update_body(UpdateText::PeoplePresent { band: CountBand::Hundreds, at }).contains("09:05"));
            assert!(texts.near.contains("{name}"));
        }
    }

    #[test]
    fn no_language_stands_here_twice_and_the_guard_knows_each() {
        let mut languages: Vec<_> = FIXED.iter().map(|texts| texts.language).collect();
        languages.sort_unstable();
        let mut known = guard::LANGUAGES.to_vec();
        known.sort_unstable();
        assert_eq!(languages, known);
    }
}
