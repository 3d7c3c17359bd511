//! What holds at the door of a pasted article: findings stand under their sentences, only what was accepted is
//! proposed, another member publishes it, and of the text itself nothing is kept.

use super::super::story::{done, press};
use super::super::tests::{get_as, lines};
use super::*;
use crate::acts::bell;
use crate::doors::fixture::{Confirmed, Heard, Town};
use handbell_rules::people::member::Role;
use handbell_rules::playbook::Reach;
use handbell_rules::record::claim::Value;
use handbell_rules::time::MINUTE;

const TEXT: &str = "About 40 people met in Rye Lane last Saturday. Three men were arrested.\n\n“We were not told of it,” said a spokesperson for the council.\n\nNobody else wrote down the words lantern herring anywhere.";

struct Told {
    town: Town,
    about: Confirmed,
    path: String,
}

impl Told {
    async fn begin() -> Self {
        let town = Town::new();
        let about = town.confirmed("immigration-visit").await;
        // The record of a visit begins when it is over.
        let alert = town.rung(&about, Reach::Neighbours).await;
        town.clock.go(20 * MINUTE);
        bell::end(&town.app.world, &about.ben.caller, alert, false).await.unwrap();
        let path = path(about.incident);
        Self { town, about, path }
    }

    async fn presses(&self, fields: &[(&str, &str)]) -> Heard {
        press(&self.town, &self.about.amina, &self.path, &self.path, fields).await
    }

    /// The field of the answer to what was read from these words.
    async fn field_of(&self, words: &str) -> String {
        let text = self.presses(&READ).await.text();
        let at = text.find(&format!("“<bdi>{words}")).unwrap_or_else(|| panic!("{words} was not found: {text}"));
        let name = text[at..].split("name=\"").nth(1).unwrap();
        name.split('"').next().unwrap().to_owned()
    }
}

const READ: [(&str, &str); 6] = [
    ("text", TEXT),
    ("published", "16 May 2017"),
    ("publisher", "new"),
    ("kind", "press"),
    ("label", "The Lantern"),
    ("standing", "a local paper"),
];

#[tokio::test]
async fn what_is_accepted_is_proposed_and_published_by_another_and_the_text_is_not_kept() {
    let told = Told::begin().await;
    // Nothing is read into a record that has not begun.
    assert!(get_as(&told.town, &told.about.amina, &told.path).await.text().contains("Open the incident to the public record first."));
    told.town.opened(&told.about).await;
    let editor = get_as(&told.town, &told.about.amina, &format!("/desk/incidents/{}/editor", told.about.incident)).await.text();
    assert!(editor.contains(&told.path), "the editor's page leads here");
    let before = lines(&told.town).await;
    let shown = told.presses(&READ).await;
    assert_eq!(shown.status, StatusCode::OK);
    let text = shown.text();
    for words in
        ["About 40 people", "13 May 2017", "the last such weekday before the day of publication", "said by a spokesperson for the council"]
    {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(!text.contains(" checked"), "nothing is accepted beforehand");
    assert_eq!(lines(&told.town).await, before, "reading writes nothing");

    let (day, arrests, quote) =
        (told.field_of("last Saturday").await, told.field_of("Three men").await, told.field_of("We were not told").await);
    let accepted =
        [&READ[..], &[("go", "propose"), (day.as_str(), "accept"), (arrests.as_str(), "refuse"), (quote.as_str(), "accept")]].concat();
    let missing = told.presses(&accepted).await;
    assert_eq!(missing.status, StatusCode::UNPROCESSABLE_ENTITY);
    let missing = missing.text();
    assert!(missing.contains("Say where “a spokesperson for the council” stands"), "{missing}");
    let standing = missing.split("href=\"#standing-").nth(1).unwrap().split(['"', '-']).next().unwrap();
    let standing = format!("standing-{standing}");
    let accepted = [&accepted[..], &[(standing.as_str(), "the council itself")]].concat();
    assert_eq!(done(&told.presses(&accepted).await), "/desk/record");

    // Amina cannot publish it alone; Ben can.
    let open = told.town.app.world.store.open_proposals().await.unwrap();
    let approve = format!("/desk/record/{}/approve", open[0].id);
    assert!(!get_as(&told.town, &told.about.amina, "/desk/record").await.text().contains(&approve), "not by the same person");
    done(&press(&told.town, &told.about.ben, "/desk/record", &approve, &[]).await);
    let page = record::read_record(&told.town.app.world, told.about.incident, None).await.unwrap().unwrap();
    let claims: Vec<_> =
        page.facts.iter().flat_map(|fact| fact.claims.iter().map(move |claim| (fact.predicate.clone(), claim.value.clone()))).collect();
    let words = Some("last Saturday".to_owned());
    assert!(claims.contains(&("when".into(), Value::Span { edtf: Some("2017-05-13".into()), words })), "{claims:?}");
    assert!(claims.contains(&("statement".into(), Value::Text { text: "We were not told of it".into() })), "{claims:?}");
    assert_eq!(claims.len(), 2, "what was refused or not answered is nowhere: {claims:?}");
    // Of the text itself only what was accepted is anywhere.
    let kept = format!("{:?}", told.town.app.world.store.incident_file(told.about.incident).await.unwrap());
    assert!(!kept.contains("lantern herring") && kept.contains("last Saturday"));
}

#[tokio::test]
async fn a_text_that_cannot_be_read_comes_back_with_what_to_do() {
    let told = Told::begin().await;
    told.town.opened(&told.about).await;
    let long = "a ".repeat(TEXT_LETTERS_MAX / 2 + 1);
    // What is typed, and beside which field stands which answer.
    type Case<'a> = (&'a [(&'a str, &'a str)], &'a str, &'a str);
    let cases: [Case<'_>; 5] = [
        (&[("text", "")], "text", "Paste the text"),
        (&[("text", long.as_str())], "text", "Read it in parts."),
        (&[("text", TEXT), ("published", "May 2017")], "published", "or only the year"),
        (&[("text", TEXT), ("published", "last week")], "published", "cannot be read"),
        (&[("text", TEXT), ("publisher", "7"), ("go", "propose")], "publisher", ""),
    ];
    for (fields, field, words) in cases {
        let heard = told.presses(fields).await;
        assert_eq!(heard.status, StatusCode::UNPROCESSABLE_ENTITY, "{field} {words}");
        let text = heard.text();
        assert!(text.contains(&format!("id=\"{field}-err\"")) && text.contains(words), "{field} {words}");
    }
    let nothing = told.presses(&[&READ[..], &[("go", "propose")]].concat()).await;
    assert!(nothing.status == StatusCode::UNPROCESSABLE_ENTITY && nothing.text().contains("Accept at least one thing"));
    assert_eq!(told.town.app.world.store.open_proposals().await.unwrap(), vec![]);
}

#[tokio::test]
async fn an_answer_never_slides_to_another_finding_when_the_text_is_mended() {
    let told = Told::begin().await;
    told.town.opened(&told.about).await;
    let day = told.field_of("last Saturday").await;
    let mended = TEXT.replace("last Saturday", "last Sunday");
    let fields = [("text", mended.as_str()), ("go", "propose"), (day.as_str(), "accept")];
    let heard = told.presses(&[&fields[..], &READ[1..]].concat()).await;
    assert!(heard.text().contains("Accept at least one thing"), "{}", heard.text());
}

#[tokio::test]
async fn the_guard_still_judges_words_that_were_read() {
    let told = Told::begin().await;
    told.town.opened(&told.about).await;
    let text = "“Call me on 07700 900123 tonight,” said a neighbour.";
    let fields = [&[("text", text)], &READ[1..]].concat();
    let shown = told.presses(&fields).await.text();
    let quote = shown.split("name=\"take-").nth(1).unwrap().split('"').next().unwrap();
    let heard = told.presses(&[&fields[..], &[("go", "propose"), (format!("take-{quote}").as_str(), "accept")]].concat()).await;
    assert_eq!(heard.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(told.town.app.world.store.open_proposals().await.unwrap(), vec![]);
}

#[tokio::test]
async fn a_member_who_is_no_editor_reads_nothing_in() {
    let told = Told::begin().await;
    told.town.opened(&told.about).await;
    let chidi = told.town.signed_in("Chidi", &[Role::Triager]).await;
    let page = get_as(&told.town, &chidi, &told.path).await;
    assert!(page.text().contains("A member with the editor role must do this.") && !page.text().contains("<textarea"));
}
