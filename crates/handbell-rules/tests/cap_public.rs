//! Our own alerts as CAP: which have a message at all, what each message of the chain says, and that every
//! one of them is read back without a refusal.

mod shipped;

use handbell_rules::area::AreaFile;
use handbell_rules::bell::alert::{Alert, AlertState, ENDING_LIVES, Words};
use handbell_rules::bell::mode::Status;
use handbell_rules::cap::public::{NoCap, PublicAlert, Publisher, Sources};
use handbell_rules::cap::{
    CapAlert, CapStatus, Category, Certainty, MsgType, Polygon, ResponseType, Scope, Severity, Urgency, check, read, write,
};
use handbell_rules::desk::claim::{Certainty as Sure, Claim, Independence, Source};
use handbell_rules::desk::incident::{Ending, Incident};
use handbell_rules::id::{AlertId, ClaimId, IncidentId, IndependenceId, MemberId, ReportId};
use handbell_rules::playbook::{Folder, Hazard, Playbook, Reach, Slots};
use handbell_rules::street::report::{Basis, Report, ReportState};
use handbell_rules::time::{HOUR, MINUTE, Timestamp};
use proptest::prelude::*;
use shipped::reported;
use std::sync::LazyLock;

const NOW: Timestamp = Timestamp::from_milliseconds(1_700_000_000_000);
const PUBLISHER: Publisher<'static> = Publisher { name: "Eastgate neighbours", origin: "https://town.example", kind_label: "Flood" };

fn folder(at: &std::path::Path, root: &std::path::Path, into: &mut Folder) {
    for entry in std::fs::read_dir(at).expect("the shipped playbook") {
        let path = entry.expect("the shipped playbook").path();
        if path.is_dir() {
            folder(&path, root, into);
        } else {
            let name = path.strip_prefix(root).expect("below it").to_str().expect("plain names").to_owned();
            into.insert(name, std::fs::read_to_string(&path).expect("the shipped playbook"));
        }
    }
}

/// The shipped playbook, read once.
static PLAYBOOK: LazyLock<Playbook> = LazyLock::new(playbook);

fn playbook() -> Playbook {
    let root = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../playbooks/uk-street"));
    let mut files = Folder::new();
    folder(root, root, &mut files);
    Playbook::load(&files).expect("the shipped playbook is good")
}

fn areas() -> AreaFile {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../areas/peckham.toml")).expect("the shipped areas");
    AreaFile::parse("peckham.toml", &text).expect("the shipped areas are good")
}

/// A flood in the record, its alert rung, and an observer on the scene.
struct Kept {
    alert: Alert,
    updates: Vec<Alert>,
    incident: Incident,
    reports: Vec<Report>,
    claims: Vec<Claim>,
    judgements: Vec<Independence>,
}

fn claim(number: u8, source: Source) -> Claim {
    Claim {
        id: ClaimId([number; 16]),
        incident: IncidentId([9; 16]),
        predicate: "activity".into(),
        value: "rising".into(),
        range: None,
        source,
        basis: Basis::Saw,
        certainty: Sure::Observed,
        disputed: false,
        recorded_by: MemberId([1; 16]),
        recorded_at: NOW.plus(-MINUTE),
    }
}

impl Kept {
    fn flood() -> Self {
        let area = areas().named("peckham").expect("Peckham").area.clone();
        let alert = Alert {
            id: AlertId([7; 16]),
            version: 1,
            incident: IncidentId([9; 16]),
            follows: None,
            status: Status::Actual,
            reach: Reach::Public,
            area,
            slots: Slots::default(),
            words: Words {
                headline: "Flood in \u{2068}Peckham\u{2069}".into(),
                body: "Water is rising. Seen at 21:40 & after.".into(),
                push_title: "Flood in Peckham".into(),
                push_body: "Water is rising.".into(),
                area: "Peckham, around the station".into(),
                conduct: vec!["Keep out of the water.".into(), "In danger: 999.".into()],
                purpose: "So that nobody is caught by it.".into(),
                others: Vec::new(),
            },
            lives_minutes: 60,
            drafted_by: MemberId([1; 16]),
            drafted_at: NOW.plus(-MINUTE),
            state: AlertState::Live,
            rung_at: Some(NOW),
            expires_at: Some(NOW.plus(HOUR)),
            renewed: Vec::new(),
            reminded_of: None,
            ended_at: None,
            logged: true,
            let_through: None,
        };
        let incident = Incident {
            id: IncidentId([9; 16]),
            version: 1,
            kind: "flood".into(),
            home: false,
            district: "Southwark".into(),
            opened_at: NOW.plus(-HOUR),
            ended: None,
            rung_at: Some(NOW),
            stood_down_at: None,
            live_alerts: 1,
            public: true,
        };
        let (reports, claims) =
            (vec![reported(1, "flood", NOW), reported(2, "flood", NOW)], vec![claim(1, Source::Observer(ReportId([1; 16])))]);
        Self { alert, updates: Vec::new(), incident, reports, claims, judgements: Vec::new() }
    }

    fn sources(&self) -> Sources<'_> {
        Sources {
            alert: &self.alert,
            updates: &self.updates,
            incident: &self.incident,
            reports: &self.reports,
            claims: &self.claims,
            judgements: &self.judgements,
            kind: PLAYBOOK.kind(&self.incident.kind),
        }
    }

    fn update(&mut self, number: u8, minutes: i64, words: &str) {
        let words = Words { headline: words.into(), push_body: words.into(), ..self.alert.words.clone() };
        let update = Alert {
            id: AlertId([number; 16]),
            follows: Some(self.alert.id),
            words,
            rung_at: Some(NOW.plus(minutes * MINUTE)),
            ..self.alert.clone()
        };
        self.updates.push(update);
    }

    fn ended(&mut self, state: AlertState) {
        (self.alert.state, self.alert.ended_at) = (state, Some(NOW.plus(30 * MINUTE)));
        self.incident.ended = Some((if state == AlertState::Cancelled { Ending::Mistaken } else { Ending::Over }, NOW.plus(30 * MINUTE)));
    }

    fn messages(&self) -> Vec<CapAlert> {
        PublicAlert::of(self.sources()).expect("an alert for everybody").messages(&PUBLISHER)
    }
}

/// Writes and reads each message again; none may break a rule.
fn hold(messages: &[CapAlert]) {
    for message in messages {
        let file = write(message);
        assert_eq!(read(file.as_bytes()).as_ref(), Ok(message), "{file}");
        assert_eq!(check(message), [], "{file}");
    }
}

#[test]
fn a_public_alert_says_what_it_says_and_who_says_so() {
    let kept = Kept::flood();
    let messages = kept.messages();
    hold(&messages);
    let [message] = &messages[..] else { panic!("one message") };
    let id = kept.alert.id.to_string();
    assert_eq!((message.identifier.as_str(), message.sender.as_str()), (id.as_str(), "https://town.example"));
    assert_eq!((message.status, message.msg_type, message.scope), (CapStatus::Actual, MsgType::Alert, Scope::Public));
    assert_eq!(message.sent.to_string(), "2023-11-14T22:13:20-00:00");
    assert_eq!((&message.references, &message.note), (&None, &None));
    assert_eq!(message.incidents, Some(kept.incident.id.to_string()));
    let info = &message.infos[0];
    for says in [message.source.as_deref(), info.sender_name.as_deref()] {
        assert!(says.is_some_and(|says| says.contains("Eastgate neighbours") && says.contains("not a public authority")));
    }
    assert_eq!((info.categories.as_slice(), info.severity), ([Category::Met].as_slice(), Severity::Severe), "as the playbook says");
    assert_eq!((info.urgency, info.certainty, info.response_types.len()), (Urgency::Unknown, Certainty::Observed, 0));
    assert_eq!(info.expires.as_ref().map(ToString::to_string).as_deref(), Some("2023-11-14T22:28:20-00:00"));
    assert_eq!((info.headline.as_deref(), info.event.as_str()), (Some("Flood in Peckham"), "Flood"));
    assert_eq!(info.description.as_deref(), Some("Water is rising. Seen at 21:40 & after."));
    assert_eq!(info.web, Some(format!("https://town.example/alerts/{id}")));
    let area = &info.areas[0];
    assert_eq!(area.area_desc, "Peckham, around the station");
    assert_eq!(area.polygons.len(), kept.alert.area.cells().len());
    assert!(info.parameters.iter().any(|pair| pair.value == "whom we told, not where it is"));
}

// PROMISE conduct-travels-with-every-alert
#[test]
fn the_conduct_text_travels_in_the_instruction_while_something_is_going_on() {
    let mut kept = Kept::flood();
    kept.update(8, 5, "Still going on at 21:50.");
    kept.ended(AlertState::StoodDown);
    let instructions = |kept: &Kept| -> Vec<Option<String>> { kept.messages().iter().map(|m| m.infos[0].instruction.clone()).collect() };
    let own = Some("Keep out of the water.\nIn danger: 999.".to_owned());
    assert_eq!(instructions(&kept), [own.clone(), own, None]);
    kept.alert.words.conduct.clear();
    let fixed = handbell_rules::bell::message::conduct(Some(Hazard::Flood), "en").join("\n");
    assert_eq!(instructions(&kept), [Some(fixed.clone()), Some(fixed), None], "never without");
}

#[test]
fn every_later_message_references_all_before_it() {
    let mut kept = Kept::flood();
    kept.update(9, 20, "Second.");
    kept.update(8, 10, "First.");
    kept.updates.push(Alert { rung_at: None, ..kept.updates[0].clone() });
    kept.updates.push(Alert { follows: Some(AlertId([1; 16])), ..kept.updates[0].clone() });
    kept.ended(AlertState::StoodDown);
    let messages = kept.messages();
    hold(&messages);
    let id = kept.alert.id.to_string();
    let names: Vec<&str> = messages.iter().map(|message| message.identifier.as_str()).collect();
    assert_eq!(names, [id.clone(), format!("{id}.1"), format!("{id}.2"), format!("{id}.3")]);
    for (place, message) in messages.iter().enumerate() {
        let expected: Vec<String> = messages[..place].iter().map(|m| format!("https://town.example,{},{}", m.identifier, m.sent)).collect();
        assert_eq!(message.references.clone().unwrap_or_default(), expected.join(" "));
    }
    assert_eq!(messages[1].infos[0].description.as_deref(), Some("First.\nWater is rising. Seen at 21:40 & after."));
    assert_eq!(messages[1].infos[0].headline.as_deref(), Some("Flood in Peckham"));
    assert_eq!(PublicAlert::of(kept.sources()).unwrap().newest(&PUBLISHER), messages[3]);
}

// PROMISE nothing-goes-stale
#[test]
fn a_renewal_is_an_update_with_the_same_words_and_a_quarter_of_an_hour_more() {
    let mut kept = Kept::flood();
    kept.alert.renewed = vec![NOW.plus(12 * MINUTE), NOW.plus(50 * MINUTE)];
    let messages = kept.messages();
    hold(&messages);
    assert_eq!(messages.iter().map(|m| m.msg_type).collect::<Vec<_>>(), [MsgType::Alert, MsgType::Update, MsgType::Update]);
    assert!(messages.iter().all(|m| m.infos[0].description == messages[0].infos[0].description));
    let until: Vec<_> = messages.iter().map(|m| m.infos[0].expires.as_ref().unwrap().instant()).collect();
    // The last one may live no longer than was approved: an hour.
    assert_eq!(until, [15, 27, 60].map(|minutes| NOW.plus(minutes * MINUTE)));
}

#[test]
fn over_is_an_update_that_says_all_clear_and_mistaken_is_a_cancel_with_a_note() {
    let mut kept = Kept::flood();
    kept.ended(AlertState::StoodDown);
    let over = kept.messages().pop().unwrap();
    let info = &over.infos[0];
    assert_eq!((over.msg_type, over.note.as_deref()), (MsgType::Update, None));
    assert_eq!((info.response_types.as_slice(), info.urgency), ([ResponseType::AllClear].as_slice(), Urgency::Past));
    assert_eq!(info.headline.as_deref(), Some("It is over"));
    assert_eq!(info.expires.as_ref().unwrap().instant(), NOW.plus(30 * MINUTE + ENDING_LIVES));

    kept.ended(AlertState::Cancelled);
    let wrong = kept.messages().pop().unwrap();
    assert_eq!(wrong.msg_type, MsgType::Cancel);
    assert!(wrong.note.as_ref().unwrap().contains("was a mistake"));
    assert_eq!((wrong.infos[0].urgency, wrong.infos[0].certainty), (Urgency::Past, Certainty::Unlikely));
    assert_eq!(wrong.infos[0].headline.as_deref(), Some("Cancelled: our alert was wrong"));
    hold(&kept.messages());

    // An alert that nobody ended has an end all the same, in the message itself.
    let silent = Kept::flood().messages();
    assert!(silent.len() == 1 && silent[0].infos[0].expires.is_some());
}

#[test]
fn an_exercise_says_so_in_status_note_and_headline() {
    let mut kept = Kept::flood();
    kept.alert.status = Status::Exercise;
    kept.update(8, 5, "Still going on.");
    kept.ended(AlertState::Cancelled);
    let messages = kept.messages();
    hold(&messages);
    for message in &messages {
        assert_eq!(message.status, CapStatus::Exercise);
        assert!(message.note.as_ref().unwrap().starts_with("EXERCISE"), "{message:?}");
        assert!(message.infos[0].headline.as_ref().unwrap().starts_with("EXERCISE · "));
    }
    assert!(messages[2].note.as_ref().unwrap().contains("was a mistake"));
}

#[test]
fn nothing_but_a_rung_first_alert_for_everybody_has_a_message() {
    let refused = |change: fn(&mut Kept)| {
        let mut kept = Kept::flood();
        change(&mut kept);
        PublicAlert::of(kept.sources()).map(|_| ()).unwrap_err()
    };
    assert_eq!(refused(|kept| kept.alert.reach = Reach::Dispatch), NoCap::NotForEverybody);
    assert_eq!(refused(|kept| kept.alert.reach = Reach::Neighbours), NoCap::NotForEverybody);
    assert_eq!(refused(|kept| kept.alert.follows = Some(AlertId([1; 16]))), NoCap::NotTheFirst);
    assert_eq!(refused(|kept| kept.alert.rung_at = None), NoCap::NotRung);
    assert_eq!(refused(|kept| kept.alert.state = AlertState::Draft), NoCap::NotRung);
    assert_eq!(refused(|kept| kept.incident.public = false), NoCap::NotInTheRecord);
    assert_eq!(refused(|kept| kept.alert.incident = IncidentId([1; 16])), NoCap::NotInTheRecord);
    assert_eq!(refused(|kept| kept.incident.kind = "gone".into()), NoCap::NoPublicReach);
    assert_eq!(refused(|kept| kept.incident.kind = "something-else".into()), NoCap::NoPublicReach);
}

#[test]
fn no_message_is_finer_than_the_public_reach() {
    let mut kept = Kept::flood();
    kept.incident.home = true;
    let area = kept.messages().remove(0).infos.remove(0).areas.remove(0);
    assert_eq!((area.area_desc.as_str(), area.polygons.len()), ("Southwark", 0), "at a home: the district and no outline");

    // Cells finer than resolution 7, which an operator's file may allow for telling, are not drawn.
    let fine: Vec<String> = kept.alert.area.cells().map(|cell| fine_cell(cell.centre())).collect();
    let file = format!("[[area]]\nid = \"a\"\nname = \"Many people\"\ndistrict = \"Southwark\"\nresidents = 9000\ncells = {fine:?}\n");
    let fine = AreaFile::parse("a.toml", &file).unwrap().named("a").unwrap().area.clone();
    assert!(fine.cells().all(|cell| cell.resolution() == 9));
    kept.incident.home = false;
    kept.alert.area = fine;
    let message = kept.messages().remove(0);
    hold(std::slice::from_ref(&message));
    for outline in &message.infos[0].areas[0].polygons {
        let outline = Polygon::parse(outline).unwrap();
        let south = outline.corners.iter().map(|corner| corner.latitude).fold(f64::MAX, f64::min);
        let north = outline.corners.iter().map(|corner| corner.latitude).fold(f64::MIN, f64::max);
        assert!(north - south > 0.015, "{outline}: some two kilometres high");
    }
}

/// The cell of resolution 9 around a point.
fn fine_cell(point: handbell_rules::place::Point) -> String {
    let point = h3o::LatLng::new(point.latitude(), point.longitude()).expect("a point of ours lies on the earth");
    format!("{:x}", u64::from(point.to_cell(h3o::Resolution::Nine)))
}

#[test]
fn certainty_is_what_stood_when_the_message_went_out() {
    let mut kept = Kept::flood();
    let certainty = |kept: &Kept| kept.messages()[0].infos[0].certainty;
    assert_eq!(certainty(&kept), Certainty::Observed);
    kept.claims = vec![claim(1, Source::Official("The water company".into()))];
    assert_eq!(certainty(&kept), Certainty::Observed);

    kept.claims = vec![claim(1, Source::Report(ReportId([1; 16]))), claim(2, Source::Report(ReportId([2; 16])))];
    kept.judgements = vec![Independence {
        id: IndependenceId([1; 16]),
        incident: kept.incident.id,
        first: ReportId([1; 16]),
        second: ReportId([2; 16]),
        independent: true,
        reason: "Different ends of the street".into(),
        recorded_by: MemberId([1; 16]),
        recorded_at: NOW.plus(-MINUTE),
    }];
    assert_eq!(certainty(&kept), Certainty::Likely, "two first-hand reports");

    // Somebody trained arrives later: the first message keeps its word, the next one has the better one.
    kept.claims.push(Claim { recorded_at: NOW.plus(MINUTE), ..claim(3, Source::Observer(ReportId([1; 16]))) });
    kept.update(8, 5, "Still going on.");
    let messages = kept.messages();
    assert_eq!((messages[0].infos[0].certainty, messages[1].infos[0].certainty), (Certainty::Likely, Certainty::Observed));

    kept.reports[0].state = ReportState::Withdrawn;
    assert_eq!(certainty(&kept), Certainty::Likely, "no surer for having lost a witness");
}

proptest! {
    #[test]
    fn whatever_words_and_times_an_alert_has_its_messages_are_good(
        words in prop::collection::vec("[^<&]{0,40}", 4..5), name in "[^<&]{1,30}", minutes in prop::collection::vec(0_i64..200, 0..5),
        end in 0_usize..3, exercise in any::<bool>(), home in any::<bool>(), at in 0_i64..4_000_000_000_000,
    ) {
        let mut kept = Kept::flood();
        let start = Timestamp::from_milliseconds(at);
        kept.alert.rung_at = Some(start);
        kept.alert.expires_at = Some(start.plus(HOUR));
        kept.alert.words = Words { headline: words[0].clone(), body: words[1].clone(), area: words[2].clone(), conduct: vec![words[3].clone()], ..kept.alert.words };
        kept.alert.status = if exercise { Status::Exercise } else { Status::Actual };
        kept.incident.home = home;
        for (number, minute) in minutes.iter().enumerate() {
            kept.update(number as u8, 0, "More.");
            kept.updates[number].rung_at = Some(start.plus(minute * MINUTE));
        }
        if let Some(state) = [None, Some(AlertState::StoodDown), Some(AlertState::Cancelled)][end] {
            kept.alert.state = state;
            kept.alert.ended_at = Some(start.plus(300 * MINUTE));
        }
        let public = PublicAlert::of(kept.sources()).unwrap();
        let messages = public.messages(&Publisher { name: &name, ..PUBLISHER });
        prop_assert_eq!(messages.len(), 1 + minutes.len() + usize::from(end > 0));
        for message in &messages {
            let again = read(write(message).as_bytes());
            let clean = |text: &str| text.chars().all(|letter| matches!(letter, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..));
            if words.iter().chain([&name]).all(|text| clean(text)) {
                prop_assert_eq!(again.as_ref(), Ok(message));
            }
            prop_assert_eq!(check(&again.unwrap()), Vec::new());
        }
    }
}
