//! What lies under the plan on a map: water, streets, railways, buildings, idle land, historic quarters.

use geo::{BoundingRect, Intersects};

use super::map::{Painter, seen};
use crate::map::{LineStyle, Rgba};
use crate::model::BarrierKind;

/// Footprints show on maps of at least this scale.
const FOOTPRINTS: f64 = 6_000.0;

pub(super) const HERITAGE: Rgba = Rgba::hex(0xF3_E6D0);
pub(super) const HERITAGE_EDGE: LineStyle = LineStyle { colour: Rgba::hex(0xB2_8A4A), width_px: 1.0, dash: Some([6.0, 3.0]) };
pub(super) const EXPRESSWAY: Rgba = Rgba::hex(0xFA_EFD2);

/// What lies under the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Terrain {
    Water,
    Street,
    Railway,
    Expressway,
    Barrier,
    Building,
    Parcel,
    Heritage,
}

impl Painter<'_> {
    pub(super) fn ground(&mut self) {
        let content = self.input.content;
        let colours = self.colours;
        // A box may reach into the frame where its shape does not.
        let shown = self.frame.ground();
        for parcel in content.parcels.iter().filter(|p| self.frame.sees(p.shape.bounding_rect()) && p.shape.intersects(&shown)) {
            let d = self.area_path(&parcel.shape);
            self.svg.path(&d, Some(colours.green), None);
            self.shown.terrain.insert(Terrain::Parcel);
        }
        for heritage in content.heritage.iter().filter(|h| self.frame.sees(h.shape.bounding_rect()) && h.shape.intersects(&shown))
        {
            let d = self.area_path(&heritage.shape);
            self.svg.path(&d, Some(HERITAGE), Some(HERITAGE_EDGE));
            self.shown.terrain.insert(Terrain::Heritage);
        }
        self.water();
        let streets: Vec<_> = seen(self.frame, &content.streets, &self.survey.streets).map(|(_, street)| street).collect();
        let widths: Vec<f64> =
            streets.iter().map(|s| (s.width_m.unwrap_or(8.0) / self.frame.metres_per_unit).clamp(4.0, 200.0)).collect();
        let paths: Vec<String> = streets.iter().map(|s| self.lines_path(&s.line)).collect();
        self.shown.terrain.extend((!streets.is_empty()).then_some(Terrain::Street));
        for (d, units) in paths.iter().zip(&widths) {
            self.stroke(d, colours.street_edge, units + 3.0, None);
        }
        for (d, units) in paths.iter().zip(&widths) {
            self.stroke(d, colours.street, *units, None);
        }
        self.railways();
        if self.frame.scale <= FOOTPRINTS {
            for (_, building) in seen(self.frame, &content.buildings, &self.survey.buildings) {
                let d = self.area_path(&building.shape);
                self.svg.path(&d, Some(colours.building), None);
                self.shown.terrain.insert(Terrain::Building);
            }
        }
    }

    fn water(&mut self) {
        let rivers = self.input.content.barriers.iter().filter(|b| b.kind == BarrierKind::River);
        for river in rivers.filter(|b| self.frame.sees(b.shape.bounding_rect()) && b.shape.intersects(&self.frame.ground())) {
            let (d, area) = self.any_path(&river.shape);
            if area {
                self.svg.path(&d, Some(self.colours.water), None);
            } else {
                self.stroke(&d, self.colours.water, 30.0, None);
            }
            self.shown.terrain.insert(Terrain::Water);
        }
    }

    fn railways(&mut self) {
        let colour = self.colours.barrier;
        let barriers = self.input.content.barriers.iter().filter(|b| b.kind != BarrierKind::River);
        for barrier in barriers.filter(|b| self.frame.sees(b.shape.bounding_rect()) && b.shape.intersects(&self.frame.ground())) {
            let (d, area) = self.any_path(&barrier.shape);
            let terrain = match barrier.kind {
                BarrierKind::Railway => Terrain::Railway,
                BarrierKind::Expressway => Terrain::Expressway,
                _ => Terrain::Barrier,
            };
            match terrain {
                _ if area => self.svg.path(&d, Some(colour.fade(0.35)), None),
                Terrain::Railway => {
                    self.stroke(&d, colour, 12.0, None);
                    self.stroke(&d, Rgba::hex(0xFF_FFFF), 7.0, Some([9.0, 9.0]));
                }
                Terrain::Expressway => {
                    self.stroke(&d, colour, 18.0, None);
                    self.stroke(&d, EXPRESSWAY, 13.0, None);
                }
                _ => self.stroke(&d, colour, 5.0, None),
            }
            self.shown.terrain.insert(terrain);
        }
    }
}
