//! The layers of an export: columns that people read, the same in every format.

use geo::{BoundingRect, Geometry, GeometryCollection, Line, MultiPolygon, Rect};

use super::places::{ground, line_at};
use super::{ExportInput, ExportOptions, FindingFeature, LinkFeature, dissolve};
use crate::base::{Argument, CompoundId, DistrictId, Message};
use crate::contiguity;
use crate::coordination::responsibility;
use crate::geometry::measure::Ellipsoid;
use crate::gpkg::{Cell, Column, GeometryKind};
use crate::i18n::{Lang, tr};
use crate::model::{Approximation, Compound, Content, Item, ItemOrigin, LayerKind, Pipe, Placeholder, Properties, Timing};
use crate::policy::{Exclusion, OwnerKind, Verdict};

/// One feature. `extra` are the unused fields of its source; `row` says where the plan has it: the row of its layer, the
/// number of an id, or its place in the input.
pub(super) struct Feature<'a> {
    pub(super) row: usize,
    pub(super) shape: Option<Geometry<f64>>,
    pub(super) cells: Vec<Cell>,
    pub(super) extra: Option<&'a Properties>,
}

/// One layer; its features are made one at a time.
pub(super) struct ReviewLayer<'a> {
    pub(super) name: &'static str,
    pub(super) kind: GeometryKind,
    pub(super) columns: Vec<Column>,
    /// The column by which features are known.
    pub(super) id: Option<&'static str>,
    pub(super) features: Box<dyn Iterator<Item = Feature<'a>> + 'a>,
}

/// Names of the layers that exports have, in their order.
#[must_use]
pub fn layer_names() -> [&'static str; 10] {
    ["compounds", "districts", "links", "pipes", "items", "reopenings", "funds", "findings", "mends", "originals"]
}

/// The verdict on a compound; 待核 where nothing was screened.
#[must_use]
pub fn verdict_of(input: &ExportInput<'_>, row: usize) -> Verdict {
    input.screened.get(row).map_or(Verdict::Unknown, |s| s.verdict)
}

/// Every layer. Layers without features are there too: an empty one says that nothing was found.
pub(super) fn layers<'a>(input: &'a ExportInput<'a>, options: &'a ExportOptions) -> Vec<ReviewLayer<'a>> {
    let mut layers = vec![
        compounds(input),
        districts(input),
        links(input, options.lang),
        pipes(input),
        items(input, options.lang),
        super::works::reopenings(input, options.lang),
        super::works::funds(input, options.lang),
        findings(input, options.lang),
        super::mends::mends(input, options.lang),
        super::mends::originals(input),
    ];
    // Nobody asked for notes: a layer without any would only puzzle.
    layers.extend((!input.content.annotations.is_empty()).then(|| annotations(input)));
    layers
}

/// Why the places of an exported layer are approximate (近似): those of its source, and whatever is made of compounds as theirs.
pub(super) fn approximation(content: &Content, layer: &str) -> Option<Approximation> {
    let kind = LayerKind::from_code(layer).unwrap_or(LayerKind::Compounds);
    content.sources.get(&kind)?.approximate
}

/// The sentence on layers whose places are approximate, when there are any.
pub(super) fn approximate_layers(content: &Content, lang: Lang) -> Option<String> {
    let approximate = content.sources.iter().filter(|(_, source)| source.approximate.is_some());
    let layers: Vec<Message> = approximate.map(|(kind, _)| kind.message()).collect();
    (!layers.is_empty()).then(|| tr(lang, &Message::new("export.approximate").with("layers", Argument::List(layers))))
}

/// Whether a compound belongs to what is exported.
pub(super) fn in_scope(input: &ExportInput<'_>, compound: CompoundId) -> bool {
    input.scope.is_none_or(|scope| scope.has_compound(input.content, compound))
}

/// Whether an item does.
pub(super) fn item_in_scope(input: &ExportInput<'_>, item: &Item) -> bool {
    input.scope.is_none_or(|scope| scope.has_item(input.content, item))
}

fn number(content: &Content, district: Option<DistrictId>) -> Cell {
    district.and_then(|id| content.districts.get(&id)).map(|d| d.number).into()
}

fn source_id(content: &Content, compound: CompoundId) -> Cell {
    Cell::text(content.compounds.get(compound.index()).map(|c| c.source_id.as_str()))
}

fn compounds<'a>(input: &'a ExportInput<'a>) -> ReviewLayer<'a> {
    let texts = ["id", "name", "address", "street_office", "community"].map(Column::text);
    let counts = ["built_year", "built_last", "households"].map(Column::integer);
    let mut columns: Vec<Column> = texts.into_iter().chain(counts).collect();
    columns.extend([
        Column::real("floor_area_m2"),
        Column::integer("buildings"),
        Column::integer("stair_units"),
        Column::real("est_cost"),
        Column::text("owner"),
        Column::text("management"),
        Column::boolean("demolition"),
        Column::real("consent"),
        Column::text("problems"),
        Column::integer("planned_year"),
        Column::text("placeholder"),
        Column::text("owner_kind"),
        Column::text("exclusion"),
        Column::text("consent_date"),
        Column::boolean("neglected"),
        Column::boolean("lacks_municipal"),
        Column::boolean("lacks_services"),
        Column::text("verdict"),
        Column::text("clause"),
        Column::integer("district"),
        Column::integer("district_year"),
    ]);
    let content = input.content;
    let rows = content.compounds.iter().enumerate().filter(|(row, _)| in_scope(input, CompoundId::from_index(*row)));
    let features = rows.map(move |(row, compound)| {
        let mut cells = facts(compound);
        let id = content.assignment.get(row).copied().flatten();
        let screened = input.screened.get(row);
        cells.push(Cell::text(screened.map(|s| s.verdict.code())));
        cells.push(Cell::text(screened.map(|s| s.clause)));
        cells.push(number(content, id));
        cells.push(content.compound_year(CompoundId::from_index(row)).into());
        Feature { row, shape: area(&compound.shape), cells, extra: Some(&compound.extra) }
    });
    ReviewLayer { name: "compounds", kind: GeometryKind::MultiPolygon, columns, id: Some("id"), features: Box::new(features) }
}

fn facts(compound: &Compound) -> Vec<Cell> {
    let f = &compound.facts;
    vec![
        compound.source_id.as_str().into(),
        f.name.as_str().into(),
        Cell::text(f.address.as_deref()),
        Cell::text(f.street_office.as_deref()),
        Cell::text(f.community.as_deref()),
        f.built.map(|b| b.first).into(),
        f.built.map(|b| b.last).into(),
        f.households.into(),
        f.floor_area_m2.into(),
        f.buildings.into(),
        f.stair_units.into(),
        f.estimated_cost.map(crate::base::Money::wan_yuan).into(),
        Cell::text(f.owner.as_deref()),
        Cell::text(f.management.as_deref()),
        Cell::Boolean(f.exclusion.is_some()),
        f.consent.as_ref().map(|c| c.share).into(),
        Cell::text(f.problems.as_deref()),
        f.planned_year.into(),
        Cell::text(f.placeholder.map(Placeholder::code)),
        Cell::text(f.owner_kind.map(OwnerKind::code)),
        Cell::text(f.exclusion.map(Exclusion::code)),
        Cell::text(f.consent.as_ref().and_then(|c| c.surveyed.as_deref())),
        f.neglected.into(),
        f.lacks_municipal.into(),
        f.lacks_services.into(),
    ]
}

fn area(shape: &MultiPolygon<f64>) -> Option<Geometry<f64>> {
    (!shape.0.is_empty()).then(|| Geometry::MultiPolygon(shape.clone()))
}

fn districts<'a>(input: &'a ExportInput<'a>) -> ReviewLayer<'a> {
    let columns = vec![
        Column::integer("district"),
        Column::text("name"),
        Column::integer("year"),
        Column::boolean("locked"),
        Column::text("implementer"),
        Column::text("note"),
        Column::integer("compounds"),
        Column::integer("households"),
        Column::real("floor_area_m2"),
        Column::real("est_cost"),
        Column::real("area_m2"),
        Column::real("polsby_popper"),
        Column::real("reock"),
    ];
    let content = input.content;
    let ellipsoid = Ellipsoid::new(content.crs_code).ok();
    // All at once and on all cores, but not before the layer is written.
    let shapes = std::cell::OnceCell::new();
    let features = content.members_by_district().into_iter().filter_map(move |(id, members)| {
        let district = content.districts.get(&id)?;
        if input.scope.is_some_and(|scope| !scope.has_district(id)) {
            return None;
        }
        let shape = dissolve(content, &members);
        let compactness = shapes.get_or_init(|| contiguity::compactness_by_district(content)).get(&id);
        let facts = members.iter().filter_map(|m| content.compounds.get(m.index())).map(|c| &c.facts);
        let households: i64 = facts.clone().filter_map(|f| f.households).map(i64::from).sum();
        let floor: f64 = facts.clone().filter_map(|f| f.floor_area_m2).sum();
        let cost: crate::base::Money = facts.filter_map(|f| f.estimated_cost).sum();
        let cells = vec![
            Cell::Integer(district.number.into()),
            district.name.as_str().into(),
            district.year.into(),
            Cell::Boolean(district.locked),
            district.implementer.as_str().into(),
            district.note.as_str().into(),
            Cell::Integer(i64::try_from(members.len()).unwrap_or(i64::MAX)),
            Cell::Integer(households),
            Cell::Real(floor),
            Cell::Real(cost.wan_yuan()),
            ellipsoid.as_ref().map(|e| e.area_m2(&shape)).into(),
            compactness.map(|c| c.polsby_popper).into(),
            compactness.map(|c| c.reock).into(),
        ];
        Some(Feature { row: id.0 as usize, shape: area(&shape), cells, extra: None })
    });
    ReviewLayer {
        name: "districts",
        kind: GeometryKind::MultiPolygon,
        columns,
        id: Some("district"),
        features: Box::new(features),
    }
}

fn links<'a>(input: &'a ExportInput<'a>, lang: Lang) -> ReviewLayer<'a> {
    let columns = vec![
        Column::text("a"),
        Column::text("b"),
        Column::real("gap_m"),
        Column::real("frontage_a_m"),
        Column::real("frontage_b_m"),
        Column::text("kind"),
        Column::real("cost_m"),
        Column::text("between"),
        Column::text("why"),
        Column::text("note"),
    ];
    let content = input.content;
    let both = |link: &LinkFeature| in_scope(input, link.a) && in_scope(input, link.b);
    let features = input.links.iter().enumerate().filter(move |(_, link)| both(link)).map(move |(row, link)| {
        let cells = vec![
            source_id(content, link.a),
            source_id(content, link.b),
            Cell::Real(link.gap_m),
            Cell::Real(link.frontage_a_m),
            Cell::Real(link.frontage_b_m),
            link.kind.into(),
            Cell::Real(link.cost_m),
            link.between.into(),
            Cell::Text(tr(lang, &link.why)),
            Cell::text(Some(link.note.as_str()).filter(|note| !note.is_empty())),
        ];
        let middle = |id: CompoundId| content.compounds.get(id.index())?.shape.bounding_rect().map(Rect::center);
        let across = || middle(link.b).zip(middle(link.a)).map(|(b, a)| b - a);
        let line = line_at(Line::new(link.from, link.to), across);
        Feature { row, shape: Some(Geometry::LineString(line)), cells, extra: None }
    });
    ReviewLayer { name: "links", kind: GeometryKind::LineString, columns, id: None, features: Box::new(features) }
}

fn pipes<'a>(input: &'a ExportInput<'a>) -> ReviewLayer<'a> {
    let mut columns = ["id", "class", "subclass", "letters", "owner", "ownership"].map(Column::text).to_vec();
    columns.push(Column::real("diameter_mm"));
    columns.push(Column::text("material"));
    columns.extend(["laid_year", "planned_year", "agreed_year"].map(Column::integer));
    columns.extend(["length_m", "inside_m", "outside_m"].map(Column::real));
    columns.extend(["responsible", "handover"].map(Column::text));
    let features = input.content.pipes.iter().enumerate().map(move |(row, pipe)| {
        let mut cells = surveyed(pipe);
        cells.push(input.content.pipe_years.get(&crate::base::PipeId::from_index(row)).copied().into());
        let lengths = input.pipe_lengths.get(row);
        cells.extend([lengths.map(|l| l.total_m), lengths.map(|l| l.inside_m), lengths.map(|l| l.outside_m)].map(Cell::from));
        let responsible = responsibility(pipe.ownership, pipe.class);
        cells.extend([responsible.unit.code().into(), responsible.handover.code().into()]);
        let shape = (!pipe.line.0.is_empty()).then(|| Geometry::MultiLineString(pipe.line.clone()));
        Feature { row, shape, cells, extra: Some(&pipe.extra) }
    });
    ReviewLayer { name: "pipes", kind: GeometryKind::MultiLineString, columns, id: Some("id"), features: Box::new(features) }
}

fn surveyed(pipe: &Pipe) -> Vec<Cell> {
    use crate::policy::Ownership;
    let ownership = match pipe.ownership {
        Ownership::Utility => Some("utility"),
        Ownership::NotUtility => Some("not_utility"),
        Ownership::Unknown => None,
    };
    vec![
        pipe.source_id.as_str().into(),
        pipe.class.code().into(),
        Cell::text(pipe.subclass.and_then(|subclass| subclass.row(pipe.class)).map(|row| row.letters)),
        pipe.class.letters().into(),
        Cell::text(pipe.owner.as_deref()),
        Cell::text(ownership),
        pipe.diameter_mm.into(),
        Cell::text(pipe.material.as_deref()),
        pipe.laid_year.into(),
        pipe.planned_year.into(),
    ]
}

fn items<'a>(input: &'a ExportInput<'a>, lang: Lang) -> ReviewLayer<'a> {
    let columns = vec![
        Column::integer("id"),
        Column::text("code"),
        Column::text("name"),
        Column::text("class"),
        Column::text("compound"),
        Column::integer("district"),
        Column::integer("year"),
        Column::real("quantity"),
        Column::boolean("by_hand"),
        Column::real("cost"),
        Column::text("note"),
        Column::text("timing"),
    ];
    let content = input.content;
    let features = content.items.iter().filter(|(_, item)| item_in_scope(input, item)).map(move |(id, item)| {
        let mut cells = vec![Cell::Integer(id.0.into())];
        cells.extend(planned(content, item, lang));
        Feature { row: id.0 as usize, shape: item.place.clone(), cells, extra: None }
    });
    ReviewLayer { name: "items", kind: GeometryKind::Any, columns, id: Some("id"), features: Box::new(features) }
}

fn annotations<'a>(input: &'a ExportInput<'a>) -> ReviewLayer<'a> {
    let columns = vec![Column::integer("id"), Column::text("kind"), Column::text("text")];
    let features = input.content.annotations.iter().map(|(id, note)| {
        let cells = vec![Cell::Integer(id.0.into()), note.kind.code().into(), note.text.as_str().into()];
        Feature { row: id.0 as usize, shape: note.place.clone(), cells, extra: None }
    });
    ReviewLayer { name: "annotations", kind: GeometryKind::Any, columns, id: Some("id"), features: Box::new(features) }
}

fn planned(content: &Content, item: &Item, lang: Lang) -> Vec<Cell> {
    use crate::policy::ItemClass;
    let entry = content.catalogue.get(&item.code);
    let class = entry.map(|e| match e.class {
        ItemClass::Basic => "basic",
        ItemClass::Improvement => "improvement",
        ItemClass::Upgrade => "upgrade",
    });
    vec![
        item.code.0.as_str().into(),
        Cell::text(entry.map(|e| if lang == Lang::Zh { e.zh.as_str() } else { e.en.as_str() })),
        Cell::text(class),
        item.compound.map_or(Cell::Null, |c| source_id(content, c)),
        number(content, content.item_district(item)),
        content.item_year(item).into(),
        item.quantity.value().into(),
        Cell::Boolean(item.origin == ItemOrigin::Hand),
        content.item_cost(item).map(crate::base::Money::wan_yuan).into(),
        item.note.as_str().into(),
        Cell::text(item.timing.map(Timing::code).as_deref()),
    ]
}

fn findings<'a>(input: &'a ExportInput<'a>, lang: Lang) -> ReviewLayer<'a> {
    let mut columns = ["kind", "severity", "clause", "message", "compounds"].map(Column::text).to_vec();
    columns.push(Column::integer("district"));
    let content = input.content;
    let mine = |finding: &FindingFeature| input.scope.is_none_or(|scope| scope.has_finding(content, finding));
    let features = input.findings.iter().enumerate().filter(move |(_, finding)| mine(finding)).map(move |(row, finding)| {
        let ids = finding.compounds.iter().filter_map(|c| content.compounds.get(c.index()));
        let ids: Vec<&str> = ids.map(|c| c.source_id.as_str()).collect();
        let cells = vec![
            finding.kind.as_str().into(),
            finding.severity.into(),
            finding.rule.into(),
            Cell::Text(tr(lang, &finding.message)),
            Cell::Text(ids.join(",")),
            number(content, finding.district),
        ];
        let shape = area(&ground(&finding.bounds));
        Feature { row, shape, cells, extra: None }
    });
    ReviewLayer { name: "findings", kind: GeometryKind::MultiPolygon, columns, id: None, features: Box::new(features) }
}

/// Whether there is nothing to convert.
pub(super) fn is_empty_shape(shape: &Geometry<f64>) -> bool {
    matches!(shape, Geometry::GeometryCollection(GeometryCollection(parts)) if parts.is_empty())
}
