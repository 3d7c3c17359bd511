//! Spanish orders: the forms in which a verb calls for something, made from its infinitive.
//!
//! To one and to many, familiar and polite, together with us, and the infinitive behind "hay que" or "vamos
//! a". Accents are gone by the time these are compared. Pronouns hang on the verb ("quemadlos"), so a word
//! is also tried without them. Forms of the past are not made: they report.

use std::collections::HashSet;

/// Stems that change under stress: the infinitive and its stressed stem.
const STRESSED: &[(&str, &str)] = &[
    ("cerrar", "cierr"),
    ("colgar", "cuelg"),
    ("apretar", "apriet"),
    ("atravesar", "atravies"),
    ("volar", "vuel"),
    ("mover", "muev"),
    ("perseguir", "persig"),
    ("seguir", "sig"),
    ("impedir", "impid"),
    ("herir", "hier"),
    ("encerrar", "encierr"),
    ("reventar", "revient"),
    ("soltar", "suelt"),
    ("rodar", "rued"),
    ("sentar", "sient"),
    ("despertar", "despiert"),
    ("torcer", "tuerz"),
    ("volcar", "vuelc"),
    ("defender", "defiend"),
    ("moler", "muel"),
    ("encontrar", "encuentr"),
    ("despedir", "despid"),
    ("morir", "muer"),
    ("rogar", "rueg"),
    ("regar", "rieg"),
    ("calentar", "calient"),
];

/// Verbs whose orders follow no rule.
const IRREGULAR: &[(&str, &[&str])] = &[
    ("poner", &["pon", "poned", "poneos", "ponga", "pongan", "pongamos", "poner"]),
    ("hacer", &["haz", "haced", "haga", "hagan", "hagamos", "hacer"]),
    ("traer", &["trae", "traed", "traiga", "traigan", "traigamos", "traer"]),
    ("venir", &["ven", "venid", "venga", "vengan", "vengamos", "venir", "venios"]),
    ("salir", &["sal", "salid", "salga", "salgan", "salgamos", "salir"]),
    ("decir", &["di", "decid", "diga", "digan", "digamos", "decir"]),
    ("ir", &["ve", "id", "vaya", "vayan", "vamos", "idos", "ir"]),
    ("dar", &["da", "dad", "de", "den", "demos", "dar"]),
    ("caer", &["cae", "caed", "caiga", "caigan", "caer"]),
    ("obstruir", &["obstruye", "obstruid", "obstruya", "obstruyan", "obstruyamos", "obstruir"]),
    ("destruir", &["destruye", "destruid", "destruya", "destruyan", "destruyamos", "destruir"]),
    ("huir", &["huye", "huid", "huya", "huyan", "huyamos", "huir"]),
    ("coger", &["coge", "coged", "coja", "cojan", "cojamos", "coger"]),
    ("perseguir", &["persigue", "perseguid", "persiga", "persigan", "persigamos", "perseguir"]),
    ("seguir", &["sigue", "seguid", "siga", "sigan", "sigamos", "seguir"]),
    ("distraer", &["distrae", "distraed", "distraiga", "distraigan", "distraigamos", "distraer"]),
    ("interponer", &["interpon", "interponed", "interponga", "interpongan", "interponer"]),
    ("reunir", &["reune", "reunid", "reuna", "reunan", "reunios", "reunir"]),
];

/// Forms that are far more often another word: "para", "cerca", "sobre", "cruce", "planta".
const OTHER_WORDS: &[&str] = &[
    "para", "cerca", "sobre", "entre", "parte", "corte", "cruce", "cierre", "toma", "planta", "junta", "forma", "monte", "arma", "busca",
    "de", "sal", "ve", "id", "tumba", "caza", "llama", "marcha", "cuenta", "calle", "tira", "carga", "echa", "guarda", "mueve", "bloque",
    "cubre", "caliente", "prende", "pena", "trae",
];

/// What is said of oneself: "rompo", "quemo".
pub(super) fn first_person(infinitive: &str) -> String {
    let stem = stressed(infinitive);
    match (&infinitive[infinitive.len().saturating_sub(2)..], stem.strip_suffix('g')) {
        ("er" | "ir", Some(cut)) => format!("{cut}jo"),
        _ => format!("{stem}o"),
    }
}

/// What is promised: "quemare", "quemaremos".
pub(super) fn future(infinitive: &str) -> Vec<String> {
    ["e", "as", "a", "emos", "eis", "an"].iter().map(|ending| format!("{infinitive}{ending}")).collect()
}

/// The stem under stress: "cierr" of "cerrar".
fn stressed(infinitive: &str) -> &str {
    let stem = &infinitive[..infinitive.len().saturating_sub(2)];
    STRESSED.iter().find(|(verb, _)| *verb == infinitive).map_or(stem, |(_, stem)| stem)
}

/// The forms in which a verb calls; those that are also another word are marked, so that no text has them alone.
pub(super) fn orders(infinitive: &str) -> HashSet<String> {
    all_orders(infinitive).into_iter().map(|form| unmistakable(&form)).collect()
}

/// A form as it is known where a pronoun hangs on it: "pártele" is an order, "parte" alone a part.
pub(super) fn unmistakable(form: &str) -> String {
    if OTHER_WORDS.contains(&form) { format!("{form}'") } else { form.to_owned() }
}

fn all_orders(infinitive: &str) -> HashSet<String> {
    // The compounds of "tener" go as it goes: "entretenga".
    if let Some(head) = infinitive.strip_suffix("tener") {
        return ["ten", "tened", "tenga", "tengan", "tengamos", "tener"].iter().map(|form| format!("{head}{form}")).collect();
    }
    if let Some((_, forms)) = IRREGULAR.iter().find(|(verb, _)| *verb == infinitive) {
        return forms.iter().map(|form| (*form).to_owned()).collect();
    }
    let (stem, ending) = infinitive.split_at(infinitive.len().saturating_sub(2));
    let stressed = stressed(infinitive);
    let (plain, other) = if ending == "ar" { ("a", "e") } else { ("e", "a") };
    let many = match ending {
        "ar" => "ad",
        "er" => "ed",
        _ => "id",
    };
    let we = if ending == "ar" { "emos" } else { "amos" };
    let before_other = |stem: &str| -> String {
        if ending == "ar" {
            // c, g and z keep their sound before e
            match stem.chars().last() {
                Some('c') => format!("{}qu", &stem[..stem.len() - 1]),
                Some('g') => format!("{stem}u"),
                Some('z') => format!("{}c", &stem[..stem.len() - 1]),
                _ => stem.to_owned(),
            }
        } else {
            match stem.chars().last() {
                Some('g') => format!("{}j", &stem[..stem.len() - 1]),
                _ => stem.to_owned(),
            }
        }
    };
    let (one, polite) = (format!("{stressed}{plain}"), before_other(stressed));
    HashSet::from([
        one,
        format!("{stem}{many}"),
        format!("{stem}{}", &many[..1]) + "os",
        format!("{polite}{other}"),
        format!("{polite}{other}n"),
        format!("{}{we}", before_other(stem)),
        infinitive.to_owned(),
    ])
}

/// A word without the pronouns that hang on it, in every way it can be cut, itself first.
pub(super) fn without_pronouns(word: &str) -> Vec<&str> {
    const OBJECTS: [&str; 6] = ["los", "las", "les", "lo", "la", "le"];
    const PERSONS: [&str; 5] = ["nos", "me", "te", "se", "os"];
    let mut cuts = vec![word];
    for object in OBJECTS {
        if let Some(rest) = word.strip_suffix(object).filter(|rest| rest.len() >= 2) {
            cuts.push(rest);
            cuts.extend(PERSONS.iter().filter_map(|person| rest.strip_suffix(person)).filter(|rest| rest.len() >= 2));
        }
    }
    cuts.extend(PERSONS.iter().filter_map(|person| word.strip_suffix(person)).filter(|rest| rest.len() >= 2));
    cuts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verb_calls_in_each_of_its_forms() {
        for (verb, forms) in [
            ("bloquear", &["bloquea", "bloquead", "bloquee", "bloqueen", "bloqueemos", "bloqueaos"][..]),
            ("atacar", &["ataca", "atacad", "ataquen", "ataquemos"]),
            ("colgar", &["cuelga", "colgad", "cuelguen", "colguemos"]),
            ("romper", &["rompe", "romped", "rompan", "rompamos"]),
            ("poner", &["pon", "poned", "pongan"]),
        ] {
            for form in forms {
                assert!(orders(verb).contains(*form), "{form}");
            }
        }
        assert!(!orders("bloquear").contains("bloquearon") && !orders("bloquear").contains("bloqueo"));
    }

    #[test]
    fn what_is_said_of_oneself_or_promised_is_made_too() {
        assert_eq!(["romper", "reventar", "coger"].map(first_person), ["rompo", "reviento", "cojo"]);
        assert!(future("matar").contains(&"mataremos".to_owned()));
        assert!(orders("entretener").contains("entretenga"));
    }

    #[test]
    fn pronouns_are_taken_off_and_the_verb_is_left() {
        for (word, verb) in
            [("quemadlos", "quemad"), ("atropellenlos", "atropellen"), ("metanse", "metan"), ("pegarselo", "pegar"), ("id", "id")]
        {
            assert!(without_pronouns(word).contains(&verb), "{word}");
        }
    }
}
