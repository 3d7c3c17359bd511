//! Server: the real binary in a process of its own, as a keeper starts it.

use anyhow::{Context, ensure};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Ticks a second in `/proc`, fixed on Linux (proc(5), `_SC_CLK_TCK`).
const TICKS: f64 = 100.0;

/// A running `serve`; killed when this is dropped.
pub struct Server {
    child: Child,
    dir: PathBuf,
    pub address: SocketAddr,
}

fn handbell() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_handbell"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("HANDBELL_")) {
        command.env_remove(name);
    }
    command.stdin(Stdio::null());
    command
}

impl Server {
    /// Makes a group's folder and serves it.
    pub fn start(dir: &Path) -> anyhow::Result<Self> {
        let made = handbell()
            .args(["init", "--links-sign-in", "--name", "Bench", "--origin", "https://bell.example"])
            .arg(dir)
            .stdout(Stdio::null())
            .status()?;
        ensure!(made.success(), "handbell init failed");
        let mut serve = handbell();
        serve
            .arg("serve")
            .arg(dir)
            .args(["--listen", "127.0.0.1:0", "--without-limits"])
            .env("HANDBELL_LOG", "warn")
            .stdout(Stdio::piped());
        let mut child = serve.spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("the server's words")?).read_line(&mut line)?;
        let address = line.trim().strip_prefix("listening on http://").context("the server does not listen")?.parse()?;
        Ok(Self { child, dir: dir.to_owned(), address })
    }

    /// The store's file.
    pub fn store(&self) -> PathBuf {
        self.dir.join("handbell.db")
    }

    /// CPU seconds the server has used so far, in all its threads.
    pub fn cpu_seconds(&self) -> anyhow::Result<f64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // After the name in brackets: user time is the twelfth field, system time the thirteenth.
        let fields: Vec<&str> = stat.rsplit_once(')').context("stat")?.1.split_whitespace().collect();
        let ticks = |place: usize| fields.get(place).and_then(|text| text.parse::<f64>().ok()).unwrap_or_default();
        Ok((ticks(11) + ticks(12)) / TICKS)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Gone already is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
