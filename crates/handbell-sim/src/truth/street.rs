//! The street's truth: who told what, and that no acknowledged report is lost.
//!
//! What a receipt must open is kept as it was told. A report whose filer got no good answer may stand or
//! not, but it stands whole, and one idempotency key makes one report.

use super::{Span, Truth};
use handbell::acts::street::ReceiptView;
use handbell_rules::desk::difference::DIFFERENCE_KEPT;
use handbell_rules::id::{IncidentId, ReportId};
use handbell_rules::place::Point;
use handbell_rules::playbook::Reach;
use handbell_rules::street::became::Became;
use handbell_rules::street::report::{NewReport, REPEAT_KEPT, ReportState};

/// A note somebody wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteTruth {
    /// Who wrote it, and as what: a word of [`NoteFrom`](handbell_rules::street::note::NoteFrom).
    pub from: &'static str,
    /// The words.
    pub text: String,
}

/// One report.
#[derive(Debug, Clone)]
pub struct ReportTruth {
    /// What was told.
    pub told: NewReport,
    /// The idempotency key and the request's body.
    pub repeat: Option<(String, Vec<u8>)>,
    /// Contact details.
    pub contact: Option<String>,
    /// The member on the scene who filed it.
    pub observer: Option<usize>,
    /// The member who wrote a call down.
    pub recorder: Option<usize>,
    /// The commit that wrote it, and the clocks seen.
    pub written: Option<(u64, Span)>,
    /// The words of its receipt, once given.
    pub receipt: Option<String>,
    /// Its id, once known.
    pub id: Option<ReportId>,
    /// Notes that were written, in order.
    pub notes: Vec<NoteTruth>,
    /// Whether the desk's question is open.
    pub asked: bool,
    /// Whether the witness answered one.
    pub answered: bool,
    /// Wishes that nobody has decided.
    pub wishes: u32,
    /// Set aside.
    pub set_aside: bool,
    /// The incidents it is joined to, in the order of joining.
    pub joined: Vec<usize>,
    /// Incidents it was said to be different from, and the clocks seen then.
    pub different: Vec<(usize, Span)>,
    /// The commit that withdrew it.
    pub withdrawn: Option<u64>,
    /// Whether the round that forgets its contact has surely come.
    pub contact_forgotten: bool,
    /// Whether it may have come.
    pub contact_perhaps_forgotten: bool,
    /// Whether the round that forgets its repeat guard has surely come.
    pub repeat_forgotten: bool,
}

impl ReportTruth {
    /// A report that nobody has filed yet.
    pub fn new(told: NewReport) -> Self {
        Self {
            told,
            repeat: None,
            contact: None,
            observer: None,
            recorder: None,
            written: None,
            receipt: None,
            id: None,
            notes: Vec::new(),
            asked: false,
            answered: false,
            wishes: 0,
            set_aside: false,
            joined: Vec::new(),
            different: Vec::new(),
            withdrawn: None,
            contact_forgotten: false,
            contact_perhaps_forgotten: false,
            repeat_forgotten: false,
        }
    }
    /// Whether the desk can work on it.
    pub fn open(&self) -> bool {
        self.id.is_some() && self.withdrawn.is_none()
    }
}

impl Truth {
    pub(super) fn report_written(&mut self, number: usize, span: Span) {
        let seq = self.seq;
        let key = self.reports[number].repeat.clone();
        if let Some((key, _)) = key {
            // A withdrawn report takes its repeat guard along, and a day later it is forgotten. No clock so
            // far was later than `latest`.
            let latest = self.latest;
            let twice = self.reports.iter().any(|other| {
                let same = other.repeat.as_ref().is_some_and(|(other, _)| *other == key);
                let guarded = other.written.is_some_and(|(_, first)| latest.since(first.low) < REPEAT_KEPT);
                same && guarded && other.withdrawn.is_none()
            });
            if twice {
                self.break_with("one-key-one-report", format!("the key of report {number} made a second report"));
            }
        }
        self.reports[number].written = Some((seq, span));
    }

    /// A filer was given a receipt. `again` says that it is the receipt of an earlier request with this key.
    pub(super) fn receipt_given(&mut self, number: usize, id: ReportId, words: &str, again: bool) {
        let request = self.reports[number].repeat.clone();
        let same = |report: &ReportTruth| report.written.is_some() && report.repeat == request && report.id.is_none_or(|known| known == id);
        let found = match again {
            false => Some(number),
            true if request.is_none() => None,
            true => self.reports.iter().rposition(|report| report.id == Some(id)).or_else(|| self.reports.iter().rposition(same)),
        };
        let Some(found) = found else {
            self.break_with("one-key-one-report", format!("request {number} was answered with the receipt of a report that nobody filed"));
            return;
        };
        let report = &mut self.reports[found];
        let wrong = !same(report) || report.receipt.as_ref().is_some_and(|known| known != words);
        report.receipt = Some(words.to_owned());
        report.id = Some(id);
        if wrong {
            self.break_with("one-key-one-report", format!("request {number} was answered with another receipt than report {found}'s"));
        }
    }

    pub(super) fn note_written(&mut self, number: usize, text: &str, from: &'static str) {
        let report = &mut self.reports[number];
        match from {
            "desk" => report.asked = true,
            "answer" => (report.asked, report.answered) = (false, true),
            "wish" => report.wishes += 1,
            _ => {}
        }
        let undecided = report.wishes;
        if from == "decision" {
            report.wishes = undecided.saturating_sub(1);
        }
        report.notes.push(NoteTruth { from, text: text.to_owned() });
        match from {
            "answer" => self.counts.add("a witness answered the desk"),
            "correction" => self.counts.add("a witness corrected"),
            "decision" if undecided == 0 => self.break_with("a-wish-is-decided-once", format!("report {number} had no wish to decide")),
            "decision" => self.counts.add("a wish was decided"),
            _ => {}
        }
    }

    /// A report was joined, or an incident opened from it: never twice, never to more than four, and never to one
    /// that it is said to be different from.
    pub(super) fn joined_written(&mut self, number: usize, incident: usize, span: Span) {
        let report = &self.reports[number];
        let stands = |said: &&(usize, Span)| said.0 == incident && span.high.since(said.1.low) < DIFFERENCE_KEPT;
        if report.joined.contains(&incident) || report.joined.len() >= 4 || report.withdrawn.is_some() {
            self.break_with("a-report-follows-from-its-incidents", format!("report {number} was joined to {incident} and must not be"));
        } else if report.different.iter().any(|said| stands(&said)) {
            self.break_with("not-the-same-stays-said", format!("report {number} was joined to {incident}, said to be different"));
        }
        if !self.reports[number].joined.is_empty() {
            self.counts.add("a report was joined to a second incident");
        }
        self.reports[number].joined.push(incident);
    }

    pub(super) fn taken_out_written(&mut self, number: usize, incident: usize) {
        let before = self.reports[number].joined.len();
        self.reports[number].joined.retain(|known| *known != incident);
        if self.reports[number].joined.len() + 1 != before {
            self.break_with("a-report-follows-from-its-incidents", format!("report {number} was taken out of {incident} and is not in it"));
        }
        if before > 1 {
            self.counts.add("a report was taken out of one of several");
        }
    }

    pub(super) fn different_written(&mut self, number: usize, incident: usize, span: Span) {
        if self.reports[number].joined.contains(&incident) {
            self.break_with("not-the-same-stays-said", format!("report {number} is said to be different from {incident}, which it is in"));
        }
        self.reports[number].different.retain(|said| said.0 != incident);
        self.reports[number].different.push((incident, span));
    }

    /// A member read what a report may belong to. Judged like a receipt: only when nothing changed meanwhile.
    pub(super) fn suggestions_read(&mut self, number: usize, suggested: &[IncidentId], span: Span, since: u64) {
        if since != self.seq {
            return;
        }
        if !suggested.is_empty() {
            self.counts.add("an incident was suggested");
        }
        let report = &self.reports[number];
        let said = report.different.iter().filter(|said| span.high.since(said.1.low) < DIFFERENCE_KEPT).map(|said| said.0);
        let out: Vec<usize> = said.chain(report.joined.iter().copied()).collect();
        let again = out.iter().find(|incident| self.incidents[**incident].id.is_some_and(|id| suggested.contains(&id))).copied();
        if let Some(incident) = again {
            self.break_with("not-the-same-stays-said", format!("incident {incident} is suggested for report {number} again"));
        }
    }

    /// A receipt was used. Nothing that changed since `since` is judged, because the reader may have been
    /// earlier or later than it.
    pub fn receipt_opened(&mut self, number: usize, view: Option<&ReceiptView>, since: u64) {
        if since != self.seq {
            return;
        }
        let report = self.reports[number].clone();
        let Some(view) = view else {
            self.break_with("no-acknowledged-report-lost", format!("the receipt of report {number} opens nothing"));
            return;
        };
        let withdrawn = view.report.state == ReportState::Withdrawn;
        let mut expected = report.told.clone();
        if report.withdrawn.is_some() {
            (expected.text, expected.place, expected.point) = (String::new(), String::new(), None);
        }
        if self.group.playbook.kind(&expected.kind).is_some_and(|kind| kind.always_home) {
            let kept = view.report.told.point;
            if !coarsened(expected.point, kept) {
                self.break_with(
                    "a-home-is-told-no-finer-than-its-floor",
                    format!("report {number} told {:?}, kept {kept:?}", expected.point),
                );
                return;
            }
            expected.point = kept;
        }
        if withdrawn != report.withdrawn.is_some() || view.report.told != expected {
            self.break_with("no-acknowledged-report-lost", format!("the receipt of report {number} does not open what was told"));
        }
        self.told_as_it_was(number, view);
        let mut notes: Vec<(&str, String)> = view.notes.iter().map(|note| (note.from.word(), note.text.clone())).collect();
        let mut written: Vec<(&str, String)> = match report.withdrawn {
            Some(_) => Vec::new(),
            None => report.notes.iter().map(|note| (note.from, note.text.clone())).collect(),
        };
        notes.sort();
        written.sort();
        if notes != written {
            self.break_with(
                "no-acknowledged-report-lost",
                format!("report {number} should hold {} notes and holds {}", written.len(), notes.len()),
            );
        }
    }

    /// What a witness is told became of it is what became of it: of the one incident beside the report's own lines,
    /// of several each in its place.
    fn told_as_it_was(&mut self, number: usize, view: &ReceiptView) {
        let report = &self.reports[number];
        if report.withdrawn.is_some() {
            return;
        }
        let joined = report.joined.clone();
        let several = view.became.report.iter().any(|became| became.word() == "several");
        let (things, is_several) = (view.became.each.len(), joined.len() > 1);
        if several != is_several || things != if is_several { joined.len() } else { 0 } {
            let said = format!("report {number} belongs to {} incidents and tells of {things}", joined.len());
            self.break_with("a-witness-hears-what-became-of-it", said);
            return;
        }
        if is_several {
            self.counts.add("a witness heard of several things");
        }
        for (place, incident) in joined.into_iter().enumerate() {
            let told = if is_several { &view.became.each[place] } else { &view.became.report };
            self.told_of_one(number, incident, told);
        }
    }

    fn told_of_one(&mut self, number: usize, incident: usize, became: &[Became]) {
        let rung = |dispatch: bool| {
            let of_it = self.alerts.iter().filter(|alert| alert.incident == incident && alert.rung.is_some());
            of_it.map(|alert| alert.reach == Reach::Dispatch).any(|is| is == dispatch)
        };
        let others = self.reports.iter().filter(|other| other.joined.contains(&incident) && other.withdrawn.is_none()).count() > 1;
        let known = &self.incidents[incident];
        let ended = known.ended.is_some() || self.alerts.iter().any(|alert| alert.incident == incident && alert.ended.is_some());
        let expected = [
            ("joined", others),
            ("taken-up", !others),
            ("observers-sent", rung(true)),
            ("neighbours-told", rung(false)),
            ("recorded", known.public),
        ];
        let told = |word: &str| became.iter().any(|became| became.word() == word);
        if (told("observers-sent") && !rung(true)) || (told("neighbours-told") && !rung(false)) {
            self.break_with("no-alert-without-a-person", format!("the witness of report {number} was told of an alert that nobody rang"));
            return;
        }
        let mut wrong: Vec<&str> = expected.into_iter().filter(|(word, is)| told(word) != *is).map(|(word, _)| word).collect();
        // An incident with an alert that still lives goes on although another alert of it has ended.
        wrong.extend((told("ended") && !ended).then_some("ended"));
        let corrections = became.iter().find_map(|became| match became {
            Became::Recorded(recorded) => Some(recorded.corrections),
            _ => None,
        });
        wrong.extend(corrections.is_some_and(|corrections| corrections != known.corrections_logged).then_some("corrections"));
        if !wrong.is_empty() {
            self.break_with("a-witness-hears-what-became-of-it", format!("report {number}: told wrongly about {}", wrong.join(", ")));
        }
    }
}

/// Whether what is kept of a point at a home is on the grid of thousandths of a degree and no further from
/// what was told than half of one. The simulated group has no list of places that could stand for it.
fn coarsened(told: Option<Point>, kept: Option<Point>) -> bool {
    let on_grid = |told: i32, kept: i32| kept % 1_000 == 0 && (told - kept).abs() <= 500;
    match (told, kept) {
        (None, None) => true,
        (Some(told), Some(kept)) => {
            on_grid(told.lat_microdegrees(), kept.lat_microdegrees()) && on_grid(told.lon_microdegrees(), kept.lon_microdegrees())
        }
        _ => false,
    }
}
