//! SVG as text: paths, signs and words, everything escaped.

use std::fmt::Write as _;

use super::face::{Face, clean};
use super::paper::Size;
use crate::export::markup::escaped;
use crate::export::png::{FAMILY, FAMILY_BOLD};
use crate::map::{AreaStyle, LineStyle, Rgba};

/// Thickness of a screen pixel on paper: styles are given in pixels, the sheet counts units.
pub(super) const PX: f64 = 2.2;

/// A growing picture.
pub(super) struct Svg {
    text: String,
    haloed: Vec<Haloed>,
    size: Size,
}

/// Words on the map with white around them.
struct Haloed {
    place: String,
    fill: String,
    halo: String,
    words: String,
}

/// A picture that is done.
pub(in crate::export) struct Drawn {
    /// The picture without the words that have white around them, which lie on top of everything.
    text: String,
    haloed: Vec<Haloed>,
    size: Size,
}

impl Drawn {
    pub(in crate::export) const fn size(&self) -> Size {
        self.size
    }

    /// The picture as a file. Words and the white around them are one element: two would be found and copied twice.
    pub(in crate::export) fn svg(&self) -> String {
        let mut out = self.text.clone();
        for one in &self.haloed {
            let _ = writeln!(out, "<text {}{}{}>{}</text>", one.place, one.fill, one.halo, one.words);
        }
        out.push_str("</svg>\n");
        out
    }

    /// The picture in three layers, the lowest first: everything else, the white around words, these words. Letters are put into
    /// a PDF one by one, so that the white of one would lie over the one before it.
    pub(in crate::export) fn layers(&self) -> [String; 3] {
        let mut white = opened(&self.size);
        let mut words = white.clone();
        for one in &self.haloed {
            let _ = writeln!(white, "<text {} fill=\"none\"{}>{}</text>", one.place, one.halo, one.words);
            let _ = writeln!(words, "<text {}{}>{}</text>", one.place, one.fill, one.words);
        }
        [self.text.clone(), white, words].map(|text| text + "</svg>\n")
    }
}

fn opened(size: &Size) -> String {
    let ([w, h], [w_mm, h_mm]) = (size.units, size.mm);
    format!("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w_mm}mm\" height=\"{h_mm}mm\" viewBox=\"0 0 {w:.3} {h:.3}\">\n")
}

fn hex(colour: Rgba) -> String {
    format!("#{:02X}{:02X}{:02X}", colour.r, colour.g, colour.b)
}

fn paint(name: &str, colour: Rgba) -> String {
    let mut out = format!(" {name}=\"{}\"", hex(colour));
    if colour.a < 255 {
        let _ = write!(out, " {name}-opacity=\"{:.3}\"", f64::from(colour.a) / 255.0);
    }
    out
}

impl Svg {
    pub(super) fn new(size: Size) -> Self {
        let [w, h] = size.units;
        let text = format!("{}<rect width=\"{w:.3}\" height=\"{h:.3}\" fill=\"#FFFFFF\"/>\n", opened(&size));
        Self { text, haloed: Vec::new(), size }
    }

    pub(super) const fn size(&self) -> Size {
        self.size
    }

    /// What the picture is, for those who cannot see it and for programs.
    pub(super) fn title(&mut self, title: &str, description: &str) {
        let (title, description) = (escaped(&clean(title)), escaped(&clean(description)));
        let _ = writeln!(self.text, "<title>{title}</title><desc>{description}</desc>");
    }

    pub(super) fn finish(self) -> Drawn {
        Drawn { text: self.text, haloed: self.haloed, size: self.size }
    }

    /// Everything until [`Svg::end`] is cut to a box.
    pub(super) fn clip(&mut self, name: &str, b: [f64; 4]) {
        let (w, h) = (b[2] - b[0], b[3] - b[1]);
        let _ = writeln!(
            self.text,
            "<clipPath id=\"{name}\"><rect x=\"{}\" y=\"{}\" width=\"{w}\" height=\"{h}\"/></clipPath><g clip-path=\"url(#{name})\">",
            b[0], b[1]
        );
    }

    pub(super) fn end(&mut self) {
        self.text.push_str("</g>\n");
    }

    /// Hatching at 45° that areas can be filled with.
    pub(super) fn hatch(&mut self, name: &str, colour: Rgba) {
        let stroke = paint("stroke", colour);
        let _ = writeln!(
            self.text,
            "<pattern id=\"{name}\" width=\"16\" height=\"16\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
             <path d=\"M0 0V16\"{stroke} stroke-width=\"4\"/></pattern>"
        );
    }

    pub(super) fn path(&mut self, d: &str, fill: Option<Rgba>, line: Option<LineStyle>) {
        if d.is_empty() {
            return;
        }
        let fill = fill.map_or(" fill=\"none\"".to_owned(), |c| paint("fill", c));
        let line = line.map_or(String::new(), |line| {
            let mut out = paint("stroke", line.colour);
            let _ = write!(out, " stroke-width=\"{:.1}\" stroke-linejoin=\"round\"", f64::from(line.width_px) * PX);
            if let Some([dash, gap]) = line.dash {
                let _ = write!(out, " stroke-dasharray=\"{:.1} {:.1}\"", f64::from(dash) * PX, f64::from(gap) * PX);
            }
            out
        });
        let _ = writeln!(self.text, "<path d=\"{d}\" fill-rule=\"evenodd\"{fill}{line}/>");
    }

    /// A path filled with a pattern.
    pub(super) fn pattern(&mut self, d: &str, pattern: &str) {
        if !d.is_empty() {
            let _ = writeln!(self.text, "<path d=\"{d}\" fill-rule=\"evenodd\" fill=\"url(#{pattern})\"/>");
        }
    }

    /// An area in the style of the map; hatching needs a pattern `hatch`.
    pub(super) fn area(&mut self, d: &str, style: &AreaStyle) {
        if style.hatch.is_some() {
            self.pattern(d, "hatch");
        }
        self.path(d, style.fill, style.outline);
    }

    pub(super) fn words(&mut self, at: [f64; 2], text: &str, face: Face) {
        let family = if face.bold { FAMILY_BOLD } else { FAMILY };
        let fill = paint("fill", face.colour);
        let turn = if face.upward { format!(" transform=\"rotate(-90 {:.1} {:.1})\"", at[0], at[1]) } else { String::new() };
        let place = format!(
            "x=\"{:.1}\" y=\"{:.1}\" font-family=\"{family}\" font-size=\"{:.2}\" text-anchor=\"{}\"{turn}",
            at[0], at[1], face.size, face.anchor
        );
        let words = escaped(&clean(text));
        if face.halo {
            let halo = format!(
                " paint-order=\"stroke\" stroke=\"#FFFFFF\" stroke-opacity=\"0.9\" stroke-width=\"{:.1}\" stroke-linejoin=\"round\"",
                face.size * 0.2
            );
            self.haloed.push(Haloed { place, fill, halo, words });
        } else {
            let _ = writeln!(self.text, "<text {place}{fill}>{words}</text>");
        }
    }

    pub(super) fn line(&mut self, a: [f64; 2], b: [f64; 2], colour: Rgba, width: f64) {
        let stroke = paint("stroke", colour);
        let _ = writeln!(
            self.text,
            "<path d=\"M{:.1} {:.1}L{:.1} {:.1}\"{stroke} stroke-width=\"{width:.1}\" fill=\"none\"/>",
            a[0], a[1], b[0], b[1]
        );
    }

    pub(super) fn circle(&mut self, at: [f64; 2], radius: f64, fill: Rgba, edge: f64) {
        let fill = paint("fill", fill);
        let _ = writeln!(
            self.text,
            "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"{radius:.1}\"{fill} stroke=\"#FFFFFF\" stroke-width=\"{edge:.1}\"/>",
            at[0], at[1]
        );
    }
}

/// A closed or open run of points as path data, in tenths of a unit; points that fall together are one.
pub(super) fn run(points: impl Iterator<Item = [f64; 2]>, closed: bool) -> String {
    let mut d = String::new();
    let mut last = None;
    for p in points {
        let rounded = p.map(|v| (v * 10.0).round());
        if last == Some(rounded) {
            continue;
        }
        let _ = write!(d, "{}{:.1} {:.1}", if last.is_none() { 'M' } else { 'L' }, p[0], p[1]);
        last = Some(rounded);
    }
    if closed && !d.is_empty() {
        d.push('Z');
    }
    d
}

/// A box as path data.
pub(super) fn rect(b: [f64; 4]) -> String {
    run([[b[0], b[1]], [b[2], b[1]], [b[2], b[3]], [b[0], b[3]]].into_iter(), true)
}
