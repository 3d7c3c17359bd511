//! About: what a log says of itself for programs, beside its entries: who it is, how it is kept, whom it trusts.
//!
//! Two small files. `about.json` is this project's ([format](../../../../docs/formats/publishing.md)); `policy` is C2SP's
//! tlog-policy. Both are the publisher's own word and prove nothing; a reader takes the key from elsewhere. No clock is
//! read and nothing of the desk stands in them.

use crate::cosigned::Cosigned;
use crate::cosigners::Cosigners;
use crate::world::World;
use handbell_log::note::{NoteError, VerifierKey};
use handbell_rules::record::projection::PROJECTION_VERSION;
use serde_json::json;

/// Hours within which whoever holds a copy takes a withdrawn content out of it, by the withdrawal's reason
/// (docs/formats/leaf.md): safety is urgent, everything else can wait for the next day's pull.
const COPIES_DELETE_WITHIN_HOURS: [(&str, u32); 5] = [("1", 1), ("2", 24), ("3", 24), ("4", 24), ("5", 24)];

/// Whose log it is.
pub struct Publisher<'group> {
    /// The group's address.
    pub site: &'group str,
    /// The log's key.
    pub vkey: &'group VerifierKey,
    /// Its second one.
    pub second: Option<&'group str>,
    /// Who else signs it.
    pub cosigners: &'group Cosigners,
}

/// `about.json` of a running group.
///
/// # Errors
/// When the log's own key cannot be read.
pub fn of(world: &World) -> Result<String, NoteError> {
    let vkey = VerifierKey::parse(&world.group.log_vkey)?;
    Ok(about(&publisher(world, &vkey), &world.cosigned))
}

/// `policy` of a running group.
///
/// # Errors
/// As [`of`].
pub fn policy_of(world: &World) -> Result<String, NoteError> {
    let vkey = VerifierKey::parse(&world.group.log_vkey)?;
    Ok(policy(&publisher(world, &vkey)))
}

fn publisher<'group>(world: &'group World, vkey: &'group VerifierKey) -> Publisher<'group> {
    let group = &world.group;
    Publisher { site: &group.origin, vkey, second: group.second_vkey.as_deref(), cosigners: &group.cosigners }
}

/// `about.json`, with a line end, and how the published checkpoint stands.
#[must_use]
pub fn about(publisher: &Publisher<'_>, cosigned: &Cosigned) -> String {
    let Publisher { site, vkey, second, cosigners } = publisher;
    let keys: Vec<String> = std::iter::once(vkey.to_string()).chain(second.map(str::to_owned)).collect();
    let named: Vec<serde_json::Value> =
        cosigners.all().iter().map(|one| json!({"name": one.name, "key": one.key.to_string(), "monitoring": one.monitoring})).collect();
    let doubt = cosigned.in_doubt().map(|doubt| doubt.to_string());
    let hours: serde_json::Map<_, _> =
        COPIES_DELETE_WITHIN_HOURS.iter().map(|(reason, hours)| ((*reason).to_owned(), json!(hours))).collect();
    let about = json!({
        "format": "handbell-about",
        "version": 1,
        "origin": vkey.name(),
        "site": site,
        "keys": keys,
        "cosigners": named,
        "quorum": cosigners.quorum(),
        "cosigned": cosigned.standing().map(|standing| standing.json()),
        "in_doubt": doubt,
        "formats": {"leaf": "hndbell1", "commitment": "handbell/commit/v1", "projection": PROJECTION_VERSION},
        // C2SP tlog-tiles: without another word a log keeps every entry.
        "minimum_index": 0,
        "withdrawn_is_gone_at_once": true,
        "copies_delete_within_hours": hours,
    });
    format!("{about:#}\n")
}

/// `policy`, C2SP tlog-policy: the log's keys and where it is, who else signs it, and how many of them it takes.
#[must_use]
pub fn policy(publisher: &Publisher<'_>) -> String {
    let Publisher { site, vkey, second, cosigners } = publisher;
    let keys: Vec<String> = std::iter::once(vkey.to_string()).chain(second.map(str::to_owned)).collect();
    let nobody = if cosigners.is_empty() { "# Nobody else signs this log yet.\n" } else { "" };
    let lines = cosigners.policy_text(&keys, site);
    format!("# By the log's own word. Compare the keys with ones you have from elsewhere.\n{nobody}{lines}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> VerifierKey {
        handbell_log::note::SigningKey::from_seed("bell.example/log1", &[1; 32]).unwrap().verifier().clone()
    }

    fn alone<'key>(key: &'key VerifierKey, cosigners: &'key Cosigners) -> Publisher<'key> {
        Publisher { site: "https://bell.example", vkey: key, second: None, cosigners }
    }

    #[test]
    fn a_log_says_its_name_its_key_and_how_soon_copies_forget() {
        let said: serde_json::Value = serde_json::from_str(&about(&alone(&key(), &Cosigners::default()), &Cosigned::default())).unwrap();
        assert_eq!((&said["cosigners"], &said["cosigned"], &said["quorum"]), (&json!([]), &json!(null), &json!(0)));
        assert_eq!(said["origin"], "bell.example/log1");
        assert_eq!(said["keys"], json!([key().to_string()]));
        assert_eq!((&said["copies_delete_within_hours"]["1"], &said["minimum_index"]), (&json!(1), &json!(0)));
    }

    #[test]
    fn a_policy_without_cosigners_asks_for_none_and_says_so() {
        let policy = policy(&alone(&key(), &Cosigners::default()));
        let lines: Vec<&str> = policy.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(lines, [format!("log {} https://bell.example/log", key()).as_str(), "quorum none"]);
        assert!(policy.bytes().all(|byte| byte == b'\n' || (0x20..0x7f).contains(&byte)), "the bytes that tlog-policy allows");
    }
}
