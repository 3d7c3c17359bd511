//! CAP: the Common Alerting Protocol 1.2 (OASIS), written and read.
//!
//! [`write()`] gives a file in the schema's order; [`read()`] takes one from anybody and promises never to panic,
//! never to expand an entity and never to fetch anything. What the schema asks is decided by [`read()`]; what
//! the specification asks beyond the schema is decided by [`check()`], apart, because files that pass the first
//! and fail the second are common. Files of CAP 1.1 are read by their own schema, never written by us.
//! Enveloped signatures are stepped over: nothing here says whether one is good. [`public`] is the only way
//! from an alert of ours to a CAP message, and alerts that are not for everybody have no way.

mod alert;
mod check;
pub mod public;
mod read;
mod refusal;
mod shape;
mod time;
mod tree;
mod words;
mod write;

pub use alert::{CapAlert, CapArea, CapInfo, CapResource, NamedValue, Reference, Version};
pub use check::check;
pub use read::read;
pub use refusal::CapRefusal;
pub use shape::{Circle, POLYGON_POINTS_MAX, Place, Polygon};
pub use time::CapTime;
pub use tree::{BYTES_MAX, DEPTH_MAX, ELEMENTS_MAX};
pub use words::{CapStatus, Category, Certainty, MsgType, ResponseType, Scope, Severity, Urgency};
pub use write::write;

/// The media type of a CAP file (draft-barnes-atoca-cap-mime-01; no final registration was seen).
pub const MEDIA_TYPE: &str = "application/cap+xml";
