//! The same problem with its units in another order, so that a result does not depend on how they came.

use super::problem::{Contact, Diameter, Field, Problem, number};
use crate::contiguity::Neighbours;

/// Rows of a problem in the order in which they are solved.
pub(super) struct Order {
    rows: Vec<u32>,
}

impl Order {
    /// The order of a problem's ranks, equal ones as they came; `None` where it is that of the rows already.
    pub(super) fn of(problem: &Problem) -> Option<Self> {
        let mut rows: Vec<u32> = (0..problem.rank.len()).map(number).collect();
        rows.sort_by_key(|row| problem.rank[*row as usize]);
        rows.iter().enumerate().any(|(at, row)| number(at) != *row).then_some(Self { rows })
    }

    /// Entries of the rows in this order.
    fn arranged<T: Clone>(&self, entries: &[T]) -> Vec<T> {
        if entries.is_empty() { Vec::new() } else { self.rows.iter().map(|row| entries[*row as usize].clone()).collect() }
    }

    /// The problem with its units in this order.
    pub(super) fn problem(&self, problem: &Problem) -> Problem {
        let mut place = vec![0_usize; self.rows.len()];
        self.rows.iter().enumerate().for_each(|(at, row)| place[*row as usize] = at);
        let links = (0..problem.units()).flat_map(|a| problem.neighbours.of(a).iter().map(move |b| (a, *b as usize)));
        let links = links.filter(|(a, b)| a < b).map(|(a, b)| (place[a], place[b]));
        // Both ends of every link are rows, so that none is unknown.
        let neighbours = Neighbours::from_pairs(problem.units(), links).unwrap_or_default();
        let at = |row: &u32| number(place[*row as usize]);
        let set = |set: &Vec<u32>| {
            let mut rows: Vec<u32> = set.iter().map(at).collect();
            rows.sort_unstable();
            rows
        };
        let sets = |sets: &[Vec<u32>]| {
            let mut sets: Vec<Vec<u32>> = sets.iter().map(set).collect();
            sets.sort();
            sets
        };
        let contact = |contact: &Contact| {
            let (a, b) = (at(&contact.a), at(&contact.b));
            Contact { a: a.min(b), b: a.max(b), strength: contact.strength }
        };
        let diameter = |asked: &Diameter| Diameter { max_m: asked.max_m, outlines: self.arranged(&asked.outlines) };
        let field = |field: &Field| Field { name: field.name.clone(), values: self.arranged(&field.values) };
        Problem {
            neighbours,
            eligible: self.arranged(&problem.eligible),
            conducts: self.arranged(&problem.conducts),
            fields: problem.fields.iter().map(field).collect(),
            bounds: problem.bounds.clone(),
            similar: problem.similar.clone(),
            communities: self.arranged(&problem.communities),
            street_offices: self.arranged(&problem.street_offices),
            locked: self.arranged(&problem.locked),
            admitting: problem.admitting.clone(),
            together: sets(&problem.together),
            apart: sets(&problem.apart),
            seeds: set(&problem.seeds),
            diameter: problem.diameter.as_ref().map(diameter),
            openings: self.arranged(&problem.openings),
            contacts: problem.contacts.iter().map(contact).collect(),
            places: self.arranged(&problem.places),
            start: self.arranged(&problem.start),
            rank: Vec::new(),
            ..*problem
        }
    }

    /// The row of the problem that a unit of the arranged one is.
    pub(super) fn row(&self, unit: u32) -> u32 {
        self.rows[unit as usize]
    }
}
