//! About: what a log says of itself for programs, beside its entries: who it is, how it is kept, whom it trusts.
//!
//! Two small files. `about.json` is this project's ([format](../../../../docs/formats/publishing.md)); `policy` is C2SP's
//! tlog-policy. Both are the publisher's own word and prove nothing; a reader takes the key from elsewhere. No clock is
//! read and nothing of the desk stands in them.

use handbell_log::note::VerifierKey;
use handbell_rules::record::projection::PROJECTION_VERSION;
use serde_json::json;

/// Hours within which whoever holds a copy takes a withdrawn content out of it, by the withdrawal's reason
/// (docs/formats/leaf.md): safety is urgent, everything else can wait for the next day's pull.
const COPIES_DELETE_WITHIN_HOURS: [(&str, u32); 5] = [("1", 1), ("2", 24), ("3", 24), ("4", 24), ("5", 24)];

/// `about.json`, with a line end.
#[must_use]
pub fn about(site: &str, vkey: &VerifierKey) -> String {
    let hours: serde_json::Map<_, _> =
        COPIES_DELETE_WITHIN_HOURS.iter().map(|(reason, hours)| ((*reason).to_owned(), json!(hours))).collect();
    let about = json!({
        "format": "handbell-about",
        "version": 1,
        "origin": vkey.name(),
        "site": site,
        "keys": [vkey.to_string()],
        "formats": {"leaf": "hndbell1", "commitment": "handbell/commit/v1", "projection": PROJECTION_VERSION},
        // C2SP tlog-tiles: without another word a log keeps every entry.
        "minimum_index": 0,
        "withdrawn_is_gone_at_once": true,
        "copies_delete_within_hours": hours,
    });
    format!("{about:#}\n")
}

/// `policy`, C2SP tlog-policy: the log's key and where it is, and a quorum of nobody, because no cosigner is known.
#[must_use]
pub fn policy(site: &str, vkey: &VerifierKey) -> String {
    format!(
        "# By the log's own word. Compare the key with one you have from elsewhere.\nlog {vkey} {site}/log\n# Nobody else signs this log yet.\nquorum none\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> VerifierKey {
        handbell_log::note::SigningKey::from_seed("bell.example/log1", &[1; 32]).unwrap().verifier().clone()
    }

    #[test]
    fn a_log_says_its_name_its_key_and_how_soon_copies_forget() {
        let said: serde_json::Value = serde_json::from_str(&about("https://bell.example", &key())).unwrap();
        assert_eq!(said["origin"], "bell.example/log1");
        assert_eq!(said["keys"], json!([key().to_string()]));
        assert_eq!((&said["copies_delete_within_hours"]["1"], &said["minimum_index"]), (&json!(1), &json!(0)));
    }

    #[test]
    fn a_policy_without_cosigners_asks_for_none_and_says_so() {
        let policy = policy("https://bell.example", &key());
        let lines: Vec<&str> = policy.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(lines, [format!("log {} https://bell.example/log", key()).as_str(), "quorum none"]);
        assert!(policy.bytes().all(|byte| byte == b'\n' || (0x20..0x7f).contains(&byte)), "the bytes that tlog-policy allows");
    }
}
