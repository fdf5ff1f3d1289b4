//! Text for markup: one escape for the review page, KML and the sheets.

/// Escapes text for HTML and XML; what XML cannot hold becomes a blank.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(c),
            c if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_an_element_or_an_attribute() {
        assert_eq!(escaped("<b a='\"&\">"), "&lt;b a=&#39;&quot;&amp;&quot;&gt;");
        assert_eq!(escaped("a\u{0}b\u{1}\tc\nd\u{FFFF}"), "a b \tc\nd ");
    }
}
