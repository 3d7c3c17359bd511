//! A dispatch: the page of somebody who was asked, and what the desk sees of it beside its alert.
//!
//! Conduct and rights stand above the buttons, so that they are read before anybody says yes. Names
//! stand here only for the desk on duty and for whoever goes in the same pair; no field holds a position.

use askama::Template;

use super::{Choice, DeskBar, Fact, FieldError, Frame, Link, Tag};

/// `/desk/dispatches/{id}`: what one is asked, and one press for each answer.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/dispatch.html")]
pub struct DispatchPage {
    /// What stands around the page.
    pub frame: Frame,
    /// The duty strip.
    pub desk: DeskBar,
    /// The alert's id, in the addresses of its forms.
    pub id: String,
    /// Where it stands for this member.
    pub tag: Tag,
    /// The alert's headline, as it was approved.
    pub headline: String,
    /// The alert's sentence.
    pub body: String,
    /// Where this member stands, in one sentence.
    pub words: String,
    /// What one is asked for, who goes along, until when a word is waited for.
    pub facts: Vec<Fact>,
    /// The conduct lines, as they were approved.
    pub conduct: Vec<String>,
    /// What everybody's rights are, in lines.
    pub rights: Vec<String>,
    /// Minutes in which one could be there; empty when one cannot say yes now. Field `minutes`.
    pub going: Vec<Choice>,
    /// What else can be pressed now. Field `say`.
    pub presses: Vec<Choice>,
    /// The alert's own page.
    pub alert_href: String,
    /// What could not be taken.
    pub errors: Vec<FieldError>,
}

/// What the desk sees of a dispatch on its alert's page.
#[derive(Clone, Debug)]
pub struct DispatchDesk {
    /// How it stands, in one sentence.
    pub words: String,
    /// One for each role wanted.
    pub rows: Vec<DispatchRow>,
    /// Those who were asked; for the desk on duty only.
    pub people: Vec<DispatchPerson>,
    /// What stands there in place of the names.
    pub people_words: Option<String>,
    /// How many of each role can be wanted; empty when this member may not change it.
    pub wanted: Vec<DispatchWanted>,
}

/// One role wanted: a bar, and the same in words.
#[derive(Clone, Debug)]
pub struct DispatchRow {
    /// Who, for example `Observers`.
    pub role: String,
    /// How many are wanted.
    pub wanted: u8,
    /// How many are going or there.
    pub filled: u8,
    /// For example `2 of 4 going, 1 on the scene (12 minutes)`.
    pub words: String,
}

/// Somebody who was asked.
#[derive(Clone, Debug)]
pub struct DispatchPerson {
    /// The member, for the form.
    pub member: String,
    /// First or made-up name.
    pub who: String,
    /// What they said, and when.
    pub words: String,
    /// That they have not checked in.
    pub overdue: Option<String>,
    /// True when somebody can say that they are well.
    pub can_be_well: bool,
}

/// One select of the form that says how many are wanted.
#[derive(Clone, Debug)]
pub struct DispatchWanted {
    /// The field's name.
    pub name: &'static str,
    /// Its label.
    pub label: &'static str,
    /// Its options.
    pub options: Vec<Choice>,
}

/// What a member on duty says for this duty: where they could go from, what they speak.
#[derive(Clone, Debug)]
pub struct ReadyForm {
    /// Areas of the group's list. Field `area`.
    pub areas: Vec<Choice>,
    /// Languages. Field `language`.
    pub languages: Vec<Choice>,
    /// What is kept, in one sentence.
    pub words: String,
    /// Dispatches this member was asked to.
    pub asked: Vec<Link>,
}
