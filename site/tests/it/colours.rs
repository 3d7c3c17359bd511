//! Every text colour on every ground it stands on, light and dark, measured.
//!
//! Contrast as in WCAG 2.2 (relative luminance, sRGB). Text needs 7:1, the edge of a control 4.5:1.

use std::collections::HashMap;

const TEXT: &[(&str, &str)] = &[
    ("ink", "paper"),
    ("ink", "sheet"),
    ("ink", "tint"),
    ("ink-2", "paper"),
    ("ink-2", "sheet"),
    ("ink-2", "tint"),
    ("act", "paper"),
    ("act", "sheet"),
    ("act-2", "paper"),
    ("act-2", "sheet"),
    ("on-act", "act"),
    ("on-act", "act-2"),
    ("on-live", "live"),
    ("on-bar", "bar"),
    ("paper", "ink"),
    ("danger", "paper"),
    ("danger", "sheet"),
    ("on-danger", "danger"),
    ("checking", "checking-bg"),
    ("confirmed", "confirmed-bg"),
    ("over", "over-bg"),
    ("nothing", "nothing-bg"),
    ("mistaken", "mistaken-bg"),
    ("exercise", "exercise-bg"),
    ("disputed", "disputed-bg"),
    ("corrected", "corrected-bg"),
    ("sheet", "corrected"),
    ("ink", "corrected-bg"),
    ("act", "corrected-bg"),
    ("act", "tint"),
    ("danger", "danger-bg"),
    ("brass", "sheet"),
];

const EDGES: &[(&str, &str)] = &[("edge", "paper"), ("edge", "sheet"), ("act", "sheet"), ("danger", "sheet"), ("ink", "paper")];

/// The colours of one scheme; dark falls back to light where it says nothing.
fn schemes() -> [HashMap<String, [f64; 3]>; 2] {
    let (mut light, mut dark) = (HashMap::new(), HashMap::new());
    for asset in handbell_site::assets().iter().filter(|asset| asset.path.ends_with(".css")) {
        let style = std::str::from_utf8(asset.bytes).unwrap();
        // A sheet that brings no colours of its own says nothing about the dark.
        let (day, night) = style.split_once("@media screen and (prefers-color-scheme:dark)").unwrap_or((style, "}}"));
        light.extend(colours(day));
        dark.extend(colours(night.split_once("}}").unwrap().0));
    }
    let mut night = light.clone();
    night.extend(dark);
    [light, night]
}

fn colours(block: &str) -> HashMap<String, [f64; 3]> {
    block
        .split(['{', ';', '}'])
        .filter_map(|line| line.trim().strip_prefix("--")?.split_once(":#"))
        .filter(|(_, hex)| hex.len() == 6)
        .map(|(name, hex)| {
            let part = |at: usize| f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0;
            (name.to_owned(), [part(0), part(2), part(4)])
        })
        .collect()
}

fn luminance(colour: [f64; 3]) -> f64 {
    let [r, g, b] = colour.map(|part| if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) });
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

fn contrast(a: [f64; 3], b: [f64; 3]) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn text_is_at_seven_to_one_and_edges_at_four_and_a_half() {
    for (scheme, colours) in ["light", "dark"].iter().zip(schemes()) {
        for (pairs, least) in [(TEXT, 7.0), (EDGES, 4.5)] {
            for (front, ground) in pairs {
                let ratio = contrast(colours[*front], colours[*ground]);
                assert!(ratio >= least, "{scheme}: {front} on {ground} is {ratio:.1}");
            }
        }
    }
}

#[test]
fn black_on_white_measures_twenty_one() {
    assert!((contrast([0.0; 3], [1.0; 3]) - 21.0).abs() < 0.001);
}
