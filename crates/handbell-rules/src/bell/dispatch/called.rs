//! Called: what a member on duty is told and answered by text message about a dispatch.
//!
//! One segment each, in English like everything the desk says to its own members, without a link. Whoever is asked
//! learns where, as on a duty phone's screen; the other texts name no place but the coarse area, and no person. It
//! does not decide who is asked nor what a reply means.

use super::{Answer, Asked, Press};
use crate::bell::message::Message;
use crate::bell::segment::{filled, fits, plain};
use crate::people::nudge::DispatchNews;
use crate::refusal::{Bell, Refusal};

/// How one answers; stands behind the words of the alert.
const HOW: &str = "Reply with your minutes to get there, like 12, or NO.";
/// Said where the alert's own words leave no room.
const ASKED: &str = "{group}: can you go? Reply with your minutes to get there, like 12, or NO. Your page says where.";
/// The answer to what is not understood.
pub const UNDERSTOOD: &str =
    "{group}: we read only minutes (1 to 60), NO, HERE, CANT FIND, WELL, LEAVING or STOP. In danger call emergency services.";
/// The answer to a reply when nobody asks anything.
pub const NOBODY_ASKS: &str = "{group}: nobody asks you to go anywhere now. Nothing was changed.";
/// The answer to a reply that fits several asks.
pub const SEVERAL: &str = "{group}: you are asked to more than one place, so nothing was changed. Answer on your page.";
/// The answer to the text that makes a telephone a member's own.
pub const TELEPHONE: &str = "{group}: this is your duty telephone now. On duty you can be asked to go. STOP ends it.";

/// What is asked.
pub fn ask(message: &Message, group: &str) -> String {
    let title = format!("{}.", plain(&message.title, message.dir).trim_end_matches('.'));
    let whole = [format!("{group}: {title} {HOW}"), format!("{title} {HOW}")];
    whole.into_iter().find(|text| fits(text)).unwrap_or_else(|| filled(ASKED, group, ""))
}

/// What is said of a press that was taken; `mine` as it stands since, `alone` whether an observer waits for a second.
pub const fn taken(press: Press, mine: &Asked, alone: bool) -> &'static str {
    match (press, mine.answer) {
        (Press::CannotFind, _) => "{group}: the desk knows that you cannot find it. Wait where you are safe.",
        (Press::Well, _) => "{group}: good. You are asked again when it is time.",
        (_, Answer::Going) if alone => {
            "{group}: you go to {area}, first of your pair. Come near and wait for the second. Text HERE when there, NO if you cannot."
        }
        (_, Answer::Going) => "{group}: you go to {area}. Text HERE when there, NO if you cannot. Only watch; nobody stands alone.",
        (_, Answer::OnScene) if alone => {
            "{group}: you are there and nobody is with you yet. Keep away until somebody is. Text WELL or LEAVING."
        }
        (_, Answer::OnScene) => "{group}: you are there. Only watch. Text WELL when you are asked, LEAVING when you are away and safe.",
        (_, Answer::Left) => "{group}: you have left and are safe. Thank you.",
        (_, Answer::Cannot) => "{group}: thank you for saying so. You are not expected.",
        (_, Answer::Asked | Answer::StoodBy) => NOBODY_ASKS,
    }
}

/// What is said of a press that a rule refused.
pub fn refused(no: Refusal) -> &'static str {
    if no == Bell::DispatchEnough.into() {
        "{group}: enough are going. Thank you; please stand by."
    } else if no == Bell::DispatchOver.into() {
        "{group}: it is over. You need do nothing more. Thank you."
    } else {
        "{group}: that does not fit what you said before, so nothing was changed. We read minutes, NO, HERE, CANT FIND, WELL, LEAVING."
    }
}

/// What is said of news of a dispatch; nothing of what is for the desk.
pub const fn news(news: DispatchNews) -> Option<&'static str> {
    Some(match news {
        DispatchNews::Enough => "{group}: enough are going. Thank you; please stay where you are.",
        DispatchNews::PlaceFree => {
            "{group}: a place is free, if you can come after all. Reply with your minutes to get there, like 12, or NO."
        }
        DispatchNews::PairChanged => "{group}: your pair has changed. Nobody stands alone: your page or the desk says who is with you.",
        DispatchNews::OtherLeaves => "{group}: the other of your pair is leaving. Leave as well and text LEAVING when you are safe.",
        DispatchNews::CheckIn => "{group}: are you well? Text WELL.",
        DispatchNews::OtherSilent => "{group}: the other of your pair has not checked in. Look after them, and tell the desk.",
        DispatchNews::SayLeft => "{group}: it has ended. Please leave, and text LEAVING when you are safe.",
        DispatchNews::Overdue | DispatchNews::IsWell | DispatchNews::NobodyLeft | DispatchNews::CannotFind => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bell::alert::RingKind;
    use crate::bell::mode::Status;
    use crate::id::MemberId;
    use crate::time::Timestamp;

    fn message(title: &str) -> Message {
        Message {
            kind: RingKind::Alert,
            status: Status::Actual,
            title: title.to_owned(),
            body: "Body".into(),
            tag: "t".into(),
            url: "/alerts/x".into(),
            conduct: vec![],
            silent: false,
            lang: "en".into(),
            dir: crate::playbook::Direction::Ltr,
        }
    }

    #[test]
    fn every_text_is_one_segment_without_a_link_whatever_the_group_is_called() {
        let mut all = vec![ASKED, UNDERSTOOD, NOBODY_ASKS, SEVERAL, TELEPHONE];
        all.extend([Bell::DispatchEnough, Bell::DispatchOver, Bell::DispatchPressWrong].map(|no| refused(no.into())));
        let news_of = [
            DispatchNews::Enough,
            DispatchNews::PlaceFree,
            DispatchNews::PairChanged,
            DispatchNews::OtherLeaves,
            DispatchNews::CheckIn,
            DispatchNews::OtherSilent,
            DispatchNews::SayLeft,
            DispatchNews::Overdue,
            DispatchNews::IsWell,
            DispatchNews::NobodyLeft,
            DispatchNews::CannotFind,
        ];
        for one in news_of {
            assert_eq!(news(one).is_none(), one.for_the_desk());
            all.extend(news(one));
        }
        let mut mine = Asked::new(MemberId([1; 16]), 0, 1, Timestamp::from_milliseconds(0));
        for answer in [Answer::Asked, Answer::Going, Answer::OnScene, Answer::Left, Answer::Cannot, Answer::StoodBy] {
            mine.answer = answer;
            for alone in [false, true] {
                all.extend([Press::Well, Press::CannotFind, Press::Left].map(|press| taken(press, &mine, alone)));
            }
        }
        for text in all {
            for group in ["", "Eastgate neighbours", "Übersee Łódź 東京", &"a very long name ".repeat(12)] {
                let said = filled(text, group, "Peckham Rye, North of the Common");
                assert!(fits(&said) && !said.is_empty() && !said.contains('{'), "{said}");
                assert!(!said.contains("http") && !said.contains('/'), "no link: {said}");
            }
            let whole = filled(text, "Eastgate neighbours", "Peckham Rye");
            assert!(whole.contains("Eastgate neighbours"), "an ordinary name is not cut: {whole}");
        }
    }

    #[test]
    fn whoever_is_asked_reads_where_and_how_to_answer() {
        let said = ask(&message("Observers wanted: \u{2068}Lantern Corner\u{2069}"), "Eastgate neighbours");
        assert_eq!(said, "Eastgate neighbours: Observers wanted: Lantern Corner. Reply with your minutes to get there, like 12, or NO.");
        for title in ["", "x.", &"Ł".repeat(30), &"long ".repeat(30)] {
            for group in ["Eastgate", &"g".repeat(200)] {
                let said = ask(&message(title), group);
                assert!(fits(&said) && said.contains("NO") && said.contains("minutes"), "{said}");
            }
        }
    }
}
