//! Weights as they are written, and with rubbish in them.

use proptest::prelude::*;

use super::*;

fn gal(text: &str, units: usize, ids: Option<&[&str]>) -> Weights {
    let ids: Option<Vec<String>> = ids.map(|ids| ids.iter().map(|s| (*s).to_owned()).collect());
    resolve(&parse_gal(text).unwrap(), units, ids.as_deref())
}

#[test]
fn rows_or_ids() {
    let by_row = gal("0 3 towns id\n0 1\n1\n1 2\n0 2\n2 1\n1\n", 3, None);
    assert_eq!((by_row.links, by_row.one_sided), (vec![(0, 1), (1, 2)], 0));
    let by_id = gal("3\na 1\nb\nb 2\na c\nc 1\nb\n", 3, Some(&["c", "b", "a"]));
    assert_eq!((by_id.links, by_id.matched_by), (vec![(0, 1), (1, 2)], MatchedBy::Ids));
    assert_eq!(gal("2\n1.0 1\n2\n2 1\n1.0\n", 2, Some(&["1", "2"])).links, [(0, 1)]);
}

#[test]
fn what_does_not_fit_is_counted_and_the_rest_kept() {
    let found = gal("0 4 x id\n0 2\n1 9\n1 1\n1\n2 0\n\n0 1\n2\n", 4, None);
    assert_eq!(found.links, [(0, 1), (0, 2)]);
    assert_eq!((found.self_links, found.one_sided, found.islands), (1, 2, 1));
    assert_eq!((found.unknown, found.repeated), (vec!["9".to_owned()], vec!["0".to_owned()]));
}

#[test]
fn where_a_unit_lists_other_neighbours_than_it_counts_the_list_is_believed() {
    // One too many, one too few, and a file that was cut off.
    let found = gal("0 5 x id\n0 1\n1 2\n1 2\n0\n2 0\n3 1\n4\n4 9\n3", 5, None);
    assert_eq!((found.links, found.miscounted), (vec![(0, 1), (0, 2), (3, 4)], ["0", "1", "4"].map(str::to_owned).to_vec()));
    assert_eq!((found.repeated.len(), found.unknown.len()), (0, 0), "no neighbour is taken for the next unit");
    // A wrapped list is whole, also where its end looks like the beginning of an entry.
    let wrapped = gal("0 4 x id\n0 3\n1\n2 3\n1 1\n0\n2 1\n0\n3 1\n0\n", 4, None);
    assert_eq!((wrapped.links, wrapped.miscounted.len(), wrapped.one_sided), (vec![(0, 1), (0, 2), (0, 3)], 0, 0));
    // Units without neighbours, with a blank line after them or without.
    let bare = gal("0 3 x id\n0 0\n1 0\n\n2 0\n", 3, None);
    assert_eq!((bare.islands, bare.links.len(), bare.miscounted.len()), (3, 0, 0));
}

#[test]
fn rows_from_1_are_known_by_the_last() {
    let found = gal("0 3 x id\n1 1\n2\n2 2\n1 3\n3 1\n2\n", 3, None);
    assert_eq!((found.links, found.matched_by, found.unknown.len()), (vec![(0, 1), (1, 2)], MatchedBy::RowsFromOne, 0));
    // A 0 says that they begin there, whatever else is wrong.
    let found = gal("0 3 x id\n0 1\n3\n1 1\n2\n", 3, None);
    assert_eq!((found.links, found.matched_by, found.unknown.len()), (vec![(1, 2)], MatchedBy::Rows, 1));
}

proptest! {
    #[test]
    fn rubbish_never_panics_and_pairs_are_rows(text in "([0-9a-c]{1,2}[ \n]){0,40}", units in 0_usize..6) {
        for parsed in [parse_gal(&text), parse_gwt(&text)].into_iter().flatten() {
            let found = resolve(&parsed, units, None);
            prop_assert!(found.links.iter().all(|(a, b)| a < b && *b < units));
            prop_assert!(found.islands <= units);
        }
    }
}

#[test]
fn gwt_pairs() {
    let parsed = parse_gwt("0 3 x id\n1 2 12.5\n2 1 12.5\n2 3 7\n").unwrap();
    let ids = ["1", "2", "3"].map(str::to_owned);
    let found = resolve(&parsed, 3, Some(&ids));
    assert_eq!((found.links, found.one_sided), (vec![(0, 1), (1, 2)], 1));
}

#[test]
fn broken_text_names_its_line() {
    assert_eq!(parse_gal(""), Err((1, String::new())));
    assert_eq!(parse_gal("0 2 x id\n0 one\n"), Err((2, "0 one".to_owned())));
    assert_eq!(parse_gal("0 2 x id\n\n0 1\n1\n1 1 7\n"), Err((5, "1 1 7".to_owned())));
    assert_eq!(parse_gal("0 2 x id\n0 -1\n"), Err((2, "0 -1".to_owned())));
    assert_eq!(parse_gwt("0 2 x id\n0 1 near\n"), Err((2, "0 1 near".to_owned())));
    assert_eq!(parse_gal("hello world\n"), Err((1, "hello world".to_owned())));
}
