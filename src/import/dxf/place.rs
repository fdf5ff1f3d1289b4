//! Puts entities on the map: those of the drawing, and those of blocks wherever they are inserted.
//!
//! A block may hold inserts of others, rows and columns of them, and itself by mistake or malice: how deep that goes and how
//! much comes of it is limited. A block that is small on the ground is a symbol and becomes a point with its attributes.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use geo::{Coord, Rect};
use serde_json::Value;

use super::curve::{Curve, Placing};
use super::entity::{Body, Entity, Insert};
use super::hatch::chained;
use super::layers::{Layers, Part};
use super::rings::nested;
use super::units::Facts;
use crate::base::Message;
use crate::geometry::repair::{NEARLY_CLOSED_M, comes_back};
use crate::import::source::{RawFeature, RawShape, Unshaped};

/// Blocks inside one another, at most.
const DEEPEST: usize = 16;

/// What all inserts together may add: vertices, and sixteen for each part. A million symbols, or sixteen million vertices.
const MOST_ADDED: usize = 16 << 20;

/// What inserts may add whatever the size of the file, and for each byte of it: real drawings come to a few for each byte.
const ADDED_ANYWAY: usize = 1 << 20;
const ADDED_A_BYTE: usize = 256;

/// How much a part counts beside its vertices.
const A_PART: usize = 16;

/// Metres that a block reaches, below which it is a symbol: the largest signs of maps at 1:2000 are seven metres wide.
pub(super) const SYMBOL_M: f64 = 10.0;

/// Metres of a degree of latitude, about: how near two ends lie needs no more.
const DEGREE_M: f64 = 111_000.0;

/// A named group of entities.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) base: Coord<f64>,
    pub(super) entities: Vec<Entity>,
    /// It stands in another file.
    pub(super) elsewhere: bool,
}

/// Things that are not on the map, with how many there are.
#[derive(Debug, Default)]
pub(super) struct Left {
    /// By kind.
    pub(super) kinds: BTreeMap<String, usize>,
    pub(super) paper: usize,
    missing: BTreeSet<String>,
    elsewhere: BTreeSet<String>,
    deep: usize,
    over: usize,
}

/// The blocks of a drawing by their names in small letters, for case means nothing in them.
pub(super) type Blocks = HashMap<String, Block>;

/// Puts entities on the map, one after another.
pub(super) struct Placer<'a> {
    blocks: &'a Blocks,
    /// From the drawing to metres.
    drawing: Placing,
    /// How near the ends of a curve lie that is meant to be closed, in the unit of the map.
    nearly_closed: f64,
    extents: HashMap<String, Option<Rect<f64>>>,
    pub(super) layers: Layers,
    pub(super) left: Left,
    room: usize,
    /// Parts of inserts so far, which make their ids.
    number: usize,
    /// Inserts that became points, and those that became their parts.
    pub(super) symbols: usize,
    pub(super) taken_apart: usize,
}

/// What an entity takes from the inserts around it.
struct Around {
    layer: Option<String>,
    fields: Vec<(String, Value)>,
    id: Option<String>,
    depth: usize,
}

/// The name of a block as it is looked up.
pub(super) fn key(name: &str) -> String {
    name.to_lowercase()
}

impl<'a> Placer<'a> {
    /// For a drawing of so many bytes.
    pub(super) fn new(blocks: &'a Blocks, facts: &Facts, bytes: usize) -> Self {
        Self {
            blocks,
            drawing: Placing::scale(facts.scale, facts.scale),
            nearly_closed: if facts.degrees { NEARLY_CLOSED_M / DEGREE_M } else { NEARLY_CLOSED_M },
            extents: HashMap::new(),
            layers: Layers::default(),
            left: Left::default(),
            room: bytes.saturating_mul(ADDED_A_BYTE).saturating_add(ADDED_ANYWAY).min(MOST_ADDED),
            number: 0,
            symbols: 0,
            taken_apart: 0,
        }
    }

    /// Puts an entity of the drawing itself on the map.
    pub(super) fn place(&mut self, entity: &Entity) {
        let around = Around { layer: None, fields: Vec::new(), id: None, depth: 0 };
        let drawing = self.drawing;
        self.put(entity, &drawing, &around);
    }

    fn put(&mut self, entity: &Entity, placing: &Placing, around: &Around) {
        let placing = entity.plane.then(placing);
        let (part, shape) = match &entity.body {
            Body::None => {
                // The template of an attribute shows only where its block is drawn.
                if around.depth == 0 || entity.kind != "ATTDEF" {
                    *self.left.kinds.entry(entity.kind.clone()).or_default() += 1;
                }
                return;
            }
            Body::Insert(insert) => return self.insert(entity, insert, &placing, around),
            Body::Broken => (part_of(&entity.kind), Err(Unshaped(broken(&entity.kind)))),
            Body::Point(at) => (Part::Points, Ok(point(placing.apply(*at)))),
            Body::Text(at, _) => (Part::Texts, Ok(point(placing.apply(*at)))),
            Body::Curve(curve) => {
                let mut run = Vec::new();
                curve.flatten(&placing, &mut run);
                if curve.is_closed() {
                    (Part::Areas, Ok(RawShape { areas: vec![vec![run]], ..RawShape::default() }))
                } else if comes_back(&run, self.nearly_closed) {
                    (Part::Unclosed, Ok(RawShape { lines: vec![run], ..RawShape::default() }))
                } else {
                    (Part::Lines, Ok(RawShape { lines: vec![run], ..RawShape::default() }))
                }
            }
            Body::Area(rings) => (Part::Hatches, area(rings, &placing)),
        };
        self.add(entity, part, shape, around);
    }

    fn add(&mut self, entity: &Entity, part: Part, shape: Result<RawShape, Unshaped>, around: &Around) {
        let finite = |shape: &RawShape| shape.coords().all(|place| place.x.is_finite() && place.y.is_finite());
        let shape = shape.and_then(|shape| if finite(&shape) { Ok(shape) } else { Err(Unshaped(broken(&entity.kind))) });
        let shape = shape.map(|shape| RawShape { heights: entity.heights, type_name: entity.kind.clone().into(), ..shape });
        let layer = around.layer.as_deref().filter(|_| entity.layer == "0").unwrap_or(&entity.layer);
        let mut fields: Vec<(String, Value)> = vec![("layer".to_owned(), Value::from(layer))];
        let handle = || Some(("handle".to_owned(), Value::from(entity.handle.as_deref()?)));
        fields.extend(handle());
        fields.extend(entity.colour.clone().map(|colour| ("color".to_owned(), colour)));
        if let Body::Text(_, text) = &entity.body {
            fields.push(("text".to_owned(), Value::from(text.as_str())));
        }
        for (name, value) in entity.fields.iter().chain(&around.fields) {
            let taken = fields.iter().any(|(own, _)| own == name);
            let name = if taken { format!("{name}#{}", fields.len() + 1) } else { name.clone() };
            fields.push((name, value.clone()));
        }
        self.number += usize::from(around.id.is_some());
        let of_insert = around.id.as_ref().map(|insert| format!("{insert}.{}", self.number));
        let id = of_insert.or_else(|| entity.handle.clone());
        let feature = RawFeature { id, shape, properties: fields.into_iter().collect() };
        let Some(feature) = (match entity.piece {
            Some(piece) => self.layers.join(layer, feature, piece),
            None => Some(feature),
        }) else {
            return;
        };
        self.layers.add(layer, part, feature, entity.body.is_round());
    }

    fn insert(&mut self, entity: &Entity, insert: &Insert, placing: &Placing, around: &Around) {
        let name = key(&insert.block);
        let block = self.blocks.get(&name);
        match block {
            None => _ = self.left.missing.insert(insert.block.clone()),
            Some(block) if block.elsewhere => _ = self.left.elsewhere.insert(insert.block.clone()),
            Some(_) => {}
        }
        if around.depth == DEEPEST {
            self.left.deep += 1;
            return;
        }
        let extent = self.extent(&name, 0);
        let mut fields = vec![("block".to_owned(), Value::from(insert.block.as_str()))];
        fields.extend(insert.attributes.iter().map(|(tag, value)| (tag.clone(), Value::from(value.as_str()))));
        let layer = around.layer.as_deref().filter(|_| entity.layer == "0").unwrap_or(&entity.layer).to_owned();
        let id = around.id.clone().or_else(|| entity.handle.clone());
        let inner = Around { layer: Some(layer), fields, id, depth: around.depth + 1 };
        for (column, row) in (0..insert.rows).flat_map(|row| (0..insert.columns).map(move |column| (column, row))) {
            if self.room < A_PART {
                self.left.over = self.left.over.saturating_add(1);
                return;
            }
            self.room -= A_PART;
            let cell = cell_of(insert, column, row).then(placing);
            match (block, extent) {
                (Some(block), Some(extent)) if !is_symbol(insert, block, extent, &cell) => {
                    self.taken_apart += usize::from(around.depth == 0);
                    self.parts(block, &placed(insert, block).then(&cell), &inner);
                }
                _ => {
                    self.symbols += 1;
                    let fields = [around.fields.as_slice(), inner.fields.as_slice()].concat();
                    let id = around.id.clone().or_else(|| (insert.rows * insert.columns > 1).then(|| inner.id.clone()).flatten());
                    let here = Around { layer: around.layer.clone(), fields, id, depth: around.depth };
                    let origin = Coord { x: 0.0, y: 0.0 };
                    self.add(entity, Part::Points, Ok(point(cell.apply(origin))), &here);
                }
            }
        }
    }

    fn parts(&mut self, block: &Block, placing: &Placing, inner: &Around) {
        for part in &block.entities {
            let size = A_PART + part.body.size();
            if self.room < size {
                self.left.over = self.left.over.saturating_add(1);
                return;
            }
            self.room -= size;
            self.put(part, placing, inner);
        }
    }

    /// The box of a block in its own coordinates, of what it holds and what that holds.
    fn extent(&mut self, name: &str, depth: usize) -> Option<Rect<f64>> {
        if let Some(known) = self.extents.get(name) {
            return *known;
        }
        let block = self.blocks.get(name).filter(|_| depth < DEEPEST)?;
        // A block that holds itself adds nothing to its own box.
        self.extents.insert(name.to_owned(), None);
        let mut places: Vec<Coord<f64>> = Vec::new();
        let mut whole: Option<Rect<f64>> = None;
        for entity in &block.entities {
            match &entity.body {
                Body::Point(at) | Body::Text(at, _) => places.push(entity.plane.apply(*at)),
                Body::Curve(curve) => curve.flatten(&entity.plane, &mut places),
                Body::Area(rings) => rings.iter().flatten().for_each(|curve| curve.flatten(&entity.plane, &mut places)),
                Body::Insert(insert) => {
                    let inner = self.extent(&key(&insert.block), depth + 1);
                    if let (Some(inner), Some(block)) = (inner, self.blocks.get(&key(&insert.block))) {
                        let placing = placed(insert, block).then(&cell_of(insert, 0, 0)).then(&entity.plane);
                        places.extend(corners(inner).map(|corner| placing.apply(corner)));
                    }
                }
                Body::Broken | Body::None => {}
            }
            for place in places.drain(..).filter(|place| place.x.is_finite() && place.y.is_finite()) {
                whole = Some(widened(whole.unwrap_or(Rect::new(place, place)), place));
            }
        }
        self.extents.insert(name.to_owned(), whole);
        whole
    }
}

impl Left {
    /// Sentences on what was left, for people.
    pub(super) fn told(&self) -> Vec<Message> {
        let mut told = Vec::new();
        let is_proxy = |kind: &str| {
            // 天正 writes TCH_ and TDB, Autodesk's trade programs AEC; none of them says its shape in a DXF.
            let own = ["ACAD_PROXY", "TCH_", "TDB", "AEC"];
            own.iter().any(|start| kind.to_uppercase().starts_with(start))
        };
        let list = |proxies: bool| {
            let kinds = self.kinds.iter().filter(|(kind, _)| is_proxy(kind) == proxies && kind.as_str() != "SEQEND");
            let kinds: Vec<(&String, &usize)> = kinds.collect();
            let names: Vec<String> = kinds.iter().take(12).map(|(kind, count)| format!("{kind} {count}")).collect();
            (kinds.iter().map(|(_, count)| **count).sum::<usize>(), names.join(", "))
        };
        for (proxies, message) in [(true, "import.dxf-proxies"), (false, "import.dxf-kinds-left")] {
            let (count, kinds) = list(proxies);
            if count > 0 {
                told.push(Message::new(message).count("count", count).text("kinds", kinds));
            }
        }
        let counted = [(self.paper, "import.dxf-paper"), (self.deep, "import.dxf-too-deep"), (self.over, "import.dxf-too-many")];
        told.extend(
            counted.into_iter().filter(|(count, _)| *count > 0).map(|(count, key)| Message::new(key).count("count", count)),
        );
        for (names, key) in [(&self.elsewhere, "import.dxf-xref"), (&self.missing, "import.dxf-no-block")] {
            let few: Vec<&str> = names.iter().take(8).map(String::as_str).collect();
            if !few.is_empty() {
                told.push(Message::new(key).count("count", names.len()).text("names", few.join(", ")));
            }
        }
        told
    }
}

impl Body {
    /// Vertices that are made of it at least.
    fn size(&self) -> usize {
        match self {
            Self::Curve(curve) => curve.size(),
            Self::Area(rings) => rings.iter().flatten().map(Curve::size).sum(),
            Self::Point(_) | Self::Text(..) | Self::Insert(_) | Self::Broken | Self::None => 1,
        }
    }
}

impl Body {
    /// Whether chords stand on the map for some of it.
    fn is_round(&self) -> bool {
        match self {
            Self::Curve(curve) => curve.is_round(),
            Self::Area(rings) => rings.iter().flatten().any(Curve::is_round),
            Self::Point(_) | Self::Text(..) | Self::Insert(_) | Self::Broken | Self::None => false,
        }
    }
}

fn broken(kind: &str) -> Message {
    Message::new("import.dxf-broken").text("kind", kind)
}

/// Where what cannot be read would stand.
fn part_of(kind: &str) -> Part {
    match kind {
        "POINT" | "INSERT" => Part::Points,
        "TEXT" | "MTEXT" | "ATTRIB" => Part::Texts,
        "HATCH" | "SOLID" | "TRACE" | "3DFACE" => Part::Hatches,
        "CIRCLE" => Part::Areas,
        _ => Part::Lines,
    }
}

fn point(at: Coord<f64>) -> RawShape {
    RawShape { points: vec![at], ..RawShape::default() }
}

fn area(rings: &[Vec<Curve>], placing: &Placing) -> Result<RawShape, Unshaped> {
    let ring = |curves: &Vec<Curve>| {
        let runs = curves.iter().map(|curve| {
            let mut run = Vec::new();
            curve.flatten(placing, &mut run);
            run
        });
        chained(runs.collect())
    };
    let areas = nested(rings.iter().map(ring).collect())?;
    Ok(RawShape { areas, ..RawShape::default() })
}

/// From the origin of a block to the place of one of its cells, without its own scale and turn.
fn cell_of(insert: &Insert, column: usize, row: usize) -> Placing {
    #[expect(clippy::cast_precision_loss, reason = "rows and columns are counted in sixteen bits")]
    let offset = Coord { x: insert.gap.x * column as f64, y: insert.gap.y * row as f64 };
    Placing::shift(offset).then(&Placing::turn(insert.degrees)).then(&Placing::shift(insert.at))
}

/// The scale of an insert about the base of its block. The turn comes with the cell.
fn placed(insert: &Insert, block: &Block) -> Placing {
    Placing::shift(Coord { x: -block.base.x, y: -block.base.y }).then(&Placing::scale(insert.scale.0, insert.scale.1))
}

fn is_symbol(insert: &Insert, block: &Block, extent: Rect<f64>, cell: &Placing) -> bool {
    let placing = placed(insert, block).then(cell);
    let on_map = corners(extent).map(|corner| placing.apply(corner));
    let on_map = on_map.into_iter().fold(Rect::new(on_map[0], on_map[0]), widened);
    on_map.width().max(on_map.height()) < SYMBOL_M
}

fn corners(rect: Rect<f64>) -> [Coord<f64>; 4] {
    let (low, high) = (rect.min(), rect.max());
    [low, Coord { x: high.x, y: low.y }, high, Coord { x: low.x, y: high.y }]
}

fn widened(rect: Rect<f64>, place: Coord<f64>) -> Rect<f64> {
    let low = Coord { x: rect.min().x.min(place.x), y: rect.min().y.min(place.y) };
    let high = Coord { x: rect.max().x.max(place.x), y: rect.max().y.max(place.y) };
    Rect::new(low, high)
}
