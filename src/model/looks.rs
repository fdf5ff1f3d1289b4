//! How the map of a plan is shown by choice: by which field a layer is coloured, and what lies below everything. Part of the
//! plan, so that a meeting sees what was meant and a step can be taken back; nothing but pictures and legends follows from it.

use serde::{Deserialize, Serialize};

use crate::base::Message;

/// Fewest and most classes of a field.
pub const CLASS_COUNTS: (u8, u8) = (3, 9);

/// What is chosen for the map.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Looks {
    /// The field by which compounds are coloured; without, they show their verdicts.
    pub compounds: Option<FieldLook>,
    /// The field by which districts are coloured; without, neighbours wear different hues.
    pub districts: Option<FieldLook>,
    /// What lies below everything.
    pub backdrop: Backdrop,
}

impl Looks {
    /// The same with numbers that a file may hold otherwise brought into their bounds.
    #[must_use]
    pub fn in_bounds(self) -> Self {
        let bound = |look: FieldLook| FieldLook { classes: look.classes.clamp(CLASS_COUNTS.0, CLASS_COUNTS.1), ..look };
        let opacity = if self.backdrop.opacity.is_finite() { self.backdrop.opacity.clamp(0.0, 1.0) } else { 1.0 };
        Self {
            compounds: self.compounds.map(bound),
            districts: self.districts.map(bound),
            backdrop: Backdrop { opacity, ..self.backdrop },
        }
    }
}

/// Colours by a field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct FieldLook {
    /// Code of the field, or its name in the source.
    pub field: String,
    /// How values become classes.
    pub classing: Classing,
    /// How many, 3–9; there may be fewer where there are fewer values.
    pub classes: u8,
    /// The colours.
    pub ramp: Ramp,
}

impl Default for FieldLook {
    fn default() -> Self {
        Self { field: "households".to_owned(), classing: Classing::Jenks, classes: 5, ramp: Ramp::Viridis }
    }
}

/// How values become classes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Classing {
    /// 自然断点: least squared deviation within classes (Jenks 1967; the exact optimum of Fisher 1958).
    #[default]
    Jenks,
    /// 分位数: as many in each.
    Quantiles,
    /// 等间隔.
    Equal,
    /// 唯一值: each value by itself.
    Unique,
}

impl Classing {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Jenks, Self::Quantiles, Self::Equal, Self::Unique];

    /// Its name.
    #[must_use]
    pub const fn message(self) -> Message {
        match self {
            Self::Jenks => Message::new("map.classing-jenks"),
            Self::Quantiles => Message::new("map.classing-quantiles"),
            Self::Equal => Message::new("map.classing-equal"),
            Self::Unique => Message::new("map.classing-unique"),
        }
    }
}

/// Colours from little to much. All rise steadily in lightness, so that colour-blind readers and grey prints tell them apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ramp {
    /// Yellow, green, blue, purple.
    #[default]
    Viridis,
    /// Yellow to dark blue; made for readers who lack a cone.
    Cividis,
    /// Blues.
    Blues,
    /// Browns.
    Browns,
}

impl Ramp {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Viridis, Self::Cividis, Self::Blues, Self::Browns];

    /// Its name.
    #[must_use]
    pub const fn message(self) -> Message {
        match self {
            Self::Viridis => Message::new("map.ramp-viridis"),
            Self::Cividis => Message::new("map.ramp-cividis"),
            Self::Blues => Message::new("map.ramp-blues"),
            Self::Browns => Message::new("map.ramp-browns"),
        }
    }
}

/// What lies below the layers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Backdrop {
    /// Which.
    pub source: BackdropSource,
    /// 0 is clear, 1 is full.
    pub opacity: f32,
}

impl Default for Backdrop {
    fn default() -> Self {
        Self { source: BackdropSource::None, opacity: 1.0 }
    }
}

impl Backdrop {
    /// Whether anything of it can be seen.
    #[must_use]
    pub fn is_shown(&self) -> bool {
        self.source != BackdropSource::None && self.opacity > 0.0
    }
}

/// Where a backdrop comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BackdropSource {
    /// Nothing.
    #[default]
    None,
    /// Lines at round coordinates.
    Grid,
    /// A file of tiles or a placed image; relative to the plan's file where both lie on one disk.
    File(String),
    /// A service of tiles, by the template of its addresses. The key of a user stands in it as `{key}` and never in the plan.
    Service(String),
}

impl BackdropSource {
    /// What it is, for people.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::None => Message::new("map.backdrop-none"),
            Self::Grid => Message::new("map.backdrop-grid"),
            Self::File(path) => {
                let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
                Message::new("map.backdrop-named").text("name", name)
            }
            Self::Service(template) => {
                let host = template.split("://").nth(1).unwrap_or(template).split('/').next().unwrap_or(template);
                Message::new("map.backdrop-named").text("name", host)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_out_of_a_file_are_brought_into_their_bounds() {
        let look = FieldLook { classes: 200, ..FieldLook::default() };
        let backdrop = Backdrop { opacity: f32::NAN, ..Backdrop::default() };
        let looks = Looks { compounds: Some(look), districts: None, backdrop }.in_bounds();
        assert_eq!((looks.compounds.unwrap().classes, looks.backdrop.opacity), (9, 1.0));
    }
}
