//! Files of a plan for the meeting: what is derived for them, for all of the plan or for one unit, and the writing.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{derive, sheet};
use crate::base::{Message, Reporter};
use crate::contiguity::Offer;
use crate::export::{
    self, Coordinated, ExportInput, ExportOptions, ExportOrder, FindingFeature, Format, LinkFeature, PipeLength, Scope, Stamp,
    Written,
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
        let done = AtomicUsize::new(0);
        let write = |format: Format| {
            reporter.check().map_err(|_| Message::new("session.cancelled"))?;
            reporter.progress(done.load(Ordering::Relaxed), order.formats.len());
            let more = export::export(&input, format, folder, &options).map_err(|error| error.message());
            done.fetch_add(1, Ordering::Relaxed);
            more.map(|more| (format, more))
        };
        // The document is set by one core, page after page; meanwhile the others write everything else.
        let (document, rest): (Vec<Format>, Vec<Format>) = order.formats.iter().partition(|format| **format == Format::Pdf);
        let all = |formats: Vec<Format>| formats.into_iter().map(write).collect::<Result<Vec<_>, _>>();
        let (document, rest) = rayon::join(|| all(document), || all(rest));
        let mut by_format: BTreeMap<Format, Written> = rest?.into_iter().chain(document?).collect();
        let mut written = Written::default();
        for more in order.formats.iter().filter_map(|format| by_format.remove(format)) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Silent;
    use crate::checks::FindingKind;

    #[test]
    fn keys_of_findings_say_which_begin_with_the_number_of_a_district() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-maps/linjiang.gpkg");
        let mut content = crate::project::open(&path).unwrap().content;
        // Numbers that nothing else has.
        content.districts.values_mut().for_each(|district| district.number += 7_000);
        let pack = Pack::new(&content, &ExportOrder::default(), Lang::Zh, &Silent).unwrap();
        let mut seen = std::collections::BTreeSet::new();
        for finding in &pack.findings {
            let (code, about) = finding.key.split_once(':').unwrap();
            let kind = FindingKind::ALL.iter().copied().find(|kind| kind.code() == code).unwrap();
            let first = about.split(':').next().unwrap();
            let number = finding.district.and_then(|id| content.districts.get(&id)).map(|district| district.number.to_string());
            let is_number = Some(first) == number.as_deref();
            let of_none = number.is_none() && ["none", "compound"].contains(&first);
            assert!(if kind.is_by_district() { is_number || of_none } else { !is_number }, "{}", finding.key);
            seen.extend(is_number.then_some(code));
        }
        assert!(seen.len() >= 4, "{seen:?}");
    }
}
