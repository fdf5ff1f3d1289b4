//! The command palette: every command by a part of its name, in either language, and compounds by theirs.

use egui::{Key, Ui};

use crate::base::CompoundId;
use crate::command::{Command, LISTED, Listed, SelectMode};
use crate::i18n::{Lang, lookup};
use crate::session::can;
use crate::ui::context::Context;
use crate::ui::widgets;

/// Rows shown at once.
const SHOWN: usize = 12;

/// What is being typed, and the row that Enter takes.
#[derive(Default)]
pub struct PaletteMemory {
    words: String,
    row: usize,
    focused: bool,
}

impl PaletteMemory {
    /// Ready for the next time.
    pub fn reset(&mut self) {
        *self = Self::default();
    }
}

/// One row of the palette.
enum Hit {
    Command(&'static Listed),
    Compound(CompoundId, String),
}

/// The dialog.
pub(super) fn palette_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut PaletteMemory) {
    let field = widgets::text_field(ui, &mut memory.words, &cx.text("ui.search"), f32::INFINITY);
    if !memory.focused {
        field.request_focus();
        memory.focused = true;
    }
    if field.changed() {
        memory.row = 0;
    }
    let hits = hits(cx, memory.words.trim());
    let (down, up, enter) = ui.input(|i| (i.key_pressed(Key::ArrowDown), i.key_pressed(Key::ArrowUp), i.key_pressed(Key::Enter)));
    memory.row = (memory.row + usize::from(down)).min(hits.len().saturating_sub(1)).saturating_sub(usize::from(up));
    let mut taken = if enter { hits.get(memory.row) } else { None };
    for (row, hit) in hits.iter().enumerate() {
        let (words, shortcut) = match hit {
            Hit::Command(listed) => (cx.text(listed.key), listed.shortcut.map(|s| s.to_string()).unwrap_or_default()),
            Hit::Compound(_, name) => (name.clone(), cx.text("ui.layer-compounds")),
        };
        let button =
            egui::Button::new(words).shortcut_text(shortcut).selected(row == memory.row).frame_when_inactive(row == memory.row);
        if ui.add_sized([ui.available_width(), 26.0], button).clicked() {
            taken = Some(hit);
        }
    }
    if hits.is_empty() {
        widgets::empty(ui, cx.palette, &cx.text("ui.no-hits"));
    }
    if let Some(hit) = taken {
        cx.push(Command::CloseDialog);
        match hit {
            Hit::Command(listed) => cx.push((listed.make)()),
            Hit::Compound(id, _) => {
                cx.push(Command::Select(vec![*id], SelectMode::Replace));
                cx.push(Command::FitSelection);
            }
        }
    }
}

fn hits(cx: &Context<'_>, words: &str) -> Vec<Hit> {
    let wanted = words.to_lowercase();
    let named = |listed: &&Listed| {
        can(cx.state, listed.availability)
            && (wanted.is_empty()
                || Lang::ALL.into_iter().filter_map(|l| lookup(l, listed.key)).any(|w| w.to_lowercase().contains(&wanted)))
    };
    let mut hits: Vec<Hit> = LISTED.iter().filter(|l| l.id != "palette").filter(named).take(SHOWN).map(Hit::Command).collect();
    if !wanted.is_empty() {
        let compounds = cx.state.plan.compounds.iter().enumerate();
        let found = compounds.filter(|(_, c)| c.facts.name.to_lowercase().contains(&wanted) || c.source_id == words);
        let left = SHOWN.saturating_sub(hits.len());
        hits.extend(found.take(left).map(|(row, c)| Hit::Compound(CompoundId::from_index(row), c.label().to_owned())));
    }
    hits
}
