//! The table of commands that need no argument: id, words, shortcut, where they stand, when they can be used.

use super::{Board, Command, Comparing, Drawn, Key, Panel, Scope, Shortcut, Step, Tab, Tool, Whole, Years};
use crate::model::{AnnotationKind, BarrierKind};

/// When a command can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Availability {
    /// Always.
    Always,
    /// While a plan is open.
    Plan,
    /// While compounds are selected.
    Selection,
    /// While there are districts.
    Districts,
    /// While a district is selected.
    District,
    /// While something can be undone.
    Undo,
    /// While something can be redone.
    Redo,
    /// While a finding that is not set aside has a place to show.
    Finding,
    /// While there is a grouping with districts before it.
    Before,
    /// While there is another grouping to look at beside the plan's.
    Beside,
    /// While districts are searched.
    Search,
    /// While districts are searched and there is a draft of them.
    Draft,
    /// While the plan's districts are those that were searched last.
    Searched,
    /// While work runs.
    Job,
}

/// The menu in which a command stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MenuGroup {
    /// 文件.
    File,
    /// 编辑.
    Edit,
    /// 方案.
    Plan,
    /// 视图.
    View,
    /// 帮助.
    Help,
}

impl MenuGroup {
    /// The menus in order.
    pub const ALL: [Self; 5] = [Self::File, Self::Edit, Self::Plan, Self::View, Self::Help];

    /// Key of its title.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::File => "command.menu-file",
            Self::Edit => "command.menu-edit",
            Self::Plan => "command.menu-plan",
            Self::View => "command.menu-view",
            Self::Help => "command.menu-help",
        }
    }
}

/// A command of the table.
#[derive(Clone, Copy, Debug)]
pub struct Listed {
    /// Stable id.
    pub id: &'static str,
    /// Key of its words.
    pub key: &'static str,
    /// Menu.
    pub group: MenuGroup,
    /// Shortcut, if it has one.
    pub shortcut: Option<Shortcut>,
    /// When it can be used.
    pub availability: Availability,
    /// The command itself.
    pub make: fn() -> Command,
}

const fn row(
    id: &'static str,
    key: &'static str,
    group: MenuGroup,
    shortcut: Option<Shortcut>,
    availability: Availability,
    make: fn() -> Command,
) -> Listed {
    Listed { id, key, group, shortcut, availability, make }
}

#[expect(clippy::unnecessary_wraps, reason = "a row of the table may have no shortcut")]
const fn ctrl(c: char) -> Option<Shortcut> {
    Some(Shortcut::command(Key::Char(c)))
}

#[expect(clippy::unnecessary_wraps, reason = "a row of the table may have no shortcut")]
const fn ctrl_shift(c: char) -> Option<Shortcut> {
    Some(Shortcut::command_shift(Key::Char(c)))
}

#[expect(clippy::unnecessary_wraps, reason = "a row of the table may have no shortcut")]
const fn plain(key: Key) -> Option<Shortcut> {
    Some(Shortcut::plain(key))
}

use Availability::{Always, Before, Finding, Job, Plan, Selection};
use MenuGroup::{Edit, File, Help, View};

/// Every command that needs no argument, in menu order.
pub const LISTED: &[Listed] = &[
    row("open", "command.open", File, ctrl('O'), Always, || Command::AskOpen),
    row("load", "command.load", File, ctrl('I'), Always, || Command::AskLoad),
    row("look-at-files", "command.look-at-files", File, None, Plan, || Command::LookAtFiles),
    row("open-sample", "command.open-sample", File, None, Always, || Command::OpenSample),
    row("save", "command.save", File, ctrl('S'), Plan, || Command::Save),
    row("save-as", "command.save-as", File, ctrl_shift('S'), Plan, || Command::AskSaveAs),
    row("export", "command.export", File, ctrl('E'), Plan, || Command::AskExport),
    row("close", "command.close", File, ctrl('W'), Plan, || Command::Close),
    row("quit", "command.quit", File, ctrl('Q'), Always, || Command::Quit),
    row("undo", "command.undo", Edit, ctrl('Z'), Availability::Undo, || Command::Undo),
    row("redo", "command.redo", Edit, ctrl_shift('Z'), Availability::Redo, || Command::Redo),
    row("select-all", "command.select-all", Edit, ctrl('A'), Plan, || Command::SelectAll),
    row("clear-selection", "command.clear-selection", Edit, plain(Key::Escape), Always, || Command::ClearSelection),
    row("invert-selection", "command.invert-selection", Edit, ctrl_shift('I'), Plan, || Command::InvertSelection),
    row("select-communities", "command.select-communities", Edit, None, Selection, || Command::SelectWhole(Whole::Community)),
    row("select-districts", "command.select-districts", Edit, None, Selection, || Command::SelectWhole(Whole::District)),
    row("select-blocks", "command.select-blocks", Edit, None, Selection, || Command::SelectWhole(Whole::Block)),
    row("new-district", "command.new-district", MenuGroup::Plan, plain(Key::Char('N')), Selection, || Command::NewDistrict),
    row("unassign", "command.unassign", MenuGroup::Plan, plain(Key::Delete), Selection, || Command::AssignSelection(None)),
    row("absorb", "command.absorb", MenuGroup::Plan, None, Availability::Districts, || Command::Absorb(None)),
    row("split-parts", "command.split-parts", MenuGroup::Plan, None, Availability::District, || Command::SplitParts(None)),
    row("propose-repair", "command.propose-repair", MenuGroup::Plan, None, Plan, || Command::ProposeRepair),
    row("compare", "command.compare", MenuGroup::Plan, None, Plan, || Command::AskCompare),
    row("merge", "command.merge", MenuGroup::Plan, None, Plan, || Command::AskMerge),
    row("pairs", "command.pairs", MenuGroup::Plan, None, Plan, || Command::AskPairs),
    row("form-read", "command.form-read", MenuGroup::Plan, None, Plan, || Command::AskFilled),
    row("field-needs", "command.field-needs", MenuGroup::Plan, None, Plan, || Command::TakeFieldNeeds),
    row("comments", "command.comments", MenuGroup::Plan, None, Plan, || Command::AskComments),
    row("minutes", "command.minutes", MenuGroup::Plan, None, Plan, || Command::AskMinutes),
    row("freeze", "command.freeze", MenuGroup::Plan, None, Plan, || Command::AskFreeze),
    row("branch", "command.branch", MenuGroup::Plan, None, Plan, || Command::AskBranch),
    row("compare-version", "command.compare-version", MenuGroup::Plan, None, Plan, || Command::CompareVersion),
    row("draft-items", "command.draft-items", MenuGroup::Plan, None, Plan, || Command::DraftItems),
    row("propose-years", "command.propose-years", MenuGroup::Plan, None, Plan, || Command::ProposeYears),
    row("prices-in", "command.prices-in", MenuGroup::Plan, None, Plan, || Command::AskPricesIn),
    row("prices-out", "command.prices-out", MenuGroup::Plan, None, Plan, || Command::AskPricesOut),
    row("measure-items", "command.measure-items", MenuGroup::Plan, None, Plan, || Command::MeasureItems),
    row("propose-phase", "command.propose-phase", MenuGroup::Plan, None, Plan, || Command::ProposePhase),
    row("settings", "command.settings", MenuGroup::Plan, ctrl(','), Plan, || Command::ShowSettings),
    row("report", "command.report", MenuGroup::Plan, None, Plan, || Command::ShowReport),
    row("keep-search", "command.keep-search", MenuGroup::Plan, None, Availability::Draft, || Command::KeepSearch),
    row("stop-search", "command.stop-search", MenuGroup::Plan, None, Availability::Search, || Command::StopSearch),
    row("go-on", "command.go-on", MenuGroup::Plan, None, Availability::Searched, || Command::GoOn),
    row("group-only", "command.group-only", MenuGroup::Plan, None, Selection, || Command::GroupOnly(Scope::Compounds)),
    row("cancel", "command.cancel", MenuGroup::Plan, ctrl('.'), Job, || Command::CancelJobs),
    row("fit-all", "command.fit-all", View, plain(Key::Char('F')), Plan, || Command::FitAll),
    row("fit-selection", "command.fit-selection", View, plain(Key::Char('Z')), Selection, || Command::FitSelection),
    row("before", "command.before", View, plain(Key::Char('B')), Before, || Command::ToggleBefore),
    row("swipe", "command.swipe", View, plain(Key::Char('X')), Availability::Beside, || Command::Compare(Comparing::Swipe)),
    row("side-by-side", "command.side-by-side", View, None, Availability::Beside, || Command::Compare(Comparing::SideBySide)),
    row("next-part", "command.next-part", View, plain(Key::Char('.')), Finding, || Command::NextPart(None)),
    row("previous-part", "command.previous-part", View, plain(Key::Char(',')), Finding, || Command::PreviousPart(None)),
    row("backdrop", "command.backdrop", View, None, Plan, || Command::AskBackdrop),
    row("zoom-in", "command.zoom-in", View, plain(Key::Plus), Plan, || Command::Zoom(1.5)),
    row("zoom-out", "command.zoom-out", View, plain(Key::Minus), Plan, || Command::Zoom(1.0 / 1.5)),
    row("tool-select", "command.tool-select", View, plain(Key::Char('V')), Plan, || Command::SetTool(Tool::Select)),
    row("tool-pan", "command.tool-pan", View, plain(Key::Char('H')), Plan, || Command::SetTool(Tool::Pan)),
    row("tool-link", "command.tool-link", View, plain(Key::Char('L')), Plan, || Command::SetTool(Tool::Link)),
    row("tool-lasso", "command.tool-lasso", View, plain(Key::Char('Q')), Plan, || Command::SetTool(Tool::Lasso)),
    row("tool-paint", "command.tool-paint", View, plain(Key::Char('P')), Plan, || Command::SetTool(Tool::Paint)),
    row("tool-ring", "command.tool-ring", View, plain(Key::Char('O')), Plan, || Command::SetTool(Tool::Ring)),
    row("tool-cut", "command.tool-cut", View, plain(Key::Char('C')), Plan, || Command::SetTool(Tool::Cut)),
    row("tool-grow", "command.tool-grow", View, plain(Key::Char('G')), Plan, || Command::SetTool(Tool::Grow)),
    row("tool-swallow", "command.tool-swallow", View, plain(Key::Char('W')), Plan, || Command::SetTool(Tool::Swallow)),
    row("tool-measure", "command.tool-measure", View, plain(Key::Char('M')), Plan, || Command::SetTool(Tool::Measure)),
    row("tool-text", "command.tool-text", View, plain(Key::Char('T')), Plan, || {
        Command::SetTool(Tool::Annotate(AnnotationKind::Text))
    }),
    row("tool-arrow", "command.tool-arrow", View, None, Plan, || Command::SetTool(Tool::Annotate(AnnotationKind::Arrow))),
    row("tool-cloud", "command.tool-cloud", View, None, Plan, || Command::SetTool(Tool::Annotate(AnnotationKind::Cloud))),
    row("tool-barrier", "command.tool-barrier", View, None, Plan, || {
        Command::SetTool(Tool::Draw(Drawn::Barrier(BarrierKind::River)))
    }),
    row("tool-bridge", "command.tool-bridge", View, None, Plan, || Command::SetTool(Tool::Draw(Drawn::Bridge))),
    row("tool-parcel", "command.tool-parcel", View, None, Plan, || Command::SetTool(Tool::Draw(Drawn::Parcel))),
    row("tool-facility", "command.tool-facility", View, None, Plan, || Command::SetTool(Tool::Draw(Drawn::Facility))),
    row("tool-vertices", "command.tool-vertices", View, plain(Key::Char('E')), Plan, || Command::SetTool(Tool::Vertices)),
    row("panel-layers", "command.panel-layers", View, plain(Key::F(6)), Plan, || Command::TogglePanel(Panel::Layers)),
    row("panel-inspector", "command.panel-inspector", View, plain(Key::F(7)), Plan, || Command::TogglePanel(Panel::Inspector)),
    row("panel-bottom", "command.panel-bottom", View, plain(Key::F(8)), Plan, || Command::TogglePanel(Panel::Bottom)),
    row("tab-table", "command.tab-table", View, None, Plan, || Command::ShowTab(Tab::Table)),
    row("tab-districts", "command.tab-districts", View, None, Plan, || Command::ShowTab(Tab::Districts)),
    row("tab-screening", "command.tab-screening", View, None, Plan, || Command::ShowTab(Tab::Screening)),
    row("tab-needs", "command.tab-needs", View, None, Plan, || Command::ShowTab(Tab::Needs)),
    row("tab-items", "command.tab-items", View, None, Plan, || Command::ShowTab(Tab::Items)),
    row("tab-coordinate", "command.tab-coordinate", View, None, Plan, || Command::ShowTab(Tab::Coordinate)),
    row("board-digging", "command.board-digging", View, None, Plan, || Command::ShowBoard(Board::Digging)),
    row("board-sync", "command.board-sync", View, None, Plan, || Command::ShowBoard(Board::Sync)),
    row("board-survey", "command.board-survey", View, None, Plan, || Command::ShowBoard(Board::Survey)),
    row("board-funds", "command.board-funds", View, None, Plan, || Command::ShowBoard(Board::Funds)),
    row("board-phasing", "command.board-phasing", View, None, Plan, || Command::ShowBoard(Board::Phasing)),
    row("board-milestones", "command.board-milestones", View, None, Plan, || Command::ShowBoard(Board::Milestones)),
    row("board-indicators", "command.board-indicators", View, None, Plan, || Command::ShowBoard(Board::Indicators)),
    row("tab-checks", "command.tab-checks", View, None, Plan, || Command::ShowTab(Tab::Checks)),
    row("tab-compare", "command.tab-compare", View, None, Plan, || Command::ShowTab(Tab::Compare)),
    row("tab-gap", "command.tab-gap", View, None, Plan, || Command::ShowTab(Tab::Gap)),
    row("tab-history", "command.tab-history", View, None, Plan, || Command::ShowTab(Tab::History)),
    row("tab-jobs", "command.tab-jobs", View, None, Plan, || Command::ShowTab(Tab::Jobs)),
    row("step-load", "command.step-load", View, plain(Key::Char('1')), Plan, || Command::SetStep(Step::Load)),
    row("step-screen", "command.step-screen", View, plain(Key::Char('2')), Plan, || Command::SetStep(Step::Screen)),
    row("step-connect", "command.step-connect", View, plain(Key::Char('3')), Plan, || Command::SetStep(Step::Connect)),
    row("step-group", "command.step-group", View, plain(Key::Char('4')), Plan, || Command::SetStep(Step::Group)),
    row("step-compose", "command.step-compose", View, plain(Key::Char('5')), Plan, || Command::SetStep(Step::Compose)),
    row("step-coordinate", "command.step-coordinate", View, plain(Key::Char('6')), Plan, || Command::SetStep(Step::Coordinate)),
    row("step-review", "command.step-review", View, plain(Key::Char('7')), Plan, || Command::SetStep(Step::Review)),
    row("years-all", "command.years-all", View, None, Plan, || Command::ShowYears(Years::All)),
    row("play-years", "command.play-years", View, None, Plan, || Command::PlayYears(true)),
    row("next-year", "command.next-year", View, None, Plan, || Command::StepYears(false)),
    row("previous-year", "command.previous-year", View, None, Plan, || Command::StepYears(true)),
    row("present", "command.present", View, plain(Key::F(5)), Plan, || Command::Present),
    row("language", "command.language", View, None, Always, || Command::NextLang),
    row("theme", "command.theme", View, None, Always, || Command::NextTheme),
    row("hand", "command.hand", View, None, Always, || Command::NextHand),
    row("palette", "command.palette", Help, ctrl('K'), Always, || Command::OpenPalette),
    row("shortcuts", "command.shortcuts", Help, plain(Key::F(1)), Always, || Command::ShowShortcuts),
    row("about", "command.about", Help, None, Always, || Command::ShowAbout),
];

/// The listed command with this id.
#[must_use]
pub fn by_id(id: &str) -> Option<&'static Listed> {
    LISTED.iter().find(|listed| listed.id == id)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::i18n::{Lang, lookup};

    #[test]
    fn no_two_commands_share_an_id_or_a_shortcut() {
        let mut ids = BTreeSet::new();
        let mut shortcuts = BTreeMap::new();
        for listed in LISTED {
            assert!(ids.insert(listed.id), "{} twice", listed.id);
            if let Some(shortcut) = listed.shortcut {
                assert_eq!(shortcuts.insert(shortcut, listed.id), None, "{shortcut} of {} is taken", listed.id);
            }
        }
    }

    #[test]
    fn every_command_has_words() {
        for listed in LISTED {
            for lang in Lang::ALL {
                assert!(lookup(lang, listed.key).is_some(), "{} has no words", listed.key);
            }
        }
    }
}
