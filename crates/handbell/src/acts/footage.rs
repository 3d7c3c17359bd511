//! Acts of footage: make a link, begin a file, take its bytes, give it up, say what may be done with it.
//!
//! Whoever gives a file shows no account: a link, the seven words of the receipt, or the address of an upload that is
//! under way is the right to. Each is a secret that the store knows by a keyed hash only. Nobody who gives sees what
//! somebody else gave.

pub mod taking;
pub mod writers;

use super::seats::{Household, Seat, Seats, Share};
use super::{ActError, CONFLICT_TRIES, StreetCaller, street};
use crate::store::StoreError;
use crate::vault::seal::{Custodians, FreshKeys};
use crate::vault::{Vault, VaultFault};
use crate::world::World;
use futures::Stream;
use handbell_rules::change::Actor;
use handbell_rules::evidence::custody::{Doer, Office};
use handbell_rules::evidence::footage::{self, Copies, Footage, Wish, WishedBy};
use handbell_rules::evidence::link::{self, FootageLink};
use handbell_rules::evidence::longer::HoldReason;
use handbell_rules::evidence::upload::{self, Bounds, FIRST_WAITS, Upload};
use handbell_rules::id::{FootageId, FootageLinkId, ReportId, UploadId};
use handbell_rules::people::member::{DeskCaller, Role};
use handbell_rules::refusal::{Evidence, Refusal};
use handbell_rules::street::report::{Report, ReportState};
use handbell_rules::time::Timestamp;
use std::path::PathBuf;
use std::sync::Arc;
use taking::{Fits, Taking};
use writers::{Writer, Writers};

/// Requests whose bytes are taken at the same moment; each holds up to two mebibytes.
const AT_ONCE_MAX: usize = 64;
/// How many of them one report has at most, and one household: whoever sends nothing and waits shuts nobody else out.
const SHARE_MAX: usize = 8;
/// Bytes of the disk that footage leaves to everything else: a report in words is always kept.
const LEFT_FOR_REPORTS: u64 = 1 << 30;
/// Letters of what a witness says of when it was filmed.
pub const CLAIMED_LETTERS_MAX: usize = 200;

/// What is shared by all who give: who writes to which upload, and how much is taken.
pub struct Intake {
    writers: Writers,
    at_once: Arc<Seats>,
    /// Beginnings one after another, so that many at once cannot pass a bound together.
    beginnings: tokio::sync::Mutex<()>,
    /// What uploads may take at most.
    pub bounds: Bounds,
    /// The folder whose disk is watched; none where footage lies elsewhere.
    disk: Option<PathBuf>,
    left: u64,
}

impl Default for Intake {
    fn default() -> Self {
        Self::of(Bounds::USUAL, None)
    }
}

impl Intake {
    /// With these bounds; `disk` is a folder on the disk on which footage lies beside everything else.
    pub fn of(bounds: Bounds, disk: Option<PathBuf>) -> Self {
        let (writers, at_once, beginnings) = (Writers::default(), Seats::new(AT_ONCE_MAX, SHARE_MAX), tokio::sync::Mutex::default());
        Self { writers, at_once, beginnings, bounds, disk, left: LEFT_FOR_REPORTS }
    }

    /// The same, leaving so many bytes of the disk.
    pub fn leaving(self, left: u64) -> Self {
        Self { left, ..self }
    }

    /// A seat among those whose bytes are taken, for a report and whoever gives to it.
    fn seat(&self, report: ReportId, from: Option<Household>) -> Result<Seat, Untaken> {
        let shares = std::iter::once(Share::Report(report)).chain(from.map(Share::Household)).collect();
        self.at_once.take(shares).map_err(|_| Untaken::Busy)
    }

    /// Whether the disk has room for so many bytes beside what is left for reports. Where nobody can tell, the write
    /// itself will.
    pub fn has_room(&self, bytes: u64) -> bool {
        let disk = self.disk.as_deref().and_then(|disk| rustix::fs::statvfs(disk).ok());
        let free = disk.map(|of| of.f_bavail.saturating_mul(of.f_frsize));
        free.is_none_or(|free| free >= self.left.saturating_add(bytes))
    }
}

/// Why bytes were not taken.
#[derive(Debug, thiserror::Error)]
pub enum Untaken {
    /// They begin elsewhere than the upload ends.
    #[error("the bytes begin elsewhere than the upload ends")]
    OffsetDiffers,
    /// There are more than the file has.
    #[error("there are more bytes than the file has")]
    Beyond,
    /// A piece with a checksum is too large to be judged whole.
    #[error("a piece with a checksum is too large")]
    PieceTooLarge,
    /// A piece is not what its sender said.
    #[error("a piece is not what its sender said")]
    ChecksumDiffers,
    /// A newer request writes to the same upload.
    #[error("a newer request writes to the same upload")]
    Overtaken,
    /// Nothing of it came in time.
    #[error("nothing of it came in time")]
    Silent,
    /// It broke off and cannot be gone on with.
    #[error("it broke off")]
    Broken,
    /// Too many give at the same moment.
    #[error("too many give at the same moment")]
    Busy,
    /// It is nothing that is kept.
    #[error("{0}")]
    NotTaken(handbell_evidence::Refusal),
    /// Anything that any act can meet.
    #[error(transparent)]
    Act(#[from] ActError),
}

impl Untaken {
    fn refused(no: Evidence) -> Self {
        Self::Act(Refusal::from(no).into())
    }
}

/// By what right somebody gives files to a report.
#[derive(Debug, Clone, Copy)]
pub enum Right<'a> {
    /// What stands in a link's address.
    Link(&'a str),
    /// The seven words.
    Receipt(&'a str),
}

/// A fresh link or upload: what stands in its address, told once and kept nowhere.
#[derive(Debug)]
pub struct Fresh<T> {
    /// What stands in the address.
    pub secret: String,
    /// What it opens.
    pub kept: T,
}

/// One file as whoever gave it sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// Which one; named in no address.
    pub id: FootageId,
    /// What it is by its content, as far as that is known.
    pub media_type: Option<String>,
    /// Bytes of it.
    pub length: u64,
    /// Bytes that came.
    pub came: u64,
    /// When it began, or when it was whole.
    pub at: Timestamp,
    /// What may be done with it.
    pub wish: Wish,
    /// How far it is.
    pub state: GivenState,
    /// Why it is kept longer than usual, and until when.
    pub held: Option<(HoldReason, Timestamp)>,
}

/// How far a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GivenState {
    /// On its way.
    Coming,
    /// Whole, sealed; the desk has no working copy yet.
    Kept,
    /// The desk can look at a working copy.
    Seen,
    /// It is kept, but cannot be shown here.
    Unshown,
    /// A member shut it: it is kept sealed, and nobody looks at it.
    Closed,
    /// Its report was taken back; it is kept by order alone, and nobody looks at it.
    Shut,
}

/// What somebody with a link or a receipt may give to, and gave.
#[derive(Debug)]
pub struct GivenTo {
    /// The link, where one was shown.
    pub link: Option<FootageLink>,
    /// Files given by this link, or all of the report with the receipt; oldest first.
    pub files: Vec<Given>,
    /// Whether the group can keep footage at all.
    pub can_keep: bool,
}

/// Sixteen bytes of chance in 26 signs, and the first sixteen bytes of their keyed hash.
fn fresh_secret(world: &World, purpose: &str) -> (String, [u8; 16]) {
    let bytes: [u8; 16] = world.bytes();
    (FootageLinkId(bytes).to_string(), kept_as(world, purpose, &bytes))
}

fn kept_as(world: &World, purpose: &str, bytes: &[u8; 16]) -> [u8; 16] {
    let mut kept = [0; 16];
    kept.copy_from_slice(&world.mark(purpose, bytes)[..16]);
    kept
}

/// What a shown secret is kept as. What is no secret of ours opens nothing.
fn shown(world: &World, purpose: &str, secret: &str) -> Result<[u8; 16], ActError> {
    let secret: FootageLinkId = secret.parse().map_err(|_| ActError::NotFound)?;
    Ok(kept_as(world, purpose, secret.bytes()))
}

const LINK: &str = "footage-link";
const UPLOAD: &str = "upload";

fn fault(fault: VaultFault) -> ActError {
    match fault {
        VaultFault::NoRoom => Refusal::from(Evidence::FootageRoomGone).into(),
        VaultFault::Unavailable(why) => ActError::Unavailable(why),
    }
}

/// The witness makes a link with the seven words.
pub async fn make_link(world: &World, _caller: StreetCaller, words: &str) -> Result<Fresh<FootageLink>, ActError> {
    let report = street::opened(world, words).await?;
    linked(world, &report, None).await
}

/// A member makes a link for somebody who told them.
pub async fn make_link_for(world: &World, caller: &DeskCaller, report: ReportId) -> Result<Fresh<FootageLink>, ActError> {
    caller.needs(Role::Triager)?;
    let report = world.store.report(report).await?.ok_or(ActError::NotFound)?;
    linked(world, &report, Some((Office::Triager, caller.member))).await
}

async fn linked(
    world: &World,
    report: &Report,
    by: Option<(Office, handbell_rules::id::MemberId)>,
) -> Result<Fresh<FootageLink>, ActError> {
    custodians(world).await?;
    let (secret, id) = fresh_secret(world, LINK);
    let change = link::make(world.private_id(), FootageLinkId(id), (report.id, report.state == ReportState::Withdrawn), by, world.now())?;
    let handbell_rules::change::What::FootageLinkMade { link } = change.what.clone() else {
        return Err(ActError::Broken("a link's rule gave another change".into()));
    };
    world.commit(change).await?;
    Ok(Fresh { secret, kept: link })
}

async fn custodians(world: &World) -> Result<Custodians, ActError> {
    let keys = world.store.evidence().custody_keys().await?;
    let all = keys.all().ok_or_else(|| ActError::from(Refusal::from(Evidence::CustodyKeysMissing)))?;
    Custodians::new(all).map_err(|_| ActError::Broken("a custody key is no age recipient".into()))
}

/// The link that a secret opens, while its time runs.
async fn link_of(world: &World, secret: &str) -> Result<FootageLink, ActError> {
    let id = FootageLinkId(shown(world, LINK, secret)?);
    let link = world.store.evidence().footage_link(id).await?.ok_or(ActError::NotFound)?;
    if world.now() >= link.until { Err(Refusal::from(Evidence::FootageLinkOver).into()) } else { Ok(link) }
}

/// The report that somebody has a right to give to, with the link it is by.
async fn given_to(world: &World, right: Right<'_>) -> Result<(Report, Option<FootageLink>), ActError> {
    let (report, link) = match right {
        Right::Receipt(words) => (street::opened(world, words).await?, None),
        Right::Link(secret) => {
            let link = link_of(world, secret).await?;
            (world.store.report(link.report).await?.ok_or(ActError::NotFound)?, Some(link))
        }
    };
    if report.state == ReportState::Withdrawn {
        return Err(Refusal::from(Evidence::FootageReportGone).into());
    }
    Ok((report, link))
}

/// What somebody gave, and whether they can give more.
pub async fn read_given(world: &World, _caller: StreetCaller, right: Right<'_>) -> Result<GivenTo, ActError> {
    let (report, link) = given_to(world, right).await?;
    let files = files_of(world, report.id, link.as_ref()).await?;
    let can_keep = world.store.evidence().custody_keys().await?.all().is_some();
    Ok(GivenTo { link, files, can_keep })
}

/// Files of a report; with a link those that came by it.
async fn files_of(world: &World, report: ReportId, link: Option<&FootageLink>) -> Result<Vec<Given>, ActError> {
    let evidence = world.store.evidence();
    let by_link = |upload: &Upload| link.is_none_or(|link| upload.link == Some(link.id));
    let uploads: Vec<Upload> = evidence.uploads_of(report).await?.into_iter().filter(by_link).collect();
    let footage = evidence.footage_of(report).await?;
    // An upload that came whole stays as long as a link lives, so it says which footage came by the link.
    let came_by = |one: &&Footage| link.is_none() || uploads.iter().any(|upload| upload.footage == one.id);
    let now = world.now();
    let whole = footage.iter().filter(came_by).map(|one| {
        let state = match one.copies {
            Copies::Waiting { .. } => GivenState::Kept,
            Copies::Made { .. } => GivenState::Seen,
            Copies::Failed { .. } if one.is_shut() => GivenState::Closed,
            Copies::Failed { .. } => GivenState::Unshown,
        };
        whole_file(one, state, now)
    });
    let coming = uploads.iter().filter(|upload| upload.received.is_none()).map(|upload| Given {
        id: upload.footage,
        media_type: upload.media_type.clone(),
        length: upload.length,
        came: upload.offset,
        at: upload.begun_at,
        wish: upload.wish,
        state: GivenState::Coming,
        held: None,
    });
    let mut files: Vec<Given> = whole.chain(coming).collect();
    files.sort_by_key(|file| (file.id, file.at));
    Ok(files)
}

fn whole_file(one: &Footage, state: GivenState, now: Timestamp) -> Given {
    Given {
        id: one.id,
        media_type: Some(one.shown_type()),
        length: one.length,
        came: one.length,
        at: one.received_at,
        wish: one.wish,
        state,
        held: one.held_now(now).map(|held| (held.ask.reason, held.ask.until)),
    }
}

/// What is kept of a report that its witness took back: files that an order holds, and nothing else.
pub async fn read_shut(world: &World, _caller: StreetCaller, words: &str) -> Result<Vec<Given>, ActError> {
    let report = street::opened(world, words).await?;
    if report.state != ReportState::Withdrawn {
        return Ok(Vec::new());
    }
    let (now, all) = (world.now(), world.store.evidence().footage_of(report.id).await?);
    Ok(all.iter().filter(|one| one.ordered(now).is_some()).map(|one| whole_file(one, GivenState::Shut, now)).collect())
}

/// What is said of a file before it comes.
#[derive(Debug, Clone)]
pub struct Beginning {
    /// Bytes of it.
    pub length: u64,
    /// What its client said of it, byte for byte.
    pub metadata: String,
    /// SHA-256 that the whole must have, where it was said.
    pub sha256: Option<[u8; 32]>,
    /// What may be done with it.
    pub wish: Wish,
    /// When it was filmed, in the witness's words.
    pub claimed: String,
}

/// Begins a file.
pub async fn begin(world: &World, _caller: StreetCaller, right: Right<'_>, beginning: Beginning) -> Result<Fresh<Upload>, ActError> {
    if beginning.length == 0 {
        return Err(Refusal::from(Evidence::FootageKind).into());
    }
    let custodians = custodians(world).await?;
    let _one_after_another = world.intake.beginnings.lock().await;
    let mut tries = CONFLICT_TRIES;
    loop {
        let (report, link) = given_to(world, right).await?;
        let held = world.store.evidence().held_footage(report.id, world.now()).await?;
        let of_link = match &link {
            Some(link) => Some((link, begun_by(world, link).await?)),
            None => None,
        };
        if !world.intake.has_room(beginning.length) {
            return Err(Refusal::from(Evidence::FootageRoomGone).into());
        }
        let (secret, id) = fresh_secret(world, UPLOAD);
        let begun = begun(world, &custodians, &report, link.as_ref(), UploadId(id), &beginning);
        let change = upload::begin(world.private_id(), begun.clone(), of_link, held, &world.intake.bounds, world.now())?;
        match world.commit(change).await {
            Err(StoreError::Conflict) if tries > 0 => tries -= 1,
            answer => {
                answer?;
                return Ok(Fresh { secret, kept: Upload { version: begun.version + 1, ..begun } });
            }
        }
    }
}

/// Bytes of the files that were begun by a link: their rows stay as long as it lives.
async fn begun_by(world: &World, link: &FootageLink) -> Result<u64, ActError> {
    let uploads = world.store.evidence().uploads_of(link.report).await?;
    Ok(uploads.iter().filter(|upload| upload.link == Some(link.id)).map(|upload| upload.length).sum())
}

/// A file of which no byte came, with its keys: a fresh file key in three sealed shares, and a working key.
fn begun(
    world: &World,
    custodians: &Custodians,
    report: &Report,
    link: Option<&FootageLink>,
    id: UploadId,
    beginning: &Beginning,
) -> Upload {
    let (now, footage) = (world.now(), world.private_id());
    let keys = FreshKeys::make(footage, custodians, world.chance.as_ref());
    Upload {
        id,
        version: 0,
        footage,
        report: report.id,
        link: link.map(|link| link.id),
        members_link: link.is_some_and(|link| link.member.is_some()),
        begun_at: now,
        expires_at: now.plus(FIRST_WAITS),
        length: beginning.length,
        offset: 0,
        parts: 0,
        midstate: Vec::new(),
        said_sha256: beginning.sha256,
        metadata: beginning.metadata.clone(),
        media_type: None,
        wish: beginning.wish,
        claimed: beginning.claimed.chars().filter(|letter| !letter.is_control()).take(CLAIMED_LETTERS_MAX).collect(),
        recipient: keys.recipient,
        working: keys.working.to_string(),
        shares: keys.shares,
        received: None,
    }
}

/// How far an upload is, while its report is there.
pub async fn standing(world: &World, _caller: StreetCaller, secret: &str) -> Result<Upload, ActError> {
    let upload = upload_at(world, secret).await?;
    let report = world.store.report(upload.report).await?;
    let there = report.is_some_and(|report| report.state != ReportState::Withdrawn);
    if there { Ok(upload) } else { Err(Refusal::from(Evidence::FootageReportGone).into()) }
}

/// The upload that a secret opens, while it is not over.
async fn upload_at(world: &World, secret: &str) -> Result<Upload, ActError> {
    let id = UploadId(shown(world, UPLOAD, secret)?);
    let upload = world.store.evidence().upload(id).await?.ok_or(ActError::NotFound)?;
    let over = upload.received.is_none() && world.now() >= upload.expires_at;
    if over { Err(Refusal::from(Evidence::UploadOver).into()) } else { Ok(upload) }
}

/// What is said of the bytes of one request.
#[derive(Clone, Copy)]
pub struct Piece<'a> {
    /// Where they begin.
    pub offset: u64,
    /// How many there are; none when nobody said.
    pub bytes: Option<u64>,
    /// What they must be; then they are kept whole or not at all.
    pub fits: Option<&'a dyn Fits>,
}

/// Takes the bytes of one request. What is returned is on disk.
///
/// One request at a time writes to an upload: a newer one ends the older, and no byte is counted twice.
pub async fn append<S, B, E>(
    world: &World,
    caller: StreetCaller,
    from: Option<Household>,
    secret: &str,
    piece: Piece<'_>,
    mut bytes: S,
) -> Result<Upload, Untaken>
where
    S: Stream<Item = Result<B, E>> + Unpin,
    B: AsRef<[u8]>,
{
    let Upload { id, report, .. } = standing(world, caller, secret).await?;
    let _seat = world.intake.seat(report, from)?;
    let writer: Writer = world.intake.writers.take_over(id).await.ok_or(Untaken::Busy)?;
    // The older request may have written until now.
    let upload = standing(world, caller, secret).await?;
    if upload.offset != piece.offset {
        return Err(Untaken::OffsetDiffers);
    }
    if piece.bytes.is_some_and(|bytes| bytes > upload.length - upload.offset) {
        return Err(Untaken::Beyond);
    }
    if upload.received.is_some() {
        return Ok(upload);
    }
    // What others announced took no room when this one began, and may have come since.
    let held = world.store.evidence().held_footage(upload.report, world.now()).await.map_err(ActError::from)?;
    held.has_room(upload.length - upload.offset, &world.intake.bounds).map_err(ActError::from)?;
    Taking::of(world, upload)?.take(&mut bytes, piece.fits, &writer).await
}

/// Takes a file that comes in one piece and cannot be gone on with: from a form. Its length is not known before its
/// end; `beginning` says what it is at most. Nothing stays of one that does not come whole.
pub async fn give_whole<S, B, E>(
    world: &World,
    caller: StreetCaller,
    from: Option<Household>,
    right: Right<'_>,
    beginning: Beginning,
    mut bytes: S,
) -> Result<Upload, Untaken>
where
    S: Stream<Item = Result<B, E>> + Unpin,
    B: AsRef<[u8]>,
{
    let (report, _) = given_to(world, right).await?;
    let _seat = world.intake.seat(report.id, from)?;
    let upload = begin(world, caller, right, beginning).await?.kept;
    let id = upload.id;
    let writer = world.intake.writers.take_over(id).await.ok_or(Untaken::Busy)?;
    let taken = Taking::of(world, upload)?.open_ended().take(&mut bytes, None, &writer).await;
    if matches!(&taken, Ok(upload) if upload.received.is_some()) {
        return taken;
    }
    // Refused for its content, it is given up already.
    if let Some(upload) = world.store.evidence().upload(id).await.map_err(ActError::from)? {
        // It came whole, and only the answer to its commit was lost.
        if upload.received.is_some() {
            return Ok(upload);
        }
        given_up(world, &upload, Actor::Street).await?;
    }
    match taken {
        Ok(upload) if upload.offset == 0 => Err(Untaken::NotTaken(handbell_evidence::Refusal::Empty)),
        Ok(_) => Err(Untaken::Broken),
        no => no,
    }
}

/// Whoever gave a file takes it back: one on its way is given up, and one that came whole goes, while nobody works
/// on it. This is by the upload's own address; [`remove`] is by the receipt.
pub async fn take_back(world: &World, _caller: StreetCaller, secret: &str) -> Result<(), ActError> {
    let id = upload_at(world, secret).await?.id;
    let _writer = world.intake.writers.take_over(id).await.ok_or(ActError::Conflict)?;
    let upload = upload_at(world, secret).await?;
    if upload.received.is_none() {
        return given_up(world, &upload, Actor::Street).await;
    }
    if !world.store.evidence().hidings_of(upload.footage).await?.is_empty() {
        return Err(Refusal::from(Evidence::FootageInUse).into());
    }
    let footage = set_to_go(world, upload.footage).await?;
    gone(world, &footage).await?;
    world.commit(upload::give_up(world.private_id(), &upload, Actor::Street, world.now())).await?;
    Ok(())
}

/// Whoever has the receipt takes one file of their report away, whatever the desk did with it: public copies are taken
/// back, drawings given up, and it goes with everything that was made or remembered of it. Only an order is stronger.
///
/// # Errors
/// [`ActError::NotFound`] for a file of another report; [`Evidence::FootageOrdered`]; a store or a vault that does not
/// answer, and then the rest goes with the clearer.
pub async fn remove(world: &World, _caller: StreetCaller, words: &str, file: FootageId) -> Result<(), ActError> {
    let (report, _) = given_to(world, Right::Receipt(words)).await?;
    let upload = world.store.evidence().uploads_of(report.id).await?.into_iter().find(|upload| upload.footage == file);
    // Whoever writes to it lets go first; it may come whole until then.
    let _writer = match &upload {
        Some(upload) => Some(world.intake.writers.take_over(upload.id).await.ok_or(ActError::Conflict)?),
        None => None,
    };
    let upload = match upload {
        Some(upload) => world.store.evidence().upload(upload.id).await?,
        None => None,
    };
    if let Some(upload) = upload.as_ref().filter(|upload| upload.received.is_none()) {
        return given_up(world, upload, Actor::Street).await;
    }
    let known = world.store.evidence().footage(file).await?.filter(|footage| footage.report == report.id);
    let footage = set_to_go(world, known.ok_or(ActError::NotFound)?.id).await?;
    gone(world, &footage).await?;
    if let Some(upload) = upload {
        world.commit(upload::give_up(world.private_id(), &upload, Actor::Street, world.now())).await?;
    }
    Ok(())
}

/// Says that footage goes now, before anything of it does: after a crash the clearer goes on. What was remembered of it is
/// forgotten before that, because the clearer cannot tell this from a time that is over.
async fn set_to_go(world: &World, id: FootageId) -> Result<Footage, ActError> {
    let evidence = world.store.evidence();
    let mut tries = CONFLICT_TRIES;
    loop {
        let Some(footage) = evidence.footage(id).await? else { return Err(ActError::NotFound) };
        if footage.ordered(world.now()).is_some() {
            return Err(Refusal::from(Evidence::FootageOrdered).into());
        }
        super::known::forget_of(world, id, Actor::Street).await?;
        if footage.forget_at <= world.now() {
            return Ok(footage);
        }
        match world.commit(footage::take_back(world.private_id(), &footage, world.bytes(), world.now())).await {
            Err(StoreError::Conflict) if tries > 0 => tries -= 1,
            answer => return answer.map(|_| footage).map_err(ActError::from),
        }
    }
}

/// Takes footage that was set to go out of sight, out of the bank and out of the vault, and its row last.
async fn gone(world: &World, footage: &Footage) -> Result<(), ActError> {
    let why = "taken back by whoever gave it";
    super::shut::undraw(world, footage, why, || Doer::witness(world.bytes())).await?;
    drop_objects(world.vault.as_ref(), footage.id).await?;
    super::known::forget_of(world, footage.id, Actor::Street).await?;
    let (salt, now) = (world.bytes(), world.now());
    world.commit(footage::gone(world.private_id(), footage, &Doer::witness(salt), why, now)).await?;
    Ok(())
}

/// Gives up a file on its way whose report is gone, once whoever writes to it has let go.
pub async fn give_up_of_gone(world: &World, upload: &Upload) -> Result<(), ActError> {
    let _writer = world.intake.writers.take_over(upload.id).await.ok_or(ActError::Conflict)?;
    let Some(upload) = world.store.evidence().upload(upload.id).await? else { return Ok(()) };
    match upload.received {
        // It came whole meanwhile: its footage goes by itself.
        Some(_) => Ok(world.commit(upload::give_up(world.private_id(), &upload, Actor::Worker, world.now())).await.map(|_| ())?),
        None => given_up(world, &upload, Actor::Worker).await,
    }
}

async fn given_up(world: &World, upload: &Upload, by: Actor) -> Result<(), ActError> {
    drop_objects(world.vault.as_ref(), upload.footage).await?;
    world.commit(upload::give_up(world.private_id(), upload, by, world.now())).await?;
    Ok(())
}

/// Removes whatever lies in the vault of one footage: also a part that was put and never counted.
async fn drop_objects(vault: &dyn Vault, footage: FootageId) -> Result<(), ActError> {
    for name in vault.list(Some(footage)).await.map_err(fault)? {
        vault.remove(&name).await.map_err(fault)?;
    }
    Ok(())
}

/// Whoever gave a file says differently what may be done with it: with the link while its time runs, with the receipt
/// for as long as the report is kept. By a link that a member made they can allow less and not more.
pub async fn change_wish(world: &World, _caller: StreetCaller, right: Right<'_>, file: FootageId, wish: Wish) -> Result<(), ActError> {
    let mut tries = CONFLICT_TRIES;
    loop {
        let (report, link) = given_to(world, right).await?;
        let known = files_of(world, report.id, link.as_ref()).await?.into_iter().any(|given| given.id == file);
        let footage = world.store.evidence().footage(file).await?.filter(|_| known).ok_or(ActError::NotFound)?;
        if footage.wish == wish {
            return Ok(());
        }
        let whose = if link.is_some_and(|link| link.member.is_some()) { WishedBy::MembersLink } else { WishedBy::Giver };
        let change = footage::wish(world.private_id(), &footage, wish, whose, world.bytes(), world.now())?;
        match world.commit(change).await {
            Err(StoreError::Conflict) if tries > 0 => tries -= 1,
            answer => return answer.map(|_| ()).map_err(ActError::from),
        }
    }
}
