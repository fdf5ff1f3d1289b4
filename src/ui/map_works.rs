//! Trenches on the map: those of the ground that is looked at, of a pipe, and of the pipes that a proposal moves.

use geo::MultiLineString;

use super::canvas::{Trace, TraceSign};
use super::context::Context;
use crate::base::PipeId;
use crate::command::{Board, Command, Tab};
use crate::coordination::dig::{Dug, Opener, Reopening};

/// The lines to draw over the map.
pub(super) fn traces(cx: &Context<'_>) -> Vec<Trace> {
    let (plan, selection) = (&cx.state.plan, &cx.state.view.selection);
    let mut traces = Vec::new();
    let mut add = |lines: &MultiLineString<f64>, sign: TraceSign| {
        traces.extend(lines.iter().map(|line| Trace { path: line.0.clone(), sign }));
    };
    let board = cx.state.view.tab == Tab::Coordinate && cx.state.view.board == Board::Digging;
    if let Some(years) = cx.state.years.as_ref().filter(|years| board && years.revision == plan.revision()) {
        for (id, _) in years.proposal.pipe_years(&years.dug.ground) {
            if let Some(pipe) = plan.pipes.get(id.index()) {
                add(&pipe.line, TraceSign::Later);
            }
        }
    }
    if let Some((dug, row)) = reopening(cx) {
        for (rows, sign) in [(&row.earlier, TraceSign::Before), (&row.later, TraceSign::Later)] {
            for opening in rows.iter().filter_map(|row| dug.ground.openings.get(*row as usize)) {
                if let Some(line) = opening.opener.line(plan) {
                    add(&line, sign);
                }
            }
        }
        add(&row.lines(plan, &dug.ground), TraceSign::Twice);
    }
    if let Some(pipe) = selection.pipe.and_then(|id| plan.pipes.get(id.index())) {
        add(&pipe.line, TraceSign::Selected);
    }
    traces
}

/// The ground that is looked at, as long as what is known of it is of this plan.
pub(super) fn reopening<'a>(cx: &Context<'a>) -> Option<(&'a Dug, &'a Reopening)> {
    let key = cx.state.view.selection.reopening.as_ref()?;
    let dug = cx.state.derived.dug.fresh(cx.state.revisions.dug())?;
    Some((&**dug, dug.digging.rows.iter().find(|row| row.key == *key)?))
}

/// A click on a pipe: its card, and on the board the row of the longest ground that it opens twice.
pub(super) fn click(cx: &mut Context<'_>, id: PipeId) {
    cx.push(Command::SelectPipe(Some(id)));
    let Some(dug) = cx.state.derived.dug.fresh(cx.state.revisions.dug()) else { return };
    let opens = |row: &u32| dug.ground.openings.get(*row as usize).is_some_and(|o| o.opener == Opener::Pipe(id));
    let row = dug.digging.rows.iter().find(|row| row.later.iter().chain(&row.earlier).any(opens));
    if let Some(key) = row.map(|row| row.key.clone()) {
        cx.push(Command::MarkReopening(key));
    }
}
