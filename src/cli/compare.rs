//! `compare`: two groupings of the same compounds, of plans or of maps whose fields name the districts.

use serde_json::{Value, json};

use super::Ended;
use super::args::CompareArguments;
use super::check::read_grouping;
use super::inputs::read_units;
use super::output::{print, print_json};
use super::terminal::Terminal;
use crate::base::{DistrictId, Message};
use crate::grouping::{Comparison, MovedUnit};
use crate::model::{Compound, Content, District};
use crate::session::regrouping::{OtherGrouping, comparison_message, of_content};

pub(super) fn run(terminal: &mut Terminal, arguments: &CompareArguments) -> Result<Ended, Message> {
    let CompareArguments { first, second, district, district_b, shared } = arguments;
    let (ours, _) = read_grouping(terminal, first, district.as_deref(), shared, read_units)?;
    let (theirs, _) = read_grouping(terminal, second, district_b.as_deref().or(district.as_deref()), shared, read_units)?;
    let other = of_content(&ours.content, &theirs.content, None);
    if other.comparison.in_both == 0 {
        terminal.say(&Message::new("cli.nothing-shared"));
    }
    let names = Names { ours: &ours.content, theirs: &theirs.content };
    if shared.json {
        print_json(&summary(terminal, &names, &other))?;
    } else {
        print(|out| tell(terminal, &names, &other, out))?;
    }
    let left_out = shared.strict && ours.left_out + theirs.left_out > 0;
    Ok(if left_out { Ended::WithFaults } else { Ended::Well })
}

/// Names of the districts of either side.
struct Names<'a> {
    ours: &'a Content,
    theirs: &'a Content,
}

impl Names<'_> {
    fn first(&self, district: u32) -> String {
        name(self.ours, district)
    }

    fn second(&self, district: u32) -> String {
        name(self.theirs, district)
    }
}

fn name(content: &Content, district: u32) -> String {
    let known = content.districts.get(&DistrictId(district));
    known.map(|d: &District| if d.name.is_empty() { d.label() } else { d.name.clone() }).unwrap_or_default()
}

fn summary(terminal: &Terminal, names: &Names<'_>, other: &OtherGrouping) -> Value {
    let Comparison { in_both, rand, same, moved, splits, merges } = &other.comparison;
    let one = |moved: &MovedUnit| {
        json!({
            "id": names.ours.compounds.get(moved.unit as usize).map(|c| &c.source_id),
            "from": moved.from.map(|d| names.first(d)),
            "to": moved.to.map(|d| names.second(d)),
        })
    };
    let split = |(whole, parts): &(u32, Vec<u32>)| json!({ "from": names.first(*whole), "to": parts.iter().map(|d| names.second(*d)).collect::<Vec<_>>() });
    let merge = |(whole, parts): &(u32, Vec<u32>)| json!({ "from": parts.iter().map(|d| names.first(*d)).collect::<Vec<_>>(), "to": names.second(*whole) });
    json!({
        "units": names.ours.compounds.len(),
        "in_both": in_both,
        "only_in_first": other.unknown,
        "only_in_second": other.foreign,
        "adjusted_rand": rand,
        "same": same.iter().map(|(a, b, n)| json!({ "first": names.first(*a), "second": names.second(*b), "shared": n })).collect::<Vec<_>>(),
        "moved": moved.iter().map(one).collect::<Vec<_>>(),
        "splits": splits.iter().map(split).collect::<Vec<_>>(),
        "merges": merges.iter().map(merge).collect::<Vec<_>>(),
        "seconds": terminal.seconds(),
    })
}

fn tell(terminal: &Terminal, names: &Names<'_>, other: &OtherGrouping, out: &mut dyn std::io::Write) -> std::io::Result<()> {
    let found = &other.comparison;
    writeln!(out, "{}", terminal.words(&comparison_message(other)))?;
    for (whole, parts) in &found.splits {
        let parts: Vec<String> = parts.iter().map(|d| names.second(*d)).collect();
        let message = Message::new("grouping.split").text("district", names.first(*whole)).text("parts", parts.join("、"));
        writeln!(out, "{}", terminal.words(&message))?;
    }
    for (whole, parts) in &found.merges {
        let parts: Vec<String> = parts.iter().map(|d| names.first(*d)).collect();
        let message = Message::new("grouping.merged").text("district", names.second(*whole)).text("parts", parts.join("、"));
        writeln!(out, "{}", terminal.words(&message))?;
    }
    let none = terminal.words(&Message::new("ui.no-district"));
    for moved in &found.moved {
        let label = names.ours.compounds.get(moved.unit as usize).map(Compound::label).unwrap_or_default();
        let from = moved.from.map_or_else(|| none.clone(), |d| names.first(d));
        let to = moved.to.map_or_else(|| none.clone(), |d| names.second(d));
        writeln!(out, "{}\t{label}\t{from} → {to}", terminal.words(&Message::new("cli.move")))?;
    }
    Ok(())
}
