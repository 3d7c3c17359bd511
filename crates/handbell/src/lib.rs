//! Handbell: a witness reports, a desk checks, the right people nearby are told, and a record stays.
//!
//! Every flow has the same five hops: door → act → rule → commit → worker. `handbell-rules` decides,
//! `store` keeps, `work` does later what a commit promised. See ARCHITECTURE.md.

pub mod acts;
pub mod asked;
pub mod audience;
pub mod bring;
pub mod channel;
pub mod cli;
pub mod config;
pub mod cosigned;
pub mod cosigners;
#[cfg(test)]
mod damage;
pub mod doors;
pub mod export;
pub mod figures;
pub mod flood;
pub mod folder;
pub mod line;
pub mod mirror;
pub mod pack;
pub mod push;
pub mod shipped;
pub mod shut_in;
pub mod stage;
pub mod stamp;
pub mod store;
pub mod vault;
mod wiped;
pub mod work;
pub mod world;
