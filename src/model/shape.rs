//! The shape of any feature of any layer, to read and to put in place.

use std::sync::Arc;

use geo::{Geometry, MultiPolygon};

use super::{Content, EditError, LayerKind};

impl Content {
    /// The shape of a feature; none where there is no such row.
    #[must_use]
    pub fn shape(&self, kind: LayerKind, row: u32) -> Option<Geometry<f64>> {
        let row = row as usize;
        Some(match kind {
            LayerKind::Compounds => Geometry::MultiPolygon(self.compounds.get(row)?.shape.clone()),
            LayerKind::Buildings => Geometry::MultiPolygon(self.buildings.get(row)?.shape.clone()),
            LayerKind::Parcels => Geometry::MultiPolygon(self.parcels.get(row)?.shape.clone()),
            LayerKind::Heritage => Geometry::MultiPolygon(self.heritage.get(row)?.shape.clone()),
            LayerKind::Limits => Geometry::MultiPolygon(self.limits.get(row)?.shape.clone()),
            LayerKind::Pipes => Geometry::MultiLineString(self.pipes.get(row)?.line.clone()),
            LayerKind::Streets => Geometry::MultiLineString(self.streets.get(row)?.line.clone()),
            LayerKind::Barriers => self.barriers.get(row)?.shape.clone(),
            LayerKind::Bridges => self.bridges.get(row)?.shape.clone(),
            LayerKind::Facilities => Geometry::Point(self.facilities.get(row)?.place),
        })
    }

    /// Id in the source of a feature; none where there is no such row.
    #[must_use]
    pub fn source_id(&self, kind: LayerKind, row: u32) -> Option<&str> {
        let row = row as usize;
        Some(match kind {
            LayerKind::Compounds => &self.compounds.get(row)?.source_id,
            LayerKind::Buildings => &self.buildings.get(row)?.source_id,
            LayerKind::Parcels => &self.parcels.get(row)?.source_id,
            LayerKind::Heritage => &self.heritage.get(row)?.source_id,
            LayerKind::Limits => &self.limits.get(row)?.source_id,
            LayerKind::Pipes => &self.pipes.get(row)?.source_id,
            LayerKind::Streets => &self.streets.get(row)?.source_id,
            LayerKind::Barriers => &self.barriers.get(row)?.source_id,
            LayerKind::Bridges => &self.bridges.get(row)?.source_id,
            LayerKind::Facilities => &self.facilities.get(row)?.source_id,
        })
    }

    /// Puts a shape in place of that of a feature and gives back the one before.
    ///
    /// # Errors
    /// [`EditError::NoFeature`] without such a row, [`EditError::WrongShape`] when the layer cannot hold the shape; nothing
    /// is changed then.
    pub fn put_shape(&mut self, kind: LayerKind, row: u32, shape: Geometry<f64>) -> Result<Geometry<f64>, EditError> {
        let before = self.shape(kind, row).ok_or(EditError::NoFeature(kind, row))?;
        let wrong = EditError::WrongShape(kind, row);
        let at = row as usize;
        match (kind, shape) {
            (LayerKind::Compounds, Geometry::MultiPolygon(shape)) => Arc::make_mut(&mut self.compounds)[at].shape = shape,
            (LayerKind::Buildings, Geometry::MultiPolygon(shape)) => Arc::make_mut(&mut self.buildings)[at].shape = shape,
            (LayerKind::Parcels, Geometry::MultiPolygon(shape)) => Arc::make_mut(&mut self.parcels)[at].shape = shape,
            (LayerKind::Heritage, Geometry::MultiPolygon(shape)) => Arc::make_mut(&mut self.heritage)[at].shape = shape,
            (LayerKind::Limits, Geometry::MultiPolygon(shape)) => Arc::make_mut(&mut self.limits)[at].shape = shape,
            (LayerKind::Pipes, Geometry::MultiLineString(line)) => Arc::make_mut(&mut self.pipes)[at].line = line,
            (LayerKind::Streets, Geometry::MultiLineString(line)) => Arc::make_mut(&mut self.streets)[at].line = line,
            (LayerKind::Barriers, shape) => Arc::make_mut(&mut self.barriers)[at].shape = shape,
            (LayerKind::Bridges, shape) => Arc::make_mut(&mut self.bridges)[at].shape = shape,
            (LayerKind::Facilities, Geometry::Point(place)) => Arc::make_mut(&mut self.facilities)[at].place = place,
            _ => return Err(wrong),
        }
        Ok(before)
    }

    /// Areas of the layers whose features are neighbours of one another (小区、低效用地、楼栋); empty for others.
    #[must_use]
    pub fn areas(&self, kind: LayerKind) -> Vec<&MultiPolygon<f64>> {
        match kind {
            LayerKind::Compounds => self.compounds.iter().map(|f| &f.shape).collect(),
            LayerKind::Buildings => self.buildings.iter().map(|f| &f.shape).collect(),
            LayerKind::Parcels => self.parcels.iter().map(|f| &f.shape).collect(),
            _ => Vec::new(),
        }
    }
}
