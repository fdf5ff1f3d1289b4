//! Services of tiles: addresses made from a template. Both ways of writing one are understood, `{z}/{x}/{y}` and the names that
//! WMTS gives (`{TileMatrix}`, `{TileCol}`, `{TileRow}`); the squares are those of Web Mercator in any case.

use crate::map::backdrop::{MERCATOR_LIMIT, TileId, Tiling};

use super::BackdropError;

/// Levels of a service that says nothing of them.
pub const SERVICE_LEVELS: [u8; 2] = [0, 18];

/// A service that is offered for choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preset {
    /// Key of its name.
    pub words: &'static str,
    /// Its template.
    pub template: &'static str,
}

/// What is offered. Every one of them wants a key of the user's own or is on the user's own machine.
pub const PRESETS: [Preset; 3] = [
    Preset {
        words: "import.preset-tianditu-vec",
        template: "https://t{0-7}.tianditu.gov.cn/vec_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=vec&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk={key}",
    },
    Preset {
        words: "import.preset-tianditu-img",
        template: "https://t{0-7}.tianditu.gov.cn/img_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=img&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk={key}",
    },
    Preset { words: "import.preset-local", template: "http://127.0.0.1:8080/{z}/{x}/{y}.png" },
];

/// A template that can be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    template: String,
}

impl Service {
    /// Takes a template.
    ///
    /// # Errors
    /// [`BackdropError::Template`] when it is no address over HTTP or names no tile.
    pub fn new(template: &str) -> Result<Self, BackdropError> {
        let template = template.trim().to_owned();
        let has = |names: [&str; 3]| names.iter().any(|name| template.to_ascii_lowercase().contains(name));
        let named = has(["{z}", "{tilematrix}", "{zoom}"]) && has(["{x}", "{tilecol}", "{col}"]);
        let rows = has(["{y}", "{tilerow}", "{row}"]) || template.contains("{-y}");
        let http = template.starts_with("http://") || template.starts_with("https://");
        if !(named && rows && http) || template.chars().any(char::is_whitespace) {
            return Err(BackdropError::Template);
        }
        Ok(Self { template })
    }

    /// Whether a key of the user's is asked for.
    #[must_use]
    pub fn wants_key(&self) -> bool {
        self.template.contains("{key}")
    }

    /// The host, under which a key is kept; the numbers of mirrors left as they are written.
    #[must_use]
    pub fn host(&self) -> &str {
        self.template.split("://").nth(1).and_then(|rest| rest.split(['/', '?']).next()).unwrap_or(&self.template)
    }

    /// The template.
    #[must_use]
    pub fn template(&self) -> &str {
        &self.template
    }

    /// How it is cut into tiles.
    #[must_use]
    pub fn tiling() -> Tiling {
        Tiling::Mercator { levels: SERVICE_LEVELS, side: 256, bounds: [-180.0, -MERCATOR_LIMIT, 180.0, MERCATOR_LIMIT] }
    }

    /// The address of a tile. Of mirrors written `{0-7}` or `{a-c}` each tile has one of its own, so that it is asked for under
    /// one name alone.
    #[must_use]
    pub fn address(&self, tile: TileId, key: &str) -> String {
        let TileId { level, column, row } = tile;
        let from_south = (1_u32 << level.min(30)).saturating_sub(1).saturating_sub(row);
        let mut address = String::with_capacity(self.template.len() + 16);
        let mut rest = self.template.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            address.push_str(before);
            let Some((name, after)) = after.split_once('}') else {
                address.push('{');
                rest = after;
                continue;
            };
            match name.to_ascii_lowercase().as_str() {
                "z" | "zoom" | "tilematrix" => address.push_str(&level.to_string()),
                "x" | "col" | "tilecol" => address.push_str(&column.to_string()),
                "y" | "row" | "tilerow" => address.push_str(&row.to_string()),
                "-y" => address.push_str(&from_south.to_string()),
                "key" => address.push_str(&escaped(key)),
                "s" => address.push(mirror(('a', 'c'), column + row)),
                other => match mirrors(other) {
                    Some(range) => address.push(mirror(range, column + row)),
                    None => address.extend(["{", name, "}"]),
                },
            }
            rest = after;
        }
        address.push_str(rest);
        address
    }
}

/// `0-7` as first and last.
fn mirrors(text: &str) -> Option<(char, char)> {
    let mut parts = text.chars();
    let (first, dash, last) = (parts.next()?, parts.next()?, parts.next()?);
    (dash == '-' && parts.next().is_none() && first.is_ascii_alphanumeric() && last.is_ascii_alphanumeric() && first <= last)
        .then_some((first, last))
}

fn mirror((first, last): (char, char), number: u32) -> char {
    let count = u32::from(last) - u32::from(first) + 1;
    char::from_u32(u32::from(first) + number % count).unwrap_or(first)
}

/// A key as part of an address.
fn escaped(key: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    let one = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    key.trim().bytes().map(one).collect()
}
