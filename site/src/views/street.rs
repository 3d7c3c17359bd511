//! The street's pages: home, the report in three short steps, the receipt.
//!
//! They promise to be whole without scripts, to keep what somebody typed when an answer is refused,
//! and to show the receipt's words once. Earlier answers travel as hidden fields; there is no cookie.
//! No page here has a place for a name, a plate or a house number.

use askama::Template;

use super::{
    AlertRow, AskedQuestion, Carried, Choice, Duty, FieldError, Frame, GivenRow, Link, Moment, PlacesFound, Puzzle, RecordRow, Step, Tag,
};

/// `/`: one question, one button, who is on duty, alerts, the record.
#[derive(Clone, Debug, Template)]
#[template(path = "home.html")]
pub struct HomePage {
    /// What stands around the page.
    pub frame: Frame,
    /// The line under the question, naming what people report here, from the playbook.
    pub examples: String,
    /// Who is at the desk.
    pub duty: Duty,
    /// Live alerts that the public may know of; the first stands above the question as a band.
    pub live: Vec<AlertRow>,
    /// What the resting bell says, for example `No alert is live. The last one ended on Thursday.`
    pub rest_words: String,
    /// Links to what helps now: rights, conduct.
    pub rights: Vec<Link>,
    /// The newest incidents of the record.
    pub record: Vec<RecordRow>,
    /// A sentence about corrections, for example `We made 4 corrections this year.`
    pub corrections_words: String,
}

/// `GET /report` and `POST /report` with `step=what`: what is it and how do you know.
#[derive(Clone, Debug, Template)]
#[template(path = "report-what.html")]
pub struct ReportWhatPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Answers of later steps, kept when somebody came back.
    pub carried: Vec<Carried>,
    /// What can happen: the playbook's kinds. Field `kind`.
    pub kinds: Vec<Choice>,
    /// What the script asks for `kind` and `basis`.
    pub asks: [String; 2],
    /// How the witness knows: `saw`, `told`, `online`. Field `basis`.
    pub bases: Vec<Choice>,
    /// Who is at the desk.
    pub duty: Duty,
    /// What could not be taken.
    pub errors: Vec<FieldError>,
}

/// `POST /report` with `step=where`: where and when. Coordinates are never asked for; whoever wants points to the
/// place on a chart ([`ReportMapPage`]).
#[derive(Clone, Debug, Template)]
#[template(path = "report-where.html")]
pub struct ReportWherePage {
    /// What stands around the page.
    pub frame: Frame,
    /// Answers of the other steps.
    pub carried: Vec<Carried>,
    /// What was typed so far. Field `place`.
    pub place: String,
    /// What the search for the place found; none before somebody searched. Field `spot`.
    pub found: Option<PlacesFound>,
    /// Named areas, coarse; the first may be "I am not sure" with an empty value. Field `area`.
    pub areas: Vec<Choice>,
    /// `now`, `moving`, `over`. Field `when`.
    pub when: Vec<Choice>,
    /// How many minutes ago; values are whole minutes. Field `ago`.
    pub ago: Vec<Choice>,
    /// What the script asks for `place`, `when` and `ago`.
    pub asks: [String; 3],
    /// What could not be taken.
    pub errors: Vec<FieldError>,
}

/// `POST /report` with `step=map`: the place is pointed to. The middle of the chart is the place; a press on the
/// picture and the buttons move it, so that it needs neither scripts nor a mouse.
#[derive(Clone, Debug, Template)]
#[template(path = "report-map.html")]
pub struct ReportMapPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Answers of the other steps.
    pub carried: Vec<Carried>,
    /// The chart as the form carries it. Field `chart`.
    pub chart: String,
    /// Pixels of the picture's sides.
    pub side: u32,
    /// Where the middle lies, in words.
    pub middle: String,
    /// What is drawn near the middle, nearest first, in words.
    pub near: Vec<String>,
    /// Metres from one side of the picture to the other, in words.
    pub across: String,
    /// Whether nothing closer can be shown.
    pub closest: bool,
    /// Whether nothing wider can be shown.
    pub widest: bool,
}

/// `GET /places/chart.svg`: the picture of a chart, without a script, a style or a link.
#[derive(Clone, Debug, Template)]
#[template(path = "chart.svg")]
pub struct ChartPicture {
    /// Pixels of its sides.
    pub side: u32,
    /// Cells of the group's areas: the points of each outline as SVG writes them.
    pub cells: Vec<String>,
    /// Edges between areas and at the end of all: `x1 y1 x2 y2` in pixels.
    pub edges: Vec<[i32; 4]>,
    /// What is named.
    pub labels: Vec<ChartLabel>,
    /// Pixels of the scale's bar.
    pub bar: i32,
    /// Its length in words.
    pub bar_words: String,
}

/// One name on a chart.
#[derive(Clone, Debug)]
pub struct ChartLabel {
    /// Pixels from the left to the dot, or to the middle of a name without one.
    pub x: i32,
    /// Pixels from the top.
    pub y: i32,
    /// Pixels from the left to the words.
    pub words_x: i32,
    /// `start`, `middle` or `end`: which end of the words stands there.
    pub anchor: &'static str,
    /// Whether it is a place with a dot, not the name of an area.
    pub dot: bool,
    /// The name.
    pub words: String,
}

/// `POST /report` with `step=ask`: more questions of the script, all of which may stay empty.
#[derive(Clone, Debug, Template)]
#[template(path = "report-ask.html")]
pub struct ReportAskPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Answers of the other steps.
    pub carried: Vec<Carried>,
    /// The same key as on the third step. Field `once`.
    pub once: String,
    /// Work for the page while many reports come. Field `puzzle`.
    pub puzzle: Option<Puzzle>,
    /// What the three questions about time and place say: last seen, how sure, how exactly.
    pub asks: [String; 3],
    /// When it was last seen; empty unless it is over. Field `until`.
    pub until: Vec<Choice>,
    /// How sure the time is. Field `sure`.
    pub sure: Vec<Choice>,
    /// How exactly the place is known. Field `exact`.
    pub exact: Vec<Choice>,
    /// The questions that are asked now.
    pub questions: Vec<AskedQuestion>,
    /// What could not be taken.
    pub errors: Vec<FieldError>,
}

/// `POST /report` with `step=more`: anything else, then send.
#[derive(Clone, Debug, Template)]
#[template(path = "report-more.html")]
pub struct ReportMorePage {
    /// What stands around the page.
    pub frame: Frame,
    /// Answers of the other steps.
    pub carried: Vec<Carried>,
    /// A key made for this sending, so that pressing twice is one report. Field `once`.
    pub once: String,
    /// Work for the page while many reports come. Field `puzzle`.
    pub puzzle: Option<Puzzle>,
    /// What the script asks for `text`, `officers`, `vehicles`, `people` and `contact`.
    pub asks: [String; 5],
    /// What was typed so far. Field `text`.
    pub text: String,
    /// Bands such as `1-2`, the first "I did not count" with an empty value. Field `officers`.
    pub officers: Vec<Choice>,
    /// Bands. Field `vehicles`.
    pub vehicles: Vec<Choice>,
    /// Bands. Field `people`.
    pub people: Vec<Choice>,
    /// What was typed so far. Field `contact`.
    pub contact: String,
    /// What happens with a contact: sealed at once, who can open it, when it goes.
    pub contact_words: String,
    /// Who is at the desk.
    pub duty: Duty,
    /// What could not be taken.
    pub errors: Vec<FieldError>,
}

/// The answer to a sent report. Shown once; the words are nowhere else.
#[derive(Clone, Debug, Template)]
#[template(path = "receipt.html")]
pub struct ReceiptPage {
    /// What stands around the page.
    pub frame: Frame,
    /// The seven words, in order.
    pub words: Vec<String>,
    /// When it was saved, for example `21:58`.
    pub saved_at: String,
    /// Who is at the desk.
    pub duty: Duty,
    /// What happens next.
    pub steps: Vec<Step>,
}

/// `GET /receipt`: type the seven words. The same answer for unknown and wrong ones.
#[derive(Clone, Debug, Template)]
#[template(path = "receipt-words.html")]
pub struct ReceiptWordsPage {
    /// What stands around the page.
    pub frame: Frame,
    /// What was typed, given back after an error. Field `words`.
    pub typed: String,
    /// What could not be taken.
    pub errors: Vec<FieldError>,
}

/// A question the desk asks the witness.
#[derive(Clone, Debug)]
pub struct ReceiptQuestion {
    /// Id of the question, sent back as `question`.
    pub id: String,
    /// The question.
    pub words: String,
    /// When it was asked, for example `22:03`.
    pub asked_at: String,
    /// Ready answers, one button each (`answer`); empty when words are wanted.
    pub answers: Vec<Choice>,
}

/// Something the witness wished to have taken down, covered or not used.
#[derive(Clone, Debug)]
pub struct ReceiptWish {
    /// What it is about, for example `A picture or clip`.
    pub about: String,
    /// The witness's words.
    pub words: String,
    /// When it was asked for, for example `22:10`.
    pub asked_at: String,
    /// What the desk decided and why; none while nobody has.
    pub decided: Option<String>,
}

/// What was typed into the forms of a receipt, given back after an error.
#[derive(Clone, Debug, Default)]
pub struct ReceiptTyped {
    /// Field `answer`.
    pub answer: String,
    /// Field `text`.
    pub text: String,
    /// Field `correction`.
    pub correction: String,
    /// What a wish can be about. Field `about`.
    pub about: Vec<Choice>,
    /// Field `wish`.
    pub wish: String,
}

/// One of several things that the desk sees in a report.
#[derive(Clone, Debug)]
pub struct ReceiptThing {
    /// For example `The second thing`.
    pub heading: String,
    /// What became of it so far, one plain sentence each, oldest first.
    pub became: Vec<String>,
    /// Its page in the public record.
    pub record: Option<Link>,
}

/// `POST /receipt`: what became of the report, and what the witness can still do.
#[derive(Clone, Debug, Template)]
#[template(path = "receipt-status.html")]
pub struct ReceiptStatusPage {
    /// What stands around the page.
    pub frame: Frame,
    /// The seven words as typed, carried in each form as `words`; never in a link.
    pub words: String,
    /// The state as a tag.
    pub state: Tag,
    /// The state in plain words.
    pub state_words: String,
    /// What just happened, for example `Added. The desk will read it.`
    pub notice: Option<String>,
    /// Who is at the desk.
    pub duty: Duty,
    /// What became of the report so far, one plain sentence each, oldest first.
    pub became: Vec<String>,
    /// When the desk sees several things in it: what became of each.
    pub things: Vec<ReceiptThing>,
    /// Its page in the public record, with how many corrections stand there.
    pub record: Option<Link>,
    /// The desk's open question.
    pub question: Option<ReceiptQuestion>,
    /// What the witness wished to have taken down, with what was decided.
    pub wishes: Vec<ReceiptWish>,
    /// Whether files can be given to it.
    pub may_give: bool,
    /// Files that were given to it, oldest first.
    pub files: Vec<GivenRow>,
    /// What was said so far, oldest first.
    pub timeline: Vec<Moment>,
    /// True after withdrawal: only state and timeline remain.
    pub withdrawn: bool,
    /// True when withdrawing was asked for once and needs the second button.
    pub withdraw_asked: bool,
    /// The file that was asked to be taken away once and needs the second button: which, and what it is.
    pub remove_asked: Option<(String, String)>,
    /// What was typed, given back after an error.
    pub typed: ReceiptTyped,
    /// How long the receipt lives, in words.
    pub kept_words: String,
    /// What could not be taken.
    pub errors: Vec<FieldError>,
}

impl ReceiptStatusPage {
    /// Whether the form to correct stands open: something was typed or is to mend.
    pub fn correcting(&self) -> bool {
        !self.typed.correction.is_empty() || super::error_at(&self.errors, "correction").is_some()
    }
    /// Whether the form for a wish stands open.
    pub fn wishing(&self) -> bool {
        let wrong = ["about", "wish"].iter().any(|field| super::error_at(&self.errors, field).is_some());
        wrong || !self.typed.wish.is_empty()
    }
}
