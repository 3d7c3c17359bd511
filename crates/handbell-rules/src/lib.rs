//! The rules floor: what may happen in Handbell and what may not.
//!
//! Nothing here touches the world. Time, ids and chance come in as arguments, every rule returns a
//! [`change::Change`] or a [`refusal::Refusal`], and the same call gives the same answer for ever.
//! This crate's manifest holds no runtime, no database and no web server, and that is its promise.

pub mod area;
pub mod bell;
pub mod cap;
pub mod change;
pub mod chart;
pub mod desk;
pub mod evidence;
pub mod gazetteer;
pub mod guard;
pub mod id;
pub mod people;
pub mod place;
pub mod playbook;
pub mod reading;
pub mod record;
pub mod refusal;
pub mod scenario;
pub mod span;
pub mod spelling;
pub mod street;
pub mod time;
