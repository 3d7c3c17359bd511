//! Audience: the index of who hears of an area, as the running program keeps it beside the store.
//!
//! It is made from the store when it is first asked, hears from the store of everything that moves
//! ([`crate::store::moves`]), and answers what [`Store::audience`] would answer, from memory. The store stays the
//! truth: whatever the index is not sure of it reads there, a start compares both, and after a difference only the
//! store is asked. Whoever is told is fixed by the commit, and who has gone by then is sent nothing.

use crate::store::moves::{Listener, Moved};
use crate::store::{AudienceQuestion, Store, StoreError};
use handbell_rules::bell::audience::{Asking, Audience, Making, Remade, Remaking, Whose};
use handbell_rules::bell::wishes::Asked;
use handbell_rules::id::SubscriptionId;
use handbell_rules::playbook::Reach;
use handbell_rules::time::Timestamp;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Subscriptions read at once when the index is made.
const PAGE: u32 = 1_000;
/// Times the index catches up with the store for one question before the store itself is asked.
const TRIES: u32 = 3;
/// Before every id and every time.
const FIRST: SubscriptionId = SubscriptionId([0; 16]);
const BEGINNING: Timestamp = Timestamp::from_milliseconds(i64::MIN);

#[derive(Default)]
struct Held {
    /// None until it was read from the store.
    index: Option<Audience>,
    /// Whoever must be read from the store, and when that was noted.
    doubted: BTreeMap<SubscriptionId, u64>,
    notes: u64,
    /// Index and store were found to differ.
    distrusted: bool,
}

/// See the module.
#[derive(Default)]
pub struct AudienceIndex {
    held: Mutex<Held>,
    /// Whoever reads from the store for the index; and whether the store tells it of moves.
    turn: tokio::sync::Mutex<bool>,
}

impl Held {
    fn doubt(&mut self, id: SubscriptionId) {
        self.notes += 1;
        self.doubted.insert(id, self.notes);
    }
}

impl Listener for AudienceIndex {
    fn moved(&self, moves: &[Moved]) {
        let mut held = self.held();
        for moved in moves {
            match (moved, &mut held.index) {
                (Moved::Came(subscription), Some(index)) => {
                    index.put(subscription);
                    held.doubted.remove(&subscription.id);
                }
                (Moved::Left(id), Some(index)) => {
                    index.leave(*id);
                    held.doubted.remove(id);
                }
                (Moved::Forgot(at), Some(index)) => index.forget(*at),
                (Moved::Forgot(_), None) => {}
                (Moved::Came(subscription), None) => held.doubt(subscription.id),
                (Moved::Left(id), None) | (Moved::Perhaps(id), _) => held.doubt(*id),
            }
        }
    }
}

impl AudienceIndex {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Everybody who asked to hear of such an alert, with their wishes, in no order: what [`Store::audience`]
    /// answers. Observers are few and their duty is not in the index, so they are the store's.
    ///
    /// # Errors
    /// As the store, when it must be read.
    pub async fn asked(self: &Arc<Self>, store: &dyn Store, question: &AudienceQuestion) -> Result<Vec<Asked>, StoreError> {
        if question.reach == Reach::Dispatch {
            return store.audience(question).await;
        }
        for _ in 0..TRIES {
            if self.held().distrusted {
                break;
            }
            if let Some(asked) = self.answer(question) {
                return Ok(asked);
            }
            self.catch_up(store).await?;
        }
        store.audience(question).await
    }

    /// The answer, when nothing is in doubt.
    fn answer(&self, question: &AudienceQuestion) -> Option<Vec<Asked>> {
        let held = self.held();
        let index = held.index.as_ref().filter(|_| held.doubted.is_empty())?;
        let asking = Asking { kind: &question.kind, language: None, whose: Whose::Neighbours, unconfirmed_too: false };
        Some(index.asked(&question.area, &asking, question.now))
    }

    /// Makes the index if there is none, and reads whoever is in doubt.
    ///
    /// # Errors
    /// As the store; what was not read stays in doubt.
    pub async fn catch_up(self: &Arc<Self>, store: &dyn Store) -> Result<(), StoreError> {
        let mut listening = self.turn.lock().await;
        if !*listening {
            // From here on whatever is written is heard; what was written before is read.
            store.listen(self.clone());
            *listening = true;
        }
        if self.held().index.is_none() {
            let mut making = Making::default();
            let mut after = FIRST;
            loop {
                let page = store.subscriptions_after(after, PAGE, BEGINNING).await?;
                let Some(last) = page.last() else { break };
                after = last.id;
                page.iter().for_each(|subscription| making.add(subscription));
            }
            let index = making.finish();
            self.held().index = Some(index);
        }
        loop {
            let next = self.held().doubted.first_key_value().map(|(id, noted)| (*id, *noted));
            let Some((id, noted)) = next else { return Ok(()) };
            let found = store.subscription(id).await?;
            let mut held = self.held();
            // Whatever was heard of it meanwhile is newer than what was read.
            if held.doubted.get(&id) == Some(&noted) {
                held.doubted.remove(&id);
                if let Some(index) = &mut held.index {
                    match found {
                        Some(subscription) => index.put(&subscription),
                        None => index.leave(id),
                    }
                }
            }
        }
    }

    /// Compares index and store by a question. After a difference only the store is asked.
    ///
    /// # Errors
    /// As the store.
    pub async fn compare(self: &Arc<Self>, store: &dyn Store, question: &AudienceQuestion) -> Result<bool, StoreError> {
        let mut mine = self.asked(store, question).await?;
        mine.sort_by_key(|one| one.subscription);
        let same = mine == store.audience(question).await?;
        if !same {
            tracing::error!("the index of who hears of an area differs from the store; from now on the store alone is asked");
            self.held().distrusted = true;
        }
        Ok(same)
    }

    /// A new making of the index when enough came or left, to be run apart from everything else.
    pub fn remake(&self) -> Option<Remaking> {
        self.held().index.as_mut()?.remake()
    }

    /// A making came to nothing: the index goes on as it is.
    pub fn give_up(&self) {
        if let Some(index) = &mut self.held().index {
            index.give_up();
        }
    }

    /// Puts a new making in its place.
    pub fn take_in(&self, remade: Remade) {
        if let Some(index) = &mut self.held().index {
            index.take_in(remade);
        }
    }
}
