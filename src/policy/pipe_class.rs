//! Pipe classes of CJJ 61-2017, appendix B, and who owns a pipe.

mod parse;
mod table;

use serde::{Deserialize, Serialize};

use crate::base::Message;
pub use table::{SUBCLASSES, SubclassRow};

/// 大类 of CJJ 61-2017. [`PipeClass::Unknown`] is ours, for a class that no alias explains.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PipeClass {
    /// 给水 JS 1.
    Water,
    /// 排水 PS 2.
    Drainage,
    /// 燃气 RQ 3.
    Gas,
    /// 热力 RL 4.
    Heat,
    /// 电力 DL 5.
    Power,
    /// 通信 TX 6.
    Telecom,
    /// 工业 GY 7.
    Industrial,
    /// 其他 QT 8.
    Other,
    /// Not told by the source.
    Unknown,
}

impl PipeClass {
    /// Every class, in the order of the standard.
    pub const ALL: [Self; 9] = [
        Self::Water,
        Self::Drainage,
        Self::Gas,
        Self::Heat,
        Self::Power,
        Self::Telecom,
        Self::Industrial,
        Self::Other,
        Self::Unknown,
    ];

    /// The letters of the standard (代号); `??` for [`PipeClass::Unknown`].
    #[must_use]
    pub const fn letters(self) -> &'static str {
        match self {
            Self::Water => "JS",
            Self::Drainage => "PS",
            Self::Gas => "RQ",
            Self::Heat => "RL",
            Self::Power => "DL",
            Self::Telecom => "TX",
            Self::Industrial => "GY",
            Self::Other => "QT",
            Self::Unknown => "??",
        }
    }

    /// The stable name used in files and JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Water => "water",
            Self::Drainage => "drainage",
            Self::Gas => "gas",
            Self::Heat => "heat",
            Self::Power => "power",
            Self::Telecom => "telecom",
            Self::Industrial => "industrial",
            Self::Other => "other",
            Self::Unknown => "unknown",
        }
    }

    /// The class with this [`PipeClass::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.code() == code)
    }

    /// The number of the standard, 1–8; 0 for [`PipeClass::Unknown`].
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Water => 1,
            Self::Drainage => 2,
            Self::Gas => 3,
            Self::Heat => 4,
            Self::Power => 5,
            Self::Telecom => 6,
            Self::Industrial => 7,
            Self::Other => 8,
            Self::Unknown => 0,
        }
    }

    /// The name for people: 给水, 排水 and so on.
    #[must_use]
    pub const fn name(self) -> Message {
        match self {
            Self::Water => Message::new("pipes.class-water"),
            Self::Drainage => Message::new("pipes.class-drainage"),
            Self::Gas => Message::new("pipes.class-gas"),
            Self::Heat => Message::new("pipes.class-heat"),
            Self::Power => Message::new("pipes.class-power"),
            Self::Telecom => Message::new("pipes.class-telecom"),
            Self::Industrial => Message::new("pipes.class-industrial"),
            Self::Other => Message::new("pipes.class-other"),
            Self::Unknown => Message::new("pipes.class-unknown"),
        }
    }

    /// The colour of CJJ 61-2017, appendix B, for files that others read; the screen has its own shades.
    ///
    /// [`PipeClass::Unknown`] takes the colour of 不明管线.
    #[must_use]
    pub const fn exact_rgb(self) -> [u8; 3] {
        match self {
            Self::Water => [0, 255, 255],
            Self::Drainage => [76, 57, 38],
            Self::Gas => [255, 0, 255],
            Self::Heat => [255, 128, 0],
            Self::Power => [255, 0, 0],
            Self::Telecom => [0, 255, 0],
            Self::Industrial | Self::Other => [0, 0, 0],
            Self::Unknown => [102, 0, 204],
        }
    }

    /// As [`PipeClass::exact_rgb`], where the 小类 has a colour of its own: 不明管线 is purple.
    #[must_use]
    pub fn exact_rgb_of(self, subclass: Option<PipeSubclass>) -> [u8; 3] {
        match (self, subclass) {
            (Self::Other, Some(PipeSubclass::Numbered(2))) => Self::Unknown.exact_rgb(),
            _ => self.exact_rgb(),
        }
    }

    /// One character for maps, because colour is never alone: rain, sewage and combined sewers share brown.
    #[must_use]
    pub const fn mark(self, subclass: Option<PipeSubclass>) -> char {
        match (self, subclass) {
            (Self::Drainage, Some(PipeSubclass::Rain)) => '雨',
            (Self::Drainage, Some(PipeSubclass::Sewage)) => '污',
            (Self::Drainage, Some(PipeSubclass::Combined)) => '合',
            (Self::Drainage, _) => '排',
            (Self::Water, _) => '水',
            (Self::Gas, _) => '气',
            (Self::Heat, _) => '热',
            (Self::Power, _) => '电',
            (Self::Telecom, _) => '信',
            (Self::Industrial, _) => '工',
            (Self::Other, Some(PipeSubclass::Numbered(1))) => '沟',
            (Self::Other, Some(PipeSubclass::Numbered(2))) | (Self::Unknown, _) => '?',
            (Self::Other, _) => '他',
        }
    }

    /// Class and 小类 from a field of a survey: the class's number or letters, letters of a 小类, or a name in Chinese
    /// or English. 大类 letters are matched first, because letters of a 小类 mean other things elsewhere.
    ///
    /// ```
    /// use lianpian::policy::{PipeClass, PipeSubclass};
    /// assert_eq!(PipeClass::parse("JS"), Some((PipeClass::Water, None)));
    /// assert_eq!(PipeClass::parse("排水-雨水"), Some((PipeClass::Drainage, Some(PipeSubclass::Rain))));
    /// assert_eq!(PipeClass::parse("DN300"), None);
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<(Self, Option<PipeSubclass>)> {
        parse::parse(text)
    }
}

/// 小类: its two letters (代号) as the standard has them, such as `YS` for 雨水.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PipeSubclass {
    /// 雨水 YS 01.
    Rain,
    /// 污水 WS 02.
    Sewage,
    /// 雨污合流 HS 03.
    Combined,
    /// Any other 小类, by its number within the class (1–10).
    Numbered(u8),
}

/// Who owns a pipe before the renovation (R27).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ownership {
    /// 产权属于专营单位.
    Utility,
    /// 产权不属于专营单位.
    NotUtility,
    /// Not told: 待核.
    #[default]
    Unknown,
}

impl PipeSubclass {
    /// The 小类 of that number within a class; `None` when the standard has none.
    #[must_use]
    pub fn of(class: PipeClass, number: u8) -> Option<Self> {
        let known = SUBCLASSES.iter().any(|row| row.class == class && row.number == number);
        let subclass = match (class, number) {
            (PipeClass::Drainage, 1) => Self::Rain,
            (PipeClass::Drainage, 2) => Self::Sewage,
            (PipeClass::Drainage, 3) => Self::Combined,
            (_, number) => Self::Numbered(number),
        };
        known.then_some(subclass)
    }

    /// Its number within the class, 1–10.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Rain => 1,
            Self::Sewage => 2,
            Self::Combined => 3,
            Self::Numbered(number) => number,
        }
    }

    /// The row of the standard for this 小类 in that class.
    #[must_use]
    pub fn row(self, class: PipeClass) -> Option<&'static SubclassRow> {
        SUBCLASSES.iter().find(|row| row.class == class && row.number == self.number())
    }
}
