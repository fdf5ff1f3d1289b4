//! A district as a project: facilities of a 完整居住社区, what pooling saves, freed land, approvals, acceptance and management.

use egui::{RichText, Ui};

use crate::base::{DistrictId, Message};
use crate::command::Command;
use crate::composition::{self, FIVE_MINUTES_M, FacilityRow, FacilityState, Permit, Review};
use crate::i18n;
use crate::model::{District, DistrictMark, MARK_NO, MARK_YES, Satisfaction, Satisfied};
use crate::ui::context::Context;
use crate::ui::{widgets, words};

/// Words being typed for a mark, and for which district.
#[derive(Default)]
pub(super) struct ProjectForm {
    of: Option<(DistrictId, DistrictMark, String)>,
    typed: String,
    /// 实施主体 as it is and as it is typed, and of which district.
    implementer: Option<(DistrictId, String, String)>,
    /// 满意度 as it is and as it is typed, and of which district.
    satisfied: Option<(DistrictId, Satisfaction, [String; 2])>,
    /// What was counted last, by the state of the plan and the district.
    counted: Option<(u64, DistrictId, Counted)>,
}

/// What a district's items come to.
#[derive(Clone, Debug, Default)]
struct Counted {
    freed: Option<composition::FreedLand>,
    permits: [usize; 3],
    reviews: [usize; 3],
}

/// The sections.
pub(super) fn project_ui(ui: &mut Ui, cx: &mut Context<'_>, form: &mut ProjectForm, id: DistrictId, district: &District) {
    facilities_ui(ui, cx, id);
    let counted = form.counted(cx, id);
    land_ui(ui, cx, counted.freed);
    let title = cx.text("ui.project");
    egui::CollapsingHeader::new(title).id_salt("project").show(ui, |ui| {
        approvals_ui(ui, cx, &counted);
        implementer_ui(ui, cx, form, id, district);
        satisfied_ui(ui, cx, form, id, district);
        for mark in DistrictMark::ALL {
            mark_ui(ui, cx, form, (id, district), mark);
        }
    });
}

impl ProjectForm {
    fn counted(&mut self, cx: &Context<'_>, id: DistrictId) -> Counted {
        let key = cx.state.revisions.findings();
        if let Some((held, of, counted)) = &self.counted
            && (*held, *of) == (key, id)
        {
            return counted.clone();
        }
        let plan = &cx.state.plan;
        let mut counted = Counted { freed: composition::freed_land(plan).remove(&id), ..Counted::default() };
        for (_, approval) in composition::approvals_by_district(plan).remove(&Some(id)).unwrap_or_default() {
            counted.permits[approval.permit as usize] += 1;
            counted.reviews[approval.review as usize] += 1;
        }
        self.counted = Some((key, id, counted.clone()));
        counted
    }
}

/// The 15 kinds of facility; the gap is that of the district, not of each compound.
fn facilities_ui(ui: &mut Ui, cx: &mut Context<'_>, id: DistrictId) {
    let Some(rows) = cx.state.derived.facilities.get().and_then(|all| all.get(&id).cloned()) else { return };
    let missing = rows.iter().filter(|row| row.state == FacilityState::Missing).count();
    let title = cx.tr(&Message::new("ui.facilities").count("missing", missing));
    egui::CollapsingHeader::new(title).id_salt("facilities").show(ui, |ui| {
        let hint = Message::new("ui.facilities-hint").metres("radius", FIVE_MINUTES_M);
        ui.label(widgets::quiet(cx.palette, cx.tr(&hint)).size(12.0));
        for row in &rows {
            facility_ui(ui, cx, row);
        }
        pooled_ui(ui, cx, &rows);
        if ui.button(cx.text("ui.draft-for-district")).clicked() {
            cx.push(Command::DraftFor([id].into()));
        }
    });
}

fn facility_ui(ui: &mut Ui, cx: &Context<'_>, row: &FacilityRow) {
    let colour = match row.state {
        FacilityState::Present => cx.palette.good,
        FacilityState::Planned => cx.palette.accent,
        FacilityState::Missing => cx.palette.bad,
        FacilityState::Unknown => cx.palette.disabled,
    };
    widgets::fact_coloured(ui, cx.palette, &cx.tr(&row.kind.names().message()), &cx.tr(&row.state.message()), colour);
    let households = |n: u64| i18n::grouped(i64::try_from(n).unwrap_or(i64::MAX));
    let told = match (row.straight, row.streets) {
        (Some(straight), Some(streets)) => {
            let lost = straight.households.saturating_sub(streets.households);
            let told = Message::new("ui.reach-both").text("straight", households(straight.households));
            told.text("streets", households(streets.households)).text("lost", households(lost))
        }
        (Some(straight), None) => Message::new("ui.reach-straight").text("straight", households(straight.households)),
        (None, _) => return,
    };
    ui.label(widgets::quiet(cx.palette, cx.tr(&told)).size(12.0));
}

/// What pooling saves: facilities built compound by compound against over the district.
fn pooled_ui(ui: &mut Ui, cx: &Context<'_>, rows: &[FacilityRow]) {
    let (alone, pooled): (usize, usize) = rows.iter().fold((0, 0), |(a, p), row| (a + row.alone, p + row.pooled));
    if alone == 0 {
        return;
    }
    let words = Message::new("ui.pooled").count("alone", alone).count("pooled", pooled).count("saved", alone - pooled);
    ui.label(RichText::new(cx.tr(&words)).strong().size(12.5));
}

fn land_ui(ui: &mut Ui, cx: &Context<'_>, freed: Option<composition::FreedLand>) {
    let Some(freed) = freed else { return };
    let area = |m2: f64| format!("{} m²", i18n::decimal(m2, 0));
    widgets::fact(ui, cx.palette, &cx.text("ui.freed"), &area(freed.freed_m2));
    let colour = if freed.is_overdrawn() { cx.palette.bad } else { cx.palette.text };
    widgets::fact_coloured(ui, cx.palette, &cx.text("ui.freed-allocated"), &area(freed.allocated_m2), colour);
    if freed.unmeasured > 0 {
        let words = cx.tr(&Message::new("ui.freed-unmeasured").count("count", freed.unmeasured));
        ui.label(RichText::new(words).color(cx.palette.warn).size(12.0));
    }
}

fn approvals_ui(ui: &mut Ui, cx: &Context<'_>, counted: &Counted) {
    for (permit, count) in [Permit::Needed, Permit::ExemptOnceConfirmed, Permit::ToCheck].into_iter().zip(counted.permits) {
        if count > 0 {
            let name = if permit == Permit::ToCheck { cx.text("ui.permit-to-check") } else { cx.tr(&permit.message()) };
            widgets::fact(ui, cx.palette, &name, &count.to_string());
        }
    }
    for (review, count) in [Review::Needed, Review::Exempt, Review::ToCheck].into_iter().zip(counted.reviews) {
        if count > 0 {
            let name = if review == Review::ToCheck { cx.text("ui.review-to-check") } else { cx.tr(&review.message()) };
            widgets::fact(ui, cx.palette, &name, &count.to_string());
        }
    }
}

/// 实施主体 (R44).
fn implementer_ui(ui: &mut Ui, cx: &mut Context<'_>, form: &mut ProjectForm, id: DistrictId, district: &District) {
    let fresh = || (id, district.implementer.clone(), district.implementer.clone());
    let (of, held, typed) = form.implementer.get_or_insert_with(fresh);
    if *of != id || *held != district.implementer {
        (*of, *held, *typed) = fresh();
    }
    let name = cx.text("ui.implementer");
    ui.label(widgets::quiet(cx.palette, &*name));
    let own = cx.tr(&Message::new("ui.settle-fact").text("fact", name));
    if widgets::text_field(ui, typed, &own, f32::INFINITY).lost_focus() && typed.trim() != district.implementer {
        let implementer = typed.trim().to_owned();
        cx.push(Command::SetDistrict(id, Box::new(District { implementer, ..district.clone() })));
    }
}

/// 满意度 before and after (R34); empty is unknown.
fn satisfied_ui(ui: &mut Ui, cx: &mut Context<'_>, form: &mut ProjectForm, id: DistrictId, district: &District) {
    let held = district.satisfaction;
    let text = |share: Option<Satisfied>| share.map(|share| format!("{:.1}", share.percent())).unwrap_or_default();
    let fresh = || (id, held, [text(held.before), text(held.after)]);
    let (of, known, typed) = form.satisfied.get_or_insert_with(fresh);
    if (*of, *known) != (id, held) {
        (*of, *known, *typed) = fresh();
    }
    let read = |text: &str| match text.trim().trim_end_matches(['%', '％']).trim() {
        "" => Some(None),
        digits => digits.parse().ok().and_then(Satisfied::from_percent).map(Some),
    };
    let mut left = false;
    for (text, key) in typed.iter_mut().zip(["ui.satisfied-before", "ui.satisfied-after"]) {
        left |= widgets::text_field(ui, text, &cx.text(key), f32::INFINITY).lost_focus();
    }
    match (read(&typed[0]), read(&typed[1])) {
        (Some(before), Some(after)) => {
            let satisfaction = Satisfaction { before, after };
            if left && satisfaction != held {
                cx.push(Command::SetDistrict(id, Box::new(District { satisfaction, ..district.clone() })));
            }
        }
        _ => drop(ui.label(RichText::new(cx.text("ui.satisfied-bad")).color(cx.palette.bad).size(12.0))),
    }
}

fn mark_ui(
    ui: &mut Ui,
    cx: &mut Context<'_>,
    form: &mut ProjectForm,
    (id, district): (DistrictId, &District),
    mark: DistrictMark,
) {
    let name = cx.tr(&mark.message());
    let decided = if mark.is_text() {
        text_ui(ui, cx, form, (id, district), mark, &name)
    } else {
        ui.horizontal(|ui| {
            let label = egui::Label::new(widgets::quiet(cx.palette, &*name)).truncate().halign(egui::Align::LEFT);
            ui.add_sized([(ui.available_width() - 108.0).max(60.0), 20.0], label).on_hover_text(mark.rule());
            yes_no_ui(ui, cx, &name, district.decided(mark))
        })
        .inner
    };
    if let Some(decided) = decided {
        cx.push(Command::SetDistrict(id, Box::new(district.clone().marked(mark, decided.as_deref()))));
    }
}

/// What was chosen instead of `held`; the inner is yes, no, or open again.
#[expect(clippy::option_option, reason = "the outer is whether something was chosen, the inner the decision or none")]
fn yes_no_ui(ui: &mut Ui, cx: &Context<'_>, name: &str, held: Option<bool>) -> Option<Option<String>> {
    let shown = |decided: Option<bool>| match decided {
        Some(true) => cx.text("ui.yes"),
        Some(false) => cx.text("ui.no"),
        None => cx.text("ui.mark-open"),
    };
    let mut chosen = None;
    let combo = egui::ComboBox::from_id_salt(name).selected_text(shown(held)).width(84.0).show_ui(ui, |ui| {
        for option in [Some(true), Some(false), None] {
            if ui.selectable_label(held == option, shown(option)).clicked() && held != option {
                chosen = Some(option.map(|yes| if yes { MARK_YES.to_owned() } else { MARK_NO.to_owned() }));
            }
        }
    });
    widgets::name_input(ui, &combo.response, name);
    chosen
}

#[expect(clippy::option_option, reason = "the outer is whether something was typed, the inner the decision or none")]
fn text_ui(
    ui: &mut Ui,
    cx: &Context<'_>,
    form: &mut ProjectForm,
    (id, district): (DistrictId, &District),
    mark: DistrictMark,
    name: &str,
) -> Option<Option<String>> {
    let held = district.marks.get(&mark).cloned().unwrap_or_default();
    let of = Some((id, mark, held.clone()));
    if form.of != of {
        (form.of, form.typed) = (of, held.clone());
    }
    ui.label(widgets::quiet(cx.palette, name));
    let own = cx.tr(&Message::new("ui.settle-fact").text("fact", name));
    let field = widgets::text_field(ui, &mut form.typed, &own, f32::INFINITY);
    let typed = form.typed.trim();
    (field.lost_focus() && typed != held).then(|| (!typed.is_empty()).then(|| typed.to_owned()))
}

/// What an item brings with it: approvals, ground, structure, hidden work, tags.
pub(super) fn consequences_ui(ui: &mut Ui, cx: &Context<'_>, item: &crate::model::Item) {
    let plan = &cx.state.plan;
    widgets::section(ui, &cx.text("ui.consequences"));
    if let Some(approval) = composition::Approvals::new(plan).of(item) {
        let told =
            if approval.permit == Permit::ToCheck { cx.text("ui.permit-to-check") } else { cx.tr(&approval.permit.message()) };
        let colour = if approval.permit == Permit::Needed { cx.palette.warn } else { cx.palette.text };
        ui.label(RichText::new(told).color(colour).size(12.5)).on_hover_text("R31");
        let told =
            if approval.review == Review::ToCheck { cx.text("ui.review-to-check") } else { cx.tr(&approval.review.message()) };
        let colour = if approval.review == Review::Needed { cx.palette.warn } else { cx.palette.text };
        ui.label(RichText::new(told).color(colour).size(12.5)).on_hover_text("R32");
    }
    for note in composition::ground_notes(plan, item) {
        ui.label(RichText::new(cx.tr(&note.message())).color(cx.palette.warn).size(12.5)).on_hover_text(note.rule());
    }
    if let Some(entry) = plan.catalogue.get(&item.code) {
        for fact in words::entry_facts(entry) {
            ui.label(widgets::quiet(cx.palette, cx.tr(&fact)).size(12.0));
        }
    }
}
