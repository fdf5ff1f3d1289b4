//! Background work: one slot for each kind of job, with progress and cancelling. Starting a job in a slot cancels
//! the one before it, and a result that was overtaken is dropped, so a slot never yields stale answers.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::sync::{Arc, Mutex, PoisonError};

use crate::base::{MOST_OUTLINE_POINTS, Reporter};

/// Lines that a job has shown of what it reads, in the system of that name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outlines {
    /// Name of the system of coordinates, `EPSG:n`.
    pub system: String,
    /// Lists of lines in the order in which they came; each line is a list of x and y.
    pub parts: Vec<Arc<Vec<Vec<[f64; 2]>>>>,
    points: usize,
}

impl Outlines {
    /// Lines in that system.
    #[must_use]
    pub fn of(system: &str, lines: Vec<Vec<[f64; 2]>>) -> Self {
        let mut outlines = Self::default();
        outlines.add(system, lines);
        outlines
    }

    /// Whether there is nothing to see.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    fn add(&mut self, system: &str, lines: Vec<Vec<[f64; 2]>>) {
        let points: usize = lines.iter().map(Vec::len).sum();
        if system != self.system {
            *self = Self { system: system.to_owned(), ..Self::default() };
        }
        if points > 0 && self.points + points <= MOST_OUTLINE_POINTS + MOST_OUTLINE_POINTS / 8 {
            self.points += points;
            self.parts.push(Arc::new(lines));
        }
    }
}

/// Progress and the wish to stop, shared between a job and whoever started it.
#[derive(Debug, Default)]
pub struct Shared {
    done: AtomicUsize,
    total: AtomicUsize,
    stop: AtomicBool,
    /// Somebody looks at outlines.
    shows: bool,
    outlines: Mutex<Outlines>,
}

impl Shared {
    /// Steps done and in all; `(0, 0)` while unknown.
    #[must_use]
    pub fn steps(&self) -> (usize, usize) {
        (self.done.load(Ordering::Relaxed), self.total.load(Ordering::Relaxed))
    }

    /// Lines that the job has shown so far; cheap, they are shared.
    #[must_use]
    pub fn outlines(&self) -> Outlines {
        self.outlines.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Asks the job to stop.
    pub fn cancel(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

impl Reporter for Shared {
    fn progress(&self, done: usize, total: usize) {
        self.done.store(done, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
    }

    fn should_stop(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn shows_outlines(&self) -> bool {
        self.shows
    }

    fn outlines(&self, system: Option<&str>, lines: Vec<Vec<[f64; 2]>>) {
        let Some(system) = system else { return };
        self.outlines.lock().unwrap_or_else(PoisonError::into_inner).add(system, lines);
    }
}

/// Called when a job has ended, from its thread: the window asks for a frame.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// What a slot has to say when it is asked.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome<T> {
    /// Nothing new.
    Nothing,
    /// The job ended with this.
    Done(T),
    /// The job broke off without a result: its thread panicked. A defect, told rather than waited for.
    Lost,
}

/// Room for one job of a kind.
#[derive(Debug)]
pub struct Slot<T> {
    running: Option<Running<T>>,
}

#[derive(Debug)]
struct Running<T> {
    shared: Arc<Shared>,
    // A mutex only makes the receiver shareable; there is a single reader.
    result: Mutex<Receiver<T>>,
}

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self { running: None }
    }
}

impl<T: Send + 'static> Slot<T> {
    /// Starts `work` on a thread of its own in place of whatever ran here.
    pub fn start(&mut self, name: &'static str, wake: Wake, work: impl FnOnce(&Shared) -> T + Send + 'static) {
        self.start_shown(name, wake, false, work);
    }

    /// As [`Self::start`]; `shows` says whether somebody looks at [`Self::outlines`].
    pub fn start_shown(&mut self, name: &'static str, wake: Wake, shows: bool, work: impl FnOnce(&Shared) -> T + Send + 'static) {
        self.cancel();
        let shared = Arc::new(Shared { shows, ..Shared::default() });
        let (send, receive) = channel();
        let theirs = Arc::clone(&shared);
        let spawned = std::thread::Builder::new().name(name.to_owned()).spawn(move || {
            // Woken also when the work panics: the sender is dropped first, and the slot then reads `Lost`.
            let _wake = WakeOnDrop(wake);
            let send = send;
            // The receiver is gone when the job was overtaken; its result is then not wanted.
            send.send(work(&theirs)).ok();
        });
        if let Err(error) = spawned {
            log::error!("no thread for {name}: {error}");
        }
        self.running = Some(Running { shared, result: Mutex::new(receive) });
    }

    /// Stops the job, if one runs; its result will not arrive.
    pub fn cancel(&mut self) {
        if let Some(running) = self.running.take() {
            running.shared.cancel();
        }
    }

    /// Asks the job to stop with what it has; its result arrives as that of any other.
    pub fn conclude(&self) {
        if let Some(running) = &self.running {
            running.shared.cancel();
        }
    }

    /// The result, once, when the job has ended. Never blocks.
    pub fn take(&mut self) -> Outcome<T> {
        let Some(running) = &self.running else { return Outcome::Nothing };
        let received = match running.result.lock() {
            Ok(receiver) => receiver.try_recv(),
            Err(_) => Err(TryRecvError::Disconnected),
        };
        match received {
            Ok(value) => {
                self.running = None;
                Outcome::Done(value)
            }
            Err(TryRecvError::Empty) => Outcome::Nothing,
            Err(TryRecvError::Disconnected) => {
                self.running = None;
                Outcome::Lost
            }
        }
    }

    /// Waits for the job to end. For the program without a window, and for tests.
    pub fn wait(&mut self) -> Outcome<T> {
        let Some(running) = self.running.take() else { return Outcome::Nothing };
        let received = running.result.into_inner().ok().and_then(|receiver| receiver.recv().ok());
        received.map_or(Outcome::Lost, Outcome::Done)
    }

    /// Whether a job runs or its result waits to be taken.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.running.is_some()
    }

    /// What the running job has shown so far, if one runs.
    #[must_use]
    pub fn outlines(&self) -> Option<Outlines> {
        self.running.as_ref().map(|running| running.shared.outlines())
    }

    /// Steps of the running job, if one runs.
    #[must_use]
    pub fn steps(&self) -> Option<(usize, usize)> {
        self.running.as_ref().map(|running| running.shared.steps())
    }
}

struct WakeOnDrop(Wake);

impl Drop for WakeOnDrop {
    fn drop(&mut self) {
        (self.0)();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quiet() -> Wake {
        Arc::new(|| {})
    }

    #[test]
    fn yields_a_result_once() {
        let mut slot = Slot::default();
        slot.start("sum", quiet(), |_| 3);
        assert_eq!(slot.wait(), Outcome::Done(3));
        assert_eq!(slot.take(), Outcome::Nothing);
    }

    #[test]
    fn the_last_job_wins() {
        let mut slot = Slot::default();
        slot.start("first", quiet(), |shared| {
            while !shared.should_stop() {
                std::thread::yield_now();
            }
            1
        });
        slot.start("second", quiet(), |_| 2);
        assert_eq!(slot.wait(), Outcome::Done(2));
    }

    #[test]
    fn a_job_that_is_concluded_brings_what_it_has() {
        let mut slot = Slot::default();
        slot.start("endless", quiet(), |shared| {
            let mut rounds = 0_u64;
            while !shared.should_stop() {
                rounds += 1;
            }
            rounds.min(1)
        });
        slot.conclude();
        assert!(matches!(slot.wait(), Outcome::Done(0 | 1)));
    }

    #[test]
    fn a_panic_is_told() {
        let mut slot: Slot<i32> = Slot::default();
        slot.start("broken", quiet(), |_| panic!("on purpose"));
        assert_eq!(slot.wait(), Outcome::Lost);
    }
}
