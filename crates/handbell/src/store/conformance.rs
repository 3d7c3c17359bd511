//! Conformance: the one suite that judges every store.
//!
//! Each check is a sentence that must hold of any store, in memory or on a disk; it starts with an empty one
//! and speaks to it through [`Store`] alone, so whoever writes a third store has nothing to add here but a
//! [`Town`]. Faults are planted, not waited for. What only one engine can be asked (files, bytes, foreign
//! hands in the tables) is asked in that engine's own tests.
#![allow(clippy::unwrap_used, reason = "a check that meets the unexpected has failed")]
#![allow(clippy::disallowed_methods, reason = "a crowd of tasks is what is judged, and each is waited for")]

mod belonging;
pub mod builders;
mod channels;
mod correcting;
mod dispatching;
mod finding;
mod following;
pub(super) mod giving;
mod hearing;
mod joining;
mod keeping;
pub(super) mod letters;
mod logging;
mod opening;
mod resting;
pub(crate) mod searching;
mod signing;
mod standing;
mod telling;
mod watching;

use async_trait::async_trait;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use super::Store;
use super::memory::{Fault, MemoryStore};

/// A store to be judged, with what the suite must be able to do to it from outside.
#[async_trait]
pub trait Town: Send + Sync + 'static {
    /// The store.
    fn store(&self) -> Arc<dyn Store>;
    /// Plants what happens to the next commit.
    fn plant(&self, fault: Fault);
    /// Transactions so far, for a store that groups changes.
    fn transactions(&self) -> Option<u64>;
    /// Closes the store and opens it again, for a store that can be.
    async fn reopen(&mut self);
}

/// One check.
pub type Check = for<'town> fn(&'town mut dyn Town) -> Pin<Box<dyn Future<Output = ()> + Send + 'town>>;

macro_rules! checks {
    ($($room:ident::$name:ident)*) => {
        /// Every check with its name.
        pub const CHECKS: &[(&str, Check)] = &[$((stringify!($name), |town| Box::pin($room::$name(town)))),*];

        #[cfg(test)]
        mod memory {
            $(#[tokio::test] async fn $name() { super::$room::$name(&mut super::InMemory::new()).await; })*
        }
        #[cfg(test)]
        mod sqlite {
            $(#[tokio::test] async fn $name() { super::$room::$name(&mut super::on_disk::OnDisk::new().await).await; })*
        }
    };
}

checks! {
    // What `commit` promises, receipt-means-durable first of all.
    keeping::a_change_is_written_whole_or_not_at_all
    keeping::a_stale_version_is_a_conflict_and_writes_nothing
    keeping::what_must_be_new_conflicts_when_it_is_not
    keeping::the_same_change_twice_is_once_even_after_a_restart
    keeping::a_receipt_opens_its_report_after_a_restart
    keeping::many_at_once_all_land_once_and_share_transactions
    keeping::one_conflict_in_a_crowd_spoils_nobody_elses
    keeping::one_unfit_change_spoils_nobody_elses
    keeping::of_many_who_change_one_row_exactly_one_wins
    keeping::a_commit_that_fails_writes_nothing_and_can_be_said_again
    keeping::a_commit_that_persists_but_says_it_failed_can_be_said_again
    keeping::an_end_that_persists_unseen_is_known_as_ended
    keeping::the_journal_says_who_and_what_in_order_without_gaps
    standing::what_stands_on_a_ground_that_moved_is_a_conflict_and_writes_nothing
    standing::of_many_who_stand_on_one_ground_exactly_one_wins
    standing::a_footing_that_was_lost_unseen_is_answered_as_written
    // The promises the-same-people-hear-the-end, no-alert-after-cancel and nothing-goes-stale.
    resting::wishes_come_with_whoever_asked
    resting::how_often_somebody_was_told_is_counted_from_the_told_lists
    telling::a_ring_tells_everybody_on_its_list_once
    telling::an_update_goes_to_the_people_of_the_first_ring
    telling::whoever_was_never_tried_hears_neither_start_nor_end
    telling::whoever_may_have_heard_hears_the_end
    telling::who_heard_only_the_update_hears_the_end
    telling::an_end_is_withheld_when_the_start_turns_out_not_taken
    telling::nobody_hears_the_end_before_the_start
    telling::a_lease_that_runs_out_may_have_been_heard
    telling::nothing_expired_is_handed_out
    telling::nothing_live_is_handed_out_after_the_end
    telling::ends_are_handed_out_before_alerts
    telling::a_delivery_is_leased_to_one_at_a_time
    telling::a_retry_waits_for_its_time
    telling::a_subscription_that_is_gone_is_pruned
    telling::subscriptions_are_walked_in_order_each_once
    telling::a_late_word_about_an_earlier_try_is_ignored
    telling::an_ended_alert_is_known_before_its_commit_returns
    // The promises a-withdrawal-leaves-a-mark and forgetting-is-scheduled; then what pages find.
    finding::a_withdrawn_report_leaves_no_word_behind
    finding::a_report_waits_again_when_its_witness_wrote_or_wishes
    finding::what_has_had_its_time_is_forgotten
    finding::a_told_list_is_kept_until_its_end_was_heard
    finding::neighbours_are_found_by_area_kind_and_time
    finding::coarse_and_fine_cells_find_each_other
    channels::a_second_telephone_is_found_by_its_number_alone
    channels::a_wish_by_mail_is_spent_once
    channels::figures_of_channels_stand_by_month_and_go_after_a_year
    hearing::the_index_answers_what_the_store_answers
    hearing::the_index_answers_what_the_store_answers_when_a_commit_fails_or_nobody_waits_for_it
    hearing::an_index_made_while_people_come_and_go_misses_nobody
    finding::a_subscription_that_moves_is_found_where_it_is_now
    finding::observers_are_found_while_on_duty
    finding::pages_get_what_they_ask_for_in_order
    finding::an_incident_file_holds_everything_of_one_incident
    finding::people_are_found_by_the_hash_of_their_secret
    joining::a_passkey_is_found_by_its_name_and_used_by_one_at_a_time
    joining::a_revocation_or_a_recovery_takes_every_way_in
    finding::what_is_held_is_counted
    // One report and several incidents, and what is not the same.
    belonging::a_report_of_several_incidents_is_found_in_each_and_leaves_one_at_a_time
    belonging::of_two_who_join_one_report_to_two_incidents_at_once_one_is_kept
    belonging::what_is_said_to_be_different_is_found_from_both_sides_and_taken_back
    belonging::what_is_said_to_be_different_goes_in_its_time_and_with_the_words
    // The desk's clock: looks, escalations, holds, the board, hand-over.
    watching::a_look_and_what_it_queues_are_written_together_and_found
    watching::a_report_is_called_out_once_for_each_step
    watching::of_two_who_take_one_thing_one_has_it
    watching::a_duty_keeps_its_reminder_and_since_when_it_had_no_rest
    dispatching::whoever_is_asked_by_a_wider_ring_hears_the_end_as_well
    dispatching::a_wider_ring_that_an_end_overtook_tells_nobody
    dispatching::what_was_said_of_a_dispatch_is_compared_found_and_forgotten
    dispatching::what_a_member_says_for_a_duty_goes_with_it
    watching::what_the_desk_watches_with_goes_when_its_time_has_come
    // The promise no-unsigned-alert: whose signatures count, and what the ceiling counts.
    signing::signing_devices_and_their_lists_are_kept_and_named_in_the_log
    signing::broad_rings_are_counted_and_dispatches_updates_and_drafts_are_not
    // The promises a-correction-never-erases and a-withdrawal-leaves-a-mark, in the record.
    correcting::a_correction_goes_to_whoever_heard_and_ends_nothing
    correcting::a_correction_is_withheld_from_whoever_turns_out_to_have_heard_nothing
    correcting::corrections_and_ends_reach_a_person_in_their_order
    correcting::one_correction_tells_the_people_of_every_alert
    correcting::what_is_withdrawn_leaves_a_mark_and_the_chain_goes_on
    correcting::what_cannot_be_withdrawn_writes_nothing
    correcting::a_withdrawal_that_fails_keeps_the_words_or_takes_them_once
    correcting::an_import_is_entered_whole_and_once
    correcting::a_refused_proposal_waits_no_more_and_says_why
    // What is found in the record.
    searching::a_search_finds_what_a_walk_over_the_pages_finds
    searching::a_list_goes_on_after_any_of_its_incidents
    searching::a_walk_reads_every_incident_once_and_whole
    searching::what_is_withdrawn_is_not_found_from_its_commit_on
    searching::a_commit_that_fails_changes_nothing_that_is_found
    searching::no_question_is_syntax
    // Replies and complaints: kept apart, decided once, forgotten.
    letters::a_receipt_opens_its_letter_after_a_restart
    letters::of_two_who_take_a_letter_one_has_it
    letters::a_letter_and_its_proposal_are_written_together_and_published_together
    letters::a_letter_taken_back_leaves_no_word_and_no_way_to_its_sender
    letters::a_decision_and_its_line_in_the_log_are_written_together
    letters::letters_and_ways_to_their_senders_go_in_their_time
    // Footage, from a file on its way until it is deleted, and the chain of what was done with it.
    giving::what_came_of_a_file_is_there_after_a_restart_and_one_goes_on_with_it
    giving::a_file_that_came_whole_is_found_by_what_waits_for_it
    giving::a_file_that_took_too_long_waits_behind_all_others
    giving::files_are_followed_only_where_their_report_says_otherwise
    giving::files_that_are_to_follow_are_read_on_after_any_of_them
    giving::what_hangs_on_a_file_goes_with_it_and_its_custody_stays
    giving::lines_of_custody_are_numbered_and_chained_in_the_order_of_their_commits
    giving::a_public_copy_is_found_by_its_address_and_no_two_have_one
    giving::keys_known_pictures_and_stamps_are_kept
    // Whoever asked how something ended.
    following::what_is_published_is_owed_to_exactly_its_followers_once
    following::what_is_published_while_a_message_is_on_its_way_is_owed_anew
    following::a_publication_that_fails_owes_nothing_and_one_that_persists_owes_once
    following::a_follower_comes_beside_its_subscription_and_goes_with_it
    following::a_subscription_that_is_followed_on_keeps_no_area_after_its_time
    // The trail of who opened what.
    opening::lines_of_the_trail_are_numbered_and_chained_in_the_order_of_their_commits
    opening::a_line_that_fails_leaves_no_gap_and_said_again_stands_once
    opening::the_trail_goes_on_where_it_stood_after_a_restart
    opening::old_lines_go_from_the_end_and_the_rest_still_holds
    opening::a_wish_is_agreed_to_once_and_waits_a_day
    // The promise the-log-signs-one-tree.
    logging::entries_of_a_stream_are_numbered_and_linked
    logging::a_snapshot_counts_every_entry_before_it
    logging::the_checkpoint_signs_exactly_the_leaves
    logging::a_conflict_leaves_no_leaf
    logging::an_entry_that_cannot_be_written_leaves_no_leaf
    logging::the_log_goes_on_where_it_stood_after_a_restart
    logging::entries_of_many_at_once_stand_in_one_tree
    logging::a_failed_commit_leaves_one_tree
    logging::a_commit_that_fails_where_a_tile_fills_up_leaves_one_tree
    logging::another_logs_entries_become_the_first_ones_word_for_word
    logging::a_log_that_has_begun_takes_no_other_over
    logging::entries_that_no_log_holds_are_not_taken_over
}

/// Judges the stores that `make` makes, a fresh one for each check.
pub async fn suite<T: Town, F: Future<Output = T>>(make: impl Fn() -> F) {
    for (_, check) in CHECKS {
        check(&mut make().await).await;
    }
}

/// The store in memory. It has no disk, so opening it again finds what was there.
pub struct InMemory(Arc<MemoryStore>);

impl InMemory {
    /// An empty one.
    pub fn new() -> Self {
        Self(Arc::new(MemoryStore::new(builders::log_key(), builders::STATUS)))
    }
}

impl Default for InMemory {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Town for InMemory {
    fn store(&self) -> Arc<dyn Store> {
        self.0.clone()
    }
    fn plant(&self, fault: Fault) {
        self.0.plant([Some(fault)]);
    }
    fn transactions(&self) -> Option<u64> {
        None
    }
    async fn reopen(&mut self) {}
}

#[cfg(test)]
mod on_disk {
    use super::*;
    use crate::store::sql::SqlStore;

    /// A store in a folder that goes away.
    pub struct OnDisk {
        folder: tempfile::TempDir,
        store: Arc<SqlStore>,
    }

    impl OnDisk {
        pub async fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let store = SqlStore::create(&folder.path().join("store.db"), builders::log_key(), builders::STATUS).await.unwrap();
            Self { folder, store: Arc::new(store) }
        }
    }

    #[async_trait]
    impl Town for OnDisk {
        fn store(&self) -> Arc<dyn Store> {
            self.store.clone()
        }
        fn plant(&self, fault: Fault) {
            self.store.plant([Some(fault)]);
        }
        fn transactions(&self) -> Option<u64> {
            Some(self.store.transactions())
        }
        async fn reopen(&mut self) {
            self.store.close().await;
            self.store = Arc::new(SqlStore::open(&self.folder.path().join("store.db"), builders::log_key()).await.unwrap());
        }
    }
}
