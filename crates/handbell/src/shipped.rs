//! What ships inside the program: the first playbook, the first area file, the scenarios.

/// The playbook `uk-street`, file by file.
pub const UK_STREET: &[(&str, &str)] = &[
    ("playbook.toml", include_str!("../../../playbooks/uk-street/playbook.toml")),
    ("intake.toml", include_str!("../../../playbooks/uk-street/intake.toml")),
    ("predicates.toml", include_str!("../../../playbooks/uk-street/predicates.toml")),
    ("kinds/eviction.toml", include_str!("../../../playbooks/uk-street/kinds/eviction.toml")),
    ("kinds/flood.toml", include_str!("../../../playbooks/uk-street/kinds/flood.toml")),
    ("kinds/hate-incident.toml", include_str!("../../../playbooks/uk-street/kinds/hate-incident.toml")),
    ("kinds/immigration-visit.toml", include_str!("../../../playbooks/uk-street/kinds/immigration-visit.toml")),
    ("kinds/something-else.toml", include_str!("../../../playbooks/uk-street/kinds/something-else.toml")),
    ("cards/beside-somebody.toml", include_str!("../../../playbooks/uk-street/cards/beside-somebody.toml")),
    ("cards/held.toml", include_str!("../../../playbooks/uk-street/cards/held.toml")),
    ("cards/home.toml", include_str!("../../../playbooks/uk-street/cards/home.toml")),
    ("cards/street.toml", include_str!("../../../playbooks/uk-street/cards/street.toml")),
    ("cards/watching.toml", include_str!("../../../playbooks/uk-street/cards/watching.toml")),
    ("cards/work.toml", include_str!("../../../playbooks/uk-street/cards/work.toml")),
    ("words/en.ftl", include_str!("../../../playbooks/uk-street/words/en.ftl")),
    ("words/es.ftl", include_str!("../../../playbooks/uk-street/words/es.ftl")),
    ("words/ur.ftl", include_str!("../../../playbooks/uk-street/words/ur.ftl")),
    ("words/bn.ftl", include_str!("../../../playbooks/uk-street/words/bn.ftl")),
    ("words/so.ftl", include_str!("../../../playbooks/uk-street/words/so.ftl")),
    ("words/ro.ftl", include_str!("../../../playbooks/uk-street/words/ro.ftl")),
    ("words/pl.ftl", include_str!("../../../playbooks/uk-street/words/pl.ftl")),
    ("words/fr.ftl", include_str!("../../../playbooks/uk-street/words/fr.ftl")),
    ("words/pt.ftl", include_str!("../../../playbooks/uk-street/words/pt.ftl")),
    ("words/ar.ftl", include_str!("../../../playbooks/uk-street/words/ar.ftl")),
];

/// Named areas around Peckham in London.
pub const PECKHAM: &str = include_str!("../../../areas/peckham.toml");

/// Streets, stops and landmarks around Peckham, so that a search finds something before the group has a list.
pub const PECKHAM_PLACES: &str = include_str!("../../../areas/peckham-places.csv");

/// The scenario whose drill the demo replays.
pub const EVAN_COOK_CLOSE: &str = include_str!("../../../scenarios/evan-cook-close-2022.toml");

/// The scenario of 2017.
pub const RYE_LANE: &str = include_str!("../../../scenarios/rye-lane-2017.toml");

/// The evening made up for practice.
pub const PRACTICE_QUEENS_ROAD: &str = include_str!("../../../scenarios/practice-queens-road.toml");

/// Every scenario that holds a drill, by its name on the command line.
pub const DRILLS: [(&str, &str); 2] = [("practice-queens-road", PRACTICE_QUEENS_ROAD), ("evan-cook-close-2022", EVAN_COOK_CLOSE)];

/// Every scenario of something that happened, by its file's name.
pub const SCENARIOS: [(&str, &str); 2] = [("rye-lane-2017.toml", RYE_LANE), ("evan-cook-close-2022.toml", EVAN_COOK_CLOSE)];
