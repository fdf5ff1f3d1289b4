//! How each layer of the map looks, for both ways of drawing it.

use super::CanvasInput;
use crate::map::{
    AreaStyle, Classed, ClusterSign, Compliance, DIMMED, DistrictScene, HUES, LineStyle, Looked, MapColours, MapLayer, Rgba,
    STROKES, Stroke, Style, Viewport, WaterKind, compound_style, district_hue,
};
use crate::model::{Content, Street};
use crate::policy::PipeClass;

/// Buildings appear from this scale on, metres a pixel.
pub(super) const BUILDINGS_M_PX: f64 = 1.6;
/// Pipes get casings below this scale denominator.
pub(super) const CASING_DENOMINATOR: f64 = 15_000.0;
/// Above this one they are hairlines.
const CITY_DENOMINATOR: f64 = 60_000.0;
/// Below this one they are drawn in full strength, planned ones dashed.
const STREET_DENOMINATOR: f64 = 3_500.0;
/// What a fill keeps of a district's hue.
const DISTRICT_FILL: f32 = 0.26;
/// Width of the halo below the outline of a district, and from which size of the district on there is one.
const DISTRICT_HALO_PX: f32 = 4.6;
const DISTRICT_HALO_FROM_PX: f32 = 24.0;
/// Width of the outline of a district: at most this, at most a share of its size, at least so much.
const DISTRICT_LINE_PX: f32 = 2.0;
const DISTRICT_SHARE: f32 = 1.0 / 20.0;
const DISTRICT_LEAST_PX: f32 = 0.7;
/// What a fill keeps of a cluster's hue.
const CLUSTER_FILL: f32 = 0.6;
/// By how much the casing of a street is wider than its surface.
const STREET_EDGE_PX: f32 = 1.6;

/// The lines of a feature, the lowest first.
pub(super) type Strokes = [Option<Stroke>; STROKES];

fn strokes(list: &[Stroke]) -> Strokes {
    std::array::from_fn(|number| list.get(number).copied())
}

/// A solid line.
fn line(colour: Rgba, width_px: f32) -> LineStyle {
    LineStyle { colour, width_px, dash: None }
}

pub(super) fn parcel_style(colours: &MapColours) -> AreaStyle {
    let outline = Some(line(colours.green.mix(colours.ink_soft, 0.35), 0.8));
    AreaStyle { fill: Some(colours.green), outline, ..AreaStyle::default() }
}

pub(super) fn heritage_style(colours: &MapColours) -> AreaStyle {
    let outline = Some(LineStyle { dash: Some([6.0, 2.0]), ..line(colours.heritage, 1.2) });
    AreaStyle { fill: Some(colours.heritage.fade(0.10)), outline, ..AreaStyle::default() }
}

pub(super) fn building_style(colours: &MapColours) -> AreaStyle {
    let outline = Some(line(colours.quiet.fade(0.7), 0.6));
    AreaStyle { fill: Some(colours.building.fade(0.85)), outline, ..AreaStyle::default() }
}

/// The line of a street office, or of a community.
pub(super) fn limit_line(colours: &MapColours, office: bool) -> LineStyle {
    let (width_px, dash) = if office { (1.4, [14.0, 5.0]) } else { (0.9, [5.0, 4.0]) };
    LineStyle { colour: colours.quiet.fade(0.7), width_px, dash: Some(dash) }
}

/// Width of a street in the world, m.
pub(super) fn street_metres(street: &Street) -> f64 {
    street.width_m.filter(|width| width.is_finite()).unwrap_or(8.0).clamp(2.0, 80.0)
}

/// Casing and surface of a street of that width in the world.
pub(super) fn street_strokes(width_m: f32, important: bool, colours: &MapColours) -> Strokes {
    let width_px = if important { 2.2 } else { 1.1 };
    let casing = Stroke { colour: colours.street_edge, width_px, width_m, edge_px: STREET_EDGE_PX, ..Stroke::default() };
    strokes(&[casing, Stroke { colour: colours.street, edge_px: 0.0, wide_only: true, ..casing }])
}

/// What a fill keeps of the colour of a class, so that what lies above it still stands out.
const CLASS_FILL: f32 = 0.85;

/// The signs of all districts, as numbers: their hues, or their classes where a field colours them.
pub(super) struct DistrictSigns<'a> {
    districts: &'a DistrictScene,
    looked: &'a Looked,
    /// Districts are outlines alone where a field colours the compounds in them.
    hollow: bool,
}

impl<'a> DistrictSigns<'a> {
    pub(super) fn of(input: &CanvasInput<'a>) -> Self {
        let hollow = input.looked.compounds.is_some() && input.shown(MapLayer::Compounds).is_some();
        Self { districts: input.districts, looked: input.looked, hollow }
    }

    /// How many signs there are.
    pub(super) fn count(&self) -> usize {
        (HUES + 1) * self.looked.districts.as_ref().map_or(1, |classed| classed.classes.len() + 1)
    }

    /// The number of the sign that a district wears, by row of the layer.
    pub(super) fn number(&self, row: u32) -> usize {
        let Some(shape) = self.districts.shapes.get(row as usize) else { return 0 };
        let class = self
            .looked
            .districts
            .as_ref()
            .map_or(0, |classed| self.looked.district_class(shape.id).map_or(classed.classes.len(), usize::from));
        class * (HUES + 1) + usize::from(shape.hue.min(DIMMED))
    }

    /// The style of a number.
    pub(super) fn style(&self, number: usize, colours: &MapColours) -> Style {
        let (class, hue) = (number / (HUES + 1), number % (HUES + 1));
        let style = district_style(u8::try_from(hue).unwrap_or(0), colours);
        let fill = match &self.looked.districts {
            Some(_) if hue >= usize::from(DIMMED) => None,
            Some(classed) => Some(classed.colour(class, colours).fade(CLASS_FILL)),
            None if self.hollow => None,
            None => style.fill,
        };
        Style { fill, ..style }
    }
}

/// Fill, halo and outline of a district of that hue.
fn district_style(hue: u8, colours: &MapColours) -> Style {
    if hue >= DIMMED {
        let outline = Stroke::line(line(colours.quiet.fade(0.45), DISTRICT_LEAST_PX));
        return Style { fill: None, hatch: None, strokes: strokes(&[outline]) };
    }
    let hue = district_hue(hue, colours.shade);
    let halo = Stroke::line(line(colours.paper.fade(0.9), DISTRICT_HALO_PX));
    let outline = Stroke::line(line(hue, DISTRICT_LINE_PX));
    let lines = [
        Stroke { from_px: DISTRICT_HALO_FROM_PX, ..halo },
        Stroke { share: Some((DISTRICT_SHARE, DISTRICT_LEAST_PX)), ..outline },
    ];
    Style { fill: Some(hue.fade(DISTRICT_FILL)), hatch: None, strokes: strokes(&lines) }
}

/// Halo, fill and line of a selected compound.
pub(super) fn selection_style(colours: &MapColours) -> Style {
    let lines = [line(colours.paper.fade(0.9), 5.0), line(colours.ink, 2.2)].map(Stroke::line);
    Style { fill: Some(colours.ink.fade(0.06)), hatch: None, strokes: strokes(&lines) }
}

/// Style of a barrier or bridge that is an area.
pub(super) fn barrier_area_style(kind: WaterKind, colours: &MapColours) -> AreaStyle {
    let style = |fill, outline| AreaStyle { fill: Some(fill), outline: Some(outline), ..AreaStyle::default() };
    match kind {
        WaterKind::Water => style(colours.water, line(colours.water.mix(colours.ink_soft, 0.25), 0.8)),
        WaterKind::Bridge => style(colours.street, line(colours.ink_soft, 1.0)),
        _ => style(colours.no_data, line(colours.barrier, 1.0)),
    }
}

/// The strokes of a barrier line, lowest first.
pub(super) fn barrier_strokes(kind: WaterKind, colours: &MapColours) -> Strokes {
    let fixed = |colour, width_px, dash| Stroke::line(LineStyle { colour, width_px, dash });
    let grows = |colour, width_px, width_m, edge_px| Stroke { width_m, edge_px, ..fixed(colour, width_px, None) };
    match kind {
        WaterKind::Water => strokes(&[grows(colours.water, 2.5, 14.0, 0.0)]),
        WaterKind::Railway => strokes(&[fixed(colours.barrier, 2.8, None), fixed(colours.paper, 1.4, Some([8.0, 8.0]))]),
        WaterKind::Expressway => strokes(&[
            grows(colours.barrier, 3.6, 26.0, 1.6),
            grows(colours.street, 3.6, 26.0, 0.0),
            fixed(colours.barrier.fade(0.6), 0.8, None),
        ]),
        WaterKind::Wall => strokes(&[fixed(colours.barrier, 1.4, Some([6.0, 2.0]))]),
        WaterKind::Bridge => strokes(&[grows(colours.ink_soft, 4.0, 16.0, 1.8), grows(colours.street, 4.0, 16.0, 0.0)]),
    }
}

/// How pipes are drawn at a scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum PipeScale {
    /// Hairlines that let the districts through: a city's pipes would cover everything.
    City,
    /// Thin lines.
    Far,
    /// With casings.
    Near,
    /// In full strength, planned ones dashed.
    Street,
}

impl PipeScale {
    pub(super) fn of(viewport: &Viewport) -> Self {
        match viewport.scale_denominator() {
            n if n < STREET_DENOMINATOR => Self::Street,
            n if n < CASING_DENOMINATOR => Self::Near,
            n if n < CITY_DENOMINATOR => Self::Far,
            _ => Self::City,
        }
    }

    fn width_px(self) -> f32 {
        match self {
            Self::City => 0.45,
            Self::Far => 0.7,
            Self::Near => 1.1,
            Self::Street => 1.7,
        }
    }

    /// The casing of a pipe, which parts it from what it crosses, and the pipe itself.
    pub(super) fn strokes(self, class: PipeClass, planned: bool, colours: &MapColours) -> Strokes {
        let wider = match self {
            Self::City | Self::Far => None,
            Self::Near => Some(1.2),
            Self::Street => Some(1.8),
        };
        let casing = wider.map(|wider| Stroke::line(line(colours.pipe_casing(), self.width_px() + wider)));
        let dash = (self == Self::Street && planned).then_some([8.0, 3.0]);
        let pipe = Stroke::line(LineStyle { dash, ..line(colours.pipe(class), self.width_px()) });
        [casing, Some(pipe), None]
    }
}

/// What a compound wears: its verdict, the hue of its district where districts show, and whether its boundary is a placeholder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct CompoundSign {
    verdict: Compliance,
    hue: Option<u8>,
    placeholder: bool,
}

const VERDICTS: [Compliance; 5] =
    [Compliance::Must, Compliance::May, Compliance::OutOfScope, Compliance::Excluded, Compliance::Unknown];

/// The signs of all compounds, as numbers.
pub(super) struct Signs<'a> {
    content: &'a Content,
    verdicts: &'a [Compliance],
    /// Their classes, where a field colours them; then no hue of a district does.
    classed: Option<&'a Classed>,
    /// Hues by the numbers of districts, where districts show: a list is looked up for every compound of a city.
    hues: Option<std::collections::HashMap<u32, u8>>,
}

impl<'a> Signs<'a> {
    /// How many there are without classes.
    const COUNT: usize = VERDICTS.len() * (HUES + 2) * 2;

    /// How many signs there are.
    pub(super) fn count(&self) -> usize {
        self.classed.map_or(Self::COUNT, |classed| VERDICTS.len() * (classed.classes.len() + 1) * 2)
    }

    pub(super) fn of(input: &CanvasInput<'a>) -> Self {
        let shown = input.shown(MapLayer::Districts);
        let hues = shown.map(|_| input.districts.hues.iter().map(|(id, hue)| (id.0, *hue)).collect());
        Self { content: input.content, verdicts: input.verdicts, classed: input.looked.compounds.as_deref(), hues }
    }

    /// The number of the sign that a compound wears.
    pub(super) fn number(&self, row: u32) -> usize {
        let (row, content) = (row as usize, self.content);
        let verdict = self.verdicts.get(row).copied().unwrap_or_default();
        let verdict = VERDICTS.iter().position(|other| *other == verdict).unwrap_or(0);
        let placeholder = content.compounds.get(row).is_some_and(|compound| compound.facts.placeholder.is_some());
        if let Some(classed) = self.classed {
            let class = classed.rows.get(row).map_or(classed.classes.len(), |class| usize::from(*class));
            return (class * VERDICTS.len() + verdict) * 2 + usize::from(placeholder);
        }
        let district = content.assignment.get(row).copied().flatten().zip(self.hues.as_ref());
        let hue = district.map_or(0, |(id, hues)| 1 + usize::from(hues.get(&id.0).copied().unwrap_or(0).min(DIMMED)));
        (verdict * (HUES + 2) + hue) * 2 + usize::from(placeholder)
    }

    /// The style of a number: of a class in its colour, with the line of the verdict.
    pub(super) fn style(&self, number: usize, colours: &MapColours) -> AreaStyle {
        let Some(classed) = self.classed else { return style_of_sign(Self::sign(number), colours) };
        let verdict = VERDICTS.get(number / 2 % VERDICTS.len()).copied().unwrap_or_default();
        let fill = Some(classed.colour(number / 2 / VERDICTS.len(), colours).fade(CLASS_FILL));
        let style = AreaStyle { fill, mark: false, ..compound_style(verdict, colours) };
        if number % 2 == 1 { style.as_placeholder(colours) } else { style }
    }

    /// The sign of a number without classes.
    fn sign(number: usize) -> CompoundSign {
        let (rest, placeholder) = (number / 2, number % 2 == 1);
        let hue = (rest % (HUES + 2)).checked_sub(1).and_then(|hue| u8::try_from(hue).ok());
        let verdict = VERDICTS.get(rest / (HUES + 2)).copied().unwrap_or_default();
        CompoundSign { verdict, hue, placeholder }
    }
}

/// Style of a compound: its district's hue as a thin inner line where districts are shown, or the sign of its verdict.
fn style_of_sign(sign: CompoundSign, colours: &MapColours) -> AreaStyle {
    let style = compound_style(sign.verdict, colours);
    let style = if sign.placeholder { style.as_placeholder(colours) } else { style };
    let Some(hue) = sign.hue else { return style };
    let colour = if hue >= DIMMED { colours.quiet.fade(0.4) } else { district_hue(hue, colours.shade).fade(0.75) };
    let dash = if sign.verdict == Compliance::Must { None } else { style.outline.and_then(|l| l.dash) };
    let outline = Some(LineStyle { colour, width_px: 0.9, dash });
    let style = AreaStyle { fill: Some(colours.paper), outline, hatch: None, mark: false };
    if sign.placeholder { style.as_placeholder(colours) } else { style }
}

/// Style of a compound by its cluster: strong, so that it holds over what lies below; blank where it hangs on no other.
pub(super) fn style_of_cluster(sign: ClusterSign, colours: &MapColours) -> AreaStyle {
    let (fill, outline) = match sign {
        ClusterSign::Outside => return AreaStyle::default(),
        ClusterSign::Alone => (colours.paper.fade(0.85), colours.ink_soft),
        ClusterSign::Hue(hue) => (district_hue(hue, colours.shade).fade(CLUSTER_FILL), district_hue(hue, colours.shade)),
    };
    AreaStyle { fill: Some(fill), outline: Some(line(outline, 1.2)), ..AreaStyle::default() }
}

#[expect(clippy::cast_possible_truncation, reason = "sizes of features in metres")]
pub(super) fn narrow(value: f64) -> f32 {
    value as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_signs_are_all_different_signs() {
        let signs: Vec<CompoundSign> = (0..Signs::COUNT).map(Signs::sign).collect();
        for (number, sign) in signs.iter().enumerate() {
            assert!(!signs[..number].contains(sign), "{sign:?} has two numbers");
        }
        assert_eq!(signs[0], CompoundSign { verdict: Compliance::Must, hue: None, placeholder: false });
    }
}
