//! Rendering: a template, typed slots and a language become the words of one alert.
//!
//! The words exist only together with the purpose and the conduct lines of that language, and only when the
//! guard has looked at the finished sentence. There is no way to hand in a sentence.

use serde::{Deserialize, Serialize};

use super::Playbook;
use super::fixed::{FixedTexts, fixed_texts};
use super::floor::Reach;
use super::kind::{Kind, SlotKind};
use super::refusal::RenderRefusal;
use super::slots::{AREAS_NAMED_MAX, AreaSlot, Slots};
use super::words::Words;
use crate::area::{AreaFile, NamedArea};
use crate::guard;
use crate::place::Precision;

/// What an alert says, before it is put into a language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wording {
    /// The kind's id.
    pub kind: String,
    /// Whether it is at somebody's home or small workplace.
    pub home: bool,
    /// How far it goes.
    pub reach: Reach,
    /// The filled slots.
    pub slots: Slots,
}

/// An alert in one language, exactly as people see it.
///
/// There are no words of an alert without the purpose and the conduct lines; the message that carries them
/// keeps the promise (`bell::message`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rendered {
    /// The language's tag.
    pub language: String,
    /// One line for a list.
    pub title: String,
    /// The sentences.
    pub body: String,
    /// One line for CAP's headline and the page's heading.
    pub headline: String,
    /// What the alert is for.
    pub purpose: String,
    /// How to behave there.
    pub conduct: Vec<String>,
}

/// The three parts of every template, as the ends of their messages' names.
pub(super) const PARTS: [&str; 3] = ["title", "body", "headline"];

/// The name of one part of a template.
pub(super) fn template_message(kind: &str, reach: Reach, part: &str) -> String {
    format!("{kind}-{}-{part}", reach.name())
}

impl Playbook {
    /// Puts an alert into words.
    ///
    /// # Errors
    /// When the kind may not be told so far, a slot is missing, superfluous or unknown, the place is finer
    /// than the reach allows, or the guard flags the finished words.
    pub fn render(&self, wording: &Wording, areas: &AreaFile, language: &str) -> Result<Rendered, RenderRefusal> {
        let kind = self.kind(&wording.kind).ok_or(RenderRefusal::KindUnknown)?;
        let rule = kind.reach(wording.reach, wording.home).ok_or(RenderRefusal::ReachNotAllowed)?;
        let words = self.words.get(language).ok_or(RenderRefusal::LanguageUnknown)?;
        let fixed = fixed_texts(language).ok_or(RenderRefusal::LanguageUnknown)?;
        let slots = &wording.slots;

        let mut values: Vec<(&'static str, String)> = Vec::new();
        for slot in [SlotKind::Area, SlotKind::Spot, SlotKind::Agency, SlotKind::Activity, SlotKind::Time, SlotKind::Count] {
            let name = slot.name();
            let value = match slot {
                SlotKind::Area => match &slots.area {
                    None => None,
                    Some(area) => Some(area_words(area, areas, fixed, rule.precision)?),
                },
                SlotKind::Spot => slots.spot.as_ref().map(|spot| spot.words().to_owned()),
                SlotKind::Agency => choice(slots.agency.as_deref(), &kind.agencies, words, name)?,
                SlotKind::Activity => choice(slots.activity.as_deref(), &kind.activities, words, name)?,
                SlotKind::Time => slots.time.map(|time| time.to_string()),
                SlotKind::Count => slots.count.map(|band| fixed.band(band).to_owned()),
            };
            match (rule.slots.contains(&slot), value) {
                (true, Some(value)) => values.push((name, value)),
                (true, None) => return Err(RenderRefusal::SlotMissing { slot: name }),
                (false, Some(_)) => return Err(RenderRefusal::SlotNotWanted { slot: name }),
                (false, None) => {}
            }
        }
        let borrowed: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let rendered = put_into_words(kind, wording.reach, &borrowed, words, fixed)?;
        for text in [&rendered.title, &rendered.body, &rendered.headline] {
            if let Some(flag) = guard::check(text, language).first() {
                return Err(RenderRefusal::Guarded { rule: flag.rule.name() });
            }
        }
        Ok(rendered)
    }
}

/// Formats the three parts and adds what always travels with them. The guard has not looked yet.
pub(super) fn put_into_words(
    kind: &Kind,
    reach: Reach,
    values: &[(&str, &str)],
    words: &Words,
    fixed: &FixedTexts,
) -> Result<Rendered, RenderRefusal> {
    let part = |part: &str| words.format(&template_message(&kind.id, reach, part), values).map_err(|why| RenderRefusal::Broken { why });
    let hazard = kind.hazard.is_some();
    let conduct = if hazard { &fixed.conduct_hazard } else { &fixed.conduct };
    Ok(Rendered {
        language: fixed.language.to_owned(),
        title: part(PARTS[0])?,
        body: part(PARTS[1])?,
        headline: part(PARTS[2])?,
        purpose: (if hazard { fixed.purpose_hazard } else { fixed.purpose }).to_owned(),
        conduct: conduct.iter().map(|line| (*line).to_owned()).collect(),
    })
}

fn choice(id: Option<&str>, offered: &[String], words: &Words, slot: &'static str) -> Result<Option<String>, RenderRefusal> {
    let Some(id) = id else { return Ok(None) };
    if !offered.iter().any(|one| one == id) {
        return Err(RenderRefusal::ChoiceUnknown { slot });
    }
    words.format(&format!("{slot}-{id}"), &[]).map(Some).map_err(|why| RenderRefusal::Broken { why })
}

fn area_words(slot: &AreaSlot, areas: &AreaFile, fixed: &FixedTexts, ceiling: Precision) -> Result<String, RenderRefusal> {
    let unknown = RenderRefusal::ChoiceUnknown { slot: "area" };
    let named = |id: &String| areas.named(id).ok_or_else(|| unknown.clone());
    if ceiling == Precision::District && !matches!(slot, AreaSlot::District(_)) {
        return Err(RenderRefusal::TooFine);
    }
    match slot {
        AreaSlot::Named(ids) if ids.is_empty() || ids.len() > AREAS_NAMED_MAX => Err(unknown),
        AreaSlot::Named(ids) => {
            let found: Vec<&NamedArea> = ids.iter().map(named).collect::<Result<_, _>>()?;
            Ok(fixed.names(&found.iter().map(|area| area.name.as_str()).collect::<Vec<_>>()))
        }
        AreaSlot::Near(id) => Ok(fixed.near(&named(id)?.name)),
        AreaSlot::District(id) => Ok(named(id)?.district.clone()),
    }
}
