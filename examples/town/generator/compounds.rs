//! A compound with its facts, as the survey and the ledger of a real city would hold them: mostly.

use geo::{Coord, MultiPolygon};
use lianpian::base::SplitMix;
use serde_json::{Value, json};

use super::buildings::Slab;
use super::geometry::{real, rounded, whole};

/// A compound as it is; the files leave some of it out.
#[derive(Clone, Debug)]
pub(crate) struct Compound {
    /// 小区编号.
    pub(crate) id: String,
    /// 小区名称.
    pub(crate) name: String,
    /// 街道.
    pub(crate) office: String,
    /// 社区.
    pub(crate) community: String,
    /// 地址.
    pub(crate) address: String,
    /// Year of completion.
    pub(crate) year: usize,
    /// First year when it was built over several.
    pub(crate) since: Option<usize>,
    /// 户数.
    pub(crate) households: usize,
    /// 建筑面积, m².
    pub(crate) floor_area_m2: usize,
    /// 楼栋数.
    pub(crate) buildings: usize,
    /// 单元数.
    pub(crate) units: usize,
    /// 产权性质.
    pub(crate) owner: &'static str,
    /// 意愿率 in percent and 调查日期.
    pub(crate) consent: Option<(usize, String)>,
    /// 是否纳入棚改/征收.
    pub(crate) exclusion: &'static str,
    /// 存在问题.
    pub(crate) problems: String,
    /// 估算投资, 万元.
    pub(crate) cost_wan_yuan: f64,
    /// 计划改造年.
    pub(crate) planned: Option<usize>,
    /// Boundary, local metres.
    pub(crate) shape: MultiPolygon<f64>,
    /// A place inside, local metres.
    pub(crate) middle: Coord<f64>,
}

/// Facts that may be missing from a file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Missing {
    /// 建成年份.
    pub(crate) year: bool,
    /// 建筑面积.
    pub(crate) floor_area: bool,
    /// 楼栋数.
    pub(crate) buildings: bool,
    /// 户数.
    pub(crate) households: bool,
}

impl Missing {
    /// The rates of a real city ledger of 1,071 rows: 13.0 %, 15.7 %, 11.3 % and 7.3 %.
    pub(crate) fn draw(random: &mut SplitMix) -> Self {
        Self {
            year: random.chance(0.130),
            floor_area: random.chance(0.157),
            buildings: random.chance(0.113),
            households: random.chance(0.073),
        }
    }
}

const PROBLEMS_OLD: [&str; 18] = [
    "管网老化",
    "停车难",
    "无电梯",
    "外墙渗水",
    "无物业",
    "屋面漏雨",
    "架空线杂乱",
    "路面破损",
    "绿化缺失",
    "消防通道堵塞",
    "无适老设施",
    "私搭乱建",
    "化粪池堵塞",
    "供热不足",
    "路灯损坏",
    "雨污合流",
    "无充电设施",
    "楼道破损",
];
const PROBLEMS_NEW: [&str; 6] = ["停车难", "无充电设施", "绿化缺失", "物业管理差", "无适老设施", "监控缺失"];

/// What decides a compound before it is drawn.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Character {
    /// Year of completion.
    pub(crate) year: usize,
    /// 产权性质.
    pub(crate) owner: &'static str,
}

impl Character {
    /// Draws the year and the owner; a historic quarter is old throughout.
    pub(crate) fn draw(random: &mut SplitMix, historic: bool) -> Self {
        let year = match random.unit() {
            _ if historic => 1954 + random.below(22),
            x if x < 0.12 => 1962 + random.below(18),
            x if x < 0.70 => 1980 + random.below(21),
            x if x < 0.85 => 2001 + random.below(5),
            _ => 2006 + random.below(12),
        };
        let owner = match random.unit() {
            x if x < 0.025 => "军队",
            x if x < 0.165 && year <= 2005 => "国有企业",
            x if x < 0.205 && year <= 2000 => "直管公房",
            x if x < 0.45 && year <= 1998 => "房改房",
            _ => "商品房",
        };
        Self { year, owner }
    }
}

impl Compound {
    /// Derives the facts of a compound from its buildings.
    pub(crate) fn new(
        random: &mut SplitMix,
        character: Character,
        slabs: &[Slab],
        flats: usize,
        shape: MultiPolygon<f64>,
    ) -> Self {
        let Character { year, owner } = character;
        let units: usize = slabs.iter().map(|slab| slab.units).sum();
        let households = slabs.iter().map(|slab| slab.units * slab.storeys * flats).sum::<usize>();
        let floor: f64 = slabs.iter().map(|slab| slab.long * slab.deep * real(slab.storeys)).sum();
        let floor_area_m2 = whole((floor * random.between(0.96, 1.04) / 10.0).round()) * 10;
        let consent = random.chance(0.78).then(|| {
            let share = 52 + random.below(47);
            (share, format!("{}-{:02}-{:02}", 2022 + random.below(3), 3 + random.below(8), 1 + random.below(28)))
        });
        let exclusion = match random.unit() {
            x if x < 0.05 && year <= 2000 => "征收",
            x if x < 0.085 && year <= 1990 => "拆除新建",
            _ => "否",
        };
        let planned = (exclusion == "否" && year <= 2005 && random.chance(0.72)).then(|| 2023 + random.below(3));
        Self {
            id: String::new(),
            name: String::new(),
            office: String::new(),
            community: String::new(),
            address: String::new(),
            year,
            since: (slabs.len() > 2 && random.chance(0.07)).then(|| year - 1 - random.below(4)),
            households: households - households.min(random.below(3)),
            floor_area_m2,
            buildings: slabs.len(),
            units,
            owner,
            consent,
            exclusion,
            problems: problems(random, year),
            cost_wan_yuan: rounded(real(floor_area_m2) * random.between(158.0, 314.0) / 10_000.0, 1),
            planned,
            middle: slabs.first().map(|slab| super::geometry::at(slab.s, slab.t)).unwrap_or_default(),
            shape,
        }
    }

    /// The year as somebody typed it: a number, `1998年`, `98`, or a span.
    pub(crate) fn year_as_written(&self, random: &mut SplitMix) -> Value {
        if let Some(since) = self.since {
            return json!(format!("{since}-{}", self.year));
        }
        match random.unit() {
            x if x < 0.07 => json!(format!("{}年", self.year)),
            x if x < 0.11 && self.year < 2000 => json!(format!("{:02}", self.year % 100)),
            _ => json!(self.year),
        }
    }

    /// The fields of the boundary file.
    pub(crate) fn fields(&self, random: &mut SplitMix) -> Value {
        let missing = Missing::draw(random);
        let year = self.year_as_written(random);
        let given = |absent: bool, value: Value| if absent { Value::Null } else { value };
        let owner_known = matches!(self.owner, "军队" | "国有企业") || random.chance(0.4);
        let asked = self.consent.as_ref().filter(|_| random.chance(0.8));
        json!({
            "小区编号": self.id,
            "小区名称": self.name,
            "街道": self.office,
            "社区": given(random.chance(0.043), json!(self.community)),
            "建成年份": given(missing.year, year),
            "户数": given(missing.households, json!(self.households)),
            "建筑面积": given(missing.floor_area, json!(self.floor_area_m2)),
            "楼栋数": given(missing.buildings, json!(self.buildings)),
            "单元数": given(random.chance(0.2), json!(self.units)),
            "产权性质": given(!owner_known, json!(self.owner)),
            "意愿率": asked.map(|(share, _)| format!("{share}%")),
            "调查日期": asked.map(|(_, date)| date),
            "是否纳入棚改/征收": given(self.exclusion == "否" && random.chance(0.3), json!(self.exclusion)),
            "存在问题": given(self.problems.is_empty(), json!(self.problems)),
            "估算投资(万元)": given(random.chance(0.25), json!(self.cost_wan_yuan)),
        })
    }
}

fn problems(random: &mut SplitMix, year: usize) -> String {
    let (list, most): (&[&str], usize) = if year <= 2000 { (&PROBLEMS_OLD, 5) } else { (&PROBLEMS_NEW, 2) };
    let mut chosen: Vec<&str> = list.to_vec();
    random.shuffle(&mut chosen);
    let count = if year <= 2000 { 1 + random.below(most) } else { random.below(most + 1) };
    let mut words = chosen[..count].to_vec();
    if year <= 1995 && !words.contains(&"管网老化") && random.chance(0.6) {
        words.insert(0, "管网老化");
    }
    words.join(";")
}
