//! The layers of the map, as the user lists, hides and orders them.

/// Layers of the picture, in the order in which they are drawn by default, lowest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MapLayer {
    /// 社区、街道办界线.
    Limits,
    /// 低效用地.
    Parcels,
    /// 历史文化街区.
    Heritage,
    /// 街道.
    Streets,
    /// 阻隔、桥梁.
    Barriers,
    /// 小区.
    Compounds,
    /// 片区.
    Districts,
    /// 连片组团.
    Clusters,
    /// 楼栋.
    Buildings,
    /// 管线.
    Pipes,
    /// 连片关系.
    Links,
    /// 现状设施.
    Facilities,
    /// 改造项.
    Items,
    /// 公里网.
    Kilometres,
    /// 修补.
    Mends,
    /// 注记.
    Labels,
}

impl MapLayer {
    /// Every layer, lowest first.
    pub const ALL: [Self; 16] = [
        Self::Limits,
        Self::Parcels,
        Self::Heritage,
        Self::Streets,
        Self::Barriers,
        Self::Compounds,
        Self::Districts,
        Self::Clusters,
        Self::Buildings,
        Self::Pipes,
        Self::Links,
        Self::Facilities,
        Self::Items,
        Self::Kilometres,
        Self::Mends,
        Self::Labels,
    ];
}
