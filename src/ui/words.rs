//! Short texts made of values, the same in every panel.

use crate::base::Message;
use crate::contiguity::{Link, LinkKind, Via};
use crate::model::Content;
use crate::policy::YearSpan;

/// A year or a span of years.
#[must_use]
pub fn span(span: YearSpan) -> String {
    if span.first == span.last { span.first.to_string() } else { format!("{}–{}", span.first, span.last) }
}

/// A share as per cent without decimals.
#[must_use]
pub fn percent(share: f64) -> String {
    format!("{} %", crate::i18n::decimal(share * 100.0, 0))
}

/// What joins two compounds: how, how far apart, over what.
#[must_use]
pub fn link(content: &Content, link: &Link) -> Message {
    let over = match link.via {
        Some(Via::Bridge(id)) => content.bridges.get(id.index()).map(|bridge| bridge.name.clone()),
        Some(Via::Parcel(id)) => content.parcels.get(id.index()).map(|parcel| parcel.name.clone()),
        None => None,
    };
    let over = over.unwrap_or_default();
    let frontage_m = link.frontage_a_m.min(link.frontage_b_m);
    match link.kind {
        LinkKind::Overlap => Message::new("ui.link-overlap"),
        LinkKind::Edge => Message::new("ui.link-edge").metres("frontage", frontage_m),
        LinkKind::Corner => Message::new("ui.link-corner"),
        LinkKind::Gap => Message::new("ui.link-gap").metres("gap", link.gap_m).metres("frontage", frontage_m),
        LinkKind::Bridge => Message::new("ui.link-bridge").metres("gap", link.gap_m).text("name", over),
        LinkKind::Parcel => Message::new("ui.link-parcel").metres("gap", link.gap_m).text("name", over),
        LinkKind::Manual => Message::new("ui.link-manual"),
    }
}
