//! Everything a user can do, as data. Menus, toolbar, palette, shortcuts and tests draw on one table;
//! what a command does stands in `session::dispatch`, never here.

mod shortcut;
mod table;
mod tool;
mod window;

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::base::{AnnotationId, CompoundId, DistrictId, FundId, ItemId, PipeId};
use crate::export::{ExportOrder, FormKind};
use crate::i18n::Lang;
use crate::import::Choice;
use crate::map::{Hand, MapLayer, Viewport};
use crate::model::{
    Annotation, Backdrop, CommentAnswer, CommentKey, CompoundFacts, District, FieldLook, FindingKey, Fund, Item, LinkKey,
    LinkRule, Meeting, MendKey, NeedState, Opinion, OpinionKey, Settings, Subject, UnitPrice,
};
use crate::pipes::survey::FaultKind;
use crate::policy::{CatalogueEntry, ItemClass, ItemCode, PipeClass};
use crate::screening::FactsPatch;

pub use shortcut::{Key, Shortcut};
pub use table::{Availability, LISTED, Listed, MenuGroup, by_id};
pub use tool::{Brush, Destination, Drawn, Form, Into, Source, Stroke, Target, Tool, Whole};
pub use window::{Board, Comparing, Panel, Scope, SelectMode, Step, Tab, Theme, Years};

/// One thing the user asked for. Commands with arguments come from panels; the rest are in [`LISTED`] too.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Asks for a plan file to open.
    AskOpen,
    /// Opens a plan, or loads a layer, by what the file is.
    Open(PathBuf),
    /// Opens the sample plan.
    OpenSample,
    /// Closes the plan and shows the start screen.
    Close,
    /// Asks for layers to load.
    AskLoad,
    /// Looks for layers and ledgers in files, folders and zips, and loads them once all is settled; ledgers are joined.
    Load(Vec<PathBuf>),
    /// As [`Command::Load`], but asks again what was settled before.
    LoadAnew(Vec<PathBuf>),
    /// Settles something for one of the layers that were found.
    ChooseLayer(usize, Box<Choice>),
    /// Whether what is settled for the layers that were found is remembered.
    RememberAnswers(bool),
    /// Loads the layers that were found, as it is settled.
    LoadChosen,
    /// Asks for the file with the control points of a layer that was found.
    AskControl(usize),
    /// Reads the control points of a layer that was found.
    ReadControl(usize, PathBuf),
    /// Forgets what was settled for files loaded before.
    ForgetAnswers,
    /// Reads a layer again with the offset undone that its report hints at.
    UndoOffset(usize),
    /// Looks whether files that layers were read from have changed.
    LookAtFiles,
    /// Reads the files that have changed again; what was decided stays.
    Reload,
    /// Leaves the layers as they were read until their files change again.
    KeepAsRead,
    /// Saves to the plan's file; asks for one where there is none.
    Save,
    /// Asks where to save.
    AskSaveAs,
    /// Saves under that path.
    SaveAs(PathBuf),
    /// Shows the export dialog.
    AskExport,
    /// Asks for files of comments.
    AskComments,
    /// Reads comments from files.
    ReadComments(Vec<PathBuf>),
    /// Answers a comment, or takes the answer back.
    AnswerComment(CommentKey, Option<CommentAnswer>),
    /// Sets the minutes of the meeting, or takes them away; never a seal.
    SetMeeting(Option<Box<Meeting>>),
    /// Sets what a unit says of a district, or takes it away.
    SetOpinion(OpinionKey, Option<Box<Opinion>>),
    /// Asks for minutes of a meeting.
    AskMinutes,
    /// Reads minutes from a file.
    ReadMinutes(PathBuf),
    /// Asks whether the version is to be frozen for good.
    AskFreeze,
    /// Freezes the version with its minutes.
    Freeze,
    /// Asks where to write a plan that goes on from the frozen version.
    AskBranch,
    /// Writes that plan and opens it.
    BranchTo(PathBuf),
    /// Compares with the version from which the plan was branched.
    CompareVersion,
    /// Shows what a comment is about.
    ShowSubject(Subject),
    /// Asks for the folder of an export.
    AskExportFolder(ExportOrder),
    /// Writes the files of an export into the folder.
    Export(ExportOrder, PathBuf),
    /// Takes up what a journal holds, or lets it go.
    Recover(bool),
    /// Takes the last step back.
    Undo,
    /// Does the step again that was taken back.
    Redo,
    /// New settings; screening and links follow.
    ChangeSettings(Box<Settings>),
    /// New gap limit, m; live while dragging (`commit` false), one step of history at the end.
    SetGap {
        /// Largest gap that links, m.
        gap_m: f64,
        /// The drag has ended.
        commit: bool,
    },
    /// Groups the eligible compounds into districts anew.
    Group(Box<GroupRequest>),
    /// Makes a change that takes in what is left over, and groups again from the districts that are there.
    TakeFix(Box<crate::grouping::shortfall::Fix>),
    /// Lets the search for districts go; the plan stays as it was.
    StopSearch,
    /// Ends the search for districts with the best so far.
    KeepSearch,
    /// Goes on searching from what the last search found.
    GoOn,
    /// Chooses whose districts are grouped, out of the selection.
    GroupOnly(Scope),
    /// Proposes the fewest moves that make every district contiguous.
    ProposeRepair,
    /// Asks for a plan or a map to compare with.
    AskCompare,
    /// Compares with another plan, or with a map of which that field names the districts.
    CompareWith(PathBuf, Option<String>),
    /// Compares anew after the plan has changed.
    CompareAgain,
    /// Puts the grouping that stands beside the plan's in its place.
    TakeOther,
    /// Lets that grouping go.
    CloseOther,
    /// Asks for the other side's plan and the one from which both set out.
    AskMerge,
    /// Looks what the other side changed since both set out.
    MergeWith {
        /// The plan from which both set out.
        base: PathBuf,
        /// The other side's.
        theirs: PathBuf,
    },
    /// Says whose word holds where both changed the same, by the key of the conflict.
    ChooseInMerge(String, crate::versions::Word),
    /// Looks again after the plan has changed.
    MergeAgain,
    /// Brings the other side's changes into the plan.
    TakeMerge,
    /// Lets the merge go.
    CloseMerge,
    /// Shows the districts before the last grouping on the map, or the plan's again.
    ToggleBefore,
    /// Looks at another grouping and the plan's on the map together, or at the plan's alone again.
    Compare(Comparing),
    /// Where the handle between the two stands, as a share of the map's width.
    SetSwipe(f32),
    /// Puts the selected compounds into a district, or into none.
    AssignSelection(Option<DistrictId>),
    /// Makes a district of the selected compounds.
    NewDistrict,
    /// Takes a district away; its compounds stay, unassigned.
    RemoveDistrict(DistrictId),
    /// Changes name, year, lock or note of a district.
    SetDistrict(DistrictId, Box<District>),
    /// Moves all compounds of the second district into the first.
    MergeDistricts(DistrictId, DistrictId),
    /// Puts the compounds of a gesture where they are to go.
    MoveInto {
        /// Whom the gesture took.
        compounds: Vec<CompoundId>,
        /// Where they go.
        to: Destination,
        /// What gesture it was.
        by: Stroke,
    },
    /// Cuts a district along a line in the working CRS, m.
    CutDistrict(DistrictId, Vec<[f64; 2]>),
    /// Makes a district of each part of one that is not in one piece, or of the selected one; the largest part stays.
    SplitParts(Option<DistrictId>),
    /// Groups the compounds of a district into so many, or without a number by the bounds that were last asked for.
    SplitInto(DistrictId, Option<usize>),
    /// Gives leftovers to the districts beside them that suit best, or all to that district: the selected compounds in none, or
    /// without such all that may be grouped.
    Absorb(Option<DistrictId>),
    /// Makes a district that grows from a compound to the households of the brush.
    GrowHere(CompoundId),
    /// Goes back or forward to the plan as it was after so many steps.
    StepTo(usize),
    /// What gestures take, and where it goes.
    SetBrush(Brush),
    /// What clicks make, of items and where something is measured.
    SetForm(Form),
    /// Adds a text, arrow or cloud, changes one, or with nothing takes it away.
    SetAnnotation(Option<AnnotationId>, Option<Box<Annotation>>),
    /// Adds a drawn feature to its layer.
    AddFeature(Drawn, Box<geo::Geometry<f64>>),
    /// Gives something drawn another shape.
    Reshape(Target, Box<geo::Geometry<f64>>),
    /// Puts a copy of something drawn beside it.
    Duplicate(Target),
    /// Takes something drawn away.
    RemoveDrawn(Target),
    /// Selects something drawn, or nothing.
    SelectDrawn(Option<Target>),
    /// Selects the compounds of which an expression over the fields of the table holds.
    SelectWhere(String, SelectMode),
    /// Makes the selection whole: all compounds of the communities, or districts, of which any is selected.
    SelectWhole(Whole),
    /// Forces or forbids the link of two compounds, or forgets the override.
    SetLink(LinkKey, Option<LinkRule>, String),
    /// Asks for a file of pairs linked or parted by hand.
    AskPairs,
    /// Reads such a file and sets its pairs.
    ReadPairs(PathBuf),
    /// Changes what is known of a compound.
    SetFacts(CompoundId, Box<CompoundFacts>),
    /// Gives an open row of a ledger to a compound.
    JoinRow {
        /// Place of the ledger among those joined.
        join: usize,
        /// Line of the row.
        line: usize,
        /// Whose row it is.
        compound: CompoundId,
    },
    /// Gives every row of a ledger that has a candidate standing out to that candidate.
    JoinProposed(usize),
    /// Enters the rows of a ledger that have no compound, as far as buildings or coordinates tell their place.
    EnterRows(usize),
    /// Says yes (or no) to mends, recorded or offered.
    AnswerMends(Vec<MendKey>, bool),
    /// Shows a mend on the map, with the shape as drawn; or none.
    ShowMend(Option<MendKey>),
    /// Proposes items from what compounds lack, from the pipes that serve them and from what the districts lack.
    DraftItems,
    /// Proposes items for some districts.
    DraftFor(BTreeSet<DistrictId>),
    /// Takes proposals, by their places in the list, into the plan.
    TakeProposals(Vec<usize>),
    /// Strikes proposals from the list.
    StrikeProposals(Vec<usize>),
    /// Measures the quantities of all items anew that nobody set by hand.
    MeasureItems,
    /// Adds an item, or changes one.
    SetItem(Option<ItemId>, Box<Item>),
    /// Moves an item to a place in the working CRS, m.
    MoveItem(ItemId, f64, f64),
    /// Takes items away.
    RemoveItems(Vec<ItemId>),
    /// Adds an entry to the plan's own catalogue, or changes one; what is built in or in use stays as it is and is copied.
    SetEntry(Option<ItemCode>, Box<CatalogueEntry>),
    /// Takes an entry of the plan's own that nothing uses out of the catalogue.
    RemoveEntry(ItemCode),
    /// Sets or forgets the responsible department of an item (R52).
    SetDepartment(ItemCode, Option<String>),
    /// Asks where to write the price book.
    AskPricesOut,
    /// Writes the price book.
    WritePrices(PathBuf),
    /// Asks for a price book.
    AskPricesIn,
    /// Takes the prices of a price book.
    ReadPrices(PathBuf),
    /// Sets or forgets a price of the price book.
    SetPrice(ItemCode, Option<UnitPrice>),
    /// Years agreed for pipes; `None` goes back to their owners' own.
    SetPipeYears(Vec<(PipeId, Option<i32>)>),
    /// Adds an entry of the fund ledger, changes one, or takes one away.
    SetFund(Option<FundId>, Option<Box<Fund>>),
    /// Makes the fixes of the pipe survey for faults of these kinds.
    FixPipes(Vec<FaultKind>),
    /// Looks for years of pipes under which least ground is opened twice.
    ProposeYears,
    /// Looks for the years of districts.
    ProposePhase,
    /// Takes the years of districts that are proposed.
    TakePhase,
    /// Lets them go.
    ClosePhase,
    /// Takes the years that are proposed.
    TakeYears,
    /// Lets the years that are proposed go.
    CloseYears,
    /// State of items in compounds (R20).
    SetNeeds(Vec<CompoundId>, Vec<ItemCode>, Option<NeedState>),
    /// Takes the states of items that fields of the compounds tell.
    TakeFieldNeeds,
    /// Settles facts of screening in compounds.
    SettleFacts(Vec<CompoundId>, Box<FactsPatch>),
    /// Asks where to write a form for compounds to be filled in.
    AskForm(FormKind, Vec<CompoundId>),
    /// Writes the form.
    WriteForm(FormKind, Vec<CompoundId>, PathBuf),
    /// Asks for a form that came back.
    AskFilled,
    /// Takes a form that came back into the plan.
    ReadFilled(PathBuf),
    /// Sets a finding aside, with a reason; or takes it up again.
    SetIgnored(FindingKey, Option<String>),
    /// Shows the next part on the map, of that finding or of the one that was shown last.
    NextPart(Option<FindingKey>),
    /// Shows the part before.
    PreviousPart(Option<FindingKey>),
    /// Stops the running work.
    CancelJobs,
    /// Selects compounds, in place of or besides what is selected.
    Select(Vec<CompoundId>, SelectMode),
    /// Selects a district, or none.
    SelectDistrict(Option<DistrictId>),
    /// Selects an item, or none.
    SelectItem(Option<ItemId>),
    /// Selects a pipe, or none.
    SelectPipe(Option<PipeId>),
    /// Shows ground that is opened twice, by its key, or none.
    SelectReopening(Option<String>),
    /// Marks ground that is opened twice, and leaves the map where it is.
    MarkReopening(String),
    /// Shows a board of coordination in the lower panel.
    ShowBoard(Board),
    /// Selects every compound.
    SelectAll,
    /// Selects nothing.
    ClearSelection,
    /// Turns the selection of compounds over.
    InvertSelection,
    /// Shows the whole plan.
    FitAll,
    /// Shows the selection.
    FitSelection,
    /// Zooms by a factor about the middle.
    Zoom(f64),
    /// Shows that rectangle of the working CRS: x and y from, x and y to, m.
    ShowRect([f64; 4]),
    /// The map was moved or zoomed by hand.
    MoveView(Viewport),
    /// Sets the map scale 1:n.
    SetScale(f64),
    /// Chooses a tool of the map.
    SetTool(Tool),
    /// Chooses a step of the way of work.
    SetStep(Step),
    /// Shows or hides a layer.
    ToggleLayer(MapLayer),
    /// Shows or hides pipes of one class.
    TogglePipes(PipeClass),
    /// Shows or hides items of one class.
    ToggleItems(ItemClass),
    /// Shows items of one class alone, or all again.
    ShowOnlyItems(ItemClass),
    /// Shows or hides the items of one entry of the catalogue.
    ToggleEntry(ItemCode),
    /// Shows items with a tag alone, on the map and in the catalogue; or all again.
    FilterTag(Option<String>),
    /// Opacity of a layer, 0–1.
    SetLayerOpacity(MapLayer, f32),
    /// Colours a layer by a field, or again as it is by itself. Compounds and districts can be.
    SetLook(MapLayer, Option<FieldLook>),
    /// What lies below everything, and how strongly.
    SetBackdrop(Backdrop),
    /// Asks for a file of tiles or a placed image to lie below.
    AskBackdrop,
    /// Puts that file below.
    SetBackdropFile(PathBuf),
    /// Whether the network may be asked for the backdrop there is.
    AllowNetwork(bool),
    /// Keeps a key of the user's for a service, by its host; an empty one forgets it.
    SetServiceKey(String, String),
    /// Moves a layer one place up (or down) in the drawing order.
    MoveLayer(MapLayer, bool),
    /// Shows or hides a panel.
    TogglePanel(Panel),
    /// Shows one tab of the lower panel.
    ShowTab(Tab),
    /// Shows the map alone for the meeting, or ends that.
    Present,
    /// Shows the next district to the meeting, or the one before.
    PresentStep(bool),
    /// Shows all years on the map, one, or all up to one.
    ShowYears(Years),
    /// Goes through the planned years on the map, or stops.
    PlayYears(bool),
    /// Shows the next planned year, or the one before.
    StepYears(bool),
    /// Changes the language.
    SetLang(Lang),
    /// Changes the language to the next.
    NextLang,
    /// Light or dark.
    SetTheme(Theme),
    /// The other theme.
    NextTheme,
    /// The hand in which the map is drawn.
    SetHand(Hand),
    /// The next one.
    NextHand,
    /// Size of text as a factor, 0.8–2.5.
    SetTextScale(f32),
    /// How many copies of a plan's file are kept beside it.
    SetCopies(usize),
    /// Opens the command palette.
    OpenPalette,
    /// Opens the about box.
    ShowAbout,
    /// Opens the list of shortcuts.
    ShowShortcuts,
    /// Opens the settings of the plan.
    ShowSettings,
    /// Shows what was read from the files.
    ShowReport,
    /// Closes whatever dialog is open.
    CloseDialog,
    /// Leaves the program.
    Quit,
}

/// What is asked of a grouping, in the planner's terms.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupRequest {
    /// Bounds by field code (`households`, `floor_area_m2`, `cost_wan_yuan`, `count`, or a field of the source).
    pub bounds: Vec<FieldBound>,
    /// How many districts.
    pub aim: crate::grouping::Aim,
    /// Fields whose likeness inside a district is sought.
    pub similar: Vec<String>,
    /// Start of the random numbers.
    pub seed: u64,
    /// How long to search, in rounds.
    pub effort: u32,
    /// Districts that are locked stay as they are.
    pub keep_locked: bool,
    /// The districts there are now are improved at their number instead of new ones built.
    pub improve: bool,
    /// A search goes on from its result: it looks for more districts where as many as possible are wanted.
    pub go_on: bool,
    /// These compounds alone are grouped, all others stay as they are; empty means all.
    pub only: BTreeSet<CompoundId>,
    /// What the parts of the objective weigh.
    pub weights: crate::grouping::Weights,
}

/// The field code of the diameter: it is no sum and has a maximum only.
pub const DIAMETER: &str = "diameter_m";

/// Bounds of one field for every district.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldBound {
    /// Field code.
    pub field: String,
    /// Least sum.
    pub min: Option<f64>,
    /// Largest sum.
    pub max: Option<f64>,
}

impl Default for GroupRequest {
    fn default() -> Self {
        Self {
            bounds: Vec::new(),
            aim: crate::grouping::Aim::Components,
            similar: Vec::new(),
            seed: 1,
            effort: 20,
            keep_locked: true,
            improve: false,
            go_on: false,
            only: BTreeSet::new(),
            weights: crate::grouping::Weights::default(),
        }
    }
}
