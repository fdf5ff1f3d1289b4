//! The time of every frame of a tour as SVG: one row of dots a measure, on a logarithmic scale of milliseconds.

use std::fmt::Write;

const SIZE: [f64; 2] = [1_000.0, 420.0];
const LEFT: f64 = 48.0;
const BOTTOM: f64 = 380.0;
const TOP: f64 = 28.0;
/// The ends of the scale, ms.
const ENDS: [f64; 2] = [0.1, 1_000.0];
const COLOURS: [&str; 2] = ["#2457A6", "#B26A00"];

/// Rows of times, ms, by name; and the stops of the tour: metres a pixel, and the frame at which the way to it began.
pub fn frames(rows: &[(&str, &[f64])], stops: &[(f64, usize)]) -> String {
    let count = rows.iter().map(|(_, times)| times.len()).max().unwrap_or(0).max(1);
    #[expect(clippy::cast_precision_loss, reason = "a few thousand frames")]
    let x = |frame: usize| LEFT + (SIZE[0] - LEFT - 12.0) * frame as f64 / count as f64;
    let y = |ms: f64| {
        let share = (ms.clamp(ENDS[0], ENDS[1]) / ENDS[0]).ln() / (ENDS[1] / ENDS[0]).ln();
        BOTTOM - (BOTTOM - TOP) * share
    };
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" font-family=\"sans-serif\" font-size=\"11\" fill=\"#1C2126\">\n<rect width=\"100%\" height=\"100%\" fill=\"#FFFFFF\"/>\n",
        SIZE[0], SIZE[1]
    );
    for ms in [0.1, 1.0, 10.0, 16.7, 50.0, 100.0, 1_000.0] {
        let at = y(ms);
        let _ = writeln!(svg, "<path d=\"M{LEFT} {at:.1}H{:.1}\" stroke=\"#E3E6E9\"/>", SIZE[0] - 12.0);
        let _ = writeln!(svg, "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{ms}</text>", LEFT - 4.0, at + 4.0);
    }
    for (scale, frame) in stops {
        let at = x(*frame);
        let _ = writeln!(svg, "<path d=\"M{at:.1} {TOP}V{BOTTOM}\" stroke=\"#9AA4AC\" stroke-dasharray=\"2 3\"/>");
        let words = if *scale < 1.0 { format!("{scale:.2}") } else { format!("{scale:.0}") };
        let _ = writeln!(svg, "<text x=\"{:.1}\" y=\"{:.1}\">{words}</text>", at + 2.0, BOTTOM + 14.0);
    }
    for ((name, times), (place, colour)) in rows.iter().zip((0_u8..).zip(COLOURS)) {
        for (frame, ms) in times.iter().enumerate() {
            let _ = writeln!(svg, "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"1.4\" fill=\"{colour}\"/>", x(frame), y(*ms));
        }
        let at = LEFT + 110.0 * f64::from(place);
        let _ = writeln!(
            svg,
            "<circle cx=\"{at:.1}\" cy=\"14\" r=\"3\" fill=\"{colour}\"/><text x=\"{:.1}\" y=\"18\">{name}</text>",
            at + 8.0
        );
    }
    let _ =
        writeln!(svg, "<text x=\"{LEFT}\" y=\"{}\">ms a frame; below: metres a pixel of each stop</text>\n</svg>", BOTTOM + 30.0);
    svg
}
