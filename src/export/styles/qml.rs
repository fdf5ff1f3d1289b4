//! Symbols and labels as QGIS writes them (QML). Only what the styles of plans need; sizes are millimetres on the sheet.

use std::fmt::Write as _;

use crate::map::Rgba;

/// A text as an attribute of XML.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&apos;")
}

fn rgba(colour: Rgba) -> String {
    format!("{},{},{},{}", colour.r, colour.g, colour.b, colour.a)
}

fn layer(class: &str, options: &[(&str, String)]) -> String {
    let mut out = format!("<layer class=\"{class}\" enabled=\"1\" locked=\"0\" pass=\"0\"><Option type=\"Map\">");
    for (name, value) in options {
        let _ = write!(out, "<Option type=\"QString\" name=\"{name}\" value=\"{}\"/>", escaped(value));
    }
    out += "</Option></layer>";
    out
}

/// A symbol: its kind and its layers.
pub(super) struct Symbol {
    kind: &'static str,
    layers: String,
}

impl Symbol {
    /// A shape round a point: `square`, `circle` or `triangle`.
    pub(super) fn marker(shape: &str, colour: Rgba, size: f64) -> Self {
        let options = [
            ("name", shape.to_owned()),
            ("color", rgba(colour)),
            ("outline_color", "255,255,255,255".to_owned()),
            ("outline_width", "0.3".to_owned()),
            ("outline_style", "solid".to_owned()),
            ("size", size.to_string()),
            ("size_unit", "MM".to_owned()),
        ];
        Self { kind: "marker", layers: layer("SimpleMarker", &options) }
    }

    /// A line, with lengths of dashes and gaps where it is not solid.
    pub(super) fn line(colour: Rgba, width: f64, dash: Option<&str>) -> Self {
        Self { kind: "line", layers: simple_line(colour, width, dash) }
    }

    /// A line on a paler, broader one, which keeps it apart from what lies below.
    pub(super) fn cased(colour: Rgba, width: f64, dash: Option<&str>) -> Self {
        let casing = simple_line(Rgba { r: 255, g: 255, b: 255, a: 220 }, width + 0.5, None);
        Self { kind: "line", layers: casing + &simple_line(colour, width, dash) }
    }

    /// An area with its outline; the style of the brush is `solid`, `no` or `b_diagonal`.
    pub(super) fn fill(fill: Rgba, brush: &str, outline: Rgba, width: f64, pen: &str) -> Self {
        let options = [
            ("color", rgba(fill)),
            ("style", brush.to_owned()),
            ("outline_color", rgba(outline)),
            ("outline_width", width.to_string()),
            ("outline_width_unit", "MM".to_owned()),
            ("outline_style", pen.to_owned()),
            ("joinstyle", "miter".to_owned()),
        ];
        Self { kind: "fill", layers: layer("SimpleFill", &options) }
    }

    fn xml(&self, name: usize) -> String {
        format!(
            "<symbol type=\"{}\" name=\"{name}\" alpha=\"1\" clip_to_extent=\"1\" force_rhr=\"0\">{}</symbol>",
            self.kind, self.layers
        )
    }
}

fn simple_line(colour: Rgba, width: f64, dash: Option<&str>) -> String {
    let mut options = vec![
        ("line_color", rgba(colour)),
        ("line_width", width.to_string()),
        ("line_width_unit", "MM".to_owned()),
        ("line_style", "solid".to_owned()),
        ("capstyle", if dash.is_some() { "flat" } else { "round" }.to_owned()),
        ("joinstyle", "round".to_owned()),
    ];
    if let Some(dash) = dash {
        options.extend([("use_custom_dash", "1".to_owned()), ("customdash", dash.to_owned())]);
        options.push(("customdash_unit", "MM".to_owned()));
    }
    layer("SimpleLine", &options)
}

/// One symbol for everything.
pub(super) fn single(symbol: &Symbol) -> String {
    format!(
        "<renderer-v2 type=\"singleSymbol\" symbollevels=\"0\" forceraster=\"0\" enableorderby=\"0\"><symbols>{}</symbols></renderer-v2>",
        symbol.xml(0)
    )
}

/// A symbol for each value of a field or an expression: value, words of the legend, symbol.
pub(super) fn categorized(attribute: &str, categories: &[(String, String, Symbol)]) -> String {
    let mut list = String::new();
    let mut symbols = String::new();
    for (n, (value, label, symbol)) in categories.iter().enumerate() {
        let (value, label) = (escaped(value), escaped(label));
        let _ = write!(list, "<category symbol=\"{n}\" value=\"{value}\" label=\"{label}\" render=\"true\"/>");
        symbols += &symbol.xml(n);
    }
    format!(
        "<renderer-v2 type=\"categorizedSymbol\" attr=\"{}\" symbollevels=\"0\" forceraster=\"0\" enableorderby=\"0\">\
         <categories>{list}</categories><symbols>{symbols}</symbols></renderer-v2>",
        escaped(attribute)
    )
}

/// A symbol for whatever a filter holds of: filter, words of the legend, symbol. For tables of shapes of every kind, for which one
/// symbol would not do.
pub(super) fn ruled(rules: &[(String, String, Symbol)]) -> String {
    let mut list = String::new();
    let mut symbols = String::new();
    for (n, (filter, label, symbol)) in rules.iter().enumerate() {
        let (filter, label) = (escaped(filter), escaped(label));
        let _ = write!(list, "<rule key=\"{{rule-{n}}}\" symbol=\"{n}\" filter=\"{filter}\" label=\"{label}\"/>");
        symbols += &symbol.xml(n);
    }
    format!(
        "<renderer-v2 type=\"RuleRenderer\" symbollevels=\"0\" forceraster=\"0\" enableorderby=\"0\">\
         <rules key=\"{{rules}}\">{list}</rules><symbols>{symbols}</symbols></renderer-v2>"
    )
}

/// Labels: the expression, size in points, from which scale on (0 for every), and along lines or in areas.
pub(super) fn labels(expression: &str, size: f64, from_scale: u32, along: bool) -> String {
    let placement = if along { "placement=\"2\" placementFlags=\"9\"" } else { "placement=\"1\" centroidInside=\"1\"" };
    // Large letters name districts: of two labels that have no room together QGIS keeps the one of higher priority.
    let (weight, priority) = if size > 10.0 { (75, 10) } else { (50, 5) };
    let scale = match from_scale {
        0 => String::new(),
        scale => format!(" scaleVisibility=\"1\" scaleMin=\"1\" scaleMax=\"{scale}\""),
    };
    format!(
        "<labeling type=\"simple\"><settings calloutType=\"simple\"><text-style fieldName=\"{}\" isExpression=\"1\" \
         fontFamily=\"Noto Sans SC\" fontSize=\"{size}\" fontSizeUnit=\"Point\" fontWeight=\"{weight}\" textColor=\"28,33,38,255\">\
         <text-buffer bufferDraw=\"1\" bufferSize=\"0.8\" bufferSizeUnits=\"MM\" bufferColor=\"255,255,255,255\" bufferOpacity=\"0.9\"/>\
         </text-style><placement {placement} priority=\"{priority}\"/><rendering{scale} obstacle=\"0\" drawLabels=\"1\"/></settings></labeling>",
        escaped(expression)
    )
}
