//! Others: the cosigners, and the wires to them.
//!
//! Four keep to the standard: one takes what it is handed and shows it, one fetches and shows, one loses its memory now and
//! then, one takes and shows nothing. One forges whatever an answer can hold. Each has a clock of its own. Handbell decides nothing here but what
//! `add-checkpoint` is answered with, by the table in `handbell-log`; a request that an honest one cannot take is a fault
//! of the log.

use crate::chance::Seeded;
use handbell::work::collector::{Heard, Wire};
use handbell_log::checkpoint::Checkpoint;
use handbell_log::cosignature::CosigningKey;
use handbell_log::cosigner::{Decision, KnownLog, LastCosigned, Request, SIZE_MEDIA_TYPE};
use handbell_log::hash::Hash;
use handbell_log::note::{Note, Signature, SigningKey};
use std::sync::{Mutex, MutexGuard};

/// What kind of cosigner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// Takes checkpoints, and shows what it took.
    Takes,
    /// Fetches by itself, and shows what it saw.
    Fetches,
    /// Takes checkpoints and shows them, and has forgotten everything now and then.
    Forgets,
    /// Takes checkpoints, and says nothing else than how far it has come.
    Hides,
    /// Says what it did not sign, signs what was not asked, and gives times that cannot be.
    Forges,
}

/// Who there is, in the order of the settings.
pub const ALL: [Manner; 5] = [Manner::Takes, Manner::Fetches, Manner::Forgets, Manner::Hides, Manner::Forges];

/// How far the clocks are from the log's, in seconds.
const CLOCKS: [i64; ALL.len()] = [-40, 0, 200, 7, 0];

/// The key of a cosigner.
pub fn key(number: usize) -> CosigningKey {
    CosigningKey::from_seed(&format!("cosigner{number}.example/c"), &[number as u8 + 60; 32]).expect("a name and a seed")
}

/// Where a cosigner is asked.
pub fn address(number: usize) -> String {
    format!("https://cosigner{number}.example")
}

#[derive(Debug, Default)]
struct Memory {
    last: Option<LastCosigned>,
    note: Option<Note>,
}

/// What there is of them at a moment.
#[derive(Debug, Default)]
pub struct State {
    memory: [Memory; ALL.len()],
    /// The log's time in seconds since 1970.
    pub now: u64,
    /// Whether every line is good.
    pub calm: bool,
    /// Questions so far, by cosigner.
    pub asked: [u64; ALL.len()],
    /// Questions to which no whole and true answer came.
    pub lost: u64,
    /// What the log did that no honest cosigner can take.
    pub wronged: Option<String>,
    /// Whether nobody is told what a cosigner shows beyond this size.
    pub hidden_beyond: Option<u64>,
    /// Who never answers.
    pub mute: Option<usize>,
}

/// See the module.
pub struct Others {
    luck: Seeded,
    log: SigningKey,
    state: Mutex<State>,
}

impl Others {
    /// Of this log, with the luck of this seed.
    pub fn new(seed: u64, log: SigningKey) -> Self {
        Self { luck: Seeded::new(seed, 72), log, state: Mutex::default() }
    }

    /// What there is of them. Held for moments only.
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no holder of this lock panics")
    }

    /// A cosigner sees a checkpoint by itself, which this log signed.
    pub fn sees(&self, number: usize, checkpoint: &Checkpoint) {
        let mut state = self.state();
        let time = clock(number, state.now);
        let line = key(number).cosign(checkpoint, time).expect("there is a time");
        let mut note = checkpoint.sign(&self.log).expect("it is this log's");
        note.add(line).expect("room for one");
        state.memory[number] = Memory { last: Some(LastCosigned { size: checkpoint.size, root: checkpoint.root }), note: Some(note) };
    }

    /// What a cosigner shows.
    pub fn shown(&self, number: usize) -> Option<Note> {
        self.state().memory[number].note.clone()
    }

    /// A cosigner has lost what it knew.
    pub fn forgets(&self, number: usize) {
        self.state().memory[number] = Memory::default();
    }

    /// The answer comes, or it breaks off, or somebody on the way answers instead.
    fn carried(&self, heard: Heard) -> Result<Heard, String> {
        let mut state = self.state();
        if state.calm || !self.luck.one_in(3) {
            return Ok(heard);
        }
        state.lost += 1;
        match self.luck.below(4) {
            0 => Err("the line broke".to_owned()),
            1 => Ok(Heard { status: 502, kind: "text/html".to_owned(), bytes: b"<h1>Bad gateway</h1>".to_vec() }),
            2 => Ok(Heard { status: 200, kind: "text/html".to_owned(), bytes: b"<h1>Sign in to this network</h1>".to_vec() }),
            _ => {
                let half = heard.bytes.len() / 2;
                Ok(Heard { bytes: heard.bytes[..half].to_vec(), ..heard })
            }
        }
    }

    fn honest(&self, number: usize, body: &str) -> Heard {
        let mut state = self.state();
        let time = clock(number, state.now);
        let wronged = |state: &mut State, why: &str| {
            state.wronged.get_or_insert(format!("cosigner {number} is handed {why}"));
            plain(422, "")
        };
        let Ok(request) = Request::parse(body.as_bytes()) else { return wronged(&mut state, "no request") };
        let note = body.split_once("\n\n").map_or("", |(_, note)| note);
        if note.matches('\u{2014}').count() != 1 {
            return wronged(&mut state, "other people's lines");
        }
        let last = state.memory[number].last;
        let known = KnownLog { keys: vec![self.log.verifier().clone()], second_keys: Vec::new(), last };
        match request.decide(Some(&known)) {
            Decision::Accepted(accepted) => {
                let (line, note) = accepted.cosign(&key(number), time).expect("there is a time");
                state.memory[number] = Memory { last: Some(accepted.last()), note: Some(note) };
                plain(200, &format!("{line}\n"))
            }
            Decision::OtherSize { last_size } => {
                Heard { status: 409, kind: SIZE_MEDIA_TYPE.to_owned(), bytes: format!("{last_size}\n").into_bytes() }
            }
            Decision::NotConsistent => wronged(&mut state, "a proof that proves nothing"),
            Decision::NotSigned | Decision::UnknownOrigin => wronged(&mut state, "what this log did not sign"),
        }
    }

    /// Lines that must not stand under the checkpoint: a signature of something else, somebody else's name, a time that
    /// cannot be, and one that says nothing.
    fn forged(&self, number: usize, checkpoint: &Checkpoint, now: u64) -> Signature {
        let other = Checkpoint { root: Hash([self.luck.below(256) as u8; 32]), ..checkpoint.clone() };
        let of = |key: &CosigningKey, over: &Checkpoint, time: u64| key.cosign(over, time).expect("there is a time");
        match self.luck.below(4) {
            0 => of(&key(number), &other, now),
            1 => of(&key(self.luck.place(ALL.len())), &other, now),
            2 => of(&key(number), checkpoint, now + 86_400 * (1 + self.luck.below(900))),
            _ => {
                let stranger = CosigningKey::from_seed(key(number).name(), &[200; 32]).expect("a name and a seed");
                of(&stranger, checkpoint, now)
            }
        }
    }

    fn lies(&self, number: usize, body: Option<&str>) -> Heard {
        let now = self.state().now;
        let asked = body.and_then(|body| Note::parse(body.split_once("\n\n")?.1.as_bytes()).ok());
        let shown = || self.shown(0).or_else(|| self.shown(1));
        let Some(note) = asked.or_else(shown) else { return plain(404, "") };
        let checkpoint = Checkpoint::parse(note.text()).expect("it was read before");
        let forged = self.forged(number, &checkpoint, now);
        match (self.luck.below(5), body) {
            (0, _) => plain(200, ""),
            (1, _) => plain(200, "\u{2014} "),
            // A root that this log never signed, under a line that says it did.
            (2, None) => {
                let other = Checkpoint { root: Hash([9; 32]), ..checkpoint };
                plain(200, &Note::new(&other.encode(), note.signatures().to_vec()).expect("lines under a text").encode())
            }
            (2, Some(_)) => {
                let size = checkpoint.size.saturating_add(self.luck.below(2_000)).saturating_sub(1_000);
                Heard { status: 409, kind: SIZE_MEDIA_TYPE.to_owned(), bytes: format!("{size}\n").into_bytes() }
            }
            (_, None) => {
                let mut note = note;
                note.add(forged).expect("room for one");
                plain(200, &note.encode())
            }
            (_, Some(_)) => plain(200, &format!("{forged}\n")),
        }
    }

    fn number(&self, address: &str) -> Option<usize> {
        let number = (0..ALL.len()).find(|number| address.starts_with(&self::address(*number)))?;
        let mut state = self.state();
        state.asked[number] += 1;
        (state.mute != Some(number)).then_some(number)
    }

    fn hides(&self, note: &Note) -> bool {
        let size = Checkpoint::parse(note.text()).map_or(0, |checkpoint| checkpoint.size);
        self.state().hidden_beyond.is_some_and(|most| size > most)
    }
}

fn clock(number: usize, now: u64) -> u64 {
    now.saturating_add_signed(CLOCKS[number])
}

fn plain(status: u16, text: &str) -> Heard {
    Heard { status, kind: "text/plain; charset=utf-8".to_owned(), bytes: text.as_bytes().to_vec() }
}

#[async_trait::async_trait]
impl Wire for Others {
    async fn get(&self, address: &str) -> Result<Heard, String> {
        let Some(number) = self.number(address) else { return Err("nobody answers".to_owned()) };
        if ALL[number] == Manner::Forges {
            return Ok(self.lies(number, None));
        }
        let shown = self.shown(number).filter(|note| ALL[number] != Manner::Hides && !self.hides(note));
        self.carried(shown.map_or_else(|| plain(404, ""), |note| plain(200, &note.encode())))
    }

    async fn post(&self, address: &str, body: String) -> Result<Heard, String> {
        let Some(number) = self.number(address) else { return Err("nobody answers".to_owned()) };
        if ALL[number] == Manner::Forges {
            return Ok(self.lies(number, Some(&body)));
        }
        // A question may be lost on the way there too.
        let (calm, lost) = (self.state().calm, self.luck.one_in(8));
        if !calm && lost {
            self.state().lost += 1;
            return Err("the line broke".to_owned());
        }
        let heard = self.honest(number, &body);
        self.carried(heard)
    }
}
