//! Plan: how many of each role are wanted, from the playbook and within the cap.
//!
//! An approver says it on the alert's page, before the bell and while it rings. Fewer at a live dispatch
//! means that those who said yes last stand by; whoever is already there is not sent away by a number.

use super::{Answer, Dispatch, Quota, spoken};
use crate::bell::alert::{Alert, AlertState};
use crate::change::{Actor, Change, What};
use crate::id::{ChangeId, MemberId};
use crate::people::member::{DeskCaller, Role};
use crate::people::nudge::{About, DispatchNews, Nudge};
use crate::playbook::{FieldRole, Kind, OBSERVERS_WANTED_DEFAULT, ROLE_WANTED_MAX, Reach};
use crate::refusal::{Bell, Refusal};
use crate::time::Timestamp;

/// Roles and languages that one dispatch may want.
pub const QUOTAS_MAX: usize = 8;

/// Who is wanted unless somebody says otherwise.
pub fn quotas_of(kind: &Kind) -> Vec<Quota> {
    let mut wanted = kind.roles_wanted.clone();
    wanted.entry(FieldRole::Observer).or_insert(OBSERVERS_WANTED_DEFAULT);
    wanted.into_iter().map(|(role, wanted)| Quota { role, language: None, wanted }).collect()
}

/// The compiled-in cap: no more than [`ROLE_WANTED_MAX`] of a role however it is split into languages, observers
/// in pairs and at least one pair, a language for interpreters only.
fn within_the_cap(wanted: &[Quota]) -> bool {
    let of = |role| wanted.iter().filter(|quota| quota.role == role).map(|quota| usize::from(quota.wanted)).sum::<usize>();
    let observers = of(FieldRole::Observer);
    let twice = wanted.iter().enumerate().any(|(place, quota)| wanted[..place].iter().any(|other| other.same(quota)));
    let strange = |quota: &Quota| {
        quota.language.as_deref().is_some_and(|language| quota.role != FieldRole::Interpreter || spoken(language).is_none())
    };
    wanted.len() <= QUOTAS_MAX
        && FieldRole::ALL.iter().all(|role| of(*role) <= usize::from(ROLE_WANTED_MAX))
        && observers >= 2
        && observers.is_multiple_of(2)
        && !twice
        && !wanted.iter().any(strange)
}

/// Says how many are wanted. `known` is what was said before, `usual` what the playbook says.
pub fn plan(
    change: ChangeId,
    caller: &DeskCaller,
    alert: &Alert,
    known: Option<&Dispatch>,
    usual: &Dispatch,
    wanted: Vec<Quota>,
    now: Timestamp,
) -> Result<Change, Refusal> {
    caller.needs(Role::Approver).map_err(|_| Bell::ApproverNeeded)?;
    if alert.reach != Reach::Dispatch || alert.follows.is_some() {
        return Err(Bell::ReachNotAllowed.into());
    }
    if !(alert.state == AlertState::Draft || alert.is_live(now)) {
        return Err(Bell::DispatchOver.into());
    }
    let wanted: Vec<Quota> = wanted.into_iter().filter(|quota| quota.wanted > 0).collect();
    if !within_the_cap(&wanted) {
        return Err(Bell::QuotaWrong.into());
    }
    let mut dispatch = known.unwrap_or(usual).clone();
    // Places stand where they stood, because those who were asked point at them.
    for quota in &mut dispatch.quotas {
        quota.wanted = wanted.iter().find(|new| new.same(quota)).map_or(0, |new| new.wanted);
    }
    for new in wanted {
        if !dispatch.quotas.iter().any(|quota| quota.same(&new)) {
            dispatch.quotas.push(new);
        }
    }
    if dispatch.rung_at.is_none() {
        dispatch.quotas.retain(|quota| quota.wanted > 0);
    }
    let (mut told, lost) = dispatch.send_home(now);
    told.extend(dispatch.stand_by(now));
    dispatch.pair_up();
    let news = |news, to: &[MemberId]| Nudge::each(change, to, &About::Dispatch(news, dispatch.alert), now);
    let nudges = [news(DispatchNews::Enough, &told), news(DispatchNews::PairChanged, &lost)].concat();
    let by = Actor::Member(caller.member);
    Ok(Change { id: change, at: now, by, what: What::DispatchPlanned { dispatch, nudges } })
}

impl Dispatch {
    /// Those who are on the way beyond what is wanted stand by, the latest first; a role with more people there
    /// than are wanted wants them all the same. Gives back who is told, and who lost the other of their pair.
    pub(super) fn send_home(&mut self, now: Timestamp) -> (Vec<MemberId>, Vec<MemberId>) {
        let (mut told, mut lost) = (Vec::new(), Vec::new());
        for quota in 0..self.quotas.len() {
            while self.filled(quota) > usize::from(self.quotas[quota].wanted) {
                let on_the_way = |place: &usize| {
                    self.asked[*place].quota == quota && self.asked[*place].answer == Answer::Going && self.asked[*place].fills()
                };
                let latest = (0..self.asked.len()).filter(on_the_way).max_by_key(|place| self.asked[*place].accepted);
                let Some(place) = latest else {
                    self.quotas[quota].wanted = u8::try_from(self.filled(quota)).unwrap_or(u8::MAX);
                    break;
                };
                lost.extend(self.part(place));
                let asked = &mut self.asked[place];
                asked.say(Answer::StoodBy, now);
                asked.rest();
                if asked.enough_at.is_none() {
                    asked.enough_at = Some(now);
                    told.push(asked.member);
                }
            }
        }
        lost.retain(|member| !told.contains(member));
        (told, lost)
    }
}
