//! Plans and edits made up by proptest.

use std::collections::BTreeMap;
use std::sync::Arc;

use geo::{Coord, Geometry, LineString, MultiLineString, MultiPolygon, Point, Polygon};
use proptest::prelude::*;
use serde_json::json;

use crate::base::{AnnotationId, CompoundId, Day, DistrictId, FundId, ItemId, Money, PipeId};
use crate::geometry::repair::{Mend, MendKind};
use crate::model::*;
use crate::policy::*;

pub(super) fn coord() -> impl Strategy<Value = Coord<f64>> {
    (4.0e5..6.0e5_f64, 4.8e6..4.9e6_f64).prop_map(|(x, y)| Coord { x, y })
}

fn area() -> impl Strategy<Value = MultiPolygon<f64>> {
    let square = (coord(), 1.0..200.0_f64).prop_map(|(c, d)| {
        let ring = vec![c, Coord { x: c.x + d, y: c.y }, Coord { x: c.x + d, y: c.y + d }, Coord { x: c.x, y: c.y + d }, c];
        Polygon::new(LineString(ring), vec![])
    });
    prop::collection::vec(square, 0..3).prop_map(MultiPolygon)
}

fn lines() -> impl Strategy<Value = MultiLineString<f64>> {
    let line = prop::collection::vec(coord(), 2..5).prop_map(LineString);
    prop::collection::vec(line, 0..3).prop_map(MultiLineString)
}

fn any_shape() -> impl Strategy<Value = Geometry<f64>> {
    prop_oneof![
        coord().prop_map(|c| Geometry::Point(Point(c))),
        area().prop_map(Geometry::MultiPolygon),
        lines().prop_map(Geometry::MultiLineString),
    ]
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), "[a-z临江'\"\\\\\n ,{}]{1,8}"]
}

fn extra() -> impl Strategy<Value = Properties> {
    let value = prop_oneof![
        any::<f64>().prop_filter("finite", |v| v.is_finite()).prop_map(|v| json!(v)),
        any::<i64>().prop_map(|v| json!(v)),
        text().prop_map(|v| json!(v)),
        Just(json!(null)),
        Just(json!({"深": [1, 2.5, "x"]})),
    ];
    prop::collection::vec(("[a-z小区]{1,5}", value), 0..4).prop_map(|pairs| pairs.into_iter().collect())
}

fn year() -> impl Strategy<Value = Option<i32>> {
    prop::option::of(1900..2035_i32)
}

pub(super) fn facts() -> impl Strategy<Value = CompoundFacts> {
    let words = (text(), prop::option::of(text()), prop::option::of(text()), prop::option::of(text()));
    let numbers = (year(), prop::option::of(any::<u32>()), prop::option::of(0.0..1.0e7_f64), prop::option::of(any::<i64>()));
    let consent = prop::option::of((0.0..=1.0_f64, prop::option::of(Just("2025-03-01".to_owned()))));
    let flags = (any::<Option<bool>>(), any::<Option<bool>>(), any::<Option<bool>>());
    (words, numbers, consent, flags).prop_map(|(w, n, consent, flags)| CompoundFacts {
        name: w.0,
        address: w.1.clone(),
        street_office: w.2,
        community: w.3,
        built: n.0.map(|first| YearSpan { first, last: first + 3 }),
        households: n.1,
        floor_area_m2: n.2,
        buildings: n.1.map(|v| v / 3),
        stair_units: n.1.map(|v| v / 2),
        estimated_cost: n.3.map(Money::from_fen),
        owner_kind: flags.0.map(|b| if b { OwnerKind::Military } else { OwnerKind::StateFirm }),
        owner: w.1.clone(),
        management: w.1.clone(),
        exclusion: flags.1.map(|b| if b { Exclusion::Rebuild } else { Exclusion::Expropriation }),
        consent: consent.map(|(share, surveyed)| Consent { share, surveyed }),
        neglected: flags.0,
        lacks_municipal: flags.1,
        lacks_services: flags.2,
        problems: w.1,
        planned_year: n.0,
        placeholder: flags.2.map(|b| if b { Placeholder::Buildings } else { Placeholder::Point }),
    })
}

fn compound() -> impl Strategy<Value = Compound> {
    (area(), facts(), extra()).prop_map(|(shape, facts, extra)| Compound { source_id: String::new(), shape, facts, extra })
}

/// Compounds with source ids that differ.
pub(super) fn compounds() -> impl Strategy<Value = LayerContent> {
    prop::collection::vec(compound(), 0..6).prop_map(|mut list| {
        for (row, compound) in list.iter_mut().enumerate() {
            compound.source_id = format!("C{row}");
        }
        LayerContent::Compounds(Arc::new(list))
    })
}

fn pipes() -> impl Strategy<Value = LayerContent> {
    let subclass =
        prop_oneof![Just(None), Just(Some(PipeSubclass::Rain)), (1_u8..11).prop_map(|n| Some(PipeSubclass::Numbered(n)))];
    let pipe = (lines(), 0..9_usize, subclass, prop::option::of(text()), prop::option::of(0.0..2000.0_f64), year(), extra());
    let pipe = pipe.prop_map(|(line, class, subclass, owner, diameter_mm, planned_year, extra)| Pipe {
        source_id: "P1".to_owned(),
        line,
        class: PipeClass::ALL[class],
        subclass,
        owner: owner.clone(),
        ownership: if class % 2 == 0 { Ownership::Utility } else { Ownership::Unknown },
        diameter_mm,
        material: owner,
        laid_year: planned_year,
        planned_year,
        extra,
    });
    prop::collection::vec(pipe, 0..4).prop_map(|v| LayerContent::Pipes(Arc::new(v)))
}

/// Any of the other layers, with one feature or none.
fn other_layer() -> impl Strategy<Value = LayerContent> {
    (2..10_usize, area(), lines(), any_shape(), coord(), text(), extra(), any::<Option<bool>>()).prop_map(
        |(kind, shape, line, any, place, name, extra, flag)| {
            let source_id = "1".to_owned();
            match LayerKind::ALL[kind] {
                LayerKind::Buildings => LayerContent::Buildings(Arc::new(vec![Building {
                    source_id,
                    shape,
                    name,
                    storeys: Some(6),
                    stair_units: None,
                    households: Some(0),
                    has_lift: flag,
                    extra,
                }])),
                LayerKind::Barriers => {
                    let kind = if flag.is_some() { BarrierKind::River } else { BarrierKind::Wall };
                    LayerContent::Barriers(Arc::new(vec![Barrier { source_id, kind, name, shape: any, extra }]))
                }
                LayerKind::Bridges => LayerContent::Bridges(Arc::new(vec![Bridge { source_id, name, shape: any, extra }])),
                LayerKind::Streets => {
                    let important = flag == Some(true);
                    LayerContent::Streets(Arc::new(vec![Street { source_id, name, width_m: Some(8.5), important, line, extra }]))
                }
                LayerKind::Parcels => LayerContent::Parcels(Arc::new(vec![Parcel { source_id, name, shape, extra }])),
                LayerKind::Facilities => {
                    let kind = name.clone();
                    LayerContent::Facilities(Arc::new(vec![Facility { source_id, kind, name, place: Point(place), extra }]))
                }
                LayerKind::Heritage => LayerContent::Heritage(Arc::new(vec![Heritage { source_id, name, shape, extra }])),
                _ => {
                    let level = if flag.is_some() { LimitLevel::StreetOffice } else { LimitLevel::Community };
                    LayerContent::Limits(Arc::new(vec![Limit { source_id, name, level, shape, extra }]))
                }
            }
        },
    )
}

fn item() -> impl Strategy<Value = Item> {
    let quantity = prop_oneof![
        Just(Quantity::Missing),
        (0.0..1.0e6_f64).prop_map(Quantity::Measured),
        (0.0..1.0e6_f64).prop_map(Quantity::Manual)
    ];
    let price = prop::option::of((any::<i64>(), text(), text()));
    let timing = prop_oneof![
        Just(None),
        Just(Some(Timing::FirstHalf)),
        (day(), day()).prop_map(|(a, b)| Timing::days(a.min(b), a.max(b)))
    ];
    (prop::option::of(any_shape()), quantity, (year(), timing), price, text(), any::<bool>()).prop_map(
        |(place, quantity, (year, timing), price, note, drafted)| Item {
            code: ItemCode::new("water_supply"),
            compound: None,
            district: None,
            place,
            quantity,
            year,
            price: price.map(|(fen, source, dated)| UnitPrice { amount: Money::from_fen(fen), source, dated }),
            timing,
            origin: if drafted { ItemOrigin::Drafted("composition.need".to_owned()) } else { ItemOrigin::Hand },
            note,
        },
    )
}

fn annotation() -> impl Strategy<Value = Annotation> {
    let kind = prop_oneof![Just(AnnotationKind::Text), Just(AnnotationKind::Arrow), Just(AnnotationKind::Cloud)];
    (kind, prop::option::of(any_shape()), text()).prop_map(|(kind, place, text)| Annotation { kind, place, text })
}

fn day() -> impl Strategy<Value = Day> {
    (2018..2031_i32, 1..13_u8, 1..29_u8).prop_filter_map("a day", |(year, month, day)| Day::new(year, month, day))
}

fn district() -> impl Strategy<Value = District> {
    let milestones = prop::collection::btree_map(
        prop::sample::select(Milestone::ALL.to_vec()),
        (day(), any::<bool>()).prop_map(|(day, done)| if done { Progress::Done(day) } else { Progress::Planned(day) }),
        0..4,
    );
    let marks = prop::collection::vec((prop::sample::select(DistrictMark::ALL.to_vec()), text()), 0..3);
    let share = || prop::option::of((0..1001_i64).prop_filter_map("a share", Satisfied::from_tenths));
    let satisfaction = (share(), share()).prop_map(|(before, after)| Satisfaction { before, after });
    (text(), any::<(bool, bool)>(), year(), text(), (marks, milestones, satisfaction)).prop_map(
        |(name, (locked, admits), year, note, (marks, milestones, satisfaction))| {
            let implementer = note.clone();
            let plain = District {
                number: 0,
                name,
                locked,
                admits,
                year,
                implementer,
                note,
                marks: BTreeMap::new(),
                milestones,
                satisfaction,
            };
            marks.into_iter().fold(plain, |district, (mark, decision)| district.marked(mark, Some(&decision)))
        },
    )
}

fn price() -> impl Strategy<Value = Option<UnitPrice>> {
    prop::option::of((any::<i64>(), text(), text()).prop_map(|(fen, source, dated)| UnitPrice {
        amount: Money::from_fen(fen),
        source,
        dated,
    }))
}

fn fund() -> impl Strategy<Value = Fund> {
    let source = prop::sample::select(FundSource::all().collect::<Vec<_>>());
    let district = prop::option::of((1..4_u32).prop_map(DistrictId));
    (district, text(), source, any::<i64>()).prop_map(|(district, words, source, fen)| Fund {
        district,
        project: words.clone(),
        source,
        payer: words.clone(),
        amount: Money::from_fen(fen),
        note: words,
    })
}

fn mended() -> impl Strategy<Value = Mended> {
    let kind = prop::sample::select(MendKind::ALL);
    let mend = (kind, 1..9_usize, coord(), -1.0e4..1.0e4_f64, -1.0e2..1.0e2_f64)
        .prop_map(|(kind, count, at, area_m2, length_m)| Mend { kind, count, at, area_m2, length_m });
    (prop::collection::vec(mend, 1..3), any_shape(), prop::sample::select(&MendState::ALL[..]))
        .prop_map(|(mends, drawn, state)| Mended { mends, drawn: Arc::new(drawn), state })
}

fn mend_key() -> impl Strategy<Value = MendKey> {
    (0..4_u32, prop::option::of(0..4_u32)).prop_map(|(row, neighbour)| MendKey { layer: LayerKind::Compounds, row, neighbour })
}

/// One edit. Rows and ids may not fit the plan: committing sorts those out.
pub(super) fn edit() -> impl Strategy<Value = Edit> {
    let source = || {
        prop::option::of((text(), text()).prop_map(|(file, crs)| LayerSource {
            file,
            crs,
            crs_known_by: "import.crs-member".to_owned(),
            approximate: Some(Approximation::Control { rms_m: 0.125 }),
        }))
    };
    let layer = prop_oneof![2 => compounds(), 1 => pipes(), 2 => other_layer()];
    let leaf = prop_oneof![
        (text(), prop::option::of(Just("2026-05-31".to_owned()))).prop_map(|(title, date)| Edit::SetTitle(title, date)),
        (0.0..100.0_f64, any::<bool>(), any::<Option<bool>>(), 0.0..100.0_f64).prop_map(|(gap_m, all, may_enabled, cost_m)| {
            let barriers = BarrierRules::all(BarrierRule::Cost(cost_m)).with(BarrierKind::Wall, BarrierRule::Nothing);
            let contiguity = if all { ContiguityRule::Rook } else { ContiguityRule::Gap };
            Edit::SetSettings(Box::new(Settings { gap_m, contiguity, barriers, all, may_enabled, ..Settings::default() }))
        }),
        (4534..4555_u32).prop_map(Edit::SetCrs),
        (layer, source()).prop_map(|(layer, source)| Edit::PutLayer(Box::new(layer), source)),
        (0..6_u32, prop::option::of(1..4_u32)).prop_map(|(c, d)| Edit::Assign(vec![(CompoundId(c), d.map(DistrictId))])),
        (1..4_u32, prop::option::of(district()))
            .prop_map(|(id, d)| { Edit::PutDistrict(DistrictId(id), d.map(|d| District { number: id + 10, ..d })) }),
        (1..5_u32, prop::option::of(item())).prop_map(|(id, item)| Edit::PutItem(ItemId(id), item.map(Box::new))),
        (1..4_u32, prop::option::of(annotation()))
            .prop_map(|(id, note)| Edit::PutAnnotation(AnnotationId(id), note.map(Box::new))),
        (1..4_u32, any::<bool>(), text()).prop_map(|(b, force, note)| {
            let rule = if force { LinkRule::Force } else { LinkRule::Forbid };
            Edit::PutOverride(LinkKey::new(CompoundId(0), CompoundId(b)).unwrap(), Some(LinkOverride { rule, note }))
        }),
        (text(), prop::option::of(text()))
            .prop_map(|(k, r)| Edit::PutIgnored(FindingKey(k), r.map(|reason| IgnoreNote { reason }))),
        (text(), prop::option::of(comment())).prop_map(|(key, comment)| Edit::PutComment(CommentKey(key), comment.map(Box::new))),
        (1..4_u32, unit(), prop::option::of(opinion()))
            .prop_map(|(district, unit, said)| Edit::PutOpinion(OpinionKey { district, unit }, said.map(Box::new))),
        prop::option::of(minutes()).prop_map(|minutes| Edit::SetMeeting(minutes.map(Box::new))),
        (text(), price()).prop_map(|(code, price)| Edit::PutPrice(ItemCode(code), price)),
        prop::option::of(text()).prop_map(|name| Edit::PutDepartment(ItemCode::new("road"), name)),
        (0..3_u8, prop::option::of((text(), any::<bool>()))).prop_map(|(n, own)| {
            let code = ItemCode(format!("own_{n}"));
            let entry = own.and_then(|(zh, structural)| {
                let road = catalogue().get(&ItemCode::new("road"))?.clone();
                Some(Box::new(CatalogueEntry { code: code.clone(), zh, structural, based_on: Some(road.code.clone()), ..road }))
            });
            Edit::PutEntry(code, entry)
        }),
        (0..6_u32, prop::option::of(Just(NeedState::Refused))).prop_map(|(c, s)| Edit::PutNeed(
            CompoundId(c),
            ItemCode::new("drainage"),
            s
        )),
        (0..4_u32, year()).prop_map(|(pipe, year)| Edit::PutPipeYears(vec![(PipeId(pipe), year)])),
        (1..4_u32, prop::option::of(fund())).prop_map(|(id, fund)| Edit::PutFund(FundId(id), fund.map(Box::new))),
        (0..6_u32, facts()).prop_map(|(c, f)| Edit::SetFacts(CompoundId(c), Box::new(f))),
        (0..6_u32, area())
            .prop_map(|(row, shape)| { Edit::PutShape(LayerKind::Compounds, row, Box::new(Geometry::MultiPolygon(shape))) }),
        prop::collection::btree_map(mend_key(), mended(), 0..4)
            .prop_map(|mends| Edit::SetMends(LayerKind::Compounds, mends.into_iter().collect())),
        (mend_key(), prop::option::of(mended())).prop_map(|(key, mended)| Edit::PutMend(key, mended.map(Box::new))),
    ];
    leaf.prop_recursive(1, 4, 3, |inner| prop::collection::vec(inner, 0..3).prop_map(Edit::Group))
}

fn unit() -> impl Strategy<Value = String> {
    "[a-z热力]{1,4}"
}

fn opinion() -> impl Strategy<Value = Opinion> {
    let ruling = prop::option::of(prop::sample::select(Ruling::ALL.to_vec()));
    (prop::sample::select(Stance::ALL.to_vec()), text(), text(), ruling).prop_map(|(stance, said, state, ruling)| Opinion {
        stance,
        text: said.clone(),
        responsible: said,
        ruling,
        signed: "王".to_owned(),
        date: "2026-06-01".to_owned(),
        plan_hash: "ab".to_owned(),
        state,
        file: "会签.xlsx".to_owned(),
    })
}

/// Minutes that are not sealed: a frozen plan takes no further edit.
fn minutes() -> impl Strategy<Value = Meeting> {
    let units = prop::collection::vec(unit(), 0..3);
    (text(), text(), units, any::<Option<bool>>()).prop_map(|(title, note, units, accepted)| Meeting {
        date: "2026-06-01".to_owned(),
        title,
        place: "二楼".to_owned(),
        units,
        accepted,
        note,
        seal: None,
    })
}

fn comment() -> impl Strategy<Value = Comment> {
    let subject = prop_oneof![
        (1..9_u32).prop_map(Subject::District),
        "[a-z临]{1,4}".prop_map(Subject::Compound),
        "[a-z临]{1,4}".prop_map(Subject::Pipe),
        (1..9_u32).prop_map(|id| Subject::Item(ItemId(id))),
        "[a-z:]{1,4}".prop_map(Subject::Finding),
    ];
    let answer = (prop::sample::select(Ruling::ALL.to_vec()), text(), text());
    let answer = answer.prop_map(|(ruling, reason, responsible)| CommentAnswer { ruling, reason, responsible });
    (subject, text(), text(), text(), prop::option::of(answer)).prop_map(|(subject, said, unit, state, answer)| Comment {
        subject,
        text: said,
        unit,
        author: "张工".to_owned(),
        date: "2026-06-01".to_owned(),
        plan_hash: "ab".to_owned(),
        state,
        file: "意见.json".to_owned(),
        answer,
    })
}

/// A plan that came from edits, and those that were applied.
pub(super) fn built(edits: Vec<Edit>) -> (Plan, Vec<Edit>) {
    let (mut plan, mut history, mut applied) = (Plan::new(Content::default()), History::default(), Vec::new());
    for edit in edits {
        if history.commit(&mut plan, crate::base::Message::new("project.recovered-edit"), edit.clone()).is_ok() {
            applied.push(edit);
        }
    }
    (plan, applied)
}
