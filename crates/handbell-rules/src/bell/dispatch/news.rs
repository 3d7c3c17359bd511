//! News: whether a nudge about a dispatch still says something true, asked just before it is sent.
//!
//! PROMISE nothing-goes-stale: whoever has said in the meantime what they were reminded of is left alone, and
//! whoever said yes to a place that became free does not hear "enough".

use super::{Answer, Dispatch};
use crate::id::MemberId;
use crate::people::nudge::DispatchNews;

/// Whether it is still news to `to`; `live` says whether the alert is.
pub fn still_news(dispatch: &Dispatch, live: bool, news: DispatchNews, to: MemberId) -> bool {
    let mine = dispatch.of(to);
    match news {
        // Once it is over, its end is what they hear.
        DispatchNews::PlaceFree => live && mine.is_some_and(|asked| asked.answer == Answer::Asked && dispatch.missing(asked.quota) > 0),
        DispatchNews::Enough => live && mine.is_some_and(|asked| asked.answer == Answer::StoodBy),
        DispatchNews::PairChanged => live && mine.is_some_and(|asked| asked.answer.out()),
        DispatchNews::OtherLeaves | DispatchNews::OtherSilent => mine.is_some_and(|asked| asked.answer.out()),
        DispatchNews::CheckIn => mine.is_some_and(|asked| asked.overdue.is_some()),
        DispatchNews::SayLeft => mine.is_some_and(|asked| asked.answer == Answer::OnScene),
        DispatchNews::Overdue => dispatch.asked.iter().any(|asked| asked.overdue.is_some_and(|overdue| overdue.at_the_desk())),
        DispatchNews::NobodyLeft => live && dispatch.nobody_left.is_some(),
        DispatchNews::CannotFind => live,
        DispatchNews::IsWell => true,
    }
}
