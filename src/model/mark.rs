//! What is decided of a district as a project: its approvals (R31, R32), how it is run afterwards (R45), its acceptance (R44, R49).

use serde::{Deserialize, Serialize};

use crate::base::Message;

/// One thing to be decided of a district. Nothing is decided until somebody says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DistrictMark {
    /// 涉及规划条件调整 (R31); yes or no.
    ChangesConditions,
    /// 符合国土空间规划 (R31); yes or no.
    ConformsToPlan,
    /// 低风险项目 (R32); yes or no.
    LowRisk,
    /// 告知承诺 given (R32); yes or no.
    Commitment,
    /// 管理模式 (R45); in words.
    ManagementMode,
    /// 管理规约 agreed (R45); yes or no.
    ManagementAgreement,
    /// 业主议事规则 agreed (R45); yes or no.
    OwnersRules,
    /// 联席会议机制 set up (R45); yes or no.
    JointMeeting,
    /// 专项维修资金 collected and renewed (R45); yes or no.
    MaintenanceFund,
    /// 相关部门 at the joint acceptance (R49); yes or no.
    AcceptedByDepartments,
    /// 参与单位 at the joint acceptance (R49); yes or no.
    AcceptedByParticipants,
    /// 居民代表 at the joint acceptance (R49); yes or no.
    AcceptedByResidents,
    /// 工程移交 done (R44); yes or no.
    HandedOver,
    /// 绿色社区创建 (R44); yes or no.
    GreenCommunity,
}

impl DistrictMark {
    /// Every mark, in the order in which they are listed.
    pub const ALL: [Self; 14] = [
        Self::ChangesConditions,
        Self::ConformsToPlan,
        Self::LowRisk,
        Self::Commitment,
        Self::ManagementMode,
        Self::ManagementAgreement,
        Self::OwnersRules,
        Self::JointMeeting,
        Self::MaintenanceFund,
        Self::AcceptedByDepartments,
        Self::AcceptedByParticipants,
        Self::AcceptedByResidents,
        Self::HandedOver,
        Self::GreenCommunity,
    ];

    /// The rule behind it.
    #[must_use]
    pub const fn rule(self) -> &'static str {
        match self {
            Self::ChangesConditions | Self::ConformsToPlan => "R31",
            Self::LowRisk | Self::Commitment => "R32",
            Self::ManagementMode | Self::ManagementAgreement | Self::OwnersRules | Self::JointMeeting | Self::MaintenanceFund => {
                "R45"
            }
            Self::AcceptedByDepartments | Self::AcceptedByParticipants | Self::AcceptedByResidents => "R49",
            Self::HandedOver | Self::GreenCommunity => "R44",
        }
    }

    /// Whether it is decided in words rather than by yes or no.
    #[must_use]
    pub const fn is_text(self) -> bool {
        matches!(self, Self::ManagementMode)
    }

    /// The mark for people.
    #[must_use]
    pub const fn message(self) -> Message {
        match self {
            Self::ChangesConditions => Message::new("model.mark-changes-conditions"),
            Self::ConformsToPlan => Message::new("model.mark-conforms"),
            Self::LowRisk => Message::new("model.mark-low-risk"),
            Self::Commitment => Message::new("model.mark-commitment"),
            Self::ManagementMode => Message::new("model.mark-management-mode"),
            Self::ManagementAgreement => Message::new("model.mark-management-agreement"),
            Self::OwnersRules => Message::new("model.mark-owners-rules"),
            Self::JointMeeting => Message::new("model.mark-joint-meeting"),
            Self::MaintenanceFund => Message::new("model.mark-maintenance-fund"),
            Self::AcceptedByDepartments => Message::new("model.mark-accepted-departments"),
            Self::AcceptedByParticipants => Message::new("model.mark-accepted-participants"),
            Self::AcceptedByResidents => Message::new("model.mark-accepted-residents"),
            Self::HandedOver => Message::new("model.mark-handed-over"),
            Self::GreenCommunity => Message::new("model.mark-green-community"),
        }
    }
}

/// The word that stands for yes.
pub const MARK_YES: &str = "yes";
/// The word that stands for no.
pub const MARK_NO: &str = "no";
