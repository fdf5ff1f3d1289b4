//! How the window looks: colours, type, spacing. Declared here and nowhere else; the map's own colours come from
//! `map::MapColours`, because sheets for print use them too.

mod fonts;
mod palette;
mod style;

pub use fonts::{BOLD, bold, install_fonts};
pub use palette::{Palette, colour};
pub use style::{ROW_HEIGHT, SPACE, TEXT, TEXT_SMALL, TEXT_TABLE, TEXT_TITLE, apply, palette, style_of};
