//! Compounds that are there twice: those that share a name, and those that share a boundary. Both happen in real ledgers
//! (of 1,071 rows, 14 share seven boundaries), and nobody but the user knows which row is right.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use geo::{CoordsIter, MultiPolygon};
use rayon::prelude::*;

use crate::base::Message;
use crate::model::{Compound, LayerContent};

/// Groups named in a sentence.
const EXAMPLES: usize = 3;

/// Warnings on compounds that look like one another; none for layers of other kinds.
pub(super) fn found(content: &LayerContent) -> Vec<Message> {
    let LayerContent::Compounds(compounds) = content else { return Vec::new() };
    let shared = groups(compounds.iter().map(name_of).enumerate());
    let names = shared.iter().map(|(name, rows)| ((*name).to_owned(), rows.as_slice()));
    let names = told("import.same-name", names, compounds);
    let hasher = RandomState::new();
    let keys: Vec<Option<u64>> = compounds.par_iter().map(|compound| key_of(&compound.shape, &hasher)).collect();
    let mut boundaries: Vec<Vec<usize>> = Vec::new();
    for (_, rows) in groups(keys.into_iter().enumerate()) {
        boundaries.extend(alike(&rows, compounds));
    }
    let of = |rows: &[usize]| compounds[rows[0]].facts.name.clone();
    let boundaries = told("import.same-boundary", boundaries.iter().map(|rows| (of(rows), rows.as_slice())), compounds);
    names.into_iter().chain(boundaries).collect()
}

fn name_of(compound: &Compound) -> Option<&str> {
    Some(compound.facts.name.trim()).filter(|name| !name.is_empty())
}

/// Rows that share a key, where several do, in the order of their first rows.
fn groups<K: Eq + std::hash::Hash>(keys: impl Iterator<Item = (usize, Option<K>)>) -> Vec<(K, Vec<usize>)> {
    let mut found: HashMap<K, Vec<usize>> = HashMap::new();
    for (row, key) in keys {
        if let Some(key) = key {
            found.entry(key).or_default().push(row);
        }
    }
    let mut groups: Vec<(K, Vec<usize>)> = found.into_iter().filter(|(_, rows)| rows.len() > 1).collect();
    groups.sort_by_key(|(_, rows)| rows[0]);
    groups
}

/// What is the same for boundaries of the same vertices, wherever a ring begins and whichever way it turns.
fn key_of(shape: &MultiPolygon<f64>, hasher: &RandomState) -> Option<u64> {
    let rings = shape.iter().flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()));
    // The last vertex of a ring is its first again.
    let vertices = rings.flat_map(|ring| ring.0.iter().skip(1));
    vertices.map(|place| hasher.hash_one((place.x.to_bits(), place.y.to_bits()))).reduce(u64::wrapping_add)
}

/// Of rows with one key, those that have as many vertices and the same bounds: keys may meet by chance.
fn alike(rows: &[usize], compounds: &[Compound]) -> Vec<Vec<usize>> {
    let size = |row: &usize| {
        let shape = &compounds[*row].shape;
        let (x, y) = shape.coords_iter().fold((0_u64, 0_u64), |(x, y), c| (x.max(c.x.to_bits()), y.max(c.y.to_bits())));
        Some((shape.coords_count(), x, y))
    };
    groups(rows.iter().map(|row| (*row, size(row)))).into_iter().map(|(_, rows)| rows).collect()
}

/// One sentence on all groups: how many, over how many rows, and a few of them with their ids.
fn told<'a>(key: &'static str, groups: impl Iterator<Item = (String, &'a [usize])>, compounds: &[Compound]) -> Option<Message> {
    let groups: Vec<(String, &[usize])> = groups.collect();
    let ids = |rows: &[usize]| rows.iter().take(4).map(|row| compounds[*row].source_id.as_str()).collect::<Vec<_>>().join("/");
    let examples: Vec<String> =
        groups.iter().take(EXAMPLES).map(|(name, rows)| format!("{name} ({})", ids(rows)).trim().to_owned()).collect();
    let rows = groups.iter().map(|(_, rows)| rows.len()).sum();
    let told = || Message::new(key).count("groups", groups.len()).count("rows", rows).text("examples", examples.join(", "));
    (!groups.is_empty()).then(told)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use geo::{LineString, Polygon};

    use super::*;
    use crate::model::{CompoundFacts, Properties};

    fn compound(id: &str, name: &str, corners: &[(f64, f64)]) -> Compound {
        let shape = MultiPolygon::new(vec![Polygon::new(LineString::from(corners.to_vec()), Vec::new())]);
        let facts = CompoundFacts { name: name.to_owned(), ..CompoundFacts::default() };
        Compound { source_id: id.to_owned(), shape, facts, extra: Properties::new() }
    }

    #[test]
    fn names_and_boundaries_that_are_shared_are_told() {
        let square = [(0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 9.0)];
        let turned = [(9.0, 9.0), (9.0, 0.0), (0.0, 0.0), (0.0, 9.0)];
        let other = [(0.0, 0.0), (9.0, 0.0), (9.0, 9.0)];
        let compounds = vec![
            compound("1", "幸福", &square),
            compound("2", "和平", &turned),
            compound("3", "幸福", &other),
            compound("4", "", &[(20.0, 0.0), (29.0, 0.0), (29.0, 9.0)]),
            compound("5", "", &[(40.0, 0.0), (49.0, 0.0), (49.0, 9.0)]),
        ];
        let told = found(&LayerContent::Compounds(Arc::new(compounds)));
        let want = [
            Message::new("import.same-name").count("groups", 1).count("rows", 2).text("examples", "幸福 (1/3)"),
            Message::new("import.same-boundary").count("groups", 1).count("rows", 2).text("examples", "幸福 (1/2)"),
        ];
        assert_eq!(told, want);
    }
}
