//! Words: a [`Message`] becomes a sentence in 简体中文 or English.
//!
//! The tables are `assets/words/*.toml`, one file an area, both languages on one line, parsed once.
//! Tests hold every key used in the code to the tables, and both languages to the same placeholders.

mod number;
mod words;

use std::fmt::Write as _;

use crate::base::{Argument, Message};

pub use number::{at_least, decimal, grouped};
pub use words::{keys, lookup};

/// A language of the interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lang {
    /// 简体中文.
    #[default]
    Zh,
    /// English.
    En,
}

impl Lang {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::Zh, Self::En];

    /// From a code such as `zh`, `zh_CN.UTF-8` or `en`.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        let code = code.to_ascii_lowercase();
        if code.starts_with("zh") {
            Some(Self::Zh)
        } else if code.starts_with("en") {
            Some(Self::En)
        } else {
            None
        }
    }

    /// The code used in files and on the command line.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Zh => "zh",
            Self::En => "en",
        }
    }

    /// The language's own name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Zh => "简体中文",
            Self::En => "English",
        }
    }
}

/// The message in words: `{name}` is an argument, `{name|one|many}` a word that depends on whether it is one. A key that no table has is shown as it is, in ⟦brackets⟧, so that it is seen and mended.
#[must_use]
pub fn tr(lang: Lang, message: &Message) -> String {
    let Some(pattern) = lookup(lang, message.key()) else { return format!("⟦{}⟧", message.key()) };
    fill(lang, pattern, message.arguments())
}

/// The words of a key without arguments.
#[must_use]
pub fn text(lang: Lang, key: &'static str) -> String {
    tr(lang, &Message::new(key))
}

fn fill(lang: Lang, pattern: &str, arguments: &[(&'static str, Argument)]) -> String {
    let mut out = String::with_capacity(pattern.len() + 16);
    let mut rest = pattern;
    while let Some(open) = rest.find('{') {
        let Some(close) = rest[open..].find('}').map(|n| open + n) else { break };
        out.push_str(&rest[..open]);
        let mut forms = rest[open + 1..close].split('|');
        let name = forms.next().unwrap_or_default();
        match (arguments.iter().find(|(n, _)| *n == name), forms.next(), forms.next()) {
            (Some((_, argument)), Some(one), Some(many)) => out.push_str(if is_one(argument) { one } else { many }),
            (Some((_, argument)), ..) => out.push_str(&write_argument(lang, argument)),
            (None, ..) => out.push_str(&rest[open..=close]),
        }
        rest = &rest[close + 1..];
    }
    out.push_str(rest);
    out
}

/// Whether words about an argument are in the singular.
fn is_one(argument: &Argument) -> bool {
    match argument {
        Argument::Count(count) => *count == 1,
        Argument::Text(text) => text == "1",
        _ => false,
    }
}

/// One argument in words.
#[must_use]
pub fn write_argument(lang: Lang, argument: &Argument) -> String {
    match argument {
        Argument::Text(text) => text.clone(),
        Argument::Count(count) => grouped(*count),
        Argument::Year(year) => year.to_string(),
        Argument::Number { value, decimals } => decimal(*value, *decimals),
        Argument::Metres(metres) => number::metres(*metres),
        Argument::SquareMetres(area) => number::square_metres(lang, *area),
        Argument::Money(amount) => number::money(lang, *amount),
        Argument::Words { zh, en } => if lang == Lang::Zh { zh } else { en }.clone(),
        Argument::Nested(inner) => tr(lang, inner),
        Argument::List(messages) => {
            let separator = if lang == Lang::Zh { "；" } else { "; " };
            let mut out = String::new();
            for (n, message) in messages.iter().enumerate() {
                let _ = write!(out, "{}{}", if n == 0 { "" } else { separator }, tr(lang, message));
            }
            out
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Money;

    #[test]
    fn counts_have_their_forms() {
        let fill = |count: i64| fill(Lang::En, "{n} {n|feature|features} {n|was|were} read", &[("n", Argument::Count(count))]);
        assert_eq!((fill(0).as_str(), fill(1).as_str()), ("0 features were read", "1 feature was read"));
        assert_eq!(fill(2), "2 features were read");
    }

    /// Where English counts things, it has a form for one of them.
    #[test]
    fn no_english_words_count_one_in_the_plural() {
        for key in keys() {
            let words = lookup(Lang::En, key).unwrap();
            for (at, _) in words.match_indices("{count} ").chain(words.match_indices("{features} ")) {
                let after = words[at..].split_once("} ").map_or("", |(_, after)| after);
                let noun = after.split([' ', ',', ';', '.', ':']).next().unwrap_or_default();
                if words[..at].ends_with("None of the ") {
                    continue;
                }
                assert!(!noun.ends_with('s') || ["as", "is", "was"].contains(&noun), "{key}: {words}");
            }
        }
    }

    #[test]
    fn arguments_are_written_in_the_language() {
        let args = [("a", Argument::Count(12_345)), ("b", Argument::Metres(6.24)), ("c", Argument::Year(2027))];
        assert_eq!(fill(Lang::En, "{a} {b} {c} {d}", &args), "12,345 6.2 m 2027 {d}");
        let money = Argument::Money(Money::from_fen(123_456_789));
        assert_eq!(write_argument(Lang::Zh, &money), "123.46 万元");
        assert_eq!(write_argument(Lang::En, &money), "¥1,234,567.89");
        let area = Argument::SquareMetres(123_456.0);
        assert_eq!(write_argument(Lang::Zh, &area), "12.35 万m²");
        assert_eq!(write_argument(Lang::En, &area), "12.35 ha");
    }
}
