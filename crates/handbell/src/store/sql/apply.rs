//! Apply: one plan's steps inside the writer's transaction.
//!
//! Promises that a step either does what `effects` says or fails the whole change. Which changes share a
//! transaction, and what a failure means for the others, is the writer's matter.

use super::evidence;
use crate::store::evidence::Erased;
use handbell_rules::bell::alert::Ring;
use handbell_rules::bell::delivery::{Leased, Settled};
use handbell_rules::evidence::custody::{self, STATEMENTS_KEPT, Statement};
use handbell_rules::id::{AlertId, IncidentId, RingId};
use handbell_rules::people::access::ASK_WAITS;
use handbell_rules::people::trail::{NewOpening, OPENINGS_KEPT, Opening};
use handbell_rules::record::entry::{NewEntry, OPERATORS_STREAM};
use handbell_rules::record::kept::KeptEntry;
use handbell_rules::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use tokio::sync::{OwnedRwLockWriteGuard, RwLock};

use super::cells::filed_under;
use super::db::{Failure, Line, Value, classify};
use super::found::{self, Touched};
use super::plan::{BULK_TABLES, Plan, Step};
use super::shape::{Shape, count, id, maybe_id, opening_row, ring_kind, time, timestamp, truth};
use super::texts::{self, Texts, sizes};
use super::told::{self, Head, List, Moved, People, Snapshot, ToldLists};
use crate::store::effects::Told;
use crate::store::halt::Halt;
use crate::store::log::{LogEdge, LogKey, Mark};
use crate::store::{CheckpointRow, Committed, LogRow, StoreError};

/// Entries of another log whose index is made in the commit that takes them over; with more it follows.
const FILED_WITH_A_LOG_MAX: usize = 10_000;

/// Why a step, or everything, did not happen.
#[derive(Debug, Clone, PartialEq)]
pub enum Trouble {
    /// Somebody was faster. Nobody else is concerned.
    Conflict,
    /// This change can never be written. Nobody else is concerned.
    Unfit(String),
    /// Nobody knows what was written. Concerns the whole group.
    Lost(String),
    /// The disk did not do as asked. Concerns the whole group, and whoever comes until it does.
    Halt(Halt, String),
    /// The store is not what it was. Concerns everybody from now on.
    Doubt(String),
}

impl From<sqlx::Error> for Trouble {
    fn from(error: sqlx::Error) -> Self {
        match classify(&error) {
            Failure::Taken => Self::Conflict,
            Failure::Unfit => Self::Unfit(error.to_string()),
            Failure::Lost => Self::Lost(error.to_string()),
            Failure::Halt(halt) => Self::Halt(halt, error.to_string()),
            Failure::Doubt => Self::Doubt(error.to_string()),
        }
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict => Self::Conflict,
            StoreError::Unavailable(why) | StoreError::Stopped(why) => Self::Lost(why),
            StoreError::Broken(why) | StoreError::LogInDoubt(why) => Self::Unfit(why),
        }
    }
}

/// A transaction in the making.
pub struct Work<'writer> {
    /// The connection.
    pub line: &'writer mut Line,
    /// The log's right edge.
    pub edge: &'writer mut LogEdge,
    /// The journal's newest number, those of this transaction included.
    pub journal: u64,
    /// Remembered statements.
    pub texts: &'writer mut Texts,
    /// The log's key.
    pub key: &'writer LogKey,
    /// Whether the edge was compared with the stored checkpoint in this transaction.
    pub compared: bool,
    /// The told lists.
    pub lists: &'writer mut Lists,
    /// Incidents whose entries change in this transaction, so that the index of the record follows.
    pub touched: BTreeMap<IncidentId, Touched>,
    /// How many of them the index followed.
    pub filed: u64,
    /// Whether the index of the record is to be made anew.
    pub behind: bool,
}

/// The told lists in the writer's hands: taken when a transaction first needs them, so that readers never see
/// what is not written yet, and given back when it is written or lost.
pub struct Lists {
    all: Arc<RwLock<ToldLists>>,
    held: Option<OwnedRwLockWriteGuard<ToldLists>>,
}

impl Lists {
    /// Of a store.
    pub fn of(all: Arc<RwLock<ToldLists>>) -> Self {
        Self { all, held: None }
    }

    async fn get(&mut self) -> &mut ToldLists {
        let held = match self.held.take() {
            Some(held) => held,
            None => self.all.clone().write_owned().await,
        };
        self.held.insert(held)
    }

    /// What was moved stands.
    pub fn keep(&mut self) {
        if let Some(mut held) = self.held.take() {
            held.keep();
        }
    }

    /// What was moved does not stand.
    pub fn lose(&mut self) {
        if let Some(mut held) = self.held.take() {
            held.forget_moves();
        }
    }
}

/// Where a change started, for going back.
pub struct Start {
    edge: Mark,
    journal: u64,
    told: Option<told::Mark>,
}

impl Work<'_> {
    /// Opens a savepoint.
    pub async fn start(&mut self) -> Result<Start, Trouble> {
        self.line.execute(texts::SAVEPOINT, &[]).await?;
        let told = self.lists.held.as_ref().map(|lists| lists.mark());
        Ok(Start { edge: self.edge.mark(), journal: self.journal, told })
    }

    /// Keeps what came after a savepoint, or goes back to it when only this change is concerned.
    pub async fn finish<T>(&mut self, start: Start, outcome: Result<T, Trouble>) -> Result<Result<T, Trouble>, Trouble> {
        if let Err(Trouble::Lost(_) | Trouble::Halt(..) | Trouble::Doubt(_)) = outcome {
            return outcome.map(Ok);
        }
        if outcome.is_err() {
            self.line.execute(texts::GO_BACK, &[]).await?;
            self.edge.rewind(start.edge);
            self.journal = start.journal;
            self.touched.values_mut().for_each(Touched::forget_rows);
            match (&mut self.lists.held, start.told) {
                (Some(lists), Some(mark)) => lists.rewind(mark),
                // They were taken after it started.
                (Some(lists), None) => lists.forget_moves(),
                (None, _) => {}
            }
        }
        self.line.execute(texts::RELEASE, &[]).await?;
        Ok(outcome)
    }

    /// Writes one change.
    pub async fn change(&mut self, plan: &Plan) -> Result<Committed, Trouble> {
        if let Some(row) = self.line.rows(texts::JOURNAL_OF_CHANGE, &[id(plan.change.bytes())]).await?.first() {
            return Ok(Committed { journal: row.count(0)?, again: true });
        }
        if let Some(footing) = plan.footing {
            for row in self.line.rows(texts::JOURNAL_WORDS_AFTER, &[count(footing.since)]).await? {
                if footing.is_moved_by(row.text(0)?) {
                    return Err(Trouble::Conflict);
                }
            }
        }
        for step in &plan.steps {
            self.step(step).await?;
        }
        let line = self.journal_line(plan);
        self.insert_many("journal", &texts::JOURNAL_COLUMNS, vec![line]).await?;
        Ok(Committed { journal: self.journal, again: false })
    }

    /// Writes changes that only add rows, table by table. Any of them being there already, or in another's
    /// way, is a [`Trouble::Conflict`] for all: then they are written one by one.
    pub async fn additions(&mut self, plans: &[&Plan]) -> Result<Vec<Committed>, Trouble> {
        let shapes =
            || plans.iter().flat_map(|plan| &plan.steps).filter_map(|step| if let Step::Insert(shape) = step { Some(shape) } else { None });
        for table in BULK_TABLES {
            let rows: Vec<Vec<Value>> = shapes().filter(|shape| shape.table == table).map(|shape| shape.clone().values()).collect();
            if let Some(first) = shapes().find(|shape| shape.table == table) {
                self.insert_many(table, &first.names(), rows).await?;
            }
        }
        let before = self.journal;
        let lines: Vec<Vec<Value>> = plans.iter().map(|plan| self.journal_line(plan)).collect();
        self.insert_many("journal", &texts::JOURNAL_COLUMNS, lines).await?;
        Ok((before + 1..=self.journal).map(|journal| Committed { journal, again: false }).collect())
    }

    /// Keeps in mind that an incident's entries are about to change, and those it has.
    async fn touch(&mut self, stream: IncidentId, has_some: bool) -> Result<(), Trouble> {
        if stream != OPERATORS_STREAM && !self.touched.contains_key(&stream) {
            let touched = Touched::read(self.line, stream, has_some).await?;
            self.touched.insert(stream, touched);
        }
        Ok(())
    }

    /// Lets the index of the record follow, once for each incident that was touched.
    pub async fn find_again(&mut self) -> Result<(), Trouble> {
        let touched = std::mem::take(&mut self.touched);
        self.filed += touched.len() as u64;
        if !touched.is_empty() && found::file(self.line, touched).await? {
            self.behind = true;
        }
        Ok(())
    }

    /// Signs what the log has become, when it grew since `before`.
    pub async fn sign(&mut self, before: u64) -> Result<(), Trouble> {
        if self.edge.size() == before {
            return Ok(());
        }
        let signed = self.edge.sign(self.key)?;
        let added = self.line.execute(texts::CHECKPOINT_ADD, &[count(signed.size), Value::Text(signed.note)]).await;
        added.map(drop).map_err(|error| match Trouble::from(error) {
            Trouble::Conflict => Trouble::Doubt("a checkpoint of this size stands there already".into()),
            other => other,
        })
    }

    fn journal_line(&mut self, plan: &Plan) -> Vec<Value> {
        self.journal += 1;
        let member = maybe_id(plan.member.as_ref().map(handbell_rules::id::MemberId::bytes));
        vec![count(self.journal), id(plan.change.bytes()), time(plan.at), member, Value::Word(plan.what), maybe_id(plan.subject.as_ref())]
    }

    async fn insert_many(&mut self, table: &'static str, columns: &[&'static str], rows: Vec<Vec<Value>>) -> Result<(), Trouble> {
        let (count, mut rest) = (rows.len(), rows.into_iter());
        for size in sizes(count) {
            let values: Vec<Value> = rest.by_ref().take(size).flatten().collect();
            let text = self.texts.insert(table, columns, size);
            self.line.execute(text, &values).await?;
        }
        Ok(())
    }

    /// Which of these alerts a statement finds.
    async fn which(&mut self, text: &'static str, alerts: &BTreeSet<AlertId>) -> Result<BTreeSet<AlertId>, Trouble> {
        let keys: Vec<Value> = alerts.iter().map(|alert| id(alert.bytes())).collect();
        let mut found = BTreeSet::new();
        let mut rest = keys.as_slice();
        for size in sizes(keys.len()) {
            let (now, later) = rest.split_at(size);
            rest = later;
            for row in self.line.rows(self.texts.list(text, 0, size), now).await? {
                found.insert(AlertId(row.exactly(0)?));
            }
        }
        Ok(found)
    }

    async fn step(&mut self, step: &Step) -> Result<(), Trouble> {
        match step {
            Step::Insert(shape) => self.line.execute(texts::insert(shape), &shape.clone().values()).await.map(drop)?,
            Step::Replace(shape) => self.line.execute(texts::replace(shape), &shape.clone().values()).await.map(drop)?,
            Step::Update(shape) => self.update(shape).await?,
            Step::Cells(subscription, cells) => {
                self.line.execute(texts::ERASE_CELLS, &[id(subscription.bytes())]).await?;
                let row = |(cell, own): (u64, bool)| vec![count(cell), id(subscription.bytes()), truth(own)];
                let rows: Vec<Vec<Value>> = filed_under(cells).into_iter().map(row).collect();
                self.insert_many("subscription_cell", &texts::CELL_COLUMNS, rows).await?;
            }
            Step::Belongs(report, filed_at, incidents) => {
                self.line.execute(texts::ERASE_BELONGING, &[id(report.bytes())]).await?;
                let row = |incident: &IncidentId| vec![id(incident.bytes()), id(report.bytes()), time(*filed_at)];
                let rows: Vec<Vec<Value>> = incidents.iter().map(row).collect();
                self.insert_many("belonging", &texts::BELONGING_COLUMNS, rows).await?;
            }
            Step::EraseAround(report) => {
                let around =
                    [texts::ERASE_NOTES, texts::ERASE_ANSWERS, texts::ERASE_CONTACT, texts::ERASE_REPEATS, texts::ERASE_DIFFERENCES];
                for text in around {
                    self.line.execute(text, &[id(report.bytes())]).await?;
                }
            }
            Step::EraseSignIns(member) => {
                for text in [texts::ERASE_PASSKEYS, texts::ERASE_SESSIONS, texts::ERASE_INVITATIONS] {
                    self.line.execute(text, &[id(member.bytes())]).await?;
                }
            }
            Step::EraseReady(member) => {
                self.line.execute(texts::ERASE_READY, &[id(member.bytes())]).await?;
            }
            Step::EraseSubscription(subscription) => {
                self.line.execute(texts::ERASE_SUBSCRIPTION, &[id(subscription.bytes())]).await?;
            }
            Step::Follow(shape) => {
                // Whose subscription was ended meanwhile is asked again.
                if self.line.execute(texts::FOLLOW, &shape.clone().values()).await? != 1 {
                    return Err(Trouble::Conflict);
                }
            }
            Step::Unfollow(subscription, incident, now) => {
                self.line.execute(texts::UNFOLLOW, &[id(subscription.bytes()), id(incident.bytes())]).await?;
                self.line.execute(texts::UNFOLLOWED_GOES, &[id(subscription.bytes()), time(*now)]).await?;
            }
            Step::Stir(incident, now) => drop(self.line.execute(texts::STIR, &[id(incident.bytes()), time(*now)]).await?),
            Step::EraseLetterContact(letter) => {
                self.line.execute(texts::ERASE_LETTER_CONTACT, &[id(letter.bytes())]).await?;
            }
            Step::Tell(ring, told, ready) => self.tell(ring, told, ready.as_ref()).await?,
            Step::Settle(settled) => self.settle(settled).await?,
            Step::Append(entries) => self.append(entries).await?,
            Step::Say(said) => {
                self.compare().await?;
                let row = self.edge.say(*said);
                self.add_leaves(vec![row]).await?;
            }
            Step::AppendAsIs(entries) => self.append_as_is(entries).await?,
            Step::Withdraw(stream, index, reason) => self.withdraw(*stream, *index, *reason).await?,
            Step::HoldBack(stream, index) => self.hold_back(*stream, *index).await?,
            Step::MarkLate(stream, index, reason) => self.mark_late(*stream, *index, *reason).await?,
            Step::Open(line) => self.open(line).await?,
            Step::Custody(line) => self.add_custody(line).await?,
            Step::EraseEvidence(erased) => self.erase_evidence(*erased).await?,
            Step::Forget(now) => {
                self.forget_openings(*now).await?;
                for (text, until) in
                    [(evidence::STATEMENTS_GO, now.plus(-STATEMENTS_KEPT)), (evidence::LINKS_GO, *now), (evidence::UPLOADS_GO, *now)]
                {
                    self.line.execute(text, &[time(until)]).await?;
                }
                let mut over = BTreeSet::new();
                for row in self.line.rows(texts::TOLD_LISTS_GO, &[time(*now)]).await? {
                    over.insert(AlertId(row.exactly(0)?));
                }
                self.lists.get().await.forget(&over);
                for text in texts::FORGET {
                    self.line.execute(text, &[time(*now)]).await?;
                }
            }
        }
        Ok(())
    }

    async fn open(&mut self, line: &NewOpening) -> Result<(), Trouble> {
        let newest = match self.line.rows(texts::OPENING_NEWEST, &[]).await?.first() {
            Some(row) => Some((row.count(0)?, row.exactly(1)?)),
            None => None,
        };
        let opening = Opening::after(newest, line.clone());
        self.insert_many("opening", &texts::OPENING_COLUMNS, vec![opening_row(&opening)]).await
    }

    async fn add_custody(&mut self, statement: &Statement) -> Result<(), Trouble> {
        let before = match self.line.rows(evidence::CUSTODY_NEWEST, &[]).await?.first() {
            Some(row) => evidence::head(row)?,
            None => custody::Head::EMPTY,
        };
        self.insert_many("custody", &evidence::CUSTODY_COLUMNS, vec![evidence::custody_row(&before, statement)]).await
    }

    /// What is erased must be there: of two who end it, one comes too late.
    async fn erase_evidence(&mut self, erased: Erased) -> Result<(), Trouble> {
        let (key, texts) = evidence::erasing(erased);
        let mut gone = 0;
        for text in texts {
            gone = self.line.execute(*text, &[Value::Bytes(key.clone())]).await?;
        }
        if gone == 1 { Ok(()) } else { Err(Trouble::Conflict) }
    }

    /// Only the oldest line may go, so that the rest is still one chain.
    async fn forget_openings(&mut self, now: Timestamp) -> Result<(), Trouble> {
        loop {
            let oldest = self.line.rows(texts::OPENING_OLDEST, &[count(texts::ROWS_MAX as u64)]).await?;
            let mut gone = 0;
            for row in &oldest {
                if now.since(timestamp(row, 1)?) < OPENINGS_KEPT {
                    break;
                }
                self.line.execute(texts::OPENING_GOES, &[count(row.count(0)?)]).await?;
                gone += 1;
            }
            if gone < texts::ROWS_MAX {
                break;
            }
        }
        Ok(self.line.execute(texts::ASKS_GO, &[time(now.plus(-ASK_WAITS))]).await.map(drop)?)
    }

    async fn update(&mut self, shape: &Shape) -> Result<(), Trouble> {
        let read = Value::Number(shape.version.map_or(0, i64::from));
        let mut values = shape.clone().values();
        values.push(read);
        match self.line.execute(texts::update(shape), &values).await? {
            1 => Ok(()),
            _ => Err(Trouble::Conflict),
        }
    }

    /// One row with everybody on it. What follows from an end for those who wait is written beside it.
    async fn tell(&mut self, ring: &Ring, told: &Told, ready: Option<&Snapshot>) -> Result<(), Trouble> {
        // Later changes have later numbers, so the number of the line this change is about to get orders
        // the rings of one person.
        let head = Head::of(ring, self.journal + 1);
        let lists = self.lists.get().await;
        let mark = lists.mark();
        let snapshot = match ready {
            Some(ready) => ready.clone(),
            None => Snapshot::of(ring.id, lists.chosen(ring.alert, told), lists.first_of(ring.alert)),
        };
        if *told == Told::WhoeverHeard {
            lists.supersede_untried(ring.alert);
        }
        if !snapshot.people.ids.is_empty() {
            lists.tell(head, snapshot.people);
            let row = vec![
                id(ring.id.bytes()),
                id(ring.alert.bytes()),
                id(ring.words_of.bytes()),
                Value::Word(ring.kind.word()),
                time(ring.at),
                time(ring.expires_at),
                count(head.ordering),
                Value::Bytes(snapshot.bytes),
            ];
            self.insert_many("told_list", &texts::TOLD_LIST_COLUMNS, vec![row]).await?;
        }
        self.write_moves(mark).await
    }

    async fn settle(&mut self, settled: &[Settled]) -> Result<(), Trouble> {
        let open = self.lists.get().await.open_alerts();
        let over = self.which(texts::OVER_OF, &open).await?;
        let lists = self.lists.get().await;
        let mark = lists.mark();
        let gone = lists.settle(settled, |alert| over.contains(alert));
        self.write_moves(mark).await?;
        for subscription in gone {
            self.line.execute(texts::ERASE_SUBSCRIPTION, &[id(subscription.bytes())]).await?;
        }
        Ok(())
    }

    /// See [`crate::store::Store::lease`].
    ///
    /// PROMISE nothing-goes-stale: what has expired, or whose alert has ended, is marked here and never handed
    /// out. Nobody is handed a second message of an alert while a first one is open. The lease is on the disk
    /// before the ringer has it, so that after a crash it is known that this message may have been sent.
    pub async fn lease(&mut self, batch: u32, lease_milliseconds: i64, now: Timestamp) -> Result<Vec<Leased>, Trouble> {
        let open = self.lists.get().await.open_alerts();
        let live = self.which(texts::LIVE_OF, &open).await?;
        let lists = self.lists.get().await;
        let mark = lists.mark();
        let leased = lists.lease(batch as usize, lease_milliseconds, now, |alert| live.contains(alert));
        self.write_moves(mark).await?;
        Ok(leased)
    }

    async fn write_moves(&mut self, since: told::Mark) -> Result<(), Trouble> {
        for Moved { ring, states, whole } in self.lists.get().await.moved_since(since) {
            if whole {
                self.line.execute(texts::ERASE_STATES, &[id(ring.bytes())]).await?;
            }
            self.insert_many("told_state", &texts::TOLD_STATE_COLUMNS, vec![vec![id(ring.bytes()), Value::Bytes(states)]]).await?;
        }
        Ok(())
    }

    /// PROMISE the-log-signs-one-tree: before the first entry of a transaction, the edge in memory must be
    /// exactly what the stored checkpoint signs.
    async fn compare(&mut self) -> Result<(), Trouble> {
        if !self.compared {
            let stored = newest_checkpoint(self.line).await?;
            self.edge.agrees_with(self.key, stored.as_ref()).map_err(|error| Trouble::Doubt(error.to_string()))?;
            self.compared = true;
        }
        Ok(())
    }

    /// Takes an entry's words. Whether it had some.
    async fn take_words(&mut self, stream: IncidentId, index: u64) -> Result<bool, Trouble> {
        self.touch(stream, true).await?;
        // The index is made of the rows as the file has them now.
        self.touched.get_mut(&stream).into_iter().for_each(Touched::forget_rows);
        Ok(self.line.execute(texts::WITHDRAW_CONTENT, &[count(index), id(stream.bytes())]).await? == 1)
    }

    /// PROMISE a-withdrawal-leaves-a-mark: the words go and the mark comes in one step, or neither.
    async fn withdraw(&mut self, stream: IncidentId, index: u64, reason: u8) -> Result<(), Trouble> {
        self.compare().await?;
        if !self.take_words(stream, index).await? {
            return Err(Trouble::Conflict);
        }
        let mark = self.edge.withdraw(stream, index, reason)?;
        self.add_leaves(vec![mark]).await
    }

    /// The words go while the log cannot be signed; their mark follows ([`Step::MarkLate`]).
    async fn hold_back(&mut self, stream: IncidentId, index: u64) -> Result<(), Trouble> {
        if self.take_words(stream, index).await? { Ok(()) } else { Err(Trouble::Conflict) }
    }

    async fn mark_late(&mut self, stream: IncidentId, index: u64, reason: u8) -> Result<(), Trouble> {
        self.compare().await?;
        // A repair may have brought them back meanwhile.
        self.take_words(stream, index).await?;
        let mark = self.edge.withdraw(stream, index, reason)?;
        self.add_leaves(vec![mark]).await
    }

    async fn append(&mut self, entries: &[NewEntry]) -> Result<(), Trouble> {
        self.compare().await?;
        for entry in entries {
            self.touch(entry.stream, self.edge.knows(&entry.stream)).await?;
        }
        let rows = entries.iter().map(|entry| self.edge.append(entry)).collect::<Result<Vec<_>, _>>()?;
        self.add_leaves(rows).await
    }

    /// PROMISE the-log-signs-one-tree: another log's entries only ever become the first ones of an empty log.
    async fn append_as_is(&mut self, entries: &[KeptEntry]) -> Result<(), Trouble> {
        self.compare().await?;
        let rows = self.edge.take_over(entries)?;
        let many = rows.len() > FILED_WITH_A_LOG_MAX;
        if !many {
            for row in &rows {
                self.touch(row.stream, false).await?;
            }
        }
        self.add_leaves(rows).await?;
        if many {
            // Minutes of work: no report waits for it.
            found::taken_over(self.line).await?;
            self.behind = true;
        }
        Ok(())
    }

    async fn add_leaves(&mut self, leaves: Vec<LogRow>) -> Result<(), Trouble> {
        for some in leaves.chunk_by(|one, next| one.stream == next.stream) {
            let stream = some[0].stream;
            if let Some(touched) = self.touched.get_mut(&stream) {
                touched.grows(stream, some.iter());
            }
        }
        let value = |row: LogRow| {
            let content = row.content.map_or(Value::NoBytes, Value::Bytes);
            vec![count(row.index), id(row.stream.bytes()), Value::Number(row.kind.into()), Value::Bytes(row.leaf), content]
        };
        let rows: Vec<Vec<Value>> = leaves.into_iter().map(value).collect();
        self.insert_many("log_entry", &texts::LOG_COLUMNS, rows).await.map_err(|trouble| match trouble {
            Trouble::Conflict => Trouble::Doubt("somebody else wrote to the log".into()),
            other => other,
        })
    }
}

/// The told lists as they stand written.
pub async fn told_lists(line: &mut Line) -> Result<ToldLists, Trouble> {
    let mut lists: Vec<List> = Vec::new();
    for row in line.rows(texts::TOLD_LISTS, &[]).await? {
        let (ring, alert) = (RingId(row.exactly(0)?), AlertId(row.exactly(1)?));
        let (at, expires_at, ordering) = (timestamp(&row, 4)?, timestamp(&row, 5)?, row.count(6)?);
        let head = Head { ring, alert, words_of: AlertId(row.exactly(2)?), kind: ring_kind(&row, 3)?, at, expires_at, ordering };
        let first = lists.iter().find(|list| list.head().alert == alert).map(List::ids);
        let people = People::of(ring, told::coding::read_people(row.bytes(7)?, first)?);
        lists.push(List::new(head, Arc::new(people)));
    }
    let places: HashMap<RingId, usize> = lists.iter().enumerate().map(|(at, list)| (list.head().ring, at)).collect();
    for row in line.rows(texts::TOLD_STATES, &[]).await? {
        if let Some(at) = places.get(&RingId(row.exactly(0)?)) {
            lists[*at].read_states(row.bytes(1)?)?;
        }
    }
    Ok(ToldLists::read(lists))
}

/// The newest checkpoint as the write connection sees it.
pub async fn newest_checkpoint(line: &mut Line) -> Result<Option<CheckpointRow>, Trouble> {
    let rows = line.rows(texts::CHECKPOINT_NEWEST, &[]).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    Ok(Some(CheckpointRow { size: row.count(0)?, note: row.text(1)?.to_owned() }))
}
