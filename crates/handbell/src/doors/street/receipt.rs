//! The receipt's pages: come back with the seven words, read what became of it, answer, add, correct, wish,
//! withdraw.
//!
//! The words travel in the body of a POST and in hidden fields of the answer, never in an address, so no
//! history, log or neighbour's screen keeps them. That is why these posts answer with the page itself
//! instead of leading on. Unknown and wrong words get the same answer, and guessing is slowed down.

use super::super::answer::{apart, page, page_door, page_with, see_other, whole};
use super::super::fields::Fields;
use super::super::footage::page::{page_at, rows, wish_changed};
use super::super::limits::Knock;
use super::super::problem::{Problem, Trouble};
use super::super::record::letters as told;
use super::super::routes::{Route, Who};
use super::super::{App, frame, gate};
use super::duty;
use crate::acts::footage::{Right, make_link, read_given, read_shut, remove};
use crate::acts::letters;
use crate::acts::street::{ReceiptView, add_to_report, correct_report, read_receipt, wish, withdraw_report};
use crate::acts::{ActError, StreetCaller};
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use handbell_rules::desk::belonging::INCIDENTS_MAX;
use handbell_rules::desk::escalation::Step;
use handbell_rules::desk::incident::Ending;
use handbell_rules::id::FootageId;
use handbell_rules::refusal::Street;
use handbell_rules::street::became::Became;
use handbell_rules::street::note::{Note, NoteFrom, WishAbout, decision_on};
use handbell_rules::street::report::ReportState;
use handbell_rules::time::Timestamp;
use handbell_site::{
    Choice, FieldError, Link, Moment, ReceiptQuestion, ReceiptStatusPage, ReceiptThing, ReceiptTyped, ReceiptWish, ReceiptWordsPage,
    State as Shown, Tab, Tag,
};
use http::{Request, StatusCode};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/receipt", Who::Street, ask),
        Route::post("/receipt", Who::Street, open),
        Route::post("/receipt/answer", Who::Street, answer),
        Route::post("/receipt/add", Who::Street, add),
        Route::post("/receipt/correct", Who::Street, correct),
        Route::post("/receipt/wish", Who::Street, ask_away),
        Route::post("/receipt/withdraw", Who::Street, withdraw),
        Route::post("/receipt/letter", Who::Street, letter),
        Route::post("/receipt/footage", Who::Street, give),
        Route::post("/receipt/footage/wish", Who::Street, change_wish),
        Route::post("/receipt/footage/remove", Who::Street, take_away),
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
        // The words of a reply or a complaint open that, at the same place.
        Err(ActError::NotFound) if known == ["words"] && letters::read(&app.world, StreetCaller, &words).await.is_ok() => {
            let letter = letters::read(&app.world, StreetCaller, &words).await?;
            Ok(Err(told::status(app, &words, &letter, None).await?))
        }
        Err(ActError::NotFound) => Ok(Err(refused(Problem::of(Trouble::ReceiptUnknown)))),
        Err(error) => Err(error.into()),
    }
}

/// The state of a report as it is told to its witness, in a tag.
fn tag_of(view: &ReceiptView) -> Tag {
    let tag = Tag::with_words;
    match (view.ended(), view.report.state) {
        (_, ReportState::Withdrawn) => tag(Shown::NothingFound, "Withdrawn"),
        (Some((Ending::Over, _)), _) => Tag::of(Shown::Over),
        (Some((Ending::NothingFound, _)), _) => Tag::of(Shown::NothingFound),
        (Some((Ending::CannotBeVerified, _)), _) => Tag::of(Shown::Unverifiable),
        (Some((Ending::Mistaken, _)), _) => Tag::of(Shown::Mistaken),
        (None, ReportState::Received) => tag(Shown::Checking, "Saved"),
        (None, ReportState::BeingRead | ReportState::Joined) => Tag::of(Shown::Checking),
        (None, ReportState::SetAside) => tag(Shown::Unverifiable, "Set aside"),
    }
}

/// The newest thing that became of it, in words; that it is in the record stands in a place of its own.
fn newest_of(view: &ReceiptView) -> String {
    let told = view.became.report.iter().rev().find(|became| !matches!(became, Became::Recorded(_)));
    told.map_or_else(String::new, |became| became.sentence())
}

/// The sentences but for the record's, and the record's as a link.
fn told(became: &[Became]) -> (Vec<String>, Option<Link>) {
    let record = became.iter().find_map(|became| match became {
        Became::Recorded(recorded) => Some(Link { href: format!("/record/{}", recorded.incident), words: became.sentence() }),
        _ => None,
    });
    (became.iter().filter(|became| !matches!(became, Became::Recorded(_))).map(|became| became.sentence()).collect(), record)
}

/// How the things in one report are called, in the order in which the desk saw them.
const THINGS: [&str; INCIDENTS_MAX] = ["The first thing", "The second thing", "The third thing", "The fourth thing"];

fn thing_words(place: usize) -> &'static str {
    THINGS.get(place).copied().unwrap_or("Another thing")
}

fn things(view: &ReceiptView) -> Vec<ReceiptThing> {
    let thing = |(place, became): (usize, &Vec<Became>)| {
        let (became, record) = told(became);
        ReceiptThing { heading: thing_words(place).to_owned(), became, record }
    };
    view.became.each.iter().enumerate().map(thing).collect()
}

fn moment(app: &App, at: Timestamp, words: impl Into<String>) -> Moment {
    Moment::new(at.clock(app.world.group.playbook.zone()), at.utc_minute(), words)
}

/// What a wish is about, as its witness chose it.
const ABOUT: [(WishAbout, &str); 4] = [
    (WishAbout::MyWords, "My words"),
    (WishAbout::Picture, "A picture or clip"),
    (WishAbout::PublicPage, "Something on the public page"),
    (WishAbout::AboutMe, "Something about me"),
];

fn about_words(about: WishAbout) -> &'static str {
    ABOUT.iter().find(|(known, _)| *known == about).map_or("", |(_, words)| words)
}

fn note_words(note: &Note) -> String {
    match note.from {
        NoteFrom::Witness => format!("You added: {}", note.text),
        NoteFrom::Desk => format!("The desk asked: {}", note.text),
        NoteFrom::Answer => format!("You answered: {}", note.text),
        NoteFrom::Correction => format!("You said that this was wrong: {}", note.text),
        NoteFrom::Wish { .. } => "You asked the desk for something; see above.".to_owned(),
        NoteFrom::Decision { .. } => "The desk decided; see above.".to_owned(),
    }
}

/// What the witness wished for, with what the desk decided.
fn wishes(app: &App, notes: &[Note]) -> Vec<ReceiptWish> {
    let zone = app.world.group.playbook.zone();
    notes
        .iter()
        .filter_map(|note| match note.from {
            NoteFrom::Wish { about } => Some(ReceiptWish {
                about: about_words(about).to_owned(),
                words: note.text.clone(),
                asked_at: note.at.clock(zone),
                decided: decision_on(notes, note.id).map(|(decision, done)| match done {
                    true => format!("The desk did it. {}", decision.text),
                    false => format!("The desk cannot do it, because: {}", decision.text),
                }),
            }),
            _ => None,
        })
        .collect()
}

fn abouts(chosen: &str) -> Vec<Choice> {
    ABOUT.iter().map(|(about, words)| Choice { chosen: about.word() == chosen, ..Choice::new(about.word(), *words) }).collect()
}

async fn status_page(app: &App, words: &str, view: &ReceiptView) -> ReceiptStatusPage {
    let state_words = newest_of(view);
    let mut timeline = vec![moment(app, view.report.filed_at, "Saved.")];
    if let Ok(Some(escalation)) = app.world.store.escalation(view.report.id).await {
        let called = match escalation.step {
            Step::Next => "Nobody had opened it yet, so the next person on duty was called.",
            Step::All => "Nobody had opened it yet, so everybody on duty was called.",
        };
        timeline.push(moment(app, escalation.at, called));
    }
    timeline.extend(view.notes.iter().map(|note| moment(app, note.at, note_words(note))));
    if view.report.state != ReportState::Withdrawn {
        let several = view.ends.len() > 1;
        let mut ends: Vec<(usize, Timestamp)> =
            view.ends.iter().enumerate().filter_map(|(place, ended)| ended.map(|(_, at)| (place, at))).collect();
        ends.sort_by_key(|(place, at)| (*at, *place));
        let words = |place| if several { format!("{} ended.", thing_words(place)) } else { "It ended.".to_owned() };
        timeline.extend(ends.into_iter().map(|(place, at)| moment(app, at, words(place))));
    }
    // A withdrawn report takes nothing and its files go; what cannot be read is no reason to hide the rest.
    let given = read_given(&app.world, StreetCaller, Right::Receipt(words)).await.ok();
    let shut = read_shut(&app.world, StreetCaller, words).await.unwrap_or_default();
    let open = view.notes.iter().rev().find(|note| note.from == NoteFrom::Desk).filter(|_| view.report.asked);
    let (became, record) = told(&view.became.report);
    ReceiptStatusPage {
        frame: frame::public(app, Tab::Report, "/receipt"),
        words: words.to_owned(),
        state: tag_of(view),
        state_words,
        notice: None,
        duty: duty::or_unknown(app).await,
        became,
        things: things(view),
        record,
        question: open.map(|note| ReceiptQuestion {
            id: note.id.to_string(),
            words: note.text.clone(),
            asked_at: note.at.clock(app.world.group.playbook.zone()),
            answers: Vec::new(),
        }),
        wishes: wishes(app, &view.notes),
        may_give: given.as_ref().is_some_and(|given| given.can_keep),
        files: given.map_or_else(|| rows(app, &shut, true), |given| rows(app, &given.files, true)),
        timeline,
        withdrawn: view.report.state == ReportState::Withdrawn,
        withdraw_asked: false,
        remove_asked: None,
        typed: ReceiptTyped { about: abouts(""), ..ReceiptTyped::default() },
        kept_words: "Your words work for as long as this report is kept.".into(),
        errors: Vec::new(),
    }
}

async fn again(app: &App, words: &str, notice: &str) -> Result<Response, Problem> {
    let view = read_receipt(&app.world, StreetCaller, words).await?;
    Ok(page(&ReceiptStatusPage { notice: Some(notice.to_owned()), ..status_page(app, words, &view).await }))
}

async fn open(State(app): State<App>, request: Request<Body>) -> Response {
    page_door(&app, async {
        Ok(match asked(&app, request, &["words"]).await? {
            Ok((asked, view)) => page(&status_page(&app, &asked.words, &view).await),
            Err(response) => response,
        })
    })
    .await
}

/// Whether the newest thing the witness wrote is this: then a reload of the answer has sent it again, and it
/// is kept once.
fn is_repeated(view: &ReceiptView, from: NoteFrom, text: &str) -> bool {
    let newest = view.notes.iter().rev().find(|note| !note.from.by_the_desk());
    let plain = |from| matches!(from, NoteFrom::Witness | NoteFrom::Answer);
    newest.is_some_and(|note| note.text == text && (note.from == from || plain(note.from) && plain(from)))
}

/// The page again, with what was typed and what to mend; nothing typed is lost.
async fn mended(app: &App, asked: &Asked, view: &ReceiptView, typed: ReceiptTyped, field: &str, words: &str) -> ReceiptStatusPage {
    let page = status_page(app, &asked.words, view).await;
    // A withdrawn report shows no form, and a question that was answered meanwhile shows no field.
    let shown = !page.withdrawn && (field != "answer" || page.question.is_some());
    ReceiptStatusPage { errors: vec![FieldError::new(if shown { field } else { "" }, words)], typed, ..page }
}

/// Answers with what came of writing a note: the page with a notice, or with what is to mend at `field`.
async fn wrote(
    app: &App,
    asked: &Asked,
    view: &ReceiptView,
    typed: ReceiptTyped,
    field: &str,
    answer: Result<(), ActError>,
    notice: &str,
) -> Result<Response, Problem> {
    let (status, field, words) = match answer {
        Ok(()) => return again(app, &asked.words, notice).await,
        Err(ActError::Refused(no)) => {
            let field = if no.0.field() == "about" { "about" } else { field };
            (StatusCode::UNPROCESSABLE_ENTITY, field, no.0.advice().to_owned())
        }
        Err(other) => {
            let problem = Problem::from(other).noted();
            (problem.status(), field, "We could not save it. What you wrote is still here. Try once more.".to_owned())
        }
    };
    // The report may have changed meanwhile; where it cannot be read again, what was read serves.
    let now = read_receipt(&app.world, StreetCaller, &asked.words).await;
    Ok(page_with(status, &mended(app, asked, now.as_ref().unwrap_or(view), typed, field, &words).await))
}

async fn answer(State(app): State<App>, request: Request<Body>) -> Response {
    page_door(&app, async {
        let (asked, view) = match asked(&app, request, &["words", "question", "answer"]).await? {
            Ok(both) => both,
            Err(response) => return Ok(response),
        };
        let text = asked.fields.one("answer")?.to_owned();
        let notice = "Sent. The desk will read your answer.";
        let question = asked.fields.one("question")?;
        let open = view.notes.iter().rev().find(|note| note.from == NoteFrom::Desk).filter(|_| view.report.asked);
        if open.is_none_or(|note| note.id.to_string() != question) {
            // A reload of the page that said "Sent" sends the same answer again.
            let since = view.notes.iter().find(|note| note.from == NoteFrom::Desk && note.id.to_string() == question).map(|note| note.at);
            let same = |note: &Note| note.from == NoteFrom::Answer && note.text == text && since.is_some_and(|since| note.at >= since);
            if view.notes.iter().any(same) {
                return again(&app, &asked.words, notice).await;
            }
            let words = "The desk does not ask this any more. Add what you want to say below.";
            let typed = ReceiptTyped { text, about: abouts(""), ..ReceiptTyped::default() };
            return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &mended(&app, &asked, &view, typed, "", words).await));
        }
        let typed = ReceiptTyped { answer: text.clone(), about: abouts(""), ..ReceiptTyped::default() };
        if text.trim().is_empty() {
            let page = mended(&app, &asked, &view, typed, "answer", "Write an answer.").await;
            return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &page));
        }
        let answer = add_to_report(&app.world, StreetCaller, &asked.words, &text).await;
        wrote(&app, &asked, &view, typed, "answer", answer, notice).await
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
        let notice = "Added. The desk will read it.";
        if !view.report.asked && is_repeated(&view, NoteFrom::Witness, &text) {
            return again(&app, &asked.words, notice).await;
        }
        let typed = ReceiptTyped { text: text.clone(), about: abouts(""), ..ReceiptTyped::default() };
        let answer = add_to_report(&app.world, StreetCaller, &asked.words, &text).await;
        wrote(&app, &asked, &view, typed, "text", answer, notice).await
    })
    .await
}

async fn correct(State(app): State<App>, request: Request<Body>) -> Response {
    page_door(&app, async {
        let (asked, view) = match asked(&app, request, &["words", "correction"]).await? {
            Ok(both) => both,
            Err(response) => return Ok(response),
        };
        let text = asked.fields.one("correction")?.to_owned();
        let notice = "Thank you. The desk sees that something you told was wrong.";
        if is_repeated(&view, NoteFrom::Correction, &text) {
            return again(&app, &asked.words, notice).await;
        }
        let typed = ReceiptTyped { correction: text.clone(), about: abouts(""), ..ReceiptTyped::default() };
        let answer = correct_report(&app.world, StreetCaller, &asked.words, &text).await;
        wrote(&app, &asked, &view, typed, "correction", answer, notice).await
    })
    .await
}

async fn ask_away(State(app): State<App>, request: Request<Body>) -> Response {
    page_door(&app, async {
        let (asked, view) = match asked(&app, request, &["words", "about", "wish"]).await? {
            Ok(both) => both,
            Err(response) => return Ok(response),
        };
        let (text, chosen) = (asked.fields.one("wish")?.to_owned(), asked.fields.one("about")?.to_owned());
        let typed = ReceiptTyped { wish: text.clone(), about: abouts(&chosen), ..ReceiptTyped::default() };
        let Some(about) = WishAbout::parse(&chosen) else {
            let page = mended(&app, &asked, &view, typed, "about", Street::WishAboutMissing.advice()).await;
            return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &page));
        };
        let notice = "Sent. Somebody at the desk decides, and you read the answer here.";
        if is_repeated(&view, NoteFrom::Wish { about }, &text) {
            return again(&app, &asked.words, notice).await;
        }
        let answer = wish(&app.world, StreetCaller, &asked.words, about, &text).await;
        wrote(&app, &asked, &view, typed, "wish", answer, notice).await
    })
    .await
}

/// The sender of a reply or a complaint agrees to shorter words, or takes it back.
/// Makes a link and leads to its page. The words stay in the body.
async fn give(State(app): State<App>, request: Request<Body>) -> Response {
    page_door(&app, async {
        let asked = match asked(&app, request, &["words"]).await? {
            Ok((asked, _)) => asked,
            Err(response) => return Ok(response),
        };
        Ok(see_other(&page_at(&make_link(&app.world, StreetCaller, &asked.words).await?.secret)))
    })
    .await
}

async fn change_wish(State(app): State<App>, request: Request<Body>) -> Response {
    page_door(&app, async {
        let asked = match asked(&app, request, &["words", "file", "wish"]).await? {
            Ok((asked, _)) => asked,
            Err(response) => return Ok(response),
        };
        wish_changed(&app, Right::Receipt(&asked.words), &asked.fields).await?;
        again(&app, &asked.words, "Changed.").await
    })
    .await
}

/// Takes one file away, once it was asked for and said again.
async fn take_away(State(app): State<App>, request: Request<Body>) -> Response {
    page_door(&app, async {
        let (asked, view) = match asked(&app, request, &["words", "file", "sure"]).await? {
            Ok(both) => both,
            Err(response) => return Ok(response),
        };
        let file: FootageId = asked.fields.one("file")?.parse().map_err(|_| Problem::of(Trouble::FormBroken))?;
        let page_now = status_page(&app, &asked.words, &view).await;
        let given = page_now.files.iter().find(|given| given.can_remove && given.id == file.to_string());
        let given = given.map(|given| (given.id.clone(), format!("{}, {}", given.what, given.meta)));
        match (asked.fields.one("sure")?, given) {
            ("yes", _) => match remove(&app.world, StreetCaller, &asked.words, file).await {
                Ok(()) => again(&app, &asked.words, "Taken away, with every copy of it.").await,
                // A reload of the answer sends it again.
                Err(ActError::NotFound) => again(&app, &asked.words, "This file is not here any more.").await,
                Err(ActError::Refused(no)) => {
                    let errors = vec![FieldError::new("", no.0.advice())];
                    Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &ReceiptStatusPage { errors, ..page_now }))
                }
                Err(error) => Err(error.into()),
            },
            ("no", _) => Ok(page(&ReceiptStatusPage { notice: Some("Kept. Nothing was changed.".into()), ..page_now })),
            ("", Some(given)) => Ok(page(&ReceiptStatusPage { remove_asked: Some(given), ..page_now })),
            ("", None) => Ok(page(&ReceiptStatusPage { notice: Some("This file cannot be taken away here.".into()), ..page_now })),
            _ => Err(Problem::of(Trouble::FormBroken)),
        }
    })
    .await
}

async fn letter(State(app): State<App>, request: Request<Body>) -> Response {
    page_door(&app, async {
        gate::from_this_site(&app, request.headers())?;
        let (caller, body) = apart(request);
        let fields = Fields::read(whole(&caller, body), &["words", "go"]).await?;
        let words = fields.one("words")?.to_owned();
        gate::knock(&app, &caller, Knock::Secret)?;
        let (done, notice) = match fields.one("go")? {
            "agree" => (
                letters::agree(&app.world, StreetCaller, &words).await,
                "You agreed. It is published in these words if two members approve.",
            ),
            "withdraw" => (letters::withdraw(&app.world, StreetCaller, &words).await, "Taken back. What it said is gone."),
            _ => return Err(Problem::of(Trouble::FormBroken)),
        };
        let (notice, refused) = match done {
            Ok(()) => (notice, false),
            Err(ActError::Refused(no)) => (no.0.advice(), true),
            Err(ActError::NotFound) => {
                let error = FieldError::new("words", Problem::of(Trouble::ReceiptUnknown).advice());
                return Ok(page_with(Problem::of(Trouble::ReceiptUnknown).status(), &words_page(&app, &words, vec![error])));
            }
            Err(error) => return Err(error.into()),
        };
        let letter = letters::read(&app.world, StreetCaller, &words).await?;
        let mut response = told::status(&app, &words, &letter, Some(notice)).await?;
        if refused {
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        }
        Ok(response)
    })
    .await
}

async fn withdraw(State(app): State<App>, request: Request<Body>) -> Response {
    page_door(&app, async {
        let (asked, view) = match asked(&app, request, &["words", "sure"]).await? {
            Ok(both) => both,
            Err(response) => return Ok(response),
        };
        let page_now = status_page(&app, &asked.words, &view).await;
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
