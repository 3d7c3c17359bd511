//! Taking: the bytes of one request, sealed in parts as they come.
//!
//! A part of at most a mebibyte is held in memory, sealed, put into the vault and counted by a commit; only then it is
//! acknowledged (PROMISE receipt-means-durable). Whatever ends a request early, the line, a newer request or a stop,
//! what came until then is kept, except a piece with a checksum, which is kept whole or not at all. A file is judged
//! by its content when enough of it came, and again, with its end, when it is whole.

use super::writers::Writer;
use super::{Intake, Untaken, drop_objects, fault};
use crate::acts::ActError;
use crate::vault::seal::{Original, PART_BYTES_MAX, PartSealer, Running, open_part};
use crate::vault::{ObjectName, Vault};
use crate::world::World;
use futures::{Stream, StreamExt};
use handbell_evidence::kind::{self, BEGINNING, ENDING};
use handbell_rules::change::Actor;
use handbell_rules::evidence::footage;
use handbell_rules::evidence::upload::{Upload, advance, give_up};
use handbell_rules::refusal::Evidence;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// How slowly bytes may come. Whatever came by the end is kept, and the answer tells how far that is.
#[derive(Debug, Clone, Copy)]
struct Pace {
    /// How long a request may be there before its first byte.
    first: Duration,
    /// How long it may be silent after one; and how long in all while a part comes, beside what its bytes may take.
    silent: Duration,
    /// How long each kibibyte may take beside.
    kibibyte: Duration,
    /// How long a part may take to come.
    part: Duration,
}

/// A line that is gone for most of a minute lives, and so does one with 1 KiB each second; with 2 KiB it fills a part.
const SLOWEST: Pace = Pace {
    first: Duration::from_secs(10),
    silent: Duration::from_secs(60),
    kibibyte: Duration::from_secs(1),
    part: Duration::from_secs(600),
};

impl Pace {
    /// Until when the next byte must come of a part that was begun then, and of which so many bytes came.
    fn next(&self, begun: Instant, now: Instant, came: usize) -> Instant {
        let kibibytes = u32::try_from(came >> 10).unwrap_or(u32::MAX);
        (now + self.silent).min(begun + self.silent + self.kibibyte * kibibytes).min(begun + self.part)
    }
}

/// The bytes that are held at most, and what is between them and the disk.
pub(super) struct Taking<'a> {
    world: &'a World,
    vault: &'a dyn Vault,
    intake: &'a Intake,
    upload: Upload,
    running: Running,
    sealer: PartSealer,
    identity: age::x25519::Identity,
    /// Whether the length is only a bound, and the end of the request is the end of the file.
    open_ended: bool,
}

/// Whether a piece of bytes is what its sender said.
pub trait Fits: Sync {
    /// Whether it is.
    fn fits(&self, piece: &[u8]) -> bool;
}

/// Why the bytes of a request ended.
enum End {
    /// All of them came.
    Whole,
    /// The line broke, fell silent or was too slow.
    Broken,
    /// Not one byte came in time.
    Silent,
    /// A newer request writes.
    Overtaken,
    /// There are more than the upload has room for.
    Beyond,
    /// A part is full.
    Full,
}

impl<'a> Taking<'a> {
    /// Goes on with an upload.
    pub(super) fn of(world: &'a World, upload: Upload) -> Result<Self, ActError> {
        let broken = |what: &str| ActError::Broken(format!("an upload's {what} cannot be read"));
        let identity: age::x25519::Identity = upload.working.parse().map_err(|_| broken("working key"))?;
        let sealer = PartSealer::new(&upload.recipient, Some(&upload.working)).map_err(|_| broken("keys"))?;
        let running = match upload.offset {
            0 => Running::default(),
            offset => Running::from_kept(&upload.midstate).filter(|kept| kept.length() == offset).ok_or_else(|| broken("hash"))?,
        };
        Ok(Self { world, vault: world.vault.as_ref(), intake: &world.intake, upload, running, sealer, identity, open_ended: false })
    }

    /// The same for a file of which only the most it can have is known: where the bytes end, it ends.
    pub(super) fn open_ended(self) -> Self {
        Self { open_ended: true, ..self }
    }

    /// Takes the bytes of one request. What is returned is on disk.
    pub(super) async fn take<S, B, E>(mut self, bytes: &mut S, fits: Option<&dyn Fits>, writer: &Writer) -> Result<Upload, Untaken>
    where
        S: Stream<Item = Result<B, E>> + Unpin,
        B: AsRef<[u8]>,
    {
        let (mut rest, mut any) = (Vec::new(), false);
        loop {
            let room = self.upload.length - self.upload.offset;
            let mut part = Vec::with_capacity(PART_BYTES_MAX.min(usize::try_from(room).unwrap_or(usize::MAX)));
            let end = filled(&mut part, &mut rest, room, bytes, writer, (&SLOWEST, any)).await;
            any = true;
            match (&end, fits) {
                (End::Beyond, _) => return Err(Untaken::Beyond),
                (End::Silent, _) => return Err(Untaken::Silent),
                (End::Full, Some(_)) => return Err(Untaken::PieceTooLarge),
                (End::Broken | End::Overtaken, Some(_)) => return Ok(self.upload),
                (End::Whole, Some(fits)) if !fits.fits(&part) => return Err(Untaken::ChecksumDiffers),
                _ => {}
            }
            if self.open_ended && matches!(end, End::Whole) {
                self.upload.length = self.upload.offset + part.len() as u64;
            }
            if !part.is_empty() {
                self.keep(&part).await?;
            }
            match end {
                End::Full => {}
                End::Overtaken => return Err(Untaken::Overtaken),
                _ => return Ok(self.upload),
            }
        }
    }

    /// Seals a part, puts it into the vault and counts it.
    async fn keep(&mut self, part: &[u8]) -> Result<(), Untaken> {
        self.judge(part).await?;
        if !self.intake.has_room(part.len() as u64) {
            return Err(Untaken::refused(Evidence::FootageRoomGone));
        }
        let mut running = self.running.clone();
        running.update(part);
        let now = self.world.now();
        let next = self.upload.advanced(part.len() as u64, running.keep().to_vec(), now).map_err(ActError::from)?;
        let sealed = self.sealer.seal(part).map_err(|fault| ActError::Broken(format!("a part cannot be sealed: {fault}")))?;
        self.vault.put(&ObjectName::part(self.upload.footage, self.upload.parts), sealed).await.map_err(fault)?;
        if next.is_whole() {
            return self.finish(&next, running, part).await;
        }
        self.world.commit(advance(self.world.private_id(), next.clone(), now)).await.map_err(ActError::from)?;
        self.upload = Upload { version: next.version + 1, ..next };
        self.running = running;
        Ok(())
    }

    /// Says what the file is with the part by which enough of it came, once: parts before it are opened for that. What
    /// is nothing that is kept is given up at once.
    async fn judge(&mut self, part: &[u8]) -> Result<(), Untaken> {
        let (had, enough) = (self.upload.offset, BEGINNING as u64);
        let has = had + part.len() as u64;
        if self.upload.media_type.is_some() || has == self.upload.length || had >= enough || has < enough {
            return Ok(());
        }
        let mut head = self.read(0, self.upload.parts, BEGINNING).await?;
        head.extend_from_slice(part);
        match kind::begins(&head) {
            Ok(kind) => self.upload.media_type = kind.map(|kind| kind.media_type().to_owned()),
            Err(no) => {
                self.give_up().await?;
                return Err(Untaken::NotTaken(no));
            }
        }
        Ok(())
    }

    /// What lies in parts `from` to `until`, at most so many bytes of it.
    async fn read(&self, from: u32, until: u32, most: usize) -> Result<Vec<u8>, ActError> {
        let mut read = Vec::new();
        for number in from..until {
            let sealed = self.vault.get(&ObjectName::part(self.upload.footage, number)).await.map_err(fault)?;
            let sealed = sealed.ok_or_else(|| ActError::Broken("a part of an upload is not in the vault".into()))?;
            let part = open_part(&sealed, &self.identity);
            read.extend_from_slice(&part.map_err(|fault| ActError::Broken(format!("a part does not open: {fault}")))?);
            if read.len() >= most {
                break;
            }
        }
        Ok(read)
    }

    /// The first bytes of the file and the last ones, of which `last` is in memory.
    async fn ends(&self, last: &[u8]) -> Result<(Vec<u8>, Vec<u8>), ActError> {
        let mut head = self.read(0, self.upload.parts, PART_BYTES_MAX).await?;
        // Where the parts before hold less than was asked for, the last one follows them.
        if head.len() < PART_BYTES_MAX {
            head.extend_from_slice(last);
        }
        let (mut tail, mut number) = (last.to_vec(), self.upload.parts);
        while tail.len() < ENDING && number > 0 {
            number -= 1;
            let mut before = self.read(number, number + 1, usize::MAX).await?;
            before.append(&mut tail);
            tail = before;
        }
        Ok((head, tail))
    }

    /// The last part is in the vault: the file is whole. It is judged once more, and counted as footage.
    async fn finish(&mut self, whole: &Upload, running: Running, last: &[u8]) -> Result<(), Untaken> {
        let (head, tail) = self.ends(last).await?;
        let kind = match kind::ends(&head, &tail, whole.length) {
            Ok(kind) => kind,
            Err(no) => {
                self.give_up().await?;
                return Err(Untaken::NotTaken(no));
            }
        };
        let (world, now) = (self.world, self.world.now());
        let media_type = kind.media_type().to_owned();
        let sha256 = running.finish();
        let received = whole.received(sha256, media_type.clone(), world.bytes(), now);
        let change = match footage::receive(world.private_id(), whole, received, world.bytes(), now) {
            Ok(change) => change,
            Err(no) => {
                self.give_up().await?;
                return Err(ActError::from(no).into());
            }
        };
        let original = Original { footage: whole.footage, media_type, length: whole.length, parts: whole.parts, sha256 };
        let sealed = self.sealer.seal(original.to_text().as_bytes());
        let sealed = sealed.map_err(|fault| ActError::Broken(format!("what an original is cannot be sealed: {fault}")))?;
        self.vault.put(&ObjectName::original(whole.footage), sealed).await.map_err(fault)?;
        world.commit(change).await.map_err(ActError::from)?;
        self.upload = whole.finished(sha256);
        Ok(())
    }

    async fn give_up(&self) -> Result<(), ActError> {
        drop_objects(self.vault, self.upload.footage).await?;
        let change = give_up(self.world.private_id(), &self.upload, Actor::Street, self.world.now());
        self.world.commit(change).await?;
        Ok(())
    }
}

/// Fills a part from what was left of the last one and from the request. `room` bytes are wanted at most; `any` says that
/// some came already.
async fn filled<S, B, E>(
    part: &mut Vec<u8>,
    rest: &mut Vec<u8>,
    room: u64,
    bytes: &mut S,
    writer: &Writer,
    (pace, mut any): (&Pace, bool),
) -> End
where
    S: Stream<Item = Result<B, E>> + Unpin,
    B: AsRef<[u8]>,
{
    let begun = Instant::now();
    part.append(rest);
    loop {
        if part.len() as u64 > room {
            return End::Beyond;
        }
        if part.len() > PART_BYTES_MAX {
            *rest = part.split_off(PART_BYTES_MAX);
            return End::Full;
        }
        let until = if any { pace.next(begun, Instant::now(), part.len()) } else { begun + pace.first };
        let next = tokio::select! {
            biased;
            () = writer.overtaken() => return End::Overtaken,
            next = timeout_at(until, bytes.next()) => next,
        };
        match next {
            Ok(Some(Ok(more))) => {
                any |= !more.as_ref().is_empty();
                part.extend_from_slice(more.as_ref());
            }
            Ok(None) => return End::Whole,
            Err(_) if !any => return End::Silent,
            Ok(Some(Err(_))) | Err(_) => return End::Broken,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::writers::Writers;
    use super::*;
    use futures::stream;
    use handbell_rules::id::UploadId;

    const MILLISECOND: Duration = Duration::from_millis(1);
    const LONG: Duration = Duration::from_secs(600);

    /// What becomes of these bytes, after which nothing more ever comes.
    async fn ended(bytes: Vec<Vec<u8>>, pace: Pace) -> (End, usize) {
        let writer = Writers::default().take_over(UploadId([1; 16])).await.unwrap();
        let mut bytes = stream::iter(bytes.into_iter().map(Ok::<_, std::io::Error>)).chain(stream::pending());
        let (mut part, mut rest) = (Vec::new(), Vec::new());
        let end = tokio::time::timeout(LONG / 20, filled(&mut part, &mut rest, 9_000, &mut bytes, &writer, (&pace, false))).await;
        (end.expect("it ends by its pace"), part.len())
    }

    #[tokio::test]
    async fn who_sends_nothing_holds_a_seat_for_seconds_only() {
        let pace = Pace { first: MILLISECOND, ..SLOWEST };
        assert!(matches!(ended(Vec::new(), pace).await, (End::Silent, 0)));
        assert!(matches!(ended(vec![Vec::new()], pace).await, (End::Silent, 0)), "an empty piece is no byte");
        assert!(SLOWEST.first <= Duration::from_secs(10));
    }

    #[tokio::test]
    async fn what_came_before_silence_is_kept() {
        let pace = Pace { first: LONG, silent: MILLISECOND, ..SLOWEST };
        assert!(matches!(ended(vec![vec![7; 5], vec![8; 5]], pace).await, (End::Broken, 10)));
    }

    #[test]
    fn a_byte_a_minute_is_too_slow_and_a_line_that_was_gone_for_most_of_one_is_not() {
        let begun = Instant::now();
        let after = |seconds: u64| begun + Duration::from_secs(seconds);
        assert_eq!(SLOWEST.next(begun, after(59), 1), after(60), "a second byte gives no more time than its own");
        assert_eq!(SLOWEST.next(begun, after(40), 200 << 10), after(100));
        assert_eq!(SLOWEST.next(begun, after(200), 150 << 10), after(210), "one KiB each second, and a minute beside");
        assert_eq!(SLOWEST.next(begun, after(590), 1_000 << 10), after(600));
    }
}
