//! Rule packs: years, dates, thresholds and clauses of one policy, read from TOML.
//!
//! Three are built in; an institute can bring its own file of the same form through [`Pack::from_toml`].

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use super::{Bands, Clause, Names};
use crate::base::Message;

/// A rule pack.
#[derive(Clone, Debug, PartialEq)]
pub struct Pack {
    /// Code used in settings and on the command line, such as `jilin-2020`.
    pub code: String,
    /// Name.
    pub name: Names,
    /// Number of the document; empty where no text lies before us.
    pub document: String,
    /// Built in or before this year: 应改 (R3).
    pub must_before: i32,
    /// Built in or before this year, and after the band above: 可改 where enabled; `None` when the policy has no such band.
    pub may_before: Option<i32>,
    /// Whether the second band is enabled unless a plan says otherwise.
    pub may_enabled: bool,
    /// Last year of work (R5).
    pub horizon: i32,
    /// Share of residents in favour that moves a compound up the list (R7), 0–1.
    pub consent_threshold: f64,
    /// Month and day by which a year's preparations are done (R24).
    pub milestone_month_day: (u8, u8),
    /// Month and day by which the main works of a year are in use (R25).
    pub completion_month_day: (u8, u8),
    /// Points of the priority score.
    pub priority: PriorityWeights,
    clauses: BTreeMap<String, ClauseText>,
}

/// Points that make up the priority score; they are shown beside it.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriorityWeights {
    /// For age (建成年代较早).
    pub age: f64,
    /// For 失养失修失管.
    pub neglected: f64,
    /// For 市政配套设施不完善.
    pub lacks_municipal: f64,
    /// For 社区服务设施不健全.
    pub lacks_services: f64,
    /// For consent at or above the threshold (居民改造意愿强烈).
    pub consent: f64,
}

impl PriorityWeights {
    /// The full score.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.age + self.neglected + self.lacks_municipal + self.lacks_services + self.consent
    }
}

/// Why a text is not a rule pack.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum PackError {
    /// Not TOML, or a field is missing, unknown or of the wrong type; the text says which and where.
    #[error("{0}")]
    Syntax(String),
    /// The code is empty.
    #[error("the code is empty")]
    NoCode,
    /// A share outside 0–1.
    #[error("consent_threshold {0} is not between 0 and 1")]
    Threshold(f64),
    /// Not a month and a day.
    #[error("{0:?} is not MM-DD")]
    Milestone(String),
    /// Bands out of order.
    #[error("may_before {may} comes before must_before {must}")]
    Bands {
        /// First band's last year.
        must: i32,
        /// Second band's last year.
        may: i32,
    },
    /// A weight that is negative or not a number.
    #[error("a priority weight is negative or not a number")]
    Weight,
}

impl PackError {
    /// The error for people.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::Syntax(detail) => Message::new("policy.pack-syntax").text("detail", detail.as_str()),
            Self::NoCode => Message::new("policy.pack-no-code"),
            Self::Threshold(value) => Message::new("policy.pack-threshold").number("value", *value, 2),
            Self::Milestone(text) => Message::new("policy.pack-milestone").text("text", text.as_str()),
            Self::Bands { must, may } => Message::new("policy.pack-bands").year("must", *must).year("may", *may),
            Self::Weight => Message::new("policy.pack-weight"),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct ClauseText {
    #[serde(default)]
    section: String,
    quote: String,
}

/// A pack as its file writes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PackFile {
    code: String,
    zh: String,
    en: String,
    #[serde(default)]
    document: String,
    must_before: i32,
    may_before: Option<i32>,
    #[serde(default)]
    may_enabled: bool,
    horizon: i32,
    consent_threshold: f64,
    milestone: String,
    #[serde(default = "year_end")]
    completion: String,
    priority: PriorityWeights,
    #[serde(default)]
    clauses: BTreeMap<String, ClauseText>,
}

/// The last day of a year.
fn year_end() -> String {
    "12-31".to_owned()
}

impl Pack {
    /// Reads a pack.
    ///
    /// # Errors
    /// [`PackError`] with the line of the file, or the value that makes no sense.
    pub fn from_toml(text: &str) -> Result<Self, PackError> {
        let file: PackFile = toml::from_str(text).map_err(|error| PackError::Syntax(error.to_string()))?;
        if file.code.trim().is_empty() {
            return Err(PackError::NoCode);
        }
        if !(0.0..=1.0).contains(&file.consent_threshold) {
            return Err(PackError::Threshold(file.consent_threshold));
        }
        if let Some(may) = file.may_before.filter(|may| *may < file.must_before) {
            return Err(PackError::Bands { must: file.must_before, may });
        }
        let w = file.priority;
        if [w.age, w.neglected, w.lacks_municipal, w.lacks_services, w.consent].iter().any(|v| !v.is_finite() || *v < 0.0) {
            return Err(PackError::Weight);
        }
        let milestone_month_day = month_day(&file.milestone).ok_or(PackError::Milestone(file.milestone))?;
        let completion_month_day = month_day(&file.completion).ok_or(PackError::Milestone(file.completion))?;
        Ok(Self {
            code: file.code,
            name: Names { zh: file.zh, en: file.en },
            document: file.document,
            must_before: file.must_before,
            may_before: file.may_before,
            may_enabled: file.may_enabled,
            horizon: file.horizon,
            consent_threshold: file.consent_threshold,
            milestone_month_day,
            completion_month_day,
            priority: file.priority,
            clauses: file.clauses,
        })
    }

    /// What the pack's text says to a rule such as `R2`; without text the quote is empty.
    #[must_use]
    pub fn clause(&self, id: &'static str) -> Clause {
        let text = self.clauses.get(id);
        Clause {
            id,
            section: text.map(|t| t.section.clone()).unwrap_or_default(),
            quote: text.map(|t| t.quote.clone()).unwrap_or_default(),
        }
    }

    /// Whether the pack quotes a text at all.
    #[must_use]
    pub fn has_text(&self) -> bool {
        !self.clauses.is_empty()
    }

    /// The year bands; `may_enabled` is the plan's own choice, `None` takes the pack's.
    #[must_use]
    pub fn bands(&self, may_enabled: Option<bool>) -> Bands {
        let may = may_enabled.unwrap_or(self.may_enabled);
        Bands { must_before: self.must_before, may_before: self.may_before.filter(|_| may) }
    }
}

/// `MM-DD` with a month of 1–12 and a day that the month has in every year.
fn month_day(text: &str) -> Option<(u8, u8)> {
    let (month, day) = text.split_once('-')?;
    let (month, day): (u8, u8) = (month.parse().ok()?, day.parse().ok()?);
    let days = match month {
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    (1..=days).contains(&day).then_some((month, day))
}

const BUILT_IN: [&str; 3] = [
    include_str!("../../assets/policy/jilin-2020.toml"),
    include_str!("../../assets/policy/national.toml"),
    include_str!("../../assets/policy/fifteenth.toml"),
];

/// The packs that ship with the program, the default first.
pub fn packs() -> &'static [Pack] {
    static PACKS: OnceLock<Vec<Pack>> = OnceLock::new();
    PACKS.get_or_init(|| BUILT_IN.iter().filter_map(|text| Pack::from_toml(text).ok()).collect())
}

/// The built-in pack of that code.
#[must_use]
pub fn pack(code: &str) -> Option<&'static Pack> {
    packs().iter().find(|pack| pack.code == code)
}

/// The default pack: Jilin 2020.
#[must_use]
pub fn default_pack() -> &'static Pack {
    static FALLBACK: OnceLock<Pack> = OnceLock::new();
    packs().first().unwrap_or_else(|| FALLBACK.get_or_init(Pack::bare))
}

impl Pack {
    /// The default parameters without any text: what is left if no built-in pack could be read.
    fn bare() -> Self {
        Self {
            code: String::new(),
            name: Names::default(),
            document: String::new(),
            must_before: 2000,
            may_before: None,
            may_enabled: false,
            horizon: 2025,
            consent_threshold: 0.66,
            milestone_month_day: (5, 31),
            completion_month_day: (12, 31),
            priority: PriorityWeights { age: 1.0, neglected: 1.0, lacks_municipal: 1.0, lacks_services: 1.0, consent: 1.0 },
            clauses: BTreeMap::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = include_str!("../../assets/policy/jilin-2020.txt");

    #[test]
    fn built_in_packs_parse() {
        for text in BUILT_IN {
            Pack::from_toml(text).unwrap();
        }
        let codes: Vec<_> = packs().iter().map(|p| p.code.as_str()).collect();
        assert_eq!(codes, ["jilin-2020", "national", "fifteenth"]);
        assert_eq!(default_pack().code, "jilin-2020");
    }

    #[test]
    fn every_quote_stands_in_the_text() {
        let jilin = pack("jilin-2020").unwrap();
        assert!(TEXT.contains(&jilin.document));
        for (id, clause) in &jilin.clauses {
            assert!(!clause.section.is_empty(), "{id} names no section");
            for passage in clause.quote.split("……") {
                assert!(!passage.is_empty() && TEXT.contains(passage), "{id}: {passage}");
            }
        }
    }

    #[test]
    fn jilin_speaks_to_every_rule_that_rests_on_it() {
        let jilin = pack("jilin-2020").unwrap();
        let silent = [12]; // R12 is a proposal without source.
        let quoted = (1..=34).chain(41..=52).filter(|n| !silent.contains(n));
        for n in quoted {
            assert!(jilin.clauses.contains_key(&format!("R{n}")), "R{n}");
        }
        assert!(!jilin.clause("R12").has_text());
        assert!(!jilin.clause("R39").has_text());
    }

    #[test]
    fn packs_without_text_quote_nothing() {
        for code in ["national", "fifteenth"] {
            let pack = pack(code).unwrap();
            assert!(!pack.has_text());
            assert_eq!(pack.clause("R2").message().key(), "policy.clause-without-text");
        }
        assert_eq!(pack("jilin-2020").unwrap().clause("R2").message().key(), "policy.clause");
    }

    #[test]
    fn parameters_of_the_packs() {
        let jilin = pack("jilin-2020").unwrap();
        assert_eq!((jilin.must_before, jilin.may_before, jilin.horizon), (2000, Some(2005), 2025));
        assert_eq!((jilin.milestone_month_day, jilin.completion_month_day), ((5, 31), (12, 31)));
        assert_eq!(pack("national").unwrap().may_before, None);
        assert_eq!(pack("fifteenth").unwrap().horizon, 2030);
        assert_eq!(pack("nowhere"), None);
    }

    #[test]
    fn bad_packs_say_why() {
        let good = BUILT_IN[1];
        let broken = |from: &str, to: &str| Pack::from_toml(&good.replace(from, to)).unwrap_err();
        assert!(good.contains("consent_threshold = 0.66") && good.contains("\"05-31\""));
        assert_eq!(broken("consent_threshold = 0.66", "consent_threshold = 66.0"), PackError::Threshold(66.0));
        assert_eq!(broken("05-31", "31-05"), PackError::Milestone("31-05".to_owned()));
        assert_eq!(broken("05-31", "02-30"), PackError::Milestone("02-30".to_owned()));
        assert_eq!(broken("horizon", "may_before = 1990\nhorizon"), PackError::Bands { must: 2000, may: 1990 });
        assert_eq!(broken("age = 30", "age = -1"), PackError::Weight);
        assert_eq!(broken("code = \"national\"", "code = \" \""), PackError::NoCode);
        let PackError::Syntax(text) = broken("horizon = 2025", "horizont = 2025") else { panic!("not a syntax error") };
        assert!(text.contains("horizont"), "{text}");
    }
}
