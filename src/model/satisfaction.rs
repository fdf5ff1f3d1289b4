//! 满意度 of a district by a survey before the works and one after (R34). What nobody asked stays unknown; it is never 0 %.

use serde::{Deserialize, Serialize};

/// A share in tenths of a percent, 0–1000: as exact as surveys are told, and comparable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Satisfied(u16);

impl Satisfied {
    /// From percent, `None` outside 0–100.
    #[must_use]
    pub fn from_percent(percent: f64) -> Option<Self> {
        if !(0.0..=100.0).contains(&percent) {
            return None;
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within 0–1000")]
        let tenths = (percent * 10.0).round() as u16;
        Some(Self(tenths))
    }

    /// In percent.
    #[must_use]
    pub fn percent(self) -> f64 {
        f64::from(self.0) / 10.0
    }

    /// From tenths of a percent, as files hold them.
    #[must_use]
    pub fn from_tenths(tenths: i64) -> Option<Self> {
        u16::try_from(tenths).ok().filter(|tenths| *tenths <= 1_000).map(Self)
    }

    /// In tenths of a percent.
    #[must_use]
    pub const fn tenths(self) -> u16 {
        self.0
    }
}

/// What surveys say of a district.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Satisfaction {
    /// Before the works.
    pub before: Option<Satisfied>,
    /// After them.
    pub after: Option<Satisfied>,
}

impl Satisfaction {
    /// Whether nobody was asked.
    #[must_use]
    pub const fn is_unknown(&self) -> bool {
        self.before.is_none() && self.after.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_come_back_and_nonsense_is_none() {
        for percent in [0.0, 33.3, 86.5, 100.0] {
            let share = Satisfied::from_percent(percent).unwrap();
            assert!((share.percent() - percent).abs() < 1e-9);
            assert_eq!(Satisfied::from_tenths(share.tenths().into()), Some(share));
        }
        for bad in [-0.1, 100.1, f64::NAN, f64::INFINITY] {
            assert_eq!(Satisfied::from_percent(bad), None);
        }
        assert_eq!(Satisfied::from_tenths(1_001), None);
    }
}
