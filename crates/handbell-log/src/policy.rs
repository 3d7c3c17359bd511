//! The policy: which logs and which cosigners one believes, and how many of them it takes (C2SP
//! tlog-policy).
//!
//! A file of lines, the same for every program that speaks the format. Promises that what cannot be
//! meant is refused (a name used twice, a key used twice, a quorum nobody can reach) and that a
//! policy which asks for nobody's cosignature is never said to be met: the words are then
//! *not cosigned*. Names are bytes here, never normalised; a Kelvin sign is not a K.
//! A log is believed only on an Ed25519 signature of its own. ML-DSA-44 stands beside that one and
//! never alone, because the code that checks it was never audited.

mod judgement;
mod line;

use std::fmt;

use crate::cosignature::CosignerKey;
use crate::note::VerifierKey;

pub use judgement::{CosignedBy, Judgement, PolicyRefusal, Quorum};

/// The most bytes a policy may have.
pub const POLICY_BYTES_MAX: usize = 1_000_000;
/// The most logs, cosigners and groups, each. The format asks for at least 32 of each.
pub const POLICY_NAMES_MAX: usize = 256;
/// The name that stands for nobody.
pub(crate) const NOBODY: &[u8] = b"none";

/// Why bytes are not a policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// More than [`POLICY_BYTES_MAX`], or more names than [`POLICY_NAMES_MAX`].
    #[error("the policy is larger than any that is read")]
    TooLarge,
    /// A control character other than tab and line end, or a last line without its end.
    #[error("line {line} of the policy holds a byte that no policy may hold, or does not end")]
    Byte {
        /// The line, from 1.
        line: usize,
    },
    /// A line does not have the words its first one asks for.
    #[error("line {line} of the policy is none of log, witness, group and quorum as they are written")]
    Line {
        /// The line, from 1.
        line: usize,
    },
    /// A key cannot be read, or is not of a kind for this line.
    #[error("line {line} of the policy has no key that fits there")]
    Key {
        /// The line, from 1.
        line: usize,
    },
    /// The same public key stands in the policy twice.
    #[error("line {line} of the policy has a key that stands there already")]
    DuplicateKey {
        /// The line, from 1.
        line: usize,
    },
    /// A name is defined twice, or is `none`.
    #[error("line {line} of the policy defines a name that is taken")]
    DuplicateName {
        /// The line, from 1.
        line: usize,
    },
    /// A name is used that no line before defines, or as a member a second time.
    #[error("line {line} of the policy names somebody who is not defined before, or is a member already")]
    Member {
        /// The line, from 1.
        line: usize,
    },
    /// A group asks for none of its members, or for more than it has.
    #[error("line {line} of the policy asks for a number its group cannot give")]
    Threshold {
        /// The line, from 1.
        line: usize,
    },
    /// There is no quorum line, or a second one.
    #[error("a policy has exactly one quorum line")]
    Quorum,
}

/// A log one believes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedLog {
    /// Its key; the key's name is the log's origin.
    pub key: LogKey,
    /// Where it may be reached, as written.
    pub url: Option<Vec<u8>>,
}

/// A log's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogKey {
    /// Type 0x01, on which a log is believed.
    Ed25519(VerifierKey),
    /// Type 0x06, which is verified where it stands and never enough alone.
    MlDsa44(CosignerKey),
}

impl LogKey {
    /// The log's origin.
    pub fn name(&self) -> &str {
        match self {
            LogKey::Ed25519(key) => key.name(),
            LogKey::MlDsa44(key) => key.name(),
        }
    }

    fn public_key(&self) -> &[u8] {
        match self {
            LogKey::Ed25519(key) => key.public_key(),
            LogKey::MlDsa44(key) => key.public_key(),
        }
    }
}

impl fmt::Display for LogKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LogKey::Ed25519(key) => key.fmt(formatter),
            LogKey::MlDsa44(key) => key.fmt(formatter),
        }
    }
}

/// Somebody whose cosignature counts (a `witness` line).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedCosigner {
    /// The name within this policy; it means nothing elsewhere and is not the key's name.
    pub name: Vec<u8>,
    /// The key.
    pub key: CosignerKey,
    /// Where they may be reached, as written.
    pub url: Option<Vec<u8>>,
}

/// How many members of a group it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Threshold {
    All,
    Any,
    Number(usize),
}

/// A group of cosigners and of groups before it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Group {
    name: Vec<u8>,
    threshold: Threshold,
    /// Positions in the policy's named lines.
    members: Vec<usize>,
}

/// A line that defines a name.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Named {
    Cosigner(TrustedCosigner),
    Group(Group),
}

impl Named {
    fn name(&self) -> &[u8] {
        match self {
            Named::Cosigner(cosigner) => &cosigner.name,
            Named::Group(group) => &group.name,
        }
    }
}

/// Whom to believe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    logs: Vec<TrustedLog>,
    named: Vec<Named>,
    /// Position of what must have cosigned; nobody need have where there is none.
    quorum: Option<usize>,
}

impl Policy {
    /// The policy that believes one log's own signature and asks for nobody else's.
    pub fn of_log(key: VerifierKey) -> Policy {
        Policy { logs: vec![TrustedLog { key: LogKey::Ed25519(key), url: None }], named: Vec::new(), quorum: None }
    }

    /// Believes one log on its own signature and any `wanted` of these cosigners, each under its
    /// key's name.
    ///
    /// # Errors
    /// As [`Policy::parse`] would refuse the file, for example where two have one key, or where
    /// `wanted` is more than there are. With `wanted` 0 nobody's cosignature is asked for.
    pub fn of_cosigners(log: &VerifierKey, cosigners: &[CosignerKey], wanted: usize) -> Result<Policy, PolicyError> {
        let mut file = format!("log {log}\n");
        for key in cosigners {
            file.push_str(&format!("witness {} {key}\n", key.name()));
        }
        match wanted {
            0 => file.push_str("quorum none\n"),
            wanted => {
                let names: Vec<&str> = cosigners.iter().map(CosignerKey::name).collect();
                // A name that no key can have, as key names hold no plus.
                file.push_str(&format!("group enough+of+them {wanted} {}\nquorum enough+of+them\n", names.join(" ")));
            }
        }
        Policy::parse(file.as_bytes())
    }

    /// Reads a policy file.
    pub fn parse(bytes: &[u8]) -> Result<Policy, PolicyError> {
        line::parse(bytes)
    }

    /// Writes the policy: logs, then cosigners and groups in their order, then the quorum, with one
    /// space between words and no comments. Reading it gives the same policy.
    pub fn encode(&self) -> Vec<u8> {
        line::encode(self)
    }

    /// The logs one believes.
    pub fn logs(&self) -> &[TrustedLog] {
        &self.logs
    }

    /// Everybody whose cosignature is known.
    pub fn cosigners(&self) -> impl Iterator<Item = &TrustedCosigner> {
        self.named.iter().filter_map(|named| match named {
            Named::Cosigner(cosigner) => Some(cosigner),
            Named::Group(_) => None,
        })
    }

    /// Whether anybody's cosignature is asked for.
    pub fn asks_for_cosigners(&self) -> bool {
        self.quorum.is_some()
    }
}

#[cfg(test)]
mod tests;
