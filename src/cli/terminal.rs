//! Words and progress on stderr, results on stdout. Progress shows on a terminal only, and never in a result.

use std::io::{IsTerminal, Write};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::base::{Message, Reporter};
use crate::i18n::{Lang, tr};

use super::args::Language;

/// Least time between two pictures of progress.
const REFRESH: Duration = Duration::from_millis(100);

/// Where a command speaks to, and how long its phases took.
#[derive(Debug)]
pub(super) struct Terminal {
    pub(super) lang: Lang,
    seconds: serde_json::Map<String, serde_json::Value>,
}

impl Terminal {
    pub(super) fn new(lang: Lang) -> Self {
        Self { lang, seconds: serde_json::Map::new() }
    }

    /// A sentence on stderr.
    pub(super) fn say(&self, message: &Message) {
        eprintln!("{}", self.words(message));
    }

    pub(super) fn words(&self, message: &Message) -> String {
        tr(self.lang, message)
    }

    /// Runs one phase with its progress, and keeps its seconds.
    pub(super) fn phase<T>(&mut self, name: &'static str, label: &Message, work: impl FnOnce(&Progress) -> T) -> T {
        self.limited_phase(name, label, None, work)
    }

    /// A phase that is asked to stop after some seconds.
    pub(super) fn limited_phase<T>(
        &mut self,
        name: &'static str,
        label: &Message,
        limit_s: Option<f64>,
        work: impl FnOnce(&Progress) -> T,
    ) -> T {
        let start = Instant::now();
        let deadline = limit_s.and_then(|s| Duration::try_from_secs_f64(s).ok()).and_then(|d| start.checked_add(d));
        let progress = Progress::new(self.words(label), deadline);
        let result = work(&progress);
        progress.clear();
        let so_far = self.seconds.get(name).and_then(serde_json::Value::as_f64).unwrap_or(0.0);
        let seconds = ((so_far + start.elapsed().as_secs_f64()) * 1000.0).round() / 1000.0;
        self.seconds.insert(name.to_owned(), seconds.into());
        result
    }

    /// Seconds of each phase, in order.
    pub(super) fn seconds(&self) -> serde_json::Value {
        serde_json::Value::Object(self.seconds.clone())
    }
}

/// Progress of one phase.
#[derive(Debug)]
pub(super) struct Progress {
    label: String,
    shown: bool,
    deadline: Option<Instant>,
    last: Mutex<Option<Instant>>,
}

impl Progress {
    fn new(label: String, deadline: Option<Instant>) -> Self {
        Self { label, shown: std::io::stderr().is_terminal(), deadline, last: Mutex::new(None) }
    }

    fn clear(&self) {
        if self.shown && self.last.lock().is_ok_and(|last| last.is_some()) {
            eprint!("\r\x1b[2K");
        }
    }
}

impl Reporter for Progress {
    fn progress(&self, done: usize, total: usize) {
        if !self.shown {
            return;
        }
        let Ok(mut last) = self.last.try_lock() else { return };
        if last.is_some_and(|at| at.elapsed() < REFRESH) {
            return;
        }
        *last = Some(Instant::now());
        let percent = done.saturating_mul(100).checked_div(total);
        let share = percent.map_or_else(String::new, |percent| format!(" {percent:>3} %"));
        eprint!("\r\x1b[2K{}{share}", self.label);
        // A terminal that cannot be written to only loses its progress.
        drop(std::io::stderr().flush());
    }

    fn should_stop(&self) -> bool {
        self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }
}

/// The language of what is said: asked for, else the locale's; English when it is neither.
pub(super) fn language(asked: Option<Language>) -> Lang {
    match asked {
        Some(Language::Zh) => Lang::Zh,
        Some(Language::En) => Lang::En,
        None => {
            let set = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(|name| std::env::var(name).ok());
            let locale = set.into_iter().find(|value| !value.is_empty()).unwrap_or_default();
            Lang::from_code(&locale).unwrap_or(Lang::En)
        }
    }
}
