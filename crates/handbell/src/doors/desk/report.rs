//! One report's doors: read it, take it, ask its witness, decide their wishes, give it incidents, set it aside.
//!
//! A witness has no name here. Whether sealed contact details exist is said; what they say is not known
//! to anybody at the desk.

use super::{
    Names, Part, Typed, around, board, clock, footage, id, language, moment, opening, queue, refused, same, same_version, told_at, words,
};
use crate::acts::desk::{self, ReportFile};
use crate::acts::footage::make_link_for;
use crate::acts::watch;
use crate::doors::App;
use crate::doors::answer::{page_door, page_with, see_other};
use crate::doors::fields::Fields;
use crate::doors::footage::page::page_at;
use crate::doors::gate::{self, Desk};
use crate::doors::intake;
use crate::doors::problem::{Problem, Trouble};
use crate::doors::routes::{Route, Who};
use axum::extract::{Request, State};
use axum::response::Response;
use handbell_rules::desk::belonging::INCIDENTS_MAX;
use handbell_rules::desk::hold::InHand;
use handbell_rules::desk::incident::Incident;
use handbell_rules::desk::likeness::{Likeness, Strength, Suggestion};
use handbell_rules::id::{IncidentId, NoteId, ReportId};
use handbell_rules::people::member::Role;
use handbell_rules::people::trail::Subject;
use handbell_rules::playbook::Playbook;
use handbell_rules::playbook::script::Question;
use handbell_rules::street::answers::Given;
use handbell_rules::street::note::{NoteFrom, open_wishes};
use handbell_rules::street::report::{AsideWhy, Happening, Report, ReportState, Route as CameBy};
use handbell_site::{AskedAnswer, Choice, ClaimOffer, ClaimValue, DeskReportPage, DeskWish, Fact, Moment, SuggestedIncident, Tab};
use http::HeaderMap;

/// Why a report is set aside, as the form says it; written down as it stands when nobody writes more.
const ASIDE: [(AsideWhy, &str); 5] = [
    (AsideWhy::Duplicate, "We have it already."),
    (AsideWhy::Elsewhere, "It is another place or another time."),
    (AsideWhy::CannotBeChecked, "Nothing in it can be checked."),
    (AsideWhy::NotForThisDesk, "It is nothing this group works on."),
    (AsideWhy::Other, "Something else. Write below what."),
];

/// The doors of a report.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/desk/reports/{id}", Who::Member, show),
        Route::post("/desk/reports/{id}/take", Who::Member, take),
        Route::post("/desk/reports/{id}/ask", Who::Member, ask),
        Route::post("/desk/reports/{id}/decide", Who::Member, decide),
        Route::post("/desk/reports/{id}/join", Who::Member, join),
        Route::post("/desk/reports/{id}/open", Who::Member, open),
        Route::post("/desk/reports/{id}/set-aside", Who::Member, set_aside),
        Route::post("/desk/reports/{id}/footage", Who::Member, link),
    ]
}

async fn show(State(app): State<App>, Part(report): Part<String>, headers: HeaderMap) -> Response {
    page_door(&app, async {
        let desk = gate::desk(&app, &headers).await?;
        let report = id(&report)?;
        match opening::shut(&app, &desk, Subject::Report(report)).await? {
            Some(page) => Ok(page),
            None => view(&app, &desk, report, Typed::default()).await,
        }
    })
    .await
}

/// A press on a report: the member, the form, the report as it stands.
pub(super) async fn pressed(app: &App, request: Request, report: &str, known: &[&str]) -> Result<(Desk, Fields, ReportId), Problem> {
    let (desk, fields) = gate::desk_form(app, request, known).await?;
    desk.caller.needs(Role::Triager).map_err(Problem::refused)?;
    let report: ReportId = id(report)?;
    let stored = app.world.store.report(report).await?.ok_or_else(|| Problem::of(Trouble::NotFound))?;
    same_version(&fields, stored.version)?;
    opening::permitted(app, &desk, Subject::Report(report)).await?;
    watch::renew(&app.world, &desk.caller, InHand::Report(report)).await;
    Ok((desk, fields, report))
}

async fn take(State(app): State<App>, Part(report): Part<String>, request: Request) -> Response {
    let back = format!("/desk/reports/{report}");
    told_at(&app, &back, async {
        let (desk, fields, report) = pressed(&app, request, &report, &["csrf", "version"]).await?;
        match refused(desk::take(&app.world, &desk.caller, report).await)? {
            Ok(()) => Ok(see_other(&back)),
            Err(no) => view(&app, &desk, report, Typed::no(fields, no, |_| "")).await,
        }
    })
    .await
}

async fn ask(State(app): State<App>, Part(report): Part<String>, request: Request) -> Response {
    let back = format!("/desk/reports/{report}");
    told_at(&app, &back, async {
        let (desk, fields, report) = pressed(&app, request, &report, &["csrf", "version", "question"]).await?;
        match refused(desk::ask(&app.world, &desk.caller, report, fields.one("question")?).await)? {
            Ok(()) => Ok(see_other(&back)),
            Err(no) => view(&app, &desk, report, Typed::no(fields, no, |field| if field == "text" { "question" } else { "" })).await,
        }
    })
    .await
}

async fn decide(State(app): State<App>, Part(report): Part<String>, request: Request) -> Response {
    let back = format!("/desk/reports/{report}");
    told_at(&app, &back, async {
        let (desk, fields, report) = pressed(&app, request, &report, &["csrf", "version", "wish", "because", "decision"]).await?;
        let wish: NoteId = id(fields.one("wish")?)?;
        let done = match fields.one("decision")? {
            "done" => true,
            "cannot" => false,
            _ => return Err(Problem::of(Trouble::FormBroken)),
        };
        match refused(desk::decide_wish(&app.world, &desk.caller, report, wish, done, fields.one("because")?).await)? {
            Ok(()) => Ok(see_other(&back)),
            Err(no) => {
                let field = if no.field().is_empty() { String::new() } else { format!("because-{wish}") };
                view(&app, &desk, report, Typed::at(fields, &field, no.advice())).await
            }
        }
    })
    .await
}

async fn join(State(app): State<App>, Part(report): Part<String>, request: Request) -> Response {
    let back = format!("/desk/reports/{report}");
    told_at(&app, &back, async {
        let (desk, fields, report) = pressed(&app, request, &report, &["csrf", "version", "incident"]).await?;
        let incident: IncidentId = id(fields.one("incident")?)?;
        match refused(desk::join(&app.world, &desk.caller, incident, report).await)? {
            Ok(()) => Ok(see_other(&format!("/desk/incidents/{incident}"))),
            Err(no) => view(&app, &desk, report, Typed::no(fields, no, |_| "")).await,
        }
    })
    .await
}

async fn open(State(app): State<App>, Part(report): Part<String>, request: Request) -> Response {
    let back = format!("/desk/reports/{report}");
    told_at(&app, &back, async {
        let (desk, fields, report) = pressed(&app, request, &report, &["csrf", "version", "home"]).await?;
        let home = match fields.one("home")? {
            "" => false,
            "yes" => true,
            _ => return Err(Problem::of(Trouble::FormBroken)),
        };
        match refused(desk::open_incident(&app.world, &desk.caller, report, home).await)? {
            Ok(incident) => Ok(see_other(&format!("/desk/incidents/{incident}"))),
            Err(no) => view(&app, &desk, report, Typed::no(fields, no, |_| "")).await,
        }
    })
    .await
}

async fn set_aside(State(app): State<App>, Part(report): Part<String>, request: Request) -> Response {
    let back = format!("/desk/reports/{report}");
    told_at(&app, &back, async {
        let (desk, fields, report) = pressed(&app, request, &report, &["csrf", "version", "reason", "more"]).await?;
        let chosen = AsideWhy::parse(fields.one("reason")?);
        let Some((why, words)) = ASIDE.iter().find(|(why, _)| Some(*why) == chosen) else {
            return view(&app, &desk, report, Typed::at(fields, "reason", "Choose why.")).await;
        };
        // What the form says is reason enough, but "something else" says nothing to the next member.
        let more = fields.one("more")?;
        let reason = if more.trim().is_empty() && *why != AsideWhy::Other { words } else { more };
        match refused(desk::set_aside(&app.world, &desk.caller, report, *why, reason).await)? {
            Ok(()) => Ok(see_other("/desk")),
            Err(no) => view(&app, &desk, report, Typed::no(fields, no, |field| if field.is_empty() { "" } else { "more" })).await,
        }
    })
    .await
}

/// Makes a link for giving files, for whoever told of it by telephone or at the door. It is shown this once.
async fn link(State(app): State<App>, Part(report): Part<String>, request: Request) -> Response {
    let back = format!("/desk/reports/{report}");
    told_at(&app, &back, async {
        let (desk, _, report) = pressed(&app, request, &report, &["csrf", "version"]).await?;
        let link = make_link_for(&app.world, &desk.caller, report).await?;
        let address = format!("{}{}", app.world.group.origin, page_at(&link.secret));
        let words = format!(
            "Files can be given to this report at {address} until {}. By it less can be allowed later, and not more. Nobody shows you this address again.",
            clock(&app, link.kept.until)
        );
        shown(&app, &desk, report, Typed::default(), Some(words)).await
    })
    .await
}

fn facts(app: &App, file: &ReportFile, names: &Names) -> Vec<Fact> {
    let (report, told) = (&file.report, &file.report.told);
    if report.state == ReportState::Withdrawn {
        return vec![
            Fact::new("Filed", clock(app, report.filed_at)),
            Fact::new("Withdrawn", "The witness took it back. The words are gone."),
        ];
    }
    let mut facts = Vec::with_capacity(10);
    let knows = Fact::new("How they know", words::basis(told.basis));
    facts.push(if report.from_observer() { knows.with_note("A trained observer, signed in.") } else { knows });
    let place = Fact::new("Where", if told.place.trim().is_empty() { "no words for it" } else { told.place.trim() });
    facts.push(match told.point {
        Some(point) => place.with_note(format!("A point was given, near {}.", app.world.group.areas.nearest(point).name)),
        None => place,
    });
    let (from, to) = (clock(app, told.observed.from), clock(app, told.observed.to));
    facts.push(Fact::new("Seen", if from == to { from } else { format!("{from} to {to}") }));
    let going_on = match told.happening {
        Happening::Now => "happening now",
        Happening::Moving => "moving",
        Happening::Over => "over",
    };
    facts.push(Fact::new("Goes on", going_on).with_note("As the witness said when it was filed."));
    for (term, count) in [("Officers", told.officers), ("Vehicles", told.vehicles), ("Other people", told.people)] {
        facts.extend(count.map(|count| Fact::new(term, count.words())));
    }
    let came_by = match told.route {
        CameBy::Web => "the form",
        CameBy::Api => "a program",
        CameBy::Phone => "a call, written down at the desk",
        CameBy::Observer => "an observer’s phone",
    };
    facts.push(Fact::new("Filed", clock(app, report.filed_at)).with_note(format!("By {came_by}.")));
    if let Some(recorder) = report.recorder {
        facts.push(Fact::new("Written down by", names.of(recorder)).with_note("Let somebody else check it."));
    }
    if file.contact {
        facts.push(Fact::new("Contact", "sealed").with_note("Nobody at this desk can read it. It is forgotten after three days."));
    }
    facts
}

/// The answers to the script, each beside its question; what fits a fact can be made a claim, by one press, of each
/// open incident the report belongs to.
fn answered(app: &App, file: &ReportFile, incidents: &[Incident], triager: bool) -> Vec<AskedAnswer> {
    let (playbook, language) = (&app.world.group.playbook, language(app));
    let Some(answers) = file.answers.as_ref() else { return Vec::new() };
    let plain = |question: String, answer: String| AskedAnswer { question, answer, claims: Vec::new() };
    let own = |question: &str, word: &str| {
        let answer = playbook.script().question(question).map(|asked| playbook.choice_words(asked, word, language)).unwrap_or_default();
        plain(playbook.ask_words(question, language), answer)
    };
    let mut list: Vec<AskedAnswer> = answers.observed.iter().map(|told| own("observed-precision", told.word())).collect();
    list.extend(answers.place.iter().map(|told| own("place-precision", told.name())));
    for question in playbook.script().questions() {
        let Some(given) = answers.given.get(&question.id) else { continue };
        let mut answer = plain(playbook.ask_words(&question.id, language), intake::in_words(playbook, question, given, language));
        let Some(predicate) = question.predicate.as_ref().filter(|_| triager) else {
            list.push(answer);
            continue;
        };
        for incident in incidents.iter().filter(|incident| incident.ended.is_none()) {
            answer.claims.push(ClaimOffer {
                of: if incidents.len() > 1 { words::incident_headline(app, incident) } else { String::new() },
                action: format!("/desk/incidents/{}/claims", incident.id),
                version: incident.version.to_string(),
                source: file.report.id.to_string(),
                predicate: predicate.clone(),
                label: playbook.predicate_label(predicate, language),
                values: claim_values(playbook, question, given, language),
            });
        }
        list.push(answer);
    }
    list
}

/// An answer as the values of claims: a claim holds one choice, so several choices are several claims.
fn claim_values(playbook: &Playbook, question: &Question, given: &Given, language: &str) -> Vec<ClaimValue> {
    let words = |value: &str, words: String| ClaimValue { words, value: value.to_owned(), low: String::new(), high: String::new() };
    match given {
        Given::One(one) => vec![words(one, playbook.choice_words(question, one, language))],
        Given::Several(some) => some.iter().map(|one| words(one, playbook.choice_words(question, one, language))).collect(),
        Given::Words(text) => vec![words(text, text.clone())],
        Given::Range(count) => vec![ClaimValue {
            words: count.words(),
            value: String::new(),
            low: count.low.to_string(),
            high: count.high.map_or_else(String::new, |high| high.to_string()),
        }],
    }
}

fn timeline(app: &App, file: &ReportFile, names: &Names) -> Vec<Moment> {
    let mut timeline = vec![moment(app, file.report.filed_at, "Filed.")];
    for note in &file.notes {
        let who = match note.from {
            NoteFrom::Witness => "The witness added",
            NoteFrom::Desk => "The desk asked",
            NoteFrom::Answer => "The witness answered",
            NoteFrom::Correction => "The witness says that something was wrong",
            NoteFrom::Wish { about } => &format!("The witness asks for something ({})", words::about(about)),
            NoteFrom::Decision { done: true, .. } => "The desk did what was asked",
            NoteFrom::Decision { done: false, .. } => "The desk cannot do what was asked",
        };
        timeline.push(moment(app, note.at, format!("{who}: {}", note.text)));
    }
    if let Some(aside) = &file.report.aside {
        timeline.push(Moment::new("now", "", format!("Set aside: {}", aside.reason)));
    }
    if let Some(reader) = file.report.reader {
        timeline.push(Moment::new("now", "", format!("{} read it last.", names.of(reader))));
    }
    timeline
}

/// Where and when, in words.
pub fn measures(likeness: &Likeness) -> [String; 2] {
    let distance = match likeness.metres {
        Some(metres) if metres < 10 => "the same spot".to_owned(),
        Some(metres) => format!("about {} m away", metres / 10 * 10),
        None => "distance not known".to_owned(),
    };
    let apart = match likeness.minutes {
        0 => "the same minute".to_owned(),
        1 => "1 minute apart".to_owned(),
        more if more < 120 => format!("{more} minutes apart"),
        more => format!("about {} hours apart", (more + 30) / 60),
    };
    [distance, apart]
}

/// Why it is suggested: how strongly, then one sentence for each reason.
pub fn reasons(likeness: &Likeness) -> Vec<String> {
    let strength = match likeness.strength {
        Strength::Likely => "Likely the same: near, and the words agree.",
        Strength::Near => "Only near in place and time; the words say no more.",
    };
    std::iter::once(strength.to_owned()).chain(likeness.reasons()).collect()
}

async fn suggested(app: &App, suggestion: &Suggestion) -> Result<Option<SuggestedIncident>, Problem> {
    let Some(incident) = app.world.store.incident(suggestion.incident).await? else { return Ok(None) };
    let [distance, apart] = measures(&suggestion.likeness);
    let reasons = reasons(&suggestion.likeness);
    Ok(Some(SuggestedIncident {
        id: incident.id.to_string(),
        href: format!("/desk/incidents/{}", incident.id),
        headline: words::incident_headline(app, &incident),
        distance,
        apart,
        reasons,
    }))
}

fn ask_words(report: &Report) -> Option<String> {
    if report.state == ReportState::Withdrawn {
        Some("The witness took the report back.".to_owned())
    } else if report.asked {
        Some("Asked. The witness sees the question with their seven words.".to_owned())
    } else {
        None
    }
}

/// Wishes that wait for this member's decision, with what was typed for one of them.
fn wishes(app: &App, file: &ReportFile, typed: &Typed) -> Vec<DeskWish> {
    open_wishes(&file.notes)
        .map(|(note, about)| DeskWish {
            id: note.id.to_string(),
            field: format!("because-{}", note.id),
            about: words::about(about).to_owned(),
            words: note.text.clone(),
            asked_at: clock(app, note.at),
            because: if typed.text("wish") == note.id.to_string() { typed.text("because") } else { String::new() },
        })
        .collect()
}

/// The page of one report.
pub(super) async fn view(app: &App, desk: &Desk, id: ReportId, typed: Typed) -> Result<Response, Problem> {
    shown(app, desk, id, typed, None).await
}

/// The same, with what just happened.
async fn shown(app: &App, desk: &Desk, id: ReportId, typed: Typed, notice: Option<String>) -> Result<Response, Problem> {
    let file = desk::read_report(&app.world, &desk.caller, id).await?;
    let report = &file.report;
    let names = Names::read(app).await?;
    let has_it = watch::holds(&app.world).await?.get(&InHand::Report(id)).copied();
    let triager = desk.caller.needs(Role::Triager).is_ok();
    let withdrawn = report.state == ReportState::Withdrawn;
    let mut suggestions = Vec::new();
    if triager && !withdrawn {
        for suggestion in &file.suggestions {
            suggestions.extend(suggested(app, suggestion).await?);
        }
    }
    let incidents = same::incidents_of(app, report).await?;
    let full = report.incidents.len() >= INCIDENTS_MAX;
    let set_aside = if triager && report.incidents.is_empty() && matches!(report.state, ReportState::Received | ReportState::BeingRead) {
        let chosen = typed.text("reason");
        ASIDE.iter().map(|(why, words)| Choice { chosen: why.word() == chosen, ..Choice::new(why.word(), *words) }).collect()
    } else {
        Vec::new()
    };
    let given = if withdrawn { Vec::new() } else { app.world.store.evidence().footage_of(id).await? };
    let (frame, bar) = around(app, desk, Tab::Queue, &format!("/desk/reports/{id}"), "Report").await?;
    let view = DeskReportPage {
        frame,
        desk: bar,
        id: id.to_string(),
        version: report.version.to_string(),
        headline: words::report_headline(app, report),
        tag: words::report_tag(report),
        notice,
        facts: facts(app, &file, &names),
        hard: app.world.group.playbook.kind(&report.told.kind).is_some_and(|kind| kind.hard_to_read),
        beside: board::beside(app, report).await?,
        can_free: has_it == Some(desk.caller.member),
        text: (!report.told.text.trim().is_empty()).then(|| report.told.text.clone()),
        answers: answered(app, &file, &incidents, triager),
        timeline: timeline(app, &file, &names),
        taken_by: queue::has_it(&names, has_it, report.reader.filter(|_| report.state == ReportState::BeingRead)),
        can_take: triager
            && (report.news
                || has_it != Some(desk.caller.member) && matches!(report.state, ReportState::Received | ReportState::BeingRead)),
        news: report.news.then(|| words::NEWS.to_owned()),
        doubt: words::doubt(report, None).map(str::to_owned),
        wishes: if triager && !withdrawn { wishes(app, &file, &typed) } else { Vec::new() },
        can_ask: triager && !withdrawn && !report.asked,
        ask_words: ask_words(report),
        question: typed.text("question"),
        belongs: same::belongs(app, &incidents),
        suggested: suggestions,
        different: same::from_report(app, report, &file.differences, &names).await?,
        can_join: triager,
        footage: given.iter().map(|file| footage::line(app, file)).collect(),
        can_give: triager && !withdrawn,
        full,
        can_open: triager && !withdrawn && !full && app.world.group.playbook.kind(&report.told.kind).is_some(),
        set_aside,
        aside_more: typed.text("more"),
        errors: typed.errors.clone(),
    };
    Ok(page_with(typed.status(), &view))
}
