//! What each command does. Short commands act here; those on the plan and on the view have a function each.

use super::{
    Effect, Offer, State, Toast, actions, by_hand, catalogue, comments, drawing, edits, fixing, forms, freezing, joining,
    linking, look, looks, measuring, mending, merging, other, outcome, proposals, search, survey, works,
};
use crate::base::{DistrictId, ItemId, Message};
use crate::command::{Availability, Command, Theme};
use crate::i18n::Lang;
use crate::model::{District, Edit, EditError, IgnoreNote, Item, LinkKey, LinkOverride, LinkRule, MendKey, Settings};

/// Whether a command can be used now.
#[must_use]
pub fn can(state: &State, availability: Availability) -> bool {
    match availability {
        Availability::Always => true,
        Availability::Plan => state.is_open,
        Availability::Selection => !state.view.selection.compounds.is_empty(),
        Availability::Districts => !state.plan.districts.is_empty(),
        Availability::District => state.view.selection.district.is_some(),
        Availability::Undo => !state.history.done().is_empty(),
        Availability::Redo => !state.history.undone().is_empty(),
        Availability::Finding => actions::first_to_walk(state).is_some(),
        Availability::Before => outcome::has_before(state),
        Availability::Beside => state.against().is_some(),
        Availability::Search => state.open_search().is_some(),
        Availability::Draft => state.search.as_ref().is_some_and(super::Search::can_be_kept),
        Availability::Searched => state.search_to_go_on().is_some(),
        Availability::Job => state.jobs.iter().any(|job| job.stoppable),
    }
}

/// Does what the user asked, and returns what is left to do outside the state.
pub fn dispatch(state: &mut State, command: Command) -> Vec<Effect> {
    if state.plan.is_frozen() && freezing::leads_to_edits(&command) {
        freezing::refuse(state);
        return Vec::new();
    }
    match command {
        Command::AskOpen => vec![Effect::AskOpen],
        Command::Open(path) => vec![Effect::Open(path)],
        Command::OpenSample => vec![Effect::OpenSample],
        Command::AskLoad => vec![Effect::AskLoad],
        Command::LookAtFiles => vec![Effect::LookAtFiles],
        Command::Reload => {
            let rereading = state.origins.rereading(&state.plan);
            state.origins.decline();
            if rereading.kinds.is_empty() { Vec::new() } else { vec![Effect::Reread(Box::new(rereading))] }
        }
        Command::KeepAsRead => {
            state.origins.decline();
            Vec::new()
        }
        Command::Save => vec![state.path.clone().map_or(Effect::AskSaveAs, Effect::Save)],
        Command::AskSaveAs => vec![Effect::AskSaveAs],
        Command::SaveAs(path) => vec![Effect::Save(path)],
        Command::AskExportFolder(order) => vec![Effect::AskExportFolder(order)],
        Command::Export(order, dir) => {
            state.view.dialog = None;
            vec![Effect::Export(order, dir)]
        }
        Command::Recover(take) => {
            state.view.dialog = None;
            vec![Effect::Recover(take)]
        }
        Command::Close => {
            state.close();
            vec![Effect::CancelJobs, Effect::CloseJournal]
        }
        Command::TakeFix(fix) => fixing::take(state, fix),
        Command::AskComments => vec![Effect::AskComments],
        Command::ReadComments(paths) => vec![Effect::ReadComments(paths)],
        Command::AskPairs => vec![Effect::AskPairs],
        Command::ReadPairs(path) => vec![Effect::ReadPairs(path)],
        Command::DraftItems => vec![Effect::Draft(None)],
        Command::DraftFor(districts) => vec![Effect::Draft(Some(districts))],
        Command::AskForm(kind, compounds) => vec![Effect::AskForm(kind, compounds)],
        Command::WriteForm(kind, compounds, path) => vec![Effect::WriteForm(kind, compounds, path)],
        Command::AskFilled => vec![Effect::AskFilled],
        Command::AskPricesOut => vec![Effect::AskPricesOut],
        Command::WritePrices(path) => vec![Effect::WritePrices(path)],
        Command::AskPricesIn => vec![Effect::AskPricesIn],
        Command::ReadPrices(path) => vec![Effect::ReadPrices(path)],
        Command::ReadFilled(path) => vec![Effect::ReadFilled(path)],
        Command::CancelJobs => {
            search::let_go(state);
            vec![Effect::CancelJobs]
        }
        Command::Quit => vec![Effect::Quit],
        Command::Undo => step(state, true),
        Command::Redo => step(state, false),
        Command::StepTo(depth) => step_to(state, depth),
        command if change_preferences(state, &command) => vec![Effect::SavePreferences],
        command => change_plan(state, command)
            .or_else(|command| by_hand::change_districts(state, command))
            .or_else(|command| freezing::change_meeting(state, command))
            .or_else(|command| drawing::change_drawings(state, command))
            .or_else(|command| survey::change_survey(state, command))
            .or_else(|command| other::change_other(state, command))
            .or_else(|command| merging::change_merging(state, command))
            .or_else(|command| search::change_search(state, command))
            .or_else(|command| works::change_works(state, command))
            .or_else(|command| looks::change_looks(state, command))
            .or_else(|command| proposals::change(state, command))
            .unwrap_or_else(|command| {
                look::change_view(state, command);
                Vec::new()
            }),
    }
}

/// Commits an edit as one step; the effect writes it to the journal. An edit that does not fit is told.
pub(super) fn commit(state: &mut State, label: Message, edit: Edit) -> Vec<Effect> {
    let journalled = edit.clone();
    let key = label.key();
    match state.history.commit(&mut state.plan, label, edit) {
        Ok(touched) => {
            linking::note(state, &touched);
            proposals::note(state, &touched);
            outcome::follow(state);
            state.asked.stepped(state.history.done().len());
            let follows = measuring::follow(state, &touched);
            prune(state);
            let journalled = match follows {
                Some(follows) => Edit::Group(vec![journalled, follows]),
                None => journalled,
            };
            vec![Effect::Journal(Box::new(journalled), key)]
        }
        Err(error) => {
            tell_refused(state, error);
            Vec::new()
        }
    }
}

/// Says why an edit, an undo or a redo was refused; a frozen version is left by a branch.
fn tell_refused(state: &mut State, error: EditError) {
    match error {
        EditError::Frozen => freezing::refuse(state),
        error => state.tell_failure(Message::new("session.edit-refused").nested("why", error.message())),
    }
}

/// Drops from the view what the plan no longer has.
fn prune(state: &mut State) {
    let count = state.plan.compounds.len();
    let selection = &mut state.view.selection;
    selection.compounds.retain(|c| c.index() < count);
    selection.district = selection.district.filter(|d| state.plan.districts.contains_key(d));
    selection.item = selection.item.filter(|i| state.plan.items.contains_key(i));
    selection.pipe = selection.pipe.filter(|pipe| pipe.index() < state.plan.pipes.len());
    selection.drawn = selection.drawn.filter(|target| drawing::shape_of(&state.plan, *target).is_some());
    selection.mend = selection.mend.filter(|key| state.plan.source_id(key.layer, key.row).is_some());
    state.view.link_from = state.view.link_from.filter(|c| c.index() < count);
    state.view.only.retain(|c| c.index() < count);
}

fn step(state: &mut State, back: bool) -> Vec<Effect> {
    let stepped = if back { state.history.undo(&mut state.plan) } else { state.history.redo(&mut state.plan) };
    match stepped {
        Ok(Some((label, edit, touched))) => {
            linking::note(state, &touched);
            proposals::note(state, &touched);
            outcome::follow(state);
            prune(state);
            joining::follow_history(state);
            let key = label.key();
            if matches!(key, "session.edit-load" | "session.edit-reload") {
                state.origins.step(back);
            }
            let told = if back { "session.undone" } else { "session.redone" };
            state.tell(Message::new(told).nested("what", label));
            vec![Effect::Journal(Box::new(edit), key)]
        }
        Ok(None) => Vec::new(),
        Err(error) => {
            tell_refused(state, error);
            Vec::new()
        }
    }
}

/// Goes to the plan as it was after so many steps, step by step; what lies behind can still be redone.
fn step_to(state: &mut State, depth: usize) -> Vec<Effect> {
    let mut effects = Vec::new();
    let told = state.view.toasts.len();
    while state.history.done().len() != depth {
        let back = state.history.done().len() > depth;
        let stepped = step(state, back);
        if stepped.is_empty() {
            break;
        }
        effects.extend(stepped);
    }
    // One notice for the whole way, not one a step.
    if state.view.toasts.len() > told + 1 {
        state.view.toasts.truncate(told);
        state.tell(Message::new("session.stepped-to").count("steps", state.history.done().len()));
    }
    effects
}

/// Choices that outlive the plan; whether the command was one of these.
fn change_preferences(state: &mut State, command: &Command) -> bool {
    let preferences = &mut state.preferences;
    match command {
        Command::SetLang(lang) => preferences.lang = *lang,
        Command::NextLang => preferences.lang = if preferences.lang == Lang::Zh { Lang::En } else { Lang::Zh },
        Command::SetTheme(theme) => preferences.theme = *theme,
        Command::NextTheme => {
            preferences.theme = if preferences.theme == Theme::Light { Theme::Dark } else { Theme::Light };
        }
        Command::SetHand(hand) => preferences.hand = *hand,
        Command::NextHand => preferences.hand = preferences.hand.next(),
        Command::SetTextScale(scale) => preferences.text_scale = scale.clamp(0.8, 2.5),
        Command::SetCopies(count) => preferences.copies = (*count).min(20),
        _ => return false,
    }
    true
}

/// Commands that change the plan; gives back any other.
fn change_plan(state: &mut State, command: Command) -> Result<Vec<Effect>, Command> {
    let effects = match command {
        Command::ChangeSettings(settings) => change_settings(state, *settings),
        Command::SetGap { gap_m, commit } => set_gap(state, gap_m, commit),
        Command::AssignSelection(district) => assign_selection(state, district),
        Command::NewDistrict => new_district(state),
        Command::RemoveDistrict(id) => remove_district(state, id),
        Command::SetDistrict(id, district) => {
            commit(state, Message::new("session.edit-district"), Edit::PutDistrict(id, Some(*district)))
        }
        Command::MergeDistricts(keep, other) => merge(state, keep, other),
        Command::SetLink(key, rule, note) => set_link(state, key, rule, note),
        Command::SetFacts(id, facts) => commit(state, Message::new("session.edit-facts"), Edit::SetFacts(id, facts)),
        Command::EnterRows(join) => joining::enter(state, join),
        Command::JoinRow { join, line, compound } => joining::give(state, join, &[(line, compound)]),
        Command::JoinProposed(join) => joining::give_proposed(state, join),
        Command::AnswerMends(keys, accept) => answer_mends(state, &keys, accept),
        Command::SetItem(id, item) => set_item(state, id, *item),
        Command::MeasureItems => measuring::measure_items(state),
        Command::MoveItem(id, x, y) => move_item(state, id, geo::Coord { x, y }),
        Command::RemoveItems(ids) => {
            let gone = ids.into_iter().map(|id| Edit::PutItem(id, None)).collect();
            commit(state, Message::new("session.edit-remove-items"), Edit::Group(gone))
        }
        Command::SetPrice(code, price) => commit(state, Message::new("session.edit-price"), Edit::PutPrice(code, price)),
        Command::SetEntry(code, entry) => catalogue::set_entry(state, code.as_ref(), *entry),
        Command::RemoveEntry(code) => catalogue::remove_entry(state, &code),
        Command::SetDepartment(code, department) => {
            let given = department.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
            commit(state, Message::new("session.edit-department"), Edit::PutDepartment(code, given))
        }
        Command::SetNeeds(compounds, codes, need) => forms::set_needs(state, &compounds, &codes, need),
        Command::TakeFieldNeeds => forms::take_fields(state),
        Command::SettleFacts(compounds, patch) => forms::settle(state, &compounds, &patch),
        Command::AnswerComment(key, answer) => comments::answer(state, key, answer),
        Command::SetIgnored(key, reason) => {
            let note = reason.map(|reason| IgnoreNote { reason });
            commit(state, Message::new("session.edit-ignored"), Edit::PutIgnored(key, note))
        }
        other => return Err(other),
    };
    Ok(effects)
}

fn change_settings(state: &mut State, settings: Settings) -> Vec<Effect> {
    if settings == state.plan.settings {
        return Vec::new();
    }
    commit(state, Message::new("session.edit-settings"), Edit::SetSettings(Box::new(settings)))
}

fn set_gap(state: &mut State, gap_m: f64, done: bool) -> Vec<Effect> {
    let gap_m = gap_m.clamp(0.0, actions::LARGEST_GAP_M);
    if !done {
        state.view.live_gap_m = Some(gap_m);
        return Vec::new();
    }
    state.view.live_gap_m = None;
    change_settings(state, Settings { gap_m, ..state.plan.settings.clone() })
}

/// Assigns what may be assigned; tells what an exclusion (R2) or a lock keeps out.
fn assign_selection(state: &mut State, to: Option<DistrictId>) -> Vec<Effect> {
    let allowed = actions::assignable(state, &state.view.selection.compounds, to, to.is_some());
    by_hand::tell_refusal(state, &allowed);
    let moves: Vec<_> =
        allowed.compounds.into_iter().filter(|c| state.plan.assignment[c.index()] != to).map(|c| (c, to)).collect();
    if moves.is_empty() {
        return Vec::new();
    }
    commit(state, Message::new("session.edit-assign").count("count", moves.len()), Edit::Assign(moves))
}

fn new_district(state: &mut State) -> Vec<Effect> {
    let allowed = actions::assignable(state, &state.view.selection.compounds, None, true);
    by_hand::tell_refusal(state, &allowed);
    if allowed.compounds.is_empty() {
        return Vec::new();
    }
    let (id, edit) = edits::new_district(&state.plan, &allowed.compounds);
    let effects = commit(state, Message::new("session.edit-new-district"), edit);
    state.view.selection.district = Some(id);
    effects
}

fn remove_district(state: &mut State, id: DistrictId) -> Vec<Effect> {
    if !by_hand::is_open(state, id) {
        return Vec::new();
    }
    let edit = edits::remove_district(&state.plan, id);
    commit(state, Message::new("session.edit-remove-district"), edit)
}

fn merge(state: &mut State, keep: DistrictId, other: DistrictId) -> Vec<Effect> {
    if keep == other || [keep, other].into_iter().any(|id| !by_hand::is_open(state, id)) {
        return Vec::new();
    }
    let label = |id| state.plan.districts.get(&id).map(District::label).unwrap_or_default();
    let named = Message::new("session.edit-merge").text("keep", label(keep)).text("other", label(other));
    let edit = edits::merge_districts(&state.plan, keep, other);
    let effects = commit(state, named, edit);
    state.view.selection.district = Some(keep);
    effects
}

fn set_link(state: &mut State, key: LinkKey, rule: Option<LinkRule>, note: String) -> Vec<Effect> {
    state.view.link_from = None;
    let over = rule.map(|rule| LinkOverride { rule, note });
    commit(state, Message::new("session.edit-link"), Edit::PutOverride(key, over))
}

fn answer_mends(state: &mut State, keys: &[MendKey], accept: bool) -> Vec<Effect> {
    let fresh = state.derived.offers.fresh(state.revisions.offers()).cloned();
    let answered = mending::answer(&state.plan, fresh.as_deref().map_or(&[], Vec::as_slice), keys, accept);
    if answered.count() == 0 {
        if fresh.is_none() {
            state.tell(Message::new("session.offers-pending"));
        }
        return Vec::new();
    }
    let label = if accept { Message::new("session.edit-accept-mends") } else { Message::new("session.edit-refuse-mends") };
    commit(state, label.count("count", answered.count()), answered.edit())
}

fn set_item(state: &mut State, id: Option<ItemId>, item: Item) -> Vec<Effect> {
    let id = id.unwrap_or_else(|| state.plan.next_item_id());
    let effects = commit(state, Message::new("session.edit-item"), Edit::PutItem(id, Some(Box::new(item))));
    state.view.selection.item = Some(id);
    effects
}

fn move_item(state: &mut State, id: ItemId, to: geo::Coord<f64>) -> Vec<Effect> {
    let Some(item) = state.plan.items.get(&id) else { return Vec::new() };
    let moved = actions::moved_item(&state.plan, item, to);
    commit(state, Message::new("session.edit-move-item"), Edit::PutItem(id, Some(Box::new(moved))))
}

impl State {
    /// Shows a short notice.
    pub fn tell(&mut self, message: Message) {
        self.view.toasts.push(Toast { message, failure: false, offer: None });
    }

    /// Shows a short notice with something that can be done about it.
    pub fn tell_offering(&mut self, message: Message, offer: Offer) {
        self.view.toasts.push(Toast { message, failure: false, offer: Some(offer) });
    }

    /// Shows a notice of something that failed; it stays until it is closed.
    pub fn tell_failure(&mut self, message: Message) {
        self.view.toasts.push(Toast { message, failure: true, offer: None });
    }

    /// Closes the plan; the start screen shows.
    fn close(&mut self) {
        let (preferences, revisions) = (std::mem::take(&mut self.preferences), std::mem::take(&mut self.revisions));
        *self = Self { revisions, preferences, generation: self.generation + 1, ..Self::default() };
        self.revisions.note_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Compound, CompoundFacts, Content, ContiguityRule, Plan, Properties};
    use crate::policy::{Exclusion, YearSpan};

    /// Two compounds, the second to be expropriated (R2).
    fn state() -> State {
        let compound = |exclusion| Compound {
            source_id: "a".to_owned(),
            shape: geo::MultiPolygon(vec![geo::Rect::new((0.0, 0.0), (1.0, 1.0)).to_polygon()]),
            facts: CompoundFacts { built: Some(YearSpan::single(1990)), exclusion, ..CompoundFacts::default() },
            extra: Properties::new(),
        };
        let compounds = std::sync::Arc::new(vec![compound(None), compound(Some(Exclusion::Expropriation))]);
        let mut state = State { plan: Plan::new(Content { compounds, ..Content::default() }), ..State::default() };
        dispatch(&mut state, Command::SelectAll);
        state
    }

    #[test]
    fn an_excluded_compound_enters_no_new_district() {
        let mut state = state();
        dispatch(&mut state, Command::NewDistrict);
        assert_eq!(state.plan.assignment, [Some(DistrictId(1)), None]);
        let refused = &state.view.toasts[0];
        assert!(refused.failure && refused.message.key() == "session.refused-excluded");
        dispatch(&mut state, Command::Undo);
        assert!(state.plan.districts.is_empty());
    }

    #[test]
    fn a_locked_district_stays() {
        let mut state = state();
        dispatch(&mut state, Command::NewDistrict);
        let locked = District { locked: true, ..state.plan.districts[&DistrictId(1)].clone() };
        dispatch(&mut state, Command::SetDistrict(DistrictId(1), Box::new(locked)));
        dispatch(&mut state, Command::RemoveDistrict(DistrictId(1)));
        dispatch(&mut state, Command::AssignSelection(None));
        assert_eq!(state.plan.assignment[0], Some(DistrictId(1)));
    }

    #[test]
    fn what_settings_change_decides_what_is_derived_anew() {
        let mut state = state();
        let keys = |state: &State| {
            [state.revisions.screened(), state.revisions.links(), state.revisions.lengths(), state.revisions.district_scene()]
        };
        let change = |state: &mut State, change: fn(&mut Settings)| {
            let mut settings = state.plan.settings.clone();
            change(&mut settings);
            let before = (keys(state), state.revisions.findings());
            dispatch(state, Command::ChangeSettings(Box::new(settings)));
            assert!(state.revisions.findings() > before.1, "the checks know the settings");
            let after = keys(state);
            std::array::from_fn(|n| before.0[n] != after[n])
        };
        // Verdicts, links, lengths of pipes, the picture.
        assert_eq!(change(&mut state, |s| s.gap_m = 12.0), [false; 4]);
        assert_eq!(change(&mut state, |s| s.contiguity = ContiguityRule::Queen), [true, true, true, false]);
        assert_eq!(change(&mut state, |s| s.parcels_connect = false), [true, true, true, false]);
        assert_eq!(change(&mut state, |s| s.all = true), [true, false, true, false]);
        let before = keys(&state);
        dispatch(&mut state, Command::SetGap { gap_m: 50.0, commit: true });
        dispatch(&mut state, Command::Undo);
        assert_eq!(keys(&state), before);
    }

    #[test]
    fn dragging_the_gap_is_one_step_of_history() {
        let mut state = state();
        for gap_m in [31.0, 32.0, 33.0] {
            dispatch(&mut state, Command::SetGap { gap_m, commit: false });
        }
        assert!(state.history.done().is_empty() && (state.gap_m() - 33.0).abs() < 1e-9);
        dispatch(&mut state, Command::SetGap { gap_m: 33.0, commit: true });
        assert_eq!(state.history.done().len(), 1);
    }
}
