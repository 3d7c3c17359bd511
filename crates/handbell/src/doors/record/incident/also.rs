//! Also: what else the record holds of the same district, and who names this incident as similar.
//!
//! Never finer than the district, and never on a page as it was: an earlier page follows from its own entries alone
//! and stays the same to the byte. Old footage that really shows this incident is named as old footage.

use super::super::super::App;
use super::super::super::problem::Problem;
use super::super::listed;
use crate::acts::record::read_record;
use crate::acts::{ActError, showing};
use handbell_rules::record::as_of::AsOf;
use handbell_rules::record::figures::MentionKind;
use handbell_rules::record::projection::IncidentRecord;
use handbell_site::{Also, Link, NamedBy};
use std::collections::{BTreeMap, BTreeSet};

/// What stands around an incident, as its page shows it.
#[derive(Default)]
pub struct BesideShown {
    /// The district, and who names this incident.
    pub also: Option<Also>,
    /// For places that entries name: the list of what the record itself holds there.
    pub lists: BTreeMap<String, Link>,
    /// Addresses of the covered copies that are handed out now; none where the page follows from its entries alone, as an
    /// earlier one and a neighbour's do.
    pub served: Option<BTreeSet<String>>,
}

/// Which covered copies of an incident are handed out now; none for an earlier moment. One may be taken back at any time,
/// and the log does not say so.
pub(super) async fn served(app: &App, record: &IncidentRecord, as_of: Option<&AsOf>) -> Result<Option<BTreeSet<String>>, Problem> {
    if as_of.is_some() {
        return Ok(None);
    }
    let mut served = BTreeSet::new();
    for shown in &record.shown {
        match showing::standing(&app.world, &shown.address).await {
            Ok(_) => {
                served.insert(shown.address.clone());
            }
            Err(ActError::NotFound) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Some(served))
}

/// The same, and whether everything is counted.
#[derive(Default)]
pub(super) struct Around {
    pub(super) beside: BesideShown,
    pub(super) is_whole: bool,
}

/// Reads what stands around an incident now; nothing for an earlier moment.
pub(super) async fn around(app: &App, record: &IncidentRecord, as_of: Option<&AsOf>) -> Result<Around, Problem> {
    if as_of.is_some() {
        return Ok(Around { is_whole: true, ..Around::default() });
    }
    let named: Vec<&str> =
        record.lookalikes.iter().map(|one| one.place.as_str()).chain(record.similar.iter().map(|one| one.place.as_str())).collect();
    let Some((beside, counts)) = app.figures.beside(&app.world, record, &named).await? else {
        let (figures, world) = (app.figures.clone(), app.world.clone());
        crate::work::spawn(async move { figures.count_the_rest(&world).await });
        return Ok(Around::default());
    };
    let mut named_by = Vec::new();
    for (incident, kind) in beside.named_by {
        let Some(other) = read_record(&app.world, incident, None).await? else { continue };
        let words = match kind {
            MentionKind::LookAlike => "Old footage from here goes round with this one. It is not the same event.",
            MentionKind::Similar => "Names this one as something similar.",
        };
        named_by.push(NamedBy { href: format!("/record/{incident}"), title: other.title, words: words.to_owned() });
    }
    let district = &record.district;
    let words = match (beside.others, beside.same_kind) {
        (0, _) => format!("The record holds nothing else in {district}."),
        (1, 0) => format!("The record holds one other incident in {district}, of another kind."),
        (1, _) => format!("The record holds one other incident in {district}, of the same kind."),
        (others, 0) => format!("The record holds {others} other incidents in {district}, none of the same kind."),
        (others, same) => format!("The record holds {others} other incidents in {district}, {same} of the same kind."),
    };
    let mut links = Vec::new();
    if beside.others > 0 && !district.is_empty() {
        links.push(Link { href: listed::of_district(district), words: format!("All in {district}") });
        if beside.same_kind > 0 && beside.same_kind < beside.others {
            links.push(Link { href: listed::of_kind_in(district, &record.kind), words: "Of this kind there".to_owned() });
        }
    }
    let also = (!district.is_empty()).then_some(Also { words, links, named_by });
    let lists = named.into_iter().zip(counts).filter_map(|(place, there)| {
        let (district, count) = there?;
        let words = match count {
            1 => format!("One incident of this record in {district}"),
            count => format!("{count} incidents of this record in {district}"),
        };
        Some((place.to_owned(), Link { href: listed::of_district(&district), words }))
    });
    Ok(Around { beside: BesideShown { also, lists: lists.collect(), served: None }, is_whole: true })
}
