//! Which kind of layer a source is: by the name of its file, then by what its features and fields look like.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::drawing;
use super::row::Mapping;
use super::source::RawLayer;
use crate::model::LayerKind;

/// Words in names of files and layers. The more telling stand first: `heritage_buildings` is heritage.
const WORDS: &[(LayerKind, &[&str])] = &[
    (LayerKind::Heritage, &["heritage", "historic", "历史", "文保", "紫线"]),
    (LayerKind::Bridges, &["bridge", "underpass", "crossing", "桥", "地道", "涵洞"]),
    (
        LayerKind::Barriers,
        &["barrier", "阻隔", "river", "railway", "expressway", "河流", "水系", "铁路", "快速路", "围墙", "院墙"],
    ),
    (LayerKind::Limits, &["limit", "界线", "社区界", "街道界", "街道办", "社区范围", "行政区"]),
    (
        LayerKind::Pipes,
        &[
            "pipe", "管线", "管网", "管段", "管道", "_gas", "gas_", "heat", "sewer", "drain", "utilit", "给水", "供水", "排水",
            "雨水", "污水", "燃气", "热力", "电力", "通信",
        ],
    ),
    (LayerKind::Compounds, &["compound", "小区", "community", "红线", "villages", "estate"]),
    (LayerKind::Buildings, &["building", "楼栋", "建筑", "房屋"]),
    (LayerKind::Streets, &["street", "road", "道路", "路网", "街道"]),
    (LayerKind::Parcels, &["parcel", "landuse", "低效", "地块", "用地"]),
    (LayerKind::Facilities, &["facilit", "amenit", "设施", "poi"]),
];

/// A kind of layer and the key of the words that say how it was known.
pub(super) type Kind = (LayerKind, &'static str);

/// What most features are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    Points,
    Lines,
    Areas,
    Nothing,
}

/// Kind of a layer, and the key of the words that say how it was known; `None` of a layer of a drawing whose name says nothing.
pub(super) fn told(layer: &RawLayer, file_stem: &str) -> Option<Kind> {
    match &layer.drawn {
        Some(drawn) => Some((drawing::kind_of(drawn, extent_of(layer))?, "import.kind-layer")),
        None => Some(infer(layer, file_stem)),
    }
}

/// Kind of a layer that is of no drawing, and how it was known.
fn infer(layer: &RawLayer, file_stem: &str) -> Kind {
    let extent = extent_of(layer);
    if let Some(kind) = by_name(&layer.name, extent).or_else(|| by_name(file_stem, extent)) {
        return (kind, "import.kind-name");
    }
    (by_content(layer, extent, file_stem), "import.kind-content")
}

/// A name that tells a kind which the geometry does not contradict.
pub(super) fn by_name(name: &str, extent: Extent) -> Option<LayerKind> {
    let name = name.to_lowercase();
    let told = |(_, words): &&(LayerKind, &[&str])| words.iter().any(|word| name.contains(word));
    WORDS.iter().filter(told).map(|(kind, _)| *kind).find(|kind| fits(*kind, extent))
}

/// Whether the geometry of a layer can be of a kind.
pub(super) fn can_be(layer: &RawLayer, kind: LayerKind) -> bool {
    fits(kind, extent_of(layer))
}

pub(super) fn fits(kind: LayerKind, extent: Extent) -> bool {
    match kind {
        LayerKind::Compounds | LayerKind::Buildings | LayerKind::Parcels | LayerKind::Heritage | LayerKind::Limits => {
            matches!(extent, Extent::Areas | Extent::Nothing)
        }
        LayerKind::Pipes | LayerKind::Streets => matches!(extent, Extent::Lines | Extent::Nothing),
        LayerKind::Barriers => extent != Extent::Points,
        LayerKind::Bridges => true,
        LayerKind::Facilities => extent != Extent::Lines,
    }
}

pub(super) fn extent_of(layer: &RawLayer) -> Extent {
    let (mut points, mut lines, mut areas) = (0_usize, 0_usize, 0_usize);
    for shape in layer.features.iter().filter_map(|feature| feature.shape.as_ref().ok()) {
        if !shape.areas.is_empty() {
            areas += 1;
        } else if shape.lines.is_empty() {
            points += 1;
        } else {
            lines += 1;
        }
    }
    match points.max(lines).max(areas) {
        0 => Extent::Nothing,
        most if most == areas => Extent::Areas,
        most if most == lines => Extent::Lines,
        _ => Extent::Points,
    }
}

/// Fields that only one kind has, then the most usual kind of the geometry.
fn by_content(layer: &RawLayer, extent: Extent, file_stem: &str) -> LayerKind {
    let headers: BTreeSet<Cow<'_, str>> = layer.features.iter().take(200).flat_map(|f| f.properties.keys()).collect();
    let has = |kind: LayerKind, targets: &[&str]| {
        let mapping = Mapping::new(kind, headers.iter().map(AsRef::as_ref), None);
        targets.iter().any(|target| mapping.has(target))
    };
    let named = |name: &str| headers.iter().any(|header| header.eq_ignore_ascii_case(name));
    match extent {
        Extent::Lines if named("waterway") || named("railway") => LayerKind::Barriers,
        Extent::Lines if has(LayerKind::Pipes, &["diameter_mm", "subclass", "laid_year", "material"]) => LayerKind::Pipes,
        // Not among the words of names: a water network is called so too.
        Extent::Lines | Extent::Areas if file_stem.to_lowercase().contains("water") || file_stem.contains('水') => {
            LayerKind::Barriers
        }
        Extent::Lines if named("highway") || has(LayerKind::Streets, &["width_m", "important"]) => LayerKind::Streets,
        Extent::Lines if named("kind_detail") => LayerKind::Streets,
        Extent::Lines => LayerKind::Pipes,
        Extent::Points => LayerKind::Facilities,
        Extent::Areas if has(LayerKind::Compounds, &["built", "floor_area_m2"]) => LayerKind::Compounds,
        Extent::Areas if named("building") || has(LayerKind::Buildings, &["storeys", "has_lift"]) => LayerKind::Buildings,
        Extent::Areas | Extent::Nothing => LayerKind::Compounds,
    }
}
