//! Loading of the intake script: `intake.toml` held against the floor.
//!
//! What no playbook may ask is compiled in twice: an answer type that would hold a person does not exist and
//! is refused by its id, and a question's words are read for what they ask, in every language the playbook
//! speaks, beside the guard. Nothing here knows a kind by its name.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::kind::Kind;
use super::load::{bad, guarded, loosens};
use super::predicate::{Cardinality, Predicate, ValueType};
use super::refusal::PlaybookRefusal;
use super::script::{Asks, Condition, ListOf, Question, Salute, Script};
use super::strict_toml;
use crate::area::is_id;
use crate::spelling;
use crate::street::answers::{PLACE_PRECISIONS, TimePrecision};
use crate::street::report::{Basis, Happening};

/// The script's file.
pub(super) const INTAKE_FILE: &str = "intake.toml";
/// The most questions a script may have; a caller's patience is the real limit.
pub const QUESTIONS_MAX: usize = 64;
/// The most choices of one question: what can be read out over the phone.
pub const QUESTION_CHOICES_MAX: usize = 12;

/// What no question may ask for, by any part of an id or type of answer.
const NEVER_IDS: [&str; 22] = [
    "name",
    "names",
    "surname",
    "plate",
    "plates",
    "registration",
    "badge",
    "shoulder",
    "collar",
    "face",
    "faces",
    "address",
    "nationality",
    "citizenship",
    "passport",
    "visa",
    "photo",
    "portrait",
    "phone",
    "email",
    "birth",
    "age",
];

/// What no question's words may ask for, folded as [`spelling::words`] folds.
const NEVER_WORDS: [(&str, &[&str]); 2] = [
    (
        "en",
        &[
            "name",
            "names",
            "named",
            "surname",
            "surnames",
            "plate",
            "plates",
            "registration",
            "badge",
            "badges",
            "shoulder number",
            "shoulder numbers",
            "collar number",
            "collar numbers",
            "warrant card",
            "face",
            "faces",
            "look like",
            "address",
            "addresses",
            "house number",
            "flat number",
            "door number",
            "where they live",
            "who lives",
            "nationality",
            "nationalities",
            "citizenship",
            "immigration status",
            "passport",
            "visa",
            "visas",
            "date of birth",
            "phone number",
            "email",
        ],
    ),
    (
        "es",
        &[
            "nombre",
            "nombres",
            "apellido",
            "apellidos",
            "se llama",
            "se llaman",
            "matricula",
            "matriculas",
            "placa",
            "placas",
            "insignia",
            "numero de agente",
            "numero de identificacion",
            "cara",
            "caras",
            "rostro",
            "rostros",
            "que aspecto",
            "direccion",
            "direcciones",
            "domicilio",
            "domicilios",
            "numero de la casa",
            "numero de casa",
            "numero del piso",
            "donde vive",
            "donde viven",
            "quien vive",
            "nacionalidad",
            "nacionalidades",
            "ciudadania",
            "situacion migratoria",
            "papeles tiene",
            "pasaporte",
            "visado",
            "fecha de nacimiento",
            "numero de telefono",
            "correo electronico",
        ],
    ),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenScript {
    question: Vec<WrittenQuestion>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenQuestion {
    id: String,
    asks: String,
    salute: Option<Salute>,
    #[serde(default)]
    kinds: Vec<String>,
    #[serde(default)]
    choices: Vec<String>,
    from: Option<ListOf>,
    when: Option<WrittenCondition>,
    predicate: Option<String>,
    #[serde(default)]
    home_when: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenCondition {
    question: String,
    is: Vec<String>,
}

/// Reads the script and holds it against the floor, the kinds and the predicates.
pub(super) fn script(text: &str, kinds: &[Kind], predicates: &[Predicate]) -> Result<Script, PlaybookRefusal> {
    let written: WrittenScript = strict_toml::parse(INTAKE_FILE, text)?;
    if written.question.len() > QUESTIONS_MAX {
        return Err(bad(INTAKE_FILE, "question", format!("at most {QUESTIONS_MAX} are allowed")));
    }
    let mut questions: Vec<Question> = Vec::with_capacity(written.question.len());
    for one in written.question {
        let question = question(one, kinds, &questions)?;
        check_predicate(&question, kinds, predicates)?;
        questions.push(question);
    }
    for (asks, name) in Asks::ALL.iter().filter(|(asks, _)| asks.of_the_report()) {
        if !questions.iter().any(|question| question.asks == *asks) {
            return Err(bad(INTAKE_FILE, name, "every script asks this, because every report can hold it"));
        }
    }
    Ok(Script { questions })
}

fn never(part: &str) -> bool {
    part.split(['-', '_', ' ']).any(|word| NEVER_IDS.contains(&word))
}

fn question(one: WrittenQuestion, kinds: &[Kind], before: &[Question]) -> Result<Question, PlaybookRefusal> {
    let id = one.id.clone();
    let wrong = |why: String| bad(INTAKE_FILE, &id, why);
    for part in [&one.id, &one.asks].into_iter().chain(&one.choices) {
        if never(part) {
            return Err(loosens(INTAKE_FILE, &id, format!("no question may ask for `{part}`: a person is not a fact of a report")));
        }
    }
    let Some(asks) = Asks::ALL.iter().find(|(_, name)| *name == one.asks).map(|(asks, _)| *asks) else {
        let near = strict_toml::nearest(&one.asks, Asks::ALL.iter().map(|(_, name)| *name));
        return Err(wrong(format!(
            "there is no type of answer `{}`{}",
            one.asks,
            near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default()
        )));
    };
    if !is_id(&one.id) {
        return Err(wrong("an id is 1 to 40 lower-case letters, digits and hyphens".into()));
    }
    if before.iter().any(|question| question.id == one.id) {
        return Err(wrong("there is another question of this id".into()));
    }
    if asks.of_the_report() {
        if one.id != asks.name() {
            return Err(wrong(format!("the question for the report's own `{0}` has the id `{0}`", asks.name())));
        }
        let extra =
            !one.kinds.is_empty() || one.when.is_some() || one.from.is_some() || !one.choices.is_empty() || !one.home_when.is_empty();
        if extra || one.predicate.is_some() {
            return Err(wrong("the report's own fields are asked of everybody, with choices that are compiled in".into()));
        }
    } else if Asks::ALL.iter().any(|(_, name)| *name == one.id) {
        return Err(wrong("this id belongs to a field of the report".into()));
    }
    for kind in &one.kinds {
        if !kinds.iter().any(|known| known.id == *kind) {
            let near = strict_toml::nearest(kind, kinds.iter().map(|kind| kind.id.as_str()));
            return Err(wrong(format!(
                "there is no kind `{kind}`{}",
                near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default()
            )));
        }
    }
    check_choices(asks, &one).map_err(wrong)?;
    let when = one.when.map(|when| condition(when, kinds, before)).transpose().map_err(wrong)?;
    if let Some(choice) = one.home_when.iter().find(|choice| asks != Asks::Choice || !one.choices.contains(choice)) {
        return Err(wrong(format!("`home_when` names `{choice}`, which is none of its choices")));
    }
    Ok(Question {
        id: one.id,
        asks,
        salute: one.salute,
        kinds: one.kinds,
        choices: one.choices,
        from: one.from,
        when,
        predicate: one.predicate,
        home_when: one.home_when,
    })
}

fn check_choices(asks: Asks, one: &WrittenQuestion) -> Result<(), String> {
    let choosing = matches!(asks, Asks::Choice | Asks::Choices);
    if !choosing {
        return if one.choices.is_empty() && one.from.is_none() { Ok(()) } else { Err("only a choice has choices".into()) };
    }
    if one.from.is_some() != one.choices.is_empty() {
        return Err("its choices come from `choices` or from a list of the kind, not both and not neither".into());
    }
    if one.from.is_none() && !(2..=QUESTION_CHOICES_MAX).contains(&one.choices.len()) {
        return Err(format!("2 to {QUESTION_CHOICES_MAX} choices are allowed"));
    }
    let mut seen = BTreeSet::new();
    match one.choices.iter().find(|choice| !is_id(choice) || !seen.insert(choice.as_str())) {
        Some(choice) => Err(format!("`{choice}` is no id, or is there twice")),
        None => Ok(()),
    }
}

/// The choices a condition may name for an earlier question.
fn answerable(question: &Question, kinds: &[Kind]) -> Vec<String> {
    match question.asks {
        Asks::Basis => Basis::ALL.iter().map(|(_, word)| (*word).to_owned()).collect(),
        Asks::Happening => Happening::ALL.iter().map(|(_, word)| (*word).to_owned()).collect(),
        Asks::Choice | Asks::Choices => kinds.iter().flat_map(|kind| question.choices(kind).iter().cloned()).collect(),
        _ => Vec::new(),
    }
}

fn condition(written: WrittenCondition, kinds: &[Kind], before: &[Question]) -> Result<Condition, String> {
    let Some(earlier) = before.iter().find(|question| question.id == written.question) else {
        let near = strict_toml::nearest(&written.question, before.iter().map(|question| question.id.as_str()));
        return Err(format!(
            "no earlier question is `{}`{}",
            written.question,
            near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default()
        ));
    };
    let known = answerable(earlier, kinds);
    if known.is_empty() || written.is.is_empty() {
        return Err(format!("a condition names choices, and `{}` has none", written.question));
    }
    if let Some(choice) = written.is.iter().find(|choice| !known.contains(choice)) {
        let near = strict_toml::nearest(choice, known.iter().map(String::as_str));
        return Err(format!(
            "`{}` is never answered with `{choice}`{}",
            written.question,
            near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default()
        ));
    }
    Ok(Condition { question: written.question, is: written.is })
}

/// An answer that is offered as a claim's value must be one that the predicate can have.
fn check_predicate(question: &Question, kinds: &[Kind], predicates: &[Predicate]) -> Result<(), PlaybookRefusal> {
    let Some(id) = &question.predicate else { return Ok(()) };
    let wrong = |why: String| Err(bad(INTAKE_FILE, &question.id, why));
    let Some(predicate) = predicates.iter().find(|predicate| predicate.id == *id) else {
        let near = strict_toml::nearest(id, predicates.iter().map(|predicate| predicate.id.as_str()));
        return wrong(format!("there is no predicate `{id}`{}", near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default()));
    };
    let fits = match question.asks {
        Asks::Choice => predicate.value_type == ValueType::Choice,
        Asks::Choices => predicate.value_type == ValueType::Choice && predicate.cardinality == Cardinality::Many,
        Asks::Range => predicate.value_type == ValueType::Range,
        Asks::Text => predicate.value_type == ValueType::Text,
        _ => false,
    };
    if !fits {
        return wrong(format!("its answer cannot be a value of `{id}`"));
    }
    let asked = kinds.iter().filter(|kind| question.kinds.is_empty() || question.kinds.contains(&kind.id));
    match asked.flat_map(|kind| question.choices(kind)).find(|choice| !predicate.choices.contains(choice)) {
        Some(choice) => wrong(format!("`{id}` has no value `{choice}`")),
        None => Ok(()),
    }
}

/// The messages the script needs: what is asked in writing, what is said on the phone, and every choice.
pub(super) fn messages(script: &Script) -> BTreeSet<String> {
    let mut wanted = BTreeSet::new();
    for question in script.questions() {
        wanted.insert(format!("ask-{}", question.id));
        wanted.insert(format!("say-{}", question.id));
        wanted.extend(question.choices.iter().map(|choice| format!("choice-{choice}")));
    }
    let own = Basis::ALL.iter().map(|(_, word)| *word).chain(Happening::ALL.iter().map(|(_, word)| *word));
    let own = own.chain(TimePrecision::ALL.iter().map(|(_, word)| *word)).chain(PLACE_PRECISIONS.iter().map(|(_, word)| *word));
    wanted.extend(own.map(|word| format!("choice-{word}")));
    wanted
}

/// What a text asks for that no question may ask for.
pub(super) fn asks_for_a_person(text: &str, language: &str) -> Option<&'static str> {
    let words = spelling::words(text);
    let never = NEVER_WORDS.iter().find(|(known, _)| *known == language).map_or(&[][..], |(_, never)| never);
    never.iter().copied().find(|phrase| {
        let phrase: Vec<&str> = phrase.split(' ').collect();
        words.windows(phrase.len()).any(|some| some.iter().zip(&phrase).all(|(word, wanted)| word == wanted))
    })
}

/// Holds one text of the script against the floor and the guard.
pub(super) fn check_text(file: &str, message: &str, text: &str, language: &str) -> Result<(), PlaybookRefusal> {
    if let Some(what) = asks_for_a_person(text, language) {
        return Err(loosens(file, message, format!("no question may ask for `{what}`")));
    }
    guarded(file, message, text, language)
}
