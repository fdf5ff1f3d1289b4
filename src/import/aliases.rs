//! Names that people give to fields, for every kind of layer. Chinese and English, as attested in ledgers and surveys.

use crate::model::LayerKind;

/// A fact of ours and the names it goes by, best first.
pub(super) type Aliases = (&'static str, &'static [&'static str]);

const ID: &[&str] =
    &["id", "编号", "编码", "序号", "代码", "fid", "objectid", "gid", "code", "osmid", "osmwayid", "sourceid", "uid"];
/// The last is the text that lies in an area of a drawing.
const NAME: &[&str] = &["name", "名称", "名字", "mc", "text"];

const COMPOUND: &[Aliases] = &[
    (
        "source_id",
        &[
            "小区编号",
            "小区ID",
            "小区代码",
            "小区编码",
            "compoundid",
            "communityid",
            "sourceid",
            "id",
            "编号",
            "编码",
            "序号",
            "code",
            "osmid",
            "osmwayid",
            "objectid",
            "gid",
            "fid",
        ],
    ),
    (
        "name",
        &[
            "小区名称",
            "楼盘名称",
            "小区名",
            "小区",
            "communityname",
            "constructionname",
            "compoundname",
            "name",
            "名称",
            "mc",
            "text",
        ],
    ),
    ("address", &["地址", "坐落", "小区地址", "详细地址", "address", "addr"]),
    (
        "street_office",
        &["街道", "所属街道", "街道办", "街道办事处", "乡", "乡镇街道", "镇街", "street", "streetoffice", "subdistrict"],
    ),
    ("community", &["社区", "所属社区", "居委", "居委会", "社区名称", "committee", "community"]),
    (
        "built",
        &[
            "建成年代",
            "建成年份",
            "竣工时间",
            "建成时间",
            "建造年代",
            "建筑年代",
            "竣工年份",
            "建设年代",
            "竣工年代",
            "建成年",
            "completiondate",
            "builtyear",
            "enddate",
            "yearbuilt",
            "built",
            "buildyear",
            "builtfirst",
        ],
    ),
    ("built_last", &["builtlast", "建成年份止"]),
    (
        "floor_area_m2",
        &[
            "建筑面积",
            "总建筑面积",
            "建筑总面积",
            "改造面积",
            "floorarea",
            "flooraream2",
            "totalarea",
            "grossfloorarea",
            "gfa",
            "gfam2",
        ],
    ),
    ("buildings", &["楼栋数", "栋数", "楼栋数量", "楼数", "幢数", "楼栋", "buildingnumber", "buildingcount", "buildings"]),
    (
        "households",
        &["户数", "房屋数量", "住户数", "总户数", "居民户数", "householdnumber", "households", "housecount", "totalcellnumber"],
    ),
    ("stair_units", &["单元数", "单元", "stairunits", "units", "unitcount"]),
    (
        "estimated_cost",
        &["估算投资", "投资估算", "投资", "改造投资", "estcost", "estimatedcost", "estimatedcostwanyuan", "cost", "costwanyuan"],
    ),
    ("owner_kind", &["产权性质", "房屋性质", "ownerkind", "propertytype", "householdproperty"]),
    ("owner", &["产权单位", "权属", "权属单位", "产权", "owner", "ownerunit"]),
    ("management", &["物业", "物业公司", "物业管理", "servicecompany", "propertymanager", "management"]),
    ("expropriation", &["是否纳入征收", "是否征收", "拟征收", "征收", "拟征收补偿安置", "expropriation"]),
    ("rebuild", &["是否纳入棚改", "棚改", "拟拆除新建", "拆除新建", "rebuild"]),
    (
        "demolition",
        &[
            "exclusion",
            "是否纳入棚改征收",
            "是否纳入棚改或征收",
            "是否纳入棚改/征收",
            "是否拆除",
            "拟拆除",
            "demolition",
            "todemolish",
        ],
    ),
    ("consent", &["意愿率", "居民意愿率", "同意率", "改造意愿", "改造意愿率", "consent", "consentrate", "consentshare"]),
    ("surveyed", &["意愿调查日期", "意愿调查时间", "调查日期", "consentdate", "surveyed", "surveydate", "consentsurveyed"]),
    ("neglected", &["失养失修失管", "是否失养失修失管", "失管", "neglected"]),
    ("lacks_municipal", &["市政配套设施不完善", "市政配套不完善", "lacksmunicipal"]),
    ("lacks_services", &["社区服务设施不健全", "社区服务不健全", "lacksservices"]),
    ("problems", &["存在问题", "问题", "主要问题", "problems", "issues"]),
    ("planned_year", &["计划改造年", "计划改造年度", "改造年度", "改造年份", "拟改造年份", "plannedyear", "planyear"]),
    ("placeholder", &["placeholder"]),
];

const PIPE: &[Aliases] = &[
    (
        "source_id",
        &[
            "管段编号",
            "管线编号",
            "管段号",
            "管线编码",
            "gxbh",
            "pipeid",
            "sourceid",
            "id",
            "编号",
            "objectid",
            "gid",
            "fid",
            "osmid",
        ],
    ),
    (
        "class",
        &[
            "管线种类",
            "管线类别",
            "管线类型",
            "管线大类",
            "类别",
            "gxzl",
            "gxlx",
            "pipecategory",
            "linetype",
            "pipetype",
            "class",
            "kind",
        ],
    ),
    ("subclass", &["管线小类", "小类", "gxxl", "subclass", "subtype"]),
    ("owner", &["权属单位", "产权单位", "qsdw", "ownerunit", "owner"]),
    ("ownership", &["产权归属", "产权", "是否专营", "产权性质", "ownership"]),
    (
        "diameter_mm",
        &[
            "管径",
            "断面尺寸",
            "规格",
            "公称直径",
            "直径",
            "gj",
            "dmcc",
            "caliber",
            "diameter",
            "calibersectionsize",
            "diametermm",
            "gnj",
            "gwj",
            "gwg",
            "innerdiametermm",
            "dn",
        ],
    ),
    ("material", &["材质", "管材", "cz", "material"]),
    (
        "laid_year",
        &[
            "建设年代",
            "敷设年代",
            "建设年份",
            "敷设年份",
            "建成年代",
            "埋设年代",
            "jsnd",
            "msnd",
            "constr",
            "buildyear",
            "laidyear",
        ],
    ),
    ("planned_year", &["计划改造年", "计划改造年份", "改造年份", "改造年度", "plannedyear", "planyear"]),
];

const BUILDING: &[Aliases] = &[
    ("source_id", &["楼栋编号", "楼栋ID", "buildingid", "sourceid", "id", "编号", "osmid", "osmwayid", "objectid", "gid", "fid"]),
    ("name", &["楼号", "栋号", "幢号", "楼栋号", "楼栋名称", "name", "名称", "text"]),
    ("storeys", &["层数", "地上层数", "楼层数", "总层数", "floors", "levels", "storeys", "buildinglevels", "floor"]),
    ("stair_units", &["单元数", "stairunits", "units", "unitcount"]),
    ("households", &["户数", "住户数", "总户数", "households", "householdnumber"]),
    ("has_lift", &["电梯", "是否有电梯", "有无电梯", "haslift", "lift", "elevator"]),
];

const BARRIER: &[Aliases] = &[
    ("source_id", ID),
    ("kind", &["kind", "类型", "类别", "种类", "barrier", "waterway", "railway", "highway", "fclass", "type"]),
    ("name", NAME),
];

const STREET: &[Aliases] = &[
    ("source_id", &["道路编号", "streetid", "roadid", "sourceid", "id", "编号", "osmid", "objectid", "gid", "fid"]),
    ("name", &["道路名称", "路名", "街道名称", "roadname", "streetname", "name", "名称"]),
    ("width_m", &["红线宽度", "道路宽度", "宽度", "路宽", "width", "widthm", "redlinewidth"]),
    ("important", &["重要街道", "是否重要", "重要", "important"]),
];

const PLACE: &[Aliases] =
    &[("source_id", ID), ("name", &["name", "名称", "地块名称", "用途", "用地性质", "landuse", "use", "mc", "text"])];

const FACILITY: &[Aliases] = &[
    ("source_id", ID),
    ("kind", &["kind", "设施类型", "设施类别", "类型", "类别", "种类", "amenity", "type", "fclass"]),
    ("name", &["设施名称", "name", "名称", "mc", "text"]),
];

const LIMIT: &[Aliases] = &[
    ("source_id", ID),
    ("name", &["社区名称", "社区", "街道名称", "街道", "name", "名称", "乡", "mc", "text"]),
    ("level", &["级别", "层级", "类型", "level", "kind", "type"]),
];

/// Facts of a kind of layer with their names.
pub(super) fn of(kind: LayerKind) -> &'static [Aliases] {
    match kind {
        LayerKind::Compounds => COMPOUND,
        LayerKind::Pipes => PIPE,
        LayerKind::Buildings => BUILDING,
        LayerKind::Barriers => BARRIER,
        LayerKind::Streets => STREET,
        LayerKind::Facilities => FACILITY,
        LayerKind::Limits => LIMIT,
        LayerKind::Bridges | LayerKind::Parcels | LayerKind::Heritage => PLACE,
    }
}

/// A header without what people add to it: case, blanks, underscores, and units in brackets.
pub(super) fn normal(header: &str) -> String {
    let mut depth = 0_usize;
    let mut out = String::with_capacity(header.len());
    for c in header.chars() {
        match c {
            '(' | '（' | '[' | '【' => depth += 1,
            ')' | '）' | ']' | '】' => depth = depth.saturating_sub(1),
            '_' | '-' | ' ' | '\u{3000}' | '.' | ':' | '：' | '*' | '\n' | '\r' | '\t' | '\u{feff}' => {}
            _ if depth > 0 => {}
            other => out.extend(other.to_lowercase()),
        }
    }
    out
}

/// How well a header names a fact: the place in its list of names, best 0.
pub(super) fn rank(aliases: &[&str], header: &str) -> Option<usize> {
    let header = normal(header);
    aliases.iter().position(|alias| normal(alias) == header)
}

/// Facts that become one: why a compound is left out (R2). The last is the most general.
const GROUNDS: [&str; 3] = ["expropriation", "rebuild", "demolition"];

/// The whole name of which a shapefile kept the beginning: one of ours, as long as it means a single fact in every kind of
/// layer that has names which begin so. `None` of a name that is whole, or that could be several.
pub(super) fn full_name(cut: &str) -> Option<&'static str> {
    let start = normal(cut);
    let begins = |alias: &&str| normal(alias).starts_with(&start);
    let mut shared: Option<Vec<&'static str>> = None;
    for kind in LayerKind::ALL {
        if of(kind).iter().any(|(_, names)| rank(names, cut).is_some()) {
            return None;
        }
        let facts: Vec<&Aliases> = of(kind).iter().filter(|(_, names)| names.iter().any(&begins)).collect();
        let names = match facts.as_slice() {
            [] => continue,
            [(_, names)] => names,
            // Grounds for leaving a compound out are told by the words of the value; the last name means any of them.
            several if several.iter().all(|(fact, _)| GROUNDS.contains(fact)) => several[several.len() - 1].1,
            _ => return None,
        };
        let names = names.iter().copied().filter(&begins);
        shared = Some(match shared {
            None => names.collect(),
            Some(before) => before.into_iter().filter(|name| names.clone().any(|other| other == *name)).collect(),
        });
    }
    shared.filter(|_| !start.is_empty())?.first().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_of_one_layer_means_two_facts() {
        for kind in LayerKind::ALL {
            let mut seen = std::collections::BTreeMap::new();
            for (target, alias) in of(kind).iter().flat_map(|(target, aliases)| aliases.iter().map(move |a| (target, a))) {
                let before = seen.insert(normal(alias), target);
                assert!(before.is_none() || before == Some(target), "{kind:?}: {alias} means {before:?} and {target}");
            }
        }
    }

    #[test]
    fn names_that_were_cut_off_are_found_again() {
        assert_eq!(full_name("小区名"), None, "a name of its own");
        assert_eq!(full_name("总建筑面"), Some("总建筑面积"));
        assert_eq!(full_name("communityn"), Some("communityname"));
        assert_eq!(full_name("household"), None, "households or the kind of owner");
        assert_eq!(full_name("建设年"), Some("建设年代"));
        assert_eq!(full_name("是否纳入棚"), Some("是否纳入棚改征收"));
        assert_eq!(full_name(""), None);
    }

    #[test]
    fn headers_are_read_without_their_dress() {
        assert_eq!(normal("建筑面积（万㎡）"), "建筑面积");
        assert_eq!(normal(" Built_Year "), "builtyear");
        assert_eq!(rank(&["a", "built_year"], "builtYear"), Some(1));
        assert_eq!(rank(&["a"], "b"), None);
    }
}
