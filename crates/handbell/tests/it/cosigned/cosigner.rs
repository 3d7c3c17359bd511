//! A cosigner that stands alone: a small HTTP server of std's, which keeps one log's last checkpoint in memory and
//! decides as `handbell_log::cosigner` does. It can also be told to behave badly in one way.

use handbell_log::checkpoint::Checkpoint;
use handbell_log::cosignature::CosigningKey;
use handbell_log::cosigner::{Decision, KnownLog, LastCosigned, Request, SIZE_MEDIA_TYPE, monitoring_path};
use handbell_log::note::{Note, Signature, SigningKey, VerifierKey};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{SystemTime, UNIX_EPOCH};

/// How it behaves.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Manner {
    /// As the standard says.
    #[default]
    Honest,
    /// As the standard says, but shows nothing at its monitoring address.
    ShowsNothing,
    /// Takes the request and never answers.
    Silent,
    /// Answers every checkpoint so, with this media type and body.
    Answers(u16, &'static str, String),
    /// Puts lines under what it shows and answers that carry its name and ID and no signature of its own.
    Forges,
    /// Shows this, whatever it was given.
    Shows(Vec<u8>),
    /// Never ends what it shows.
    Endless,
}

/// What it knows.
pub struct State {
    pub manner: Manner,
    known: KnownLog,
    note: Option<Note>,
    /// Seconds since 1970 as it says them; the machine's where none is set.
    pub time: Option<u64>,
    /// The first line of every request.
    pub asked: Vec<String>,
    /// The status of every answer to `add-checkpoint`.
    pub answered: Vec<u16>,
}

/// The cosigner.
#[derive(Clone)]
pub struct Cosigner {
    pub address: String,
    pub key: CosigningKey,
    log: VerifierKey,
    state: Arc<Mutex<State>>,
}

impl Cosigner {
    /// Of this name, for this log.
    pub fn of(name: &str, seed: u8, log: &VerifierKey) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let known = KnownLog { keys: vec![log.clone()], second_keys: Vec::new(), last: None };
        let state = State { manner: Manner::Honest, known, note: None, time: None, asked: Vec::new(), answered: Vec::new() };
        let cosigner = Self {
            address: format!("http://{}", listener.local_addr().unwrap()),
            key: CosigningKey::from_seed(&format!("{name}.example/cosigner"), &[seed; 32]).unwrap(),
            log: log.clone(),
            state: Arc::new(Mutex::new(state)),
        };
        let serving = cosigner.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (serving, stream) = (serving.clone(), stream.unwrap());
                // Whoever gave up waiting is no reason to stop.
                std::thread::spawn(move || drop(serving.serve(stream)));
            }
        });
        cosigner
    }

    /// What it knows and how it behaves.
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Behaves so from now on.
    pub fn behaves(&self, manner: Manner) {
        self.state().manner = manner;
    }

    fn now(&self) -> u64 {
        let machine = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        self.state().time.unwrap_or(machine)
    }

    /// Has seen a checkpoint by itself, as a neighbour that fetches does.
    pub fn sees(&self, note: &Note) {
        let (checkpoint, now) = (Checkpoint::parse(note.text()).unwrap(), self.now());
        let own = note.signatures().iter().filter(|line| line.name() == self.log.name()).cloned();
        let lines: Vec<Signature> = own.chain([self.key.cosign(&checkpoint, now).unwrap()]).collect();
        let mut state = self.state();
        state.known.last = Some(LastCosigned { size: checkpoint.size, root: checkpoint.root });
        state.note = Some(Note::new(note.text(), lines).unwrap());
    }

    /// The size it last signed.
    pub fn size(&self) -> Option<u64> {
        self.state().known.last.map(|last| last.size)
    }

    /// A line that says to be its own and is not.
    pub fn forged(&self) -> Signature {
        let line = self
            .key
            .cosign(&Checkpoint { origin: "other.example".into(), size: 1, root: handbell_log::hash::Hash([7; 32]) }, self.now())
            .unwrap();
        Signature::parse(&line.to_string()).unwrap()
    }

    fn serve(&self, mut stream: TcpStream) -> std::io::Result<()> {
        let (first, body) = request(&stream)?;
        let manner = {
            let mut state = self.state();
            state.asked.push(first.clone());
            state.manner.clone()
        };
        if manner == Manner::Silent {
            // Until the other side hangs up.
            return stream.read(&mut [0; 1]).map(drop);
        }
        if manner == Manner::Endless {
            stream.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n")?;
            loop {
                stream.write_all(&[b'a'; 4_096])?;
            }
        }
        let (status, kind, body) = if first.starts_with(&format!("GET /{} ", monitoring_path(self.log.name()))) {
            self.show(&manner)
        } else if first.starts_with("POST /add-checkpoint ") {
            let (status, kind, body) = self.take(&body, &manner);
            self.state().answered.push(status);
            (status, kind, body)
        } else {
            (404, "text/plain", Vec::new())
        };
        let head = format!("HTTP/1.1 {status} So\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
        stream.write_all(&[head.as_bytes(), &body].concat())
    }

    fn show(&self, manner: &Manner) -> (u16, &'static str, Vec<u8>) {
        let note = self.state().note.clone();
        match (manner, note) {
            (Manner::Shows(bytes), _) => (200, "text/plain", bytes.clone()),
            (Manner::ShowsNothing | Manner::Answers(..), _) | (_, None) => (404, "text/plain", b"not here\n".to_vec()),
            (Manner::Forges, Some(note)) => {
                let own = note.signatures().iter().filter(|line| line.name() == self.log.name()).cloned();
                let note = Note::new(note.text(), own.chain([self.forged()]).collect()).unwrap();
                (200, "text/plain", note.encode().into_bytes())
            }
            (_, Some(note)) => (200, "text/plain", note.encode().into_bytes()),
        }
    }

    fn take(&self, body: &[u8], manner: &Manner) -> (u16, &'static str, Vec<u8>) {
        match manner {
            Manner::Answers(status, kind, body) => return (*status, kind, body.clone().into_bytes()),
            Manner::Forges => return (200, "text/plain", format!("{}\n", self.forged()).into_bytes()),
            _ => {}
        }
        let now = self.now();
        let Ok(request) = Request::parse(body) else { return (400, "text/plain", Vec::new()) };
        // One lock from reading what was signed last until the new one is kept.
        let mut state = self.state();
        let known = (request.origin() == self.log.name()).then(|| state.known.clone());
        let decision = request.decide(known.as_ref());
        match &decision {
            Decision::Accepted(accepted) => {
                state.known.last = Some(accepted.last());
                let (line, note) = accepted.cosign(&self.key, now).unwrap();
                state.note = Some(note);
                (200, "text/plain", format!("{line}\n").into_bytes())
            }
            Decision::OtherSize { .. } => (409, SIZE_MEDIA_TYPE, decision.size_body().unwrap().into_bytes()),
            _ => (decision.status(), "text/plain", Vec::new()),
        }
    }
}

/// The first line and the body.
fn request(stream: &TcpStream) -> std::io::Result<(String, Vec<u8>)> {
    let mut read = BufReader::new(stream);
    let mut first = String::new();
    read.read_line(&mut first)?;
    let mut length = 0;
    loop {
        let mut line = String::new();
        read.read_line(&mut line)?;
        if line.trim().is_empty() {
            break;
        }
        if let Some(bytes) = line.to_lowercase().strip_prefix("content-length:") {
            length = bytes.trim().parse().unwrap_or(0);
        }
    }
    let mut body = vec![0; length];
    read.read_exact(&mut body)?;
    Ok((first.trim().to_owned(), body))
}

/// A checkpoint of a tree that the log's own key signs and its store does not have.
pub fn signed_elsewhere(key: &SigningKey, size: u64, root: u8) -> Note {
    Checkpoint { origin: key.name().to_owned(), size, root: handbell_log::hash::Hash([root; 32]) }.sign(key).unwrap()
}
