//! What lies below the layers, as pictures in the world: how a source is cut into tiles, which of them a view asks for, and where
//! the corners of a tile come to lie in the working system. Pictures are warped by a mesh of triangles fine enough that no place
//! of one is off by more than a small part of its own dots.

mod mesh;
mod tiling;

pub use mesh::{TileMesh, place};
pub use tiling::{Affine, MERCATOR_LIMIT, TileId, Tiling};

/// A picture: rows from the top, red, green, blue and alpha of each dot, not premultiplied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Width and height.
    pub size: [u32; 2],
    /// Four bytes a dot.
    pub rgba: Vec<u8>,
}

impl Picture {
    /// The colour of a dot; `None` outside.
    #[must_use]
    pub fn at(&self, x: u32, y: u32) -> Option<[u8; 4]> {
        if x >= self.size[0] || y >= self.size[1] {
            return None;
        }
        let at = (y as usize * self.size[0] as usize + x as usize) * 4;
        self.rgba.get(at..at + 4)?.try_into().ok()
    }

    /// Bytes it takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.rgba.len()
    }

    /// A part of it, which may stick out; what does is clear.
    #[must_use]
    pub fn part(&self, left: u32, top: u32, size: [u32; 2]) -> Self {
        let mut rgba = vec![0; size[0] as usize * size[1] as usize * 4];
        let width = size[0].min(self.size[0].saturating_sub(left)) as usize;
        for row in 0..size[1].min(self.size[1].saturating_sub(top)) {
            let from = ((top + row) as usize * self.size[0] as usize + left as usize) * 4;
            let to = row as usize * size[0] as usize * 4;
            rgba[to..to + width * 4].copy_from_slice(&self.rgba[from..from + width * 4]);
        }
        Self { size, rgba }
    }

    /// Half as large: each dot the mean of four, weighed by how opaque they are.
    #[must_use]
    pub fn halved(&self) -> Self {
        let size = self.size.map(|side| side.div_ceil(2).max(1));
        let mut rgba = Vec::with_capacity(size[0] as usize * size[1] as usize * 4);
        for y in 0..size[1] {
            for x in 0..size[0] {
                let four = [(0, 0), (1, 0), (0, 1), (1, 1)].map(|(dx, dy)| self.at(2 * x + dx, 2 * y + dy));
                let there = || four.iter().flatten();
                let alpha: u32 = there().map(|dot| u32::from(dot[3])).sum();
                let count = u32::try_from(there().count()).unwrap_or(1).max(1);
                for part in 0..3 {
                    let sum: u32 = there().map(|dot| u32::from(dot[part]) * u32::from(dot[3])).sum();
                    rgba.push(u8::try_from((sum + alpha / 2).checked_div(alpha).unwrap_or(0)).unwrap_or(u8::MAX));
                }
                rgba.push(u8::try_from((alpha + count / 2) / count).unwrap_or(u8::MAX));
            }
        }
        Self { size, rgba }
    }
}

/// A tile in the world.
#[derive(Clone, Debug, PartialEq)]
pub struct BackdropTile {
    /// Which.
    pub id: TileId,
    /// Tells the tiles of a session apart.
    pub number: u64,
    /// What it shows.
    pub picture: Picture,
    /// Where.
    pub mesh: TileMesh,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_and_halves_keep_colours() {
        let dots: Vec<u8> = (0..9_u8).flat_map(|n| [n * 10, 0, 0, 255]).collect();
        let picture = Picture { size: [3, 3], rgba: dots };
        let part = picture.part(1, 1, [4, 4]);
        assert_eq!((part.at(0, 0), part.at(1, 1), part.at(2, 0)), (Some([40, 0, 0, 255]), Some([80, 0, 0, 255]), Some([0; 4])));
        let half = picture.halved();
        assert_eq!(half.size, [2, 2]);
        assert_eq!((half.at(0, 0), half.at(1, 1)), (Some([20, 0, 0, 255]), Some([80, 0, 0, 255])));
        // What is clear lends no colour to what is not.
        let clear = Picture { size: [2, 1], rgba: vec![200, 100, 50, 255, 0, 0, 0, 0] }.halved();
        assert_eq!(clear.at(0, 0), Some([200, 100, 50, 128]));
        assert_eq!(picture.at(3, 0), None);
    }
}
