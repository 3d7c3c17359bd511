//! Cosigners: who else the group asks to sign its log, and how many of them it takes.
//!
//! One file in the group's folder, `cosigners.toml`; a group without one has no cosigners and says so everywhere. Promises
//! that what cannot be meant stops the start with a word that says why: a key that is none or was never checked by this
//! build, a name or a key given twice, the log's own key, more wanted than there are. Knows nothing of what they signed;
//! that is [`crate::cosigned`].

use crate::config::nearest;
use anyhow::{Context, bail, ensure};
use handbell_log::cosignature::CosignerKey;
use handbell_log::cosigner::LINES_MAX;
use handbell_log::note::VerifierKey;
use handbell_log::policy::Policy;
use serde::Deserialize;
use std::path::Path;

/// The file in a group's folder.
pub const COSIGNERS_FILE: &str = "cosigners.toml";
/// The most cosigners: with the log's own two lines as many as a reader need accept.
pub const COSIGNERS_MAX: usize = LINES_MAX - 2;

const KEYS: [&str; 2] = ["quorum", "cosigner"];
const COSIGNER_KEYS: [&str; 4] = ["name", "key", "monitoring", "submission"];
/// The group of everybody in the policy. No cosigner can be called so.
const ENOUGH: &str = "enough+of+them";

/// Somebody who signs the log too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosigner {
    /// What we call them; it means nothing elsewhere.
    pub name: String,
    /// Their key.
    pub key: CosignerKey,
    /// Below which address they show what they cosigned; without a slash at the end.
    pub monitoring: String,
    /// Below which address they take checkpoints, where they do; without a slash at the end.
    pub submission: Option<String>,
}

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cosigners {
    all: Vec<Cosigner>,
    quorum: usize,
}

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    quorum: usize,
    #[serde(default)]
    cosigner: Vec<Written>,
}

#[derive(Deserialize)]
struct Written {
    name: String,
    key: String,
    monitoring: String,
    submission: Option<String>,
}

/// An address to which paths are added: `https`, or `http` on this very machine; no question, no name and no password.
fn address(text: &str, what: &str) -> anyhow::Result<String> {
    let bare = text.trim_end_matches('/');
    let refuse = || anyhow::anyhow!("`{what}` must be an https address, such as https://southbank.example/log; it is `{text}`");
    let url = reqwest::Url::parse(bare).map_err(|_| refuse())?;
    let plain = url.query().is_none() && url.fragment().is_none();
    // One spelling, because it stands in the policy for others to read.
    let visible = bare.bytes().all(|byte| (0x21..0x7f).contains(&byte));
    ensure!(crate::asked::may_be(bare) && plain && visible, refuse());
    Ok(bare.to_owned())
}

impl Written {
    fn read(self, log: &VerifierKey) -> anyhow::Result<Cosigner> {
        let named = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_');
        ensure!(
            !self.name.is_empty() && self.name.len() <= 60 && self.name.chars().all(named) && self.name != "none",
            "a cosigner's `name` has 1 to 60 letters, digits, dots and dashes and is not `none`; it is `{}`",
            self.name
        );
        let of = |error: anyhow::Error| error.context(format!("the cosigner `{}`", self.name));
        let key = CosignerKey::parse(self.key.trim())
            .map_err(|error| of(anyhow::anyhow!("{error}; a log's key is none: ask them for their cosigner key")))?;
        if !key.is_supported() {
            bail!("the cosigner `{}` signs with ML-DSA-44, which this program was built without", self.name);
        }
        ensure!(key.public_key() != log.public_key(), "the cosigner `{}` has this log's own key; a log does not cosign itself", self.name);
        let monitoring = address(&self.monitoring, "monitoring").map_err(of)?;
        let submission = self.submission.as_deref().map(|text| address(text, "submission")).transpose().map_err(of)?;
        Ok(Cosigner { name: self.name, key, monitoring, submission })
    }
}

impl Cosigners {
    /// Reads `DIR/cosigners.toml`; a folder without one has no cosigners.
    ///
    /// # Errors
    /// Where the file cannot be read or cannot be meant.
    pub fn read(folder: &Path, log: &VerifierKey) -> anyhow::Result<Self> {
        let path = folder.join(COSIGNERS_FILE);
        match std::fs::read_to_string(&path) {
            Ok(text) => Self::parse(&text, log).with_context(|| format!("the settings in {}", path.display())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error).with_context(|| format!("reading {}", path.display())),
        }
    }

    /// Reads a text.
    ///
    /// # Errors
    /// Where it cannot be meant; says why.
    pub fn parse(text: &str, log: &VerifierKey) -> anyhow::Result<Self> {
        let table: toml::Table = text.parse()?;
        if let Some(key) = table.keys().find(|key| !KEYS.contains(&key.as_str())) {
            bail!("unknown setting `{key}`; did you mean `{}`?", nearest(key, KEYS.into_iter()));
        }
        let tables = table.get("cosigner").and_then(toml::Value::as_array);
        for key in tables.into_iter().flatten().filter_map(toml::Value::as_table).flat_map(toml::Table::keys) {
            if !COSIGNER_KEYS.contains(&key.as_str()) {
                bail!("unknown setting `{key}` in `[[cosigner]]`; did you mean `{}`?", nearest(key, COSIGNER_KEYS.into_iter()));
            }
        }
        let File { quorum, cosigner } = table.try_into()?;
        let all = cosigner.into_iter().map(|written| written.read(log)).collect::<anyhow::Result<Vec<_>>>()?;
        ensure!(all.len() <= COSIGNERS_MAX, "{} cosigners are named; a checkpoint has room for {COSIGNERS_MAX}", all.len());
        for (place, one) in all.iter().enumerate() {
            for before in &all[..place] {
                ensure!(before.name != one.name, "the cosigner `{}` is named twice", one.name);
                let same = before.key.public_key() == one.key.public_key();
                ensure!(!same, "the cosigners `{}` and `{}` have one key: that is one party", before.name, one.name);
            }
        }
        ensure!(quorum <= all.len(), "`quorum` asks for {quorum} cosigners and {} are named", all.len());
        let cosigners = Self { all, quorum };
        // What a reader of ours could not read is not published.
        cosigners.policy(&[log.to_string()], "https://here.invalid").context("these cosigners make no policy")?;
        Ok(cosigners)
    }

    /// All of them, in the order of the file.
    #[must_use]
    pub fn all(&self) -> &[Cosigner] {
        &self.all
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// How many of them must have cosigned; 0 where nobody must.
    #[must_use]
    pub fn quorum(&self) -> usize {
        self.quorum
    }

    /// Their keys, in their order.
    #[must_use]
    pub fn keys(&self) -> Vec<CosignerKey> {
        self.all.iter().map(|cosigner| cosigner.key.clone()).collect()
    }

    /// The lines of a policy that believes the log with these keys (C2SP tlog-policy). The address of a cosigner is where
    /// it takes checkpoints, as that standard means it.
    #[must_use]
    pub fn policy_text(&self, log_keys: &[String], site: &str) -> String {
        let mut text = String::new();
        for key in log_keys {
            text.push_str(&format!("log {key} {site}/log\n"));
        }
        for Cosigner { name, key, submission, .. } in &self.all {
            let address = submission.as_ref().map(|address| format!(" {address}")).unwrap_or_default();
            text.push_str(&format!("witness {name} {key}{address}\n"));
        }
        if self.quorum == 0 {
            return text + "quorum none\n";
        }
        let names: Vec<&str> = self.all.iter().map(|cosigner| cosigner.name.as_str()).collect();
        text + &format!("group {ENOUGH} {} {}\nquorum {ENOUGH}\n", self.quorum, names.join(" "))
    }

    /// The policy itself.
    ///
    /// # Errors
    /// For keys that no policy can have.
    pub fn policy(&self, log_keys: &[String], site: &str) -> anyhow::Result<Policy> {
        Ok(Policy::parse(self.policy_text(log_keys, site).as_bytes())?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use handbell_log::cosignature::CosigningKey;
    use handbell_log::note::SigningKey;

    fn log() -> VerifierKey {
        SigningKey::from_seed("bell.example/log1", &[1; 32]).unwrap().verifier().clone()
    }

    fn key(number: u8) -> String {
        CosigningKey::from_seed(&format!("cosigner.example/{number}"), &[number; 32]).unwrap().verifier().to_string()
    }

    fn table(name: &str, number: u8) -> String {
        format!("[[cosigner]]\nname = '{name}'\nkey = '{}'\nmonitoring = 'https://{name}.example/log/neighbours/'\n", key(number))
    }

    #[test]
    fn two_of_three_make_a_policy_that_others_can_read() {
        let text = format!("quorum = 2\n{}{}submission = 'https://b.example/log'\n{}", table("a", 11), table("b", 12), table("c", 13));
        let cosigners = Cosigners::parse(&text, &log()).unwrap();
        assert_eq!((cosigners.all().len(), cosigners.quorum()), (3, 2));
        assert_eq!(cosigners.all()[0].monitoring, "https://a.example/log/neighbours", "one spelling");
        let written = cosigners.policy_text(&[log().to_string()], "https://bell.example");
        let lines: Vec<&str> = written.lines().collect();
        assert_eq!(lines[0], format!("log {} https://bell.example/log", log()));
        assert_eq!(lines[1], format!("witness a {}", key(11)));
        assert_eq!(lines[2], format!("witness b {} https://b.example/log", key(12)));
        assert_eq!(lines[4..], ["group enough+of+them 2 a b c", "quorum enough+of+them"]);
        let policy = cosigners.policy(&[log().to_string()], "https://bell.example").unwrap();
        assert_eq!((policy.encode(), policy.asks_for_cosigners()), (written.into_bytes(), true));
        let nobody_must = Cosigners::parse(&table("a", 11), &log()).unwrap();
        assert!(!nobody_must.policy(&[log().to_string()], "https://bell.example").unwrap().asks_for_cosigners());
        assert_eq!(Cosigners::parse("", &log()).unwrap(), Cosigners::default());
    }

    #[test]
    fn what_cannot_be_meant_is_refused_with_the_reason() {
        let own = CosigningKey::from_seed("bell.example/own", &[1; 32]).unwrap().verifier().to_string();
        let of = |key: &str| table("a", 11).replace(&super::tests::key(11), key);
        let refused = [
            (format!("qorum = 1\n{}", table("a", 11)), "did you mean `quorum`"),
            (table("a", 11).replace("monitoring", "monitorin"), "did you mean `monitoring`"),
            (table("a", 11).replace("[[cosigner]]", "[[cosigners]]"), "did you mean `cosigner`"),
            (of("bell.example+00000000+AAAA"), "not a cosigner's key"),
            (of(&log().to_string()), "not a cosigner's key"),
            (of(&own), "a log does not cosign itself"),
            (format!("{}{}", table("a", 11), table("a", 12)), "named twice"),
            (format!("{}{}", table("a", 11), table("b", 11)), "that is one party"),
            (format!("quorum = 2\n{}", table("a", 11)), "asks for 2 cosigners and 1 are named"),
            (format!("quorum = 'two'\n{}", table("a", 11)), "invalid type"),
            (table("none", 11), "is not `none`"),
            (table("a b", 11), "letters, digits"),
            (table("", 11), "letters, digits"),
            (table("a", 11).replace("https://", "http://"), "must be an https address"),
            (table("a", 11).replace("https://", "ftp://"), "must be an https address"),
            (table("a", 11).replace("https://", "https://user:word@"), "must be an https address"),
            (table("a", 11).replace("neighbours/", "neighbours?of=us"), "must be an https address"),
            (format!("{}submission = 'log'\n", table("a", 11)), "`submission` must be an https address"),
            ((0..15).map(|n| table(&format!("c{n}"), 20 + n)).collect(), "has room for 14"),
        ];
        for (text, why) in refused {
            let said = format!("{:#}", Cosigners::parse(&text, &log()).expect_err(&text));
            assert!(said.contains(why), "{said:?} lacks {why:?} for {text}");
        }
        assert!(Cosigners::parse(&table("a", 11).replace("https://a.example", "http://127.0.0.1:8080"), &log()).is_ok());
    }
}
