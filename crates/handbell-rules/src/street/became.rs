//! Became: what a witness is told about what happened with their report, in plain sentences.
//!
//! One list, in the order in which things happen, for the receipt's page and for programs alike. It says
//! that others were told and never who, how many, when or where: nothing here is finer than what anybody
//! may know. It decides nothing.

use super::report::{AsideWhy, Report, ReportState};
use crate::desk::incident::Ending;
use crate::id::IncidentId;

/// Where the public record tells of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recorded {
    /// The incident of the record.
    pub incident: IncidentId,
    /// How many corrections stand on its page.
    pub corrections: usize,
    /// Whether the page says what came of it.
    pub outcome: bool,
}

/// What is known of the incident that a report belongs to, as far as its witness may hear it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Around {
    /// Whether other reports belong to it too.
    pub others: bool,
    /// Whether observers were sent.
    pub observers: bool,
    /// Whether neighbours or everybody were told.
    pub neighbours: bool,
    /// How it ended.
    pub ended: Option<Ending>,
    /// Where it stands in the public record.
    pub recorded: Option<Recorded>,
}

/// One thing that became of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Became {
    /// Nobody has read it yet.
    Kept,
    /// Somebody at the desk has read it.
    Read,
    /// The desk does not follow it.
    SetAside(AsideWhy),
    /// It belongs to so many incidents; what became of each is told apart.
    Several(usize),
    /// It belongs to an incident of its own.
    TakenUp,
    /// It belongs to an incident with other reports.
    Joined,
    /// Observers were sent.
    ObserversSent,
    /// Neighbours were told.
    NeighboursTold,
    /// It ended.
    Ended(Ending),
    /// It is in the public record.
    Recorded(Recorded),
    /// The witness took it back.
    Withdrawn,
}

impl Became {
    /// The stable word of the interface.
    pub fn word(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Read => "read",
            Self::SetAside(_) => "set-aside",
            Self::Several(_) => "several",
            Self::TakenUp => "taken-up",
            Self::Joined => "joined",
            Self::ObserversSent => "observers-sent",
            Self::NeighboursTold => "neighbours-told",
            Self::Ended(_) => "ended",
            Self::Recorded(_) => "recorded",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The sentence.
    pub fn sentence(self) -> String {
        let fixed = match self {
            Self::Kept => "It is kept. Nobody has read it yet.",
            Self::Read => "Somebody at the desk has read it.",
            Self::SetAside(why) => aside_sentence(why),
            Self::TakenUp => "The desk took it up.",
            Self::Joined => "It is joined with other reports of the same thing.",
            Self::ObserversSent => "Trained observers were asked to go and look.",
            Self::NeighboursTold => "Neighbours nearby were told.",
            Self::Ended(Ending::Over) => "It happened and it is over.",
            Self::Ended(Ending::NothingFound) => "Somebody looked and found nothing any more.",
            Self::Ended(Ending::CannotBeVerified) => "Nobody could find out whether it was so.",
            Self::Ended(Ending::Mistaken) => "It turned out to be something else. Whoever was told heard that too.",
            Self::Several(number) => return format!("The desk sees {number} things in it. What became of each is told apart."),
            Self::Recorded(recorded) => {
                let corrected = match recorded.corrections {
                    0 => "It is in the public record. Nothing there was corrected so far.".to_owned(),
                    1 => "It is in the public record. One correction stands there.".to_owned(),
                    more => format!("It is in the public record. {more} corrections stand there."),
                };
                return if recorded.outcome { format!("{corrected} What came of it stands there too.") } else { corrected };
            }
            Self::Withdrawn => "You took this report back. What it said is gone.",
        };
        fixed.to_owned()
    }
}

/// What a witness is told when their report was set aside. What the desk wrote for itself stays there.
pub const fn aside_sentence(why: AsideWhy) -> &'static str {
    match why {
        AsideWhy::Duplicate => "The desk has read it. Somebody else had told the same, so it is not followed twice.",
        AsideWhy::Elsewhere => "The desk has read it. It is another place or another time than this desk looks after.",
        AsideWhy::CannotBeChecked => "The desk has read it. It found no way to check it.",
        AsideWhy::NotForThisDesk => "The desk has read it. It is nothing that this group works on.",
        AsideWhy::Other => "The desk has read it and does not follow it up.",
    }
}

/// What became of a report so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Of the report itself; never empty. While it belongs to one incident, all that became of it stands here.
    pub report: Vec<Became>,
    /// Of each incident, in the order of joining, when it belongs to several; otherwise empty.
    pub each: Vec<Vec<Became>>,
}

/// What became of a report so far; `around` are its incidents, in the order of joining. Each incident tells what it
/// would tell alone: that the report belongs to another too adds nothing to either.
pub fn became(report: &Report, around: &[Around]) -> Told {
    let only = |became| Told { report: vec![became], each: Vec::new() };
    match (report.state, around) {
        (ReportState::Withdrawn, _) => return only(Became::Withdrawn),
        (ReportState::SetAside, _) => {
            // Reports that were set aside before reasons were told carry none.
            return only(Became::SetAside(report.aside.as_ref().map_or(AsideWhy::Other, |aside| aside.why)));
        }
        (ReportState::Received, []) if report.reader.is_none() => return only(Became::Kept),
        _ => {}
    }
    match around {
        [] => only(Became::Read),
        [one] => Told { report: [vec![Became::Read], became_in(one)].concat(), each: Vec::new() },
        several => Told { report: vec![Became::Read, Became::Several(several.len())], each: several.iter().map(became_in).collect() },
    }
}

fn became_in(around: &Around) -> Vec<Became> {
    let mut told = vec![if around.others { Became::Joined } else { Became::TakenUp }];
    told.extend(around.observers.then_some(Became::ObserversSent));
    told.extend(around.neighbours.then_some(Became::NeighboursTold));
    told.extend(around.ended.map(Became::Ended));
    told.extend(around.recorded.map(Became::Recorded));
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sentence_is_plain_and_ends() {
        let recorded = |corrections, outcome| Became::Recorded(Recorded { incident: IncidentId([1; 16]), corrections, outcome });
        let mut all = vec![Became::Kept, Became::Read, Became::TakenUp, Became::Joined, Became::ObserversSent, Became::NeighboursTold];
        all.extend([Became::Withdrawn, Became::Several(3), recorded(0, false), recorded(1, true), recorded(7, true)]);
        all.extend(AsideWhy::ALL.map(|(why, _)| Became::SetAside(why)));
        all.extend(Ending::ALL.map(|(ending, _)| Became::Ended(ending)));
        for one in all {
            let sentence = one.sentence();
            assert!(sentence.ends_with('.') && !sentence.contains('!'), "{sentence}");
            for part in sentence.split_terminator(". ") {
                assert!(part.split(' ').count() <= 15, "too long for somebody under stress: {part}");
            }
        }
    }
}
