//! `group`: screen, connect and group; the units with their districts come out.

use std::collections::BTreeMap;
use std::io::Write;

use serde_json::{Value, json};

use super::args::{GroupArguments, Shared, Wish};
use super::check::read_grouping;
use super::inputs::{Loaded, bare_links, read_compounds, rules_json};
use super::output::{ending, leave, no_format, print, print_json, write_file};
use super::terminal::Terminal;
use super::{Ended, measures, only, shortfalls};
use crate::base::Message;
use crate::command::{DIAMETER, FieldBound, GroupRequest};
use crate::contiguity::Links;
use crate::export::{self, ExportInput, ExportOptions};
use crate::grouping::shortfall::Shortfalls;
use crate::grouping::{self, Aim, Bound, Fault, Grouping, Problem, Unassigned, Weights};
use crate::model::Content;
use crate::policy::Verdict;
use crate::screening::{self, Screened};
use crate::session::{actions, derive, edits, fixing};

/// Formats of `--out`.
const FORMATS: [&str; 3] = ["geojson", "gpkg", "csv"];

/// Reasons for staying out that are told on the terminal; the JSON has them all.
const REASONS_TOLD: usize = 5;

/// A grouping with all that led to it.
pub(super) struct Grouped {
    pub(super) screened: Vec<Screened>,
    pub(super) links: Links,
    pub(super) problem: Problem,
    pub(super) grouping: Grouping,
    /// What a check from scratch found wrong; empty unless the solver is at fault.
    pub(super) faults: Vec<Fault>,
    /// Ids of the units.
    pub(super) names: Vec<String>,
}

impl Grouped {
    /// Every compound that may be grouped is, within all bounds, and the check from scratch agrees.
    pub(super) fn is_sound(&self) -> bool {
        self.grouping.bounds_met && self.faults.is_empty()
    }

    /// The field of a bound.
    fn field(&self, bound: usize) -> &str {
        &self.problem.fields[self.problem.bounds[bound].field].name
    }
}

pub(super) fn run(terminal: &mut Terminal, arguments: &GroupArguments) -> Result<Ended, Message> {
    let format = arguments.out.as_deref().map(ending);
    if let (Some(out), Some(format)) = (&arguments.out, &format)
        && !FORMATS.contains(&format.as_str())
    {
        return Err(no_format(out, &FORMATS));
    }
    let mut loaded = match &arguments.from {
        Some(field) => read_grouping(terminal, &arguments.compounds, field.as_deref(), &arguments.shared, read_compounds)?.0,
        None => read_compounds(terminal, &arguments.compounds, &arguments.shared)?,
    };
    arguments.wish.settle(&mut loaded.content.settings);
    let mut request = request(&arguments.wish);
    if arguments.from.is_some() {
        request.improve = !arguments.anew;
        request.aim = if request.improve && request.aim == Aim::Components { Aim::Most } else { request.aim };
        request.only = only::chosen(&loaded.content, &arguments.only)?;
    }
    let grouped = group(terminal, &loaded.content, &arguments.shared, (&arguments.wish, &request))?;
    if arguments.only.is_empty() {
        apply(&mut loaded.content, &grouped.grouping);
    } else {
        only::apply(&mut loaded.content, &grouped.grouping, &request.only)?;
    }
    let solved = (&grouped.problem, &grouped.grouping);
    let left = shortfalls::find(terminal, &loaded.content, solved, &grouped.links, &arguments.shared)?;
    write(terminal, &loaded, &grouped, arguments, format.as_deref())?;
    if arguments.shared.json {
        let value = summary(terminal, &loaded, (&grouped, &left), arguments);
        print_json(&value)?;
    }
    tell_end(terminal, &grouped);
    shortfalls::tell(terminal, &loaded.content, &left);
    let well = grouped.is_sound() && !(arguments.shared.strict && loaded.left_out > 0);
    leave((loaded, grouped));
    Ok(if well { Ended::Well } else { Ended::WithFaults })
}

/// Screens, connects and groups.
pub(super) fn group(
    terminal: &mut Terminal,
    content: &Content,
    shared: &Shared,
    (wish, request): (&Wish, &GroupRequest),
) -> Result<Grouped, Message> {
    if let Some(threads) = wish.threads {
        // The pool can be set once a process; a command runs once a process.
        rayon::ThreadPoolBuilder::new().num_threads(threads).build_global().ok();
    }
    let screened = terminal.phase("screen", &Message::new("cli.screening"), |_| derive::screened(content));
    tell_unknown(terminal, content, &screened);
    let links = bare_links(terminal, content, shared)?;
    let problem = actions::group_problem(content, &screened, &links, request)?;
    let label = Message::new("session.job-group");
    let grouping = terminal.limited_phase("group", &label, wish.time_limit, |progress| grouping::solve(&problem, progress));
    let grouping = grouping.map_err(|error| error.message())?;
    let faults = grouping::verify(&problem, &grouping);
    let names = content.compounds.iter().map(|compound| compound.source_id.clone()).collect();
    Ok(Grouped { screened, links, problem, grouping, faults, names })
}

/// What came out, what stays out and why, and whether the search was cut short.
pub(super) fn tell_end(terminal: &Terminal, grouped: &Grouped) {
    let grouping = &grouped.grouping;
    let told = Message::new("cli.grouped").count("districts", grouping.districts).count("unassigned", grouping.unassigned.len());
    terminal.say(&told);
    let mut reasons: Vec<(String, usize)> = Vec::new();
    for (_, why) in &grouping.unassigned {
        let words = terminal.words(&why.message(|bound| fixing::field_words(grouped.field(bound))));
        match reasons.iter_mut().find(|(known, _)| *known == words) {
            Some((_, count)) => *count += 1,
            None => reasons.push((words, 1)),
        }
    }
    reasons.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    for (reason, count) in reasons.iter().take(REASONS_TOLD) {
        terminal.say(&Message::new("cli.unassigned").count("count", *count).text("reason", reason));
    }
    if reasons.len() > REASONS_TOLD {
        terminal.say(&Message::new("cli.more-reasons").count("count", reasons.len() - REASONS_TOLD));
    }
    for (a, b) in &grouping.parted {
        let id = |unit: u32| grouped.names.get(unit as usize).map_or("", String::as_str);
        terminal.say(&Message::new("cli.parted").text("a", id(*a)).text("b", id(*b)));
    }
    for (at, missing) in grouping.missing.iter().enumerate().filter(|(_, missing)| **missing > 0) {
        let field = fixing::field_words(grouped.field(at));
        terminal.say(&Message::new("cli.missing-values").count("count", *missing).nested("field", field));
    }
    tell_unmet(terminal, grouped);
    if grouping.stopped_early {
        terminal.say(&Message::new("cli.stopped-early"));
    }
    for fault in &grouped.faults {
        terminal.say(&fault.message(|bound| fixing::field_words(grouped.field(bound))));
    }
}

/// A number of districts that was not reached, and compounds that the diameter does not hold for.
fn tell_unmet(terminal: &Terminal, grouped: &Grouped) {
    let Grouped { problem, grouping, .. } = grouped;
    if let Aim::Exactly(wanted) = problem.aim
        && wanted != grouping.districts
    {
        terminal.say(&Message::new("cli.count-missed").count("wanted", wanted).count("districts", grouping.districts));
    }
    let outlines = problem.diameter.as_ref().map_or(&[][..], |asked| &asked.outlines);
    let shapeless = outlines.iter().zip(&problem.eligible).filter(|(outline, eligible)| **eligible && outline.is_empty()).count();
    if shapeless > 0 {
        terminal.say(&Message::new("cli.shapeless").count("count", shapeless));
    }
}

/// Files without years put everything to 待核: says so, and how to go on.
pub(super) fn tell_unknown(terminal: &Terminal, content: &Content, screened: &[Screened]) {
    let settings = &content.settings;
    let unknown = screened.iter().filter(|s| s.verdict == Verdict::Unknown).count();
    if unknown == screened.len() && unknown > 0 && !settings.all && !settings.eligible.unknown {
        terminal.say(&Message::new("cli.all-unknown").count("count", unknown));
    }
}

/// What the options of the command line ask for.
pub(super) fn request(wish: &Wish) -> GroupRequest {
    let mut bounds: BTreeMap<&str, (Option<f64>, Option<f64>)> = BTreeMap::new();
    // Of two bounds for one field both hold, so the tighter counts.
    for (field, least) in &wish.min {
        let held = &mut bounds.entry(field).or_default().0;
        *held = Some(held.map_or(*least, |other: f64| other.max(*least)));
    }
    for (field, most) in &wish.max {
        let held = &mut bounds.entry(field).or_default().1;
        *held = Some(held.map_or(*most, |other: f64| other.min(*most)));
    }
    let bound = |(field, (min, max)): (&str, _)| FieldBound { field: field.to_owned(), min, max };
    GroupRequest {
        bounds: bounds.into_iter().map(bound).collect(),
        aim: wish.aim(),
        similar: wish.similar.clone(),
        seed: wish.seed,
        effort: wish.effort,
        keep_locked: true,
        weights: wish.weights(),
        ..GroupRequest::default()
    }
}

/// Puts the districts of a grouping into the content of a fresh plan.
pub(super) fn apply(content: &mut Content, grouping: &Grouping) {
    edits::place_districts(content, &grouping.district);
}

fn write(
    terminal: &Terminal,
    loaded: &Loaded,
    grouped: &Grouped,
    arguments: &GroupArguments,
    format: Option<&str>,
) -> Result<(), Message> {
    let content = &loaded.content;
    let table = |out: &mut dyn Write| {
        let mut table = csv::Writer::from_writer(out);
        table.write_record(["id", "district"])?;
        for (compound, id) in content.compounds.iter().zip(&content.assignment) {
            let district = id.and_then(|id| content.districts.get(&id));
            let number = district.map(|district| district.number.to_string()).unwrap_or_default();
            table.write_record([compound.source_id.as_str(), number.as_str()])?;
        }
        table.flush()
    };
    let Some(out) = &arguments.out else {
        return if arguments.shared.json { Ok(()) } else { print(table) };
    };
    match format {
        Some("geojson") => {
            let screened = &grouped.screened;
            let input = ExportInput { screened, ..ExportInput::of(content) };
            let options = ExportOptions::in_lang(terminal.lang);
            export::write_geojson_layer(&input, "compounds", out, &options).map_err(|error| error.message())
        }
        Some("gpkg") => loaded.save(content, out),
        _ => write_file(out, table),
    }
}

fn summary(
    terminal: &mut Terminal,
    loaded: &Loaded,
    (grouped, left): (&Grouped, &Shortfalls),
    arguments: &GroupArguments,
) -> Value {
    let mut value = facts(terminal, &loaded.content, (grouped, left));
    measures::add(terminal, &loaded.content, grouped, arguments.compactness, &mut value);
    let wish = &arguments.wish;
    value["seed"] = wish.seed.into();
    value["effort"] = wish.effort.into();
    value["time_limit"] = wish.time_limit.into();
    value["only"] = arguments.only.clone().into();
    value["left_out"] = loaded.left_out.into();
    value["inputs"] = loaded.reports.clone().into();
    value["seconds"] = terminal.seconds();
    value
}

/// The parts of the objective and what they weigh.
fn objective(grouped: &Grouped) -> Value {
    let Grouping { sse, r2, pairwise, pairwise_counted, spread, radius_m, openings, contact, .. } = &grouped.grouping;
    let Weights { likeness, pairwise: weight, compactness, balance, wholeness, openings: opening, contact: touch } =
        grouped.problem.weights;
    json!({
        "sse": sse,
        "r2": r2,
        "pairwise": pairwise,
        "pairwise_counted": pairwise_counted,
        "spread": spread,
        "radius_m": radius_m,
        "openings": openings.map(|(each, once)| json!({ "by_district": each, "in_all": once })),
        "contact": contact.map(|(cut, all)| json!({ "cut": cut, "in_all": all })),
        "weights": {
            "likeness": likeness,
            "pairwise": weight,
            "compactness": compactness,
            "balance": balance,
            "wholeness": wholeness,
            "openings": opening,
            "contact": touch,
        },
    })
}

/// What a grouping is, as JSON; `plan` shows it too.
pub(super) fn facts(terminal: &Terminal, content: &Content, (grouped, left): (&Grouped, &Shortfalls)) -> Value {
    let grouping = &grouped.grouping;
    let eligible = screening::eligible(content, &grouped.screened);
    let gap_m = content.settings.gap_m;
    let (mut near, mut eligible_near) = (0, 0);
    for (a, b) in grouped.links.pairs_at(gap_m) {
        near += 1;
        eligible_near += usize::from(eligible[a] && eligible[b]);
    }
    let bound = |(at, bound): (usize, &Bound)| {
        let sums = &grouping.sums[at];
        json!({
            "field": grouped.field(at),
            "min": bound.min,
            "max": bound.max,
            "smallest": sums.iter().copied().reduce(f64::min),
            "largest": sums.iter().copied().reduce(f64::max),
            "missing": grouping.missing[at],
        })
    };
    let reach = grouped.problem.diameter.as_ref().map(|asked| {
        let reached = || grouping.diameters_m.iter().copied();
        json!({
            "field": DIAMETER,
            "min": null,
            "max": asked.max_m,
            "smallest": reached().reduce(f64::min),
            "largest": reached().reduce(f64::max),
            "missing": asked.outlines.iter().filter(|outline| outline.is_empty()).count(),
        })
    });
    let id = |unit: u32| content.compounds[unit as usize].source_id.as_str();
    let reason = |(unit, why): &(u32, Unassigned)| {
        json!({
            "id": content.compounds[*unit as usize].source_id,
            "reason": why.code(),
            "text": terminal.words(&why.message(|bound| fixing::field_words(grouped.field(bound)))),
        })
    };
    let mut verdicts = BTreeMap::<&str, usize>::new();
    for screened in &grouped.screened {
        *verdicts.entry(screened.verdict.code()).or_default() += 1;
    }
    json!({
        "units": content.compounds.len(),
        "verdicts": verdicts,
        "eligible": eligible.iter().filter(|e| **e).count(),
        "links": near,
        "eligible_links": eligible_near,
        "components": grouping.components,
        "districts": grouping.districts,
        "unassigned": grouping.unassigned.iter().map(reason).collect::<Vec<_>>(),
        "shortfalls": shortfalls::list_json(terminal, content, left),
        "shortfalls_left_out": left.more,
        "objective": objective(grouped),
        "community_splits": grouping.community_splits,
        "street_office_splits": grouping.street_office_splits,
        "barriers": rules_json(&content.settings.barriers),
        "bounds": grouped.problem.bounds.iter().enumerate().map(bound).chain(reach).collect::<Vec<_>>(),
        "parted": grouping.parted.iter().map(|pair| [pair.0, pair.1].map(id)).collect::<Vec<_>>(),
        "bounds_met": grouping.bounds_met,
        "faults": grouped.faults.iter().map(|f| terminal.words(&f.message(|bound| fixing::field_words(grouped.field(bound))))).collect::<Vec<_>>(),
        "stopped_early": grouping.stopped_early,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_bounds_for_one_field_the_tighter_counts() {
        let bound = |value: f64| ("households".to_owned(), value);
        let wish = Wish { min: vec![bound(900.0), bound(800.0)], max: vec![bound(2000.0), bound(3000.0)], ..Wish::default() };
        let bounds = request(&wish).bounds;
        assert_eq!(bounds.len(), 1);
        assert_eq!((bounds[0].min, bounds[0].max), (Some(900.0), Some(2000.0)));
    }
}
