//! Signing in: a link shows a button, the button redeems it.
//!
//! Opening the link changes nothing, because previews in messengers open links too; only the button
//! posts. A spent, expired and unknown link get the same page.

use askama::Template;

use super::Frame;

/// `GET` of a sign-in link: one button that posts the token.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/sign-in.html")]
pub struct SignInPage {
    /// What stands around the page.
    pub frame: Frame,
    /// The token, sent back as `token`.
    pub token: String,
    /// What the button does, for example `This makes this browser Heron's, for the desk of …`.
    pub words: String,
}

/// A link that cannot be used.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/sign-in-spent.html")]
pub struct SignInSpentPage {
    /// What stands around the page.
    pub frame: Frame,
    /// Why, and what to do, for example `Links live 15 minutes and work once. Ask for a new one.`
    pub words: String,
}
