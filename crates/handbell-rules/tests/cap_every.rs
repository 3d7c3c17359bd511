//! CAP of every message the system can make: each kind, filling, place, message and set of languages that the
//! shipped playbook has becomes a file, and each file is read by a parser that shares no code with ours.
//!
//! What is asked here is written down from the standard (CAP 1.2, sections 3.2 and 3.4) once more, beside the
//! module that is tested: elements and their order, closed words, times, the chain of references, one block for
//! each language with the same facts. Only alerts for everybody have a file; all others are asked for one.

mod shipped;

use handbell_rules::bell::alert::{Alert, AlertState, Words};
use handbell_rules::bell::mode::Status;
use handbell_rules::bell::spoken::update_words;
use handbell_rules::cap::public::{NoCap, PublicAlert, Publisher, Sources};
use handbell_rules::cap::{CapRefusal, check as beyond_the_schema, read, write};
use handbell_rules::desk::claim::{Certainty, Claim, Independence, Source};
use handbell_rules::desk::incident::Incident;
use handbell_rules::id::{ClaimId, IncidentId, MemberId, ReportId};
use handbell_rules::playbook::{FIXED, FixedTexts, Reach, SOURCE_LANGUAGE, SignOffs, Tongue, Wording, fixed_texts};
use handbell_rules::street::report::{Basis, Report};
use handbell_rules::time::{HOUR, MINUTE};
use roxmltree::{Document, Node};
use shipped::{NOW, PLAYBOOK, alert, checked, every_wording, reported, today, updates, words};
use std::collections::{BTreeMap, BTreeSet};

const NAMESPACE: &str = "urn:oasis:names:tc:emergency:cap:1.2";
const ORIGIN: &str = "https://town.example";
/// Section 3.2.2: a useful limit for a headline.
const HEADLINE_LETTERS: usize = 160;
/// Our own limits for the long texts: two screens of a phone.
const DESCRIPTION_LETTERS: usize = 900;
const INSTRUCTION_LETTERS: usize = 700;
/// Also ours: a file that a slow telephone takes in a second.
const FILE_BYTES: usize = 64 * 1024;

/// An element's name, and how often it may stand: at least, at most.
type Part = (&'static str, usize, usize);
const MANY: usize = usize::MAX;

/// Section 3.4, the schema's sequences.
const ALERT: &[Part] = &[
    ("identifier", 1, 1),
    ("sender", 1, 1),
    ("sent", 1, 1),
    ("status", 1, 1),
    ("msgType", 1, 1),
    ("source", 0, 1),
    ("scope", 1, 1),
    ("restriction", 0, 1),
    ("addresses", 0, 1),
    ("code", 0, MANY),
    ("note", 0, 1),
    ("references", 0, 1),
    ("incidents", 0, 1),
    ("info", 0, MANY),
];
const INFO: &[Part] = &[
    ("language", 0, 1),
    ("category", 1, MANY),
    ("event", 1, 1),
    ("responseType", 0, MANY),
    ("urgency", 1, 1),
    ("severity", 1, 1),
    ("certainty", 1, 1),
    ("audience", 0, 1),
    ("eventCode", 0, MANY),
    ("effective", 0, 1),
    ("onset", 0, 1),
    ("expires", 0, 1),
    ("senderName", 0, 1),
    ("headline", 0, 1),
    ("description", 0, 1),
    ("instruction", 0, 1),
    ("web", 0, 1),
    ("contact", 0, 1),
    ("parameter", 0, MANY),
    ("resource", 0, MANY),
    ("area", 0, MANY),
];
const AREA: &[Part] =
    &[("areaDesc", 1, 1), ("polygon", 0, MANY), ("circle", 0, MANY), ("geocode", 0, MANY), ("altitude", 0, 1), ("ceiling", 0, 1)];
const PAIR: &[Part] = &[("valueName", 1, 1), ("value", 1, 1)];

/// The closed words that may stand in a file of ours: fewer than the standard has.
const CLOSED: &[(&str, &[&str])] = &[
    ("status", &["Actual", "Exercise"]),
    ("msgType", &["Alert", "Update", "Cancel"]),
    ("scope", &["Public"]),
    ("category", &["Safety", "Met", "Fire", "Infra", "Other"]),
    ("responseType", &["AllClear", "None"]),
    ("urgency", &["Past", "Unknown"]),
    ("severity", &["Extreme", "Severe", "Moderate", "Minor", "Unknown"]),
    ("certainty", &["Observed", "Likely", "Unlikely"]),
];

/// What differs between the blocks of two languages, and nothing else does.
const WORDS_ALONE: &[&str] = &["language", "event", "headline", "description", "instruction", "areaDesc"];

/// What was looked at, for the count that is printed.
#[derive(Default)]
struct Seen {
    files: usize,
    blocks: usize,
    references: usize,
    refused: usize,
    messages: BTreeMap<String, usize>,
    kinds: BTreeSet<String>,
    languages: BTreeSet<String>,
    longest: BTreeMap<&'static str, usize>,
}

fn elements<'a>(node: Node<'a, 'a>) -> impl Iterator<Item = Node<'a, 'a>> {
    node.children().filter(Node::is_element)
}

fn named<'a>(node: Node<'a, 'a>, name: &'static str) -> impl Iterator<Item = Node<'a, 'a>> {
    elements(node).filter(move |one| one.tag_name().name() == name)
}

/// The text of a child that stands once.
fn text<'a>(node: Node<'a, 'a>, name: &'static str) -> &'a str {
    let mut all = named(node, name);
    let one = all.next().unwrap_or_else(|| panic!("no {name}"));
    assert!(all.next().is_none(), "{name} stands twice");
    one.text().unwrap_or_default()
}

fn text_or_none<'a>(node: Node<'a, 'a>, name: &'static str) -> Option<&'a str> {
    named(node, name).next().and_then(|one| one.text())
}

/// The schema of one element: its parts in their order, no attribute, and no text beside elements.
fn in_order(node: Node<'_, '_>, parts: &[Part]) {
    let mut rest = parts.iter();
    let mut open: Option<(&Part, usize)> = None;
    for child in elements(node) {
        let name = child.tag_name().name();
        assert_eq!(child.tag_name().namespace(), Some(NAMESPACE), "{name}");
        assert_eq!(child.attributes().count(), 0, "{name} has attributes");
        while open.is_none_or(|(part, _)| part.0 != name) {
            if let Some((part, times)) = open {
                assert!(times >= part.1, "{} is missing", part.0);
            }
            let next = rest.next().unwrap_or_else(|| panic!("{name} does not stand there"));
            open = Some((next, 0));
        }
        let (part, times) = open.expect("it was found");
        assert!(times < part.2, "{name} stands too often");
        open = Some((part, times + 1));
    }
    assert!(open.is_none_or(|(part, times)| times >= part.1) && rest.all(|part| part.1 == 0), "something is missing");
    assert!(node.children().filter(Node::is_text).all(|one| one.text().unwrap_or_default().trim().is_empty()), "text between elements");
}

/// A leaf's text: there, trimmed, without markup, control characters or a way out.
fn good_text(node: Node<'_, '_>) {
    let (name, text) = (node.tag_name().name(), node.text().unwrap_or_default());
    assert!(!text.is_empty() && text.trim() == text, "{name}: `{text}`");
    assert_eq!(elements(node).count(), 0, "{name} holds elements");
    assert!(!text.contains(['<', '>', '{', '}', '\u{fffd}']) && !text.contains("&"), "{name}: {text}");
    assert!(!text.chars().any(|sign| sign.is_control() && sign != '\n'), "{name}: {text}");
    if !["sender", "references", "web"].contains(&name) {
        for way_out in ["http", "www.", "://", "@", "mailto", "tel:"] {
            assert!(!text.contains(way_out), "{name}: {text}");
        }
    }
    if let Some((_, known)) = CLOSED.iter().find(|(closed, _)| *closed == name) {
        assert!(known.contains(&text), "{name}: {text}");
    }
}

/// Section 3.3.2: `CCYY-MM-DDThh:mm:ss`, then an offset with a sign and a colon, and never `Z`.
fn good_time(text: &str) {
    let pattern = "dddd-dd-ddTdd:dd:ddsdd:dd";
    let fits = |(sign, wanted): (char, char)| match wanted {
        'd' => sign.is_ascii_digit(),
        's' => sign == '-' || sign == '+',
        wanted => sign == wanted,
    };
    assert!(text.len() == pattern.len() && text.chars().zip(pattern.chars()).all(fits), "{text}");
    // UTC is written `-00:00`, so that texts sort as the times they are.
    assert!(text.ends_with("-00:00"), "{text}");
}

/// Everything of a block that is no words, as a reader compares it.
fn facts(info: Node<'_, '_>) -> Vec<String> {
    let leaves = info.descendants().filter(|node| node.is_element() && elements(*node).count() == 0);
    leaves
        .filter(|leaf| !WORDS_ALONE.contains(&leaf.tag_name().name()))
        .map(|leaf| format!("{}={}", leaf.tag_name().name(), leaf.text().unwrap_or_default()))
        .collect()
}

/// What a chain of one alert is expected to be.
struct Expected<'a> {
    first: &'a Alert,
    status: &'static str,
    /// Languages in order, English first, and whether each is checked.
    tongues: Vec<(&'a str, bool)>,
    hazard: bool,
}

fn one_block(info: Node<'_, '_>, expected: &Expected<'_>, (language, is_checked): (&str, bool), live: bool, seen: &mut Seen) {
    in_order(info, INFO);
    assert_eq!(text(info, "language"), language);
    let fixed: &FixedTexts = fixed_texts(language).expect("a language of ours");
    for pair in named(info, "eventCode").chain(named(info, "parameter")) {
        in_order(pair, PAIR);
    }
    assert_eq!(named(info, "area").count(), 1);
    named(info, "area").for_each(|area| in_order(area, AREA));
    for leaf in info.descendants().filter(|node| node.is_element() && elements(*node).count() == 0) {
        good_text(leaf);
    }
    good_time(text(info, "expires"));
    let (headline, description) = (text(info, "headline"), text(info, "description"));
    let instruction = text_or_none(info, "instruction");
    assert_eq!(instruction.is_some(), live, "the conduct text stands while something goes on, and then alone");
    if let Some(instruction) = instruction {
        let conduct = if expected.hazard { &fixed.conduct_hazard } else { &fixed.conduct };
        assert_eq!(instruction, conduct.join("\n"));
    }
    assert_eq!(headline.starts_with("EXERCISE · "), expected.status == "Exercise", "{headline}");
    assert_eq!(description.contains(fixed.unchecked), !is_checked && language != SOURCE_LANGUAGE, "{description}");
    assert!(expected.status == "Exercise" || is_checked, "{language} was told live and nobody checked it");
    for (name, text, most) in [
        ("headline", headline, HEADLINE_LETTERS),
        ("description", description, DESCRIPTION_LETTERS),
        ("instruction", instruction.unwrap_or_default(), INSTRUCTION_LETTERS),
    ] {
        let letters = text.chars().count();
        assert!(letters <= most, "{name} has {letters} letters in {language}: {text}");
        let longest = seen.longest.entry(name).or_default();
        *longest = letters.max(*longest);
    }
    assert_eq!(text(info, "web"), format!("{ORIGIN}/alerts/{}", expected.first.id), "the one link");
    seen.blocks += 1;
    seen.languages.insert(language.to_owned());
}

/// Reads one file as a stranger does. Gives what later messages must reference.
fn one_file(file: &str, place: usize, expected: &Expected<'_>, earlier: &[String], seen: &mut Seen) -> String {
    assert!(file.len() <= FILE_BYTES, "{} bytes", file.len());
    let document = Document::parse(file).unwrap_or_else(|why| panic!("{why}: {file}"));
    let root = document.root_element();
    assert_eq!((root.tag_name().name(), root.tag_name().namespace()), ("alert", Some(NAMESPACE)));
    assert_eq!(root.attributes().count(), 0);
    in_order(root, ALERT);
    elements(root).filter(|one| one.tag_name().name() != "info").for_each(good_text);
    let (identifier, sender, sent) = (text(root, "identifier"), text(root, "sender"), text(root, "sent"));
    // Section 3.2.1: neither may hold what separates the parts of a reference.
    assert!(!identifier.contains([' ', ',', '<', '&']) && !sender.contains([' ', ',', '<', '&']));
    good_time(sent);
    let id = expected.first.id.to_string();
    assert_eq!(identifier, if place == 0 { id } else { format!("{id}.{place}") });
    assert_eq!((sender, text(root, "status"), text(root, "scope")), (ORIGIN, expected.status, "Public"));
    let message = text(root, "msgType");
    assert_eq!(message == "Alert", place == 0);
    let references: Vec<&str> = text_or_none(root, "references").map(|all| all.split(' ').collect()).unwrap_or_default();
    assert_eq!(references, earlier, "every message before it, oldest first");
    seen.references += references.len();
    let note = text_or_none(root, "note").unwrap_or_default();
    assert_eq!(note.starts_with("EXERCISE"), expected.status == "Exercise", "{note}");
    assert!(message != "Cancel" || note.contains("was a mistake"), "{note}");

    let infos: Vec<Node<'_, '_>> = named(root, "info").collect();
    assert_eq!(infos.len(), expected.tongues.len(), "one block for each language");
    let live = !named(infos[0], "urgency").any(|urgency| urgency.text() == Some("Past"));
    for (info, tongue) in infos.iter().zip(&expected.tongues) {
        one_block(*info, expected, *tongue, live, seen);
        assert_eq!(facts(*info), facts(infos[0]), "the facts are the same in {}", tongue.0);
        assert!(text(*info, "expires") > sent, "it says something for a while");
        if tongue.0 != SOURCE_LANGUAGE {
            for words in ["headline", "description"] {
                assert_ne!(text(*info, words), text(infos[0], words), "{}", tongue.0);
            }
        }
    }
    let ending = match (message, live) {
        ("Alert", true) => "Alert",
        ("Update", true) => "Update",
        ("Update", false) => "Update, over",
        ("Cancel", false) => "Cancel",
        (message, _) => panic!("{message} of something that is not so"),
    };
    *seen.messages.entry(ending.to_owned()).or_default() += 1;
    seen.files += 1;
    format!("{sender},{identifier},{sent}")
}

/// An incident of a wording, open to the record, with what confirms it: an observer on the scene, or what no
/// longer does.
struct About {
    incident: Incident,
    reports: Vec<Report>,
    claims: Vec<Claim>,
    judgements: Vec<Independence>,
}

impl About {
    fn of(wording: &Wording, observed: bool) -> Self {
        let incident = Incident {
            id: IncidentId([9; 16]),
            version: 1,
            kind: wording.kind.clone(),
            home: wording.home,
            district: "Southwark".into(),
            opened_at: NOW.plus(-HOUR),
            ended: None,
            rung_at: Some(NOW),
            stood_down_at: None,
            live_alerts: 1,
            public: true,
        };
        let claim = Claim {
            id: ClaimId([1; 16]),
            incident: incident.id,
            predicate: "activity".into(),
            value: "going-on".into(),
            range: None,
            source: Source::Observer(ReportId([1; 16])),
            basis: Basis::Saw,
            certainty: Certainty::Observed,
            disputed: false,
            recorded_by: MemberId([1; 16]),
            recorded_at: NOW.plus(-MINUTE),
        };
        let claims = if observed { vec![claim] } else { Vec::new() };
        Self { incident, reports: vec![reported(1, &wording.kind, NOW)], claims, judgements: Vec::new() }
    }

    fn sources<'a>(&'a self, alert: &'a Alert, updates: &'a [Alert]) -> Sources<'a> {
        Sources {
            alert,
            updates,
            incident: &self.incident,
            reports: &self.reports,
            claims: &self.claims,
            judgements: &self.judgements,
            kind: PLAYBOOK.kind(&self.incident.kind),
        }
    }
}

/// Every update of the closed list, five minutes apart, with a renewal in the middle.
fn with_everything_said(first: &mut Alert) -> Vec<Alert> {
    let mut all = Vec::new();
    for (place, update) in updates().into_iter().enumerate() {
        let mut one = alert(update_words(&first.words, update), first.status, first.reach);
        one.id.0[0] = u8::try_from(place).expect("a short list") + 100;
        one.follows = Some(first.id);
        one.rung_at = Some(NOW.plus((i64::try_from(place).expect("a short list") + 1) * 5 * MINUTE));
        all.push(one);
    }
    first.renewed = vec![NOW.plus(12 * MINUTE)];
    all
}

/// The whole chain of one alert as files, each read twice: by a stranger and by ourselves.
fn chain(about: &About, alert: &Alert, updates: &[Alert], expected: &Expected<'_>, seen: &mut Seen) -> Vec<String> {
    let label = PLAYBOOK.kind_label(&about.incident.kind, SOURCE_LANGUAGE);
    let publisher = Publisher { name: "Eastgate neighbours", origin: ORIGIN, kind_label: &label };
    let messages = PublicAlert::of(about.sources(alert, updates)).expect("an alert for everybody").messages(&publisher);
    let mut earlier = Vec::new();
    for (place, message) in messages.iter().enumerate() {
        let file = write(message);
        let named = one_file(&file, place, expected, &earlier, seen);
        assert_eq!(read(file.as_bytes()).as_ref(), Ok(message));
        assert_eq!(beyond_the_schema(message), []);
        earlier.push(named);
    }
    earlier
}

/// The sets of languages: none checked, one, all, and a drill with none and with one.
fn sets() -> Vec<(&'static str, Status, SignOffs)> {
    let all: Vec<&str> = FIXED.iter().map(|texts| texts.language).filter(|language| *language != SOURCE_LANGUAGE).collect();
    vec![
        ("Actual", Status::Actual, checked(&[])),
        ("Actual", Status::Actual, checked(&["es"])),
        ("Actual", Status::Actual, checked(&all)),
        ("Exercise", Status::Exercise, checked(&[])),
        ("Exercise", Status::Exercise, checked(&["ar", "es"])),
    ]
}

fn every_chain(wording: &Wording, number: usize, seen: &mut Seen) {
    let kind = PLAYBOOK.kind(&wording.kind).expect("a kind of the playbook");
    for (status_word, status, sign_offs) in sets() {
        let tongues: Vec<Tongue> = sign_offs.tongues(&PLAYBOOK, status, today());
        let spoken: Words = words(wording, &tongues);
        let mut first = alert(spoken, status, Reach::Public);
        let updates = with_everything_said(&mut first);
        let about = About::of(wording, number.is_multiple_of(2));
        let expected = Expected {
            first: &first.clone(),
            status: status_word,
            tongues: tongues.iter().map(|tongue| (tongue.language.as_str(), tongue.checked)).collect(),
            hazard: kind.hazard.is_some(),
        };
        // Over after everything was said; wrong at once; and nobody ends it.
        first.state = AlertState::StoodDown;
        first.ended_at = Some(NOW.plus(58 * MINUTE));
        let whole = chain(&about, &first, &updates, &expected, seen);
        assert_eq!(whole.len(), 1 + updates.len() + 1 + 1);
        first.renewed.clear();
        first.state = AlertState::Cancelled;
        first.ended_at = Some(NOW.plus(2 * MINUTE));
        let wrong = chain(&about, &first, &[], &expected, seen);
        assert!(wrong.len() == 2 && wrong[0] == whole[0]);
    }
    seen.kinds.insert(wording.kind.clone());
}

// PROMISE only-checked-words-go-live
#[test]
fn every_message_the_system_can_make_is_a_good_cap_file_with_the_same_facts_in_every_language() {
    let mut seen = Seen::default();
    for (number, wording) in every_wording().iter().enumerate() {
        if wording.reach == Reach::Public {
            every_chain(wording, number, &mut seen);
            continue;
        }
        // Whom else an alert is for has no file, in whatever language.
        let first = alert(words(wording, &[]), Status::Actual, wording.reach);
        let about = About::of(wording, true);
        assert_eq!(PublicAlert::of(about.sources(&first, &[])).map(|_| ()).unwrap_err(), NoCap::NotForEverybody);
        seen.refused += 1;
    }
    println!(
        "{} files with {} blocks in {} languages and {} references; {:?}; kinds {:?}; longest {:?}; {} alerts have no file",
        seen.files,
        seen.blocks,
        seen.languages.len(),
        seen.references,
        seen.messages,
        seen.kinds,
        seen.longest,
        seen.refused
    );
    assert_eq!(seen.languages.len(), FIXED.len(), "every language was read");
    let public: BTreeSet<String> = PLAYBOOK
        .kinds()
        .iter()
        .filter(|kind| [false, true].iter().any(|home| kind.reach(Reach::Public, *home).is_some()))
        .map(|kind| kind.id.clone())
        .collect();
    assert_eq!(seen.kinds, public, "every kind that may be told to everybody");
    assert_eq!(seen.messages.len(), 4, "a beginning, updates, and both ends");
}

#[test]
fn a_message_type_that_nobody_knows_is_refused_when_it_is_read() {
    let wording = every_wording().into_iter().find(|wording| wording.reach == Reach::Public).expect("a public wording");
    let mut first = alert(words(&wording, &[]), Status::Actual, Reach::Public);
    first.rung_at = Some(NOW);
    let about = About::of(&wording, true);
    let publisher = Publisher { name: "Eastgate neighbours", origin: ORIGIN, kind_label: "Flood" };
    let file = write(&PublicAlert::of(about.sources(&first, &[])).expect("public").newest(&publisher));
    let with = |word: &str| read(file.replacen("<msgType>Alert</msgType>", &format!("<msgType>{word}</msgType>"), 1).as_bytes());
    assert!(with("Alert").is_ok() && with("Update").is_ok() && with("Cancel").is_ok());
    for word in ["Reissue", "alert", "ALERT", "AllClear", "Alert,Cancel", "Alert Cancel", "Аlert", "1"] {
        assert_eq!(with(word), Err(CapRefusal::WordUnknown { element: "msgType", found: word.into() }), "{word}");
    }
    assert!(with("").is_err());
    let without = file.replacen("<msgType>Alert</msgType>", "", 1);
    assert_eq!(read(without.as_bytes()), Err(CapRefusal::Missing { element: "msgType", inside: "alert" }));
    let twice = file.replacen("<msgType>Alert</msgType>", "<msgType>Alert</msgType><msgType>Cancel</msgType>", 1);
    assert!(read(twice.as_bytes()).is_err());
}
