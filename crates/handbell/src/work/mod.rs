//! Workers: they do later what a commit promised.
//!
//! Each is one `step` that does what is due and says when to come again, so that the simulator can run the
//! same code over a made-up clock. Recovery after a crash is the ordinary step.

pub mod announcer;
pub mod armer;
pub mod canary;
pub mod clearer;
pub mod collector;
pub mod copier;
pub mod darkroom;
pub mod escalator;
pub mod forgetter;
pub mod indexer;
pub mod notary;
pub mod nudger;
pub mod rests;
pub mod ringer;
pub mod sequencer;
pub mod snapshotter;
pub mod teller;

/// Starts a task of the program. The one place where tasks begin, so that none is started by accident in
/// code that the simulator runs.
#[expect(clippy::disallowed_methods, reason = "the one place where tasks begin")]
pub fn spawn<F>(task: F) -> tokio::task::JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    tokio::spawn(task)
}
