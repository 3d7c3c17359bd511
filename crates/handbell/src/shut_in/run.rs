//! Run: starts a shut-in child, hands it memory, waits as long as it may take, and reads what it says.

use super::answer::{self, Made, No};
use super::aside::Names;
use super::part::{Orders, read_nothing};
use super::trial::Can;
use super::walls::Limits;
use handbell_evidence::cascade::FILE_BYTES_MAX;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, memfd_create};
use rustix::process::{Pid, PidfdFlags, pidfd_open};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, OnceLock};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Most bytes of complaint that are kept.
const COMPLAINT_BYTES_MAX: u64 = 4 << 10;

/// Why a child gave no answer. What may be told to people is [`Broke::no`].
#[derive(Debug, thiserror::Error)]
pub enum Broke {
    /// It took longer than it may, by the clock or by the processor.
    #[error("took too long")]
    TooLong,
    /// It wrote more than it may.
    #[error("wrote too much")]
    TooMuch,
    /// Somebody else ended it: a machine that had no memory left, or whoever stopped it. That says nothing of the file.
    #[error("was ended from outside")]
    Killed,
    /// Its walls did not stand, or its program did not start: not a byte of the file was read. With what it said of it.
    #[error("could not begin: {0}")]
    NotBegun(String),
    /// It ended by itself without an answer; with what it last said, for the operator.
    #[error("ended early ({0}): {1}")]
    Ended(ExitStatus, String),
    /// The answer does not read.
    #[error(transparent)]
    Misread(#[from] answer::Misread),
    /// It could not be started or handed its memory.
    #[error("could not be started: {0}")]
    Unstarted(#[from] std::io::Error),
    /// This machine has no such program, or its walls do not hold.
    #[error("not possible on this machine")]
    Unable,
}

impl From<rustix::io::Errno> for Broke {
    fn from(error: rustix::io::Errno) -> Self {
        Self::Unstarted(error.into())
    }
}

impl Broke {
    /// What people are told. That a child ended early says as much of the file as of us.
    pub fn no(&self) -> No {
        let (name, words) = match self {
            Self::TooLong => ("file-takes-too-long", "This file takes longer to read than is allowed here. It is kept sealed."),
            Self::TooMuch => ("file-unfolds", "This file unfolds into more than is allowed here. It is kept sealed."),
            Self::Ended(..) | Self::Misread(_) => ("file-unreadable", "This file could not be read here. It is kept sealed."),
            Self::Unstarted(_) | Self::NotBegun(_) | Self::Killed | Self::Unable => {
                ("no-working-copies", "This machine makes no working copies of such files. It is kept sealed.")
            }
        };
        No { name: name.to_owned(), words: words.to_owned() }
    }

    /// Whether the machine was in the way and not the file.
    pub fn is_the_machines(&self) -> bool {
        matches!(self, Self::Unstarted(_) | Self::NotBegun(_) | Self::Killed)
    }
}

/// Memory that a child reads as its input, and that nobody can change any more.
#[derive(Debug)]
pub struct Input(File);

impl Input {
    /// Of these bytes.
    ///
    /// # Errors
    ///
    /// Where the machine has no memory left.
    pub fn bytes(bytes: &[u8]) -> std::io::Result<Self> {
        let mut filling = Filling::begun()?;
        filling.push(bytes)?;
        filling.done()
    }

    fn handed(&self) -> std::io::Result<Stdio> {
        let mut file = self.0.try_clone()?;
        file.seek(SeekFrom::Start(0))?;
        Ok(file.into())
    }
}

/// An input that comes part by part, so that a film need not lie in memory twice.
#[derive(Debug)]
pub struct Filling(File);

impl Filling {
    /// With nothing in it yet.
    ///
    /// # Errors
    ///
    /// Where the machine gives no memory.
    pub fn begun() -> std::io::Result<Self> {
        memory(true).map(Self)
    }

    /// One part more.
    ///
    /// # Errors
    ///
    /// Where the machine has no memory left.
    pub fn push(&mut self, part: &[u8]) -> std::io::Result<()> {
        self.0.write_all(part)
    }

    /// The input; from now on nobody changes it.
    ///
    /// # Errors
    ///
    /// Where the machine does not promise that.
    pub fn done(self) -> std::io::Result<Input> {
        fcntl_add_seals(&self.0, SealFlags::WRITE | SealFlags::SHRINK | SealFlags::GROW | SealFlags::SEAL)?;
        Ok(Input(self.0))
    }
}

fn memory(sealable: bool) -> std::io::Result<File> {
    let flags = MemfdFlags::CLOEXEC | if sealable { MemfdFlags::ALLOW_SEALING } else { MemfdFlags::empty() };
    Ok(File::from(memfd_create("handbell", flags)?))
}

/// Most files that are worked with at once, each by one child or three behind one another.
const PLACES: usize = 2;

/// What this machine has beside this program, and where.
#[derive(Debug, Clone, Default)]
pub struct Programs {
    /// Reads films and sound.
    pub ffmpeg: Option<PathBuf>,
    /// Reads HEIC.
    pub heif: Option<PathBuf>,
    /// The file of OpenCV that says what a face from the front looks like.
    pub cascade: Option<PathBuf>,
}

/// Where Debian and Ubuntu put the cascade (`opencv-data`).
const CASCADES: [&str; 2] = [
    "/usr/share/opencv4/haarcascades/haarcascade_frontalface_default.xml",
    "/usr/local/share/opencv4/haarcascades/haarcascade_frontalface_default.xml",
];

impl Programs {
    /// Where Debian and others put them.
    pub fn found() -> Self {
        let folders = ["/usr/bin", "/usr/local/bin", "/bin"];
        let found = |name: &str| folders.iter().find_map(|folder| std::fs::canonicalize(Path::new(folder).join(name)).ok());
        Self {
            ffmpeg: found("ffmpeg"),
            heif: found("heif-convert").or_else(|| found("heif-dec")),
            cascade: CASCADES.iter().map(PathBuf::from).find(|path| path.is_file()),
        }
    }
}

/// Starts children; knows what this machine can, because it was tried.
#[derive(Debug)]
pub struct ShutIn {
    program: PathBuf,
    programs: Programs,
    cascade: OnceLock<Option<Vec<u8>>>,
    can: OnceLock<Can>,
    places: Arc<Semaphore>,
    /// Where names are made for programs that write to names alone.
    names: PathBuf,
}

/// Nobody tried anything: nothing is decoded.
impl Default for ShutIn {
    fn default() -> Self {
        Self::none("nobody tried")
    }
}

impl ShutIn {
    /// One that starts nothing: where the walls do not hold, or nobody tried them.
    pub fn none(because: impl Into<String>) -> Self {
        Self { can: OnceLock::from(Can::nothing(because)), ..Self::with(Path::new(""), Programs::default()) }
    }

    /// One that is believed without a try, with no program behind it: for tests of whoever asks.
    #[cfg(test)]
    pub fn believed() -> Self {
        Self::believed_of(Path::new(""))
    }

    /// The same with this program, which is none of ours.
    #[cfg(test)]
    pub fn believed_of(program: &Path) -> Self {
        let can = Can { not_pictures: None, not_films: None, not_heic: None, not_suggested: None };
        Self { can: OnceLock::from(can), ..Self::with(program, Programs::default()) }
    }

    /// With this program, and with these others where there are any.
    pub fn with(program: &Path, programs: Programs) -> Self {
        let places = Arc::new(Semaphore::new(PLACES));
        let names = std::env::temp_dir();
        Self { program: program.to_owned(), programs, cascade: OnceLock::new(), can: OnceLock::new(), places, names }
    }

    /// The same, making its names in this folder.
    pub fn naming(self, names: PathBuf) -> Self {
        Self { names, ..self }
    }

    /// With the program that runs, also where its file was replaced since, and this machine's others.
    pub fn here() -> Self {
        Self::with(Path::new("/proc/self/exe"), Programs::found())
    }

    /// What this machine can. Asked for the first time, the walls are tried, which takes a second or two.
    pub fn can(&self) -> &Can {
        self.can.get_or_init(|| Can::of(self))
    }

    /// A place, as soon as one is free. To be had before a file is loaded, and held for as long as it is: files in
    /// memory are what is dear.
    pub async fn place(&self) -> OwnedSemaphorePermit {
        Arc::clone(&self.places).acquire_owned().await.expect("the semaphore is never closed")
    }

    /// The ffmpeg that is started.
    pub(super) fn ffmpeg(&self) -> Option<&Path> {
        self.programs.ffmpeg.as_deref()
    }

    /// The heif-convert that is started.
    pub(super) fn heif(&self) -> Option<&Path> {
        self.programs.heif.as_deref()
    }

    /// Where names are made.
    pub(super) fn names(&self) -> &Path {
        &self.names
    }

    /// The cascade, read once and no further than any honest one is long; none where there is none.
    pub(super) fn cascade(&self) -> Option<&[u8]> {
        let read = || {
            let mut bytes = Vec::new();
            let file = File::open(self.programs.cascade.as_deref()?).ok()?;
            file.take(FILE_BYTES_MAX as u64 + 1).read_to_end(&mut bytes).ok()?;
            Some(bytes).filter(|bytes| bytes.len() <= FILE_BYTES_MAX)
        };
        self.cascade.get_or_init(read).as_deref()
    }

    /// Lets a child do a part and reads its answer. Blocks the thread for as long as the limits allow.
    ///
    /// # Errors
    ///
    /// Outer: no answer came ([`Broke`]). Inner: the child's own no.
    pub fn made(&self, orders: &Orders, input: &Input, limits: &Limits) -> Result<Result<Made, No>, Broke> {
        Ok(answer::read(&self.raw(orders, input, limits)?)?)
    }

    /// Lets a child do a part and gives back what it wrote.
    ///
    /// # Errors
    ///
    /// As [`ShutIn::made`].
    pub fn raw(&self, orders: &Orders, input: &Input, limits: &Limits) -> Result<Vec<u8>, Broke> {
        let out = memory(false)?;
        self.written(orders, input, &out, limits)?;
        said(out, limits)
    }

    /// Lets a child do a part and makes what it wrote the next child's input, without it lying in memory twice.
    ///
    /// # Errors
    ///
    /// As [`ShutIn::made`].
    pub fn handed_on(&self, orders: &Orders, input: &Input, limits: &Limits) -> Result<Input, Broke> {
        let out = memory(true)?;
        self.written(orders, input, &out, limits)?;
        if out.metadata()?.len() > limits.bytes_out {
            return Err(Broke::TooMuch);
        }
        Ok(Filling(out).done()?)
    }

    /// As [`ShutIn::handed_on`], of a program that talks on its output and writes to a named file
    /// ([`Orders::ProgramAside`]): the names of `aside` lead to an output of its own, and what it says and complains of
    /// stands elsewhere.
    ///
    /// # Errors
    ///
    /// As [`ShutIn::made`].
    pub(super) fn handed_aside(&self, orders: &Orders, input: &Input, _aside: &Names, limits: &Limits) -> Result<Input, Broke> {
        let (out, mut talk) = (memory(true)?, memory(false)?);
        let mut child = self.started(orders, input.handed()?, talk.try_clone()?.into(), out.try_clone()?.into(), limits)?;
        let status = ended(&mut child, limits.seconds)?;
        judged(status, &mut talk)?;
        if out.metadata()?.len() > limits.bytes_out {
            return Err(Broke::TooMuch);
        }
        Ok(Filling(out).done()?)
    }

    fn written(&self, orders: &Orders, input: &Input, out: &File, limits: &Limits) -> Result<(), Broke> {
        let mut complaint = memory(false)?;
        let mut child = self.started(orders, input.handed()?, out.try_clone()?.into(), complaint.try_clone()?.into(), limits)?;
        let status = ended(&mut child, limits.seconds)?;
        judged(status, &mut complaint)
    }

    /// Three children one behind the other, by pipes: the second reads what the first writes, and the third's answer
    /// comes back.
    ///
    /// # Errors
    ///
    /// As [`ShutIn::made`], for the first of them that broke.
    pub fn chained(&self, orders: [&Orders; 3], input: &Input, limits: &Limits) -> Result<Vec<u8>, Broke> {
        let out = memory(false)?;
        let (from_first, to_second) = std::io::pipe()?;
        let (from_second, to_third) = std::io::pipe()?;
        let stages: [(Stdio, Stdio); 3] =
            [(input.handed()?, to_second.into()), (from_first.into(), to_third.into()), (from_second.into(), out.try_clone()?.into())];
        let mut children = Vec::new();
        for (order, (from, to)) in orders.into_iter().zip(stages) {
            let complaint = memory(false)?;
            match self.started(order, from, to, complaint.try_clone()?.into(), limits) {
                Ok(child) => children.push((child, complaint)),
                Err(broke) => {
                    children.iter_mut().for_each(|(child, _)| end(child));
                    return Err(broke);
                }
            }
        }
        let mut answer = Ok(());
        for (child, complaint) in &mut children {
            let next = ended(child, limits.seconds).and_then(|status| judged(status, complaint));
            // Where one is ended from outside the others break for want of it, and that is not the file's doing.
            let machines = matches!(&next, Err(broke) if broke.is_the_machines());
            if answer.is_ok() || machines {
                answer = next;
            }
        }
        answer?;
        said(out, limits)
    }

    fn started(&self, orders: &Orders, from: Stdio, to: Stdio, complaint: Stdio, limits: &Limits) -> Result<Child, Broke> {
        if self.program.as_os_str().is_empty() {
            return Err(Broke::Unable);
        }
        let words = |text: serde_json::Result<String>| text.map_err(|error| std::io::Error::other(error.to_string()));
        let mut command = Command::new(&self.program);
        command.arg("shut-in").arg(words(serde_json::to_string(orders))?).arg(words(serde_json::to_string(limits))?);
        // Nothing of the environment goes in: settings and keys may stand there.
        command.env_clear().current_dir("/");
        // Memory is asked for when it is used, or a limit that comes later would find a gigabyte that is there already.
        command.env("MIMALLOC_ARENA_RESERVE", "0").env("MIMALLOC_ARENA_EAGER_COMMIT", "0");
        command.stdin(from).stdout(to).stderr(complaint);
        Ok(command.spawn()?)
    }
}

/// What was written, from its beginning.
fn said(mut out: File, limits: &Limits) -> Result<Vec<u8>, Broke> {
    out.seek(SeekFrom::Start(0))?;
    let mut bytes = Vec::new();
    out.take(limits.bytes_out.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limits.bytes_out { Err(Broke::TooMuch) } else { Ok(bytes) }
}

fn end(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}

/// Waits until it ends, and ends it when its time is over.
fn ended(child: &mut Child, seconds: u64) -> Result<ExitStatus, Broke> {
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw).ok_or(rustix::io::Errno::SRCH)?;
    let waited = pidfd_open(pid, PidfdFlags::empty()).and_then(|handle| {
        let patience = Timespec { tv_sec: i64::try_from(seconds).unwrap_or(i64::MAX), tv_nsec: 0 };
        rustix::io::retry_on_intr(|| poll(&mut [PollFd::new(&handle, PollFlags::IN)], Some(&patience)))
    });
    match waited {
        Ok(1) => {
            let worked = worked(child.id());
            let status = child.wait()?;
            match status.signal() {
                // The kernel's own end of whoever works longer than it may; anybody else's says nothing of the file.
                Some(libc::SIGKILL) if worked.is_some_and(|worked| worked + 1 >= seconds.saturating_mul(2)) => Err(Broke::TooLong),
                Some(libc::SIGKILL) => Err(Broke::Killed),
                _ => Ok(status),
            }
        }
        Ok(_) => {
            end(child);
            Err(Broke::TooLong)
        }
        Err(error) => {
            end(child);
            Err(error.into())
        }
    }
}

/// Whole seconds of processor time of a child that ended and was not waited for yet; none where the system does not say.
fn worked(pid: u32) -> Option<u64> {
    let told = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // Behind its name, which may hold anything: its own time and the system's for it are the twelfth and thirteenth there
    // (proc_pid_stat(5)), in hundredths.
    let mut numbers = told.rsplit_once(") ")?.1.split(' ').skip(11).map(|number| number.parse::<u64>().ok());
    Some((numbers.next()?? + numbers.next()??) / 100)
}

fn judged(status: ExitStatus, complaint: &mut File) -> Result<(), Broke> {
    match (status.success(), status.signal()) {
        (true, _) => Ok(()),
        (_, Some(libc::SIGXCPU)) => Err(Broke::TooLong),
        (_, Some(libc::SIGXFSZ)) => Err(Broke::TooMuch),
        _ => {
            complaint.seek(SeekFrom::Start(0))?;
            let mut said = Vec::new();
            complaint.take(COMPLAINT_BYTES_MAX).read_to_end(&mut said)?;
            let said = String::from_utf8_lossy(&said).trim().to_owned();
            Err(if status.code().is_some_and(read_nothing) { Broke::NotBegun(said) } else { Broke::Ended(status, said) })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    #[test]
    fn a_third_file_waits_until_one_of_two_is_done() {
        let shut = ShutIn::none("nobody tried");
        let mut context = Context::from_waker(Waker::noop());
        let mut free = || match pin!(shut.place()).poll(&mut context) {
            Poll::Ready(place) => Some(place),
            Poll::Pending => None,
        };
        let places = (free(), free());
        assert!(places.0.is_some() && places.1.is_some());
        assert!(free().is_none());
        drop(places.1);
        assert!(free().is_some());
    }
}
