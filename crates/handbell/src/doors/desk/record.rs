//! The record's doors at the desk: propose, and approve what another member proposed.
//!
//! The public pages belong to another door. What an entry will say is shown word for word before anybody
//! approves it. Nothing publishes itself.

use super::incident::{pressed, view};
use super::{Names, Part, Typed, around, clock, id, refused, same_version, told_at, words};
use crate::acts::record;
use crate::doors::App;
use crate::doors::answer::{page_door, page_with, see_other};
use crate::doors::gate::{self, Desk};
use crate::doors::problem::{Problem, Trouble};
use crate::doors::routes::{Route, Who};
use crate::store::IncidentFile;
use axum::extract::{Request, State};
use axum::response::Response;
use handbell_rules::desk::claim::Claim;
use handbell_rules::desk::incident::{Ending, Incident};
use handbell_rules::id::ProposalId;
use handbell_rules::people::member::Role;
use handbell_rules::playbook::{Reach, ReachRule};
use handbell_rules::record::entry;
use handbell_rules::record::proposal::{Proposal, Proposed};
use handbell_rules::refusal::{Record, Refusal};
use handbell_site::{ApprovalRow, Choice, DeskRecordPage, Fact, OutcomeDesk, PublishDesk, RecordProposal, Tab};
use http::{HeaderMap, StatusCode};

/// Incidents of the record whose published proposals the page shows.
const PUBLISHED_INCIDENTS_MAX: u32 = 30;
/// Predicates whose claims say what came of it.
const OUTCOME_PREDICATES: [&str; 2] = ["outcome", "follow_up"];
/// What the list of outcomes sends for "nothing more is known".
const NOTHING_MORE: &str = "nothing-more";

/// The doors of the record at the desk.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/desk/record", Who::Member, show),
        Route::post("/desk/record/{id}/approve", Who::Member, approve),
        Route::post("/desk/incidents/{id}/record", Who::Member, propose_opening),
        Route::post("/desk/incidents/{id}/outcome", Who::Member, propose_outcome),
    ]
}

fn public_rule<'a>(app: &'a App, incident: &Incident) -> Option<&'a ReachRule> {
    app.world.group.playbook.kind(&incident.kind)?.reach(Reach::Public, incident.home)
}

/// What can be said about how it ended: every claim about it with its source, and that nothing more is known.
fn outcomes(app: &App, file: &IncidentFile) -> Vec<(String, String, String)> {
    let claimed = file.claims.iter().filter(|claim| OUTCOME_PREDICATES.contains(&claim.predicate.as_str()) && !claim.disputed);
    let mut outcomes: Vec<_> =
        claimed.map(|claim: &Claim| (claim.id.to_string(), words::claim_value(app, claim), words::public_source(claim))).collect();
    let ended = match file.incident.ended.map(|(ending, _)| ending) {
        Some(Ending::NothingFound) => "Somebody looked and there was nothing.",
        Some(Ending::CannotBeVerified) => "Nobody could find out what happened.",
        Some(Ending::Mistaken) => "It was something else than was first believed.",
        Some(Ending::Over) | None => "It ended. Nothing more is known.",
    };
    outcomes.push((NOTHING_MORE.to_owned(), ended.to_owned(), format!("the desk of {}", app.world.group.name)));
    outcomes
}

async fn propose_opening(State(app): State<App>, Part(incident): Part<String>, request: Request) -> Response {
    let back = format!("/desk/incidents/{incident}");
    told_at(&app, &back, async {
        let (desk, fields, incident) = pressed(&app, request, &incident, &["csrf", "version"]).await?;
        match refused(record::propose(&app.world, &desk.caller, incident, Proposed::Opening).await)? {
            Ok(_) => Ok(see_other(&back)),
            Err(no) => view(&app, &desk, incident, Typed::no(fields, no, |_| "")).await,
        }
    })
    .await
}

async fn propose_outcome(State(app): State<App>, Part(incident): Part<String>, request: Request) -> Response {
    let back = format!("/desk/incidents/{incident}");
    told_at(&app, &back, async {
        let (desk, fields, incident) = pressed(&app, request, &incident, &["csrf", "version", "outcome"]).await?;
        let file = app.world.store.incident_file(incident).await?.ok_or_else(|| Problem::of(Trouble::NotFound))?;
        let chosen = fields.one("outcome")?.to_owned();
        let Some((_, text, says)) = outcomes(&app, &file).into_iter().find(|(value, _, _)| *value == chosen) else {
            return view(&app, &desk, incident, Typed::at(fields, "outcome", "Choose what came of it.")).await;
        };
        match refused(record::propose(&app.world, &desk.caller, incident, Proposed::Outcome { text, says }).await)? {
            Ok(_) => Ok(see_other(&back)),
            Err(no) => view(&app, &desk, incident, Typed::no(fields, no, |field| field)).await,
        }
    })
    .await
}

async fn approve(State(app): State<App>, Part(proposal): Part<String>, request: Request) -> Response {
    told_at(&app, "/desk/record", async {
        let (desk, fields) = gate::desk_form(&app, request, &["csrf", "version"]).await?;
        if !desk.caller.works_the_desk() {
            return Err(Problem::refused(handbell_rules::refusal::Desk::NotOnDesk.into()));
        }
        let proposal: ProposalId = id(&proposal)?;
        let stored = app.world.store.proposal(proposal).await?.ok_or_else(|| Problem::of(Trouble::NotFound))?;
        same_version(&fields, stored.version)?;
        match refused(record::publish(&app.world, &desk.caller, proposal).await)? {
            Ok(()) => Ok(see_other("/desk/record")),
            Err(no) => list(&app, &desk, StatusCode::UNPROCESSABLE_ENTITY, Some(no.advice().to_owned())).await,
        }
    })
    .await
}

async fn show(State(app): State<App>, headers: HeaderMap) -> Response {
    page_door(&app, async {
        let desk = gate::desk(&app, &headers).await?;
        list(&app, &desk, StatusCode::OK, None).await
    })
    .await
}

async fn list(app: &App, desk: &Desk, status: StatusCode, notice: Option<String>) -> Result<Response, Problem> {
    let open = record::open_proposals(&app.world, &desk.caller).await?;
    let names = Names::read(app).await?;
    let mut waiting = Vec::with_capacity(open.len());
    for one in &open {
        if let Some(incident) = app.world.store.incident(one.incident).await? {
            waiting.push(proposal(app, desk, &incident, one, &names));
        }
    }
    let mut published = Vec::new();
    for incident in app.world.store.public_incidents(PUBLISHED_INCIDENTS_MAX).await? {
        if let Some(file) = app.world.store.incident_file(incident).await? {
            let done = file.proposals.iter().rev().filter(|one| one.published_at.is_some());
            published.extend(done.map(|one| proposal(app, desk, &file.incident, one, &names)));
        }
    }
    let (frame, bar) = around(app, desk, Tab::DeskRecord, "/desk/record", "Record").await?;
    Ok(page_with(status, &DeskRecordPage { frame, desk: bar, notice, waiting, published }))
}

/// Why this member cannot approve a proposal; nothing when they can.
fn approving(desk: &Desk, one: &Proposal) -> Result<(), Refusal> {
    if ![Role::Editor, Role::Approver].iter().any(|role| desk.caller.roles.contains(role)) {
        return Err(Record::EditorNeeded.into());
    }
    if one.proposed_by == desk.caller.member || one.device == desk.caller.device {
        return Err(Record::SecondMemberNeeded.into());
    }
    Ok(())
}

/// A proposal as its own sheet.
fn proposal(app: &App, desk: &Desk, incident: &Incident, one: &Proposal, names: &Names) -> RecordProposal {
    let (kind, will_say) = match &one.proposed {
        Proposed::Opening => ("Open to the record", words::opening_facts(app, incident)),
        Proposed::Outcome { text, says } => {
            ("Outcome", vec![Fact::new("What came of it", text.clone()), Fact::new("Source", says.clone())])
        }
        Proposed::Statements { statements } => ("Statements", super::statement::facts(app, statements)),
    };
    let approving = approving(desk, one);
    let mut approvals =
        vec![ApprovalRow { given: true, who: format!("{}, who proposed it", names.of(one.proposed_by)), words: clock(app, one.at) }];
    if one.published_at.is_none() {
        approvals.push(ApprovalRow { given: false, who: "Another editor or approver".to_owned(), words: "on another device".to_owned() });
    }
    RecordProposal {
        id: one.id.to_string(),
        version: one.version.to_string(),
        kind: kind.to_owned(),
        incident_headline: words::incident_headline(app, incident),
        incident_href: format!("/desk/incidents/{}", incident.id),
        will_say,
        approvals,
        can_approve: one.published_at.is_none() && approving.is_ok(),
        refusal: approving.err().filter(|_| one.published_at.is_none()).map(|no| no.advice().to_owned()),
        published_href: one.published_at.map(|_| format!("/record/{}", incident.id)),
    }
}

/// The incident page's part on opening it to the record.
pub fn publishing(app: &App, desk: &Desk, file: &IncidentFile, names: &Names) -> PublishDesk {
    let incident = &file.incident;
    let newest =
        file.proposals.iter().rev().find(|one| one.proposed == Proposed::Opening).map(|one| proposal(app, desk, incident, one, names));
    let refusal = match public_rule(app, incident) {
        None => Some("The playbook never lets this kind be public.".to_owned()),
        Some(rule) => match entry::may_open(incident, rule, app.world.now()) {
            Err(Refusal::Record(Record::TooEarly)) => Some(words::public_from(rule)),
            Err(no) => Some(no.advice().to_owned()),
            Ok(()) if desk.caller.needs(Role::Editor).is_err() => Some(Record::EditorNeeded.advice().to_owned()),
            Ok(()) => None,
        },
    };
    PublishDesk {
        will_say: words::opening_facts(app, incident),
        can_propose: refusal.is_none() && newest.is_none(),
        refusal,
        proposal: newest,
    }
}

/// The incident page's part on what came of it.
pub fn outcome(app: &App, desk: &Desk, file: &IncidentFile, names: &Names, typed: &Typed) -> OutcomeDesk {
    let incident = &file.incident;
    // A published outcome stands in the record; a newer one may follow it, so the form comes back.
    let waiting = file.proposals.iter().rev().find(|one| matches!(one.proposed, Proposed::Outcome { .. }) && one.published_at.is_none());
    let refusal = if !incident.public {
        Some(Record::NotPublic.advice().to_owned())
    } else if incident.ended.is_none() {
        Some(Record::StillLive.advice().to_owned())
    } else if desk.caller.needs(Role::Editor).is_err() {
        Some(Record::EditorNeeded.advice().to_owned())
    } else {
        None
    };
    let chosen = typed.text("outcome");
    OutcomeDesk {
        outcomes: outcomes(app, file)
            .into_iter()
            .map(|(value, text, says)| Choice { chosen: value == chosen, ..Choice::new(value, format!("{text} Source: {says}.")) })
            .collect(),
        can_propose: refusal.is_none() && waiting.is_none(),
        refusal,
        proposal: waiting.map(|one| proposal(app, desk, incident, one, names)),
    }
}
