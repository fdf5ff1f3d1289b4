//! What people type, and what it finds or why it is refused.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::base::{CompoundId, DistrictId};
use crate::i18n::{Lang, tr};
use crate::model::{Compound, CompoundFacts, Content, District, Plan, Properties};
use crate::policy::YearSpan;
use crate::session::State;

fn compound(id: &str, households: Option<u32>, built: Option<i32>, community: &str) -> Compound {
    let mut extra = Properties::new();
    extra.insert("楼龄".to_owned(), serde_json::json!(households.map(|n| n / 10)));
    extra.insert("编码".to_owned(), serde_json::json!(format!("0{id}")));
    Compound {
        source_id: id.to_owned(),
        shape: geo::MultiPolygon(vec![geo::Rect::new((0.0, 0.0), (100.0, 10.0)).to_polygon()]),
        facts: CompoundFacts {
            name: format!("{id}号院"),
            households,
            built: built.map(YearSpan::single),
            community: (!community.is_empty()).then(|| community.to_owned()),
            ..CompoundFacts::default()
        },
        extra,
    }
}

/// 0: 400 households of 1990; 1: 200 of 2004; 2: unknown, of 2012; 3: 350 of unknown year. The first two lie in district 3.
fn state() -> State {
    let compounds = vec![
        compound("1", Some(400), Some(1990), "新民"),
        compound("2", Some(200), Some(2004), "新民"),
        compound("3", None, Some(2012), ""),
        compound("4", Some(350), None, "河东"),
    ];
    let id = DistrictId(7);
    let district = District { name: "南湖".to_owned(), year: Some(2023), ..District::numbered(3) };
    let content = Content {
        compounds: Arc::new(compounds),
        assignment: vec![Some(id), Some(id), None, None],
        districts: [(id, district)].into(),
        ..Content::default()
    };
    State { plan: Plan::new(content), is_open: true, ..State::default() }
}

fn found(text: &str) -> Vec<u32> {
    let state = state();
    let facts = Facts::of(&state);
    let condition = parse(text, &|name| facts.has(name)).unwrap_or_else(|error| panic!("{text}: {error}"));
    facts.matching(&condition).into_iter().map(|CompoundId(row)| row).collect()
}

#[test]
fn conditions_find_whom_they_name() {
    let cases: [(&str, &[u32]); 31] = [
        ("户数 > 300", &[0, 3]),
        ("households > 300 and 建成年代 <= 2000", &[0]),
        ("户数>=350且建成 is unknown", &[3]),
        ("户数 ≤ 200 or 户数 是 未知", &[1, 2]),
        ("not 户数 > 300", &[1]),
        ("非（户数 > 300 或 户数 < 100）", &[1]),
        ("户数 = 400", &[0]),
        ("户数 != 400", &[1, 3]),
        ("户数 is not unknown", &[0, 1, 3]),
        ("户数 已知", &[0, 1, 3]),
        ("社区 = 新民", &[0, 1]),
        ("社区 = '新民'", &[0, 1]),
        ("社区 ~ 民", &[0, 1]),
        ("社区 包含 东", &[3]),
        ("社区 未知", &[2]),
        ("社区 in (新民、河东)", &[0, 1, 3]),
        ("社区 not in (新民)", &[3]),
        ("片区 = 3", &[0, 1]),
        ("片区 = 南湖", &[0, 1]),
        ("district is unknown", &[2, 3]),
        ("判定 = 应改", &[0]),
        ("verdict = \"out of scope\" 且 建成 > 2010", &[2]),
        ("年度 = 2023 and 户数 < 1,000", &[0, 1]),
        ("用地面积 = 0.1万", &[0, 1, 2, 3]),
        ("编号 in (1, 4)", &[0, 3]),
        ("楼龄 >= 35", &[0, 3]),
        ("[楼龄] = 20", &[1]),
        ("编码 = 02", &[1]),
        ("编码 > 2", &[2, 3]),
        ("名称 ~ “3号”", &[2]),
        ("户数 > 300 and (社区 = 河东 or 社区 = 新民) and 片区 is unknown", &[3]),
    ];
    for (text, rows) in cases {
        assert_eq!(found(text), rows, "{text}");
    }
}

#[test]
fn errors_say_where_and_in_the_users_language() {
    let cases: [(&str, usize, &str); 14] = [
        ("", 1, "条件没有写完"),
        ("户数 >", 5, "这里要有一个值"),
        ("户数 300", 4, "“户数”之后要有比较"),
        ("户数 > 多", 6, "“多”不是数"),
        ("栋高 > 3", 1, "没有叫“栋高”的字段"),
        ("户数 > 300 and", 13, "条件没有写完"),
        ("户数 > 300 建成 < 2000", 10, "“建成”之前缺"),
        ("(户数 > 300", 10, "括号没有合上"),
        ("名称 = '甲", 6, "引号"),
        ("名称 > 甲", 6, "不分大小"),
        ("户数 > 300 @ 2", 10, "“@”"),
        ("= 3", 1, "这里要有字段"),
        ("户数 not 3", 4, "“户数”之后要有比较"),
        ("社区 in 新民", 7, "这里要有一个值"),
    ];
    for (text, at, words) in cases {
        let error = parse(text, &|_| false).expect_err(text);
        assert_eq!(error.at, at, "{text}: {error}");
        let told = tr(Lang::Zh, &error.message());
        assert!(told.contains(words) && told.contains(&format!("第 {at} 个字")), "{text}: {told}");
        let told = tr(Lang::En, &error.message());
        assert!(told.contains(&at.to_string()) && !told.contains('{'), "{told}");
    }
    assert_eq!(parse(&"(".repeat(5_000), &|_| false).unwrap_err().trouble, Trouble::TooDeep);
    assert_eq!(parse(&"not ".repeat(5_000), &|_| false).unwrap_err().trouble, Trouble::TooDeep);
}

#[test]
fn words_are_told_from_conditions() {
    for (text, is) in [
        ("新民", false),
        ("LJ0007", false),
        ("户数 > 3", true),
        ("社区 in (a)", true),
        ("a = 'b", true),
        ("", false),
        ("和平-3", false),
    ] {
        assert_eq!(is_condition(text), is, "{text}");
    }
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "[户数片区社 a-z0-9<>=~!()（）'\"“”\\[\\],，且或非.%万-]{0,40}") {
        let state = state();
        let facts = Facts::of(&state);
        if let Ok(condition) = parse(&text, &|name| facts.has(name)) {
            for id in facts.matching(&condition) {
                prop_assert_eq!(facts.holds(id, &condition), Some(true));
                let contrary = Condition::Not(Box::new(condition.clone()));
                prop_assert_eq!(facts.holds(id, &contrary), Some(false));
            }
        }
    }
}
