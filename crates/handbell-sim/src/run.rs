//! The run: one seed's town from its first report to its last end, judged after every step.
//!
//! One step begins a deed, gives one of those under way a turn, lets somebody go away in the middle, or
//! lets time pass. Now and then, and at the end, everything heals, the ringer finishes what is due, and it
//! is asked whether everybody heard what they should. Nothing here knows what is right; the truth-keeper
//! does.

use crate::chance::Seeded;
use crate::coverage::Coverage;
use crate::deed::{Deed, Made, Outcome, Playing, play};
use crate::script::{Ready, Script};
use crate::stage::TaskId;
use crate::town::{CHECKED, Town};
use crate::truth::{Broken, Kept};
use crate::twisted::Twist;
use handbell::acts::{ActError, StreetCaller, street};
use handbell::work::armer::Armer;
use handbell::world::Clock;
use handbell_rules::bell::mode::Status;
use handbell_rules::time::{DAY, HOUR, MINUTE, SECOND};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

/// Deeds under way at once.
const UNDER_WAY_MAX: usize = 7;
/// Turns after which a deed that never ends is a fault of its own.
const TURNS_MAX: usize = 20_000;
/// Rounds of the ringer in one draining.
const ROUNDS_MAX: usize = 400;
/// The time one draining may take; every honest retry is shorter.
const DRAINING_LASTS: i64 = 100 * MINUTE;

/// What a run may be asked for.
#[derive(Debug, Clone, Copy)]
pub struct Choices {
    /// Steps before the end.
    pub steps: u64,
    /// One thing that is wrong on purpose.
    pub twist: Option<Twist>,
    /// Whether the trace is printed to standard error.
    pub told: bool,
}

impl Default for Choices {
    fn default() -> Self {
        Self { steps: 1_500, twist: None, told: false }
    }
}

/// A town that held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lived {
    /// Its seed.
    pub seed: u64,
    /// Its steps.
    pub steps: u64,
    /// The hash of everything that happened in it.
    pub trace: String,
    /// What happened how often.
    pub counts: Coverage,
}

/// A town in which something did not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Its seed.
    pub seed: u64,
    /// The step.
    pub step: u64,
    /// What did not hold.
    pub broken: Broken,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "seed {}, step {}: {}: {}", self.seed, self.step, self.broken.rule, self.broken.seen)
    }
}

/// Runs one seed.
pub fn simulate(seed: u64, choices: Choices) -> Result<Lived, Failure> {
    let luck = Seeded::new(seed, 1);
    let status = if luck.percent(20) { Status::Exercise } else { Status::Actual };
    let status = if choices.twist == Some(Twist::DropsTheDrillsWord) { Status::Exercise } else { status };
    let services = 2 + luck.place(3);
    let town = Town::new(seed, status, choices.twist, services, choices.told);
    let mut run = Run { town, luck, under_way: Vec::new(), next: 0, armer: Armer::default() };
    let lived = run.live(choices.steps);
    let truth = run.town.stage.truth();
    match lived {
        Ok(()) => Ok(Lived { seed, steps: truth.step, trace: truth.trace(), counts: truth.counts.clone() }),
        Err(broken) => Err(Failure { seed, step: truth.step, broken }),
    }
}

struct Run {
    town: Town,
    luck: Seeded,
    under_way: Vec<(TaskId, bool, Playing)>,
    next: TaskId,
    armer: Armer,
}

/// The answer of something that never gives way.
fn at_once<T>(mut future: Pin<Box<dyn Future<Output = T> + '_>>) -> T {
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => answer,
        Poll::Pending => unreachable!("the quiet world never gives way"),
    }
}

impl Run {
    fn held(&self) -> Result<(), Broken> {
        self.town.stage.truth().broken().map_or(Ok(()), Err)
    }

    fn live(&mut self, steps: u64) -> Result<(), Broken> {
        let checked = self.luck.place(CHECKED.len());
        self.town.check_languages(checked);
        self.settle_in()?;
        self.rough();
        for _ in 0..steps {
            self.step()?;
        }
        self.wind_up()
    }

    /// Members sign in, observers go on duty, neighbours subscribe; nothing goes wrong yet.
    fn settle_in(&mut self) -> Result<(), Broken> {
        let setting = Script::new(&self.town, &self.luck).settle();
        for round in setting {
            let Some(ready) = Script::new(&self.town, &self.luck).ready(round) else { continue };
            self.at_once(ready)?;
        }
        if self.town.quiet.store.status() == Status::Exercise {
            self.town.stage.truth().counts.add("a town that drills");
        }
        Ok(())
    }

    fn rough(&self) {
        let mut weather = self.town.stage.weather();
        weather.pauses_max = self.luck.below(4);
        weather.commit_faults = [0, 60, 25, 12][self.luck.place(4)];
        weather.read_faults = [0, 0, 400, 90][self.luck.place(4)];
    }

    fn calm(&self) {
        let mut weather = self.town.stage.weather();
        weather.pauses_max = 0;
        weather.commit_faults = 0;
        weather.read_faults = 0;
        weather.planned.clear();
        drop(weather);
        self.town.services.heal();
    }

    fn step(&mut self) -> Result<(), Broken> {
        self.town.stage.truth().step += 1;
        let begin = self.under_way.is_empty() || (self.under_way.len() < UNDER_WAY_MAX && self.luck.percent(30));
        match self.luck.below(1000) {
            0..=4 => self.step_the_clock(),
            5..=7 => self.pass(self.luck.between(MINUTE, 25 * MINUTE))?,
            13 => self.pass(self.luck.between(HOUR, 7 * HOUR))?,
            15 if self.luck.percent(60) => self.pass(self.luck.between(20 * HOUR, 5 * DAY))?,
            16..=19 => self.rough(),
            20..=21 => self.everybody_heard()?,
            22 => self.start_again()?,
            23..=40 => Script::new(&self.town, &self.luck).change_a_service(),
            41..=52 => self.leave(),
            _ if begin => self.begin_something(),
            _ => drop(self.turn()?),
        }
        self.town.stage.move_clock(self.luck.between(0, 700));
        self.arm()?;
        self.look()?;
        self.held()
    }

    /// The armer gets its turn in the quiet world: it writes nothing, so a step of its own changes no other's luck.
    fn arm(&mut self) -> Result<(), Broken> {
        match at_once(Box::pin(self.armer.step(&self.town.quiet))) {
            Ok(_) => Ok(()),
            Err(error) => Err(Broken { rule: "nothing-is-broken", seen: error.to_string() }),
        }
    }

    fn begin_something(&mut self) {
        let busy = self.under_way.iter().any(|(_, ringer, _)| *ringer);
        let Some(ready) = Script::new(&self.town, &self.luck).choose(busy) else { return };
        self.begin(ready);
    }

    fn begin(&mut self, ready: Ready) -> TaskId {
        self.next += 1;
        let task = self.next;
        let ringer = ready.deed == Deed::Ringer;
        self.town.stage.truth().begin(task, ready.deed.clone());
        self.under_way.push((task, ringer, play(self.town.world.clone(), ready.deed, ready.given, ready.cookies)));
        task
    }

    /// Gives one deed a turn.
    fn turn(&mut self) -> Result<Option<(Outcome, Made)>, Broken> {
        if self.under_way.is_empty() {
            return Ok(None);
        }
        let place = self.luck.place(self.under_way.len());
        self.turn_of(place)
    }

    fn turn_of(&mut self, place: usize) -> Result<Option<(Outcome, Made)>, Broken> {
        let stage = self.town.stage.clone();
        let (task, _, playing) = &mut self.under_way[place];
        let task = *task;
        stage.wake_some(task, &self.luck);
        stage.play(task);
        let polled = playing.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        stage.play(0);
        let Poll::Ready(answer) = polled else { return Ok(None) };
        drop(self.under_way.remove(place));
        stage.leave(task);
        stage.truth().answered(task, &answer);
        self.held()?;
        Ok(Some((answer.outcome, answer.made)))
    }

    /// Begins a deed and plays it to its end; others wait.
    fn at_once(&mut self, ready: Ready) -> Result<(Outcome, Made), Broken> {
        let task = self.begin(ready);
        for _ in 0..TURNS_MAX {
            let place = self.under_way.iter().position(|(other, _, _)| *other == task).expect("it was begun and has not ended");
            if let Some(answer) = self.turn_of(place)? {
                return Ok(answer);
            }
        }
        Err(Broken { rule: "every-deed-ends", seen: "a deed never ended".into() })
    }

    /// Plays everything under way to its end.
    fn finish(&mut self) -> Result<(), Broken> {
        for _ in 0..TURNS_MAX {
            if self.under_way.is_empty() {
                return self.held();
            }
            self.turn()?;
        }
        Err(Broken { rule: "every-deed-ends", seen: "something under way never ended".into() })
    }

    /// Somebody goes away in the middle; a ringer that does so has crashed.
    fn leave(&mut self) {
        if self.under_way.is_empty() {
            return;
        }
        // A crash of the ringer is worth more than anybody else's going away.
        let ringer = self.under_way.iter().position(|(_, ringer, _)| *ringer).filter(|_| self.luck.percent(60));
        let place = ringer.unwrap_or_else(|| self.luck.place(self.under_way.len()));
        let (task, _, playing) = self.under_way.remove(place);
        let stage = &self.town.stage;
        stage.play(task);
        drop(playing);
        stage.play(0);
        stage.leave(task);
        stage.truth().went_away(task);
    }

    /// The server starts again with other checks of languages: in an orderly way, or by a crash of everything.
    fn start_again(&mut self) -> Result<(), Broken> {
        if self.luck.percent(50) {
            self.finish()?;
        }
        while !self.under_way.is_empty() {
            self.leave();
        }
        let checked = self.luck.place(CHECKED.len());
        self.town.check_languages(checked);
        self.held()
    }

    fn step_the_clock(&self) {
        let by = self.luck.between(-10 * MINUTE, 10 * MINUTE);
        self.town.stage.truth().counts.add(if by < 0 { "the clock went back" } else { "the clock went forward" });
        self.town.stage.move_clock(by);
    }

    /// Lets time pass. Mostly the workers are awake meanwhile; sometimes the machine is off.
    fn pass(&mut self, milliseconds: i64) -> Result<(), Broken> {
        self.finish()?;
        let until = self.town.stage.now().plus(milliseconds);
        if milliseconds >= 20 * HOUR {
            self.town.stage.truth().counts.add("days passed");
        }
        if self.luck.percent(75) {
            for _ in 0..ROUNDS_MAX {
                let Some(next) = self.ring_once()? else { break };
                let wait = next.since(self.town.stage.now()).max(SECOND);
                if self.town.stage.now().plus(wait) >= until {
                    break;
                }
                self.town.stage.move_clock(wait);
            }
        }
        let rest = until.since(self.town.stage.now());
        self.town.stage.move_clock(rest.max(0));
        if milliseconds >= HOUR {
            for ready in Script::new(&self.town, &self.luck).everybody_signs_in() {
                if let Some(ready) = Script::new(&self.town, &self.luck).ready(ready) {
                    self.at_once(ready)?;
                }
            }
        }
        Ok(())
    }

    /// One step of the ringer; when something is due again.
    fn ring_once(&mut self) -> Result<Option<handbell_rules::time::Timestamp>, Broken> {
        match self.at_once(Ready::worker(Deed::Ringer))? {
            (Outcome::Done, Made::Rung(rung)) => Ok(rung.next),
            _ => Ok(Some(self.town.stage.now().plus(5 * SECOND))),
        }
    }

    /// Heals everything, lets the ringer finish, and asks whether everybody heard.
    fn everybody_heard(&mut self) -> Result<(), Broken> {
        self.calm();
        self.finish()?;
        let until = self.town.stage.now().plus(DRAINING_LASTS);
        for _ in 0..ROUNDS_MAX {
            let Some(next) = self.ring_once()? else { break };
            let wait = next.since(self.town.stage.now()).max(1);
            if self.town.stage.now().plus(wait) > until {
                break;
            }
            self.town.stage.move_clock(wait);
        }
        {
            let mut truth = self.town.stage.truth();
            truth.counts.add("everybody was asked whether they heard");
            truth.everybody_heard();
        }
        self.held()?;
        self.at_once(Ready::worker(Deed::Forgetter))?;
        let count = self.town.stage.truth().reports.len();
        for report in 0..count {
            self.look_at_receipt(report);
            self.look_at_what_is_kept(report);
        }
        let count = self.town.stage.truth().alerts.len();
        for alert in 0..count {
            self.look_at_told_list(alert);
        }
        self.count_what_is_held();
        self.held()?;
        self.rough();
        Ok(())
    }

    /// What is looked at after every step: the newest checkpoint and one receipt.
    fn look(&mut self) -> Result<(), Broken> {
        let quiet = &self.town.quiet;
        match at_once(quiet.store.checkpoint()) {
            Ok(row) => self.town.stage.truth().checkpoint_seen(row.as_ref()),
            Err(error) => self.town.stage.truth().break_with("nothing-is-broken", error.to_string()),
        }
        let count = self.town.stage.truth().reports.len();
        if count > 0 && self.luck.percent(30) {
            self.look_at_receipt(self.luck.place(count));
        }
        self.held()
    }

    fn look_at_receipt(&self, report: usize) {
        let (receipt, seq) = {
            let truth = self.town.stage.truth();
            (truth.reports[report].receipt.clone(), truth.seq)
        };
        let Some(words) = receipt else { return };
        let opened = at_once(Box::pin(street::read_receipt(&self.town.quiet, StreetCaller, &words)));
        let mut truth = self.town.stage.truth();
        match opened {
            Ok(view) => truth.receipt_opened(report, Some(&view), seq),
            Err(ActError::NotFound) => truth.receipt_opened(report, None, seq),
            Err(error) => truth.break_with("nothing-is-broken", error.to_string()),
        }
    }

    fn look_at_what_is_kept(&self, report: usize) {
        let (id, repeat, kept, forgotten) = {
            let truth = self.town.stage.truth();
            let known = &truth.reports[report];
            (known.id, known.repeat.clone(), truth.contact_kept(report), truth.repeat_forgotten(report))
        };
        let Some(id) = id else { return };
        let contact = at_once(self.town.quiet.store.contact(id)).map(|contact| contact.is_some());
        let wrong = match (contact, kept) {
            (Ok(true), Kept::No) => Some(format!("contact details of report {report} should be gone")),
            (Ok(false), Kept::Yes) => Some(format!("contact details of report {report} went too early")),
            (Err(error), _) => Some(error.to_string()),
            _ => None,
        };
        if let Some(wrong) = wrong {
            self.town.stage.truth().break_with("forgetting-is-scheduled", wrong);
        }
        if let (Some((key, _)), true) = (repeat, forgotten) {
            let found = at_once(self.town.quiet.store.repeat(self.town.quiet.mark("repeat-key", key.as_bytes())));
            // A later request with the same key may stand there by now; this very report may not.
            if matches!(&found, Ok(Some((_, of))) if *of == id) {
                self.town
                    .stage
                    .truth()
                    .break_with("forgetting-is-scheduled", format!("the repeat guard of report {report} should be gone"));
            }
        }
    }

    fn look_at_told_list(&self, alert: usize) {
        let (id, follows, kept) = {
            let truth = self.town.stage.truth();
            (truth.alerts[alert].id, truth.alerts[alert].follows, truth.told_list_kept(alert))
        };
        let (Some(id), None) = (id, follows) else { return };
        let Ok(tally) = at_once(self.town.quiet.store.tally(id)) else { return };
        let told: u64 = tally.iter().map(|(_, tally)| tally.told_list).sum();
        if (told > 0 && kept == Kept::No) || (told == 0 && kept == Kept::Yes) {
            let seen = format!("the told list of alert {alert} holds {told} people");
            self.town.stage.truth().break_with("forgetting-is-scheduled", seen);
        }
    }

    /// What is held must be what was written, row for row: nothing half, nothing twice, nothing lost.
    fn count_what_is_held(&self) {
        let Ok(held) = at_once(self.town.quiet.store.held()) else { return };
        let mut truth = self.town.stage.truth();
        for (table, written) in truth.rows_written() {
            let rows = held.iter().find(|held| held.table == table).map_or(0, |held| held.rows);
            if !written.contains(&rows) {
                truth.break_with("all-or-nothing", format!("{rows} rows of {table} are held and {written:?} were written"));
            }
        }
    }

    /// The last hours: most of what is live ends, everything heals, and all is asked again.
    fn wind_up(&mut self) -> Result<(), Broken> {
        self.finish()?;
        self.everybody_heard()?;
        for ready in Script::new(&self.town, &self.luck).everybody_signs_in() {
            if let Some(ready) = Script::new(&self.town, &self.luck).ready(ready) {
                self.at_once(ready)?;
            }
        }
        let live: Vec<usize> = {
            let truth = self.town.stage.truth();
            (0..truth.alerts.len()).filter(|alert| truth.alerts[*alert].follows.is_none() && truth.alerts[*alert].live()).collect()
        };
        for alert in live {
            let ready = Script::new(&self.town, &self.luck).end(alert);
            if let Some(ready) = ready {
                self.begin(ready);
                self.turn()?;
            }
        }
        self.finish()?;
        self.everybody_heard()?;
        self.town.stage.truth().one_tree();
        self.held()
    }
}
