//! The window of a bench, and pictures of it.

use std::path::Path;

use lianpian::ui::canvas::gpu;
use lianpian::ui::offscreen::Offscreen;
use lianpian::ui::soft;
use lianpian::ui::theme::{apply, install_fonts};

/// A window of so many pixels as the program opens it.
pub fn window(size: [u32; 2]) -> Offscreen {
    let screen = Offscreen::new(size).expect("a graphics device");
    install_fonts(&screen.ctx);
    apply(&screen.ctx, false);
    gpu::install(&screen.ctx, screen.state());
    soft::install(&screen.ctx, screen.state());
    screen
}

/// Saves what a window of that size shows.
pub fn save(screen: &Offscreen, [width, height]: [u32; 2], path: &Path) {
    let pixels = screen.pixels().expect("the device is there");
    let file = std::fs::File::create(path).expect("a file");
    let mut encoder = png::Encoder::new(file, width, height);
    encoder.set_color(png::ColorType::Rgba);
    encoder.write_header().and_then(|mut writer| writer.write_image_data(pixels.as_flattened())).expect("a picture");
}
