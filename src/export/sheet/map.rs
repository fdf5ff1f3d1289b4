//! The map inside the frame: compounds, districts, pipes, items, labels, and the grid of kilometres.

use std::collections::{BTreeMap, BTreeSet};

use geo::{BoundingRect, Coord, Geometry, LineString, MultiLineString, MultiPolygon, Rect};

use super::crop::Crop;
use super::draw::{PX, Svg, rect, run};
use super::face::Face;
use super::ground::Terrain;
use super::layout::Frame;
use super::marks::narrow;
use super::notes::Spoken;
use super::subject::Subject;
use crate::base::{DistrictId, PipeId};
use crate::checks::Severity;
use crate::export::{ExportInput, verdict_of};
use crate::map::{
    Checked, Classed, Compliance, DistrictScene, LineStyle, Looked, MapColours, Placer, Rgba, Shade, compound_style, district_hue,
};
use crate::model::Pipe;
use crate::policy::{ItemClass, PipeClass, Verdict};

/// What a fill keeps of the colour of its class, so that what lies above still stands out; and what lies beside the district
/// that a sheet is about keeps of that.
pub(super) const CLASS_FILL: f32 = 0.85;
const BESIDE: f32 = 0.45;

/// What the map shows and what it had no room for; the legend lists it.
#[derive(Debug, Default)]
pub(super) struct Shown {
    pub(super) districts: usize,
    /// Verdicts of the compounds that wear the colour of theirs.
    pub(super) verdicts: Vec<Verdict>,
    pub(super) items: BTreeMap<ItemClass, usize>,
    pub(super) items_without_room: usize,
    /// Some are counted.
    pub(super) counts_items: bool,
    pub(super) pipes: BTreeMap<PipeClass, usize>,
    pub(super) terrain: BTreeSet<Terrain>,
    /// What wears the colour of a class of a field, by class.
    pub(super) classes: BTreeMap<usize, usize>,
    /// Compounds whose boundary only holds a place.
    pub(super) placeholders: usize,
    pub(super) annotations: usize,
    /// Words of annotations that have no room on the map.
    pub(super) spoken: Vec<Spoken>,
}

/// What every map of an atlas is drawn from, made once: outlines of districts, boxes by row, and classes of fields.
pub(super) struct Survey {
    pub(super) anchor: Coord<f64>,
    pub(super) scene: DistrictScene,
    looked: Looked,
    pub(super) compounds: Vec<Option<Rect<f64>>>,
    pub(super) pipes: Vec<Option<Rect<f64>>>,
    pub(super) buildings: Vec<Option<Rect<f64>>>,
    pub(super) streets: Vec<Option<Rect<f64>>>,
}

impl Survey {
    pub(super) fn new(input: &ExportInput<'_>) -> Self {
        let content = input.content;
        let compounds: Vec<_> = content.compounds.iter().map(|c| c.shape.bounding_rect()).collect();
        let anchor = compounds.iter().flatten().next().map_or(Coord { x: 0.0, y: 0.0 }, |bounds| bounds.center());
        Self {
            anchor,
            scene: DistrictScene::build(content, anchor),
            looked: Looked::of(content, &checked(input)),
            compounds,
            pipes: content.pipes.iter().map(|p| p.line.bounding_rect()).collect(),
            buildings: content.buildings.iter().map(|b| b.shape.bounding_rect()).collect(),
            streets: content.streets.iter().map(|s| s.line.bounding_rect()).collect(),
        }
    }

    pub(super) fn hue(&self, id: DistrictId) -> Rgba {
        district_hue(self.scene.hues.get(&id).copied().unwrap_or(0), Shade::Light)
    }

    /// The layer that a map about that shows by the classes of a field, as the plan's looks say: compounds before districts,
    /// whose ground they are. Maps of a trade show what is built on quiet ground.
    pub(super) fn looked(&self, subject: Subject) -> Option<ByField<'_>> {
        if !matches!(subject, Subject::Whole | Subject::District(_)) {
            return None;
        }
        let compounds = self.looked.compounds.as_deref().map(ByField::Compounds);
        compounds.or_else(|| self.looked.districts.as_ref().map(ByField::Districts))
    }
}

/// A layer by the classes of a field.
#[derive(Clone, Copy)]
pub(super) enum ByField<'a> {
    Compounds(&'a Classed),
    Districts(&'a Classed),
}

impl<'a> ByField<'a> {
    pub(super) const fn classed(self) -> &'a Classed {
        match self {
            Self::Compounds(classed) | Self::Districts(classed) => classed,
        }
    }
}

/// The gravest finding of each compound and district.
fn checked(input: &ExportInput<'_>) -> Checked {
    let mut checked = Checked::default();
    for finding in input.findings {
        if let Some(severity) = Severity::ALL.into_iter().find(|severity| severity.code() == finding.severity) {
            checked.note(severity, finding.district, finding.compounds.iter().copied());
        }
    }
    checked
}

/// Those of some rows that a map shows.
pub(super) fn seen<'a, T>(
    frame: &'a Frame,
    rows: &'a [T],
    boxes: &'a [Option<Rect<f64>>],
) -> impl Iterator<Item = (usize, &'a T)> {
    rows.iter().zip(boxes).enumerate().filter(|(_, (_, bounds))| frame.sees(**bounds)).map(|(row, (one, _))| (row, one))
}

/// A verdict as the map's styles know it.
pub(super) fn compliance(verdict: Verdict) -> Compliance {
    match verdict {
        Verdict::Must => Compliance::Must,
        Verdict::May => Compliance::May,
        Verdict::OutOfScope => Compliance::OutOfScope,
        Verdict::Excluded => Compliance::Excluded,
        Verdict::Unknown => Compliance::Unknown,
    }
}

pub(super) struct Painter<'a> {
    pub(super) svg: &'a mut Svg,
    pub(super) input: &'a ExportInput<'a>,
    pub(super) survey: &'a Survey,
    pub(super) frame: &'a Frame,
    crop: Crop,
    pub(super) subject: Subject,
    pub(super) colours: MapColours,
    pub(super) placer: Placer,
    pub(super) shown: Shown,
}

pub(super) fn draw(svg: &mut Svg, input: &ExportInput<'_>, survey: &Survey, frame: &Frame, subject: Subject) -> Shown {
    let colours = MapColours::of(Shade::Light);
    svg.hatch("hatch", colours.quiet);
    svg.clip("map", frame.area);
    svg.path(&rect(frame.area), Some(colours.paper), None);
    let (placer, shown) = (Placer::default(), Shown::default());
    let crop = Crop::around(frame.area);
    let mut painter = Painter { svg, input, survey, frame, crop, subject, colours, placer, shown };
    painter.ground();
    painter.compounds();
    painter.districts();
    painter.pipes();
    painter.item_shapes();
    painter.annotations();
    painter.district_labels();
    if let Some(focus) = subject.focus() {
        painter.compound_names(&|district| district == Some(focus));
    }
    painter.items();
    painter.street_names();
    painter.compound_names(&|district| subject.focus().is_none_or(|focus| district != Some(focus)));
    let shown = painter.shown;
    svg.end();
    grid(svg, frame);
    shown
}

impl Painter<'_> {
    pub(super) fn area_path(&self, shape: &MultiPolygon<f64>) -> String {
        let rings = shape.0.iter().flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()));
        rings.map(|ring| self.ring_path(ring)).collect()
    }

    fn ring_path(&self, ring: &LineString<f64>) -> String {
        let keep = ring.0.len() - usize::from(ring.0.len() > 1);
        self.closed_path(ring.0.iter().take(keep).map(|c| self.frame.place(*c)).collect())
    }

    /// A ring on the sheet, without its first point again.
    fn closed_path(&self, ring: Vec<[f64; 2]>) -> String {
        run(self.crop.ring(ring).into_iter(), true)
    }

    fn line_path(&self, line: &LineString<f64>) -> String {
        let points: Vec<_> = line.0.iter().map(|c| self.frame.place(*c)).collect();
        self.crop.line(&points).into_iter().map(|stretch| run(stretch.into_iter(), false)).collect()
    }

    pub(super) fn lines_path(&self, lines: &MultiLineString<f64>) -> String {
        lines.0.iter().map(|line| self.line_path(line)).collect()
    }

    /// Areas and lines of any geometry; points have no path.
    pub(super) fn any_path(&self, shape: &Geometry<f64>) -> (String, bool) {
        match shape {
            Geometry::Polygon(p) => (self.area_path(&MultiPolygon(vec![p.clone()])), true),
            Geometry::MultiPolygon(p) => (self.area_path(p), true),
            Geometry::LineString(l) => (self.line_path(l), false),
            Geometry::MultiLineString(l) => (self.lines_path(l), false),
            _ => (String::new(), false),
        }
    }

    pub(super) fn stroke(&mut self, d: &str, colour: Rgba, units: f64, dash: Option<[f32; 2]>) {
        self.svg.path(d, None, Some(LineStyle { colour, width_px: narrow(units / PX), dash }));
    }

    fn compounds(&mut self) {
        let content = self.input.content;
        let focus = self.subject.focus();
        for (row, compound) in seen(self.frame, &content.compounds, &self.survey.compounds) {
            let d = self.area_path(&compound.shape);
            let verdict = verdict_of(self.input, row);
            let style = compound_style(compliance(verdict), &self.colours);
            let placeholder = compound.facts.placeholder.is_some();
            let style = if placeholder { style.as_placeholder(&self.colours) } else { style };
            self.shown.placeholders += usize::from(placeholder);
            let district = content.assignment.get(row).copied().flatten();
            let in_focus = focus.is_none_or(|focus| district == Some(focus));
            if let Some(fill) = self.class_fill(row, district) {
                let fill = if in_focus { fill } else { fill.fade(BESIDE) };
                self.svg.path(&d, Some(fill), style.outline);
            } else if let Some(id) = district.filter(|id| focus.is_none_or(|focus| focus == *id)) {
                let hue = self.survey.hue(id);
                let dash = style.outline.and_then(|line| line.dash).filter(|_| placeholder);
                let line = LineStyle { colour: hue, width_px: 0.9, dash };
                self.svg.path(&d, Some(hue.fade(0.26)), Some(line));
            } else {
                self.svg.area(&d, &style);
                self.shown.verdicts.push(verdict);
            }
        }
    }

    /// The colour of the class that a compound or its district wears on this map.
    fn class_fill(&mut self, row: usize, district: Option<DistrictId>) -> Option<Rgba> {
        let by_field = self.survey.looked(self.subject)?;
        let classed = by_field.classed();
        let class = match by_field {
            ByField::Compounds(_) => classed.rows.get(row).map_or(classed.classes.len(), |class| usize::from(*class)),
            ByField::Districts(_) => self.district_class(classed, district?),
        };
        if let ByField::Compounds(_) = by_field {
            *self.shown.classes.entry(class).or_default() += 1;
        }
        Some(classed.colour(class, &self.colours).fade(CLASS_FILL))
    }

    fn district_class(&self, classed: &Classed, id: DistrictId) -> usize {
        self.survey.looked.district_class(id).map_or(classed.classes.len(), usize::from)
    }

    fn districts(&mut self) {
        let scene = &self.survey.scene;
        let focus = self.subject.focus();
        for (row, shape) in (0_u32..).zip(&scene.shapes).filter(|(_, shape)| self.frame.sees(shape.bounds)) {
            let Some(origin) = scene.layer.cells.origin_of(row as usize) else { continue };
            let ring = |ring: &[[f32; 2]]| {
                let world = ring.iter().map(|p| origin + Coord { x: f64::from(p[0]), y: f64::from(p[1]) });
                self.closed_path(world.map(|c| self.frame.place(c)).collect())
            };
            let d: String = scene.layer.rings(row).map(ring).collect();
            let wide = if focus.is_none_or(|focus| focus == shape.id) { 7.0 } else { 3.0 };
            self.stroke(&d, Rgba::hex(0xFF_FFFF), wide + 6.0, None);
            self.stroke(&d, self.survey.hue(shape.id), wide, None);
            self.shown.districts += 1;
            if let Some(ByField::Districts(classed)) = self.survey.looked(self.subject) {
                *self.shown.classes.entry(self.district_class(classed, shape.id)).or_default() += 1;
            }
        }
    }

    fn pipes(&mut self) {
        let content = self.input.content;
        let mine = |(row, pipe): &(usize, &Pipe)| self.subject.has_pipe(content, PipeId::from_index(*row), pipe);
        let pipes: Vec<_> = seen(self.frame, &content.pipes, &self.survey.pipes).filter(mine).map(|(_, pipe)| pipe).collect();
        let paths: Vec<String> = pipes.iter().map(|p| self.lines_path(&p.line)).collect();
        for d in &paths {
            self.stroke(d, PIPE_EDGE, 6.6, None);
        }
        for (pipe, d) in pipes.iter().zip(&paths) {
            let [r, g, b] = pipe.class.exact_rgb_of(pipe.subclass);
            self.stroke(d, Rgba { r, g, b, a: 255 }, 4.4, None);
            *self.shown.pipes.entry(pipe.class).or_default() += 1;
        }
    }
}

pub(super) const PIPE_EDGE: Rgba = Rgba::hex(0x4A_5056);

/// Crosses at round kilometres and ticks on the frame with their numbers; x is east, y north.
fn grid(svg: &mut Svg, frame: &Frame) {
    /// Numbers keep away from the corners, where those of the two sides would meet.
    const CORNER: f64 = 64.0;
    let area = frame.area;
    let ink = Rgba::hex(0x1C_2126);
    svg.path(&rect(area), None, Some(LineStyle { colour: ink, width_px: 1.4, dash: None }));
    let [half_x, half_y] = frame.half_m();
    let step = [100.0, 200.0, 500.0, 1_000.0, 2_000.0, 5_000.0, 10_000.0, 50_000.0, 200_000.0];
    let step = step.into_iter().find(|step| 2.0 * half_x.max(half_y) / step <= 8.0).unwrap_or(1.0e6);
    let decimals = usize::from(step < 1_000.0);
    let face = Face::new(24.0).colour(Rgba::hex(0x5B_6670)).middle();
    let eastings = rounds(frame.centre.x, half_x, step);
    let northings = rounds(frame.centre.y, half_y, step);
    for x in &eastings {
        let [at, _] = frame.place(Coord { x: *x, y: frame.centre.y });
        svg.line([at, area[1]], [at, area[1] + 18.0], ink, 3.0);
        svg.line([at, area[3]], [at, area[3] - 18.0], ink, 3.0);
        if at > area[0] + CORNER && at < area[2] - CORNER {
            svg.words([at, area[3] + 32.0], &format!("{:.decimals$}", x / 1_000.0), face);
        }
        for y in &northings {
            let [x, y] = frame.place(Coord { x: *x, y: *y });
            svg.line([x - 10.0, y], [x + 10.0, y], ink, 1.4);
            svg.line([x, y - 10.0], [x, y + 10.0], ink, 1.4);
        }
    }
    for y in &northings {
        let [_, at] = frame.place(Coord { x: frame.centre.x, y: *y });
        svg.line([area[0], at], [area[0] + 18.0, at], ink, 3.0);
        svg.line([area[2], at], [area[2] - 18.0, at], ink, 3.0);
        if at > area[1] + CORNER && at < area[3] - CORNER {
            svg.words([area[0] - 14.0, at], &format!("{:.decimals$}", y / 1_000.0), face.upward());
        }
    }
}

/// Round values about a middle.
fn rounds(middle: f64, half: f64, step: f64) -> Vec<f64> {
    let mut found = Vec::new();
    let mut value = ((middle - half) / step).ceil() * step;
    while value <= middle + half {
        found.push(value);
        value += step;
    }
    found
}
