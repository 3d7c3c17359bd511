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
use handbell_rules::playbook::{Folder, Playbook, SignOffs};
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

pub(crate) fn group_of(status: Status) -> Group {
    Group {
        name: "A made-up town".into(),
        origin: "https://sim.example".into(),
        status,
        playbook: playbook(),
        sign_offs: SignOffs::default(),
        areas: AreaFile::parse("peckham.toml", &read(&project().join("areas/peckham.toml"))).expect("the project's own areas load"),
        places: handbell_rules::gazetteer::Gazetteer::default(),
        receipt_key: aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &[9; 32]),
        contact_recipient: CONTACT_RECIPIENT.into(),
        vapid_public: String::new(),
        log_vkey: log_key().verifier().to_string(),
        founding: handbell_rules::people::standing::Founding::Everybody,
        // Two keys are a story of their own (`keyed`).
        signing: handbell_rules::bell::signed::Signing::Played,
        links_sign_in: true,
        played: false,
        demo: false,
    }
}

/// The group for a mode, loaded once.
fn group(status: Status) -> Arc<Group> {
    static LIVE: OnceLock<Arc<Group>> = OnceLock::new();
    static DRILL: OnceLock<Arc<Group>> = OnceLock::new();
    let kept = if status == Status::Actual { &LIVE } else { &DRILL };
    kept.get_or_init(|| Arc::new(group_of(status))).clone()
}

impl Town {
    /// An empty town of a seed. `told` prints the trace.
    pub fn new(seed: u64, status: Status, twist: Option<Twist>, services: usize, told: bool) -> Self {
        let group = group(status);
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
        };
        let world = World { store: Arc::new(ShakyStore::new(store, stage.clone())), ..quiet.clone() };
        Self { stage, world, quiet, services }
    }
}
