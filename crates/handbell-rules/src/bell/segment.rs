//! Segment: what one text message says, in one segment.
//!
//! A text of more than one segment may arrive in pieces, in the wrong order or not at all, so nothing longer is
//! made. It holds no link and asks nobody for anything. The playbook's own words are taken where they
//! fit; where they do not, a fixed text of the language. A language that nobody has checked is marked and never
//! sent: English stands in its place.

use super::alert::RingKind;
use super::message::Message;
use crate::playbook::Direction;

/// Septets of one segment in the GSM alphabet (3GPP TS 23.040 section 9.2.3.24, 140 bytes).
pub const SEPTETS_MAX: usize = 160;
/// Units of one segment in UCS-2.
pub const UNITS_MAX: usize = 70;

/// The signs of the GSM default alphabet that take one septet (3GPP TS 23.038 section 6.2.1).
const PLAIN: &str =
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// Its extension: two septets each (section 6.2.1.1).
const EXTENDED: &str = "^{}\\[~]|€\u{c}";

/// How long a text is on the air.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// In septets of the GSM alphabet.
    Septets(usize),
    /// In units of UCS-2, because at least one sign is beyond the alphabet.
    Units(usize),
}

/// Measures a text.
pub fn length(text: &str) -> Length {
    let septets = |sign: char| {
        if PLAIN.contains(sign) {
            Some(1)
        } else if EXTENDED.contains(sign) {
            Some(2)
        } else {
            None
        }
    };
    match text.chars().map(septets).sum::<Option<usize>>() {
        Some(septets) => Length::Septets(septets),
        None => Length::Units(text.encode_utf16().count()),
    }
}

/// Whether a text goes in one segment.
pub fn fits(text: &str) -> bool {
    match length(text) {
        Length::Septets(septets) => septets <= SEPTETS_MAX,
        Length::Units(units) => units <= UNITS_MAX,
    }
}

/// The fixed texts of one language. `{group}` is what the group calls itself.
#[derive(Debug)]
pub struct SegmentTexts {
    /// The language's tag.
    pub language: &'static str,
    /// Whether a person who speaks it has read it here. What nobody read is never sent.
    pub checked: bool,
    /// Something is going on.
    pub alert: &'static str,
    /// News of it.
    pub update: &'static str,
    /// It was a mistake.
    pub cancel: &'static str,
    /// It is over.
    pub stand_down: &'static str,
    /// The record was corrected.
    pub correction: &'static str,
    /// The answer to a JOIN that worked.
    pub joined: &'static str,
    /// The answer to STOP.
    pub stopped: &'static str,
    /// The answer to what nobody understands, once a day.
    pub help: &'static str,
    /// What stands at the end where it fits.
    pub stop_ends: &'static str,
}

/// Every language.
pub const TEXTS: [SegmentTexts; 10] = [
    SegmentTexts {
        language: "en",
        checked: true,
        alert: "{group}: an alert for an area you chose.",
        update: "{group}: news of an alert you got.",
        cancel: "{group}: cancelled. The alert you got was a mistake.",
        stand_down: "{group}: over. The alert you got has ended.",
        correction: "{group}: we corrected our record of an alert you got.",
        joined: "{group}: you will get alerts for {area}. STOP ends them.",
        stopped: "{group}: you get no more texts from us. Your number is forgotten.",
        help: "{group}: JOIN and an area begins alerts, STOP ends them. We never ask for money, papers, passwords or your location.",
        stop_ends: "STOP ends these.",
    },
    SegmentTexts {
        language: "es",
        checked: false,
        alert: "{group}: un aviso para una zona que elegiste.",
        update: "{group}: novedad de un aviso que recibiste.",
        cancel: "{group}: anulado. El aviso que recibiste fue un error.",
        stand_down: "{group}: ha terminado lo que te avisamos.",
        correction: "{group}: hemos corregido nuestro registro de un aviso que recibiste.",
        joined: "{group}: recibirás avisos de {area}. STOP los termina.",
        stopped: "{group}: no recibirás más mensajes. Hemos olvidado tu número.",
        help: "{group}: JOIN y una zona: avisos. STOP: fin. Nunca te pedimos dinero ni papeles.",
        stop_ends: "STOP: fin.",
    },
    SegmentTexts {
        language: "ar",
        checked: false,
        alert: "{group}: تنبيه لمنطقة اخترتها.",
        update: "{group}: جديد عن تنبيه وصلك.",
        cancel: "{group}: أُلغي. كان التنبيه خطأ.",
        stand_down: "{group}: انتهى ما نبّهناك إليه.",
        correction: "{group}: صحّحنا سجل تنبيه وصلك.",
        joined: "{group}: ستصلك تنبيهات {area}.",
        stopped: "{group}: لن تصلك رسائل منا بعد الآن.",
        help: "{group}: JOIN ثم المنطقة. STOP للإنهاء.",
        stop_ends: "STOP للإنهاء.",
    },
    SegmentTexts {
        language: "pt",
        checked: false,
        alert: "{group}: um alerta para uma zona que escolheu.",
        update: "{group}: novidade de um alerta que recebeu.",
        cancel: "{group}: anulado. O alerta foi um erro.",
        stand_down: "{group}: terminou o que avisámos.",
        correction: "{group}: corrigimos o registo de um alerta que recebeu.",
        joined: "{group}: vai receber alertas de {area}. STOP termina.",
        stopped: "{group}: não recebe mais mensagens nossas.",
        help: "{group}: JOIN e uma zona: alertas. STOP: fim.",
        stop_ends: "STOP: fim.",
    },
    SegmentTexts {
        language: "fr",
        checked: false,
        alert: "{group} : une alerte pour un secteur choisi.",
        update: "{group} : du nouveau sur une alerte reçue.",
        cancel: "{group} : annulé. L'alerte était une erreur.",
        stand_down: "{group} : c'est fini.",
        correction: "{group} : une alerte reçue a été corrigée.",
        joined: "{group} : alertes pour {area}. STOP y met fin.",
        stopped: "{group} : vous ne recevrez plus de messages.",
        help: "{group} : JOIN et un secteur : alertes. STOP : fin.",
        stop_ends: "STOP : fin.",
    },
    SegmentTexts {
        language: "pl",
        checked: false,
        alert: "{group}: alert dla wybranego obszaru.",
        update: "{group}: nowe wieści o alercie.",
        cancel: "{group}: odwołane. Alert był pomyłką.",
        stand_down: "{group}: to, o czym pisaliśmy, minęło.",
        correction: "{group}: poprawiliśmy zapis alertu.",
        joined: "{group}: alerty dla {area}. STOP kończy.",
        stopped: "{group}: nie będzie więcej wiadomości.",
        help: "{group}: JOIN i obszar: alerty. STOP: koniec.",
        stop_ends: "STOP: koniec.",
    },
    SegmentTexts {
        language: "ro",
        checked: false,
        alert: "{group}: o alertă pentru o zonă aleasă.",
        update: "{group}: noutăți despre o alertă primită.",
        cancel: "{group}: anulat. Alerta a fost o greșeală.",
        stand_down: "{group}: s-a încheiat.",
        correction: "{group}: am corectat o alertă primită.",
        joined: "{group}: alerte pentru {area}. STOP: gata.",
        stopped: "{group}: nu mai primiți mesaje.",
        help: "{group}: JOIN și o zonă: alerte. STOP: gata.",
        stop_ends: "STOP: gata.",
    },
    SegmentTexts {
        language: "so",
        checked: false,
        alert: "{group}: digniin ku saabsan aag aad dooratay.",
        update: "{group}: war cusub oo ku saabsan digniin aad heshay.",
        cancel: "{group}: waa la joojiyay. Digniintu waxay ahayd khalad.",
        stand_down: "{group}: way dhammaatay.",
        correction: "{group}: waan saxnay diiwaanka digniin aad heshay.",
        joined: "{group}: waxaad heli doontaa digniino {area}. STOP ayaa joojiya.",
        stopped: "{group}: fariimo dambe kuma soo gaari doonaan.",
        help: "{group}: JOIN iyo aag: digniino. STOP: dhammaad.",
        stop_ends: "STOP: dhammaad.",
    },
    SegmentTexts {
        language: "bn",
        checked: false,
        alert: "{group}: আপনার বেছে নেওয়া এলাকার সতর্কতা।",
        update: "{group}: সতর্কতার নতুন খবর।",
        cancel: "{group}: বাতিল। সতর্কতাটি ভুল ছিল।",
        stand_down: "{group}: ঘটনা শেষ হয়েছে।",
        correction: "{group}: আমরা একটি সতর্কতা সংশোধন করেছি।",
        joined: "{group}: {area} এর সতর্কতা পাবেন।",
        stopped: "{group}: আর কোনো বার্তা আসবে না।",
        help: "{group}: JOIN ও এলাকা। STOP: শেষ।",
        stop_ends: "STOP: শেষ।",
    },
    SegmentTexts {
        language: "ur",
        checked: false,
        alert: "{group}: آپ کے چنے ہوئے علاقے کا انتباہ۔",
        update: "{group}: انتباہ کی تازہ خبر۔",
        cancel: "{group}: منسوخ۔ انتباہ غلطی تھا۔",
        stand_down: "{group}: معاملہ ختم ہو گیا ہے۔",
        correction: "{group}: ہم نے ایک انتباہ درست کیا ہے۔",
        joined: "{group}: {area} کے انتباہ ملیں گے۔",
        stopped: "{group}: مزید پیغام نہیں آئیں گے۔",
        help: "{group}: JOIN اور علاقہ۔ STOP: ختم۔",
        stop_ends: "STOP: ختم۔",
    },
];

/// The texts that may be sent in a language: its own where a person checked them, else English.
pub fn texts(language: &str) -> &'static SegmentTexts {
    TEXTS.iter().find(|texts| texts.language == language && texts.checked).unwrap_or(&TEXTS[0])
}

impl SegmentTexts {
    /// The fixed text of a sort of message.
    pub fn of(&self, kind: RingKind) -> &'static str {
        match kind {
            RingKind::Alert => self.alert,
            RingKind::Update => self.update,
            RingKind::Cancel => self.cancel,
            RingKind::StandDown => self.stand_down,
            RingKind::Correction => self.correction,
        }
    }
}

/// Fills a fixed text, shortening what is filled in until it fits in one segment.
pub fn filled(text: &str, group: &str, area: &str) -> String {
    let longest = group.chars().count().max(area.chars().count());
    (0..=longest)
        .rev()
        .map(|at_most| {
            let cut = |name: &str| name.chars().take(at_most).collect::<String>();
            text.replace("{group}", cut(group).trim_end()).replace("{area}", cut(area).trim_end())
        })
        .find(|filled| fits(filled))
        // Reached only by a fixed text that is too long by itself; a test says that there is none.
        .unwrap_or_default()
}

/// Words as a telephone gets them. Where they are written from left to right the marks that isolate a slot's text
/// (U+2068, U+2069) mean nothing, and one of them would make a text of 160 signs one of 70.
pub fn plain(text: &str, direction: Direction) -> String {
    match direction {
        Direction::Ltr => text.replace(['\u{2068}', '\u{2069}'], ""),
        Direction::Rtl => text.to_owned(),
    }
}

/// What a text message says for a message: the message's own words with the group's name where they fit, and
/// how to end them where there is room; else the fixed text.
pub fn one_segment(message: &Message, language: &str, group: &str) -> String {
    let texts = texts(language);
    let said = |parts: &[&str]| parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" ");
    let (title, body) = (plain(&message.title, message.dir), plain(&message.body, message.dir));
    let title = if title.ends_with(['.', '!', '?', '…', '۔', '।']) { title } else { format!("{title}.") };
    let begins = format!("{group}: {title}");
    [said(&[&begins, &body, texts.stop_ends]), said(&[&begins, &body]), said(&[&title, &body]), begins]
        .into_iter()
        .find(|text| fits(text))
        .unwrap_or_else(|| filled(texts.of(message.kind), group, ""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bell::mode::Status;

    fn message(kind: RingKind, title: &str, body: &str) -> Message {
        let (title, body) = (title.to_owned(), body.to_owned());
        Message {
            kind,
            status: Status::Actual,
            title,
            body,
            tag: "t".into(),
            url: "/alerts/x".into(),
            conduct: vec![],
            silent: false,
            lang: "en".into(),
            dir: crate::playbook::Direction::Ltr,
        }
    }

    #[test]
    fn a_segment_is_160_signs_of_the_gsm_alphabet_or_70_of_others() {
        assert_eq!(length("hello"), Length::Septets(5));
        assert_eq!(length("12 €"), Length::Septets(5), "the euro takes two");
        assert_eq!(length("Łódź"), Length::Units(4));
        assert_eq!(length("😀"), Length::Units(2), "beyond the basic plane a sign takes two units");
        assert!(fits(&"a".repeat(160)) && !fits(&"a".repeat(161)) && fits(&"€".repeat(80)) && !fits(&"€".repeat(81)));
        assert!(fits(&"ł".repeat(70)) && !fits(&"ł".repeat(71)));
        // 3GPP TS 23.038: 128 places, one of which is the escape to the extension.
        assert_eq!(PLAIN.chars().count(), 127);
        assert_eq!(EXTENDED.chars().count(), 10);
    }

    #[test]
    fn every_fixed_text_fits_whatever_the_group_is_called() {
        for texts in &TEXTS {
            let all =
                [texts.alert, texts.update, texts.cancel, texts.stand_down, texts.correction, texts.joined, texts.stopped, texts.help];
            for text in all {
                for group in ["", "Eastgate", "Übersee Łódź 東京", &"a very long name ".repeat(12)] {
                    let filled = filled(text, group, "Peckham Rye, North of the Common");
                    assert!(fits(&filled) && !filled.is_empty() && !filled.contains('{'), "{} {filled}", texts.language);
                    assert!(!filled.contains("http") && !filled.contains("www") && !filled.contains("/"), "no link: {filled}");
                }
                let whole = filled(text, "Eastgate", "Peckham");
                assert!(whole.contains("Eastgate"), "an ordinary name is not cut: {whole}");
            }
        }
    }

    #[test]
    fn what_nobody_checked_is_never_sent() {
        assert!(TEXTS[0].language == "en" && TEXTS[0].checked);
        for one in TEXTS.iter().filter(|one| !one.checked) {
            assert_eq!(texts(one.language).language, "en");
        }
        assert_eq!(texts("xx").language, "en");
    }

    #[test]
    fn the_words_of_the_playbook_come_first_and_nothing_is_longer_than_a_segment() {
        let short = message(RingKind::Alert, "Confirmed activity in your area", "Open for rights information.");
        assert_eq!(
            one_segment(&short, "en", "Eastgate"),
            "Eastgate: Confirmed activity in your area. Open for rights information. STOP ends these."
        );
        let isolated = message(RingKind::Alert, "Water in \u{2068}Peckham\u{2069}", "Keep to dry ground.");
        assert_eq!(one_segment(&isolated, "en", "Eastgate"), "Eastgate: Water in Peckham. Keep to dry ground. STOP ends these.");
        let long = message(RingKind::Cancel, &"a".repeat(150), &"b".repeat(150));
        assert_eq!(one_segment(&long, "en", "Eastgate"), "Eastgate: cancelled. The alert you got was a mistake.");
        for kind in [RingKind::Alert, RingKind::Update, RingKind::Cancel, RingKind::StandDown, RingKind::Correction] {
            for title in ["Ł".repeat(40), "x".repeat(155), String::new()] {
                for body in [String::new(), "ü".repeat(100), "ł".repeat(30)] {
                    assert!(fits(&one_segment(&message(kind, &title, &body), "so", &"g".repeat(50))));
                }
            }
        }
    }
}
