//! What must not leave the desk, made up: plates, phones, addresses, numbers and names that belong to nobody.
//! Phones come from the ranges regulators keep for drama, mail and links from reserved domains, plates from
//! years not yet issued, names from syllables. It does not disguise them and puts them into no sentence.

use super::calls;
use super::chance::Chance;

/// What kind of thing a text carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    Plate,
    Phone,
    Email,
    Handle,
    Link,
    Address,
    Document,
    OfficerNumber,
    Name,
    Obstruction,
    Threat,
}

impl Class {
    pub const ALL: [Self; 11] = [
        Self::Plate,
        Self::Phone,
        Self::Email,
        Self::Handle,
        Self::Link,
        Self::Address,
        Self::Document,
        Self::OfficerNumber,
        Self::Name,
        Self::Obstruction,
        Self::Threat,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Plate => "plate",
            Self::Phone => "phone",
            Self::Email => "e-mail",
            Self::Handle => "handle",
            Self::Link => "link",
            Self::Address => "address",
            Self::Document => "document",
            Self::OfficerNumber => "officer-number",
            Self::Name => "name",
            Self::Obstruction => "obstruction",
            Self::Threat => "threat",
        }
    }

    /// Whether it is something said (a call, a threat) and not something that points at a person.
    pub const fn is_said(self) -> bool {
        matches!(self, Self::Obstruction | Self::Threat)
    }
}

/// One made-up identifier, with the form it has inside its class.
pub struct Identifier {
    pub form: &'static str,
    pub text: String,
}

/// Makes one of a class as it would be written in a language ("en" or "es").
pub fn make(class: Class, language: &str, chance: &mut Chance) -> Identifier {
    let (form, text) = match class {
        Class::Plate => plate(chance),
        Class::Phone => phone(language, chance),
        Class::Email => email(language, chance),
        Class::Handle => handle(language, chance),
        Class::Link => link(language, chance),
        Class::Address => address(language, chance),
        Class::Document => document(language, chance),
        Class::OfficerNumber => officer_number(language, chance),
        Class::Name => name(language, chance),
        Class::Obstruction => calls::obstruction(language, chance),
        Class::Threat => calls::threat(language, chance),
    };
    Identifier { form, text }
}

const PLATE_LETTERS: &str = "ABCDEFGHJKLMNOPRSTUVWXY";

fn plate(chance: &mut Chance) -> (&'static str, String) {
    let gap = if chance.coin() { " " } else { "" };
    match chance.below(10) {
        // Years from 77 on were not issued when this was written.
        0..=2 => {
            let year = chance.between(77, 99);
            ("current", format!("{}{year}{gap}{}", chance.letters(PLATE_LETTERS, 2), chance.letters(PLATE_LETTERS, 3)))
        }
        3 => (
            "prefix",
            format!("{}{}{gap}{}", chance.letters("ABCDEFGHJKLMNPRSTVWXY", 1), chance.between(21, 999), chance.letters(PLATE_LETTERS, 3)),
        ),
        4 => (
            "suffix",
            format!("{}{gap}{}{}", chance.letters(PLATE_LETTERS, 3), chance.between(10, 999), chance.letters("ABCDEFGHJKLMNPRSTVWXY", 1)),
        ),
        5 => {
            let area = chance.pick(&["AIZ", "BXZ", "CUI", "DZ", "JIL", "OIG", "RUI", "TXZ", "WUI", "YAZ"]);
            ("northern-ireland", format!("{area}{gap}{}", chance.between(1000, 9999)))
        }
        6 => ("spanish", format!("{}{gap}{}", chance.digits(4), chance.letters("BCDFGHJKLMNPRSTVWXYZ", 3))),
        7 => {
            let county = chance.pick(&["C", "D", "G", "KE", "KK", "L", "LS", "MO", "SO", "WX"]);
            let joint = chance.pick(&["-", " "]);
            ("irish", format!("{}{joint}{county}{joint}{}", chance.pick(&["282", "291", "292"]), chance.between(100, 99_999)))
        }
        8 => {
            let joint = chance.pick(&["-", " "]);
            (
                "french-looking",
                format!(
                    "{}{joint}{}{joint}{}",
                    chance.letters("ABCDEFGHJKLMNPQRSTVWXYZ", 2),
                    chance.digits(3),
                    chance.letters("ABCDEFGHJKLMNPQRSTVWXYZ", 2)
                ),
            )
        }
        _ => (
            "german-looking",
            format!(
                "{}-{} {}",
                chance.pick(&["B", "HH", "KA", "WOB", "M"]),
                chance.letters("ABCDEFGHJKLMNPRSTUVWXYZ", 2),
                chance.between(100, 9999)
            ),
        ),
    }
}

/// A number from the ranges Ofcom, `ComReg`, Arcep and NANPA keep for drama, in its groups.
fn drama_number(chance: &mut Chance) -> (&'static str, Vec<String>) {
    let tail = chance.digits(3);
    let groups = |parts: &[&str]| parts.iter().map(ToString::to_string).collect::<Vec<_>>();
    match chance.below(12) {
        0..=3 => ("mobile", groups(&["07700", &format!("900{tail}")])),
        4 => ("landline", groups(&["020", "7946", &format!("0{tail}")])),
        5 => {
            let city = chance.pick(&["0113", "0114", "0115", "0116", "0117", "0118", "0121", "0131", "0141", "0151", "0161"]);
            ("landline", groups(&[city, "496", &format!("0{tail}")]))
        }
        6 => ("landline", groups(&["01632", &format!("960{tail}")])),
        7 if chance.coin() => ("non-geographic", groups(&["08081", &format!("570{tail}")])),
        7 => ("non-geographic", groups(&["03069", &format!("990{tail}")])),
        8 => ("international", groups(&[chance.pick(&["+44", "0044", "+44 (0)"]), "7700", &format!("900{tail}")])),
        9 => ("international", groups(&["+44", "20", "7946", &format!("0{tail}")])),
        10 => ("international", groups(&["+33", "6", "39", "98", &tail[..2], &chance.digits(2)])),
        _ => ("international", groups(&["+1", "202", "555", &format!("01{}", &tail[..2])])),
    }
}

fn phone(language: &str, chance: &mut Chance) -> (&'static str, String) {
    let (form, groups) = drama_number(chance);
    if chance.below(5) == 0 && !groups[0].starts_with('+') {
        return ("in-words", in_words(&groups.concat(), language, chance));
    }
    let joint = chance.pick(&[" ", " ", "", ".", "-"]);
    if chance.below(6) == 0 && !groups[0].contains('(') {
        // Two by two, as people read them out.
        let all = groups.concat();
        let (first, rest) = all.split_at(if all.starts_with('+') { 3 } else { 1 });
        let pairs: Vec<String> = rest.as_bytes().chunks(2).map(|pair| String::from_utf8_lossy(pair).into_owned()).collect();
        let text = if first == "0" { format!("0{}", pairs.join(" ")) } else { format!("{first} {}", pairs.join(" ")) };
        return (form, text);
    }
    (form, groups.join(joint))
}

const DIGITS_EN: [&str; 10] = ["oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
const DIGITS_ES: [&str; 10] = ["cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve"];

/// Digits as words, doubles sometimes as "double oh" or "doble cero".
pub fn in_words(digits: &str, language: &str, chance: &mut Chance) -> String {
    let zero = if chance.coin() { "zero" } else { "oh" };
    let doubles = chance.coin();
    let word = |digit: char| {
        let value = digit.to_digit(10).expect("only digits are put into words") as usize;
        match (language, value) {
            ("es", _) => DIGITS_ES[value],
            (_, 0) => zero,
            _ => DIGITS_EN[value],
        }
    };
    let digits: Vec<char> = digits.chars().filter(char::is_ascii_digit).collect();
    let mut words = Vec::new();
    let mut at = 0;
    while at < digits.len() {
        if doubles && digits.get(at + 1) == Some(&digits[at]) {
            words.push(if language == "es" { "doble" } else { "double" });
            at += 1;
        }
        words.push(word(digits[at]));
        at += 1;
    }
    words.join(" ")
}

const SYLLABLES: [&str; 32] = [
    "bel", "dor", "fen", "gal", "hob", "jas", "kev", "lum", "mir", "nol", "pel", "quen", "ras", "sil", "tov", "ul", "vas", "wen", "yor",
    "zim", "bra", "cru", "dre", "fli", "gru", "ple", "tri", "vlo", "ska", "sto", "thu", "gwe",
];
const ENDINGS: [&str; 16] =
    ["an", "ick", "ola", "ert", "ina", "os", "ley", "mund", "ovic", "ara", "ette", "ulo", "wyn", "ister", "aby", "ond"];

/// A made-up word to call somebody by: two or three syllables.
pub fn made_up(chance: &mut Chance) -> String {
    let middle = if chance.coin() { chance.pick(&SYLLABLES) } else { "" };
    format!("{}{middle}{}", chance.pick(&SYLLABLES), chance.pick(&ENDINGS))
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn email(language: &str, chance: &mut Chance) -> (&'static str, String) {
    let local = match chance.below(4) {
        0 => format!("{}.{}", made_up(chance), made_up(chance)),
        1 => format!("{}{}", made_up(chance), chance.between(1, 99)),
        2 => format!("{}_{}{}", made_up(chance), made_up(chance), chance.between(10, 99)),
        _ => format!("{}{}", chance.letters("abcdefghjklmnprstw", 1), made_up(chance)),
    };
    let host = chance.pick(&["example.org", "example.com", "example.net", "mail.example.org", "example.org.uk"]);
    if chance.below(5) < 3 {
        return ("plain", format!("{local}@{host}"));
    }
    let (at, dot) = match (language, chance.below(4)) {
        (_, 0) => ("[at]", "[dot]"),
        (_, 1) => ("(at)", "(dot)"),
        ("es", _) => ("arroba", "punto"),
        _ => ("at", "dot"),
    };
    ("spelled", format!("{local} {at} {host}").replace('.', &format!(" {dot} ")))
}

fn handle(language: &str, chance: &mut Chance) -> (&'static str, String) {
    let name = match chance.below(3) {
        0 => made_up(chance),
        1 => format!("{}_{}", made_up(chance), made_up(chance)),
        _ => format!("{}{}", made_up(chance), chance.between(1, 999)),
    };
    let network = match language {
        "es" => chance.pick(&["insta:", "su insta es", "usuario de Telegram", "en TikTok:", "Instagram:", "snap:"]),
        _ => chance.pick(&["insta:", "his insta is", "on TikTok as", "Telegram user", "snap:", "IG:", "Instagram:"]),
    };
    if chance.coin() { ("at-sign", format!("@{name}")) } else { ("network", format!("{network} {name}")) }
}

fn link(language: &str, chance: &mut Chance) -> (&'static str, String) {
    let name = made_up(chance);
    match chance.below(5) {
        0 => {
            let network = chance.pick(&[
                "instagram.com/",
                "www.facebook.com/",
                "https://x.com/",
                "tiktok.com/@",
                "t.me/",
                "https://www.linkedin.com/in/",
            ]);
            ("profile", format!("{network}{name}{}", chance.between(1000, 9999)))
        }
        1 => (
            "whole",
            format!("https://{name}.example.{}/{}", chance.pick(&["org", "com"]), chance.pick(&["meet", "map", "list?x=7", "p/12"])),
        ),
        2 => ("bare", format!("{name}.example.{}", chance.pick(&["org", "com", "net"]))),
        3 => ("bare", format!("www.{name}.example.org/{}", chance.pick(&["who", "photos", "live", "names"]))),
        _ => {
            let (dot, slash) = if language == "es" { ("punto", "barra") } else { ("dot", "slash") };
            ("spelled", format!("{name} {dot} example {dot} org {slash} {}", chance.pick(&["live", "meet", "map"])))
        }
    }
}

fn postcode(chance: &mut Chance) -> String {
    let area = chance.pick(&["SE15", "E8", "SW9", "N17", "G41", "M14", "B11", "LS7", "EC1V", "W1T", "NE4", "CF24", "BT7"]);
    // C, I, K, M, O and V are not used in the last two letters.
    let inward = format!("{}{}", chance.between(0, 9), chance.letters("ABDEFGHJLNPQRSTUWXYZ", 2));
    format!("{area}{}{inward}", chance.pick(&[" ", " ", "", "  ", "-"]))
}

fn address(language: &str, chance: &mut Chance) -> (&'static str, String) {
    let street = capital(&made_up(chance));
    let number = chance.between(1, 240);
    let kind = chance.pick(&["Road", "Street", "Avenue", "Close", "Lane", "Terrace", "Rd", "St", "Gardens", "Crescent", "Drive", "Way"]);
    let flat = match language {
        "es" => chance.pick(&["piso", "apartamento", "Flat"]),
        _ => chance.pick(&["Flat", "flat", "Apt", "Unit"]),
    };
    match chance.below(7) {
        0 | 1 if language == "es" => {
            let road = chance.pick(&["calle", "avenida", "plaza", "C/"]);
            ("street", format!("{road} {street}{} {number}", chance.pick(&[",", " número", " n.º"])))
        }
        0 | 1 => ("street", format!("{number} {street} {kind}")),
        2 => ("street-letter", format!("{number}{} {street} {kind}", chance.pick(&["a", "B", "C"]))),
        3 => ("flat", format!("{flat} {}, {number} {street} {kind}", chance.between(1, 99))),
        4 => ("street-postcode", format!("{number} {street} {kind}, {}", postcode(chance))),
        5 => ("flat", format!("{flat} {} {street} {}", chance.between(1, 99), chance.pick(&["House", "Court", "Point", "Tower"]))),
        _ => ("postcode", postcode(chance)),
    }
}

fn document(language: &str, chance: &mut Chance) -> (&'static str, String) {
    let spanish = language == "es";
    let said = |chance: &mut Chance, en: &[&'static str], es: &[&'static str]| chance.pick(if spanish { es } else { en });
    match chance.below(7) {
        0 => {
            let word =
                said(chance, &["passport", "passport no.", "passport number"], &["pasaporte", "pasaporte n.º", "número de pasaporte"]);
            ("passport", format!("{word} {}", chance.digits(9)))
        }
        1 => {
            let word = said(chance, &["passport", "passport number"], &["pasaporte", "número de pasaporte"]);
            ("passport", format!("{word} {}{}", chance.letters("ABCEGKLNPRX", 2), chance.digits(6)))
        }
        // QQ is the prefix of official examples; the others keep the shape.
        2 => {
            let (a, b, c, last) = (chance.digits(2), chance.digits(2), chance.digits(2), chance.letters("ABCD", 1));
            let gap = if chance.coin() { " " } else { "" };
            ("national-insurance", format!("{}{gap}{a}{gap}{b}{gap}{c}{gap}{last}", chance.pick(&["QQ", "ZY", "JR"])))
        }
        3 => {
            let word = said(
                chance,
                &["BRP", "eVisa", "residence permit", "BRP number"],
                &["BRP", "eVisa", "permiso de residencia", "tarjeta BRP"],
            );
            ("residence-permit", format!("{word} {}{}", chance.pick(&["ZU", "RF", "ZX"]), chance.digits(7)))
        }
        4 => {
            let word = said(
                chance,
                &["Home Office ref", "HO reference", "case ref"],
                &["referencia del Home Office", "ref. del caso", "expediente"],
            );
            ("case-reference", format!("{word} {}{}", chance.letters("ABCDEFGHJKLMNPRSTW", 1), chance.digits(7)))
        }
        5 => {
            let word =
                said(chance, &["case number", "crime ref", "court ref", "CAD"], &["número de caso", "ref. policial", "expediente", "CAD"]);
            ("case-reference", format!("{word} {}/{}/{}", chance.digits(4), chance.digits(5), chance.between(27, 39)))
        }
        _ => {
            let word = said(chance, &["driving licence", "licence number"], &["carné de conducir", "número del carné"]);
            let surname = chance.letters("BCDFGHJKLMNPRSTVWZ", 5);
            (
                "driving-licence",
                format!("{word} {surname}{}{}9{}", chance.digits(6), chance.letters("ABDEFGHJKL", 2), chance.letters("ABCDEFGHJK", 2)),
            )
        }
    }
}

fn officer_number(language: &str, chance: &mut Chance) -> (&'static str, String) {
    let number = chance.between(100, 9999);
    let unit = chance.pick(&["MS", "MD", "AS", "CN", "SE", "GN", "XH", "TW"]);
    match chance.below(6) {
        0 | 1 => {
            let word = match language {
                "es" => chance.pick(&["número de hombro", "hombrera", "número del hombro", "número de agente"]),
                _ => chance.pick(&["shoulder number", "shoulder no.", "shoulder", "epaulette number", "epaulette"]),
            };
            ("shoulder", if chance.coin() { format!("{word} {unit} {number}") } else { format!("{word} {number}{unit}") })
        }
        2 => {
            let word = match language {
                "es" => chance.pick(&["número de cuello", "número de collar", "collar"]),
                _ => chance.pick(&["collar", "collar number", "collar no."]),
            };
            ("collar", format!("{word} {number}"))
        }
        3 => {
            let word = match language {
                "es" => chance.pick(&["placa", "número de placa", "chapa", "placa n.º"]),
                _ => chance.pick(&["badge", "badge number", "badge no.", "warrant number", "warrant card"]),
            };
            ("badge", format!("{word} {number}"))
        }
        4 => {
            let rank = chance.pick(&["PC", "PS", "DC", "PCSO", "CIO", "IO"]);
            ("rank-number", format!("{rank} {number}{}", chance.pick(&["", unit])))
        }
        _ => {
            let after = if language == "es" {
                chance.pick(&["en la hombrera", "en el hombro"])
            } else {
                chance.pick(&["on his shoulder", "on her epaulettes", "on the collar"])
            };
            ("reverse", format!("{unit} {number} {after}"))
        }
    }
}

fn name(language: &str, chance: &mut Chance) -> (&'static str, String) {
    let first = capital(&made_up(chance));
    let last = capital(&made_up(chance));
    let (form, rank) = match (language, chance.coin()) {
        ("es", true) => (
            "rank",
            chance.pick(&[
                "agente",
                "el sargento",
                "sargento",
                "la inspectora",
                "inspector",
                "el oficial",
                "PC",
                "PS",
                "la agente",
                "cabo",
            ]),
        ),
        ("es", false) => ("title", chance.pick(&["Sr.", "Sra.", "señor", "la señora", "don", "doña", "Srta.", "el señor"])),
        (_, true) => (
            "rank",
            chance.pick(&[
                "PC",
                "PS",
                "Sgt",
                "Sergeant",
                "Insp",
                "Inspector",
                "DC",
                "Officer",
                "Constable",
                "Police Constable",
                "Chief Inspector",
                "Det Con",
                "PCSO",
                "Detective Sergeant",
            ]),
        ),
        _ => ("title", chance.pick(&["Mr", "Mrs", "Ms", "Miss", "Mr.", "Dr", "Mrs."])),
    };
    match chance.below(3) {
        0 => (form, format!("{rank} {first} {last}")),
        1 => (form, format!("{rank} {}. {last}", first.chars().next().expect("a made-up name has letters"))),
        _ => (form, format!("{rank} {last}")),
    }
}
