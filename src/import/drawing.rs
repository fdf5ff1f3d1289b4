//! What the layers of a drawing are: by the codes that surveyors and the program CASS give them, and by their words.
//!
//! A drawing has no fields that tell a compound from a flower bed, so a layer whose name says nothing is never guessed. It
//! is left to the user, who is told which layers there are and how many features each holds.

use super::kinds::{self, Extent};
use super::source::{Drawn, RawLayer};
use crate::base::Message;
use crate::model::LayerKind;

/// Codes of survey layers: CASS (JMD, DLSS, SXSS and their like, after GB/T 20257.1) and the 大类 of CJJ 61 with what is
/// written beside them. A code stands between other signs or alone. `DL` is power on lines and nothing on areas; `JZ` is
/// buildings on areas, and drinking water, which CJJ 61 calls so, on lines.
const CODES: &[(LayerKind, &[&str])] = &[
    (LayerKind::Buildings, &["JMD", "JZ", "JZW", "FW", "BUILDING", "BUILDINGS", "BLDG"]),
    (LayerKind::Streets, &["DLSS", "JTSS", "DLZX", "DLZXX", "LWZX", "ROAD", "ROADS", "STREET", "STREETS"]),
    (LayerKind::Barriers, &["SXSS", "SX", "HL", "TL", "RIVER", "RIVERS", "RAIL", "RAILWAY"]),
    (LayerKind::Limits, &["SQJX", "JDJX", "XZJX"]),
    (
        LayerKind::Pipes,
        &[
            "JS", "PS", "WS", "YS", "HS", "RQ", "RL", "DL", "TX", "GD", "LD", "MQ", "TR", "ZQ", "GY", "ZH", "JZ", "JSG", "PSG",
            "WSG", "YSG", "RQG", "RLG", "DLG", "TXG", "GXYZ", "GX", "PIPE", "PIPES", "GAS", "SEWER", "TELECOM",
        ],
    ),
    (LayerKind::Compounds, &["XQ", "XQFW", "YDHX", "COMPOUND", "COMPOUNDS"]),
    (LayerKind::Bridges, &["QL", "BRIDGE", "BRIDGES"]),
];

/// Words of drawings that mean another thing than the shorter words in them, and those of their own.
const WORDS: &[(LayerKind, &[&str])] = &[
    (LayerKind::Streets, &["道路红线", "道路中线", "道路中心线", "路中线"]),
    (LayerKind::Barriers, &["蓝线", "河", "湖", "水渠", "轨道"]),
    (LayerKind::Heritage, &["紫线", "历史", "文保", "保护范围"]),
    (LayerKind::Limits, &["社区范围", "社区界", "街道界", "行政界"]),
    (LayerKind::Compounds, &["用地红线", "小区红线", "改造范围", "小区范围", "规划范围", "范围线", "红线", "范围"]),
    (LayerKind::Buildings, &["房屋", "住宅", "居民地", "楼"]),
    (LayerKind::Pipes, &["电信", "通讯", "弱电", "煤气", "天然气", "供热", "供电", "路灯"]),
];

/// Words on which nothing is what it seems: lines of setback, and annotations.
const NOT: &[&str] = &["建筑红线", "退线", "退让", "注记", "标注", "图框", "填充", "轴线"];

/// Kind of a layer by its name, when the name tells one that the geometry does not contradict.
pub(super) fn kind_of(drawn: &Drawn, extent: Extent) -> Option<LayerKind> {
    if !drawn.telling || NOT.iter().any(|word| drawn.layer.contains(word)) {
        return None;
    }
    let name = drawn.layer.to_uppercase();
    let tokens: Vec<&str> = name.split(|c: char| !c.is_ascii_alphabetic()).filter(|token| !token.is_empty()).collect();
    let fitting = |kinds: &[(LayerKind, &[&str])], has: &dyn Fn(&str) -> bool| {
        let told = kinds.iter().filter(|(_, words)| words.iter().any(|word| has(word)));
        told.map(|(kind, _)| *kind).find(|kind| kinds::fits(*kind, extent))
    };
    let by_words = fitting(WORDS, &|word| name.contains(word));
    let by_codes = || fitting(CODES, &|word| tokens.contains(&word));
    by_words.or_else(|| kinds::by_name(&drawn.layer, extent)).or_else(by_codes)
}

/// Whether a layer is left because its geometry is not what its name tells: open lines on a layer of areas, say.
pub(super) fn is_against_its_name(layer: &RawLayer) -> bool {
    let extents = [Extent::Areas, Extent::Lines, Extent::Points];
    layer.drawn.as_ref().is_some_and(|drawn| extents.into_iter().any(|extent| kind_of(drawn, extent).is_some()))
}

/// A layer and its place in its file.
type Numbered = (usize, RawLayer);

/// Kinds of the layers of a file; of a drawing, those that tell theirs. Where none does, and the name of the file tells a
/// kind that only one layer can be, that layer is it.
pub(super) fn told(raw: Vec<Numbered>, file_stem: &str) -> (Vec<(Numbered, kinds::Kind)>, Vec<RawLayer>) {
    let (mut told, mut untold) = (Vec::new(), Vec::new());
    for (place, layer) in raw {
        match kinds::taken(&layer, file_stem) {
            Some(kind) => told.push(((place, layer), kind)),
            None => untold.push((place, layer)),
        }
    }
    if told.is_empty()
        && let Some((only, kind)) = lone(untold.iter().map(|(_, layer)| layer), file_stem)
    {
        told.push((untold.remove(only), kind));
    }
    (told, untold.into_iter().map(|(_, layer)| layer).collect())
}

/// Of layers that do not tell what they are, the place of the only one that can be what the name of their file tells.
pub(super) fn lone<'a>(untold: impl Iterator<Item = &'a RawLayer>, file_stem: &str) -> Option<(usize, kinds::Kind)> {
    let kind_by_file = |layer: &RawLayer| kinds::by_name(file_stem, kinds::extent_of(layer));
    let mut fitting = untold.enumerate().filter_map(|(place, layer)| Some((place, kind_by_file(layer)?)));
    let only = fitting.next().filter(|_| fitting.next().is_none());
    only.map(|(place, kind)| (place, (kind, "import.kind-name")))
}

/// Layers named in a sentence, at most.
const NAMED: usize = 24;

/// The sentence on layers that do not tell what they are, with their counts, the fullest first.
pub(super) fn untold_message(key: &'static str, layers: &[RawLayer]) -> Message {
    let mut counted: Vec<(&str, usize)> = layers.iter().map(|layer| (layer.name.as_str(), layer.features.len())).collect();
    counted.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let named: Vec<String> = counted.iter().take(NAMED).map(|(name, count)| format!("{name} {count}")).collect();
    let more = if counted.len() > NAMED { ", …" } else { "" };
    Message::new(key).count("count", counted.len()).text("names", named.join(", ") + more)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_tell_what_they_are_by_code_and_word() {
        let check = |layer: &str, extent: Extent, want: Option<LayerKind>| {
            assert_eq!(kind_of(&Drawn { layer: layer.to_owned(), telling: true }, extent), want, "{layer} {extent:?}");
        };
        use LayerKind::{Barriers, Buildings, Compounds, Heritage, Limits, Pipes, Streets};
        for layer in ["JMD", "建筑", "A-JMD-一般房屋", "居民地", "JZ", "3号楼"] {
            check(layer, Extent::Areas, Some(Buildings));
        }
        for layer in ["JS", "WS_LINE", "雨水管", "给水", "RQ-中压", "GXYZ", "DL", "电力", "JZ", "路灯"] {
            check(layer, Extent::Lines, Some(Pipes));
        }
        for layer in ["DLSS", "道路红线", "城市道路"] {
            check(layer, Extent::Lines, Some(Streets));
        }
        for layer in ["小区红线", "用地红线", "改造范围", "XQ"] {
            check(layer, Extent::Areas, Some(Compounds));
        }
        check("SXSS", Extent::Lines, Some(Barriers));
        check("河道蓝线", Extent::Areas, Some(Barriers));
        check("社区范围", Extent::Areas, Some(Limits));
        check("历史文化街区", Extent::Areas, Some(Heritage));
        // DL is power on lines and says nothing of an area; a setback is no compound.
        for (layer, extent) in [
            ("DL", Extent::Areas),
            ("建筑红线", Extent::Lines),
            ("0", Extent::Areas),
            ("图层1", Extent::Areas),
            ("GCD", Extent::Points),
            ("DGX", Extent::Lines),
            ("小区红线", Extent::Lines),
            ("给水注记", Extent::Lines),
            ("ZDW", Extent::Areas),
        ] {
            check(layer, extent, None);
        }
        assert_eq!(kind_of(&Drawn { layer: "JMD".to_owned(), telling: false }, Extent::Areas), None);
    }
}
