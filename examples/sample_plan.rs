//! Finishes the sample plan: takes what `lianpian plan` made of the sample's layers, gives every district its year and
//! the plan its horizon, and saves it where the program carries it. `make sample` runs it.

use std::error::Error;
use std::path::PathBuf;

use geo::{Area, InteriorPoint};
use lianpian::base::CompoundId;
use lianpian::model::Content;
use lianpian::policy::{ItemClass, catalogue};
use lianpian::project;
use lianpian::session::{actions, edits};

/// Years of the sample's works.
const FIRST_YEAR: i32 = 2026;
const YEARS: u32 = 3;
/// Last year of the plan (R5).
const HORIZON: i32 = 2030;

fn main() -> Result<(), Box<dyn Error>> {
    let mut paths = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(from), Some(to)) = (paths.next(), paths.next()) else {
        return Err("usage: sample_plan PLAN.gpkg SAMPLE.gpkg".into());
    };
    let mut content = project::open(&from)?.content;
    content.settings.horizon = Some(HORIZON);
    let count = u32::try_from(content.districts.len())?.max(1);
    for district in content.districts.values_mut() {
        // Numbers follow the map, so that the works of a year lie together.
        let turn = (district.number.saturating_sub(1) * YEARS / count).min(YEARS - 1);
        district.year = Some(FIRST_YEAR + i32::try_from(turn)?);
    }
    place_upgrades(&mut content);
    if to.exists() {
        std::fs::remove_file(&to)?;
    }
    project::save(&content, &to)?;
    println!("{}: {} districts, {} items", to.display(), content.districts.len(), content.items.len());
    Ok(())
}

/// 提升类 is decided by hand: services go to the low-efficiency parcels first (R11), then to every other district.
fn place_upgrades(content: &mut Content) {
    let codes: Vec<_> =
        catalogue().entries.iter().filter(|entry| entry.class == ItemClass::Upgrade).map(|entry| entry.code.clone()).collect();
    let mut places: Vec<_> = content.parcels.iter().filter_map(|parcel| parcel.shape.interior_point()).collect();
    for members in content.members_by_district().into_values().step_by(2) {
        let largest = members.iter().max_by(|a, b| {
            let area = |id: &CompoundId| content.compounds[id.index()].shape.unsigned_area();
            area(a).total_cmp(&area(b))
        });
        places.extend(largest.and_then(|id| content.compounds[id.index()].shape.interior_point()));
    }
    let items = places.iter().zip(codes.iter().cycle()).map(|(at, code)| actions::item_at(content, code, at.0)).collect();
    edits::place_items(content, items);
}
