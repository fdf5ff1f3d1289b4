//! A clause: what the policy's text says to one rule. Where there is no text the quote is empty, never invented.

use crate::base::Message;

/// The clause behind a rule, in the words of the policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// The rule, such as `R2`.
    pub id: &'static str,
    /// Section of the text, such as `一(三)`; empty without text.
    pub section: String,
    /// The words of the text, `……` between passages; empty means 无原文.
    pub quote: String,
}

impl Clause {
    /// Whether the pack has words for the rule.
    #[must_use]
    pub fn has_text(&self) -> bool {
        !self.quote.is_empty()
    }

    /// The clause for people: rule, section and quote, or that there is no text.
    #[must_use]
    pub fn message(&self) -> Message {
        if self.has_text() {
            Message::new("policy.clause")
                .text("rule", self.id)
                .text("section", self.section.as_str())
                .text("quote", self.quote.as_str())
        } else {
            Message::new("policy.clause-without-text").text("rule", self.id)
        }
    }
}
