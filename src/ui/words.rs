//! Short texts made of values, the same in every panel.

use crate::base::Message;
use crate::contiguity::{Link, LinkKind, Via, frontage_of};
use crate::geometry::crs::CrsInfo;
use crate::model::Content;
use crate::policy::{CatalogueEntry, HiddenWork, YearSpan};

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

/// The lesser frontage of a link, m; measured here at the plan's gap where the link was made without.
fn frontage_m(content: &Content, link: &Link) -> f64 {
    let known = (link.frontage_a_m, link.frontage_b_m);
    let unmeasured = known.0.is_nan() || known.1.is_nan();
    let (a_m, b_m) = if unmeasured { frontage_of(link, &content.compounds, content.settings.gap_m) } else { known };
    a_m.min(b_m)
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
    let frontage_m = frontage_m(content, link);
    let bare = match link.kind {
        LinkKind::Overlap => Message::new("ui.link-overlap"),
        LinkKind::Edge => Message::new("ui.link-edge").metres("frontage", frontage_m),
        LinkKind::Corner => Message::new("ui.link-corner"),
        LinkKind::Gap => Message::new("ui.link-gap").metres("gap", link.bare_gap_m()).metres("frontage", frontage_m),
        LinkKind::Bridge => Message::new("ui.link-bridge").metres("gap", link.bare_gap_m()).text("name", over),
        LinkKind::Parcel => Message::new("ui.link-parcel").metres("gap", link.bare_gap_m()).text("name", over),
        LinkKind::Manual => Message::new("ui.link-manual"),
    };
    if link.extra_m > 0.0 { Message::new("ui.link-paid").nested("link", bare).metres("cost", link.extra_m) } else { bare }
}

/// The name of a coordinate reference system: the zones of China and of UTM in words, any other as EPSG's register has it.
#[must_use]
pub fn crs_name(info: &CrsInfo) -> Message {
    let plain = || Message::new("ui.crs-named").text("name", &*info.name);
    let Some((datum, projection)) = info.name.split_once(" / ") else { return plain() };
    if let Some(zone) = projection.strip_prefix("UTM zone ") {
        return Message::new("ui.crs-utm").text("datum", datum).text("zone", zone);
    }
    let Some(meridian) = info.central_meridian.filter(|_| projection.contains("Gauss-Kruger")) else { return plain() };
    let degrees = if projection.starts_with("3-degree") { "3" } else { "6" };
    Message::new("ui.crs-gauss-kruger").text("datum", datum).text("degrees", degrees).number("meridian", meridian, 0)
}

/// What the catalogue says of an entry beside its name: what follows from choosing it.
#[must_use]
pub fn entry_facts(entry: &CatalogueEntry) -> Vec<Message> {
    let mut facts = Vec::new();
    match entry.hidden_work {
        HiddenWork::No => {}
        HiddenWork::Part => facts.push(Message::new("ui.entry-hidden-part")),
        HiddenWork::Yes => facts.push(Message::new("ui.entry-hidden")),
    }
    let flags = [
        (entry.structural, Message::new("ui.entry-structural")),
        (entry.facade, Message::new("ui.entry-facade")),
        (entry.heritage_sensitive, Message::new("ui.entry-heritage")),
    ];
    facts.extend(flags.into_iter().filter(|(holds, _)| *holds).map(|(_, words)| words));
    if let Some(utility) = entry.utility {
        facts.push(Message::new("ui.entry-utility").nested("utility", utility.name()));
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::{Lang, tr};

    #[test]
    fn zones_are_named_in_words() {
        let name = |code| tr(Lang::Zh, &crs_name(&crate::geometry::crs::describe(code).unwrap()));
        assert_eq!(name(4551), "CGCS2000 3 度带 中央经线 126°");
        assert_eq!(name(4510), "CGCS2000 6 度带 中央经线 123°");
        assert_eq!(name(32630), "WGS 84 UTM 30N 带");
        assert_eq!(name(27700), "OSGB36 / British National Grid");
    }
}
