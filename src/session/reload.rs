//! A layer read again from a file that has changed, with everything that was decided in the plan kept.
//!
//! Decisions are held by row in a plan, so they are brought over by the ids of the compounds, whether rows moved, came or
//! went. Which facts were edited by hand is known by comparison: the session, and the plan file for the next one, keep what
//! reading (and joining ledgers) brought in, and a fact in which the plan differs from that is an edit and stays; every other
//! fact becomes what the file says now. A boundary changed in the plan stays where the file's own did not change, and where
//! nobody knows what the file's own was. Compounds that only the plan has, such as
//! those a ledger brought without a boundary, stay as well. Findings set aside name ids and need nothing. What belonged to a
//! compound that is gone cannot be kept, and is counted and named.

use std::collections::HashMap;
use std::sync::Arc;

use crate::base::{CompoundId, DistrictId, Message};
use crate::model::{
    Compound, CompoundFacts, CompoundKey, Content, Edit, Item, LayerContent, LayerKind, LayerSource, LinkKey, Properties,
    compound_keys, rebase_facts,
};

/// What could not be kept, because its compound is gone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lost {
    /// Compounds that are gone and had something decided of them.
    pub compounds: Vec<String>,
    /// Facts edited by hand: compounds that had some.
    pub facts: usize,
    /// Places in a district.
    pub assigned: usize,
    /// States of items.
    pub needs: usize,
    /// Links set by hand.
    pub links: usize,
    /// Items, which stay, without a compound.
    pub items: usize,
}

/// Names that are told; more are counted.
const NAMED: usize = 20;

impl Lost {
    /// What to tell; `None` when everything was kept.
    #[must_use]
    pub fn message(&self) -> Option<Message> {
        if self.compounds.is_empty() {
            return None;
        }
        let names: Vec<&str> = self.compounds.iter().take(NAMED).map(String::as_str).collect();
        let more = if self.compounds.len() > NAMED { "…" } else { "" };
        let told = Message::new("session.reload-lost").count("compounds", self.compounds.len());
        let told = told.text("names", format!("{}{more}", names.join(", "))).count("facts", self.facts);
        let told = told.count("assigned", self.assigned).count("needs", self.needs);
        Some(told.count("links", self.links).count("items", self.items))
    }
}

/// The edits that put newly read compounds in the place of those of the plan; none when nothing changed. `base` is what the
/// file said when it was last read. `O(n)`.
#[must_use]
pub fn reload_compounds(
    content: &Content,
    base: &[Compound],
    read: Vec<Compound>,
    source: Option<LayerSource>,
) -> (Vec<Edit>, Lost) {
    let moved = Moved::new(content, base, read);
    let same_place = moved.to.iter().enumerate().all(|(row, to)| *to == Some(row));
    let same_source = source.as_ref() == content.sources.get(&LayerKind::Compounds);
    if same_place && same_source && moved.compounds == *content.compounds {
        return (Vec::new(), Lost::default());
    }
    let lost = moved.lost(content, base);
    let mut edits = Vec::new();
    let mut later = Vec::new();
    if !same_place {
        moved.links(content, &mut edits, &mut later);
        moved.needs(content, &mut edits, &mut later);
        moved.items(content, &mut edits);
    }
    let assignment = moved.assignment(content);
    edits.push(Edit::PutLayer(Box::new(LayerContent::Compounds(Arc::new(moved.compounds))), source));
    edits.push(Edit::SetAssignment(assignment));
    edits.append(&mut later);
    (edits, lost)
}

/// What the session remembers as read, after a ledger was joined: fields that the join changed are the ledger's, the others
/// stay what they were. All three have one compound a row.
#[must_use]
pub fn rebase_joined(base: &[Compound], before: &[Compound], after: &[Compound]) -> Vec<Compound> {
    let known: HashMap<CompoundKey<'_>, &Compound> = compound_keys(base).zip(base).collect();
    let rebased = |(key, (before, after)): (CompoundKey<'_>, (&Compound, &Compound))| {
        let Some(base) = known.get(&key) else { return after.clone() };
        let extra = if before.extra == after.extra { base.extra.clone() } else { after.extra.clone() };
        let facts = rebase_facts(&before.facts, &after.facts, &base.facts);
        Compound { facts, extra, ..(*base).clone() }
    };
    compound_keys(after).zip(before.iter().zip(after)).map(rebased).collect()
}

/// Compounds as they will be, and where each of the plan's has gone.
struct Moved {
    compounds: Vec<Compound>,
    /// New rows by old ones.
    to: Vec<Option<usize>>,
}

impl Moved {
    fn new(content: &Content, base: &[Compound], read: Vec<Compound>) -> Self {
        let known: HashMap<CompoundKey<'_>, &Compound> = compound_keys(base).zip(base).collect();
        let rows: HashMap<CompoundKey<'_>, usize> = compound_keys(&read).enumerate().map(|(row, key)| (key, row)).collect();
        let (mut pairs, mut added) = (Vec::new(), Vec::new());
        let mut to = Vec::with_capacity(content.compounds.len());
        for (key, own) in compound_keys(&content.compounds).zip(content.compounds.iter()) {
            let base = known.get(&key).copied();
            let row = rows.get(&key).copied();
            pairs.extend(row.map(|row| (row, base, own)));
            let stays = row.is_none() && base.is_none();
            to.push(row.or(stays.then_some(read.len() + added.len())));
            added.extend(stays.then(|| own.clone()));
        }
        let mut compounds = read;
        for (row, base, own) in pairs {
            merge(&mut compounds[row], base, own);
        }
        compounds.append(&mut added);
        Self { compounds, to }
    }

    fn row(&self, compound: CompoundId) -> Option<CompoundId> {
        self.to.get(compound.index()).copied().flatten().map(CompoundId::from_index)
    }

    fn pair(&self, key: LinkKey) -> Option<LinkKey> {
        LinkKey::new(self.row(key.a())?, self.row(key.b())?)
    }

    fn links(&self, content: &Content, edits: &mut Vec<Edit>, later: &mut Vec<Edit>) {
        for (key, rule) in &content.overrides {
            let now = self.pair(*key);
            if now != Some(*key) {
                edits.push(Edit::PutOverride(*key, None));
                later.extend(now.map(|now| Edit::PutOverride(now, Some(rule.clone()))));
            }
        }
    }

    fn needs(&self, content: &Content, edits: &mut Vec<Edit>, later: &mut Vec<Edit>) {
        for ((compound, code), state) in &content.needs {
            let now = self.row(*compound);
            if now != Some(*compound) {
                edits.push(Edit::PutNeed(*compound, code.clone(), None));
                later.extend(now.map(|now| Edit::PutNeed(now, code.clone(), Some(*state))));
            }
        }
    }

    /// An item whose compound is gone stays in the district in which it was.
    fn items(&self, content: &Content, edits: &mut Vec<Edit>) {
        for (id, item) in &content.items {
            let Some(compound) = item.compound else { continue };
            let now = self.row(compound);
            if now != item.compound {
                let district = if now.is_some() { item.district } else { content.item_district(item) };
                edits.push(Edit::PutItem(*id, Some(Box::new(Item { compound: now, district, ..item.clone() }))));
            }
        }
    }

    fn assignment(&self, content: &Content) -> Vec<Option<DistrictId>> {
        let mut rows = vec![None; self.compounds.len()];
        for (to, district) in self.to.iter().zip(&content.assignment) {
            if let Some(row) = to {
                rows[*row] = *district;
            }
        }
        rows
    }

    fn lost(&self, content: &Content, base: &[Compound]) -> Lost {
        let gone = |compound: CompoundId| self.row(compound).is_none();
        let mut touched = std::collections::BTreeSet::new();
        let mut lost = Lost::default();
        if self.to.iter().all(Option::is_some) {
            return lost;
        }
        let known: HashMap<CompoundKey<'_>, &Compound> = compound_keys(base).zip(base).collect();
        let all = compound_keys(&content.compounds).zip(content.compounds.iter()).enumerate();
        for (row, (key, own)) in all.filter(|(row, _)| self.to[*row].is_none()) {
            let id = CompoundId::from_index(row);
            let edited = known.get(&key).is_some_and(|base| base.facts != own.facts);
            let assigned = content.assignment[row].is_some();
            lost.facts += usize::from(edited);
            lost.assigned += usize::from(assigned);
            if edited || assigned {
                touched.insert(id);
            }
        }
        for (compound, _) in content.needs.keys().filter(|(compound, _)| gone(*compound)) {
            lost.needs += 1;
            touched.insert(*compound);
        }
        for key in content.overrides.keys().filter(|key| gone(key.a()) || gone(key.b())) {
            lost.links += 1;
            touched.extend([key.a(), key.b()].into_iter().filter(|compound| gone(*compound)));
        }
        for compound in content.items.values().filter_map(|item| item.compound).filter(|compound| gone(*compound)) {
            lost.items += 1;
            touched.insert(compound);
        }
        lost.compounds = touched.into_iter().map(|id| content.compounds[id.index()].label().to_owned()).collect();
        lost
    }
}

/// Brings what was changed in the plan into a compound as the file says it now. A base without a shape is of a compound whose
/// shape another program changed in the plan file: what it was is not known, and what it was made counts as a decision.
fn merge(read: &mut Compound, base: Option<&Compound>, own: &Compound) {
    let nothing = Compound {
        source_id: String::new(),
        shape: geo::MultiPolygon(Vec::new()),
        facts: CompoundFacts::default(),
        extra: Properties::new(),
    };
    let forgotten = base.is_some_and(|base| base.shape.0.is_empty());
    let base = base.unwrap_or(&nothing);
    read.facts = rebase_facts(&base.facts, &own.facts, &read.facts);
    if own.shape != base.shape && (forgotten || read.shape == base.shape) {
        read.shape = own.shape.clone();
    }
    if own.extra != base.extra {
        for (name, value) in own.extra.iter().filter(|(name, value)| base.extra.get(name).as_ref() != Some(value)) {
            read.extra.insert(name.into_owned(), value);
        }
    }
}

#[cfg(test)]
mod tests;
