//! Edits: small, total, and each gives back its inverse when applied.

use geo::Geometry;

use super::{
    Annotation, Comment, CommentKey, CompoundFacts, Content, District, FindingKey, Fund, IgnoreNote, Item, LayerContent,
    LayerKind, LayerSource, LinkKey, LinkOverride, Meeting, MendKey, Mended, NeedState, Opinion, OpinionKey, Settings, UnitPrice,
};
use crate::base::{AnnotationId, CompoundId, DistrictId, FundId, ItemId, Message, PipeId};
use crate::policy::{CatalogueEntry, ItemCode};

/// A change of a plan. `Put…` with `None` takes the thing away.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// Title and data date.
    SetTitle(String, Option<String>),
    /// Settings as a whole.
    SetSettings(Box<Settings>),
    /// Working CRS; the layers in it come in the same group.
    SetCrs(u32),
    /// A layer and its source; an empty layer without source takes it out.
    PutLayer(Box<LayerContent>, Option<LayerSource>),
    /// The whole assignment at once, when compounds are loaded or grouped anew.
    SetAssignment(Vec<Option<DistrictId>>),
    /// Districts of single compounds.
    Assign(Vec<(CompoundId, Option<DistrictId>)>),
    /// A district.
    PutDistrict(DistrictId, Option<District>),
    /// An item.
    PutItem(ItemId, Option<Box<Item>>),
    /// A text, an arrow or a cloud.
    PutAnnotation(AnnotationId, Option<Box<Annotation>>),
    /// A link set by hand.
    PutOverride(LinkKey, Option<LinkOverride>),
    /// A finding set aside.
    PutIgnored(FindingKey, Option<IgnoreNote>),
    /// A price of the price book.
    PutPrice(ItemCode, Option<UnitPrice>),
    /// An entry of the plan's own in the catalogue.
    PutEntry(ItemCode, Option<Box<CatalogueEntry>>),
    /// 责任部门 of an item (R52).
    PutDepartment(ItemCode, Option<String>),
    /// State of an item in a compound.
    PutNeed(CompoundId, ItemCode, Option<NeedState>),
    /// The shape of a feature.
    PutShape(LayerKind, u32, Box<Geometry<f64>>),
    /// All mends of a layer, when it is loaded.
    SetMends(LayerKind, Vec<(MendKey, Mended)>),
    /// A mend.
    PutMend(MendKey, Option<Box<Mended>>),
    /// Years agreed for pipes; `None` goes back to the owner's own.
    PutPipeYears(Vec<(PipeId, Option<i32>)>),
    /// All years agreed for pipes, when their layer gives way to another.
    SetPipeYears(Vec<(PipeId, i32)>),
    /// A comment, with its answer.
    PutComment(CommentKey, Option<Box<Comment>>),
    /// What a unit says of a district.
    PutOpinion(OpinionKey, Option<Box<Opinion>>),
    /// The minutes of the meeting; with a seal, the version is frozen.
    SetMeeting(Option<Box<Meeting>>),
    /// An entry of the fund ledger.
    PutFund(FundId, Option<Box<Fund>>),
    /// What is known of a compound.
    SetFacts(CompoundId, Box<CompoundFacts>),
    /// Several edits as one; the inverse runs them backwards.
    Group(Vec<Edit>),
}

/// Why an edit cannot be applied. The plan is left as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// No compound of that row.
    #[error("there is no compound in row {0}")]
    NoCompound(CompoundId),
    /// A compound was assigned to a district that is not there.
    #[error("there is no district {0}")]
    NoDistrict(DistrictId),
    /// An assignment of the wrong length.
    #[error("an assignment of {got} rows does not fit {want} compounds")]
    AssignmentLength {
        /// Compounds of the plan.
        want: usize,
        /// Rows given.
        got: usize,
    },
    /// No feature of that row.
    #[error("there is no feature in row {1} of the {layer}", layer = .0.code())]
    NoFeature(LayerKind, u32),
    /// A shape that the layer cannot hold.
    #[error("the {layer} cannot hold the shape for row {1}", layer = .0.code())]
    WrongShape(LayerKind, u32),
    /// A district that still holds compounds was taken away.
    #[error("district {0} still holds compounds")]
    DistrictInUse(DistrictId),
    /// The plan is a frozen version.
    #[error("the version is frozen")]
    Frozen,
    /// A built-in entry of the catalogue never changes.
    #[error("built-in entries of the catalogue never change")]
    BuiltInEntry,
}

impl EditError {
    /// The words for the user. Rows are told from 1, as people count.
    #[must_use]
    pub fn message(&self) -> Message {
        let counted = |row: u32| row as usize + 1;
        match *self {
            Self::NoCompound(compound) => Message::new("model.no-compound").count("row", counted(compound.0)),
            Self::NoDistrict(_) => Message::new("model.no-district"),
            Self::AssignmentLength { want, got } => Message::new("model.assignment-length").count("got", got).count("want", want),
            Self::NoFeature(kind, row) => {
                Message::new("model.no-feature").nested("layer", kind.message()).count("row", counted(row))
            }
            Self::WrongShape(kind, row) => {
                Message::new("model.wrong-shape").nested("layer", kind.message()).count("row", counted(row))
            }
            Self::DistrictInUse(_) => Message::new("model.district-in-use"),
            Self::Frozen => Message::new("model.frozen"),
            Self::BuiltInEntry => Message::new("model.built-in-entry"),
        }
    }
}

/// What an edit touched, so that only this is drawn, indexed and checked anew.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    /// Layers of which anything but facts changed.
    pub layers: Vec<LayerKind>,
    /// Those of them that were replaced as a whole.
    pub replaced: Vec<LayerKind>,
    /// Single features with another shape.
    pub shapes: Vec<(LayerKind, u32)>,
    /// Compounds with new facts.
    pub facts: Vec<CompoundId>,
    /// Districts or the assignment.
    pub districts: bool,
    /// Items, prices or needs.
    pub items: bool,
    /// Annotations.
    pub annotations: bool,
    /// Overrides of links.
    pub links: bool,
    /// Settings, title or CRS; not the gap, looks or choices about works alone, from which nothing is derived that takes long.
    pub settings: bool,
    /// Settings that links follow from.
    pub linking: bool,
    /// Ignored findings.
    pub ignored: bool,
    /// Mends.
    pub mends: bool,
    /// Years of pipes, and choices about works.
    pub works: bool,
    /// The fund ledger.
    pub funds: bool,
    /// How the map is shown by choice.
    pub looks: bool,
}

impl Touched {
    fn merge(&mut self, other: Self) {
        self.layers.extend(other.layers);
        self.replaced.extend(other.replaced);
        self.shapes.extend(other.shapes);
        self.facts.extend(other.facts);
        self.districts |= other.districts;
        self.items |= other.items;
        self.annotations |= other.annotations;
        self.links |= other.links;
        self.settings |= other.settings;
        self.linking |= other.linking;
        self.ignored |= other.ignored;
        self.mends |= other.mends;
        self.works |= other.works;
        self.funds |= other.funds;
        self.looks |= other.looks;
    }

    /// Notes what another set of settings changes.
    fn note_settings(&mut self, old: &Settings, new: &Settings) {
        self.linking |= old.links_otherwise(new);
        self.works |= old.works != new.works;
        self.looks |= old.looks != new.looks;
        let rest = Settings { gap_m: old.gap_m, works: old.works.clone(), looks: old.looks.clone(), ..new.clone() };
        self.settings |= rest != *old;
    }
}

impl Edit {
    /// Applies the edit and returns its inverse. On an error the content is unchanged.
    pub(super) fn apply(self, content: &mut Content, touched: &mut Touched) -> Result<Self, EditError> {
        match self {
            Self::SetTitle(title, date) => {
                touched.settings = true;
                let old = std::mem::replace(&mut content.title, title);
                Ok(Self::SetTitle(old, std::mem::replace(&mut content.data_date, date)))
            }
            Self::SetSettings(settings) => {
                touched.note_settings(&content.settings, &settings);
                Ok(Self::SetSettings(Box::new(std::mem::replace(&mut content.settings, *settings))))
            }
            Self::SetCrs(code) => {
                touched.settings = true;
                touched.linking = true;
                Ok(Self::SetCrs(std::mem::replace(&mut content.crs_code, code)))
            }
            Self::PutLayer(layer, source) => Ok(put_layer(content, *layer, source, touched)),
            Self::SetAssignment(rows) => set_assignment(content, rows, touched),
            Self::Assign(pairs) => assign(content, &pairs, touched),
            Self::PutDistrict(id, district) => {
                if district.is_none() && content.assignment.contains(&Some(id)) {
                    return Err(EditError::DistrictInUse(id));
                }
                touched.districts = true;
                Ok(Self::PutDistrict(id, put(&mut content.districts, id, district)))
            }
            Self::PutItem(id, item) => {
                touched.items = true;
                let old = put(&mut content.items, id, item.map(|item| *item));
                Ok(Self::PutItem(id, old.map(Box::new)))
            }
            Self::PutAnnotation(id, annotation) => {
                touched.annotations = true;
                let old = put(&mut content.annotations, id, annotation.map(|annotation| *annotation));
                Ok(Self::PutAnnotation(id, old.map(Box::new)))
            }
            Self::PutOverride(key, rule) => {
                touched.links = true;
                Ok(Self::PutOverride(key, put(&mut content.overrides, key, rule)))
            }
            Self::PutIgnored(key, note) => {
                touched.ignored = true;
                let old = put(&mut content.ignored, key.clone(), note);
                Ok(Self::PutIgnored(key, old))
            }
            Self::PutPrice(code, price) => {
                touched.items = true;
                let old = put(&mut content.prices, code.clone(), price);
                Ok(Self::PutPrice(code, old))
            }
            Self::PutEntry(code, entry) => put_entry(content, code, entry, touched),
            Self::PutDepartment(code, department) => {
                touched.items = true;
                let old = put(&mut content.departments, code.clone(), department);
                Ok(Self::PutDepartment(code, old))
            }
            Self::PutNeed(compound, code, state) => {
                touched.items = true;
                let old = put(&mut content.needs, (compound, code.clone()), state);
                Ok(Self::PutNeed(compound, code, old))
            }
            Self::PutShape(kind, row, shape) => {
                let old = content.put_shape(kind, row, *shape)?;
                touched.layers.push(kind);
                touched.shapes.push((kind, row));
                Ok(Self::PutShape(kind, row, Box::new(old)))
            }
            Self::SetMends(kind, mends) => Ok(set_mends(content, kind, mends, touched)),
            Self::PutMend(key, mended) => put_mend(content, key, mended, touched),
            Self::PutPipeYears(years) => put_pipe_years(content, &years, touched),
            Self::PutComment(key, comment) => Ok(put_comment(content, key, comment)),
            Self::PutOpinion(key, opinion) => Ok(put_opinion(content, key, opinion)),
            Self::SetMeeting(meeting) => Ok(set_meeting(content, meeting)),
            Self::SetPipeYears(years) => set_pipe_years(content, years, touched),
            Self::PutFund(id, fund) => put_fund(content, id, fund, touched),
            Self::SetFacts(id, facts) => set_facts(content, id, facts, touched),
            Self::Group(edits) => apply_group(edits, content, touched),
        }
    }
}

/// Sets or removes an entry and returns what was there.
fn put<K: Ord, V>(map: &mut std::collections::BTreeMap<K, V>, key: K, value: Option<V>) -> Option<V> {
    match value {
        Some(value) => map.insert(key, value),
        None => map.remove(&key),
    }
}

fn put_comment(content: &mut Content, key: CommentKey, comment: Option<Box<Comment>>) -> Edit {
    let old = put(&mut content.comments, key.clone(), comment.map(|comment| *comment));
    Edit::PutComment(key, old.map(Box::new))
}

fn put_opinion(content: &mut Content, key: OpinionKey, opinion: Option<Box<Opinion>>) -> Edit {
    let old = put(&mut content.opinions, key.clone(), opinion.map(|opinion| *opinion));
    Edit::PutOpinion(key, old.map(Box::new))
}

fn set_meeting(content: &mut Content, meeting: Option<Box<Meeting>>) -> Edit {
    let old = std::mem::replace(&mut content.meeting, meeting.map(|meeting| *meeting));
    Edit::SetMeeting(old.map(Box::new))
}

fn put_layer(content: &mut Content, layer: LayerContent, source: Option<LayerSource>, touched: &mut Touched) -> Edit {
    let kind = layer.kind();
    touched.layers.push(kind);
    touched.replaced.push(kind);
    let old_layer = content.layer(kind);
    let old_assignment = (kind == LayerKind::Compounds).then(|| content.assignment.clone());
    let old_source = put(&mut content.sources, kind, source);
    content.set_layer(layer);
    let old_years = carry_pipe_years(content, &old_layer);
    touched.works |= old_years.is_some();
    let mut back = vec![Edit::PutLayer(Box::new(old_layer), old_source)];
    back.extend(old_years);
    back.extend(old_assignment.map(Edit::SetAssignment));
    let old_mends = take_mends(content, kind);
    if !old_mends.is_empty() {
        touched.mends = true;
        back.push(Edit::SetMends(kind, old_mends));
    }
    if back.len() == 1 { back.swap_remove(0) } else { Edit::Group(back) }
}

/// Years agreed for pipes of a layer that gives way to another go to the pipes of the same id there.
fn carry_pipe_years(content: &mut Content, old: &LayerContent) -> Option<Edit> {
    let LayerContent::Pipes(old) = old else { return None };
    if content.pipe_years.is_empty() {
        return None;
    }
    let agreed = std::mem::take(&mut content.pipe_years);
    let by_id: std::collections::HashMap<&str, i32> =
        agreed.iter().filter_map(|(id, year)| Some((old.get(id.index())?.source_id.as_str(), *year))).collect();
    let carried = |(row, pipe): (usize, &super::Pipe)| Some((PipeId::from_index(row), *by_id.get(pipe.source_id.as_str())?));
    content.pipe_years = content.pipes.iter().enumerate().filter_map(carried).collect();
    Some(Edit::SetPipeYears(agreed.into_iter().collect()))
}

fn put_pipe_years(content: &mut Content, years: &[(PipeId, Option<i32>)], touched: &mut Touched) -> Result<Edit, EditError> {
    if let Some((id, _)) = years.iter().find(|(id, _)| id.index() >= content.pipes.len()) {
        return Err(EditError::NoFeature(LayerKind::Pipes, id.0));
    }
    touched.works = true;
    let mut back: Vec<_> = years.iter().map(|(id, year)| (*id, put(&mut content.pipe_years, *id, *year))).collect();
    back.reverse();
    Ok(Edit::PutPipeYears(back))
}

fn set_pipe_years(content: &mut Content, years: Vec<(PipeId, i32)>, touched: &mut Touched) -> Result<Edit, EditError> {
    if let Some((id, _)) = years.iter().find(|(id, _)| id.index() >= content.pipes.len()) {
        return Err(EditError::NoFeature(LayerKind::Pipes, id.0));
    }
    touched.works = true;
    let old = std::mem::replace(&mut content.pipe_years, years.into_iter().collect());
    Ok(Edit::SetPipeYears(old.into_iter().collect()))
}

fn put_entry(
    content: &mut Content,
    code: ItemCode,
    entry: Option<Box<CatalogueEntry>>,
    touched: &mut Touched,
) -> Result<Edit, EditError> {
    if content.catalogue.is_built_in(&code) {
        return Err(EditError::BuiltInEntry);
    }
    touched.items = true;
    let old = content.catalogue.put_own(&code, entry.map(|entry| *entry));
    Ok(Edit::PutEntry(code, old.map(Box::new)))
}

fn put_fund(content: &mut Content, id: FundId, fund: Option<Box<Fund>>, touched: &mut Touched) -> Result<Edit, EditError> {
    let district = fund.as_ref().and_then(|fund| fund.district);
    if let Some(district) = district.filter(|d| !content.districts.contains_key(d)) {
        return Err(EditError::NoDistrict(district));
    }
    touched.funds = true;
    let old = put(&mut content.funds, id, fund.map(|fund| *fund));
    Ok(Edit::PutFund(id, old.map(Box::new)))
}

fn set_facts(content: &mut Content, id: CompoundId, facts: Box<CompoundFacts>, touched: &mut Touched) -> Result<Edit, EditError> {
    if id.index() >= content.compounds.len() {
        return Err(EditError::NoCompound(id));
    }
    touched.facts.push(id);
    let compounds = std::sync::Arc::make_mut(&mut content.compounds);
    Ok(Edit::SetFacts(id, Box::new(std::mem::replace(&mut compounds[id.index()].facts, *facts))))
}

fn put_mend(content: &mut Content, key: MendKey, mended: Option<Box<Mended>>, touched: &mut Touched) -> Result<Edit, EditError> {
    let rows = std::iter::once(key.row).chain(key.neighbour);
    if let Some(row) = rows.into_iter().find(|row| content.source_id(key.layer, *row).is_none()) {
        return Err(EditError::NoFeature(key.layer, row));
    }
    touched.mends = true;
    let old = put(&mut content.mended, key, mended.map(|mended| *mended));
    Ok(Edit::PutMend(key, old.map(Box::new)))
}

/// Takes the mends of a layer out.
fn take_mends(content: &mut Content, layer: LayerKind) -> Vec<(MendKey, Mended)> {
    if content.mended.is_empty() {
        return Vec::new();
    }
    let (taken, kept) = std::mem::take(&mut content.mended).into_iter().partition(|(key, _)| key.layer == layer);
    content.mended = kept;
    let taken: std::collections::BTreeMap<_, _> = taken;
    taken.into_iter().collect()
}

/// Mends of other layers and of rows that are not there are passed over.
fn set_mends(content: &mut Content, layer: LayerKind, mends: Vec<(MendKey, Mended)>, touched: &mut Touched) -> Edit {
    touched.mends = true;
    let old = take_mends(content, layer);
    let rows = content.layer(layer).len();
    let there = |row: u32| (row as usize) < rows;
    let fits = |(key, _): &(MendKey, Mended)| key.layer == layer && there(key.row) && key.neighbour.is_none_or(there);
    content.mended.extend(mends.into_iter().filter(fits));
    Edit::SetMends(layer, old)
}

fn set_assignment(content: &mut Content, rows: Vec<Option<DistrictId>>, touched: &mut Touched) -> Result<Edit, EditError> {
    if rows.len() != content.compounds.len() {
        return Err(EditError::AssignmentLength { want: content.compounds.len(), got: rows.len() });
    }
    if let Some(id) = rows.iter().flatten().find(|id| !content.districts.contains_key(id)) {
        return Err(EditError::NoDistrict(*id));
    }
    touched.districts = true;
    Ok(Edit::SetAssignment(std::mem::replace(&mut content.assignment, rows)))
}

fn assign(content: &mut Content, pairs: &[(CompoundId, Option<DistrictId>)], touched: &mut Touched) -> Result<Edit, EditError> {
    for (compound, district) in pairs {
        if compound.index() >= content.assignment.len() {
            return Err(EditError::NoCompound(*compound));
        }
        if let Some(id) = district.filter(|id| !content.districts.contains_key(id)) {
            return Err(EditError::NoDistrict(id));
        }
    }
    touched.districts = true;
    let mut back = Vec::with_capacity(pairs.len());
    for (compound, district) in pairs {
        back.push((*compound, std::mem::replace(&mut content.assignment[compound.index()], *district)));
    }
    back.reverse();
    Ok(Edit::Assign(back))
}

/// Applies all or nothing: when one fails, those before it are taken back.
fn apply_group(edits: Vec<Edit>, content: &mut Content, touched: &mut Touched) -> Result<Edit, EditError> {
    let mut inverse = Vec::with_capacity(edits.len());
    let mut inner = Touched::default();
    let mut failure = None;
    for edit in edits {
        match edit.apply(content, &mut inner) {
            Ok(back) => inverse.push(back),
            Err(error) => {
                failure = Some(error);
                break;
            }
        }
    }
    inverse.reverse();
    let Some(error) = failure else {
        touched.merge(inner);
        return Ok(Edit::Group(inverse));
    };
    for back in inverse {
        // An inverse of an edit that was just applied fits the content it came from.
        back.apply(content, &mut inner)?;
    }
    Err(error)
}
