//! `comments`: what came back from the meeting goes into the plan, or is listed.

use std::path::Path;

use serde_json::{Value, json};

use super::Ended;
use super::args::CommentsArguments;
use super::output::print_json;
use super::terminal::Terminal;
use crate::base::Message;
use crate::import;
use crate::model::{Comment, CommentKey, Content};
use crate::project::{self, Beside, Journal, Opened, journal_path};
use crate::session::comments::{Standing, Taken, standings, taken};

pub(super) fn run(terminal: &mut Terminal, arguments: &CommentsArguments) -> Result<Ended, Message> {
    let mut opened = project::open(&arguments.plan).map_err(|error| error.message())?;
    for warning in &opened.warnings {
        terminal.say(warning);
    }
    // Every file is read before the plan is touched.
    let mut read = Vec::new();
    for file in &arguments.files {
        read.push((file, import::read_comments(file).map_err(|error| error.message())?));
    }
    let mut reports = Vec::new();
    let mut faulty = false;
    for (file, comments) in &read {
        let found = taken(&opened.content, comments, file);
        terminal.say(&found.message(file));
        faulty |= !found.faulty.is_empty();
        reports.push(report(file, comments.rows(), &found));
        opened.content.comments.extend(found.set);
    }
    if !read.is_empty() {
        save(&arguments.plan, &opened)?;
    }
    let content = &opened.content;
    let standings = standings(content, content.comments.iter());
    let answered = content.comments.values().filter(|comment| comment.answer.is_some()).count();
    if arguments.json {
        let listed: Vec<Value> = content.comments.iter().map(|(key, comment)| one(key, comment, standings.get(key))).collect();
        print_json(&json!({ "inputs": reports, "comments": listed, "answered": answered, "seconds": terminal.seconds() }))?;
    } else if arguments.files.is_empty() {
        list(terminal, content, &standings)?;
    }
    let open = content.comments.len() - answered;
    terminal.say(&Message::new("comments.state").count("answered", answered).count("open", open));
    Ok(if faulty { Ended::WithFaults } else { Ended::Well })
}

/// Saves unless a window, or a journal, knows more of the plan than its file.
fn save(plan: &Path, opened: &Opened) -> Result<(), Message> {
    let journal = journal_path(plan);
    let name = || plan.display().to_string();
    if journal.exists() {
        if Journal::is_held(&journal) {
            return Err(Message::new("comments.held").text("plan", name()));
        }
        if let Ok(read) = Journal::read(&journal)
            && let Some(first) = project::pending(plan, &read)
            && read.edits.len() > first
        {
            return Err(Message::new("comments.journal").text("plan", name()).count("count", read.edits.len() - first));
        }
    }
    let beside = Beside { provenance: opened.provenance.clone(), ..Beside::default() };
    project::save_beside(&opened.content, plan, &beside).map(drop).map_err(|error| error.message())
}

fn report(file: &Path, rows: usize, found: &Taken) -> Value {
    json!({
        "file": file.display().to_string(),
        "rows": rows,
        "taken": found.set.len(),
        "already": found.already,
        "silent": found.silent,
        "faulty": found.faulty,
        "changed": found.count(Standing::Changed),
        "plan_changed": found.count(Standing::PlanChanged),
        "gone": found.count(Standing::Gone),
    })
}

fn one(key: &CommentKey, comment: &Comment, standing: Option<&Standing>) -> Value {
    let answer = comment.answer.as_ref();
    json!({
        "key": key.0,
        "about": comment.subject.kind(),
        "id": comment.subject.id(),
        "text": comment.text,
        "unit": comment.unit,
        "author": comment.author,
        "date": comment.date,
        "file": comment.file,
        "standing": standing.map(|standing| standing.code()),
        "ruling": answer.map(|answer| answer.ruling.code()),
        "reason": answer.map(|answer| answer.reason.as_str()),
        "responsible": answer.map(|answer| answer.responsible.as_str()),
    })
}

/// Comments a line each, by what they are about.
fn list(
    terminal: &Terminal,
    content: &Content,
    standings: &std::collections::BTreeMap<CommentKey, Standing>,
) -> Result<(), Message> {
    let say = |message: &Message| crate::i18n::tr(terminal.lang, message);
    let mut sorted: Vec<_> = content.comments.iter().collect();
    sorted.sort_by(|a, b| (&a.1.subject, &a.1.date, a.0).cmp(&(&b.1.subject, &b.1.date, b.0)));
    super::output::print(|out| {
        for (key, comment) in sorted {
            let ruling = comment.answer.as_ref().map_or(Message::new("comments.open"), |answer| answer.ruling.message());
            let standing = standings.get(key).and_then(|standing| standing.message()).map(|message| say(&message));
            let head = format!("{} {}", say(&comment.subject.kind_message()), comment.subject.id());
            let said = [comment.unit.as_str(), comment.author.as_str(), comment.date.as_str()];
            let said: Vec<&str> = said.into_iter().filter(|part| !part.is_empty()).collect();
            // A comment of several lines stays one line of the list.
            let text = comment.text.split_whitespace().collect::<Vec<_>>().join(" ");
            writeln!(out, "{head}\t{}\t{text}\t{}\t{}", said.join(" "), say(&ruling), standing.unwrap_or_default())?;
        }
        Ok(())
    })
}
