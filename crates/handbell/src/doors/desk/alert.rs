//! An alert's doors at the desk: see it as people will, approve, ring, update, end.
//!
//! Whether a button stands there is asked of the rule that its press will ask, so the page can say in
//! words why a bell may not ring yet. Cancel and stand-down are one press with a fixed text, and no
//! version of the page holds them up. Counts are bands; nobody is shown who was told.

use super::compose::{band_of, band_word, now};
use super::{Names, Part, Typed, around, clock, dispatches, id, keys, language, moment, queue, refused, same_version, told_at, words};
use crate::acts::ActError;
use crate::acts::bell::{self, AlertFile};
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
use handbell_rules::bell::alert::{self, Alert, AlertState, Approval, RingKind, Weighed};
use handbell_rules::bell::ceiling;
use handbell_rules::bell::delivery::band;
use handbell_rules::bell::message;
use handbell_rules::bell::renewal;
use handbell_rules::bell::signed::Signing;
use handbell_rules::bell::wishes::Resting;
use handbell_rules::desk::check::Checked;
use handbell_rules::id::{AlertId, ChangeId, RingId, SubscriptionId};
use handbell_rules::people::member::Role;
use handbell_rules::playbook::{CountBand, UpdateText};
use handbell_rules::refusal::{Bell, Refusal};
use handbell_rules::time::{DAY, Timestamp};
use handbell_site::{
    AlertPreview, ApprovalRow, Choice, Deliveries, DeskAlertPage, DeskAlertsPage, Fact, Moment, PendingUpdate, Renewal, State as SiteState,
    Tab, Tag,
};
use http::{HeaderMap, StatusCode};

/// How far back ended alerts are listed.
const ENDED_SINCE: i64 = 7 * DAY;
/// Incidents looked through for them.
const ENDED_INCIDENTS_MAX: u32 = 50;
const PEOPLE_PRESENT: &str = "people-present:";

/// The doors of alerts.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/desk/alerts", Who::Member, list),
        Route::get("/desk/alerts/{id}", Who::Member, show),
        Route::post("/desk/alerts/{id}/approve", Who::Member, approve),
        Route::post("/desk/alerts/{id}/let-through", Who::Member, let_through),
        Route::post("/desk/alerts/{id}/ring", Who::Member, ring),
        Route::post("/desk/alerts/{id}/updates", Who::Member, draft_update),
        Route::post("/desk/alerts/{id}/updates/{update}/approve", Who::Member, approve_update),
        Route::post("/desk/alerts/{id}/updates/{update}/send", Who::Member, send_update),
        Route::post("/desk/alerts/{id}/renew", Who::Member, renew),
        Route::post("/desk/alerts/{id}/cancel", Who::Member, cancel),
        Route::post("/desk/alerts/{id}/stand-down", Who::Member, stand_down),
    ]
}

async fn list(State(app): State<App>, headers: HeaderMap) -> Response {
    page_door(&app, async {
        let desk = gate::desk(&app, &headers).await?;
        desk.at_the_desk()?;
        let open = app.world.store.open_alerts().await?;
        let since = app.world.now().plus(-ENDED_SINCE);
        let mut ended = Vec::new();
        for incident in app.world.store.incidents(since, ENDED_INCIDENTS_MAX).await? {
            if let Some(file) = app.world.store.incident_file(incident.id).await? {
                let over = |alert: &&Alert| alert.follows.is_none() && matches!(alert.state, AlertState::Cancelled | AlertState::StoodDown);
                ended.extend(file.alerts.iter().rev().filter(over).map(|alert| words::alert_row(&app, alert)));
            }
        }
        let (frame, bar) = around(&app, &desk, Tab::DeskAlerts, "/desk/alerts", "Alerts").await?;
        let view = DeskAlertsPage {
            frame,
            desk: bar,
            notice: None,
            drafts: queue::fresh_drafts(&app, &open).into_iter().map(|alert| words::alert_row(&app, alert)).collect(),
            live: open
                .iter()
                .filter(|alert| alert.state == AlertState::Live && alert.follows.is_none())
                .map(|alert| words::alert_row(&app, alert))
                .collect(),
            ended,
        };
        Ok(page_with(StatusCode::OK, &view))
    })
    .await
}

async fn show(State(app): State<App>, Part(alert): Part<String>, headers: HeaderMap) -> Response {
    page_door(&app, async {
        let desk = gate::desk(&app, &headers).await?;
        desk.at_the_desk()?;
        view(&app, &desk, id(&alert)?, Typed::default()).await
    })
    .await
}

/// A press on an alert: the member, the form, the alert as it stands.
async fn pressed(app: &App, request: Request, alert: &str, known: &[&str]) -> Result<(Desk, Fields, Alert), Problem> {
    let (desk, fields) = gate::desk_form(app, request, known).await?;
    desk.at_the_desk()?;
    let stored = app.world.store.alert(id(alert)?).await?.filter(|alert| alert.follows.is_none());
    Ok((desk, fields, stored.ok_or_else(|| Problem::of(Trouble::NotFound))?))
}

/// What a form that approves may send; the last two come from its script.
const SIGNED: &[&str] = &["csrf", "version", "key", "signature"];

/// Approves with what came along as a signature.
async fn approves(app: &App, desk: &Desk, fields: &Fields, alert: AlertId) -> Result<Result<(), ActError>, Problem> {
    Ok(match keys::signature_of(fields)? {
        Ok(signature) => bell::approve_signed(&app.world, &desk.caller, alert, signature).await,
        Err(no) => Err(no.into()),
    })
}

async fn approve(State(app): State<App>, Part(alert): Part<String>, request: Request) -> Response {
    let back = format!("/desk/alerts/{alert}");
    told_at(&app, &back, async {
        let (desk, fields, alert) = pressed(&app, request, &alert, SIGNED).await?;
        same_version(&fields, alert.version)?;
        match refused(approves(&app, &desk, &fields, alert.id).await?)? {
            Ok(()) => Ok(see_other(&back)),
            Err(no) => view(&app, &desk, alert.id, Typed::no(fields, no, |_| "")).await,
        }
    })
    .await
}

async fn ring(State(app): State<App>, Part(alert): Part<String>, request: Request) -> Response {
    let back = format!("/desk/alerts/{alert}");
    told_at(&app, &back, async {
        let (desk, fields, alert) = pressed(&app, request, &alert, &["csrf", "version"]).await?;
        same_version(&fields, alert.version)?;
        match refused(bell::ring(&app.world, &desk.caller, alert.id).await)? {
            Ok(()) => Ok(see_other(&back)),
            Err(no) => view(&app, &desk, alert.id, Typed::no(fields, no, |_| "")).await,
        }
    })
    .await
}

async fn let_through(State(app): State<App>, Part(alert): Part<String>, request: Request) -> Response {
    let back = format!("/desk/alerts/{alert}");
    told_at(&app, &back, async {
        let (desk, fields, alert) = pressed(&app, request, &alert, &["csrf", "version", "reason"]).await?;
        same_version(&fields, alert.version)?;
        match refused(bell::let_through(&app.world, &desk.caller, alert.id, fields.one("reason")?).await)? {
            Ok(()) => Ok(see_other(&back)),
            Err(no) => view(&app, &desk, alert.id, Typed::no(fields, no, |_| "reason")).await,
        }
    })
    .await
}

/// The fixed sentences an update can be, with the form's words for them.
fn update_of(app: &App, word: &str) -> Result<Option<UpdateText>, Problem> {
    let at = now(app)?;
    Ok(match word {
        "enough-observers" => Some(UpdateText::EnoughObservers),
        "still-going-on" => Some(UpdateText::StillGoingOn { at }),
        "interpreter-wanted" => Some(UpdateText::InterpreterWanted),
        "first-aider-wanted" => Some(UpdateText::FirstAiderWanted),
        other => other.strip_prefix(PEOPLE_PRESENT).and_then(band_of).map(|band| UpdateText::PeoplePresent { band, at }),
    })
}

fn update_choices(app: &App, typed: &Typed) -> Result<Vec<Choice>, Problem> {
    let texts = message::texts(language(app));
    let fixed = ["still-going-on", "enough-observers", "interpreter-wanted", "first-aider-wanted"].map(str::to_owned);
    let bands = CountBand::ALL.map(|band| format!("{PEOPLE_PRESENT}{}", band_word(band)));
    let mut choices = Vec::with_capacity(fixed.len() + bands.len());
    for word in fixed.into_iter().chain(bands) {
        if let Some(update) = update_of(app, &word)? {
            let chosen = word == typed.text("update");
            choices.push(Choice { chosen, ..Choice::new(word, texts.update_body(update)) });
        }
    }
    Ok(choices)
}

async fn draft_update(State(app): State<App>, Part(alert): Part<String>, request: Request) -> Response {
    let back = format!("/desk/alerts/{alert}");
    told_at(&app, &back, async {
        let (desk, fields, alert) = pressed(&app, request, &alert, &["csrf", "version", "update"]).await?;
        same_version(&fields, alert.version)?;
        let Some(update) = update_of(&app, fields.one("update")?)? else {
            return view(&app, &desk, alert.id, Typed::at(fields, "update", "Choose one of the sentences.")).await;
        };
        match refused(bell::draft_update(&app.world, &desk.caller, alert.id, update).await)? {
            Ok(_) => Ok(see_other(&back)),
            Err(no) => view(&app, &desk, alert.id, Typed::no(fields, no, |_| "update")).await,
        }
    })
    .await
}

/// A press on an update: the update must follow the alert that the address names.
async fn pressed_update(
    app: &App,
    request: Request,
    ids: &(String, String),
    known: &[&str],
) -> Result<(Desk, Fields, Alert, AlertId), Problem> {
    let (desk, fields, alert) = pressed(app, request, &ids.0, known).await?;
    same_version(&fields, alert.version)?;
    let update = app.world.store.alert(id(&ids.1)?).await?.filter(|update| update.follows == Some(alert.id));
    let update = update.ok_or_else(|| Problem::of(Trouble::NotFound))?;
    Ok((desk, fields, alert, update.id))
}

async fn approve_update(State(app): State<App>, Part(ids): Part<(String, String)>, request: Request) -> Response {
    let back = format!("/desk/alerts/{}", ids.0);
    told_at(&app, &back, async {
        let (desk, fields, alert, update) = pressed_update(&app, request, &ids, SIGNED).await?;
        match refused(approves(&app, &desk, &fields, update).await?)? {
            Ok(()) => Ok(see_other(&back)),
            Err(no) => view(&app, &desk, alert.id, Typed::no(fields, no, |_| "")).await,
        }
    })
    .await
}

async fn send_update(State(app): State<App>, Part(ids): Part<(String, String)>, request: Request) -> Response {
    let back = format!("/desk/alerts/{}", ids.0);
    told_at(&app, &back, async {
        let (desk, fields, alert, update) = pressed_update(&app, request, &ids, &["csrf", "version"]).await?;
        match refused(bell::ring(&app.world, &desk.caller, update).await)? {
            Ok(()) => Ok(see_other(&back)),
            Err(no) => view(&app, &desk, alert.id, Typed::no(fields, no, |_| "")).await,
        }
    })
    .await
}

async fn renew(State(app): State<App>, Part(alert): Part<String>, request: Request) -> Response {
    let back = format!("/desk/alerts/{alert}");
    told_at(&app, &back, async {
        // The version of the page is not compared: whoever presses means that it is still going on.
        let (desk, fields, alert) = pressed(&app, request, &alert, &["csrf", "version"]).await?;
        match refused(bell::renew(&app.world, &desk.caller, alert.id).await)? {
            Ok(()) => Ok(see_other(&back)),
            Err(no) => view(&app, &desk, alert.id, Typed::no(fields, no, |_| "")).await,
        }
    })
    .await
}

async fn cancel(State(app): State<App>, Part(alert): Part<String>, request: Request) -> Response {
    end(app, alert, request, true).await
}

async fn stand_down(State(app): State<App>, Part(alert): Part<String>, request: Request) -> Response {
    end(app, alert, request, false).await
}

/// One press. The version of the page is not compared: whatever has changed since, the end is meant.
async fn end(app: App, alert: String, request: Request, wrong: bool) -> Response {
    let back = format!("/desk/alerts/{alert}");
    told_at(&app, &back, async {
        let (desk, fields, alert) = pressed(&app, request, &alert, &["csrf", "version"]).await?;
        match refused(bell::end(&app.world, &desk.caller, alert.id, wrong).await)? {
            Ok(()) => Ok(see_other(&back)),
            Err(no) => view(&app, &desk, alert.id, Typed::no(fields, no, |_| "")).await,
        }
    })
    .await
}

/// What the page weighs once for every button.
struct Scales<'a> {
    app: &'a App,
    desk: &'a Desk,
    incident: &'a IncidentFile,
    checked: &'a Checked,
    /// Whether anybody would hear a first ring.
    somebody: bool,
    /// Whether others asked too and are left in peace.
    others_rest: bool,
    /// How many must approve.
    needed: u8,
    names: &'a Names,
}

impl Scales<'_> {
    /// Asks the rule whether this would ring now; nothing is written.
    fn may_ring(&self, alert: &Alert, first: Option<&Alert>, approvals: &[Approval]) -> Result<(), Refusal> {
        let world = &self.app.world;
        let weighed = Weighed {
            incident: &self.incident.incident,
            reports: &self.incident.reports,
            checked: self.checked,
            alert,
            first,
            approvals,
            approvals_needed: usize::from(self.needed),
            audience: if self.somebody { vec![SubscriptionId([0; 16])] } else { Vec::new() },
            others_rest: self.others_rest,
            status: world.store.status(),
            entries: Vec::new(),
            dispatch: None,
        };
        alert::ring(ChangeId([0; 16]), &self.desk.caller, weighed, RingId([0; 16]), world.now()).map(|_| ())
    }

    /// Asks the rule whether this member may approve now.
    fn may_approve(&self, alert: &Alert, approvals: &[Approval]) -> bool {
        alert::approve(ChangeId([0; 16]), &self.desk.caller, alert, approvals, None, self.app.world.now()).is_ok()
    }

    /// What a press that renews would do, as the rule says.
    fn renewal(&self, alert: &Alert) -> Option<Renewal> {
        let now = self.app.world.now();
        let (Some(runs_out), Some(longest), true) = (alert.expires_at, alert.longest(), alert.is_live(now)) else { return None };
        let known = (&self.incident.incident, self.incident.reports.as_slice(), self.checked);
        let pressed = renewal::renew(ChangeId([0; 16]), &self.desk.caller, known, alert, now);
        let (runs_out, longest) = (clock(self.app, runs_out), clock(self.app, longest));
        let words = format!(
            "It runs out at {runs_out} unless one of you renews it. It can be renewed until {longest}. Nobody is told anything new."
        );
        // In its first moment a press would add nothing; that is no reason to take the button away.
        let refusal = pressed.err().filter(|no| *no != Refusal::from(Bell::RenewedToTheEnd) || runs_out == longest);
        Some(Renewal { words, refusal: refusal.map(|no| no.advice().to_owned()) })
    }

    /// Approvals given, and those still wanted.
    fn rows(&self, approvals: &[Approval]) -> Vec<ApprovalRow> {
        let given = approvals.iter().map(|one| {
            let device = if one.device == self.desk.caller.device { "on this device" } else { "on another device" };
            ApprovalRow { given: true, who: self.names.of(one.member).to_owned(), words: format!("{}, {device}", clock(self.app, one.at)) }
        });
        let missing = usize::from(self.needed).saturating_sub(approvals.len());
        let wanted = (0..missing).map(|place| ApprovalRow {
            given: false,
            who: if approvals.is_empty() && place == 0 { "An approver".to_owned() } else { "Another approver".to_owned() },
            words: "on a device that has not approved yet".to_owned(),
        });
        given.chain(wanted).collect()
    }
}

fn preview(app: &App, alert: &Alert, checked: &Checked) -> AlertPreview {
    let sent = message::message(RingKind::Alert, alert, alert, language(app), false);
    let from = alert.rung_at.unwrap_or_else(|| app.world.now());
    let until = alert.expires_at.unwrap_or_else(|| alert.runs_out_after(from));
    AlertPreview {
        push_title: sent.title,
        push_body: sent.body,
        headline: alert.words.headline.clone(),
        purpose: alert.words.purpose.clone(),
        area: alert.words.area.clone(),
        times: format!("{} to {}", clock(app, from), clock(app, until)),
        tag: words::level_tag(checked.level),
    }
}

fn heading(alert: &Alert, now: Timestamp) -> String {
    let area = &alert.words.area;
    match alert.state {
        AlertState::Draft => format!("Ring the bell for {area}?"),
        AlertState::Live if alert.is_live(now) => format!("Live: {area}"),
        AlertState::Live => format!("Run out: {area}"),
        AlertState::Cancelled => format!("Cancelled: {area}"),
        AlertState::StoodDown => format!("Over: {area}"),
    }
}

fn state_words(app: &App, alert: &Alert, approvals: &[Approval], needed: u8, names: &Names) -> String {
    let at = |time: Option<Timestamp>| time.map_or_else(String::new, |time| clock(app, time));
    match alert.state {
        AlertState::Draft => {
            let agreed = match approvals.len() {
                0 => "Nobody has agreed yet.".to_owned(),
                given => format!("{given} of {needed} agreed."),
            };
            format!("Written by {} at {}. {agreed}", names.of(alert.drafted_by), clock(app, alert.drafted_at))
        }
        AlertState::Live if alert.is_live(app.world.now()) => {
            let renewed = alert.renewed.last().map_or_else(String::new, |last| format!(", renewed at {}", clock(app, *last)));
            format!("Rung at {}{renewed}. It runs out at {} unless it is renewed.", at(alert.rung_at), at(alert.expires_at))
        }
        AlertState::Live => format!("It ran out at {}. End it, so that everybody who was told hears how.", at(alert.expires_at)),
        AlertState::Cancelled => format!("Cancelled at {}.", at(alert.ended_at)),
        AlertState::StoodDown => format!("Stood down at {}.", at(alert.ended_at)),
    }
}

fn deliveries(file: &AlertFile) -> Option<Deliveries> {
    let (kind, _) = file.tally.last()?;
    // A dispatch rings several times; its start is counted over all of them.
    let of_kind = file.tally.iter().filter(|(other, _)| other == kind).map(|(_, tally)| tally);
    let (told, waiting, unreachable) = of_kind.fold((0, 0, 0), |(told, waiting, unreachable), tally| {
        (told + tally.accepted, waiting + tally.waiting, unreachable + tally.unreachable)
    });
    let about = match kind {
        RingKind::Alert => "the alert",
        RingKind::Update => "the update",
        RingKind::Cancel => "the cancel",
        RingKind::StandDown => "the stand-down",
        RingKind::Correction => "the correction",
    };
    Some(Deliveries {
        told: band(told).to_owned(),
        waiting: band(waiting).to_owned(),
        unreachable: band(unreachable).to_owned(),
        list_words: format!("Counts of {about}. Who was told is kept until 24 hours after the end, and shown to nobody."),
    })
}

fn said(app: &App, file: &AlertFile) -> Vec<Moment> {
    let alert = &file.alert;
    let mut said: Vec<Moment> = alert.rung_at.map(|at| moment(app, at, alert.words.headline.clone())).into_iter().collect();
    said.extend(file.updates.iter().filter_map(|update| update.rung_at.map(|at| moment(app, at, update.words.push_body.clone()))));
    let texts = message::texts(language(app));
    if let Some(at) = alert.ended_at {
        let (title, body) = if alert.state == AlertState::Cancelled {
            (texts.cancel_title, texts.cancel_body)
        } else {
            (texts.stand_down_title, texts.stand_down_body)
        };
        said.push(moment(app, at, format!("{title}. {body}")));
    }
    said.reverse();
    said
}

async fn pending(scales: &Scales<'_>, file: &AlertFile) -> Result<Option<PendingUpdate>, Problem> {
    let app = scales.app;
    let Some(update) = queue::fresh_drafts(app, &file.updates).pop().filter(|_| file.alert.is_live(app.world.now())) else {
        return Ok(None);
    };
    let approvals = app.world.store.approvals(update.id).await?;
    let ringing = scales.may_ring(update, Some(&file.alert), &approvals);
    let signed = crate::acts::keys::signed(&app.world, update, &approvals).await?;
    let ringing = ringing.and_then(|()| signed.may_ring(update));
    Ok(Some(PendingUpdate {
        sign_text: keys::text_to_sign(app, scales.desk, update).await?,
        id: update.id.to_string(),
        words: update.words.push_body.clone(),
        approvals: scales.rows(&approvals),
        can_approve: scales.may_approve(update, &approvals),
        can_send: ringing.is_ok(),
        refusal: ringing.err().map(|no| no.advice().to_owned()),
    }))
}

/// Who asked and rests, in bands and in words; a line each, none for nobody. A band never begins below ten.
fn resting_lines(resting: &Resting) -> Vec<String> {
    let line = |count: u64, words: &str| (count > 0).then(|| capitalised(&format!("{} {words}", band(count))));
    [
        line(resting.quiet, "more asked for this and have quiet hours now. They are not told."),
        line(resting.snoozed, "more asked for this and have snoozed. They are not told."),
        line(resting.capped, "more asked for this and were told as often today as they want. They are not told."),
        line(resting.below_level, "more are on duty and go only to what is confirmed. They are not told."),
        line(resting.passed, "of them asked for quiet now and are told all the same, because lives may be in danger."),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A sentence with a capital letter in front.
fn capitalised(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The page of one alert. An update has no page of its own: it stands on that of its alert.
pub(super) async fn view(app: &App, desk: &Desk, id: AlertId, typed: Typed) -> Result<Response, Problem> {
    let file = bell::read_alert(&app.world, &desk.caller, id).await?;
    let alert = &file.alert;
    if let Some(first) = alert.follows {
        return Ok(see_other(&format!("/desk/alerts/{first}")));
    }
    let (incident, checked) = desk::read_incident(&app.world, &desk.caller, alert.incident).await?;
    let names = Names::read(app).await?;
    let kind = app.world.group.playbook.kind(&incident.incident.kind);
    let needed = kind.and_then(|kind| kind.reach(alert.reach, incident.incident.home)).map_or(2, |rule| rule.approvals);
    let scales = Scales {
        app,
        desk,
        incident: &incident,
        checked: &checked,
        somebody: file.band != band(0),
        others_rest: file.resting.left_in_peace() > 0,
        needed,
        names: &names,
    };
    let (draft, live) = (alert.state == AlertState::Draft, alert.state == AlertState::Live);
    let signed = crate::acts::keys::signed(&app.world, alert, &file.approvals).await?;
    let held_back = app.world.group.signing == Signing::ByDevices && ceiling::allows(alert, bell::rung_today(&app.world).await?).is_err();
    let ringing = scales.may_ring(alert, None, &file.approvals).and_then(|()| signed.may_ring(alert));
    let ringing = ringing.and_then(|()| if held_back { Err(Bell::CeilingReached.into()) } else { Ok(()) });
    let pending_update = pending(&scales, &file).await?;
    let texts = message::texts(language(app));
    let mut facts = vec![
        Fact::new("Incident", words::incident_headline(app, &incident.incident)).with_note(words::because(&checked, &names)),
        Fact::new("Reach", words::reach(alert.reach)).with_note(alert.words.area.clone()),
        Fact::new("It says", alert.words.body.clone()),
    ];
    facts.push(match alert.expires_at {
        Some(at) => Fact::new("Runs out", clock(app, at)),
        None => Fact::new("Runs out", "15 minutes after it rings, unless it is renewed".to_owned()),
    });
    if let Some(runs_out) = facts.last_mut() {
        *runs_out = runs_out.clone().with_note(match alert.longest() {
            Some(longest) => format!("It can be renewed until {}.", clock(app, longest)),
            None => format!("It can be renewed for {} minutes.", alert.lives_minutes),
        });
    }
    let (frame, bar) =
        around(app, desk, Tab::DeskAlerts, &format!("/desk/alerts/{id}"), if draft { "Approve an alert" } else { "Alert" }).await?;
    let view = DeskAlertPage {
        frame,
        desk: bar,
        id: id.to_string(),
        version: alert.version.to_string(),
        heading: heading(alert, app.world.now()),
        state_words: state_words(app, alert, &file.approvals, needed, &names),
        tag: match alert.state {
            AlertState::Draft => None,
            AlertState::Live => Some(words::level_tag(checked.level)),
            AlertState::Cancelled => Some(Tag::of(SiteState::Mistaken)),
            AlertState::StoodDown => Some(Tag::of(SiteState::Over)),
        },
        notice: None,
        facts,
        preview: preview(app, alert, &checked),
        conduct: alert.words.conduct.clone(),
        audience: if file.band == band(0) { "nobody".to_owned() } else { format!("{} people", file.band) },
        resting: resting_lines(&file.resting),
        approvals_words: words::people(needed),
        approvals: scales.rows(&file.approvals),
        sign_text: if draft { keys::text_to_sign(app, desk, alert).await? } else { None },
        held_back: draft && held_back && desk.caller.needs(Role::Approver).is_ok(),
        reason: typed.text("reason"),
        can_approve: draft && scales.may_approve(alert, &file.approvals),
        can_ring: draft && ringing.is_ok(),
        refusal: ringing.err().filter(|_| draft).map(|no| no.advice().to_owned()),
        rung: !draft,
        deliveries: deliveries(&file),
        said: said(app, &file),
        updates: if alert.is_live(app.world.now()) && pending_update.is_none() { update_choices(app, &typed)? } else { Vec::new() },
        pending_update,
        renewal: scales.renewal(alert),
        cancel_words: live.then(|| format!("{}. {}", texts.cancel_title, texts.cancel_body)),
        stand_down_words: live.then(|| format!("{}. {}", texts.stand_down_title, texts.stand_down_body)),
        public_href: alert.rung_at.map(|_| format!("/alerts/{id}")),
        dispatch: dispatches::beside(app, desk, alert, &incident.incident, &names).await?,
        errors: typed.errors.clone(),
    };
    Ok(page_with(typed.status(), &view))
}
