//! The guard against a seeded corpus of made-up identifiers, plain and disguised, and against clean sentences.

use super::*;

/// A small generator of chance (SplitMix64), so that the corpus is the same on every machine.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }
    fn one_of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }
    fn letters(&mut self, count: usize, from: &str) -> String {
        let from: Vec<char> = from.chars().collect();
        (0..count).map(|_| from[self.below(from.len())]).collect()
    }
    fn digits(&mut self, count: usize) -> String {
        self.letters(count, "0123456789")
    }
}

/// Letters a plate uses.
const PLATE_LETTERS: &str = "ABCDEFGHJKLMNOPRSTUVWXY";
const AREAS: &[&str] = &["SE", "SW", "N", "E", "NW", "B", "M", "LS", "BS", "G", "EH", "CF", "BT", "L"];

const CLASSES: &[&str] = &[
    "plate-current",
    "plate-prefix",
    "plate-suffix",
    "plate-northern-irish",
    "officer",
    "phone-mobile",
    "phone-landline",
    "phone-international",
    "email",
    "handle",
    "url",
    "postcode",
    "house",
    "flat",
    "coordinates",
    "plus-code",
    "insurance",
    "home-office",
    "passport",
];

fn identifier(class: &str, chance: &mut Chance) -> String {
    let number = |chance: &mut Chance, most: usize| (1 + chance.below(most)).to_string();
    match class {
        "plate-current" => {
            let (area, tail) = (chance.letters(2, PLATE_LETTERS), chance.letters(3, "ABCDEFGHJKLMNOPRSTUVWXYZ"));
            format!("{area}{}{} {tail}", chance.below(8), chance.below(10))
        }
        "plate-prefix" => format!("{}{} {}", chance.letters(1, PLATE_LETTERS), 1 + chance.below(999), chance.letters(3, PLATE_LETTERS)),
        "plate-suffix" => format!("{} {}{}", chance.letters(3, PLATE_LETTERS), 1 + chance.below(999), chance.letters(1, PLATE_LETTERS)),
        "plate-northern-irish" => format!(
            "{}{}{} {}",
            chance.letters(1, PLATE_LETTERS),
            chance.one_of(&["I", "Z"]),
            chance.letters(1, PLATE_LETTERS),
            10 + chance.below(9990)
        ),
        "officer" => {
            let word = chance.one_of(&[
                "PC",
                "PS",
                "DC",
                "IO",
                "CIO",
                "badge",
                "collar number",
                "shoulder number",
                "warrant no",
                "badge number",
                "officer number",
            ]);
            let length = 3 + chance.below(3);
            format!("{word} {}{}", 1 + chance.below(9), chance.digits(length - 1)) + chance.one_of(&["", "", "MS", "AW"])
        }
        "phone-mobile" => {
            let rest = chance.digits(8);
            let prefix = chance.one_of(&["077", "079", "+44 77", "+4479", "0044 78"]);
            format!("{prefix}{} {}", &rest[..3], &rest[3..])
        }
        "phone-landline" => format!("020 {}{} {}", chance.one_of(&["7", "8"]), chance.digits(3), chance.digits(4)),
        "phone-international" => {
            let country = chance.one_of(&["+1", "+34", "+234", "+353", "+57"]);
            format!("{country} {} {} {}", chance.digits(3), chance.digits(3), chance.digits(4))
        }
        "email" => {
            let name = chance.letters(6, "abcdefghkmnprstuvw");
            format!(
                "{name}{}@{}.{}",
                chance.one_of(&["", ".desk", "_9", "77"]),
                chance.letters(7, "abcdeghmnprstw"),
                chance.one_of(&["com", "org", "co.uk", "net"])
            )
        }
        "handle" => format!("@{}{}", chance.letters(7, "abcdefghkmnprstuvw"), chance.one_of(&["", "_se", "99"])),
        "url" => {
            let host = chance.letters(8, "abcdeghmnprstw");
            let head = chance.one_of(&["https://", "http://", "www.", ""]);
            format!("{head}{host}.{}{}", chance.one_of(&["com", "org", "co.uk", "io", "info"]), chance.one_of(&["", "/x", "/join?g=4"]))
        }
        "postcode" => {
            let area = chance.one_of(AREAS);
            format!("{area}{} {}{}", number(chance, 19), chance.below(10), chance.letters(2, "ABDEFGHJLNPQRSTUWXYZ"))
        }
        "house" => {
            let street = chance.one_of(&["Heron", "Mill", "Old Kent", "Saint Peter's", "Chalk Pit", "Lyndon", "Queens", "Marlow"]);
            let kind = chance.one_of(&["Road", "Street", "Close", "Lane", "Avenue", "Terrace", "Gardens", "Rd", "St", "Grove"]);
            format!("{}{} {street} {kind}", number(chance, 240), chance.one_of(&["", "", "a", "b"]))
        }
        "flat" => format!("{} {}", chance.one_of(&["Flat", "flat", "Apartment", "Unit", "Apt"]), number(chance, 90)),
        "coordinates" => {
            let (lat, lon) = (3 + chance.below(3), 3 + chance.below(3));
            format!("51.{}, -0.{}", chance.digits(lat), chance.digits(lon))
        }
        "plus-code" => format!("{}+{}", chance.letters(8, "23456789CFGHJMPQRVWX"), chance.letters(2, "23456789CFGHJMPQRVWX")),
        "insurance" => format!(
            "{} {} {} {} {}",
            chance.letters(2, "ABCEGHJKLMNPRSTWX"),
            chance.digits(2),
            chance.digits(2),
            chance.digits(2),
            chance.letters(1, "ABCD")
        ),
        "home-office" => {
            let (eight, seven) = (chance.digits(8), chance.digits(7));
            match chance.below(3) {
                0 => format!("A{eight}"),
                1 => format!("{}{seven}", chance.letters(1, "BCKMSRT")),
                _ => format!("GWF0{eight}"),
            }
        }
        "passport" => format!("passport {}", chance.digits(9)),
        other => panic!("no such class: {other}"),
    }
}

const DISGUISES: &[&str] = &["none", "invisible", "look-alike", "full-width", "bold", "lower-case", "separators", "swapped", "spoken"];

/// Disguises an identifier; `None` where the disguise would make it something else than that identifier.
fn disguised(class: &str, plain: &str, disguise: &str, chance: &mut Chance) -> Option<String> {
    let per_sign = |change: &mut dyn FnMut(char) -> String| plain.chars().map(change).collect::<String>();
    Some(match disguise {
        "none" => plain.to_owned(),
        "invisible" => {
            let marks = ["\u{200b}", "\u{200d}", "\u{2060}", "\u{feff}", "\u{ad}", "\u{301}"];
            per_sign(&mut |sign| format!("{sign}{}", marks[chance.below(marks.len())]))
        }
        "look-alike" => {
            let pairs: Vec<(char, char)> =
                "AАBВCСEЕHНKКMМOОPРTТXХYУaаcсeеoоpрxхyуiіsѕ".chars().collect::<Vec<_>>().chunks(2).map(|pair| (pair[0], pair[1])).collect();
            per_sign(&mut |sign| pairs.iter().find(|pair| pair.0 == sign).map_or(sign, |pair| pair.1).to_string())
        }
        "full-width" => per_sign(&mut |sign| {
            if ('!'..='~').contains(&sign) { char::from_u32(u32::from(sign) + 0xFEE0).unwrap().to_string() } else { sign.to_string() }
        }),
        "bold" => per_sign(&mut |sign| {
            let bold = match sign {
                'A'..='Z' => 0x1D400 + u32::from(sign) - 0x41,
                'a'..='z' => 0x1D41A + u32::from(sign) - 0x61,
                '0'..='9' => 0x1D7CE + u32::from(sign) - 0x30,
                _ => u32::from(sign),
            };
            char::from_u32(bold).unwrap().to_string()
        }),
        "lower-case" => plain.to_lowercase(),
        "separators" if ["plate-current", "plate-prefix", "postcode", "phone-mobile", "phone-landline", "insurance"].contains(&class) => {
            let between = chance.one_of(&[" ", "-", "."]);
            let signs: Vec<String> = plain.chars().filter(|sign| !sign.is_whitespace()).map(String::from).collect();
            signs.join(between)
        }
        "swapped" if class.starts_with("phone") && !plain.starts_with('+') => plain.replace('0', "O").replace('1', "l"),
        "swapped" if class == "postcode" || class == "plate-current" => {
            // only the digits' own places are swapped, as somebody hiding a number does
            let digits = plain.bytes().filter(u8::is_ascii_digit).count();
            let zeros = plain.bytes().filter(|byte| *byte == b'0').count();
            if digits == zeros || zeros == 0 {
                return None;
            }
            plain.replace('0', "O")
        }
        "spoken" if class == "email" => {
            plain.replace('@', chance.one_of(&[" (at) ", " [at] ", "(at)"])).replace('.', chance.one_of(&[" dot ", "(dot)", " [dot] "]))
        }
        "spoken" if class == "url" && !plain.contains("://") && !plain.starts_with("www.") => {
            plain.replace('.', chance.one_of(&[" dot ", "(dot)", " [dot] "]))
        }
        "spoken" if class.starts_with("phone") => {
            let words = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
            let zero = chance.one_of(&["zero", "oh"]);
            plain
                .chars()
                .filter(|sign| !sign.is_whitespace())
                .map(|sign| match sign.to_digit(10) {
                    Some(0) => format!("{zero} "),
                    Some(digit) => format!("{} ", words[digit as usize]),
                    None => sign.to_string(),
                })
                .collect::<String>()
                .trim_end()
                .to_owned()
        }
        _ => return None,
    })
}

const CARRIERS: &[(&str, &str)] = &[
    ("Seen this afternoon: ", " and nothing else."),
    ("Two vans and officers near the market, ", ", people are watching"),
    ("", ""),
    ("somebody wrote ", " on the wall"),
    ("Update (", ")."),
];

struct Seeded {
    class: &'static str,
    disguise: &'static str,
    text: String,
    range: Range<usize>,
}

fn corpus() -> Vec<Seeded> {
    let mut chance = Chance(20_170_513);
    let mut corpus = vec![];
    for class in CLASSES {
        for disguise in DISGUISES {
            for _ in 0..30 {
                let plain = identifier(class, &mut chance);
                let Some(hidden) = disguised(class, &plain, disguise, &mut chance) else { continue };
                let (before, after) = CARRIERS[chance.below(CARRIERS.len())];
                corpus.push(Seeded {
                    class,
                    disguise,
                    range: before.len()..before.len() + hidden.len(),
                    text: format!("{before}{hidden}{after}"),
                });
            }
        }
    }
    corpus
}

#[test]
fn the_guard_finds_nearly_every_seeded_identifier() {
    let corpus = corpus();
    assert!(corpus.len() >= 2_000, "only {} identifiers", corpus.len());
    let mut missed = vec![];
    let mut by_class: std::collections::BTreeMap<(&str, &str), (usize, usize)> = std::collections::BTreeMap::new();
    for seeded in &corpus {
        let found = check(&seeded.text, "en")
            .iter()
            .any(|flag| flag.rule.is_strict() && flag.excerpt.start < seeded.range.end && seeded.range.start < flag.excerpt.end);
        let count = by_class.entry((seeded.class, seeded.disguise)).or_default();
        count.1 += 1;
        if found {
            count.0 += 1;
        } else {
            missed.push(format!("{} / {}: {:?}", seeded.class, seeded.disguise, seeded.text));
        }
    }
    let recall = 1.0 - missed.len() as f64 / corpus.len() as f64;
    let report = by_class
        .iter()
        .filter(|(_, (found, all))| found < all)
        .map(|((class, disguise), (found, all))| format!("{class} / {disguise}: {found} of {all}"))
        .collect::<Vec<_>>()
        .join("\n");
    assert!(recall >= 0.995, "recall {recall:.4} of {}\n{report}\n{}", corpus.len(), missed.join("\n"));
    eprintln!("guard: recall {recall:.4} of {} seeded identifiers, {} missed\n{report}", corpus.len(), missed.len());
}

/// What a desk writes on an ordinary day.
const CLEAN: &[&str] = &[
    "Immigration visit confirmed in Peckham at 11:12.",
    "Officers came to a shop on Rye Lane at about 17:30 and asked people questions.",
    "Two vans and about eight officers were seen near the station.",
    "One person was led away. Nobody was hurt.",
    "The crowd blocked the van for hours, according to one account.",
    "The police said protesters obstructed immigration officers.",
    "A neighbour told us that officers were in the building.",
    "The Home Office says that three men were arrested on 13 May 2017.",
    "Released on bail on 11 June 2022; must report regularly.",
    "The footage first appeared on Saturday evening and was shared widely.",
    "This clip is from Southall in 2013, not from today.",
    "Water is on the road at the bottom of Queens Road.",
    "The river is expected to peak between 14:00 and 16:00.",
    "The official flood warning was issued at 06:15 on 03/02/2024.",
    "Between 100 and 200 people were there at 15:00.",
    "At least six officers, some in plain clothes.",
    "More than 1,000 people signed the letter.",
    "The council has been asked for comment and has not replied.",
    "A spokesperson replied on Monday: the visit was planned.",
    "Bailiffs arrived at 9am with a locksmith.",
    "The household was given 14 days.",
    "A first aider looked after two people who had fallen.",
    "Somebody shouted at the officers; others calmed it down.",
    "Police vans arrived from Camberwell at 13:30.",
    "The 343 bus was diverted for 2 hours.",
    "Traffic on the A2 Old Kent Road was slow all afternoon.",
    "Roads closed: A202 and B2142 until 18:00.",
    "The junction of Rye Lane and Heaton Road is open again.",
    "Observers were at the north side of the square.",
    "Everybody has the right to an interpreter.",
    "You may ask whether you are free to go.",
    "You can speak through the closed door.",
    "A warrant was shown at 14:30 and a copy was given.",
    "The warrant was signed by a court.",
    "They need a real reason to suspect you.",
    "Ask for a copy of the papers.",
    "In danger, call 999. For other matters, call 101.",
    "NHS advice is on 111.",
    "The alert ended at 12:56. Thank you.",
    "Our alert of this morning was wrong: it was a film crew.",
    "We said Border Force; the agency was Immigration Enforcement.",
    "Correction: the visit happened in SE15, not in SE5.",
    "Two accounts disagree: one says 4 hours, the other 5.",
    "The man was seen returning to his home in the evening.",
    "A complaint was made to the Independent Office for Police Conduct.",
    "The investigation found that the force used was proportionate.",
    "Councillors asked for a meeting with the borough commander.",
    "The school closed early because of the smoke.",
    "Power is off in parts of Nunhead and Brockley.",
    "About 400 homes have no electricity.",
    "Engineers expect it back by 21:45.",
    "Trained observers on duty: please answer in the usual place.",
    "Enough observers have said yes. Please stand by.",
    "The next drill is on the first Tuesday of the month.",
    "Our desk is staffed from 07:00 to 23:00 on weekdays.",
    "The rights card was reviewed by a solicitor in November 2026.",
    "Somebody was attacked outside a takeaway; police are treating it as a hate crime.",
    "The person it happened to agreed to this record.",
    "Fire crews used 4 engines and left at 03:20.",
    "The tower block was checked floor by floor.",
    "A block of flats was without water for 3 days.",
    "People used the fire escape and were safe.",
    "The officers got into two vans and left at 16:10.",
    "Reports of officers at the market could not be confirmed.",
    "It was a routine licensing check by the council.",
    "The temperature may reach 38 degrees on Friday.",
    "Snow closed the park on 12 and 13 January.",
    "Version 2.1 of the card replaces version 2.0.",
    "The visit lasted 25 minutes and nobody was detained.",
    "Six people were asked for papers, and two of them walked away.",
    "Source: a resident who watched from a window.",
    "The figures are for 2021/22 and 2022/23.",
    "One van stood outside the launderette from 10 to 11.",
    "An interpreter for Yoruba was found within ten minutes.",
    "Officers from 3 different agencies took part.",
    "The road is one way, and the van came from the other end.",
    "People sat in the road until about 16:00.",
    "The crowd cheered when the officers left.",
    "A woman in her thirties was treated for a sprained ankle.",
    "Hackney, Edinburgh and Glasgow saw similar events that spring.",
];

const CLEAN_SPANISH: &[&str] = &[
    "Visita de inmigración confirmada en Peckham a las 11:12.",
    "El agua baja y la calle está abierta.",
    "Dos furgonetas y unos ocho agentes cerca de la estación.",
    "La policía dice que nadie resultó herido.",
    "Puedes preguntar si eres libre de marcharte.",
    "Todas las personas tienen derecho a intérprete.",
    "El aviso de esta mañana era erróneo.",
    "Los agentes se fueron a las 16:10.",
    "La orden la firma un juez.",
    "En peligro, llama al 999.",
];

#[test]
fn clean_sentences_are_left_alone() {
    let all: Vec<(&str, &str)> = CLEAN.iter().map(|text| (*text, "en")).chain(CLEAN_SPANISH.iter().map(|text| (*text, "es"))).collect();
    assert!(all.len() >= 60);
    let alarms: Vec<String> = all
        .iter()
        .flat_map(|(text, language)| {
            check(text, language).into_iter().map(move |flag| format!("{}: {:?} in {text:?}", flag.rule.name(), &text[flag.excerpt]))
        })
        .collect();
    assert!(alarms.len() * 100 <= all.len() * 5, "{} of {}\n{}", alarms.len(), all.len(), alarms.join("\n"));
    eprintln!("guard: {} false alarms in {} clean sentences\n{}", alarms.len(), all.len(), alarms.join("\n"));
}

/// The folder of the test corpus; `None` where it is not at hand and nobody insists.
#[expect(clippy::disallowed_methods, reason = "a test finds its corpus by the environment; nothing that ships reads it")]
fn test_corpus(file: &str) -> Option<String> {
    let folder =
        std::env::var("HANDBELL_TEST_DATA").unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data").to_owned());
    let text = std::fs::read_to_string(format!("{folder}/{file}")).ok();
    let required = std::env::var("HANDBELL_REQUIRE_TEST_DATA").is_ok_and(|wanted| wanted == "1");
    assert!(text.is_some() || !required, "{file} is missing from {folder}");
    text
}

#[test]
fn ordinary_prose_is_left_alone() {
    // Sentences that volunteers of an encyclopedia wrote about protests: the nearest published thing to what
    // a desk writes. Strict flags only; words like "gather" and "disperse" are for a person to judge.
    let Some(text) = test_corpus("texts/george_floyd_protests_wikipedia.jsonl") else {
        eprintln!("guard: no test corpus at hand, prose not read");
        return;
    };
    let (mut sentences, mut strict, mut judged) = (0_usize, 0_usize, 0_usize);
    for line in text.lines() {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        for sentence in row["text"].as_str().unwrap().split(". ") {
            let flags = check(sentence, "en");
            sentences += 1;
            // These sentences do name officers by rank; a name found there is no false alarm.
            strict += usize::from(flags.iter().any(|flag| flag.rule.is_strict() && flag.rule != Rule::Name));
            judged += usize::from(flags.iter().any(|flag| !flag.rule.is_strict()));
        }
    }
    eprintln!("guard: {strict} strict and {judged} other alarms in {sentences} sentences of prose");
    assert!(sentences > 2_000 && strict * 100 <= sentences, "{strict} of {sentences}");
    assert!(judged * 100 <= sentences * 5, "{judged} of {sentences}");
}

fn rules(text: &str, language: &str) -> Vec<Rule> {
    check(text, language).into_iter().map(|flag| flag.rule).collect()
}

#[test]
fn orders_to_a_crowd_are_flagged() {
    for text in [
        "Avoid this area",
        "Please avoid Rye Lane",
        "Leave now",
        "Leave the area",
        "Hide",
        "Block the van",
        "Stop them",
        "Come down to Rye Lane",
        "Everyone come to the square",
        "Join us now",
        "Gather at the station",
        "Get out!",
        "Stay away from the market",
        "Officers here. Run!",
        "Warn your neighbours",
        "Surround the van",
        "Everyone to Rye Lane",
        "need bodies at the square",
        "Bl0ck the v4n",
        "h i d e",
        "a\u{200b}void this area",
        "АVOID this area",
        "Don't let them leave",
        "spread the word",
        "We need people at the estate",
        "Link arms",
        "take another route",
        "Do not go near the station",
        "stay indoors",
        "STOP THE VAN",
    ] {
        assert!(rules(text, "en").contains(&Rule::Obstruction), "{text}");
    }
    for text in [
        "Evita la zona",
        "Venid a la plaza",
        "Bloquead la furgoneta",
        "Escondeos",
        "¡Baja a la calle!",
        "Corre la voz",
        "Aléjate del mercado",
        "Únete",
        "block the van",
    ] {
        assert!(rules(text, "es").contains(&Rule::Obstruction), "{text}");
    }
}

#[test]
fn calls_for_harm_are_flagged_for_a_person_to_judge() {
    for text in ["get him", "We know where he lives", "burn the van", "kill them all"] {
        assert!(rules(text, "en").contains(&Rule::Threat), "{text}");
    }
    assert!(rules("sabemos dónde vives", "es").contains(&Rule::Threat));
    assert!(!Rule::Threat.is_strict() && !Rule::Obstruction.is_strict() && Rule::Plate.is_strict());
}

#[test]
fn promises_nobody_can_keep_are_flagged() {
    for text in [
        "You stay anonymous",
        "reports are anonymous",
        "untraceable",
        "100 % safe",
        "100% safe",
        "100 per cent",
        "completely a-n-o-n-y-m-o-u-s",
        "anonymously",
    ] {
        assert!(rules(text, "en").contains(&Rule::Overclaim), "{text}");
    }
    assert!(rules("es anónimo", "es").contains(&Rule::Overclaim));
    assert_eq!(rules("about 100 people", "en"), []);
}

#[test]
fn each_rule_names_what_it_found() {
    for (text, rule, excerpt) in [
        ("van BD51 SMR seen", Rule::Plate, "BD51 SMR"),
        ("PC 4512 was there", Rule::OfficerNumber, "PC 4512"),
        ("call 020 7946 0123 now", Rule::Phone, "020 7946 0123"),
        ("write to desk@example.org please", Rule::Email, "desk@example.org"),
        ("ask @peckhamdesk first", Rule::Handle, "@peckhamdesk"),
        ("see https://example.org/x y", Rule::Url, "https://example.org/x"),
        ("in SE15 4QW today", Rule::Postcode, "SE15 4QW"),
        ("at 12a Rye Lane today", Rule::HouseNumber, "12a Rye Lane"),
        ("pin 51.4697 here", Rule::Coordinates, "51.4697"),
        ("his number AB123456C yes", Rule::DocumentNumber, "AB123456C"),
    ] {
        let flags = check(text, "en");
        assert_eq!(flags.len(), 1, "{text}: {flags:?}");
        assert_eq!((flags[0].rule, &text[flags[0].excerpt.clone()]), (rule, excerpt), "{text}");
    }
}

#[test]
fn an_excerpt_lies_on_letters_of_the_original_text() {
    let text = "Ñandú: в\u{200b}В𝟓1 ЅМR, llámame al ０７７００９００１２３ ya";
    for flag in check(text, "es") {
        assert!(text.is_char_boundary(flag.excerpt.start) && text.is_char_boundary(flag.excerpt.end));
    }
    assert!(rules(text, "es").contains(&Rule::Phone));
}

#[test]
fn any_text_can_be_checked() {
    // Not one of these may panic, and each ends.
    let mut chance = Chance(7);
    for _ in 0..3_000 {
        let length = chance.below(60);
        let text: String = (0..length)
            .map(|_| match chance.below(4) {
                0 => char::from_u32(chance.next() as u32 % 0x11_0000).unwrap_or('x'),
                1 => ['@', '.', '+', '/', '°', ':', '-', ' ', '(', '\'', '\n', '\u{200b}'][chance.below(12)],
                2 => char::from(b'0' + chance.below(10) as u8),
                _ => char::from(b'A' + chance.below(58) as u8),
            })
            .collect();
        for language in ["en", "es", "xx"] {
            for flag in check(&text, language) {
                assert!(text.get(flag.excerpt.clone()).is_some_and(|excerpt| !excerpt.is_empty()), "{text:?} {flag:?}");
            }
        }
    }
}

#[test]
fn every_rule_has_its_own_name() {
    let names: std::collections::BTreeSet<_> = Rule::ALL.iter().map(|rule| rule.name()).collect();
    assert_eq!(names.len(), Rule::ALL.len());
}
