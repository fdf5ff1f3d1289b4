//! KML 2.2 (OGC 07-147r2): every layer a folder, in longitude and latitude, fields as extended data, simple styles.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use geo::orient::{Direction, Orient};
use geo::{Coord, Geometry, LineString, MapCoords, Polygon};

use super::features::{Feature, ReviewLayer, is_empty_shape, layers};
use super::geojson::Replacing;
use super::markup::escaped;
use super::{ExportError, ExportInput, ExportOptions, Stamp, verdict_of};
use crate::base::DistrictId;
use crate::geometry::crs::{LON_LAT, Transformer};
use crate::gpkg::Cell;
use crate::i18n::tr;
use crate::map::{Rgba, Shade, class_colour, colour_districts, district_hue};
use crate::policy::{ItemClass, PipeClass, Verdict};

/// Writes `plan.kml`.
pub(super) fn write(input: &ExportInput<'_>, folder: &Path, options: &ExportOptions) -> Result<PathBuf, ExportError> {
    let path = folder.join("plan.kml");
    let io = |source| ExportError::Io { file: path.clone(), source };
    let mut file = Replacing::create(&path).map_err(io)?;
    let boxes: Vec<_> = input.content.compounds.iter().map(|c| geo::BoundingRect::bounding_rect(&c.shape)).collect();
    let hues = colour_districts(input.content, &boxes, 80.0);
    begin(&mut file.out, &Stamp::of_input(input), options).map_err(io)?;
    let mut transformer = None;
    for layer in layers(input, options) {
        let ReviewLayer { name, columns, features, .. } = layer;
        writeln!(file.out, "<Folder><name>{name}</name>").map_err(io)?;
        for (n, feature) in features.enumerate() {
            if transformer.is_none() {
                let made = Transformer::new(&format!("EPSG:{}", input.content.crs_code), LON_LAT);
                transformer = Some(made.map_err(|source| ExportError::Coordinates { layer: name, feature: n + 1, source })?);
            }
            let fields: Vec<&str> = columns.iter().map(|column| column.name).collect();
            let style = style_of(input, name, &feature, &hues);
            let shape = match (feature.shape.as_ref().filter(|shape| !is_empty_shape(shape)), &transformer) {
                (Some(shape), Some(transformer)) => {
                    let converted = shape.try_map_coords(|coord| {
                        let mut one = [coord];
                        transformer.convert(&mut one).map(|()| one[0])
                    });
                    Some(converted.map_err(|source| ExportError::Coordinates { layer: name, feature: n + 1, source })?)
                }
                _ => None,
            };
            placemark(&mut file.out, &fields, &feature, shape.as_ref(), &style).map_err(io)?;
        }
        writeln!(file.out, "</Folder>").map_err(io)?;
    }
    writeln!(file.out, "</Document></kml>").map_err(io)?;
    file.finish(&path).map_err(io)?;
    Ok(path)
}

/// Alpha, blue, green, red.
fn colour(c: Rgba) -> String {
    format!("{:02x}{:02x}{:02x}{:02x}", c.a, c.b, c.g, c.r)
}

fn style(out: &mut dyn Write, id: &str, line: Rgba, width: f32, fill: Option<Rgba>) -> io::Result<()> {
    let fill = fill.map_or_else(|| "<fill>0</fill>".to_owned(), |fill| format!("<color>{}</color>", colour(fill)));
    let line = colour(line);
    writeln!(
        out,
        "<Style id=\"{id}\"><LineStyle><color>{line}</color><width>{width}</width></LineStyle><PolyStyle>{fill}</PolyStyle>\
         <IconStyle><color>{line}</color><scale>0.6</scale></IconStyle></Style>"
    )
}

fn begin(out: &mut dyn Write, stamp: &Stamp, options: &ExportOptions) -> io::Result<()> {
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document>")?;
    writeln!(out, "<name>{}</name>", escaped(&stamp.title))?;
    let mut told: Vec<String> = stamp.lines(options.lang).into_iter().map(|(label, value)| format!("{label}: {value}")).collect();
    told.push(tr(options.lang, &crate::base::Message::new("export.unofficial")));
    writeln!(out, "<description>{}</description>", escaped(&told.join("\n")))?;
    for n in 0..8 {
        let hue = district_hue(n, Shade::Light);
        style(out, &format!("district-{n}"), hue, 3.0, Some(hue.fade(0.26)))?;
    }
    for verdict in Verdict::ALL {
        let grey = Rgba::hex(0x5B_6670);
        let out_of_plan = matches!(verdict, Verdict::OutOfScope | Verdict::Excluded);
        style(out, &format!("compound-{}", verdict.code()), grey, 1.2, out_of_plan.then(|| grey.fade(0.3)))?;
    }
    for class in PipeClass::ALL {
        let [r, g, b] = class.exact_rgb();
        style(out, &format!("pipe-{}", class.code()), Rgba { r, g, b, a: 255 }, 2.0, None)?;
    }
    for class in ItemClass::ALL {
        let own = class_colour(class);
        style(out, &format!("item-{}", class.code()), own, 2.0, Some(own.fade(0.4)))?;
    }
    style(out, "other", Rgba::hex(0xC8_452B), 1.5, None)
}

fn style_of(
    input: &ExportInput<'_>,
    layer: &str,
    feature: &Feature<'_>,
    hues: &std::collections::BTreeMap<DistrictId, u8>,
) -> String {
    let content = input.content;
    let id = u32::try_from(feature.row).unwrap_or(0);
    match layer {
        "districts" => format!("district-{}", hues.get(&DistrictId(id)).copied().unwrap_or(0) % 8),
        "compounds" => format!("compound-{}", verdict_of(input, feature.row).code()),
        "pipes" => format!("pipe-{}", content.pipes.get(feature.row).map_or(PipeClass::Unknown, |pipe| pipe.class).code()),
        "items" => {
            let entry = content.items.get(&crate::base::ItemId(id)).and_then(|item| content.catalogue.get(&item.code));
            format!("item-{}", entry.map_or(ItemClass::Basic, |entry| entry.class).code())
        }
        _ => "other".to_owned(),
    }
}

fn placemark(
    out: &mut dyn Write,
    fields: &[&str],
    feature: &Feature<'_>,
    shape: Option<&Geometry<f64>>,
    style: &str,
) -> io::Result<()> {
    let text = |cell: &Cell| match cell {
        Cell::Null => None,
        Cell::Boolean(value) => Some(value.to_string()),
        Cell::Integer(value) => Some(value.to_string()),
        Cell::Real(value) => Some(value.to_string()),
        Cell::Text(value) => Some(value.clone()),
    };
    let of = |name: &str| fields.iter().position(|own| *own == name).and_then(|at| text(feature.cells.get(at)?));
    let name = of("name").filter(|name| !name.is_empty()).or_else(|| of("id")).unwrap_or_default();
    writeln!(out, "<Placemark><name>{}</name><styleUrl>#{style}</styleUrl><ExtendedData>", escaped(&name))?;
    for (field, cell) in fields.iter().zip(&feature.cells) {
        if let Some(value) = text(cell) {
            writeln!(out, "<Data name=\"{field}\"><value>{}</value></Data>", escaped(&value))?;
        }
    }
    for (field, value) in feature.extra.into_iter().flat_map(crate::model::Properties::iter) {
        if value.is_null() {
            continue;
        }
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        if !fields.contains(&&*field) {
            writeln!(out, "<Data name=\"{}\"><value>{}</value></Data>", escaped(&field), escaped(&value))?;
        }
    }
    writeln!(out, "</ExtendedData>")?;
    if let Some(shape) = shape {
        geometry(out, shape)?;
    }
    writeln!(out, "</Placemark>")
}

fn run(line: &LineString<f64>) -> String {
    // About a millimetre.
    let place = |c: &Coord<f64>| format!("{:.8},{:.8}", c.x, c.y);
    line.0.iter().map(place).collect::<Vec<_>>().join(" ")
}

fn polygon(out: &mut dyn Write, p: &Polygon<f64>) -> io::Result<()> {
    let p = p.orient(Direction::Default);
    let ring = |name: &str, line: &LineString<f64>| {
        format!("<{name}><LinearRing><coordinates>{}</coordinates></LinearRing></{name}>", run(line))
    };
    write!(out, "<Polygon>{}", ring("outerBoundaryIs", p.exterior()))?;
    for hole in p.interiors() {
        write!(out, "{}", ring("innerBoundaryIs", hole))?;
    }
    writeln!(out, "</Polygon>")
}

fn geometry(out: &mut dyn Write, shape: &Geometry<f64>) -> io::Result<()> {
    let line = |out: &mut dyn Write, l: &LineString<f64>| {
        writeln!(out, "<LineString><coordinates>{}</coordinates></LineString>", run(l))
    };
    let point =
        |out: &mut dyn Write, c: Coord<f64>| writeln!(out, "<Point><coordinates>{:.8},{:.8}</coordinates></Point>", c.x, c.y);
    let several = |out: &mut dyn Write, parts: &mut dyn Iterator<Item = Geometry<f64>>| -> io::Result<()> {
        writeln!(out, "<MultiGeometry>")?;
        for part in parts {
            geometry(out, &part)?;
        }
        writeln!(out, "</MultiGeometry>")
    };
    match shape {
        Geometry::Point(p) => point(out, p.0),
        Geometry::LineString(l) => line(out, l),
        Geometry::Line(l) => line(out, &LineString::from(*l)),
        Geometry::Polygon(p) => polygon(out, p),
        Geometry::Rect(r) => polygon(out, &r.to_polygon()),
        Geometry::Triangle(t) => polygon(out, &t.to_polygon()),
        Geometry::MultiPolygon(parts) if parts.0.len() == 1 => polygon(out, &parts.0[0]),
        Geometry::MultiLineString(parts) if parts.0.len() == 1 => line(out, &parts.0[0]),
        Geometry::MultiPolygon(parts) => several(out, &mut parts.iter().cloned().map(Geometry::Polygon)),
        Geometry::MultiLineString(parts) => several(out, &mut parts.iter().cloned().map(Geometry::LineString)),
        Geometry::MultiPoint(parts) => several(out, &mut parts.iter().copied().map(Geometry::Point)),
        Geometry::GeometryCollection(parts) => several(out, &mut parts.iter().cloned()),
    }
}
