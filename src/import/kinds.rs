//! Which kind of layer a source is: by the name of its file, then by what its features and fields look like.

use std::borrow::Cow;
use std::collections::BTreeSet;

use rayon::prelude::*;

use super::drawing;
use super::row::Mapping;
use super::source::{RawFeature, RawLayer};
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

/// Kind of a layer, and the key of the words that say how it was known. Where nothing tells it, the most usual kind of the
/// geometry; but the layer of a drawing whose name says nothing is `None`.
pub(super) fn taken(layer: &RawLayer, file_stem: &str) -> Option<Kind> {
    let usual = || layer.drawn.is_none().then(|| (usual(extent_of(layer)), "import.kind-content"));
    told(layer, file_stem).or_else(usual)
}

/// Kind of a layer as its name, its fields or its geometry tell it; `None` where only the user can know.
pub(super) fn told(layer: &RawLayer, file_stem: &str) -> Option<Kind> {
    if let Some(drawn) = &layer.drawn {
        return Some((drawing::kind_of(drawn, extent_of(layer))?, "import.kind-layer"));
    }
    let by_content = || by_content(layer, extent_of(layer), file_stem).map(|kind| (kind, "import.kind-content"));
    told_by_name(layer, file_stem).map(|kind| (kind, "import.kind-name")).or_else(by_content)
}

/// Kind of a layer as its name or that of its file tells it.
pub(super) fn told_by_name(layer: &RawLayer, file_stem: &str) -> Option<LayerKind> {
    if let Some(drawn) = &layer.drawn {
        return drawing::kind_of(drawn, extent_of(layer));
    }
    let extent = extent_of(layer);
    by_name(&layer.name, extent).or_else(|| by_name(file_stem, extent))
}

/// What most layers of a geometry are.
fn usual(extent: Extent) -> LayerKind {
    match extent {
        Extent::Points => LayerKind::Facilities,
        Extent::Lines => LayerKind::Pipes,
        Extent::Areas | Extent::Nothing => LayerKind::Compounds,
    }
}

/// What most features of a layer are, in a word.
pub(super) fn extent_word(layer: &RawLayer) -> &'static str {
    match extent_of(layer) {
        Extent::Points => "points",
        Extent::Lines => "lines",
        Extent::Areas => "areas",
        Extent::Nothing => "nothing",
    }
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
    let count = |feature: &RawFeature| match &feature.shape {
        Ok(shape) if !shape.areas.is_empty() => [0, 0, 1],
        Ok(shape) if shape.lines.is_empty() => [1, 0, 0],
        Ok(_) => [0, 1, 0],
        Err(_) => [0_usize; 3],
    };
    let add = |a: [usize; 3], b: [usize; 3]| [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
    let [points, lines, areas] = layer.features.par_iter().map(count).reduce(|| [0; 3], add);
    match points.max(lines).max(areas) {
        0 => Extent::Nothing,
        most if most == areas => Extent::Areas,
        most if most == lines => Extent::Lines,
        _ => Extent::Points,
    }
}

/// Fields that only one kind has.
fn by_content(layer: &RawLayer, extent: Extent, file_stem: &str) -> Option<LayerKind> {
    let headers: BTreeSet<Cow<'_, str>> = layer.features.iter().take(200).flat_map(|f| f.properties.keys()).collect();
    let has = |kind: LayerKind, targets: &[&str]| {
        let mapping = Mapping::new(kind, headers.iter().map(AsRef::as_ref), None);
        targets.iter().any(|target| mapping.has(target))
    };
    let named = |name: &str| headers.iter().any(|header| header.eq_ignore_ascii_case(name));
    let kind = match extent {
        Extent::Lines if named("waterway") || named("railway") => LayerKind::Barriers,
        Extent::Lines if has(LayerKind::Pipes, &["diameter_mm", "subclass", "laid_year", "material"]) => LayerKind::Pipes,
        // Not among the words of names: a water network is called so too.
        Extent::Lines | Extent::Areas if file_stem.to_lowercase().contains("water") || file_stem.contains('水') => {
            LayerKind::Barriers
        }
        Extent::Lines if named("highway") || has(LayerKind::Streets, &["width_m", "important"]) => LayerKind::Streets,
        Extent::Lines if named("kind_detail") => LayerKind::Streets,
        Extent::Areas if has(LayerKind::Compounds, &["built", "floor_area_m2"]) => LayerKind::Compounds,
        Extent::Areas if named("building") || has(LayerKind::Buildings, &["storeys", "has_lift"]) => LayerKind::Buildings,
        _ => return None,
    };
    Some(kind)
}
