//! Recorded: a town whose record holds both shipped scenarios and an incident of the desk, by the real acts.

use handbell::acts::{StreetCaller, desk, people, record, street};
use handbell::cli::import;
use handbell::world::World;
use handbell_rules::desk::incident::Ending;
use handbell_rules::id::IncidentId;
use handbell_rules::people::member::{DeskCaller, Role};
use handbell_rules::record::Ref;
use handbell_rules::record::assessment::{CorrectionKind, NewAssessment, Standing};
use handbell_rules::record::claim::{NewPublicClaim, Polarity};
use handbell_rules::record::proposal::Proposed;
use handbell_rules::record::source::{NewSource, SourceKind};
use handbell_rules::record::statement::{RedactionReason, Statement};
use std::path::{Path, PathBuf};

/// Two members who may write and approve.
pub struct Editors {
    pub amina: DeskCaller,
    pub ben: DeskCaller,
}

/// Signs two editors in, on two devices.
pub async fn editors(world: &World) -> Editors {
    let mut both = Vec::new();
    for name in ["Amina", "Ben"] {
        people::invite(world, name, &[Role::Triager, Role::Approver, Role::Editor]).await.unwrap();
        let member = world.store.members().await.unwrap().into_iter().find(|member| member.name == name).unwrap();
        let (device, session) = (world.private_id(), world.private_id());
        both.push(DeskCaller { member: member.id, device, session, name: member.name, roles: member.roles });
    }
    let ben = both.pop().unwrap();
    Editors { amina: both.pop().unwrap(), ben }
}

impl Editors {
    /// One proposes, the other approves.
    pub async fn publish(&self, world: &World, incident: IncidentId, proposed: Proposed) {
        let proposal = record::propose(world, &self.amina, incident, proposed).await.unwrap();
        record::publish(world, &self.ben, proposal).await.unwrap();
    }

    /// Statements, proposed and approved.
    pub async fn state(&self, world: &World, incident: IncidentId, statements: Vec<Statement>) {
        self.publish(world, incident, Proposed::Statements { statements }).await;
    }

    /// A flood that was reported, ended and opened to the record.
    pub async fn flood(&self, world: &World) -> IncidentId {
        self.flood_with_receipt(world).await.0
    }

    /// The same, with the words of its witness's receipt.
    pub async fn flood_with_receipt(&self, world: &World) -> (IncidentId, String) {
        let told = crate::published::seen(world, "flood", "By the library".to_owned());
        let filed = street::file_report(world, StreetCaller, told, None, None).await.unwrap().unwrap();
        let incident = desk::open_incident(world, &self.amina, filed.report, false).await.unwrap();
        desk::end_incident(world, &self.amina, incident, Ending::Over).await.unwrap();
        self.publish(world, incident, Proposed::Opening).await;
        (incident, filed.receipt.words().to_owned())
    }
}

/// Enters both shipped scenarios.
pub async fn scenarios(world: &World) {
    for (name, text) in handbell::shipped::SCENARIOS {
        let scenario = import::read(name, text, &world.group.playbook).unwrap();
        record::import_scenario(world, &scenario).await.unwrap();
    }
}

/// A source of no special standing.
pub fn source(label: &str) -> Statement {
    Statement::Source(NewSource {
        kind: SourceKind::Witness,
        label: label.to_owned(),
        standing: String::new(),
        said: String::new(),
        url: String::new(),
        copies: None,
        via: None,
        asked: String::new(),
        replied: String::new(),
    })
}

/// A claim in words.
pub fn claim(source: Ref, words: &str) -> Statement {
    Statement::Claim(NewPublicClaim {
        source,
        predicate: "what_happened".to_owned(),
        about: String::new(),
        polarity: Polarity::Asserts,
        edtf: String::new(),
        low: None,
        high: None,
        point: None,
        radius_metres: None,
        words: words.to_owned(),
    })
}

/// What the desk says about what happened; a note where it corrects.
pub fn assessment(claims: &[Ref], sentence: &str, note: &str) -> Statement {
    Statement::Assessment(NewAssessment {
        predicate: "what_happened".to_owned(),
        about: String::new(),
        standing: Standing::Unconfirmed,
        relies_on: claims.to_vec(),
        sets_aside: Vec::new(),
        sentences: vec![(sentence.to_owned(), claims.to_vec())],
        correction: CorrectionKind::Correction,
        note: note.to_owned(),
    })
}

/// Takes the words of an entry away.
pub fn redaction(entry: u64) -> Statement {
    Statement::Redaction { entry, reason: RedactionReason::PersonalDetails }
}

/// Every file below a folder.
pub fn files(below: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![below.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { open.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

/// The files below a folder that hold these words.
pub fn holding(below: &Path, words: &str) -> Vec<PathBuf> {
    let holds = |path: &PathBuf| {
        // A socket is no file that holds anything.
        std::fs::read(path).is_ok_and(|bytes| bytes.windows(words.len()).any(|some| some == words.as_bytes()))
    };
    files(below).into_iter().filter(holds).collect()
}
