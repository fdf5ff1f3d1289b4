//! Links that are carried over edits equal links that are made anew.

use geo::Translate;

use super::*;

/// One edit of a town.
#[derive(Clone, Debug)]
enum Change {
    /// Moves a compound.
    Move(usize, f64, f64),
    /// Takes a compound's ground away.
    Empty(usize),
    /// Draws a barrier, or takes the first away.
    Barrier(Option<(BarrierKind, Vec<(f64, f64)>)>),
    /// Says that the first barrier is of another kind.
    Kind(BarrierKind),
    /// Puts a bridge in front of the others, or takes the first away.
    Bridge(Option<(f64, f64)>),
    /// Adds a parcel, or takes the first away.
    Parcel(Option<(f64, f64)>),
    /// Sets a link by hand, or lets it go.
    ByHand(u32, u32, Option<LinkRule>),
}

fn kind() -> impl Strategy<Value = BarrierKind> {
    prop::sample::select(&BarrierKind::ALL[..])
}

/// A rule for each kind of barrier.
pub(super) fn rules() -> impl Strategy<Value = BarrierRules> {
    let rule = prop_oneof![
        2 => Just(BarrierRule::Block),
        2 => (0.0..30.0f64).prop_map(BarrierRule::Cost),
        1 => Just(BarrierRule::Nothing),
    ];
    prop::collection::vec(rule, BarrierKind::ALL.len()).prop_map(|rules| {
        BarrierKind::ALL.into_iter().zip(rules).fold(BarrierRules::default(), |all, (kind, rule)| all.with(kind, rule))
    })
}

fn change() -> impl Strategy<Value = Change> {
    let place = || (-20.0..140.0f64, -20.0..140.0f64);
    prop_oneof![
        3 => (0..14_usize, -60.0..60.0f64, -60.0..60.0f64).prop_map(|(row, x, y)| Change::Move(row, x, y)),
        1 => (0..14_usize).prop_map(Change::Empty),
        2 => prop::option::weighted(0.8, (kind(), prop::collection::vec(place(), 2..4))).prop_map(Change::Barrier),
        1 => kind().prop_map(Change::Kind),
        2 => prop::option::weighted(0.8, place()).prop_map(Change::Bridge),
        2 => prop::option::weighted(0.8, place()).prop_map(Change::Parcel),
        2 => (0..14_u32, 0..14_u32, prop::option::of(prop_oneof![Just(LinkRule::Force), Just(LinkRule::Forbid)]))
            .prop_map(|(a, b, rule)| Change::ByHand(a, b, rule)),
    ]
}

impl Town {
    fn change(&mut self, change: Change) -> Changed {
        let mut changed = Changed::default();
        match change {
            Change::Move(row, x, y) => {
                let row = row % self.compounds.len();
                self.compounds[row].shape.translate_mut(x, y);
                changed.compounds.push(CompoundId::from_index(row));
            }
            Change::Empty(row) => {
                let row = row % self.compounds.len();
                self.compounds[row].shape.0.clear();
                changed.compounds.push(CompoundId::from_index(row));
            }
            Change::Barrier(points) => {
                changed.barriers = true;
                match points {
                    Some((kind, points)) => *self = self.clone().barrier_of(kind, line(&points)),
                    None => drop(self.barriers.drain(..1.min(self.barriers.len()))),
                }
            }
            Change::Kind(kind) => {
                changed.barriers = true;
                if let Some(first) = self.barriers.first_mut() {
                    first.kind = kind;
                }
            }
            Change::Bridge(place) => {
                changed.bridges = true;
                match place {
                    Some(place) => {
                        *self = self.clone().bridge(Point::from(place));
                        self.bridges.rotate_right(1);
                    }
                    None => drop(self.bridges.drain(..1.min(self.bridges.len()))),
                }
            }
            Change::Parcel(place) => {
                changed.parcels = true;
                match place {
                    Some((x, y)) => *self = self.clone().parcel(square(x, y, 15.0, 15.0)),
                    None => drop(self.parcels.drain(..1.min(self.parcels.len()))),
                }
            }
            Change::ByHand(a, b, rule) => {
                changed.overrides = true;
                if let Some(key) = LinkKey::new(CompoundId(a), CompoundId(b)) {
                    match rule {
                        Some(rule) => drop(self.overrides.insert(key, LinkOverride { rule, note: String::new() })),
                        None => drop(self.overrides.remove(&key)),
                    }
                }
            }
        }
        changed
    }
}

#[test]
fn what_too_much_depends_on_is_left_to_a_new_graph() {
    let mut town = Town::of((0..70_i32).map(|row| square(f64::from(row % 10) * 11.0, f64::from(row / 10) * 11.0, 10.0, 10.0)));
    let graph = LinkGraph::new(&town.input(ContiguityRule::Gap, 100.0), &Silent).unwrap();
    assert!(graph.links().list.len() > 2_000);
    let changed = town.change(Change::Move(3, 1.0, 0.0));
    let graph = graph.updated(&town.input(ContiguityRule::Gap, 100.0), &changed).unwrap();
    let changed = town.change(Change::Barrier(Some((BarrierKind::River, vec![(-5.0, 40.0), (200.0, 41.0)]))));
    assert!(graph.updated(&town.input(ContiguityRule::Gap, 100.0), &changed).is_none());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn updated_links_equal_new_ones(
        shapes in prop::collection::vec((shape(), 0.0..120.0f64, 0.0..120.0f64), 2..14),
        changes in prop::collection::vec(change(), 1..12),
        barrier_rules in prop_oneof![1 => Just(BarrierRules::default()), 3 => rules()],
        gap in prop_oneof![Just(0.0), 1.0..60.0f64],
        rule in prop_oneof![4 => Just(ContiguityRule::Gap), 1 => Just(ContiguityRule::Queen), 1 => Just(ContiguityRule::Rook)],
    ) {
        let mut town = Town::of(shapes.into_iter().map(|(shape, x, y)| shape.translate(x, y)));
        town.rules = barrier_rules;
        let mut graph = LinkGraph::new(&town.input(rule, gap), &Silent).unwrap();
        for change in changes {
            let before = graph.links().clone();
            let kept: (Vec<Link>, Vec<Blocked>) = (before.list.iter().copied().collect(), before.blocked.iter().copied().collect());
            let changed = town.change(change);
            graph = graph.updated(&town.input(rule, gap), &changed).unwrap();
            let anew = connect_bare(&town.input(rule, gap), &Silent).unwrap();
            prop_assert_eq!(graph.links(), &anew, "{:?}", changed);
            prop_assert!(before.list.iter().eq(&kept.0) && before.blocked.iter().eq(&kept.1), "a copy stays as it was");
        }
    }
}
