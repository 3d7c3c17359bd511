//! What holds of alert pages in other languages: a live page says nothing that nobody checked, and a drill marks it.

use super::super::fixture::{Heard, Town};
use crate::acts::bell as acts;
use axum::body::Body;
use handbell_rules::bell::alert::RingKind;
use handbell_rules::bell::message::message;
use handbell_rules::id::AlertId;
use handbell_rules::playbook::{Day, FIXED, FixedTexts, PageWords, Reach, SignOffs, UpdateText, WordsCheck, fixed_texts};
use handbell_rules::time::DAY;
use http::Request;
use std::sync::Arc;

/// Lets somebody check languages, word for word, on a day.
fn check(town: &mut Town, languages: &[&str], on: &str) {
    let group = Arc::get_mut(&mut town.app.world.group).unwrap();
    let mut sign_offs = SignOffs::default();
    for language in languages {
        let sha256 = group.playbook.words_hash(language).unwrap().to_owned();
        let on = Day::parse(on).unwrap();
        let one =
            WordsCheck { language: (*language).into(), sha256, role: "translator".into(), firm: "Harbour Language Centre".into(), on };
        sign_offs.add_words_check(one).unwrap();
    }
    group.sign_offs = sign_offs;
}

fn checked(languages: &[&str]) -> Town {
    let mut town = Town::new();
    check(&mut town, languages, "2026-11-20");
    town
}

async fn asked(town: &Town, path: &str, accepts: &str) -> Heard {
    town.send(Request::get(path).header("accept-language", accepts).body(Body::empty()).unwrap()).await
}

/// A page without the invisible marks around values.
fn read(heard: &Heard) -> String {
    heard.text().replace(['\u{2068}', '\u{2069}'], "")
}

/// Whole texts of a language that stand on alert pages: none of them is a part of another language's.
fn sentences(texts: &FixedTexts) -> Vec<&'static str> {
    let PageWords { live_alert, leave, alerts_lead, no_spot, no_adverts, neighbours_run, if_you_go, none_live, .. } = texts.page;
    let mut all = vec![*live_alert, *leave, *alerts_lead, *no_spot, *no_adverts, *neighbours_run, *if_you_go, *none_live];
    all.extend(texts.conduct);
    all.extend(texts.conduct_hazard);
    all.extend([texts.unchecked, texts.purpose, texts.purpose_hazard, texts.cancel_body, texts.stand_down_body, texts.update_title]);
    all
}

fn speaks(heard: &Heard, texts: &FixedTexts) {
    let text = read(heard);
    assert_eq!((heard.status.as_u16(), heard.header("content-language")), (200, texts.language), "{text}");
    assert!(heard.header("vary").contains("accept-language"));
    assert!(text.contains(&format!("<html lang=\"{}\" dir=\"{}\">", texts.language, texts.direction.word())), "{text}");
    for words in [texts.page.leave.split(' ').next().unwrap(), texts.page.neighbours_run, texts.page.alerts] {
        assert!(text.contains(words), "{words}");
    }
}

// PROMISE only-checked-words-go-live
#[tokio::test]
async fn no_live_page_says_a_sentence_that_nobody_checked() {
    let town = checked(&["es"]);
    let about = town.confirmed("flood").await;
    town.opened(&about).await;
    let public = town.rung(&about, Reach::Public).await;
    let other = town.confirmed("immigration-visit").await;
    let neighbours = town.rung(&other, Reach::Neighbours).await;
    for texts in FIXED.iter().filter(|texts| !["en", "es"].contains(&texts.language)) {
        for path in ["/alerts".to_owned(), format!("/alerts/{public}"), format!("/alerts/{neighbours}")] {
            let by_address = town.get(&format!("{path}?lang={}", texts.language)).await;
            for heard in [by_address, asked(&town, &path, texts.language).await] {
                speaks(&heard, FIXED[0]);
                let text = read(&heard);
                for sentence in sentences(texts) {
                    assert!(!text.contains(sentence), "{}: {sentence}", texts.language);
                }
                let why =
                    format!("You asked for {}. No person has checked our translation into it, so this page is in English.", texts.own_name);
                assert!(text.contains(&why), "{text}");
                assert!(text.contains(&format!("href=\"{path}?lang=es\" lang=\"es\"")), "the one that is checked is offered: {text}");
                assert!(!text.contains(&format!("lang=\"{}\"", texts.language)), "{text}");
            }
        }
    }
    // A language of nobody here is no reason to say anything.
    assert!(!read(&asked(&town, "/alerts", "de,nl;q=0.3").await).contains("You asked for"));
}

#[tokio::test]
async fn an_alert_page_speaks_a_checked_language_from_its_start_to_its_end() {
    let town = checked(&["es", "ar"]);
    let about = town.confirmed("immigration-visit").await;
    let id = town.rung(&about, Reach::Neighbours).await;
    let world = &town.app.world;
    let alert = world.store.alert(id).await.unwrap().unwrap();
    for language in ["es", "ar"] {
        let texts = fixed_texts(language).unwrap();
        // The page that a message of this language leads to.
        let url = message(RingKind::Alert, &alert, &alert, language, false).url;
        assert_eq!(url, format!("/alerts/{id}?lang={language}"));
        for heard in [town.get(&url).await, asked(&town, &format!("/alerts/{id}"), &format!("{language}-x-y,en;q=0.5")).await] {
            speaks(&heard, texts);
            let text = read(&heard);
            let told = alert.words.told_in(language, alert.status);
            for words in [told.headline, told.body, told.purpose, texts.page.live_alert, texts.page.confirmed, texts.page.levels[1]] {
                assert!(text.contains(&words.replace(['\u{2068}', '\u{2069}'], "")), "{words}: {text}");
            }
            assert!(texts.page.becauses.iter().any(|why| text.contains(why)), "{text}");
            assert!(told.conduct.iter().all(|line| text.contains(line.as_str())), "conduct travels with every alert");
            for sentence in sentences(FIXED[0]) {
                assert!(!text.contains(sentence), "{sentence}");
            }
        }
    }
    speaks(&town.get(&format!("/alerts/{id}")).await, FIXED[0]);

    let update = acts::draft_update(world, &about.amina.caller, id, UpdateText::EnoughObservers).await.unwrap();
    for member in [&about.amina, &about.ben] {
        acts::approve(world, &member.caller, update).await.unwrap();
    }
    acts::ring(world, &about.ben.caller, update).await.unwrap();
    let path = format!("/alerts/{id}?lang=es");
    assert!(read(&town.get(&path).await).contains("Ya hay suficientes observadores."));
    acts::end(world, &about.ben.caller, id, true).await.unwrap();
    let text = read(&town.get(&path).await);
    assert!(text.contains("Este aviso ha terminado. Era erróneo.") && text.contains("El aviso que te enviamos fue un error."), "{text}");
    assert!(text.contains("<s><bdi>") && text.contains("Lo que decía el aviso") && !text.contains("This alert is over"));
}

#[tokio::test]
async fn an_alert_keeps_the_languages_it_was_written_in_and_the_list_has_those_of_today() {
    let mut town = Town::new();
    check(&mut town, &["es"], "2026-11-21");
    let about = town.confirmed("flood").await;
    town.opened(&about).await;
    let id = town.rung(&about, Reach::Public).await;
    let list = asked(&town, "/alerts", "es").await;
    speaks(&list, FIXED[0]);
    town.clock.go(DAY);
    let spanish = fixed_texts("es").unwrap();
    let list = town.get("/alerts?lang=es").await;
    speaks(&list, spanish);
    let text = read(&list);
    assert!(text.contains(&format!("href=\"/alerts/{id}?lang=es\"")), "links keep to the language: {text}");
    assert!(text.contains("<bdi lang=\"en\">Flood in Peckham"), "what was written before the check is English and says so: {text}");
    assert!(text.contains("El último terminó el 2026-11-20, "), "{text}");
    let page = town.get(&format!("/alerts/{id}?lang=es")).await;
    speaks(&page, FIXED[0]);
    assert!(read(&page).contains("You asked for Español."));
}

#[tokio::test]
async fn a_drill_speaks_every_language_with_its_mark() {
    let mut town = Town::exercise();
    check(&mut town, &["fr"], "2026-11-20");
    let about = town.confirmed("flood").await;
    town.opened(&about).await;
    let id: AlertId = town.rung(&about, Reach::Public).await;
    for texts in FIXED {
        for path in ["/alerts".to_owned(), format!("/alerts/{id}")] {
            let heard = town.get(&format!("{path}?lang={}", texts.language)).await;
            speaks(&heard, texts);
            let text = read(&heard);
            assert!(text.contains("<b>EXERCISE</b>") && text.contains(texts.page.drill), "{text}");
            let mark = format!("{} <span lang=\"en\" dir=\"ltr\">Translation not checked by a person.</span>", texts.unchecked);
            assert_eq!(text.contains(&mark), !["en", "fr"].contains(&texts.language), "{}", texts.language);
            // Every other language is one press away.
            let others = FIXED.iter().filter(|other| other.language != texts.language);
            for other in others {
                let link = format!("href=\"{path}?lang={tag}\" lang=\"{tag}\"", tag = other.language);
                assert_eq!(text.matches(&link).count(), 1, "{link}");
            }
        }
    }
}

#[tokio::test]
async fn subscribing_offers_every_language_and_begins_with_the_readers_own() {
    let town = checked(&["es"]);
    for (accepts, chosen) in [
        ("es-MX,en;q=0.5", "<option value=\"es\" selected>Español</option>"),
        ("ur", "<option value=\"ur\" selected>اردو (not checked yet)</option>"),
        ("de", "<option value=\"en\" selected>English</option>"),
    ] {
        let heard = asked(&town, "/subscribe", accepts).await;
        let text = heard.text();
        assert!(text.contains(chosen), "{accepts}: {text}");
        assert!(FIXED.iter().all(|texts| text.contains(&format!("<option value=\"{}\"", texts.language))));
        assert_eq!((heard.header("content-language"), heard.header("vary")), ("en", "accept-language"));
    }
    assert!(town.get("/subscribe?lang=es").await.text().contains("<option value=\"es\" selected>"));
    assert!(town.get("/subscribe").await.text().contains("once a person has checked its translation, and in English until then"));
}
