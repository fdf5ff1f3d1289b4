//! What `group` and `plan` leave over, with what takes it in.

use serde_json::{Map, Value, json};

use super::args::Shared;
use super::terminal::Terminal;
use crate::base::{Argument, Message};
use crate::contiguity::Links;
use crate::grouping::shortfall::{Across, Change, Fix, Miss, Pair, Shortfall, Shortfalls};
use crate::grouping::{Grouping, Problem};
use crate::model::Content;
use crate::session::{actions::LARGEST_GAP_M, derive, fixing};

/// Clusters told on the terminal; the JSON has more.
const TOLD: usize = 3;

/// Fixes told of each.
const FIXES_TOLD: usize = 3;

/// What is left over of the districts that `content` holds. Links are looked for as far as the window's gap goes, unless
/// they come from a file.
pub(super) fn find(
    terminal: &mut Terminal,
    content: &Content,
    (problem, grouping): (&Problem, &Grouping),
    links: &Links,
    shared: &Shared,
) -> Result<Shortfalls, Message> {
    if grouping.unassigned.is_empty() {
        return Ok(Shortfalls::default());
    }
    let reach_m = content.settings.gap_m.max(LARGEST_GAP_M);
    terminal.phase("shortfalls", &Message::new("session.job-shortfalls"), |progress| {
        if shared.weights.is_some() {
            return Ok(fixing::of_problem(content, problem, links));
        }
        let wide = derive::bare_links(content, reach_m, progress).map_err(|_| Message::new("session.cancelled"))?;
        Ok(fixing::of_problem(content, problem, &wide))
    })
}

/// The largest of what is left over, each with the first fixes.
pub(super) fn tell(terminal: &Terminal, content: &Content, found: &Shortfalls) {
    for shortfall in found.list.iter().take(TOLD) {
        let who = fixing::shortfall_message(content, found, shortfall);
        let fixes =
            shortfall.fixes.iter().take(FIXES_TOLD).map(|fix| fixing::fix_message(content, found, fix)).collect::<Vec<_>>();
        if fixes.is_empty() {
            terminal.say(&Message::new("cli.shortfall-bare").nested("who", who));
        } else {
            let told = Message::new("cli.shortfall").nested("who", who);
            terminal.say(&told.with("fixes", Argument::List(fixes)));
        }
    }
    let more = found.list.len() + found.more;
    if more > TOLD {
        terminal.say(&Message::new("cli.more-shortfalls").count("count", more - TOLD));
    }
}

/// What is left over, as a list.
pub(super) fn list_json(terminal: &Terminal, content: &Content, found: &Shortfalls) -> Value {
    let one = |shortfall: &Shortfall| {
        let by_field = |value: &dyn Fn(usize) -> Value| -> Map<String, Value> {
            (0..found.bounds.len()).map(|at| (fixing::field_of(found, at).to_owned(), value(at))).collect()
        };
        let miss = |miss: &Miss| {
            let limit = if miss.sum < miss.limit { "min" } else { "max" };
            json!({ "field": fixing::field_of(found, miss.bound), "sum": miss.sum, limit: miss.limit })
        };
        json!({
            "compounds": ids(content, &shortfall.units),
            "sums": by_field(&|at| shortfall.sums[at].into()),
            "missing": by_field(&|at| ids(content, &shortfall.missing[at]).into()),
            "misses": shortfall.misses.iter().map(miss).collect::<Vec<_>>(),
            "fixes": shortfall.fixes.iter().map(|fix| fix_json(terminal, content, found, fix)).collect::<Vec<_>>(),
        })
    };
    found.list.iter().map(one).collect()
}

fn ids(content: &Content, units: &[u32]) -> Vec<String> {
    units.iter().filter_map(|unit| content.compounds.get(*unit as usize)).map(|compound| compound.source_id.clone()).collect()
}

fn fix_json(terminal: &Terminal, content: &Content, found: &Shortfalls, fix: &Fix) -> Value {
    let district = fix.district.and_then(|id| content.districts.get(&crate::base::DistrictId(id))).map(|d| d.number);
    let mut value = json!({
        "change": fix.change.code(),
        "size": (fix.size * 1e4).round() / 1e4,
        "district": district,
        "compounds": ids(content, &fix.units),
        "text": terminal.words(&fixing::fix_message(content, found, fix)),
    });
    let bounds = |to: &[(usize, f64)]| -> Value {
        to.iter().map(|(at, to)| (fixing::field_of(found, *at).to_owned(), Value::from(*to))).collect::<Map<_, _>>().into()
    };
    let mut pair = |pair: &Pair| {
        let id = |unit: u32| content.compounds.get(unit as usize).map(|compound| compound.source_id.clone());
        value["a"] = id(pair.from).into();
        value["b"] = id(pair.to).into();
        value["gap_m"] = pair.gap_m.into();
    };
    match &fix.change {
        Change::Nothing => {}
        Change::Gap { to_m, pair: ends } => {
            pair(ends);
            value["to"] = (*to_m).into();
        }
        Change::Link { pair: ends, across } => {
            pair(ends);
            value["across"] = across_json(content, *across);
        }
        Change::Limits { community, street_office, pair: ends } => {
            pair(ends);
            (value["community"], value["street_office"]) = ((*community).into(), (*street_office).into());
        }
        Change::Minimum(to) | Change::Maximum(to) => value["to"] = bounds(to),
    }
    value
}

fn across_json(content: &Content, across: Across) -> Value {
    match across {
        Across::Far => json!({ "kind": "gap" }),
        Across::Bridge(id) => {
            let bridge = content.bridges.get(id.index());
            json!({ "kind": "bridge", "id": bridge.map(|b| b.source_id.as_str()), "name": bridge.map(|b| b.name.as_str()) })
        }
        Across::Barrier(id) => {
            let barrier = content.barriers.get(id.index());
            json!({
                "kind": barrier.map(|b| b.kind.code()),
                "id": barrier.map(|b| b.source_id.as_str()),
                "name": barrier.map(|b| b.name.as_str()),
            })
        }
        Across::Parted => json!({ "kind": "forbidden" }),
    }
}
