//! Drawings of our own making, tag by tag, in any version, as text and as binary.

use encoding_rs::Encoding;

/// A tag and its value.
#[derive(Clone, Debug)]
pub enum Value {
    Text(String),
    Real(f64),
    Whole(i64),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Real(number)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Whole(number)
    }
}

/// Tags of a drawing while it is made.
#[derive(Clone, Debug, Default)]
pub struct Drawing {
    /// `AC1009` and so on.
    version: &'static str,
    page: &'static str,
    unit: Option<i64>,
    tables: Vec<(i32, Value)>,
    blocks: Vec<(i32, Value)>,
    entities: Vec<(i32, Value)>,
    handles: i64,
}

/// Tags of one entity behind its kind.
pub type Tags<'a> = &'a [(i32, Value)];

/// An entity of a block: kind, layer and tags.
pub type Inner<'a> = (&'a str, &'a str, Vec<(i32, Value)>);

/// A place as tags.
pub fn at(code: i32, x: f64, y: f64) -> [(i32, Value); 2] {
    [(code, x.into()), (code + 10, y.into())]
}

impl Drawing {
    pub fn new(version: &'static str, page: &'static str) -> Self {
        Self { version, page, ..Self::default() }
    }

    pub fn unit(mut self, code: i64) -> Self {
        self.unit = Some(code);
        self
    }

    fn tags(&mut self, kind: &str, layer: &str, tags: Tags<'_>) -> Vec<(i32, Value)> {
        self.handles += 1;
        let handle = format!("{:X}", 0x100 + self.handles);
        let mut all = vec![(0, kind.into()), (5, handle.as_str().into()), (8, layer.into())];
        all.extend_from_slice(tags);
        all
    }

    /// An entity of the drawing.
    pub fn add(&mut self, kind: &str, layer: &str, tags: Tags<'_>) -> &mut Self {
        let tags = self.tags(kind, layer, tags);
        self.entities.extend(tags);
        self
    }

    /// A layer of the table of layers: its flags, and its colour, negative where it is off.
    pub fn layer(&mut self, name: &str, flags: i64, colour: i64) -> &mut Self {
        self.tables.extend([(0, "LAYER".into()), (2, name.into()), (70, flags.into()), (62, colour.into())]);
        self
    }

    /// A block with its entities.
    pub fn block(&mut self, name: &str, base: (f64, f64), inside: &[Inner<'_>]) -> &mut Self {
        self.blocks.extend([(0, "BLOCK".into()), (8, "0".into()), (2, name.into()), (70, 0.into())]);
        self.blocks.extend(at(10, base.0, base.1));
        for (kind, layer, tags) in inside {
            let tags = self.tags(kind, layer, tags);
            self.blocks.extend(tags);
        }
        self.blocks.push((0, "ENDBLK".into()));
        self
    }

    /// A polyline as the version has it: of one record since R13, of a record for each vertex before.
    pub fn polyline(&mut self, layer: &str, vertices: &[(f64, f64, f64)], closed: bool) -> &mut Self {
        let flag = (70, i64::from(closed).into());
        if self.version == "AC1009" {
            self.add("POLYLINE", layer, &[(66, 1.into()), flag]);
            for (x, y, bulge) in vertices {
                self.add("VERTEX", layer, &[at(10, *x, *y).as_slice(), &[(42, (*bulge).into())]].concat());
            }
            return self.add("SEQEND", layer, &[]);
        }
        let count = i64::try_from(vertices.len()).expect("few");
        let mut tags = vec![(90, count.into()), flag];
        for (x, y, bulge) in vertices {
            tags.extend(at(10, *x, *y));
            tags.push((42, (*bulge).into()));
        }
        self.add("LWPOLYLINE", layer, &tags)
    }

    pub fn text(&mut self, layer: &str, x: f64, y: f64, text: &str) -> &mut Self {
        self.add("TEXT", layer, &[at(10, x, y).as_slice(), &[(40, 2.5.into()), (1, text.into())]].concat())
    }

    /// All tags with sections and end.
    fn all(&self) -> Vec<(i32, Value)> {
        let section = |name: &str| [(0, "SECTION".into()), (2, name.into())];
        let mut tags: Vec<(i32, Value)> = section("HEADER").to_vec();
        let variable = |name: &str, code: i32, value: Value| [(9, name.into()), (code, value)];
        if !self.version.is_empty() {
            tags.extend(variable("$ACADVER", 1, self.version.into()));
        }
        if !self.page.is_empty() {
            tags.extend(variable("$DWGCODEPAGE", 3, self.page.into()));
        }
        tags.extend(self.unit.into_iter().flat_map(|unit| variable("$INSUNITS", 70, unit.into())));
        tags.push((0, "ENDSEC".into()));
        for (name, inside) in [("TABLES", &self.tables), ("BLOCKS", &self.blocks), ("ENTITIES", &self.entities)] {
            tags.extend(section(name));
            tags.extend_from_slice(inside);
            tags.push((0, "ENDSEC".into()));
        }
        tags.push((0, "EOF".into()));
        tags
    }

    /// The drawing as text in an encoding.
    pub fn text_bytes(&self, encoding: &'static Encoding) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (code, value) in self.all() {
            bytes.extend(format!("{code:3}\r\n").bytes());
            match value {
                Value::Text(text) => bytes.extend_from_slice(&encoding.encode(&text).0),
                Value::Real(number) => bytes.extend(number.to_string().bytes()),
                Value::Whole(number) => bytes.extend(format!("{number:6}").bytes()),
            }
            bytes.extend(b"\r\n");
        }
        bytes
    }

    /// The drawing as binary; numbers of tags take a byte in R12 and two since.
    pub fn binary_bytes(&self, encoding: &'static Encoding) -> Vec<u8> {
        let mut bytes = b"AutoCAD Binary DXF\r\n\x1a\0".to_vec();
        let narrow = self.version == "AC1009";
        for (code, value) in self.all() {
            let code = i16::try_from(code).expect("small");
            match (narrow, u8::try_from(code)) {
                (true, Ok(code)) if code != 255 => bytes.push(code),
                (true, _) => bytes.extend([vec![255], code.to_le_bytes().to_vec()].concat()),
                (false, _) => bytes.extend(code.to_le_bytes()),
            }
            match value {
                Value::Text(text) => {
                    bytes.extend_from_slice(&encoding.encode(&text).0);
                    bytes.push(0);
                }
                Value::Real(number) => bytes.extend(number.to_le_bytes()),
                Value::Whole(number) if (90..100).contains(&code) => {
                    bytes.extend(i32::try_from(number).expect("small").to_le_bytes());
                }
                Value::Whole(number) => bytes.extend(i16::try_from(number).expect("small").to_le_bytes()),
            }
        }
        bytes
    }
}
