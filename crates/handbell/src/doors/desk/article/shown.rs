//! A reading as the page shows it: each sentence with what was found in it, how it was understood, and by which rule.

use super::{ACCEPT, FINDINGS_MAX, VOICES_MAX};
use crate::doors::App;
use crate::doors::desk::claim::capital;
use crate::doors::desk::{Typed, language};
use handbell_rules::reading::accepted::{self, Becomes};
use handbell_rules::reading::{Finding, Reading, Value};
use handbell_rules::record::count;
use handbell_rules::record::source::SourceKind;
use handbell_rules::span::Span;
use handbell_site::{ArticleFinding, ArticleRead, ArticleSentence, ArticleVoice, Choice};

/// The sorts of sources, one of them chosen.
pub fn kinds(chosen: &str) -> Vec<Choice> {
    SourceKind::ALL.iter().map(|(_, name, word)| Choice { chosen: *name == chosen, ..Choice::new(*name, *word) }).collect()
}

/// How a finding was understood.
fn says(app: &App, finding: &Finding) -> String {
    match &finding.value {
        Value::Source { name, kind } => format!("{name}, as a source: {}", kind.word().to_lowercase()),
        Value::Quote { words, speaker, .. } => {
            let cut = if accepted::taken(words) == *words { "" } else { "; only the beginning is taken" };
            match speaker {
                Some(speaker) => format!("said by {speaker}{cut}"),
                None => format!("said by nobody who is named{cut}"),
            }
        }
        Value::Day { edtf, .. } => {
            let day = edtf.as_deref().and_then(|edtf| Span::parse(edtf).ok());
            day.map_or_else(|| "No day".to_owned(), |day| capital(&day.words()))
        }
        Value::Place { name, .. } => name.clone(),
        Value::Count { of, low, high, near, .. } => {
            let number = count::says(*low, *high);
            let number = if number.is_empty() { "no number".to_owned() } else { number };
            let near = if *near { ", or near it" } else { "" };
            format!("{}: {number}{near}", capital(of.name()))
        }
        Value::Agency { choice, .. } => capital(&app.world.group.playbook.agency_label(choice, language(app))),
        Value::Outcome { ending, .. } => ending.words().to_owned(),
        Value::Change(change) => change.words().to_owned(),
    }
}

/// Everything that was read, with what was answered before.
pub fn read(app: &App, reading: &Reading, typed: &Typed) -> ArticleRead {
    let text = typed.text("text");
    let finding = |one: &Finding| {
        let field = format!("take-{}", accepted::sign(one, &text));
        let answered = typed.text(&field);
        let answer = |value: &str, words: &str| Choice { chosen: answered == value, ..Choice::new(value, words) };
        let answers = match accepted::becomes(one, &app.world.group.playbook) {
            Becomes::Nothing => Vec::new(),
            Becomes::Claim(_) | Becomes::Source => vec![answer(ACCEPT, "Accept"), answer("refuse", "Refuse")],
            Becomes::Words(_) => {
                let hint = "No fact holds this alone. The whole sentence is taken, as what happened.";
                vec![Choice { hint: Some(hint.to_owned()), ..answer(ACCEPT, "Accept") }, answer("refuse", "Refuse")]
            }
        };
        ArticleFinding {
            field,
            what: one.field.words().to_owned(),
            words: text.get(one.bytes.clone()).map(accepted::taken).unwrap_or_default(),
            says: says(app, one),
            rule: one.rule.words().to_owned(),
            answers,
        }
    };
    let sentence = |(place, one): (usize, &handbell_rules::reading::Sentence)| ArticleSentence {
        number: (place + 1).to_string(),
        text: text.get(one.bytes.clone()).unwrap_or_default().to_owned(),
        apart: one.apart.map(|apart| apart.words().to_owned()),
        findings: reading.findings.iter().filter(|found| found.sentence == place).map(finding).collect(),
    };
    let voice = |voice: accepted::Voice| {
        let sign = accepted::sign_of_a_voice(&voice.name);
        let (kind_field, standing_field) = (format!("kind-{sign}"), format!("standing-{sign}"));
        let typed_kind = typed.text(&kind_field);
        let kind = if typed_kind.is_empty() { voice.kind.name() } else { &typed_kind };
        ArticleVoice { name: voice.name, kinds: kinds(kind), standing: typed.text(&standing_field), kind_field, standing_field }
    };
    let all = reading.findings.len();
    let more = if all == FINDINGS_MAX { " No more are shown of one text; read the rest by itself." } else { "" };
    ArticleRead {
        counted: format!("Sentences: {}. Findings: {all}.{more}", reading.sentences.len()),
        counted_from: match reading.datelines.as_slice() {
            [] => "Nothing says on which day it was published, so “yesterday” is no day.".to_owned(),
            [first, rest @ ..] => {
                let items = if rest.is_empty() { "" } else { ", and items of it from their own" };
                format!("Days are counted from {}{items}.", Span::of_day(first.day).words())
            }
        },
        sentences: reading.sentences.iter().enumerate().map(sentence).collect(),
        voices: accepted::voices(&reading.findings).into_iter().take(VOICES_MAX).map(voice).collect(),
    }
}
