//! Samples of rights cards: unsigned, signed off, expired, in another language, in a drill.

use super::{Pen, Sample};
use crate::{CardGroup, CardLine, CardPage, CardRow, CardSource, Link, OtherLanguage, Page, RedBand, RightsPage, Said, Tab};

pub(super) fn add(pen: &Pen, samples: &mut Vec<Sample>) {
    let mut push = |name: &str, page: Box<dyn Page>| {
        samples.push(Sample { name: name.to_owned(), page });
    };
    push("rights", Box::new(list(pen)));
    let mut signed = list(pen);
    signed.band = None;
    for group in &mut signed.groups {
        group.rows.iter_mut().for_each(|row| row.warning = None);
    }
    push("rights-signed", Box::new(signed));
    let mut empty = list(pen);
    empty.band = None;
    empty.groups = Vec::new();
    push("rights-empty", Box::new(empty));

    push("card", Box::new(card(pen)));
    let mut signed = card(pen);
    signed.band = None;
    signed.standing[0] = pen.say("Signed off by solicitor, Eastgate Law Centre, on 30 November 2026.");
    signed.others.iter_mut().for_each(|row| row.warning = None);
    push("card-signed", Box::new(signed.clone()));
    let mut expired = signed;
    expired.band = Some(RedBand {
        heading: pen.say("This card may be out of date"),
        words: pen.say("Its review ran out on 21 May 2027. Ask an adviser before you rely on it."),
    });
    push("card-expired", Box::new(expired));
    let mut spanish = card(pen);
    spanish.lang = "es".to_owned();
    spanish.title = pen.say("Si agentes de inmigración te paran en la calle");
    for line in &mut spanish.lines {
        line.text = pen.say("Pregunta si te retienen.");
        if let Some(said) = &mut line.say {
            said.meaning = pen.some("¿Puedo irme?");
        }
    }
    spanish.languages = vec![language(pen, "en", "English")];
    push("card-spanish", Box::new(spanish));
    let mut drill = card(pen);
    drill.frame.exercise = true;
    push("card-exercise", Box::new(drill));
}

pub(super) fn band(pen: &Pen) -> RedBand {
    RedBand {
        heading: pen.say("This card may be out of date"),
        words: pen.say("No lawyer has signed it. Ask an adviser before you rely on it."),
    }
}

fn language(pen: &Pen, lang: &str, words: &str) -> OtherLanguage {
    OtherLanguage { href: format!("/rights/street?lang={lang}"), lang: lang.to_owned(), words: pen.say(words) }
}

fn row(pen: &Pen, href: &str, words: &str) -> CardRow {
    CardRow { href: href.to_owned(), words: pen.say(words), warning: pen.some("No lawyer has signed it") }
}

fn list(pen: &Pen) -> RightsPage {
    let group = |heading: &str, rows: Vec<CardRow>| CardGroup { heading: pen.say(heading), rows };
    RightsPage {
        frame: pen.frame(Tab::Rights, "/rights"),
        lang: "en".to_owned(),
        heading: pen.say("Know your rights"),
        lead: pen.say("Short cards. Read one now, print it, keep it in a pocket."),
        band: Some(band(pen)),
        groups: vec![
            group(
                "If it happens to you",
                vec![row(pen, "/rights/street", "Stopped in the street"), row(pen, "/rights/home", "Somebody at your door")],
            ),
            group("If you are there for somebody", vec![row(pen, "/rights/watching", "Filming or watching")]),
        ],
        plain_heading: pen.say("What we can say without one"),
        plain_lines: pen.plain_lines(),
        not_advice: pen.say("This is not legal advice."),
        conduct_heading: pen.say("If you go, go to witness"),
        conduct: pen.conduct(),
        languages: vec![language(pen, "es", "Español")],
    }
}

fn card(pen: &Pen) -> CardPage {
    let line = |text: &str, say: &str, sources: &[usize]| CardLine {
        text: pen.say(text),
        say: (!say.is_empty()).then(|| Said { words: pen.say(say), lang: "en".to_owned(), meaning: None }),
        sources: sources.to_vec(),
    };
    let source = |title: &str, about: &str, url: &str| CardSource { title: pen.say(title), about: pen.say(about), url: pen.say(url) };
    CardPage {
        frame: pen.frame(Tab::Rights, "/rights/street"),
        lang: "en".to_owned(),
        band: Some(band(pen)),
        meta: pen.say("England and Wales · anyone, whatever their papers"),
        title: pen.say("Stopped in the street by immigration officers"),
        lines: vec![
            line("Stay calm. Ask whether you are held.", "Am I under arrest? Am I free to go?", &[1]),
            line("If they say that you are free to go, you may walk away calmly.", "", &[1]),
            line("You need not say who you are only because they ask.", "I do not want to answer questions.", &[1, 2]),
        ],
        say_label: pen.say("Say:"),
        source_label: pen.say("Source"),
        remember: pen.say("Do not run, push, or give a false name or papers."),
        standing: pen.all(&[
            "Signed by a lawyer: nobody yet.",
            "Held against its sources on 21 November 2026.",
            "Expires on 21 May 2027.",
            "This is not legal advice.",
        ]),
        address: pen.say("https://eastgate.example/rights/street"),
        sources_heading: pen.say("What this card rests on"),
        sources: vec![
            source("Enforcement visits", "Home Office · version 4.0 · 11 October 2024", "https://www.gov.uk/guidance/enforcement-visits"),
            source(
                "Access to legal advice",
                "The National Archives · section 58",
                "https://www.legislation.gov.uk/ukpga/1984/60/section/58",
            ),
        ],
        print: pen.say("Print this page: it comes out as a pocket card, A6."),
        others_heading: pen.say("Other cards"),
        others: vec![row(pen, "/rights/home", "Somebody at your door"), row(pen, "/rights/watching", "Filming or watching")],
        all: Link { href: "/rights".to_owned(), words: pen.say("Know your rights") },
        languages: vec![language(pen, "es", "Español")],
    }
}
