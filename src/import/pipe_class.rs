//! What a survey's columns say of a pipe: its 小类 within a class, and whose it is. Classes are read by the policy.

use crate::policy::{Ownership, PipeClass, PipeSubclass, SUBCLASSES};

/// A subclass of a class, by letters, number or name. Letters collide across classes, so they count only within one.
pub(super) fn subclass_of(class: PipeClass, text: &str) -> Option<PipeSubclass> {
    let upper = text.trim().to_uppercase();
    let number = upper.parse::<u8>().ok();
    let mut rows = SUBCLASSES.iter().filter(|row| row.class == class);
    let row = rows
        .find(|row| upper == row.letters || upper == format!("{}{}", class.letters(), row.letters) || number == Some(row.number));
    let named = || PipeClass::parse(text).filter(|(of, _)| *of == class).and_then(|(_, subclass)| subclass);
    row.and_then(|row| PipeSubclass::of(class, row.number)).or_else(named)
}

/// Whether the words say that a pipe belongs to its utility (R27).
pub(super) fn ownership_of(text: &str) -> Option<Ownership> {
    let text = text.trim().to_lowercase();
    match text.as_str() {
        "utility" | "是" | "专营" | "专营单位" | "true" | "1" => return Some(Ownership::Utility),
        "not_utility" | "否" | "false" | "0" => return Some(Ownership::NotUtility),
        "unknown" => return Some(Ownership::Unknown),
        _ => {}
    }
    let not = ["非专营", "不属于专营", "居民", "业主", "小区", "产权单位", "单位自管", "自管"];
    if not.iter().any(|word| text.contains(word)) {
        return Some(Ownership::NotUtility);
    }
    (text.contains("专营") || text.contains("市政")).then_some(Ownership::Utility)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subclasses_by_letters_number_and_name() {
        assert_eq!(subclass_of(PipeClass::Power, "GD"), Some(PipeSubclass::Numbered(1)));
        assert_eq!(subclass_of(PipeClass::Drainage, "02"), Some(PipeSubclass::Sewage));
        assert_eq!(subclass_of(PipeClass::Gas, "天然气"), Some(PipeSubclass::Numbered(3)));
        assert_eq!(subclass_of(PipeClass::Gas, "GD"), None);
    }

    #[test]
    fn owners_by_words() {
        assert_eq!(ownership_of("非专营单位"), Some(Ownership::NotUtility));
        assert_eq!(ownership_of("专营单位"), Some(Ownership::Utility));
        assert_eq!(ownership_of("供水公司"), None);
    }
}
