//! Texts: every statement the store writes with, in one place.
//!
//! What is read for pages stands in `reads.rs` beside the page's name; this file holds what the writer
//! says. Insertions of many rows are put together from a table's columns once for each size and then
//! remembered; sizes are powers of two, so that few statements serve every group.

use std::collections::HashMap;
use std::sync::Arc;

use super::shape::Shape;

/// Most rows one statement inserts or keys one statement names.
pub const ROWS_MAX: usize = 256;

pub const SAVEPOINT: &str = "savepoint one";
pub const RELEASE: &str = "release savepoint one";
pub const GO_BACK: &str = "rollback to savepoint one";
pub const COMMIT: &str = "commit";
pub const ROLLBACK: &str = "rollback";

pub const JOURNAL_COLUMNS: [&str; 6] = ["number", "change", "at", "member", "what", "subject"];
pub const JOURNAL_OF_CHANGE: &str = "select number from journal where change = $1";
pub const JOURNAL_WORDS_AFTER: &str = "select distinct what from journal where number > $1";
pub const JOURNAL_END: &str = "select number, at from journal order by number desc limit 1";

pub const ERASE_NOTES: &str = "delete from note where report = $1";
pub const ERASE_ANSWERS: &str = "delete from answer where key = $1";
pub const ERASE_CONTACT: &str = "delete from contact where key = $1";
pub const ERASE_REPEATS: &str = "delete from repeat where report = $1";
pub const ERASE_DIFFERENCES: &str = "delete from difference where report = $1";
pub const ERASE_BELONGING: &str = "delete from belonging where report = $1";
pub const BELONGING_COLUMNS: [&str; 3] = ["incident", "report", "filed_at"];
pub const ERASE_SUBSCRIPTION: &str = "delete from subscription where key = $1";
/// A follower comes only beside its subscription, with which it goes by itself.
pub const FOLLOW: &str = "insert into follower (key, version, subscription, incident, due_at, tries, until) \
    select $1, $2, $3, $4, $5, $6, $7 where exists (select 1 from subscription where key = $3)";
pub const UNFOLLOW: &str = "delete from follower where subscription = $1 and incident = $2";
/// A subscription that had its time and follows nothing any more.
pub const UNFOLLOWED_GOES: &str =
    "delete from subscription where key = $1 and until <= $2 and not exists (select 1 from follower where subscription = $1)";
pub const STIR: &str = "update follower set due_at = coalesce(due_at, $2), tries = 0, version = version + 1 where incident = $1";
pub const ERASE_PASSKEYS: &str = "delete from passkey where member = $1";
pub const ERASE_SESSIONS: &str = "delete from session where member = $1";
pub const ERASE_INVITATIONS: &str = "delete from invitation where member = $1";
pub const ERASE_READY: &str = "delete from ready where key = $1";
pub const ERASE_LETTER_CONTACT: &str = "delete from letter_contact where key = $1";
pub const ERASE_CELLS: &str = "delete from subscription_cell where subscription = $1";
pub const CELL_COLUMNS: [&str; 3] = ["cell", "subscription", "own"];

pub const OPENING_COLUMNS: [&str; 9] = ["number", "at", "member", "subject", "why", "reason", "second", "previous", "hash"];
pub const OPENING_NEWEST: &str = "select number, hash from opening order by number desc limit 1";
/// Lines go one by one from the oldest on, and the newest stays whatever its age: the next one must follow it.
pub const OPENING_OLDEST: &str = "select number, at from opening where number < (select max(number) from opening) order by number limit $1";
pub const OPENING_GOES: &str = "delete from opening where number = $1";
pub const ASKS_GO: &str = "delete from opening_ask where at <= $1";

/// What is forgotten when its time has come, by the statements that do it.
pub const FORGET: [&str; 24] = [
    "delete from contact where forget_at <= $1",
    "delete from repeat where forget_at <= $1",
    "delete from invitation where expires_at <= $1",
    "delete from session where expires_at <= $1",
    "delete from follower where until <= $1",
    "delete from subscription where until <= $1 and not exists (select 1 from follower where subscription = subscription.key)",
    // What is followed on keeps no area: nothing but where its browser takes messages.
    "delete from subscription_cell where subscription in (select key from subscription where until <= $1)",
    "update subscription set further = null, body = json_remove(json_set(body, '$.cells', json('[]'), '$.kinds', json('[]')), '$.further') where until <= $1 and (json_array_length(body, '$.cells') > 0 or json_array_length(body, '$.kinds') > 0 or further is not null or json_type(body, '$.further') is not null)",
    "delete from told_state where ring in (select ring from told_list where alert in (select key from alert where told_until <= $1))",
    "delete from told_list where alert in (select key from alert where told_until <= $1)",
    "delete from look where forget_at <= $1",
    "delete from nudge where forget_at <= $1",
    "delete from escalation where forget_at <= $1",
    "delete from hold where forget_at <= $1",
    "delete from difference where forget_at <= $1",
    "delete from posting where forget_at <= $1",
    "delete from joining where forget_at <= $1",
    "delete from reach where forget_at <= $1",
    "delete from mute where forget_at <= $1",
    "delete from handover where forget_at <= $1",
    "delete from dispatch where forget_at <= $1",
    "delete from ready where forget_at <= $1",
    "delete from letter where forget_at <= $1",
    "delete from letter_contact where forget_at <= $1",
];

pub const TOLD_LIST_COLUMNS: [&str; 8] = ["ring", "alert", "words_of", "kind", "at", "expires_at", "ordering", "people"];
pub const TOLD_LISTS: &str = "select ring, alert, words_of, kind, at, expires_at, ordering, people from told_list order by ordering";
pub const TOLD_STATE_COLUMNS: [&str; 2] = ["ring", "states"];
pub const TOLD_STATES: &str = "select ring, states from told_state order by number";
pub const ERASE_STATES: &str = "delete from told_state where ring = $1";
pub const TOLD_LISTS_GO: &str = "select distinct alert from told_list where alert in (select key from alert where told_until <= $1)";
/// Alerts that are live, and those that are known and not live any more.
pub const LIVE_OF: &str = "select key from alert where state = 'live' and key in ({keys})";
pub const OVER_OF: &str = "select key from alert where state <> 'live' and key in ({keys})";

pub const LOG_COLUMNS: [&str; 5] = ["leaf_index", "stream", "kind", "leaf", "content"];
pub const LOG_FROM: &str = "select leaf_index, stream, kind, leaf, null from log_entry where leaf_index >= $1 order by leaf_index limit $2";
/// The one way in which a leaf's row ever changes.
pub const WITHDRAW_CONTENT: &str = "update log_entry set content = null where leaf_index = $1 and stream = $2 and content is not null";
pub const CHECKPOINT_NEWEST: &str = "select size, note from checkpoint order by size desc limit 1";
pub const CHECKPOINT_OF: &str = "select size, note from checkpoint where size = $1";
pub const CHECKPOINT_ADD: &str = "insert into checkpoint (size, note) values ($1, $2)";
pub const ENDED_LATELY: &str = "select key from alert where told_until > $1 and state in ('cancelled', 'stood-down')";

pub const META_READ: &str = "select value from meta where name = $1";
pub const META_ADD: &str = "insert into meta (name, value) values ($1, $2)";
pub const META_KEEP: &str = "insert into meta (name, value) values ($1, $2) on conflict (name) do nothing";
pub const META_GOES: &str = "delete from meta where name = $1";

/// `$1, $2, …`: `count` placeholders after the first `before`.
fn placeholders(before: usize, count: usize) -> String {
    let list: Vec<String> = (before + 1..=before + count).map(|place| format!("${place}")).collect();
    list.join(", ")
}

/// One row in.
pub fn insert(shape: &Shape) -> String {
    let names = shape.names();
    format!("insert into {} ({}) values ({})", shape.table, names.join(", "), placeholders(0, names.len()))
}

/// One row in, or in the place of the one with its key.
pub fn replace(shape: &Shape) -> String {
    let again: Vec<String> = shape.columns.iter().map(|(name, _)| format!("{name} = excluded.{name}")).collect();
    format!("{} on conflict (key) do update set {}", insert(shape), again.join(", "))
}

/// One row changed, if it still has the version that was read. The values are those of [`Shape::values`],
/// then the version that was read.
pub fn update(shape: &Shape) -> String {
    let names = shape.names();
    let set: Vec<String> = names.iter().enumerate().skip(1).map(|(place, name)| format!("{name} = ${}", place + 1)).collect();
    format!("update {} set {} where key = $1 and version = ${}", shape.table, set.join(", "), names.len() + 1)
}

/// Statements of many rows, remembered by size.
#[derive(Debug, Default)]
pub struct Texts {
    inserts: HashMap<(&'static str, usize), Arc<str>>,
    lists: HashMap<(&'static str, usize), Arc<str>>,
}

impl Texts {
    /// Inserts `rows` rows into a table. A table always comes with the same columns here.
    pub fn insert(&mut self, table: &'static str, columns: &[&'static str], rows: usize) -> Arc<str> {
        let made = self.inserts.entry((table, rows)).or_insert_with(|| {
            // Without names: the engine looks a name up among all others, once for each value.
            let each = format!("({})", vec!["?"; columns.len()].join(", "));
            format!("insert into {table} ({}) values {}", columns.join(", "), vec![each; rows].join(", ")).into()
        });
        made.clone()
    }

    /// A statement with `{keys}` for `count` keys, which come after `before` other values.
    pub fn list(&mut self, text: &'static str, before: usize, count: usize) -> Arc<str> {
        let made = self.lists.entry((text, count)).or_insert_with(|| text.replace("{keys}", &placeholders(before, count)).into());
        made.clone()
    }
}

/// Cuts a number of rows into powers of two, largest first, none above [`ROWS_MAX`].
pub fn sizes(mut rows: usize) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let size = rows.checked_ilog2().map(|power| (1 << power).min(ROWS_MAX))?;
        rows -= size;
        Some(size)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_number_of_rows_is_cut_into_few_sizes() {
        for rows in 0..400 {
            let cut: Vec<usize> = sizes(rows).collect();
            assert_eq!(cut.iter().sum::<usize>(), rows);
            assert!(cut.iter().all(|size| size.is_power_of_two() && *size <= ROWS_MAX));
            assert!(cut.is_sorted_by(|a, b| a >= b));
        }
    }
}
