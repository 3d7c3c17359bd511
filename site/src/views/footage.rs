//! Footage at the desk: what came, its working copies, the boxes drawn over them, and the second person's look.
//!
//! Nothing here plays or opens by itself: a film is a row of stills and a file to take away, a recording is fetched when
//! somebody plays it. What a program suggests is marked as that and becomes a box only by a person. Three times stand apart,
//! because none of them is another. The pages are whole without scripts.

use askama::Template;

use super::{Choice, DeskBar, FieldError, Frame, Link};

/// One file in a list.
#[derive(Clone, Debug)]
pub struct FootageLine {
    /// Where it is looked at.
    pub link: Link,
    /// When it came and how far its working copies are, in a sentence.
    pub meta: String,
}

/// What came lately, newest first.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/footage-list.html")]
pub struct FootageListPage {
    /// What stands around the page.
    pub frame: Frame,
    /// The duty strip.
    pub desk: DeskBar,
    /// What this machine cannot do with footage, in sentences; empty where it can.
    pub cannot: Vec<String>,
    /// In the place of both lists, for whoever is off duty: how many there are.
    pub shut: Option<String>,
    /// The files.
    pub files: Vec<FootageLine>,
    /// Drawings that wait for somebody to look.
    pub waiting: Vec<Link>,
}

/// A picture that is shown.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Where it comes from.
    pub src: String,
    /// What stands below it and is read in its place.
    pub words: String,
}

/// A time beside where it is from.
#[derive(Clone, Debug)]
pub struct TimeLine {
    /// Whose word it is.
    pub whose: String,
    /// The time, or that there is none.
    pub words: String,
}

/// The numbers of one box, as typed.
#[derive(Clone, Debug, Default)]
pub struct BoxFields {
    /// Which, from 1.
    pub number: u8,
    /// In hundredths of the width. Field `box-N-left`.
    pub left: String,
    /// In hundredths of the height. Field `box-N-top`.
    pub top: String,
    /// Field `box-N-width`.
    pub width: String,
    /// Field `box-N-height`.
    pub height: String,
    /// In seconds; films alone. Field `box-N-from`.
    pub from: String,
    /// Field `box-N-until`.
    pub until: String,
    /// Where it is later, a line for each moment: second, left, top, width, height. Field `box-N-path`.
    pub path: String,
    /// The later moment at which a script says that it was drawn first, in seconds; before it nobody said where it is. Hidden
    /// field `box-N-since`.
    pub since: String,
    /// Whether it is a box of the last drawing, as that had it.
    pub earlier: bool,
}

impl BoxFields {
    /// The name that its fields and its error begin with.
    pub fn id(&self) -> String {
        format!("box-{}", self.number)
    }
}

/// A box that a program suggests, and nobody took yet.
#[derive(Clone, Debug)]
pub struct SuggestionLine {
    /// Which, from 1.
    pub number: usize,
    /// Where it is, and when, in a sentence.
    pub words: String,
    /// Left, top, width and height in hundredths of the picture.
    pub place: [String; 4],
    /// Whether it can be taken into the form; it cannot where it is in it already.
    pub can_take: bool,
}

/// One file.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/footage.html")]
pub struct FootagePage {
    /// What stands around the page.
    pub frame: Frame,
    /// The duty strip.
    pub desk: DeskBar,
    /// Private id.
    pub id: String,
    /// What it is and how long, in a sentence.
    pub what: String,
    /// How far its working copies are, in a sentence.
    pub state: String,
    /// What its witness allows, in a sentence.
    pub wish: String,
    /// How long it is kept, in a sentence.
    pub kept: String,
    /// The report it belongs to.
    pub report: Link,
    /// Claimed, in the file, received.
    pub times: Vec<TimeLine>,
    /// What else there is to know, in sentences.
    pub notes: Vec<String>,
    /// The preview of a picture.
    pub preview: Option<Shown>,
    /// The film to take away.
    pub film: Option<Link>,
    /// Stills of a film.
    pub stills: Vec<Shown>,
    /// The sound of a recording.
    pub sound: Option<Link>,
    /// Width and height of the picture.
    pub size: Option<(u32, u32)>,
    /// Boxes that a program suggests; none where it did not look, empty where it found nothing.
    pub suggested: Option<Vec<SuggestionLine>>,
    /// That there may be more than are suggested, in a sentence; empty where there are not.
    pub more_than_suggested: String,
    /// Drawings over it.
    pub hidings: Vec<Link>,
    /// Who drew it last, what of that stands in the form, and that it covers nothing yet, in sentences; empty where nobody did.
    pub earlier: String,
    /// Whether rows of the last drawing can be emptied at once.
    pub can_empty: bool,
    /// Why nothing can be drawn; empty where it can.
    pub no_drawing: String,
    /// Whether boxes have times and may move.
    pub moves: bool,
    /// How long a film is in milliseconds; a picture lasts 0.
    pub lasts: u64,
    /// Whether there may be more rows than there are.
    pub can_more: bool,
    /// Most rows that there may be.
    pub most: u8,
    /// Rows of the form.
    pub boxes: Vec<BoxFields>,
    /// Why it can be shut; empty where nobody looks at it any more. Field `reason`.
    pub shut_reasons: Vec<Choice>,
    /// Who shut it and until when it may be opened again, in sentences; empty where it may not.
    pub held_words: Vec<String>,
    /// What could not be taken.
    pub errors: Vec<FieldError>,
}

/// One drawing, and the second person's look.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/hiding.html")]
pub struct HidingPage {
    /// What stands around the page.
    pub frame: Frame,
    /// The duty strip.
    pub desk: DeskBar,
    /// Private id.
    pub id: String,
    /// The footage.
    pub footage: Link,
    /// Who drew what and when, in a sentence.
    pub drawn: String,
    /// How far it is, in a sentence.
    pub state: String,
    /// Which frames were looked at, and by whom, in a sentence.
    pub seen: String,
    /// The frames that are shown now.
    pub shown: Vec<Shown>,
    /// Frames before and after those.
    pub steps: Vec<Link>,
    /// The shown frames, when this member may say that they looked at them: the first and the last.
    pub look: Option<(String, String)>,
    /// Whether this member has looked at all and may say that nothing can be recognised.
    pub can_clear: bool,
    /// Incidents on whose page it may be made public; empty when it may not.
    pub incidents: Vec<super::Choice>,
    /// That the words of the form are those of an earlier copy, in sentences; empty where nobody offered one.
    pub before: String,
    /// Who made it, as a page names them; as typed. Field `maker`.
    pub maker: String,
    /// What it shows, as typed. Field `shows`.
    pub shows: String,
    /// Where it first appeared, as typed. Field `first_appeared`.
    pub first_appeared: String,
    /// Why it is taken back, as typed. Field `why`.
    pub why: String,
    /// Whether it can be taken back.
    pub can_take_back: bool,
    /// What could not be taken.
    pub errors: Vec<FieldError>,
}
