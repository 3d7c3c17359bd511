//! The street's part of the script: reports, receipts, retries, second thoughts.

use super::{Ready, Script};
use crate::deed::{Deed, Given};
use crate::truth::{ReportTruth, SECRET_WORD};
use handbell::world::Clock;
use handbell_rules::people::member::Role;
use handbell_rules::place::Point;
use handbell_rules::street::report::{Basis, Happening, NewReport, Observed, Route};
use handbell_rules::time::{DAY, HOUR, MINUTE};

const KINDS: [(&str, u64); 5] = [("immigration-visit", 55), ("flood", 25), ("eviction", 8), ("hate-incident", 8), ("something-else", 4)];

impl Script<'_> {
    fn kind(&self) -> &'static str {
        let mut drawn = self.luck.below(100);
        for (kind, share) in KINDS {
            if drawn < share {
                return kind;
            }
            drawn -= share;
        }
        KINDS[0].0
    }

    fn told(&self) -> NewReport {
        let luck = self.luck;
        let now = self.town.stage.now();
        let areas = self.town.world.group.areas.areas();
        let near = areas[luck.place(areas.len())].area.cells().next().map(|cell| cell.centre());
        let ago = if luck.one_in(60) { luck.between(-HOUR, 500 * DAY) } else { luck.between(0, 40 * MINUTE) };
        let point = match luck.below(20) {
            0..=12 => near,
            13 => Point::new(luck.pick(&[0, 57_000_000]).unwrap_or(0), 0).ok(),
            _ => None,
        };
        NewReport {
            kind: if luck.one_in(80) { "dragons".into() } else { self.kind().into() },
            basis: luck.pick(&[Basis::Saw, Basis::Saw, Basis::Saw, Basis::Saw, Basis::Told, Basis::Online]).unwrap_or(Basis::Saw),
            happening: luck.pick(&[Happening::Now, Happening::Moving, Happening::Over]).unwrap_or(Happening::Now),
            observed: Observed { from: now.plus(-ago), to: now.plus(-ago / 2) },
            place: if luck.one_in(40) { String::new() } else { format!("{SECRET_WORD} corner {}", luck.below(1000)) },
            point,
            text: if luck.one_in(10) { String::new() } else { format!("{SECRET_WORD} van {}", luck.below(1_000_000)) },
            officers: None,
            vehicles: None,
            people: None,
            route: luck.pick(&[Route::Web, Route::Api]).unwrap_or(Route::Web),
            language: luck.pick(&["en", "es"]).unwrap_or("en").into(),
        }
    }

    pub(super) fn file(&self) -> Option<Ready> {
        let luck = self.luck;
        let mut report = ReportTruth::new(self.told());
        let number = self.truth().reports.len();
        match luck.below(100) {
            0..=13 => {
                let by = self.hand(Role::Observer)?;
                report.told.route = Route::Observer;
                report.observer = Some(by.member);
                let given = Given::Report { told: report.told.clone(), contact: None, repeat: None };
                self.truth().reports.push(report);
                self.with(by, Deed::FileFromTheScene { by, report: number }, given)
            }
            14..=20 => {
                let by = self.hand(Role::Triager)?;
                report.told.route = Route::Phone;
                report.recorder = Some(by.member);
                let given = Given::Report { told: report.told.clone(), contact: None, repeat: None };
                self.truth().reports.push(report);
                self.with(by, Deed::FileACall { by, report: number }, given)
            }
            _ => {
                report.contact = luck.percent(12).then(|| format!("call me {}", luck.below(1000)));
                report.repeat = luck.percent(55).then(|| (format!("key-{number}-{}", luck.draw()), format!("body {number}").into_bytes()));
                let given = Given::Report { told: report.told.clone(), contact: report.contact.clone(), repeat: report.repeat.clone() };
                self.truth().reports.push(report);
                Ready::street(Deed::File { report: number }, given)
            }
        }
    }

    /// The same request once more: because no answer came, or because the network sent it twice.
    pub(super) fn retry_file(&self) -> Option<Ready> {
        let any = self.luck.percent(25);
        let first = self.number(
            |truth, n| truth.reports[n].repeat.is_some() && (any || truth.reports[n].receipt.is_none()),
            |truth| truth.reports.len(),
        )?;
        let mut truth = self.truth();
        let (number, first) = (truth.reports.len(), truth.reports[first].clone());
        let again = ReportTruth { contact: first.contact, repeat: first.repeat, ..ReportTruth::new(first.told) };
        let given = Given::Report { told: again.told.clone(), contact: again.contact.clone(), repeat: again.repeat.clone() };
        truth.reports.push(again);
        Ready::street(Deed::File { report: number }, given)
    }

    pub(super) fn file_with_another_body(&self) -> Option<Ready> {
        let first = self.number(|truth, n| truth.reports[n].repeat.is_some(), |truth| truth.reports.len())?;
        let mut report = ReportTruth::new(self.told());
        let number = self.truth().reports.len();
        let key = self.truth().reports[first].repeat.clone()?.0;
        report.repeat = Some((key, format!("another body {number}").into_bytes()));
        let given = Given::Report { told: report.told.clone(), contact: None, repeat: report.repeat.clone() };
        self.truth().reports.push(report);
        Ready::street(Deed::File { report: number }, given)
    }

    fn receipt(&self, report: usize) -> Option<Given> {
        self.truth().reports[report].receipt.clone().map(Given::Receipt)
    }

    fn with_a_receipt(&self) -> Option<usize> {
        self.number(|truth, n| truth.reports[n].receipt.is_some(), |truth| truth.reports.len())
    }

    pub(super) fn read_receipt(&self) -> Option<Ready> {
        let report = self.with_a_receipt()?;
        Ready::street(Deed::ReadReceipt { report }, self.receipt(report)?)
    }

    pub(super) fn add(&self) -> Option<Ready> {
        let report = self.with_a_receipt()?;
        let text = if self.luck.one_in(30) { " ".into() } else { format!("{SECRET_WORD} more {}", self.luck.below(1000)) };
        Ready::street(Deed::Add { report, text }, self.receipt(report)?)
    }

    pub(super) fn answer(&self) -> Option<Ready> {
        let report = self.report(|truth, n| truth.reports[n].asked && truth.reports[n].receipt.is_some())?;
        Ready::street(Deed::Add { report, text: format!("{SECRET_WORD} yes {}", self.luck.below(1000)) }, self.receipt(report)?)
    }

    pub(super) fn correct(&self) -> Option<Ready> {
        let report = self.with_a_receipt()?;
        Ready::street(Deed::Correct { report, text: format!("{SECRET_WORD} not so {}", self.luck.below(1000)) }, self.receipt(report)?)
    }

    pub(super) fn wish(&self) -> Option<Ready> {
        let report = self.with_a_receipt()?;
        Ready::street(Deed::Wish { report, text: format!("{SECRET_WORD} cover it {}", self.luck.below(1000)) }, self.receipt(report)?)
    }

    pub(super) fn withdraw(&self) -> Option<Ready> {
        let report = self.with_a_receipt()?;
        Ready::street(Deed::Withdraw { report }, self.receipt(report)?)
    }
}
