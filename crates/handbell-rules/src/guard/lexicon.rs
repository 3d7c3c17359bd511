//! Words that summon, warn off, hide, obstruct or threaten, and promises nobody can keep, per language.
//!
//! The lists look for orders, not for reports: "the crowd blocked the van" is what happened, "block the van"
//! is an order. High recall is wanted; a person decides on each flag. A language without a list here cannot
//! be spoken by a playbook.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::reading::{Reading, Token};
use super::{Found, Rule, calls, stems};

/// One language's orders and threats.
struct Lexicon {
    language: &'static str,
    /// Flagged wherever they stand. Words of a phrase are separated by blanks.
    anywhere: &'static [&'static str],
    /// Flagged at the start of a sentence or after a word that turns them into an order.
    as_order: &'static [&'static str],
    /// The words that turn the next one into an order.
    leads_order: &'static [&'static str],
    /// Calls for harm.
    threats: &'static [&'static str],
    /// Phrases that hold one of the above and mean something harmless.
    harmless: &'static [&'static str],
}

const ENGLISH: Lexicon = Lexicon {
    language: "en",
    anywhere: &[
        "avoid",
        "stay away",
        "keep away",
        "keep clear",
        "stay clear",
        "steer clear",
        "leave now",
        "leave immediately",
        "leave at once",
        "go now",
        "hide",
        "block",
        "blockade",
        "barricade",
        "obstruct",
        "impede",
        "intercept",
        "stop them",
        "stop the van",
        "stop the vans",
        "stop the raid",
        "stop the officers",
        "stop the police",
        "stop this",
        "stop the deportation",
        "stop the eviction",
        "stop the bailiffs",
        "come down",
        "come now",
        "come quick",
        "come quickly",
        "come help",
        "come and help",
        "come and join",
        "come along",
        "join us",
        "gather",
        "assemble",
        "mobilise",
        "mobilize",
        "muster",
        "surround",
        "swarm",
        "evade",
        "flee",
        "run away",
        "run now",
        "get down here",
        "get here",
        "get down there",
        "get over here",
        "get there",
        "turn up",
        "show up",
        "head down",
        "head over",
        "meet us",
        "meet here",
        "all hands",
        "everyone to",
        "everybody to",
        "everyone out",
        "everybody out",
        "bring people",
        "bring friends",
        "bring everyone",
        "bring your friends",
        "bring your neighbours",
        "spread the word",
        "share this",
        "share widely",
        "pass it on",
        "pass this on",
        "warn people",
        "warn your",
        "warn them",
        "warn everyone",
        "warn everybody",
        "tell everyone",
        "tell everybody",
        "link arms",
        "get in the way",
        "stand in the way",
        "hold the line",
        "push back",
        "fight back",
        "fight them",
        "drive them out",
        "kick them out",
        "chase them",
        "follow them",
        "follow the van",
        "free them",
        "let down the tyres",
        "slow them down",
        "delay them",
        "different route",
        "another route",
        "other way round",
        "need bodies",
        "numbers needed",
        "people needed",
        "crowd needed",
        "as many people as",
        "as many of you as",
        "need people",
        "need you there",
        "need you here",
        "make noise",
        "make some noise",
        "dearrest",
        "de arrest",
        "unarrest",
        "do not let them",
        "don't let them",
        "dont let them",
        "film their faces",
        "lie low",
        "lay low",
        "stay indoors",
        "stay inside",
        "stay off",
        "keep off",
        "do not go near",
        "don't go near",
        "dont go near",
        "do not go to",
        "don't go to",
        "dont go to",
        "do not come",
        "don't come",
        "take cover",
        "clear out",
        "clear the area",
        "evacuate now",
        "resist",
        "sit down in",
        "sit in front",
        "stand in front",
        "lock your doors",
        "lock the doors",
        "slash the tyres",
        "pull them away",
    ],
    as_order: &[
        "come to",
        "come out",
        "come here",
        "come and",
        "come over",
        "get out",
        "get away",
        "get to",
        "leave the",
        "leave your",
        "leave this",
        "run",
        "rush",
        "hurry",
        "head to",
        "head for",
        "go to",
        "go home",
        "go and",
        "go there",
        "join the",
        "join in",
        "join them",
        "meet at",
        "march",
        "rally",
        "stop the",
        "stop it",
        "stop him",
        "stop her",
        "stop that",
        "escape",
        "disperse",
        "confront",
        "intervene",
        "form a",
        "form up",
        "help them escape",
        "warn",
        "follow",
        "chase",
        "shelter",
        "protest",
        "stand together",
        "shout at",
        "scatter",
        "defend",
    ],
    leads_order: &[
        "please",
        "everyone",
        "everybody",
        "all",
        "neighbours",
        "neighbors",
        "now",
        "and",
        "you",
        "must",
        "should",
        "just",
        "to",
        "let's",
        "lets",
        "can",
        "friends",
        "comrades",
        "people",
        "or",
        "then",
        "quickly",
        "so",
        "we",
        "also",
        "urgently",
        "urgent",
        "better",
        "residents",
    ],
    threats: &[
        "kill them",
        "kill him",
        "kill her",
        "kill you",
        "burn them",
        "burn the van",
        "burn it",
        "burn him",
        "get him",
        "get her",
        "get them",
        "beat them",
        "beat him",
        "beat her",
        "beat up",
        "smash them",
        "attack them",
        "hurt them",
        "hurt him",
        "we know where",
        "find where",
        "find out where",
        "i know where",
        "stab",
        "shoot them",
        "shoot him",
        "shoot her",
        "lynch",
        "hang them",
        "hang him",
        "make them pay",
        "make him pay",
        "make them regret",
        "watch your back",
        "you're dead",
        "you are dead",
        "they're dead",
        "run them over",
        "throw bricks",
        "throw things",
        "throw bottles",
    ],
    harmless: &[
        "can go home",
        "avoid describing",
        "avoid touching",
        "avoid naming",
        "avoid guessing",
        "avoid using",
        "avoid posting",
        "hold the line if",
        "mental block",
        "hide and seek",
        "counter protest",
        "block a",
        "block b",
        "block c",
        "block d",
        "block e",
        "block f",
        "when you get there",
        "follow the signs",
        "fire escape",
        "block of",
        "tower block",
        "office block",
        "flat block",
        "the block",
        "this block",
        "a block",
        "each block",
        "our block",
        "apartment block",
        "cell block",
        "road block",
        "resist arrest",
        "stab wound",
        "stab wounds",
        "stab vest",
        "stab vests",
        "run by",
        "rally point",
        "going to",
        "protest at",
        "protest in",
        "protest on",
        "protest against",
        "and escape",
        "escape route",
        "march on the",
        "to protest",
        "warn of",
        "follow up",
        "to follow",
        "and follow",
        "as follow",
        "to shelter",
        "to rally",
        "the rally",
        "to march",
        "to run",
        "and run",
        "to defend",
        "to get to",
        "to go to",
        "to go home",
        "to leave the",
        "to come to",
        "to come out",
        "to join the",
        "to escape",
    ],
};

const SPANISH: Lexicon = Lexicon {
    language: "es",
    anywhere: &[
        "evita",
        "evitad",
        "eviten",
        "evitar",
        "evite",
        "escondete",
        "escondeos",
        "escondanse",
        "esconderse",
        "esconde",
        "bloquea",
        "bloquead",
        "bloqueen",
        "bloquear",
        "bloqueemos",
        "detenlos",
        "detenedlos",
        "detenganlos",
        "detengamoslos",
        "paralos",
        "paradlos",
        "parenlos",
        "parar la furgoneta",
        "parad la furgoneta",
        "venid",
        "vengan",
        "ven ya",
        "ven aqui",
        "ven a",
        "baja a la calle",
        "bajad",
        "bajen",
        "bajemos",
        "acude",
        "acudid",
        "acudan",
        "unete",
        "unios",
        "unanse",
        "reunete",
        "reunios",
        "reunanse",
        "concentraos",
        "concentrense",
        "congregaos",
        "sal de",
        "sal a la",
        "salid",
        "salgan",
        "huye",
        "huid",
        "huyan",
        "vete",
        "idos",
        "marchaos",
        "vayanse",
        "alejate",
        "alejaos",
        "alejense",
        "rodea",
        "rodead",
        "rodeen",
        "rodeemos",
        "impide",
        "impedid",
        "impidan",
        "impidamos",
        "obstruye",
        "obstruid",
        "obstruyan",
        "obstruir",
        "resistid",
        "resistan",
        "corre la voz",
        "corred",
        "corran",
        "enfrentate",
        "enfrentaos",
        "comparte esto",
        "compartid",
        "difunde",
        "difundid",
        "avisa a todos",
        "avisad a todos",
        "avisen a todos",
        "no vayas",
        "no vayais",
        "no vayan",
        "no vengas",
        "no vengais",
        "todos a la calle",
        "todas a la calle",
        "hace falta gente",
        "traed gente",
        "trae gente",
        "no salgas",
        "no salgais",
        "no salgan",
        "quedate en casa",
        "quedaos en casa",
        "persiguelos",
        "seguidlos",
        "siguelos",
        "barricada",
        "moviliza",
        "movilizaos",
        "liberadlos",
        "otro camino",
        "mantente lejos",
        "manteneos lejos",
        "no pases por",
        "no paseis por",
    ],
    as_order: &["corre", "resiste", "ven", "baja", "protesta", "para", "detente", "sal"],
    leads_order: &["favor", "todos", "todas", "vecinos", "vecinas", "ya", "ahora", "y", "urgente"],
    threats: &[
        "matalos",
        "matadlos",
        "matenlos",
        "mata a",
        "hay que matar",
        "quemalos",
        "quemadlos",
        "quema la",
        "quemad la",
        "golpealos",
        "golpeadlos",
        "sabemos donde",
        "se donde vive",
        "a por ellos",
        "a por el",
        "apunalar",
        "lincha",
        "linchar",
        "que paguen",
        "dispara",
        "disparad",
    ],
    harmless: &[
        "y baja",
        "y para",
        "para el",
        "para la",
        "para los",
        "para las",
        "para que",
        "para un",
        "para una",
        "ahora para",
        "todos para",
        "todas para",
        "para ver",
        "para hablar",
    ],
};

/// Phrases by their first word, so that a long text costs one look-up a word.
type Phrases = HashMap<&'static str, Vec<Vec<&'static str>>>;

/// A lexicon made ready for looking up.
struct Ready {
    language: &'static str,
    anywhere: Phrases,
    as_order: Phrases,
    leads_order: &'static [&'static str],
    threats: Phrases,
    harmless: Phrases,
}

static READY: LazyLock<Vec<Ready>> = LazyLock::new(|| {
    [&ENGLISH, &SPANISH]
        .into_iter()
        .map(|one| Ready {
            language: one.language,
            anywhere: by_first_word(one.anywhere),
            as_order: by_first_word(one.as_order),
            leads_order: one.leads_order,
            threats: by_first_word(one.threats),
            harmless: by_first_word(one.harmless),
        })
        .collect()
});

fn by_first_word(phrases: &'static [&'static str]) -> Phrases {
    let mut ready = Phrases::new();
    for phrase in phrases {
        let words: Vec<&'static str> = phrase.split(' ').collect();
        ready.entry(words[0]).or_default().push(words);
    }
    ready
}

/// Orders and threats in one language; English is looked for in every language, because people mix.
///
/// `stems_in` is the language of the lists for languages that have no patterns here; none asks all of them.
pub(super) fn orders_and_threats(reading: &Reading, tokens: &[Token], language: &str, stems_in: Option<&str>, found: &mut Vec<Found>) {
    let words: Vec<String> = tokens.iter().map(|token| letters_for_digits(&token.word)).collect();
    stems::stems(reading, tokens, &words, stems_in, found);
    calls::calls(reading, tokens, &words, language, found);
    let joined = spelled_out(tokens);
    for lexicon in READY.iter() {
        let own = lexicon.language == language;
        if !own && lexicon.language != "en" {
            continue;
        }
        for index in 0..words.len() {
            let order = longest(&lexicon.anywhere, &words, index).or_else(|| {
                let length = longest(&lexicon.as_order, &words, index)?;
                let lead = index.checked_sub(1).map(|before| words[before].as_str());
                let begins = lead.is_none_or(|lead| lexicon.leads_order.contains(&lead)) || sentence_begins(reading, tokens, index);
                begins.then_some(length)
            });
            let told = || calls::is_told_or_denied(lexicon.language, reading, tokens, &words, index);
            if let Some(length) = order
                && !harmless(lexicon, &words, index, length)
                && !told()
            {
                found.push((Rule::Obstruction, tokens[index].start..tokens[index + length - 1].end));
            }
            if let Some(length) = longest(&lexicon.threats, &words, index)
                && !harmless(lexicon, &words, index, length)
                && !told()
            {
                found.push((Rule::Threat, tokens[index].start..tokens[index + length - 1].end));
            }
        }
        for (word, start, end) in &joined {
            if longest(&lexicon.anywhere, std::slice::from_ref(word), 0).is_some() {
                found.push((Rule::Obstruction, *start..*end));
            }
        }
    }
}

/// Whether a word is one that a rule of the guard looks for, so that "fl4t" is read as one.
pub(super) fn is_known(word: &str) -> bool {
    KNOWN.contains(word)
}

/// Words that give a number or a name its meaning.
const MEANING: &str = "flat apt apartment unit suite room house street road lane close avenue court gardens place square terrace drive grove \
    crescent way row hill calle avenida plaza paseo piso puerta portal bloque insta instagram ig telegram tiktok snap snapchat facebook fb \
    twitter whatsapp signal user username usuario cuenta handle his her my on as is at dot slash com org net uk https http www example \
    passport pasaporte number numero no ref reference case court crime licence license driving carne permit visa brp badge collar shoulder \
    epaulette warrant card chapa placa cuello hombro hombrera agente officer constable sergeant inspector police mr mrs ms miss sir senor \
    senora don dona oficial sargento cio io pcso pc ps dc de del la el en su mail arroba punto barra sr sra srta dr insp sgt det point tower lodge mansions apartamento house flat cuenta inspectora snapchat me t hombro shoulders tengo";

static KNOWN: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let lists = [&ENGLISH, &SPANISH].into_iter().flat_map(|one| [one.anywhere, one.as_order, one.leads_order, one.threats]);
    let words = lists.flatten().flat_map(|phrase| phrase.split(' ')).chain(MEANING.split_whitespace()).map(str::to_owned);
    words.chain(calls::vocabulary()).collect()
});

/// Promises nobody can keep.
pub(super) fn overclaims(reading: &Reading, tokens: &[Token], found: &mut Vec<Found>) {
    for token in tokens {
        let word = letters_for_digits(&token.word);
        if word.starts_with("anonym") || word.starts_with("anonim") || word.starts_with("untrac") || word.starts_with("irrastreable") {
            found.push((Rule::Overclaim, token.start..token.end));
        }
        if token.word == "100" && !matches!(reading.before(token.start), '.' | ',') {
            let mut after = token.end;
            while reading.at(after) == ' ' {
                after += 1;
            }
            let rest = reading.slice(after..after + 8).to_lowercase();
            if rest.starts_with('%') || rest.starts_with("per cent") || rest.starts_with("percent") || rest.starts_with("por cien") {
                found.push((Rule::Overclaim, token.start..after + 1));
            }
        }
    }
    for (word, start, end) in spelled_out(tokens) {
        if word.starts_with("anonym") || word.starts_with("untrac") {
            found.push((Rule::Overclaim, start..end));
        }
    }
}

/// How many words the longest phrase that begins here has.
fn longest(phrases: &Phrases, words: &[String], index: usize) -> Option<usize> {
    let here = phrases.get(words[index].as_str())?;
    let fits = |phrase: &&Vec<&str>| {
        phrase.len() <= words.len() - index && phrase.iter().zip(&words[index..]).all(|(wanted, word)| wanted == word)
    };
    here.iter().filter(fits).map(Vec::len).max()
}

/// Whether a harmless phrase covers the first word of what was found.
fn harmless(lexicon: &Ready, words: &[String], index: usize, length: usize) -> bool {
    (index.saturating_sub(2)..=index).any(|start| {
        longest(&lexicon.harmless, words, start).is_some_and(|covered| {
            let end = start + covered;
            index < end && (start < index || covered >= length)
        })
    })
}

fn sentence_begins(reading: &Reading, tokens: &[Token], index: usize) -> bool {
    let gap_start = index.checked_sub(1).map_or(0, |before| tokens[before].end);
    index == 0 || reading.slice(gap_start..tokens[index].start).contains(|sign: char| !matches!(sign, ' ' | '\'' | '"' | '/' | '('))
}

/// "bl0ck" is "block": digits and signs drawn like letters, in words that hold letters too.
fn letters_for_digits(word: &str) -> String {
    if !word.bytes().any(|byte| byte.is_ascii_digit()) || !word.bytes().any(|byte| byte.is_ascii_alphabetic()) {
        return word.to_owned();
    }
    word.chars()
        .map(|sign| match sign {
            '0' => 'o',
            '1' => 'i',
            '3' => 'e',
            '4' => 'a',
            '5' => 's',
            '7' => 't',
            sign => sign,
        })
        .collect()
}

/// Words written letter by letter, "h i d e": the word and its positions. Every cut of a longer row is tried.
fn spelled_out(tokens: &[Token]) -> Vec<(String, usize, usize)> {
    let mut words = vec![];
    let mut start = 0;
    while start < tokens.len() {
        let mut end = start;
        while end < tokens.len() && tokens[end].word.chars().count() == 1 {
            end += 1;
        }
        if end - start >= 4 {
            // rows are short; sixteen letters bound the work
            for first in start..end {
                for last in first + 4..=end.min(first + 16) {
                    let word: String = tokens[first..last].iter().map(|token| token.word.as_str()).collect();
                    words.push((word, tokens[first].start, tokens[last - 1].end));
                }
            }
        }
        start = end.max(start + 1);
    }
    words
}
