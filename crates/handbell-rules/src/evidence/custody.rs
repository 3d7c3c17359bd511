//! Custody: the chain of what was done with footage, by whom and when.
//!
//! A [`Statement`] says one thing that was done. Its SHA-256 stands in a line with the SHA-256 of the line before, so
//! that no line can be changed, left out or put between without every later one showing it. The format is described
//! byte by byte in `docs/formats/custody.md`.
//! PROMISE custody-is-said-with-the-deed: a line is written in the commit of the deed itself, by the store; who does
//! something cannot do it without the line, and nobody can edit one.
//!
//! A line holds a hash and not the statement: whoever gets one item's chain sees that other things happened between,
//! and not what. The salt keeps the hash from being guessed. Nothing here knows names, words of a report or files.

use crate::change::Actor;
use crate::guard::{self, Flag, Rule};
use crate::id::{FootageId, MemberId};
use crate::refusal::{Evidence, Refusal};
use crate::time::{DAY, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The first word of every line: whose format it is, and its version.
pub const LINE_WORD: &str = "handbell-custody@v1";
/// The most bytes of the words of a statement.
pub const WORDS_BYTES_MAX: usize = 500;
/// The most bytes of a statement: every field at its longest, words whose every byte is escaped among them.
pub const STATEMENT_BYTES_MAX: usize = 4_096;

/// Declares a closed list with one word each.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$each:meta])* $variant:ident $word:literal)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$each])* #[serde(rename = $word)] $variant),* }
        impl $name {
            /// All of them with their words, in the order of the document.
            pub const ALL: &'static [($name, &'static str)] = &[$(($name::$variant, $word)),*];
            /// Its word.
            pub const fn word(self) -> &'static str { match self { $($name::$variant => $word),* } }
            /// The one with this word.
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().find(|(_, known)| *known == word).map(|(one, _)| *one)
            }
        }
    };
}

words! {
    /// What was done. The list is closed; a word is never given another meaning.
    Deed {
        /// The file came, whole, and lies sealed.
        Received "received"
        /// Working copies were made of it.
        Derived "derived"
        /// Somebody looked at a working copy.
        Looked "looked"
        /// Somebody took a working copy away.
        Copied "copied"
        /// Sealed parts or a share were given to a custodian, who alone with another can open them.
        Given "given"
        /// A pack was made for somebody outside.
        HandedOver "handed-over"
        /// Somebody drew what a public copy hides.
        Hidden "hidden"
        /// A second person checked it.
        Checked "checked"
        /// A public copy was published.
        Published "published"
        /// It was taken back.
        Withdrawn "withdrawn"
        /// A person found that it is not of here and now, or that it is.
        Found "found"
        /// The witness said what may be done with it, or changed it.
        Wished "wished"
        /// The day's head was stamped by an authority.
        Stamped "stamped"
        /// The original and its shares were deleted.
        Deleted "deleted"
        /// Its salted mark was put into the public log.
        Noted "noted"
        /// It is kept longer than usual, or no longer.
        HeldLonger "held-longer"
        /// Boxes were burnt into a copy.
        Burnt "burnt"
        /// The program found that it resembles something known.
        Resembled "resembled"
        /// A custody key was set. Concerns no single footage.
        KeySet "key-set"
        /// Somebody asked that it is kept longer; nothing is decided by that.
        HoldAsked "hold-asked"
        /// A pack that was made, or its sealed parts, were taken away.
        PackTaken "pack-taken"
        /// A member shut it: copies and working key are gone, and nobody looks at it.
        Shut "shut"
        /// Two custodians practised opening. Concerns no single footage.
        Practised "practised"
        /// A member asked that a shut file is opened to the desk again; nothing is decided by that.
        ReopenAsked "reopen-asked"
        /// Another member agreed, and the desk looks at it again.
        Reopened "reopened"
    }
}

words! {
    /// In which role somebody did it.
    Office {
        /// Whoever gave it, by a link or a receipt.
        Witness "witness"
        /// A member who works the queue.
        Triager "triager"
        /// A member who approves alerts.
        Approver "approver"
        /// A member who publishes and corrects.
        Editor "editor"
        /// A member who goes to look.
        Observer "observer"
        /// A member who, with another, opens originals.
        Custodian "custodian"
        /// A member who reads who opened what.
        Auditor "auditor"
        /// Whoever runs the server, by its command line.
        Keeper "keeper"
        /// The program, doing what was promised.
        Handbell "handbell"
    }
}

impl Statement {
    /// The file whose public copy another one is, byte by byte, as this line says.
    pub fn published_as(&self, other: &super::footage::Footage) -> Option<FootageId> {
        let same = self.deed == Deed::Published && self.sha256 == Some(other.sha256) && self.at <= other.received_at;
        self.footage.filter(|of| same && *of != other.id)
    }
}

/// How long what a line says is kept: past every claim that footage can be needed for (safety 1.6: six years). Its
/// hash stays.
pub const STATEMENTS_KEPT: i64 = 7 * 366 * DAY;

/// Whose doing it is, with the chance that hides what is said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doer {
    /// In which role.
    pub office: Office,
    /// Which member, where it is one.
    pub member: Option<MemberId>,
    /// Fresh chance for one statement.
    pub salt: [u8; 16],
}

impl Doer {
    /// Whoever gave the footage.
    pub const fn witness(salt: [u8; 16]) -> Self {
        Self { office: Office::Witness, member: None, salt }
    }
    /// A member in one of their roles.
    pub const fn member(office: Office, member: MemberId, salt: [u8; 16]) -> Self {
        Self { office, member: Some(member), salt }
    }
    /// Whoever runs the server.
    pub const fn keeper(salt: [u8; 16]) -> Self {
        Self { office: Office::Keeper, member: None, salt }
    }
    /// The program.
    pub const fn handbell(salt: [u8; 16]) -> Self {
        Self { office: Office::Handbell, member: None, salt }
    }
    /// Whom the journal names.
    pub fn actor(&self) -> Actor {
        match (self.member, self.office) {
            (Some(member), _) => Actor::Member(member),
            (None, Office::Witness) => Actor::Street,
            (None, Office::Keeper) => Actor::Keeper,
            (None, _) => Actor::Worker,
        }
    }
    /// What they did.
    pub fn says(&self, deed: Deed, footage: Option<FootageId>, at: Timestamp) -> Statement {
        Statement { deed, office: self.office, member: self.member, footage, at, salt: self.salt, sha256: None, words: None }
    }
}

impl Statement {
    /// The same about these bytes.
    pub fn about(self, sha256: [u8; 32]) -> Self {
        Self { sha256: Some(sha256), ..self }
    }
    /// The same with words.
    pub fn with(self, words: impl Into<String>) -> Self {
        Self { words: Some(words.into()), ..self }
    }
}

/// Words that somebody types into a line, read by auditors and custodians for seven years: they name nobody and lead to
/// nobody, as far as the guard sees. The number of an order or a case may stand, because that is what they are for.
///
/// # Errors
/// [`Evidence::CustodyWordsNamed`].
pub fn unnamed(words: &str) -> Result<(), Refusal> {
    let flagged = |flag: &Flag| flag.rule.is_strict() && flag.rule != Rule::DocumentNumber;
    if guard::check_in_every_language(words).iter().any(flagged) { Err(Evidence::CustodyWordsNamed.into()) } else { Ok(()) }
}

/// Why bytes are no statement or lines no chain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CustodyError {
    /// Not a statement, or not in its one spelling.
    #[error("the statement is not in the form of docs/formats/custody.md")]
    Statement,
    /// Not a line, or not in its one spelling.
    #[error("line {0} is not a line of a custody chain")]
    Line(u64),
    /// The number or the hash of the line before is another.
    #[error("line {0} does not follow from the line before it")]
    Broken(u64),
    /// What is brought beside a line is not what it says.
    #[error("the statement beside line {0} is not the one whose hash stands in it")]
    Said(u64),
}

/// One thing that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// What.
    pub deed: Deed,
    /// In which role.
    pub office: Office,
    /// By which member, a pseudonym; none for a witness, the keeper and the program.
    pub member: Option<MemberId>,
    /// With which footage; none for [`Deed::KeySet`], [`Deed::Practised`] and [`Deed::Stamped`].
    pub footage: Option<FootageId>,
    /// When, to the second.
    pub at: Timestamp,
    /// Fresh chance, so that the hash of a statement that is not shown cannot be guessed.
    pub salt: [u8; 16],
    /// SHA-256 of the bytes it is about: the original, a public copy, a stamp.
    pub sha256: Option<[u8; 32]>,
    /// What else there is to say, at most [`WORDS_BYTES_MAX`], without line breaks: to whom, why.
    pub words: Option<String>,
}

/// The statement as it is written: the fields in the order of their names.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    at: String,
    by: Office,
    deed: Deed,
    #[serde(skip_serializing_if = "Option::is_none")]
    footage: Option<FootageId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    member: Option<MemberId>,
    salt: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    words: Option<String>,
}

impl Statement {
    /// The statement in its one spelling: canonical JSON, as a payload of the log is written.
    ///
    /// Words that are too long are cut and control characters become spaces, so that what is written always reads back.
    pub fn text(&self) -> String {
        let written = Written {
            at: self.at.utc_second(),
            by: self.office,
            deed: self.deed,
            footage: self.footage,
            member: self.member,
            salt: hex(&self.salt),
            sha256: self.sha256.map(|hash| hex(&hash)),
            words: self.words.as_deref().map(plain).filter(|words| !words.is_empty()),
        };
        serde_json::to_string(&written).expect("texts and words of closed lists are always JSON")
    }

    /// Reads a statement in its one spelling.
    ///
    /// # Errors
    /// [`CustodyError::Statement`] for anything else.
    pub fn parse(text: &str) -> Result<Self, CustodyError> {
        if text.len() > STATEMENT_BYTES_MAX {
            return Err(CustodyError::Statement);
        }
        let written: Written = serde_json::from_str(text).map_err(|_| CustodyError::Statement)?;
        let at = written.at.parse::<jiff::Timestamp>().map_err(|_| CustodyError::Statement)?;
        let sha256 = written.sha256.as_deref().map(|hash| unhex(hash).ok_or(CustodyError::Statement)).transpose()?;
        let statement = Self {
            deed: written.deed,
            office: written.by,
            member: written.member,
            footage: written.footage,
            at: Timestamp::from_milliseconds(at.as_millisecond()),
            salt: unhex(&written.salt).ok_or(CustodyError::Statement)?,
            sha256,
            words: written.words,
        };
        if statement.text() == text { Ok(statement) } else { Err(CustodyError::Statement) }
    }
}

/// Words without control characters, cut at a letter.
fn plain(words: &str) -> String {
    let mut plain: String = words.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    let end = (0..=WORDS_BYTES_MAX.min(plain.len())).rev().find(|end| plain.is_char_boundary(*end)).unwrap_or_default();
    plain.truncate(end);
    plain.trim().to_owned()
}

/// The SHA-256 of a statement's text, as it stands in a line.
pub fn said(statement: &str) -> [u8; 32] {
    Sha256::digest(statement.as_bytes()).into()
}

/// Where a chain stands: how many lines, and the SHA-256 of the last.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Head {
    /// Lines so far; the number of the next.
    pub lines: u64,
    /// SHA-256 of the last line; zeros when there is none.
    pub hash: [u8; 32],
}

impl Head {
    /// The head of a chain without lines.
    pub const EMPTY: Head = Head { lines: 0, hash: [0; 32] };

    /// The line that comes next when this was said: its text, with the line break that belongs to it.
    pub fn line(&self, said: &[u8; 32]) -> String {
        format!("{LINE_WORD} {} {} {}\n", self.lines, hex(&self.hash), hex(said))
    }

    /// The head after that line.
    pub fn after(&self, said: &[u8; 32]) -> Head {
        Head { lines: self.lines + 1, hash: Sha256::digest(self.line(said).as_bytes()).into() }
    }
}

/// One line as it is kept: what was said may have been forgotten, its hash never is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its number, from 0.
    pub number: u64,
    /// The statement's text, where it may be shown and was not forgotten.
    pub statement: Option<String>,
    /// SHA-256 of the statement's text.
    pub said: [u8; 32],
}

/// Checks a whole chain from its first line and gives its head.
///
/// # Errors
/// [`CustodyError::Broken`] at the first line whose number is not its place, [`CustodyError::Said`] at the first whose
/// statement is another, [`CustodyError::Statement`] for one that is none.
pub fn verify<'lines>(lines: impl IntoIterator<Item = &'lines Line>) -> Result<Head, CustodyError> {
    let mut head = Head::EMPTY;
    for line in lines {
        if line.number != head.lines {
            return Err(CustodyError::Broken(head.lines));
        }
        if let Some(statement) = &line.statement {
            if said(statement) != line.said {
                return Err(CustodyError::Said(line.number));
            }
            Statement::parse(statement)?;
        }
        head = head.after(&line.said);
    }
    Ok(head)
}

/// Reads a chain's text, one line each, and gives what each line says and the heads after it: place `n` of the second is
/// the head of the first `n` lines.
///
/// # Errors
/// [`CustodyError::Line`] where a line has another form, [`CustodyError::Broken`] where it does not follow.
pub fn read_lines(text: &str) -> Result<(Vec<[u8; 32]>, Vec<Head>), CustodyError> {
    let (mut all, mut heads) = (Vec::new(), vec![Head::EMPTY]);
    for (line, number) in text.split_inclusive('\n').zip(0u64..) {
        let before = heads.last().cloned().unwrap_or(Head::EMPTY);
        let said = line.strip_suffix('\n').and_then(|line| line.rsplit_once(' ')).and_then(|(_, said)| unhex::<32>(said));
        let said = said.filter(|_| line.starts_with(LINE_WORD)).ok_or(CustodyError::Line(number))?;
        if before.line(&said) != line {
            return Err(CustodyError::Broken(number));
        }
        heads.push(before.after(&said));
        all.push(said);
    }
    Ok((all, heads))
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads exactly `N` bytes of lower-case hexadecimal.
pub fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    if text.len() != 2 * N || !text.bytes().all(|letter| matches!(letter, b'0'..=b'9' | b'a'..=b'f')) {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests;
