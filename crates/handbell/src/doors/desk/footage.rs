//! Footage's doors at the desk: the list, one file with its working copies, and the form that covers.
//!
//! What is sent from here was made anew in a shut-in child; still it goes out as something to keep and not to run: no
//! type is guessed, a document opened from it may do nothing, and it has a name that nobody typed.

mod boxes;
mod earlier;
mod suggestions;
mod turn;

use super::opening;
use super::queue::off_duty;
use super::{Names, Part, Typed, around, clock, id, refused, told_at};
use crate::acts::hiding as acts;
use crate::acts::hiding::Taken;
use crate::acts::shut as shutting;
use crate::doors::App;
use crate::doors::answer::{page_door, page_with, see_other};
use crate::doors::footage::page::{size_words, type_words};
use crate::doors::gate::{self, Desk};
use crate::doors::problem::{Problem, Trouble};
use crate::doors::routes::{Route, Who};
use crate::doors::stretch;
use crate::shut_in::film::SOUND_SECONDS_MAX;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use handbell_rules::evidence::footage::{Copies, Footage, Wish};
use handbell_rules::evidence::hiding::{Hiding, HidingState};
use handbell_rules::evidence::shut::ShutReason;
use handbell_rules::id::FootageId;
use handbell_rules::people::trail::Subject;
use handbell_rules::refusal::Evidence;
use handbell_rules::time::DAY;
use handbell_site::{Choice, FootageLine, FootageListPage, FootagePage, Link, Shown, Tab, TimeLine};
use http::{HeaderMap, HeaderValue, Method, header};

/// Most files of the list.
const LISTED: u32 = 200;

/// The doors of footage at the desk.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/desk/footage", Who::Member, list),
        Route::get("/desk/footage/{id}", Who::Member, show),
        Route::get("/desk/footage/{id}/copies/{word}", Who::Member, copy),
        Route::get("/desk/footage/{id}/frames/{number}", Who::Member, frame),
        Route::post("/desk/footage/{id}/hide", Who::Member, hide),
        Route::post("/desk/footage/{id}/shut", Who::Member, shut),
        Route::post("/desk/footage/{id}/reopen", Who::Member, reopen),
    ]
}

/// A copy as it goes out.
pub fn sent(media_type: &str, name: &str, bytes: impl IntoResponse) -> Response {
    dressed(media_type, name, bytes.into_response())
}

fn dressed(media_type: &str, name: &str, mut response: Response) -> Response {
    let headers = response.headers_mut();
    let text = |words: &str| HeaderValue::from_str(words).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CONTENT_TYPE, text(media_type));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    headers.insert(header::CONTENT_DISPOSITION, text(&format!("attachment; filename=\"{name}\"")));
    response
}

/// How far working copies are, in a sentence.
fn state(footage: &Footage) -> String {
    match &footage.copies {
        Copies::Waiting { .. } => "Working copies are being made.".to_owned(),
        Copies::Made { preview: Some(_), .. } => "Working copies are made.".to_owned(),
        Copies::Made { preview: None, .. } => "It is kept sealed; there is nothing to look at.".to_owned(),
        Copies::Failed { .. } if footage.is_taken_back() => "Whoever gave it took it back. It is kept sealed, by order alone.".to_owned(),
        Copies::Failed { .. } if footage.is_shut() => {
            "A member shut it: nobody looks at it, and no copy of it is shown. It is kept sealed, and two custodians can open it."
                .to_owned()
        }
        Copies::Failed { why } => format!("It cannot be looked at here ({why}). It is kept sealed, and two custodians can open it."),
    }
}

fn what(footage: &Footage) -> String {
    let lasts = match &footage.copies {
        Copies::Made { lasts: Some(lasts), .. } => format!(", {}", lasting(lasts.div_ceil(1_000))),
        _ => String::new(),
    };
    format!("{}, {}{lasts}.", type_words(Some(&footage.shown_type())), size_words(footage.length))
}

/// A length of so many seconds, in words.
fn lasting(seconds: u64) -> String {
    let some = |count: u64, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    let parts = [(seconds / 3_600, "hour"), (seconds / 60 % 60, "minute"), (seconds % 60, "second")];
    let parts: Vec<String> = parts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| some(*count, word)).collect();
    match &parts[..] {
        [] => some(0, "second"),
        [before @ .., last] if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        [last, ..] => last.clone(),
    }
}

/// A drawing over something with this wish, in a sentence.
pub fn hiding_words(app: &App, hiding: &Hiding, wish: Wish) -> String {
    let state = match (&hiding.state, &hiding.inspection, &hiding.public) {
        // What is not taken back stands in the record still, in words.
        (HidingState::Burnt { .. }, _, Some(_)) if wish != Wish::Public => {
            "was public, and whoever gave it does not wish that any more: nobody gets it"
        }
        (HidingState::Drawn, ..) => "is being burnt in",
        (HidingState::Failed { .. }, ..) => "could not be burnt in",
        (HidingState::TakenBack, ..) => "was taken back",
        (HidingState::Burnt { .. }, _, Some(_)) => "is public",
        (HidingState::Burnt { .. }, Some(inspection), _) if inspection.clear_at.is_some() => "was looked at whole and found clear",
        (HidingState::Burnt { .. }, ..) => "waits for somebody to look at every frame",
    };
    format!("What was drawn {} {state}", clock(app, hiding.at))
}

fn link_to(app: &App, hiding: &Hiding, wish: Wish) -> Link {
    Link { href: format!("/desk/hidings/{}", hiding.id), words: hiding_words(app, hiding, wish) }
}

/// A file with how far it is.
pub fn line(app: &App, footage: &Footage) -> FootageLine {
    FootageLine {
        link: Link { href: format!("/desk/footage/{}", footage.id), words: what(footage) },
        meta: format!("Came {}. {}", clock(app, footage.received_at), state(footage)),
    }
}

async fn list(State(app): State<App>, headers: HeaderMap) -> Response {
    page_door(&app, async {
        let desk = gate::desk(&app, &headers).await?;
        desk.at_the_desk()?;
        let reads = app.world.store.evidence();
        let since = app.world.now().plus(-30 * DAY);
        let files = reads.footage_since(since, LISTED).await?;
        let waiting = reads.open_hidings().await?;
        let off_duty = off_duty(&app, &desk).await?;
        let count = |count: usize, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
        let shut = off_duty.then(|| {
            let (came, wait) =
                (count(files.len(), "file came", "files came"), count(waiting.len(), "covered copy waits", "covered copies wait"));
            format!("{came} in the last 30 days; {wait}. Start your duty to see which.")
        });
        let (files, waiting) = if off_duty { (Vec::new(), Vec::new()) } else { (files, waiting) };
        let (frame, bar) = around(&app, &desk, Tab::Queue, "/desk/footage", "Footage").await?;
        let view = FootageListPage {
            frame,
            desk: bar,
            cannot: app.world.shut_in.can().cannot(),
            shut,
            files: files.iter().map(|footage| line(&app, footage)).collect(),
            waiting: waiting.iter().map(|hiding| link_to(&app, hiding, Wish::Public)).collect(),
        };
        Ok(page_with(http::StatusCode::OK, &view))
    })
    .await
}

/// The page that stands in the place of what is of a report that this member may not open now. What a witness gave is opened
/// as the report is: on duty, with a reason where one is needed, and with a second member once the matter is over.
/// What was taken back says that first: nobody opens it any more, whoever agrees.
pub async fn closed(app: &App, desk: &Desk, footage: &Footage) -> Result<Option<Response>, Problem> {
    if !footage.is_shut() {
        acts::open(&app.world, footage).await?;
    }
    opening::shut(app, desk, Subject::Report(footage.report)).await
}

/// Refuses a press on what [`closed`] would not show. Shutting a file asks nothing of this: who sees what should not be here
/// need not be on duty.
///
/// # Errors
/// As [`opening::permitted`].
pub async fn permitted(app: &App, desk: &Desk, footage: &Footage) -> Result<(), Problem> {
    if !footage.is_shut() {
        acts::open(&app.world, footage).await?;
    }
    opening::permitted(app, desk, Subject::Report(footage.report)).await
}

/// Refuses a request for the head alone of what is said in the custody chain when it is looked at: whoever asks for no bytes
/// sees nothing, so no frame is made for them and no line says that they looked.
///
/// # Errors
/// [`Trouble::MethodWrong`].
pub fn looks(method: &Method) -> Result<(), Problem> {
    if method == Method::HEAD { Err(Problem::of(Trouble::MethodWrong)) } else { Ok(()) }
}

async fn show(State(app): State<App>, Part(footage): Part<String>, method: Method, headers: HeaderMap) -> Response {
    page_door(&app, async {
        let desk = gate::desk(&app, &headers).await?;
        desk.at_the_desk()?;
        looks(&method)?;
        let footage = acts::footage(&app.world, id(&footage)?).await?;
        if let Some(page) = closed(&app, &desk, &footage).await? {
            return Ok(page);
        }
        let footage = acts::look(&app.world, &desk.caller, footage.id).await?;
        // Whoever draws it again begins with what was drawn last.
        let hidings = app.world.store.evidence().hidings_of(footage.id).await?;
        let fields = earlier::last(&hidings).map(|drawn| earlier::begun(&drawn.covers, lasts(&footage))).unwrap_or_default();
        view(&app, &desk, &footage, Typed { fields, errors: Vec::new() }, false).await
    })
    .await
}

async fn copy(State(app): State<App>, Part((footage, word)): Part<(String, String)>, method: Method, headers: HeaderMap) -> Response {
    page_door(&app, async {
        let desk = gate::desk(&app, &headers).await?;
        desk.at_the_desk()?;
        looks(&method)?;
        let footage = acts::footage(&app.world, id(&footage)?).await?;
        permitted(&app, &desk, &footage).await?;
        // Stills are small and a page holds many; whatever else it is lies here whole until it was sent.
        let place = if word.starts_with("still-") { None } else { Some(turn::Place::of(desk.caller.member).await?) };
        let (media_type, bytes) = acts::copy(&app.world, &desk.caller, &footage, &word, taken(&headers)).await?;
        let bytes = match place {
            Some(place) => place.holding(bytes),
            None => Bytes::from(bytes),
        };
        let ending = match media_type.as_str() {
            "video/mp4" => "mp4",
            "audio/mp4" => "m4a",
            _ => "jpg",
        };
        let name = format!("working-copy.{ending}");
        // A recording is played on its page, by players that ask for it stretch by stretch; a film that broke off goes on.
        Ok(match media_type.starts_with("image/") {
            true => sent(&media_type, &name, bytes),
            false => dressed(&media_type, &name, stretch::given(&headers, bytes)),
        })
    })
    .await
}

/// How a copy is taken, as its request says. A browser says of a picture that it stands in a page; whoever does not say so
/// takes it away.
fn taken(headers: &HeaderMap) -> Taken {
    let says = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    // The last bytes, however many, may be all of them.
    let last = says("range").starts_with("bytes=-");
    match stretch::asked(headers, "", u64::MAX) {
        _ if says("sec-fetch-dest") == "image" => Taken::InPage,
        stretch::Asked::All => Taken::Whole,
        stretch::Asked::Part(part) if part.start == 0 || last => Taken::Begun,
        stretch::Asked::Part(part) => Taken::GoesOn { from: part.start, until: part.end },
        stretch::Asked::Nothing => Taken::GoesOn { from: 0, until: 0 },
    }
}

/// One frame of a film, to draw on.
async fn frame(State(app): State<App>, Part((footage, number)): Part<(String, String)>, method: Method, headers: HeaderMap) -> Response {
    page_door(&app, async {
        let desk = gate::desk(&app, &headers).await?;
        desk.at_the_desk()?;
        looks(&method)?;
        let number: u32 = id(&number)?;
        let footage = acts::footage(&app.world, id(&footage)?).await?;
        permitted(&app, &desk, &footage).await?;
        let turn = turn::Turn::of(desk.caller.member)?;
        let bytes = acts::moment(&app.world, &desk.caller, footage.id, number, turn).await?;
        Ok(sent("image/jpeg", &format!("frame-{number}.jpg"), bytes))
    })
    .await
}

/// Covers what is drawn. A button of the form may ask for more rows, for empty ones or for a suggestion in one: nothing is
/// covered then.
async fn hide(State(app): State<App>, Part(footage): Part<String>, request: Request) -> Response {
    let back = format!("/desk/footage/{footage}");
    told_at(&app, &back, async {
        let all = boxes::known();
        let known: Vec<&str> = all.iter().map(String::as_str).collect();
        let (desk, fields) = gate::desk_form(&app, request, &known).await?;
        desk.at_the_desk()?;
        // A box of which somebody sent two would be read as none.
        for name in &all {
            fields.one(name)?;
        }
        let footage = acts::footage(&app.world, id::<FootageId>(&footage)?).await?;
        permitted(&app, &desk, &footage).await?;
        acts::open(&app.world, &footage).await?;
        let go = fields.one("go")?.to_owned();
        let typed = match go.as_str() {
            "" => match boxes::covers(&fields, lasts(&footage)) {
                Ok(covers) => match refused(acts::draw(&app.world, &desk.caller, footage.id, covers).await)? {
                    Ok(hiding) => return Ok(see_other(&format!("/desk/hidings/{hiding}"))),
                    Err(no) => Typed::no(fields, no, |field| field),
                },
                Err(wrong) => Typed { fields, errors: vec![wrong] },
            },
            "more" => Typed { fields, errors: Vec::new() },
            "empty" => Typed::default(),
            button => {
                let all = acts::suggestions(&app.world, &footage).await?.unwrap_or_default();
                let suggestion = suggestions::named(&all, button).ok_or_else(|| Problem::of(Trouble::FormBroken))?;
                match suggestions::take(suggestion, &fields, lasts(&footage) > 0) {
                    Some(fields) => Typed { fields, errors: Vec::new() },
                    None => {
                        let words =
                            format!("No row is left: there are {} boxes, and no more. Cover a larger part with one.", boxes::BOXES_MAX);
                        Typed::at(fields, "covers", words)
                    }
                }
            }
        };
        view(&app, &desk, &footage, typed, go == "more").await
    })
    .await
}

/// Shuts a file, for a reason of the list.
async fn shut(State(app): State<App>, Part(footage): Part<String>, request: Request) -> Response {
    let back = format!("/desk/footage/{footage}");
    told_at(&app, &back, async {
        let (desk, fields) = gate::desk_form(&app, request, &["csrf", "reason"]).await?;
        desk.at_the_desk()?;
        let footage: FootageId = id(&footage)?;
        let Some(reason) = ShutReason::parse(fields.one("reason")?) else {
            let kept = acts::footage(&app.world, footage).await?;
            permitted(&app, &desk, &kept).await?;
            acts::open(&app.world, &kept).await?;
            let typed = Typed::no(fields, Evidence::ShutReasonMissing.into(), |field| field);
            return view(&app, &desk, &kept, typed, false).await;
        };
        shutting::shut(&app.world, &desk.caller, footage, reason).await?;
        Ok(see_other(&back))
    })
    .await
}

/// Opens a shut file to the desk again, or ends the time in which that can be.
async fn reopen(State(app): State<App>, Part(footage): Part<String>, request: Request) -> Response {
    let back = format!("/desk/footage/{footage}");
    told_at(&app, &back, async {
        let (desk, fields) = gate::desk_form(&app, request, &["csrf", "go"]).await?;
        desk.at_the_desk()?;
        let footage: FootageId = id(&footage)?;
        match fields.one("go")? {
            "open" => shutting::open_again(&app.world, &desk.caller, footage).await?,
            "end" => shutting::end(&app.world, &desk.caller, footage).await?,
            _ => return Err(Problem::of(Trouble::FormBroken)),
        }
        Ok(see_other(&back))
    })
    .await
}

/// What a member reads of a shut file that may be opened again; empty where it may not.
fn held_words(app: &App, footage: &Footage, names: &Names) -> Vec<String> {
    let Some(held) = footage.opens_again(app.world.now()) else { return Vec::new() };
    let mut words = vec![format!(
        "{} shut it {}. Its copies lie hidden until {} and then go. Until then two others can open it to the desk again; what was public of it stays gone.",
        names.of(held.by),
        clock(app, held.at),
        clock(app, held.until())
    )];
    words.extend(held.asked.map(|member| format!("{} asks that it is opened again. Another member has to agree.", names.of(member))));
    words
}

fn lasts(footage: &Footage) -> u64 {
    match &footage.copies {
        Copies::Made { lasts, .. } => lasts.unwrap_or_default(),
        Copies::Waiting { .. } | Copies::Failed { .. } => 0,
    }
}

/// Why it can be shut; nothing where nobody looks at it any more.
fn shut_reasons(footage: &Footage) -> Vec<Choice> {
    let closed = footage.is_shut() || footage.is_taken_back();
    let all = ShutReason::ALL.iter().filter(|_| !closed);
    all.map(|(_, word, words)| Choice::new(*word, *words)).collect()
}

/// The three times, each with whose word it is and by which clock.
fn times(app: &App, footage: &Footage, in_file: Option<&str>) -> Vec<TimeLine> {
    let claimed = match footage.claimed.as_str() {
        "" => "Nothing said".to_owned(),
        words => format!("{words} (their own words)"),
    };
    let lines = [
        ("When it was filmed, as the witness says", claimed),
        ("When it was filmed, as the file says", in_file.map_or_else(|| "Nothing said".to_owned(), by_its_clock)),
        ("When the whole file had come here", format!("{} (this server’s clock, the time of this town)", clock(app, footage.received_at))),
    ];
    lines.into_iter().map(|(whose, words)| TimeLine { whose: whose.to_owned(), words }).collect()
}

/// What a file says of its time, with whose clock that was. A camera may be set wrong, and anybody can write it anew.
pub(super) fn by_its_clock(said: &str) -> String {
    let zoned = said.ends_with(" UTC") || said.rsplit_once(' ').is_some_and(|(_, last)| last.starts_with(['+', '-']));
    match zoned {
        true => format!("{said} (the clock of whatever made it)"),
        false => format!("{said} (the clock of whatever made it; it does not say in which time zone)"),
    }
}

async fn view(app: &App, desk: &Desk, footage: &Footage, typed: Typed, more: bool) -> Result<Response, Problem> {
    let path = format!("/desk/footage/{}", footage.id);
    let at = |name: &str| format!("{path}/copies/{}", name.rsplit_once("copy-").map_or(name, |(_, word)| word));
    let (mut preview, mut film, mut sound, mut stills, mut notes, mut in_file) = (None, None, None, Vec::new(), Vec::new(), None);
    if let Copies::Made { preview: copy, clean, stills: all, in_file: said, credentials, size, .. } = &footage.copies {
        in_file = said.clone();
        let size = size.map_or_else(String::new, |(width, height)| format!(", {width} by {height}"));
        if let Some(copy) = copy {
            match copy.media_type.as_str() {
                "image/jpeg" => preview = Some(Shown { src: at(&copy.name), words: format!("Working copy of the picture{size}") }),
                "audio/mp4" => {
                    sound = Some(Link { href: at(&copy.name), words: format!("Take the recording away, {}", size_words(copy.length)) })
                }
                _ => {
                    film = Some(Link {
                        href: at(&copy.name),
                        words: format!("Take the film away, {}, without sound", size_words(copy.length)),
                    })
                }
            }
        }
        let second = |at: Option<u64>| at.unwrap_or_default() / 1_000;
        stills = all.iter().map(|still| Shown { src: at(&still.name), words: format!("At second {}", second(still.at)) }).collect();
        notes.extend(credentials.then(|| "It carries content credentials (not checked here). The original keeps them.".to_owned()));
        let long = sound.is_some() && lasts(footage) > u64::from(SOUND_SECONDS_MAX) * 1_000;
        notes.extend(long.then(|| "The first hour can be played. The original has all of it.".to_owned()));
        let lossy = clean.is_none() && copy.as_ref().is_some_and(|copy| !copy.is_sound());
        notes.extend(
            lossy.then(|| "Its hidden details could not be taken out of the file itself: copies are made of the working copy.".to_owned()),
        );
    }
    if let Some(own) = app.world.store.evidence().own_copy(footage).await? {
        notes.push(format!(
            "This is our own copy of another file (/desk/footage/{own}), byte by byte: somebody took it from here or from the record and gave it again. It is no second source."
        ));
    }
    let film_lasts = film.is_some();
    let picture_size = if let Copies::Made { size, .. } = &footage.copies { *size } else { None };
    let times = times(app, footage, in_file.as_deref());
    let no_drawing = match (&preview, &film, footage.wish) {
        _ if sound.is_some() => Evidence::SoundNotShown.advice(),
        (None, None, _) => Evidence::WorkingCopyMissing.advice(),
        (.., Wish::Public) => "",
        _ => Evidence::FootageNotWished.advice(),
    };
    let wish = match footage.wish {
        Wish::DeskOnly => "The desk may look, nobody else.",
        Wish::Lawyer => "It may be handed to a lawyer or a complaints body.",
        Wish::Public => "It may be shown in public once people and plates are covered.",
    };
    let hidings = app.world.store.evidence().hidings_of(footage.id).await?;
    let (kept, earlier) = match earlier::last(&hidings) {
        Some(drawn) => {
            let kept = earlier::kept(&earlier::begun(&drawn.covers, lasts(footage)), &typed.fields);
            let words = earlier::words(Names::read(app).await?.of(drawn.by), &clock(app, drawn.at), drawn, &kept);
            (kept, words)
        }
        None => Default::default(),
    };
    let (frame, bar) = around(app, desk, Tab::Queue, &path, "Footage").await?;
    let suggested = if no_drawing.is_empty() { acts::suggestions(&app.world, footage).await? } else { None };
    let mut rows = boxes::rows(&typed, more);
    rows.iter_mut().for_each(|row| row.earlier = kept.contains(&row.number));
    let page = FootagePage {
        frame,
        desk: bar,
        id: footage.id.to_string(),
        what: what(footage),
        state: state(footage),
        wish: wish.to_owned(),
        kept: super::longer::kept_words(app, footage),
        report: Link { href: format!("/desk/reports/{}", footage.report), words: "a report".to_owned() },
        times,
        notes,
        moves: film_lasts,
        preview,
        film,
        stills,
        sound,
        size: picture_size,
        more_than_suggested: suggestions::more(suggested.as_deref().unwrap_or_default(), film_lasts),
        suggested: suggested.map(|all| suggestions::lines(&all, film_lasts, &typed.fields)),
        hidings: hidings.iter().map(|hiding| link_to(app, hiding, footage.wish)).collect(),
        can_empty: !kept.is_empty(),
        earlier,
        no_drawing: no_drawing.to_owned(),
        lasts: lasts(footage),
        can_more: rows.len() < usize::from(boxes::BOXES_MAX),
        most: boxes::BOXES_MAX,
        boxes: rows,
        shut_reasons: shut_reasons(footage),
        held_words: held_words(app, footage, &Names::read(app).await?),
        errors: typed.errors.clone(),
    };
    Ok(page_with(typed.status(), &page))
}

#[cfg(test)]
mod form_tests;
#[cfg(test)]
mod tests;
