//! Hashes: one PDQ hash of each photograph of the corpus, decoded before, by us and by PyPI's pdqhash.

use super::intake::own_seconds;
use super::{media, rounds, row};
use anyhow::{Context, ensure};
use handbell_evidence::pdq::{self, Hash, MATCH, QUALITY_MIN};
use handbell_evidence::picture::Picture;
use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A picture as both are given it.
struct Pixels {
    width: usize,
    height: usize,
    rgb: Vec<u8>,
}

/// Every JPEG of the corpus that decodes.
fn pictures() -> anyhow::Result<Vec<Pixels>> {
    let mut found = Vec::new();
    for folder in ["c2pa", "exif", "pdq"] {
        for entry in std::fs::read_dir(media()?.join(folder))? {
            let bytes = std::fs::read(entry?.path())?;
            if let Ok(decoded) = image::load_from_memory_with_format(&bytes, image::ImageFormat::Jpeg) {
                let decoded = decoded.into_rgb8();
                let (width, height) = (decoded.width() as usize, decoded.height() as usize);
                found.push(Pixels { width, height, rgb: decoded.into_raw() });
            }
        }
    }
    ensure!(found.len() >= 20, "the corpus has fewer pictures than it had");
    Ok(found)
}

/// The Python program, with all pictures loaded.
struct Peer {
    child: Child,
    tell: ChildStdin,
    says: BufReader<ChildStdout>,
}

impl Peer {
    fn start(python: &str, room: &Path, pictures: &[Pixels]) -> anyhow::Result<Self> {
        let mut listed = String::new();
        for (number, picture) in pictures.iter().enumerate() {
            let path = room.join(format!("{number}.rgb"));
            std::fs::write(&path, &picture.rgb)?;
            listed.push_str(&format!("{}\t{}\t{}\n", path.display(), picture.width, picture.height));
        }
        let list = room.join("pictures.txt");
        std::fs::write(&list, listed)?;
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../peers/pdqhash/rounds.py");
        let mut command = Command::new(python);
        let mut child = command.arg(script).arg(list).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let (tell, says) = (child.stdin.take().context("its input")?, child.stdout.take().context("its output")?);
        let mut peer = Self { child, tell, says: BufReader::new(says) };
        ensure!(peer.line()?.trim() == "ready", "the peer did not start");
        Ok(peer)
    }

    fn line(&mut self) -> anyhow::Result<String> {
        let mut line = String::new();
        ensure!(self.says.read_line(&mut line)? > 0, "the peer ended");
        Ok(line)
    }

    /// Seconds of the processor for all pictures, and their hashes.
    fn round(&mut self) -> anyhow::Result<(f64, Vec<Hash>)> {
        self.tell.write_all(b"again\n")?;
        self.tell.flush()?;
        let line = self.line()?;
        let mut words = line.split_whitespace();
        let took = words.next().context("seconds")?.parse()?;
        Ok((took, words.map(|hex| Hash::from_hex(hex).context("a hash")).collect::<anyhow::Result<_>>()?))
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // Gone already is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn rows(room: &Path) -> anyhow::Result<Vec<Value>> {
    let Ok(python) = std::env::var("BENCH_PEER_PDQHASH") else {
        eprintln!("pdqhash for Python is not here; `cargo xtask bench footage` installs it");
        return Ok(Vec::new());
    };
    let pictures = pictures()?;
    let mut peer = Peer::start(&python, room, &pictures)?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let milliseconds = |seconds: f64| seconds * 1_000.0 / pictures.len() as f64;
    for round in 0..=rounds() {
        let began = own_seconds()?;
        let mut hashes = Vec::with_capacity(pictures.len());
        for picture in &pictures {
            let light = Picture::from_rgb(picture.width, picture.height, &picture.rgb).map_err(|no| anyhow::anyhow!("{no}"))?;
            hashes.push(pdq::hashed(&light));
        }
        let took = own_seconds()? - began;
        let (beside, others) = peer.round()?;
        if round > 0 {
            ours.push(milliseconds(took));
            theirs.push(milliseconds(beside));
            continue;
        }
        // The first round warms up, and shows that both hash the same thing.
        ensure!(others.len() == hashes.len(), "the peer left pictures out");
        let rich =
            hashes.iter().zip(&others).filter_map(|(one, other)| Some((one.as_ref().filter(|one| one.quality >= QUALITY_MIN)?, other)));
        let apart: Vec<u32> = rich.map(|(one, other)| one.hash.distance(other)).collect();
        let most = apart.iter().max().copied().unwrap_or(256);
        eprintln!("{} pictures, {} rich enough; hashes of both are at most {most} bits apart", pictures.len(), apart.len());
        ensure!(most <= MATCH, "the two do not hash the same");
    }
    Ok(vec![row("pdq-python", "CPU ms/picture", &ours, "PyPI pdqhash 0.2.8", &theirs, "lower")])
}
