//! The fund ledger: what each district costs, who pays, what is missing; and the entries of the district that is selected.

use egui::{RichText, Ui};

use super::{halves, number_cell, text_cell, within};
use crate::base::{Argument, DistrictId, FundId, Message, Money};
use crate::command::Command;
use crate::coordination::{CostBasis, DistrictFunds, district_funds};
use crate::i18n;
use crate::model::{District, Fund, FundLine, FundSource};
use crate::ui::context::Context;
use crate::ui::tables::{districts, headed};
use crate::ui::widgets;

const COLUMNS: [(&str, f32); 9] = [
    ("ui.column-district", 60.0),
    ("ui.column-fund-cost", 84.0),
    ("ui.column-basis", 62.0),
    ("ui.column-funds", 84.0),
    ("ui.column-debt", 64.0),
    ("ui.column-gap", 84.0),
    ("ui.column-residents", 100.0),
    ("ui.column-balance", 90.0),
    ("ui.column-hints", 220.0),
];

/// Sums, kept until the plan changes; and what is being typed.
#[derive(Default)]
pub(super) struct FundsMemory {
    key: Option<u64>,
    sums: Vec<DistrictFunds>,
    typed: Option<(FundId, String, String)>,
}

/// The board.
pub(super) fn funds_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut FundsMemory) {
    if cx.state.plan.districts.is_empty() {
        widgets::empty(ui, cx.palette, &cx.text("ui.no-districts"));
        return;
    }
    let Some(lengths) = cx.state.derived.lengths.fresh(cx.state.revisions.lengths()) else {
        ui.label(widgets::quiet(cx.palette, cx.text("ui.lengths-pending")));
        return;
    };
    let key = Some(cx.state.revisions.findings());
    if memory.key != key {
        memory.key = key;
        memory.sums = district_funds(&cx.state.plan, lengths);
        let number = |sums: &DistrictFunds| cx.state.plan.districts.get(&sums.district).map_or(u32::MAX, |d| d.number);
        memory.sums.sort_by_key(number);
    }
    totals_ui(ui, cx, &memory.sums);
    let selected = cx.state.view.selection.district;
    let [left, right] = halves(ui, 0.55);
    within(ui, left, "funds-left", |ui| {
        egui::ScrollArea::horizontal().id_salt("funds-across").show(ui, |ui| table_ui(ui, cx, &memory.sums, selected));
    });
    within(ui, right, "funds-right", |ui| {
        egui::ScrollArea::vertical().id_salt("fund-entries").auto_shrink(false).show(ui, |ui| {
            if selected.is_none() {
                ui.label(widgets::quiet(cx.palette, cx.text("ui.funds-choose")));
            }
            entries_ui(ui, cx, memory, selected);
        });
    });
}

/// 万元 to two decimals.
fn wan(amount: Money) -> String {
    i18n::decimal(amount.wan_yuan(), 2)
}

fn totals_ui(ui: &mut Ui, cx: &Context<'_>, sums: &[DistrictFunds]) {
    let sum = |of: fn(&DistrictFunds) -> Money| sums.iter().map(of).sum::<Money>();
    let message = Message::new("ui.funds")
        .text("cost", wan(sum(|s| s.cost.amount)))
        .text("funds", wan(sum(|s| s.total)))
        .text("debt", wan(sum(|s| s.debt)))
        .text("gap", wan(sum(|s| s.gap)));
    ui.label(widgets::quiet(cx.palette, cx.tr(&message)));
}

fn table_ui(ui: &mut Ui, cx: &mut Context<'_>, sums: &[DistrictFunds], selected: Option<DistrictId>) {
    headed(ui, cx, "funds", &COLUMNS).body(|body| {
        body.rows(24.0, sums.len(), |mut row| {
            let one = &sums[row.index()];
            row.set_selected(selected == Some(one.district));
            let label = cx.state.plan.districts.get(&one.district).map(District::label).unwrap_or_default();
            text_cell(&mut row, label);
            let plus = if one.cost.missing > 0 { "+" } else { "" };
            let known = one.cost.basis != CostBasis::Unknown;
            number_cell(&mut row, if known { format!("{}{plus}", wan(one.cost.amount)) } else { "–".to_owned() });
            text_cell(&mut row, cx.tr(&one.cost.basis.message()));
            number_cell(&mut row, wan(one.total));
            number_cell(&mut row, wan(one.debt));
            number_cell(&mut row, if known { wan(one.gap) } else { "–".to_owned() });
            let given = one.residents_per_household();
            number_cell(
                &mut row,
                given.map_or_else(|| "–".to_owned(), |m| i18n::write_argument(i18n::Lang::En, &Argument::Money(m))),
            );
            number_cell(&mut row, one.years_to_balance().map_or_else(|| "–".to_owned(), |years| i18n::decimal(years, 1)));
            let hints: Vec<String> = one.hints.iter().map(|hint| cx.tr(&hint.message())).collect();
            text_cell(&mut row, hints.join("; "));
            let response = row.response();
            if response.double_clicked() {
                cx.push(Command::FitSelection);
            } else if response.clicked() {
                districts::select(cx, one.district);
            }
        });
    });
}

/// The entries of a district, or those that have none, each edited in place.
fn entries_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut FundsMemory, district: Option<DistrictId>) {
    let entries: Vec<(FundId, Fund)> =
        cx.state.plan.funds.iter().filter(|(_, f)| f.district == district).map(|(id, f)| (*id, f.clone())).collect();
    if district.is_none() && entries.is_empty() {
        return;
    }
    let title = match district.and_then(|id| cx.state.plan.districts.get(&id)) {
        Some(held) => cx.tr(&Message::new("ui.funds-of").text("district", held.label())),
        None => cx.text("ui.funds-adrift"),
    };
    widgets::section(ui, &title);
    for (id, fund) in &entries {
        entry_ui(ui, cx, memory, *id, fund);
    }
    if let Some(district) = district
        && ui.button(cx.text("ui.fund-add")).clicked()
    {
        let source = FundSource::Line(FundLine::CentralBudget);
        let (project, payer, note) = (String::new(), String::new(), String::new());
        let fund = Fund { district: Some(district), project, source, payer, amount: Money::ZERO, note };
        cx.push(Command::SetFund(None, Some(Box::new(fund))));
    }
}

fn entry_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut FundsMemory, id: FundId, fund: &Fund) {
    let mut changed = fund.clone();
    ui.horizontal(|ui| {
        source_ui(ui, cx, id, &mut changed);
        let name = cx.text(if fund.source == FundSource::Revenue { "ui.fund-yearly" } else { "ui.fund-amount" });
        let drag = egui::Id::unique(("fund-amount", id.0));
        let edited = widgets::edited_drag(ui, drag, fund.amount.wan_yuan(), &name, |drag| {
            drag.range(0.0..=1.0e7).max_decimals(6).min_decimals(2).speed(1.0)
        });
        // Six decimals of 万元 are whole 分.
        if let Some(amount) = edited.and_then(|wan| Money::parse_wan_yuan(&format!("{wan:.6}")).ok()) {
            changed.amount = amount;
        }
        ui.label(widgets::quiet(cx.palette, name));
        if fund.source.line().is_some_and(FundLine::is_debt) {
            ui.label(RichText::new(cx.text("ui.fund-debt")).color(cx.palette.warn));
        }
        if ui.link(cx.text("ui.fund-remove")).clicked() {
            cx.push(Command::SetFund(Some(id), None));
        }
    });
    ui.horizontal(|ui| {
        let fresh = || (id, fund.payer.clone(), fund.project.clone());
        if memory.typed.as_ref().is_none_or(|(held, ..)| *held != id) {
            let (mut payer, mut project) = (fund.payer.clone(), fund.project.clone());
            let fields = [
                widgets::text_field(ui, &mut payer, &cx.text("ui.fund-payer"), 150.0),
                widgets::text_field(ui, &mut project, &cx.text("ui.fund-project"), 150.0),
            ];
            if fields.iter().any(egui::Response::has_focus) {
                memory.typed = Some(fresh());
            }
        } else if let Some((_, payer, project)) = &mut memory.typed {
            let fields = [
                widgets::text_field(ui, payer, &cx.text("ui.fund-payer"), 150.0),
                widgets::text_field(ui, project, &cx.text("ui.fund-project"), 150.0),
            ];
            if fields.iter().any(egui::Response::lost_focus) {
                (changed.payer, changed.project) = (payer.trim().to_owned(), project.trim().to_owned());
            }
            if !fields.iter().any(egui::Response::has_focus) {
                memory.typed = None;
            }
        }
    });
    ui.add_space(4.0);
    if changed != *fund {
        cx.push(Command::SetFund(Some(id), Some(Box::new(changed))));
    }
}

fn source_ui(ui: &mut Ui, cx: &Context<'_>, id: FundId, fund: &mut Fund) {
    let name = cx.text("ui.fund-source");
    let combo =
        egui::ComboBox::from_id_salt(("fund-source", id.0)).selected_text(cx.tr(&fund.source.message())).width(190.0).truncate();
    let shown = combo.show_ui(ui, |ui| {
        for source in FundSource::all() {
            ui.selectable_value(&mut fund.source, source, cx.tr(&source.message()));
        }
    });
    widgets::name_input(ui, &shown.response, &name);
}
