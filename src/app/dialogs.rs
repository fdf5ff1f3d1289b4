//! The system's file dialogs. Each runs on a thread of its own, so that the window goes on; its answer is a command.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};

use rfd::FileDialog;

use super::Window;
use crate::command::Command;
use crate::i18n::{Lang, text, tr};
use crate::import::backdrop::BACKDROP_ENDINGS;
use crate::import::{MAP_ENDINGS, TABLE_ENDINGS};
use crate::session::{Effect, State};

/// Open dialogs and the answers that wait.
pub(super) struct Dialogs {
    window: Window,
    send: Sender<Command>,
    receive: Receiver<Command>,
}

impl Dialogs {
    pub(super) fn new(window: Window) -> Self {
        let (send, receive) = channel();
        Self { window, send, receive }
    }

    /// Answers given since the last call.
    pub(super) fn answers(&self) -> Vec<Command> {
        self.receive.try_iter().collect()
    }

    /// Opens the dialog an effect asks for.
    pub(super) fn ask(&self, state: &State, effect: Effect) {
        let lang = state.preferences.lang;
        let plan_name = state.path.as_ref().and_then(|path| path.file_name()).map_or_else(
            || format!("{}.gpkg", if state.plan.title.is_empty() { "plan" } else { &state.plan.title }),
            |name| name.to_string_lossy().into_owned(),
        );
        let maps: Vec<&str> = MAP_ENDINGS.iter().chain(TABLE_ENDINGS).copied().collect();
        match effect {
            Effect::AskOpen => {
                let dialog = FileDialog::new()
                    .add_filter(text(lang, "ui.filter-plan"), &["gpkg"])
                    .add_filter(text(lang, "ui.filter-layers"), &maps);
                self.spawn(move || dialog.pick_file().map(Command::Open));
            }
            Effect::AskLoad => {
                let dialog = FileDialog::new().add_filter(text(lang, "ui.filter-layers"), &maps);
                self.spawn(move || dialog.pick_files().map(Command::Load));
            }
            Effect::AskCompare => {
                let dialog = FileDialog::new().add_filter(text(lang, "ui.filter-layers"), &maps);
                self.spawn(move || dialog.pick_file().map(|path| Command::CompareWith(path, None)));
            }
            Effect::AskMerge => {
                let dialog =
                    |key| FileDialog::new().set_title(text(lang, key)).add_filter(text(lang, "ui.filter-plan"), &["gpkg"]);
                let (theirs, base) = (dialog("versions.choose-theirs"), dialog("versions.choose-base"));
                self.spawn(move || {
                    let theirs = theirs.pick_file()?;
                    Some(Command::MergeWith { theirs, base: base.pick_file()? })
                });
            }
            Effect::AskPairs => {
                let dialog = FileDialog::new().add_filter(text(lang, "ui.filter-pairs"), &["csv", "geojson", "json", "txt"]);
                self.spawn(move || dialog.pick_file().map(Command::ReadPairs));
            }
            Effect::AskForm(kind, compounds) => {
                let dialog = FileDialog::new()
                    .add_filter(text(lang, "ui.filter-forms"), &["xlsx"])
                    .set_file_name(format!("{}.xlsx", tr(lang, &kind.message())));
                self.spawn(move || {
                    let path = dialog.save_file()?;
                    Some(Command::WriteForm(kind, compounds, with_ending(path, "xlsx")))
                });
            }
            Effect::AskPricesOut => {
                let name = format!("{}.csv", text(lang, "ui.price-book"));
                let dialog = FileDialog::new().add_filter(text(lang, "ui.price-book"), &["csv"]).set_file_name(name);
                self.spawn(move || dialog.save_file().map(|path| Command::WritePrices(with_ending(path, "csv"))));
            }
            Effect::AskPricesIn => {
                let dialog = FileDialog::new().add_filter(text(lang, "ui.price-book"), TABLE_ENDINGS);
                self.spawn(move || dialog.pick_file().map(Command::ReadPrices));
            }
            Effect::AskFilled => {
                let dialog = FileDialog::new().add_filter(text(lang, "ui.filter-forms"), TABLE_ENDINGS);
                self.spawn(move || dialog.pick_file().map(Command::ReadFilled));
            }
            Effect::AskComments => {
                let dialog =
                    FileDialog::new().add_filter(text(lang, "ui.filter-comments"), &["json", "xlsx", "xls", "csv", "geojson"]);
                self.spawn(move || dialog.pick_files().map(Command::ReadComments));
            }
            Effect::AskControl(layer) => {
                let dialog = FileDialog::new().add_filter(text(lang, "ui.filter-control"), &["csv", "txt", "tsv", "dat"]);
                self.spawn(move || dialog.pick_file().map(|path| Command::ReadControl(layer, path)));
            }
            Effect::AskBackdrop => {
                let dialog = FileDialog::new().add_filter(text(lang, "ui.backdrop"), &BACKDROP_ENDINGS);
                self.spawn(move || dialog.pick_file().map(Command::SetBackdropFile));
            }
            Effect::AskSaveAs => {
                let dialog = FileDialog::new().add_filter(text(lang, "ui.filter-plan"), &["gpkg"]).set_file_name(plan_name);
                self.spawn(move || dialog.save_file().map(|path| Command::SaveAs(with_ending(path, "gpkg"))));
            }
            Effect::AskExportFolder(order) => {
                let dialog = FileDialog::new();
                self.spawn(move || dialog.pick_folder().map(|dir| Command::Export(order, dir)));
            }
            other => self.ask_of_meeting(lang, &plan_name, &other),
        }
    }

    /// Minutes of the meeting, and where its version goes on.
    fn ask_of_meeting(&self, lang: Lang, plan_name: &str, effect: &Effect) {
        match effect {
            Effect::AskMinutes => {
                let dialog = FileDialog::new().add_filter(text(lang, "ui.filter-minutes"), &["json", "xlsx", "xls", "csv"]);
                self.spawn(move || dialog.pick_file().map(Command::ReadMinutes));
            }
            Effect::AskBranch => {
                let name = format!("{}-{}.gpkg", plan_name.trim_end_matches(".gpkg"), text(lang, "meeting.branch-suffix"));
                let dialog = FileDialog::new().add_filter(text(lang, "ui.filter-plan"), &["gpkg"]).set_file_name(name);
                self.spawn(move || dialog.save_file().map(|path| Command::BranchTo(with_ending(path, "gpkg"))));
            }
            other => log::error!("no window effect: {other:?}"),
        }
    }

    fn spawn(&self, ask: impl FnOnce() -> Option<Command> + Send + 'static) {
        let (send, window) = (self.send.clone(), self.window.clone());
        let asked = std::thread::Builder::new().name("dialog".to_owned()).spawn(move || {
            if let Some(command) = ask() {
                // The window may have closed meanwhile; its answer is then not wanted.
                send.send(command).ok();
                window.wake();
            }
        });
        if let Err(error) = asked {
            log::error!("no thread for a dialog: {error}");
        }
    }
}

/// A plan is a GeoPackage and a form a workbook, whatever the user typed.
fn with_ending(path: PathBuf, ending: &str) -> PathBuf {
    if path.extension().is_some_and(|e| e.eq_ignore_ascii_case(ending)) { path } else { path.with_extension(ending) }
}
