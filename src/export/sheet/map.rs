//! The map inside the frame: ground, compounds, districts, pipes, items, labels.

use std::collections::BTreeMap;

use geo::{BoundingRect, Geometry, InteriorPoint, LineString, MultiLineString, MultiPolygon};

use super::draw::{Face, PX, Svg, rect, run, width};
use super::marks::{HALF, narrow, sign};
use super::{Colours, Frame};
use crate::base::{CompoundId, DistrictId};
use crate::export::features::{in_scope, item_in_scope};
use crate::export::{ExportInput, verdict_of};
use crate::map::{
    AreaStyle, Compliance, DistrictScene, LabelBox, LineStyle, MapColours, Placer, Rgba, Shade, compound_style, label_point,
};
use crate::model::{BarrierKind, Compound};
use crate::policy::{ItemClass, PipeClass, Verdict, catalogue};

/// What the map shows and what it had no room for; the legend lists it.
#[derive(Debug, Default)]
pub(super) struct Shown {
    pub(super) items: BTreeMap<ItemClass, usize>,
    pub(super) items_without_room: usize,
    pub(super) pipes: BTreeMap<PipeClass, usize>,
}

/// What a fill keeps of the colour of a class.
const CLASS_FILL: f32 = 0.85;

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

struct Painter<'a> {
    svg: &'a mut Svg,
    input: &'a ExportInput<'a>,
    frame: &'a Frame,
    /// The district that the sheet is about; all of them without.
    focus: Option<DistrictId>,
    wears: &'a Colours,
    colours: MapColours,
    placer: Placer,
    shown: Shown,
}

pub(super) fn draw(svg: &mut Svg, input: &ExportInput<'_>, frame: &Frame, wears: &Colours, focus: Option<DistrictId>) -> Shown {
    let colours = MapColours::of(Shade::Light);
    svg.hatch("hatch", colours.quiet);
    svg.clip("map", frame.area);
    svg.path(&rect(frame.area), Some(colours.paper), None);
    let mut painter = Painter { svg, input, frame, focus, wears, colours, placer: Placer::default(), shown: Shown::default() };
    painter.ground();
    painter.compounds();
    painter.districts();
    painter.pipes();
    painter.district_labels();
    painter.items();
    painter.labels();
    let shown = painter.shown;
    svg.end();
    grid(svg, frame);
    shown
}

impl Painter<'_> {
    fn area_path(&self, shape: &MultiPolygon<f64>) -> String {
        let rings = shape.0.iter().flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()));
        rings.map(|ring| self.line_path(ring, true)).collect()
    }

    fn line_path(&self, line: &LineString<f64>, closed: bool) -> String {
        let keep = line.0.len() - usize::from(closed && line.0.len() > 1);
        run(line.0.iter().take(keep).map(|c| self.frame.place(*c)), closed)
    }

    fn lines_path(&self, lines: &MultiLineString<f64>) -> String {
        lines.0.iter().map(|line| self.line_path(line, false)).collect()
    }

    /// Areas and lines of any geometry; points have no path.
    fn any_path(&self, shape: &Geometry<f64>) -> (String, bool) {
        match shape {
            Geometry::Polygon(p) => (self.area_path(&MultiPolygon(vec![p.clone()])), true),
            Geometry::MultiPolygon(p) => (self.area_path(p), true),
            Geometry::LineString(l) => (self.line_path(l, false), false),
            Geometry::MultiLineString(l) => (self.lines_path(l), false),
            _ => (String::new(), false),
        }
    }

    fn stroke(&mut self, d: &str, colour: Rgba, units: f64, dash: Option<[f32; 2]>) {
        self.svg.path(d, None, Some(LineStyle { colour, width_px: narrow(units / PX), dash }));
    }

    fn ground(&mut self) {
        let content = self.input.content;
        let colours = self.colours;
        for parcel in content.parcels.iter().filter(|p| self.frame.sees(p.shape.bounding_rect())) {
            let d = self.area_path(&parcel.shape);
            self.svg.path(&d, Some(colours.green), None);
        }
        for heritage in content.heritage.iter() {
            let d = self.area_path(&heritage.shape);
            self.svg.path(
                &d,
                Some(Rgba::hex(0xF3_E6D0)),
                Some(LineStyle { colour: Rgba::hex(0xB2_8A4A), width_px: 1.0, dash: Some([6.0, 3.0]) }),
            );
        }
        self.water();
        let streets: Vec<_> = content.streets.iter().filter(|s| self.frame.sees(s.line.bounding_rect())).collect();
        let widths: Vec<f64> =
            streets.iter().map(|s| (s.width_m.unwrap_or(8.0) / self.frame.metres_per_unit).clamp(4.0, 200.0)).collect();
        let paths: Vec<String> = streets.iter().map(|s| self.lines_path(&s.line)).collect();
        for (d, units) in paths.iter().zip(&widths) {
            self.stroke(d, colours.street_edge, units + 3.0, None);
        }
        for (d, units) in paths.iter().zip(&widths) {
            self.stroke(d, colours.street, *units, None);
        }
        self.railways();
        if self.frame.scale <= 6_000.0 {
            for building in content.buildings.iter().filter(|b| self.frame.sees(b.shape.bounding_rect())) {
                let d = self.area_path(&building.shape);
                self.svg.path(&d, Some(colours.building), None);
            }
        }
    }

    fn water(&mut self) {
        for barrier in self.input.content.barriers.iter().filter(|b| b.kind == BarrierKind::River) {
            let (d, area) = self.any_path(&barrier.shape);
            if area {
                self.svg.path(&d, Some(self.colours.water), None);
            } else {
                self.stroke(&d, self.colours.water, 30.0, None);
            }
        }
    }

    fn railways(&mut self) {
        let colour = self.colours.barrier;
        for barrier in self.input.content.barriers.iter().filter(|b| b.kind != BarrierKind::River) {
            let (d, area) = self.any_path(&barrier.shape);
            match barrier.kind {
                _ if area => self.svg.path(&d, Some(colour.fade(0.35)), None),
                BarrierKind::Railway => {
                    self.stroke(&d, colour, 12.0, None);
                    self.stroke(&d, Rgba::hex(0xFF_FFFF), 7.0, Some([9.0, 9.0]));
                }
                BarrierKind::Expressway => {
                    self.stroke(&d, colour, 18.0, None);
                    self.stroke(&d, Rgba::hex(0xFA_EFD2), 13.0, None);
                }
                _ => self.stroke(&d, colour, 5.0, None),
            }
        }
    }

    fn compounds(&mut self) {
        for (row, compound) in self.input.content.compounds.iter().enumerate() {
            if !self.frame.sees(compound.shape.bounding_rect()) {
                continue;
            }
            let d = self.area_path(&compound.shape);
            let verdict = verdict_of(self.input, row);
            let style = compound_style(compliance(verdict), &self.colours);
            let placeholder = compound.facts.placeholder.is_some();
            let style = if placeholder { style.as_placeholder(&self.colours) } else { style };
            if let Some(classed) = &self.wears.looked.compounds {
                let class = classed.rows.get(row).map_or(usize::MAX, |class| usize::from(*class));
                let fill = Some(classed.colour(class, &self.colours).fade(CLASS_FILL));
                self.svg.area(&d, &AreaStyle { fill, mark: false, ..style });
                continue;
            }
            let district = self.input.content.assignment.get(row).copied().flatten();
            match district.filter(|id| self.focus.is_none_or(|focus| focus == *id)) {
                Some(id) => {
                    let hue = self.wears.hue(id);
                    let dash = style.outline.and_then(|line| line.dash).filter(|_| placeholder);
                    let line = LineStyle { colour: hue, width_px: 0.9, dash };
                    let class = self.wears.looked.districts.as_ref().map(|classed| {
                        let class = self.wears.looked.district_class(id).map_or(usize::MAX, usize::from);
                        classed.colour(class, &self.colours).fade(CLASS_FILL)
                    });
                    self.svg.path(&d, Some(class.unwrap_or(hue.fade(0.26))), Some(line));
                }
                None => self.svg.area(&d, &style),
            }
        }
    }

    fn districts(&mut self) {
        let scene = DistrictScene::build(self.input.content, self.frame.centre);
        let Some(level) = scene.layer.levels.first() else { return };
        for (shape, feature) in scene.shapes.iter().zip(&level.features).filter(|(shape, _)| self.frame.sees(shape.bounds)) {
            let ring = |ring| {
                let points = level.ring(ring).iter();
                let world = points.map(|p| self.frame.centre + geo::Coord { x: f64::from(p[0]), y: f64::from(p[1]) });
                run(world.map(|c| self.frame.place(c)), true)
            };
            let d: String = feature.rings.clone().map(ring).collect();
            let hue = self.wears.hue(shape.id);
            let wide = if self.focus.is_none_or(|focus| focus == shape.id) { 7.0 } else { 3.0 };
            self.stroke(&d, Rgba::hex(0xFF_FFFF), wide + 6.0, None);
            self.stroke(&d, hue, wide, None);
        }
    }

    fn pipes(&mut self) {
        let content = self.input.content;
        let pipes: Vec<_> = content.pipes.iter().filter(|p| self.frame.sees(p.line.bounding_rect())).collect();
        let paths: Vec<String> = pipes.iter().map(|p| self.lines_path(&p.line)).collect();
        for d in &paths {
            self.stroke(d, Rgba::hex(0x4A_5056), 6.6, None);
        }
        for (pipe, d) in pipes.iter().zip(&paths) {
            let [r, g, b] = pipe.class.exact_rgb_of(pipe.subclass);
            self.stroke(d, Rgba { r, g, b, a: 255 }, 4.4, None);
            *self.shown.pipes.entry(pipe.class).or_default() += 1;
        }
    }

    /// Whether a district is called by its name on the sheet.
    fn named(&self, id: DistrictId) -> bool {
        self.input.scope.is_none_or(|scope| scope.has_district(id))
    }

    /// Takes the room of a label; says whether there was any.
    fn room(&mut self, at: [f64; 2], size: [f64; 2]) -> bool {
        let inside = self.frame.holds([at[0] - size[0] / 2.0, at[1] - size[1] / 2.0], 6.0)
            && self.frame.holds([at[0] + size[0] / 2.0, at[1] + size[1] / 2.0], 6.0);
        inside && self.placer.place(LabelBox::around(at.map(narrow), size.map(narrow)))
    }

    fn district_labels(&mut self) {
        let content = self.input.content;
        for (id, members) in content.members_by_district() {
            let Some(district) = content.districts.get(&id).filter(|_| self.named(id)) else { continue };
            let shapes = members.iter().filter_map(|m| content.compounds.get(m.index())).flat_map(|c| c.shape.0.iter().cloned());
            let Some(at) = label_point(&MultiPolygon(shapes.collect())).map(|c| self.frame.place(c)) else { continue };
            let text = district.label();
            let hue = self.wears.hue(id);
            let size = [width(&text, 46.0) + 8.0, 54.0];
            let tries = [[0.0, 0.0], [0.0, -60.0], [0.0, 60.0], [-90.0, 0.0], [90.0, 0.0]];
            let free = tries.into_iter().map(|t| [at[0] + t[0], at[1] + t[1]]).find(|p| self.room(*p, size));
            if let Some(p) = free {
                let ink = hue.mix(self.colours.ink, 0.45);
                self.svg.words([p[0], p[1] + 16.0], &text, Face::new(46.0).bold().middle().halo().colour(ink));
            }
        }
    }

    fn items(&mut self) {
        let content = self.input.content;
        let focus = self.focus;
        let mine = content.items.values().filter(|item| item_in_scope(self.input, item));
        for item in mine.filter(|item| focus.is_none() || content.item_district(item) == focus) {
            let Some(entry) = catalogue().get(&item.code) else { continue };
            let at = item.place.as_ref().and_then(InteriorPoint::interior_point);
            let Some(at) = at.map(|p| self.frame.place(p.0)).filter(|p| self.frame.holds(*p, 0.0)) else { continue };
            let step = HALF * 2.0 + 6.0;
            let around = [[0.0, 0.0], [step, 0.0], [-step, 0.0], [0.0, step], [0.0, -step], [step, step], [-step, -step]];
            let room = [HALF * 2.0 + 4.0, HALF * 2.0 + 4.0];
            match around.into_iter().map(|t| [at[0] + t[0], at[1] + t[1]]).find(|p| self.room(*p, room)) {
                Some(p) => {
                    sign(self.svg, p, entry.class, Some(entry.symbol));
                    *self.shown.items.entry(entry.class).or_default() += 1;
                }
                None => self.shown.items_without_room += 1,
            }
        }
    }

    /// Names, largest compounds first, where there is room.
    fn labels(&mut self) {
        use geo::Area;
        let content = self.input.content;
        let soft = self.colours.ink_soft;
        let in_focus = self.focus.is_some();
        for street in content.streets.iter().filter(|s| (s.important || in_focus) && !s.name.is_empty()) {
            let segments = street.line.0.iter().flat_map(LineString::lines);
            let longest = segments.max_by(|a, b| (a.dx().hypot(a.dy())).total_cmp(&b.dx().hypot(b.dy())));
            let Some(segment) = longest else { continue };
            let at = self.frame.place((segment.start + segment.end) / 2.0);
            if self.room(at, [width(&street.name, 28.0), 32.0]) {
                self.svg.words([at[0], at[1] + 10.0], &street.name, Face::new(28.0).middle().halo().colour(soft));
            }
        }
        let named = |(row, c): (usize, &'_ Compound)| {
            let mine = in_scope(self.input, CompoundId::from_index(row)) && self.frame.sees(c.shape.bounding_rect());
            mine && !c.facts.name.is_empty()
        };
        let mut rows: Vec<_> = content.compounds.iter().enumerate().filter(|(row, c)| named((*row, c))).map(|(_, c)| c).collect();
        rows.sort_by(|a, b| b.shape.unsigned_area().total_cmp(&a.shape.unsigned_area()));
        for compound in rows.into_iter().take(4_000) {
            let Some(at) = label_point(&compound.shape).map(|c| self.frame.place(c)) else { continue };
            let name = compound.facts.name.as_str();
            if self.room(at, [width(name, 25.0) + 4.0, 29.0]) {
                self.svg.words([at[0], at[1] + 9.0], name, Face::new(25.0).middle().halo().colour(self.colours.ink));
            }
        }
    }
}

/// Ticks at round kilometres on the frame, with their numbers; x is east, y north.
fn grid(svg: &mut Svg, frame: &Frame) {
    let area = frame.area;
    let ink = Rgba::hex(0x1C_2126);
    svg.path(&rect(area), None, Some(LineStyle { colour: ink, width_px: 1.4, dash: None }));
    let span = (area[2] - area[0]) * frame.metres_per_unit;
    let step = [100.0, 200.0, 500.0, 1_000.0, 2_000.0, 5_000.0, 10_000.0, 50_000.0, 200_000.0];
    let step = step.into_iter().find(|step| span / step <= 8.0).unwrap_or(1.0e6);
    let decimals = usize::from(step < 1_000.0);
    let face = Face::new(24.0).colour(Rgba::hex(0x5B_6670)).middle();
    let half = [(area[2] - area[0]) / 2.0, (area[3] - area[1]) / 2.0].map(|v| v * frame.metres_per_unit);
    let mut x = ((frame.centre.x - half[0]) / step).ceil() * step;
    while x <= frame.centre.x + half[0] {
        let [at, _] = frame.place(geo::Coord { x, y: frame.centre.y });
        svg.line([at, area[1]], [at, area[1] + 18.0], ink, 3.0);
        svg.line([at, area[3]], [at, area[3] - 18.0], ink, 3.0);
        svg.words([at, area[3] + 32.0], &format!("{:.decimals$}", x / 1_000.0), face);
        x += step;
    }
    let mut y = ((frame.centre.y - half[1]) / step).ceil() * step;
    while y <= frame.centre.y + half[1] {
        let [_, at] = frame.place(geo::Coord { x: frame.centre.x, y });
        svg.line([area[0], at], [area[0] + 18.0, at], ink, 3.0);
        svg.line([area[2], at], [area[2] - 18.0, at], ink, 3.0);
        svg.words([area[0] - 50.0, at + 8.0], &format!("{:.decimals$}", y / 1_000.0), face);
        y += step;
    }
}
