//! Which formats to write and for whom; the folder is asked for next.

use std::collections::BTreeSet;

use egui::{RichText, Ui};

use crate::command::Command;
use crate::export::{self, DxfVersion, ExportOrder, Format, GeoJsonCrs, Paper, ShpEncoding};
use crate::ui::context::Context;
use crate::ui::names;

/// What is chosen.
pub struct ExportMemory {
    chosen: BTreeSet<Format>,
    unit: Option<String>,
    mask_military: bool,
    dxf: DxfVersion,
    shp: ShpEncoding,
    geojson: GeoJsonCrs,
    paper: Paper,
    /// Owners of pipes, of the plan in which revision.
    units: Option<(u64, u64, Vec<String>)>,
}

impl Default for ExportMemory {
    fn default() -> Self {
        let chosen = Format::ALL.into_iter().collect();
        Self {
            chosen,
            unit: None,
            mask_military: false,
            dxf: DxfVersion::default(),
            shp: ShpEncoding::default(),
            geojson: GeoJsonCrs::default(),
            paper: Paper::default(),
            units: None,
        }
    }
}

impl ExportMemory {
    fn order(&self) -> ExportOrder {
        let formats = self.chosen.iter().copied().collect();
        ExportOrder {
            formats,
            unit: self.unit.clone(),
            mask_military: self.mask_military,
            dxf: self.dxf,
            shp: self.shp,
            geojson: self.geojson,
            card: None,
            paper: self.paper,
        }
    }

    /// Looks up the owners anew when the plan is another.
    fn look_up(&mut self, cx: &Context<'_>) {
        let key = (cx.state.generation, cx.state.plan.revision());
        if self.units.as_ref().is_none_or(|(generation, revision, _)| (*generation, *revision) != key) {
            self.units = Some((key.0, key.1, export::units(cx.state.plan.content())));
        }
        let there = |unit: &String| self.units.iter().any(|(_, _, units)| units.contains(unit));
        if !self.unit.as_ref().is_none_or(there) {
            self.unit = None;
        }
    }
}

/// The dialog.
pub(super) fn export_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut ExportMemory) {
    ui.label(RichText::new(cx.text("ui.export-title")).strong().size(15.0));
    memory.look_up(cx);
    for format in Format::ALL {
        let mut on = memory.chosen.contains(&format);
        if ui.checkbox(&mut on, cx.text(names::format(format))).changed() {
            if on {
                memory.chosen.insert(format);
            } else {
                memory.chosen.remove(&format);
            }
        }
    }
    ui.add_space(8.0);
    unit_ui(ui, cx, memory);
    ui.checkbox(&mut memory.mask_military, cx.text("ui.export-mask"));
    if memory.chosen.contains(&Format::Dxf) {
        dxf_ui(ui, cx, memory);
    }
    if memory.chosen.contains(&Format::Shp) {
        ui.horizontal(|ui| {
            ui.label(cx.text("ui.export-shp-encoding"));
            ui.radio_value(&mut memory.shp, ShpEncoding::Utf8, "UTF-8");
            ui.radio_value(&mut memory.shp, ShpEncoding::Gbk, "GBK");
        });
    }
    if memory.chosen.contains(&Format::GeoJson) {
        ui.horizontal_wrapped(|ui| {
            ui.label(cx.text("ui.export-geojson-crs"));
            ui.radio_value(&mut memory.geojson, GeoJsonCrs::LonLat, cx.text("ui.export-geojson-lonlat"));
            ui.radio_value(&mut memory.geojson, GeoJsonCrs::Working, cx.text("ui.export-geojson-working"));
        });
    }
    if [Format::Pdf, Format::Svg, Format::Png].iter().any(|format| memory.chosen.contains(format)) {
        ui.horizontal(|ui| {
            ui.label(cx.text("ui.export-paper"));
            for paper in Paper::ALL {
                ui.radio_value(&mut memory.paper, paper, paper.name());
            }
        });
    }
    ui.add_space(8.0);
    ui.horizontal(|ui| {
        let ready = !memory.chosen.is_empty();
        if ui.add_enabled(ready, egui::Button::new(cx.text("ui.export-choose"))).clicked() {
            cx.push(Command::AskExportFolder(memory.order()));
        }
        super::close_ui(ui, cx);
    });
}

/// All of the plan, or what concerns one owner of pipes.
fn unit_ui(ui: &mut Ui, cx: &Context<'_>, memory: &mut ExportMemory) {
    let whole = cx.text("ui.export-whole");
    ui.horizontal(|ui| {
        let label = ui.label(cx.text("ui.export-for"));
        let shown = memory.unit.clone().unwrap_or_else(|| whole.clone());
        let list = egui::ComboBox::from_id_salt("export-unit").selected_text(shown).width(240.0);
        let list = list.show_ui(ui, |ui| {
            ui.selectable_value(&mut memory.unit, None, whole);
            for unit in memory.units.iter().flat_map(|(_, _, units)| units) {
                ui.selectable_value(&mut memory.unit, Some(unit.clone()), unit);
            }
        });
        list.response.labelled_by(label.id);
    });
}

fn dxf_ui(ui: &mut Ui, cx: &Context<'_>, memory: &mut ExportMemory) {
    ui.horizontal(|ui| {
        ui.label(cx.text("ui.export-dxf-form"));
        ui.radio_value(&mut memory.dxf, DxfVersion::R2007, cx.text("ui.export-dxf-r2007"));
        ui.radio_value(&mut memory.dxf, DxfVersion::R2000, cx.text("ui.export-dxf-r2000"));
    });
}
