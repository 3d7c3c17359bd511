//! What is held, table by table.

use super::Town;
use crate::store::Held;
use handbell_rules::time::Timestamp;
use std::collections::BTreeSet;

impl Town {
    pub(super) fn held(&self) -> Vec<Held> {
        let held = |table, rows: usize, oldest: Option<Timestamp>| Held { table, rows: rows as u64, oldest };
        let mut list = vec![
            held("report", self.reports.len(), self.reports.values().map(|r| r.filed_at).min()),
            held("difference", self.differences.len(), None),
            held("answer", self.answers.len(), self.answers.values().map(|kept| kept.at).min()),
            held("note", self.notes.len(), self.notes.values().map(|n| n.at).min()),
            held("contact", self.contacts.len(), None),
            held("repeat", self.repeats.len(), None),
            held("incident", self.incidents.len(), self.incidents.values().map(|i| i.opened_at).min()),
            held("claim", self.claims.len(), self.claims.values().map(|c| c.recorded_at).min()),
            held("independence", self.judgements.len(), self.judgements.values().map(|j| j.recorded_at).min()),
            held("alert", self.alerts.len(), self.alerts.values().map(|a| a.drafted_at).min()),
            held("approval", self.approvals.len(), self.approvals.values().map(|a| a.at).min()),
            held("signing_key", self.signing_keys.len(), self.signing_keys.values().map(|key| key.since).min()),
            held("manifest", self.manifests.len(), None),
            held("ring", self.rings.len(), self.rings.values().map(|r| r.at).min()),
            held("told_list", self.deliveries.values().map(|d| d.ring).collect::<BTreeSet<_>>().len(), None),
            held("subscription", self.subscriptions.len(), self.subscriptions.values().map(|s| s.since).min()),
            held("follower", self.followers.len(), None),
            held("member", self.members.len(), self.members.values().map(|m| m.since).min()),
            held("invitation", self.invitations.len(), None),
            held("device", self.devices.len(), self.devices.values().map(|d| d.since).min()),
            held("passkey", self.passkeys.len(), self.passkeys.values().map(|p| p.since).min()),
            held("session", self.sessions.len(), None),
            held("duty", self.duties.len(), self.duties.values().map(|d| d.from).min()),
            held("proposal", self.proposals.len(), self.proposals.values().map(|p| p.at).min()),
            held("opening", self.openings.len(), self.openings.first().map(|line| line.line.at)),
            held("opening_ask", self.asks.len(), self.asks.values().map(|ask| ask.at).min()),
            held("look", self.looks.len(), None),
            held("nudge", self.nudges.len(), None),
            held("escalation", self.escalations.len(), None),
            held("hold", self.holds.len(), None),
            held("posting", self.postings.len(), None),
            held("joining", self.joinings.len(), None),
            held("reach", self.reach.len(), self.reach.values().map(|month| month.since).min()),
            held("mute", self.mutes.len(), None),
            held("handover", self.handovers.len(), None),
            held("dispatch", self.dispatches.len(), self.dispatches.values().map(|d| d.planned_at).min()),
            held("ready", self.ready.len(), None),
            held("letter", self.letters.len(), self.letters.values().map(|letter| letter.received_at).min()),
            held("letter_contact", self.letter_contacts.len(), None),
            held("log_entry", self.log.len(), None),
            held("journal", self.journal.len(), self.journal.first().map(|line| line.at)),
        ];
        list.extend(self.evidence.held());
        list
    }
}
