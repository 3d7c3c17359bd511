//! Samples of the desk's watch: looks, the observer's look, the board, duty.

use super::{Pen, Sample};
use crate::{
    BesideBank, BoardLine, BoardPage, CanaryRow, DispatchPage, DutyPage, FieldError, HandoverNote, KnownPage, KnownRow, LeadRow, LookForm,
    LookPage, LookRow, LookTurn, LooksPage, MuteLine, MutesPage, Page, ReachPage, ReachRow, ReadyForm, State, Tab, TelephonePart, ToText,
};

pub(super) fn add(pen: &Pen, samples: &mut Vec<Sample>) {
    let mut push = |name: &str, page: Box<dyn Page>| samples.push(Sample { name: name.to_owned(), page });
    push("desk-looks", Box::new(looks(pen)));
    let mut none = looks(pen);
    none.looks.clear();
    none.form = None;
    none.refusal = pen.some("No observer is on duty who could be asked.");
    push("desk-looks-none", Box::new(none));
    let mut wrong = looks(pen);
    wrong.errors =
        ["observer", "place", "approach", "look_for", "minutes"].map(|field| pen.error(field, "Say this in another way.")).to_vec();
    if let Some(form) = &mut wrong.form {
        form.areas = pen.choices(&["Eastgate|Eastgate", "Northmarsh|Northmarsh"]);
    }
    push("desk-looks-errors", Box::new(wrong));
    push("desk-look", Box::new(look(pen)));
    let mut there = look(pen);
    (there.can_answer, there.can_report) = (false, true);
    there.errors = vec![pen.error("text", "Keep it under 500 plain letters.")];
    push("desk-look-going", Box::new(there));
    let mut closed = look(pen);
    (closed.can_answer, closed.can_arrive, closed.can_report) = (false, false, false);
    closed.tag = pen.tag(State::Over);
    push("desk-look-closed", Box::new(closed));
    push("desk-dispatch", Box::new(dispatch(pen)));
    let mut there = dispatch(pen);
    there.words = pen.say("You are on the scene.");
    there.going.clear();
    there.presses =
        pen.choices(&["*well|I am well", "left|I have left and am safe", "cannot-find|I cannot find it", "not-there|I am not there yet"]);
    push("desk-dispatch-there", Box::new(there));
    let mut late = dispatch(pen);
    late.words = pen.say("Enough are going. Please stand by.");
    late.tag = pen.tag(State::Over);
    late.going.clear();
    late.presses.clear();
    late.errors = vec![pen.error("", "Enough are going. Thank you; please stand by.")];
    push("desk-dispatch-enough", Box::new(late));
    push("desk-reach", Box::new(reach(pen)));
    let mut nothing = reach(pen);
    (nothing.alarms, nothing.canaries, nothing.months) = (Vec::new(), Vec::new(), Vec::new());
    push("desk-reach-nothing", Box::new(nothing));
    push("desk-board", Box::new(board(pen)));
    let mut empty = board(pen);
    empty.lines.clear();
    empty.errors = ["known", "area", "words", "begins", "lasts"].map(|field| pen.error(field, "Choose again.")).to_vec();
    push("desk-board-empty", Box::new(empty));
    push("desk-known", Box::new(known(pen, true)));
    push("desk-known-empty", Box::new(known(pen, false)));
    push("desk-mutes", Box::new(mutes(pen)));
    let mut empty = mutes(pen);
    empty.mutes.clear();
    (empty.like, empty.report) = (Some(pen.link("/desk/reports/r7", "Come to the market now")), "r7".to_owned());
    empty.errors = ["words", "area", "hours", "reason"].map(|field| pen.error(field, "Choose again.")).to_vec();
    push("desk-mutes-empty", Box::new(empty));
    let mut reader = mutes(pen);
    reader.can_mute = false;
    push("desk-mutes-reader", Box::new(reader));
    push("desk-duty", Box::new(duty(pen)));
    let mut ended = duty(pen);
    (ended.desk.on_duty, ended.desk.duty_ends) = (false, None);
    (ended.debrief, ended.tired) = (true, None);
    ended.notes.clear();
    push("desk-duty-ended", Box::new(ended));
    let mut wrong = duty(pen);
    wrong.errors = vec![pen.error("hours", "A duty lasts 1 to 4 hours."), pen.error("note", "Write a little less.")];
    push("desk-duty-errors", Box::new(wrong));
}

fn row(pen: &Pen, id: &str, late: bool) -> LookRow {
    LookRow {
        id: id.to_owned(),
        version: pen.say("2"),
        place: pen.say("Market Row and Mill Road"),
        tag: pen.tag(State::Checking),
        words: pen.say("Finch is on the way, report due by 22:04."),
        overdue: late.then(|| pen.say("No word since 22:04. Find out whether Finch is well.")),
        look_for: pen.say("Two marked vans and people in uniform"),
        turns: vec![
            LookTurn { who: pen.say("Robin"), words: pen.say("asked 21:40, no answer") },
            LookTurn { who: pen.say("Finch"), words: pen.say("asked 21:42") },
        ],
        came_back: (!late).then(|| pen.say("found nothing: the street is empty")),
        report: (!late).then(|| pen.link("/desk/reports/r7", "Their report")),
        can_call_off: late,
        can_be_well: late,
    }
}

fn looks(pen: &Pen) -> LooksPage {
    LooksPage {
        frame: pen.desk_frame(Tab::Queue, "/desk/incidents/i1/looks", "Who looks"),
        desk: pen.desk(),
        incident: "i1".to_owned(),
        version: pen.say("7"),
        headline: pen.say("Immigration visit, Market Row"),
        looks: vec![row(pen, "l1", true), row(pen, "l2", false)],
        form: Some(LookForm {
            observers: pen.choices(&["m1|Finch", "m2|Robin"]),
            place: pen.say("Market Row and Mill Road"),
            areas: Vec::new(),
            approach: pen.say("Come from the station side"),
            look_for: pen.say("Two marked vans"),
            minutes: pen.choices(&["10|10 minutes", "*20|20 minutes", "60|60 minutes"]),
        }),
        refusal: None,
        conduct: pen.conduct(),
        errors: Vec::new(),
    }
}

fn look(pen: &Pen) -> LookPage {
    LookPage {
        frame: pen.desk_frame(Tab::Nowhere, "/desk/looks/l1", "Can you look?"),
        desk: pen.desk(),
        id: "l1".to_owned(),
        version: pen.say("2"),
        tag: pen.tag(State::Checking),
        words: pen.say("Wren asks you. Answer by 21:44, or the next one is asked."),
        place: pen.say("Market Row and Mill Road"),
        approach: pen.say("Come from the station side"),
        look_for: pen.say("Two marked vans and people in uniform"),
        within: pen.say("within 20 minutes of your yes"),
        can_answer: true,
        can_arrive: true,
        can_report: false,
        text: pen.say(""),
        conduct: pen.conduct(),
        errors: Vec::new(),
    }
}

fn dispatch(pen: &Pen) -> DispatchPage {
    DispatchPage {
        frame: pen.desk_frame(Tab::Nowhere, "/desk/dispatches/a1", "Can you go?"),
        desk: pen.desk(),
        id: "a1".to_owned(),
        tag: pen.tag(State::Checking),
        headline: pen.say("Go and watch: Market Row and Mill Road"),
        body: pen.say("Observers wanted at Market Row and Mill Road, since 21:40. Observe only."),
        words: pen.say("You are asked as an observer. One press is enough."),
        facts: vec![
            pen.fact("Asked for", "Observers", "2 of 4 places are taken."),
            pen.fact("You go with", "Nobody yet", "Nobody stands alone."),
        ],
        conduct: pen.conduct(),
        rights: pen.all(&["You do not have to answer questions.", "You may leave at any moment."]),
        going: pen.choices(&["5|5 minutes", "10|10 minutes", "15|15 minutes", "20|20 minutes", "30|30 minutes"]),
        presses: pen.choices(&["there|I am there", "cannot|I cannot"]),
        alert_href: "/alerts/abc".to_owned(),
        errors: Vec::new(),
    }
}

/// Two muted patterns, one with nothing under it yet.
pub(super) fn muted(pen: &Pen) -> Vec<MuteLine> {
    let line = |id: &str, samples: usize| MuteLine {
        id: id.to_owned(),
        pattern: pen.say("Near-copies of “Come to the market now, there are forty vans”"),
        meta: pen.say("Everywhere here. Wren, 21:40 to 22:40: sent by a program."),
        count_words: pen.say(if samples == 0 { "Nothing yet" } else { "200 or more are kept under this line: the newest three" }),
        samples: (1..=samples).map(|n| pen.link(&format!("/desk/reports/copy{n}"), "Come to the market now")).collect(),
        danger_words: pen.say("Reports of a danger to life are not covered."),
        can_agree: samples > 0,
    };
    vec![line("u1", 3), line("u2", 0)]
}

fn known(pen: &Pen, full: bool) -> KnownPage {
    let lead = |said: bool| LeadRow {
        id: format!("lead{}", u8::from(said)),
        words: pen.say("Officers on a market street, filmed from a shop; it went round again in 2019"),
        where_when: pen.say("Southall, June 2016"),
        near: pen.say("Very near: 12 of 256 bits differ; 80 in 100 stills of the known film were found again."),
        said: said.then(|| pen.say("Wren said: It is the older one: not here, not now.")),
        findings: pen.choices(&["*not-here-not-now|It is the older one: not here, not now", "cannot-tell|Nobody can tell"]),
    };
    let row = |id: &str, from: &str| KnownRow {
        id: id.to_owned(),
        words: pen.say("Officers on a market street, filmed from a shop"),
        where_when: pen.say("Southall, June 2016"),
        meta: pen.say(from),
    };
    KnownPage {
        frame: pen.desk_frame(Tab::Queue, "/desk/known", "Known pictures"),
        desk: pen.desk(),
        beside: full.then(|| BesideBank {
            footage: "f1".to_owned(),
            times: pen.all(&[
                "The witness says it was filmed: just now",
                "The file says no time.",
                "It had come here whole at 14:20, by this server’s clock.",
            ]),
            leads: vec![lead(true), lead(false)],
            cannot: String::new(),
        }),
        known: if full {
            vec![row("k1", "Wren; found by 22 hashes"), row("k2", "hackney.example; found by 44 hashes")]
        } else {
            Vec::new()
        },
        more: String::new(),
        can_say: full,
        words: String::new(),
        date: if full { pen.say("last year") } else { String::new() },
        place: String::new(),
        errors: if full {
            vec![FieldError {
                field: "date".to_owned(),
                words: "Write the date as 2016, 2016-06 or 2016-06-14, with ? when it is not certain.".to_owned(),
            }]
        } else {
            Vec::new()
        },
    }
}

fn mutes(pen: &Pen) -> MutesPage {
    MutesPage {
        frame: pen.desk_frame(Tab::Queue, "/desk/mutes", "Muted patterns"),
        desk: pen.desk(),
        mutes: muted(pen),
        can_mute: true,
        like: None,
        report: String::new(),
        words: pen.say("forty vans"),
        areas: pen.choices(&["*everywhere|Everywhere here", "eastgate|Eastgate"]),
        hours: pen.choices(&["*1|1 hour", "4|4 hours"]),
        reason: pen.say("Sent by a program"),
        errors: Vec::new(),
    }
}

fn reach(pen: &Pen) -> ReachPage {
    let row = |month: &str, channel: &str| ReachRow {
        month: month.to_owned(),
        channel: pen.say(channel),
        begun: "1204".to_owned(),
        accepted: "1190".to_owned(),
        gone: "fewer than 10".to_owned(),
        refused: "none".to_owned(),
        ran_out: "fewer than 10".to_owned(),
        median: "2 s".to_owned(),
        missed: "none".to_owned(),
    };
    ReachPage {
        frame: pen.desk_frame(Tab::DeskAlerts, "/desk/reach", "How well we reach people"),
        desk: pen.desk(),
        alarms: pen.all(&["Two test messages in a row did not arrive by ntfy."]),
        canaries: vec![
            CanaryRow { channel: pen.say("e-mail"), words: pen.say("Arrived at 21:40.") },
            CanaryRow { channel: pen.say("ntfy"), words: pen.say("Missed 2 in a row. Last arrived at 21:20.") },
        ],
        test_browser: pen.say("There is one, until 20 May 2027. It must stay open."),
        vapid_key: "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIg".to_owned(),
        months: vec![row("2026-11", "this browser"), row("2026-11", "e-mail"), row("2026-10", "e-mail")],
    }
}

fn board(pen: &Pen) -> BoardPage {
    BoardPage {
        frame: pen.desk_frame(Tab::DeskBoard, "/desk/board", "Known activity"),
        desk: pen.desk(),
        lines: vec![
            BoardLine {
                id: "b1".to_owned(),
                known: pen.say("Filming"),
                words: pen.say("A crew with two police cars of its own"),
                meta: pen.say("Eastgate. 18:00 to 23:00. Wren, 17:40"),
                now: true,
            },
            BoardLine {
                id: "b2".to_owned(),
                known: pen.say("A drill"),
                words: pen.say("First aiders practise in the park"),
                meta: pen.say("Everywhere. 21 November 2026, 10:00 to 12:00. Heron, 17:45"),
                now: false,
            },
        ],
        known: pen.choices(&["filming|Filming", "drill|A drill"]),
        areas: pen.choices(&["everywhere|Everywhere here", "eastgate|Eastgate"]),
        words: pen.say("A crew"),
        begins: pen.choices(&["*0|now", "60|in one hour"]),
        lasts: pen.choices(&["60|one hour", "*240|4 hours"]),
        errors: Vec::new(),
    }
}

fn duty(pen: &Pen) -> DutyPage {
    DutyPage {
        frame: pen.desk_frame(Tab::Nowhere, "/desk/duty", "My duty"),
        desk: pen.desk(),
        words: pen.say("You are on duty until 04:00, with two others."),
        tired: pen.some("You have been on for more than two hours. Take a break of ten minutes now."),
        debrief: false,
        hours: pen.choices(&["1|1 hour", "2|2 hours", "3|3 hours", "*4|4 hours"]),
        hands_over: true,
        ready: Some(ReadyForm {
            areas: pen.choices(&["*middle|Around the market", "north|Northmarsh"]),
            languages: pen.choices(&["so|Somali", "*pl|Polish"]),
            words: pen.say("Nothing follows you: it is what you choose here, kept until your duty ends."),
            asked: vec![pen.link("/desk/dispatches/a1", "Market Row: asked")],
        }),
        telephone: Some(TelephonePart {
            words: pen.say("A telephone of yours is asked by text message while you are on duty, until 20 May 2027."),
            has: true,
            shown: Some(ToText { text: "JOIN K7QM2RTX".to_owned(), number: "+447700900100".to_owned() }),
        }),
        notes: vec![HandoverNote { by: pen.say("Wren, 19:58"), text: pen.say("Quiet.\nOne look is still open.") }],
        note: pen.say(""),
        vapid_key: "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIg".to_owned(),
        errors: Vec::new(),
    }
}
