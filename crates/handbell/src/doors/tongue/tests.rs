//! What holds of the language of a page.

use super::*;

fn asked(query: Option<&str>, said: &[&str]) -> Asked {
    let mut headers = HeaderMap::new();
    for value in said {
        headers.append(ACCEPT_LANGUAGE, HeaderValue::from_str(value).unwrap());
    }
    Asked::read(query, &headers).unwrap()
}

fn known() -> Vec<String> {
    ["en", "es", "ar", "pt", "fr"].map(str::to_owned).to_vec()
}

#[test]
fn weights_order_the_ranges_and_what_cannot_be_read_is_left_out() {
    for (said, want) in [
        ("da, en-GB;q=0.8, en;q=0.7", vec!["da", "en-gb", "en"]),
        ("en;q=0.5,es", vec!["es", "en"]),
        ("en;q=0.5,es;q=0.5,fr;q=0.501", vec!["fr", "en", "es"]),
        ("es;q=0,fr;q=0.000,pt;q=0.001", vec!["pt"]),
        ("es;q=1.000,fr;q=1.001,pt;q=2,ar;q=-1,en;q=.5", vec!["es"]),
        ("es ; Q=0.3 , fr ; q=0.4", vec!["fr", "es"]),
        ("es;q=0.1234,fr;level=1,pt;q=", vec![]),
        ("*,*;q=0.5,es-*", vec![]),
        ("toolongalanguage,1es,e s,,;q=1", vec![]),
        ("", vec![]),
    ] {
        assert_eq!(asked(None, &[said]).browser, want, "{said}");
    }
    assert_eq!(asked(None, &["es;q=0.2", "fr"]).browser, ["fr", "es"], "two heads are one list");
    assert_eq!(asked(None, &[&"es,".repeat(1_000)]).browser.len(), RANGES_MAX);
}

// RFC 4647, section 3.4: the example's steps.
#[test]
fn a_range_is_looked_up_part_by_part() {
    let tags = ["zh-hant", "zh", "es", "pt"];
    for (range, want) in [
        ("zh-hant-cn-x-private1-private2", Some("zh-hant")),
        ("zh-hans-cn", Some("zh")),
        ("es-419", Some("es")),
        ("ES", Some("es")),
        ("pt-BR", Some("pt")),
        ("esx", None),
        ("x", None),
        ("de-at", None),
    ] {
        assert_eq!(lookup(range, &tags), want, "{range}");
    }
}

#[test]
fn the_address_comes_before_the_browser_and_english_is_what_is_left() {
    let told = |asked: Asked| {
        let tongue = asked.choose(["en", "es", "fr"], &known());
        (tongue.tag(), tongue.passed_over.map(|texts| texts.language))
    };
    assert_eq!(told(asked(Some("lang=fr"), &["es"])), ("fr", None));
    assert_eq!(told(asked(Some("lang=tlh"), &["es"])), ("es", None), "no language of ours asks for nothing");
    assert_eq!(told(asked(Some(""), &["es-MX,es;q=0.9,en;q=0.8"])), ("es", None));
    assert_eq!(told(asked(None, &["de,nl;q=0.5"])), ("en", None));
    assert_eq!(told(asked(None, &[])), ("en", None));
    // What the group has and may not tell is passed over, and that is said.
    assert_eq!(told(asked(None, &["ar,es;q=0.5"])), ("es", Some("ar")));
    assert_eq!(told(asked(Some("lang=pt"), &["en"])), ("en", Some("pt")));
    assert_eq!(told(asked(None, &["es,ar;q=0.5"])), ("es", None), "what comes after the one that is spoken was not passed over");
}

#[test]
fn links_keep_to_a_language_that_the_address_named() {
    let by_address = asked(Some("lang=es"), &[]).choose(["en", "es"], &known());
    assert_eq!(by_address.path("/alerts/x"), "/alerts/x?lang=es");
    let by_browser = asked(None, &["es"]).choose(["en", "es"], &known());
    assert_eq!(by_browser.path("/alerts/x"), "/alerts/x");
    // An address that names a language which may not be told here leads on to others that may be.
    let passed = asked(Some("lang=ar"), &[]).choose(["en", "es"], &known());
    assert_eq!(passed.path("/alerts/x"), "/alerts/x?lang=en");
}

#[test]
fn an_answer_says_its_language_and_that_it_varies() {
    let response = asked(None, &["es"]).choose(["en", "es"], &known()).says(Response::default());
    assert_eq!(response.headers()[CONTENT_LANGUAGE], "es");
    assert_eq!(response.headers()[VARY], "accept-language");
}
