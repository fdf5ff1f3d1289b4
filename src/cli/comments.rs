//! `comments`: what came back from the meeting goes into the plan, or is listed.

use std::path::Path;

use serde_json::{Value, json};

use super::Ended;
use super::args::CommentsArguments;
use super::output::print_json;
use super::terminal::Terminal;
use crate::base::Message;
use crate::import;
use crate::model::{Comment, CommentKey, Content, Edit, History, Opinion, OpinionKey, Plan, Ruling};
use crate::project::{self, Beside, CopyRules, Journal, Opened, journal_path};
use crate::session::comments::{Standing, Taken, standings, taken};
use crate::session::opinions::{TakenOpinions, opinion_edits, opinion_standings, taken_opinions};

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
    if !read.is_empty() && opened.content.is_frozen() {
        return Err(Message::new("comments.frozen").text("plan", arguments.plan.display().to_string()));
    }
    let mut reports = Vec::new();
    let mut faulty = false;
    let mut plan = Plan::new(std::mem::take(&mut opened.content));
    let mut history = History::default();
    for (file, comments) in &read {
        let (found, said) = (taken(&plan, comments, file), taken_opinions(&plan, &comments.opinions, file));
        if comments.rows() > 0 {
            terminal.say(&found.message(file));
        }
        if said.cells() > 0 {
            terminal.say(&said.message(&file.display().to_string()));
        }
        faulty |= !(found.faulty.is_empty() && said.faulty.is_empty() && said.unmatched.is_empty());
        reports.push(report(file, comments.rows(), &found, &said));
        let put = |(key, comment)| Edit::PutComment(key, Some(Box::new(comment)));
        let edits = found.set.into_iter().map(put).chain(opinion_edits(said.set)).collect();
        let label = Message::new("session.edit-comments");
        history.commit(&mut plan, label, Edit::Group(edits)).map_err(|error| error.message())?;
    }
    opened.content = plan.content().clone();
    if !read.is_empty() {
        save(terminal, &arguments.plan, &opened)?;
    }
    let content = &opened.content;
    let standings = standings(content, content.comments.iter());
    let answered = content.comments.values().filter(|comment| comment.answer.is_some()).count();
    if arguments.json {
        let listed: Vec<Value> = content.comments.iter().map(|(key, comment)| one(key, comment, standings.get(key))).collect();
        let stands = opinion_standings(content, content.opinions.iter());
        let opinions = content.opinions.iter();
        let opinions: Vec<Value> = opinions.map(|(key, opinion)| one_opinion(key, opinion, stands.get(key))).collect();
        print_json(&json!({
            "inputs": reports,
            "comments": listed,
            "opinions": opinions,
            "answered": answered,
            "seconds": terminal.seconds(),
        }))?;
    } else if arguments.files.is_empty() {
        list(terminal, content, &standings)?;
    }
    let open = content.comments.len() - answered;
    terminal.say(&Message::new("comments.state").count("answered", answered).count("open", open));
    Ok(if faulty { Ended::WithFaults } else { Ended::Well })
}

/// Saves unless a window, or a journal, knows more of the plan than its file. The file as it was stays among the plan's copies.
pub(super) fn save(terminal: &mut Terminal, plan: &Path, opened: &Opened) -> Result<(), Message> {
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
    if let Some(note) = project::keep_before_save(plan, CopyRules::counting(CopyRules::COUNT)) {
        terminal.say(&note);
    }
    let beside = Beside { provenance: opened.provenance.clone(), ..Beside::default() };
    project::save_beside(&opened.content, plan, &beside).map(drop).map_err(|error| error.message())
}

fn report(file: &Path, rows: usize, found: &Taken, said: &TakenOpinions) -> Value {
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
        "opinions": super::freeze::report(file, said),
    })
}

fn one_opinion(key: &OpinionKey, opinion: &Opinion, standing: Option<&Standing>) -> Value {
    json!({
        "district": key.district,
        "unit": key.unit,
        "stance": opinion.stance.code(),
        "text": opinion.text,
        "responsible": opinion.responsible,
        "ruling": opinion.ruling.map(Ruling::code),
        "signed": opinion.signed,
        "date": opinion.date,
        "file": opinion.file,
        "standing": standing.map(|standing| standing.code()),
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
        let stands = opinion_standings(content, content.opinions.iter());
        for (key, opinion) in &content.opinions {
            let standing = stands.get(key).and_then(|standing| standing.message()).map(|message| say(&message));
            let head = format!("{} {}", say(&Message::new("export.about-district")), key.district);
            let text = opinion.text.split_whitespace().collect::<Vec<_>>().join(" ");
            let ruling = opinion.ruling.map_or(Message::new("comments.open"), Ruling::message);
            let stance = say(&opinion.stance.message());
            let said = [stance, text].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
            writeln!(out, "{head}\t{}\t{said}\t{}\t{}", key.unit, say(&ruling), standing.unwrap_or_default())?;
        }
        Ok(())
    })
}
