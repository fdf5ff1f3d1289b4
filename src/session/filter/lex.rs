//! A condition taken apart into words, numbers and signs, each with the place at which it begins.

use super::{Comparison, FilterError, Trouble};

/// A piece of a condition.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A name, or a text without quotation marks.
    Word(String),
    /// A text in quotation marks.
    Quoted(String),
    /// A name in square brackets.
    Named(String),
    /// A number, and as it was typed.
    Number(f64, String),
    /// A comparison.
    Compare(Comparison),
    /// and, 且
    And,
    /// or, 或
    Or,
    /// not, 非
    Not,
    /// in, 属于
    In,
    /// is, 是: an equality, or what stands before known and unknown.
    Is,
    /// unknown, 未知
    Unknown,
    /// known, 已知
    Known,
    /// (
    Open,
    /// )
    Close,
    /// ,
    Comma,
}

/// The tokens of a text with the character at which each begins, from 0.
pub(super) fn tokens(text: &str) -> Result<Vec<(usize, Token)>, FilterError> {
    let chars: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(c) = chars.get(at).copied() {
        if c.is_whitespace() {
            at += 1;
            continue;
        }
        let after_number =
            found.last().is_some_and(|(_, token)| matches!(token, Token::Number(..))) && !chars[at - 1].is_whitespace();
        let (token, length) = if after_number { joint(&chars[at..]) } else { None }.map_or_else(|| token(&chars, at), Ok)?;
        found.push((at, token));
        at += length;
    }
    Ok(found)
}

/// 且 or 或 right behind a number, where what follows would make a word of it.
fn joint(rest: &[char]) -> Option<(Token, usize)> {
    match rest {
        ['并', '且', ..] => Some((Token::And, 2)),
        ['或', '者', ..] => Some((Token::Or, 2)),
        ['且', ..] => Some((Token::And, 1)),
        ['或', ..] => Some((Token::Or, 1)),
        _ => None,
    }
}

fn token(chars: &[char], at: usize) -> Result<(Token, usize), FilterError> {
    let (c, next) = (chars[at], chars.get(at + 1).copied());
    let sign = |comparison, length| Ok((Token::Compare(comparison), length));
    match (c, next) {
        ('(' | '（', _) => Ok((Token::Open, 1)),
        (')' | '）', _) => Ok((Token::Close, 1)),
        (',' | '，' | '、', _) => Ok((Token::Comma, 1)),
        ('<' | '＜', Some('=')) => sign(Comparison::AtMost, 2),
        ('>' | '＞', Some('=')) => sign(Comparison::AtLeast, 2),
        ('<', Some('>')) | ('!' | '！', Some('=')) => sign(Comparison::Unequal, 2),
        ('=', Some('=')) => sign(Comparison::Equal, 2),
        ('=' | '＝', _) => sign(Comparison::Equal, 1),
        ('<' | '＜', _) => sign(Comparison::Less, 1),
        ('>' | '＞', _) => sign(Comparison::More, 1),
        ('≤', _) => sign(Comparison::AtMost, 1),
        ('≥', _) => sign(Comparison::AtLeast, 1),
        ('≠', _) => sign(Comparison::Unequal, 1),
        ('~' | '～', _) => sign(Comparison::Contains, 1),
        ('&', Some('&')) => Ok((Token::And, 2)),
        ('|', Some('|')) => Ok((Token::Or, 2)),
        ('!' | '！', _) => Ok((Token::Not, 1)),
        ('"' | '\'' | '“' | '”' | '‘' | '’', _) => {
            let (inner, length) = within(chars, at, &['"', '\'', '“', '”', '‘', '’'])?;
            Ok((Token::Quoted(inner), length))
        }
        ('[' | '【', _) => {
            let (inner, length) = within(chars, at, &[']', '】'])?;
            Ok((Token::Named(inner), length))
        }
        _ if c.is_ascii_digit() || (matches!(c, '-' | '.') && next.is_some_and(|n| n.is_ascii_digit())) => Ok(number(chars, at)),
        _ if is_letter(c) => Ok(word(chars, at)),
        _ => Err(FilterError::new(at, Trouble::Character(c))),
    }
}

/// What stands up to a mark that closes; an English mark is closed by its like, a Chinese one by any of its kind.
fn within(chars: &[char], at: usize, closing: &[char]) -> Result<(String, usize), FilterError> {
    let opens = chars[at];
    let closes = |c: char| if matches!(opens, '"' | '\'') { c == opens } else { closing.contains(&c) };
    let inner: String = chars[at + 1..].iter().copied().take_while(|c| !closes(*c)).collect();
    let length = inner.chars().count();
    if at + 1 + length >= chars.len() {
        return Err(FilterError::new(at, Trouble::OpenQuote));
    }
    Ok((inner, length + 2))
}

fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '#' | '·' | '-' | '.' | '/' | '²' | '№')
}

fn word(chars: &[char], at: usize) -> (Token, usize) {
    let text: String = chars[at..].iter().copied().take_while(|c| is_letter(*c)).collect();
    let length = text.chars().count();
    let token = match text.to_lowercase().as_str() {
        "and" | "且" | "并且" => Token::And,
        "or" | "或" | "或者" => Token::Or,
        "not" | "非" => Token::Not,
        "in" | "属于" => Token::In,
        "is" | "是" | "为" => Token::Is,
        "unknown" | "未知" => Token::Unknown,
        "known" | "已知" => Token::Known,
        "contains" | "包含" => Token::Compare(Comparison::Contains),
        "等于" => Token::Compare(Comparison::Equal),
        "不等于" => Token::Compare(Comparison::Unequal),
        "大于" => Token::Compare(Comparison::More),
        "小于" => Token::Compare(Comparison::Less),
        "不小于" | "不少于" => Token::Compare(Comparison::AtLeast),
        "不大于" | "不多于" => Token::Compare(Comparison::AtMost),
        _ => Token::Word(text),
    };
    (token, length)
}

/// A number, with commas between thousands, and 万 or a per cent sign behind it. A word that begins with digits is a word.
fn number(chars: &[char], at: usize) -> (Token, usize) {
    let is_digit = |at: usize| chars.get(at).is_some_and(char::is_ascii_digit);
    let mut end = at + usize::from(chars[at] == '-');
    let mut typed: String = chars[at..end].iter().collect();
    while let Some(c) = chars.get(end).copied() {
        let thousands = c == ',' && (1..4).all(|n| is_digit(end + n)) && !is_digit(end + 4) && is_digit(end - 1);
        if c.is_ascii_digit() || (c == '.' && is_digit(end + 1)) {
            typed.push(c);
        } else if !thousands {
            break;
        }
        end += 1;
    }
    let factor = match chars.get(end) {
        Some('万') => 10_000.0,
        Some('%' | '％') => 0.01,
        _ => 1.0,
    };
    let after = end + usize::from(factor != 1.0);
    let text: String = chars[at..after].iter().collect();
    // 且 and 或 may stand right behind a number.
    let joins = matches!(chars.get(after), Some('且' | '或' | '并'));
    match typed.parse::<f64>() {
        Ok(value) if joins || !chars.get(after).is_some_and(|c| is_letter(*c)) => {
            (Token::Number(value * factor, text), after - at)
        }
        _ => {
            let word: String = chars[at..].iter().copied().take_while(|c| is_letter(*c)).collect();
            let length = word.chars().count().max(1);
            (Token::Word(word), length)
        }
    }
}
