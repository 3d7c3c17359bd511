//! The town: a made-up group with the real playbook and the real areas, and the world its acts run in.
//!
//! There are two worlds over one store. People and workers live in the one with the shaky disk; the
//! truth-keeper looks through the quiet one, so that looking changes nothing. Playbook and areas are read
//! from the project's own files once.

use crate::chance::Seeded;
use crate::services::Services;
use crate::shaky::ShakyStore;
use crate::stage::Stage;
use crate::truth::Truth;
use crate::twisted::{Twist, Twisted};
use handbell::world::{Group, World};
use handbell_log::note::SigningKey;
use handbell_rules::area::AreaFile;
use handbell_rules::bell::mode::Status;
use handbell_rules::playbook::{Day, Folder, Playbook, SignOffs, WordsCheck};
use handbell_rules::time::Timestamp;
use std::path::Path;
use std::sync::{Arc, OnceLock};

/// A published example of an age recipient; nobody in a simulated town opens contact details.
const CONTACT_RECIPIENT: &str = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";
/// When every town begins: a Saturday in June 2022, noon in London.
const BEGINNING: Timestamp = Timestamp::from_milliseconds(1_654_945_200_000);

/// See the module.
pub struct Town {
    /// What everything shares.
    pub stage: Arc<Stage>,
    /// Where people and workers live.
    pub world: World,
    /// Where the truth-keeper looks.
    pub quiet: World,
    /// Push services.
    pub services: Arc<Services>,
}

fn project() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("the simulator reads the project's {}: {error}", path.display()))
}

fn playbook() -> Playbook {
    let root = project().join("playbooks/uk-street");
    let mut folder = Folder::new();
    for part in ["", "kinds", "cards", "words"] {
        let Ok(entries) = std::fs::read_dir(root.join(part)) else { continue };
        for entry in entries.flatten().filter(|entry| entry.path().is_file()) {
            let name = entry.file_name().to_string_lossy().into_owned();
            let name = if part.is_empty() { name } else { format!("{part}/{name}") };
            folder.insert(name, read(&entry.path()));
        }
    }
    Playbook::load(&folder).expect("the project's own playbook loads; its own tests say so")
}

pub(crate) fn log_key() -> SigningKey {
    SigningKey::from_seed("sim.example/log", &[7; 32]).expect("the name is a good one")
}

/// The sets of languages that somebody has checked, of which a town has one at a time. Phones ask for more.
pub const CHECKED: [&[&str]; 4] = [&[], &["es"], &["es", "ar"], &["ar", "pl"]];

/// A group's file in which somebody has checked these languages, word for word.
fn sign_offs(playbook: &Playbook, languages: &[&str]) -> SignOffs {
    let mut sign_offs = SignOffs::default();
    for language in languages {
        let one = WordsCheck {
            language: (*language).to_owned(),
            sha256: playbook.words_hash(language).expect("a language of the playbook").to_owned(),
            role: "translator".into(),
            firm: "A made-up office".into(),
            on: Day::parse("2022-06-01").expect("a day before the beginning"),
        };
        sign_offs.add_words_check(one).expect("a good check");
    }
    sign_offs
}

#[cfg(test)]
pub(crate) fn group_of(status: Status) -> Group {
    group_with(status, &[])
}

fn group_with(status: Status, languages: &[&str]) -> Group {
    let playbook = playbook();
    Group {
        name: "A made-up town".into(),
        origin: "https://sim.example".into(),
        status,
        sign_offs: sign_offs(&playbook, languages),
        playbook,
        areas: AreaFile::parse("peckham.toml", &read(&project().join("areas/peckham.toml"))).expect("the project's own areas load"),
        places: handbell_rules::gazetteer::Gazetteer::default(),
        receipt_key: aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &[9; 32]),
        contact_recipient: CONTACT_RECIPIENT.into(),
        vapid_public: String::new(),
        log_vkey: log_key().verifier().to_string(),
        second_vkey: None,
        cosigners: handbell::cosigners::Cosigners::default(),
        founding: handbell_rules::people::standing::Founding::Everybody,
        // Two keys are a story of their own (`keyed`).
        signing: handbell_rules::bell::signed::Signing::Played,
        links_sign_in: true,
        hub: None,
        played: false,
        demo: false,
    }
}

/// The group for a mode and a set of checked languages, loaded once.
fn group(status: Status, checked: usize) -> Arc<Group> {
    static GROUPS: [[OnceLock<Arc<Group>>; CHECKED.len()]; 2] = [const { [const { OnceLock::new() }; CHECKED.len()] }; 2];
    GROUPS[usize::from(status == Status::Exercise)][checked].get_or_init(|| Arc::new(group_with(status, CHECKED[checked]))).clone()
}

impl Town {
    /// An empty town of a seed. `told` prints the trace.
    pub fn new(seed: u64, status: Status, twist: Option<Twist>, services: usize, told: bool) -> Self {
        let group = group(status, 0);
        let truth = Truth::new(group.clone(), status, BEGINNING, told);
        let stage = Arc::new(Stage::new(seed, BEGINNING, truth));
        let store = Arc::new(Twisted::new(Arc::new(log_key()), status, twist));
        let services = Arc::new(Services::new(stage.clone(), services, twist == Some(Twist::DeliversTheStartLast)));
        let quiet = World {
            store: store.clone(),
            clock: stage.clone(),
            chance: Arc::new(Seeded::new(seed, 3)),
            push: services.clone(),
            group,
            flood: Arc::default(),
            audience: Arc::default(),
            cosigned: Arc::default(),
            intake: Arc::default(),
            packs: Arc::default(),
            vault: Arc::<handbell::vault::Memory>::default(),
            shut_in: Arc::default(),
            frames_sent: Arc::default(),
        };
        let world = World { store: Arc::new(ShakyStore::new(store, stage.clone())), ..quiet.clone() };
        Self { stage, world, quiet, services }
    }

    /// The keeper enters checks of languages, or takes some back, and starts the server again: what begins from now
    /// on reads the other file. Nothing may be under way.
    pub fn check_languages(&mut self, checked: usize) {
        let other = group(self.quiet.group.status, checked);
        self.world.group = other.clone();
        self.quiet.group = other;
        self.stage.truth().languages_checked(CHECKED[checked]);
    }
}
