//! Acts of passkeys: make one with a link, sign in with one, unlock with one.
//!
//! Every challenge waits here, on the server, for five minutes and for one answer; a restart forgets it. What the browser signed is judged by webauthn-rs,
//! everything else by the rules. The authenticator learns the member's pseudonym and private id, and the
//! name of the group. Nothing here holds or asks for a password.

use super::ActError;
use super::people::{Secret, SignedIn};
use crate::store::StoreError;
use crate::world::{Group, World};
use handbell_rules::id::{MemberId, PasskeyId};
use handbell_rules::people::member::{Device, Member, SESSION_LIVES, Session};
use handbell_rules::people::passkey::{self, CHALLENGE_LIVES, Passkey, Proven};
use handbell_rules::refusal::{People, Refusal};
use handbell_rules::time::Timestamp;
use std::collections::HashMap;
use std::sync::Mutex;
use webauthn_rs::prelude as web;

/// Challenges that wait at most; beyond that the oldest goes.
const CHALLENGES_MAX: usize = 2_000;

/// Which answer a challenge waits for.
enum Awaited {
    New { link: [u8; 32], state: Box<web::PasskeyRegistration> },
    SignIn(Box<web::DiscoverableAuthentication>),
}

/// What checks passkeys for one origin, with the challenges that wait.
pub struct Passkeys {
    checks: Option<web::Webauthn>,
    waiting: Mutex<HashMap<String, (Timestamp, Awaited)>>,
}

/// A challenge on its way to a browser.
#[derive(Debug, serde::Serialize)]
pub struct Challenge {
    /// Names the challenge when its answer comes.
    pub challenge: String,
    /// The options for `navigator.credentials`, binary parts as base64url.
    pub options: serde_json::Value,
}

fn no(no: People) -> ActError {
    Refusal::from(no).into()
}

fn broken(what: &str) -> impl FnOnce(serde_json::Error) -> ActError {
    move |error| ActError::Broken(format!("{what}: {error}"))
}

impl Passkeys {
    /// For a group's origin. Browsers know passkeys for names over HTTPS and for `localhost`; an origin
    /// that is a bare address has none, and [`Passkeys::are_possible`] says so.
    pub fn new(group: &Group) -> Self {
        let checks = web::Url::parse(&group.origin).ok().and_then(|origin| {
            let host = origin.domain()?.to_owned();
            web::WebauthnBuilder::new(&host, &origin).ok()?.rp_name(&group.name).build().ok()
        });
        Self { checks, waiting: Mutex::new(HashMap::new()) }
    }

    /// Whether browsers can make passkeys for this origin.
    pub fn are_possible(&self) -> bool {
        self.checks.is_some()
    }

    fn checks(&self) -> Result<&web::Webauthn, ActError> {
        self.checks.as_ref().ok_or_else(|| no(People::PasskeyUnknown))
    }

    fn wait(&self, world: &World, awaited: Awaited) -> String {
        let (name, now) = (Secret::fresh(world).text().to_owned(), world.now());
        let mut waiting = self.waiting.lock().expect("no holder of this lock panics");
        waiting.retain(|_, (until, _)| now < *until);
        if waiting.len() >= CHALLENGES_MAX
            && let Some(oldest) = waiting.iter().min_by_key(|(_, (until, _))| *until).map(|(name, _)| name.clone())
        {
            waiting.remove(&oldest);
        }
        waiting.insert(name.clone(), (now.plus(CHALLENGE_LIVES), awaited));
        name
    }

    /// PROMISE a-challenge-is-answered-once: taken out before its answer is looked at, whatever the answer is.
    fn taken(&self, name: &str, now: Timestamp) -> Result<Awaited, ActError> {
        let taken = self.waiting.lock().expect("no holder of this lock panics").remove(name);
        match taken {
            Some((until, awaited)) if now < until => Ok(awaited),
            _ => Err(no(People::ChallengeSpent)),
        }
    }
}

/// Asks a browser for a new passkey. The link stays good until the answer comes.
pub async fn ask_for_new(world: &World, passkeys: &Passkeys, link: &str) -> Result<Challenge, ActError> {
    let link = Secret::hash(link);
    let member = invited(world, link).await?.1;
    let known = world.store.passkeys(member.id).await?.into_iter().map(|passkey| passkey.credential).collect();
    let user = web::Uuid::from_bytes(member.id.0);
    let (options, state) = passkeys
        .checks()?
        .start_passkey_registration(user, &member.name, &member.name, Some(known))
        .map_err(|error| ActError::Broken(format!("asking for a passkey: {error}")))?;
    let mut options = serde_json::to_value(options).map_err(broken("writing a challenge"))?;
    // Discoverable, so that signing in asks for no name; webauthn-rs leaves that to the browser.
    let wish = &mut options["publicKey"]["authenticatorSelection"];
    wish["residentKey"] = "required".into();
    wish["requireResidentKey"] = true.into();
    let challenge = passkeys.wait(world, Awaited::New { link, state: Box::new(state) });
    Ok(Challenge { challenge, options })
}

async fn invited(world: &World, link: [u8; 32]) -> Result<(handbell_rules::people::member::Invitation, Member), ActError> {
    let spent = || no(People::LinkSpent);
    let invitation = world.store.invitation_by_secret(link).await?.ok_or_else(spent)?;
    let member = world.store.member(invitation.member).await?.ok_or_else(spent)?;
    passkey::opens(&invitation, &member, world.now())?;
    Ok((invitation, member))
}

/// Takes a new passkey in: redeems the link and opens a session. `device` is the browser's device cookie.
pub async fn take_new(
    world: &World,
    passkeys: &Passkeys,
    challenge: &str,
    answer: &web::RegisterPublicKeyCredential,
    device: Option<&str>,
) -> Result<SignedIn, ActError> {
    let now = world.now();
    let Awaited::New { link, state } = passkeys.taken(challenge, now)? else { return Err(no(People::ChallengeSpent)) };
    let (invitation, member) = invited(world, link).await?;
    // The state asks for user verification, and webauthn-rs refuses an answer without it.
    let made = passkeys.checks()?.finish_passkey_registration(answer, &state).map_err(unproven)?;
    let value = serde_json::to_value(&made).map_err(broken("writing a passkey"))?;
    let counter = value.pointer("/cred/counter").and_then(serde_json::Value::as_u64).and_then(|counter| u32::try_from(counter).ok());
    let counter = counter.ok_or_else(|| ActError::Broken("a passkey without a counter".into()))?;
    let passkey = Passkey {
        id: world.private_id::<PasskeyId>(),
        version: 0,
        member: member.id,
        credential: made.cred_id().to_vec(),
        counter,
        since: now,
        key: value.to_string(),
    };
    let browser = Browser::read(world, device, member.id).await?;
    let (session, secret) = browser.session(world, member.id);
    let proven = Proven { verified: true, counter };
    let (known, fresh) = (browser.known.as_ref(), browser.fresh.clone());
    let change = passkey::register(world.private_id(), &invitation, &member, known, fresh, session, passkey, proven, now)?;
    commit(world, change, People::LinkSpent).await?;
    Ok(browser.signed_in(secret, member.id))
}

/// Asks a browser for any passkey of this group.
pub async fn ask(world: &World, passkeys: &Passkeys) -> Result<Challenge, ActError> {
    let asked = passkeys.checks()?.start_discoverable_authentication();
    let (mut options, state) = asked.map_err(|error| ActError::Broken(format!("asking for a passkey: {error}")))?;
    // A button asks, not a list under a field.
    options.mediation = None;
    let options = serde_json::to_value(options).map_err(broken("writing a challenge"))?;
    Ok(Challenge { challenge: passkeys.wait(world, Awaited::SignIn(Box::new(state))), options })
}

/// What a good passkey opened.
#[derive(Debug)]
pub enum Opened {
    /// A new session.
    SignedIn(SignedIn),
    /// The session this browser had, which is open still.
    Unlocked(handbell_rules::id::SessionId),
}

/// Signs in, or unlocks the session of the same member on the same browser. `cookies` are the browser's
/// session and device.
pub async fn open(
    world: &World,
    passkeys: &Passkeys,
    challenge: &str,
    answer: &web::PublicKeyCredential,
    (session, device): (Option<&str>, Option<&str>),
) -> Result<Opened, ActError> {
    let now = world.now();
    let unknown = || no(People::PasskeyUnknown);
    let Awaited::SignIn(state) = passkeys.taken(challenge, now)? else { return Err(no(People::ChallengeSpent)) };
    let checks = passkeys.checks()?;
    let (user, credential) = checks.identify_discoverable_authentication(answer).map_err(unproven)?;
    let known = world.store.passkey(credential).await?.ok_or_else(unknown)?;
    let member = world.store.member(known.member).await?.ok_or_else(unknown)?;
    if user.as_bytes() != member.id.bytes() {
        return Err(unknown());
    }
    let mut key: web::Passkey = serde_json::from_str(&known.key).map_err(broken("reading a passkey"))?;
    let result = checks.finish_discoverable_authentication_v2(answer, *state, &key).map_err(unproven)?;
    key.update_credential(&result);
    let key = serde_json::to_string(&key).map_err(broken("writing a passkey"))?;
    let proven = Proven { verified: result.user_verified(), counter: result.counter() };

    let browser = Browser::read(world, device, member.id).await?;
    let open = match session {
        Some(secret) => world.store.session_by_secret(Secret::hash(secret)).await?,
        None => None,
    };
    let stays = open.filter(|open| {
        browser.known.as_ref().is_some_and(|device| device.id == open.device)
            && open.locks
            && handbell_rules::people::member::session_is_open(open, &member, now)
    });
    let (session, secret) = browser.session(world, member.id);
    let opens = stays.is_none().then_some(session);
    let (device, fresh) = (browser.known.as_ref(), browser.fresh.clone());
    let change = passkey::sign_in(world.private_id(), &known, proven, key, &member, device, fresh, opens, now)?;
    // Somebody else used the same passkey meanwhile, or it was taken away: one of the two signs in.
    commit(world, change, People::PasskeyUnknown).await?;
    Ok(stays.map_or_else(|| Opened::SignedIn(browser.signed_in(secret, member.id)), |session| Opened::Unlocked(session.id)))
}

fn unproven(error: web::WebauthnError) -> ActError {
    no(match error {
        web::WebauthnError::CredentialPossibleCompromise => People::PasskeyCopied,
        _ => People::PasskeyUnproven,
    })
}

async fn commit(world: &World, change: handbell_rules::change::Change, faster: People) -> Result<(), ActError> {
    match world.commit(change).await {
        Ok(_) => Ok(()),
        Err(StoreError::Conflict) => Err(no(faster)),
        Err(error) => Err(error.into()),
    }
}

/// The browser in front of the door: bound already, or about to be.
struct Browser {
    known: Option<Device>,
    fresh: Device,
    secret: Secret,
}

impl Browser {
    async fn read(world: &World, device: Option<&str>, member: MemberId) -> Result<Self, ActError> {
        let known = match device {
            Some(secret) => world.store.device_by_secret(Secret::hash(secret)).await?,
            None => None,
        };
        let secret = Secret::fresh(world);
        let fresh = Device { id: world.private_id(), member, secret: Secret::hash(secret.text()), since: world.now() };
        Ok(Self { known, fresh, secret })
    }

    fn session(&self, world: &World, member: MemberId) -> (Session, Secret) {
        let secret = Secret::fresh(world);
        let session = Session {
            id: world.private_id(),
            version: 0,
            member,
            device: self.known.as_ref().map_or(self.fresh.id, |known| known.id),
            secret: Secret::hash(secret.text()),
            expires_at: world.now().plus(SESSION_LIVES),
            closed_at: None,
            locks: true,
        };
        (session, secret)
    }

    fn signed_in(self, session: Secret, member: MemberId) -> SignedIn {
        SignedIn { session, device: self.known.is_none().then_some(self.secret), member }
    }
}
