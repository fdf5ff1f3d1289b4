//! Tokens → a condition, by recursive descent: `or` binds least, then `and`, then `not`.

use super::field::Kind;
use super::lex::{Token, tokens};
use super::{Comparison, Condition, Field, FilterError, Trouble, Value};

/// Brackets and negations nest no deeper than this, so that no text can exhaust the stack.
const DEEPEST: usize = 60;

/// The condition that a text says. `own` tells whether the source has a field of that name besides those of the table.
///
/// # Errors
/// [`FilterError`] with the place of what is wrong.
pub fn parse(text: &str, own: &dyn Fn(&str) -> bool) -> Result<Condition, FilterError> {
    let mut parser = Parser { tokens: tokens(text)?, next: 0, end: text.chars().count(), depth: 0, own };
    let condition = parser.either()?;
    match parser.tokens.get(parser.next) {
        None => Ok(condition),
        Some((at, token)) => Err(FilterError::new(*at, Trouble::Trailing(typed(token)))),
    }
}

/// Whether a text is meant as a condition: it compares something. Any other is words to look for.
#[must_use]
pub fn is_condition(text: &str) -> bool {
    let compares = |token: &Token| matches!(token, Token::Compare(_) | Token::Is | Token::In);
    match tokens(text) {
        Ok(tokens) => tokens.iter().any(|(_, token)| compares(token)),
        Err(_) => text.contains(['<', '>', '=', '≤', '≥', '≠', '~']),
    }
}

struct Parser<'a> {
    tokens: Vec<(usize, Token)>,
    next: usize,
    end: usize,
    depth: usize,
    own: &'a dyn Fn(&str) -> bool,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next).map(|(_, token)| token)
    }

    /// The place of the next token, or the end.
    fn at(&self) -> usize {
        self.tokens.get(self.next).map_or(self.end, |(at, _)| *at)
    }

    fn take(&mut self, wanted: &Token) -> bool {
        let hit = self.peek() == Some(wanted);
        self.next += usize::from(hit);
        hit
    }

    fn either(&mut self) -> Result<Condition, FilterError> {
        let mut condition = self.both()?;
        while self.take(&Token::Or) {
            condition = Condition::Or(Box::new(condition), Box::new(self.both()?));
        }
        Ok(condition)
    }

    fn both(&mut self) -> Result<Condition, FilterError> {
        let mut condition = self.one()?;
        while self.take(&Token::And) {
            condition = Condition::And(Box::new(condition), Box::new(self.one()?));
        }
        Ok(condition)
    }

    fn one(&mut self) -> Result<Condition, FilterError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(FilterError::new(self.at(), Trouble::TooDeep));
        }
        let condition = if self.take(&Token::Not) {
            Condition::Not(Box::new(self.one()?))
        } else if self.take(&Token::Open) {
            let inner = self.either()?;
            if !self.take(&Token::Close) {
                return Err(FilterError::new(self.at(), Trouble::OpenBracket));
            }
            inner
        } else {
            self.test()?
        };
        self.depth -= 1;
        Ok(condition)
    }

    fn test(&mut self) -> Result<Condition, FilterError> {
        let (field, name) = self.field()?;
        let at = self.at();
        match self.peek().cloned() {
            Some(Token::Compare(comparison)) => {
                self.next += 1;
                self.compared(field, comparison)
            }
            Some(Token::Is) => {
                self.next += 1;
                let negated = self.take(&Token::Not);
                if self.take(&Token::Unknown) {
                    return Ok(Condition::Known(field, negated));
                }
                if self.take(&Token::Known) {
                    return Ok(Condition::Known(field, !negated));
                }
                self.compared(field, if negated { Comparison::Unequal } else { Comparison::Equal })
            }
            Some(Token::Unknown) => {
                self.next += 1;
                Ok(Condition::Known(field, false))
            }
            Some(Token::Known) => {
                self.next += 1;
                Ok(Condition::Known(field, true))
            }
            Some(Token::In) => {
                self.next += 1;
                self.among(field)
            }
            Some(Token::Not) => {
                self.next += 1;
                if !self.take(&Token::In) {
                    return Err(FilterError::new(at, Trouble::NoComparison(name)));
                }
                Ok(Condition::Not(Box::new(self.among(field)?)))
            }
            _ => Err(FilterError::new(at, Trouble::NoComparison(name))),
        }
    }

    fn field(&mut self) -> Result<(Field, String), FilterError> {
        let at = self.at();
        let (name, bracketed) = match self.peek() {
            Some(Token::Word(name)) => (name.clone(), false),
            Some(Token::Named(name)) => (name.clone(), true),
            other => {
                let typed = other.map(typed).unwrap_or_default();
                return Err(FilterError::new(at, Trouble::NoField(typed)));
            }
        };
        self.next += 1;
        // A name in brackets is the source's own before one of the table's.
        let of_source = || (self.own)(&name).then(|| Field::Own(name.clone()));
        let field =
            if bracketed { of_source().or_else(|| Field::of_table(&name)) } else { Field::of_table(&name).or_else(of_source) };
        field.map(|field| (field, name.clone())).ok_or_else(|| FilterError::new(at, Trouble::UnknownField(name)))
    }

    fn compared(&mut self, field: Field, comparison: Comparison) -> Result<Condition, FilterError> {
        let ordered = !matches!(comparison, Comparison::Equal | Comparison::Unequal | Comparison::Contains);
        if ordered && field.kind() == Kind::Text {
            return Err(FilterError::new(self.at(), Trouble::NoOrder(field)));
        }
        let value = self.value(&field, comparison == Comparison::Contains)?;
        Ok(Condition::Is(field, comparison, value))
    }

    fn among(&mut self, field: Field) -> Result<Condition, FilterError> {
        if !self.take(&Token::Open) {
            return Err(FilterError::new(self.at(), Trouble::NoValue));
        }
        let mut values = vec![self.value(&field, false)?];
        while self.take(&Token::Comma) {
            values.push(self.value(&field, false)?);
        }
        if !self.take(&Token::Close) {
            return Err(FilterError::new(self.at(), Trouble::OpenBracket));
        }
        Ok(Condition::In(field, values))
    }

    fn value(&mut self, field: &Field, as_text: bool) -> Result<Value, FilterError> {
        let at = self.at();
        let value = match self.peek() {
            Some(Token::Number(_, typed)) if as_text || field.kind() == Kind::Text => Value::Text(typed.clone()),
            Some(Token::Number(value, _)) => Value::Number(*value),
            Some(Token::Word(text) | Token::Quoted(text) | Token::Named(text)) => Value::Text(text.clone()),
            _ => return Err(FilterError::new(at, Trouble::NoValue)),
        };
        self.next += 1;
        match value {
            Value::Text(text) if field.kind() == Kind::Number && !as_text => {
                let number = text.trim().parse().ok().filter(|value: &f64| value.is_finite());
                number.map(Value::Number).ok_or_else(|| FilterError::new(at, Trouble::NoNumber(field.clone(), text)))
            }
            value => Ok(value),
        }
    }
}

/// A token as it was typed, or nearly so.
fn typed(token: &Token) -> String {
    match token {
        Token::Word(text) | Token::Quoted(text) | Token::Named(text) | Token::Number(_, text) => text.clone(),
        Token::Compare(Comparison::Equal) => "=".to_owned(),
        Token::Compare(Comparison::Unequal) => "≠".to_owned(),
        Token::Compare(Comparison::Less) => "<".to_owned(),
        Token::Compare(Comparison::AtMost) => "≤".to_owned(),
        Token::Compare(Comparison::More) => ">".to_owned(),
        Token::Compare(Comparison::AtLeast) => "≥".to_owned(),
        Token::Compare(Comparison::Contains) => "~".to_owned(),
        Token::And => "and".to_owned(),
        Token::Or => "or".to_owned(),
        Token::Not => "not".to_owned(),
        Token::In => "in".to_owned(),
        Token::Is => "is".to_owned(),
        Token::Unknown => "unknown".to_owned(),
        Token::Known => "known".to_owned(),
        Token::Open => "(".to_owned(),
        Token::Close => ")".to_owned(),
        Token::Comma => ",".to_owned(),
    }
}
