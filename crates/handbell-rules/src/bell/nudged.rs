//! Nudged: what a duty phone is sent when its member is nudged.
//!
//! The words are fixed here for every sort of nudge, in English; only a request to look carries words of the desk, and
//! with them its conduct text. A discreet phone shows neither. It is no alert: no approval, no told list.

use super::message::{EXERCISE, texts};
use super::mode::Status;
use crate::desk::look::OBSERVE_ONLY;
use crate::id::IncidentId;
use crate::people::nudge::{About, DispatchNews, Nudge};
use crate::playbook::SOURCE_LANGUAGE;
use serde::{Deserialize, Serialize};

/// What is sealed for a duty phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DutyMessage {
    /// `duty`, or `canary` for a test message.
    pub kind: String,
    /// `actual` or `exercise`.
    pub status: Status,
    /// The title on the screen.
    pub title: String,
    /// The line on the screen.
    pub body: String,
    /// Messages with the same tag replace each other on the screen.
    pub tag: String,
    /// Path of the page on the group's own site.
    pub url: String,
    /// The conduct text; for a look only.
    pub conduct: Vec<String>,
    /// Whether the phone is asked to make no sound (discreet mode).
    pub silent: bool,
}

/// Makes the message of a nudge.
///
/// PROMISE conduct-travels-with-every-alert: a request to look carries its conduct text inside.
pub fn message(nudge: &Nudge, status: Status, discreet: bool) -> DutyMessage {
    let (title, body, tag, url): (&str, &str, String, String) = match &nudge.about {
        About::LookAsked(look) => ("Can you go and look?", nudge.words.as_str(), format!("look-{look}"), format!("/desk/looks/{look}")),
        About::LookNews(look, incident) => {
            ("News of a look", "Open the page to read it.", format!("look-{look}"), format!("/desk/incidents/{incident}/looks"))
        }
        About::LookOverdue(look, incident) => (
            "An observer has not reported back",
            "Find out whether they are well.",
            format!("look-{look}"),
            format!("/desk/incidents/{incident}/looks"),
        ),
        About::AreYouWell(look) => {
            ("Are you well?", "Your time to report back is up. One press is enough.", format!("look-{look}"), format!("/desk/looks/{look}"))
        }
        About::ReportWaits(report) => {
            ("A report waits", "Nobody has opened it yet.", "desk-waits".to_owned(), format!("/desk/reports/{report}"))
        }
        About::AlertRunsOut(alert) => (
            "An alert runs out soon",
            "Renew it if it is still going on, or end it.",
            format!("alert-runs-out-{alert}"),
            format!("/desk/alerts/{alert}"),
        ),
        About::Dispatch(news, alert) => {
            let (title, body) = dispatch(*news);
            // What is for the desk replaces what is for the desk, and what is for whoever goes replaces the same.
            let (tag, room) = if news.for_the_desk() { ("dispatch-desk", "alerts") } else { ("dispatch", "dispatches") };
            (title, body, format!("{tag}-{alert}"), format!("/desk/{room}/{alert}"))
        }
        About::ChannelSilent(word) => {
            ("A channel is silent", "Two test messages in a row did not arrive.", format!("channel-{word}"), "/desk/reach".to_owned())
        }
        About::DutyEnds => ("Your duty ends soon", "Hand over, or stay longer.", "duty-ends".to_owned(), "/desk/duty".to_owned()),
    };
    let asked = matches!(nudge.about, About::LookAsked(_));
    let title = if discreet { texts(SOURCE_LANGUAGE).discreet_title } else { title };
    DutyMessage {
        kind: "duty".to_owned(),
        status,
        // A drill says so first, whatever else is chosen.
        title: if status == Status::Exercise { format!("{EXERCISE} · {title}") } else { title.to_owned() },
        body: if discreet { String::new() } else { body.to_owned() },
        tag,
        url,
        conduct: if asked { OBSERVE_ONLY.iter().map(|line| (*line).to_owned()).collect() } else { Vec::new() },
        silent: discreet,
    }
}

/// Says to a follower that the page of an incident says more. In fixed words and without any of the page: what was
/// published may be mended there before somebody looks, and nobody signs it.
pub fn news(incident: IncidentId, status: Status, discreet: bool) -> DutyMessage {
    let title = if discreet { texts(SOURCE_LANGUAGE).discreet_title } else { "News of an incident" };
    DutyMessage {
        kind: "duty".to_owned(),
        status,
        title: if status == Status::Exercise { format!("{EXERCISE} · {title}") } else { title.to_owned() },
        body: if discreet { String::new() } else { "Its page says more.".to_owned() },
        tag: format!("record-{incident}"),
        url: format!("/record/{incident}"),
        conduct: Vec::new(),
        silent: discreet,
    }
}

/// Where a browser says that a test message came.
pub const CANARY_PATH: &str = "/channels/canary/";

/// The test message to the group's own browser. It is no news: the browser says by its word that it came, and shows
/// words of its own where it must show any, never these.
pub fn canary(word: &str, status: Status) -> DutyMessage {
    DutyMessage {
        kind: "canary".to_owned(),
        status,
        title: "Test".to_owned(),
        body: "Nothing happened.".to_owned(),
        tag: "handbell-test".to_owned(),
        url: format!("{CANARY_PATH}{word}"),
        conduct: Vec::new(),
        silent: true,
    }
}

/// Title and line of each piece of news of a dispatch. None names a place or a person.
const fn dispatch(news: DispatchNews) -> (&'static str, &'static str) {
    match news {
        DispatchNews::Enough => ("Enough, stand by", "Enough are going. Thank you; please stay where you are."),
        DispatchNews::PlaceFree => ("A place is free again", "Can you go after all? One press is enough."),
        DispatchNews::PairChanged => ("Your pair has changed", "Open the page before you go on. Nobody stands alone."),
        DispatchNews::OtherLeaves => ("The other of your pair is leaving", "Do not stay alone. Leave as well."),
        DispatchNews::CheckIn => ("Time to check in", "Are you well? One press is enough."),
        DispatchNews::OtherSilent => ("The other of your pair has not checked in", "Look after them, and tell the desk."),
        DispatchNews::SayLeft => ("Please leave, and say so", "The alert has ended. One press is enough when you are safe."),
        DispatchNews::Overdue => ("Somebody has not checked in", "Find out whether they are well."),
        DispatchNews::IsWell => ("They are well", "Whoever had not checked in has said so now."),
        DispatchNews::NobodyLeft => ("Nobody is left to ask", "Places of a dispatch are free."),
        DispatchNews::CannotFind => ("Somebody cannot find it", "Open the dispatch."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{ChangeId, LookId, MemberId, ReportId};
    use crate::people::nudge::NUDGE_LIVES;
    use crate::time::Timestamp;

    fn nudge(about: About, lives: i64) -> Nudge {
        let now = Timestamp::from_milliseconds(0);
        Nudge::new(ChangeId([1; 16]), MemberId([2; 16]), about, "Lantern Corner. Report back within 20 minutes.", now.plus(lives), now)
    }

    #[test]
    fn conduct_travels_inside_a_request_to_look_and_a_drill_says_so_first() {
        for discreet in [false, true] {
            let told = message(&nudge(About::LookAsked(LookId([3; 16])), NUDGE_LIVES), Status::Exercise, discreet);
            assert_eq!(told.conduct, OBSERVE_ONLY);
            assert!(told.title.starts_with(EXERCISE));
            assert_eq!(told.body.is_empty(), discreet, "a discreet phone shows no place");
        }
        let waits = message(&nudge(About::ReportWaits(ReportId([4; 16])), NUDGE_LIVES), Status::Actual, false);
        assert!(!waits.body.contains("Lantern"), "nothing but a look carries words");
    }
}
