//! The page of signing devices, and what its presses do.
//!
//! It shows whose browsers sign, which list stands, and the next one word for word. Keys are made in browsers;
//! what arrives here is a public half and signatures. The same two fields come with the approval of an alert.

use super::{Names, Part, Typed, around, clock, id, refused, told_at};
use crate::acts::keys::{self, KeysFile};
use crate::doors::App;
use crate::doors::answer::{page_door, page_with, see_other};
use crate::doors::fields::Fields;
use crate::doors::gate::{self, Desk};
use crate::doors::problem::Problem;
use crate::doors::routes::{Route, Who};
use axum::extract::{Request, State};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use handbell_rules::bell::alert::Alert;
use handbell_rules::bell::manifest::{LIST_SIGNERS, Manifest, signed_by};
use handbell_rules::bell::signed::{AlertSignature, Signing};
use handbell_rules::id::SigningKeyId;
use handbell_rules::people::member::Role;
use handbell_rules::refusal::{Bell, Refusal};
use handbell_site::{KeyRow, KeysPage, Tab};
use http::HeaderMap;

const PATH: &str = "/desk/keys";

/// What signatures stop and what they do not. The threat model says the same at length.
const BOUNDS: [&str; 4] = [
    "Whoever steals the sending key, the database or the machine that sends cannot make a phone show an alert of this group.",
    "Whoever changes the files that this site gives browsers can: a page decides what it asks to have signed, and the phone's own checking comes from here too. The log of this group names each version of the file that checks.",
    "One captured device sends observers at most. Two, of two members, ring further.",
    "An end needs no key: it was signed with its alert. Whoever steals the database while an alert is live can send its end.",
];

/// The doors of signing devices.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get(PATH, Who::Member, show),
        Route::post(PATH, Who::Member, add),
        Route::post("/desk/keys/list", Who::Member, sign_list),
        Route::post("/desk/keys/{key}/take-back", Who::Member, take_back),
    ]
}

async fn show(State(app): State<App>, headers: HeaderMap) -> Response {
    page_door(&app, async {
        let desk = gate::desk(&app, &headers).await?;
        desk.at_the_desk()?;
        view(&app, &desk, Typed::default()).await
    })
    .await
}

/// Bytes as a script writes them: base64url without padding.
fn bytes(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// The signature that came with a form; none when its fields are empty.
pub(super) fn signature_of(fields: &Fields) -> Result<Result<Option<AlertSignature>, Refusal>, Problem> {
    let (key, signature) = (fields.one("key")?, fields.one("signature")?);
    if key.is_empty() && signature.is_empty() {
        return Ok(Ok(None));
    }
    let read = key.parse::<SigningKeyId>().ok().zip(bytes(signature));
    Ok(read.map(|(key, signature)| Some(AlertSignature { key, signature })).ok_or_else(|| Bell::SignatureWrong.into()))
}

/// What a form that approves an alert signs here: nothing in an exercise whose browser has no key.
pub(super) async fn text_to_sign(app: &App, desk: &Desk, alert: &Alert) -> Result<Option<String>, Problem> {
    let signs = match app.world.group.signing {
        Signing::ByDevices => true,
        Signing::Played => {
            let roll = crate::push::signed::roll(&*app.world.store).await?;
            roll.own(&desk.caller).is_some_and(|own| roll.newest.as_ref().is_some_and(|list| roll.standing.listed(list, own.id).is_some()))
        }
    };
    Ok(signs.then(|| keys::statement(&app.world, alert).text().to_owned()))
}

async fn answered(app: &App, desk: &Desk, done: Result<(), crate::acts::ActError>) -> Result<Response, Problem> {
    match refused(done)? {
        Ok(()) => Ok(see_other(PATH)),
        Err(no) => view(app, desk, Typed::at(Fields::default(), "", no.advice())).await,
    }
}

async fn add(State(app): State<App>, request: Request) -> Response {
    told_at(&app, PATH, async {
        let (desk, fields) = gate::desk_form(&app, request, &["csrf", "public", "proof"]).await?;
        desk.at_the_desk()?;
        let public = bytes(fields.one("public")?).unwrap_or_default();
        let proof = bytes(fields.one("proof")?).unwrap_or_default();
        answered(&app, &desk, keys::add(&app.world, &desk.caller, &public, &proof).await).await
    })
    .await
}

async fn sign_list(State(app): State<App>, request: Request) -> Response {
    told_at(&app, PATH, async {
        let (desk, fields) = gate::desk_form(&app, request, &["csrf", "key", "signature"]).await?;
        desk.at_the_desk()?;
        let done = match signature_of(&fields)? {
            Ok(Some(signature)) => keys::sign_list(&app.world, &desk.caller, signature).await,
            Ok(None) => Err(Refusal::from(Bell::SignatureMissing).into()),
            Err(no) => Err(no.into()),
        };
        if done.is_ok() {
            keys::name_worker(&app.world, handbell_site::worker_digest()).await?;
        }
        answered(&app, &desk, done).await
    })
    .await
}

async fn take_back(State(app): State<App>, Part(key): Part<String>, request: Request) -> Response {
    told_at(&app, PATH, async {
        let (desk, _) = gate::desk_form(&app, request, &["csrf"]).await?;
        desk.at_the_desk()?;
        answered(&app, &desk, keys::take_back(&app.world, &desk.caller, id(&key)?).await).await
    })
    .await
}

fn state_words(app: &App, file: &KeysFile) -> String {
    match (&file.roll.newest, app.world.group.signing) {
        (Some(list), _) => {
            format!("List {} stands, with {} devices of {} members.", list.number, list.devices.len(), list.holders())
        }
        (None, Signing::ByDevices) => {
            "There is no list yet, so no live alert can ring. Two members each add a browser, then both sign the list.".to_owned()
        }
        (None, Signing::Played) => {
            "There is no list. This is an exercise: it can be played without keys, and its messages say that they are not signed."
                .to_owned()
        }
    }
}

/// Why this browser cannot sign the next list, if it cannot.
fn why_not(desk: &Desk, file: &KeysFile, next: &Manifest) -> Option<Refusal> {
    let signers = signed_by(file.roll.newest.as_ref(), next);
    let own = file.own.as_ref().and_then(|own| file.roll.standing.listed(signers, own.id));
    if desk.caller.needs(Role::Approver).is_err() {
        Some(Bell::ApproverNeeded.into())
    } else if next.holders() < LIST_SIGNERS {
        Some(Bell::SigningListShort.into())
    } else if own.is_none() {
        Some(Bell::SignatureNotListed.into())
    } else {
        None
    }
}

async fn view(app: &App, desk: &Desk, typed: Typed) -> Result<Response, Problem> {
    let file = keys::read(&app.world, &desk.caller).await?;
    let names = Names::read(app).await?;
    let (frame, bar) = around(app, desk, Tab::People, PATH, "Signing devices").await?;
    let listed = |key| file.roll.newest.as_ref().filter(|list| list.devices.iter().any(|device| device.key == key)).map(|list| list.number);
    let devices = file.roll.keys.iter().filter(|key| key.removed_at.is_none()).map(|key| KeyRow {
        id: key.id.to_string(),
        member: names.of(key.member).to_owned(),
        here: key.device == desk.caller.device,
        state: match listed(key.id) {
            Some(number) => format!("On list {number}"),
            None => "Waits for the next list".to_owned(),
        },
        since: format!("Added {} at {}", key.since.day(app.world.group.playbook.zone()), clock(app, key.since)),
        may_take_back: key.member == desk.caller.member,
    });
    let next = file.proposed.as_ref().filter(|_| !file.roll.keys.is_empty());
    let text = next.map(Manifest::text);
    let refusal = next.and_then(|next| why_not(desk, &file, next));
    let signed = file.roll.begun.as_ref().filter(|begun| Some(&begun.text) == text.as_ref());
    let mine = signed.is_some_and(|begun| begun.signatures.iter().any(|one| file.own.as_ref().is_some_and(|own| own.id == one.key)));
    let beginning = next.is_some_and(|next| next.before == [0; 32] && file.roll.newest.is_some());
    let view = KeysPage {
        frame,
        desk: bar,
        state_words: state_words(app, &file),
        devices: devices.collect(),
        may_add: desk.caller.needs(Role::Approver).is_ok(),
        has_key: file.own.is_some(),
        origin: app.world.group.origin.clone(),
        device: desk.caller.device.to_string(),
        next_words: format!(
            "{} {}",
            match signed.map_or(0, |begun| begun.signatures.len()) {
                0 => "Two members of the list before sign it, or, the first time, two members on it.",
                _ if mine => "You have signed it. One more member must.",
                _ => "One member has signed it. One more must.",
            },
            if beginning { "Too few of the list before are left, so this one begins anew: phones believe it only once their people have pressed “Tell this browser” again." } else { "" },
        )
        .trim()
        .to_owned(),
        may_sign: next.is_some() && refusal.is_none() && !mine,
        sign_text: text.clone(),
        next: text,
        refusal: refusal.filter(|_| !mine).map(|no| no.advice().to_owned()),
        bounds: BOUNDS.map(str::to_owned).to_vec(),
        errors: typed.errors.clone(),
    };
    Ok(page_with(typed.status(), &view))
}

#[cfg(test)]
mod tests;
