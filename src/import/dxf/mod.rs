//! DXF drawings from R12 to 2018, as text and as binary.
//!
//! A reader of our own rather than the crate `dxf`: that one knows no hatches, ends silently at the first entity that it
//! cannot read, passes over what it does not know without a count, and leaves the encoding to its caller. Here every entity
//! becomes a feature or is counted by its kind. The drawing is gone through twice: first its header, texts and numbers are
//! looked at, then its entities are placed. Sheets for printing are left out, and so is what other programs draw with
//! objects of their own.

mod curve;
mod entity;
mod hatch;
mod layers;
mod pairs;
mod place;
mod rings;
mod text;
mod through;
mod units;

use std::collections::HashSet;
use std::path::Path;

use geo::Coord;

use self::entity::{Body, Entity, Reader};
use self::layers::Part;
use self::pairs::{Pairs, Record, Records};
use self::place::{Block, Blocks, Placer, key};
use super::error::ImportError;
use super::source::RawLayer;
use crate::base::{Message, Reporter};

/// Records between two looks at whether to stop.
const STEP: usize = 16_384;

/// The flag of a layer that is frozen.
const FROZEN: i64 = 1;

/// The flags of a block that stands in another file.
const ELSEWHERE: i64 = 4 | 8;

/// Reads the bytes of a drawing. Every layer of it that holds something is one, or one for each of areas, lines, points and
/// texts. The first of them says what was left out of the whole.
///
/// # Errors
/// [`ImportError::NotThis`] when it is no DXF, or when nothing in it has a place on a map.
pub(super) fn read(path: &Path, bytes: &[u8], reporter: &dyn Reporter) -> Result<Vec<RawLayer>, ImportError> {
    let not_this = |what| ImportError::NotThis { path: path.to_owned(), what };
    let pairs = Pairs::new(bytes).ok_or_else(|| not_this(Message::new("import.not-dxf")))?;
    let facts = units::look(pairs.clone());
    let reader = Reader { encoding: facts.encoding };
    reporter.check()?;
    let mut drawing = Drawing::default();
    let mut records = Records::new(pairs);
    drawing.gather(&reader, &mut records, bytes.len(), reporter)?;
    let mut placer = Placer::new(&drawing.blocks, &facts, bytes.len());
    placer.left.paper = drawing.paper;
    for (number, entity) in drawing.entities.iter().enumerate() {
        if number.is_multiple_of(STEP) {
            reporter.check()?;
        }
        placer.place(entity);
    }
    let naming = placer.layers.name_areas(reporter)?;
    let mut left = placer.left.told();
    if drawing.cut_off {
        left.push(Message::new("import.dxf-cut-off"));
    }
    if naming.given_up {
        left.push(Message::new("import.dxf-names-left"));
    }
    let mut notes: Vec<(Message, &[Part])> = facts.notes.into_iter().map(|note| (note, [].as_slice())).collect();
    let counted: [(usize, &'static str, &[Part]); 3] = [
        (placer.symbols, "import.dxf-symbols", &[Part::Points]),
        (placer.taken_apart, "import.dxf-taken-apart", &[]),
        (naming.named, "import.dxf-named", &[Part::Areas]),
    ];
    for (count, key, parts) in counted.into_iter().filter(|(count, ..)| *count > 0) {
        notes.push((Message::new(key).count("count", count).number("metres", place::SYMBOL_M, 0), parts));
    }
    let mut layers = placer.layers.finish(&notes, &drawing.hidden);
    match layers.first_mut() {
        Some(first) => first.left = left,
        None => return Err(not_this(left.into_iter().next().unwrap_or_else(|| Message::new("import.dxf-empty")))),
    }
    Ok(layers)
}

/// Entities and blocks as the file has them.
#[derive(Default)]
struct Drawing {
    entities: Vec<Entity>,
    blocks: Blocks,
    /// Layers that the program does not show, by their names in small letters: off or frozen.
    hidden: HashSet<String>,
    /// Entities on sheets for printing.
    paper: usize,
    /// The end mark is missing.
    cut_off: bool,
}

impl Drawing {
    fn gather(
        &mut self,
        reader: &Reader,
        records: &mut Records<'_>,
        total: usize,
        reporter: &dyn Reporter,
    ) -> Result<(), ImportError> {
        let mut section: &[u8] = b"";
        let mut open: Option<(String, Block)> = None;
        self.cut_off = true;
        for step in 0_usize.. {
            if step.is_multiple_of(STEP) {
                reporter.check()?;
                reporter.progress(records.done(), total);
            }
            let Some(record) = records.next() else { break };
            match (section, record.kind) {
                (_, b"SECTION") => section = record.text(2),
                (_, b"ENDSEC") => section = b"",
                (_, b"EOF") => {
                    self.cut_off = false;
                    break;
                }
                (b"TABLES", b"LAYER") if is_hidden(&record) => {
                    self.hidden.insert(key(&reader.string(record.text(2))));
                }
                (b"BLOCKS", b"BLOCK") => {
                    self.close(open.take());
                    open = Some(begun(reader, &record));
                }
                (b"BLOCKS", b"ENDBLK") => self.close(open.take()),
                (b"BLOCKS", _) => {
                    if let Some((_, block)) = &mut open {
                        block.entities.push(reader.entity(&record, records));
                    }
                }
                (b"ENTITIES", _) => {
                    let entity = reader.entity(&record, records);
                    self.add(entity);
                }
                _ => {}
            }
        }
        self.close(open.take());
        Ok(())
    }

    fn add(&mut self, entity: Entity) {
        if entity.paper {
            self.paper += usize::from(entity.kind != "VIEWPORT");
        } else {
            self.entities.push(entity);
        }
    }

    /// A block is whole. What some programs put into the block of the drawing itself is the drawing's.
    fn close(&mut self, block: Option<(String, Block)>) {
        let Some((name, block)) = block else { return };
        if name == "*model_space" {
            block.entities.into_iter().for_each(|entity| self.add(entity));
        } else if name.starts_with("*paper_space") {
            let counts = |entity: &&Entity| entity.kind != "VIEWPORT" && entity.body != Body::None;
            self.paper += block.entities.iter().filter(counts).count();
        } else {
            self.blocks.insert(name, block);
        }
    }
}

/// Whether a layer is off, which a negative colour says, or frozen.
fn is_hidden(layer: &Record<'_>) -> bool {
    let whole = |code: i32| layer.whole(code).unwrap_or(0);
    whole(62) < 0 || whole(70) & FROZEN != 0
}

fn begun(reader: &Reader, record: &Record<'_>) -> (String, Block) {
    let base = Coord { x: record.real(10).unwrap_or(0.0), y: record.real(20).unwrap_or(0.0) };
    let elsewhere = record.whole(70).is_some_and(|flags| flags & ELSEWHERE != 0);
    (key(&reader.string(record.text(2))), Block { base, entities: Vec::new(), elsewhere })
}
