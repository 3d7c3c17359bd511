//! Endpoint: where a message is handed in, live or exercise, as types that cannot be mixed.
//!
//! PROMISE a-drill-cannot-ring-live: an `Endpoint<Live>` comes from a browser's subscription and lies on a
//! known push origin; an `Endpoint<Exercise>` is an exercise phone on this machine. Nothing converts one
//! into the other. A live endpoint can never name an address of our own network, because hosts come from a
//! closed list; `resolve` checks again where the name leads. An endpoint is never logged.

use std::marker::PhantomData;

use handbell_rules::bell::mode::Status;
use reqwest::Url;
use thiserror::Error;

/// Longest endpoint taken, in bytes.
pub const ENDPOINT_BYTES_MAX: usize = 1_024;
/// Longest id of an exercise phone, in bytes.
pub const PHONE_ID_BYTES_MAX: usize = 64;
/// Further push origins an operator may name.
pub const FURTHER_ORIGINS_MAX: usize = 16;

/// Hosts of the push services of today's browsers.
const KNOWN_HOSTS: [&str; 2] = ["fcm.googleapis.com", "updates.push.services.mozilla.com"];
/// Domains whose every host is a push service: each ends in a name its owner gives to nothing else.
const KNOWN_DOMAINS: [&str; 3] = [".push.services.mozilla.com", ".push.apple.com", ".notify.windows.com"];
/// Names that can only mean this machine or its own network (RFC 6761, RFC 6762, RFC 8375, and in use).
const OWN_NETWORK_DOMAINS: [&str; 5] = [".localhost", ".local", ".internal", ".home.arpa", ".onion"];

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Live {}
    impl Sealed for super::Exercise {}
}

/// Live or exercise. Nobody else can add a mode.
pub trait Mode: sealed::Sealed + Send + Sync + 'static {
    /// The mode's word.
    const NAME: &'static str;
    /// The mode as a value.
    const STATUS: Status;
}

/// Real subscribers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Live {}

/// Exercise phones, in a drill or a demo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exercise {}

impl Mode for Live {
    const NAME: &'static str = "live";
    const STATUS: Status = Status::Actual;
}

impl Mode for Exercise {
    const NAME: &'static str = "exercise";
    const STATUS: Status = Status::Exercise;
}

/// Why an endpoint or an origin was refused. The word of each is stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Refused {
    /// Longer than [`ENDPOINT_BYTES_MAX`].
    #[error("the push address is too long")]
    TooLong,
    /// Not a URL, or one with signs that programs read differently.
    #[error("the push address cannot be read")]
    Unreadable,
    /// Another scheme than https.
    #[error("the push address must begin with https:")]
    NotHttps,
    /// Another port than 443.
    #[error("the push address must use the ordinary port")]
    OtherPort,
    /// A name or password inside.
    #[error("the push address must not carry a name or a password")]
    UserInfo,
    /// A fragment inside.
    #[error("the push address must not carry a fragment")]
    Fragment,
    /// A number instead of a name.
    #[error("the push address must name a host, not a number")]
    AddressLiteral,
    /// No path: this names a push service, not a subscription.
    #[error("the push address names nobody")]
    NoPath,
    /// The host is on no list of push services.
    #[error("this push service is not known here")]
    UnknownOrigin,
    /// The origin is not exactly `https://` and a public host name.
    #[error("a push origin is https:// and a public host name, nothing more")]
    OriginShape,
    /// More than [`FURTHER_ORIGINS_MAX`] origins.
    #[error("too many further push origins")]
    TooManyOrigins,
    /// Not the address of an exercise phone of this program.
    #[error("this is not the address of an exercise phone")]
    NotAnExercisePhone,
}

impl Refused {
    /// The stable short name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::TooLong => "endpoint-too-long",
            Self::Unreadable => "endpoint-unreadable",
            Self::NotHttps => "endpoint-not-https",
            Self::OtherPort => "endpoint-other-port",
            Self::UserInfo => "endpoint-user-info",
            Self::Fragment => "endpoint-fragment",
            Self::AddressLiteral => "endpoint-address-literal",
            Self::NoPath => "endpoint-without-path",
            Self::UnknownOrigin => "push-origin-unknown",
            Self::OriginShape => "push-origin-shape",
            Self::TooManyOrigins => "push-origins-too-many",
            Self::NotAnExercisePhone => "not-an-exercise-phone",
        }
    }
}

/// The push services a group sends to: the built-in list and what its operator added.
#[derive(Debug, Clone, Default)]
pub struct KnownOrigins {
    further_hosts: Vec<String>,
}

impl KnownOrigins {
    /// Adds exact origins such as `https://push.example.org` to the built-in list.
    pub fn with_further<T: AsRef<str>>(origins: &[T]) -> Result<Self, Refused> {
        if origins.len() > FURTHER_ORIGINS_MAX {
            return Err(Refused::TooManyOrigins);
        }
        let further_hosts = origins.iter().map(|origin| public_host(origin.as_ref())).collect::<Result<_, _>>()?;
        Ok(Self { further_hosts })
    }

    fn knows(&self, host: &str) -> bool {
        let below = |domain: &str| host.strip_suffix(domain).is_some_and(|label| !label.is_empty() && !label.ends_with('.'));
        KNOWN_HOSTS.contains(&host)
            || KNOWN_DOMAINS.iter().any(|domain| below(domain))
            || self.further_hosts.iter().any(|known| known == host)
    }
}

/// Where one browser's, or one exercise phone's, messages are handed in.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint<M: Mode> {
    url: Url,
    origin: String,
    mode: PhantomData<M>,
}

impl<M: Mode> Endpoint<M> {
    /// The whole address, for storing and sending. A capability: whoever has it can reach the phone.
    pub fn as_str(&self) -> &str {
        self.url.as_str()
    }

    /// The push service's origin, without the part that names a phone.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    pub(super) fn url(&self) -> &Url {
        &self.url
    }

    fn of(url: Url) -> Self {
        let origin = url.origin().ascii_serialization();
        Self { url, origin, mode: PhantomData }
    }
}

impl<M: Mode> std::fmt::Debug for Endpoint<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Endpoint<{}>({}/…)", M::NAME, self.origin)
    }
}

impl Endpoint<Live> {
    /// Reads the endpoint of a browser's subscription. Used at the door and again for every stored one, so
    /// that an origin taken off the list is never sent to.
    pub fn parse(text: &str, known: &KnownOrigins) -> Result<Self, Refused> {
        if text.len() > ENDPOINT_BYTES_MAX {
            return Err(Refused::TooLong);
        }
        let url = read_https(text)?;
        let host = url.domain().ok_or(Refused::AddressLiteral)?;
        if !known.knows(host) {
            return Err(Refused::UnknownOrigin);
        }
        if url.path() == "/" {
            return Err(Refused::NoPath);
        }
        if url.as_str().len() > ENDPOINT_BYTES_MAX {
            return Err(Refused::TooLong);
        }
        Ok(Self::of(url))
    }
}

impl Endpoint<Exercise> {
    /// The address of an exercise phone on this machine: the only way an endpoint can lie on loopback.
    /// `id` is base64url.
    pub fn exercise_phone(port: u16, id: &str) -> Result<Self, Refused> {
        let id_reads = (1..=PHONE_ID_BYTES_MAX).contains(&id.len()) && id.bytes().all(is_base64url);
        // Ports below 1024 belong to the machine's own services, never to phones.
        if !id_reads || port < 1_024 {
            return Err(Refused::NotAnExercisePhone);
        }
        let url = Url::parse(&format!("http://127.0.0.1:{port}/phone/{id}")).map_err(|_| Refused::NotAnExercisePhone)?;
        Ok(Self::of(url))
    }

    /// Reads a stored exercise endpoint. It must be exactly what [`Endpoint::exercise_phone`] writes for the
    /// phones that run on `port`, so no other program on this machine can be reached through it.
    pub fn parse(text: &str, port: u16) -> Result<Self, Refused> {
        let id = text.rsplit('/').next().unwrap_or_default();
        let endpoint = Self::exercise_phone(port, id)?;
        if endpoint.as_str() == text { Ok(endpoint) } else { Err(Refused::NotAnExercisePhone) }
    }
}

/// Reads an https URL without user, fragment or odd port. What URL parsers disagree about (control signs,
/// spaces, backslashes, letters beyond ASCII, an empty user) is refused before parsing.
fn read_https(text: &str) -> Result<Url, Refused> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) || text.contains('\\') {
        return Err(Refused::Unreadable);
    }
    let url = Url::parse(text).map_err(|_| Refused::Unreadable)?;
    if url.scheme() != "https" {
        return Err(Refused::NotHttps);
    }
    let after = text.get("https://".len()..).filter(|_| text[..8].eq_ignore_ascii_case("https://")).ok_or(Refused::Unreadable)?;
    let authority = after.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') || !url.username().is_empty() || url.password().is_some() {
        return Err(Refused::UserInfo);
    }
    if url.fragment().is_some() {
        return Err(Refused::Fragment);
    }
    if url.port().is_some() {
        return Err(Refused::OtherPort);
    }
    if authority.is_empty() || authority.contains('%') {
        return Err(Refused::Unreadable);
    }
    Ok(url)
}

/// The host of an origin an operator names: exact, public, and nothing after it.
fn public_host(origin: &str) -> Result<String, Refused> {
    let url = read_https(origin)?;
    let host = url.domain().ok_or(Refused::AddressLiteral)?;
    let own_network = OWN_NETWORK_DOMAINS.iter().any(|domain| host.ends_with(domain));
    let exact = origin == format!("https://{host}");
    if !exact || own_network || !host.contains('.') || host.ends_with('.') || host.contains('*') {
        return Err(Refused::OriginShape);
    }
    Ok(host.to_owned())
}

fn is_base64url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn live(text: &str) -> Result<String, Refused> {
        Endpoint::<Live>::parse(text, &KnownOrigins::default()).map(|endpoint| endpoint.as_str().to_owned())
    }

    #[test]
    fn endpoints_of_todays_push_services_are_taken() {
        for (text, origin) in [
            ("https://fcm.googleapis.com/fcm/send/dXk:APA91bF_x-y", "https://fcm.googleapis.com"),
            ("https://fcm.googleapis.com/wp/dXk:APA91bF", "https://fcm.googleapis.com"),
            ("https://updates.push.services.mozilla.com/wpush/v2/gAAAA", "https://updates.push.services.mozilla.com"),
            ("https://eu.push.services.mozilla.com/wpush/v2/gAAAA", "https://eu.push.services.mozilla.com"),
            ("https://web.push.apple.com/QOk3", "https://web.push.apple.com"),
            ("https://wns2-par02p.notify.windows.com/w/?token=BQYAAAD%2b%3d", "https://wns2-par02p.notify.windows.com"),
            ("https://FCM.googleapis.com:443/fcm/send/a", "https://fcm.googleapis.com"),
        ] {
            let endpoint = Endpoint::<Live>::parse(text, &KnownOrigins::default()).unwrap();
            assert_eq!(endpoint.origin(), origin);
            assert!(endpoint.as_str().starts_with(&format!("{origin}/")));
            assert_eq!(live(endpoint.as_str()).unwrap(), endpoint.as_str(), "a stored endpoint reads back the same");
        }
    }

    #[test]
    fn hostile_endpoints_are_refused_by_name() {
        use Refused::*;
        let long = format!("https://fcm.googleapis.com/{}", "a".repeat(ENDPOINT_BYTES_MAX));
        // Signs that a URL writes as three bytes must not smuggle more than the limit in.
        let grows = format!("https://fcm.googleapis.com/{}", "\"".repeat(600));
        for (text, why) in [
            ("", Unreadable),
            ("fcm.googleapis.com/fcm/send/a", Unreadable),
            ("/fcm/send/a", Unreadable),
            ("http://fcm.googleapis.com/fcm/send/a", NotHttps),
            ("ftp://fcm.googleapis.com/a", NotHttps),
            ("file:///etc/passwd", NotHttps),
            ("javascript:alert(1)", NotHttps),
            ("data:text/plain,a", NotHttps),
            ("https:fcm.googleapis.com/a", Unreadable),
            ("https:/fcm.googleapis.com/a", Unreadable),
            ("https:///fcm.googleapis.com/a", Unreadable),
            ("https://", Unreadable),
            ("https://fcm.googleapis.com:8443/a", OtherPort),
            ("https://fcm.googleapis.com:80/a", OtherPort),
            ("https://fcm.googleapis.com:99999/a", Unreadable),
            ("https://user@fcm.googleapis.com/a", UserInfo),
            ("https://user:pass@fcm.googleapis.com/a", UserInfo),
            ("https://@fcm.googleapis.com/a", UserInfo),
            ("https://:@fcm.googleapis.com/a", UserInfo),
            ("https://fcm.googleapis.com@127.0.0.1/a", UserInfo),
            ("https://fcm.googleapis.com#@evil.example/a", Fragment),
            ("https://fcm.googleapis.com/a#", Fragment),
            ("https://fcm.googleapis.com/a#b", Fragment),
            ("https://127.0.0.1/a", AddressLiteral),
            ("https://10.0.0.1/a", AddressLiteral),
            ("https://0x7f.1/a", AddressLiteral),
            ("https://2130706433/a", AddressLiteral),
            ("https://017700000001/a", AddressLiteral),
            ("https://[::1]/a", AddressLiteral),
            ("https://[::ffff:127.0.0.1]/a", AddressLiteral),
            ("https://[fe80::1]/a", AddressLiteral),
            ("https://8.8.8.8/a", AddressLiteral),
            ("https://localhost/a", UnknownOrigin),
            ("https://evil.example/a", UnknownOrigin),
            ("https://fcm.googleapis.com.evil.example/a", UnknownOrigin),
            ("https://fcm.googleapis.com./a", UnknownOrigin),
            ("https://x.fcm.googleapis.com/a", UnknownOrigin),
            ("https://evilfcm.googleapis.com/a", UnknownOrigin),
            ("https://storage.googleapis.com/a", UnknownOrigin),
            ("https://push.apple.com/a", UnknownOrigin),
            ("https://.push.apple.com/a", UnknownOrigin),
            ("https://..push.apple.com/a", UnknownOrigin),
            ("https://evilpush.apple.com/a", UnknownOrigin),
            ("https://push.apple.com.evil.example/a", UnknownOrigin),
            ("https://notify.windows.com/a", UnknownOrigin),
            ("https://evil.example/https://fcm.googleapis.com/a", UnknownOrigin),
            ("https://evil.example?fcm.googleapis.com/a", UnknownOrigin),
            ("https://%66cm.googleapis.com/a", Unreadable),
            ("https://fcm.googleapis.com", NoPath),
            ("https://fcm.googleapis.com/", NoPath),
            ("https://fcm.googleapis.com?a", NoPath),
            ("https://fcm.googleapis.com/a/..", NoPath),
            (" https://fcm.googleapis.com/a", Unreadable),
            ("https://fcm.googleapis.com/a b", Unreadable),
            ("https://fcm.goo\tgleapis.com/a", Unreadable),
            ("https://fcm.googleapis.com/a\r\nHost: evil.example", Unreadable),
            ("https://fcm.googleapis.com/a\0", Unreadable),
            ("https:\\\\fcm.googleapis.com\\a", Unreadable),
            ("https://evil.example\\@fcm.googleapis.com/a", Unreadable),
            ("https://ｆcm.googleapis.com/a", Unreadable),
            ("https://fcm.googleapis.com/é", Unreadable),
            (&long, TooLong),
            (&grows, TooLong),
        ] {
            assert_eq!(live(text), Err(why), "{text:?}");
        }
    }

    #[test]
    fn an_operator_adds_exact_public_origins_only() {
        let known = KnownOrigins::with_further(&["https://push.example.org"]).unwrap();
        assert!(Endpoint::<Live>::parse("https://push.example.org/up/1", &known).is_ok());
        for other in ["https://x.push.example.org/up/1", "https://example.org/up/1"] {
            assert_eq!(Endpoint::<Live>::parse(other, &known).err(), Some(Refused::UnknownOrigin));
        }
        for (bad, why) in [
            ("http://push.example.org", Refused::NotHttps),
            ("https://push.example.org/", Refused::OriginShape),
            ("https://push.example.org/up", Refused::OriginShape),
            ("https://push.example.org?x", Refused::OriginShape),
            ("https://push.example.org:443", Refused::OriginShape),
            ("https://push.example.org:444", Refused::OtherPort),
            ("https://Push.example.org", Refused::OriginShape),
            ("https://push.example.org.", Refused::OriginShape),
            ("https://*.example.org", Refused::OriginShape),
            ("https://localhost", Refused::OriginShape),
            ("https://push.localhost", Refused::OriginShape),
            ("https://box.local", Refused::OriginShape),
            ("https://metadata.google.internal", Refused::OriginShape),
            ("https://intranet", Refused::OriginShape),
            ("https://127.0.0.1", Refused::AddressLiteral),
            ("https://[::1]", Refused::AddressLiteral),
            ("*", Refused::Unreadable),
        ] {
            assert_eq!(KnownOrigins::with_further(&[bad]).err(), Some(why), "{bad}");
        }
        let many: Vec<String> = (0..=FURTHER_ORIGINS_MAX).map(|number| format!("https://p{number}.example")).collect();
        assert_eq!(KnownOrigins::with_further(&many).err(), Some(Refused::TooManyOrigins));
    }

    #[test]
    fn an_exercise_endpoint_is_a_phone_on_loopback_and_nothing_else() {
        let endpoint = Endpoint::exercise_phone(4_000, "aB-_9").unwrap();
        assert_eq!(endpoint.as_str(), "http://127.0.0.1:4000/phone/aB-_9");
        assert_eq!(endpoint.origin(), "http://127.0.0.1:4000");
        assert_eq!(Endpoint::<Exercise>::parse(endpoint.as_str(), 4_000), Ok(endpoint));
        for id in ["", ".", "..", "a/b", "a?b", "a#b", "a%2e", "é", &"a".repeat(PHONE_ID_BYTES_MAX + 1)] {
            assert_eq!(Endpoint::exercise_phone(4_000, id).err(), Some(Refused::NotAnExercisePhone), "{id:?}");
        }
        assert!(Endpoint::exercise_phone(0, "a").is_err() && Endpoint::exercise_phone(22, "a").is_err());
        for text in [
            "http://127.0.0.1:4001/phone/a",
            "http://127.0.0.1:4000/desk/a",
            "http://127.0.0.1:4000/phone/b/a",
            "http://127.0.0.1:4000/phone/a?x",
            "http://localhost:4000/phone/a",
            "http://user@127.0.0.1:4000/phone/a",
            "https://127.0.0.1:4000/phone/a",
            "https://fcm.googleapis.com/fcm/send/a",
            "a",
            "",
        ] {
            assert_eq!(Endpoint::<Exercise>::parse(text, 4_000).err(), Some(Refused::NotAnExercisePhone), "{text}");
        }
    }

    #[test]
    fn an_exercise_endpoint_never_reads_as_live() {
        let phone = Endpoint::exercise_phone(4_000, "a").unwrap();
        assert_eq!(live(phone.as_str()), Err(Refused::NotHttps));
        assert_eq!(live(&phone.as_str().replace("http:", "https:")), Err(Refused::OtherPort));
    }

    #[test]
    fn an_endpoint_is_not_written_into_logs() {
        let endpoint = Endpoint::<Live>::parse("https://fcm.googleapis.com/fcm/send/secret", &KnownOrigins::default()).unwrap();
        assert_eq!(format!("{endpoint:?}"), "Endpoint<live>(https://fcm.googleapis.com/…)");
    }

    #[test]
    fn every_refusal_has_its_own_name() {
        use Refused::*;
        let all = [
            TooLong,
            Unreadable,
            NotHttps,
            OtherPort,
            UserInfo,
            Fragment,
            AddressLiteral,
            NoPath,
            UnknownOrigin,
            OriginShape,
            TooManyOrigins,
            NotAnExercisePhone,
        ];
        let names: std::collections::HashSet<_> = all.iter().map(|refused| refused.name()).collect();
        assert_eq!(names.len(), all.len());
    }
}
