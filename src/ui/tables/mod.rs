//! The tabs of the lower panel.

pub mod checks;
mod changes;
pub mod compare;
pub mod compounds;
pub mod coordinate;
pub mod districts;
pub mod gap;
mod gap_chart;
pub mod history;
pub mod items;
pub mod jobs;
pub mod needs;
pub mod proposals;
pub mod screening;

use egui::{Align, Layout, Sense, Ui};
use egui_extras::{Column, Table, TableBuilder};
use egui_plot::Plot;

use super::context::Context;
use super::widgets;

/// A plot that is looked at and clicked, not moved about in.
fn still_plot<'a>(id: &str) -> Plot<'a> {
    Plot::new(id)
        .allow_zoom(false)
        .allow_drag(false)
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .allow_double_click_reset(false)
        .show_crosshair(false)
        .label_formatter(|_| None)
}

/// A table of rows that can be clicked, with the words of each column above it and the width it has at first, in points.
fn headed<'a>(ui: &'a mut Ui, cx: &Context<'_>, id: &'static str, columns: &[(&'static str, f32)]) -> Table<'a> {
    headed_at(ui, cx, id, columns, None)
}

/// As [`headed`], scrolled so that a row is in view.
fn headed_at<'a>(
    ui: &'a mut Ui,
    cx: &Context<'_>,
    id: &'static str,
    columns: &[(&'static str, f32)],
    row: Option<usize>,
) -> Table<'a> {
    let mut table = TableBuilder::new(ui).id_salt(id).sense(Sense::click()).cell_layout(Layout::left_to_right(Align::Center));
    // A table in a low panel scrolls; it does not push the panel up.
    table = table.min_scrolled_height(0.0);
    for (_, width) in columns {
        table = table.column(Column::initial(*width).at_least(40.0).clip(true).resizable(true));
    }
    if let Some(row) = row {
        table = table.scroll_to_row(row, None);
    }
    table.header(24.0, |mut header| {
        for (key, _) in columns {
            header.col(|ui| {
                ui.label(widgets::quiet(cx.palette, cx.text(key)));
            });
        }
    })
}
