//! Found: what the simulator once found, each as the shortest story that shows it.
//!
//! A seed means another town as soon as the script changes, so what failed is told here by name with the
//! real acts over the quiet world. Each story failed before its mend.

use crate::services::{Mood, Services};
use crate::stage::Stage;
use crate::town::Town;
use handbell::acts::bell::{Composed, NewSubscription, Wished};
use handbell::acts::{ActError, StreetCaller, bell, desk, people, street};
use handbell::push::SignedMessage;
use handbell::work::ringer;
use handbell::world::{Clock, Push, World};
use handbell_rules::bell::delivery::{Answer, Leased};
use handbell_rules::bell::mode::Status;
use handbell_rules::bell::nudged::DutyMessage;
use handbell_rules::bell::subscription::Subscription;
use handbell_rules::desk::check::Level;
use handbell_rules::desk::claim::{Certainty, NewClaim};
use handbell_rules::id::{AlertId, IncidentId, ReportId};
use handbell_rules::people::member::{DeskCaller, Role};
use handbell_rules::playbook::{AreaSlot, ClockTime, Reach, Slots, Spot};
use handbell_rules::refusal::Refusal;
use handbell_rules::street::report::{Basis, Happening, NewReport, Observed, Route};
use handbell_rules::time::{HOUR, MINUTE, SECOND, Timestamp};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

pub(crate) fn now<T>(future: impl Future<Output = T>) -> T {
    match std::pin::pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => answer,
        Poll::Pending => unreachable!("the quiet world never gives way"),
    }
}

/// One phone that can be silent and remembers what it took.
struct Phone {
    services: Arc<Services>,
    silent: Mutex<bool>,
    took: Mutex<Vec<&'static str>>,
}

#[async_trait::async_trait]
impl Push for Phone {
    async fn send(&self, leased: &Leased, _to: &Subscription, _message: &SignedMessage, _now: Timestamp) -> Answer {
        if *self.silent.lock().unwrap() {
            return Answer::Later;
        }
        self.took.lock().unwrap().push(leased.kind.word());
        Answer::Accepted
    }
    async fn nudge(&self, _to: &Subscription, _message: &DutyMessage, _expires_at: Timestamp, _now: Timestamp) -> Answer {
        Answer::Later
    }
    fn accepts(&self, endpoint: &str, key: &[u8], secret: &[u8]) -> Result<(), Refusal> {
        self.services.accepts(endpoint, key, secret)
    }
}

pub(crate) struct Story {
    pub(crate) world: World,
    pub(crate) stage: Arc<Stage>,
    phone: Arc<Phone>,
}

impl Story {
    pub(crate) fn new() -> Self {
        let town = Town::new(1, Status::Actual, None, 1, false);
        town.services.set_mood(0, Mood::Fine);
        let phone = Arc::new(Phone { services: town.services.clone(), silent: Mutex::default(), took: Mutex::default() });
        Self { world: World { push: phone.clone(), ..town.quiet.clone() }, stage: town.stage, phone }
    }

    pub(crate) fn member(&self, name: &str) -> DeskCaller {
        let link = now(people::invite(&self.world, name, &[Role::Triager, Role::Approver])).unwrap();
        let signed = now(people::sign_in(&self.world, link.text(), None)).unwrap();
        now(people::who(&self.world, signed.session.text(), signed.device.unwrap().text())).unwrap()
    }

    fn reports(&self) -> (ReportId, String) {
        let at = self.stage.now();
        let point = self.world.group.areas.areas()[0].area.cells().next().map(|cell| cell.centre());
        let told = NewReport {
            kind: "immigration-visit".into(),
            basis: Basis::Saw,
            happening: Happening::Now,
            observed: Observed { from: at, to: at },
            place: "a corner".into(),
            point,
            text: "a van".into(),
            officers: None,
            vehicles: None,
            people: None,
            route: Route::Web,
            language: "en".into(),
        };
        let filed = now(street::file_report(&self.world, StreetCaller, told, None, None)).unwrap().unwrap();
        (filed.report, filed.receipt.words().to_owned())
    }

    fn claims(&self, by: &DeskCaller, incident: IncidentId, report: ReportId) {
        let (predicate, value) = ("place".into(), "at the corner".into());
        let claim = NewClaim { predicate, value, range: None, report: Some(report), official: String::new(), certainty: Certainty::Likely };
        now(desk::record_claim(&self.world, by, incident, claim)).unwrap();
    }

    pub(crate) fn judges(&self, by: &DeskCaller, incident: IncidentId, pair: (ReportId, ReportId), independent: bool) {
        now(desk::judge_independence(&self.world, by, incident, pair, independent, "They stood at two ends.")).unwrap();
    }

    /// An incident of two first-hand reports, each with a claim.
    pub(crate) fn two_reports(&self, by: &DeskCaller) -> (IncidentId, (ReportId, ReportId), String) {
        let ((one, words), (other, _)) = (self.reports(), self.reports());
        let incident = now(desk::open_incident(&self.world, by, one, false)).unwrap();
        now(desk::join(&self.world, by, incident, other)).unwrap();
        self.claims(by, incident, one);
        self.claims(by, incident, other);
        (incident, (one, other), words)
    }

    pub(crate) fn drafts(&self, by: &DeskCaller, incident: IncidentId, reach: Reach) -> AlertId {
        let area = self.world.group.areas.areas()[0].id.clone();
        let time = ClockTime::new(14, 5);
        let slots = match reach {
            Reach::Dispatch => Slots {
                spot: Spot::new("Mill Walk and Heron Row").ok(),
                activity: Some("watching".into()),
                agency: Some("police".into()),
                time,
                ..Slots::default()
            },
            Reach::Neighbours | Reach::Public => Slots { area: Some(AreaSlot::Named(vec![area.clone()])), time, ..Slots::default() },
        };
        now(bell::draft(&self.world, by, incident, Composed { reach, areas: vec![area], slots, lives_minutes: 60 })).unwrap()
    }

    fn level(&self, by: &DeskCaller, incident: IncidentId) -> Level {
        now(desk::read_incident(&self.world, by, incident)).unwrap().1.level
    }

    fn ring_for(&self, milliseconds: i64) {
        let until = self.stage.now().plus(milliseconds);
        while self.stage.now() < until {
            now(ringer::step(&self.world)).unwrap();
            self.stage.move_clock(5 * SECOND);
        }
    }
}

fn refused<T: std::fmt::Debug>(answer: Result<T, ActError>) -> &'static str {
    match answer {
        Err(ActError::Refused(no)) => no.0.name(),
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn a_report_that_was_taken_back_sends_nobody_to_look() {
    let story = Story::new();
    let (amber, blue) = (story.member("Amber"), story.member("Blue"));
    let (incident, (one, _), words) = story.two_reports(&amber);
    now(desk::ask(&story.world, &amber, one, "How many are there?")).unwrap();
    now(street::add_to_report(&story.world, StreetCaller, &words, "Three.")).unwrap();
    let alert = story.drafts(&amber, incident, Reach::Dispatch);
    now(bell::approve(&story.world, &blue, alert)).unwrap();
    assert_eq!(refused(now(bell::ring(&story.world, &amber, alert))), "nobody-to-tell", "all is in order but that nobody is on duty");
    now(street::withdraw_report(&story.world, StreetCaller, &words)).unwrap();
    assert_eq!(refused(now(bell::ring(&story.world, &amber, alert))), "witness-unanswered");
}

#[test]
fn a_later_judgement_counts_although_the_clock_went_back() {
    let story = Story::new();
    let amber = story.member("Amber");
    let (incident, pair, _) = story.two_reports(&amber);
    story.judges(&amber, incident, pair, true);
    assert_eq!(story.level(&amber, incident), Level::Confirmed);
    story.stage.move_clock(-5 * MINUTE);
    story.judges(&amber, incident, pair, false);
    assert_eq!(story.level(&amber, incident), Level::BeingChecked);
}

#[test]
fn saying_a_judgement_again_takes_the_check_off_nobody() {
    let story = Story::new();
    let (amber, blue) = (story.member("Amber"), story.member("Blue"));
    let (incident, pair, _) = story.two_reports(&story.member("Cyan"));
    for member in [&amber, &blue] {
        story.judges(member, incident, pair, true);
    }
    let (_, checked) = now(desk::read_incident(&story.world, &amber, incident)).unwrap();
    assert!([amber.member, blue.member].iter().all(|member| checked.recorders.contains(member)));
}

#[test]
fn an_end_waits_until_a_push_service_that_was_down_for_an_hour_is_back() {
    let story = Story::new();
    let (amber, blue) = (story.member("Amber"), story.member("Blue"));
    let cells = story.world.group.areas.areas()[0].area.cells().collect();
    let endpoint = "https://push.example/1".into();
    let new = NewSubscription {
        endpoint,
        key: vec![4; 65],
        secret: vec![5; 16],
        cells,
        kinds: Vec::new(),
        language: "en".into(),
        discreet: false,
        wished: Wished::default(),
    };
    now(bell::subscribe(&story.world, StreetCaller, new)).unwrap();
    let (incident, pair, _) = story.two_reports(&amber);
    story.judges(&amber, incident, pair, true);
    let alert = story.drafts(&amber, incident, Reach::Neighbours);
    for member in [&amber, &blue] {
        now(bell::approve(&story.world, member, alert)).unwrap();
    }
    now(bell::ring(&story.world, &amber, alert)).unwrap();
    story.ring_for(MINUTE);
    *story.phone.silent.lock().unwrap() = true;
    now(bell::end(&story.world, &amber, alert, false)).unwrap();
    story.ring_for(HOUR);
    assert_eq!(*story.phone.took.lock().unwrap(), ["alert"]);
    *story.phone.silent.lock().unwrap() = false;
    story.ring_for(2 * MINUTE);
    assert_eq!(*story.phone.took.lock().unwrap(), ["alert", "stand-down"]);
}
