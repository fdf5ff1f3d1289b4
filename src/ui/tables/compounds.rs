//! The attribute table of compounds: sorted by a click on a heading, filtered by words, linked with the map both ways.

use std::cmp::Ordering;

use egui::{Align, Layout, RichText, Sense, Ui};
use egui_extras::{Column, TableBuilder};

use crate::base::{CompoundId, Message};
use crate::command::{Command, SelectMode};
use crate::i18n;
use crate::model::Compound;
use crate::session::filter;
use crate::ui::context::Context;
use crate::ui::widgets;

/// Columns of the table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum By {
    #[default]
    Id,
    Name,
    Community,
    Built,
    Households,
    FloorArea,
    Verdict,
    District,
    Year,
}

const COLUMNS: [(By, &str, f32); 9] = [
    (By::Id, "ui.column-id", 68.0),
    (By::Name, "ui.column-name", 106.0),
    (By::Community, "ui.column-community", 92.0),
    (By::Built, "ui.column-built", 62.0),
    (By::Households, "ui.column-households", 84.0),
    (By::FloorArea, "ui.column-floor-area", 96.0),
    (By::Verdict, "ui.column-verdict", 92.0),
    (By::District, "ui.column-district", 84.0),
    (By::Year, "ui.column-year", 60.0),
];

/// Sort order, filter, and the rows they leave; kept until plan, sort or filter change.
#[derive(Default)]
pub struct CompoundsMemory {
    filter: String,
    by: By,
    descending: bool,
    key: Option<(u64, String, u8, bool)>,
    rows: Vec<CompoundId>,
    /// Why the filter is no condition, where it is meant as one.
    fault: Option<Message>,
    shown: Option<CompoundId>,
}

/// The filter, above the table.
pub fn filter_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut CompoundsMemory) {
    // In a small window the field gives way to the counts.
    let counts_width = 200.0;
    let width = (ui.available_width() - counts_width).clamp(80.0, 420.0);
    let field = widgets::text_field(ui, &mut memory.filter, &cx.text("ui.filter"), width);
    let hint = memory.fault.as_ref().map_or_else(|| cx.text("ui.filter-hint"), |fault| cx.tr(fault));
    if memory.fault.is_some() {
        ui.painter().hline(field.rect.x_range(), field.rect.bottom(), egui::Stroke::new(2.0, cx.palette.bad));
    }
    let entered = field.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
    field.on_hover_text(hint);
    let name = cx.text("ui.select-rows");
    if widgets::icon_button(ui, egui_material_icons::icons::ICON_SELECT_ALL, &name).clicked() || entered {
        select_shown(ui, cx, memory);
    }
    let counts = Message::new("ui.rows").count("shown", memory.rows.len()).count("all", cx.state.plan.compounds.len());
    ui.label(widgets::quiet(cx.palette, cx.tr(&counts)));
}

/// Selects whom the filter leaves: in place of what is selected, with Shift or Ctrl besides it, with Alt out of it.
fn select_shown(ui: &Ui, cx: &mut Context<'_>, memory: &CompoundsMemory) {
    let mode = crate::ui::map_view::drawn_mode(ui.input(|input| input.modifiers));
    cx.push(Command::SelectDistrict(None));
    cx.push(Command::SelectItem(None));
    if filter::is_condition(&memory.filter) {
        cx.push(Command::SelectWhere(memory.filter.clone(), mode));
    } else {
        cx.push(Command::Select(memory.rows.clone(), mode));
    }
}

/// The tab.
pub fn compounds_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut CompoundsMemory) {
    if cx.state.plan.compounds.is_empty() {
        widgets::empty(ui, cx.palette, &cx.text("ui.no-compounds"));
        return;
    }
    memory.follow(cx);
    if let Some(fault) = &memory.fault {
        ui.label(RichText::new(cx.tr(fault)).color(cx.palette.bad).size(12.0));
    }
    egui::ScrollArea::horizontal().id_salt("compounds-across").show(ui, |ui| table_ui(ui, cx, memory));
}

fn table_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut CompoundsMemory) {
    let mut table = TableBuilder::new(ui)
        .id_salt("compounds")
        .sense(Sense::click())
        .cell_layout(Layout::left_to_right(Align::Center))
        .min_scrolled_height(0.0);
    for (_, _, width) in COLUMNS {
        table = table.column(Column::initial(width).at_least(40.0).clip(true).resizable(true));
    }
    if let Some(row) = memory.row_to_show(cx) {
        table = table.scroll_to_row(row, None);
    }
    let table = table.header(24.0, |mut header| {
        for (by, key, _) in COLUMNS {
            header.col(|ui| heading_ui(ui, cx, memory, by, key));
        }
    });
    table.body(|body| {
        body.rows(24.0, memory.rows.len(), |mut row| {
            let id = memory.rows[row.index()];
            row.set_selected(cx.state.view.selection.compounds.contains(&id));
            for (by, _, _) in COLUMNS {
                row.col(|ui| cell_ui(ui, cx, id, by));
            }
            let response = row.response();
            if response.double_clicked() {
                cx.push(Command::FitSelection);
            } else if response.clicked() {
                let toggle = response.ctx.input(|input| input.modifiers.command);
                cx.push(Command::Select(vec![id], if toggle { SelectMode::Toggle } else { SelectMode::Replace }));
                memory.shown = Some(id);
            }
        });
    });
}

fn heading_ui(ui: &mut Ui, cx: &Context<'_>, memory: &mut CompoundsMemory, by: By, key: &'static str) {
    let arrow = match (memory.by == by, memory.descending) {
        (true, false) => " ↑",
        (true, true) => " ↓",
        (false, _) => "",
    };
    let words = widgets::quiet(cx.palette, format!("{}{arrow}", cx.text(key)));
    if ui.add(egui::Button::new(words).frame(false)).clicked() {
        memory.descending = memory.by == by && !memory.descending;
        memory.by = by;
    }
}

fn cell_ui(ui: &mut Ui, cx: &Context<'_>, id: CompoundId, by: By) {
    let compound = &cx.state.plan.compounds[id.index()];
    let facts = &compound.facts;
    let number = |ui: &mut Ui, text: Option<String>| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add(egui::Label::new(RichText::new(text.unwrap_or_else(|| "–".to_owned())).size(12.5)).selectable(false));
        });
    };
    match by {
        By::Built => number(ui, facts.built.map(crate::ui::words::span)),
        By::Households => number(ui, facts.households.map(|n| i18n::grouped(i64::from(n)))),
        By::FloorArea => number(ui, facts.floor_area_m2.map(|area| i18n::decimal(area, 0))),
        By::Year => number(ui, cx.state.plan.compound_year(id).map(|year| year.to_string())),
        By::Id | By::Name | By::Community | By::Verdict | By::District => {
            let text = text_of(cx, id, compound, by);
            ui.add(egui::Label::new(RichText::new(text).size(12.5)).selectable(false).truncate());
        }
    }
}

fn text_of(cx: &Context<'_>, id: CompoundId, compound: &Compound, by: By) -> String {
    match by {
        By::Id => compound.source_id.clone(),
        By::Name => compound.facts.name.clone(),
        By::Community => compound.facts.community.clone().unwrap_or_default(),
        By::Verdict => verdict(cx, id).map(|v| cx.tr(&v.message())).unwrap_or_default(),
        By::District => district_label(cx, id),
        By::Built | By::Households | By::FloorArea | By::Year => String::new(),
    }
}

fn verdict(cx: &Context<'_>, id: CompoundId) -> Option<crate::policy::Verdict> {
    Some(cx.state.derived.screened.get()?.get(id.index())?.verdict)
}

fn district_label(cx: &Context<'_>, id: CompoundId) -> String {
    let district = cx.state.plan.assignment[id.index()].and_then(|d| cx.state.plan.districts.get(&d));
    district.map(crate::model::District::label).unwrap_or_default()
}

impl CompoundsMemory {
    fn follow(&mut self, cx: &Context<'_>) {
        let revisions = &cx.state.revisions;
        let key = (revisions.screened().max(revisions.district_scene()), self.filter.clone(), self.by as u8, self.descending);
        if self.key.as_ref() == Some(&key) {
            return;
        }
        let wanted = self.filter.trim().to_lowercase();
        let all = (0..cx.state.plan.compounds.len()).map(CompoundId::from_index);
        self.fault = None;
        if filter::is_condition(&self.filter) {
            let facts = filter::Facts::of(cx.state);
            match filter::parse(&self.filter, &|name| facts.has(name)) {
                Ok(condition) => self.rows = facts.matching(&condition),
                // A condition that is not finished filters nothing yet.
                Err(error) => (self.rows, self.fault) = (all.collect(), Some(error.message())),
            }
        } else {
            self.rows = all.filter(|id| wanted.is_empty() || matches(cx, *id, &wanted)).collect();
        }
        let by = self.by;
        self.rows.sort_by(|a, b| compare(cx, *a, *b, by).then(a.cmp(b)));
        if self.descending {
            self.rows.reverse();
        }
        self.key = Some(key);
    }

    /// The row to scroll to when the map has selected another compound.
    fn row_to_show(&mut self, cx: &Context<'_>) -> Option<usize> {
        let first = cx.state.view.selection.compounds.first().copied();
        if first == self.shown {
            return None;
        }
        self.shown = first;
        self.rows.iter().position(|id| Some(*id) == first)
    }
}

/// Whether any text of the row holds the words.
fn matches(cx: &Context<'_>, id: CompoundId, wanted: &str) -> bool {
    let compound = &cx.state.plan.compounds[id.index()];
    let hit = |text: &str| text.to_lowercase().contains(wanted);
    hit(&compound.source_id)
        || hit(&compound.facts.name)
        || compound.facts.community.as_deref().is_some_and(hit)
        || compound.facts.street_office.as_deref().is_some_and(hit)
        || hit(&text_of(cx, id, compound, By::Verdict))
        || hit(&district_label(cx, id))
}

/// Unknown values stand behind known ones.
fn compare(cx: &Context<'_>, a: CompoundId, b: CompoundId, by: By) -> Ordering {
    let plan = &cx.state.plan;
    let (left, right) = (&plan.compounds[a.index()], &plan.compounds[b.index()]);
    match by {
        By::Id => natural(&left.source_id, &right.source_id),
        By::Name => left.facts.name.cmp(&right.facts.name),
        By::Community => known_first(left.facts.community.as_ref(), right.facts.community.as_ref()),
        By::Built => known_first(left.facts.built, right.facts.built),
        By::Households => known_first(left.facts.households, right.facts.households),
        By::FloorArea => known_first(left.facts.floor_area_m2.map(f64::to_bits), right.facts.floor_area_m2.map(f64::to_bits)),
        By::Verdict => known_first(verdict(cx, a), verdict(cx, b)),
        By::District => {
            let number = |id: CompoundId| plan.assignment[id.index()].and_then(|d| plan.districts.get(&d)).map(|d| d.number);
            known_first(number(a), number(b))
        }
        By::Year => known_first(plan.compound_year(a), plan.compound_year(b)),
    }
}

fn known_first<T: Ord>(a: Option<T>, b: Option<T>) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => a.cmp(&b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    }
}

/// Numbers by value, texts by letter.
fn natural(a: &str, b: &str) -> Ordering {
    match (a.parse::<u64>(), b.parse::<u64>()) {
        (Ok(a), Ok(b)) => a.cmp(&b),
        _ => a.cmp(b),
    }
}
