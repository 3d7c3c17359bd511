//! The record's pages: the list, one incident, the corrections.
//!
//! They show a projection of the log and say for each line which entry it comes from, so that
//! anybody can check. A correction stands beside what it corrects and never replaces it. Nothing
//! here is finer than the public reach allows; that is decided before a view is made.

use askama::Template;

use super::{Choice, Fact, FieldError, Frame, Link, Linked, Tag, Theirs};

/// One incident in a list.
#[derive(Clone, Debug)]
pub struct RecordRow {
    /// Path of its page.
    pub href: String,
    /// Its title.
    pub title: String,
    /// Date and district, for example `13 May 2017 · Peckham`.
    pub meta: String,
    /// Its state.
    pub tag: Tag,
}

/// Words of a page around what was searched for.
#[derive(Clone, Debug)]
pub struct Quoted {
    /// Pieces in order, each with whether it was searched for.
    pub pieces: Vec<(String, bool)>,
    /// Whether the text goes on before them.
    pub cut_before: bool,
    /// Whether it goes on behind them.
    pub cut_behind: bool,
}

/// One incident that was found.
#[derive(Clone, Debug)]
pub struct FoundRow {
    /// Path of its page.
    pub href: String,
    /// Its title.
    pub title: String,
    /// Date and district.
    pub meta: String,
    /// Its state.
    pub tag: Tag,
    /// Whether it only may have been in the days asked for.
    pub only_possible: bool,
    /// Where the words were found.
    pub excerpt: Option<Quoted>,
}

/// What the list was asked, as it stands in its form.
#[derive(Clone, Debug, Default)]
pub struct RecordSearch {
    /// Words.
    pub q: String,
    /// First day, `2026-11-20`.
    pub from: String,
    /// Last day.
    pub to: String,
    /// Kinds, the first of them any.
    pub kinds: Vec<Choice>,
    /// States, the first of them any.
    pub levels: Vec<Choice>,
    /// A district.
    pub district: String,
    /// A sort of source, or a name.
    pub source: String,
    /// Sorts of sources, offered while somebody types.
    pub sources: Vec<String>,
    /// A box on the map, from the map's page.
    pub bbox: String,
    /// An earlier moment.
    pub asof: String,
    /// Whether anything was asked.
    pub asked: bool,
    /// Whether more than words was asked.
    pub narrowed: bool,
    /// Whether something was typed and no word was in it.
    pub no_word: bool,
}

/// `/record`: every incident opened to the public, or those that were asked for.
#[derive(Clone, Debug, Template)]
#[template(path = "record-list.html")]
pub struct RecordListPage {
    /// What stands around the page.
    pub frame: Frame,
    /// What was asked.
    pub search: RecordSearch,
    /// What of it could not be read; then nothing is said to be found.
    pub errors: Vec<FieldError>,
    /// Path of the same on the map.
    pub map_href: String,
    /// Incidents, newest first.
    pub incidents: Vec<FoundRow>,
    /// Path of the next page of the list.
    pub next_href: Option<String>,
    /// Whether neighbouring groups' records are kept here.
    pub neighbours: bool,
}

/// One entry of an incident, as the log holds it.
#[derive(Clone, Debug)]
pub struct RecordEntry {
    /// Index in the log, for example `4182`.
    pub index: String,
    /// What kind of entry, in words, for example `Alert`.
    pub kind: String,
    /// When, to the minute.
    pub at: String,
    /// What it says. For a withdrawn entry: that it was withdrawn, and why.
    pub words: String,
    /// Its state.
    pub tag: Option<Tag>,
    /// Path of the content in the log; `None` after withdrawal.
    pub content_href: Option<String>,
}

/// A sentence with the numbers of its sources and, where it is the desk's own, the claims it rests on.
#[derive(Clone, Debug, Default)]
pub struct Sourced {
    /// The sentence.
    pub words: String,
    /// Numbers of sources; never empty.
    pub sources: Vec<String>,
    /// Its claims, each by its number and where it stands.
    pub claims: Vec<Link>,
}

/// One claim: a line of the table.
#[derive(Clone, Debug)]
pub struct SaidRow {
    /// Its number.
    pub number: String,
    /// The fact, and the part it is about.
    pub about: String,
    /// True for every claim of a fact but the first.
    pub sub: bool,
    /// What is said.
    pub says: String,
    /// Whether it is set aside or taken back: it stays, struck.
    pub struck: bool,
    /// Who says so.
    pub who: String,
    /// The source's number.
    pub source: String,
    /// Since when, by the source's own words; empty where it does not say.
    pub since: String,
    /// When it was recorded.
    pub recorded: String,
    /// Its standing.
    pub tag: Option<Tag>,
    /// What changed, in words.
    pub notes: Vec<String>,
    /// Where to read on.
    pub links: Vec<Link>,
}

/// Claims that do not agree, side by side.
#[derive(Clone, Debug)]
pub struct Differing {
    /// The fact.
    pub about: String,
    /// Who says what; each line with one source.
    pub said: Vec<Sourced>,
}

/// What one source says, in our words or its own, or what somebody concerned replied.
///
/// PROMISE both-sides-the-same-size: there is one such box and no other, so an office, a newspaper, a campaign,
/// a witness and whoever replies get the same element, the same classes and a place in the order of recording.
#[derive(Clone, Debug)]
pub struct Voice {
    /// Its name.
    pub name: String,
    /// What it says, claim by claim; its own words are marked as such.
    pub says: Vec<String>,
    /// What it is, where it stands, whether it was asked.
    pub kind: String,
    /// What the boxed number counts: `Source` or `Entry`.
    pub counts: &'static str,
    /// Its number.
    pub source: String,
    /// Where that number leads.
    pub href: String,
}

/// Something that is not this event.
#[derive(Clone, Debug)]
pub struct Elsewhere {
    /// The year or day.
    pub when: String,
    /// Where.
    pub place: String,
    /// What it shows; may be empty.
    pub note: String,
    /// What the record itself holds of that district.
    pub link: Option<Link>,
}

/// One source in the list.
#[derive(Clone, Debug)]
pub struct SourceRow {
    /// Its number.
    pub number: String,
    /// Its name.
    pub label: String,
    /// What it is, where it stands, what it copies, who carried it.
    pub words: String,
    /// Where it can be read, as text: this site never loads from there.
    pub url: Option<String>,
    /// Footage of it that is shown, covered.
    pub files: Vec<FileRow>,
}

/// Footage that can be taken away; nothing of it shows or plays by itself.
#[derive(Clone, Debug)]
pub struct FileRow {
    /// What it shows, in words.
    pub shows: String,
    /// Where it is, and what it is and how large; none where nothing is handed out, or nobody can tell from the entries.
    pub link: Option<Link>,
    /// What stands in the link's place.
    pub gone: String,
}

/// Something that changed on the page.
#[derive(Clone, Debug)]
pub struct Changed {
    /// When.
    pub at: String,
    /// What.
    pub words: String,
    /// The page as it was then.
    pub href: Option<String>,
}

/// One slot of what came of it.
///
/// PROMISE both-sides-the-same-size: there is one such piece and no other, so a value gets the same element, the same
/// classes and the same heading whichever side it favours, "nobody could tell us" among them. Slots stand in the
/// order of their list, never in the order of what they say.
#[derive(Clone, Debug)]
pub struct Came {
    /// The slot, and the part it is about.
    pub label: String,
    /// What is known, since when, and what else is known.
    pub words: String,
    /// Number of the source; none while nothing was told.
    pub sources: Vec<String>,
    /// When it was recorded, when somebody was last asked, and when the desk asks again.
    pub asked: String,
    /// What was told before, newest first.
    pub before: Vec<Sourced>,
}

/// What a publisher says about one fact on which accounts part.
#[derive(Clone, Debug)]
pub struct StandRow {
    /// The publisher.
    pub who: String,
    /// True for every row of a publisher but the first.
    pub sub: bool,
    /// The fact.
    pub about: String,
    /// Its version.
    pub says: String,
    /// Whether it has since said otherwise, or the desk sets it aside.
    pub struck: bool,
    /// The source's number.
    pub source: String,
}

/// A time that somebody gives, in the order of time.
#[derive(Clone, Debug)]
pub struct TimeRow {
    /// When.
    pub when: String,
    /// What then.
    pub what: String,
    /// Who says so: numbers of sources.
    pub sources: Vec<String>,
}

/// Another incident that names this one.
#[derive(Clone, Debug)]
pub struct NamedBy {
    /// Path of its page.
    pub href: String,
    /// Its title.
    pub title: String,
    /// How it names this one.
    pub words: String,
}

/// What else the record holds of this district.
#[derive(Clone, Debug)]
pub struct Also {
    /// How many, in words.
    pub words: String,
    /// Lists of these.
    pub links: Vec<Link>,
    /// Who names this incident as similar, or as what old footage really shows.
    pub named_by: Vec<NamedBy>,
}

/// Where the rest of each list is, when a page shows its beginning only.
#[derive(Clone, Debug, Default)]
pub struct Rest {
    /// All corrections.
    pub corrections: Option<Link>,
    /// All of what the desk says.
    pub said: Option<Link>,
    /// All claims.
    pub claims: Option<Link>,
    /// All facts on which accounts part.
    pub accounts: Option<Link>,
    /// Everybody who speaks, with all they say.
    pub voices: Option<Link>,
    /// All sources.
    pub sources: Option<Link>,
    /// All changes.
    pub changes: Option<Link>,
    /// All entries.
    pub entries: Option<Link>,
}

/// One list of an incident's page, on a page of its own.
#[derive(Clone, Debug)]
pub enum RecordPart {
    /// Corrections, oldest first.
    Corrections(Vec<CorrectionRow>),
    /// What the desk says.
    Said(Vec<Sourced>),
    /// Who says what.
    Claims(Vec<SaidRow>),
    /// Facts on which accounts part.
    Accounts(Vec<Differing>),
    /// Everybody who speaks.
    Voices(Vec<Voice>),
    /// Sources.
    Sources(Vec<SourceRow>),
    /// Changes.
    Changes(Vec<Changed>),
    /// Entries.
    Entries(Vec<RecordEntry>),
}

/// `/record/{incident}/{part}`: one list of an incident, from a place on.
#[derive(Clone, Debug, Template)]
#[template(path = "record-part.html")]
pub struct RecordPartPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Whose it is, where it is from a neighbouring group's record.
    pub theirs: Option<Theirs>,
    /// The incident's title.
    pub title: String,
    /// Path of its page.
    pub back_href: String,
    /// What the list is.
    pub heading: String,
    /// Which of them these are, for example `41 to 60 of 212`.
    pub words: String,
    /// The list.
    pub list: RecordPart,
    /// Before a source's number: where it is told.
    pub sources_at: String,
    /// Earlier in the list.
    pub earlier: Option<Link>,
    /// Later in the list.
    pub later: Option<Link>,
}

/// The file that proves one page, and what it is held against.
#[derive(Clone, Debug)]
pub struct ProofOffer {
    /// Path of the file.
    pub href: String,
    /// What the file is called once it is saved.
    pub file: String,
    /// What to type where it was saved.
    pub command: String,
    /// Entries of the log, in digits.
    pub size: String,
    /// The log's root, base64.
    pub root: String,
    /// SHA-256 of the page as data, in hexadecimal.
    pub sha256: String,
}

/// `/record/{incident}`: one incident.
#[derive(Clone, Debug, Template)]
#[template(path = "record.html")]
pub struct RecordPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Public id of the incident.
    pub id: String,
    /// Path of this page as it is now.
    pub at: String,
    /// Whose it is, where it is from a neighbouring group's record.
    pub theirs: Option<Theirs>,
    /// Its title.
    pub title: String,
    /// When the newest entry was written.
    pub as_of: String,
    /// For an earlier page: what it is, with the link to the page as it is now.
    pub earlier: Option<String>,
    /// Where words were taken and the log cannot say so yet: since when.
    pub held_back: Option<String>,
    /// States, the incident's own first.
    pub tags: Vec<Tag>,
    /// How it came in, when not by two members.
    pub entered: Option<String>,
    /// Corrections, newest first.
    pub slips: Vec<CorrectionRow>,
    /// What the desk says now.
    pub said: Vec<Sourced>,
    /// What is known, as facts.
    pub facts: Vec<Fact>,
    /// Who says what.
    pub claims: Vec<SaidRow>,
    /// Where a rule found that accounts differ.
    pub differ: Vec<Differing>,
    /// Where accounts are in words that no rule compares.
    pub worded: Vec<Differing>,
    /// What each source says and what was replied.
    pub voices: Vec<Voice>,
    /// Who was asked for comment, when, and what came; in sentences.
    pub asked: Vec<String>,
    /// That decisions about this page stand in the public log; nothing where there are none.
    pub moderated: Option<String>,
    /// Footage of other events.
    pub lookalikes: Vec<Elsewhere>,
    /// Similar events.
    pub similar: Vec<Elsewhere>,
    /// What came of it, slot by slot.
    pub came: Vec<Came>,
    /// What came of it, claim by claim.
    pub outcomes: Vec<Differing>,
    /// What came of it in free words, as the desk published it; `None` where it said nothing so.
    pub outcome: Option<String>,
    /// Where each publisher stands on the facts on which accounts part.
    pub stands: Vec<StandRow>,
    /// Who of the sources says nothing about these, in words.
    pub silent: Option<String>,
    /// The times that are given, in their order.
    pub times: Vec<TimeRow>,
    /// What else the record holds of this district; not on a page as it was.
    pub also: Option<Also>,
    /// Where the lists go on.
    pub rest: Rest,
    /// Before a source's number: `#s`, or the page of sources.
    pub sources_at: String,
    /// Sources.
    pub sources: Vec<SourceRow>,
    /// What is said of their number.
    pub sources_words: String,
    /// What changed, newest first.
    pub changes: Vec<Changed>,
    /// The entries, oldest first.
    pub entries: Vec<RecordEntry>,
    /// First and last index, for example `17 to 48`.
    pub entries_words: String,
    /// How to check this page: what to type.
    pub verify_command: String,
    /// Who else signs the log, after `The log is`: `cosigned by 2 of 3, 20 November 2026, 22:31`, or `not cosigned`.
    /// Nothing on a page of an earlier moment, which follows from its own entries alone.
    pub cosigned: Option<String>,
    /// The same page for programs.
    pub data_href: String,
    /// How to check this page alone, from one file; not on a page as it was.
    pub proof: Option<ProofOffer>,
    /// The group's VAPID key, for a browser that asks to be told how it ended; not on a page as it was.
    pub vapid_key: Option<String>,
    /// The same in schema.org's words, where it has room beside the page.
    pub linked: Option<Linked>,
}

/// One correction.
#[derive(Clone, Debug)]
pub struct CorrectionRow {
    /// What it is called, for example `Correction 1`.
    pub name: String,
    /// Anchor on its page, for example `corr1`.
    pub anchor: String,
    /// Path of the incident it belongs to.
    pub href: String,
    /// Title of that incident.
    pub title: String,
    /// When it was recorded.
    pub at: String,
    /// What was said before.
    pub before: String,
    /// What is right.
    pub now: String,
    /// How we know.
    pub reason: String,
    /// Numbers of the sources of what is said now.
    pub sources: Vec<String>,
    /// Who heard of it.
    pub told: String,
}

/// `/corrections`: what we had wrong. May be empty, and then says so.
#[derive(Clone, Debug, Template)]
#[template(path = "corrections.html")]
pub struct CorrectionsPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Corrections, newest first.
    pub corrections: Vec<CorrectionRow>,
    /// Where the older ones stand, if there are more.
    pub next_href: Option<String>,
}
