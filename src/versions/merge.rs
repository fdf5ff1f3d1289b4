//! Three-way merge: what two sides made of one plan, put together field by field. Where both changed the same field otherwise,
//! that is a conflict and somebody chooses.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::change::{Change, Subject, Topic};
use super::conflict::{Choices, Conflict, Merge, Word};
use super::diff::{
    agreed_years, annotation_subject, comment_subject, entry_subject, extent, of_record, opinion_subject, own_entries,
};
use super::names::{Names, plain, text};
use super::record::{Agreed, Record};
use super::renumbered::{Renumbered, free_number};
use super::side::{Fresh, Home, Ids, Side};
use crate::base::{AnnotationId, CompoundId, DistrictId, FundId, ItemId, Message, PipeId};
use crate::model::{
    Annotation, Comment, CommentKey, Compound, Content, District, Edit, FindingKey, Fund, Item, LayerContent, LayerKind, Opinion,
    OpinionKey, Pipe,
};
use crate::policy::{CatalogueEntry, ItemCode};

/// Brings into `ours` what `theirs` changed since `base`. Merging what equals the base changes nothing, and merging into the
/// base gives theirs, but for what [`Merge::left`] tells. `O(n log n)`.
#[must_use]
pub fn merge(base: &Content, ours: &Content, theirs: &Content, choices: &Choices) -> Merge {
    let mut fresh = Fresh::beside(ours, &[base, theirs]);
    let own = Ids::own(ours);
    let base_ids = Ids::matched(base, ours, &own, &mut fresh);
    let their_ids = Ids::matched(theirs, base, &base_ids, &mut fresh);
    let (wide, added) = with_new_compounds(base, ours, theirs);
    let (b, t) = (Side::new(base, &wide, &base_ids), Side::new(theirs, &wide, &their_ids));
    let o = Side::new(&wide, &wide, &own);
    let names = Names::new(&wide, &[&o.districts, &b.districts, &t.districts], &[base, ours, theirs]);

    let mut merger = Merger {
        choices,
        own: ours.compounds.len(),
        edits: Vec::new(),
        changes: Vec::new(),
        conflicts: Vec::new(),
        left: Vec::new(),
        free_number: free_number(&[base, ours, theirs]),
    };
    merger.compounds_added(ours, &wide, added, &names);
    merger.plan(base, ours, theirs);
    let pipes = merger.layers(base, ours, theirs);
    merger.pipe_years(base, ours, theirs, pipes);
    merger.facts(&names, &b, &o, &t);
    let (items, twins) = without_twins(&t.items, &b.items, &o.items);
    let moved = |(id, own): (&ItemId, &ItemId)| Some((*id, *twins.get(own).unwrap_or(own))).filter(|(id, own)| id != own);
    let moved = their_ids.items.iter().filter_map(moved).collect();
    let renumbered = Renumbered { districts: merger.districts(&names, &b, &o, &t), items: moved };
    let (mut old, mine, mut other) = (own_entries(base), own_entries(ours), own_entries(theirs));
    merger.keep_used_entries((&mut old, &mine, &mut other), ours, theirs);
    let sides = (&old, &mine, &other);
    let put = |code: &ItemCode, entry: Option<CatalogueEntry>| Edit::PutEntry(code.clone(), entry.map(Box::new));
    merger.records(sides, &|_, entry| entry_subject(entry), &Record::shown, &put);
    let show = |item: &Item, field: &str| names.of_item_field(item, field);
    let sides = (&b.items, &o.items, &items);
    merger.records(sides, &|id, item| names.of_item(*id, item), &show, &|id, item| Edit::PutItem(*id, item.map(Box::new)));
    let sides = (&b.annotations, &o.annotations, &t.annotations);
    let put = |id: &AnnotationId, note: Option<Annotation>| Edit::PutAnnotation(*id, note.map(Box::new));
    merger.records(sides, &|id, _| annotation_subject(*id), &Record::shown, &put);
    let sides = (&b.funds, &o.funds, &t.funds);
    let put = |id: &FundId, fund: Option<Fund>| Edit::PutFund(*id, fund.map(Box::new));
    let show = |fund: &Fund, field: &str| names.of_fund_field(fund, field);
    merger.records(sides, &|id, fund| names.of_fund(*id, fund), &show, &put);
    let sides = (&b.overrides, &o.overrides, &t.overrides);
    merger.records(sides, &|key, _| names.of_link(*key), &Record::shown, &|key, set| Edit::PutOverride(*key, set));
    let sides = (&b.needs, &o.needs, &t.needs);
    let put = |(id, code): &(CompoundId, ItemCode), state| Edit::PutNeed(*id, code.clone(), state);
    merger.records(sides, &|(id, code), _| names.of_need(*id, code), &Record::shown, &put);
    let sides = (&base.prices, &ours.prices, &theirs.prices);
    let subject = |code: &ItemCode, _: &_| plain(Topic::Price, &*code.0, names.item_name(code));
    merger.records(sides, &subject, &Record::shown, &|code, price| Edit::PutPrice(code.clone(), price));
    let sides = (&base.departments, &ours.departments, &theirs.departments);
    let subject = |code: &ItemCode, _: &_| plain(Topic::Department, &*code.0, names.item_name(code));
    merger.records(sides, &subject, &Record::shown, &|code, name| Edit::PutDepartment(code.clone(), name));
    let their_comments = renumbered.comments(base, theirs);
    let sides = (&base.comments, &ours.comments, &their_comments);
    let put = |key: &CommentKey, comment: Option<Comment>| Edit::PutComment(key.clone(), comment.map(Box::new));
    merger.records(sides, &comment_subject, &Record::shown, &put);
    let their_opinions = renumbered.opinions(base, theirs);
    let sides = (&base.opinions, &ours.opinions, &their_opinions);
    let put = |key: &OpinionKey, opinion: Option<Opinion>| Edit::PutOpinion(key.clone(), opinion.map(Box::new));
    merger.records(sides, &opinion_subject, &Record::shown, &put);
    // Minutes are those of one version: what comes of a merge is another.
    if theirs.meeting.is_some() && theirs.meeting != base.meeting && theirs.meeting != ours.meeting {
        merger.left.push(Message::new("versions.left-minutes"));
    }
    let their_ignored = renumbered.ignored(base, theirs);
    let sides = (&base.ignored, &ours.ignored, &their_ignored);
    let subject = |key: &FindingKey, _: &_| plain(Topic::Finding, &*key.0, text(&*key.0));
    merger.records(sides, &subject, &Record::shown, &|key, note| Edit::PutIgnored(key.clone(), note));
    merger.tell_adrift(&t);
    let Merger { edits, mut changes, conflicts, left, .. } = merger;
    changes.sort_by_key(|change| change.subject.topic);
    Merge { edit: Edit::Group(edits), changes, conflicts, left }
}

/// Ours with the compounds at its end that theirs brings and neither base nor ours has; how many those are.
fn with_new_compounds(base: &Content, ours: &Content, theirs: &Content) -> (Content, usize) {
    let known = |content: &Content| super::side::rows_in(content, theirs);
    let (in_base, in_ours) = (known(base), known(ours));
    let is_new = |row: &usize| in_base[*row].is_none() && in_ours[*row].is_none();
    let new: Vec<usize> = (0..theirs.compounds.len()).filter(is_new).collect();
    let mut wide = ours.clone();
    if !new.is_empty() {
        Arc::make_mut(&mut wide.compounds).extend(new.iter().map(|row| theirs.compounds[*row].clone()));
        wide.assignment.resize(wide.compounds.len(), None);
    }
    (wide, new.len())
}

/// Their items without those that ours added alike, and which of ours those are.
fn without_twins(
    theirs: &BTreeMap<ItemId, Item>,
    base: &BTreeMap<ItemId, Item>,
    ours: &BTreeMap<ItemId, Item>,
) -> (BTreeMap<ItemId, Item>, BTreeMap<ItemId, ItemId>) {
    let mut added: Vec<(&ItemId, &Item)> = ours.iter().filter(|(id, _)| !base.contains_key(id)).collect();
    let (mut items, mut twins) = (BTreeMap::new(), BTreeMap::new());
    for (id, item) in theirs {
        match added.iter().position(|(_, mine)| *mine == item).filter(|_| !base.contains_key(id)) {
            Some(place) => {
                twins.insert(*id, *added.swap_remove(place).0);
            }
            None => {
                items.insert(*id, item.clone());
            }
        }
    }
    (items, twins)
}

struct Merger<'a> {
    choices: &'a Choices,
    /// So many compounds ours has; those behind are theirs.
    own: usize,
    edits: Vec<Edit>,
    changes: Vec<Change>,
    conflicts: Vec<Conflict>,
    left: Vec<Message>,
    /// The number of the next district that cannot keep its own.
    free_number: u32,
}

/// The sets of things of the three sides.
type Sets<'a, K, T> = (&'a BTreeMap<K, T>, &'a BTreeMap<K, T>, &'a BTreeMap<K, T>);

/// Own entries of base, ours and theirs.
type Entries<'a> = (
    &'a mut BTreeMap<ItemCode, CatalogueEntry>,
    &'a BTreeMap<ItemCode, CatalogueEntry>,
    &'a mut BTreeMap<ItemCode, CatalogueEntry>,
);

/// What a thing of ours becomes; nothing where it goes.
struct Becomes<T>(Option<T>);

/// One value of the three sides.
type Three<'a, T> = (Option<&'a T>, Option<&'a T>, Option<&'a T>);

impl Merger<'_> {
    /// Notes a conflict and says whom to follow.
    fn decide(&mut self, subject: Subject, field: Option<&'static str>, [base, ours, theirs]: [Option<Message>; 3]) -> Word {
        let Subject { topic, id, .. } = &subject;
        let key = match field {
            Some(field) => format!("{}:{id}:{field}", topic.code()),
            None => format!("{}:{id}", topic.code()),
        };
        let chosen = self.choices.single.get(&key).copied().or(self.choices.others);
        let taken = chosen.unwrap_or_default();
        self.conflicts.push(Conflict { key, subject, field, base, ours, theirs, taken, is_chosen: chosen.is_some() });
        taken
    }

    /// What ours becomes of the three; `None` where it stays as it is.
    fn one<T: Record>(
        &mut self,
        (base, ours, theirs): Three<'_, T>,
        subject: &dyn Fn(&T) -> Subject,
        show: &dyn Fn(&T, &str) -> Message,
    ) -> Option<Becomes<T>> {
        if theirs == base || ours == theirs {
            return None;
        }
        if ours == base {
            return Some(Becomes(theirs.cloned()));
        }
        let (Some(mine), Some(other)) = (ours, theirs) else {
            let name = |thing: Option<&T>| thing.map(|thing| subject(thing).name);
            let about = ours.or(theirs).map(subject)?;
            let taken = self.decide(about, None, [name(base), name(ours), name(theirs)]);
            return (taken == Word::Theirs).then(|| Becomes(theirs.cloned()));
        };
        let mut merged = mine.clone();
        for field in T::FIELDS {
            let untouched = |side: &T| base.is_some_and(|base| !side.differs(base, field));
            if !mine.differs(other, field) || untouched(other) {
                continue;
            }
            let shown = |thing: Option<&T>| thing.map(|thing| show(thing, field));
            if untouched(mine)
                || self.decide(subject(mine), Some(field), [shown(base), shown(ours), shown(theirs)]) == Word::Theirs
            {
                merged.take(other, field);
            }
        }
        (merged != *mine).then_some(Becomes(Some(merged)))
    }

    /// A set of things by their keys.
    fn records<K: Ord, T: Record>(
        &mut self,
        (base, ours, theirs): Sets<'_, K, T>,
        subject: &dyn Fn(&K, &T) -> Subject,
        show: &dyn Fn(&T, &str) -> Message,
        edit: &dyn Fn(&K, Option<T>) -> Edit,
    ) {
        let keys: BTreeSet<&K> = base.keys().chain(ours.keys()).chain(theirs.keys()).collect();
        for key in keys {
            let about = |thing: &T| subject(key, thing);
            let Some(Becomes(merged)) = self.one((base.get(key), ours.get(key), theirs.get(key)), &about, show) else { continue };
            self.changes.extend(of_record(ours.get(key), merged.as_ref(), &about, show));
            self.edits.push(edit(key, merged));
        }
    }

    /// A value as a whole; whether theirs is to be taken.
    fn value<T: PartialEq>(
        &mut self,
        (base, ours, theirs): (Option<&T>, &T, &T),
        subject: impl Fn() -> Subject,
        field: &'static str,
        show: impl Fn(&T) -> Message,
    ) -> bool {
        let shown = |value: &T| Some(show(value));
        let takes = base != Some(theirs)
            && ours != theirs
            && (base == Some(ours)
                || self.decide(subject(), Some(field), [base.map(&show), shown(ours), shown(theirs)]) == Word::Theirs);
        if takes {
            self.changes.push(Change { subject: subject(), field: Some(field), before: shown(ours), after: shown(theirs) });
        }
        takes
    }

    /// Title, date of the data and settings.
    fn plan(&mut self, base: &Content, ours: &Content, theirs: &Content) {
        let subject = || plain(Topic::Plan, "plan", text(&*ours.title));
        let title = self.value((Some(&base.title), &ours.title, &theirs.title), subject, "title", |title| text(&**title));
        let dates = (Some(&base.data_date), &ours.data_date, &theirs.data_date);
        let show = |date: &Option<String>| date.as_deref().map_or_else(super::shown::nothing, text);
        let date = self.value(dates, subject, "data_date", show);
        if title || date {
            let title = if title { &theirs.title } else { &ours.title };
            let date = if date { &theirs.data_date } else { &ours.data_date };
            self.edits.push(Edit::SetTitle(title.clone(), date.clone()));
        }
        let subject = |_: &_| plain(Topic::Setting, "settings", Message::new("versions.settings"));
        let three = (Some(&base.settings), Some(&ours.settings), Some(&theirs.settings));
        if let Some(Becomes(Some(settings))) = self.one(three, &subject, &Record::shown) {
            self.changes.extend(of_record(Some(&ours.settings), Some(&settings), &subject, &Record::shown));
            self.edits.push(Edit::SetSettings(Box::new(settings)));
        }
    }

    /// Layers beside the compounds, each as a whole; gives back whose pipes hold.
    fn layers<'b>(&mut self, base: &Content, ours: &'b Content, theirs: &'b Content) -> &'b [Pipe] {
        let mut pipes = &ours.pipes;
        for kind in LayerKind::ALL.into_iter().filter(|kind| *kind != LayerKind::Compounds) {
            let (b, o, t) = (base.layer(kind), ours.layer(kind), theirs.layer(kind));
            let show = |layer: &LayerContent| Message::new("versions.features").count("count", layer.len());
            if self.value((Some(&b), &o, &t), || plain(Topic::Layer, kind.code(), kind.message()), "features", show) {
                if kind == LayerKind::Pipes {
                    pipes = &theirs.pipes;
                }
                let mends: Vec<_> = theirs.mends_of(kind).map(|(key, mended)| (*key, mended.clone())).collect();
                self.edits.push(Edit::PutLayer(Box::new(t), theirs.sources.get(&kind).cloned()));
                if !mends.is_empty() {
                    self.edits.push(Edit::SetMends(kind, mends));
                }
            }
        }
        pipes
    }

    /// An entry of a plan's own that one side took out stays while the other has items, needs or prices of it.
    fn keep_used_entries(&mut self, (base, ours, theirs): Entries<'_>, mine: &Content, other: &Content) {
        // Taken out by us: to us it comes as new.
        base.retain(|code, _| ours.contains_key(code) || !theirs.contains_key(code) || other.uses_of_entry(code) == 0);
        for (code, entry) in ours {
            let used = if base.contains_key(code) && !theirs.contains_key(code) { mine.uses_of_entry(code) } else { 0 };
            if used > 0 {
                theirs.insert(code.clone(), base.get(code).unwrap_or(entry).clone());
                let name = entry.names().message();
                self.left.push(Message::new("versions.left-entry").nested("entry", name).count("count", used));
            }
        }
    }

    /// Years agreed for pipes, by the ids of those that hold.
    fn pipe_years(&mut self, base: &Content, ours: &Content, theirs: &Content, pipes: &[Pipe]) {
        let [base, ours, mut theirs] = [base, ours, theirs].map(agreed_years);
        if base == theirs {
            return;
        }
        let rows: HashMap<&str, PipeId> =
            pipes.iter().enumerate().map(|(row, pipe)| (pipe.source_id.as_str(), PipeId::from_index(row))).collect();
        let all = theirs.len();
        theirs.retain(|id, _| rows.contains_key(id.as_str()));
        if theirs.len() < all {
            self.left.push(Message::new("versions.left-pipes").count("count", all - theirs.len()));
        }
        let subject = |id: &String, _: &Agreed| plain(Topic::Pipe, id.as_str(), text(id.as_str()));
        let put = |id: &String, year: Option<Agreed>| {
            let of_row = |row: &PipeId| (*row, year.map(|agreed| agreed.0));
            Edit::PutPipeYears(rows.get(id.as_str()).map(of_row).into_iter().collect())
        };
        self.records((&base, &ours, &theirs), &subject, &Record::shown, &put);
    }

    /// Compounds that only theirs has, at the end of ours.
    fn compounds_added(&mut self, ours: &Content, wide: &Content, added: usize, names: &Names<'_>) {
        if added == 0 {
            return;
        }
        let kind = LayerKind::Compounds;
        self.edits.push(Edit::PutLayer(Box::new(wide.layer(kind)), ours.sources.get(&kind).cloned()));
        // A layer that is put in place comes without mends; the rows of ours are where they were.
        let mends: Vec<_> = ours.mends_of(kind).map(|(key, mended)| (*key, mended.clone())).collect();
        if !mends.is_empty() {
            self.edits.push(Edit::SetMends(kind, mends));
        }
        for row in ours.compounds.len()..wide.compounds.len() {
            let subject = names.compound(CompoundId::from_index(row), Topic::Compound);
            self.changes.push(Change { field: None, before: None, after: Some(subject.name.clone()), subject });
        }
    }

    /// Facts and boundaries of compounds that all three have, and of those that both added.
    fn facts(&mut self, names: &Names<'_>, b: &Side<'_>, o: &Side<'_>, t: &Side<'_>) {
        let (mut gone, mut extra) = (0, 0);
        for (row, mine) in o.content.compounds.iter().enumerate() {
            let id = CompoundId::from_index(row);
            let (base, Some(theirs)) = (b.compound(row), t.compound(row)) else {
                gone += usize::from(b.rows[row].is_some());
                continue;
            };
            let subject = || names.compound(id, Topic::Compound);
            let three = (base.map(|c| &c.facts), Some(&mine.facts), Some(&theirs.facts));
            if let Some(Becomes(Some(facts))) = self.one(three, &|_| subject(), &Record::shown) {
                self.changes.extend(of_record(Some(&mine.facts), Some(&facts), &|_| subject(), &Record::shown));
                self.edits.push(Edit::SetFacts(id, Box::new(facts)));
            }
            let bounded = base.map(Bounded);
            if self.value((bounded.as_ref(), &Bounded(mine), &Bounded(theirs)), subject, "boundary", |one| extent(one.0)) {
                let shape = geo::Geometry::MultiPolygon(theirs.shape.clone());
                let at = u32::try_from(row).unwrap_or(u32::MAX);
                self.edits.push(Edit::PutShape(LayerKind::Compounds, at, Box::new(shape)));
            }
            let untouched = base.is_some_and(|base| base.extra == theirs.extra);
            extra += usize::from(!untouched && mine.extra != theirs.extra);
        }
        for (count, words) in [(gone, "versions.left-gone"), (extra, "versions.left-extra")] {
            if count > 0 {
                self.left.push(Message::new(words).count("count", count));
            }
        }
    }

    /// Districts and who is in them. A district that is still needed is not taken away. Gives the numbers that theirs could not keep.
    fn districts(&mut self, names: &Names<'_>, b: &Side<'_>, o: &Side<'_>, t: &Side<'_>) -> BTreeMap<u32, u32> {
        let mut moves = Vec::new();
        for (row, mine) in o.assignment.iter().enumerate() {
            let (Some(mine), Some(theirs)) = (*mine, t.assignment[row]) else { continue };
            // A compound that theirs brings was in no district before.
            let base = if row < self.own { b.assignment[row] } else { Some(Home::default()) };
            let id = CompoundId::from_index(row);
            let subject = || names.compound(id, Topic::Assignment);
            if self.value((base.as_ref(), &mine, &theirs), subject, "district", |home| names.district(home.0)) {
                moves.push((id, theirs.0));
            }
        }
        let mut held: BTreeSet<Option<DistrictId>> = BTreeSet::new();
        let moved: BTreeMap<CompoundId, Option<DistrictId>> = moves.iter().copied().collect();
        for (row, mine) in o.assignment.iter().enumerate() {
            let id = CompoundId::from_index(row);
            held.insert(moved.get(&id).copied().unwrap_or_else(|| mine.and_then(|home| home.0)));
        }
        let merged = self.district_records(names, b, o, t, &held);
        self.edits.extend(merged.put);
        if !moves.is_empty() {
            self.edits.push(Edit::Assign(moves));
        }
        self.edits.extend(merged.taken_away.into_iter().map(|id| Edit::PutDistrict(id, None)));
        merged.numbers
    }

    fn district_records(
        &mut self,
        names: &Names<'_>,
        b: &Side<'_>,
        o: &Side<'_>,
        t: &Side<'_>,
        held: &BTreeSet<Option<DistrictId>>,
    ) -> DistrictEdits {
        let mut found = DistrictEdits::default();
        let mut numbers: BTreeSet<u32> = o.districts.values().map(|district| district.number).collect();
        let ids: BTreeSet<DistrictId> = [b, o, t].into_iter().flat_map(|side| side.districts.keys().copied()).collect();
        for id in ids {
            let three = (b.districts.get(&id), o.districts.get(&id), t.districts.get(&id));
            let subject = |_: &District| names.of_district(id);
            let show = |district: &District, field: &str| district.shown(field);
            let merged = match self.one(three, &subject, &show) {
                Some(Becomes(merged)) => merged,
                // Ours gave it up, but somebody is to be in it.
                None if three.1.is_none() && held.contains(&Some(id)) => three.2.cloned(),
                None => continue,
            };
            let Some(mut district) = merged else {
                if held.contains(&Some(id)) {
                    self.left.push(Message::new("versions.left-needed").nested("district", names.district(Some(id))));
                } else {
                    self.changes.extend(of_record(three.1, None, &subject, &show));
                    found.taken_away.push(id);
                    // Its number is free for those that come: they have later ids.
                    if let Some(gone) = three.1 {
                        numbers.remove(&gone.number);
                    }
                }
                continue;
            };
            if three.1.is_none_or(|mine| mine.number != district.number) && !numbers.insert(district.number) {
                found.numbers.insert(district.number, self.free_number);
                district.number = self.free_number;
                self.free_number = self.free_number.saturating_add(1);
                numbers.insert(district.number);
            }
            self.changes.extend(of_record(three.1, Some(&district), &subject, &show));
            found.put.push(Edit::PutDistrict(id, Some(district)));
        }
        found
    }

    fn tell_adrift(&mut self, theirs: &Side<'_>) {
        if theirs.adrift > 0 {
            self.left.push(Message::new("versions.left-adrift").count("count", theirs.adrift));
        }
    }
}

/// A compound that is compared by its boundary alone.
struct Bounded<'a>(&'a Compound);

impl PartialEq for Bounded<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.0.shape == other.0.shape
    }
}

/// Edits of districts: those before compounds move, and those after.
#[derive(Default)]
struct DistrictEdits {
    put: Vec<Edit>,
    numbers: BTreeMap<u32, u32>,
    taken_away: Vec<DistrictId>,
}
