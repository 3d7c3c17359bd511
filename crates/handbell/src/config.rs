//! Settings: one TOML file in the group's folder, each key also as `HANDBELL_…` in the environment.
//!
//! An unknown key is refused with the nearest known one, because a misspelt safety setting that is quietly
//! ignored is worse than a server that does not start.

use handbell_rules::bell::mode::Status;
use handbell_rules::evidence::upload::Bounds;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The settings of a group's folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// What the group calls itself.
    pub name: String,
    /// Where its site stands, for example `https://bell.example`; permanent, because the log's name and
    /// every subscription hang on it.
    pub origin: String,
    /// `actual` or `exercise`; permanent.
    pub status: Status,
    /// The playbook: one that ships with the program, or a folder.
    pub playbook: String,
    /// The area file: one that ships with the program, or a file.
    pub areas: String,
    /// The one header in which a trusted proxy names the caller's address; empty when there is none.
    #[serde(default)]
    pub address_header: String,
    /// More push origins than the known ones, for example `https://push.example`.
    #[serde(default)]
    pub push_origins: Vec<String>,
    /// Whether a sign-in link opens the desk without a passkey. Not said: in an exercise yes, else no.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub links_sign_in: Option<bool>,
    /// A hub of others that is told when the public feed changes (WebSub); none when nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub websub_hub: Option<String>,
    /// An authority that stamps the custody chain once a day (RFC 3161); none when nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stamp_url: Option<String>,
    /// Where footage is kept when it is not kept in the folder: `s3://bucket/prefix`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footage_store: Option<String>,
    /// Where that store answers, for example `https://s3.example`; needed with `footage_store`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footage_endpoint: Option<String>,
    /// The region that requests to it are signed for; `us-east-1` when nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footage_region: Option<String>,
    /// The id of the key that signs them; needed with `footage_store`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footage_key_id: Option<String>,
    /// The key itself; needed with `footage_store`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footage_key: Option<Unsaid>,
    /// Bytes of one file of footage at most; 4 GiB when nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footage_file_bytes: Option<u64>,
    /// Bytes of one report's footage at most; 16 GiB when nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footage_report_bytes: Option<u64>,
    /// Bytes of the files begun by one link at most; 8 GiB when nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footage_link_bytes: Option<u64>,
    /// Bytes of footage that come in within 24 hours at most; 40 GiB when nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footage_day_bytes: Option<u64>,
    /// Bytes of all footage at most; 200 GiB when nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footage_all_bytes: Option<u64>,
    /// Where `serve` listens.
    #[serde(default = "listen")]
    pub listen: String,
    /// Groups whose logs this one keeps and cosigns; last, because each is a table of its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub neighbours: Vec<NeighbourSettings>,
}

/// A group whose log this one keeps: `[[neighbours]]`, in the environment `URL KEY, URL KEY`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NeighbourSettings {
    /// Where its site stands.
    pub url: String,
    /// Its log's verifier key, as known from elsewhere than its site.
    pub key: String,
}

impl NeighbourSettings {
    fn listed(text: &str) -> toml::Value {
        let one = |pair: &str| {
            let (url, key) = pair.trim().split_once(' ').unwrap_or((pair.trim(), ""));
            toml::Value::Table([("url".to_owned(), url.into()), ("key".to_owned(), key.trim().into())].into_iter().collect())
        };
        toml::Value::Array(text.split(',').filter(|pair| !pair.trim().is_empty()).map(one).collect())
    }
}

/// A secret among the settings; `Debug` never says it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Unsaid(pub String);

impl std::fmt::Debug for Unsaid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(not said)")
    }
}

/// Where `serve` listens when nothing else is said.
pub const LISTEN: &str = "127.0.0.1:8480";

fn listen() -> String {
    LISTEN.to_owned()
}

const KEYS: [&str; 22] = [
    "name",
    "origin",
    "status",
    "playbook",
    "areas",
    "address_header",
    "push_origins",
    "links_sign_in",
    "websub_hub",
    "stamp_url",
    "footage_store",
    "footage_endpoint",
    "footage_region",
    "footage_key_id",
    "footage_key",
    "footage_file_bytes",
    "footage_report_bytes",
    "footage_link_bytes",
    "footage_day_bytes",
    "footage_all_bytes",
    "listen",
    "neighbours",
];

/// What the project's own tools read from the environment, without `HANDBELL_`, beside `TEST_…` and `BENCH_…`.
const OF_TOOLS: [&str; 9] = ["BIN", "TEST_DATA", "REQUIRE_TEST_DATA", "LOG", "LED", "SAMPLES", "SEEN", "RENEW_GOLDEN", "READING_SHOWS"];

/// Why settings cannot be used; says what to do.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file cannot be read.
    #[error("the settings in {0} cannot be read: {1}")]
    Unreadable(String, std::io::Error),
    /// The file is no TOML or a value has the wrong type.
    #[error("the settings in {0} are wrong: {1}")]
    Wrong(String, String),
    /// A key that does not exist.
    #[error("unknown setting `{key}` in {place}; did you mean `{nearest}`?")]
    Unknown {
        /// Where it stands.
        place: String,
        /// The key.
        key: String,
        /// The nearest known one.
        nearest: &'static str,
    },
}

impl Settings {
    /// Settings as a new group has them: what ships, and nothing that has to be chosen.
    pub fn of(name: impl Into<String>, origin: impl Into<String>, status: Status) -> Self {
        Self {
            name: name.into(),
            origin: origin.into(),
            status,
            playbook: "uk-street".to_owned(),
            areas: "peckham".to_owned(),
            address_header: String::new(),
            push_origins: Vec::new(),
            links_sign_in: None,
            websub_hub: None,
            stamp_url: None,
            footage_store: None,
            footage_endpoint: None,
            footage_region: None,
            footage_key_id: None,
            footage_key: None,
            footage_file_bytes: None,
            footage_report_bytes: None,
            footage_link_bytes: None,
            footage_day_bytes: None,
            footage_all_bytes: None,
            listen: listen(),
            neighbours: Vec::new(),
        }
    }

    /// Reads `DIR/handbell.toml` and lays the environment's `HANDBELL_…` over it.
    pub fn read(folder: &Path, environment: impl Iterator<Item = (String, String)>) -> Result<Self, SettingsError> {
        let path = folder.join("handbell.toml");
        let place = path.display().to_string();
        let text = std::fs::read_to_string(&path).map_err(|error| SettingsError::Unreadable(place.clone(), error))?;
        Self::parse(&place, &text, environment)
    }

    /// Reads settings from a text, for tests and for `read`.
    pub fn parse(place: &str, text: &str, environment: impl Iterator<Item = (String, String)>) -> Result<Self, SettingsError> {
        let wrong = |error: String| SettingsError::Wrong(place.to_owned(), error);
        let mut table: toml::Table = text.parse().map_err(|error: toml::de::Error| wrong(error.to_string()))?;
        for (key, value) in environment {
            let Some(key) = key.strip_prefix("HANDBELL_") else { continue };
            // These belong to tests and tools, not to a group.
            if OF_TOOLS.contains(&key) || key.starts_with("TEST_") || key.starts_with("BENCH_") {
                continue;
            }
            let key = key.to_lowercase();
            known(&key, "the environment (HANDBELL_…)")?;
            let value = match key.as_str() {
                "push_origins" => toml::Value::Array(value.split(',').map(str::trim).filter(|o| !o.is_empty()).map(|o| o.into()).collect()),
                "neighbours" => NeighbourSettings::listed(&value),
                bytes if bytes.starts_with("footage_") && bytes.ends_with("_bytes") => {
                    value.parse().map(toml::Value::Integer).unwrap_or_else(|_| value.into())
                }
                "links_sign_in" => value.parse().map(toml::Value::Boolean).unwrap_or_else(|_| value.into()),
                _ => value.into(),
            };
            table.insert(key, value);
        }
        for key in table.keys() {
            known(key, place)?;
        }
        table.try_into().map_err(|error: toml::de::Error| wrong(error.message().to_owned()))
    }

    /// What uploads may take at most.
    pub fn footage_bounds(&self) -> Bounds {
        let usual = Bounds::USUAL;
        Bounds {
            file: self.footage_file_bytes.unwrap_or(usual.file),
            report: self.footage_report_bytes.unwrap_or(usual.report),
            link: self.footage_link_bytes.unwrap_or(usual.link),
            day: self.footage_day_bytes.unwrap_or(usual.day),
            all: self.footage_all_bytes.unwrap_or(usual.all),
            ..usual
        }
    }

    /// The text of the file that `init` writes.
    pub fn to_text(&self) -> Result<String, SettingsError> {
        toml::to_string(self).map_err(|error| SettingsError::Wrong("the new folder".into(), error.to_string()))
    }
}

fn known(key: &str, place: &str) -> Result<(), SettingsError> {
    if KEYS.contains(&key) {
        return Ok(());
    }
    Err(SettingsError::Unknown { place: place.to_owned(), key: key.to_owned(), nearest: nearest(key, KEYS.into_iter()) })
}

/// The known key that differs least from a misspelt one.
pub(crate) fn nearest(key: &str, known: impl Iterator<Item = &'static str>) -> &'static str {
    known.min_by_key(|known| distance(known, key)).unwrap_or_default()
}

/// How many letters must change to make one word the other (Levenshtein 1965).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.chars().enumerate() {
        let mut before = std::mem::replace(&mut row[0], i + 1);
        for (j, b) in other.iter().enumerate() {
            let changed = before + usize::from(a != *b);
            before = row[j + 1];
            row[j + 1] = changed.min(before + 1).min(row[j] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "name = 'Eastgate'\norigin = 'https://bell.example'\nstatus = 'actual'\nplaybook = 'uk-street'\nareas = 'peckham'\n";

    #[test]
    fn a_misspelt_setting_is_refused_with_the_nearest_known_one() {
        let text = format!("{GOOD}adress_header = 'x-real-ip'\n");
        let error = Settings::parse("handbell.toml", &text, std::iter::empty()).unwrap_err().to_string();
        assert!(error.contains("`adress_header`") && error.contains("`address_header`"), "{error}");
        let environment = [("HANDBELL_ORIGEN".to_owned(), "x".to_owned())];
        let error = Settings::parse("handbell.toml", GOOD, environment.into_iter()).unwrap_err().to_string();
        assert!(error.contains("`origin`"), "{error}");
    }

    #[test]
    fn the_environment_wins_over_the_file_and_other_programs_are_left_alone() {
        let environment =
            [("HANDBELL_LISTEN", "127.0.0.1:1"), ("PATH", "/bin"), ("HANDBELL_PUSH_ORIGINS", "https://a.example, https://b.example")];
        let environment = environment.into_iter().map(|(k, v)| (k.to_owned(), v.to_owned()));
        let settings = Settings::parse("handbell.toml", GOOD, environment).unwrap();
        assert_eq!(settings.listen, "127.0.0.1:1");
        assert_eq!(settings.push_origins, ["https://a.example", "https://b.example"]);
        assert_eq!(Settings::parse("again", &settings.to_text().unwrap(), std::iter::empty()).unwrap(), settings);
    }

    #[test]
    fn what_tests_and_tools_read_keeps_no_server_from_starting() {
        let environment =
            OF_TOOLS.into_iter().chain(["TEST_SEED", "BENCH_SECONDS"]).map(|name| (format!("HANDBELL_{name}"), "x".to_owned()));
        let with = Settings::parse("handbell.toml", GOOD, environment).unwrap();
        assert_eq!(with, Settings::parse("handbell.toml", GOOD, std::iter::empty()).unwrap());
        for name in ["LED", "SAMPLES", "SEEN", "RENEW_GOLDEN", "READING_SHOWS"] {
            assert!(OF_TOOLS.contains(&name), "{name}");
        }
    }

    #[test]
    fn the_key_of_the_footage_store_comes_from_either_and_is_never_printed() {
        let text = format!("{GOOD}footage_store = 's3://bucket/prefix'\nfootage_key = 'from the file'\n");
        let environment = [("HANDBELL_FOOTAGE_KEY".to_owned(), "from outside".to_owned())];
        let settings = Settings::parse("handbell.toml", &text, environment.into_iter()).unwrap();
        assert_eq!(settings.footage_key, Some(Unsaid("from outside".into())));
        assert!(!format!("{settings:?}").contains("from outside"));
        assert_eq!(Settings::parse("again", &settings.to_text().unwrap(), std::iter::empty()).unwrap(), settings);
    }

    #[test]
    fn neighbours_are_tables_or_pairs_and_are_written_as_they_are_read() {
        let text = format!("{GOOD}[[neighbours]]\nurl = 'https://north.example'\nkey = 'north.example/log1+1+A'\n");
        let settings = Settings::parse("handbell.toml", &text, std::iter::empty()).unwrap();
        assert_eq!(settings.neighbours[0].url, "https://north.example");
        assert_eq!(Settings::parse("again", &settings.to_text().unwrap(), std::iter::empty()).unwrap(), settings);
        let environment = [("HANDBELL_NEIGHBOURS".to_owned(), "https://a.example a+1+A, https://b.example b+2+B".to_owned())];
        let settings = Settings::parse("handbell.toml", GOOD, environment.into_iter()).unwrap();
        let found: Vec<(&str, &str)> = settings.neighbours.iter().map(|one| (one.url.as_str(), one.key.as_str())).collect();
        assert_eq!(found, [("https://a.example", "a+1+A"), ("https://b.example", "b+2+B")]);
        assert!(Settings::parse("handbell.toml", &text.replace("key =", "vkey ="), std::iter::empty()).is_err());
    }

    #[test]
    fn bounds_of_footage_are_numbers_in_the_file_and_in_the_environment() {
        let text = format!("{GOOD}footage_file_bytes = 1000\n");
        let environment = [("ALL", "9000"), ("DAY", "5000"), ("LINK", "3000")];
        let environment = environment.map(|(of, bytes)| (format!("HANDBELL_FOOTAGE_{of}_BYTES"), bytes.to_owned()));
        let bounds = Settings::parse("handbell.toml", &text, environment.into_iter()).unwrap().footage_bounds();
        assert_eq!((bounds.file, bounds.all, bounds.report), (1_000, 9_000, Bounds::USUAL.report));
        assert_eq!((bounds.day, bounds.link), (5_000, 3_000));
        let environment = [("HANDBELL_FOOTAGE_ALL_BYTES".to_owned(), "much".to_owned())];
        assert!(Settings::parse("handbell.toml", GOOD, environment.into_iter()).is_err());
    }

    #[test]
    fn a_wrong_type_is_refused_with_its_place() {
        let text = GOOD.replace("'actual'", "'sometimes'");
        assert!(Settings::parse("handbell.toml", &text, std::iter::empty()).is_err());
    }
}
