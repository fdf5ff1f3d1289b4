//! Every difference of two plans.

use std::collections::{BTreeMap, BTreeSet};

use geo::Area;

use super::change::{Change, Subject, Topic};
use super::names::{Names, plain, text};
use super::record::{Agreed, Record};
use super::side::{Fresh, Ids, Side};
use crate::base::{AnnotationId, CompoundId, FundId, Message, Money};
use crate::composition;
use crate::model::{Compound, Content, Fund, LayerKind};
use crate::policy::Unit;

/// Two versions of a plan against each other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Diff {
    /// By topic, within it by what they are about.
    pub changes: Vec<Change>,
    /// What the first version adds up to.
    pub before: Figures,
    /// And the second.
    pub after: Figures,
}

/// What a plan adds up to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Figures {
    /// Districts.
    pub districts: usize,
    /// Compounds that are in one.
    pub compounds: usize,
    /// Their households, as far as they are known.
    pub households: u64,
    /// Items.
    pub items: usize,
    /// Cost of the items that have a quantity and a price.
    pub cost: Money,
    /// Items without a cost.
    pub without_cost: usize,
    /// Length of all items that are counted in metres, m.
    pub metres: f64,
}

impl Figures {
    /// Counts a plan. `O(compounds + items)`.
    #[must_use]
    pub fn of(content: &Content) -> Self {
        let members = || content.compounds.iter().zip(&content.assignment).filter(|(_, district)| district.is_some());
        let total = composition::sums(content).total();
        Self {
            districts: content.districts.len(),
            compounds: members().count(),
            households: members().filter_map(|(compound, _)| compound.facts.households).map(u64::from).sum(),
            items: content.items.len(),
            cost: total.cost,
            without_cost: content.items.len() - total.costed,
            metres: total.quantities.get(&Unit::Metre).copied().unwrap_or(0.0),
        }
    }
}

/// What changed from one version of a plan to another. Compounds are known again by their ids, districts and items by their
/// ids in the plan or, where districts were made anew, by the compounds they share. `O(n log n)`.
#[must_use]
pub fn diff(before: &Content, after: &Content) -> Diff {
    // A part of the plan that is new does not compile until it is compared below, and merged.
    #[rustfmt::skip]
    let Content {
        title: _, data_date: _, settings: _, compounds: _, assignment: _, districts: _, items: _, overrides: _, ignored: _, prices: _,
        needs: _, pipe_years: _, pipes: _, buildings: _, barriers: _, bridges: _, streets: _, parcels: _, facilities: _, heritage: _,
        limits: _, annotations: _, departments: _, catalogue: _, comments: _, opinions: _, meeting: _, lineage: _, funds: _,
        // What follows layers, and how they lie.
        crs_code: _, sources: _, mended: _,
    } = before;
    let own = Ids::own(before);
    let ids = Ids::matched(after, before, &own, &mut Fresh::beside(before, &[after]));
    let (first, second) = (Side::new(before, before, &own), Side::new(after, before, &ids));
    let names = Names::new(before, &[&first.districts, &second.districts], &[before, after]);
    let mut changes = Vec::new();
    of_plan(before, after, &mut changes);
    of_layers(before, after, &mut changes);
    of_compounds(&names, before, &second, &mut changes);
    let show = |district: &crate::model::District, field: &str| district.shown(field);
    of_records(&first.districts, &second.districts, &|id, _| names.of_district(*id), &show, &mut changes);
    let show = |item: &crate::model::Item, field: &str| names.of_item_field(item, field);
    of_records(&first.items, &second.items, &|id, item| names.of_item(*id, item), &show, &mut changes);
    of_records(&first.overrides, &second.overrides, &|key, _| names.of_link(*key), &Record::shown, &mut changes);
    of_records(&first.needs, &second.needs, &|(id, code), _| names.of_need(*id, code), &Record::shown, &mut changes);
    let note = |id: &AnnotationId, _: &_| annotation_subject(*id);
    of_records(&first.annotations, &second.annotations, &note, &Record::shown, &mut changes);
    let fund = |id: &FundId, fund: &Fund| names.of_fund(*id, fund);
    let show = |fund: &Fund, field: &str| names.of_fund_field(fund, field);
    of_records(&first.funds, &second.funds, &fund, &show, &mut changes);
    let pipe = |id: &String, _: &_| plain(Topic::Pipe, id.as_str(), text(id.as_str()));
    of_records(&agreed_years(before), &agreed_years(after), &pipe, &Record::shown, &mut changes);
    let price = |code: &crate::policy::ItemCode, _: &_| plain(Topic::Price, &*code.0, names.item_name(code));
    of_records(&before.prices, &after.prices, &price, &Record::shown, &mut changes);
    let entry = |_: &crate::policy::ItemCode, entry: &crate::policy::CatalogueEntry| entry_subject(entry);
    of_records(&own_entries(before), &own_entries(after), &entry, &Record::shown, &mut changes);
    let department = |code: &crate::policy::ItemCode, _: &_| plain(Topic::Department, &*code.0, names.item_name(code));
    of_records(&before.departments, &after.departments, &department, &Record::shown, &mut changes);
    let comment = |key: &crate::model::CommentKey, comment: &crate::model::Comment| comment_subject(key, comment);
    of_records(&before.comments, &after.comments, &comment, &Record::shown, &mut changes);
    of_records(&before.opinions, &after.opinions, &opinion_subject, &Record::shown, &mut changes);
    let meeting = |meeting: &crate::model::Meeting| plain(Topic::Meeting, "meeting", text(&*meeting.date));
    changes.extend(of_record(before.meeting.as_ref(), after.meeting.as_ref(), &meeting, &Record::shown));
    let finding = |key: &crate::model::FindingKey, _: &_| plain(Topic::Finding, &*key.0, text(&*key.0));
    of_records(&before.ignored, &after.ignored, &finding, &Record::shown, &mut changes);
    changes.sort_by_key(|change| change.subject.topic);
    Diff { changes, before: Figures::of(before), after: Figures::of(after) }
}

/// Entries of the plan's own in the catalogue, by code.
pub(super) fn own_entries(content: &Content) -> BTreeMap<crate::policy::ItemCode, crate::policy::CatalogueEntry> {
    content.catalogue.own().iter().map(|entry| (entry.code.clone(), entry.clone())).collect()
}

/// An entry of the catalogue.
pub(super) fn entry_subject(entry: &crate::policy::CatalogueEntry) -> Subject {
    plain(Topic::Entry, &*entry.code.0, entry.names().message())
}

/// An annotation.
pub(super) fn annotation_subject(id: AnnotationId) -> Subject {
    plain(Topic::Annotation, id.0.to_string(), Message::new("versions.annotation").count("id", id.0 as usize))
}

/// A comment: what it says of what.
pub(super) fn comment_subject(key: &crate::model::CommentKey, comment: &crate::model::Comment) -> Subject {
    plain(Topic::Comment, key.0.as_str(), text(comment.text.as_str()))
}

/// What a unit says of a district.
pub(super) fn opinion_subject(key: &crate::model::OpinionKey, _: &crate::model::Opinion) -> Subject {
    let name = Message::new("versions.opinion").text("district", format!("{:02}", key.district)).text("unit", &key.unit);
    plain(Topic::Opinion, format!("{}:{}", key.district, key.unit), name)
}

/// Years agreed for pipes, by the ids of the pipes.
pub(super) fn agreed_years(content: &Content) -> BTreeMap<String, Agreed> {
    let known =
        |(id, year): (&crate::base::PipeId, &i32)| Some((content.pipes.get(id.index())?.source_id.clone(), Agreed(*year)));
    content.pipe_years.iter().filter_map(known).collect()
}

/// A change of a value that stands for itself.
fn value(subject: Subject, field: &'static str, before: Option<Message>, after: Option<Message>) -> Change {
    Change { subject, field: Some(field), before, after }
}

fn of_plan(before: &Content, after: &Content, changes: &mut Vec<Change>) {
    let subject = || plain(Topic::Plan, "plan", text(&*after.title));
    if before.title != after.title {
        changes.push(value(subject(), "title", Some(text(&*before.title)), Some(text(&*after.title))));
    }
    if before.data_date != after.data_date {
        let date = |content: &Content| content.data_date.as_deref().map(text);
        changes.push(value(subject(), "data_date", date(before), date(after)));
    }
    if before.lineage != after.lineage {
        let last = |content: &Content| content.lineage.last().map(ancestor);
        changes.push(value(subject(), "lineage", last(before), last(after)));
    }
    let settings = |field: &'static str| plain(Topic::Setting, field, super::change::field_message(Topic::Setting, field));
    for change in fields(&before.settings, &after.settings, &Record::shown) {
        changes.push(Change { subject: settings(change.0), field: None, before: Some(change.1), after: Some(change.2) });
    }
}

/// The version that a plan was branched from.
fn ancestor(ancestor: &crate::model::Ancestor) -> Message {
    let hash = ancestor.plan_hash.get(..12).unwrap_or(&ancestor.plan_hash);
    Message::new("versions.ancestor").text("date", &ancestor.date).text("title", &ancestor.title).text("hash", hash)
}

fn of_layers(before: &Content, after: &Content, changes: &mut Vec<Change>) {
    for kind in LayerKind::ALL.into_iter().filter(|kind| *kind != LayerKind::Compounds) {
        let (old, new) = (before.layer(kind), after.layer(kind));
        if old != new {
            let features = |count: usize| Message::new("versions.features").count("count", count);
            let subject = plain(Topic::Layer, kind.code(), kind.message());
            changes.push(value(subject, "features", Some(features(old.len())), Some(features(new.len()))));
        }
    }
}

/// Compounds that came, went, or have other facts, another boundary or another district.
fn of_compounds(names: &Names<'_>, before: &Content, after: &Side<'_>, changes: &mut Vec<Change>) {
    for (row, there) in after.rows.iter().enumerate() {
        let (id, old) = (CompoundId::from_index(row), &before.compounds[row]);
        let subject = |topic| names.compound(id, topic);
        let Some(new) = there.and_then(|row| after.content.compounds.get(row)) else {
            changes.push(Change { subject: subject(Topic::Compound), field: None, before: Some(text(old.label())), after: None });
            continue;
        };
        if old.shape != new.shape {
            changes.push(value(subject(Topic::Compound), "boundary", Some(extent(old)), Some(extent(new))));
        }
        for (field, from, to) in fields(&old.facts, &new.facts, &Record::shown) {
            changes.push(value(subject(Topic::Compound), field, Some(from), Some(to)));
        }
        let (from, to) = (before.assignment[row], after.assignment[row].and_then(|home| home.0));
        if from != to {
            let (from, to) = (names.district(from), names.district(to));
            changes.push(value(subject(Topic::Assignment), "district", Some(from), Some(to)));
        }
    }
    for row in &after.others {
        let new = &after.content.compounds[*row];
        let subject = Subject { topic: Topic::Compound, id: new.source_id.clone(), name: text(new.label()), compound: None };
        changes.push(Change { subject, field: None, before: None, after: Some(text(new.label())) });
    }
}

/// The area of a boundary, which tells more of a change than its vertices.
pub(super) fn extent(compound: &Compound) -> Message {
    Message::new("versions.area").with("area", crate::base::Argument::SquareMetres(compound.shape.unsigned_area()))
}

/// The fields in which two things differ, with what they say.
pub(super) fn fields<T: Record>(
    before: &T,
    after: &T,
    show: &dyn Fn(&T, &str) -> Message,
) -> Vec<(&'static str, Message, Message)> {
    if before == after {
        return Vec::new();
    }
    let differing = T::FIELDS.iter().filter(|field| before.differs(after, field));
    differing.map(|field| (*field, show(before, field), show(after, field))).collect()
}

/// How one thing changed.
pub(super) fn of_record<T: Record>(
    before: Option<&T>,
    after: Option<&T>,
    subject: &dyn Fn(&T) -> Subject,
    show: &dyn Fn(&T, &str) -> Message,
) -> Vec<Change> {
    match (before, after) {
        (Some(old), Some(new)) => {
            let one = |(field, from, to)| value(subject(new), field, Some(from), Some(to));
            fields(old, new, show).into_iter().map(one).collect()
        }
        (Some(old), None) => {
            let subject = subject(old);
            vec![Change { field: None, before: Some(subject.name.clone()), after: None, subject }]
        }
        (None, Some(new)) => {
            let subject = subject(new);
            vec![Change { field: None, before: None, after: Some(subject.name.clone()), subject }]
        }
        (None, None) => Vec::new(),
    }
}

fn of_records<K: Ord, T: Record>(
    before: &BTreeMap<K, T>,
    after: &BTreeMap<K, T>,
    subject: &dyn Fn(&K, &T) -> Subject,
    show: &dyn Fn(&T, &str) -> Message,
    changes: &mut Vec<Change>,
) {
    let keys: BTreeSet<&K> = before.keys().chain(after.keys()).collect();
    for key in keys {
        changes.extend(of_record(before.get(key), after.get(key), &|thing| subject(key, thing), show));
    }
}
