//! Acts of a text message that names a code, and of a member's duty telephone: it is named, called and answers.
//!
//! Nobody types a number: a page shows a code, and the telephone that texts it is the one that is meant, so nobody
//! signs up somebody else's. A reply is judged by the rules that judge a press on the page, for the member whose
//! telephone it is and for nobody else. Who can write in the name of another's number can answer for them; the
//! answer goes to the real owner, who sees it (docs/operating/channels.md).

use super::channels::{id_from, joining_id, on};
use super::{ActError, dispatch, second};
use crate::world::World;
use handbell_rules::bell::address::{Address, By, PhoneNumber};
use handbell_rules::bell::dispatch::called;
use handbell_rules::bell::dispatch::reply::{self, Meant};
use handbell_rules::bell::dispatch::{Press, may};
use handbell_rules::bell::joining::{self, Joining};
use handbell_rules::bell::segment::filled;
use handbell_rules::bell::subscription::{self, Subscription};
use handbell_rules::bell::wishes::Wishes;
use handbell_rules::id::{MemberId, SubscriptionId};
use handbell_rules::people::member::DeskCaller;
use handbell_rules::people::standing::roles_now;
use handbell_rules::playbook::SOURCE_LANGUAGE;
use handbell_rules::refusal::{Bell, Desk as DeskNo, Refusal};
use serde::{Deserialize, Serialize};

/// Ids of duty telephones are hashes under this purpose, so that the same number can hear of its areas too.
const TELEPHONE: &str = "duty telephone";
/// What waits for a code is sealed under this purpose.
const CODE: &str = "begun by text";
/// Signs of a code: forty bits, for the hour that it opens.
const CODE_SIGNS: usize = 8;
/// Letters and digits that nobody confuses.
const ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// What a page shows somebody who is to text it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToText {
    /// What is texted, for example `JOIN K7QM2RTX`.
    pub text: String,
    /// To which number.
    pub number: String,
}

/// What a code begins.
#[derive(Serialize, Deserialize)]
enum Begins {
    /// A member's duty telephone.
    DutyTelephone(MemberId),
    /// The second channel of a browser, and after how many minutes it is used.
    Second(SubscriptionId, u8),
}

fn telephone_id(world: &World, number: &PhoneNumber) -> SubscriptionId {
    id_from(world.mark(TELEPHONE, number.as_str().as_bytes()))
}

/// Keeps what a text with a fresh code begins, for an hour.
async fn offer(world: &World, begins: &Begins) -> Result<ToText, ActError> {
    let carrier = on(world, By::Sms)?;
    let inbound = carrier.channels.sms_inbound.as_ref().filter(|inbound| inbound.secret.is_some());
    let number = inbound.ok_or(Refusal::from(Bell::ChannelOff))?.number.as_str().to_owned();
    let code: String = world.bytes::<CODE_SIGNS>().iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect();
    let id = joining_id(world, &code);
    let written = serde_json::to_string(begins).map_err(|error| ActError::Broken(error.to_string()))?;
    let sealed = carrier.key.seal(CODE, id.bytes(), &written, world.bytes());
    world.commit(joining::ask(world.private_id(), id, sealed, world.now())).await?;
    Ok(ToText { text: format!("JOIN {code}"), number })
}

/// A member who can be sent asks for the code that makes a telephone theirs.
pub async fn offer_duty(world: &World, caller: &DeskCaller) -> Result<ToText, ActError> {
    if !caller.goes_out() {
        return Err(Refusal::from(DeskNo::NotOnDesk).into());
    }
    offer(world, &Begins::DutyTelephone(caller.member)).await
}

/// The code that makes a telephone the second channel of a browser.
pub(super) async fn offer_second(world: &World, id: SubscriptionId, after_minutes: u8) -> Result<ToText, ActError> {
    offer(world, &Begins::Second(id, after_minutes)).await
}

/// Whether texts come in, so that a code can.
pub fn comes_in(world: &World) -> bool {
    let inbound = world.push.carrier().and_then(|carrier| carrier.channels.sms_inbound.as_ref());
    inbound.is_some_and(|inbound| inbound.secret.is_some())
}

/// A member's duty telephones; one, but for the moment in which another takes its place.
pub async fn own(world: &World, caller: &DeskCaller) -> Result<Vec<Subscription>, ActError> {
    telephones(world, caller.member).await
}

async fn telephones(world: &World, member: MemberId) -> Result<Vec<Subscription>, ActError> {
    let phones = world.store.duty_phones(member, world.now()).await?;
    Ok(phones.into_iter().filter(|phone| phone.by == By::Sms).collect())
}

/// Ends a member's duty telephone at once.
pub async fn end_own(world: &World, caller: &DeskCaller) -> Result<(), ActError> {
    for phone in telephones(world, caller.member).await? {
        world.commit(subscription::unsubscribe(world.private_id(), phone.id, world.now())).await?;
    }
    Ok(())
}

/// A text that named what is no area: the answer, if it was a code that still opens.
pub(super) async fn joined(world: &World, number: &PhoneNumber, asked: &str) -> Result<Option<String>, ActError> {
    let code: String = asked.chars().filter(|sign| !sign.is_whitespace()).collect::<String>().to_uppercase();
    if code.len() != CODE_SIGNS || !code.bytes().all(|sign| ALPHABET.contains(&sign)) {
        return Ok(None);
    }
    let carrier = on(world, By::Sms)?;
    let Some(found) = world.store.joining(joining_id(world, &code)).await? else { return Ok(None) };
    if joining::usable(&found, world.now()).is_err() {
        return Ok(None);
    }
    let Some(written) = carrier.key.open(CODE, found.id.bytes(), &found.sealed) else { return Ok(None) };
    let begins: Begins = serde_json::from_str(&written).map_err(|error| ActError::Broken(error.to_string()))?;
    match begins {
        Begins::DutyTelephone(member) => begin_duty(world, number, member, &found).await,
        Begins::Second(id, after_minutes) => second::joined(world, number, (id, after_minutes), &found).await,
    }
}

async fn begin_duty(world: &World, number: &PhoneNumber, member: MemberId, found: &Joining) -> Result<Option<String>, ActError> {
    let carrier = on(world, By::Sms)?;
    let now = world.now();
    if caller_of(world, member).await?.is_none() {
        return Ok(None);
    }
    let id = telephone_id(world, number);
    let phone = Subscription {
        id,
        status: world.store.status(),
        by: By::Sms,
        endpoint: carrier.seal(&Address::Sms(number.clone()), id, world.bytes()),
        key: Vec::new(),
        secret: Vec::new(),
        further: None,
        cells: Vec::new(),
        kinds: Vec::new(),
        language: SOURCE_LANGUAGE.to_owned(),
        discreet: false,
        wishes: Wishes::default(),
        member: Some(member),
        since: now,
        until: now,
    };
    let before = telephones(world, member).await?;
    let begun = subscription::subscribe(world.private_id(), phone, &[], &[], now)?;
    world.commit(joining::confirm(begun, found, now)?).await?;
    for other in before.iter().filter(|other| other.id != id) {
        world.commit(subscription::unsubscribe(world.private_id(), other.id, now)).await?;
    }
    Ok(Some(filled(called::TELEPHONE, &world.group.name, "")))
}

/// A member as the caller of their own reply; none once they were revoked, or before they were vouched for.
async fn caller_of(world: &World, member: MemberId) -> Result<Option<DeskCaller>, ActError> {
    let Some(member) = world.store.member(member).await? else { return Ok(None) };
    let roles = roles_now(&member, world.now());
    let caller = DeskCaller { member: member.id, device: world.private_id(), session: world.private_id(), name: member.name, roles };
    Ok(Some(caller).filter(DeskCaller::goes_out))
}

/// Ends the duty telephone of a number. Whoever is on the way and has no other duty phone is not expected any more:
/// nobody could reach them.
pub(super) async fn stopped(world: &World, number: &PhoneNumber) -> Result<(), ActError> {
    let id = telephone_id(world, number);
    let Some(phone) = world.store.subscription(id).await? else { return Ok(()) };
    world.commit(subscription::unsubscribe(world.private_id(), id, world.now())).await?;
    let Some(member) = phone.member else { return Ok(()) };
    if !world.store.duty_phones(member, world.now()).await?.is_empty() {
        return Ok(());
    }
    match press(world, &phone, member, Press::Cannot).await {
        // The end stands whatever became of this.
        Ok(_) | Err(ActError::Refused(_) | ActError::Conflict | ActError::NotFound) => Ok(()),
        Err(other) => Err(other),
    }
}

/// The answer to a text from a duty telephone; none when the number is nobody's.
pub(super) async fn replied(world: &World, number: &PhoneNumber, text: &str) -> Result<Option<String>, ActError> {
    let found = world.store.subscription(telephone_id(world, number)).await?;
    let Some(phone) = found.filter(|phone| phone.until > world.now()) else { return Ok(None) };
    let Some(member) = phone.member else { return Ok(None) };
    let group = &world.group.name;
    Ok(Some(match reply::read(text) {
        None => filled(called::UNDERSTOOD, group, ""),
        Some(pressed) => press(world, &phone, member, pressed).await?,
    }))
}

/// Presses for whoever holds a telephone, and says what came of it.
async fn press(world: &World, phone: &Subscription, member: MemberId, pressed: Press) -> Result<String, ActError> {
    let group = &world.group.name;
    let Some(caller) = caller_of(world, member).await? else { return Ok(filled(called::NOBODY_ASKS, group, "")) };
    let open = dispatch::asked_of(world, &caller).await?;
    let (id, area) = match reply::meant(&open, member, phone.since, world.now()) {
        Meant::Nothing => return Ok(filled(called::NOBODY_ASKS, group, "")),
        Meant::Several => return Ok(filled(called::SEVERAL, group, "")),
        Meant::One(dispatch, alert) => {
            // Said twice, by a hasty thumb or a gateway that tries again: it stands, and is answered as it stands.
            let stands = dispatch
                .of(member)
                .filter(|mine| may(dispatch, alert, member, pressed, world.now()).is_err() && says(mine.answer) == Some(pressed));
            if let Some(mine) = stands {
                return Ok(filled(called::taken(pressed, mine, dispatch.waits_for_second(member)), group, &alert.words.area));
            }
            (alert.id, alert.words.area.clone())
        }
    };
    match dispatch::answer(world, &caller, id, pressed).await {
        Ok(()) => {}
        Err(ActError::Refused(no)) => return Ok(filled(called::refused(no.0), group, "")),
        Err(other) => return Err(other),
    }
    let kept = world.store.dispatch(id).await?.ok_or(ActError::NotFound)?;
    let mine = kept.of(member).ok_or(ActError::NotFound)?;
    Ok(filled(called::taken(pressed, mine, kept.waits_for_second(member)), group, &area))
}

/// The press that an answer stands for, of those that a second time changes nothing.
fn says(answer: handbell_rules::bell::dispatch::Answer) -> Option<Press> {
    use handbell_rules::bell::dispatch::Answer;
    match answer {
        Answer::Cannot => Some(Press::Cannot),
        Answer::OnScene => Some(Press::OnScene),
        Answer::Left => Some(Press::Left),
        Answer::Asked | Answer::Going | Answer::StoodBy => None,
    }
}
