//! What a grouping request asks of single compounds, of shapes, links and pipes, put into the problem.

use std::collections::{BTreeMap, HashMap};

use geo::{ConvexHull, CoordsIter};

use super::derive;
use crate::base::{Message, Silent};
use crate::command::{DIAMETER, FieldBound, GroupRequest};
use crate::contiguity::{Link, LinkKind, Links};
use crate::grouping::{Contact, Diameter, Problem};
use crate::model::{Content, Pins};
use crate::pipes::{PipeLengths, PipeRole};

/// Adds the wishes of a plan and a request to a problem.
///
/// # Errors
/// A message when a wish names a compound that is not there, or asks for the least diameter.
pub(super) fn add(problem: &mut Problem, content: &Content, links: &Links, request: &GroupRequest) -> Result<(), Message> {
    pins(problem, content, &content.settings.pins)?;
    problem.diameter = diameter(content, &request.bounds)?;
    if request.keep_locked {
        let admitting = content.districts.iter().filter(|(_, district)| district.locked && district.admits);
        problem.admitting = admitting.map(|(id, _)| id.0).collect();
    }
    if request.weights.contact > 0.0 {
        problem.contacts = contacts(content, links);
    }
    if request.weights.openings > 0.0 {
        problem.openings = openings(content);
    }
    Ok(())
}

/// The wishes about single compounds, by rows.
fn pins(problem: &mut Problem, content: &Content, pins: &Pins) -> Result<(), Message> {
    if pins.is_empty() {
        return Ok(());
    }
    let mut rows: HashMap<&str, u32> = HashMap::new();
    for (row, compound) in (0..).zip(content.compounds.iter()) {
        rows.entry(&compound.source_id).or_insert(row);
    }
    let row = |id: &String| rows.get(id.as_str()).copied().ok_or_else(|| Message::new("session.no-compound").text("id", id));
    let set = |ids: &Vec<String>| ids.iter().map(row).collect::<Result<Vec<u32>, Message>>();
    problem.together = pins.together.iter().map(set).collect::<Result<_, _>>()?;
    problem.apart = pins.apart.iter().map(set).collect::<Result<_, _>>()?;
    problem.seeds = set(&pins.seeds)?;
    Ok(())
}

/// The bound on the diameter, with the hulls of all compounds.
fn diameter(content: &Content, bounds: &[FieldBound]) -> Result<Option<Diameter>, Message> {
    let Some(bound) = bounds.iter().find(|bound| bound.field == DIAMETER) else { return Ok(None) };
    if bound.min.is_some() {
        return Err(Message::new("session.diameter-least"));
    }
    let corners = |compound: &crate::model::Compound| {
        let hull = compound.shape.convex_hull();
        // The ring ends where it begins.
        let count = hull.exterior().0.len().saturating_sub(1);
        hull.exterior().coords_iter().take(count).map(|corner| [corner.x, corner.y]).collect()
    };
    Ok(bound.max.map(|max_m| Diameter { max_m, outlines: content.compounds.iter().map(corners).collect() }))
}

/// How strong the links of the plan's gap are.
fn contacts(content: &Content, links: &Links) -> Vec<Contact> {
    let gap_m = content.settings.gap_m;
    let mut near = Links { max_gap_m: links.max_gap_m, ..Links::default() };
    near.list = links.list.iter().filter(|link| link.gap_m <= gap_m).copied().collect();
    if near.list.iter().any(|link| link.frontage_a_m.is_nan()) {
        // Nothing stops this reporter.
        derive::add_frontage(content, &mut near, &Silent).ok();
    }
    let contact = |link: &Link| {
        let (a, b) = link.pair();
        let row = |row: usize| u32::try_from(row).unwrap_or(u32::MAX);
        Contact { a: row(a), b: row(b), strength: strength(link) }
    };
    near.list.iter().map(contact).collect()
}

/// From 0 to 1: frontage against length. A link set by hand is as strong as can be; one over a bridge or a parcel without
/// frontage hangs on a thread.
fn strength(link: &Link) -> f64 {
    if link.kind == LinkKind::Manual {
        return 1.0;
    }
    let frontage_m = link.frontage_a_m.min(link.frontage_b_m);
    let share = frontage_m / (frontage_m + link.gap_m);
    if share.is_finite() { share } else { 0.0 }
}

/// What has to be opened for every compound: pipes that serve several, and the year in which its works are planned. Nothing
/// where neither is known.
fn openings(content: &Content) -> Vec<Vec<u32>> {
    let lengths = if content.pipes.is_empty() { None } else { derive::lengths(content, &Silent).ok() };
    let trunks = lengths.as_ref().map(trunks).unwrap_or_default();
    let years: BTreeMap<i32, u32> =
        content.compounds.iter().filter_map(|compound| compound.facts.planned_year).map(|year| (year, 0)).collect();
    let first = u32::try_from(content.pipes.len()).unwrap_or(u32::MAX);
    let years: BTreeMap<i32, u32> = years.into_keys().zip(first..).collect();
    if trunks.iter().all(Vec::is_empty) && years.is_empty() {
        return Vec::new();
    }
    let mut keys = trunks;
    keys.resize(content.compounds.len(), Vec::new());
    for (own, compound) in keys.iter_mut().zip(content.compounds.iter()) {
        own.extend(compound.facts.planned_year.and_then(|year| years.get(&year)));
    }
    keys
}

/// The pipes of each compound that serve another one too.
fn trunks(lengths: &PipeLengths) -> Vec<Vec<u32>> {
    let mut served = vec![0_u32; lengths.per_pipe.len()];
    let serving = |shares: &Vec<crate::pipes::PipeShare>| {
        let own = shares.iter().filter(|share| share.role != PipeRole::Passing);
        own.map(|share| share.pipe.index()).collect::<Vec<usize>>()
    };
    let pipes: Vec<Vec<usize>> = lengths.per_compound.iter().map(serving).collect();
    pipes.iter().flatten().for_each(|pipe| served[*pipe] += 1);
    let trunk = |pipe: &usize| (served[*pipe] > 1).then(|| u32::try_from(*pipe).unwrap_or(u32::MAX));
    pipes.iter().map(|own| own.iter().filter_map(trunk).collect()).collect()
}

#[cfg(test)]
mod tests {
    use geo::{Coord, LineString, MultiLineString, MultiPolygon, Rect};

    use super::*;
    use crate::base::CompoundId;
    use crate::grouping::Problem;
    use crate::model::{Compound, CompoundFacts, Pipe, Properties};
    use crate::policy::{Ownership, PipeClass};

    fn compound(id: &str, x: f64, planned_year: Option<i32>) -> Compound {
        Compound {
            source_id: id.to_owned(),
            shape: MultiPolygon(vec![Rect::new((x, 0.0), (x + 100.0, 80.0)).to_polygon()]),
            facts: CompoundFacts { planned_year, ..CompoundFacts::default() },
            extra: Properties::new(),
        }
    }

    fn pipe(from: f64, to: f64) -> Pipe {
        Pipe {
            source_id: format!("{from}"),
            line: MultiLineString(vec![LineString::from(vec![(from, 10.0), (to, 10.0)])]),
            class: PipeClass::Heat,
            ownership: Ownership::default(),
            ..Pipe::default()
        }
    }

    fn content() -> Content {
        let compounds = vec![compound("a", 0.0, Some(2027)), compound("b", 110.0, Some(2027)), compound("c", 220.0, None)];
        // One pipe ends in a and in b, one lies in c alone.
        Content {
            compounds: std::sync::Arc::new(compounds),
            pipes: std::sync::Arc::new(vec![pipe(50.0, 150.0), pipe(230.0, 260.0)]),
            assignment: vec![None; 3],
            ..Content::default()
        }
    }

    #[test]
    fn shared_pipes_and_years_are_what_has_to_be_opened() {
        let keys = openings(&content());
        assert_eq!(keys, [vec![0, 2], vec![0, 2], vec![]]);
        let bare = Content { pipes: std::sync::Arc::default(), ..content() };
        assert_eq!(openings(&bare), [vec![0], vec![0], vec![]], "years alone");
        let mut nothing = bare;
        nothing.compounds = std::sync::Arc::new(vec![compound("a", 0.0, None)]);
        assert!(openings(&nothing).is_empty());
    }

    #[test]
    fn pins_are_found_by_id_or_refused() {
        let mut problem = Problem::new(crate::contiguity::Neighbours::from_pairs(3, []).unwrap());
        let wanted = Pins { together: vec![vec!["c".into(), "a".into()]], apart: Vec::new(), seeds: vec!["b".into()] };
        pins(&mut problem, &content(), &wanted).unwrap();
        assert_eq!((problem.together.clone(), problem.seeds.clone()), (vec![vec![2, 0]], vec![1]));
        let unknown = Pins { seeds: vec!["x".into()], ..Pins::default() };
        assert_eq!(pins(&mut problem, &content(), &unknown), Err(Message::new("session.no-compound").text("id", "x")));
    }

    #[test]
    fn a_broad_short_link_is_stronger_than_a_long_thin_one() {
        let link = |gap_m: f64, frontage_m: f64, kind: LinkKind| Link {
            a: CompoundId(0),
            b: CompoundId(1),
            gap_m,
            from: Coord::zero(),
            to: Coord::zero(),
            frontage_a_m: frontage_m,
            frontage_b_m: frontage_m + 5.0,
            kind,
            via: None,
            extra_m: 0.0,
        };
        assert!((strength(&link(10.0, 40.0, LinkKind::Gap)) - 0.8).abs() < 1e-12);
        assert!((strength(&link(20.0, 5.0, LinkKind::Gap)) - 0.2).abs() < 1e-12);
        let at_ends = (strength(&link(0.0, 0.0, LinkKind::Corner)), strength(&link(0.0, f64::NAN, LinkKind::Manual)));
        assert_eq!(at_ends, (0.0, 1.0));
    }

    #[test]
    fn the_diameter_takes_a_maximum_only() {
        let bound = |min, max| vec![FieldBound { field: DIAMETER.to_owned(), min, max }];
        let asked = diameter(&content(), &bound(None, Some(300.0))).unwrap().unwrap();
        assert_eq!((asked.max_m, asked.outlines.len(), asked.outlines[0].len()), (300.0, 3, 4));
        assert_eq!(diameter(&content(), &bound(Some(1.0), None)), Err(Message::new("session.diameter-least")));
        assert_eq!(diameter(&content(), &[]), Ok(None));
    }
}
