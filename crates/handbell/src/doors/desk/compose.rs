//! The composer's doors: choose, and see it as people will.
//!
//! There are lists and tick boxes only. Every value that fills a slot comes from the playbook, from the
//! area file, from what the desk has written down, or is a clock time; anything else is refused beside its
//! list. An alert without an area is never made.

use super::incident::pressed;
use super::{Part, Typed, around, id, language, opening, refused, told_at, words};
use crate::acts::bell::{self, Composed};
use crate::acts::desk;
use crate::doors::App;
use crate::doors::answer::{page_door, page_with, see_other};
use crate::doors::fields::Fields;
use crate::doors::gate::{self, Desk};
use crate::doors::problem::{Problem, Trouble};
use crate::doors::routes::{Route, Who};
use crate::store::IncidentFile;
use axum::extract::{Request, State};
use axum::response::Response;
use handbell_rules::bell::alert::ALERT_LIVES_MINUTES;
use handbell_rules::bell::message;
use handbell_rules::id::IncidentId;
use handbell_rules::people::trail::Subject;
use handbell_rules::place::Precision;
use handbell_rules::playbook::{AreaSlot, ClockTime, CountBand, Kind, Reach, ReachRule, SlotKind, Slots, Spot};
use handbell_rules::time::MINUTE;
use handbell_site::{Choice, ComposePage, FieldError, Slot, Tab};
use http::HeaderMap;

/// Areas one sentence can name (the playbook's own limit).
const AREAS_IN_A_SENTENCE: usize = 4;
/// How many minutes back a time may lie that no report names: the page may have been open for a while.
const RECENT_MINUTES: i64 = 60;
/// The slots that lists fill, in the order of the page; the area has tick boxes of its own.
const LISTED: [SlotKind; 5] = [SlotKind::Spot, SlotKind::Agency, SlotKind::Activity, SlotKind::Time, SlotKind::Count];

/// The doors of the composer.
pub fn routes() -> Vec<Route> {
    vec![Route::get("/desk/incidents/{id}/compose", Who::Member, show), Route::post("/desk/incidents/{id}/alerts", Who::Member, draft)]
}

async fn show(State(app): State<App>, Part(incident): Part<String>, headers: HeaderMap) -> Response {
    page_door(&app, async {
        let desk = gate::desk(&app, &headers).await?;
        let incident = id(&incident)?;
        match opening::shut(&app, &desk, Subject::Incident(incident)).await? {
            Some(page) => Ok(page),
            None => view(&app, &desk, incident, Typed::default()).await,
        }
    })
    .await
}

async fn draft(State(app): State<App>, Part(incident): Part<String>, request: Request) -> Response {
    let back = format!("/desk/incidents/{incident}/compose");
    told_at(&app, &back, async {
        let (desk, fields, incident) =
            pressed(&app, request, &incident, &["csrf", "version", "slot-*", "reach", "area", "expires"]).await?;
        let (file, _) = desk::read_incident(&app.world, &desk.caller, incident).await?;
        let composed = match read(&app, &file, &fields) {
            Ok(composed) => composed,
            Err(errors) => return view(&app, &desk, incident, Typed { fields, errors }).await,
        };
        match refused(bell::draft(&app.world, &desk.caller, incident, composed).await)? {
            Ok(alert) => Ok(see_other(&format!("/desk/alerts/{alert}"))),
            Err(no) => {
                let field_of = |field| if ["area", "reach", "expires"].contains(&field) { field } else { "" };
                view(&app, &desk, incident, Typed::no(fields, no, field_of)).await
            }
        }
    })
    .await
}

/// A band's word in the form.
pub fn band_word(band: CountBand) -> &'static str {
    match band {
        CountBand::FewerThan10 => "fewer-than-10",
        CountBand::From10To49 => "10-49",
        CountBand::From50To99 => "50-99",
        CountBand::Hundreds => "hundreds",
        CountBand::Thousands => "thousands",
        CountBand::TensOfThousands => "tens-of-thousands",
    }
}

/// The band of a word.
pub fn band_of(word: &str) -> Option<CountBand> {
    CountBand::ALL.into_iter().find(|band| band_word(*band) == word)
}

/// The clock now, as a slot takes it.
pub fn now(app: &App) -> Result<ClockTime, Problem> {
    let text = app.world.now().clock(app.world.group.playbook.zone());
    ClockTime::try_from(text).map_err(|_| crate::acts::ActError::Broken("the clock shows no time".into()).into())
}

/// Junctions and landmarks the desk knows for this incident: claims about the place, then the reports'
/// words, as far as they may stand in an alert (no digits, nothing the guard flags).
fn spots(file: &IncidentFile) -> Vec<String> {
    let claimed = file.claims.iter().filter(|claim| claim.predicate == "place" && !claim.disputed).map(|claim| claim.value.as_str());
    let told = file.reports.iter().map(|report| report.told.place.as_str());
    let mut spots: Vec<String> = Vec::new();
    for spot in claimed.chain(told).filter_map(|place| Spot::new(place).ok()) {
        if !spots.iter().any(|known| known == spot.words()) {
            spots.push(spot.words().to_owned());
        }
    }
    spots
}

/// Times somebody may want to name: now, and what the reports say.
fn times(app: &App, file: &IncidentFile) -> Vec<String> {
    let zone = app.world.group.playbook.zone();
    let mut times = vec![app.world.now().clock(zone)];
    for report in &file.reports {
        for time in [report.told.observed.from.clock(zone), report.filed_at.clock(zone)] {
            if !times.contains(&time) {
                times.push(time);
            }
        }
    }
    times
}

fn kind_of<'a>(app: &'a App, file: &IncidentFile) -> Result<&'a Kind, Problem> {
    app.world.group.playbook.kind(&file.incident.kind).ok_or_else(|| Problem::of(Trouble::NotFound))
}

/// Values and labels of a slot's list.
fn offered(app: &App, file: &IncidentFile, kind: &Kind, slot: SlotKind) -> Vec<(String, String)> {
    let playbook = &app.world.group.playbook;
    let same = |words: Vec<String>| words.into_iter().map(|word| (word.clone(), word)).collect();
    match slot {
        SlotKind::Spot => same(spots(file)),
        SlotKind::Agency => kind.agencies.iter().map(|one| (one.clone(), playbook.agency_label(one, language(app)))).collect(),
        SlotKind::Activity => kind.activities.iter().map(|one| (one.clone(), playbook.activity_label(one, language(app)))).collect(),
        SlotKind::Time => same(times(app, file)),
        SlotKind::Count => {
            let texts = message::texts(language(app));
            CountBand::ALL.into_iter().map(|band| (band_word(band).to_owned(), texts.band(band).to_owned())).collect()
        }
        SlotKind::Area => Vec::new(),
    }
}

fn slot_label(slot: SlotKind) -> &'static str {
    match slot {
        SlotKind::Area => "Area",
        SlotKind::Spot => "Junction or landmark",
        SlotKind::Agency => "Whose people",
        SlotKind::Activity => "What is going on",
        SlotKind::Time => "At",
        SlotKind::Count => "How many",
    }
}

/// Whether a time may stand in an alert: one the reports name, or one of the last hour.
fn time_is_offered(app: &App, file: &IncidentFile, time: &str) -> bool {
    let zone = app.world.group.playbook.zone();
    let recent = |time: &str| (0..=RECENT_MINUTES).any(|back| app.world.now().plus(-back * MINUTE).clock(zone) == time);
    times(app, file).iter().any(|known| known == time) || recent(time)
}

/// Reads the form against what was offered. Slots that the chosen reach has no place for are left out.
fn read(app: &App, file: &IncidentFile, fields: &Fields) -> Result<Composed, Vec<FieldError>> {
    let one = |field: &str| fields.one(field).map(str::to_owned).map_err(|_| vec![FieldError::new(field, "Choose one.")]);
    let kind = app.world.group.playbook.kind(&file.incident.kind).ok_or_else(Vec::new)?;
    let chosen = one("reach")?;
    let reach = Reach::ALL.into_iter().find(|reach| reach.name() == chosen);
    let rule = reach.and_then(|reach| kind.reach(reach, file.incident.home).map(|rule| (reach, rule)));
    let Some((reach, rule)) = rule else {
        return Err(vec![FieldError::new("reach", "Choose who hears it.")]);
    };
    let mut errors = Vec::new();
    let areas = fields.all("area");
    if areas.is_empty() {
        errors.push(FieldError::new("area", "Choose at least one area. An alert without an area is never sent."));
    } else if areas.iter().any(|area| app.world.group.areas.named(area).is_none()) {
        errors.push(FieldError::new("area", "Choose areas from the list."));
    } else if areas.len() > AREAS_IN_A_SENTENCE && rule.slots.contains(&SlotKind::Area) && rule.precision > Precision::District {
        errors.push(FieldError::new("area", format!("One sentence names at most {AREAS_IN_A_SENTENCE} areas.")));
    }
    let mut slots = Slots::default();
    for slot in LISTED.into_iter().filter(|slot| rule.slots.contains(slot)) {
        let field = format!("slot-{}", slot.name());
        let value = one(&field)?;
        let known = match slot {
            SlotKind::Time => time_is_offered(app, file, &value),
            _ => offered(app, file, kind, slot).iter().any(|(offered, _)| *offered == value),
        };
        let filled = known && fill(&mut slots, slot, &value);
        if !filled {
            let words = if slot == SlotKind::Spot && spots(file).is_empty() {
                "Observers need a place. Write down a claim about it first: a junction or a public landmark, without numbers."
            } else {
                "Choose one from the list."
            };
            errors.push(FieldError::new(field, words));
        }
    }
    if rule.slots.contains(&SlotKind::Area)
        && let Some(first) = areas.first()
    {
        slots.area =
            Some(if rule.precision == Precision::District { AreaSlot::District(first.clone()) } else { AreaSlot::Named(areas.clone()) });
    }
    let lives = one("expires")?.parse::<u32>().ok().filter(|minutes| lives(kind).contains(minutes));
    match (lives, errors.is_empty()) {
        (Some(lives_minutes), true) => Ok(Composed { reach, areas, slots, lives_minutes }),
        (None, _) => {
            errors.push(FieldError::new("expires", "Choose how long the alert lives from the list."));
            Err(errors)
        }
        (Some(_), false) => Err(errors),
    }
}

fn fill(slots: &mut Slots, slot: SlotKind, value: &str) -> bool {
    match slot {
        SlotKind::Area => return false,
        SlotKind::Spot => slots.spot = Spot::new(value).ok(),
        SlotKind::Agency => slots.agency = Some(value.to_owned()),
        SlotKind::Activity => slots.activity = Some(value.to_owned()),
        SlotKind::Time => slots.time = ClockTime::try_from(value.to_owned()).ok(),
        SlotKind::Count => slots.count = band_of(value),
    }
    match slot {
        SlotKind::Spot => slots.spot.is_some(),
        SlotKind::Time => slots.time.is_some(),
        SlotKind::Count => slots.count.is_some(),
        _ => true,
    }
}

/// Lives this kind's alerts may have, in minutes.
fn lives(kind: &Kind) -> Vec<u32> {
    ALERT_LIVES_MINUTES.into_iter().filter(|minutes| *minutes <= kind.expiry_max_minutes).collect()
}

fn lives_words(minutes: u32) -> String {
    match minutes {
        60 => "1 hour".to_owned(),
        hours if hours % 60 == 0 => format!("{} hours", hours / 60),
        minutes => format!("{minutes} minutes"),
    }
}

fn reach_hint(rule: &ReachRule, reach: Reach, kind: &Kind) -> String {
    let who = match reach {
        Reach::Dispatch => {
            let wanted: Vec<String> =
                kind.roles_wanted.iter().map(|(role, count)| format!("{count} {}", role.name().replace('-', " "))).collect();
            format!("Wanted: {}.", wanted.join(", "))
        }
        Reach::Neighbours => "The area and the rights, nothing finer.".to_owned(),
        Reach::Public => format!("As fine as {}. {}", rule.precision.name(), words::public_from(rule)),
    };
    format!("{}. {who}", words::people(rule.approvals))
}

/// The page of the composer.
async fn view(app: &App, desk: &Desk, id: IncidentId, typed: Typed) -> Result<Response, Problem> {
    let (file, checked) = desk::read_incident(&app.world, &desk.caller, id).await?;
    let kind = kind_of(app, &file)?;
    let reaches = bell::reaches(&app.world, &file.incident);
    let rules: Vec<(Reach, &ReachRule)> =
        reaches.iter().filter_map(|reach| kind.reach(*reach, file.incident.home).map(|rule| (*reach, rule))).collect();
    let fresh = typed.errors.is_empty();
    let choice = |field: &str, value: String, label: String, first: bool| Choice {
        chosen: if fresh { first } else { typed.fields.all(field).contains(&value) },
        ..Choice::new(value, label)
    };
    let mut slots = Vec::new();
    for slot in LISTED {
        let users: Vec<&str> = rules.iter().filter(|(_, rule)| rule.slots.contains(&slot)).map(|(reach, _)| words::reach(*reach)).collect();
        if users.is_empty() {
            continue;
        }
        let label = if users.len() == rules.len() {
            slot_label(slot).to_owned()
        } else {
            format!("{} ({})", slot_label(slot), users.join(", ").to_lowercase())
        };
        let field = format!("slot-{}", slot.name());
        let mut choices: Vec<Choice> = offered(app, &file, kind, slot)
            .into_iter()
            .enumerate()
            .map(|(place, (value, label))| choice(&field, value, label, place == 0))
            .collect();
        if choices.is_empty() {
            choices.push(Choice::new("", "nothing is written down yet"));
        }
        slots.push(Slot { name: slot.name().to_owned(), label, choices });
    }
    let near = file.reports.iter().find_map(|report| report.told.point).map(|point| app.world.group.areas.nearest(point).id.clone());
    let default_life = lives(kind).into_iter().filter(|minutes| *minutes <= kind.expiry_default_minutes).max();
    let (frame, bar) = around(app, desk, Tab::DeskAlerts, &format!("/desk/incidents/{id}/compose"), "Write an alert").await?;
    let view = ComposePage {
        frame,
        desk: bar,
        incident: id.to_string(),
        version: file.incident.version.to_string(),
        headline: words::incident_headline(app, &file.incident),
        level: words::level_tag(checked.level),
        slots,
        reaches: rules
            .iter()
            .map(|(reach, rule)| Choice {
                hint: Some(reach_hint(rule, *reach, kind)),
                ..choice("reach", reach.name().to_owned(), words::reach(*reach).to_owned(), false)
            })
            .collect(),
        areas: app
            .world
            .group
            .areas
            .areas()
            .iter()
            .map(|area| choice("area", area.id.clone(), area.name.clone(), near.as_ref() == Some(&area.id)))
            .collect(),
        expires: lives(kind)
            .into_iter()
            .map(|minutes| choice("expires", minutes.to_string(), lives_words(minutes), Some(minutes) == default_life))
            .collect(),
        conduct: message::conduct(kind.hazard, language(app)).iter().map(|line| (*line).to_owned()).collect(),
        errors: typed.errors.clone(),
    };
    Ok(page_with(typed.status(), &view))
}
