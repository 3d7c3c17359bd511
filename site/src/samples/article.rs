//! Samples of the page that reads an article: before, after, with what must be mended, and shut.

use super::{Pen, Sample};
use crate::{ArticleFinding, ArticlePage, ArticleRead, ArticleSentence, ArticleVoice, Tab};

pub(super) fn add(pen: &Pen, samples: &mut Vec<Sample>) {
    let mut push = |name: &str, page: ArticlePage| samples.push(Sample { name: format!("desk-article{name}"), page: Box::new(page) });
    push("", page(pen));
    push("-read", ArticlePage { read: Some(read(pen)), text: pen.say(TEXT), ..page(pen) });
    let wrong = ["text", "published", "publisher", "kind", "label", "standing", "url", "take-a1", "standing-c1", "because"];
    let errors = wrong.iter().map(|field| pen.error(field, "Say this in another way.")).collect();
    let marks = Some(super::editor::marks(pen));
    push("-errors", ArticlePage { read: Some(read(pen)), text: pen.say(TEXT), errors, marks, ..page(pen) });
    push("-closed", ArticlePage { refusal: pen.some("Open the incident to the public record first."), ..page(pen) });
}

const TEXT: &str = "About 40 people met in Rye Lane on Saturday. Subscribe to our newsletter.";

fn read(pen: &Pen) -> ArticleRead {
    let finding = |sign: &str, what: &str, words: &str, says: &str, rule: &str| ArticleFinding {
        field: format!("take-{sign}"),
        what: what.to_owned(),
        words: pen.say(words),
        says: pen.say(says),
        rule: rule.to_owned(),
        answers: pen.choices(&["accept|Accept", "*refuse|Refuse"]),
    };
    let day = finding("a1", "Day", "Saturday", "13 May 2017", "the last such weekday up to the day of publication");
    let none = ArticleFinding { answers: Vec::new(), ..finding("a2", "Number", "40 people", "40", "a number before what is counted") };
    let sentence = |number: &str, text: &str, apart: Option<&str>, findings| ArticleSentence {
        number: number.to_owned(),
        text: pen.say(text),
        apart: apart.map(str::to_owned),
        findings,
    };
    ArticleRead {
        counted: pen.say("2 sentences, 2 findings."),
        counted_from: pen.say("Days are counted from 16 May 2017."),
        sentences: vec![
            sentence("1", "About 40 people met in Rye Lane on Saturday.", None, vec![day, none]),
            sentence("2", "Subscribe to our newsletter.", Some("The site says this on every page"), Vec::new()),
        ],
        voices: vec![ArticleVoice {
            name: pen.say("a spokesperson for the council"),
            kind_field: "kind-c1".to_owned(),
            kinds: pen.choices(&["witness|Witness", "*official|Official"]),
            standing_field: "standing-c1".to_owned(),
            standing: pen.say("the council itself"),
        }],
    }
}

fn page(pen: &Pen) -> ArticlePage {
    ArticlePage {
        frame: pen.desk_frame(Tab::DeskRecord, "/desk/incidents/i1/read", "Read an article"),
        desk: pen.desk(),
        id: "i1".to_owned(),
        version: pen.say("9"),
        headline: pen.say("Immigration visit, Eastgate"),
        refusal: None,
        text: String::new(),
        published: pen.say("16 May 2017"),
        publishers: pen.choices(&["*new|A new publisher, below", "1|1: Witness A"]),
        kinds: pen.choices(&["*press|Press", "official|Official"]),
        named: pen.say("The Lantern"),
        standing: pen.say("a local paper"),
        url: pen.say("https://lantern.example/1"),
        read: None,
        marks: None,
        errors: Vec::new(),
    }
}
