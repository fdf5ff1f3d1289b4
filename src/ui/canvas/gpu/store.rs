//! Cells on the GPU: packed and uploaded by threads of their own when they are first seen, kept while their shapes stay, and the
//! longest unseen let go when they take too much room.

use std::collections::HashMap;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use eframe::egui_wgpu::wgpu;
use wgpu::util::DeviceExt;

use super::pipelines::{QUADS, Words};
use crate::map::{AreaLayer, LineLayer, pack_areas, pack_lines};

/// So many bytes of cells are kept.
const ROOM: u64 = 768 << 20;
/// So many cells are ordered ahead at a time: what is ordered is packed, though it may not be wanted by then.
const AHEAD: usize = 96;
/// The same while the window has nothing to show, whose frames are far apart.
const AHEAD_FIRST: usize = 4 * AHEAD;
/// At most so many threads pack; a core is left for the window, and on machines without a graphics card for the driver, once
/// there is something to see.
const THREADS: usize = 4;

/// Cells that come shortly after each other are drawn in one frame.
const WAIT: Duration = Duration::from_millis(25);
/// Before the first picture frames only take time from packing.
const WAIT_FIRST: Duration = Duration::from_millis(150);

/// Shapes of a layer.
#[derive(Clone)]
pub(super) enum Shapes {
    Areas(Arc<AreaLayer>),
    Lines(Arc<LineLayer>),
}

/// Which cell at which level of detail; cells of other shapes have other digests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct CellKey {
    digest: u64,
    level: u8,
}

/// A cell to be packed.
#[derive(Clone)]
pub(super) struct Wanted {
    pub(super) key: CellKey,
    pub(super) shapes: Shapes,
    pub(super) level: usize,
    pub(super) cell: usize,
}

impl Wanted {
    pub(super) fn new(shapes: &Shapes, level: usize, cell: usize) -> Self {
        let cells = match shapes {
            Shapes::Areas(layer) => &layer.cells,
            Shapes::Lines(layer) => &layer.cells,
        };
        let digest = cells.list.get(cell).map_or(0, |cell| cell.digest);
        Self { key: CellKey { digest, level: u8::try_from(level).unwrap_or(0) }, shapes: shapes.clone(), level, cell }
    }
}

/// A list on the GPU and how many it holds.
pub(super) type Part = Option<(wgpu::Buffer, u32)>;

/// Sides of lines on the GPU, no more than are drawn at a time, and how many there are.
pub(super) struct Sides {
    pub(super) group: wgpu::BindGroup,
    pub(super) count: u32,
}

/// A cell as the GPU has it.
pub(super) struct Held {
    pub(super) corners: Part,
    pub(super) triangles: Part,
    pub(super) dots: Part,
    pub(super) sides: Vec<Sides>,
    bytes: u64,
    /// When it was last drawn.
    used: u64,
}

/// Whether the window has nothing to show yet. A thread more packs while it lasts.
#[derive(Default)]
struct Hurry {
    lasts: Mutex<bool>,
    begun: Condvar,
}

impl Hurry {
    fn set(&self, lasts: bool) {
        if let Ok(mut now) = self.lasts.lock()
            && *now != lasts
        {
            *now = lasts;
            self.begun.notify_all();
        }
    }

    fn lasts(&self) -> bool {
        self.lasts.lock().is_ok_and(|lasts| *lasts)
    }

    fn wait(&self) {
        if let Ok(lasts) = self.lasts.lock() {
            drop(self.begun.wait_while(lasts, |lasts| !*lasts));
        }
    }
}

/// All cells of a window.
pub(super) struct Store {
    held: HashMap<CellKey, Held>,
    packing: std::collections::HashSet<CellKey>,
    orders: Sender<Wanted>,
    results: Mutex<Receiver<(CellKey, Held)>>,
    hurry: Arc<Hurry>,
    bytes: u64,
    clock: u64,
}

impl Store {
    /// A store with its threads; `wake` is called whenever a cell is there, with the time in which it shall be drawn.
    pub(super) fn new(device: &wgpu::Device, sides: &wgpu::BindGroupLayout, wake: &Arc<dyn Fn(Duration) + Send + Sync>) -> Self {
        let (orders, taken) = channel::<Wanted>();
        let (done, results) = channel();
        let taken = Arc::new(Mutex::new(taken));
        let hurry = Arc::<Hurry>::default();
        let threads = std::thread::available_parallelism().map_or(1, |cores| cores.get().saturating_sub(1)).clamp(1, THREADS);
        for number in 0..=threads {
            let (taken, done, wake) = (Arc::clone(&taken), done.clone(), Arc::clone(wake));
            let (device, sides) = (device.clone(), sides.clone());
            let (hurry, waits) = (Arc::clone(&hurry), number == threads);
            let work = move || {
                loop {
                    if waits {
                        hurry.wait();
                    }
                    let order = taken.lock().ok().and_then(|taken| taken.recv().ok());
                    let Some(order) = order else { return };
                    let held = upload(&device, &sides, &order);
                    if done.send((order.key, held)).is_err() {
                        return;
                    }
                    wake(if hurry.lasts() { WAIT_FIRST } else { WAIT });
                }
            };
            if let Err(error) = std::thread::Builder::new().name("map-cells".to_owned()).spawn(work) {
                log::error!("no thread for the cells of the map: {error}");
            }
        }
        let packing = std::collections::HashSet::new();
        let results = Mutex::new(results);
        Self { held: HashMap::new(), packing, orders, results, hurry, bytes: 0, clock: 0 }
    }

    /// Tells whether the window has nothing to show yet.
    pub(super) fn hurry(&self, lasts: bool) {
        self.hurry.set(lasts);
    }

    /// Takes what was packed, and lets go of what was not drawn for the longest time. Call once a frame.
    pub(super) fn take(&mut self) {
        self.clock += 1;
        let Ok(results) = self.results.lock() else { return };
        for (key, mut held) in results.try_iter() {
            self.packing.remove(&key);
            held.used = self.clock;
            self.bytes += held.bytes;
            if let Some(before) = self.held.insert(key, held) {
                self.bytes -= before.bytes;
            }
        }
        drop(results);
        if self.bytes > ROOM {
            self.make_room();
        }
    }

    fn make_room(&mut self) {
        let mut ages: Vec<(u64, CellKey, u64)> = self.held.iter().map(|(key, held)| (held.used, *key, held.bytes)).collect();
        ages.sort_unstable_by_key(|(used, key, _)| (*used, key.digest));
        for (used, key, bytes) in ages {
            // What the picture under way still needs was asked for lately.
            if self.bytes <= ROOM / 4 * 3 || used + 120 > self.clock {
                return;
            }
            self.held.remove(&key);
            self.bytes -= bytes;
        }
    }

    /// Orders the cells that are not there, as many as can be packed soon, in that order.
    pub(super) fn order<'a>(&mut self, wanted: impl Iterator<Item = &'a Wanted>) {
        let ahead = if self.hurry.lasts() { AHEAD_FIRST } else { AHEAD };
        for order in wanted {
            if self.packing.len() >= ahead {
                return;
            }
            let missing = !self.held.contains_key(&order.key) && !self.packing.contains(&order.key);
            if missing && self.orders.send(order.clone()).is_ok() {
                self.packing.insert(order.key);
            }
        }
    }

    /// A cell, if it is there.
    pub(super) fn get(&self, key: CellKey) -> Option<&Held> {
        self.held.get(&key)
    }

    /// Notes that cells are drawn.
    pub(super) fn touch(&mut self, keys: impl Iterator<Item = CellKey>) {
        for key in keys {
            if let Some(held) = self.held.get_mut(&key) {
                held.used = self.clock;
            }
        }
    }

    /// Bytes of all cells that are held.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }
}

impl Drop for Store {
    /// Wakes the thread that waits, so that it finds the orders ended.
    fn drop(&mut self) {
        self.hurry.set(true);
    }
}

fn upload(device: &wgpu::Device, layout: &wgpu::BindGroupLayout, order: &Wanted) -> Held {
    let packed = match &order.shapes {
        Shapes::Areas(layer) => pack_areas(layer, order.level, order.cell),
        Shapes::Lines(layer) => pack_lines(layer, order.level, order.cell),
    };
    let words = Words::from(packed);
    let vertex = wgpu::BufferUsages::VERTEX;
    let corners = part(device, bytemuck::cast_slice(&words.corners), words.corners.len(), vertex);
    let triangles = part(device, bytemuck::cast_slice(&words.triangles), words.triangles.len(), wgpu::BufferUsages::INDEX);
    let dots = part(device, bytemuck::cast_slice(&words.dots), words.dots.len(), vertex);
    let bytes: u64 = [&corners, &triangles, &dots].into_iter().flatten().map(|(buffer, _)| buffer.size()).sum();
    let bytes = bytes + size_of_val(words.sides.as_slice()) as u64;
    let sides = words.sides.chunks(QUADS).filter_map(|sides| {
        let (buffer, count) = part(device, bytemuck::cast_slice(sides), sides.len(), wgpu::BufferUsages::STORAGE)?;
        let entries = [wgpu::BindGroupEntry { binding: 0, resource: buffer.as_entire_binding() }];
        let group = device.create_bind_group(&wgpu::BindGroupDescriptor { label: Some("map sides"), layout, entries: &entries });
        Some(Sides { group, count })
    });
    let sides = sides.collect();
    Held { corners, triangles, dots, sides, bytes, used: 0 }
}

fn part(device: &wgpu::Device, contents: &[u8], count: usize, usage: wgpu::BufferUsages) -> Part {
    let made = || device.create_buffer_init(&wgpu::util::BufferInitDescriptor { label: Some("map cell"), contents, usage });
    (count > 0).then(|| (made(), u32::try_from(count).unwrap_or(u32::MAX)))
}
