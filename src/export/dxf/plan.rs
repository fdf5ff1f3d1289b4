//! The plan in a drawing: compounds by verdict, districts, pipes by class, items as signs, links, findings and what reviewers
//! drew. Fields are those of every other format.

use geo::{BoundingRect, Centroid, Coord, Geometry, InteriorPoint, LineString, MultiPolygon};

use super::DxfVersion;
use super::drawing::{Block, Drawing, Fill, Sign, Words};
use super::ground::{any, area, lines, longest, width};
use super::layers::{Layers, letters};
use crate::export::features::{Feature, ReviewLayer, layers as review_layers};
use crate::export::{ExportInput, ExportOptions, verdict_of};
use crate::gpkg::Cell;
use crate::map::{ClassSign, Rgba, Shade, arrow_head, class_sign, cloud, colour_districts, district_hue, label_point};
use crate::model::AnnotationKind;
use crate::policy::{ItemClass, Verdict};

/// Heights of texts, m: some millimetres on a sheet at 1:1000; names that have room in what they name are larger, up to the second.
const COMPOUND_M: [f64; 2] = [3.0, 12.0];
const DISTRICT_M: [f64; 2] = [9.0, 36.0];
const PIPE_M: f64 = 1.8;
const ANNOTATION_M: f64 = 4.0;

/// Metres between the lines that fill districts where colours cannot be see-through, and compounds that are left out.
const FILL_M: u8 = 12;
const EXCLUDED_M: u8 = 5;

/// The height of a name in a shape, m: as large as has room in most of its box, between two bounds.
fn lettering(text: &str, shape: &MultiPolygon<f64>, [least, most]: [f64; 2]) -> f64 {
    let room = shape.bounding_rect().map_or(0.0, |b| (0.85 * b.width() / width(text).max(1.0)).min(0.2 * b.height()));
    room.clamp(least, most)
}

struct Plan<'a> {
    drawing: &'a mut Drawing,
    input: &'a ExportInput<'a>,
    layers: &'a Layers,
}

pub(super) fn draw(drawing: &mut Drawing, input: &ExportInput<'_>, layers: &Layers, options: &ExportOptions) {
    let mut plan = Plan { drawing, input, layers };
    let mut review = review_layers(input, options);
    // Fills lie below lines.
    review.sort_by_key(|layer| layer.name != "districts");
    for layer in review {
        let ReviewLayer { name, columns, features, .. } = layer;
        let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
        let mut hues = std::collections::BTreeMap::new();
        if name == "districts" {
            let boxes: Vec<_> = input.content.compounds.iter().map(|c| c.shape.bounding_rect()).collect();
            hues = colour_districts(input.content, &boxes, 80.0);
        }
        for feature in features {
            let fields = fields(&names, &feature);
            match name {
                "compounds" => plan.compound(&feature, &fields),
                "districts" => plan.district(&feature, &fields, &hues),
                "pipes" => plan.pipe(&feature, &fields),
                "items" => plan.item(&feature, &fields),
                "links" => plan.shape(&feature, &fields, Layers::links),
                "findings" => plan.shape(&feature, &fields, Layers::findings),
                "annotations" => plan.annotation(&feature, &fields),
                _ => {}
            }
        }
    }
}

/// Names with what is known; what is not is left out.
fn fields(names: &[&str], feature: &Feature<'_>) -> Vec<(String, String)> {
    let text = |cell: &Cell| match cell {
        Cell::Null => None,
        Cell::Boolean(value) => Some(u8::from(*value).to_string()),
        Cell::Integer(value) => Some(value.to_string()),
        Cell::Real(value) => Some(value.to_string()),
        Cell::Text(value) => Some(value.clone()).filter(|value| !value.is_empty()),
    };
    names.iter().zip(&feature.cells).filter_map(|(name, cell)| Some(((*name).to_owned(), text(cell)?))).collect()
}

type Fields = [(String, String)];

impl Plan<'_> {
    fn compound(&mut self, feature: &Feature<'_>, fields: &Fields) {
        let Some(compound) = self.input.content.compounds.get(feature.row) else { return };
        let verdict = verdict_of(self.input, feature.row);
        if verdict == Verdict::Excluded {
            let fills = self.layers.compound_fills(self.drawing);
            self.drawing.hatch(&fills, &compound.shape, Fill::Lines(EXCLUDED_M), None, &[]);
        }
        let layer = self.layers.compounds(self.drawing, verdict);
        area(self.drawing, &layer, &compound.shape, fields);
        if let Some(at) = label_point(&compound.shape) {
            let names = self.layers.compound_names(self.drawing);
            let text = compound.label();
            let words = Words { text, height: lettering(text, &compound.shape, COMPOUND_M), turn: 0.0, centred: true };
            self.drawing.words(&names, at, words, None);
        }
    }

    fn district(
        &mut self,
        feature: &Feature<'_>,
        fields: &Fields,
        hues: &std::collections::BTreeMap<crate::base::DistrictId, u8>,
    ) {
        let Some(Geometry::MultiPolygon(shape)) = &feature.shape else { return };
        let id = crate::base::DistrictId(u32::try_from(feature.row).unwrap_or(0));
        let hue = district_hue(hues.get(&id).copied().unwrap_or(0), Shade::Light);
        let [outlines, fills, names] = self.layers.districts(self.drawing);
        // Without see-through colours a solid fill would hide what it lies on.
        let see_through = self.drawing.tags.version() == DxfVersion::R2007;
        let fill = if see_through { Fill::Solid } else { Fill::Lines(FILL_M) };
        self.drawing.hatch(&fills, shape, fill, Some(hue.fade(0.26)), &[]);
        for (n, polygon) in shape.iter().enumerate() {
            let own = if n == 0 { fields } else { &[] };
            self.drawing.polyline(&outlines, polygon.exterior(), true, Some(hue), own);
            for ring in polygon.interiors() {
                self.drawing.polyline(&outlines, ring, true, Some(hue), &[]);
            }
        }
        let label = self.input.content.districts.get(&id).map(crate::model::District::label).unwrap_or_default();
        if let Some(at) = label_point(shape) {
            // Above the name of the compound that stands in the same place.
            let height = lettering(&label, shape, DISTRICT_M);
            let at = Coord { y: at.y + COMPOUND_M[1] * 0.8 + height * 0.7, ..at };
            let words = Words { text: &label, height, turn: 0.0, centred: true };
            self.drawing.words(&names, at, words, Some(hue.mix(Rgba::hex(0x1C_2126), 0.45)));
        }
    }

    fn pipe(&mut self, feature: &Feature<'_>, fields: &Fields) {
        let Some(pipe) = self.input.content.pipes.get(feature.row) else { return };
        let layer = self.layers.pipes(self.drawing, pipe);
        lines(self.drawing, &layer, &pipe.line, fields);
        let Some((at, turn, length)) = longest(&pipe.line) else { return };
        let own = pipe.subclass.and_then(|subclass| subclass.row(pipe.class)).map_or(letters(pipe.class), |row| row.letters);
        let text = match pipe.diameter_mm {
            Some(diameter) => format!("{own} DN{diameter:.0}"),
            None => own.to_owned(),
        };
        // Only where the line is longer than what is written along it.
        if length > 1.6 * width(&text) * PIPE_M {
            let names = self.layers.pipe_names(self.drawing, pipe.class);
            self.drawing.words(&names, at, Words { text: &text, height: PIPE_M, turn, centred: true }, None);
        }
    }

    fn item(&mut self, feature: &Feature<'_>, fields: &Fields) {
        let Some(shape) = &feature.shape else { return };
        let id = crate::base::ItemId(u32::try_from(feature.row).unwrap_or(0));
        let entry = self.input.content.items.get(&id).and_then(|item| self.input.content.catalogue.get(&item.code));
        let class = entry.map_or(ItemClass::Basic, |entry| entry.class);
        let layer = self.layers.items(self.drawing, class);
        if !matches!(shape, Geometry::Point(_)) {
            // What is drawn as a line or an area is there as such, and its sign says what it is.
            any(self.drawing, &layer, shape, &[]);
        }
        let Some(at) = shape.interior_point() else { return };
        let code = entry.map_or("other", |entry| entry.code.0.as_str());
        let name = format!("LP_ITEM_{}", code.to_uppercase());
        let tags: Vec<(String, String)> = fields.iter().map(|(name, value)| (name.to_uppercase(), value.clone())).collect();
        let sign = match class_sign(class) {
            ClassSign::Square => Sign::Square,
            ClassSign::Circle => Sign::Circle,
            ClassSign::Triangle => Sign::Triangle,
        };
        let attributes = ITEM_TAGS.map(str::to_owned).to_vec();
        self.drawing.define(&name, || Block { sign, letter: entry.map(|entry| entry.symbol), attributes });
        self.drawing.insert(&layer, &name, at.0, &tags);
    }

    /// What a reviewer drew, with the words where they belong.
    fn annotation(&mut self, feature: &Feature<'_>, fields: &Fields) {
        let id = crate::base::AnnotationId(u32::try_from(feature.row).unwrap_or(0));
        let Some(note) = self.input.content.annotations.get(&id) else { return };
        let Some(place) = &note.place else { return };
        let layer = self.layers.annotations(self.drawing);
        let plain = |line: &LineString<f64>| line.coords().map(|c| [c.x, c.y]).collect::<Vec<_>>();
        let drawn = |line: &[[f64; 2]]| LineString::from(line.to_vec());
        let at = match (note.kind, place) {
            (AnnotationKind::Arrow, Geometry::LineString(line)) => {
                self.drawing.polyline(&layer, line, false, None, fields);
                if let Some(head) = arrow_head(&plain(line), ANNOTATION_M * 2.0) {
                    self.drawing.polyline(&layer, &drawn(&head), true, None, &[]);
                }
                line.0.first().copied()
            }
            (AnnotationKind::Cloud, Geometry::Polygon(polygon)) => {
                let bulges = cloud(&plain(polygon.exterior()), ANNOTATION_M * 2.0);
                self.drawing.polyline(&layer, &drawn(&bulges), true, None, fields);
                polygon.exterior().coords().copied().max_by(|a, b| a.y.total_cmp(&b.y))
            }
            (_, other) => other.centroid().map(|middle| middle.0),
        };
        let Some(at) = at.filter(|_| !note.text.is_empty()) else { return };
        let up = if note.kind == AnnotationKind::Text { 0.0 } else { ANNOTATION_M * 1.5 };
        let words = Words { text: &note.text, height: ANNOTATION_M, turn: 0.0, centred: true };
        self.drawing.words(&layer, Coord { y: at.y + up, ..at }, words, None);
    }

    fn shape(&mut self, feature: &Feature<'_>, fields: &Fields, layer: impl Fn(&Layers, &mut Drawing) -> String) {
        let Some(shape) = &feature.shape else { return };
        if matches!(shape, Geometry::MultiPolygon(MultiPolygon(parts)) if parts.is_empty()) {
            return;
        }
        let layer = layer(self.layers, self.drawing);
        any(self.drawing, &layer, shape, fields);
    }
}

/// Tags that the sign of an item may have values for.
const ITEM_TAGS: [&str; 11] =
    ["ID", "CODE", "NAME", "CLASS", "COMPOUND", "DISTRICT", "YEAR", "QUANTITY", "BY_HAND", "COST", "NOTE"];
