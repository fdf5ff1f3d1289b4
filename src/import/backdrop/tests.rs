//! Small files of every format, made here, with a known colour at a known place.

use std::fs::File;
use std::path::Path;

use ::pmtiles::{PmTilesWriter, TileCoord, TileType};
use geo::Coord;
use image::{ImageFormat, RgbaImage};
use tiff::encoder::{TiffEncoder, colortype};
use tiff::tags::Tag;

use super::image_file::parse_world;
use super::*;
use crate::geometry::crs::{LON_LAT, Transformer};
use crate::map::backdrop::{Affine, TileMesh, place};

const WORKING: &str = "EPSG:4551";
/// A place in Changchun, and the tile of level 14 that holds it.
const PLACE: Coord<f64> = Coord { x: 125.32, y: 43.89 };
const TILE: TileId = TileId { level: 14, column: 13_895, row: 5_964 };

/// Left half red, right half green; the upper left quarter of the left half blue.
fn picture(side: u32) -> RgbaImage {
    RgbaImage::from_fn(side, side, |x, y| match (x < side / 2, y < side / 4 && x < side / 4) {
        (_, true) => image::Rgba([0, 0, 250, 255]),
        (true, _) => image::Rgba([250, 0, 0, 255]),
        _ => image::Rgba([0, 250, 0, 255]),
    })
}

fn encoded(side: u32, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let image = image::DynamicImage::ImageRgba8(picture(side));
    let image = if format == ImageFormat::Jpeg { image::DynamicImage::ImageRgb8(image.to_rgb8()) } else { image };
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn pmtiles_file(path: &Path, kind: TileType, bytes: &[u8]) {
    let writer = PmTilesWriter::new(kind).min_zoom(14).max_zoom(14).bounds(125.0, 43.5, 126.0, 44.5).center(PLACE.x, PLACE.y);
    let mut writer = writer.create(File::create(path).unwrap()).unwrap();
    writer.add_tile(TileCoord::new(TILE.level, TILE.column, TILE.row).unwrap(), bytes).unwrap();
    writer.finalize().unwrap();
}

fn mbtiles_file(path: &Path, format: &str, bytes: &[u8]) {
    let connection = rusqlite::Connection::open(path).unwrap();
    let tables = "create table metadata (name text, value text);
        create table tiles (zoom_level integer, tile_column integer, tile_row integer, tile_data blob);";
    connection.execute_batch(tables).unwrap();
    connection.execute("insert into metadata values ('format', ?1), ('bounds', '125,43.5,126,44.5')", [format]).unwrap();
    let row = (1_u32 << TILE.level) - 1 - TILE.row;
    connection.execute("insert into tiles values (?1, ?2, ?3, ?4)", (TILE.level, TILE.column, row, bytes)).unwrap();
}

/// What an image says in its geographic tags.
struct Tags {
    scale: [f64; 3],
    tie: [f64; 6],
    keys: Vec<u16>,
}

fn geotiff(path: &Path, side: u32, tags: Option<&Tags>) {
    let mut encoder = TiffEncoder::new(File::create(path).unwrap()).unwrap();
    let mut image = encoder.new_image::<colortype::RGBA8>(side, side).unwrap();
    if let Some(Tags { scale, tie, keys }) = tags {
        image.encoder().write_tag(Tag::ModelPixelScaleTag, &scale[..]).unwrap();
        image.encoder().write_tag(Tag::ModelTiepointTag, &tie[..]).unwrap();
        image.encoder().write_tag(Tag::GeoKeyDirectoryTag, &keys[..]).unwrap();
    }
    image.write_data(&picture(side)).unwrap();
}

/// Where the colour of a share of the tile is drawn, and the colour there.
fn warped(file: &BackdropFile, tile: TileId) -> (TileMesh, Picture) {
    let into = Transformer::new(file.tiling().crs(), WORKING).unwrap();
    (place(file.tiling(), tile, &into).unwrap(), file.tile(tile).unwrap().unwrap())
}

fn colour(picture: &Picture, u: f64, v: f64) -> [u8; 4] {
    picture.at(dot(u, picture.size[0]), dot(v, picture.size[1])).unwrap()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a dot of a small picture")]
fn dot(share: f64, side: u32) -> u32 {
    (share * f64::from(side)) as u32
}

fn is_like(found: [u8; 4], wanted: [u8; 3]) -> bool {
    found[..3].iter().zip(wanted).all(|(a, b)| a.abs_diff(b) < 24) && found[3] == 255
}

/// Where a place in degrees is drawn by the tile, as a share of it: by trying all its places.
fn share_of(mesh: &TileMesh, place: Coord<f64>) -> (f64, f64) {
    let mut at = [place];
    Transformer::new(LON_LAT, WORKING).unwrap().convert(&mut at).unwrap();
    let shares = || (0..=512_u32).map(|n| f64::from(n) / 512.0);
    let away = |(u, v): &(f64, f64)| mesh.at(*u, *v).map_or(f64::MAX, |there| (there.x - at[0].x).hypot(there.y - at[0].y));
    shares().flat_map(|u| shares().map(move |v| (u, v))).min_by(|a, b| away(a).total_cmp(&away(b))).unwrap()
}

#[test]
fn tiles_of_pmtiles_and_mbtiles_lie_where_they_belong() {
    let dir = tempfile::tempdir().unwrap();
    let (png, jpg, webp) = (encoded(256, ImageFormat::Png), encoded(256, ImageFormat::Jpeg), encoded(256, ImageFormat::WebP));
    let path = |name: &str| dir.path().join(name);
    pmtiles_file(&path("a.pmtiles"), TileType::Png, &png);
    pmtiles_file(&path("b.pmtiles"), TileType::Jpeg, &jpg);
    pmtiles_file(&path("c.PMTILES"), TileType::Webp, &webp);
    mbtiles_file(&path("d.mbtiles"), "png", &png);
    mbtiles_file(&path("e.mbtiles"), "jpg", &jpg);
    for name in ["a.pmtiles", "b.pmtiles", "c.PMTILES", "d.mbtiles", "e.mbtiles"] {
        let file = BackdropFile::open(&path(name), WORKING).unwrap();
        let bounds = [125.0, 43.5, 126.0, 44.5];
        assert_eq!(*file.tiling(), Tiling::Mercator { levels: [14, 14], side: 256, bounds }, "{name}");
        let (mesh, picture) = warped(&file, TILE);
        // The published formula puts the place there on the tile.
        let column = (PLACE.x + 180.0) / 360.0 * 16_384.0 - f64::from(TILE.column);
        let sin = PLACE.y.to_radians().sin();
        let row = (0.5 - ((1.0 + sin) / (1.0 - sin)).ln() / (4.0 * std::f64::consts::PI)) * 16_384.0 - f64::from(TILE.row);
        assert!((0.0..1.0).contains(&column) && (0.0..1.0).contains(&row), "{column} {row}");
        let (u, v) = share_of(&mesh, PLACE);
        assert!((u - column).abs() < 1.0 / 256.0 && (v - row).abs() < 1.0 / 256.0, "{name}: {u} {column}, {v} {row}");
        assert!(is_like(colour(&picture, 0.1, 0.1), [0, 0, 250]), "{name}");
        assert!(is_like(colour(&picture, 0.1, 0.9), [250, 0, 0]), "{name}");
        assert!(is_like(colour(&picture, 0.9, 0.5), [0, 250, 0]), "{name}");
        assert!(file.tile(TileId { column: 1, ..TILE }).unwrap().is_none(), "{name}");
    }
}

#[test]
fn an_image_is_placed_by_its_tags_or_by_the_file_beside_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name);
    // The upper left corner of 64 dots of 2 m.
    let (x, y) = (446_000.0, 4_862_000.0);
    let keys = |system: u16, raster: u16| vec![1, 1, 0, 3, 1_024, 0, 1, 1, 1_025, 0, 1, raster, 3_072, 0, 1, system];
    let tags = |tie: [f64; 2], raster| Tags {
        scale: [2.0, 2.0, 0.0],
        tie: [0.0, 0.0, 0.0, tie[0], tie[1], 0.0],
        keys: keys(4_551, raster),
    };
    geotiff(&path("area.tif"), 64, Some(&tags([x, y], 1)));
    geotiff(&path("point.tif"), 64, Some(&tags([x + 1.0, y - 1.0], 2)));
    geotiff(&path("bare.tif"), 64, None);
    let world = format!("2\n0\n0\n-2\n{}\n{}\n", x + 1.0, y - 1.0);
    std::fs::write(path("bare.tfw"), &world).unwrap();
    std::fs::write(path("image.png"), encoded(64, ImageFormat::Png)).unwrap();
    std::fs::write(path("image.pgw"), &world).unwrap();
    std::fs::write(path("photo.jpg"), encoded(64, ImageFormat::Jpeg)).unwrap();
    std::fs::write(path("photo.JGW"), &world).unwrap();
    std::fs::write(path("shot.webp"), encoded(64, ImageFormat::WebP)).unwrap();
    std::fs::write(path("shot.wld"), &world).unwrap();
    for name in ["area.tif", "point.tif", "bare.tif", "image.png", "photo.jpg", "shot.webp"] {
        let file = BackdropFile::open(&path(name), WORKING).unwrap();
        let named = name.starts_with("area") || name.starts_with("point");
        assert_eq!(file.notes().len(), usize::from(!named), "{name}: {:?}", file.notes());
        let (mesh, picture) = warped(&file, TileId { level: 0, column: 0, row: 0 });
        // 3 m east and 3 m south of the corner lies the blue, 100 m east the green.
        let at = |east: f64, south: f64| {
            let (u, v) = (east / (2.0 * 512.0), south / (2.0 * 512.0));
            let there = mesh.at(u, v).unwrap();
            assert!((there.x - x - east).abs() < 1e-6 && (there.y - y + south).abs() < 1e-6, "{name}");
            colour(&picture, u, v)
        };
        assert!(is_like(at(3.0, 3.0), [0, 0, 250]), "{name} {:?}", at(3.0, 3.0));
        assert!(is_like(at(3.0, 100.0), [250, 0, 0]), "{name}");
        assert!(is_like(at(100.0, 50.0), [0, 250, 0]), "{name}");
        // Beyond the image the tile is clear.
        assert_eq!(at(140.0, 50.0)[3], 0, "{name}");
    }
}

#[test]
fn an_image_in_another_system_is_warped_into_the_working_one() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("degrees.tif");
    // A thousandth of a degree a dot, north up.
    let keys = vec![1, 1, 0, 2, 1_024, 0, 1, 2, 2_048, 0, 1, 4_490];
    geotiff(&path, 64, Some(&Tags { scale: [0.001, 0.001, 0.0], tie: [0.0, 0.0, 0.0, 125.3, 43.9, 0.0], keys }));
    let file = BackdropFile::open(&path, WORKING).unwrap();
    let (mesh, _) = warped(&file, TileId { level: 0, column: 0, row: 0 });
    let into = Transformer::new("EPSG:4490", WORKING).unwrap();
    for (column, row) in [(0.0, 0.0), (31.5, 17.25), (64.0, 64.0)] {
        let mut exact = [Coord { x: 125.3 + column * 0.001, y: 43.9 - row * 0.001 }];
        into.convert(&mut exact).unwrap();
        let told = mesh.at(column / 512.0, row / 512.0).unwrap();
        // A dot is about 80 m wide.
        assert!((told.x - exact[0].x).hypot(told.y - exact[0].y) < 80.0 / 32.0, "{column} {row}");
    }
}

#[test]
fn world_files_are_read_as_esri_defines_them() {
    let affine = parse_world("0.5\r\n0,1\r\n0.2\r\n-0.5\r\n100\r\n200\r\n").unwrap();
    // The middle of the first dot is what the last two lines say.
    let middle = affine.world(0.5, 0.5);
    assert!((middle.x - 100.0).abs() < 1e-12 && (middle.y - 200.0).abs() < 1e-12);
    assert_eq!((affine.0[0], affine.0[1], affine.0[3], affine.0[4]), (0.5, 0.2, 0.1, -0.5));
    for bad in ["", "1\n2\n3\n4\n5", "a\n0\n0\n1\n0\n0", "1\n0\n0\nNaN\n0\n0"] {
        assert_eq!(parse_world(bad), None, "{bad:?}");
    }
}

#[test]
fn what_cannot_be_shown_says_why() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name);
    let key = |name: &str| BackdropFile::open(&path(name), WORKING).err().map(|error| error.message().key());
    std::fs::write(path("bare.png"), encoded(16, ImageFormat::Png)).unwrap();
    std::fs::write(path("broken.png"), b"\x89PNG\r\n\x1a\nno picture").unwrap();
    std::fs::write(path("broken.pgw"), "1\n0\n0\n-1\n0\n0").unwrap();
    std::fs::write(path("flat.png"), encoded(16, ImageFormat::Png)).unwrap();
    std::fs::write(path("flat.pgw"), "0\n0\n0\n0\n0\n0").unwrap();
    std::fs::write(path("broken.pmtiles"), b"PMTiles").unwrap();
    std::fs::write(path("broken.mbtiles"), b"not a database").unwrap();
    std::fs::write(path("broken.tif"), b"II*\0").unwrap();
    pmtiles_file(&path("vector.pmtiles"), TileType::Mvt, b"mvt");
    mbtiles_file(&path("vector.mbtiles"), "pbf", b"pbf");
    geotiff(
        &path("unknown.tif"),
        16,
        Some(&Tags { scale: [1.0, 1.0, 0.0], tie: [0.0; 6], keys: vec![1, 1, 0, 1, 3_072, 0, 1, 9_999] }),
    );
    for (name, wanted) in [
        ("bare.png", "import.backdrop-unplaced"),
        ("broken.png", "import.backdrop-broken"),
        ("flat.png", "import.backdrop-misplaced"),
        ("gone.png", "import.backdrop-unreadable"),
        ("gone.pmtiles", "import.backdrop-unreadable"),
        ("gone.mbtiles", "import.backdrop-unreadable"),
        ("broken.pmtiles", "import.backdrop-broken"),
        ("broken.mbtiles", "import.backdrop-broken"),
        ("broken.tif", "import.backdrop-broken"),
        ("vector.pmtiles", "import.backdrop-no-pictures"),
        ("vector.mbtiles", "import.backdrop-no-pictures"),
        ("unknown.tif", "geometry.crs-unknown"),
        ("plan.dwg", "import.backdrop-format"),
    ] {
        assert_eq!(key(name), Some(wanted), "{name}");
    }
}

#[test]
fn addresses_are_made_as_services_want_them() {
    let tile = TileId { level: 3, column: 5, row: 2 };
    let of = |template: &str| Service::new(template).unwrap().address(tile, "a b&c");
    assert_eq!(of("http://h/{z}/{x}/{y}.png"), "http://h/3/5/2.png");
    assert_eq!(of("http://h/{z}/{x}/{-y}.png"), "http://h/3/5/5.png");
    assert_eq!(of("https://t{0-7}.h/?M={TileMatrix}&C={TileCol}&R={TileRow}&tk={key}"), "https://t7.h/?M=3&C=5&R=2&tk=a%20b%26c");
    assert_eq!(of("https://{s}.h/{z}/{x}/{y}/{other}"), "https://b.h/3/5/2/{other}");
    for preset in PRESETS {
        let service = Service::new(preset.template).unwrap();
        let address = service.address(tile, "k");
        assert!(!address.contains(['{', '}']), "{address}");
        assert_eq!(service.wants_key(), preset.words.contains("tianditu"));
    }
    let tianditu = Service::new(PRESETS[0].template).unwrap();
    assert_eq!(tianditu.host(), "t{0-7}.tianditu.gov.cn");
    assert!(tianditu.address(tile, "secret").contains("TILEMATRIX=3&TILEROW=2&TILECOL=5&tk=secret"));
    for bad in ["", "ftp://h/{z}/{x}/{y}", "http://h/{z}/{x}", "http://h/{z}/{x}/{y} a", "file:///etc/{z}/{x}/{y}"] {
        assert!(Service::new(bad).is_err(), "{bad}");
    }
}

#[test]
fn an_affine_of_a_coarser_image_covers_the_same_ground() {
    let affine = Affine([0.5, 0.1, 10.0, 0.2, -0.5, 20.0]);
    assert_eq!(affine.world(8.0, 4.0), affine.coarser(4.0).world(2.0, 1.0));
}
