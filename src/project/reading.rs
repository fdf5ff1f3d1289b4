//! Reading the tables of a plan file that may be large, on all cores.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use geo::Geometry;
use rayon::prelude::*;

use super::records::{AsReadRow, Fields, Layout, Record, empty_layer, layer_columns, push_feature};
use super::tables;
use crate::base::{DistrictId, ItemId};
use crate::gpkg::{CellRef, Column, Digests, GpkgError, Ids, Package, Part, ReadRow};
use crate::model::{Item, LayerContent, LayerKind, Pipe};

/// Cells that made no sense: how many, by table and column.
pub(super) type Faults = BTreeMap<(String, &'static str), usize>;

/// The large tables of a plan: what they name is as in the file.
pub(super) struct LargeRead {
    pub(super) layers: Vec<(LayerKind, LayerRead)>,
    pub(super) items: ItemsRead,
    pub(super) as_read: RecordsRead<AsReadRow>,
}

/// Reads every layer, the items, and what files said of compounds, on all cores. Pipes, which are most of a large plan, are read in parts.
pub(super) fn read_large(package: &Package, path: &Path) -> Result<LargeRead, GpkgError> {
    let open = || Package::open(path);
    let ids = ids_to_fill::<Pipe>(package, LayerKind::Pipes.code())?;
    let pipes = || match ids.map(|ids| read_pipes(path, ids)).transpose()?.flatten() {
        Some(pipes) => Ok(pipes),
        None => read_layer(&open()?, LayerKind::Pipes),
    };
    let others: Vec<LayerKind> = LayerKind::ALL.into_iter().filter(|kind| *kind != LayerKind::Pipes).collect();
    let layer = |kind: LayerKind| Ok((kind, read_layer(&open()?, kind)?));
    let layers = || others.into_par_iter().with_max_len(1).map(layer).collect::<Result<Vec<_>, GpkgError>>();
    let records = || rayon::join(|| read_items(&open()?), || read_records(&open()?, tables::AS_READ, &[]));
    let ((pipes, layers), (items, as_read)) = rayon::join(|| rayon::join(pipes, layers), records);
    let mut layers = layers?;
    layers.push((LayerKind::Pipes, pipes?));
    Ok(LargeRead { layers, items: items?, as_read: as_read? })
}

/// The ids of a table whose rows may each have a place of `T` in memory beforehand: where those for ids that no row has cannot come to much.
fn ids_to_fill<T>(package: &Package, table: &str) -> Result<Option<Ids>, GpkgError> {
    let most = package.size()? / size_of::<T>().max(1);
    Ok(package.ids(table)?.filter(|ids| ids.span() <= most))
}

/// Records as they lie in the file, by `fid`.
pub(super) struct RecordsRead<T> {
    pub(super) rows: Vec<(i64, T)>,
    pub(super) faults: Faults,
    pub(super) digests: Digests,
}

/// Reads a table of records; `derived` names columns that are not read back.
pub(super) fn read_records<T: Record>(package: &Package, table: &str, derived: &[&str]) -> Result<RecordsRead<T>, GpkgError> {
    let mut rows = Vec::new();
    if let Some(ids) = ids_to_fill::<(i64, T)>(package, table)? {
        rows.reserve_exact(ids.span());
    }
    let (faults, digests) = read_rows(package, table, Part::ALL, &T::columns(), derived, |fid, shape, fields| {
        rows.push((fid, T::read(shape, fields)));
        true
    })?;
    Ok(RecordsRead { rows, faults, digests })
}

/// Items by their number.
pub(super) struct ItemsRead {
    pub(super) items: BTreeMap<ItemId, Item>,
    /// Items whose numbers are none, or those of others.
    pub(super) unnumbered: usize,
    pub(super) faults: Faults,
    pub(super) digests: Digests,
}

fn read_items(package: &Package) -> Result<ItemsRead, GpkgError> {
    let RecordsRead { rows, faults, digests } = read_records(package, tables::ITEMS, &[])?;
    let all = rows.len();
    let items: BTreeMap<_, _> =
        rows.into_iter().filter_map(|(fid, item)| Some((ItemId(u32::try_from(fid).ok()?), item))).collect();
    Ok(ItemsRead { unnumbered: all - items.len(), items, faults, digests })
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

/// Reads a layer. A digest of each of millions of pipes would help only where pipes change, and takes a tenth of the time.
fn read_layer(package: &Package, kind: LayerKind) -> Result<LayerRead, GpkgError> {
    let (mut layer, mut fids, mut assignment, mut left_out) = (empty_layer(kind), Vec::new(), Vec::new(), 0);
    let is_compounds = kind == LayerKind::Compounds;
    let derived: &[&str] = if is_compounds { &tables::ASSIGNMENT_COLUMNS } else { &[] };
    let part = Part { digests: kind != LayerKind::Pipes, ..Part::ALL };
    let (faults, digests) = read_rows(package, kind.code(), part, &layer_columns(kind), derived, |fid, shape, fields| {
        if is_compounds {
            assignment.push(district_of(&fields.derived(0)));
        }
        if kind == LayerKind::Facilities && !matches!(shape, Some(Geometry::Point(_))) {
            left_out += 1;
            return false;
        }
        fids.push(fid);
        push_feature(&mut layer, shape, fields);
        true
    })?;
    Ok(LayerRead { layer, fids, assignment, left_out, faults, digests: part.digests.then_some(digests) })
}

/// The fewest ids of a part: a connection costs as much as some rows.
const LEAST_PART: usize = 4_096;

/// The pipes, each part into its own places of the one layer; `None` where two rows have one id, as in a damaged file.
fn read_pipes(path: &Path, ids: Ids) -> Result<Option<LayerRead>, GpkgError> {
    let kind = LayerKind::Pipes;
    // Many small parts, so that no core waits long for the last of another.
    let parts: Vec<Ids> = ids.parts(16 * rayon::current_num_threads(), LEAST_PART).collect();
    let mut pipes: Vec<Pipe> = (0..ids.span()).into_par_iter().map(|_| Pipe::default()).collect();
    let mut rest = pipes.as_mut_slice();
    let mut tasks = Vec::new();
    for part in &parts {
        let (own, others) = std::mem::take(&mut rest).split_at_mut(part.span());
        tasks.push((Part { first: part.first, last: part.last, digests: false }, own));
        rest = others;
    }
    let fill = |(part, own): (Part, &mut [Pipe])| {
        let (mut fids, mut crowded) = (Vec::with_capacity(own.len()), false);
        let mut places = own.iter_mut();
        let (faults, _) = read_rows(&Package::open(path)?, kind.code(), part, &Pipe::columns(), &[], |fid, shape, fields| {
            let Some(place) = places.next() else {
                crowded = true;
                return false;
            };
            *place = Pipe::read(shape, fields);
            fids.push(fid);
            true
        })?;
        Ok::<_, GpkgError>((!crowded).then_some((fids, faults)))
    };
    let filled = tasks.into_par_iter().with_max_len(1).map(fill).collect::<Result<Option<Vec<_>>, GpkgError>>()?;
    let Some(filled) = filled else { return Ok(None) };
    let (mut fids, mut faults) = (Vec::with_capacity(ids.span()), Faults::new());
    let mut first = 0;
    for (part, (own, more)) in parts.iter().zip(filled) {
        // Places of ids that no row has are closed up.
        if fids.len() < first {
            (0..own.len()).for_each(|n| pipes.swap(fids.len() + n, first + n));
        }
        first += part.span();
        fids.extend(own);
        add_faults(&mut faults, more);
    }
    pipes.truncate(fids.len());
    if pipes.len() < pipes.capacity() / 2 {
        pipes.shrink_to_fit();
    }
    let layer = LayerContent::Pipes(Arc::new(pipes));
    Ok(Some(LayerRead { layer, fids, assignment: Vec::new(), left_out: 0, faults, digests: None }))
}

/// Adds to the counts of faults.
pub(super) fn add_faults(faults: &mut Faults, more: Faults) {
    for (at, count) in more {
        *faults.entry(at).or_default() += count;
    }
}

/// Hands each row to `each`, which says whether it took it, and gives back the faults of those that were taken and the digests of all.
fn read_rows(
    package: &Package,
    table: &str,
    part: Part,
    columns: &[Column],
    derived: &[&str],
    mut each: impl FnMut(i64, Option<Geometry<f64>>, &mut Fields<'_>) -> bool,
) -> Result<(Faults, Digests), GpkgError> {
    let (mut faults, mut digests) = (Faults::new(), Digests::default());
    let mut layout = None;
    package.read_part(table, part, |names, mut row| {
        if part.digests {
            digests.push(row.fid, row.digest);
        }
        let layout = layout.get_or_insert_with(|| Layout::new(columns.to_vec(), names, derived));
        let (shape, broken) = shape_of(&mut row);
        let mut fields = Fields::new(layout, row.cells);
        if broken {
            fields.bad_shape();
        }
        if each(row.fid, shape, &mut fields) {
            for column in fields.faults {
                *faults.entry((table.to_owned(), column)).or_default() += 1;
            }
        }
        Ok::<(), GpkgError>(())
    })?;
    Ok((faults, digests))
}

/// Takes the geometry of a row out, and says whether its blob was broken.
fn shape_of(row: &mut ReadRow<'_>) -> (Option<Geometry<f64>>, bool) {
    match row.shape.take() {
        Some(Ok(shape)) => (Some(shape), false),
        Some(Err(_)) => (None, true),
        None => (None, false),
    }
}

fn district_of(cell: &CellRef<'_>) -> Option<DistrictId> {
    match cell {
        CellRef::Integer(id) => u32::try_from(*id).ok().map(DistrictId),
        _ => None,
    }
}
