//! Verify: checks a published log from the outside, with nothing but what is published.
//!
//! Signature, every leaf, every tile, every opening, the chain of each stream, and that every page's data
//! is what the entries say. Exit 0 when all of it holds, 1 with the place where it does not, 3 when the
//! log could not be read. Who else has signed is said beside it ([`cosigned`]): only a quorum that the caller asks for can
//! make the answer less than good. `page` and `split` judge single files: [`page`], [`split`].

mod cosigned;
mod page;
mod split;

#[cfg(test)]
pub(crate) use split::check as split_for_tests;

use super::{Answer, Stopped, say};
use handbell_log::note::VerifierKey;
use handbell_log::source::{Folder, Source, SourceError};
use handbell_log::verify::{State, Verdict, Verified, verify_log};
use handbell_rules::id::IncidentId;
use handbell_rules::record::projection::{IncidentRecord, LoggedEntry, project};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

const ANSWERS_WITHIN: Duration = Duration::from_secs(20);
/// Bytes read of one answer; the largest honest one is a bundle of 256 entries or a long page.
const ANSWER_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Where pages' data comes from.
enum Pages {
    Folder(PathBuf),
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
    fn get(&self, path: &str) -> Result<Option<Vec<u8>>, SourceError> {
        self.runtime.block_on(async {
            let mut answer =
                self.client.get(format!("{}{path}", self.base)).send().await.map_err(|error| trouble(path, error.without_url()))?;
            match answer.status().as_u16() {
                200 => {}
                404 | 410 => return Ok(None),
                status => return Err(trouble(path, format!("the site answered {status}"))),
            }
            let mut bytes = Vec::new();
            while let Some(chunk) = answer.chunk().await.map_err(|error| trouble(path, error.without_url()))? {
                bytes.extend_from_slice(&chunk);
                if bytes.len() > ANSWER_BYTES_MAX {
                    return Err(trouble(path, "the answer does not end"));
                }
            }
            Ok(Some(bytes))
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
    let (what, json) = (what.to_owned(), with.json);
    let runtime = tokio::runtime::Handle::current();
    let checked = tokio::task::spawn_blocking(move || check(&what, &with, runtime)).await?;
    match checked {
        Ok(checked) => {
            say(&if json { checked.json().to_string() } else { checked.text() });
            Ok(checked.answer())
        }
        Err(Stopped(answer, why)) => {
            if json {
                say(&json!({"answer": word(answer), "why": why}).to_string());
            }
            Err(Stopped(answer, why).into())
        }
    }
}

/// An answer in one word for programs.
fn word(answer: Answer) -> &'static str {
    match answer {
        Answer::Good => "good",
        Answer::No => "no",
        Answer::Usage => "usage",
        Answer::CouldNotTell => "could-not-tell",
    }
}

/// What was found of a log in which everything held; none where nothing is published yet.
struct Checked {
    whole: Option<Whole>,
}

struct Whole {
    origin: String,
    size: u64,
    pages: usize,
    still_offered: Vec<u64>,
    /// The publisher's own word for its key, where nobody else's was given.
    own_word: Option<String>,
    cosigned: cosigned::Cosigned,
}

impl Checked {
    fn answer(&self) -> Answer {
        self.whole.as_ref().map_or(Answer::Good, |whole| whole.cosigned.answer())
    }

    fn text(&self) -> String {
        let Some(Whole { origin, size, pages, still_offered, own_word, cosigned }) = &self.whole else {
            return "nothing is published yet: no checkpoint, no page".to_owned();
        };
        let mut text = format!("verified: {size} entries, {pages} pages follow from them, signed as {origin}");
        for index in still_offered {
            text.push_str(&format!("\nentry {index} is withdrawn and its content is still given out"));
        }
        if let Some(vkey) = own_word {
            text.push_str(&format!("\nthe key is the publisher's own word ({vkey}); pass --key to check against one you know"));
        }
        text + "\n" + &cosigned.text()
    }

    fn json(&self) -> Value {
        let Some(whole) = &self.whole else { return json!({"answer": "good", "size": 0, "cosigned": null}) };
        json!({
            "answer": word(self.answer()),
            "origin": whole.origin,
            "size": whole.size,
            "pages": whole.pages,
            "still_offered": whole.still_offered,
            "key": if whole.own_word.is_some() { "publishers-word" } else { "given" },
            "cosigned": whole.cosigned.json(),
        })
    }
}

/// What `handbell verify` may be given beside its first word.
#[derive(Default)]
pub struct With {
    /// The files after `page` or `split`.
    pub files: Vec<PathBuf>,
    /// The log's verifier key.
    pub key: Option<String>,
    /// A policy file, for a log or after `page`.
    pub policy: Option<PathBuf>,
    /// A published log's folder, for `split`.
    pub leaves: Option<PathBuf>,
    /// Whether to answer for programs.
    pub json: bool,
}

/// `handbell verify page FILE` and `handbell verify split A B`; `None` where it is neither.
pub fn judge(what: &str, with: &With) -> Option<Result<Answer, Stopped>> {
    let usage = |why: &str| Err(Stopped(Answer::Usage, why.to_owned()));
    let checked = match (what, with.files.as_slice()) {
        // A folder may be called `page`; files after the word say which is meant.
        (_, []) if with.leaves.is_none() => return None,
        _ if with.json => usage("--json is for a log: verify WHAT --json"),
        ("page", [file]) if with.leaves.is_none() => {
            page::policy(with.policy.as_deref(), with.key.as_deref()).and_then(|policy| page::check(file, &policy))
        }
        ("split", [one, other]) if with.policy.is_none() => match &with.key {
            Some(key) => split::check(one, other, key, with.leaves.as_deref()),
            None => usage("pass --key KEY: whose checkpoints are these?"),
        },
        _ => usage("verify WHAT [--policy FILE] [--json], verify page FILE [--policy FILE], or verify split A B [--leaves FOLDER]"),
    };
    Some(checked.map(|(answer, said)| {
        say(&said);
        answer
    }))
}

fn read_file(file: &Path) -> Result<Vec<u8>, Stopped> {
    std::fs::read(file).map_err(|error| could_not(format!("{}: {error}", file.display())))
}

fn parse_key(key: &str) -> Result<VerifierKey, Stopped> {
    VerifierKey::parse(key).map_err(|error| Stopped(Answer::Usage, format!("the key cannot be read: {error}")))
}

fn could_not(why: impl std::fmt::Display) -> Stopped {
    Stopped(Answer::CouldNotTell, why.to_string())
}

fn opened(what: &str, runtime: tokio::runtime::Handle) -> Result<(Box<dyn Source>, Pages), Stopped> {
    if what.starts_with("http://") || what.starts_with("https://") {
        let client = reqwest::Client::builder().timeout(ANSWERS_WITHIN).redirect(reqwest::redirect::Policy::none()).no_proxy().build();
        let site = Site { base: what.trim_end_matches('/').to_owned(), client: client.map_err(could_not)?, runtime };
        return Ok((Box::new(site.clone()), Pages::Site(site)));
    }
    let folder = Path::new(what);
    // A group's folder, or what somebody copied from its `public/`.
    let public = if folder.join("public").is_dir() { folder.join("public") } else { folder.to_owned() };
    let source = Folder::open(public.join("log")).map_err(|error| could_not(format!("{what}: {error}")))?;
    Ok((Box::new(source), Pages::Folder(public)))
}

fn check(what: &str, with: &With, runtime: tokio::runtime::Handle) -> Result<Checked, Stopped> {
    let (source, pages) = opened(what, runtime)?;
    let given = with.policy.as_deref().map(|file| page::policy(Some(file), None)).transpose()?;
    let checkpoint = source.read("checkpoint").map_err(could_not)?;
    let (vkey, own_word) = match (&with.key, &given) {
        (Some(key), _) => (parse_key(key)?, false),
        (None, Some(policy)) => (cosigned::key_of(policy, checkpoint.as_deref())?, false),
        (None, None) => {
            let bytes = pages
                .key()
                .map_err(could_not)?
                .ok_or_else(|| could_not("no key was given and none is published at log/vkey; pass --key"))?;
            (parse_key(String::from_utf8(bytes).map_err(could_not)?.trim())?, true)
        }
    };
    let Some(checkpoint) = checkpoint else {
        let pages = pages.list()?;
        return if pages.is_empty() {
            Ok(Checked { whole: None })
        } else {
            Err(Stopped(Answer::No, "there are pages and no checkpoint".into()))
        };
    };
    let verified = verify_log(source.as_ref(), &vkey).map_err(|failure| {
        let answer = match failure.verdict {
            Verdict::Wrong => Answer::No,
            Verdict::CouldNotTell => Answer::CouldNotTell,
        };
        Stopped(answer, format!("{}: {}", failure.place, failure.sentence))
    })?;
    let count = check_pages(&verified, &pages)?;
    let checkpoint = same_text(checkpoint, source.as_ref(), &verified)?;
    let whole = Whole {
        origin: verified.checkpoint.origin.clone(),
        size: verified.checkpoint.size,
        pages: count,
        still_offered: verified.still_offered().map(|entry| entry.index).collect(),
        own_word: own_word.then(|| vkey.to_string()),
        cosigned: cosigned::judge(&checkpoint, given, || pages.policy(), &vkey)?,
    };
    Ok(Checked { whole: Some(whole) })
}

/// The checkpoint that was verified, with the lines under it. The log may have grown since its lines were read.
fn same_text(read: Vec<u8>, source: &dyn Source, verified: &Verified) -> Result<Vec<u8>, Stopped> {
    let text = verified.checkpoint.encode();
    if read.starts_with(text.as_bytes()) {
        return Ok(read);
    }
    let again = source.read("checkpoint").map_err(could_not)?.filter(|again| again.starts_with(text.as_bytes()));
    again.ok_or_else(|| could_not("the log grew while it was read; try again"))
}

/// Checks that every page is the projection of its entries, and that there is a page for every stream that
/// was opened and no page beside them.
fn check_pages(verified: &Verified, pages: &Pages) -> Result<usize, Stopped> {
    let mut streams: BTreeMap<IncidentId, Vec<LoggedEntry>> = BTreeMap::new();
    for entry in &verified.entries {
        let payload = match &entry.state {
            State::Open(payload) => Some(serde_json::from_slice(payload).map_err(could_not)?),
            State::Withdrawn { .. } => None,
            State::Public => continue,
        };
        let stream = streams.entry(IncidentId(entry.leaf.stream().0)).or_default();
        stream.push(LoggedEntry { index: entry.index, kind: entry.leaf.kind_code(), payload });
    }
    let mut wanted: BTreeMap<IncidentId, IncidentRecord> = BTreeMap::new();
    for (stream, entries) in &streams {
        wanted.extend(project(*stream, entries).map(|page| (*stream, page)));
    }
    for id in pages.list()? {
        if !wanted.contains_key(&id) {
            return Err(Stopped(Answer::No, format!("incidents/{id}: this page follows from no entry of the log")));
        }
    }
    for (id, page) in &wanted {
        let given =
            pages.page(*id)?.ok_or_else(|| Stopped(Answer::No, format!("incidents/{id}: the log opened it and there is no page")))?;
        let same = serde_json::to_vec(page).map_err(could_not)?;
        if given != same {
            return Err(Stopped(Answer::No, format!("incidents/{id}: the page is not what the entries say")));
        }
    }
    Ok(wanted.len())
}

impl Pages {
    /// The publisher's own word for its key.
    fn key(&self) -> Result<Option<Vec<u8>>, SourceError> {
        match self {
            Self::Folder(public) => Ok(std::fs::read(public.join("log").join("vkey")).ok()),
            Self::Site(site) => site.get("/log/vkey"),
        }
    }

    /// The publisher's own word for whom to believe.
    fn policy(&self) -> Result<Option<Vec<u8>>, SourceError> {
        match self {
            Self::Folder(public) => Ok(std::fs::read(public.join("log").join("policy")).ok()),
            Self::Site(site) => site.get("/log/policy"),
        }
    }

    fn list(&self) -> Result<Vec<IncidentId>, Stopped> {
        match self {
            Self::Folder(public) => {
                let Ok(entries) = std::fs::read_dir(public.join("incidents")) else { return Ok(Vec::new()) };
                let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
                names
                    .filter_map(|name| name.strip_suffix(".json").map(str::to_owned))
                    .map(|name| name.parse().map_err(|_| Stopped(Answer::No, format!("incidents/{name}: not an incident"))))
                    .collect()
            }
            Self::Site(site) => {
                #[derive(serde::Deserialize)]
                struct List {
                    items: Vec<IncidentRecord>,
                    next: Option<String>,
                }
                let mut found = Vec::new();
                let mut path = "/api/v1/incidents".to_owned();
                loop {
                    let Some(bytes) = site.get(&path).map_err(could_not)? else {
                        // A file host has no lists. Whether a page stands beside the entries' it cannot be asked.
                        return if found.is_empty() { Ok(found) } else { Err(could_not("the site's list of incidents breaks off")) };
                    };
                    let list: List = serde_json::from_slice(&bytes).map_err(|error| Stopped(Answer::No, format!("{path}: {error}")))?;
                    let grew = !list.items.is_empty();
                    found.extend(list.items.into_iter().map(|item| item.incident));
                    match list.next {
                        // A list that names a next page and gives nothing would never end.
                        Some(next) if grew && next.starts_with("/api/v1/incidents?") => path = next,
                        Some(_) => return Err(Stopped(Answer::No, format!("{path}: the list of incidents does not end"))),
                        None => return Ok(found),
                    }
                }
            }
        }
    }

    fn page(&self, id: IncidentId) -> Result<Option<Vec<u8>>, Stopped> {
        match self {
            Self::Folder(public) => Ok(std::fs::read(public.join("incidents").join(format!("{id}.json"))).ok()),
            Self::Site(site) => match site.get(&format!("/api/v1/incidents/{id}")).map_err(could_not)? {
                None => site.get(&format!("/incidents/{id}.json")).map_err(could_not),
                page => Ok(page),
            },
        }
    }
}
