//! Several values in one text: one a line (`GeoJSONL`, `NDJSON`), or one behind each record separator (RFC 8142). A value may be
//! a collection. One that is broken costs itself alone, and is told with its line.

use std::path::Path;

use rayon::prelude::*;
use serde_json::value::RawValue;

use super::{Outer, approximate_member, bare_reason, crs_member, read_feature, text_of};
use crate::base::{Cancelled, Message, Reporter};
use crate::import::formats::ending;
use crate::import::said::said;
use crate::import::source::{RawFeature, RawLayer, Unshaped};
use crate::model::Properties;

/// Separates texts, RFC 8142 §2.1.
const SEPARATOR: char = '\u{1e}';

/// A value, or what is wrong with it.
pub(super) type Item<'a> = Result<&'a RawValue, Message>;

/// The values of a text that cannot be read from end to end, piece by piece. `None` where it does not look like pieces: then
/// what is broken is one value, and nothing is guessed of it.
///
/// # Errors
/// [`Cancelled`] when the work was stopped.
pub(super) fn pieces<'a>(path: &Path, text: &'a str, reporter: &dyn Reporter) -> Result<Option<Vec<Item<'a>>>, Cancelled> {
    let mark = if text.contains(SEPARATOR) { SEPARATOR } else { '\n' };
    let mut line = 1;
    let mut found: Vec<(usize, &str)> = Vec::new();
    for piece in text.split(mark) {
        let start = piece.len() - piece.trim_start().len();
        if start < piece.len() {
            let before = piece[..start].matches('\n').count();
            found.push((line + before, piece.trim()));
        }
        line += piece.matches('\n').count() + usize::from(mark == '\n');
    }
    let read = |&(line, piece): &(usize, &'a str)| {
        reporter.check()?;
        let told = |reason: Message| Message::new("import.line-broken").count("line", line).nested("reason", reason);
        let value = serde_json::from_str::<&RawValue>(piece).map_err(|error| told(said(&bare_reason(&error))));
        Ok(value.and_then(|value| {
            let is_object = value.get().starts_with('{');
            is_object.then_some(value).ok_or_else(|| told(Message::new("import.not-an-object")))
        }))
    };
    let items: Vec<Item<'_>> = found.par_iter().map(read).collect::<Result<_, Cancelled>>()?;
    let whole = items.iter().filter(|item| item.is_ok()).count();
    let said_so = mark == SEPARATOR || matches!(ending(path).as_str(), "ndjson" | "geojsonl" | "geojsons");
    let looks_so = whole > items.len() - whole || (said_so && whole > 0);
    Ok((items.len() > 1 && looks_so).then_some(items))
}

/// Features, geometries and collections one after another as one layer. Its system is that of the first collection that
/// names one; features of a collection in another are left out.
pub(super) fn layer(items: Vec<Item<'_>>) -> RawLayer {
    let parts: Vec<Part> = items.into_par_iter().map(part).collect();
    let mut layer = RawLayer { crs: parts.iter().find_map(|part| part.crs.clone()), ..RawLayer::default() };
    layer.name = parts.iter().map(|part| &part.name).find(|name| !name.is_empty()).cloned().unwrap_or_default();
    layer.approximate = parts.iter().find_map(|part| part.approximate);
    for mut part in parts {
        if let Some(other) = part.crs.filter(|own| layer.crs.as_ref() != Some(own)) {
            let told = Message::new("import.collection-elsewhere").text("crs", other);
            part.features.iter_mut().for_each(|feature| feature.shape = Err(Unshaped(told.clone())));
        }
        layer.features.append(&mut part.features);
    }
    layer
}

/// What one value holds.
#[derive(Default)]
struct Part {
    features: Vec<RawFeature>,
    crs: Option<String>,
    name: String,
    approximate: Option<crate::model::Approximation>,
}

fn part(item: Item<'_>) -> Part {
    let unread = |what: Message| RawFeature { id: None, shape: Err(Unshaped(what)), properties: Properties::new() };
    let alone = |feature: RawFeature| Part { features: vec![feature], ..Part::default() };
    let value = match item {
        Ok(value) => value,
        Err(what) => return alone(unread(what)),
    };
    let Some(outer) = collection(value) else { return alone(read_feature(value)) };
    let list = outer.features.map(|features| serde_json::from_str::<Vec<&RawValue>>(features.get()));
    let features = match list {
        Some(Ok(list)) => list.into_iter().map(read_feature).collect(),
        Some(Err(_)) => vec![unread(Message::new("import.features-not-a-list"))],
        None => vec![unread(Message::new("import.no-features-member"))],
    };
    Part {
        features,
        crs: outer.crs.and_then(crs_member),
        name: text_of(outer.name).unwrap_or_default(),
        approximate: approximate_member(outer.approximate),
    }
}

/// The members of a collection; `None` of anything else.
pub(super) fn collection(value: &RawValue) -> Option<Outer<'_>> {
    let outer: Outer<'_> = serde_json::from_str(value.get()).ok()?;
    (text_of(outer.kind)? == "FeatureCollection").then_some(outer)
}
