//! The street: what a witness sends us and hears back.
//!
//! Nothing here knows a witness's name, address or browser: there is no field for a person.

pub mod answers;
pub mod became;
pub mod flood;
pub mod note;
pub mod receipt;
pub mod report;
