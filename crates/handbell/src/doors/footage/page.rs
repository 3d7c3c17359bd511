//! Page: what a person with a link sees, and the form that takes small files without scripts.
//!
//! The form is read as it comes: a file goes sealed into the vault part by part, and none is held whole. What a field
//! says counts for the files behind it, as browsers send fields in the order of the page.

use super::super::answer::{apart, named, page, page_door, page_with, see_other, whole};
use super::super::desk::longer::last_day;
use super::super::fields::Fields;
use super::super::limits::Knock;
use super::super::problem::{Problem, Trouble};
use super::super::routes::{Route, Who};
use super::super::{App, frame, gate};
use super::untaken;
use crate::acts::StreetCaller;
use crate::acts::footage::{self, Beginning, CLAIMED_LETTERS_MAX, Given, GivenState, GivenTo, Right, Untaken};
use crate::acts::seats::Household;
use crate::work;
use axum::body::Body;
use axum::extract::multipart::Field;
use axum::extract::rejection::PathRejection;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Path, State};
use axum::response::Response;
use handbell_rules::evidence::footage::Wish;
use handbell_rules::evidence::link::FootageLink;
use handbell_rules::evidence::longer::HoldReason;
use handbell_rules::evidence::upload::{FIRST_WAITS, UPLOAD_WAITS};
use handbell_rules::refusal::{Evidence, Refusal};
use handbell_rules::time::{HOUR, MINUTE, Timestamp};
use handbell_site::{Choice, FieldError, GivePage, GivenRow, Tab};
use http::{Request, StatusCode};
use http_body_util::Limited;
use std::time::Duration;

/// Bytes of all files of one form. Who has more to give needs the script, or a program.
const FORM_BYTES_MAX: u64 = 32 << 20;
/// Bytes of a form around its files: boundaries, names, the other fields.
const FORM_AROUND_MAX: u64 = 64 << 10;
/// How long the head of a field may take to come, and how long a field of words.
const FIELD_WITHIN: Duration = Duration::from_secs(60);

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/footage/{link}", Who::Street, show),
        Route::post("/footage/{link}", Who::Street, give),
        Route::post("/footage/{link}/wish", Who::Street, change_wish),
    ]
}

/// Where a link's page stands.
pub fn page_at(secret: &str) -> String {
    format!("/footage/{secret}")
}

const WISHES: [(Wish, &str, Option<&str>); 3] = [
    (Wish::DeskOnly, "Only the desk may look", None),
    (Wish::Lawyer, "It may also go to a lawyer or a complaints body", None),
    (Wish::Public, "It may also be shown in public", Some("Once people and plates are covered and a second person has checked it.")),
];

fn wishes(chosen: Wish) -> Vec<Choice> {
    let choice = |(wish, words, hint): &(Wish, &str, Option<&str>)| Choice {
        chosen: *wish == chosen,
        hint: hint.map(str::to_owned),
        ..Choice::new(wish.word(), *words)
    };
    WISHES.iter().map(choice).collect()
}

/// A number of bytes as people say it, rounded up.
pub fn size_words(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} kB", bytes.div_ceil(1_000)),
        1_000_000..1_000_000_000 => format!("{} MB", bytes.div_ceil(1_000_000)),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}

/// What a media type is called by people.
pub fn type_words(media_type: Option<&str>) -> String {
    let Some((sort, name)) = media_type.and_then(|media_type| media_type.split_once('/')) else { return "A file".into() };
    let sort = match sort {
        "image" => "Photo",
        "video" => "Video",
        _ => "Recording",
    };
    let name = match name {
        "quicktime" => "MOV".to_owned(),
        "mpeg" => "MP3".to_owned(),
        other => other.to_uppercase(),
    };
    format!("{sort} ({name})")
}

/// Why a file is kept longer and until when, and what whoever gave it can do about it.
fn held_words((reason, until): (HoldReason, Timestamp), state: GivenState) -> String {
    let end = last_day(until);
    match (reason, state) {
        (HoldReason::Ordered, GivenState::Shut) => format!("It goes at the end of {end}, or sooner when the order is over."),
        (HoldReason::Ordered, _) => format!(
            "A court, or somebody who may by law, ordered us in writing to keep it until the end of {end}. If you withdraw the report, it stays until then, sealed, and nobody looks at it."
        ),
        (reason, _) => format!(
            "Two members keep it until the end of {end}. {}. You are stronger than that: if you withdraw the report, it goes.",
            reason.words()
        ),
    }
}

/// Files as whoever gave them sees them; with `widens`, they can allow more than they did, as no link can.
pub fn rows(app: &App, files: &[Given], widens: bool) -> Vec<GivenRow> {
    let zone = app.world.group.playbook.zone();
    let row = |given: &Given| GivenRow {
        id: given.id.to_string(),
        what: type_words(given.media_type.as_deref()),
        meta: match given.state {
            GivenState::Coming => {
                format!("{} of {} · began to come at {}", size_words(given.came), size_words(given.length), given.at.clock(zone))
            }
            _ => format!("{} · had come here at {}, by our clock", size_words(given.length), given.at.clock(zone)),
        },
        state: match given.state {
            GivenState::Coming if given.came == 0 => format!("Nothing of it came yet. It waits {} minutes.", FIRST_WAITS / MINUTE),
            GivenState::Coming => format!("On its way. It waits {} hours for its next piece.", UPLOAD_WAITS / HOUR),
            GivenState::Kept => "Kept, sealed. No copy was made for the desk yet.".into(),
            GivenState::Seen => "Kept, sealed. The desk can look at a copy.".into(),
            GivenState::Unshown => "Kept, sealed. It cannot be shown here.".into(),
            GivenState::Closed => "The desk shut it: nobody looks at it, and nothing of it is shown. It is kept, sealed.".into(),
            GivenState::Shut => "You took it back. It is kept, sealed, by order alone: nobody looks at it, shows it or hands it on.".into(),
        },
        wishes: match given.state {
            GivenState::Coming | GivenState::Closed | GivenState::Shut => Vec::new(),
            _ => {
                let open = |choice: &Choice| widens || Wish::parse(&choice.value).is_some_and(|wish| wish.is_within(given.wish));
                let open: Vec<Choice> = wishes(given.wish).into_iter().filter(open).collect();
                // One choice is none.
                if open.len() > 1 { open } else { Vec::new() }
            }
        },
        // What an order holds cannot be taken away, and the page says so.
        can_remove: given.state != GivenState::Shut && !matches!(given.held, Some((HoldReason::Ordered, _))),
    };
    let with_hold = |given: &Given| {
        let row = row(given);
        match given.held {
            Some(held) => GivenRow { state: format!("{} {}", row.state, held_words(held, given.state)), ..row },
            None => row,
        }
    };
    files.iter().map(with_hold).collect()
}

fn view(app: &App, secret: &str, given: &GivenTo, notice: Option<&str>, errors: Vec<FieldError>, typed: &Typed) -> GivePage {
    let zone = app.world.group.playbook.zone();
    let members = given.link.as_ref().is_some_and(|link| link.member.is_some());
    let about = if members {
        "A member of the desk made it and could use it too: by it less can be allowed later, and not more. Whoever has the seven words of the report can say either, of these files too: to decide that alone, file a report of your own and give them there."
    } else {
        "Whoever has its address sees what was given by it, and can allow less and not more. Whoever has the seven words of the report can say either, of these files too: to decide that alone, file a report of your own and give them there."
    };
    let works = |link: &FootageLink| format!("This link works until {}. {about}", link.until.clock(zone)).trim_end().to_owned();
    let until = given.link.as_ref().map_or_else(String::new, works);
    GivePage {
        frame: frame::public(app, Tab::Report, "/receipt"),
        link: secret.to_owned(),
        notice: notice.map(str::to_owned),
        closed: (!given.can_keep).then(|| Refusal::from(Evidence::CustodyKeysMissing).advice().to_owned()),
        until_words: until,
        largest: (size_words(app.world.intake.bounds.file), format!("{} MB", FORM_BYTES_MAX >> 20)),
        wishes: wishes(typed.wish),
        claimed: typed.claimed.clone(),
        files: rows(app, &given.files, given.link.is_none()),
        errors,
    }
}

async fn show(State(app): State<App>, path: Result<Path<String>, PathRejection>) -> Response {
    page_door(&app, async {
        let secret = named(path)?;
        let given = footage::read_given(&app.world, StreetCaller, Right::Link(&secret)).await?;
        Ok(page(&view(&app, &secret, &given, None, Vec::new(), &Typed::default())))
    })
    .await
}

/// What stood in the form before a file.
struct Typed {
    wish: Wish,
    claimed: String,
}

impl Default for Typed {
    fn default() -> Self {
        Self { wish: Wish::DeskOnly, claimed: String::new() }
    }
}

async fn give(State(app): State<App>, path: Result<Path<String>, PathRejection>, request: Request<Body>) -> Response {
    page_door(&app, async {
        let secret = named(path)?;
        gate::from_this_site(&app, request.headers())?;
        let (head, body) = apart(request);
        gate::knock(&app, &head, Knock::Give)?;
        let (typed, taken) = taken_apart(&app, &secret, whole(&head, body)).await?;
        match taken {
            Ok(()) => Ok(see_other(&page_at(&secret))),
            Err(no) => {
                // Where the link itself is over, that is the answer.
                let given = footage::read_given(&app.world, StreetCaller, Right::Link(&secret)).await?;
                let no = no.noted();
                let errors = vec![FieldError::new("file", no.advice())];
                Ok(page_with(no.status(), &view(&app, &secret, &given, None, errors, &typed)))
            }
        }
    })
    .await
}

/// Takes the form in a task of its own: when the line breaks, nobody waits for the answer any more, and what did not
/// come whole is still given up.
async fn taken_apart(app: &App, secret: &str, request: Request<Body>) -> Result<(Typed, Result<(), Problem>), Problem> {
    let (app, secret) = (app.clone(), secret.to_owned());
    let task = work::spawn(async move {
        let mut typed = Typed::default();
        let taken = taken(&app, &secret, request, &mut typed).await;
        (typed, taken)
    });
    task.await.map_err(|error| {
        tracing::error!(%error, "a task that takes a form with footage ended");
        Problem::of(Trouble::Broken)
    })
}

/// What is waited for, while it is not too slow.
async fn soon<T>(what: impl Future<Output = T>) -> Result<T, Problem> {
    tokio::time::timeout(FIELD_WITHIN, what).await.map_err(|_| Problem::of(Trouble::TooSlow))
}

/// Takes every file of a form. Those that came before one that is refused are kept.
async fn taken(app: &App, secret: &str, request: Request<Body>, typed: &mut Typed) -> Result<(), Problem> {
    // The right is looked at before the first byte is.
    footage::read_given(&app.world, StreetCaller, Right::Link(secret)).await?;
    let most = usize::try_from(FORM_BYTES_MAX + FORM_AROUND_MAX).unwrap_or(usize::MAX);
    let mut request = request.map(|body| Body::new(Limited::new(body, most)));
    // The frame's own bound is two mebibytes; ours stands in its place.
    DefaultBodyLimit::disable().apply(&mut request);
    let (mut files, from) = (0, gate::household(app, &request));
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| Problem::of(Trouble::WrongContentType))?;
    while let Some(field) = soon(form.next_field()).await?.map_err(broken)? {
        let name = field.name().unwrap_or_default().to_owned();
        match name.as_str() {
            "wish" => typed.wish = Wish::parse(&soon(short(field)).await??).ok_or_else(|| Problem::of(Trouble::FormBroken))?,
            "claimed" => typed.claimed = soon(short(field)).await??,
            "file" => files += u32::from(file(app, from, secret, field, typed).await?),
            _ => return Err(Problem::of(Trouble::UnknownField)),
        }
    }
    if files == 0 { Err(Problem::refused(Refusal::from(Evidence::FootageKind)).saying("Choose a file first.")) } else { Ok(()) }
}

/// Takes one file; false for the empty field that browsers send when none was chosen.
async fn file(app: &App, from: Option<Household>, secret: &str, field: Field<'_>, typed: &Typed) -> Result<bool, Problem> {
    let name = field.file_name().ok_or_else(|| Problem::of(Trouble::FormBroken))?;
    if name.is_empty() {
        let empty = soon(short(field)).await??.is_empty();
        return if empty { Ok(false) } else { Err(Problem::of(Trouble::FormBroken)) };
    }
    let beginning = Beginning {
        length: FORM_BYTES_MAX.min(app.world.intake.bounds.file),
        metadata: String::new(),
        sha256: None,
        wish: typed.wish,
        claimed: typed.claimed.clone(),
    };
    match footage::give_whole(&app.world, StreetCaller, from, Right::Link(secret), beginning, field).await {
        Ok(_) => Ok(true),
        Err(Untaken::Beyond | Untaken::Broken) => Err(Problem::of(Trouble::FormTooLarge)),
        Err(no) => Err(untaken(no)),
    }
}

/// A field of words.
async fn short(mut field: Field<'_>) -> Result<String, Problem> {
    let mut bytes = Vec::new();
    while let Some(more) = field.chunk().await.map_err(broken)? {
        bytes.extend_from_slice(&more);
        if bytes.len() > 4 * CLAIMED_LETTERS_MAX {
            return Err(Problem::of(Trouble::TooLarge));
        }
    }
    String::from_utf8(bytes).map_err(|_| Problem::of(Trouble::NotUtf8))
}

fn broken(error: axum::extract::multipart::MultipartError) -> Problem {
    Problem::of(if error.status() == StatusCode::PAYLOAD_TOO_LARGE { Trouble::FormTooLarge } else { Trouble::BodyBroken })
}

async fn change_wish(State(app): State<App>, path: Result<Path<String>, PathRejection>, request: Request<Body>) -> Response {
    page_door(&app, async {
        let secret = named(path)?;
        gate::from_this_site(&app, request.headers())?;
        gate::knock(&app, &request, Knock::Give)?;
        let fields = Fields::read(request, &["file", "wish"]).await?;
        wish_changed(&app, Right::Link(&secret), &fields).await?;
        Ok(see_other(&page_at(&secret)))
    })
    .await
}

/// Changes what may be done with a file, from the fields `file` and `wish`.
pub async fn wish_changed(app: &App, right: Right<'_>, fields: &Fields) -> Result<(), Problem> {
    let broken = || Problem::of(Trouble::FormBroken);
    let file = fields.one("file")?.parse().map_err(|_| broken())?;
    let wish = Wish::parse(fields.one("wish")?).ok_or_else(broken)?;
    Ok(footage::change_wish(&app.world, StreetCaller, right, file, wish).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_sorts_are_told_as_people_say_them() {
        let sizes: Vec<String> = [12, 1_000, 1_001, 32 << 20, 4 << 30].into_iter().map(size_words).collect();
        assert_eq!(sizes, ["12 bytes", "1 kB", "2 kB", "34 MB", "4.3 GB"]);
        let sorts: Vec<String> =
            [None, Some("video/mp4"), Some("video/quicktime"), Some("image/jpeg"), Some("audio/mpeg")].map(type_words).into();
        assert_eq!(sorts, ["A file", "Video (MP4)", "Video (MOV)", "Photo (JPEG)", "Recording (MP3)"]);
    }
}
