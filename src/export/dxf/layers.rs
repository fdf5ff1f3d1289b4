//! Layers of a drawing: their names begin with the code that surveyors and CJJ 61-2017 have for what is on them, so that a
//! CAD user finds it and our own reader knows it again.

use super::drawing::{Drawing, LayerStyle, LineType};
use crate::base::Message;
use crate::i18n::{Lang, tr};
use crate::map::{Rgba, class_colour};
use crate::model::{BarrierKind, LimitLevel, Pipe};
use crate::policy::{ItemClass, PipeClass, PipeSubclass, Verdict};

/// Names layers in a language and tells the drawing of them.
pub(super) struct Layers {
    lang: Lang,
}

/// What may stand in the name of a layer.
fn allowed(name: &str) -> String {
    let bad =
        |c: char| c.is_control() || matches!(c, '<' | '>' | '/' | '\\' | '"' | ':' | ';' | '?' | '*' | '|' | '=' | '`' | ',');
    name.chars().map(|c| if bad(c) { '_' } else { c }).collect()
}

impl Layers {
    pub(super) fn new(lang: Lang) -> Self {
        Self { lang }
    }

    fn put(&self, drawing: &mut Drawing, name: &Message, style: LayerStyle) -> String {
        let name = allowed(&tr(self.lang, name));
        drawing.layer(&name, style);
        name
    }

    pub(super) fn compounds(&self, drawing: &mut Drawing, verdict: Verdict) -> String {
        let ink = Rgba::hex(0x5B_6670);
        let style = match verdict {
            Verdict::Must => LayerStyle::new(Rgba::hex(0), 50),
            Verdict::May => LayerStyle::new(Rgba::hex(0), 35).line(LineType::Dashed),
            Verdict::OutOfScope => LayerStyle::new(Rgba::hex(0xC0_C0C0), 25),
            Verdict::Excluded => LayerStyle::new(Rgba::hex(0x80_8080), 25),
            Verdict::Unknown => LayerStyle::new(ink, 25).line(LineType::Dotted),
        };
        self.put(drawing, &Message::new("export.dxf-compounds").nested("verdict", verdict.message()), style)
    }

    /// Hatching over compounds that must not enter a plan.
    pub(super) fn compound_fills(&self, drawing: &mut Drawing) -> String {
        self.put(drawing, &Message::new("export.dxf-compound-fills"), LayerStyle::new(Rgba::hex(0x80_8080), 13))
    }

    pub(super) fn compound_names(&self, drawing: &mut Drawing) -> String {
        self.put(drawing, &Message::new("export.dxf-compound-names"), LayerStyle::new(Rgba::hex(0), 18))
    }

    pub(super) fn districts(&self, drawing: &mut Drawing) -> [String; 3] {
        let thick = LayerStyle::new(Rgba::hex(0x00_72B2), 70);
        let thin = LayerStyle { weight: 13, ..thick };
        [
            self.put(drawing, &Message::new("export.dxf-districts"), thick),
            self.put(drawing, &Message::new("export.dxf-district-fills"), thin),
            self.put(drawing, &Message::new("export.dxf-district-names"), LayerStyle { weight: 35, ..thick }),
        ]
    }

    /// Pipes by 大类, and by 小类 where the survey tells one.
    pub(super) fn pipes(&self, drawing: &mut Drawing, pipe: &Pipe) -> String {
        let [r, g, b] = pipe.class.exact_rgb_of(pipe.subclass);
        let line = match pipe.subclass {
            // Rain, sewage and both share a colour.
            Some(PipeSubclass::Sewage) => LineType::Dashed,
            Some(PipeSubclass::Combined) => LineType::DashDot,
            _ => LineType::Continuous,
        };
        let style = LayerStyle::new(Rgba { r, g, b, a: 255 }, 35).line(line);
        let message = match pipe.subclass.and_then(|subclass| subclass.row(pipe.class)) {
            Some(row) => Message::new("export.dxf-subclass")
                .text("letters", pipe.class.letters())
                .text("own", row.letters)
                .text("name", if self.lang == Lang::Zh { row.zh } else { row.en }),
            None => Message::new("export.dxf-class").text("letters", letters(pipe.class)).nested("name", pipe.class.name()),
        };
        self.put(drawing, &message, style)
    }

    pub(super) fn pipe_names(&self, drawing: &mut Drawing, class: PipeClass) -> String {
        let [r, g, b] = class.exact_rgb();
        let message = Message::new("export.dxf-pipe-names").text("letters", letters(class)).nested("name", class.name());
        self.put(drawing, &message, LayerStyle::new(Rgba { r, g, b, a: 255 }, 18))
    }

    pub(super) fn items(&self, drawing: &mut Drawing, class: ItemClass) -> String {
        let message = Message::new("export.dxf-items").nested("class", class.message());
        self.put(drawing, &message, LayerStyle::new(class_colour(class), 35))
    }

    pub(super) fn barriers(&self, drawing: &mut Drawing, kind: BarrierKind) -> String {
        let grey = LayerStyle::new(Rgba::hex(0x80_8080), 50);
        let (message, style) = match kind {
            BarrierKind::River => (Message::new("export.dxf-river"), LayerStyle::new(Rgba::hex(0x00_7FFF), 35)),
            BarrierKind::Railway => (Message::new("export.dxf-railway"), grey.line(LineType::DashDot)),
            BarrierKind::Expressway => (Message::new("export.dxf-expressway"), grey),
            BarrierKind::Wall => (Message::new("export.dxf-wall"), grey.line(LineType::Dashed)),
            BarrierKind::Other => (Message::new("export.dxf-barrier"), grey),
        };
        self.put(drawing, &message, style)
    }

    pub(super) fn limits(&self, drawing: &mut Drawing, level: LimitLevel) -> String {
        let style = LayerStyle::new(Rgba::hex(0xBF_00FF), 25).line(LineType::DashDot);
        match level {
            LimitLevel::Community => self.put(drawing, &Message::new("export.dxf-community"), style),
            LimitLevel::StreetOffice => {
                self.put(drawing, &Message::new("export.dxf-street-office"), LayerStyle { weight: 35, ..style })
            }
        }
    }

    pub(super) fn bridges(&self, drawing: &mut Drawing) -> String {
        self.put(drawing, &Message::new("export.dxf-bridges"), LayerStyle::new(Rgba::hex(0x80_8080), 35))
    }

    pub(super) fn streets(&self, drawing: &mut Drawing) -> String {
        self.put(drawing, &Message::new("export.dxf-streets"), LayerStyle::new(Rgba::hex(0xA5_A5A5), 25).line(LineType::DashDot))
    }

    pub(super) fn street_names(&self, drawing: &mut Drawing) -> String {
        self.put(drawing, &Message::new("export.dxf-street-names"), LayerStyle::new(Rgba::hex(0x80_8080), 18))
    }

    pub(super) fn buildings(&self, drawing: &mut Drawing) -> String {
        self.put(drawing, &Message::new("export.dxf-buildings"), LayerStyle::new(Rgba::hex(0xA5_A5A5), 18))
    }

    pub(super) fn parcels(&self, drawing: &mut Drawing) -> String {
        self.put(drawing, &Message::new("export.dxf-parcels"), LayerStyle::new(Rgba::hex(0x00_A552), 25))
    }

    pub(super) fn facilities(&self, drawing: &mut Drawing) -> String {
        self.put(drawing, &Message::new("export.dxf-facilities"), LayerStyle::new(Rgba::hex(0x00_52A5), 25))
    }

    pub(super) fn heritage(&self, drawing: &mut Drawing) -> String {
        self.put(drawing, &Message::new("export.dxf-heritage"), LayerStyle::new(Rgba::hex(0x7F_00FF), 50).line(LineType::Dashed))
    }

    pub(super) fn links(&self, drawing: &mut Drawing) -> String {
        self.put(drawing, &Message::new("export.dxf-links"), LayerStyle::new(Rgba::hex(0x00_72B2), 18))
    }

    pub(super) fn annotations(&self, drawing: &mut Drawing) -> String {
        self.put(drawing, &Message::new("export.dxf-annotations"), LayerStyle::new(Rgba::hex(0xC8_452B), 35))
    }

    pub(super) fn findings(&self, drawing: &mut Drawing) -> String {
        self.put(drawing, &Message::new("export.dxf-findings"), LayerStyle::new(Rgba::hex(0xC8_452B), 25).line(LineType::Dashed))
    }
}

/// Letters of a class; those of 不明管线 where nothing is known.
pub(super) fn letters(class: PipeClass) -> &'static str {
    if class == PipeClass::Unknown { "BM" } else { class.letters() }
}
