//! A made-up town in GeoJSON layers and a ledger: the sample quarter, or a city of any size.
//!
//! The same town and seed give the same bytes. A city is drawn block by block and written as it is drawn, so that its
//! size is bounded by the disk. It draws no real place and copies no real data.

mod block;
mod buildings;
mod compounds;
mod geometry;
mod ledger;
mod lots;
mod names;
mod pipes;
mod streets;
mod surroundings;
mod writer;

use std::error::Error;
use std::fs;
use std::path::Path;
use std::rc::Rc;

use lianpian::base::{Seed, SplitMix};
use serde_json::{Value, json};

use block::{Block, Home};
use ledger::CsvLedger;
use lots::Wish;
use names::Names;
use pipes::{Link, Networks, Pipe};
use streets::Grid;
use writer::{Layer, Projector};

/// Which town.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Town {
    /// 临江, the quarter that the program opens with.
    Sample,
    /// A city with so many compounds.
    City {
        /// Count of compounds.
        compounds: usize,
        /// With six pipe networks.
        pipes: bool,
        /// With buildings.
        buildings: bool,
    },
}

/// Seed of the sample.
pub(crate) const SAMPLE_SEED: Seed = Seed(20_201_118);

/// Draws a town into a folder; returns each layer with its count of features.
pub(crate) fn write(town: Town, seed: Seed, folder: &Path) -> Result<Vec<(String, usize)>, Box<dyn Error>> {
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let grid = match town {
        Town::Sample => streets::sample_grid(seed),
        Town::City { compounds, .. } => streets::city_grid(blocks_for(compounds), seed),
    };
    let mut layers = Layers::create(town, folder)?;
    surroundings::write_streets(&grid, &mut layers.streets)?;
    surroundings::write_barriers(&grid, &mut layers.barriers)?;
    surroundings::write_bridges(&grid, &mut layers.bridges)?;
    surroundings::write_limits(&grid, matches!(town, Town::Sample), &mut layers.limits)?;
    let mut drawing = Drawing::new(town, seed, &grid, layers);
    drawing.all_rows()?;
    match town {
        Town::City { compounds, .. } if !drawing.full() => {
            Err(format!("the grid was too small for {compounds} compounds").into())
        }
        _ => drawing.finish(folder),
    }
}

/// Street blocks enough for so many compounds: a block holds 3.1 of them on average.
fn blocks_for(compounds: usize) -> usize {
    let mean = geometry::real(compounds) / 2.9;
    geometry::whole(mean + 2.0 * mean.sqrt()) + 4
}

/// The open files.
struct Layers {
    compounds: Layer,
    buildings: Option<Layer>,
    pipes: Vec<Layer>,
    streets: Layer,
    barriers: Layer,
    bridges: Layer,
    parcels: Layer,
    facilities: Layer,
    heritage: Layer,
    limits: Layer,
    ledger: CsvLedger,
}

impl Layers {
    fn create(town: Town, folder: &Path) -> Result<Self, Box<dyn Error>> {
        let projector = Rc::new(Projector::new()?);
        let name = if matches!(town, Town::Sample) { "临江" } else { "虚构城市" };
        let open =
            |file: &str, title: &str| Layer::create(folder, &format!("{file}.geojson"), &format!("{name}·{title}"), &projector);
        let (pipes, buildings) = match town {
            Town::Sample => (true, true),
            Town::City { pipes, buildings, .. } => (pipes, buildings),
        };
        let networks = pipes::FILES.iter().zip(["给水", "排水", "燃气", "热力", "电力", "通信"]).filter(|_| pipes);
        Ok(Self {
            compounds: open("compounds", "小区")?,
            buildings: if buildings { Some(open("buildings", "楼栋")?) } else { None },
            pipes: networks.map(|(file, title)| open(&format!("pipes-{file}"), title)).collect::<Result<_, _>>()?,
            streets: open("streets", "道路")?,
            barriers: open("barriers", "阻隔")?,
            bridges: open("bridges", "桥梁")?,
            parcels: open("parcels", "低效用地")?,
            facilities: open("facilities", "现状设施")?,
            heritage: open("heritage", "历史文化街区")?,
            limits: open("limits", "社区与街道界线")?,
            ledger: CsvLedger::create(folder)?,
        })
    }

    fn finish(self) -> Result<Vec<(String, usize)>, Box<dyn Error>> {
        self.ledger.finish()?;
        let named = [
            ("compounds", self.compounds),
            ("streets", self.streets),
            ("barriers", self.barriers),
            ("bridges", self.bridges),
            ("parcels", self.parcels),
            ("facilities", self.facilities),
            ("heritage", self.heritage),
            ("limits", self.limits),
        ];
        let optional = self.buildings.map(|layer| ("buildings", layer)).into_iter();
        let all = named.into_iter().chain(optional).chain(pipes::FILES.into_iter().zip(self.pipes));
        all.map(|(name, layer)| Ok((name.to_owned(), layer.finish()?))).collect()
    }
}

/// The town while it is drawn.
struct Drawing<'a> {
    town: Town,
    seed: Seed,
    grid: &'a Grid,
    layers: Layers,
    networks: Networks<'a>,
    names: Names,
    random: SplitMix,
    rows: Vec<Vec<Value>>,
    buildings: usize,
}

impl<'a> Drawing<'a> {
    fn new(town: Town, seed: Seed, grid: &'a Grid, layers: Layers) -> Self {
        let networks = Networks::new(grid, seed, matches!(town, Town::Sample));
        let (names, random) = (Names::default(), seed.stream(4));
        Self { town, seed, grid, layers, networks, names, random, rows: vec![], buildings: 0 }
    }

    fn sample(&self) -> bool {
        matches!(self.town, Town::Sample)
    }

    fn full(&self) -> bool {
        matches!(self.town, Town::City { compounds, .. } if self.layers.compounds.features >= compounds)
    }

    /// Row by row from the south: a street's mains are drawn once the blocks on both its sides are.
    fn all_rows(&mut self) -> Result<(), Box<dyn Error>> {
        let (columns, rows) = (self.grid.columns.bands.len(), self.grid.rows.bands.len());
        for j in 0..rows {
            let mut pipes = Vec::new();
            for i in 0..columns {
                if let Some(frame) = self.grid.block(i, j).filter(|_| !self.full()) {
                    self.block(frame, (i, j), &mut pipes)?;
                }
            }
            let along = (0..columns).filter(|&i| self.grid.has_row_link(i, j)).map(|i| Link::Row(i, j));
            let up = (0..=columns).filter(|&i| self.grid.has_column_link(i, j)).map(|i| Link::Column(i, j));
            for link in along.chain(up).filter(|_| !self.layers.pipes.is_empty()) {
                self.networks.finish(link, &mut pipes);
            }
            self.push_pipes(pipes)?;
            if self.full() {
                break;
            }
        }
        if self.sample() {
            let mut pipes = Vec::new();
            for i in (0..columns).filter(|&i| self.grid.has_row_link(i, rows)) {
                self.networks.finish(Link::Row(i, rows), &mut pipes);
            }
            self.push_pipes(pipes)?;
        }
        Ok(())
    }

    fn push_pipes(&mut self, pipes: Vec<Pipe>) -> Result<(), Box<dyn Error>> {
        for pipe in pipes {
            if let Some(layer) = self.layers.pipes.get_mut(pipe.file) {
                layer.push(pipe.line, &pipe.fields)?;
            }
        }
        Ok(())
    }

    fn block(&mut self, frame: geometry::Frame, place: (usize, usize), pipes: &mut Vec<Pipe>) -> Result<(), Box<dyn Error>> {
        let number = (place.1 * self.grid.columns.bands.len() + place.0) as u64;
        let (wish, historic) =
            if self.sample() { sample_wish(place) } else { city_wish(&mut self.seed.stream(500_000_000 + number)) };
        let block = Block::new(self.seed, number, frame, wish, historic);
        let (community, office) = surroundings::limits_of(self.grid, self.sample(), place);
        let limits = (names::community_name(self.sample(), community), names::office_name(self.sample(), office));
        for home in &block.homes {
            if self.full() {
                return Ok(());
            }
            if !self.layers.pipes.is_empty() {
                block.serve(home, place, &mut self.networks, &mut self.random, pipes);
            }
            self.home(home, place, &limits)?;
        }
        self.land(&block, place, &limits.0, historic)
    }

    fn home(
        &mut self,
        home: &Home,
        (i, j): (usize, usize),
        (community, office): &(String, String),
    ) -> Result<(), Box<dyn Error>> {
        let mut compound = home.compound.clone();
        let number = self.layers.compounds.features + 1;
        compound.id = if self.sample() { format!("LJ{number:04}") } else { format!("C{number:06}") };
        compound.name = self.names.compound(&mut self.random, compound.owner, compound.buildings == 1);
        (compound.community, compound.office) = (community.clone(), office.clone());
        let street = if self.random.chance(0.5) { &self.grid.columns.streets[i] } else { &self.grid.rows.streets[j] };
        compound.address = format!("{}{}号", street.name, 10 + self.random.below(900));
        self.layers.compounds.push(compound.shape.clone(), &compound.fields(&mut self.random))?;
        for (k, building) in home.buildings.iter().enumerate() {
            let id = format!("{}-{}", compound.id, k + 1);
            self.push_building(building, &id, &compound.id)?;
        }
        for row in ledger::rows_of(&mut self.random, &compound) {
            self.layers.ledger.push(&row)?;
            if self.sample() {
                self.rows.push(row);
            }
        }
        Ok(())
    }

    fn push_building(&mut self, building: &block::Building, id: &str, compound: &str) -> Result<(), Box<dyn Error>> {
        let Some(layer) = &mut self.layers.buildings else { return Ok(()) };
        layer.push(building.shape.clone(), &building.fields(&mut self.random, id, compound))
    }

    /// Land without homes, lanes and facilities.
    fn land(&mut self, block: &Block, (_, j): (usize, usize), community: &str, historic: bool) -> Result<(), Box<dyn Error>> {
        for building in &block.public {
            self.buildings += 1;
            let id = format!("GJ{:05}", self.buildings);
            self.push_building(building, &id, "")?;
        }
        for parcel in &block.parcels {
            let number = self.layers.parcels.features + 1;
            let kind = ["闲置厂房", "停用仓库", "废弃锅炉房", "旧货场", "待拆平房区", "停业市场"][(number - 1) % 6];
            let fields = json!({"编号": format!("DX{number:03}"), "名称": format!("{}{kind}", community.trim_end_matches("社区")), "现状用途": kind});
            self.layers.parcels.push(parcel.clone(), &fields)?;
        }
        for (k, (line, width)) in block.lane_lines().enumerate() {
            let name = format!(
                "{}{}胡同",
                self.grid.rows.streets[j].name.trim_end_matches('路'),
                ["头道", "二道", "三道", "四道"][k % 4]
            );
            surroundings::push_lane(&mut self.layers.streets, &name, width, line)?;
        }
        if historic {
            let fields = json!({"编号": format!("LS{:03}", self.layers.heritage.features + 1), "名称": format!("{}历史文化街区", community.trim_end_matches("社区")), "级别": "市级"});
            self.layers.heritage.push(block.frame.outline(), &fields)?;
        }
        surroundings::push_facilities(&mut self.random, &block.fronts, community, &mut self.layers.facilities)
    }

    fn finish(mut self, folder: &Path) -> Result<Vec<(String, usize)>, Box<dyn Error>> {
        if self.sample() {
            let strangers = ledger::strangers(&mut self.random, &names::office_name(true, 1), &names::community_name(true, 3));
            for row in &strangers {
                self.layers.ledger.push(row)?;
            }
            self.rows.extend(strangers);
            ledger::write_workbook(folder, &self.rows)?;
        }
        self.layers.finish()
    }
}

/// What the blocks of the sample are to hold, and which is historic.
fn sample_wish(place: (usize, usize)) -> (Wish, bool) {
    let wish = Wish {
        public: [(5, 3), (1, 6), (3, 0), (7, 5)].contains(&place),
        parcel: [(0, 1), (2, 3), (6, 4), (1, 5), (5, 6), (3, 4)].contains(&place),
        multipolygon: [(1, 0), (2, 4), (5, 1), (7, 3), (0, 5), (6, 6), (0, 0)].contains(&place),
        hole: place == (2, 5),
    };
    (wish, place == (1, 3))
}

/// The same at random.
fn city_wish(random: &mut SplitMix) -> (Wish, bool) {
    let wish = Wish {
        public: random.chance(0.1),
        parcel: random.chance(0.12),
        multipolygon: random.chance(0.12),
        hole: random.chance(0.02),
    };
    (wish, random.chance(0.02))
}
