//! `diff`: what changed from one version of a plan to another. `merge`: two sides' work on one plan put together.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use serde_json::{Value, json};

use super::Ended;
use super::args::{DiffArguments, MergeArguments, SideWord};
use super::output::{ending, no_format, print, print_json, write_file};
use super::terminal::Terminal;
use crate::base::Message;
use crate::model::{Content, History, Plan};
use crate::project;
use crate::versions::{self, Change, Choices, Conflict, Figures, Merge, Topic, Word, field_message};

pub(super) fn run_diff(terminal: &mut Terminal, arguments: &DiffArguments) -> Result<Ended, Message> {
    if let Some(out) = &arguments.out
        && ending(out) != "csv"
    {
        return Err(no_format(out, &["csv"]));
    }
    let (first, second) = if let Some(second) = &arguments.second {
        (open(terminal, &arguments.first)?, open(terminal, second)?)
    } else {
        let plan = open(terminal, &arguments.first)?;
        let (version, opened) = project::version_of(&plan, &arguments.first).map_err(|error| error.message())?;
        let told = Message::new("versions.against").text("file", version.display().to_string());
        terminal.say(&told.text("date", opened.content.meeting.as_ref().map_or("", |meeting| &*meeting.date)));
        (opened.content, plan)
    };
    versions::check_crs(&[&first, &second])?;
    let found = versions::diff(&first, &second);
    if let Some(out) = &arguments.out {
        write_file(out, |out| list(terminal, &found.changes, out))?;
    }
    if arguments.json {
        print_json(&json!({
            "before": figures(&found.before),
            "after": figures(&found.after),
            "counts": counts(&found.changes),
            "changes": found.changes.iter().map(|change| change_json(terminal, change)).collect::<Vec<_>>(),
            "seconds": terminal.seconds(),
        }))?;
    } else if arguments.out.is_none() {
        print(|out| list(terminal, &found.changes, out))?;
    }
    let message = Message::new("versions.diff").count("count", found.changes.len());
    terminal.say(&message.nested("before", figures_message(&found.before)).nested("after", figures_message(&found.after)));
    Ok(Ended::Well)
}

pub(super) fn run_merge(terminal: &mut Terminal, arguments: &MergeArguments) -> Result<Ended, Message> {
    if ending(&arguments.out) != "gpkg" {
        return Err(no_format(&arguments.out, &["gpkg"]));
    }
    let base = open(terminal, &arguments.base)?;
    let (ours, theirs) = (open(terminal, &arguments.first)?, open(terminal, &arguments.second)?);
    // What comes of a frozen version is another plan, which goes on from it.
    let ours = match project::way_to(&arguments.out, &arguments.first).and_then(|way| ours.branch(&way)) {
        Some(branch) => branch,
        None => ours,
    };
    versions::check_crs(&[&base, &ours, &theirs])?;
    let word = |side: SideWord| if side == SideWord::A { Word::Ours } else { Word::Theirs };
    let single: BTreeMap<String, Word> = arguments.take.iter().map(|(key, side)| (key.clone(), word(*side))).collect();
    let found = versions::merge(&base, &ours, &theirs, &Choices { single, others: arguments.prefer.map(word) });
    if let Some((key, _)) = arguments.take.iter().find(|(key, _)| !found.conflicts.iter().any(|one| one.key == *key)) {
        return Err(Message::new("versions.no-conflict").text("key", key));
    }
    let mut plan = Plan::new(ours);
    let label = Message::new("versions.edit-merge");
    History::default().commit(&mut plan, label, found.edit.clone()).map_err(|error| error.message())?;
    project::save(&plan, &arguments.out).map_err(|error| error.message())?;
    if arguments.json {
        print_json(&json!({
            "open": found.open(),
            "conflicts": found.conflicts.iter().map(|one| conflict_json(terminal, one)).collect::<Vec<_>>(),
            "counts": counts(&found.changes),
            "changes": found.changes.iter().map(|change| change_json(terminal, change)).collect::<Vec<_>>(),
            "left": found.left.iter().map(|message| terminal.words(message)).collect::<Vec<_>>(),
            "seconds": terminal.seconds(),
        }))?;
    } else {
        print(|out| tell(terminal, &found, out))?;
    }
    for message in &found.left {
        terminal.say(message);
    }
    let message = Message::new("versions.merged").count("count", found.changes.len()).count("conflicts", found.conflicts.len());
    terminal.say(&message.count("open", found.open()).text("file", arguments.out.display().to_string()));
    Ok(if found.open() == 0 { Ended::Well } else { Ended::WithFaults })
}

/// A plan, with whatever is to be said of its file.
fn open(terminal: &Terminal, path: &Path) -> Result<Content, Message> {
    let opened = project::open(path).map_err(|error| error.message())?;
    for warning in &opened.warnings {
        terminal.say(warning);
    }
    Ok(opened.content)
}

fn figures(figures: &Figures) -> Value {
    let Figures { districts, compounds, households, items, cost, without_cost, metres } = figures;
    json!({
        "districts": districts,
        "compounds": compounds,
        "households": households,
        "items": items,
        "cost_wan_yuan": cost.wan_yuan(),
        "without_cost": without_cost,
        "metres": metres,
    })
}

fn figures_message(figures: &Figures) -> Message {
    let message = Message::new("versions.figures").count("districts", figures.districts).count("compounds", figures.compounds);
    let households = usize::try_from(figures.households).unwrap_or(usize::MAX);
    let message = message.count("households", households).count("items", figures.items).metres("metres", figures.metres);
    message.with("cost", crate::base::Argument::Money(figures.cost))
}

fn counts(changes: &[Change]) -> Value {
    let count = |topic: Topic| changes.iter().filter(|change| change.subject.topic == topic).count();
    Topic::ALL.into_iter().map(|topic| (topic.code().to_owned(), Value::from(count(topic)))).collect()
}

fn change_json(terminal: &Terminal, change: &Change) -> Value {
    let words = |message: &Option<Message>| message.as_ref().map(|message| terminal.words(message));
    json!({
        "topic": change.subject.topic.code(),
        "id": change.subject.id,
        "name": terminal.words(&change.subject.name),
        "field": change.field,
        "before": words(&change.before),
        "after": words(&change.after),
    })
}

fn conflict_json(terminal: &Terminal, conflict: &Conflict) -> Value {
    let words = |message: &Option<Message>| message.as_ref().map(|message| terminal.words(message));
    json!({
        "key": conflict.key,
        "topic": conflict.subject.topic.code(),
        "name": terminal.words(&conflict.subject.name),
        "field": conflict.field,
        "base": words(&conflict.base),
        "a": words(&conflict.ours),
        "b": words(&conflict.theirs),
        "taken": if conflict.taken == Word::Ours { "a" } else { "b" },
        "chosen": conflict.is_chosen,
    })
}

/// The change list as csv, in the words of the language.
fn list(terminal: &Terminal, changes: &[Change], out: &mut dyn Write) -> std::io::Result<()> {
    let head = [
        "versions.head-topic",
        "ui.column-id",
        "ui.column-name",
        "versions.head-field",
        "versions.head-before",
        "versions.head-after",
    ];
    let mut table = csv::Writer::from_writer(out);
    table.write_record(head.map(|key| crate::i18n::text(terminal.lang, key)))?;
    for change in changes {
        let subject = &change.subject;
        let words = |message: &Option<Message>| message.as_ref().map(|message| terminal.words(message)).unwrap_or_default();
        let field = change.field.map(|field| field_message(subject.topic, field));
        let cells = [
            terminal.words(&subject.topic.message()),
            subject.id.clone(),
            terminal.words(&subject.name),
            words(&field),
            words(&change.before),
            words(&change.after),
        ];
        table.write_record(cells)?;
    }
    table.flush()
}

/// What came in, then what both changed.
fn tell(terminal: &Terminal, found: &Merge, out: &mut dyn Write) -> std::io::Result<()> {
    list(terminal, &found.changes, out)?;
    for conflict in &found.conflicts {
        let message = Message::new("versions.conflict").text("key", &*conflict.key).nested("name", conflict.subject.name.clone());
        let side = |side: &Option<Message>| side.clone().unwrap_or_else(|| Message::new("versions.nothing"));
        let message = message.nested("ours", side(&conflict.ours)).nested("theirs", side(&conflict.theirs));
        let taken = if conflict.taken == Word::Ours { "a" } else { "b" };
        writeln!(out, "{}", terminal.words(&message.text("taken", taken)))?;
    }
    Ok(())
}
