//! KML (OGC 12-007r2) and KMZ: placemarks as features, folders as layers, always in longitude and latitude.
//!
//! The file is read as a stream of tags, so that no nesting can exhaust the stack. Fields are the simple children of a
//! placemark, its extended data, and the two-column tables that other programs write into descriptions. Styles, overlays
//! and links to other files are not features; the latter two are told.

mod placemark;
mod table;

use std::collections::BTreeMap;
use std::path::Path;

use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::bundle;
use super::error::ImportError;
use super::source::RawLayer;
use super::text::decode;
use crate::base::{Message, Reporter};
use crate::geometry::crs;
use placemark::Placemark;

/// Elements inside one another, at most: a folder of a folder of a folder is three.
const DEEPEST: usize = 256;

/// Tags between two looks at whether to stop.
const STEP: usize = 16_384;

/// Reads the bytes of a KML file.
///
/// # Errors
/// [`ImportError::Broken`] with line and column when the XML is broken, [`ImportError::NotThis`] when it is no KML.
pub(super) fn read(path: &Path, bytes: &[u8], reporter: &dyn Reporter) -> Result<Vec<RawLayer>, ImportError> {
    let decoded = decode(bytes);
    let mut layers = Document::new(path, &decoded.text).read(reporter)?;
    if let Some(first) = layers.first_mut() {
        if decoded.encoding != "UTF-8" {
            first.notes.push(Message::new("import.encoding").text("encoding", decoded.encoding));
        }
        if decoded.damaged {
            first.notes.push(Message::new("import.encoding-damaged").text("encoding", decoded.encoding));
        }
    }
    Ok(layers)
}

/// Reads every KML file of a KMZ, the main one first as the archive has it.
///
/// # Errors
/// As [`read`], and when the archive is broken, a bomb, or holds no KML.
pub(super) fn read_kmz(path: &Path, bytes: &[u8], reporter: &dyn Reporter) -> Result<Vec<RawLayer>, ImportError> {
    let files = bundle::entries(path, bytes, ".kml", reporter)?;
    if files.is_empty() {
        return Err(ImportError::NotThis { path: path.to_owned(), what: Message::new("import.no-kml") });
    }
    let mut layers = Vec::new();
    for (name, content) in files {
        layers.extend(read(path, &content, reporter).map_err(|error| error.within(path, &name))?);
    }
    Ok(layers)
}

/// A KML file while it is read.
struct Document<'a> {
    path: &'a Path,
    text: &'a str,
    /// Local names of the elements that are open.
    open: Vec<String>,
    /// Names of the folders and documents that are open.
    folders: Vec<String>,
    /// Text of the innermost element so far.
    gathered: String,
    placemark: Option<Placemark>,
    layers: Vec<RawLayer>,
    /// Places in `layers` by the path of folders.
    by_folder: BTreeMap<String, usize>,
    /// Things that are no features, with how many there are.
    left: BTreeMap<&'static str, usize>,
    /// Whether there was any element.
    any: bool,
}

impl<'a> Document<'a> {
    fn new(path: &'a Path, text: &'a str) -> Self {
        Self {
            path,
            text,
            open: Vec::new(),
            folders: Vec::new(),
            gathered: String::new(),
            placemark: None,
            layers: Vec::new(),
            by_folder: BTreeMap::new(),
            left: BTreeMap::new(),
            any: false,
        }
    }

    fn read(mut self, reporter: &dyn Reporter) -> Result<Vec<RawLayer>, ImportError> {
        let mut reader = Reader::from_str(self.text);
        for step in 0_usize.. {
            if step.is_multiple_of(STEP) {
                reporter.check()?;
            }
            let event = reader.read_event().map_err(|error| self.broken(reader.error_position(), &error.to_string()))?;
            match event {
                Event::Start(tag) => self.start(&tag)?,
                Event::Empty(tag) => {
                    self.start(&tag)?;
                    self.end();
                }
                Event::End(_) => self.end(),
                Event::Text(text) => self.gathered.push_str(&text),
                Event::CData(text) => self.gathered.push_str(&text),
                Event::GeneralRef(entity) => match entity.resolve_char_ref() {
                    Ok(Some(letter)) => self.gathered.push(letter),
                    _ => self.gathered.push_str(resolve_xml_entity(&entity).unwrap_or_default()),
                },
                Event::Eof => break,
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
            }
        }
        if !self.open.is_empty() {
            return Err(self.broken(self.text.len() as u64, "the file ends inside an element"));
        }
        if !self.any {
            return Err(self.not_this("import.not-kml"));
        }
        Ok(self.finish())
    }

    fn not_this(&self, key: &'static str) -> ImportError {
        ImportError::NotThis { path: self.path.to_owned(), what: Message::new(key) }
    }

    fn broken(&self, at: u64, reason: &str) -> ImportError {
        let at = usize::try_from(at).unwrap_or(usize::MAX).min(self.text.len());
        let before = &self.text.as_bytes()[..at];
        let line = before.split(|byte| *byte == b'\n').count();
        let column = at - before.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1) + 1;
        ImportError::Broken { path: self.path.to_owned(), line, column, reason: reason.to_owned() }
    }

    fn start(&mut self, tag: &BytesStart<'_>) -> Result<(), ImportError> {
        let name = tag.local_name().as_ref().to_owned();
        if self.open.len() == DEEPEST {
            return Err(self.not_this("import.xml-too-deep"));
        }
        if self.open.is_empty() && !["kml", "Document", "Folder", "Placemark"].contains(&name.as_str()) {
            return Err(self.not_this("import.not-kml"));
        }
        self.any = true;
        let attribute = |wanted: &str| {
            let found = tag.try_get_attribute(wanted).ok().flatten()?;
            found.normalized_value(XmlVersion::Implicit1_0).ok().map(std::borrow::Cow::into_owned)
        };
        match (name.as_str(), &mut self.placemark) {
            ("Placemark", None) => self.placemark = Some(Placemark::new(attribute("id"))),
            (_, Some(placemark)) => placemark.start(&name, || attribute("name")),
            ("Folder" | "Document", None) => self.folders.push(String::new()),
            ("NetworkLink", None) => *self.left.entry("import.kml-links").or_default() += 1,
            ("GroundOverlay" | "PhotoOverlay" | "ScreenOverlay", None) => {
                *self.left.entry("import.kml-overlays").or_default() += 1;
            }
            _ => {}
        }
        self.gathered.clear();
        self.open.push(name);
        Ok(())
    }

    fn end(&mut self) {
        let Some(name) = self.open.pop() else { return };
        let text = std::mem::take(&mut self.gathered);
        let parent = self.open.last().map_or("", String::as_str);
        match (name.as_str(), &mut self.placemark) {
            // The placemark that is open, not one that somebody put inside it.
            ("Placemark", Some(_)) if !self.open.iter().any(|open| open == "Placemark") => self.close_placemark(),
            (name, Some(placemark)) => placemark.end(name, &self.open, text.trim()),
            ("name", None) if parent == "Folder" || parent == "Document" => {
                if let Some(folder) = self.folders.last_mut() {
                    text.trim().clone_into(folder);
                }
            }
            ("Folder" | "Document", None) => _ = self.folders.pop(),
            _ => {}
        }
    }

    /// Puts the placemark into the layer of its folder.
    fn close_placemark(&mut self) {
        let Some(placemark) = self.placemark.take() else { return };
        if placemark.is_track() {
            *self.left.entry("import.kml-tracks").or_default() += 1;
        }
        // The outermost document is the file itself, unless there is nothing inside it.
        let inner = if self.folders.len() > 1 { &self.folders[1..] } else { &self.folders[..] };
        let named: Vec<&str> = inner.iter().map(String::as_str).filter(|name| !name.is_empty()).collect();
        let folder = named.join("/");
        let place = *self.by_folder.entry(folder.clone()).or_insert_with(|| {
            let crs = Some(crs::LON_LAT.to_owned());
            self.layers.push(RawLayer { name: folder, crs, ..RawLayer::default() });
            self.layers.len() - 1
        });
        self.layers[place].features.push(placemark.finish());
    }

    fn finish(mut self) -> Vec<RawLayer> {
        if self.layers.is_empty() {
            self.layers.push(RawLayer { crs: Some(crs::LON_LAT.to_owned()), ..RawLayer::default() });
        }
        for (key, count) in self.left {
            self.layers[0].notes.push(Message::new(key).count("count", count));
        }
        self.layers
    }
}
