//! Samples of neighbouring groups' records: in order, under an alarm, and with nothing to show.

use super::{Pen, Sample};
use crate::{NeighbourGapPage, NeighbourListPage, NeighbourRow, NeighboursPage, Page, RecordRow, State, Tab, Theirs};

const HASH: &str = "3f79bb7b435b05321651daefd374cdc681dc06faa65e374e38337b88ca046dea";

fn alarm(pen: &Pen) -> Option<String> {
    pen.some(
        "rollback: the log shows 257 entries and had signed 300; it is an older state of the same tree, which proves no second history",
    )
}

/// What says whose a page is.
pub(super) fn theirs(pen: &Pen, alarm: Option<String>) -> Theirs {
    Theirs {
        host: pen.say("north.example"),
        list_href: format!("/record/neighbours/{HASH}"),
        own_href: Some("https://north.example/record/mzqk3f7a2xw5n4ch6y".to_owned()),
        follows: pen.say("It follows from the first 4191 entries of their log, as copied on 21 November 2026, 14:05."),
        alarm,
    }
}

fn row(pen: &Pen, alarm: Option<String>) -> NeighbourRow {
    NeighbourRow {
        href: format!("/record/neighbours/{HASH}"),
        host: pen.say("north.example"),
        facts: vec![
            pen.fact("Log", "north.example/log1", ""),
            pen.fact("Incidents", "12", ""),
            pen.fact("Entries", "4191", ""),
            pen.fact("Last copied", "21 November 2026, 14:05", ""),
            pen.fact(
                "Cosigned by us",
                "4191 entries, 21 November 2026, 14:05",
                "It says that this is the only log we have seen under their name.",
            ),
        ],
        alarm,
    }
}

pub(super) fn add(pen: &Pen, samples: &mut Vec<Sample>) {
    let mut push = |name: &str, page: Box<dyn Page>| samples.push(Sample { name: name.to_owned(), page });
    let frame = |path: &str| pen.frame(Tab::Record, path);
    let groups = |groups| Box::new(NeighboursPage { frame: frame("/record/neighbours"), groups });
    push("neighbours", groups(vec![row(pen, None), row(pen, alarm(pen))]));
    push("neighbours-none", groups(Vec::new()));
    let incident = |state| RecordRow {
        href: format!("/record/neighbours/{HASH}/mzqk3f7a2xw5n4ch6y"),
        title: pen.say("Report of bailiffs at a home in Eastgate"),
        meta: pen.say("28 October 2026 · Eastgate"),
        tag: pen.tag(state),
    };
    let list = |incidents: Vec<RecordRow>, alarm| {
        Box::new(NeighbourListPage {
            frame: frame(&format!("/record/neighbours/{HASH}")),
            theirs: theirs(pen, alarm),
            next_href: (!incidents.is_empty()).then(|| format!("/record/neighbours/{HASH}?before=210")),
            incidents,
            none: pen.say("Nothing is in their record yet."),
        })
    };
    push("neighbour-list", list(State::ALL.map(incident).to_vec(), None));
    push("neighbour-list-alarm", list(Vec::new(), alarm(pen)));
    let mut page = super::record::incident(pen);
    page.earlier = None;
    page.moderated = None;
    page.also = None;
    page.theirs = Some(theirs(pen, alarm(pen)));
    push("neighbour-record", Box::new(page));
    let words = pen.say("Two of its entries have not been copied yet.");
    let theirs = Theirs { own_href: None, ..theirs(pen, None) };
    push("neighbour-gap", Box::new(NeighbourGapPage { frame: frame(&format!("/record/neighbours/{HASH}/mzqk")), theirs, words }));
}
