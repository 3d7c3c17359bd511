//! A dispatch by text message, through the gateway's own door: a telephone is named by itself, asked, and answers
//! in words that nobody reads more into than they say.

use super::{MailManners, Manners, Reached};
use crate::acts::{bell, dispatch, people};
use crate::doors::fixture::{Confirmed, Heard, SPOT, Signed, form};
use crate::work::{nudger, ringer};
use axum::body::Body;
use handbell_rules::bell::address::By;
use handbell_rules::bell::dispatch::{Answer, Quota};
use handbell_rules::bell::segment::fits;
use handbell_rules::id::AlertId;
use handbell_rules::people::member::Role;
use handbell_rules::playbook::{FieldRole, Reach};
use handbell_rules::time::{HOUR, MINUTE};
use http::Request;
use http::header::{COOKIE, HeaderValue};

const FINCH: &str = "+447700900201";
const ROBIN: &str = "+447700900202";

struct Called {
    town: Reached,
    about: Confirmed,
    finch: Signed,
    robin: Signed,
}

impl Called {
    /// Two observers on duty whose telephones are theirs, beside the one of the town.
    async fn new() -> Self {
        let called = Self::without_telephones().await;
        called.named(&called.finch, FINCH).await;
        called.named(&called.robin, ROBIN).await;
        called
    }

    async fn without_telephones() -> Self {
        let town = Reached::with(MailManners::Takes, Manners::Takes);
        let about = town.town.confirmed("immigration-visit").await;
        let mut both = Vec::new();
        for name in ["Finch", "Robin"] {
            let one = town.town.signed_in(name, &[Role::Observer]).await;
            people::start_duty(&town.town.app.world, &one.caller, 4).await.unwrap();
            both.push(one);
        }
        let (robin, finch) = (both.pop().unwrap(), both.pop().unwrap());
        Self { town, about, finch, robin }
    }

    async fn presses(&self, who: &Signed, go: &str) -> Heard {
        let mut request = form("/desk/telephone", &[("csrf", &who.csrf), ("go", go)]);
        request.headers_mut().insert(COOKIE, HeaderValue::from_str(&who.cookies).unwrap());
        self.town.town.send(request).await
    }

    /// The code that a page shows somebody.
    async fn code(&self, who: &Signed) -> String {
        let page = self.presses(who, "code").await.text();
        let at = page.find("JOIN ").unwrap_or_else(|| panic!("no code in {page}"));
        assert!(page.contains("+447700900100"), "and where to send it");
        page[at..].chars().take("JOIN ".len() + 8).collect()
    }

    async fn named(&self, who: &Signed, number: &str) {
        let code = self.code(who).await;
        assert_eq!(self.town.text(number, &code.to_lowercase()).await, 204);
        assert!(self.answer().contains("your duty telephone"), "{}", self.answer());
    }

    /// Everything that was sent: to whom, and what.
    fn sent(&self) -> Vec<(String, String)> {
        let read = |request: &String| {
            let body: serde_json::Value = serde_json::from_str(request.split("\r\n\r\n").nth(1).unwrap()).unwrap();
            (body["to"].as_str().unwrap().to_owned(), body["text"].as_str().unwrap().to_owned())
        };
        self.town.texts().iter().map(read).collect()
    }

    fn answer(&self) -> String {
        self.sent().pop().unwrap().1
    }

    async fn says(&self, number: &str, text: &str) -> String {
        let before = self.sent().len();
        assert_eq!(self.town.text(number, text).await, 204);
        let sent = self.sent();
        assert_eq!((sent.len(), sent.last().unwrap().0.as_str()), (before + 1, number), "one answer, to whoever wrote: {text}");
        self.answer()
    }

    /// Rings a dispatch for two observers.
    async fn rings(&self) -> AlertId {
        let world = &self.town.town.app.world;
        let alert = self.town.town.drafted(&self.about, Reach::Dispatch).await;
        let two = vec![Quota { role: FieldRole::Observer, language: None, wanted: 2 }];
        dispatch::plan(world, &self.about.ben.caller, alert, two).await.unwrap();
        bell::approve(world, &self.about.ben.caller, alert).await.unwrap();
        bell::ring(world, &self.about.amina.caller, alert).await.unwrap();
        self.works().await;
        alert
    }

    async fn works(&self) {
        let world = &self.town.town.app.world;
        while ringer::step(world).await.unwrap().tried > 0 {}
        while nudger::step(world).await.unwrap().tried > 0 {}
    }

    async fn stands(&self, alert: AlertId, who: &Signed) -> Answer {
        let dispatch = self.town.town.app.world.store.dispatch(alert).await.unwrap().unwrap();
        dispatch.of(who.caller.member).unwrap().answer
    }
}

#[tokio::test]
async fn a_member_is_asked_by_text_and_answers_by_text_from_first_to_last() {
    let called = Called::new().await;
    let world = &called.town.town.app.world;
    let before = called.sent().len();
    let alert = called.rings().await;
    let asked = called.sent().split_off(before);
    let mut to: Vec<&str> = asked.iter().map(|(to, _)| to.as_str()).collect();
    to.sort_unstable();
    assert_eq!(to, [FINCH, ROBIN]);
    assert!(asked.iter().all(|(_, text)| text.contains(SPOT) && text.contains("Reply with your minutes")), "{asked:?}");

    // What is not understood says so and changes nothing, however it begins.
    for text in ["12 people hurt", "no problem, 12", "yes", "112", "12?"] {
        assert!(called.says(FINCH, text).await.contains("we read only minutes"), "{text}");
        assert_eq!(called.stands(alert, &called.finch).await, Answer::Asked, "{text}");
    }
    // A number of nobody's says nothing to anybody.
    assert!(called.says("+447700900299", "12").await.contains("JOIN and an area"));
    assert_eq!(called.stands(alert, &called.finch).await, Answer::Asked);

    assert!(called.says(FINCH, "12").await.contains("first of your pair"));
    let kept = world.store.dispatch(alert).await.unwrap().unwrap();
    let finch = kept.of(called.finch.caller.member).unwrap();
    assert_eq!((finch.answer, finch.arrive_by), (Answer::Going, Some(world.now().plus(12 * MINUTE))));
    assert!(called.says(ROBIN, "No.").await.contains("not expected"));
    assert_eq!(called.stands(alert, &called.robin).await, Answer::Cannot);
    assert!(called.says(ROBIN, "15 min").await.contains("nobody stands alone"), "a no can be taken back");
    let before = called.sent().len();
    called.works().await;
    let news = called.sent().split_off(before);
    assert_eq!(news.len(), 1, "{news:?}");
    assert!(news[0].0 == FINCH && news[0].1.contains("your pair has changed"));

    assert!(called.says(FINCH, "HERE").await.contains("you are there"));
    assert!(called.says(FINCH, "here").await.contains("you are there"), "a gateway that tries again hears the same");
    assert!(called.says(ROBIN, "CAN'T FIND").await.contains("the desk knows"));
    assert!(world.store.dispatch(alert).await.unwrap().unwrap().of(called.robin.caller.member).unwrap().cannot_find);
    assert!(called.says(ROBIN, "LEAVING").await.contains("does not fit"), "who is not there does not leave");
    assert!(called.says(FINCH, "WELL").await.contains("good"));
    assert!(called.says(FINCH, "Leaving").await.contains("left and are safe"));
    assert_eq!(called.stands(alert, &called.finch).await, Answer::Left);

    bell::end(world, &called.about.ben.caller, alert, false).await.unwrap();
    called.works().await;
    assert!(called.says(ROBIN, "12").await.contains("it is over"));
    for (_, text) in called.sent() {
        assert!(fits(&text) && !text.contains("http") && !text.contains("/desk"), "one segment and no link: {text}");
    }
    let journal = world.store.journal(0, u32::MAX).await.unwrap();
    assert!(journal.iter().filter(|line| line.what == "dispatch-answered").all(|line| line.member.is_none()));
}

#[tokio::test]
async fn places_that_are_taken_and_asks_that_are_two_are_said_so() {
    let called = Called::new().await;
    let world = &called.town.town.app.world;
    let first = called.rings().await;
    let second = called.rings().await;
    assert!(called.says(FINCH, "12").await.contains("more than one place"));
    for alert in [first, second] {
        assert_eq!(called.stands(alert, &called.finch).await, Answer::Asked, "nothing is guessed");
    }
    bell::end(world, &called.about.ben.caller, second, true).await.unwrap();
    called.works().await;
    assert!(called.says(FINCH, "12").await.contains("you go to"));
    // The third of the three who were asked takes the second place on their own page.
    let chidi = world
        .store
        .dispatch(first)
        .await
        .unwrap()
        .unwrap()
        .asked
        .iter()
        .map(|asked| asked.member)
        .find(|member| *member != called.finch.caller.member && *member != called.robin.caller.member);
    let chidi = handbell_rules::people::member::DeskCaller { member: chidi.unwrap(), ..called.finch.caller.clone() };
    dispatch::answer(world, &chidi, first, handbell_rules::bell::dispatch::Press::Going { minutes: 5 }).await.unwrap();
    assert!(called.says(ROBIN, "5").await.contains("enough are going"));
    assert_eq!(called.stands(first, &called.robin).await, Answer::StoodBy);
}

#[tokio::test]
async fn a_telephone_is_named_by_itself_once_within_the_hour_and_stands_sealed() {
    let called = Called::without_telephones().await;
    let world = &called.town.town.app.world;
    let code = called.code(&called.finch).await;
    for wrong in ["JOIN AAAAAAAA", "JOIN", &code[5..], &code[..12]] {
        called.town.text(FINCH, wrong).await;
        assert!(world.store.duty_phones(called.finch.caller.member, world.now()).await.unwrap().is_empty(), "{wrong}");
    }
    called.town.text(FINCH, &code).await;
    let phones = world.store.duty_phones(called.finch.caller.member, world.now()).await.unwrap();
    assert_eq!((phones.len(), phones[0].by), (1, By::Sms));
    assert!(!serde_json::to_string(&phones[0]).unwrap().contains("7700900201"));
    // The code is spent: another telephone that texts it begins nothing.
    called.town.text(ROBIN, &code).await;
    assert_eq!(world.store.duty_phones(called.finch.caller.member, world.now()).await.unwrap(), phones);
    // Another telephone takes its place.
    called.named(&called.finch, "+447700900203").await;
    let after = world.store.duty_phones(called.finch.caller.member, world.now()).await.unwrap();
    assert!(after.len() == 1 && after[0].id != phones[0].id);
    let old = called.code(&called.finch).await;
    called.town.town.clock.go(HOUR);
    called.town.text(FINCH, &old).await;
    assert_eq!(world.store.duty_phones(called.finch.caller.member, world.now()).await.unwrap(), after);
    // The page never shows a number, and ends it with one press.
    let request = Request::get("/desk/duty").header("cookie", &called.finch.cookies).body(Body::empty()).unwrap();
    let page = called.town.town.send(request).await.text();
    assert!(page.contains("asked by text message") && page.contains("value=\"end\"") && !page.contains("7700900203"));
    assert_eq!(called.presses(&called.finch, "end").await.status, 303);
    assert!(world.store.duty_phones(called.finch.caller.member, world.now()).await.unwrap().is_empty());
    // Whoever is never sent has none.
    let amina = &called.about.amina;
    assert_eq!(called.presses(amina, "code").await.status, 403);
}

#[tokio::test]
async fn a_telephone_answers_only_what_it_was_asked_and_only_while_it_is_a_members() {
    let called = Called::without_telephones().await;
    let world = &called.town.town.app.world;
    called.named(&called.robin, ROBIN).await;
    // Finch has a duty phone in a browser, and a telephone only since after the ring.
    let (key, secret) = crate::doors::fixture::browser_keys(40);
    let phone = bell::NewSubscription {
        endpoint: "https://updates.push.services.mozilla.com/wpush/v2/40".into(),
        key,
        secret,
        cells: vec![],
        kinds: vec![],
        language: "en".into(),
        discreet: false,
        wished: bell::Wished::default(),
    };
    bell::subscribe_observer(world, &called.finch.caller, phone).await.unwrap();
    let alert = called.rings().await;
    called.town.town.clock.go(1);
    called.named(&called.finch, FINCH).await;
    assert!(called.says(FINCH, "12").await.contains("nobody asks you"));
    assert_eq!(called.stands(alert, &called.finch).await, Answer::Asked);

    // STOP ends the telephone, and nobody waits for whoever cannot be reached any more.
    assert!(called.says(ROBIN, "20").await.contains("you go to"));
    assert!(called.says(ROBIN, "STOP").await.contains("no more texts"));
    assert!(world.store.duty_phones(called.robin.caller.member, world.now()).await.unwrap().is_empty());
    assert_eq!(called.stands(alert, &called.robin).await, Answer::Cannot);
    assert!(called.says(ROBIN, "12").await.contains("JOIN and an area"), "the number is nobody's again");
    assert_eq!(called.stands(alert, &called.robin).await, Answer::Cannot);

    called.named(&called.robin, ROBIN).await;
    people::revoke(world, "Robin").await.unwrap();
    let before = called.stands(alert, &called.robin).await;
    called.says(ROBIN, "12").await;
    assert_eq!(called.stands(alert, &called.robin).await, before, "nobody who was revoked is sent");
}
