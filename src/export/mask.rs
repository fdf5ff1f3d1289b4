//! Leaves out what tells a military compound (R6): it stays in the plan, in its district and in every sum, without a name.

use std::borrow::Cow;
use std::sync::Arc;

use crate::base::Message;
use crate::i18n::{Lang, tr};
use crate::model::{Compound, Content, Properties};
use crate::policy::OwnerKind;

/// The plan as it leaves the house: masked where its settings say so.
#[must_use]
pub fn published(content: &Content, lang: Lang) -> Cow<'_, Content> {
    if content.settings.mask_military { Cow::Owned(masked(content, lang)) } else { Cow::Borrowed(content) }
}

/// The plan with the names, addresses, owners, notes and unused fields of military compounds left out; ids stay, by which
/// comments find their way back. Buildings inside them lose their names as well.
#[must_use]
pub fn masked(content: &Content, lang: Lang) -> Content {
    let is_military = |compound: &Compound| compound.facts.owner_kind == Some(OwnerKind::Military);
    if !content.compounds.iter().any(is_military) {
        return content.clone();
    }
    let name = tr(lang, &Message::new("export.military"));
    let mut own = content.clone();
    for compound in Arc::make_mut(&mut own.compounds).iter_mut().filter(|compound| is_military(compound)) {
        let facts = &mut compound.facts;
        facts.name.clone_from(&name);
        (facts.address, facts.owner, facts.management, facts.problems) = (None, None, None, None);
        compound.extra = Properties::new();
    }
    hide_buildings(&mut own, content);
    own
}

fn hide_buildings(own: &mut Content, content: &Content) {
    use geo::{BoundingRect, Contains, InteriorPoint};
    let military: Vec<_> = content
        .compounds
        .iter()
        .filter(|compound| compound.facts.owner_kind == Some(OwnerKind::Military))
        .filter_map(|compound| Some((compound.shape.bounding_rect()?, &compound.shape)))
        .collect();
    for building in Arc::make_mut(&mut own.buildings) {
        let Some(at) = building.shape.interior_point() else { continue };
        if military.iter().any(|(bounds, shape)| bounds.contains(&at) && shape.contains(&at)) {
            building.name = String::new();
            building.extra = Properties::new();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::CompoundFacts;

    #[test]
    fn only_military_compounds_lose_their_names() {
        let compound = |id: &str, kind: OwnerKind| Compound {
            source_id: id.to_owned(),
            shape: geo::MultiPolygon(Vec::new()),
            facts: CompoundFacts {
                name: "某部家属院".to_owned(),
                address: Some("某路 1 号".to_owned()),
                households: Some(80),
                owner_kind: Some(kind),
                ..CompoundFacts::default()
            },
            extra: [("番号".to_owned(), serde_json::Value::from("1"))].into_iter().collect(),
        };
        let compounds = vec![compound("a", OwnerKind::Military), compound("b", OwnerKind::StateFirm)];
        let content = Content { compounds: Arc::new(compounds), ..Content::default() };
        let own = masked(&content, Lang::Zh);
        let [a, b] = &own.compounds[..] else { panic!("two compounds") };
        assert_eq!((a.facts.name.as_str(), &a.facts.address, a.facts.households), ("（军队所属）", &None, Some(80)));
        assert!(a.extra.is_empty() && a.source_id == "a");
        assert_eq!(b, &content.compounds[1]);
        assert!(matches!(published(&content, Lang::Zh), Cow::Borrowed(_)), "nothing is masked unasked");
        let mut asked = content.clone();
        asked.settings.mask_military = true;
        assert_eq!(published(&asked, Lang::Zh).compounds, own.compounds);
    }
}
