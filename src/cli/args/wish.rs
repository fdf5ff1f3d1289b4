//! What districts are asked for, as `group` and `plan` take it.

use clap::{Args, ValueEnum};

use super::form::Form;
use super::words::{AimWord, CommunityWord, WeightWord};
use crate::grouping::{Aim, Weights};
use crate::model::Settings;

/// Names the field of the diameter, which is no sum.
const MAX_HELP: &str = "Largest sum of a field in each district; diameter_m bounds how far a district reaches";

/// What districts are asked for.
#[derive(Debug, Default, Args)]
pub struct Wish {
    /// Least sum of a field in each district.
    #[arg(long, value_name = "FIELD=N", value_parser = parse_bound)]
    pub min: Vec<(String, f64)>,
    /// Largest sum of a field in each district, or its largest diameter.
    #[arg(long, help = MAX_HELP, value_name = "FIELD=N", value_parser = parse_bound)]
    pub max: Vec<(String, f64)>,
    /// Exactly so many districts, locked ones among them.
    #[arg(long, value_name = "P", conflicts_with = "aim")]
    pub count: Option<usize>,
    /// As many or as few districts as the bounds allow; with --min alone: most.
    #[arg(long, value_name = "most|fewest")]
    pub aim: Option<AimWord>,
    /// Fields in which compounds of a district should be alike.
    #[arg(long, value_name = "FIELD,…", value_delimiter = ',')]
    pub similar: Vec<String>,
    /// Compounds, by id, that are to be in one district; can be given again for others.
    #[arg(long, value_name = "ID,…", value_parser = parse_ids)]
    pub together: Vec<Ids>,
    /// Compounds, by id, of which no two may be in one district; can be given again for others.
    #[arg(long, value_name = "ID,…", value_parser = parse_ids)]
    pub apart: Vec<Ids>,
    /// Compounds, by id, from which districts grow: no two in one district.
    #[arg(long, value_name = "ID,…", value_parser = parse_seeds)]
    pub seeds: Vec<Ids>,
    /// May districts cross community limits?
    #[arg(long, value_name = "free|prefer|forbid", default_value = "free")]
    pub community: CommunityWord,
    /// May districts cross the limits of street offices?
    #[arg(long, value_name = "free|prefer|forbid", default_value = "free")]
    pub street_office: CommunityWord,
    /// What a part of the objective weighs: likeness 1, pairwise 0.05, compactness 0.5, balance 0, wholeness 1, openings 1, contact 0 unless said.
    #[arg(long, value_name = "PART=W", value_parser = parse_weight)]
    pub weight: Vec<(WeightWord, f64)>,
    /// Start of the random numbers.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// How long to search; time grows with it.
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = parse_effort)]
    pub effort: u32,
    /// Stop searching after so many seconds and keep the best so far.
    #[arg(long, value_name = "S", value_parser = parse_seconds)]
    pub time_limit: Option<f64>,
    /// Threads to use; the result is the same with any.
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
}

impl Wish {
    /// Puts what it says of limits into the settings of a plan.
    pub fn settle(&self, settings: &mut Settings) {
        settings.community = self.community.into();
        settings.street_office = self.street_office.into();
        let sets = |all: &[Ids]| all.iter().map(|ids| ids.0.clone()).collect::<Vec<_>>();
        settings.pins.together.extend(sets(&self.together));
        settings.pins.apart.extend(sets(&self.apart));
        settings.pins.seeds.extend(self.seeds.iter().flat_map(|ids| ids.0.iter().cloned()));
    }

    /// What the parts of the objective weigh.
    #[must_use]
    pub fn weights(&self) -> Weights {
        let mut weights = Weights::default();
        for (part, weight) in &self.weight {
            match part {
                WeightWord::Likeness => weights.likeness = *weight,
                WeightWord::Pairwise => weights.pairwise = *weight,
                WeightWord::Compactness => weights.compactness = *weight,
                WeightWord::Balance => weights.balance = *weight,
                WeightWord::Wholeness => weights.wholeness = *weight,
                WeightWord::Openings => weights.openings = *weight,
                WeightWord::Contact => weights.contact = *weight,
            }
        }
        weights
    }

    /// How many districts are wanted. Without any bound, count or aim: one for each component.
    #[must_use]
    pub fn aim(&self) -> Aim {
        match (self.count, self.aim) {
            (Some(count), _) => Aim::Exactly(count),
            (None, Some(AimWord::Most)) => Aim::Most,
            (None, Some(AimWord::Fewest)) => Aim::Fewest,
            (None, None) if !self.min.is_empty() => Aim::Most,
            (None, None) if !self.max.is_empty() => Aim::Fewest,
            (None, None) => Aim::Components,
        }
    }
}

/// Ids of several compounds.
#[derive(Clone, Debug)]
pub struct Ids(Vec<String>);

impl Ids {
    fn listed(text: &str) -> Self {
        Self(text.split(',').map(str::trim).filter(|id| !id.is_empty()).map(str::to_owned).collect())
    }
}

fn parse_ids(text: &str) -> Result<Ids, Form> {
    let ids = Ids::listed(text);
    if ids.0.len() > 1 { Ok(ids) } else { Err(Form::from("ID,ID,…")) }
}

fn parse_seeds(text: &str) -> Result<Ids, Form> {
    let ids = Ids::listed(text);
    if ids.0.is_empty() { Err(Form::from("ID,…")) } else { Ok(ids) }
}

fn parse_bound(text: &str) -> Result<(String, f64), Form> {
    let form = || Form::from("FIELD=N, N >= 0");
    let (field, number) = text.rsplit_once('=').ok_or_else(form)?;
    let value: f64 = number.trim().parse().map_err(|_| form())?;
    if field.trim().is_empty() || !value.is_finite() || value < 0.0 {
        return Err(form());
    }
    Ok((field.trim().to_owned(), value))
}

fn parse_weight(text: &str) -> Result<(WeightWord, f64), Form> {
    let names = WeightWord::value_variants().iter().filter_map(ValueEnum::to_possible_value);
    let names: Vec<String> = names.map(|word| word.get_name().to_owned()).collect();
    let form = || Form(format!("{}=W, W >= 0", names.join("|")));
    let (part, number) = text.split_once('=').ok_or_else(form)?;
    let part = WeightWord::from_str(part.trim(), false).map_err(|_| form())?;
    let weight: f64 = number.trim().parse().map_err(|_| form())?;
    if weight.is_finite() && weight >= 0.0 { Ok((part, weight)) } else { Err(form()) }
}

fn parse_effort(text: &str) -> Result<u32, Form> {
    text.parse().ok().filter(|effort| (1..=10_000).contains(effort)).ok_or_else(|| Form::from("1..10000"))
}

fn parse_seconds(text: &str) -> Result<f64, Form> {
    text.parse().ok().filter(|seconds: &f64| seconds.is_finite() && *seconds >= 0.0).ok_or_else(|| Form::from(">= 0"))
}
