//! Each invariant is seen to fail: one thing is broken on purpose, and the simulator must say which.

use handbell_sim::{Choices, Twist, simulate};

/// Towns after which a blindness is a blindness.
const TOWNS_ENOUGH: u64 = 600;

/// The first thing that does not hold with this twist must be one of these rules.
fn notices_one_of(twist: Twist, rules: &[&str]) {
    for seed in 0..TOWNS_ENOUGH {
        if let Err(failure) = simulate(seed, Choices { twist: Some(twist), ..Choices::default() }) {
            assert!(rules.contains(&failure.broken.rule), "{failure}");
            return;
        }
    }
    panic!("{TOWNS_ENOUGH} towns held although something was wrong in each: {twist:?}");
}

fn notices(twist: Twist, rule: &str) {
    notices_one_of(twist, &[rule]);
}

#[test]
fn the_simulator_notices_a_lost_report() {
    notices(Twist::LosesReports, "no-acknowledged-report-lost");
}

#[test]
fn the_simulator_notices_half_a_report() {
    notices(Twist::KeepsHalfAReport, "no-acknowledged-report-lost");
}

#[test]
fn the_simulator_notices_a_second_report_under_one_key() {
    notices(Twist::ForgetsRepeats, "one-key-one-report");
}

#[test]
fn the_simulator_notices_an_alert_after_its_cancel() {
    notices(Twist::HidesEnds, "no-alert-after-cancel");
}

#[test]
fn the_simulator_notices_strangers_on_the_list() {
    notices(Twist::TellsStrangers, "nobody-else-is-told");
}

#[test]
fn the_simulator_notices_somebody_told_against_their_wishes() {
    notices(Twist::IgnoresWishes, "nobody-is-told-against-their-wishes");
}

#[test]
fn the_simulator_notices_an_end_for_somebody_who_never_heard_the_start() {
    // A stranger may be on the list, untold so far, or on no list at all.
    notices_one_of(Twist::EndsForStrangers, &["nobody-else-is-told", "the-same-people-hear-the-end"]);
}

#[test]
fn the_simulator_notices_somebody_who_never_hears_the_end() {
    notices(Twist::SkipsEnds, "the-same-people-hear-the-end");
}

#[test]
fn the_simulator_notices_words_that_nobody_checked() {
    notices(Twist::SpeaksUnchecked, "only-checked-words-go-live");
}

#[test]
fn the_simulator_notices_somebody_told_in_another_language_than_theirs() {
    notices(Twist::ForgetsLanguages, "everybody-hears-their-language");
}

#[test]
fn the_simulator_notices_forged_approvals() {
    notices(Twist::ForgesApprovals, "no-alert-without-its-approvals");
}

#[test]
fn the_simulator_notices_a_bell_that_nobody_rang() {
    notices(Twist::RingsByItself, "no-alert-without-a-person");
}

#[test]
fn the_simulator_notices_a_drill_sent_to_live_phones() {
    notices(Twist::MixesDrills, "a-drill-is-never-live");
}

#[test]
fn the_simulator_notices_a_drill_that_does_not_say_so() {
    notices(Twist::DropsTheDrillsWord, "a-drill-is-never-live");
}

#[test]
fn the_simulator_notices_two_trees() {
    notices(Twist::SignsTwoTrees, "the-log-signs-one-tree");
}

#[test]
fn the_simulator_notices_a_stale_alert() {
    // It is said of what is handed out, or of the bell that kept it alive after it had run out.
    notices_one_of(Twist::SendsStale, &["nothing-goes-stale", "no-alert-without-its-approvals"]);
}

#[test]
fn the_simulator_notices_what_is_never_forgotten() {
    notices(Twist::NeverForgets, "forgetting-is-scheduled");
}

#[test]
fn the_simulator_notices_an_entry_that_comes_too_early() {
    notices(Twist::PublishesEarly, "no-sooner-than-the-public-reach");
}

#[test]
fn the_simulator_notices_a_start_that_comes_after_its_end() {
    // What a service keeps back until the end is also a start that nobody heard in time.
    notices_one_of(Twist::DeliversTheStartLast, &["the-end-comes-last", "whoever-is-on-the-list-is-told"]);
}

/// PROMISE a-correction-never-erases: not without whoever was told hearing of it.
#[test]
fn a_correction_nobody_hears_of_is_noticed() {
    notices_one_of(Twist::CorrectsQuietly, &["a-correction-goes-to-whoever-was-told", "all-or-nothing"]);
}

/// PROMISE a-correction-never-erases: not without a mark in the log.
#[test]
fn a_correction_without_a_mark_is_noticed() {
    notices(Twist::CorrectsWithoutAMark, "a-correction-never-erases");
}

#[test]
fn a_wish_that_stays_open_after_its_decision_is_noticed() {
    // Whoever opens the receipt misses the decision, or the desk decides once more.
    notices_one_of(Twist::ForgetsDecisions, &["a-wish-is-decided-once", "no-acknowledged-report-lost"]);
}

#[test]
fn a_witness_who_is_told_of_an_end_that_did_not_come_is_noticed() {
    notices(Twist::EndsTooSoon, "a-witness-hears-what-became-of-it");
}
