//! The ground of a drawing: layers that were loaded and are not decided on, each feature with its fields.

use geo::{Coord, Geometry, LineString, MultiLineString, MultiPolygon};

use super::drawing::{Attached, Block, Drawing, Sign, Words};
use super::layers::Layers;
use crate::export::ExportInput;

/// The field by which parts of one feature are known: `2` is another part, `hole` a hole of the part before it.
pub(super) const PART: &str = "lianpian_part";

/// Height of names of streets, m.
const STREET_NAME_M: f64 = 5.0;

pub(super) fn fields(id: &str, others: &[(&str, String)]) -> Vec<(String, String)> {
    let own = std::iter::once(("id", id.to_owned())).chain(others.iter().map(|(name, value)| (*name, value.clone())));
    own.filter(|(_, value)| !value.is_empty()).map(|(name, value)| (name.to_owned(), value)).collect()
}

fn told<T: ToString>(value: Option<T>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// What parts and holes of a feature carry: its id, and what they are to it.
fn piece(attached: Attached<'_>, what: &str) -> Vec<(String, String)> {
    let id = attached.iter().find(|(name, _)| name == "id").cloned();
    id.into_iter().chain([(PART.to_owned(), what.to_owned())]).collect()
}

/// The outlines of an area, the fields on the first of them.
pub(super) fn area(drawing: &mut Drawing, layer: &str, shape: &MultiPolygon<f64>, attached: Attached<'_>) {
    for (n, polygon) in shape.iter().enumerate() {
        if n == 0 {
            drawing.polyline(layer, polygon.exterior(), true, None, attached);
        } else {
            drawing.polyline(layer, polygon.exterior(), true, None, &piece(attached, &(n + 1).to_string()));
        }
        for ring in polygon.interiors() {
            drawing.polyline(layer, ring, true, None, &piece(attached, "hole"));
        }
    }
}

/// Lines, the fields on the first of them.
pub(super) fn lines(drawing: &mut Drawing, layer: &str, shape: &MultiLineString<f64>, attached: Attached<'_>) {
    for (n, line) in shape.iter().enumerate() {
        if n == 0 {
            drawing.polyline(layer, line, false, None, attached);
        } else {
            drawing.polyline(layer, line, false, None, &piece(attached, &(n + 1).to_string()));
        }
    }
}

/// Anything that a layer may hold.
pub(super) fn any(drawing: &mut Drawing, layer: &str, shape: &Geometry<f64>, attached: Attached<'_>) {
    match shape {
        Geometry::Polygon(p) => area(drawing, layer, &MultiPolygon(vec![p.clone()]), attached),
        Geometry::MultiPolygon(p) => area(drawing, layer, p, attached),
        Geometry::LineString(l) => lines(drawing, layer, &MultiLineString(vec![l.clone()]), attached),
        Geometry::MultiLineString(l) => lines(drawing, layer, l, attached),
        Geometry::Line(l) => drawing.polyline(layer, &LineString::from(*l), false, None, attached),
        Geometry::Point(p) => drawing.point(layer, p.0, attached),
        Geometry::MultiPoint(points) => points.iter().for_each(|p| drawing.point(layer, p.0, attached)),
        Geometry::Rect(r) => area(drawing, layer, &MultiPolygon(vec![r.to_polygon()]), attached),
        Geometry::Triangle(t) => area(drawing, layer, &MultiPolygon(vec![t.to_polygon()]), attached),
        Geometry::GeometryCollection(parts) => parts.iter().for_each(|part| any(drawing, layer, part, attached)),
    }
}

/// Middle and direction of the longest piece of a line, in degrees that read from the left, and its length.
pub(super) fn longest(lines: &MultiLineString<f64>) -> Option<(Coord<f64>, f64, f64)> {
    let pieces = lines.iter().flat_map(LineString::lines);
    let longest = pieces.max_by(|a, b| a.dx().hypot(a.dy()).total_cmp(&b.dx().hypot(b.dy())))?;
    let turn = longest.dy().atan2(longest.dx()).to_degrees();
    let upright = if turn > 90.0 {
        turn - 180.0
    } else if turn <= -90.0 {
        turn + 180.0
    } else {
        turn
    };
    Some(((longest.start + longest.end) / 2.0, upright, longest.dx().hypot(longest.dy())))
}

/// About how wide a text is, in heights.
pub(super) fn width(text: &str) -> f64 {
    text.chars().map(letter_width).sum()
}

/// Width of a letter against the height that drawings give of texts, which is that of a capital: with some room, as fonts differ.
pub(super) const fn letter_width(c: char) -> f64 {
    if c.is_ascii() { 0.8 } else { 1.45 }
}

pub(super) fn draw(drawing: &mut Drawing, input: &ExportInput<'_>, layers: &Layers) {
    areas(drawing, input, layers);
    streets(drawing, input, layers);
    for barrier in input.content.barriers.iter() {
        let layer = layers.barriers(drawing, barrier.kind);
        let fields = fields(&barrier.source_id, &[("kind", barrier.kind.code().to_owned()), ("name", barrier.name.clone())]);
        any(drawing, &layer, &barrier.shape, &fields);
    }
    for bridge in input.content.bridges.iter() {
        let layer = layers.bridges(drawing);
        any(drawing, &layer, &bridge.shape, &fields(&bridge.source_id, &[("name", bridge.name.clone())]));
    }
    for facility in input.content.facilities.iter() {
        let layer = layers.facilities(drawing);
        let block =
            || Block { sign: Sign::Diamond, letter: None, attributes: ["ID", "KIND", "NAME"].map(str::to_owned).to_vec() };
        drawing.define("LP_FACILITY", block);
        let values = [("ID", &facility.source_id), ("KIND", &facility.kind), ("NAME", &facility.name)];
        let values: Vec<(String, String)> = values.map(|(tag, value)| (tag.to_owned(), value.clone())).to_vec();
        drawing.insert(&layer, "LP_FACILITY", facility.place.0, &values);
    }
}

fn areas(drawing: &mut Drawing, input: &ExportInput<'_>, layers: &Layers) {
    let content = input.content;
    for parcel in content.parcels.iter() {
        let layer = layers.parcels(drawing);
        area(drawing, &layer, &parcel.shape, &fields(&parcel.source_id, &[("name", parcel.name.clone())]));
    }
    for heritage in content.heritage.iter() {
        let layer = layers.heritage(drawing);
        area(drawing, &layer, &heritage.shape, &fields(&heritage.source_id, &[("name", heritage.name.clone())]));
    }
    for limit in content.limits.iter() {
        let layer = layers.limits(drawing, limit.level);
        let level = match limit.level {
            crate::model::LimitLevel::Community => "community",
            crate::model::LimitLevel::StreetOffice => "street_office",
        };
        area(
            drawing,
            &layer,
            &limit.shape,
            &fields(&limit.source_id, &[("name", limit.name.clone()), ("level", level.to_owned())]),
        );
    }
    for building in content.buildings.iter() {
        let layer = layers.buildings(drawing);
        let lift = building.has_lift.map(u8::from);
        let others = [
            ("name", building.name.clone()),
            ("storeys", told(building.storeys)),
            ("stair_units", told(building.stair_units)),
            ("households", told(building.households)),
            ("has_lift", told(lift)),
        ];
        area(drawing, &layer, &building.shape, &fields(&building.source_id, &others));
    }
}

fn streets(drawing: &mut Drawing, input: &ExportInput<'_>, layers: &Layers) {
    for street in input.content.streets.iter() {
        let layer = layers.streets(drawing);
        let others = [
            ("name", street.name.clone()),
            ("width_m", told(street.width_m)),
            ("important", u8::from(street.important).to_string()),
        ];
        lines(drawing, &layer, &street.line, &fields(&street.source_id, &others));
        let Some((at, turn, length)) = longest(&street.line) else { continue };
        if length > width(&street.name) * STREET_NAME_M {
            let names = layers.street_names(drawing);
            drawing.words(&names, at, Words { text: &street.name, height: STREET_NAME_M, turn, centred: true }, None);
        }
    }
}
