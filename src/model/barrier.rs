//! Barriers (R12), and what those of each kind do to contiguity.

use geo::Geometry;
use serde::{Deserialize, Serialize};

use super::Properties;
use crate::base::Message;

/// What stops contiguity (R12).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BarrierKind {
    /// 河流.
    River,
    /// 铁路.
    Railway,
    /// 快速路、高速路.
    Expressway,
    /// 单位院墙: the wall of a campus.
    Wall,
    /// Anything else drawn as a barrier.
    Other,
}

impl BarrierKind {
    /// Every kind, in the order in which kinds are listed.
    pub const ALL: [Self; 5] = [Self::River, Self::Railway, Self::Expressway, Self::Wall, Self::Other];

    /// The stable name used on the command line and in JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::River => "river",
            Self::Railway => "railway",
            Self::Expressway => "expressway",
            Self::Wall => "wall",
            Self::Other => "other",
        }
    }

    /// The name for people.
    #[must_use]
    pub const fn name(self) -> Message {
        Message::new(match self {
            Self::River => "contiguity.barrier-river",
            Self::Railway => "contiguity.barrier-railway",
            Self::Expressway => "contiguity.barrier-expressway",
            Self::Wall => "contiguity.barrier-wall",
            Self::Other => "contiguity.barrier-other",
        })
    }

    /// The kind with this [`BarrierKind::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// A barrier, a line or an area.
#[derive(Clone, Debug, PartialEq)]
pub struct Barrier {
    /// Id in the source.
    pub source_id: String,
    /// Kind.
    pub kind: BarrierKind,
    /// Name; may be empty.
    pub name: String,
    /// Line or area in the working CRS.
    pub shape: Geometry<f64>,
    /// Unused fields of the source.
    pub extra: Properties,
}

impl Barrier {
    /// Its kind, with its name where it has one.
    #[must_use]
    pub fn told(&self) -> Message {
        if self.name.trim().is_empty() {
            return self.kind.name();
        }
        Message::new("contiguity.barrier-named").nested("kind", self.kind.name()).text("name", self.name.trim())
    }
}

/// What a barrier does to a way that crosses it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BarrierRule {
    /// No way crosses it.
    #[default]
    Block,
    /// Crossing it counts as so many metres more; 0 as nothing.
    Cost(f64),
    /// As if it were not there.
    Nothing,
}

impl BarrierRule {
    /// The most that a crossing may cost, m: as far as any gap is looked for.
    pub const MOST_M: f64 = 10_000.0;

    /// Metres that a crossing adds: none for [`Self::Nothing`], infinitely many for [`Self::Block`].
    #[must_use]
    pub fn extra_m(self) -> f64 {
        match self {
            Self::Block => f64::INFINITY,
            Self::Cost(metres) => metres.max(0.0),
            Self::Nothing => 0.0,
        }
    }

    /// The stable text used in files and on the command line: `block`, `cost:10`, `none`.
    #[must_use]
    pub fn code(self) -> String {
        match self {
            Self::Block => "block".to_owned(),
            Self::Cost(metres) => format!("cost:{metres}"),
            Self::Nothing => "none".to_owned(),
        }
    }

    /// The rule with this [`Self::code`]; `None` for other words and for costs that are negative or above [`Self::MOST_M`].
    ///
    /// ```
    /// use lianpian::model::BarrierRule;
    /// assert_eq!(BarrierRule::from_code("cost:7.5"), Some(BarrierRule::Cost(7.5)));
    /// assert_eq!(BarrierRule::from_code("cost:-1"), None);
    /// ```
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "block" => Some(Self::Block),
            "none" => Some(Self::Nothing),
            _ => {
                let metres: f64 = code.strip_prefix("cost:")?.trim().parse().ok()?;
                (0.0..=Self::MOST_M).contains(&metres).then_some(Self::Cost(metres))
            }
        }
    }
}

/// The rule of every kind of barrier. Without a word of the user every barrier blocks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BarrierRules([BarrierRule; BarrierKind::ALL.len()]);

impl BarrierRules {
    /// One rule for every kind.
    #[must_use]
    pub const fn all(rule: BarrierRule) -> Self {
        Self([rule; BarrierKind::ALL.len()])
    }

    /// The rule of a kind.
    #[must_use]
    pub const fn of(&self, kind: BarrierKind) -> BarrierRule {
        self.0[kind as usize]
    }

    /// The same rules but for one kind.
    #[must_use]
    pub const fn with(mut self, kind: BarrierKind, rule: BarrierRule) -> Self {
        self.0[kind as usize] = rule;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_back() {
        for rule in [BarrierRule::Block, BarrierRule::Cost(0.0), BarrierRule::Cost(12.5), BarrierRule::Nothing] {
            assert_eq!(BarrierRule::from_code(&rule.code()), Some(rule));
        }
        for nonsense in ["", "cost", "cost:", "cost:x", "cost:NaN", "cost:inf", "cost:-1", "cost:10001", "blocks"] {
            assert_eq!(BarrierRule::from_code(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn kinds_have_rules_of_their_own() {
        let rules = BarrierRules::default().with(BarrierKind::Wall, BarrierRule::Nothing);
        for kind in BarrierKind::ALL {
            let expected = if kind == BarrierKind::Wall { BarrierRule::Nothing } else { BarrierRule::Block };
            assert_eq!(rules.of(kind), expected);
            assert_eq!(BarrierKind::from_code(kind.code()), Some(kind));
        }
    }
}
