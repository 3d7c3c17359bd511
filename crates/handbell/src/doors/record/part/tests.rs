//! What holds for the weight of the record's pages: what has no room goes on elsewhere, and nothing is lost.

use super::super::super::fixture::Town;
use super::super::incident::room::PAGE_BYTES_MAX;
use crate::acts::record::{import_scenario, propose, publish, read_record};
use crate::cli::Answer;
use crate::cli::verify::held_against_for_tests;
use crate::shipped;
use flate2::Compression;
use flate2::write::GzEncoder;
use handbell_log::hash::Hash;
use handbell_rules::id::IncidentId;
use handbell_rules::people::member::Role;
use handbell_rules::record::Ref;
use handbell_rules::record::assessment::{CorrectionKind, NewAssessment, Standing};
use handbell_rules::record::claim::{NewPublicClaim, Polarity};
use handbell_rules::record::lookalike::{NewLookAlike, Similar};
use handbell_rules::record::proposal::Proposed;
use handbell_rules::record::source::{NewSource, SourceKind};
use handbell_rules::record::statement::Statement;
use handbell_rules::scenario::Scenario;
use std::collections::BTreeSet;
use std::io::Write;

const SOURCES: u32 = 120;
const CLAIMS: u32 = 500;
const CORRECTIONS: u32 = 40;

fn zipped(texts: &[&[u8]]) -> usize {
    let zip = |text: &[u8]| {
        let mut zip = GzEncoder::new(Vec::new(), Compression::best());
        zip.write_all(text).unwrap();
        zip.finish().unwrap().len()
    };
    texts.iter().map(|text| zip(text)).sum()
}

fn light(path: &str, html: &str) {
    assert!(html.len() <= PAGE_BYTES_MAX, "{path} weighs {} bytes", html.len());
    let style = |path: &str| handbell_site::assets().iter().find(|asset| asset.path == path).unwrap().bytes;
    let all = zipped(&[html.as_bytes(), style("/assets/handbell.css"), style("/assets/record.css")]);
    assert!(all <= PAGE_BYTES_MAX, "{path} with its style weighs {all} bytes as it is sent");
}

fn source(number: u32) -> Statement {
    Statement::Source(NewSource {
        kind: SourceKind::ALL[number as usize % SourceKind::ALL.len()].0,
        label: format!("Publisher {}, article {number}", number % 40),
        standing: "It stands near one of the parties, and says so on its own pages.".into(),
        said: "in the evening".into(),
        url: format!("https://archive.example/{number}"),
        copies: None,
        via: None,
        asked: String::new(),
        replied: String::new(),
    })
}

fn claim(number: u32) -> Statement {
    let words =
        format!("a crowd of neighbours stood in the road and sang, as account {} tells at some length, {}", number, "and on ".repeat(12));
    Statement::Claim(NewPublicClaim {
        source: Ref::New(number % SOURCES),
        predicate: "what_happened".into(),
        about: format!("part {}", number % 9),
        polarity: Polarity::Asserts,
        edtf: String::new(),
        low: None,
        high: None,
        point: None,
        radius_metres: None,
        words: words.trim().into(),
    })
}

fn assessed(number: u32) -> Statement {
    Statement::Assessment(NewAssessment {
        predicate: "what_happened".into(),
        about: "part 1".into(),
        standing: Standing::Unconfirmed,
        relies_on: vec![Ref::Known(2)],
        sets_aside: Vec::new(),
        sentences: (0..10).map(|row| (format!("It was so in version {number}, as line {row} tells."), vec![Ref::Known(2)])).collect(),
        correction: CorrectionKind::Correction,
        note: if number == 0 { String::new() } else { format!("Version {number} knows more than the one before.") },
    })
}

/// An incident with far more than a page holds.
async fn large(town: &Town) -> IncidentId {
    let world = &town.app.world;
    let about = town.confirmed("flood").await;
    town.opened(&about).await;
    let (amina, ben) = (town.signed_in("Ada", &[Role::Editor]).await, town.signed_in("Bo", &[Role::Approver]).await);
    let elsewhere = (0..60).map(|number| {
        Statement::LookAlike(NewLookAlike {
            place: format!("Town {number}"),
            year: 2013,
            note: "Another crowd.".into(),
            claims: vec![Ref::New(0)],
        })
    });
    let similar = (0..60).map(|number| Statement::Similar(Similar { place: format!("Town {number}"), edtf: "2021-05-13".into() }));
    let all = (0..SOURCES).map(source).chain((0..CLAIMS).map(claim)).chain(elsewhere).chain(similar).collect();
    let mut batches = vec![all];
    batches.extend((0..=CORRECTIONS).map(|number| vec![assessed(number)]));
    for statements in batches {
        let proposal = propose(world, &amina.caller, about.incident, Proposed::Statements { statements }).await.unwrap();
        publish(world, &ben.caller, proposal).await.unwrap();
    }
    about.incident
}

/// The value of an attribute, wherever it stands.
fn values<'a>(html: &'a str, before: &str) -> Vec<&'a str> {
    html.split(before).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[tokio::test]
async fn every_page_of_the_record_is_light_and_nothing_is_lost() {
    let town = Town::new();
    for (name, text) in shipped::SCENARIOS {
        // One that ships for drills alone is not for the record.
        let Ok(id) = import_scenario(&town.app.world, &Scenario::parse(name, text).unwrap()).await else { continue };
        light(name, &town.get(&format!("/record/{id}")).await.text());
    }
    let id = large(&town).await;
    let page = town.get(&format!("/record/{id}")).await.text();
    light("the large page", &page);
    for words in ["All 500 claims", "All 120 sources", "All 40 corrections", "more stand among the entries"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    // Whoever saves it is told that it is right so far as it goes, and that it is not where it lost a row.
    let record = read_record(&town.app.world, id, None).await.unwrap().unwrap();
    let printed = format!("{page}<p>{}</p>", Hash(record.sha256()).to_hex());
    let (answer, said_of_it) = held_against_for_tests(&record, printed.as_bytes(), &[]);
    assert_eq!(answer, Answer::Good, "{said_of_it}");
    assert!(said_of_it.contains("so far as its lists go") && said_of_it.contains("claims, corrections, entries"), "{said_of_it}");
    for (row, other) in [("id=\"claim-1\"", "id=\"claim-0\""), ("<li id=\"entry-", "<li id=\"gone-")] {
        let (answer, said_of_it) = held_against_for_tests(&record, printed.replacen(row, other, 1).as_bytes(), &[]);
        assert_eq!(answer, Answer::CouldNotTell, "{row}: {said_of_it}");
    }
    for path in ["/record".to_owned(), "/record/charts".to_owned(), format!("/record/{id}/reply"), format!("/record/{id}/complaint")] {
        light(&path, &town.get(&path).await.text());
    }
    // The sentence leads to its claim where that stands: on this page, or where the list of claims goes on.
    let said = |html: &str| html.split("<div class=\"reading\">").nth(1).and_then(|rest| rest.split("</div>").next()).unwrap().to_owned();
    let leads = values(&said(&page), "class=\"src\" href=\"").into_iter().find(|href| href.contains("/claims?from=")).unwrap().to_owned();
    assert!(town.get(&leads).await.text().contains("id=\"claim-2\""), "{leads}");
    let apart = said(&town.get(&format!("/record/{id}/said")).await.text());
    assert!(!apart.contains("#claim-") && apart.contains(&format!("/record/{id}/claims?from=")), "{apart}");
    let (mut slips, mut path) = (0, "/corrections".to_owned());
    while !path.is_empty() {
        let html = town.get(&path).await.text();
        light(&path, &html);
        slips += html.matches("<section class=\"slip\"").count();
        path = values(&html, "<a class=\"btn btn-plain\" href=\"")
            .into_iter()
            .find(|href| href.contains("?before="))
            .unwrap_or_default()
            .to_owned();
    }
    // One is of the scenario that ships.
    assert_eq!(slips, 1 + CORRECTIONS as usize, "a correction is on no page, or on two");
    let mut boxes = BTreeSet::new();
    for (part, each, wanted) in [
        ("claims", "id=\"claim-", CLAIMS),
        ("sources", "id=\"s", SOURCES),
        ("corrections", "id=\"corr", CORRECTIONS * 2),
        ("entries", "id=\"entry-", 1 + SOURCES + CLAIMS + 120 + 2 * CORRECTIONS + 1),
    ] {
        let (mut found, mut path) = (0, format!("/record/{id}/{part}?from=1"));
        loop {
            let heard = town.get(&path).await;
            assert_eq!(heard.status, 200, "{path}");
            let html = heard.text();
            light(&path, &html);
            found += values(&html, each).len();
            boxes.extend(values(&html, "class=\"src\" href=\"").into_iter().map(str::to_owned));
            match html.split("<a class=\"btn btn-plain\" href=\"").filter(|rest| rest.contains("\">Go on<")).last() {
                Some(rest) if rest.split("</a>").next().is_some_and(|link| link.ends_with(">Go on")) => {
                    path = rest.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&");
                }
                _ => break,
            }
        }
        assert_eq!(found, wanted as usize, "{part}");
    }
    // A number leads straight to its source.
    assert!(boxes.len() > 100, "{}", boxes.len());
    let last = town.get(&format!("/record/{id}/sources?from={SOURCES}")).await.text();
    assert!(last.contains(&format!("id=\"s{SOURCES}\"")) && last.contains("120 to 120 of 120"), "{last}");
    for voices in ["voices", "accounts", "changes", "said"] {
        light(voices, &town.get(&format!("/record/{id}/{voices}")).await.text());
    }
    for wrong in ["claims?from=0", "claims?from=501", "claims?from=x", "nothing", "claims?asof=0"] {
        assert_eq!(town.get(&format!("/record/{id}/{wrong}")).await.status, 404, "{wrong}");
    }
}
