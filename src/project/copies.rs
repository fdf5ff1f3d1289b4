//! Copies of a plan's file as it was before a save, with the time in their names: a few, each of a bounded size, in a folder
//! beside the plan. They are for the day on which a plan turns out to have been spoilt hours ago; the journal is for crashes.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::base::{Message, io_fault};

/// What is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CopyRules {
    /// So many; none for 0.
    pub count: usize,
    /// A plan above so many bytes is not copied.
    pub most_bytes: u64,
    /// No copy is made while the last is younger.
    pub apart: Duration,
}

impl CopyRules {
    /// So many copies are kept where nobody says otherwise.
    pub const COUNT: usize = 5;

    /// Half an hour between copies, and no more than 200 MB each.
    #[must_use]
    pub const fn counting(count: usize) -> Self {
        Self { count, most_bytes: 200_000_000, apart: Duration::from_mins(30) }
    }
}

/// What became of a copy.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Kept {
    /// It lies there.
    Made(PathBuf),
    /// None was wanted: there is no file yet, the last is young, or copies are off.
    NotDue,
    /// The plan is larger than what is copied, so many bytes.
    TooLarge(u64),
}

/// The folder of the copies of a plan: the file's name and `.copies`.
#[must_use]
pub fn copies_folder(plan: &Path) -> PathBuf {
    let mut name = plan.as_os_str().to_owned();
    name.push(".copies");
    PathBuf::from(name)
}

/// Copies of a plan, the oldest first. Other files in the folder are nobody's business.
#[must_use]
pub fn copies(plan: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(copies_folder(plan)) else { return Vec::new() };
    let mut found: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(|path| is_copy(path)).collect();
    found.sort();
    found
}

/// `20260601T080910Z.gpkg`.
fn is_copy(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let shape = |(i, b): (usize, u8)| match i {
        8 => b == b'T',
        15 => b == b'Z',
        _ => b.is_ascii_digit(),
    };
    name.strip_suffix(".gpkg").is_some_and(|stem| stem.len() == 16 && stem.bytes().enumerate().all(shape))
}

/// Keeps a copy of the file as it is, where one is due at `now`, and takes away the oldest that are too many. The copy is a second
/// name of the same file where the file system can: a save puts another file in the plan's place and writes to none.
///
/// # Errors
/// When the copy cannot be made; the plan's file is never touched.
fn keep_copy(plan: &Path, rules: CopyRules, now: SystemTime) -> std::io::Result<Kept> {
    if rules.count == 0 {
        return Ok(Kept::NotDue);
    }
    let Ok(metadata) = fs::metadata(plan) else { return Ok(Kept::NotDue) };
    let held = copies(plan);
    if held.last().and_then(|last| time_of(last)).is_some_and(|last| is_young(last, now, rules.apart)) {
        return Ok(Kept::NotDue);
    }
    if metadata.len() > rules.most_bytes {
        return Ok(Kept::TooLarge(metadata.len()));
    }
    let place = copies_folder(plan).join(format!("{}.gpkg", stamp(now)));
    fs::create_dir_all(copies_folder(plan))?;
    if place.exists() {
        return Ok(Kept::NotDue);
    }
    if fs::hard_link(plan, &place).is_err() {
        // Whole or not at all: a copy that was cut short would look like one.
        let half = place.with_extension("half");
        fs::copy(plan, &half)?;
        fs::rename(&half, &place)?;
    }
    let all = copies(plan);
    for old in &all[..all.len().saturating_sub(rules.count)] {
        fs::remove_file(old)?;
    }
    Ok(Kept::Made(place))
}

/// Keeps a copy of the file before a save replaces it, where one is due now. Gives what is to be said where none could be made,
/// which is no reason not to save.
#[must_use]
pub fn keep_before_save(plan: &Path, rules: CopyRules) -> Option<Message> {
    match keep_copy(plan, rules, SystemTime::now()) {
        Ok(Kept::Made(_) | Kept::NotDue) => None,
        Ok(Kept::TooLarge(bytes)) => {
            let size = usize::try_from(bytes / 1_000_000).unwrap_or(usize::MAX);
            Some(Message::new("session.no-copies").count("size", size))
        }
        Err(error) => Some(Message::new("session.copy-fault").nested("why", io_fault(&error))),
    }
}

/// A copy from the future is young: the clock was set back, and copies would pile up.
fn is_young(last: SystemTime, now: SystemTime, apart: Duration) -> bool {
    now.duration_since(last).map_or(true, |age| age < apart)
}

/// The time that the name of a copy tells.
fn time_of(copy: &Path) -> Option<SystemTime> {
    let name = copy.file_stem()?.to_str()?;
    let number = |range: std::ops::Range<usize>| name.get(range).and_then(|digits| digits.parse::<i64>().ok());
    let (year, month, day) = (number(0..4)?, number(4..6)?, number(6..8)?);
    let seconds = days_from_civil(year, month, day) * 86_400 + number(9..11)? * 3_600 + number(11..13)? * 60 + number(13..15)?;
    UNIX_EPOCH.checked_add(Duration::from_secs(u64::try_from(seconds).ok()?))
}

/// A moment in UTC, to the second, as files are named.
fn stamp(now: SystemTime) -> String {
    let seconds = now.duration_since(UNIX_EPOCH).map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(0));
    let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (year, month, day) = civil_from_days(days);
    format!("{year:04}{month:02}{day:02}T{:02}{:02}{:02}Z", rest / 3_600, rest / 60 % 60, rest % 60)
}

/// Days since 1970 of a day of the Gregorian calendar (H. Hinnant, “chrono-compatible low-level date algorithms”).
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// The reverse of [`days_from_civil`].
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    (year, month, day_of_year - (153 * shifted + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    /// 2026-06-01 08:09:10 UTC.
    const START: u64 = 1_780_301_350;

    fn plan(bytes: usize) -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let plan = dir.path().join("plan.gpkg");
        fs::write(&plan, vec![0; bytes]).unwrap();
        (dir, plan)
    }

    #[test]
    fn times_go_into_names_and_come_back() {
        assert_eq!(stamp(at(START)), "20260601T080910Z");
        for days in [0, 59, 11_016, 19_782, 20_604, 47_540] {
            let (year, month, day) = civil_from_days(days);
            assert_eq!(days_from_civil(year, month, day), days);
            let time = at(u64::try_from(days).unwrap() * 86_400 + 4_321);
            assert_eq!(time_of(Path::new(&format!("{}.gpkg", stamp(time)))), Some(time));
        }
        assert_eq!(civil_from_days(11_016), (2000, 2, 29));
    }

    #[test]
    fn few_copies_are_kept_and_each_is_what_the_file_was() {
        let (_dir, plan) = plan(0);
        let rules = CopyRules::counting(3);
        let mut made = 0;
        for n in 0..20_u64 {
            fs::write(&plan, n.to_string()).unwrap();
            // Every ten minutes a save: one in three is due a copy.
            let kept = keep_copy(&plan, rules, at(START + n * 600)).unwrap();
            made += usize::from(matches!(kept, Kept::Made(_)));
            // What a save does: another file takes the place of the first.
            let beside = plan.with_extension("tmp");
            fs::write(&beside, "new").unwrap();
            fs::rename(&beside, &plan).unwrap();
        }
        let told: Vec<String> = copies(&plan).iter().map(|copy| fs::read_to_string(copy).unwrap()).collect();
        assert_eq!((made, told), (7, vec!["12".to_owned(), "15".to_owned(), "18".to_owned()]));
    }

    #[test]
    fn large_plans_and_switched_off_copies_leave_nothing() {
        let (dir, large) = plan(100);
        let rules = CopyRules { most_bytes: 99, ..CopyRules::counting(5) };
        assert_eq!(keep_copy(&large, rules, at(START)).unwrap(), Kept::TooLarge(100));
        assert_eq!(keep_copy(&large, CopyRules::counting(0), at(START)).unwrap(), Kept::NotDue);
        assert_eq!(keep_copy(&dir.path().join("none.gpkg"), rules, at(START)).unwrap(), Kept::NotDue);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
        // A clock that was set back makes no heap of copies.
        let rules = CopyRules::counting(5);
        assert!(matches!(keep_copy(&large, rules, at(START)).unwrap(), Kept::Made(_)));
        assert_eq!(keep_copy(&large, rules, at(START - 86_400)).unwrap(), Kept::NotDue);
        // Files of others in the folder are left alone.
        let other = copies_folder(&large).join("mine.gpkg");
        fs::write(&other, "x").unwrap();
        assert!(matches!(keep_copy(&large, CopyRules::counting(1), at(START + 7_200)).unwrap(), Kept::Made(_)));
        assert!(other.exists() && copies(&large).len() == 1);
    }
}
