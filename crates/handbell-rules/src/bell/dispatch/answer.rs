//! Answer: what somebody who was asked presses, one press each, and what follows at once.
//!
//! A press that cannot be meant any more is refused by name and changes nothing; when two come at once the
//! version decides. A late yes is refused kindly. What is harmless can be taken back by another press.

use super::{Answer, Dispatch};
use crate::bell::alert::Alert;
use crate::change::{Actor, Change, What};
use crate::desk::look::DeskNow;
use crate::id::{ChangeId, MemberId};
use crate::people::member::DeskCaller;
use crate::people::nudge::{About, DispatchNews, Nudge};
use crate::refusal::{Bell, Refusal};
use crate::time::{MINUTE, Timestamp};

/// The minutes offered with one press.
pub const ARRIVE_MINUTES: [u8; 5] = [5, 10, 15, 20, 30];
/// Nobody is waited for longer.
pub const ARRIVE_MINUTES_MAX: u8 = 60;

/// What is pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Press {
    /// I am going; there in so many minutes.
    Going {
        /// The minutes, 1 to [`ARRIVE_MINUTES_MAX`].
        minutes: u8,
    },
    /// I cannot.
    Cannot,
    /// I am there.
    OnScene,
    /// I am not there yet; the press before was a mistake.
    NotThere,
    /// I cannot find it.
    CannotFind,
    /// I am well.
    Well,
    /// I have left and am safe.
    Left,
    /// I am still there; the press before was a mistake.
    StillThere,
}

/// Whether a press could be meant now, for the buttons of a page; [`press`] asks the same.
pub fn may(dispatch: &Dispatch, alert: &Alert, member: MemberId, press: Press, now: Timestamp) -> Result<(), Refusal> {
    let asked = dispatch.of(member).ok_or(Bell::DispatchPressWrong)?;
    let live = alert.is_live(now) && dispatch.over_at.is_none();
    let takes_a_place = match press {
        Press::Going { minutes } if !(1..=ARRIVE_MINUTES_MAX).contains(&minutes) => return Err(Bell::DispatchPressWrong.into()),
        Press::Going { .. } | Press::OnScene => !asked.fills(),
        _ => false,
    };
    let fits = match press {
        Press::Going { .. } => !matches!(asked.answer, Answer::OnScene | Answer::Left),
        Press::Cannot => matches!(asked.answer, Answer::Asked | Answer::StoodBy | Answer::Going),
        Press::OnScene => !matches!(asked.answer, Answer::OnScene | Answer::Left),
        Press::NotThere => asked.answer == Answer::OnScene,
        Press::CannotFind => asked.answer.out() && !asked.cannot_find,
        Press::Well => asked.answer.out(),
        Press::Left => asked.answer == Answer::OnScene,
        Press::StillThere => asked.answer == Answer::Left,
    };
    match (press, live) {
        // Whoever is out says that they are well, or safe, whatever has ended.
        (Press::Well | Press::Left, _) | (_, true) => {}
        (_, false) => return Err(Bell::DispatchOver.into()),
    }
    if !fits {
        return Err(Bell::DispatchPressWrong.into());
    }
    // Whoever never left goes before somebody who is still on the way, but sends nobody away who is there.
    let on_the_way = dispatch.asked.iter().any(|one| one.quota == asked.quota && one.answer == Answer::Going && one.fills());
    let comes_back = press == Press::StillThere && !on_the_way;
    // PROMISE a-quota-is-never-exceeded: a yes needs a free place, whoever it comes from.
    if (takes_a_place || comes_back) && dispatch.missing(asked.quota) == 0 {
        return Err(Bell::DispatchEnough.into());
    }
    Ok(())
}

/// Answers.
///
/// The line in the journal says that somebody answered, not who: it outlives the dispatch, and who went where
/// is forgotten a day after the end.
pub fn press(
    change: ChangeId,
    caller: &DeskCaller,
    known: &Dispatch,
    alert: &Alert,
    desk: &DeskNow,
    press: Press,
    now: Timestamp,
) -> Result<Change, Refusal> {
    may(known, alert, caller.member, press, now)?;
    let mut dispatch = known.clone();
    let place = dispatch.place(caller.member).ok_or(Bell::DispatchPressWrong)?;
    let every = dispatch.check_in_every();
    let live = alert.is_live(now) && dispatch.over_at.is_none();
    let missed = dispatch.asked[place].overdue.is_some_and(|overdue| overdue.at_the_desk());
    let mut news: Vec<(DispatchNews, Vec<MemberId>)> = Vec::new();
    match press {
        Press::Going { .. } | Press::OnScene => {
            if !dispatch.asked[place].fills() {
                dispatch.acceptances += 1;
                dispatch.asked[place].accepted = Some(dispatch.acceptances);
            }
            let asked = &mut dispatch.asked[place];
            // Whoever holds a place and loses it hears so again.
            (asked.overdue, asked.cannot_find, asked.enough_at) = (None, false, None);
            if let Press::Going { minutes } = press {
                asked.say(Answer::Going, now);
                asked.arrive_by = Some(now.plus(i64::from(minutes) * MINUTE));
                asked.check_in_by = Some(now.plus(i64::from(minutes) * MINUTE + every));
            } else {
                asked.say(Answer::OnScene, now);
                (asked.there_since, asked.check_in_by) = (asked.there_since.or(Some(now)), Some(now.plus(every)));
            }
            let paired = dispatch.pair_up();
            news.push((DispatchNews::PairChanged, paired.into_iter().filter(|one| *one != caller.member).collect()));
            news.push((DispatchNews::Enough, dispatch.stand_by(now)));
        }
        Press::Cannot => {
            let left_alone = dispatch.opens_place(place);
            let asked = &mut dispatch.asked[place];
            asked.say(Answer::Cannot, now);
            asked.cannot_find = false;
            asked.rest();
            news.push((DispatchNews::PairChanged, dispatch.paired_anew(left_alone)));
        }
        Press::NotThere => {
            let asked = &mut dispatch.asked[place];
            asked.say(Answer::Going, now);
            (asked.there_since, asked.overdue, asked.check_in_by) = (None, None, Some(now.plus(every)));
        }
        Press::CannotFind => {
            // They look on and are waited for, and somebody else may have their place.
            let left_alone = dispatch.opens_place(place);
            let asked = &mut dispatch.asked[place];
            if asked.answer == Answer::OnScene {
                asked.say(Answer::Going, now);
                (asked.there_since, asked.check_in_by) = (None, Some(now.plus(every)));
            }
            asked.cannot_find = true;
            news.push((DispatchNews::PairChanged, dispatch.paired_anew(left_alone)));
            news.push((DispatchNews::CannotFind, dispatch.rung_by.map(|by| desk.whom(by)).unwrap_or_default()));
        }
        Press::Well => {
            let asked = &mut dispatch.asked[place];
            // Whoever is on the way is waited for until they should be there.
            let until = asked.arrive_by.filter(|_| asked.answer == Answer::Going).map_or(now, |by| by.max(now));
            (asked.check_in_by, asked.overdue) = (Some(until.plus(every)), None);
            // Whoever looks for it in vain was not told "enough" while the desk looked for them.
            let told = if live { dispatch.stand_by(now) } else { Vec::new() };
            news.push((DispatchNews::Enough, told));
        }
        Press::Left => {
            // At the end nobody comes in their place.
            let left_alone = if live { dispatch.opens_place(place) } else { dispatch.other_out(place) };
            let asked = &mut dispatch.asked[place];
            asked.say(Answer::Left, now);
            asked.rest();
            // Whoever has somebody new at once need not leave; whoever has nobody is told to.
            let paired = if live { dispatch.pair_up() } else { Vec::new() };
            news.push((DispatchNews::OtherLeaves, left_alone.into_iter().filter(|one| !paired.contains(one)).collect()));
            news.push((DispatchNews::PairChanged, paired));
        }
        Press::StillThere => {
            let asked = &mut dispatch.asked[place];
            asked.say(Answer::OnScene, now);
            (asked.check_in_by, asked.cannot_find) = (Some(now.plus(every)), false);
            // Whoever is there is waited for, also when their place was given away: then who said yes last stands by.
            let (told, lost) = dispatch.send_home(now);
            let paired = dispatch.pair_up();
            let mut changed: Vec<MemberId> = lost.into_iter().filter(|one| !paired.contains(one)).collect();
            changed.extend(paired.into_iter().filter(|one| *one != caller.member));
            news.push((DispatchNews::PairChanged, changed));
            news.push((DispatchNews::Enough, told));
        }
    }
    if missed && !matches!(press, Press::CannotFind) {
        news.push((DispatchNews::IsWell, dispatch.rung_by.map(|by| desk.whom(by)).unwrap_or_default()));
    }
    let nudges = news.iter().flat_map(|(news, to)| Nudge::each(change, to, &About::Dispatch(*news, dispatch.alert), now)).collect();
    Ok(Change { id: change, at: now, by: Actor::Street, what: What::DispatchAnswered { dispatch, nudges } })
}

impl Dispatch {
    /// Whoever stands at `place` gives up what they hold: who was with them is alone, and the clock looks for
    /// somebody anew. Gives back who is left alone.
    fn opens_place(&mut self, place: usize) -> Option<MemberId> {
        if self.asked[place].fills() {
            self.nobody_left = None;
        }
        self.part(place)
    }

    /// Pairs whoever can be paired; gives back whose pair is another one now, each once.
    fn paired_anew(&mut self, left_alone: Option<MemberId>) -> Vec<MemberId> {
        let mut changed = self.pair_up();
        changed.extend(left_alone.filter(|one| !changed.contains(one)));
        changed
    }
}

/// Somebody at the desk found out that whoever has not checked in is well.
pub fn is_well(change: ChangeId, caller: &DeskCaller, known: &Dispatch, member: MemberId, now: Timestamp) -> Result<Change, Refusal> {
    caller.at_the_desk()?;
    let mut dispatch = known.clone();
    let place = dispatch.place(member).filter(|place| dispatch.asked[*place].overdue.is_some());
    let place = place.ok_or(Bell::DispatchPressWrong)?;
    let again = dispatch.over_at.is_none().then(|| now.plus(dispatch.check_in_every()));
    let asked = &mut dispatch.asked[place];
    (asked.overdue, asked.check_in_by) = (None, again);
    let by = Actor::Member(caller.member);
    Ok(Change { id: change, at: now, by, what: What::DispatchAnswered { dispatch, nudges: Vec::new() } })
}
