//! What a command needs beyond the state, and what comes back.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::{LoadOrder, Origin, Other, PhaseProposal, Rereading, Survey, YearProposal};
use crate::base::{CompoundId, DistrictId, Message};
use crate::command::GroupRequest;
use crate::export::ExportOrder;
use crate::export::FormKind;
use crate::grouping::shortfall::Fix;
use crate::grouping::{Grouping, Repair};
use crate::import::{Control, FileComments, FileMinutes, FileRead, Form, HandPairs, JoinReport, PriceBook};
use crate::model::{Compound, Content, Edit, History, LayerKind, Plan};
use crate::project::{BaseMark, Held, Provenance};

/// Something that needs files, threads or a window. The pure state never waits for it.
#[derive(Debug)]
pub enum Effect {
    /// Ask for a plan file to open (window).
    AskOpen,
    /// Ask for files to load (window).
    AskLoad,
    /// Ask for the control points of a layer that was found (window).
    AskControl(usize),
    /// Ask for a file to lie below the plan (window).
    AskBackdrop,
    /// Ask where to save (window).
    AskSaveAs,
    /// Ask for the folder of an export (window).
    AskExportFolder(ExportOrder),
    /// Read a plan, or look for layers when the file is no plan.
    Open(PathBuf),
    /// Read the sample plan.
    OpenSample,
    /// Look for layers and ledgers in files, folders and zips.
    Survey {
        /// Where.
        paths: Vec<PathBuf>,
        /// What was settled before is to be settled again.
        anew: bool,
    },
    /// Read files as layers, ledgers to be joined, as it is settled.
    LoadChosen(Vec<LoadOrder>),
    /// Read the control points of a layer that was found.
    ReadControl(usize, PathBuf),
    /// Look whether the files of the session have changed.
    LookAtFiles,
    /// Read again what changed files brought.
    Reread(Box<Rereading>),
    /// Write the plan.
    Save(PathBuf),
    /// Write exports.
    Export(ExportOrder, PathBuf),
    /// Solve a grouping.
    Group(Box<GroupRequest>),
    /// Make a fix for what is left over.
    Fix(Box<Fix>),
    /// Let the search for a grouping go.
    StopSearch,
    /// End the search for a grouping with the best so far.
    KeepSearch,
    /// Look for the fewest moves that make every district contiguous.
    Repair,
    /// Ask for a file of pairs linked or parted by hand (window).
    AskPairs,
    /// Read the pairs of a file.
    ReadPairs(PathBuf),
    /// Ask where to write a form for compounds (window).
    AskForm(FormKind, Vec<CompoundId>),
    /// Write a form.
    WriteForm(FormKind, Vec<CompoundId>, PathBuf),
    /// Ask for a form that came back (window).
    AskFilled,
    /// Read a form that came back.
    ReadFilled(PathBuf),
    /// Ask where to write the price book (window).
    AskPricesOut,
    /// Write the price book.
    WritePrices(PathBuf),
    /// Ask for a price book (window).
    AskPricesIn,
    /// Read a price book.
    ReadPrices(PathBuf),
    /// Ask for minutes (window).
    AskMinutes,
    /// Read the minutes of a file.
    ReadMinutes(PathBuf),
    /// Count the seal that freezes the plan with the minutes it has.
    Seal,
    /// Ask where to write a branch of the frozen version (window).
    AskBranch,
    /// Write a branch of the frozen version that the plan's file holds.
    Branch(PathBuf),
    /// Compare with the version from which the plan of that file was branched.
    CompareVersion(PathBuf),
    /// Ask for files of comments (window).
    AskComments,
    /// Read the comments of files.
    ReadComments(Vec<PathBuf>),
    /// Ask for a plan or a map to compare with (window).
    AskCompare,
    /// Compare with the grouping of another plan, or of a map by a field.
    Compare(PathBuf, Option<String>),
    /// Ask for the other side's plan and the one from which both set out (window).
    AskMerge,
    /// Look what the other side changed.
    Merge {
        /// The plan from which both set out.
        base: PathBuf,
        /// The other side's.
        theirs: PathBuf,
    },
    /// The same with other choices, or for a plan that has changed.
    MergeAgain(Box<super::Merging>, crate::versions::Choices),
    /// Look for years of pipes once the ground is known.
    ProposeYears,
    /// Propose items for some districts, or for all, once the lengths are there.
    Draft(Option<BTreeSet<DistrictId>>),
    /// Look for years of districts once verdicts, lengths and ground are known.
    ProposePhase,
    /// Append an edit to the journal.
    Journal(Box<Edit>, &'static str),
    /// The plan in the journal's place is gone: close it.
    CloseJournal,
    /// Take up the journal that was found, or let it go.
    Recover(bool),
    /// Write the preferences.
    SavePreferences,
    /// Stop the work that was asked for. What the map itself needs goes on; a save is never broken off.
    CancelJobs,
    /// Leave (window).
    Quit,
}

/// What an effect brought.
#[derive(Debug)]
pub enum Answer {
    /// A plan was read.
    Opened {
        /// The plan.
        content: Box<Content>,
        /// Its file; none for the sample.
        path: Option<PathBuf>,
        /// What was mended on the way.
        warnings: Vec<Message>,
        /// Steps of a journal newer than the file.
        journal_steps: usize,
        /// Names the state the file holds.
        base: BaseMark,
        /// What the file holds.
        held: Held,
        /// Where the layers came from, as far as the file tells.
        provenance: Box<Provenance>,
        /// Files among those that are not there now.
        gone: Vec<String>,
    },
    /// The journal was replayed onto the plan.
    Recovered {
        /// The plan with the journal's edits.
        plan: Box<Plan>,
        /// Its history: what was recovered can be undone.
        history: Box<History>,
        /// Steps taken up.
        steps: usize,
        /// Kinds of layer that they put anew; nobody remembers from where.
        put: Vec<LayerKind>,
        /// The journal built on the sample.
        from_sample: bool,
        /// Why the steps after these could not be taken up.
        error: Option<Message>,
    },
    /// Layers and ledgers were found.
    Surveyed {
        /// What was found.
        survey: Box<Survey>,
        /// What was settled before is to be settled again.
        anew: bool,
    },
    /// Control points were read for a layer that was found.
    Controlled(usize, Control),
    /// Layers and ledgers were read.
    Loaded {
        /// What was to be read.
        orders: Vec<LoadOrder>,
        /// Files read.
        files: Vec<FileRead>,
        /// Compounds with the facts of ledgers, when one was joined, with its report.
        joined: Option<(Vec<Compound>, Vec<JoinReport>)>,
        /// Files that could not be read.
        failures: Vec<Message>,
        /// Those that were, to be watched.
        origins: Vec<Origin>,
    },
    /// Files that had changed were read again.
    Reread {
        /// Kinds of layer that are replaced.
        kinds: Vec<LayerKind>,
        /// Files read.
        files: Vec<FileRead>,
        /// Compounds with the facts of ledgers, when one was joined, with its report.
        joined: Option<(Vec<Compound>, Vec<JoinReport>)>,
        /// Ledgers that could not be joined.
        failures: Vec<Message>,
        /// The files as they are now.
        origins: Vec<Origin>,
    },
    /// The plan was written.
    Saved {
        /// Where.
        path: PathBuf,
        /// The revision that was written.
        revision: u64,
        /// Which of the session's plans it was.
        generation: u64,
        /// Names the saved state; a journal builds on it.
        base: BaseMark,
        /// What the file holds now.
        held: Held,
        /// What is to be said of the copy of the file that was there.
        note: Option<Message>,
    },
    /// Files were written.
    Exported {
        /// Where.
        dir: PathBuf,
        /// Which.
        files: Vec<PathBuf>,
        /// What formats could not hold.
        notes: Vec<Message>,
    },
    /// A grouping was found.
    Grouped {
        /// The grouping.
        grouping: Box<Grouping>,
        /// Revision of the plan it was made for.
        revision: u64,
    },
    /// A fix was made.
    Fixed {
        /// Which.
        fix: Box<Fix>,
        /// District of each compound with it, by labels of its own.
        district: Vec<Option<u32>>,
        /// Revision of the plan it was made for.
        revision: u64,
    },
    /// What another side changed was looked at.
    Merged(Box<super::Merging>),
    /// A repair was found.
    Repaired {
        /// The repair.
        repair: Box<Repair>,
        /// Revision of the plan it was made for.
        revision: u64,
    },
    /// Years of pipes were found.
    YearsProposed(Box<YearProposal>),
    /// Years of districts were found.
    PhaseProposed(Box<PhaseProposal>),
    /// Pairs linked or parted by hand were read from that file.
    PairsRead(PathBuf, HandPairs),
    /// A form or a price book was written to that file.
    FormWritten(PathBuf),
    /// A price book was read from that file.
    PricesRead(PathBuf, PriceBook),
    /// A form that came back was read from that file.
    FormRead(PathBuf, Box<Form>),
    /// Minutes were read from that file.
    MinutesRead(PathBuf, Box<FileMinutes>),
    /// The plan was sealed.
    Sealed {
        /// What freezes it.
        edit: Box<Edit>,
        /// The revision that was sealed.
        revision: u64,
    },
    /// A branch was written to that file.
    Branched(PathBuf),
    /// Comments were read from files, or why not.
    CommentsRead(Vec<(PathBuf, Result<FileComments, Message>)>),
    /// Another grouping was read and compared.
    Compared(Box<Other>),
    /// Something failed; nothing was changed.
    Failed(Message),
}
