//! How much of a picture is drawn in a frame: as many vertices as the driver finishes in time, learnt from how long it took.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use eframe::egui_wgpu::wgpu;

/// A slice shall take about so long.
const SLICE: Duration = Duration::from_millis(16);
/// The least and the most vertices of a slice.
const LIMITS: (u32, u32) = (20_000, 1_500_000);
/// The same for a driver on the processor, which is fast over what lies beside the picture and slow right after, where it does not.
const SOFTWARE: (u32, u32) = (8_000, 48_000);
/// What such a driver begins with.
const FIRST: u32 = 40_000;
/// From one slice to the next the budget grows by at most so much: what comes next may be slower.
const GROWTH: f64 = 1.3;

/// The word of a slice that is still being drawn.
const RUNNING: u64 = u64::MAX;

/// The pace of a device.
pub(super) struct Pace {
    limits: (u32, u32),
    budget: u32,
    /// Vertices of the slice under way.
    given: u32,
    /// Microseconds that the last slice took; [`RUNNING`] while it is drawn, 0 when it was looked at.
    took_us: Arc<AtomicU64>,
}

impl Pace {
    pub(super) fn new(software: bool) -> Self {
        let (limits, budget) = if software { (SOFTWARE, FIRST) } else { (LIMITS, LIMITS.1) };
        Self { limits, budget, given: 0, took_us: Arc::default() }
    }

    /// How many vertices may be drawn now; `None` while the last slice is still being drawn.
    pub(super) fn budget(&mut self) -> Option<u32> {
        match self.took_us.load(Ordering::Relaxed) {
            RUNNING => return None,
            0 => {}
            took_us => {
                self.learn(Duration::from_micros(took_us));
                self.took_us.store(0, Ordering::Relaxed);
            }
        }
        Some(self.budget)
    }

    /// Halfway to the count that would have taken [`SLICE`]; a slice much smaller than the budget says nothing of it.
    fn learn(&mut self, took: Duration) {
        if took < SLICE && self.given < self.budget / 2 {
            return;
        }
        let fits = f64::from(self.given) * SLICE.as_secs_f64() / took.as_secs_f64().max(1.0e-6);
        let grown = f64::from(self.budget) * GROWTH;
        let next =
            f64::midpoint(f64::from(self.budget), fits).min(grown).clamp(f64::from(self.limits.0), f64::from(self.limits.1));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the limits")]
        let next = next as u32;
        self.budget = next;
    }

    /// Notes that so many vertices were given to the driver.
    pub(super) fn started(&mut self, queue: &wgpu::Queue, vertices: u32) {
        self.given = vertices;
        self.took_us.store(RUNNING, Ordering::Relaxed);
        let (took_us, start) = (Arc::clone(&self.took_us), Instant::now());
        queue.on_submitted_work_done(move || {
            let us = u64::try_from(start.elapsed().as_micros()).unwrap_or(RUNNING - 1);
            took_us.store(us.clamp(1, RUNNING - 1), Ordering::Relaxed);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_driver_gets_smaller_slices_and_a_fast_one_larger() {
        let mut pace = Pace::new(true);
        pace.given = FIRST;
        pace.learn(SLICE * 4);
        assert_eq!(pace.budget, FIRST / 8 * 5);
        pace.given = pace.budget;
        pace.learn(SLICE / 4);
        assert_eq!(pace.budget, FIRST / 8 * 5 / 10 * 13, "a step at a time");
        let before = pace.budget;
        pace.given = 10;
        pace.learn(Duration::from_micros(50));
        assert_eq!(pace.budget, before, "a tiny slice says nothing");
        for _ in 0..40 {
            pace.given = pace.budget;
            pace.learn(Duration::from_secs(9));
        }
        assert_eq!(pace.budget, SOFTWARE.0);
    }
}
