//! `freeze`: a version as it was judged, read-only with its minutes. `branch`: a plan that goes on from it.

use std::path::Path;

use serde_json::{Value, json};

use super::Ended;
use super::args::{BranchArguments, DecisionWord, FreezeArguments};
use super::output::{ending, no_format, print_json};
use super::terminal::Terminal;
use crate::base::Message;
use crate::import;
use crate::model::{Edit, History, Meeting, Plan};
use crate::project::{self, Beside, Opened};
use crate::session::freezing::{freezing, minutes_edits, without_management};
use crate::session::opinions::TakenOpinions;

pub(super) fn run_freeze(terminal: &mut Terminal, arguments: &FreezeArguments) -> Result<Ended, Message> {
    if let Some(out) = &arguments.out
        && ending(out) != "gpkg"
    {
        return Err(no_format(out, &["gpkg"]));
    }
    let mut opened = project::open(&arguments.plan).map_err(|error| error.message())?;
    for warning in &opened.warnings {
        terminal.say(warning);
    }
    // Every file is read before the plan is touched.
    let mut read = Vec::new();
    for file in &arguments.minutes {
        read.push((file, import::read_minutes(file).map_err(|error| error.message())?));
    }
    let mut plan = Plan::new(std::mem::take(&mut opened.content));
    let mut history = History::default();
    let mut commit = |plan: &mut Plan, edit: Edit| {
        history.commit(plan, Message::new("session.edit-freeze"), edit).map(drop).map_err(|error| error.message())
    };
    let mut reports = Vec::new();
    let mut faulty = false;
    for (file, minutes) in &read {
        let (meeting, mut edits, taken) = minutes_edits(&plan, minutes, file);
        if taken.cells() > 0 {
            terminal.say(&taken.message(&file.display().to_string()));
        }
        faulty |= !(taken.faulty.is_empty() && taken.unmatched.is_empty());
        reports.push(report(file, &taken));
        edits.push(Edit::SetMeeting(Some(Box::new(meeting))));
        commit(&mut plan, Edit::Group(edits))?;
    }
    let minutes = told(arguments, plan.meeting.clone().unwrap_or_default());
    let edit = freezing(&plan, minutes)?;
    commit(&mut plan, edit)?;
    opened.content = plan.content().clone();
    match &arguments.out {
        None => super::comments::save(terminal, &arguments.plan, &opened)?,
        Some(out) => save_as(&opened, out)?,
    }
    let missing = without_management(&opened.content);
    if missing > 0 {
        terminal.say(&Message::new("meeting.frozen-without-management").count("count", missing));
    }
    let file = arguments.out.as_ref().unwrap_or(&arguments.plan).display().to_string();
    let hash = opened.content.seal().map(|seal| seal.plan_hash.clone()).unwrap_or_default();
    if arguments.json {
        print_json(&json!({
            "file": file,
            "meeting": meeting_json(opened.content.meeting.as_ref()),
            "opinions": opened.content.opinions.len(),
            "inputs": reports,
            "without_management": missing,
            "seconds": terminal.seconds(),
        }))?;
    }
    terminal.say(&Message::new("meeting.saved").text("file", file).text("hash", hash.get(..12).unwrap_or(&hash)));
    Ok(if faulty { Ended::WithFaults } else { Ended::Well })
}

pub(super) fn run_branch(terminal: &mut Terminal, arguments: &BranchArguments) -> Result<Ended, Message> {
    if ending(&arguments.out) != "gpkg" {
        return Err(no_format(&arguments.out, &["gpkg"]));
    }
    let opened = project::open(&arguments.plan).map_err(|error| error.message())?;
    for warning in &opened.warnings {
        terminal.say(warning);
    }
    let (version, out, title) = (&arguments.plan, &arguments.out, arguments.title.as_deref());
    project::save_branch(&opened, version, out, title).map_err(|error| error.message())?;
    let file = out.display().to_string();
    if arguments.json {
        let meeting = meeting_json(opened.content.meeting.as_ref());
        print_json(&json!({ "file": file, "from": meeting, "seconds": terminal.seconds() }))?;
    }
    terminal.say(&Message::new("meeting.branched").text("file", file));
    Ok(Ended::Well)
}

/// The minutes with what the command line says put before what files say.
fn told(arguments: &FreezeArguments, held: Meeting) -> Meeting {
    let mut units = held.units;
    units.extend(arguments.unit.iter().cloned());
    Meeting {
        date: arguments.date.clone().unwrap_or(held.date),
        title: arguments.title.clone().unwrap_or(held.title),
        place: arguments.place.clone().unwrap_or(held.place),
        units,
        accepted: arguments.accepted.map(|word| word == DecisionWord::Yes).or(held.accepted),
        note: held.note,
        seal: None,
    }
}

fn save_as(opened: &Opened, out: &Path) -> Result<(), Message> {
    let beside = Beside { provenance: opened.provenance.clone(), ..Beside::default() };
    project::save_beside(&opened.content, out, &beside).map(drop).map_err(|error| error.message())
}

/// Minutes for scripts.
pub(super) fn meeting_json(meeting: Option<&Meeting>) -> Value {
    meeting.map_or(Value::Null, |meeting| {
        let seal = meeting.seal.as_ref();
        json!({
            "date": meeting.date,
            "title": meeting.title,
            "place": meeting.place,
            "units": meeting.units,
            "accepted": meeting.accepted,
            "note": meeting.note,
            "plan_hash": seal.map(|seal| seal.plan_hash.as_str()),
            "seal": seal.map(|seal| seal.digest.as_str()),
        })
    })
}

/// What became of the opinions of a file, for scripts.
pub(super) fn report(file: &Path, taken: &TakenOpinions) -> Value {
    let places = |list: &[import::FaultyOpinion]| -> Vec<Value> {
        list.iter().map(|one| json!({ "line": one.line, "unit": one.unit, "written": one.written })).collect()
    };
    json!({
        "file": file.display().to_string(),
        "cells": taken.cells(),
        "taken": taken.set.len(),
        "unchanged": taken.unchanged,
        "older": taken.older,
        "silent": taken.silent,
        "changed": taken.changed(),
        "faulty": places(&taken.faulty),
        "unmatched": places(&taken.unmatched),
    })
}
