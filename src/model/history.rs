//! Undo and redo: the only way in which a plan changes.

use super::{Edit, EditError, Plan, Touched};
use crate::base::Message;

/// One step of the history.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What the user did.
    pub label: Message,
    /// The edit that leads away from the present state: back for a done step, forward for an undone one.
    edit: Edit,
}

/// Steps done and undone. A gesture of the user is one step.
#[derive(Clone, Debug, Default)]
pub struct History {
    done: Vec<Entry>,
    undone: Vec<Entry>,
}

impl History {
    /// Applies `edit` as one step. What was undone before is forgotten.
    ///
    /// # Errors
    /// [`EditError`] when the edit does not fit, or the plan is a frozen version; plan and history are then unchanged.
    pub fn commit(&mut self, plan: &mut Plan, label: Message, edit: Edit) -> Result<Touched, EditError> {
        may_change(plan)?;
        let mut touched = Touched::default();
        let back = edit.apply(plan.content_mut(), &mut touched)?;
        self.done.push(Entry { label, edit: back });
        self.undone.clear();
        Ok(touched)
    }

    /// Applies an edit that follows from the last step as part of it; without a step it is one of its own.
    ///
    /// # Errors
    /// As [`History::commit`].
    pub fn amend(&mut self, plan: &mut Plan, label: Message, edit: Edit) -> Result<Touched, EditError> {
        if self.done.is_empty() {
            return self.commit(plan, label, edit);
        }
        let mut touched = Touched::default();
        let back = edit.apply(plan.content_mut(), &mut touched)?;
        if let Some(last) = self.done.last_mut() {
            let before = std::mem::replace(&mut last.edit, Edit::Group(Vec::new()));
            last.edit = Edit::Group(vec![back, before]);
        }
        Ok(touched)
    }

    /// Takes the last step back. `Ok(None)` when there is none; the edit returned is the one that was applied.
    ///
    /// # Errors
    /// [`EditError`] when the plan is not the one the history belongs to.
    pub fn undo(&mut self, plan: &mut Plan) -> Result<Option<(Message, Edit, Touched)>, EditError> {
        step(&mut self.done, &mut self.undone, plan)
    }

    /// Does the last undone step again. `Ok(None)` when there is none.
    ///
    /// # Errors
    /// As [`History::undo`].
    pub fn redo(&mut self, plan: &mut Plan) -> Result<Option<(Message, Edit, Touched)>, EditError> {
        step(&mut self.undone, &mut self.done, plan)
    }

    /// Steps done, oldest first.
    #[must_use]
    pub fn done(&self) -> &[Entry] {
        &self.done
    }

    /// Steps undone, the next to redo last.
    #[must_use]
    pub fn undone(&self) -> &[Entry] {
        &self.undone
    }
}

/// A frozen version stays as it is: what comes next is a branch of it.
fn may_change(plan: &Plan) -> Result<(), EditError> {
    if plan.is_frozen() { Err(EditError::Frozen) } else { Ok(()) }
}

fn step(from: &mut Vec<Entry>, to: &mut Vec<Entry>, plan: &mut Plan) -> Result<Option<(Message, Edit, Touched)>, EditError> {
    if !from.is_empty() {
        may_change(plan)?;
    }
    let Some(entry) = from.pop() else { return Ok(None) };
    let mut touched = Touched::default();
    let applied = entry.edit.clone();
    match entry.edit.apply(plan.content_mut(), &mut touched) {
        Ok(back) => {
            to.push(Entry { label: entry.label.clone(), edit: back });
            Ok(Some((entry.label, applied, touched)))
        }
        Err(error) => {
            from.push(Entry { label: entry.label, edit: applied });
            Err(error)
        }
    }
}
