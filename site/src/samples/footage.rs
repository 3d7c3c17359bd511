//! Samples of footage at the desk.

use super::{Pen, Sample};
use crate::{BoxFields, FootageLine, FootageListPage, FootagePage, HidingPage, Page, Shown, SuggestionLine, Tab, TimeLine};

pub(super) fn add(pen: &Pen, samples: &mut Vec<Sample>) {
    let mut push = |name: &str, page: Box<dyn Page>| samples.push(Sample { name: name.to_owned(), page });
    push("desk-footage-list", Box::new(list(pen)));
    let mut none = list(pen);
    none.files.clear();
    none.waiting.clear();
    none.cannot = pen.all(&["This machine can look at no films: there is no ffmpeg on this machine. They are kept sealed."]);
    push("desk-footage-none", Box::new(none));
    push("desk-footage-picture", Box::new(picture(pen)));
    push("desk-footage-film", Box::new(film(pen)));
    let mut wrong = film(pen);
    wrong.errors = vec![pen.error("box-2", "Box 2: A box lies beyond the edge or has no size.")];
    push("desk-footage-errors", Box::new(wrong));
    let mut sealed = picture(pen);
    (sealed.preview, sealed.no_drawing) = (None, pen.say("There is no picture or film of this to draw on."));
    sealed.suggested = None;
    let mut sound = sealed.clone();
    sound.what = pen.say("Recording (MP3), 912 kB, 3 minutes and 20 seconds.");
    sound.sound = Some(pen.link("/desk/footage/f1/copies/preview", "Take the recording away, 2.4 MB"));
    sound.no_drawing = pen.say("A voice tells who somebody is, so no recording becomes public. The desk can listen to it.");
    push("desk-footage-sound", Box::new(sound));
    let mut held = sealed.clone();
    held.state = pen.say("A member shut it: nobody looks at it, and no copy of it is shown.");
    held.shut_reasons.clear();
    held.held_words = pen.all(&[
        "Heron shut it 21:55. Its copies lie hidden until 21:55 tomorrow and then go.",
        "Wren asks that it is opened again. Another member has to agree.",
    ]);
    push("desk-footage-held", Box::new(held));
    let mut unsuggested = picture(pen);
    unsuggested.suggested = Some(Vec::new());
    push("desk-footage-unsuggested", Box::new(unsuggested));
    push("desk-footage-sealed", Box::new(sealed));
    push("desk-hiding-look", Box::new(hiding(pen)));
    let mut clear = hiding(pen);
    (clear.look, clear.can_clear) = (None, false);
    clear.incidents = pen.choices(&["*aaaaaaaaaaaaaaaaaaaaaaaaaa|Eastgate"]);
    push("desk-hiding-clear", Box::new(clear.clone()));
    clear.errors = vec![
        pen.error("shows", "Say what it shows."),
        pen.error("maker", "Say who made it."),
        pen.error("frames", "There are frames that you have not looked at yet."),
    ];
    push("desk-hiding-errors", Box::new(clear));
    let mut gone = hiding(pen);
    gone.shown.clear();
    (gone.look, gone.can_take_back) = (None, false);
    push("desk-hiding-gone", Box::new(gone));
}

fn list(pen: &Pen) -> FootageListPage {
    FootageListPage {
        frame: pen.desk_frame(Tab::Queue, "/desk/footage", "Footage"),
        desk: pen.desk(),
        cannot: Vec::new(),
        shut: None,
        files: vec![FootageLine {
            link: pen.link("/desk/footage/f1", "Video (MP4), 84 MB."),
            meta: pen.say("Came 21:40. Working copies are made."),
        }],
        waiting: vec![pen.link("/desk/hidings/h1", "What was drawn 21:50 waits for somebody to look at every frame")],
    }
}

fn shown(pen: &Pen, src: &str, words: &str) -> Shown {
    Shown { src: src.to_owned(), words: pen.say(words) }
}

fn picture(pen: &Pen) -> FootagePage {
    let time = |whose: &str, words: &str| TimeLine { whose: whose.to_owned(), words: pen.say(words) };
    FootagePage {
        frame: pen.desk_frame(Tab::Queue, "/desk/footage/f1", "Footage"),
        desk: pen.desk(),
        id: "f1".to_owned(),
        what: pen.say("Photo (JPEG), 2 MB."),
        state: pen.say("Working copies are made."),
        wish: pen.say("It may be shown in public once people and plates are covered."),
        kept: pen.say("It goes 22 November 2027, 21:40."),
        report: pen.link("/desk/reports/r1", "a report"),
        times: vec![
            time("When it was filmed, as the witness says", "Around nine (their own words)"),
            time(
                "When it was filmed, as the file says",
                "2026-11-22 20:58:11 (the clock of whatever made it; it does not say in which time zone)",
            ),
            time("When the whole file had come here", "21:40 (this server’s clock, the time of this town)"),
        ],
        notes: pen.all(&["It carries content credentials (not checked here). The original keeps them."]),
        preview: Some(shown(pen, "/desk/footage/f1/copies/preview", "Working copy of the picture, 1600 by 1200")),
        film: None,
        stills: Vec::new(),
        sound: None,
        size: Some((1_600, 1_200)),
        suggested: Some(vec![
            suggestion(pen, 1, "12.5 from the left, 20 from above, 8 wide, 10 high"),
            suggestion(pen, 2, "60 from the left, 24.25 from above, 7 wide, 9 high"),
        ]),
        more_than_suggested: String::new(),
        hidings: vec![pen.link("/desk/hidings/h1", "What was drawn 21:50 is public")],
        earlier: pen.say("Wren drew 1 box 21:50. 1 of them stands in the form below as it was; nothing is covered before you send it."),
        can_empty: true,
        no_drawing: String::new(),
        moves: false,
        lasts: 0,
        can_more: true,
        most: 24,
        boxes: (1..=6).map(|number| BoxFields { number, left: pen.say("12.5"), earlier: number == 1, ..BoxFields::default() }).collect(),
        shut_reasons: pen.choices(&[
            "unlawful|It may be unlawful to have or to show it",
            "child|It shows a child",
            "mistake|It was given by mistake",
            "other|Another reason",
        ]),
        held_words: Vec::new(),
        errors: Vec::new(),
    }
}

fn suggestion(pen: &Pen, number: usize, words: &str) -> SuggestionLine {
    let place = ["12.5", "20", "8", "10"].map(str::to_owned);
    SuggestionLine { number, words: pen.say(words), place, can_take: number > 1 }
}

fn film(pen: &Pen) -> FootagePage {
    let stills = ["At second 0", "At second 1"];
    FootagePage {
        preview: None,
        film: Some(pen.link("/desk/footage/f1/copies/preview", "Take the film away, without sound")),
        stills: stills.iter().map(|words| shown(pen, "/desk/footage/f1/copies/still-0000", words)).collect(),
        suggested: Some(vec![suggestion(pen, 1, "12.5 from the left, 20 from above, 8 wide, 10 high, from second 3 to second 5")]),
        more_than_suggested: pen.say("No more than 60 boxes are suggested. From second 3 on look for yourself: there may be more faces."),
        moves: true,
        lasts: 2_000,
        boxes: (1..=6)
            .map(|number| BoxFields { number, left: pen.say("12.5"), path: pen.say("2 30 20"), ..BoxFields::default() })
            .collect(),
        ..picture(pen)
    }
}

fn hiding(pen: &Pen) -> HidingPage {
    HidingPage {
        frame: pen.desk_frame(Tab::Queue, "/desk/hidings/h1", "Covered copy"),
        desk: pen.desk(),
        id: "h1".to_owned(),
        footage: pen.link("/desk/footage/f1", "The footage"),
        drawn: pen.say("Wren drew 2 boxes 21:50."),
        state: pen.say("It waits for somebody to look at every frame."),
        seen: pen.say("Heron looked at 12 of 50 frames."),
        shown: ["Frame 12", "Frame 13"].iter().map(|words| shown(pen, "/desk/hidings/h1/frames/12", words)).collect(),
        steps: vec![pen.link("/desk/hidings/h1?from=0", "From frame 0"), pen.link("/desk/hidings/h1?from=24", "From frame 24")],
        look: Some(("12".to_owned(), "13".to_owned())),
        can_clear: true,
        incidents: Vec::new(),
        before: pen.say("The words below stand in the record for the copy that Wren drew 20:10. Change what is not so of this one."),
        maker: pen.say("Witness A"),
        shows: pen.say("A van drives off."),
        first_appeared: String::new(),
        why: String::new(),
        can_take_back: true,
        errors: Vec::new(),
    }
}
