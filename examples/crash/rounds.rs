//! Kills and power cuts: a worker edits and saves a plan as the window does and says of every edit once it is kept; whoever
//! kills it opens the plan anew and looks whether every edit that was said to be kept is there, and nothing that was not made.
//!
//! Every edit bears its number, so that a plan tells by itself how far it came and what it must hold.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command as Process, Stdio};
use std::sync::Arc;
use std::time::Duration;

use geo::{MultiPolygon, Rect};
use lianpian::base::{CompoundId, DistrictId, ItemId, Seed, SplitMix};
use lianpian::command::Command;
use lianpian::effects::{Folders, Runner};
use lianpian::model::{Compound, CompoundFacts, Content, District, Item, ItemOrigin, Properties, Quantity, violations};
use lianpian::policy::ItemCode;
use lianpian::project::{self, Journal, copies, journal_path};
use lianpian::session::{Dialog, State, dispatch};

/// Compounds of the plan; saving them takes long enough to be killed in the middle.
const COMPOUNDS: u32 = 400;
/// Things of each kind that are edited in turn.
const THINGS: u64 = 7;
/// Kinds of things: districts, items, facts.
const KINDS: u64 = 3;
/// Pages of disks and of `SQLite`.
const PAGE: u64 = 4_096;
/// What the worker says of an edit that is kept.
const KEPT: &str = "kept ";
/// What it says once the plan is open; a test's runner may have said something before on the same line.
const OPEN: &str = "the plan is open";

/// The plan that all rounds go on with.
pub fn plan_in(folder: &Path) -> Result<PathBuf, String> {
    let place = folder.join("plan.gpkg");
    let square = |row: u32| {
        let (x, y) = (f64::from(row % 20) * 100.0, f64::from(row / 20) * 100.0);
        let corner = (500_000.0 + x, 4_800_000.0 + y);
        MultiPolygon(vec![Rect::new(corner, (corner.0 + 80.0, corner.1 + 80.0)).to_polygon()])
    };
    let compound = |row: u32| Compound {
        source_id: format!("c{row}"),
        shape: square(row),
        facts: CompoundFacts::default(),
        extra: Properties::new(),
    };
    let content = Content {
        title: "0".to_owned(),
        crs_code: 4549,
        compounds: Arc::new((0..COMPOUNDS).map(compound).collect()),
        assignment: vec![None; COMPOUNDS as usize],
        districts: (1..=8).map(|number| (DistrictId(number), District::numbered(number))).collect(),
        ..Content::default()
    };
    project::save(&content, &place).map_err(|error| error.to_string())?;
    Ok(place)
}

/// The command that makes edit number `n`.
fn edit(content: &Content, n: u64) -> Command {
    let place = u32::try_from(n / KINDS % THINGS).unwrap_or(0) + 1;
    match n % KINDS {
        0 => {
            let district = content.districts.get(&DistrictId(place)).cloned().unwrap_or_default();
            Command::SetDistrict(DistrictId(place), Box::new(District { number: place, note: n.to_string(), ..district }))
        }
        1 => Command::SetItem(
            Some(ItemId(place)),
            Box::new(Item {
                code: ItemCode::new("road"),
                compound: Some(CompoundId(place)),
                district: None,
                place: None,
                quantity: Quantity::Missing,
                year: None,
                timing: None,
                price: None,
                origin: ItemOrigin::Hand,
                note: n.to_string(),
            }),
        ),
        _ => Command::SetFacts(CompoundId(place), Box::new(CompoundFacts { name: n.to_string(), ..CompoundFacts::default() })),
    }
}

/// What the thing of edit `n` bears now.
fn borne(content: &Content, n: u64) -> u64 {
    let place = u32::try_from(n / KINDS % THINGS).unwrap_or(0) + 1;
    let text = match n % KINDS {
        0 => content.districts.get(&DistrictId(place)).map(|district| district.note.as_str()),
        1 => content.items.get(&ItemId(place)).map(|item| item.note.as_str()),
        _ => content.compounds.get(place as usize).map(|compound| compound.facts.name.as_str()),
    };
    text.and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// How far a plan came: the number of its last edit.
fn reached(content: &Content) -> u64 {
    (0..KINDS * THINGS).map(|n| borne(content, n)).max().unwrap_or(0)
}

/// Whether a plan holds what edits up to `n` make, and nothing else.
fn holds(content: &Content, n: u64) -> Result<(), String> {
    let turns = KINDS * THINGS;
    for slot in 0..turns {
        // The last edit of that thing; edits are numbered from 1.
        let last = if n >= slot { slot + (n - slot) / turns * turns } else { 0 };
        let found = borne(content, slot);
        if found != last {
            return Err(format!("after {n} edits thing {slot} bears {found} and not {last}"));
        }
    }
    match violations(content).first() {
        Some(violation) => Err(violation.to_string()),
        None => Ok(()),
    }
}

/// The plan as the next session would have it: its file, and what the journal holds beyond it.
fn recovered(plan: &Path) -> Result<Content, String> {
    let opened = project::open(plan).map_err(|error| error.to_string())?;
    if let Some(warning) = opened.warnings.first() {
        return Err(format!("the plan opens with {warning:?}"));
    }
    let Ok(read) = Journal::read(&journal_path(plan)) else { return Ok(opened.content) };
    let Some(first) = project::pending(plan, &read) else { return Ok(opened.content) };
    let replayed = project::replay(opened.content, read.edits.into_iter().skip(first).collect());
    match replayed.error {
        Some(error) => Err(format!("edit {} of the journal does not fit: {error}", replayed.applied + 1)),
        None => Ok(replayed.plan.content().clone()),
    }
}

/// Edits and saves until it is killed.
pub fn work(plan: &Path, seed: u64) -> Result<(), String> {
    let folder = plan.parent().unwrap_or(Path::new("."));
    let mut runner = Runner::with_folders(Arc::new(|| {}), false, Folders::within(folder));
    let mut state = State::default();
    send(&mut runner, &mut state, Command::Open(plan.to_path_buf()));
    runner.settle(&mut state);
    if matches!(state.view.dialog, Some(Dialog::Recover { .. })) {
        send(&mut runner, &mut state, Command::Recover(true));
        runner.settle(&mut state);
    }
    if !state.is_open {
        return Err(format!("not opened: {:?}", state.view.toasts));
    }
    let mut random = Seed(seed).stream(1);
    let mut n = reached(&state.plan);
    say(OPEN)?;
    loop {
        n += 1;
        let command = edit(&state.plan, n);
        send(&mut runner, &mut state, command);
        if borne(&state.plan, n) != n {
            return Err(format!("edit {n} was refused: {:?}", state.view.toasts));
        }
        say(&format!("{KEPT}{n}"))?;
        if random.chance(0.1) {
            send(&mut runner, &mut state, Command::Save);
        }
        // Takes the end of a save, which begins the journal anew.
        runner.poll(&mut state);
        if let Some(toast) = state.view.toasts.iter().find(|toast| toast.failure) {
            return Err(format!("{:?}", toast.message));
        }
        state.view.toasts.clear();
        pause(Duration::from_micros(random.next_u64() % 3_000));
    }
}

/// Nothing is waited for: a kill that comes at any moment is what is tried.
#[expect(clippy::disallowed_methods, reason = "the moment of the kill is drawn by chance")]
fn pause(time: Duration) {
    std::thread::sleep(time);
}

fn send(runner: &mut Runner, state: &mut State, command: Command) {
    let effects = dispatch(state, command);
    runner.run(state, effects);
}

/// Says that an edit is kept. What is written in one piece to a pipe is read whole or not at all.
fn say(line: &str) -> Result<(), String> {
    let mut out = std::io::stdout().lock();
    out.write_all(format!("{line}\n").as_bytes()).and_then(|()| out.flush()).map_err(|error| error.to_string())
}

/// What the rounds came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Kills.
    pub kills: u32,
    /// Those in the middle of a save.
    pub in_saves: u32,
    /// Those before the plan was open.
    pub before_open: u32,
    /// Edits that were kept.
    pub kept: u64,
    /// Kills after which the edit under way was there, though nobody had been told yet.
    pub under_way: u32,
    /// Power cuts that shortened the journal.
    pub journals_cut: u32,
    /// Edits that went with the ends of journals, in all.
    pub edits_cut: u64,
    /// Plan files cut or blanked in the middle.
    pub files_cut: u32,
    /// Those among them that were said to be damaged; the others had lost nothing that a plan needs.
    pub said_damaged: u32,
}

/// How workers are started.
pub type Start<'a> = &'a dyn Fn(&Path, u64) -> Process;

/// Kills so many workers, and cuts the power after each.
pub fn rounds(folder: &Path, kills: u32, seed: u64, start: Start<'_>) -> Result<Tally, String> {
    let plan = plan_in(folder)?;
    let mut random = Seed(seed).stream(0);
    let mut tally = Tally::default();
    let mut last = 0;
    for kill in 0..kills {
        let (told, in_save) = kill_one(&plan, &mut random, start).map_err(|why| format!("kill {kill}: {why}"))?;
        let content = recovered(&plan).map_err(|why| format!("kill {kill}: {why}"))?;
        let n = reached(&content);
        let least = told.unwrap_or(last);
        if n < least || n > least + 1 {
            return Err(format!("kill {kill}: {least} edits were kept, and {n} are there"));
        }
        holds(&content, n).map_err(|why| format!("kill {kill}: {why}"))?;
        tally.kills += 1;
        tally.in_saves += u32::from(in_save);
        tally.before_open += u32::from(told.is_none());
        tally.kept += n - last;
        tally.under_way += u32::from(n > least);
        last = n;
        cut_power(folder, &plan, n, &mut random, &mut tally).map_err(|why| format!("kill {kill}: {why}"))?;
    }
    Ok(tally)
}

/// Starts a worker and kills it after a moment. Gives the last edit that it said was kept, and whether a save was under way.
fn kill_one(plan: &Path, random: &mut SplitMix, start: Start<'_>) -> Result<(Option<u64>, bool), String> {
    let words = |error: std::io::Error| error.to_string();
    let mut child: Child = start(plan, random.next_u64()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(words)?;
    let out = child.stdout.take().ok_or("no output")?;
    let (opens, opened) = std::sync::mpsc::channel();
    let reader = std::thread::spawn(move || {
        let mut told = None;
        for line in BufReader::new(out).lines().map_while(Result::ok) {
            if line.ends_with(OPEN) {
                // Nobody may wait for it any more.
                opens.send(()).ok();
            }
            if let Some(n) = line.strip_prefix(KEPT).and_then(|n| n.parse::<u64>().ok()) {
                told = Some(n);
            }
        }
        told
    });
    // One in eight is killed at any moment of its start, the others once they edit; on a busy machine few would come so far.
    let early = random.chance(0.125);
    if !early {
        // What ends before it opened is told below.
        opened.recv_timeout(Duration::from_mins(2)).ok();
    }
    pause(Duration::from_millis(random.next_u64() % if early { 900 } else { 400 }));
    // SIGKILL where there is one: the process ends wherever it is.
    let ended = child.try_wait().map_err(words)?;
    child.kill().map_err(words)?;
    let mut fault = String::new();
    if ended.is_some() {
        use std::io::Read as _;
        if let Some(mut err) = child.stderr.take() {
            err.read_to_string(&mut fault).map_err(words)?;
        }
    }
    child.wait().map_err(words)?;
    let told = reader.join().map_err(|_| "the reader broke off")?;
    if let Some(status) = ended {
        return Err(format!("the worker ended by itself, {status}: {fault}"));
    }
    Ok((told, left_over(plan)?))
}

/// Whether a half-written file lies beside the plan; it is taken away, as the sweep of saves does after an hour.
fn left_over(plan: &Path) -> Result<bool, String> {
    let folder = plan.parent().unwrap_or(Path::new("."));
    let mut found = false;
    for entry in std::fs::read_dir(folder).map_err(|error| error.to_string())?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with(".lianpian-") && Path::new(&name).extension().is_some_and(|ending| ending == "tmp") {
            std::fs::remove_file(entry.path()).map_err(|error| error.to_string())?;
            found = true;
        }
    }
    Ok(found)
}

/// What a power cut may leave of copies of the plan and its journal: ends of files that are missing, or read as nothing.
fn cut_power(folder: &Path, plan: &Path, n: u64, random: &mut SplitMix, tally: &mut Tally) -> Result<(), String> {
    let words = |error: std::io::Error| error.to_string();
    let cut_folder = folder.join("cut");
    std::fs::create_dir_all(&cut_folder).map_err(words)?;
    let copy = cut_folder.join("plan.gpkg");
    let journal = journal_path(plan);
    if journal.exists() {
        std::fs::copy(plan, &copy).map_err(words)?;
        let cut = journal_path(&copy);
        std::fs::copy(&journal, &cut).map_err(words)?;
        blank_end(&cut, random)?;
        let content = recovered(&copy)?;
        let left = reached(&content);
        if left > n {
            return Err(format!("a shorter journal made {left} edits of {n}"));
        }
        holds(&content, left)?;
        tally.journals_cut += 1;
        tally.edits_cut += n - left;
        std::fs::remove_file(&cut).map_err(words)?;
    }
    // A half-written new file lies beside the plan until its rename, so the plan itself is whole. Should a disk lose pages that it
    // said it had, the plan opens soundly or says that it is damaged, and the copy of an earlier save opens.
    std::fs::copy(plan, &copy).map_err(words)?;
    blank_end(&copy, random)?;
    tally.files_cut += 1;
    match project::open(&copy) {
        Err(_) => tally.said_damaged += 1,
        Ok(opened) => {
            if let Some(violation) = violations(&opened.content).first() {
                return Err(format!("a plan cut in half opens with {violation}"));
            }
        }
    }
    for kept in copies(plan) {
        let content = project::open(&kept).map_err(|error| format!("the copy {}: {error}", kept.display()))?.content;
        holds(&content, reached(&content))?;
    }
    Ok(())
}

/// Cuts a file at the bound of a page, or fills it from there with nothing.
fn blank_end(path: &Path, random: &mut SplitMix) -> Result<(), String> {
    let words = |error: std::io::Error| error.to_string();
    let file = std::fs::OpenOptions::new().write(true).open(path).map_err(words)?;
    let length = file.metadata().map_err(words)?.len();
    let pages = usize::try_from(length / PAGE + 1).unwrap_or(1);
    // Mostly the end goes, as in a real cut; now and then more.
    let back = if random.chance(0.7) { random.below(pages.min(4)) + 1 } else { random.below(pages) + 1 };
    let at = u64::try_from(pages.saturating_sub(back)).unwrap_or(0) * PAGE;
    file.set_len(at).map_err(words)?;
    if random.chance(0.5) {
        file.set_len(length).map_err(words)?;
    }
    Ok(())
}
