//! Sample data of the other sides' pages: both forms, what a sender reads, the desk's list, one letter, the log.

use super::editor::marks;
use super::{Pen, Sample};
use crate::{
    Choice, Fact, LetterFormPage, LetterPage, LetterReceivedPage, LetterRow, LetterStatusPage, LettersPage, ModerationPage, ModerationRow,
    Page, PassageAsked, SidesPage, State, Tab, Tag,
};

const INCIDENT: &str = "mzqk2c5vy7n4t3h6p2w5d8r9aa";

pub(super) fn add(pen: &Pen, samples: &mut Vec<Sample>) {
    let mut push = |name: &str, page: Box<dyn Page>| samples.push(Sample { name: name.to_owned(), page });
    push("letter-reply", Box::new(form(pen, true)));
    let mut wrong = form(pen, true);
    wrong.errors = vec![
        pen.error("role", "Choose who answers."),
        pen.error("body", "Give the public name of the body."),
        pen.error("claim", "Choose claims of this incident."),
        pen.error("text", "Write what you want to say."),
        pen.error("contact", "Keep contact details under 200 letters."),
    ];
    push("letter-reply-errors", Box::new(wrong));
    push("letter-complaint", Box::new(form(pen, false)));
    push(
        "letter-received",
        Box::new(LetterReceivedPage {
            frame: frame(pen, "/record"),
            is_reply: true,
            words: pen.all(&["amber", "clover", "ribbon", "stone", "walnut", "yellow", "zebra"]),
            clocks: clocks(pen),
            href: format!("/record/{INCIDENT}"),
        }),
    );
    push("letter-status", Box::new(status(pen)));
    push(
        "letter-status-done",
        Box::new(LetterStatusPage {
            is_reply: false,
            sent: Vec::new(),
            shorter: Vec::new(),
            can_withdraw: false,
            notice: pen.some("Taken back. What it said is gone."),
            ..status(pen)
        }),
    );
    push(
        "moderation",
        Box::new(ModerationPage {
            frame: frame(pen, "/record/moderation"),
            decisions: vec![decision(pen)],
            next_href: Some("/record/moderation?before=44".into()),
        }),
    );
    push("moderation-empty", Box::new(ModerationPage { frame: frame(pen, "/record/moderation"), decisions: Vec::new(), next_href: None }));
    push("desk-letters", Box::new(list(pen, vec![row(pen, State::Disputed), row(pen, State::Checking)])));
    push("desk-letters-empty", Box::new(list(pen, Vec::new())));
    push("desk-letter", Box::new(letter(pen)));
    push(
        "desk-letter-own",
        Box::new(LetterPage {
            refusal: pen.some("You proposed or approved something that is public here. Somebody who did not handles this."),
            can_take: true,
            can_decide: false,
            can_publish: false,
            errors: Vec::new(),
            marks: None,
            ..letter(pen)
        }),
    );
    push("desk-sides", Box::new(sides(pen)));
    push("desk-sides-asked", Box::new(SidesPage { marked_in: "asked".to_owned(), ..sides(pen) }));
    push(
        "desk-sides-closed",
        Box::new(SidesPage {
            refusal: pen.some("Open the incident to the public record first."),
            stands: Vec::new(),
            errors: Vec::new(),
            ..sides(pen)
        }),
    );
}

fn frame(pen: &Pen, path: &str) -> crate::Frame {
    pen.frame(Tab::Record, path)
}

fn form(pen: &Pen, is_reply: bool) -> LetterFormPage {
    let choices = if is_reply {
        pen.choices(&["person|It happened to me, or I am told of here", "*official|I answer for a public body", "shop|I answer for a shop"])
    } else {
        pen.choices(&["*fact-wrong|A fact is wrong", "recognised|Somebody can be recognised", "other|Something else"])
    };
    LetterFormPage {
        frame: frame(pen, "/record"),
        id: INCIDENT.to_owned(),
        title: pen.say("Immigration visit, Eastgate"),
        is_reply,
        says: pen.all(&["Your reply is published in your words, beside the accounts.", "Somebody has it within 24 hours."]),
        choices,
        body: pen.say("Southwark Council"),
        claims: pen.choices(&["1|1: When: 13 May 2017", "*2|2: Vehicles: two vans"]),
        more_claims: Some((pen.link("/record/mzqk/claims?from=1", "the list of all 140 claims"), pen.say("112, 140"))),
        text: pen.say("We were not asked."),
        contact: pen.say("a number"),
        contact_words: pen.say("Sealed at once. Only two custodians can open it."),
        once: "0123456789abcdef".to_owned(),
        errors: Vec::new(),
    }
}

fn clocks(pen: &Pen) -> Vec<Fact> {
    vec![
        pen.fact("Received", "20 November 2026, 22:31", ""),
        pen.fact("Somebody has it by", "21 November 2026, 22:31", ""),
        pen.fact("Decided by", "23 November 2026, 22:31", "72 hours after it came"),
    ]
}

fn status(pen: &Pen) -> LetterStatusPage {
    LetterStatusPage {
        frame: frame(pen, "/receipt"),
        words: pen.say("amber clover ribbon stone walnut yellow zebra"),
        is_reply: true,
        state: pen.tag(State::Checking),
        became: pen.all(&["Received.", "Somebody at the desk has it."]),
        clocks: clocks(pen),
        sent: pen.all(&["We were open all day.", "Nobody of us was asked."]),
        shorter: pen.all(&["We were open all day."]),
        record: pen.link(&format!("/record/{INCIDENT}"), "Immigration visit, Eastgate"),
        can_withdraw: true,
        notice: None,
    }
}

fn decision(pen: &Pen) -> ModerationRow {
    ModerationRow {
        at: pen.say("20 November 2026, 22:31"),
        index: "44".to_owned(),
        href: format!("/record/{INCIDENT}"),
        title: pen.say("Immigration visit, Eastgate"),
        says: pen.say("A complaint of 20 November 2026 at 12:00 UTC that a fact is wrong: a correction is proposed."),
        by: pen.say("An editor or approver who had neither proposed nor approved what it is about"),
    }
}

fn row(pen: &Pen, state: State) -> LetterRow {
    LetterRow {
        href: "/desk/replies/abc".to_owned(),
        headline: pen.say("Complaint: somebody can be recognised. Immigration visit, Eastgate"),
        meta: pen.say("Came 22:31. Wren has it. Decide by 10:31."),
        tag: pen.tag(state),
    }
}

fn list(pen: &Pen, waiting: Vec<LetterRow>) -> LettersPage {
    let decided = waiting.iter().take(1).cloned().collect();
    LettersPage { frame: pen.desk_frame(Tab::DeskRecord, "/desk/replies", "Replies"), desk: pen.desk(), waiting, decided }
}

fn letter(pen: &Pen) -> LetterPage {
    let outs = || pen.choices(&["|It stands", "names-somebody|Taken out: it says who somebody is"]);
    LetterPage {
        frame: pen.desk_frame(Tab::DeskRecord, "/desk/replies", "A reply"),
        desk: pen.desk(),
        id: "abc".to_owned(),
        version: "2".to_owned(),
        headline: pen.say("Reply: a shop or business. Immigration visit, Eastgate"),
        is_reply: true,
        tag: Tag::with_words(State::Checking, pen.say("Due 22:31")),
        links: vec![pen.link(&format!("/record/{INCIDENT}"), "The public page")],
        facts: clocks(pen),
        sent: pen.all(&["We were open all day.", "Nobody of us was asked."]),
        refusal: None,
        can_take: false,
        can_decide: true,
        can_publish: true,
        passages: (1..3)
            .map(|place| PassageAsked {
                words: pen.say("We were open all day."),
                label: format!("Passage {place}"),
                field: format!("out-{place}"),
                choices: outs(),
            })
            .collect(),
        shorter: Some(pen.fact("Offered at 22:40. The sender has not agreed yet.", "We were open.", "")),
        which: pen.choices(&["*whole|As it was sent", "shortened|In the shorter words"]),
        checked: pen.choices(&["*no|Nobody has checked", "yes|We asked them and heard that it is theirs"]),
        shorter_typed: pen.say("We were open."),
        verdicts: pen.choices(&["not-about-this|It is about something else", "threat|It threatens somebody"]),
        marks: Some(marks(pen)),
        errors: vec![
            pen.error("words", "The sender has not agreed to shorter words."),
            pen.error("out-1", "At least one passage has to stand."),
            pen.error("checked", "Choose."),
            pen.error("shorter", "Offer words that are shorter than what was sent."),
            pen.error("verdict", "Choose why."),
        ],
    }
}

fn sides(pen: &Pen) -> SidesPage {
    let day = |clock: &str| (pen.say("2026-11-20"), pen.say(clock));
    SidesPage {
        frame: pen.desk_frame(Tab::DeskRecord, "/desk/incidents/abc/sides", "The other side"),
        desk: pen.desk(),
        id: "abc".to_owned(),
        version: "3".to_owned(),
        headline: pen.say("Immigration visit, Eastgate"),
        refusal: None,
        stands: pen.all(&["Home Office was asked for comment by e-mail on 20 November 2026 at 14:05 UTC."]),
        sources: vec![Choice::new("1", pen.say("1: Home Office"))],
        said: pen.say("2026-11-20"),
        text: pen.say("We acted lawfully."),
        body: pen.say("Home Office"),
        hows: pen.choices(&["email|by e-mail", "telephone|by telephone"]),
        zone_words: pen.say("Days and clocks are those of Europe/London."),
        asked: day("14:05"),
        until: day("18:00"),
        about: pen.say("How many were arrested"),
        requests: vec![Choice::new("2", pen.say("2: Home Office"))],
        cames: pen.choices(&["answer|It answered", "*nothing|No answer came"]),
        came: day("18:00"),
        marked_in: "statement".to_owned(),
        marks: Some(marks(pen)),
        errors: [
            "source",
            "said",
            "text",
            "body",
            "how",
            "asked_day",
            "asked_clock",
            "until_day",
            "until_clock",
            "about",
            "request",
            "came",
            "came_day",
            "came_clock",
        ]
        .map(|field| pen.error(field, "Mend this."))
        .to_vec(),
    }
}
