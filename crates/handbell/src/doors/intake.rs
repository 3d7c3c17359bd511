//! Intake: the one script as three faces, the web form, the call screen and the JSON of programs.
//!
//! Here answers that were typed become typed answers, and questions become fields of a page or of a schema.
//! Which questions are asked, and what fits them, is the script's; nothing here decides that. What a form
//! still carries for a question that is no longer asked is dropped; a program that sends it is refused.

use super::fields::Fields;
use handbell_rules::place::Point;
use handbell_rules::playbook::Playbook;
use handbell_rules::playbook::script::{Asks, Question, Script, SoFar};
use handbell_rules::refusal::{Refusal, Street};
use handbell_rules::street::answers::{ANSWER_LETTERS_MAX, Answers, Given, TimePrecision, parse_place_precision};
use handbell_rules::street::report::{Basis, COUNT_MAX, Count, Happening};
use handbell_site::{AskedQuestion, AskedSort, Choice, FieldError};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// What the field of a question begins with on every form.
pub const FIELD: &str = "answer-";
/// Numbers that are offered for a range: what the form sends, and the words. An open end stands for "or more".
pub const RANGES: [(&str, &str); 7] =
    [("", "I do not know"), ("0", "None"), ("1", "1"), ("2", "2"), ("3-5", "3 to 5"), ("6-10", "6 to 10"), ("11-", "More than 10")];
/// Places that a search shows.
pub const PLACES_SHOWN: usize = 8;

/// What is known of the essentials, for the conditions of the rest.
#[derive(Debug, Clone, Copy)]
pub struct Essentials<'a> {
    /// The kind, by id.
    pub kind: &'a str,
    /// How they know.
    pub basis: Option<Basis>,
    /// Whether it goes on.
    pub happening: Option<Happening>,
}

/// Reads a band: empty, `3`, `1-2`, or `11-` for "or more".
///
/// # Errors
/// The field with words beside it.
pub fn band(field: &str, text: &str) -> Result<Option<Count>, FieldError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let number = |text: &str| text.parse::<u32>().map_err(|_| FieldError::new(field, "Choose a number from the list."));
    let (low, high) = match text.split_once('-') {
        None => (number(text)?, Some(number(text)?)),
        Some((low, "")) => (number(low)?, None),
        Some((low, high)) => (number(low)?, Some(number(high)?)),
    };
    Count::new(low, high).map(Some).map_err(|no| FieldError::new(field, no.advice()))
}

/// The answers that a form sent, by their fields, in the order they came.
pub fn typed_answers(fields: &Fields) -> Vec<(String, String)> {
    let answers = fields.iter().filter(|(name, value)| name.starts_with(FIELD) && !value.trim().is_empty());
    answers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// The typed values of one question.
fn typed<'a>(pairs: &'a [(String, String)], question: &Question) -> Vec<&'a str> {
    let field = format!("{FIELD}{}", question.id);
    pairs.iter().filter(|(name, value)| *name == field && !value.trim().is_empty()).map(|(_, value)| value.trim()).collect()
}

fn given_of(question: &Question, values: &[&str]) -> Result<Option<Given>, FieldError> {
    let field = format!("{FIELD}{}", question.id);
    let Some(first) = values.first() else { return Ok(None) };
    if values.len() > 1 && question.asks != Asks::Choices {
        return Err(FieldError::new(field, Street::AnswerWrong.advice()));
    }
    Ok(Some(match question.asks {
        Asks::Choices => Given::Several(values.iter().map(|value| (*value).to_owned()).collect()),
        Asks::Range => return Ok(band(&field, first)?.map(Given::Range)),
        Asks::Text => Given::Words((*first).to_owned()),
        _ => Given::One((*first).to_owned()),
    }))
}

/// Reads the answers of a form. Those to questions that are not asked (any more) are dropped.
///
/// # Errors
/// Every answer that is none of what its question takes, beside its field.
pub fn from_form(playbook: &Playbook, of: Essentials<'_>, pairs: &[(String, String)]) -> Result<BTreeMap<String, Given>, Vec<FieldError>> {
    let Some(kind) = playbook.kind(of.kind) else { return Ok(BTreeMap::new()) };
    let script = playbook.script();
    let mut given = BTreeMap::new();
    let mut wrong = Vec::new();
    for question in script.questions().iter().filter(|question| !question.asks.of_the_report()) {
        match given_of(question, &typed(pairs, question)) {
            Ok(Some(one)) => drop(given.insert(question.id.clone(), one)),
            Ok(None) => {}
            Err(error) => wrong.push(error),
        }
    }
    let given = script.still_asked(kind, SoFar { basis: of.basis, happening: of.happening, given: &given });
    let open: Vec<&Question> = script.open(kind, SoFar { basis: of.basis, happening: of.happening, given: &given });
    wrong.retain(|error| open.iter().any(|question| error.field == format!("{FIELD}{}", question.id)));
    for (id, one) in &given {
        // One by one, so that each wrong answer is said beside its own field; what opens it is known to be there.
        let Some(question) = script.question(id) else { continue };
        if let Err(no) = script.fits(question, kind, one) {
            wrong.push(FieldError::new(format!("{FIELD}{id}"), no.advice()));
        }
    }
    if wrong.is_empty() { Ok(given) } else { Err(wrong) }
}

/// The two precisions, by the words of forms and programs; an empty word is none.
///
/// # Errors
/// The field whose word is on no list.
pub fn precisions(observed: &str, place: &str) -> Result<Answers, (&'static str, Refusal)> {
    let wrong = |field| (field, Refusal::from(Street::PrecisionUnknown));
    Ok(Answers {
        observed: match observed {
            "" => None,
            word => Some(TimePrecision::parse(word).ok_or_else(|| wrong("sure"))?),
        },
        place: match place {
            "" => None,
            word => Some(parse_place_precision(word).ok_or_else(|| wrong("exact"))?),
        },
        given: BTreeMap::new(),
    })
}

/// Reads a point that was copied from a map into the field for the place: `51.4697, -0.0692`.
pub fn point_in(text: &str) -> Option<Point> {
    let (latitude, longitude) = text.trim().trim_start_matches("geo:").split_once([',', ' '])?;
    Point::parse(latitude.trim(), longitude.trim()).ok().filter(|_| latitude.contains('.') && longitude.contains('.'))
}

/// Reads the answers of a program.
///
/// # Errors
/// `answer-unknown` or `answer-wrong`; whether a question is asked is the act's to say.
pub fn from_json(script: &Script, sent: &Map<String, Value>) -> Result<BTreeMap<String, Given>, Refusal> {
    let wrong = || Refusal::from(Street::AnswerWrong);
    let mut given = BTreeMap::new();
    for (id, value) in sent {
        let question =
            script.question(id).filter(|question| !question.asks.of_the_report()).ok_or_else(|| Refusal::from(Street::AnswerUnknown))?;
        let text = |value: &Value| value.as_str().map(str::to_owned).ok_or_else(wrong);
        let one = match question.asks {
            Asks::Choices => Given::Several(value.as_array().ok_or_else(wrong)?.iter().map(text).collect::<Result<_, _>>()?),
            Asks::Range => Given::Range(Count::deserialize(value).map_err(|_| wrong())?),
            Asks::Text => Given::Words(text(value)?),
            _ => Given::One(text(value)?),
        };
        given.insert(id.clone(), one);
    }
    Ok(given)
}

/// The schema of the answers, one property for each question of the script. The conditions stand in words:
/// they are held by the rule, not by the schema.
pub fn schema(playbook: &Playbook) -> Value {
    let language = &playbook.languages()[0];
    let mut properties = Map::new();
    for question in playbook.script().questions().iter().filter(|question| !question.asks.of_the_report()) {
        let mut choices: Vec<&String> = Vec::new();
        for choice in playbook.kinds().iter().flat_map(|kind| question.choices(kind)) {
            if !choices.contains(&choice) {
                choices.push(choice);
            }
        }
        let mut says = playbook.ask_words(&question.id, language);
        if !question.kinds.is_empty() {
            says.push_str(&format!(" Kinds: {}.", question.kinds.join(", ")));
        }
        if let Some(when) = &question.when {
            says.push_str(&format!(" Only when {} is {}.", when.question, when.is.join(" or ")));
        }
        let mut property = match question.asks {
            Asks::Choices => json!({"type": "array", "minItems": 1, "uniqueItems": true, "items": {"enum": choices}}),
            Asks::Range => json!({"type": "object", "required": ["low"], "additionalProperties": false, "properties": {
                "low": {"type": "integer", "minimum": 0, "maximum": COUNT_MAX}, "high": {"type": "integer", "minimum": 0, "maximum": COUNT_MAX},
            }}),
            Asks::Text => json!({"type": "string", "minLength": 1, "maxLength": ANSWER_LETTERS_MAX}),
            _ => json!({"enum": choices}),
        };
        property["description"] = says.into();
        properties.insert(question.id.clone(), property);
    }
    json!({"type": "object", "additionalProperties": false, "properties": properties})
}

/// The questions to ask now as fields of a page, with what was typed so far.
pub fn asked(playbook: &Playbook, of: Essentials<'_>, pairs: &[(String, String)], language: &str, spoken: bool) -> Vec<AskedQuestion> {
    let Some(kind) = playbook.kind(of.kind) else { return Vec::new() };
    let script = playbook.script();
    let mut given = BTreeMap::new();
    for question in script.questions() {
        if let Ok(Some(one)) = given_of(question, &typed(pairs, question)) {
            given.insert(question.id.clone(), one);
        }
    }
    let open = script.open(kind, SoFar { basis: of.basis, happening: of.happening, given: &given });
    open.into_iter()
        .map(|question| {
            let values = typed(pairs, question);
            let choice = |value: &str, words: String| Choice { chosen: values.contains(&value), ..Choice::new(value, words) };
            let (sort, choices) = match question.asks {
                Asks::Choices | Asks::Choice => {
                    let choices = question.choices(kind).iter();
                    let choices = choices.map(|id| choice(id, playbook.choice_words(question, id, language))).collect();
                    (if question.asks == Asks::Choices { AskedSort::Several } else { AskedSort::One }, choices)
                }
                Asks::Range => {
                    let mut choices: Vec<Choice> = RANGES.iter().map(|(value, words)| choice(value, (*words).to_owned())).collect();
                    // A number from elsewhere stays what it is.
                    let value = values.first().copied().unwrap_or_default();
                    match choices.iter_mut().find(|choice| choice.value == value) {
                        Some(known) => known.chosen = true,
                        None => choices.push(choice(value, value.to_owned())),
                    }
                    (AskedSort::Range, choices)
                }
                _ => (AskedSort::Text, Vec::new()),
            };
            AskedQuestion {
                field: format!("{FIELD}{}", question.id),
                words: if spoken { playbook.say_words(&question.id, language) } else { playbook.ask_words(&question.id, language) },
                sort,
                choices,
                value: values.first().map_or_else(String::new, |value| (*value).to_owned()),
                answered: !values.is_empty(),
            }
        })
        .collect()
}

/// An answer in words, for people at the desk.
pub fn in_words(playbook: &Playbook, question: &Question, given: &Given, language: &str) -> String {
    let choice = |choice: &String| playbook.choice_words(question, choice, language);
    match given {
        Given::One(one) => choice(one),
        Given::Several(some) => some.iter().map(choice).collect::<Vec<_>>().join(", "),
        Given::Range(count) => count.words(),
        Given::Words(words) => words.clone(),
    }
}

#[cfg(test)]
mod tests;
