//! What follows from a plan, computed the same way for the window and the terminal.

use std::collections::BTreeMap;

use crate::base::{Cancelled, CompoundId, DistrictId, Reporter};
use crate::checks::{self, Finding};
use crate::composition::{Circle, FIVE_MINUTES_M, FacilityRow};
use crate::contiguity::{self, ConnectInput, Dendrogram, DistrictAnatomy, LinkGraph, Links, Offer};
use crate::coordination::dig::Dug;
use crate::model::{Content, ContiguityRule};
use crate::pipes::survey::Quality;
use crate::pipes::{self, PipeLengths};
use crate::screening::{self, Screened};

/// Verdicts, one a compound.
#[must_use]
pub fn screened(content: &Content) -> Vec<Screened> {
    screening::screen(content)
}

/// Links up to `max_gap_m` with their frontage. Under queen and rook contiguity the gap is 0 whatever is asked.
///
/// # Errors
/// [`Cancelled`] when the reporter stops it.
pub fn links(content: &Content, max_gap_m: f64, reporter: &dyn Reporter) -> Result<Links, Cancelled> {
    contiguity::connect(&connect_input(content, max_gap_m), reporter)
}

/// As [`links`], without frontage, which costs more than the rest.
///
/// # Errors
/// [`Cancelled`] when the reporter stops it.
pub fn bare_links(content: &Content, max_gap_m: f64, reporter: &dyn Reporter) -> Result<Links, Cancelled> {
    contiguity::connect_bare(&connect_input(content, max_gap_m), reporter)
}

/// Adds the frontage to links that were found without.
///
/// # Errors
/// [`Cancelled`] when the reporter stops it.
pub fn add_frontage(content: &Content, links: &mut Links, reporter: &dyn Reporter) -> Result<(), Cancelled> {
    let max_gap_m = links.max_gap_m;
    contiguity::measure_frontage(links, &content.compounds, max_gap_m, reporter)
}

/// Links up to `max_gap_m` that can be carried over edits.
///
/// # Errors
/// [`Cancelled`] when the reporter stops it.
pub fn graph(content: &Content, max_gap_m: f64, reporter: &dyn Reporter) -> Result<LinkGraph, Cancelled> {
    LinkGraph::new(&connect_input(content, max_gap_m), reporter)
}

pub(super) fn connect_input(content: &Content, max_gap_m: f64) -> ConnectInput<'_> {
    ConnectInput {
        compounds: &content.compounds,
        barriers: &content.barriers,
        barrier_rules: content.settings.barriers,
        bridges: &content.bridges,
        parcels: if content.settings.parcels_connect { &content.parcels } else { &[] },
        overrides: &content.overrides,
        rule: content.settings.contiguity,
        max_gap_m: if content.settings.contiguity == ContiguityRule::Gap { max_gap_m } else { 0.0 },
    }
}

/// Count of pieces of every district that holds compounds.
#[must_use]
pub fn district_parts(content: &Content, links: &Links) -> BTreeMap<DistrictId, usize> {
    let carriers = contiguity::carriers(content);
    let pieces = |members: &[CompoundId]| contiguity::parts(members, links, content.settings.gap_m, &carriers).len();
    let members = content.members_by_district().into_iter().filter(|(_, members)| !members.is_empty());
    members.map(|(id, members)| (id, pieces(&members))).collect()
}

/// Who carries contiguity: the eligible, and those that conduct (R2).
#[must_use]
pub fn carriers(content: &Content, screened: &[Screened]) -> Vec<bool> {
    let eligible = screening::eligible(content, screened);
    let conducts = screening::conducts(content, screened);
    eligible.iter().zip(&conducts).map(|(e, c)| *e || *c).collect()
}

/// Clusters at every gap, over those who carry.
#[must_use]
pub fn forest(content: &Content, screened: &[Screened], links: &Links) -> Dendrogram {
    Dendrogram::new(links, &carriers(content, screened))
}

/// Lengths of pipes in and around compounds.
///
/// # Errors
/// [`Cancelled`] when the reporter stops it.
pub fn lengths(content: &Content, reporter: &dyn Reporter) -> Result<PipeLengths, Cancelled> {
    pipes::lengths(content, reporter)
}

/// Neighbours at odds on which the user has not spoken.
///
/// # Errors
/// [`Cancelled`] when the reporter stops it.
pub fn offers(content: &Content, reporter: &dyn Reporter) -> Result<Vec<Offer>, Cancelled> {
    contiguity::offers(content, reporter)
}

/// What the districts are made of; `measured` adds the frontage of the links on which they hang.
#[must_use]
pub fn anatomy(content: &Content, links: &Links, measured: bool) -> Vec<DistrictAnatomy> {
    let mut districts = contiguity::anatomy(content, links);
    if measured {
        contiguity::measure_bottlenecks(&mut districts, content);
    }
    districts
}

/// Ground that is opened, and opened twice.
///
/// # Errors
/// [`Cancelled`] when the reporter stops it.
pub fn dug(content: &Content, reporter: &dyn Reporter) -> Result<Dug, Cancelled> {
    Dug::new(content, reporter)
}

/// Faults of the pipe survey.
#[must_use]
pub fn quality(content: &Content) -> Quality {
    Quality::of(content)
}

/// What findings rest on. All of it must be of the same revision as the content.
#[derive(Clone, Copy)]
pub struct Basis<'a> {
    /// Verdicts.
    pub screened: &'a [Screened],
    /// Links.
    pub links: &'a Links,
    /// Lengths of pipes.
    pub lengths: &'a PipeLengths,
    /// Ground that is opened.
    pub dug: &'a Dug,
    /// Faults of the pipe survey.
    pub quality: &'a Quality,
}

/// Facilities of every district that holds compounds.
#[must_use]
pub fn facilities(content: &Content) -> BTreeMap<DistrictId, Vec<FacilityRow>> {
    if content.districts.is_empty() {
        return BTreeMap::new();
    }
    let circle = Circle::new(content, FIVE_MINUTES_M);
    let members = content.members_by_district().into_iter().filter(|(_, members)| !members.is_empty());
    members.map(|(id, members)| (id, circle.rows(id, &members))).collect()
}

/// Findings of the whole plan.
#[must_use]
pub fn findings(content: &Content, basis: &Basis<'_>) -> Vec<Finding> {
    // Frontage costs more than all the rest, and is only looked at where a least one is asked for.
    let anatomy = anatomy(content, basis.links, content.settings.min_frontage_m > 0.0);
    let Basis { screened, links, lengths, dug, quality } = *basis;
    checks::run(&checks::Facts { content, screened, links, lengths, anatomy: &anatomy, in_several: &[], dug, quality })
}
