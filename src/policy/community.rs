//! The kinds of facility that make a 完整居住社区 (R42), as data: how an existing one is known and which items plan one.

use std::sync::OnceLock;

use serde::Deserialize;

use super::{ItemCode, Names};

/// One of the 15 kinds.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommunityFacility {
    /// Stable name used in files and JSON.
    pub code: String,
    zh: String,
    en: String,
    /// Words in the kind or the name of an existing one.
    pub words: Vec<String>,
    /// Items that plan one.
    pub items: Vec<ItemCode>,
    /// A layer of facilities tells whether one stands; of other kinds none tells.
    #[serde(default)]
    pub layer: bool,
    /// One of the services of 二(二): proposed for a district that none reaches.
    #[serde(default)]
    pub service: bool,
}

impl CommunityFacility {
    /// The name in both languages.
    #[must_use]
    pub fn names(&self) -> Names {
        Names { zh: self.zh.clone(), en: self.en.clone() }
    }

    /// Whether an existing facility is of this kind, by what it is called.
    #[must_use]
    pub fn is_called(&self, kind: &str, name: &str) -> bool {
        self.words.iter().any(|word| kind.contains(word.as_str()) || name.contains(word.as_str()))
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct CommunityFile {
    facility: Vec<CommunityFacility>,
}

const BUILT_IN: &str = include_str!("../../assets/policy/community.toml");

/// The 15 kinds, in the order of the standard.
pub fn community_facilities() -> &'static [CommunityFacility] {
    static KINDS: OnceLock<Vec<CommunityFacility>> = OnceLock::new();
    KINDS.get_or_init(|| toml::from_str::<CommunityFile>(BUILT_IN).unwrap_or_default().facility)
}

#[cfg(test)]
mod tests {
    use super::super::catalogue;
    use super::*;

    #[test]
    fn there_are_fifteen_kinds_and_their_items_exist() {
        let file: CommunityFile = toml::from_str(BUILT_IN).unwrap();
        assert_eq!(file.facility.len(), 15);
        let codes: std::collections::BTreeSet<&str> = file.facility.iter().map(|kind| kind.code.as_str()).collect();
        assert_eq!(codes.len(), 15);
        for kind in &file.facility {
            assert!(kind.items.iter().all(|code| catalogue().get(code).is_some()), "{}", kind.code);
            assert!(!kind.service || (kind.layer && kind.items.len() == 1), "{}: one item plans a service", kind.code);
            assert!(!kind.layer || !kind.words.is_empty(), "{}: nothing tells one that stands", kind.code);
        }
    }

    #[test]
    fn facilities_are_known_by_their_words() {
        let kind = |code: &str| community_facilities().iter().find(|kind| kind.code == code).unwrap();
        assert!(kind("health_station").is_called("社区卫生服务站", ""));
        assert!(kind("supermarket").is_called("", "南湖综合超市"));
        assert!(!kind("community_services").is_called("社区卫生服务站", ""));
        assert!(kind("convenience").is_called("社区食堂", "") && kind("parcel_service").is_called("邮件快件寄递", ""));
    }
}
