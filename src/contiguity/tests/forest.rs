//! The tree of links by gap: clusters, chains, the curve and its plateaus.

use proptest::prelude::*;

use super::{Town, key, links_of};
use crate::base::CompoundId;
use crate::contiguity::components::DisjointSets;
use crate::contiguity::{Components, Curve, Dendrogram, Links};
use crate::geometry::distance::tests::{shape, square};
use crate::model::LinkKey;

/// Clusters by union-find over all links.
fn by_search(links: &Links, carries: &[bool], gap_m: f64) -> Components {
    let mut sets = DisjointSets::new(carries.len());
    for (a, b) in links.pairs_at(gap_m).filter(|(a, b)| carries[*a] && carries[*b]) {
        sets.join(a, b);
    }
    Components::of_sets(&mut sets, |node| carries[node])
}

#[test]
fn the_chain_goes_by_the_smallest_worst_gap() {
    // 0 and 3 are 9 m apart; by way of 1 and 2 no gap is over 4 m.
    let town = Town::of([
        square(0.0, 0.0, 10.0, 10.0),
        square(0.0, 12.0, 10.0, 10.0),
        square(14.0, 13.0, 10.0, 10.0),
        square(19.0, 0.0, 10.0, 10.0),
    ]);
    let links = town.at(30.0);
    let tree = Dendrogram::new(&links, &[true; 4]);
    let chain = tree.chain(CompoundId(0), CompoundId(3)).unwrap();
    assert_eq!(chain.links, [key(0, 1), key(1, 2), key(2, 3)]);
    assert_eq!(links.find(chain.weakest).unwrap().gap_m, 4.0);
    assert_eq!(tree.chain(CompoundId(1), CompoundId(1)), None);
    let without = Dendrogram::new(&links, &[true, true, false, true]);
    assert_eq!(without.chain(CompoundId(0), CompoundId(3)).unwrap().links.len(), 1);
    assert_eq!(without.chain(CompoundId(0), CompoundId(2)), None, "who does not carry is in no chain");
    assert_eq!(without.components_at(30.0).of, [0, 0, Components::NONE, 0]);
}

/// Eight compounds in a row: alleys of 1 m, then streets of 12 m, then one of 40 m.
fn row_of_streets() -> Links {
    links_of(&[(0, 1, 1.0), (1, 2, 12.0), (2, 3, 1.0), (3, 4, 40.0), (4, 5, 1.0), (5, 6, 12.5), (6, 7, 1.0)])
}

fn plateaus(curve: &Curve, most: usize) -> Vec<(f64, f64, usize, usize)> {
    curve.plateaus(100.0, most).iter().map(|p| (p.from_m, p.to_m, p.clusters, p.merged)).collect()
}

#[test]
fn plateaus_are_the_longest_ranges_without_a_merge() {
    let curve = Dendrogram::new(&row_of_streets(), &[true; 8]).curve(&[true; 8], &[100; 8], 250);
    assert_eq!(plateaus(&curve, 4), [(1.0, 12.0, 4, 0), (12.5, 40.0, 2, 0), (40.0, 100.0, 1, 0)]);
    assert_eq!(plateaus(&curve, 1), [(40.0, 100.0, 1, 0)]);
    assert_eq!(curve.plateaus(100.0, 3)[1].middle_m(), 26.3, "in decimetres");
    assert_eq!(plateaus(&Curve::default(), 3), []);
    let points: Vec<_> = [0.0, 0.9, 1.0, 12.2, 12.5, 99.0].into_iter().map(|gap_m| curve.at(gap_m)).collect();
    assert_eq!(points.iter().map(|p| p.clusters).collect::<Vec<_>>(), [8, 8, 4, 3, 2, 1]);
    assert_eq!(points.iter().map(|p| p.largest_households).collect::<Vec<_>>(), [100, 100, 200, 400, 400, 800]);
    assert_eq!(points.iter().map(|p| p.stranded_households).collect::<Vec<_>>(), [800, 800, 800, 400, 0, 0]);
    assert_eq!(curve.households(), 800);
}

#[test]
fn one_merge_in_a_hundred_clusters_does_not_end_a_plateau() {
    // 300 compounds far apart, but for two pairs.
    let links = links_of(&[(0, 1, 20.0), (2, 3, 60.0), (4, 5, 60.5), (6, 7, 61.0), (8, 9, 61.5)]);
    let curve = Dendrogram::new(&links, &[true; 300]).curve(&[true; 300], &[], 0);
    assert_eq!(plateaus(&curve, 2), [(0.0, 61.0, 300, 3), (61.0, 100.0, 296, 1)]);
}

#[test]
fn a_stretch_beside_a_longer_plateau_is_not_lost_with_its_own_end() {
    // The range from 5 m bears the merge at 20 m and so reaches to 25 m, across the beginning of the one from 20 m.
    let merges = [5.0, 5.0, 20.0, 25.0, 60.0, 60.0].into_iter().chain([90.0; 84]);
    let list: Vec<_> = merges.zip(0_u32..).map(|(gap_m, pair)| (pair * 2, pair * 2 + 1, gap_m)).collect();
    let curve = Dendrogram::new(&links_of(&list), &[true; 180]).curve(&[true; 180], &[], 0);
    assert_eq!(plateaus(&curve, 3), [(5.0, 20.0, 178, 0), (20.0, 60.0, 177, 1), (60.0, 90.0, 174, 0)]);
}

#[test]
fn who_only_conducts_counts_nowhere() {
    let counted = [true, false, true, true, false, false, true, true];
    let curve = Dendrogram::new(&row_of_streets(), &[true; 8]).curve(&counted, &[100; 8], 150);
    let of = |gap_m: f64| (curve.at(gap_m).clusters, curve.at(gap_m).largest_households, curve.at(gap_m).stranded_households);
    assert_eq!([of(0.0), of(1.0), of(12.5), of(40.0)], [(5, 100, 500), (3, 200, 100), (2, 300, 0), (1, 500, 0)]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn clusters_equal_those_of_a_search_at_every_gap(
        list in prop::collection::vec((0..30_u32, 0..30_u32, 0..8_u32), 0..80),
        carries in prop::collection::vec(prop::bool::weighted(0.85), 30),
    ) {
        // Whole gaps, so that many are alike.
        let list: Vec<_> = list.into_iter().map(|(a, b, gap)| (a, b, f64::from(gap))).collect();
        let links = links_of(&list);
        let tree = Dendrogram::new(&links, &carries);
        let counted: Vec<bool> = (0..30).map(|row| row % 3 > 0).collect();
        let households: Vec<u32> = (0..28).map(|row| row * 10).collect();
        let curve = tree.curve(&counted, &households, 400);
        for gap_m in [0.0, 0.5, 1.0, 2.0, 3.0, 4.0, 5.0, 6.5, 7.0, 100.0, f64::INFINITY] {
            let cut = tree.components_at(gap_m);
            prop_assert_eq!(&cut, &by_search(&links, &carries, gap_m));
            prop_assert_eq!(tree.links_at(gap_m), links.pairs_at(gap_m).count());
            let members: Vec<Vec<usize>> =
                cut.members().into_iter().map(|m| m.into_iter().filter(|row| counted[*row]).collect()).collect();
            let sums = members.iter().filter(|m| !m.is_empty());
            let sums: Vec<u64> = sums.map(|m| m.iter().filter_map(|row| households.get(*row)).map(|h| u64::from(*h)).sum()).collect();
            let point = curve.at(gap_m);
            prop_assert_eq!(point.clusters, sums.len());
            prop_assert_eq!(point.largest_households, sums.iter().copied().max().unwrap_or(0));
            prop_assert_eq!(point.stranded_households, sums.iter().filter(|sum| **sum < 400).sum::<u64>());
            prop_assert_eq!(curve.households(), sums.iter().sum::<u64>());
        }
    }

    #[test]
    fn a_chain_leads_from_one_to_the_other_and_holds_down_to_its_weakest_link(
        list in prop::collection::vec((0..12_u32, 0..12_u32, 0..9_u32), 0..40),
        carries in prop::collection::vec(prop::bool::weighted(0.85), 12),
        (a, b) in (0..12_u32, 0..12_u32),
    ) {
        let list: Vec<_> = list.into_iter().map(|(a, b, gap)| (a, b, f64::from(gap))).collect();
        let links = links_of(&list);
        let chain = Dendrogram::new(&links, &carries).chain(CompoundId(a), CompoundId(b));
        let joined = |gap_m: f64| {
            let cut = by_search(&links, &carries, gap_m);
            cut.of[a as usize] != Components::NONE && cut.of[a as usize] == cut.of[b as usize]
        };
        let Some(chain) = chain else {
            prop_assert!(a == b || !joined(f64::INFINITY));
            return Ok(());
        };
        let mut at = CompoundId(a);
        for link in &chain.links {
            prop_assert!(link.a() == at || link.b() == at);
            at = if link.a() == at { link.b() } else { link.a() };
        }
        prop_assert_eq!(at, CompoundId(b));
        let gap_of = |key: &LinkKey| links.find(*key).unwrap().gap_m;
        let worst = gap_of(&chain.weakest);
        prop_assert!(chain.links.contains(&chain.weakest) && chain.links.iter().all(|link| gap_of(link) <= worst));
        prop_assert!(joined(worst) && !joined(worst - 0.5), "below its gap they fall apart");
    }

    #[test]
    fn plateaus_stand_apart_are_steady_and_leave_out_no_longer_one(
        gaps in prop::collection::vec(0..200_u32, 0..260),
        most in 1..5_usize,
    ) {
        let list: Vec<_> = (0_u32..).zip(&gaps).map(|(row, half)| (row, row + 1, f64::from(*half) / 2.0)).collect();
        let count = gaps.len() + 1;
        let curve = Dendrogram::new(&links_of(&list), &vec![true; count]).curve(&vec![true; count], &[], 0);
        let found = curve.plateaus(100.0, most);
        prop_assert!(found.len() <= most && found.windows(2).all(|pair| pair[0].to_m <= pair[1].from_m));
        for plateau in &found {
            let fewest = plateau.clusters - plateau.clusters / 100;
            prop_assert!(plateau.length_m() >= 2.0 && plateau.to_m >= plateau.from_m * 1.1 && plateau.middle_m() >= plateau.from_m && plateau.middle_m() < plateau.to_m);
            prop_assert_eq!(curve.at(plateau.from_m).clusters, plateau.clusters);
            prop_assert_eq!(curve.at(plateau.to_m - 0.25).clusters, plateau.clusters - plateau.merged);
            prop_assert!(plateau.clusters - plateau.merged >= fewest);
            let borne = if plateau.merged > 0 { fewest } else { plateau.clusters };
            prop_assert!(plateau.to_m == 100.0 || curve.at(plateau.to_m).clusters < borne);
        }
        // Any stretch without a merge meets a plateau that is as long, where there is room for more.
        let mut merged: Vec<f64> = list.iter().map(|(_, _, gap)| *gap).chain([0.0, 100.0]).collect();
        merged.sort_by(f64::total_cmp);
        let long = |pair: &&[f64]| pair[1] - pair[0] >= 2.0 && pair[1] >= pair[0] * 1.1;
        for pair in merged.windows(2).filter(long).filter(|_| found.len() < most) {
            let meets = |plateau: &&crate::contiguity::Plateau| plateau.from_m < pair[1] && pair[0] < plateau.to_m;
            prop_assert!(found.iter().filter(meets).any(|plateau| plateau.length_m() >= pair[1] - pair[0]));
        }
    }

    #[test]
    fn the_forest_connects_what_the_links_of_shapes_connect(
        shapes in prop::collection::vec(shape(), 2..16),
        mask in prop::collection::vec(prop::bool::weighted(0.8), 16),
        gap in 0.0..60.0f64,
    ) {
        let carries = &mask[..shapes.len()];
        let links = Town::of(shapes).at(60.0);
        prop_assert_eq!(Dendrogram::new(&links, carries).components_at(gap), by_search(&links, carries, gap));
    }
}
