//! Fields of a source feature that the program does not use, in their order, kept for export.
//!
//! A city has millions of features, so the fields stay what they are in a file: the text of one JSON object, without a
//! tree of values and without room for names that repeat. A field is found by scanning, `O(length of the text)`.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value};

use crate::base::octets::{before_special, eight};

/// Fields with their values, in order, each name once.
#[derive(Clone, Default)]
pub struct Properties {
    /// A JSON object with no name twice, or nothing at all.
    text: Box<str>,
}

impl Properties {
    /// No fields.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The text of a JSON object, which the caller has found to be whole and to have no name twice.
    pub(crate) fn from_object(text: &str) -> Self {
        Self { text: text.into() }
    }

    /// The fields of a text that is a JSON object with some and with none twice, kept as it stands; `None` of any other, and where
    /// names are written so that this cannot be seen.
    pub(crate) fn of_text(text: &str) -> Option<Self> {
        let text = text.trim();
        let is_whole = text.starts_with('{') && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
        let properties = is_whole.then(|| Self::from_object(text))?;
        let names: Vec<&str> = properties.members().filter_map(|member| text.get(member.name)).collect();
        let is_told =
            !names.is_empty() && names.iter().enumerate().all(|(n, name)| !name.contains('\\') && !names[..n].contains(name));
        is_told.then_some(properties)
    }

    /// Places of names and values in the text, in order.
    pub(crate) fn members(&self) -> impl Iterator<Item = Member> {
        Members { text: &self.text, at: usize::from(!self.text.is_empty()) }
    }

    /// The name of a member of these fields.
    pub(crate) fn name(&self, member: &Member) -> Cow<'_, str> {
        let quoted = self.text.get(member.name.clone()).unwrap_or_default();
        let plain = quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default();
        // Nothing but whole JSON gets into the text.
        if plain.contains('\\') { serde_json::from_str(quoted).map(Cow::Owned).unwrap_or_default() } else { Cow::Borrowed(plain) }
    }

    /// The value of a member of these fields as JSON.
    pub(crate) fn value(&self, member: &Member) -> &str {
        self.text.get(member.value.clone()).unwrap_or_default()
    }

    /// Adds a member of these fields to the text of an object that is not closed yet.
    pub(crate) fn push_member(&self, text: &mut String, member: &Member) {
        push_field(text, &self.name(member), self.value(member));
    }

    /// Names with values as JSON, in order.
    pub(crate) fn raw(&self) -> impl Iterator<Item = (Cow<'_, str>, &str)> {
        self.members().map(|member| (self.name(&member), self.value(&member)))
    }

    /// The value of a field as JSON.
    pub(crate) fn raw_value(&self, name: &str) -> Option<&str> {
        self.raw().find(|(own, _)| own == name).map(|(_, raw)| raw)
    }

    /// Puts fields together that have different names; values are JSON.
    pub(crate) fn from_raw<'a>(fields: impl Iterator<Item = (Cow<'a, str>, &'a str)>) -> Self {
        let mut text = String::new();
        for (name, value) in fields {
            push_field(&mut text, &name, value);
        }
        if !text.is_empty() {
            text.push('}');
        }
        Self { text: text.into() }
    }

    /// Names and values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (Cow<'_, str>, Value)> {
        self.raw().map(|(name, raw)| (name, value_of(raw)))
    }

    /// Names, in order.
    pub fn keys(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.raw().map(|(name, _)| name)
    }

    /// Values, in order.
    pub fn values(&self) -> impl Iterator<Item = Value> {
        self.raw().map(|(_, raw)| value_of(raw))
    }

    /// The value of a field.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Value> {
        self.raw().find(|(own, _)| own == name).map(|(_, raw)| value_of(raw))
    }

    /// Whether there is such a field.
    #[must_use]
    pub fn contains_key(&self, name: &str) -> bool {
        self.keys().any(|own| own == name)
    }

    /// Sets a field: in its place when it is there, else behind the others.
    pub fn insert(&mut self, name: String, value: Value) {
        if self.contains_key(&name) {
            let mut map: Map<String, Value> = self.iter().map(|(name, value)| (name.into_owned(), value)).collect();
            map.insert(name, value);
            *self = map.into();
        } else {
            let added = value.to_string();
            *self = Self::from_raw(self.raw().chain([(Cow::Owned(name), added.as_str())]));
        }
    }

    /// Count of fields.
    #[must_use]
    pub fn len(&self) -> usize {
        self.raw().count()
    }

    /// Whether there are no fields.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.raw().next().is_none()
    }
}

/// Adds a field to the text of an object that is not closed yet.
fn push_field(text: &mut String, name: &str, value: &str) {
    text.push(if text.is_empty() { '{' } else { ',' });
    let plain = !name.bytes().any(|byte| byte < 0x20 || matches!(byte, b'"' | b'\\'));
    if plain {
        text.push('"');
        text.push_str(name);
        text.push('"');
    } else {
        text.push_str(&Value::from(name).to_string());
    }
    text.push(':');
    text.push_str(value);
}

/// A value out of its text.
pub(crate) fn value_of(raw: &str) -> Value {
    // Nothing but whole JSON gets into the text.
    serde_json::from_str(raw).unwrap_or(Value::Null)
}

impl From<Map<String, Value>> for Properties {
    fn from(map: Map<String, Value>) -> Self {
        if map.is_empty() {
            return Self::default();
        }
        Self { text: Value::Object(map).to_string().into() }
    }
}

impl FromIterator<(String, Value)> for Properties {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(fields: I) -> Self {
        fields.into_iter().collect::<Map<_, _>>().into()
    }
}

impl Extend<(String, Value)> for Properties {
    fn extend<I: IntoIterator<Item = (String, Value)>>(&mut self, fields: I) {
        let own: Vec<(String, Value)> = self.iter().map(|(name, value)| (name.into_owned(), value)).collect();
        *self = own.into_iter().chain(fields).collect();
    }
}

/// Equal fields in equal order, however numbers and signs are written.
impl PartialEq for Properties {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text || self.iter().eq(other.iter())
    }
}

impl fmt::Debug for Properties {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.text.is_empty() { "{}" } else { &self.text })
    }
}

impl Serialize for Properties {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in self.iter() {
            map.serialize_entry(&name, &value)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Properties {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Map::deserialize(deserializer).map(Self::from)
    }
}

/// Where a name, with its quotes, and its value stand in the text.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    name: Range<usize>,
    value: Range<usize>,
}

/// Walks over the members of an object that is known to be whole.
struct Members<'a> {
    text: &'a str,
    at: usize,
}

impl Iterator for Members<'_> {
    type Item = Member;

    fn next(&mut self) -> Option<Self::Item> {
        let bytes = self.text.as_bytes();
        let skip = |mut at: usize| {
            while bytes.get(at).is_some_and(|byte| matches!(byte, b' ' | b'\n' | b'\r' | b'\t' | b',' | b':')) {
                at += 1;
            }
            at
        };
        let name_at = skip(self.at);
        if bytes.get(name_at) != Some(&b'"') {
            return None;
        }
        let name_end = end_of(bytes, name_at);
        let value_at = skip(name_end);
        self.at = end_of(bytes, value_at);
        Some(Member { name: name_at..name_end, value: value_at..self.at })
    }
}

/// Behind the string whose opening quote stands before `at`.
fn end_of_string(bytes: &[u8], mut at: usize) -> usize {
    loop {
        if let Some(word) = eight(bytes, at) {
            let plain = before_special(word);
            at += plain;
            if plain == 8 {
                continue;
            }
        }
        match bytes.get(at) {
            Some(b'"') | None => return at + 1,
            Some(b'\\') => at += 2,
            Some(_) => at += 1,
        }
    }
}

/// Where the value ends that begins at `at`, in JSON that is known to be whole.
fn end_of(bytes: &[u8], mut at: usize) -> usize {
    let mut depth = 0_usize;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => {
                at = end_of_string(bytes, at + 1);
                if depth == 0 {
                    return at;
                }
            }
            b'{' | b'[' => {
                depth += 1;
                at += 1;
            }
            b'}' | b']' if depth <= 1 => return if depth == 1 { at + 1 } else { at },
            b'}' | b']' => {
                depth -= 1;
                at += 1;
            }
            b',' | b' ' | b'\n' | b'\r' | b'\t' if depth == 0 => return at,
            _ => at += 1,
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            (-1e9..1e9_f64).prop_map(Value::from),
            "[\\\\\"{}\\[\\],: a小\u{1}]{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 12, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec(("[a\"\\\\小]{0,3}", inner), 0..4)
                    .prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn fields_come_back_as_they_went_in(fields in prop::collection::vec(("[a-c\"\\\\小:{}]{0,4}", value()), 0..8)) {
            let map: Map<String, Value> = fields.into_iter().collect();
            for text in [Value::from(map.clone()).to_string(), serde_json::to_string_pretty(&map).expect("JSON")] {
                let properties = Properties::from_object(&text);
                let back: Map<String, Value> = properties.iter().map(|(name, value)| (name.into_owned(), value)).collect();
                prop_assert_eq!(&back, &map);
                prop_assert_eq!(properties.len(), map.len());
                prop_assert_eq!(&Properties::from_raw(properties.raw()), &properties);
                let again: Properties = serde_json::from_str(&serde_json::to_string(&properties).expect("JSON")).expect("JSON");
                prop_assert_eq!(again, properties);
            }
        }
    }

    #[test]
    fn a_field_is_set_in_its_place() {
        let mut fields: Properties = [("a".to_owned(), json!(1)), ("b".to_owned(), json!("x"))].into_iter().collect();
        fields.insert("a".to_owned(), json!([2]));
        fields.insert("c".to_owned(), Value::Null);
        assert_eq!(format!("{fields:?}"), r#"{"a":[2],"b":"x","c":null}"#);
        assert_eq!((fields.get("b"), fields.get("d")), (Some(json!("x")), None));
        assert!(fields.contains_key("c") && !fields.is_empty() && Properties::new().is_empty());
    }

    #[test]
    fn a_text_is_kept_as_it_stands_where_it_is_an_object_with_no_name_twice() {
        let text = r#" {"户数":12,"b":[{"b":1}],"c":"a\"b"} "#;
        let read: Properties = serde_json::from_str(text).unwrap();
        assert_eq!(Properties::of_text(text), Some(read));
        for other in ["", "7", "[]", "{}", r#"{"a":1"#, r#"{"a":1,"a":2}"#, r#"{"\u0061":1,"a":2}"#, r#"{"a":1} x"#] {
            assert_eq!(Properties::of_text(other), None, "{other}");
        }
    }
}
