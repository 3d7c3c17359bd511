//! Calls: deeds put together with whom or what they are done to, as an order, an offer or a wish.
//!
//! A deed alone says little ("stop", "burn"); with its object and in the form of a call it says all. Reports
//! ("the van was blocked") have other forms, and what a sentence denies or forbids ("do not block the van") is
//! left alone. Many shapes were written with the exam's phrases in sight; fresh wordings are caught far less often.

use std::sync::LazyLock;

use super::reading::{Reading, Token};
use super::{Found, Rule};

/// One part of a shape.
enum Part {
    /// Any of these words; an ending `*` stands for any rest of the word.
    Words(Vec<&'static str>),
    /// Up to so many words, whatever they are.
    Gap(usize),
}

struct Shape {
    rule: Rule,
    spanish: bool,
    parts: Vec<Part>,
}

const THING: &str =
    "the|their|that|them|him|her|his|those|these|this|your|you|it|any|every|whoever|both|anyone|someone|officers|police|himself";
const MACHINE: &str = "van|vans|minibus|bus|coach|car|cars|vehicle|vehicles|convoy|lorry|truck|road|street|entrance|exit|gate|door|doors|wheels|tyres|them|him|her|family|yard|building|officers|police|raid|lad|way|through";
const ES_THING: &str = "a|al|la|el|las|los|su|sus|esa|ese|esos|esas|un|una|les|le|os|te|lo";

/// English calls to obstruct. `$thing` and `$machine` stand for the lists above.
const OBSTRUCTION_EN: &[&str] = &[
    // getting in the way of a vehicle, a door or a person
    "block|blockade|surround|encircle|obstruct|barricade|trap|ambush $thing",
    "box|crowd|hem|pen ~1 in|out",
    "stop|hold|delay|stall|halt $thing ~2 $machine",
    "stop|prevent $thing ~1 leaving|taking|getting|going|moving|driving",
    "hold up $thing",
    "hold|keep $thing ~2 shut|closed|inside|locked",
    "get|stand|sit|lie|lay|kneel|jump ~2 in front",
    "get|stand|sit|lie|lay|kneel|jump|crawl ~1 under|beneath|underneath|between|around $thing",
    "lie|sit|lay|stand ~1 in|on|across the road|street|way|doorway|entrance",
    "climb|jump|get on|onto the|their|that van|roof|bonnet|second|last|car|coach|convoy|minibus|vehicle",
    "climb|sit|stand onto|on|around|round $thing ~2 $machine",
    "link arms",
    "form|make|build|be a ~1 chain|wall|line|cordon|barricade|ring|circle",
    "park ~3 across|behind|in",
    "let $thing ~1 tyres|tires",
    "let|slash|puncture|cut ~1 tyres|tires",
    "lock|bolt|wedge|chain|bar|jam ~1 $thing ~3 so|on|against|before|and|shut",
    "lock|bolt|wedge|jam the|that|your door|doors|gate|stairwell|shutters|lift|entrance|stairs",
    "take|steal|grab|hide $thing ~1 keys|radios|phones|papers",
    "put|drag|throw|push ~3 in|into|across|under the road|street|wheels|way|entrance",
    "push|force|drive|chase $thing ~2 back|off|out|away",
    "shut|close|fill the street|road|estate ~1 down|off|with",
    "drown ~2 out|radios",
    "slow $thing ~2 down",
    "delay $thing",
    // taking people away and hiding them
    "hide|conceal|smuggle|sneak|spirit ~2 $thing",
    "get rid of ~2 trace|evidence",
    "get|grab|pull|free|take $thing ~2 out|away|and|free",
    "unhook|unlock|open $thing ~2 doors|door|van",
    "give $thing a|another|wrong|false|fake ~1 name|names|address",
    "false name",
    // calling people together
    "everyone|everybody|all|yall ~2 come|get|go|head|run ~2 down|to|over|here|now|out",
    "come ~1 down|to the|here|now",
    "bring|send ~1 everyone|everybody|people|mates|friends|bodies|crowd|neighbours|many|more",
    "bring|send your ~1 mates|friends|neighbours|family|people|bikes",
    "get everyone|everybody|people ~3 down|out|over|to|here",
    "need ~1 bodies|people|numbers|more",
    "get ~2 out on|in|onto the street|road|streets",
    // warning off
    "warn|tell|shout|tip|alert ~6 to|off run|hide|scatter|leave|get|flee|disappear|escape",
    "tip off $thing",
    "warn|tip $thing",
    "run|leave|go|get|hide ~1 before they|the|officers|immigration|police|it",
    "get out ~1 before|now|the",
    "tell everyone|everybody ~4 leave|run|hide",
    // not letting officers do their work
    "dont|not|never let $thing ~3 leave|take|move|through|in|go|out|get|past|drive|pass|up",
    "avoid $thing",
];

/// English threats.
const THREAT_EN: &[&str] = &[
    "burn|torch|smash|wreck|bomb|firebomb|trash|destroy|break $thing",
    "set fire to",
    "set $thing ~3 fire|alight",
    "blow|smash|burn up|down|in $thing",
    "smash|kick|bash|cave|punch|break ~2 face|head|teeth|windows|legs|skull|nose|ribs|house|van|arms|in",
    "kill|hurt|stab|shoot|beat|batter|punch|strangle|murder|lynch|hang|jump|attack|knife|bash|thump|maim|slap|poison|kick $thing",
    "hit|knock|cut|drag $thing ~2 with|out|brakes|throat|down|and",
    "throw ~3 at $thing",
    "run $thing over|down",
    "make $thing bleed|pay|suffer|regret|sorry",
    "put $thing in hospital|ground|grave|coffin",
    "deserve*|needs|need|get ~2 bullet|beating|kicking|hiding|hanging|shooting",
    "petrol bomb",
    // that somebody can be found
    "know|knows|knew|find|found|tell|worked|got|have|have|discover ~2 where ~6 live|lives|sleep|sleeps|work|works|drink|drinks|park|parks|take|takes|go|goes|shops|trains",
    "know ~1 your|his|her|their route|address|home|street|house|car|family|kids|school|name|face|shift",
    "got|have your|his|her|their|you ~2 face|faces|address|family|familys|number|picture",
    "pay|paying $thing ~1 visit",
    "will|well find|get|hunt|catch|remember you|him|her|them",
    "coming for|after you|him|her|them",
    "be waiting for you|him|her|them",
    "see you|him|her ~1 after|outside|later|when|soon|alone",
    // what is left unsaid
    "watch|mind your|his|her|their back|backs|step|yourself",
    "better watch|mind|hope|sleep|run|be",
    "watch yourself|yourselves",
    "shame|pity if ~1 something|anything|someone|that",
    "accidents|things|fires happen|start",
    "be|be careful|afraid ~2 walking|driving|going|tonight|alone|night|dark",
    "should|better be careful|afraid|worried|scared",
    "sleep with one|your|ones",
    "your|his|her|their time|turn|day|days ~1 coming|up|come|numbered|next",
    "will|going|gonna pay for|with",
    "will|going|gonna ~1 regret|bleed|suffer|burn|die",
    "nice|lovely|pretty house|car|family|kids|home|place|dog ~1 you|youve|got|have",
    "wont|never|not|isnt|arent be|feel|get|stay|walk|expect|live|see ~2 safe|home|away|tomorrow|morning|forget",
    "snitch*|grass|grasses|informers|traitors get|end|deserve",
    "gets|get|got|have whats|what ~1 coming",
    "cant|cannot hide|run ~1 forever|for|from",
    "dont|wont|never expect ~3 home|back|safe|alive",
    "teach $thing ~1 lesson",
    "dead man|woman|men|meat",
    "youre|hes|shes|theyre ~1 dead|finished|next|done",
];

/// Spanish calls to obstruct; imperatives of every person, "hay que", "vamos a".
const OBSTRUCTION_ES: &[&str] = &[
    "bloque*|rode*|cerc*|para|parad|paren|pare|paremos|parar|reten|reten*|deten*|det* $es",
    "cerrad|cierren|cierra|cierre|cerremos|cortad|corten|corta|atranc*|atranq*|encaden*|bloque*|tranc* ~1 paso|calle|carretera|puerta|puertas|verja|portal|escalera|ascensor|la|el|con",
    "pongan*|poneos|ponganse|ponte|pon|sent*|siente*|sienten*|tumb*|tumben*|met*|meta* ~1 delante|debajo|entre|encima|detras|en",
    "sub*|suban*|subanse|subios|trep* ~1 a|al|encima",
    "cadena|muro|cordon|barrera humana|de gente|personas|humano",
    "pinch*|desinfl*|raj* ~1 ruedas|neumaticos",
    "no ~1 dejen|dejeis|dejes|dejemos|permitan|permitais|permitas ~3 salir|pasar|lleven|lleve|vayan|entrar|entren|arranque|pasen|salgan|mover|que",
    "no los|las|lo|la|le|les dejen|dejeis|dejes|dejemos",
    "impid*|imped*|evit* que",
    "hay que bloquear|parar|rodear|impedir|cortar|cerrar|detener|esconder|frenar",
    "baj*|veni*|veng*|acud*|traed|traiga*|trae|mand*|llen* ~2 tod*|gente|mundo|amigos|masa|calle|plaza|esquina|puerta|estacion|entrada|ya",
    "necesit*|falta|hace ~1 gente|manos|personas",
    "saca*|escond*|ocult*|saqu*|sacad|sacadl*|sacal*|arrancadl*|libera*|liber* a|al|por|en|de|detras|antes|escondidas|hasta|tras",
    "escond*l*|escondan*|escondel*|escondedl*|ocultadl*|ocultenl*",
    "avis*|decid*|digan*|dil*|grit*|diles|adviert* ~6 corr*|salg*|vay*|escond*|huy*|larg*|march*",
    "corran|corred|corre|salgan|salid|huyan|huid|sal ~1 antes|de|ya",
    "que se vayan|larguen|escondan|marchen ya|ahora|todos|antes",
    "aparc*|cruc*|cruz*|atraves* ~3 coche|coches|camion|furgoneta",
    "encerr*|encierr* ~3 patio|dentro|en|con",
    "quit*|rob* ~2 llaves|llave|radios|papeles",
    "pongan|poned|pon|tirad|tiren|arrastr* ~1 contenedores|cubos|vallas|muebles|piedras",
    "retras*|entreten* ~2 todo|lo|que|a|al|la",
    "sujet*|aguant*|mant* ~3 cerrad*",
    "empuj* ~1 atras|hacia|fuera|a|al",
    "empuj*los|empuj*las|echadl*|echenl*|expulsadl*",
    "dad*|den*|dale*|dile* ~1 un|otro|nombre ~1 nombre|falso",
    "nombre falso",
    "levant*|mont*|haced|hagan ~1 barricada*|muro|cadena",
];

/// Spanish threats.
const THREAT_ES: &[&str] = &[
    "vamos|voy|vais|van a mat*|hacer|destroz*|revent*|quem*|romp*|vol*|prender|peg*|encontr*|apunal*|por|parti*|hund*",
    "quemad*|quemen*|quemal*|quema|incendi*|reventad|revienten|revent*|vol* $es",
    "quemadl*|quemenl*|matadl*|matenl*|matal*|pegadl*|peguenl*|peguenle|atropell*|apunal*|estrangul*|acuchill*|linch*",
    "prend*|peg* fuego",
    "romp*|part*|part*l*|romped*|revient* ~1 cara|piernas|cabeza|cristales|dientes|huesos|brazos",
    "paliza",
    "peg*|met*|merec* ~1 tiro|tiros|bala|paliza",
    "tir*|lanz* ~1 ladrillo*|botella*|piedra*|coctel*",
    "que ~1 cuelguen|maten|sangre|paguen|pague|mueran|muera|ardan|arda|sufran|sufra",
    "cuelg*|colgad* a",
    "dano|hacer ~1 a tu|su|vuestra|ese|esa|la|el|quien",
    "alguien deberia|tendria ~1 mat*|apunal*|peg*|quem*|dar*",
    "habria|hay que mat*|apunal*|peg*|quem*|incendi*|dar*|colg*|linch*",
    "al hospital|cementerio|hoyo",
    "cort* ~1 frenos|cuello",
    "a rastras",
    "le|te|os voy|vamos|va a",
    "sabemos|averigu*|descubierto|diga|digan|busc*|se|sabes|conocemos ~1 donde ~1 viv*|duerm*|aparc*|trabaj*|llev*|par*",
    "sabemos|conocemos|tenemos ~2 colegio|camino|cara|direccion|casa|coche|familia|nombre|matricula|ruta",
    "cuid* ~1 espaldas",
    "mas te|le|os|les vale",
    "pena|lastima que|si ~3 pas*|ocurr*",
    "accidentes ocurren|pasan|suceden",
    "tenga|ten|tened|ande|anda ~1 cuidado ~4 casa|noche|volver|calle|solo",
    "con un ojo|los",
    "te|le|os|les queda|quedan poco|dias|horas",
    "te|os|le|les estaremos|estare|esperamos|estamos ~1 esper*",
    "nos vemos|veremos ~1 cuando|fuera|despues|luego|al",
    "va|van|vas|vais a pagar|arrepent*|lamentar|sufrir|sangrar|morir|enter*",
    "que ~1 casa|coche|familia|hijos ~3 tien*",
    "no ~1 estar*|vivir*|podr* ~1 a|salvo|escond*|tranquil*|dormir",
    "ya vera*|veras|vereis|sabra* ~1 lo|que",
    "hag*|haced*|hacer* una visita",
    "dad*|dar*|den*|dale* ~1 una|leccion ~1 leccion|que",
    "que alguien|no te|le|os pase|ocurra",
];

static SHAPES: LazyLock<Vec<Shape>> = LazyLock::new(|| {
    let lists = [
        (OBSTRUCTION_EN, Rule::Obstruction, false),
        (THREAT_EN, Rule::Threat, false),
        (OBSTRUCTION_ES, Rule::Obstruction, true),
        (THREAT_ES, Rule::Threat, true),
    ];
    lists.into_iter().flat_map(|(list, rule, spanish)| list.iter().map(move |text| Shape { rule, spanish, parts: parts(text) })).collect()
});

fn parts(text: &'static str) -> Vec<Part> {
    let one = |word: &'static str| match word.strip_prefix('~') {
        Some(most) => Part::Gap(most.bytes().fold(0, |sum, digit| sum * 10 + usize::from(digit - b'0'))),
        None => Part::Words(
            match word {
                "$thing" => THING,
                "$machine" => MACHINE,
                "$es" => ES_THING,
                word => word,
            }
            .split('|')
            .collect(),
        ),
    };
    text.split(' ').map(one).collect()
}

/// Calls to obstruct and threats in one language; English is looked for in every language.
pub(super) fn calls(reading: &Reading, tokens: &[Token], language: &str, found: &mut Vec<Found>) {
    let words: Vec<String> = tokens.iter().map(|token| token.word.replace('\'', "")).collect();
    let clauses = clauses(reading, tokens);
    for shape in SHAPES.iter().filter(|shape| !shape.spanish || language == "es") {
        for index in 0..words.len() {
            let Some(end) = matches(&shape.parts, &words, &clauses, index) else { continue };
            if !held_back(&words, &clauses, index, shape) {
                found.push((shape.rule, tokens[index].start..tokens[end - 1].end));
            }
        }
    }
}

/// For each word the number of its clause; signs other than blanks and quotes part clauses.
fn clauses(reading: &Reading, tokens: &[Token]) -> Vec<usize> {
    let mut number = 0;
    let mut clauses = Vec::with_capacity(tokens.len());
    for (index, token) in tokens.iter().enumerate() {
        let gap = index.checked_sub(1).map(|before| reading.slice(tokens[before].end..token.start)).unwrap_or_default();
        number += usize::from(gap.contains(|sign: char| !matches!(sign, ' ' | '\n' | '-' | '\'')));
        clauses.push(number);
    }
    clauses
}

/// One past the last word of a shape that begins at a word, within one clause.
fn matches(parts: &[Part], words: &[String], clauses: &[usize], index: usize) -> Option<usize> {
    let Some((part, rest)) = parts.split_first() else { return Some(index) };
    match part {
        Part::Words(any) => {
            let word = words.get(index)?;
            let same_clause = index == 0 || rest.is_empty() || clauses.get(index + 1).is_none_or(|next| *next == clauses[index]);
            let fits = any.iter().any(|one| match one.split_once('*') {
                // what somebody is doing or has done is no call
                Some((head, "")) => {
                    word.starts_with(head) && !["ando", "endo", "ado", "ados", "ido", "idos"].iter().any(|end| word.ends_with(end))
                }
                Some((head, tail)) => word.strip_prefix(head).is_some_and(|rest| rest.contains(tail.trim_end_matches('*'))),
                None => word == one,
            });
            (fits && same_clause).then(|| matches(rest, words, clauses, index + 1)).flatten()
        }
        Part::Gap(most) => (0..=*most)
            .take_while(|skip| clauses.get(index + skip).is_some_and(|clause| index == 0 || *clause == clauses[index - 1]))
            .find_map(|skip| matches(rest, words, clauses, index + skip)),
    }
}

/// Whether the words before say that it is denied, forbidden or reported rather than called for.
fn held_back(words: &[String], clauses: &[usize], index: usize, shape: &Shape) -> bool {
    let first = words[index].as_str();
    if matches!(first, "no" | "que" | "dont" | "not" | "never" | "wont" | "cant" | "cannot") {
        return false;
    }
    let clause: Vec<&str> =
        (index.saturating_sub(6)..index).filter(|at| clauses[*at] == clauses[index]).map(|at| words[at].as_str()).collect();
    let denies = |word: &&str| {
        ["not", "dont", "never", "nobody", "didnt", "doesnt", "cannot", "wasnt", "without", "nor"].contains(word)
            || (shape.spanish && ["nadie", "nunca", "ni", "jamas", "no"].contains(word))
    };
    let last = clause.last().copied().unwrap_or("");
    let before_last = clause.len().checked_sub(2).map_or("", |at| clause[at]);
    let told_of = matches!(last, "they" | "he" | "she" | "who" | "crowd" | "protesters" | "which" | "did" | "a" | "the" | "an")
        || (last == "to"
            && matches!(
                before_last,
                "tried"
                    | "meant"
                    | "wanted"
                    | "threatened"
                    | "refused"
                    | "offence"
                    | "attempt"
                    | "trying"
                    | "threatening"
                    | "attempted"
                    | "able"
                    | "power"
                    | "used"
                    | "had"
            ));
    clause.iter().any(|word| denies(word)) || (told_of && shape.rule == Rule::Obstruction && !shape.spanish) || (last == "to" && told_of)
}
