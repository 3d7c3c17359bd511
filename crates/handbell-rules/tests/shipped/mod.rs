//! Shipped: the playbook and areas that ship, and every alert that can be made of them. Tests that look at all of
//! it share this file; it judges nothing.

#![allow(dead_code, reason = "each test that shares this file uses its own part of it")]

use handbell_rules::area::{Area, AreaFile};
use handbell_rules::bell::alert::{Alert, AlertState, Words};
use handbell_rules::bell::mode::Status;
use handbell_rules::bell::spoken::alert_words;
use handbell_rules::change::What;
use handbell_rules::id::{AlertId, ChangeId, IncidentId, MemberId, ReportId};
use handbell_rules::playbook::{
    AreaSlot, ClockTime, CountBand, Day, Folder, Kind, Playbook, Reach, SignOffs, SlotKind, Slots, Spot, Tongue, UpdateText, Wording,
    WordsCheck,
};
use handbell_rules::street::receipt::ReceiptMark;
use handbell_rules::street::report::{Basis, Filing, Happening, NewReport, Observed, Report, Route, file};
use handbell_rules::time::{HOUR, Timestamp};
use std::path::Path;
use std::sync::LazyLock;

pub const NOW: Timestamp = Timestamp::from_milliseconds(1_796_126_400_000);

fn folder(at: &Path, root: &Path, into: &mut Folder) {
    for entry in std::fs::read_dir(at).expect("the shipped playbook") {
        let path = entry.expect("the shipped playbook").path();
        if path.is_dir() {
            folder(&path, root, into);
        } else {
            let name = path.strip_prefix(root).expect("below the root").to_string_lossy().into_owned();
            into.insert(name, std::fs::read_to_string(&path).expect("a text"));
        }
    }
}

pub fn shipped() -> Folder {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../playbooks/uk-street");
    let mut texts = Folder::new();
    folder(&root, &root, &mut texts);
    texts
}

pub static PLAYBOOK: LazyLock<Playbook> = LazyLock::new(|| Playbook::load(&shipped()).expect("the shipped playbook loads"));
pub static AREAS: LazyLock<AreaFile> = LazyLock::new(|| {
    AreaFile::parse("areas/peckham.toml", include_str!("../../../../areas/peckham.toml")).expect("the shipped areas load")
});

pub fn today() -> Day {
    Day::at(NOW, "Europe/London")
}

pub fn check(playbook: &Playbook, language: &str, on: &str) -> WordsCheck {
    WordsCheck {
        language: language.into(),
        sha256: playbook.words_hash(language).expect("a language of the playbook").into(),
        role: "translator".into(),
        firm: "Harbour Language Centre".into(),
        on: Day::parse(on).expect("a day"),
    }
}

pub fn checked(languages: &[&str]) -> SignOffs {
    let mut sign_offs = SignOffs::default();
    for language in languages {
        sign_offs.add_words_check(check(&PLAYBOOK, language, "2026-11-30")).expect("a good check");
    }
    sign_offs
}

/// Every filling of the slots that a reach of a kind asks for.
pub fn fillings(kind: &Kind, reach: Reach, home: bool) -> Vec<Slots> {
    let Some(rule) = kind.reach(reach, home) else { return Vec::new() };
    let asked = |slot: SlotKind| rule.slots.contains(&slot);
    let or_none = |slot: SlotKind, ids: &[String]| -> Vec<Option<String>> {
        if asked(slot) { ids.iter().cloned().map(Some).collect() } else { vec![None] }
    };
    let first = AREAS.areas()[0].id.clone();
    let areas = match asked(SlotKind::Area) {
        false => vec![None],
        true if rule.precision == handbell_rules::place::Precision::District => vec![Some(AreaSlot::District(first))],
        true => {
            let several = AREAS.areas().iter().take(3).map(|area| area.id.clone()).collect();
            vec![Some(AreaSlot::Named(several)), Some(AreaSlot::Near(first.clone())), Some(AreaSlot::District(first))]
        }
    };
    let counts = if asked(SlotKind::Count) { CountBand::ALL.into_iter().map(Some).collect() } else { vec![None] };
    let mut all = Vec::new();
    for area in &areas {
        for agency in or_none(SlotKind::Agency, &kind.agencies) {
            for activity in or_none(SlotKind::Activity, &kind.activities) {
                for count in &counts {
                    all.push(Slots {
                        area: area.clone(),
                        spot: asked(SlotKind::Spot).then(|| Spot::new("Mill Walk and Heron Row").expect("a junction")),
                        agency: agency.clone(),
                        activity: activity.clone(),
                        time: asked(SlotKind::Time).then(|| ClockTime::new(21, 5).expect("a time")),
                        count: *count,
                    });
                }
            }
        }
    }
    all
}

/// Every alert the shipped playbook can make, in words.
pub fn every_wording() -> Vec<Wording> {
    let mut all = Vec::new();
    for kind in PLAYBOOK.kinds() {
        for reach in Reach::ALL {
            for home in [false, true] {
                let fillings = fillings(kind, reach, home);
                all.extend(fillings.into_iter().map(|slots| Wording { kind: kind.id.clone(), home, reach, slots }));
            }
        }
    }
    assert!(all.len() > 100, "there is something to look at");
    all
}

pub fn updates() -> Vec<UpdateText> {
    let at = ClockTime::new(22, 40).expect("a time");
    let mut all =
        vec![UpdateText::EnoughObservers, UpdateText::StillGoingOn { at }, UpdateText::InterpreterWanted, UpdateText::FirstAiderWanted];
    all.extend(CountBand::ALL.map(|band| UpdateText::PeoplePresent { band, at }));
    all
}

pub fn words(wording: &Wording, tongues: &[Tongue]) -> Words {
    let named = [AREAS.areas()[0].id.clone(), AREAS.areas()[1].id.clone()];
    alert_words(&PLAYBOOK, &AREAS, wording, &named, tongues).unwrap_or_else(|why| panic!("{wording:?}: {why}"))
}

pub fn alert(words: Words, status: Status, reach: Reach) -> Alert {
    let area: Area = AREAS.areas()[0].area.clone();
    Alert {
        id: AlertId([7; 16]),
        version: 1,
        incident: IncidentId([9; 16]),
        follows: None,
        status,
        reach,
        area,
        slots: Slots::default(),
        words,
        lives_minutes: 60,
        drafted_by: MemberId([1; 16]),
        drafted_at: NOW,
        state: AlertState::Live,
        rung_at: Some(NOW),
        expires_at: Some(NOW.plus(HOUR)),
        renewed: Vec::new(),
        reminded_of: None,
        ended_at: None,
        logged: false,
        let_through: None,
    }
}

/// What somebody says they see at this moment, and nothing else.
pub fn seen(kind: &str, place: &str, at: Timestamp) -> NewReport {
    NewReport {
        kind: kind.into(),
        basis: Basis::Saw,
        happening: Happening::Now,
        observed: Observed { from: at, to: at },
        place: place.into(),
        point: None,
        text: String::new(),
        officers: None,
        vehicles: None,
        people: None,
        route: Route::Web,
        language: "en".into(),
    }
}

/// Where a report of this number goes, from nobody known.
pub fn filing(number: u8) -> Filing {
    Filing {
        id: ReportId([number; 16]),
        receipt: ReceiptMark([number; 32]),
        contact: None,
        repeat: None,
        observer: None,
        recorder: None,
        answers: Default::default(),
        lane: Default::default(),
    }
}

/// A report of what somebody saw, filed and joined to the incident of nines.
pub fn reported(number: u8, kind: &str, at: Timestamp) -> Report {
    let change = file(ChangeId([0; 16]), seen(kind, "The underpass", at), filing(number), &[kind], at).expect("a good report");
    let What::ReportFiled { mut report, .. } = change.what else { panic!("a report was filed") };
    report.incidents = vec![IncidentId([9; 16])];
    report
}
