//! The receipt's pages: come back with the seven words, answer the desk, add, withdraw.
//!
//! The words travel in the body of a POST and in hidden fields of the answer, never in an address, so no
//! history, log or neighbour's screen keeps them. That is why these posts answer with the page itself
//! instead of leading on. Unknown and wrong words get the same answer, and guessing is slowed down.

use super::super::answer::{apart, page, page_door, page_with, whole};
use super::super::fields::Fields;
use super::super::limits::Knock;
use super::super::problem::{Problem, Trouble};
use super::super::routes::{Route, Who};
use super::super::{App, frame, gate};
use crate::acts::street::{ReceiptView, add_to_report, read_receipt, withdraw_report};
use crate::acts::{ActError, StreetCaller};
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use handbell_rules::desk::incident::Ending;
use handbell_rules::street::report::{Note, NoteFrom, ReportState};
use handbell_rules::time::Timestamp;
use handbell_site::{FieldError, Moment, ReceiptQuestion, ReceiptStatusPage, ReceiptWordsPage, State as Shown, Tab, Tag};
use http::{Request, StatusCode};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/receipt", Who::Street, ask),
        Route::post("/receipt", Who::Street, open),
        Route::post("/receipt/answer", Who::Street, answer),
        Route::post("/receipt/add", Who::Street, add),
        Route::post("/receipt/withdraw", Who::Street, withdraw),
    ]
}

fn words_page(app: &App, typed: &str, errors: Vec<FieldError>) -> ReceiptWordsPage {
    ReceiptWordsPage { frame: frame::public(app, Tab::Report, "/receipt"), typed: typed.to_owned(), errors }
}

async fn ask(State(app): State<App>) -> Response {
    page(&words_page(&app, "", Vec::new()))
}

/// A form that carries the words.
struct Asked {
    words: String,
    fields: Fields,
}

/// Reads a receipt's form. The second answer is a page that says what to mend.
async fn asked(app: &App, request: Request<Body>, known: &[&str]) -> Result<Result<(Asked, ReceiptView), Response>, Problem> {
    gate::from_this_site(app, request.headers())?;
    let (caller, body) = apart(request);
    let fields = Fields::read(whole(&caller, body), known).await?;
    let words = fields.one("words")?.to_owned();
    let refused = |problem: Problem| {
        let error = FieldError::new("words", problem.advice());
        page_with(problem.status(), &words_page(app, &words, vec![error]))
    };
    if let Err(problem) = gate::knock(app, &caller, Knock::Secret) {
        return Ok(Err(refused(problem)));
    }
    match read_receipt(&app.world, StreetCaller, &words).await {
        Ok(view) => Ok(Ok((Asked { words, fields }, view))),
        Err(ActError::NotFound) => Ok(Err(refused(Problem::of(Trouble::ReceiptUnknown)))),
        Err(error) => Err(error.into()),
    }
}

/// The state of a report as it is told to its witness, in a tag and a sentence.
fn state_of(view: &ReceiptView) -> (Tag, &'static str) {
    let tag = Tag::with_words;
    match (view.ended, view.report.state) {
        (_, ReportState::Withdrawn) => (tag(Shown::NothingFound, "Withdrawn"), "You took this report back. What it said is gone."),
        (Some((Ending::Over, _)), _) => (Tag::of(Shown::Over), "It happened and it is over."),
        (Some((Ending::NothingFound, _)), _) => (Tag::of(Shown::NothingFound), "Somebody looked and found nothing any more."),
        (Some((Ending::CannotBeVerified, _)), _) => (Tag::of(Shown::Unverifiable), "Nobody could find out whether it was so."),
        (Some((Ending::Mistaken, _)), _) => (Tag::of(Shown::Mistaken), "It turned out to be something else."),
        (None, ReportState::Received) => (tag(Shown::Checking, "Saved"), "It is kept. Nobody has read it yet."),
        (None, ReportState::BeingRead) => (Tag::of(Shown::Checking), "Somebody at the desk is reading it."),
        (None, ReportState::Joined) => (Tag::of(Shown::Checking), "The desk is working on it together with what else it knows."),
        (None, ReportState::SetAside) => (tag(Shown::Unverifiable, "Set aside"), "The desk has read it and does not follow it up."),
    }
}

fn moment(app: &App, at: Timestamp, words: impl Into<String>) -> Moment {
    Moment::new(at.clock(app.world.group.playbook.zone()), at.utc_minute(), words)
}

fn note_words(note: &Note) -> String {
    match note.from {
        NoteFrom::Witness => format!("You added: {}", note.text),
        NoteFrom::Desk => format!("The desk asked: {}", note.text),
        NoteFrom::Answer => format!("You answered: {}", note.text),
    }
}

fn status_page(app: &App, words: &str, view: &ReceiptView) -> ReceiptStatusPage {
    let (state, state_words) = state_of(view);
    let mut timeline = vec![moment(app, view.report.filed_at, "Saved.")];
    timeline.extend(view.notes.iter().map(|note| moment(app, note.at, note_words(note))));
    if let Some((_, at)) = view.ended {
        timeline.push(moment(app, at, state_words));
    }
    let open = view.notes.iter().rev().find(|note| note.from == NoteFrom::Desk).filter(|_| view.report.asked);
    ReceiptStatusPage {
        frame: frame::public(app, Tab::Report, "/receipt"),
        words: words.to_owned(),
        state,
        state_words: state_words.to_owned(),
        notice: None,
        question: open.map(|note| ReceiptQuestion {
            id: note.id.to_string(),
            words: note.text.clone(),
            asked_at: note.at.clock(app.world.group.playbook.zone()),
            answers: Vec::new(),
        }),
        timeline,
        withdrawn: view.report.state == ReportState::Withdrawn,
        withdraw_asked: false,
        add_text: String::new(),
        kept_words: "Your words work for as long as this report is kept.".into(),
        errors: Vec::new(),
    }
}

async fn again(app: &App, words: &str, notice: &str) -> Result<Response, Problem> {
    let view = read_receipt(&app.world, StreetCaller, words).await?;
    Ok(page(&ReceiptStatusPage { notice: Some(notice.to_owned()), ..status_page(app, words, &view) }))
}

async fn open(State(app): State<App>, request: Request<Body>) -> Response {
    page_door(&app, async {
        Ok(match asked(&app, request, &["words"]).await? {
            Ok((asked, view)) => page(&status_page(&app, &asked.words, &view)),
            Err(response) => response,
        })
    })
    .await
}

/// Writes down a note of the witness, or shows the page again with what is to mend at `field`.
async fn write(app: &App, asked: &Asked, view: &ReceiptView, field: &str, text: &str, notice: &str) -> Result<Response, Problem> {
    // A reload of the answer sends the same words again; they are kept once.
    let newest = view.notes.iter().rev().find(|note| note.from != NoteFrom::Desk);
    if !view.report.asked && newest.is_some_and(|note| note.text == text) {
        return again(app, &asked.words, notice).await;
    }
    let error = match add_to_report(&app.world, StreetCaller, &asked.words, text).await {
        Ok(()) => return again(app, &asked.words, notice).await,
        Err(error) => error,
    };
    let (status, words) = match error {
        ActError::Refused(no) => (StatusCode::UNPROCESSABLE_ENTITY, no.0.advice().to_owned()),
        other => {
            let problem = Problem::from(other).noted();
            (problem.status(), "We could not save it. What you wrote is still here. Try once more.".to_owned())
        }
    };
    let mut page = status_page(app, &asked.words, view);
    // The answer's field cannot be filled again by the page, so its words come back below, to be added.
    page.add_text = text.to_owned();
    page.errors = vec![FieldError::new(if page.withdrawn { "" } else { field }, words)];
    Ok(page_with(status, &page))
}

async fn answer(State(app): State<App>, request: Request<Body>) -> Response {
    page_door(&app, async {
        let (asked, view) = match asked(&app, request, &["words", "question", "answer"]).await? {
            Ok(both) => both,
            Err(response) => return Ok(response),
        };
        let text = asked.fields.one("answer")?.to_owned();
        let page = status_page(&app, &asked.words, &view);
        let open = page.question.as_ref().map(|question| question.id.as_str());
        if open != Some(asked.fields.one("question")?) {
            let words = "The desk does not ask this any more. Add what you want to say below.";
            let mended = ReceiptStatusPage { add_text: text, errors: vec![FieldError::new("", words)], ..page };
            return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &mended));
        }
        if text.trim().is_empty() {
            let mended = ReceiptStatusPage { errors: vec![FieldError::new("answer", "Write an answer.")], ..page };
            return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &mended));
        }
        write(&app, &asked, &view, "answer", &text, "Sent. The desk will read your answer.").await
    })
    .await
}

async fn add(State(app): State<App>, request: Request<Body>) -> Response {
    page_door(&app, async {
        let (asked, view) = match asked(&app, request, &["words", "text"]).await? {
            Ok(both) => both,
            Err(response) => return Ok(response),
        };
        let text = asked.fields.one("text")?.to_owned();
        write(&app, &asked, &view, "text", &text, "Added. The desk will read it.").await
    })
    .await
}

async fn withdraw(State(app): State<App>, request: Request<Body>) -> Response {
    page_door(&app, async {
        let (asked, view) = match asked(&app, request, &["words", "sure"]).await? {
            Ok(both) => both,
            Err(response) => return Ok(response),
        };
        let page_now = status_page(&app, &asked.words, &view);
        match asked.fields.one("sure")? {
            "yes" => {
                withdraw_report(&app.world, StreetCaller, &asked.words).await?;
                again(&app, &asked.words, "Withdrawn. What it said is gone.").await
            }
            "no" => Ok(page(&ReceiptStatusPage { notice: Some("Kept. Nothing was changed.".into()), ..page_now })),
            "" if page_now.withdrawn => Ok(page(&page_now)),
            "" => Ok(page(&ReceiptStatusPage { withdraw_asked: true, ..page_now })),
            _ => Err(Problem::of(Trouble::FormBroken)),
        }
    })
    .await
}
