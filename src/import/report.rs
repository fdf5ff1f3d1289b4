//! What became of every feature of a layer: kept as it was, mended, or left out with its reason.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::base::Message;
use crate::geometry::repair::Mend;
use crate::model::MendState;

/// A feature that was mended or left out.
#[derive(Clone, Debug, PartialEq)]
pub struct FeatureNote {
    /// Its place in the file, from 0.
    pub index: usize,
    /// Its id, when it has one.
    pub id: Option<String>,
    /// Where it lies, longitude and latitude, when that is known.
    pub place: Option<(f64, f64)>,
    /// What was done, or why it was left out; never empty.
    pub reasons: Vec<Message>,
    /// What was done to its shape, slight mends aside; it is among the reasons, too.
    pub mends: Vec<ToldMend>,
    /// What became of the mends; none where the shape as drawn was not kept.
    pub state: Option<MendState>,
}

/// A mend and where it was done.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ToldMend {
    /// The mend.
    pub mend: Mend,
    /// Longitude and latitude, when they are known.
    pub place: Option<(f64, f64)>,
}

/// How one field of the source was used.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FieldUse {
    /// Name in the source.
    pub source: String,
    /// Our fact, or `None` for a field that is kept as it is.
    pub target: Option<&'static str>,
    /// Features in which it filled the fact; of a field that is kept, those in which it has a value.
    pub filled: usize,
    /// Features in which its value could not be read; it is kept as an extra field.
    pub unreadable: usize,
    /// A few values that could not be read, with the place of their features.
    pub examples: Vec<(usize, String)>,
}

/// The report of one layer. `read = loaded + mended + left out` holds because nothing else is stored.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReadReport {
    /// Features that went in as they were.
    pub loaded: usize,
    /// Features that went in after mending.
    pub mended: Vec<FeatureNote>,
    /// Features that did not go in.
    pub left_out: Vec<FeatureNote>,
    /// Fields and what they fed.
    pub fields: Vec<FieldUse>,
    /// Geometry types of the source with their counts.
    pub geometry_types: BTreeMap<String, usize>,
    /// What is worth knowing of the layer as a whole.
    pub notes: Vec<Message>,
    /// What the user should decide or check.
    pub warnings: Vec<Message>,
}

impl ReadReport {
    /// Features in the source.
    #[must_use]
    pub fn read(&self) -> usize {
        self.loaded + self.mended.len() + self.left_out.len()
    }

    /// Features that went in.
    #[must_use]
    pub fn kept(&self) -> usize {
        self.loaded + self.mended.len()
    }

    /// Takes an answer to all mends in: those that waited no longer do, and those that were refused stand as drawn.
    pub fn answer(&mut self, answer: MendState) {
        for note in self.mended.iter_mut().filter(|note| note.state.is_some()) {
            note.state = Some(answer);
            note.reasons.retain(|reason| reason.key() != "import.mend-waits");
            note.reasons.extend((answer == MendState::Refused).then(|| Message::new("import.mend-refused")));
        }
    }

    /// Features with mends on which nobody has spoken, or to which somebody said no: they stand as drawn.
    #[must_use]
    pub fn in_state(&self, state: MendState) -> usize {
        self.mended.iter().filter(|note| note.state == Some(state)).count()
    }

    /// The report in plain values and words, for JSON. `words` turns a message into a sentence.
    #[must_use]
    pub fn view(&self, words: &dyn Fn(&Message) -> String) -> ReportView {
        let feature = |note: &FeatureNote| FeatureView {
            index: note.index,
            id: note.id.clone(),
            lon: note.place.map(|(lon, _)| lon),
            lat: note.place.map(|(_, lat)| lat),
            reasons: note.reasons.iter().map(|reason| reason.key().to_owned()).collect(),
            text: note.reasons.iter().map(words).collect(),
            state: note.state.map(MendState::code),
            mends: note.mends.iter().map(|told| MendView::of(told, words)).collect(),
        };
        let field = |field: &FieldUse| FieldView {
            source: field.source.clone(),
            target: field.target.map(str::to_owned),
            filled: field.filled,
            unreadable: field.unreadable,
            examples: field.examples.iter().map(|(index, value)| ExampleView { index: *index, value: value.clone() }).collect(),
        };
        ReportView {
            read: self.read(),
            loaded: self.loaded,
            mended: self.mended.len(),
            waiting: self.in_state(MendState::Waiting),
            refused: self.in_state(MendState::Refused),
            left_out: self.left_out.len(),
            geometry_types: self.geometry_types.clone(),
            fields: self.fields.iter().map(field).collect(),
            mended_features: self.mended.iter().map(feature).collect(),
            left_out_features: self.left_out.iter().map(feature).collect(),
            notes: self.notes.iter().map(words).collect(),
            warnings: self.warnings.iter().map(words).collect(),
        }
    }
}

/// A [`ReadReport`] in plain values; its keys are stable.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of ReadReport, FeatureNote and FieldUse")]
pub struct ReportView {
    pub read: usize,
    pub loaded: usize,
    pub mended: usize,
    pub waiting: usize,
    pub refused: usize,
    pub left_out: usize,
    pub geometry_types: BTreeMap<String, usize>,
    pub fields: Vec<FieldView>,
    pub mended_features: Vec<FeatureView>,
    pub left_out_features: Vec<FeatureView>,
    pub notes: Vec<String>,
    pub warnings: Vec<String>,
}

/// A [`FeatureNote`] in plain values: `reasons` are stable keys, `text` is for people.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of FeatureNote")]
pub struct FeatureView {
    pub index: usize,
    pub id: Option<String>,
    pub lon: Option<f64>,
    pub lat: Option<f64>,
    pub reasons: Vec<String>,
    pub text: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mends: Vec<MendView>,
}

/// A [`ToldMend`] in plain values.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of Mend and ToldMend")]
pub struct MendView {
    pub kind: &'static str,
    pub text: String,
    pub count: usize,
    pub lon: Option<f64>,
    pub lat: Option<f64>,
    pub area_change_m2: f64,
    pub length_change_m: f64,
}

impl MendView {
    /// The mend in plain values; amounts to a tenth of a millimetre.
    #[must_use]
    pub fn of(told: &ToldMend, words: &dyn Fn(&Message) -> String) -> Self {
        let rounded = |value: f64| (value * 1e4).round() / 1e4 + 0.0;
        let ToldMend { mend, place } = told;
        Self {
            kind: mend.kind.code(),
            text: words(&mend.message()),
            count: mend.count,
            lon: place.map(|(lon, _)| lon),
            lat: place.map(|(_, lat)| lat),
            area_change_m2: rounded(mend.area_m2),
            length_change_m: rounded(mend.length_m),
        }
    }
}

/// A [`FieldUse`] in plain values.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of FieldUse")]
pub struct FieldView {
    pub source: String,
    pub target: Option<String>,
    pub filled: usize,
    pub unreadable: usize,
    pub examples: Vec<ExampleView>,
}

/// A value that could not be read.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "two plain fields")]
pub struct ExampleView {
    pub index: usize,
    pub value: String,
}
