//! Fixtures for tests of pipes and of what is built on them: square compounds, straight pipes.

use std::sync::Arc;

use geo::{Coord, LineString, MultiLineString, MultiPolygon, Rect};

use crate::model::{Compound, CompoundFacts, Content, Pipe};
use crate::policy::PipeClass;

pub(crate) fn compound(id: &str, x: f64, y: f64, side: f64) -> Compound {
    let rect = Rect::new(Coord { x, y }, Coord { x: x + side, y: y + side });
    Compound {
        source_id: id.to_owned(),
        shape: MultiPolygon(vec![rect.to_polygon()]),
        facts: CompoundFacts::default(),
        extra: crate::model::Properties::new(),
    }
}

pub(crate) fn pipe(id: &str, class: PipeClass, coords: &[(f64, f64)]) -> Pipe {
    Pipe { source_id: id.to_owned(), line: MultiLineString(vec![LineString::from(coords.to_vec())]), class, ..Pipe::default() }
}

pub(crate) fn content(compounds: Vec<Compound>, pipes: Vec<Pipe>) -> Content {
    Content {
        assignment: vec![None; compounds.len()],
        compounds: Arc::new(compounds),
        pipes: Arc::new(pipes),
        ..Content::default()
    }
}
