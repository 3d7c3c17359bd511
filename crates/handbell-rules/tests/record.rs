//! The record as anyone reads it: the model's promises over made-up batches, every refusal, and both shipped
//! scenarios as pages.
//!
//! `HANDBELL_RENEW_GOLDEN=1 cargo test -p handbell-rules --test record` writes the golden pages anew; look at
//! the difference before you keep it.

#![allow(clippy::unwrap_used, reason = "a check that meets the unexpected has failed")]

#[path = "record/alone.rs"]
mod alone;
#[path = "record/compared.rs"]
mod compared;
#[path = "record/figures.rs"]
mod figures;
#[path = "record/invariants.rs"]
mod invariants;
#[path = "record/made_up.rs"]
mod made_up;
#[path = "record/marked.rs"]
mod marked;
#[path = "record/outcomes.rs"]
mod outcomes;
#[path = "record/redactions.rs"]
mod redactions;
#[path = "record/refusals.rs"]
mod refusals;
#[path = "record/scenarios.rs"]
mod scenarios;
#[path = "record/sides.rs"]
mod sides;
#[path = "record/two_members.rs"]
mod two_members;
#[path = "record/values.rs"]
mod values;
