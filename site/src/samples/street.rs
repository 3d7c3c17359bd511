//! Samples of the street's pages: home, the three steps of a report, the receipt.

use super::{Pen, Sample};
use crate::{
    AlertRow, AskedQuestion, AskedSort, Carried, Frame, HomePage, Page, PlacesFound, Puzzle, ReceiptPage, ReceiptQuestion,
    ReceiptStatusPage, ReceiptThing, ReceiptTyped, ReceiptWish, ReceiptWordsPage, RecordRow, ReportAskPage, ReportMapPage, ReportMorePage,
    ReportWhatPage, ReportWherePage, State, Step, Tab,
};

pub(super) fn add(pen: &Pen, samples: &mut Vec<Sample>) {
    let mut push = |name: &str, page: Box<dyn Page>| {
        samples.push(Sample { name: name.to_owned(), page });
    };
    push("home", Box::new(home(pen)));
    let mut live = home(pen);
    live.frame.bell_live = true;
    live.frame.played = true;
    live.live = vec![AlertRow {
        href: "/alerts/abc".to_owned(),
        headline: pen.say("Water is coming up Mill Road in Eastgate"),
        lang: None,
        times: pen.say("Since 21:42. Ends by itself at 23:42, or sooner."),
        tag: pen.tag(State::Confirmed),
    }];
    live.record = Vec::new();
    live.duty = pen.nobody();
    push("home-live", Box::new(live));

    push("report-what", Box::new(what(pen)));
    let mut wrong = what(pen);
    wrong.errors = vec![pen.error("kind", "Choose what is happening. “Something else” is fine."), pen.error("basis", "Say how you know.")];
    wrong.duty = pen.nobody();
    push("report-what-errors", Box::new(wrong));

    push("report-where", Box::new(place(pen)));
    push("report-map", Box::new(map(pen)));
    let mut wrong = place(pen);
    wrong.errors = vec![
        pen.error("place", "Say where: a street and something nearby."),
        pen.error("area", "Choose an area from the list."),
        pen.error("when", "Say whether it is happening now."),
        pen.error("ago", "Choose how long ago."),
    ];
    push("report-where-errors", Box::new(wrong));

    push("report-more", Box::new(more(pen)));
    let mut wrong = more(pen);
    wrong.errors = vec![
        pen.error("text", "That is too long. 2,000 letters fit."),
        pen.error("officers", "Choose a number from the list."),
        pen.error("vehicles", "Choose a number from the list."),
        pen.error("people", "Choose a number from the list."),
        pen.error("contact", "That is too long. 200 letters fit."),
        pen.error("", "We could not save it. What you wrote is still below. Try once more."),
    ];
    push("report-more-errors", Box::new(wrong));

    push("report-ask", Box::new(ask(pen)));
    let mut wrong = ask(pen);
    wrong.errors = vec![
        pen.error("answer-went-in", "Give an answer of the sort that is asked for."),
        pen.error("answer-led-away", "Choose a number from the list."),
        pen.error("answer-words-worn", "Give an answer of the sort that is asked for."),
        pen.error("sure", "Choose how exactly the time or the place is known from the list."),
    ];
    push("report-ask-errors", Box::new(wrong));

    push("receipt", Box::new(receipt(pen)));
    let mut drill = receipt(pen);
    drill.duty = pen.nobody();
    drill.frame.exercise = true;
    drill.frame.played = true;
    push("receipt-exercise", Box::new(drill));

    let words = ReceiptWordsPage { frame: frame(pen, "/receipt"), typed: String::new(), errors: Vec::new() };
    let mut wrong = words.clone();
    wrong.typed = pen.say("otter lantern");
    wrong.errors = vec![pen.error("words", "We know no report with these words. Check each one.")];
    push("receipt-words", Box::new(words));
    push("receipt-words-errors", Box::new(wrong));

    push("receipt-status", Box::new(status(pen)));
    let mut open = status(pen);
    open.question = Some(ReceiptQuestion {
        id: "q2".to_owned(),
        words: pen.say("Which side of the road are they on?"),
        asked_at: pen.say("22:03"),
        answers: Vec::new(),
    });
    open.errors = vec![
        pen.error("answer", "Write an answer."),
        pen.error("text", "Write something."),
        pen.error("correction", "Write something."),
        pen.error("about", "Choose what it is about."),
        pen.error("wish", "Write something."),
    ];
    open.withdraw_asked = true;
    open.remove_asked =
        Some(("aaaaaaaaaaaaaaaaaaaaaaaaaa".to_owned(), pen.say("Video (MP4), 84 MB · had come here at 21:58, by our clock")));
    open.duty = pen.nobody();
    push("receipt-status-asked", Box::new(open));
    let mut told = status(pen);
    told.question = None;
    told.state = pen.tag(State::Over);
    told.state_words = pen.say("It happened and it is over.");
    told.notice = pen.some("Sent. Somebody at the desk decides, and you read the answer here.");
    told.became = pen.all(&[
        "Somebody at the desk has read it.",
        "It is joined with other reports of the same thing.",
        "Trained observers were asked to go and look.",
        "Neighbours nearby were told.",
        "It happened and it is over.",
    ]);
    told.files = super::give::rows(pen);
    told.record = Some(pen.link("/record/aaa", "It is in the public record. One correction stands there."));
    let wish = |about: &str, words: &str, decided: Option<&str>| ReceiptWish {
        about: pen.say(about),
        words: pen.say(words),
        asked_at: pen.say("22:10"),
        decided: decided.map(|decided| pen.say(decided)),
    };
    told.wishes = vec![
        wish(
            "A picture or clip",
            "My face is in the clip from the corner.",
            Some("The desk did it. The clip is covered from start to end."),
        ),
        wish(
            "Something on the public page",
            "Take the hour out.",
            Some("The desk cannot do it, because: The hour was given by the council itself."),
        ),
        wish("Something about me", "I was the only one on that balcony.", None),
    ];
    push("receipt-status-told", Box::new(told));
    let mut several = status(pen);
    several.became = pen.all(&["Somebody at the desk has read it.", "The desk sees 2 things in it. What became of each is told apart."]);
    several.things = vec![
        ReceiptThing {
            heading: pen.say("The first thing"),
            became: pen.all(&["It is joined with other reports of the same thing.", "It happened and it is over."]),
            record: Some(pen.link("/record/aaa", "It is in the public record. Nothing there was corrected so far.")),
        },
        ReceiptThing { heading: pen.say("The second thing"), became: pen.all(&["The desk took it up."]), record: None },
    ];
    push("receipt-status-several", Box::new(several));
    let mut gone = status(pen);
    gone.became = pen.all(&["You took this report back. What it said is gone."]);
    gone.withdrawn = true;
    gone.question = None;
    gone.notice = pen.some("Withdrawn. What it said is gone.");
    push("receipt-status-withdrawn", Box::new(gone));
}

fn frame(pen: &Pen, path: &str) -> Frame {
    pen.frame(Tab::Report, path)
}

fn home(pen: &Pen) -> HomePage {
    HomePage {
        frame: pen.frame(Tab::Nowhere, "/"),
        examples: pen.say("Officers at a shop. Bailiffs at a door. Somebody attacked. Water coming up the road."),
        duty: pen.duty(),
        live: Vec::new(),
        rest_words: pen.say("No alert is live in Eastgate. The last one ended on Thursday at 18:20."),
        rights: vec![pen.link("/rights", "What to do if you go and watch"), pen.link("/rights", "Somebody is stopped")],
        record: vec![
            RecordRow {
                href: "/record/aaa".to_owned(),
                title: pen.say("Water in the lower end of Mill Road"),
                meta: pen.say("2 November 2026 · Eastgate"),
                tag: pen.tag(State::Over),
            },
            RecordRow {
                href: "/record/bbb".to_owned(),
                title: pen.say("Report of bailiffs at Fernhill House"),
                meta: pen.say("28 October 2026 · Eastgate"),
                tag: pen.tag(State::NothingFound),
            },
        ],
        corrections_words: pen.say("We made 4 corrections this year. Each one stays on its page."),
    }
}

fn carried(pen: &Pen) -> Vec<Carried> {
    vec![
        Carried { name: "kind".to_owned(), value: pen.say("immigration-visit") },
        Carried { name: "basis".to_owned(), value: pen.say("saw") },
    ]
}

fn what(pen: &Pen) -> ReportWhatPage {
    ReportWhatPage {
        frame: frame(pen, "/report"),
        carried: vec![Carried { name: "place".to_owned(), value: pen.say("Market Row") }],
        kinds: pen.choices(&[
            "immigration-visit|Officers are checking people’s papers|At a shop, a home or in the street",
            "eviction|Bailiffs are at a door",
            "hate-incident|Somebody is attacked or abused|Call 999 first if anyone is in danger",
            "flood|Water is coming up",
            "other|Something else",
        ]),
        asks: [pen.say("What is happening?"), pen.say("How do you know?")],
        bases: pen.choices(&["*saw|I see it or saw it", "told|Somebody told me", "online|I saw it online"]),
        duty: pen.duty(),
        errors: Vec::new(),
    }
}

fn place(pen: &Pen) -> ReportWherePage {
    ReportWherePage {
        frame: frame(pen, "/report"),
        carried: carried(pen),
        place: pen.say("Market Row, by the bus stop"),
        found: Some(PlacesFound { choices: pen.choices(&["a1|Market Row|Eastgate · 200 m away", "|None of these: use my own words"]) }),
        asks: [pen.say("Where is it?"), pen.say("Is it happening now?"), pen.say("How long ago did you see it?")],
        areas: pen.choices(&["|I am not sure", "*east|Eastgate, around the market", "mill|Mill Road"]),
        when: pen.choices(&["*now|It is happening now", "moving|They are moving away", "over|It is over"]),
        ago: pen.choices(&["*0|Just now", "5|5 minutes ago", "15|15 minutes ago", "60|An hour ago"]),
        errors: Vec::new(),
    }
}

fn map(pen: &Pen) -> ReportMapPage {
    ReportMapPage {
        frame: frame(pen, "/report"),
        carried: carried(pen),
        chart: "51.470000,-0.070000,2".into(),
        side: 288,
        middle: pen.say("60 m north of the Clock, Eastgate"),
        near: vec![pen.say("The Clock, Eastgate: 60 m"), pen.say("Market Row: 150 m")],
        across: pen.say("1.6 km"),
        closest: false,
        widest: false,
    }
}

fn more(pen: &Pen) -> ReportMorePage {
    let bands = ["|I did not count", "1-2|1 or 2", "3-5|3 to 5", "6-10|6 to 10", "11|More than 10"];
    ReportMorePage {
        frame: frame(pen, "/report"),
        carried: carried(pen),
        once: pen.say("4f2c"),
        puzzle: Some(Puzzle { text: pen.say("-.29.12.0707"), bits: 12 }),
        asks: ["What else did you see?", "Officers", "Vehicles", "Other people", "A way to reach you"].map(|words| pen.say(words)),
        text: pen.say("Four people in uniform going from shop to shop."),
        officers: pen.choices(&bands),
        vehicles: pen.choices(&bands),
        people: pen.choices(&bands),
        contact: pen.say(""),
        contact_words: pen.say("It is sealed at once. The desk can open it only while your report is open, then it goes."),
        duty: pen.duty(),
        errors: Vec::new(),
    }
}

fn ask(pen: &Pen) -> ReportAskPage {
    ReportAskPage {
        frame: frame(pen, "/report"),
        carried: carried(pen),
        once: pen.say("4f2c"),
        puzzle: Some(Puzzle { text: pen.say("-.29.12.0707"), bits: 12 }),
        asks: ["When did you last see it?", "How sure are you of the time?", "How exactly do you know the place?"]
            .map(|words| pen.say(words)),
        until: pen.choices(&["|I do not know", "0|Just now", "5|5 minutes ago"]),
        sure: pen.choices(&["|I do not know", "exactly|To the minute"]),
        exact: pen.choices(&["|I do not know", "*street|The street"]),
        questions: questions(pen),
        errors: Vec::new(),
    }
}

/// A question of every sort.
pub(super) fn questions(pen: &Pen) -> Vec<AskedQuestion> {
    let question = |field: &str, words: &str, sort, choices, value: &str| AskedQuestion {
        field: field.to_owned(),
        words: pen.say(words),
        sort,
        choices,
        value: if sort == AskedSort::Text { pen.say(value) } else { String::new() },
        answered: false,
    };
    let entered = pen.choices(&["yes|Yes", "*no|No", "not-known|I do not know"]);
    let carried = pen.choices(&["*ram|A ram for doors", "dogs|Dogs"]);
    vec![
        question("answer-went-in", "Did they go in?", AskedSort::One, entered, ""),
        question("answer-equipment", "What do they carry?", AskedSort::Several, carried, ""),
        question("answer-led-away", "How many people were led away?", AskedSort::Range, pen.choices(&["|I do not know", "1|1"]), ""),
        question("answer-words-worn", "Which words stand on their clothes?", AskedSort::Text, Vec::new(), "Enforcement"),
    ]
}

fn receipt(pen: &Pen) -> ReceiptPage {
    let step = |done, current, words: &str, at: Option<&str>| Step { done, current, words: pen.say(words), at: at.map(|at| pen.say(at)) };
    ReceiptPage {
        frame: frame(pen, "/report"),
        words: pen.all(&["otter", "lantern", "maple", "quiet", "harbour", "thimble", "pepper"]),
        saved_at: pen.say("21:58"),
        duty: pen.duty(),
        steps: vec![
            step(true, false, "Saved", Some("21:58")),
            step(false, true, "The desk compares it with other reports", None),
            step(false, false, "People nearby are told, if two people at the desk agree", None),
            step(false, false, "You read here how it ended", None),
        ],
    }
}

fn status(pen: &Pen) -> ReceiptStatusPage {
    ReceiptStatusPage {
        frame: frame(pen, "/receipt"),
        words: pen.say("otter lantern maple quiet harbour thimble pepper"),
        state: pen.tag(State::Checking),
        state_words: pen.say("Two people at the desk are comparing it with other reports."),
        notice: None,
        duty: pen.duty(),
        became: pen.all(&["Somebody at the desk has read it.", "The desk took it up."]),
        things: Vec::new(),
        record: None,
        question: Some(ReceiptQuestion {
            id: "q1".to_owned(),
            words: pen.say("Is it still happening?"),
            asked_at: pen.say("22:03"),
            answers: pen.choices(&["yes|Yes", "no|No", "unsure|I cannot see now"]),
        }),
        wishes: Vec::new(),
        may_give: true,
        files: Vec::new(),
        timeline: vec![pen.moment("21:58", "Saved."), pen.moment("22:01", "You added: They are at the second shop now.")],
        withdrawn: false,
        withdraw_asked: false,
        remove_asked: None,
        typed: ReceiptTyped {
            about: pen.choices(&[
                "my-words|My words",
                "picture|A picture or clip",
                "public-page|Something on the public page",
                "about-me|Something about me",
            ]),
            ..ReceiptTyped::default()
        },
        kept_words: pen.say("Your words work until 30 days after the end."),
        errors: Vec::new(),
    }
}
