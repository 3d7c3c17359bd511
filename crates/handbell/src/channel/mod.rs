//! Channel: how one message reaches one person, whatever carries it.
//!
//! One trait, an adapter for each way, and one suite that holds every adapter against a peer that behaves
//! badly. What an adapter says is a rule's [`Answer`], never a status of somebody's protocol. One message has
//! one recipient; nobody sees another. What carries real messages is of the mode `Live` and takes only
//! parcels of that mode, so a drill can use none of it (PROMISE a-drill-cannot-ring-live).
//! It does not decide who is told, when to try again, or what is written down. It logs no address and no word.

pub mod canary;
pub mod carrier;
pub mod gateway;
pub mod mail;
pub mod matrix;
pub mod ntfy;
pub mod sealed;
pub mod settings;
pub mod sms;
pub mod starttls;

#[cfg(test)]
mod conformance;
#[cfg(test)]
pub(crate) mod peers;
#[cfg(test)]
pub(crate) mod smtp_tests;
#[cfg(test)]
mod starttls_tests;
#[cfg(test)]
mod synapse_tests;

use crate::push::{Mode, SignedMessage};
use async_trait::async_trait;
use handbell_rules::bell::alert::RingKind;
use handbell_rules::bell::delivery::Answer;
use handbell_rules::time::Timestamp;
use std::marker::PhantomData;

/// One message for one person, in words that every adapter can use. It is made of a message whose signatures were
/// checked and of nothing else (PROMISE no-unsigned-alert).
pub struct Parcel<M: Mode> {
    message: SignedMessage,
    /// The person's language.
    pub language: String,
    /// Messages of one thread replace or follow each other: a keyed mark of the alert and the person, so that
    /// nobody who carries two people's messages sees from it that they heard of the same thing.
    pub thread: String,
    /// The same for every try of the same delivery, so that a carrier can tell a repetition.
    pub once: String,
    /// The whole address of the page it opens, on the group's own site.
    pub page: String,
    /// The person's own secret link, where they see, change and end what they asked for.
    pub own_link: Option<String>,
    /// Whether it asks a member on duty to go, who answers by the same way.
    pub asks: bool,
    /// After this it is not news any more.
    pub expires_at: Timestamp,
    mode: PhantomData<M>,
}

/// What goes around a message, in plain words.
pub struct Wrapping {
    /// See [`Parcel::language`].
    pub language: String,
    /// See [`Parcel::thread`].
    pub thread: String,
    /// See [`Parcel::once`].
    pub once: String,
    /// See [`Parcel::page`].
    pub page: String,
    /// See [`Parcel::own_link`].
    pub own_link: Option<String>,
    /// See [`Parcel::asks`].
    pub asks: bool,
    /// See [`Parcel::expires_at`].
    pub expires_at: Timestamp,
}

impl<M: Mode> Parcel<M> {
    /// Wraps a message. `None` when it is of the other mode.
    ///
    /// PROMISE a-drill-cannot-ring-live: an exercise's message never becomes a parcel that a live adapter takes.
    pub fn of(message: SignedMessage, wrapping: Wrapping) -> Option<Self> {
        let Wrapping { language, thread, once, page, own_link, asks, expires_at } = wrapping;
        (message.status == M::STATUS).then_some(Self {
            message,
            language,
            thread,
            once,
            page,
            own_link,
            asks,
            expires_at,
            mode: PhantomData,
        })
    }
    /// The message, cleared to leave.
    pub fn message(&self) -> &SignedMessage {
        &self.message
    }
    /// Whether it is the first of its thread.
    pub fn begins(&self) -> bool {
        self.message.kind == RingKind::Alert
    }
    /// Whether it says that something is going on.
    pub fn is_live(&self) -> bool {
        self.message.kind.is_live()
    }
    /// The words below the title, with the conduct text, one line each.
    pub fn lines(&self) -> Vec<&str> {
        let body = Some(self.message.body.as_str()).filter(|body| !body.is_empty());
        body.into_iter().chain(self.message.conduct.iter().map(String::as_str)).collect()
    }
}

/// Carries messages of one mode by one way.
#[async_trait]
pub trait Channel<M: Mode>: Send + Sync + 'static {
    /// Where this way reaches somebody.
    type To: Send + Sync + ?Sized;

    /// Carries one message to one person, once. Whatever happens is an answer, and it comes within a minute.
    /// `Accepted` means that the next one in the chain took it, never that somebody read it.
    async fn carry(&self, to: &Self::To, parcel: &Parcel<M>, now: Timestamp) -> Answer;
}
