//! The plot beside the table of measurements: how far each row is from its goal.
//!
//! Drawn from the table in `docs/performance.md` and from nothing else, so that it cannot say what the table does
//! not; `cargo xtask tidy` complains when the two differ. A row without a figure or without a goal is not drawn.
//! The table stays the text for whoever cannot see the picture.

use crate::{Answer, place};
use anyhow::Context;
use std::fmt::Write as _;

/// Where the table stands.
pub const TABLE: &str = "docs/performance.md";
/// Where the plot stands.
pub const PLOT: &str = "docs/performance.svg";

const ROW_HEIGHT: f64 = 26.0;
const LEFT: f64 = 190.0;
const WIDTH: f64 = 720.0;
const TOP: f64 = 46.0;
/// The axis goes from a tenth of the goal to ten times the goal, and bars end at its ends.
const DECADES: f64 = 1.0;

/// One measured row with a goal.
#[derive(Debug, Clone, PartialEq)]
struct Bar {
    name: String,
    /// What was measured, as the table says it.
    measured: String,
    /// What was to be reached, as the table says it.
    goal: String,
    /// How many times better than the goal; 1 is the goal itself.
    times: f64,
}

/// `cargo xtask plot`: draws the plot anew.
pub fn run(_: &[String]) -> Answer {
    let table = std::fs::read_to_string(place::root().join(TABLE)).with_context(|| format!("reading {TABLE}"))?;
    std::fs::write(place::root().join(PLOT), drawn(&table)).with_context(|| format!("writing {PLOT}"))?;
    println!("wrote {PLOT}");
    Ok(true)
}

/// The plot of a page's first table with the columns name, value, ratio and goal.
pub fn drawn(page: &str) -> String {
    let bars: Vec<Bar> = page.lines().filter_map(bar).collect();
    let height = TOP + ROW_HEIGHT * bars.len() as f64 + 34.0;
    let right = WIDTH - 50.0;
    let at = |times: f64| LEFT + (right - LEFT) * (times.log10().clamp(-DECADES, DECADES) + DECADES) / (2.0 * DECADES);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-labelledby=\"t d\">\n\
         <title id=\"t\">How far each measured row is from its goal</title>\n\
         <desc id=\"d\">Logarithmic, from a tenth of the goal to ten times the goal. Every figure stands in the table of docs/performance.md.</desc>\n\
         <style>svg{{background:#fff;color:#1d1d1f;font:13px system-ui,sans-serif}}text{{fill:currentColor}}.soft{{opacity:.7}}.axis{{stroke:currentColor;opacity:.35}}\
         .goal{{stroke:currentColor;stroke-width:1.5}}.met{{fill:#2b6b4f}}.missed{{fill:#b4531f}}@media(prefers-color-scheme:dark){{svg{{background:#161618;color:#eee}}.met{{fill:#5fbf93}}.missed{{fill:#f0905a}}}}</style>\n"
    );
    for (times, words) in [(0.1, "a tenth"), (1.0, "goal"), (10.0, "ten times")] {
        let class = if times == 1.0 { "goal" } else { "axis" };
        let (x, bottom) = (at(times), height - 30.0);
        let _ = writeln!(svg, "<path class=\"{class}\" d=\"M{x:.1} {:.1}V{bottom:.1}\"/>", TOP - 12.0);
        let _ = writeln!(svg, "<text class=\"soft\" x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{words}</text>", TOP - 18.0);
    }
    for (number, bar) in bars.iter().enumerate() {
        let (x, y) = (at(bar.times), TOP + ROW_HEIGHT * number as f64);
        let (goal, class) = (at(1.0), if bar.times >= 1.0 { "met" } else { "missed" });
        let _ = writeln!(svg, "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>", LEFT - 10.0, y + 14.0, escaped(&bar.name));
        let _ = writeln!(
            svg,
            "<rect class=\"{class}\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"10\"><title>{}: {} ({})</title></rect>",
            goal.min(x),
            y + 4.0,
            (goal - x).abs().max(2.0),
            escaped(&bar.name),
            escaped(&bar.measured),
            escaped(&bar.goal)
        );
        // The figure stands on the bar's free side of the goal's line.
        let (words_at, anchor) = if bar.times >= 1.0 { (goal - 8.0, "end") } else { (goal + 8.0, "start") };
        let _ = writeln!(
            svg,
            "<text class=\"soft\" x=\"{words_at:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\">{}</text>",
            y + 14.0,
            escaped(&bar.measured)
        );
    }
    let _ =
        writeln!(svg, "<text class=\"soft\" x=\"{LEFT}\" y=\"{:.1}\">left of the line: not reached · right: reached</text>", height - 10.0);
    svg.push_str("</svg>\n");
    svg
}

/// A row of the table that has a figure and a goal: `| name | work | beside | value | peer | ratio | to reach |`.
fn bar(line: &str) -> Option<Bar> {
    let cells: Vec<&str> = line.strip_prefix('|')?.strip_suffix('|')?.split('|').map(str::trim).collect();
    let [name, _, _, value, _, ratio, goal] = cells[..] else { return None };
    let name = name.strip_prefix('`')?.strip_suffix('`')?;
    let (measured, words) = match number(ratio) {
        Some(ratio) => (ratio, format!("{ratio} ×")),
        None => (number(value)?, value.to_owned()),
    };
    // Where a goal has several figures, the last one is of the ordinary case.
    let at = goal.rfind(['≥', '≤'])?;
    let wanted = number(goal[at..].trim_start_matches(['≥', '≤']).trim_start())?;
    let times = if goal[at..].starts_with('≥') { measured / wanted } else { wanted / measured };
    (times.is_finite() && times > 0.0).then(|| Bar { name: name.to_owned(), measured: words, goal: goal.to_owned(), times })
}

/// The number that a text begins with; commas part thousands.
fn number(text: &str) -> Option<f64> {
    let digits: String = text.chars().take_while(|c| c.is_ascii_digit() || matches!(c, '.' | ',')).filter(|c| *c != ',').collect();
    digits.trim_end_matches('.').parse().ok()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_as_far_from_its_goal_as_its_figures_say() {
        let far = |line: &str| bar(line).map(|bar| (bar.name, (bar.times * 1_000.0).round() / 1_000.0));
        let row = |ratio: &str, goal: &str| format!("| `intake` | w | b | 5,917 reports/s | 3,291 | {ratio} | {goal} |");
        assert_eq!(far(&row("39.5", "≥ 100 ×")), Some(("intake".into(), 0.395)));
        assert_eq!(far(&row("1.80", "≥ 5 × when a sync takes ≥ 1 ms, ≥ 2 × otherwise")), Some(("intake".into(), 0.9)));
        assert_eq!(far(&row("0.1", "≤ 0.2 ×")), Some(("intake".into(), 2.0)));
        assert_eq!(far("| `ring-100k-p99-seconds` | w | – | 4.0 s | – | – | ≤ 8 |"), Some(("ring-100k-p99-seconds".into(), 2.0)));
        for none in
            ["| row | work | beside | value | peer | ratio | to reach |", "| --- | --- |", "words", "| `x` | w | b | – | – | – | ≥ 2 × |"]
        {
            assert_eq!(bar(none), None, "{none}");
        }
    }

    #[test]
    fn a_missed_goal_is_drawn_left_of_the_line_and_a_reached_one_right_of_it() {
        let page = "| `missed` | w | b | 1 | 1 | 0.5 | ≥ 1 × |\n| `met` | w | b | 1 | 1 | 3 | ≥ 1 × |\n";
        let svg = drawn(page);
        assert_eq!((svg.matches("class=\"missed\"").count(), svg.matches("class=\"met\"").count()), (1, 1));
        assert!(svg.contains("<title>missed: 0.5 × (≥ 1 ×)</title>"));
    }
}
