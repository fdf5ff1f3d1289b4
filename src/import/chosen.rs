//! Which of the layers in a file are read, and as what: as somebody chose, as was asked of the whole file, or as they tell.
//! What is not read is told.

use super::drawing;
use super::error::ImportError;
use super::kinds::{self, Kind};
use super::source::RawLayer;
use super::{Origin, ReadOptions, choice};
use crate::base::Message;
use crate::model::LayerKind;

/// A layer to be read, and its place in the file.
pub(super) struct Chosen {
    pub(super) place: usize,
    pub(super) layer: RawLayer,
    pub(super) kind: Kind,
}

/// The layers to be read, with their kinds.
///
/// # Errors
/// [`ImportError::NotThis`] when no layer is what was asked for, or none of a drawing tells what it is.
pub(super) fn chosen(
    origin: &Origin<'_>,
    mut raw: Vec<RawLayer>,
    options: &ReadOptions,
    failures: &mut Vec<Message>,
) -> Result<Vec<Chosen>, ImportError> {
    let not_this = |what| ImportError::NotThis { path: origin.path.to_owned(), what };
    failures.extend(raw.iter_mut().flat_map(|layer| std::mem::take(&mut layer.left)).map(|left| not_this(left).message()));
    let mut numbered: Numbered = raw.into_iter().enumerate().collect();
    failures.extend(without_results(&mut numbered).map(|left| not_this(left).message()));
    if !options.choices.is_empty() {
        return Ok(one_by_one(origin, numbered, options));
    }
    let found = match options.kind {
        Some(asked) => of_kind(numbered, asked),
        None => as_told(numbered, &origin.stem()),
    };
    let (taken, left) = found.map_err(not_this)?;
    failures.extend(left.into_iter().map(|left| not_this(left).message()));
    Ok(taken)
}

/// Layers that this program makes of a plan and that no plan is made of.
const RESULTS: [&str; 9] =
    ["districts", "links", "items", "reopenings", "funds", "findings", "mends", "originals", "annotations"];

/// Takes the results out of a file of ours, and says which there were: districts read as compounds would be counted twice.
fn without_results(raw: &mut Numbered) -> Option<Message> {
    let has = |name: &str| raw.iter().any(|(_, layer)| layer.name == name);
    if !(has("compounds") && has("districts")) {
        return None;
    }
    let (left, kept): (Numbered, Numbered) =
        std::mem::take(raw).into_iter().partition(|(_, layer)| RESULTS.contains(&layer.name.as_str()));
    *raw = kept;
    let names: Vec<String> = left.into_iter().map(|(_, layer)| layer.name).collect();
    Some(Message::new("import.own-layers-left").text("names", names.join(", ")))
}

/// Layers with their places in the file.
type Numbered = Vec<(usize, RawLayer)>;

/// Layers that are read, and what to say of those that are not; or why none can be.
type Found = Result<(Vec<Chosen>, Vec<Message>), Message>;

/// Layers of which each was left out or given a kind.
fn one_by_one(origin: &Origin<'_>, raw: Numbered, options: &ReadOptions) -> Vec<Chosen> {
    let stem = origin.stem();
    let silent = raw.iter().all(|(_, layer)| kinds::taken(layer, &stem).is_none());
    let lone = drawing::lone(raw.iter().map(|(_, layer)| layer), &stem).filter(|_| silent);
    let lone = lone.map(|(row, kind)| (raw[row].0, kind));
    let picked = |(place, layer): (usize, RawLayer)| {
        let choice = options.choices.get(&choice::key(origin.member, place));
        let by_file = || lone.filter(|(own, _)| *own == place).map(|(_, kind)| kind);
        let told = kinds::taken(&layer, &stem).or_else(by_file);
        let asked = choice.and_then(|choice| choice.kind).filter(|kind| Some(*kind) != told.map(|told| told.0));
        let kind = asked.map(|kind| (kind, "import.kind-asked")).or(told)?;
        choice.is_none_or(|choice| !choice.leave_out).then_some(Chosen { place, layer, kind })
    };
    raw.into_iter().filter_map(picked).collect()
}

/// Layers as they tell what they are; of a drawing, only those that do.
fn as_told(raw: Numbered, stem: &str) -> Found {
    let (told, untold) = drawing::told(raw, stem);
    if told.is_empty() && !untold.is_empty() {
        return Err(drawing::untold_message("import.drawing-kind-needed", &untold));
    }
    let (against, untold): (Vec<RawLayer>, Vec<RawLayer>) = untold.into_iter().partition(drawing::is_against_its_name);
    let left = [("import.drawing-against-name", against), ("import.drawing-layers-left", untold)];
    let left = left.iter().filter(|(_, layers)| !layers.is_empty());
    let left = left.map(|(key, layers)| drawing::untold_message(key, layers)).collect();
    Ok((told.into_iter().map(|((place, layer), kind)| Chosen { place, layer, kind }).collect(), left))
}

/// Of several layers those that tell the kind that is asked for; where none does, those that tell none and can be it; where
/// none does, all that can be it.
fn of_kind(raw: Numbered, asked: LayerKind) -> Found {
    let kind = (asked, "import.kind-asked");
    let as_asked = |(place, layer)| Chosen { place, layer, kind };
    if raw.len() <= 1 {
        return Ok((raw.into_iter().map(as_asked).collect(), Vec::new()));
    }
    let told = |layer: &RawLayer| kinds::taken(layer, &layer.name).map(|(kind, _)| kind);
    let telling = |layer: &RawLayer| layer.drawn.as_ref().is_some_and(|drawn| drawn.telling);
    let steps: [&dyn Fn(&RawLayer) -> bool; 4] = [
        &|layer| told(layer) == Some(asked),
        &|layer| told(layer).is_none() && telling(layer) && kinds::can_be(layer, asked),
        &|layer| told(layer).is_none() && kinds::can_be(layer, asked),
        &|layer| kinds::can_be(layer, asked),
    ];
    let takes = steps.into_iter().find(|takes| raw.iter().any(|(_, layer)| takes(layer)));
    let (taken, left): (Vec<_>, Vec<_>) = raw.into_iter().partition(|(_, layer)| takes.is_some_and(|takes| takes(layer)));
    let left: Vec<RawLayer> = left.into_iter().map(|(_, layer)| layer).collect();
    if taken.is_empty() {
        return Err(drawing::untold_message("import.no-such-layer", &left));
    }
    let told = (!left.is_empty()).then(|| drawing::untold_message("import.layers-not-asked", &left)).into_iter().collect();
    Ok((taken.into_iter().map(as_asked).collect(), told))
}
