//! What holds at the editor's doors for spans, numbers and places: how a claim reads is shown before anything is
//! proposed, and what everybody reads afterwards is that.

use super::*;
use handbell_rules::record::claim::Value;

/// Fields of a form as they are typed.
type Typed<'a> = &'a [(&'a str, &'a str)];

const SAID: [(&str, &str); 2] = [("source", "1"), ("polarity", "asserts")];

impl Told {
    async fn claims(&self, fields: &[(&str, &str)], more: &[(&str, &str)]) -> Heard {
        self.proposes("add=claim", "claim", &[&SAID[..], fields, more].concat()).await
    }
}

#[tokio::test]
async fn how_a_claim_reads_is_shown_before_anything_is_proposed() {
    let told = Told::begin().await;
    told.saturday_stands().await;
    let before = lines(&told.town).await;
    let at = [("predicate", "place"), ("words", "outside the library"), ("point", "51.46971, -0.06925"), ("radius", "300")];
    let cases: [(Typed<'_>, &str); 7] = [
        (&[("predicate", "when"), ("edtf", "[2026-11-14,2026-11-15]")], ": on 14 or 15 November 2026. Nothing is proposed yet."),
        (&[("predicate", "when"), ("edtf", "about November 2026")], ": in or about November 2026. Nothing is proposed yet."),
        (&[("predicate", "when"), ("edtf", "Saturday 14 November 2026")], ": 14 November 2026. Nothing is proposed yet."),
        (&[("predicate", "count.people"), ("low", "20"), ("high", "30")], ": between 20 and 30. Nothing is proposed yet."),
        (&[("predicate", "count.people"), ("words", "about 20 to 30")], ": about 20 to 30. Nothing is proposed yet."),
        (&[("predicate", "count.people"), ("words", "dozens")], ": dozens. No number can be read from these words"),
        (&at, ": outside the library, to within about 300 metres. Nothing is proposed yet."),
    ];
    for (fields, reads) in cases {
        let heard = told.claims(fields, &[("look", "1")]).await;
        assert_eq!(heard.status, StatusCode::OK, "{fields:?}");
        let text = heard.text();
        assert!(text.contains(reads), "{fields:?}: {text}");
        for (_, typed) in fields.iter().filter(|(name, _)| *name != "predicate") {
            assert!(text.contains(typed), "{typed} stays");
        }
    }
    assert_eq!(told.town.app.world.store.open_proposals().await.unwrap(), vec![]);
    assert_eq!(lines(&told.town).await, before);
}

#[tokio::test]
async fn what_cannot_be_read_is_said_beside_its_field_with_what_to_write() {
    let told = Told::begin().await;
    told.saturday_stands().await;
    let place = [("predicate", "place"), ("words", "outside the library")];
    let cases: [(Typed<'_>, Typed<'_>, &str, &str); 9] = [
        (&[("predicate", "when")], &[("edtf", "2026-11-31")], "edtf", "Look at how many days that month has."),
        (&[("predicate", "when")], &[("edtf", "{2026,2027}")], "edtf", "Write one claim for each"),
        (&[("predicate", "when")], &[("edtf", "Sunday 14 November 2026")], "edtf", "This cannot be read."),
        (&[("predicate", "when")], &[("edtf", "2026-11-14T10:00:00")], "edtf", "say the hour in words"),
        (&[("predicate", "when")], &[("edtf", "../..")], "edtf", "This says no day at all"),
        (&[("predicate", "count.people")], &[], "low", "dozens"),
        (&place, &[("point", "north of the park")], "point", "Write a point as"),
        (&place, &[("point", "51.46971, -0.06925"), ("radius", "10")], "point", "a radius of 100"),
        (&[("predicate", "when"), ("words", "May")], &[("point", "51.46971, -0.06925")], "point", "takes no point"),
    ];
    for (fields, more, field, words) in cases {
        let heard = told.claims(fields, more).await;
        assert_eq!(heard.status, StatusCode::UNPROCESSABLE_ENTITY, "{fields:?} {more:?}");
        let text = heard.text();
        assert!(text.contains(&format!("id=\"{field}-err\"")) && text.contains(words), "{fields:?} {more:?}: {text}");
    }
    assert_eq!(told.town.app.world.store.open_proposals().await.unwrap(), vec![]);
}

#[tokio::test]
async fn two_numbers_and_a_set_of_days_stand_on_the_page_as_they_were_meant() {
    let told = Told::begin().await;
    told.saturday_stands().await;
    for fields in
        [[("predicate", "count.people"), ("words", "about 20 to 30")], [("predicate", "when"), ("edtf", "14 or 21 November 2026")]]
    {
        done(&told.claims(&fields, &[]).await);
        done(&told.approves().await);
    }
    let page = told.page().await;
    let claim = |predicate: &str| page.facts.iter().find(|fact| fact.predicate == predicate).unwrap().claims.last().unwrap().value.clone();
    let words = Some("about 20 to 30".to_owned());
    assert_eq!(claim("count.people"), Value::Range { low: Some(20), high: Some(30), words });
    assert_eq!(claim("when"), Value::Span { edtf: Some("[2026-11-14,2026-11-21]".into()), words: None });
    assert_eq!((page.when.words.as_str(), page.when.edtf.len()), ("on 14 or 21 November 2026", 1));
    let text = told.town.get(&format!("/record/{}", told.about.incident)).await.text();
    assert!(text.contains("on 14 or 21 November 2026") && text.contains("about 20 to 30"));
    // Whoever searches finds it on either day and not between.
    for (from, to, found) in [("2026-11-14", "2026-11-14", true), ("2026-11-15", "2026-11-20", false), ("2026-11-21", "", true)] {
        let list = told.town.get(&format!("/api/v1/incidents?from={from}&to={to}")).await.text();
        assert_eq!(list.contains(&told.about.incident.to_string()), found, "{from} to {to}");
    }
}
