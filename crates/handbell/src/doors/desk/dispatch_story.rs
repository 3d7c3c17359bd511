//! The story of a dispatch: wanted by role, asked, answered in a pair, enough, a check-in that is late, the end.
//! Real acts, doors and workers; made-up clock.

use super::story::{Phones, done};
use super::tests::{get_as, post_as};
use crate::acts::bell::{self, NewSubscription, Wished, subscribe_observer};
use crate::acts::people;
use crate::doors::fixture::{Confirmed, Heard, SPOT, Signed, Town, browser_keys};
use crate::work::{escalator, nudger, ringer};
use crate::world::World;
use handbell_rules::bell::alert::RingKind;
use handbell_rules::bell::dispatch::{Answer, OVERDUE_STEP_AFTER, WIDEN_AFTER};
use handbell_rules::bell::nudged::DutyMessage;
use handbell_rules::id::AlertId;
use handbell_rules::people::member::Role;
use handbell_rules::playbook::Reach;
use handbell_rules::time::{DAY, MINUTE};
use http::StatusCode;
use std::sync::Arc;

struct Dispatched {
    town: Town,
    world: World,
    phones: Arc<Phones>,
    about: Confirmed,
    alert: AlertId,
    people: Vec<Signed>,
}

fn phone(number: u8) -> NewSubscription {
    let (key, secret) = browser_keys(number);
    let endpoint = format!("https://updates.push.services.mozilla.com/wpush/v2/{number}");
    let (cells, kinds, language) = (vec![], vec![], "en".into());
    NewSubscription { endpoint, key, secret, cells, kinds, language, discreet: false, wished: Wished::default() }
}

impl Dispatched {
    /// A confirmed incident, people with duty phones, and a draft that waits for its bell.
    async fn of(names: &[(&str, Role)]) -> Self {
        let town = Town::new();
        let phones = Arc::new(Phones::default());
        let world = World { push: phones.clone(), ..town.app.world.clone() };
        let about = town.confirmed("immigration-visit").await;
        let mut people = Vec::new();
        for (number, (name, role)) in (10..).zip(names) {
            let one = town.signed_in(name, &[*role]).await;
            people::start_duty(&world, &one.caller, 4).await.unwrap();
            subscribe_observer(&world, &one.caller, phone(number)).await.unwrap();
            people.push(one);
        }
        let alert = town.drafted(&about, Reach::Dispatch).await;
        bell::approve(&world, &about.ben.caller, alert).await.unwrap();
        Self { town, world, phones, about, alert, people }
    }

    fn page(&self) -> String {
        format!("/desk/dispatches/{}", self.alert)
    }

    async fn press(&self, who: usize, fields: &[(&str, &str)]) -> Heard {
        let member = &self.people[who];
        let read = get_as(&self.town, member, &self.page()).await;
        assert_eq!(read.status, StatusCode::OK);
        let all: Vec<(&str, &str)> = [("csrf", member.csrf.as_str())].into_iter().chain(fields.iter().copied()).collect();
        post_as(&self.town, member, &self.page(), &all).await
    }

    async fn answers(&self) -> Vec<Answer> {
        let dispatch = self.world.store.dispatch(self.alert).await.unwrap().unwrap();
        self.people.iter().map(|one| dispatch.of(one.caller.member).map_or(Answer::Cannot, |asked| asked.answer)).collect()
    }

    /// The workers until nothing moves, and what duty phones were told beside the bell.
    async fn works(&self) -> Vec<DutyMessage> {
        while escalator::step(&self.world).await.unwrap().moved > 0 {}
        while ringer::step(&self.world).await.unwrap().tried > 0 {}
        while nudger::step(&self.world).await.unwrap().tried > 0 {}
        self.phones.nudged()
    }

    async fn desk_page(&self) -> String {
        get_as(&self.town, &self.about.amina, &format!("/desk/alerts/{}", self.alert)).await.text()
    }

    async fn wants(&self, fields: &[(&str, &str)]) -> Heard {
        let ben = &self.about.ben;
        let all: Vec<(&str, &str)> = [("csrf", ben.csrf.as_str())].into_iter().chain(fields.iter().copied()).collect();
        post_as(&self.town, ben, &format!("/desk/alerts/{}/wanted", self.alert), &all).await
    }
}

fn titles(told: &[DutyMessage]) -> Vec<&str> {
    told.iter().map(|message| message.title.as_str()).collect()
}

const TWO: &[(&str, &str)] = &[("observer", "2"), ("interpreter", "0"), ("language", ""), ("first-aider", "0"), ("legal-adviser", "0")];

#[tokio::test]
async fn two_are_wanted_four_are_asked_and_whoever_comes_late_stands_by() {
    let told = Dispatched::of(&[("Finch", Role::Observer), ("Robin", Role::Observer), ("Tit", Role::Observer)]).await;
    assert!(told.desk_page().await.contains("0 of 4 taken"), "what the playbook wants");
    let odd = told.wants(&[("observer", "3"), ("interpreter", "0"), ("language", ""), ("first-aider", "0"), ("legal-adviser", "0")]).await;
    assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY, "observers go in pairs");
    done(&told.wants(TWO).await);
    assert_eq!(get_as(&told.town, &told.people[0], &told.page()).await.status, StatusCode::NOT_FOUND, "nobody was asked yet");
    bell::ring(&told.world, &told.about.amina.caller, told.alert).await.unwrap();
    told.works().await;
    let (who, messages) = told.phones.heard();
    assert_eq!(who.len(), 4, "two for each place, those on duty");
    assert!(messages.iter().all(|message| message.kind == RingKind::Alert && !message.conduct.is_empty()));

    // Conduct and rights stand above the first yes, whole, without a script.
    let page = get_as(&told.town, &told.people[0], &told.page()).await.text();
    let (conduct, rights, yes) = (page.find("Read this before you go"), page.find("Everybody’s rights"), page.find("value=\"going\""));
    assert!(conduct.is_some() && conduct < rights && rights < yes, "{conduct:?} {rights:?} {yes:?}");
    assert!(page.contains(SPOT), "whoever is asked knows where");
    assert!(get_as(&told.town, &told.people[0], "/desk/observe").await.text().contains(&told.page()));

    done(&told.press(0, &[("say", "going"), ("minutes", "10")]).await);
    let first = get_as(&told.town, &told.people[0], &told.page()).await.text();
    assert!(first.contains("wait for the second"));
    done(&told.press(1, &[("say", "going"), ("minutes", "15")]).await);
    let heard = told.works().await;
    let mut said = titles(&heard);
    said.sort_unstable();
    assert_eq!(said, ["Enough, stand by", "Enough, stand by", "Your pair has changed"]);
    assert!(get_as(&told.town, &told.people[0], &told.page()).await.text().contains("Robin"), "a pair knows each other's first name");
    let late = told.press(2, &[("say", "going"), ("minutes", "5")]).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(late.text().contains("Enough are going. Thank you"));
    assert_eq!(told.answers().await, [Answer::Going, Answer::Going, Answer::StoodBy]);
    assert_eq!(told.works().await, [], "nobody hears it twice");

    // There, and then silent: own phone, the other of the pair, the desk.
    done(&told.press(0, &[("say", "there")]).await);
    done(&told.press(1, &[("say", "there")]).await);
    told.town.clock.go(10 * MINUTE);
    bell::renew(&told.world, &told.about.ben.caller, told.alert).await.unwrap();
    told.town.clock.go(5 * MINUTE - 1);
    done(&told.press(1, &[("say", "well")]).await);
    told.town.clock.go(1);
    assert_eq!(titles(&told.works().await), ["Time to check in"]);
    told.town.clock.go(OVERDUE_STEP_AFTER);
    assert_eq!(titles(&told.works().await), ["The other of your pair has not checked in"]);
    assert!(!told.desk_page().await.contains("find out whether they are well"));
    told.town.clock.go(OVERDUE_STEP_AFTER);
    told.works().await;
    let page = told.desk_page().await;
    assert!(page.contains("Finch") && page.contains("No word since") && page.contains("They are well"), "the desk on duty sees who");
    let queue = get_as(&told.town, &told.about.amina, "/desk").await.text();
    assert!(queue.contains("No word from Finch"));
    done(&told.press(0, &[("say", "well")]).await);
    assert!(!told.desk_page().await.contains("No word since"));

    // Off duty the desk sees a band and no name.
    people::end_duty(&told.world, &told.about.amina.caller).await.unwrap();
    let page = told.desk_page().await;
    assert!(!page.contains("Finch") && page.contains("Start your duty to see it"));
    people::start_duty(&told.world, &told.about.amina.caller, 4).await.unwrap();

    bell::end(&told.world, &told.about.ben.caller, told.alert, false).await.unwrap();
    let mut asked = titles(&told.works().await).into_iter().map(str::to_owned).collect::<Vec<_>>();
    asked.dedup();
    assert_eq!(asked, ["Please leave, and say so"], "those who are there are asked to say that they left");
    let (heard_the_end, messages) = told.phones.heard();
    assert_eq!(heard_the_end, who, "the same people hear the end");
    assert!(messages.iter().all(|message| message.kind == RingKind::StandDown));
    for one in [0, 1] {
        done(&told.press(one, &[("say", "left")]).await);
    }
    assert_eq!(told.answers().await, [Answer::Left, Answer::Left, Answer::StoodBy]);
    told.town.clock.go(60 * MINUTE);
    assert_eq!(told.works().await, [], "nobody is looked for who left");

    // A day after the end nobody knows who went; the journal never did.
    told.town.clock.go(DAY);
    crate::work::forgetter::step(&told.world).await.unwrap();
    assert_eq!(told.world.store.dispatches().await.unwrap(), []);
    let journal = told.world.store.journal(0, u32::MAX).await.unwrap();
    assert!(journal.iter().filter(|line| line.what == "dispatch-answered").all(|line| line.member.is_none()));
}

#[tokio::test]
async fn places_that_stay_free_ring_wider_and_then_the_desk_hears_that_nobody_is_left() {
    let names = ["A", "B", "C", "D", "E", "F"].map(|name| (name, Role::Observer));
    let told = Dispatched::of(&names).await;
    done(&told.wants(TWO).await);
    bell::ring(&told.world, &told.about.amina.caller, told.alert).await.unwrap();
    told.works().await;
    assert_eq!(told.phones.heard().0.len(), 4);
    told.town.clock.go(WIDEN_AFTER);
    let said = told.works().await;
    assert_eq!(told.phones.heard().0.len(), 3, "the three who are left, in the same words");
    assert_eq!(titles(&said), Vec::<&str>::new());
    told.town.clock.go(WIDEN_AFTER);
    told.works().await;
    assert!(told.desk_page().await.contains("nobody is left to ask"));
    assert_eq!(told.phones.heard().0.len(), 0);
    // Whoever comes on duty is asked at once.
    let late = told.town.signed_in("Late", &[Role::Observer]).await;
    people::start_duty(&told.world, &late.caller, 4).await.unwrap();
    subscribe_observer(&told.world, &late.caller, phone(40)).await.unwrap();
    told.works().await;
    assert_eq!(told.phones.heard().0.len(), 1);
    bell::end(&told.world, &told.about.ben.caller, told.alert, true).await.unwrap();
    told.works().await;
    assert_eq!(told.phones.heard().0.len(), 8, "everybody of every ring hears the end");
}

#[tokio::test]
async fn an_interpreter_is_asked_by_language_and_says_it_for_one_duty() {
    let told = Dispatched::of(&[("Samira", Role::Interpreter), ("Tomek", Role::Interpreter), ("Finch", Role::Observer)]).await;
    let (samira, tomek) = (&told.people[0], &told.people[1]);
    for (who, language) in [(samira, "so"), (tomek, "pl")] {
        let page = get_as(&told.town, who, "/desk/duty").await.text();
        assert!(page.contains("Where you could go from") && page.contains("Nothing follows you"));
        let said = post_as(&told.town, who, "/desk/ready", &[("csrf", &who.csrf), ("area", "middle"), ("language", language)]).await;
        assert_eq!(done(&said), "/desk/duty");
    }
    let wrong = post_as(&told.town, tomek, "/desk/ready", &[("csrf", &tomek.csrf), ("language", "klingon")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    done(&told.wants(&[("observer", "2"), ("interpreter", "1"), ("language", "so"), ("first-aider", "0"), ("legal-adviser", "0")]).await);
    bell::ring(&told.world, &told.about.amina.caller, told.alert).await.unwrap();
    let dispatch = told.world.store.dispatch(told.alert).await.unwrap().unwrap();
    assert!(dispatch.of(samira.caller.member).is_some() && dispatch.of(tomek.caller.member).is_none());
    let page = get_as(&told.town, samira, &told.page()).await.text();
    assert!(page.contains("Somali interpreters") && page.contains("Go in only together with a pair of them"));
    assert!(told.desk_page().await.contains("Somali interpreters"));
    people::end_duty(&told.world, &samira.caller).await.unwrap();
    let kept = told.world.store.ready(told.world.now()).await.unwrap();
    assert!(kept.iter().all(|said| said.member == tomek.caller.member), "it goes with the duty");
}
