//! Proposals: drafted items with what speaks for each in numbers, before any of them is in the plan.

use std::collections::BTreeSet;

use super::buildings::wants_lift;
use super::draft::{Drafting, LIFT, draft, pipe_item, says_no_lift};
use super::{FIVE_MINUTES_M, Reason};
use crate::base::{DistrictId, Message};
use crate::model::{Content, Item};
use crate::pipes::PipeLengths;
use crate::screening::Screened;

/// An item that is proposed.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// The item, as it would enter the plan.
    pub item: Item,
    /// What speaks for it.
    pub why: Message,
}

/// Drafts items as [`draft`] does and says of each what speaks for it; with `districts` only those of some districts.
#[must_use]
pub fn propose(
    content: &Content,
    screened: &[Screened],
    pipes: &PipeLengths,
    districts: Option<&BTreeSet<DistrictId>>,
) -> Vec<Proposal> {
    let drafting = Drafting::new(content, pipes);
    let wanted = |item: &Item| {
        districts.is_none_or(|districts| content.item_district(item).is_some_and(|district| districts.contains(&district)))
    };
    let items = draft(content, screened, pipes).into_iter().filter(wanted);
    items.map(|item| Proposal { why: why(&drafting, &item), item }).collect()
}

/// The reason, with what it rests on.
fn why(drafting: &Drafting<'_>, item: &Item) -> Message {
    let Some(reason) = Reason::of(&item.origin) else { return Message::new("composition.because-problem") };
    let bare = reason.message();
    match reason {
        Reason::PipePlanned | Reason::PipeMaterial | Reason::PipeOld => pipes(drafting, item, bare),
        Reason::Problem => {
            let problems = item.compound.and_then(|id| drafting.content.compounds.get(id.index())?.facts.problems.clone());
            Message::new("composition.why-problem").nested("reason", bare).text("problems", problems.unwrap_or_default())
        }
        Reason::NoLift => lifts(drafting, item, bare),
        Reason::LivingCircle => Message::new("composition.why-circle").nested("reason", bare).metres("radius", FIVE_MINUTES_M),
        Reason::Need | Reason::Neglected | Reason::LacksMunicipal | Reason::LacksServices => bare,
    }
}

/// How many pipes, of what, and since when.
fn pipes(drafting: &Drafting<'_>, item: &Item, reason: Message) -> Message {
    let Some(compound) = item.compound else { return reason };
    let mine = drafting.serving(compound).filter(|pipe| pipe_item(pipe) == Some(item.code.0.as_str()));
    let renewed: Vec<_> = mine.filter(|pipe| drafting.pipe_reason(pipe).is_some()).collect();
    let materials: BTreeSet<&str> = renewed.iter().filter_map(|pipe| pipe.material.as_deref()).collect();
    let materials = materials.into_iter().collect::<Vec<_>>().join("、");
    let told = match renewed.iter().filter_map(|pipe| pipe.laid_year).min() {
        Some(oldest) => Message::new("composition.why-pipes-since").year("oldest", oldest),
        None => Message::new("composition.why-pipes"),
    };
    told.nested("reason", reason).count("pipes", renewed.len()).text("materials", materials)
}

/// How many buildings could take one and have none.
fn lifts(drafting: &Drafting<'_>, item: &Item, reason: Message) -> Message {
    let Some(compound) = item.compound.filter(|_| item.code.0 == LIFT) else { return reason };
    let said = says_no_lift(drafting.content, compound);
    let mine = drafting.measure.buildings().of(compound).iter().map(|id| &drafting.content.buildings[id.index()]);
    let count = mine.filter(|building| wants_lift(building, said)).count();
    Message::new("composition.why-lifts").nested("reason", reason).count("buildings", count)
}
