//! Links as files for other tools: GAL and GWT for GeoDa and PySAL, a csv table, and lines as GeoJSON.
//! Rows are units in input order; numbers are written with as many digits as they need, metres to the millimetre.

use std::collections::HashSet;
use std::io::{self, Write};

use crate::contiguity::{Link, PairList};

/// Name of the id field in GAL and GWT headers when units are numbered by row.
const ROWS: &str = "row";

/// Ids as GAL and GWT can carry them: without blanks and unique. When they are not, rows from 0 stand in.
#[must_use]
pub fn usable_ids(ids: &[String]) -> bool {
    let mut seen = HashSet::with_capacity(ids.len());
    ids.iter().all(|id| !id.is_empty() && !id.contains(char::is_whitespace) && seen.insert(id.as_str()))
}

/// Names of the units in a weights file: the ids where these are usable, else rows from 0.
fn names(ids: &[String]) -> Vec<String> {
    if usable_ids(ids) { ids.to_vec() } else { (0..ids.len()).map(|row| row.to_string()).collect() }
}

/// Both directions of every link, by unit: neighbour and gap in metres.
fn rows(units: usize, links: &PairList<Link>) -> Vec<Vec<(usize, f64)>> {
    let mut rows = vec![Vec::new(); units];
    for link in links {
        let (a, b) = link.pair();
        rows[a].push((b, link.bare_gap_m()));
        rows[b].push((a, link.bare_gap_m()));
    }
    for row in &mut rows {
        row.sort_by_key(|(other, _)| *other);
    }
    rows
}

/// The header line of both formats: `0 n layer field`.
fn header(out: &mut dyn Write, ids: &[String], layer: &str, id_field: &str) -> io::Result<()> {
    let word = |text: &str| text.split_whitespace().collect::<Vec<_>>().join("_");
    let field = if usable_ids(ids) { word(id_field) } else { ROWS.to_owned() };
    writeln!(out, "0 {} {} {}", ids.len(), word(layer), field)
}

/// GAL: every unit with its neighbours; units without any have an empty line.
///
/// # Errors
/// What writing to `out` gives.
pub fn write_gal(out: &mut dyn Write, ids: &[String], layer: &str, id_field: &str, links: &PairList<Link>) -> io::Result<()> {
    header(out, ids, layer, id_field)?;
    let names = names(ids);
    for (unit, row) in rows(ids.len(), links).iter().enumerate() {
        let neighbours: Vec<&str> = row.iter().map(|(other, _)| names[*other].as_str()).collect();
        writeln!(out, "{} {}\n{}", names[unit], row.len(), neighbours.join(" "))?;
    }
    Ok(())
}

/// GWT: every link in both directions with its gap in metres.
///
/// # Errors
/// What writing to `out` gives.
pub fn write_gwt(out: &mut dyn Write, ids: &[String], layer: &str, id_field: &str, links: &PairList<Link>) -> io::Result<()> {
    header(out, ids, layer, id_field)?;
    let names = names(ids);
    for (unit, row) in rows(ids.len(), links).iter().enumerate() {
        for (other, gap_m) in row {
            writeln!(out, "{} {} {}", names[unit], names[*other], millimetres(*gap_m))?;
        }
    }
    Ok(())
}

/// What lies between the compounds of a link: a stable name, and words.
pub type Reason<'a> = &'a dyn Fn(&Link) -> (&'static str, String);

/// The table `a,b,gap_m,frontage_a_m,frontage_b_m,kind`, `a` before `b` in input order; with a reason for each link also
/// `cost_m,between,why`.
///
/// # Errors
/// What writing to `out` gives.
pub fn write_links_csv(
    out: &mut dyn Write,
    ids: &[String],
    links: &PairList<Link>,
    reason: Option<Reason<'_>>,
) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    let added = reason.map_or(&[][..], |_| &["cost_m", "between", "why"][..]);
    table.write_record(["a", "b", "gap_m", "frontage_a_m", "frontage_b_m", "kind"].iter().chain(added))?;
    for link in links {
        let (a, b) = link.pair();
        let numbers = [link.bare_gap_m(), link.frontage_a_m, link.frontage_b_m, link.extra_m].map(millimetres);
        let [gap, front_a, front_b, cost] = &numbers;
        let mut record = vec![ids[a].as_str(), ids[b].as_str(), gap, front_a, front_b, link.kind.code()];
        let told = reason.map(|reason| reason(link));
        record.extend(told.iter().flat_map(|(between, why)| [cost.as_str(), between, why]));
        table.write_record(record)?;
    }
    table.flush()
}

/// Metres to the millimetre, no −0 among them; nothing where it was not measured.
fn millimetres(metres: f64) -> String {
    if metres.is_finite() { format!("{:.3}", metres + 0.0) } else { String::new() }
}

#[cfg(test)]
mod tests {
    use geo::Coord;

    use super::*;
    use crate::base::CompoundId;
    use crate::contiguity::LinkKind;

    fn links() -> PairList<Link> {
        let link = |a: u32, b: u32, gap_m: f64| Link {
            a: CompoundId(a),
            b: CompoundId(b),
            gap_m,
            from: Coord { x: 0.0, y: 0.0 },
            to: Coord { x: 1.0, y: 0.0 },
            frontage_a_m: 12.0,
            frontage_b_m: f64::NAN,
            kind: LinkKind::Gap,
            via: None,
            extra_m: 0.0,
        };
        [link(0, 1, 6.24), link(0, 2, 0.0)].into_iter().collect()
    }

    fn written(ids: &[&str], write: impl Fn(&mut dyn Write, &[String]) -> io::Result<()>) -> String {
        let ids: Vec<String> = ids.iter().map(|s| (*s).to_owned()).collect();
        let mut out = Vec::new();
        write(&mut out, &ids).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn formats() {
        let gal = written(&["x", "y", "z", "w"], |out, ids| write_gal(out, ids, "my town", "id", &links()));
        assert_eq!(gal, "0 4 my_town id\nx 2\ny z\ny 1\nx\nz 1\nx\nw 0\n\n");
        let gwt = written(&["x", "x", "z", "w"], |out, ids| write_gwt(out, ids, "town", "id", &links()));
        assert_eq!(gwt, "0 4 town row\n0 1 6.240\n0 2 0.000\n1 0 6.240\n2 0 0.000\n");
        let table = written(&["x", "y,1", "z"], |out, ids| write_links_csv(out, ids, &links(), None));
        assert_eq!(table, "a,b,gap_m,frontage_a_m,frontage_b_m,kind\nx,\"y,1\",6.240,12.000,,gap\nx,z,0.000,12.000,,gap\n");
    }

    #[test]
    fn the_table_tells_costs_and_reasons_when_asked() {
        let links: PairList<Link> =
            links().iter().map(|link| Link { gap_m: link.gap_m + 20.0, extra_m: 20.0, ..*link }).collect();
        let reason = |link: &Link| ("railway", format!("railway, {}", link.b.0));
        let table = written(&["x", "y", "z"], |out, ids| write_links_csv(out, ids, &links, Some(&reason)));
        let header = "a,b,gap_m,frontage_a_m,frontage_b_m,kind,cost_m,between,why\n";
        let rows = "x,y,6.240,12.000,,gap,20.000,railway,\"railway, 1\"\nx,z,0.000,12.000,,gap,20.000,railway,\"railway, 2\"\n";
        assert_eq!(table, format!("{header}{rows}"));
    }

    #[test]
    fn what_is_written_is_read_again() {
        let dir = tempfile::tempdir().unwrap();
        let ids = ["p1", "p2", "p3", "p4"].map(str::to_owned);
        for name in ["w.gal", "w.gwt"] {
            let path = dir.path().join(name);
            let mut file = std::fs::File::create(&path).unwrap();
            let write = if name == "w.gal" { write_gal } else { write_gwt };
            write(&mut file, &ids, "town", "id", &links()).unwrap();
            let back = crate::import::weights::read_weights(&path, 4, Some(&ids)).unwrap();
            assert_eq!((back.links, back.one_sided, back.islands), (vec![(0, 1), (0, 2)], 0, 1));
        }
    }
}
