//! The fields that conditions name: those of the table, and the source's own.

use crate::base::Message;

/// A field of a compound.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// 编号.
    Id,
    /// 名称.
    Name,
    /// 地址.
    Address,
    /// 街道.
    StreetOffice,
    /// 社区.
    Community,
    /// 建成年代: the last year of a span.
    Built,
    /// 户数.
    Households,
    /// 建筑面积, m².
    FloorArea,
    /// 用地面积, m².
    LandArea,
    /// 楼栋数.
    Buildings,
    /// 单元数.
    StairUnits,
    /// 估算投资, 万元.
    Cost,
    /// 意愿率, 0–1.
    Consent,
    /// 判定.
    Verdict,
    /// 片区, by number or name.
    District,
    /// 年度 of its district.
    Year,
    /// 产权单位.
    Owner,
    /// 物业.
    Management,
    /// 存在问题.
    Problems,
    /// A field of the source that no fact uses.
    Own(String),
}

/// Every field with its names; the first is the Chinese one that the table shows.
const NAMES: [(Field, &[&str]); 19] = [
    (Field::Id, &["编号", "小区编号", "id"]),
    (Field::Name, &["名称", "小区名称", "name"]),
    (Field::Address, &["地址", "address"]),
    (Field::StreetOffice, &["街道", "所属街道", "streetoffice", "street"]),
    (Field::Community, &["社区", "居委", "community"]),
    (Field::Built, &["建成年代", "建成", "建成年份", "built", "builtyear", "yearbuilt"]),
    (Field::Households, &["户数", "households"]),
    (Field::FloorArea, &["建筑面积", "floorarea", "floor_area_m2"]),
    (Field::LandArea, &["用地面积", "landarea", "land_area_m2"]),
    (Field::Buildings, &["楼栋数", "栋数", "buildings"]),
    (Field::StairUnits, &["单元数", "stairunits"]),
    (Field::Cost, &["投资", "估算投资", "cost", "cost_wan_yuan", "estcost"]),
    (Field::Consent, &["意愿率", "consent"]),
    (Field::Verdict, &["判定", "verdict"]),
    (Field::District, &["片区", "district"]),
    (Field::Year, &["年度", "改造年度", "year"]),
    (Field::Owner, &["产权", "产权单位", "owner"]),
    (Field::Management, &["物业", "物业公司", "management"]),
    (Field::Problems, &["存在问题", "问题", "problems"]),
];

/// A name without what people write differently.
fn plain(name: &str) -> String {
    name.chars().filter(|c| !c.is_whitespace() && *c != '_' && *c != '-').flat_map(char::to_lowercase).collect()
}

impl Field {
    /// The field that the table knows by this name.
    #[must_use]
    pub fn of_table(name: &str) -> Option<Self> {
        let wanted = plain(name);
        let named = |(_, names): &&(Self, &[&str])| names.iter().any(|name| plain(name) == wanted);
        NAMES.iter().find(named).map(|(field, _)| field.clone())
    }

    /// The name for people.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::Id => Message::new("ui.column-id"),
            Self::Name => Message::new("ui.column-name"),
            Self::Address => Message::new("session.field-address"),
            Self::StreetOffice => Message::new("ui.column-street"),
            Self::Community => Message::new("ui.column-community"),
            Self::Built => Message::new("ui.column-built"),
            Self::Households => Message::new("ui.column-households"),
            Self::FloorArea => Message::new("ui.column-floor-area"),
            Self::LandArea => Message::new("grouping.field-land-area"),
            Self::Buildings => Message::new("ui.column-buildings"),
            Self::StairUnits => Message::new("session.field-stair-units"),
            Self::Cost => Message::new("ui.column-cost"),
            Self::Consent => Message::new("ui.column-consent"),
            Self::Verdict => Message::new("ui.column-verdict"),
            Self::District => Message::new("ui.column-district"),
            Self::Year => Message::new("ui.column-year"),
            Self::Owner => Message::new("ui.column-owner"),
            Self::Management => Message::new("session.field-management"),
            Self::Problems => Message::new("ui.column-problems"),
            Self::Own(name) => Message::new("grouping.field-other").text("field", name),
        }
    }

    /// Whether its values are numbers, texts, or either.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Id
            | Self::Name
            | Self::Address
            | Self::StreetOffice
            | Self::Community
            | Self::Verdict
            | Self::Owner
            | Self::Management
            | Self::Problems => Kind::Text,
            Self::Built
            | Self::Households
            | Self::FloorArea
            | Self::LandArea
            | Self::Buildings
            | Self::StairUnits
            | Self::Cost
            | Self::Consent
            | Self::Year => Kind::Number,
            Self::District | Self::Own(_) => Kind::Either,
        }
    }
}

/// What the values of a field are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Numbers.
    Number,
    /// Texts.
    Text,
    /// Now one, now the other.
    Either,
}
