//! What stands around the entities of a drawing: header, tables and blocks.
//!
//! Only what R2000 asks for is written; programs make the rest themselves. Handles of tables are fixed.

use std::io::{Read, Seek, SeekFrom, Write};

use super::DxfVersion;
use super::drawing::{APPLICATION, Drawing, LayerStyle, LineType, MODEL, PAPER, SHEET, STYLE};
use super::objects::objects;
use super::palette::{nearest, packed};
use super::sheet::Paper;
use super::signs::define;
use super::tags::Tags;
use crate::map::Rgba;

/// Writes the whole file: the frame, and inside it the entities of the drawing.
/// Also tells how many letters could not be written.
pub(super) fn write<W: Write>(mut drawing: Drawing, sheet: Drawing, paper: &Paper, out: W) -> std::io::Result<(W, usize)> {
    let version = drawing.tags.version();
    let blocks = std::mem::take(&mut drawing.blocks);
    let layers = std::mem::take(&mut drawing.layers);
    // Blocks are spooled behind the entities to take their handles; they come before them in the file.
    let mut spooled = Drawing::new(version)?;
    let records: Vec<(String, u64)> = blocks.keys().map(|name| (name.clone(), drawing.next_handle())).collect();
    for ((name, block), (_, record)) in blocks.iter().zip(&records) {
        define(&mut spooled, &mut drawing, name, block, *record);
    }
    let layer_handles: Vec<u64> = layers.keys().map(|_| drawing.next_handle()).collect();
    let seed = drawing.next_handle();
    let bounds = drawing.bounds.unwrap_or([0.0, 0.0, 1_000.0, 1_000.0]);
    let lost = drawing.tags.lost + spooled.tags.lost + sheet.tags.lost;
    let mut on_sheet = sheet.tags.finish()?.into_inner().map_err(std::io::IntoInnerError::into_error)?;
    let mut entities = drawing.tags.finish()?.into_inner().map_err(std::io::IntoInnerError::into_error)?;
    let mut block_tags = spooled.tags.finish()?.into_inner().map_err(std::io::IntoInnerError::into_error)?;
    let mut tags = Tags::new(out, version);
    header(&mut tags, seed, bounds);
    section(&mut tags, "CLASSES", |_| {});
    section(&mut tags, "TABLES", |tags| {
        viewports(tags, bounds);
        line_types(tags);
        let named: Vec<_> = layers.iter().zip(&layer_handles).map(|((name, style), handle)| (name, *style, *handle)).collect();
        layer_table(tags, &named);
        styles(tags);
        empty_table(tags, "VIEW", 0x6);
        empty_table(tags, "UCS", 0x7);
        applications(tags);
        dimension_styles(tags);
        block_records(tags, &records);
    });
    section(&mut tags, "BLOCKS", |tags| {
        space(tags, "*Model_Space", MODEL, [0x18, 0x19]);
        space(tags, "*Paper_Space", PAPER, [0x1C, 0x1D]);
        begin_block(tags, "*Paper_Space0", SHEET, 0x21, 0);
        rewound(tags, &mut on_sheet);
        end_block(tags, SHEET, 0x22);
        rewound(tags, &mut block_tags);
    });
    section(&mut tags, "ENTITIES", |tags| rewound(tags, &mut entities));
    section(&mut tags, "OBJECTS", |tags| objects(tags, paper));
    tags.tag(0, "EOF");
    Ok((tags.finish()?, lost))
}

fn rewound<W: Write>(tags: &mut Tags<W>, spool: &mut (impl Read + Seek)) {
    // A spool that cannot be rewound would leave an empty section: the copy then fails as well and is told.
    if spool.seek(SeekFrom::Start(0)).is_ok() {
        tags.copy(spool);
    }
}

fn section<W: Write>(tags: &mut Tags<W>, name: &str, body: impl FnOnce(&mut Tags<W>)) {
    tags.tag(0, "SECTION");
    tags.tag(2, name);
    body(tags);
    tags.tag(0, "ENDSEC");
}

fn header<W: Write>(tags: &mut Tags<W>, seed: u64, bounds: [f64; 4]) {
    let version = tags.version();
    section(tags, "HEADER", |tags| {
        tags.tag(9, "$ACADVER");
        tags.tag(1, version.acadver());
        tags.tag(9, "$DWGCODEPAGE");
        tags.tag(3, "ANSI_936");
        // 6: metres.
        for (name, code, value) in [("$INSUNITS", 70, 6), ("$MEASUREMENT", 70, 1), ("$LUNITS", 70, 2), ("$LUPREC", 70, 3)] {
            tags.tag(9, name);
            tags.tag(code, value);
        }
        tags.tag(9, "$LTSCALE");
        tags.real(40, 1.0);
        // Dashes of a layout are as long as in the model, not as on paper.
        tags.tag(9, "$PSLTSCALE");
        tags.tag(70, 0);
        tags.tag(9, "$TEXTSTYLE");
        tags.tag(7, STYLE);
        tags.tag(9, "$EXTMIN");
        tags.place(10, bounds[0], bounds[1]);
        tags.tag(9, "$EXTMAX");
        tags.place(10, bounds[2], bounds[3]);
        tags.tag(9, "$HANDSEED");
        tags.tag(5, format_args!("{seed:X}"));
    });
}

fn table<W: Write>(tags: &mut Tags<W>, name: &str, handle: u64, count: usize, body: impl FnOnce(&mut Tags<W>)) {
    tags.tag(0, "TABLE");
    tags.tag(2, name);
    tags.tag(5, format_args!("{handle:X}"));
    tags.tag(330, 0);
    tags.tag(100, "AcDbSymbolTable");
    tags.tag(70, count);
    if name == "DIMSTYLE" {
        tags.tag(100, "AcDbDimStyleTable");
        tags.tag(71, 1);
    }
    body(tags);
    tags.tag(0, "ENDTAB");
}

fn empty_table<W: Write>(tags: &mut Tags<W>, name: &str, handle: u64) {
    table(tags, name, handle, 0, |_| {});
}

fn record<W: Write>(tags: &mut Tags<W>, kind: &str, table: u64, handle: u64, class: &str) {
    tags.tag(0, kind);
    tags.tag(if kind == "DIMSTYLE" { 105 } else { 5 }, format_args!("{handle:X}"));
    tags.tag(330, format_args!("{table:X}"));
    tags.tag(100, "AcDbSymbolTableRecord");
    tags.tag(100, class);
}

/// The view that opens: everything there is.
fn viewports<W: Write>(tags: &mut Tags<W>, [x0, y0, x1, y1]: [f64; 4]) {
    table(tags, "VPORT", 0x8, 1, |tags| {
        record(tags, "VPORT", 0x8, 0x30, "AcDbViewportTableRecord");
        tags.tag(2, "*Active");
        tags.tag(70, 0);
        tags.flat(10, 0.0, 0.0);
        tags.flat(11, 1.0, 1.0);
        tags.flat(12, f64::midpoint(x0, x1), f64::midpoint(y0, y1));
        tags.flat(13, 0.0, 0.0);
        tags.flat(14, 10.0, 10.0);
        tags.flat(15, 10.0, 10.0);
        tags.flat(16, 0.0, 0.0);
        tags.real(36, 1.0);
        tags.place(17, 0.0, 0.0);
        tags.real(40, ((y1 - y0).max((x1 - x0) / 1.6) * 1.05).max(1.0));
        tags.real(41, 1.6);
        tags.real(42, 50.0);
        for code in [43, 44, 50, 51] {
            tags.real(code, 0.0);
        }
        for (code, value) in [(71, 0), (72, 1000), (73, 1), (74, 3), (75, 0), (76, 0), (77, 0), (78, 0)] {
            tags.tag(code, value);
        }
    });
}

fn line_types<W: Write>(tags: &mut Tags<W>) {
    table(tags, "LTYPE", 0x2, 3 + LineType::DRAWN.len(), |tags| {
        let one = |tags: &mut Tags<W>, handle: u64, name: &str, pattern: &[f64]| {
            record(tags, "LTYPE", 0x2, handle, "AcDbLinetypeTableRecord");
            tags.tag(2, name);
            tags.tag(70, 0);
            tags.tag(3, "");
            tags.tag(72, 65);
            tags.tag(73, pattern.len());
            tags.real(40, pattern.iter().map(|v| v.abs()).sum());
            for dash in pattern {
                tags.real(49, *dash);
                tags.tag(74, 0);
            }
        };
        one(tags, 0x31, "ByBlock", &[]);
        one(tags, 0x32, "ByLayer", &[]);
        one(tags, 0x33, LineType::Continuous.name(), &[]);
        for (handle, line) in (0x34..).zip(LineType::DRAWN) {
            one(tags, handle, line.name(), line.pattern());
        }
    });
}

fn layer_table<W: Write>(tags: &mut Tags<W>, layers: &[(&String, LayerStyle, u64)]) {
    table(tags, "LAYER", 0x1, layers.len() + 1, |tags| {
        let ink = LayerStyle::new(Rgba::hex(0), 25);
        one_layer(tags, "0", ink, 0x40);
        for (name, style, handle) in layers {
            one_layer(tags, name, *style, *handle);
        }
    });
}

fn one_layer<W: Write>(tags: &mut Tags<W>, name: &str, style: LayerStyle, handle: u64) {
    record(tags, "LAYER", 0x1, handle, "AcDbLayerTableRecord");
    tags.text(2, name);
    tags.tag(70, 0);
    tags.tag(62, nearest(style.colour));
    if tags.version() == DxfVersion::R2007 {
        tags.tag(420, packed(style.colour));
    }
    tags.tag(6, style.line.name());
    tags.tag(370, style.weight);
    // The style of plotting, which programs of this form expect every layer to name.
    tags.tag(390, "13");
}

/// The standard style has the drawn faces of CAD with the big font for Chinese; ours is TrueType.
fn styles<W: Write>(tags: &mut Tags<W>) {
    table(tags, "STYLE", 0x3, 2, |tags| {
        let mut one = |handle: u64, name: &str, font: &str, big: &str, face: Option<&str>| {
            record(tags, "STYLE", 0x3, handle, "AcDbTextStyleTableRecord");
            tags.tag(2, name);
            tags.tag(70, 0);
            for (code, value) in [(40, 0.0), (41, 1.0), (50, 0.0)] {
                tags.real(code, value);
            }
            tags.tag(71, 0);
            tags.real(42, 2.5);
            tags.tag(3, font);
            tags.tag(4, big);
            if let Some(face) = face {
                tags.tag(1001, "ACAD");
                tags.tag(1000, face);
                // Neither bold nor slanted, of the set of Chinese letters (134).
                tags.tag(1071, 134 << 8 | 2);
            }
        };
        one(0x41, "Standard", "txt.shx", "gbcbig.shx", None);
        one(0x42, STYLE, "simsun.ttc", "", Some("SimSun"));
    });
}

fn applications<W: Write>(tags: &mut Tags<W>) {
    table(tags, "APPID", 0x5, 2, |tags| {
        for (handle, name) in [(0x43, "ACAD"), (0x44, APPLICATION)] {
            record(tags, "APPID", 0x5, handle, "AcDbRegAppTableRecord");
            tags.tag(2, name);
            tags.tag(70, 0);
        }
    });
}

fn dimension_styles<W: Write>(tags: &mut Tags<W>) {
    table(tags, "DIMSTYLE", 0x4, 1, |tags| {
        record(tags, "DIMSTYLE", 0x4, 0x45, "AcDbDimStyleTableRecord");
        tags.tag(2, "Standard");
        tags.tag(70, 0);
        tags.tag(340, "42");
    });
}

fn block_records<W: Write>(tags: &mut Tags<W>, records: &[(String, u64)]) {
    table(tags, "BLOCK_RECORD", 0x9, records.len() + 3, |tags| {
        let mut one = |name: &str, handle: u64, layout: u64| {
            record(tags, "BLOCK_RECORD", 0x9, handle, "AcDbBlockTableRecord");
            tags.text(2, name);
            tags.tag(340, format_args!("{layout:X}"));
        };
        one("*Model_Space", MODEL, 0x1A);
        one("*Paper_Space", PAPER, 0x1E);
        one("*Paper_Space0", SHEET, 0x23);
        for (name, handle) in records {
            one(name, *handle, 0);
        }
    });
}

fn space<W: Write>(tags: &mut Tags<W>, name: &str, record: u64, handles: [u64; 2]) {
    begin_block(tags, name, record, handles[0], 0);
    end_block(tags, record, handles[1]);
}

pub(super) fn begin_block<W: Write>(tags: &mut Tags<W>, name: &str, record: u64, handle: u64, flags: u8) {
    tags.tag(0, "BLOCK");
    tags.tag(5, format_args!("{handle:X}"));
    tags.tag(330, format_args!("{record:X}"));
    tags.tag(100, "AcDbEntity");
    if record == PAPER || record == SHEET {
        tags.tag(67, 1);
    }
    tags.tag(8, "0");
    tags.tag(100, "AcDbBlockBegin");
    tags.text(2, name);
    tags.tag(70, flags);
    tags.place(10, 0.0, 0.0);
    tags.text(3, name);
    tags.tag(1, "");
}

pub(super) fn end_block<W: Write>(tags: &mut Tags<W>, record: u64, handle: u64) {
    tags.tag(0, "ENDBLK");
    tags.tag(5, format_args!("{handle:X}"));
    tags.tag(330, format_args!("{record:X}"));
    tags.tag(100, "AcDbEntity");
    if record == PAPER || record == SHEET {
        tags.tag(67, 1);
    }
    tags.tag(8, "0");
    tags.tag(100, "AcDbBlockEnd");
}
