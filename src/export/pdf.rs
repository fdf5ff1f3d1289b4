//! The atlas as one PDF: every sheet a page with its letters as text of the program's own fonts, cut to what is used, a bookmark
//! for each, and a title. Nothing in it comes from a clock: the same plan gives the same bytes.

use std::io::Write;
use std::path::{Path, PathBuf};

use krilla::destination::XyzDestination;
use krilla::document::Document;
use krilla::geom::{Point, Size};
use krilla::metadata::{DateTime, Metadata};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla_svg::{SurfaceExt, SvgSettings};

use super::geojson::Replacing;
use super::sheet::{self, Drawn, Sheet};
use super::{ExportError, ExportInput, ExportOptions, Stamp, png};
use crate::base::Message;
use crate::i18n::tr;

/// Name of the file.
const FILE: &str = "atlas.pdf";
/// Points in a millimetre.
const POINTS: f64 = 72.0 / 25.4;
/// A bookmark is no longer, letters.
const BOOKMARK: usize = 120;

pub(super) fn write(input: &ExportInput<'_>, folder: &Path, options: &ExportOptions) -> Result<PathBuf, ExportError> {
    let path = folder.join(FILE);
    let bytes = bytes(input, options).map_err(|detail| ExportError::Sheet { file: path.clone(), detail })?;
    let io = |source| ExportError::Io { file: path.clone(), source };
    let mut file = Replacing::create(&path).map_err(io)?;
    file.out.write_all(&bytes).map_err(io)?;
    file.finish(&path).map_err(io)?;
    Ok(path)
}

fn bytes(input: &ExportInput<'_>, options: &ExportOptions) -> Result<Vec<u8>, String> {
    let mut document = Document::new();
    let mut bookmarks = Bookmarks::default();
    for (number, sheet) in sheet::sheets(input, options).enumerate() {
        page(&mut document, &sheet.drawn)?;
        bookmarks.add(number, &sheet, &|message| tr(options.lang, message));
    }
    document.set_outline(bookmarks.outline());
    document.set_metadata(metadata(&Stamp::of_input(input), options));
    document.finish().map_err(|error| format!("{error:?}"))
}

/// One page of the size of the sheet.
fn page(document: &mut Document, drawn: &Drawn) -> Result<(), String> {
    let [wide, tall] = drawn.size().mm.map(points);
    let size = Size::from_wh(wide, tall).ok_or("no such size of paper")?;
    let mut page = document.start_page_with(PageSettings::new(size));
    let mut surface = page.surface();
    let [ground, white, words] = drawn.layers();
    for (layer, embed_text) in [(ground, true), (white, false), (words, true)] {
        let settings = SvgSettings { embed_text, ..SvgSettings::default() };
        surface.draw_svg(&png::tree(&layer)?, size, settings).ok_or("a sheet that cannot be drawn")?;
    }
    surface.finish();
    page.finish();
    Ok(())
}

#[expect(clippy::cast_possible_truncation, reason = "a side of a sheet of paper")]
fn points(mm: f64) -> f32 {
    (mm * POINTS) as f32
}

/// What the document says of itself; its date is that of the data.
fn metadata(stamp: &Stamp, options: &ExportOptions) -> Metadata {
    let title = if stamp.title.is_empty() { tr(options.lang, &Message::new("export.untitled")) } else { stamp.title.clone() };
    let mut metadata = Metadata::new()
        .title(plain(&title))
        .description(stamp.to_json().to_string())
        .creator(format!("Lianpian {}", stamp.version))
        .language(options.lang.code().to_owned())
        .document_id(stamp.plan_hash.clone());
    if stamp.data_date.is_some() {
        let (year, month, day) = stamp.day();
        metadata = metadata.creation_date(DateTime::new(year).month(month).day(day));
    }
    metadata
}

/// Without letters that XML and titles of windows cannot hold.
fn plain(text: &str) -> String {
    sheet::clean(text).trim().to_owned()
}

/// A bookmark below another, with its page.
type Below = (String, usize);

/// Bookmarks while pages are added.
#[derive(Default)]
struct Bookmarks {
    done: Vec<(String, usize, Vec<Below>)>,
    /// The group of the last one.
    group: Option<Message>,
}

impl Bookmarks {
    /// One for a sheet that goes on with nothing, under that of its group.
    fn add(&mut self, page: usize, sheet: &Sheet, say: &dyn Fn(&Message) -> String) {
        if sheet.continued {
            return;
        }
        let title: String = plain(&sheet.title).chars().take(BOOKMARK).collect();
        match (&sheet.group, self.done.last_mut()) {
            (Some(group), Some((_, _, below))) if self.group.as_ref() == Some(group) => below.push((title, page)),
            (Some(group), _) => self.done.push((say(group), page, vec![(title, page)])),
            (None, _) => self.done.push((title, page, Vec::new())),
        }
        self.group.clone_from(&sheet.group);
    }

    fn outline(self) -> Outline {
        let to = |page| XyzDestination::new(page, Point::from_xy(0.0, 0.0));
        let mut outline = Outline::new();
        for (title, page, below) in self.done {
            let mut node = OutlineNode::new(title, to(page));
            for (title, page) in below {
                node.push_child(OutlineNode::new(title, to(page)));
            }
            outline.push_child(node);
        }
        outline
    }
}
