//! Values far beyond what their field can hold, which betray another unit: an area in 万㎡ under a plain header, a depth in
//! centimetres, a year that is a serial number. They are read as they stand and told, with how many there are. A zero is
//! what people write where nothing is known, and betrays no unit.

use rayon::prelude::*;

use super::aliases;
use super::report::ReadReport;
use super::values;
use crate::base::Message;
use crate::model::{Building, Compound, LayerContent, Pipe, Properties, Street};

/// A fact, what it may be at least and at most, and in which unit.
struct Range {
    fact: &'static str,
    low: f64,
    high: f64,
    unit: &'static str,
}

impl Range {
    fn excludes(&self, value: f64) -> bool {
        value != 0.0 && !(self.low..=self.high).contains(&value)
    }
}

const fn range(fact: &'static str, low: f64, high: f64, unit: &'static str) -> Range {
    Range { fact, low, high, unit }
}

/// Compounds of Jilin have 3 buildings, 177 households and 13,655 m² on average; the largest of the country, thousands of
/// households and a few million m². Old ones were not built before the twentieth century.
const COMPOUND: [Range; 5] = [
    range("floor_area_m2", 100.0, 10_000_000.0, "㎡"),
    range("households", 1.0, 50_000.0, "户"),
    range("buildings", 1.0, 1_000.0, "栋"),
    range("built", 1_900.0, 2_100.0, "年"),
    range("estimated_cost", 1.0, 1_000_000.0, "万元"),
];

/// The smallest conduits are of 10 mm, the largest culverts of 10 m. Depths in metres: a sewer at 30 m is a tunnel.
const PIPE: [Range; 2] = [range("diameter_mm", 10.0, 10_000.0, "mm"), range("laid_year", 1_850.0, 2_100.0, "年")];
const DEPTH: Range = range("depth", -1.0, 40.0, "m");

const BUILDING: [Range; 2] = [range("storeys", 1.0, 150.0, "层"), range("households", 1.0, 5_000.0, "户")];
const STREET: [Range; 1] = [range("width_m", 1.0, 200.0, "m")];

/// Names of depths, which stay among the fields that nothing uses.
const DEPTHS: &[&str] = &["起点埋深", "终点埋深", "埋深", "管顶埋深", "qdms", "zdms", "startdepth", "enddepth", "depth"];

/// Warnings on the values of a layer.
pub(super) fn found(content: &LayerContent, report: &ReadReport) -> Vec<Message> {
    match content {
        LayerContent::Compounds(list) => {
            let facts = |compound: &Compound| {
                let facts = &compound.facts;
                #[expect(clippy::cast_precision_loss, reason = "fen of a project fit a double")]
                let wan_yuan = facts.estimated_cost.map(|cost| cost.fen() as f64 / 1e6);
                let built = facts.built.map(|span| f64::from(span.first));
                [facts.floor_area_m2, facts.households.map(f64::from), facts.buildings.map(f64::from), built, wan_yuan]
            };
            judged(list, &COMPOUND, facts, |compound| &compound.source_id, report)
        }
        LayerContent::Pipes(list) => {
            let facts = |pipe: &Pipe| [pipe.diameter_mm, pipe.laid_year.map(f64::from)];
            let mut told = judged(list, &PIPE, facts, |pipe| &pipe.source_id, report);
            told.extend(depths(list, report));
            told
        }
        LayerContent::Buildings(list) => {
            let facts = |building: &Building| [building.storeys.map(f64::from), building.households.map(f64::from)];
            judged(list, &BUILDING, facts, |building| &building.source_id, report)
        }
        LayerContent::Streets(list) => {
            judged(list, &STREET, |street: &Street| [street.width_m], |street| &street.source_id, report)
        }
        LayerContent::Barriers(_)
        | LayerContent::Bridges(_)
        | LayerContent::Parcels(_)
        | LayerContent::Facilities(_)
        | LayerContent::Heritage(_)
        | LayerContent::Limits(_) => Vec::new(),
    }
}

/// How many values lie outside of a range, and the first of them with its feature.
#[derive(Clone, Copy, Default)]
struct Outside {
    count: usize,
    first: Option<(usize, f64)>,
}

impl Outside {
    fn joined(self, other: Self) -> Self {
        let first = [self.first, other.first].into_iter().flatten().min_by_key(|(row, _)| *row);
        Self { count: self.count + other.count, first }
    }

    fn told(self, range: &Range, field: String, id: impl Fn(usize) -> String) -> Option<Message> {
        let (row, value) = self.first?;
        let told = Message::new("import.out-of-measure").text("field", field).count("count", self.count);
        let told = told.number("low", range.low.max(0.0), 0).number("high", range.high, 0).text("unit", range.unit);
        Some(told.number("value", value, if value.abs() < 10.0 { 2 } else { 0 }).text("id", id(row)))
    }
}

fn judged<T: Sync, const N: usize>(
    list: &[T],
    ranges: &[Range; N],
    facts: impl Fn(&T) -> [Option<f64>; N] + Sync,
    id: impl Fn(&T) -> &String,
    report: &ReadReport,
) -> Vec<Message> {
    let one = |(row, item): (usize, &T)| {
        let facts = facts(item);
        std::array::from_fn(|place| {
            let outside = facts[place].filter(|value| ranges[place].excludes(*value));
            outside.map_or_else(Outside::default, |value| Outside { count: 1, first: Some((row, value)) })
        })
    };
    let both = |a: [Outside; N], b: [Outside; N]| std::array::from_fn(|place| a[place].joined(b[place]));
    let sums: [Outside; N] = list.par_iter().enumerate().map(one).reduce(|| [Outside::default(); N], both);
    let told = ranges
        .iter()
        .zip(sums)
        .filter_map(|(range, outside)| outside.told(range, fields_of(range.fact, report), |row| id(&list[row]).clone()));
    told.collect()
}

/// Names of the fields that fed a fact.
fn fields_of(fact: &str, report: &ReadReport) -> String {
    let fed = report.fields.iter().filter(|field| field.target == Some(fact) && field.filled > 0);
    fed.map(|field| field.source.as_str()).collect::<Vec<_>>().join(", ")
}

/// Depths are looked at where a survey has them.
fn depths(pipes: &[Pipe], report: &ReadReport) -> Vec<Message> {
    let named = |field: &&str| aliases::rank(DEPTHS, field).is_some();
    let fields = report.fields.iter().filter(|field| field.target.is_none()).map(|field| field.source.as_str()).filter(named);
    let read = |extra: &Properties, header: &values::Header| values::metres(&extra.get(&header.name)?, header).ok().flatten();
    let outside = |field: &str| {
        let header = values::Header::new(field);
        let one = |(row, pipe): (usize, &Pipe)| {
            let value = read(&pipe.extra, &header).filter(|value| DEPTH.excludes(*value));
            value.map_or_else(Outside::default, |value| Outside { count: 1, first: Some((row, value)) })
        };
        pipes.par_iter().enumerate().map(one).reduce(Outside::default, Outside::joined)
    };
    let told = fields.filter_map(|field| outside(field).told(&DEPTH, field.to_owned(), |row| pipes[row].source_id.clone()));
    told.collect()
}
