//! The record's pages: the list, one incident, the corrections.
//!
//! They show a projection of the log and say for each line which entry it comes from, so that
//! anybody can check. A correction stands beside what it corrects and never replaces it. Nothing
//! here is finer than the public reach allows; that is decided before a view is made.

use askama::Template;

use super::{Fact, Frame, Link, Tag};

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

/// `/record`: every incident opened to the public.
#[derive(Clone, Debug, Template)]
#[template(path = "record-list.html")]
pub struct RecordListPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Incidents, newest first.
    pub incidents: Vec<RecordRow>,
    /// Path of the next page of the list.
    pub next_href: Option<String>,
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

/// A sentence of the desk with the numbers of its sources.
#[derive(Clone, Debug)]
pub struct Sourced {
    /// The sentence.
    pub words: String,
    /// Numbers of sources; never empty.
    pub sources: Vec<String>,
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

/// What one source says.
///
/// PROMISE both-sides-the-same-size: there is one such box and no other, so an office, a newspaper, a campaign
/// and a witness get the same element, the same classes and the same place in the order of recording.
#[derive(Clone, Debug)]
pub struct Voice {
    /// Its name.
    pub name: String,
    /// What it says, claim by claim.
    pub says: Vec<String>,
    /// What it is, where it stands, whether it was asked.
    pub kind: String,
    /// Its number.
    pub source: String,
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

/// `/record/{incident}`: one incident.
#[derive(Clone, Debug, Template)]
#[template(path = "record.html")]
pub struct RecordPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Public id of the incident.
    pub id: String,
    /// Its title.
    pub title: String,
    /// When the newest entry was written.
    pub as_of: String,
    /// For an earlier page: what it is, with the link to the page as it is now.
    pub earlier: Option<String>,
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
    /// What each source says.
    pub voices: Vec<Voice>,
    /// Footage of other events.
    pub lookalikes: Vec<Elsewhere>,
    /// Similar events.
    pub similar: Vec<Elsewhere>,
    /// What came of it, claim by claim.
    pub outcomes: Vec<Differing>,
    /// What came of it, as the desk published it; `None` while nothing is known.
    pub outcome: Option<String>,
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
    /// The same page for programs.
    pub data_href: String,
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
}
