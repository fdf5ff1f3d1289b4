//! What must be asked before a layer can be placed, and which answers would do. The command line says it with its options;
//! [`in_window`] has the words for where the question can be answered on the spot.

use crate::base::{Argument, Message};

/// A layer that cannot be placed before the user says something.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// What was seen, in the words of the command line.
    pub what: Message,
    /// To swap the axes may be the answer.
    pub swap: bool,
    /// To name another coordinate system may be the answer.
    pub crs: bool,
}

impl Question {
    /// Northing or latitude seems to stand first.
    pub(super) fn axes(what: Message) -> Self {
        Self { what, swap: true, crs: false }
    }

    /// The coordinate system is wrong or missing.
    pub(super) fn system(what: Message) -> Self {
        Self { what, swap: false, crs: true }
    }
}

/// What is given cannot be used as it is: it stands as a question without a ready answer.
impl From<Message> for Question {
    fn from(what: Message) -> Self {
        Self { what, swap: false, crs: false }
    }
}

/// Messages that name options of the command line, and those that say the same in the window.
const SAID: [(&str, &str); 16] = [
    ("import.crs-empty", "import.window-crs-empty"),
    ("import.crs-not-horizontal", "import.window-crs-not-horizontal"),
    ("import.zone-doubtful", "import.window-zone-doubtful"),
    ("import.crs-not-known", "import.window-crs-not-known"),
    ("import.old-datum", "import.window-old-datum"),
    ("import.datum-assumed", "import.window-datum-assumed"),
    ("import.axes-swapped", "import.window-axes-swapped"),
    ("import.metres-in-degrees", "import.window-metres-in-degrees"),
    ("import.degrees-in-metres", "import.window-degrees-in-metres"),
    ("import.looks-lat-lon", "import.window-looks-lat-lon"),
    ("import.looks-northing-first", "import.window-looks-northing-first"),
    ("import.crs-needed", "import.window-crs-needed"),
    ("import.crs-zone-needed", "import.window-crs-zone-needed"),
    ("import.control-needs-crs", "import.window-control-needs-crs"),
    ("import.offset-hint", "import.window-offset-hint"),
    ("import.offset-hint-others", "import.window-offset-hint-others"),
];

/// The message as the window says it, without options of the command line.
#[must_use]
pub fn in_window(message: &Message) -> Message {
    let key = SAID.iter().find(|(plain, _)| *plain == message.key()).map_or(message.key(), |(_, window)| window);
    let argument = |argument: &Argument| match argument {
        Argument::Nested(inner) => Argument::Nested(Box::new(in_window(inner))),
        Argument::List(list) => Argument::List(list.iter().map(in_window).collect()),
        other => other.clone(),
    };
    message.arguments().iter().fold(Message::new(key), |said, (name, own)| said.with(name, argument(own)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::{Lang, lookup, tr};

    #[test]
    fn the_window_names_no_option_and_the_command_line_does() {
        for lang in Lang::ALL {
            for (plain, window) in SAID {
                assert!(lookup(lang, plain).is_some_and(|words| words.contains("--")), "{plain}");
                assert!(lookup(lang, window).is_some_and(|words| !words.contains("--")), "{window}");
            }
        }
    }

    #[test]
    fn messages_inside_others_are_said_so_too() {
        let inner = Message::new("import.old-datum").text("crs", "EPSG:2327");
        let outer = Message::new("import.in-file").text("file", "a.shp").nested("what", inner);
        assert!(tr(Lang::En, &outer).contains("--datum"));
        let said = tr(Lang::En, &in_window(&outer));
        assert!(said.contains("a.shp") && said.contains("EPSG:2327") && !said.contains("--"), "{said}");
    }
}
