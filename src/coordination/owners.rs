//! What each owner has in and around the compounds, by class and responsibility.

use std::collections::BTreeMap;

use super::{Responsibility, responsibility};
use crate::model::Content;
use crate::pipes::PipeLengths;
use crate::policy::PipeClass;

/// Pipes of one owner, class and responsibility.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnerTotal {
    /// 权属单位 as written; `None` when the survey does not tell.
    pub owner: Option<String>,
    /// Class.
    pub class: PipeClass,
    /// Who renovates and who takes over.
    pub responsibility: Responsibility,
    /// Count of pipes.
    pub pipes: usize,
    /// Their length, m.
    pub total_m: f64,
    /// Their length inside compounds, m.
    pub inside_m: f64,
}

/// Totals of every owner, known owners first, by name, class and responsibility; the lengths sum to the whole network.
/// `O(pipes × log groups)`.
#[must_use]
pub fn owner_totals(content: &Content, lengths: &PipeLengths) -> Vec<OwnerTotal> {
    type Key<'a> = (bool, Option<&'a str>, PipeClass, Responsibility);
    let mut groups: BTreeMap<Key<'_>, (usize, f64, f64)> = BTreeMap::new();
    for (pipe, total) in content.pipes.iter().zip(&lengths.per_pipe) {
        let owner = pipe.owner.as_deref();
        let sum = groups.entry((owner.is_none(), owner, pipe.class, responsibility(pipe.ownership, pipe.class))).or_default();
        sum.0 += 1;
        sum.1 += total.total_m;
        sum.2 += total.inside_m;
    }
    let total = |((_, owner, class, responsibility), (pipes, total_m, inside_m)): (Key<'_>, (usize, f64, f64))| OwnerTotal {
        owner: owner.map(str::to_owned),
        class,
        responsibility,
        pipes,
        total_m,
        inside_m,
    };
    groups.into_iter().map(total).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Silent;
    use crate::pipes::lengths;
    use crate::pipes::tests::{compound, content, pipe};
    use crate::policy::Ownership;

    #[test]
    fn totals_sum_to_the_network() {
        let mut pipes: Vec<_> = (0..4).map(|_| pipe("p", PipeClass::Heat, &[(-50.0, 10.0), (50.0, 10.0)])).collect();
        pipes[1].owner = Some("供热公司".to_owned());
        pipes[2].owner = Some("供热公司".to_owned());
        pipes[2].ownership = Ownership::Utility;
        pipes[3].owner = Some("供热公司".to_owned());
        let content = content(vec![compound("a", 0.0, 0.0, 100.0)], pipes);
        let totals = owner_totals(&content, &lengths(&content, &Silent).unwrap());
        let view: Vec<_> = totals.iter().map(|t| (t.owner.is_some(), t.responsibility.unit.code(), t.pipes)).collect();
        assert_eq!(view, vec![(true, "utility", 1), (true, "to_check", 2), (false, "to_check", 1)]);
        assert!((totals.iter().map(|t| t.total_m).sum::<f64>() - 400.0).abs() < 1e-9);
        assert!((totals.iter().map(|t| t.inside_m).sum::<f64>() - 200.0).abs() < 1e-9);
    }
}
