//! Long log: a group whose record is long, written by the real store and published by the real sequencer.
//!
//! `./check strangers` makes one of more than a hundred thousand entries and has other people's programs check it;
//! `cargo xtask strangers` tells how. Every entry goes through [`handbell::store::Store::commit`], many changes to a
//! transaction as the writer groups them, and the log is published four times on the way, so that there are older
//! checkpoints, partial tiles and withdrawn contents. The words are made up; nothing is told to anybody.
//!
//! `long_log DIR ENTRIES [COSIGNED FOOTAGE]`, where DIR does not exist yet. It goes on until there are at least ENTRIES.
//! Into the folder COSIGNED it writes the newest checkpoint once more, with the lines of made-up cosigners under it, and
//! their keys. Early in the log stand the marks of some footage that came days ago and the heads of its custody chain;
//! into the folder FOOTAGE go the files of two of them, by their ids, so that a pack can be made.

#![expect(clippy::print_stdout, reason = "a program that says what it wrote")]

use anyhow::{Context, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::{StreamExt, TryStreamExt};
use handbell::cli;
use handbell::cli::town::{self, Staging, Town};
use handbell::config::Settings;
use handbell::work::notary::Notary;
use handbell::world::{Clock, MachineChance, World};
use handbell_log::checkpoint::Checkpoint;
use handbell_log::cosignature::CosigningKey;
use handbell_log::cosigner::{LINES_MAX, gather};
use handbell_log::note::Note;
use handbell_rules::bell::mode::Status;
use handbell_rules::change::{Actor, Change, What};
use handbell_rules::desk::incident::{Ending, Incident};
use handbell_rules::evidence::custody::{Deed, Doer, Office};
use handbell_rules::evidence::footage::{Copies, Footage, Wish};
use handbell_rules::id::{FootageId, IncidentId, MemberId, ProposalId, ReportId};
use handbell_rules::record::entry::{EntryKind, NewEntry};
use handbell_rules::record::proposal::{Follows, Proposal, Proposed};
use handbell_rules::time::{DAY, HOUR, Timestamp};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::path::Path;
use std::sync::Arc;

/// Entries of each incident: one page of the record as a long import writes it.
const ENTRIES_EACH: u64 = 52;
/// Changes that wait for the writer at a time; it takes what waits into one transaction.
const AT_ONCE: usize = 64;
/// One incident in so many has two contents withdrawn.
const WITHDRAWN_EVERY: u64 = 40;
/// Where the log is published on the way, in entries: inside the first tile, inside the third, past a full level.
const STOPS: [u64; 3] = [1, 600, 66_000];

fn main() -> anyhow::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let (dir, entries, beside) = match words.as_slice() {
        [dir, entries] => (dir, entries, None),
        [dir, entries, cosigned, footage] => (dir, entries, Some((Path::new(cosigned), Path::new(footage)))),
        _ => anyhow::bail!("long_log DIR ENTRIES [COSIGNED FOOTAGE]"),
    };
    let entries: u64 = entries.parse().context("how many entries")?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(write(Path::new(dir), entries, beside.map(|(_, footage)| footage)))?;
    beside.map_or(Ok(()), |(cosigned, _)| cosign(Path::new(dir), cosigned))
}

/// As many cosigners as a checkpoint has room for beside the log's own line, gathered as the sequencer gathers them.
fn cosign(dir: &Path, to: &Path) -> anyhow::Result<()> {
    let note = Note::parse(&std::fs::read(dir.join("public/log/checkpoint"))?)?;
    let (checkpoint, now) = (Checkpoint::parse(note.text())?, 1_790_000_000);
    let made = (1..u8::try_from(LINES_MAX)?).map(|seed| CosigningKey::from_seed(&format!("cosigner.example/{seed}"), &[seed; 32]));
    let made = made.collect::<Result<Vec<_>, _>>()?;
    let lines = made.iter().map(|key| key.cosign(&checkpoint, now)).collect::<Result<Vec<_>, _>>()?;
    let keys: Vec<_> = made.iter().map(|key| key.verifier().clone()).collect();
    let cosigned = gather(&checkpoint, &lines, &keys, now).under(&checkpoint, note.signatures())?;
    ensure!(cosigned.signatures().len() == LINES_MAX, "not all of them are there");
    std::fs::create_dir_all(to)?;
    std::fs::write(to.join("checkpoint"), greased(&cosigned.encode(), &checkpoint.origin))?;
    Ok(std::fs::write(to.join("keys"), keys.iter().map(|key| format!("{key}\n")).collect::<String>())?)
}

/// Under a checkpoint, lines that nobody can know: of a reserved type and an odd length, of a stranger, and of the log's own
/// name by another key. Whoever reads a checkpoint passes over them (C2SP signed-note).
fn greased(note: &str, origin: &str) -> String {
    let (text, lines) = note.split_once("\n\n").unwrap_or((note, ""));
    let line = |name: &str, bytes: &[u8]| format!("\u{2014} {name} {}\n", STANDARD.encode(bytes));
    let (first, last) = (line(origin, &[7; 68]), line("unknown.example/reserved", &[0xfa; 13]) + &line("unknown.example/1", &[9; 76]));
    format!("{text}\n\n{first}{lines}{last}")
}

async fn write(dir: &Path, entries: u64, footage: Option<&Path>) -> anyhow::Result<()> {
    let settings = Settings::of("Long log", "https://long.example", Status::Exercise);
    cli::init(dir, &settings, &MachineChance).await?;
    let town = town::open(dir, &Staging { silent: true, ..Staging::default() }).await?;
    let sequencer = town.publish().await?;
    let mut size = 0;
    for stop in STOPS.into_iter().chain([entries]) {
        size = grow(&town, size, stop.min(entries)).await?;
        let published = sequencer.step(&town.world).await?;
        ensure!(published == size, "{published} entries were published of {size}");
        if let Some(folder) = footage.filter(|_| stop == STOPS[1]) {
            size = films(&town.world, folder).await?;
        }
    }
    town.close().await;
    println!("wrote {size} entries, published at each of {} stops", STOPS.len() + 1);
    Ok(())
}

/// A clock that stands.
struct Stands(Timestamp);

impl Clock for Stands {
    fn now(&self) -> Timestamp {
        self.0
    }
}

/// Footage of two days that are over, each closed by the notary at its time. Of the second day there is one more, which
/// nobody hands over. Answers how many entries there are.
async fn films(world: &World, folder: &Path) -> anyhow::Result<u64> {
    std::fs::create_dir_all(folder)?;
    let today = world.now();
    for (days, films) in [(8, &["the first film"][..]), (5, &["the second film", "somebody else's"])] {
        let at = |hours: i64| World { clock: Arc::new(Stands(today.plus(-days * DAY + hours * HOUR))), ..world.clone() };
        for (film, number) in films.iter().zip(0..) {
            let footage = received(&at(0), film.as_bytes()).await?;
            let by = Doer::member(Office::Triager, MemberId(world.bytes()), world.bytes());
            let at = at(1);
            commit(&at, What::FootageHandled { said: footage.said(&by, Deed::Looked, at.now()) }).await?;
            if number == 0 {
                std::fs::write(folder.join(footage.id.to_string()), film)?;
            }
        }
        // A day is closed six hours after its end.
        Notary::default().step(&at(31)).await?;
    }
    Ok(world.store.checkpoint().await?.context("nothing was signed")?.size)
}

async fn received(world: &World, film: &[u8]) -> anyhow::Result<Footage> {
    let now = world.now();
    let footage = Footage {
        id: FootageId(world.bytes()),
        version: 0,
        report: ReportId(world.bytes()),
        received_at: now,
        media_type: "video/mp4".to_owned(),
        length: film.len() as u64,
        sha256: Sha256::digest(film).into(),
        parts: 1,
        wish: Wish::Lawyer,
        claimed: String::new(),
        recipient: String::new(),
        working: None,
        shares: [String::new(), String::new(), String::new()],
        inner_salt: world.bytes(),
        noted: None,
        copies: Copies::Waiting { tries: 0 },
        forget_at: now.plus(100 * DAY),
        held: None,
        hold_asked: None,
        unasked: false,
        shut_held: None,
    };
    let said = footage.said(&Doer::witness(world.bytes()), Deed::Received, now);
    commit(world, What::FootageChanged { footage: footage.clone(), said: Some(said) }).await?;
    Ok(footage)
}

/// Commits incident after incident until there are so many entries. Answers how many there are.
async fn grow(town: &Town, from: u64, until: u64) -> anyhow::Result<u64> {
    let world = &town.world;
    let missing = until.saturating_sub(from).div_ceil(ENTRIES_EACH);
    let written = futures::stream::iter((0..missing).map(|number| incident(world, from / ENTRIES_EACH + number)));
    written.buffer_unordered(AT_ONCE).try_collect::<Vec<()>>().await?;
    let signed = world.store.checkpoint().await?.context("nothing was signed")?;
    Ok(signed.size)
}

/// One incident in one change; of some, two contents withdrawn in the next.
async fn incident(world: &World, number: u64) -> anyhow::Result<()> {
    let now = world.now();
    let id: IncidentId = world.public_id();
    let incident = Incident {
        id,
        version: 0,
        kind: "raid".into(),
        home: false,
        district: format!("District {}", number % 300),
        opened_at: now,
        ended: Some((Ending::Over, now)),
        rung_at: None,
        stood_down_at: None,
        live_alerts: 0,
        public: true,
    };
    let entries = told(number).map(|(kind, fields)| entry(world, id, kind, fields)).collect();
    commit(world, What::RecordImported { incident, entries }).await?;
    if number.is_multiple_of(WITHDRAWN_EVERY) {
        withdraw(world, id).await?;
        // The operator's own stream has entries with public fields and no content.
        commit(world, What::WorkerNamed { digest: world.bytes() }).await?;
    }
    Ok(())
}

async fn withdraw(world: &World, id: IncidentId) -> anyhow::Result<()> {
    let incident = world.store.incident(id).await?.context("the incident is there")?;
    let rows = world.store.stream(id).await?;
    let proposal = Proposal {
        id: ProposalId(world.bytes()),
        version: 0,
        incident: id,
        proposed: Proposed::Opening,
        proposed_by: MemberId(world.bytes()),
        device: handbell_rules::id::DeviceId(world.bytes()),
        at: world.now(),
        published_at: Some(world.now()),
        refused: None,
        explained: None,
        approved_by: None,
        letter: None,
        alone: None,
    };
    let outcome = json!({"text": "Two entries were taken out of the public's reach."});
    let follows = Follows {
        entries: vec![entry(world, id, EntryKind::Outcome, outcome)],
        withdrawals: vec![(rows[7].index, 2), (rows[20].index, 1)],
        ..Follows::default()
    };
    commit(world, What::EntryPublished { incident, proposal, follows }).await
}

/// What an incident's entries say: its opening, two sources, and claims of them.
fn told(number: u64) -> impl Iterator<Item = (EntryKind, Value)> {
    let opening = json!({"kind": "raid", "kind_label": "Raid", "district": format!("District {}", number % 300),
        "title": format!("Made-up raid {number}"), "status": "exercise", "approved_by": "import", "ended": true, "zone": "Europe/London"});
    let source = |place: u64| {
        (
            EntryKind::Source,
            json!({"number": place, "kind": "press", "label": format!("A paper, page {place}"), "standing": "A publisher."}),
        )
    };
    let claim = move |place: u64| {
        let text = format!("Account {place} of {number}: people stood there and watched.");
        let value = json!({"type": "text", "text": text});
        (
            EntryKind::Claim,
            json!({"number": place, "source": 1 + place % 2, "predicate": "what", "label": "what", "single": false, "polarity": "asserts", "value": value}),
        )
    };
    [(EntryKind::IncidentOpened, opening), source(1), source(2)].into_iter().chain((1..=ENTRIES_EACH - 3).map(claim))
}

fn entry(world: &World, stream: IncidentId, kind: EntryKind, fields: Value) -> NewEntry {
    let mut fields = fields.as_object().cloned().unwrap_or_default();
    fields.insert("type".into(), kind.type_name().into());
    fields.insert("at".into(), world.now().utc_minute().into());
    NewEntry { stream, kind, fields, salt: world.bytes() }
}

async fn commit(world: &World, what: What) -> anyhow::Result<()> {
    let change = Change { id: world.private_id(), at: world.now(), by: Actor::Worker, what };
    world.commit(change).await?;
    Ok(())
}
