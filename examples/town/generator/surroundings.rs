//! What lies around the compounds: streets, what parts the town, crossings, limits and facilities.

use std::error::Error;

use geo::{Coord, LineString, Point};
use lianpian::base::SplitMix;
use serde_json::json;

use super::names;
use super::streets::{Band, Grid, Street};
use super::writer::Layer;

/// The streets, each unbroken stretch a feature.
pub(crate) fn write_streets(grid: &Grid, layer: &mut Layer) -> Result<(), Box<dyn Error>> {
    for (i, street) in grid.columns.streets.iter().enumerate() {
        for (from, to) in grid.column_runs(i) {
            push_street(layer, street, (from..=to).map(|j| grid.node(i, j)).collect())?;
        }
    }
    for (j, street) in grid.rows.streets.iter().enumerate() {
        for (from, to) in grid.row_runs(j) {
            push_street(layer, street, (from..=to).map(|i| grid.node(i, j)).collect())?;
        }
    }
    Ok(())
}

fn push_street(layer: &mut Layer, street: &Street, line: LineString<f64>) -> Result<(), Box<dyn Error>> {
    let class = match street.width_m {
        _ if street.expressway => "快速路",
        w if w >= 36.0 => "主干路",
        w if w >= 20.0 => "次干路",
        _ => "支路",
    };
    let number = layer.features + 1;
    let important = if street.important { "是" } else { "否" };
    let fields = json!({
        "道路编号": format!("DL{number:05}"), "道路名称": street.name, "width_m": street.width_m, "道路等级": class, "重要街道": important,
    });
    layer.push(line, &fields)
}

/// A named lane inside a block.
pub(crate) fn push_lane(layer: &mut Layer, name: &str, width_m: f64, line: LineString<f64>) -> Result<(), Box<dyn Error>> {
    let number = layer.features + 1;
    let fields = json!({
        "道路编号": format!("DL{number:05}"), "道路名称": name, "width_m": width_m, "道路等级": "街巷", "重要街道": "否",
    });
    layer.push(line, &fields)
}

/// River, railway and expressways.
pub(crate) fn write_barriers(grid: &Grid, layer: &mut Layer) -> Result<(), Box<dyn Error>> {
    let mut number = 0;
    let mut fields = |kind: &str, name: String| {
        number += 1;
        json!({"编号": format!("ZG{number:03}"), "类型": kind, "名称": name})
    };
    for (j, _) in grid.rows.bands.iter().enumerate().filter(|(_, band)| matches!(band, Band::River(_))) {
        layer.push(grid.river(j), &fields("河流", "小临江".to_owned()))?;
    }
    for (i, _) in grid.columns.bands.iter().enumerate().filter(|(_, band)| matches!(band, Band::Railway(_))) {
        layer.push(grid.railway(i), &fields("铁路", "临北铁路".to_owned()))?;
    }
    for (j, street) in grid.rows.streets.iter().enumerate().filter(|(_, street)| street.expressway) {
        let line: LineString<f64> = (0..=grid.columns.bands.len()).map(|i| grid.node(i, j)).collect();
        layer.push(line, &fields("快速路", format!("{}高架", street.name.trim_end_matches('路'))))?;
    }
    for (i, street) in grid.columns.streets.iter().enumerate().filter(|(_, street)| street.expressway) {
        let line: LineString<f64> = (0..=grid.rows.bands.len()).map(|j| grid.node(i, j)).collect();
        layer.push(line, &fields("快速路", format!("{}高架", street.name.trim_end_matches('街'))))?;
    }
    Ok(())
}

/// Bridges where column streets cross the river, and underpasses of the railway between compounds.
pub(crate) fn write_bridges(grid: &Grid, layer: &mut Layer) -> Result<(), Box<dyn Error>> {
    for (j, _) in grid.rows.bands.iter().enumerate().filter(|(_, band)| matches!(band, Band::River(_))) {
        for (i, street) in grid.columns.streets.iter().enumerate().filter(|(_, street)| street.crosses) {
            let name = format!("{}桥", street.name.trim_end_matches('街').trim_end_matches('大'));
            let fields = json!({"编号": format!("QL{:03}", layer.features + 1), "名称": name, "类型": "桥"});
            layer.push(LineString::new(vec![grid.node(i, j), grid.node(i, j + 1)]), &fields)?;
        }
    }
    for (i, _) in grid.columns.bands.iter().enumerate().filter(|(_, band)| matches!(band, Band::Railway(_))) {
        for (j, _) in grid.rows.bands.iter().enumerate().filter(|(j, band)| band.built() && j % 4 == 0) {
            let u = f64::midpoint(grid.columns.lines[i], grid.columns.lines[i + 1]);
            let v = grid.rows.lines[j] + 0.55 * (grid.rows.lines[j + 1] - grid.rows.lines[j]);
            let name = format!("{}人行地道", grid.rows.streets[j].name.trim_end_matches('路'));
            let fields = json!({"编号": format!("QL{:03}", layer.features + 1), "名称": name, "类型": "地道"});
            layer.push(Point(grid.warp(u, v)), &fields)?;
        }
    }
    Ok(())
}

/// Which community a block lies in: the number of its name and of its street office's name.
pub(crate) fn limits_of(grid: &Grid, sample: bool, (i, j): (usize, usize)) -> (usize, usize) {
    let (x, y) = (grid.columns.group(i), grid.rows.group(j));
    let (across, offices) = (grid.columns.cuts.len(), grid.columns.cuts.len().div_ceil(4));
    let office = if sample { sample_office(x, y) } else { (y / 4) * offices + x / 4 };
    (y * across + x, office)
}

/// South of the river, then west and east of the railway.
const fn sample_office(x: usize, y: usize) -> usize {
    match (x, y) {
        (_, 0) => 0,
        (0 | 1, _) => 1,
        _ => 2,
    }
}

/// Communities and street offices: each level tiles the town.
pub(crate) fn write_limits(grid: &Grid, sample: bool, layer: &mut Layer) -> Result<(), Box<dyn Error>> {
    let (across, up) = (grid.columns.cuts.len(), grid.rows.cuts.len());
    let office_boxes: Vec<[usize; 4]> = if sample {
        vec![[0, 3, 0, 1], [0, 2, 1, 3], [2, 3, 1, 3]]
    } else {
        let steps = |count: usize| (0..count).step_by(4).map(move |k| (k, (k + 4).min(count)));
        steps(up).flat_map(|(y0, y1)| steps(across).map(move |(x0, x1)| [x0, x1, y0, y1])).collect()
    };
    let bands = |x0: usize, x1: usize, y0: usize, y1: usize| {
        let columns = (grid.columns.group_bands(x0).0, grid.columns.group_bands(x1 - 1).1);
        grid.outline(columns, (grid.rows.group_bands(y0).0, grid.rows.group_bands(y1 - 1).1))
    };
    for (number, [x0, x1, y0, y1]) in office_boxes.into_iter().enumerate() {
        let name = names::office_name(sample, number);
        let fields = json!({"编号": format!("JD{:04}", number + 1), "名称": name, "级别": "街道"});
        layer.push(bands(x0, x1, y0, y1), &fields)?;
    }
    for (y, x) in (0..up).flat_map(|y| (0..across).map(move |x| (y, x))) {
        let (first_column, first_row) = (grid.columns.cuts[x], grid.rows.cuts[y]);
        let (community, office) = limits_of(grid, sample, (first_column, first_row));
        let (name, office) = (names::community_name(sample, community), names::office_name(sample, office));
        let fields = json!({"编号": format!("SQ{:05}", community + 1), "名称": name, "级别": "社区", "所属街道": office});
        layer.push(bands(x, x + 1, y, y + 1), &fields)?;
    }
    Ok(())
}

const FACILITIES: [(&str, usize); 12] = [
    ("社区综合服务站", 600),
    ("幼儿园", 2400),
    ("托儿所", 420),
    ("老年服务站", 380),
    ("社区卫生服务站", 300),
    ("综合超市", 900),
    ("邮件快件寄递", 45),
    ("便民网点", 120),
    ("社区食堂", 260),
    ("公共活动场地", 700),
    ("快递服务站", 40),
    ("综合超市", 500),
];

/// Facilities of a block: two or three of the fronts of its lots.
pub(crate) fn push_facilities(
    random: &mut SplitMix,
    fronts: &[Coord<f64>],
    community: &str,
    layer: &mut Layer,
) -> Result<(), Box<dyn Error>> {
    let mut places = fronts.to_vec();
    random.shuffle(&mut places);
    for place in places.into_iter().take(1 + random.below(3)) {
        let (kind, size) = FACILITIES[random.below(FACILITIES.len())];
        let area = size * (70 + random.below(80)) / 100;
        let name = format!("{}{kind}", community.trim_end_matches("社区"));
        let fields = json!({"编号": format!("SS{:05}", layer.features + 1), "类别": kind, "名称": name, "建筑面积": area});
        layer.push(Point(place), &fields)?;
    }
    Ok(())
}
