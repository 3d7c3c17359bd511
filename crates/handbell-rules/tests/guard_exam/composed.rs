//! Calls and threats put together from a deed, whom or what it is done to, and an end. They stand beside the
//! fixed ones in `calls.rs` so that knowing a list by heart is not enough.

use super::chance::Chance;

type Parts = (&'static [&'static str], &'static [&'static str], &'static [&'static str]);

/// A call to get in the way, put together.
pub fn obstruction(language: &str, chance: &mut Chance) -> String {
    put_together(if language == "es" { &OBSTRUCTION_ES } else { &OBSTRUCTION_EN }, chance)
}

/// An open threat, put together.
pub fn threat(language: &str, chance: &mut Chance) -> String {
    put_together(if language == "es" { &THREAT_ES } else { &THREAT_EN }, chance)
}

fn put_together(sorts: &[Parts], chance: &mut Chance) -> String {
    let (deeds, whom, ends) = sorts[chance.below(sorts.len())];
    format!("{} {} {}", chance.pick(deeds), chance.pick(whom), chance.pick(ends)).trim_end().to_owned()
}

const OBSTRUCTION_EN: [Parts; 5] = [
    (
        &[
            "block",
            "blockade",
            "box in",
            "surround",
            "get in front of",
            "stand in front of",
            "lie down under",
            "hold up",
            "stop",
            "climb onto",
            "sit around",
        ],
        &["the van", "the second van", "their minibus", "the coach", "that car", "the convoy", "the last vehicle"],
        &["", "until the lawyer comes", "as long as you can", "so they can't drive off", "before it turns round", "with your bikes"],
    ),
    (
        &[
            "everyone come to",
            "all of you get to",
            "come down to",
            "bring your mates to",
            "send as many people as possible to",
            "get everybody over to",
        ],
        &["the corner", "the square", "the back gate", "the estate", "the car park", "the hotel", "the station steps"],
        &["now", "as fast as you can", "straight away", "and stop them", "before they leave"],
    ),
    (
        &["hide", "sneak out", "smuggle away", "conceal", "get rid of any trace of"],
        &["the lad", "the two cooks", "her brother", "them both", "the family upstairs"],
        &["in the cellar", "behind the counter", "in the loft", "before they search", "until it's over"],
    ),
    (
        &["warn", "tip off", "tell", "shout to"],
        &["the kitchen staff", "the people upstairs", "the workers", "the lads on the scaffold"],
        &["to run", "to get out the back", "to leave right now", "to hide", "to scatter"],
    ),
    (
        &["lock", "barricade", "bolt", "wedge", "chain up"],
        &["the front door", "the gate", "the stairwell", "the shutters", "the lift"],
        &["so they can't get in", "against them", "before the officers come up", "and don't let them through"],
    ),
];

const OBSTRUCTION_ES: [Parts; 5] = [
    (
        &[
            "bloquead",
            "bloqueen",
            "rodead",
            "rodeen",
            "parad",
            "paren",
            "cerrad el paso a",
            "pónganse delante de",
            "tumbaos debajo de",
            "retened",
            "súbanse a",
        ],
        &["la furgoneta", "la segunda furgoneta", "esa furgoneta", "la caravana de coches", "la última furgoneta"],
        &["", "hasta que venga la abogada", "todo lo que podáis", "para que no salga", "antes de que dé la vuelta", "con las bicis"],
    ),
    (
        &[
            "venid todos a",
            "vengan todos a",
            "bajad a",
            "traed a vuestros amigos a",
            "mandad a toda la gente posible a",
            "acudan en masa a",
        ],
        &["la esquina", "la plaza", "la puerta trasera", "la estación", "la entrada del hotel"],
        &["ya", "cuanto antes", "ahora mismo", "y paradlos", "antes de que se vayan"],
    ),
    (
        &["esconded a", "escondan a", "oculten a", "ocultad a", "sacad a escondidas a"],
        &["los chicos", "los dos cocineros", "su hermano", "la familia de arriba", "todos ellos"],
        &["en el sótano", "detrás del mostrador", "en el desván", "antes de que registren", "hasta que pase"],
    ),
    (
        &["avisad a", "avisen a", "decidles a", "díganles a", "gritadles a"],
        &["los de la cocina", "los de arriba", "los trabajadores", "los chicos del andamio"],
        &["que corran", "que salgan por detrás", "que se vayan ya", "que se escondan", "que huyan"],
    ),
    (
        &["cerrad con llave", "atrancad", "atranquen", "bloqueen", "encadenad"],
        &["la puerta", "la verja", "la escalera", "el portal", "el ascensor"],
        &["para que no entren", "contra ellos", "antes de que suban los agentes", "y no los dejéis pasar"],
    ),
];

const THREAT_EN: [Parts; 3] = [
    (
        &["we'll smash", "burn", "torch", "let's wreck", "I'm going to set fire to", "we are going to blow up", "someone should firebomb"],
        &["their van", "his house", "the office", "her car", "the depot", "the landlord's shop"],
        &["", "tonight", "next time", "with them in it", "if they come back"],
    ),
    (
        &[
            "we'll hurt",
            "I'll beat up",
            "someone ought to stab",
            "let's jump",
            "I will kill",
            "we are going to batter",
            "go and punch",
            "I'd shoot",
            "strangle",
        ],
        &["that officer", "the driver", "the landlord", "the one with the beard", "that inspector", "whoever called them"],
        &["", "after dark", "when nobody's looking", "on the way home", "one of these days"],
    ),
    (
        &["we know where", "find out where", "somebody tell me where", "we've worked out where"],
        &["that officer", "the driver", "the landlord", "the one with the beard", "that inspector"],
        &["lives", "sleeps", "drinks after work", "parks at night", "takes the kids to school"],
    ),
];

const THREAT_ES: [Parts; 3] = [
    (
        &["vamos a destrozar", "quemad", "quemen", "voy a prender fuego a", "vamos a volar", "habría que incendiar", "reventad"],
        &["su furgoneta", "su casa", "la oficina", "la cochera", "la tienda del casero"],
        &["", "esta noche", "la próxima vez", "con ellos dentro", "si vuelven"],
    ),
    (
        &[
            "vamos a hacer daño a",
            "le voy a pegar a",
            "alguien debería apuñalar a",
            "voy a matar a",
            "vamos a reventar a",
            "dadle una paliza a",
            "pegadle un tiro a",
            "estrangulad a",
        ],
        &["ese agente", "la jefa", "esa inspectora", "quien los llamó", "ese casero"],
        &["", "de noche", "cuando nadie mire", "de camino a casa", "un día de estos"],
    ),
    (
        &["sabemos dónde", "averiguad dónde", "que alguien me diga dónde", "ya hemos descubierto dónde"],
        &["vive", "duerme", "aparca de noche", "lleva a los niños"],
        &["ese agente", "esa inspectora", "el conductor", "el casero", "el de la barba"],
    ),
];
