//! Kind × reach × route: nothing of a dispatch or of a neighbours' alert stands on any public route early or
//! too fine.
//!
//! For every kind of the shipped playbook, in a public place and at a home, and every reach it allows, an
//! alert is rung by the real acts and every public route of the table is read, before, during and after.
//! The one page that may know is the alert's own, behind its capability.

use super::fixture::{Signed, Town, middle};
use super::routes::{Who, table};
use crate::acts::bell::{Composed, NewSubscription, Wished};
use crate::acts::{ActError, StreetCaller, bell, desk, people, record, street};
use crate::work::sequencer::Sequencer;
use handbell_rules::bell::alert::ALERT_LIVES_MINUTES;
use handbell_rules::desk::claim::{Certainty, NewClaim};
use handbell_rules::id::{AlertId, IncidentId};
use handbell_rules::people::member::Role;
use handbell_rules::playbook::{AreaSlot, ClockTime, CountBand, PublicFrom, Reach, SlotKind, Slots, Spot};
use handbell_rules::record::proposal::Proposed;
use handbell_rules::street::report::{Basis, Happening, NewReport, Observed, Route};
use handbell_rules::time::MINUTE;

const SPOT: &str = "Lantern Corner";
const AREA: &str = "around the station";

struct Happened {
    town: Town,
    amina: Signed,
    ben: Signed,
    incident: IncidentId,
    sequencer: Sequencer,
}

async fn confirmed(kind: &str, home: bool) -> Happened {
    let town = Town::new();
    let world = &town.app.world;
    let all = [Role::Triager, Role::Approver, Role::Editor];
    let (amina, ben) = (town.signed_in("Amina", &all).await, town.signed_in("Ben", &all).await);
    let chidi = town.signed_in("Chidi", &[Role::Observer]).await;
    people::start_duty(world, &chidi.caller, 4).await.unwrap();
    let browser = |number: u8, cells| NewSubscription {
        endpoint: format!("https://updates.push.services.mozilla.com/wpush/{number}"),
        key: p256::elliptic_curve::sec1::ToEncodedPoint::to_encoded_point(
            p256::SecretKey::from_slice(&[number; 32]).unwrap().public_key().as_affine(),
            false,
        )
        .as_bytes()
        .to_vec(),
        secret: vec![number; 16],
        cells,
        kinds: vec![],
        language: "en".into(),
        discreet: false,
        wished: Wished::default(),
    };
    let cells = world.group.areas.named("middle").unwrap().area.cells().collect();
    bell::subscribe(world, StreetCaller, browser(1, cells)).await.unwrap();
    bell::subscribe_observer(world, &chidi.caller, browser(2, vec![])).await.unwrap();
    let told = NewReport {
        kind: kind.into(),
        basis: Basis::Saw,
        happening: Happening::Now,
        observed: Observed { from: world.now(), to: world.now() },
        place: SPOT.into(),
        point: Some(middle()),
        text: String::new(),
        officers: None,
        vehicles: None,
        people: None,
        route: Route::Web,
        language: "en".into(),
    };
    let report = street::file_from_the_scene(world, &chidi.caller, told).await.unwrap().report;
    let incident = desk::open_incident(world, &amina.caller, report, home).await.unwrap();
    let claim = NewClaim {
        predicate: "activity".into(),
        value: "going-on".into(),
        range: None,
        report: Some(report),
        official: String::new(),
        certainty: Certainty::Observed,
    };
    desk::record_claim(world, &amina.caller, incident, claim).await.unwrap();
    let sequencer = Sequencer::new(town.folder.path());
    Happened { town, amina, ben, incident, sequencer }
}

impl Happened {
    fn slots(&self, kind: &str, home: bool, reach: Reach) -> Slots {
        let kind = self.town.app.world.group.playbook.kind(kind).unwrap();
        let wanted = &kind.reach(reach, home).unwrap().slots;
        let has = |slot| wanted.contains(&slot);
        Slots {
            area: has(SlotKind::Area).then(|| AreaSlot::Named(vec!["middle".into()])),
            spot: has(SlotKind::Spot).then(|| Spot::new(SPOT).unwrap()),
            agency: has(SlotKind::Agency).then(|| kind.agencies[0].clone()),
            activity: has(SlotKind::Activity).then(|| kind.activities[0].clone()),
            time: has(SlotKind::Time).then(|| ClockTime::new(21, 40).unwrap()),
            count: has(SlotKind::Count).then_some(CountBand::ALL[0]),
        }
    }

    async fn rung(&self, kind: &str, home: bool, reach: Reach) -> Result<AlertId, ActError> {
        let world = &self.town.app.world;
        let composed =
            Composed { reach, areas: vec!["middle".into()], slots: self.slots(kind, home, reach), lives_minutes: ALERT_LIVES_MINUTES[1] };
        let alert = bell::draft(world, &self.amina.caller, self.incident, composed).await?;
        bell::approve(world, &self.amina.caller, alert).await?;
        bell::approve(world, &self.ben.caller, alert).await?;
        bell::ring(world, &self.amina.caller, alert).await.map(|()| alert)
    }

    async fn opened(&self) -> Result<(), ActError> {
        let world = &self.town.app.world;
        let proposal = record::propose(world, &self.amina.caller, self.incident, Proposed::Opening).await?;
        record::publish(world, &self.ben.caller, proposal).await
    }

    /// Every public answer, by path, but for the alert's own pages and streams.
    async fn public_answers(&self, alert: Option<AlertId>) -> Vec<(String, String)> {
        self.sequencer.step(&self.town.app.world).await.unwrap();
        let own = alert.map(|id| id.to_string()).unwrap_or_default();
        let files = [
            "checkpoint",
            "tile/0/000.p/1",
            "tile/entries/000.p/1",
            "tile/entries/000.p/2",
            "tile/entries/000.p/3",
            "content/000",
            "content/001",
            "content/002",
        ];
        let mut answers = Vec::new();
        for route in table().into_iter().filter(|route| route.method == "GET" && route.who == Who::Street) {
            if route.path.contains("events") {
                continue; // A stream holds no words; its head is read in the table of callers.
            }
            let path = route.path.replace("{incident}", &self.incident.to_string()).replace("{part}", "entries");
            let paths: Vec<String> = if path.contains("{*path}") {
                let stem = path.split("{*path}").next().unwrap().to_owned();
                files
                    .iter()
                    .map(|file| {
                        if stem.ends_with("tile/") { format!("/log/{file}") } else { format!("{stem}{}", file.rsplit('/').next().unwrap()) }
                    })
                    .collect()
            } else if path.starts_with("/alerts/") {
                continue; // Behind the capability.
            } else {
                vec![path.replace("{id}", &self.incident.to_string()).replace("{token}", &own).replace("{card}", "x")]
            };
            for path in paths {
                let heard = self.town.get(&path).await;
                answers.push((path, heard.text()));
            }
        }
        assert!(answers.len() > 12, "the table of public routes is read: {}", answers.len());
        answers
    }

    async fn nothing_is_known(&self, alert: Option<AlertId>, when: &str) {
        let incident = self.incident.to_string();
        let alert_text = alert.map(|id| id.to_string());
        for (path, text) in self.public_answers(alert).await {
            // A page may repeat the address it was asked for; that is no news to whoever asked.
            let text = text.replace(&path, "");
            for secret in [Some(incident.as_str()), alert_text.as_deref(), Some(SPOT)].into_iter().flatten() {
                assert!(!text.contains(secret), "{when}: {path} tells {secret}");
            }
            assert!(!text.contains("Confirmed activity") && !text.contains("alert.issued"), "{when}: {path} tells of the alert");
        }
    }
}

#[tokio::test]
async fn nothing_of_a_dispatch_or_a_neighbours_alert_is_public_early_or_too_fine() {
    let kinds: Vec<(String, bool)> =
        Town::new().app.world.group.playbook.kinds().iter().map(|kind| (kind.id.clone(), kind.always_home)).collect();
    let mut cases = 0;
    for (kind, always_home) in kinds {
        for home in [false, true] {
            let home = home || always_home;
            for reach in [Reach::Dispatch, Reach::Neighbours] {
                let happened = confirmed(&kind, home).await;
                let town = &happened.town;
                let world = &town.app.world;
                let playbook = &world.group.playbook;
                if playbook.kind(&kind).unwrap().reach(reach, home).is_none() {
                    assert!(happened.rung_is_refused(&kind, reach).await, "{kind} {reach:?}: a reach the playbook does not have");
                    continue;
                }
                cases += 1;
                happened.nothing_is_known(None, "before").await;
                let alert = happened.rung(&kind, home, reach).await.unwrap();
                let page = town.get(&format!("/alerts/{alert}")).await;
                assert_eq!(page.status, 200, "{kind} {reach:?}: the capability opens its page");
                let file = format!("/alerts/{alert}.cap");
                assert_eq!(town.get(&file).await.status, 404, "{kind} {reach:?}: never a CAP file");
                happened.nothing_is_known(Some(alert), "just rung").await;

                let public = playbook.kind(&kind).unwrap().reach(Reach::Public, home).cloned();
                let early = match public.as_ref().map(|rule| (rule.from, rule.consent)) {
                    Some((PublicFrom::AtOnce, false)) => None,
                    Some((PublicFrom::Delay { minutes }, false)) => Some(i64::from(minutes) - 1),
                    _ => Some(59),
                };
                if let Some(minutes) = early {
                    assert!(happened.opened().await.is_err(), "{kind}: opening at once is refused");
                    town.clock.go(minutes * MINUTE);
                    assert!(happened.opened().await.is_err(), "{kind}: opening after {minutes} minutes is refused");
                    happened.nothing_is_known(Some(alert), "one minute early").await;
                }
                bell::end(world, &happened.ben.caller, alert, false).await.unwrap();
                happened.nothing_is_known(Some(alert), "stood down, not opened").await;
                assert_eq!(town.get(&file).await.status, 404, "{kind} {reach:?}: not after its end either");
                match public {
                    Some(rule) if !rule.consent => {
                        happened.opened().await.unwrap();
                        assert_eq!(town.get(&file).await.status, 404, "{kind} {reach:?}: nor once the incident is in the record");
                        let answers = happened.public_answers(Some(alert)).await;
                        let told: Vec<&(String, String)> = answers
                            .iter()
                            .filter(|(_, text)| text.contains("Peckham") && text.contains(&happened.incident.to_string()))
                            .collect();
                        assert!(!told.is_empty(), "{kind}: the record shows what two members opened");
                        for (path, text) in &answers {
                            assert!(!text.contains(SPOT), "{kind}: {path} names the spot");
                            assert!(!text.contains(&alert.to_string()), "{kind}: {path} gives the capability away");
                            let lists_areas = ["/report", "/subscribe", "/record/areas.geojson"].contains(&path.as_str());
                            if home && !lists_areas {
                                assert!(!text.contains(AREA), "{kind} at a home: {path} is finer than the district");
                            }
                        }
                    }
                    _ => {
                        assert!(happened.opened().await.is_err(), "{kind}: no public reach, or nobody agreed");
                        happened.nothing_is_known(Some(alert), "never public").await;
                    }
                }
            }
        }
    }
    assert!(cases >= 8, "only {cases} cases were allowed by the playbook");
}

impl Happened {
    async fn rung_is_refused(&self, kind: &str, reach: Reach) -> bool {
        let _ = kind;
        let composed = Composed { reach, areas: vec!["middle".into()], slots: Slots::default(), lives_minutes: ALERT_LIVES_MINUTES[1] };
        bell::draft(&self.town.app.world, &self.amina.caller, self.incident, composed).await.is_err()
    }
}
