//! A small town for the tests of the doors: the real routes over a store in memory, with a clock moved by
//! hand and chance from a counter. Nothing here sends anything.

use super::limits::Limits;
use super::{App, gate, routes};
use crate::acts::bell::{Composed, NewSubscription, Wished, approve, draft, ring, subscribe, subscribe_observer};
use crate::acts::passkey::Passkeys;
use crate::acts::people;
use crate::acts::{StreetCaller, desk, record, street};
use crate::pack::shelf::Shelf;
use crate::push::SignedMessage;
use crate::push::{Endpoint, KnownOrigins, Live, SubscriberKeys};
use crate::store::memory::MemoryStore;
use crate::world::{Chance, Clock, Group, Push, World};
use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use handbell_log::note::SigningKey;
use handbell_rules::area::{AreaFile, Cell};
use handbell_rules::bell::delivery::{Answer, Leased};
use handbell_rules::bell::mode::Status;
use handbell_rules::bell::nudged::DutyMessage;
use handbell_rules::bell::signed::Signing;
use handbell_rules::bell::subscription::Subscription;
use handbell_rules::desk::claim::{Certainty, NewClaim};
use handbell_rules::gazetteer::{self, Gazetteer};
use handbell_rules::id::{AlertId, IncidentId};
use handbell_rules::people::member::{DeskCaller, Role};
use handbell_rules::people::standing::Founding;
use handbell_rules::place::Point;
use handbell_rules::playbook::{AreaSlot, ClockTime, Folder, Playbook, Reach, SignOffs, Slots, Spot};
use handbell_rules::record::proposal::Proposed;
use handbell_rules::refusal::{Bell, Refusal};
use handbell_rules::street::report::{Basis, Happening, NewReport, Observed, Route as WayIn};
use handbell_rules::time::Timestamp;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use sha2::{Digest, Sha256};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use tempfile::TempDir;
use tower::ServiceExt;

/// A clock that stands still until a test moves it.
pub struct HandClock(AtomicI64);

impl HandClock {
    /// Moves the clock.
    pub fn go(&self, milliseconds: i64) {
        self.0.fetch_add(milliseconds, Ordering::Relaxed);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_milliseconds(self.0.load(Ordering::Relaxed))
    }
}

struct CountedChance(AtomicU64);

impl Chance for CountedChance {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(32) {
            let number = self.0.fetch_add(1, Ordering::Relaxed);
            let digest = Sha256::digest(number.to_be_bytes());
            chunk.copy_from_slice(&digest[..chunk.len()]);
        }
    }
}

/// Judges endpoints as the real sender does, and sends nothing.
struct SilentPush;

#[async_trait]
impl Push for SilentPush {
    async fn send(&self, _leased: &Leased, _to: &Subscription, _message: &SignedMessage, _now: Timestamp) -> Answer {
        Answer::Later
    }
    async fn nudge(&self, _to: &Subscription, _message: &DutyMessage, _expires_at: Timestamp, _now: Timestamp) -> Answer {
        Answer::Later
    }
    fn accepts(&self, endpoint: &str, key: &[u8], secret: &[u8]) -> Result<(), Refusal> {
        Endpoint::<Live>::parse(endpoint, &KnownOrigins::default()).map_err(|_| Bell::EndpointRefused)?;
        SubscriberKeys::check(key, secret, &aws_lc_rs::rand::SystemRandom::new()).map_err(|_| Bell::KeysWrong)?;
        Ok(())
    }
}

/// One answer, read whole.
pub struct Heard {
    /// Status.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// Body.
    pub body: Vec<u8>,
}

impl Heard {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("no JSON: {error}: {}", self.text()))
    }
    /// A header.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
    /// The problem's stable name.
    pub fn problem(&self) -> String {
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.text());
        self.json()["type"].as_str().unwrap().trim_start_matches("/problems#").to_owned()
    }
    /// The value of the first field of this name in a form of the page.
    pub fn field(&self, name: &str) -> String {
        let text = self.text();
        let at = text.find(&format!("name=\"{name}\"")).unwrap_or_else(|| panic!("no field {name} in {text}"));
        let rest = &text[at..];
        let rest = &rest[rest.find("value=\"").unwrap() + 7..];
        rest[..rest.find('"').unwrap()].to_owned()
    }
    /// The seven words of a receipt page, or none.
    pub fn receipt(&self) -> Option<String> {
        let text = self.text();
        let list = &text[text.find("class=\"words\"")?..];
        let list = &list[..list.find("</ol>")?];
        let words: Vec<&str> = list.split("<bdi>").skip(1).filter_map(|part| part.split("</bdi>").next()).collect();
        Some(words.join(" "))
    }
}

/// A member signed in on one browser.
pub struct Signed {
    /// The act's caller.
    pub caller: DeskCaller,
    /// The `Cookie` header of the browser.
    pub cookies: String,
    /// The token of the session's forms.
    pub csrf: String,
}

/// The town.
pub struct Town {
    /// What the doors hold.
    pub app: App,
    /// The store, for planting faults.
    pub store: Arc<MemoryStore>,
    /// The clock.
    pub clock: Arc<HandClock>,
    /// The folder behind `app.public`.
    pub folder: TempDir,
}

fn texts(root: &Path, folder: &Path, into: &mut Folder) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            texts(root, &path, into);
        } else {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            into.insert(name, std::fs::read_to_string(&path).unwrap());
        }
    }
}

fn playbook() -> Playbook {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../playbooks/uk-street");
    let mut folder = Folder::new();
    texts(&root, &root, &mut folder);
    Playbook::load(&folder).unwrap()
}

/// A point inside the first area of the town.
pub fn middle() -> Point {
    Point::from_degrees(51.470, -0.069).unwrap()
}

/// The cells of the town's two areas, as text.
pub fn cells() -> Vec<String> {
    let here = Cell::around(middle());
    [here, here.neighbours()[0]].iter().map(ToString::to_string).collect()
}

fn areas() -> AreaFile {
    let cells = cells();
    let text = format!(
        "[[area]]\nid = \"middle\"\nname = \"Peckham, around the station\"\ndistrict = \"Peckham\"\ncells = [\"{}\"]\n\
         [[area]]\nid = \"north\"\nname = \"Peckham North\"\ndistrict = \"Peckham\"\ncells = [\"{}\"]\n",
        cells[0], cells[1]
    );
    AreaFile::parse("areas.toml", &text).unwrap()
}

impl Default for Town {
    fn default() -> Self {
        Self::new()
    }
}

impl Town {
    /// A real group.
    pub fn new() -> Self {
        Self::with(Status::Actual)
    }

    /// A drill.
    pub fn exercise() -> Self {
        Self::with(Status::Exercise)
    }

    /// A real group whose alerts are signed, as every real group's are outside of these tests.
    pub fn keyed() -> Self {
        Self::made(Status::Actual, Signing::ByDevices)
    }

    fn with(status: Status) -> Self {
        // Who signs is told by the stories of signing devices; the others look at something else.
        Self::made(status, Signing::Played)
    }

    fn made(status: Status, signing: Signing) -> Self {
        let key = Arc::new(SigningKey::from_seed("town.example/log", &[7; 32]).unwrap());
        let store = Arc::new(MemoryStore::new(key.clone(), status));
        // 20 November 2026, 21:40 in London.
        let clock = Arc::new(HandClock(AtomicI64::new(1_795_210_800_000)));
        let group = Group {
            name: "Eastgate neighbours".into(),
            origin: "https://town.example".into(),
            status,
            playbook: playbook(),
            sign_offs: SignOffs::default(),
            areas: areas(),
            places: Gazetteer::new(gazetteer::parse("peckham-places.csv", crate::shipped::PECKHAM_PLACES).unwrap()),
            receipt_key: aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &[3; 32]),
            contact_recipient: age::x25519::Identity::generate().to_public().to_string(),
            vapid_public: "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8".into(),
            log_vkey: key.verifier().to_string(),
            second_vkey: None,
            cosigners: crate::cosigners::Cosigners::default(),
            founding: Founding::Everybody,
            signing,
            links_sign_in: true,
            hub: None,
            played: false,
            demo: status == Status::Exercise,
        };
        let folder = tempfile::tempdir().unwrap();
        let world = World {
            store: store.clone(),
            clock: clock.clone(),
            chance: Arc::new(CountedChance(AtomicU64::new(0))),
            push: Arc::new(SilentPush),
            group: Arc::new(group),
            flood: Arc::default(),
            audience: Arc::default(),
            cosigned: Arc::default(),
            intake: Arc::default(),
            packs: Arc::new(Shelf::at(folder.path().join("packs"))),
            vault: Arc::<crate::vault::Memory>::default(),
            shut_in: Arc::default(),
            frames_sent: Arc::default(),
        };
        let app = App {
            crowds: Arc::default(),
            figures: Arc::default(),
            passkeys: Arc::new(Passkeys::new(&world.group)),
            idle: Arc::default(),
            world,
            limits: Arc::new(Limits::new(true)),
            readers: super::record::readers(),
            phones: None,
            stage: None,
            public: folder.path().to_owned(),
            neighbours: Arc::default(),
            streets: folder.path().join("map.pmtiles"),
            address_header: None,
        };
        Self { app, store, clock, folder }
    }

    /// The same town with its limits on.
    pub fn limited(mut self) -> Self {
        self.app.limits = Arc::new(Limits::new(false));
        self
    }

    /// The routes.
    pub fn router(&self) -> Router {
        routes::router(self.app.clone())
    }

    /// Sends a request.
    pub async fn send(&self, request: Request<Body>) -> Heard {
        let (head, body) = self.router().oneshot(request).await.unwrap().into_parts();
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        Heard { status: head.status, headers: head.headers, body }
    }

    /// Sends a request and reads its head only, for streams that never end.
    pub async fn head_of(&self, request: Request<Body>) -> Heard {
        let (head, _) = self.router().oneshot(request).await.unwrap().into_parts();
        Heard { status: head.status, headers: head.headers, body: Vec::new() }
    }

    /// Gets a page.
    pub async fn get(&self, path: &str) -> Heard {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// Posts a form as a browser on this site does.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Heard {
        self.send(form(path, fields)).await
    }

    /// Signs a member in on a browser of their own.
    pub async fn signed_in(&self, name: &str, roles: &[Role]) -> Signed {
        let world = &self.app.world;
        let link = people::invite(world, name, roles).await.unwrap();
        let signed = people::sign_in(world, link.text(), None).await.unwrap();
        let device = signed.device.unwrap();
        let caller = people::who(world, signed.session.text(), device.text()).await.unwrap();
        if caller.works_the_desk() && caller.needs(Role::Observer).is_err() {
            // Access follows duty; who is off duty is a test of its own. Observers begin theirs in their stories.
            people::start_duty(world, &caller, 4).await.unwrap();
        }
        let cookies = format!("{}={}; {}={}", gate::SESSION_COOKIE, signed.session.text(), gate::DEVICE_COOKIE, device.text());
        let mut headers = HeaderMap::new();
        headers.insert(http::header::COOKIE, cookies.parse().unwrap());
        let csrf = gate::desk(&self.app, &headers).await.unwrap().csrf;
        Signed { caller, cookies, csrf }
    }
}

/// Form text (WHATWG URL, section 5), every byte but letters and digits escaped.
pub fn encoded(fields: &[(&str, &str)]) -> String {
    let escape = |text: &str| -> String {
        text.bytes().map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
    };
    fields.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect::<Vec<_>>().join("&")
}

/// A form as a browser on this site posts it.
pub fn form(path: &str, fields: &[(&str, &str)]) -> Request<Body> {
    Request::post(path)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .body(Body::from(encoded(fields)))
        .unwrap()
}

/// A browser's keys, different for each number.
pub fn browser_keys(number: u8) -> (Vec<u8>, Vec<u8>) {
    use p256::elliptic_curve::sec1::ToEncodedPoint;
    let key = p256::SecretKey::from_slice(&[number; 32]).unwrap().public_key().to_encoded_point(false).as_bytes().to_vec();
    (key, vec![number; 16])
}

/// What the place of every confirmed incident here is called.
pub const SPOT: &str = "Lantern Corner";

/// An incident that a trained observer on the scene has confirmed, with one neighbour and one observer to tell.
pub struct Confirmed {
    /// A member with every desk role.
    pub amina: Signed,
    /// Another.
    pub ben: Signed,
    /// The incident.
    pub incident: IncidentId,
    /// The words of the observer's receipt.
    pub words: String,
}

impl Town {
    /// Confirms an incident of a kind in a public place.
    pub async fn confirmed(&self, kind: &str) -> Confirmed {
        let world = &self.app.world;
        let all = [Role::Triager, Role::Approver, Role::Editor];
        let (amina, ben) = (self.signed_in("Amina", &all).await, self.signed_in("Ben", &all).await);
        let chidi = self.signed_in("Chidi", &[Role::Observer]).await;
        people::start_duty(world, &chidi.caller, 4).await.unwrap();
        let browser = |number: u8, cells| {
            let (key, secret) = browser_keys(number);
            let endpoint = format!("https://updates.push.services.mozilla.com/wpush/v2/{number}");
            NewSubscription {
                endpoint,
                key,
                secret,
                cells,
                kinds: vec![],
                language: "en".into(),
                discreet: false,
                wished: Wished::default(),
            }
        };
        let cells = world.group.areas.named("middle").unwrap().area.cells().collect();
        subscribe(world, StreetCaller, browser(1, cells)).await.unwrap();
        subscribe_observer(world, &chidi.caller, browser(2, vec![])).await.unwrap();
        let now = world.now();
        let told = NewReport {
            kind: kind.into(),
            basis: Basis::Saw,
            happening: Happening::Now,
            observed: Observed { from: now, to: now },
            place: SPOT.into(),
            point: Some(middle()),
            text: String::new(),
            officers: None,
            vehicles: None,
            people: None,
            route: WayIn::Web,
            language: "en".into(),
        };
        let filed = street::file_from_the_scene(world, &chidi.caller, told).await.unwrap();
        let incident = desk::open_incident(world, &amina.caller, filed.report, false).await.unwrap();
        let claim = NewClaim {
            predicate: "activity".into(),
            value: "going-on".into(),
            range: None,
            report: Some(filed.report),
            official: String::new(),
            certainty: Certainty::Observed,
        };
        desk::record_claim(world, &amina.caller, incident, claim).await.unwrap();
        Confirmed { amina, ben, incident, words: filed.receipt.words().to_owned() }
    }

    /// Sets the three custody keys, so that the group keeps footage.
    pub async fn has_custodians(&self) {
        for (place, _) in handbell_rules::evidence::keys::Place::ALL {
            let recipient = age::x25519::Identity::generate().to_public().to_string();
            crate::acts::custody::set(&self.app.world, place, &recipient).await.unwrap();
        }
    }

    /// Drafts an alert of the flood's or the visit's sentence.
    pub async fn drafted(&self, about: &Confirmed, reach: Reach) -> AlertId {
        let world = &self.app.world;
        let incident = world.store.incident(about.incident).await.unwrap().unwrap();
        let kind = world.group.playbook.kind(&incident.kind).unwrap();
        let wanted = &kind.reach(reach, false).unwrap().slots;
        let has = |slot| wanted.contains(&slot);
        use handbell_rules::playbook::SlotKind;
        let slots = Slots {
            area: has(SlotKind::Area).then(|| AreaSlot::Named(vec!["middle".into()])),
            spot: has(SlotKind::Spot).then(|| Spot::new(SPOT).unwrap()),
            agency: has(SlotKind::Agency).then(|| kind.agencies[0].clone()),
            activity: has(SlotKind::Activity).then(|| kind.activities[0].clone()),
            time: has(SlotKind::Time).then(|| ClockTime::new(21, 40).unwrap()),
            count: None,
        };
        draft(world, &about.amina.caller, about.incident, Composed { reach, areas: vec!["middle".into()], slots, lives_minutes: 60 })
            .await
            .unwrap()
    }

    /// Drafts, approves twice and rings.
    pub async fn rung(&self, about: &Confirmed, reach: Reach) -> AlertId {
        let world = &self.app.world;
        let id = self.drafted(about, reach).await;
        approve(world, &about.amina.caller, id).await.unwrap();
        approve(world, &about.ben.caller, id).await.unwrap();
        ring(world, &about.amina.caller, id).await.unwrap();
        id
    }

    /// Two members open the incident to the public record.
    pub async fn opened(&self, about: &Confirmed) {
        let world = &self.app.world;
        let proposal = record::propose(world, &about.amina.caller, about.incident, Proposed::Opening).await.unwrap();
        record::publish(world, &about.ben.caller, proposal).await.unwrap();
    }
}
