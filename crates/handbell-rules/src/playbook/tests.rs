//! The playbook: the shipped one loads and says what the design's tables say; every loosening is refused.

use std::collections::BTreeSet;

use super::*;
use crate::area::AreaFile;
use crate::place::Precision;

/// The shipped folder, as the binary would read it.
pub(crate) fn shipped_folder() -> Folder {
    macro_rules! files {
        ($($name:literal)*) => {
            [$(($name, include_str!(concat!("../../../../playbooks/uk-street/", $name)))),*]
        };
    }
    let files = files! {
        "playbook.toml" "predicates.toml" "intake.toml" "kinds/immigration-visit.toml" "kinds/eviction.toml" "kinds/hate-incident.toml"
        "kinds/flood.toml" "kinds/something-else.toml" "words/en.ftl" "words/es.ftl" "words/ar.ftl" "words/pt.ftl"
        "words/fr.ftl" "words/pl.ftl" "words/ro.ftl" "words/so.ftl" "words/bn.ftl" "words/ur.ftl"
        "cards/street.toml" "cards/home.toml" "cards/work.toml" "cards/held.toml" "cards/watching.toml"
        "cards/beside-somebody.toml"
    };
    files.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect()
}

/// The shipped playbook.
pub(crate) fn shipped() -> Playbook {
    Playbook::load(&shipped_folder()).unwrap()
}

fn areas() -> AreaFile {
    AreaFile::parse("areas/peckham.toml", include_str!("../../../../areas/peckham.toml")).unwrap()
}

/// The refusal when one text of the shipped folder is changed. The change must change something.
fn refused(file: &str, from: &str, to: &str) -> PlaybookRefusal {
    let mut folder = shipped_folder();
    let text = folder.get_mut(file).unwrap();
    assert!(text.contains(from), "{file} does not hold {from:?}");
    *text = text.replacen(from, to, 1);
    Playbook::load(&folder).expect_err(&format!("{file}: {from:?} became {to:?} and was taken"))
}

fn loosens(file: &str, from: &str, to: &str) -> String {
    match refused(file, from, to) {
        PlaybookRefusal::Loosens { file: named, key, why } => {
            assert_eq!(named, file);
            assert!(!why.is_empty());
            key
        }
        other => panic!("{other}"),
    }
}

fn bad(file: &str, from: &str, to: &str) -> String {
    match refused(file, from, to) {
        PlaybookRefusal::BadValue { file: named, key, .. } => {
            assert_eq!(named, file);
            key
        }
        other => panic!("{other}"),
    }
}

const VISIT: &str = "kinds/immigration-visit.toml";
const FLOOD: &str = "kinds/flood.toml";
const EVICTION: &str = "kinds/eviction.toml";

#[test]
fn the_shipped_playbook_loads_and_can_be_shared() {
    fn shared_between_threads<T: Send + Sync>(_: &T) {}
    let playbook = shipped();
    shared_between_threads(&playbook);
    assert_eq!((playbook.id(), playbook.zone()), ("uk-street", "Europe/London"));
    assert_eq!(playbook.languages(), ["en", "es"]);
    let kinds: Vec<_> = playbook.kinds().iter().map(|kind| kind.id.as_str()).collect();
    assert_eq!(kinds, ["immigration-visit", "eviction", "hate-incident", "flood", "something-else"]);
    assert_eq!(playbook.kind_label("eviction", "es"), "Desahucio");
    assert_eq!(playbook.kind_label("eviction", "tlh"), "Eviction");
    assert_eq!(playbook.predicate_label("count.officers", "en"), "Officers");
    assert_eq!(playbook.agency_label("border-force", "en"), "Border Force");
    assert_eq!(playbook.activity_label("no-such", "en"), "no-such");
    assert_eq!(playbook.predicate("when").unwrap().cardinality, Cardinality::One);
    assert_eq!(playbook.predicate("count.people").unwrap().value_type, ValueType::Range);
    assert!(playbook.predicate("name").is_none());
}

#[test]
fn each_kind_reaches_as_far_as_the_design_says() {
    let playbook = shipped();
    let table: Vec<String> = playbook
        .kinds()
        .iter()
        .flat_map(|kind| {
            [false, true].map(|home| {
                let cell = |reach| match kind.reach(reach, home) {
                    None => "none".to_owned(),
                    Some(rule) if reach == Reach::Public => {
                        let from = match rule.from {
                            PublicFrom::AtOnce => "at once".to_owned(),
                            PublicFrom::Delay { minutes } => format!("after {minutes} min or the end"),
                            PublicFrom::StandDown => "after the end".to_owned(),
                        };
                        format!("{} {from}{}", rule.precision.name(), if rule.consent { ", if agreed" } else { "" })
                    }
                    Some(rule) => rule.precision.name().to_owned(),
                };
                let [dispatch, neighbours, public] = Reach::ALL.map(cell);
                format!("{}{}: {dispatch} | {neighbours} | {public}", kind.id, if home { " at home" } else { "" })
            })
        })
        .collect();
    assert_eq!(
        table,
        [
            "immigration-visit: street | area | street after 30 min or the end",
            "immigration-visit at home: street | area | district after the end",
            "eviction: street | none | district after the end, if agreed",
            "eviction at home: street | none | district after the end, if agreed",
            "hate-incident: street | none | district after the end, if agreed",
            "hate-incident at home: street | none | district after the end, if agreed",
            "flood: exact | area | exact at once",
            "flood at home: street | area | district after the end",
            "something-else: street | none | none",
            "something-else at home: street | none | none",
        ]
    );
    for kind in playbook.kinds() {
        for reach in Reach::ALL {
            for home in [false, true] {
                assert!(kind.reach(reach, home).is_none_or(|rule| rule.approvals >= reach.approvals_min()));
            }
        }
    }
    let visit = playbook.kind("immigration-visit").unwrap();
    assert_eq!(visit.roles_wanted, [(FieldRole::Observer, 4)].into());
    assert_eq!((visit.expiry_default_minutes, visit.expiry_max_minutes), (120, 360));
}

#[test]
fn nothing_is_public_before_its_time() {
    let playbook = shipped();
    let moment = |minutes, stood_down, consent_recorded| PublicMoment { minutes_since_first_ring: minutes, stood_down, consent_recorded };
    let visit = playbook.kind("immigration-visit").unwrap();
    assert_eq!(visit.public_precision(false, moment(Some(29), false, false)), Err(NotPublic::BeforeDelay { minutes_left: 1 }));
    assert_eq!(visit.public_precision(false, moment(Some(30), false, false)), Ok(Precision::Street));
    assert_eq!(visit.public_precision(false, moment(None, false, false)), Err(NotPublic::BeforeDelay { minutes_left: 30 }));
    assert_eq!(visit.public_precision(false, moment(Some(1), true, false)), Ok(Precision::Street));
    assert_eq!(visit.public_precision(true, moment(Some(9_999), false, true)), Err(NotPublic::BeforeStandDown));
    assert_eq!(visit.public_precision(true, moment(None, true, false)), Ok(Precision::District));
    let eviction = playbook.kind("eviction").unwrap();
    assert_eq!(eviction.public_precision(false, moment(None, true, false)), Err(NotPublic::ConsentMissing));
    assert_eq!(eviction.public_precision(false, moment(None, true, true)), Ok(Precision::District));
    let flood = playbook.kind("flood").unwrap();
    assert_eq!(flood.public_precision(false, moment(None, false, false)), Ok(Precision::Exact));
    let other = playbook.kind("something-else").unwrap();
    assert_eq!(other.public_precision(false, moment(Some(9_999), true, true)), Err(NotPublic::Never));
    let names = [NotPublic::Never, NotPublic::BeforeDelay { minutes_left: 1 }, NotPublic::BeforeStandDown, NotPublic::ConsentMissing]
        .map(|one| one.name());
    assert_eq!(BTreeSet::from(names).len(), names.len());
}

#[test]
fn a_playbook_cannot_tell_a_place_finer_than_the_floor() {
    let fine = |table: &str, to: &str| {
        let from = shipped_folder()[VISIT].split(&format!("[{table}]\n")).nth(1).unwrap().lines().next().unwrap().to_owned();
        loosens(VISIT, &format!("[{table}]\n{from}"), &format!("[{table}]\nprecision = \"{to}\""))
    };
    assert_eq!(fine("reach.dispatch", "exact"), "reach.dispatch.precision");
    assert_eq!(fine("reach.neighbours", "street"), "reach.neighbours.precision");
    assert_eq!(fine("reach.public", "exact"), "reach.public.precision");
    assert_eq!(fine("home.dispatch", "exact"), "home.dispatch.precision");
    assert_eq!(fine("home.neighbours", "street"), "home.neighbours.precision");
    assert_eq!(fine("home.public", "area"), "home.public.precision");
    // a hazard may be exact in the open, and no finer than anybody's at a home
    assert_eq!(loosens(FLOOD, "[home.public]\nprecision = \"district\"", "[home.public]\nprecision = \"area\""), "home.public.precision");
    assert_eq!(
        loosens(FLOOD, "[reach.neighbours]\nprecision = \"area\"", "[reach.neighbours]\nprecision = \"exact\""),
        "reach.neighbours.precision"
    );
    assert_eq!(loosens(FLOOD, "hazard = \"flood\"\n", ""), "reach.dispatch.precision");
}

#[test]
fn a_playbook_cannot_be_public_sooner_than_the_floor() {
    assert_eq!(loosens(VISIT, "delay_minutes = 30", "delay_minutes = 29"), "reach.public.delay_minutes");
    assert_eq!(loosens(VISIT, "delay_minutes = 30", "at_once = true"), "reach.public.at_once");
    assert_eq!(loosens(VISIT, "after_stand_down = true", "delay_minutes = 600"), "home.public.after_stand_down");
    assert_eq!(loosens(FLOOD, "after_stand_down = true", "at_once = true"), "home.public.after_stand_down");
    assert_eq!(bad(VISIT, "delay_minutes = 30", ""), "reach.public.delay_minutes");
    assert_eq!(bad(VISIT, "delay_minutes = 30", "delay_minutes = 30\nafter_stand_down = true"), "reach.public.delay_minutes");
    assert_eq!(bad(VISIT, "delay_minutes = 30", "delay_minutes = 99999"), "reach.public.delay_minutes");
    assert_eq!(bad(VISIT, "[reach.neighbours]\n", "[reach.neighbours]\ndelay_minutes = 5\n"), "reach.neighbours.precision");
}

#[test]
fn a_playbook_cannot_ring_with_fewer_people() {
    let approvals = |table: &str, count: u8| (format!("[{table}]\n"), format!("[{table}]\napprovals = {count}\n"));
    let (from, to) = approvals("reach.neighbours", 1);
    assert_eq!(loosens(VISIT, &from, &to), "reach.neighbours.approvals");
    let (from, to) = approvals("reach.public", 1);
    assert_eq!(loosens(VISIT, &from, &to), "reach.public.approvals");
    let (from, to) = approvals("reach.dispatch", 0);
    assert_eq!(loosens(VISIT, &from, &to), "reach.dispatch.approvals");
    let (from, to) = approvals("reach.dispatch", 5);
    assert_eq!(bad(VISIT, &from, &to), "reach.dispatch.approvals");
}

#[test]
fn a_playbook_may_tighten() {
    let mut folder = shipped_folder();
    let text = folder.get_mut(VISIT).unwrap();
    *text = text
        .replace("[reach.neighbours]\n", "[reach.neighbours]\napprovals = 3\n")
        .replace("delay_minutes = 30", "delay_minutes = 240")
        .replace("[reach.public]\nprecision = \"street\"", "[reach.public]\nprecision = \"district\"")
        .replace("observer = 4", "observer = 2");
    let playbook = Playbook::load(&folder).unwrap();
    let visit = playbook.kind("immigration-visit").unwrap();
    assert_eq!(visit.reach(Reach::Neighbours, false).unwrap().approvals, 3);
    assert_eq!(visit.reach(Reach::Public, false).unwrap().from, PublicFrom::Delay { minutes: 240 });
    assert_eq!(visit.reach(Reach::Public, false).unwrap().precision, Precision::District);
}

#[test]
fn a_playbook_cannot_call_a_crowd_or_ring_for_ever() {
    assert_eq!(loosens(VISIT, "observer = 4", "observer = 10"), "roles_wanted.observer");
    assert_eq!(loosens(VISIT, "observer = 4", "observer = 3"), "roles_wanted.observer");
    assert_eq!(loosens(VISIT, "observer = 4", "first-aider = 9"), "roles_wanted.first-aider");
    assert_eq!(bad(VISIT, "observer = 4", "observer = 0"), "roles_wanted.observer");
    // Whoever is on the scene is heard of every 5 to 30 minutes, and every 15 when nobody says otherwise.
    for minutes in ["4", "31"] {
        assert_eq!(loosens(VISIT, "[expiry]", &format!("check_in_minutes = {minutes}\n[expiry]")), "check_in_minutes");
    }
    assert_eq!(loosens(VISIT, "max_minutes = 360", "max_minutes = 1441"), "expiry.max_minutes");
    assert_eq!(bad(VISIT, "default_minutes = 120", "default_minutes = 361"), "expiry.default_minutes");
    assert_eq!(bad(VISIT, "default_minutes = 120", "default_minutes = 9"), "expiry.default_minutes");
    assert_eq!(loosens(VISIT, "neighbours = [\"area\", \"time\"]", "neighbours = [\"area\", \"time\", \"spot\"]"), "slots.neighbours");
    let mut folder = shipped_folder();
    let text = folder.get_mut(VISIT).unwrap();
    *text = text.replace("[roles_wanted]\nobserver = 4\n", "");
    assert_eq!(Playbook::load(&folder).unwrap().kind("immigration-visit").unwrap().roles_wanted, [(FieldRole::Observer, 4)].into());
}

#[test]
fn a_kind_that_does_not_fit_together_is_refused() {
    assert_eq!(bad(EVICTION, "[home.dispatch]", "[reach.dispatch]"), "reach");
    assert_eq!(bad(VISIT, "neighbours = [\"area\", \"time\"]\n", ""), "slots.neighbours");
    assert_eq!(bad(VISIT, "[\"area\", \"time\"]", "[\"area\", \"area\"]"), "slots.neighbours");
    assert_eq!(bad(EVICTION, "public = [\"area\"]", "public = [\"area\"]\nneighbours = [\"area\"]"), "slots.neighbours");
    assert_eq!(bad("kinds/hate-incident.toml", "\"activity\", \"time\"]", "\"activity\", \"time\", \"agency\"]"), "slots.dispatch");
    assert_eq!(bad(VISIT, "\"watching\", ", "\"watching\", \"watching\", "), "activities");
    assert_eq!(bad(VISIT, "\"watching\", ", "\"Watching\", "), "activities");
    assert_eq!(bad(VISIT, "[\"immigration-enforcement\", ", "[\"\", "), "agencies");
    let mut folder = shipped_folder();
    let text = folder.get_mut("kinds/something-else.toml").unwrap();
    *text = text
        .replace("[reach.dispatch]\nprecision = \"street\"\n", "")
        .replace("[home.dispatch]\nprecision = \"street\"\n", "")
        .replace("dispatch = [\"spot\", \"time\"]\n", "");
    assert!(matches!(Playbook::load(&folder), Err(PlaybookRefusal::BadValue { key, .. }) if key == "roles_wanted"));
}

#[test]
fn an_unknown_key_names_the_nearest_known_one() {
    use super::strict_toml::TomlRefusal;
    let nearest = |file: &str, from: &str, to: &str| match refused(file, from, to) {
        PlaybookRefusal::Toml(TomlRefusal::UnknownKey { nearest, .. }) => nearest.unwrap_or_default(),
        other => panic!("{other}"),
    };
    assert_eq!(nearest("playbook.toml", "languages", "langauges"), "languages");
    assert_eq!(nearest(VISIT, "delay_minutes", "delay_minute"), "delay_minutes");
    assert_eq!(nearest(VISIT, "[reach.neighbours]", "[reach.neighbors]"), "neighbours");
    assert_eq!(nearest(VISIT, "observer = 4", "observers = 4"), "observer");
    assert_eq!(nearest("predicates.toml", "cardinality", "cardinalty"), "cardinality");
    assert_eq!(nearest(FLOOD, "\"flood\"", "\"floods\""), "flood");
    // there is no key for a person, a plate or a conduct text
    for key in ["officer_names", "plates", "conduct"] {
        assert!(matches!(
            refused(VISIT, "activities", &format!("{key} = []\nactivities")),
            PlaybookRefusal::Toml(TomlRefusal::UnknownKey { .. })
        ));
    }
}

#[test]
fn the_head_of_a_playbook_is_checked() {
    let head = "playbook.toml";
    assert_eq!(bad(head, "\"uk-street\"", "\"UK street\""), "id");
    assert_eq!(bad(head, "Street rapid response, United Kingdom", " "), "name");
    assert_eq!(bad(head, "Europe/London", "Europe/Peckham"), "zone");
    assert_eq!(bad(head, "[\"en\", \"es\"]", "[]"), "languages");
    assert_eq!(bad(head, "[\"en\", \"es\"]", "[\"en\", \"en\"]"), "languages");
    assert_eq!(refused(head, "\"es\"]", "\"tlh\"]"), PlaybookRefusal::LanguageWithoutConduct { language: "tlh".into() });
    assert_eq!(bad(head, "[\"en\", \"es\"]", "[\"es\", \"en\"]"), "languages", "English comes first");
    let also = "\"es\"]\n# Languages in which alerts speak and nothing else. Live only once a person has checked them.\nalerts_also_in = [\"ar\", \"pt\", \"fr\",";
    assert_eq!(bad(head, also, "\"es\", \"fr\"]\nalerts_also_in = [\"ar\", \"pt\","), "languages", "no words of a card");
    assert_eq!(bad(head, "\"flood\",", "\"flood\", \"flood\","), "kinds");
    assert!(matches!(refused(head, "Street rapid response", "Write to desk@example.org"), PlaybookRefusal::Guarded { rule: "email", .. }));
}

#[test]
fn missing_and_unknown_files_are_refused() {
    for name in shipped_folder().keys() {
        let mut folder = shipped_folder();
        folder.remove(name);
        assert_eq!(Playbook::load(&folder).unwrap_err(), PlaybookRefusal::FileMissing { file: name.clone() });
    }
    let mut folder = shipped_folder();
    folder.insert("kinds/floods.toml".into(), String::new());
    let refusal = Playbook::load(&folder).unwrap_err();
    assert_eq!(refusal, PlaybookRefusal::UnknownFile { file: "kinds/floods.toml".into(), nearest: Some("kinds/flood.toml".into()) });
}

#[test]
fn predicates_are_a_closed_and_plain_list() {
    let file = "predicates.toml";
    assert_eq!(bad(file, "id = \"when.over\"", "id = \"When.over\""), "When.over");
    assert_eq!(bad(file, "id = \"when.over\"", "id = \"when..over\""), "when..over");
    // `when_over` and `when.over` would be one message
    assert_eq!(bad(file, "id = \"duration\"", "id = \"when_over\""), "when_over");
    assert_eq!(bad(file, "choices = [\"yes\", \"no\", \"not-known\"]", "choices = [\"yes\"]"), "media.shows_this");
    assert_eq!(
        bad(file, "id = \"duration\"\nvalue = \"text\"", "id = \"duration\"\nvalue = \"text\"\nchoices = [\"a\", \"b\"]"),
        "duration"
    );
}

#[test]
fn every_template_exists_in_every_language() {
    for (file, line) in [
        ("words/en.ftl", "flood-public-body ="),
        ("words/es.ftl", "flood-public-body ="),
        ("words/es.ftl", "kind-flood ="),
        ("words/en.ftl", "agency-police ="),
        ("words/es.ftl", "predicate-when-over ="),
    ] {
        let mut folder = shipped_folder();
        let text = folder.get_mut(file).unwrap();
        assert!(text.contains(line));
        *text = text.lines().filter(|one| !one.starts_with(line)).map(|one| format!("{one}\n")).collect();
        let message = line.trim_end_matches(" =").to_owned();
        assert_eq!(Playbook::load(&folder).unwrap_err(), PlaybookRefusal::MessageMissing { file: file.into(), message });
    }
    let unknown = refused("words/en.ftl", "kind-flood =", "kind-flood = Flood\nkind-fluod =");
    assert_eq!(
        unknown,
        PlaybookRefusal::MessageUnknown { file: "words/en.ftl".into(), message: "kind-fluod".into(), nearest: Some("kind-flood".into()) }
    );
}

#[test]
fn a_template_has_its_declared_slots_and_no_others() {
    let words = "words/en.ftl";
    let template = |from: &str, to: &str| matches!(refused(words, from, to), PlaybookRefusal::BadTemplate { .. });
    assert!(template("flood-public-title = Flood in { $area }", "flood-public-title = Flood in { $spot }"));
    assert!(template("flood-public-title = Flood in { $area }", "flood-public-title = Flood in { $street }"));
    assert!(template("flood-public-title = Flood in { $area }", "flood-public-title = { kind-no-such }"));
    assert!(template("flood-public-title = Flood in { $area }", "flood-public-title = { NUMBER($area) } { DATETIME($time) }"));
    // a slot nobody shows
    assert!(template("Reported at { $time }: { $activity }. Agency: { $agency }.", "Reported at { $time }: { $activity }."));
    // an empty and an endless line
    assert!(template("kind-flood = Flood", "kind-flood = { \"\" }"));
    assert!(template("flood-public-title = Flood in { $area }", &format!("flood-public-title = {} {{ $area }}", "very ".repeat(30))));
    assert!(template("flood-public-body = Confirmed", &format!("flood-public-body = {} Confirmed", "very ".repeat(90))));
}

#[test]
fn fluent_that_is_more_than_sentences_is_refused() {
    let words = "words/en.ftl";
    let broken = |from: &str, to: &str| matches!(refused(words, from, to), PlaybookRefusal::BadWords { .. });
    assert!(broken("kind-flood = Flood", "kind-flood = Flood {"));
    assert!(broken("kind-flood = Flood", "kind-flood = Flood\n-brand = Bell"));
    assert!(broken("kind-flood = Flood", "kind-flood = Flood\n    .title = Flood"));
    assert!(broken("kind-flood = Flood", "kind-flood = Flood\nkind-flood = Again"));
    assert!(broken("kind-flood = Flood", "kind-flood Flood"));
}

#[test]
fn the_guard_looks_at_every_text_of_a_playbook() {
    let guarded = |file: &str, from: &str, to: &str| match refused(file, from, to) {
        PlaybookRefusal::Guarded { file: named, rule, .. } => {
            assert_eq!(named, file);
            rule
        }
        other => panic!("{other}"),
    };
    let (english, spanish) = ("words/en.ftl", "words/es.ftl");
    assert_eq!(guarded(english, "kind-flood = Flood", "kind-flood = Avoid the area"), "obstruction");
    assert_eq!(guarded(english, "predicate-when-over = Over since", "predicate-when-over = Ask 07700 900123"), "phone");
    assert_eq!(guarded(english, "agency-police = police", "agency-police = police, stop them"), "obstruction");
    assert_eq!(guarded(english, "Open this for what to do.", "Come down and join us."), "obstruction");
    assert_eq!(guarded(english, "Open this for what to do.", "You stay anonymous."), "overclaim");
    assert_eq!(guarded(english, "Open this for what to do.", "See example.org/card"), "url");
    assert_eq!(guarded(spanish, "Abra este aviso para saber qué hacer.", "Evita la zona."), "obstruction");
    assert_eq!(guarded(spanish, "Abra este aviso para saber qué hacer.", "Block the van."), "obstruction");
    // an order that only the filled sentence shows: the template asks, the label says what
    assert_eq!(guarded(english, "activity-rising = water rising", "activity-rising = now { \"leave\" } the area"), "obstruction");
}

#[test]
fn the_guard_sees_what_template_and_label_say_together() {
    // Neither half is an order: the template says "Come" and the label says "down the hill".
    let mut folder = shipped_folder();
    let words = folder.get_mut("words/en.ftl").unwrap();
    *words = words.replace("activity-falling = water going down", "activity-falling = down the hill").replace(
        "flood-public-body = Confirmed in { $area } at { $time }: { $activity }.",
        "flood-public-body = Confirmed in { $area } at { $time }. Come { $activity }.",
    );
    let refusal = Playbook::load(&folder).unwrap_err();
    assert!(matches!(&refusal, PlaybookRefusal::Guarded { key, rule: "obstruction", .. } if key == "flood-public-body"), "{refusal}");
}

#[test]
fn the_hash_names_every_byte_of_the_folder() {
    let folder = shipped_folder();
    let hash = folder_hash(&folder);
    assert_eq!(shipped().hash(), hash);
    assert_eq!(hash.len(), 64);
    let mut seen = BTreeSet::from([hash]);
    for name in folder.keys() {
        let mut changed = folder.clone();
        changed.get_mut(name).unwrap().push('\n');
        assert!(seen.insert(folder_hash(&changed)), "{name}");
    }
    // moving a byte from a text to the next name changes it too
    let pair = |a: &str, b: &str| folder_hash(&Folder::from([(a.to_owned(), b.to_owned())]));
    assert_ne!(pair("ab", "c"), pair("a", "bc"));
    // SHA-256 of the domain line alone, reckoned by an independent program
    assert_eq!(folder_hash(&Folder::new()), "a1d344c76bb8ad2d386c7ae314fd348ec7804cbc1a4b00dbed07ca61a7058f4f");
}

fn visit_for_neighbours(area: AreaSlot) -> Wording {
    Wording {
        kind: "immigration-visit".into(),
        home: false,
        reach: Reach::Neighbours,
        slots: Slots { area: Some(area), time: ClockTime::new(11, 12), ..Slots::default() },
    }
}

/// The words without the marks that isolate the direction of a slot's text.
fn seen(text: &str) -> String {
    text.replace(['\u{2068}', '\u{2069}'], "")
}

#[test]
fn an_alert_says_what_its_template_says_and_always_how_to_behave() {
    let (playbook, areas) = (shipped(), areas());
    let wording = visit_for_neighbours(AreaSlot::Named(vec!["peckham".into(), "nunhead".into()]));
    let rendered = playbook.render(&wording, &areas, "en").unwrap();
    assert_eq!(seen(&rendered.title), "Confirmed: immigration visit in Peckham and Queens Road, Nunhead and Brockley");
    assert_eq!(
        seen(&rendered.body),
        "An immigration visit in Peckham and Queens Road, Nunhead and Brockley was confirmed at 11:12. \
         Everybody has rights, whoever they are. Open this for what to do."
    );
    let spanish = playbook.render(&visit_for_neighbours(AreaSlot::Near("peckham".into())), &areas, "es").unwrap();
    assert_eq!(seen(&spanish.title), "Confirmado: visita de inmigración en la zona cerca de Peckham and Queens Road");
    let district = playbook.render(&visit_for_neighbours(AreaSlot::District("peckham".into())), &areas, "en").unwrap();
    assert_eq!(seen(&district.headline), "Immigration visit confirmed in Peckham");
}

#[test]
fn conduct_travels_with_every_alert() {
    let (playbook, areas) = (shipped(), areas());
    for kind in playbook.kinds() {
        for reach in Reach::ALL {
            for home in [false, true] {
                let Some(rule) = kind.reach(reach, home) else { continue };
                let wants = |slot| rule.slots.contains(&slot);
                let slots = Slots {
                    area: wants(SlotKind::Area).then(|| AreaSlot::District("peckham".into())),
                    spot: wants(SlotKind::Spot).then(|| Spot::new("Rye Lane / Choumert Road").unwrap()),
                    agency: wants(SlotKind::Agency).then(|| kind.agencies[0].clone()),
                    activity: wants(SlotKind::Activity).then(|| kind.activities[0].clone()),
                    time: ClockTime::new(0, 0).filter(|_| wants(SlotKind::Time)),
                    count: wants(SlotKind::Count).then_some(CountBand::Hundreds),
                };
                let wording = Wording { kind: kind.id.clone(), home, reach, slots };
                for language in playbook.languages() {
                    let rendered = playbook.render(&wording, &areas, language).unwrap();
                    let fixed = fixed_texts(language).unwrap();
                    let (purpose, conduct) =
                        if kind.hazard.is_some() { (fixed.purpose_hazard, fixed.conduct_hazard) } else { (fixed.purpose, fixed.conduct) };
                    assert_eq!(rendered.purpose, purpose);
                    assert_eq!(rendered.conduct, conduct);
                    assert_eq!(rendered.language, *language);
                }
            }
        }
    }
}

#[test]
fn what_cannot_be_said_is_refused_by_name() {
    let (playbook, areas) = (shipped(), areas());
    let good = visit_for_neighbours(AreaSlot::Named(vec!["peckham".into()]));
    let no = |change: &dyn Fn(&mut Wording), language: &str| {
        let mut wording = good.clone();
        change(&mut wording);
        playbook.render(&wording, &areas, language).unwrap_err()
    };
    assert_eq!(no(&|w| w.kind = "raid".into(), "en"), RenderRefusal::KindUnknown);
    assert_eq!(no(&|w| w.kind = "eviction".into(), "en"), RenderRefusal::ReachNotAllowed);
    assert_eq!(no(&|_| (), "tlh"), RenderRefusal::LanguageUnknown);
    assert_eq!(no(&|w| w.slots.area = None, "en"), RenderRefusal::SlotMissing { slot: "area" });
    assert_eq!(no(&|w| w.slots.time = None, "en"), RenderRefusal::SlotMissing { slot: "time" });
    assert_eq!(no(&|w| w.slots.count = Some(CountBand::Hundreds), "en"), RenderRefusal::SlotNotWanted { slot: "count" });
    assert_eq!(no(&|w| w.slots.agency = Some("police".into()), "en"), RenderRefusal::SlotNotWanted { slot: "agency" });
    assert_eq!(no(&|w| w.slots.agency = Some("the baker".into()), "en"), RenderRefusal::ChoiceUnknown { slot: "agency" });
    assert_eq!(no(&|w| w.slots.area = Some(AreaSlot::Named(vec![])), "en"), RenderRefusal::ChoiceUnknown { slot: "area" });
    assert_eq!(
        no(&|w| w.slots.area = Some(AreaSlot::Named(vec!["peckham".into(); 5])), "en"),
        RenderRefusal::ChoiceUnknown { slot: "area" }
    );
    assert_eq!(no(&|w| w.slots.area = Some(AreaSlot::Near("atlantis".into())), "en"), RenderRefusal::ChoiceUnknown { slot: "area" });
    let finer = |w: &mut Wording| {
        w.home = true;
        w.reach = Reach::Public;
    };
    assert_eq!(no(&finer, "en"), RenderRefusal::TooFine);
    let spot = Spot::new("Rye Lane and Heaton Road").ok();
    assert_eq!(no(&|w| w.slots.spot = spot.clone(), "en"), RenderRefusal::SlotNotWanted { slot: "spot" });
}

#[test]
fn a_spot_is_a_few_plain_words() {
    for words in ["Rye Lane / Choumert Road", "Peckham Rye station", "St Luke's, north side", "Plaza de Peckham"] {
        assert_eq!(Spot::new(words).unwrap().words(), words);
    }
    assert_eq!(Spot::new("  "), Err(SpotRefusal::Missing));
    assert_eq!(Spot::new(&"a ".repeat(9)), Err(SpotRefusal::TooLong));
    assert_eq!(Spot::new(&"a".repeat(61)), Err(SpotRefusal::TooLong));
    for words in ["12 Rye Lane", "SE15 4QW", "Rye Lane @desk", "Rye Lane!", "Rye\nLane", "BD51 SMR", "Rye Lane ٣"] {
        assert_eq!(Spot::new(words), Err(SpotRefusal::NotLetters), "{words}");
    }
    for words in ["Avoid Rye Lane", "Twelve Heron Road", "block the van", "come down to Rye Lane"] {
        assert!(matches!(Spot::new(words), Err(SpotRefusal::Guarded(_))), "{words}");
    }
    assert!(serde_json::from_str::<Spot>("\"12 Rye Lane\"").is_err());
    let names = [SpotRefusal::Missing, SpotRefusal::TooLong, SpotRefusal::NotLetters, SpotRefusal::Guarded("x")].map(|one| one.name());
    assert_eq!(BTreeSet::from(names).len(), names.len());
}

#[test]
fn a_clock_time_is_a_time_of_day() {
    assert_eq!(serde_json::from_str::<ClockTime>("\"09:05\"").unwrap(), ClockTime::new(9, 5).unwrap());
    assert_eq!(serde_json::to_string(&ClockTime::new(23, 59)).unwrap(), "\"23:59\"");
    for text in ["24:00", "9:05", "09:60", "0905", "09:05:00", "+9:05", "٠٩:٠٥", ""] {
        assert!(serde_json::from_str::<ClockTime>(&format!("\"{text}\"")).is_err(), "{text}");
    }
    assert_eq!((ClockTime::new(24, 0), ClockTime::new(0, 60)), (None, None));
}

#[test]
fn a_count_is_shown_as_its_band() {
    let bands = [0, 9, 10, 49, 50, 99, 100, 999, 1_000, 9_999, 10_000, u64::MAX].map(CountBand::of);
    use CountBand::*;
    assert_eq!(
        bands,
        [
            FewerThan10,
            FewerThan10,
            From10To49,
            From10To49,
            From50To99,
            From50To99,
            Hundreds,
            Hundreds,
            Thousands,
            Thousands,
            TensOfThousands,
            TensOfThousands
        ]
    );
    let words: BTreeSet<_> = CountBand::ALL.map(|band| fixed_texts("en").unwrap().band(band)).into();
    assert_eq!(words.len(), CountBand::ALL.len());
    assert_eq!(fixed_texts("en").unwrap().band(FewerThan10), "fewer than 10");
}

#[test]
fn slots_read_from_a_form_hold_nothing_else() {
    let slots: Slots = serde_json::from_str(r#"{"area":{"named":["peckham"]},"time":"11:12"}"#).unwrap();
    assert_eq!(slots.area, Some(AreaSlot::Named(vec!["peckham".into()])));
    assert!(serde_json::from_str::<Slots>(r#"{"words":"come and see"}"#).is_err());
    assert!(serde_json::from_str::<Wording>(r#"{"kind":"flood","home":false,"reach":"everyone","slots":{}}"#).is_err());
}

#[test]
fn every_refusal_to_render_has_its_own_name() {
    let all = [
        RenderRefusal::KindUnknown,
        RenderRefusal::ReachNotAllowed,
        RenderRefusal::LanguageUnknown,
        RenderRefusal::SlotMissing { slot: "area" },
        RenderRefusal::SlotNotWanted { slot: "area" },
        RenderRefusal::ChoiceUnknown { slot: "area" },
        RenderRefusal::TooFine,
        RenderRefusal::Guarded { rule: "url" },
        RenderRefusal::Broken { why: String::new() },
    ];
    let names: BTreeSet<_> = all.iter().map(RenderRefusal::name).collect();
    assert_eq!(names.len(), all.len());
}
