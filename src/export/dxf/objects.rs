//! The objects behind the entities: the dictionaries that every drawing has, and its layouts.

use std::io::Write;

use super::drawing::{MODEL, PAPER, SHEET};
use super::sheet::Paper;
use super::tags::Tags;

fn dictionary<W: Write>(tags: &mut Tags<W>, handle: u64, owner: u64, entries: &[(&str, u64)]) {
    tags.tag(0, "DICTIONARY");
    tags.tag(5, format_args!("{handle:X}"));
    tags.tag(330, format_args!("{owner:X}"));
    tags.tag(100, "AcDbDictionary");
    tags.tag(281, 1);
    for (name, entry) in entries {
        tags.tag(3, name);
        tags.tag(350, format_args!("{entry:X}"));
    }
}

pub(super) fn objects<W: Write>(tags: &mut Tags<W>, paper: &Paper) {
    dictionary(tags, 0xA, 0, &[("ACAD_GROUP", 0xC), ("ACAD_LAYOUT", 0xD), ("ACAD_PLOTSTYLENAME", 0x12)]);
    dictionary(tags, 0xC, 0xA, &[]);
    dictionary(tags, 0xD, 0xA, &[("Model", 0x1A), ("Layout1", 0x1E), ("A3", 0x23)]);
    tags.tag(0, "ACDBDICTIONARYWDFLT");
    tags.tag(5, "12");
    tags.tag(330, "A");
    tags.tag(100, "AcDbDictionary");
    tags.tag(281, 1);
    tags.tag(3, "Normal");
    tags.tag(350, "13");
    tags.tag(100, "AcDbDictionaryWithDefault");
    tags.tag(340, "13");
    tags.tag(0, "ACDBPLACEHOLDER");
    tags.tag(5, "13");
    tags.tag(330, "12");
    layout(tags, 0x1A, "Model", MODEL, [0, 1_024], paper);
    layout(tags, 0x1E, "Layout1", PAPER, [1, 688], paper);
    layout(tags, 0x23, "A3", SHEET, [2, 688], paper);
}

/// A layout on A3 across; `order` is its place among the tabs, and flags of its plotting.
fn layout<W: Write>(tags: &mut Tags<W>, handle: u64, name: &str, record: u64, order: [i32; 2], paper: &Paper) {
    let [wide, high] = paper.size_mm;
    tags.tag(0, "LAYOUT");
    tags.tag(5, format_args!("{handle:X}"));
    tags.tag(330, "D");
    tags.tag(100, "AcDbPlotSettings");
    tags.tag(1, "");
    tags.tag(4, "A3");
    tags.tag(6, "");
    for code in 40..=43 {
        tags.real(code, 0.0);
    }
    tags.real(44, wide);
    tags.real(45, high);
    for code in [46, 47, 48, 49, 140, 141] {
        tags.real(code, 0.0);
    }
    tags.real(142, 1.0);
    tags.real(143, 1.0);
    for (code, value) in [(70, order[1]), (72, 1), (73, 0), (74, 5)] {
        tags.tag(code, value);
    }
    tags.tag(7, "");
    for (code, value) in [(75, 16), (76, 0), (77, 2), (78, 300)] {
        tags.tag(code, value);
    }
    tags.real(147, 1.0);
    tags.real(148, 0.0);
    tags.real(149, 0.0);
    tags.tag(100, "AcDbLayout");
    tags.tag(1, name);
    tags.tag(70, 1);
    tags.tag(71, order[0]);
    tags.flat(10, 0.0, 0.0);
    tags.flat(11, wide, high);
    tags.place(12, 0.0, 0.0);
    tags.place(14, 0.0, 0.0);
    tags.place(15, wide, high);
    tags.real(146, 0.0);
    tags.place(13, 0.0, 0.0);
    for (code, axis) in [(16, [1.0, 0.0]), (17, [0.0, 1.0])] {
        tags.place(code, axis[0], axis[1]);
    }
    tags.tag(76, 1);
    tags.tag(330, format_args!("{record:X}"));
}
