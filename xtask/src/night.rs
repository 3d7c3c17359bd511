//! The long runs, and the short ones of Rust.
//!
//! `night` is run by hand and writes its result and date where operators read it. It hides nothing: a
//! night that failed is written down as one that failed. What people wrote under [`BESIDE`] stays.

use crate::{Answer, fuzz, kills, place, sim};
use anyhow::Context;
use std::process::Command;

const SEEDS: u32 = 5_000;
const KILLS: u32 = 1_000;
/// Mebibytes of the film that is given over a bad line: a little below the 4 GiB that a file may have.
const FILM_MIB: u32 = 4_095;
/// Tiny files that are given.
const TINY_FILES: u32 = 10_000;
/// Made-up neighbourhoods, one from each seed, beginning with one that no night had before.
const NEIGHBOURHOODS: u32 = 1_000;
/// Damaged files that go through the walls.
const HOSTILE_FILES: u32 = 5_000;
/// How long each parser is shown damage: an hour and a half for the crate that reads pictures and films, and as long again
/// for all others side by side.
const DAMAGED_SECONDS: u32 = 5_400;

/// How long the fuzzer shows each parser of the log inputs: what safety T-22 asks for a change, of which `./check` has seconds.
const FUZZ_SECONDS: u32 = 600;

/// The heading of the page from which on people write; what stands before it is replaced.
const BESIDE: &str = "\n## Beside the night\n";

/// What people wrote on the page, with its heading; nothing where there is none.
fn beside(page: &str) -> &str {
    page.find(BESIDE).map_or("", |at| &page[at..])
}

/// `cargo xtask ci`: the Rust stages of ./check.
pub fn ci(_words: &[String]) -> Answer {
    let stages = ["format", "lints", "tests", "docs", "sim", "tidy"];
    let status = Command::new(place::root().join("check")).args(stages).status().context("running ./check")?;
    Ok(status.success())
}

/// `cargo xtask night`
pub fn run(_words: &[String]) -> Answer {
    let (passed, failed) = sim::seeds_of(SEEDS)?;
    crate::closing("sim", passed, failed);
    let killed = kills::all(KILLS)?;
    let given = given()?;
    let tiny = tiny()?;
    let hostile = hostile()?;
    let damaged = damaged()?;
    let (fuzz_good, fuzz_inputs) = fuzz::all(fuzz::Way::Search(FUZZ_SECONDS), &[])?;
    let neighbourhoods = neighbourhoods()?;
    let synapse = synapse()?;
    let long_runs = [&given, &tiny, &hostile, &damaged, &neighbourhoods];
    let all_good = failed == 0 && fuzz_good && killed.good && long_runs.iter().all(|run| run.is_some()) && synapse != Some(false);
    let page = format!(
        "# The last night run\n\n\
         `cargo xtask night` is run by hand and writes this page down to its second heading.\n\n\
         | what | result |\n| --- | --- |\n\
         | when | {when} (UTC) |\n\
         | commit | {commit} |\n\
         | simulator | {passed} seeds held, {failed} did not |\n\
         | kills | {killed} |\n\
         | kills while it rings | {fan_out} |\n\
         | a film of {FILM_MIB} MiB given over a bad line | {given} |\n\
         | {TINY_FILES} tiny files | {tiny} |\n\
         | {HOSTILE_FILES} damaged files through the walls | {hostile} |\n\
         | parsers shown damage | {damaged} |\n\
         | parsers of the log fuzzed | {fuzzed} |\n\
         | neighbourhoods of five groups, and logs with five cosigners | {neighbourhoods} |\n\
         | a real Matrix server | {matrix} |\n\
         | verdict | {verdict} |\n",
        when = said_by("date", &["-u", "+%Y-%m-%d %H:%M"])?,
        commit = said_by("git", &["rev-parse", "--short", "HEAD"])?,
        matrix = match synapse {
            None => "not run: `HANDBELL_TEST_SYNAPSE` named none",
            Some(true) => "a message once, its end, its edit, and whoever left is forgotten",
            Some(false) => "FAILED",
        },
        killed = killed.said.as_deref().unwrap_or("the test did not get to its end"),
        fan_out = killed.fan_out.as_deref().unwrap_or("the test did not get to its end"),
        given = given.as_deref().unwrap_or("the test did not get to its end"),
        tiny = tiny.as_deref().unwrap_or("the test did not get to its end"),
        hostile = hostile.as_deref().unwrap_or("FAILED"),
        damaged = damaged.as_deref().unwrap_or("FAILED"),
        fuzzed =
            if fuzz_good { format!("{FUZZ_SECONDS} seconds each, {fuzz_inputs} inputs, every promise held") } else { "FAILED".to_owned() },
        neighbourhoods = neighbourhoods.as_deref().unwrap_or("FAILED"),
        verdict = if all_good { "good" } else { "FAILED" },
    );
    let path = place::root().join("docs/operating/night.md");
    std::fs::create_dir_all(path.parent().context("docs/operating")?)?;
    let before = std::fs::read_to_string(&path).unwrap_or_default();
    std::fs::write(&path, page + beside(&before)).with_context(|| format!("writing {}", path.display()))?;
    println!("written to docs/operating/night.md");
    Ok(all_good)
}

/// Runs the test that cuts a film off fifty times and kills the server at every fifth; its closing line.
fn given() -> anyhow::Result<Option<String>> {
    let mut test = Command::new("cargo");
    test.args(["test", "-p", "handbell", "--locked", "--quiet", "--test", "it", "given::", "--", "--nocapture"]);
    let output = test.env("HANDBELL_TEST_UPLOAD_MIB", FILM_MIB.to_string()).current_dir(place::root()).output();
    let output = output.context("running the test that gives a film")?;
    let said = String::from_utf8_lossy(&output.stdout).lines().find_map(|line| Some(line.split_once("given: ")?.1.to_owned()));
    Ok(said.filter(|_| output.status.success()))
}

/// Runs the test that gives very many tiny files; its closing line.
fn tiny() -> anyhow::Result<Option<String>> {
    let mut test = Command::new("cargo");
    test.args(["test", "-p", "handbell", "--locked", "--quiet", "--test", "it", "tiny::", "--", "--nocapture"]);
    let output = test.env("HANDBELL_TEST_TINY", TINY_FILES.to_string()).current_dir(place::root()).output();
    let output = output.context("running the test that gives tiny files")?;
    let said = String::from_utf8_lossy(&output.stdout).lines().find_map(|line| Some(line.split_once("tiny: ")?.1.to_owned()));
    Ok(said.filter(|_| output.status.success()))
}

/// Runs the test that sends damaged files through the walls; its closing line.
fn hostile() -> anyhow::Result<Option<String>> {
    let seed = said_by("date", &["+%s"])?;
    let mut test = Command::new("cargo");
    test.args(["test", "-p", "handbell", "--locked", "--quiet", "--test", "it", "shut_in::many::", "--", "--nocapture"]);
    test.env("HANDBELL_TEST_HOSTILE", HOSTILE_FILES.to_string()).env("HANDBELL_TEST_SEED", seed);
    let output = test.current_dir(place::root()).output().context("running the test that sends damaged files through the walls")?;
    let said = String::from_utf8_lossy(&output.stdout).lines().find_map(|line| Some(line.split_once("hostile: ")?.1.to_owned()));
    Ok(said.filter(|_| output.status.success()))
}

/// Shows every parser of the evidence room damage for [`DAMAGED_SECONDS`] each, with numbers of this night.
fn damaged() -> anyhow::Result<Option<String>> {
    let seed = said_by("date", &["+%s"])?;
    for words in [["-p", "handbell-evidence", "--test", "it", "bounded::"], ["-p", "handbell", "--lib", "--quiet", "damage_to_"]] {
        let mut test = Command::new("cargo");
        test.args(["test", "--locked"]).args(words).env("HANDBELL_TEST_SECONDS", DAMAGED_SECONDS.to_string());
        let status = test.env("HANDBELL_TEST_SEED", &seed).current_dir(place::root()).status().context("running the tests of damage")?;
        if !status.success() {
            return Ok(None);
        }
    }
    Ok(Some(format!("{DAMAGED_SECONDS} seconds each from seed {seed}, none broke")))
}

/// Lives through neighbourhoods of which one lies and one loses its disk, and through logs with cosigners, from seeds of this
/// night.
fn neighbourhoods() -> anyhow::Result<Option<String>> {
    let first = said_by("date", &["+%s"])?;
    let mut test = Command::new("cargo");
    test.args(["test", "-p", "handbell-sim", "--locked", "--quiet", "--lib", "--"]);
    test.args(["a_lie_is_proved_and_a_loss_repaired", "a_log_keeps_what_its_cosigners_signed"]);
    test.env("HANDBELL_TEST_SEED", &first).env("HANDBELL_TEST_NEIGHBOURHOODS", NEIGHBOURHOODS.to_string());
    let status = test.current_dir(place::root()).status().context("running the made-up neighbourhoods")?;
    let said = format!(
        "{NEIGHBOURHOODS} from seed {first}: each lie proved, each loss repaired, nobody honest accused, and as many logs with cosigners held"
    );
    Ok(status.success().then_some(said))
}

/// Runs the test with a real home server, where one is installed; `None` where none is.
fn synapse() -> anyhow::Result<Option<bool>> {
    if place::variable("HANDBELL_TEST_SYNAPSE").is_none() {
        return Ok(None);
    }
    let words = ["test", "-p", "handbell", "--locked", "--quiet", "--lib", "--", "synapse_tests"];
    let status = Command::new("cargo").args(words).current_dir(place::root()).status().context("running the test with a Matrix server")?;
    Ok(Some(status.success()))
}

fn said_by(program: &str, words: &[&str]) -> anyhow::Result<String> {
    let output = Command::new(program).args(words).current_dir(place::root()).output().with_context(|| format!("running {program}"))?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_wrote_on_the_page_outlives_the_next_night() {
        let page = std::fs::read_to_string(place::root().join("docs/operating/night.md")).unwrap();
        let kept = beside(&page);
        assert!(kept.contains("**Kills.**") && !kept.contains("# The last night run"), "{kept}");
        assert!(page.starts_with("# The last night run\n") && page.matches(BESIDE).count() == 1);
        assert_eq!(beside("# The last night run\n\n| what | result |\n"), "");
        let lines: Vec<&str> = page.lines().filter(|line| line.starts_with("| 20")).collect();
        let once: std::collections::BTreeSet<&str> = lines.iter().copied().collect();
        assert_eq!(once.len(), lines.len(), "a row stands once");
    }
}
