//! Acts of handing over: everything of a pack but the originals, which only two custodians can open.
//!
//! The line that says for whom stands in the custody chain before anything is given, and is itself in the pack. Nothing
//! is handed over that its giver did not allow.

use super::ActError;
use super::prove::hashes::Hashes;
use super::record::logged;
use crate::pack::{DayHead, ITEMS_MAX, Item, ItemName, Opened, Original, PAGE_VERSION, Pack};
use crate::store::LogRow;
use crate::world::World;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use handbell_log::checkpoint::Checkpoint;
use handbell_log::leaf::{Content, Leaf};
use handbell_log::note::Note;
use handbell_log::proof;
use handbell_log::proof_file::ProofFile;
use handbell_rules::change::{Change, What};
use handbell_rules::evidence::custody::{Deed, Doer, Head, Line, Office, Statement, hex, unnamed};
use handbell_rules::evidence::footage::{Copies, Footage, Wish};
use handbell_rules::evidence::stamp::Stamp;
use handbell_rules::id::{FootageId, MemberId};
use handbell_rules::people::member::{DeskCaller, Role};
use handbell_rules::record::entry::{CUSTODY_HEAD_TYPE, EntryKind, OPERATORS_STREAM};
use handbell_rules::record::projection::project;
use handbell_rules::refusal::{Evidence, Refusal};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// Lines of the chain read at once.
const LINES_AT_ONCE: u32 = 1_000;

/// The most letters of the words that say for whom.
pub const FOR_LETTERS_MAX: usize = 200;

/// Who hands over.
#[derive(Debug, Clone, Copy)]
pub enum Who {
    /// A custodian at the desk.
    Custodian(MemberId),
    /// Whoever runs the server, by its command line.
    Keeper,
}

impl Who {
    /// A caller, if they are a custodian.
    ///
    /// # Errors
    /// When they are not.
    pub fn of(caller: &DeskCaller) -> Result<Self, Refusal> {
        caller.needs(Role::Custodian)?;
        Ok(Self::Custodian(caller.member))
    }

    /// Whose doing it is.
    pub fn doer(self, salt: [u8; 16]) -> Doer {
        match self {
            Self::Custodian(member) => Doer::member(Office::Custodian, member, salt),
            Self::Keeper => Doer::keeper(salt),
        }
    }
}

/// Whether whoever gave it lets it leave: their wish, and that they have not taken the report back.
///
/// # Errors
/// [`Evidence::FootageShut`]; [`Evidence::FootageWishForbids`].
pub async fn may_leave(world: &World, footage: &Footage) -> Result<(), ActError> {
    if footage.is_shut() {
        return Err(Refusal::from(Evidence::FootageShut).into());
    }
    let taken_back = super::hiding::taken_back(world, footage).await?;
    if footage.wish == Wish::DeskOnly || taken_back { Err(Refusal::from(Evidence::FootageWishForbids).into()) } else { Ok(()) }
}

fn broken(error: impl std::fmt::Display) -> ActError {
    ActError::Broken(error.to_string())
}

/// Makes a pack of some footage for somebody. `public` is the group's folder of that name.
///
/// # Errors
/// [`ActError::NotFound`] for footage that is not here; a refusal where its giver wants nobody but the desk to see it, or
/// nothing says for whom it is, or that names somebody; [`ActError::Broken`] where what is published would not verify.
pub async fn hand_over(world: &World, public: &Path, ids: &[FootageId], for_whom: &str, who: Who) -> Result<Pack, ActError> {
    let for_whom = for_whom.trim();
    if for_whom.is_empty() || for_whom.chars().count() > FOR_LETTERS_MAX || ids.is_empty() || ids.len() > ITEMS_MAX {
        return Err(Refusal::from(Evidence::PackForNobody).into());
    }
    // It stands in each file's chain, and on the page of whoever takes packs away.
    unnamed(for_whom)?;
    let mut footage = Vec::with_capacity(ids.len());
    for id in ids {
        let one = world.store.evidence().footage(*id).await?.ok_or(ActError::NotFound)?;
        may_leave(world, &one).await?;
        footage.push(one);
    }
    for one in &footage {
        let said = one.said(&who.doer(world.bytes()), Deed::HandedOver, world.now()).with(format!("for {for_whom}"));
        let by = who.doer([0; 16]).actor();
        world.commit(Change { id: world.private_id(), at: world.now(), by, what: What::FootageHandled { said } }).await?;
    }
    let gathered = Gathered::read(world, public, footage, for_whom).await?;
    let log = public.join("log");
    // Tiles are read from a disk, and paths are hashed: not for a thread that answers others.
    tokio::task::spawn_blocking(move || gathered.pack(&log)).await.map_err(broken)?
}

/// What a pack is made of, read from the store.
struct Gathered {
    group: String,
    origin: String,
    log_key: String,
    for_whom: String,
    made_at: String,
    footage: Vec<(Footage, Option<LogRow>)>,
    lines: Vec<Line>,
    heads: Vec<(u64, LogRow)>,
    stamps: Vec<Stamp>,
    claims: Vec<String>,
    published: Option<(Note, Checkpoint)>,
}

impl Gathered {
    async fn read(world: &World, public: &Path, footage: Vec<Footage>, for_whom: &str) -> Result<Self, ActError> {
        let published = match tokio::fs::read(public.join("log/checkpoint")).await {
            Ok(bytes) => {
                let note = Note::parse(&bytes).map_err(broken)?;
                let checkpoint = Checkpoint::parse(note.text()).map_err(broken)?;
                Some((note, checkpoint))
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(broken(error)),
        };
        let size = published.as_ref().map_or(0, |(_, checkpoint)| checkpoint.size);
        let mut claims = Vec::new();
        let mut marked = Vec::with_capacity(footage.len());
        for one in footage {
            claims.extend(said_in_public(world, &one).await?);
            let mark = match one.noted {
                Some(stream) => world.store.stream(stream).await?.into_iter().find(|row| row.index < size && row.content.is_some()),
                None => None,
            };
            marked.push((one, mark));
        }
        claims.dedup();
        Ok(Self {
            group: world.group.name.clone(),
            origin: world.group.origin.clone(),
            log_key: world.group.log_vkey.clone(),
            for_whom: for_whom.to_owned(),
            made_at: world.now().utc_second(),
            footage: marked,
            lines: chain(world).await?,
            heads: day_heads(world, size).await?,
            stamps: world.store.evidence().stamps().await?,
            claims,
            published,
        })
    }

    fn pack(self, log: &Path) -> Result<Pack, ActError> {
        let size = self.published.as_ref().map_or(0, |(_, checkpoint)| checkpoint.size);
        let hashes = Hashes::of(log, size);
        let opened = |row: &LogRow| self.opened(row, &hashes);
        let about = |said: &Statement| self.footage.iter().any(|(one, _)| said.footage == Some(one.id));
        let statements: BTreeMap<u64, String> = self
            .lines
            .iter()
            .filter_map(|line| Some((line.number, line.statement.clone()?)))
            .filter(|(_, text)| Statement::parse(text).is_ok_and(|said| about(&said)))
            .collect();
        let items = self
            .footage
            .iter()
            .map(|(one, mark)| Ok(Item { name: name_of(one), inner_salt: one.inner_salt, mark: mark.as_ref().map(opened).transpose()? }));
        let items = items.collect::<Result<Vec<Item>, ActError>>()?;
        let chain: Vec<[u8; 32]> = self.lines.iter().map(|line| line.said).collect();
        let heads = wanted(&self.heads, &statements, chain.len() as u64);
        let ours = heads_of(&chain);
        let heads = heads.into_iter().map(|(lines, row)| {
            let hash = usize::try_from(lines).ok().and_then(|lines| ours.get(lines)).map(|head| head.hash);
            let stamp = self.stamps.iter().find(|stamp| stamp.lines == lines && Some(stamp.head) == hash);
            let answer = stamp.and_then(|stamp| STANDARD.decode(stamp.answer.as_deref()?).ok());
            Ok(DayHead { lines, entry: opened(row)?, stamp: answer })
        });
        let heads = heads.collect::<Result<Vec<DayHead>, ActError>>()?;
        let Self { claims, for_whom, group, origin, made_at, log_key, .. } = self;
        Ok(Pack { claims, for_whom, group, origin, made_at, log_key, items, chain, statements, heads, page: PAGE_VERSION })
    }

    fn opened(&self, row: &LogRow, hashes: &Hashes<'_>) -> Result<Opened, ActError> {
        let (note, checkpoint) = self.published.as_ref().ok_or_else(|| broken("nothing is published"))?;
        let leaf = Leaf::decode(&row.leaf).map_err(broken)?;
        let content = Content::decode(row.content.as_deref().unwrap_or_default()).map_err(broken)?;
        let path = proof::inclusion_in(hashes, row.index, checkpoint.size).map_err(broken)?;
        let path = path.ok_or_else(|| broken("an entry past the published log"))?;
        proof::verify_inclusion(&leaf.hash(), row.index, checkpoint.size, &path, &checkpoint.root).map_err(broken)?;
        let proof = ProofFile { extra: None, index: row.index, path, checkpoint: note.clone() };
        Ok(Opened { leaf: row.leaf.clone(), salt: content.salt.0, payload: content.payload, proof: proof.encode() })
    }
}

fn name_of(footage: &Footage) -> ItemName {
    let in_file = match &footage.copies {
        Copies::Made { in_file, .. } => in_file.clone().unwrap_or_default(),
        _ => String::new(),
    };
    ItemName {
        claimed: footage.claimed.clone(),
        footage: footage.id,
        in_file,
        in_log: footage.noted.is_some(),
        length: footage.length,
        media_type: footage.media_type.clone(),
        original: Original::Missing,
        received: footage.received_at.utc_second(),
        sha256: hex(&footage.sha256),
    }
}

fn heads_of(chain: &[[u8; 32]]) -> Vec<Head> {
    let mut heads = vec![Head::EMPTY];
    for said in chain {
        let next = heads.last().unwrap_or(&Head::EMPTY).after(said);
        heads.push(next);
    }
    heads
}

/// The heads a pack brings: for each statement the first that covers its line, and the newest of all.
fn wanted<'rows>(heads: &'rows [(u64, LogRow)], statements: &BTreeMap<u64, String>, lines: u64) -> BTreeMap<u64, &'rows LogRow> {
    let heads: Vec<&'rows (u64, LogRow)> = heads.iter().filter(|(head, _)| *head <= lines).collect();
    let first = statements.keys().filter_map(|line| heads.iter().copied().find(|one| one.0 > *line));
    first.chain(heads.last().copied()).map(|one| (one.0, &one.1)).collect()
}

async fn chain(world: &World) -> Result<Vec<Line>, ActError> {
    let mut all: Vec<Line> = Vec::new();
    loop {
        let some = world.store.evidence().custody(all.len() as u64, LINES_AT_ONCE).await?;
        if some.is_empty() {
            return Ok(all);
        }
        all.extend(some);
    }
}

/// The published entries that say a head, by its lines.
async fn day_heads(world: &World, size: u64) -> Result<Vec<(u64, LogRow)>, ActError> {
    let rows = world.store.stream(OPERATORS_STREAM).await?;
    let head = |row: LogRow| {
        let content = Content::decode(row.content.as_deref()?).ok()?;
        let payload: Value = serde_json::from_slice(&content.payload).ok()?;
        let lines = payload.get("lines")?.as_u64()?;
        (payload.get("type")?.as_str()? == CUSTODY_HEAD_TYPE).then_some((lines, row))
    };
    Ok(rows.into_iter().filter(|row| row.index < size && row.kind == EntryKind::Evidence.code()).filter_map(head).collect())
}

/// What the public record says of the incidents that footage belongs to.
async fn said_in_public(world: &World, footage: &Footage) -> Result<Vec<String>, ActError> {
    let Some(report) = world.store.report(footage.report).await? else { return Ok(Vec::new()) };
    let mut all = Vec::new();
    for incident in report.incidents {
        let Some(page) = project(incident, &logged(&world.store.stream(incident).await?)?) else { continue };
        let address = format!("{}/record/{incident}", world.group.origin);
        let claims = page.facts.iter().flat_map(|fact| fact.claims.iter().filter(|claim| claim.live).map(move |claim| (fact, claim)));
        all.extend(claims.map(|(fact, claim)| format!("{}: {} ({address})", fact.label, claim.says)));
    }
    Ok(all)
}
