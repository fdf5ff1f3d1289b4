//! Checks of items: 里子 before 面子, historic quarters, items without a district.

use std::collections::{BTreeMap, BTreeSet};

use geo::{BoundingRect, Intersects};

use super::districts::{label_of, source_id};
use super::{Facts, Finding, FindingKind, Part};
use crate::base::{Argument, CompoundId, DistrictId, ItemId, Message};
use crate::model::{Content, Heritage, Item, NeedState};
use crate::policy::{CatalogueEntry, HiddenWork, ItemClass, ItemCode};

/// 面子: what is seen. R21 names façades, green and lamps; the catalogue marks façades.
fn is_face(entry: &CatalogueEntry) -> bool {
    entry.facade || matches!(entry.kind().0.as_str(), "greening" | "lighting")
}

/// 里子: pipes and cables of a utility that are covered up when the work is done.
fn is_pipe_item(entry: &CatalogueEntry) -> bool {
    entry.class == ItemClass::Basic && entry.utility.is_some() && entry.hidden_work != HiddenWork::No
}

/// What R21 finds in one district, or in one compound outside districts.
#[derive(Default)]
struct Neglect {
    compounds: BTreeSet<CompoundId>,
    codes: BTreeSet<ItemCode>,
    items: BTreeSet<ItemId>,
}

/// R21 “切实防止‘重面子、轻里子’的倾向”: façade, green or light chosen while a pipe item is 需改 and not planned.
pub(super) fn li_zi(facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    let content = facts.content;
    let (mut planned, mut faces) = (BTreeSet::new(), BTreeMap::<Place, Vec<ItemId>>::new());
    for (id, item) in &content.items {
        let (Some(place), Some(entry)) = (Place::of(content, item), content.catalogue.get(&item.code)) else { continue };
        planned.insert((place, &item.code));
        if is_face(entry) {
            faces.entry(place).or_default().push(*id);
        }
    }
    let mut groups: BTreeMap<Place, Neglect> = BTreeMap::new();
    for ((compound, code), state) in &content.needs {
        let is_pipe = content.catalogue.get(code).is_some_and(is_pipe_item);
        if *state != NeedState::Needed || !is_pipe {
            continue;
        }
        let district = content.assignment.get(compound.index()).copied().flatten();
        let places = [Some(Place::Compound(*compound)), district.map(Place::District)];
        if places.iter().flatten().any(|place| planned.contains(&(*place, code))) {
            continue;
        }
        let chosen: Vec<ItemId> = places.iter().flatten().filter_map(|place| faces.get(place)).flatten().copied().collect();
        if !chosen.is_empty() {
            let group = groups.entry(district.map_or(Place::Compound(*compound), Place::District)).or_default();
            group.compounds.insert(*compound);
            group.codes.insert(code.clone());
            group.items.extend(chosen);
        }
    }
    findings.extend(groups.into_iter().map(|(place, group)| li_zi_finding(content, place, group)));
}

fn li_zi_finding(content: &Content, place: Place, group: Neglect) -> Finding {
    let names = group.codes.iter().filter_map(|code| content.catalogue.get(code)).map(|entry| entry.names().message()).collect();
    let (label, about, district) = match place {
        Place::District(id) => {
            let (label, number) = label_of(content, id);
            (Message::new("checks.in-district").text("district", label), number, Some(id))
        }
        Place::Compound(id) => {
            let label = content.compounds.get(id.index()).map_or("", |c| c.label());
            let about = format!("compound:{}", source_id(content, id).unwrap_or_default());
            (Message::new("checks.in-compound").text("compound", label), about, None)
        }
    };
    let message = Message::new("checks.li-zi")
        .nested("place", label)
        .count("items", group.items.len())
        .count("compounds", group.compounds.len())
        .with("pipes", Argument::List(names));
    let compounds: Vec<CompoundId> = group.compounds.into_iter().collect();
    let finding = Finding::new(FindingKind::LiZi, &about, message).in_district(district);
    finding.at(Part::of_compounds(content, &compounds)).about_items(group.items.into_iter().collect())
}

/// What an item is for: one compound, or a district as a whole.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    District(DistrictId),
    Compound(CompoundId),
}

impl Place {
    fn of(content: &Content, item: &Item) -> Option<Self> {
        item.compound.map(Self::Compound).or_else(|| content.item_district(item).map(Self::District))
    }
}

/// R23: façades, removals and lifts inside a historic quarter are to be reviewed. An item without a place of its own
/// stands where its compound is.
pub(super) fn heritage(facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    let content = facts.content;
    if content.heritage.is_empty() {
        return;
    }
    for (id, item) in &content.items {
        let Some(entry) = content.catalogue.get(&item.code).filter(|entry| entry.heritage_sensitive) else { continue };
        let Some(area) = content.heritage.iter().find(|area| lies_in(content, item, area)) else { continue };
        let name = if area.name.is_empty() { &area.source_id } else { &area.name };
        let message = Message::new("checks.heritage").nested("item", entry.names().message()).text("heritage", name);
        let place = item.place.as_ref().and_then(BoundingRect::bounding_rect).map(Part::of_bounds);
        let compound = item.compound.and_then(|compound| Part::of_compounds(content, &[compound]));
        let about = format!("{id}:{}", area.source_id);
        let finding = Finding::new(FindingKind::Heritage, &about, message).in_district(content.item_district(item));
        findings.push(finding.at(place.or(compound)).about_items(vec![*id]));
    }
}

fn lies_in(content: &Content, item: &Item, area: &Heritage) -> bool {
    match (&item.place, item.compound) {
        (Some(place), _) => area.shape.intersects(place),
        (None, Some(id)) => content.compounds.get(id.index()).is_some_and(|compound| area.shape.intersects(&compound.shape)),
        (None, None) => false,
    }
}

/// R19: items may lie outside compounds, but belong to a district. Open work, so a note.
pub(super) fn adrift(facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    let content = facts.content;
    let adrift: Vec<ItemId> =
        content.items.iter().filter(|(_, item)| content.item_district(item).is_none()).map(|(id, _)| *id).collect();
    if adrift.is_empty() {
        return;
    }
    let compounds: BTreeSet<CompoundId> = adrift.iter().filter_map(|id| content.items.get(id)?.compound).collect();
    let compounds: Vec<CompoundId> = compounds.into_iter().collect();
    let places = adrift.iter().filter_map(|id| content.items.get(id)).filter(|item| item.compound.is_none());
    let places: Vec<Part> = places.filter_map(|item| item.place.as_ref()?.bounding_rect()).map(Part::of_bounds).collect();
    let message = Message::new("checks.item-adrift").count("items", adrift.len());
    let mut finding = Finding::new(FindingKind::ItemAdrift, "all", message).at(Part::of_compounds(content, &compounds));
    finding.parts.extend(places);
    findings.push(finding.about_items(adrift));
}
