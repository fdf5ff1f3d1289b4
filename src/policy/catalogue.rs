//! The catalogue of renovation items (R15–R17): 17 of class 基础, 15 of class 完善, 11 of class 提升.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use serde::Deserialize;

use super::{CatalogueEntry, ItemClass, ItemCode, PipeClass};

/// Every item that can be planned, in the order of the policy's text.
#[derive(Clone, Debug, PartialEq)]
pub struct Catalogue {
    /// The entries.
    pub entries: Vec<CatalogueEntry>,
    by_code: BTreeMap<ItemCode, usize>,
    /// How many of the entries are built in; a plan's own come behind them, by code.
    built_in: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CatalogueFile {
    item: Vec<CatalogueEntry>,
}

impl Catalogue {
    fn from_toml(text: &str) -> Result<Self, toml::de::Error> {
        let entries = toml::from_str::<CatalogueFile>(text)?.item;
        let built_in = entries.len();
        Ok(Self::new(entries, built_in))
    }

    fn new(entries: Vec<CatalogueEntry>, built_in: usize) -> Self {
        let by_code = entries.iter().enumerate().map(|(i, entry)| (entry.code.clone(), i)).collect();
        Self { entries, by_code, built_in }
    }

    /// The entries that a plan added, by code.
    #[must_use]
    pub fn own(&self) -> &[CatalogueEntry] {
        &self.entries[self.built_in..]
    }

    /// Whether a code is built in; such an entry never changes.
    #[must_use]
    pub fn is_built_in(&self, code: &ItemCode) -> bool {
        self.by_code.get(code).is_some_and(|place| *place < self.built_in)
    }

    /// A code for a new entry of a plan, made of its name, so that two plans that add the same have the same.
    #[must_use]
    pub fn code_for(&self, name: &str) -> ItemCode {
        let mut hash: u32 = 0x811c_9dc5;
        for byte in name.trim().bytes() {
            hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
        }
        let first = ItemCode(format!("own_{hash:08x}"));
        let more = (2..).map(|n: u32| ItemCode(format!("own_{hash:08x}_{n}")));
        std::iter::once(first.clone()).chain(more).find(|code| !self.by_code.contains_key(code)).unwrap_or(first)
    }

    /// Puts an entry of a plan's own, or takes it away, and gives back what was there. A built-in code is left alone.
    fn put_own(&mut self, code: &ItemCode, entry: Option<CatalogueEntry>) -> Option<CatalogueEntry> {
        if self.is_built_in(code) {
            return None;
        }
        let mut entries = std::mem::take(&mut self.entries);
        let mut own: BTreeMap<ItemCode, CatalogueEntry> =
            entries.split_off(self.built_in).into_iter().map(|entry| (entry.code.clone(), entry)).collect();
        let old = match entry {
            Some(entry) => own.insert(code.clone(), CatalogueEntry { code: code.clone(), ..entry }),
            None => own.remove(code),
        };
        entries.extend(own.into_values());
        *self = Self::new(entries, self.built_in);
        old
    }

    /// The entry of a code. `O(log n)`.
    #[must_use]
    pub fn get(&self, code: &ItemCode) -> Option<&CatalogueEntry> {
        self.entries.get(*self.by_code.get(code)?)
    }

    /// The entries of a class, in order.
    pub fn of_class(&self, class: ItemClass) -> impl Iterator<Item = &CatalogueEntry> {
        self.entries.iter().filter(move |entry| entry.class == class)
    }

    /// The item that renews a pipe of this class; `None` for pipes that no item of the policy covers.
    #[must_use]
    pub fn for_pipe(&self, class: PipeClass) -> Option<&CatalogueEntry> {
        let code = match class {
            PipeClass::Water => "water_supply",
            PipeClass::Drainage => "drainage",
            PipeClass::Gas => "gas_supply",
            PipeClass::Heat => "heating",
            PipeClass::Power => "power_supply",
            PipeClass::Telecom => "low_voltage",
            PipeClass::Industrial | PipeClass::Other | PipeClass::Unknown => return None,
        };
        self.get(&ItemCode::new(code))
    }
}

const BUILT_IN: &str = include_str!("../../assets/policy/catalogue.toml");

fn shared() -> &'static Arc<Catalogue> {
    static CATALOGUE: OnceLock<Arc<Catalogue>> = OnceLock::new();
    CATALOGUE.get_or_init(|| Arc::new(Catalogue::from_toml(BUILT_IN).unwrap_or_else(|_| Catalogue::new(Vec::new(), 0))))
}

/// The built-in catalogue, read once.
#[must_use]
pub fn catalogue() -> &'static Catalogue {
    shared()
}

/// The catalogue of a plan: the built-in entries, which never change, and its own behind them. Cheap to copy.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanCatalogue(Arc<Catalogue>);

impl Default for PlanCatalogue {
    fn default() -> Self {
        Self(Arc::clone(shared()))
    }
}

impl std::ops::Deref for PlanCatalogue {
    type Target = Catalogue;

    fn deref(&self) -> &Catalogue {
        &self.0
    }
}

impl PlanCatalogue {
    /// Puts an entry of the plan's own, or takes it away, and gives back what was there. A built-in code is left alone.
    pub fn put_own(&mut self, code: &ItemCode, entry: Option<CatalogueEntry>) -> Option<CatalogueEntry> {
        Arc::make_mut(&mut self.0).put_own(code, entry)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ItemGeometry, Unit};
    use super::*;

    const TEXT: &str = include_str!("../../assets/policy/jilin-2020.txt");

    #[test]
    fn built_in_catalogue_parses() {
        Catalogue::from_toml(BUILT_IN).unwrap();
        assert_eq!(catalogue().by_code.len(), 43, "codes are unique");
    }

    /// The names as R15–R17 quote them; 维修 belongs to each of the three common parts.
    fn golden(class: ItemClass) -> &'static [&'static str] {
        match class {
            ItemClass::Basic => &[
                "供水",
                "排水",
                "供电",
                "弱电",
                "道路",
                "供气",
                "供热",
                "消防",
                "安防",
                "生活垃圾分类",
                "有线电视",
                "移动通信",
                "光纤入户",
                "架空线规整（入地）",
                "屋面维修",
                "外墙维修",
                "楼梯等公共部位维修",
            ],
            ItemClass::Improvement => &[
                "拆除违法建设",
                "绿化",
                "照明",
                "适老设施",
                "无障碍设施",
                "停车库（场）",
                "电动自行车充电设施",
                "汽车充电设施",
                "智能快件箱",
                "智能信包箱",
                "文化休闲设施",
                "体育健身设施",
                "物业用房",
                "建筑节能改造",
                "加装电梯",
            ],
            ItemClass::Upgrade => &[
                "社区综合服务设施",
                "卫生服务站等公共卫生设施",
                "幼儿园等教育设施",
                "周界防护等智能感知设施",
                "养老",
                "托育",
                "助餐",
                "家政保洁",
                "便民市场",
                "便利店",
                "邮政快递末端综合服务站",
            ],
        }
    }

    #[test]
    fn r15_r16_r17_every_quoted_word_is_one_entry_of_its_class() {
        for (class, count) in [(ItemClass::Basic, 17), (ItemClass::Improvement, 15), (ItemClass::Upgrade, 11)] {
            let names: Vec<&str> = catalogue().of_class(class).map(|e| e.zh.as_str()).collect();
            assert_eq!(names.len(), count);
            assert_eq!(names, golden(class));
        }
        assert_eq!(catalogue().entries.len(), 43);
    }

    #[test]
    fn every_entry_stands_in_the_text() {
        for entry in &catalogue().entries {
            assert!(TEXT.contains(entry.quoted()), "{}", entry.zh);
            assert!(entry.zh.contains(entry.quoted()) || entry.quoted().contains(&entry.zh), "{}", entry.zh);
        }
    }

    #[test]
    fn symbols_are_told_apart_within_a_class() {
        for class in ItemClass::ALL {
            let symbols: std::collections::BTreeSet<char> = catalogue().of_class(class).map(|e| e.symbol).collect();
            assert_eq!(symbols.len(), catalogue().of_class(class).count(), "{class:?}");
            assert!(symbols.iter().all(|c| ('\u{4e00}'..='\u{9fff}').contains(c)));
        }
    }

    #[test]
    fn entries_of_a_plan_stand_behind_the_built_in_ones() {
        let mut own = PlanCatalogue::default();
        let road = catalogue().get(&ItemCode::new("road")).unwrap().clone();
        let code = own.code_for("沥青道路");
        let added =
            CatalogueEntry { zh: "沥青道路".to_owned(), based_on: Some(road.code.clone()), quoted: None, ..road.clone() };
        assert_eq!(own.put_own(&code, Some(added.clone())), None);
        assert_eq!((own.entries.len(), own.own().len(), catalogue().entries.len()), (44, 1, 43));
        assert_eq!(own.get(&code).map(|entry| (&entry.code, entry.kind())), Some((&code, &road.code)));
        assert_ne!(own.code_for("沥青道路"), code, "a second of the name has a code of its own");
        assert_eq!(own.put_own(&road.code, None), None);
        assert_eq!(own.get(&road.code), Some(&road), "built-in entries never change");
        assert_eq!(own.put_own(&code, None), Some(CatalogueEntry { code, ..added }));
        assert_eq!(own, PlanCatalogue::default());
    }

    #[test]
    fn flags_that_other_rules_rest_on() {
        let entry = |code| catalogue().get(&ItemCode::new(code)).unwrap();
        assert!(entry("lift").structural && !entry("roof_repair").structural);
        assert!(entry("wall_repair").facade && !entry("greening").facade);
        assert!(["wall_repair", "illegal_removal", "lift"].iter().all(|code| entry(code).heritage_sensitive));
        assert_eq!(entry("gas_supply").utility, Some(PipeClass::Gas));
        assert_eq!((entry("lift").unit, entry("lift").geometry), (Unit::Lift, ItemGeometry::Point));
        for class in PipeClass::ALL {
            let item = catalogue().for_pipe(class);
            assert!(item.is_none_or(|item| item.utility == Some(class)), "{class:?}");
        }
    }
}
