//! Verify light: checks a site by its pages' proofs, without reading its log.
//!
//! For each page that is looked at: the proof holds, the newest snapshot and the leaves after it show that no entry is
//! missing, and the page's data and the page for people say what follows. What it costs follows from the pages and not from
//! the log. It does not replay the log: that a snapshot counts rightly is the log's word until somebody does, and so is that
//! nothing was withdrawn before it. The checkpoint is read first: a server makes its proofs on the one that it publishes, so
//! a proof on a smaller tree is old, and what was added since is not in it. That trees of several sizes continue each other
//! is for whoever reads the log.

use super::page::{Judged, held_against, judge, worse};
use super::told::Told;
use super::{Site, could_not, now_seconds, shown};
use crate::cli::{Answer, Stopped};
use crate::world::{Chance, MachineChance};
use handbell_log::checkpoint::Checkpoint;
use handbell_log::note::Note;
use handbell_log::policy::Policy;
use handbell_log::verify::GAPS;
use handbell_rules::id::IncidentId;
use handbell_rules::record::projection::IncidentRecord;
use serde_json::Value;
use std::collections::BTreeMap;

/// Pages that are looked at when not all of them are.
const SOME: usize = 8;

/// Some of a list, which nobody could foresee.
fn some<T: Clone>(all: &[T]) -> Vec<T> {
    let mut left = all.to_vec();
    if left.len() <= SOME {
        return left;
    }
    let mut taken = Vec::with_capacity(SOME);
    for _ in 0..SOME {
        let mut bytes = [0; 8];
        MachineChance.fill(&mut bytes);
        let place = u64::from_le_bytes(bytes) % left.len() as u64;
        taken.push(left.swap_remove(usize::try_from(place).unwrap_or_default()));
    }
    taken
}

/// The pages that are looked at: some or all, and again those that an earlier try of the same check has chosen, so that
/// growing meanwhile does not draw others in the place of one that was found wrong.
pub(super) fn chosen(earlier: &mut Vec<IncidentId>, all: &[IncidentId], every: bool) -> Vec<IncidentId> {
    if every {
        return all.to_vec();
    }
    if earlier.is_empty() {
        *earlier = some(all);
    }
    earlier.clone()
}

/// The checkpoint that a site shows before it is asked for proofs, by those who are believed.
pub(super) fn newest(policy: &Policy, checkpoint: Option<&[u8]>) -> Result<Checkpoint, Stopped> {
    let bytes = checkpoint.ok_or_else(|| could_not("no checkpoint stands there, so nobody can tell how new a proof is"))?;
    let note = Note::parse(bytes).map_err(|error| could_not(format!("checkpoint: {error}")))?;
    let judged = policy.judge(&note).map_err(|error| Stopped(Answer::No, format!("checkpoint: {error}")))?;
    Ok(judged.checkpoint)
}

/// Checks pages of a site by their proofs; `newest` is what [`newest`] answered before, `listed` are all pages that it has.
pub(super) fn check(site: &Site, policy: &Policy, newest: &Checkpoint, chosen: &[IncidentId], listed: usize) -> Result<Told, Stopped> {
    if chosen.is_empty() {
        let nothing = "nothing is checked: the site lists no page, or is a file host and has no list; check the whole log";
        return Err(could_not(nothing));
    }
    let (mut answer, mut lines, mut seen, mut last) = (Answer::Good, Vec::new(), Vec::new(), None);
    let (mut trees, mut may_hide, mut people) = (Trees::since(newest), false, People::default());
    let lost = site.get(&format!("/log/{GAPS}")).map_err(could_not)?.is_some();
    for incident in chosen {
        let path = format!("/record/{incident}/proof");
        let no = |why: &str| Stopped(Answer::No, format!("{path}: {why}"));
        let proof = match site.get(&path).map_err(could_not)? {
            Some(proof) => proof,
            None if lost => {
                lines.push(format!("{incident}: there is no proof of this page, and the site says that it has lost words of its log"));
                answer = worse(answer, Answer::CouldNotTell);
                continue;
            }
            None => return Err(no("there is no proof of this page")),
        };
        let Judged { told, record, .. } = judge(&proof, policy, now_seconds()).map_err(|why| no(&why))?;
        let complete = told.fields.get("complete").and_then(Value::as_bool) == Some(true);
        // Without what shows that no entry is missing, nobody can tell that none is.
        let mut of_page = if complete { told.answer } else { worse(told.answer, Answer::CouldNotTell) };
        if told.fields.get("page").and_then(Value::as_str) != Some(incident.to_string().as_str()) {
            return Err(no("it proves another page"));
        }
        seen.push(serde_json::json!({"page": incident.to_string(), "complete": complete, "size": told.fields.get("size")}));
        last = told.lines.last().cloned();
        if let Some(old) = trees.add(&told).map_err(|why| no(&why))? {
            // The page may have gone on since, so what it says now cannot be held against this.
            lines.push(format!("{incident}: {old}"));
            answer = worse(answer, worse(of_page, Answer::CouldNotTell));
            continue;
        }
        may_hide |= told.fields.get("may_hide_a_withdrawal").and_then(Value::as_bool) == Some(true);
        match &record {
            Some(record) => {
                data(site, record)?;
                let follows = people.saw(*incident, pages(site, &[record])? > 0);
                lines.push(format!(
                    "{incident}: {} entries{}, and {follows} from them",
                    record.lines.len(),
                    if complete { ", none missing" } else { "; whether later ones exist is not shown" }
                ));
            }
            None => {
                of_page = worse(of_page, Answer::No);
                lines.extend(told.lines.iter().filter(|line| line.contains("FAILED")).map(|line| format!("{incident}: {line}")));
            }
        }
        answer = worse(answer, of_page);
    }
    let word = if answer == Answer::Good { "verified" } else { "NOT verified" };
    lines.push(format!("{word}: {} of {} pages by their proofs; the log itself was not read", seen.len(), listed));
    lines.extend(people.words());
    lines.extend(trees.words());
    if may_hide {
        let unseen =
            "words withdrawn before the newest snapshot cannot be seen to be withdrawn by proofs of pages; checking the whole log shows it";
        lines.push(unseen.to_owned());
    }
    // Who else signed, in the words of the last page.
    lines.extend(last);
    Ok(Told::of("light", answer, lines).with("pages", listed).with("looked_at", seen).with("may_hide_a_withdrawal", may_hide))
}

/// Which pages for people were there.
#[derive(Default)]
struct People {
    there: usize,
    missing: Vec<IncidentId>,
}

impl People {
    /// Takes note of one, and answers what of it follows.
    fn saw(&mut self, incident: IncidentId, is_there: bool) -> &'static str {
        if is_there {
            self.there += 1;
            return "the pages follow";
        }
        self.missing.push(incident);
        "its data follows"
    }

    /// A file host has none. Where others are there, those that are not are named.
    fn words(&self) -> Option<String> {
        let named: Vec<String> = self.missing.iter().map(ToString::to_string).collect();
        match (self.there, named.is_empty()) {
            (_, true) => None,
            (0, false) => Some("no page for people stands there; their data was checked".to_owned()),
            (_, false) => Some(format!("others have a page for people, and these have none: {}", named.join(", "))),
        }
    }
}

/// The trees that the proofs of one site stand on: of one size there is one.
struct Trees {
    /// Entries that the site showed before any proof.
    shown: u64,
    roots: BTreeMap<u64, String>,
}

impl Trees {
    fn since(newest: &Checkpoint) -> Self {
        Self { shown: newest.size, roots: BTreeMap::from([(newest.size, newest.root.to_string())]) }
    }

    /// Takes note of the tree of a proof. Answers why the proof is old, where it is; the error is that there are two trees.
    fn add(&mut self, told: &Told) -> Result<Option<String>, String> {
        let (size, root) = (told.fields.get("size").and_then(Value::as_u64), told.fields.get("root").and_then(Value::as_str));
        let (Some(size), Some(root)) = (size, root) else { return Ok(None) };
        if self.roots.entry(size).or_insert_with(|| root.to_owned()) != root {
            return Err(format!("the log signed two trees of {size} entries: compare two of its checkpoints with `handbell verify split`"));
        }
        let shown = self.shown;
        let old = || {
            format!(
                "the proof is of {size} entries, and the site had shown {shown}: what came since is not in it. A cache may hand out \
                 an old one for a minute"
            )
        };
        Ok((size < shown).then(old))
    }

    /// What proofs of pages do not show of trees of several sizes.
    fn words(&self) -> Option<String> {
        let (first, last) = (self.roots.keys().next()?, self.roots.keys().next_back()?);
        (first != last).then(|| {
            format!(
                "trees of {first} to {last} entries were shown; that the larger continue the smaller is not shown by proofs of pages, \
                 checking the whole log shows it"
            )
        })
    }
}

/// Checks that a page's data is what follows.
fn data(site: &Site, record: &IncidentRecord) -> Result<(), Stopped> {
    let path = format!("/api/v1/incidents/{}", record.incident);
    let given = site.get(&path).map_err(could_not)?;
    let (answer, line) = held_against(record, &given.unwrap_or_else(|| b"{}".to_vec()), &[]);
    if answer == Answer::Good { Ok(()) } else { Err(Stopped(answer, format!("{path}: {line}"))) }
}

/// Checks that pages for people say what follows, with the pages their lists go on at. Answers how many there are: a file
/// host has none.
pub(super) fn pages(site: &Site, records: &[&IncidentRecord]) -> Result<usize, Stopped> {
    let mut count = 0;
    for record in records {
        let path = format!("/record/{}", record.incident);
        let Some(page) = site.get(&path).map_err(could_not)? else { continue };
        count += 1;
        let parts = parts(site, record, &String::from_utf8_lossy(&page))?;
        let (answer, line) = held_against(record, &page, &parts);
        if answer != Answer::Good {
            return Err(Stopped(answer, format!("{path}: {line}")));
        }
    }
    Ok(count)
}

/// The further pages of an incident's lists, each once.
fn parts(site: &Site, record: &IncidentRecord, page: &str) -> Result<Vec<String>, Stopped> {
    let id = record.incident.to_string();
    let (mut found, mut left) = (Vec::new(), shown::PARTS_MAX);
    for begins in shown::beginnings(page, &id) {
        let mut next = Some(begins);
        while let Some(path) = next {
            left = left.checked_sub(1).ok_or_else(|| could_not(format!("/record/{id}: its lists do not end")))?;
            let bytes = site.get(&path).map_err(could_not)?.ok_or_else(|| Stopped(Answer::No, format!("{path}: it is not there")))?;
            let html = String::from_utf8_lossy(&bytes).into_owned();
            next = shown::goes_on(&html, &id);
            found.push(html);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mirror::sample::SampleLog;
    use handbell_log::hash::Hash;
    use handbell_log::note::SigningKey;

    #[test]
    fn a_check_that_begins_anew_looks_at_the_same_pages() {
        let ids = |count: u8| (0..count).map(|number| IncidentId([number; 16])).collect::<Vec<_>>();
        let mut earlier = Vec::new();
        let first = chosen(&mut earlier, &ids(40), false);
        assert_eq!(first.len(), SOME);
        assert_eq!(chosen(&mut earlier, &ids(41), false), first);
        assert_eq!(chosen(&mut earlier, &ids(41), true).len(), 41);
    }

    #[test]
    fn two_trees_of_one_size_are_found_among_the_proofs() {
        let newest = Checkpoint { origin: "bell.example/log1".to_owned(), size: 7, root: Hash([7; 32]) };
        let (seven, other) = (newest.root.to_string(), Hash([8; 32]).to_string());
        let of = |size: u64, root: &str| Told::of("page", Answer::Good, Vec::new()).with("size", size).with("root", root);
        let mut trees = Trees::since(&newest);
        for (size, root, holds) in [(7, &seven, true), (8, &other, true), (7, &other, false), (8, &other, true), (8, &seven, false)] {
            assert_eq!(trees.add(&of(size, root)).is_ok(), holds, "{size} {root}");
        }
        // The checkpoint that was read first is one of them.
        assert!(Trees::since(&newest).add(&of(7, &other)).is_err());
    }

    #[test]
    fn a_proof_on_less_than_the_site_had_shown_is_old_and_several_sizes_are_said() {
        let newest = Checkpoint { origin: "bell.example/log1".to_owned(), size: 7, root: Hash([7; 32]) };
        let of = |size: u64| Told::of("page", Answer::Good, Vec::new()).with("size", size).with("root", Hash([size as u8; 32]).to_string());
        for (size, is_old, is_said) in [(6, true, true), (7, false, false), (8, false, true)] {
            let mut trees = Trees::since(&newest);
            assert_eq!(trees.add(&of(size)).unwrap().is_some(), is_old, "{size}");
            assert_eq!(trees.words().is_some(), is_said, "{size}");
        }
    }

    #[test]
    fn the_checkpoint_before_the_proofs_must_be_there_and_believed() {
        let log = SampleLog::of(3);
        let policy = Policy::of_log(log.key.verifier().clone());
        assert_eq!(newest(&policy, Some(&log.checkpoint())).unwrap().size, 3);
        assert_eq!(newest(&policy, None).unwrap_err().0, Answer::CouldNotTell);
        let stranger = SigningKey::from_seed("north.example/log1", &[9; 32]).unwrap();
        let stranger = Policy::of_log(stranger.verifier().clone());
        assert_eq!(newest(&stranger, Some(&log.checkpoint())).unwrap_err().0, Answer::No);
    }

    #[test]
    fn pages_for_people_that_are_missing_beside_others_are_named() {
        let (one, other) = (IncidentId([1; 16]), IncidentId([2; 16]));
        let mut people = People::default();
        assert_eq!((people.saw(one, false), people.words().is_some_and(|words| words.starts_with("no page"))), ("its data follows", true));
        assert_eq!(people.saw(other, true), "the pages follow");
        assert!(people.words().is_some_and(|words| words.contains(&one.to_string()) && !words.contains(&other.to_string())));
        let mut people = People::default();
        people.saw(one, true);
        assert_eq!(people.words(), None);
    }
}
