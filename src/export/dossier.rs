//! The dossier of each district in the form that cities submit (片区策划要素): what the plan knows fills its fields within
//! their limits, and what it does not know is listed as missing, never made up.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};

use geo::{Centroid, Coord, Geometry, MapCoords, MultiPolygon};
use serde_json::{Value, json};

use super::features::item_in_scope;
use super::four_sides::{NamedStreets, boundary, open_sides};
use super::geojson::Replacing;
use super::opinions::{Judged, judged};
use super::{ExportError, ExportInput, ExportOptions, Stamp, dissolve};
use crate::base::{CompoundId, Day, DistrictId, Money};
use crate::coordination::funds::district_costs;
use crate::coordination::{Cost, CostBasis, MilestoneRow, milestones_of};
use crate::geometry::crs::{CrsError, LON_LAT, Transformer};
use crate::geometry::measure::Ellipsoid;
use crate::i18n::{Lang, tr};
use crate::model::{Compound, Content, District, Fund, Item, Milestone, Ruling, Satisfied, Timing};

/// Letters that fields hold, at most.
const NAME: usize = 100;
const SCOPE: usize = 300;
const PROJECT_NAME: usize = 150;
const CONTENT: usize = 500;

/// Writes `dossier.json`.
pub(super) fn write(input: &ExportInput<'_>, folder: &Path, options: &ExportOptions) -> Result<PathBuf, ExportError> {
    let path = folder.join("dossier.json");
    let whole = json!({ "plan": Stamp::of_input(input).to_json(), "districts": filled(input, options.lang)? });
    let io = |source| ExportError::Io { file: path.clone(), source };
    let mut file = Replacing::create(&path).map_err(io)?;
    serde_json::to_writer_pretty(&mut file.out, &whole).map_err(|error| io(error.into()))?;
    file.out.write_all(b"\n").map_err(io)?;
    file.finish(&path).map_err(io)?;
    Ok(path)
}

/// The dossiers of the districts in scope.
fn filled(input: &ExportInput<'_>, lang: Lang) -> Result<Vec<Value>, ExportError> {
    let content = input.content;
    let (streets, costs, said) = (NamedStreets::new(&content.streets), district_costs(content), judged(input));
    let (members, items) = (content.members_by_district(), items_by_district(input));
    let mine = |id: &DistrictId| input.scope.is_none_or(|scope| scope.has_district(*id));
    let mut filled = Vec::new();
    for (n, (id, district)) in content.districts.iter().filter(|(id, _)| mine(id)).enumerate() {
        let dossier = Dossier {
            input,
            lang,
            id: *id,
            district,
            rows: members.get(id).map_or(&[][..], Vec::as_slice),
            items: items.get(id).map_or(&[][..], Vec::as_slice),
            cost: costs.get(id).copied(),
            streets: &streets,
            said: &said,
        };
        filled.push(dossier.fill().map_err(|source| ExportError::Coordinates { layer: "districts", feature: n + 1, source })?);
    }
    Ok(filled)
}

/// The items in scope, by district.
fn items_by_district<'a>(input: &ExportInput<'a>) -> BTreeMap<DistrictId, Vec<&'a Item>> {
    let content = input.content;
    let mut items: BTreeMap<DistrictId, Vec<&'a Item>> = BTreeMap::new();
    for item in content.items.values().filter(|item| item_in_scope(input, item)) {
        if let Some(district) = content.item_district(item) {
            items.entry(district).or_default().push(item);
        }
    }
    items
}

struct Dossier<'a> {
    input: &'a ExportInput<'a>,
    lang: Lang,
    id: DistrictId,
    district: &'a District,
    rows: &'a [CompoundId],
    items: &'a [&'a Item],
    /// What the plan knows of its cost, whoever's part of the plan is exported.
    cost: Option<Cost>,
    streets: &'a NamedStreets<'a>,
    said: &'a [Judged<'a>],
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
        let shape = dissolve(self.input.content, self.rows);
        let sides = self.streets.around(&shape);
        let (name, name_cut) = limited(&self.district.label(), NAME);
        let (scope, scope_cut) = limited(&boundary(self.lang, &sides), SCOPE);
        let mut filled = self.form(&shape, &name, &scope)?;
        let mut lacking = missing(&filled);
        lacking.extend(open_sides(&sides));
        filled["missing"] = lacking.into();
        // What the table said is no field of the form: it is there when somebody said something.
        let own = self.said.iter().filter(|judged| judged.key.district == self.district.number);
        let opinions: Vec<Value> = own.map(opinion_json).collect();
        if !opinions.is_empty() {
            filled["opinions"] = opinions.into();
        }
        let mut cut: Vec<&str> = Vec::new();
        cut.extend(name_cut.then_some("name"));
        cut.extend(scope_cut.then_some("scopeDesc"));
        filled["cut"] = cut.into();
        self.tell_of_cost(&mut filled);
        Ok(filled)
    }

    /// The fields of the form, and beside them what is ours.
    fn form(&self, shape: &MultiPolygon<f64>, name: &str, scope: &str) -> Result<Value, CrsError> {
        let begun = self.district.milestones.get(&Milestone::StartReport).map(|progress| progress.day());
        Ok(json!({
            "number": self.district.number,
            "name": name,
            "batch": null,
            "district": null,
            "streetOffices": self.compounds().filter_map(|c| c.facts.street_office.as_deref()).collect::<BTreeSet<&str>>(),
            "areaHa": self.area_ha(shape),
            "startTime": begun.map(month),
            "startYear": self.district.year,
            "overallOrg": some(&self.district.implementer),
            "overview": null,
            "images": [],
            "scopeDesc": some(scope),
            "scopeLine": self.line(shape)?,
            "problemList": single_problems(self.compounds().filter_map(|c| c.facts.problems.as_deref())),
            "opportunityList": [],
            "demandList": [],
            "funcTypes": [],
            "funcPlan": null,
            "atlas": [],
            "projects": self.projects()?,
            "invest": self.invest().map(hundred_million),
            "fundSources": self.funds(None),
            "attachments": [],
            "milestones": self.milestones(),
            "satisfiedBefore": self.district.satisfaction.before.map(Satisfied::percent),
            "satisfiedAfter": self.district.satisfaction.after.map(Satisfied::percent),
        }))
    }

    fn compounds(&self) -> impl Iterator<Item = &Compound> {
        self.rows.iter().filter_map(|row| self.input.content.compounds.get(row.index()))
    }

    fn area_ha(&self, shape: &MultiPolygon<f64>) -> Option<f64> {
        let ellipsoid = Ellipsoid::new(self.input.content.crs_code).ok().filter(|_| !shape.0.is_empty())?;
        Some((ellipsoid.area_m2(shape) / 1_000.0).round() / 10.0)
    }

    fn line(&self, shape: &MultiPolygon<f64>) -> Result<Option<Value>, CrsError> {
        let lon_lat = self.lon_lat(shape)?;
        let line = (!shape.0.is_empty()).then(|| geojson::GeometryValue::from(&Geometry::MultiPolygon(lon_lat)));
        Ok(line.map(|value| serde_json::to_value(geojson::Geometry::new(value)).unwrap_or_default()))
    }

    /// What the district costs, where that is known whole: its items or, where none has a price, 估算投资 of the ledgers.
    fn invest(&self) -> Option<Money> {
        match self.estimates() {
            Some(cost) => (cost.missing == 0).then_some(cost.amount),
            None => costed(self.input.content, self.items.iter().copied()),
        }
    }

    /// The sum of the ledgers' 估算投资, where the cost of the district rests on them.
    fn estimates(&self) -> Option<Cost> {
        self.cost.filter(|cost| cost.basis == CostBasis::Estimates)
    }

    /// What a cost that is known rests on, and what is lacking for one that is not.
    fn tell_of_cost(&self, filled: &mut Value) {
        if let Some(cost) = self.cost.filter(|_| !filled["invest"].is_null()) {
            filled["investBasis"] = cost.basis.code().into();
        }
        if let Some(cost) = self.estimates().filter(|cost| cost.missing > 0) {
            filled["compoundsWithoutEstimate"] = cost.missing.into();
        }
        let unpriced = self.items.iter().filter(|item| self.input.content.item_cost(item).is_none()).count();
        if unpriced > 0 {
            filled["itemsWithoutCost"] = unpriced.into();
        }
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
        let compounds = &self.input.content.compounds;
        self.rows.iter().filter_map(|row| Some(self.project(*row, compounds.get(row.index())?))).collect()
    }

    fn project(&self, row: CompoundId, compound: &Compound) -> Result<Value, CrsError> {
        let content = self.input.content;
        let own: Vec<&Item> = self.items.iter().copied().filter(|item| item.compound == Some(row)).collect();
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
        let estimate = self.estimates().and(compound.facts.estimated_cost);
        Ok(json!({
            "id": compound.source_id,
            "name": name,
            "category": "老旧小区",
            "implOrg": some(&self.district.implementer),
            "investEstimate": costed(content, own.iter().copied()).or(estimate).map(hundred_million),
            "fundSources": self.funds(Some(compound.label())),
            "yearInvest": self.by_year(row, &own, estimate),
            "year": content.compound_year(row),
            "startDate": days.clone().map(|(first, _)| first).min().map(|day| day.to_string()),
            "endDate": days.map(|(_, last)| last).max().map(|day| day.to_string()),
            "content": some(&text),
            "contentCut": text_cut,
            "planFiles": [],
            "mapSpot": spot,
        }))
    }

    /// What is invested in each year: what the items cost in theirs, or the estimate in that of the compound. Nothing where costs are lacking;
    /// what has no year stands last, without one.
    fn by_year(&self, row: CompoundId, own: &[&Item], estimate: Option<Money>) -> Vec<Value> {
        let content = self.input.content;
        let mut years: BTreeMap<(bool, Option<i32>), Money> = BTreeMap::new();
        let mut add = |year: Option<i32>, cost: Money| *years.entry((year.is_none(), year)).or_default() += cost;
        if costed(content, own.iter().copied()).is_some() {
            for item in own {
                add(content.item_year(item), content.item_cost(item).unwrap_or_default());
            }
        } else if let Some(estimate) = estimate {
            add(content.compound_year(row), estimate);
        }
        years.into_iter().map(|((_, year), cost)| json!({ "year": year, "amount": hundred_million(cost) })).collect()
    }
}

/// The problems in the cells of a ledger, which hold several between semicolons: one by one, each once, in order.
fn single_problems<'a>(cells: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen = BTreeSet::new();
    let single = cells.flat_map(|cell| cell.split([';', '；', '\n'])).map(str::trim);
    single.filter(|problem| !problem.is_empty() && seen.insert(*problem)).collect()
}

/// What items cost together; nothing where there are none or one has no price.
fn costed<'a>(content: &Content, items: impl Iterator<Item = &'a Item>) -> Option<Money> {
    let costs: Vec<Money> = items.map(|item| content.item_cost(item)).collect::<Option<_>>()?;
    (!costs.is_empty()).then(|| costs.into_iter().sum())
}

/// The month of a day, `YYYY-MM`.
fn month(day: Day) -> String {
    day.to_string().chars().take(7).collect()
}

/// A text, or nothing.
fn some(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

/// What a unit said.
fn opinion_json(Judged { key, opinion, changed }: &Judged<'_>) -> Value {
    json!({
        "unit": key.unit,
        "stance": opinion.stance.code(),
        "text": opinion.text,
        "responsible": opinion.responsible,
        "ruling": opinion.ruling.map(Ruling::code),
        "signed": opinion.signed,
        "date": opinion.date,
        "changedSince": changed,
    })
}

/// Fields of the form that are empty: of the district by name, of the projects by name and how many of them lack it.
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

    #[test]
    fn problems_are_told_one_by_one() {
        let cells = ["管网老化; 无物业；", "停车难", "无物业；;路面破损\n停车难"];
        assert_eq!(single_problems(cells.into_iter()), ["管网老化", "无物业", "停车难", "路面破损"]);
        assert!(single_problems(std::iter::empty()).is_empty());
    }
}
