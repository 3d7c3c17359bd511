//! Gone: whether anything that somebody said of an incident still stands.
//!
//! The opening, or the mark of one whose words were taken, never leaves the log, and marks stay where words were. An
//! incident of which nothing else is left has a page, and a feed says of it that its entry was taken away (RFC 6721). An alert that rang stays said: nobody can
//! take it back.

use super::IncidentRecord;
use crate::record::assessment::TOOK_BACK;

impl IncidentRecord {
    /// Whether words were taken from the public and none of anybody stand any more: no source's, no claim's, none of
    /// the desk's, no outcome, reply, statement or request, no alert.
    pub fn wholly_withdrawn(&self) -> bool {
        let taken = self.lines.iter().any(|line| line.type_name == "withdrawn");
        let sourced = self.sources.iter().any(|line| line.source.is_some()) || !self.statements.is_empty() || !self.asked.is_empty();
        let claimed = self.facts.iter().any(|fact| !fact.claims.is_empty() || fact.assessments.iter().any(|one| !one.sentences.is_empty()));
        // The desk's note on a retraction that follows a withdrawal is a mark; any other is what somebody typed.
        let corrected = self.corrections.iter().any(|one| !one.note.is_empty() && !one.note.starts_with(TOOK_BACK));
        let told = self.outcomes.iter().flat_map(|slot| &slot.told).any(|one| one.value.is_some());
        let ended = self.outcome.is_some() || told;
        let answered = self.replies.iter().any(|line| line.reply.is_some());
        let beside = !self.lookalikes.is_empty() || !self.similar.is_empty() || !self.shown.is_empty();
        let rang = self.lines.iter().any(|line| matches!(line.kind, 5..=8) && line.type_name != "withdrawn");
        taken && self.missing() == 0 && !(sourced || claimed || corrected || ended || answered || beside || rang)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{LoggedEntry, project};
    use crate::id::IncidentId;
    use serde_json::{Value, json};

    fn gone(entries: &[(u8, Value)]) -> bool {
        let logged = |(index, (kind, payload)): (u64, &(u8, Value))| LoggedEntry {
            index,
            kind: *kind,
            payload: payload.as_object().cloned(),
            missing: false,
        };
        project(IncidentId([1; 16]), &(0..).zip(entries).map(logged).collect::<Vec<_>>()).expect("it was opened").wholly_withdrawn()
    }

    #[test]
    fn an_incident_is_gone_when_every_word_but_its_opening_and_the_marks_is() {
        let opening = (1, json!({"type": "incident.opened", "kind_label": "Flood", "district": "Peckham"}));
        let source = (11, json!({"type": "source.added", "at": "2026-01-02T03:05Z", "number": 1, "kind": "press", "label": "A paper"}));
        let outcome = (9, json!({"type": "outcome", "at": "2026-01-02T03:06Z", "outcome": "It went down.", "says": "The council"}));
        let alert = (5, json!({"type": "alert.issued", "at": "2026-01-02T03:04Z", "rung": "2026-01-02T03:04Z"}));
        let decided = (17, json!({"type": "moderation.noted", "at": "2026-01-02T03:07Z"}));
        let (no_source, no_outcome) = ((11, Value::Null), (9, Value::Null));
        assert!(!gone(std::slice::from_ref(&opening)), "nothing was taken from it");
        assert!(!gone(&[opening.clone(), source, no_outcome.clone()]) && !gone(&[opening.clone(), no_source.clone(), outcome]));
        assert!(!gone(&[opening.clone(), alert, no_source.clone()]), "an alert that rang was said");
        assert!(gone(&[opening.clone(), no_source.clone(), no_outcome.clone()]) && gone(&[opening, no_source, no_outcome, decided]));
    }
}
