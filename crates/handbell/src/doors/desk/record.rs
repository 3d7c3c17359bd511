//! The record's doors at the desk: propose, and approve what another member proposed.
//!
//! The public pages belong to another door. What an entry will say is shown word for word before anybody
//! approves it. Nothing publishes itself.

mod taken;

use super::incident::{pressed, view};
use super::{Names, Part, Typed, around, clock, editor, id, marked, refused, same_version, statement, told_at, words};
use crate::acts::record::{self, RecordFile};
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
use handbell_rules::record::marks::{self, Finding};
use handbell_rules::record::proposal::{NewProposal, Proposal, Proposed};
use handbell_rules::refusal::{Record, Refusal};
use handbell_rules::time::DAY;
use handbell_site::{ApprovalRow, Choice, DeskRecordPage, Fact, Link, OutcomeDesk, PublishDesk, RecordProposal, Tab};
use http::HeaderMap;

/// Incidents of the record whose published proposals the page shows.
const PUBLISHED_INCIDENTS_MAX: u32 = 30;
/// How long the page shows what was refused.
const REFUSED_SHOWN: i64 = 7 * DAY;
/// Predicates whose claims say what came of it.
const OUTCOME_PREDICATES: [&str; 2] = ["outcome", "follow_up"];
/// What the list of outcomes sends for "nothing more is known".
const NOTHING_MORE: &str = "nothing-more";

/// The doors of the record at the desk.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/desk/record", Who::Member, show),
        Route::post("/desk/record/{id}/approve", Who::Member, approve),
        Route::post("/desk/record/{id}/refuse", Who::Member, refuse),
        Route::post("/desk/record/{id}/second", Who::Member, taken::second),
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
        let (desk, fields, incident) = pressed(&app, request, &incident, &["csrf", "version", "outcome", "because", "why-*"]).await?;
        let file = app.world.store.incident_file(incident).await?.ok_or_else(|| Problem::of(Trouble::NotFound))?;
        let chosen = fields.one("outcome")?.to_owned();
        let Some((_, text, says)) = outcomes(&app, &file).into_iter().find(|(value, _, _)| *value == chosen) else {
            return view(&app, &desk, incident, Typed::at(fields, "outcome", "Choose what came of it.")).await;
        };
        let findings = marks::find(&[text.clone(), says.clone()]);
        let new = NewProposal { proposed: Proposed::Outcome { text, says }, explanation: marked::explanation(&fields) };
        let errors = marked::errors(&findings, &new.explanation, file.incident.home);
        match refused(record::propose(&app.world, &desk.caller, incident, new).await)? {
            Ok(_) => Ok(see_other(&back)),
            Err(no) if marked::is_about_marks(no) => view(&app, &desk, incident, Typed { fields, errors }).await,
            Err(no) => view(&app, &desk, incident, Typed::no(fields, no, |field| field)).await,
        }
    })
    .await
}

async fn approve(State(app): State<App>, Part(proposal): Part<String>, request: Request) -> Response {
    told_at(&app, "/desk/record", async {
        let (desk, fields) = gate::desk_form(&app, request, &["csrf", "version", "marked"]).await?;
        desk.at_the_desk()?;
        let proposal: ProposalId = id(&proposal)?;
        let stored = app.world.store.proposal(proposal).await?.ok_or_else(|| Problem::of(Trouble::NotFound))?;
        same_version(&fields, stored.version)?;
        let ticked = fields.one("marked")? == "yes";
        match refused(record::publish_marked(&app.world, &desk.caller, proposal, ticked).await)? {
            Ok(()) => Ok(see_other("/desk/record")),
            Err(no) => {
                let field = if no.field() == marked::TICK { marked::tick_field(proposal) } else { String::new() };
                list(&app, &desk, Typed::at(fields, &field, no.advice())).await
            }
        }
    })
    .await
}

async fn refuse(State(app): State<App>, Part(proposal): Part<String>, request: Request) -> Response {
    told_at(&app, "/desk/record", async {
        let (desk, fields) = gate::desk_form(&app, request, &["csrf", "version", "reason"]).await?;
        desk.at_the_desk()?;
        let proposal: ProposalId = id(&proposal)?;
        let stored = app.world.store.proposal(proposal).await?.ok_or_else(|| Problem::of(Trouble::NotFound))?;
        same_version(&fields, stored.version)?;
        match refused(record::refuse(&app.world, &desk.caller, proposal, fields.one("reason")?).await)? {
            Ok(()) => Ok(see_other("/desk/record")),
            Err(no) => {
                let field = if no.field() == "reason" { reason_field(&stored) } else { String::new() };
                list(&app, &desk, Typed::at(fields, &field, no.advice())).await
            }
        }
    })
    .await
}

/// The name of a proposal's reason field on a page that shows several.
fn reason_field(proposal: &Proposal) -> String {
    format!("reason-{}", proposal.id)
}

async fn show(State(app): State<App>, headers: HeaderMap) -> Response {
    page_door(&app, async {
        let desk = gate::desk(&app, &headers).await?;
        list(&app, &desk, Typed::default()).await
    })
    .await
}

async fn list(app: &App, desk: &Desk, typed: Typed) -> Result<Response, Problem> {
    let open = record::open_proposals(&app.world, &desk.caller).await?;
    let names = Names::read(app).await?;
    let mut waiting = Vec::with_capacity(open.len());
    for one in &open {
        let stands = record::read_record_file(&app.world, &desk.caller, one.incident).await?;
        waiting.push(RecordProposal { errors: typed.errors.clone(), ..sheet(app, desk, &stands, one, &names) });
    }
    let (mut published, mut turned_down, mut incidents) = (Vec::new(), Vec::new(), Vec::new());
    for incident in app.world.store.public_incidents(PUBLISHED_INCIDENTS_MAX).await? {
        let stands = match record::read_record_file(&app.world, &desk.caller, incident).await {
            // A stream of a neighbouring group's log has a page and no incident of ours.
            Err(crate::acts::ActError::NotFound) => continue,
            stands => stands?,
        };
        let title =
            stands.record.as_ref().map_or_else(|| words::incident_headline(app, &stands.file.incident), |record| record.title.clone());
        incidents.push(Link { href: editor::path(incident), words: title });
        let lately = |one: &Proposal| one.refused.as_ref().is_some_and(|refused| app.world.now().since(refused.at) < REFUSED_SHOWN);
        for one in stands.file.proposals.iter().rev() {
            if one.published_at.is_some() {
                published.push(sheet(app, desk, &stands, one, &names));
            } else if lately(one) {
                turned_down.push(sheet(app, desk, &stands, one, &names));
            }
        }
    }
    let (frame, bar) = around(app, desk, Tab::DeskRecord, "/desk/record", "Record").await?;
    let status = typed.status();
    let letters = super::letters::link(app, desk).await?;
    let page = DeskRecordPage {
        frame,
        desk: bar,
        notice: None,
        letters,
        waiting,
        alone: taken::rows(app, desk, &names).await?,
        incidents,
        published,
        refused: turned_down,
        errors: typed.errors,
    };
    Ok(page_with(status, &page))
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

/// What is left of a proposal after something of its incident was taken from the public.
fn words_gone() -> Vec<Fact> {
    vec![Fact::new(
        "Words",
        "What stands of them is on the public page. Something there was taken from the public, and so it is not kept here.",
    )]
}

/// A proposal as its own sheet, held against what stands.
fn sheet(app: &App, desk: &Desk, stands: &RecordFile, one: &Proposal, names: &Names) -> RecordProposal {
    let findings = if one.is_open() { stands.marks(&app.world, &one.proposed).unwrap_or_default() } else { Vec::new() };
    let sheet = drawn(app, desk, &stands.file.incident, one, &findings, names);
    if !matches!(&one.proposed, Proposed::Statements { statements } if !statements.is_empty()) {
        return sheet;
    }
    let will = statement::will_say(app, stands, one);
    let stale = will.refusal.is_some();
    RecordProposal {
        will_say: will.facts,
        strikes: will.strikes,
        hears: will.hears,
        can_approve: sheet.can_approve && !stale,
        refusal: will.refusal.map(|no| format!("It cannot be published as it stands: {no} Take it back or refuse it.")).or(sheet.refusal),
        ..sheet
    }
}

/// A proposal as its own sheet; what statements say needs what stands ([`sheet`]).
fn proposal(app: &App, desk: &Desk, incident: &Incident, one: &Proposal, names: &Names) -> RecordProposal {
    let findings = match &one.proposed {
        Proposed::Outcome { text, says } if one.is_open() => marks::find(&[text.clone(), says.clone()]),
        _ => Vec::new(),
    };
    drawn(app, desk, incident, one, &findings, names)
}

fn drawn(app: &App, desk: &Desk, incident: &Incident, one: &Proposal, findings: &[Finding], names: &Names) -> RecordProposal {
    let (kind, will_say) = match &one.proposed {
        Proposed::Opening => ("Open to the record", words::opening_facts(app, incident)),
        Proposed::Outcome { text, says } if text.is_empty() && says.is_empty() => ("Outcome", words_gone()),
        Proposed::Statements { .. } if one.alone.is_some() => ("Words taken by one person", taken::facts(one)),
        Proposed::Statements { statements } if statements.is_empty() => ("Words for the record", words_gone()),
        Proposed::Outcome { text, says } => {
            ("Outcome", vec![Fact::new("What came of it", text.clone()), Fact::new("Source", says.clone())])
        }
        Proposed::Statements { .. } => ("Words for the record", Vec::new()),
    };
    let unexplained = marked::is_unexplained(one, findings, incident.home).then_some(Record::MarksChanged.into());
    let approving = approving(desk, one);
    let own = one.proposed_by == desk.caller.member;
    let mut approvals =
        vec![ApprovalRow { given: true, who: format!("{}, who proposed it", names.of(one.proposed_by)), words: clock(app, one.at) }];
    if one.is_open() {
        approvals.push(ApprovalRow { given: false, who: "Another editor or approver".to_owned(), words: "on another device".to_owned() });
    }
    let refused = one.refused.as_ref().map(|refused| {
        let (who, at) = (names.of(refused.by), clock(app, refused.at));
        match (refused.by == one.proposed_by, refused.reason.is_empty()) {
            (true, true) => format!("{who} took it back, {at}."),
            (true, false) => format!("{who} took it back, {at}: {}", refused.reason),
            (false, _) => format!("{who} refused it, {at}: {}", refused.reason),
        }
    });
    RecordProposal {
        id: one.id.to_string(),
        version: one.version.to_string(),
        kind: kind.to_owned(),
        incident_headline: words::incident_headline(app, incident),
        incident_href: format!("/desk/incidents/{}", incident.id),
        will_say,
        strikes: Vec::new(),
        hears: None,
        marks: marked::shown(app, one, findings, names),
        approvals,
        can_approve: one.is_open() && approving.is_ok() && unexplained.is_none(),
        own,
        can_refuse: one.is_open() && (own || approving != Err(Record::EditorNeeded.into())),
        refusal: approving.err().or(unexplained).filter(|_| one.is_open()).map(|no| no.advice().to_owned()),
        refused,
        published_href: one.published_at.map(|_| format!("/record/{}", incident.id)),
        errors: Vec::new(),
    }
}

/// The incident page's part on opening it to the record.
pub fn publishing(app: &App, desk: &Desk, file: &IncidentFile, names: &Names) -> PublishDesk {
    let incident = &file.incident;
    // A refused one may be followed by another; the newest says why meanwhile.
    let newest = file.proposals.iter().rev().find(|one| one.proposed == Proposed::Opening);
    let decided = newest.is_none_or(|one| one.refused.is_some());
    let newest = newest.map(|one| proposal(app, desk, incident, one, names));
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
        can_propose: refusal.is_none() && decided,
        refusal,
        proposal: newest,
        editor_href: incident.public.then(|| editor::path(incident.id)),
    }
}

/// The incident page's part on what came of it.
pub fn outcome(app: &App, desk: &Desk, file: &IncidentFile, names: &Names, typed: &Typed) -> OutcomeDesk {
    let incident = &file.incident;
    // A published outcome stands in the record; a newer one may follow it, so the form comes back.
    let waiting = file.proposals.iter().rev().find(|one| matches!(one.proposed, Proposed::Outcome { .. }) && one.is_open());
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
    let outcomes = outcomes(app, file);
    let findings = outcomes.iter().find(|(value, ..)| *value == chosen).map(|(_, text, says)| marks::find(&[text.clone(), says.clone()]));
    OutcomeDesk {
        marks: marked::asked(&findings.unwrap_or_default(), &typed.fields, incident.home),
        outcomes: outcomes
            .into_iter()
            .map(|(value, text, says)| Choice { chosen: value == chosen, ..Choice::new(value, format!("{text} Source: {says}.")) })
            .collect(),
        can_propose: refusal.is_none() && waiting.is_none(),
        refusal,
        proposal: waiting.map(|one| proposal(app, desk, incident, one, names)),
    }
}
