//! The dossier of each district in the form that cities submit (片区策划要素): what the plan knows fills its fields within
//! their limits, and what it does not know is listed as missing, never made up.

use std::io::Write;
use std::path::{Path, PathBuf};

use geo::{BoundingRect, Centroid, Coord, Euclidean, Geometry, Length, MapCoords, MultiPolygon};
use serde_json::{Value, json};

use super::features::item_in_scope;
use super::geojson::Replacing;
use super::opinions::{Judged, judged};
use super::{ExportError, ExportInput, ExportOptions, Stamp, dissolve};
use crate::base::{CompoundId, Day, DistrictId, Money};
use crate::coordination::{MilestoneRow, milestones_of};
use crate::geometry::crs::{CrsError, LON_LAT, Transformer};
use crate::geometry::measure::Ellipsoid;
use crate::i18n::{Lang, tr};
use crate::model::{District, Fund, Item, Milestone, Satisfied, Timing};

/// Letters that fields hold, at most.
const NAME: usize = 100;
const SCOPE: usize = 300;
const PROJECT_NAME: usize = 150;
const CONTENT: usize = 500;

/// Streets farther from a district than this bound nothing, m.
const BOUNDING_M: f64 = 150.0;

/// Writes `dossier.json`.
pub(super) fn write(input: &ExportInput<'_>, folder: &Path, options: &ExportOptions) -> Result<PathBuf, ExportError> {
    let path = folder.join("dossier.json");
    let content = input.content;
    let mut districts = Vec::new();
    let members = content.members_by_district();
    let mine = |id: &DistrictId| input.scope.is_none_or(|scope| scope.has_district(*id));
    for (n, (id, district)) in content.districts.iter().filter(|(id, _)| mine(id)).enumerate() {
        let rows = members.get(id).map_or(&[][..], Vec::as_slice);
        let dossier = Dossier { input, lang: options.lang, id: *id, district, rows };
        let filled = dossier.fill().map_err(|source| ExportError::Coordinates { layer: "districts", feature: n + 1, source })?;
        districts.push(filled);
    }
    let whole = json!({ "plan": Stamp::of_input(input).to_json(), "districts": districts });
    let io = |source| ExportError::Io { file: path.clone(), source };
    let mut file = Replacing::create(&path).map_err(io)?;
    serde_json::to_writer_pretty(&mut file.out, &whole).map_err(|error| io(error.into()))?;
    file.out.write_all(b"\n").map_err(io)?;
    file.finish(&path).map_err(io)?;
    Ok(path)
}

struct Dossier<'a> {
    input: &'a ExportInput<'a>,
    lang: Lang,
    id: DistrictId,
    district: &'a District,
    rows: &'a [CompoundId],
}

/// A text within a limit, and whether it had to be cut.
fn limited(text: &str, most: usize) -> (String, bool) {
    if text.chars().count() <= most {
        return (text.to_owned(), false);
    }
    (text.chars().take(most.saturating_sub(1)).chain(['…']).collect(), true)
}

/// 亿元.
#[expect(clippy::cast_precision_loss, reason = "a plan costs less than a double holds to the 分")]
fn hundred_million(money: Money) -> f64 {
    money.fen() as f64 / 1.0e10
}

impl Dossier<'_> {
    fn fill(&self) -> Result<Value, CrsError> {
        let content = self.input.content;
        let shape = dissolve(content, self.rows);
        let (name, name_cut) = limited(&self.district.label(), NAME);
        let area = Ellipsoid::new(content.crs_code).ok().map(|ellipsoid| (ellipsoid.area_m2(&shape) / 1_000.0).round() / 10.0);
        let (scope, scope_cut) = limited(&self.scope(&shape), SCOPE);
        let problems: Vec<&str> =
            self.rows.iter().filter_map(|row| content.compounds.get(row.index())?.facts.problems.as_deref()).collect();
        let items = self.items();
        let costs: Vec<Money> = items.iter().filter_map(|item| content.item_cost(item)).collect();
        let all_costed = !items.is_empty() && costs.len() == items.len();
        let invest = all_costed.then(|| hundred_million(costs.iter().copied().sum()));
        let projects = self.projects()?;
        let lon_lat = self.lon_lat(&shape)?;
        let line = (!shape.0.is_empty()).then(|| geojson::GeometryValue::from(&Geometry::MultiPolygon(lon_lat)));
        let offices: std::collections::BTreeSet<&str> =
            self.rows.iter().filter_map(|row| content.compounds.get(row.index())?.facts.street_office.as_deref()).collect();
        let begun = self.district.milestones.get(&Milestone::StartReport).map(|progress| progress.day());
        let mut filled = json!({
            "number": self.district.number,
            "name": name,
            "batch": null,
            "district": null,
            "streetOffices": offices,
            "areaHa": area.filter(|_| !shape.0.is_empty()),
            "startTime": begun.map(month),
            "startYear": self.district.year,
            "overallOrg": some(&self.district.implementer),
            "overview": null,
            "images": [],
            "scopeDesc": some(&scope),
            "scopeLine": line.map(|value| serde_json::to_value(geojson::Geometry::new(value)).unwrap_or_default()),
            "problemList": problems,
            "opportunityList": [],
            "demandList": [],
            "funcTypes": [],
            "funcPlan": null,
            "atlas": [],
            "projects": projects,
            "invest": invest,
            "fundSources": self.funds(None),
            "attachments": [],
            "milestones": self.milestones(),
            "satisfiedBefore": self.district.satisfaction.before.map(Satisfied::percent),
            "satisfiedAfter": self.district.satisfaction.after.map(Satisfied::percent),
        });
        let mut cut: Vec<&str> = Vec::new();
        cut.extend(name_cut.then_some("name"));
        cut.extend(scope_cut.then_some("scopeDesc"));
        filled["missing"] = missing(&filled).into();
        let said = judged(self.input);
        let own = said.iter().filter(|judged| judged.key.district == self.district.number);
        // What the table said is no field of the form: it is there when somebody said something.
        let opinions: Vec<Value> = own.map(opinion_json).collect();
        if !opinions.is_empty() {
            filled["opinions"] = opinions.into();
        }
        filled["cut"] = cut.into();
        if !all_costed && !items.is_empty() {
            filled["itemsWithoutCost"] = (items.len() - costs.len()).into();
        }
        Ok(filled)
    }

    /// Milestones with the days on which they are due, done or planned.
    fn milestones(&self) -> Vec<Value> {
        let row = |row: MilestoneRow| {
            json!({
                "milestone": row.milestone.code(),
                "name": tr(self.lang, &row.milestone.message()),
                "due": row.due.map(|day| day.to_string()),
                "date": row.progress.map(|progress| progress.day().to_string()),
                "standing": row.standing.code(),
            })
        };
        milestones_of(self.input.content, self.id).into_iter().map(row).collect()
    }

    fn items(&self) -> Vec<&Item> {
        let content = self.input.content;
        let own = |item: &&Item| content.item_district(item) == Some(self.id) && item_in_scope(self.input, item);
        content.items.values().filter(own).collect()
    }

    fn lon_lat(&self, shape: &MultiPolygon<f64>) -> Result<MultiPolygon<f64>, CrsError> {
        if shape.0.is_empty() {
            return Ok(shape.clone());
        }
        let transformer = Transformer::new(&format!("EPSG:{}", self.input.content.crs_code), LON_LAT)?;
        let round = |v: f64| (v * 1.0e8).round() / 1.0e8;
        shape.try_map_coords(|coord| {
            let mut one = [coord];
            transformer.convert(&mut one)?;
            Ok(Coord { x: round(one[0].x), y: round(one[0].y) })
        })
    }

    /// The streets that bound the district on each side: east, south, west, north (东至…南至…西至…北至…).
    fn scope(&self, shape: &MultiPolygon<f64>) -> String {
        let (Some(bounds), Some(centre)) = (shape.bounding_rect(), shape.centroid()) else { return String::new() };
        let sides: [(&str, &str, [f64; 2]); 4] = [
            ("东至", "east", [1.0, 0.0]),
            ("南至", "south", [0.0, -1.0]),
            ("西至", "west", [-1.0, 0.0]),
            ("北至", "north", [0.0, 1.0]),
        ];
        let told = sides.into_iter().filter_map(|(zh, en, towards)| {
            let edge =
                Coord { x: centre.x() + towards[0] * bounds.width() / 2.0, y: centre.y() + towards[1] * bounds.height() / 2.0 };
            let name = self.street_at(edge, towards)?;
            Some(if self.lang == Lang::Zh { format!("{zh}{name}") } else { format!("{en}: {name}") })
        });
        told.collect::<Vec<_>>().join(if self.lang == Lang::Zh { "，" } else { ", " })
    }

    /// The nearest named street beyond an edge.
    fn street_at(&self, edge: Coord<f64>, towards: [f64; 2]) -> Option<&str> {
        use geo::Distance;
        let beyond = |line: &geo::MultiLineString<f64>| {
            let centre = line.centroid()?;
            // Ahead of the edge, or no more than a street's width behind it.
            ((centre.x() - edge.x) * towards[0] + (centre.y() - edge.y) * towards[1] > -30.0).then_some(())
        };
        let named = self.input.content.streets.iter().filter(|street| !street.name.trim().is_empty());
        let near = named.filter_map(|street| {
            beyond(&street.line)?;
            let lines = street.line.iter().filter(|line| Euclidean.length(*line) > 0.0);
            let away = lines.map(|line| Euclidean.distance(&geo::Point(edge), line)).fold(f64::INFINITY, f64::min);
            (away <= BOUNDING_M).then_some((away, street.name.trim()))
        });
        near.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(b.1))).map(|(_, name)| name)
    }

    /// Entries of the fund ledger: all of the district's, or those of a project by its name. What is earned is no source.
    fn funds(&self, project: Option<&str>) -> Vec<Value> {
        let own = |fund: &&Fund| {
            fund.district == Some(self.id) && fund.source.line().is_some() && project.is_none_or(|name| fund.project == name)
        };
        let row = |fund: &Fund| {
            json!({
                "source": fund.source.code(),
                "name": tr(self.lang, &fund.source.message()),
                "payer": some(&fund.payer),
                "project": some(&fund.project),
                "amount": hundred_million(fund.amount),
            })
        };
        self.input.content.funds.values().filter(own).map(row).collect()
    }

    /// A project for each compound, with its items as content.
    fn projects(&self) -> Result<Vec<Value>, CrsError> {
        let content = self.input.content;
        let items = self.items();
        let mut projects = Vec::new();
        for row in self.rows {
            let Some(compound) = content.compounds.get(row.index()) else { continue };
            let own: Vec<&&Item> = items.iter().filter(|item| item.compound == Some(*row)).collect();
            let costs: Vec<Money> = own.iter().filter_map(|item| content.item_cost(item)).collect();
            let all_costed = !own.is_empty() && costs.len() == own.len();
            let days = own
                .iter()
                .filter_map(|item| if let Some(Timing::Days(first, last)) = item.timing { Some((first, last)) } else { None });
            let mut names: Vec<&str> = own
                .iter()
                .filter_map(|item| content.catalogue.get(&item.code))
                .map(|entry| if self.lang == Lang::Zh { entry.zh.as_str() } else { entry.en.as_str() })
                .collect();
            names.dedup();
            let (name, _) = limited(compound.label(), PROJECT_NAME);
            let (text, text_cut) = limited(&names.join(if self.lang == Lang::Zh { "、" } else { ", " }), CONTENT);
            let spot = self.lon_lat(&compound.shape)?.centroid().map(|point| [point.x(), point.y()]);
            projects.push(json!({
                "id": compound.source_id,
                "name": name,
                "category": "老旧小区",
                "implOrg": some(&self.district.implementer),
                "investEstimate": all_costed.then(|| hundred_million(costs.iter().copied().sum())),
                "fundSources": self.funds(Some(compound.label())),
                "yearInvest": [],
                "year": content.compound_year(*row),
                "startDate": days.clone().map(|(first, _)| first).min().map(|day| day.to_string()),
                "endDate": days.map(|(_, last)| last).max().map(|day| day.to_string()),
                "content": some(&text),
                "contentCut": text_cut,
                "planFiles": [],
                "mapSpot": spot,
            }));
        }
        Ok(projects)
    }
}

/// The month of a day, `YYYY-MM`.
fn month(day: Day) -> String {
    day.to_string().chars().take(7).collect()
}

/// A text, or nothing.
fn some(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

/// Fields of the form that are empty: of the district by name, of the projects by name and how many of them lack it.
fn opinion_json(Judged { key, opinion, changed }: &Judged<'_>) -> Value {
    json!({
        "unit": key.unit,
        "stance": opinion.stance.code(),
        "text": opinion.text,
        "responsible": opinion.responsible,
        "ruling": opinion.ruling.map(crate::model::Ruling::code),
        "signed": opinion.signed,
        "date": opinion.date,
        "changedSince": changed,
    })
}

fn missing(filled: &Value) -> Vec<Value> {
    let is_empty = |value: &Value| match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        _ => false,
    };
    // What is ours besides the form is no field of it.
    let ours = ["startYear", "satisfiedBefore", "satisfiedAfter", "milestones"];
    let of_form = |name: &str| !ours.contains(&name);
    let own = filled.as_object().into_iter().flatten().filter(|(name, value)| of_form(name) && is_empty(value));
    let mut missing: Vec<Value> = own.map(|(name, _)| json!({ "field": name })).collect();
    for field in ["implOrg", "investEstimate", "fundSources", "yearInvest", "startDate", "endDate", "content", "mapSpot"] {
        let lacking = filled["projects"].as_array().into_iter().flatten().filter(|project| is_empty(&project[field])).count();
        if lacking > 0 {
            missing.push(json!({ "field": format!("projects.{field}"), "count": lacking }));
        }
    }
    missing
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_hold_and_what_is_empty_is_missing() {
        assert_eq!(limited("片区", 2), ("片区".to_owned(), false));
        assert_eq!(limited("临江片区", 3), ("临江…".to_owned(), true));
        let filled = json!({ "name": "a", "batch": null, "startYear": null, "images": [], "projects": [
            { "implOrg": "x", "investEstimate": null, "fundSources": [1], "yearInvest": [1], "startDate": "a", "endDate": "b",
              "content": "c", "mapSpot": [1, 2] },
        ] });
        assert_eq!(
            missing(&filled),
            [
                json!({ "field": "batch" }),
                json!({ "field": "images" }),
                json!({ "field": "projects.investEstimate", "count": 1 })
            ]
        );
        assert_eq!(hundred_million(Money::from_fen(12_345_600_000)), 1.23456);
    }
}
