//! The card of one compound, an A4 page: where it lies, what is known of it with its verdict and clause, what it needs, its
//! pipes, its items and their years. What does not fit is counted, never dropped without a word.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use geo::{BoundingRect, Coord, Rect};

use super::atlas::{HAIR, INK, SOFT};
use super::draw::Svg;
use super::face::Face;
use super::layout::Frame;
use super::map::{self, Survey};
use super::paper::{Paper, Size};
use super::subject::Subject;
use crate::base::{CompoundId, Message};
use crate::export::geojson::Replacing;
use crate::export::{ExportError, ExportInput, ExportOptions, Stamp, png, verdict_of};
use crate::geometry::measure::Ellipsoid;
use crate::i18n::{Lang, decimal, grouped, tr};
use crate::map::Rgba;
use crate::model::{Compound, District, NeedState};
use crate::pipes::PipeRole;
use crate::policy::{ItemClass, PipeClass};
use crate::screening::pack_of;

/// A4 upright, tenths of a millimetre.
const PAGE: [f64; 2] = [2100.0, 2970.0];
const LEFT: f64 = 110.0;
const RIGHT: f64 = 1990.0;
/// The map: left, top, right, bottom.
const MAP: [f64; 4] = [LEFT, 300.0, 1080.0, 1210.0];
/// Left of the facts beside it.
const FACTS: f64 = 1130.0;
/// Where the text below must end.
const FOOT: f64 = 2830.0;
/// Items that are listed, at most.
const ITEMS: usize = 14;

struct Card<'a> {
    input: &'a ExportInput<'a>,
    lang: Lang,
    id: CompoundId,
    compound: &'a Compound,
    svg: Svg,
    y: f64,
}

/// Writes the card as SVG and as a picture, and gives their paths; a compound that is not there has none.
pub(in crate::export) fn write(
    input: &ExportInput<'_>,
    id: CompoundId,
    folder: &Path,
    options: &ExportOptions,
) -> Result<Vec<PathBuf>, ExportError> {
    use std::io::Write;
    let Some(compound) = input.content.compounds.get(id.index()) else { return Ok(Vec::new()) };
    std::fs::create_dir_all(folder).map_err(|source| ExportError::Io { file: folder.to_path_buf(), source })?;
    let svg = page(input, id, compound, options.lang);
    let plain = |c: char| if c.is_alphanumeric() || matches!(c, '-' | '_') { c } else { '_' };
    let name: String = compound.source_id.chars().map(plain).take(60).collect();
    let (drawing, picture) = (folder.join(format!("card-{name}.svg")), folder.join(format!("card-{name}.png")));
    let bytes = png::raster(&svg, Paper::A4.dpi()).map_err(|detail| ExportError::Sheet { file: picture.clone(), detail })?;
    for (path, bytes) in [(&drawing, svg.as_bytes()), (&picture, &bytes)] {
        let io = |source| ExportError::Io { file: path.clone(), source };
        let mut file = Replacing::create(path).map_err(io)?;
        file.out.write_all(bytes).map_err(io)?;
        file.finish(path).map_err(io)?;
    }
    Ok(vec![drawing, picture])
}

/// The page as SVG.
fn page(input: &ExportInput<'_>, id: CompoundId, compound: &Compound, lang: Lang) -> String {
    let size = Size { mm: PAGE.map(|side| side / 10.0), units: PAGE, tenths: 1.0 };
    let mut card = Card { input, lang, id, compound, svg: Svg::new(size), y: 0.0 };
    card.head();
    card.map();
    card.facts();
    card.y = MAP[3] + 40.0;
    card.needs();
    card.pipes();
    card.items();
    card.foot();
    card.svg.finish().svg()
}

impl Card<'_> {
    fn say(&self, message: &Message) -> String {
        tr(self.lang, message)
    }

    fn head(&mut self) {
        let stamp = Stamp::of_input(self.input);
        self.svg.title(
            &self.say(&Message::new("export.card-title").text("compound", self.compound.label())),
            &stamp.to_json().to_string(),
        );
        self.svg.words([LEFT, 190.0], &Face::new(62.0).fitted(self.compound.label(), 1_300.0), Face::new(62.0).bold());
        let mut face = Face::new(30.0).colour(SOFT);
        face.anchor = "end";
        let kind = self.say(&Message::new("export.card"));
        self.svg.words([RIGHT, 150.0], &kind, face);
        self.svg.words([RIGHT, 195.0], &Face::new(30.0).fitted(&self.compound.source_id, 540.0), face);
        let facts = &self.compound.facts;
        let place = [facts.street_office.as_deref(), facts.community.as_deref(), facts.address.as_deref()];
        let place: Vec<&str> = place.into_iter().flatten().collect();
        self.svg.words([LEFT, 250.0], &Face::new(30.0).fitted(&place.join("  "), RIGHT - LEFT), Face::new(30.0).colour(SOFT));
    }

    /// The compound in the middle of its surroundings, its district in its colour.
    fn map(&mut self) {
        let content = self.input.content;
        let own = self.compound.shape.bounding_rect();
        // At least a block around it.
        let around = own.map(|rect| {
            let by = (rect.width().max(rect.height()) * 0.35).max(60.0);
            Rect::new(Coord { x: rect.min().x - by, y: rect.min().y - by }, Coord { x: rect.max().x + by, y: rect.max().y + by })
        });
        let frame = Frame::fit(around, MAP, 1.0);
        let district = content.assignment.get(self.id.index()).copied().flatten();
        let subject = district.map_or(Subject::Whole, Subject::District);
        map::draw(&mut self.svg, self.input, &Survey::new(self.input), &frame, subject);
        let scale = self.say(&Message::new("export.card-scale").text("scale", grouped_scale(frame.scale)));
        self.svg.words([MAP[0], MAP[3] + 34.0], &scale, Face::new(24.0).colour(SOFT));
    }

    fn facts(&mut self) {
        self.y = MAP[1] + 20.0;
        let content = self.input.content;
        let facts = &self.compound.facts;
        let verdict = verdict_of(self.input, self.id.index());
        self.svg.words([FACTS, self.y], &self.say(&verdict.message()), Face::new(40.0).bold());
        self.y += 46.0;
        if let Some(screened) = self.input.screened.get(self.id.index()) {
            let clause = self.say(&pack_of(content).clause(screened.clause).message());
            for line in Face::new(23.0).wrapped(&clause, RIGHT - FACTS, 5) {
                self.svg.words([FACTS, self.y], &line, Face::new(23.0).colour(SOFT));
                self.y += 32.0;
            }
        }
        self.y += 16.0;
        let unknown = || self.say(&Message::new("export.card-unknown"));
        let number = |value: Option<f64>, decimals| value.map_or_else(unknown, |value| decimal(value, decimals));
        let count = |value: Option<u32>| value.map_or_else(unknown, |value| grouped(value.into()));
        let district = content.assignment.get(self.id.index()).copied().flatten().and_then(|id| content.districts.get(&id));
        let area = Ellipsoid::new(content.crs_code).ok().map(|ellipsoid| ellipsoid.area_m2(&self.compound.shape));
        let built = facts.built.map(|b| if b.first == b.last { b.first.to_string() } else { format!("{}–{}", b.first, b.last) });
        let consent = facts.consent.as_ref().map(|consent| {
            let date = consent.surveyed.as_deref().map_or_else(String::new, |date| format!(" ({date})"));
            format!("{}%{date}", decimal(consent.share * 100.0, 1))
        });
        let rows = [
            ("export.col-district", district.map_or_else(unknown, District::label)),
            ("export.col-district-year", district.and_then(|d| d.year).map_or_else(unknown, |year| year.to_string())),
            ("export.col-built", built.unwrap_or_else(unknown)),
            ("export.col-households", count(facts.households)),
            ("export.col-floor-area", number(facts.floor_area_m2, 0)),
            ("export.col-buildings", count(facts.buildings)),
            ("export.col-stair-units", count(facts.stair_units)),
            ("export.col-area", number(area, 0)),
            ("export.col-estimate", number(facts.estimated_cost.map(crate::base::Money::wan_yuan), 2)),
            ("export.col-consent", consent.unwrap_or_else(unknown)),
            ("export.col-management", facts.management.clone().unwrap_or_else(unknown)),
        ];
        for (key, value) in rows {
            self.svg.words([FACTS, self.y], &self.say(&Message::new(key)), Face::new(26.0).colour(SOFT));
            let mut face = Face::new(26.0);
            face.anchor = "end";
            self.svg.words([RIGHT, self.y], &Face::new(26.0).fitted(&value, 520.0), face);
            self.y += 40.0;
        }
        if let Some(problems) = &facts.problems {
            let room = ((MAP[3] - self.y) / 32.0).floor();
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few lines")]
            let lines = if room >= 1.0 { room as usize } else { 0 };
            let text = format!("{} {problems}", self.say(&Message::new("export.col-problems")));
            for line in Face::new(23.0).wrapped(&text, RIGHT - FACTS, lines.max(1)).into_iter().take(lines) {
                self.svg.words([FACTS, self.y], &line, Face::new(23.0));
                self.y += 32.0;
            }
        }
    }

    fn section(&mut self, message: &Message) {
        self.y += 34.0;
        let text = self.say(message);
        self.svg.words([LEFT, self.y], &text, Face::new(30.0).bold());
        self.y += 14.0;
        self.svg.line([LEFT, self.y], [RIGHT, self.y], HAIR, 2.0);
        self.y += 36.0;
    }

    /// Every item of the catalogue with its state, class by class.
    fn needs(&mut self) {
        const ACROSS: usize = 4;
        const SIZE: f64 = 21.0;
        self.section(&Message::new("export.xlsx-needs"));
        let content = self.input.content;
        let wide = (RIGHT - LEFT) / 4.0;
        for class in ItemClass::ALL {
            let title = self.say(&class.message());
            self.svg.words([LEFT, self.y], &title, Face::new(SIZE).bold().colour(SOFT));
            self.y += 30.0;
            let entries: Vec<_> = content.catalogue.of_class(class).collect();
            for row in entries.chunks(ACROSS) {
                for (n, entry) in row.iter().enumerate() {
                    let state = content.needs.get(&(self.id, entry.code.clone())).copied();
                    let (words, ink) = self.state(state);
                    let name = if self.lang == Lang::Zh { &entry.zh } else { &entry.en };
                    #[expect(clippy::cast_precision_loss, reason = "four columns")]
                    let x = LEFT + wide * n as f64;
                    self.svg.words([x, self.y], &Face::new(SIZE).fitted(name, wide - 150.0), Face::new(SIZE));
                    let mut face = Face::new(SIZE).colour(ink);
                    face.anchor = "end";
                    self.svg.words([x + wide - 24.0, self.y], &words, face);
                }
                self.y += 29.0;
            }
            self.y += 8.0;
        }
    }

    fn state(&self, state: Option<NeedState>) -> (String, Rgba) {
        let words = |state: NeedState| self.say(&state.message());
        match state {
            Some(NeedState::Needed) => (words(NeedState::Needed), super::atlas::RED),
            Some(state) => (words(state), INK),
            // Nobody has looked: that never counts as fine.
            None => ("—".to_owned(), SOFT),
        }
    }

    /// Pipes by class: inside, connecting and passing, with their metres.
    fn pipes(&mut self) {
        self.section(&Message::new("export.xlsx-pipes"));
        let content = self.input.content;
        let mut sums: BTreeMap<PipeClass, [(usize, f64); 3]> = BTreeMap::new();
        for share in self.input.lengths.and_then(|l| l.per_compound.get(self.id.index())).into_iter().flatten() {
            let Some(pipe) = content.pipes.get(share.pipe.index()) else { continue };
            let sum = &mut sums.entry(pipe.class).or_default()[share.role as usize];
            *sum = (sum.0 + 1, sum.1 + share.inside_m);
        }
        if sums.is_empty() {
            self.quiet(&Message::new("export.card-no-pipes"));
            return;
        }
        let heads = [PipeRole::Inside, PipeRole::Connecting, PipeRole::Passing].map(|role| self.say(&role.name()));
        self.row(&[String::new(), heads[0].clone(), heads[1].clone(), heads[2].clone()], SOFT);
        for (class, roles) in sums {
            let told = |(count, metres): (usize, f64)| {
                let words = Message::new("export.card-pipes").count("count", count).metres("metres", metres);
                if count == 0 { "—".to_owned() } else { self.say(&words) }
            };
            let cells = [self.say(&class.name()), told(roles[0]), told(roles[1]), told(roles[2])];
            self.row(&cells, INK);
        }
    }

    fn items(&mut self) {
        self.section(&Message::new("export.xlsx-items"));
        let content = self.input.content;
        let own: Vec<_> = content.items.values().filter(|item| item.compound == Some(self.id)).collect();
        if own.is_empty() {
            self.quiet(&Message::new("export.atlas-no-items"));
            return;
        }
        let heads = ["export.col-item", "export.col-quantity", "export.col-year", "export.col-cost"];
        self.row(&heads.map(|key| self.say(&Message::new(key))), SOFT);
        let room = ((FOOT - self.y) / 34.0).floor().max(1.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few rows")]
        let most = (room as usize).saturating_sub(1).min(ITEMS);
        for item in own.iter().take(most) {
            let entry = content.catalogue.get(&item.code);
            let name = entry.map_or(&item.code.0, |entry| if self.lang == Lang::Zh { &entry.zh } else { &entry.en });
            let unit = entry.map(|entry| self.say(&entry.unit.message())).unwrap_or_default();
            let quantity = item.quantity.value().map_or_else(|| "—".to_owned(), |value| format!("{} {unit}", decimal(value, 1)));
            let year = content.item_year(item).map_or_else(|| "—".to_owned(), |year| year.to_string());
            let when = item.timing.map_or(year.clone(), |timing| format!("{year} {}", self.say(&timing.message())));
            let cost = content.item_cost(item).map_or_else(|| "—".to_owned(), |cost| decimal(cost.wan_yuan(), 2));
            self.row(&[name.clone(), quantity, when, cost], INK);
        }
        if own.len() > most {
            self.quiet(&Message::new("export.atlas-more").count("count", own.len() - most));
        }
    }

    fn row(&mut self, cells: &[String; 4], ink: Rgba) {
        let size = 23.0;
        self.svg.words([LEFT, self.y], &Face::new(size).fitted(&cells[0], 700.0), Face::new(size).colour(ink));
        for (cell, x) in cells[1..].iter().zip([1_150.0, 1_640.0, RIGHT]) {
            let mut face = Face::new(size).colour(ink);
            face.anchor = "end";
            self.svg.words([x, self.y], &Face::new(size).fitted(cell, 460.0), face);
        }
        self.y += 34.0;
    }

    fn quiet(&mut self, message: &Message) {
        let text = self.say(message);
        self.svg.words([LEFT, self.y], &text, Face::new(23.0).colour(SOFT));
        self.y += 34.0;
    }

    fn foot(&mut self) {
        let stamp = Stamp::of_input(self.input);
        let lines: Vec<String> = stamp.lines(self.lang).into_iter().map(|(label, value)| format!("{label} {value}")).collect();
        self.svg.line([LEFT, 2_850.0], [RIGHT, 2_850.0], HAIR, 2.0);
        let unofficial = self.say(&Message::new("export.unofficial"));
        self.svg.words(
            [LEFT, 2_884.0],
            &Face::new(22.0).fitted(&unofficial, RIGHT - LEFT),
            Face::new(22.0).bold().colour(super::atlas::RED),
        );
        self.svg.words(
            [LEFT, 2_916.0],
            &Face::new(19.0).fitted(&lines.join("  ·  "), RIGHT - LEFT),
            Face::new(19.0).colour(SOFT),
        );
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a scale of up to millions")]
fn grouped_scale(scale: f64) -> String {
    grouped(scale.round() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{ItemId, Silent};
    use crate::model::{Content, Item, ItemOrigin, Quantity};
    use crate::pipes::tests::{compound, content, pipe};
    use crate::policy::ItemCode;

    fn plan() -> Content {
        let mut own = compound("A 1/x", 455_000.0, 4_860_000.0, 100.0);
        own.facts.name = "临江小区".to_owned();
        own.facts.households = Some(1_234);
        let line = pipe("p1", PipeClass::Water, &[(454_980.0, 4_860_050.0), (455_050.0, 4_860_050.0)]);
        let mut plan = content(vec![own, compound("b", 455_200.0, 4_860_000.0, 50.0)], vec![line]);
        plan.crs_code = 4551;
        plan.needs.insert((CompoundId(0), ItemCode::new("drainage")), NeedState::Needed);
        for n in 1..40 {
            let item = Item {
                code: ItemCode::new("road"),
                compound: Some(CompoundId(0)),
                district: None,
                place: None,
                quantity: Quantity::Manual(f64::from(n)),
                year: Some(2025),
                timing: None,
                price: None,
                origin: ItemOrigin::Hand,
                note: String::new(),
            };
            plan.items.insert(ItemId(n), item);
        }
        plan
    }

    #[test]
    fn a_card_tells_all_it_has_and_counts_what_does_not_fit() {
        let plan = plan();
        let lengths = crate::pipes::lengths(&plan, &Silent).unwrap();
        let screened = crate::screening::screen(&plan);
        let input = ExportInput { screened: &screened, lengths: Some(&lengths), ..ExportInput::of(&plan) };
        for lang in Lang::ALL {
            let svg = page(&input, CompoundId(0), &plan.compounds[0], lang);
            assert!(svg.contains("临江小区") && svg.contains("1,234") && !svg.contains('⟦'), "{lang:?}");
            let state = tr(lang, &NeedState::Needed.message());
            assert!(svg.contains(&state) && svg.contains(&tr(lang, &PipeRole::Connecting.name())));
            let folder = tempfile::tempdir().unwrap();
            let options = ExportOptions::in_lang(lang);
            let files = write(&input, CompoundId(0), folder.path(), &options).unwrap();
            let names: Vec<_> = files.iter().map(|file| file.file_name().unwrap().to_string_lossy().into_owned()).collect();
            assert_eq!(names, ["card-A_1_x.svg", "card-A_1_x.png"]);
            assert_eq!(std::fs::read(&files[0]).unwrap(), svg.as_bytes(), "the same plan gives the same bytes");
            // Nothing stands below the foot of the page.
            let lowest =
                svg.split(" y=\"").skip(1).filter_map(|rest| rest.split('"').next()?.parse::<f64>().ok()).fold(0.0, f64::max);
            assert!(lowest < PAGE[1], "{lowest}");
        }
        assert_eq!(write(&input, CompoundId(9), Path::new("."), &ExportOptions::default()).unwrap(), Vec::<PathBuf>::new());
    }
}
