//! Rows and compounds by what they are called.

use proptest::prelude::*;

use super::*;

fn parties(list: &[(&str, &str)]) -> Vec<Party> {
    list.iter().map(|(id, name)| Party { id: (*id).to_owned(), name: (*name).to_owned() }).collect()
}

#[test]
fn each_way_in_its_turn() {
    let compounds = parties(&[
        ("1", "甲子"),
        ("2", "乙丑小区"),
        ("3", "丙寅小区（一期）"),
        ("4", "机械厂家属楼"),
        ("5", "丁卯"),
        ("6", "戊辰"),
    ]);
    let rows = parties(&[("1", "甲子"), ("002", ""), ("", "丙寅小区1期"), ("", "机械厂宿舍"), ("", "丁卯"), ("77", "己巳")]);
    let found = match_parties(&rows, &compounds);
    let by: Vec<(usize, usize, MatchedBy)> = found.matched.iter().map(|(row, (to, by))| (*row, *to, *by)).collect();
    let certain = [(0, 0, MatchedBy::Id), (1, 1, MatchedBy::PlainId), (2, 2, MatchedBy::PlainName), (4, 4, MatchedBy::Name)];
    assert_eq!(by, certain);
    assert_eq!(found.open, [Open { row: 3, candidates: vec![(3, 0.95)], proposed: true, torn: false }]);
}

#[test]
fn what_several_share_is_open_unless_names_part_it() {
    let compounds = parties(&[("1", "甲子"), ("2", "乙丑")]);
    // Registered twice: the first counts.
    let found = match_parties(&parties(&[("1", ""), ("01", ""), ("1", "")]), &compounds);
    assert_eq!(found.matched.get(&0), Some(&(0, MatchedBy::Id)));
    assert_eq!((found.repeated, found.open), (vec![2], vec![]));
    // The same name again, with a blank in it and no id: not some other compound that is called alike.
    let alike = parties(&[("1", "站前花园"), ("2", "站前小区")]);
    let found = match_parties(&parties(&[("1", "站前花园"), ("", "站前 花园")]), &alike);
    assert_eq!((found.matched.len(), found.repeated, found.open), (1, vec![1], vec![]));
    // One id with two names, neither of them the compound's.
    let found = match_parties(&parties(&[("1", "壬申"), ("1", "癸酉")]), &compounds);
    assert!(found.matched.is_empty());
    assert_eq!(found.open.iter().map(|open| open.row).collect::<Vec<_>>(), [0, 1]);
    let found = match_parties(&parties(&[("1", "甲子"), ("1", "庚午")]), &compounds);
    assert_eq!(found.matched.get(&0), Some(&(0, MatchedBy::Id)));
    assert!(!found.matched.contains_key(&1));
    // Two names as like as each other.
    let twins = parties(&[("", "光明一小区"), ("", "光明二小区")]);
    let found = match_parties(&parties(&[("", "光明三小区")]), &twins);
    assert!(found.matched.is_empty() && found.open.iter().all(|open| !open.proposed));
}

#[test]
fn rows_with_the_id_of_one_and_the_name_of_another_are_open() {
    let compounds = parties(&[("1", "甲子"), ("2", "乙丑"), ("3", "丙寅"), ("4", "丁卯")]);
    let check = |rows: &[(&str, &str)], matched: &[(usize, usize)], open: &[(usize, &[usize])]| {
        let found = match_parties(&parties(rows), &compounds);
        let sure: Vec<(usize, usize)> = found.matched.iter().map(|(row, (to, _))| (*row, *to)).collect();
        assert_eq!(sure, matched, "{rows:?}");
        let may = |open: &Open| (open.row, open.candidates.iter().map(|(to, _)| *to).collect::<Vec<_>>());
        let left: Vec<(usize, Vec<usize>)> = found.open.iter().map(may).collect();
        assert_eq!(left, open.iter().map(|(row, to)| (*row, to.to_vec())).collect::<Vec<_>>(), "{rows:?}");
        assert!(found.open.iter().all(|open| open.torn && !open.proposed));
    };
    check(&[("1", "乙丑")], &[], &[(0, &[0, 1])]);
    check(&[("001", "乙 丑"), ("3", "丙寅")], &[(1, 2)], &[(0, &[0, 1])]);
    // Two that were exchanged.
    check(&[("1", "乙丑"), ("2", "甲子"), ("3", "丙寅"), ("4", "丁卯")], &[(2, 2), (3, 3)], &[(0, &[0, 1]), (1, &[1, 0])]);
    // One of the two has found its row.
    check(&[("1", "乙丑"), ("2", "乙丑")], &[(1, 1)], &[(0, &[0])]);
    // A name that nobody else has is another spelling.
    check(&[("1", "戊辰")], &[(0, 0)], &[]);
}

#[test]
fn ids_that_number_other_things_are_not_believed() {
    let names = ["光明小区", "红旗家园", "机械厂宿舍", "纺织城", "铁路新村"];
    let compounds: Vec<Party> =
        names.iter().enumerate().map(|(i, name)| Party { id: (i + 1).to_string(), name: (*name).to_owned() }).collect();
    let rows: Vec<Party> =
        names.iter().rev().enumerate().map(|(i, name)| Party { id: (i + 1).to_string(), name: (*name).to_owned() }).collect();
    let found = match_parties(&rows, &compounds);
    assert!(found.ids_distrusted);
    for (row, (compound, by)) in &found.matched {
        assert_eq!((4 - row, MatchedBy::Name), (*compound, *by));
    }
    assert_eq!(found.matched.len(), 5);
}

fn party() -> impl Strategy<Value = Party> {
    ("0{0,2}[1-9]?", "[光明红旗东西]{0,3}(小区|家属楼)?([一二12]期)?").prop_map(|(id, name)| Party { id, name })
}

proptest! {
    #[test]
    fn order_does_not_matter_and_nobody_is_taken_twice(
        rows in prop::collection::vec(party(), 0..12),
        compounds in prop::collection::vec(party(), 0..12),
    ) {
        let mut seen = std::collections::BTreeSet::new();
        let once = |party: &Party| seen.insert((plain_id(&party.id), plain_name(&party.name)));
        let rows: Vec<Party> = rows.into_iter().filter(once).collect();
        let found = match_parties(&rows, &compounds);
        let mut used: Vec<usize> = found.matched.values().map(|(compound, _)| *compound).collect();
        used.sort_unstable();
        used.dedup();
        prop_assert_eq!(used.len(), found.matched.len());
        let proposed = found.open.iter().filter(|open| open.proposed).map(|open| open.candidates[0].0);
        let mut proposed: Vec<usize> = proposed.inspect(|compound| assert!(!used.contains(compound))).collect();
        let count = proposed.len();
        proposed.sort_unstable();
        proposed.dedup();
        prop_assert_eq!(proposed.len(), count);
        let turned: Vec<Party> = rows.iter().rev().cloned().collect();
        let again = match_parties(&turned, &compounds);
        let back: BTreeMap<usize, (usize, MatchedBy)> =
            again.matched.iter().map(|(row, to)| (rows.len() - 1 - row, *to)).collect();
        prop_assert_eq!(back, found.matched);
    }
}
