//! The window drawn by the soft way beside egui's own, pixel by pixel, on the device there is.

use egui::{Color32, ColorImage, CornerRadius, Pos2, Rect, TextureHandle, Ui, Vec2};

use super::*;
use crate::ui::canvas::gpu;
use crate::ui::offscreen::Offscreen;
use crate::ui::theme::{apply, install_fonts};

const SIZE: [u32; 2] = [420, 300];

/// A window, drawn the soft way or by egui.
fn screen(soft: bool) -> Offscreen {
    let screen = Offscreen::new(SIZE).unwrap();
    install_fonts(&screen.ctx);
    apply(&screen.ctx, false);
    gpu::install(&screen.ctx, screen.state());
    if soft {
        let (pen, textures) = (Pen::new(screen.state()), Textures::new(screen.state()));
        screen.ctx.add_plugin(Soft { held: Some((pen, textures)) });
    }
    screen
}

/// Something of everything: text, round corners, a list that is cut off, a picture, and colours that shine through.
fn show(ui: &mut Ui, picture: &TextureHandle) {
    ui.heading("连片改造 Lianpian");
    ui.horizontal(|ui| {
        let _ = ui.button("基础类");
        ui.add(egui::Slider::new(&mut 30.0, 0.0..=100.0).text("m"));
    });
    egui::ScrollArea::vertical().max_height(90.0).show(ui, |ui| {
        for row in 0..40 {
            ui.label(format!("{row} 供热管线"));
        }
    });
    let at = Rect::from_min_size(Pos2::new(200.3, 80.7), Vec2::new(150.0, 90.0));
    ui.painter().image(picture.id(), at, Rect::from_min_max(Pos2::ZERO, Pos2::new(1.0, 1.0)), Color32::from_gray(220));
    let over = Color32::from_rgba_unmultiplied(200, 40, 30, 120);
    ui.painter().rect_filled(at.translate(Vec2::new(-40.0, 50.0)), CornerRadius::same(18), over);
    ui.painter().line_segment([Pos2::new(5.0, 290.0), Pos2::new(400.0, 250.0)], (2.5, Color32::DARK_BLUE));
}

fn drawn(screen: &Offscreen) -> Vec<[u8; 4]> {
    let spots = (0..64_u8).map(|n| Color32::from_rgb(n * 4, 255 - n * 3, 90)).collect();
    let options = egui::TextureOptions::LINEAR;
    let picture = screen.ctx.load_texture("spots", ColorImage::new([8, 8], spots), options);
    // Glyphs that a frame asks for are in the texture of the next at the latest.
    for _ in 0..3 {
        screen.draw(|ui| show(ui, &picture));
    }
    screen.pixels().unwrap()
}

#[test]
fn the_window_looks_as_egui_draws_it() {
    let (ours, theirs) = (drawn(&screen(true)), drawn(&screen(false)));
    let off = |(a, b): (&[u8; 4], &[u8; 4])| a.iter().zip(b).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
    let most = ours.iter().zip(&theirs).map(off).max().unwrap();
    // egui dithers by one step, and the device filters in steps of its own.
    assert!(most <= 4, "a colour is off by {most}");
    let inked = theirs.iter().filter(|pixel| pixel[..3] != theirs[0][..3]).count();
    assert!(inked > 10_000, "only {inked} pixels show anything");
}

#[test]
fn every_call_of_others_keeps_its_place_among_ours() {
    let screen = screen(true);
    let draw = |ui: &mut Ui| {
        let rect = Rect::from_min_size(Pos2::new(20.0, 20.0), Vec2::new(100.0, 100.0));
        ui.painter().rect_filled(rect, CornerRadius::ZERO, Color32::RED);
        // A texture that is not egui's own: nobody knows it, so nothing of it is seen, and what comes after is.
        let foreign = egui::TextureId::User(77);
        ui.painter().image(foreign, rect, Rect::from_min_max(Pos2::ZERO, Pos2::new(1.0, 1.0)), Color32::WHITE);
        ui.painter().rect_filled(rect.translate(Vec2::splat(50.0)), CornerRadius::ZERO, Color32::BLUE);
    };
    screen.draw(draw);
    let pixels = screen.pixels().unwrap();
    let at = |x: usize, y: usize| pixels[y * SIZE[0] as usize + x];
    assert_eq!((at(30, 30), at(100, 100), at(150, 150)), ([255, 0, 0, 255], [0, 0, 255, 255], [0, 0, 255, 255]));
}

#[test]
fn a_device_at_fault_is_left_to_egui() {
    let screen = screen(true);
    screen.draw(|ui| {
        ui.label("管");
    });
    gpu::let_go(&screen.ctx);
    let mut output = screen.ctx.run_ui(egui::RawInput::default(), |ui| {
        ui.label("网");
    });
    let is_call = |shape: &ClippedShape| matches!(shape.shape, Shape::Callback(_));
    assert!(!output.shapes.is_empty() && !output.shapes.iter().any(is_call));
    output.textures_delta.clear();
}
