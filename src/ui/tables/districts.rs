//! The districts with their sums and the state of their contiguity.

use std::collections::BTreeMap;

use egui::{Align, Layout, RichText, Ui};

use super::headed;
use crate::base::{DistrictId, Message, Money};
use crate::command::Command;
use crate::contiguity;
use crate::i18n;
use crate::ui::context::Context;
use crate::ui::widgets;

/// Sums of one district.
#[derive(Clone, Debug, Default)]
pub struct DistrictSums {
    /// Compounds.
    pub compounds: usize,
    /// Households, as far as known.
    pub households: u64,
    /// Compounds without a count of households.
    pub households_missing: usize,
    /// Floor area, m², as far as known.
    pub floor_area_m2: f64,
    /// Estimated cost, as far as known.
    pub cost: Money,
    /// Pieces; 1 is contiguous. `None` while links are being computed.
    pub parts: Option<usize>,
}

/// Sums, kept until plan or links change.
#[derive(Default)]
pub struct DistrictsMemory {
    key: Option<(u64, bool)>,
    /// Sums by district.
    pub sums: BTreeMap<DistrictId, DistrictSums>,
}

impl DistrictsMemory {
    /// Brings the sums up to the plan.
    pub fn follow(&mut self, cx: &Context<'_>) {
        let links = cx.state.derived.links.fresh(cx.state.revisions.links()).cloned();
        // While the gap is dragged, the pieces at the gap of before stay: thousands of districts are not counted every step.
        let gap_m = cx.state.plan.settings.gap_m;
        let key = (cx.state.revisions.findings(), links.is_some());
        if self.key == Some(key) {
            return;
        }
        self.key = Some(key);
        let plan = &cx.state.plan;
        let carriers = contiguity::carriers(plan);
        self.sums.clear();
        for (id, members) in plan.members_by_district() {
            let mut sums = DistrictSums { compounds: members.len(), ..DistrictSums::default() };
            for member in &members {
                let facts = &plan.compounds[member.index()].facts;
                sums.households += u64::from(facts.households.unwrap_or(0));
                sums.households_missing += usize::from(facts.households.is_none());
                sums.floor_area_m2 += facts.floor_area_m2.unwrap_or(0.0);
                sums.cost += facts.estimated_cost.unwrap_or_default();
            }
            if let Some(links) = &links {
                sums.parts = Some(contiguity::parts(&members, links, gap_m, &carriers).len());
            }
            self.sums.insert(id, sums);
        }
    }
}

const COLUMNS: [(&str, f32); 7] = [
    ("ui.column-district", 150.0),
    ("ui.column-compounds", 70.0),
    ("ui.column-households", 90.0),
    ("ui.column-floor-area", 110.0),
    ("ui.column-cost", 110.0),
    ("ui.column-year", 60.0),
    ("ui.column-contiguity", 130.0),
];

/// The tab.
pub fn districts_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut DistrictsMemory) {
    if cx.state.plan.districts.is_empty() {
        widgets::empty(ui, cx.palette, &cx.text("ui.no-districts"));
        return;
    }
    memory.follow(cx);
    egui::ScrollArea::horizontal().id_salt("districts-across").show(ui, |ui| table_ui(ui, cx, memory));
}

fn table_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &DistrictsMemory) {
    let mut rows: Vec<(u32, DistrictId)> = cx.state.plan.districts.iter().map(|(id, d)| (d.number, *id)).collect();
    rows.sort_unstable();
    headed(ui, cx, "districts", &COLUMNS).body(|body| {
        body.rows(24.0, rows.len(), |mut row| {
            let id = rows[row.index()].1;
            row.set_selected(cx.state.view.selection.district == Some(id));
            row_ui(&mut row, cx, id, memory.sums.get(&id));
            let response = row.response();
            if response.double_clicked() {
                cx.push(Command::FitSelection);
            } else if response.clicked() {
                select(cx, id);
            }
        });
    });
}

/// Selects a district with its compounds.
pub fn select(cx: &mut Context<'_>, id: DistrictId) {
    cx.push(Command::SelectDistrict(Some(id)));
    cx.push(Command::Select(cx.state.plan.members(id), crate::command::SelectMode::Replace));
}

fn row_ui(row: &mut egui_extras::TableRow<'_, '_>, cx: &Context<'_>, id: DistrictId, sums: Option<&DistrictSums>) {
    let Some(district) = cx.state.plan.districts.get(&id) else { return };
    let sums = sums.cloned().unwrap_or_default();
    let plain = |text: String| egui::Label::new(RichText::new(text).size(12.5)).selectable(false).truncate();
    row.col(|ui| {
        let lock = if district.locked { format!(" {}", cx.text("ui.locked")) } else { String::new() };
        ui.add(plain(format!("{}{lock}", district.label())));
    });
    let grouped = |n: u64| i18n::grouped(i64::try_from(n).unwrap_or(i64::MAX));
    let numbers = [
        sums.compounds.to_string(),
        format!("{}{}", grouped(sums.households), if sums.households_missing > 0 { "+" } else { "" }),
        i18n::decimal(sums.floor_area_m2, 0),
        i18n::decimal(sums.cost.wan_yuan(), 2),
        district.year.map_or_else(|| "–".to_owned(), |year| year.to_string()),
    ];
    for text in numbers {
        row.col(|ui| {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| ui.add(plain(text)));
        });
    }
    row.col(|ui| {
        let (words, colour) = contiguity_words(cx, sums.parts);
        ui.add(egui::Label::new(RichText::new(words).color(colour).size(12.5)).selectable(false));
    });
}

/// The state of a district's contiguity, in words and colour.
#[must_use]
pub fn contiguity_words(cx: &Context<'_>, parts: Option<usize>) -> (String, egui::Color32) {
    match parts {
        None => (cx.text("ui.links-pending"), cx.palette.secondary),
        Some(0) => (cx.text("ui.district-empty"), cx.palette.secondary),
        Some(1) => (cx.text("ui.contiguous"), cx.palette.good),
        Some(parts) => (cx.tr(&Message::new("ui.in-parts").count("parts", parts)), cx.palette.bad),
    }
}
