//! Shapefiles in the working CRS: points, lines and areas of every layer, with `.prj`, `.cpg` and a table of the names that
//! ten letters cut off.
//!
//! Texts are UTF-8 or GBK. Fields of the source that the program does not use are not in them.

mod dbf;
mod shapes;

use std::io::Write;
use std::path::{Path, PathBuf};

use geo::Geometry;

use super::features::{Feature, ReviewLayer, is_empty_shape, layers};
use super::geojson::Replacing;
use super::{ExportError, ExportInput, ExportOptions, Stamp, Written};
use crate::base::Message;
use crate::geometry::crs;
use dbf::Table;
use shapes::Shapes;

/// How texts of shapefiles are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ShpEncoding {
    /// UTF-8, told by the `.cpg`.
    #[default]
    Utf8,
    /// GBK, told by the `.cpg` and by the table itself.
    Gbk,
}

impl ShpEncoding {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Utf8, Self::Gbk];

    const fn page(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Gbk => "936",
        }
    }
}

/// What the files of one shapefile hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Points,
    Lines,
    Areas,
}

impl Form {
    const ALL: [Self; 3] = [Self::Areas, Self::Lines, Self::Points];

    const fn ending(self) -> &'static str {
        match self {
            Self::Points => "_points",
            Self::Lines => "_lines",
            Self::Areas => "_areas",
        }
    }

    fn of(shape: &Geometry<f64>) -> Option<Self> {
        match shape {
            Geometry::Point(_) | Geometry::MultiPoint(_) => Some(Self::Points),
            Geometry::Line(_) | Geometry::LineString(_) | Geometry::MultiLineString(_) => Some(Self::Lines),
            Geometry::Polygon(_) | Geometry::MultiPolygon(_) | Geometry::Rect(_) | Geometry::Triangle(_) => Some(Self::Areas),
            Geometry::GeometryCollection(parts) => parts.iter().find_map(Self::of),
        }
    }
}

/// Writes the shapefiles into a folder `shp`.
pub(super) fn write(input: &ExportInput<'_>, folder: &Path, options: &ExportOptions) -> Result<Written, ExportError> {
    let folder = folder.join("shp");
    std::fs::create_dir_all(&folder).map_err(|source| ExportError::Io { file: folder.clone(), source })?;
    let mut written = Written::default();
    let mut names = vec![["layer", "field", "name"].map(str::to_owned)];
    let stamp = Stamp::of_input(input);
    // Two passes: the table says in its head how wide its widest value is.
    for (first, second) in layers(input, options).into_iter().zip(layers(input, options)) {
        let job = Job { input, options, stamp: &stamp, folder: &folder };
        job.layer(first, second, &mut names, &mut written)?;
    }
    let path = folder.join("fields.csv");
    write_whole(&path, |out| {
        let mut table = csv::Writer::from_writer(out);
        names.iter().try_for_each(|row| table.write_record(row))?;
        table.flush()
    })?;
    written.files.push(path);
    Ok(written)
}

/// Writes a file whole or not at all.
fn write_whole(path: &Path, write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) -> Result<(), ExportError> {
    let io = |source| ExportError::Io { file: path.to_path_buf(), source };
    let mut file = Replacing::create(path).map_err(io)?;
    write(&mut file.out).map_err(io)?;
    file.finish(path).map_err(io)
}

struct Job<'a> {
    input: &'a ExportInput<'a>,
    options: &'a ExportOptions,
    stamp: &'a Stamp,
    folder: &'a Path,
}

impl Job<'_> {
    fn layer(
        &self,
        first: ReviewLayer<'_>,
        second: ReviewLayer<'_>,
        names: &mut Vec<[String; 3]>,
        written: &mut Written,
    ) -> Result<(), ExportError> {
        let (name, columns) = (first.name, first.columns);
        let mut tables: Vec<(Form, Table)> = Vec::new();
        let mut without = Table::new(&columns, self.options.shp);
        for feature in first.features {
            match form(&feature) {
                Some(form) => {
                    let place = tables.iter().position(|(own, _)| *own == form).unwrap_or_else(|| {
                        tables.push((form, Table::new(&columns, self.options.shp)));
                        tables.len() - 1
                    });
                    tables[place].1.measure(&feature.cells);
                }
                None => without.measure(&feature.cells),
            }
        }
        // What has no place goes with the first form as a record without a shape; alone, as areas without any.
        tables.sort_by_key(|(form, _)| Form::ALL.iter().position(|own| own == form));
        match tables.first_mut() {
            Some((_, table)) => table.merge(&without),
            None => tables.push((Form::Areas, without)),
        }
        let several = tables.len() > 1;
        let mut open = Vec::new();
        for (form, table) in tables {
            let file = if several { format!("{name}{}", form.ending()) } else { name.to_owned() };
            names.extend(
                table
                    .fields()
                    .filter(|field| field.is_cut())
                    .map(|field| [file.clone(), field.short.clone(), field.name.clone()]),
            );
            open.push(Open::new(self, form, table, self.folder.join(file))?);
        }
        for feature in second.features {
            let form = form(&feature);
            let place = form.and_then(|form| open.iter().position(|own| own.form == form)).unwrap_or(0);
            open[place].add(&feature)?;
        }
        for one in open {
            one.finish(self, written)?;
        }
        Ok(())
    }
}

fn form(feature: &Feature<'_>) -> Option<Form> {
    feature.shape.as_ref().filter(|shape| !is_empty_shape(shape)).and_then(Form::of)
}

/// The files of a shapefile while they are written.
struct Open {
    form: Form,
    /// Path without an ending.
    base: PathBuf,
    shapes: Shapes,
    table: dbf::Writing,
}

impl Open {
    fn new(job: &Job<'_>, form: Form, table: Table, base: PathBuf) -> Result<Self, ExportError> {
        let io = |source| ExportError::Io { file: base.clone(), source };
        let shapes = Shapes::create(&base, form).map_err(io)?;
        let table = dbf::Writing::create(&base, table, job.stamp.day()).map_err(io)?;
        Ok(Self { form, base, shapes, table })
    }

    fn add(&mut self, feature: &Feature<'_>) -> Result<(), ExportError> {
        let io = |source| ExportError::Io { file: self.base.clone(), source };
        self.shapes.add(feature.shape.as_ref().filter(|shape| !is_empty_shape(shape))).map_err(io)?;
        self.table.add(&feature.cells).map_err(io)
    }

    fn finish(self, job: &Job<'_>, written: &mut Written) -> Result<(), ExportError> {
        let Self { base, shapes, table, .. } = self;
        let io = |source| ExportError::Io { file: base.clone(), source };
        if shapes.is_too_large() {
            return Err(ExportError::TooLarge { file: base.with_extension("shp") });
        }
        let (cut, lost) = table.finish(&base).map_err(io)?;
        shapes.finish(&base).map_err(io)?;
        let file = base.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        for (count, key) in [(cut, "export.shp-cut"), (lost, "export.shp-letters")] {
            if count > 0 {
                written.notes.push(Message::new(key).count("count", count).text("file", format!("{file}.dbf")));
            }
        }
        let page = base.with_extension("cpg");
        write_whole(&page, |out| out.write_all(job.options.shp.page().as_bytes()))?;
        let endings = ["shp", "shx", "dbf"].map(|ending| base.with_extension(ending));
        written.files.extend(endings);
        written.files.push(page);
        let code = job.input.content.crs_code;
        if let Some(wkt) = crs::esri_wkt(code).or_else(|| crs::wkt(code)) {
            let path = base.with_extension("prj");
            write_whole(&path, |out| out.write_all(wkt.as_bytes()))?;
            written.files.push(path);
        }
        Ok(())
    }
}
