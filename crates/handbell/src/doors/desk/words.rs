//! Words of the desk: how reports, levels, sources and alerts are called on its pages.
//!
//! They turn what the rules know into finished words and decide nothing.

use super::{Names, clock, language};
use crate::doors::App;
use handbell_rules::bell::alert::{Alert, AlertState};
use handbell_rules::desk::check::{Checked, Level};
use handbell_rules::desk::claim::{Claim, Source};
use handbell_rules::desk::incident::Incident;
use handbell_rules::playbook::{PublicFrom, Reach, ReachRule};
use handbell_rules::street::note::WishAbout;
use handbell_rules::street::report::{Basis, Report, ReportState};
use handbell_rules::time::Timestamp;
use handbell_site as site;
use handbell_site::{DeskAlertRow, Fact, State, Tag};

/// The rule of levels, as it stands beside every level.
pub const LEVEL_RULE: &str = "confirmed needs a trained observer on the scene whose report another member wrote down, or two first-hand accounts whose independence a member has recorded with a reason, or an official statement, and no disputed claim about place, time, agency or activity.";

/// What stands on a report whose witness wrote again.
pub const NEWS: &str = "The witness wrote something that nobody here has read. It stands at the end of what happened.";

/// The sign beside a report, and beside a claim written down from it at `recorded`, that what it says may be
/// wrong. Nothing follows from it by itself.
pub fn doubt(report: &Report, recorded: Option<Timestamp>) -> Option<&'static str> {
    if report.state == ReportState::Withdrawn {
        return Some("Its witness has since taken the report back.");
    }
    let corrected = report.corrected_at.filter(|corrected| recorded.is_none_or(|recorded| recorded <= *corrected));
    corrected.map(|_| "Its witness has since said that something in it was wrong.")
}

pub fn about(about: WishAbout) -> &'static str {
    match about {
        WishAbout::MyWords => "the witness’s words",
        WishAbout::Picture => "a picture or clip",
        WishAbout::PublicPage => "something on the public page",
        WishAbout::AboutMe => "something about the witness",
    }
}

pub fn report_headline(app: &App, report: &Report) -> String {
    if report.state == ReportState::Withdrawn {
        return "A report its witness took back".to_owned();
    }
    let kind = app.world.group.playbook.kind_label(&report.told.kind, language(app));
    match (report.told.place.trim(), report.told.point) {
        ("", Some(point)) => format!("{kind}, near {}", app.world.group.areas.nearest(point).name),
        (place, _) => format!("{kind}, {}", place.replace("\nArea: ", " · ")),
    }
}

pub fn incident_headline(app: &App, incident: &Incident) -> String {
    format!("{}, {}", app.world.group.playbook.kind_label(&incident.kind, language(app)), incident.district)
}

pub fn report_tag(report: &Report) -> Tag {
    match report.state {
        ReportState::Received => Tag::with_words(State::Checking, "New"),
        ReportState::BeingRead => Tag::with_words(State::Checking, "Being read"),
        ReportState::Joined => Tag::with_words(State::Checking, "In an incident"),
        ReportState::SetAside => Tag::with_words(State::NothingFound, "Set aside"),
        ReportState::Withdrawn => Tag::with_words(State::Over, "Withdrawn"),
    }
}

pub fn level_tag(level: Level) -> Tag {
    Tag::of(match level {
        Level::BeingChecked => State::Checking,
        Level::Confirmed => State::Confirmed,
        Level::Over => State::Over,
        Level::NothingFound => State::NothingFound,
        Level::CannotBeVerified => State::Unverifiable,
        Level::Mistaken => State::Mistaken,
    })
}

/// Why an incident stands as it does, and whose records it rests on.
pub fn because(checked: &Checked, names: &Names) -> String {
    match checked.recorders.as_slice() {
        [] => checked.because.sentence().to_owned(),
        recorders => format!("{} It rests on what {} recorded.", checked.because.sentence(), names.of_all(recorders)),
    }
}

pub fn basis(basis: Basis) -> &'static str {
    match basis {
        Basis::Saw => "saw it",
        Basis::Told => "was told",
        Basis::Online => "saw it online",
    }
}

pub fn basis_sign(basis: Basis) -> site::Basis {
    match basis {
        Basis::Saw => site::Basis::Saw,
        Basis::Told => site::Basis::Told,
        Basis::Online => site::Basis::Online,
    }
}

/// A report as the source of a claim.
pub fn report_of(app: &App, report: &Report) -> String {
    let who = if report.from_observer() { "Observer’s report" } else { "Report" };
    format!("{who} of {}", report.filed_at.clock_with_seconds(app.world.group.playbook.zone()))
}

pub fn claim_source(app: &App, claim: &Claim, reports: &[Report]) -> String {
    match &claim.source {
        Source::Official(body) => body.clone(),
        Source::Report(id) | Source::Observer(id) => reports
            .iter()
            .find(|report| report.id == *id)
            .map_or_else(|| "A report taken out since".to_owned(), |report| report_of(app, report)),
    }
}

/// Who says so in the public record: never a member, never a witness, only what sort of source it is.
pub fn public_source(claim: &Claim) -> String {
    match (&claim.source, claim.basis) {
        (Source::Official(body), _) => body.clone(),
        (Source::Observer(_), _) => "a trained observer on the scene".to_owned(),
        (Source::Report(_), Basis::Saw) => "a witness who saw it".to_owned(),
        (Source::Report(_), Basis::Told) => "a witness who was told".to_owned(),
        (Source::Report(_), Basis::Online) => "footage or a post online".to_owned(),
    }
}

/// A claim's value: choices of the playbook by their label, everything else as it was written.
pub fn claim_value(app: &App, claim: &Claim) -> String {
    choice_label(app, &claim.predicate, &claim.value)
}

pub fn choice_label(app: &App, predicate: &str, value: &str) -> String {
    let playbook = &app.world.group.playbook;
    match predicate {
        "activity" => playbook.activity_label(value, language(app)),
        "agency" => playbook.agency_label(value, language(app)),
        _ => value.to_owned(),
    }
}

pub fn reach(reach: Reach) -> &'static str {
    match reach {
        Reach::Dispatch => "Observers on duty",
        Reach::Neighbours => "Neighbours in the areas",
        Reach::Public => "Everybody",
    }
}

/// From when the public reach is open, as a sentence.
pub fn public_from(rule: &ReachRule) -> String {
    match rule.from {
        PublicFrom::AtOnce => "The record may be opened at once.".to_owned(),
        PublicFrom::StandDown => "The record may be opened when it is over.".to_owned(),
        PublicFrom::Delay { minutes } => format!("The record may be opened {minutes} minutes after the bell rang, or when it is over."),
    }
}

pub fn people(count: u8) -> String {
    match count {
        1 => "One person must agree".to_owned(),
        2 => "Two people must agree".to_owned(),
        more => format!("{more} people must agree"),
    }
}

/// An alert in a list.
pub fn alert_row(app: &App, alert: &Alert) -> DeskAlertRow {
    let now = app.world.now();
    let end = |at: Option<_>| at.map_or_else(String::new, |at| clock(app, at));
    let (words, tag) = match alert.state {
        AlertState::Draft => (format!("written {}", clock(app, alert.drafted_at)), None),
        AlertState::Live if alert.is_live(now) => (format!("ends {}", end(alert.expires_at)), None),
        AlertState::Live => (format!("ran out {}, nobody has ended it", end(alert.expires_at)), None),
        AlertState::Cancelled => (format!("cancelled {}", end(alert.ended_at)), Some(Tag::of(State::Mistaken))),
        AlertState::StoodDown => (format!("ended {}", end(alert.ended_at)), Some(Tag::of(State::Over))),
    };
    let page = alert.follows.unwrap_or(alert.id);
    DeskAlertRow {
        href: format!("/desk/alerts/{page}"),
        headline: alert.words.headline.clone(),
        words: format!("{} · {words}", reach(alert.reach)),
        tag,
    }
}

/// The facts that opening an incident would put into the record.
pub fn opening_facts(app: &App, incident: &Incident) -> Vec<Fact> {
    vec![
        Fact::new("Title", incident_headline(app, incident)),
        Fact::new("Place", incident.district.clone()).with_note("The district, no finer."),
        Fact::new("Began", incident.opened_at.utc_minute()),
    ]
}
