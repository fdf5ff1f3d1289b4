//! Names: made up, and as ordinary as those of any northern town.

use std::collections::HashMap;

use lianpian::base::SplitMix;

const PLACES: [&str; 48] = [
    "光明", "建设", "红旗", "胜利", "和平", "幸福", "永安", "长青", "东风", "向阳", "南湖", "北安", "锦程", "铁北", "吉顺",
    "西广", "惠民", "清华", "曙光", "团结", "友谊", "新华", "文化", "工农", "兴隆", "平阳", "富裕", "迎春", "柳影", "桃源",
    "春晖", "康平", "站前", "江畔", "临江", "渔市", "粮库", "光复", "民康", "安庆", "福泰", "同德", "明珠", "翠竹", "丁香",
    "天安", "义和", "庆丰",
];
const FIRMS: [&str; 20] = [
    "机车厂",
    "毛纺厂",
    "拖拉机厂",
    "电机厂",
    "邮电局",
    "地质队",
    "粮食局",
    "印刷厂",
    "客车厂",
    "化工厂",
    "供电局",
    "铁路三段",
    "第二建筑公司",
    "百货公司",
    "师范学校",
    "油漆厂",
    "纺织厂",
    "水利局",
    "轴承厂",
    "木材公司",
];
const PRIVATE_ENDS: [&str; 6] = ["小区", "小区", "新村", "花园", "苑", "住宅楼"];
const FIRM_ENDS: [&str; 4] = ["家属院", "宿舍", "家属楼", "职工住宅"];
const STREET_NAMES: [&str; 24] = [
    "兴业",
    "育才",
    "建业",
    "太平",
    "长兴",
    "安达",
    "北苑",
    "永昌",
    "延安",
    "同志",
    "自由",
    "平治",
    "西民主",
    "立信",
    "隆礼",
    "崇智",
    "惠工",
    "开运",
    "卫星",
    "繁荣",
    "湖滨",
    "丰顺",
    "青云",
    "宽平",
];

/// Gives out names and numbers the ones that come again, as 一期, 二期 and so on.
#[derive(Debug, Default)]
pub(crate) struct Names {
    used: HashMap<String, usize>,
}

impl Names {
    /// A name for a compound; those of firms and of the army speak of them.
    pub(crate) fn compound(&mut self, random: &mut SplitMix, owner: &str, single: bool) -> String {
        let pick = |random: &mut SplitMix, list: &[&str]| list[random.below(list.len())].to_owned();
        let base = match owner {
            "国有企业" => format!("{}{}", pick(random, &FIRMS), pick(random, &FIRM_ENDS)),
            "军队" => format!("{}{}", pick(random, &["驻军", "干休所", "军分区"]), pick(random, &["家属院", "住宅区"])),
            _ if single => format!("{}{}", pick(random, &PLACES), pick(random, &["住宅楼", "综合楼", "宿舍"])),
            _ => format!("{}{}", pick(random, &PLACES), pick(random, &PRIVATE_ENDS)),
        };
        let count = self.used.entry(base.clone()).or_default();
        *count += 1;
        match *count {
            1 => base,
            n => format!("{base}{}", ordinal(n)),
        }
    }
}

/// 二期, 三期 … and plain numbers once they get long.
fn ordinal(n: usize) -> String {
    const DIGITS: [&str; 11] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];
    DIGITS.get(n).map_or_else(|| format!("{n}区"), |digit| format!("{digit}期"))
}

/// The name of a city street.
pub(crate) fn street_name(k: usize, ending: &str) -> String {
    let base = STREET_NAMES[k % STREET_NAMES.len()];
    match k / STREET_NAMES.len() {
        0 => format!("{base}{ending}"),
        n => format!("{base}{}{ending}", ["", "二", "三", "四", "五", "六", "七", "八", "九"].get(n).copied().unwrap_or("外")),
    }
}

const SAMPLE_COMMUNITIES: [&str; 9] = ["渔市", "江湾", "粮库", "光复", "柳影", "铁东", "北站", "安庆", "东风"];

/// The name of a community; the sample's nine have names of their own.
pub(crate) fn community_name(sample: bool, index: usize) -> String {
    match (sample, index / PLACES.len()) {
        (true, _) => format!("{}社区", SAMPLE_COMMUNITIES[index % SAMPLE_COMMUNITIES.len()]),
        (false, 0) => format!("{}社区", PLACES[index % PLACES.len()]),
        (false, n) => format!("{}{}社区", PLACES[index % PLACES.len()], n + 1),
    }
}

/// The name of a street office.
pub(crate) fn office_name(sample: bool, index: usize) -> String {
    match (sample, index / STREET_NAMES.len()) {
        (true, _) => format!("{}街道", ["江南", "站前", "东风"][index % 3]),
        (false, 0) => format!("{}街道", STREET_NAMES[index % STREET_NAMES.len()]),
        (false, n) => format!("{}{}街道", STREET_NAMES[index % STREET_NAMES.len()], n + 1),
    }
}
