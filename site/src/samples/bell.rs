//! Samples of the bell's public pages: alerts in every state, subscribing, exercise phones.

use super::{Pen, Sample};
use crate::{
    AlertBand, AlertPage, AlertRow, AlertsPage, AreaChoice, ChannelSaidPage, ChannelsPage, DemoPhonesPage, FieldError, OtherLanguage,
    OwnChannel, Page, Phone, PhoneMessage, Speech, State, SubscribePage, Tab, Tag,
};
use handbell_rules::playbook::fixed_texts;

pub(super) fn add(pen: &Pen, samples: &mut Vec<Sample>) {
    let mut push = |name: &str, page: Box<dyn Page>| {
        samples.push(Sample { name: name.to_owned(), page });
    };
    push("alert", Box::new(alert(pen)));
    let mut updated = alert(pen);
    updated.update = Some(pen.moment("22:05", "Enough observers are there. No more are needed."));
    updated.cards = vec![pen.link("/rights/street", "Stopped in the street")];
    updated.answer_href = Some("/desk/dispatches/abc".to_owned());
    updated.cap_href = Some("/alerts/abc.cap".to_owned());
    push("alert-updated", Box::new(updated));
    let mut over = alert(pen);
    over.frame.bell_live = false;
    over.band = AlertBand::Over;
    over.tag = pen.tag(State::Over);
    over.ended_at = pen.some("22:31");
    over.ended_words = pen.some("This alert is over. The officers have left.");
    push("alert-over", Box::new(over.clone()));
    over.band = AlertBand::Cancelled;
    over.tag = pen.tag(State::Mistaken);
    over.ended_words = pen.some("This alert is over. It was wrong. They were council wardens. We are sorry for the fright.");
    over.log_words = pen.some("Entries 4182 and 4190 in the public log.");
    push("alert-cancelled", Box::new(over));
    let mut drill = alert(pen);
    drill.frame.exercise = true;
    drill.frame.played = true;
    drill.cards = vec![pen.link("/rights/street", "Stopped in the street")];
    drill.cards_band = Some(super::rights::band(pen));
    drill.tag = pen.tag(State::Exercise);
    push("alert-exercise", Box::new(drill));

    let rest = AlertsPage {
        frame: pen.frame(Tab::Alerts, "/alerts"),
        speech: Speech::default(),
        live: Vec::new(),
        ended: Vec::new(),
        rest_words: pen.say("No alert is live. The last one ended on Thursday at 18:20."),
    };
    let mut some = rest.clone();
    some.live = vec![row(pen, State::Confirmed)];
    some.ended = vec![row(pen, State::Over), row(pen, State::Mistaken)];
    let mut passed = rest.clone();
    passed.speech =
        Speech { passed_over: pen.some("You asked for العربية. No person has checked our translation into it."), ..others(pen) };
    push("alerts-passed-over", Box::new(passed));
    push("alerts", Box::new(rest));
    in_arabic(pen, some.clone(), &mut push);
    push("alerts-live", Box::new(some));

    push(
        "subscribe",
        Box::new(SubscribePage {
            frame: pen.frame(Tab::Alerts, "/subscribe"),
            areas: vec![
                AreaChoice {
                    id: "east".to_owned(),
                    cells: vec!["87194ad30ffffff".to_owned()],
                    label: pen.say("Eastgate, around the market"),
                    hint: pen.some("Market Row, the library, the bus station"),
                },
                AreaChoice {
                    id: "mill".to_owned(),
                    cells: vec!["87194ad31ffffff".to_owned(), "87194ad32ffffff".to_owned()],
                    label: pen.say("Mill Road"),
                    hint: None,
                },
            ],
            kinds: pen.choices(&["*immigration-visit|Officers checking papers", "*flood|Water"]),
            languages: pen.choices(&["*en|English", "es|Español", "ar|العربية (not checked yet)"]),
            language_hint: pen.say("Alerts come in it once a person has checked its translation, and in English until then."),
            hours: pen.choices(&["*|No quiet hours", "0|00:00", "7|07:00", "22|22:00"]),
            caps: pen.choices(&["|No limit", "1|1", "*10|10"]),
            promises: pen.all(&[
                "We know an address that reaches this browser, the areas you tick, your language.",
                "We do not know your name, your number or where you live.",
                "The maker of your browser can know that this device gets messages from us, and \
                 could be made to say so.",
                "If our switched-on server were taken, the addresses could be read.",
                "If that is too much, read the alerts page instead. Nothing is lost but speed.",
            ]),
            elsewhere: true,
            seconds: pen.choices(&["mail|e-mail", "sms|text message", "ntfy|ntfy", "none|Nothing else"]),
            minutes: pen.choices(&["2|2 minutes", "*5|5 minutes", "10|10 minutes"]),
            vapid_key: "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIg".to_owned(),
        }),
    );

    channels(pen, &mut push);

    let mut frame = pen.frame(Tab::Nowhere, "/demo/phones");
    frame.exercise = true;
    frame.bell_live = true;
    push(
        "demo-phones",
        Box::new(DemoPhonesPage {
            frame,
            words: pen.say("Each box is a receiver that decrypts what a real phone would get."),
            phones: (1..=5)
                .map(|number| Phone {
                    name: pen.say(&format!("Phone {number}")),
                    area: pen.say("Eastgate, around the market"),
                    messages: if number == 3 { Vec::new() } else { messages(pen) },
                })
                .collect(),
        }),
    );
}

/// The same page in other languages.
fn others(pen: &Pen) -> Speech {
    let other = |(lang, words): &(&str, &str)| OtherLanguage {
        href: format!("/alerts/abc?lang={lang}"),
        lang: (*lang).to_owned(),
        words: pen.say(words),
    };
    let all = [("en", "English"), ("es", "Español"), ("pt", "Português"), ("fr", "Français"), ("pl", "Polski"), ("ro", "Română")];
    let rest = [("so", "Soomaali"), ("bn", "বাংলা"), ("ur", "اردو")];
    Speech { others: all.iter().chain(&rest).map(other).collect(), ..Speech::default() }
}

/// Alert pages that are written from right to left, unchecked as in a drill.
fn in_arabic(pen: &Pen, list: AlertsPage, push: &mut impl FnMut(&str, Box<dyn Page>)) {
    let Some(texts) = fixed_texts("ar") else { return };
    let all = |lines: &[&str]| lines.iter().map(|line| pen.say(line)).collect::<Vec<_>>();
    let speech = Speech { mark: pen.some(texts.unchecked), ..others(pen) };
    let mut live = alert(pen);
    live.frame = live.frame.spoken(texts);
    live.frame.exercise = true;
    live.speech = speech.clone();
    live.headline = pen.say("ضباط الهجرة في محلات \u{2068}Eastgate, around the market\u{2069}");
    live.purpose = pen.say(texts.purpose);
    live.conduct = all(&texts.conduct);
    live.plain_lines = all(&texts.without_card);
    live.said = vec![pen.moment("21:42", texts.push_title)];
    live.how_we_know = vec![pen.fact(texts.page.level, texts.page.levels[1], texts.page.becauses[1])];
    live.tag = Tag::with_words(State::Exercise, pen.say(texts.page.exercise));
    let mut wrong = live.clone();
    wrong.band = AlertBand::Cancelled;
    wrong.frame.bell_live = false;
    wrong.ended_at = pen.some("22:31");
    wrong.ended_words = pen.some(texts.cancel_body);
    wrong.tag = Tag::with_words(State::Mistaken, pen.say(texts.page.mistaken));
    push("alert-arabic", Box::new(live));
    push("alert-arabic-cancelled", Box::new(wrong));
    let mut list = list;
    list.frame = list.frame.spoken(texts);
    list.frame.exercise = true;
    list.speech = speech;
    for row in list.live.iter_mut().chain(&mut list.ended) {
        row.lang = Some("en".to_owned());
        row.tag = Tag::with_words(State::Over, pen.say(texts.page.over));
    }
    push("alerts-arabic", Box::new(list));
}

fn channels(pen: &Pen, push: &mut impl FnMut(&str, Box<dyn Page>)) {
    let asking = ChannelsPage {
        frame: pen.frame(Tab::Alerts, "/channels"),
        action: "/channels".to_owned(),
        errors: Vec::new(),
        ways: pen.choices(&["*mail|E-mail", "ntfy|ntfy", "matrix|Matrix|Rooms are not encrypted."]),
        address: String::new(),
        areas: pen.choices(&["east|Eastgate, around the market|Market Row, the library", "mill|Mill Road"]),
        kinds: pen.choices(&["*immigration-visit|Officers checking papers", "*flood|Water"]),
        languages: pen.choices(&["*en|English", "es|Español"]),
        quiet_from: pen.choices(&["*|No quiet hours", "22|22:00"]),
        quiet_to: pen.choices(&["*|No quiet hours", "7|07:00"]),
        caps: pen.choices(&["|No limit", "*10|10"]),
        discreet: false,
        texts: pen.some("Text JOIN and the name of an area to +44 7700 900123. STOP ends it."),
        own: None,
        promises: pen.all(&["Your address stands sealed; whoever takes our switched-on server could read it."]),
    };
    let mut mending = asking.clone();
    mending.errors = vec![
        FieldError::new("address", pen.say("Write one e-mail address, like name@example.org.")),
        FieldError::new("area", pen.say("Choose at least one area.")),
        FieldError::new("by", pen.say("This group does not send by this way.")),
    ];
    mending.address = pen.say("amira@");
    let mut own = asking.clone();
    own.frame = pen.frame(Tab::Alerts, "/channels/mine/abc");
    own.action = "/channels/mine/abc".to_owned();
    (own.ways, own.texts, own.discreet) = (Vec::new(), None, true);
    own.own = Some(OwnChannel {
        words: pen.say("You are told by e-mail until 20 May."),
        further: None,
        minutes: pen.choices(&["2|2 minutes", "*5|5 minutes"]),
    });
    let mut both = own.clone();
    both.own = Some(OwnChannel {
        words: pen.say("You are told by e-mail until 20 May."),
        further: pen.some("After 5 minutes, ntfy is used."),
        minutes: Vec::new(),
    });
    let mut none = asking.clone();
    (none.ways, none.texts) = (Vec::new(), None);
    push("channels", Box::new(asking));
    push("channels-mending", Box::new(mending));
    push("channels-none", Box::new(none));
    push("channels-own", Box::new(own));
    push("channels-own-two", Box::new(both));
    let said = ChannelSaidPage {
        frame: pen.frame(Tab::Alerts, "/channels"),
        heading: pen.say("Your address for the app"),
        lines: pen.all(&["Put the first line into ntfy.", "Keep the second: it changes and ends it."]),
        facts: vec![
            pen.fact("Topic", "https://ntfy.example/abc", "For the app."),
            pen.fact("Your page", "https://bell.example/channels/mine/abc", "For you."),
        ],
        action: None,
        button: String::new(),
    };
    let mut asks = said.clone();
    asks.frame = pen.frame(Tab::Alerts, "/channels/confirm/abc");
    (asks.facts, asks.action, asks.button) = (Vec::new(), Some("/channels/confirm/abc".to_owned()), pen.say("Yes, send me alerts"));
    push("channel-said", Box::new(said));
    push("channel-confirm", Box::new(asks));
}

fn messages(pen: &Pen) -> Vec<PhoneMessage> {
    vec![
        PhoneMessage {
            title: pen.say("EXERCISE · It is over"),
            body: pen.say("The alert of 21:42 is over."),
            at: pen.say("22:31:04"),
            url: "/alerts/abc".to_owned(),
            tag: Some(pen.tag(State::Over)),
        },
        PhoneMessage {
            title: pen.say("EXERCISE · Confirmed activity in your area"),
            body: pen.say("Open for rights information."),
            at: pen.say("21:42:07"),
            url: "/alerts/abc".to_owned(),
            tag: None,
        },
    ]
}

fn row(pen: &Pen, state: State) -> AlertRow {
    AlertRow {
        href: "/alerts/abc".to_owned(),
        headline: pen.say("Water is coming up Mill Road in Eastgate"),
        lang: None,
        times: pen.say("Since 21:42 · Eastgate"),
        tag: pen.tag(state),
    }
}

fn alert(pen: &Pen) -> AlertPage {
    let mut frame = pen.frame(Tab::Alerts, "/alerts/abc");
    frame.bell_live = true;
    AlertPage {
        frame,
        speech: Speech::default(),
        id: "abc".to_owned(),
        band: AlertBand::Live,
        headline: pen.say("Immigration officers are visiting shops in Eastgate, around the market"),
        ended_words: None,
        ended_at: None,
        update: None,
        purpose: pen.say(
            "This alert is to witness, and so that people know their rights. It says the same to \
             everyone.",
        ),
        area: pen.say("Eastgate, around the market"),
        since: pen.say("21:42"),
        expires: pen.say("23:42"),
        tag: pen.tag(State::Confirmed),
        conduct: pen.conduct(),
        said: vec![
            pen.moment("21:51", "A trained observer is on the spot and confirms it."),
            pen.moment("21:42", "First told: two people saw it independently."),
        ],
        how_we_know: vec![
            pen.fact("Confirmed because", "Two first-hand sources, not connected", "Recorded by the desk."),
            pen.fact("Told", "Neighbours in 2 areas", ""),
        ],
        cards: Vec::new(),
        cards_lang: "en".to_owned(),
        cards_band: None,
        plain_lines: pen.plain_lines(),
        log_words: None,
        cap_href: None,
        answer_href: None,
    }
}
