//! One entry of the item catalogue: what it is called, drawn as, measured in and subject to.

use serde::{Deserialize, Serialize};

use super::{ItemClass, ItemCode, Names, PipeClass};
use crate::base::Message;

/// What an item is drawn as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemGeometry {
    /// A line, such as a pipe.
    Line,
    /// A point.
    Point,
    /// An area.
    Polygon,
    /// Buildings, or a room in one; drawn as a point until somebody draws more.
    Building,
    /// No place of its own.
    None,
}

/// Unit of quantities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// m.
    Metre,
    /// m².
    SquareMetre,
    /// 处.
    Place,
    /// 套.
    Set,
    /// 台.
    Machine,
    /// 部.
    Lift,
    /// 户.
    Household,
    /// 泊位.
    Stall,
    /// 桩.
    Charger,
    /// 组.
    Group,
    /// 班.
    SchoolClass,
    /// 单元.
    StairUnit,
}

impl ItemGeometry {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::Line, Self::Point, Self::Polygon, Self::Building, Self::None];

    /// For people.
    #[must_use]
    pub const fn message(self) -> Message {
        match self {
            Self::Line => Message::new("policy.geometry-line"),
            Self::Point => Message::new("policy.geometry-point"),
            Self::Polygon => Message::new("policy.geometry-polygon"),
            Self::Building => Message::new("policy.geometry-building"),
            Self::None => Message::new("policy.geometry-none"),
        }
    }
}

impl HiddenWork {
    /// Every answer.
    pub const ALL: [Self; 3] = [Self::No, Self::Part, Self::Yes];

    /// For people.
    #[must_use]
    pub const fn message(self) -> Message {
        match self {
            Self::No => Message::new("policy.hidden-no"),
            Self::Part => Message::new("policy.hidden-part"),
            Self::Yes => Message::new("policy.hidden-yes"),
        }
    }
}

impl Unit {
    /// Every unit.
    pub const ALL: [Self; 12] = [
        Self::Metre,
        Self::SquareMetre,
        Self::Place,
        Self::Set,
        Self::Machine,
        Self::Lift,
        Self::Household,
        Self::Stall,
        Self::Charger,
        Self::Group,
        Self::SchoolClass,
        Self::StairUnit,
    ];

    /// The unit for people.
    #[must_use]
    pub const fn message(self) -> Message {
        match self {
            Self::Metre => Message::new("policy.unit-metre"),
            Self::SquareMetre => Message::new("policy.unit-square-metre"),
            Self::Place => Message::new("policy.unit-place"),
            Self::Set => Message::new("policy.unit-set"),
            Self::Machine => Message::new("policy.unit-machine"),
            Self::Lift => Message::new("policy.unit-lift"),
            Self::Household => Message::new("policy.unit-household"),
            Self::Stall => Message::new("policy.unit-stall"),
            Self::Charger => Message::new("policy.unit-charger"),
            Self::Group => Message::new("policy.unit-group"),
            Self::SchoolClass => Message::new("policy.unit-school-class"),
            Self::StairUnit => Message::new("policy.unit-stair-unit"),
        }
    }

    /// The stable name used in files and JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Metre => "m",
            Self::SquareMetre => "m2",
            Self::Place => "place",
            Self::Set => "set",
            Self::Machine => "machine",
            Self::Lift => "lift",
            Self::Household => "household",
            Self::Stall => "stall",
            Self::Charger => "charger",
            Self::Group => "group",
            Self::SchoolClass => "school_class",
            Self::StairUnit => "stair_unit",
        }
    }

    /// Whether a part of one makes sense.
    #[must_use]
    pub const fn is_whole(self) -> bool {
        !matches!(self, Self::Metre | Self::SquareMetre)
    }
}

/// Where a quantity comes from when nobody sets it by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Driver {
    /// Length of the drawn line.
    Length,
    /// Area of the drawn polygon.
    Area,
    /// Count of the drawn points.
    Count,
    /// Households of the compound.
    Households,
    /// Footprints of the compound's buildings.
    RoofArea,
    /// Perimeter × storeys × storey height of the compound's buildings: an estimate.
    FacadeArea,
    /// Stair units of the compound.
    StairUnits,
    /// Stair units of buildings that could take a lift and have none.
    LiftUnits,
    /// Floor area of the compound.
    FloorArea,
    /// Rooms of a facility: the area of a drawn polygon, else to be given.
    FloorSpace,
    /// Parking stalls: to be given.
    Stalls,
    /// Classes of a kindergarten or school: to be given.
    SchoolClasses,
}

/// 隐蔽工程: is the work covered up when it is done (R26)?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HiddenWork {
    /// No.
    No,
    /// In part.
    Part,
    /// Yes.
    Yes,
}

/// An entry of the catalogue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CatalogueEntry {
    /// Stable code, such as `water_supply`.
    pub code: ItemCode,
    /// Class.
    pub class: ItemClass,
    /// Name in Chinese: the policy's words, completed where they share a verb (屋面…维修).
    pub zh: String,
    /// Name in English.
    pub en: String,
    /// The policy's own words, where the name completes them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quoted: Option<String>,
    /// One Chinese character for the map, different from all others of the class.
    pub symbol: char,
    /// What it is drawn as.
    pub geometry: ItemGeometry,
    /// Unit of its quantity.
    pub unit: Unit,
    /// Where the quantity comes from.
    pub driver: Driver,
    /// 隐蔽工程.
    pub hidden_work: HiddenWork,
    /// Changes the load-bearing structure (R32).
    #[serde(default)]
    pub structural: bool,
    /// Changes façades (R31).
    #[serde(default)]
    pub facade: bool,
    /// To be reviewed inside a historic quarter (R23).
    #[serde(default)]
    pub heritage_sensitive: bool,
    /// The utility whose network it is.
    #[serde(default)]
    pub utility: Option<PipeClass>,
    /// Tags across classes (R22, R43): 5G, 可再生能源, 节能, 节水, 海绵城市, 智慧化.
    #[serde(default)]
    pub tags: Vec<String>,
    /// The built-in entry that a plan's own one was copied from; none of a built-in one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub based_on: Option<ItemCode>,
}

impl CatalogueEntry {
    /// The words of the policy for this entry.
    #[must_use]
    pub fn quoted(&self) -> &str {
        self.quoted.as_deref().unwrap_or(&self.zh)
    }

    /// The built-in entry that it is of the kind of: itself, until a plan copies one.
    #[must_use]
    pub fn kind(&self) -> &ItemCode {
        self.based_on.as_ref().unwrap_or(&self.code)
    }

    /// Where the quantity comes from once it is counted in another unit than before.
    #[must_use]
    pub const fn driver_in(&self, unit: Unit) -> Driver {
        match unit {
            Unit::Metre => Driver::Length,
            Unit::SquareMetre => match self.driver {
                Driver::RoofArea | Driver::FacadeArea | Driver::FloorArea | Driver::FloorSpace => self.driver,
                _ => Driver::Area,
            },
            Unit::Household => Driver::Households,
            Unit::StairUnit => Driver::StairUnits,
            Unit::Stall => Driver::Stalls,
            Unit::SchoolClass => Driver::SchoolClasses,
            Unit::Lift => Driver::LiftUnits,
            Unit::Place | Unit::Set | Unit::Machine | Unit::Charger | Unit::Group => Driver::Count,
        }
    }

    /// Makes it drawn as something else. What was measured along or over the former drawing is counted in the unit of the new
    /// one; counts, and what comes of the compound's facts and buildings, stay.
    pub const fn draw_as(&mut self, geometry: ItemGeometry) {
        let (fits, unit) = match geometry {
            ItemGeometry::Line => (!matches!(self.driver, Driver::Area | Driver::FloorSpace), Unit::Metre),
            ItemGeometry::Polygon => (!matches!(self.driver, Driver::Length), Unit::SquareMetre),
            ItemGeometry::Point | ItemGeometry::Building | ItemGeometry::None => {
                (!matches!(self.driver, Driver::Length | Driver::Area), Unit::Place)
            }
        };
        if !fits {
            (self.unit, self.driver) = (unit, self.driver_in(unit));
        }
        self.geometry = geometry;
    }

    /// Whether a character can stand on the map for an entry: one that is written, in any script.
    #[must_use]
    pub fn is_symbol(symbol: char) -> bool {
        symbol.is_alphanumeric()
    }

    /// The name in both languages.
    #[must_use]
    pub fn names(&self) -> Names {
        Names { zh: self.zh.clone(), en: self.en.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::super::catalogue;
    use super::*;

    fn drawn_as(code: &str, geometry: ItemGeometry) -> (Unit, Driver) {
        let mut entry = catalogue().get(&ItemCode::new(code)).unwrap().clone();
        entry.draw_as(geometry);
        assert_eq!(entry.geometry, geometry);
        (entry.unit, entry.driver)
    }

    #[test]
    fn what_is_drawn_as_something_else_is_measured_by_it() {
        assert_eq!(drawn_as("water_supply", ItemGeometry::Point), (Unit::Place, Driver::Count));
        assert_eq!(drawn_as("water_supply", ItemGeometry::Polygon), (Unit::SquareMetre, Driver::Area));
        assert_eq!(drawn_as("road", ItemGeometry::Line), (Unit::Metre, Driver::Length));
        assert_eq!(drawn_as("lighting", ItemGeometry::Line), (Unit::Set, Driver::Count), "so many along a line");
        assert_eq!(drawn_as("roof_repair", ItemGeometry::Polygon), (Unit::SquareMetre, Driver::RoofArea));
        assert_eq!(drawn_as("lift", ItemGeometry::None), (Unit::Lift, Driver::LiftUnits));
        for entry in &catalogue().entries {
            let mut same = entry.clone();
            same.draw_as(entry.geometry);
            assert!(same == *entry, "{} is drawn as it was", entry.zh);
        }
    }

    #[test]
    fn a_symbol_is_something_written() {
        assert!(['水', 'K', '5', 'é'].into_iter().all(CatalogueEntry::is_symbol));
        assert!([' ', '\u{3000}', '\n', '！', '\u{200b}'].into_iter().all(|c| !CatalogueEntry::is_symbol(c)));
        assert!(catalogue().entries.iter().all(|entry| CatalogueEntry::is_symbol(entry.symbol)));
    }
}
