//! Spans as anyone may write them: another library's strings, properties over made-up ones, and what the two
//! shipped events need of comparing them.

#![allow(clippy::unwrap_used, reason = "a check that meets the unexpected has failed")]

#[path = "span/compared.rs"]
mod compared;
#[path = "span/made_up.rs"]
mod made_up;
#[path = "span/oracle.rs"]
mod oracle;
#[path = "span/properties.rs"]
mod properties;
