//! `handbell import --as article`: prints what is read from a file, sentence by sentence, and enters nothing.
//!
//! A proposal bears the name and the device of the member who makes it, so that another can approve it. A command
//! has neither, and borrowing a member's would let a keeper publish with one person. What is found is accepted at
//! the desk, on the incident's own page for reading, to which this leads: its address, and what to paste there
//! together where one form does not hold it all. Nothing waits between the two. `--json` prints the same for programs.

use super::{Answer, Stopped, say};
use crate::config::Settings;
use crate::doors::desk::article::{FINDINGS_MAX, TEXT_LETTERS_MAX, path};
use crate::folder;
use anyhow::Context;
use handbell_rules::id::IncidentId;
use handbell_rules::reading::{Hints, Reading, TEXT_BYTES_MAX, Value, read};
use handbell_rules::record::count;
use handbell_rules::span::Span;
use serde_json::{Value as Json, json};
use std::path::Path;

/// Reads a file and prints what was found; `published` is when it was, in plain words or as EDTF, and `incident` the one
/// at whose page it would be accepted. Whether there is such an incident is the desk's to say.
pub fn run(dir: &Path, file: &Path, published: Option<&str>, incident: Option<&str>, as_json: bool) -> anyhow::Result<Answer> {
    let length = std::fs::metadata(file).with_context(|| format!("reading {}", file.display()))?.len();
    if length > TEXT_BYTES_MAX as u64 {
        return Err(Stopped(Answer::No, format!("{} is longer than {TEXT_BYTES_MAX} bytes; read it in parts", file.display())).into());
    }
    let text = std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
    let settings = Settings::read(dir, std::iter::empty())?;
    let incident = match incident {
        None => None,
        Some(id) => Some(id.parse::<IncidentId>().map_err(|_| Stopped(Answer::Usage, format!("{id} is no incident’s id")))?),
    };
    let places = folder::places(dir, &settings.areas)?;
    let mut hints = Hints { places: Some(&places), ..Hints::default() };
    if let Some(published) = published {
        let span = Span::read(published).map_err(|no| Stopped(Answer::Usage, no.to_string()))?.to_string();
        (hints.dateline, hints.year) = (span.parse().ok(), span.parse().ok());
        if hints.dateline.is_none() && hints.year.is_none() {
            return Err(Stopped(Answer::Usage, "--published takes a day, as “16 May 2017”, or a year".into()).into());
        }
    }
    let reading = read(&text, &hints).map_err(|no| Stopped(Answer::No, no.to_string()))?;
    if as_json {
        say(&told_to_programs(&text, &reading).to_string());
    } else {
        told(&text, &reading).iter().for_each(|line| say(line));
        next_step(&settings.origin, incident, &parts(&text, &reading)).iter().for_each(|line| say(line));
    }
    Ok(Answer::Good)
}

/// How a value was understood.
fn says(value: &Value) -> String {
    match value {
        Value::Source { kind, .. } => format!("a source: {}", kind.word().to_lowercase()),
        Value::Quote { speaker: Some(speaker), .. } => format!("said by {speaker}"),
        Value::Quote { speaker: None, .. } => "said by nobody who is named".to_owned(),
        Value::Day { edtf, .. } => edtf.clone().unwrap_or_else(|| "no day".to_owned()),
        Value::Place { point, .. } => if point.is_some() { "in the list of places" } else { "not in the list of places" }.to_owned(),
        Value::Count { of, low, high, near, .. } => {
            let number = count::says(*low, *high);
            let number = if number.is_empty() { "no number" } else { &number };
            format!("{}: {number}{}", of.name(), if *near { ", or near it" } else { "" })
        }
        Value::Agency { choice, .. } => (*choice).to_owned(),
        Value::Outcome { ending, .. } => ending.words().to_owned(),
        Value::Change(change) => change.words().to_owned(),
    }
}

/// The reading for people, line by line.
fn told(text: &str, reading: &Reading) -> Vec<String> {
    let mut lines = Vec::new();
    for (place, sentence) in reading.sentences.iter().enumerate() {
        let words: Vec<&str> = text[sentence.bytes.clone()].split_whitespace().collect();
        let apart = sentence.apart.map_or_else(String::new, |apart| format!("({}) ", apart.words()));
        lines.push(format!("[{}] {apart}{}", place + 1, words.join(" ")));
        for one in reading.findings.iter().filter(|one| one.sentence == place) {
            let words: Vec<&str> = text[one.bytes.clone()].split_whitespace().collect();
            lines.push(format!("    {}: “{}”: {} ({})", one.field.words(), words.join(" "), says(&one.value), one.rule.words()));
        }
    }
    lines.push(String::new());
    lines.push(format!("Sentences: {}. Findings: {}. Nothing was entered.", reading.sentences.len(), reading.findings.len()));
    lines
}

/// Sentences that one form of the desk holds and shows all findings of: the first and the last of each part, from 1.
fn parts(text: &str, reading: &Reading) -> Vec<(usize, usize)> {
    let mut parts: Vec<(usize, usize)> = Vec::new();
    let (mut begins, mut found) = (0, 0);
    for (place, sentence) in reading.sentences.iter().enumerate() {
        let here = reading.findings.iter().filter(|one| one.sentence == place).count();
        let letters = text[begins..sentence.bytes.end].chars().count();
        match parts.last_mut() {
            Some(part) if letters <= TEXT_LETTERS_MAX && found + here < FINDINGS_MAX => (part.1, found) = (place + 1, found + here),
            _ => {
                parts.push((place + 1, place + 1));
                (begins, found) = (sentence.bytes.start, here);
            }
        }
    }
    parts
}

/// Where to go on, and with what.
fn next_step(origin: &str, incident: Option<IncidentId>, parts: &[(usize, usize)]) -> Vec<String> {
    let mut lines = vec![match incident {
        Some(incident) => format!("To accept some of it, paste the text at the desk: {origin}{}", path(incident)),
        None => "To accept some of it, paste the text at the desk: an incident, Write the record, What an article or a statement says. (With --incident ID its address is printed here.)".to_owned(),
    }];
    if parts.len() > 1 {
        let each: Vec<String> = parts.iter().map(|(first, last)| format!("[{first}] to [{last}]")).collect();
        lines.push(format!(
            "One form does not hold all of it. Paste these sentences together, each time with the day of publication: {}.",
            each.join(", ")
        ));
    }
    lines
}

fn value(value: &Value) -> Json {
    match value {
        Value::Source { name, kind } => json!({ "name": name, "kind": kind.name() }),
        Value::Quote { words, speaker, speaker_bytes } => {
            json!({ "words": words, "speaker": speaker, "speaker_bytes": speaker_bytes.as_ref().map(|bytes| [bytes.start, bytes.end]) })
        }
        Value::Day { edtf, words } => json!({ "edtf": edtf, "words": words }),
        Value::Place { name, point } => {
            json!({ "name": name, "lat": point.map(|point| point.lat_microdegrees()), "lon": point.map(|point| point.lon_microdegrees()) })
        }
        Value::Count { of, low, high, near, words } => json!({ "of": of.name(), "low": low, "high": high, "near": near, "words": words }),
        Value::Agency { choice, words } => json!({ "choice": choice, "words": words }),
        Value::Outcome { ending, words } => json!({ "ending": ending.name(), "words": words }),
        Value::Change(change) => json!({ "change": change.name() }),
    }
}

/// The reading for programs (docs/formats/reading.md).
fn told_to_programs(text: &str, reading: &Reading) -> Json {
    let sentences = reading.sentences.iter().map(|one| {
        json!({ "bytes": [one.bytes.start, one.bytes.end], "text": &text[one.bytes.clone()], "apart": one.apart.map(|apart| apart.name()) })
    });
    let findings = reading.findings.iter().map(|one| {
        json!({
            "field": one.field.name(),
            "sentence": one.sentence + 1,
            "bytes": [one.bytes.start, one.bytes.end],
            "value": value(&one.value),
            "rule": one.rule.words(),
        })
    });
    let datelines = reading.datelines.iter().map(|one| json!({ "from": one.from, "day": one.day.to_string(), "read": one.read }));
    json!({
        "datelines": datelines.collect::<Vec<_>>(),
        "sentences": sentences.collect::<Vec<_>>(),
        "findings": findings.collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "About 40 people met\non 13 May 2017. Subscribers called.";

    #[test]
    fn each_finding_stands_under_its_sentence_and_nothing_is_entered() {
        let lines = told(TEXT, &read(TEXT, &Hints::default()).unwrap());
        assert_eq!(lines[0], "[1] About 40 people met on 13 May 2017.");
        assert_eq!(lines[1], "    Number: “About 40 people”: people: 40, or near it (a number before what is counted)");
        assert_eq!(lines[2], "    Day: “13 May 2017”: 2017-05-13 (said in full)");
        assert!(lines[3].starts_with("[2] ") && lines[5].contains("Nothing was entered."), "{lines:?}");
    }

    #[test]
    fn the_next_step_names_the_page_and_what_one_form_holds() {
        let incident: IncidentId = "mzqk3f7a2xw5n4ch6yjtaaaaaa".parse().unwrap();
        let short = read(TEXT, &Hints::default()).unwrap();
        let lines = next_step("https://bell.example", Some(incident), &parts(TEXT, &short));
        assert_eq!(
            lines,
            [format!("To accept some of it, paste the text at the desk: https://bell.example/desk/incidents/{incident}/read")]
        );
        let long = "Three men were arrested on 13 May 2017. ".repeat(150);
        let reading = read(&long, &Hints::default()).unwrap();
        let parts = parts(&long, &reading);
        assert!(parts.len() > 1 && next_step("", None, &parts)[1].contains("[1] to ["), "{parts:?}");
        // Every sentence is in one part, and each part fits.
        assert_eq!((parts[0].0, parts.last().unwrap().1), (1, reading.sentences.len()));
        assert!(parts.windows(2).all(|two| two[0].1 + 1 == two[1].0), "{parts:?}");
        for (first, last) in parts {
            let found = reading.findings.iter().filter(|one| (first..=last).contains(&(one.sentence + 1))).count();
            let text = &long[reading.sentences[first - 1].bytes.start..reading.sentences[last - 1].bytes.end];
            assert!(found < FINDINGS_MAX && text.chars().count() <= TEXT_LETTERS_MAX, "{found}");
        }
    }

    #[test]
    fn programs_read_the_same_with_the_bytes() {
        let json = told_to_programs(TEXT, &read(TEXT, &Hints::default()).unwrap());
        let day = &json["findings"][1];
        assert_eq!(
            (day["field"].as_str(), day["value"]["edtf"].as_str(), day["sentence"].as_u64()),
            (Some("day"), Some("2017-05-13"), Some(1))
        );
        let bytes = |place: usize| usize::try_from(day["bytes"][place].as_u64().unwrap()).unwrap();
        assert_eq!(&TEXT[bytes(0)..bytes(1)], "13 May 2017");
    }
}
