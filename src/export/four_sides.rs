//! The streets that bound a district to the east, south, west and north (四至).
//!
//! Even rays leave the outline towards each side, and the street that most of them meet first bounds it. Rays look past streets
//! that run along them, and past those that run through the district. A side without a street stays open: none is made up for it.

use std::collections::{BTreeMap, BTreeSet};

use geo::{BoundingRect, Coord, MultiPolygon, Rect};
use serde_json::{Value, json};

use crate::geometry::packed::PackedBoxes;
use crate::geometry::segment::{Segment, grown, line_segments};
use crate::i18n::Lang;
use crate::model::Street;

/// Rays to a side.
const RAYS: u32 = 40;

/// A street that fewer rays meet first bounds nothing.
const FEWEST: u32 = 4;

/// Streets farther from the outline bound nothing, m: the width of a large block.
const FARTHEST_M: f64 = 300.0;

/// How far inside the outline a street may lie and still bound it, m: outlines are drawn to centre lines, and not to the metre.
const INSIDE_M: f64 = 5.0;

/// A side of a district.
#[derive(Clone, Copy, Debug)]
enum Side {
    East,
    South,
    West,
    North,
}

impl Side {
    /// In the order in which a boundary is told.
    const ALL: [Self; 4] = [Self::East, Self::South, Self::West, Self::North];

    /// The stable name used in files; the English word as well.
    const fn code(self) -> &'static str {
        match self {
            Self::East => "east",
            Self::South => "south",
            Self::West => "west",
            Self::North => "north",
        }
    }

    /// How the form begins this side (东至…).
    const fn as_far_as(self) -> &'static str {
        match self {
            Self::East => "东至",
            Self::South => "南至",
            Self::West => "西至",
            Self::North => "北至",
        }
    }

    /// A point as seen when looking towards this side: `x` is ahead, `y` across.
    fn seen(self, point: Coord<f64>) -> Coord<f64> {
        let Coord { x, y } = point;
        match self {
            Self::East => Coord { x, y },
            Self::South => Coord { x: -y, y: x },
            Self::West => Coord { x: -x, y },
            Self::North => Coord { x: y, y: x },
        }
    }

    fn seen_line(self, line: Segment) -> Segment {
        Segment::new(self.seen(line.a), self.seen(line.b))
    }
}

/// A straight piece of a street.
#[derive(Clone, Copy, Debug)]
struct Piece<'a> {
    line: Segment,
    name: &'a str,
}

/// How rays meet a street.
#[derive(Clone, Copy, Debug, Default)]
struct Met {
    rays: u32,
    /// Metres from the outline, summed over the rays.
    away_m: f64,
    /// Where ahead it lies, summed over the rays.
    ahead_m: f64,
}

impl Met {
    /// Mean distance, rounded so that what lies equally far stays so wherever the plan lies.
    fn away_cm(&self) -> f64 {
        (self.away_m / f64::from(self.rays) * 100.0).round()
    }

    fn ahead_m(&self) -> f64 {
        self.ahead_m / f64::from(self.rays)
    }
}

/// The streets of a plan that have names, piece by piece. Pieces of the same name are one street.
#[derive(Debug)]
pub(super) struct NamedStreets<'a> {
    pieces: Vec<Piece<'a>>,
    boxes: PackedBoxes,
}

impl<'a> NamedStreets<'a> {
    /// Made once for all districts. `O(n log n)` in the pieces.
    pub(super) fn new(streets: &'a [Street]) -> Self {
        let named = streets.iter().map(|street| (street.name.trim(), street)).filter(|(name, _)| !name.is_empty());
        let pieces: Vec<Piece<'a>> = named
            .flat_map(|(name, street)| street.line.iter().flat_map(line_segments).map(move |line| Piece { line, name }))
            .collect();
        let boxes: Vec<Option<Rect<f64>>> = pieces.iter().map(|piece| Some(piece.line.bounds())).collect();
        Self { pieces, boxes: PackedBoxes::new(&boxes) }
    }

    /// The streets around a district, in the order of [`Side::ALL`]. `O(rays × (vertices + pieces near))`.
    pub(super) fn around(&self, shape: &MultiPolygon<f64>) -> [Option<&'a str>; 4] {
        let Some(bounds) = shape.bounding_rect() else { return [None; 4] };
        let mut near = Vec::new();
        self.boxes.each_in_box(&grown(&bounds, FARTHEST_M), |row| near.push(self.pieces[row]));
        let outline: Vec<Segment> = shape.iter().flat_map(|polygon| line_segments(polygon.exterior())).collect();
        let [east, west] = at_ends(&outline, near.clone(), [Side::East, Side::West]);
        let [south, north] = at_ends(&outline, near, [Side::South, Side::North]);
        [east, south, west, north]
    }
}

/// The boundary in words (东至…，南至…，西至…，北至…), without the sides that are open.
pub(super) fn boundary(lang: Lang, sides: &[Option<&str>; 4]) -> String {
    let told = Side::ALL.into_iter().zip(sides).filter_map(|(side, name)| {
        let name = (*name)?;
        Some(if lang == Lang::Zh { format!("{}{name}", side.as_far_as()) } else { format!("{}: {name}", side.code()) })
    });
    told.collect::<Vec<_>>().join(if lang == Lang::Zh { "，" } else { ", " })
}

/// The sides that are left to be filled in, where others are told.
pub(super) fn open_sides(sides: &[Option<&str>; 4]) -> Option<Value> {
    let open: Vec<&str> =
        Side::ALL.into_iter().zip(sides).filter(|(_, name)| name.is_none()).map(|(side, _)| side.code()).collect();
    (!open.is_empty() && open.len() < sides.len()).then(|| json!({ "field": "scopeDesc", "sides": open }))
}

/// The streets that bound two opposite sides.
fn at_ends<'a>(outline: &[Segment], mut near: Vec<Piece<'a>>, sides: [Side; 2]) -> [Option<&'a str>; 2] {
    let farthest = |side: Side| outline.iter().map(|line| side.seen(line.a).x).fold(f64::NEG_INFINITY, f64::max);
    let extent_m: f64 = sides.into_iter().map(farthest).sum();
    loop {
        let met = sides.map(|side| met_first(outline, &near, side));
        let through = running_through(&met, extent_m);
        if through.is_empty() {
            return met.map(|met| bounding(&met));
        }
        near.retain(|piece| !through.contains(piece.name));
    }
}

/// The streets that rays towards a side meet first.
fn met_first<'a>(outline: &[Segment], near: &[Piece<'a>], side: Side) -> BTreeMap<&'a str, Met> {
    let outline: Vec<Segment> = outline.iter().map(|line| side.seen_line(*line)).collect();
    let seen = near.iter().map(|piece| Piece { line: side.seen_line(piece.line), name: piece.name });
    let across: Vec<Piece<'a>> = seen.filter(|piece| runs_across(&piece.line)).collect();
    let low = outline.iter().map(|line| line.a.y).fold(f64::INFINITY, f64::min);
    let high = outline.iter().map(|line| line.a.y).fold(f64::NEG_INFINITY, f64::max);
    let mut met: BTreeMap<&'a str, Met> = BTreeMap::new();
    for ray in 0..RAYS {
        let y = low + f64::from(2 * ray + 1) * (high - low) / f64::from(2 * RAYS);
        // A ray between the parts of a district has no outline to leave from.
        let Some(edge) = outline.iter().filter_map(|line| ahead_at(line, y)).max_by(f64::total_cmp) else { continue };
        let hits = across.iter().filter_map(|piece| Some((ahead_at(&piece.line, y)?, piece.name)));
        let in_reach = hits.filter(|(ahead, _)| (-INSIDE_M..=FARTHEST_M).contains(&(ahead - edge)));
        if let Some((ahead, name)) = in_reach.min_by(|p, q| p.0.total_cmp(&q.0).then(p.1.cmp(q.1))) {
            let own = met.entry(name).or_default();
            *own = Met { rays: own.rays + 1, away_m: own.away_m + ahead - edge, ahead_m: own.ahead_m + ahead };
        }
    }
    met
}

/// Whether a piece lies across the way ahead rather than along it: within 45° of it.
fn runs_across(line: &Segment) -> bool {
    (line.a.x - line.b.x).abs() <= (line.a.y - line.b.y).abs()
}

/// How far ahead a line meets the ray at `y`. Of its ends one is counted in, so that pieces that join are met once.
fn ahead_at(line: &Segment, y: f64) -> Option<f64> {
    let crosses = (line.a.y <= y) != (line.b.y <= y);
    crosses.then(|| line.a.x + (y - line.a.y) / (line.b.y - line.a.y) * (line.b.x - line.a.x))
}

/// Streets met from both ends that do not lie apart as the ends do: the district lies on both sides of them. A ring road, which
/// bounds both ends, is none of these.
fn running_through<'a>([one, other]: &[BTreeMap<&'a str, Met>; 2], extent_m: f64) -> BTreeSet<&'a str> {
    let through = one.iter().filter_map(|(name, here)| {
        let there = other.get(name)?;
        let often = here.rays.min(there.rays) >= FEWEST;
        // Looking the other way, ahead counts the other way: the sum is how far apart the two lie.
        (often && here.ahead_m() + there.ahead_m() < extent_m / 2.0).then_some(*name)
    });
    through.collect()
}

/// The street that most rays meet; of several the nearest.
fn bounding<'a>(met: &BTreeMap<&'a str, Met>) -> Option<&'a str> {
    let enough = met.iter().filter(|(_, met)| met.rays >= FEWEST);
    let most = enough.min_by(|(_, p), (_, q)| q.rays.cmp(&p.rays).then(p.away_cm().total_cmp(&q.away_cm())));
    most.map(|(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use geo::{LineString, MultiLineString, Polygon, Translate};

    use super::*;
    use crate::base::Seed;
    use crate::model::Properties;

    fn street(name: &str, points: &[(f64, f64)]) -> Street {
        Street {
            source_id: String::new(),
            name: name.to_owned(),
            width_m: None,
            important: false,
            line: MultiLineString(vec![LineString::from(points.to_vec())]),
            extra: Properties::default(),
        }
    }

    fn block(x: f64, y: f64, width: f64, height: f64) -> Polygon<f64> {
        Rect::new((x, y), (x + width, y + height)).to_polygon()
    }

    fn square() -> MultiPolygon<f64> {
        MultiPolygon(vec![block(0.0, 0.0, 200.0, 200.0)])
    }

    fn four() -> Vec<Street> {
        vec![
            street("东街", &[(210.0, -50.0), (210.0, 250.0)]),
            street("南街", &[(-50.0, -10.0), (250.0, -10.0)]),
            street("西街", &[(-10.0, -50.0), (-10.0, 250.0)]),
            street("北街", &[(-50.0, 210.0), (250.0, 210.0)]),
        ]
    }

    fn check(shape: &MultiPolygon<f64>, streets: &[Street], expected: [&str; 4]) {
        let found = NamedStreets::new(streets).around(shape);
        assert_eq!(found.map(Option::unwrap_or_default), expected);
    }

    #[test]
    fn a_square_between_four_streets_says_exactly_these() {
        check(&square(), &four(), ["东街", "南街", "西街", "北街"]);
        // Farther ones, and those that have no name, change nothing.
        let mut more = four();
        more.push(street("远街", &[(290.0, -50.0), (290.0, 250.0)]));
        more.push(street(" ", &[(205.0, -50.0), (205.0, 250.0)]));
        check(&square(), &more, ["东街", "南街", "西街", "北街"]);
    }

    #[test]
    fn a_street_along_the_way_that_touches_a_corner_bounds_nothing_there() {
        let along = street("角街", &[(199.0, 150.0), (201.0, 201.0), (199.0, 500.0)]);
        check(&square(), std::slice::from_ref(&along), ["角街", "", "", ""]);
        let mut streets = four();
        streets.push(along);
        let [_, south, west, north] = NamedStreets::new(&streets).around(&square());
        assert_eq!([south, west, north], [Some("南街"), Some("西街"), Some("北街")]);
        // A corner that is crossed is still no side: too few rays meet it.
        let across = street("角街", &[(185.0, 202.0), (260.0, 202.0)]);
        check(&square(), &[across], ["", "", "", ""]);
    }

    #[test]
    fn a_side_without_a_street_stays_open() {
        check(&square(), &four()[1..], ["", "南街", "西街", "北街"]);
        check(&square(), &[street("远街", &[(501.0, -50.0), (501.0, 250.0)])], ["", "", "", ""]);
        check(&MultiPolygon(Vec::new()), &four(), ["", "", "", ""]);
    }

    #[test]
    fn a_side_that_is_open_is_left_out_and_listed() {
        let sides = [Some("东街"), None, Some("西街"), None];
        assert_eq!(boundary(Lang::Zh, &sides), "东至东街，西至西街");
        assert_eq!(boundary(Lang::En, &sides), "east: 东街, west: 西街");
        assert_eq!(open_sides(&sides), Some(json!({ "field": "scopeDesc", "sides": ["south", "north"] })));
        assert_eq!(open_sides(&[Some("街"); 4]), None);
        assert_eq!(
            (boundary(Lang::Zh, &[None; 4]), open_sides(&[None; 4])),
            (String::new(), None),
            "the field itself is missing"
        );
    }

    #[test]
    fn pieces_of_one_name_count_together() {
        let streets = [
            street("甲街", &[(210.0, 0.0), (210.0, 60.0)]),
            street("乙街", &[(210.0, 60.0), (210.0, 140.0)]),
            street("甲街", &[(210.0, 140.0), (210.0, 200.0)]),
        ];
        check(&square(), &streets, ["甲街", "", "", ""]);
    }

    #[test]
    fn a_street_that_bends_bounds_all_the_sides_it_runs_round() {
        let bend = street("弯街", &[(210.0, -50.0), (210.0, 210.0), (-50.0, 210.0)]);
        check(&square(), &[bend], ["弯街", "", "", "弯街"]);
        let ring = street("环路", &[(-10.0, -10.0), (210.0, -10.0), (210.0, 210.0), (-10.0, 210.0), (-10.0, -10.0)]);
        check(&square(), &[ring], ["环路", "环路", "环路", "环路"]);
    }

    #[test]
    fn a_street_through_the_district_bounds_neither_end() {
        let parts = MultiPolygon(vec![block(0.0, 0.0, 100.0, 100.0), block(120.0, 60.0, 80.0, 140.0)]);
        let mut streets = four();
        streets.push(street("中街", &[(110.0, -50.0), (110.0, 250.0)]));
        check(&parts, &streets, ["东街", "南街", "西街", "北街"]);
        check(&parts, &streets[4..], ["", "", "", ""]);
    }

    #[test]
    fn moving_everything_changes_nothing() {
        let mut random = Seed(5).stream(0);
        let mut named = 0;
        for _ in 0..100 {
            let mut one = |x: f64| {
                let (width, height) = (random.between(60.0, 200.0), random.between(60.0, 200.0));
                block(x + random.between(0.0, 60.0), random.between(-60.0, 60.0), width, height)
            };
            let shape = MultiPolygon(vec![one(-100.0), one(170.0)]);
            let mut end = || (random.between(-350.0, 650.0), random.between(-350.0, 450.0));
            let streets: Vec<Street> = (0..8).map(|n| street(&format!("{n}"), &[end(), end(), end()])).collect();
            let here = NamedStreets::new(&streets).around(&shape).map(|name| name.map(str::to_owned));
            named += here.iter().flatten().count();
            let (dx, dy) = (531_204.75, 4_859_117.5);
            let away = |street: &Street| Street { line: street.line.translate(dx, dy), ..street.clone() };
            let moved: Vec<Street> = streets.iter().map(away).collect();
            let there = NamedStreets::new(&moved).around(&shape.translate(dx, dy)).map(|name| name.map(str::to_owned));
            assert_eq!(here, there);
        }
        assert!(named > 50, "{named}");
    }
}
