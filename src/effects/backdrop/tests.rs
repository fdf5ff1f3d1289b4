//! Backdrops from files and from a server on this machine, as the runner drives them.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use geo::Coord;

use super::fetch::prune;
use crate::base::Message;
use crate::command::Command;
use crate::effects::{Folders, Runner};
use crate::map::Viewport;
use crate::model::{Backdrop, BackdropSource, Content};
use crate::session::{State, dispatch};

/// A window of a plan in Changchun without any layer.
struct Desk {
    runner: Runner,
    state: State,
    dir: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let runner = Runner::with_folders(Arc::new(|| {}), true, Folders::within(dir.path()));
        let mut state = State::default();
        state.replace_plan(Content { crs_code: 4_551, ..Content::default() }, None);
        let mut desk = Self { runner, state, dir };
        // About level 14 of Web Mercator.
        desk.send(Command::MoveView(Viewport::new(Coord { x: 445_000.0, y: 4_861_000.0 }, 6.0, [400.0, 300.0])));
        desk
    }

    fn send(&mut self, command: Command) {
        let effects = dispatch(&mut self.state, command);
        self.runner.run(&mut self.state, effects);
        self.runner.settle(&mut self.state);
    }

    fn service(&mut self, address: &str) {
        let source = BackdropSource::Service(address.to_owned());
        self.send(Command::SetBackdrop(Backdrop { source, opacity: 1.0 }));
    }

    fn failures(&self) -> usize {
        self.state.view.toasts.iter().filter(|toast| toast.failure).count()
    }
}

fn tile() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let image = image::RgbaImage::from_pixel(256, 256, image::Rgba([10, 200, 30, 255]));
    image.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// A server of tiles on this machine; it ends with the test.
struct Server {
    address: String,
    asked: Arc<AtomicUsize>,
    ended: Arc<AtomicBool>,
    port: u16,
}

impl Server {
    fn start(answer: impl Fn(&str) -> (u16, Vec<u8>) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let (asked, ended) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
        let (counted, stop, answer) = (Arc::clone(&asked), Arc::clone(&ended), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if stop.load(Ordering::Relaxed) {
                    return;
                }
                let (counted, answer) = (Arc::clone(&counted), Arc::clone(&answer));
                std::thread::spawn(move || serve(stream, &counted, &*answer));
            }
        });
        Self { address: format!("http://127.0.0.1:{port}"), asked, ended, port }
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
        drop(TcpStream::connect(("127.0.0.1", self.port)));
    }
}

/// Answers the requests of one connection.
fn serve(mut stream: TcpStream, counted: &AtomicUsize, answer: &dyn Fn(&str) -> (u16, Vec<u8>)) {
    let Ok(copy) = stream.try_clone() else { return };
    let mut lines = BufReader::new(copy).lines().map_while(Result::ok);
    while let Some(first) = lines.next() {
        for line in lines.by_ref() {
            if line.is_empty() {
                break;
            }
        }
        counted.fetch_add(1, Ordering::Relaxed);
        let (code, body) = answer(first.split(' ').nth(1).unwrap_or_default());
        let head = format!("HTTP/1.1 {code} X\r\nContent-Length: {}\r\n\r\n", body.len());
        if stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body)).is_err() {
            return;
        }
    }
}

#[test]
fn a_service_is_asked_once_turned_on_and_its_tiles_are_kept_on_disk() {
    let server = Server::start(|_| (200, tile()));
    let mut desk = Desk::new();
    let address = format!("{}/{{z}}/{{x}}/{{y}}.png", server.address);
    desk.service(&address);
    let shown = desk.state.backdrop.tiles.len();
    assert!(shown >= 4, "{shown}");
    assert_eq!((server.asked(), desk.failures()), (shown, 0));
    assert_eq!(desk.state.backdrop.tiles[0].picture.at(100, 100), Some([10, 200, 30, 255]));
    // The view lies in what is shown.
    let centre = desk.state.view.viewport.centre();
    let holds = |tile: &crate::map::backdrop::BackdropTile| {
        let corner = |n: usize| tile.mesh.corners[n].unwrap();
        let last = tile.mesh.corners.len() - 1;
        let (low, high) = (corner(0), corner(last));
        (low.x..=high.x).contains(&centre.x) && (high.y..=low.y).contains(&centre.y)
    };
    assert!(desk.state.backdrop.tiles.iter().any(|tile| holds(tile)));
    // Off and on again: what is on disk is not asked for.
    desk.send(Command::Undo);
    assert!(desk.state.backdrop.tiles.is_empty());
    desk.service(&address);
    assert_eq!((desk.state.backdrop.tiles.len(), server.asked()), (shown, shown));
    // A small move asks for the new tiles alone.
    let moved = desk.state.view.viewport.panned([-700.0, 0.0]);
    desk.send(Command::MoveView(moved));
    assert!(server.asked() > shown && server.asked() < 2 * shown + 8, "{} {shown}", server.asked());
}

#[test]
fn the_service_of_a_plan_that_is_opened_is_not_asked() {
    let server = Server::start(|_| (200, tile()));
    let mut desk = Desk::new();
    desk.service(&format!("{}/{{z}}/{{x}}/{{y}}.png", server.address));
    let path = desk.dir.path().join("plan.gpkg");
    desk.send(Command::SaveAs(path.clone()));
    let asked = server.asked();
    desk.send(Command::Open(path));
    desk.send(Command::MoveView(Viewport::new(Coord { x: 520_000.0, y: 4_861_000.0 }, 6.0, [400.0, 300.0])));
    assert!(desk.state.plan.settings.looks.backdrop.is_shown() && !desk.state.backdrop_is_allowed());
    assert_eq!((server.asked(), desk.state.backdrop.tiles.len()), (asked, 0));
    desk.send(Command::AllowNetwork(true));
    assert!(server.asked() > asked && !desk.state.backdrop.tiles.is_empty());
}

#[test]
fn a_service_that_fails_is_told_once_and_a_missing_tile_is_no_fault() {
    let refusing = Server::start(|_| (403, Vec::new()));
    let mut desk = Desk::new();
    desk.service(&format!("{}/{{z}}/{{x}}/{{y}}.png", refusing.address));
    assert!(refusing.asked() >= 4);
    assert_eq!(desk.failures(), 1);
    assert_eq!(desk.state.backdrop.trouble.as_ref().map(Message::key), Some("import.backdrop-answer"));
    // Moving about tells nothing new, and what failed is not asked for again.
    let asked = refusing.asked();
    desk.send(Command::MoveView(desk.state.view.viewport.panned([3.0, 0.0])));
    assert_eq!((desk.failures(), refusing.asked()), (1, asked));
    let empty = Server::start(|_| (404, Vec::new()));
    let mut desk = Desk::new();
    desk.service(&format!("{}/{{z}}/{{x}}/{{y}}.png", empty.address));
    assert!(empty.asked() >= 4 && desk.failures() == 0 && desk.state.backdrop.tiles.is_empty());
}

#[test]
fn a_key_goes_to_the_service_and_into_no_plan() {
    let keys = Arc::new(std::sync::Mutex::new(Vec::new()));
    let kept = Arc::clone(&keys);
    let server = Server::start(move |path| {
        kept.lock().unwrap().push(path.to_owned());
        (200, tile())
    });
    let mut desk = Desk::new();
    let address = format!("{}/{{z}}/{{x}}/{{y}}?tk={{key}}", server.address);
    desk.service(&address);
    assert_eq!(server.asked(), 0, "nobody is asked without the key");
    desk.send(Command::SetServiceKey(format!("127.0.0.1:{}", server.port), "gEhEiM".to_owned()));
    assert!(!desk.state.backdrop.tiles.is_empty());
    assert!(keys.lock().unwrap().iter().all(|path| path.ends_with("?tk=gEhEiM")));
    let path = desk.dir.path().join("plan.gpkg");
    desk.send(Command::SaveAs(path.clone()));
    let holds = |path: &std::path::Path| String::from_utf8_lossy(&std::fs::read(path).unwrap()).contains("gEhEiM");
    assert!(!holds(&path));
    assert!(holds(&desk.dir.path().join("preferences.toml")));
    // Nor do the names of what is kept on disk tell it.
    let mut folders = vec![desk.dir.path().join("cache")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            assert!(!entry.file_name().to_string_lossy().contains("gEhEiM"));
            if entry.path().is_dir() {
                folders.push(entry.path());
            }
        }
    }
}

#[test]
fn a_file_moves_with_its_plan_and_one_that_is_gone_is_told_once() {
    let mut desk = Desk::new();
    let folder = desk.dir.path().join("plan");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("image.png"), tile()).unwrap();
    std::fs::write(folder.join("image.pgw"), "10\n0\n0\n-10\n444000\n4862000\n").unwrap();
    desk.send(Command::SetBackdropFile(folder.join("image.png")));
    assert_eq!((desk.state.backdrop.tiles.len(), desk.failures()), (1, 0));
    desk.send(Command::SaveAs(folder.join("plan.gpkg")));
    let moved = desk.dir.path().join("moved");
    std::fs::rename(&folder, &moved).unwrap();
    desk.send(Command::Open(moved.join("plan.gpkg")));
    desk.send(Command::MoveView(Viewport::new(Coord { x: 445_000.0, y: 4_861_000.0 }, 6.0, [400.0, 300.0])));
    assert_eq!((desk.state.backdrop.tiles.len(), desk.failures()), (1, 0), "{:?}", desk.state.backdrop.trouble);
    desk.send(Command::SetBackdropFile(moved.join("gone.png")));
    desk.send(Command::MoveView(desk.state.view.viewport.panned([50.0, 0.0])));
    assert_eq!((desk.state.backdrop.tiles.len(), desk.failures()), (0, 1));
}

#[test]
fn what_is_kept_on_disk_is_bounded() {
    let dir = tempfile::tempdir().unwrap();
    for n in 0..10_u8 {
        let folder = dir.path().join(format!("{}", n % 3));
        std::fs::create_dir_all(&folder).unwrap();
        let file = std::fs::File::create(folder.join(n.to_string())).unwrap();
        file.set_len(1_000).unwrap();
        let time = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(u64::from(n) * 100);
        file.set_modified(time).unwrap();
    }
    prune(dir.path(), 4_500);
    let left: Vec<bool> = (0..10_u8).map(|n| dir.path().join(format!("{}/{n}", n % 3)).exists()).collect();
    assert_eq!(left, [false, false, false, false, false, false, true, true, true, true]);
}
