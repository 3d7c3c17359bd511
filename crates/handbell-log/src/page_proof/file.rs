//! The page proof's JSON, read and written.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::{FORMAT, PAGE_ENTRIES_MAX, PAGE_PROOF_BYTES_MAX, PageEntry, PageProof, PlacedLeaf, PlacedRow, Projection, Remainder};
use crate::hash::{HASH_BYTES, Hash};
use crate::leaf::{Content, Leaf, LeafError, SALT_BYTES, Salt};
use crate::note::{Note, NoteError};
use crate::payload::{self, PayloadError};
use crate::proof_file::PATH_HASHES_MAX;
use crate::snapshot::{ROW_BYTES, Row};

/// Why bytes are not a page proof, or a page proof cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PageProofError {
    /// More bytes, entries or hashes than any page proof has.
    #[error("the page proof is larger than any page proof is")]
    TooLarge,
    /// Not the canonical JSON that is written.
    #[error(transparent)]
    Json(#[from] PayloadError),
    /// A field is missing, of another kind, or one too many.
    #[error("the page proof does not have the fields it should: {0}")]
    Fields(String),
    /// The first field says it is something else.
    #[error("the file does not say that it is a page proof of a version known here")]
    Format,
    /// A leaf or the stream cannot be read.
    #[error(transparent)]
    Leaf(#[from] LeafError),
    /// Bytes are not in the base64 that is written, or not of the right length.
    #[error("the page proof holds bytes in another spelling or of another length")]
    Bytes,
    /// The checkpoint is not a note.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// A payload to be written is not text.
    #[error("a payload is text")]
    Payload,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: String,
    checkpoint: String,
    stream: String,
    entries: Vec<EntryFields>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    remainder: Option<RemainderFields>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    projection: Option<ProjectionFields>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ProjectionFields {
    version: u64,
    sha256: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LeafFields {
    index: u64,
    leaf: String,
    path: Vec<Hash>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ContentFields {
    salt: String,
    payload: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EntryFields {
    place: LeafFields,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    content: Option<ContentFields>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    withdrawal: Option<LeafFields>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RemainderFields {
    snapshot: LeafFields,
    content: ContentFields,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    row: Option<RowFields>,
    after: Vec<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RowFields {
    position: u64,
    row: String,
    path: Vec<Hash>,
}

fn decode(text: &str) -> Result<Vec<u8>, PageProofError> {
    STANDARD.decode(text).map_err(|_| PageProofError::Bytes)
}

fn leaf_of(text: &str) -> Result<Leaf, PageProofError> {
    Ok(Leaf::decode(&decode(text)?)?)
}

fn path_of(path: Vec<Hash>) -> Result<Vec<Hash>, PageProofError> {
    if path.len() > PATH_HASHES_MAX { Err(PageProofError::TooLarge) } else { Ok(path) }
}

/// 64 lower-case hexadecimal digits, as command-line tools print a digest.
fn digest_of(text: &str) -> Result<Hash, PageProofError> {
    let mut hash = Hash([0; HASH_BYTES]);
    let digits = text.len() == 2 * HASH_BYTES && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    for (place, byte) in hash.0.iter_mut().enumerate() {
        let pair = text.get(2 * place..2 * place + 2).filter(|_| digits).ok_or(PageProofError::Bytes)?;
        *byte = u8::from_str_radix(pair, 16).map_err(|_| PageProofError::Bytes)?;
    }
    if hash.to_hex() == text { Ok(hash) } else { Err(PageProofError::Bytes) }
}

impl ProjectionFields {
    fn of(projection: &Projection) -> ProjectionFields {
        ProjectionFields { version: projection.version, sha256: projection.hash.to_hex() }
    }

    fn read(self) -> Result<Projection, PageProofError> {
        Ok(Projection { version: self.version, hash: digest_of(&self.sha256)? })
    }
}

impl LeafFields {
    fn of(placed: &PlacedLeaf) -> LeafFields {
        LeafFields { index: placed.index, leaf: STANDARD.encode(placed.leaf.encode()), path: placed.path.clone() }
    }

    fn read(self) -> Result<PlacedLeaf, PageProofError> {
        Ok(PlacedLeaf { index: self.index, leaf: leaf_of(&self.leaf)?, path: path_of(self.path)? })
    }
}

impl ContentFields {
    fn of(content: &Content) -> Result<ContentFields, PageProofError> {
        let payload = String::from_utf8(content.payload.clone()).map_err(|_| PageProofError::Payload)?;
        Ok(ContentFields { salt: STANDARD.encode(content.salt.0), payload })
    }

    fn read(self) -> Result<Content, PageProofError> {
        let salt: [u8; SALT_BYTES] = decode(&self.salt)?.try_into().map_err(|_| PageProofError::Bytes)?;
        Ok(Content { salt: Salt(salt), payload: self.payload.into_bytes() })
    }
}

impl RemainderFields {
    fn of(remainder: &Remainder) -> Result<RemainderFields, PageProofError> {
        let row = remainder.row.as_ref();
        let row =
            row.map(|placed| RowFields { position: placed.position, row: STANDARD.encode(placed.row.encode()), path: placed.path.clone() });
        let after = remainder.after.iter().map(|leaf| STANDARD.encode(leaf.encode())).collect();
        Ok(RemainderFields { snapshot: LeafFields::of(&remainder.snapshot), content: ContentFields::of(&remainder.content)?, row, after })
    }

    fn read(self) -> Result<Remainder, PageProofError> {
        if self.after.len() > PAGE_ENTRIES_MAX {
            return Err(PageProofError::TooLarge);
        }
        let row = match self.row {
            None => None,
            Some(RowFields { position, row, path }) => {
                let bytes: [u8; ROW_BYTES] = decode(&row)?.try_into().map_err(|_| PageProofError::Bytes)?;
                Some(PlacedRow { position, row: Row::decode(&bytes), path: path_of(path)? })
            }
        };
        let after = self.after.iter().map(|leaf| leaf_of(leaf)).collect::<Result<Vec<_>, _>>()?;
        Ok(Remainder { snapshot: self.snapshot.read()?, content: self.content.read()?, row, after })
    }
}

pub(super) fn parse(bytes: &[u8]) -> Result<PageProof, PageProofError> {
    if bytes.len() > PAGE_PROOF_BYTES_MAX {
        return Err(PageProofError::TooLarge);
    }
    // The payload's rules for JSON are the file's: one spelling, integers only.
    let value = payload::check(bytes)?;
    let file: File = serde_json::from_value(value).map_err(|error| PageProofError::Fields(error.to_string()))?;
    if file.format != FORMAT {
        return Err(PageProofError::Format);
    }
    if file.entries.len() > PAGE_ENTRIES_MAX {
        return Err(PageProofError::TooLarge);
    }
    let entry = |fields: EntryFields| {
        let content = fields.content.map(ContentFields::read).transpose()?;
        let withdrawal = fields.withdrawal.map(LeafFields::read).transpose()?;
        Ok::<PageEntry, PageProofError>(PageEntry { leaf: fields.place.read()?, content, withdrawal })
    };
    let proof = PageProof {
        checkpoint: Note::parse(file.checkpoint.as_bytes())?,
        stream: file.stream.parse()?,
        entries: file.entries.into_iter().map(entry).collect::<Result<Vec<_>, _>>()?,
        remainder: file.remainder.map(RemainderFields::read).transpose()?,
        projection: file.projection.map(ProjectionFields::read).transpose()?,
    };
    // `null` for a field that is left out reads alike; only one of the two is written.
    if encode(&proof)? == bytes { Ok(proof) } else { Err(PageProofError::Fields("a field is null".to_owned())) }
}

pub(super) fn encode(proof: &PageProof) -> Result<Vec<u8>, PageProofError> {
    let entry = |entry: &PageEntry| {
        let content = entry.content.as_ref().map(ContentFields::of).transpose()?;
        Ok::<EntryFields, PageProofError>(EntryFields {
            place: LeafFields::of(&entry.leaf),
            content,
            withdrawal: entry.withdrawal.as_ref().map(LeafFields::of),
        })
    };
    let file = File {
        format: FORMAT.to_owned(),
        checkpoint: proof.checkpoint.encode(),
        stream: proof.stream.to_string(),
        entries: proof.entries.iter().map(entry).collect::<Result<Vec<_>, _>>()?,
        remainder: proof.remainder.as_ref().map(RemainderFields::of).transpose()?,
        projection: proof.projection.as_ref().map(ProjectionFields::of),
    };
    let value = serde_json::to_value(file).map_err(|error| PageProofError::Fields(error.to_string()))?;
    Ok(payload::canonical(&value)?)
}
