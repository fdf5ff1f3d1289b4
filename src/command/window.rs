//! Parts of the window and of a selection that commands name.

/// How a selection meets the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SelectMode {
    /// Instead of it.
    Replace,
    /// Besides it.
    Add,
    /// In where it was out, out where it was in.
    Toggle,
    /// Out of it.
    Subtract,
}

/// Whose districts are grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All that may be.
    All,
    /// The selected compounds.
    Compounds,
    /// The selected district, or those of the selected compounds, whole.
    Districts,
    /// These and the districts beside them.
    Around,
}

/// How two groupings of the plan are looked at on the map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparing {
    /// 卷帘: one over the other, parted by a handle that is moved.
    Swipe,
    /// 并排: two maps that move together.
    SideBySide,
}

/// Steps of the way of work, left to right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// 导入.
    #[default]
    Load,
    /// 筛查.
    Screen,
    /// 连片.
    Connect,
    /// 片区.
    Group,
    /// 改造.
    Compose,
    /// 统筹.
    Coordinate,
    /// 会审.
    Review,
}

impl Step {
    /// The steps in order.
    pub const ALL: [Self; 7] =
        [Self::Load, Self::Screen, Self::Connect, Self::Group, Self::Compose, Self::Coordinate, Self::Review];
}

/// Panels that can be hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Panel {
    /// Left: layers.
    Layers,
    /// Right: inspector.
    Inspector,
    /// Below: table, districts, checks, chart, jobs.
    Bottom,
}

/// Tabs of the lower panel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tab {
    /// 小区表.
    #[default]
    Table,
    /// 片区.
    Districts,
    /// 筛查.
    Screening,
    /// 需求矩阵.
    Needs,
    /// 改造项.
    Items,
    /// 统筹.
    Coordinate,
    /// 检查.
    Checks,
    /// 对比.
    Compare,
    /// 间距曲线.
    Gap,
    /// 历史.
    History,
    /// 任务.
    Jobs,
}

impl Tab {
    /// The tabs in order.
    pub const ALL: [Self; 11] = [
        Self::Table,
        Self::Screening,
        Self::Districts,
        Self::Needs,
        Self::Items,
        Self::Coordinate,
        Self::Checks,
        Self::Compare,
        Self::Gap,
        Self::History,
        Self::Jobs,
    ];
}

/// Boards of the tab of coordination.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Board {
    /// 一次开挖.
    #[default]
    Digging,
    /// 年度对接.
    Sync,
    /// 普查质量.
    Survey,
    /// 资金.
    Funds,
    /// 年度安排.
    Phasing,
    /// 前期与工期.
    Milestones,
    /// 指标.
    Indicators,
}

impl Board {
    /// The boards in order.
    pub const ALL: [Self; 7] =
        [Self::Digging, Self::Sync, Self::Survey, Self::Funds, Self::Phasing, Self::Milestones, Self::Indicators];
}

/// Years that the map shows; what is planned for others is pale.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Years {
    /// All, and what has no year.
    #[default]
    All,
    /// One year.
    One(i32),
    /// Every year up to one.
    UpTo(i32),
}

impl Years {
    /// The year that is looked at.
    #[must_use]
    pub const fn year(self) -> Option<i32> {
        match self {
            Self::All => None,
            Self::One(year) | Self::UpTo(year) => Some(year),
        }
    }

    /// The same at another year; of all years it is those up to it.
    #[must_use]
    pub const fn at(self, year: i32) -> Self {
        match self {
            Self::One(_) => Self::One(year),
            Self::All | Self::UpTo(_) => Self::UpTo(year),
        }
    }

    /// Whether something of that year is shown.
    #[must_use]
    pub fn shows(self, year: Option<i32>) -> bool {
        match self {
            Self::All => true,
            Self::One(shown) => year == Some(shown),
            Self::UpTo(last) => year.is_some_and(|year| year <= last),
        }
    }
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// Dark on light.
    #[default]
    Light,
    /// Light on dark.
    Dark,
}
