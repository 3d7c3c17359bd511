//! Samples of the drill's page: running, over with findings, over and clean.

use super::{Pen, Sample};
use crate::{
    DrillAlert, DrillBar, DrillDots, DrillFinding, DrillGoing, DrillItem, DrillPage, DrillRow, DrillScore, DrillStep, State, Tab, Tag,
};

pub(super) fn add(pen: &Pen, samples: &mut Vec<Sample>) {
    let mut push = |name: &str, page| samples.push(Sample { name: name.to_owned(), page: Box::new(page) });
    push("desk-drill-going", page(pen, Some(going(pen)), None));
    push("desk-drill-score", page(pen, None, Some(score(pen))));
    let mut clean = score(pen);
    clean.findings.clear();
    clean.alerts.clear();
    clean.practise.clear();
    (clean.looks, clean.bars) = (None, Vec::new());
    push("desk-drill-clean", page(pen, None, Some(clean)));
}

fn page(pen: &Pen, going: Option<DrillGoing>, score: Option<DrillScore>) -> DrillPage {
    let mut frame = pen.desk_frame(Tab::Drill, "/desk/drill", "The drill");
    (frame.exercise, frame.drill) = (true, true);
    DrillPage {
        frame,
        desk: pen.desk(),
        heading: pen.say("Practice: a visit to a bakery"),
        lead: pen.say("You did all but two of the things that the scenario expects."),
        going,
        score,
    }
}

fn going(pen: &Pen) -> DrillGoing {
    DrillGoing {
        numbers: vec![pen.fact("messages sent", "7 of 36", ""), pen.fact("the drill’s clock", "8 min 20", "")],
        more_to_come: true,
        emptied: pen.some("The script has emptied the desk. Start your duty again."),
    }
}

fn score(pen: &Pen) -> DrillScore {
    let step = |name, at: &str, x, y| DrillStep { name, at: if at.is_empty() { String::new() } else { pen.say(at) }, x, y };
    let tag = |state, words: &str| Tag::with_words(state, pen.say(words));
    DrillScore {
        numbers: vec![
            pen.fact("expectations met", "5 of 7", ""),
            pen.fact("false alarms", "1", ""),
            pen.fact("misses", "1", ""),
            pen.fact("near-copies, made into incidents", "24 → 0", ""),
        ],
        bars: vec![
            DrillBar {
                label: pen.say("Observers are sent"),
                width: 40,
                goal: 60,
                missed: false,
                took: pen.say("8 min"),
                of: pen.say("10 min"),
            },
            DrillBar { label: pen.say("The end"), width: 80, goal: 60, missed: true, took: pen.say("44 min"), of: pen.say("36 min") },
        ],
        items: vec![
            DrillItem {
                asks: pen.say("Observers are sent"),
                expected: pen.say("by minute 10"),
                got: pen.say("after 8 min"),
                tag: tag(State::Confirmed, "Met"),
            },
            DrillItem {
                asks: pen.say("Everybody hears the end"),
                expected: pen.say("by minute 36"),
                got: pen.say("after 44 min"),
                tag: tag(State::Mistaken, "Missed"),
            },
        ],
        happenings: vec![DrillRow {
            called: pen.say("The visit to the bakery"),
            steps: vec![
                step("reported", "0 s", Some(8), 8),
                step("seen", "40 s", Some(13), 19),
                step("confirmed", "13 min", Some(110), 30),
                step("rung", "14 min", Some(120), 41),
                step("ended", "", None, 52),
            ],
        }],
        looks: Some(DrillDots {
            summary: pen.say("Half of 36 messages were looked at within 40 s; the slowest after 3 min 10."),
            dots: vec![(8, 80), (8, 73), (60, 80), (300, 80)],
            goal: Some(280),
            end: pen.say("3 min 10"),
            rows: vec![(pen.say("PRACTICE: A van"), pen.say("40 s"))],
        }),
        findings: vec![DrillFinding {
            tag: tag(State::Mistaken, "Missed"),
            sentence: pen.say("Nobody looked at this message."),
            about: pen.say("PRACTICE: One of the bakers has been led to the van"),
            practise: pen.say("Practise reading to the end of the queue."),
        }],
        alerts: vec![DrillAlert {
            about: pen.say("The visit to the bakery"),
            reach: pen.say("Neighbours, after 14 min"),
            approvers: pen.say("Heron and Wren."),
            rule: pen.say("Two members on two devices."),
            tag: tag(State::Confirmed, "Kept"),
            heard: pen.say("5 were told; 5 were told of the end."),
        }],
        practise: pen.all(&["Practise the stand-down."]),
    }
}
