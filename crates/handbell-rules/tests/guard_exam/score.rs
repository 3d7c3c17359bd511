//! Marks the guard's answers: recall by class and disguise, false alarms on the clean texts, and the list of
//! what was missed. It judges only what the public `guard::check` returns.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use handbell_rules::guard;

use super::generator::Case;
use super::identifiers::Class;

/// Asked and caught.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub asked: usize,
    pub caught: usize,
}

impl Tally {
    pub const fn count(&mut self, caught: bool) {
        self.asked += 1;
        self.caught += caught as usize;
    }

    /// Hundredths of a percent, rounded down, so that a threshold is never met by rounding.
    pub const fn recall(self) -> usize {
        match (self.caught * 10_000).checked_div(self.asked) {
            Some(recall) => recall,
            None => 0,
        }
    }
}

/// Whether the guard stopped this case: a finding of a fitting sort touches the labelled bytes. A call or a
/// threat must be found as words said; an identifier must not owe its catch to the verbs around it.
pub fn caught(case: &Case) -> bool {
    guard::check(&case.text, case.language).iter().any(|flag| {
        let said = matches!(flag.rule.name(), "obstruction" | "threat");
        let fits = flag.rule.name() != "overclaim" && said == case.class.is_said();
        fits && flag.excerpt.start < case.span.end && case.span.start < flag.excerpt.end
    })
}

/// What came out of one sitting.
#[derive(Default)]
pub struct Marks {
    pub overall: Tally,
    pub by_class: BTreeMap<&'static str, Tally>,
    by_form: BTreeMap<(&'static str, &'static str), Tally>,
    by_language: BTreeMap<&'static str, Tally>,
    by_cell: BTreeMap<(&'static str, &'static str), Tally>,
    pub misses: Vec<String>,
}

/// Sits the exam.
pub fn mark(cases: &[Case]) -> Marks {
    let mut marks = Marks::default();
    for case in cases {
        let caught = caught(case);
        let (class, disguise) = (case.class.name(), case.disguise.name());
        marks.overall.count(caught);
        marks.by_class.entry(class).or_default().count(caught);
        marks.by_form.entry((class, case.form)).or_default().count(caught);
        marks.by_language.entry(case.language).or_default().count(caught);
        marks.by_cell.entry((class, disguise)).or_default().count(caught);
        if !caught {
            let (index, form, language, text) = (case.index, case.form, case.language, &case.text);
            marks.misses.push(format!("{index}\t{class}\t{form}\t{disguise}\t{language}\t{:?}\t{text:?}", &text[case.span.clone()]));
        }
    }
    marks
}

fn percent(hundredths: usize) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// The table as text: a row for each class, a column for each disguise, then forms and languages.
pub fn table(marks: &Marks, disguises: &[&'static str]) -> String {
    let mut text = format!("{:<15}{:>7}{:>9}", "recall %", "texts", "all");
    for disguise in disguises {
        let _ = write!(text, "{disguise:>15}");
    }
    text.push('\n');
    for class in Class::ALL {
        let tally = marks.by_class.get(class.name()).copied().unwrap_or_default();
        let _ = write!(text, "{:<15}{:>7}{:>9}", class.name(), tally.asked, percent(tally.recall()));
        for disguise in disguises {
            let cell = marks.by_cell.get(&(class.name(), disguise)).map_or_else(|| "-".to_owned(), |tally| percent(tally.recall()));
            let _ = write!(text, "{cell:>15}");
        }
        text.push('\n');
    }
    let _ = writeln!(text, "{:<15}{:>7}{:>9}\n", "all", marks.overall.asked, percent(marks.overall.recall()));
    for (language, tally) in &marks.by_language {
        let _ = writeln!(text, "{language:<40}{:>7}{:>9}", tally.asked, percent(tally.recall()));
    }
    for ((class, form), tally) in &marks.by_form {
        let _ = writeln!(text, "{:<40}{:>7}{:>9}", format!("{class}: {form}"), tally.asked, percent(tally.recall()));
    }
    text
}

/// The clean texts the guard wrongly stops, each with the rules it gave.
pub fn false_alarms(clean: &[(&'static str, &str)]) -> Vec<String> {
    clean
        .iter()
        .filter_map(|(language, text)| {
            let rules: Vec<&str> = guard::check(text, language).iter().map(|flag| flag.rule.name()).collect();
            (!rules.is_empty()).then(|| format!("{}\t{language}\t{text}", rules.join(",")))
        })
        .collect()
}
