//! Settings of channels: `channels.toml` in the group's folder, one table for each way; all are off without it.
//!
//! An unknown key is refused with the nearest known one, as in the main settings. Secrets stand in files of
//! `keys/` and are named here, never written here. It checks addresses and templates; it connects to nothing.

use super::gateway::{Gateway, Stands, Waits};
use super::mail::{Mail, MailServer, Tls};
use super::matrix::Matrix;
use super::ntfy::Ntfy;
use super::sms::{Body, SLOTS, Sms, Template};
use crate::config::nearest;
use anyhow::{Context, bail, ensure};
use handbell_rules::bell::address::{MailAddress, MatrixRoom, PhoneNumber, Topic};
use handbell_rules::refusal::Refusal;
use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;
use zeroize::Zeroizing;

/// The file in a group's folder.
pub const CHANNELS_FILE: &str = "channels.toml";
/// The slot of a secret in headers.
const SECRET: &str = "{secret}";
/// Fewest signs of a secret that opens the inbound door.
const INBOUND_SECRET_SIGNS_MIN: usize = 32;

/// Every table with its keys.
const KEYS: [(&str, &[&str]); 4] = [
    ("mail", &["host", "port", "tls", "starttls", "user", "password_file", "from", "canary", "own_network"]),
    (
        "sms",
        &[
            "url",
            "method",
            "headers",
            "secret_file",
            "form",
            "json",
            "success_contains",
            "number",
            "inbound_secret_file",
            "inbound_from",
            "inbound_text",
            "canary",
            "own_network",
        ],
    ),
    ("ntfy", &["url", "token_file", "canary", "own_network"]),
    ("matrix", &["url", "token_file", "canary", "own_network"]),
];

/// The whole file.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct ChannelSettings {
    /// E-mail.
    pub mail: Option<MailSettings>,
    /// Text messages.
    pub sms: Option<SmsSettings>,
    /// ntfy.
    pub ntfy: Option<HttpSettings>,
    /// Matrix.
    pub matrix: Option<HttpSettings>,
}

/// The table `[mail]`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct MailSettings {
    /// The server's name.
    pub host: String,
    /// Its port; 465, or 587 with `starttls`.
    pub port: Option<u16>,
    /// `false` only in the own network.
    #[serde(default = "yes")]
    pub tls: bool,
    /// Whether TLS begins with the word STARTTLS instead of the first byte.
    #[serde(default)]
    pub starttls: bool,
    /// The user, with `password_file`.
    pub user: Option<String>,
    /// The password's file in `keys/`.
    pub password_file: Option<String>,
    /// The address mail comes from.
    pub from: String,
    /// A mailbox of the group's own, watched by a program that opens the link it gets.
    pub canary: Option<String>,
    /// Whether the server stands in the own network.
    #[serde(default)]
    pub own_network: bool,
}

/// The table `[sms]`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct SmsSettings {
    /// The gateway's address, perhaps with slots behind `?`.
    pub url: String,
    /// `POST` or `GET`.
    #[serde(default = "post")]
    pub method: String,
    /// Headers; `{secret}` stands for the secret.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The secret's file in `keys/`.
    pub secret_file: Option<String>,
    /// The fields of a form.
    pub form: Option<BTreeMap<String, String>>,
    /// A JSON text.
    pub json: Option<String>,
    /// What a yes holds.
    pub success_contains: Option<String>,
    /// The number people write to, shown on the page.
    pub number: String,
    /// The file in `keys/` with the secret part of the inbound address.
    pub inbound_secret_file: Option<String>,
    /// The inbound field with the sender's number.
    #[serde(default = "from_field")]
    pub inbound_from: String,
    /// The inbound field with the text.
    #[serde(default = "text_field")]
    pub inbound_text: String,
    /// A telephone of the group's own that sends back what it gets.
    pub canary: Option<String>,
    /// Whether the gateway stands in the own network.
    #[serde(default)]
    pub own_network: bool,
}

/// The tables `[ntfy]` and `[matrix]`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct HttpSettings {
    /// The server's address.
    pub url: String,
    /// The access token's file in `keys/`.
    pub token_file: Option<String>,
    /// For ntfy a topic, for Matrix a room that the group's own account is in; read back.
    pub canary: Option<String>,
    /// Whether the server stands in the own network.
    #[serde(default)]
    pub own_network: bool,
}

/// Submission with TLS from the first byte (RFC 8314 section 3.3).
const TLS_PORT: u16 = 465;
/// Submission (RFC 6409 section 3.1).
const STARTTLS_PORT: u16 = 587;

fn yes() -> bool {
    true
}
fn post() -> String {
    "POST".to_owned()
}
fn from_field() -> String {
    "from".to_owned()
}
fn text_field() -> String {
    "text".to_owned()
}

/// The channels that a live group has switched on.
#[derive(Default)]
pub struct Channels {
    /// E-mail.
    pub mail: Option<Mail>,
    /// Text messages.
    pub sms: Option<Sms>,
    /// What the page says about text messages, and how they come back.
    pub sms_inbound: Option<SmsInbound>,
    /// ntfy.
    pub ntfy: Option<Ntfy>,
    /// Matrix.
    pub matrix: Option<Matrix>,
    /// Where test messages go.
    pub canaries: Canaries,
}

/// Addresses of the group's own to which test messages go.
#[derive(Default)]
pub struct Canaries {
    /// A mailbox.
    pub mail: Option<MailAddress>,
    /// A telephone.
    pub sms: Option<PhoneNumber>,
    /// A topic.
    pub ntfy: Option<Topic>,
    /// A room.
    pub matrix: Option<MatrixRoom>,
}

fn canary<T>(text: Option<&String>, read: impl FnOnce(&str) -> Result<T, Refusal>) -> anyhow::Result<Option<T>> {
    text.map(|text| read(text).map_err(|no| anyhow::anyhow!("`canary` is no such address: {}", no.advice()))).transpose()
}

/// How texts come in.
pub struct SmsInbound {
    /// The number people write to.
    pub number: PhoneNumber,
    /// The secret part of the address that the gateway calls; none when nothing comes in.
    pub secret: Option<Zeroizing<String>>,
    /// The field with the sender's number.
    pub from: String,
    /// The field with the text.
    pub text: String,
}

impl ChannelSettings {
    /// Reads `channels.toml`; a folder without one has no channel but browsers.
    pub fn read(folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join(CHANNELS_FILE);
        match std::fs::read_to_string(&path) {
            Ok(text) => Self::parse(&text).with_context(|| format!("the settings in {}", path.display())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error).with_context(|| format!("reading {}", path.display())),
        }
    }

    /// Reads a text.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let table: toml::Table = text.parse()?;
        for (name, value) in &table {
            let Some((_, keys)) = KEYS.iter().find(|(known, _)| known == name) else {
                bail!("unknown table `[{name}]`; did you mean `[{}]`?", nearest(name, KEYS.iter().map(|(known, _)| *known)));
            };
            let Some(inside) = value.as_table() else { bail!("`{name}` is a table: write `[{name}]` above its settings") };
            if let Some(key) = inside.keys().find(|key| !keys.contains(&key.as_str())) {
                bail!("unknown setting `{key}` in `[{name}]`; did you mean `{}`?", nearest(key, keys.iter().copied()));
            }
        }
        Ok(table.try_into()?)
    }

    /// Whether any channel is on.
    pub fn any(&self) -> bool {
        self.mail.is_some() || self.sms.is_some() || self.ntfy.is_some() || self.matrix.is_some()
    }

    /// Makes the channels of a live group. Secrets are read from `keys`.
    pub fn make(self, keys: &Path, group: &str) -> anyhow::Result<Channels> {
        let mut channels = Channels::default();
        if let Some(mail) = self.mail {
            channels.canaries.mail = canary(mail.canary.as_ref(), MailAddress::parse).context("the settings in [mail]")?;
            channels.mail = Some(mail.make(keys, group).context("the settings in [mail]")?);
        }
        if let Some(sms) = self.sms {
            channels.canaries.sms = canary(sms.canary.as_ref(), PhoneNumber::parse).context("the settings in [sms]")?;
            let (sender, inbound) = sms.make(keys, group).context("the settings in [sms]")?;
            (channels.sms, channels.sms_inbound) = (Some(sender), Some(inbound));
        }
        if let Some(ntfy) = self.ntfy {
            channels.canaries.ntfy = canary(ntfy.canary.as_ref(), Topic::parse).context("the settings in [ntfy]")?;
            let (gateway, token) = ntfy.make(keys).context("the settings in [ntfy]")?;
            channels.ntfy = Some(Ntfy::new(gateway, token));
        }
        if let Some(matrix) = self.matrix {
            channels.canaries.matrix = canary(matrix.canary.as_ref(), MatrixRoom::parse).context("the settings in [matrix]")?;
            let (gateway, token) = matrix.make(keys).context("the settings in [matrix]")?;
            let token = token.context("[matrix] needs a `token_file`: the access token of the group's own account")?;
            channels.matrix = Some(Matrix::new(gateway, token));
        }
        Ok(channels)
    }
}

fn stands(own_network: bool) -> Stands {
    if own_network { Stands::OwnNetwork } else { Stands::Outside }
}

/// Reads a secret: one line of a file in `keys/`.
fn secret(keys: &Path, file: &str) -> anyhow::Result<Zeroizing<String>> {
    ensure!(!file.is_empty() && !file.contains(['/', '\\']) && !file.starts_with('.'), "`{file}` must be the name of a file in keys/");
    let read = Zeroizing::new(std::fs::read_to_string(keys.join(file)).with_context(|| format!("reading keys/{file}"))?);
    let line = Zeroizing::new(read.trim().to_owned());
    ensure!(!line.is_empty() && !line.contains(['\r', '\n']), "keys/{file} must hold one line");
    Ok(line)
}

impl MailSettings {
    fn make(self, keys: &Path, group: &str) -> anyhow::Result<Mail> {
        ensure!(self.tls || self.own_network, "`tls = false` is for a server of your own network, with `own_network = true`");
        let tls = match (self.tls, self.starttls) {
            (true, false) => Tls::AtOnce,
            (true, true) => Tls::Starttls,
            (false, false) => Tls::Never,
            (false, true) => bail!("`tls = false` and `starttls = true` contradict each other: there is no plain mail after STARTTLS"),
        };
        let port = self.port.unwrap_or(if tls == Tls::Starttls { STARTTLS_PORT } else { TLS_PORT });
        let login = match (self.user, self.password_file) {
            (Some(user), Some(file)) => Some((user, secret(keys, &file)?)),
            (None, None) => None,
            _ => bail!("`user` and `password_file` belong together"),
        };
        let from = MailAddress::parse(&self.from).map_err(|_| anyhow::anyhow!("`from` must be one address, like bell@example.org"))?;
        let (host, group) = (self.host, group.to_owned());
        let server = MailServer { host, port, tls, stands: stands(self.own_network), login, from, group };
        Ok(Mail::new(server, Waits::ORDINARY)?)
    }
}

impl HttpSettings {
    fn make(self, keys: &Path) -> anyhow::Result<(Gateway, Option<Zeroizing<String>>)> {
        let token = self.token_file.map(|file| secret(keys, &file)).transpose()?;
        let gateway = Gateway::new(&self.url, stands(self.own_network), Waits::ORDINARY)?;
        ensure!(gateway.base().query().is_none(), "`url` is the server's address, without ?");
        Ok((gateway, token))
    }
}

impl SmsSettings {
    fn make(self, keys: &Path, group: &str) -> anyhow::Result<(Sms, SmsInbound)> {
        let secret_line = self.secret_file.map(|file| secret(keys, &file)).transpose()?;
        let mut headers = HeaderMap::new();
        for (name, value) in &self.headers {
            let filled = match &secret_line {
                Some(line) => Zeroizing::new(value.replace(SECRET, line)),
                None => Zeroizing::new(value.clone()),
            };
            ensure!(!filled.contains(SECRET), "the header `{name}` wants a secret and there is no `secret_file`");
            let name = HeaderName::from_bytes(name.as_bytes()).with_context(|| format!("the header `{name}`"))?;
            let mut value = HeaderValue::from_str(&filled).with_context(|| format!("the header `{name}`"))?;
            value.set_sensitive(true);
            headers.insert(name, value);
        }
        let method = match self.method.as_str() {
            "POST" => Method::POST,
            "GET" => Method::GET,
            other => bail!("`method` is POST or GET, not {other}"),
        };
        let body = match (self.form, self.json) {
            (Some(form), None) => Body::Form(form.into_iter().collect()),
            (None, Some(json)) => Body::Json(serde_json::from_str(&json).context("`json` must be a JSON text")?),
            (None, None) => Body::None,
            (Some(_), Some(_)) => bail!("choose `form` or `json`, not both"),
        };
        let gateway = Gateway::new(&self.url, stands(self.own_network), Waits::ORDINARY)?;
        let question: String = gateway.base().query_pairs().map(|(_, value)| value.into_owned()).collect();
        let everything = format!("{question} {body:?}");
        let [to, digits, text] = SLOTS;
        ensure!(everything.contains(to) || everything.contains(digits), "the number's slot {to} stands nowhere");
        ensure!(everything.contains(text), "the text's slot {text} stands nowhere");
        let number =
            PhoneNumber::parse(&self.number).map_err(|_| anyhow::anyhow!("`number` must carry its country, like +447700900123"))?;
        let inbound_secret = self.inbound_secret_file.map(|file| secret(keys, &file)).transpose()?;
        if let Some(line) = &inbound_secret {
            let plain = line.bytes().all(|sign| sign.is_ascii_alphanumeric() || sign == b'-' || sign == b'_');
            ensure!(plain && line.len() >= INBOUND_SECRET_SIGNS_MIN, "the inbound secret needs at least 32 letters and digits");
        }
        let template = Template { method, headers, body, success_contains: self.success_contains };
        let inbound = SmsInbound { number, secret: inbound_secret, from: self.inbound_from, text: self.inbound_text };
        Ok((Sms::new(gateway, template, group.to_owned()), inbound))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: &str = r#"
[mail]
host = "smtp.example.org"
user = "bell"
password_file = "mail.password"
from = "bell@example.org"

[sms]
url = "https://gateway.example/v1/messages"
headers = { Authorization = "Bearer {secret}" }
secret_file = "sms.secret"
json = '{"to": "{to}", "body": "{text}"}'
success_contains = '"queued"'
number = "+44 7700 900123"
inbound_secret_file = "sms.inbound"

[ntfy]
url = "https://ntfy.example/"

[matrix]
url = "https://matrix.example/"
token_file = "matrix.token"
"#;

    fn keys() -> tempfile::TempDir {
        let keys = tempfile::tempdir().unwrap();
        for (name, line) in
            [("mail.password", "pass"), ("sms.secret", "key"), ("sms.inbound", &"a".repeat(32)), ("matrix.token", "syt_x\n")]
        {
            std::fs::write(keys.path().join(name), line).unwrap();
        }
        keys
    }

    #[test]
    fn all_channels_are_off_without_the_file_and_made_from_it() {
        let keys = keys();
        assert!(!ChannelSettings::read(keys.path()).unwrap().any());
        let made = ChannelSettings::parse(ALL).unwrap().make(keys.path(), "Eastgate").unwrap();
        assert!(made.mail.is_some() && made.sms.is_some() && made.ntfy.is_some() && made.matrix.is_some());
        assert_eq!(made.sms_inbound.unwrap().number.as_str(), "+447700900123");
    }

    #[test]
    fn an_unknown_table_or_key_is_refused_with_the_nearest_known_one() {
        let said = |text: &str| ChannelSettings::parse(text).unwrap_err().to_string();
        assert!(said("[mial]\nhost = 'x'\n").contains("`[mail]`"));
        assert!(said(&ALL.replace("token_file", "token_fil")).contains("`token_file`"));
        assert!(said("mail = 1").contains("[mail]"));
    }

    #[test]
    fn a_setting_that_would_weaken_something_is_refused() {
        let keys = keys();
        let refused = |from: &str, to: &str| {
            assert!(ALL.contains(from), "{from}");
            ChannelSettings::parse(&ALL.replace(from, to)).and_then(|read| read.make(keys.path(), "Eastgate")).is_err()
        };
        assert!(refused("host = \"smtp.example.org\"", "host = \"smtp.example.org\"\ntls = false"), "plain mail over the internet");
        assert!(
            refused("host = \"smtp.example.org\"", "host = \"smtp.example.org\"\ntls = false\nown_network = true\nstarttls = true"),
            "both"
        );
        assert!(refused("https://gateway", "http://gateway") && refused("https://ntfy", "http://ntfy"), "plain http over the internet");
        assert!(refused("https://ntfy.example/", "https://10.0.0.1/"), "the own network without saying so");
        assert!(refused("sms.secret", "../log.seed") && refused("sms.secret", ".hidden") && refused("sms.secret", "absent"));
        assert!(refused("secret_file = \"sms.secret\"", ""), "a header without its secret");
        assert!(refused("{to}", "{nobody}") && refused("{text}", "hello") && refused("from = \"bell@example.org\"", "from = \"bell\""));
        assert!(refused("token_file = \"matrix.token\"", ""), "Matrix without a token");
        std::fs::write(keys.path().join("sms.inbound"), "short").unwrap();
        assert!(refused("+44 7700 900123", "+44 7700 900124"), "a short inbound secret");
    }
}
