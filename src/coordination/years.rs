//! Years of pipes against years of compounds (R28): what is to be dug together must be planned together.

use crate::base::{CompoundId, DistrictId, PipeId};
use crate::model::Content;
use crate::pipes::{PipeLengths, PipeRole, PipeShare};

/// A pipe that serves a compound and is planned for another year than the compound's district.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct YearMismatch {
    /// The pipe.
    pub pipe: PipeId,
    /// The compound.
    pub compound: CompoundId,
    /// The compound's district.
    pub district: DistrictId,
    /// 计划改造年 of the pipe.
    pub pipe_year: i32,
    /// Year of the district.
    pub compound_year: i32,
    /// Length of the pipe in the compound, m; 0 when it ends just outside.
    pub inside_m: f64,
    /// Whole length of the pipe, m.
    pub pipe_m: f64,
}

/// A pipe that serves a compound of a district where one year or both are not known: no mismatch, and no match.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct YearMissing {
    /// The pipe.
    pub pipe: PipeId,
    /// The compound.
    pub compound: CompoundId,
    /// The compound's district.
    pub district: DistrictId,
    /// 计划改造年 of the pipe.
    pub pipe_year: Option<i32>,
    /// Year of the district.
    pub compound_year: Option<i32>,
    /// Length of the pipe in the compound, m.
    pub inside_m: f64,
}

/// A share of a pipe in a compound that belongs to a district, with both years.
struct Pairing {
    share: PipeShare,
    compound: CompoundId,
    district: DistrictId,
    pipe_year: Option<i32>,
    compound_year: Option<i32>,
}

/// Pairs of R28 whose years are both known and differ, by compound and pipe. Passing pipes do not serve and are left out.
/// `O(shares)`.
#[must_use]
pub fn year_mismatches(content: &Content, lengths: &PipeLengths) -> Vec<YearMismatch> {
    let differ = |p: Pairing| {
        let (pipe_year, compound_year) = (p.pipe_year?, p.compound_year?);
        let pipe_m = lengths.per_pipe.get(p.share.pipe.index()).map_or(p.share.inside_m, |total| total.total_m);
        (pipe_year != compound_year).then_some(YearMismatch {
            pipe: p.share.pipe,
            compound: p.compound,
            district: p.district,
            pipe_year,
            compound_year,
            inside_m: p.share.inside_m,
            pipe_m,
        })
    };
    pairings(content, lengths).filter_map(differ).collect()
}

/// Pairs of R28 of which a year is missing. `O(shares)`.
#[must_use]
pub fn years_missing(content: &Content, lengths: &PipeLengths) -> Vec<YearMissing> {
    let missing = |p: Pairing| {
        (p.pipe_year.is_none() || p.compound_year.is_none()).then_some(YearMissing {
            pipe: p.share.pipe,
            compound: p.compound,
            district: p.district,
            pipe_year: p.pipe_year,
            compound_year: p.compound_year,
            inside_m: p.share.inside_m,
        })
    };
    pairings(content, lengths).filter_map(missing).collect()
}

fn pairings<'a>(content: &'a Content, lengths: &'a PipeLengths) -> impl Iterator<Item = Pairing> + 'a {
    let of_compound = move |(row, shares): (usize, &'a Vec<PipeShare>)| {
        let district = content.assignment.get(row).copied().flatten()?;
        let compound_year = content.districts.get(&district)?.year;
        let compound = CompoundId::from_index(row);
        Some(shares.iter().filter(|share| share.role != PipeRole::Passing).map(move |share| {
            let pipe_year = content.pipe_year(share.pipe);
            Pairing { share: *share, compound, district, pipe_year, compound_year }
        }))
    };
    lengths.per_compound.iter().enumerate().filter_map(of_compound).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Silent;
    use crate::model::District;
    use crate::pipes::lengths;
    use crate::pipes::tests::{compound, content, pipe};
    use crate::policy::PipeClass;

    #[test]
    fn equal_years_agree_and_unknown_ones_do_not_count() {
        let line = [(-20.0, 10.0), (50.0, 10.0)];
        let mut pipes: Vec<_> = (0..4).map(|_| pipe("p", PipeClass::Water, &line)).collect();
        pipes[0].planned_year = Some(2024);
        pipes[1].planned_year = Some(2025);
        pipes[3] = pipe("passing", PipeClass::Water, &[(-20.0, 50.0), (120.0, 50.0)]);
        pipes[3].planned_year = Some(2023);
        let mut content = content(vec![compound("a", 0.0, 0.0, 100.0), compound("b", 0.0, 0.0, 100.0)], pipes);
        content.assignment = vec![Some(DistrictId(1)), None];
        content.districts.insert(DistrictId(1), District { year: Some(2025), ..District::numbered(1) });
        let measured = lengths(&content, &Silent).unwrap();
        let found = year_mismatches(&content, &measured);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].pipe, found[0].pipe_year, found[0].compound_year), (PipeId(0), 2024, 2025));
        assert!((found[0].inside_m - 50.0).abs() < 1e-9 && (found[0].pipe_m - 70.0).abs() < 1e-9);
        let missing = years_missing(&content, &measured);
        assert_eq!(missing.iter().map(|m| (m.pipe, m.compound_year)).collect::<Vec<_>>(), vec![(PipeId(2), Some(2025))]);
        content.districts.insert(DistrictId(1), District::numbered(1));
        assert!(year_mismatches(&content, &measured).is_empty());
        assert_eq!(years_missing(&content, &measured).len(), 3);
    }
}
