//! Loading: texts become a playbook, or a refusal that says what to change.
//!
//! The order is: which files are there, their shape, the floor, the words, and last the guard over every
//! message and over every sentence each template can make. One wrong key refuses the whole.

use std::collections::{BTreeMap, BTreeSet};

use super::card::{self, Card, Surroundings};
use super::card_words::card_words;
use super::checked::{SOURCE_LANGUAGE, WordsCheck, words_hash};
use super::fixed::fixed_texts;
use super::floor::{self, Reach};
use super::kind::{FieldRole, Kind, PublicFrom, ReachRule, SlotKind};
use super::predicate::{Predicate, ValueType};
use super::refusal::PlaybookRefusal;
use super::render::{PARTS, put_into_words, template_message};
use super::script::Script;
use super::script_load::{self, INTAKE_FILE};
use super::sign_off::WrittenWordsCheck;
use super::slots::CountBand;
use super::strict_toml;
use super::words::Words;
use super::written::{WrittenKind, WrittenPlaybook, WrittenPredicates, WrittenQueue, WrittenReach};
use super::{Folder, Playbook, folder_hash, predicate_message};
use crate::area::is_id;
use crate::desk::ageing::{Ageing, LATE_MINUTES_MAX, LOOK_NOW_MINUTES_MAX};
use crate::desk::incident::Ending;
use crate::guard;
use crate::record::outcome::Slot;

const PLAYBOOK_FILE: &str = "playbook.toml";
const PREDICATES_FILE: &str = "predicates.toml";
/// The most characters a playbook's name may have.
const NAME_CHARACTERS_MAX: usize = 80;
/// The most kinds, and activities or agencies of a kind, and predicates: what fits a form on a phone.
const CHOICES_MAX: usize = 32;
/// The most characters a finished title or headline may have, so that a lock screen shows it whole.
const LINE_CHARACTERS_MAX: usize = 120;
/// The most characters a finished body may have; a Web Push message holds under 4,000 bytes.
const BODY_CHARACTERS_MAX: usize = 400;
/// An area's name when templates are tried out.
const SAMPLE_AREA: &str = "Northmarsh";
/// A junction when templates are tried out.
const SAMPLE_SPOT: &str = "Mill Walk and Heron Row";
/// A time when templates are tried out.
const SAMPLE_TIME: &str = "14:05";

pub(super) fn load(folder: &Folder) -> Result<Playbook, PlaybookRefusal> {
    let head: WrittenPlaybook = strict_toml::parse(PLAYBOOK_FILE, file(folder, PLAYBOOK_FILE)?)?;
    check_head(&head)?;
    let ageing = ageing(&head.queue)?;
    refuse_unknown_files(folder, &head)?;

    let predicates = predicates(file(folder, PREDICATES_FILE)?)?;
    let mut kinds = Vec::with_capacity(head.kinds.len());
    for id in &head.kinds {
        let name = format!("kinds/{id}.toml");
        kinds.push(kind(id, &name, strict_toml::parse(&name, file(folder, &name)?)?)?);
    }

    let script = script_load::script(file(folder, INTAKE_FILE)?, &kinds, &predicates)?;

    let around = Surroundings { languages: &head.languages, kinds: &head.kinds };
    let mut cards: Vec<Card> = Vec::with_capacity(head.cards.len());
    for id in &head.cards {
        let name = format!("cards/{id}.toml");
        cards.push(card::load(id, &name, file(folder, &name)?, &around)?);
    }

    let wanted_by_alerts = wanted_by_alerts(&kinds);
    let wanted = wanted_messages(&wanted_by_alerts, &predicates, &script);
    let mut words: BTreeMap<String, Words> = BTreeMap::new();
    for language in head.alert_languages() {
        let name = format!("words/{language}.ftl");
        let spoken = Words::parse(language, file(folder, &name)?).map_err(|why| PlaybookRefusal::BadWords { file: name.clone(), why })?;
        // A language in which only alerts speak has no more messages than these.
        let whole = head.languages.contains(language);
        let wanted = if whole { &wanted } else { &wanted_by_alerts };
        check_messages(&name, &spoken, wanted)?;
        check_labels(&name, language, &spoken, wanted)?;
        if whole {
            check_script(&name, language, &spoken, &script)?;
        }
        if let Some(source) = words.get(SOURCE_LANGUAGE) {
            check_same_slots(&name, &spoken, source, &wanted_by_alerts)?;
        }
        for kind in &kinds {
            check_templates(&name, language, kind, &spoken)?;
        }
        words.insert(language.clone(), spoken);
    }
    let messages: Vec<&str> = wanted_by_alerts.keys().map(String::as_str).collect();
    let fixed = |language: &str| fixed_texts(language).expect("the language was checked with the head");
    let source = (&words[SOURCE_LANGUAGE], fixed(SOURCE_LANGUAGE));
    let words_hashes = words.iter().map(|(language, spoken)| {
        let hash = words_hash(&messages, source, (spoken, fixed(language)));
        (language.clone(), hash)
    });
    let words_hashes = words_hashes.collect();
    Ok(Playbook {
        alert_languages: head.alert_languages().cloned().collect(),
        words_checks: words_checks(head.words_check)?,
        words_hashes,
        id: head.id,
        name: head.name,
        zone: head.zone,
        ageing,
        languages: head.languages,
        kinds,
        predicates,
        script,
        cards,
        words,
        hash: folder_hash(folder),
    })
}

fn file<'a>(folder: &'a Folder, name: &str) -> Result<&'a str, PlaybookRefusal> {
    folder.get(name).map(String::as_str).ok_or_else(|| PlaybookRefusal::FileMissing { file: name.to_owned() })
}

pub(super) fn bad(file: &str, key: &str, why: impl Into<String>) -> PlaybookRefusal {
    PlaybookRefusal::BadValue { file: file.to_owned(), key: key.to_owned(), why: why.into() }
}

pub(super) fn loosens(file: &str, key: &str, why: impl Into<String>) -> PlaybookRefusal {
    PlaybookRefusal::Loosens { file: file.to_owned(), key: key.to_owned(), why: why.into() }
}

fn check_head(head: &WrittenPlaybook) -> Result<(), PlaybookRefusal> {
    if !is_id(&head.id) {
        return Err(bad(PLAYBOOK_FILE, "id", "an id is 1 to 40 lower-case letters, digits and hyphens"));
    }
    if head.name.trim().is_empty() || head.name.chars().count() > NAME_CHARACTERS_MAX || head.name.chars().any(char::is_control) {
        return Err(bad(PLAYBOOK_FILE, "name", format!("a name is 1 to {NAME_CHARACTERS_MAX} plain characters")));
    }
    if jiff::tz::TimeZone::get(&head.zone).is_err() {
        return Err(bad(PLAYBOOK_FILE, "zone", "this is no IANA time zone such as Europe/London"));
    }
    check_ids(PLAYBOOK_FILE, "kinds", &head.kinds, 1)?;
    check_ids(PLAYBOOK_FILE, "cards", &head.cards, 0)?;
    if head.languages.is_empty() {
        return Err(bad(PLAYBOOK_FILE, "languages", "at least one language is needed"));
    }
    if head.languages[0] != SOURCE_LANGUAGE {
        return Err(bad(PLAYBOOK_FILE, "languages", "English comes first: every translation is checked against it"));
    }
    for (position, language) in head.alert_languages().enumerate() {
        if head.alert_languages().take(position).any(|before| before == language) {
            return Err(bad(PLAYBOOK_FILE, "languages", format!("`{language}` is there twice")));
        }
        if fixed_texts(language).is_none() || !guard::LANGUAGES.contains(&language.as_str()) {
            return Err(PlaybookRefusal::LanguageWithoutConduct { language: language.clone() });
        }
    }
    if let Some(language) = head.languages.iter().find(|language| card_words(language).is_none()) {
        let why = format!("there are no words around a rights card in `{language}`; it can stand in `alerts_also_in`");
        return Err(bad(PLAYBOOK_FILE, "languages", why));
    }
    for language in head.alert_languages() {
        guarded(PLAYBOOK_FILE, "name", &head.name, language)?;
    }
    Ok(())
}

/// The queue's steps may come sooner than the floor, never later.
fn ageing(written: &WrittenQueue) -> Result<Ageing, PlaybookRefusal> {
    let default = Ageing::default();
    let look_now_minutes = written.look_now_minutes.unwrap_or(default.look_now_minutes);
    let late_minutes = written.late_minutes.unwrap_or(default.late_minutes);
    if look_now_minutes > LOOK_NOW_MINUTES_MAX {
        return Err(loosens(PLAYBOOK_FILE, "queue.look_now_minutes", format!("at most {LOOK_NOW_MINUTES_MAX}")));
    }
    if late_minutes > LATE_MINUTES_MAX {
        return Err(loosens(PLAYBOOK_FILE, "queue.late_minutes", format!("at most {LATE_MINUTES_MAX}")));
    }
    if look_now_minutes == 0 || late_minutes <= look_now_minutes {
        return Err(bad(PLAYBOOK_FILE, "queue.late_minutes", "late comes after look now, which is at least 1"));
    }
    Ok(Ageing { look_now_minutes, late_minutes })
}

fn check_ids(file: &str, key: &str, ids: &[String], least: usize) -> Result<(), PlaybookRefusal> {
    if ids.len() < least || ids.len() > CHOICES_MAX {
        return Err(bad(file, key, format!("{least} to {CHOICES_MAX} are allowed")));
    }
    for (position, id) in ids.iter().enumerate() {
        if !is_id(id) {
            return Err(bad(file, key, format!("`{id}` is not 1 to 40 lower-case letters, digits and hyphens")));
        }
        if ids[..position].contains(id) {
            return Err(bad(file, key, format!("`{id}` is there twice")));
        }
    }
    Ok(())
}

fn refuse_unknown_files(folder: &Folder, head: &WrittenPlaybook) -> Result<(), PlaybookRefusal> {
    let mut known: BTreeSet<String> = BTreeSet::from([PLAYBOOK_FILE.to_owned(), PREDICATES_FILE.to_owned(), INTAKE_FILE.to_owned()]);
    known.extend(head.kinds.iter().map(|id| format!("kinds/{id}.toml")));
    known.extend(head.cards.iter().map(|id| format!("cards/{id}.toml")));
    known.extend(head.alert_languages().map(|language| format!("words/{language}.ftl")));
    match folder.keys().find(|name| !known.contains(*name)) {
        None => Ok(()),
        Some(name) => {
            Err(PlaybookRefusal::UnknownFile { file: name.clone(), nearest: strict_toml::nearest(name, known.iter().map(String::as_str)) })
        }
    }
}

fn predicates(text: &str) -> Result<Vec<Predicate>, PlaybookRefusal> {
    let written: WrittenPredicates = strict_toml::parse(PREDICATES_FILE, text)?;
    let mut predicates: Vec<Predicate> = Vec::new();
    let mut messages = BTreeSet::new();
    for one in written.predicate {
        let plain = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        if one.id.len() > 40 || !one.id.split('.').all(plain) {
            return Err(bad(PREDICATES_FILE, &one.id, "a predicate is lower-case words joined by dots"));
        }
        if !messages.insert(predicate_message(&one.id)) {
            return Err(bad(PREDICATES_FILE, &one.id, "there is another predicate of this name"));
        }
        if one.value == ValueType::Choice {
            check_ids(PREDICATES_FILE, &one.id, &one.choices, 2)?;
        } else if !one.choices.is_empty() {
            return Err(bad(PREDICATES_FILE, &one.id, "only a choice has choices"));
        }
        predicates.push(Predicate { id: one.id, value_type: one.value, cardinality: one.cardinality, choices: one.choices });
    }
    if predicates.is_empty() || predicates.len() > CHOICES_MAX {
        return Err(bad(PREDICATES_FILE, "predicate", format!("1 to {CHOICES_MAX} are allowed")));
    }
    Ok(predicates)
}

fn kind(id: &str, file: &str, written: WrittenKind) -> Result<Kind, PlaybookRefusal> {
    check_ids(file, "activities", &written.activities, 1)?;
    check_ids(file, "agencies", &written.agencies, 0)?;
    check_expiry(file, &written)?;
    let hazard = written.hazard.is_some();

    let mut slots = BTreeMap::new();
    for (reach, list) in
        [(Reach::Dispatch, &written.slots.dispatch), (Reach::Neighbours, &written.slots.neighbours), (Reach::Public, &written.slots.public)]
    {
        let Some(list) = list else { continue };
        let key = format!("slots.{}", reach.name());
        let set: BTreeSet<SlotKind> = list.iter().copied().collect();
        if set.len() != list.len() {
            return Err(bad(file, &key, "a slot is there twice"));
        }
        if set.contains(&SlotKind::Spot) && reach != Reach::Dispatch {
            return Err(loosens(file, &key, "only a dispatch may name a junction or landmark"));
        }
        if set.contains(&SlotKind::Agency) && written.agencies.is_empty() {
            return Err(bad(file, &key, "the kind has no agencies to fill `agency` with"));
        }
        slots.insert(reach, set);
    }
    if written.always_home && (written.reach.dispatch.is_some() || written.reach.neighbours.is_some() || written.reach.public.is_some()) {
        return Err(bad(file, "reach", "a kind that is always at home has `home` rules only"));
    }
    let open = reaches(file, "reach", hazard, false, [written.reach.dispatch, written.reach.neighbours, written.reach.public], &slots)?;
    let home = reaches(file, "home", hazard, true, [written.home.dispatch, written.home.neighbours, written.home.public], &slots)?;
    if let Some(reach) = slots.keys().find(|reach| !open.contains_key(reach) && !home.contains_key(reach)) {
        return Err(bad(file, &format!("slots.{}", reach.name()), "this kind has no such reach"));
    }
    let dispatched = open.contains_key(&Reach::Dispatch) || home.contains_key(&Reach::Dispatch);
    let roles_wanted = roles_wanted(file, written.roles_wanted, dispatched)?;
    let check_in_minutes = written.check_in_minutes.unwrap_or(floor::CHECK_IN_MINUTES_DEFAULT);
    if !(floor::CHECK_IN_MINUTES_MIN..=floor::CHECK_IN_MINUTES_MAX).contains(&check_in_minutes) {
        let (least, most) = (floor::CHECK_IN_MINUTES_MIN, floor::CHECK_IN_MINUTES_MAX);
        return Err(loosens(file, "check_in_minutes", format!("whoever is there checks in every {least} to {most} minutes")));
    }
    let outcomes = outcomes(file, written.outcomes)?;
    Ok(Kind {
        id: id.to_owned(),
        hazard: written.hazard,
        always_home: written.always_home,
        hard_to_read: written.hard_to_read,
        activities: written.activities,
        agencies: written.agencies,
        outcomes,
        roles_wanted,
        check_in_minutes,
        expiry_default_minutes: written.expiry.default_minutes,
        expiry_max_minutes: written.expiry.max_minutes,
        cap_category: written.cap_category,
        cap_severity: written.cap_severity,
        open,
        home,
    })
}

/// What a kind that says nothing of outcomes is followed in: what everybody asks first.
const OUTCOMES_DEFAULT: [Slot; 2] = [Slot::People, Slot::Official];

fn outcomes(file: &str, written: Option<Vec<Slot>>) -> Result<Vec<Slot>, PlaybookRefusal> {
    let list = written.unwrap_or_else(|| OUTCOMES_DEFAULT.to_vec());
    let set: BTreeSet<Slot> = list.iter().copied().collect();
    if set.len() != list.len() {
        return Err(bad(file, "outcomes", "a slot is there twice"));
    }
    if set.is_empty() {
        return Err(bad(file, "outcomes", "how it ended is asked in one slot at least"));
    }
    Ok(set.into_iter().collect())
}

fn check_expiry(file: &str, written: &WrittenKind) -> Result<(), PlaybookRefusal> {
    let expiry = &written.expiry;
    if expiry.max_minutes > floor::EXPIRY_MINUTES_MAX {
        let why = format!("an alert lives at most {} minutes", floor::EXPIRY_MINUTES_MAX);
        return Err(loosens(file, "expiry.max_minutes", why));
    }
    if expiry.default_minutes < floor::EXPIRY_MINUTES_MIN || expiry.default_minutes > expiry.max_minutes {
        let why = format!("it lies between {} and `max_minutes`", floor::EXPIRY_MINUTES_MIN);
        return Err(bad(file, "expiry.default_minutes", why));
    }
    Ok(())
}

fn roles_wanted(file: &str, mut wanted: BTreeMap<FieldRole, u8>, dispatched: bool) -> Result<BTreeMap<FieldRole, u8>, PlaybookRefusal> {
    if !dispatched {
        return if wanted.is_empty() { Ok(wanted) } else { Err(bad(file, "roles_wanted", "this kind has no dispatch")) };
    }
    wanted.entry(FieldRole::Observer).or_insert(floor::OBSERVERS_WANTED_DEFAULT);
    for (role, count) in &wanted {
        let key = format!("roles_wanted.{}", role.name());
        if *count > floor::ROLE_WANTED_MAX {
            return Err(loosens(file, &key, format!("a dispatch wants at most {} of a role", floor::ROLE_WANTED_MAX)));
        }
        if *count == 0 {
            return Err(bad(file, &key, "leave out a role that is not wanted"));
        }
        if *role == FieldRole::Observer && count % 2 == 1 {
            return Err(loosens(file, &key, "observers go in pairs, so their number is even"));
        }
    }
    Ok(wanted)
}

fn reaches(
    file: &str,
    table: &str,
    hazard: bool,
    home: bool,
    written: [Option<WrittenReach>; 3],
    slots: &BTreeMap<Reach, BTreeSet<SlotKind>>,
) -> Result<BTreeMap<Reach, ReachRule>, PlaybookRefusal> {
    let mut rules = BTreeMap::new();
    for (reach, written) in Reach::ALL.into_iter().zip(written) {
        let Some(written) = written else { continue };
        let key = |name: &str| format!("{table}.{}.{name}", reach.name());
        let ceiling = floor::precision_max(reach, hazard, home);
        if written.precision > ceiling {
            return Err(loosens(file, &key("precision"), format!("it may be `{}` at the finest", ceiling.name())));
        }
        let approvals = written.approvals.unwrap_or(reach.approvals_min());
        if approvals < reach.approvals_min() {
            return Err(loosens(file, &key("approvals"), format!("at least {} are needed", reach.approvals_min())));
        }
        if approvals > floor::APPROVALS_MAX {
            return Err(bad(file, &key("approvals"), format!("at most {} can be gathered", floor::APPROVALS_MAX)));
        }
        let Some(slots) = slots.get(&reach) else {
            return Err(bad(file, &format!("slots.{}", reach.name()), "a reach needs the list of its template's slots"));
        };
        let from = public_from(file, &key, reach, hazard, home, &written)?;
        let ends = public_ends(file, &key, reach, home, &written)?;
        let (precision, consent) = (written.precision, written.consent);
        rules.insert(reach, ReachRule { precision, approvals, from, consent, ends, slots: slots.clone() });
    }
    Ok(rules)
}

/// Over is public wherever the public reach says so; the other ends only where a kind names them, and never at
/// a home: a door where nothing happened is nobody's business.
fn public_ends(
    file: &str,
    key: &dyn Fn(&str) -> String,
    reach: Reach,
    home: bool,
    written: &WrittenReach,
) -> Result<BTreeSet<Ending>, PlaybookRefusal> {
    let ends: BTreeSet<Ending> = written.ends.iter().copied().collect();
    if !ends.is_empty() && reach != Reach::Public {
        return Err(bad(file, &key("ends"), "`ends` are for `public`"));
    }
    if ends.len() != written.ends.len() || ends.contains(&Ending::Over) {
        return Err(bad(file, &key("ends"), "each of nothing-found, cannot-be-verified and mistaken at most once; over needs no naming"));
    }
    if home && !ends.is_empty() {
        return Err(loosens(file, &key("ends"), "of a home, an end where nothing happened is never public"));
    }
    Ok(ends)
}

fn public_from(
    file: &str,
    key: &dyn Fn(&str) -> String,
    reach: Reach,
    hazard: bool,
    home: bool,
    written: &WrittenReach,
) -> Result<PublicFrom, PlaybookRefusal> {
    let said = usize::from(written.delay_minutes.is_some()) + usize::from(written.at_once) + usize::from(written.after_stand_down);
    if reach != Reach::Public {
        return if said == 0 && !written.consent {
            Ok(PublicFrom::AtOnce)
        } else {
            Err(bad(file, &key("precision"), "`delay_minutes`, `at_once`, `after_stand_down` and `consent` are for `public`"))
        };
    }
    let from = match (said, written.delay_minutes) {
        (1, Some(minutes)) => PublicFrom::Delay { minutes },
        (1, None) if written.at_once => PublicFrom::AtOnce,
        (1, None) => PublicFrom::StandDown,
        _ => {
            let why = "exactly one of `delay_minutes`, `at_once = true` and `after_stand_down = true` is needed";
            return Err(bad(file, &key("delay_minutes"), why));
        }
    };
    match from {
        _ if home && from != PublicFrom::StandDown => {
            Err(loosens(file, &key("after_stand_down"), "a home is public after stand-down only"))
        }
        PublicFrom::AtOnce if !hazard => Err(loosens(file, &key("at_once"), "only a hazard is public at once")),
        PublicFrom::Delay { minutes } if !hazard && minutes < floor::PUBLIC_DELAY_MINUTES_MIN => {
            Err(loosens(file, &key("delay_minutes"), format!("at least {} are needed", floor::PUBLIC_DELAY_MINUTES_MIN)))
        }
        PublicFrom::Delay { minutes } if minutes > floor::PUBLIC_DELAY_MINUTES_MAX => {
            Err(bad(file, &key("delay_minutes"), format!("at most {} make sense", floor::PUBLIC_DELAY_MINUTES_MAX)))
        }
        from => Ok(from),
    }
}

/// A message every language must have, and whether it is a label (no slots) or part of a template.
type WantedMessages = BTreeMap<String, bool>;

/// What an alert can say: the messages that a check of a language is about.
fn wanted_by_alerts(kinds: &[Kind]) -> WantedMessages {
    let mut wanted = WantedMessages::new();
    for kind in kinds {
        wanted.insert(format!("kind-{}", kind.id), true);
        wanted.extend(kind.activities.iter().map(|id| (format!("activity-{id}"), true)));
        wanted.extend(kind.agencies.iter().map(|id| (format!("agency-{id}"), true)));
        for reach in Reach::ALL {
            if kind.open.contains_key(&reach) || kind.home.contains_key(&reach) {
                wanted.extend(PARTS.iter().map(|part| (template_message(&kind.id, reach, part), false)));
            }
        }
    }
    wanted
}

fn wanted_messages(by_alerts: &WantedMessages, predicates: &[Predicate], script: &Script) -> WantedMessages {
    let mut wanted = by_alerts.clone();
    for predicate in predicates {
        wanted.insert(predicate_message(&predicate.id), true);
        let name = predicate.id.replace(['.', '_'], "-");
        wanted.extend(predicate.choices.iter().map(|id| (format!("{name}-{id}"), true)));
    }
    wanted.extend(script_load::messages(script).into_iter().map(|message| (message, true)));
    wanted
}

fn check_messages(file: &str, words: &Words, wanted: &WantedMessages) -> Result<(), PlaybookRefusal> {
    if let Some(message) = words.ids().find(|id| !wanted.contains_key(*id)) {
        return Err(PlaybookRefusal::MessageUnknown {
            file: file.to_owned(),
            message: message.to_owned(),
            nearest: strict_toml::nearest(message, wanted.keys().map(String::as_str)),
        });
    }
    match wanted.keys().find(|id| !words.has(id)) {
        Some(message) => Err(PlaybookRefusal::MessageMissing { file: file.to_owned(), message: message.clone() }),
        None => Ok(()),
    }
}

/// Each part of a template says the same facts in every language: it shows the slots that the English one shows.
fn check_same_slots(file: &str, words: &Words, source: &Words, wanted: &WantedMessages) -> Result<(), PlaybookRefusal> {
    let differs = |message: &&String| words.slots(message) != source.slots(message);
    match wanted.keys().find(differs) {
        None => Ok(()),
        Some(message) => {
            let why = format!("it does not show the slots that the English one shows: {:?}", source.slots(message));
            Err(PlaybookRefusal::BadTemplate { file: file.to_owned(), message: message.clone(), why })
        }
    }
}

fn words_checks(written: Vec<WrittenWordsCheck>) -> Result<Vec<WordsCheck>, PlaybookRefusal> {
    let read = |one: WrittenWordsCheck| one.read().map_err(|(key, why)| bad(PLAYBOOK_FILE, &format!("words_check.{key}"), why));
    written.into_iter().map(read).collect()
}

fn check_labels(file: &str, language: &str, words: &Words, wanted: &WantedMessages) -> Result<(), PlaybookRefusal> {
    for message in wanted.iter().filter(|(_, label)| **label).map(|(message, _)| message) {
        let text = words.format(message, &[]).map_err(|why| PlaybookRefusal::BadTemplate {
            file: file.to_owned(),
            message: message.clone(),
            why,
        })?;
        check_line(file, message, &text, LINE_CHARACTERS_MAX)?;
        guarded(file, message, &text, language)?;
    }
    Ok(())
}

/// A question's words may ask for nothing that would be a person, also where the guard sees nothing wrong.
fn check_script(file: &str, language: &str, words: &Words, script: &Script) -> Result<(), PlaybookRefusal> {
    for message in script_load::messages(script) {
        let text = words.format(&message, &[]).unwrap_or_default();
        script_load::check_text(file, &message, &text, language)?;
    }
    Ok(())
}

fn check_line(file: &str, message: &str, text: &str, characters_max: usize) -> Result<(), PlaybookRefusal> {
    let length = text.chars().count();
    if text.trim().is_empty() || length > characters_max {
        let why = format!("it has {length} characters; 1 to {characters_max} are allowed");
        return Err(PlaybookRefusal::BadTemplate { file: file.to_owned(), message: message.to_owned(), why });
    }
    Ok(())
}

/// Tries every sentence a kind's templates can make and lets the guard look at each.
fn check_templates(file: &str, language: &str, kind: &Kind, words: &Words) -> Result<(), PlaybookRefusal> {
    let fixed = fixed_texts(language).expect("the language was checked with the head");
    for reach in Reach::ALL {
        let Some(rule) = kind.open.get(&reach).or_else(|| kind.home.get(&reach)) else { continue };
        let name_of = |list: &str, id: &String| words.format(&format!("{list}-{id}"), &[]).unwrap_or_default();
        let of = |slot: SlotKind, values: Vec<String>| if rule.slots.contains(&slot) { values } else { vec![String::new()] };
        let activities = of(SlotKind::Activity, kind.activities.iter().map(|id| name_of("activity", id)).collect());
        let agencies = of(SlotKind::Agency, kind.agencies.iter().map(|id| name_of("agency", id)).collect());
        let counts = of(SlotKind::Count, CountBand::ALL.iter().map(|band| fixed.band(*band).to_owned()).collect());
        for activity in &activities {
            for agency in &agencies {
                for count in &counts {
                    let all = [
                        (SlotKind::Area, SAMPLE_AREA),
                        (SlotKind::Spot, SAMPLE_SPOT),
                        (SlotKind::Agency, agency.as_str()),
                        (SlotKind::Activity, activity.as_str()),
                        (SlotKind::Time, SAMPLE_TIME),
                        (SlotKind::Count, count.as_str()),
                    ];
                    let values: Vec<(SlotKind, &str)> = all.into_iter().filter(|(slot, _)| rule.slots.contains(slot)).collect();
                    check_sentence(file, language, kind, reach, &values, words)?;
                }
            }
        }
    }
    Ok(())
}

fn check_sentence(
    file: &str,
    language: &str,
    kind: &Kind,
    reach: Reach,
    values: &[(SlotKind, &str)],
    words: &Words,
) -> Result<(), PlaybookRefusal> {
    let fixed = fixed_texts(language).expect("the language was checked with the head");
    let template = |part: &str| template_message(&kind.id, reach, part);
    let refuse = |message: String, why: String| PlaybookRefusal::BadTemplate { file: file.to_owned(), message, why };
    let named: Vec<(&str, &str)> = values.iter().map(|(slot, value)| (slot.name(), *value)).collect();
    let rendered = put_into_words(kind, reach, &named, words, fixed).map_err(|why| refuse(template("…"), why.to_string()))?;
    for (part, text, characters_max) in [
        (PARTS[0], &rendered.title, LINE_CHARACTERS_MAX),
        (PARTS[1], &rendered.body, BODY_CHARACTERS_MAX),
        (PARTS[2], &rendered.headline, LINE_CHARACTERS_MAX),
    ] {
        check_line(file, &template(part), text, characters_max)?;
        guarded(file, &template(part), text, language)?;
    }
    // A declared slot that no part shows would be asked for and then dropped.
    for (slot, value) in values {
        if ![&rendered.title, &rendered.body, &rendered.headline].iter().any(|text| text.contains(value)) {
            return Err(refuse(template(PARTS[1]), format!("no part shows the slot `{}`", slot.name())));
        }
    }
    Ok(())
}

pub(super) fn guarded(file: &str, key: &str, text: &str, language: &str) -> Result<(), PlaybookRefusal> {
    match guard::check(text, language).first() {
        None => Ok(()),
        Some(flag) => Err(PlaybookRefusal::Guarded {
            file: file.to_owned(),
            key: key.to_owned(),
            rule: flag.rule.name(),
            excerpt: text[flag.excerpt.clone()].to_owned(),
        }),
    }
}
