//! What holds of a reading, sentence by sentence, and of any text at all.

use super::*;
use crate::gazetteer::{NamedPlace, PlaceKind};
use proptest::prelude::*;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn reads(text: &str, dateline: &str) -> Reading {
    let dateline = (!dateline.is_empty()).then(|| day(dateline));
    read(text, &Hints { dateline, ..Hints::default() }).unwrap()
}

fn days(text: &str, dateline: &str) -> Vec<(String, Option<String>, Rule)> {
    let day = |one: Finding| if let Value::Day { edtf, words } = one.value { Some((words, edtf, one.rule)) } else { None };
    reads(text, dateline).findings.into_iter().filter_map(day).collect()
}

fn one_day(text: &str, dateline: &str) -> (String, Option<String>, Rule) {
    let mut found = days(text, dateline);
    assert_eq!(found.len(), 1, "{text}: {found:?}");
    found.remove(0)
}

fn quotes(text: &str) -> Vec<(String, Option<String>, Rule)> {
    let quote = |one: Finding| if let Value::Quote { words, speaker, .. } = one.value { Some((words, speaker, one.rule)) } else { None };
    reads(text, "").findings.into_iter().filter_map(quote).collect()
}

/// What is counted, from and to how many, whether about, and in which words.
type Number = (Counted, Option<u32>, Option<u32>, bool, String);

fn counts(text: &str) -> Vec<Number> {
    let count =
        |one: Finding| if let Value::Count { of, low, high, near, words } = one.value { Some((of, low, high, near, words)) } else { None };
    reads(text, "").findings.into_iter().filter_map(count).collect()
}

fn named(text: &str, field: Field) -> Vec<String> {
    let places = [("Rye Lane", PlaceKind::Street), ("Peckham", PlaceKind::District), ("Moore", PlaceKind::District)].map(|(name, kind)| {
        NamedPlace { name: name.to_owned(), kind, point: Point::new(51_470_000, -69_000).unwrap(), near: String::new() }
    });
    let places = Gazetteer::new(places);
    let reading = read(text, &Hints { places: Some(&places), ..Hints::default() }).unwrap();
    reading.findings.iter().filter(|one| one.field == field).map(|one| text[one.bytes.clone()].to_owned()).collect()
}

fn sentences(text: &str) -> Vec<String> {
    reads(text, "").sentences.iter().map(|one| text[one.bytes.clone()].to_owned()).collect()
}

#[test]
fn what_is_empty_or_longer_than_can_be_read_is_refused() {
    assert_eq!(read(" \n…", &Hints::default()), Err(ReadingRefusal::Empty));
    assert_eq!(read(&"a ".repeat(TEXT_BYTES_MAX / 2 + 1), &Hints::default()), Err(ReadingRefusal::TooLong));
    assert!(read(&"a ".repeat(TEXT_BYTES_MAX / 2), &Hints::default()).is_ok());
}

#[test]
fn a_point_behind_a_title_an_initial_or_a_state_ends_no_sentence() {
    for (text, count) in [
        ("Mr. A. S. Gray read it. Nobody spoke.", 2),
        ("It was 11:30 a.m. on Sunday. The march began.", 2),
        ("It ended at 5 p.m. The crowd left.", 2),
        ("They met in Jackson, Miss., on Sunday.", 1),
        ("He asked why. \"Because.\" That was all.", 3),
        ("\"Get out! Go!\" Smith said. He left.", 2),
        ("“Whose streets? Our streets!” echoed through the estate.", 1),
        ("No. 5 was empty. No. That was wrong.", 3),
    ] {
        assert_eq!(sentences(text).len(), count, "{:?}", sentences(text));
    }
}

#[test]
fn lines_that_were_only_wrapped_and_words_that_were_cut_are_whole_again() {
    let text = "It goes without saying that the fierce\nfight is getting hotter and the demon-\nstration was seen by two hundred per-\nsons who had come to the city by\ntrain.";
    assert_eq!(sentences(text).len(), 1);
    assert_eq!(counts(text), [(Counted::People, Some(200), Some(200), false, "two hundred persons".into())]);
    assert_eq!(sentences("First paragraph.\nSecond paragraph.").len(), 2);
}

#[test]
fn days_are_resolved_by_a_rule_that_is_kept() {
    for (text, dateline, words, edtf, rule) in [
        ("It was on Saturday, 13 May 2017.", "", "Saturday, 13 May 2017", Some("2017-05-13"), Rule::SaidInFull),
        ("It took place on May 13th.", "2017-05-16", "May 13th", Some("2017-05-13"), Rule::YearOfTheDateline),
        ("It took place on December 30.", "2017-01-03", "December 30", Some("2016-12-30"), Rule::YearOfTheDateline),
        ("It took place on May 13th.", "", "May 13th", None, Rule::NothingToCountFrom),
        ("It was last Saturday.", "2017-05-20", "last Saturday", Some("2017-05-13"), Rule::WeekdayBeforeTheDateline),
        ("It was last Saturday.", "", "last Saturday", None, Rule::NothingToCountFrom),
        ("They met on Saturday afternoon.", "2017-05-20", "Saturday afternoon", Some("2017-05-20"), Rule::WeekdayUpToTheDateline),
        ("They will meet on Saturday.", "2017-05-19", "Saturday", Some("2017-05-20"), Rule::WeekdayAfterTheDateline),
        ("It was yesterday.", "2017-03-01", "yesterday", Some("2017-02-28"), Rule::CountedFromTheDateline),
        ("It was three days ago.", "2017-05-16", "three days ago", Some("2017-05-13"), Rule::CountedFromTheDateline),
        ("On Sunday 13 May 2017 they came.", "", "Sunday 13 May 2017", None, Rule::NoDay),
        ("On 31 June 2017 they came.", "", "31 June 2017", None, Rule::NoDay),
        ("It was on 5/6/2017.", "2017-07-01", "5/6/2017", None, Rule::NoDay),
        ("It was on the night of May 29.", "2020-06-22", "the night of May 29", Some("2020-05-29"), Rule::YearOfTheDateline),
        ("The meetings of May 5 and 6, 1919 were long.", "", "May 5 and 6, 1919", Some("1919-05-05/1919-05-06"), Rule::SaidInFull),
        ("It happened last weekend.", "2017-05-17", "last weekend", Some("2017-05-13/2017-05-14"), Rule::CountedFromTheDateline),
        ("It happened in 2013.", "", "2013", Some("2013"), Rule::SaidInFull),
    ] {
        assert_eq!(one_day(text, dateline), (words.to_owned(), edtf.map(str::to_owned), rule), "{text}");
    }
}

#[test]
fn the_following_day_counts_from_the_day_said_before() {
    let found = days("It began on 29 May 2020. The following night more came. Two days later it was over.", "");
    let days: Vec<Option<&str>> = found.iter().map(|(_, edtf, _)| edtf.as_deref()).collect();
    assert_eq!(days, [Some("2020-05-29"), Some("2020-05-30"), Some("2020-06-01")]);
    assert!(found[1..].iter().all(|(.., rule)| *rule == Rule::CountedFromTheDayBefore));
    // Behind words that resolve to no day there is nothing to count from.
    assert_eq!(days_of("It began on May 13th. On that date they came.", ""), [None, None]);
}

fn days_of(text: &str, dateline: &str) -> Vec<Option<String>> {
    days(text, dateline).into_iter().map(|(_, edtf, _)| edtf).collect()
}

#[test]
fn an_item_counts_from_its_own_dateline() {
    let text = "LONDON, May 3.—It was seen yesterday.\n\nHOUSTON, Tex., April 12.—It was heard yesterday.";
    assert_eq!(days_of(text, "1916-05-06"), ["1916-05-03", "1916-05-02", "1916-04-12", "1916-04-11"].map(|day| Some(day.to_owned())));
    let reading = reads("Published 16 May 2017\n\nIt happened on Saturday.", "");
    assert_eq!(reading.datelines, [Dateline { from: 0, day: day("2017-05-16"), read: true }]);
    assert_eq!(days_of("Published 16 May 2017\n\nIt happened on Saturday.", "").last(), Some(&Some("2017-05-13".to_owned())));
}

#[test]
fn may_and_march_are_months_only_where_they_are() {
    for text in ["They may march 5 times.", "The March was long.", "May they rest.", "Hands up, 5 may come.", "A Trump 2020 flag."] {
        assert_eq!(days(text, "2017-05-16"), [], "{text}");
    }
}

#[test]
fn whoever_speaks_is_named_before_behind_or_between_the_words() {
    let of = |words: &str, speaker: &str, rule| (words.to_owned(), Some(speaker.to_owned()), rule);
    assert_eq!(quotes("Amina said: “We were not told.”"), [of("We were not told.", "Amina", Rule::SpeakerBefore)]);
    assert_eq!(
        quotes("“We were not told,” said a spokesperson for the Home Office."),
        [of("We were not told,", "a spokesperson for the Home Office", Rule::SpeakerAfter)]
    );
    let split = quotes("\"What we need is time,\" Amina told reporters, \"and we have none of it.\"");
    assert_eq!(split.iter().map(|(_, speaker, _)| speaker.as_deref()).collect::<Vec<_>>(), [Some("Amina"), Some("Amina")]);
    let on = quotes("Amina said: “We were not told.\n\n“Nobody asked us either.”");
    assert_eq!(on[1], of("Nobody asked us either.", "Amina", Rule::SpeakerContinues));
    assert_eq!(quotes("A sign read. “Nobody is illegal.”"), [("Nobody is illegal.".to_owned(), None, Rule::SpeakerNotNamed)]);
    assert_eq!(quotes("The so-called ‘hostile environment’ and the “big four” go on."), []);
}

#[test]
fn what_the_desk_offers_of_a_short_article_is_found() {
    let text = "About 40 people met in Rye Lane last Saturday. Three men were arrested.\n\n“We were not told of it,” said a spokesperson for the council.\n\nNobody else wrote down the words lantern herring anywhere.";
    for text in [text.to_owned(), text.replace("in Rye Lane", "at the library")] {
        let reading = reads(&text, "2017-05-16");
        let says =
            |field| -> Vec<&str> { reading.findings.iter().filter(|one| one.field == field).map(|one| &text[one.bytes.clone()]).collect() };
        assert_eq!(says(Field::Count), ["About 40 people", "Three men"]);
        assert_eq!(says(Field::Day), ["last Saturday"]);
        assert_eq!(
            quotes(&text),
            [("We were not told of it,".to_owned(), Some("a spokesperson for the council".to_owned()), Rule::SpeakerAfter)]
        );
        assert!(says(Field::Source).is_empty(), "who speaks beside a quotation is found with it");
        assert!(reading.findings.iter().all(|one| one.sentence < 3), "nothing is read into the last sentence");
    }
}

#[test]
fn a_pronoun_and_a_second_verb_speak_for_whoever_was_named() {
    let speakers = |text: &str| quotes(text).into_iter().map(|(_, speaker, _)| speaker.unwrap_or_default()).collect::<Vec<_>>();
    assert_eq!(speakers("Amina Khan came down at noon. “We were not told,” she said."), ["Amina Khan"]);
    assert_eq!(
        speakers("The mayor called the visit “shocking” and stated “Nobody should be taken like that.”"),
        ["The mayor", "The mayor"]
    );
    assert_eq!(speakers("On June 9 the tenants of the block left the hall, saying “nobody asked us.”"), ["the tenants of the block"]);
    assert_eq!(speakers("The chair introduced Dr. Amina Khan. She said: “We were not told.”"), ["Dr. Amina Khan"]);
    assert_eq!(speakers("Sami Noor, who lives next door, told reporters: “We were not told.”"), ["Sami Noor"]);
    assert_eq!(speakers("“Shame on you,” was chanted by the crowd."), ["the crowd"]);
    assert_eq!(speakers("Then it went on.\n\nMr. Noor:\n\n“We were not told about it.”"), ["Mr. Noor"]);
    // Nobody who could be meant is named, so the pronoun stays.
    assert_eq!(speakers("“We were not told,” she said."), ["she"]);
    // Nobody said it: it was said of them.
    assert_eq!(speakers("The council is said to have asked for it. A sign stood there: “Nobody is illegal.”"), [""]);
}

#[test]
fn a_quotation_goes_on_over_paragraphs_headings_and_marks_inside_it() {
    let text =
        "Amina said: “We were not told about any of this before it happened.”\n\nA HEADING\n\n“Nobody asked us either, and nobody will.”";
    assert_eq!(quotes(text).iter().map(|(_, speaker, _)| speaker.as_deref()).collect::<Vec<_>>(), [Some("Amina"), Some("Amina")]);
    let text = "\"They call it a \"visit\" here, and we call it a raid,\" said Amina.";
    assert_eq!(quotes(text).len(), 1, "{:?}", quotes(text));
    let torn = "\"Nobody told us before they came to our doors. A HEADING \"And nobody has told us since.";
    assert_eq!(quotes(torn).len(), 2, "{:?}", quotes(torn));
}

#[test]
fn numbers_count_what_stands_behind_them_and_what_became_of_it() {
    let one = |text: &str| counts(text);
    let exact = |of, number, words: &str| vec![(of, Some(number), Some(number), false, words.to_owned())];
    assert_eq!(one("Eight people were arrested."), exact(Counted::Arrests, 8, "Eight people"));
    assert_eq!(one("Police arrested 12 people."), exact(Counted::Arrests, 12, "12 people"));
    assert_eq!(one("No arrests were made."), exact(Counted::Arrests, 0, "No arrests"));
    assert_eq!(one("One woman was injured."), exact(Counted::Injured, 1, "One woman"));
    assert_eq!(one("One woman spoke."), []);
    assert_eq!(one("They came in two vans."), exact(Counted::Vehicles, 2, "two vans"));
    assert_eq!(one("Officers visited two shops."), exact(Counted::Premises, 2, "two shops"));
    assert_eq!(one("About 200 people came."), [(Counted::People, Some(200), Some(200), true, "About 200 people".into())]);
    assert_eq!(
        one("At least six immigration officers came."),
        [(Counted::Officers, Some(6), None, false, "At least six immigration officers".into())]
    );
    assert_eq!(one("Up to 50 people came."), [(Counted::People, None, Some(50), false, "Up to 50 people".into())]);
    assert_eq!(one("300 to 500 people marched."), [(Counted::People, Some(300), Some(500), false, "300 to 500 people".into())]);
    assert_eq!(one("Dozens of protesters came."), [(Counted::People, None, None, false, "Dozens of protesters".into())]);
    for text in [
        "It cost $200,000 and 3 percent.",
        "On May 30 at 3:00 a.m. it ended.",
        "A 22-year-old came.",
        "It was seen in 2013 and 2014.",
        "It lasted 20 minutes.[3]",
    ] {
        assert_eq!(one(text), [], "{text}");
    }
}

#[test]
fn places_are_known_ones_streets_and_towns_before_their_state() {
    assert_eq!(named("Officers came to Rye Lane, Peckham, at noon.", Field::Place), ["Rye Lane, Peckham"]);
    assert_eq!(named("They met at Jefferson avenue and Market street.", Field::Place), ["Jefferson avenue and Market street"]);
    assert_eq!(named("They marched along Elm Street to Veterans Park.", Field::Place), ["Elm Street", "Veterans Park"]);
    assert_eq!(named("HOUSTON, Tex., May 12.—Two men fought.", Field::Place), ["HOUSTON, Tex."]);
    assert_eq!(named("Mr. Moore left Texas for England.", Field::Place), [] as [&str; 0]);
    // A house number stays where it is: the record never holds one.
    assert_eq!(named("He lives at 45 Woodland Avenue.", Field::Place), ["Woodland Avenue"]);
}

#[test]
fn bodies_are_found_by_name_and_bare_officers_once() {
    assert_eq!(named("The Home Office wrote to the Anti-Raids Network.", Field::Agency), ["Home Office", "Anti-Raids Network"]);
    assert_eq!(
        named("Davenport police came. The National Association for the Advancement of Colored People wrote.", Field::Agency),
        ["Davenport police", "National Association for the Advancement of Colored People"]
    );
    assert_eq!(named("Then police came. More police followed.", Field::Agency), ["police"]);
    assert_eq!(
        named("The Davenport Police Department and National Guard came.", Field::Agency),
        ["Davenport Police Department", "National Guard"]
    );
    assert_eq!(named("Two NYPD vans came.", Field::Agency), ["NYPD"]);
    assert_eq!(named("The ACLU came at 5 PM CDT.", Field::Agency), ["ACLU"]);
    assert_eq!(named("They stood outside the Department of Public Safety.", Field::Agency), [] as [&str; 0]);
    let choice = |text: &str| match &reads(text, "").findings.iter().find(|one| one.field == Field::Agency).unwrap().value {
        Value::Agency { choice, .. } => *choice,
        other => panic!("{other:?}"),
    };
    assert_eq!(choice("Home Office Immigration Enforcement came."), "immigration-enforcement");
    assert_eq!(choice("Southwark Council came."), "council");
}

#[test]
fn sources_are_named_by_the_text_and_never_by_a_pronoun() {
    assert_eq!(named("According to the Daily Mirror, it rained.", Field::Source), ["the Daily Mirror"]);
    assert_eq!(named("The mayor said that it rained. He said that it stopped.", Field::Source), ["The mayor"]);
    assert_eq!(named("Shaky footage shows two men.", Field::Source), ["Shaky footage"]);
    assert_eq!(named("The visit, the officers said, was over.", Field::Source), ["the officers"]);
    assert_eq!(named("According to a statement by the Anti-Raids Network, it rained.", Field::Source), ["the Anti-Raids Network"]);
    assert_eq!(named("It is claimed by the residents that it rained.", Field::Source), ["the residents"]);
    assert_eq!(named("The council issued a short statement.", Field::Source), ["The council"]);
    assert_eq!(named("Amina Khan indicated that it rained.", Field::Source), ["Amina Khan"]);
    assert_eq!(named("It is said that it rained.", Field::Source), [] as [&str; 0]);
}

#[test]
fn endings_are_what_happened_and_not_what_is_asked_for() {
    assert_eq!(named("The man was released on bail.", Field::Outcome), ["The man was released on bail"]);
    assert_eq!(named("No arrests were made at the second shop.", Field::Outcome), ["No arrests were made at the second shop"]);
    assert_eq!(named("The firm fired the driver.", Field::Outcome), ["The firm fired the driver"]);
    for (text, ending) in [
        ("No further action was taken against them.", Ending::Release),
        ("The man was bailed until May.", Ending::Release),
        ("The vans left without anybody.", Ending::Dispersal),
        ("She was removed from the country.", Ending::Removal),
        ("Their request was refused.", Ending::Decision),
        ("One man was shot and killed.", Ending::Death),
    ] {
        let found = reads(text, "").findings.into_iter().find(|one| one.field == Field::Outcome);
        assert!(matches!(found.map(|one| one.value), Some(Value::Outcome { ending: is, .. }) if is == ending), "{text}");
    }
    for text in [
        "They demand that he be released.",
        "He will be charged with it.",
        "The city released a statement.",
        "Officers fired tear gas at them.",
        "Police fired rubber bullets.",
    ] {
        assert_eq!(named(text, Field::Outcome), [] as [&str; 0], "{text}");
    }
}

#[test]
fn a_text_that_changes_itself_says_so() {
    let changes = |text: &str| -> Vec<ChangeWord> {
        reads(text, "")
            .findings
            .into_iter()
            .filter_map(|one| if let Value::Change(change) = one.value { Some(change) } else { None })
            .collect()
    };
    assert_eq!(changes("UPDATE: It has been confirmed, and in fact took place on May 13th."), [ChangeWord::Update, ChangeWord::Correction]);
    assert_eq!(changes("This article was amended on 3 May 2017."), [ChangeWord::Correction]);
    assert_eq!(changes("The update of the plan was delayed."), []);
}

#[test]
fn boilerplate_doubles_and_captions_are_set_apart_and_nothing_is_found_in_them() {
    let telling = "On 13 May 2017 about forty people stood outside the market and nobody knew why the vans were there.";
    let other = "Nobody answered the question of the neighbours who had come down from their flats in the rain to look.";
    let text = format!("{telling}\n\n{telling}\n\nNobody answers the door\n\n{other}\n\nSubscribe to our newsletter: 5 people wrote it.");
    let reading = reads(&text, "");
    let apart: Vec<Option<Apart>> = reading.sentences.iter().map(|one| one.apart).collect();
    assert_eq!(apart, [None, Some(Apart::Doubled), Some(Apart::Caption), None, Some(Apart::Boilerplate)]);
    assert!(reading.findings.iter().all(|one| reading.sentences[one.sentence].apart.is_none()));
}

#[test]
fn the_head_of_a_printed_page_and_words_of_a_picture_at_the_end_are_set_apart() {
    let telling = "On 13 May 2017 about forty people stood outside the market and nobody knew why the vans were there.";
    let text = format!("THE TOWN CRIER\n\nVOL. IX. NO. 12.\n\n12 PAGES\n\n{telling} Crowd in Rye Lane on June 6");
    let reading = reads(&text, "");
    let apart: Vec<Option<Apart>> = reading.sentences.iter().map(|one| one.apart).collect();
    let head = Some(Apart::Boilerplate);
    assert_eq!(apart.first(), Some(&head), "{apart:?}");
    assert_eq!(apart[apart.len() - 2..], [None, Some(Apart::Caption)]);
    assert_eq!(apart.iter().filter(|one| **one == head).count() + 2, apart.len(), "{apart:?}");
    // A sentence that only lost its point is no caption.
    assert!(reads(&format!("{telling} They marched along Rye Lane"), "").sentences.iter().all(|one| one.apart.is_none()));
}

#[test]
fn a_long_text_of_anything_is_read_in_good_time() {
    // Nothing here looks back further than a bounded stretch: a text ten times as long takes about ten times as long.
    for piece in
        ["\"a\" ", "“a. ", "Amina, ", "5 ", "(a ", "May ", "said ", "A of ", "'x' ", "a.\n", "\n\n“B ", "No. ", "1,000 people and "]
    {
        let text = piece.repeat(TEXT_BYTES_MAX / piece.len());
        let reading = read(&text, &Hints { dateline: Some(day("2017-05-16")), ..Hints::default() }).unwrap();
        assert!(reading.findings.iter().all(|one| text.is_char_boundary(one.bytes.start) && text.is_char_boundary(one.bytes.end)));
    }
}

fn holds(text: &str, dateline: Option<Date>) {
    let hints = Hints { dateline, ..Hints::default() };
    let Ok(reading) = read(text, &hints) else { return };
    assert_eq!(read(text, &hints).unwrap(), reading, "the same text reads the same");
    let mut end = 0;
    for sentence in &reading.sentences {
        assert!(text.is_char_boundary(sentence.bytes.start) && text.is_char_boundary(sentence.bytes.end));
        assert!(end <= sentence.bytes.start && sentence.bytes.start < sentence.bytes.end);
        assert!(text[end..sentence.bytes.start].chars().all(char::is_whitespace), "no word is left out");
        end = sentence.bytes.end;
    }
    assert!(text[end..].chars().all(char::is_whitespace));
    for one in &reading.findings {
        let sentence = &reading.sentences[one.sentence];
        assert!(sentence.apart.is_none());
        assert!(sentence.bytes.start <= one.bytes.start && one.bytes.end <= sentence.bytes.end && !one.bytes.is_empty());
        assert!(text.is_char_boundary(one.bytes.start) && text.is_char_boundary(one.bytes.end));
        match &one.value {
            Value::Day { edtf: Some(edtf), .. } => {
                assert!(crate::span::Span::parse(edtf).is_ok(), "{edtf}");
            }
            Value::Count { low: Some(low), high: Some(high), .. } => assert!(low <= high),
            Value::Quote { speaker_bytes: Some(bytes), .. } => assert!(text.get(bytes.clone()).is_some()),
            _ => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_written_every_finding_lies_in_its_sentence(text in "\\PC{0,200}|(\\PC|\\s){0,200}") {
        holds(&text, None);
    }

    #[test]
    fn whatever_a_press_text_is_made_of_every_finding_lies_in_its_sentence(
        parts in proptest::collection::vec(proptest::sample::select(vec![
            "Amina ", "said ", "“", "”", "\"", "‘", "’", "'", ". ", ", ", ": ", "\n", "\n\n", "May ", "13th ", "13 ", "2017 ", "Saturday ", "last ", "night ", "of ", "the ",
            "about ", "two ", "hundred ", "people ", "were ", "arrested ", "per-\n", "sons ", "Rye ", "Lane ", "Peckham ", "Ala.", "—", "Home ", "Office ", "police ", "UPDATE: ",
            "according ", "to ", "footage ", "released ", "and ", "é", "\u{301}", "\u{a0}", "$", "1,000", "-", "–", "3:00 ", "a.m. ", "yesterday ", "following ", "day ", "who ",
            "Mr. ", "J. ", "no ", "arrests ", "(", ")", "[3]", "0", "99999999999 ", "dozens ", "years ", "ago ", "Dec. ", "31 ", "next ",
        ]), 0..60),
        dated in proptest::option::of((-9_998_i16..=9_998, 1_i8..=12, 1_i8..=28)),
    ) {
        let dateline = dated.and_then(|(year, month, day)| Date::new(year, month, day).ok());
        holds(&parts.concat(), dateline);
    }
}
