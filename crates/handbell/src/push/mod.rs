//! Push: sealing one message for one browser and handing it to that browser's push service.
//!
//! It owns Web Push on the sender's side (RFC 8030, 8291, 8292) and the exercise phones that demo and
//! drills ring instead of browsers. Live and exercise are different types from the endpoint to the sender,
//! and nothing here turns one into the other.
//! It does not decide who is told, when to try again or what is written down: rules and the ringer do.
//! Nothing here logs an endpoint, a key or a word of a message.

pub mod armed;
pub mod courier;
pub mod credential;
pub mod endpoint;
pub mod locked;
pub mod open;
pub mod outcome;
pub mod phone;
pub mod resolve;
pub mod seal;
pub mod send;
pub mod signed;
pub mod vapid;

#[cfg(test)]
mod drill_tests;
#[cfg(test)]
mod live_tests;
#[cfg(test)]
mod published;

pub use armed::Envelopes;
pub use endpoint::{Endpoint, Exercise, KnownOrigins, Live, Mode};
pub use outcome::Outcome;
pub use phone::Phones;
pub use seal::{Sealed, SubscriberKeys};
pub use send::{ExerciseSender, LiveSender, PushHeaders, PushSender, Topic, Urgency};
pub use signed::{SignedAlert, SignedMessage};
pub use vapid::{Vapid, VapidKey};
