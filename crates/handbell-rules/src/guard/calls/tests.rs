//! Calls and threats beside the sentences that look most like them.

use super::super::{Rule, check};

fn said(text: &str, language: &str) -> bool {
    check(text, language).iter().any(|flag| matches!(flag.rule, Rule::Obstruction | Rule::Threat))
}

#[test]
fn a_call_is_known_by_whom_it_asks() {
    for (call, language) in [
        ("roll the tractor tyre into the lane", "en"),
        ("who has a lorry to park across the gate?", "en"),
        ("we need two more of you to hold the shutters closed", "en"),
        ("can anyone nearby get a van in front of theirs?", "en"),
        ("tell the lads block the ramp", "en"),
        ("if they drive off lie under the axle", "en"),
        ("lean something heavy on it so they won't open the doors", "en"),
        ("make sure that coach can't leave", "en"),
        ("hay que parar el furgón", "es"),
        ("alguien que entretenga a los agentes", "es"),
        ("que no arranque ese coche", "es"),
        ("a bloquear la salida", "es"),
        ("agarradlo y no lo soltéis", "es"),
    ] {
        assert!(said(call, language), "{call}");
    }
}

#[test]
fn what_is_told_denied_or_quoted_is_no_call() {
    for (text, language) in [
        ("Neighbours blocked the road for an hour.", "en"),
        ("Officers tried to block the exit.", "en"),
        ("Please do not surround the vehicle.", "en"),
        ("Do not touch, chase or insult anyone.", "en"),
        ("Observers never hide anyone.", "en"),
        ("The phrase \"block the van\" was chanted by some.", "en"),
        ("Some say they will block the road tomorrow.", "en"),
        ("The lane is flooded so buses can't get through.", "en"),
        ("Put sandbags across the door.", "en"),
        ("Hold the handrail, steps are slippy.", "en"),
        ("Keep the pavement clear so people with prams get by.", "en"),
        ("No bloqueen la entrada, por favor.", "es"),
        ("No se sienten en la calzada ni corten el paso.", "es"),
        ("Un hombre lo mató.", "es"),
        ("Cierren la puerta al salir.", "es"),
        ("Junta de vecinos a las siete.", "es"),
        ("Cerca de la puerta hay dos agentes.", "es"),
        ("Cortar una calle puede ser delito.", "es"),
    ] {
        assert!(!said(text, language), "{text}: {:?}", check(text, language));
    }
}

#[test]
fn a_threat_is_known_by_what_is_done_to_whom() {
    for (threat, language) in [
        ("somebody put a brick through his window", "en"),
        ("who's up for smashing those cops", "en"),
        ("fifty quid for whoever breaks his nose", "en"),
        ("I'll knock your teeth out", "en"),
        ("you're not going home tonight", "en"),
        ("lo rajo si vuelve", "es"),
        ("te vamos a romper las piernas", "es"),
        ("vas a salir en ambulancia", "es"),
    ] {
        assert!(said(threat, language), "{threat}");
    }
    for (text, language) in [
        ("He left in an ambulance.", "en"),
        ("A brick was thrown, it hit a parked car.", "en"),
        ("The council will pay for repairs.", "en"),
        ("Have your papers with you.", "en"),
        ("We will be there for you.", "en"),
        ("They asked him where he works.", "en"),
        ("Tengan cuidado con el hielo.", "es"),
        ("Le van a hacer una entrevista.", "es"),
    ] {
        assert!(!said(text, language), "{text}: {:?}", check(text, language));
    }
}
