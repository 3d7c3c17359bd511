//! SignedMessage: the only thing that a line to push services takes.
//!
//! Whoever holds the sending keys (VAPID today) holds them behind this type: a [`SignedMessage`] message can be made in
//! this file alone, from an alert whose signatures were checked here, again, just before it leaves; what was
//! checked when somebody pressed is not asked. It carries what a phone needs to check it by itself. It does not
//! decide who signs (`bell::manifest`), what is signed (`bell::signed`) or who is told.
//!
//! PROMISE no-unsigned-alert: with too few signatures there is no [`SignedMessage`] alert or update, so nothing is sent.

use crate::store::{Store, StoreError};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use handbell_rules::bell::alert::{Alert, RingKind};
use handbell_rules::bell::manifest::Roll;
use handbell_rules::bell::message::{Message, message};
use handbell_rules::bell::signed::{AlertSignature, Signing, Statement, counting, enough};
use handbell_rules::refusal::{Bell, Refusal};
use serde::Serialize;
use std::ops::Deref;

/// Checks one signature: ECDSA on P-256 with SHA-256, r and s of 32 bytes each, as WebCrypto writes it.
pub fn checks(public: &[u8], text: &[u8], signature: &[u8]) -> bool {
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, public).verify(text, signature).is_ok()
}

/// Reads who may sign now.
pub async fn roll(store: &dyn Store) -> Result<Roll, StoreError> {
    Ok(Roll::of(store.signing_keys().await?, &store.members().await?, &store.manifests().await?))
}

/// What a phone checks a message by (docs/formats/signed-alert.md).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proof {
    /// The canonical text.
    head: String,
    /// The hashes from the message to the text's `messages`, 32 bytes each, base64url.
    path: String,
    /// Key ids and signatures, base64url.
    by: Vec<(String, String)>,
    /// The number of the list they stand on.
    list: u32,
}

/// A message that may leave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SignedMessage {
    #[serde(flatten)]
    message: Message,
    #[serde(skip_serializing_if = "Option::is_none")]
    proof: Option<Proof>,
    /// All of it as JSON, written once for everybody who is told in these words.
    #[serde(skip)]
    content: Vec<u8>,
}

impl SignedMessage {
    fn of(message: Message, proof: Option<Proof>) -> Self {
        let mut signed = Self { message, proof, content: Vec::new() };
        signed.content = serde_json::to_vec(&signed).expect("words and numbers are always JSON");
        signed
    }

    /// What a phone gets, as JSON (docs/formats/signed-alert.md).
    pub fn content(&self) -> &[u8] {
        &self.content
    }

    /// What a phone checks it by; none for a played exercise, and for an end whose signatures are gone.
    pub fn proof(&self) -> Option<&Proof> {
        self.proof.as_ref()
    }

    /// A message of a played exercise, for the suite that holds every channel against bad peers.
    #[cfg(test)]
    pub(crate) fn played(message: Message) -> Self {
        Self::of(message, None)
    }
}

impl Deref for SignedMessage {
    type Target = Message;
    fn deref(&self) -> &Message {
        &self.message
    }
}

/// An alert or an update with the signatures that count for it now.
#[derive(Debug)]
pub struct SignedAlert {
    signing: Signing,
    languages: Vec<String>,
    statement: Statement,
    /// Those that count, one for each member.
    by: Vec<AlertSignature>,
    list: u32,
}

impl SignedAlert {
    /// Checks every signature of an alert or update against who may sign now.
    pub fn of<'a>(
        signing: Signing,
        origin: &str,
        languages: &[String],
        alert: &Alert,
        signatures: impl IntoIterator<Item = &'a AlertSignature>,
        roll: &Roll,
    ) -> Self {
        let statement = Statement::of(origin, alert, languages);
        let (by, list) = match &roll.newest {
            Some(newest) => {
                (counting(newest, &roll.standing, &statement, signatures, &checks).into_iter().cloned().collect(), newest.number)
            }
            None => (Vec::new(), 0),
        };
        Self { signing, languages: languages.to_vec(), statement, by, list }
    }

    /// Whether it may ring: always in a played exercise, else with the signatures that its reach asks.
    pub fn may_ring(&self, alert: &Alert) -> Result<(), Refusal> {
        match (self.signing, self.list) {
            (Signing::Played, _) => Ok(()),
            (Signing::ByDevices, 0) => Err(Bell::SigningListMissing.into()),
            (Signing::ByDevices, _) => enough(alert.reach, self.by.len()),
        }
    }

    /// The message of a ring in a language, ready to leave. None when it may not.
    ///
    /// An end is never held up: where its signatures are gone, because keys were taken out or the program speaks
    /// other fixed words by now, it leaves without, and phones say that an update could not be verified.
    pub fn message(&self, kind: RingKind, alert: &Alert, words_of: &Alert, language: &str, discreet: bool) -> Option<SignedMessage> {
        let known = self.languages.iter().find(|known| *known == language).or(self.languages.first())?;
        let message = message(kind, alert, words_of, known, discreet);
        let signed = if kind.is_live() { enough(words_of.reach, self.by.len()).is_ok() } else { !self.by.is_empty() };
        let proof = signed.then(|| self.statement.path(&message)).flatten().map(|path| self.proof(&path));
        let may = proof.is_some() || !kind.is_live() || self.signing == Signing::Played;
        may.then(|| SignedMessage::of(message, proof))
    }

    fn proof(&self, path: &[[u8; 32]]) -> Proof {
        let by = self.by.iter().map(|one| (one.key.to_string(), URL_SAFE_NO_PAD.encode(&one.signature))).collect();
        Proof { head: self.statement.text().to_owned(), path: URL_SAFE_NO_PAD.encode(path.concat()), by, list: self.list }
    }
}
