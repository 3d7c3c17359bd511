//! The record's truth: every leaf as it came, every checkpoint ever seen, and whether each entry was due.
//!
//! Each new entry is judged in the moment in which its commit was written: is its incident public by two
//! members, was its alert rung and, for a dispatch, over, and has the public reach opened. Its place may be
//! no finer than the playbook says. All checkpoints must be one growing tree.

use super::{Running, Span, Truth};
use crate::deed::{Deed, Hand};
use crate::stage::TaskId;
use handbell::store::{CheckpointRow, LogRow};
use handbell::world::Group;
use handbell_log::checkpoint::Checkpoint;
use handbell_log::hash::{Hash, leaf_hash};
use handbell_log::leaf::{Body, Content, Leaf, Stream};
use handbell_log::note::VerifierKey;
use handbell_log::proof::{consistency, verify_consistency};
use handbell_log::tree::{Frontier, root_of};
use handbell_rules::id::ProposalId;
use handbell_rules::people::member::Role;
use handbell_rules::place::Precision;
use handbell_rules::playbook::{PublicFrom, Reach, ReachRule};
use handbell_rules::time::MINUTE;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The log as it was seen.
pub struct LogTruth {
    key: VerifierKey,
    hashes: Vec<Hash>,
    tree: Frontier,
    streams: BTreeMap<[u8; 16], (u64, u64)>,
    checkpoints: BTreeMap<u64, String>,
    newest: u64,
    /// Entries of which a public line says that their words were taken.
    told_taken: BTreeSet<u64>,
}

/// Whether whoever publishes at this moment has said of marked words that they read them.
fn ticked(moment: &Moment) -> bool {
    matches!(&moment.running, Some(Running { deed: Deed::Publish { ticked: true, .. }, .. }))
}

impl LogTruth {
    pub(super) fn new(group: &Group) -> Self {
        let key = VerifierKey::parse(&group.log_vkey).expect("the town's own verifier key can be read");
        Self {
            key,
            hashes: Vec::new(),
            tree: Frontier::new(),
            streams: BTreeMap::new(),
            checkpoints: BTreeMap::new(),
            newest: 0,
            told_taken: BTreeSet::new(),
        }
    }
}

/// A proposal.
#[derive(Debug, Clone)]
pub struct ProposalTruth {
    /// The incident.
    pub incident: usize,
    /// What is proposed.
    pub what: Proposes,
    /// Who proposed it.
    pub by: Hand,
    /// Its id, once known.
    pub id: Option<ProposalId>,
    /// The commit that wrote it.
    pub written: Option<u64>,
    /// Whether it was published.
    pub published: bool,
    /// Whether publishing it corrected something public.
    pub corrects: bool,
    /// Whether it holds words that a strict rule of the guard marks.
    pub marked: bool,
    /// Whether it came with a reason for them.
    pub explained: bool,
}

/// What a proposal is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proposes {
    /// To open the incident to the record.
    Opening,
    /// How it ended.
    Outcome,
    /// When it happened, by a new source.
    When,
    /// That the words of this log entry go.
    Redaction(u64),
}

/// A commit's view of the moment: who did it and when.
struct Moment {
    running: Option<Running>,
    span: Span,
}

impl Truth {
    /// How many entries were seen.
    pub fn log_size(&self) -> u64 {
        self.log.hashes.len() as u64
    }

    fn public_rule(&self, incident: usize) -> Option<ReachRule> {
        let known = &self.incidents[incident];
        self.group.playbook.kind(&known.kind)?.reach(Reach::Public, known.home).cloned()
    }

    pub(super) fn proposed(&mut self, number: usize, seq: u64) {
        self.proposals[number].written = Some(seq);
        if self.proposals[number].marked && !self.proposals[number].explained {
            self.break_with("no-marked-word-by-one-person", format!("proposal {number} holds a marked word and no reason"));
        }
    }

    pub(super) fn published(&mut self, number: usize, by: Hand, ticked: bool, running: &Running) {
        let proposal = self.proposals[number].clone();
        let editor = |hand: Hand| self.members[hand.member].roles.contains(&Role::Editor);
        let reads = [Role::Editor, Role::Approver].iter().any(|role| self.members[by.member].roles.contains(role));
        if proposal.by.member == by.member || proposal.published || !editor(proposal.by) || !reads {
            self.break_with(
                "nothing-publishes-itself",
                format!("proposal {number} was published without a second member, twice, or by the wrong role"),
            );
            return;
        }
        if proposal.marked {
            if !ticked {
                self.break_with(
                    "no-marked-word-by-one-person",
                    format!("nobody said that they read the marked words of proposal {number}"),
                );
            }
            self.counts.add("marked words were published");
        }
        if proposal.what == Proposes::Opening {
            let incident = self.incidents[proposal.incident].clone();
            let live = self.alerts.iter().any(|alert| alert.incident == proposal.incident && alert.follows.is_none() && alert.live());
            let over = incident.ended.is_some() && !live;
            let due = self.public_rule(proposal.incident).is_some_and(|rule| {
                let waited = |minutes: u32| {
                    incident.first_broad_ring.is_some_and(|rang| running.span.high.since(rang.low) >= i64::from(minutes) * MINUTE)
                };
                !rule.consent
                    && match rule.from {
                        PublicFrom::AtOnce => true,
                        PublicFrom::StandDown => over,
                        PublicFrom::Delay { minutes } => over || waited(minutes),
                    }
            });
            if !due {
                self.break_with(
                    "no-sooner-than-the-public-reach",
                    format!("incident {} was opened to the record before its public reach", proposal.incident),
                );
            }
            self.incidents[proposal.incident].public = true;
            self.counts.add("an incident was opened to the record");
        } else if proposal.what == Proposes::When {
            self.proposals[number].corrects = self.incidents[proposal.incident].assessed > 0;
            self.incidents[proposal.incident].assessed += 1;
            if self.proposals[number].corrects {
                self.corrected(proposal.incident, running.span);
            }
            self.counts.add("a statement was published");
        } else if let Proposes::Redaction(entry) = proposal.what {
            self.incidents[proposal.incident].entries.retain(|kept| *kept != entry);
            self.counts.add("words were taken from the record");
        } else {
            if self.incidents[proposal.incident].ended.is_none() {
                self.break_with("no-sooner-than-the-public-reach", "an outcome of something that goes on");
            }
            self.counts.add("an outcome was published");
        }
        self.proposals[number].published = true;
    }

    /// The log was looked at, after a commit of `task` or by anybody.
    pub fn log_seen(&mut self, task: TaskId, rows: &[LogRow], checkpoint: Option<&CheckpointRow>) {
        let running = self.running.get(&task).cloned();
        let span = running.as_ref().map_or(Span::at(self.now), |running| running.span);
        let moment = Moment { running, span };
        for row in rows {
            let seen = self.entry_seen(row, &moment);
            if let Err((rule, seen)) = seen {
                self.break_with(rule, format!("log entry {}: {seen}", row.index));
                return;
            }
        }
        self.checkpoint_seen(checkpoint);
    }

    /// A checkpoint was seen.
    pub fn checkpoint_seen(&mut self, row: Option<&CheckpointRow>) {
        let rule = "the-log-signs-one-tree";
        let Some(row) = row else {
            if self.log_size() > 0 {
                self.break_with(rule, "there are entries and no checkpoint");
            }
            return;
        };
        if row.size < self.log.newest {
            self.break_with(rule, format!("a checkpoint of {} after one of {}", row.size, self.log.newest));
        }
        self.log.newest = self.log.newest.max(row.size);
        match self.log.checkpoints.get(&row.size) {
            Some(known) if *known == row.note => return,
            Some(_) => self.break_with(rule, format!("two checkpoints of size {}", row.size)),
            None => {}
        }
        let opened = Checkpoint::open(row.note.as_bytes(), &self.log.key);
        match opened {
            Err(error) => self.break_with(rule, error.to_string()),
            Ok(read) if read.size != row.size || row.size != self.log_size() || read.root != self.log.tree.root() => {
                self.break_with(rule, format!("the checkpoint of {} is not the tree of the {} entries seen", row.size, self.log_size()));
            }
            Ok(_) => {
                self.log.checkpoints.insert(row.size, row.note.clone());
            }
        }
    }

    /// Every checkpoint ever seen is the beginning of the last one.
    pub fn one_tree(&mut self) {
        let leaves = self.log.hashes.clone();
        let size = leaves.len() as u64;
        let root = root_of(&leaves);
        let mut wrong = Vec::new();
        for (at, note) in &self.log.checkpoints {
            let Ok(read) = Checkpoint::open(note.as_bytes(), &self.log.key) else {
                wrong.push(format!("the checkpoint of {at} cannot be opened"));
                continue;
            };
            let proof = consistency(&leaves, *at).unwrap_or_default();
            if let Err(error) = verify_consistency(*at, &read.root, size, &root, &proof) {
                wrong.push(format!("the checkpoint of {at} is no beginning of that of {size}: {error}"));
            }
        }
        for seen in wrong {
            self.break_with("the-log-signs-one-tree", seen);
        }
    }

    fn entry_seen(&mut self, row: &LogRow, moment: &Moment) -> Result<(), (&'static str, String)> {
        let shape = |seen: &str| Err(("the-log-signs-one-tree", seen.to_owned()));
        if row.index != self.log_size() {
            return shape("it stands in the wrong place");
        }
        if let Ok(leaf) = Leaf::decode(&row.leaf)
            && let Body::Withdrawal { target, .. } = leaf.body()
        {
            return self.withdrawal_seen(row, *target, moment);
        }
        let (Ok(leaf), Some(Ok(content))) = (Leaf::decode(&row.leaf), row.content.as_deref().map(Content::decode)) else {
            return shape("its leaf or content cannot be read");
        };
        if !content.opens(&leaf) || leaf.stream() != Stream(*row.stream.bytes()) || leaf.kind_code() != row.kind {
            return shape("its content does not open its leaf");
        }
        let Ok(payload) = serde_json::from_slice::<Value>(&content.payload) else {
            return shape("its payload is no JSON");
        };
        let known = self.log.streams.get(row.stream.bytes()).copied();
        let expected = (known.map_or(0, |(entries, _)| entries), known.map_or(Value::Null, |(_, last)| Value::from(last)));
        if (payload["seq"].as_u64(), &payload["prev"]) != (Some(expected.0), &expected.1) {
            return shape("seq or prev does not follow");
        }
        self.log.streams.insert(*row.stream.bytes(), (expected.0 + 1, row.index));
        let hash = leaf_hash(&row.leaf);
        self.log.tree.append(hash);
        self.log.hashes.push(hash);
        let text = String::from_utf8_lossy(&content.payload).into_owned();
        self.note(|| format!("log {} kind {} {text}", row.index, row.kind));
        self.counts.add(match row.kind {
            1 => "log: incident opened",
            5 => "log: alert",
            6 => "log: update",
            7 => "log: cancel",
            8 => "log: stand-down",
            9 => "log: outcome",
            2 => "log: claim",
            3 => "log: correction",
            11 => "log: source",
            12 => "log: assessment",
            13 => "log: claim event",
            17 => "log: decision",
            _ => "log: another kind",
        });
        if text.contains(super::bell::SECRET_WORD) {
            return Err(("a-witness-is-unknown", "it holds words of a report".into()));
        }
        self.entry_due(row, &payload, moment)
    }

    /// The proposal that this moment publishes, if it is about this incident.
    fn publishing(&self, incident: usize, moment: &Moment) -> Option<&ProposalTruth> {
        match &moment.running {
            Some(Running { deed: Deed::Publish { proposal, .. }, .. }) => {
                self.proposals.get(*proposal).filter(|proposal| proposal.incident == incident && proposal.published)
            }
            _ => None,
        }
    }

    /// A mark that the words of an entry went: it stands in the tree like any leaf and outside the chain.
    fn withdrawal_seen(&mut self, row: &LogRow, target: u64, moment: &Moment) -> Result<(), (&'static str, String)> {
        let hash = leaf_hash(&row.leaf);
        self.log.tree.append(hash);
        self.log.hashes.push(hash);
        self.counts.add("log: withdrawal");
        let incident = self.incidents.iter().position(|incident| incident.id == Some(row.stream));
        let meant = incident.and_then(|number| self.publishing(number, moment)).map(|proposal| proposal.what);
        if !self.log.told_taken.contains(&target) {
            return Err(("no-decision-in-silence", format!("the words of entry {target} went and no line of the log says so")));
        }
        if row.content.is_some() || target >= row.index || meant != Some(Proposes::Redaction(target)) {
            return Err(("a-withdrawal-leaves-a-mark", format!("a mark on entry {target} that no two members made")));
        }
        Ok(())
    }

    /// Of the alerts an entry may be about, the one whose ring is known most closely: an entry names the minute
    /// and not the alert, and whoever saw the clock set back may have rung at any of several minutes.
    fn surest(&self, fits: impl Fn(&super::AlertTruth) -> bool) -> Option<usize> {
        let width = |n: &usize| self.alerts[*n].rung.as_ref().map_or(i64::MAX, |rung| rung.span.high.since(rung.span.low));
        (0..self.alerts.len()).filter(|n| fits(&self.alerts[*n])).min_by_key(width)
    }

    /// Whether an entry may stand in the log by now.
    fn entry_due(&mut self, row: &LogRow, payload: &Value, moment: &Moment) -> Result<(), (&'static str, String)> {
        let early = |seen: &str| Err(("no-sooner-than-the-public-reach", seen.to_owned()));
        let Some(number) = self.incidents.iter().position(|incident| incident.id == Some(row.stream)) else {
            return early("nobody opened its incident");
        };
        let Some(rule) = self.public_rule(number) else {
            return early("its kind has no public reach");
        };
        let incident = self.incidents[number].clone();
        let publishing = self.publishing(number, moment).cloned();
        let published = |what: Proposes| publishing.as_ref().is_some_and(|proposal| proposal.what == what);
        if payload["status"].as_str().is_some_and(|status| status != self.status.word()) {
            return Err(("a-drill-is-never-live", "its status is not the store's".into()));
        }
        match row.kind {
            1 if !published(Proposes::Opening) => early("no two members opened it"),
            9 if !published(Proposes::Outcome) => Err(("nothing-publishes-itself", "no two members approved the outcome".into())),
            1 | 9 => Ok(()),
            2 | 3 | 11 | 12 if !published(Proposes::When) => {
                Err(("nothing-publishes-itself", "no two members approved the statement".into()))
            }
            3 | 12 => {
                let corrects = publishing.as_ref().is_some_and(|proposal| proposal.corrects);
                self.incidents[number].corrections_logged += usize::from(row.kind == 3);
                if payload["supersedes"].is_u64() == corrects {
                    Ok(())
                } else {
                    Err(("a-correction-never-erases", format!("it should say {corrects} that it takes the place of another")))
                }
            }
            2 | 11 => {
                self.incidents[number].entries.push(row.index);
                Ok(())
            }
            13 if publishing.as_ref().is_some_and(|proposal| matches!(proposal.what, Proposes::Redaction(_))) => Ok(()),
            13 => Err(("nothing-publishes-itself", "no two members took these words away".into())),
            _ if !incident.public => early("its incident is not public"),
            5 => self.alert_due(number, &rule, payload, moment),
            6 => {
                let (rung, minute) = (payload["rung"].as_str().unwrap_or_default(), payload["updated"].as_str().unwrap_or_default());
                let known = |alert: &super::AlertTruth| {
                    alert.incident == number && !alert.logged.0 && alert.rung.as_ref().is_some_and(|rung| rung.span.holds_minute(minute))
                };
                let first_logged = |first: usize| self.alerts[first].logged.0;
                let mut found = self.surest(|alert| alert.follows.is_some_and(first_logged) && known(alert));
                if found.is_none() {
                    // Two alerts of one incident, reach and minute read the same in the log: which of them was meant
                    // is told by the update that follows only one.
                    let reads_as = |at: usize| {
                        let alert = &self.alerts[at];
                        let began = alert.rung.as_ref().is_some_and(|known| known.span.holds_minute(rung));
                        alert.incident == number
                            && alert.follows.is_none()
                            && began
                            && payload["reach"].as_str() == Some(alert.reach.name())
                    };
                    let twin = (0..self.alerts.len()).find(|at| self.alerts[*at].logged == (true, false) && reads_as(*at));
                    let meant = self.surest(|alert| known(alert) && alert.follows.is_some_and(reads_as));
                    let first = meant.and_then(|at| self.alerts[at].follows);
                    if let (Some(twin), Some(first)) = (twin, first) {
                        self.alerts[twin].logged.0 = false;
                        self.alerts[first].logged.0 = true;
                        found = meant;
                    }
                }
                let Some(found) = found else { return early("no such update was rung of an alert in the log") };
                self.alerts[found].logged.0 = true;
                Ok(())
            }
            7 | 8 => {
                let (rung, ended) = (payload["rung"].as_str().unwrap_or_default(), payload["ended"].as_str().unwrap_or_default());
                let meant = |alert: &super::AlertTruth| {
                    let began = alert.rung.as_ref().is_some_and(|known| known.span.holds_minute(rung));
                    let reach = payload["reach"].as_str() == Some(alert.reach.name());
                    alert.incident == number && alert.follows.is_none() && !alert.logged.1 && began && reach
                };
                let over = |alert: &super::AlertTruth| {
                    alert.ended.is_some_and(|known| known.wrong == (row.kind == 7) && known.span.holds_minute(ended))
                };
                let logged = self.surest(|alert| meant(alert) && alert.logged.0);
                let found = self
                    .surest(|alert| meant(alert) && alert.logged.0 && over(alert))
                    .or_else(|| self.surest(|alert| meant(alert) && over(alert)));
                let (Some(logged), Some(found)) = (logged, found) else { return early("no such alert in the log has ended") };
                // Two alerts of one minute look alike in the log: which of them it was shows only at its end.
                if !self.alerts[found].logged.0 {
                    self.alerts[logged].logged.0 = false;
                }
                self.alerts[found].logged = (true, true);
                Ok(())
            }
            17 => match payload["entry"].as_u64() {
                Some(entry)
                    if payload["action"] == "words-taken" && published(Proposes::Redaction(entry)) && self.log.told_taken.insert(entry) =>
                {
                    Ok(())
                }
                None if payload["action"] == "marks-overruled"
                    && publishing.as_ref().is_some_and(|proposal| proposal.marked)
                    && ticked(moment) =>
                {
                    Ok(())
                }
                _ => Err(("nothing-publishes-itself", "it tells a decision that nobody took, or tells one twice".into())),
            },
            _ => early("it is of a kind that nothing here writes"),
        }
    }

    fn alert_due(&mut self, number: usize, rule: &ReachRule, payload: &Value, moment: &Moment) -> Result<(), (&'static str, String)> {
        let incident = &self.incidents[number];
        let minute = payload["rung"].as_str().unwrap_or_default();
        let is_due = |alert: &super::AlertTruth| {
            let reach = payload["reach"].as_str() == Some(alert.reach.name());
            let Some(rung) = &alert.rung else { return false };
            let over = alert.ended.is_some();
            let waited = |minutes: u32| moment.span.high.since(rung.span.low) >= i64::from(minutes) * MINUTE;
            let open = match rule.from {
                PublicFrom::AtOnce => true,
                PublicFrom::StandDown => over,
                PublicFrom::Delay { minutes } => over || waited(minutes),
            };
            let due = open && (over || alert.reach != Reach::Dispatch);
            alert.incident == number && alert.follows.is_none() && !alert.logged.0 && reach && rung.span.holds_minute(minute) && due
        };
        let place = payload["place"].as_str().unwrap_or_default();
        let district = self.group.areas.areas().iter().any(|area| area.district == place);
        let coarse = incident.home || rule.precision <= Precision::District;
        let Some(anyhow) = self.surest(is_due) else {
            return Err(("no-sooner-than-the-public-reach", "no such alert was due".into()));
        };
        // Two alerts of one minute are told apart by their places; an area may be called as its district is.
        let exactly = self.surest(|alert| is_due(alert) && !coarse && place == alert.area_names);
        let found = exactly.or(district.then_some(anyhow));
        let allowed = found.is_some();
        self.alerts[found.unwrap_or(anyhow)].logged.0 = true;
        if allowed { Ok(()) } else { Err(("no-finer-than-the-public-reach", format!("it says \"{place}\""))) }
    }
}
