//! Signing in, and who belongs: the sign-in page, a link that is spent, the page of people.
//!
//! Opening a link changes nothing, because previews in messengers open links too; only a button
//! posts. A spent, expired and unknown link get the same page. Members appear by pseudonym.

use askama::Template;

use super::{Choice, DeskBar, FieldError, Frame};

/// `GET` of a sign-in link, or of the page that signs in with a passkey. The script asks
/// `POST /desk/sign-in/new` with the token, or `POST /desk/sign-in/passkey` without one.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/sign-in.html")]
pub struct SignInPage {
    /// What stands around the page.
    pub frame: Frame,
    /// The link's token; none on the page that only signs in.
    pub token: Option<String>,
    /// Whether the link signs in by itself here: a button that posts `token`, without scripts.
    pub by_link: bool,
    /// Whether browsers know passkeys for this site.
    pub passkeys: bool,
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

/// `/desk/people`: who belongs, how far each has come, and what may be done about it.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/people.html")]
pub struct PeoplePage {
    /// What stands around the page.
    pub frame: Frame,
    /// The duty strip.
    pub desk: DeskBar,
    /// Everybody, by name.
    pub members: Vec<MemberRow>,
    /// Whether this member may invite.
    pub may_invite: bool,
    /// What was typed. Field `name`.
    pub name: String,
    /// Fields `roles`.
    pub roles: Vec<Choice>,
    /// A link that was just made; it is shown this once.
    pub link: Option<String>,
    /// What could not be taken.
    pub errors: Vec<FieldError>,
}

/// One member on the page of people.
#[derive(Clone, Debug)]
pub struct MemberRow {
    /// The member's id in the forms' addresses.
    pub id: String,
    /// Pseudonym.
    pub name: String,
    /// Whether it is the reader.
    pub me: bool,
    /// Roles in words.
    pub roles: String,
    /// How far they have come, for example `On probation until 3 January 2027`.
    pub standing: String,
    /// Who vouched, by pseudonym; empty for a founder.
    pub vouched_by: String,
    /// That a recovery waits for its second member.
    pub recovery: Option<String>,
    /// Whether the reader may vouch.
    pub may_vouch: bool,
    /// Whether the reader may say that the passkey is lost.
    pub may_recover: bool,
    /// Whether the reader may revoke.
    pub may_revoke: bool,
}
