//! Town: a group's folder made by `handbell init`, and the real binary that serves it.
//!
//! The folder lies below the target folder, on a real disk, because `/tmp` may be memory.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

use crate::talk::Talk;

/// Longest wait for a server to say that it listens.
const LISTENS_WITHIN: Duration = Duration::from_secs(60);

/// The binary under test.
pub fn handbell() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_handbell"));
    // Settings of whoever runs the tests must not reach the servers they start.
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("HANDBELL_")) {
        command.env_remove(name);
    }
    let lines = std::env::var("HANDBELL_TEST_LOG").unwrap_or_else(|_| "warn".into());
    command.env("HANDBELL_LOG", lines).stdin(Stdio::null());
    command
}

/// A folder below the target folder that goes when the test ends.
pub fn room() -> TempDir {
    tempfile::Builder::new().prefix("handbell-").tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap()
}

/// What a command said, for messages.
pub fn said(output: &Output) -> String {
    format!("{}{}{}", output.status, String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// A command's exit code; a command that was killed by a signal has none, which fails the test.
pub fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or_else(|| panic!("no exit code: {}", said(output)))
}

/// A group's folder.
pub struct Town {
    _room: TempDir,
    pub dir: PathBuf,
    /// What `init` said, the contact key among it.
    pub told: String,
}

impl Town {
    /// Makes a live group.
    pub fn new() -> Self {
        Self::prepared("https://bell.example", |_| {})
    }

    /// Makes a live group whose site will stand at another address.
    pub fn at(origin: &str) -> Self {
        Self::prepared(origin, |_| {})
    }

    /// Makes a live group in a folder that something is done to first.
    pub fn prepared(origin: &str, prepare: impl FnOnce(&Path)) -> Self {
        let room = room();
        prepare(room.path());
        let dir = room.path().join("town");
        let made = handbell().args(["init", "--links-sign-in", "--name", "Eastgate", "--origin", origin]).arg(&dir).output().unwrap();
        assert!(made.status.success(), "{}", said(&made));
        let told = String::from_utf8(made.stdout).unwrap();
        Self { _room: room, dir, told }
    }

    /// Starts `serve` and returns without waiting for it.
    pub fn start(&self) -> Server {
        Server::start(&mut self.serve_command(), &self.dir)
    }

    /// Starts `serve` and waits until it listens.
    pub fn serve(&self) -> Server {
        let mut server = self.start();
        server.wait_until_listening();
        server
    }

    /// The command that serves this folder for a test.
    pub fn serve_command(&self) -> Command {
        let mut command = handbell();
        command.arg("serve").arg(&self.dir).args(["--listen", "127.0.0.1:0", "--without-limits"]);
        command
    }

    /// A sign-in link's secret for a member with every role of the desk.
    pub fn invite(&self, name: &str) -> String {
        let made = handbell()
            .arg("invite")
            .arg(&self.dir)
            .args(["--role", "triager", "--role", "approver", "--role", "editor", "--name", name])
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", said(&made));
        let link = String::from_utf8(made.stdout).unwrap();
        link.trim().rsplit('/').next().unwrap().to_owned()
    }

    /// `handbell verify DIR`.
    pub fn verify(&self) -> Output {
        handbell().arg("verify").arg(&self.dir).output().unwrap()
    }

    /// The published folder.
    pub fn public(&self) -> PathBuf {
        self.dir.join("public")
    }

    /// Waits until a running server has counted what is there and published the snapshot of it. Nothing follows by itself
    /// after that.
    pub fn counted(&self) {
        let log = self.public().join("log");
        let newest = || {
            let names = std::fs::read_dir(log.join("snapshots")).ok()?;
            names.filter_map(|name| name.ok()?.file_name().to_str()?.parse::<u64>().ok()).max()
        };
        let size = || std::fs::read_to_string(log.join("checkpoint")).ok()?.lines().nth(1)?.parse::<u64>().ok();
        let begun = Instant::now();
        while newest().is_none() || newest().map(|index| index + 1) != size() {
            assert!(begun.elapsed() < Duration::from_secs(60), "no snapshot: {}", self.complaints());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Everything the servers of this folder wrote to standard error.
    pub fn complaints(&self) -> String {
        std::fs::read_to_string(complaints_of(&self.dir)).unwrap_or_default()
    }
}

fn complaints_of(dir: &Path) -> PathBuf {
    dir.with_extension("stderr")
}

/// A running `serve`. It is killed when this is dropped.
pub struct Server {
    child: Child,
    started: Instant,
    said: BufReader<std::process::ChildStdout>,
    address: Option<SocketAddr>,
}

impl Server {
    fn start(command: &mut Command, dir: &Path) -> Self {
        let errors: File = OpenOptions::new().create(true).append(true).open(complaints_of(dir)).unwrap();
        let started = Instant::now();
        let mut child = command.stdout(Stdio::piped()).stderr(errors).spawn().unwrap();
        let said = BufReader::new(child.stdout.take().unwrap());
        Self { child, started, said, address: None }
    }

    /// A server of any folder, listening.
    pub fn of(command: &mut Command, dir: &Path) -> Self {
        let mut server = Self::start(command, dir);
        server.wait_until_listening();
        server
    }

    /// A server that was started by another command, for example under a tracer.
    pub fn under(command: &mut Command, town: &Town) -> Self {
        let mut server = Self::start(command, &town.dir);
        server.wait_until_listening();
        server
    }

    fn wait_until_listening(&mut self) {
        let mut line = String::new();
        // A server that cannot start ends, and then this read ends too.
        self.said.read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on http://").and_then(|address| address.parse().ok());
        assert!(address.is_some(), "the server does not listen: {line}{:?}", self.child.try_wait());
        assert!(self.started.elapsed() < LISTENS_WITHIN, "the server took {:?} to listen", self.started.elapsed());
        self.address = address;
    }

    /// A signal that comes before its handler ends the server as a kill would; that is another test's matter.
    fn wait_until_it_can_be_told(&self) {
        const TERMINATE: u64 = 1 << 14; // SIGTERM is 15, and the lowest bit is signal 1 (proc(5), SigCgt).
        let since = Instant::now();
        loop {
            let status = std::fs::read_to_string(format!("/proc/{}/status", self.id())).unwrap();
            let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).unwrap().trim();
            if u64::from_str_radix(caught, 16).unwrap() & TERMINATE != 0 {
                return;
            }
            assert!(since.elapsed() < LISTENS_WITHIN, "the server never listens to SIGTERM");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address.unwrap()
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The most memory that it had so far, in bytes (proc(5), VmHWM).
    pub fn most_memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id())).unwrap();
        let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        most.trim().trim_end_matches(" kB").parse::<u64>().unwrap() << 10
    }

    /// A connection to it.
    pub fn talk(&self) -> Talk {
        Talk::to(self.address()).unwrap()
    }

    /// How long ago it was started.
    pub fn age(&self) -> Duration {
        self.started.elapsed()
    }

    /// `kill -9`, and waits until it is gone.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to stop and waits until it has; what it still said comes back.
    pub fn stop(mut self) -> String {
        self.wait_until_it_can_be_told();
        let told = Command::new("kill").args(["-TERM", &self.id().to_string()]).status().unwrap();
        assert!(told.success());
        let mut rest = String::new();
        self.said.read_to_string(&mut rest).unwrap();
        let ended = self.child.wait().unwrap();
        assert!(ended.success(), "the server ended badly: {ended}");
        rest
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Gone already is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
