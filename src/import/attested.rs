//! Names of fields that public sources attest for pipe surveys and for ledgers of compounds, each with the fact that it
//! must be taken for; and those without a fact of ours, which must stay what they are.

use super::aliases::{of, rank};
use crate::model::LayerKind;

fn fact_of(kind: LayerKind, header: &str) -> Option<&'static str> {
    let found = of(kind).iter().filter_map(|(fact, names)| Some((rank(names, header)?, *fact)));
    found.min().map(|(_, fact)| fact)
}

/// Facts with the names that mean them; an empty fact is a field that is kept as it is.
type Rows = &'static [(&'static str, &'static [&'static str])];

const PIPES: Rows = &[
    ("class", &["管线种类", "管线类别", "类别", "GXZL", "pipe_category", "line_type", "kind"]),
    (
        "diameter_mm",
        &["管径", "断面尺寸", "规格", "caliber", "diameter", "caliber_section_size", "GNJ", "GWJ", "GWG", "管径(mm)"],
    ),
    ("material", &["材质", "管材", "CZ", "material"]),
    ("owner", &["权属单位", "owner_unit", "owner"]),
    ("laid_year", &["建设年代", "敷设年代", "constr", "build year", "build_year", "laid_year"]),
    ("planned_year", &["计划改造年", "planned_year"]),
    (
        "",
        &[
            "起点点号",
            "QDDH",
            "QD_ID",
            "start point",
            "终点点号",
            "ZDDH",
            "ZD_ID",
            "起点埋深",
            "QDMS",
            "start_depth",
            "终点埋深",
            "ZDMS",
            "end_depth",
            "起点高程",
            "终点高程",
            "QDGC",
            "ZDGC",
            "start_altitude",
            "埋设方式",
            "MSFS",
            "burying",
            "电压",
            "DY",
            "线缆条数",
            "DLGS",
            "总孔数",
            "已用孔数",
            "ZKS",
            "ZYKS",
            "所在道路",
            "road_name",
            "长度",
            "SMLENGTH",
            "pipe_length",
            "管长",
            "流向",
            "级别",
            "pipe_class",
        ],
    ),
];

const COMPOUNDS: Rows = &[
    ("source_id", &["小区编号", "序号", "小区ID", "community_id", "code"]),
    ("name", &["小区名称", "楼盘名称", "小区名", "community_name", "constructionname", "name"]),
    ("street_office", &["街道", "所属街道", "street"]),
    ("community", &["社区", "居委", "committee", "community"]),
    ("address", &["地址", "坐落", "address"]),
    (
        "built",
        &["建成年代", "建成年份", "竣工时间", "建成时间", "completion_date", "builtYear", "built_year", "enddate", "year_built"],
    ),
    (
        "floor_area_m2",
        &["建筑面积", "总建筑面积", "建筑面积（㎡）", "总建筑面积(万㎡)", "floor_area", "floor_area_m2", "totalArea"],
    ),
    ("buildings", &["楼栋数", "栋数", "楼栋数量", "楼数", "building_number", "buildingCount"]),
    ("households", &["户数", "房屋数量", "住户数", "总户数", "household_number", "households", "houseCount", "totalcellnumber"]),
    ("owner", &["产权单位", "权属"]),
    ("owner_kind", &["产权性质", "房屋性质", "household_property", "propertyType"]),
    ("management", &["物业", "物业公司", "物业管理", "serviceCompany", "propertyManager"]),
    ("stair_units", &["单元数"]),
    ("consent", &["意愿率"]),
    ("demolition", &["是否纳入棚改/征收", "demolition"]),
    ("problems", &["存在问题"]),
    ("estimated_cost", &["估算投资", "估算投资(万元)", "est_cost"]),
    ("", &["层数", "结构", "电梯", "停车位", "绿地率"]),
];

const BUILDINGS: Rows = &[("storeys", &["层数"]), ("has_lift", &["电梯"]), ("stair_units", &["单元数"])];

#[test]
fn every_attested_name_means_its_fact() {
    for (kind, rows) in [(LayerKind::Pipes, PIPES), (LayerKind::Compounds, COMPOUNDS), (LayerKind::Buildings, BUILDINGS)] {
        for (fact, names) in rows {
            for name in *names {
                assert_eq!(fact_of(kind, name).unwrap_or_default(), *fact, "{kind:?}: {name}");
            }
        }
    }
}
