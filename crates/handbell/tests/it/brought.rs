//! Brought: three sets of real records that nobody here wrote, brought into a group's record at their full
//! size by the real command, and held against the files they came from.
//!
//! The files are read in place where `HANDBELL_TEST_DATA` names them and are never copied; the groups are
//! temporary. What is expected is counted from the files by other code than the one under test.

mod gatherings;
mod lists;
mod reports;
mod withdrawn;

use crate::talk::Talk;
use crate::town::{Server, handbell, room, said};
use handbell_rules::record::projection::IncidentRecord;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Output;
use tempfile::TempDir;

/// Bytes of a page's HTML at most.
const PAGE_BYTES_MAX: usize = 50_000;

/// A file of the test corpus; nothing, and a word about it, where there is none.
pub fn corpus(name: &str) -> Option<PathBuf> {
    let root =
        std::env::var("HANDBELL_TEST_DATA").unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data").to_owned());
    let path = PathBuf::from(root).join(name);
    if !path.is_file() {
        assert!(std::env::var_os("HANDBELL_REQUIRE_TEST_DATA").is_none(), "HANDBELL_TEST_DATA holds no {name}");
        println!("skipped: no {name} in HANDBELL_TEST_DATA");
        return None;
    }
    Some(path)
}

/// A group whose playbook has one more kind, made in the test from the shipped one: a gathering that may be public.
pub struct Keeping {
    room: TempDir,
    pub dir: PathBuf,
}

fn playbook(to: &Path) {
    let from = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../playbooks/uk-street"));
    for path in crate::recorded::files(from) {
        let name = path.strip_prefix(from).unwrap();
        let mut text = std::fs::read_to_string(&path).unwrap();
        if name == Path::new("playbook.toml") {
            text = text.replace("\"flood\"", "\"flood\", \"gathering\"");
        }
        if name.starts_with("words") {
            let of = |line: &&str| line.starts_with("kind-flood") || line.starts_with("flood-");
            let more: Vec<String> = text.lines().filter(of).map(|line| line.replacen("flood", "gathering", 1)).collect();
            text = format!("{}\n{}\n", text.trim_end(), more.join("\n").replace("kind-gathering = Flood", "kind-gathering = Gathering"));
        }
        let path = to.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, &text).unwrap();
        if name == Path::new("kinds/flood.toml") {
            std::fs::write(to.join("kinds/gathering.toml"), &text).unwrap();
        }
    }
}

impl Keeping {
    pub fn new(exercise: bool) -> Self {
        let room = room();
        let (dir, book) = (room.path().join("town"), room.path().join("playbook"));
        playbook(&book);
        let mut made = handbell();
        made.args(["init", "--links-sign-in", "--name", "Eastgate", "--origin", "https://bell.example", "--playbook"]).arg(&book).arg(&dir);
        if exercise {
            made.arg("--exercise");
        }
        let made = made.output().unwrap();
        assert!(made.status.success(), "{}", said(&made));
        Self { room, dir }
    }

    /// A mapping in a file.
    pub fn map(&self, text: &str) -> PathBuf {
        let path = self.room.path().join("map.toml");
        std::fs::write(&path, text).unwrap();
        path
    }

    pub fn import(&self, file: &Path, kind: &str, more: &[&str]) -> Told {
        let output = handbell().arg("import").arg(&self.dir).arg(file).args(["--as", kind]).args(more).output().unwrap();
        assert!(output.status.success(), "{}", said(&output));
        Told::of(&output)
    }

    /// Every page of the record, as the sequencer wrote it, by its heading's incident.
    pub fn pages(&self) -> Vec<IncidentRecord> {
        let pages = crate::recorded::files(&self.dir.join("public/incidents"));
        pages.iter().map(|path| serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()).collect()
    }

    /// The row that each entry of the record came from, by its place in the log.
    pub fn rows(&self) -> BTreeMap<u64, String> {
        let mut rows = BTreeMap::new();
        for path in crate::recorded::files(&self.dir.join("public/log/content")) {
            let content = handbell_log::leaf::Content::decode(&std::fs::read(&path).unwrap()).unwrap();
            let payload: serde_json::Value = serde_json::from_slice(&content.payload).unwrap();
            let place: String = path.strip_prefix(self.dir.join("public/log/content")).unwrap().to_string_lossy().replace(['/', 'x'], "");
            if let Some(row) = payload["row"].as_str() {
                rows.insert(place.parse().unwrap(), row.to_owned());
            }
        }
        rows
    }

    /// The signed checkpoint.
    pub fn checkpoint(&self) -> String {
        std::fs::read_to_string(self.dir.join("public/log/checkpoint")).unwrap()
    }

    /// The pages, served.
    pub fn served(&self) -> (Server, Talk) {
        let mut command = handbell();
        command.arg("serve").arg(&self.dir).args(["--listen", "127.0.0.1:0", "--without-limits"]);
        let server = Server::of(&mut command, &self.dir);
        let talk = server.talk();
        (server, talk)
    }

    /// Every incident's page as people read it, asked of the real server and light; bytes of the middle one and of the heaviest.
    pub fn light(&self, pages: &[IncidentRecord]) -> (usize, usize) {
        let (_server, mut talk) = self.served();
        let mut weights = Vec::with_capacity(pages.len());
        for page in pages {
            let answer = talk.ask("GET", &format!("/record/{}", page.incident), &[], b"").unwrap();
            assert_eq!(answer.status, 200, "{}", page.title);
            let html = answer.text();
            assert!(html.contains("<h1") && html.len() <= PAGE_BYTES_MAX, "{}: {} bytes", page.title, html.len());
            weights.push(html.len());
        }
        weights.sort_unstable();
        (weights[weights.len() / 2], weights[weights.len() - 1])
    }

    pub fn verified(&self) {
        let verified = handbell().arg("verify").arg(&self.dir).output().unwrap();
        assert!(verified.status.success(), "{}", said(&verified));
    }
}

/// What an import said of its rows.
#[derive(Debug)]
pub struct Told {
    pub rows: u64,
    pub entered: u64,
    pub already: u64,
    pub refused: u64,
    pub left_out: u64,
    pub unchanged: u64,
    pub all: String,
}

impl Told {
    fn of(output: &Output) -> Self {
        let all = String::from_utf8(output.stdout.clone()).unwrap();
        let numbers: Vec<u64> = all.lines().next().unwrap().split(' ').filter_map(|word| word.parse().ok()).collect();
        let left_out = all.lines().find(|line| line.contains("texts and addresses left out"));
        let left_out = left_out.and_then(|line| line.split(' ').next()).map_or(0, |number| number.parse().unwrap());
        let unchanged = all.lines().find(|line| line.contains("change nothing that is told"));
        let unchanged = unchanged.and_then(|line| line.split(' ').next()).map_or(0, |number| number.parse().unwrap());
        let [rows, entered, already, refused] = numbers[..] else { panic!("{all}") };
        Self { rows, entered, already, refused, left_out, unchanged, all }
    }
}

/// A table as its own small reader sees it: a row's cells by name.
pub fn table(path: &Path) -> Vec<BTreeMap<String, String>> {
    let text = std::fs::read_to_string(path).unwrap();
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => cell.push(letters.next().unwrap()),
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            '\r' if !quoted => {}
            letter => cell.push(letter),
        }
    }
    if !cell.is_empty() || !row.is_empty() {
        row.push(cell);
        rows.push(row);
    }
    let head: Vec<String> = rows.remove(0);
    rows.into_iter().map(|row| head.iter().cloned().zip(row).collect()).collect()
}
