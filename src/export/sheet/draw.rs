//! SVG as text: paths, signs and words, everything escaped.

use std::fmt::Write as _;

use crate::export::png::{FAMILY, FAMILY_BOLD};
use crate::map::{AreaStyle, LineStyle, Rgba};

/// Thickness of a screen pixel on paper: styles are given in pixels, the sheet counts tenths of a millimetre.
pub(super) const PX: f64 = 2.2;

/// A growing picture.
pub(super) struct Svg {
    text: String,
    size: [f64; 2],
}

/// How words are set.
#[derive(Clone, Copy)]
pub(super) struct Face {
    pub(super) size: f64,
    pub(super) colour: Rgba,
    pub(super) bold: bool,
    /// `start`, `middle` or `end`.
    pub(super) anchor: &'static str,
    /// White around the letters.
    pub(super) halo: bool,
}

impl Face {
    pub(super) const fn new(size: f64) -> Self {
        Self { size, colour: Rgba::hex(0x1C_2126), bold: false, anchor: "start", halo: false }
    }

    pub(super) const fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    pub(super) const fn middle(self) -> Self {
        Self { anchor: "middle", ..self }
    }

    pub(super) const fn halo(self) -> Self {
        Self { halo: true, ..self }
    }

    pub(super) const fn colour(self, colour: Rgba) -> Self {
        Self { colour, ..self }
    }
}

/// Escapes text for SVG and drops what XML cannot hold.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// About how wide words are, in units: whole ems for Chinese, a little over half for Latin.
pub(super) fn width(text: &str, size: f64) -> f64 {
    text.chars().map(|c| if c.is_ascii() { 0.57 } else { 1.0 }).sum::<f64>() * size
}

/// A text in lines of at most so many units; the last of `most` lines ends with an ellipsis where more would follow.
pub(super) fn wrapped(text: &str, size: f64, room: f64, most: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for c in text.chars() {
        let mut buffer = [0; 4];
        let letter = &*c.encode_utf8(&mut buffer);
        let full = lines.last().is_some_and(|line| width(line, size) + width(letter, size) > room);
        if full && lines.len() == most {
            if let Some(line) = lines.last_mut() {
                while !line.is_empty() && width(line, size) + size > room {
                    line.pop();
                }
                line.push('…');
            }
            break;
        }
        if full {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut().filter(|line| !line.is_empty() || !c.is_whitespace()) {
            line.push(c);
        }
    }
    lines
}

/// A text that is cut to one line.
pub(super) fn fitted(text: &str, size: f64, room: f64) -> String {
    wrapped(text, size, room, 1).concat()
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
    pub(super) fn new(size: [f64; 2]) -> Self {
        let [w, h] = size;
        let text = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}mm\" height=\"{}mm\" viewBox=\"0 0 {w} {h}\">\n\
             <rect width=\"{w}\" height=\"{h}\" fill=\"#FFFFFF\"/>\n",
            w / 10.0,
            h / 10.0
        );
        Self { text, size }
    }

    /// What the picture is, for those who cannot see it and for programs.
    pub(super) fn title(&mut self, title: &str, description: &str) {
        let (title, description) = (escape(title), escape(description));
        let _ = writeln!(self.text, "<title>{title}</title><desc>{description}</desc>");
    }

    pub(super) fn finish(mut self) -> String {
        debug_assert!(self.size[0] > 0.0);
        self.text.push_str("</svg>\n");
        self.text
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
        // One text with its halo below the letters: two would be found and copied twice.
        let halo = if face.halo {
            format!(
                " paint-order=\"stroke\" stroke=\"#FFFFFF\" stroke-opacity=\"0.9\" stroke-width=\"{:.1}\" stroke-linejoin=\"round\"",
                face.size * 0.2
            )
        } else {
            String::new()
        };
        let fill = paint("fill", face.colour);
        let place = format!(
            "x=\"{:.1}\" y=\"{:.1}\" font-family=\"{family}\" font-size=\"{:.1}\" text-anchor=\"{}\"",
            at[0], at[1], face.size, face.anchor
        );
        let text = escape(text);
        let _ = writeln!(self.text, "<text {place}{fill}{halo}>{text}</text>");
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

/// A closed or open run of points as path data.
pub(super) fn run(points: impl Iterator<Item = [f64; 2]>, closed: bool) -> String {
    let mut d = String::new();
    for (n, p) in points.enumerate() {
        let _ = write!(d, "{}{:.1} {:.1}", if n == 0 { 'M' } else { 'L' }, p[0], p[1]);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_hold_what_there_is_room_for() {
        let text = "临江街道老旧小区集中连片改造片区方案";
        let lines = wrapped(text, 10.0, 65.0, 9);
        assert!(lines.len() == 3 && lines.concat() == text && lines.iter().all(|line| width(line, 10.0) <= 65.0), "{lines:?}");
        let short = fitted(text, 10.0, 65.0);
        assert!(short.ends_with('…') && width(&short, 10.0) <= 65.0, "{short}");
        assert_eq!(fitted("D1", 10.0, 65.0), "D1");
    }
}
