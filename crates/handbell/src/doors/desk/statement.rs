//! What an editor's statements will say, word for word, before anybody approves them.

use crate::doors::App;
use handbell_rules::record::Ref;
use handbell_rules::record::claim::NewPublicClaim;
use handbell_rules::record::statement::Statement;
use handbell_site::Fact;

fn number(given: Ref, noun: &str) -> String {
    match given {
        Ref::Known(number) => format!("{noun} {number}"),
        Ref::New(place) => format!("new {noun} {}", u64::from(place) + 1),
    }
}

fn numbers(given: &[Ref], noun: &str) -> String {
    given.iter().map(|one| number(*one, noun)).collect::<Vec<_>>().join(", ")
}

fn said(claim: &NewPublicClaim) -> String {
    let range = match (claim.low, claim.high) {
        (None, None) => String::new(),
        (low, high) => {
            let end = |end: Option<u32>| end.map_or_else(|| "open".to_owned(), |end| end.to_string());
            format!(" (from {} to {})", end(low), end(high))
        }
    };
    let date = if claim.edtf.is_empty() { String::new() } else { format!(" (date {})", claim.edtf) };
    format!("{}{range}{date}", claim.words)
}

/// The statements as facts, in order.
pub fn facts(app: &App, statements: &[Statement]) -> Vec<Fact> {
    let label = |predicate: &str| app.world.group.playbook.predicate_label(predicate, "en");
    let with = |name: String, about: &str| if about.is_empty() { name } else { format!("{name}, {about}") };
    statements
        .iter()
        .map(|statement| match statement {
            Statement::Source(new) => {
                Fact::new(format!("Source, {}", new.kind.word().to_lowercase()), new.label.clone()).with_note(new.standing.clone())
            }
            Statement::Claim(new) => Fact::new(with(label(&new.predicate), &new.about), said(new)).with_note(number(new.source, "source")),
            Statement::Event { claim, event, by_claim, reason } => {
                let instead = by_claim.map(|other| format!(" Instead: {}.", number(other, "claim"))).unwrap_or_default();
                Fact::new(format!("Claim {claim}"), format!("{}.{instead}", event.words())).with_note(reason.clone())
            }
            Statement::Assessment(new) => {
                let text: Vec<String> =
                    new.sentences.iter().map(|(text, claims)| format!("{text} [{}]", numbers(claims, "claim"))).collect();
                let note = if new.note.is_empty() { String::new() } else { format!("{}: {}", new.correction.word(), new.note) };
                Fact::new(format!("{} ({})", with(label(&new.predicate), &new.about), new.standing.word().to_lowercase()), text.join(" "))
                    .with_note(note)
            }
            Statement::LookAlike(one) => Fact::new("Not this event", format!("{}, {}", one.place, one.year)).with_note(one.note.clone()),
            Statement::Similar(one) => Fact::new("Something similar", format!("{}, {}", one.place, one.edtf)),
            Statement::Redaction { entry, reason } => {
                Fact::new("Take words from the public", format!("Entry {entry}")).with_note(reason.words())
            }
        })
        .collect()
}
