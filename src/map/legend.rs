//! What the signs on the map mean, as a list that panels and sheets draw with the same symbols.

use super::{AreaStyle, ClassSign, Compliance, LineStyle, MapColours, Rgba, class_colour, class_sign, compound_style};
use crate::base::Message;
use crate::model::Content;
use crate::policy::{ItemClass, PipeClass};

/// The sign of a legend entry.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LegendSign {
    /// A small area.
    Area(AreaStyle),
    /// A short line.
    Line(LineStyle),
    /// A symbol of a class.
    Class(ClassSign, Rgba),
}

/// A line of the legend.
#[derive(Clone, Debug, PartialEq)]
pub struct LegendEntry {
    /// The sign.
    pub sign: LegendSign,
    /// What it means.
    pub text: Message,
    /// How many features wear it.
    pub count: usize,
}

/// Entries for what the plan holds, most important first; signs that nothing wears are left out.
/// `verdicts` are by row of the compounds, `classes` those of the items.
#[must_use]
pub fn legend(content: &Content, verdicts: &[Compliance], classes: &[ItemClass], colours: &MapColours) -> Vec<LegendEntry> {
    let mut entries = Vec::new();
    if !content.districts.is_empty() {
        let hue = super::district_hue(0, colours.shade);
        let outline = Some(LineStyle { colour: hue, width_px: 2.0, dash: None });
        let style = AreaStyle { fill: Some(hue.fade(0.26)), outline, ..AreaStyle::default() };
        push(&mut entries, LegendSign::Area(style), Message::new("map.legend-districts"), content.districts.len());
    }
    for verdict in [Compliance::Must, Compliance::May, Compliance::Excluded, Compliance::OutOfScope, Compliance::Unknown] {
        let count = verdicts.iter().filter(|v| **v == verdict).count();
        push(&mut entries, LegendSign::Area(compound_style(verdict, colours)), verdict_text(verdict), count);
    }
    let placeholders = content.compounds.iter().filter(|compound| compound.facts.placeholder.is_some()).count();
    let style = compound_style(Compliance::Must, colours).as_placeholder(colours);
    push(&mut entries, LegendSign::Area(style), Message::new("map.legend-placeholder"), placeholders);
    for class in ItemClass::ALL {
        let count = classes.iter().filter(|c| **c == class).count();
        push(&mut entries, LegendSign::Class(class_sign(class), class_colour(class)), class_text(class), count);
    }
    for class in PipeClass::ALL {
        let count = content.pipes.iter().filter(|p| p.class == class).count();
        let style = LineStyle { colour: colours.pipe(class), width_px: 2.0, dash: None };
        push(&mut entries, LegendSign::Line(style), pipe_text(class), count);
    }
    entries
}

fn push(entries: &mut Vec<LegendEntry>, sign: LegendSign, text: Message, count: usize) {
    if count > 0 {
        entries.push(LegendEntry { sign, text, count });
    }
}

/// What the sign of a verdict means.
#[must_use]
pub fn verdict_text(verdict: Compliance) -> Message {
    Message::new(match verdict {
        Compliance::Must => "map.legend-must",
        Compliance::May => "map.legend-may",
        Compliance::Excluded => "map.legend-excluded",
        Compliance::OutOfScope => "map.legend-out-of-scope",
        Compliance::Unknown => "map.legend-unknown",
    })
}

/// What the sign of a class of items means.
#[must_use]
pub fn class_text(class: ItemClass) -> Message {
    Message::new(match class {
        ItemClass::Basic => "map.legend-basic",
        ItemClass::Improvement => "map.legend-improvement",
        ItemClass::Upgrade => "map.legend-upgrade",
    })
}

/// Name and letters of a pipe class.
#[must_use]
pub fn pipe_text(class: PipeClass) -> Message {
    match class {
        PipeClass::Water => Message::new("map.pipe-water"),
        PipeClass::Drainage => Message::new("map.pipe-drainage"),
        PipeClass::Gas => Message::new("map.pipe-gas"),
        PipeClass::Heat => Message::new("map.pipe-heat"),
        PipeClass::Power => Message::new("map.pipe-power"),
        PipeClass::Telecom => Message::new("map.pipe-telecom"),
        PipeClass::Industrial => Message::new("map.pipe-industrial"),
        PipeClass::Other => Message::new("map.pipe-other"),
        PipeClass::Unknown => Message::new("map.pipe-unknown"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::map::Shade;

    #[test]
    fn only_signs_that_something_wears_are_listed() {
        let colours = MapColours::of(Shade::Light);
        let verdicts = [Compliance::Must, Compliance::Must, Compliance::Excluded];
        let entries = legend(&Content::default(), &verdicts, &[ItemClass::Upgrade], &colours);
        let seen: Vec<(&str, usize)> = entries.iter().map(|e| (e.text.key(), e.count)).collect();
        assert_eq!(seen, [("map.legend-must", 2), ("map.legend-excluded", 1), ("map.legend-upgrade", 1)]);
    }
}
