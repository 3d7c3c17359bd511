//! Doors: they turn a request into typed words, call one act, and turn its answer into a page.
//!
//! A door decides nothing. Every route stands in one table (`routes::table`), with who may call it, so that
//! the tests can walk every route as every caller. Nothing here stores or logs an address, a browser's name,
//! a query or a word of a report (PROMISE no-address-is-kept).

pub mod answer;
pub mod crowd;
pub mod fields;
pub mod frame;
pub mod gate;
pub mod headers;
pub mod idle;
pub mod kept;
pub mod limits;
mod patience;
pub mod problem;
pub mod routes;
pub mod serve;
pub mod stream;
mod stretch;

pub mod api;
pub mod bell;
pub mod channels;
pub mod desk;
pub mod footage;
pub mod house;
pub mod intake;
pub mod people;
mod places;
pub mod record;
pub mod rights;
pub mod street;
mod tongue;

#[cfg(test)]
pub mod fixture;
#[cfg(test)]
mod reach;

use crate::acts::passkey::Passkeys;
use crate::mirror::neighbours::Neighbours;
use crate::push::phone::Phones;
use crate::stage::Stage;
use crate::world::World;
use std::path::PathBuf;
use std::sync::Arc;

/// What every door holds.
#[derive(Clone)]
pub struct App {
    /// The world.
    pub world: World,
    /// Buckets in memory; nothing in them outlives ten minutes.
    pub limits: Arc<limits::Limits>,
    /// Those to whom films are read out.
    pub readers: Arc<crate::acts::seats::Seats>,
    /// What checks passkeys, with the challenges that wait.
    pub passkeys: Arc<Passkeys>,
    /// When each open session was last used; in memory only.
    pub idle: Arc<idle::Idle>,
    /// Those who wait for something public to change.
    pub crowds: Arc<crowd::Crowds>,
    /// The record in numbers, counted as it grows.
    pub figures: Arc<crate::figures::FiguresKept>,
    /// The exercise phones of a demo.
    pub phones: Option<Arc<Phones>>,
    /// The drill that runs here, if one does.
    pub stage: Option<Arc<Stage>>,
    /// The group's `public/` folder, which the sequencer fills.
    pub public: PathBuf,
    /// The neighbours whose logs are kept here.
    pub neighbours: Arc<Neighbours>,
    /// The operator's own map of streets, where there is one.
    pub streets: PathBuf,
    /// The one header in which a trusted proxy names the caller's address, in lower case.
    pub address_header: Option<String>,
}
