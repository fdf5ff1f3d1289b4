//! Facts of a compound out of a row of fields, whether the row comes from a map or from a ledger.

use super::row::Row;
use super::values::{self, Reading, Unreadable};
use crate::model::{CompoundFacts, Consent, Placeholder};
use crate::policy::{Exclusion, OwnerKind, YearSpan};
use serde_json::Value;

/// Takes everything that is known of a compound.
pub(super) fn compound_facts(row: &mut Row<'_>) -> CompoundFacts {
    let built = row.take("built", |value, _| values::years(value));
    let built_last = row.take("built_last", |value, _| values::year(value));
    let consent = row.take("consent", values::share);
    let surveyed = row.text("surveyed");
    CompoundFacts {
        name: row.text("name").unwrap_or_default(),
        address: row.text("address"),
        street_office: row.text("street_office"),
        community: row.text("community"),
        built: built.map(|span| YearSpan { first: span.first, last: built_last.unwrap_or(span.last).max(span.first) }),
        households: row.take("households", |value, _| values::count(value)),
        floor_area_m2: row.take("floor_area_m2", values::area_m2),
        buildings: row.take("buildings", |value, _| values::count(value)),
        stair_units: row.take("stair_units", |value, _| values::count(value)),
        estimated_cost: row.take("estimated_cost", values::money),
        owner_kind: row.take("owner_kind", |value, _| owner_kind(value)),
        owner: row.text("owner"),
        management: row.text("management"),
        exclusion: exclusion(row),
        consent: consent.map(|share| Consent { share, surveyed }),
        neglected: row.take("neglected", |value, _| values::flag(value)),
        lacks_municipal: row.take("lacks_municipal", |value, _| values::flag(value)),
        lacks_services: row.take("lacks_services", |value, _| values::flag(value)),
        problems: row.text("problems"),
        planned_year: row.take("planned_year", |value, _| values::year(value)),
        placeholder: row.take("placeholder", |value, _| placeholder(value)),
    }
}

/// The mark of a boundary that nobody drew, as exports write it.
fn placeholder(value: &Value) -> Reading<Placeholder> {
    let Some(text) = values::text(value)? else { return Ok(None) };
    let known = [Placeholder::Buildings, Placeholder::Point].into_iter().find(|own| own.code() == text);
    known.map(Some).ok_or(Unreadable)
}

/// Kind of owner (R6) by the words of a ledger.
fn owner_kind(value: &Value) -> Reading<OwnerKind> {
    let Some(text) = values::text(value)? else { return Ok(None) };
    let has = |words: &[&str]| words.iter().any(|word| text.to_lowercase().contains(word));
    let kind = if has(&["军", "部队", "military"]) {
        OwnerKind::Military
    } else if has(&["直管公房", "公房", "public_housing", "public housing"]) && !has(&["房改"]) {
        OwnerKind::PublicHousing
    } else if has(&["国有", "国企", "事业", "机关", "企业", "单位", "state_firm", "state"]) {
        OwnerKind::StateFirm
    } else if has(&["商品", "房改", "私", "个人", "居民", "业主", "private"]) {
        OwnerKind::Private
    } else {
        OwnerKind::Other
    };
    Ok(Some(kind))
}

/// Grounds for leaving a compound out (R2): by the words of the value, or a yes under a header that names them.
fn exclusion(row: &mut Row<'_>) -> Option<Exclusion> {
    let targets =
        [("expropriation", Exclusion::Expropriation), ("rebuild", Exclusion::Rebuild), ("demolition", Exclusion::Demolition)];
    targets.into_iter().find_map(|(target, ground)| row.take(target, |value, _| ground_of(value, ground)).flatten())
}

/// `Some(None)` is a plain no.
fn ground_of(value: &Value, yes: Exclusion) -> Reading<Option<Exclusion>> {
    let Some(text) = values::text(value)? else { return Ok(None) };
    if let Ok(Some(flag)) = values::flag(value) {
        return Ok(Some(flag.then_some(yes)));
    }
    let text = text.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if has(&["不", "未", "非", "not"]) {
        Ok(Some(None))
    } else if has(&["征收", "expropriat"]) {
        Ok(Some(Some(Exclusion::Expropriation)))
    } else if has(&["棚改", "拆除新建", "重建", "rebuil"]) {
        Ok(Some(Some(Exclusion::Rebuild)))
    } else if has(&["拆", "demoli"]) {
        Ok(Some(Some(Exclusion::Demolition)))
    } else {
        Err(Unreadable)
    }
}
