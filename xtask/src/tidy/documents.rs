//! Rules about documents, the manifest and the weight of the site.

use super::Complaint;
use super::tree::{Tree, lines};
use crate::plot;

const PROBLEMS: &str = "docs/problems.md";
const REFUSALS_IN: &str = "crates/handbell-rules/src/refusal.rs";
const TROUBLES_IN: &str = "crates/handbell/src/doors/problem.rs";

/// Most bytes of one file, by how its name ends: a bad network is the usual one.
/// The service worker is one file that can be compared with one hash in the log, and it verifies signatures.
const BUDGETS: &[(&str, usize)] =
    &[("/sw.js", 11_000), (".js", 6_000), (".css", 12_000), (".html", 16_000), (".svg", 6_000), (".woff2", 0), (".png", 0)];

/// The plot is what its table gives.
pub fn plots(tree: &Tree) -> Vec<Complaint> {
    let (table, plot) = (tree.text(plot::TABLE).unwrap_or_default(), tree.text(plot::PLOT).unwrap_or_default());
    if plot == plot::drawn(table) { Vec::new() } else { vec![format!("{}: draw it again with `cargo xtask plot`", plot::PLOT)] }
}

pub fn refusals(tree: &Tree) -> Vec<Complaint> {
    let text = tree.text(REFUSALS_IN).unwrap_or_default();
    let names: Vec<&str> = lines(text).filter_map(|(_, line)| declared(line, |after| after.starts_with('"'))).collect();
    documented(tree, REFUSALS_IN, &names)
}

pub fn problems(tree: &Tree) -> Vec<Complaint> {
    let text = tree.text(TROUBLES_IN).unwrap_or_default();
    let names: Vec<&str> =
        lines(text).filter_map(|(_, line)| declared(line, |after| after.starts_with(|c: char| c.is_ascii_digit()))).collect();
    documented(tree, TROUBLES_IN, &names)
}

/// Every setting stands in the table of those who install a group.
pub fn settings(tree: &Tree) -> Vec<Complaint> {
    let (place, page) = ("crates/handbell/src/config.rs", "docs/operating/install.md");
    let text = tree.text(place).unwrap_or_default();
    let list = text.split_once("const KEYS:").and_then(|(_, rest)| rest.split_once("= [")).and_then(|(_, rest)| rest.split_once("];"));
    let keys: Vec<&str> =
        list.map_or("", |(keys, _)| keys).split(',').filter_map(|key| key.trim().trim_matches('"').split_whitespace().next()).collect();
    if keys.is_empty() {
        return vec![format!("{place}: no setting was found; this rule no longer reads the file")];
    }
    let told = tree.text(page).unwrap_or_default();
    let has = |key: &str| told.contains(&format!("`{key}`")) || told.contains(&format!("[[{key}]]"));
    keys.iter().filter(|key| !has(key)).map(|key| format!("{page}: nothing about the setting `{key}`")).collect()
}

/// Documents for people name no command that is not there, and every command that is shown. Formats are not among them:
/// they hold first lines such as `handbell share`, which are no commands.
pub fn commands(tree: &Tree) -> Vec<Complaint> {
    let place = "crates/handbell/src/cli/mod.rs";
    let known = commands_of(tree.text(place).unwrap_or_default());
    if known.is_empty() {
        return vec![format!("{place}: no command was found; this rule no longer reads the file")];
    }
    let (mut complaints, mut named) = (Vec::new(), Vec::new());
    let for_people = |path: &str| path.ends_with(".md") && (!path.contains('/') || path.starts_with("docs/operating/"));
    for (path, text) in tree.all().filter(|(path, _)| for_people(path)) {
        for (number, line) in lines(text) {
            let of_line: Vec<&str> = commands_named(line).collect();
            let odd = of_line.iter().filter(|name| !known.iter().any(|(known, _)| known == *name));
            complaints.extend(odd.map(|name| format!("{path}:{number}: there is no command `handbell {name}`")));
            named.extend(of_line);
        }
    }
    let untold = known.iter().filter(|(name, shown)| *shown && !named.contains(&name.as_str()));
    complaints.extend(untold.map(|(name, _)| format!("{place}: no document for people names `handbell {name}`")));
    complaints
}

/// The commands as they are typed, and whether the program's help shows them.
fn commands_of(text: &str) -> Vec<(String, bool)> {
    let list = text.split_once("enum Command {").and_then(|(_, rest)| rest.split_once("\n}")).map_or("", |(list, _)| list);
    let (mut found, mut shown) = (Vec::new(), true);
    for line in list.lines().filter_map(|line| line.strip_prefix("    ")) {
        if line.starts_with("#[command(hide") {
            shown = false;
        } else if line.starts_with(|c: char| c.is_ascii_uppercase()) {
            let name: String = line.chars().take_while(char::is_ascii_alphanumeric).collect();
            found.push((typed(&name), shown));
            shown = true;
        }
    }
    found
}

/// `HandOver` as it is typed: `hand-over`.
fn typed(name: &str) -> String {
    let mut word = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !word.is_empty() {
            word.push('-');
        }
        word.push(letter.to_ascii_lowercase());
    }
    word
}

/// What stands behind `handbell` where code begins with it, in a line of its own or among words.
fn commands_named(line: &str) -> impl Iterator<Item = &str> {
    let alone = line.trim_start().strip_prefix("handbell ");
    let all = alone.into_iter().chain(line.split("`handbell ").skip(1));
    let words = all.map(|after| after.split(|c: char| !c.is_ascii_lowercase() && c != '-').next().unwrap_or_default());
    words.filter(|word| word.starts_with(|c: char| c.is_ascii_lowercase()))
}

fn documented(tree: &Tree, place: &str, names: &[&str]) -> Vec<Complaint> {
    if names.is_empty() {
        return vec![format!("{place}: no name was found; this rule no longer reads the file")];
    }
    let page = tree.text(PROBLEMS).unwrap_or_default();
    let has = |name: &str| page.contains(&format!("`{name}`")) || page.lines().any(|line| line.trim_start_matches('#').trim() == name);
    names.iter().filter(|name| !has(name)).map(|name| format!("{PROBLEMS}: nothing about `{name}`")).collect()
}

/// The name in a line such as `KindUnknown "kind-unknown" "kind" "…"`, when what follows it fits.
fn declared(line: &str, follows: impl Fn(&str) -> bool) -> Option<&str> {
    let (variant, rest) = line.trim().split_once(" \"")?;
    let (name, after) = rest.split_once("\" ")?;
    let fits = variant.starts_with(|c: char| c.is_ascii_uppercase())
        && variant.chars().all(|c| c.is_ascii_alphanumeric())
        && !name.is_empty()
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        && follows(after);
    fits.then_some(name)
}

pub fn decisions(tree: &Tree) -> Vec<Complaint> {
    let folder = "docs/decisions/";
    let index = tree.text("docs/decisions/README.md").unwrap_or_default();
    let mut complaints = Vec::new();
    let mut numbers = Vec::new();
    for (path, text) in tree.below(folder, &[".md"]).filter(|(path, _)| !path.ends_with("README.md")) {
        let name = &path[folder.len()..];
        if !index.contains(&format!("({name})")) && !index.contains(&format!("(./{name})")) {
            complaints.push(format!("{path}: not in docs/decisions/README.md"));
        }
        let number = name.split('-').next().unwrap_or_default();
        if number.len() != 4 || !number.chars().all(|digit| digit.is_ascii_digit()) {
            complaints.push(format!("{path}: name it NNNN-title.md"));
        }
        if numbers.contains(&number) {
            complaints.push(format!("{path}: {number} is taken"));
        }
        numbers.push(number);
        if !text.starts_with("# ") {
            complaints.push(format!("{path}: begin with a heading"));
        }
    }
    complaints
}

pub fn links(tree: &Tree) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for (path, text) in tree.all().filter(|(path, _)| path.ends_with(".md")) {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for (number, target) in targets(text) {
            if target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
            let Some(whole) = (if file.is_empty() { Some(path.to_owned()) } else { joined(folder, file) }) else {
                complaints.push(format!("{path}:{number}: `{target}` leaves the repository"));
                continue;
            };
            if !tree.has(&whole) {
                complaints.push(format!("{path}:{number}: nothing at `{target}`"));
            } else if !anchor.is_empty()
                && whole.ends_with(".md")
                && !tree.text(&whole).is_some_and(|text| anchors(text).any(|a| a == anchor))
            {
                complaints.push(format!("{path}:{number}: no heading for `#{anchor}` in {whole}"));
            }
        }
    }
    complaints
}

/// Targets of Markdown links outside code, with their line.
fn targets(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut in_code = false;
    for (number, line) in lines(text) {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        }
        if in_code {
            continue;
        }
        for (part, plain) in line.split('`').enumerate() {
            if part % 2 == 1 {
                continue;
            }
            found.extend(plain.split("](").skip(1).filter_map(|after| after.split([')', ' ']).next()).map(|target| (number, target)));
        }
        // A link whose words are code: [`text`](target).
        found.extend(line.split("`](").skip(1).filter_map(|after| after.split([')', ' ']).next()).map(|target| (number, target)));
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// A path from a folder, without `.` and `..`; none when it leaves the root.
fn joined(folder: &str, file: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in file.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Anchors of a document's headings, as code hosts make them.
fn anchors(text: &str) -> impl Iterator<Item = String> {
    text.lines().filter(|line| line.starts_with('#')).map(|line| {
        let heading = line.trim_start_matches('#').trim().to_lowercase();
        heading.chars().filter(|c| c.is_alphanumeric() || [' ', '-', '_'].contains(c)).map(|c| if c == ' ' { '-' } else { c }).collect()
    })
}

pub fn dependencies(tree: &Tree) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    let mut inside = false;
    for (number, line) in lines(tree.text("Cargo.toml").unwrap_or_default()) {
        if line.starts_with('[') {
            inside = line == "[workspace.dependencies]";
        } else if inside && line.contains('=') && !line.starts_with('#') && !line.contains("path = ") && !line.contains(" # ") {
            let name = line.split(' ').next().unwrap_or_default();
            complaints.push(format!("Cargo.toml:{number}: {name} does not say why it is here"));
        }
    }
    let manifests = tree.below("", &["/Cargo.toml"]);
    for (path, text) in manifests {
        let mut inside = false;
        for (number, line) in lines(text) {
            if line.starts_with('[') {
                inside = line.contains("dependencies");
            } else if inside && line.contains('=') && !line.contains("workspace") && !line.contains(" # ") && !line.starts_with('#') {
                complaints.push(format!("{path}:{number}: take it from the workspace, or say why not: {line}"));
            }
        }
    }
    complaints
}

pub fn budgets(tree: &Tree) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for (path, text) in tree.below("site/", &[".js", ".css", ".html", ".svg"]) {
        let most = BUDGETS.iter().find(|(end, _)| path.ends_with(end)).map_or(usize::MAX, |(_, most)| *most);
        if text.len() > most {
            complaints.push(format!("{path}: {} bytes, at most {most}", text.len()));
        }
    }
    for path in tree.paths().filter(|path| path.starts_with("site/") && !path.starts_with("site/tests/")) {
        if BUDGETS.iter().any(|(end, most)| path.ends_with(end) && *most == 0) {
            complaints.push(format!("{path}: pages load no pictures and no fonts"));
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_from_their_tables() {
        let refusal = "        KindUnknown \"kind-unknown\" \"kind\" \"Choose.\"";
        assert_eq!(declared(refusal, |after| after.starts_with('"')), Some("kind-unknown"));
        let problem = "    NotFound \"not-found\" 404 \"This page is not here\" \"Check.\"";
        assert_eq!(declared(problem, |after| after.starts_with('4')), Some("not-found"));
        assert_eq!(declared("let x = \"not a name\" ;", |_| true), None);
    }

    #[test]
    fn a_setting_that_no_table_names_is_told() {
        let code = "const KEYS: [&str; 3] = [\n    \"name\",\n    \"far\",\n    \"neighbours\",\n];";
        let tree = Tree::of(&[("crates/handbell/src/config.rs", code), ("docs/operating/install.md", "`name` and `[[neighbours]]`")]);
        assert_eq!(settings(&tree), ["docs/operating/install.md: nothing about the setting `far`"]);
        assert_eq!(settings(&Tree::of(&[])).len(), 1, "a rule that reads nothing says so");
    }

    #[test]
    fn a_command_that_is_not_there_and_one_that_nobody_names_are_told() {
        let place = "crates/handbell/src/cli/mod.rs";
        let code = "enum Command {\n    /// Hands over.\n    HandOver {\n        dir: PathBuf,\n    },\n    Drill(drill::Words),\n    \
                    #[command(hide = true)]\n    ShutIn {\n    },\n    Open(open::Words),\n}\nenum Other {\n    Share,\n}\n";
        let told = "Type `handbell hand-over DIR`, `handbell` or `handbell --help`.\n\n    handbell drill DIR\n\n`handbell share` it.\n";
        let tree = Tree::of(&[(place, code), ("docs/operating/drill.md", told), ("docs/formats/share.md", "`handbell other`")]);
        let open = format!("{place}: no document for people names `handbell open`");
        assert_eq!(commands(&tree), ["docs/operating/drill.md:5: there is no command `handbell share`".to_owned(), open]);
        assert_eq!(commands(&Tree::of(&[])).len(), 1, "a rule that reads nothing says so");
    }

    #[test]
    fn links_are_found_outside_code_only() {
        let text = "[a](b.md) `[c](d.md)`\n```\n[e](f.md)\n```\n[`g`](h.md#i \"title\")";
        assert_eq!(targets(text), [(1, "b.md"), (5, "h.md#i")]);
        assert_eq!(joined("docs/formats", "../problems.md").as_deref(), Some("docs/problems.md"));
        assert_eq!(joined("docs", "../../else.md"), None);
        assert!(anchors("## Not kept yet (3)\n").any(|anchor| anchor == "not-kept-yet-3"));
    }
}
