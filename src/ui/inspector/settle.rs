//! Facts of screening settled by hand, for one compound or for all that are selected: what is left at “as it is” stays.

use egui::{RichText, Ui};

use crate::base::{CompoundId, Message};
use crate::command::Command;
use crate::model::Consent;
use crate::policy::{Exclusion, OwnerKind, YearSpan};
use crate::screening::{FactsPatch, Settle};
use crate::ui::context::Context;
use crate::ui::{names, widgets};

/// What is chosen and typed, for these compounds.
#[derive(Default)]
pub(super) struct SettleForm {
    of: Option<(CompoundId, usize, u64)>,
    patch: FactsPatch,
    built: String,
    consent: String,
    surveyed: String,
}

/// First and last year in which something may have been built.
const YEARS: std::ops::RangeInclusive<i32> = 1840..=2100;

/// The section; `compounds` are those that are selected.
pub(super) fn settle_ui(ui: &mut Ui, cx: &mut Context<'_>, form: &mut SettleForm, compounds: &[CompoundId]) {
    let Some(first) = compounds.first().copied() else { return };
    let of = Some((first, compounds.len(), cx.state.generation));
    if form.of != of {
        *form = SettleForm { of, ..SettleForm::default() };
    }
    let title = cx.text("ui.settle");
    egui::CollapsingHeader::new(title).id_salt("settle").show(ui, |ui| {
        form_ui(ui, cx, form);
        apply_ui(ui, cx, form, compounds);
    });
}

fn form_ui(ui: &mut Ui, cx: &Context<'_>, form: &mut SettleForm) {
    ui.label(widgets::quiet(cx.palette, cx.text("ui.settle-hint")).size(12.0));
    typed_ui(ui, cx, "ui.column-built", "ui.settle-built", &mut form.built);
    let owners = [OwnerKind::Private, OwnerKind::StateFirm, OwnerKind::Military, OwnerKind::PublicHousing, OwnerKind::Other];
    choice_ui(ui, cx, "ui.column-owner", &mut form.patch.owner_kind, &owners.map(|kind| (kind, names::owner(kind))));
    let grounds = [Exclusion::Expropriation, Exclusion::Rebuild, Exclusion::Demolition];
    let grounds = grounds.map(|ground| (ground, names::exclusion(ground)));
    choice_ui(ui, cx, "ui.column-exclusion", &mut form.patch.exclusion, &grounds);
    typed_ui(ui, cx, "ui.column-consent", "ui.settle-consent", &mut form.consent);
    typed_ui(ui, cx, "ui.column-surveyed", "ui.settle-surveyed", &mut form.surveyed);
    let flags = [(true, "ui.yes"), (false, "ui.no")];
    choice_ui(ui, cx, "ui.column-neglected", &mut form.patch.neglected, &flags);
    choice_ui(ui, cx, "ui.column-municipal", &mut form.patch.lacks_municipal, &flags);
    choice_ui(ui, cx, "ui.column-services", &mut form.patch.lacks_services, &flags);
}

/// A name on the left, a field on the right that is left empty to leave the fact as it is.
fn typed_ui(ui: &mut Ui, cx: &Context<'_>, key: &'static str, hint: &'static str, text: &mut String) {
    ui.horizontal(|ui| {
        let name = cx.text(key);
        ui.add_sized([96.0, 20.0], egui::Label::new(widgets::quiet(cx.palette, &*name)).truncate().halign(egui::Align::LEFT));
        let field = egui::TextEdit::singleline(text).hint_text(cx.text(hint)).desired_width(150.0);
        let response = ui.add(field);
        widgets::name_input(ui, &response, &cx.tr(&Message::new("ui.settle-fact").text("fact", name)));
    });
}

fn choice_ui<T: Copy + PartialEq>(
    ui: &mut Ui,
    cx: &Context<'_>,
    key: &'static str,
    settle: &mut Settle<T>,
    options: &[(T, &'static str)],
) {
    ui.horizontal(|ui| {
        let name = cx.text(key);
        ui.add_sized([96.0, 20.0], egui::Label::new(widgets::quiet(cx.palette, &*name)).truncate().halign(egui::Align::LEFT));
        // Nothing against it is what an unknown ground of exclusion means.
        let unknown = if key == "ui.column-exclusion" { "ui.settle-none" } else { "ui.unknown" };
        let shown = match *settle {
            Settle::Keep => cx.text("ui.settle-keep"),
            Settle::Unknown => cx.text(unknown),
            Settle::Known(value) => {
                options.iter().find(|(own, _)| *own == value).map(|(_, words)| cx.text(words)).unwrap_or_default()
            }
        };
        let combo = egui::ComboBox::from_id_salt(key).selected_text(shown).width(150.0).truncate().show_ui(ui, |ui| {
            ui.selectable_value(settle, Settle::Keep, cx.text("ui.settle-keep"));
            for (value, words) in options {
                ui.selectable_value(settle, Settle::Known(*value), cx.text(words));
            }
            ui.selectable_value(settle, Settle::Unknown, cx.text(unknown));
        });
        widgets::name_input(ui, &combo.response, &cx.tr(&Message::new("ui.settle-fact").text("fact", name)));
    });
}

fn apply_ui(ui: &mut Ui, cx: &mut Context<'_>, form: &mut SettleForm, compounds: &[CompoundId]) {
    let patch = whole(form);
    let nothing = patch.as_ref().is_ok_and(|patch| *patch == FactsPatch::default());
    if let Err(key) = &patch {
        ui.label(RichText::new(cx.text(key)).color(cx.palette.bad).size(12.0));
    }
    let words = cx.tr(&Message::new("ui.settle-apply").count("count", compounds.len()));
    let ready = patch.is_ok() && !nothing;
    if ui.add_enabled(ready, egui::Button::new(words)).clicked()
        && let Ok(patch) = patch
    {
        cx.push(Command::SettleFacts(compounds.to_vec(), Box::new(patch)));
        *form = SettleForm { of: form.of, ..SettleForm::default() };
    }
}

/// What is chosen and typed, or the key of what is wrong with it.
fn whole(form: &SettleForm) -> Result<FactsPatch, &'static str> {
    let mut patch = form.patch.clone();
    if !form.built.trim().is_empty() {
        patch.built = Settle::Known(years(&form.built).ok_or("ui.settle-bad-years")?);
    }
    let (share, surveyed) = (form.consent.trim(), form.surveyed.trim());
    if !share.is_empty() {
        let share = percent(share).ok_or("ui.settle-bad-share")?;
        if !surveyed.is_empty() && !is_date(surveyed) {
            return Err("ui.settle-bad-date");
        }
        let surveyed = (!surveyed.is_empty()).then(|| surveyed.to_owned());
        patch.consent = Settle::Known(Consent { share, surveyed });
    } else if !surveyed.is_empty() {
        return Err("ui.settle-date-alone");
    }
    Ok(patch)
}

/// `1998`, or `1995-1998`.
fn years(text: &str) -> Option<YearSpan> {
    let mut parts = text.split(['-', '–', '—', '~', '～']).map(|part| part.trim().trim_end_matches('年').parse::<i32>().ok());
    let first = parts.next()??;
    let last = parts.next().map_or(Some(first), |last| last)?;
    let known = parts.next().is_none() && YEARS.contains(&first) && YEARS.contains(&last) && first <= last;
    known.then_some(YearSpan { first, last })
}

/// Per cent, with or without the sign, as a share.
fn percent(text: &str) -> Option<f64> {
    let number: f64 = text.trim_end_matches(['%', '％']).trim().parse().ok()?;
    (0.0..=100.0).contains(&number).then_some(number / 100.0)
}

/// `YYYY-MM-DD`.
fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let number = |part: &str, digits: usize| (part.len() == digits).then(|| part.parse::<u32>().ok()).flatten();
    let [year, month, day] = parts[..] else { return false };
    number(year, 4).is_some()
        && number(month, 2).is_some_and(|m| (1..=12).contains(&m))
        && number(day, 2).is_some_and(|d| (1..=31).contains(&d))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(built: &str, consent: &str, surveyed: &str) -> SettleForm {
        SettleForm { built: built.into(), consent: consent.into(), surveyed: surveyed.into(), ..SettleForm::default() }
    }

    #[test]
    fn what_is_typed_is_read_or_refused_with_a_reason() {
        assert_eq!(whole(&form("", "", "")), Ok(FactsPatch::default()));
        assert_eq!(whole(&form("1998年", "", "")).unwrap().built, Settle::Known(YearSpan::single(1998)));
        assert_eq!(whole(&form("1995-1998", "", "")).unwrap().built, Settle::Known(YearSpan { first: 1995, last: 1998 }));
        let consent = |share, surveyed: Option<&str>| Settle::Known(Consent { share, surveyed: surveyed.map(str::to_owned) });
        assert_eq!(whole(&form("", "66 %", "2024-05-01")).unwrap().consent, consent(0.66, Some("2024-05-01")));
        assert_eq!(whole(&form("", "0", "")).unwrap().consent, consent(0.0, None));
        for (built, share, surveyed, why) in [
            ("98", "", "", "ui.settle-bad-years"),
            ("1998-1995", "", "", "ui.settle-bad-years"),
            ("1990-1995-1998", "", "", "ui.settle-bad-years"),
            ("", "120", "", "ui.settle-bad-share"),
            ("", "x", "", "ui.settle-bad-share"),
            ("", "60", "2024-13-01", "ui.settle-bad-date"),
            ("", "", "2024-05-01", "ui.settle-date-alone"),
        ] {
            assert_eq!(whole(&form(built, share, surveyed)), Err(why));
        }
    }
}
