//! Walls: what the shut-in child gives up before it reads its first byte, for ever.
//!
//! Three things of the kernel, none of which asks for root or another program: limits (memory, processor time, size of
//! what is written), Landlock (files), and a list of system calls (seccomp). The child puts them up around itself; what
//! it starts inside inherits them. Between pictures and films lies one difference: our own decoder of pictures needs no
//! file at all and may open none, while ffmpeg has to load its libraries, so it may read those and nothing else.
//!
//! No call makes another process, opens a socket, signals, limits or traces anybody. Calls that are not on the list answer
//! "not permitted"; they do not end the child, so that the checks at the start can say which wall held.

use landlock::{
    ABI, Access, AccessFs, CompatLevel, Compatible, Ruleset, RulesetAttr, RulesetCreatedAttr, RulesetStatus, path_beneath_rules,
};
use rustix::process::{Resource, Rlimit, Signal, set_parent_process_death_signal, setrlimit};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule, TargetArch, apply_filter,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Most bytes a child may hold as its own, and so most that a picture may unfold into.
pub const MEMORY_BYTES_MAX: u64 = 512 << 20;
/// Most bytes of addresses: its own memory, libraries, and what is reserved and never touched.
pub const ADDRESSES_MAX: u64 = 4 << 30;
/// Most files a child has open: what it was given, and libraries one after the other.
const FILES_MAX: u64 = 64;

/// What a child may use up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Seconds on the clock, after which it is killed; and seconds of processor time for each of two threads.
    pub seconds: u64,
    /// Bytes it may write.
    pub bytes_out: u64,
}

/// Which walls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Walls {
    /// No file can be opened at all.
    Pictures,
    /// This program may be started and may read the system's libraries.
    Program(PathBuf),
}

/// Why walls do not stand.
#[derive(Debug, thiserror::Error)]
pub enum WallError {
    /// A limit was not taken.
    #[error("the system does not take limits: {0}")]
    Limits(#[from] rustix::io::Errno),
    /// No Landlock, or an older one than is needed.
    #[error("the system has no Landlock (Linux 5.13 or newer, with Landlock switched on)")]
    Landlock,
    /// No seccomp.
    #[error("the system takes no list of calls (seccomp): {0}")]
    Calls(String),
}

/// Folders and files with libraries. Nothing of a group lies there.
const LIBRARIES: [&str; 8] =
    ["/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/local/lib", "/lib", "/lib64", "/etc/alternatives", "/etc/ld.so.cache"];

/// Puts the walls up around this process. There is no way back.
///
/// # Errors
///
/// Where one does not stand. Whoever gets this must end without reading anything.
pub fn put_up(walls: &Walls, limits: &Limits) -> Result<(), WallError> {
    // The child ends with its server, whatever became of that.
    set_parent_process_death_signal(Some(Signal::KILL))?;
    for (resource, most) in [
        (Resource::Data, MEMORY_BYTES_MAX),
        (Resource::As, ADDRESSES_MAX),
        (Resource::Cpu, limits.seconds.saturating_mul(2)),
        (Resource::Fsize, limits.bytes_out),
        (Resource::Nofile, FILES_MAX),
        (Resource::Core, 0),
    ] {
        setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?;
    }
    files(walls)?;
    // The list that leaves the least comes last: after it no other list could be put up.
    for list in [threads_the_old_way(), calls(walls)] {
        apply_filter(&list?).map_err(|error| WallError::Calls(error.to_string()))?;
    }
    Ok(())
}

/// Landlock. For pictures it is a second wall behind the list of calls, which has none that opens a file, so an older
/// kernel will do.
fn files(walls: &Walls) -> Result<(), WallError> {
    let raised = |program: Option<&Path>| -> Result<RulesetStatus, landlock::RulesetError> {
        // Reading, writing, starting: since the first Landlock. What came later is taken where it is there.
        let rules = Ruleset::default()
            .set_compatibility(CompatLevel::BestEffort)
            .handle_access(AccessFs::from_all(ABI::V6))?
            .handle_access(landlock::AccessNet::from_all(ABI::V6))?
            .scope(landlock::Scope::from_all(ABI::V6))?
            .create()?;
        let rules = match program {
            None => rules,
            Some(program) => {
                let loader = loaders();
                let started = std::iter::once(program.to_path_buf()).chain(loader);
                rules
                    .add_rules(path_beneath_rules(LIBRARIES, AccessFs::ReadFile | AccessFs::ReadDir))?
                    .add_rules(path_beneath_rules(started, AccessFs::ReadFile | AccessFs::Execute))?
            }
        };
        Ok(rules.restrict_self()?.ruleset)
    };
    match walls {
        Walls::Pictures => raised(None).map(|_| ()).map_err(|_| WallError::Landlock),
        Walls::Program(program) => match raised(Some(program)) {
            Ok(RulesetStatus::FullyEnforced | RulesetStatus::PartiallyEnforced) => Ok(()),
            _ => Err(WallError::Landlock),
        },
    }
}

/// What the kernel starts before a program: the loader of shared libraries, under the names it has.
fn loaders() -> Vec<PathBuf> {
    ["/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1", "/lib/ld-musl-x86_64.so.1", "/lib/ld-musl-aarch64.so.1"]
        .iter()
        .filter_map(|path| std::fs::canonicalize(path).ok())
        .collect()
}

/// Calls that our own decoders make: reading and writing what was handed over, memory, time and the end.
const PICTURES: &[i64] = &[
    libc::SYS_read,
    libc::SYS_write,
    libc::SYS_readv,
    libc::SYS_writev,
    libc::SYS_pread64,
    libc::SYS_pwrite64,
    libc::SYS_lseek,
    libc::SYS_fstat,
    libc::SYS_close,
    libc::SYS_dup,
    libc::SYS_ftruncate,
    libc::SYS_mmap,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_mprotect,
    libc::SYS_madvise,
    libc::SYS_brk,
    libc::SYS_futex,
    libc::SYS_ppoll,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    libc::SYS_clock_gettime,
    libc::SYS_clock_nanosleep,
    libc::SYS_gettimeofday,
    libc::SYS_getrandom,
    libc::SYS_sched_yield,
    libc::SYS_sched_getaffinity,
    libc::SYS_getpid,
    libc::SYS_getppid,
    libc::SYS_gettid,
    libc::SYS_set_robust_list,
    libc::SYS_rseq,
    libc::SYS_restart_syscall,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_membarrier,
];

/// What a program with libraries asks for beside: to be started, to open files (Landlock says which), threads, and to
/// look at what it runs on.
const PROGRAM: &[i64] = &[
    libc::SYS_execve,
    libc::SYS_openat,
    libc::SYS_newfstatat,
    libc::SYS_statx,
    libc::SYS_faccessat,
    libc::SYS_faccessat2,
    libc::SYS_readlinkat,
    libc::SYS_getdents64,
    libc::SYS_getcwd,
    libc::SYS_clone3,
    libc::SYS_set_tid_address,
    libc::SYS_getuid,
    libc::SYS_geteuid,
    libc::SYS_getgid,
    libc::SYS_getegid,
    libc::SYS_uname,
    libc::SYS_sysinfo,
    libc::SYS_clock_getres,
    libc::SYS_getrusage,
];

/// What may be done to an open file: its flags are read, and it is passed on or not. Nobody becomes its owner, who would
/// be signalled when something can be read from it.
const FILE_WORDS: [i32; 4] = [libc::F_GETFD, libc::F_SETFD, libc::F_GETFL, libc::F_DUPFD_CLOEXEC];
/// Calls that name a process in their first word; a program may only name itself, which is 0, for its server has the same
/// user and would let it.
const ITSELF: [i64; 2] = [libc::SYS_prlimit64, libc::SYS_sched_setaffinity];

/// Older names of the same, which only x86 has.
#[cfg(target_arch = "x86_64")]
const PROGRAM_OLD: &[i64] = &[
    libc::SYS_open,
    libc::SYS_stat,
    libc::SYS_lstat,
    libc::SYS_access,
    libc::SYS_readlink,
    libc::SYS_arch_prctl,
    libc::SYS_poll,
    libc::SYS_select,
];
#[cfg(not(target_arch = "x86_64"))]
const PROGRAM_OLD: &[i64] = &[];

fn here() -> Result<TargetArch, WallError> {
    TargetArch::try_from(std::env::consts::ARCH).map_err(|error| WallError::Calls(error.to_string()))
}

fn built(rules: BTreeMap<i64, Vec<SeccompRule>>, else_: SeccompAction, then: SeccompAction) -> Result<BpfProgram, WallError> {
    let wrong = |error: seccompiler::BackendError| WallError::Calls(error.to_string());
    SeccompFilter::new(rules, else_, then, here()?).map_err(wrong)?.try_into().map_err(wrong)
}

/// A call whose word at this place is this one.
fn only(place: u8, compared: SeccompCmpOp, word: u64) -> Result<SeccompRule, WallError> {
    let wrong = |error: seccompiler::BackendError| WallError::Calls(error.to_string());
    let condition = SeccompCondition::new(place, SeccompCmpArgLen::Dword, compared, word).map_err(wrong)?;
    SeccompRule::new(vec![condition]).map_err(wrong)
}

/// Only these; everything else is not permitted.
fn calls(walls: &Walls) -> Result<BpfProgram, WallError> {
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> = PICTURES.iter().map(|call| (*call, Vec::new())).collect();
    let words = FILE_WORDS.iter().map(|word| only(1, SeccompCmpOp::Eq, u64::from(word.cast_unsigned())));
    rules.insert(libc::SYS_fcntl, words.collect::<Result<_, _>>()?);
    if let Walls::Program(_) = walls {
        rules.extend(PROGRAM.iter().chain(PROGRAM_OLD).map(|call| (*call, Vec::new())));
        for call in ITSELF {
            rules.insert(call, vec![only(0, SeccompCmpOp::Eq, 0)?]);
        }
        // A thread of one's own, never a process.
        let thread = u64::from(libc::CLONE_THREAD.cast_unsigned());
        rules.insert(libc::SYS_clone, vec![only(0, SeccompCmpOp::MaskedEq(thread), thread)?]);
    }
    built(rules, SeccompAction::Errno(libc::EPERM.cast_unsigned()), SeccompAction::Allow)
}

/// The newer call for threads hides its flags where no list can read them. Told that there is no such call, libraries
/// take the older one.
fn threads_the_old_way() -> Result<BpfProgram, WallError> {
    let rules = BTreeMap::from([(libc::SYS_clone3, Vec::new())]);
    built(rules, SeccompAction::Allow, SeccompAction::Errno(libc::ENOSYS.cast_unsigned()))
}
