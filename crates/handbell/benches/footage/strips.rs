//! Strips: pictures of the corpus read from files, cleaned and written to files, by us and by what people use today.

use super::{media, rounds, row};
use anyhow::{Context, ensure};
use handbell::shut_in::part::Orders;
use handbell::shut_in::walls::Limits;
use handbell::shut_in::{Input, Programs, ShutIn};
use handbell_evidence::kind::{Kind, kind};
use handbell_evidence::strip::strip;
use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Instant;

/// Pictures of the corpus that all four clean, copied into a folder of the run: JPEG, because mat2 wants a loader of its
/// own for each other kind.
fn pictures(room: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let folder = room.join("pictures");
    std::fs::create_dir(&folder)?;
    let mut found = Vec::new();
    for name in ["c2pa", "exif", "pdq"] {
        for entry in std::fs::read_dir(media()?.join(name))? {
            let bytes = std::fs::read(entry?.path())?;
            if kind(&bytes) == Ok(Kind::Jpeg) && strip(&bytes).is_ok() {
                let path = folder.join(format!("{name}-{:02}.jpg", found.len()));
                std::fs::write(&path, bytes)?;
                found.push(path);
            }
        }
    }
    ensure!(found.len() >= 20, "the corpus has fewer pictures than it had");
    Ok(found)
}

/// Where a side puts what it made, empty.
fn out(room: &Path) -> anyhow::Result<PathBuf> {
    let out = room.join("cleaned");
    if out.exists() {
        std::fs::remove_dir_all(&out)?;
    }
    std::fs::create_dir(&out)?;
    Ok(out)
}

/// Exiftool as its manual says that a batch is to be run: started once, told over its input.
struct Exiftool {
    child: Child,
    tell: ChildStdin,
    says: BufReader<ChildStdout>,
}

impl Exiftool {
    fn start() -> anyhow::Result<Self> {
        let mut command = Command::new("exiftool");
        command.args(["-stay_open", "True", "-@", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().context("exiftool is not here: apt-get install libimage-exiftool-perl")?;
        let (tell, says) = (child.stdin.take().context("its input")?, child.stdout.take().context("its output")?);
        Ok(Self { child, tell, says: BufReader::new(says) })
    }

    fn clean(&mut self, pictures: &[PathBuf], out: &Path) -> anyhow::Result<()> {
        let mut words = format!("-m\n-all=\n-o\n{}/\n", out.display());
        pictures.iter().for_each(|picture| words.push_str(&format!("{}\n", picture.display())));
        words.push_str("-execute\n");
        self.tell.write_all(words.as_bytes())?;
        self.tell.flush()?;
        let mut line = String::new();
        while !line.contains("{ready}") {
            line.clear();
            ensure!(self.says.read_line(&mut line)? > 0, "exiftool ended");
        }
        Ok(())
    }
}

impl Drop for Exiftool {
    fn drop(&mut self) {
        let _ = self.tell.write_all(b"-stay_open\nFalse\n");
        let _ = self.child.wait();
    }
}

fn by_library(pictures: &[PathBuf], out: &Path) -> anyhow::Result<()> {
    for picture in pictures {
        let bytes = std::fs::read(picture)?;
        let clean = strip(&bytes).map_err(|no| anyhow::anyhow!("{no}"))?;
        std::fs::write(out.join(picture.file_name().context("a name")?), clean.bytes(&bytes))?;
    }
    Ok(())
}

/// As the darkroom has it done, without the decoding that a preview asks: a child with its walls for each picture.
fn by_child(shut: &ShutIn, pictures: &[PathBuf], out: &Path) -> anyhow::Result<()> {
    for picture in pictures {
        let bytes = std::fs::read(picture)?;
        let limits = Limits { seconds: 10, bytes_out: bytes.len() as u64 * 2 + (64 << 20) };
        let mut made = shut.made(&Orders::Leaf, &Input::bytes(&bytes)?, &limits)?.map_err(|no| anyhow::anyhow!(no.words))?;
        let clean = made.pieces.remove("clean").context("no cleaned copy")?;
        std::fs::write(out.join(picture.file_name().context("a name")?), clean)?;
    }
    Ok(())
}

/// All pictures in one call; it writes beside them.
fn by_mat2(pictures: &[PathBuf], lightly: bool) -> anyhow::Result<()> {
    let mut command = Command::new("mat2");
    if lightly {
        command.arg("--lightweight");
    }
    let status = command.args(pictures).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    ensure!(status.success(), "mat2 failed");
    Ok(())
}

/// Takes away what mat2 wrote; how many there were.
fn taken_away(pictures: &[PathBuf]) -> usize {
    pictures.iter().filter(|picture| std::fs::remove_file(picture.with_extension("cleaned.jpg")).is_ok()).count()
}

fn files_in(folder: &Path) -> anyhow::Result<usize> {
    Ok(std::fs::read_dir(folder)?.count())
}

/// Milliseconds for each picture.
fn timed(pictures: usize, work: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<f64> {
    let began = Instant::now();
    work()?;
    Ok(began.elapsed().as_secs_f64() * 1_000.0 / pictures as f64)
}

pub fn rows(room: &Path) -> anyhow::Result<Vec<Value>> {
    let pictures = pictures(room)?;
    let count = pictures.len();
    let shut = ShutIn::with(Path::new(env!("CARGO_BIN_EXE_handbell")), Programs::default());
    let mut exiftool = Exiftool::start().inspect_err(|why| eprintln!("{why:#}")).ok();
    let mat2 = Command::new("mat2").arg("--version").output().is_ok_and(|said| said.status.success());
    if !mat2 {
        eprintln!("mat2 is not here: apt-get install mat2");
    }
    let [mut library, mut child, mut by_exiftool, mut whole, mut light] = [const { Vec::new() }; 5];
    // The first round warms up and counts for nothing.
    for round in 0..=rounds() {
        let keep = |times: &mut Vec<f64>, took: f64| {
            if round > 0 {
                times.push(took)
            }
        };
        let folder = out(room)?;
        keep(&mut library, timed(count, || by_library(&pictures, &folder))?);
        ensure!(files_in(&folder)? == count, "the library left pictures out");
        let folder = out(room)?;
        keep(&mut child, timed(count, || by_child(&shut, &pictures, &folder))?);
        ensure!(files_in(&folder)? == count, "the child left pictures out");
        if let Some(exiftool) = &mut exiftool {
            let folder = out(room)?;
            keep(&mut by_exiftool, timed(count, || exiftool.clean(&pictures, &folder))?);
            ensure!(files_in(&folder)? == count, "exiftool left pictures out: {}", files_in(&folder)?);
        }
        if mat2 {
            keep(&mut whole, timed(count, || by_mat2(&pictures, false))?);
            ensure!(taken_away(&pictures) == count, "mat2 left pictures out");
            keep(&mut light, timed(count, || by_mat2(&pictures, true))?);
            ensure!(taken_away(&pictures) == count, "mat2 left pictures out");
        }
    }
    let mut rows = Vec::new();
    for (peer, theirs) in [("exiftool", &by_exiftool), ("mat2", &whole), ("mat2-light", &light)] {
        if theirs.is_empty() {
            continue;
        }
        let words = match peer {
            "exiftool" => "exiftool -all=, kept open, all pictures in one command",
            "mat2" => "mat2, all pictures in one call, decoded and written anew",
            _ => "mat2 --lightweight, all pictures in one call",
        };
        rows.push(row(&format!("strip-{peer}"), "ms/picture", &library, words, theirs, "lower"));
        rows.push(row(&format!("strip-shut-in-{peer}"), "ms/picture", &child, words, theirs, "lower"));
    }
    eprintln!("{count} pictures");
    Ok(rows)
}
