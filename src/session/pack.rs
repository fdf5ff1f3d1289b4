//! Files of a plan for the meeting: what is derived for them, for all of the plan or for one unit, and the writing.

use std::path::Path;

use super::{derive, sheet};
use crate::base::{Message, Reporter};
use crate::contiguity::Offer;
use crate::export::{
    self, Coordinated, ExportInput, ExportOptions, ExportOrder, FindingFeature, LinkFeature, PipeLength, Scope, Stamp, Written,
};
use crate::i18n::Lang;
use crate::model::Content;
use crate::pipes::PipeLengths;
use crate::screening::Screened;

/// A plan, or the part of it that concerns a unit, with all that follows from it.
#[derive(Debug)]
pub struct Pack {
    content: Content,
    screened: Vec<Screened>,
    links: Vec<LinkFeature>,
    lengths: PipeLengths,
    pipe_lengths: Vec<PipeLength>,
    findings: Vec<FindingFeature>,
    offers: Vec<Offer>,
    coordinated: Coordinated,
    scope: Option<Scope>,
    stamp: Stamp,
    /// The plan as it is; features are shared with `content` where that leaves nothing out.
    original: Content,
}

impl Pack {
    /// Derives what files of the order need.
    ///
    /// # Errors
    /// When no pipes belong to the unit, or the reporter stops the work.
    pub fn new(content: &Content, order: &ExportOrder, lang: Lang, reporter: &dyn Reporter) -> Result<Self, Message> {
        let cancelled = |_| Message::new("session.cancelled");
        let mut stamp = Stamp::of(content);
        let masks = order.mask_military || content.settings.mask_military;
        stamp.masked = masks;
        let original = content.clone();
        let mut content = if masks { export::masked(content, lang) } else { content.clone() };
        if let Some(unit) = &order.unit {
            let (own, owner) = export::of_unit(&content, unit).map_err(|error| error.message())?;
            content = own;
            stamp.unit = Some(owner);
        }
        let screened = derive::screened(&content);
        let links = derive::links(&content, content.settings.gap_m, reporter).map_err(cancelled)?;
        let lengths = derive::lengths(&content, reporter).map_err(cancelled)?;
        let dug = derive::dug(&content, reporter).map_err(cancelled)?;
        let quality = derive::quality(&content);
        let basis = derive::Basis { screened: &screened, links: &links, lengths: &lengths, dug: &dug, quality: &quality };
        let findings = derive::findings(&content, &basis);
        let offers = derive::offers(&content, reporter).map_err(cancelled)?;
        let scope = stamp.unit.is_some().then(|| Scope::touched(&content, &lengths));
        Ok(Self {
            links: sheet::links(&content, &links),
            pipe_lengths: sheet::lengths(&lengths),
            findings: sheet::findings(&findings),
            coordinated: sheet::coordinated(&content, &dug),
            content,
            screened,
            lengths,
            offers,
            scope,
            stamp,
            original,
        })
    }

    /// Writes the formats of the order into a folder, and with several files a list of them.
    ///
    /// # Errors
    /// When a file cannot be written, or the reporter stops the work between two formats.
    pub fn write(&self, order: &ExportOrder, folder: &Path, lang: Lang, reporter: &dyn Reporter) -> Result<Written, Message> {
        let input = ExportInput {
            screened: &self.screened,
            links: &self.links,
            pipe_lengths: &self.pipe_lengths,
            findings: &self.findings,
            offers: &self.offers,
            coordinated: Some(&self.coordinated),
            lengths: Some(&self.lengths),
            scope: self.scope.as_ref(),
            stamp: Some(&self.stamp),
            original: Some(&self.original),
            ..ExportInput::of(&self.content)
        };
        let options = ExportOptions { lang, dxf: order.dxf, shp: order.shp, geojson: order.geojson, paper: order.paper };
        let mut written = Written::default();
        for (done, format) in order.formats.iter().enumerate() {
            reporter.check().map_err(|_| Message::new("session.cancelled"))?;
            reporter.progress(done, order.formats.len());
            let more = export::export(&input, *format, folder, &options).map_err(|error| error.message())?;
            written.files.extend(more.files);
            written.notes.extend(more.notes);
        }
        if let Some(id) = &order.card {
            written.files.extend(export::write_card(&input, id, folder, &options).map_err(|error| error.message())?);
        }
        let manifest = export::write_manifest(folder, &written.files, &self.stamp).map_err(|error| error.message())?;
        written.files.push(manifest);
        reporter.progress(order.formats.len(), order.formats.len());
        Ok(written)
    }
}
