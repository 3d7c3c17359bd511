//! Acts of a browser's second channel: named from the browser, confirmed from where it leads, ended from either.
//!
//! Mail is confirmed by the link of a letter and a telephone by texting a code, as where they are the first way, so
//! nobody names somebody else's. When it is used is a rule (`fallback`). What a browser is told does not depend on
//! whether an address was known. It changes no wish and no area.

use super::channels::{self, Begins, checked, id_of, on, topic_for};
use super::telephone::{self, ToText};
use super::{ActError, RefusalError, StreetCaller};
use crate::channel::carrier::Carrier;
use crate::world::World;
use handbell_rules::bell::address::{Address, By, MailAddress, PhoneNumber};
use handbell_rules::bell::fallback;
use handbell_rules::bell::joining::{self, Joining};
use handbell_rules::bell::segment::{filled, texts};
use handbell_rules::bell::subscription::{self, Further, Subscription};
use handbell_rules::id::SubscriptionId;
use handbell_rules::refusal::{Bell, People, Refusal};
use serde::{Deserialize, Serialize};

/// What a browser says of its second channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// None any more.
    Nothing,
    /// A topic of ntfy, which we make.
    Topic {
        /// Used after so many minutes.
        after_minutes: u8,
    },
    /// A mailbox.
    Mail {
        /// Whose.
        mail: MailAddress,
        /// Used after so many minutes.
        after_minutes: u8,
    },
    /// A telephone, which names itself.
    Telephone {
        /// Used after so many minutes.
        after_minutes: u8,
    },
}

/// What became of naming one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Second {
    /// There is none.
    Ended,
    /// It has begun; this is the topic's address.
    Topic(String),
    /// A letter with a link is on its way; nothing has begun.
    LetterSent,
    /// It begins when a telephone texts this.
    ToText(ToText),
}

/// What waits for the link of a letter.
#[derive(Serialize, Deserialize)]
pub(super) struct Waiting {
    subscription: SubscriptionId,
    mail: String,
    after_minutes: u8,
}

impl Named {
    /// Reads what was sent.
    ///
    /// # Errors
    /// `channel-off` for what is no second channel of a browser; `mail-wrong`; `channel-address-wrong` for minutes that
    /// cannot be chosen.
    pub fn read(by: &str, address: &str, after_minutes: u8) -> Result<Self, Refusal> {
        if by == "none" {
            return Ok(Self::Nothing);
        }
        let minutes = || fallback::minutes(after_minutes);
        match By::parse(by) {
            Some(By::Ntfy) => Ok(Self::Topic { after_minutes: minutes()? }),
            Some(By::Mail) => Ok(Self::Mail { mail: MailAddress::parse(address)?, after_minutes: minutes()? }),
            Some(By::Sms) => Ok(Self::Telephone { after_minutes: minutes()? }),
            _ => Err(Bell::ChannelOff.into()),
        }
    }
    fn by(&self) -> Option<By> {
        match self {
            Self::Nothing => None,
            Self::Topic { .. } => Some(By::Ntfy),
            Self::Mail { .. } => Some(By::Mail),
            Self::Telephone { .. } => Some(By::Sms),
        }
    }
}

/// The channels that a browser can name here, telephones only where texts come in.
pub fn offered(world: &World) -> Vec<By> {
    let takes = |by: &By| *by != By::Matrix && (*by != By::Sms || telephone::comes_in(world));
    channels::offered(world).into_iter().filter(takes).collect()
}

/// Whether a second channel could be named now, asked before anything is written.
pub fn may(world: &World, named: &Named) -> Result<(), ActError> {
    match named.by() {
        Some(by) if !offered(world).contains(&by) => Err(Refusal::from(Bell::ChannelOff).into()),
        _ => Ok(()),
    }
}

/// Names a second channel of a browser, or none. Whoever holds the endpoint holds the browser.
pub async fn name(world: &World, _caller: StreetCaller, id: SubscriptionId, named: Named) -> Result<Second, ActError> {
    may(world, &named)?;
    let own = world.store.subscription(id).await?.filter(|own| own.member.is_none() && own.until > world.now());
    let own = own.ok_or(ActError::NotFound)?;
    Ok(match named {
        Named::Nothing => {
            world.commit(subscription::without_further(world.private_id(), own, world.now())).await?;
            Second::Ended
        }
        Named::Topic { after_minutes } => Second::Topic(topic_for(world, own, after_minutes).await?),
        Named::Mail { mail, after_minutes } => {
            let waiting = Waiting { subscription: id, mail: mail.as_str().to_owned(), after_minutes };
            let asked = "sends alerts to this address when a browser is not reached";
            channels::letter(world, on(world, By::Mail)?, &mail, &Begins::Second(waiting), asked).await?;
            Second::LetterSent
        }
        Named::Telephone { after_minutes } => Second::ToText(telephone::offer_second(world, id, after_minutes).await?),
    })
}

/// What somebody confirms from where it leads: the browser's subscription with it, if that still stands.
async fn with(world: &World, id: SubscriptionId, further: Further) -> Result<Option<Subscription>, ActError> {
    let own = world.store.subscription(id).await?.filter(|own| own.member.is_none() && own.until > world.now());
    Ok(own.map(|own| Subscription { further: Some(further), ..own }))
}

/// Says so from the mailbox. Gives the own link of what it belongs to.
pub(super) async fn confirm(world: &World, carrier: &Carrier, waiting: Waiting, found: &Joining) -> Result<String, ActError> {
    let Waiting { subscription: id, mail, after_minutes } = waiting;
    let address = carrier.seal(&Address::Mail(MailAddress::parse(&mail)?), id, world.bytes());
    let spent = || ActError::Refused(RefusalError(People::LinkSpent.into()));
    let own = with(world, id, Further { by: By::Mail, address, after_minutes, person: None }).await?.ok_or_else(spent)?;
    world.commit(joining::confirm(checked(world, own)?, found, world.now())?).await?;
    Ok(carrier.own_link(id))
}

/// Says so from the telephone. Gives the answer, or none when the browser asks for nothing any more.
pub(super) async fn joined(
    world: &World,
    number: &PhoneNumber,
    (id, after_minutes): (SubscriptionId, u8),
    found: &Joining,
) -> Result<Option<String>, ActError> {
    let carrier = on(world, By::Sms)?;
    let address = carrier.seal(&Address::Sms(number.clone()), id, world.bytes());
    let person = Some(id_of(world, By::Sms, number.as_str()));
    let Some(own) = with(world, id, Further { by: By::Sms, address, after_minutes, person }).await? else { return Ok(None) };
    let areas = world.group.areas.areas().iter().filter(|area| area.area.cells().all(|cell| own.cells.contains(&cell)));
    let names = areas.map(|area| area.name.as_str()).collect::<Vec<_>>().join(", ");
    world.commit(joining::confirm(checked(world, own)?, found, world.now())?).await?;
    let words = texts(&world.group.playbook.languages()[0]);
    Ok(Some(filled(words.joined, &world.group.name, &names)))
}

/// A STOP: the telephone is nobody's second channel any more.
pub(super) async fn stopped(world: &World, person: SubscriptionId) -> Result<(), ActError> {
    for own in world.store.further_of(person).await? {
        world.commit(subscription::without_further(world.private_id(), own, world.now())).await?;
    }
    Ok(())
}
