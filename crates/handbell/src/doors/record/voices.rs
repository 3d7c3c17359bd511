//! Voices: what each side says, in one box for everybody, and who was asked.
//!
//! Sources and replies get the same box in the order of recording; a body's own words are lines of its source's box,
//! marked as its own (PROMISE both-sides-the-same-size). Nothing here compares or judges.

use super::super::App;
use super::day;
use super::incident::{about, said, sentence, source_words};
use handbell_rules::record::official::{Came, OfficialStatement};
use handbell_rules::record::projection::{AskedLine, IncidentRecord, SourceLine};
use handbell_rules::record::reply::Passage;
use handbell_rules::span::Span;
use handbell_site::Voice;

/// One box for each source that says something, in our words or its own, and one for each reply, in the order of
/// recording.
pub(super) fn voices(record: &IncidentRecord) -> Vec<Voice> {
    let source = |line: &SourceLine| {
        let source = line.source.as_ref()?;
        let claims = record.facts.iter().flat_map(|fact| fact.claims.iter().map(move |claim| (fact, claim)));
        let claims = claims.filter(|(_, claim)| claim.source == line.number && claim.live);
        let mut says: Vec<String> = claims.map(|(fact, claim)| format!("{}: {}", about(fact), sentence(&said(claim)))).collect();
        let own = record.statements.iter().filter(|one| one.statement.source == line.number);
        says.extend(own.flat_map(|one| own_words(&one.statement)));
        let voice = Voice {
            name: source.label.clone(),
            says,
            kind: source_words(line, record.is_missing(line.index)),
            counts: "Source",
            source: line.number.to_string(),
            href: format!("#s{}", line.number),
        };
        (!voice.says.is_empty()).then_some((line.index, voice))
    };
    let mut voices: Vec<(u64, Voice)> = record.sources.iter().filter_map(source).collect();
    voices.extend(record.replies.iter().filter_map(|line| {
        let reply = line.reply.as_ref()?;
        let passage = |one: &Passage| match one {
            Passage::Said(text) => format!("“{text}”"),
            Passage::TakenOut(why) => format!("[Taken out, because {}.]", why.words()),
        };
        let voice = Voice {
            name: reply.heading(),
            says: reply.passages.iter().map(passage).collect(),
            kind: reply.standing(),
            counts: "Entry",
            source: line.index.to_string(),
            href: format!("#entry-{}", line.index),
        };
        Some((line.index, voice))
    }));
    voices.sort_by_key(|(index, _)| *index);
    voices.into_iter().map(|(_, voice)| voice).collect()
}

/// A body's own words, passage by passage, marked as its own.
fn own_words(statement: &OfficialStatement) -> Vec<String> {
    let day = Span::parse(&statement.said).map_or_else(|_| statement.said.clone(), |day| day.words());
    statement.passages.iter().map(|text| format!("In its own words, {day}: “{text}”")).collect()
}

/// That a body was asked, and what came, in sentences.
pub(super) fn asked(app: &App, one: &AskedLine) -> String {
    let request = &one.asked;
    let about = request.about.as_deref().map(|about| format!(" It was asked about this: {}", sentence(about))).unwrap_or_default();
    let came: Vec<String> = one
        .came
        .iter()
        .map(|came| match came.came {
            Came::Answer => format!("An answer came {}.", day(app, &came.when)),
            Came::Declined => format!("It said that it does not comment, {}.", day(app, &came.when)),
            Came::Nothing => format!("No answer by {}.", day(app, &came.when)),
        })
        .collect();
    let came = if came.is_empty() { "No answer is recorded.".to_owned() } else { came.join(" ") };
    format!(
        "{}: asked {}, {}, for an answer by {}. {came}{about}",
        request.body,
        request.how.words(),
        day(app, &request.asked),
        day(app, &request.answer_by)
    )
}
