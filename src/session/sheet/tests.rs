//! What lies between two linked compounds: one fixture a kind, in both languages.

use std::sync::Arc;

use geo::Point;

use super::*;
use crate::contiguity::tests::{Town, line, links_of};
use crate::contiguity::{Between, LinkKind};
use crate::geometry::distance::tests::square;
use crate::i18n::{Lang, tr};
use crate::model::{BarrierKind, BarrierRule, LinkRule, Properties, Street};

/// The content that a town is of.
fn content(town: &Town, streets: Vec<Street>) -> Content {
    let mut content = Content {
        compounds: Arc::new(town.compounds.clone()),
        barriers: Arc::new(town.barriers.clone()),
        bridges: Arc::new(town.bridges.clone()),
        parcels: Arc::new(town.parcels.clone()),
        streets: Arc::new(streets),
        overrides: town.overrides.clone(),
        ..Content::default()
    };
    content.settings.barriers = town.rules;
    content.settings.gap_m = 100.0;
    content
}

fn street(name: &str, points: &[(f64, f64)]) -> Street {
    let (source_id, name) = (String::new(), name.to_owned());
    let line = geo::MultiLineString::new(vec![line(points)]);
    Street { source_id, name, width_m: None, important: false, line, extra: Properties::new() }
}

/// Checks code and sentences of the only link as it is exported, and that the layers around it alone tell the same.
fn check(town: &Town, streets: &[Street], code: &str, zh: &str, en: &str) {
    let content = content(town, streets.to_vec());
    let found = town.at(100.0);
    let [link] = found.list.iter().collect::<Vec<_>>()[..] else { panic!("{code}: {:?}", found.list) };
    let features = links(&content, &found);
    let [LinkFeature { between, why, gap_m, cost_m, .. }] = &features[..] else { panic!("{code}: {features:?}") };
    assert_eq!((*between, tr(Lang::Zh, why), tr(Lang::En, why)), (code, zh.to_owned(), en.to_owned()));
    assert_eq!((*gap_m, *cost_m), (link.bare_gap_m(), link.extra_m));
    let alone = Surroundings::of_link(&content, link).between(link);
    assert_eq!((alone.code(&content), &alone.message(&content, link)), (code, why));
}

/// Two compounds so far apart.
fn apart(gap_m: f64) -> Town {
    Town::of([square(0.0, 0.0, 40.0, 40.0), square(40.0 + gap_m, 0.0, 40.0, 40.0)])
}

#[test]
fn pairs_parted_by_hand_are_exported_with_their_note() {
    let mut content = content(&apart(5.0), Vec::new());
    let key = LinkKey::new(CompoundId(0), CompoundId(1)).unwrap();
    for (note, zh, en) in
        [(" 围墙 ", "手动断开：围墙", "parted by hand: 围墙"), ("", "手动断开，没有说明", "parted by hand, without a note")]
    {
        content.overrides = [(key, LinkOverride { rule: LinkRule::Forbid, note: note.to_owned() })].into();
        let features = links(&content, &Links::default());
        let [link] = &features[..] else { panic!("{features:?}") };
        assert_eq!((link.a, link.b, link.kind, link.between), (key.a(), key.b(), "forbidden", "by_hand"));
        // All of a square of 40 m lies within the gap of 100 m.
        assert_eq!((link.gap_m, link.frontage_a_m), (5.0, 160.0));
        assert_eq!((tr(Lang::Zh, &link.why), tr(Lang::En, &link.why)), (zh.to_owned(), en.to_owned()));
    }
    content.overrides = [(key, LinkOverride { rule: LinkRule::Force, note: String::new() })].into();
    assert_eq!(links(&content, &Links::default()), []);
}

#[test]
fn strips_are_told_by_their_width() {
    check(&apart(0.0), &[], "touching", "贴邻，共用边界", "they touch along a boundary");
    check(&apart(-1.0), &[], "touching", "边界重叠", "they overlap");
    let corner = Town::of([square(0.0, 0.0, 40.0, 40.0), square(40.0, 40.0, 40.0, 40.0)]);
    check(&corner, &[], "touching", "角点相接", "they touch at a corner");
    check(&apart(0.4), &[], "wall", "宽 0.4 m 的窄缝，相当于一道围墙", "a strip of 0.4 m, as wide as a wall");
    check(&apart(1.0), &[], "wall", "宽 1.0 m 的窄缝，相当于一道围墙", "a strip of 1.0 m, as wide as a wall");
    check(&apart(6.2), &[], "alley", "宽 6.2 m 的巷道", "an alley of 6.2 m");
    check(&apart(12.5), &[], "open_ground", "宽 12.5 m 的空地", "open ground of 12.5 m");
}

#[test]
fn streets_are_told_by_their_names() {
    let across = |name: &str, x: f64| street(name, &[(x, -100.0), (x, 100.0)]);
    let both = [across("", 45.0), across("临江街", 50.0)];
    check(&apart(16.0), &both, "street", "临江街，两侧相距 16.0 m", "临江街, 16.0 m from side to side");
    check(&apart(16.0), &both[..1], "street", "未命名道路，两侧相距 16.0 m", "an unnamed street, 16.0 m from side to side");
    let beside = [street("江滨路", &[(-100.0, -2.0), (200.0, -2.0)]), street("断头路", &[(45.0, 90.0), (45.0, 200.0)])];
    check(&apart(16.0), &beside, "open_ground", "宽 16.0 m 的空地", "open ground of 16.0 m");
}

#[test]
fn barriers_bridges_and_parcels_are_told_by_their_names() {
    let river = |rule| {
        let mut town = apart(16.0).barrier(square(42.0, -200.0, 12.0, 400.0)).rule(BarrierKind::River, rule);
        town.barriers[0].name = "松花江".to_owned();
        town
    };
    let paid = river(BarrierRule::Cost(20.0));
    check(&paid, &[], "river", "河流 松花江，跨越另计 20.0 m", "river 松花江, counted as 20.0 m more");
    let free = river(BarrierRule::Nothing);
    check(&free, &[], "river", "河流 松花江，按设置不算阻隔", "river 松花江, which counts as nothing here");
    let rail = free.barrier_of(BarrierKind::Railway, line(&[(41.0, -200.0), (41.0, 200.0)]));
    let rail = rail.rule(BarrierKind::Railway, BarrierRule::Cost(5.0));
    check(&rail, &[], "railway", "铁路、河流 松花江，跨越另计 5.0 m", "railway, river 松花江, counted as 5.0 m more");
    let bridged = river(BarrierRule::Block).bridge(Point::new(48.0, 20.0));
    check(&bridged, &[], "bridge", "河流 松花江，经 桥", "river 松花江, by 桥");
    let mut nameless = bridged;
    nameless.bridges[0].name.clear();
    check(&nameless, &[], "bridge", "河流 松花江，经 未命名的桥梁或通道", "river 松花江, by an unnamed bridge or crossing");
    // A wall on the border of two that touch is what is paid for.
    let walled = apart(0.0).barrier_of(BarrierKind::Wall, line(&[(40.0, -50.0), (40.0, 90.0)]));
    let walled = walled.rule(BarrierKind::Wall, BarrierRule::Cost(3.0));
    check(&walled, &[], "wall", "围墙，跨越另计 3.0 m", "wall, counted as 3.0 m more");
    let mut parcel = apart(30.0).parcel(square(42.0, 0.0, 20.0, 40.0));
    check(&parcel, &[], "parcel", "低效用地 （未命名）", "parcel (unnamed)");
    parcel.parcels[0].name = "老机修厂".to_owned();
    check(&parcel, &[], "parcel", "低效用地 老机修厂", "parcel 老机修厂");
}

#[test]
fn links_by_hand_tell_the_note() {
    let forced = apart(200.0).by_hand(0, 1, LinkRule::Force);
    check(&forced, &[], "by_hand", "手动连接：test", "linked by hand: test");
    let mut bare = forced.clone();
    bare.overrides.values_mut().for_each(|set| set.note.clear());
    check(&bare, &[], "by_hand", "手动连接，没有说明", "linked by hand, without a note");
    // What a weights file names has no place and nobody's word.
    let link = links_of(&[(0, 1, 0.0)]).list.first().map(|link| Link { kind: LinkKind::Manual, ..*link }).unwrap();
    assert_eq!(Surroundings::new(&content(&apart(0.0), Vec::new())).between(&link), Between::Given);
}
