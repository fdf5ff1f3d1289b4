//! Gaps as a table and as a drawing.

use std::fmt::Write as _;

use crate::instance::real;

/// One problem solved twice.
#[derive(Clone)]
pub struct Row {
    pub seed: u64,
    pub units: usize,
    /// Districts that the bounds allowed, listed.
    pub listed: usize,
    /// Most districts, and ours.
    pub districts: (usize, usize),
    /// Fewest units left over at the most districts, and ours.
    pub left: (usize, usize),
    /// Least cost at our count of districts and units left over, and ours.
    pub cost: (f64, f64),
    /// Whether that is the least cost, and not only a bound below it.
    pub is_proved: bool,
}

impl Row {
    /// How far ours is above the least cost, as a share of it.
    pub fn gap(&self) -> f64 {
        let (least, ours) = self.cost;
        // Sums in another order differ in the last digits.
        if ours - least < 1e-6 { 0.0 } else { ours / least - 1.0 }
    }

    pub fn is_most(&self) -> bool {
        self.districts.0 == self.districts.1
    }

    /// The table and the row of a line.
    pub fn of_line(line: &str) -> Option<(&str, Self)> {
        let cells: Vec<&str> = line.split(',').collect();
        let [table, seed, rest @ ..] = cells.as_slice() else { return None };
        let [units, listed, most, districts, fewest, left, least, cost, _, proved] = rest else { return None };
        let count = |cell: &str| cell.parse::<usize>().ok();
        let row = Self {
            seed: seed.parse().ok()?,
            units: count(units)?,
            listed: count(listed)?,
            districts: (count(most)?, count(districts)?),
            left: (count(fewest)?, count(left)?),
            cost: (least.parse().ok()?, cost.parse().ok()?),
            is_proved: proved.parse().ok()?,
        };
        Some((table, row))
    }

    /// The row as a line of a table.
    pub fn line(&self, table: &str) -> String {
        let Self { seed, units, listed, districts, left, cost, is_proved } = self;
        format!(
            "{table},{seed},{units},{listed},{},{},{},{},{:.6},{:.6},{:.6},{is_proved}",
            districts.0,
            districts.1,
            left.0,
            left.1,
            cost.0,
            cost.1,
            self.gap()
        )
    }
}

/// Heads of [`Row::line`].
pub const HEADS: &str = "table,problem,units,listed,most_districts,districts,fewest_left,left,least_cost,cost,gap,proved";

/// One series of problems under one objective.
pub struct Table {
    pub name: String,
    pub rows: Vec<Row>,
}

/// Upper ends of the classes of the drawing, and their names.
const CLASSES: [(f64, &str); 7] =
    [(0.0, "0"), (0.005, "≤ 0.5"), (0.01, "≤ 1"), (0.02, "≤ 2"), (0.05, "≤ 5"), (0.1, "≤ 10"), (f64::INFINITY, "> 10")];

impl Table {
    /// The gaps to what is proved to be the optimum, ascending.
    fn gaps(&self) -> Vec<f64> {
        let mut gaps: Vec<f64> = self.rows.iter().filter(|row| row.is_proved).map(Row::gap).collect();
        gaps.sort_by(f64::total_cmp);
        gaps
    }

    /// A line of a Markdown table: problems, at the most districts, at the fewest left over too, at the optimum, mean, median, 95th of 100, worst.
    pub fn markdown(&self) -> String {
        let gaps = self.gaps();
        let count = |is: &dyn Fn(&Row) -> bool| self.rows.iter().filter(|row| is(row)).count();
        let at = |share: f64| 100.0 * gaps.get(place(share, gaps.len())).copied().unwrap_or(0.0);
        let mean = 100.0 * gaps.iter().sum::<f64>() / real(gaps.len().max(1));
        format!(
            "| {} | {} | {} | {} | {} | {} | {mean:.2} % | {:.2} % | {:.2} % | {:.2} % |",
            self.name,
            self.rows.len(),
            count(&Row::is_most),
            count(&|row| row.is_most() && row.left.0 == row.left.1),
            count(&|row| row.is_proved),
            gaps.iter().filter(|gap| **gap <= 0.0).count(),
            at(0.5),
            at(0.95),
            at(1.0)
        )
    }

    fn classes(&self) -> Vec<usize> {
        let mut counts = vec![0; CLASSES.len()];
        for gap in self.gaps() {
            let class = CLASSES.iter().position(|(end, _)| gap <= *end).unwrap_or(CLASSES.len() - 1);
            counts[class] += 1;
        }
        counts
    }
}

/// Heads of [`Table::markdown`].
pub const MARKDOWN: &str = "| | problems | most districts | and fewest left over | optimum proved | ours is it | mean gap | median | 95 of 100 | worst |\n|---|---|---|---|---|---|---|---|---|---|";

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a small count")]
fn place(share: f64, count: usize) -> usize {
    ((real(count) * share).ceil() as usize).clamp(1, count.max(1)) - 1
}

/// How many problems have which gap: bars, a panel a table.
pub fn drawing(tables: &[Table]) -> String {
    let (wide, high, across) = (360.0, 220.0, 2);
    let down = tables.len().div_ceil(across);
    let (width, height) = (wide * real(across) + 24.0, high * real(down) + 24.0);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         font-family=\"Noto Sans SC, Noto Sans, sans-serif\" font-size=\"12\" fill=\"#1C2126\">\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"#FFFFFF\"/>\n"
    );
    for (at, table) in tables.iter().enumerate() {
        let (x, y) = (24.0 + wide * real(at % across), 24.0 + high * real(at / across));
        panel(&mut svg, table, (x, y), (wide - 24.0, high - 64.0));
    }
    svg + "</svg>\n"
}

fn panel(svg: &mut String, table: &Table, (x, y): (f64, f64), (width, height): (f64, f64)) {
    let counts = table.classes();
    let most = real(counts.iter().copied().max().unwrap_or(1).max(1));
    let step = width / real(counts.len());
    let _ = writeln!(svg, "<text x=\"{x}\" y=\"{}\" font-size=\"13\">{}</text>", y + 4.0, table.name);
    let (top, foot) = (y + 24.0, y + height);
    let _ = writeln!(svg, "<path d=\"M{x} {foot}h{width}\" stroke=\"#E3E6E9\"/>");
    for (at, (count, (_, name))) in counts.iter().zip(CLASSES).enumerate() {
        let (left, tall) = (x + step * real(at), (foot - top - 8.0) * real(*count) / most);
        let middle = left + step / 2.0;
        let bar = step - 8.0;
        let _ = writeln!(
            svg,
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{bar:.1}\" height=\"{tall:.1}\" fill=\"#2457A6\"/>",
            left + 4.0,
            foot - tall
        );
        let _ = writeln!(svg, "<text x=\"{middle:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{count}</text>", foot - tall - 4.0);
        let name = name.replace('>', "&gt;");
        let _ = writeln!(
            svg,
            "<text x=\"{middle:.1}\" y=\"{:.1}\" text-anchor=\"middle\" fill=\"#5B6670\">{name}</text>",
            foot + 16.0
        );
    }
    let _ =
        writeln!(svg, "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\" fill=\"#5B6670\">gap, %</text>", x + width, foot + 32.0);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(least: f64, ours: f64) -> Row {
        Row { seed: 1, units: 20, listed: 9, districts: (4, 4), left: (0, 0), cost: (least, ours), is_proved: true }
    }

    #[test]
    fn gaps_fall_into_their_classes() {
        let rows = [(10.0, 10.0), (10.0, 10.04), (10.0, 10.15), (10.0, 12.0)].map(|(least, ours)| row(least, ours)).to_vec();
        let table = Table { name: "made".to_owned(), rows };
        assert_eq!(table.classes(), [1, 1, 0, 1, 0, 0, 1]);
        assert_eq!(table.markdown(), "| made | 4 | 4 | 4 | 4 | 1 | 5.47 % | 0.40 % | 20.00 % | 20.00 % |");
        let line = table.rows[1].line("made");
        assert_eq!(Row::of_line(&line).map(|(name, row)| row.line(name)), Some(line.clone()));
        assert!(drawing(&[table]).contains("&gt; 10"));
    }
}
