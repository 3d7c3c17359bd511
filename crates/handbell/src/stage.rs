//! Stage: the drill that runs, as its replay, its doors and its command share it.
//!
//! It knows how far the script is and what the desk asked for: the next message now, or the end. It lives in
//! memory and judges nothing; the score is read from the drill's store.

use handbell_rules::scenario::Drill;
use handbell_rules::time::Timestamp;
use tokio::sync::watch;

/// How far a drill is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Messages sent.
    pub sent: usize,
    /// Times a member asked for the next message.
    pub asked_next: u64,
    /// When the script emptied the desk.
    pub emptied_at: Option<Timestamp>,
    /// Whether the drill is over: its matters ended, or somebody ended it.
    pub over: bool,
}

/// A drill that runs.
#[derive(Debug)]
pub struct Stage {
    /// What is played.
    pub drill: Drill,
    /// What every message is about.
    pub kind: String,
    /// What the scenario is called.
    pub title: String,
    /// How many times faster than the script.
    pub speed: f64,
    /// The minute after which the script is cut.
    pub until_minutes: Option<u32>,
    progress: watch::Sender<Progress>,
}

impl Stage {
    /// Sets the stage. Messages after the cut are not played.
    pub fn new(drill: Drill, kind: String, title: String, speed: f64, until_minutes: Option<u32>) -> Self {
        Self { drill, kind, title, speed, until_minutes, progress: watch::Sender::new(Progress::default()) }
    }
    /// Messages that are played.
    pub fn length(&self) -> usize {
        let cut = |minute: u32| self.until_minutes.is_none_or(|until| minute <= until);
        self.drill.reports.iter().filter(|report| cut(report.at_minutes)).count()
    }
    /// How far it is.
    pub fn progress(&self) -> Progress {
        *self.progress.borrow()
    }
    /// Follows how far it is.
    pub fn follow(&self) -> watch::Receiver<Progress> {
        self.progress.subscribe()
    }
    /// A message was sent.
    pub fn sent(&self) {
        self.progress.send_modify(|progress| progress.sent += 1);
    }
    /// A member wants the next message now.
    pub fn next(&self) {
        self.progress.send_modify(|progress| progress.asked_next += 1);
    }
    /// The script emptied the desk.
    pub fn emptied(&self, at: Timestamp) {
        self.progress.send_modify(|progress| progress.emptied_at = progress.emptied_at.or(Some(at)));
    }
    /// The drill is over.
    pub fn end(&self) {
        self.progress.send_modify(|progress| progress.over = true);
    }
}
