//! The lines of a policy file, read and written.

use super::{
    Group, LogKey, NOBODY, Named, POLICY_BYTES_MAX, POLICY_NAMES_MAX, Policy, PolicyError, Threshold, TrustedCosigner, TrustedLog,
};
use crate::cosignature::{CosignerKey, TYPE_ML_DSA_44};
use crate::decimal;
use crate::note::VerifierKey;

/// What has been read so far.
#[derive(Default)]
struct Reader {
    logs: Vec<TrustedLog>,
    named: Vec<Named>,
    /// Which named lines are a member of some group already.
    taken: Vec<bool>,
    quorum: Option<Option<usize>>,
}

pub(super) fn parse(bytes: &[u8]) -> Result<Policy, PolicyError> {
    if bytes.len() > POLICY_BYTES_MAX {
        return Err(PolicyError::TooLarge);
    }
    let lines = bytes.strip_suffix(b"\n").ok_or_else(|| PolicyError::Byte { line: bytes.split(|byte| *byte == b'\n').count() })?;
    let mut reader = Reader::default();
    for (position, text) in lines.split(|byte| *byte == b'\n').enumerate() {
        let line = position + 1;
        if text.iter().any(|&byte| (byte < b' ' && byte != b'\t') || byte == 0x7f) {
            return Err(PolicyError::Byte { line });
        }
        let words: Vec<&[u8]> = text.split(|byte| matches!(byte, b' ' | b'\t')).filter(|word| !word.is_empty()).collect();
        match words[..] {
            [] => {}
            [first, ..] if first.starts_with(b"#") => {}
            [b"log", key] => reader.log(line, key, None)?,
            [b"log", key, url] => reader.log(line, key, Some(url))?,
            [b"witness", name, key] => reader.cosigner(line, name, key, None)?,
            [b"witness", name, key, url] => reader.cosigner(line, name, key, Some(url))?,
            [b"group", name, threshold, ref members @ ..] if !members.is_empty() => reader.group(line, name, threshold, members)?,
            [b"quorum", name] => reader.quorum(line, name)?,
            _ => return Err(PolicyError::Line { line }),
        }
    }
    let Reader { logs, named, quorum, .. } = reader;
    Ok(Policy { logs, named, quorum: quorum.ok_or(PolicyError::Quorum)? })
}

impl Reader {
    fn log(&mut self, line: usize, key: &[u8], url: Option<&[u8]>) -> Result<(), PolicyError> {
        let text = std::str::from_utf8(key).map_err(|_| PolicyError::Key { line })?;
        let key = match VerifierKey::parse(text) {
            Ok(key) => LogKey::Ed25519(key),
            Err(_) => {
                let second = CosignerKey::parse(text).ok().filter(|key| key.signature_type() == TYPE_ML_DSA_44);
                LogKey::MlDsa44(second.ok_or(PolicyError::Key { line })?)
            }
        };
        self.check_key(line, key.public_key())?;
        self.logs.push(TrustedLog { key, url: url.map(<[u8]>::to_vec) });
        if self.logs.len() > POLICY_NAMES_MAX { Err(PolicyError::TooLarge) } else { Ok(()) }
    }

    fn cosigner(&mut self, line: usize, name: &[u8], key: &[u8], url: Option<&[u8]>) -> Result<(), PolicyError> {
        let text = std::str::from_utf8(key).map_err(|_| PolicyError::Key { line })?;
        let key = CosignerKey::parse(text).map_err(|_| PolicyError::Key { line })?;
        self.check_key(line, key.public_key())?;
        self.define(line, Named::Cosigner(TrustedCosigner { name: name.to_vec(), key, url: url.map(<[u8]>::to_vec) }))
    }

    fn group(&mut self, line: usize, name: &[u8], threshold: &[u8], names: &[&[u8]]) -> Result<(), PolicyError> {
        let threshold = match threshold {
            b"all" => Threshold::All,
            b"any" => Threshold::Any,
            digits => {
                let number = std::str::from_utf8(digits).ok().and_then(decimal::parse).and_then(|number| usize::try_from(number).ok());
                let in_reach = number.filter(|number| (1..=names.len()).contains(number));
                Threshold::Number(in_reach.ok_or(PolicyError::Threshold { line })?)
            }
        };
        let mut members = Vec::with_capacity(names.len());
        for name in names {
            let member = self.find(name).filter(|member| !self.taken[*member]).ok_or(PolicyError::Member { line })?;
            self.taken[member] = true;
            members.push(member);
        }
        self.define(line, Named::Group(Group { name: name.to_vec(), threshold, members }))
    }

    fn quorum(&mut self, line: usize, name: &[u8]) -> Result<(), PolicyError> {
        if self.quorum.is_some() {
            return Err(PolicyError::Quorum);
        }
        self.quorum = Some(match name {
            NOBODY => None,
            name => Some(self.find(name).ok_or(PolicyError::Member { line })?),
        });
        Ok(())
    }

    fn find(&self, name: &[u8]) -> Option<usize> {
        self.named.iter().position(|named| named.name() == name)
    }

    fn define(&mut self, line: usize, named: Named) -> Result<(), PolicyError> {
        if named.name() == NOBODY || self.find(named.name()).is_some() {
            return Err(PolicyError::DuplicateName { line });
        }
        let is_group = |named: &Named| matches!(named, Named::Group(_));
        let same_kind = self.named.iter().filter(|other| is_group(other) == is_group(&named)).count();
        if same_kind >= POLICY_NAMES_MAX {
            return Err(PolicyError::TooLarge);
        }
        self.named.push(named);
        self.taken.push(false);
        Ok(())
    }

    /// One key stands for one party: also a log that would cosign itself is refused.
    fn check_key(&self, line: usize, public_key: &[u8]) -> Result<(), PolicyError> {
        let of_logs = self.logs.iter().map(|log| log.key.public_key());
        let of_cosigners = self.named.iter().filter_map(|named| match named {
            Named::Cosigner(cosigner) => Some(cosigner.key.public_key()),
            Named::Group(_) => None,
        });
        match of_logs.chain(of_cosigners).any(|other| other == public_key) {
            true => Err(PolicyError::DuplicateKey { line }),
            false => Ok(()),
        }
    }
}

pub(super) fn encode(policy: &Policy) -> Vec<u8> {
    let mut bytes = Vec::new();
    for log in &policy.logs {
        let key = log.key.to_string();
        write_line(&mut bytes, [b"log".as_slice(), key.as_bytes()].into_iter().chain(log.url.as_deref()));
    }
    for named in &policy.named {
        match named {
            Named::Cosigner(cosigner) => {
                let key = cosigner.key.to_string();
                let words = [b"witness".as_slice(), &cosigner.name, key.as_bytes()];
                write_line(&mut bytes, words.into_iter().chain(cosigner.url.as_deref()));
            }
            Named::Group(group) => {
                let threshold = match group.threshold {
                    Threshold::All => "all".to_owned(),
                    Threshold::Any => "any".to_owned(),
                    Threshold::Number(number) => number.to_string(),
                };
                let words = [b"group".as_slice(), &group.name, threshold.as_bytes()];
                write_line(&mut bytes, words.into_iter().chain(group.members.iter().map(|member| policy.named[*member].name())));
            }
        }
    }
    let quorum = policy.quorum.map_or(NOBODY, |quorum| policy.named[quorum].name());
    write_line(&mut bytes, [b"quorum".as_slice(), quorum].into_iter());
    bytes
}

fn write_line<'word>(bytes: &mut Vec<u8>, words: impl Iterator<Item = &'word [u8]>) {
    for (position, word) in words.enumerate() {
        if position > 0 {
            bytes.push(b' ');
        }
        bytes.extend(word);
    }
    bytes.push(b'\n');
}
