//! Comments of the units at the table: threads by what they are about, each with what has changed since and its answer.

use std::collections::BTreeMap;

use egui::{RichText, Ui};

use crate::base::Message;
use crate::command::Command;
use crate::model::{Comment, CommentAnswer, CommentKey, Ruling, Subject};
use crate::session::comments::{Standing, standings};
use crate::ui::context::Context;
use crate::ui::widgets;

/// Threads shown in the panel.
const SHOWN: usize = 60;

/// The answer being typed, and what is known of the comments.
#[derive(Default)]
pub(super) struct CommentsMemory {
    answering: Option<(CommentKey, CommentAnswer)>,
    /// Standings, of which plan in which revision.
    standings: Option<((u64, u64), BTreeMap<CommentKey, Standing>)>,
}

impl CommentsMemory {
    fn standing(&mut self, cx: &Context<'_>, key: &CommentKey) -> Option<Standing> {
        let now = (cx.state.generation, cx.state.plan.revision());
        if self.standings.as_ref().is_none_or(|(of, _)| *of != now) {
            self.standings = Some((now, standings(&cx.state.plan, cx.state.plan.comments.iter())));
        }
        self.standings.as_ref().and_then(|(_, all)| all.get(key).copied())
    }
}

/// The list, under the exports of the step.
pub(super) fn comments_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut CommentsMemory) {
    let mut threads: BTreeMap<Subject, Vec<(CommentKey, Comment)>> = BTreeMap::new();
    for (key, comment) in &cx.state.plan.comments {
        threads.entry(comment.subject.clone()).or_default().push((key.clone(), comment.clone()));
    }
    let total = cx.state.plan.comments.len();
    widgets::section(ui, &cx.tr(&Message::new("comments.title").count("count", total)));
    if ui.button(cx.text("command.comments")).clicked() {
        cx.push(Command::AskComments);
    }
    if threads.is_empty() {
        ui.label(widgets::quiet(cx.palette, cx.text("comments.none")));
        return;
    }
    let open = cx.state.plan.comments.values().filter(|comment| comment.answer.is_none()).count();
    let state = Message::new("comments.state").count("answered", total - open).count("open", open);
    ui.label(widgets::quiet(cx.palette, cx.tr(&state)));
    let more = threads.len().saturating_sub(SHOWN);
    // What waits for an answer stands first.
    let mut sorted: Vec<_> = threads.into_iter().collect();
    sorted.sort_by_key(|(_, thread)| thread.iter().all(|(_, comment)| comment.answer.is_some()));
    for (subject, mut thread) in sorted.into_iter().take(SHOWN) {
        widgets::hairline(ui, cx.palette);
        thread.sort_by(|a, b| (&a.1.date, &a.0).cmp(&(&b.1.date, &b.0)));
        head_ui(ui, cx, &subject);
        for (key, comment) in &thread {
            ui.push_id(&key.0, |ui| comment_ui(ui, cx, memory, key, comment));
        }
    }
    if more > 0 {
        ui.label(widgets::quiet(cx.palette, cx.tr(&Message::new("comments.more").count("count", more))));
    }
}

/// What a thread is about; a click shows it.
fn head_ui(ui: &mut Ui, cx: &mut Context<'_>, subject: &Subject) {
    let words = format!("{} {}", cx.tr(&subject.kind_message()), name(cx, subject));
    let response =
        ui.add(egui::Label::new(RichText::new(&*words).color(cx.palette.accent)).truncate().sense(egui::Sense::click()));
    if response.on_hover_text(cx.text("comments.show")).clicked() {
        cx.push(Command::ShowSubject(subject.clone()));
    }
}

/// Its name where it has one, else its id. Compounds and districts alone are few enough to be looked up in every frame.
fn name(cx: &Context<'_>, subject: &Subject) -> String {
    match subject {
        Subject::Compound(id) => {
            let compound = cx.state.plan.compounds.iter().find(|compound| compound.source_id == *id);
            compound.map_or_else(|| id.clone(), |compound| compound.label().to_owned())
        }
        Subject::District(number) => {
            let district = cx.state.plan.districts.values().find(|district| district.number == *number);
            district.map_or_else(|| number.to_string(), crate::model::District::label)
        }
        Subject::Item(id) => {
            let item = cx.state.plan.items.get(id);
            item.map_or_else(|| id.0.to_string(), |item| crate::ui::item_words::name(cx, &item.code))
        }
        Subject::Pipe(id) | Subject::Finding(id) => id.clone(),
    }
}

fn comment_ui(ui: &mut Ui, cx: &mut Context<'_>, memory: &mut CommentsMemory, key: &CommentKey, comment: &Comment) {
    ui.label(comment.text.as_str());
    let said = [comment.unit.as_str(), comment.author.as_str(), comment.date.as_str()];
    let said: Vec<&str> = said.into_iter().filter(|part| !part.is_empty()).collect();
    if !said.is_empty() {
        ui.label(widgets::quiet(cx.palette, said.join(" · ")).size(12.0));
    }
    if let Some(told) = memory.standing(cx, key).and_then(Standing::message) {
        ui.label(RichText::new(cx.tr(&told)).size(12.0).color(cx.palette.warn));
    }
    if let Some(answer) = &comment.answer {
        answered_ui(ui, cx, key, answer);
        return;
    }
    match &mut memory.answering {
        Some((own, answer)) if own == key => {
            if answer_ui(ui, cx, key, answer) {
                memory.answering = None;
            }
        }
        _ => {
            let name = format!("{} {}", cx.text("comments.answer"), comment.text);
            if widgets::named(ui.link(cx.text("comments.answer")), egui::Role::Link, &name).clicked() {
                let answer = CommentAnswer { ruling: Ruling::Accepted, reason: String::new(), responsible: String::new() };
                memory.answering = Some((key.clone(), answer));
            }
        }
    }
}

fn answered_ui(ui: &mut Ui, cx: &mut Context<'_>, key: &CommentKey, answer: &CommentAnswer) {
    let ink = match answer.ruling {
        Ruling::Accepted => cx.palette.good,
        Ruling::Rejected => cx.palette.bad,
        Ruling::Discuss => cx.palette.warn,
    };
    let said = [cx.tr(&answer.ruling.message()), answer.reason.clone(), answer.responsible.clone()];
    let said: Vec<String> = said.into_iter().filter(|part| !part.is_empty()).collect();
    ui.label(RichText::new(said.join(" · ")).size(12.0).color(ink));
    if ui.link(RichText::new(cx.text("comments.take-back")).size(12.0)).clicked() {
        cx.push(Command::AnswerComment(key.clone(), None));
    }
}

/// The form of an answer; says whether it was given.
fn answer_ui(ui: &mut Ui, cx: &mut Context<'_>, key: &CommentKey, answer: &mut CommentAnswer) -> bool {
    ui.horizontal(|ui| {
        for ruling in Ruling::ALL {
            ui.radio_value(&mut answer.ruling, ruling, cx.tr(&ruling.message()));
        }
    });
    widgets::text_field(ui, &mut answer.reason, &cx.text("comments.reason"), f32::INFINITY);
    widgets::text_field(ui, &mut answer.responsible, &cx.text("comments.responsible"), f32::INFINITY);
    let needs_reason = answer.ruling == Ruling::Rejected && answer.reason.trim().is_empty();
    let mut given = false;
    ui.horizontal(|ui| {
        let button = ui.add_enabled(!needs_reason, egui::Button::new(cx.text("comments.give")));
        if button.on_disabled_hover_text(cx.text("comments.no-reason")).clicked() {
            let [reason, responsible] = [&answer.reason, &answer.responsible].map(|text| text.trim().to_owned());
            let answer = CommentAnswer { ruling: answer.ruling, reason, responsible };
            cx.push(Command::AnswerComment(key.clone(), Some(answer)));
            given = true;
        }
        given |= ui.link(cx.text("ui.close")).clicked();
    });
    given
}
