//! What `plan`, `check` and `export` make of works in the ground and their years.

use serde_json::{Value, json};

use super::terminal::Terminal;
use crate::base::{DistrictId, ItemId, Message, Money, PipeId};
use crate::contiguity::Links;
use crate::coordination::dig::{self, Dug, Opener, Reopening};
use crate::coordination::indicators::{ClassSum, Indicators};
use crate::coordination::phasing::{self, PhaseDistrict, PhaseScore, Phasing};
use crate::coordination::{self, Disorder, DistrictFunds, MilestoneRow, SyncMove, SyncRow, district_funds};
use crate::model::{Content, District};
use crate::pipes::clearance::{Beside, Narrow};
use crate::pipes::survey::{FaultKind, Quality};
use crate::pipes::{PipeLengths, Trunk};
use crate::policy::{ItemClass, PipeClass};
use crate::screening::Screened;
use crate::session::{derive, sheet};

/// Rows in JSON; the layer has them all.
const ROWS: usize = 200;

/// Looks at the ground that is opened.
pub(super) fn dug(terminal: &mut Terminal, content: &Content) -> Result<Dug, Message> {
    let label = Message::new("session.job-dug");
    let dug = terminal.phase("dig", &label, |progress| derive::dug(content, progress));
    dug.map_err(|_| Message::new("session.cancelled"))
}

/// Ground that is opened twice, the longest first, and the years that would spare most of it.
pub(super) fn dig_json(terminal: &mut Terminal, content: &Content, dug: &Dug) -> Result<Value, Message> {
    let label = Message::new("session.job-years");
    let proposal = terminal.phase("years", &label, |progress| dig::propose(content, &dug.ground, progress));
    let proposal = proposal.map_err(|_| Message::new("session.cancelled"))?;
    let name = |opener: Opener| opener.name(content);
    let moves = proposal.moves.iter().filter_map(|one| {
        let work = dug.ground.works.get(one.work as usize)?;
        let pipes = work.openings.iter().filter_map(|row| dug.ground.openings.get(*row as usize));
        Some(json!({
            "owner": work.owner,
            "class": work.class.map(PipeClass::code),
            "site": work.site.label(content),
            "length_m": work.length_m,
            "from": one.from,
            "to": one.to,
            "pipes": pipes.map(|opening| name(opening.opener)).collect::<Vec<_>>(),
        }))
    });
    let digging = &dug.digging;
    let years = dig::open_years(content, &dug.ground);
    Ok(json!({
        "reach_m": digging.reach_m,
        "opened_m": digging.opened_m,
        "reopened_m": digging.reopened_m,
        "crossings": digging.crossings,
        "crossings_m": digging.crossings_m,
        "places": digging.rows.len(),
        "rows": digging.rows.iter().take(ROWS).map(|row| row_json(terminal, content, dug, row)).collect::<Vec<_>>(),
        "proposal": {
            "years": [years.start(), years.end()],
            "before_m": proposal.before_m,
            "after_m": proposal.after_m,
            "proved": proposal.proved,
            "moves": moves.collect::<Vec<_>>(),
        },
    }))
}

fn row_json(terminal: &Terminal, content: &Content, dug: &Dug, row: &Reopening) -> Value {
    let ids = row.beside.iter().filter_map(|id| content.compounds.get(id.index())).map(|c| c.source_id.as_str());
    json!({
        "site": row.site.label(content),
        "first": row.first,
        "again": row.again,
        "length_m": row.length_m,
        "households": row.households,
        "compounds": ids.collect::<Vec<_>>(),
        "earlier": terminal.words(&sheet::units(content, &dug.ground, &row.earlier)),
        "later": terminal.words(&sheet::units(content, &dug.ground, &row.later)),
    })
}

/// Looks at the quality of the pipe survey.
pub(super) fn quality(terminal: &mut Terminal, content: &Content) -> Quality {
    terminal.phase("survey", &Message::new("session.job-quality"), |_| derive::quality(content))
}

/// Faults of the survey by kind, with how many can be put right without a guess.
pub(super) fn quality_json(content: &Content, quality: &Quality) -> Value {
    let of_kind = |kind: &FaultKind| {
        let faults = quality.of_kind(*kind).count();
        let fixable = quality.of_kind(*kind).filter(|fault| fault.fix.is_some()).count();
        (faults > 0).then(|| json!({ "kind": kind.code(), "faults": faults, "fixable": fixable }))
    };
    let faults: Vec<Value> = FaultKind::ALL.iter().filter_map(of_kind).collect();
    json!({ "pipes": content.pipes.len(), "numbered": quality.numbered, "faults": faults })
}

/// Clearance that wants a look; none where it was not asked for.
pub(super) fn clearance_json(content: &Content, quality: &Quality) -> Value {
    let found = &quality.clearance;
    if !found.asked {
        return Value::Null;
    }
    let pipe = |id: PipeId| content.pipes.get(id.index()).map(|pipe| pipe.source_id.as_str());
    let row = |row: &Narrow| {
        let beside = match row.beside {
            Beside::Pipe(id) => pipe(id),
            Beside::Building(id) => content.buildings.get(id.index()).map(|one| one.source_id.as_str()),
        };
        json!({
            "pipe": pipe(row.pipe), "against": row.against.code(), "beside": beside,
            "clear_m": row.clear_m, "centres_m": row.centres_m, "required_m": row.required_m,
            "lacking": row.lacking.iter().map(|one| one.code()).collect::<Vec<_>>(),
        })
    };
    let lacking = found.rows.iter().filter(|row| !row.lacking.is_empty()).count();
    json!({
        "near": found.rows.len() - lacking,
        "lacking": lacking,
        "crossings": found.crossings,
        "rows": found.rows.iter().take(ROWS).map(row).collect::<Vec<_>>(),
    })
}

/// Trunks of each district: pipes that several of its compounds hang on.
pub(super) fn trunks_json(content: &Content, lengths: &PipeLengths, quality: &Quality) -> Value {
    let trunk = |trunk: &Trunk| {
        let pipe = content.pipes.get(trunk.pipe.index());
        let compounds = trunk.compounds.iter().filter_map(|id| content.compounds.get(id.index()));
        json!({
            "pipe": pipe.map(|pipe| pipe.source_id.as_str()), "class": pipe.map(|pipe| pipe.class.code()),
            "compounds": compounds.map(|compound| compound.source_id.as_str()).collect::<Vec<_>>(), "basis": trunk.basis.code(),
        })
    };
    let district = |(id, held): (&DistrictId, &District)| {
        let found = quality.network.trunks(content, lengths, *id);
        let rows: Vec<Value> = found.iter().take(ROWS).map(trunk).collect();
        json!({ "district": held.number, "trunks": found.len(), "rows": rows })
    };
    content.districts.iter().map(district).collect()
}

/// Years of pipes against years of districts, and the move that settles most metres.
pub(super) fn sync_json(content: &Content, lengths: &PipeLengths, dug: &Dug) -> Value {
    let found = coordination::sync(content, lengths, &dig::open_years(content, &dug.ground));
    let number = |id: &DistrictId| content.districts.get(id).map(|d| d.number);
    let row = |row: &SyncRow| {
        let (district, owner, pipes) = match &row.what {
            SyncMove::District(id) => (number(id), None, None),
            SyncMove::Pipes { district, owner, pipes, .. } => (number(district), owner.clone(), Some(pipes.len())),
        };
        let what = if pipes.is_some() { "pipes" } else { "district" };
        json!({
            "what": what, "district": district, "owner": owner, "pipes": pipes,
            "from": row.from, "to": row.to, "settled_m": row.settled_m,
        })
    };
    let cell =
        |((year, pipe_year), metres): (&(i32, i32), &f64)| json!({ "year": year, "pipe_year": pipe_year, "metres": metres });
    json!({
        "in_step_m": found.in_step_m(),
        "out_of_step_m": found.out_of_step_m(),
        "years": found.metres.iter().map(cell).collect::<Vec<_>>(),
        "moves": found.moves.iter().take(ROWS).map(row).collect::<Vec<_>>(),
    })
}

/// Funds of each district in whole 分.
pub(super) fn funds_json(content: &Content, lengths: &PipeLengths) -> Value {
    let row = |sums: &DistrictFunds| {
        let lines: serde_json::Map<String, Value> =
            sums.by_line.iter().map(|(line, sum)| (line.code().to_owned(), sum.fen().into())).collect();
        json!({
            "district": content.districts.get(&sums.district).map(|d| d.number),
            "cost_fen": sums.cost.amount.fen(),
            "cost_basis": sums.cost.basis.code(),
            "cost_missing": sums.cost.missing,
            "funds_fen": sums.total.fen(),
            "debt_fen": sums.debt.fen(),
            "gap_fen": sums.gap.fen(),
            "revenue_fen": sums.revenue.fen(),
            "years_to_balance": sums.years_to_balance(),
            "residents_fen_per_household": sums.residents_per_household().map(Money::fen),
            "lines_fen": lines,
            "hints": sums.hints.iter().map(|hint| hint.code()).collect::<Vec<_>>(),
        })
    };
    district_funds(content, lengths).iter().map(row).collect()
}

/// Milestones of each district against the days on which they are due, main items that end after their year, and works out of order.
pub(super) fn schedule_json(content: &Content) -> Value {
    let number = |id: Option<DistrictId>| id.and_then(|id| content.districts.get(&id)).map(|d| d.number);
    let milestone = |row: MilestoneRow| {
        json!({
            "milestone": row.milestone.code(), "due": row.due.map(|day| day.to_string()),
            "planned": row.progress.filter(|p| !p.is_done()).map(|p| p.day().to_string()),
            "done": row.progress.filter(|p| p.is_done()).map(|p| p.day().to_string()),
            "standing": row.standing.code(),
        })
    };
    let district = |(id, held): (&DistrictId, &District)| {
        let rows = coordination::milestones_of(content, *id);
        let late = rows.iter().filter(|row| row.standing.is_late()).count();
        let rows: Vec<Value> = rows.into_iter().map(milestone).collect();
        json!({ "district": held.number, "year": held.year, "late": late, "milestones": rows })
    };
    let item = |id: ItemId| {
        let item = content.items.get(&id);
        let code = item.map(|item| item.code.0.as_str());
        json!({ "item": id.0, "code": code, "district": number(item.and_then(|item| content.item_district(item))) })
    };
    let late = coordination::ends_late(content).into_iter().map(|late| {
        let mut value = item(late.item);
        value["ends"] = late.last.to_string().into();
        value["due"] = late.due.to_string().into();
        value
    });
    let disorder = |one: Disorder| json!({ "early": item(one.early.0), "waits_for": item(one.waits_for.0) });
    json!({
        "districts": content.districts.iter().map(district).collect::<Vec<_>>(),
        "ends_late": late.collect::<Vec<_>>(),
        "out_of_order": coordination::disorders(content).into_iter().map(disorder).collect::<Vec<_>>(),
    })
}

/// What each year costs, and the years that phasing proposes.
pub(super) fn phasing_json(
    terminal: &mut Terminal,
    content: &Content,
    (screened, lengths, dug, links): (&[Screened], &PipeLengths, &Dug, &Links),
) -> Result<Value, Message> {
    let problem = Phasing::new(content, screened, lengths, &dug.ground, links);
    let label = Message::new("session.job-years");
    let phase = terminal.phase("phasing", &label, |progress| phasing::solve(&problem, progress));
    let phase = phase.map_err(|_| Message::new("session.cancelled"))?;
    let score = |score: &PhaseScore| {
        json!({
            "over_fen": score.over_fen, "too_early": score.too_early, "total": score.total,
            "order": score.order, "balance": score.balance, "dig": score.dig, "apart": score.apart,
        })
    };
    let district = |(one, year): (&PhaseDistrict, &Option<i32>)| {
        json!({
            "district": content.districts.get(&one.id).map(|d| d.number),
            "cost_fen": one.cost.fen(), "cost_missing": one.cost_missing, "priority": one.score,
            "year": one.year, "proposed": year,
        })
    };
    let own: Vec<Option<i32>> = problem.districts.iter().map(|d| d.year).collect();
    let cost = |(year, cost): (i32, Money)| json!({ "year": year, "cost_fen": cost.fen(), "cap_fen": problem.caps.get(&year).map(|c| c.fen()) });
    Ok(json!({
        "years": problem.costs(&own).into_iter().map(cost).collect::<Vec<_>>(),
        "before": score(&phase.before),
        "after": score(&phase.score),
        "proved": phase.proved,
        "districts": problem.districts.iter().zip(&phase.years).map(district).collect::<Vec<_>>(),
    }))
}

/// Figures of the whole plan.
pub(super) fn indicators_json(content: &Content, screened: &[Screened], lengths: &PipeLengths) -> Value {
    let found = Indicators::of(content, screened, lengths);
    let class = |(class, sum): (&ItemClass, &ClassSum)| {
        (class.code().to_owned(), json!({ "items": sum.items, "cost_fen": sum.cost.fen() }))
    };
    let owner = |((owner, class), metres): (&(Option<String>, Option<PipeClass>), &f64)| json!({ "owner": owner, "class": class.map(PipeClass::code), "metres": metres });
    json!({
        "households": found.households,
        "households_missing": found.households_missing,
        "floor_area_m2": found.floor_area_m2,
        "floor_area_missing": found.floor_area_missing,
        "cost_fen": found.cost.fen(),
        "cost_missing": found.cost_missing,
        "fen_per_household": found.per_household().map(Money::fen),
        "fen_per_m2": found.per_m2().map(Money::fen),
        "satisfied_before_percent": found.satisfied_before.percent,
        "satisfied_before_districts": found.satisfied_before.districts,
        "satisfied_after_percent": found.satisfied_after.percent,
        "satisfied_after_districts": found.satisfied_after.districts,
        "communities": found.communities,
        "communities_whole": found.communities_whole,
        "classes": found.by_class.iter().map(class).collect::<serde_json::Map<_, _>>(),
        "pipes_by_owner": found.by_owner.iter().map(owner).collect::<Vec<_>>(),
    })
}
