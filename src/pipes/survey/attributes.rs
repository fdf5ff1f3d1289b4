//! What a survey says of the ends of a pipe, by the names that surveys give such fields (CJJ 61 §3.0.2).

use serde_json::Value;

use super::End;
use crate::model::Pipe;

/// What is said of an end.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Said {
    /// 点号.
    pub(super) number: Option<String>,
    /// 埋深, m.
    pub(super) depth_m: Option<f64>,
    /// 高程, m.
    pub(super) height_m: Option<f64>,
}

/// Both ends.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Ends {
    pub(super) start: Said,
    pub(super) finish: Said,
}

impl Ends {
    pub(super) fn of(&self, end: End) -> &Said {
        if end == End::Start { &self.start } else { &self.finish }
    }
}

/// Names of the fields: numbers, depths and heights of the start, then of the end. Plain as [`plain`] makes them.
const NAMES: [&[&str]; 6] = [
    &[
        "起点点号",
        "起点编号",
        "起点号",
        "起始点号",
        "起点物探点号",
        "qddh",
        "qdid",
        "qdbh",
        "startpoint",
        "startnode",
        "fromnode",
        "startid",
    ],
    &["起点埋深", "起始埋深", "qdms", "startdepth"],
    &["起点高程", "起始高程", "起点管顶高程", "起点管底高程", "qdgc", "startaltitude", "startelevation"],
    &[
        "终点点号",
        "终点编号",
        "终点号",
        "终止点号",
        "终点物探点号",
        "zddh",
        "zdid",
        "zdbh",
        "endpoint",
        "endnode",
        "tonode",
        "endid",
    ],
    &["终点埋深", "终止埋深", "zdms", "enddepth"],
    &["终点高程", "终止高程", "终点管顶高程", "终点管底高程", "zdgc", "endaltitude", "endelevation"],
];

/// The name without what stands in brackets, without spaces and strokes, in small letters.
fn plain(name: &str) -> String {
    let bare = name.split(['(', '（', '[']).next().unwrap_or_default();
    bare.chars().filter(|c| !matches!(c, ' ' | '_' | '-' | '\u{3000}')).flat_map(char::to_lowercase).collect()
}

/// What a pipe says in the first of its fields of one of these names, plain as [`plain`] makes them.
pub(in crate::pipes) fn said_of(pipe: &Pipe, names: &[&str]) -> Option<String> {
    let own = |(name, value): (std::borrow::Cow<'_, str>, Value)| {
        names.contains(&plain(&name).as_str()).then(|| text(&value)).flatten()
    };
    pipe.extra.iter().find_map(own)
}

fn place(name: &str) -> Option<usize> {
    let plain = plain(name);
    NAMES.iter().position(|names| names.contains(&plain.as_str()))
}

/// Whether a field holds the number of that end.
pub(super) fn is_number_of(name: &str, end: End) -> bool {
    place(name) == Some(if end == End::Start { 0 } else { 3 })
}

pub(super) fn ends_of(pipe: &Pipe) -> Ends {
    let mut ends = Ends::default();
    for (name, value) in pipe.extra.iter() {
        let Some(place) = place(&name) else { continue };
        let said = if place < 3 { &mut ends.start } else { &mut ends.finish };
        match place % 3 {
            0 => said.number = said.number.take().or_else(|| text(&value)),
            1 => said.depth_m = said.depth_m.or_else(|| number(&value)),
            _ => said.height_m = said.height_m.or_else(|| number(&value)),
        }
    }
    ends
}

fn text(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty() && text != "-" && text != "/").then_some(text)
}

fn number(value: &Value) -> Option<f64> {
    let number = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().trim_end_matches(['m', '米', ' ']).parse().ok()?,
        _ => return None,
    };
    number.is_finite().then_some(number)
}
