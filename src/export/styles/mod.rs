//! How the layers of a GeoPackage look in QGIS: a style a layer in `layer_styles`, names of columns for people, and which layer
//! refers to which. What somebody else set in the file stands: only styles of ours are written anew.

mod aliases;
mod qml;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use geo::BoundingRect;

use crate::base::{DistrictId, Message};
use crate::gpkg::{GpkgError, Package};
use crate::i18n::{Lang, tr};
use crate::map::{ClassSign, Rgba, Shade, class_colour, class_sign, colour_districts, district_hue, pipe_colour_exact};
use crate::model::Content;
use crate::policy::{ItemClass, PipeClass, Verdict, catalogue};
use qml::{Symbol, categorized, escaped, labels, ruled, single};

/// A table of features, as its style needs to know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Styled {
    /// Its name.
    pub name: String,
    /// Its columns beside `fid` and `geom`.
    pub columns: Vec<String>,
}

impl Styled {
    /// A table with these columns.
    #[must_use]
    pub fn of(name: &str, columns: &[crate::gpkg::Column]) -> Self {
        Self { name: name.to_owned(), columns: columns.iter().map(|column| column.name.to_owned()).collect() }
    }

    fn has(&self, column: &str) -> bool {
        self.columns.iter().any(|own| own == column)
    }
}

/// Whose styles are ours.
const OWNER: &str = "lianpian";

/// Districts beyond these share the eight hues in the legend.
const MOST_NAMED: usize = 200;

/// Districts beyond these have hues by their numbers: to part neighbours takes time that grows with the square of their count, and
/// every save writes styles.
const MOST_PARTED: usize = 2_000;

/// `layer_styles` as QGIS makes it, and the tables of the schema extension of the standard.
const TABLES: &str = "
CREATE TABLE IF NOT EXISTS layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256),
  f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
  useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
  update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')));
CREATE TABLE IF NOT EXISTS gpkg_data_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT,
  description TEXT, mime_type TEXT, constraint_name TEXT, CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
  CONSTRAINT gdc_tn UNIQUE (table_name, name));
CREATE TABLE IF NOT EXISTS gpkg_data_column_constraints (constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT,
  min NUMERIC, min_is_inclusive BOOLEAN, max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
  CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value));
DELETE FROM gpkg_extensions WHERE extension_name = 'gpkg_schema'
  AND table_name IN ('gpkg_data_columns', 'gpkg_data_column_constraints') AND column_name IS NULL;
INSERT INTO gpkg_extensions VALUES ('gpkg_data_columns', NULL, 'gpkg_schema',
  'http://www.geopackage.org/spec121/#extension_schema', 'read-write');
INSERT INTO gpkg_extensions VALUES ('gpkg_data_column_constraints', NULL, 'gpkg_schema',
  'http://www.geopackage.org/spec121/#extension_schema', 'read-write');
";

/// Writes styles and names of columns for tables of a package, and relations where it has a name that stays, `file`: they tell
/// where the other layer lies. `changed` is the plan's date, so that equal plans give equal files.
///
/// # Errors
/// [`GpkgError`] when the file cannot be written; nothing of it is then there.
pub fn write_styles(
    package: &Package,
    content: &Content,
    tables: &[Styled],
    file: Option<&str>,
    lang: Lang,
    changed: &str,
) -> Result<(), GpkgError> {
    let connection = package.connection();
    let transaction = connection.unchecked_transaction()?;
    connection.execute_batch(TABLES)?;
    let time = format!("{changed}T00:00:00.000Z");
    connection.execute(
        "INSERT OR IGNORE INTO gpkg_contents (table_name, data_type, identifier, description, last_change)
         VALUES ('layer_styles', 'attributes', 'layer_styles', '', ?1)",
        [&time],
    )?;
    connection.execute("DELETE FROM layer_styles WHERE owner = ?1", [OWNER])?;
    let drawing = Drawing { content, lang, hues: hues(content) };
    let description = tr(lang, &Message::new("style.description"));
    for table in tables {
        let named: Vec<(&str, String)> = table
            .columns
            .iter()
            .filter_map(|column| Some((column.as_str(), tr(lang, &Message::new(aliases::key(&table.name, column)?)))))
            .collect();
        for (column, name) in &named {
            connection.execute(
                "INSERT OR IGNORE INTO gpkg_data_columns (table_name, column_name, name, title) VALUES (?1, ?2, ?3, ?3)",
                [&table.name, *column, name],
            )?;
        }
        let sql = "SELECT count(*) FROM layer_styles WHERE f_table_name = ?1 AND useAsDefault = 1";
        let taken: i64 = connection.query_row(sql, [&table.name], |row| row.get(0))?;
        let Some((renderer, labels)) = drawing.of(table).filter(|_| taken == 0) else { continue };
        let document = document(&renderer, &labels, &named, &relations(table, tables, file, lang));
        connection.execute(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, styleQML, styleSLD,
             useAsDefault, description, owner, update_time) VALUES ('', '', ?1, 'geom', ?1, ?2, '', 1, ?3, ?4, ?5)",
            [&table.name, &document, &description, OWNER, &time],
        )?;
    }
    transaction.commit()?;
    Ok(())
}

fn document(renderer: &str, labels: &str, named: &[(&str, String)], relations: &str) -> String {
    let mut aliases = String::new();
    for (column, name) in named {
        let _ = write!(aliases, "<alias field=\"{}\" name=\"{}\"/>", escaped(column), escaped(name));
    }
    let enabled = u8::from(!labels.is_empty());
    format!(
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'><qgis version=\"3.22.0\" \
         styleCategories=\"Symbology|Labeling|Fields|Relations\" labelsEnabled=\"{enabled}\">{renderer}{labels}\
         <aliases>{aliases}</aliases>{relations}</qgis>"
    )
}

/// Layers that a layer refers to, each by a field, when they are in the file: QGIS takes them up as relations of the project.
fn relations(table: &Styled, tables: &[Styled], file: Option<&str>, lang: Lang) -> String {
    let Some(file) = file else { return String::new() };
    let wanted: &[(&str, &str, &str, &str)] = match table.name.as_str() {
        "links" => &[("compounds", "a", "id", "style.relation-compound"), ("compounds", "b", "id", "style.relation-compound")],
        _ => &[
            ("districts", "district", "district", "style.relation-district"),
            ("compounds", "compound", "id", "style.relation-compound"),
        ],
    };
    let mut list = String::new();
    for (other, field, key, words) in wanted {
        if table.name == *other || !table.has(field) || !tables.iter().any(|own| own.name == *other) {
            continue;
        }
        let name = escaped(&tr(lang, &Message::new(words)));
        let (id, file) = (format!("lianpian_{}_{field}", table.name), escaped(file));
        let _ = write!(
            list,
            "<relation strength=\"Association\" id=\"{id}\" name=\"{name}\" layerId=\"\" layerName=\"{other}\" providerKey=\"ogr\" \
             dataSource=\"./{file}|layername={other}\"><fieldRef referencingField=\"{field}\" referencedField=\"{key}\"/></relation>"
        );
    }
    format!("<referencedLayers>{list}</referencedLayers><referencingLayers/>")
}

/// Hues of the districts by their numbers.
fn hues(content: &Content) -> BTreeMap<u32, u8> {
    if content.districts.len() > MOST_PARTED {
        let by_number = |number: u32| u8::try_from(number % 8).unwrap_or(0);
        return content.districts.values().map(|district| (district.number, by_number(district.number))).collect();
    }
    let boxes: Vec<_> = content.compounds.iter().map(|compound| compound.shape.bounding_rect()).collect();
    let hues = colour_districts(content, &boxes, 80.0);
    let numbered = |(id, district): (&DistrictId, &crate::model::District)| (district.number, hues.get(id).copied().unwrap_or(0));
    content.districts.iter().map(numbered).collect()
}

struct Drawing<'a> {
    content: &'a Content,
    lang: Lang,
    hues: BTreeMap<u32, u8>,
}

const INK: Rgba = Rgba::hex(0x5B_6670);
const PALE: Rgba = Rgba::hex(0x9A_A4AC);
const RED: Rgba = Rgba::hex(0xC8_452B);
const AMBER: Rgba = Rgba::hex(0xB2_6A00);
const BLUE: Rgba = Rgba::hex(0x5B_8FB5);
const CLEAR: Rgba = Rgba { r: 0, g: 0, b: 0, a: 0 };

impl Drawing<'_> {
    fn say(&self, message: &Message) -> String {
        tr(self.lang, message)
    }

    /// Renderer and labels of a layer; `None` of one that has no looks of its own.
    fn of(&self, table: &Styled) -> Option<(String, String)> {
        let name = |size: f64, scale: u32| labels("\"name\"", size, scale, false);
        let plain = |renderer: String| Some((renderer, String::new()));
        match table.name.as_str() {
            "districts" => {
                let field = if table.has("number") { "number" } else { "district" };
                Some((self.districts(field), labels(&format!("\"{field}\" || ' ' || coalesce(\"name\", '')"), 11.0, 0, false)))
            }
            "compounds" if table.has("verdict") => Some((self.verdicts(), name(8.0, 12_000))),
            "compounds" => Some((single(&Symbol::fill(CLEAR, "no", INK, 0.26, "solid")), name(8.0, 12_000))),
            "pipes" => {
                let letters = if table.has("letters") { labels("\"letters\"", 7.0, 4_000, true) } else { String::new() };
                Some((self.pipes(), letters))
            }
            "items" => plain(self.items()),
            "findings" => plain(self.findings()),
            "links" => plain(single(&Symbol::line(INK, 0.3, None))),
            "reopenings" => {
                Some((single(&Symbol::cased(RED, 1.1, Some("3;1.5"))), labels("\"first\" || '/' || \"again\"", 8.0, 8_000, true)))
            }
            "streets" => Some((single(&Symbol::line(PALE, 0.5, None)), labels("\"name\"", 7.5, 8_000, true))),
            "buildings" => plain(single(&Symbol::fill(PALE.fade(0.35), "solid", PALE, 0.1, "solid"))),
            "parcels" => Some((single(&Symbol::fill(AMBER, "b_diagonal", AMBER, 0.26, "dash")), name(7.5, 8_000))),
            "heritage" => Some((single(&Symbol::fill(RED.fade(0.5), "b_diagonal", RED, 0.3, "solid")), name(8.0, 20_000))),
            "limits" => Some((single(&Symbol::fill(CLEAR, "no", INK, 0.4, "dash dot")), name(9.0, 40_000))),
            "facilities" => Some((single(&Symbol::marker("diamond", BLUE, 2.6)), name(7.5, 6_000))),
            "barriers" => Some((any_shape(BLUE, 0.8, &self.say(&Message::new("ui.layer-barriers"))), name(8.0, 20_000))),
            "bridges" => plain(any_shape(INK, 0.8, &self.say(&Message::new("ui.layer-bridges")))),
            "annotations" => Some((
                any_shape(RED, 0.5, &self.say(&Message::new("versions.topic-annotation"))),
                labels("\"text\"", 9.0, 0, false),
            )),
            _ => None,
        }
    }

    fn districts(&self, field: &str) -> String {
        let symbol = |hue: u8| {
            let colour = district_hue(hue, Shade::Light);
            Symbol::fill(colour.fade(0.26), "solid", colour, 0.8, "solid")
        };
        if self.hues.len() <= MOST_NAMED {
            let own = self.content.districts.values().map(|district| {
                let hue = self.hues.get(&district.number).copied().unwrap_or(0);
                (district.number.to_string(), district.label(), symbol(hue))
            });
            return categorized(field, &own.collect::<Vec<_>>());
        }
        let mut by_hue: BTreeMap<u8, Vec<String>> = BTreeMap::new();
        for (number, hue) in &self.hues {
            by_hue.entry(*hue).or_default().push(number.to_string());
        }
        let whens = by_hue.iter().map(|(hue, numbers)| format!("WHEN \"{field}\" IN ({}) THEN {hue}", numbers.join(",")));
        let attribute = if self.hues.len() > MOST_PARTED {
            format!("\"{field}\" % 8")
        } else {
            format!("CASE {} END", whens.collect::<Vec<_>>().join(" "))
        };
        let words = self.say(&Message::new("ui.layer-districts"));
        let own: Vec<_> = by_hue.keys().map(|hue| (hue.to_string(), words.clone(), symbol(*hue))).collect();
        categorized(&attribute, &own)
    }

    /// As on the map: solid, dashed, dotted, and hatched where no work is to be.
    fn verdicts(&self) -> String {
        let own = Verdict::ALL.map(|verdict| {
            let symbol = match verdict {
                Verdict::Must => Symbol::fill(CLEAR, "no", INK, 0.35, "solid"),
                Verdict::May => Symbol::fill(CLEAR, "no", INK, 0.35, "dash"),
                Verdict::Unknown => Symbol::fill(CLEAR, "no", PALE, 0.35, "dot"),
                Verdict::OutOfScope => Symbol::fill(PALE.fade(0.35), "solid", PALE, 0.26, "solid"),
                Verdict::Excluded => Symbol::fill(PALE, "b_diagonal", PALE, 0.26, "solid"),
            };
            (verdict.code().to_owned(), self.say(&verdict.message()), symbol)
        });
        categorized("verdict", &own)
    }

    /// In the colours of CJJ 61, which alone would be lost on white paper: the casing holds them together.
    fn pipes(&self) -> String {
        let own = PipeClass::ALL.map(|class| {
            let symbol = Symbol::cased(pipe_colour_exact(class), 0.6, None);
            (class.code().to_owned(), format!("{} {}", class.letters(), self.say(&class.name())).trim().to_owned(), symbol)
        });
        categorized("class", &own)
    }

    /// A class by shape and colour; lines and areas in its colour.
    fn items(&self) -> String {
        let mut rules = Vec::new();
        for class in ItemClass::ALL {
            let codes: Vec<String> = catalogue()
                .entries
                .iter()
                .filter(|entry| entry.class == class)
                .map(|entry| format!("'{}'", entry.code.0))
                .collect();
            let (colour, words) = (class_colour(class), self.say(&class.message()));
            let shape = match class_sign(class) {
                ClassSign::Square => "square",
                ClassSign::Circle => "circle",
                ClassSign::Triangle => "triangle",
            };
            for (kind, symbol) in [
                ("Point", Symbol::marker(shape, colour, 3.2)),
                ("Line", Symbol::cased(colour, 0.7, None)),
                ("Polygon", Symbol::fill(colour.fade(0.3), "solid", colour, 0.4, "solid")),
            ] {
                let filter = format!("geometry_type($geometry) = '{kind}' AND \"code\" IN ({})", codes.join(","));
                rules.push((filter, words.clone(), symbol));
            }
        }
        ruled(&rules)
    }

    fn findings(&self) -> String {
        use crate::checks::Severity;
        let own = Severity::ALL.map(|severity| {
            let colour = match severity {
                Severity::Error => RED,
                Severity::Warning => AMBER,
                Severity::Note => PALE,
            };
            let symbol = Symbol::fill(CLEAR, "no", colour, 0.5, "dash");
            (severity.code().to_owned(), self.say(&severity.name()), symbol)
        });
        categorized("severity", &own)
    }
}

/// Shapes of every kind in one colour.
fn any_shape(colour: Rgba, width: f64, words: &str) -> String {
    let filter = |kind: &str| format!("geometry_type($geometry) = '{kind}'");
    ruled(&[
        (filter("Point"), words.to_owned(), Symbol::marker("circle", colour, 2.4)),
        (filter("Line"), words.to_owned(), Symbol::line(colour, width, None)),
        (filter("Polygon"), words.to_owned(), Symbol::fill(colour.fade(0.35), "solid", colour, 0.3, "solid")),
    ])
}
