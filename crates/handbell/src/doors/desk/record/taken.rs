//! Taken: what one member took from the public alone, and the press with which a second one says what they think.

use super::super::{Names, Part, Typed, clock, id, refused, same_version, told_at, words};
use crate::acts::alone;
use crate::doors::App;
use crate::doors::answer::see_other;
use crate::doors::gate::{self, Desk};
use crate::doors::problem::{Problem, Trouble};
use axum::extract::{Request, State};
use axum::response::Response;
use handbell_rules::id::ProposalId;
use handbell_rules::record::alone::{Alone, may_second};
use handbell_rules::record::proposal::Proposal;
use handbell_rules::time::{DAY, HOUR, MINUTE};
use handbell_site::{Fact, TakenAlone};

/// `POST /desk/record/{id}/second`
pub(super) async fn second(State(app): State<App>, Part(proposal): Part<String>, request: Request) -> Response {
    told_at(&app, "/desk/record", async {
        let (desk, fields) = gate::desk_form(&app, request, &["csrf", "version", "agreed"]).await?;
        desk.at_the_desk()?;
        let proposal: ProposalId = id(&proposal)?;
        let agreed = match fields.one("agreed")? {
            "yes" => true,
            "no" => false,
            _ => return Err(Problem::of(Trouble::FormBroken)),
        };
        let stored = app.world.store.proposal(proposal).await?.ok_or_else(|| Problem::of(Trouble::NotFound))?;
        same_version(&fields, stored.version)?;
        match refused(alone::second(&app.world, &desk.caller, proposal, agreed).await)? {
            Ok(()) => Ok(see_other("/desk/record")),
            Err(no) => super::list(&app, &desk, Typed::at(fields, "", no.advice())).await,
        }
    })
    .await
}

fn entries(alone: &Alone) -> String {
    match alone.entries.as_slice() {
        [one] => format!("entry {one}"),
        some => format!("entries {}", some.iter().map(u64::to_string).collect::<Vec<_>>().join(", ")),
    }
}

fn state(alone: &Alone) -> &'static str {
    match alone.second {
        None if alone.held_back.is_some() => "By one person, urgent, held back; the log will say so when it can be signed again",
        None => "By one person, urgent, not confirmed",
        Some(second) if second.agreed => "By one person, urgent, confirmed by a second",
        Some(_) => "By one person, urgent, a second member would not have",
    }
}

/// How long something waits, in the largest unit that says it.
fn ago(milliseconds: i64) -> String {
    let (count, unit) = match milliseconds.max(0) {
        few if few < HOUR => (few / MINUTE, "minute"),
        some if some < 2 * DAY => (some / HOUR, "hour"),
        long => (long / DAY, "day"),
    };
    format!("{count} {unit}{} ago", if count == 1 { "" } else { "s" })
}

/// What is left to say of one on its sheet.
pub(super) fn facts(one: &Proposal) -> Vec<Fact> {
    let Some(alone) = &one.alone else { return Vec::new() };
    vec![Fact::new("Taken", format!("The words of {}. {}.", entries(alone), alone.reason.words())), Fact::new("Agreed", state(alone))]
}

/// Everything that one member took and no second one agreed to, oldest first.
pub(super) async fn rows(app: &App, desk: &Desk, names: &Names) -> Result<Vec<TakenAlone>, Problem> {
    let mut rows = Vec::new();
    for one in alone::waiting(&app.world, &desk.caller).await? {
        let Some(alone) = &one.alone else { continue };
        let incident = app.world.store.incident(one.incident).await?;
        rows.push(TakenAlone {
            id: one.id.to_string(),
            version: one.version.to_string(),
            incident_headline: incident.map_or_else(String::new, |incident| words::incident_headline(app, &incident)),
            record_href: format!("/record/{}", one.incident),
            says: format!("The words of {}: {}.", entries(alone), alone.reason.words()),
            by: format!("{}, {}, {}", names.of(one.proposed_by), clock(app, one.at), ago(app.world.now().since(one.at))),
            state: state(alone).to_owned(),
            can_second: may_second(&desk.caller, &one).is_ok(),
        });
    }
    Ok(rows)
}
