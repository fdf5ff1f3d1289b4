//! Files that layers were read from as rows, with what was said of them as JSON.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use geo::{Coord, Geometry};
use serde::{Deserialize, Serialize};

use super::fields::{Fields, Record};
use crate::geometry::shift::Shift;
use crate::gpkg::{Cell, Column};
use crate::import::{Choice, Control, Feed, ReadOptions};
use crate::model::LayerKind;
use crate::project::provenance::{Mark, SourceFile, along, way_from};

/// What was said of one layer, or of a whole file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct ChoiceRecord {
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    leave_out: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    crs: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    swap_xy: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    shift: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_field: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    datum: Option<[f64; 7]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    control: Option<ControlRecord>,
    /// The fact that a field feeds; nothing where it is kept as it is.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    feeds: BTreeMap<String, Option<String>>,
}

/// Control points: x, y and the two numbers of the place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct ControlRecord {
    degrees: bool,
    points: Vec<[f64; 4]>,
}

/// What was said of a file and of single layers in it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct OptionsRecord {
    all: ChoiceRecord,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    layers: BTreeMap<String, ChoiceRecord>,
}

impl From<&Choice> for ChoiceRecord {
    fn from(choice: &Choice) -> Self {
        let Choice { leave_out, kind, crs, swap_xy, shift, id_field, datum, control, feeds } = choice.clone();
        let point = |(source, place): (Coord<f64>, Coord<f64>)| [source.x, source.y, place.x, place.y];
        let kept = |control: Control| ControlRecord {
            degrees: control.degrees,
            points: control.points.into_iter().map(point).collect(),
        };
        let fed = |(field, feed): (String, Feed)| (field, if let Feed::Fact(code) = feed { Some(code) } else { None });
        Self {
            leave_out,
            kind: kind.map(|kind| kind.code().to_owned()),
            crs,
            swap_xy,
            shift: shift.map(|shift| shift.code().to_owned()),
            id_field,
            datum,
            control: control.map(kept),
            feeds: feeds.into_iter().map(fed).collect(),
        }
    }
}

impl ChoiceRecord {
    /// The choice; `None` when it names what this program does not know.
    fn choice(self) -> Option<Choice> {
        let kind = match self.kind {
            Some(code) => Some(LayerKind::from_code(&code)?),
            None => None,
        };
        let shift = match self.shift {
            Some(code) => Some(Shift::from_code(&code)?),
            None => None,
        };
        let point = |[x, y, u, v]: [f64; 4]| (Coord { x, y }, Coord { x: u, y: v });
        let control = |control: ControlRecord| Control {
            points: control.points.into_iter().map(point).collect(),
            degrees: control.degrees,
        };
        Some(Choice {
            leave_out: self.leave_out,
            kind,
            crs: self.crs,
            swap_xy: self.swap_xy,
            shift,
            id_field: self.id_field,
            datum: self.datum,
            control: self.control.map(control),
            feeds: self.feeds.into_iter().map(|(field, code)| (field, code.map_or(Feed::Keep, Feed::Fact))).collect(),
        })
    }
}

impl From<&ReadOptions> for OptionsRecord {
    fn from(options: &ReadOptions) -> Self {
        let ReadOptions { kind, crs, swap_xy, id_field, shift, datum, control, working_crs: _, feeds, choices } = options.clone();
        let all = Choice { leave_out: false, kind, crs, swap_xy, shift, id_field, datum, control, feeds };
        let layers = choices.iter().map(|(key, choice)| (key.clone(), ChoiceRecord::from(choice))).collect();
        Self { all: ChoiceRecord::from(&all), layers }
    }
}

impl OptionsRecord {
    fn options(self) -> Option<ReadOptions> {
        let Choice { leave_out: _, kind, crs, swap_xy, shift, id_field, datum, control, feeds } = self.all.choice()?;
        let layers = self.layers.into_iter().map(|(key, record)| Some((key, record.choice()?)));
        let choices = layers.collect::<Option<BTreeMap<String, Choice>>>()?;
        // The CRS of the plan is the plan's to say.
        Some(ReadOptions { kind, crs, swap_xy, id_field, shift, datum, control, working_crs: None, feeds, choices })
    }
}

/// A file as a row.
pub(in crate::project) struct FileRow {
    path: String,
    /// From the folder of the plan.
    way: Option<String>,
    mark: Mark,
    declined: Option<Mark>,
    kinds: String,
    options: Option<ReadOptions>,
}

impl FileRow {
    /// The row of a file for a plan in a folder; `None` when its name is no text.
    pub(in crate::project) fn new(file: &SourceFile, folder: &Path) -> Option<Self> {
        let path = std::path::absolute(&file.path).ok()?;
        let kinds: Vec<&str> = file.kinds.iter().map(|kind| kind.code()).collect();
        Some(Self {
            path: path.to_str()?.to_owned(),
            way: way_from(folder, &path),
            mark: file.mark,
            declined: file.declined,
            kinds: kinds.join(","),
            options: Some(file.options.clone()),
        })
    }

    /// The file as a plan in a folder finds it; `None` when what was said of it cannot be read.
    pub(in crate::project) fn file(self, folder: &Path) -> Option<SourceFile> {
        let near = self.way.map(|way| along(folder, &way)).filter(|near| near.exists());
        let kinds = self.kinds.split(',').filter(|code| !code.is_empty()).map(LayerKind::from_code);
        let (kinds, options) = (kinds.collect::<Option<Vec<_>>>()?, self.options?);
        let path = near.unwrap_or_else(|| PathBuf::from(self.path));
        Some(SourceFile { path, mark: self.mark, declined: self.declined, options, kinds })
    }
}

impl Record for FileRow {
    fn columns() -> Vec<Column> {
        vec![
            Column::text("path"),
            Column::text("from_here"),
            Column::integer("bytes"),
            Column::integer("modified_ns"),
            Column::integer("declined_bytes"),
            Column::integer("declined_ns"),
            Column::text("layers"),
            Column::text("options"),
        ]
    }

    fn blob(&self, _srs_id: i32) -> Option<Vec<u8>> {
        None
    }

    fn cells(&self) -> Vec<Cell> {
        let options = self.options.as_ref().and_then(|options| serde_json::to_string(&OptionsRecord::from(options)).ok());
        vec![
            self.path.as_str().into(),
            Cell::text(self.way.as_deref()),
            length_cell(Some(self.mark)),
            time_cell(Some(self.mark)),
            length_cell(self.declined),
            time_cell(self.declined),
            self.kinds.as_str().into(),
            Cell::text(options.as_deref()),
        ]
    }

    fn read(_shape: Option<Geometry<f64>>, fields: &mut Fields<'_>) -> Self {
        let (path, way) = (fields.string(), fields.text());
        let mark = mark(fields).unwrap_or_default();
        let (declined, kinds) = (self::mark(fields), fields.string());
        let options = fields.parsed(|json| serde_json::from_str::<OptionsRecord>(json).ok()?.options());
        Self { path, way, mark, declined, kinds, options }
    }
}

fn length_cell(mark: Option<Mark>) -> Cell {
    mark.and_then(|mark| i64::try_from(mark.length).ok()).map_or(Cell::Null, Cell::Integer)
}

/// Nanoseconds since 1970.
fn time_cell(mark: Option<Mark>) -> Cell {
    let since = |time: SystemTime| match time.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_nanos()).ok(),
        Err(before) => i64::try_from(before.duration().as_nanos()).ok().map(|nanoseconds| -nanoseconds),
    };
    mark.and_then(|mark| mark.modified).and_then(since).map_or(Cell::Null, Cell::Integer)
}

fn mark(fields: &mut Fields<'_>) -> Option<Mark> {
    let (length, nanoseconds): (Option<u64>, Option<i64>) = (fields.whole(), fields.whole());
    let time = |nanoseconds: i64| {
        let away = Duration::from_nanos(nanoseconds.unsigned_abs());
        if nanoseconds < 0 { UNIX_EPOCH.checked_sub(away) } else { UNIX_EPOCH.checked_add(away) }
    };
    Some(Mark { length: length?, modified: nanoseconds.and_then(time) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gpkg::Cells;

    #[test]
    fn what_was_said_of_a_file_comes_back() {
        let control = Control { points: vec![(Coord { x: 1.5, y: 2.0 }, Coord { x: 125.25, y: 43.5 })], degrees: true };
        let choice = Choice {
            leave_out: true,
            kind: Some(LayerKind::Pipes),
            crs: Some("EPSG:4551".to_owned()),
            swap_xy: true,
            shift: Some(Shift::Bd09),
            id_field: Some("编号".to_owned()),
            datum: Some([1.0, 2.0, 3.0, 0.0, 0.0, 0.0, 0.5]),
            control: Some(control.clone()),
            feeds: [("备注".to_owned(), Feed::Keep), ("D".to_owned(), Feed::Fact("diameter_mm".to_owned()))].into(),
        };
        let options = ReadOptions {
            kind: Some(LayerKind::Compounds),
            shift: Some(Shift::Gcj02),
            control: Some(control),
            choices: [("a.kml#0".to_owned(), choice), ("#1".to_owned(), Choice::default())].into(),
            ..ReadOptions::default()
        };
        for options in [options, ReadOptions::default()] {
            let json = serde_json::to_string(&OptionsRecord::from(&options)).unwrap();
            let record: OptionsRecord = serde_json::from_str(&json).unwrap();
            assert_eq!(record.options(), Some(options), "{json}");
        }
        // A later program may know more kinds.
        let record: OptionsRecord = serde_json::from_str(r#"{"all":{"kind":"orchards"}}"#).unwrap();
        assert_eq!(record.options(), None);
    }

    #[test]
    fn times_come_back_to_the_nanosecond() {
        let away = Duration::new(1_700_000_000, 123_456_789);
        for modified in [Some(UNIX_EPOCH + away), Some(UNIX_EPOCH - away), None] {
            let mark = Mark { length: 7, modified };
            let names = ["bytes".to_owned(), "modified_ns".to_owned()];
            let columns = vec![Column::integer("bytes"), Column::integer("modified_ns")];
            let layout = super::super::fields::Layout::new(columns, &names, &[]);
            let cells = vec![length_cell(Some(mark)), time_cell(Some(mark))];
            assert_eq!(super::mark(&mut Fields::new(&layout, Cells::Listed(&cells))), Some(mark));
        }
    }
}
