//! What the page knows: layers from the lowest to the topmost, each with its styles, fields and features.
//!
//! Fields are those of the tables of the workbook, so that both say the same in the same words.

use std::collections::{BTreeMap, BTreeSet};

use geo::{BoundingRect, Coord, Geometry, InteriorPoint, MultiPolygon, Rect};
use serde_json::{Value, json};

use super::shapes::Frame;
use crate::base::{CompoundId, DistrictId, Message};
use crate::export::features::{approximate_layers, in_scope, item_in_scope};
use crate::export::state::{compound_state, district_states, item_state, pipe_state};
use crate::export::xlsx::{Book, Table, ledger, owners, review, works};
use crate::export::{ExportInput, ExportOptions, Stamp, dissolve, verdict_of};
use crate::i18n::{Lang, tr};
use crate::map::{
    ClassSign, MapColours, Rgba, Shade, class_colour, class_sign, colour_districts, district_hue, label_point, pipe_colour,
};
use crate::model::{BarrierKind, Content};
use crate::policy::{ItemClass, PipeClass, Verdict};

/// Ground is shown so far beyond what the pack is about, m.
const MARGIN_M: f64 = 150.0;

/// Fields that the head of the panel shows anyway.
const HEADS: [&str; 3] = ["export.col-id", "export.col-name", "export.col-group"];

/// Everything, as one JSON object.
pub(super) fn data(input: &ExportInput<'_>, stamp: &Stamp, options: &ExportOptions) -> Value {
    let pack = Pack { book: Book { input, lang: options.lang }, frame: frame(input) };
    let say = |key: &'static str| tr(options.lang, &Message::new(key));
    let title = if stamp.title.is_empty() { say("export.untitled") } else { stamp.title.clone() };
    let subtitle = stamp.unit.clone().unwrap_or_else(|| say("export.subtitle"));
    let around = pack.frame.around;
    let [low, high] = [around.min(), around.max()].map(|c| pack.frame.place(c));
    let bounds = [low[0], low[1], high[0], high[1]].map(metres);
    let mut notes = vec![say("export.unofficial")];
    notes.extend(approximate_layers(input.content, options.lang));
    json!({
        "title": title,
        "subtitle": subtitle,
        "stamp": stamp.to_json(),
        "about": stamp.lines(options.lang),
        "notes": notes,
        "bounds": bounds,
        "words": words(options.lang, stamp),
        "layers": pack.layers(),
    })
}

#[expect(clippy::cast_precision_loss, reason = "decimetres within a city")]
fn metres(decimetres: i64) -> f64 {
    decimetres as f64 / 10.0
}

fn words(lang: Lang, stamp: &Stamp) -> Value {
    let say = |key: &'static str| tr(lang, &Message::new(key));
    let file = match &stamp.unit {
        Some(unit) => format!("{}-{}", say("export.html-file"), super::file_part(unit)),
        None => say("export.html-file"),
    };
    json!({
        "search": say("export.html-search"), "save": say("export.html-save"), "load": say("export.html-load"),
        "print": say("export.html-print"), "whole": say("export.html-whole"), "layers": say("export.html-layers"),
        "about": say("export.html-about"), "north": say("map.north"), "map": say("map.canvas"),
        "comment": say("export.html-comment"), "unit": say("export.html-unit"), "author": say("export.html-author"),
        "add": say("export.html-add"), "remove": say("export.html-remove"), "all": say("export.html-all"),
        "none": say("export.html-none"), "noHit": say("export.html-no-hit"), "chooseFirst": say("export.html-choose"),
        "notComments": say("export.html-not-comments"), "district": say("export.about-district"), "file": file,
    })
}

/// Where the page looks: at what the pack is about.
fn frame(input: &ExportInput<'_>) -> Frame {
    let content = input.content;
    let mine = content.compounds.iter().enumerate().filter(|(row, _)| in_scope(input, CompoundId::from_index(*row)));
    let boxes =
        mine.filter_map(|(_, c)| c.shape.bounding_rect()).chain(content.pipes.iter().filter_map(|p| p.line.bounding_rect()));
    let whole = boxes.reduce(crate::export::sheet::join);
    let whole = whole.unwrap_or_else(|| Rect::new(Coord { x: 0.0, y: 0.0 }, Coord { x: 1_000.0, y: 1_000.0 }));
    let margin = Coord { x: MARGIN_M, y: MARGIN_M };
    let centre = whole.center();
    Frame {
        origin: Coord { x: centre.x.round(), y: centre.y.round() },
        around: Rect::new(whole.min() - margin, whole.max() + margin),
    }
}

fn css(colour: Rgba) -> String {
    if colour.a == 255 {
        return format!("#{:02x}{:02x}{:02x}", colour.r, colour.g, colour.b);
    }
    format!("rgba({},{},{},{:.2})", colour.r, colour.g, colour.b, f64::from(colour.a) / 255.0)
}

/// A layer of the page.
struct Layer {
    id: &'static str,
    name: String,
    kind: &'static str,
    /// What comments on its features are about; ground without.
    about: Option<&'static str>,
    on: bool,
    labels: bool,
    /// Names show at every scale.
    always: bool,
    fields: Vec<String>,
    styles: Vec<Value>,
    features: Vec<Value>,
}

impl Layer {
    fn ground(id: &'static str, name: String, kind: &'static str, style: Value) -> Self {
        Self {
            id,
            name,
            kind,
            about: None,
            on: true,
            labels: false,
            always: false,
            fields: Vec::new(),
            styles: vec![style],
            features: Vec::new(),
        }
    }

    fn into_json(self) -> Value {
        json!({
            "id": self.id, "name": self.name, "kind": self.kind, "about": self.about, "on": self.on, "labels": self.labels,
            "always": self.always, "fields": self.fields, "styles": self.styles, "features": self.features,
        })
    }
}

/// Rows of a table by the text of one of its columns.
struct Rows {
    table: Table,
    shown: Vec<usize>,
    by_id: BTreeMap<String, usize>,
}

impl Rows {
    fn of(table: Table, key: &str) -> Self {
        let at = table.column(key);
        let by_id = table.rows.iter().enumerate().map(|(n, row)| (row[at].plain(table.columns[at].kind), n)).collect();
        let shown = (0..table.columns.len()).filter(|n| !HEADS.contains(&table.columns[*n].head.key()) && *n != at).collect();
        Self { table, shown, by_id }
    }

    fn heads(&self, book: &Book<'_>) -> Vec<String> {
        self.shown.iter().map(|n| book.say(&self.table.columns[*n].head)).collect()
    }

    fn values(&self, id: &str) -> Vec<Value> {
        let Some(row) = self.by_id.get(id).map(|n| &self.table.rows[*n]) else { return Vec::new() };
        self.shown.iter().map(|n| Value::from(row[*n].plain(self.table.columns[*n].kind))).collect()
    }
}

struct Pack<'a> {
    book: Book<'a>,
    frame: Frame,
}

impl Pack<'_> {
    fn say(&self, key: &'static str) -> String {
        self.book.say(&Message::new(key))
    }

    fn layers(&self) -> Vec<Value> {
        let ledger = ledger::ledger(&self.book);
        let items = works::items(&self.book);
        let districts = ledger::districts(&self.book, &ledger, &items);
        let mut layers = self.ground();
        layers.push(self.districts(&Rows::of(districts, "export.col-district")));
        layers.push(self.compounds(&Rows::of(ledger, "export.col-id")));
        layers.extend(self.pipes(&Rows::of(owners::pipes(&self.book), "export.col-id")));
        layers.push(self.items(&Rows::of(items, "export.col-id")));
        layers.push(self.findings(&Rows::of(review::findings(&self.book), "export.col-key")));
        layers.push(self.annotations());
        layers.into_iter().filter(|layer| !layer.features.is_empty()).map(Layer::into_json).collect()
    }

    /// The plan before names were left out: by it comments tell whether anything has changed since.
    fn original(&self) -> &Content {
        self.book.input.original.unwrap_or(self.book.input.content)
    }

    /// Streets, water, buildings, and compounds that the pack is not about.
    fn ground(&self) -> Vec<Layer> {
        let content = self.book.input.content;
        let colours = MapColours::of(Shade::Light);
        let bare = |shape: Vec<Value>| json!({ "id": "", "s": 0, "g": shape, "p": [] });
        let named = |name: &str, shape: Vec<Value>, at: Option<Coord<f64>>| json!({ "id": "", "n": name, "s": 0, "g": shape, "p": [], "l": at.map(|c| self.frame.place(c)) });
        let fill = |colour: Rgba, line: Rgba| json!({ "fill": css(colour), "line": css(line), "width": 1 });
        let mut parcels = Layer::ground("parcels", self.say("ui.layer-parcels"), "area", fill(colours.green, colours.green));
        parcels.features =
            content.parcels.iter().filter(|p| self.frame.sees(&p.shape)).map(|p| bare(self.frame.area(&p.shape))).collect();
        let mut water =
            Layer::ground("barriers", self.say("contiguity.barrier-river"), "area", fill(colours.water, colours.water));
        let mut walls = Layer::ground(
            "barrier-lines",
            self.say("ui.layer-barriers"),
            "line",
            json!({ "line": css(colours.barrier), "width": 3, "dash": [8, 4] }),
        );
        for barrier in content.barriers.iter().filter(|b| self.frame.sees(&b.shape)) {
            let shape = self.frame.any(&barrier.shape);
            if barrier.kind == BarrierKind::River && matches!(barrier.shape, Geometry::Polygon(_) | Geometry::MultiPolygon(_)) {
                water.features.push(bare(shape));
            } else {
                walls.features.push(bare(shape));
            }
        }
        let mut streets =
            Layer::ground("streets", self.say("ui.layer-streets"), "line", json!({ "line": "#c9cdd1", "width": 2 }));
        streets.labels = true;
        for street in content.streets.iter().filter(|s| self.frame.sees(&s.line)) {
            let at = street.line.interior_point().map(|p| p.0);
            streets.features.push(named(&street.name, self.frame.any(&Geometry::MultiLineString(street.line.clone())), at));
        }
        let mut buildings =
            Layer::ground("buildings", self.say("ui.layer-buildings"), "area", json!({ "fill": css(colours.building) }));
        buildings.features =
            content.buildings.iter().filter(|b| self.frame.sees(&b.shape)).map(|b| bare(self.frame.area(&b.shape))).collect();
        let mut heritage = Layer::ground(
            "heritage",
            self.say("ui.layer-heritage"),
            "area",
            json!({ "line": css(colours.heritage), "width": 2, "dash": [6, 3] }),
        );
        heritage.features =
            content.heritage.iter().filter(|h| self.frame.sees(&h.shape)).map(|h| bare(self.frame.area(&h.shape))).collect();
        let mut others = Layer::ground(
            "others",
            self.say("export.html-others"),
            "area",
            json!({ "fill": css(colours.no_data), "line": css(colours.quiet), "width": 1 }),
        );
        let foreign = content
            .compounds
            .iter()
            .enumerate()
            .filter(|(row, c)| !in_scope(self.book.input, CompoundId::from_index(*row)) && self.frame.sees(&c.shape));
        others.features = foreign.map(|(_, c)| bare(self.frame.area(&c.shape))).collect();
        vec![water, parcels, streets, walls, others, buildings, heritage]
    }

    fn districts(&self, rows: &Rows) -> Layer {
        let input = self.book.input;
        let content = input.content;
        let boxes: Vec<_> = content.compounds.iter().map(|c| c.shape.bounding_rect()).collect();
        let hues = colour_districts(content, &boxes, 80.0);
        let styles = (0..8).map(|n| {
            let hue = district_hue(n, Shade::Light);
            json!({ "fill": css(hue.fade(0.26)), "line": css(hue), "width": 4 })
        });
        // Of the whole plan, whatever of it a unit gets to see.
        let states = district_states(self.original());
        let mut features = Vec::new();
        for (id, members) in content.members_by_district() {
            let Some(district) = content.districts.get(&id).filter(|_| input.scope.is_none_or(|scope| scope.has_district(id)))
            else {
                continue;
            };
            let shape = dissolve(content, &members);
            let number = district.number.to_string();
            features.push(json!({
                "id": number, "n": district.label(), "s": hues.get(&id).copied().unwrap_or(0), "g": self.frame.area(&shape),
                "l": label_point(&shape).map(|c| self.frame.place(c)), "p": rows.values(&number),
                "h": states.get(&district.number),
            }));
        }
        Layer {
            about: Some("district"),
            labels: true,
            always: true,
            fields: rows.heads(&self.book),
            styles: styles.collect(),
            features,
            ..Layer::ground("districts", self.say("ui.layer-districts"), "area", Value::Null)
        }
    }

    fn compounds(&self, rows: &Rows) -> Layer {
        let input = self.book.input;
        let content = input.content;
        let styles = Verdict::ALL.map(|verdict| {
            let (line, dash) = match verdict {
                Verdict::Must => ("#5b6670", None),
                Verdict::May => ("#5b6670", Some([5, 3])),
                Verdict::Unknown => ("#9aa4ac", Some([2, 3])),
                Verdict::OutOfScope | Verdict::Excluded => ("#9aa4ac", None),
            };
            // Where no district lies below, these tell what is out of the plan, and which of the two it is in black and white.
            let fill = (verdict == Verdict::OutOfScope).then_some("rgba(154,164,172,0.35)");
            let hatch = (verdict == Verdict::Excluded).then_some("#6b767f");
            let name = self.book.say(&verdict.message());
            json!({ "name": name, "line": line, "width": 1.2, "dash": dash, "fill": fill, "hatch": hatch })
        });
        let mine = content.compounds.iter().enumerate().filter(|(row, _)| in_scope(input, CompoundId::from_index(*row)));
        let features = mine.map(|(row, compound)| {
            let verdict = verdict_of(input, row);
            let district = content.assignment.get(row).copied().flatten().and_then(|id| content.districts.get(&id));
            json!({
                "id": compound.source_id, "n": compound.label(), "s": Verdict::ALL.iter().position(|v| *v == verdict).unwrap_or(0),
                "g": self.frame.area(&compound.shape), "l": label_point(&compound.shape).map(|c| self.frame.place(c)),
                "p": rows.values(&compound.source_id), "d": district.map(|d| d.number.to_string()),
                "h": compound_state(self.original(), row),
            })
        });
        Layer {
            about: Some("compound"),
            labels: true,
            fields: rows.heads(&self.book),
            features: features.collect(),
            styles: styles.to_vec(),
            ..Layer::ground("compounds", self.say("ui.layer-compounds"), "area", Value::Null)
        }
    }

    /// A layer for each class of pipes.
    fn pipes(&self, rows: &Rows) -> Vec<Layer> {
        let content = self.book.input.content;
        let of_class = |class: PipeClass| {
            let style = json!({ "line": css(pipe_colour(class, Shade::Light)), "width": 2.5 });
            let own = content.pipes.iter().filter(|pipe| pipe.class == class);
            let features = own.map(|pipe| {
                json!({
                    "id": pipe.source_id, "s": 0, "g": self.frame.any(&Geometry::MultiLineString(pipe.line.clone())),
                    "p": rows.values(&pipe.source_id), "h": pipe_state(pipe),
                })
            });
            let name = format!("{} {}", self.book.say(&class.name()), class.letters());
            Layer {
                about: Some("pipe"),
                fields: rows.heads(&self.book),
                features: features.collect(),
                ..Layer::ground(pipe_layer(class), name, "line", style)
            }
        };
        PipeClass::ALL.map(of_class).into_iter().collect()
    }

    fn items(&self, rows: &Rows) -> Layer {
        let input = self.book.input;
        let content = input.content;
        let styles = ItemClass::ALL.map(|class| {
            let sign = match class_sign(class) {
                ClassSign::Square => "square",
                ClassSign::Circle => "circle",
                ClassSign::Triangle => "triangle",
            };
            json!({ "name": self.book.say(&class.message()), "fill": css(class_colour(class)), "sign": sign })
        });
        let placed = content.items.iter().filter(|(_, item)| item_in_scope(input, item));
        let features = placed.filter_map(|(id, item)| {
            let at = item.place.as_ref().and_then(InteriorPoint::interior_point)?;
            let entry = content.catalogue.get(&item.code);
            let class = entry.map_or(ItemClass::Basic, |entry| entry.class);
            let name = entry.map(|entry| if self.book.lang == Lang::Zh { entry.zh.as_str() } else { entry.en.as_str() });
            let district = content.item_district(item).and_then(|id| content.districts.get(&id));
            let number = id.0.to_string();
            Some(json!({
                "id": number, "n": name.unwrap_or(&item.code.0), "m": entry.map(|entry| entry.symbol.to_string()),
                "s": ItemClass::ALL.iter().position(|c| *c == class).unwrap_or(0), "g": self.frame.any(&Geometry::Point(at)),
                "p": rows.values(&number), "d": district.map(|d| d.number.to_string()), "h": item_state(item),
            }))
        });
        Layer {
            about: Some("item"),
            fields: rows.heads(&self.book),
            styles: styles.to_vec(),
            features: features.collect(),
            ..Layer::ground("items", self.say("ui.layer-items"), "point", Value::Null)
        }
    }

    /// What reviewers wrote and drew on the map.
    fn annotations(&self) -> Layer {
        let style = json!({ "line": "#c8452b", "width": 2 });
        let mut layer = Layer::ground("annotations", self.say("export.legend-annotations"), "line", style);
        let placed = self.book.input.content.annotations.iter().filter_map(|(id, note)| Some((id, note, note.place.as_ref()?)));
        let seen = placed.filter(|(_, _, place)| self.frame.sees(*place));
        let features = seen.map(|(id, note, place)| {
            let (shape, at) = self.frame.annotation(note.kind, place);
            json!({ "id": id.0.to_string(), "n": note.text, "s": 0, "g": shape, "p": [], "l": at })
        });
        layer.features = features.collect();
        (layer.labels, layer.always) = (true, true);
        layer
    }

    /// Boxes round the places of findings, as lines: they are met at their edge.
    fn findings(&self, rows: &Rows) -> Layer {
        let input = self.book.input;
        let content = input.content;
        let mine = input.findings.iter().filter(|finding| input.scope.is_none_or(|scope| scope.has_finding(content, finding)));
        let mut seen = BTreeSet::new();
        let features = mine.filter(|finding| seen.insert(finding.key.as_str())).map(|finding| {
            let boxes = MultiPolygon(finding.bounds.iter().map(|b| b.to_polygon()).collect());
            let district = finding.district.and_then(|id: DistrictId| content.districts.get(&id));
            json!({
                "id": finding.key, "n": self.book.say(&finding.message), "s": 0, "g": self.frame.area(&boxes),
                "p": rows.values(&finding.key), "d": district.map(|d| d.number.to_string()), "h": "",
            })
        });
        let style = json!({ "line": "#c8452b", "width": 1.5, "dash": [6, 4] });
        Layer {
            about: Some("finding"),
            on: false,
            fields: rows.heads(&self.book),
            features: features.collect(),
            ..Layer::ground("findings", self.say("export.xlsx-findings"), "line", style)
        }
    }
}

const fn pipe_layer(class: PipeClass) -> &'static str {
    match class {
        PipeClass::Water => "pipes-water",
        PipeClass::Drainage => "pipes-drainage",
        PipeClass::Gas => "pipes-gas",
        PipeClass::Heat => "pipes-heat",
        PipeClass::Power => "pipes-power",
        PipeClass::Telecom => "pipes-telecom",
        PipeClass::Industrial => "pipes-industrial",
        PipeClass::Other => "pipes-other",
        PipeClass::Unknown => "pipes-unknown",
    }
}
