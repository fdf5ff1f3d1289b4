//! How words are set, how wide they are, and how they go on in further lines.

use super::metrics::advance;
use crate::map::Rgba;

/// How words are set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Face {
    pub(super) size: f64,
    pub(super) colour: Rgba,
    pub(super) bold: bool,
    /// `start`, `middle` or `end`.
    pub(super) anchor: &'static str,
    /// White around the letters.
    pub(super) halo: bool,
    /// Set from the foot of the sheet to its head.
    pub(super) upward: bool,
}

impl Face {
    pub(super) const fn new(size: f64) -> Self {
        Self { size, colour: Rgba::hex(0x1C_2126), bold: false, anchor: "start", halo: false, upward: false }
    }

    pub(super) const fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    pub(super) const fn middle(self) -> Self {
        Self { anchor: "middle", ..self }
    }

    pub(super) const fn end(self) -> Self {
        Self { anchor: "end", ..self }
    }

    pub(super) const fn halo(self) -> Self {
        Self { halo: true, ..self }
    }

    pub(super) const fn upward(self) -> Self {
        Self { upward: true, ..self }
    }

    pub(super) const fn colour(self, colour: Rgba) -> Self {
        Self { colour, ..self }
    }

    fn letter(self, c: char) -> f64 {
        advance(c, self.bold) * self.size
    }

    /// How wide a text is, in units.
    pub(super) fn width(self, text: &str) -> f64 {
        clean(text).chars().map(|c| self.letter(c)).sum()
    }

    /// A text in lines of at most so many units; the last of `most` lines ends with an ellipsis where more would follow.
    pub(super) fn wrapped(self, text: &str, room: f64, most: usize) -> Vec<String> {
        let mut lines = Vec::new();
        let (mut line, mut wide) = (String::new(), 0.0);
        for c in clean(text).chars() {
            let own = self.letter(c);
            if wide + own > room && !line.is_empty() {
                if lines.len() + 1 >= most {
                    lines.push(self.ended(line, room));
                    return lines;
                }
                let rest = broken(&mut line, c);
                lines.push(line.trim_end().to_owned());
                wide = self.width(&rest);
                line = rest;
            }
            if !(line.is_empty() && c.is_whitespace()) {
                line.push(c);
                wide += own;
            }
        }
        lines.push(line);
        lines
    }

    /// A line that ends with an ellipsis in that room.
    fn ended(self, mut line: String, room: f64) -> String {
        let dots = self.letter('…');
        while !line.is_empty() && self.width(&line) + dots > room {
            line.pop();
        }
        line.push('…');
        line
    }

    /// A text that is cut to one line.
    pub(super) fn fitted(self, text: &str, room: f64) -> String {
        self.wrapped(text, room, 1).concat()
    }

    /// A text in one line, in letters as large as there is room for, but not below `least`; then it is cut.
    pub(super) fn shrunk(self, text: &str, room: f64, least: f64) -> (Self, String) {
        let wide = self.width(text).max(1.0);
        // A thousandth less, so that rounding does not cost a letter.
        let size = (self.size * room / wide * 0.999).clamp(least.min(self.size), self.size);
        let face = Self { size, ..self };
        (face, face.fitted(text, room))
    }
}

/// A text as sheets show it: signs that turn the direction of others, or show as nothing, are left out, and whatever ends a
/// line is a blank.
pub(in crate::export) fn clean(text: &str) -> String {
    let hidden = |c: &char| {
        matches!(*c, '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}')
            || matches!(*c, '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
    };
    let blank = |c: char| if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') { ' ' } else { c };
    text.chars().filter(|c| !hidden(c)).map(blank).collect()
}

/// Takes off a full line what belongs to the next one: the beginning of a word, or the letter before a sign that begins no line.
fn broken(line: &mut String, next: char) -> String {
    let in_word = |c: char| c.is_ascii_alphanumeric();
    let closing = |c: char| "，。、；：！？）》”’」』】%".contains(c) || ",.;:!?)]".contains(c);
    let last = line.chars().next_back();
    let ends_word = last.is_some_and(in_word);
    let last_letter = |line: &mut String| line.pop().map(String::from).unwrap_or_default();
    if closing(next) && !ends_word && line.chars().count() > 1 {
        return last_letter(line);
    }
    if last.is_some_and(|c| "（《“‘「『【([".contains(c)) && line.chars().count() > 1 {
        return last_letter(line);
    }
    if !(ends_word && (in_word(next) || closing(next))) {
        return String::new();
    }
    let begin = line.char_indices().rev().find(|(_, c)| !in_word(*c)).map(|(at, c)| at + c.len_utf8());
    // A word longer than half a line is broken where the line ends.
    match begin.filter(|at| *at >= line.len() / 2) {
        Some(at) => line.split_off(at),
        None if closing(next) && line.chars().count() > 1 => last_letter(line),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_sign_takes_the_whole_word_before_it_along() {
        let mut line = "2026 and 2028".to_owned();
        assert_eq!((broken(&mut line, ')'), line.as_str()), ("2028".to_owned(), "2026 and "));
        let mut line = "管网老化".to_owned();
        assert_eq!((broken(&mut line, '，'), line.as_str()), ("化".to_owned(), "管网老"));
    }

    proptest! {
        #[test]
        fn lines_are_no_wider_than_their_room(text in "\\PC{0,80}", room in 30.0f64..300.0, most in 1usize..6, bold in any::<bool>()) {
            let face = Face { bold, ..Face::new(10.0) };
            let lines = face.wrapped(&text, room, most);
            prop_assert!((1..=most).contains(&lines.len()));
            prop_assert!(lines.iter().all(|line| face.width(line) <= room + 1e-9), "{lines:?}");
            let all: String = clean(&text).split_whitespace().collect();
            let kept: String = lines.concat().split_whitespace().collect();
            let cut = kept.strip_suffix('…').unwrap_or(&kept);
            prop_assert!(all == kept || lines.len() == most && all.starts_with(cut), "{all:?} {kept:?}");
        }
    }

    #[test]
    fn lines_hold_what_there_is_room_for() {
        let face = Face::new(10.0);
        let text = "临江街道老旧小区集中连片改造片区方案";
        let lines = face.wrapped(text, 65.0, 9);
        assert!(lines.len() == 3 && lines.concat() == text && lines.iter().all(|line| face.width(line) <= 65.0), "{lines:?}");
        let short = face.fitted(text, 65.0);
        assert!(short.ends_with('…') && face.width(&short) <= 65.0, "{short}");
        assert_eq!(face.fitted("D1", 65.0), "D1");
        assert_eq!(face.wrapped("gas pipes", 40.0, 2), ["gas", "pipes"], "words stay whole");
        assert_eq!(face.wrapped("甲乙丙，丁", 30.0, 3), ["甲乙", "丙，丁"], "no line begins with a comma");
        assert_eq!(face.wrapped("甲乙（丙丁）", 36.0, 3), ["甲乙", "（丙", "丁）"], "no line ends with an opening bracket");
        let (smaller, whole) = face.shrunk(text, 100.0, 4.0);
        assert!(whole == text && smaller.size < 10.0 && smaller.width(&whole) <= 100.0);
    }

    #[test]
    fn what_turns_the_direction_is_left_out() {
        assert_eq!(clean("\u{202E}反\u{200B}向\t\u{0}\n"), "反向   ");
    }
}
