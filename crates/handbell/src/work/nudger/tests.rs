//! What a live phone knows by heart of the desk's own messages is what they say.

use handbell_rules::bell::mode::Status;
use handbell_rules::bell::nudged;
use handbell_rules::id::{AlertId, ChangeId, IncidentId, LookId, MemberId, ReportId};
use handbell_rules::people::nudge::{About, DispatchNews, Nudge};
use handbell_rules::time::{MINUTE, Timestamp};

/// One of each. A sort that is missing here does not compile below.
fn everything() -> Vec<About> {
    let (look, incident, report, alert) = (LookId([1; 16]), IncidentId([2; 16]), ReportId([3; 16]), AlertId([4; 16]));
    let news = [
        DispatchNews::Enough,
        DispatchNews::PairChanged,
        DispatchNews::OtherLeaves,
        DispatchNews::CheckIn,
        DispatchNews::OtherSilent,
        DispatchNews::SayLeft,
        DispatchNews::Overdue,
        DispatchNews::IsWell,
        DispatchNews::NobodyLeft,
        DispatchNews::CannotFind,
        DispatchNews::PlaceFree,
    ];
    let mut all = vec![
        About::LookAsked(look),
        About::LookNews(look, incident),
        About::LookOverdue(look, incident),
        About::AreYouWell(look),
        About::ReportWaits(report),
        About::DutyEnds,
        About::AlertRunsOut(alert),
        About::ChannelSilent("mail".into()),
    ];
    all.extend(news.map(|news| About::Dispatch(news, alert)));
    for about in &all {
        match about {
            About::LookAsked(_) | About::LookNews(..) | About::LookOverdue(..) | About::AreYouWell(_) => {}
            About::ReportWaits(_) | About::DutyEnds | About::AlertRunsOut(_) | About::ChannelSilent(_) => {}
            About::Dispatch(news, _) => match news {
                DispatchNews::Enough | DispatchNews::PairChanged | DispatchNews::OtherLeaves | DispatchNews::CheckIn => {}
                DispatchNews::OtherSilent | DispatchNews::SayLeft | DispatchNews::Overdue | DispatchNews::IsWell => {}
                DispatchNews::NobodyLeft | DispatchNews::CannotFind | DispatchNews::PlaceFree => {}
            },
        }
    }
    all
}

/// A request to a duty phone carries no signature, so a live phone says of it only what stands in its own script
/// (docs/formats/signed-alert.md): every title with its line, and no place.
#[test]
fn a_live_phone_knows_every_line_of_the_desks_own_messages_by_heart() {
    let script = handbell_site::assets().iter().find(|asset| asset.path == "/sw.js").expect("the service worker is an asset");
    let script = std::str::from_utf8(script.bytes).expect("scripts are text");
    let now = Timestamp::from_milliseconds(0);
    let news = nudged::news(IncidentId([2; 16]), Status::Actual, false);
    assert!(script.contains(&format!("\"{}\": \"{}\"", news.title, news.body)) && news.url.starts_with("/record/"));
    for about in everything() {
        let nudge = Nudge::new(ChangeId([1; 16]), MemberId([2; 16]), about.clone(), "Lantern Corner.", now.plus(MINUTE), now);
        let said = nudged::message(&nudge, Status::Actual, false);
        // A request to look carries words of the desk, which the page says behind the sign-in.
        let line = if matches!(about, About::LookAsked(_)) { "" } else { said.body.as_str() };
        let known = format!("\"{}\": \"{line}\"", said.title);
        assert!(script.contains(&known), "sw.js does not know {known}");
    }
}
