//! Doors of footage: what a witness's file comes in by.
//!
//! Only the protocol is here so far; no route leads to it yet.

pub mod tus;
