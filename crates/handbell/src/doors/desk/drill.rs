//! The drill's doors: how far it is, the next message now, the end, and the score.
//!
//! They are there where a drill runs and nowhere else; a live server answers that there is no such page. The
//! score is shown only once the drill is over, because it says what each message really was.

use super::{Names, around, told_at};
use crate::acts::drill as acts;
use crate::doors::App;
use crate::doors::answer::{page, page_door, see_other};
use crate::doors::gate::{self, Desk};
use crate::doors::problem::{Problem, Trouble};
use crate::doors::routes::{Route, Who};
use crate::stage::Stage;
use axum::extract::{Request, State};
use axum::response::Response;
use handbell_rules::playbook::Reach;
use handbell_rules::scenario::play;
use handbell_rules::scenario::score::{Approved, Finding, Item, Line, Score, Spread};
use handbell_site::{
    DrillAlert, DrillBar, DrillDots, DrillFinding, DrillGoing, DrillItem, DrillPage, DrillRow, DrillScore, DrillStep, Fact, State as Shown,
    Tab, Tag,
};
use http::HeaderMap;
use std::collections::HashMap;
use std::sync::Arc;

/// Where a press leads.
const PAGE: &str = "/desk/drill";
/// The pictures' width and the room at each edge, in their own units.
const WIDTH: i64 = 320;
const EDGE: i64 = 8;
/// Where the goal stands in a bar of 100.
const GOAL_AT: i64 = 60;
/// The lowest dot, how far apart stacked dots are, and the highest one.
const DOTS_FLOOR: u32 = 80;
const DOTS_APART: u32 = 7;
const DOTS_CEILING: u32 = 6;

/// The doors of a drill.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/desk/drill", Who::Member, show),
        Route::post("/desk/drill/next", Who::Member, next),
        Route::post("/desk/drill/end", Who::Member, end),
    ]
}

fn stage_of(app: &App, desk: &Desk) -> Result<Arc<Stage>, Problem> {
    desk.at_the_desk()?;
    app.stage.clone().ok_or_else(|| Problem::of(Trouble::NotFound))
}

async fn next(State(app): State<App>, request: Request) -> Response {
    told_at(&app, PAGE, async {
        let (desk, _) = gate::desk_form(&app, request, &["csrf"]).await?;
        stage_of(&app, &desk)?.next();
        Ok(see_other(PAGE))
    })
    .await
}

async fn end(State(app): State<App>, request: Request) -> Response {
    told_at(&app, PAGE, async {
        let (desk, _) = gate::desk_form(&app, request, &["csrf"]).await?;
        stage_of(&app, &desk)?.end();
        Ok(see_other(PAGE))
    })
    .await
}

async fn show(State(app): State<App>, headers: HeaderMap) -> Response {
    page_door(&app, async {
        let desk = gate::desk(&app, &headers).await?;
        let stage = stage_of(&app, &desk)?;
        let (frame, bar) = around(&app, &desk, Tab::Drill, PAGE, "The drill").await?;
        let played = acts::read_played(&app.world, &stage).await?;
        let progress = stage.progress();
        let (lead, going, shown) = if progress.over {
            let score = handbell_rules::scenario::score::score(&stage.drill, &played);
            (lead(&score), None, Some(shown(&score, &Names::read(&app).await?)))
        } else {
            let clock = play::DrillClock::of(&stage.drill, stage.speed, &played.reports).at(app.world.now());
            let emptied = progress.emptied_at.is_some() && played.back_at.is_none();
            let going = DrillGoing {
                numbers: vec![
                    Fact::new("messages sent", format!("{} of {}", progress.sent, stage.length())),
                    Fact::new("the drill’s clock", clock.words()),
                ],
                more_to_come: progress.sent < stage.length(),
                emptied: emptied.then(|| "Everybody at the desk was called away. Whoever notices, starts a duty again.".to_owned()),
            };
            ("It ends by itself when every message is sent, nothing waits and everything is closed.".to_owned(), Some(going), None)
        };
        Ok(page(&DrillPage { frame, desk: bar, heading: stage.title.clone(), lead, going, score: shown }))
    })
    .await
}

fn lead(score: &Score) -> String {
    if score.as_expected() {
        return "You did as the scenario expects: nobody was told wrongly, nobody was forgotten.".to_owned();
    }
    let missed = score.items.iter().filter(|item| item.met == Some(false)).count();
    format!(
        "{} expectations were missed. {} false alarms, {} misses, {} wrong alerts. Each stands below with what to practise.",
        missed,
        score.false_alarms.len(),
        score.misses.len(),
        score.wrong.len()
    )
}

fn shown(score: &Score, names: &Names) -> DrillScore {
    let middle = |spread: &Spread| spread.p50().map_or_else(|| "none".to_owned(), play::words);
    let asked = score.items.iter().filter(|item| item.met.is_some()).count();
    let met = score.items.iter().filter(|item| item.met == Some(true)).count();
    let (copies, of_copies) = score.copies;
    let mut numbers = vec![
        Fact::new("expectations met", format!("{met} of {asked}")),
        Fact::new("false alarms", score.false_alarms.len().to_string()),
        Fact::new("misses", score.misses.len().to_string()),
        Fact::new("first look, the middle", middle(&score.report_to_look)),
        Fact::new("report to confirmed, the middle", middle(&score.report_to_confirmed)),
        Fact::new("messages that came", format!("{} of {}", score.filed.0, score.filed.1)),
    ];
    if copies > 0 {
        numbers.push(Fact::new("near-copies, made into incidents", format!("{copies} → {of_copies}")));
    }
    let finding = |words: &'static str| {
        move |one: &Finding| DrillFinding {
            tag: Tag::with_words(Shown::Mistaken, words),
            sentence: one.kind.sentence().to_owned(),
            about: one.about.clone(),
            practise: one.kind.practise().to_owned(),
        }
    };
    let findings = score.false_alarms.iter().map(finding("False alarm"));
    let findings = findings.chain(score.misses.iter().map(finding("Missed"))).chain(score.wrong.iter().map(finding("Wrong")));
    DrillScore {
        numbers,
        bars: score.items.iter().filter_map(bar).collect(),
        items: score.items.iter().map(item).collect(),
        happenings: rows(&score.lines),
        looks: dots(score),
        findings: findings.collect(),
        alerts: score.approvals.iter().map(|approved| alert(approved, names)).collect(),
        practise: score.practise().into_iter().map(str::to_owned).collect(),
    }
}

fn item(item: &Item) -> DrillItem {
    let tag = match item.met {
        Some(true) => Tag::with_words(Shown::Confirmed, "Met"),
        Some(false) => Tag::with_words(Shown::Mistaken, "Missed"),
        None => Tag::with_words(Shown::NothingFound, "Not asked"),
    };
    DrillItem { asks: item.asks.to_owned(), expected: item.expected.clone(), got: item.got.clone(), tag }
}

/// A bar whose goal stands at the same place in every row; one that takes far longer ends at the edge.
fn bar(item: &Item) -> Option<DrillBar> {
    let ((took, goal), met) = item.took_of.zip(item.met)?;
    Some(DrillBar {
        label: item.asks.to_owned(),
        width: units((took * GOAL_AT / goal.max(1)).clamp(1, 100)),
        goal: units(GOAL_AT),
        missed: !met,
        took: play::words(took),
        of: play::words(goal),
    })
}

/// Pictures are small: what leaves their frame is held at its edge.
fn units(value: i64) -> u32 {
    u32::try_from(value.clamp(0, WIDTH)).unwrap_or(0)
}

fn along(value: i64, whole: i64) -> u32 {
    units(EDGE + value.max(0) * (WIDTH - 2 * EDGE) / whole.max(1))
}

fn rows(lines: &[Line]) -> Vec<DrillRow> {
    let steps = |line: &Line| [line.reported, line.seen, line.confirmed, line.rung, line.ended];
    let whole = lines.iter().flat_map(steps).flatten().map(|time| time.0).max().unwrap_or(1);
    let names = ["reported", "seen", "confirmed", "rung", "ended"];
    let row = |line: &Line| DrillRow {
        called: line.called.clone(),
        steps: (0..)
            .zip(names)
            .zip(steps(line))
            .map(|((place, name), time)| DrillStep {
                name,
                at: time.map_or_else(String::new, |time| time.words()),
                x: time.map(|time| along(time.0, whole)),
                y: 8 + 11 * place,
            })
            .collect(),
    };
    lines.iter().map(row).collect()
}

fn dots(score: &Score) -> Option<DrillDots> {
    let p50 = score.report_to_look.p50()?;
    let slowest = score.report_to_look.each.iter().map(|(_, long)| *long).max()?;
    let goal = score.items.iter().find(|item| item.name == "first_look_within_minutes").and_then(|item| item.took_of).map(|(_, goal)| goal);
    let whole = slowest.max(goal.unwrap_or(0)).max(1);
    let mut stacked: HashMap<u32, u32> = HashMap::new();
    let dot = |(_, long): &(String, i64)| {
        // One column for each dot's width, so that dots lie beside or upon each other and never inside.
        let x = along(*long, whole) / DOTS_APART * DOTS_APART;
        let height = stacked.entry(x).or_default();
        let y = DOTS_FLOOR.saturating_sub(*height * DOTS_APART).max(DOTS_CEILING);
        *height += 1;
        (x, y)
    };
    Some(DrillDots {
        summary: format!(
            "Half of {} messages were looked at within {}; the slowest after {}.{}",
            score.report_to_look.each.len(),
            play::words(p50),
            play::words(slowest),
            goal.map_or_else(String::new, |goal| format!(" The upright line is what was expected: {}.", play::words(goal)))
        ),
        dots: score.report_to_look.each.iter().map(dot).collect(),
        goal: goal.map(|goal| along(goal, whole)),
        end: play::words(whole),
        rows: score.report_to_look.each.iter().map(|(what, long)| (what.clone(), play::words(*long))).collect(),
    })
}

fn alert(approved: &Approved, names: &Names) -> DrillAlert {
    let reach = match approved.reach {
        Reach::Dispatch => "Observers",
        Reach::Neighbours => "Neighbours",
        Reach::Public => "Everybody",
    };
    let recorded = match approved.had_recorded.as_slice() {
        [] => String::new(),
        some => format!(" {} had recorded the deciding check.", names.of_all(some)),
    };
    DrillAlert {
        about: approved.about.clone(),
        reach: format!("{reach}, after {}", approved.rung.words()),
        approvers: format!("{} approved.{recorded}", names.of_all(&approved.approvers)),
        rule: approved.rule.to_owned(),
        tag: if approved.kept { Tag::with_words(Shown::Confirmed, "Rule kept") } else { Tag::with_words(Shown::Mistaken, "Not kept") },
        // Phones of an exercise are made up, so their number may be said.
        heard: match approved.end_told {
            Some(heard) => format!("{} were told; {heard} were told of the end.", approved.told),
            None => format!("{} were told. Nobody was told of an end.", approved.told),
        },
    }
}
