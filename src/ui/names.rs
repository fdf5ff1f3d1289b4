//! Keys of the words for things the panels name.

use crate::command::{Board, Step, Tab};
use crate::map::MapLayer;
use crate::model::{BarrierRule, CommunityRule, ContiguityRule, LayerKind};
use crate::policy::{Exclusion, OwnerKind};

/// Name of a layer kind.
#[must_use]
pub fn layer_kind(kind: LayerKind) -> &'static str {
    kind.message().key()
}

/// Name of a layer of the map.
#[must_use]
pub const fn map_layer(layer: MapLayer) -> &'static str {
    match layer {
        MapLayer::Limits => "ui.layer-limits",
        MapLayer::Parcels => "ui.layer-parcels",
        MapLayer::Heritage => "ui.layer-heritage",
        MapLayer::Streets => "ui.layer-streets",
        MapLayer::Barriers => "ui.layer-barriers-bridges",
        MapLayer::Compounds => "ui.layer-compounds",
        MapLayer::Districts => "ui.layer-districts",
        MapLayer::Clusters => "ui.layer-clusters",
        MapLayer::Buildings => "ui.layer-buildings",
        MapLayer::Pipes => "ui.layer-pipes",
        MapLayer::Links => "ui.layer-links",
        MapLayer::Facilities => "ui.layer-facilities",
        MapLayer::Items => "ui.layer-items",
        MapLayer::Kilometres => "ui.layer-kilometres",
        MapLayer::Mends => "ui.layer-mends",
        MapLayer::Labels => "ui.layer-labels",
    }
}

/// Name of a step of the way of work.
#[must_use]
pub const fn step(step: Step) -> &'static str {
    match step {
        Step::Load => "command.step-load",
        Step::Screen => "command.step-screen",
        Step::Connect => "command.step-connect",
        Step::Group => "command.step-group",
        Step::Compose => "command.step-compose",
        Step::Coordinate => "command.step-coordinate",
        Step::Review => "command.step-review",
    }
}

/// Name of a tab.
#[must_use]
pub const fn tab(tab: Tab) -> &'static str {
    match tab {
        Tab::Table => "command.tab-table",
        Tab::Districts => "command.tab-districts",
        Tab::Screening => "command.tab-screening",
        Tab::Needs => "command.tab-needs",
        Tab::Items => "command.tab-items",
        Tab::Coordinate => "command.tab-coordinate",
        Tab::Checks => "command.tab-checks",
        Tab::Compare => "command.tab-compare",
        Tab::Gap => "command.tab-gap",
        Tab::History => "command.tab-history",
        Tab::Jobs => "command.tab-jobs",
    }
}

/// Name of a board of coordination.
#[must_use]
pub const fn board(board: Board) -> &'static str {
    match board {
        Board::Digging => "command.board-digging",
        Board::Sync => "command.board-sync",
        Board::Survey => "command.board-survey",
        Board::Funds => "command.board-funds",
        Board::Phasing => "command.board-phasing",
        Board::Milestones => "command.board-milestones",
        Board::Indicators => "command.board-indicators",
    }
}

/// Name of a contiguity rule.
#[must_use]
pub const fn contiguity(rule: ContiguityRule) -> &'static str {
    match rule {
        ContiguityRule::Gap => "ui.contiguity-gap",
        ContiguityRule::Queen => "ui.contiguity-queen",
        ContiguityRule::Rook => "ui.contiguity-rook",
    }
}

/// Name of a community rule.
#[must_use]
pub const fn community(rule: CommunityRule) -> &'static str {
    match rule {
        CommunityRule::Free => "ui.community-free",
        CommunityRule::Prefer => "ui.community-prefer",
        CommunityRule::Forbid => "ui.community-forbid",
    }
}

/// Name of what barriers of a kind do.
#[must_use]
pub const fn barrier_rule(rule: BarrierRule) -> &'static str {
    match rule {
        BarrierRule::Block => "ui.barrier-block",
        BarrierRule::Cost(_) => "ui.barrier-cost",
        BarrierRule::Nothing => "ui.barrier-nothing",
    }
}

/// Name of a kind of owner.
#[must_use]
pub const fn owner(kind: OwnerKind) -> &'static str {
    match kind {
        OwnerKind::Private => "ui.owner-private",
        OwnerKind::StateFirm => "ui.owner-state-firm",
        OwnerKind::Military => "ui.owner-military",
        OwnerKind::PublicHousing => "ui.owner-public",
        OwnerKind::Other => "ui.owner-other",
    }
}

/// Name of a ground of exclusion.
#[must_use]
pub const fn exclusion(exclusion: Exclusion) -> &'static str {
    match exclusion {
        Exclusion::Expropriation => "ui.exclusion-expropriation",
        Exclusion::Rebuild => "ui.exclusion-rebuild",
        Exclusion::Demolition => "ui.exclusion-demolition",
    }
}

/// Name of an export format.
#[must_use]
pub const fn format(format: crate::export::Format) -> &'static str {
    match format {
        crate::export::Format::GeoJson => "ui.format-geojson",
        crate::export::Format::Gpkg => "ui.format-gpkg",
        crate::export::Format::Dxf => "ui.format-dxf",
        crate::export::Format::Xlsx => "ui.format-xlsx",
        crate::export::Format::Html => "ui.format-html",
        crate::export::Format::Shp => "ui.format-shp",
        crate::export::Format::Kml => "ui.format-kml",
        crate::export::Format::Pdf => "ui.format-pdf",
        crate::export::Format::Svg => "ui.format-svg",
        crate::export::Format::Dossier => "ui.format-dossier",
        crate::export::Format::Png => "ui.format-png",
    }
}
