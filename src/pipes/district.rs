//! Pipes of a whole district by class: what crosses two of its compounds counts once.

use std::collections::BTreeMap;

use super::{PipeLengths, PipeRole, PipeShare};
use crate::base::{CompoundId, DistrictId, PipeId};
use crate::geometry::clip::{self, Stretch};
use crate::model::Content;
use crate::policy::PipeClass;

/// Lengths of one class of pipes in a district, m. `inside_m + passing_m` is what lies in its compounds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct DistrictLengths {
    /// In compounds of the district, of pipes that serve at least one of them (内部, 联系).
    pub inside_m: f64,
    /// Outside the district's compounds, of pipes that connect to one of them.
    pub connecting_outside_m: f64,
    /// In compounds of the district, of pipes that merely pass (过境).
    pub passing_m: f64,
    /// Pipes that serve at least one compound.
    pub serving: usize,
    /// Pipes that merely pass.
    pub passing: usize,
}

/// Lengths by class in one district; classes without pipes are left out.
///
/// `O(shares of the district)`, and a cut anew for pipes in more than one of its compounds.
#[must_use]
pub fn district_lengths(content: &Content, lengths: &PipeLengths, district: DistrictId) -> BTreeMap<PipeClass, DistrictLengths> {
    let mut shares: BTreeMap<PipeId, Vec<(CompoundId, PipeShare)>> = BTreeMap::new();
    for compound in content.members(district) {
        for share in lengths.per_compound.get(compound.index()).into_iter().flatten() {
            shares.entry(share.pipe).or_default().push((compound, *share));
        }
    }
    let mut by_class: BTreeMap<PipeClass, DistrictLengths> = BTreeMap::new();
    for (id, shares) in &shares {
        let (Some(pipe), Some(total)) = (content.pipes.get(id.index()), lengths.per_pipe.get(id.index())) else { continue };
        let inside_m = inside_district_m(content, *id, shares);
        let sum = by_class.entry(pipe.class).or_default();
        if shares.iter().all(|(_, share)| share.role == PipeRole::Passing) {
            sum.passing_m += inside_m;
            sum.passing += 1;
        } else {
            sum.inside_m += inside_m;
            sum.connecting_outside_m += (total.total_m - inside_m).max(0.0);
            sum.serving += 1;
        }
    }
    by_class
}

/// Length of a pipe in the union of the compounds of its shares.
fn inside_district_m(content: &Content, pipe: PipeId, shares: &[(CompoundId, PipeShare)]) -> f64 {
    let entered: Vec<&(CompoundId, PipeShare)> = shares.iter().filter(|(_, share)| share.inside_m > 0.0).collect();
    if let [] | [_] = entered[..] {
        return entered.iter().map(|(_, share)| share.inside_m).sum();
    }
    let line = &content.pipes[pipe.index()].line;
    let inside = |(compound, _): &&(CompoundId, PipeShare)| {
        content.compounds.get(compound.index()).map(|c| clip::inside_stretches(line, &c.shape)).unwrap_or_default()
    };
    clip::union(entered.iter().flat_map(inside).collect()).into_iter().map(Stretch::length_m).sum()
}

/// Pipes that serve a compound (内部 and 联系, not 过境), by class, in the order of the layer.
#[must_use]
pub fn pipes_serving(content: &Content, lengths: &PipeLengths, compound: CompoundId) -> BTreeMap<PipeClass, Vec<PipeShare>> {
    let mut by_class: BTreeMap<PipeClass, Vec<PipeShare>> = BTreeMap::new();
    for share in lengths.per_compound.get(compound.index()).into_iter().flatten() {
        if let (true, Some(pipe)) = (share.role != PipeRole::Passing, content.pipes.get(share.pipe.index())) {
            by_class.entry(pipe.class).or_default().push(*share);
        }
    }
    by_class
}

#[cfg(test)]
mod tests {
    use super::super::lengths;
    use super::super::tests::{compound, content, pipe};
    use super::*;
    use crate::base::Silent;
    use crate::model::District;

    #[test]
    fn a_pipe_through_two_compounds_counts_once() {
        let compounds = vec![
            compound("a", 0.0, 0.0, 100.0),
            compound("b", 50.0, 0.0, 100.0),
            compound("c", 200.0, 0.0, 100.0),
            compound("other", 400.0, 0.0, 100.0),
        ];
        let pipes = vec![
            pipe("through", PipeClass::Water, &[(-50.0, 10.0), (350.0, 10.0)]),
            pipe("into", PipeClass::Water, &[(-50.0, 20.0), (250.0, 20.0)]),
            pipe("in", PipeClass::Gas, &[(210.0, 20.0), (250.0, 20.0)]),
        ];
        let mut content = content(compounds, pipes);
        content.districts.insert(DistrictId(1), District::numbered(1));
        content.assignment = vec![Some(DistrictId(1)), Some(DistrictId(1)), Some(DistrictId(1)), None];
        let lengths = lengths(&content, &Silent).unwrap();
        let found = district_lengths(&content, &lengths, DistrictId(1));
        let water = found[&PipeClass::Water];
        assert!((water.passing_m - 250.0).abs() < 1e-6, "{water:?}");
        assert!((water.inside_m - 200.0).abs() < 1e-6, "{water:?}");
        assert!((water.connecting_outside_m - 100.0).abs() < 1e-6, "{water:?}");
        assert_eq!((water.serving, water.passing), (1, 1));
        assert!((found[&PipeClass::Gas].inside_m - 40.0).abs() < 1e-6);
        assert_eq!(found.len(), 2);
        let serving = pipes_serving(&content, &lengths, CompoundId(2));
        assert_eq!(serving[&PipeClass::Water].iter().map(|s| s.pipe).collect::<Vec<_>>(), vec![PipeId(1)]);
        assert_eq!(serving[&PipeClass::Gas][0].role, PipeRole::Inside);
    }
}
