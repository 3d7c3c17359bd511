//! Verify: checks a published log from the outside, with nothing but what is published.
//!
//! Signature, every leaf, every tile, every opening, the chain of each stream, and that every page's data
//! is what the entries say. Exit 0 when all of it holds, 1 with the place where it does not, 3 when the
//! log could not be read. Who else has signed is said beside it ([`cosigned`]): only a quorum that the caller asks for can
//! make the answer less than good. `page` and `split` judge single files: [`page`], [`split`]. `--light` asks a site for
//! proofs of pages and not for the log: [`light`]. What grows while it is checked is checked anew: [`grown`]. A folder that is a pack is judged by [`pack`]. `--json` says the same for programs: [`told`].

mod cosigned;
mod grown;
mod light;
mod pack;
mod packed;
mod page;
mod seen;
mod shown;
mod split;
mod told;

#[cfg(test)]
mod tests;

#[cfg(test)]
pub(crate) use page::held_against as held_against_for_tests;
#[cfg(test)]
pub(crate) use split::check as split_for_tests;

use self::grown::{Begun, Pinned, Tried, settled};
use self::packed::Packed;
use self::told::Told;
use super::repair::copy::Ahead;
use super::{Answer, Stopped, control, say};
use crate::asked;
use crate::mirror::neighbour::HELD;
use crate::world::{Clock, MachineClock};
use handbell_log::checkpoint::Checkpoint;
use handbell_log::note::VerifierKey;
use handbell_log::policy::Policy;
use handbell_log::source::{Folder, Source, SourceError};
use handbell_log::tree::Frontier;
use handbell_log::verify::{GAPS, Gaps, State, Verdict, Verified, verify_log_with_gaps};
use handbell_rules::id::IncidentId;
use handbell_rules::record::projection::{IncidentRecord, LoggedEntry, project};
use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

const ANSWERS_WITHIN: Duration = Duration::from_secs(20);
/// How long a site that answers "too many" is left alone, and how often in a row.
const TURN: Duration = Duration::from_secs(1);
const TURNS_MAX: usize = 60;
/// Bytes read of one answer; the largest honest one is a bundle of 256 entries or a long page.
const ANSWER_BYTES_MAX: u64 = 32 * 1024 * 1024;

/// Where pages' data comes from.
enum Pages {
    Folder(PathBuf),
    /// What looks like a neighbour's copy of a log (docs/formats/neighbour.md), which has no pages beside it.
    Copy(PathBuf),
    Site(Site),
}

#[derive(Clone)]
struct Site {
    base: String,
    client: reqwest::Client,
    runtime: tokio::runtime::Handle,
}

fn trouble(path: &str, problem: impl std::fmt::Display) -> SourceError {
    SourceError { path: path.to_owned(), problem: problem.to_string(), cause: None }
}

impl Site {
    async fn ask(&self, path: &str) -> Result<reqwest::Response, SourceError> {
        self.client.get(format!("{}{path}", self.base)).send().await.map_err(|error| trouble(path, error.without_url()))
    }

    fn get(&self, path: &str) -> Result<Option<Vec<u8>>, SourceError> {
        self.runtime.block_on(async {
            let mut answer = self.ask(path).await?;
            // A site answers a caller so often a minute; whoever checks all of it waits for its turn.
            for _ in 0..TURNS_MAX {
                if answer.status().as_u16() != 429 {
                    break;
                }
                tokio::time::sleep(TURN).await;
                answer = self.ask(path).await?;
            }
            match answer.status().as_u16() {
                200 => {}
                404 | 410 => return Ok(None),
                status => return Err(trouble(path, format!("the site answered {status}"))),
            }
            asked::whole(answer, ANSWER_BYTES_MAX).await.map(Some).map_err(|error| trouble(path, error))
        })
    }
}

impl Source for Site {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, SourceError> {
        self.get(&format!("/log/{path}"))
    }
}

/// `handbell verify`.
pub async fn run(what: &str, with: With) -> anyhow::Result<Answer> {
    let (what, as_json) = (what.to_owned(), with.json);
    let runtime = tokio::runtime::Handle::current();
    let told = tokio::task::spawn_blocking(move || check(&what, &with, runtime)).await?;
    let told = match told {
        Err(stopped) if as_json => Told::stopped("nothing", &stopped),
        told => told?,
    };
    say(&told.text(as_json));
    Ok(told.answer)
}

/// What `handbell verify` may be given beside its first word.
#[derive(Debug, Default)]
pub struct With {
    /// The files after `page` or `split`.
    pub files: Vec<PathBuf>,
    /// The log's verifier key.
    pub key: Option<String>,
    /// A policy file, for a log or after `page`.
    pub policy: Option<PathBuf>,
    /// A published log's folder, for `split`.
    pub leaves: Option<PathBuf>,
    /// Ask a site for proofs of pages instead of its log.
    pub light: bool,
    /// Read every page and every content by itself, instead of some pages and contents in packs.
    pub pages: bool,
    /// How many hours old the cosignatures may be that the policy's quorum asks for.
    pub within: Option<u64>,
    /// For a pack: the age identity to which its originals are sealed.
    pub identity: Option<PathBuf>,
    /// Print for programs.
    pub json: bool,
}

/// `handbell verify page FILE` and `handbell verify split A B`; `None` where it is neither.
fn judge(what: &str, with: &With) -> Option<Result<Told, Stopped>> {
    let usage = |why: &str| Err(Stopped(Answer::Usage, why.to_owned()));
    let own = !with.light && !with.pages && with.within.is_none();
    Some(match (what, with.files.as_slice()) {
        // A folder may be called `page`; files after the word say which is meant.
        (_, []) if with.leaves.is_none() => return None,
        ("page", [file]) if own && with.leaves.is_none() => policy(with).and_then(|policy| page::check(file, None, &policy)),
        ("page", [file, saved]) if own && with.leaves.is_none() => policy(with).and_then(|policy| page::check(file, Some(saved), &policy)),
        ("split", [one, other]) if own && with.policy.is_none() => match &with.key {
            Some(key) => split::check(one, other, key, with.leaves.as_deref())
                .map(|(answer, said)| Told::of("split", answer, said.lines().map(str::to_owned).collect())),
            None => usage("pass --key KEY: whose checkpoints are these?"),
        },
        _ => usage("verify WHAT, verify page FILE [PAGE] --policy FILE, or verify split A B [--leaves FOLDER]"),
    })
}

fn policy(with: &With) -> Result<Policy, Stopped> {
    page::policy(with.policy.as_deref(), with.key.as_deref())
}

fn read_file(file: &Path) -> Result<Vec<u8>, Stopped> {
    std::fs::read(file).map_err(|error| could_not(format!("{}: {error}", file.display())))
}

/// A file below a folder; nothing where none stands. A disk that fails is no absence.
fn read_below(folder: &Path, path: &str) -> Result<Option<Vec<u8>>, SourceError> {
    match std::fs::read(folder.join(path)) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(trouble(path, error)),
    }
}

/// The names in a folder that may be missing. One that is no text is the name of no page.
fn names_in(folder: &Path) -> std::io::Result<Vec<String>> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let names: std::io::Result<Vec<_>> = entries.map(|entry| entry.map(|entry| entry.file_name())).collect();
    Ok(names?.into_iter().filter_map(|name| name.into_string().ok()).collect())
}

fn parse_key(key: &str) -> Result<VerifierKey, Stopped> {
    VerifierKey::parse(key).map_err(|error| Stopped(Answer::Usage, format!("the key cannot be read: {error}")))
}

fn could_not(why: impl std::fmt::Display) -> Stopped {
    Stopped(Answer::CouldNotTell, why.to_string())
}

fn check(what: &str, with: &With, runtime: tokio::runtime::Handle) -> Result<Told, Stopped> {
    if let Some(judged) = judge(what, with) {
        return judged;
    }
    if pack::is_one(Path::new(what)) {
        return pack::check(Path::new(what), with);
    }
    if with.identity.is_some() {
        return Err(Stopped(Answer::Usage, "--identity opens the originals of a pack, and this is none".to_owned()));
    }
    let mut looked = Vec::new();
    settled(|| attempt(what, with, &runtime, &mut looked), |rest| runtime.block_on(tokio::time::sleep(rest)))
}

/// One try at a log or a site, from its checkpoint on. `looked` are the pages for people that an earlier try has chosen.
fn attempt(what: &str, with: &With, runtime: &tokio::runtime::Handle, looked: &mut Vec<IncidentId>) -> Result<Tried, Stopped> {
    let (source, pages) = opened(what, with, runtime.clone())?;
    let given = with.policy.as_deref().map(|file| page::policy(Some(file), None)).transpose()?;
    if with.within.is_some() && (with.light || !given.as_ref().is_some_and(Policy::asks_for_cosigners)) {
        let why = "--within asks of a whole log that those whom the quorum of --policy FILE asks for signed so lately";
        return Err(Stopped(Answer::Usage, why.to_owned()));
    }
    let checkpoint = source.read("checkpoint").map_err(could_not)?;
    let is_served = match &pages {
        Pages::Site(_) => true,
        // The group's folder, or the `public/` in it.
        Pages::Folder(_) | Pages::Copy(_) => Path::new(what).ancestors().take(2).any(control::is_made),
    };
    if let (Pages::Site(site), true) = (&pages, with.light) {
        let (policy, word) = believed(&pages, with, given)?;
        let begun = cosigned::key_of(&policy, checkpoint.as_deref()).ok().and_then(|key| Begun::at(checkpoint.as_deref(), &key));
        let came = light::newest(&policy, checkpoint.as_deref())
            .and_then(|newest| by_proofs(site, &pages, with, (&policy, &newest), word, looked));
        return Ok(Tried { what: "light", begun, came, source, is_served });
    }
    let (vkey, own_word) = match (&with.key, &given) {
        (Some(key), _) => (parse_key(key)?, None),
        (None, Some(policy)) => (cosigned::key_of(policy, checkpoint.as_deref())?, None),
        (None, None) => {
            let vkey = pages.own_key()?;
            (vkey.clone(), Some(own_word(&vkey)))
        }
    };
    let begun = Begun::at(checkpoint.as_deref(), &vkey);
    let came = the_log(source.as_ref(), &pages, checkpoint.as_deref(), Known { vkey: &vkey, own_word, given }, with, looked);
    Ok(Tried { what: "log", begun, came, source, is_served })
}

/// By what a log is believed.
struct Known<'key> {
    vkey: &'key VerifierKey,
    /// What is said of the key where nobody gave one.
    own_word: Option<String>,
    /// The caller's policy.
    given: Option<Policy>,
}

/// Checks all of a log as of one checkpoint, what follows from it, and who else has signed.
fn the_log(
    source: &dyn Source,
    pages: &Pages,
    checkpoint: Option<&[u8]>,
    known: Known<'_>,
    with: &With,
    looked: &mut Vec<IncidentId>,
) -> Result<Told, Stopped> {
    let Known { vkey, own_word, given } = known;
    let Some(checkpoint) = checkpoint else {
        return nothing(pages, given.as_ref());
    };
    let mut told = match whole(&Pinned { source, checkpoint }, pages, vkey, with.pages, looked) {
        Err(stopped) => match pages.ahead(checkpoint, vkey).map_err(could_not)? {
            Some(ahead) => held(source, &ahead, pages, vkey)?,
            None => return Err(stopped),
        },
        told => told?,
    };
    let given_key = if own_word.is_some() { "publishers-word" } else { "given" };
    told.lines.extend(own_word);
    let cosigned = cosigned::judge(checkpoint, given, || pages.policy(), vkey, &when(with))?;
    if told.answer == Answer::Good {
        told.answer = cosigned.answer();
    }
    told.lines.extend(cosigned.text().lines().map(str::to_owned));
    Ok(told.with("key", given_key).with("cosigned", cosigned.json()))
}

/// What is said where no checkpoint stands. Nothing at all is good only of a new group's own folder: a mistyped address
/// shows as little, and so does a site that hides its log.
fn nothing(pages: &Pages, given: Option<&Policy>) -> Result<Told, Stopped> {
    pages.each_listed(|_| Err(Stopped(Answer::No, "there are pages and no checkpoint".into())))?;
    if !pages.is_a_new_groups() {
        return Err(could_not(
            "no checkpoint and no page stand there, so nothing is checked: is this the address or the folder of a record?",
        ));
    }
    if given.is_some_and(Policy::asks_for_cosigners) {
        return Err(could_not("nothing is published yet, and nobody whom the policy asks for can have signed it"));
    }
    Ok(Told::of("log", Answer::Good, vec!["nothing is published yet: no checkpoint, no page".to_owned()]).with("size", 0))
}

fn when(with: &With) -> cosigned::When {
    cosigned::When { now_seconds: now_seconds(), within_hours: with.within }
}

/// What time it is, in seconds since 1970.
fn now_seconds() -> u64 {
    u64::try_from(MachineClock.now().milliseconds() / 1_000).unwrap_or(0)
}

fn own_word(vkey: &VerifierKey) -> String {
    format!("the key is the publisher's own word ({vkey}); pass --key to check against one you know")
}

/// Whom the proofs of a site's pages are believed by, and what is said where that is the site's own word.
fn believed(pages: &Pages, with: &With, given: Option<Policy>) -> Result<(Policy, Option<String>), Stopped> {
    Ok(match (&with.key, given) {
        (Some(key), _) => (Policy::of_log(parse_key(key)?), None),
        (None, Some(policy)) => (policy, None),
        (None, None) => {
            let vkey = pages.own_key()?;
            let word = own_word(&vkey);
            (Policy::of_log(vkey), Some(word))
        }
    })
}

/// Checks a site by the proofs of its pages, by whom they are believed and the checkpoint that was read before them.
fn by_proofs(
    site: &Site,
    pages: &Pages,
    with: &With,
    (policy, newest): (&Policy, &Checkpoint),
    word: Option<String>,
    looked: &mut Vec<IncidentId>,
) -> Result<Told, Stopped> {
    let mut all = Vec::new();
    pages.each_listed(|id| {
        all.push(id);
        // Each incident was opened by an entry.
        let fits = all.len() as u64 <= newest.size;
        if fits { Ok(()) } else { Err(Stopped(Answer::No, format!("the log has {} entries, and more incidents are listed", newest.size))) }
    })?;

    let chosen = light::chosen(looked, &all, with.pages);
    let mut told = light::check(site, policy, newest, &chosen, all.len())?;
    // Before the last line, which says who else signed.
    if let (Some(line), place @ 1..) = (word, told.lines.len().saturating_sub(1)) {
        told.lines.insert(place, line);
    }
    Ok(told)
}

fn opened(what: &str, with: &With, runtime: tokio::runtime::Handle) -> Result<(Box<dyn Source>, Pages), Stopped> {
    let site = what.starts_with("http://") || what.starts_with("https://");
    if site {
        let client = asked::client(ANSWERS_WITHIN).map_err(could_not)?;
        let site = Site { base: what.trim_end_matches('/').to_owned(), client, runtime };
        let source: Box<dyn Source> = if with.pages { Box::new(site.clone()) } else { Box::new(Packed::of(site.clone())) };
        Ok((source, Pages::Site(site)))
    } else if with.light || with.pages {
        Err(Stopped(Answer::Usage, "--light and --pages ask a site: pass its address".to_owned()))
    } else {
        let folder = Path::new(what);
        // A group's folder, or what somebody copied from its `public/`.
        let public = if folder.join("public").is_dir() { folder.join("public") } else { folder.to_owned() };
        let source = Folder::open(public.join("log")).map_err(|error| could_not(format!("{what}: {error}")))?;
        let is_copy = public.join(HELD).is_file() && !public.join("incidents").exists();
        Ok((Box::new(source), if is_copy { Pages::Copy(public) } else { Pages::Folder(public) }))
    }
}

/// Checks all of a log, and the pages beside it.
fn whole(source: &dyn Source, pages: &Pages, vkey: &VerifierKey, every_page: bool, looked: &mut Vec<IncidentId>) -> Result<Told, Stopped> {
    // What the log says that it has lost is not wrong, and nobody can tell what it said.
    let gaps = source.read(GAPS).map_err(could_not)?.map_or(Ok(Gaps::None), |listed| Gaps::parse(&listed));
    let gaps = gaps.map_err(|error| Stopped(Answer::No, format!("{GAPS}: {error}")))?;
    let verified = verify_log_with_gaps(source, vkey, &gaps).map_err(|failure| {
        let answer = match failure.verdict {
            Verdict::Wrong => Answer::No,
            Verdict::CouldNotTell => Answer::CouldNotTell,
        };
        Stopped(answer, format!("{}: {}", failure.place, failure.sentence))
    })?;
    if let Pages::Copy(copy) = pages {
        check_copy(copy, vkey, &verified)?;
    }
    let wanted = check_pages(&verified, pages)?;
    let checkpoint = &verified.checkpoint;
    let mut lines =
        vec![format!("verified: {} entries, {} pages follow from them, signed as {}", checkpoint.size, wanted.len(), checkpoint.origin)];
    if matches!(pages, Pages::Copy(_)) {
        let words = "this folder says that it is a neighbour's copy: the log was checked, and there are no pages beside it";
        lines.push(words.to_owned());
    }
    let mut shown = 0;
    if let Pages::Site(site) = pages {
        let all: Vec<IncidentId> = wanted.keys().copied().collect();
        let chosen = light::chosen(looked, &all, every_page);
        let records: Vec<&IncidentRecord> = chosen.iter().filter_map(|id| wanted.get(id)).collect();
        shown = light::pages(site, &records)?;
        if shown > 0 {
            lines.push(format!("{shown} pages for people say what the log says"));
        }
    }
    let offered: Vec<u64> = verified.still_offered().map(|entry| entry.index).collect();
    lines.extend(offered.iter().map(|index| format!("entry {index} is withdrawn and its content is still given out")));
    let missing: Vec<u64> = verified.missing().collect();
    let says = if matches!(pages, Pages::Copy(_)) { "as this copy says of its keeper" } else { "as its keeper says" };
    lines.extend(missing_words(&missing, says));
    let answer = if missing.is_empty() { Answer::Good } else { Answer::CouldNotTell };
    Ok(Told::of("log", answer, lines)
        .with("origin", checkpoint.origin.clone())
        .with("size", checkpoint.size)
        .with("root", checkpoint.root.to_string())
        .with("pages", wanted.len())
        .with("pages_shown", shown)
        .with("still_offered", offered)
        .with("missing", missing))
}

/// Checks what a neighbour's copy holds that has cosigned more than that. Nobody can tell from it whether the rest goes on
/// from there.
fn held(source: &dyn Source, ahead: &Ahead, pages: &Pages, vkey: &VerifierKey) -> Result<Told, Stopped> {
    let checkpoint = &ahead.held;
    let mut told = whole(&Pinned { source, checkpoint }, pages, vkey, false, &mut Vec::new())?;
    told.answer = page::worse(told.answer, Answer::CouldNotTell);
    told.lines.push(format!("{ahead}. Only what it holds was checked"));
    Ok(told.with("cosigned_size", ahead.cosigned))
}

/// A neighbour's copy says what of the log it holds, signed by the log's key: a beginning of what was verified. A folder
/// that cannot say that is no copy, and its pages are missing.
fn check_copy(copy: &Path, vkey: &VerifierKey, verified: &Verified) -> Result<(), Stopped> {
    let no = |why: String| Stopped(Answer::No, format!("{HELD}: {why}; this is no neighbour's copy, and there are no pages"));
    let bytes = std::fs::read(copy.join(HELD)).map_err(|error| could_not(format!("{HELD}: {error}")))?;
    let held = Checkpoint::open(&bytes, vkey).map_err(|error| no(error.to_string()))?;
    if held.size > verified.checkpoint.size {
        return Err(no(format!("it names {} entries and the checkpoint {}", held.size, verified.checkpoint.size)));
    }
    let first = verified.entries.iter().take(usize::try_from(held.size).unwrap_or(usize::MAX));
    let tree: Frontier = first.map(|entry| entry.leaf.hash()).collect();
    if tree.root() == held.root { Ok(()) } else { Err(no("it is signed over another tree".to_owned())) }
}

/// What is said of entries whose words are said to be lost, by whom `says` tells.
fn missing_words(missing: &[u64], says: &str) -> Option<String> {
    const NAMED_MAX: usize = 10;
    let named: Vec<String> = missing.iter().take(NAMED_MAX).map(u64::to_string).collect();
    let more = if missing.len() > NAMED_MAX { " and others" } else { "" };
    (!missing.is_empty()).then(|| {
        format!(
            "{} entries stand in the log and their words are missing, {says}, and not withdrawn: {}{more}. What they said \
             cannot be told",
            missing.len(),
            named.join(", ")
        )
    })
}

/// Checks that every page is the projection of its entries, and that there is a page for every stream that
/// was opened and no page beside them. A neighbour's copy has no pages.
fn check_pages(verified: &Verified, pages: &Pages) -> Result<BTreeMap<IncidentId, IncidentRecord>, Stopped> {
    let mut streams: BTreeMap<IncidentId, Vec<LoggedEntry>> = BTreeMap::new();
    for entry in &verified.entries {
        let payload = match &entry.state {
            State::Open(payload) => Some(serde_json::from_slice(payload).map_err(could_not)?),
            State::Withdrawn { .. } | State::Missing => None,
            State::Public => continue,
        };
        let stream = streams.entry(IncidentId(entry.leaf.stream().0)).or_default();
        stream.push(LoggedEntry { index: entry.index, kind: entry.leaf.kind_code(), payload, missing: entry.state == State::Missing });
    }
    let mut wanted: BTreeMap<IncidentId, IncidentRecord> = BTreeMap::new();
    for (stream, entries) in &streams {
        wanted.extend(project(*stream, entries).map(|page| (*stream, page)));
    }
    pages.each_listed(|id| match wanted.contains_key(&id) {
        true => Ok(()),
        false => Err(Stopped(Answer::No, format!("incidents/{id}: this page follows from no entry of the log"))),
    })?;
    if matches!(pages, Pages::Copy(_)) {
        return Ok(wanted);
    }
    let lacks = |id: &IncidentId| streams.get(id).is_some_and(|entries| entries.iter().any(|entry| entry.missing));
    let mut untold = None;
    for (id, page) in &wanted {
        let Some(given) = pages.page(*id)? else {
            // A disk that fails loses a page with the words that were taken from it, until there is room for another one. What
            // is not there says nothing wrong.
            if lacks(id) {
                untold.get_or_insert_with(|| could_not(format!("incidents/{id}: there is no page, and words of it are missing")));
                continue;
            }
            return Err(Stopped(Answer::No, format!("incidents/{id}: the log opened it and there is no page")));
        };
        if given != page.bytes() {
            let stopped =
                page::other_rules(&given).map_or(Stopped(Answer::No, "the page is not what the entries say".to_owned()), could_not);
            return Err(Stopped(stopped.0, format!("incidents/{id}: {}", stopped.1)));
        }
    }
    if let Some(untold) = untold {
        return Err(untold);
    }
    Ok(wanted)
}

impl Pages {
    /// Whether this is the `public/` in a group's own folder, which may be too new to hold anything.
    fn is_a_new_groups(&self) -> bool {
        let Self::Folder(public) = self else { return false };
        let whole = public.canonicalize().ok();
        whole.is_some_and(|public| public.parent().is_some_and(|group| group.join("handbell.toml").is_file()))
    }

    /// The publisher's own word for its key.
    fn key(&self) -> Result<Option<Vec<u8>>, SourceError> {
        match self {
            Self::Folder(public) | Self::Copy(public) => read_below(public, "log/vkey"),
            Self::Site(site) => site.get("/log/vkey"),
        }
    }

    /// How far a neighbour's copy is ahead of what it holds.
    fn ahead(&self, checkpoint: &[u8], key: &VerifierKey) -> Result<Option<Ahead>, SourceError> {
        match self {
            Self::Copy(copy) => Ok(Ahead::of(Some(checkpoint), read_below(copy, HELD)?, key)),
            Self::Folder(_) | Self::Site(_) => Ok(None),
        }
    }

    /// The key by that word.
    fn own_key(&self) -> Result<VerifierKey, Stopped> {
        let bytes = self.key().map_err(could_not)?;
        let bytes = bytes.ok_or_else(|| could_not("no key was given and none is published at log/vkey; pass --key"))?;
        parse_key(String::from_utf8(bytes).map_err(could_not)?.trim())
    }

    /// The publisher's own word for whom to believe.
    fn policy(&self) -> Result<Option<Vec<u8>>, SourceError> {
        match self {
            Self::Folder(public) | Self::Copy(public) => read_below(public, "log/policy"),
            Self::Site(site) => site.get("/log/policy"),
        }
    }

    /// Hands on each incident that is listed, once, until `take` answers with an error.
    fn each_listed(&self, mut take: impl FnMut(IncidentId) -> Result<(), Stopped>) -> Result<(), Stopped> {
        match self {
            Self::Copy(_) => Ok(()),
            Self::Folder(public) => {
                let names = names_in(&public.join("incidents")).map_err(|error| could_not(format!("incidents: {error}")))?;
                let listed = names.iter().filter_map(|name| name.strip_suffix(".json"));
                listed
                    .map(|name| name.parse().map_err(|_| Stopped(Answer::No, format!("incidents/{name}: not an incident"))))
                    .try_for_each(|id| take(id?))
            }
            Self::Site(site) => {
                #[derive(serde::Deserialize)]
                struct Item {
                    incident: IncidentId,
                }
                #[derive(serde::Deserialize)]
                struct List {
                    items: Vec<Item>,
                    next: Option<String>,
                }
                let mut found = BTreeSet::new();
                let mut path = "/api/v1/incidents".to_owned();
                loop {
                    let Some(bytes) = site.get(&path).map_err(could_not)? else {
                        // A file host has no lists. Whether a page stands beside the entries' it cannot be asked.
                        return if found.is_empty() { Ok(()) } else { Err(could_not("the site's list of incidents breaks off")) };
                    };
                    let list: List = serde_json::from_slice(&bytes).map_err(|error| Stopped(Answer::No, format!("{path}: {error}")))?;
                    let before = found.len();
                    for item in list.items {
                        if found.insert(item.incident) {
                            take(item.incident)?;
                        }
                    }
                    let grew = found.len() > before;
                    match list.next {
                        // A list that names a next page and gives nothing new would never end.
                        Some(next) if grew && next.starts_with("/api/v1/incidents?") => path = next,
                        Some(_) => return Err(Stopped(Answer::No, format!("{path}: the list of incidents does not end"))),
                        None => return Ok(()),
                    }
                }
            }
        }
    }

    fn page(&self, id: IncidentId) -> Result<Option<Vec<u8>>, Stopped> {
        match self {
            Self::Copy(_) => Ok(None),
            Self::Folder(public) => read_below(public, &format!("incidents/{id}.json")).map_err(could_not),
            Self::Site(site) => match site.get(&format!("/api/v1/incidents/{id}")).map_err(could_not)? {
                None => site.get(&format!("/incidents/{id}.json")).map_err(could_not),
                page => Ok(page),
            },
        }
    }
}
