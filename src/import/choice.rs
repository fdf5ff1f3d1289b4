//! What the user settled for one layer or ledger before it is read: with it nothing is left to be told by the file.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::ReadOptions;
use super::control::Control;
use crate::geometry::shift::Shift;
use crate::model::LayerKind;

/// The answers for one layer or ledger. What is left open is told by the file. Of a ledger only `leave_out`, `id_field` (the
/// column by which its rows find their compounds) and `feeds` count.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Choice {
    /// It is not read at all.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub leave_out: bool,
    /// Kind of layer.
    pub kind: Option<LayerKind>,
    /// CRS of the layer, `EPSG:n` or a PROJ string; it overrides what the file says.
    pub crs: Option<String>,
    /// The layer has northing or latitude first.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub swap_xy: bool,
    /// Offset of a map service that the coordinates have and that is undone.
    pub shift: Option<Shift>,
    /// Field with the ids.
    pub id_field: Option<String>,
    /// Parameters from the datum of the source to WGS 84 (CGCS2000), as [`crate::geometry::crs::with_parameters`] takes them.
    pub datum: Option<[f64; 7]>,
    /// Control points by which the layer is brought over.
    pub control: Option<Control>,
    /// What fields feed, where it is not what their names say.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub feeds: Feeds,
}

/// What fields feed, by the names of the fields.
pub type Feeds = BTreeMap<String, Feed>;

/// What one field feeds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Feed {
    /// Nothing: it is kept as it is.
    Keep,
    /// A fact by its code.
    Fact(String),
}

/// The name by which choices know a layer: the file inside its folder or zip (empty where it lies alone) and the place of the
/// layer in the file. Names of layers are no key: a file may use one twice.
pub(super) fn key(member: &str, place: usize) -> String {
    format!("{member}#{place}")
}

impl ReadOptions {
    /// The options under which a layer is read that the user made a choice for.
    pub(super) fn under(&self, choice: &Choice) -> Self {
        let Choice { kind, crs, swap_xy, shift, id_field, datum, control, feeds, .. } = choice.clone();
        let choices = BTreeMap::new();
        Self { kind, crs, swap_xy, shift, id_field, datum, control, feeds, choices, working_crs: self.working_crs }
    }

    /// Whether everything that was found in a file of a folder or zip is to be left out, so that it need not be read.
    pub(super) fn leaves_out(&self, member: &str) -> bool {
        let own = |key: &str| key.rsplit_once('#').is_some_and(|(file, _)| file == member);
        let mut found = self.choices.iter().filter(|(key, _)| own(key)).peekable();
        found.peek().is_some() && found.all(|(_, choice)| choice.leave_out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_left_out_when_all_of_it_is() {
        let out = Choice { leave_out: true, ..Choice::default() };
        let mut options = ReadOptions::default();
        assert!(!options.leaves_out("a.kml"));
        options.choices.insert(key("a.kml", 0), out.clone());
        options.choices.insert(key("b/a.kml", 0), Choice::default());
        assert!(options.leaves_out("a.kml"));
        options.choices.insert(key("a.kml", 1), Choice::default());
        assert!(!options.leaves_out("a.kml"));
    }

    #[test]
    fn a_choice_survives_the_preferences() {
        let control = Control { points: vec![(geo::Coord { x: 1.5, y: 2.0 }, geo::Coord { x: 125.25, y: 43.5 })], degrees: true };
        let choice = Choice {
            leave_out: true,
            kind: Some(LayerKind::Pipes),
            crs: Some("EPSG:4551".to_owned()),
            swap_xy: true,
            shift: Some(Shift::Gcj02),
            id_field: Some("编号".to_owned()),
            datum: Some([1.0, 2.0, 3.0, 0.0, 0.0, 0.0, 0.5]),
            control: Some(control),
            feeds: [("备注".to_owned(), Feed::Keep), ("D".to_owned(), Feed::Fact("diameter_mm".to_owned()))].into(),
        };
        for choice in [choice, Choice::default()] {
            let text = toml::to_string(&choice).unwrap();
            assert_eq!(toml::from_str::<Choice>(&text).unwrap(), choice, "{text}");
        }
    }
}
