//! Rows of a ledger whose compound nobody drew, entered with a placeholder for the boundary: the hull of the buildings that
//! name it, or a small circle about its address point. A placeholder is marked as one until a boundary takes its place; a row
//! with neither buildings nor a point stays without compound.

use std::collections::{BTreeMap, BTreeSet};
use std::f64::consts::TAU;
use std::sync::Arc;

use geo::{BoundingRect, Centroid, Contains, ConvexHull, Coord, LineString, MultiPoint, MultiPolygon, Point, Polygon, Rect};
use serde_json::Value;

use super::aliases::{self, rank};
use super::csv_map;
use super::join::{JoinReport, fill};
use super::matching::{plain_id, plain_name};
use super::row::Mapping;
use super::table::Table;
use super::values::text;
use crate::base::CompoundId;
use crate::geometry::crs::Transformer;
use crate::geometry::index::BoxIndex;
use crate::model::{Building, Compound, CompoundFacts, LayerKind, Placeholder, Properties};

/// Radius of the circle about an address point, m: about 1,250 m², far less than a real compound has, so that it links only
/// what is truly near.
const RADIUS_M: f64 = 20.0;

/// Corners of that circle.
const CORNERS: u8 = 16;

/// Points farther than this from the compounds of the map, m, belong to another place or are in another system.
const FARTHEST_M: f64 = 50_000.0;

/// Fewest characters of a name of a compound.
const SHORTEST_NAME: usize = 2;

/// Fields of a building that name its compound.
const COMPOUND_OF_BUILDING: &[&str] = &[
    "所属小区",
    "所在小区",
    "小区",
    "小区编号",
    "小区ID",
    "小区代码",
    "小区名称",
    "小区名",
    "楼盘名称",
    "compound",
    "compoundid",
    "compoundname",
    "communityid",
    "communityname",
    "constructionname",
];

/// A row that entered as a compound of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct EnteredRow {
    /// Line in the file.
    pub line: usize,
    /// What the row calls itself.
    pub key: String,
    /// The compound that was made of it.
    pub compound: CompoundId,
    /// What its boundary was made of.
    pub placeholder: Placeholder,
}

/// Enters the rows of a joined ledger that found no compound, as far as buildings or a point tell where they lie; they move
/// from `unmatched_rows` to `entered`. Returns how many. `O(buildings + rows)` lookups and a hull a row.
pub fn enter_rows(compounds: &mut Vec<Compound>, buildings: &[Building], report: &mut JoinReport, working_crs: u32) -> usize {
    let table = Arc::clone(&report.table);
    // A key that is no name is an id, whatever its column is called.
    let id_column = Some(report.key.clone()).filter(|key| rank(names_of("name"), key).is_none());
    let headers = table.headers.iter().map(String::as_str);
    let mapping = Mapping::new(LayerKind::Compounds, headers, id_column.as_deref());
    let evidence = Evidence::new(compounds, buildings, &table, id_column.as_deref(), working_crs);
    let mut ids: BTreeSet<String> = compounds.iter().map(|compound| compound.source_id.clone()).collect();
    let before = report.entered.len();
    let mut entered = Vec::new();
    for (line, key) in std::mem::take(&mut report.unmatched_rows) {
        let row = table.lines.iter().position(|own| *own == line).map(|row| &table.rows[row]);
        let Some((row, (shape, placeholder))) = row.and_then(|row| Some((row, evidence.place(row)?))) else {
            report.unmatched_rows.push((line, key));
            continue;
        };
        let ids_of_row: Vec<String> = evidence.ids(row).map(|id| plain_id(&id)).collect();
        let named = evidence.names(row).map(|name| plain_name(&name)).next().unwrap_or_default();
        let again = entered.iter().any(|(ids, name): &(Vec<String>, String)| {
            let same_id = ids.iter().any(|id| ids_of_row.contains(id));
            same_id || (!named.is_empty() && *name == named && (ids.is_empty() || ids_of_row.is_empty()))
        });
        if again {
            // Registered twice: the first counts, as it does for compounds that are drawn.
            report.repeated.push((line, key));
            continue;
        }
        entered.push((ids_of_row, named));
        let own_id = evidence.ids(row).next().filter(|id| !ids.contains(id));
        let source_id = own_id.unwrap_or_else(|| free_id(&ids, &key, line));
        ids.insert(source_id.clone());
        let facts = CompoundFacts { placeholder: Some(placeholder), ..CompoundFacts::default() };
        let mut compound = Compound { source_id, shape, facts, extra: Properties::new() };
        fill(&mut compound, &table, row, line, &mapping, report);
        report.entered.push(EnteredRow { line, key, compound: CompoundId::from_index(compounds.len()), placeholder });
        compounds.push(compound);
    }
    report.entered.len() - before
}

/// The name of the row, or its line, whichever no compound has as its id.
fn free_id(ids: &BTreeSet<String>, key: &str, line: usize) -> String {
    let lined = format!("L{line}");
    let mut candidates = [key.to_owned(), lined.clone()].into_iter().chain((2..).map(|n| format!("{lined}-{n}")));
    candidates.find(|id| !id.is_empty() && !ids.contains(id)).unwrap_or(lined)
}

/// What a fact of compounds is called.
fn names_of(fact: &str) -> &'static [&'static str] {
    let names = aliases::of(LayerKind::Compounds).iter().find(|(own, _)| *own == fact);
    names.map_or(&[][..], |(_, names)| *names)
}

/// What tells where rows lie.
struct Evidence<'a> {
    table: &'a Table,
    /// The column of ids, when it has a name of its own.
    id_column: Option<&'a str>,
    buildings: &'a [Building],
    /// Buildings by the id or name of their compound, made plain.
    by_compound: BTreeMap<String, BTreeSet<usize>>,
    drawn: Drawn,
    /// Columns of a point.
    point: Option<(usize, usize)>,
    /// From longitude and latitude into the working CRS.
    forward: Option<Transformer>,
}

/// The boundaries that the map has.
struct Drawn {
    shapes: Vec<MultiPolygon<f64>>,
    index: BoxIndex,
    bounds: Option<Rect<f64>>,
}

impl Drawn {
    fn new(compounds: &[Compound]) -> Self {
        let shapes: Vec<MultiPolygon<f64>> = compounds.iter().map(|compound| compound.shape.clone()).collect();
        let index = BoxIndex::new(shapes.iter().map(BoundingRect::bounding_rect));
        let corners = shapes.iter().filter_map(BoundingRect::bounding_rect).flat_map(|rect| [rect.min(), rect.max()]);
        Self { index, bounds: corners.map(Point).collect::<MultiPoint<f64>>().bounding_rect(), shapes }
    }

    /// Whether a place lies within a boundary.
    fn holds(&self, place: Point<f64>) -> bool {
        let near = self.index.in_box(Rect::new(place.0, place.0));
        near.into_iter().any(|row| self.shapes[row].contains(&place))
    }

    /// Whether a place is one of the map's: anything is, where nothing is drawn.
    fn is_near(&self, place: Coord<f64>) -> bool {
        let within = |value: f64, low: f64, high: f64| (low - FARTHEST_M..=high + FARTHEST_M).contains(&value);
        self.bounds.is_none_or(|rect| within(place.x, rect.min().x, rect.max().x) && within(place.y, rect.min().y, rect.max().y))
    }
}

impl<'a> Evidence<'a> {
    fn new(
        compounds: &[Compound],
        buildings: &'a [Building],
        table: &'a Table,
        id_column: Option<&'a str>,
        working_crs: u32,
    ) -> Self {
        let mut by_compound: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
        let mut note = |key: String, row: usize| {
            if !key.is_empty() {
                by_compound.entry(key).or_default().insert(row);
            }
        };
        for (row, building) in buildings.iter().enumerate() {
            for (field, value) in building.extra.iter() {
                if rank(COMPOUND_OF_BUILDING, &field).is_some()
                    && let Ok(Some(value)) = text(&value)
                {
                    note(plain_id(&value), row);
                    note(plain_name(&value), row);
                }
            }
            note(compound_name(&building.name), row);
        }
        Self {
            table,
            id_column,
            buildings,
            by_compound,
            drawn: Drawn::new(compounds),
            point: csv_map::point_columns(table),
            forward: Transformer::new("EPSG:4490", &format!("EPSG:{working_crs}")).ok(),
        }
    }

    /// What a row says in the columns that are called so.
    fn cells<'b>(&'b self, row: &'b [Value], called: impl Fn(&str) -> bool + 'b) -> impl Iterator<Item = String> + 'b {
        let cells = self.table.headers.iter().zip(row).filter(move |(header, _)| called(header));
        cells.filter_map(|(_, cell)| text(cell).ok().flatten())
    }

    fn ids<'b>(&'b self, row: &'b [Value]) -> impl Iterator<Item = String> + 'b {
        self.cells(row, |header| self.id_column == Some(header) || rank(names_of("source_id"), header).is_some())
    }

    fn names<'b>(&'b self, row: &'b [Value]) -> impl Iterator<Item = String> + 'b {
        self.cells(row, |header| rank(names_of("name"), header).is_some())
    }

    fn place(&self, row: &[Value]) -> Option<(MultiPolygon<f64>, Placeholder)> {
        let by_buildings = || Some((self.hull(row)?, Placeholder::Buildings));
        by_buildings().or_else(|| Some((circle(self.point(row)?), Placeholder::Point)))
    }

    /// The hull of the buildings that name the row's compound and lie in no boundary.
    fn hull(&self, row: &[Value]) -> Option<MultiPolygon<f64>> {
        let ids = self.ids(row).map(|id| plain_id(&id));
        let names = self.names(row).map(|name| plain_name(&name));
        let rows: BTreeSet<usize> = ids.chain(names).filter_map(|key| self.by_compound.get(&key)).flatten().copied().collect();
        let shapes = rows.into_iter().map(|row| &self.buildings[row].shape);
        let free = shapes.filter(|shape| shape.centroid().is_some_and(|middle| !self.drawn.holds(middle)));
        let parts: Vec<Polygon<f64>> = free.flat_map(|shape| shape.iter().cloned()).collect();
        let hull = (!parts.is_empty()).then(|| MultiPolygon(parts).convex_hull())?;
        (hull.exterior().0.len() >= 4).then(|| MultiPolygon(vec![hull]))
    }

    /// The row's point in the working CRS: degrees, or metres of the working CRS itself; either must lie where the map does.
    fn point(&self, row: &[Value]) -> Option<Coord<f64>> {
        let (x, y) = self.point?;
        let number = |column: usize| text(row.get(column)?).ok().flatten()?.parse::<f64>().ok().filter(|n| n.is_finite());
        let (x, y) = (number(x)?, number(y)?);
        let mut place = [Coord { x, y }];
        if x.abs() <= 180.0 && y.abs() <= 90.0 {
            self.forward.as_ref()?.convert(&mut place).ok()?;
        } else if self.drawn.bounds.is_none() {
            return None;
        }
        Some(place[0]).filter(|place| self.drawn.is_near(*place) && !self.drawn.holds(Point(*place)))
    }
}

/// The name of a compound in that of a building: `机械厂家属楼3号楼` is of `机械厂家属楼`.
fn compound_name(building: &str) -> String {
    let plain = plain_name(building);
    let stem = plain.trim_end_matches(['号', '楼', '栋', '幢', '座', '#']);
    let bare = stem.trim_end_matches(|c: char| c.is_ascii_alphanumeric());
    // A number alone, or a name without one, names no compound.
    if bare.chars().count() >= SHORTEST_NAME && bare.len() < stem.len() { bare.to_owned() } else { String::new() }
}

fn circle(middle: Coord<f64>) -> MultiPolygon<f64> {
    let corner = |i: u8| {
        let angle = TAU * f64::from(i) / f64::from(CORNERS);
        Coord { x: middle.x + RADIUS_M * angle.cos(), y: middle.y + RADIUS_M * angle.sin() }
    };
    MultiPolygon(vec![Polygon::new((0..CORNERS).map(corner).collect::<LineString<f64>>(), Vec::new())])
}

#[cfg(test)]
mod tests {
    use geo::{Area, polygon};

    use super::*;
    use crate::import::join;

    const ORIGIN: (f64, f64) = (500_000.0, 4_863_000.0);

    fn square(x: f64, y: f64) -> MultiPolygon<f64> {
        let side = 10.0;
        MultiPolygon(vec![polygon![(x: x, y: y), (x: x + side, y: y), (x: x + side, y: y + side), (x: x, y: y + side)]])
    }

    fn building(name: &str, compound: &str, x: f64) -> Building {
        let extra: Properties = [("所属小区".to_owned(), Value::from(compound))].into_iter().collect();
        Building {
            source_id: name.to_owned(),
            shape: square(ORIGIN.0 + x, ORIGIN.1 + 100.0),
            name: name.to_owned(),
            storeys: None,
            stair_units: None,
            households: None,
            has_lift: None,
            extra,
        }
    }

    fn ledger() -> Arc<Table> {
        let rows = [
            ["A1", "甲子小区", "", ""],
            ["A2", "乙丑小区", "", ""],
            ["A3", "丙寅小区", "126.0", "43.9"],
            ["A4", "丁卯小区", "12.6", "43.9"],
            ["A5", "机械厂家属楼", "", ""],
            ["A2", "乙丑小区", "", ""],
            ["", "机械厂家属楼", "", ""],
        ];
        Arc::new(Table {
            name: "ledger.csv".to_owned(),
            headers: ["小区编号", "小区名称", "经度", "纬度"].map(str::to_owned).to_vec(),
            rows: rows.map(|row| row.map(Value::from).to_vec()).to_vec(),
            lines: (2..9).collect(),
            ..Table::default()
        })
    }

    #[test]
    fn rows_without_boundary_enter_where_something_tells_their_place() {
        // 500,000 m east of the zone's origin is its meridian, 126° east.
        let origin = ORIGIN;
        let drawn = MultiPolygon(vec![polygon![
            (x: origin.0 - 50.0, y: origin.1), (x: origin.0, y: origin.1), (x: origin.0, y: origin.1 + 50.0)
        ]]);
        let facts = CompoundFacts { name: "甲子小区".to_owned(), ..CompoundFacts::default() };
        let mut compounds = vec![Compound { source_id: "A1".to_owned(), shape: drawn, facts, extra: Properties::new() }];
        // Three buildings 100 m north of what is drawn.
        let buildings = [building("1号楼", "A2", 0.0), building("2号楼", "A2", 90.0), building("机械厂家属楼3号楼", "", 500.0)];
        let mut report = join(&mut compounds, &ledger(), None, false).expect("a key");
        assert_eq!(report.unmatched_rows.len(), 6);
        assert_eq!(enter_rows(&mut compounds, &buildings, &mut report, 4551), 3);
        let entered: Vec<(usize, Placeholder)> = report.entered.iter().map(|row| (row.line, row.placeholder)).collect();
        assert_eq!(entered, [(3, Placeholder::Buildings), (4, Placeholder::Point), (6, Placeholder::Buildings)]);
        assert_eq!(report.repeated, [(7, "乙丑小区".to_owned()), (8, "机械厂家属楼".to_owned())], "registered twice");
        assert_eq!(report.unmatched_rows, [(5, "丁卯小区".to_owned())], "a place in another part of the world");
        let ids: Vec<&str> = compounds.iter().map(|compound| compound.source_id.as_str()).collect();
        assert_eq!(ids, ["A1", "A2", "A3", "A5"]);
        assert!((compounds[1].shape.unsigned_area() - 1_000.0).abs() < 1e-9, "the hull of both buildings");
        assert!((compounds[2].shape.unsigned_area() - 1_224.6).abs() < 0.1);
        let middle = compounds[2].shape.centroid().expect("a middle");
        assert!((middle.x() - 500_000.0).abs() < 1e-3, "{middle:?}");
        assert_eq!(compounds[2].facts.name, "丙寅小区");
        // Again: nothing is left that has a place.
        assert_eq!(enter_rows(&mut compounds, &buildings, &mut report, 4551), 0);
    }

    #[test]
    fn names_of_buildings_name_their_compound() {
        assert_eq!(compound_name("机械厂家属楼3号楼"), plain_name("机械厂家属楼"));
        assert_eq!(compound_name("光明小区（一期）12#"), plain_name("光明小区一期"));
        assert_eq!(compound_name("3号楼"), "");
        assert_eq!(compound_name("光明小区"), "");
    }
}
