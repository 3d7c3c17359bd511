//! Idle: how long ago a person touched the desk in each open session.
//!
//! Kept in memory only, so that no disk says when somebody was at the desk; after a restart a session counts
//! as last used when it was opened. Pages that reload themselves and streams touch nothing: a browser
//! left open on a table is idle however much happens.

use handbell_rules::id::SessionId;
use handbell_rules::people::member::{SESSION_LIVES, Session};
use handbell_rules::people::passkey::is_locked;
use handbell_rules::time::Timestamp;
use http::HeaderMap;
use std::collections::HashMap;
use std::sync::Mutex;

/// See the module.
#[derive(Debug, Default)]
pub struct Idle(Mutex<HashMap<SessionId, Timestamp>>);

impl Idle {
    /// Whether a session is locked at `now`.
    pub fn locks(&self, session: &Session, now: Timestamp) -> bool {
        let used = self.0.lock().expect("no holder of this lock panics").get(&session.id).copied();
        is_locked(session, used.unwrap_or_else(|| session.expires_at.plus(-SESSION_LIVES)), now)
    }

    /// A person did something in a session.
    pub fn touch(&self, session: SessionId, now: Timestamp) {
        let mut used = self.0.lock().expect("no holder of this lock panics");
        used.retain(|_, at| now.since(*at) < SESSION_LIVES);
        used.insert(session, now);
    }
}

/// Whether a request is a person's own: a page opened or a form sent. Scripts say `empty` (Fetch Metadata,
/// W3C); those that stand for a person's press carry the desk's token and are touched where it is checked.
pub fn by_a_person(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-dest").is_none_or(|dest| dest != "empty")
}
