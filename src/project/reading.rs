//! Reading the tables of a plan file that may be large, on all cores.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::Path;
use std::sync::Arc;

use geo::Geometry;
use rayon::prelude::*;

use super::records::{Fields, Layout, Record, empty_layer, layer_columns, push_feature};
use super::tables;
use crate::base::DistrictId;
use crate::gpkg::{Cell, Digests, GpkgError, Package, Part, ReadRow};
use crate::model::{Item, LayerContent, LayerKind};

/// Cells that made no sense: how many, by table and column.
pub(super) type Faults = BTreeMap<(String, &'static str), usize>;

/// Reads every layer, and the items with what they name as in the file. Pipes, which are most of a large plan, are read in parts.
pub(super) fn read_layers(
    package: &Package,
    path: &Path,
) -> Result<(BTreeMap<LayerKind, LayerRead>, RecordsRead<Item>), GpkgError> {
    let mut tasks = Vec::new();
    for part in package.parts(LayerKind::Pipes.code(), 4 * rayon::current_num_threads())? {
        // A digest of each of millions of rows would help only where pipes change, and takes a tenth of the time.
        tasks.push((LayerKind::Pipes, Part { digests: false, ..part }));
    }
    tasks.extend(LayerKind::ALL.into_iter().filter(|kind| *kind != LayerKind::Pipes).map(|kind| (kind, Part::ALL)));
    let layer = |(kind, part)| read_layer(&Package::open(path)?, kind, part);
    let layers = || tasks.into_par_iter().with_max_len(1).map(layer).collect::<Result<Vec<_>, GpkgError>>();
    let items = || read_records(&Package::open(path)?, tables::ITEMS, &[]);
    let (read, items) = rayon::join(layers, items);
    let read = read?;
    let pipes: usize = read.iter().map(|more| if let LayerContent::Pipes(pipes) = &more.layer { pipes.len() } else { 0 }).sum();
    let mut layers: BTreeMap<LayerKind, LayerRead> = BTreeMap::new();
    for mut more in read {
        match layers.entry(more.layer.kind()) {
            Entry::Vacant(place) => {
                if let LayerContent::Pipes(first) = &mut more.layer {
                    let first = Arc::make_mut(first);
                    first.reserve_exact(pipes - first.len());
                }
                place.insert(more);
            }
            Entry::Occupied(held) => held.into_mut().append(more),
        }
    }
    Ok((layers, items?))
}

/// Records as they lie in the file, by `fid`.
pub(super) struct RecordsRead<T> {
    pub(super) rows: Vec<(i64, T)>,
    pub(super) faults: Faults,
    pub(super) digests: Digests,
}

/// Reads a table of records; `derived` names columns that are not read back.
pub(super) fn read_records<T: Record>(package: &Package, table: &str, derived: &[&str]) -> Result<RecordsRead<T>, GpkgError> {
    let mut read = RecordsRead { rows: Vec::new(), faults: Faults::new(), digests: Digests::default() };
    let mut layout = None;
    package.read_table(table, |names, mut row| {
        read.digests.push(row.fid, row.digest);
        let layout = layout.get_or_insert_with(|| Layout::new(T::columns(), names, derived));
        let (shape, broken) = shape_of(&mut row);
        let mut fields = Fields::new(layout, row.cells);
        if broken {
            fields.bad_shape();
        }
        let record = T::read(shape, &mut fields);
        count(&mut read.faults, table, &fields.faults);
        read.rows.push((row.fid, record));
        Ok::<(), GpkgError>(())
    })?;
    Ok(read)
}

/// A layer as it lies in the file.
pub(super) struct LayerRead {
    pub(super) layer: LayerContent,
    /// Of each feature.
    pub(super) fids: Vec<i64>,
    /// Districts of compounds, by row.
    pub(super) assignment: Vec<Option<DistrictId>>,
    /// Features that have no place and cannot do without.
    pub(super) left_out: usize,
    pub(super) faults: Faults,
    /// What its rows are known by, where that was asked for.
    pub(super) digests: Option<Digests>,
}

impl LayerRead {
    /// Adds the rows that come after these.
    fn append(&mut self, more: Self) {
        // Parts of a layer are of its kind.
        let _ = self.layer.append(more.layer);
        self.fids.extend(more.fids);
        self.assignment.extend(more.assignment);
        self.left_out += more.left_out;
        for (at, count) in more.faults {
            *self.faults.entry(at).or_default() += count;
        }
    }
}

fn read_layer(package: &Package, kind: LayerKind, part: Part) -> Result<LayerRead, GpkgError> {
    let (layer, fids, assignment) = (empty_layer(kind), Vec::new(), Vec::new());
    let (faults, digests) = (Faults::new(), part.digests.then(Digests::default));
    let mut read = LayerRead { layer, fids, assignment, left_out: 0, faults, digests };
    let mut layout = None;
    let is_compounds = kind == LayerKind::Compounds;
    let derived: &[&str] = if is_compounds { &tables::ASSIGNMENT_COLUMNS } else { &[] };
    package.read_part(kind.code(), part, |names, mut row| {
        let layout = layout.get_or_insert_with(|| Layout::new(layer_columns(kind), names, derived));
        if let Some(digests) = &mut read.digests {
            digests.push(row.fid, row.digest);
        }
        if is_compounds {
            read.assignment.push(district_of(names, &row.cells));
        }
        let (shape, broken) = shape_of(&mut row);
        if kind == LayerKind::Facilities && !matches!(shape, Some(Geometry::Point(_))) {
            read.left_out += 1;
            return Ok::<(), GpkgError>(());
        }
        read.fids.push(row.fid);
        let mut fields = Fields::new(layout, row.cells);
        if broken {
            fields.bad_shape();
        }
        push_feature(&mut read.layer, shape, &mut fields);
        count(&mut read.faults, kind.code(), &fields.faults);
        Ok(())
    })?;
    Ok(read)
}

/// Takes the geometry of a row out, and says whether its blob was broken.
fn shape_of(row: &mut ReadRow) -> (Option<Geometry<f64>>, bool) {
    match row.shape.take() {
        Some(Ok(shape)) => (Some(shape), false),
        Some(Err(_)) => (None, true),
        None => (None, false),
    }
}

fn district_of(names: &[String], cells: &[Cell]) -> Option<DistrictId> {
    let at = names.iter().position(|name| name == tables::ASSIGNMENT_COLUMNS[0])?;
    match cells.get(at)? {
        Cell::Integer(id) => u32::try_from(*id).ok().map(DistrictId),
        _ => None,
    }
}

fn count(faults: &mut Faults, table: &str, columns: &[&'static str]) {
    for column in columns {
        *faults.entry((table.to_owned(), column)).or_default() += 1;
    }
}
