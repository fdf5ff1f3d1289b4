//! What is wrong with the arguments, in the user's language. Help is [`super::help`]'s.

use std::error::Error;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::args::{Form, Language};
use crate::base::Message;
use crate::i18n::{Lang, tr};

/// The language that the arguments ask for, as far as they can be read at all.
pub(super) fn language_asked() -> Option<Language> {
    let arguments: Vec<String> = std::env::args_os().map(|argument| argument.to_string_lossy().into_owned()).collect();
    let after = arguments.iter().skip_while(|argument| *argument != "--lang").nth(1).map(String::as_str);
    let joined = arguments.iter().find_map(|argument| argument.strip_prefix("--lang="));
    match after.or(joined) {
        Some("zh") => Some(Language::Zh),
        Some("en") => Some(Language::En),
        _ => None,
    }
}

/// Says what clap found. English is clap's own, which shows the usage too; it also knows the stream for help and version.
pub(super) fn tell(error: &clap::Error, lang: Lang) {
    match message(error, lang) {
        Some(message) if lang == Lang::Zh => eprintln!("{}", tr(lang, &message)),
        _ => drop(error.print()),
    }
}

fn message(error: &clap::Error, lang: Lang) -> Option<Message> {
    let told = |kind| error.get(kind).map(words).unwrap_or_default();
    let (argument, value) = (told(ContextKind::InvalidArg), told(ContextKind::InvalidValue));
    let message = match error.kind() {
        ErrorKind::UnknownArgument => Message::new("cli.usage-unknown").text("argument", argument),
        ErrorKind::InvalidValue if value.is_empty() => Message::new("cli.usage-no-value").text("argument", argument),
        ErrorKind::InvalidValue => Message::new("cli.usage-choice")
            .text("argument", argument)
            .text("value", value)
            .text("choices", told(ContextKind::ValidValue)),
        ErrorKind::ValueValidation => match error.source().and_then(|source| source.downcast_ref::<Form>()) {
            Some(Form(form)) => {
                let form = super::help::form(lang, form);
                Message::new("cli.usage-form").text("argument", argument).text("value", value).text("form", form)
            }
            None => Message::new("cli.usage-value").text("argument", argument).text("value", value),
        },
        // Arguments that are no options stand in angle brackets, and each of them is a file.
        ErrorKind::MissingRequiredArgument if argument.split(", ").all(|one| one.starts_with('<')) => {
            Message::new("cli.usage-no-file")
        }
        ErrorKind::MissingRequiredArgument => Message::new("cli.usage-missing").text("argument", argument),
        ErrorKind::ArgumentConflict => {
            Message::new("cli.usage-conflict").text("argument", argument).text("other", told(ContextKind::PriorArg))
        }
        ErrorKind::InvalidUtf8 => Message::new("cli.usage-utf8"),
        ErrorKind::TooManyValues | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues | ErrorKind::NoEquals => {
            Message::new("cli.usage-no-value").text("argument", argument)
        }
        _ => return None,
    };
    Some(message)
}

fn words(value: &ContextValue) -> String {
    match value {
        ContextValue::String(text) => text.clone(),
        ContextValue::Strings(texts) => texts.join(", "),
        other => other.to_string(),
    }
}
