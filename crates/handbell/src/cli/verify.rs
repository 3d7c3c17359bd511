//! Verify: checks a published log from the outside, with nothing but what is published.
//!
//! Signature, every leaf, every tile, every opening, the chain of each stream, and that every page's data
//! is what the entries say. Exit 0 when all of it holds, 1 with the place where it does not, 3 when the
//! log could not be read. `page` and `split` judge single files: [`page`], [`split`].

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
pub async fn run(what: &str, key: Option<&str>) -> anyhow::Result<Answer> {
    let (what, key) = (what.to_owned(), key.map(str::to_owned));
    let runtime = tokio::runtime::Handle::current();
    let checked = tokio::task::spawn_blocking(move || check(&what, key.as_deref(), runtime)).await?;
    match checked {
        Ok(line) => {
            say(&line);
            Ok(Answer::Good)
        }
        Err(stopped) => Err(stopped.into()),
    }
}

/// What `handbell verify` may be given beside its first word.
pub struct With {
    /// The files after `page` or `split`.
    pub files: Vec<PathBuf>,
    /// The log's verifier key.
    pub key: Option<String>,
    /// A policy file, for `page`.
    pub policy: Option<PathBuf>,
    /// A published log's folder, for `split`.
    pub leaves: Option<PathBuf>,
}

/// `handbell verify page FILE` and `handbell verify split A B`; `None` where it is neither.
pub fn judge(what: &str, with: &With) -> Option<Result<Answer, Stopped>> {
    let usage = |why: &str| Err(Stopped(Answer::Usage, why.to_owned()));
    let checked = match (what, with.files.as_slice()) {
        // A folder may be called `page`; files after the word say which is meant.
        (_, []) if with.policy.is_none() && with.leaves.is_none() => return None,
        ("page", [file]) if with.leaves.is_none() => {
            page::policy(with.policy.as_deref(), with.key.as_deref()).and_then(|policy| page::check(file, &policy))
        }
        ("split", [one, other]) if with.policy.is_none() => match &with.key {
            Some(key) => split::check(one, other, key, with.leaves.as_deref()),
            None => usage("pass --key KEY: whose checkpoints are these?"),
        },
        _ => usage("verify WHAT, verify page FILE [--policy FILE], or verify split A B [--leaves FOLDER]"),
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

fn check(what: &str, key: Option<&str>, runtime: tokio::runtime::Handle) -> Result<String, Stopped> {
    let site = what.starts_with("http://") || what.starts_with("https://");
    let (source, pages): (Box<dyn Source>, Pages) = if site {
        let client = reqwest::Client::builder().timeout(ANSWERS_WITHIN).redirect(reqwest::redirect::Policy::none()).no_proxy().build();
        let site = Site { base: what.trim_end_matches('/').to_owned(), client: client.map_err(could_not)?, runtime };
        (Box::new(site.clone()), Pages::Site(site))
    } else {
        let folder = Path::new(what);
        // A group's folder, or what somebody copied from its `public/`.
        let public = if folder.join("public").is_dir() { folder.join("public") } else { folder.to_owned() };
        let source = Folder::open(public.join("log")).map_err(|error| could_not(format!("{what}: {error}")))?;
        (Box::new(source), Pages::Folder(public))
    };
    let (vkey, own_word) = match key {
        Some(key) => (key.to_owned(), false),
        None => {
            let bytes = pages
                .key()
                .map_err(could_not)?
                .ok_or_else(|| could_not("no key was given and none is published at log/vkey; pass --key"))?;
            (String::from_utf8(bytes).map_err(could_not)?.trim().to_owned(), true)
        }
    };
    let vkey = parse_key(&vkey)?;
    if source.read("checkpoint").map_err(could_not)?.is_none() {
        let pages = pages.list()?;
        return if pages.is_empty() {
            Ok("nothing is published yet: no checkpoint, no page".to_owned())
        } else {
            Err(Stopped(Answer::No, "there are pages and no checkpoint".into()))
        };
    }
    let verified = verify_log(source.as_ref(), &vkey).map_err(|failure| {
        let answer = match failure.verdict {
            Verdict::Wrong => Answer::No,
            Verdict::CouldNotTell => Answer::CouldNotTell,
        };
        Stopped(answer, format!("{}: {}", failure.place, failure.sentence))
    })?;
    let count = check_pages(&verified, &pages)?;
    let mut line =
        format!("verified: {} entries, {count} pages follow from them, signed as {}", verified.checkpoint.size, verified.checkpoint.origin);
    for entry in verified.still_offered() {
        line.push_str(&format!("\nentry {} is withdrawn and its content is still given out", entry.index));
    }
    if own_word {
        line.push_str(&format!("\nthe key is the publisher's own word ({vkey}); pass --key to check against one you know"));
    }
    line.push_str("\nnot cosigned: nobody else has signed that this is the only tree there is");
    Ok(line)
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
