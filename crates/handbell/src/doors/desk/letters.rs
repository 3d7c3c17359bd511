//! The desk's doors of replies and complaints: the list by what is due first, and one letter.
//!
//! Whoever proposed or approved what is public there sees the letter and no button. The sender reads the same
//! clocks. What a reply will say is shown passage by passage; taking one out asks for a reason, and there is no
//! field in which a word of it could be changed.

use super::{Names, Part, Typed, around, clock, id, marked, refused, same_version, told_at};
use crate::acts::letters::{self, LetterFile};
use crate::acts::record::read_record_file;
use crate::doors::App;
use crate::doors::answer::{page_door, page_with, see_other};
use crate::doors::fields::Fields;
use crate::doors::gate::{self, Desk};
use crate::doors::problem::{Problem, Trouble};
use crate::doors::record::letters as told;
use crate::doors::routes::{Route, Who};
use axum::extract::{Request, State};
use axum::response::Response;
use handbell_rules::id::LetterId;
use handbell_rules::people::member::Role;
use handbell_rules::record::letter::{Decline, Letter, Publishing, Remedy, Sent, may_handle};
use handbell_rules::record::marks::Finding;
use handbell_rules::record::moderation::Verdict;
use handbell_rules::record::reply::{TakenOut, passages};
use handbell_rules::refusal::Record;
use handbell_site::{Choice, Fact, LetterPage, LetterRow, LettersPage, Link, PassageAsked, Tab};
use http::HeaderMap;
use std::collections::BTreeMap;

/// The doors of letters.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/desk/replies", Who::Member, list),
        Route::get("/desk/replies/{id}", Who::Member, show),
        Route::post("/desk/replies/{id}/take", Who::Member, take),
        Route::post("/desk/replies/{id}/publish", Who::Member, publish),
        Route::post("/desk/replies/{id}/shorten", Who::Member, shorten),
        Route::post("/desk/replies/{id}/decide", Who::Member, decide),
    ]
}

/// The link to the list, with how many wait.
pub async fn link(app: &App, desk: &Desk) -> Result<Link, Problem> {
    let (waiting, _) = letters::list(&app.world, &desk.caller).await?;
    let words = match waiting.len() {
        0 => "Replies and complaints: none waits".to_owned(),
        1 => "Replies and complaints: one waits".to_owned(),
        some => format!("Replies and complaints: {some} wait"),
    };
    Ok(Link { href: "/desk/replies".to_owned(), words })
}

async fn headline(app: &App, letter: &Letter) -> Result<String, Problem> {
    let record = crate::acts::record::read_record(&app.world, letter.incident, None).await?;
    let title = record.map_or_else(|| "an incident".to_owned(), |record| record.title);
    Ok(match &letter.sent {
        Sent::Reply { role, .. } => format!("Reply: {}. {title}", role.who().to_lowercase()),
        Sent::Complaint { reason, .. } => format!("Complaint: {}. {title}", reason.words()),
    })
}

async fn list(State(app): State<App>, headers: HeaderMap) -> Response {
    page_door(&app, async {
        let desk = gate::desk(&app, &headers).await?;
        desk.at_the_desk()?;
        let (waiting, decided) = letters::list(&app.world, &desk.caller).await?;
        let names = Names::read(&app).await?;
        let row = async |letter: &Letter| -> Result<LetterRow, Problem> {
            let clocks = letter.clocks();
            let has = letter
                .taken
                .map_or_else(|| format!("Take it by {}.", clock(&app, clocks.take_by)), |taken| format!("{} has it.", names.of(taken.by)));
            let decided = match letter.closed {
                Some(closed) => format!("Decided {}.", clock(&app, closed.at)),
                None => format!("Decide by {}.", clock(&app, clocks.decide_by)),
            };
            Ok(LetterRow {
                href: format!("/desk/replies/{}", letter.id),
                headline: headline(&app, letter).await?,
                meta: format!("Came {}. {has} {decided}", clock(&app, letter.received_at)),
                tag: told::tag(&app, letter),
            })
        };
        let (mut first, mut second) = (Vec::new(), Vec::new());
        for letter in &waiting {
            first.push(row(letter).await?);
        }
        for letter in &decided {
            second.push(row(letter).await?);
        }
        let (frame, bar) = around(&app, &desk, Tab::DeskRecord, "/desk/replies", "Replies and complaints").await?;
        Ok(page_with(http::StatusCode::OK, &LettersPage { frame, desk: bar, waiting: first, decided: second }))
    })
    .await
}

async fn show(State(app): State<App>, Part(letter): Part<String>, headers: HeaderMap) -> Response {
    page_door(&app, async {
        let desk = gate::desk(&app, &headers).await?;
        desk.at_the_desk()?;
        view(&app, &desk, id(&letter)?, &[], Typed::default()).await
    })
    .await
}

/// A press on a letter as it was read.
async fn pressed(app: &App, request: Request, letter: &str, known: &[&str]) -> Result<(Desk, Fields, LetterFile), Problem> {
    let (desk, fields) = gate::desk_form(app, request, known).await?;
    desk.at_the_desk()?;
    let file = letters::open(&app.world, &desk.caller, id(letter)?).await?;
    same_version(&fields, file.letter.version)?;
    Ok((desk, fields, file))
}

async fn take(State(app): State<App>, Part(letter): Part<String>, request: Request) -> Response {
    let back = format!("/desk/replies/{letter}");
    told_at(&app, &back, async {
        let (desk, fields, file) = pressed(&app, request, &letter, &["csrf", "version"]).await?;
        match refused(letters::take(&app.world, &desk.caller, file.letter.id).await)? {
            Ok(()) => Ok(see_other(&back)),
            Err(no) => view(&app, &desk, file.letter.id, &[], Typed::no(fields, no, |_| "")).await,
        }
    })
    .await
}

async fn shorten(State(app): State<App>, Part(letter): Part<String>, request: Request) -> Response {
    let back = format!("/desk/replies/{letter}");
    told_at(&app, &back, async {
        let (desk, fields, file) = pressed(&app, request, &letter, &["csrf", "version", "shorter"]).await?;
        let text = fields.one("shorter")?.to_owned();
        match refused(letters::shorten(&app.world, &desk.caller, file.letter.id, &text).await)? {
            Ok(()) => Ok(see_other(&back)),
            Err(no) => {
                let field = if matches!(no.field(), "shorter" | "text") { "shorter" } else { "" };
                view(&app, &desk, file.letter.id, &[], Typed::at(fields, field, no.advice())).await
            }
        }
    })
    .await
}

fn verdict(text: &str, is_reply: bool) -> Option<Verdict> {
    match text.split_once(':') {
        Some(("declined", why)) => Decline::parse(why).filter(|why| !is_reply || why.fits_a_reply()).map(Verdict::Declined),
        Some(("done", remedy)) if !is_reply => Remedy::parse(remedy).map(Verdict::Done),
        _ => None,
    }
}

async fn decide(State(app): State<App>, Part(letter): Part<String>, request: Request) -> Response {
    let back = format!("/desk/replies/{letter}");
    told_at(&app, &back, async {
        let (desk, fields, file) = pressed(&app, request, &letter, &["csrf", "version", "verdict"]).await?;
        let Some(verdict) = verdict(fields.one("verdict")?, file.letter.sent.is_reply()) else {
            let typed = Typed::at(fields, "verdict", "Choose from the list.");
            return view(&app, &desk, file.letter.id, &[], typed).await;
        };
        match refused(letters::decide(&app.world, &desk.caller, file.letter.id, verdict).await)? {
            Ok(()) => Ok(see_other(&back)),
            Err(no) => view(&app, &desk, file.letter.id, &[], Typed::no(fields, no, |_| "")).await,
        }
    })
    .await
}

/// How the form wants a reply published.
fn publishing(fields: &Fields) -> Result<Publishing, Problem> {
    let mut taken_out = BTreeMap::new();
    for (name, value) in fields.iter() {
        let Some(number) = name.strip_prefix("out-").filter(|_| !value.is_empty()) else { continue };
        let place = number.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        match (place, TakenOut::parse(value)) {
            (Some(place), Some(why)) => drop(taken_out.insert(place, why)),
            _ => return Err(Problem::of(Trouble::FormBroken)),
        }
    }
    Ok(Publishing { shortened: fields.one("words")? == "shortened", taken_out, checked: fields.one("checked")? == "yes" })
}

async fn publish(State(app): State<App>, Part(letter): Part<String>, request: Request) -> Response {
    let back = format!("/desk/replies/{letter}");
    told_at(&app, &back, async {
        let known = ["csrf", "version", "words", "out-*", "checked", "because", "why-*"];
        let (desk, fields, file) = pressed(&app, request, &letter, &known).await?;
        let how = publishing(&fields)?;
        let explanation = marked::explanation(&fields);
        let stands = read_record_file(&app.world, &desk.caller, file.letter.incident).await?;
        let findings: Vec<Finding> = match letters::proposed(&file.letter, &how) {
            Ok(proposed) => stands.marks(&app.world, &proposed).unwrap_or_default(),
            Err(_) => Vec::new(),
        };
        let errors = marked::errors(&findings, &explanation, stands.file.incident.home);
        match refused(letters::propose(&app.world, &desk.caller, file.letter.id, &how, explanation).await)? {
            Ok(_) => Ok(see_other(&back)),
            Err(no) if marked::is_about_marks(no) => view(&app, &desk, file.letter.id, &findings, Typed { fields, errors }).await,
            Err(no) => {
                let field = match no.name() {
                    "sender-not-agreed" => "words",
                    "reply-empty" => "out-1",
                    _ => "",
                };
                view(&app, &desk, file.letter.id, &findings, Typed::at(fields, field, no.advice())).await
            }
        }
    })
    .await
}

fn facts(app: &App, letter: &Letter, names: &Names) -> Vec<Fact> {
    let mut facts = match &letter.sent {
        Sent::Reply { role, body, .. } => {
            let who = Fact::new("Who answers", role.who());
            vec![if body.is_empty() { who } else { who.with_note(format!("for {body}")) }]
        }
        Sent::Complaint { reason, .. } => vec![Fact::new("Says that", reason.words())],
    };
    facts.push(match letter.sent.claims() {
        [] => Fact::new("About", "The page as a whole"),
        some => Fact::new("About claims", some.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")),
    });
    facts.extend(told::clocks(app, letter));
    facts.extend(letter.taken.map(|taken| Fact::new("Who has it", names.of(taken.by))));
    facts.push(Fact::new("What its sender reads", told::became(letter).pop().unwrap_or_default()));
    facts
}

async fn view(app: &App, desk: &Desk, letter: LetterId, findings: &[Finding], typed: Typed) -> Result<Response, Problem> {
    let file = letters::open(&app.world, &desk.caller, letter).await?;
    let stands = read_record_file(&app.world, &desk.caller, file.letter.incident).await?;
    let names = Names::read(app).await?;
    let letter = &file.letter;
    let open = letter.closed.is_none();
    let may = may_handle(&desk.caller, letter, file.hands());
    let mine = letter.taken.is_some_and(|taken| taken.by == desk.caller.member);
    let can_decide = open && may.is_ok() && mine && letter.proposal.is_none();
    let is_reply = letter.sent.is_reply();
    let can_publish = can_decide && is_reply && desk.caller.needs(Role::Editor).is_ok();
    let refusal = match (open, may, letter.proposal) {
        (false, ..) => None,
        (true, Err(no), _) => Some(no.advice().to_owned()),
        (true, Ok(()), Some(_)) => Some(Record::LetterProposed.advice().to_owned()),
        (true, Ok(()), None) => None,
    };
    let agreed = letter.shorter.as_ref().is_some_and(|shorter| shorter.agreed_at.is_some());
    let choice = |field: &str, value: &str, words: &str, first: bool| {
        let given = typed.text(field);
        Choice { chosen: if given.is_empty() { first } else { given == value }, ..Choice::new(value, words) }
    };
    let shortened = typed.text("words") == "shortened" && agreed;
    let words = letter.shorter.as_ref().filter(|_| shortened).map_or(letter.sent.text(), |shorter| shorter.text.as_str());
    let passage = |(place, words): (usize, String)| {
        let field = format!("out-{}", place + 1);
        let stands = choice(&field, "", "It stands as it was sent", true);
        let outs = TakenOut::ALL.iter().map(|(_, name, words)| choice(&field, name, &format!("Taken out: {words}"), false));
        PassageAsked { words, label: format!("Passage {}", place + 1), choices: [stands].into_iter().chain(outs).collect(), field }
    };
    let declines = Decline::ALL.iter().filter(|(why, ..)| !is_reply || why.fits_a_reply());
    let declines =
        declines.map(|(_, name, words)| choice("verdict", &format!("declined:{name}"), &format!("Nothing is changed: {words}"), false));
    let remedies = Remedy::ALL.iter().filter(|_| !is_reply);
    let remedies = remedies.map(|(_, name, words)| choice("verdict", &format!("done:{name}"), &super::claim::capital(words), false));
    let public = Link { href: format!("/record/{}", letter.incident), words: "The public page".to_owned() };
    let editor = Link { href: super::editor::path(letter.incident), words: "Write the record".to_owned() };
    let path = format!("/desk/replies/{}", letter.id);
    let (frame, bar) = around(app, desk, Tab::DeskRecord, &path, if is_reply { "A reply" } else { "A complaint" }).await?;
    let page = LetterPage {
        frame,
        desk: bar,
        id: letter.id.to_string(),
        version: letter.version.to_string(),
        headline: headline(app, letter).await?,
        is_reply,
        tag: told::tag(app, letter),
        links: vec![public, editor],
        facts: facts(app, letter, &names),
        sent: passages(letter.sent.text()),
        refusal,
        can_take: open && may.is_ok() && !mine && letter.proposal.is_none(),
        can_decide,
        can_publish,
        passages: if can_publish { passages(words).into_iter().enumerate().map(passage).collect() } else { Vec::new() },
        shorter: letter.shorter.as_ref().map(|shorter| {
            let term = match shorter.agreed_at {
                Some(at) => format!("The sender agreed to these words, {}.", clock(app, at)),
                None => format!("Offered {}. The sender has not agreed yet.", clock(app, shorter.at)),
            };
            Fact::new(term, shorter.text.clone())
        }),
        which: if agreed {
            vec![
                choice("words", "whole", "As it was sent", true),
                choice("words", "shortened", "In the shorter words that the sender agreed to", false),
            ]
        } else {
            Vec::new()
        },
        checked: vec![
            choice("checked", "no", "Nobody has checked who sent it, and the page says so", true),
            choice("checked", "yes", "We asked them, by a way we knew before, and heard that it is theirs", false),
        ],
        shorter_typed: typed.text("shorter"),
        verdicts: if can_decide { remedies.chain(declines).collect() } else { Vec::new() },
        marks: marked::asked(findings, &typed.fields, stands.file.incident.home).filter(|_| can_publish),
        errors: typed.errors.clone(),
    };
    Ok(page_with(typed.status(), &page))
}
