//! `FlatGeobuf`: one layer, features one after another behind an index that is needed only where the length of one is wrong.
//!
//! The crate `flatgeobuf` checks and reads header and features; their lengths and the bytes of their fields, which it
//! takes on trust, are held against the file here.

use std::path::Path;

use flatgeobuf::{ColumnType, Geometry, GeometryType, Header};
use geo::Coord;
use serde_json::{Number, Value};

use super::error::ImportError;
use super::source::{RawFeature, RawLayer, RawShape, Unshaped};
use crate::base::{Message, Reporter};
use crate::geometry::crs;
use crate::model::Properties;

/// Bytes of a node of the index: four bounds and a place.
const NODE_BYTES: usize = 40;

/// Features between two looks at whether to stop.
const STEP: usize = 4_096;

/// Collections inside one another, at most.
const DEEPEST: usize = 16;

/// A column: its name and type.
struct Column {
    name: String,
    kind: ColumnType,
}

/// Reads the bytes of a file.
///
/// # Errors
/// [`ImportError::NotThis`] when it is no `FlatGeobuf` of version 3.
pub(super) fn read(path: &Path, bytes: &[u8], reporter: &dyn Reporter) -> Result<RawLayer, ImportError> {
    let not_this = || ImportError::NotThis { path: path.to_owned(), what: Message::new("import.not-flatgeobuf") };
    let is_it = bytes.starts_with(b"fgb\x03fgb");
    let head = bytes.get(8..).filter(|_| is_it).and_then(sized).ok_or_else(not_this)?;
    let header = flatgeobuf::size_prefixed_root_as_header(head).map_err(|_| not_this())?;
    let name = header.name().unwrap_or_default().to_owned();
    let mut layer = RawLayer { name, crs: system(&header), ..RawLayer::default() };
    let columns: Vec<Column> = header
        .columns()
        .into_iter()
        .flatten()
        .map(|column| Column { name: column.name().to_owned(), kind: column.type_() })
        .collect();
    let promised = usize::try_from(header.features_count()).unwrap_or(usize::MAX);
    let start = 8 + head.len();
    let index = usize::try_from(index_size(&header)).ok().and_then(|size| bytes.get(start..start.checked_add(size)?));
    let features = index.and_then(|index| bytes.get(start + index.len()..)).unwrap_or_default();
    let stops = index.and_then(|index| Stops::of(index, promised, features.len()));
    let mut wrong_lengths = 0;
    let mut at = 0;
    while at < features.len() {
        if layer.features.len().is_multiple_of(STEP) {
            reporter.check()?;
        }
        let next = match next_feature(features, at, stops.as_ref()) {
            Next::Sound(next) => next,
            Next::Wrong(next) => {
                wrong_lengths += 1;
                next
            }
            Next::Lost => {
                layer.features.push(unread("import.feature-cut-off"));
                break;
            }
        };
        layer.features.push(feature(&features[at..next], &header, &columns));
        at = next;
    }
    if wrong_lengths > 0 {
        layer.notes.push(Message::new("import.lengths-wrong").count("count", wrong_lengths));
    }
    layer.notes.extend(count_note(promised, layer.features.len()));
    Ok(layer)
}

/// Where features begin by the index, and where the last of them ends: ascending.
struct Stops(Vec<usize>);

impl Stops {
    /// From the leaves of a packed R-tree, which are its last nodes; of each the last eight bytes are the place of its feature.
    /// `None` when there is no index.
    fn of(index: &[u8], count: usize, length: usize) -> Option<Self> {
        let (nodes, _) = index.as_chunks::<NODE_BYTES>();
        let leaves = nodes.get(nodes.len().checked_sub(count)?..).filter(|leaves| !leaves.is_empty())?;
        let place = |node: &[u8; NODE_BYTES]| usize::try_from(u64::from_le_bytes(*node.last_chunk()?)).ok();
        let mut stops: Vec<usize> = leaves.iter().filter_map(place).collect();
        let whole = stops.iter().all(|stop| *stop < length);
        // Behind the end of a file that was cut off no feature begins, and the last that is there may not be whole.
        stops.retain(|stop| *stop < length);
        stops.extend(whole.then_some(length));
        stops.sort_unstable();
        stops.dedup();
        Some(Self(stops))
    }

    fn has(&self, place: usize) -> bool {
        self.0.binary_search(&place).is_ok()
    }

    fn after(&self, place: usize) -> Option<usize> {
        self.0.get(self.0.partition_point(|stop| *stop <= place)).copied()
    }
}

fn is_whole(feature: &[u8]) -> bool {
    flatgeobuf::size_prefixed_root_as_feature(feature).is_ok()
}

/// Where a feature ends.
enum Next {
    /// As its length says.
    Sound(usize),
    /// As the index says: the length is wrong.
    Wrong(usize),
    /// Nobody knows.
    Lost,
}

/// The end of the feature at a place. A length is wrong that leads out of the file, or to where by the index no feature begins
/// unless the next one's length leads to one: then it is the index that is wrong there.
fn next_feature(features: &[u8], at: usize, stops: Option<&Stops>) -> Next {
    let end = |at: usize| features.get(at..).and_then(sized).map(|whole| at + whole.len());
    let said = end(at);
    let Some(stops) = stops else { return said.map_or(Next::Lost, Next::Sound) };
    let is_sound = |next: &usize| stops.has(*next) || *next == features.len() || end(*next).is_some_and(|then| stops.has(then));
    match (said.filter(is_sound), stops.after(at)) {
        (Some(next), _) => Next::Sound(next),
        // The last one may have been cut off.
        (None, Some(next)) if next == features.len() && !is_whole(&features[at..]) => Next::Lost,
        (None, Some(next)) => Next::Wrong(next),
        (None, None) => said.map_or(Next::Lost, Next::Sound),
    }
}

/// What the count in the header says against what is there; it may be left open, as 0.
fn count_note(promised: usize, found: usize) -> Option<Message> {
    let told = |key: &'static str| Message::new(key).count("promised", promised).count("found", found);
    match promised.checked_sub(found) {
        _ if promised == 0 => None,
        Some(0) => None,
        Some(missing) => Some(told("import.features-missing").count("missing", missing)),
        None => Some(told("import.features-beyond")),
    }
}

/// A length and the bytes that it counts; `None` when they are not all there.
fn sized(bytes: &[u8]) -> Option<&[u8]> {
    let length = usize::try_from(u32::from_le_bytes(*bytes.first_chunk()?)).ok()?;
    bytes.get(..length.checked_add(4)?).filter(|whole| whole.len() >= 12)
}

/// Bytes of the packed R-tree; levels shrink by the size of a node down to one.
fn index_size(header: &Header<'_>) -> u64 {
    let (mut level, per_node) = (header.features_count(), u64::from(header.index_node_size()));
    if level == 0 || per_node == 0 {
        return 0;
    }
    let per_node = per_node.max(2);
    let mut nodes = level;
    while level > 1 {
        level = level.div_ceil(per_node);
        nodes = nodes.saturating_add(level);
    }
    nodes.saturating_mul(NODE_BYTES as u64)
}

fn system(header: &Header<'_>) -> Option<String> {
    let named = header.crs()?;
    let epsg = named.org().is_none_or(|org| org.eq_ignore_ascii_case("epsg"));
    if epsg && named.code() > 0 {
        return Some(format!("EPSG:{}", named.code()));
    }
    named.wkt().and_then(crs::from_wkt).or_else(|| named.code_string().map(str::to_owned))
}

fn unread(key: &'static str) -> RawFeature {
    RawFeature { id: None, shape: Err(Unshaped(Message::new(key))), properties: Properties::default() }
}

fn feature(bytes: &[u8], header: &Header<'_>, columns: &[Column]) -> RawFeature {
    let Ok(feature) = flatgeobuf::size_prefixed_root_as_feature(bytes) else { return unread("import.feature-damaged") };
    // A feature may bring columns of its own; they then stand instead of those of the header.
    let own: Option<Vec<Column>> = feature
        .columns()
        .map(|list| list.iter().map(|column| Column { name: column.name().to_owned(), kind: column.type_() }).collect());
    let columns = own.as_deref().filter(|own| !own.is_empty()).unwrap_or(columns);
    let mut properties = Properties::default();
    let fields = feature.properties().map_or(Some(()), |bytes| fields(bytes.bytes(), columns, &mut properties));
    let shape = match (fields, feature.geometry()) {
        (None, _) => Err(Unshaped(Message::new("import.feature-damaged"))),
        (_, None) => Err(Unshaped::default()),
        // A coordinate takes sixteen bytes: more of them than that are the same ones over and over.
        (_, Some(geometry)) => shape_of(&geometry, header, bytes.len() / 16),
    };
    RawFeature { id: None, shape, properties }
}

/// Fields as pairs of the number of a column and its value; `None` when they do not fit their bytes.
fn fields(mut bytes: &[u8], columns: &[Column], properties: &mut Properties) -> Option<()> {
    fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
        let taken = *bytes.first_chunk()?;
        *bytes = &bytes[N..];
        Some(taken)
    }
    let real = |number: f64| Number::from_f64(number).map_or(Value::Null, Value::Number);
    while bytes.len() > 1 {
        let column = columns.get(usize::from(u16::from_le_bytes(take(&mut bytes)?)))?;
        let value = match column.kind {
            ColumnType::Byte => i8::from_le_bytes(take(&mut bytes)?).into(),
            ColumnType::UByte => u8::from_le_bytes(take(&mut bytes)?).into(),
            ColumnType::Bool => (take::<1>(&mut bytes)?[0] != 0).into(),
            ColumnType::Short => i16::from_le_bytes(take(&mut bytes)?).into(),
            ColumnType::UShort => u16::from_le_bytes(take(&mut bytes)?).into(),
            ColumnType::Int => i32::from_le_bytes(take(&mut bytes)?).into(),
            ColumnType::UInt => u32::from_le_bytes(take(&mut bytes)?).into(),
            ColumnType::Long => i64::from_le_bytes(take(&mut bytes)?).into(),
            ColumnType::ULong => u64::from_le_bytes(take(&mut bytes)?).into(),
            ColumnType::Float => real(f32::from_le_bytes(take(&mut bytes)?).into()),
            ColumnType::Double => real(f64::from_le_bytes(take(&mut bytes)?)),
            ColumnType::String | ColumnType::Json | ColumnType::DateTime | ColumnType::Binary => {
                let length = usize::try_from(u32::from_le_bytes(take(&mut bytes)?)).ok()?;
                let text = bytes.get(..length)?;
                bytes = &bytes[length..];
                match column.kind {
                    ColumnType::Binary => Value::Null,
                    // GDAL writes dates as moments at midnight.
                    ColumnType::DateTime => {
                        let text = super::text::decode(text).text;
                        Value::String(text.strip_suffix("T00:00:00").unwrap_or(&text).to_owned())
                    }
                    _ => Value::String(super::text::decode(text).text.into_owned()),
                }
            }
            _ => return None,
        };
        properties.insert(column.name.clone(), value);
    }
    Some(())
}

fn shape_of(geometry: &Geometry<'_>, header: &Header<'_>, mut room: usize) -> Result<RawShape, Unshaped> {
    // The type stands in the header when all features share it.
    let kind = match header.geometry_type() {
        GeometryType::Unknown => geometry.type_(),
        shared => shared,
    };
    let mut shape = RawShape { heights: header.has_z(), ..RawShape::default() };
    shape.type_name = kind.variant_name().unwrap_or("?").into();
    add(geometry, kind, &mut shape, &mut room, DEEPEST)?;
    if shape.coords().next().is_none() {
        return Err(Unshaped(Message::new("import.empty-geometry").text("type", shape.type_name)));
    }
    Ok(shape)
}

fn add(
    geometry: &Geometry<'_>,
    kind: GeometryType,
    shape: &mut RawShape,
    room: &mut usize,
    deeper: usize,
) -> Result<(), Unshaped> {
    let damaged = || Unshaped(Message::new("import.feature-damaged"));
    let count = geometry.xy().map_or(0, |xy| xy.len() / 2);
    *room = room.checked_sub(count).ok_or_else(damaged)?;
    match kind {
        GeometryType::Point | GeometryType::MultiPoint => shape.points.extend(coords(geometry)),
        GeometryType::LineString => shape.lines.push(coords(geometry)),
        GeometryType::MultiLineString => shape.lines.extend(runs(geometry).ok_or_else(damaged)?),
        GeometryType::Polygon => shape.areas.push(runs(geometry).ok_or_else(damaged)?),
        GeometryType::MultiPolygon | GeometryType::GeometryCollection => {
            let deeper = deeper.checked_sub(1).ok_or_else(|| Unshaped(Message::new("import.too-deep")))?;
            for part in geometry.parts().into_iter().flatten() {
                let polygons = kind == GeometryType::MultiPolygon;
                let kind = if polygons { GeometryType::Polygon } else { part.type_() };
                add(&part, kind, shape, room, deeper)?;
            }
        }
        other => {
            let name = other.variant_name().unwrap_or("?");
            return Err(Unshaped(Message::new("import.unknown-geometry").text("type", name)));
        }
    }
    Ok(())
}

fn coords(geometry: &Geometry<'_>) -> Vec<Coord<f64>> {
    let Some(xy) = geometry.xy() else { return Vec::new() };
    (0..xy.len() / 2).map(|place| Coord { x: xy.get(2 * place), y: xy.get(2 * place + 1) }).collect()
}

/// Lines or rings by where each ends; without ends there is one.
fn runs(geometry: &Geometry<'_>) -> Option<Vec<Vec<Coord<f64>>>> {
    let all = coords(geometry);
    let Some(ends) = geometry.ends().filter(|ends| !ends.is_empty()) else { return Some(vec![all]) };
    let mut runs = Vec::new();
    let mut start = 0;
    for end in ends {
        let end = usize::try_from(end).ok()?;
        runs.push(all.get(start..end)?.to_vec());
        start = end;
    }
    Some(runs)
}
