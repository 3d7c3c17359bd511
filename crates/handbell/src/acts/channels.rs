//! Acts of other channels: ask to be told by mail, ntfy or Matrix, say so from the mailbox, see, change and end
//! it by one's own link, and what comes in by text message.
//!
//! No account: an address is known by its keyed hash and kept sealed. What somebody is told does not depend on
//! whether an address was known before, so nobody can try addresses out here. It sends one letter, one
//! invitation or one text, never more, to an address that has not answered yet.

use super::bell::Wished;
use super::{ActError, StreetCaller, second, telephone};
use crate::channel::carrier::Carrier;
use crate::channel::mail::Letter;
use crate::world::World;
use handbell_rules::area::{Cell, NamedArea};
use handbell_rules::bell::address::{Address, By, MailAddress, MatrixUser, PhoneNumber, Topic};
use handbell_rules::bell::delivery::Answer;
use handbell_rules::bell::fallback;
use handbell_rules::bell::inbound::{self, Inbound};
use handbell_rules::bell::joining::{self, Joining};
use handbell_rules::bell::segment::{filled, texts};
use handbell_rules::bell::subscription::{self, Further, Subscription};
use handbell_rules::bell::wishes::Wishes;
use handbell_rules::change::{Change, What};
use handbell_rules::id::{JoiningId, SubscriptionId};
use handbell_rules::refusal::{Bell, People, Refusal};
use serde::{Deserialize, Serialize};

/// Letters and invitations to one address a day that nobody has confirmed.
const ASKS_A_DAY: u8 = 3;
/// Answers to one number a day, the help text apart.
const REPLIES_A_DAY: u8 = 6;
/// Answers to one duty telephone a day: enough for every reply of a long night, and an end for two machines that
/// answer each other.
const DUTY_REPLIES_A_DAY: u8 = 60;
/// Help texts to one number a day.
const HELP_A_DAY: u8 = 1;
/// Ids of subscriptions are hashes under this purpose.
const ADDRESS: &str = "address";
/// Wishes are sealed under this purpose.
const JOINING: &str = "joining";

/// What somebody chose, whatever the channel.
#[derive(Debug, Clone)]
pub struct Choices {
    /// Areas.
    pub cells: Vec<Cell>,
    /// Kinds; empty means all.
    pub kinds: Vec<String>,
    /// Language.
    pub language: String,
    /// Neutral titles.
    pub discreet: bool,
    /// When and how often.
    pub wished: Wished,
}

/// What became of asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// A letter with a link is on its way; nothing has begun.
    LetterSent,
    /// An invitation to a room is on its way; messages begin when it is accepted.
    Invited,
    /// It has begun; this is the topic's address and one's own link.
    Topic {
        /// What is put into the app.
        address: String,
        /// One's own link.
        link: String,
    },
}

/// What a link from a letter begins.
#[derive(Serialize, Deserialize)]
pub(super) enum Begins {
    /// A subscription of the mailbox's own.
    Own(Waiting),
    /// A browser's second channel.
    Second(second::Waiting),
}

/// What waits sealed until its owner says so.
#[derive(Serialize, Deserialize)]
pub(super) struct Waiting {
    mail: String,
    cells: Vec<Cell>,
    kinds: Vec<String>,
    language: String,
    discreet: bool,
    wishes: Wishes,
}

fn carrier(world: &World) -> Result<&Carrier, ActError> {
    world.push.carrier().ok_or_else(|| Refusal::from(Bell::ChannelOff).into())
}

pub(super) fn on(world: &World, by: By) -> Result<&Carrier, ActError> {
    let carrier = carrier(world)?;
    if carrier.is_on(by) { Ok(carrier) } else { Err(Refusal::from(Bell::ChannelOff).into()) }
}

/// Channels that can be asked for on the page; text messages begin on the telephone.
pub fn offered(world: &World) -> Vec<By> {
    let all = [By::Mail, By::Ntfy, By::Matrix, By::Sms];
    world.push.carrier().map_or(Vec::new(), |carrier| all.into_iter().filter(|by| carrier.is_on(*by)).collect())
}

/// The number that people write to, if text messages are on.
pub fn number(world: &World) -> Option<String> {
    Some(world.push.carrier()?.channels.sms_inbound.as_ref()?.number.as_str().to_owned())
}

pub(super) fn id_from(mark: [u8; 32]) -> SubscriptionId {
    let mut id = [0u8; 16];
    id.copy_from_slice(&mark[..16]);
    SubscriptionId(id)
}

pub(super) fn id_of(world: &World, by: By, person: &str) -> SubscriptionId {
    id_from(world.mark(ADDRESS, format!("{}\0{person}", by.word()).as_bytes()))
}

/// The change that begins a subscription at an address, or changes it.
async fn begin(world: &World, address: &Address, choices: &Choices) -> Result<(SubscriptionId, Change), ActError> {
    let carrier = on(world, address.by())?;
    let now = world.now();
    let id = id_of(world, address.by(), address.person());
    let before = world.store.subscription(id).await?;
    let wishes = choices.wished.read(before.as_ref().map(|before| &before.wishes), now)?;
    let subscription = Subscription {
        id,
        status: world.store.status(),
        by: address.by(),
        endpoint: carrier.seal(address, id, world.bytes()),
        key: Vec::new(),
        secret: Vec::new(),
        further: before.and_then(|before| before.further),
        cells: choices.cells.clone(),
        kinds: choices.kinds.clone(),
        language: choices.language.clone(),
        discreet: choices.discreet,
        wishes,
        member: None,
        since: now,
        until: now,
    };
    Ok((id, checked(world, subscription)?))
}

pub(super) fn checked(world: &World, subscription: Subscription) -> Result<Change, ActError> {
    let known: Vec<Cell> = world.group.areas.areas().iter().flat_map(|area| area.area.cells()).collect();
    let kinds: Vec<&str> = world.group.playbook.kinds().iter().map(|kind| kind.id.as_str()).collect();
    Ok(subscription::subscribe(world.private_id(), subscription, &known, &kinds, world.now())?)
}

/// Asks to be told.
pub async fn ask(world: &World, _caller: StreetCaller, by: By, address: &str, choices: Choices) -> Result<Asked, ActError> {
    let carrier = on(world, by)?;
    match by {
        By::Mail => ask_by_mail(world, carrier, MailAddress::parse(address)?, choices).await,
        By::Ntfy => {
            let topic = fresh_topic(world);
            let address = carrier.channels.ntfy.as_ref().map(|ntfy| ntfy.topic_address(&topic)).unwrap_or_default();
            let (id, change) = begin(world, &Address::Ntfy(topic), &choices).await?;
            world.commit(change).await?;
            Ok(Asked::Topic { address, link: carrier.own_link(id) })
        }
        By::Matrix => invite(world, carrier, MatrixUser::parse(address)?, choices).await,
        // A text message begins with a text from the telephone, so that nobody signs up somebody else.
        By::Sms | By::Push => Err(Refusal::from(Bell::ChannelOff).into()),
    }
}

fn fresh_topic(world: &World) -> Topic {
    use base64::Engine as _;
    let text = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(world.bytes::<24>());
    Topic::parse(&text).expect("32 base64url signs are a topic")
}

async fn ask_by_mail(world: &World, carrier: &Carrier, mail: MailAddress, choices: Choices) -> Result<Asked, ActError> {
    let now = world.now();
    let address = Address::Mail(mail.clone());
    // Refused now rather than in an hour; the change itself is thrown away.
    begin(world, &address, &choices).await?;
    let wishes = choices.wished.read(None, now)?;
    let Choices { cells, kinds, language, discreet, .. } = choices;
    let waiting = Waiting { mail: mail.as_str().to_owned(), cells, kinds, language, discreet, wishes };
    letter(world, carrier, &mail, &Begins::Own(waiting), "sends alerts to this address").await?;
    Ok(Asked::LetterSent)
}

/// Sends the one letter with the one link that begins something. `asked` says what somebody asked that we do.
pub(super) async fn letter(world: &World, carrier: &Carrier, mail: &MailAddress, begins: &Begins, asked: &str) -> Result<(), ActError> {
    let now = world.now();
    let mark = world.mark("asked by mail", mail.as_str().as_bytes());
    if !carrier.lets(mark, ASKS_A_DAY, now) {
        return Ok(());
    }
    let token = fresh_topic(world).as_str().to_owned();
    let id = joining_id(world, &token);
    let written = serde_json::to_string(begins).map_err(|error| ActError::Broken(error.to_string()))?;
    let sealed = carrier.key.seal(JOINING, id.bytes(), &written, world.bytes());
    world.commit(joining::ask(world.private_id(), id, sealed, now)).await?;
    let group = &world.group.name;
    let text = format!(
        "Somebody asked that {group} {asked}.\n\nIf it was you, open this page within the hour and press the button:\n{}/channels/confirm/{token}\n\nIf it was not you, do nothing. Nothing more will come, and the address is forgotten.\n\n-- \n{group}\nWe never ask you for money, papers, passwords or your location by message.\n",
        world.group.origin
    );
    let letter = Letter {
        id: &JoiningId(world.bytes()).to_string(),
        follows: None,
        subject: "Do you want our alerts?",
        text: &text,
        unsubscribe: None,
    };
    let Some(channel) = &carrier.channels.mail else { return Err(Refusal::from(Bell::ChannelOff).into()) };
    match channel.send(mail, &letter, now).await {
        // Whether an address takes mail is told to nobody who types it here.
        Answer::Accepted | Answer::Gone | Answer::Refused | Answer::Hung => Ok(()),
        Answer::Later | Answer::RetryAfter(_) | Answer::NotTried(_) => Err(Refusal::from(Bell::ChannelBusy).into()),
    }
}

async fn invite(world: &World, carrier: &Carrier, user: MatrixUser, choices: Choices) -> Result<Asked, ActError> {
    let now = world.now();
    let id = id_of(world, By::Matrix, user.as_str());
    // Somebody who has a room keeps it; only what was chosen changes, and only their own link does that.
    if world.store.subscription(id).await?.is_some()
        || !carrier.lets(world.mark("asked by matrix", user.as_str().as_bytes()), ASKS_A_DAY, now)
    {
        return Ok(Asked::Invited);
    }
    let Some(channel) = &carrier.channels.matrix else { return Err(Refusal::from(Bell::ChannelOff).into()) };
    let room = channel.invite(&user, &world.group.name, now).await.map_err(|_| Refusal::from(Bell::ChannelBusy))?;
    let (_, change) = begin(world, &Address::Matrix { user: room.user, room: room.room }, &choices).await?;
    world.commit(change).await?;
    Ok(Asked::Invited)
}

pub(super) fn joining_id(world: &World, token: &str) -> JoiningId {
    let mark = world.mark(JOINING, token.as_bytes());
    let mut id = [0u8; 16];
    id.copy_from_slice(&mark[..16]);
    JoiningId(id)
}

async fn waiting(world: &World, token: &str) -> Result<Joining, ActError> {
    let found = world.store.joining(joining_id(world, token)).await?.ok_or(Refusal::from(People::LinkSpent))?;
    joining::usable(&found, world.now())?;
    Ok(found)
}

/// Whether a link from a letter still opens. Reading spends nothing: previews of mail programs read.
pub async fn opens(world: &World, _caller: StreetCaller, token: &str) -> Result<(), ActError> {
    carrier(world)?;
    waiting(world, token).await.map(|_| ())
}

/// Says so from the mailbox: the subscription begins and the link is spent. Gives one's own link.
pub async fn confirm(world: &World, _caller: StreetCaller, token: &str) -> Result<String, ActError> {
    let carrier = on(world, By::Mail)?;
    let found = waiting(world, token).await?;
    let broken = || ActError::Refused(super::RefusalError(People::LinkSpent.into()));
    let written = carrier.key.open(JOINING, found.id.bytes(), &found.sealed).ok_or_else(broken)?;
    let Waiting { mail, cells, kinds, language, discreet, wishes } = match serde_json::from_str(&written).map_err(|_| broken())? {
        Begins::Own(waiting) => waiting,
        Begins::Second(waiting) => return second::confirm(world, carrier, waiting, &found).await,
    };
    let choices = Choices { cells, kinds, language, discreet, wished: Wished::default() };
    let (id, mut begun) = begin(world, &Address::Mail(MailAddress::parse(&mail)?), &choices).await?;
    if let What::Subscribed { subscription } = &mut begun.what {
        subscription.wishes = wishes;
    }
    world.commit(joining::confirm(begun, &found, world.now())?).await?;
    Ok(carrier.own_link(id))
}

/// Whose link it is.
async fn own(world: &World, secret: &str) -> Result<Subscription, ActError> {
    let id = crate::channel::sealed::owner(&world.group.receipt_key, secret).ok_or(ActError::NotFound)?;
    let found = world.store.subscription(id).await?;
    found.filter(|own| own.member.is_none() && own.until > world.now()).ok_or(ActError::NotFound)
}

/// Reads what one asked for.
pub async fn read_own(world: &World, _caller: StreetCaller, secret: &str) -> Result<Subscription, ActError> {
    own(world, secret).await
}

/// Changes what one asked for; it lives 180 days from now.
pub async fn change_own(world: &World, _caller: StreetCaller, secret: &str, choices: Choices) -> Result<(), ActError> {
    let before = own(world, secret).await?;
    let wishes = choices.wished.read(Some(&before.wishes), world.now())?;
    let Choices { cells, kinds, language, discreet, .. } = choices;
    let change = checked(world, Subscription { cells, kinds, language, discreet, wishes, ..before })?;
    Ok(world.commit(change).await.map(|_| ())?)
}

/// Ends it. An end of what is not there is no error: one press in a mail program may come twice.
pub async fn end_own(world: &World, _caller: StreetCaller, secret: &str) -> Result<(), ActError> {
    let id = crate::channel::sealed::owner(&world.group.receipt_key, secret).ok_or(ActError::NotFound)?;
    if world.store.subscription(id).await?.is_none_or(|own| own.member.is_some()) {
        return Ok(());
    }
    Ok(world.commit(subscription::unsubscribe(world.private_id(), id, world.now())).await.map(|_| ())?)
}

/// One press in a mail program. Of a browser only the mail ends, which is its second channel; whoever is told by
/// mail alone is told nothing more.
pub async fn one_press(world: &World, caller: StreetCaller, secret: &str) -> Result<(), ActError> {
    let id = crate::channel::sealed::owner(&world.group.receipt_key, secret).ok_or(ActError::NotFound)?;
    match world.store.subscription(id).await? {
        Some(own) if own.by == By::Push && own.member.is_none() => {
            Ok(world.commit(subscription::without_further(world.private_id(), own, world.now())).await.map(|_| ())?)
        }
        _ => end_own(world, caller, secret).await,
    }
}

/// Names a topic of ntfy that is used when the first channel has not taken a message after some minutes, or takes
/// it away again (`None`). Gives the topic's address.
pub async fn further_own(
    world: &World,
    _caller: StreetCaller,
    secret: &str,
    after_minutes: Option<u8>,
) -> Result<Option<String>, ActError> {
    let before = own(world, secret).await?;
    let Some(minutes) = after_minutes else {
        world.commit(subscription::without_further(world.private_id(), before, world.now())).await?;
        return Ok(None);
    };
    topic_for(world, before, minutes).await.map(Some)
}

/// Makes a fresh topic somebody's second channel; gives its address.
pub(super) async fn topic_for(world: &World, before: Subscription, after_minutes: u8) -> Result<String, ActError> {
    let carrier = on(world, By::Ntfy)?;
    let topic = fresh_topic(world);
    let address = carrier.channels.ntfy.as_ref().map(|ntfy| ntfy.topic_address(&topic)).unwrap_or_default();
    let sealed = carrier.seal(&Address::Ntfy(topic), before.id, world.bytes());
    let further = Further { by: By::Ntfy, address: sealed, after_minutes: fallback::minutes(after_minutes)?, person: None };
    let change = checked(world, Subscription { further: Some(further), ..before })?;
    world.commit(change).await?;
    Ok(address)
}

/// Whether a gateway's call carries the secret that the operator gave it. Compared in the same time whatever stands there.
pub fn inbound_opens(world: &World, secret: &str) -> bool {
    let known = world.push.carrier().and_then(|carrier| carrier.channels.sms_inbound.as_ref()?.secret.as_ref());
    known.is_some_and(|known| subtle::ConstantTimeEq::ct_eq(known.as_bytes(), secret.as_bytes()).into())
}

/// Whoever watches the canary's mailbox says that a word came.
pub fn canary_came(world: &World, _caller: StreetCaller, word: &str) -> bool {
    world.push.carrier().is_some_and(|carrier| carrier.canary_seen(word))
}

/// The fields in which a gateway sends a number and a text.
pub fn inbound_fields(world: &World) -> Option<(String, String)> {
    let inbound = world.push.carrier()?.channels.sms_inbound.as_ref()?;
    Some((inbound.from.clone(), inbound.text.clone()))
}

fn area_named<'a>(world: &'a World, asked: &str) -> Option<&'a NamedArea> {
    let plain = |name: &str| name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    world.group.areas.areas().iter().find(|area| plain(&area.name) == asked || area.id.to_lowercase() == asked)
}

/// A text that came in. Whatever it was, the gateway hears the same.
pub async fn text_came_in(world: &World, _caller: StreetCaller, from: &str, text: &str) -> Result<(), ActError> {
    let carrier = on(world, By::Sms)?;
    let now = world.now();
    if carrier.canary_in(text) {
        return Ok(());
    }
    let Ok(number) = PhoneNumber::parse(from) else { return Ok(()) };
    let id = id_of(world, By::Sms, number.as_str());
    let words = texts(&world.group.playbook.languages()[0]);
    let group = &world.group.name;
    let (reply, sort, at_most) = match inbound::read(text) {
        Inbound::Stop => {
            // The end comes first and is never limited; only the answer to it is.
            world.commit(subscription::unsubscribe(world.private_id(), id, now)).await?;
            telephone::stopped(world, &number).await?;
            second::stopped(world, id).await?;
            (filled(words.stopped, group, ""), "reply", REPLIES_A_DAY)
        }
        Inbound::Join(asked) => match area_named(world, &asked) {
            None => match telephone::joined(world, &number, &asked).await? {
                Some(said) => (said, "reply", REPLIES_A_DAY),
                None => (filled(words.help, group, ""), "help", HELP_A_DAY),
            },
            Some(area) => {
                let before = world.store.subscription(id).await?;
                let mut cells: Vec<Cell> = before.map_or(Vec::new(), |before| before.cells);
                cells.extend(area.area.cells());
                let language = world.group.playbook.languages()[0].clone();
                let choices = Choices { cells, kinds: Vec::new(), language, discreet: false, wished: Wished::default() };
                let (_, change) = begin(world, &Address::Sms(number.clone()), &choices).await?;
                world.commit(change).await?;
                (filled(words.joined, group, &area.name), "reply", REPLIES_A_DAY)
            }
        },
        Inbound::Unknown => match telephone::replied(world, &number, text).await? {
            Some(said) => (said, "duty reply", DUTY_REPLIES_A_DAY),
            None => (filled(words.help, group, ""), "help", HELP_A_DAY),
        },
    };
    let mark = world.mark(sort, number.as_str().as_bytes());
    if let Some(sms) = &carrier.channels.sms
        && carrier.lets(mark, at_most, now)
    {
        let said = sms.send(&number, &reply, now).await;
        tracing::debug!(channel = "sms", ?said, "a text was answered");
    }
    Ok(())
}
