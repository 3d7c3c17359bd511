//! Page words: what stands around an alert on its page, in every language that alerts speak.
//!
//! Headings, buttons and the frame of the alert pages. They belong to the fixed texts of a language, so that a
//! check of the language is of these too, and one changed letter undoes it. Values stand in `{slots}`. Words
//! that only members read are not here, and nothing here is a sentence of an alert.

mod arabic;
mod bengali;
mod french;
mod polish;
mod portuguese;
mod romanian;
mod somali;
mod spanish;
mod urdu;

pub(super) use arabic::ARABIC;
pub(super) use bengali::BENGALI;
pub(super) use french::FRENCH;
pub(super) use polish::POLISH;
pub(super) use portuguese::PORTUGUESE;
pub(super) use romanian::ROMANIAN;
pub(super) use somali::SOMALI;
pub(super) use spanish::SPANISH;
pub(super) use urdu::URDU;

use crate::desk::check::{Because, Level};

macro_rules! words {
    ($($(#[$about:meta])* $name:ident),+ $(,)?) => {
        /// The words around an alert in one language.
        #[derive(Debug, PartialEq, Eq)]
        pub struct PageWords {
            $($(#[$about])* pub $name: &'static str,)+
            /// A level in words, in the order of [`Level`].
            pub levels: [&'static str; 6],
            /// Why an incident has its level, in the order of [`Because`].
            pub becauses: [&'static str; 6],
        }

        impl PageWords {
            /// Every text, in the order of the fields.
            pub(super) fn lines(&self) -> impl Iterator<Item = &'static str> {
                [$(self.$name),+].into_iter().chain(self.levels).chain(self.becauses)
            }
        }
    };
}

words! {
    /// What the band of a drill says after the word for it.
    drill,
    /// That the program plays the people.
    played,
    /// What the links before everything are called.
    shortcuts,
    /// The link that leads away.
    leave,
    /// The link to the page's middle.
    skip,
    /// What the tabs are called.
    main,
    /// A tab.
    report,
    /// A tab, and the heading of the list.
    alerts,
    /// A tab.
    rights,
    /// A tab.
    record,
    /// The question before the number.
    danger,
    /// The number to ring: `{number}`.
    call,
    /// What we are not.
    not_emergency,
    /// What the links at the foot are called.
    more,
    /// A link to one's own report.
    your_report,
    /// A link to subscribing.
    for_your_area,
    /// A link to what is held.
    what_we_hold,
    /// A link to the corrections.
    corrections,
    /// A link to the log.
    the_log,
    /// Who runs this.
    neighbours_run,
    /// What is not here.
    no_adverts,
    /// What the links to other languages are called.
    languages,
    /// Why a page is not in the language that was asked for: `{language}`.
    not_checked,
    /// The band of a live alert.
    live_alert,
    /// Since when: `{time}`.
    since,
    /// Since when and until when: `{since}`, `{until}`.
    since_until,
    /// Before an update: `{time}`.
    updated,
    /// A tag.
    confirmed,
    /// A tag.
    over,
    /// A tag.
    mistaken,
    /// A tag.
    exercise,
    /// When it ended: `{time}`.
    over_at,
    /// When it was cancelled: `{time}`.
    cancelled_at,
    /// The heading of an alert that is over.
    is_over,
    /// The heading of an alert that was wrong.
    was_wrong,
    /// That the same people hear the end: `{time}` is the alert's.
    sent_too,
    /// A heading.
    had_said,
    /// A heading, while it is live.
    rights_now,
    /// A heading, later.
    your_rights,
    /// What stands where no card does.
    no_card,
    /// The heading of the conduct lines.
    if_you_go,
    /// A heading.
    said,
    /// A heading.
    how_we_know,
    /// Before a level.
    level,
    /// Before the area.
    area,
    /// That the spot is not shown.
    no_spot,
    /// A link for whoever was asked.
    answer,
    /// A link.
    tell_us,
    /// A link to the same page.
    reload,
    /// Where it also stands.
    in_the_log,
    /// A link.
    check_log,
    /// A link.
    cap_file,
    /// What is said when nobody ended it.
    ended_by_itself,
    /// What stands in the list.
    alerts_lead,
    /// A heading.
    live_now,
    /// A heading, when nothing is live.
    at_rest,
    /// The same in a sentence.
    none_live,
    /// When the last one ended: `{time}`.
    last_ended,
    /// A heading.
    ended,
}

impl PageWords {
    /// A level in words.
    #[must_use]
    pub const fn level_words(&self, level: Level) -> &'static str {
        self.levels[level as usize]
    }

    /// Why, in a sentence.
    #[must_use]
    pub const fn because_words(&self, because: Because) -> &'static str {
        self.becauses[because as usize]
    }

    /// The link that leads away on two lines: its first word, and the rest.
    #[must_use]
    pub fn leave_lines(&self) -> (&'static str, &'static str) {
        self.leave.split_once(' ').unwrap_or((self.leave, ""))
    }
}

/// A text with its slots filled. Each value is set apart, so that it keeps its own direction (Unicode UAX 9,
/// section 2.4.2).
#[must_use]
pub fn filled(text: &str, values: &[(&str, &str)]) -> String {
    values.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), &format!("\u{2068}{value}\u{2069}")))
}

pub(super) static ENGLISH: PageWords = PageWords {
    drill: "This is a drill. Nobody outside this drill was told anything.",
    played: "People in this demo are played by the program.",
    shortcuts: "Shortcuts",
    leave: "Leave quickly",
    skip: "Skip to the page",
    main: "Main",
    report: "Report",
    alerts: "Alerts",
    rights: "Rights",
    record: "Record",
    danger: "In danger now?",
    call: "Call {number}.",
    not_emergency: "Handbell is not an emergency service.",
    more: "More",
    your_report: "Your report",
    for_your_area: "Alerts for your area",
    what_we_hold: "What we hold",
    corrections: "Corrections",
    the_log: "The log",
    neighbours_run: "Neighbours run this site. We are not the police, the council or the government.",
    no_adverts: "No adverts, no tracking, nothing loaded from anywhere else.",
    languages: "This page in other languages",
    not_checked: "You asked for {language}. No person has checked our translation into it, so this page is in English.",
    live_alert: "Live alert",
    since: "Since {time}",
    since_until: "Since {since}. Runs out at {until} unless the desk says that it goes on.",
    updated: "Updated {time}:",
    confirmed: "Confirmed",
    over: "Over",
    mistaken: "Mistaken",
    exercise: "Exercise",
    over_at: "Over at {time}",
    cancelled_at: "Cancelled at {time}",
    is_over: "This alert is over.",
    was_wrong: "This alert is over. It was wrong.",
    sent_too: "Everybody who got the alert at {time} is sent this too. You do not need to do anything.",
    had_said: "What the alert had said",
    rights_now: "Your rights right now",
    your_rights: "Your rights",
    no_card: "This is not legal advice. No rights card for this is signed off by a lawyer yet.",
    if_you_go: "If you go, go to witness",
    said: "What we have said",
    how_we_know: "How we know",
    level: "Level",
    area: "Area",
    no_spot: "We do not show the exact spot.",
    answer: "I was asked: answer",
    tell_us: "Tell us what you see",
    reload: "Reload",
    in_the_log: "This alert stands in the public log.",
    check_log: "How to check it",
    cap_file: "The same as a CAP file",
    ended_by_itself: "It ended by itself, at the time that was announced with it.",
    alerts_lead: "Here stand alerts that everybody may know of. Alerts for neighbours go to the phones that asked for them.",
    live_now: "Live now",
    at_rest: "The bell is at rest",
    none_live: "No alert that everybody may know of is live.",
    last_ended: "The last one ended on {time}.",
    ended: "Ended",
    levels: ["being checked", "confirmed", "over", "nothing found", "cannot be verified", "mistaken"],
    becauses: [
        "A trained observer is on the scene and says so.",
        "Two people saw it and a member recorded why they do not depend on each other.",
        "An official statement says that it happened.",
        "Accounts differ on something that decides.",
        "No trained observer, no two independent first-hand accounts and no official statement yet.",
        "A member ended it.",
    ],
};

#[cfg(test)]
mod tests {
    use super::super::FIXED;
    use super::*;
    use std::collections::BTreeSet;

    /// The names of a text's slots.
    fn slots(text: &str) -> BTreeSet<&str> {
        text.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name)).collect()
    }

    #[test]
    fn every_language_says_all_of_it_with_the_same_slots() {
        for texts in FIXED {
            for (source, line) in ENGLISH.lines().zip(texts.page.lines()) {
                assert!(!line.trim().is_empty() && line.trim() == line, "{}: {source}", texts.language);
                assert_eq!(slots(line), slots(source), "{}: {line}", texts.language);
                let whole = filled(line, &slots(line).into_iter().map(|name| (name, "21:05")).collect::<Vec<_>>());
                assert!(!whole.contains(['{', '}']), "{whole}");
            }
        }
    }

    #[test]
    fn a_translation_is_one() {
        for texts in FIXED.iter().filter(|texts| texts.language != "en") {
            let same = ENGLISH.lines().zip(texts.page.lines()).filter(|(source, line)| source == line).count();
            // Some words are the same in two languages; sentences are not.
            assert!(same <= 2, "{}: {same} texts are the English ones", texts.language);
            let sentences = ENGLISH.lines().zip(texts.page.lines()).filter(|(source, _)| source.ends_with('.'));
            for (source, line) in sentences {
                assert!(source != line && line.ends_with(['.', '۔', '।']), "{}: {line}", texts.language);
            }
        }
    }

    #[test]
    fn the_page_says_the_level_and_its_reason_as_the_desk_does() {
        use Because::{AccountsDiffer, EndedByTheDesk, NotEnoughYet, ObserverOnTheScene, OfficialStatement, TwoIndependentSources};
        use Level::{BeingChecked, CannotBeVerified, Confirmed, Mistaken, NothingFound, Over};
        for level in [BeingChecked, Confirmed, Over, NothingFound, CannotBeVerified, Mistaken] {
            assert_eq!(ENGLISH.level_words(level), level.words());
        }
        for because in [ObserverOnTheScene, TwoIndependentSources, OfficialStatement, AccountsDiffer, NotEnoughYet, EndedByTheDesk] {
            assert_eq!(ENGLISH.because_words(because), because.sentence());
        }
    }
}
