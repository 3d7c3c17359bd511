//! Duty in words: who is at the desk now, said in the same sentence wherever a witness reads it.
//!
//! The first page, the report's steps, the receipt, its status and the answers to programs take it from
//! here. It counts people and names nobody. An empty desk is said plainly, with the number to call.

use super::super::App;
use super::super::problem::Problem;
use crate::acts::people;
use handbell_rules::time::{DAY, Timestamp};
use handbell_site::Duty;

/// Who is at the desk, said honestly.
pub async fn duty(app: &App) -> Result<Duty, Problem> {
    let on = people::desk_on_duty(&app.world).await?;
    let until = on.iter().map(|(_, duty)| duty.until).max();
    let next = if on.is_empty() { people::desk_comes_on(&app.world).await? } else { None };
    let zone = app.world.group.playbook.zone();
    Ok(Duty { staffed: until.is_some(), words: sentence(on.len(), until, next, app.world.now(), zone) })
}

/// The same, or that nobody can say, for answers that must reach the witness whatever else fails.
pub async fn or_unknown(app: &App) -> Duty {
    duty(app).await.unwrap_or_else(|_| Duty {
        staffed: false,
        words: "We cannot say now who is at the desk. What we said is kept is kept. In danger: 999.".to_owned(),
    })
}

fn sentence(people: usize, until: Option<Timestamp>, next: Option<Timestamp>, now: Timestamp, zone: &str) -> String {
    let clock = |at: Timestamp| if at.since(now) < DAY { at.clock(zone) } else { at.day_and_clock(zone) };
    match (people, until, next) {
        (1, Some(until), _) => format!("One person is at the desk until {}.", clock(until)),
        (several, Some(until), _) => format!("{several} people are at the desk, the last of them until {}.", clock(until)),
        (_, None, Some(next)) => {
            format!("Nobody is at the desk until {}. Your report is kept and will be read then. In danger: 999.", clock(next))
        }
        (_, None, None) => {
            "Nobody is at the desk now. Your report is kept and will be read when somebody comes on duty. In danger: 999.".to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use handbell_rules::time::HOUR;

    #[test]
    fn an_empty_desk_is_said_plainly_with_when_somebody_comes() {
        let now = Timestamp::from_milliseconds(1_795_212_000_000);
        let at = |hours: i64| Some(now.plus(hours * HOUR));
        let say = |people, until, next| sentence(people, until, next, now, "Europe/London");
        assert_eq!(
            say(0, None, None),
            "Nobody is at the desk now. Your report is kept and will be read when somebody comes on duty. In danger: 999."
        );
        let seven = now.plus(9 * HOUR).clock("Europe/London");
        assert_eq!(
            say(0, None, at(9)),
            format!("Nobody is at the desk until {seven}. Your report is kept and will be read then. In danger: 999.")
        );
        assert!(say(0, None, at(40)).contains(&now.plus(40 * HOUR).day_and_clock("Europe/London")), "another day is named");
        assert!(say(1, at(2), at(1)).starts_with("One person is at the desk until "));
        assert!(say(3, at(2), None).starts_with("3 people are at the desk, the last of them until "));
    }
}
