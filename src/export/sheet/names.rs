//! Names on the maps of sheets, each where there is room: districts, streets, compounds.

use geo::{Area, Coord, LineString};

use super::face::Face;
use super::map::{Painter, seen};
use super::marks::narrow;
use crate::base::{CompoundId, DistrictId};
use crate::export::features::in_scope;
use crate::map::{LabelBox, label_point};
use crate::model::Compound;

/// A name on the map is no longer than this; the rest of it is in the tables.
const NAME_ROOM: f64 = 640.0;

impl Painter<'_> {
    /// Whether a district is called by its name on the sheet.
    fn named(&self, id: DistrictId) -> bool {
        self.input.scope.is_none_or(|scope| scope.has_district(id))
    }

    /// Takes the room of a label; says whether there was any.
    pub(super) fn room(&mut self, at: [f64; 2], size: [f64; 2]) -> bool {
        let inside = self.frame.holds([at[0] - size[0] / 2.0, at[1] - size[1] / 2.0], 6.0)
            && self.frame.holds([at[0] + size[0] / 2.0, at[1] + size[1] / 2.0], 6.0);
        inside && self.placer.place(LabelBox::around(at.map(narrow), size.map(narrow)))
    }

    pub(super) fn district_labels(&mut self) {
        let face = Face::new(46.0).bold().middle().halo();
        let survey = self.survey;
        for shape in &survey.scene.shapes {
            let Some(place) = shape.place.filter(|_| self.named(shape.id)) else { continue };
            let at = self.frame.place(survey.anchor + Coord { x: f64::from(place[0]), y: f64::from(place[1]) });
            let text = face.fitted(&shape.label, NAME_ROOM);
            let size = [face.width(&text) + 8.0, 54.0];
            let tries = [[0.0, 0.0], [0.0, -60.0], [0.0, 60.0], [-90.0, 0.0], [90.0, 0.0]];
            let free = tries.into_iter().map(|t| [at[0] + t[0], at[1] + t[1]]).find(|p| self.room(*p, size));
            if let Some(p) = free {
                let ink = survey.hue(shape.id).mix(self.colours.ink, 0.45);
                self.svg.words([p[0], p[1] + 16.0], &text, face.colour(ink));
            }
        }
    }

    pub(super) fn street_names(&mut self) {
        let content = self.input.content;
        let soft = self.colours.ink_soft;
        let in_focus = self.subject.focus().is_some();
        let face = Face::new(28.0).middle().halo();
        let streets = seen(self.frame, &content.streets, &self.survey.streets).map(|(_, street)| street);
        for street in streets.filter(|s| (s.important || in_focus) && !s.name.is_empty()) {
            let segments = street.line.0.iter().flat_map(LineString::lines);
            let longest = segments.max_by(|a, b| (a.dx().hypot(a.dy())).total_cmp(&b.dx().hypot(b.dy())));
            let Some(segment) = longest else { continue };
            let at = self.frame.place((segment.start + segment.end) / 2.0);
            let name = face.fitted(&street.name, NAME_ROOM);
            if self.room(at, [face.width(&name), 32.0]) {
                self.svg.words([at[0], at[1] + 10.0], &name, face.colour(soft));
            }
        }
    }

    /// Names of the compounds of some districts, the largest first, where there is room.
    pub(super) fn compound_names(&mut self, mine: &dyn Fn(Option<DistrictId>) -> bool) {
        let content = self.input.content;
        let named = |(row, c): &(usize, &'_ Compound)| {
            let district = content.assignment.get(*row).copied().flatten();
            mine(district) && in_scope(self.input, CompoundId::from_index(*row)) && !c.facts.name.is_empty()
        };
        let mut rows: Vec<_> =
            seen(self.frame, &content.compounds, &self.survey.compounds).filter(named).map(|(_, c)| c).collect();
        rows.sort_by(|a, b| b.shape.unsigned_area().total_cmp(&a.shape.unsigned_area()));
        let face = Face::new(25.0).middle().halo().colour(self.colours.ink);
        for compound in rows.into_iter().take(4_000) {
            let Some(at) = label_point(&compound.shape).map(|c| self.frame.place(c)) else { continue };
            let name = face.fitted(&compound.facts.name, NAME_ROOM);
            let size = [face.width(&name) + 4.0, 29.0];
            let tries = [0.0, 46.0, -46.0, 84.0, -84.0].map(|down| [at[0], at[1] + down]);
            if let Some(p) = tries.into_iter().find(|p| self.room(*p, size)) {
                self.svg.words([p[0], p[1] + 9.0], &name, face);
            }
        }
    }
}
