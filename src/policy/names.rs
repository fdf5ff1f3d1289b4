//! A name in both languages, as data files give it.

use serde::Deserialize;

use crate::base::{Argument, Message};

/// A name in 简体中文 and English.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Names {
    /// 简体中文.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Names {
    /// The name as a message, for people who read either language.
    #[must_use]
    pub fn message(&self) -> Message {
        Message::new("policy.name").with("name", self.argument())
    }

    /// The name as an argument of a message about it.
    #[must_use]
    pub fn argument(&self) -> Argument {
        Argument::Words { zh: self.zh.clone(), en: self.en.clone() }
    }
}
