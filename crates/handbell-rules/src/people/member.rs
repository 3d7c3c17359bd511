//! Member: somebody the group knows by a first or made-up name, with roles and devices.
//!
//! A sign-in link shows a button, is redeemed once by POST and binds one browser to one member. Secrets
//! of links, devices and sessions are kept as hashes only. How far a member has come is `standing`, what
//! lets them in is `passkey`.

use crate::change::{Actor, Change, What};
use crate::id::{ChangeId, DeviceId, InvitationId, MemberId, SessionId};
use crate::playbook::FieldRole;
use crate::refusal::{Desk, People, Refusal};
use crate::time::{HOUR, MINUTE, Timestamp};
use serde::{Deserialize, Serialize};

/// How long a sign-in link works.
pub const INVITATION_LIVES: i64 = 15 * MINUTE;
/// How long a signed-in stretch lasts.
pub const SESSION_LIVES: i64 = 8 * HOUR;
/// The roles that work the desk.
pub const DESK_ROLES: [Role; 3] = [Role::Triager, Role::Approver, Role::Editor];
/// Letters of a member's name.
pub const NAME_LETTERS_MAX: usize = 40;

/// What a member may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Works the queue and records claims.
    Triager,
    /// Approves alerts.
    Approver,
    /// Publishes and corrects the record.
    Editor,
    /// Goes to look, trained.
    Observer,
    /// Opens evidence originals.
    Custodian,
    /// Runs the server and sees no report.
    Keeper,
    /// Reads who opened what.
    Auditor,
    /// Goes along and puts words from one language into another.
    Interpreter,
    /// Goes along and looks after the hurt.
    FirstAider,
    /// Goes along, knows the law and says only what the card says.
    LegalAdviser,
}

impl Role {
    /// Every role with its word.
    pub const ALL: [(Role, &'static str); 10] = [
        (Role::Triager, "triager"),
        (Role::Approver, "approver"),
        (Role::Editor, "editor"),
        (Role::Observer, "observer"),
        (Role::Custodian, "custodian"),
        (Role::Keeper, "keeper"),
        (Role::Auditor, "auditor"),
        (Role::Interpreter, "interpreter"),
        (Role::FirstAider, "first-aider"),
        (Role::LegalAdviser, "legal-adviser"),
    ];
    /// Reads a role's word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, word)| *word == text).map(|(role, _)| *role)
    }
    /// What whoever has this role can be sent for.
    pub const fn field(self) -> Option<FieldRole> {
        match self {
            Self::Observer => Some(FieldRole::Observer),
            Self::Interpreter => Some(FieldRole::Interpreter),
            Self::FirstAider => Some(FieldRole::FirstAider),
            Self::LegalAdviser => Some(FieldRole::LegalAdviser),
            Self::Triager | Self::Approver | Self::Editor | Self::Custodian | Self::Keeper | Self::Auditor => None,
        }
    }
    /// The role's word.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(role, _)| *role == self).map_or("", |(_, word)| word)
    }
}

/// A member as kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Private id.
    pub id: MemberId,
    /// How often it was changed.
    pub version: u32,
    /// A first or made-up name.
    pub name: String,
    /// Roles, sorted.
    pub roles: Vec<Role>,
    /// When the member joined.
    pub since: Timestamp,
    /// When the member was revoked.
    pub revoked_at: Option<Timestamp>,
    /// Whether the member founded the group. Those who stood in a store before there were vouches did.
    #[serde(default = "yes")]
    pub founding: bool,
    /// Who vouched, oldest first; nobody for a founder.
    #[serde(default)]
    pub vouches: Vec<Vouch>,
    /// The first of two words that this member lost their passkey.
    #[serde(default)]
    pub recovery: Option<Recovery>,
}

fn yes() -> bool {
    true
}

/// One member's word for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vouch {
    /// Who vouched.
    pub by: MemberId,
    /// On which device.
    pub device: DeviceId,
    /// When.
    pub at: Timestamp,
}

/// One member's word that another lost their passkey.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recovery {
    /// Who said so.
    pub by: MemberId,
    /// On which device.
    pub device: DeviceId,
    /// When.
    pub at: Timestamp,
}

/// One sign-in link, kept as a hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Private id.
    pub id: InvitationId,
    /// How often it was changed: 1 once it is redeemed.
    pub version: u32,
    /// The member it signs in.
    pub member: MemberId,
    /// SHA-256 of the link's secret.
    pub secret: [u8; 32],
    /// After this it is spent.
    pub expires_at: Timestamp,
    /// When it was redeemed.
    pub redeemed_at: Option<Timestamp>,
}

/// One browser bound to one member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Private id.
    pub id: DeviceId,
    /// Whose it is.
    pub member: MemberId,
    /// SHA-256 of the device cookie.
    pub secret: [u8; 32],
    /// Since when.
    pub since: Timestamp,
}

/// One signed-in stretch on one device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Private id.
    pub id: SessionId,
    /// How often it was changed: 1 once it is closed.
    pub version: u32,
    /// Whose.
    pub member: MemberId,
    /// On which device.
    pub device: DeviceId,
    /// SHA-256 of the session cookie.
    pub secret: [u8; 32],
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// Whether it locks when nobody touches it: a passkey opened it and can open it again.
    pub locks: bool,
}

/// A signed-in member on a device: what an act must hold before it can do desk work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskCaller {
    /// Who.
    pub member: MemberId,
    /// On which device.
    pub device: DeviceId,
    /// In which session.
    pub session: SessionId,
    /// Their name at the desk.
    pub name: String,
    /// Their roles.
    pub roles: Vec<Role>,
}

impl DeskCaller {
    /// Refuses when the member lacks a role.
    pub fn needs(&self, role: Role) -> Result<(), Refusal> {
        if self.roles.contains(&role) { Ok(()) } else { Err(Desk::NotOnDesk.into()) }
    }
    /// Refuses whoever holds no role that works the desk.
    pub fn at_the_desk(&self) -> Result<(), Refusal> {
        if self.works_the_desk() { Ok(()) } else { Err(Desk::NotOnDesk.into()) }
    }
    /// Whether the member can be sent in any role.
    pub fn goes_out(&self) -> bool {
        self.roles.iter().any(|role| role.field().is_some())
    }
    /// Whether the member holds a role that works the desk.
    pub fn works_the_desk(&self) -> bool {
        DESK_ROLES.iter().any(|role| self.roles.contains(role))
    }
}

/// Checks names and roles: one member holds at most one of editor, custodian and keeper.
pub fn check_member(name: &str, roles: &[Role]) -> Result<(), Refusal> {
    if name.trim().is_empty() || name.chars().any(char::is_control) {
        return Err(People::NameMissing.into());
    }
    if name.chars().count() > NAME_LETTERS_MAX {
        return Err(People::NameTooLong.into());
    }
    if roles.is_empty() {
        return Err(People::RoleUnknown.into());
    }
    let apart = [Role::Editor, Role::Custodian, Role::Keeper];
    if roles.iter().filter(|role| apart.contains(role)).count() > 1 {
        return Err(People::RoleConflict.into());
    }
    Ok(())
}

/// The keeper's command line invites a member, new or known.
pub fn invite(change: ChangeId, member: Member, invitation: Invitation, now: Timestamp) -> Result<Change, Refusal> {
    check_member(&member.name, &member.roles)?;
    Ok(Change { id: change, at: now, by: Actor::Keeper, what: What::MemberInvited { member, invitation } })
}

/// Redeems a link: binds the device and opens a session.
///
/// `device` is the browser's device if it has one. One member per browser: a browser bound to somebody
/// else is refused, so that two approvals always come from two devices.
pub fn sign_in(
    change: ChangeId,
    invitation: &Invitation,
    member: &Member,
    known: Option<&Device>,
    fresh: Device,
    session: Session,
    now: Timestamp,
) -> Result<Change, Refusal> {
    super::passkey::opens(invitation, member, now)?;
    if known.is_some_and(|device| device.member != member.id) {
        return Err(People::DeviceTaken.into());
    }
    let mut invitation = invitation.clone();
    invitation.redeemed_at = Some(now);
    let device = if known.is_some() { None } else { Some(fresh) };
    let by = Actor::Member(member.id);
    Ok(Change { id: change, at: now, by, what: What::SignedIn { invitation, device, session } })
}

/// Closes a session.
pub fn sign_out(change: ChangeId, session: &Session, now: Timestamp) -> Option<Change> {
    if session.closed_at.is_some() {
        return None;
    }
    let mut session = session.clone();
    session.closed_at = Some(now);
    let by = Actor::Member(session.member);
    Some(Change { id: change, at: now, by, what: What::SignedOut { session } })
}

/// The keeper revokes a member: links, sessions and approvals still to come are worth nothing from the next request on.
pub fn revoke(change: ChangeId, member: &Member, now: Timestamp) -> Option<Change> {
    if member.revoked_at.is_some() {
        return None;
    }
    let mut member = member.clone();
    member.revoked_at = Some(now);
    member.recovery = None;
    Some(Change { id: change, at: now, by: Actor::Keeper, what: What::MemberRevoked { member } })
}

/// Whether a session still opens the desk.
pub fn session_is_open(session: &Session, member: &Member, now: Timestamp) -> bool {
    session.closed_at.is_none() && now < session.expires_at && member.revoked_at.is_none() && session.member == member.id
}
