//! Trial: whether the walls hold on this machine, found out by trying to get through each of them.

use super::answer::Misread;
use super::part::Orders;
use super::run::{Broke, Input, ShutIn};
use super::walls::{Limits, MEMORY_BYTES_MAX};
use super::{film, heif, suggest};
use handbell_evidence::kind::Kind;
use rustix::fs::OFlags;
use rustix::process::{Pid, Resource, Rlimit, prlimit};
use serde::{Deserialize, Serialize};
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

/// Something a child must not be able to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Attempt {
    /// Nothing: that a child starts at all.
    Start,
    /// Open a socket of the network.
    Network,
    /// Open a socket of this machine.
    Socket,
    /// Read a file of the system.
    Read,
    /// List a folder.
    List,
    /// Write a file.
    Write,
    /// Start another process.
    Fork,
    /// Become another program.
    Become,
    /// Signal its parent.
    Signal,
    /// Set a limit of its parent.
    Limit,
    /// Have somebody signalled when a file can be read.
    Owner,
    /// Take more memory than it may.
    Memory,
    /// Write more than it may.
    Output,
    /// Never end.
    Time,
}

impl Attempt {
    /// Those that are quick; the rest are tried by tests.
    pub const QUICK: [Self; 11] = [
        Self::Network,
        Self::Socket,
        Self::Read,
        Self::List,
        Self::Write,
        Self::Fork,
        Self::Become,
        Self::Signal,
        Self::Limit,
        Self::Owner,
        Self::Memory,
    ];

    /// What went through, as an operator reads it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Network => "open a network socket",
            Self::Socket => "open a local socket",
            Self::Read => "read /etc/passwd",
            Self::List => "list a folder",
            Self::Write => "write a file",
            Self::Fork => "start another process",
            Self::Become => "become another program",
            Self::Signal => "signal another process",
            Self::Limit => "set limits of another process",
            Self::Owner => "have another process signalled",
            Self::Memory => "take more memory than it may",
            Self::Output => "write more than it may",
            Self::Time => "run longer than it may",
        }
    }
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trial {
    /// The wall held.
    Held,
    /// It went through.
    Through,
    /// The child did not get so far.
    Broke(String),
}

/// What this machine can do with strangers' files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Can {
    /// Why pictures cannot be looked at; none where they can.
    pub not_pictures: Option<String>,
    /// Why films cannot; none where they can.
    pub not_films: Option<String>,
    /// Why HEIC pictures cannot; none where they can.
    pub not_heic: Option<String>,
    /// Why no boxes are suggested; none where they are.
    pub not_suggested: Option<String>,
}

/// What the child says where its attempt failed; what it says where it went through.
const HELD: &[u8] = b"held";
const THROUGH: &[u8] = b"through";
/// Limits of an attempt.
const LIMITS: Limits = Limits { seconds: 10, bytes_out: 1 << 20 };
/// A film of a second in black, half a kilobyte: ffmpeg must be able to read it within the walls.
const FILM: &[u8] = include_bytes!("trial.mp4");
/// A picture of 64 by 64 grey points: the same for heif-convert.
const HEIC: &[u8] = include_bytes!("trial.heic");

impl Can {
    /// Nothing, and why.
    pub fn nothing(because: impl Into<String>) -> Self {
        let because = because.into();
        Self {
            not_pictures: Some(because.clone()),
            not_films: Some(because.clone()),
            not_heic: Some(because.clone()),
            not_suggested: Some(because),
        }
    }

    /// Tries everything.
    pub(super) fn of(shut: &ShutIn) -> Self {
        let held = |program: Option<&Path>| {
            std::iter::once(Attempt::Start).chain(Attempt::QUICK).find_map(|attempt| match shut.trial(attempt, program) {
                Trial::Held => None,
                Trial::Through => Some(format!("a shut-in child could {}", attempt.words())),
                Trial::Broke(why) => Some(format!("a shut-in child did not start: {why}")),
            })
        };
        if let Some(why) = held(None) {
            return Self::nothing(why);
        }
        // A program holds its own walls, and reads a small file of its kind within them.
        let kept = |name: &str, program: Option<&Path>, read: &dyn Fn() -> Result<(), Broke>| {
            let Some(program) = program else { return Some(format!("there is no {name} on this machine")) };
            held(Some(program)).or_else(|| read().err().map(|why| format!("{name} does not run shut in: {why}")))
        };
        let film = || film::working(shut, Kind::Mp4, &Input::bytes(FILM)?, &LIMITS).map(|_| ());
        let heic = || match heif::looked(shut, &Input::bytes(HEIC)?, &LIMITS)? {
            Ok(made) if (made.told.width, made.told.height) == (64, 64) => Ok(()),
            _ => Err(Broke::Misread(Misread)),
        };
        let not_films = kept("ffmpeg", shut.ffmpeg(), &film);
        if shut.heif().is_some() {
            heif::swept(shut);
        }
        let not_heic = kept("heif-convert", shut.heif(), &heic);
        // That it reads; what it finds is shown by tests.
        let not_suggested = match shut.cascade() {
            None => Some("there is no opencv-data on this machine".to_owned()),
            Some(_) => match suggest::asked(shut, &[], &LIMITS) {
                Ok(Ok(_)) => None,
                Ok(Err(no)) => Some(format!("its opencv-data does not read: {}", no.words)),
                Err(broke) => Some(format!("its opencv-data does not read: {broke}")),
            },
        };
        Self { not_pictures: None, not_films, not_heic, not_suggested }
    }

    /// What this machine cannot, each in a sentence of its own; said once at the start and beside the desk's footage.
    pub fn cannot(&self) -> Vec<String> {
        if let Some(why) = &self.not_pictures {
            return vec![format!("This machine can look at no pictures and films: {why}. What comes is kept sealed.")];
        }
        let films = self.not_films.iter().map(|why| format!("This machine can look at no films: {why}. They are kept sealed."));
        let heic = self.not_heic.iter().map(|why| format!("This machine can look at no HEIC pictures: {why}. They are kept sealed."));
        let boxes = self.not_suggested.iter().map(|why| format!("This machine suggests no boxes: {why}. People draw them all."));
        films.chain(heic).chain(boxes).collect()
    }
}

impl ShutIn {
    /// Lets a child try one thing.
    pub fn trial(&self, attempt: Attempt, program: Option<&Path>) -> Trial {
        let orders = Orders::Try { attempt, program: program.map(Path::to_path_buf) };
        let limits = if attempt == Attempt::Time { Limits { seconds: 1, ..LIMITS } } else { LIMITS };
        let answer = Input::bytes(&[]).map_err(super::Broke::from).and_then(|input| self.raw(&orders, &input, &limits));
        match answer {
            Ok(said) if said == HELD => Trial::Held,
            Ok(said) if said.starts_with(THROUGH) => Trial::Through,
            Ok(said) => Trial::Broke(format!("it said {} bytes", said.len())),
            // To be ended for it is how these three are held.
            Err(super::Broke::TooLong) if attempt == Attempt::Time => Trial::Held,
            Err(super::Broke::TooMuch | super::Broke::Ended(..)) if attempt == Attempt::Output => Trial::Held,
            Err(broke) => Trial::Broke(broke.to_string()),
        }
    }
}

/// The child's side: tries, and says how it went.
///
/// # Errors
///
/// Where nothing can be said.
pub fn attempted(attempt: Attempt, program: Option<&Path>) -> std::io::Result<()> {
    let through = match attempt {
        Attempt::Start => false,
        Attempt::Network => std::net::UdpSocket::bind("127.0.0.1:0").is_ok() || std::net::TcpListener::bind("127.0.0.1:0").is_ok(),
        Attempt::Socket => std::os::unix::net::UnixDatagram::unbound().is_ok(),
        Attempt::Read => ["/etc/passwd", "/proc/self/environ", "/proc/1/cmdline"].iter().any(|path| std::fs::read(path).is_ok()),
        Attempt::List => ["/", "/etc", "/tmp", "/proc"].iter().any(|path| std::fs::read_dir(path).is_ok()),
        Attempt::Write => ["/tmp/handbell-shut-in", "/dev/shm/handbell-shut-in", "handbell-shut-in"]
            .iter()
            .any(|path| std::fs::File::create(path).is_ok() || std::fs::create_dir(path).is_ok()),
        Attempt::Fork => Command::new(program.unwrap_or(Path::new("/bin/true"))).arg("-version").spawn().is_ok(),
        Attempt::Become => {
            // Comes back only where it did not.
            let _ = Command::new("/bin/echo").arg("through").exec();
            false
        }
        Attempt::Signal => rustix::process::getppid().is_some_and(|parent| rustix::process::test_kill_process(parent).is_ok()),
        // Of core dumps, so that nothing is lost where it goes through.
        Attempt::Limit => rustix::process::getppid().is_some_and(|parent| limited(parent).is_ok()),
        // Without this flag an owner is never signalled; to name one is no call that safe Rust has.
        Attempt::Owner => rustix::fs::fcntl_setfl(std::io::stdin(), OFlags::ASYNC).is_ok(),
        Attempt::Memory => took_too_much(),
        Attempt::Output => {
            let block = vec![b'x'; 64 << 10];
            (0..1_024).try_for_each(|_| std::io::stdout().write_all(&block)).is_ok()
        }
        Attempt::Time => loop {
            std::hint::spin_loop();
        },
    };
    let mut out = std::io::stdout().lock();
    out.write_all(if through { THROUGH } else { HELD })?;
    out.flush()
}

/// Takes core dumps from a process.
///
/// # Errors
///
/// Where that is not permitted.
pub fn limited(process: Pid) -> rustix::io::Result<Rlimit> {
    prlimit(Some(process), Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })
}

/// Whether more than the limit could be taken, in pieces as a decoder would.
fn took_too_much() -> bool {
    const PIECE: usize = 16 << 20;
    let mut taken: Vec<Vec<u8>> = Vec::new();
    for _ in 0..=MEMORY_BYTES_MAX as usize / PIECE {
        let mut piece = Vec::new();
        if piece.try_reserve_exact(PIECE).is_err() {
            return false;
        }
        piece.resize(PIECE, 1);
        taken.push(piece);
    }
    // So that nothing is left out as never read.
    taken.iter().map(|piece: &Vec<u8>| usize::from(piece[PIECE - 1])).sum::<usize>() > 0
}
