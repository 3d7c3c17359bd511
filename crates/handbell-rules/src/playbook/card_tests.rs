//! Rights cards: the shipped ones are whole, every loosening is refused, and no sign-off outlives its words.

use std::collections::BTreeSet;

use super::strict_toml::TomlRefusal;
use super::tests::{shipped, shipped_folder};
use super::*;

const STREET: &str = "cards/street.toml";

/// The refusal when one text of the street card is changed. The change must change something.
fn refused(from: &str, to: &str) -> PlaybookRefusal {
    let mut folder = shipped_folder();
    let text = folder.get_mut(STREET).unwrap();
    assert!(text.contains(from), "{STREET} does not hold {from:?}");
    *text = text.replacen(from, to, 1);
    Playbook::load(&folder).expect_err(&format!("{from:?} became {to:?} and was taken"))
}

fn bad(from: &str, to: &str) -> String {
    match refused(from, to) {
        PlaybookRefusal::BadValue { file, key, why } => {
            assert_eq!(file, STREET);
            assert!(!why.is_empty());
            key
        }
        other => panic!("{other}"),
    }
}

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

#[test]
fn the_shipped_cards_are_whole() {
    let playbook = shipped();
    let ids: Vec<_> = playbook.cards().iter().map(|card| card.id.as_str()).collect();
    assert_eq!(ids, ["street", "home", "work", "held", "watching", "beside-somebody"]);
    assert!(playbook.card("street").is_some() && playbook.card("attic").is_none());
    let about: BTreeSet<_> = playbook.cards().iter().map(|card| card.about).collect();
    assert_eq!(about.len(), CardAbout::ALL.len(), "no group is empty");
    for card in playbook.cards() {
        assert!(card.belongs_to("immigration-visit") && !card.belongs_to("flood"));
        for language in playbook.languages() {
            for line in &card.lines {
                for sentence in line.text[language].split_inclusive(['.', '?', ':']).filter(|part| !part.trim().is_empty()) {
                    assert!(sentence.split_whitespace().count() <= 15, "{} {language}: {sentence}", card.id);
                }
                assert_ne!(line.text["en"], line.text["es"]);
            }
        }
        assert!(card.lines.iter().any(|line| line.say.is_some()), "{}: nothing to say aloud", card.id);
    }
}

#[test]
fn every_source_has_an_address_and_a_day() {
    for card in shipped().cards() {
        for source in &card.sources {
            assert!(source.url.starts_with("https://"), "{}: {}", card.id, source.url);
            assert!(!source.title.is_empty() && !source.publisher.is_empty() && !source.version.is_empty());
            let (SourceDay::Dated(at) | SourceDay::Read(at)) = source.day;
            assert!(at <= card.reviewed_on && at.year() > 1900);
        }
    }
}

#[test]
fn a_card_lives_six_months_at_most() {
    for card in shipped().cards() {
        assert!(card.expires_on <= card.reviewed_on.months_later(floor::CARD_MONTHS_MAX));
    }
    let longer = refused("expires_on = \"2027-05-21\"", "expires_on = \"2027-05-22\"");
    assert!(matches!(longer, PlaybookRefusal::Loosens { key, .. } if key == "expires_on"));
    assert_eq!(bad("expires_on = \"2027-05-21\"", "expires_on = \"2026-11-21\""), "expires_on");
    assert_eq!(bad("expires_on = \"2027-05-21\"", "expires_on = \"never\""), "expires_on");
    assert_eq!(bad("reviewed_on = \"2026-11-21\"", "reviewed_on = \"2026-11-31\""), "reviewed_on");
    for key in ["reviewed_on", "expires_on"] {
        let mut folder = shipped_folder();
        let text = folder.get_mut(STREET).unwrap();
        *text = text.lines().filter(|line| !line.starts_with(key)).map(|line| format!("{line}\n")).collect();
        assert!(matches!(Playbook::load(&folder), Err(PlaybookRefusal::Toml(TomlRefusal::Broken { .. }))), "{key}");
    }
}

#[test]
fn a_card_speaks_every_language_and_no_other() {
    assert_eq!(bad("title.es = ", "title.fr = "), "title.es");
    assert_eq!(bad("title.es = ", "title.fr = \"Dans la rue\"\ntitle.es = "), "title.fr");
    assert_eq!(bad("text.es = \"Mantén", "text.pl = \"Mantén"), "line.1.text.es");
    assert_eq!(bad("say.es = \"¿Estoy bajo arresto? ¿Puedo irme?\"\n", ""), "line.1.say.es");
    assert_eq!(bad("remember.en = \"Do", "remember.en = \" Do"), "remember.en");
    assert_eq!(bad("situation.en = \"Stopped in the street\"", "situation.en = \"\""), "situation.en");
    assert_eq!(bad("situation.en = \"Stopped", &format!("situation.en = \"{}Stopped", "very ".repeat(20))), "situation.en");
}

#[test]
fn a_line_rests_on_a_source_and_a_source_carries_a_line() {
    assert_eq!(bad("sources = [\"pace-58\"]", "sources = []"), "line.5.sources");
    assert_eq!(bad("sources = [\"pace-58\"]", "sources = [\"pace-85\"]"), "line.5.sources");
    assert_eq!(bad("sources = [\"pace-58\"]", "sources = [\"pace-58\", \"pace-58\"]"), "line.5.sources");
    assert_eq!(bad("sources = [\"pace-58\"]", "sources = [\"instructions-31\"]"), "source.pace-58");
    assert_eq!(bad("id = \"pace-58\"", "id = \"enforcement-visits\""), "source.enforcement-visits.id");
    assert_eq!(bad("url = \"https://www.legislation", "url = \"http://www.legislation"), "source.pace-58.url");
    assert_eq!(bad("url = \"https://www.legislation.gov.uk", "url = \"https://"), "source.pace-58.url");
    assert_eq!(bad("ukpga/1984/60/section/58\"", "ukpga/1984/60/section 58\""), "source.pace-58.url");
    assert_eq!(bad("dated = \"1984-10-31\"\n", ""), "source.pace-58.dated");
    assert_eq!(bad("dated = \"1984-10-31\"\n", "dated = \"1984-10-31\"\nread_on = \"2026-11-21\"\n"), "source.pace-58.dated");
    assert_eq!(bad("dated = \"1984-10-31\"", "dated = \"2026-11-22\""), "source.pace-58.dated");
    let line = "[[line]]\ntext.en = \"One more.\"\ntext.es = \"Otra más.\"\nsources = [\"pace-58\"]\n\n[[source]]";
    assert_eq!(bad("[[source]]", &format!("{}\n{line}", line.trim_end_matches("[[source]]"))), "line");
}

#[test]
fn a_card_belongs_to_kinds_that_exist() {
    assert_eq!(bad("kinds = [\"immigration-visit\"]", "kinds = []"), "kinds");
    assert_eq!(bad("kinds = [\"immigration-visit\"]", "kinds = [\"raid\"]"), "kinds");
    assert_eq!(bad("kinds = [\"immigration-visit\"]", "kinds = [\"flood\", \"flood\"]"), "kinds");
}

#[test]
fn unknown_keys_and_files_are_refused_with_the_nearest() {
    let nearest = |from: &str, to: &str| match refused(from, to) {
        PlaybookRefusal::Toml(TomlRefusal::UnknownKey { nearest, .. }) => nearest.unwrap_or_default(),
        other => panic!("{other}"),
    };
    assert_eq!(nearest("expires_on", "expire_on"), "expires_on");
    assert_eq!(nearest("about = \"yourself\"", "about = \"yourselves\""), "yourself");
    assert_eq!(nearest("version = ", "versoin = "), "version");
    assert_eq!(nearest("say.en = ", "sey.en = "), "say");
    // a sign-off stands elsewhere: no text of a playbook can claim one, and there is no key for a person
    for key in ["reviewed_by", "signed_by", "lawyer"] {
        assert!(matches!(
            refused("about = ", &format!("{key} = \"A. Name\"\nabout = ")),
            PlaybookRefusal::Toml(TomlRefusal::UnknownKey { .. })
        ));
    }
    let mut folder = shipped_folder();
    folder.insert("cards/stret.toml".into(), String::new());
    let refusal = Playbook::load(&folder).unwrap_err();
    assert_eq!(refusal, PlaybookRefusal::UnknownFile { file: "cards/stret.toml".into(), nearest: Some(STREET.into()) });
}

#[test]
fn the_guard_looks_at_every_text_of_a_card() {
    let rule = |from: &str, to: &str| match refused(from, to) {
        PlaybookRefusal::Guarded { file, rule, .. } => {
            assert_eq!(file, STREET);
            rule
        }
        other => panic!("{other}"),
    };
    assert_eq!(rule("title.en = \"Stopped", "title.en = \"Block the van. Stopped"), "obstruction");
    assert_eq!(rule("text.en = \"Stay calm.", "text.en = \"Come down and join us."), "obstruction");
    assert_eq!(rule("text.es = \"Mantén la calma.", "text.es = \"Evita la zona."), "obstruction");
    assert_eq!(rule("say.en = \"Am I", "say.en = \"Ring 07700 900123. Am I"), "phone");
    assert_eq!(rule("remember.en = \"Do", "remember.en = \"You stay anonymous. Do"), "overclaim");
    assert_eq!(rule("remember.en = \"Do", "remember.en = \"This works 100 %. Do"), "overclaim");
    assert_eq!(rule("whom.en = \"anyone", "whom.en = \"ask @desk, anyone"), "handle");
    assert_eq!(rule("publisher = \"Home Office\"", "publisher = \"Home Office, mail me@example.org\""), "email");
}

fn signed(card: &Card, on: &str) -> SignOff {
    SignOff {
        card: card.id.clone(),
        sha256: card.text_hash.clone(),
        role: "solicitor".into(),
        firm: "Lantern Law Centre".into(),
        on: day(on),
    }
}

#[test]
fn a_sign_off_is_bound_to_every_letter_of_its_card() {
    let playbook = shipped();
    let card = playbook.card("street").unwrap();
    let today = day("2026-12-01");
    let mut sign_offs = SignOffs::default();
    assert_eq!(sign_offs.standing(card, today), Standing::Unsigned);
    sign_offs.add(signed(card, "2026-11-30")).unwrap();
    assert!(sign_offs.standing(card, today).is_good());
    assert!(!sign_offs.standing(playbook.card("home").unwrap(), today).is_good(), "another card");
    assert!(!sign_offs.standing(card, day("2026-11-29")).is_good(), "a day that has not come");
    // one letter, in either language, and even in a comment
    for (from, to) in [("Stay calm.", "Stay calm!"), ("Mantén la calma.", "Mantén la calma!"), ("# England", "# england")] {
        let mut folder = shipped_folder();
        let text = folder.get_mut(STREET).unwrap();
        assert!(text.contains(from));
        *text = text.replacen(from, to, 1);
        let changed = Playbook::load(&folder).unwrap();
        assert_ne!(changed.hash(), playbook.hash(), "a card is part of the playbook's hash");
        let standing = sign_offs.standing(changed.card("street").unwrap(), today);
        assert!(matches!(standing, Standing::Changed(_)), "{from}: {standing:?}");
    }
}

#[test]
fn a_sign_off_does_not_outlive_the_review() {
    let playbook = shipped();
    let card = playbook.card("street").unwrap();
    let mut sign_offs = SignOffs::default();
    assert_eq!(sign_offs.standing(card, card.expires_on), Standing::Expired(None));
    sign_offs.add(signed(card, "2026-11-30")).unwrap();
    assert!(sign_offs.standing(card, day("2027-05-20")).is_good());
    assert!(matches!(sign_offs.standing(card, day("2027-05-21")), Standing::Expired(Some(_))));
    let names = [Standing::Unsigned, sign_offs.standing(card, day("2027-05-20")), Standing::Expired(None)].map(Standing::name);
    assert_eq!(names, ["unsigned", "signed-off", "expired"]);
}

#[test]
fn the_file_of_sign_offs_is_read_as_it_is_written_and_is_strict() {
    let playbook = shipped();
    let mut sign_offs = SignOffs::default();
    for card in playbook.cards() {
        sign_offs.add(signed(card, "2026-11-30")).unwrap();
    }
    sign_offs.add(signed(&playbook.cards()[0], "2026-12-02")).unwrap();
    let text = sign_offs.to_text().unwrap();
    assert_eq!(SignOffs::parse(&text).unwrap(), sign_offs);
    assert_eq!(text.matches("[[sign_off]]").count(), playbook.cards().len(), "the newest of a card stands alone");
    assert_eq!(SignOffs::parse("").unwrap(), SignOffs::default());
    for (from, to, key) in [
        ("card = \"street\"", "card = \"../street\"", "card"),
        ("sha256 = \"", "sha256 = \"A", "sha256"),
        ("role = \"solicitor\"", "role = \"\"", "role"),
        ("firm = \"Lantern Law Centre\"", "firm = \"ring 07700 900123\"", "firm"),
        ("firm = \"Lantern Law Centre\"", "firm = \"me@example.org\"", "firm"),
        ("on = \"2026-11-30\"", "on = \"today\"", "on"),
    ] {
        assert!(text.contains(from));
        let refusal = SignOffs::parse(&text.replacen(from, to, 1)).unwrap_err();
        assert!(matches!(&refusal, SignOffRefusal::BadValue { key: named, .. } if *named == key), "{refusal}");
    }
    for key in ["name", "lawyer", "by"] {
        let refusal = SignOffs::parse(&text.replacen("role = ", &format!("{key} = \"A. Name\"\nrole = "), 1)).unwrap_err();
        assert!(matches!(refusal, SignOffRefusal::Toml(TomlRefusal::UnknownKey { .. })), "{refusal}");
    }
    assert_eq!(SignOffs::parse(&"#".repeat(SIGN_OFFS_BYTES_MAX + 1)).unwrap_err(), SignOffRefusal::TooLarge);
}

#[test]
fn the_red_band_goes_only_from_a_good_card() {
    let playbook = shipped();
    let card = playbook.card("street").unwrap();
    let by = signed(card, "2026-11-30");
    for words in CARD_WORDS {
        assert_eq!(words.band(card, Standing::Good(&by)), None);
        for standing in [Standing::Unsigned, Standing::Changed(&by), Standing::Expired(None), Standing::Expired(Some(&by))] {
            let band = words.band(card, standing).unwrap();
            assert!(!band.contains(['{', '}']), "{band}");
            // What a lawyer did sign is not called unsigned, and everything else is.
            let unsigned = !matches!(standing, Standing::Expired(Some(_)));
            assert_eq!(band.starts_with(words.band_unsigned), unsigned, "{band}");
            assert_eq!(words.signed(standing).contains("Lantern"), !unsigned);
        }
        assert!(words.signed(Standing::Good(&by)).contains("solicitor, Lantern Law Centre"));
    }
    let english = card_words("en").unwrap();
    assert_eq!(english.band_heading, "This card may be out of date");
    assert_eq!(english.band(card, Standing::Unsigned).unwrap(), "No lawyer has signed it. Ask an adviser before you rely on it.");
    assert_eq!(english.expires(card), "Expires on 21 May 2027.");
    assert_eq!(card_words("es").unwrap().expires(card), "Vence el 21 de mayo de 2027.");
    assert_eq!(english.signed(Standing::Good(&by)), "Signed off by solicitor, Lantern Law Centre, on 30 November 2026.");
}

#[test]
fn every_language_with_the_words_of_a_card_can_tell_an_alert() {
    let languages = |all: Vec<&'static str>| BTreeSet::from_iter(all);
    let told = languages(FIXED.iter().map(|texts| texts.language).collect());
    assert!(languages(CARD_WORDS.iter().map(|words| words.language).collect()).is_subset(&told));
    for words in CARD_WORDS {
        let groups: BTreeSet<_> = CardAbout::ALL.map(|about| words.group(about)).into();
        assert_eq!(groups.len(), CardAbout::ALL.len());
        assert!(words.day(day("2026-12-31")).starts_with("31 "));
    }
}
