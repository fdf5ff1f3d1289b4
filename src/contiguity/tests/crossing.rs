//! What crosses barriers and at what cost: rules of barriers, bridges of every kind, parcels beside barriers, the same bank.

use super::*;

/// A link as a fixture expects it: the pair, the gap at which it is linked, how much of that is cost, and what joins it.
type Expected = (u32, u32, f64, f64, LinkKind);

fn check(name: &str, town: &Town, gap_m: f64, expected: &[Expected]) {
    let links = town.at(gap_m);
    let found: Vec<Expected> = links.list.iter().map(|l| (l.a.0, l.b.0, l.gap_m, l.extra_m, l.kind)).collect();
    let same = |(f, e): (&Expected, &Expected)| {
        (f.0, f.1, f.4) == (e.0, e.1, e.4) && (f.2 - e.2).abs() < 0.01 && (f.3 - e.3).abs() < 1e-9
    };
    assert!(found.len() == expected.len() && found.iter().zip(expected).all(same), "{name}: {found:?}, not {expected:?}");
}

/// Two compounds 16 m apart, with a long barrier 12 m wide between them.
fn parted_by(kind: BarrierKind, rule: BarrierRule) -> Town {
    let town = Town::of([square(0.0, 0.0, 40.0, 40.0), square(56.0, 0.0, 40.0, 40.0)]);
    town.barrier_of(kind, square(42.0, -200.0, 12.0, 400.0)).rule(kind, rule)
}

#[test]
fn r12_every_kind_has_its_rule() {
    for kind in BarrierKind::ALL {
        let name = kind.code();
        check(name, &parted_by(kind, BarrierRule::Block), 100.0, &[]);
        check(name, &parted_by(kind, BarrierRule::Nothing), 30.0, &[(0, 1, 16.0, 0.0, LinkKind::Gap)]);
        check(name, &parted_by(kind, BarrierRule::Cost(0.0)), 30.0, &[(0, 1, 16.0, 0.0, LinkKind::Gap)]);
        check(name, &parted_by(kind, BarrierRule::Cost(20.0)), 36.0, &[(0, 1, 36.0, 20.0, LinkKind::Gap)]);
        check(name, &parted_by(kind, BarrierRule::Cost(20.0)), 35.9, &[]);
        let others = BarrierRules::all(BarrierRule::Nothing).with(kind, BarrierRule::Block);
        check(name, &Town { rules: others, ..parted_by(kind, BarrierRule::Block) }, 100.0, &[]);
    }
    let blocked = parted_by(BarrierKind::Wall, BarrierRule::Cost(20.0)).at(30.0).blocked;
    assert_eq!(blocked.iter().map(|pair| (pair.gap_m, pair.barrier)).collect::<Vec<_>>(), [(16.0, BarrierId(0))]);
}

#[test]
fn r12_costs_add_up_and_the_cheapest_way_is_taken() {
    let rail = |town: Town| town.barrier_of(BarrierKind::Railway, line(&[(55.0, -200.0), (55.0, 200.0)]));
    let both = rail(parted_by(BarrierKind::River, BarrierRule::Cost(20.0))).rule(BarrierKind::Railway, BarrierRule::Cost(5.0));
    check("river and railway", &both, 100.0, &[(0, 1, 41.0, 25.0, LinkKind::Gap)]);
    check("the railway blocks", &both.clone().rule(BarrierKind::Railway, BarrierRule::Block), 100.0, &[]);
    let told = both.rule(BarrierKind::Railway, BarrierRule::Block).at(100.0).blocked;
    assert_eq!(told.first().unwrap().barrier, BarrierId(1), "what blocks is told, not what could be paid for");
    // A wall that ends half way: round its end is 14.85 m, straight through 10 m and the cost.
    let wall = |rule| {
        let town = Town::of([square(0.0, 0.0, 40.0, 40.0), square(50.0, 0.0, 40.0, 25.0)]);
        town.barrier_of(BarrierKind::Wall, line(&[(45.0, -100.0), (45.0, 30.0)])).rule(BarrierKind::Wall, rule)
    };
    check("cheap to cross", &wall(BarrierRule::Cost(4.0)), 30.0, &[(0, 1, 14.0, 4.0, LinkKind::Gap)]);
    check("dear to cross", &wall(BarrierRule::Cost(6.0)), 30.0, &[(0, 1, 14.85, 0.0, LinkKind::Gap)]);
    check("not to be crossed", &wall(BarrierRule::Block), 30.0, &[(0, 1, 14.85, 0.0, LinkKind::Gap)]);
    // Touching compounds with a wall on their border.
    let touching = Town::of([square(0.0, 0.0, 40.0, 40.0), square(40.0, 0.0, 40.0, 40.0)])
        .barrier_of(BarrierKind::Wall, line(&[(40.0, -50.0), (40.0, 90.0)]));
    check("wall on the border", &touching, 30.0, &[]);
    let paid = touching.clone().rule(BarrierKind::Wall, BarrierRule::Cost(3.0));
    check("wall on the border, paid for", &paid, 30.0, &[(0, 1, 3.0, 3.0, LinkKind::Gap)]);
    let free = touching.rule(BarrierKind::Wall, BarrierRule::Nothing);
    check("wall on the border that is nothing", &free, 30.0, &[(0, 1, 0.0, 0.0, LinkKind::Edge)]);
    assert_eq!(pairs(&paid.links(ContiguityRule::Queen, 30.0)), [], "neighbours by a shared point pay nothing and get nothing");
}

#[test]
fn r12_of_many_barriers_in_a_row_all_are_paid_for() {
    let rows = |count: u32| {
        let town = Town::of([square(0.0, 0.0, 40.0, 40.0), square(60.0, 0.0, 40.0, 40.0)]);
        let town = (1..=count).fold(town, |town, n| {
            let x = 40.0 + f64::from(n);
            town.barrier_of(BarrierKind::Railway, line(&[(x, -200.0), (x, 200.0)]))
        });
        town.rule(BarrierKind::Railway, BarrierRule::Cost(2.0))
    };
    check("fourteen tracks", &rows(14), 100.0, &[(0, 1, 48.0, 28.0, LinkKind::Gap)]);
    check("fourteen tracks, too dear", &rows(14), 47.9, &[]);
    // A wall in sections, each a barrier of its own, with a door of 1 m that lies off the straight way.
    let sections = (0..24_u32).filter(|n| *n != 13).fold(
        Town::of([square(0.0, 0.0, 40.0, 24.0), square(50.0, 0.0, 9.0, 9.0)]),
        |town, n| {
            let y = f64::from(n);
            town.barrier_of(BarrierKind::Wall, line(&[(45.0, y), (45.0, y + 1.0)]))
        },
    );
    let found = sections.rule(BarrierKind::Wall, BarrierRule::Cost(0.5)).at(30.0);
    assert_eq!(found.list.iter().map(|link| (link.gap_m, link.extra_m)).collect::<Vec<_>>(), [(10.5, 0.5)]);
    // Touching compounds with ten walls on their border.
    let touching = Town::of([square(0.0, 0.0, 40.0, 40.0), square(40.0, 0.0, 40.0, 40.0)]);
    let touching = (0..10_u32)
        .fold(touching, |town, n| town.barrier_of(BarrierKind::Wall, line(&[(40.0, -50.0 - f64::from(n)), (40.0, 90.0)])));
    let touching = touching.rule(BarrierKind::Wall, BarrierRule::Cost(1.0));
    check("ten walls on the border", &touching, 30.0, &[(0, 1, 10.0, 10.0, LinkKind::Gap)]);
}

#[test]
fn r12_along_the_same_bank_nothing_is_paid() {
    let beside = |shape: Geometry<f64>| {
        let town = Town::of([square(0.0, 0.0, 40.0, 40.0), square(50.0, 0.0, 40.0, 40.0)]);
        town.barrier(shape).rule(BarrierKind::River, BarrierRule::Cost(15.0))
    };
    let free: &[Expected] = &[(0, 1, 10.0, 0.0, LinkKind::Gap)];
    check("along both", &beside(line(&[(-100.0, 42.0), (200.0, 42.0)]).into()), 30.0, free);
    check("on the boundary of both", &beside(line(&[(-100.0, 40.0), (200.0, 40.0)]).into()), 30.0, free);
    check("through both", &beside(line(&[(-100.0, 20.0), (200.0, 20.0)]).into()), 30.0, free);
    check("both drawn into the river", &beside(square(-100.0, 35.0, 300.0, 50.0).into()), 30.0, free);
    check("between", &beside(line(&[(45.0, -99.0), (45.0, 99.0)]).into()), 30.0, &[(0, 1, 25.0, 15.0, LinkKind::Gap)]);
}

#[test]
fn r12_bridges_underpasses_and_level_crossings_cost_nothing() {
    let over: &[Expected] = &[(0, 1, 8.0, 0.0, LinkKind::Bridge)];
    let river = parted_by(BarrierKind::River, BarrierRule::Cost(20.0));
    check("a bridge as a point", &river.clone().bridge(Point::new(48.0, 20.0)), 30.0, over);
    check("a bridge as a line", &river.bridge(line(&[(48.0, 20.0), (54.5, 20.0)])), 30.0, over);
    let express = parted_by(BarrierKind::Expressway, BarrierRule::Block);
    check("an underpass", &express.clone().bridge(line(&[(48.0, 10.0), (48.0, 11.0)])), 30.0, over);
    check("an underpass out of reach", &express.bridge(Point::new(48.0, 90.0)), 30.0, &[]);
    let rails = Town::of([square(0.0, 0.0, 40.0, 40.0), square(56.0, 0.0, 40.0, 40.0)])
        .barrier_of(BarrierKind::Railway, line(&[(47.0, -200.0), (47.0, 200.0)]))
        .barrier_of(BarrierKind::Railway, line(&[(49.0, -200.0), (49.0, 200.0)]));
    check("two tracks", &rails, 30.0, &[]);
    check("two tracks and a level crossing", &rails.bridge(Point::new(48.0, 20.0)), 30.0, over);
    // A river that counts as nothing is as wide as ever, and its bridge still joins the banks.
    let wide = Town::of([square(0.0, 0.0, 40.0, 40.0), square(140.0, 0.0, 40.0, 40.0)])
        .barrier(square(45.0, -200.0, 90.0, 400.0))
        .bridge(line(&[(44.0, 20.0), (136.0, 20.0)]))
        .rule(BarrierKind::River, BarrierRule::Nothing);
    check("a bridge over a river that counts as nothing", &wide, 30.0, &[(0, 1, 4.0, 0.0, LinkKind::Bridge)]);
    // The bridge over the river is reached through a wall far from it, which costs its share.
    let walled = Town::of([square(0.0, 0.0, 40.0, 40.0), square(146.0, 0.0, 40.0, 40.0)])
        .barrier(square(85.0, -300.0, 12.0, 600.0))
        .barrier_of(BarrierKind::Wall, line(&[(42.0, -300.0), (42.0, 300.0)]))
        .bridge(line(&[(84.0, 20.0), (98.0, 20.0)]));
    check("a wall before the bridge", &walled, 80.0, &[]);
    let paid = walled.rule(BarrierKind::Wall, BarrierRule::Cost(7.0));
    check("a wall before the bridge, paid for", &paid, 80.0, &[(0, 1, 51.0, 7.0, LinkKind::Bridge)]);
}

#[test]
fn r11_parcels_beside_barriers() {
    let town = |rule| {
        Town::of([square(0.0, 0.0, 10.0, 10.0), square(44.0, 0.0, 10.0, 10.0)])
            .parcel(square(14.0, 0.0, 22.0, 10.0))
            .barrier_of(BarrierKind::Wall, line(&[(12.0, -300.0), (12.0, 300.0)]))
            .rule(BarrierKind::Wall, rule)
    };
    check("walled off", &town(BarrierRule::Block), 30.0, &[]);
    check("through the wall, which is little", &town(BarrierRule::Cost(3.0)), 30.0, &[(0, 1, 8.0, 0.0, LinkKind::Parcel)]);
    check("through the wall, which is much", &town(BarrierRule::Cost(9.0)), 30.0, &[(0, 1, 13.0, 9.0, LinkKind::Parcel)]);
    check("no wall to speak of", &town(BarrierRule::Nothing), 30.0, &[(0, 1, 8.0, 0.0, LinkKind::Parcel)]);
    let chained = Town::of([square(0.0, 0.0, 10.0, 10.0), square(64.0, 0.0, 10.0, 10.0)])
        .parcel(square(12.0, 0.0, 20.0, 10.0))
        .parcel(square(36.0, 0.0, 20.0, 10.0))
        .barrier_of(BarrierKind::Railway, line(&[(34.0, -300.0), (34.0, 300.0)]))
        .rule(BarrierKind::Railway, BarrierRule::Cost(11.0));
    check("a railway between two parcels", &chained, 30.0, &[(0, 1, 15.0, 11.0, LinkKind::Parcel)]);
}

/// The gap of two compounds when some barriers are away and the rest block, and what those that are away cost.
fn by_sets(town: &Town, limit: f64) -> f64 {
    let sets = 0..1_usize << town.barriers.len();
    let counted = |set: usize| {
        let away = |row: &usize| set & (1 << row) != 0;
        let cost_m: f64 = (0..town.barriers.len()).filter(away).map(|row| town.rules.of(town.barriers[row].kind).extra_m()).sum();
        let left = town.barriers.iter().enumerate().filter(|(row, _)| !away(row)).map(|(_, barrier)| barrier.clone());
        let rest = Town { barriers: left.collect(), rules: BarrierRules::default(), ..town.clone() };
        rest.at(limit).list.first().map_or(f64::INFINITY, |link| link.gap_m + cost_m)
    };
    sets.map(counted).fold(f64::INFINITY, f64::min)
}

/// The rules with that of one kind loosened: what blocks costs, what costs is nothing.
fn loosened(rules: BarrierRules, kind: BarrierKind) -> BarrierRules {
    let rule = if rules.of(kind) == BarrierRule::Block { BarrierRule::Cost(10.0) } else { BarrierRule::Nothing };
    rules.with(kind, rule)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3))]

    /// The same with more barriers than could be told apart by eye.
    #[test]
    fn costs_equal_the_best_of_every_set_of_many_barriers(
        walls in prop::collection::vec(prop::collection::vec((-8.0..6.0f64, -30.0..45.0f64), 2..4), 9..10),
        cost in 0.5..4.0f64,
        limit in 20.0..40.0f64,
    ) {
        let mut town = Town::of([square(-20.0, 0.0, 10.0, 12.0), square(8.0, -4.0, 10.0, 20.0)]);
        for points in &walls {
            town = town.barrier_of(BarrierKind::Wall, line(points));
        }
        let town = town.rule(BarrierKind::Wall, BarrierRule::Cost(cost));
        let expected = by_sets(&town, limit);
        let found = town.at(limit).list.first().map(|link| link.gap_m);
        // At the very limit a rounding decides.
        if (expected - limit).abs() > 0.001 {
            prop_assert_eq!(found.is_some(), expected <= limit, "{:?} and {}", found, expected);
        }
        if let Some(found) = found {
            prop_assert!((found - expected).abs() < 0.001, "{} and {}", found, expected);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// A looser rule parts nobody and brings nobody further apart, over bridges and through parcels too.
    #[test]
    fn a_looser_rule_never_unlinks(
        shapes in prop::collection::vec((shape(), 0.0..120.0f64, 0.0..120.0f64), 2..10),
        walls in prop::collection::vec(
            (prop::sample::select(&BarrierKind::ALL[..]), prop::collection::vec((-20.0..140.0f64, -20.0..140.0f64), 2..4)),
            1..4,
        ),
        (bridge, parcel) in ((0.0..120.0f64, 0.0..120.0f64), (0.0..120.0f64, 0.0..120.0f64)),
        rules in update::rules(),
        kind in prop::sample::select(&BarrierKind::ALL[..]),
        limit in 5.0..50.0f64,
    ) {
        use geo::Translate;
        let mut town = Town::of(shapes.into_iter().map(|(shape, x, y)| shape.translate(x, y)));
        for (kind, points) in &walls {
            town = town.barrier_of(*kind, line(points));
        }
        town = town.bridge(Point::from(bridge)).parcel(square(parcel.0, parcel.1, 15.0, 15.0));
        town.rules = rules;
        let strict = town.at(limit);
        town.rules = loosened(rules, kind);
        let loose = town.at(limit);
        // At the very limit a rounding decides.
        for link in strict.list.iter().filter(|link| link.gap_m < limit - 0.01) {
            let other = loose.list.find((link.a, link.b));
            prop_assert!(other.is_some_and(|other| other.gap_m <= link.gap_m + 0.001), "{:?} and {:?}", link, other);
        }
        for pair in &loose.blocked {
            prop_assert!(strict.list.find((pair.a, pair.b)).is_none_or(|link| link.gap_m >= limit - 0.01), "{:?}", pair);
        }
    }

    /// Crossing a barrier at a cost is as good as its absence with the cost added, whichever set of them that is.
    #[test]
    fn costs_equal_the_best_of_every_set_of_barriers_taken_away(
        walls in prop::collection::vec(
            (prop::sample::select(&BarrierKind::ALL[..]), prop::collection::vec((-8.0..14.0f64, -30.0..45.0f64), 2..4)),
            1..4,
        ),
        costs in prop::collection::vec(0.5..15.0f64, BarrierKind::ALL.len()),
        blocks in prop::option::of(prop::sample::select(&BarrierKind::ALL[..])),
        limit in 14.0..40.0f64,
    ) {
        let mut town = Town::of([square(-20.0, 0.0, 10.0, 12.0), square(8.0, -4.0, 10.0, 20.0)]);
        for (kind, points) in &walls {
            town = town.barrier_of(*kind, line(points));
        }
        for (kind, cost) in BarrierKind::ALL.into_iter().zip(costs) {
            town = town.rule(kind, if blocks == Some(kind) { BarrierRule::Block } else { BarrierRule::Cost(cost) });
        }
        let expected = by_sets(&town, limit);
        let links = town.at(limit);
        let link = links.list.first();
        // At the very limit a rounding decides.
        if (expected - limit).abs() > 0.001 {
            prop_assert_eq!(link.is_some(), expected <= limit, "{:?} and {}", link, expected);
        }
        if let Some(link) = link {
            prop_assert!((link.gap_m - expected).abs() < 0.001, "{} and {}", link.gap_m, expected);
            prop_assert!(((link.from - link.to).x.hypot((link.from - link.to).y) - link.bare_gap_m()).abs() < 1e-9);
        }
    }
}
