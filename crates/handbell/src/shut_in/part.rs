//! Part: what a shut-in child can be told to do, and the child's own side of it.
//!
//! Here the walls go up, and only then a byte is read. The child answers on its output and ends with 0 also where its
//! answer is no; any other end is one that nobody meant.

use super::answer::{self, Made, No};
use super::walls::{Limits, Walls, put_up};
use super::{look, suggest, trial};
use handbell_rules::evidence::hiding::Cover;
use rustix::io::{FdFlags, fcntl_dupfd_cloexec, fcntl_setfd};
use rustix::stdio::dup2_stderr;
use serde::{Deserialize, Serialize};
use std::io::{Read, Write};
use std::os::fd::IntoRawFd;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

/// What a child does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Orders {
    /// Tries to get through the walls for pictures, or those around this program; for the checks at the start.
    Try {
        /// The wall.
        attempt: trial::Attempt,
        /// The program whose walls are tried; none for those of pictures.
        program: Option<PathBuf>,
    },
    /// Looks at a picture: what it tells, a preview, a cleaned copy, its hashes.
    Look,
    /// Looks at a JPEG that heif-convert wrote, whose pixels lie upright whatever its notes say.
    LookUpright,
    /// Looks at a film or sound without decoding: what it tells, a cleaned copy.
    Leaf,
    /// Puts stills in order that ffmpeg wrote one behind the other (PPM): small pictures and hashes.
    Stills,
    /// Packs one frame that ffmpeg wrote (PPM) as a JPEG of the same size.
    Frame,
    /// Burns boxes into a picture.
    Burn {
        /// What is covered.
        covers: Vec<Cover>,
        /// As PNG, where no pixel beside the boxes may change; else as JPEG.
        exact: bool,
    },
    /// Burns boxes into frames that come and go as YUV4MPEG2.
    Fill {
        /// What is covered.
        covers: Vec<Cover>,
    },
    /// Looks through pictures of ours for what looks like a face. The cascade stands first in what is handed over, then
    /// the pictures, of these lengths.
    Suggest {
        /// Bytes of the cascade.
        cascade: u64,
        /// Bytes of each picture.
        pictures: Vec<u64>,
    },
    /// Becomes this program.
    Program {
        /// Where it is.
        program: PathBuf,
        /// What it is told.
        arguments: Vec<String>,
    },
    /// Becomes this program, with what stands in for complaints kept under another number ([`ASIDE`]) for it to write to
    /// by a name, and its complaints where its talk goes.
    ProgramAside {
        /// Where it is.
        program: PathBuf,
        /// What it is told.
        arguments: Vec<String>,
    },
}

/// The number of a child's own output for a program that writes to a name. Below it there is room for what a program
/// opens, and it lies within the number of files a child may have.
pub const ASIDE: i32 = 40;

impl Orders {
    fn walls(&self) -> Walls {
        match self {
            Self::Try { program: Some(program), .. } | Self::Program { program, .. } | Self::ProgramAside { program, .. } => {
                Walls::Program(program.clone())
            }
            _ => Walls::Pictures,
        }
    }
}

/// How a child ends that did not come to read a byte, as shells say of a program that does not start.
const NOT_BEGUN: u8 = 126;
/// How the system's loader ends a program whose libraries are not there.
const NOT_LOADED: u8 = 127;

/// Whether a child that ended so read nothing.
pub fn read_nothing(code: i32) -> bool {
    [NOT_BEGUN, NOT_LOADED].map(i32::from).contains(&code)
}

/// The child: `handbell shut-in ORDERS LIMITS`. Started by the server and by nobody else.
pub fn run(orders: &str, limits: &str) -> ExitCode {
    let (Ok(orders), Ok(limits)) = (serde_json::from_str::<Orders>(orders), serde_json::from_str::<Limits>(limits)) else {
        return not_begun("these orders do not read");
    };
    // Before the walls, which let nobody change what a number stands for.
    if matches!(orders, Orders::ProgramAside { .. })
        && let Err(error) = set_aside()
    {
        return not_begun(&error.to_string());
    }
    if let Err(error) = put_up(&orders.walls(), &limits) {
        return not_begun(&error.to_string());
    }
    match done(&orders) {
        Ok(()) => ExitCode::SUCCESS,
        // It comes back only where it did not become the program.
        Err(error) if matches!(orders, Orders::Program { .. } | Orders::ProgramAside { .. }) => not_begun(&error.to_string()),
        Err(error) => complained(&error.to_string()),
    }
}

/// What was handed over as the place of complaints becomes [`ASIDE`], which the program inherits; complaints go the way of
/// talk. So no word of a program ever stands in the picture that it writes.
fn set_aside() -> std::io::Result<()> {
    let aside = fcntl_dupfd_cloexec(std::io::stderr(), ASIDE)?;
    fcntl_setfd(&aside, FdFlags::empty())?;
    dup2_stderr(std::io::stdout())?;
    // Nobody of ours closes it: the program writes there.
    if aside.into_raw_fd() == ASIDE { Ok(()) } else { Err(std::io::Error::other("the number of the output is taken")) }
}

fn complained(what: &str) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "{what}");
    ExitCode::FAILURE
}

fn not_begun(what: &str) -> ExitCode {
    let _ = complained(what);
    ExitCode::from(NOT_BEGUN)
}

fn done(orders: &Orders) -> std::io::Result<()> {
    match orders {
        Orders::Try { attempt, program } => trial::attempted(*attempt, program.as_deref()),
        Orders::Look => answered(look::picture(&input()?)),
        Orders::LookUpright => answered(look::upright(&input()?)),
        Orders::Leaf => {
            let bytes = input()?;
            let mut out = std::io::BufWriter::new(std::io::stdout().lock());
            look::leaf(&bytes, &mut out)?;
            out.flush()
        }
        Orders::Stills => answered(look::stills(std::io::stdin().lock())),
        Orders::Frame => answered(look::frame(std::io::stdin().lock())),
        Orders::Burn { covers, exact } => answered(look::burnt(&input()?, covers, *exact)),
        Orders::Fill { covers } => super::film::filled(covers, std::io::stdin().lock(), std::io::stdout().lock()),
        Orders::Suggest { cascade, pictures } => answered(suggest::seen(&input()?, *cascade, pictures)),
        // Comes back only where it did not become the program.
        Orders::Program { program, arguments } | Orders::ProgramAside { program, arguments } => {
            Err(Command::new(program).args(arguments).env_clear().exec())
        }
    }
}

fn answered(answer: Result<Made, No>) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    answer::write(&answer, &mut out)?;
    out.flush()
}

/// What was handed over, as a whole and no larger than it is.
fn input() -> std::io::Result<Vec<u8>> {
    let stdin = std::io::stdin().lock();
    let size = rustix::fs::fstat(&stdin)?.st_size;
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(usize::try_from(size).unwrap_or_default() + 1)?;
    stdin.take(u64::MAX).read_to_end(&mut bytes)?;
    Ok(bytes)
}
