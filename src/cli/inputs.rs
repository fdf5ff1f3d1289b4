//! Files named on the command line, read into the content of a plan.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::args::{Reading, Shared, VerdictWord};
use super::ledgers::{is_table, join_tables, table_units};
use super::terminal::Terminal;
use super::{mends, pairs};
use crate::base::{CompoundId, Message};
use crate::contiguity::{Link, LinkKind, Links, PairList};
use crate::import::weights::{Weights, read_weights};
use crate::import::{self, FileRead, LoadedLayer, ReadOptions, ReadReport, Repeats, same_file};
use crate::model::{
    Approximation, BarrierKind, BarrierRules, Content, EligibleVerdicts, LayerContent, LayerKind, LinkKey, LinkRule, MendState,
    Settings,
};
use crate::policy;
use crate::project::{self, Beside, Mark, Provenance, SourceFile};
use crate::session::{derive, place_layers};

/// What was read.
#[derive(Default)]
pub(super) struct Loaded {
    /// The plan so far: layers and settings.
    pub(super) content: Content,
    /// Reports, one a layer, for JSON.
    pub(super) reports: Vec<Value>,
    /// Features that were left out.
    pub(super) left_out: usize,
    /// Ledgers that lay beside the maps in folders and zips.
    pub(super) tables: Vec<import::Table>,
    /// Ledgers that were given so far.
    pub(super) ledgers: Repeats<()>,
    /// Where the layers came from, for the file of a plan.
    pub(super) provenance: Provenance,
}

impl Loaded {
    /// Saves a plan with the layers that were read.
    pub(super) fn save(&self, content: &Content, out: &Path) -> Result<(), Message> {
        save(content, &self.provenance, out)
    }
}

/// Saves a plan whose layers came from there.
pub(super) fn save(content: &Content, provenance: &Provenance, out: &Path) -> Result<(), Message> {
    let beside = Beside { provenance: provenance.clone(), ..Beside::default() };
    project::save_beside(content, out, &beside).map(drop).map_err(|error| error.message())
}

/// Options for one file; a kind named by `--kind` counts above all.
pub(super) fn options(path: &Path, kind: Option<LayerKind>, reading: &Reading, working_crs: u32) -> Result<ReadOptions, Message> {
    let control = reading.control.as_deref().map(import::read_control).transpose().map_err(|error| error.message())?;
    let kind = reading.kind_of(path).or(kind);
    // The ids are the compounds'; other layers have fields of their own.
    let ids_wanted = kind.is_none_or(|kind| kind == LayerKind::Compounds);
    Ok(ReadOptions {
        kind,
        crs: reading.crs.clone(),
        swap_xy: reading.swap_xy,
        shift: reading.shift_of(path),
        datum: reading.datum,
        control,
        id_field: reading.id.clone().filter(|_| ids_wanted),
        working_crs: (working_crs != 0).then_some(working_crs),
        ..ReadOptions::default()
    })
}

/// Makes sure that options which name a file name one of those that are read.
pub(super) fn check_named<'a>(reading: &Reading, inputs: impl Iterator<Item = &'a Path>) -> Result<(), Message> {
    let inputs: Vec<&Path> = inputs.collect();
    let Some((option, file)) = reading.named().find(|(_, file)| !inputs.iter().any(|input| same_file(input, file))) else {
        return Ok(());
    };
    let read: Vec<String> = inputs.iter().map(|input| input.display().to_string()).collect();
    let message = Message::new("cli.names-no-input").text("option", option).text("file", file.display().to_string());
    Err(message.text("files", read.join(", ")))
}

/// Reads map files, each as the layer its option says.
pub(super) fn read_maps(
    terminal: &mut Terminal,
    files: &[(Option<LayerKind>, &PathBuf)],
    reading: &Reading,
    mending: &mends::Mending,
) -> Result<Loaded, Message> {
    check_named(reading, files.iter().map(|(_, path)| path.as_path()))?;
    let mut loaded = Loaded::default();
    let mut read: Vec<FileRead> = Vec::new();
    let mut working_crs = 0;
    let mut repeats = Repeats::default();
    let mut sources = Vec::new();
    for (kind, path) in files {
        // A file may hold layers of several kinds; for one kind, and read in one way, it counts once.
        if let Some(told) = repeats.note(path, (*kind, reading.kind_of(path), reading.shift_of(path))) {
            terminal.say(&told);
            continue;
        }
        let options = options(path, *kind, reading, working_crs)?;
        let label = Message::new("cli.reading").text("file", path.display().to_string());
        let mark = Mark::of(path).unwrap_or_default();
        let file = terminal.phase("read", &label, |progress| import::read_path(path, &options, progress));
        let mut file = file.map_err(|error| error.message())?;
        file.failures.iter().for_each(|failure| terminal.say(failure));
        loaded.tables.append(&mut file.tables);
        working_crs = if working_crs == 0 { file.working_crs } else { working_crs };
        let before: Vec<&LayerContent> = read.iter().flat_map(|file| &file.layers).map(|layer| &layer.content).collect();
        for layer in &mut file.layers {
            let hint = import::offset_hint(&layer.content, before.iter().copied(), working_crs);
            layer.report.warnings.extend(hint);
            let held = before.iter().copied().filter(|held| held.kind() == layer.content.kind());
            layer.report.warnings.extend(import::shared_ids(layer, held));
            if let Some(answer) = mending.answer() {
                layer.report.answer(answer);
            }
        }
        for layer in &file.layers {
            if layer.report.warnings.iter().any(|warning| warning.key() == "import.no-id-field") {
                let field = options.id_field.clone().unwrap_or_default();
                return Err(Message::new("cli.no-column").text("field", field).text("file", path.display().to_string()));
            }
            loaded.left_out += layer.report.left_out.len();
            tell(terminal, path, layer);
            loaded.reports.push(layer_json(terminal, path, layer));
        }
        let kinds = file.layers.iter().map(|layer| layer.content.kind()).collect();
        sources.push(SourceFile { path: (*path).clone(), mark, declined: None, options, kinds });
        read.push(file);
    }
    place_layers(&mut loaded.content, read);
    loaded.provenance = Provenance { files: sources, base: Arc::clone(&loaded.content.compounds) };
    Ok(loaded)
}

/// One line for a layer, and its warnings.
fn tell(terminal: &Terminal, path: &Path, layer: &LoadedLayer) {
    let report = &layer.report;
    if report.left_out.is_empty() && report.mended.is_empty() && report.warnings.is_empty() {
        return;
    }
    let counts = Message::new("cli.read")
        .text("file", path.display().to_string())
        .count("read", report.read())
        .count("loaded", report.loaded)
        .count("mended", report.mended.len())
        .count("left_out", report.left_out.len());
    terminal.say(&counts);
    for told in report_states(report) {
        terminal.say(&told);
    }
    for warning in &report.warnings {
        terminal.say(warning);
    }
}

/// Of the mends in a report, those that are not done.
fn report_states(report: &ReadReport) -> Vec<Message> {
    let told = [
        (report.in_state(MendState::Waiting), Message::new("cli.read-waiting")),
        (report.in_state(MendState::Refused), Message::new("cli.read-refused")),
    ];
    told.into_iter().filter(|(count, _)| *count > 0).map(|(count, message)| message.count("count", count)).collect()
}

/// A layer as JSON: where it came from, what it is, and its report.
pub(super) fn layer_json(terminal: &Terminal, path: &Path, layer: &LoadedLayer) -> Value {
    let report = layer.report.view(&|message| terminal.words(message));
    json!({
        "file": path.display().to_string(),
        "source": layer.source.file,
        "layer": layer.content.kind().code(),
        "layer_known_by": layer.kind_known_by,
        "features": layer.content.len(),
        "crs": layer.source.crs,
        "crs_known_by": layer.source.crs_known_by,
        "approximate": layer.source.approximate.map(Approximation::code),
        "bounds": layer.lon_lat_bounds.map(|b| [b.min().x, b.min().y, b.max().x, b.max().y]),
        "report": report,
    })
}

/// Compounds of a map or, when neighbours come from a weights file, of a table; with tables joined and settings made.
pub(super) fn read_compounds(terminal: &mut Terminal, path: &PathBuf, shared: &Shared) -> Result<Loaded, Message> {
    read_compounds_with(terminal, path, shared, std::iter::empty())
}

/// As [`read_compounds`], with more maps beside them.
pub(super) fn read_compounds_with<'a>(
    terminal: &mut Terminal,
    path: &'a PathBuf,
    shared: &'a Shared,
    more: impl Iterator<Item = (LayerKind, &'a PathBuf)>,
) -> Result<Loaded, Message> {
    if is_table(path) && shared.weights.is_none() {
        return Err(Message::new("cli.table-needs-weights").text("file", path.display().to_string()));
    }
    read_layers(terminal, path, shared, more)
}

/// As [`read_compounds`], where nobody asks for neighbours.
pub(super) fn read_units(terminal: &mut Terminal, path: &PathBuf, shared: &Shared) -> Result<Loaded, Message> {
    read_layers(terminal, path, shared, std::iter::empty())
}

fn read_layers<'a>(
    terminal: &mut Terminal,
    path: &'a PathBuf,
    shared: &'a Shared,
    more: impl Iterator<Item = (LayerKind, &'a PathBuf)>,
) -> Result<Loaded, Message> {
    let mut files = vec![(Some(LayerKind::Compounds), path)];
    let mut loaded = if is_table(path) {
        table_units(terminal, path, shared.reading.id.as_deref())?
    } else {
        let kinds = [
            (LayerKind::Barriers, &shared.barriers),
            (LayerKind::Bridges, &shared.bridges),
            (LayerKind::Parcels, &shared.parcels),
        ];
        files.extend(kinds.into_iter().flat_map(|(kind, paths)| paths.iter().map(move |p| (Some(kind), p))));
        files.extend(more.map(|(kind, path)| (Some(kind), path)));
        read_maps(terminal, &files, &shared.reading, &shared.mending)?
    };
    join_tables(terminal, &mut loaded, &shared.reading.join, &shared.reading, false)?;
    loaded.content.settings = settings(shared, &Settings::default())?;
    tell_idle_rules(terminal, &loaded.content, shared);
    mends::answer(terminal, &mut loaded.content, &shared.mending)?;
    pairs::take(terminal, &mut loaded, shared)?;
    Ok(loaded)
}

/// Says which rules of barriers have nothing to rule: no barrier of the kind was read, or links do not come from the map.
pub(super) fn tell_idle_rules(terminal: &Terminal, content: &Content, shared: &Shared) {
    for (kind, _) in &shared.barrier {
        if shared.weights.is_some() || !content.barriers.iter().any(|barrier| barrier.kind == *kind) {
            terminal.say(&Message::new("cli.barrier-idle").text("kind", kind.code()));
        }
    }
}

/// Settings of a plan, as the shared options change them.
pub(super) fn settings(shared: &Shared, base: &Settings) -> Result<Settings, Message> {
    let policy = shared.policy.as_ref().unwrap_or(&base.policy);
    if policy::pack(policy).is_none() {
        let known: Vec<&str> = policy::packs().iter().map(|pack| pack.code.as_str()).collect();
        return Err(Message::new("cli.no-policy").text("pack", policy).text("packs", known.join(", ")));
    }
    let named = |word| shared.eligible.contains(&word);
    let eligible =
        EligibleVerdicts { must: named(VerdictWord::Must), may: named(VerdictWord::May), unknown: named(VerdictWord::Unknown) };
    Ok(Settings {
        gap_m: shared.gap.unwrap_or(base.gap_m),
        contiguity: shared.contiguity.map_or(base.contiguity, Into::into),
        barriers: shared.barrier_rules(base.barriers),
        eligible: if shared.eligible.is_empty() { base.eligible } else { eligible },
        conduct: shared.conduct || base.conduct,
        all: shared.all || base.all,
        policy: policy.clone(),
        ..base.clone()
    })
}

/// A plan file with its own layers and decisions; options that would bring others are refused.
pub(super) fn read_plan(terminal: &Terminal, path: &Path, shared: &Shared) -> Result<Loaded, Message> {
    let reading = &shared.reading;
    let layers = [("--barriers", &shared.barriers), ("--bridges", &shared.bridges), ("--parcels", &shared.parcels)];
    let lists = layers.into_iter().chain([("--join", &reading.join)]);
    if let Some((option, _)) = lists.into_iter().find(|(_, paths)| !paths.is_empty()) {
        return Err(Message::new("cli.plan-has-layers").text("file", path.display().to_string()).text("option", option));
    }
    let opened = project::open(path).map_err(|error| error.message())?;
    opened.warnings.iter().for_each(|warning| terminal.say(warning));
    let provenance = opened.provenance;
    let mut content = opened.content;
    content.settings = settings(shared, &content.settings)?;
    let mut loaded = Loaded { content, provenance, ..Loaded::default() };
    pairs::take(terminal, &mut loaded, shared)?;
    Ok(loaded)
}

/// The rules of barriers, by kind, as the command line takes them.
pub(super) fn rules_json(rules: &BarrierRules) -> Value {
    let one = |kind: BarrierKind| (kind.code().to_owned(), Value::from(rules.of(kind).code()));
    BarrierKind::ALL.into_iter().map(one).collect::<Map<_, _>>().into()
}

/// Links from a weights file when one is given, else from the map, without frontage.
pub(super) fn bare_links(terminal: &mut Terminal, content: &Content, shared: &Shared) -> Result<Links, Message> {
    if let Some(path) = &shared.weights {
        return Ok(weights_links(terminal, content, path, shared.reading.id.is_some())?.0);
    }
    let gap_m = content.settings.gap_m;
    let label = Message::new("session.job-links");
    let found = terminal.phase("links", &label, |progress| derive::bare_links(content, gap_m, progress));
    found.map_err(|_| Message::new("session.cancelled"))
}

/// Links from a weights file, as touching pairs.
pub(super) fn weights_links(terminal: &Terminal, content: &Content, path: &Path, ids: bool) -> Result<(Links, Weights), Message> {
    let names: Vec<String> = content.compounds.iter().map(|c| c.source_id.clone()).collect();
    let weights = read_weights(path, names.len(), ids.then_some(names.as_slice())).map_err(|error| error.message())?;
    for note in weights.notes(names.len()) {
        terminal.say(&note);
    }
    let link = |&(a, b): &(usize, usize)| Link {
        a: CompoundId::from_index(a),
        b: CompoundId::from_index(b),
        gap_m: 0.0,
        from: geo::Coord::zero(),
        to: geo::Coord::zero(),
        frontage_a_m: f64::NAN,
        frontage_b_m: f64::NAN,
        kind: LinkKind::Manual,
        via: None,
        extra_m: 0.0,
    };
    // What was set by hand counts above what the file says.
    let by_hand = |rule: LinkRule| content.overrides.iter().filter(move |(_, set)| set.rule == rule).map(|(key, _)| *key);
    let parted: BTreeSet<LinkKey> = by_hand(LinkRule::Forbid).collect();
    let is_parted = |(a, b): (usize, usize)| {
        LinkKey::new(CompoundId::from_index(a), CompoundId::from_index(b)).is_some_and(|key| parted.contains(&key))
    };
    let forced = by_hand(LinkRule::Force).map(|key| (key.a().index(), key.b().index()));
    let pairs = weights.links.iter().copied().filter(|pair| !is_parted(*pair)).chain(forced);
    let list = pairs.map(|pair| link(&pair)).collect();
    let links = Links { max_gap_m: 0.0, list, blocked: PairList::default() };
    Ok((links, weights))
}
