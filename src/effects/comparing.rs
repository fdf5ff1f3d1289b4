//! Other groupings: the repair of the plan's, and what other files say of its compounds.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::base::{Message, Reporter};
use crate::contiguity::Links;
use crate::import::{self, ReadOptions};
use crate::jobs::Shared;
use crate::model::{Content, LayerKind};
use crate::project;
use crate::session::{Answer, Merging, Other, OtherSource, Sides, derive, districts_of_field, place_layers, regrouping};
use crate::versions::{self, Choices};

/// The fewest moves that make the districts of a plan contiguous.
pub(super) fn repair(content: &Content, links: &Links, revision: u64, shared: &Shared) -> Result<Answer, Message> {
    let screened = derive::screened(content);
    let repair = regrouping::repair(content, &screened, links, shared).map_err(|error| error.message())?;
    Ok(Answer::Repaired { repair: Box::new(repair), revision })
}

/// Names of fields that are taken for that of the districts where nobody says which it is.
const LIKELY: [&str; 6] = ["district", "片区", "片区编号", "片区名称", "所属片区", "group"];

/// Compares with the grouping of another file.
pub(super) fn compare(
    path: PathBuf,
    field: Option<String>,
    content: &Content,
    revision: u64,
    shared: &Shared,
) -> Result<Answer, Message> {
    let is_plan = project::is_plan(&path);
    let other =
        if is_plan { project::open(&path).map_err(|error| error.message())?.content } else { read(&path, content, shared)? };
    let fields = if is_plan { Vec::new() } else { fields_of(&other) };
    let likely = || LIKELY.into_iter().map(str::to_owned).find(|name| fields.contains(name));
    let field = field.filter(|_| !is_plan).or_else(likely);
    if !is_plan && fields.is_empty() {
        return Err(Message::new("session.no-districts-in").text("file", path.display().to_string()));
    }
    let grouping = match &field {
        Some(field) => districts_of_field(&other, field).map(|named| regrouping::of_content(content, &other, Some(&named))),
        None if is_plan => Some(regrouping::of_content(content, &other, None)),
        None => None,
    };
    // In another system every boundary would count as changed; the districts can be compared all the same.
    let is_alike = is_plan && versions::check_crs(&[content, &other]).is_ok();
    let changes = is_alike.then(|| versions::diff(content, &other).changes);
    Ok(Answer::Compared(Box::new(Other { source: OtherSource::File { path, fields, field }, grouping, changes, revision })))
}

/// Compares with the version from which the plan was branched.
pub(super) fn compare_version(plan: &Path, content: &Content, revision: u64, shared: &Shared) -> Result<Answer, Message> {
    let (version, _) = project::version_of(content, plan).map_err(|error| error.message())?;
    compare(version, None, content, revision, shared)
}

/// What another side changed since both set out from one plan.
pub(super) fn merge(base: PathBuf, theirs: PathBuf, content: &Content, revision: u64) -> Result<Answer, Message> {
    let read = |path: &Path| project::open(path).map(|opened| opened.content).map_err(|error| error.message());
    let contents = Arc::new(Sides { base: read(&base)?, theirs: read(&theirs)? });
    versions::check_crs(&[&contents.base, content, &contents.theirs])?;
    let choices = Choices::default();
    let found = versions::merge(&contents.base, content, &contents.theirs, &choices);
    Ok(Answer::Merged(Box::new(Merging { theirs, base, contents, choices, found, revision })))
}

/// The compounds of a map.
fn read(path: &Path, content: &Content, shared: &dyn Reporter) -> Result<Content, Message> {
    let options = ReadOptions {
        kind: Some(LayerKind::Compounds),
        working_crs: (content.crs_code != 0).then_some(content.crs_code),
        ..ReadOptions::default()
    };
    let file = import::read_path(path, &options, shared).map_err(|error| error.message())?;
    let mut other = Content::default();
    place_layers(&mut other, vec![file]);
    Ok(other)
}

/// Fields of compounds that could name districts, in their order in the first compounds.
fn fields_of(content: &Content) -> Vec<String> {
    /// A field that only later compounds have names no districts.
    const LOOKED_AT: usize = 100;
    let (mut fields, mut known) = (Vec::new(), BTreeSet::new());
    for compound in content.compounds.iter().take(LOOKED_AT) {
        fields.extend(compound.extra.keys().map(std::borrow::Cow::into_owned).filter(|key| known.insert(key.clone())));
    }
    let facts = [("community", content.compounds.iter().any(|c| c.facts.community.is_some()))];
    fields.extend(facts.into_iter().filter(|(_, is_known)| *is_known).map(|(name, _)| name.to_owned()));
    fields
}
