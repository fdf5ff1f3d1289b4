//! egui's style out of the palette: hairlines, small radii, a grid of four, no frame inside a frame.

use egui::style::{ScrollStyle, WidgetVisuals};
use egui::{Color32, CornerRadius, FontFamily, FontId, Margin, Shadow, Stroke, Style, TextStyle, Theme, Vec2, Visuals};

use super::Palette;
use super::fonts::bold;
use crate::map::Shade;

/// Size of text.
pub const TEXT: f32 = 13.0;
/// Size of text in tables.
pub const TEXT_TABLE: f32 = 12.5;
/// Size of a panel's title.
pub const TEXT_TITLE: f32 = 15.0;
/// The smallest size used.
pub const TEXT_SMALL: f32 = 11.5;
/// Height of a row of a table.
pub const ROW_HEIGHT: f32 = 24.0;
/// The grid of distances.
pub const SPACE: f32 = 4.0;

/// The palette of the theme that is on.
#[must_use]
pub fn palette(ctx: &egui::Context) -> Palette {
    Palette::of(if ctx.theme() == Theme::Dark { Shade::Dark } else { Shade::Light })
}

/// Sets both styles; egui then follows its theme preference. `motion` off makes every animation immediate.
pub fn apply(ctx: &egui::Context, motion: bool) {
    for (theme, shade) in [(Theme::Light, Shade::Light), (Theme::Dark, Shade::Dark)] {
        let mut style = style_of(&Palette::of(shade));
        style.animation_time = if motion { 0.12 } else { 0.0 };
        ctx.set_style_of(theme, style);
    }
}

/// The style of a palette.
#[must_use]
pub fn style_of(palette: &Palette) -> Style {
    let dark = palette.shade() == Shade::Dark;
    let mut style = Style { visuals: if dark { Visuals::dark() } else { Visuals::light() }, ..Style::default() };
    style.text_styles = [
        (TextStyle::Small, FontId::new(TEXT_SMALL, FontFamily::Proportional)),
        (TextStyle::Body, FontId::new(TEXT, FontFamily::Proportional)),
        (TextStyle::Button, FontId::new(TEXT, FontFamily::Proportional)),
        (TextStyle::Monospace, FontId::new(TEXT_TABLE, FontFamily::Monospace)),
        (TextStyle::Heading, FontId::new(TEXT_TITLE, bold())),
    ]
    .into();
    let spacing = &mut style.spacing;
    spacing.item_spacing = Vec2::new(2.0 * SPACE, SPACE);
    spacing.button_padding = Vec2::new(2.0 * SPACE, 3.0);
    spacing.interact_size = Vec2::new(28.0, 24.0);
    spacing.menu_margin = Margin::same(4);
    spacing.window_margin = Margin::same(16);
    spacing.indent = 4.0 * SPACE;
    spacing.icon_width = 14.0;
    spacing.icon_width_inner = 8.0;
    spacing.icon_spacing = 6.0;
    spacing.slider_rail_height = 4.0;
    spacing.scroll = ScrollStyle { bar_width: 8.0, ..ScrollStyle::thin() };
    visuals(&mut style.visuals, palette);
    style
}

fn visuals(visuals: &mut Visuals, palette: &Palette) {
    let radius = CornerRadius::same(4);
    let widget = |fill: Color32, edge: Color32, text: Color32| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: Stroke::new(1.0, edge),
        corner_radius: radius,
        fg_stroke: Stroke::new(1.0, text),
        expansion: 0.0,
    };
    let clear = Color32::TRANSPARENT;
    let widgets = &mut visuals.widgets;
    widgets.noninteractive = widget(palette.panel, palette.hairline, palette.text);
    widgets.inactive = widget(palette.window, palette.hairline, palette.text);
    widgets.inactive.weak_bg_fill = clear;
    widgets.hovered = widget(palette.accent_wash, palette.hairline, palette.text);
    widgets.active = widget(palette.accent_wash, palette.accent, palette.text);
    widgets.open = widget(palette.accent_wash, palette.hairline, palette.text);
    visuals.weak_text_color = Some(palette.secondary);
    visuals.hyperlink_color = palette.accent;
    visuals.selection.bg_fill = palette.accent_wash;
    visuals.selection.stroke = Stroke::new(1.0, palette.accent);
    visuals.faint_bg_color = palette.window;
    visuals.extreme_bg_color = palette.panel;
    visuals.text_edit_bg_color = Some(palette.panel);
    visuals.code_bg_color = palette.window;
    visuals.warn_fg_color = palette.warn;
    visuals.error_fg_color = palette.bad;
    visuals.panel_fill = palette.panel;
    visuals.window_fill = palette.panel;
    visuals.window_stroke = Stroke::new(1.0, palette.hairline);
    visuals.window_corner_radius = CornerRadius::same(6);
    visuals.menu_corner_radius = CornerRadius::same(6);
    visuals.window_shadow = Shadow { offset: [0, 4], blur: 16, spread: 0, color: Color32::from_black_alpha(40) };
    visuals.popup_shadow = Shadow { offset: [0, 2], blur: 8, spread: 0, color: Color32::from_black_alpha(30) };
    visuals.text_cursor.stroke = Stroke::new(1.5, palette.accent);
    visuals.indent_has_left_vline = false;
    visuals.striped = false;
    visuals.slider_trailing_fill = true;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_is_below_eleven() {
        for shade in [Shade::Light, Shade::Dark] {
            let style = style_of(&Palette::of(shade));
            assert!(style.text_styles.values().all(|font| font.size >= 11.0));
            assert_eq!(style.visuals.dark_mode, shade == Shade::Dark);
        }
    }
}
