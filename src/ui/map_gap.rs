//! What the gap decides on the map: the links that hold at it, and which compounds hang together. Both are kept by what
//! they follow from, so that a step of the slider costs what it changes and no more.

use rayon::prelude::*;

use super::canvas::{LinkLine, LinkSign};
use super::context::Context;
use crate::contiguity::LinkKind;
use crate::map::{ClusterSign, MapLayer, colour_clusters};

/// The links and clusters to draw.
#[derive(Default)]
pub(super) struct GapPicture {
    links_key: Option<u64>,
    /// Gaps of the lines, rising.
    gaps: Vec<f64>,
    lines: Vec<LinkLine>,
    clusters_key: Option<(u64, u64)>,
    clusters: Vec<ClusterSign>,
}

impl GapPicture {
    /// Brings up to the state what is shown of it.
    pub(super) fn follow(&mut self, cx: &Context<'_>) {
        let derived = &cx.state.derived;
        if cx.state.view.is_visible(MapLayer::Links) && self.links_key != derived.links.key() {
            self.links_key = derived.links.key();
            self.sort_links(cx);
        }
        let gap_m = cx.state.gap_m();
        let key = derived.forest.key().map(|key| (key, gap_m.to_bits()));
        if shows_clusters(cx) && self.clusters_key != key {
            self.clusters_key = key;
            self.clusters = derived
                .forest
                .get()
                .map(|forest| colour_clusters(forest, &forest.components_at(gap_m), gap_m))
                .unwrap_or_default();
        }
    }

    fn sort_links(&mut self, cx: &Context<'_>) {
        let mut found: Vec<(f64, LinkLine)> = Vec::new();
        if let Some(links) = cx.state.derived.links.get() {
            found.extend(links.list.iter().map(|link| (link.gap_m, LinkLine { a: link.a, b: link.b, sign: sign(link.kind) })));
            let blocked = links.blocked.iter();
            found.extend(blocked.map(|pair| (pair.gap_m, LinkLine { a: pair.a, b: pair.b, sign: LinkSign::Blocked })));
        }
        found.par_sort_by(|p, q| p.0.total_cmp(&q.0));
        (self.gaps, self.lines) = found.into_iter().unzip();
    }

    /// The links and the cut pairs of at most a gap.
    pub(super) fn links(&self, gap_m: f64) -> &[LinkLine] {
        &self.lines[..self.gaps.partition_point(|gap| *gap <= gap_m)]
    }

    /// What each compound wears of its cluster, by row.
    pub(super) fn clusters(&self) -> &[ClusterSign] {
        &self.clusters
    }
}

/// Clusters show while their layer does, and while the gap is dragged.
pub(super) fn shows_clusters(cx: &Context<'_>) -> bool {
    cx.state.view.live_gap_m.is_some() || cx.state.view.is_visible(MapLayer::Clusters)
}

fn sign(kind: LinkKind) -> LinkSign {
    match kind {
        LinkKind::Overlap | LinkKind::Edge | LinkKind::Corner | LinkKind::Gap => LinkSign::Near,
        LinkKind::Bridge | LinkKind::Parcel => LinkSign::Via,
        LinkKind::Manual => LinkSign::Manual,
    }
}
