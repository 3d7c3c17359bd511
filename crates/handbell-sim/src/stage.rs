//! The stage: what everything in a made-up town shares, and the pauses at which others get a turn.
//!
//! All of a town runs on one thread. An act gives way only at a [`Pause`]; who goes on next is drawn by
//! the seed, so that the same seed gives the same order of everything. The clock here is the town's clock
//! and is moved by the script alone, forwards as time passes and sometimes back, as clocks that are set.

use crate::chance::Seeded;
use crate::truth::Truth;
use handbell::store::memory::Fault;
use handbell::world::Clock;
use handbell_rules::id::ChangeId;
use handbell_rules::time::Timestamp;
use std::collections::{BTreeMap, VecDeque};
use std::pin::Pin;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};

/// One act or worker at work.
pub type TaskId = u64;

/// How rough the town's disk and network are now.
#[derive(Debug, Default)]
pub struct Weather {
    /// Most pauses in a row; 0 lets everything run through.
    pub pauses_max: u64,
    /// One commit in so many meets a fault; 0 for none.
    pub commit_faults: u64,
    /// One read in so many finds no answer; 0 for none.
    pub read_faults: u64,
    /// What is still to befall the tries of one change.
    pub planned: BTreeMap<ChangeId, VecDeque<Option<Fault>>>,
}

/// See the module.
pub struct Stage {
    /// The luck of disks, networks and push services.
    pub luck: Seeded,
    clock: AtomicI64,
    playing: AtomicU64,
    weather: Mutex<Weather>,
    truth: Mutex<Truth>,
    waiting: Mutex<BTreeMap<TaskId, Vec<Waker>>>,
}

impl Stage {
    /// A stage at a time.
    pub fn new(seed: u64, now: Timestamp, truth: Truth) -> Self {
        Self {
            luck: Seeded::new(seed, 2),
            clock: AtomicI64::new(now.milliseconds()),
            playing: AtomicU64::new(0),
            weather: Mutex::default(),
            truth: Mutex::new(truth),
            waiting: Mutex::default(),
        }
    }

    /// What is known to be true. Held for moments only.
    pub fn truth(&self) -> MutexGuard<'_, Truth> {
        self.truth.lock().expect("no holder of this lock panics")
    }

    /// The weather. Held for moments only.
    pub fn weather(&self) -> MutexGuard<'_, Weather> {
        self.weather.lock().expect("no holder of this lock panics")
    }

    /// Moves the clock and lets everything that is under way know that it saw this time.
    pub fn move_clock(&self, milliseconds: i64) {
        let now = self.clock.fetch_add(milliseconds, Ordering::SeqCst) + milliseconds;
        self.truth().clock_moved(Timestamp::from_milliseconds(now));
    }

    /// Who is being played now.
    pub fn playing(&self) -> TaskId {
        self.playing.load(Ordering::SeqCst)
    }

    /// Says who is played from here on.
    pub fn play(&self, task: TaskId) {
        self.playing.store(task, Ordering::SeqCst);
    }

    /// Wakes some of what a task waits for; at least one, so that a turn is never lost.
    pub fn wake_some(&self, task: TaskId, luck: &Seeded) {
        let mut waiting = self.waiting.lock().expect("no holder of this lock panics");
        let Some(wakers) = waiting.get_mut(&task) else { return };
        let count = if luck.percent(30) { wakers.len() } else { 1 };
        for _ in 0..count {
            if !wakers.is_empty() {
                let place = luck.place(wakers.len());
                wakers.remove(place).wake();
            }
        }
    }

    /// Forgets what a task waited for.
    pub fn leave(&self, task: TaskId) {
        self.waiting.lock().expect("no holder of this lock panics").remove(&task);
    }

    /// A pause of a drawn length: others may go first.
    pub fn pause(self: &Arc<Self>) -> Pause {
        let most = self.weather().pauses_max;
        let left = if most == 0 || self.luck.percent(45) { 0 } else { 1 + self.luck.below(most) };
        Pause { stage: self.clone(), left }
    }
}

impl Clock for Stage {
    fn now(&self) -> Timestamp {
        Timestamp::from_milliseconds(self.clock.load(Ordering::SeqCst))
    }
}

/// Gives way a drawn number of times.
pub struct Pause {
    stage: Arc<Stage>,
    left: u64,
}

impl Future for Pause {
    type Output = ();
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.left == 0 {
            return Poll::Ready(());
        }
        self.left -= 1;
        let task = self.stage.playing();
        self.stage.waiting.lock().expect("no holder of this lock panics").entry(task).or_default().push(context.waker().clone());
        Poll::Pending
    }
}
