//! Layers of another zone, brought into the CRS in which they are compared.

use std::sync::Arc;

use geo::{Coord, MapCoords};

use crate::geometry::crs::Transformer;
use crate::model::LayerContent;

/// A layer in another CRS of the plane, both by their EPSG codes; `None` where PROJ knows no way or a place has none. Its
/// facts are those of the layer. `O(n)`; a layer that is there already is shared.
#[must_use]
pub fn in_crs(layer: &LayerContent, from: u32, to: u32) -> Option<LayerContent> {
    if from == to {
        return Some(layer.clone());
    }
    let way = Transformer::new(&format!("EPSG:{from}"), &format!("EPSG:{to}")).ok()?;
    let place = |coord: Coord<f64>| {
        let mut place = [coord];
        way.convert(&mut place).map(|()| place[0])
    };
    macro_rules! brought {
        ($kind:ident, $list:expr, $shape:ident) => {{
            let mut list = $list.to_vec();
            for own in &mut list {
                own.$shape = own.$shape.try_map_coords(place).ok()?;
            }
            LayerContent::$kind(Arc::new(list))
        }};
    }
    Some(match layer {
        LayerContent::Compounds(list) => brought!(Compounds, list, shape),
        LayerContent::Buildings(list) => brought!(Buildings, list, shape),
        LayerContent::Parcels(list) => brought!(Parcels, list, shape),
        LayerContent::Heritage(list) => brought!(Heritage, list, shape),
        LayerContent::Limits(list) => brought!(Limits, list, shape),
        LayerContent::Pipes(list) => brought!(Pipes, list, line),
        LayerContent::Streets(list) => brought!(Streets, list, line),
        LayerContent::Facilities(list) => brought!(Facilities, list, place),
        LayerContent::Barriers(list) => brought!(Barriers, list, shape),
        LayerContent::Bridges(list) => brought!(Bridges, list, shape),
    })
}
